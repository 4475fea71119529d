/* Off-CPU, CPU and wall profiles, by hand and against brute force; spans; and which waits are idle. */
#include "oracle.h"
#include "random_trace.h"

#include "analyze/idle.h"
#include "analyze/profile.h"
#include "base/sort.h"

#include <inttypes.h>

enum { CASES = 150, CUTS = 3 };

/* A pass over a trace with one profile of it. */
struct profiled {
    struct model_pass pass;
    struct analyze_profile profile;
};

static bool profile_of(struct profiled *p, const struct base_mapping *file, enum analyze_profile_kind kind,
                       const struct analyze_scope *scope, struct analyze_interval span_ns)
{
    struct base_error error = BASE_NO_ERROR;
    if (!model_pass_begin(&p->pass, file, &error)) {
        base_error_release(&error);
        return false;
    }
    analyze_profile_init(&p->profile, kind, scope);
    p->profile.span_ns = span_ns;
    struct model_sink sink = {analyze_profile_add, &p->profile, ANALYZE_PROFILE_EVENTS};
    model_pass_run(&p->pass, &sink, 1, NULL);
    analyze_profile_finish(&p->profile, model_pass_symbols(&p->pass));
    return true;
}

static void done(struct profiled *p)
{
    analyze_profile_release(&p->profile);
    model_pass_release(&p->pass);
}

/* "idle chan receive 1 times 100: 100 200" */
static void check_part(const struct step *steps, enum analyze_profile_kind kind, const struct analyze_scope *scope,
                       struct analyze_interval span_ns, const char *expected)
{
    struct base_mapping file = test_write(WIRE_GO_1_26, steps);
    struct base_text text = {0};
    struct profiled p;
    assert_true(profile_of(&p, &file, kind, scope, span_ns));
    const struct order_symbols *symbols = model_pass_symbols(&p.pass);
    int64_t ns = 0;
    for (size_t i = 0; i < p.profile.records.count; i++) {
        const struct analyze_record *record = &p.profile.records.at[i];
        if (record->time != ANALYZE_ANY_TIME)
            base_text_format(&text, "%s ", analyze_time_names[record->time]);
        base_text_str(&text, order_string(symbols, record->reason));
        base_text_format(&text, "%s%d times %d:", record->reason ? " " : "", (int)record->count, (int)record->ns);
        for (uint32_t j = 0; j < order_stack_depth(symbols, record->stack); j++)
            base_text_format(&text, " %x", (unsigned)order_stack_frame(symbols, record->stack, j)->pc);
        base_text_char(&text, '\n');
        ns += record->ns;
    }
    assert_int_equal(p.profile.total_ns, ns);
    test_assert_text(&text, expected);
    base_text_release(&text);
    done(&p);
    test_mapping_free(&file);
}

static const struct analyze_interval always = {INT64_MIN, INT64_MAX};

/* The trace begins at 1, the first Sync, and ends at 451, the last one. */
static const struct step lives[] = {
    {1, 100, WIRE_PROC_STATUS, {0, 1}},
    {1, 110, WIRE_GO_STATUS, {1, 1, 2}},
    {1, 120, WIRE_GO_CREATE, {2, K_G, K_F}},
    {1, 200, WIRE_GO_BLOCK, {S_CHAN, K_F}},
    {1, 210, WIRE_GO_START, {2, 1}},
    {1, 215, STEP_SAMPLE, {1, 0, 2, K_F_G}},
    {1, 230, WIRE_GO_SYSCALL_BEGIN, {1, K_F_G}},
    {1, 270, WIRE_GO_SYSCALL_END},
    {1, 300, WIRE_GO_UNBLOCK, {1, 1, K_G}},
    {1, 310, WIRE_GO_BLOCK, {S_SYNC, K_F_G}},
    {1, 320, WIRE_GO_START, {1, 2}},
    {1, 330, STEP_SAMPLE, {1, 0, 1, K_F}},
    {1, 340, STEP_SAMPLE, {1, 0, 1, K_F}},
    {1, 360, WIRE_GO_UNBLOCK, {2, 2, K_G}},
    {1, 400, WIRE_GO_BLOCK, {S_NETWORK, K_F}},
    {1, 410, WIRE_GO_START, {2, 3}},
    {1, 440, WIRE_GO_DESTROY},
    {1, 450, WIRE_HEAP_ALLOC, {5}},
    {0},
};

#define OFF_CPU                                                                                                        \
    "idle chan receive 1 times 100: 100\n"                                                                             \
    "runnable 1 times 90: 300\n"                                                                                       \
    "idle network 1 times 51: 100\n"                                                                                   \
    "runnable 1 times 50: 100 200\n"                                                                                   \
    "blocked sync 1 times 50: 100 200\n"                                                                               \
    "syscall 1 times 40: 100 200\n"                                                                                    \
    "runnable 1 times 20: 100\n"

static void off_cpu(void **state)
{
    (void)state;
    /* g1 waits for a channel 200-300 in its start function, is runnable to 320, and waits for the network 400-451. g2
     * is runnable 120-210 where it starts; its system call takes 230-270; it waits for sync 310-360, and is runnable to
     * 410, further in. */
    check_part(lives, ANALYZE_OFF_CPU, NULL, always, OFF_CPU);
}

static void wall(void **state)
{
    (void)state;
    /* g1 runs 1-200 and 320-400, both until it blocks in main.f; g2 210-230 and 270-310 until it leaves main.f below
     * main.g, and 410-440 until its end: that is put down to its start. Together 450 and 320. */
    check_part(lives, ANALYZE_WALL, NULL, always,
               "running 2 times 279: 100\n"
               "idle chan receive 1 times 100: 100\n"
               "runnable 1 times 90: 300\n"
               "running 2 times 60: 100 200\n"
               "idle network 1 times 51: 100\n"
               "runnable 1 times 50: 100 200\n"
               "blocked sync 1 times 50: 100 200\n"
               "syscall 1 times 40: 100 200\n"
               "running 1 times 30: 300\n"
               "runnable 1 times 20: 100\n");
}

static bool earlier(const void *a, const void *b, void *context)
{
    (void)context;
    return ((const struct analyze_record *)a)->first < ((const struct analyze_record *)b)->first;
}

/* Times of the off-CPU profile above, by when each first came to an end. */
static void in_order_of_time(void **state)
{
    static const int expected_ns[] = {90, 40, 100, 20, 50, 50, 51};
    struct base_mapping file = test_write(WIRE_GO_1_26, lives);
    struct profiled p;
    (void)state;
    assert_true(profile_of(&p, &file, ANALYZE_OFF_CPU, NULL, always));
    struct analyze_record *records = p.profile.records.at;
    assert_int_equal(p.profile.records.count, COUNT_OF(expected_ns));
    base_sort_stable(records, p.profile.records.count, sizeof *records, earlier, NULL);
    for (size_t i = 0; i < COUNT_OF(expected_ns); i++)
        assert_int_equal(records[i].ns, expected_ns[i]);
    done(&p);
    test_mapping_free(&file);
}

static void cpu(void **state)
{
    struct analyze_scope scope;
    (void)state;
    check_part(lives, ANALYZE_CPU, NULL, always, "2 times 20000000: 100\n1 times 10000000: 100 200\n");
    check_part(lives, ANALYZE_CPU, NULL, (struct analyze_interval){215, 330}, "1 times 10000000: 100 200\n");
    analyze_scope_of_goroutine(&scope, (goroutine_id){1});
    check_part(lives, ANALYZE_CPU, &scope, always, "2 times 20000000: 100\n");
    analyze_scope_release(&scope);
}

static void spans_and_goroutines(void **state)
{
    struct analyze_scope scope;
    (void)state;
    /* Intervals are cut at the span's ends. */
    check_part(lives, ANALYZE_OFF_CPU, NULL, (struct analyze_interval){250, 305},
               "idle chan receive 1 times 50: 100\nsyscall 1 times 20: 100 200\nrunnable 1 times 5: 100\n");
    check_part(lives, ANALYZE_SYNC, NULL, (struct analyze_interval){250, 320},
               "1 times 50: 100\n1 times 10: 100 200\n");
    check_part(lives, ANALYZE_WALL, NULL, (struct analyze_interval){300, 300}, "");
    check_part(lives, ANALYZE_WALL, NULL, (struct analyze_interval){400, 100}, "");
    analyze_scope_of_goroutine(&scope, (goroutine_id){2});
    check_part(lives, ANALYZE_OFF_CPU, &scope, (struct analyze_interval){0, 240},
               "runnable 1 times 90: 300\nsyscall 1 times 10: 100 200\n");
    analyze_scope_release(&scope);
}

/* What is there before the trace: nothing is known of g6, where g5 waits is told; neither ever changes. g7 turns out to
 * be somewhere only later. */
static void before_the_trace(void **state)
{
    static const struct step steps[] = {
        {1, 100, WIRE_GO_STATUS_STACK, {5, -1, 4, K_F_G}},
        {1, 150, WIRE_GO_STATUS, {6, -1, 4}},
        {1, 160, WIRE_GO_STATUS, {7, -1, 4}},
        {1, 200, STEP_GENERATION},
        {1, 210, WIRE_GO_STATUS_STACK, {7, -1, 4, K_G}},
        {1, 220, WIRE_GO_STATUS_STACK, {5, -1, 4, K_F_G}},
        {1, 229, WIRE_GO_STATUS, {6, -1, 4}},
        {0},
    };
    (void)state;
    check_part(steps, ANALYZE_OFF_CPU, NULL, always,
               "unknown 1 times 229:\nblocked 1 times 229: 100 200\nidle 1 times 229: 300\n");
}

/* ---- against brute force ---- */

/* Time of goroutines in each state that profiles tell apart, but that waits are one, as ANALYZE_TIME_BLOCKED. */
static void times_by_brute_force(const struct oracle *oracle, struct analyze_interval span_ns, int64_t *ret_ns)
{
    enum { RUNNING = 1, RUNNABLE = 2, SYSCALL = 8 };
    memset(ret_ns, 0, ANALYZE_TIMES * sizeof *ret_ns);
    for (size_t i = 0; i < oracle->goroutines.count; i++) {
        const struct oracle_lane *lane = &oracle->goroutines.at[i];
        for (size_t j = 0; j < lane->slices.count; j++) {
            const struct oracle_slice *slice = &lane->slices.at[j];
            int64_t from = slice->start_ns > span_ns.start_ns ? slice->start_ns : span_ns.start_ns;
            int64_t to = slice->end_ns < span_ns.end_ns ? slice->end_ns : span_ns.end_ns;
            enum analyze_time time = slice->state == RUNNING    ? ANALYZE_TIME_RUNNING
                                     : slice->state == RUNNABLE ? ANALYZE_TIME_RUNNABLE
                                     : slice->state == SYSCALL  ? ANALYZE_TIME_SYSCALL
                                                                : ANALYZE_TIME_BLOCKED;
            ret_ns[time] += to > from ? to - from : 0;
        }
    }
}

static void times_of_profile(const struct base_mapping *file, enum analyze_profile_kind kind,
                             struct analyze_interval span_ns, int64_t *ret_ns)
{
    struct profiled p;
    memset(ret_ns, 0, ANALYZE_TIMES * sizeof *ret_ns);
    assert_true(profile_of(&p, file, kind, NULL, span_ns));
    for (size_t i = 0; i < p.profile.records.count; i++) {
        enum analyze_time time = p.profile.records.at[i].time;
        bool waits = time == ANALYZE_TIME_IDLE || time == ANALYZE_TIME_UNKNOWN;
        ret_ns[waits ? ANALYZE_TIME_BLOCKED : time] += p.profile.records.at[i].ns;
    }
    done(&p);
}

static struct base_mapping some_trace(struct test_random *random)
{
    struct random_trace_shape shape = {
        .threads = 1 + (unsigned)test_random_below(random, 6),
        .goroutines = 1 + (unsigned)test_random_below(random, 40),
        .events = 10 + (unsigned)test_random_below(random, 600),
        .generations = 1 + (unsigned)test_random_below(random, 4),
        .longest_ns = 1 + test_random_below(random, 5000),
    };
    struct base_mapping file = random_trace(random, &shape);
    if (!test_random_below(random, 3))
        random_damage(&file, random);
    return file;
}

static void lives_add_up(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < CASES; seed++) {
        struct test_random random = {seed * 2 + 1};
        struct base_mapping file = some_trace(&random);
        struct oracle oracle;
        if (oracle_read(&oracle, &file)) {
            uint64_t length_ns = (uint64_t)(oracle.last_ns - oracle.first_ns) + 1;
            struct analyze_interval spans_ns[] = {always, {0, 0}};
            spans_ns[1].start_ns = oracle.first_ns + (int64_t)test_random_below(&random, length_ns);
            spans_ns[1].end_ns = oracle.first_ns + (int64_t)test_random_below(&random, length_ns);
            for (size_t i = 0; i < COUNT_OF(spans_ns); i++) {
                int64_t expected[ANALYZE_TIMES], told[ANALYZE_TIMES];
                times_by_brute_force(&oracle, spans_ns[i], expected);
                times_of_profile(&file, ANALYZE_WALL, spans_ns[i], told);
                for (int time = 0; time < ANALYZE_TIMES; time++)
                    if (told[time] != expected[time])
                        fail_msg("seed %" PRIu64 ", time %d: %" PRId64 " instead of %" PRId64, seed, time, told[time],
                                 expected[time]);
                expected[ANALYZE_TIME_RUNNING] = 0;
                times_of_profile(&file, ANALYZE_OFF_CPU, spans_ns[i], told);
                assert_memory_equal(told, expected, sizeof told);
            }
        }
        oracle_release(&oracle);
        test_mapping_free(&file);
    }
}

/* Whatever the kind, the parts of a trace add up to the whole. */
static void parts_add_up(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < CASES / 3; seed++) {
        struct test_random random = {seed * 2 + 77};
        struct base_mapping file = some_trace(&random);
        for (int kind = 0; kind < ANALYZE_PROFILE_KINDS; kind++) {
            struct profiled whole, part;
            if (!profile_of(&whole, &file, (enum analyze_profile_kind)kind, NULL, always))
                break;
            uint64_t length_ns = (uint64_t)(whole.pass.last_ns - whole.pass.first_ns) + 1;
            int64_t sum_ns = 0, from_ns = INT64_MIN;
            for (int cut = 0; cut <= CUTS; cut++) {
                int64_t to_ns =
                    cut == CUTS ? INT64_MAX : whole.pass.first_ns + (int64_t)test_random_below(&random, length_ns);
                to_ns = to_ns > from_ns ? to_ns : from_ns;
                assert_true(profile_of(&part, &file, (enum analyze_profile_kind)kind, NULL,
                                       (struct analyze_interval){from_ns, to_ns}));
                sum_ns += part.profile.total_ns;
                done(&part);
                from_ns = to_ns;
            }
            if (sum_ns != whole.profile.total_ns)
                fail_msg("seed %" PRIu64 ", kind %d: %" PRId64 " instead of %" PRId64, seed, kind, sum_ns,
                         whole.profile.total_ns);
            done(&whole);
        }
        test_mapping_free(&file);
    }
}

/* ---- idle or blocked ---- */

static uint32_t add_stack(struct order_symbols *symbols, const char *const *functions)
{
    uint32_t frames[8], count = 0;
    for (; functions[count]; count++)
        frames[count] = order_symbols_add_frame(
            symbols,
            (struct order_frame){.pc = 1, .func = order_symbols_add_string(symbols, base_str_of(functions[count]))});
    return order_symbols_add_stack(symbols, frames, count);
}

static void idle_and_blocked(void **state)
{
    static const struct {
        bool idle;
        const char *reason, *functions[7]; /* leaf first */
    } cases[] = {
        /* A worker without a job; and one that waits within a job. */
        {true, "chan receive", {"runtime.chanrecv2", "main.worker"}},
        {false, "chan receive", {"runtime.chanrecv1", "main.load", "main.worker"}},
        {true, "select", {"runtime.selectgo", "example.com/pool.(*Pool).run"}},
        /* A connection between two requests; one that serves. */
        {true,
         "network",
         {"internal/poll.(*FD).Read", "net.(*conn).Read", "bufio.(*Reader).Peek", "net/http.(*conn).serve"}},
        {false,
         "network",
         {"net.(*conn).Read", "main.query", "net/http.HandlerFunc.ServeHTTP", "net/http.(*conn).serve"}},
        {false, "select", {"runtime.selectgo", "net/http.(*persistConn).roundTrip", "main.fetch", "main.worker"}},
        /* main itself, whatever it stands on. */
        {true, "network", {"net.(*netFD).accept", "net/http.ListenAndServe", "main.main", "runtime.main"}},
        {true, "sleep", {"time.Sleep", "main.main"}},
        {false, "sleep", {"time.Sleep", "main.retry", "main.main", "runtime.main"}},
        {false, "select", {"net/http.(*persistConn).roundTrip", "net/http.(*Client).do", "main.main.func1"}},
        {true, "select", {"runtime.selectgo", "database/sql.(*DB).connectionOpener"}},
        /* To hand over, for a lock, for others. */
        {false, "chan send", {"runtime.chansend1", "main.worker"}},
        {false, "sync", {"sync.(*Mutex).Lock", "main.worker"}},
        {false, "sync", {"sync.(*WaitGroup).Wait", "main.main", "runtime.main"}},
        {true, "sync.(*Cond).Wait", {"sync.(*Cond).Wait", "main.worker"}},
        {true, "forever", {"main.main", "runtime.main"}},
        /* The runtime's own. */
        {true, "GC background sweeper wait", {"runtime.goparkunlock", "runtime.bgsweep"}},
        {true, "system goroutine wait", {NULL}},
        {true, "sync", {"runtime.gopark", "runtime.forcegchelper"}},
        {false, "GC mark assist wait for work", {"runtime.gcAssistAlloc", "main.worker"}},
        /* Without a reason the stack decides. */
        {true, "", {"net.(*conn).Read", "main.reader"}},
        {false, "", {"net.(*conn).Read", "main.readAll", "main.reader"}},
        {false, "select", {"nethttp.wait", "main.worker"}}, /* not of the standard library */
    };
    (void)state;
    struct order_symbols symbols;
    order_symbols_init(&symbols);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        uint32_t stack = add_stack(&symbols, cases[i].functions);
        uint32_t reason = order_symbols_add_string(&symbols, base_str_of(cases[i].reason));
        if (analyze_wait_is_idle(&symbols, stack, reason) != cases[i].idle)
            fail_msg("case %zu, %s", i, cases[i].reason);
    }
    order_symbols_release(&symbols);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(off_cpu),
        cmocka_unit_test(wall),
        cmocka_unit_test(in_order_of_time),
        cmocka_unit_test(cpu),
        cmocka_unit_test(spans_and_goroutines),
        cmocka_unit_test(before_the_trace),
        cmocka_unit_test(lives_add_up),
        cmocka_unit_test(parts_add_up),
        cmocka_unit_test(idle_and_blocked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
