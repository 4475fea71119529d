/* The rules of ordering, with traces written step by step: what is delivered, and every error that can be reached. */
#include "support.h"

#include <stdlib.h>

enum { MOST_STEPS = 24 };

struct scenario {
    struct step steps[MOST_STEPS];
    const char *expected;
    enum wire_version version; /* 0: 1.26 */
};

static void check(const struct scenario *scenarios, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct base_text text = {0};
        struct base_mapping file =
            test_write(scenarios[i].version ? scenarios[i].version : WIRE_GO_1_26, scenarios[i].steps);
        test_render(&file, &text);
        test_assert_text(&text, scenarios[i].expected);
        base_text_release(&text);
        test_mapping_free(&file);
    }
}

/* Thread 1 runs goroutine 1 on processor 0. */
#define P0_RUNS                                                                                                        \
    {                                                                                                                  \
        1, 10, WIRE_PROC_STATUS,                                                                                       \
        {                                                                                                              \
            0, 1                                                                                                       \
        }                                                                                                              \
    }
#define G1_RUNS                                                                                                        \
    {                                                                                                                  \
        1, 11, WIRE_GO_STATUS,                                                                                         \
        {                                                                                                              \
            1, 1, 2                                                                                                    \
        }                                                                                                              \
    }
#define BOTH P0_RUNS, G1_RUNS
#define P0_RUNS_TEXT "M=1 P=-1 G=-1 10: ProcID=0 Undetermined->Running\n"
#define BOTH_TEXT P0_RUNS_TEXT "M=1 P=0 G=-1 11: GoID=1 Undetermined->Running\n"

/* Goroutine 1 enters a syscall at 20. */
#define IN_SYSCALL                                                                                                     \
    BOTH,                                                                                                              \
    {                                                                                                                  \
        1, 20, WIRE_GO_SYSCALL_BEGIN,                                                                                  \
        {                                                                                                              \
            1, K_F                                                                                                     \
        }                                                                                                              \
    }
#define IN_SYSCALL_TEXT BOTH_TEXT "M=1 P=0 G=1 20: GoID=1 Running->Syscall\n"

#define NO_M "error: expected a thread but didn't have one\n"
#define NO_P "error: expected a proc but didn't have one\n"
#define HAS_P "error: expected no proc but had one\n"
#define NO_G "error: expected a goroutine but didn't have one\n"
#define HAS_G "error: expected no goroutine but had one\n"

/* ---- processors ---- */

static void processors_start_and_stop(void **state)
{
    static const struct scenario scenarios[] = {
        {{{1, 10, WIRE_PROC_STATUS, {3, 2}},
          {1, 12, WIRE_PROC_START, {3, 1}},
          {1, 14, WIRE_PROC_STOP},
          {1, 16, WIRE_PROC_START, {3, 2}}},
         "M=1 P=-1 G=-1 10: ProcID=3 Undetermined->Idle\n"
         "M=1 P=-1 G=-1 12: ProcID=3 Idle->Running\n"
         "M=1 P=3 G=-1 14: ProcID=3 Running->Idle\n"
         "M=1 P=-1 G=-1 16: ProcID=3 Idle->Running\n"},
        {{{1, 10, WIRE_PROC_STATUS, {3, 3}}, {1, 12, WIRE_PROC_STATUS, {4, 4}}, {1, 13, WIRE_PROC_STATUS, {5, 0}}},
         "M=1 P=-1 G=-1 10: ProcID=3 Undetermined->Running\n"
         "M=1 P=3 G=-1 12: ProcID=4 Undetermined->Idle\n"
         "M=1 P=3 G=-1 13: ProcID=5 Undetermined->Undetermined\n"},
        /* Only the low eight bits of a status count. */
        {{{1, 10, WIRE_PROC_STATUS, {3, 0x102}}}, "M=1 P=-1 G=-1 10: ProcID=3 Undetermined->Idle\n"},
        /* A thread that holds a processor waits before it starts another, and the other thread goes on. */
        {{{1, 10, WIRE_PROC_STATUS, {0, 2}},
          {1, 11, WIRE_PROC_STATUS, {1, 1}},
          {1, 12, WIRE_PROC_STOP},
          {1, 13, WIRE_PROC_START, {0, 2}},
          {2, 20, WIRE_PROC_START, {0, 1}},
          {2, 30, WIRE_PROC_STOP}},
         "M=1 P=-1 G=-1 10: ProcID=0 Undetermined->Idle\n"
         "M=1 P=-1 G=-1 11: ProcID=1 Undetermined->Running\n"
         "M=1 P=1 G=-1 12: ProcID=1 Running->Idle\n"
         "M=2 P=-1 G=-1 20: ProcID=0 Idle->Running\n"
         "M=2 P=0 G=-1 30: ProcID=0 Running->Idle\n"
         "M=1 P=-1 G=-1 31: ProcID=0 Idle->Running\n"},
        {{BOTH, {1, 12, WIRE_PROCS_CHANGE, {8, K_F}}, {1, 13, WIRE_HEAP_ALLOC, {4096}}, {1, 14, WIRE_HEAP_GOAL, {-1}}},
         BOTH_TEXT "M=1 P=0 G=1 12: Metric Name=\"/sched/gomaxprocs:threads\" Value=Value{Uint64(8)}\n"
                   "M=1 P=0 G=1 13: Metric Name=\"/memory/classes/heap/objects:bytes\" Value=Value{Uint64(4096)}\n"
                   "M=1 P=0 G=1 14: Metric Name=\"/gc/heap/goal:bytes\" Value=Value{Uint64(18446744073709551615)}\n"},
    };
    (void)state;
    check(scenarios, COUNT_OF(scenarios));
}

static void processors_fatal(void **state)
{
    static const struct scenario scenarios[] = {
        {{{1, 10, WIRE_PROC_STATUS, {3, 5}}}, "error: invalid status for proc 3: 5\n"},
        {{{1, 10, WIRE_PROC_STATUS, {3, 1}}, {1, 11, WIRE_PROC_STATUS, {3, 2}}},
         "M=1 P=-1 G=-1 10: ProcID=3 Undetermined->Running\nerror: inconsistent status for proc 3: old Running vs. new "
         "Idle\n"},
        {{{1, 10, WIRE_PROC_STATUS, {3, 4}}, {1, 11, WIRE_PROC_STATUS, {3, 3}}},
         "M=1 P=-1 G=-1 10: ProcID=3 Undetermined->Idle\nerror: inconsistent status for proc 3: old SyscallAbandoned "
         "vs. new Syscall\n"},
        {{{1, 10, WIRE_PROC_STOP}}, "error: event ProcStop for proc (-1) that doesn't exist\n"},
        /* A second thread says that it holds the processor too; the first one stops it. */
        {{P0_RUNS, {1, 12, WIRE_PROC_STOP}, {2, 11, WIRE_PROC_STATUS, {0, 1}}, {2, 20, WIRE_PROC_STOP}},
         P0_RUNS_TEXT "M=2 P=-1 G=-1 11: ProcID=0 Running->Running\nM=1 P=0 G=-1 12: ProcID=0 Running->Idle\n"
                      "error: ProcStop event for proc that's not Running or Syscall\n"},
        {{{-1, 9, WIRE_PROC_STATUS, {0, 2}}, {-1, 10, WIRE_PROC_START, {0, 1}}},
         "M=-1 P=-1 G=-1 9: ProcID=0 Undetermined->Idle\n" NO_M},
        {{P0_RUNS, {1, 12, WIRE_PROCS_CHANGE, {1, 0}}}, P0_RUNS_TEXT NO_G},
        {{{1, 12, WIRE_HEAP_ALLOC, {1}}}, NO_P},
        {{{-1, 12, WIRE_HEAP_GOAL, {1}}}, NO_M},
        {{{1, 10, WIRE_PROC_STATUS, {0, 3}}, {2, 20, WIRE_PROC_STEAL, {0, 1, 9}}},
         "M=1 P=-1 G=-1 10: ProcID=0 Undetermined->Running\nerror: stole proc from non-existent thread 9\n"},
        {{{1, 10, WIRE_PROC_STATUS, {0, 3}}, {3, 11, WIRE_PROC_STATUS, {1, 2}}, {2, 20, WIRE_PROC_STEAL, {0, 1, 3}}},
         "M=1 P=-1 G=-1 10: ProcID=0 Undetermined->Running\nM=3 P=-1 G=-1 11: ProcID=1 Undetermined->Idle\n"
         "error: tried to steal proc 0 from thread 3, but got proc -1 instead\n"},
        {{{1, 10, WIRE_PROC_STATUS, {0, 3}}, {2, 20, WIRE_PROC_STEAL, {0, 1, 2}}},
         "M=1 P=-1 G=-1 10: ProcID=0 Undetermined->Running\n"
         "error: tried to self-steal proc 0 (thread 2), but got proc -1 instead\n"},
        {{{-1, 10, WIRE_PROC_STATUS, {0, 4}}, {-1, 20, WIRE_PROC_STEAL, {0, 1, 2}}},
         "M=-1 P=-1 G=-1 10: ProcID=0 Undetermined->Idle\n" NO_M},
    };
    (void)state;
    check(scenarios, COUNT_OF(scenarios));
}

/* ---- goroutines ---- */

static void goroutines_live(void **state)
{
    static const struct scenario scenarios[] = {
        {{BOTH,
          {1, 12, WIRE_GO_CREATE, {2, K_G, K_F}},
          {1, 13, WIRE_GO_CREATE_BLOCKED, {3, K_G, K_F}},
          {1, 14, WIRE_GO_UNBLOCK, {3, 1, K_F}},
          {1, 15, WIRE_GO_STOP, {S_ALPHA, K_F}},
          {1, 16, WIRE_GO_START, {3, 2}},
          {1, 17, WIRE_GO_BLOCK, {S_BETA, K_F}},
          {1, 18, WIRE_GO_START, {2, 1}},
          {1, 19, WIRE_GO_DESTROY},
          {1, 20, WIRE_GO_START, {1, 1}}},
         BOTH_TEXT "M=1 P=0 G=1 12: GoID=2 NotExist->Runnable\n"
                   "M=1 P=0 G=1 13: GoID=3 NotExist->Waiting\n"
                   "M=1 P=0 G=1 14: GoID=3 Waiting->Runnable\n"
                   "M=1 P=0 G=1 15: GoID=1 Running->Runnable Reason=\"alpha\"\n"
                   "M=1 P=0 G=-1 16: GoID=3 Runnable->Running\n"
                   "M=1 P=0 G=3 17: GoID=3 Running->Waiting Reason=\"beta\"\n"
                   "M=1 P=0 G=-1 18: GoID=2 Runnable->Running\n"
                   "M=1 P=0 G=2 19: GoID=2 Running->NotExist\n"
                   "M=1 P=0 G=-1 20: GoID=1 Runnable->Running\n"},
        {{{1, 10, WIRE_GO_STATUS, {1, -1, 0}},
          {1, 11, WIRE_GO_STATUS, {2, -1, 1}},
          {1, 12, WIRE_GO_STATUS_STACK, {3, -1, 4, K_F}}},
         "M=1 P=-1 G=-1 10: GoID=1 Undetermined->Undetermined\n"
         "M=1 P=-1 G=-1 11: GoID=2 Undetermined->Runnable\n"
         "M=1 P=-1 G=-1 12: GoID=3 Undetermined->Waiting\n"},
        /* Created by a processor without a goroutine; an id may be used again after its end. */
        {{P0_RUNS,
          {1, 12, WIRE_GO_CREATE, {2, 0, 0}},
          {1, 13, WIRE_GO_START, {2, 1}},
          {1, 14, WIRE_GO_DESTROY},
          {1, 15, WIRE_GO_CREATE, {2, 0, 0}},
          {1, 16, WIRE_GO_START, {2, 1}}},
         P0_RUNS_TEXT "M=1 P=0 G=-1 12: GoID=2 NotExist->Runnable\nM=1 P=0 G=-1 13: GoID=2 Runnable->Running\n"
                      "M=1 P=0 G=2 14: GoID=2 Running->NotExist\nM=1 P=0 G=-1 15: GoID=2 NotExist->Runnable\n"
                      "M=1 P=0 G=-1 16: GoID=2 Runnable->Running\n"},
        /* Unblocking needs no context at all. */
        {{{-1, 10, WIRE_GO_STATUS, {4, -1, 4}}, {-1, 11, WIRE_GO_UNBLOCK, {4, 1, 0}}},
         "M=-1 P=-1 G=-1 10: GoID=4 Undetermined->Waiting\nM=-1 P=-1 G=-1 11: GoID=4 Waiting->Runnable\n"},
    };
    (void)state;
    check(scenarios, COUNT_OF(scenarios));
}

static void goroutines_fatal(void **state)
{
    static const struct scenario scenarios[] = {
        {{{1, 10, WIRE_GO_STATUS, {1, -1, 5}}}, "error: invalid status for goroutine 1: 5\n"},
        {{{1, 10, WIRE_GO_STATUS, {1, -1, 4}}, {1, 11, WIRE_GO_STATUS, {1, -1, 1}}},
         "M=1 P=-1 G=-1 10: GoID=1 Undetermined->Waiting\n"
         "error: inconsistent status for goroutine 1: old Waiting vs. new Runnable\n"},
        {{BOTH, {1, 20, STEP_GENERATION}, {1, 21, WIRE_GO_STATUS, {7, -1, 4}}},
         BOTH_TEXT "error: found goroutine status for new goroutine after the first generation: id=7 status=Waiting\n"},
        {{{1, 10, WIRE_GO_STATUS, {7, -1, 3}}}, "error: found goroutine 7 in syscall without a thread\n"},
        {{BOTH, {2, 12, WIRE_GO_STATUS, {7, 1, 3}}},
         BOTH_TEXT "error: inconsistent thread for syscalling goroutine 7: thread has goroutine 1\n"},
        {{{-1, 12, WIRE_GO_CREATE, {2, 0, 0}}}, NO_M},
        {{{1, 12, WIRE_GO_CREATE, {2, 0, 0}}}, NO_P},
        {{IN_SYSCALL, {1, 21, WIRE_GO_CREATE, {2, 0, 0}}},
         IN_SYSCALL_TEXT "error: GoCreate event for goroutine that's not Running\n"},
        {{BOTH, {1, 12, WIRE_GO_CREATE, {1, 0, 0}}},
         BOTH_TEXT "error: tried to create goroutine (1) that already exists\n"},
        {{BOTH, {1, 12, WIRE_GO_CREATE_BLOCKED, {1, 0, 0}}},
         BOTH_TEXT "error: tried to create goroutine (1) that already exists\n"},
        {{BOTH, {1, 12, WIRE_GO_CREATE, {2, 0, 0}}, {1, 13, WIRE_GO_START, {2, 1}}},
         BOTH_TEXT "M=1 P=0 G=1 12: GoID=2 NotExist->Runnable\n" HAS_G},
        {{{2, 10, WIRE_GO_STATUS, {2, -1, 1}}, {2, 13, WIRE_GO_START, {2, 1}}},
         "M=2 P=-1 G=-1 10: GoID=2 Undetermined->Runnable\n" NO_P},
        {{{-1, 12, WIRE_GO_DESTROY}}, NO_M},
        {{{1, 12, WIRE_GO_STOP, {0, 0}}}, NO_P},
        {{P0_RUNS, {1, 12, WIRE_GO_BLOCK, {0, 0}}}, P0_RUNS_TEXT NO_G},
        {{IN_SYSCALL, {1, 21, WIRE_GO_BLOCK, {0, 0}}},
         IN_SYSCALL_TEXT "error: GoBlock event for goroutine that's not Running\n"},
        {{IN_SYSCALL, {1, 21, WIRE_GO_DESTROY}},
         IN_SYSCALL_TEXT "error: GoDestroy event for goroutine that's not Running\n"},
        /* Two threads say that they run the same goroutine; one ends it. */
        {{BOTH,
          {2, 12, WIRE_PROC_STATUS, {1, 1}},
          {2, 13, WIRE_GO_STATUS, {1, 2, 2}},
          {2, 14, WIRE_GO_DESTROY},
          {1, 15, WIRE_GO_STOP, {0, 0}}},
         BOTH_TEXT "M=2 P=-1 G=-1 12: ProcID=1 Undetermined->Running\nM=2 P=1 G=-1 13: GoID=1 Running->Running\n"
                   "M=2 P=1 G=1 14: GoID=1 Running->NotExist\n"
                   "error: event GoStop for goroutine (1) that doesn't exist\n"},
    };
    (void)state;
    check(scenarios, COUNT_OF(scenarios));
}

static void switching_makes_three_events(void **state)
{
    static const struct scenario scenarios[] = {
        {{BOTH,
          {1, 12, WIRE_GO_CREATE_BLOCKED, {2, 0, 0}},
          {1, 20, WIRE_GO_SWITCH, {2, 1}},
          {1, 30, WIRE_GO_SWITCH_DESTROY, {1, 1}},
          {1, 40, WIRE_GO_STOP, {0, 0}}},
         BOTH_TEXT "M=1 P=0 G=1 12: GoID=2 NotExist->Waiting\n"
                   "M=1 P=0 G=1 20: GoID=2 Waiting->Runnable\n"
                   "M=1 P=0 G=1 21: GoID=1 Running->Waiting\n"
                   "M=1 P=0 G=-1 22: GoID=2 Runnable->Running\n"
                   "M=1 P=0 G=2 30: GoID=1 Waiting->Runnable\n"
                   "M=1 P=0 G=2 31: GoID=2 Running->NotExist\n"
                   "M=1 P=0 G=-1 32: GoID=1 Runnable->Running\n"
                   "M=1 P=0 G=1 40: GoID=1 Running->Runnable\n"},
        {{P0_RUNS, {1, 20, WIRE_GO_SWITCH, {2, 1}}}, P0_RUNS_TEXT NO_G},
        {{IN_SYSCALL, {1, 21, WIRE_GO_SWITCH, {1, 1}}},
         IN_SYSCALL_TEXT "error: GoSwitch event for goroutine that's not Running\n"},
        /* The table of 1.22 does not know the event, which is ordered all the same. Its Sync takes the time of the
           first event. */
        {{BOTH, {1, 20, WIRE_GO_SYSCALL_BEGIN, {1, 0}}, {1, 21, WIRE_GO_SWITCH, {1, 1}}},
         "M=1 P=-1 G=-1 11: ProcID=0 Undetermined->Running\nM=1 P=0 G=-1 12: GoID=1 Undetermined->Running\n"
         "M=1 P=0 G=1 20: GoID=1 Running->Syscall\nerror: Invalid(45) event for goroutine that's not Running\n",
         WIRE_GO_1_22},
    };
    (void)state;
    check(scenarios, COUNT_OF(scenarios));
}

/* ---- syscalls ---- */

static void syscalls_that_do_not_block(void **state)
{
    static const struct scenario scenarios[] = {
        {{IN_SYSCALL, {1, 30, WIRE_GO_SYSCALL_END}, {1, 40, WIRE_GO_SYSCALL_BEGIN, {2, 0}}},
         IN_SYSCALL_TEXT "M=1 P=0 G=1 30: GoID=1 Syscall->Running\nM=1 P=0 G=1 40: GoID=1 Running->Syscall\n"},
        {{BOTH, {1, 20, WIRE_GO_SYSCALL_BEGIN, {5, 0}}},
         BOTH_TEXT "error: failed to advance GoSyscallBegin: can't make sequence: 0 (gen=1) -> 5 (gen=1)\n"},
        {{P0_RUNS, {1, 20, WIRE_GO_SYSCALL_BEGIN, {1, 0}}}, P0_RUNS_TEXT NO_G},
        {{IN_SYSCALL, {1, 21, WIRE_GO_SYSCALL_BEGIN, {2, 0}}},
         IN_SYSCALL_TEXT "error: GoSyscallBegin event for goroutine that's not Running\n"},
        {{BOTH, {1, 30, WIRE_GO_SYSCALL_END}},
         BOTH_TEXT "error: GoSyscallEnd event for goroutine that's not Running\n"},
        {{BOTH, {1, 30, WIRE_GO_SYSCALL_END_BLOCKED}},
         BOTH_TEXT "error: GoSyscallEndBlocked event for goroutine that's not Running\n"},
        {{{1, 30, WIRE_GO_SYSCALL_END_BLOCKED}}, NO_G},
        {{{-1, 30, WIRE_GO_SYSCALL_END_BLOCKED}}, NO_M},
        {{IN_SYSCALL, {1, 21, WIRE_PROC_STOP}, {1, 22, WIRE_PROC_START, {0, 2}}, {1, 23, WIRE_GO_SYSCALL_END}},
         IN_SYSCALL_TEXT "M=1 P=0 G=1 21: ProcID=0 Running->Idle\nM=1 P=-1 G=1 22: ProcID=0 Idle->Running\n"
                         "error: expected proc 0 in state Syscall, but got Running instead\n"},
        {{IN_SYSCALL, {1, 21, WIRE_PROC_STOP}, {1, 23, WIRE_GO_SYSCALL_END}},
         IN_SYSCALL_TEXT "M=1 P=0 G=1 21: ProcID=0 Running->Idle\n" NO_P},
    };
    (void)state;
    check(scenarios, COUNT_OF(scenarios));
}

static void syscalls_that_lose_the_processor(void **state)
{
    static const struct scenario scenarios[] = {
        /* The steal is possible only after the syscall began, although its time is earlier; the end waits for the
           steal. */
        {{BOTH,
          {1, 30, WIRE_GO_SYSCALL_BEGIN, {1, 0}},
          {1, 31, WIRE_GO_SYSCALL_END_BLOCKED},
          {2, 25, WIRE_PROC_STEAL, {0, 2, 1}},
          {2, 26, WIRE_PROC_START, {0, 3}},
          {2, 27, WIRE_GO_START, {1, 1}}},
         BOTH_TEXT "M=1 P=0 G=1 30: GoID=1 Running->Syscall\n"
                   "M=2 P=-1 G=-1 31: ProcID=0 Running->Idle\n"
                   "M=2 P=-1 G=-1 32: ProcID=0 Idle->Running\n"
                   "M=1 P=-1 G=1 33: GoID=1 Syscall->Runnable\n"
                   "M=2 P=0 G=-1 34: GoID=1 Runnable->Running\n"},
        /* The thread stops its own processor. */
        {{IN_SYSCALL, {1, 30, WIRE_PROC_STOP}, {1, 31, WIRE_GO_SYSCALL_END_BLOCKED}},
         IN_SYSCALL_TEXT "M=1 P=0 G=1 30: ProcID=0 Running->Idle\nM=1 P=-1 G=1 31: GoID=1 Syscall->Runnable\n"},
        /* It steals from itself, and starts a processor before its goroutine leaves the syscall. */
        {{IN_SYSCALL,
          {1, 30, WIRE_PROC_STEAL, {0, 2, 1}},
          {1, 31, WIRE_PROC_START, {0, 3}},
          {1, 32, WIRE_GO_SYSCALL_END_BLOCKED},
          {1, 33, WIRE_GO_START, {1, 1}}},
         IN_SYSCALL_TEXT "M=1 P=0 G=1 30: ProcID=0 Running->Idle\n"
                         "M=1 P=-1 G=1 31: ProcID=0 Idle->Running\n"
                         "M=1 P=0 G=1 32: GoID=1 Syscall->Runnable\n"
                         "M=1 P=0 G=-1 33: GoID=1 Runnable->Running\n"},
        /* Abandoned from the start: no thread is disturbed. */
        {{BOTH, {2, 20, WIRE_PROC_STATUS, {3, 4}}, {2, 21, WIRE_PROC_STEAL, {3, 1, 1}}},
         BOTH_TEXT "M=2 P=-1 G=-1 20: ProcID=3 Undetermined->Idle\nM=2 P=-1 G=-1 21: ProcID=3 Idle->Idle\n"},
    };
    (void)state;
    check(scenarios, COUNT_OF(scenarios));
}

static void steals_across_generations(void **state)
{
    static const struct scenario scenarios[] = {
        /* The reader knows whose syscall it is: promoted, and the victim loses its processor. */
        {{IN_SYSCALL,
          {2, 15, WIRE_PROC_STATUS, {1, 2}},
          {1, 50, STEP_GENERATION},
          {2, 60, WIRE_PROC_STATUS, {0, 4}},
          {2, 61, WIRE_PROC_STEAL, {0, 1, 1}},
          {1, 70, WIRE_GO_STATUS, {1, 1, 3}},
          {1, 71, WIRE_GO_SYSCALL_END_BLOCKED}},
         BOTH_TEXT "M=2 P=-1 G=-1 15: ProcID=1 Undetermined->Idle\n"
                   "M=1 P=0 G=1 20: GoID=1 Running->Syscall\n"
                   "M=1 P=0 G=1 60: ProcID=0 Running->Running\n"
                   "M=2 P=-1 G=-1 61: ProcID=0 Running->Idle\n"
                   "M=1 P=-1 G=1 70: GoID=1 Syscall->Syscall\n"
                   "M=1 P=-1 G=1 71: GoID=1 Syscall->Runnable\n"},
        /* The processor is in a syscall of no thread that is known. */
        {{{-1, 10, WIRE_PROC_STATUS, {0, 3}}, {1, 50, STEP_GENERATION}, {2, 60, WIRE_PROC_STATUS, {0, 4}}},
         "M=-1 P=-1 G=-1 10: ProcID=0 Undetermined->Running\n"
         "error: failed to find sched context for proc 0 that's about to be stolen\n"},
        {{{2, 10, WIRE_PROC_STATUS, {0, 4}},
          {1, 50, STEP_GENERATION},
          {2, 60, WIRE_PROC_STATUS, {0, 4}},
          {2, 61, WIRE_PROC_STEAL, {0, 1, 77}}},
         "M=2 P=-1 G=-1 10: ProcID=0 Undetermined->Idle\nM=2 P=-1 G=-1 60: ProcID=0 Idle->Idle\nM=2 P=-1 G=-1 61: "
         "ProcID=0 Idle->Idle\n"},
    };
    (void)state;
    check(scenarios, COUNT_OF(scenarios));
}

static void goroutines_found_in_syscalls(void **state)
{
    static const struct scenario scenarios[] = {
        /* By their own thread; by another one, which keeps its context; a thread that nothing was known of. */
        {{{1, 10, WIRE_PROC_STATUS, {0, 3}}, {1, 11, WIRE_GO_STATUS, {1, 1, 3}}, {1, 12, WIRE_GO_SYSCALL_END}},
         "M=1 P=-1 G=-1 10: ProcID=0 Undetermined->Running\n"
         "M=1 P=0 G=-1 11: GoID=1 Undetermined->Syscall\n"
         "M=1 P=0 G=1 12: GoID=1 Syscall->Running\n"},
        {{BOTH,
          {1, 20, WIRE_GO_STATUS, {8, 44, 3}},
          {1, 21, WIRE_GO_STOP, {0, 0}},
          {44, 30, WIRE_GO_SYSCALL_END_BLOCKED}},
         BOTH_TEXT "M=44 P=0 G=1 20: GoID=8 Undetermined->Syscall\n" /* unknown thread: the emitter's goroutine */
                   "M=1 P=0 G=1 21: GoID=1 Running->Runnable\n"
                   "M=44 P=-1 G=8 30: GoID=8 Syscall->Runnable\n"},
        {{{44, 9, WIRE_GO_STATUS, {8, 44, 3}}, BOTH, {1, 20, STEP_GENERATION}, {1, 21, WIRE_GO_STATUS, {8, 44, 3}}},
         "M=44 P=-1 G=-1 9: GoID=8 Undetermined->Syscall\n" BOTH_TEXT "M=44 P=0 G=8 21: GoID=8 Syscall->Syscall\n"},
        {{{44, 9, WIRE_GO_STATUS, {8, 44, 3}}, {1, 20, STEP_GENERATION}, {45, 21, WIRE_GO_STATUS, {8, 45, 3}}},
         "M=44 P=-1 G=-1 9: GoID=8 Undetermined->Syscall\n"
         "error: inconsistent thread for syscalling goroutine 8: thread has goroutine -1\n"},
    };
    (void)state;
    check(scenarios, COUNT_OF(scenarios));
}

static void threads_of_c(void **state)
{
    static const struct scenario scenarios[] = {
        {{{1, 10, WIRE_GO_CREATE_SYSCALL, {5}}, {1, 20, WIRE_GO_DESTROY_SYSCALL}, {1, 30, WIRE_GO_CREATE_SYSCALL, {5}}},
         "M=1 P=-1 G=-1 10: GoID=5 NotExist->Syscall\nM=1 P=-1 G=5 20: GoID=5 Syscall->NotExist\n"
         "M=1 P=-1 G=-1 30: GoID=5 NotExist->Syscall\n"},
        /* The processor is abandoned: a later steal that names the thread leaves its next goroutine alone. */
        {{IN_SYSCALL,
          {1, 30, WIRE_GO_DESTROY_SYSCALL},
          {1, 40, WIRE_GO_CREATE_SYSCALL, {9}},
          {2, 50, WIRE_PROC_STEAL, {0, 2, 1}},
          {1, 60, WIRE_GO_DESTROY_SYSCALL}},
         IN_SYSCALL_TEXT "M=1 P=0 G=1 30: ProcID=0 Running->Idle\n"
                         "M=1 P=0 G=1 31: GoID=1 Syscall->NotExist\n"
                         "M=1 P=-1 G=-1 40: GoID=9 NotExist->Syscall\n"
                         "M=2 P=-1 G=-1 50: ProcID=0 Idle->Idle\n"
                         "M=1 P=-1 G=9 60: GoID=9 Syscall->NotExist\n"},
        {{{-1, 10, WIRE_GO_CREATE_SYSCALL, {5}}}, NO_M},
        {{BOTH, {1, 20, WIRE_GO_CREATE_SYSCALL, {5}}}, BOTH_TEXT HAS_G},
        {{BOTH, {2, 20, WIRE_GO_CREATE_SYSCALL, {1}}},
         BOTH_TEXT "error: tried to create goroutine (1) in syscall that already exists\n"},
        {{{1, 10, WIRE_GO_DESTROY_SYSCALL}}, NO_G},
        {{BOTH, {1, 20, WIRE_GO_DESTROY_SYSCALL}},
         BOTH_TEXT "error: GoDestroySyscall event for goroutine that's not Syscall\n"},
        {{IN_SYSCALL, {1, 21, WIRE_PROC_STOP}, {1, 22, WIRE_PROC_START, {0, 2}}, {1, 23, WIRE_GO_DESTROY_SYSCALL}},
         IN_SYSCALL_TEXT "M=1 P=0 G=1 21: ProcID=0 Running->Idle\nM=1 P=-1 G=1 22: ProcID=0 Idle->Running\n"
                         "error: proc 0 in unexpected state Running during GoDestroySyscall\n"},
    };
    (void)state;
    check(scenarios, COUNT_OF(scenarios));
}

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
    check(scenarios, COUNT_OF(scenarios));
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
    check(scenarios, COUNT_OF(scenarios));
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
    check(scenarios, COUNT_OF(scenarios));
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
    check(scenarios, COUNT_OF(scenarios));
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
    check(scenarios, COUNT_OF(scenarios));
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
    check(scenarios, COUNT_OF(scenarios));
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
    struct order_reader *reader = order_reader_new(&file, &error);
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
    check(scenarios, COUNT_OF(scenarios));
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
    check(scenarios, COUNT_OF(scenarios));
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
    check(scenarios, COUNT_OF(scenarios));
}

/* ---- generations ---- */

/* Kinds of all events, "sync 3" for a Sync; the error at the end. */
static void render_kinds(const struct base_mapping *file, struct base_text *out)
{
    struct base_error error = BASE_NO_ERROR;
    struct order_reader *reader = order_reader_new(file, &error);
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
    check(scenarios, COUNT_OF(scenarios));
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
    struct order_reader *reader = order_reader_new(&file, &error);
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
        struct order_reader *reader = order_reader_new(&file, &error);
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
        cmocka_unit_test(processors_start_and_stop),
        cmocka_unit_test(processors_fatal),
        cmocka_unit_test(goroutines_live),
        cmocka_unit_test(goroutines_fatal),
        cmocka_unit_test(switching_makes_three_events),
        cmocka_unit_test(syscalls_that_do_not_block),
        cmocka_unit_test(syscalls_that_lose_the_processor),
        cmocka_unit_test(steals_across_generations),
        cmocka_unit_test(goroutines_found_in_syscalls),
        cmocka_unit_test(threads_of_c),
        cmocka_unit_test(ranges_open_and_close),
        cmocka_unit_test(ranges_fatal),
        cmocka_unit_test(collector),
        cmocka_unit_test(annotations),
        cmocka_unit_test(annotations_fatal),
        cmocka_unit_test(ids_must_exist),
        cmocka_unit_test(stacks_of_events),
        cmocka_unit_test(ties_and_late_events),
        cmocka_unit_test(samples_come_by_time),
        cmocka_unit_test(samples_with_equal_times_keep_their_order_up_to_twelve),
        cmocka_unit_test(nobody_can_advance),
        cmocka_unit_test(syncs_stand_between_generations),
        cmocka_unit_test(empty_files),
        cmocka_unit_test(first_event_is_unreadable),
        cmocka_unit_test(decoding_fails_later),
        cmocka_unit_test(state_is_carried_over),
        cmocka_unit_test(symbols_are_shared),
        cmocka_unit_test(hostile_ids),
        cmocka_unit_test(times_at_the_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
