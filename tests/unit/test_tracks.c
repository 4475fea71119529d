/* Lanes that take a pass of their own, by hand: mark assists and sweeps beneath processors, CPU samples, wake-ups.
 * Random traces are in test_lanes, the official timeline in the corpus. */
#include "served.h"

#include "web/lanes.h"
#include "web/routes.h"
#include "web/tracks.h"

/* A lane as text: "10-20 s17 G5" for each slice, after the first of the trace's events. */
static void check_lane(struct web_trace *trace, const char *id, const char *expected)
{
    struct base_text text = {0};
    struct web_lane lane;
    struct model_slice slice;
    web_prepare_lane(trace, base_str_of(id));
    assert_true(web_find_lane(trace, base_str_of(id), &lane));
    for (size_t i = 0; web_lane_read(&lane, i, 1, &slice); i++) {
        goroutine_id goroutine = web_slice_goroutine(trace, &lane, slice.what);
        base_text_format(&text, "%s%lld", i ? ", " : "", (long long)slice.start_ns);
        if (slice.end_ns > slice.start_ns)
            base_text_format(&text, "-%lld", (long long)slice.end_ns);
        base_text_format(&text, " s%d G%lld", (int)slice.state, (long long)goroutine.n);
    }
    test_assert_text(&text, expected);
    base_text_release(&text);
}

static void assists_and_sweeps(void **state)
{
    static const struct step steps[] = {
        {1, 1, WIRE_PROC_STATUS, {0, 1}},
        {1, 2, WIRE_GO_STATUS, {5, 1, 2}},
        {1, 3, WIRE_GO_STATUS, {6, -1, 1}},
        {1, 10, WIRE_GC_MARK_ASSIST_BEGIN, {K_F}},
        {1, 20, WIRE_GC_SWEEP_BEGIN, {K_F}}, /* within the assist: shown instead of it */
        {1, 25, WIRE_GC_SWEEP_END, {1, 1}},
        {1, 30, WIRE_GO_STOP, {S_ALPHA, K_F}}, /* an assist goes on only while its goroutine runs */
        {1, 40, WIRE_GO_START, {6, 1}},
        {1, 50, WIRE_GO_STOP, {S_ALPHA, K_F}},
        {1, 60, WIRE_GO_START, {5, 1}},
        {1, 70, WIRE_GC_MARK_ASSIST_END},
        {1, 80, WIRE_GC_SWEEP_BEGIN, {K_F}},
        {1, 88, WIRE_GC_SWEEP_END, {1, 1}},
        {1, 90, WIRE_GO_STOP, {S_ALPHA, K_F}},
        {0},
    };
    struct web_trace trace;
    struct base_mapping file;
    (void)state;
    test_open_steps(&trace, &file, steps);
    check_lane(&trace, "c0", "10-20 s9 G5, 20-25 s17 G5, 25-30 s9 G5, 60-70 s9 G5, 80-88 s17 G5");
    test_close_steps(&trace, &file);
}

/* A sample is in the lanes of its processor, its thread and its goroutine, if it has them. */
static void samples(void **state)
{
    static const struct step steps[] = {
        {2, 1, WIRE_PROC_STATUS, {7, 1}},
        {2, 2, WIRE_GO_STATUS, {5, 2, 2}},
        {2, 20, STEP_SAMPLE, {2, 7, 5, K_F_G}},
        {2, 30, STEP_SAMPLE, {2, 7, -1, K_F}},
        {2, 40, STEP_SAMPLE, {9, -1, 5, K_F}},
        {2, 50, STEP_SAMPLE, {9, 3, 99, K_F}}, /* neither that processor nor that goroutine is there */
        {2, 60, WIRE_GO_STOP, {S_ALPHA, K_F}},
        {0},
    };
    struct web_trace trace;
    struct base_mapping file;
    (void)state;
    test_open_steps(&trace, &file, steps);
    check_lane(&trace, "xp7", "20 s18 G5, 30 s18 G-1");
    check_lane(&trace, "xg0", "20 s18 G5, 40 s18 G5");
    check_lane(&trace, "xg1", "");
    check_lane(&trace, "t0", "1-60 s1 G5");
    check_lane(&trace, "xt0", "20 s18 G5, 30 s18 G-1");
    check_lane(&trace, "t1", "");
    check_lane(&trace, "xt1", "40 s18 G5, 50 s18 G-1");
    test_ask(&trace, "/api/slice?lane=xp7&index=0", 200, "\"start_stack\":[{\"func\":\"main.f\"");
    test_ask(&trace, "/api/slice?lane=xg0&index=1", 200, "\"previous\":0,\"next\":null");
    test_ask(&trace, "/api/tracks", 200, "{\"lane\":\"p7\",\"collector\":0,\"samples\":2}");
    test_ask(&trace, "/api/threads", 200, "{\"lane\":\"t1\",\"id\":9,\"slices\":0,\"samples\":2");
    test_ask(&trace, "/api/threads?offset=1&limit=1", 200, "\"rows\":[{\"lane\":\"t1\"");
    test_close_steps(&trace, &file);
}

static void wakes(void **state)
{
    static const struct step steps[] = {
        {1, 1, WIRE_PROC_STATUS, {0, 1}},
        {1, 2, WIRE_GO_STATUS, {5, 1, 2}},
        {1, 10, WIRE_GO_BLOCK, {S_NETWORK, K_F}},
        {1, 20, WIRE_GO_UNBLOCK, {5, 1, K_NONE}}, /* by the network, whoever looks at it */
        {1, 30, WIRE_GO_START, {5, 2}},
        {1, 40, WIRE_GO_BLOCK, {S_CHAN, K_F}},
        {1, 50, WIRE_GO_UNBLOCK, {5, 3, K_NONE}}, /* nobody sends: a timer */
        {1, 60, WIRE_GO_START, {5, 4}},
        {1, 70, WIRE_GO_CREATE, {6, K_F, K_G}},
        {1, 80, WIRE_GO_BLOCK, {S_CHAN, K_F}},
        {1, 90, WIRE_GO_START, {6, 1}},
        {1, 100, WIRE_GO_UNBLOCK, {5, 5, K_G}}, /* another goroutine does */
        {1, 110, WIRE_GO_SYSCALL_BEGIN, {1, K_F}},
        {1, 120, WIRE_GO_SYSCALL_END},
        {1, 130, WIRE_GO_SYSCALL_BEGIN, {2, K_F}},
        {2, 140, WIRE_PROC_STEAL, {0, 3, 1}},
        {1, 150, WIRE_GO_SYSCALL_END_BLOCKED},
        {0},
    };
    struct web_trace trace;
    struct base_mapping file;
    (void)state;
    test_open_steps(&trace, &file, steps);
    check_lane(&trace, "net", "20 s5 G5");
    check_lane(&trace, "timers", "50 s6 G5");
    check_lane(&trace, "syscalls", "150 s8 G6");
    test_ask(&trace, "/api/slice?lane=timers&index=0", 200,
             "\"wake\":{\"created\":false,\"time_ns\":49,\"goroutine\":null");
    test_close_steps(&trace, &file);
}

/* Tasks 1, 2 (of 1) and 3 (of 2), and 4 alone, which begins before the trace. Goroutine 5 works for 1, 6 for 3, 7 for
 * none. */
static void tasks_and_logs(void **state)
{
    static const struct step steps[] = {
        {1, 1, WIRE_PROC_STATUS, {0, 1}},
        {1, 2, WIRE_GO_STATUS, {5, 1, 2}},
        {1, 3, WIRE_GO_STATUS, {6, -1, 1}},
        {1, 4, WIRE_GO_STATUS, {7, -1, 1}},
        {1, 10, WIRE_USER_TASK_BEGIN, {1, 0, S_ALPHA, K_F}},
        {1, 20, WIRE_USER_TASK_BEGIN, {2, 1, S_BETA, K_F}},
        {1, 30, WIRE_USER_LOG, {1, S_ALPHA, S_BETA, K_G}},
        {1, 40, WIRE_USER_TASK_END, {4, K_F}},
        {1, 50, WIRE_GO_STOP, {S_ALPHA, K_F}},
        {1, 60, WIRE_GO_START, {6, 1}},
        {1, 70, WIRE_USER_TASK_BEGIN, {3, 2, S_ALPHA, K_F}},
        {1, 80, WIRE_USER_TASK_END, {1, K_G}},
        {1, 90, WIRE_USER_LOG, {3, S_ALPHA, S_ALPHA, K_G}},
        {1, 100, WIRE_GO_STOP, {S_ALPHA, K_F}},
        {0},
    };
    struct web_trace trace;
    struct base_mapping file;
    (void)state;
    test_open_steps(&trace, &file, steps);
    check_lane(&trace, "k0", "10-80 s12 G5");
    check_lane(&trace, "k1", "20-101 s12 G5");
    check_lane(&trace, "k3", "1-40 s12 G-1");
    check_lane(&trace, "logs", "30 s19 G5, 90 s19 G6");
    test_ask(&trace, "/api/log?index=0", 200, "\"category\":\"alpha\",\"message\":\"beta\"");
    test_ask(&trace, "/api/slice?lane=logs&index=1", 200, "\"previous\":0,\"next\":null");
    test_ask(&trace, "/api/slice?lane=k0&index=0", 200, "\"end_stack\":[{\"func\":\"main.g\"");
    test_ask(&trace, "/api/tasks?within=1", 200, "{\"count\":3,");
    test_ask(&trace, "/api/tasks?within=2", 200, "{\"count\":2,");
    test_ask(&trace, "/api/tasks?within=4", 200, "{\"count\":1,");
    test_ask(&trace, "/api/tasks?within=9", 200, "{\"count\":0,");
    test_ask(&trace, "/api/lanes?group=goroutines&task=1", 200, "\"count\":2,");
    test_ask(&trace, "/api/lanes?group=goroutines&task=3", 200, "\"count\":1,\"rows\":[{\"lane\":\"g1\"");
    test_ask(&trace, "/api/lanes?group=goroutines&task=9", 200, "\"count\":0,");
    test_ask(&trace, "/api/lanes?group=goroutines&task=none", 200, "\"count\":1,\"rows\":[{\"lane\":\"g2\"");
    test_close_steps(&trace, &file);
}

/* A task may be said to descend from itself. */
static void circles_of_tasks(void **state)
{
    static const struct step steps[] = {
        {1, 1, WIRE_PROC_STATUS, {0, 1}},
        {1, 2, WIRE_GO_STATUS, {5, 1, 2}},
        {1, 10, WIRE_USER_TASK_BEGIN, {1, 3, S_ALPHA, K_F}},
        {1, 20, WIRE_USER_TASK_BEGIN, {2, 1, S_ALPHA, K_F}},
        {1, 30, WIRE_USER_TASK_BEGIN, {3, 2, S_ALPHA, K_F}},
        {1, 40, WIRE_USER_TASK_BEGIN, {4, 4, S_ALPHA, K_F}},
        {1, 50, WIRE_USER_TASK_BEGIN, {5, 4, S_ALPHA, K_F}},
        {0},
    };
    struct web_trace trace;
    struct base_mapping file;
    (void)state;
    test_open_steps(&trace, &file, steps);
    test_ask(&trace, "/api/tasks?within=2", 200, "{\"count\":3,");
    test_ask(&trace, "/api/tasks?within=4", 200, "{\"count\":2,");
    test_ask(&trace, "/api/tasks?within=5", 200, "{\"count\":1,");
    test_close_steps(&trace, &file);
}

/* What is no lane's id. */
static void ids(void **state)
{
    static const char *const no_ids[] = {"",   "x",  "xx",  "xgc", "xnet", "xc0", "c",
                                         "c1", "t9", "t-1", "t",   "net0", "xp1", "xt9"};
    (void)state;
    test_no_lanes(no_ids, COUNT_OF(no_ids));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(assists_and_sweeps), cmocka_unit_test(samples),          cmocka_unit_test(wakes),
        cmocka_unit_test(tasks_and_logs),     cmocka_unit_test(circles_of_tasks), cmocka_unit_test(ids),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
