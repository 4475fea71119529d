/* The rules of ranges, annotations and ids, and the stacks of events. */
#include "scenario.h"

#include <stdlib.h>

/* ---- ranges ---- */

static void ranges_open_and_close(void **state)
{
    static const struct scenario scenarios[] = {
        {{BOTH,
          {1, 12, WIRE_STW_BEGIN, {S_ALPHA, K_F}},
          {1, 13, WIRE_STW_BEGIN, {S_BETA, 0}},
          {1, 14, WIRE_STW_END},
          {1, 15, WIRE_STW_END}},
         BOTH_TEXT "M=1 P=0 G=1 12: RangeBegin Name=\"stop-the-world (alpha)\" Scope=Goroutine(1)\n"
                   "M=1 P=0 G=1 13: RangeBegin Name=\"stop-the-world (beta)\" Scope=Goroutine(1)\n"
                   "M=1 P=0 G=1 14: RangeEnd Name=\"stop-the-world (alpha)\" Scope=Goroutine(1) Attributes=[]\n"
                   "M=1 P=0 G=1 15: RangeEnd Name=\"stop-the-world (beta)\" Scope=Goroutine(1) Attributes=[]\n"},
        {{BOTH,
          {1, 12, WIRE_GC_MARK_ASSIST_BEGIN, {K_F}},
          {1, 13, WIRE_GC_MARK_ASSIST_END},
          {1, 14, WIRE_GC_SWEEP_BEGIN, {K_F}},
          {1, 15, WIRE_GC_SWEEP_END, {100, 7}}},
         BOTH_TEXT "M=1 P=0 G=1 12: RangeBegin Name=\"GC mark assist\" Scope=Goroutine(1)\n"
                   "M=1 P=0 G=1 13: RangeEnd Name=\"GC mark assist\" Scope=Goroutine(1) Attributes=[]\n"
                   "M=1 P=0 G=1 14: RangeBegin Name=\"GC incremental sweep\" Scope=Proc(0)\n"
                   "M=1 P=0 G=1 15: RangeEnd Name=\"GC incremental sweep\" Scope=Proc(0) Attributes=[\"bytes "
                   "swept\"=Value{Uint64(100)} "
                   "\"bytes reclaimed\"=Value{Uint64(7)}]\n"},
        /* Active in the first generation opens, later it confirms. */
        {{BOTH,
          {2, 12, WIRE_GC_MARK_ASSIST_ACTIVE, {1}},
          {2, 13, WIRE_GC_SWEEP_ACTIVE, {0}},
          {1, 20, STEP_GENERATION},
          {2, 21, WIRE_GC_MARK_ASSIST_ACTIVE, {1}},
          {2, 22, WIRE_GC_SWEEP_ACTIVE, {0}},
          {1, 23, WIRE_GC_MARK_ASSIST_END},
          {1, 24, WIRE_GC_SWEEP_END, {0, 0}}},
         BOTH_TEXT "M=2 P=-1 G=-1 12: RangeActive Name=\"GC mark assist\" Scope=Goroutine(1)\n"
                   "M=2 P=-1 G=-1 13: RangeActive Name=\"GC incremental sweep\" Scope=Proc(0)\n"
                   "M=2 P=-1 G=-1 21: RangeActive Name=\"GC mark assist\" Scope=Goroutine(1)\n"
                   "M=2 P=-1 G=-1 22: RangeActive Name=\"GC incremental sweep\" Scope=Proc(0)\n"
                   "M=1 P=0 G=1 23: RangeEnd Name=\"GC mark assist\" Scope=Goroutine(1) Attributes=[]\n"
                   "M=1 P=0 G=1 24: RangeEnd Name=\"GC incremental sweep\" Scope=Proc(0) "
                   "Attributes=[\"bytes swept\"=Value{Uint64(0)} \"bytes reclaimed\"=Value{Uint64(0)}]\n"},
    };
    (void)state;
    check_scenarios(scenarios, COUNT_OF(scenarios));
}

static void ranges_fatal(void **state)
{
    static const struct scenario scenarios[] = {
        {{BOTH, {1, 12, WIRE_STW_BEGIN, {S_ALPHA, 0}}, {1, 13, WIRE_STW_BEGIN, {S_ALPHA, 0}}},
         BOTH_TEXT "M=1 P=0 G=1 12: RangeBegin Name=\"stop-the-world (alpha)\" Scope=Goroutine(1)\n"
                   "error: discovered event already in-flight for when starting event STWBegin\n"},
        {{BOTH, {1, 12, WIRE_STW_END}}, BOTH_TEXT "error: tried to end event STWBegin, but not in-flight\n"},
        {{BOTH, {1, 12, WIRE_GC_MARK_ASSIST_END}},
         BOTH_TEXT "error: tried to end event GCMarkAssistBegin, but not in-flight\n"},
        {{BOTH, {1, 12, WIRE_GC_SWEEP_END, {0, 0}}},
         BOTH_TEXT "error: tried to end event GCSweepBegin, but not in-flight\n"},
        {{P0_RUNS, {1, 12, WIRE_STW_BEGIN, {0, 0}}}, P0_RUNS_TEXT NO_G},
        {{P0_RUNS, {1, 12, WIRE_GC_MARK_ASSIST_END}}, P0_RUNS_TEXT NO_G},
        {{{1, 12, WIRE_GC_SWEEP_BEGIN, {0}}}, NO_P},
        {{{1, 12, WIRE_GC_SWEEP_END, {0, 0}}}, NO_P},
        {{{1, 12, WIRE_GC_MARK_ASSIST_ACTIVE, {6}}},
         "error: uninitialized goroutine 6 found during GCMarkAssistActive\n"},
        {{{1, 12, WIRE_GC_SWEEP_ACTIVE, {6}}}, "error: encountered GCSweepActive for unknown proc 6\n"},
        {{BOTH, {1, 12, WIRE_GC_SWEEP_ACTIVE, {0}}, {1, 13, WIRE_GC_SWEEP_ACTIVE, {0}}},
         BOTH_TEXT "M=1 P=0 G=1 12: RangeActive Name=\"GC incremental sweep\" Scope=Proc(0)\n"
                   "error: found named active range already in first gen: {32 0}\n"},
        {{BOTH, {1, 20, STEP_GENERATION}, {1, 21, WIRE_GC_SWEEP_ACTIVE, {0}}},
         BOTH_TEXT "error: resource is missing active range: GCSweepBegin\n"},
        {{BOTH,
          {1, 12, WIRE_STW_BEGIN, {S_ALPHA, 0}},
          {1, 20, STEP_GENERATION},
          {1, 21, WIRE_GC_MARK_ASSIST_ACTIVE, {1}}},
         BOTH_TEXT "M=1 P=0 G=1 12: RangeBegin Name=\"stop-the-world (alpha)\" Scope=Goroutine(1)\n"
                   "error: resource is missing active range: GCMarkAssistBegin\n"},
        /* The goroutine was ended from another thread. */
        {{BOTH,
          {2, 12, WIRE_PROC_STATUS, {1, 1}},
          {2, 13, WIRE_GO_STATUS, {1, 2, 2}},
          {2, 14, WIRE_GO_DESTROY},
          {1, 15, WIRE_GC_MARK_ASSIST_BEGIN, {0}}},
         BOTH_TEXT "M=2 P=-1 G=-1 12: ProcID=1 Undetermined->Running\nM=2 P=1 G=-1 13: GoID=1 Running->Running\n"
                   "M=2 P=1 G=1 14: GoID=1 Running->NotExist\n"
                   "error: encountered event of type 35 without known state for current goroutine 1\n"},
    };
    (void)state;
    check_scenarios(scenarios, COUNT_OF(scenarios));
}

static void collector(void **state)
{
#define GC_TEXT(kind) kind " Name=\"GC concurrent mark phase\" Scope=None"
    static const struct scenario scenarios[] = {
        /* The first number may be any; the next one waits for its turn on another thread. */
        {{BOTH,
          {1, 12, WIRE_GC_BEGIN, {7, K_F}},
          {1, 20, WIRE_GC_END, {8}},
          {2, 13, WIRE_PROC_STATUS, {1, 1}},
          {2, 14, WIRE_GO_STATUS, {2, 2, 2}},
          {2, 15, WIRE_GC_BEGIN, {9, 0}}},
         BOTH_TEXT "M=1 P=0 G=1 12: " GC_TEXT(
             "RangeBegin") "\n"
                           "M=2 P=-1 G=-1 13: ProcID=1 Undetermined->Running\nM=2 P=1 G=-1 14: GoID=2 "
                           "Undetermined->Running\n"
                           "M=1 P=0 G=1 20: " GC_TEXT("RangeEnd") " Attributes=[]\n"
                                                                  "M=2 P=1 G=2 21: " GC_TEXT("RangeBegin") "\n"},
        {{BOTH,
          {1, 12, WIRE_GC_ACTIVE, {7}},
          {1, 13, STEP_GENERATION},
          {1, 14, WIRE_GC_ACTIVE, {8}},
          {1, 15, WIRE_GC_END, {9}}},
         BOTH_TEXT "M=1 P=0 G=1 12: " GC_TEXT("RangeActive") "\n"
                                                             "M=1 P=0 G=1 14: " GC_TEXT(
                                                                 "RangeActive") "\n"
                                                                                "M=1 P=0 G=1 15: " GC_TEXT(
                                                                                    "RangeEnd") " Attributes=[]\n"},
        {{BOTH, {1, 12, WIRE_GC_BEGIN, {7, 0}}, {1, 13, WIRE_GC_BEGIN, {8, 0}}},
         BOTH_TEXT
         "M=1 P=0 G=1 12: " GC_TEXT("RangeBegin") "\nerror: encountered GCBegin while GC was already in progress\n"},
        {{BOTH, {1, 12, WIRE_GC_BEGIN, {7, 0}}, {1, 13, WIRE_GC_ACTIVE, {8}}},
         BOTH_TEXT
         "M=1 P=0 G=1 12: " GC_TEXT("RangeBegin") "\nerror: GCActive in the first generation isn't first GC event\n"},
        {{BOTH, {1, 12, STEP_GENERATION}, {1, 13, WIRE_GC_ACTIVE, {1}}},
         BOTH_TEXT "error: encountered GCActive while GC was not in progress\n"},
        {{BOTH, {1, 13, WIRE_GC_END, {1}}},
         BOTH_TEXT "error: encountered GCEnd when GC was in an undetermined state\n"},
        {{BOTH, {1, 12, WIRE_GC_BEGIN, {1, 0}}, {1, 13, WIRE_GC_END, {2}}, {1, 14, WIRE_GC_END, {3}}},
         BOTH_TEXT "M=1 P=0 G=1 12: " GC_TEXT("RangeBegin") "\nM=1 P=0 G=1 13: " GC_TEXT(
             "RangeEnd") " Attributes=[]\n"
                         "error: encountered GCEnd when GC was not in progress\n"},
        {{BOTH, {1, 12, WIRE_GC_BEGIN, {1, 0}}, {2, 13, WIRE_GC_END, {2}}},
         BOTH_TEXT "M=1 P=0 G=1 12: " GC_TEXT("RangeBegin") "\n" NO_P},
        /* The first event of the collector is taken from anybody. */
        {{{-1, 12, WIRE_GC_BEGIN, {1, 0}}}, "M=-1 P=-1 G=-1 12: " GC_TEXT("RangeBegin") "\n"},
    };
    (void)state;
    check_scenarios(scenarios, COUNT_OF(scenarios));
}

/* ---- annotations ---- */

static void annotations(void **state)
{
    static const struct scenario scenarios[] = {
        {{BOTH,
          {1, 12, WIRE_USER_TASK_BEGIN, {4, 0, S_ALPHA, K_F}},
          {1, 13, WIRE_USER_TASK_BEGIN, {5, 4, S_BETA, 0}},
          {1, 14, WIRE_USER_TASK_END, {4, 0}},
          {1, 15, WIRE_USER_TASK_END, {4, 0}},
          {1, 16, WIRE_USER_TASK_BEGIN, {4, 0, S_BETA, 0}},
          {1, 17, WIRE_USER_LOG, {4, S_ALPHA, S_BETA, K_F}},
          {1, 18, WIRE_GO_LABEL, {S_ALPHA}},
          {1, 19, WIRE_USER_TASK_END, {5, 0}}},
         BOTH_TEXT "M=1 P=0 G=1 12: TaskBegin ID=4 Parent=18446744073709551615 Type=\"alpha\"\n"
                   "M=1 P=0 G=1 13: TaskBegin ID=5 Parent=4 Type=\"beta\"\n"
                   "M=1 P=0 G=1 14: TaskEnd ID=4 Parent=18446744073709551615 Type=\"alpha\"\n"
                   "M=1 P=0 G=1 15: TaskEnd ID=4 Parent=18446744073709551615 Type=\"\"\n"
                   "M=1 P=0 G=1 16: TaskBegin ID=4 Parent=18446744073709551615 Type=\"beta\"\n"
                   "M=1 P=0 G=1 17: Log Task=4 Category=\"alpha\" Message=\"beta\"\n"
                   "M=1 P=0 G=1 18: Label Label=\"alpha\" Resource=Goroutine(1)\n"
                   "M=1 P=0 G=1 19: TaskEnd ID=5 Parent=4 Type=\"beta\"\n"},
        {{BOTH,
          {1, 12, WIRE_USER_REGION_END, {9, S_BETA, 0}},
          {1, 13, WIRE_USER_REGION_BEGIN, {4, S_ALPHA, 0}},
          {1, 14, WIRE_USER_REGION_BEGIN, {0, S_BETA, 0}},
          {1, 15, WIRE_USER_REGION_END, {0, S_BETA, 0}},
          {1, 16, WIRE_USER_REGION_END, {4, S_ALPHA, 0}}},
         BOTH_TEXT "M=1 P=0 G=1 12: RegionEnd Task=9 Type=\"beta\"\n"
                   "M=1 P=0 G=1 13: RegionBegin Task=4 Type=\"alpha\"\n"
                   "M=1 P=0 G=1 14: RegionBegin Task=0 Type=\"beta\"\n"
                   "M=1 P=0 G=1 15: RegionEnd Task=0 Type=\"beta\"\n"
                   "M=1 P=0 G=1 16: RegionEnd Task=4 Type=\"alpha\"\n"},
        {{{1, 10, WIRE_SPAN_ALLOC, {1, 2, 3}}, {1, 11, WIRE_HEAP_OBJECT_FREE, {9}}},
         "M=1 P=-1 G=-1 10: Experimental Name=SpanAlloc Args=[id=Value{Uint64(1)}, npages_value=Value{Uint64(2)}, "
         "kindclass=Value{Uint64(3)}]\n"
         "M=1 P=-1 G=-1 11: Experimental Name=HeapObjectFree Args=[id=Value{Uint64(9)}]\n"},
    };
    (void)state;
    check_scenarios(scenarios, COUNT_OF(scenarios));
}

static void annotations_fatal(void **state)
{
    static const struct scenario scenarios[] = {
        {{BOTH, {1, 12, WIRE_USER_TASK_BEGIN, {4, 0, S_ALPHA, 0}}, {1, 13, WIRE_USER_TASK_BEGIN, {4, 0, S_ALPHA, 0}}},
         BOTH_TEXT
         "M=1 P=0 G=1 12: TaskBegin ID=4 Parent=18446744073709551615 Type=\"alpha\"\nerror: task ID conflict: 4\n"},
        {{{1, 12, WIRE_USER_TASK_BEGIN, {4, 0, 99, 0}}}, "error: invalid string ID 99 for 40 event\n"},
        {{{1, 12, WIRE_USER_TASK_BEGIN, {4, 0, S_ALPHA, 0}}}, NO_P},
        {{{1, 12, WIRE_USER_TASK_END, {4, 0}}}, NO_P},
        {{BOTH, {1, 12, WIRE_USER_REGION_BEGIN, {4, 99, 0}}}, BOTH_TEXT "error: invalid string ID 99 for 42 event\n"},
        {{BOTH, {1, 12, WIRE_USER_REGION_END, {4, 99, 0}}}, BOTH_TEXT "error: invalid string ID 99 for 43 event\n"},
        {{P0_RUNS, {1, 12, WIRE_USER_REGION_BEGIN, {4, 99, 0}}}, P0_RUNS_TEXT NO_G},
        {{BOTH, {1, 13, WIRE_USER_REGION_BEGIN, {4, S_ALPHA, 0}}, {1, 14, WIRE_USER_REGION_END, {4, S_BETA, 0}}},
         BOTH_TEXT "M=1 P=0 G=1 13: RegionBegin Task=4 Type=\"alpha\"\nerror: misuse of region in goroutine 1: region "
                   "end {4 beta} when "
                   "the inner-most active region start event is {4 alpha}\n"},
        {{BOTH, {1, 13, WIRE_USER_REGION_BEGIN, {4, S_ALPHA, 0}}, {1, 14, WIRE_USER_REGION_END, {5, S_ALPHA, 0}}},
         BOTH_TEXT "M=1 P=0 G=1 13: RegionBegin Task=4 Type=\"alpha\"\nerror: misuse of region in goroutine 1: region "
                   "end {5 alpha} when "
                   "the inner-most active region start event is {4 alpha}\n"},
        {{BOTH,
          {2, 12, WIRE_PROC_STATUS, {1, 1}},
          {2, 13, WIRE_GO_STATUS, {1, 2, 2}},
          {2, 14, WIRE_GO_DESTROY},
          {1, 15, WIRE_USER_REGION_BEGIN, {4, S_ALPHA, 0}}},
         BOTH_TEXT "M=2 P=-1 G=-1 12: ProcID=1 Undetermined->Running\nM=2 P=1 G=-1 13: GoID=1 Running->Running\n"
                   "M=2 P=1 G=1 14: GoID=1 Running->NotExist\n"
                   "error: encountered EvUserRegionBegin without known state for current goroutine 1\n"},
        {{P0_RUNS, {1, 12, WIRE_GO_LABEL, {0}}}, P0_RUNS_TEXT NO_G},
        {{P0_RUNS, {1, 12, WIRE_USER_LOG, {0, 0, 0, 0}}}, P0_RUNS_TEXT NO_G},
        {{{-1, 12, WIRE_SPAN_FREE, {0}}}, NO_M},
        {{{1, 12, WIRE_CLOCK_SNAPSHOT, {1, 2, 3}}}, "error: bad event type found while ordering: 51\n"},
    };
    (void)state;
    check_scenarios(scenarios, COUNT_OF(scenarios));
}

/* ---- ids of tables ---- */

static void ids_must_exist(void **state)
{
    static const struct scenario scenarios[] = {
        {{BOTH, {1, 12, WIRE_GO_BLOCK, {99, 0}}}, BOTH_TEXT "error: found invalid string ID 99 for event GoBlock\n"},
        {{BOTH, {1, 12, WIRE_GO_BLOCK, {0, 98}}}, BOTH_TEXT "error: found invalid stack ID 98 for event GoBlock\n"},
        {{BOTH, {1, 12, WIRE_GO_CREATE, {2, 98, 0}}},
         BOTH_TEXT "error: found invalid stack ID 98 for event GoCreate\n"},
        {{BOTH, {1, 12, WIRE_GO_CREATE, {2, 0, 98}}},
         BOTH_TEXT "error: found invalid stack ID 98 for event GoCreate\n"},
        {{BOTH, {1, 12, WIRE_STW_BEGIN, {99, 0}}}, BOTH_TEXT "error: found invalid string ID 99 for event STWBegin\n"},
        {{BOTH, {1, 12, WIRE_GC_BEGIN, {1, -1}}},
         BOTH_TEXT "error: found invalid stack ID 18446744073709551615 for event GCBegin\n"},
        {{BOTH, {1, 12, WIRE_USER_LOG, {0, 0, 99, 0}}},
         BOTH_TEXT "error: found invalid string ID 99 for event UserLog\n"},
        {{BOTH, {1, 12, WIRE_GO_LABEL, {99}}}, BOTH_TEXT "error: found invalid string ID 99 for event GoLabel\n"},
        {{BOTH, {1, 12, WIRE_PROCS_CHANGE, {1, 98}}},
         BOTH_TEXT "error: found invalid stack ID 98 for event ProcsChange\n"},
        {{{1, 12, WIRE_GO_STATUS_STACK, {1, -1, 4, 98}}}, "error: found invalid stack ID 98 for event GoStatusStack\n"},
    };
    (void)state;
    check_scenarios(scenarios, COUNT_OF(scenarios));
}

/* Which stacks events have: transition stack and stack, each as "FUNC:LINE …", "-" where it is absent. */
static void add_stack(struct base_text *out, const struct order_symbols *symbols, uint32_t stack)
{
    if (!stack)
        base_text_char(out, '-');
    for (uint32_t i = 0; i < order_stack_depth(symbols, stack); i++) {
        const struct order_frame *frame = order_stack_frame(symbols, stack, i);
        base_text_str(out, order_string(symbols, frame->func));
        base_text_format(out, ":%d ", (int)frame->line);
    }
    base_text_char(out, '|');
}

static void stacks_of_events(void **state)
{
    static const struct step steps[] = {
        BOTH,
        {1, 12, WIRE_GO_CREATE, {2, K_G, K_F_G}},
        {1, 13, WIRE_GO_CREATE, {3, 0, 0}},
        {1, 14, WIRE_GO_STATUS_STACK, {4, -1, 4, K_F}},
        {1, 15, WIRE_GO_UNBLOCK, {4, 1, K_F}},
        {1, 16, WIRE_GO_BLOCK, {0, K_G}},
        {1, 17, WIRE_GO_START, {2, 1}},
        {1, 18, WIRE_GO_SYSCALL_BEGIN, {1, K_F}},
        {1, 19, STEP_SAMPLE, {1, 0, 2, K_F_G}},
        {1, 20, STEP_SAMPLE, {1, 0, 2, 0}},
        {1, 21, STEP_SAMPLE, {1, 0, 2, 98}},
        {0},
    };
    struct base_mapping file = test_write(WIRE_GO_1_26, steps);
    struct base_text text = {0};
    struct base_error error = BASE_NO_ERROR;
    struct order_reader *reader = order_reader_new(&file, ORDER_STOP_AT_DAMAGE, &error);
    struct order_block block;
    (void)state;
    while (order_reader_next(reader, &block, &error) == ORDER_EVENTS) {
        for (size_t i = 0; i < block.count; i++) {
            if (block.events[i].kind == ORDER_SYNC)
                continue;
            add_stack(&text, order_reader_symbols(reader), block.events[i].transition_stack);
            add_stack(&text, order_reader_symbols(reader), block.events[i].stack);
            base_text_char(&text, '\n');
        }
    }
    assert_null(error.cause);
    test_assert_text(&text, "-|-|\n-|-|\n"
                            "main.g:30 |main.f:10 main.g:20 |\n"
                            "|-|\n"
                            "main.f:10 |main.f:10 |\n"
                            "-|main.f:10 |\n"
                            "main.g:30 |main.g:30 |\n"
                            "-|-|\n"
                            "main.f:10 |main.f:10 |\n"
                            "-|main.f:10 main.g:20 |\n-||\n-||\n");
    order_reader_free(reader);
    base_text_release(&text);
    test_mapping_free(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ranges_open_and_close), cmocka_unit_test(ranges_fatal),      cmocka_unit_test(collector),
        cmocka_unit_test(annotations),           cmocka_unit_test(annotations_fatal), cmocka_unit_test(ids_must_exist),
        cmocka_unit_test(stacks_of_events),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
