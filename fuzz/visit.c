/* fuzz_visit: the viewer on a trace that may be hostile. */
#include "reading.h"
#include "reply.h"
#include "target.h"
#include "web/queries.h"
#include "web/routes.h"

#include <inttypes.h>

enum { VISITED_LANES = 2, VISITED_GROUPS = 1 };

static unsigned status_of(struct web_trace *trace, const char *target, struct base_str body)
{
    struct web_request request = {.method = body.size ? "POST" : "GET", .target = target, .body = body};
    struct web_response response = {0};
    web_answer(trace, &request, &response);
    fuzz_check_reply(&request, &response);
    base_text_release(&response.body);
    return response.status;
}

static void ask(struct web_trace *trace, const char *target, struct base_str body)
{
    fuzz_require(status_of(trace, target, body) == 200, "the viewer answers what its pages ask");
}

/* Of what may not be there. */
static void ask_in_vain(struct web_trace *trace, const char *target)
{
    unsigned status = status_of(trace, target, (struct base_str){0});
    fuzz_require(status == 200 || status == 404, "the viewer answers, or says that there is no such thing");
}

static void ask_for_page(struct web_trace *trace)
{
    static const char *const targets[] = {
        "/api/overview",
        "/api/timeline",
        "/api/groups",
        "/api/lanes?group=goroutines&sort=waiting&limit=20",
        "/api/lanes?group=goroutines&goid=1&function=main.main&also=1",
        "/api/lanes?group=functions&sort=running&filter=main&limit=20",
        "/api/lanes?group=goroutines&sort=name&filter=main&state=1&from=1000&to=1000000",
        "/api/arrows",
        "/api/arrows?from=1000&to=1000000&limit=3&among=0,1,2",
        "/api/profiles",
        "/api/mmu?flags=stw|background|assist|sweep&percentiles=1&windows=1000,1000000",
        "/api/mmu/worst?flags=perProc|stw|assist&window=1000",
        "/api/gc?sort=assist&order=desc",
        "/api/gc?list=stops&sort=length",
        "/api/tasks/types?sort=mean",
        "/api/tasks?sort=logs&logtext=a",
        "/api/regions/types",
        "/api/regions?sort=block&latmin=1ns",
        "/api/tracks",
        "/api/threads?limit=20",
        "/api/tasks?within=1&sort=start&order=asc",
        "/api/lanes?group=goroutines&task=1&limit=20",
        "/api/profile?kind=net",
        "/api/profile?kind=sync&tasktype=a",
        "/api/profile?kind=offcpu",
        "/api/profile?kind=wall&from=1000&to=1000000",
        "/api/profile?kind=sched&scope=region&latmin=1us&latmax=1h",
        "/api/source?file=main.go",
        "/api/search?q=a",
        "/api/search?q=1&kind=goroutine&offset=1&limit=3",
        "/api/search/marks?q=a&level=10&tiles=0,1,100",
        "/api/search/step?q=a&time=1000&direction=previous",
        "/api/span?from=1000&to=1000000",
        "/api/span/goroutines?sort=waiting&from=1000&limit=20",
        "/api/span/functions?sort=running&to=1000000&limit=20",
        "/api/query/schema",
        "/block?raw=1",
        "/regionsyscall?raw=1",
    };
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++)
        ask(trace, targets[i], (struct base_str){0});
}

/* All columns of every table, and how tables refer to each other. */
static void ask_in_sql(struct web_trace *trace)
{
    struct base_text sql = {0};
    for (size_t i = 0; i < QUERY_TABLES; i++) {
        sql.size = 0;
        base_text_format(&sql, "SELECT *, count(*) OVER () FROM %s LIMIT 50", query_tables[i].name);
        ask(trace, "/api/query?rows=20", base_text_view(&sql));
    }
    ask(trace, "/api/query?time=2s",
        base_str_of("SELECT g.name, total(s.duration_ns), min(f.function) FROM states s JOIN goroutines g ON "
                    "g.life = s.life LEFT JOIN frames f ON f.stack = s.stack GROUP BY 1 ORDER BY 2 DESC"));
    base_text_release(&sql);
}

/* The table of a group's goroutines, and a profile of them alone. */
static void ask_for_what_may_be_there(struct web_trace *trace)
{
    static const char *const targets[] = {"/api/log?index=0", "/api/below?lane=g0", "/api/below?lane=k0"};
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++)
        ask_in_vain(trace, targets[i]);
}

static void ask_for_group(struct web_trace *trace, struct base_str name)
{
    struct base_text query = {0}, target = {0};
    for (size_t i = 0; i < name.size; i++)
        base_text_format(&query, "%%%02x", (unsigned char)name.data[i]);
    base_text_format(&target, "/api/goroutines?sort=id&by=exec&latmin=1us&name=%s", base_text_cstring(&query));
    ask(trace, base_text_cstring(&target), (struct base_str){0});
    target.size = 0;
    base_text_format(&target, "/api/profile?kind=sync&name=%s", base_text_cstring(&query));
    ask(trace, base_text_cstring(&target), (struct base_str){0});
    base_text_release(&query);
    base_text_release(&target);
}

/* The level at which a tile covers the whole trace. */
static unsigned level_of_all(const struct web_trace *trace)
{
    int64_t span_ns = trace->timeline.last_ns - trace->timeline.first_ns;
    unsigned level = 0;
    while (level < 52 && span_ns >> level >= 512)
        level++;
    return level;
}

/* The tile that covers the whole trace; for lanes of slices also those at the begin and the end at a finer level. */
static void ask_for_tiles(struct web_trace *trace, const char *lane, bool finer)
{
    struct base_text body = {0};
    int64_t span_ns = trace->timeline.last_ns - trace->timeline.first_ns;
    unsigned all = level_of_all(trace), level = all > 6 ? all - 6 : 0;
    base_text_format(&body, "{\"level\": %u, \"tiles\": [[\"%s\", 0]]}", all, lane);
    ask(trace, "/api/tiles", (struct base_str){body.data, body.size});
    body.size = 0;
    base_text_format(&body, "{\"level\": %u, \"tiles\": [[\"%s\", 0], [\"%s\", %" PRId64 "]]}", level, lane, lane,
                     (span_ns >> level) / 512);
    if (finer)
        ask(trace, "/api/tiles", (struct base_str){body.data, body.size});
    base_text_release(&body);
}

static void ask_for_slices(struct web_trace *trace, const char *lane, size_t count)
{
    struct base_text target = {0};
    ask_for_tiles(trace, lane, true);
    base_text_format(&target, "/api/slice?lane=%s&index=%zu", lane, count / 2);
    if (count)
        ask(trace, base_text_cstring(&target), (struct base_str){0});
    target.size = 0;
    base_text_format(&target, "/api/arrows?lane=%s&index=%zu", lane, count / 2);
    if (count && (*lane == 'p' || (*lane == 'g' && lane[1] != 'c')))
        ask(trace, base_text_cstring(&target), (struct base_str){0});
    base_text_release(&target);
}

/* A lane of which it is not known whether there is any, or what it holds. */
static void ask_for_track(struct web_trace *trace, const char *lane)
{
    struct base_text target = {0};
    ask_for_tiles(trace, lane, true);
    for (int i = 0; i < 2; i++) {
        target.size = 0;
        base_text_format(&target, "/api/slice?lane=%s&index=%d", lane, i);
        ask_in_vain(trace, base_text_cstring(&target));
    }
    base_text_release(&target);
}

static void ask_for_goroutine(struct web_trace *trace, size_t number)
{
    struct base_text target = {0};
    base_text_format(&target, "/api/goroutine?number=%zu", number);
    ask(trace, base_text_cstring(&target), (struct base_str){0});
    target.size = 0;
    base_text_format(&target, "/api/goroutine/states?number=%zu&sort=duration", number);
    ask(trace, base_text_cstring(&target), (struct base_str){0});
    base_text_release(&target);
}

static void ask_for_lanes(struct web_trace *trace)
{
    static const char *const counters[] = {"goroutines", "heap", "threads", "procs"};
    const struct model_timeline *timeline = &trace->timeline;
    for (size_t i = 0; i < sizeof counters / sizeof *counters; i++)
        ask_for_tiles(trace, counters[i], false);
    ask_for_slices(trace, "gc", timeline->gc.count);
    ask_for_slices(trace, "stw", timeline->stw.count);
    for (size_t i = 0; i < timeline->procs.count && i < VISITED_LANES; i++) {
        char lane[24];
        snprintf(lane, sizeof lane, "p%" PRId64, timeline->procs.at[i].id.n);
        ask_for_slices(trace, lane, timeline->procs.at[i].lane.count);
    }
    static const char *const others[] = {"net",  "timers", "syscalls", "t0",    "xt0",   "xg0",
                                         "logs", "k0",     "rg0.0",    "rk0.0", "fg0.0", "fg0.1"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        ask_for_track(trace, others[i]);
    for (size_t i = 0; i < timeline->procs.count && i < VISITED_LANES; i++) {
        char lane[24];
        snprintf(lane, sizeof lane, "c%" PRId64, timeline->procs.at[i].id.n);
        ask_for_track(trace, lane);
        snprintf(lane, sizeof lane, "xp%" PRId64, timeline->procs.at[i].id.n);
        ask_for_track(trace, lane);
    }
    for (size_t i = 0; i < timeline->actors.count && i < VISITED_LANES; i++) {
        char lane[24];
        size_t number = i ? timeline->actors.count - 1 : 0;
        snprintf(lane, sizeof lane, "g%zu", number);
        ask_for_slices(trace, lane, timeline->actors.at[number].intervals);
        ask_for_goroutine(trace, number);
    }
}

void fuzz_visit(const struct base_mapping *file)
{
    struct web_trace trace;
    struct base_error error = BASE_NO_ERROR;
    bool open = web_trace_open(&trace, "a name", file, NULL, NULL, &error);
    fuzz_require(open == !error.cause, "what cannot be opened has a cause");
    base_error_release(&error);
    if (!open)
        return;
    fuzz_require(web_trace_wait(&trace), "the trace is read to its end");
    ask_for_page(&trace);
    ask_for_what_may_be_there(&trace);
    ask_in_sql(&trace);
    const struct web_goroutines *goroutines = web_trace_goroutines(&trace);
    for (size_t i = 0; i < goroutines->groups.all.count && i < VISITED_GROUPS; i++)
        ask_for_group(&trace, order_string(model_pass_symbols(&goroutines->pass), goroutines->groups.all.at[i].name));
    ask_for_lanes(&trace);
    web_trace_release(&trace);
}
