/* A text in the whole trace: what is found and where, against looking at every event; and what is asked of it. */
#include "random_trace.h"
#include "support.h"

#include "analyze/search.h"
#include "web/goroutine_lanes.h"
#include "web/routes.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- moments ---- */

static void moments_against_a_list(void **state)
{
    enum { MOST = 20000 };
    int64_t *times = base_zalloc(MOST, sizeof *times);
    (void)state;
    for (uint64_t seed = 1; seed <= 12; seed++) {
        struct test_random random = {seed};
        struct analyze_moments moments = {0};
        size_t count = test_random_below(&random, seed % 3 ? 300 : MOST);
        uint64_t longest = seed % 2 ? 4 : UINT64_C(1) << 34;
        int64_t time_ns = -50;
        for (size_t i = 0; i < count; i++) {
            analyze_moments_add(&moments, times[i] = time_ns);
            time_ns += (int64_t)test_random_below(&random, longest);
        }
        assert_int_equal(moments.count, count);
        for (size_t i = 0; i < count; i++)
            assert_true(analyze_moments_at(&moments, i) == times[i]);
        for (int i = 0; i < 500; i++) {
            int64_t at_ns = -60 + (int64_t)test_random_below(&random, (uint64_t)(time_ns + 80));
            uint64_t before = 0;
            if (count && test_random_below(&random, 2))
                at_ns = times[test_random_below(&random, count)] + (int64_t)test_random_below(&random, 2);
            while (before < count && times[before] < at_ns)
                before++;
            assert_true(analyze_moments_before(&moments, at_ns) == before);
        }
        analyze_moments_release(&moments);
    }
    free(times);
}

/* ---- the text ---- */

static void texts(void **state)
{
    static const struct {
        const char *string, *text;
        bool any_case, has;
    } cases[] = {
        {"main.worker", "work", true, true},
        {"main.Worker", "work", true, true},
        {"main.worker", "Work", false, false},
        {"main.Worker", "Work", false, true},
        {"wor", "work", true, false},
        {"", "a", true, false},
        {"aab", "ab", true, true},
        {"\xc3\x84rger", "\xc3\x84", true, true},
        {"abcabd", "abd", false, true},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_int_equal(
            analyze_search_has(base_str_of(cases[i].string), base_str_of(cases[i].text), cases[i].any_case),
            cases[i].has);
    static const struct {
        const char *text;
        bool any_case, is_goroutine, is_task;
        int64_t id;
    } ids[] = {
        {"12", true, true, true, 12},   {"g7", true, true, false, 7},
        {"G7", false, true, false, 7},  {"007", true, false, false, 0},
        {"12a", true, false, false, 0}, {"g", true, false, false, 0},
        {"0", true, true, true, 0},     {"99999999999999999999", true, false, false, 0},
    };
    for (size_t i = 0; i < COUNT_OF(ids); i++) {
        struct analyze_search search;
        analyze_search_init(&search, base_str_of(ids[i].text));
        assert_int_equal(search.any_case, ids[i].any_case);
        assert_int_equal(search.is_goroutine, ids[i].is_goroutine);
        assert_int_equal(search.is_task, ids[i].is_task);
        assert_true(!ids[i].is_goroutine || search.id == ids[i].id);
        analyze_search_release(&search);
    }
}

/* ---- a whole trace, event by event ---- */

struct expected {
    struct base_str text;
    uint64_t matches[ANALYZE_FOUND_KINDS], logs, tasks;
    int64_t first_ns[ANALYZE_FOUND_KINDS], last_ns[ANALYZE_FOUND_KINDS];
    uint64_t with[1 << 14]; /* by symbol of a function: events that have it */
};

static bool has(const struct expected *expected, struct base_str string)
{
    struct base_text lower = {0};
    for (size_t i = 0; i < string.size; i++)
        base_text_char(&lower,
                       (char)(string.data[i] >= 'A' && string.data[i] <= 'Z' ? string.data[i] + 32 : string.data[i]));
    bool found = false;
    for (size_t i = 0; lower.size >= expected->text.size && i <= lower.size - expected->text.size; i++)
        found = found || memcmp(lower.data + i, expected->text.data, expected->text.size) == 0;
    base_text_release(&lower);
    return found;
}

static void match(struct expected *expected, enum analyze_found kind, int64_t time_ns)
{
    if (!expected->matches[kind]++)
        expected->first_ns[kind] = time_ns;
    expected->last_ns[kind] = time_ns;
}

static void expect_functions(struct expected *expected, const struct order_symbols *symbols,
                             const struct order_event *event)
{
    uint32_t functions[512], count = 0;
    const uint32_t stacks[] = {event->stack, event->transition_stack};
    for (size_t i = 0; i < 2; i++)
        for (uint32_t depth = 0; depth < order_stack_depth(symbols, stacks[i]); depth++) {
            uint32_t function = order_stack_frame(symbols, stacks[i], depth)->func, known = 0;
            while (known < count && functions[known] != function)
                known++;
            if (known == count && has(expected, order_string(symbols, function))) {
                assert_true(count < COUNT_OF(functions) && function < COUNT_OF(expected->with));
                functions[count++] = function;
                expected->with[function]++;
            }
        }
    if (count)
        match(expected, ANALYZE_FOUND_FUNCTION, event->time_ns);
}

static void expect(void *self, const struct order_block *block, const struct order_symbols *symbols)
{
    struct expected *expected = self;
    for (size_t i = 0; i < block->count; i++) {
        const struct order_event *event = &block->events[i];
        struct base_str name = order_string(symbols, event->name);
        expect_functions(expected, symbols, event);
        if (event->kind == ORDER_REGION_BEGIN && has(expected, name))
            match(expected, ANALYZE_FOUND_REGION, event->time_ns);
        if (event->kind == ORDER_TASK_BEGIN && has(expected, name))
            match(expected, ANALYZE_FOUND_TASK, event->time_ns);
        if (event->kind == ORDER_LOG && (has(expected, name) || has(expected, event->log.message)))
            match(expected, ANALYZE_FOUND_LOG, event->time_ns);
        if ((event->kind == ORDER_RANGE_BEGIN || event->kind == ORDER_RANGE_ACTIVE) && has(expected, name))
            match(expected, ANALYZE_FOUND_RANGE, event->time_ns);
    }
}

static void check_found(const struct analyze_search *search, const struct expected *expected,
                        const struct order_symbols *symbols)
{
    uint64_t functions = 0;
    for (int kind = ANALYZE_FOUND_FUNCTION; kind < ANALYZE_FOUND_KINDS; kind++) {
        const struct analyze_found_kind *of = &search->of[kind];
        uint64_t matches = of->matches.count, rows = 0;
        assert_true(matches == expected->matches[kind]);
        if (!matches)
            continue;
        assert_true(analyze_moments_at(&of->matches, 0) == expected->first_ns[kind]);
        assert_true(analyze_moments_at(&of->matches, matches - 1) == expected->last_ns[kind]);
        int64_t first_ns = INT64_MAX;
        for (size_t i = 0; i < of->rows.count; i++) {
            rows += of->rows.at[i].matches;
            first_ns = of->rows.at[i].time_ns < first_ns ? of->rows.at[i].time_ns : first_ns;
        }
        assert_true(first_ns == expected->first_ns[kind] && of->count == of->rows.count);
        assert_true(kind == ANALYZE_FOUND_FUNCTION ? rows >= matches : rows == matches);
    }
    const struct analyze_found_kind *of = &search->of[ANALYZE_FOUND_FUNCTION];
    for (uint32_t symbol = 0; symbol < symbols->strings.count && symbol < COUNT_OF(expected->with); symbol++)
        functions += expected->with[symbol] != 0;
    assert_true(functions == of->count);
    for (size_t i = 0; i < of->rows.count; i++) {
        assert_true(of->rows.at[i].matches == expected->with[of->rows.at[i].name]);
        assert_true(!i || of->rows.at[i - 1].matches >= of->rows.at[i].matches);
    }
}

static uint64_t check_search(const struct base_mapping *file, const char *text)
{
    struct base_error error = BASE_NO_ERROR;
    struct model_pass pass;
    struct analyze_search search;
    struct expected *expected = base_zalloc(1, sizeof *expected);
    uint64_t matches = 0;
    expected->text = base_str_of(text);
    analyze_search_init(&search, base_str_of(text));
    assert_true(model_pass_begin(&pass, file, &error));
    const struct model_sink sinks[] = {{analyze_search_add, &search, 0}, {expect, expected, 0}};
    model_pass_run(&pass, sinks, COUNT_OF(sinks), NULL);
    analyze_search_finish(&search, model_pass_symbols(&pass));
    check_found(&search, expected, model_pass_symbols(&pass));
    for (int kind = 0; kind < ANALYZE_FOUND_KINDS; kind++)
        matches += search.of[kind].matches.count;
    analyze_search_release(&search);
    model_pass_release(&pass);
    free(expected);
    return matches;
}

static void real_traces(void **state)
{
    static const char *const traces[] = {"examples/workerpool.trace", "examples/contention.trace",
                                         "examples/daisy.trace", "examples/webload.trace"};
    static const char *const texts[] = {"a", "main.", "gc", "runtime.gopark", "http", "zzz"};
    uint64_t matches = 0;
    (void)state;
    for (size_t i = 0; i < COUNT_OF(traces); i++) {
        struct base_mapping file = test_map_source(traces[i]);
        for (size_t j = 0; j < COUNT_OF(texts); j++)
            matches += check_search(&file, texts[j]);
        base_os_unmap(&file);
    }
    assert_true(matches > 1000);
}

static void random_traces(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 40; seed++) {
        struct test_random random = {seed * 13};
        struct random_trace_shape shape = {
            .threads = 3, .goroutines = 20, .events = 300, .generations = 3, .longest_ns = 900};
        struct base_mapping file = random_trace(&random, &shape);
        check_search(&file, seed % 2 ? "main" : "a");
        test_mapping_free(&file);
    }
}

/* ---- what is asked of it ---- */

static void ask(struct web_trace *trace, const char *target, unsigned status, struct base_text *ret_body)
{
    const struct web_request request = {.method = "GET", .target = target, .host = "localhost"};
    struct web_response response = {0};
    web_answer(trace, &request, &response);
    if (response.status != status)
        fail_msg("%s: %u %s", target, response.status, base_text_cstring(&response.body));
    *ret_body = response.body;
    base_text_cstring(ret_body);
}

static int64_t figure(const struct base_text *body, const char *name)
{
    struct base_text key = {0};
    base_text_format(&key, "\"%s\":", name);
    const char *at = strstr(body->data, base_text_cstring(&key));
    int64_t value = at ? strtoll(at + key.size, NULL, 10) : -1;
    base_text_release(&key);
    return value;
}

/* The sum of all marks is the number of matches, at any level; and steps go through all of them. */
static void check_marks(struct web_trace *trace, const char *text)
{
    struct base_text target = {0}, body;
    base_text_format(&target, "/api/search/step?q=%s&time=-1", text);
    ask(trace, base_text_cstring(&target), 200, &body);
    int64_t matches = figure(&body, "matches"), time_ns = -1, steps = 0;
    base_text_release(&body);
    for (int level = 14; level < 34; level += 5) {
        int64_t span_ns = trace->timeline.last_ns - trace->timeline.first_ns, sum = 0, tiles = (span_ns >> level) / 512;
        for (int64_t tile = 0; tile <= tiles; tile++) {
            target.size = 0;
            base_text_format(&target, "/api/search/marks?q=%s&level=%d&tiles=%" PRId64, text, level, tile);
            ask(trace, base_text_cstring(&target), 200, &body);
            assert_true(figure(&body, "matches") == matches);
            sum += figure(&body, "count");
            base_text_release(&body);
        }
        assert_true(sum == matches);
    }
    for (; steps < 50; steps++) {
        target.size = 0;
        base_text_format(&target, "/api/search/step?q=%s&time=%" PRId64, text, time_ns);
        ask(trace, base_text_cstring(&target), 200, &body);
        int64_t next_ns = figure(&body, "time_ns"), index = figure(&body, "index");
        bool end = strstr(body.data, "\"time_ns\":null") != NULL;
        base_text_release(&body);
        if (end)
            break;
        assert_true(next_ns > time_ns && index >= steps);
        target.size = 0;
        base_text_format(&target, "/api/search/step?q=%s&direction=previous&time=%" PRId64, text, next_ns);
        ask(trace, base_text_cstring(&target), 200, &body);
        assert_true(steps ? figure(&body, "time_ns") == time_ns : strstr(body.data, "\"time_ns\":null") != NULL);
        base_text_release(&body);
        time_ns = next_ns;
    }
    base_text_release(&target);
}

static void replies(void **state)
{
    static const struct {
        const char *target;
        unsigned status;
    } cases[] = {
        {"/api/search", 400},
        {"/api/search?q=", 400},
        {"/api/search?q=a&kind=thing", 400},
        {"/api/search/marks?q=a&level=-1&tiles=0", 400},
        {"/api/search/marks?q=a&level=53&tiles=0", 400},
        {"/api/search/marks?q=a&level=3", 400},
        {"/api/search/marks?q=a&level=3&tiles=1,", 400},
        {"/api/search/marks?q=a&level=3&tiles=x", 400},
        {"/api/search/marks?q=a&level=3&tiles=1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17", 400},
        {"/api/search/marks?q=a&level=52&tiles=99999999999999999", 200},
        {"/api/search?q=a&offset=-3&limit=-3", 200},
        {"/api/search?q=a&kind=log&offset=999999999999", 200},
    };
    struct base_mapping file = test_map_source("examples/workerpool.trace");
    struct base_error error = BASE_NO_ERROR;
    struct web_trace trace;
    struct base_text body;
    (void)state;
    assert_true(web_trace_open(&trace, "x", &file, NULL, NULL, &error));
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        ask(&trace, cases[i].target, cases[i].status, &body);
        base_text_release(&body);
    }
    ask(&trace, "/api/search?q=main.(*pool).run&kind=goroutine", 200, &body);
    assert_int_equal(figure(&body, "count"), 5);
    base_text_release(&body);
    ask(&trace, "/api/search?q=G1&kind=goroutine", 200, &body);
    assert_int_equal(figure(&body, "count"), 1);
    assert_int_equal(figure(&body, "goroutine"), 1);
    base_text_release(&body);
    check_marks(&trace, "main.");
    check_marks(&trace, "pool");
    check_marks(&trace, "zzz");
    web_trace_release(&trace);
    base_os_unmap(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(moments_against_a_list), cmocka_unit_test(texts),   cmocka_unit_test(real_traces),
        cmocka_unit_test(random_traces),          cmocka_unit_test(replies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
