/* Traces of Go 1.5 to 1.21: the order of events, and their times. */
#include "v1.h"

#include <stdlib.h>

#define INCONSISTENT "error: no consistent ordering of events possible\n"
#define IMPOSSIBLE "error: encountered impossible goroutine state transition\n"
#define OUT_OF_ORDER "error: time stamps out of order\n"

/* ---- order by the states of goroutines ---- */

static void states_decide(void **state)
{
    static const struct v1_scenario scenarios[] = {
        /* Local events have no number; the time decides. */
        {21,
         {V1_G1_RUNS,
          {0, 20, WIRE_V1_GO_CREATE, {2}},
          {0, 21, WIRE_V1_GO_BLOCK_RECV},
          {0, 22, WIRE_V1_GO_START_LOCAL, {2}},
          {1, 23, WIRE_V1_PROC_START, {6}},
          {0, 24, WIRE_V1_GO_UNBLOCK_LOCAL, {1}},
          {1, 25, WIRE_V1_GO_START_LOCAL, {1}},
          {0, 26, WIRE_V1_GO_SCHED},
          {0, 27, WIRE_V1_GO_START_LOCAL, {2}}},
         V1_G1_RUNS_TEXT "M=5 P=0 G=1 10: GoID=2 NotExist->Runnable >\n"
                         "M=5 P=0 G=1 11: GoID=1 Running->Waiting Reason=\"chan receive\"\n"
                         "M=5 P=0 G=2 12: GoID=2 Runnable->Running\n"
                         "M=6 P=1 G=-1 13: ProcID=1 Undetermined->Running\n"
                         "M=5 P=0 G=2 14: GoID=1 Waiting->Runnable\n"
                         "M=6 P=1 G=1 15: GoID=1 Runnable->Running\n"
                         "M=5 P=0 G=2 16: GoID=2 Running->Runnable Reason=\"runtime.Gosched\"\n"
                         "M=5 P=0 G=2 17: GoID=2 Runnable->Running\n"},
        /* At one time, a start waits for what lets it happen, though its processor comes first in the file. */
        {21,
         {{1, 12, WIRE_V1_PROC_START, {6}},
          {1, 30, WIRE_V1_GO_START, {2, 3}},
          V1_G2_WAITS,
          {0, 30, WIRE_V1_GO_UNBLOCK, {2, 2}}},
         "M=-1 P=0 G=2 0: GoID=2 Undetermined->Waiting\n"
         "M=5 P=0 G=-1 1: ProcID=0 Undetermined->Running\n"
         "M=6 P=1 G=-1 2: ProcID=1 Undetermined->Running\n"
         "M=5 P=0 G=1 3: GoID=1 Undetermined->Running\n"
         "M=5 P=0 G=1 20: GoID=2 Waiting->Runnable\n"
         "M=6 P=1 G=2 21: GoID=2 Runnable->Running\n"},
        /* So does a chain of them: 1 is passed on from processor 0 by 2 to 1. */
        {21,
         {{1, 20, WIRE_V1_GO_START, {1, 3}},
          {2, 20, WIRE_V1_GO_START, {1, 2}},
          {2, 20, WIRE_V1_GO_PREEMPT},
          V1_G1_RUNS,
          {0, 20, WIRE_V1_GO_SCHED}},
         V1_G1_RUNS_TEXT "M=5 P=0 G=1 10: GoID=1 Running->Runnable Reason=\"runtime.Gosched\"\n"
                         "M=-1 P=2 G=1 11: GoID=1 Runnable->Running\n"
                         "M=-1 P=2 G=1 12: GoID=1 Running->Runnable Reason=\"preempted\"\n"
                         "M=-1 P=1 G=1 13: GoID=1 Runnable->Running\n"},
        /* Where it waits beyond its time, times are not in order. */
        {21, {{1, 29, WIRE_V1_GO_START, {2, 3}}, V1_G2_WAITS, {0, 30, WIRE_V1_GO_UNBLOCK, {2, 2}}}, OUT_OF_ORDER},
        {7, {{1, 29, WIRE_V1_GO_START, {2, 3}}, V1_G2_WAITS, {0, 30, WIRE_V1_GO_UNBLOCK, {2, 2}}}, OUT_OF_ORDER},
        /* Labelled starts are counted like others. */
        {8,
         {{1, 20, WIRE_V1_GO_START_LABEL, {1, 2}}, V1_G1_RUNS, {0, 20, WIRE_V1_GO_SCHED}},
         V1_G1_RUNS_TEXT "M=5 P=0 G=1 10: GoID=1 Running->Runnable Reason=\"runtime.Gosched\"\n"
                         "M=0 P=1 G=1 11: GoID=1 Runnable->Running\n"
                         "M=0 P=1 G=1 12: Label Label=\"\" Resource=Goroutine(1)\n"},
        /* The end of a syscall, and a goroutine found in one. */
        {7,
         {{1, 30, WIRE_V1_GO_START, {2, 3}},
          {0, 10, WIRE_V1_GO_CREATE, {2}},
          {0, 10, WIRE_V1_GO_IN_SYSCALL, {2}},
          {0, 13, WIRE_V1_GOMAXPROCS, {2}},
          {0, 30, WIRE_V1_GO_SYSCALL_EXIT, {2, 2, 0}}},
         "M=-1 P=0 G=2 0: GoID=2 Undetermined->Syscall\n"
         "M=-1 P=1000003 G=2 20: GoID=2 Syscall->Runnable\n"
         "M=-1 P=1 G=2 21: GoID=2 Runnable->Running\n"},
        /* Equal times: by the processors' first batches. */
        {21,
         {{3, 10, WIRE_V1_PROC_START, {3}}, {1, 10, WIRE_V1_PROC_START, {1}}, {2, 10, WIRE_V1_PROC_START, {2}}},
         "M=3 P=3 G=-1 0: ProcID=3 Undetermined->Running\n"
         "M=2 P=2 G=-1 1: ProcID=2 Undetermined->Running\n"
         "M=1 P=1 G=-1 2: ProcID=1 Undetermined->Running\n"},
        /* A processor's batches go on where it left off, with its goroutine. */
        {21,
         {V1_G1_RUNS,
          {1, 15, WIRE_V1_PROC_START, {6}},
          {0, 20, WIRE_V1_GO_BLOCK},
          {1, 25, WIRE_V1_PROC_STOP},
          {0, 30, WIRE_V1_PROC_STOP}},
         V1_G1_RUNS_TEXT "M=6 P=1 G=-1 5: ProcID=1 Undetermined->Running\n"
                         "M=5 P=0 G=1 10: GoID=1 Running->Waiting\n"
                         "M=6 P=1 G=-1 15: ProcID=1 Running->Idle\n"
                         "M=5 P=0 G=-1 20: ProcID=0 Running->Idle\n"},
    };
    (void)state;
    v1_check_scenarios(scenarios, COUNT_OF(scenarios));
}

/* Whatever a goroutine stops running by, it starts again only after that, and after it was woken up. */
static void all_that_stops_a_goroutine(void **state)
{
    static const struct {
        uint8_t type;
        bool waits;
    } cases[] = {
        {WIRE_V1_GO_SCHED, false},       {WIRE_V1_GO_PREEMPT, false},      {WIRE_V1_GO_SLEEP, true},
        {WIRE_V1_GO_BLOCK, true},        {WIRE_V1_GO_BLOCK_SEND, true},    {WIRE_V1_GO_BLOCK_RECV, true},
        {WIRE_V1_GO_BLOCK_SELECT, true}, {WIRE_V1_GO_BLOCK_SYNC, true},    {WIRE_V1_GO_BLOCK_COND, true},
        {WIRE_V1_GO_BLOCK_NET, true},    {WIRE_V1_GO_SYSCALL_BLOCK, true}, {WIRE_V1_GO_BLOCK_GC, true},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        for (int woken = 0; woken < 2; woken++) {
            const struct v1_step steps[] = {
                {1, 20, WIRE_V1_GO_START, {1, woken ? 3 : 2}},
                V1_G1_RUNS,
                {0, 20, cases[i].type},
                {0, 20, woken ? WIRE_V1_GO_UNBLOCK : WIRE_V1_PROC_STOP, {1, 2}},
                {0},
            };
            struct base_mapping file = v1_write(8, steps);
            struct base_text text = {0};
            v1_render(&file, &text);
            const char *got = base_text_cstring(&text);
            if (cases[i].waits == woken)
                assert_non_null(strstr(got, ": GoID=1 Runnable->Running\n"));
            else
                assert_string_equal(got, INCONSISTENT);
            base_text_release(&text);
            test_mapping_free(&file);
        }
    }
}

static void no_order(void **state)
{
    static const struct v1_scenario scenarios[] = {
        /* Numbers that never come, one of them the right one but for bits that do not fit. */
        {21, {V1_G1_RUNS, {0, 20, WIRE_V1_GO_CREATE, {2}}, {1, 21, WIRE_V1_GO_START, {2, 2}}}, INCONSISTENT},
        {21, {V1_G1_RUNS, {0, 20, WIRE_V1_GO_CREATE, {2}}, {1, 21, WIRE_V1_GO_START, {2, 0x100000001}}}, INCONSISTENT},
        {21, {V1_G1_RUNS, {0, 20, WIRE_V1_GO_CREATE, {2}}, {1, 21, WIRE_V1_GO_START, {2, UINT32_MAX}}}, INCONSISTENT},
        {21, {V1_G2_WAITS, {0, 20, WIRE_V1_GO_UNBLOCK, {2, 1}}}, INCONSISTENT},
        {21, {V1_G2_WAITS, {0, 20, WIRE_V1_GO_SYSCALL_EXIT, {2, 3, 0}}}, INCONSISTENT},
        /* States that are not so. */
        {21, {V1_G1_RUNS, {1, 21, WIRE_V1_GO_START, {9, 0}}}, INCONSISTENT},
        {21, {V1_G1_RUNS, {1, 21, WIRE_V1_GO_START_LOCAL, {9}}}, INCONSISTENT},
        {21, {V1_G1_RUNS, {0, 20, WIRE_V1_GO_UNBLOCK_LOCAL, {1}}}, INCONSISTENT},
        {21, {V1_G1_RUNS, {0, 20, WIRE_V1_GO_CREATE, {1}}}, INCONSISTENT},
        {21, {V1_G1_RUNS, {0, 20, WIRE_V1_GO_CREATE, {2}}, {0, 21, WIRE_V1_GO_CREATE, {2}}}, INCONSISTENT},
        {21, {V1_G1_RUNS, {1, 21, WIRE_V1_GO_BLOCK}}, INCONSISTENT},
        {21, {V1_G1_RUNS, {0, 20, WIRE_V1_GO_WAITING, {1}}}, INCONSISTENT},
        {21, {V1_G2_WAITS, {0, 20, WIRE_V1_GO_WAITING, {2}}}, INCONSISTENT},
        /* A goroutine that was stopped for good is still running to this order, unlike one that blocked. */
        {21, {V1_G1_RUNS, {0, 20, WIRE_V1_GO_STOP}, {1, 21, WIRE_V1_GO_UNBLOCK_LOCAL, {1}}}, INCONSISTENT},
        /* Two processors want to start one goroutine, and both could. */
        {21,
         {V1_G1_RUNS,
          {0, 20, WIRE_V1_GO_CREATE, {2}},
          {1, 21, WIRE_V1_GO_START_LOCAL, {2}},
          {2, 21, WIRE_V1_GO_START_LOCAL, {2}}},
         IMPOSSIBLE},
        {21, {V1_G1_RUNS, {1, 21, WIRE_V1_GO_START_LOCAL, {1}}}, IMPOSSIBLE},
        {21,
         {V1_G1_RUNS,
          {0, 20, WIRE_V1_GO_CREATE, {2}},
          {1, 21, WIRE_V1_GO_START, {2, 1}},
          {2, 22, WIRE_V1_GO_START, {2, 1}}},
         IMPOSSIBLE},
    };
    (void)state;
    v1_check_scenarios(scenarios, COUNT_OF(scenarios));
}

/* Collections are counted: the first has number 0. */
static void collections_come_by_number(void **state)
{
    static const struct v1_scenario scenarios[] = {
        {21,
         {{0, 10, WIRE_V1_GC_START, {0}},
          {1, 11, WIRE_V1_GC_DONE},
          {1, 12, WIRE_V1_GC_START, {1}},
          {0, 13, WIRE_V1_GC_DONE},
          {0, 14, WIRE_V1_GC_START, {2}}},
         "M=-1 P=1000004 G=-1 0: RangeBegin Name=\"GC concurrent mark phase\" Scope=None\n"
         "M=-1 P=1 G=-1 1: RangeEnd Name=\"GC concurrent mark phase\" Scope=None Attributes=[]\n"
         "M=-1 P=1000004 G=-1 2: RangeBegin Name=\"GC concurrent mark phase\" Scope=None\n"
         "M=-1 P=0 G=-1 3: RangeEnd Name=\"GC concurrent mark phase\" Scope=None Attributes=[]\n"
         "M=-1 P=1000004 G=-1 4: RangeBegin Name=\"GC concurrent mark phase\" Scope=None\n"},
        {21, {{0, 10, WIRE_V1_GC_START, {1}}}, INCONSISTENT},
        {21, {{0, 10, WIRE_V1_GC_START, {0}}, {0, 11, WIRE_V1_GC_DONE}, {0, 12, WIRE_V1_GC_START, {0}}}, INCONSISTENT},
        {7, {{0, 20, WIRE_V1_GC_START, {0}}, {0, 21, WIRE_V1_GC_DONE}, {1, 10, WIRE_V1_GC_START, {1}}}, OUT_OF_ORDER},
    };
    (void)state;
    v1_check_scenarios(scenarios, COUNT_OF(scenarios));
}

/* The event that cannot happen is where the error is. */
static void errors_have_a_place(void **state)
{
    static const struct {
        int version;
        struct v1_step steps[10];
    } cases[] = {
        {21, {V1_G1_RUNS, {0, 20, WIRE_V1_GO_CREATE, {2}}, {1, 21, WIRE_V1_BATCH}, {1, 21, WIRE_V1_GO_START, {9, 0}}}},
        {5, {V1_G1_RUNS, {1, 5, WIRE_V1_BATCH}, {1, 5, WIRE_V1_PROC_STOP}}},
        {5, {V1_G1_RUNS, {1, 20, WIRE_V1_BATCH}, {1, 21, WIRE_V1_PROC_STOP}}},
        {21, {V1_G1_RUNS, {1, 20, WIRE_V1_BATCH}, {1, 21, WIRE_V1_GO_SYSCALL}}},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct v1_writer writer;
        struct base_error error = BASE_NO_ERROR;
        struct order_block block;
        size_t last = 0;
        v1_begin(&writer, cases[i].version);
        for (const struct v1_step *step = cases[i].steps; step->type; step++) {
            last = writer.bytes.size;
            v1_step(&writer, step);
        }
        v1_frequency(&writer, V1_FREQUENCY);
        struct base_mapping file = v1_finish(&writer);
        struct order_reader *reader = order_reader_new(&file, ORDER_STOP_AT_DAMAGE, &error);
        assert_int_equal(order_reader_next(reader, &block, &error), ORDER_ERROR);
        assert_true(error.placed);
        assert_int_equal(error.offset_bytes, last);
        base_error_release(&error);
        order_reader_free(reader);
        test_mapping_free(&file);
    }
}

/* ---- samples ---- */

static void samples_come_by_their_own_time(void **state)
{
    static const struct v1_scenario scenarios[] = {
        {19,
         {{0, 10, WIRE_V1_PROC_START, {5}},
          {0, 11, WIRE_V1_CPU_SAMPLE, {30, 0, 7, K_F_G}},
          {-1, 12, WIRE_V1_CPU_SAMPLE, {20, -1, 0, K_F}},
          {-1, 13, WIRE_V1_CPU_SAMPLE, {25, 2, 0, 99}},
          {0, 26, WIRE_V1_PROC_STOP}},
         "M=5 P=0 G=-1 0: ProcID=0 Undetermined->Running\n"
         "M=-1 P=-1 G=-1 10: StackSample @100\n"
         "M=-1 P=2 G=-1 15: StackSample @\n"
         "M=5 P=0 G=-1 16: ProcID=0 Running->Idle\n"
         "M=-1 P=0 G=7 20: StackSample @100 200\n"},
        /* The first event is where time begins, whatever it is. */
        {21,
         {{0, 10, WIRE_V1_PROC_START, {5}}, {0, 11, WIRE_V1_CPU_SAMPLE, {4, 0, 7, K_G}}},
         "M=-1 P=0 G=7 0: StackSample @300\nM=5 P=0 G=-1 6: ProcID=0 Undetermined->Running\n"},
    };
    (void)state;
    v1_check_scenarios(scenarios, COUNT_OF(scenarios));
}

/* ---- header 1.5 ---- */

static void order_by_sequence(void **state)
{
    static const struct v1_scenario scenarios[] = {
        /* One number for all events, whatever the processor. */
        {5,
         {{0, 10, WIRE_V1_PROC_START, {5}, 3},
          {0, 10, WIRE_V1_PROC_STOP, {0}, 4},
          {1, 10, WIRE_V1_PROC_START, {6}, 1},
          {2, 10, WIRE_V1_PROC_START, {7}, 2},
          {2, 20, WIRE_V1_PROC_STOP, {0}, 5}},
         "M=6 P=1 G=-1 0: ProcID=1 Undetermined->Running\nM=7 P=2 G=-1 1: ProcID=2 Undetermined->Running\n"
         "M=5 P=0 G=-1 2: ProcID=0 Undetermined->Running\nM=5 P=0 G=-1 3: ProcID=0 Running->Idle\n"
         "M=7 P=2 G=-1 10: ProcID=2 Running->Idle\n"},
        /* Equal ones stay in the order of the processors. */
        {5,
         {{1, 10, WIRE_V1_PROC_START, {6}, 1}, {0, 10, WIRE_V1_PROC_START, {5}, 1}},
         "M=6 P=1 G=-1 0: ProcID=1 Undetermined->Running\nM=5 P=0 G=-1 1: ProcID=0 Undetermined->Running\n"},
        {5, {{0, 10, WIRE_V1_PROC_START, {5}, 2}, {1, 11, WIRE_V1_PROC_START, {6}, 1}}, OUT_OF_ORDER},
        /* A syscall's end is written late: it has its place by its second argument, and its time by its third. */
        {5,
         {V1_G1_RUNS,
          {0, 20, WIRE_V1_GO_SYSCALL},
          {0, 21, WIRE_V1_GO_SYSCALL_BLOCK},
          {0, 22, WIRE_V1_HEAP_ALLOC, {7}, 8},
          {0, 30, WIRE_V1_HEAP_ALLOC, {8}, 9},
          {0, 31, WIRE_V1_GO_SYSCALL_EXIT, {1, 7, 21}, 10},
          {0, 32, WIRE_V1_GO_START, {1}, 11},
          {0, 33, WIRE_V1_GO_SYSCALL, {0}, 12},
          {0, 34, WIRE_V1_GO_SYSCALL_BLOCK, {0}, 13},
          {0, 40, WIRE_V1_GO_SYSCALL_EXIT, {1, 14, 0}, 20}},
         V1_G1_RUNS_TEXT "M=5 P=0 G=1 10: GoID=1 Running->Syscall\n"
                         "M=-1 P=1000003 G=1 11: GoID=1 Syscall->Runnable\n"
                         "M=5 P=0 G=-1 12: Metric Name=\"/memory/classes/heap/objects:bytes\" Value=Value{Uint64(7)}\n"
                         "M=5 P=0 G=-1 20: Metric Name=\"/memory/classes/heap/objects:bytes\" Value=Value{Uint64(8)}\n"
                         "M=5 P=0 G=1 22: GoID=1 Runnable->Running\n"
                         "M=5 P=0 G=1 23: GoID=1 Running->Syscall\n"
                         "M=-1 P=1000003 G=1 30: GoID=1 Syscall->Runnable\n"},
    };
    (void)state;
    v1_check_scenarios(scenarios, COUNT_OF(scenarios));
}

/* ---- times ---- */

#define ALLOC_25 "M=5 P=0 G=-1 15: Metric Name=\"/memory/classes/heap/objects:bytes\" Value=Value{Uint64(7)}\n"
#define STILL_IN_SYSCALL_TEXT V1_IN_SYSCALL_TEXT ALLOC_25

static void syscalls_end_when_they_did(void **state)
{
    static const struct v1_scenario scenarios[] = {
        {7,
         {V1_IN_SYSCALL, {0, 25, WIRE_V1_HEAP_ALLOC, {7}}, {0, 30, WIRE_V1_GO_SYSCALL_EXIT, {1, 2, 22}}},
         V1_IN_SYSCALL_TEXT "M=-1 P=1000003 G=1 12: GoID=1 Syscall->Runnable\n" ALLOC_25},
        {21,
         {V1_IN_SYSCALL, {0, 25, WIRE_V1_HEAP_ALLOC, {7}}, {0, 30, WIRE_V1_GO_SYSCALL_EXIT, {1, 2, 0}}},
         STILL_IN_SYSCALL_TEXT "M=-1 P=1000003 G=1 20: GoID=1 Syscall->Runnable\n"},
        /* It may end just when the goroutine left, and later than it was written. */
        {21,
         {V1_IN_SYSCALL, {0, 25, WIRE_V1_HEAP_ALLOC, {7}}, {0, 30, WIRE_V1_GO_SYSCALL_EXIT, {1, 2, 21}}},
         V1_IN_SYSCALL_TEXT "M=-1 P=1000003 G=1 11: GoID=1 Syscall->Runnable\n" ALLOC_25},
        {21,
         {V1_IN_SYSCALL, {0, 24, WIRE_V1_GO_SYSCALL_EXIT, {1, 2, 30}}, {0, 25, WIRE_V1_HEAP_ALLOC, {7}}},
         STILL_IN_SYSCALL_TEXT "M=-1 P=1000003 G=1 20: GoID=1 Syscall->Runnable\n"},
        /* At one time, it comes after what was before it. */
        {21,
         {V1_IN_SYSCALL, {0, 25, WIRE_V1_HEAP_ALLOC, {7}}, {0, 30, WIRE_V1_GO_SYSCALL_EXIT, {1, 2, 25}}},
         STILL_IN_SYSCALL_TEXT "M=-1 P=1000003 G=1 16: GoID=1 Syscall->Runnable\n"},
        {21, {V1_IN_SYSCALL, {0, 30, WIRE_V1_GO_SYSCALL_EXIT, {1, 2, 20}}}, OUT_OF_ORDER},
        /* One that began before the trace. */
        {21,
         {{0, 10, WIRE_V1_GO_CREATE, {2}},
          {0, 11, WIRE_V1_GO_IN_SYSCALL, {2}},
          {0, 13, WIRE_V1_GOMAXPROCS, {2}},
          {0, 30, WIRE_V1_GO_SYSCALL_EXIT, {2, 2, 20}}},
         "M=-1 P=0 G=2 1: GoID=2 Undetermined->Syscall\nM=-1 P=1000003 G=2 10: GoID=2 Syscall->Runnable\n"},
        {21,
         {{0, 10, WIRE_V1_GO_CREATE, {2}},
          {0, 11, WIRE_V1_GO_IN_SYSCALL, {2}},
          {0, 13, WIRE_V1_GOMAXPROCS, {2}},
          {0, 30, WIRE_V1_GO_SYSCALL_EXIT, {2, 2, 10}}},
         OUT_OF_ORDER},
        /* No syscall began: it is stray, but only if its time is to be found. */
        {21, {V1_G2_WAITS, {0, 30, WIRE_V1_GO_SYSCALL_EXIT, {2, 2, 20}}}, "error: stray syscall exit\n"},
        {21,
         {V1_G2_WAITS, {0, 30, WIRE_V1_GO_SYSCALL_EXIT, {2, 2, 0}}},
         V1_G2_WAITS_TEXT "M=-1 P=1000003 G=2 20: GoID=2 Syscall->Runnable\n"},
        /* The local kind ends a syscall of the goroutine that it names, but belongs to the processor's own, and its
         * time is not looked at. Nothing is known to write it. */
        {21,
         {V1_IN_SYSCALL, {0, 30, WIRE_V1_GO_SYSCALL_EXIT_LOCAL, {1, 25}}},
         "error: g 0 is not waiting during syscall exit (time 20)\n"},
        {21, {V1_G1_RUNS, {0, 30, WIRE_V1_GO_SYSCALL_EXIT_LOCAL, {1, 25}}}, INCONSISTENT},
    };
    (void)state;
    v1_check_scenarios(scenarios, COUNT_OF(scenarios));
}

/* 2 is woken up at 20 and starts at 21 on processor 1. */
#define WOKEN                                                                                                          \
    V1_G2_WAITS, {0, 20, WIRE_V1_GO_UNBLOCK, {2, 2}},                                                                  \
    {                                                                                                                  \
        1, 21, WIRE_V1_GO_START,                                                                                       \
        {                                                                                                              \
            2, 3                                                                                                       \
        }                                                                                                              \
    }
#define WOKEN_TEXT                                                                                                     \
    V1_G2_WAITS_TEXT "M=5 P=0 G=1 10: GoID=2 Waiting->Runnable\n"                                                      \
                     "M=-1 P=1 G=2 11: GoID=2 Runnable->Running\n"

/* A goroutine that is woken up in vain has waited all the time. */
static void futile_wakeups_are_removed(void **state)
{
    static const struct v1_scenario scenarios[] = {
        {7, {WOKEN, {1, 22, WIRE_V1_FUTILE_WAKEUP}, {1, 23, WIRE_V1_GO_BLOCK_SEND}}, V1_G2_WAITS_TEXT},
        {10, {WOKEN, {1, 22, WIRE_V1_FUTILE_WAKEUP}, {1, 23, WIRE_V1_GO_BLOCK}}, V1_G2_WAITS_TEXT},
        {7, {WOKEN, {1, 22, WIRE_V1_FUTILE_WAKEUP}, {1, 23, WIRE_V1_GO_BLOCK_RECV}}, V1_G2_WAITS_TEXT},
        {7, {WOKEN, {1, 22, WIRE_V1_FUTILE_WAKEUP}, {1, 23, WIRE_V1_GO_BLOCK_SELECT}}, V1_G2_WAITS_TEXT},
        {7, {WOKEN, {1, 22, WIRE_V1_FUTILE_WAKEUP}, {1, 23, WIRE_V1_GO_BLOCK_SYNC}}, V1_G2_WAITS_TEXT},
        {7, {WOKEN, {1, 22, WIRE_V1_FUTILE_WAKEUP}, {1, 23, WIRE_V1_GO_BLOCK_COND}}, V1_G2_WAITS_TEXT},
        /* Preempted meanwhile. */
        {7,
         {WOKEN,
          {1, 22, WIRE_V1_GO_PREEMPT},
          {1, 23, WIRE_V1_GO_START, {2, 4}},
          {1, 24, WIRE_V1_FUTILE_WAKEUP},
          {1, 25, WIRE_V1_GO_BLOCK}},
         V1_G2_WAITS_TEXT},
        /* Not in vain: something else than what it blocks for, or it did not block. */
        {7,
         {WOKEN, {1, 22, WIRE_V1_FUTILE_WAKEUP}, {1, 23, WIRE_V1_GO_BLOCK_NET}},
         WOKEN_TEXT "M=-1 P=1 G=2 13: GoID=2 Running->Waiting Reason=\"network\"\n"},
        {7, {WOKEN, {1, 22, WIRE_V1_FUTILE_WAKEUP}}, WOKEN_TEXT},
        /* Once, then really; and the other way round. */
        {7,
         {WOKEN,
          {1, 22, WIRE_V1_FUTILE_WAKEUP},
          {1, 23, WIRE_V1_GO_BLOCK},
          {0, 30, WIRE_V1_GO_UNBLOCK, {2, 4}},
          {1, 31, WIRE_V1_GO_START, {2, 5}},
          {1, 33, WIRE_V1_GO_BLOCK}},
         V1_G2_WAITS_TEXT "M=5 P=0 G=1 20: GoID=2 Waiting->Runnable\n"
                          "M=-1 P=1 G=2 21: GoID=2 Runnable->Running\n"
                          "M=-1 P=1 G=2 23: GoID=2 Running->Waiting\n"},
        {7,
         {WOKEN,
          {1, 23, WIRE_V1_GO_BLOCK_NET},
          {0, 30, WIRE_V1_GO_UNBLOCK, {2, 4}},
          {1, 31, WIRE_V1_GO_START, {2, 5}},
          {1, 32, WIRE_V1_FUTILE_WAKEUP},
          {1, 33, WIRE_V1_GO_BLOCK}},
         WOKEN_TEXT "M=-1 P=1 G=2 13: GoID=2 Running->Waiting Reason=\"network\"\n"},
        /* 1.5 has them by sequence. */
        {5,
         {V1_G1_RUNS,
          {0, 20, WIRE_V1_GO_CREATE, {2}},
          {1, 21, WIRE_V1_GO_START, {2}},
          {1, 22, WIRE_V1_GO_BLOCK},
          {0, 23, WIRE_V1_GO_UNBLOCK, {2}},
          {1, 24, WIRE_V1_GO_START, {2}},
          {1, 25, WIRE_V1_FUTILE_WAKEUP},
          {1, 26, WIRE_V1_GO_BLOCK}},
         V1_G1_RUNS_TEXT "M=5 P=0 G=1 10: GoID=2 NotExist->Runnable >1\n"
                         "M=-1 P=1 G=2 11: GoID=2 Runnable->Running\n"
                         "M=-1 P=1 G=2 12: GoID=2 Running->Waiting\n"},
    };
    (void)state;
    v1_check_scenarios(scenarios, COUNT_OF(scenarios));
}

static void ticks_become_nanoseconds(void **state)
{
    static const struct {
        uint64_t frequency, from, to;
        int64_t ns;
    } cases[] = {
        {1000000000, 1000, 1007, 7},
        {3, 1000, 1002, 666666666},
        {15625000, 1 << 20, (1 << 20) + 3, 192},
        /* In double precision, as the official reader does. */
        {1000000000, 5, 5 + (UINT64_C(1) << 53) + 1, INT64_C(1) << 53},
        {INT64_MAX, 0, UINT64_C(1) << 62, 500000000},
        /* What does not fit is the least number; events are made later than those before them. */
        {1, 0, UINT64_C(1) << 40, 1},
        {1000000000, UINT64_C(1) << 63, (UINT64_C(1) << 63) - 1, 1},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct v1_writer writer;
        struct base_text text = {0}, expected = {0};
        v1_begin(&writer, 21);
        v1_step(&writer, &(struct v1_step){0, cases[i].from, WIRE_V1_PROC_START, {5}, 0, NULL});
        v1_step(&writer, &(struct v1_step){0, cases[i].to, WIRE_V1_PROC_STOP, {0}, 0, NULL});
        v1_frequency(&writer, cases[i].frequency);
        struct base_mapping file = v1_finish(&writer);
        v1_render(&file, &text);
        base_text_format(&expected,
                         "M=5 P=0 G=-1 0: ProcID=0 Undetermined->Running\nM=5 P=0 G=-1 %lld: ProcID=0 Running->Idle\n",
                         (long long)cases[i].ns);
        test_assert_text(&text, base_text_cstring(&expected));
        base_text_release(&text);
        base_text_release(&expected);
        test_mapping_free(&file);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(states_decide),
        cmocka_unit_test(all_that_stops_a_goroutine),
        cmocka_unit_test(no_order),
        cmocka_unit_test(collections_come_by_number),
        cmocka_unit_test(errors_have_a_place),
        cmocka_unit_test(samples_come_by_their_own_time),
        cmocka_unit_test(order_by_sequence),
        cmocka_unit_test(syscalls_end_when_they_did),
        cmocka_unit_test(futile_wakeups_are_removed),
        cmocka_unit_test(ticks_become_nanoseconds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
