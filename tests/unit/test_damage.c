/* Reading on past damage: events that cannot be, for something before them is missing. */
#include "salvage.h"
#include "scenario.h"

/* The events, and what is said of losses. */
struct mending {
    const char *what;
    struct step steps[MOST_STEPS];
    const char *expected, *losses;
};

static void check_mendings(const struct mending *mendings, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct base_mapping file = test_write(WIRE_GO_1_26, mendings[i].steps);
        struct salvaged salvaged = salvage(&file, ORDER_GO_ON, true);
        print_message("%s\n", mendings[i].what);
        assert_false(salvaged.failed);
        test_assert_text(&salvaged.text, mendings[i].expected);
        test_assert_text(&salvaged.losses, mendings[i].losses);
        salvaged_release(&salvaged);
        test_mapping_free(&file);
    }
}

static void wake_ups_and_starts(void **state)
{
    static const struct mending mendings[] = {
        {"a lost wake-up before a start",
         {BOTH,
          {1, 12, WIRE_GO_STATUS, {2, -1, 4}},
          {1, 13, WIRE_GO_STOP, {S_ALPHA, 0}},
          {1, 14, WIRE_GO_START, {2, 2}}},
         "sync 1\n"
         "M=1 P=-1 G=-1 10: ProcID=0 Undetermined->Running\n"
         "M=1 P=0 G=-1 11: GoID=1 Undetermined->Running\n"
         "M=1 P=0 G=1 12: GoID=2 Undetermined->Waiting\n"
         "M=1 P=0 G=1 13: GoID=1 Running->Runnable Reason=\"alpha\"\n"
         "M=1 P=0 G=-1 14: GoID=2 Waiting->Runnable\n"
         "M=1 P=0 G=-1 15: GoID=2 Runnable->Running\n"
         "sync 0\n",
         "1 13 13 0 1: broken trace: failed to advance: what has to come before is missing: M 1 [GoStart time=14 g=2 "
         "g_seq=2] (generation 1, batch 2, thread 1, byte 96)\n"},
        {"a start of a goroutine whose creation is lost",
         {BOTH, {1, 13, WIRE_GO_STOP, {S_ALPHA, 0}}, {1, 14, WIRE_GO_START, {5, 1}}, {1, 15, WIRE_GO_DESTROY}},
         "sync 1\n"
         "M=1 P=-1 G=-1 10: ProcID=0 Undetermined->Running\n"
         "M=1 P=0 G=-1 11: GoID=1 Undetermined->Running\n"
         "M=1 P=0 G=1 13: GoID=1 Running->Runnable Reason=\"alpha\"\n"
         "M=1 P=0 G=-1 14: GoID=5 Undetermined->Runnable\n"
         "M=1 P=0 G=-1 15: GoID=5 Runnable->Running\n"
         "M=1 P=0 G=5 16: GoID=5 Running->NotExist\n"
         "sync 0\n",
         "1 13 13 0 1: broken trace: failed to advance: what has to come before is missing: M 1 [GoStart time=14 g=5 "
         "g_seq=1] (generation 1, batch 2, thread 1, byte 82)\n"},
        {"a start where the end of the one before is lost",
         {BOTH, {1, 12, WIRE_GO_STATUS, {2, -1, 1}}, {1, 14, WIRE_GO_START, {2, 1}}},
         "sync 1\n"
         "M=1 P=-1 G=-1 10: ProcID=0 Undetermined->Running\n"
         "M=1 P=0 G=-1 11: GoID=1 Undetermined->Running\n"
         "M=1 P=0 G=1 12: GoID=2 Undetermined->Runnable\n"
         "M=1 P=0 G=1 14: GoID=1 Running->Waiting\n"
         "M=1 P=0 G=-1 15: GoID=2 Runnable->Running\n"
         "sync 0\n",
         "1 12 12 0 1: expected no goroutine but had one (generation 1, batch 2, thread 1, byte 92)\n"},
        {"a start on a second thread while it runs on the first",
         {BOTH,
          {2, 12, WIRE_PROC_STATUS, {1, 1}},
          {2, 14, WIRE_GO_START, {1, 4}},
          {1, 15, WIRE_GO_STOP, {S_ALPHA, 0}},
          {2, 16, WIRE_GO_STOP, {S_BETA, 0}}},
         "sync 1\n"
         "M=1 P=-1 G=-1 10: ProcID=0 Undetermined->Running\n"
         "M=1 P=0 G=-1 11: GoID=1 Undetermined->Running\n"
         "M=2 P=-1 G=-1 12: ProcID=1 Undetermined->Running\n"
         "M=1 P=0 G=1 15: GoID=1 Running->Runnable Reason=\"alpha\"\n"
         "M=2 P=1 G=-1 16: GoID=1 Runnable->Running\n"
         "M=2 P=1 G=1 17: GoID=1 Running->Runnable Reason=\"beta\"\n"
         "sync 0\n",
         "1 15 15 0 1: broken trace: failed to advance: what has to come before is missing: M 2 [GoStart time=14 g=1 "
         "g_seq=4] (generation 1, batch 3, thread 2, byte 100)\n"},
        {"a start of no goroutine",
         {BOTH, {1, 12, WIRE_GO_START, {-1, 1}}, {1, 13, WIRE_HEAP_ALLOC, {9}}},
         "sync 1\n"
         "M=1 P=-1 G=-1 10: ProcID=0 Undetermined->Running\n"
         "M=1 P=0 G=-1 11: GoID=1 Undetermined->Running\n"
         "M=1 P=0 G=1 13: Metric Name=\"/memory/classes/heap/objects:bytes\" Value=Value{Uint64(9)}\n"
         "sync 0\n",
         "1 11 11 13 1: broken trace: failed to advance: what has to come before is missing: M 1 [GoStart time=12 "
         "g=18446744073709551615 g_seq=1] (generation 1, batch 2, thread 1, byte 87)\n"},
        {"a wake-up of one that runs",
         {BOTH, {2, 12, WIRE_GO_UNBLOCK, {1, 7, K_F}}, {1, 13, WIRE_GO_BLOCK, {S_SYNC, K_F}}},
         "sync 1\n"
         "M=1 P=-1 G=-1 10: ProcID=0 Undetermined->Running\n"
         "M=1 P=0 G=-1 11: GoID=1 Undetermined->Running\n"
         "M=1 P=0 G=1 13: GoID=1 Running->Waiting Reason=\"sync\"\n"
         "M=2 P=-1 G=-1 14: GoID=1 Waiting->Runnable\n"
         "sync 0\n",
         "1 13 13 0 1: broken trace: failed to advance: what has to come before is missing: M 2 [GoUnblock time=12 g=1 "
         "g_seq=7 stack=3] (generation 1, batch 3, thread 2, byte 97)\n"},
        {"a wake-up of one whose creation is lost",
         {BOTH, {1, 12, WIRE_GO_UNBLOCK, {5, 3, 0}}, {1, 13, WIRE_GO_UNBLOCK, {5, 5, 0}}},
         "sync 1\n"
         "M=1 P=-1 G=-1 10: ProcID=0 Undetermined->Running\n"
         "M=1 P=0 G=-1 11: GoID=1 Undetermined->Running\n"
         "M=1 P=0 G=1 12: GoID=5 Undetermined->Waiting\n"
         "M=1 P=0 G=1 13: GoID=5 Waiting->Runnable\n"
         "M=1 P=0 G=1 14: GoID=5 Runnable->Waiting\n"
         "M=1 P=0 G=1 15: GoID=5 Waiting->Runnable\n"
         "sync 0\n",
         "1 11 13 0 2: broken trace: failed to advance: what has to come before is missing: M 1 [GoUnblock time=12 g=5 "
         "g_seq=3 stack=0] (generation 1, batch 2, thread 1, byte 79)\n"},
        {"a switch to one that is not known",
         {BOTH, {1, 12, WIRE_GO_SWITCH, {5, 1}}},
         "sync 1\n"
         "M=1 P=-1 G=-1 10: ProcID=0 Undetermined->Running\n"
         "M=1 P=0 G=-1 11: GoID=1 Undetermined->Running\n"
         "M=1 P=0 G=1 12: GoID=5 Undetermined->Waiting\n"
         "M=1 P=0 G=1 13: GoID=5 Waiting->Runnable\n"
         "M=1 P=0 G=1 14: GoID=1 Running->Waiting\n"
         "M=1 P=0 G=-1 15: GoID=5 Runnable->Running\n"
         "sync 0\n",
         "1 11 11 0 1: broken trace: failed to advance: what has to come before is missing: M 1 [GoSwitch time=12 g=5 "
         "g_seq=1] (generation 1, batch 2, thread 1, byte 78)\n"},
        {"a switch to one that runs elsewhere, which destroys",
         {BOTH,
          {2, 12, WIRE_PROC_STATUS, {1, 1}},
          {2, 13, WIRE_GO_STATUS, {2, 2, 2}},
          {1, 14, WIRE_GO_SWITCH_DESTROY, {2, 1}},
          {2, 15, WIRE_GO_STOP, {S_ALPHA, 0}}},
         "sync 1\n"
         "M=1 P=-1 G=-1 10: ProcID=0 Undetermined->Running\n"
         "M=1 P=0 G=-1 11: GoID=1 Undetermined->Running\n"
         "M=2 P=-1 G=-1 12: ProcID=1 Undetermined->Running\n"
         "M=2 P=1 G=-1 13: GoID=2 Undetermined->Running\n"
         "M=2 P=1 G=2 15: GoID=2 Running->Runnable Reason=\"alpha\"\n"
         "M=1 P=0 G=1 16: GoID=2 Runnable->Waiting\n"
         "M=1 P=0 G=1 17: GoID=2 Waiting->Runnable\n"
         "M=1 P=0 G=1 18: GoID=1 Running->NotExist\n"
         "M=1 P=0 G=-1 19: GoID=2 Runnable->Running\n"
         "sync 0\n",
         "1 15 15 0 1: broken trace: failed to advance: what has to come before is missing: M 1 [GoSwitchDestroy "
         "time=14 g=2 g_seq=1] (generation 1, batch 2, thread 1, byte 78)\n"},
        {"a switch to itself",
         {BOTH, {1, 12, WIRE_GO_SWITCH, {1, 1}}, {1, 13, WIRE_HEAP_ALLOC, {9}}},
         "sync 1\n"
         "M=1 P=-1 G=-1 10: ProcID=0 Undetermined->Running\n"
         "M=1 P=0 G=-1 11: GoID=1 Undetermined->Running\n"
         "M=1 P=0 G=1 13: Metric Name=\"/memory/classes/heap/objects:bytes\" Value=Value{Uint64(9)}\n"
         "sync 0\n",
         "1 11 11 4 1: broken trace: failed to advance: what has to come before is missing: M 1 [GoSwitch time=12 g=1 "
         "g_seq=1] (generation 1, batch 2, thread 1, byte 78)\n"},
    };
    (void)state;
    check_mendings(mendings, COUNT_OF(mendings));
}

static void goroutines_come_and_go(void **state)
{
    static const struct mending mendings[] = {
        {"created twice",
         {BOTH, {1, 12, WIRE_GO_CREATE, {2, K_F, 0}}, {1, 13, WIRE_GO_CREATE, {2, K_G, 0}}},
         "sync 1\n"
         "M=1 P=-1 G=-1 10: ProcID=0 Undetermined->Running\n"
         "M=1 P=0 G=-1 11: GoID=1 Undetermined->Running\n"
         "M=1 P=0 G=1 12: GoID=2 NotExist->Runnable\n"
         "M=1 P=0 G=1 13: GoID=2 Runnable->NotExist\n"
         "M=1 P=0 G=1 14: GoID=2 NotExist->Runnable\n"
         "sync 0\n",
         "1 12 12 0 1: tried to create goroutine (2) that already exists (generation 1, batch 2, thread 1, byte 84)\n"},
        {"created while it runs, by itself",
         {BOTH, {1, 12, WIRE_GO_CREATE_BLOCKED, {1, K_F, 0}}},
         "sync 1\n"
         "M=1 P=-1 G=-1 10: ProcID=0 Undetermined->Running\n"
         "M=1 P=0 G=-1 11: GoID=1 Undetermined->Running\n"
         "M=1 P=0 G=-1 12: GoID=1 Running->NotExist\n"
         "M=1 P=0 G=-1 13: GoID=1 NotExist->Waiting\n"
         "sync 0\n",
         "1 11 11 0 1: tried to create goroutine (1) that already exists (generation 1, batch 2, thread 1, byte 79)\n"},
        {"created in a syscall, and there is one",
         {BOTH, {1, 12, WIRE_GO_STATUS, {2, -1, 4}}, {3, 13, WIRE_GO_CREATE_SYSCALL, {2}}},
         "sync 1\n"
         "M=1 P=-1 G=-1 10: ProcID=0 Undetermined->Running\n"
         "M=1 P=0 G=-1 11: GoID=1 Undetermined->Running\n"
         "M=1 P=0 G=1 12: GoID=2 Undetermined->Waiting\n"
         "M=3 P=-1 G=-1 13: GoID=2 Waiting->NotExist\n"
         "M=3 P=-1 G=-1 14: GoID=2 NotExist->Syscall\n"
         "sync 0\n",
         "1 12 12 0 1: tried to create goroutine (2) in syscall that already exists (generation 1, batch 3, thread 3, "
         "byte 105)\n"},
        {"created in a syscall on a thread that runs another",
         {BOTH, {1, 13, WIRE_GO_CREATE_SYSCALL, {2}}},
         "sync 1\n"
         "M=1 P=-1 G=-1 10: ProcID=0 Undetermined->Running\n"
         "M=1 P=0 G=-1 11: GoID=1 Undetermined->Running\n"
         "M=1 P=0 G=1 13: GoID=1 Running->Waiting\n"
         "M=1 P=0 G=-1 14: GoID=2 NotExist->Syscall\n"
         "sync 0\n",
         "1 11 11 0 1: expected no goroutine but had one (generation 1, batch 2, thread 1, byte 77)\n"},
        {"destroyed in a syscall that it is not in",
         {BOTH, {1, 12, WIRE_GO_DESTROY_SYSCALL}},
         "sync 1\n"
         "M=1 P=-1 G=-1 10: ProcID=0 Undetermined->Running\n"
         "M=1 P=0 G=-1 11: GoID=1 Undetermined->Running\n"
         "sync 0\n",
         "1 11 11 2 1: GoDestroySyscall event for goroutine that's not Syscall (generation 1, batch 2, thread 1, byte "
         "76)\n"},
        {"the end of one that is not there",
         {P0_RUNS, {1, 12, WIRE_GO_DESTROY}, {1, 13, WIRE_GO_BLOCK, {S_SYNC, 0}}},
         "sync 1\n"
         "M=1 P=-1 G=-1 10: ProcID=0 Undetermined->Running\n"
         "sync 0\n",
         "1 10 10 6 2: expected a goroutine but didn't have one (generation 1, batch 2, thread 1, byte 71)\n"},
        {"a status that contradicts",
         {BOTH, {1, 12, WIRE_GO_STATUS, {2, -1, 4}}, {2, 13, WIRE_GO_STATUS, {2, -1, 1}}},
         "sync 1\n"
         "M=1 P=-1 G=-1 10: ProcID=0 Undetermined->Running\n"
         "M=1 P=0 G=-1 11: GoID=1 Undetermined->Running\n"
         "M=1 P=0 G=1 12: GoID=2 Undetermined->Waiting\n"
         "M=2 P=-1 G=-1 13: GoID=2 Waiting->Runnable\n"
         "M=2 P=-1 G=-1 14: GoID=2 Runnable->Runnable\n"
         "sync 0\n",
         "1 12 12 0 1: inconsistent status for goroutine 2: old Waiting vs. new Runnable (generation 1, batch 3, "
         "thread 2, byte 116)\n"},
        {"a status that contradicts, and runs elsewhere",
         {BOTH, {2, 13, WIRE_GO_STATUS_STACK, {1, -1, 4, K_F}}, {1, 14, WIRE_GO_STOP, {S_ALPHA, 0}}},
         "sync 1\n"
         "M=1 P=-1 G=-1 10: ProcID=0 Undetermined->Running\n"
         "M=1 P=0 G=-1 11: GoID=1 Undetermined->Running\n"
         "M=2 P=-1 G=-1 13: GoID=1 Running->Waiting\n"
         "M=2 P=-1 G=-1 14: GoID=1 Waiting->Waiting\n"
         "sync 0\n",
         "1 11 14 4 2: inconsistent status for goroutine 1: old Running vs. new Waiting (generation 1, batch 3, thread "
         "2, byte 107)\n"},
        {"in a syscall against what was known",
         {BOTH, {1, 12, WIRE_GO_STATUS, {2, -1, 4}}, {3, 13, WIRE_GO_STATUS, {2, 3, 3}}},
         "sync 1\n"
         "M=1 P=-1 G=-1 10: ProcID=0 Undetermined->Running\n"
         "M=1 P=0 G=-1 11: GoID=1 Undetermined->Running\n"
         "M=1 P=0 G=1 12: GoID=2 Undetermined->Waiting\n"
         "M=3 P=-1 G=-1 13: GoID=2 Waiting->Syscall\n"
         "M=3 P=-1 G=2 14: GoID=2 Syscall->Syscall\n"
         "sync 0\n",
         "1 12 12 0 1: inconsistent status for goroutine 2: old Waiting vs. new Syscall (generation 1, batch 3, thread "
         "3, byte 107)\n"},
        {"a status of a new one after the first generation",
         {BOTH, {1, 20, STEP_GENERATION}, {2, 21, WIRE_GO_STATUS, {7, -1, 4}}, {1, 22, WIRE_GO_UNBLOCK, {7, 1, 0}}},
         "sync 1\n"
         "M=1 P=-1 G=-1 10: ProcID=0 Undetermined->Running\n"
         "M=1 P=0 G=-1 11: GoID=1 Undetermined->Running\n"
         "sync 2\n"
         "M=2 P=-1 G=-1 21: GoID=7 Undetermined->Waiting\n"
         "M=2 P=-1 G=-1 22: GoID=7 Waiting->Waiting\n"
         "M=1 P=0 G=1 23: GoID=7 Waiting->Runnable\n"
         "sync 0\n",
         "2 20 20 0 1: found goroutine status for new goroutine after the first generation: id=7 status=Waiting "
         "(generation 2, batch 6, thread 2, byte 300)\n"},
        {"a status that is none",
         {BOTH, {1, 13, WIRE_GO_STATUS, {2, -1, 5}}, {1, 14, WIRE_HEAP_ALLOC, {9}}},
         "sync 1\n"
         "M=1 P=-1 G=-1 10: ProcID=0 Undetermined->Running\n"
         "M=1 P=0 G=-1 11: GoID=1 Undetermined->Running\n"
         "M=1 P=0 G=1 14: Metric Name=\"/memory/classes/heap/objects:bytes\" Value=Value{Uint64(9)}\n"
         "sync 0\n",
         "1 11 11 14 1: invalid status for goroutine 2: 5 (generation 1, batch 2, thread 1, byte 88)\n"},
    };
    (void)state;
    check_mendings(mendings, COUNT_OF(mendings));
}

static void processors_and_syscalls(void **state)
{
    static const struct mending mendings[] = {
        {"a start of a processor where the stop of the one before is lost",
         {BOTH, {2, 12, WIRE_PROC_STATUS, {1, 2}}, {1, 14, WIRE_PROC_START, {1, 1}}},
         "sync 1\n"
         "M=1 P=-1 G=-1 10: ProcID=0 Undetermined->Running\n"
         "M=1 P=0 G=-1 11: GoID=1 Undetermined->Running\n"
         "M=2 P=-1 G=-1 12: ProcID=1 Undetermined->Idle\n"
         "M=1 P=0 G=1 14: GoID=1 Running->Waiting\n"
         "M=1 P=0 G=-1 15: ProcID=0 Running->Idle\n"
         "M=1 P=-1 G=-1 16: ProcID=1 Idle->Running\n"
         "sync 0\n",
         "1 12 12 0 1: broken trace: failed to advance: what has to come before is missing: M 1 [ProcStart time=14 p=1 "
         "p_seq=1] (generation 1, batch 2, thread 1, byte 78)\n"},
        {"a start of a processor that is not known",
         {{2, 12, WIRE_PROC_START, {7, 3}}, {2, 13, WIRE_PROC_STOP}},
         "sync 1\n"
         "M=2 P=-1 G=-1 12: ProcID=7 Undetermined->Idle\n"
         "M=2 P=-1 G=-1 13: ProcID=7 Idle->Running\n"
         "M=2 P=7 G=-1 14: ProcID=7 Running->Idle\n"
         "sync 0\n",
         "1 1 1 0 1: broken trace: failed to advance: what has to come before is missing: M 2 [ProcStart time=12 p=7 "
         "p_seq=3] (generation 1, batch 2, thread 2, byte 69)\n"},
        {"a start of a processor that runs elsewhere",
         {BOTH, {2, 12, WIRE_PROC_START, {0, 3}}, {1, 13, WIRE_GO_STOP, {S_ALPHA, 0}}},
         "sync 1\n"
         "M=1 P=-1 G=-1 10: ProcID=0 Undetermined->Running\n"
         "M=1 P=0 G=-1 11: GoID=1 Undetermined->Running\n"
         "M=1 P=0 G=1 13: GoID=1 Running->Runnable Reason=\"alpha\"\n"
         "M=2 P=-1 G=-1 14: ProcID=0 Running->Idle\n"
         "M=2 P=-1 G=-1 15: ProcID=0 Idle->Running\n"
         "sync 0\n",
         "1 13 13 0 1: broken trace: failed to advance: what has to come before is missing: M 2 [ProcStart time=12 p=0 "
         "p_seq=3] (generation 1, batch 3, thread 2, byte 96)\n"},
        {"a lost start of a processor",
         {BOTH, {2, 12, WIRE_GO_STATUS, {2, -1, 1}}, {2, 13, WIRE_GO_START, {2, 1}}, {2, 14, WIRE_GO_BLOCK, {0, 0}}},
         "sync 1\n"
         "M=1 P=-1 G=-1 10: ProcID=0 Undetermined->Running\n"
         "M=1 P=0 G=-1 11: GoID=1 Undetermined->Running\n"
         "M=2 P=-1 G=-1 12: GoID=2 Undetermined->Runnable\n"
         "sync 0\n",
         "1 12 12 8 2: expected a proc but didn't have one (generation 1, batch 3, thread 2, byte 106)\n"},
        {"a stop of no processor",
         {BOTH, {2, 12, WIRE_PROC_STOP}},
         "sync 1\n"
         "M=1 P=-1 G=-1 10: ProcID=0 Undetermined->Running\n"
         "M=1 P=0 G=-1 11: GoID=1 Undetermined->Running\n"
         "sync 0\n",
         "1 11 11 2 1: event ProcStop for proc (-1) that doesn't exist (generation 1, batch 3, thread 2, byte 90)\n"},
        {"a theft of a processor that runs",
         {BOTH, {2, 12, WIRE_PROC_STEAL, {0, 1, 1}}},
         "sync 1\n"
         "M=1 P=-1 G=-1 10: ProcID=0 Undetermined->Running\n"
         "M=1 P=0 G=-1 11: GoID=1 Undetermined->Running\n"
         "M=2 P=-1 G=-1 12: ProcID=0 Running->Idle\n"
         "M=2 P=-1 G=-1 13: ProcID=0 Idle->Idle\n"
         "sync 0\n",
         "1 11 11 0 1: broken trace: failed to advance: what has to come before is missing: M 2 [ProcSteal time=12 p=0 "
         "p_seq=1 m=1] (generation 1, batch 3, thread 2, byte 93)\n"},
        {"a theft of a processor that is not known",
         {BOTH, {2, 12, WIRE_PROC_STEAL, {4, 2, 1}}},
         "sync 1\n"
         "M=1 P=-1 G=-1 10: ProcID=0 Undetermined->Running\n"
         "M=1 P=0 G=-1 11: GoID=1 Undetermined->Running\n"
         "M=2 P=-1 G=-1 12: ProcID=4 Undetermined->Idle\n"
         "M=2 P=-1 G=-1 13: ProcID=4 Idle->Idle\n"
         "sync 0\n",
         "1 11 11 0 1: broken trace: failed to advance: what has to come before is missing: M 2 [ProcSteal time=12 p=4 "
         "p_seq=2 m=1] (generation 1, batch 3, thread 2, byte 93)\n"},
        {"a status of a processor that contradicts",
         {BOTH, {2, 12, WIRE_PROC_STATUS, {0, 2}}, {1, 13, WIRE_HEAP_ALLOC, {9}}},
         "sync 1\n"
         "M=1 P=-1 G=-1 10: ProcID=0 Undetermined->Running\n"
         "M=1 P=0 G=-1 11: GoID=1 Undetermined->Running\n"
         "M=2 P=-1 G=-1 12: ProcID=0 Running->Idle\n"
         "M=2 P=-1 G=-1 13: ProcID=0 Idle->Idle\n"
         "sync 0\n",
         "1 11 13 3 2: inconsistent status for proc 0: old Running vs. new Idle (generation 1, batch 3, thread 2, byte "
         "95)\n"},
        {"a lost end of a syscall before a block",
         {IN_SYSCALL, {1, 21, WIRE_GO_BLOCK, {S_NETWORK, K_F}}},
         "sync 1\n"
         "M=1 P=-1 G=-1 10: ProcID=0 Undetermined->Running\n"
         "M=1 P=0 G=-1 11: GoID=1 Undetermined->Running\n"
         "M=1 P=0 G=1 20: GoID=1 Running->Syscall\n"
         "M=1 P=0 G=1 21: GoID=1 Syscall->Running\n"
         "M=1 P=0 G=1 22: GoID=1 Running->Waiting Reason=\"network\"\n"
         "sync 0\n",
         "1 20 20 0 1: GoBlock event for goroutine that's not Running (generation 1, batch 2, thread 1, byte 82)\n"},
        {"a lost end of a syscall before the end",
         {IN_SYSCALL, {1, 21, WIRE_GO_DESTROY}},
         "sync 1\n"
         "M=1 P=-1 G=-1 10: ProcID=0 Undetermined->Running\n"
         "M=1 P=0 G=-1 11: GoID=1 Undetermined->Running\n"
         "M=1 P=0 G=1 20: GoID=1 Running->Syscall\n"
         "M=1 P=0 G=1 21: GoID=1 Syscall->Running\n"
         "M=1 P=0 G=1 22: GoID=1 Running->NotExist\n"
         "sync 0\n",
         "1 20 20 0 1: GoDestroy event for goroutine that's not Running (generation 1, batch 2, thread 1, byte 80)\n"},
        {"a lost end of a syscall before the next",
         {IN_SYSCALL, {1, 21, WIRE_GO_SYSCALL_BEGIN, {2, K_F}}, {1, 22, WIRE_GO_SYSCALL_END}},
         "sync 1\n"
         "M=1 P=-1 G=-1 10: ProcID=0 Undetermined->Running\n"
         "M=1 P=0 G=-1 11: GoID=1 Undetermined->Running\n"
         "M=1 P=0 G=1 20: GoID=1 Running->Syscall\n"
         "M=1 P=0 G=1 21: GoID=1 Syscall->Running\n"
         "M=1 P=0 G=1 22: GoID=1 Running->Syscall\n"
         "M=1 P=0 G=1 23: GoID=1 Syscall->Running\n"
         "sync 0\n",
         "1 20 20 0 1: GoSyscallBegin event for goroutine that's not Running (generation 1, batch 2, thread 1, byte "
         "82)\n"},
        {"a syscall whose number is ahead",
         {BOTH, {1, 21, WIRE_GO_SYSCALL_BEGIN, {9, K_F}}, {1, 22, WIRE_GO_SYSCALL_END}},
         "sync 1\n"
         "M=1 P=-1 G=-1 10: ProcID=0 Undetermined->Running\n"
         "M=1 P=0 G=-1 11: GoID=1 Undetermined->Running\n"
         "M=1 P=0 G=1 21: GoID=1 Running->Syscall\n"
         "M=1 P=0 G=1 22: GoID=1 Syscall->Running\n"
         "sync 0\n",
         "1 11 11 0 1: failed to advance GoSyscallBegin: can't make sequence: 0 (gen=1) -> 9 (gen=1) (generation 1, "
         "batch 2, thread 1, byte 78)\n"},
        {"a lost end of a syscall before another's start",
         {IN_SYSCALL, {2, 21, WIRE_GO_STATUS, {2, -1, 1}}, {1, 22, WIRE_GO_START, {2, 1}}},
         "sync 1\n"
         "M=1 P=-1 G=-1 10: ProcID=0 Undetermined->Running\n"
         "M=1 P=0 G=-1 11: GoID=1 Undetermined->Running\n"
         "M=1 P=0 G=1 20: GoID=1 Running->Syscall\n"
         "M=2 P=-1 G=-1 21: GoID=2 Undetermined->Runnable\n"
         "M=1 P=0 G=1 22: GoID=1 Syscall->Waiting\n"
         "M=1 P=0 G=-1 23: GoID=2 Runnable->Running\n"
         "sync 0\n",
         "1 21 21 0 1: expected no goroutine but had one (generation 1, batch 2, thread 1, byte 82)\n"},
        {"a lost theft of the processor in a syscall",
         {IN_SYSCALL, {1, 21, WIRE_GO_SYSCALL_END_BLOCKED}},
         "sync 1\n"
         "M=1 P=-1 G=-1 10: ProcID=0 Undetermined->Running\n"
         "M=1 P=0 G=-1 11: GoID=1 Undetermined->Running\n"
         "M=1 P=0 G=1 20: GoID=1 Running->Syscall\n"
         "M=1 P=0 G=1 21: ProcID=0 Running->Idle\n"
         "M=1 P=-1 G=1 22: GoID=1 Syscall->Runnable\n"
         "sync 0\n",
         "1 20 20 0 1: broken trace: failed to advance: what has to come before is missing: M 1 [GoSyscallEndBlocked "
         "time=21] (generation 1, batch 2, thread 1, byte 80)\n"},
        {"a lost begin of a syscall",
         {BOTH, {1, 21, WIRE_GO_SYSCALL_END}},
         "sync 1\n"
         "M=1 P=-1 G=-1 10: ProcID=0 Undetermined->Running\n"
         "M=1 P=0 G=-1 11: GoID=1 Undetermined->Running\n"
         "sync 0\n",
         "1 11 11 2 1: GoSyscallEnd event for goroutine that's not Running (generation 1, batch 2, thread 1, byte "
         "76)\n"},
    };
    (void)state;
    check_mendings(mendings, COUNT_OF(mendings));
}

static void the_collector(void **state)
{
    static const struct mending mendings[] = {
        {"a lost begin of a collection",
         {BOTH, {1, 12, WIRE_GC_END, {4}}, {1, 13, WIRE_GC_BEGIN, {5, 0}}},
         "sync 1\n"
         "M=1 P=-1 G=-1 10: ProcID=0 Undetermined->Running\n"
         "M=1 P=0 G=-1 11: GoID=1 Undetermined->Running\n"
         "M=1 P=0 G=1 13: RangeBegin Name=\"GC concurrent mark phase\" Scope=None\n"
         "sync 0\n",
         "1 11 11 3 1: broken trace: failed to advance: what has to come before is missing: M 1 [GCEnd time=12 "
         "gc_seq=4] (generation 1, batch 2, thread 1, byte 77)\n"},
        {"a lost end of a collection",
         {BOTH, {1, 12, WIRE_GC_BEGIN, {1, 0}}, {1, 13, WIRE_GC_BEGIN, {3, 0}}, {1, 14, WIRE_GC_END, {4}}},
         "sync 1\n"
         "M=1 P=-1 G=-1 10: ProcID=0 Undetermined->Running\n"
         "M=1 P=0 G=-1 11: GoID=1 Undetermined->Running\n"
         "M=1 P=0 G=1 12: RangeBegin Name=\"GC concurrent mark phase\" Scope=None\n"
         "M=1 P=0 G=1 14: RangeEnd Name=\"GC concurrent mark phase\" Scope=None Attributes=[]\n"
         "sync 0\n",
         "1 12 12 4 2: broken trace: failed to advance: what has to come before is missing: M 1 [GCBegin time=13 "
         "gc_seq=3 stack=0] (generation 1, batch 2, thread 1, byte 82)\n"},
        {"a lost begin of a range",
         {BOTH, {1, 12, WIRE_STW_END}, {1, 13, WIRE_GC_MARK_ASSIST_END}, {1, 14, WIRE_HEAP_ALLOC, {9}}},
         "sync 1\n"
         "M=1 P=-1 G=-1 10: ProcID=0 Undetermined->Running\n"
         "M=1 P=0 G=-1 11: GoID=1 Undetermined->Running\n"
         "M=1 P=0 G=1 14: Metric Name=\"/memory/classes/heap/objects:bytes\" Value=Value{Uint64(9)}\n"
         "sync 0\n",
         "1 11 11 4 2: tried to end event STWBegin, but not in-flight (generation 1, batch 2, thread 1, byte 76)\n"},
    };
    (void)state;
    check_mendings(mendings, COUNT_OF(mendings));
}

static void waiting(void **state)
{
    enum { MS = 1000000 };
    static const struct mending mendings[] = {
        {"in vain: mended once it is 1 ms late, before what comes then",
         {BOTH,
          {2, 20, WIRE_PROC_STATUS, {1, 1}},
          {2, 30, WIRE_GO_START, {5, 1}},
          {1, 40, WIRE_HEAP_ALLOC, {1}},
          {1, 30 + MS, WIRE_HEAP_ALLOC, {2}},
          {1, 31 + MS, WIRE_HEAP_ALLOC, {3}},
          {1, 9 * MS, WIRE_HEAP_ALLOC, {4}}},
         "sync 1\n"
         "M=1 P=-1 G=-1 10: ProcID=0 Undetermined->Running\n"
         "M=1 P=0 G=-1 11: GoID=1 Undetermined->Running\n"
         "M=2 P=-1 G=-1 20: ProcID=1 Undetermined->Running\n"
         "M=1 P=0 G=1 40: Metric Name=\"/memory/classes/heap/objects:bytes\" Value=Value{Uint64(1)}\n"
         "M=1 P=0 G=1 1000030: Metric Name=\"/memory/classes/heap/objects:bytes\" Value=Value{Uint64(2)}\n"
         "M=2 P=1 G=-1 1000031: GoID=5 Undetermined->Runnable\n"
         "M=2 P=1 G=-1 1000032: GoID=5 Runnable->Running\n"
         "M=1 P=0 G=1 1000033: Metric Name=\"/memory/classes/heap/objects:bytes\" Value=Value{Uint64(3)}\n"
         "M=1 P=0 G=1 9000000: Metric Name=\"/memory/classes/heap/objects:bytes\" Value=Value{Uint64(4)}\n"
         "sync 0\n",
         "1 1000030 1000030 0 1: broken trace: failed to advance: what has to come before is missing: M 2 [GoStart "
         "time=30 g=5 g_seq=1] (generation 1, batch 3, thread 2, byte 113)\n"},
    };
    (void)state;
    check_mendings(mendings, COUNT_OF(mendings));
}

/* Clocks may differ by more than that: who waits rightly is left alone, however long. */
static void waiting_rightly(void **state)
{
    static const struct step steps[] = {BOTH,
                                        {2, 20, WIRE_PROC_STATUS, {1, 1}},
                                        {2, 30, WIRE_GO_START, {5, 1}},
                                        {2, 31, WIRE_GO_DESTROY},
                                        {1, 40, WIRE_HEAP_ALLOC, {1}},
                                        {1, 5000000, WIRE_HEAP_ALLOC, {2}},
                                        {1, 6000000, WIRE_GO_CREATE, {5, K_F, 0}},
                                        {1, 7000000, WIRE_HEAP_ALLOC, {3}},
                                        {0}};
    (void)state;
    struct base_mapping file = test_write(WIRE_GO_1_26, steps);
    struct salvaged strict = salvage(&file, ORDER_STOP_AT_DAMAGE, true), all = salvage(&file, ORDER_GO_ON, true);
    assert_false(strict.failed);
    assert_int_equal(strict.events, 9);
    test_assert_text(&all.text, base_text_cstring(&strict.text));
    test_assert_text(&all.losses, "");
    salvaged_release(&strict);
    salvaged_release(&all);
    test_mapping_free(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wake_ups_and_starts),
        cmocka_unit_test(goroutines_come_and_go),
        cmocka_unit_test(processors_and_syscalls),
        cmocka_unit_test(the_collector),
        cmocka_unit_test(waiting),
        cmocka_unit_test(waiting_rightly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
