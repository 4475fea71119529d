/* GET /api/span, /api/span/goroutines and /api/span/functions: what happened in a stretch of time, and who accounts for
 * it. */
#include "analyze/span.h"
#include "base/number.h"
#include "output/json.h"
#include "web/goroutine_lanes.h"
#include "web/lanes.h"
#include "web/routes.h"
#include "web/rows.h"

/* What rows may be sorted by: time in some states. */
static const struct {
    const char *name;
    uint32_t states;
} sorts[] = {
    {"total", UINT32_MAX},
    {"running", MODEL_STATE_BIT(MODEL_RUNNING)},
    {"runnable", MODEL_STATE_BIT(MODEL_RUNNABLE)},
    {"waiting", MODEL_WAITS},
    {"sync", MODEL_STATE_BIT(MODEL_WAIT_SYNC)},
    {"channel", MODEL_STATE_BIT(MODEL_WAIT_CHANNEL)},
    {"network", MODEL_STATE_BIT(MODEL_WAIT_NETWORK)},
    {"sleep", MODEL_STATE_BIT(MODEL_WAIT_SLEEP)},
    {"gc", MODEL_STATE_BIT(MODEL_WAIT_GC)},
    {"other", MODEL_STATE_BIT(MODEL_WAIT_OTHER)},
    {"syscall", MODEL_STATE_BIT(MODEL_SYSCALL)},
};

static uint32_t states_of(struct base_str sort)
{
    for (size_t i = 0; i < sizeof sorts / sizeof *sorts; i++)
        if (base_str_is(sort, sorts[i].name))
            return sorts[i].states;
    return UINT32_MAX;
}

static void add_times(struct output_json *json, const int64_t *ns)
{
    output_json_open(json, "ns", '[');
    for (int i = 0; i < MODEL_LIFE_STATES; i++)
        output_json_i64(json, NULL, ns[model_life_states[i]]);
    output_json_close(json, ']');
}

/* The members that all three replies begin with. */
static void add_head(struct output_json *json, const struct web_trace *trace, const struct analyze_span *span)
{
    output_json_i64(json, "from_ns", span->from_ns - trace->timeline.first_ns);
    output_json_i64(json, "to_ns", span->to_ns - trace->timeline.first_ns);
    output_json_open(json, "states", '[');
    for (int i = 0; i < MODEL_LIFE_STATES; i++)
        output_json_i64(json, NULL, model_life_states[i]);
    output_json_close(json, ']');
}

/* Computes the span that a request is about; on failure the reply says so. */
static bool ask(struct web_trace *trace, const struct web_request *request, struct web_response *response,
                struct base_str sort, struct analyze_span *span)
{
    int64_t from_ns = web_parameter_i64(request, "from", 0), to_ns = web_parameter_i64(request, "to", INT64_MAX);
    const struct model_goroutine_lanes *lanes = NULL;
    if (from_ns > to_ns)
        web_fail(response, 400, "the span ends before it begins");
    else if (!(lanes = web_goroutine_lanes_get(trace)))
        web_fail_to_read(response);
    else
        analyze_span_make(span, lanes, base_i64_sum(trace->timeline.first_ns, from_ns),
                          base_i64_sum(trace->timeline.first_ns, to_ns), states_of(sort));
    return lanes != NULL;
}

void web_span(struct web_trace *trace, const struct web_request *request, struct web_response *response)
{
    struct analyze_span span;
    if (!ask(trace, request, response, BASE_STR("total"), &span))
        return;
    struct output_json json = {.out = &response->body};
    output_json_open(&json, NULL, '{');
    add_head(&json, trace, &span);
    add_times(&json, span.ns);
    output_json_u64(&json, "goroutines", span.goroutines.count);
    output_json_u64(&json, "functions", span.functions.count);
    output_json_u64(&json, "procs", trace->timeline.procs.count);
    output_json_i64(&json, "proc_running_ns", span.proc_running_ns);
    output_json_i64(&json, "proc_syscall_ns", span.proc_syscall_ns);
    output_json_u64(&json, "gc_phases", span.gc_count);
    output_json_i64(&json, "gc_ns", span.gc_ns);
    output_json_u64(&json, "stops", span.stop_count);
    output_json_i64(&json, "stopped_ns", span.stopped_ns);
    output_json_i64(&json, "longest_stop_ns", span.longest_stop_ns);
    output_json_close(&json, '}');
    analyze_span_release(&span);
}

/* What rows are written from. */
struct shown {
    const struct web_trace *trace;
    const struct analyze_span *span;
};

static void add_goroutine(struct output_json *json, const void *things, size_t index)
{
    const struct shown *shown = things;
    const struct web_trace *trace = shown->trace;
    uint32_t number = shown->span->goroutines.at[index].number;
    const struct model_actor *actor = &trace->timeline.actors.at[number];
    struct model_goroutine_lane lane = model_goroutine_lane_of(web_goroutine_lanes_ready(trace), number);
    struct model_place from, to;
    model_goroutine_lane_place(&lane, shown->span->from_ns, &from);
    model_goroutine_lane_place(&lane, shown->span->to_ns, &to);
    for (int state = 0; state < MODEL_STATES; state++)
        to.ns[state] -= from.ns[state];
    output_json_open(json, NULL, '{');
    web_add_lane_id(json, "lane", 'g', number);
    output_json_i64(json, "id", actor->id.n);
    output_json_string(json, "name", order_string(&trace->symbols, actor->name));
    add_times(json, to.ns);
    output_json_close(json, '}');
}

static void add_function(struct output_json *json, const void *things, size_t index)
{
    const struct shown *shown = things;
    const struct analyze_span_function *function = &shown->span->functions.at[index];
    output_json_open(json, NULL, '{');
    output_json_string(json, "name", order_string(&shown->trace->symbols, function->name));
    output_json_u64(json, "count", function->count);
    add_times(json, function->ns);
    output_json_close(json, '}');
}

/* Those with a start function, where one is asked for. */
static void choose_goroutines(struct web_rows *rows, const struct shown *shown, const struct base_str *function,
                              bool by_id)
{
    const struct web_trace *trace = shown->trace;
    for (size_t i = 0; i < shown->span->goroutines.count; i++) {
        const struct analyze_span_goroutine *goroutine = &shown->span->goroutines.at[i];
        const struct model_actor *actor = &trace->timeline.actors.at[goroutine->number];
        if (!function || base_str_equal(order_string(&trace->symbols, actor->name), *function))
            web_rows_add(rows, i, by_id ? actor->id.n : goroutine->ns);
    }
}

static void choose_functions(struct web_rows *rows, const struct analyze_span *span, bool by_count)
{
    for (size_t i = 0; i < span->functions.count; i++) {
        const struct analyze_span_function *function = &span->functions.at[i];
        web_rows_add(rows, i, by_count ? function->count : model_states_ns(function->ns, span->states));
    }
}

static void reply_rows(struct web_trace *trace, const struct web_request *request, struct web_response *response,
                       bool functions)
{
    struct base_text sort = {0}, name = {0};
    struct analyze_span span;
    web_parameter(request, "sort", &sort);
    if (ask(trace, request, response, base_text_view(&sort), &span)) {
        struct output_json json = {.out = &response->body};
        struct web_rows rows = {.descending = web_rows_descending(request, true)};
        const struct shown shown = {trace, &span};
        bool of_function = web_parameter(request, "function", &name);
        const struct base_str function = base_text_view(&name);
        if (functions)
            choose_functions(&rows, &span, base_str_is(base_text_view(&sort), "count"));
        else
            choose_goroutines(&rows, &shown, of_function ? &function : NULL, base_str_is(base_text_view(&sort), "id"));
        output_json_open(&json, NULL, '{');
        add_head(&json, trace, &span);
        output_json_u64(&json, "count", rows.indices.count);
        web_rows_finish(&rows, request, &json, functions ? add_function : add_goroutine, &shown);
        output_json_close(&json, '}');
        analyze_span_release(&span);
    }
    base_text_release(&sort);
    base_text_release(&name);
}

void web_span_goroutines(struct web_trace *trace, const struct web_request *request, struct web_response *response)
{
    reply_rows(trace, request, response, false);
}

void web_span_functions(struct web_trace *trace, const struct web_request *request, struct web_response *response)
{
    reply_rows(trace, request, response, true);
}
