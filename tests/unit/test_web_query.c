/* SQL asked of the viewer's server: what it answers, its limits, and how queries are stopped. */
#include "served.h"

#include "web/queries.h"
#include "web/routes.h"

#include <stdlib.h>

#define FOR_EVER "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) "

struct opened {
    struct base_mapping file;
    struct web_trace trace;
};

static int open_trace(void **state)
{
    struct opened *opened = calloc(1, sizeof *opened);
    struct base_error error = BASE_NO_ERROR;
    assert_non_null(opened);
    opened->file = test_map_source("examples/workerpool.trace");
    assert_true(web_trace_open(&opened->trace, "workerpool.trace", &opened->file, NULL, NULL, &error));
    *state = opened;
    return 0;
}

static int close_trace(void **state)
{
    struct opened *opened = *state;
    web_trace_release(&opened->trace);
    base_os_unmap(&opened->file);
    free(opened);
    return 0;
}

/* ---- answers ---- */

static void statements_are_answered(void **state)
{
    struct opened *opened = *state;
    static const struct {
        const char *sql, *part;
    } cases[] = {
        {"SELECT 1 AS one", "{\"columns\":[{\"name\":\"one\"}],\"rows\":[[1]],\"more\":null,\"elapsed_ns\":"},
        {"SELECT 1 WHERE 0", "\"rows\":[],\"more\":null"},
        {"SELECT 1; -- and /* that */ is all\n ; /* x */", "\"rows\":[[1]]"},
        {"-- first\nSELECT 1 /* unended", "\"rows\":[[1]]"},
        {"VALUES (1, 'a'), (NULL, 'b')", "\"rows\":[[1,\"a\"],[null,\"b\"]]"},
        {"SELECT 9007199254740992, 9007199254740993, -9007199254740993",
         "\"rows\":[[9007199254740992,{\"integer\":\"9007199254740993\"},{\"integer\":\"-9007199254740993\"}]]"},
        {"SELECT 0.1, 1e300, 9e999, -9e999", "[0.1,1e+300,{\"real\":\"Inf\"},{\"real\":\"-Inf\"}]"},
        {"SELECT x'00ff', x''", "[{\"blob\":\"00ff\",\"bytes\":2},{\"blob\":\"\",\"bytes\":0}]"},
        {"SELECT zeroblob(100)",
         "{\"blob\":\"0000000000000000000000000000000000000000000000000000000000000000\",\"bytes\":100}"},
        {"SELECT '<b>&\"' || char(10)", "[\"\\u003cb\\u003e\\u0026\\\"\\n\"]"},
        {"SELECT name FROM goroutines WHERE id = 1", "\"rows\":[[\"main.main\"]]"},
        {"SELECT count(*) > 0 FROM events", "\"rows\":[[1]]"},
        {"EXPLAIN SELECT 1", "\"name\":\"opcode\""},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        test_post(&opened->trace, "/api/query", cases[i].sql, 200, cases[i].part);
}

static void wrong_statements_are_told_with_their_place(void **state)
{
    struct opened *opened = *state;
    static const struct {
        const char *sql, *part;
    } cases[] = {
        {"", "{\"error\":\"there is no statement\",\"offset\":null}"},
        {" ; -- nothing", "{\"error\":\"there is no statement\",\"offset\":null}"},
        {"SELECT nope FROM goroutines", "{\"error\":\"no such column: nope\",\"offset\":7}"},
        {"SELECT 1; SELECT 2", "{\"error\":\"only one statement is answered at a time\",\"offset\":10}"},
        {"SELECT 1;\n-- x\n2", "\"offset\":15}"},
        {"SELECT '\xc3\xa9' frm x y", "\"offset\":"},
        {"DELETE FROM goroutines", "\"error\":"},
        {"CREATE TABLE a(b)", "\"error\":"},
        {"ATTACH 'x' AS y", "\"error\":"},
        {"SELECT abs(-9223372036854775807 - 1)", "\"error\":\"integer overflow\""},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        test_post(&opened->trace, "/api/query", cases[i].sql, 400, cases[i].part);
}

static void an_error_amid_the_rows_replaces_them(void **state)
{
    struct opened *opened = *state;
    test_post(&opened->trace, "/api/query",
              FOR_EVER "SELECT CASE WHEN x < 9 THEN x ELSE abs(-9223372036854775807 - 1) END FROM c", 400,
              "{\"error\":\"integer overflow\",\"offset\":null}");
}

static void only_the_pages_may_ask(void **state)
{
    struct opened *opened = *state;
    test_ask(&opened->trace, "/api/query", 405, "\"error\"");
    test_ask(&opened->trace, "/api/query/stop?id=a", 405, "\"error\"");
    test_post(&opened->trace, "/api/query/schema", "", 405, "\"error\"");
}

static void the_schema_tells_of_tables_and_columns(void **state)
{
    struct opened *opened = *state;
    test_ask(&opened->trace, "/api/query/schema", 200, "{\"tables\":[{\"name\":\"");
    test_ask(&opened->trace, "/api/query/schema", 200,
             "\"name\":\"start_ns\",\"type\":\"integer\",\"unit\":\"ns\",\"about\":\"");
}

/* ---- limits ---- */

static void rows_are_limited(void **state)
{
    struct opened *opened = *state;
    test_post(&opened->trace, "/api/query?rows=2", FOR_EVER "SELECT x FROM c", 200,
              "\"rows\":[[1],[2]],\"more\":\"rows\"");
    test_post(&opened->trace, "/api/query", FOR_EVER "SELECT x FROM c", 200, ",[1000]],\"more\":\"rows\"");
    test_post(&opened->trace, "/api/query?rows=99999999", FOR_EVER "SELECT x FROM c", 200,
              ",[10000]],\"more\":\"rows\"");
    test_post(&opened->trace, "/api/query?rows=-1", FOR_EVER "SELECT x FROM c", 200,
              "\"rows\":[[1]],\"more\":\"rows\"");
    test_post(&opened->trace, "/api/query?rows=2", "VALUES (1), (2)", 200, "\"rows\":[[1],[2]],\"more\":null");
}

static void time_is_limited(void **state)
{
    struct opened *opened = *state;
    test_post(&opened->trace, "/api/query?time=20ms", FOR_EVER "SELECT count(*) FROM c", 200,
              "\"rows\":[],\"more\":\"time\"");
    opened->trace.queries->most_ns = 20000000;
    test_post(&opened->trace, "/api/query?time=9h", FOR_EVER "SELECT count(*) FROM c", 200, "\"more\":\"time\"");
    test_post(&opened->trace, "/api/query?time=-1s", FOR_EVER "SELECT count(*) FROM c", 200, "\"more\":\"time\"");
}

/* A row that would make the reply too large is left out, and nothing of it remains. */
static void replies_are_limited_in_size(void **state)
{
    struct opened *opened = *state;
    struct web_request request = {.method = "POST", .target = "/api/query", .host = "localhost", .kymo_header = "1"};
    struct web_response response = {0};
    request.body = base_str_of(FOR_EVER "SELECT x, replace(hex(zeroblob(1500000)), '0', 'a') AS y FROM c");
    web_answer(&opened->trace, &request, &response);
    struct base_str body = base_text_view(&response.body);
    assert_int_equal(response.status, 200);
    assert_true(body.size < (16 << 20) + 1000 && body.size > 13 << 20);
    assert_true(base_str_contains(body, "a\"]],\"more\":\"size\",\"elapsed_ns\":"));
    base_text_release(&response.body);
}

/* ---- stopping ---- */

struct asking {
    struct web_trace *trace;
    struct web_request request;
    struct web_response response;
    pthread_t thread;
};

static void *run_request(void *argument)
{
    struct asking *asking = argument;
    web_answer(asking->trace, &asking->request, &asking->response);
    return NULL;
}

static void begin_asking(struct asking *asking, struct web_trace *trace, const char *target)
{
    asking->trace = trace;
    asking->request = (struct web_request){
        .method = "POST", .target = target, .body = base_str_of(FOR_EVER "SELECT count(*) FROM c")};
    asking->response = (struct web_response){0};
    assert_int_equal(pthread_create(&asking->thread, NULL, run_request, asking), 0);
}

static void end_asking(struct asking *asking, unsigned status, const char *part)
{
    pthread_join(asking->thread, NULL);
    assert_int_equal(asking->response.status, status);
    assert_true(base_str_contains(base_text_view(&asking->response.body), part));
    base_text_release(&asking->response.body);
}

/* Until so many run. */
static void wait_for(struct web_queries *queries, size_t wanted)
{
    for (;;) {
        size_t running = 0;
        pthread_mutex_lock(&queries->lock);
        for (size_t i = 0; i < WEB_MOST_QUERIES; i++)
            running += queries->running[i].query != NULL;
        pthread_mutex_unlock(&queries->lock);
        if (running == wanted)
            return;
        const struct timespec pause = {.tv_nsec = 1000000};
        nanosleep(&pause, NULL);
    }
}

static void a_query_is_stopped_by_its_id(void **state)
{
    struct opened *opened = *state;
    struct asking asking;
    begin_asking(&asking, &opened->trace, "/api/query?id=mine");
    wait_for(opened->trace.queries, 1);
    test_post(&opened->trace, "/api/query/stop?id=other", "", 200, "{\"stopped\":false}");
    test_post(&opened->trace, "/api/query/stop?id=", "", 200, "{\"stopped\":false}");
    test_post(&opened->trace, "/api/query/stop", "", 200, "{\"stopped\":false}");
    test_post(&opened->trace, "/api/query/stop?id=mine", "", 200, "{\"stopped\":true}");
    end_asking(&asking, 200, "\"rows\":[],\"more\":\"stopped\"");
    test_post(&opened->trace, "/api/query/stop?id=mine", "", 200, "{\"stopped\":false}");
}

static void so_many_run_at_once(void **state)
{
    struct opened *opened = *state;
    struct asking asking[WEB_MOST_QUERIES];
    for (size_t i = 0; i < WEB_MOST_QUERIES; i++)
        begin_asking(&asking[i], &opened->trace, "/api/query?id=same");
    wait_for(opened->trace.queries, WEB_MOST_QUERIES);
    test_post(&opened->trace, "/api/query", "SELECT 1", 503, "2 queries are running already");
    test_ask(&opened->trace, "/api/query/schema", 200, "tables");
    test_post(&opened->trace, "/api/query/stop?id=same", "", 200, "{\"stopped\":true}");
    for (size_t i = 0; i < WEB_MOST_QUERIES; i++)
        end_asking(&asking[i], 200, "\"more\":\"stopped\"");
    test_post(&opened->trace, "/api/query", "SELECT 1", 200, "[[1]]");
}

static bool went(void *connection)
{
    return atomic_load((atomic_bool *)connection);
}

static void a_query_ends_with_its_connection(void **state)
{
    struct opened *opened = *state;
    struct asking asking = {.trace = &opened->trace};
    atomic_bool gone = false;
    asking.request = (struct web_request){.method = "POST",
                                          .target = "/api/query",
                                          .body = base_str_of(FOR_EVER "SELECT count(*) FROM c"),
                                          .gone = went,
                                          .connection = &gone};
    assert_int_equal(pthread_create(&asking.thread, NULL, run_request, &asking), 0);
    wait_for(opened->trace.queries, 1);
    atomic_store(&gone, true);
    end_asking(&asking, 200, "\"more\":\"stopped\"");
}

static void abandoning_the_trace_stops_queries(void **state)
{
    struct opened *opened = *state;
    struct asking asking;
    begin_asking(&asking, &opened->trace, "/api/query");
    wait_for(opened->trace.queries, 1);
    web_trace_abandon(&opened->trace);
    end_asking(&asking, 200, "\"more\":\"stopped\"");
    test_post(&opened->trace, "/api/query", "SELECT 1", 503, "\"error\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(statements_are_answered, open_trace, close_trace),
        cmocka_unit_test_setup_teardown(wrong_statements_are_told_with_their_place, open_trace, close_trace),
        cmocka_unit_test_setup_teardown(an_error_amid_the_rows_replaces_them, open_trace, close_trace),
        cmocka_unit_test_setup_teardown(only_the_pages_may_ask, open_trace, close_trace),
        cmocka_unit_test_setup_teardown(the_schema_tells_of_tables_and_columns, open_trace, close_trace),
        cmocka_unit_test_setup_teardown(rows_are_limited, open_trace, close_trace),
        cmocka_unit_test_setup_teardown(time_is_limited, open_trace, close_trace),
        cmocka_unit_test_setup_teardown(replies_are_limited_in_size, open_trace, close_trace),
        cmocka_unit_test_setup_teardown(a_query_is_stopped_by_its_id, open_trace, close_trace),
        cmocka_unit_test_setup_teardown(so_many_run_at_once, open_trace, close_trace),
        cmocka_unit_test_setup_teardown(a_query_ends_with_its_connection, open_trace, close_trace),
        cmocka_unit_test_setup_teardown(abandoning_the_trace_stops_queries, open_trace, close_trace),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
