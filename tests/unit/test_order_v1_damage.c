/* Traces of Go 1.5 to 1.21 that are damaged, hostile, or of odd proportions. */
#include "v1.h"

#include <stdlib.h>

#define BYTES(literal) literal, sizeof(literal) - 1

/* ---- damage ---- */

/* All that can be put in order is. What stopped it is said once, with the stretch of time that is missing, and about
 * the bytes: the share of the events. */
static void reading_goes_on_to_the_damage(void **state)
{
    static const struct v1_scenario scenarios[] = {
        /* No order: what does not depend on it is there; two of seven events are not. */
        {21,
         {V1_G1_RUNS,
          {1, 30, WIRE_V1_GO_START, {9, 5}},
          {1, 60, WIRE_V1_PROC_STOP},
          {0, 50, WIRE_V1_HEAP_ALLOC, {7}},
          {1, 70, WIRE_V1_BATCH}},
         "sync 1 at -1: generation 1\n" V1_G1_RUNS_TEXT "M=-1 P=1 G=9 20: GoID=9 Undetermined->Running\n"
         "M=5 P=0 G=1 40: Metric Name=\"/memory/classes/heap/objects:bytes\" Value=Value{Uint64(7)}\n"
         "sync 2 at 41\n"
         "loss: no consistent ordering of events possible, 0 to 41 ns, 23 bytes\n"},
        /* What makes no sense is left out, one of six events; or believed, if it is likely. */
        {21,
         {V1_G1_RUNS, {1, 20, WIRE_V1_PROC_STOP}, {0, 50, WIRE_V1_HEAP_ALLOC, {7}}},
         "sync 1 at -1: generation 1\n" V1_G1_RUNS_TEXT
         "M=5 P=0 G=1 40: Metric Name=\"/memory/classes/heap/objects:bytes\" Value=Value{Uint64(7)}\n"
         "sync 2 at 41\n"
         "loss: p 1 is not running before stop (time 10), 0 to 41 ns, 25 bytes\n"},
        {5,
         {V1_G1_RUNS, {0, 50, WIRE_V1_GO_START, {2}}},
         "sync 1 at -1: generation 1\n" V1_G1_RUNS_TEXT "M=5 P=0 G=2 40: GoID=2 Undetermined->Running\n"
         "sync 2 at 41\n"
         "loss: g 2 is not runnable before start (time 40), 0 to 41 ns, 0 bytes\n"},
        /* Both: the first is said. */
        {21,
         {V1_G1_RUNS, {1, 20, WIRE_V1_PROC_STOP}, {2, 50, WIRE_V1_GO_START, {9, 5}}},
         "sync 1 at -1: generation 1\n" V1_G1_RUNS_TEXT "M=-1 P=2 G=9 40: GoID=9 Undetermined->Running\n"
         "sync 2 at 41\n"
         "loss: no consistent ordering of events possible, 0 to 41 ns, 25 bytes\n"},
        /* Two processors want one goroutine: both get it. */
        {21,
         {V1_G1_RUNS, {1, 20, WIRE_V1_GO_START_LOCAL, {1}}, {0, 50, WIRE_V1_HEAP_ALLOC, {7}}},
         "sync 1 at -1: generation 1\n" V1_G1_RUNS_TEXT "M=-1 P=1 G=1 10: GoID=1 Running->Running\n"
         "M=5 P=0 G=1 40: Metric Name=\"/memory/classes/heap/objects:bytes\" Value=Value{Uint64(7)}\n"
         "sync 2 at 41\n"
         "loss: encountered impossible goroutine state transition, 0 to 41 ns, 0 bytes\n"},
        /* The trace ends with the last event that is there. */
        {21,
         {V1_G1_RUNS, {1, 61000000013, WIRE_V1_PROC_STOP}},
         "sync 1 at -1: generation 1\n" V1_G1_RUNS_TEXT "sync 2 at 3\n"
         "loss: p 1 is not running before stop (time 61000000003), 0 to 3 ns, 30 bytes\n"},
        /* Times that are not in order: all is there, each event later than the one before. */
        {21,
         {{1, 25, WIRE_V1_GO_START, {2, 3}}, V1_G2_WAITS, {0, 30, WIRE_V1_GO_UNBLOCK, {2, 2}}},
         "sync 1 at -1: generation 1\n" V1_G2_WAITS_TEXT "M=5 P=0 G=1 20: GoID=2 Waiting->Runnable\n"
         "M=-1 P=1 G=2 21: GoID=2 Runnable->Running\n"
         "sync 2 at 22\n"
         "loss: time stamps out of order, 0 to 22 ns, 0 bytes\n"},
        /* The end of a syscall at an impossible time stays where it was written; nothing is lost by that. */
        {21,
         {V1_G2_WAITS, {0, 30, WIRE_V1_GO_SYSCALL_EXIT, {2, 2, 20}}},
         "sync 1 at -1: generation 1\n" V1_G2_WAITS_TEXT
         "M=-1 P=1000003 G=2 20: GoID=2 Syscall->Runnable\nsync 2 at 21\n"},
        {21,
         {V1_IN_SYSCALL, {0, 30, WIRE_V1_GO_SYSCALL_EXIT, {1, 2, 20}}},
         "sync 1 at -1: generation 1\n" V1_IN_SYSCALL_TEXT
         "M=-1 P=1000003 G=1 20: GoID=1 Syscall->Runnable\nsync 2 at 21\n"},
        /* No damage. */
        {21, {V1_G1_RUNS}, "sync 1 at -1: generation 1\n" V1_G1_RUNS_TEXT "sync 2 at 3\n"},
    };
    (void)state;
    v1_check_damaged(scenarios, COUNT_OF(scenarios));
}

/* Damage of the file itself: steps, then bytes, then steps, then perhaps a frequency. */
struct broken_file {
    struct v1_step before[8];
    const char *bytes;
    size_t size;
    struct v1_step after[8];
    bool frequency;
    const char *expected;
};

static void files_with_holes(void **state)
{
    static const struct broken_file files[] = {
        {{V1_G1_RUNS},
         BYTES("\x00\x00\x00\x00\x00"),
         {{1, 20, WIRE_V1_BATCH}, {1, 21, WIRE_V1_PROC_START, {6}}},
         true,
         "sync 1 at -1: generation 1\n" V1_G1_RUNS_TEXT "M=6 P=1 G=-1 11: ProcID=1 Undetermined->Running\n"
         "sync 2 at 12\n"
         "loss: unknown event type 0, 0 to 12 ns, 5 bytes\n"},
        /* A hole, and what does not fit because of it. */
        {{V1_G1_RUNS},
         BYTES("\x00\x00\x00\x00\x00"),
         {{0, 20, WIRE_V1_BATCH}, {0, 21, WIRE_V1_PROC_START, {6}}, {0, 31, WIRE_V1_HEAP_ALLOC, {7}}},
         true,
         "sync 1 at -1: generation 1\n" V1_G1_RUNS_TEXT "M=6 P=0 G=1 11: ProcID=0 Idle->Running\n"
         "M=6 P=0 G=1 21: Metric Name=\"/memory/classes/heap/objects:bytes\" Value=Value{Uint64(7)}\n"
         "sync 2 at 22\n"
         "loss: unknown event type 0, 0 to 22 ns, 5 bytes\n"
         "loss: p 0 is running before start (time 11), 0 to 22 ns, 0 bytes\n"},
        /* The clock is not known: a step is 25.6 ns. */
        {{V1_G1_RUNS, {0, 1010, WIRE_V1_PROC_START, {7}}},
         BYTES(""),
         {{0}},
         false,
         "sync 1 at -1: generation 1\n"
         "M=5 P=0 G=-1 25: ProcID=0 Undetermined->Running\n"
         "M=5 P=0 G=1 51: GoID=1 Undetermined->Running\n"
         "M=7 P=0 G=1 25600: ProcID=0 Idle->Running\n"
         "sync 2 at 25601\n"
         "loss: no EvFrequency event: times are estimates, 0 to 25601 ns, 0 bytes\n"
         "loss: p 0 is running before start (time 25600), 0 to 25601 ns, 0 bytes\n"},
        {{{0, 0, WIRE_V1_PROC_START, {5}}, {0, 1000, WIRE_V1_PROC_STOP}},
         BYTES(""),
         {{0}},
         false,
         "sync 1 at -1: generation 1\n"
         "M=5 P=0 G=-1 0: ProcID=0 Undetermined->Running\n"
         "M=5 P=0 G=-1 25600: ProcID=0 Running->Idle\n"
         "sync 2 at 25601\n"
         "loss: no EvFrequency event: times are estimates, 0 to 25601 ns, 0 bytes\n"},
        /* Nothing can be read. */
        {{{0}},
         BYTES("\x00\x00"),
         {{0}},
         false,
         "sync 1 at 0\n"
         "loss: unknown event type 0, 0 to 0 ns, 2 bytes\n"
         "loss: no EvFrequency event: times are estimates, 0 to 0 ns, 0 bytes\n"
         "error: failed to parse any useful part of the trace: unknown event type 0\n"},
        {{{0}},
         BYTES(""),
         {{0}},
         false,
         "sync 1 at 0\n"
         "loss: no EvFrequency event: times are estimates, 0 to 0 ns, 0 bytes\n"
         "error: failed to parse any useful part of the trace: no EvFrequency event: times are estimates\n"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(files); i++) {
        struct v1_writer writer;
        struct base_text text = {0};
        v1_begin(&writer, 21);
        for (const struct v1_step *step = files[i].before; step->type; step++)
            v1_step(&writer, step);
        v1_raw(&writer, files[i].bytes, files[i].size);
        for (const struct v1_step *step = files[i].after; step->type; step++)
            v1_step(&writer, step);
        if (files[i].frequency)
            v1_frequency(&writer, V1_FREQUENCY);
        struct base_mapping file = v1_finish(&writer);
        v1_render_damaged(&file, &text);
        test_assert_text(&text, files[i].expected);
        base_text_release(&text);
        test_mapping_free(&file);
    }
}

/* ---- hostility ---- */

/* Reads all of a file; times rise. Returns how many events there were. */
static size_t read_all(const struct base_mapping *file, enum order_on_damage on_damage, bool *ret_failed)
{
    struct base_error error = BASE_NO_ERROR;
    struct order_reader *reader = order_reader_new(file, on_damage, &error);
    struct order_block block;
    enum order_status status;
    int64_t last_ns = INT64_MIN;
    size_t count = 0;
    assert_non_null(reader);
    while ((status = order_reader_next(reader, &block, &error)) == ORDER_EVENTS) {
        for (size_t i = 0; i < block.count; i++) {
            assert_true(block.events[i].time_ns > last_ns);
            last_ns = block.events[i].time_ns;
        }
        count += block.count;
    }
    *ret_failed = status == ORDER_ERROR;
    base_error_release(&error);
    order_reader_free(reader);
    return count;
}

static const struct v1_step eventful[] = {
    V1_G2_WAITS,
    {0, 15, WIRE_V1_GO_CREATE, {3, K_G, K_F}},
    {0, 16, WIRE_V1_GO_UNBLOCK, {2, 2, K_F}},
    {0, 17, WIRE_V1_GO_SYSCALL, {K_F}},
    {0, 18, WIRE_V1_GO_SYSCALL_BLOCK},
    {0, 18, WIRE_V1_PROC_STOP},
    {1, 19, WIRE_V1_PROC_START, {6}},
    {1, 20, WIRE_V1_GO_START, {2, 3}},
    {1, 22, WIRE_V1_GO_BLOCK_SYNC, {K_F_G}},
    {1, 23, WIRE_V1_GO_SYSCALL_EXIT, {1, 2, 19}},
    {1, 24, WIRE_V1_GO_START, {1, 3}},
    {1, 25, WIRE_V1_GO_PREEMPT, {K_F}},
    {1, 26, WIRE_V1_GO_START, {3, 1}},
    {1, 27, WIRE_V1_FUTILE_WAKEUP},
    {1, 28, WIRE_V1_GO_END},
    {0},
};

/* A trace that is cut has all the events before the cut, as far as they can be put in order. */
static void cut_at_every_byte(void **state)
{
    struct base_mapping whole = v1_write(21, eventful);
    size_t most = 0;
    bool failed = true;
    (void)state;
    for (size_t size = 16; size <= whole.size; size++) {
        struct base_mapping cut = test_mapping_of(whole.data, size);
        size_t count = read_all(&cut, ORDER_GO_ON, &failed);
        assert_int_equal(failed, count == 1); /* the Sync at the end */
        assert_true(count + 1 >= most);       /* a syscall that is not seen to block comes to two events */
        most = count;
        read_all(&cut, ORDER_STOP_AT_DAMAGE, &failed);
        test_mapping_free(&cut);
    }
    assert_false(failed);
    assert_int_equal(most, 17);
    test_mapping_free(&whole);
}

/* Any steps and any bytes: whatever comes of them, nothing crashes, and times rise. */
static void hostile_steps(void **state)
{
    static const int64_t numbers[] = {0, 1, 2, 3, 4, -1, INT64_MAX, INT64_MIN};
    struct test_random random = {7};
    bool failed;
    (void)state;
    for (int round = 0; round < 4000; round++) {
        struct v1_writer writer;
        uint64_t ticks = 30;
        v1_begin(&writer, v1_versions[round % V1_VERSIONS]);
        for (const struct v1_step *step = eventful; step < eventful + 6 + round % 10; step++)
            v1_step(&writer, step);
        for (int i = 0; i < 20; i++) {
            struct v1_step step = {.proc = (int64_t)test_random_below(&random, 3) - 1, .text = "text"};
            do
                step.type = 1 + (uint8_t)test_random_below(&random, WIRE_V1_TYPE_END - 1);
            while (step.type == WIRE_V1_STACK || v1_numbers_of(writer.version, step.type) < 0);
            for (int j = 0; j < V1_STEP_NUMBERS; j++)
                step.numbers[j] = numbers[test_random_below(&random, COUNT_OF(numbers))];
            ticks += test_random_below(&random, 50) ? test_random_below(&random, 3) : UINT64_MAX / 3;
            step.ticks = ticks;
            v1_step(&writer, &step);
        }
        v1_frequency(&writer, round % 3 ? V1_FREQUENCY : 1);
        v1_tables(&writer);
        struct base_mapping file = v1_finish(&writer);
        uint8_t *bytes = (uint8_t *)(uintptr_t)file.data;
        for (int i = 0; i < round % 4; i++)
            bytes[16 + test_random_below(&random, file.size - 16)] = (uint8_t)test_random_below(&random, 256);
        read_all(&file, ORDER_STOP_AT_DAMAGE, &failed);
        read_all(&file, ORDER_GO_ON, &failed);
        test_mapping_free(&file);
    }
}

/* ---- proportion: these would take minutes if the effort rose with the square ---- */

static void many_processors(void **state)
{
    enum { PROCS = 50000 };
    struct v1_writer writer;
    bool failed;
    (void)state;
    for (int version = 5; version <= 21; version += 16) {
        v1_begin(&writer, version);
        for (int64_t i = 0; i < PROCS; i++) {
            v1_step(&writer, &(struct v1_step){i, 10 + 2 * (uint64_t)i, WIRE_V1_PROC_START, {i}, 0, NULL});
            v1_step(&writer, &(struct v1_step){i, 11 + 2 * (uint64_t)i, WIRE_V1_PROC_STOP, {0}, 0, NULL});
        }
        v1_frequency(&writer, V1_FREQUENCY);
        struct base_mapping file = v1_finish(&writer);
        assert_int_equal(read_all(&file, ORDER_STOP_AT_DAMAGE, &failed), 2 * PROCS + 2);
        assert_false(failed);
        test_mapping_free(&file);
    }
}

/* One goroutine is passed from processor to processor; each waits for the one behind it in the file. */
static void many_wait_for_one_goroutine(void **state)
{
    enum { PROCS = 20000 };
    static const struct v1_step before[] = {V1_G1_RUNS, {0, 20, WIRE_V1_GO_SCHED}, {0}};
    struct v1_writer writer;
    bool failed;
    (void)state;
    v1_begin(&writer, 21);
    for (int64_t i = PROCS; i > 0; i--) {
        v1_step(&writer, &(struct v1_step){i, 20, WIRE_V1_GO_START, {1, i + 1}, 0, NULL});
        v1_step(&writer, &(struct v1_step){i, 20, WIRE_V1_GO_SCHED, {0}, 0, NULL});
    }
    for (const struct v1_step *step = before; step->type; step++)
        v1_step(&writer, step);
    v1_frequency(&writer, V1_FREQUENCY);
    struct base_mapping file = v1_finish(&writer);
    assert_int_equal(read_all(&file, ORDER_STOP_AT_DAMAGE, &failed), 2 * PROCS + 5);
    assert_false(failed);
    test_mapping_free(&file);
}

/* All wait for the same state of it: each time it is reached, one could go on, and then the next is in its way. */
static void many_wait_for_one_state(void **state)
{
    enum { PROCS = 20000 };
    static const struct v1_step before[] = {V1_G1_RUNS, {0, 20, WIRE_V1_GO_SCHED}, {0}};
    struct v1_writer writer;
    bool failed;
    (void)state;
    v1_begin(&writer, 21);
    for (int64_t i = PROCS; i > 0; i--)
        v1_step(&writer, &(struct v1_step){i, 20, WIRE_V1_GO_START, {1, 2}, 0, NULL});
    for (const struct v1_step *step = before; step->type; step++)
        v1_step(&writer, step);
    v1_frequency(&writer, V1_FREQUENCY);
    struct base_mapping file = v1_finish(&writer);
    read_all(&file, ORDER_STOP_AT_DAMAGE, &failed);
    assert_true(failed);
    assert_int_equal(read_all(&file, ORDER_GO_ON, &failed), PROCS + 5);
    assert_false(failed);
    test_mapping_free(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reading_goes_on_to_the_damage),
        cmocka_unit_test(files_with_holes),
        cmocka_unit_test(cut_at_every_byte),
        cmocka_unit_test(hostile_steps),
        cmocka_unit_test(many_processors),
        cmocka_unit_test(many_wait_for_one_goroutine),
        cmocka_unit_test(many_wait_for_one_state),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
