/* A stretch of time: what goroutines, processors and the collector did in it, against brute force over the events. */
#include "oracle.h"
#include "random_trace.h"
#include "tiles.h"

#include "analyze/span.h"
#include "web/goroutine_lanes.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { CASES = 250, SPANS = 6 };

/* A trace, opened by the viewer and read by the oracle. */
struct opened {
    const char *name;
    struct web_trace trace;
    struct oracle oracle;
};

struct span {
    const struct opened *opened;
    int64_t from_ns, to_ns;
    struct analyze_span is;
};

#define check(span, condition, ...)                                                                                    \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            print_error("%s from %" PRId64 " to %" PRId64 ": ", (span)->opened->name, (span)->from_ns, (span)->to_ns); \
            fail_msg(__VA_ARGS__);                                                                                     \
        }                                                                                                              \
    } while (0)

static bool begin(struct opened *opened, const char *name, const struct base_mapping *file)
{
    struct base_error error = BASE_NO_ERROR;
    *opened = (struct opened){.name = name};
    bool open = web_trace_open(&opened->trace, name, file, NULL, NULL, &error);
    if (open)
        assert_true(web_trace_wait(&opened->trace));
    assert_true(oracle_read(&opened->oracle, file) == open);
    base_error_release(&error);
    return open;
}

static void end(struct opened *opened, bool open)
{
    if (open)
        web_trace_release(&opened->trace);
    oracle_release(&opened->oracle);
}

/* ---- one span ---- */

static void check_goroutines(const struct span *span, uint32_t states)
{
    const struct oracle *oracle = &span->opened->oracle;
    int64_t sums_ns[ORACLE_STATES] = {0}, ns[ORACLE_STATES];
    size_t next = 0;
    for (size_t i = 0; i < oracle->goroutines.count; i++) {
        int64_t all_ns = 0, asked_ns = 0;
        oracle_measure(&oracle->goroutines.at[i], span->from_ns, span->to_ns, ns);
        for (int state = 0; state < ORACLE_STATES; state++) {
            all_ns += ns[state];
            sums_ns[state] += ns[state];
            asked_ns += states >> state & 1 ? ns[state] : 0;
        }
        if (!all_ns)
            continue;
        check(span, next < span->is.goroutines.count && span->is.goroutines.at[next].number == i,
              "goroutine %zu is not there", i);
        check(span, span->is.goroutines.at[next].ns == asked_ns, "goroutine %zu: %" PRId64 " ns", i, asked_ns);
        next++;
    }
    check(span, next == span->is.goroutines.count, "%zu goroutines, not %zu", span->is.goroutines.count, next);
    for (int state = 0; state < ORACLE_STATES; state++)
        check(span, span->is.ns[state] == sums_ns[state], "state %d: %" PRId64 " ns, not %" PRId64, state,
              span->is.ns[state], sums_ns[state]);
}

static void check_functions(const struct span *span)
{
    const struct oracle *oracle = &span->opened->oracle;
    uint64_t count = 0;
    for (size_t f = 0; f < span->is.functions.count; f++) {
        const struct analyze_span_function *function = &span->is.functions.at[f];
        int64_t sums_ns[ORACLE_STATES] = {0}, ns[ORACLE_STATES];
        for (size_t i = 0; i < oracle->goroutines.count; i++) {
            if (span->opened->trace.timeline.actors.at[i].name != function->name)
                continue;
            oracle_measure(&oracle->goroutines.at[i], span->from_ns, span->to_ns, ns);
            for (int state = 0; state < ORACLE_STATES; state++)
                sums_ns[state] += ns[state];
        }
        for (int state = 0; state < ORACLE_STATES; state++)
            check(span, function->ns[state] == sums_ns[state], "function %zu, state %d", f, state);
        for (size_t other = 0; other < f; other++)
            check(span, span->is.functions.at[other].name != function->name, "function %zu twice", f);
        count += function->count;
    }
    check(span, count == span->is.goroutines.count, "functions have %" PRIu64 " goroutines", count);
}

static void check_collector(const struct span *span)
{
    const struct oracle *oracle = &span->opened->oracle;
    int64_t ns[ORACLE_STATES], running_ns = 0, syscall_ns = 0, longest_ns = 0;
    uint64_t phases = oracle_measure(&oracle->gc, span->from_ns, span->to_ns, ns);
    check(span, span->is.gc_count == phases, "%" PRIu64 " phases, not %" PRIu64, span->is.gc_count, phases);
    check(span, span->is.gc_ns == ns[MODEL_GC], "GC for %" PRId64 " ns, not %" PRId64, span->is.gc_ns, ns[MODEL_GC]);
    uint64_t stops = oracle_measure(&oracle->stw, span->from_ns, span->to_ns, ns);
    check(span, span->is.stop_count == stops, "%" PRIu64 " stops, not %" PRIu64, span->is.stop_count, stops);
    check(span, span->is.stopped_ns == ns[MODEL_STW], "stopped for %" PRId64 " ns", span->is.stopped_ns);
    for (size_t i = 0; i < oracle->stw.slices.count; i++) {
        const struct oracle_slice *stop = &oracle->stw.slices.at[i];
        int64_t from_ns = stop->start_ns > span->from_ns ? stop->start_ns : span->from_ns;
        int64_t to_ns = stop->end_ns < span->to_ns ? stop->end_ns : span->to_ns;
        longest_ns = to_ns - from_ns > longest_ns ? to_ns - from_ns : longest_ns;
    }
    check(span, span->is.longest_stop_ns == longest_ns, "the longest stop: %" PRId64, span->is.longest_stop_ns);
    for (size_t p = 0; p < oracle->procs.count; p++) {
        oracle_measure(&oracle->procs.at[p], span->from_ns, span->to_ns, ns);
        running_ns += ns[MODEL_RUNNING];
        syscall_ns += ns[MODEL_SYSCALL];
    }
    check(span, span->is.proc_running_ns == running_ns && span->is.proc_syscall_ns == syscall_ns, "processors");
}

/* Ends are anywhere, also outside the trace and where something begins. */
static int64_t random_moment(const struct oracle *oracle, struct test_random *random)
{
    const struct oracle_lane *lane =
        oracle->goroutines.count ? &oracle->goroutines.at[test_random_below(random, oracle->goroutines.count)] : NULL;
    if (!lane || !lane->slices.count || test_random_below(random, 2))
        return oracle->first_ns - 5 +
               (int64_t)test_random_below(random, (uint64_t)(oracle->last_ns - oracle->first_ns) + 10);
    const struct oracle_slice *slice = &lane->slices.at[test_random_below(random, lane->slices.count)];
    return slice->start_ns - 1 + (int64_t)test_random_below(random, 3);
}

static void check_span(struct opened *opened, struct test_random *random)
{
    const struct oracle *oracle = &opened->oracle;
    int64_t a_ns = random_moment(oracle, random), b_ns = random_moment(oracle, random);
    uint32_t states = test_random_below(random, 2) ? UINT32_MAX : (uint32_t)test_random_below(random, 1 << 17);
    struct span span = {opened, a_ns < b_ns ? a_ns : b_ns, a_ns < b_ns ? b_ns : a_ns, {0}};
    const struct model_goroutine_lanes *lanes = web_goroutine_lanes_get(&opened->trace);
    assert_non_null(lanes);
    analyze_span_make(&span.is, lanes, span.from_ns, span.to_ns, states);
    if (span.to_ns > oracle->first_ns && span.from_ns < oracle->last_ns && span.from_ns < span.to_ns) {
        span.from_ns = span.from_ns > oracle->first_ns ? span.from_ns : oracle->first_ns;
        span.to_ns = span.to_ns < oracle->last_ns ? span.to_ns : oracle->last_ns;
        assert_true(span.is.from_ns == span.from_ns && span.is.to_ns == span.to_ns);
        check_goroutines(&span, states);
        check_functions(&span);
        check_collector(&span);
    } else {
        assert_true(span.is.to_ns == span.is.from_ns && !span.is.goroutines.count && !span.is.gc_count);
    }
    analyze_span_release(&span.is);
}

static void random_traces(void **state)
{
    unsigned opened_cases = 0;
    (void)state;
    for (uint64_t seed = 1; seed <= CASES; seed++) {
        struct test_random random = {seed * 11 + 5};
        bool large = !test_random_below(&random, 12);
        struct random_trace_shape shape = {
            .threads = 1 + (unsigned)test_random_below(&random, large ? 2 : 8),
            .goroutines = 1 + (unsigned)test_random_below(&random, large ? 4 : 60),
            .events = large ? 6000 : 10 + (unsigned)test_random_below(&random, 400),
            .generations = 1 + (unsigned)test_random_below(&random, 4),
            .longest_ns = 1 + test_random_below(&random, 100000),
            .long_pauses = !test_random_below(&random, 3),
        };
        struct base_mapping file = random_trace(&random, &shape);
        if (!test_random_below(&random, 3))
            random_damage(&file, &random);
        char name[32];
        snprintf(name, sizeof name, "seed %" PRIu64, seed);
        struct opened opened;
        bool open = begin(&opened, name, &file);
        opened_cases += open;
        for (int i = 0; open && i < SPANS; i++)
            check_span(&opened, &random);
        end(&opened, open);
        test_mapping_free(&file);
    }
    assert_true(opened_cases > CASES * 9 / 10);
}

static void real_traces(void **state)
{
    static const char *const traces[] = {"examples/workerpool.trace", "examples/contention.trace",
                                         "examples/daisy.trace"};
    struct test_random random = {17};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(traces); i++) {
        struct base_mapping file = test_map_source(traces[i]);
        struct opened opened;
        assert_true(begin(&opened, traces[i], &file));
        for (int j = 0; j < 40; j++)
            check_span(&opened, &random);
        end(&opened, true);
        base_os_unmap(&file);
    }
}

/* ---- what the endpoints say ---- */

static void ask(struct web_trace *trace, const char *target, unsigned status, struct base_text *ret_body)
{
    const struct web_request request = {.method = "GET", .target = target, .host = "localhost"};
    struct web_response response = {0};
    web_answer(trace, &request, &response);
    assert_int_equal(response.status, status);
    *ret_body = response.body;
    base_text_cstring(ret_body);
}

/* The nth figure of this name, or the first number of an array of it. */
static int64_t figure(const struct base_text *body, const char *name, unsigned nth)
{
    struct base_text key = {0};
    base_text_format(&key, "\"%s\":", name);
    const char *at = body->data;
    for (unsigned i = 0; at && i <= nth; i++)
        at = (at = strstr(at, base_text_cstring(&key))) ? at + key.size : NULL;
    base_text_release(&key);
    if (!at)
        fail_msg("no %s", name);
    return at ? strtoll(at + (*at == '['), NULL, 10) : 0;
}

static void replies(void **state)
{
    struct base_mapping file = test_map_source("examples/workerpool.trace");
    struct base_error error = BASE_NO_ERROR;
    struct web_trace trace;
    struct base_text body;
    (void)state;
    assert_true(web_trace_open(&trace, "x", &file, NULL, NULL, &error));
    ask(&trace, "/api/span", 200, &body);
    int64_t goroutines = figure(&body, "goroutines", 0), running_ns = figure(&body, "ns", 0), sum_ns = 0;
    assert_int_equal(figure(&body, "from_ns", 0), 0);
    assert_true(figure(&body, "to_ns", 0) == trace.timeline.last_ns - trace.timeline.first_ns);
    assert_true(goroutines > 3 && goroutines <= (int64_t)trace.timeline.actors.count && running_ns > 0);
    base_text_release(&body);

    /* The first state is running: rows come with most of it first, and add up to all. */
    ask(&trace, "/api/span/goroutines?sort=running&limit=1000", 200, &body);
    assert_true(figure(&body, "count", 0) == goroutines);
    for (unsigned i = 0; i < goroutines; i++) {
        int64_t ns = figure(&body, "ns", i);
        assert_true(!i || ns <= figure(&body, "ns", i - 1));
        sum_ns += ns;
    }
    assert_true(sum_ns == running_ns);
    base_text_release(&body);

    ask(&trace, "/api/span/functions?sort=count&order=asc", 200, &body);
    int64_t functions = figure(&body, "count", 0), count = 0;
    for (unsigned i = 1; i <= functions; i++) {
        assert_true(i == 1 || figure(&body, "count", i) >= figure(&body, "count", i - 1));
        count += figure(&body, "count", i);
    }
    assert_true(count == goroutines);
    base_text_release(&body);

    ask(&trace, "/api/span/goroutines?function=main.(*pool).run&limit=1", 200, &body);
    assert_int_equal(figure(&body, "count", 0), 5);
    base_text_release(&body);
    ask(&trace, "/api/span/goroutines?function=main&limit=1", 200, &body);
    assert_int_equal(figure(&body, "count", 0), 0);
    base_text_release(&body);
    ask(&trace, "/api/span?from=10&to=5", 400, &body);
    base_text_release(&body);
    web_trace_release(&trace);
    base_os_unmap(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_traces),
        cmocka_unit_test(real_traces),
        cmocka_unit_test(replies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
