/* Arrows: those of random traces against brute force, and what the viewer answers of them. */
#include "support.h"

#include "random_trace.h"

#include "model/arrows.h"
#include "web/arrows.h"
#include "web/goroutine_lanes.h"
#include "web/routes.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { CASES = 300, STRETCHES = 6 };

/* ---- brute force ---- */

struct change {
    int64_t time_ns, goroutine, by, proc;
    uint8_t from, to;
    bool gap; /* no change at all */
};

struct changes {
    BASE_VEC(struct change) all;
};

static void note_changes(void *self, const struct order_block *block, const struct order_symbols *symbols)
{
    struct changes *changes = self;
    (void)symbols;
    for (size_t i = 0; i < block->count; i++) {
        const struct order_event *event = &block->events[i];
        bool gap = event->kind == ORDER_SYNC && event->sync.facts->after_gap;
        if (gap || (event->kind == ORDER_GO_TRANSITION && event->from != event->to))
            *base_vec_add(&changes->all) = (struct change){event->time_ns,
                                                           event->resource,
                                                           event->context.goroutine.n,
                                                           event->context.proc.n,
                                                           event->from,
                                                           event->to,
                                                           gap};
    }
}

/* When the goroutine that a change lets run is the next to run; it must not do anything else before. */
static int64_t run_after(const struct changes *changes, size_t i)
{
    const struct change *begin = &changes->all.at[i];
    if (begin->to != ORDER_RUNNABLE)
        return begin->to == ORDER_RUNNING ? begin->time_ns : MODEL_NEVER_NS;
    for (i++; i < changes->all.count && !changes->all.at[i].gap; i++)
        if (changes->all.at[i].goroutine == begin->goroutine)
            return changes->all.at[i].to == ORDER_RUNNING ? changes->all.at[i].time_ns : MODEL_NEVER_NS;
    return MODEL_NEVER_NS;
}

static bool is_begin(const struct change *c)
{
    if (c->gap)
        return false;
    if (c->from == ORDER_WAITING)
        return c->to == ORDER_RUNNABLE || c->to == ORDER_RUNNING || c->to == ORDER_SYSCALL;
    return c->to == ORDER_RUNNABLE && (c->from == ORDER_NOT_EXIST || c->from == ORDER_SYSCALL);
}

/* ---- against it ---- */

struct comparing {
    uint64_t seed;
    const struct changes *changes;
    const struct model_timeline *timeline;
    size_t at; /* of changes: behind the last arrow */
    int64_t from_ns, to_ns;
    uint64_t last;
    bool any;
};

#define check(c, condition, what)                                                                                      \
    do {                                                                                                               \
        if (!(condition))                                                                                              \
            fail_msg("seed %" PRIu64 ": %s", (c)->seed, what);                                                         \
    } while (0)

/* The next change that an arrow within the stretch begins with; NULL: there is none. */
static const struct change *next_begin(struct comparing *c, int64_t *ret_run_ns)
{
    for (; c->at < c->changes->all.count; c->at++) {
        const struct change *change = &c->changes->all.at[c->at];
        *ret_run_ns = is_begin(change) ? run_after(c->changes, c->at) : 0;
        int64_t end_ns = *ret_run_ns == MODEL_NEVER_NS ? change->time_ns : *ret_run_ns;
        if (is_begin(change) && change->time_ns <= c->to_ns && end_ns >= c->from_ns) {
            c->at++;
            return change;
        }
    }
    return NULL;
}

static void compare(void *context, uint64_t index, const struct model_arrow *arrow)
{
    struct comparing *c = context;
    int64_t run_ns;
    const struct change *begin = next_begin(c, &run_ns);
    check(c, begin, "an arrow that nothing begins");
    check(c, !c->any || index > c->last, "indices do not grow");
    check(c, begin->time_ns == arrow->time_ns && run_ns == arrow->run_ns, "other times");
    check(c, c->timeline->actors.at[arrow->to].id.n == begin->goroutine, "another goroutine runs");
    enum model_arrow_kind kind = begin->from == ORDER_WAITING     ? MODEL_ARROW_WAKE
                                 : begin->from == ORDER_NOT_EXIST ? MODEL_ARROW_CREATE
                                                                  : MODEL_ARROW_SYSCALL;
    check(c, arrow->kind == kind, "another kind");
    if (kind == MODEL_ARROW_SYSCALL) {
        check(c, arrow->from == arrow->to, "a syscall of another goroutine ends");
    } else if (begin->by != -1) {
        check(c, arrow->from != MODEL_NO_GOROUTINE && c->timeline->actors.at[arrow->from].id.n == begin->by,
              "another goroutine did it");
    } else {
        check(c, arrow->from == MODEL_NO_GOROUTINE, "the runtime did it");
        check(c,
              begin->proc == -1 ? arrow->from_proc == MODEL_NO_PROC
                                : c->timeline->procs.at[arrow->from_proc].id.n == begin->proc,
              "on another processor");
    }
    c->last = index;
    c->any = true;
}

static size_t check_trace(uint64_t seed, struct test_random *random, struct web_trace *trace)
{
    struct changes changes = {0};
    struct model_pass pass;
    const struct model_sink sink = {note_changes, &changes};
    assert_true(web_trace_begin_pass(trace, &pass));
    web_trace_run_pass(trace, &pass, &sink, 1);
    model_pass_release(&pass);
    const struct model_arrows *arrows = web_arrows_get(trace);
    int64_t first_ns = trace->timeline.first_ns, span_ns = trace->timeline.last_ns - first_ns;
    for (int i = 0; i < STRETCHES; i++) {
        int64_t run_ns, from_ns = first_ns + (int64_t)test_random_below(random, (uint64_t)span_ns + 1);
        int64_t to_ns = from_ns + (int64_t)test_random_below(random, (uint64_t)(first_ns + span_ns - from_ns) + 1);
        struct comparing c = {seed, &changes, &trace->timeline, 0, i ? from_ns : INT64_MIN, i ? to_ns : INT64_MAX,
                              0,    0};
        model_arrows_visit(arrows, c.from_ns, c.to_ns, compare, &c);
        check(&c, !next_begin(&c, &run_ns), "an arrow is missing");
    }
    base_vec_release(&changes.all);
    return arrows->count;
}

static void random_traces_against_brute_force(void **state)
{
    size_t total = 0;
    (void)state;
    for (uint64_t seed = 0; seed < CASES; seed++) {
        struct test_random random = {seed * 2 + 1};
        struct base_error error = BASE_NO_ERROR;
        struct web_trace trace;
        struct random_trace_shape shape = {
            .threads = 1 + (unsigned)test_random_below(&random, 8),
            .goroutines = 1 + (unsigned)test_random_below(&random, 60),
            .events = 10 + (unsigned)test_random_below(&random, seed % 10 ? 300 : 3000),
            .generations = 1 + (unsigned)test_random_below(&random, 4),
            .longest_ns = 1 + test_random_below(&random, test_random_below(&random, 2) ? 20 : 100000),
            .long_pauses = !test_random_below(&random, 3),
        };
        struct base_mapping file = random_trace(&random, &shape);
        if (!test_random_below(&random, 3))
            random_damage(&file, &random);
        if (web_trace_open(&trace, "random", &file, NULL, NULL, &error)) {
            assert_true(web_trace_wait(&trace));
            total += check_trace(seed, &random, &trace);
            web_trace_release(&trace);
        }
        base_error_release(&error);
        test_mapping_free(&file);
    }
    assert_true(total > CASES * 10);
}

/* ---- what is answered ---- */

static struct web_response ask(struct web_trace *trace, const char *target)
{
    struct web_request request = {.method = "GET", .target = target, .host = "localhost"};
    struct web_response response = {0};
    web_answer(trace, &request, &response);
    base_text_cstring(&response.body);
    return response;
}

static size_t occurrences(const char *text, const char *part)
{
    size_t count = 0;
    for (; (text = strstr(text, part)); text += strlen(part))
        count++;
    return count;
}

static void check_limits(struct web_trace *trace)
{
    size_t all = web_arrows_get(trace)->count;
    assert_true(all > 64 && all <= 4000);
    for (size_t limit = 1; limit <= 4000; limit *= 3) {
        char target[64], counted[32];
        snprintf(target, sizeof target, "/api/arrows?limit=%zu", limit);
        snprintf(counted, sizeof counted, "{\"count\":%zu,", all);
        struct web_response response = ask(trace, target);
        size_t told = occurrences(response.body.data, "\"kind\"");
        assert_int_equal(response.status, 200);
        assert_true(strncmp(response.body.data, counted, strlen(counted)) == 0);
        assert_true(told <= limit && (limit >= all ? told == all : told * 8 > limit || limit < 8));
        base_text_release(&response.body);
    }
}

/* The answer about the slice of a goroutine's lane that goes on at a moment; *ret_start_ns: its begin. */
static struct web_response ask_for_slice(struct web_trace *trace, uint32_t goroutine, int64_t time_ns,
                                         int64_t *ret_start_ns)
{
    struct model_goroutine_lane lane = model_goroutine_lane_of(web_goroutine_lanes_get(trace), goroutine);
    struct model_place place;
    struct model_slice slice;
    char target[64];
    model_goroutine_lane_place(&lane, trace->timeline.first_ns + time_ns + 1, &place);
    assert_int_equal(model_goroutine_lane_read(&lane, place.after, 1, &slice), 1);
    *ret_start_ns = slice.start_ns - trace->timeline.first_ns;
    snprintf(target, sizeof target, "/api/arrows?lane=g%u&index=%zu", goroutine, place.after);
    return ask(trace, target);
}

/* Who woke is told of the slice that was woken, and the other way round. */
static void check_slices(struct web_trace *trace, uint32_t from, uint32_t to, int64_t time_ns, int64_t run_ns)
{
    char told[64];
    int64_t start_ns;
    snprintf(told, sizeof told, "\"time_ns\":%" PRId64 ",", time_ns);
    if (run_ns >= 0 && run_ns < trace->timeline.last_ns - trace->timeline.first_ns) {
        struct web_response response = ask_for_slice(trace, to, run_ns, &start_ns);
        assert_int_equal(start_ns, run_ns);
        assert_true(strncmp(response.body.data, "{\"by\":{\"kind\"", 13) == 0);
        assert_non_null(strstr(response.body.data, told));
        base_text_release(&response.body);
    }
    if (from != to) {
        struct web_response response = ask_for_slice(trace, from, time_ns - 1, &start_ns);
        assert_non_null(strstr(strstr(response.body.data, "\"woke\":["), told));
        base_text_release(&response.body);
    }
}

/* Each arrow between two goroutines is found among them, and from the slice that it runs. */
static void check_one(struct web_trace *trace, const char *row)
{
    const char *from = strstr(strstr(row, "\"from\":"), "\"lane\":"), *to = strstr(strstr(row, "\"to\":"), "\"lane\":");
    const char *time = strstr(row, "\"time_ns\":"), *run = strstr(row, "\"run_ns\":");
    if (from[7] == 'n' || from[8] != 'g') /* the runtime did it */
        return;
    char target[128];
    int size = snprintf(target, sizeof target, "/api/arrows?among=%ld,%ld&from=%ld&to=%ld&limit=4000", atol(from + 9),
                        atol(to + 9), atol(time + 10), atol(time + 10));
    assert_true(size > 0 && (size_t)size < sizeof target);
    struct web_response response = ask(trace, target);
    char told[48];
    snprintf(told, sizeof told, "\"time_ns\":%ld,", atol(time + 10));
    assert_non_null(strstr(response.body.data, told));
    base_text_release(&response.body);
    check_slices(trace, (uint32_t)atol(from + 9), (uint32_t)atol(to + 9), atol(time + 10),
                 run[9] == 'n' ? -1 : atol(run + 9));
}

static void answers(void **state)
{
    struct test_random random = {77};
    struct base_error error = BASE_NO_ERROR;
    struct web_trace trace;
    struct random_trace_shape shape = {
        .threads = 4, .goroutines = 20, .events = 2000, .generations = 2, .longest_ns = 50};
    struct base_mapping file = random_trace(&random, &shape);
    (void)state;
    assert_true(web_trace_open(&trace, "random", &file, NULL, NULL, &error));
    assert_true(web_trace_wait(&trace));
    check_limits(&trace);
    struct web_response response = ask(&trace, "/api/arrows?limit=40");
    for (const char *row = response.body.data; (row = strstr(row, "{\"kind\"")); row++)
        check_one(&trace, row);
    base_text_release(&response.body);
    static const struct {
        unsigned status;
        const char *target;
    } cases[] = {
        {404, "/api/arrows?lane=gc&index=0"}, {404, "/api/arrows?lane=g0&index=-1"},
        {404, "/api/arrows?lane=&index=0"},   {404, "/api/arrows?lane=g99999999&index=0"},
        {200, "/api/arrows?among="},          {200, "/api/arrows?among=,,x,18446744073709551616,"},
        {200, "/api/arrows?limit=-1"},        {200, "/api/arrows?from=9223372036854775807&to=-9223372036854775808"},
        {200, "/api/arrows?lane=g0&index=0"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        response = ask(&trace, cases[i].target);
        if (response.status != cases[i].status)
            fail_msg("%s: %u", cases[i].target, response.status);
        base_text_release(&response.body);
    }
    web_trace_release(&trace);
    test_mapping_free(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_traces_against_brute_force),
        cmocka_unit_test(answers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
