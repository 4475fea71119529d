/* GET /api/lanes: the lanes of goroutines, sorted, filtered and in pages. */
#include "output/json.h"
#include "web/goroutine_lanes.h"
#include "web/routes.h"

#include <inttypes.h>
#include <stdio.h>

enum { MOST_ROWS = 1000 };

static const char *const keys[WEB_GOROUTINE_KEYS] = {
    [WEB_BY_TOTAL] = "total",     [WEB_BY_NUMBER] = "number",       [WEB_BY_ID] = "id",
    [WEB_BY_NAME] = "name",       [WEB_BY_START] = "start",         [WEB_BY_END] = "end",
    [WEB_BY_RUNNING] = "running", [WEB_BY_RUNNABLE] = "runnable",   [WEB_BY_WAITING] = "waiting",
    [WEB_BY_SYSCALL] = "syscall", [WEB_BY_INTERVALS] = "intervals",
};

static bool parameter_is(const struct web_request *request, const char *name, const char *value)
{
    struct base_text text = {0};
    web_parameter(request, name, &text);
    bool is = base_str_is((struct base_str){text.data, text.size}, value);
    base_text_release(&text);
    return is;
}

static enum web_goroutine_key key_asked_for(const struct web_request *request)
{
    for (int key = 0; key < WEB_GOROUTINE_KEYS; key++)
        if (parameter_is(request, "sort", keys[key]))
            return (enum web_goroutine_key)key;
    return WEB_BY_TOTAL;
}

static void add_row(struct output_json *json, const struct web_trace *trace, uint32_t number)
{
    const struct model_timeline *timeline = &trace->timeline;
    const struct model_actor *actor = &timeline->actors.at[number];
    struct model_goroutine_lane lane = model_goroutine_lane_of(web_goroutine_lanes_ready(trace), number);
    struct model_life_figures figures;
    char id[16];
    model_goroutine_lane_figures(&lane, &figures);
    snprintf(id, sizeof id, "g%" PRIu32, number);
    output_json_open(json, NULL, '{');
    output_json_string(json, "lane", base_str_of(id));
    output_json_u64(json, "number", number);
    output_json_i64(json, "id", actor->id.n);
    output_json_string(json, "name", order_string(&trace->symbols, actor->name));
    output_json_i64(json, "start_ns", figures.start_ns - timeline->first_ns);
    output_json_i64(json, "end_ns", figures.end_ns - timeline->first_ns);
    output_json_u64(json, "intervals", actor->intervals);
    output_json_open(json, "ns", '[');
    for (int i = 0; i < MODEL_LIFE_STATES; i++)
        output_json_i64(json, NULL, figures.ns[model_life_states[i]]);
    output_json_close(json, ']');
    output_json_close(json, '}');
}

static void add_page(struct output_json *json, struct web_trace *trace, const struct web_goroutine_query *query,
                     int64_t offset, int64_t limit)
{
    uint32_t numbers[MOST_ROWS];
    size_t found, most = limit < 0 ? 0 : limit < MOST_ROWS ? (size_t)limit : MOST_ROWS;
    size_t count = web_goroutine_page(trace, query, offset < 0 ? 0 : (size_t)offset, most, numbers, &found);
    output_json_u64(json, "count", found);
    output_json_open(json, "states", '[');
    for (int i = 0; i < MODEL_LIFE_STATES; i++)
        output_json_i64(json, NULL, model_life_states[i]);
    output_json_close(json, ']');
    output_json_open(json, "rows", '[');
    for (size_t i = 0; i < count; i++)
        add_row(json, trace, numbers[i]);
    output_json_close(json, ']');
}

void web_lanes(struct web_trace *trace, const struct web_request *request, struct web_response *response)
{
    struct base_text filter = {0};
    struct web_goroutine_query query = {
        .key = key_asked_for(request),
        .descending = !parameter_is(request, "order", "asc"),
        .from_ns = web_parameter_i64(request, "from", INT64_MIN),
        .to_ns = web_parameter_i64(request, "to", INT64_MAX),
        .state = web_parameter_i64(request, "state", MODEL_IDLE),
    };
    if (!parameter_is(request, "group", "goroutines")) {
        web_fail(response, 404, "there is no such group of lanes: goroutines is the one that is listed");
        return;
    }
    if (query.state < 0 || query.state >= MODEL_STATES) {
        web_fail(response, 400, "there is no such state");
        return;
    }
    if (!web_goroutine_lanes_get(trace)) {
        web_fail_to_read(response);
        return;
    }
    web_parameter(request, "filter", &filter);
    query.text = (struct base_str){filter.data, filter.size};
    struct output_json json = {.out = &response->body};
    output_json_open(&json, NULL, '{');
    output_json_string(&json, "group", BASE_STR("goroutines"));
    output_json_u64(&json, "total", trace->timeline.actors.count);
    add_page(&json, trace, &query, web_parameter_i64(request, "offset", 0), web_parameter_i64(request, "limit", 200));
    output_json_close(&json, '}');
    base_text_release(&filter);
}
