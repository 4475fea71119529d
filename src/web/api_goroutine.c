/* GET /api/goroutine and GET /api/goroutine/states: one goroutine. */
#include "analyze/life.h"
#include "web/annotations.h"
#include "web/goroutine_lanes.h"
#include "web/lanes.h"
#include "web/routes.h"
#include "web/rows.h"
#include "web/stacks.h"

enum { MOST_SAME_ID = 100, MOST_TASKS = 100, MOST_LOGS = 200 };

/* A goroutine that was asked for. */
struct asked {
    const struct web_trace *trace;
    const struct model_goroutine_lanes *lanes;
    uint32_t number;
    goroutine_id id;
    struct model_goroutine_lane lane;
};

static const struct model_actor *actor_at(const struct web_trace *trace, size_t number)
{
    return &trace->timeline.actors.at[number];
}

/* By number, or the first one of an id. Replies with an error if there is none. */
static bool find(struct web_trace *trace, const struct web_request *request, struct web_response *response,
                 struct asked *ret_asked)
{
    int64_t number = web_parameter_i64(request, "number", -1), id = web_parameter_i64(request, "id", -1);
    const struct model_goroutine_lanes *lanes = web_goroutine_lanes_get(trace);
    if (!lanes) {
        web_fail_to_read(response);
        return false;
    }
    size_t count = trace->timeline.actors.count, at = number >= 0 ? (size_t)number : 0;
    while (number < 0 && at < count && actor_at(trace, at)->id.n != id)
        at++;
    if (at >= count || (id >= 0 && actor_at(trace, at)->id.n != id)) {
        web_fail(response, 404, "the trace has no such goroutine");
        return false;
    }
    *ret_asked = (struct asked){trace, lanes, (uint32_t)at, actor_at(trace, at)->id,
                                model_goroutine_lane_of(lanes, (uint32_t)at)};
    return true;
}

/* ---- who ---- */

/* Others may have had its id. */
static void add_same_id(struct output_json *json, const struct asked *asked)
{
    const struct web_trace *trace = asked->trace;
    size_t total = 0;
    output_json_open(json, "same_id", '[');
    for (size_t i = 0; i < trace->timeline.actors.count; i++) {
        if (actor_at(trace, i)->id.n != asked->id.n || total++ >= MOST_SAME_ID)
            continue;
        struct model_goroutine_lane lane = model_goroutine_lane_of(asked->lanes, (uint32_t)i);
        struct model_life_figures figures;
        model_goroutine_lane_figures(&lane, &figures);
        output_json_open(json, NULL, '{');
        output_json_u64(json, "number", i);
        output_json_string(json, "name", order_string(&trace->symbols, actor_at(trace, i)->name));
        output_json_i64(json, "start_ns", figures.start_ns - trace->timeline.first_ns);
        output_json_i64(json, "end_ns", figures.end_ns - trace->timeline.first_ns);
        output_json_close(json, '}');
    }
    output_json_close(json, ']');
    output_json_u64(json, "same_id_total", total);
}

/* The name of the goroutine that has an id at a time. */
static struct base_str name_at(const struct asked *asked, goroutine_id id, int64_t time_ns)
{
    const struct web_trace *trace = asked->trace;
    for (size_t i = 0; i < trace->timeline.actors.count; i++) {
        if (actor_at(trace, i)->id.n != id.n)
            continue;
        struct model_goroutine_lane lane = model_goroutine_lane_of(asked->lanes, (uint32_t)i);
        struct model_life_figures figures;
        model_goroutine_lane_figures(&lane, &figures);
        if (time_ns >= figures.start_ns && time_ns <= figures.end_ns)
            return order_string(&trace->symbols, actor_at(trace, i)->name);
    }
    return BASE_STR("");
}

static void add_wake(struct output_json *json, const char *name, const struct asked *asked,
                     const struct analyze_life *life, const struct analyze_wake *wake, int64_t time_ns)
{
    if (!wake->known) {
        output_json_null(json, name);
        return;
    }
    output_json_open(json, name, '{');
    if (wake->by.n == NO_GOROUTINE.n) {
        output_json_null(json, "goroutine");
        output_json_string(json, "name", BASE_STR(""));
    } else {
        output_json_i64(json, "goroutine", wake->by.n);
        output_json_string(json, "name", name_at(asked, wake->by, time_ns));
    }
    web_add_stack(json, "stack", model_pass_symbols(life->pass), wake->stack);
    output_json_close(json, '}');
}

/* ---- where its time went ---- */

static void add_states(struct output_json *json, const struct analyze_life *life)
{
    output_json_open(json, "states", '[');
    for (size_t i = 0; i < life->state_count; i++) {
        const struct analyze_life_state *state = &life->states[i];
        output_json_open(json, NULL, '{');
        output_json_u64(json, "state", state->state);
        output_json_u64(json, "count", state->count);
        output_json_i64(json, "total_ns", state->total_ns);
        output_json_i64(json, "min_ns", state->least_ns);
        output_json_i64(json, "max_ns", state->most_ns);
        output_json_i64(json, "mean_ns", state->total_ns / (int64_t)state->count);
        output_json_i64(json, "p50_ns", state->median_ns);
        output_json_i64(json, "p95_ns", state->p95_ns);
        output_json_close(json, '}');
    }
    output_json_close(json, ']');
}

static void add_waits(struct output_json *json, const struct asked *asked, const struct analyze_life *life)
{
    const struct order_symbols *symbols = model_pass_symbols(life->pass);
    output_json_open(json, "waits", '[');
    for (size_t i = 0; i < life->wait_count; i++) {
        const struct analyze_wait *wait = &life->waits[i];
        output_json_open(json, NULL, '{');
        output_json_u64(json, "index", wait->index);
        output_json_u64(json, "state", wait->slice.state);
        output_json_i64(json, "start_ns", wait->slice.start_ns - asked->trace->timeline.first_ns);
        output_json_i64(json, "duration_ns", wait->slice.end_ns - wait->slice.start_ns);
        output_json_string(json, "reason", order_string(symbols, wait->reason));
        web_add_stack(json, "stack", symbols, wait->stack);
        add_wake(json, "wake", asked, life, &wait->wake, wait->slice.end_ns);
        output_json_close(json, '}');
    }
    output_json_close(json, ']');
}

/* ---- what the program tells of it ---- */

/* Whether a stretch, cut at the trace's ends, touches the goroutine's life. */
static bool touches(const struct analyze_life *life, int64_t from_ns, int64_t to_ns)
{
    return from_ns <= life->end_ns && to_ns >= life->start_ns;
}

static void add_tasks(struct output_json *json, const struct web_annotations *a, const struct analyze_life *life)
{
    size_t total = 0;
    output_json_open(json, "tasks", '[');
    for (size_t i = 0; i < a->of.tasks.all.count; i++) {
        const struct analyze_task *task = &a->of.tasks.all.at[i];
        int64_t start_ns = task->has_start ? task->start_ns : a->pass.first_ns;
        int64_t length_ns = analyze_task_duration_ns(task, a->pass.first_ns, a->pass.last_ns);
        if (analyze_task_is_background(task) || !analyze_task_has(&a->of.tasks, task, life->id) ||
            !touches(life, start_ns, start_ns + length_ns) || total++ >= MOST_TASKS)
            continue;
        output_json_open(json, NULL, '{');
        output_json_u64(json, "id", task->id);
        output_json_string(json, "type", order_string(model_pass_symbols(&a->pass), task->name));
        output_json_i64(json, "start_ns", task->has_start ? task->start_ns - a->pass.first_ns : -1);
        output_json_i64(json, "duration_ns", length_ns);
        output_json_close(json, '}');
    }
    output_json_close(json, ']');
    output_json_u64(json, "tasks_total", total);
}

static void add_logs(struct output_json *json, const struct web_annotations *a, const struct analyze_life *life)
{
    size_t total = 0;
    output_json_open(json, "logs", '[');
    for (size_t i = 0; i < a->of.tasks.logs.count; i++) {
        const struct analyze_log *log = &a->of.tasks.logs.at[i];
        if (log->goroutine.n != life->id.n || !touches(life, log->time_ns, log->time_ns) || total++ >= MOST_LOGS)
            continue;
        output_json_open(json, NULL, '{');
        output_json_i64(json, "time_ns", log->time_ns - a->pass.first_ns);
        output_json_string(json, "category", order_string(model_pass_symbols(&a->pass), log->category));
        output_json_string(json, "text", log->message);
        output_json_close(json, '}');
    }
    output_json_close(json, ']');
    output_json_u64(json, "logs_total", total);
}

/* Regions are listed by /api/regions. */
static uint64_t count_regions(const struct web_annotations *a, goroutine_id id)
{
    uint64_t count = 0;
    for (size_t i = 0; i < a->of.region_types.members.count; i++)
        count += analyze_member_goroutine(&a->of, i).n == id.n;
    return count;
}

void web_goroutine(struct web_trace *trace, const struct web_request *request, struct web_response *response)
{
    struct asked asked;
    struct analyze_life life;
    struct model_pass pass;
    if (!find(trace, request, response, &asked))
        return;
    const struct web_annotations *a = web_annotations_get(trace);
    if (!a || !web_trace_begin_pass(trace, &pass)) {
        web_fail_to_read(response);
        return;
    }
    analyze_life_init(&life, &asked.lane, asked.id);
    life.pass = &pass;
    const struct model_sink sink = {analyze_life_add, &life, ORDER_KIND_BIT(ORDER_GO_TRANSITION)};
    web_trace_run_pass(trace, &pass, &sink, 1);

    struct output_json json = {.out = &response->body};
    output_json_open(&json, NULL, '{');
    output_json_u64(&json, "number", asked.number);
    output_json_i64(&json, "id", asked.id.n);
    web_add_lane_id(&json, "lane", 'g', asked.number);
    output_json_string(&json, "name", order_string(&trace->symbols, actor_at(trace, asked.number)->name));
    output_json_i64(&json, "start_ns", life.start_ns - trace->timeline.first_ns);
    output_json_i64(&json, "end_ns", life.end_ns - trace->timeline.first_ns);
    output_json_bool(&json, "created", life.created);
    output_json_bool(&json, "ended", life.ended);
    output_json_u64(&json, "intervals", asked.lane.count);
    add_same_id(&json, &asked);
    add_wake(&json, "creation", &asked, &life, &life.creation, life.start_ns);
    add_states(&json, &life);
    add_waits(&json, &asked, &life);
    add_tasks(&json, a, &life);
    add_logs(&json, a, &life);
    output_json_u64(&json, "regions_total", count_regions(a, asked.id));
    output_json_close(&json, '}');
    model_pass_release(&pass);
}

/* ---- its intervals ---- */

static void add_interval(struct output_json *json, const void *context, size_t index)
{
    const struct asked *asked = context;
    struct model_slice slice = {0};
    model_goroutine_lane_read(&asked->lane, index, 1, &slice);
    output_json_open(json, NULL, '{');
    output_json_u64(json, "index", index);
    output_json_u64(json, "state", slice.state);
    output_json_i64(json, "start_ns", slice.start_ns - asked->trace->timeline.first_ns);
    output_json_i64(json, "duration_ns", slice.end_ns - slice.start_ns);
    output_json_close(json, '}');
}

void web_goroutine_states(struct web_trace *trace, const struct web_request *request, struct web_response *response)
{
    struct asked asked;
    struct base_text sort = {0};
    struct model_slice slices[256];
    size_t count;
    int64_t state = web_parameter_i64(request, "state", MODEL_IDLE);
    if (!find(trace, request, response, &asked))
        return;
    web_parameter(request, "sort", &sort);
    bool by_length = base_str_is(base_text_view(&sort), "duration");
    bool by_state = base_str_is(base_text_view(&sort), "state");
    struct web_rows rows = {.descending = web_rows_descending(request, false)};
    for (size_t first = 0; first < asked.lane.count; first += count) {
        count = model_goroutine_lane_read(&asked.lane, first, sizeof slices / sizeof *slices, slices);
        for (size_t i = 0; i < count; i++) {
            const struct model_slice *slice = &slices[i];
            int64_t key = by_length  ? slice->end_ns - slice->start_ns
                          : by_state ? (int64_t)slice->state
                                     : slice->start_ns;
            if (state == MODEL_IDLE || (int64_t)slice->state == state)
                web_rows_add(&rows, first + i, key);
        }
        if (!count)
            break;
    }
    struct output_json json = {.out = &response->body};
    output_json_open(&json, NULL, '{');
    output_json_u64(&json, "count", rows.indices.count);
    web_rows_finish(&rows, request, &json, add_interval, &asked);
    output_json_close(&json, '}');
    base_text_release(&sort);
}
