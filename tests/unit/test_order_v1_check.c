/* Traces of Go 1.5 to 1.21 that make no sense: each check of go-trace-format.md, section 15.9, with its words. What the
 * order by states would refuse first stands in header 1.5, which has none.
 */
#include "v1.h"

#include <stdio.h>

/* What a trace comes to that makes no sense; times are those since the first event, at 10. */
struct senseless {
    int version;
    struct v1_step steps[V1_MOST_STEPS];
    const char *cause; /* NULL: it does make sense */
};

static void check(const struct senseless *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct base_mapping file = v1_write(cases[i].version, cases[i].steps);
        struct base_text text = {0}, expected = {0};
        v1_render(&file, &text);
        if (cases[i].cause) {
            base_text_format(&expected, "error: %s\n", cases[i].cause);
            test_assert_text(&text, base_text_cstring(&expected));
        } else {
            assert_null(strstr(base_text_cstring(&text), "error: "));
        }
        base_text_release(&text);
        base_text_release(&expected);
        test_mapping_free(&file);
    }
}

static void processors(void **state)
{
    static const struct senseless cases[] = {
        {21, {V1_G1_RUNS, {0, 20, WIRE_V1_PROC_START, {6}}}, "p 0 is running before start (time 10)"},
        {21, {V1_G1_RUNS, {1, 20, WIRE_V1_PROC_STOP}}, "p 1 is not running before stop (time 10)"},
        {21,
         {V1_G1_RUNS, {1, 20, WIRE_V1_PROC_START, {6}}, {1, 21, WIRE_V1_PROC_STOP}, {1, 22, WIRE_V1_PROC_STOP}},
         "p 1 is not running before stop (time 12)"},
        {21, {V1_G1_RUNS, {0, 20, WIRE_V1_PROC_STOP}}, "p 0 is running a goroutine 1 during stop (time 10)"},
        {21,
         {V1_G1_RUNS, {0, 20, WIRE_V1_GO_SCHED}, {0, 21, WIRE_V1_PROC_STOP}, {0, 22, WIRE_V1_PROC_START, {6}}},
         NULL},
    };
    (void)state;
    check(cases, COUNT_OF(cases));
}

/* Things that begin and end by turns. */
static void turns(void **state)
{
    static const struct senseless cases[] = {
        {21,
         {{0, 10, WIRE_V1_GC_START, {0}}, {1, 20, WIRE_V1_GC_START, {1}}},
         "previous GC is not ended before a new one (time 10)"},
        {5,
         {{0, 10, WIRE_V1_GC_START}, {1, 20, WIRE_V1_GC_START}},
         "previous GC is not ended before a new one (time 10)"},
        {21, {{0, 10, WIRE_V1_HEAP_GOAL, {1}}, {0, 20, WIRE_V1_GC_DONE}}, "bogus GC end (time 10)"},
        {21,
         {{0, 10, WIRE_V1_GC_START, {0}}, {1, 20, WIRE_V1_GC_DONE}, {1, 21, WIRE_V1_GC_DONE}},
         "bogus GC end (time 11)"},
        /* The world is stopped as a whole from header 1.10 on, before by processors. */
        {10,
         {{0, 10, WIRE_V1_STW_START, {0}}, {1, 20, WIRE_V1_STW_START, {1}}},
         "previous STW is not ended before a new one (time 10)"},
        {10, {{0, 10, WIRE_V1_STW_START, {0}}, {1, 20, WIRE_V1_STW_DONE}, {0, 30, WIRE_V1_STW_START, {0}}}, NULL},
        {10,
         {{0, 10, WIRE_V1_STW_START, {0}}, {0, 11, WIRE_V1_STW_DONE}, {1, 20, WIRE_V1_STW_DONE}},
         "bogus STW end (time 10)"},
        {9, {{0, 10, WIRE_V1_STW_START}, {1, 20, WIRE_V1_STW_START}, {0, 21, WIRE_V1_STW_DONE}}, NULL},
        {9,
         {{0, 10, WIRE_V1_STW_START}, {0, 20, WIRE_V1_STW_START}},
         "previous STW is not ended before a new one (time 10)"},
        {9, {{0, 10, WIRE_V1_STW_START}, {1, 20, WIRE_V1_STW_DONE}}, "bogus STW end (time 10)"},
        /* Processors sweep on their own, */
        {21, {{0, 10, WIRE_V1_SWEEP_START}, {1, 20, WIRE_V1_SWEEP_START}, {0, 30, WIRE_V1_SWEEP_DONE}}, NULL},
        {21,
         {{0, 10, WIRE_V1_SWEEP_START}, {0, 20, WIRE_V1_SWEEP_START}},
         "previous sweeping is not ended before a new one (time 10)"},
        {21, {{0, 10, WIRE_V1_SWEEP_START}, {1, 20, WIRE_V1_SWEEP_DONE}}, "bogus sweeping end (time 10)"},
        /* and goroutines assist; that may have begun before the trace. */
        {9,
         {V1_G1_RUNS, {0, 20, WIRE_V1_MARK_ASSIST_START}, {0, 21, WIRE_V1_MARK_ASSIST_START}},
         "previous mark assist is not ended before a new one (time 11)"},
        {9,
         {V1_G1_RUNS,
          {0, 20, WIRE_V1_MARK_ASSIST_DONE},
          {0, 21, WIRE_V1_MARK_ASSIST_START},
          {0, 22, WIRE_V1_MARK_ASSIST_DONE},
          {0, 23, WIRE_V1_MARK_ASSIST_START},
          {1, 24, WIRE_V1_MARK_ASSIST_START}},
         NULL},
    };
    (void)state;
    check(cases, COUNT_OF(cases));
}

static void goroutines(void **state)
{
    static const struct senseless cases[] = {
        {5, {V1_G1_RUNS, {0, 20, WIRE_V1_GO_WAITING, {1}}}, "g 1 is not runnable before EvGoWaiting (time 10)"},
        {5, {V1_G1_RUNS, {0, 20, WIRE_V1_GO_IN_SYSCALL, {2}}}, "g 2 is not runnable before EvGoInSyscall (time 10)"},
        {5, {V1_G1_RUNS, {0, 20, WIRE_V1_GO_CREATE, {1}}}, "g 1 already exists (time 10)"},
        {5, {V1_G1_RUNS, {0, 20, WIRE_V1_GO_CREATE, {0}}}, "g 0 already exists (time 10)"},
        {5, {V1_G1_RUNS, {0, 20, WIRE_V1_GO_END}, {0, 21, WIRE_V1_GO_CREATE, {1}}}, "g 1 already exists (time 11)"},
        {21, {V1_G1_RUNS, {0, 20, WIRE_V1_GO_CREATE, {-1}}}, "goroutine id 18446744073709551615 is none (time 10)"},
        {5, {V1_G1_RUNS, {1, 20, WIRE_V1_GO_START, {2}}}, "g 2 is not runnable before start (time 10)"},
        {5, {V1_G1_RUNS, {1, 20, WIRE_V1_GO_START, {1}}}, "g 1 is not runnable before start (time 10)"},
        {5,
         {V1_G1_RUNS, {0, 20, WIRE_V1_GO_CREATE, {2}}, {0, 21, WIRE_V1_GO_START, {2}}},
         "p 0 is already running g 1 while start g 2 (time 11)"},
        {21,
         {V1_G1_RUNS, {0, 20, WIRE_V1_GO_CREATE, {2}}, {0, 21, WIRE_V1_GO_START_LABEL, {2, 1, S_ALPHA}}},
         "p 0 is already running g 1 while start g 2 (time 11)"},
        /* Ended, or stopped for good: it cannot start, end or be woken up again. */
        {5,
         {V1_G1_RUNS, {0, 20, WIRE_V1_GO_END}, {0, 21, WIRE_V1_GO_START, {1}}},
         "g 1 is not runnable before start (time 11)"},
        {5,
         {V1_G1_RUNS, {0, 20, WIRE_V1_GO_STOP}, {0, 21, WIRE_V1_GO_START, {1}}},
         "g 1 is not runnable before start (time 11)"},
        {5,
         {V1_G1_RUNS, {0, 20, WIRE_V1_GO_STOP}, {0, 21, WIRE_V1_GO_UNBLOCK, {1}}},
         "g 1 is not waiting before unpark (time 11)"},
        /* What wakes one up must itself run, and here; goroutine 0 always does. */
        {5, {V1_G1_RUNS, {0, 20, WIRE_V1_GO_UNBLOCK, {2}}}, "g 2 is not waiting before unpark (time 10)"},
        {5,
         {V1_G1_RUNS, {0, 20, WIRE_V1_GO_BLOCK}, {1, 21, WIRE_V1_GO_UNBLOCK, {1}}, {0, 22, WIRE_V1_GO_START, {1}}},
         NULL},
        {5,
         {V1_G1_RUNS,
          {1, 14, WIRE_V1_GO_CREATE, {2}},
          {1, 15, WIRE_V1_GO_WAITING, {2}},
          {0, 20, WIRE_V1_GO_UNBLOCK, {2}, 9},
          {0, 20, WIRE_V1_GO_SCHED, {0}, 8}},
         "g 1 is not running while unpark (time 10)"},
        {5,
         {V1_G1_RUNS,
          {1, 14, WIRE_V1_GO_CREATE, {2}},
          {1, 15, WIRE_V1_GO_WAITING, {2}},
          {0, 20, WIRE_V1_GO_UNBLOCK, {2}, 10},
          {0, 20, WIRE_V1_GO_SCHED, {0}, 8},
          {1, 20, WIRE_V1_GO_START, {1}, 9}},
         "p 0 is not running g 1 while unpark (time 10)"},
        /* The goroutine of timers may run anywhere. */
        {5,
         {V1_G1_RUNS,
          {0, 13, WIRE_V1_TIMER_GOROUTINE, {1}},
          {1, 14, WIRE_V1_GO_CREATE, {2}},
          {1, 15, WIRE_V1_GO_WAITING, {2}},
          {0, 20, WIRE_V1_GO_UNBLOCK, {2}, 10},
          {0, 20, WIRE_V1_GO_SCHED, {0}, 8},
          {1, 20, WIRE_V1_GO_START, {1}, 9}},
         NULL},
        {5, {V1_G1_RUNS, {0, 20, WIRE_V1_GO_SYSCALL_EXIT, {1, 5}}}, "g 1 is not waiting during syscall exit (time 10)"},
        {5, {V1_G1_RUNS, {0, 20, WIRE_V1_GO_SYSCALL_EXIT, {2, 5}}}, "g 2 is not waiting during syscall exit (time 10)"},
    };
    (void)state;
    check(cases, COUNT_OF(cases));
}

/* What only a goroutine does that runs, and on this processor. Goroutine 0 stands for none; it may only create others.
 */
static void running_ones(void **state)
{
    static const struct {
        uint8_t type;
        const char *name;
    } cases[] = {
        {WIRE_V1_GO_END, "GoEnd"},
        {WIRE_V1_GO_STOP, "GoStop"},
        {WIRE_V1_GO_SCHED, "GoSched"},
        {WIRE_V1_GO_PREEMPT, "GoPreempt"},
        {WIRE_V1_GO_SYSCALL, "GoSysCall"},
        {WIRE_V1_GO_SYSCALL_BLOCK, "GoSysBlock"},
        {WIRE_V1_GO_SLEEP, "GoSleep"},
        {WIRE_V1_GO_BLOCK, "GoBlock"},
        {WIRE_V1_GO_BLOCK_SEND, "GoBlockSend"},
        {WIRE_V1_GO_BLOCK_RECV, "GoBlockRecv"},
        {WIRE_V1_GO_BLOCK_SELECT, "GoBlockSelect"},
        {WIRE_V1_GO_BLOCK_SYNC, "GoBlockSync"},
        {WIRE_V1_GO_BLOCK_COND, "GoBlockCond"},
        {WIRE_V1_GO_BLOCK_NET, "GoBlockNet"},
        {WIRE_V1_GO_CREATE, "GoCreate"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char not_running[80], elsewhere[80], nobody[80];
        uint8_t type = cases[i].type;
        snprintf(not_running, sizeof not_running, "g 1 is not running while %s (time 10)", cases[i].name);
        snprintf(elsewhere, sizeof elsewhere, "p 1 is not running g 1 while %s (time 10)", cases[i].name);
        snprintf(nobody, sizeof nobody, "g 0 did %s (time 10)", cases[i].name);
        /* An event belongs to the goroutine that starts before it in the file, and happens when its sequence says. */
        const struct senseless senseless[] = {
            {5,
             {V1_G1_RUNS, {0, 20, WIRE_V1_GO_SCHED, {0}, 5}, {1, 20, WIRE_V1_GO_START, {1}, 7}, {1, 20, type, {2}, 6}},
             not_running},
            {5, {V1_G1_RUNS, {1, 20, WIRE_V1_GO_START, {1}, 7}, {1, 20, type, {2}, 6}}, elsewhere},
            {5, {V1_G1_RUNS, {1, 20, type, {2}}}, type == WIRE_V1_GO_CREATE ? NULL : nobody},
            {5, {V1_G1_RUNS, {0, 20, type, {2}}}, NULL},
        };
        check(senseless, COUNT_OF(senseless));
    }
}

static void annotations(void **state)
{
    static const struct senseless cases[] = {
        {11,
         {V1_G1_RUNS, {0, 20, WIRE_V1_TASK_CREATE, {7, 0, 0}}, {0, 21, WIRE_V1_TASK_CREATE, {7, 0, 0}}},
         "task id conflicts (id:7) (time 11)"},
        {11,
         {V1_G1_RUNS,
          {0, 19, WIRE_V1_TASK_END, {7}},
          {0, 20, WIRE_V1_TASK_CREATE, {7, 0, 0}},
          {0, 21, WIRE_V1_TASK_END, {7}},
          {0, 22, WIRE_V1_TASK_CREATE, {7, 0, 0}}},
         NULL},
        {11, {V1_G1_RUNS, {0, 20, WIRE_V1_REGION, {7, 2, S_ALPHA}}}, "invalid user region mode: 2 (time 10)"},
        /* A region's end must be that of the innermost, unless that began before the trace. */
        {11, {V1_G1_RUNS, {0, 20, WIRE_V1_REGION, {7, 1, S_ALPHA}}}, NULL},
        {11,
         {V1_G1_RUNS,
          {0, 20, WIRE_V1_REGION, {7, 0, S_ALPHA}},
          {0, 21, WIRE_V1_REGION, {7, 0, S_BETA}},
          {0, 22, WIRE_V1_REGION, {7, 1, S_BETA}},
          {0, 23, WIRE_V1_REGION, {7, 1, S_ALPHA}},
          {0, 24, WIRE_V1_REGION, {7, 1, S_BETA}}},
         NULL},
        {11,
         {V1_G1_RUNS,
          {0, 20, WIRE_V1_REGION, {7, 0, S_ALPHA}},
          {0, 21, WIRE_V1_REGION, {7, 0, S_BETA}},
          {0, 22, WIRE_V1_REGION, {7, 1, S_ALPHA}}},
         "misuse of region in goroutine 1: span end {task 7, name 1} when the inner-most active span start event is "
         "{task 7, name 2} (time 12)"},
        {11,
         {V1_G1_RUNS, {0, 20, WIRE_V1_REGION, {7, 0, S_ALPHA}}, {0, 22, WIRE_V1_REGION, {8, 1, S_ALPHA}}},
         "misuse of region in goroutine 1: span end {task 8, name 1} when the inner-most active span start event is "
         "{task 7, name 1} (time 12)"},
        /* Regions are those of a goroutine. */
        {11, {V1_G1_RUNS, {0, 20, WIRE_V1_REGION, {7, 0, S_ALPHA}}, {1, 22, WIRE_V1_REGION, {8, 1, S_ALPHA}}}, NULL},
    };
    (void)state;
    check(cases, COUNT_OF(cases));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(processors),   cmocka_unit_test(turns),       cmocka_unit_test(goroutines),
        cmocka_unit_test(running_ones), cmocka_unit_test(annotations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
