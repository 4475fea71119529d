/* SQL over traces, as the library has it: values, limits, stopping, several queries at once. */
#include "support.h"

#include "query/query.h"

#include <pthread.h>
#include <time.h>

static struct base_mapping file;
static struct query_trace *trace;

static int open_trace(void **state)
{
    (void)state;
    file = test_map_source("examples/webload.trace");
    trace = query_trace_new(&file, NULL);
    return 0;
}

static int close_trace(void **state)
{
    (void)state;
    query_trace_free(trace);
    base_os_unmap(&file);
    return 0;
}

static bool begin(struct query *query, const char *sql)
{
    size_t used;
    return query_begin(query, base_str_of(sql), NULL, &used);
}

/* The only value of a statement's only row. */
static int64_t ask(struct query *query, const char *sql)
{
    assert_true(begin(query, sql));
    assert_int_equal(query_next(query), QUERY_ROW);
    struct query_value value = query_value(query, 0);
    assert_int_equal(value.type, QUERY_INTEGER);
    assert_int_equal(query_next(query), QUERY_END);
    return value.integer;
}

static void values_have_types(void **state)
{
    (void)state;
    struct query *query = query_new(trace, NULL);
    assert_true(begin(query, "SELECT 1 AS a, 2.5, 'x', NULL, x'0100'"));
    assert_int_equal(query_column_count(query), 5);
    assert_true(base_str_is(query_column_name(query, 0), "a"));
    assert_int_equal(query_next(query), QUERY_ROW);
    assert_int_equal(query_value(query, 0).integer, 1);
    assert_true(query_value(query, 1).type == QUERY_REAL && query_value(query, 1).real == 2.5);
    assert_true(query_value(query, 2).type == QUERY_TEXT && base_str_is(query_value(query, 2).text, "x"));
    assert_int_equal(query_value(query, 3).type, QUERY_NULL);
    assert_true(query_value(query, 4).type == QUERY_BLOB && query_value(query, 4).text.size == 2);
    assert_int_equal(query_next(query), QUERY_END);
    query_free(query);
}

static void statements_follow_each_other(void **state)
{
    (void)state;
    struct query *query = query_new(trace, NULL);
    struct base_str sql = BASE_STR("SELECT 1; SELECT 2 -- and\n; -- nothing more\n");
    size_t used, count = 0;
    for (; query_begin(query, sql, NULL, &used); sql.data += used, sql.size -= used) {
        assert_int_equal(query_next(query), QUERY_ROW);
        assert_int_equal(query_value(query, 0).integer, ++count);
    }
    assert_int_equal(count, 2);
    assert_int_equal(query_failed(query), QUERY_FINE);
    query_free(query);
}

static void errors_tell_where(void **state)
{
    (void)state;
    ptrdiff_t offset;
    struct query *query = query_new(trace, NULL);
    assert_false(begin(query, "SELECT nonsense FROM states"));
    assert_int_equal(query_failed(query), QUERY_WRONG);
    assert_string_equal(query_error(query, &offset), "no such column: nonsense");
    assert_int_equal(offset, 7);
    assert_int_equal(query_next(query), QUERY_FAILED);
    assert_int_equal(ask(query, "SELECT 7"), 7); /* and that is over */
    assert_string_equal(query_error(query, &offset), "");
    query_free(query);
}

static void rows_are_limited(void **state)
{
    (void)state;
    struct query *query = query_new(trace, &(struct query_limits){.rows = 3});
    assert_true(begin(query, "SELECT id FROM tasks"));
    for (int i = 0; i < 3; i++)
        assert_int_equal(query_next(query), QUERY_ROW);
    assert_int_equal(query_next(query), QUERY_MORE);
    assert_int_equal(query_usage(query).rows, 3);
    assert_true(begin(query, "SELECT id FROM tasks LIMIT 3"));
    for (int i = 0; i < 3; i++)
        assert_int_equal(query_next(query), QUERY_ROW);
    assert_int_equal(query_next(query), QUERY_END);
    query_free(query);
}

static void time_is_limited(void **state)
{
    (void)state;
    struct query *query = query_new(trace, &(struct query_limits){.time_ns = 20000000});
    bool begun = begin(query, "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT sum(x) FROM c");
    assert_true(begun);
    assert_int_equal(query_next(query), QUERY_FAILED);
    assert_int_equal(query_failed(query), QUERY_TIMED_OUT);
    query_free(query);
}

static void what_is_needed_is_looked_at(void **state)
{
    (void)state;
    struct query *query = query_new(trace, NULL);
    int64_t wanted = ask(query, "SELECT count(*) FROM states WHERE goroutine = 81");
    assert_true(wanted > 0 && wanted < 5000);
    assert_int_equal(query_usage(query).visited, wanted);
    int64_t events = ask(query, "SELECT count(*) FROM events WHERE time_ns BETWEEN 1000000 AND 2000000");
    assert_int_equal(query_usage(query).visited, events);
    query_free(query);
}

/* ---- several threads ---- */

static void *stop_soon(void *context)
{
    nanosleep(&(struct timespec){.tv_nsec = 30000000}, NULL);
    query_stop(context);
    return NULL;
}

static void another_thread_stops(void **state)
{
    (void)state;
    pthread_t thread;
    struct query *query = query_new(trace, NULL);
    assert_true(begin(query, "SELECT count(*) FROM events a, events b, events c"));
    assert_int_equal(pthread_create(&thread, NULL, stop_soon, query), 0);
    assert_int_equal(query_next(query), QUERY_FAILED);
    assert_int_equal(query_failed(query), QUERY_STOPPED);
    pthread_join(thread, NULL);
    assert_false(begin(query, "SELECT count(*) FROM samples")); /* it stays stopped */
    assert_int_equal(query_failed(query), QUERY_STOPPED);
    query_free(query);
}

static void loading_is_stopped(void **state)
{
    (void)state;
    struct query_trace *fresh = query_trace_new(&file, NULL);
    struct query *query = query_new(fresh, NULL), *other = query_new(fresh, NULL);
    query_stop(query);
    assert_false(begin(query, "SELECT count(*) FROM states"));
    assert_int_equal(query_failed(query), QUERY_STOPPED);
    assert_null(query_trace_pass(fresh));
    assert_true(ask(other, "SELECT count(*) FROM states") > 0); /* as if nothing had been */
    assert_non_null(query_trace_pass(fresh));
    query_free(query);
    query_free(other);
    query_trace_free(fresh);
}

static const char *const questions[] = {
    "SELECT count(*) FROM states",
    "SELECT sum(n) FROM (SELECT reason, count(*) AS n FROM states GROUP BY reason)",
    "SELECT sum(end_ns - start_ns) FROM regions",
    "SELECT count(*) FROM events WHERE kind = 'block' AND name = 'select'",
    "SELECT count(*) FROM tasks JOIN regions ON task = id",
    "SELECT count(DISTINCT text) FROM stacks",
    "SELECT max(value) FROM counters",
    "SELECT sum(goroutine) FROM states WHERE proc = 1",
};

struct asking {
    struct query_trace *trace;
    unsigned first;
    int64_t answers[COUNT_OF(questions)];
};

static void *ask_all(void *context)
{
    struct asking *asking = context;
    struct query *query = query_new(asking->trace, NULL);
    for (unsigned i = 0; i < COUNT_OF(questions); i++) {
        unsigned which = (asking->first + i) % COUNT_OF(questions);
        asking->answers[which] = ask(query, questions[which]);
    }
    query_free(query);
    return NULL;
}

static void queries_run_at_once(void **state)
{
    (void)state;
    enum { THREADS = 6 };
    struct query_trace *fresh = query_trace_new(&file, NULL);
    struct asking askings[THREADS], alone = {.trace = trace};
    pthread_t threads[THREADS];
    ask_all(&alone);
    for (unsigned i = 0; i < THREADS; i++) {
        askings[i] = (struct asking){.trace = fresh, .first = i};
        assert_int_equal(pthread_create(&threads[i], NULL, ask_all, &askings[i]), 0);
    }
    for (unsigned i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        assert_memory_equal(askings[i].answers, alone.answers, sizeof alone.answers);
    }
    query_trace_free(fresh);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_have_types),    cmocka_unit_test(statements_follow_each_other),
        cmocka_unit_test(errors_tell_where),    cmocka_unit_test(rows_are_limited),
        cmocka_unit_test(time_is_limited),      cmocka_unit_test(what_is_needed_is_looked_at),
        cmocka_unit_test(another_thread_stops), cmocka_unit_test(loading_is_stopped),
        cmocka_unit_test(queries_run_at_once),
    };
    return cmocka_run_group_tests(tests, open_trace, close_trace);
}
