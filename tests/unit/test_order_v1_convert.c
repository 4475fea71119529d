/* What the events of Go 1.5 to 1.21 come to in the stream: go-trace-ordering.md, section 10. */
#include "v1.h"

#include "order/v1.h"

#include <stdlib.h>

/* ---- the begin and the end ---- */

/* Goroutines that are there before the trace are announced; the first GOMAXPROCS ends that, and says no more. */
static void prologue(void **state)
{
    static const struct v1_scenario scenarios[] = {
        {21,
         {{0, 10, WIRE_V1_GO_CREATE, {4, K_G, K_F}},
          {0, 11, WIRE_V1_GO_CREATE, {2, K_G, K_F}},
          {0, 12, WIRE_V1_GO_WAITING, {2}},
          {0, 13, WIRE_V1_GO_CREATE, {3}},
          {0, 14, WIRE_V1_GO_IN_SYSCALL, {3}},
          {0, 15, WIRE_V1_GO_CREATE, {5}},
          {0, 16, WIRE_V1_GO_CREATE, {1}},
          {0, 17, WIRE_V1_PROC_START, {7}},
          {0, 18, WIRE_V1_GO_START_LOCAL, {1}},
          {0, 30, WIRE_V1_GOMAXPROCS, {2, K_F}},
          {0, 31, WIRE_V1_GOMAXPROCS, {4, K_F}},
          {0, 32, WIRE_V1_GO_CREATE, {6, K_G, K_F}}},
         "M=-1 P=0 G=2 2: GoID=2 Undetermined->Waiting\n"
         "M=-1 P=0 G=3 4: GoID=3 Undetermined->Syscall\n"
         "M=7 P=0 G=-1 7: ProcID=0 Undetermined->Running\n"
         "M=7 P=0 G=1 8: GoID=1 Undetermined->Running\n"
         "M=-1 P=-1 G=-1 20: GoID=4 Undetermined->Runnable\n"
         "M=-1 P=-1 G=-1 21: GoID=5 Undetermined->Runnable\n"
         "M=7 P=0 G=1 22: Metric Name=\"/sched/gomaxprocs:threads\" Value=Value{Uint64(4)} @100\n"
         "M=7 P=0 G=1 23: GoID=6 NotExist->Runnable @100 >300\n"},
        /* Started with a label it is no exception: it was runnable, and is announced all the same. */
        {8,
         {{0, 10, WIRE_V1_GO_CREATE, {1}},
          {0, 11, WIRE_V1_GO_START_LABEL, {1, 1, S_ALPHA}},
          {0, 20, WIRE_V1_GOMAXPROCS, {2}}},
         "M=0 P=0 G=1 1: GoID=1 Runnable->Running\n"
         "M=0 P=0 G=1 2: Label Label=\"alpha\" Resource=Goroutine(1)\n"
         "M=-1 P=-1 G=-1 10: GoID=1 Undetermined->Runnable\n"},
        /* Without a GOMAXPROCS all of it is prologue. */
        {21, {{0, 10, WIRE_V1_GO_CREATE, {1}}, {0, 11, WIRE_V1_GO_CREATE, {2}}}, ""},
    };
    (void)state;
    v1_check_scenarios(scenarios, COUNT_OF(scenarios));
}

struct syncs {
    size_t count, events;
    struct order_sync first, last;
    int64_t first_ns, last_ns;
};

static struct syncs syncs_of(const struct base_mapping *file)
{
    struct base_error error = BASE_NO_ERROR;
    struct order_reader *reader = order_reader_new(file, ORDER_STOP_AT_DAMAGE, &error);
    struct order_block block;
    enum order_status status;
    struct syncs syncs = {0};
    while ((status = order_reader_next(reader, &block, &error)) == ORDER_EVENTS) {
        for (size_t i = 0; i < block.count; i++, syncs.events++) {
            if (block.events[i].kind != ORDER_SYNC)
                continue;
            assert_int_equal(i, 0);
            syncs.last = *block.events[i].sync.facts;
            syncs.last_ns = block.events[i].time_ns;
            if (!syncs.count++) {
                syncs.first = syncs.last;
                syncs.first_ns = syncs.last_ns;
            }
        }
    }
    assert_int_equal(status, ORDER_END);
    order_reader_free(reader);
    return syncs;
}

/* One Sync before the first event, with the file as its only generation, and one after the last. */
static void syncs_at_both_ends(void **state)
{
    static const struct v1_step steps[] = {V1_G1_RUNS, {0, 20, WIRE_V1_HEAP_ALLOC, {1}}, {0}};
    (void)state;
    for (size_t i = 0; i < V1_VERSIONS; i++) {
        struct base_mapping file = v1_write(v1_versions[i], steps);
        struct syncs syncs = syncs_of(&file);
        assert_int_equal(syncs.count, 2);
        assert_int_equal(syncs.events, 5);
        assert_int_equal(syncs.first.number, 1);
        assert_int_equal(syncs.first_ns, -1);
        assert_true(syncs.first.has_generation);
        assert_false(syncs.first.has_snapshot);
        assert_false(syncs.first.after_gap);
        assert_int_equal(syncs.first.version, v1_versions[i]);
        assert_int_equal(syncs.first.generation, 1);
        assert_int_equal(syncs.first.offset_bytes, WIRE_HEADER_BYTES);
        assert_int_equal(syncs.first.end_bytes, file.size);
        assert_int_equal(syncs.last.number, 2);
        assert_int_equal(syncs.last_ns, 11);
        assert_false(syncs.last.has_generation);
        assert_false(syncs.last.after_gap);
        test_mapping_free(&file);
    }
}

/* Without events there is but the last Sync. */
static void empty_trace(void **state)
{
    static const struct v1_step steps[] = {{0}};
    (void)state;
    for (size_t i = 0; i < V1_VERSIONS; i++) {
        struct base_mapping file = v1_write(v1_versions[i], steps);
        struct syncs syncs = syncs_of(&file);
        assert_int_equal(syncs.count, 1);
        assert_int_equal(syncs.events, 1);
        assert_int_equal(syncs.last.number, 1);
        assert_int_equal(syncs.last_ns, 0);
        assert_false(syncs.last.has_generation);
        test_mapping_free(&file);
    }
}

/* More events than a block has, with what comes to two at its end. */
static void blocks(void **state)
{
    enum { CALLS = 1000 };
    static const struct v1_step before[] = {V1_G1_RUNS, {0}};
    struct v1_writer writer;
    (void)state;
    v1_begin(&writer, 21);
    for (const struct v1_step *step = before; step->type; step++)
        v1_step(&writer, step);
    for (uint64_t i = 0; i < CALLS; i++)
        v1_step(&writer, &(struct v1_step){0, 20 + 5 * i, WIRE_V1_GO_SYSCALL, {0}, 0, NULL});
    v1_frequency(&writer, V1_FREQUENCY);
    struct base_mapping file = v1_finish(&writer);
    struct syncs syncs = syncs_of(&file);
    assert_int_equal(syncs.events, 2 + 2 + 2 * CALLS);
    assert_int_equal(syncs.last_ns, 10 + 5 * (CALLS - 1) + 2);
    test_mapping_free(&file);
}

/* ---- contexts ---- */

static void contexts(void **state)
{
    static const struct v1_scenario scenarios[] = {
        /* A processor's thread is that of its last start, and it has it while it stops. */
        {21,
         {{0, 10, WIRE_V1_HEAP_ALLOC, {1}},
          {0, 11, WIRE_V1_PROC_START, {5}},
          {0, 12, WIRE_V1_HEAP_ALLOC, {2}},
          {0, 13, WIRE_V1_PROC_STOP},
          {0, 14, WIRE_V1_HEAP_ALLOC, {3}},
          {0, 15, WIRE_V1_PROC_START, {6}},
          {0, 16, WIRE_V1_HEAP_ALLOC, {4}},
          {-1, 17, WIRE_V1_HEAP_GOAL, {5}}},
         "M=-1 P=0 G=-1 0: Metric Name=\"/memory/classes/heap/objects:bytes\" Value=Value{Uint64(1)}\n"
         "M=5 P=0 G=-1 1: ProcID=0 Undetermined->Running\n"
         "M=5 P=0 G=-1 2: Metric Name=\"/memory/classes/heap/objects:bytes\" Value=Value{Uint64(2)}\n"
         "M=5 P=0 G=-1 3: ProcID=0 Running->Idle\n"
         "M=-1 P=0 G=-1 4: Metric Name=\"/memory/classes/heap/objects:bytes\" Value=Value{Uint64(3)}\n"
         "M=6 P=0 G=-1 5: ProcID=0 Idle->Running\n"
         "M=6 P=0 G=-1 6: Metric Name=\"/memory/classes/heap/objects:bytes\" Value=Value{Uint64(4)}\n"
         "M=-1 P=-1 G=-1 7: Metric Name=\"/gc/heap/goal:bytes\" Value=Value{Uint64(5)}\n"},
        /* What timers wake up, and the network, and ends of syscalls, and collections, are on none. */
        {10,
         {V1_G2_WAITS,
          {0, 13, WIRE_V1_TIMER_GOROUTINE, {1}},
          {0, 20, WIRE_V1_GO_UNBLOCK, {2, 2, K_F}},
          {0, 30, WIRE_V1_GC_START, {0, K_F}},
          {0, 31, WIRE_V1_GC_DONE}},
         V1_G2_WAITS_TEXT "M=-1 P=1000001 G=1 10: GoID=2 Waiting->Runnable @100\n"
                          "M=-1 P=1000004 G=1 20: RangeBegin Name=\"GC concurrent mark phase\" Scope=None @100\n"
                          "M=5 P=0 G=1 21: RangeEnd Name=\"GC concurrent mark phase\" Scope=None Attributes=[]\n"},
        {21,
         {V1_G1_RUNS,
          {0, 20, WIRE_V1_GO_BLOCK_NET},
          {1, 21, WIRE_V1_GO_UNBLOCK, {1, 2}},
          {0, 22, WIRE_V1_GO_START_LOCAL, {1}},
          {0, 23, WIRE_V1_GO_BLOCK},
          {1, 24, WIRE_V1_GO_UNBLOCK, {1, 4}}},
         V1_G1_RUNS_TEXT "M=5 P=0 G=1 10: GoID=1 Running->Waiting Reason=\"network\"\n"
                         "M=-1 P=1000002 G=-1 11: GoID=1 Waiting->Runnable\n"
                         "M=5 P=0 G=1 12: GoID=1 Runnable->Running\n"
                         "M=5 P=0 G=1 13: GoID=1 Running->Waiting\n"
                         "M=-1 P=1 G=-1 14: GoID=1 Waiting->Runnable\n"},
        /* The network also where timers do it. */
        {10,
         {V1_G2_WAITS,
          {0, 13, WIRE_V1_TIMER_GOROUTINE, {1}},
          {1, 14, WIRE_V1_GO_UNBLOCK, {2, 2}},
          {1, 15, WIRE_V1_GO_START, {2, 3}},
          {1, 16, WIRE_V1_GO_BLOCK_NET},
          {0, 20, WIRE_V1_GO_UNBLOCK, {2, 4}}},
         V1_G2_WAITS_TEXT "M=-1 P=1 G=-1 4: GoID=2 Waiting->Runnable\n"
                          "M=-1 P=1 G=2 5: GoID=2 Runnable->Running\n"
                          "M=-1 P=1 G=2 6: GoID=2 Running->Waiting Reason=\"network\"\n"
                          "M=-1 P=1000002 G=1 10: GoID=2 Waiting->Runnable\n"},
        /* What is delivered as two has thread 0 where none is known. */
        {21,
         {V1_G1_RUNS,
          {0, 20, WIRE_V1_GO_CREATE, {2}},
          {1, 21, WIRE_V1_GO_START_LABEL, {2, 1, S_ALPHA}},
          {1, 22, WIRE_V1_GO_SYSCALL},
          {1, 25, WIRE_V1_GO_SYSCALL},
          {1, 26, WIRE_V1_GO_SYSCALL_BLOCK},
          {0, 30, WIRE_V1_GO_SYSCALL},
          {1, 31, WIRE_V1_GO_SYSCALL_EXIT, {2, 2, 0}},
          {0, 40, WIRE_V1_GO_SCHED},
          {0, 41, WIRE_V1_GO_START_LABEL, {2, 3, 99}}},
         V1_G1_RUNS_TEXT "M=5 P=0 G=1 10: GoID=2 NotExist->Runnable >\n"
                         "M=0 P=1 G=2 11: GoID=2 Runnable->Running\n"
                         "M=0 P=1 G=2 12: Label Label=\"alpha\" Resource=Goroutine(2)\n"
                         "M=0 P=1 G=2 13: GoID=2 Running->Syscall\n"
                         "M=0 P=1 G=2 14: GoID=2 Syscall->Running\n"
                         "M=-1 P=1 G=2 15: GoID=2 Running->Syscall\n"
                         "M=5 P=0 G=1 20: GoID=1 Running->Syscall\n"
                         "M=5 P=0 G=1 21: GoID=1 Syscall->Running\n"
                         "M=-1 P=1000003 G=2 22: GoID=2 Syscall->Runnable\n"
                         "M=5 P=0 G=1 30: GoID=1 Running->Runnable Reason=\"runtime.Gosched\"\n"
                         "M=5 P=0 G=2 31: GoID=2 Runnable->Running\n"
                         "M=5 P=0 G=2 32: Label Label=\"\" Resource=Goroutine(2)\n"},
        /* 0 is a thread like others. */
        {21,
         {{3, 10, WIRE_V1_PROC_START, {5}}, {3, 11, WIRE_V1_PROC_STOP}, {3, 12, WIRE_V1_PROC_START, {0}}},
         "M=5 P=3 G=-1 0: ProcID=3 Undetermined->Running\n"
         "M=5 P=3 G=-1 1: ProcID=3 Running->Idle\n"
         "M=0 P=3 G=-1 2: ProcID=3 Idle->Running\n"},
    };
    (void)state;
    v1_check_scenarios(scenarios, COUNT_OF(scenarios));
}

/* ---- transitions ---- */

/* Whether a syscall blocks is seen from what the goroutine does next, whatever others do meanwhile. */
static void syscalls(void **state)
{
    static const struct v1_scenario scenarios[] = {
        {21,
         {V1_G1_RUNS,
          {0, 20, WIRE_V1_GO_SYSCALL, {K_F_G}},
          {1, 21, WIRE_V1_HEAP_ALLOC, {1}},
          {0, 22, WIRE_V1_GO_SYSCALL_BLOCK},
          {0, 23, WIRE_V1_PROC_STOP},
          {-1, 30, WIRE_V1_GO_SYSCALL_EXIT, {1, 2, 0}}},
         V1_G1_RUNS_TEXT "M=5 P=0 G=1 10: GoID=1 Running->Syscall @100 200 >100 200\n"
                         "M=-1 P=1 G=-1 11: Metric Name=\"/memory/classes/heap/objects:bytes\" Value=Value{Uint64(1)}\n"
                         "M=5 P=0 G=-1 13: ProcID=0 Running->Idle\n"
                         "M=-1 P=1000003 G=1 20: GoID=1 Syscall->Runnable\n"},
        /* Anything else in between, even a sample, and it did not block. */
        {19,
         {V1_G1_RUNS,
          {0, 20, WIRE_V1_GO_SYSCALL, {K_F_G}},
          {0, 21, WIRE_V1_CPU_SAMPLE, {25, 0, 1, K_F}},
          {0, 30, WIRE_V1_GO_SYSCALL_BLOCK}},
         V1_G1_RUNS_TEXT "M=5 P=0 G=1 10: GoID=1 Running->Syscall @100 200 >100 200\n"
                         "M=5 P=0 G=1 11: GoID=1 Syscall->Running\n"
                         "M=-1 P=0 G=1 15: StackSample @100\n"},
        /* The end pushes what comes at the same time. */
        {21,
         {V1_G1_RUNS, {0, 20, WIRE_V1_GO_SYSCALL, {K_F}}, {0, 20, WIRE_V1_GO_SYSCALL, {K_G}}, {0, 20, WIRE_V1_GO_END}},
         V1_G1_RUNS_TEXT "M=5 P=0 G=1 10: GoID=1 Running->Syscall @100 >100\n"
                         "M=5 P=0 G=1 11: GoID=1 Syscall->Running\n"
                         "M=5 P=0 G=1 12: GoID=1 Running->Syscall @300 >300\n"
                         "M=5 P=0 G=1 13: GoID=1 Syscall->Running\n"
                         "M=5 P=0 G=1 14: GoID=1 Running->NotExist\n"},
    };
    (void)state;
    v1_check_scenarios(scenarios, COUNT_OF(scenarios));
}

static void reasons(void **state)
{
    static const struct {
        uint8_t type;
        const char *text;
    } cases[] = {
        {WIRE_V1_GO_STOP, "Running->Waiting Reason=\"forever\" @100 >100"},
        {WIRE_V1_GO_SCHED, "Running->Runnable Reason=\"runtime.Gosched\" @100 >100"},
        {WIRE_V1_GO_PREEMPT, "Running->Runnable Reason=\"preempted\" @100 >100"},
        {WIRE_V1_GO_SLEEP, "Running->Waiting Reason=\"sleep\" @100 >100"},
        {WIRE_V1_GO_BLOCK, "Running->Waiting @100 >100"},
        {WIRE_V1_GO_BLOCK_SEND, "Running->Waiting Reason=\"chan send\" @100 >100"},
        {WIRE_V1_GO_BLOCK_RECV, "Running->Waiting Reason=\"chan receive\" @100 >100"},
        {WIRE_V1_GO_BLOCK_SELECT, "Running->Waiting Reason=\"select\" @100 >100"},
        {WIRE_V1_GO_BLOCK_SYNC, "Running->Waiting Reason=\"sync\" @100 >100"},
        {WIRE_V1_GO_BLOCK_COND, "Running->Waiting Reason=\"sync.(*Cond).Wait\" @100 >100"},
        {WIRE_V1_GO_BLOCK_NET, "Running->Waiting Reason=\"network\" @100 >100"},
        {WIRE_V1_GO_BLOCK_GC, "Running->Waiting Reason=\"GC mark assist wait for work\" @100 >100"},
        {WIRE_V1_GO_END, "Running->NotExist"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct v1_step steps[] = {V1_G1_RUNS, {0, 20, cases[i].type, {K_F}}, {0}};
        struct base_mapping file = v1_write(21, steps);
        struct base_text text = {0}, expected = {0};
        v1_render(&file, &text);
        base_text_format(&expected, V1_G1_RUNS_TEXT "M=5 P=0 G=1 10: GoID=1 %s\n", cases[i].text);
        test_assert_text(&text, base_text_cstring(&expected));
        base_text_release(&text);
        base_text_release(&expected);
        test_mapping_free(&file);
    }
}

/* Each goroutine alive has a slot of its own, from its first mention to its end. */
static void slots(void **state)
{
    static const struct v1_step steps[] = {
        V1_G1_RUNS,
        {0, 20, WIRE_V1_GO_CREATE, {2}},
        {0, 21, WIRE_V1_GO_END},
        {0, 22, WIRE_V1_GO_START_LOCAL, {2}},
        {0, 23, WIRE_V1_GO_CREATE, {3}},
        {0},
    };
    struct base_mapping file = v1_write(21, steps);
    struct base_error error = BASE_NO_ERROR;
    struct order_reader *reader = order_reader_new(&file, ORDER_STOP_AT_DAMAGE, &error);
    struct order_block block;
    uint32_t slot_of[4] = {ORDER_NO_SLOT, ORDER_NO_SLOT, ORDER_NO_SLOT, ORDER_NO_SLOT};
    (void)state;
    while (order_reader_next(reader, &block, &error) == ORDER_EVENTS) {
        for (size_t i = 0; i < block.count; i++) {
            const struct order_event *event = &block.events[i];
            if (event->kind != ORDER_GO_TRANSITION)
                continue;
            assert_in_range(event->resource, 1, 3);
            if (slot_of[event->resource] != ORDER_NO_SLOT)
                assert_int_equal(event->resource_slot, slot_of[event->resource]);
            slot_of[event->resource] = event->resource_slot;
            assert_int_equal(event->context.goroutine_slot, slot_of[event->context.goroutine.n]);
        }
    }
    assert_int_not_equal(slot_of[1], slot_of[2]);
    assert_int_equal(slot_of[1], slot_of[3]); /* used again */
    order_reader_free(reader);
    test_mapping_free(&file);
}

/* ---- ranges, tasks, regions, logs ---- */

static void ranges(void **state)
{
    static const struct v1_scenario scenarios[] = {
        {21,
         {V1_G1_RUNS,
          {0, 20, WIRE_V1_SWEEP_START, {K_F}},
          {0, 21, WIRE_V1_SWEEP_DONE, {70, 80}},
          {0, 22, WIRE_V1_MARK_ASSIST_START, {K_F_G}},
          {0, 23, WIRE_V1_MARK_ASSIST_DONE},
          {0, 24, WIRE_V1_STW_START, {9}},
          {1, 25, WIRE_V1_STW_DONE},
          {1, 26, WIRE_V1_STW_START, {1}},
          {1, 27, WIRE_V1_STW_DONE}},
         V1_G1_RUNS_TEXT
         "M=5 P=0 G=1 10: RangeBegin Name=\"GC incremental sweep\" Scope=Proc(0) @100\n"
         "M=5 P=0 G=1 11: RangeEnd Name=\"GC incremental sweep\" Scope=Proc(0) "
         "Attributes=[\"bytes swept\"=Value{Uint64(70)} \"bytes reclaimed\"=Value{Uint64(80)}]\n"
         "M=5 P=0 G=1 12: RangeBegin Name=\"GC mark assist\" Scope=Goroutine(1) @100 200\n"
         "M=5 P=0 G=1 13: RangeEnd Name=\"GC mark assist\" Scope=Goroutine(1) Attributes=[]\n"
         "M=5 P=0 G=1 14: RangeBegin Name=\"stop-the-world (GOMAXPROCS)\" Scope=Goroutine(1)\n"
         "M=-1 P=1 G=-1 15: RangeEnd Name=\"stop-the-world (GOMAXPROCS)\" Scope=Goroutine(-1) Attributes=[]\n"
         "M=-1 P=1 G=-1 16: RangeBegin Name=\"stop-the-world (GC mark termination)\" Scope=Goroutine(-1)\n"
         "M=-1 P=1 G=-1 17: RangeEnd Name=\"stop-the-world (GC mark termination)\" Scope=Goroutine(-1) "
         "Attributes=[]\n"},
        /* What a sweep did is not said before header 1.9. */
        {8,
         {{0, 10, WIRE_V1_SWEEP_START}, {0, 11, WIRE_V1_SWEEP_DONE}},
         "M=-1 P=0 G=-1 0: RangeBegin Name=\"GC incremental sweep\" Scope=Proc(0)\n"
         "M=-1 P=0 G=-1 1: RangeEnd Name=\"GC incremental sweep\" Scope=Proc(0) "
         "Attributes=[\"bytes swept\"=Value{Uint64(0)} \"bytes reclaimed\"=Value{Uint64(0)}]\n"},
    };
    (void)state;
    v1_check_scenarios(scenarios, COUNT_OF(scenarios));
}

static void reasons_to_stop_the_world(void **state)
{
    static const char *const names[] = {
        "",
        "GC mark termination",
        "GC sweep termination",
        "write heap dump",
        "goroutine profile",
        "goroutine profile cleanup",
        "all goroutine stack trace",
        "read mem stats",
        "AllThreadsSyscall",
        "GOMAXPROCS",
        "start trace",
        "stop trace",
        "CountPagesInUse (test)",
        "ReadMetricsSlow (test)",
        "ReadMemStatsSlow (test)",
        "PageCachePagesLeaked (test)",
        "ResetDebugLog (test)",
        "",
        "",
    };
    static const char *const old_names[] = {"GC mark termination", "GC sweep termination", "", ""};
    (void)state;
    for (int version = 9; version <= 21; version++) {
        if (version > 11 && version != 19 && version != 21)
            continue;
        for (int kind = -1; kind < (int)(version == 21 ? COUNT_OF(names) : COUNT_OF(old_names)); kind++) {
            const struct v1_step steps[] = {{0, 10, WIRE_V1_STW_START, {kind}}, {0, 11, WIRE_V1_STW_DONE}, {0}};
            struct base_mapping file = v1_write(version, steps);
            struct base_text text = {0}, expected = {0};
            const char *name = version < 10   ? old_names[0]
                               : kind < 0     ? ""
                               : version < 21 ? old_names[kind]
                                              : names[kind];
            v1_render(&file, &text);
            base_text_format(&expected,
                             "M=-1 P=0 G=-1 0: RangeBegin Name=\"stop-the-world (%s)\" Scope=Goroutine(-1)\n"
                             "M=-1 P=0 G=-1 1: RangeEnd Name=\"stop-the-world (%s)\" Scope=Goroutine(-1) "
                             "Attributes=[]\n",
                             name, name);
            test_assert_text(&text, base_text_cstring(&expected));
            base_text_release(&text);
            base_text_release(&expected);
            test_mapping_free(&file);
        }
    }
}

static void annotations(void **state)
{
    static const struct v1_scenario scenarios[] = {
        /* A task without a parent has none when it begins, and 0 when it ends; an unknown one has nothing. */
        {11,
         {V1_G1_RUNS,
          {0, 20, WIRE_V1_TASK_CREATE, {7, 0, S_ALPHA, K_F}},
          {0, 21, WIRE_V1_TASK_CREATE, {8, 7, S_BETA, K_G}},
          {0, 22, WIRE_V1_TASK_END, {7, K_G}},
          {0, 23, WIRE_V1_TASK_END, {8, K_F}},
          {0, 24, WIRE_V1_TASK_END, {8}},
          {0, 25, WIRE_V1_TASK_CREATE, {9, 9, 99}}},
         V1_G1_RUNS_TEXT "M=5 P=0 G=1 10: TaskBegin ID=7 Parent=18446744073709551615 Type=\"alpha\" @100\n"
                         "M=5 P=0 G=1 11: TaskBegin ID=8 Parent=7 Type=\"beta\" @300\n"
                         "M=5 P=0 G=1 12: TaskEnd ID=7 Parent=0 Type=\"alpha\" @300\n"
                         "M=5 P=0 G=1 13: TaskEnd ID=8 Parent=7 Type=\"beta\" @100\n"
                         "M=5 P=0 G=1 14: TaskEnd ID=8 Parent=18446744073709551615 Type=\"\"\n"
                         "M=5 P=0 G=1 15: TaskBegin ID=9 Parent=9 Type=\"\"\n"},
        {21,
         {V1_G1_RUNS,
          {0, 20, WIRE_V1_REGION, {7, 0, S_ALPHA, K_F}},
          {0, 21, WIRE_V1_LOG, {7, S_BETA, K_G}, .text = "hello"},
          {0, 22, WIRE_V1_LOG, {0, 99, 99}, .text = ""},
          {0, 23, WIRE_V1_REGION, {7, 1, S_ALPHA, K_G}}},
         V1_G1_RUNS_TEXT "M=5 P=0 G=1 10: RegionBegin Task=7 Type=\"alpha\" @100\n"
                         "M=5 P=0 G=1 11: Log Task=7 Category=\"beta\" Message=\"hello\" @300\n"
                         "M=5 P=0 G=1 12: Log Task=0 Category=\"\" Message=\"\"\n"
                         "M=5 P=0 G=1 13: RegionEnd Task=7 Type=\"alpha\" @300\n"},
    };
    (void)state;
    v1_check_scenarios(scenarios, COUNT_OF(scenarios));
}

/* ---- stacks ---- */

/* Header 1.5 has the address of a goroutine's function, and addresses alone: they are their own names. */
static void addresses_of_header_5(void **state)
{
    static const struct v1_scenario scenario = {
        5,
        {V1_G1_RUNS, {0, 20, WIRE_V1_GO_CREATE, {2, 0x777, K_F_G}}, {0, 21, WIRE_V1_GO_BLOCK, {99}}},
        V1_G1_RUNS_TEXT "M=5 P=0 G=1 10: GoID=2 NotExist->Runnable @100 200 >778\n"
                        "M=5 P=0 G=1 11: GoID=1 Running->Waiting\n"};
    (void)state;
    v1_check_scenarios(&scenario, 1);
    struct base_mapping file = v1_write(5, scenario.steps);
    struct base_error error = BASE_NO_ERROR;
    struct order_reader *reader = order_reader_new(&file, ORDER_STOP_AT_DAMAGE, &error);
    struct order_block block;
    size_t created = 0;
    while (order_reader_next(reader, &block, &error) == ORDER_EVENTS) {
        const struct order_symbols *symbols = order_reader_symbols(reader);
        for (size_t i = 0; i < block.count; i++) {
            if (block.events[i].kind != ORDER_GO_TRANSITION || block.events[i].from != ORDER_NOT_EXIST)
                continue;
            const struct order_frame *leaf = order_stack_frame(symbols, block.events[i].stack, 0);
            const struct order_frame *entry = order_stack_frame(symbols, block.events[i].transition_stack, 0);
            assert_true(base_str_is(order_string(symbols, leaf->func), "0x100"));
            assert_true(base_str_is(order_string(symbols, leaf->file), ""));
            assert_true(base_str_is(order_string(symbols, entry->func), "0x778"));
            created++;
        }
    }
    assert_int_equal(created, 1);
    order_reader_free(reader);
    test_mapping_free(&file);
}

static void deepest_stack(void **state)
{
    struct v1_writer writer;
    struct base_error error = BASE_NO_ERROR;
    struct order_block block;
    (void)state;
    v1_begin(&writer, 21);
    v1_step(&writer, &(struct v1_step){0, 10, WIRE_V1_GC_START, {0, 5}, 0, NULL});
    v1_stack(&writer, 5, NULL, WIRE_V1_MAX_FRAMES);
    v1_frequency(&writer, V1_FREQUENCY);
    struct base_mapping file = v1_finish(&writer);
    struct order_reader *reader = order_reader_new(&file, ORDER_STOP_AT_DAMAGE, &error);
    assert_int_equal(order_reader_next(reader, &block, &error), ORDER_EVENTS);
    assert_int_equal(block.count, 2);
    const struct order_symbols *symbols = order_reader_symbols(reader);
    assert_int_equal(order_stack_depth(symbols, block.events[1].stack), WIRE_V1_MAX_FRAMES);
    assert_int_equal(order_stack_root(symbols, block.events[1].stack)->pc, WIRE_V1_MAX_FRAMES);
    order_reader_free(reader);
    test_mapping_free(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(prologue),      cmocka_unit_test(syncs_at_both_ends),
        cmocka_unit_test(empty_trace),   cmocka_unit_test(blocks),
        cmocka_unit_test(contexts),      cmocka_unit_test(syscalls),
        cmocka_unit_test(reasons),       cmocka_unit_test(slots),
        cmocka_unit_test(ranges),        cmocka_unit_test(reasons_to_stop_the_world),
        cmocka_unit_test(annotations),   cmocka_unit_test(addresses_of_header_5),
        cmocka_unit_test(deepest_stack),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
