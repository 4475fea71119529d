/* GET /api/overview and GET /api/timeline. */
#include "base/number.h"
#include "base/sort.h"
#include "output/json.h"
#include "output/losses.h"
#include "web/routes.h"

#include <inttypes.h>
#include <stdio.h>

/* What a reader of the overview must know before all else. */
static void add_warnings(struct output_json *json, const struct web_trace *trace)
{
    const struct wire_header *header = &trace->header;
    struct base_text text = {0};
    output_json_open(json, "warnings", '[');
    if (wire_header_is_newer(header)) {
        base_text_format(&text,
                         "The trace is of Go 1.%d, which is newer than kymo knows; it is read as one of Go 1.%d.",
                         header->minor, header->version);
        output_json_string(json, NULL, base_text_view(&text));
    }
    output_json_close(json, ']');
    base_text_release(&text);
}

/* They are known in the end. */
static void add_losses(struct output_json *json, const struct web_trace *trace)
{
    if (trace->phase == WEB_WHOLE) {
        output_losses_json(json, &trace->pass);
        output_json_u64(json, "lost_bytes", output_lost_bytes(&trace->pass));
        return;
    }
    output_json_open(json, "losses", '[');
    output_json_close(json, ']');
    output_json_u64(json, "lost_bytes", 0);
}

static int64_t span_ns(const struct web_trace *trace)
{
    return trace->timeline.last_ns - trace->timeline.first_ns;
}

/* The span that the trace will have if it goes on as it began. */
static int64_t expected_span_ns(const struct web_trace *trace)
{
    double share = (double)trace->reading.done_bytes / (double)trace->file->size;
    return share > 0 && share < 1 ? base_i64_of((double)span_ns(trace) / share) : span_ns(trace);
}

static void add_reading(struct output_json *json, const struct web_trace *trace)
{
    if (trace->phase == WEB_WHOLE) {
        output_json_null(json, "reading");
        return;
    }
    output_json_open(json, "reading", '{');
    output_json_u64(json, "done_bytes", trace->reading.done_bytes);
    output_json_u64(json, "total_bytes", trace->file->size);
    output_json_i64(json, "until_ns", model_timeline_until_ns(&trace->timeline) - trace->timeline.first_ns);
    output_json_i64(json, "expected_span_ns", expected_span_ns(trace));
    output_json_close(json, '}');
}

static void add_counts(struct output_json *json, const struct model_info *info)
{
    const struct {
        const char *name;
        uint64_t value;
    } counts[] = {
        {"events", info->events},
        {"generations", info->generations},
        {"goroutines", info->goroutines},
        {"procs", info->procs},
        {"threads", info->threads},
        {"gomaxprocs", info->gomaxprocs},
        {"tasks", info->tasks},
        {"regions", info->regions},
        {"logs", info->logs},
        {"cpu_samples", info->cpu_samples},
        {"gc_cycles", info->gc_cycles},
        {"gc_ns", (uint64_t)info->gc_ns},
        {"stw_count", info->stw_count},
        {"stw_ns", (uint64_t)info->stw_ns},
        {"stw_max_ns", (uint64_t)info->stw_longest_ns},
    };
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        output_json_u64(json, counts[i].name, counts[i].value);
}

void web_overview(struct web_trace *trace, const struct web_request *request, struct web_response *response)
{
    (void)request;
    struct output_json json = {.out = &response->body};
    struct base_text text = {0};
    output_json_open(&json, NULL, '{');
    output_json_string(&json, "name", base_str_of(trace->name));
    output_json_u64(&json, "size_bytes", trace->file->size);
    base_text_format(&text, "1.%d", trace->header.minor);
    output_json_string(&json, "format", base_text_view(&text));
    add_reading(&json, trace);
    output_json_i64(&json, "span_ns", span_ns(trace));
    text.size = 0;
    if (trace->info.has_wall_clock)
        base_text_moment(&text, trace->info.wall_seconds, trace->info.wall_ns);
    if (text.size)
        output_json_string(&json, "wall_start", base_text_view(&text));
    else
        output_json_null(&json, "wall_start");
    base_text_release(&text);
    add_counts(&json, &trace->info);
    output_json_u64(&json, "stacks", trace->symbols.stacks.count - 2); /* without the absent and the empty one */
    add_warnings(&json, trace);
    add_losses(&json, trace);
    output_json_close(&json, '}');
}

/* ---- /api/timeline ---- */

struct series {
    const char *name;
    int state; /* enum model_state; NO_STATE: no colour of its own */
};

enum { NO_STATE = -1 };

static const struct counter {
    const char *id, *name, *unit;
    bool stacked;
    struct series series[MODEL_CLASSES];
} counters[] = {
    {"goroutines",
     "Goroutines",
     "count",
     true,
     {{"running", MODEL_RUNNING},
      {"runnable", MODEL_RUNNABLE},
      {"waiting", MODEL_WAIT_OTHER},
      {"syscall", MODEL_SYSCALL}}},
    {"heap", "Heap", "bytes", false, {{"allocated", NO_STATE}, {"goal", NO_STATE}}},
    {"threads", "Threads", "count", true, {{"running", MODEL_RUNNING}, {"in syscall", MODEL_SYSCALL}}},
    {"procs",
     "Utilisation",
     "count",
     true,
     {{"running", MODEL_RUNNING}, {"syscall", MODEL_SYSCALL}, {"idle", MODEL_IDLE}}},
};

static void add_counter(struct output_json *json, const struct counter *counter)
{
    output_json_open(json, NULL, '{');
    output_json_string(json, "id", base_str_of(counter->id));
    output_json_string(json, "group", BASE_STR("Counters"));
    output_json_string(json, "name", base_str_of(counter->name));
    output_json_string(json, "kind", BASE_STR("counter"));
    output_json_string(json, "unit", base_str_of(counter->unit));
    output_json_bool(json, "stacked", counter->stacked);
    output_json_open(json, "series", '[');
    for (int i = 0; i < MODEL_CLASSES && counter->series[i].name; i++) {
        output_json_open(json, NULL, '{');
        output_json_string(json, "name", base_str_of(counter->series[i].name));
        if (counter->series[i].state != NO_STATE)
            output_json_i64(json, "state", counter->series[i].state);
        output_json_close(json, '}');
    }
    output_json_close(json, ']');
    output_json_close(json, '}');
}

static void add_slices_lane(struct output_json *json, const char *id, const char *group, const char *name,
                            size_t slices)
{
    output_json_open(json, NULL, '{');
    output_json_string(json, "id", base_str_of(id));
    output_json_string(json, "group", base_str_of(group));
    output_json_string(json, "name", base_str_of(name));
    output_json_string(json, "kind", BASE_STR("slices"));
    output_json_u64(json, "slices", slices);
    output_json_close(json, '}');
}

static void add_stretch(struct output_json *json, const struct web_trace *trace, int64_t from_ns, int64_t to_ns)
{
    output_json_open(json, NULL, '{');
    output_json_i64(json, "from_ns", from_ns - trace->timeline.first_ns);
    output_json_i64(json, "to_ns", to_ns - trace->timeline.first_ns);
    output_json_close(json, '}');
}

static bool begins_before(const void *a, const void *b, void *context)
{
    (void)context;
    return ((const struct model_gap *)a)->from_ns < ((const struct model_gap *)b)->from_ns;
}

/* Where something was lost, but not all: stretches that overlap are one. */
static void add_doubtful(struct output_json *json, const struct web_trace *trace)
{
    size_t count = 0;
    const struct order_loss *losses = trace->phase == WEB_WHOLE ? model_pass_losses(&trace->pass, &count) : NULL;
    BASE_VEC(struct model_gap) stretches = {0};
    for (size_t i = 0; i < count; i++)
        if (losses[i].bytes || losses[i].mended)
            *base_vec_add(&stretches) = (struct model_gap){losses[i].from_ns, losses[i].to_ns};
    base_sort_stable(stretches.at, stretches.count, sizeof *stretches.at, begins_before, NULL);
    output_json_open(json, "doubtful", '[');
    for (size_t i = 0, end; i < stretches.count; i = end) {
        int64_t to_ns = stretches.at[i].to_ns;
        for (end = i + 1; end < stretches.count && stretches.at[end].from_ns <= to_ns; end++)
            to_ns = stretches.at[end].to_ns > to_ns ? stretches.at[end].to_ns : to_ns;
        add_stretch(json, trace, stretches.at[i].from_ns, to_ns);
    }
    output_json_close(json, ']');
    base_vec_release(&stretches);
}

static void add_gaps(struct output_json *json, const struct web_trace *trace)
{
    output_json_open(json, "gaps", '[');
    for (size_t i = 0; i < trace->timeline.gaps.count; i++)
        add_stretch(json, trace, trace->timeline.gaps.at[i].from_ns, trace->timeline.gaps.at[i].to_ns);
    output_json_close(json, ']');
    add_doubtful(json, trace);
}

static bool id_before(const void *a, const void *b, void *context)
{
    (void)context;
    return (*(const struct model_proc_lane *const *)a)->id.n < (*(const struct model_proc_lane *const *)b)->id.n;
}

static void add_procs(struct output_json *json, const struct model_timeline *timeline)
{
    BASE_VEC(const struct model_proc_lane *) procs = {0};
    for (size_t i = 0; i < timeline->procs.count; i++)
        *base_vec_add(&procs) = &timeline->procs.at[i];
    base_sort_stable(procs.at, procs.count, sizeof *procs.at, id_before, NULL);
    for (size_t i = 0; i < procs.count; i++) {
        char id[32], name[32];
        snprintf(id, sizeof id, "p%" PRId64, procs.at[i]->id.n);
        snprintf(name, sizeof name, "Proc %" PRId64, procs.at[i]->id.n);
        add_slices_lane(json, id, "Processors", name, procs.at[i]->lane.count);
    }
    base_vec_release(&procs);
}

void web_timeline(struct web_trace *trace, const struct web_request *request, struct web_response *response)
{
    (void)request;
    const struct model_timeline *timeline = &trace->timeline;
    struct output_json json = {.out = &response->body};
    output_json_open(&json, NULL, '{');
    add_reading(&json, trace);
    output_json_i64(&json, "span_ns", span_ns(trace));
    output_json_open(&json, "names", '[');
    for (size_t i = 0; i < timeline->names.count; i++)
        output_json_string(&json, NULL, order_string(&trace->symbols, timeline->names.at[i]));
    output_json_close(&json, ']');
    add_gaps(&json, trace);
    output_json_open(&json, "lanes", '[');
    for (size_t i = 0; i < sizeof counters / sizeof *counters; i++)
        add_counter(&json, &counters[i]);
    add_slices_lane(&json, "gc", "Runtime", "GC", timeline->gc.count);
    add_slices_lane(&json, "stw", "Runtime", "Stop the world", timeline->stw.count);
    add_procs(&json, timeline);
    output_json_close(&json, ']');
    output_json_u64(&json, "goroutines", timeline->actors.count);
    output_json_u64(&json, "threads", trace->info.threads);
    output_json_u64(&json, "tasks", trace->info.tasks);
    output_json_u64(&json, "logs", trace->info.logs);
    output_json_u64(&json, "cpu_samples", trace->info.cpu_samples);
    output_json_u64(&json, "collector_ranges", trace->info.collector_ranges);
    output_json_close(&json, '}');
}
