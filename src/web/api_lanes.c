/* GET /api/lanes: the lanes of goroutines, sorted, filtered and in pages. */
#include "output/json.h"
#include "web/goroutine_lanes.h"
#include "web/lanes.h"
#include "web/routes.h"

enum { MOST_ROWS = 1000 };

static const char *const keys[WEB_GOROUTINE_KEYS] = {
    [WEB_BY_TOTAL] = "total",     [WEB_BY_NUMBER] = "number",       [WEB_BY_ID] = "id",
    [WEB_BY_NAME] = "name",       [WEB_BY_START] = "start",         [WEB_BY_END] = "end",
    [WEB_BY_RUNNING] = "running", [WEB_BY_RUNNABLE] = "runnable",   [WEB_BY_WAITING] = "waiting",
    [WEB_BY_SYSCALL] = "syscall", [WEB_BY_INTERVALS] = "intervals",
};

static enum web_goroutine_key key_asked_for(const struct web_request *request)
{
    for (int key = 0; key < WEB_GOROUTINE_KEYS; key++)
        if (web_parameter_is(request, "sort", keys[key]))
            return (enum web_goroutine_key)key;
    return WEB_BY_TOTAL;
}

static void add_figures(struct output_json *json, const struct web_trace *trace, int64_t start_ns, int64_t end_ns,
                        uint64_t intervals, const int64_t *ns)
{
    output_json_i64(json, "start_ns", start_ns - trace->timeline.first_ns);
    output_json_i64(json, "end_ns", end_ns - trace->timeline.first_ns);
    output_json_u64(json, "intervals", intervals);
    output_json_open(json, "ns", '[');
    for (int i = 0; i < MODEL_LIFE_STATES; i++)
        output_json_i64(json, NULL, ns[model_life_states[i]]);
    output_json_close(json, ']');
}

static void add_goroutine(struct output_json *json, const struct web_trace *trace, uint32_t number)
{
    const struct model_actor *actor = &trace->timeline.actors.at[number];
    struct model_goroutine_lane lane = model_goroutine_lane_of(web_goroutine_lanes_ready(trace), number);
    struct model_life_figures figures;
    model_goroutine_lane_figures(&lane, &figures);
    output_json_open(json, NULL, '{');
    web_add_lane_id(json, "lane", 'g', number);
    output_json_u64(json, "number", number);
    output_json_i64(json, "id", actor->id.n);
    output_json_string(json, "name", order_string(&trace->symbols, actor->name));
    add_figures(json, trace, figures.start_ns, figures.end_ns, actor->intervals, figures.ns);
    output_json_close(json, '}');
}

static void add_goroutines(struct output_json *json, struct web_trace *trace, const struct web_goroutine_query *query,
                           size_t offset, size_t limit)
{
    uint32_t numbers[MOST_ROWS];
    size_t found, count = web_goroutine_page(trace, query, offset, limit, numbers, &found);
    output_json_u64(json, "count", found);
    output_json_open(json, "rows", '[');
    for (size_t i = 0; i < count; i++)
        add_goroutine(json, trace, numbers[i]);
    output_json_close(json, ']');
}

static void add_functions(struct output_json *json, struct web_trace *trace, const struct web_goroutine_query *query,
                          size_t offset, size_t limit)
{
    struct web_function *functions = base_zalloc(limit, sizeof *functions);
    size_t found, count = web_function_page(trace, query, offset, limit, functions, &found);
    output_json_u64(json, "count", found);
    output_json_open(json, "rows", '[');
    for (size_t i = 0; i < count; i++) {
        const struct web_function *function = &functions[i];
        output_json_open(json, NULL, '{');
        output_json_string(json, "name", order_string(&trace->symbols, function->name));
        output_json_u64(json, "count", function->count);
        output_json_i64(json, "total_ns", function->total_ns);
        add_figures(json, trace, function->start_ns, function->end_ns, function->intervals, function->ns);
        output_json_close(json, '}');
    }
    output_json_close(json, ']');
    free(functions);
}

static const struct {
    const char *name;
    void (*add)(struct output_json *json, struct web_trace *trace, const struct web_goroutine_query *query,
                size_t offset, size_t limit);
} groups[] = {{"goroutines", add_goroutines}, {"functions", add_functions}};

static void add_states(struct output_json *json)
{
    output_json_open(json, "states", '[');
    for (int i = 0; i < MODEL_LIFE_STATES; i++)
        output_json_i64(json, NULL, model_life_states[i]);
    output_json_close(json, ']');
}

static void reply(struct web_trace *trace, const struct web_request *request, struct web_response *response,
                  size_t group)
{
    struct base_text text = {0}, also = {0}, function = {0};
    int64_t offset = web_parameter_i64(request, "offset", 0), limit = web_parameter_i64(request, "limit", 200);
    struct web_goroutine_query query = {
        .key = key_asked_for(request),
        .descending = !web_parameter_is(request, "order", "asc"),
        .from_ns = web_parameter_i64(request, "from", INT64_MIN),
        .to_ns = web_parameter_i64(request, "to", INT64_MAX),
        .state = web_parameter_i64(request, "state", MODEL_IDLE),
        .number = web_parameter_i64(request, "number", -1),
        .touching = web_parameter_i64(request, "goid", -1),
        .task = web_parameter_is(request, "task", "none") ? WEB_NO_TASK : web_parameter_i64(request, "task", -1),
        .one_function = web_parameter(request, "function", &function),
    };
    if (query.state < 0 || query.state >= MODEL_STATES) {
        web_fail(response, 400, "there is no such state");
    } else if (!web_goroutine_lanes_get(trace)) {
        web_fail_to_read(response);
    } else {
        web_parameter(request, "filter", &text);
        web_parameter(request, "also", &also);
        query.text = base_text_view(&text);
        query.also = base_text_view(&also);
        query.function = base_text_view(&function);
        struct output_json json = {.out = &response->body};
        output_json_open(&json, NULL, '{');
        output_json_string(&json, "group", base_str_of(groups[group].name));
        output_json_u64(&json, "total", trace->timeline.actors.count);
        add_states(&json);
        groups[group].add(&json, trace, &query, offset < 0 ? 0 : (size_t)offset,
                          limit < 0           ? 0
                          : limit < MOST_ROWS ? (size_t)limit
                                              : MOST_ROWS);
        output_json_close(&json, '}');
    }
    base_text_release(&text);
    base_text_release(&also);
    base_text_release(&function);
}

void web_lanes(struct web_trace *trace, const struct web_request *request, struct web_response *response)
{
    for (size_t i = 0; i < sizeof groups / sizeof *groups; i++) {
        if (web_parameter_is(request, "group", groups[i].name)) {
            reply(trace, request, response, i);
            return;
        }
    }
    web_fail(response, 404, "there is no such group of lanes: goroutines and functions are those that are listed");
}
