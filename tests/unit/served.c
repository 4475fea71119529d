#include "served.h"

#include "web/lanes.h"
#include "web/routes.h"

void test_open_steps(struct web_trace *trace, struct base_mapping *file, const struct step *steps)
{
    struct base_error error = BASE_NO_ERROR;
    *file = test_write(WIRE_GO_1_26, steps);
    assert_true(web_trace_open(trace, "x", file, NULL, NULL, &error));
    assert_true(web_trace_wait(trace));
}

void test_close_steps(struct web_trace *trace, struct base_mapping *file)
{
    web_trace_release(trace);
    test_mapping_free(file);
}

static void check_answer(struct web_trace *trace, const struct web_request *request, int status, const char *part)
{
    struct web_response response = {0};
    web_answer(trace, request, &response);
    if (!base_str_contains(base_text_view(&response.body), part))
        fail_msg("%s: %.*s", request->target, (int)response.body.size, response.body.data);
    assert_int_equal(response.status, status);
    base_text_release(&response.body);
}

void test_ask(struct web_trace *trace, const char *target, int status, const char *part)
{
    const struct web_request request = {.method = "GET", .target = target, .host = "localhost"};
    check_answer(trace, &request, status, part);
}

void test_post(struct web_trace *trace, const char *target, const char *body, int status, const char *part)
{
    const struct web_request request = {
        .method = "POST", .target = target, .host = "localhost", .kymo_header = "1", .body = base_str_of(body)};
    check_answer(trace, &request, status, part);
}

void test_no_lanes(const char *const *ids, size_t count)
{
    static const struct step steps[] = {{1, 1, WIRE_PROC_STATUS, {0, 1}}, {1, 2, WIRE_GO_STATUS, {5, 1, 2}}, {0}};
    struct web_trace trace;
    struct base_mapping file;
    struct web_lane lane;
    test_open_steps(&trace, &file, steps);
    for (size_t i = 0; i < count; i++) {
        web_prepare_lane(&trace, base_str_of(ids[i]));
        if (web_find_lane(&trace, base_str_of(ids[i]), &lane))
            fail_msg("\"%s\" is a lane", ids[i]);
    }
    test_close_steps(&trace, &file);
}
