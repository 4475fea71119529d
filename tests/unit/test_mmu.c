/* Mutator utilisation of traces whose figures were worked out by hand; test_mmu_random.c has random ones. */
#include "gc_log.h"
#include "salvage.h"

#include "analyze/mmu.h"
#include "output/mmu.h"

#include <math.h>
#include <stdlib.h>

/* ---- utilisation as text ---- */

/* "10:1 20:0.5 30:0", and with PER_PROC the processors: "; P0 10-30 lost 12-15". */
static void render(struct base_text *out, const struct analyze_utilization *u)
{
    for (size_t i = 0; i < u->steps.count; i++)
        base_text_format(out, "%s%lld:%.3g", i ? " " : "", (long long)u->steps.at[i].time_ns, u->steps.at[i].util);
    for (size_t i = 0; i < u->procs.count && u->flags & ANALYZE_UTIL_PER_PROC; i++) {
        const struct analyze_util_proc *proc = &u->procs.at[i];
        if (proc->id < 0)
            base_text_format(out, "; %d others", (int)proc->count);
        else
            base_text_format(out, "; P%d", (int)proc->id);
        base_text_format(out, " %lld-%lld", (long long)proc->start_ns, (long long)proc->end_ns);
        for (size_t k = 0; k < proc->busy_count; k++) {
            const struct analyze_util_busy *busy = &u->busy.at[proc->busy_first + k];
            base_text_format(out, "%s%lld-%lld", k ? "," : " lost ", (long long)busy->start_ns,
                             (long long)busy->end_ns);
        }
    }
}

static void check_utilization(const struct analyze_collector *collector, unsigned flags, enum analyze_util_rules rules,
                              const char *expected)
{
    struct analyze_utilization u;
    struct base_text text = {0};
    analyze_utilization_make(&u, collector, flags, rules);
    render(&text, &u);
    test_assert_text(&text, expected);
    base_text_release(&text);
    analyze_utilization_release(&u);
}

/* ---- traces ---- */

/* Strings after those of every generation. */
enum { S_SWEEP_TERMINATION = S_FILE + 1, S_READ_MEM, S_DEDICATED, S_FRACTIONAL, S_IDLE, S_NOT_GC };

static const char *const strings[] = {
    "GC sweep termination", "read mem stats", "GC (dedicated)", "GC (fractional)", "GC (idle)", "GCX", NULL};

static void collect_from(struct analyze_collector *collector, const struct base_mapping *file)
{
    struct base_error error = BASE_NO_ERROR;
    struct model_pass pass;
    assert_true(model_pass_begin(&pass, file, &error));
    analyze_collector_init(collector);
    model_pass_run(&pass, &(struct model_sink){analyze_collector_add, collector}, 1, NULL);
    model_pass_release(&pass);
}

static void collect(struct analyze_collector *collector, const struct step *steps)
{
    struct base_mapping file = test_write_with(WIRE_GO_1_26, steps, strings);
    collect_from(collector, &file);
    test_mapping_free(&file);
}

/* Thread 1 runs goroutine 1 on processor 0, thread 2 goroutine 2 on processor 1; the trace begins at 1. */
#define RUN_BOTH                                                                                                       \
    {1, 10, WIRE_PROC_STATUS, {0, 1}}, {1, 11, WIRE_GO_STATUS, {1, 1, 2}}, {1, 12, WIRE_PROCS_CHANGE, {2}},            \
        {2, 13, WIRE_PROC_STATUS, {1, 1}},                                                                             \
    {                                                                                                                  \
        2, 14, WIRE_GO_STATUS,                                                                                         \
        {                                                                                                              \
            2, 2, 2                                                                                                    \
        }                                                                                                              \
    }

static void stops_of_the_world(void **state)
{
    static const struct step steps[] = {
        RUN_BOTH,
        {1, 20, WIRE_STW_BEGIN, {S_SWEEP_TERMINATION}},
        {1, 30, WIRE_STW_END},
        {1, 40, WIRE_STW_BEGIN, {S_READ_MEM}},
        {1, 50, WIRE_STW_END},
        {1, 60, WIRE_STW_BEGIN, {S_SWEEP_TERMINATION}},
        {0},
    };
    struct analyze_collector collector;
    (void)state;
    collect(&collector, steps);
    /* The last Sync is at 61. The official series begins with GOMAXPROCS, and ends when nothing is left any more. */
    check_utilization(&collector, ANALYZE_UTIL_STW, ANALYZE_UTIL_OFFICIAL, "12:1 20:0 30:1 60:0");
    check_utilization(&collector, ANALYZE_UTIL_STW, ANALYZE_UTIL_OWN, "1:1 20:0 30:1 60:0");
    check_utilization(&collector, ALL, ANALYZE_UTIL_OFFICIAL, "12:1 20:0 30:1 60:0; 2 others 12-60");
    check_utilization(&collector, ALL, ANALYZE_UTIL_OWN, "1:1 20:0 30:1 60:0; 2 others 1-61");
    check_utilization(&collector, ANALYZE_UTIL_ASSIST, ANALYZE_UTIL_OWN, "1:1 61:0");
    analyze_collector_release(&collector);
}

static void workers(void **state)
{
    static const struct step steps[] = {
        RUN_BOTH,
        {2, 20, WIRE_GO_LABEL, {S_DEDICATED}},
        {2, 30, WIRE_GO_BLOCK, {S_ALPHA}},
        {1, 40, WIRE_GO_UNBLOCK, {2, 1}},
        {2, 50, WIRE_GO_START, {2, 2}},
        {2, 51, WIRE_GO_LABEL, {S_FRACTIONAL}},
        {2, 60, WIRE_GO_BLOCK, {S_ALPHA}},
        {1, 70, WIRE_GO_UNBLOCK, {2, 3}},
        {2, 80, WIRE_GO_START, {2, 4}},
        {2, 81, WIRE_GO_LABEL, {S_IDLE}},
        {2, 90, WIRE_GO_BLOCK, {S_ALPHA}},
        {1, 100, WIRE_GO_LABEL, {S_NOT_GC}},
        {0},
    };
    struct analyze_collector collector;
    (void)state;
    collect(&collector, steps);
    /* Q: started again at 50, the worker is counted, and counted once more at 51; so it seems to work on at 60. */
    check_utilization(&collector, ANALYZE_UTIL_DEFAULT, ANALYZE_UTIL_OFFICIAL, "12:1 20:0.5 30:1 50:0.5 101:0");
    check_utilization(&collector, ANALYZE_UTIL_DEFAULT, ANALYZE_UTIL_OWN, "1:1 20:0.5 30:1 51:0.5 60:1 101:0");
    /* A dedicated worker takes no one's turn on its processor. The official tool counts at 51 the first time. */
    check_utilization(&collector, ALL, ANALYZE_UTIL_OFFICIAL, "12:1; P1 12-101 lost 51-60,80-90; 1 others 12-101");
    check_utilization(&collector, ALL, ANALYZE_UTIL_OWN, "1:1; P1 1-101 lost 51-60; 1 others 1-101");
    check_utilization(&collector, ANALYZE_UTIL_STW, ANALYZE_UTIL_OFFICIAL, "12:1 101:0");
    analyze_collector_release(&collector);
}

static void assists_and_sweeps(void **state)
{
    static const struct step steps[] = {
        RUN_BOTH,
        {1, 20, WIRE_GC_MARK_ASSIST_BEGIN},
        {2, 25, WIRE_GC_SWEEP_BEGIN},
        {1, 30, WIRE_GO_BLOCK, {S_ALPHA}},
        {2, 35, WIRE_GC_SWEEP_END, {8192, 0}},
        {2, 40, WIRE_GO_BLOCK, {S_ALPHA}},
        {1, 41, WIRE_GO_UNBLOCK, {1, 1}},
        {2, 45, WIRE_GO_START, {1, 2}},
        {2, 50, WIRE_GC_MARK_ASSIST_END},
        {0},
    };
    struct analyze_collector collector;
    (void)state;
    collect(&collector, steps);
    /* An assist counts while it runs, wherever: on processor 0 to 30, on processor 1 from 45. */
    check_utilization(&collector, ALL & ~(unsigned)ANALYZE_UTIL_PER_PROC, ANALYZE_UTIL_OWN,
                      "1:1 20:0.5 25:0 30:0.5 35:1 45:0.5 50:1 51:0");
    check_utilization(&collector, ALL, ANALYZE_UTIL_OWN, "1:1; P0 1-51 lost 20-30; P1 1-51 lost 25-35,45-50");
    check_utilization(&collector, ALL, ANALYZE_UTIL_OFFICIAL, "12:1; P0 12-51 lost 20-30; P1 12-51 lost 25-35,45-50");
    check_utilization(&collector, ANALYZE_UTIL_PER_PROC | ANALYZE_UTIL_SWEEP, ANALYZE_UTIL_OWN,
                      "1:1; P1 1-51 lost 25-35; 1 others 1-51");
    check_utilization(&collector, ANALYZE_UTIL_ASSIST, ANALYZE_UTIL_OFFICIAL, "12:1 20:0.5 30:1 45:0.5 50:1 51:0");
    analyze_collector_release(&collector);
}

/* What is under way when the trace begins is told when its goroutine or processor is first met. */
static void what_began_before(void **state)
{
    static const struct step steps[] = {
        {1, 10, WIRE_PROC_STATUS, {0, 1}},
        {1, 11, WIRE_GO_STATUS, {1, 1, 2}},
        {1, 12, WIRE_PROCS_CHANGE, {2}},
        {1, 20, WIRE_STW_BEGIN, {S_SWEEP_TERMINATION}},
        {1, 30, WIRE_STW_END},
        {2, 40, WIRE_PROC_STATUS, {1, 1}},
        {2, 41, WIRE_GO_STATUS, {2, 2, 2}},
        {2, 42, WIRE_GC_MARK_ASSIST_ACTIVE, {2}},
        {2, 45, WIRE_GO_STATUS, {3, -1, 4}}, /* waits */
        {2, 46, WIRE_GC_MARK_ASSIST_ACTIVE, {3}},
        {2, 50, WIRE_GO_BLOCK, {S_ALPHA}},
        {1, 60, STEP_GENERATION},
        {1, 61, WIRE_PROC_STATUS, {0, 1}},
        {1, 62, WIRE_GO_STATUS, {1, 1, 2}},
        {1, 63, WIRE_GO_STATUS, {2, -1, 4}},
        {1, 64, WIRE_GC_MARK_ASSIST_ACTIVE, {2}}, /* only confirms */
        {0},
    };
    struct analyze_collector collector;
    (void)state;
    collect(&collector, steps);
    check_utilization(&collector, ANALYZE_UTIL_DEFAULT, ANALYZE_UTIL_OWN, "1:0.5 20:0 30:0.5 50:1 65:0");
    check_utilization(&collector, ANALYZE_UTIL_DEFAULT | ANALYZE_UTIL_PER_PROC, ANALYZE_UTIL_OWN,
                      "1:1 20:0 30:1; P1 1-65 lost 1-50; 1 others 1-65");
    /* Q: the one that waits is counted on the processor that tells of it, and, as the one who tells does run, ever
     * since the trace began. */
    check_utilization(&collector, ANALYZE_UTIL_DEFAULT, ANALYZE_UTIL_OFFICIAL, "12:0 20:0 30:0 46:0.5 65:0");
    check_utilization(&collector, ANALYZE_UTIL_DEFAULT | ANALYZE_UTIL_PER_PROC, ANALYZE_UTIL_OFFICIAL,
                      "12:1 20:0 30:1; P1 12-42 lost 42-65; 1 others 12-65");
    analyze_collector_release(&collector);
}

/* Without GOMAXPROCS there are as many processors as were seen. */
static void unknown_processors(void **state)
{
    static const struct step steps[] = {
        {1, 10, WIRE_PROC_STATUS, {3, 1}},
        {1, 11, WIRE_GO_STATUS, {1, 1, 2}},
        {1, 20, WIRE_GC_MARK_ASSIST_BEGIN},
        {1, 30, WIRE_GC_MARK_ASSIST_END},
        {0},
    };
    struct analyze_collector collector;
    struct analyze_utilization u;
    (void)state;
    collect(&collector, steps);
    check_utilization(&collector, ANALYZE_UTIL_DEFAULT, ANALYZE_UTIL_OFFICIAL, "");
    check_utilization(&collector, ANALYZE_UTIL_DEFAULT, ANALYZE_UTIL_OWN, "1:1 20:0.75 30:1 31:0");
    analyze_utilization_make(&u, &collector, ANALYZE_UTIL_DEFAULT, ANALYZE_UTIL_OFFICIAL);
    assert_true(minimum(&u, 10) == 1 && minimum(&u, 0) == 0);
    assert_int_equal(analyze_utilization_series(&u), 0);
    analyze_utilization_release(&u);
    analyze_collector_release(&collector);
}

/* Of a damaged trace all that can be read counts. */
static void damage(void **state)
{
    static const struct step steps[] = {
        RUN_BOTH,
        {1, 20, WIRE_STW_BEGIN, {S_SWEEP_TERMINATION}},
        {1, 30, WIRE_STW_END},
        {1, 40, STEP_GENERATION},
        {1, 41, WIRE_PROC_STATUS, {0, 1}},
        {1, 42, WIRE_GO_STATUS, {1, 1, 2}},
        {1, 50, WIRE_STW_BEGIN, {S_SWEEP_TERMINATION}},
        {1, 60, WIRE_GC_SWEEP_END}, /* of no sweep */
        {0},
    };
    struct analyze_collector collector;
    (void)state;
    collect(&collector, steps);
    check_utilization(&collector, ANALYZE_UTIL_STW, ANALYZE_UTIL_OWN, "1:1 20:0 30:1 50:0");
    analyze_collector_release(&collector);
}

/* Where events are missing series end; what is told of behind the gap has been going on since its end. */
static void a_gap(void **state)
{
    static const struct step steps[] = {
        {1, 1010, WIRE_PROC_STATUS, {0, 1}},
        {1, 1011, WIRE_GO_STATUS, {1, 1, 2}},
        {1, 1012, WIRE_PROCS_CHANGE, {2}},
        {1, 1020, WIRE_GC_MARK_ASSIST_BEGIN},
        {1, 1100, WIRE_HEAP_ALLOC, {5}},
        {1, 0, STEP_FLUSH},
        {1, 1200, WIRE_GC_MARK_ASSIST_END},
        {1, 0, STEP_FLUSH},
        {1, 2000, STEP_GENERATION},
        {1, 2010, WIRE_PROC_STATUS, {0, 1}},
        {1, 2011, WIRE_GO_STATUS, {1, 1, 2}},
        {1, 2012, WIRE_GC_MARK_ASSIST_ACTIVE, {1}},
        {1, 2020, WIRE_GC_MARK_ASSIST_END},
        {1, 2099, WIRE_HEAP_ALLOC, {5}},
        {0},
    };
    struct analyze_collector collector;
    struct analyze_utilization u;
    struct base_mapping file = test_write(WIRE_GO_1_26, steps);
    struct batch_places places = find_batches(&file);
    (void)state;
    memset(bytes_of(&file) + places.list.at[2].begin, 0xff, places.list.at[2].end - places.list.at[2].begin);
    base_vec_release(&places.list);
    collect_from(&collector, &file);
    check_utilization(&collector, ANALYZE_UTIL_ASSIST, ANALYZE_UTIL_OWN, "1:1 1020:0.5 1100:0 2000:0.5 2020:1 2100:0");
    check_utilization(&collector, ANALYZE_UTIL_ASSIST | ANALYZE_UTIL_PER_PROC, ANALYZE_UTIL_OWN,
                      "1:1 2000:1; P0 1-1100 lost 1020-1100; 1 others 1-1100; P0 2000-2100 lost 2000-2020; "
                      "1 others 2000-2100");
    analyze_utilization_make(&u, &collector, ANALYZE_UTIL_ASSIST | ANALYZE_UTIL_PER_PROC, ANALYZE_UTIL_OWN);
    assert_true(minimum(&u, 100) == 0.2); /* on the second stretch all of 2000 to 2100 would be 0.8 */
    assert_true(minimum(&u, 1000) == 920. / 1000 && minimum(&u, 10000) == 1019. / 1099);
    analyze_utilization_release(&u);
    analyze_collector_release(&collector);
    test_mapping_free(&file);
}

/* ---- what the collector did, written by hand ---- */

static void processors_come_and_go(void **state)
{
    struct log log = {{.last_ns = 100}};
    (void)state;
    add(&log, 1, ANALYZE_GC_PROCS, 4, NOBODY);
    add(&log, 10, ANALYZE_GC_SWEEP_BEGIN, 3, NOBODY);
    add(&log, 20, ANALYZE_GC_PROCS, 2, NOBODY); /* 2 and 3 end, 3 within its sweep */
    add(&log, 30, ANALYZE_GC_SWEEP_BEGIN, 0, NOBODY);
    add(&log, 40, ANALYZE_GC_PROCS, 4, NOBODY);
    add(&log, 50, ANALYZE_GC_SWEEP_END, 0, NOBODY);
    add(&log, 60, ANALYZE_GC_PROCS, 1, NOBODY);
    add(&log, 70, ANALYZE_GC_SWEEP_BEGIN, 1, NOBODY); /* where there is no processor */
    check_utilization(&log.collector, ANALYZE_UTIL_SWEEP, ANALYZE_UTIL_OWN,
                      "0:1 10:0.75 20:1 30:0.5 40:0.75 50:1 100:0");
    check_utilization(&log.collector, ALL, ANALYZE_UTIL_OWN,
                      "0:1; P3 0-20 lost 10-20; 1 others 0-20; P0 0-100 lost 30-50; 2 others 40-60; 1 others 0-60");
    check_utilization(&log.collector, ALL, ANALYZE_UTIL_OFFICIAL,
                      "1:1; P3 1-10 lost 10-20; 1 others 1-20; P0 1-100 lost 30-50; 2 others 40-60; 1 others 1-60");
    base_vec_release(&log.collector.events);
}

/* A hostile trace may claim any number of processors, and stop the world as often as it likes: nothing is kept for each
 * stop of each processor. */
static void many_processors_and_stops(void **state)
{
    enum { STOPS = 20000 };
    struct log log = {{.last_ns = 1000 + 10 * STOPS}};
    struct analyze_utilization u;
    (void)state;
    add(&log, 1, ANALYZE_GC_PROCS, INT64_MAX, NOBODY);
    for (int i = 0; i < STOPS; i++) {
        int64_t time_ns = 1000 + 10 * i;
        add(&log, time_ns, ANALYZE_GC_STW_BEGIN, 0, NOBODY);
        add(&log, time_ns + 1, ANALYZE_GC_SWEEP_BEGIN, i, NOBODY);
        add(&log, time_ns + 2, ANALYZE_GC_STW_END, 0, NOBODY);
        add(&log, time_ns + 4, ANALYZE_GC_SWEEP_END, i, NOBODY);
        add(&log, time_ns + 5, ANALYZE_GC_PROCS, INT64_MAX - i, NOBODY);
    }
    for (int rules = ANALYZE_UTIL_OFFICIAL; rules <= ANALYZE_UTIL_OWN; rules++) {
        analyze_utilization_make(&u, &log.collector, ALL, (enum analyze_util_rules)rules);
        assert_true(u.steps.count <= 2 * STOPS + 2 && u.busy.count == STOPS && u.procs.count <= 2 * STOPS + 1);
        /* Q: the official minimum is that of a window beyond the end. */
        if (rules == ANALYZE_UTIL_OWN)
            assert_true(minimum(&u, 4) == 0 && minimum(&u, 5) == 1. / 5 && minimum(&u, 10) == 6. / 10);
        else
            assert_true(minimum(&u, 4) == 0 && minimum(&u, 5) == 0);
        analyze_utilization_release(&u);
    }
    base_vec_release(&log.collector.events);
}

/* ---- curves by hand ---- */

/* Nothing is left from 10 to 20 and from 25 to 30, on the only processor. */
static void a_curve(void **state)
{
    struct log log = {{.last_ns = 100}};
    struct analyze_utilization u;
    struct analyze_mmu mmu;
    struct analyze_window worst[4];
    (void)state;
    add(&log, 0, ANALYZE_GC_PROCS, 1, NOBODY);
    add(&log, 10, ANALYZE_GC_STW_BEGIN, 0, NOBODY);
    add(&log, 20, ANALYZE_GC_STW_END, 0, NOBODY);
    add(&log, 25, ANALYZE_GC_STW_BEGIN, 0, NOBODY);
    add(&log, 30, ANALYZE_GC_STW_END, 0, NOBODY);
    analyze_utilization_make(&u, &log.collector, ANALYZE_UTIL_STW, ANALYZE_UTIL_OWN);
    assert_true(minimum(&u, -1) == 0 && minimum(&u, 1) == 0 && minimum(&u, 10) == 0);
    assert_true(minimum(&u, 16) == 5. / 16 && minimum(&u, 20) == 5. / 20);
    assert_true(minimum(&u, 100) == 0.85 && minimum(&u, INT64_MAX) == 0.85);
    analyze_mmu_init(&mmu, &u);
    assert_int_equal(analyze_mmu_worst(&mmu, 8, worst, 4), 2);
    assert_true(worst[0].start_ns == 10 && worst[0].util == 0 && worst[0].proc == -1);
    assert_true(worst[1].start_ns == 22 && worst[1].util == 3. / 8);
    assert_int_equal(analyze_mmu_worst(&mmu, 100, worst, 4), 1);
    assert_int_equal(analyze_mmu_worst(&mmu, 101, worst, 4), 0);
    assert_int_equal(analyze_mmu_worst(&mmu, 0, worst, 4), 0);
    analyze_mmu_release(&mmu);
    analyze_utilization_release(&u);
    base_vec_release(&log.collector.events);
}

/* Q: the window that reaches beyond the end. Of a series with n points it begins at the n-th of n bands at most. */
static void beyond_the_end(void **state)
{
    struct log log = {{.last_ns = 101}};
    struct analyze_utilization u;
    (void)state;
    add(&log, 0, ANALYZE_GC_PROCS, 1, NOBODY);
    analyze_utilization_make(&u, &log.collector, ANALYZE_UTIL_STW, ANALYZE_UTIL_OFFICIAL);
    assert_true(minimum(&u, 1) == 0); /* two bands of 51, and a third from 102 on */
    assert_true(minimum(&u, 51) == 50. / 51 && minimum(&u, 101) == 1);
    analyze_utilization_release(&u);
    analyze_utilization_make(&u, &log.collector, ANALYZE_UTIL_STW, ANALYZE_UTIL_OWN);
    assert_true(minimum(&u, 1) == 1 && minimum(&u, 51) == 1 && minimum(&u, 101) == 1);
    analyze_utilization_release(&u);
    base_vec_release(&log.collector.events);
}

/* ---- output ---- */

static const struct output_mmu_point points[] = {{1000, 0, 0.25}, {100000000, 0.1 + 0.2, 1}};
static const struct analyze_window windows[] = {{5000, 1. / 3, 2}, {1000, 0.5, -1}};

static void as_json(void **state)
{
    struct output_mmu sets[] = {
        {.flags = ANALYZE_UTIL_STW, .points = points, .count = 2, .official = true, .series = 1, .series_points = 9},
        {.flags = ANALYZE_UTIL_PER_PROC | ANALYZE_UTIL_SWEEP,
         .window_ns = 1000,
         .worst = windows,
         .worst_count = 2,
         .first_ns = 1000}};
    struct base_text text = {0};
    (void)state;
    output_mmu_json(&text, sets, 2);
    test_assert_text(&text,
                     "{\"stw\":{\"mmu\":{\"1000\":0,\"100000000\":0.30000000000000004},\"series\":1,\"points\":9,"
                     "\"exact\":{\"mmu\":{\"1000\":0.25,\"100000000\":1}}}\n"
                     ",\"perProc|sweep\":{\"exact\":{\"mmu\":{},"
                     "\"window_ns\":1000,\"worst\":[{\"start_ns\":4000,\"utilization\":0.3333333333333333,"
                     "\"proc\":2},{\"start_ns\":0,\"utilization\":0.5}]}}\n}\n");
    base_text_release(&text);
}

#define BLOCKS_4 "\xe2\x96\x88\xe2\x96\x88\xe2\x96\x88\xe2\x96\x88"
#define BLOCKS_12 BLOCKS_4 BLOCKS_4 BLOCKS_4

static void as_text(void **state)
{
    struct output_mmu set = {.flags = ANALYZE_UTIL_DEFAULT, .points = points, .count = 2};
    struct base_text text = {0};
    (void)state;
    output_mmu_text(&text, &set);
    test_assert_text(&text, "Minimum mutator utilisation of all processors, less stw, background, assist\n"
                            "Window  Minimum  |0%                   50%                  100%|\n"
                            "1.00\xc2\xb5s    25.0%  |" BLOCKS_12 "\n"
                            " 100ms   100.0%  |" BLOCKS_12 BLOCKS_12 BLOCKS_12 BLOCKS_12 "\n");
    text.size = 0;
    set = (struct output_mmu){.flags = ANALYZE_UTIL_PER_PROC | ANALYZE_UTIL_STW,
                              .points = points,
                              .count = 1,
                              .window_ns = 1000,
                              .worst = windows,
                              .worst_count = 2,
                              .first_ns = 1000};
    output_mmu_text(&text, &set);
    test_assert_text(&text, "Minimum mutator utilisation of each processor, less stw\n"
                            "Window  Minimum  |0%                   50%                  100%|\n"
                            "1.00\xc2\xb5s    25.0%  |" BLOCKS_12 "\n"
                            "\nThe worst windows of 1\xc2\xb5s that do not overlap\n"
                            "Begins at  Utilisation  Processor\n"
                            "      4\xc2\xb5s        33.3%          2\n"
                            "       0s        50.0%        any\n");
    text.size = 0;
    set.worst_count = 0;
    output_mmu_text(&text, &set);
    assert_non_null(
        strstr(base_text_cstring(&text), "\nThe worst windows of 1\xc2\xb5s: none in which anything is lost\n"));
    text.size = 0;
    set.count = 0;
    output_mmu_text(&text, &set);
    test_assert_text(&text, "The trace tells of no processors.\n");
    base_text_release(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stops_of_the_world),
        cmocka_unit_test(workers),
        cmocka_unit_test(assists_and_sweeps),
        cmocka_unit_test(what_began_before),
        cmocka_unit_test(unknown_processors),
        cmocka_unit_test(damage),
        cmocka_unit_test(a_gap),
        cmocka_unit_test(processors_come_and_go),
        cmocka_unit_test(many_processors_and_stops),
        cmocka_unit_test(a_curve),
        cmocka_unit_test(beyond_the_end),
        cmocka_unit_test(as_json),
        cmocka_unit_test(as_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
