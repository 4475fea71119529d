/* The rules of processors, goroutines and syscalls. */
#include "scenario.h"

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
    check_scenarios(scenarios, COUNT_OF(scenarios));
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
    check_scenarios(scenarios, COUNT_OF(scenarios));
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
    check_scenarios(scenarios, COUNT_OF(scenarios));
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
    check_scenarios(scenarios, COUNT_OF(scenarios));
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
    check_scenarios(scenarios, COUNT_OF(scenarios));
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
    check_scenarios(scenarios, COUNT_OF(scenarios));
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
    check_scenarios(scenarios, COUNT_OF(scenarios));
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
    check_scenarios(scenarios, COUNT_OF(scenarios));
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
    check_scenarios(scenarios, COUNT_OF(scenarios));
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
    check_scenarios(scenarios, COUNT_OF(scenarios));
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
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
