/* The stream as a whole: order and time, generations, damage, hostile ids. */
#include "scenario.h"

#include <stdlib.h>

/* ---- order and time ---- */

static void ties_and_late_events(void **state)
{
    static const struct scenario scenarios[] = {
        /* Equal times: by the heap, threads in order of their first batches. */
        {{{3, 10, WIRE_PROC_STATUS, {3, 2}}, {1, 10, WIRE_PROC_STATUS, {1, 2}}, {2, 10, WIRE_PROC_STATUS, {2, 2}}},
         "M=3 P=-1 G=-1 10: ProcID=3 Undetermined->Idle\nM=2 P=-1 G=-1 11: ProcID=2 Undetermined->Idle\n"
         "M=1 P=-1 G=-1 12: ProcID=1 Undetermined->Idle\n"},
        /* A late event pushes only itself. */
        {{{1, 30, WIRE_PROC_STATUS, {1, 2}},
          {1, 30, WIRE_PROC_STATUS, {2, 2}},
          {1, 20, WIRE_PROC_STATUS, {3, 2}},
          {1, 40, WIRE_PROC_STATUS, {4, 2}}},
         "M=1 P=-1 G=-1 30: ProcID=1 Undetermined->Idle\nM=1 P=-1 G=-1 31: ProcID=2 Undetermined->Idle\n"
         "M=1 P=-1 G=-1 32: ProcID=3 Undetermined->Idle\nM=1 P=-1 G=-1 40: ProcID=4 Undetermined->Idle\n"},
        /* Batches of one thread are taken in file order whatever their times. */
        {{{1, 30, WIRE_PROC_STATUS, {1, 2}},
          {1, 0, STEP_FLUSH},
          {2, 35, WIRE_PROC_STATUS, {2, 2}},
          {1, 40, WIRE_PROC_STATUS, {3, 2}}},
         "M=1 P=-1 G=-1 30: ProcID=1 Undetermined->Idle\nM=2 P=-1 G=-1 35: ProcID=2 Undetermined->Idle\n"
         "M=1 P=-1 G=-1 40: ProcID=3 Undetermined->Idle\n"},
        /* The head waits; among the others the earliest that can advance goes first. */
        {{{1, 10, WIRE_GO_START, {5, 1}},
          {2, 20, WIRE_GO_START, {5, 2}},
          {3, 30, WIRE_PROC_STATUS, {3, 2}},
          {4, 25, WIRE_PROC_STATUS, {4, 2}},
          {3, 31, WIRE_GO_STATUS, {5, -1, 1}}},
         "M=4 P=-1 G=-1 25: ProcID=4 Undetermined->Idle\nM=3 P=-1 G=-1 30: ProcID=3 Undetermined->Idle\n"
         "M=3 P=-1 G=-1 31: GoID=5 Undetermined->Runnable\n" NO_P},
    };
    (void)state;
    check_scenarios(scenarios, COUNT_OF(scenarios));
}

static void samples_come_by_time(void **state)
{
    static const struct scenario scenarios[] = {
        {{{1, 10, WIRE_PROC_STATUS, {1, 2}},
          {1, 20, WIRE_PROC_STATUS, {2, 2}},
          {1, 30, STEP_SAMPLE, {1, 0, 5, K_F}},
          {1, 20, STEP_SAMPLE, {1, -1, 0, K_F}},
          {1, 9, STEP_SAMPLE, {7, 3, -1, 0}}},
         "M=7 P=3 G=-1 9: StackSample\n"
         "M=1 P=-1 G=-1 10: ProcID=1 Undetermined->Idle\n"
         "M=1 P=-1 G=-1 20: ProcID=2 Undetermined->Idle\n"
         "M=1 P=-1 G=-1 21: StackSample\n"
         "M=1 P=0 G=5 30: StackSample\n"},
        /* They do not come between the events of a switch, and are compared by raw times. */
        {{BOTH,
          {1, 12, WIRE_GO_CREATE_BLOCKED, {2, 0, 0}},
          {1, 20, WIRE_GO_SWITCH, {2, 1}},
          {1, 21, STEP_SAMPLE, {1, 0, 1, 0}},
          {1, 22, WIRE_GO_STOP, {0, 0}},
          {1, 20, STEP_GENERATION},
          {1, 5, STEP_SAMPLE, {1, 0, 1, 0}}},
         BOTH_TEXT "M=1 P=0 G=1 12: GoID=2 NotExist->Waiting\n"
                   "M=1 P=0 G=1 20: GoID=2 Waiting->Runnable\n"
                   "M=1 P=0 G=1 21: GoID=1 Running->Waiting\n"
                   "M=1 P=0 G=-1 22: GoID=2 Runnable->Running\n"
                   "M=1 P=0 G=1 23: StackSample\n"
                   "M=1 P=0 G=2 24: GoID=2 Running->Runnable\n"
                   "M=1 P=0 G=1 26: StackSample\n"},
    };
    (void)state;
    check_scenarios(scenarios, COUNT_OF(scenarios));
}

static void samples_with_equal_times_keep_their_order_up_to_twelve(void **state)
{
    struct test_trace trace;
    struct base_text text = {0};
    (void)state;
    test_trace_begin(&trace, WIRE_GO_1_26);
    for (int i = 0; i < 12; i++)
        wire_writer_sample(&trace.writer, &(struct wire_writer_sample){50, {i}, NO_PROC, NO_GOROUTINE, 0});
    struct base_mapping file = test_trace_finish(&trace);
    test_render(&file, &text);
    const char *at = base_text_cstring(&text);
    for (int i = 0; i < 12; i++) {
        assert_int_equal(strtol(at + 2, NULL, 10), i);
        at = strchr(at, '\n') + 1;
    }
    base_text_release(&text);
    test_mapping_free(&file);
}

static void nobody_can_advance(void **state)
{
    static const struct scenario scenarios[] = {
        {{BOTH,
          {1, 12, WIRE_GO_UNBLOCK, {9, 1, 0}},
          {2, 13, WIRE_GO_STATUS, {3, -1, 4}},
          {2, 14, WIRE_GO_SWITCH, {3, 1}}},
         BOTH_TEXT "M=2 P=-1 G=-1 13: GoID=3 Undetermined->Waiting\n" NO_P},
        {{BOTH,
          {1, 12, WIRE_GO_UNBLOCK, {9, 1, 0}},
          {2, 13, WIRE_GO_STATUS, {3, -1, 4}},
          {2, 14, WIRE_PROC_START, {0, 1}}},
         BOTH_TEXT "M=2 P=-1 G=-1 13: GoID=3 Undetermined->Waiting\n"
                   "error: broken trace: failed to advance: frontier:\n"
                   "[gen=1]\n\n"
                   "M 1 [GoUnblock time=12 g=9 g_seq=1 stack=0]\n"
                   "M 2 [ProcStart time=14 p=0 p_seq=1]\n"
                   "\n"
                   "G 1 [status=Running seq=0 (gen=1)]\n"
                   "G 3 [status=Waiting seq=0 (gen=1)]\n"
                   "\n"
                   "P 0 [status=Running seq=0 (gen=1)]\n"
                   "\n"
                   "M 1 [g=1 p=0]\n"
                   "M 2 [g=-1 p=-1]\n"
                   "\n"
                   "GC 0 Undetermined\n\n\n"},
        /* A number of another generation never becomes ready. */
        {{BOTH, {1, 12, WIRE_GO_STATUS, {2, -1, 4}}, {1, 20, STEP_GENERATION}, {1, 21, WIRE_GO_UNBLOCK, {2, 1, 0}}},
         BOTH_TEXT
         "M=1 P=0 G=1 12: GoID=2 Undetermined->Waiting\n"
         "error: broken trace: failed to advance: frontier:\n[gen=2]\n\nM 1 [GoUnblock time=21 g=2 g_seq=1 stack=0]\n\n"
         "G 1 [status=Running seq=0 (gen=1)]\nG 2 [status=Waiting seq=0 (gen=1)]\n\nP 0 [status=Running seq=0 "
         "(gen=1)]\n\n"
         "M 1 [g=1 p=0]\n\nGC 0 Undetermined\n\n\n"},
    };
    (void)state;
    check_scenarios(scenarios, COUNT_OF(scenarios));
}

/* ---- generations ---- */

/* Kinds of all events, "sync 3" for a Sync; the error at the end. */
static void render_kinds(const struct base_mapping *file, struct base_text *out)
{
    struct base_error error = BASE_NO_ERROR;
    struct order_reader *reader = order_reader_new(file, ORDER_STOP_AT_DAMAGE, &error);
    struct order_block block;
    enum order_status status;
    while ((status = order_reader_next(reader, &block, &error)) == ORDER_EVENTS) {
        for (size_t i = 0; i < block.count; i++) {
            const struct order_event *event = &block.events[i];
            assert_true(event->kind != ORDER_SYNC || i == 0);
            if (event->kind == ORDER_SYNC)
                base_text_format(out, "sync %d%s at %d\n", (int)event->sync.facts->number,
                                 event->sync.facts->has_generation ? "" : " (last)", (int)event->time_ns);
            else
                base_text_format(out, "event at %d\n", (int)event->time_ns);
        }
    }
    if (status == ORDER_ERROR)
        base_text_format(out, "error: %s\n", error.cause);
    base_error_release(&error);
    order_reader_free(reader);
}

static void syncs_stand_between_generations(void **state)
{
    static const struct {
        struct step steps[8];
        size_t cut_bytes; /* off the end of the file */
        const char *expected;
        enum wire_version version;
    } cases[] = {
        {{{0}}, 0, "sync 1 at 1\nsync 2 (last) at 2\n", WIRE_GO_1_26},
        {{{1, 10, WIRE_PROC_STATUS, {0, 1}}, {1, 50, STEP_GENERATION}, {1, 60, WIRE_PROC_STATUS, {0, 1}}},
         0,
         "sync 1 at 1\nevent at 10\nsync 2 at 50\nevent at 60\nsync 3 (last) at 61\n",
         WIRE_GO_1_26},
        {{{1, 10, WIRE_PROC_STATUS, {0, 1}}, {1, 50, STEP_GENERATION}, {1, 60, WIRE_PROC_STATUS, {0, 1}}},
         0,
         "sync 1 at 10\nevent at 11\nsync 2 at 60\nevent at 61\nsync 3 (last) at 62\n",
         WIRE_GO_1_22},
        {{{1, 10, WIRE_PROC_STATUS, {0, 1}}, {1, 50, STEP_GENERATION}, {1, 60, WIRE_PROC_STATUS, {0, 1}}},
         1,
         "sync 1 at 1\nevent at 10\nsync 2 (last) at 11\nerror: incomplete generation found; trace likely truncated\n",
         WIRE_GO_1_26},
        /* Below 1.26 the generation is read as far as it goes. */
        {{{1, 10, WIRE_PROC_STATUS, {0, 1}}, {1, 50, STEP_GENERATION}, {1, 60, WIRE_PROC_STATUS, {0, 1}}},
         1,
         "sync 1 at 1\nevent at 10\nsync 2 (last) at 11\nerror: found invalid func string ID 7 for stack 1\n",
         WIRE_GO_1_25},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct base_text text = {0};
        struct base_mapping file = test_write(cases[i].version, cases[i].steps);
        file.size -= cases[i].cut_bytes;
        render_kinds(&file, &text);
        test_assert_text(&text, cases[i].expected);
        base_text_release(&text);
        test_mapping_free(&file);
    }
}

static void empty_files(void **state)
{
    struct base_text text = {0};
    struct base_mapping file = test_mapping_of("go 1.26 trace\0\0", 16);
    (void)state;
    render_kinds(&file, &text);
    test_assert_text(&text, "sync 1 (last) at 1\n");
    test_mapping_free(&file);
    text.size = 0;
    file = test_mapping_of("go 1.22 trace\0\0", 16);
    render_kinds(&file, &text);
    test_assert_text(&text, "sync 1 (last) at 1\nerror: no frequency event found\n");
    test_mapping_free(&file);
    base_text_release(&text);
}

/* The first event of a thread cannot be decoded: the error comes at once, without a Sync. */
static void first_event_is_unreadable(void **state)
{
    static const struct {
        const char *body;
        size_t size;
        const char *expected;
    } cases[] = {
        {"\x89", 1, "error: found invalid event type: 137\n"},
        {"\x01\x01", 2, "error: found event without a timestamp: type=1\n"},
        {"\x60\x01", 2, "error: found event without a timestamp: type=96\n"},
        {"\x0b", 1, "error: found invalid uvarint for timestamp\n"},
        {"\x0b\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", 11, "error: found invalid uvarint for timestamp\n"},
        {"\x0a\x01\x01", 3, "error: found invalid uvarint\n"},
        {"\x0b\x05\x89", 3, "sync 1 at 1\nerror: event ProcStop for proc (-1) that doesn't exist\n"},
        {"", 0, "sync 1 at 1\nsync 2 (last) at 2\n"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct base_text text = {0};
        struct test_trace trace;
        test_trace_begin(&trace, WIRE_GO_1_26);
        wire_writer_raw_batch(&trace.writer, 0, (thread_id){1}, 10, cases[i].body, cases[i].size);
        struct base_mapping file = test_trace_finish(&trace);
        render_kinds(&file, &text);
        test_assert_text(&text, cases[i].expected);
        base_text_release(&text);
        test_mapping_free(&file);
    }
}

static void decoding_fails_later(void **state)
{
    struct base_text text = {0};
    struct test_trace trace;
    (void)state;
    test_trace_begin(&trace, WIRE_GO_1_26);
    wire_writer_raw_batch(&trace.writer, 0, (thread_id){1}, 10, "\x0d\x01\x03\x02\x89", 5);
    struct base_mapping file = test_trace_finish(&trace);
    render_kinds(&file, &text);
    test_assert_text(&text, "sync 1 at 1\nevent at 11\nerror: found invalid event type: 137\n");
    base_text_release(&text);
    test_mapping_free(&file);
}

enum { MANY_EVENTS = 60 };

static void add_number(struct base_text *body, uint64_t value)
{
    for (; value > 0x7f; value >>= 7)
        base_text_char(body, (char)(value | 0x80));
    base_text_char(body, (char)value);
}

/* A batch of many processors, of which one has an id of its own. What comes of it must not depend on where it stands:
 * far from the batch's end events are decoded in another way. */
static void check_long_number(size_t place, const char *id, size_t id_bytes, bool malformed)
{
    struct base_text body = {0}, expected = {0}, text = {0};
    struct test_trace trace;
    base_text_add(&expected, "sync 1 at 1\n");
    for (size_t i = 0; i < MANY_EVENTS; i++) {
        base_text_char(&body, WIRE_PROC_STATUS);
        add_number(&body, 1);
        if (i == place)
            base_text_bytes(&body, id, id_bytes);
        else
            add_number(&body, 1000 + i);
        add_number(&body, 2);
        if (!malformed || i < place)
            base_text_format(&expected, "event at %zu\n", 11 + i);
    }
    if (malformed)
        base_text_add(&expected, "error: found invalid uvarint\n");
    else
        base_text_format(&expected, "sync 2 (last) at %d\n", 11 + MANY_EVENTS);
    test_trace_begin(&trace, WIRE_GO_1_26);
    wire_writer_raw_batch(&trace.writer, 0, (thread_id){1}, 10, body.data, body.size);
    struct base_mapping file = test_trace_finish(&trace);
    render_kinds(&file, &text);
    test_assert_text(&text, base_text_cstring(&expected));
    base_text_release(&text);
    base_text_release(&expected);
    base_text_release(&body);
    test_mapping_free(&file);
}

static void long_numbers_may_stand_anywhere(void **state)
{
    (void)state;
    for (size_t place = 1; place < MANY_EVENTS; place++) {
        check_long_number(place, "\xff\xff\xff\xff\xff\xff\xff\x7f", 8, false);
        check_long_number(place, "\x80\x80\x80\x80\x80\x80\x80\x80\x01", 9, false);
        check_long_number(place, "\xff\xff\xff\xff\xff\xff\xff\xff\x7f", 9, false);
        check_long_number(place, "\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01", 10, false);
        check_long_number(place, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", 10, true);
        check_long_number(place, "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x00", 11, true);
    }
}

static void state_is_carried_over(void **state)
{
    static const struct scenario scenarios[] = {
        {{BOTH,
          {1, 12, WIRE_USER_TASK_BEGIN, {4, 0, S_ALPHA, 0}},
          {1, 13, WIRE_USER_REGION_BEGIN, {4, S_BETA, 0}},
          {1, 50, STEP_GENERATION},
          {1, 60, WIRE_PROC_STATUS, {0, 1}},
          {1, 61, WIRE_GO_STATUS, {1, 1, 2}},
          {1, 62, WIRE_PROC_STATUS, {9, 2}},
          {1, 63, WIRE_USER_REGION_END, {4, S_BETA, 0}},
          {1, 64, WIRE_USER_TASK_END, {4, 0}},
          {1, 65, WIRE_GO_SYSCALL_BEGIN, {1, 0}}},
         BOTH_TEXT "M=1 P=0 G=1 12: TaskBegin ID=4 Parent=18446744073709551615 Type=\"alpha\"\n"
                   "M=1 P=0 G=1 13: RegionBegin Task=4 Type=\"beta\"\n"
                   "M=1 P=0 G=1 60: ProcID=0 Running->Running\n"
                   "M=1 P=0 G=1 61: GoID=1 Running->Running\n"
                   "M=1 P=0 G=1 62: ProcID=9 NotExist->Idle\n"
                   "M=1 P=0 G=1 63: RegionEnd Task=4 Type=\"beta\"\n"
                   "M=1 P=0 G=1 64: TaskEnd ID=4 Parent=18446744073709551615 Type=\"alpha\"\n"
                   "M=1 P=0 G=1 65: GoID=1 Running->Syscall\n"},
    };
    (void)state;
    check_scenarios(scenarios, COUNT_OF(scenarios));
}

/* Strings and stacks of two generations have the same symbols. */
static void symbols_are_shared(void **state)
{
    static const struct step steps[] = {
        BOTH,
        {1, 12, WIRE_USER_LOG, {1, S_ALPHA, S_BETA, K_F}},
        {1, 50, STEP_GENERATION},
        {1, 60, WIRE_USER_LOG, {2, S_ALPHA, S_BETA, K_F}},
        {0},
    };
    struct base_mapping file = test_write(WIRE_GO_1_26, steps);
    struct base_error error = BASE_NO_ERROR;
    struct order_reader *reader = order_reader_new(&file, ORDER_STOP_AT_DAMAGE, &error);
    struct order_block block;
    uint32_t name = 0, stack = 0, logs = 0;
    (void)state;
    while (order_reader_next(reader, &block, &error) == ORDER_EVENTS) {
        for (size_t i = 0; i < block.count; i++) {
            const struct order_event *event = &block.events[i];
            if (event->kind != ORDER_LOG)
                continue;
            if (logs++) {
                assert_int_equal(event->name, name);
                assert_int_equal(event->stack, stack);
            }
            name = event->name;
            stack = event->stack;
        }
    }
    assert_int_equal(logs, 2);
    assert_true(base_str_is(order_string(order_reader_symbols(reader), name), "alpha"));
    order_reader_free(reader);
    test_mapping_free(&file);
}

/* ---- hostility ---- */

/* Every timed event with hostile ids, in many contexts: whatever comes of it, nothing crashes and times rise. */
static void hostile_ids(void **state)
{
    static const int64_t ids[] = {-1, 0, 1, 2, INT64_MAX, INT64_MIN, 3};
    struct test_random random = {1};
    (void)state;
    for (int round = 0; round < 3000; round++) {
        struct test_trace trace;
        uint64_t time_ns = 10;
        test_trace_begin(&trace, WIRE_GO_1_26);
        for (int i = 0; i < 30; i++) {
            time_ns += test_random_below(&random, 5);
            struct step step = {.thread = ids[test_random_below(&random, 4)], .time_ns = time_ns};
            do
                step.type = (uint8_t)test_random_below(&random, WIRE_TYPE_END);
            while (!wire_timed_args[step.type] ||
                   (i < 20 && step.type > WIRE_GO_CREATE && step.type != WIRE_GO_STATUS));
            for (int j = 0; j < 4; j++)
                step.args[j] = ids[test_random_below(&random, COUNT_OF(ids))];
            if (i == 25)
                test_trace_generation(&trace, time_ns);
            test_trace_step(&trace, &step);
        }
        struct base_mapping file = test_trace_finish(&trace);
        struct base_error error = BASE_NO_ERROR;
        struct order_reader *reader = order_reader_new(&file, ORDER_STOP_AT_DAMAGE, &error);
        struct order_block block;
        int64_t last_ns = 0;
        while (order_reader_next(reader, &block, &error) == ORDER_EVENTS) {
            for (size_t i = 0; i < block.count; i++) {
                assert_true(block.events[i].time_ns > last_ns);
                last_ns = block.events[i].time_ns;
            }
        }
        base_error_release(&error);
        order_reader_free(reader);
        test_mapping_free(&file);
    }
}

/* Times at the very end of what fits. */
static void times_at_the_end(void **state)
{
    struct base_text text = {0};
    struct test_trace trace;
    (void)state;
    test_trace_begin(&trace, WIRE_GO_1_26);
    wire_writer_event(&trace.writer, (thread_id){1}, INT64_MAX - 1023, WIRE_PROC_STATUS, 1, 2);
    wire_writer_event(&trace.writer, (thread_id){1}, INT64_MAX, WIRE_PROC_STATUS, 2, 2);
    wire_writer_event(&trace.writer, (thread_id){1}, (uint64_t)INT64_MAX + 9, WIRE_PROC_STATUS, 3, 2);
    wire_writer_event(&trace.writer, (thread_id){1}, UINT64_MAX, WIRE_PROC_STATUS, 4, 2);
    struct base_mapping file = test_trace_finish(&trace);
    test_render(&file, &text);
    assert_null(strstr(base_text_cstring(&text), ": -"));
    assert_non_null(strstr(text.data, "ProcID=4"));
    base_text_release(&text);
    test_mapping_free(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ties_and_late_events),
        cmocka_unit_test(samples_come_by_time),
        cmocka_unit_test(samples_with_equal_times_keep_their_order_up_to_twelve),
        cmocka_unit_test(nobody_can_advance),
        cmocka_unit_test(syncs_stand_between_generations),
        cmocka_unit_test(empty_files),
        cmocka_unit_test(first_event_is_unreadable),
        cmocka_unit_test(decoding_fails_later),
        cmocka_unit_test(long_numbers_may_stand_anywhere),
        cmocka_unit_test(state_is_carried_over),
        cmocka_unit_test(symbols_are_shared),
        cmocka_unit_test(hostile_ids),
        cmocka_unit_test(times_at_the_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
