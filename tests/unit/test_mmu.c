/* Mutator utilisation of traces whose figures were worked out by hand, and of random ones held against a computation
 * that looks at every nanosecond. */
#include "salvage.h"

#include "analyze/mmu.h"
#include "analyze/util_spread.h"
#include "output/mmu.h"

#include <math.h>
#include <stdlib.h>

enum { ALL = (1 << ANALYZE_UTIL_FLAGS) - 1 };

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

static double minimum(const struct analyze_utilization *u, int64_t window_ns)
{
    struct analyze_mmu mmu;
    analyze_mmu_init(&mmu, u);
    double found = analyze_mmu_minimum(&mmu, window_ns);
    analyze_mmu_release(&mmu);
    return found;
}

/* ---- traces ---- */

/* Strings after those of every generation. */
enum { S_SWEEP_TERMINATION = S_FILE + 1, S_READ_MEM, S_DEDICATED, S_FRACTIONAL, S_IDLE, S_NOT_GC };

static void intern_more(struct test_trace *trace)
{
    static const char *const strings[] = {"GC sweep termination", "read mem stats", "GC (dedicated)",
                                          "GC (fractional)",      "GC (idle)",      "GCX"};
    for (size_t i = 0; i < COUNT_OF(strings); i++)
        assert_int_equal(wire_writer_string(&trace->writer, base_str_of(strings[i])), S_SWEEP_TERMINATION + i);
}

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
    struct test_trace trace;
    test_trace_begin(&trace, WIRE_GO_1_26);
    intern_more(&trace);
    for (; steps->type; steps++) {
        test_trace_step(&trace, steps);
        if (steps->type == STEP_GENERATION)
            intern_more(&trace);
    }
    struct base_mapping file = test_trace_finish(&trace);
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

/* A collector's log, without a trace. */
struct log {
    struct analyze_collector collector;
};

static struct analyze_gc_event *add(struct log *log, int64_t time_ns, enum analyze_gc_kind kind, int64_t proc,
                                    uint32_t goroutine)
{
    struct analyze_gc_event *event = base_vec_add(&log->collector.events);
    *event = (struct analyze_gc_event){
        .time_ns = time_ns, .proc = proc, .goroutine = goroutine, .kind = (uint8_t)kind, .runs = true};
    return event;
}

#define NOBODY UINT32_MAX

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

/* ---- random ones ---- */

enum { MOST_PROCS = 4, HELPERS = 3, MOST_GAPS = 3, MOST_NS = 160, ALL_HELPERS = HELPERS * (MOST_GAPS + 1) };

/* Who assists or works, and where. */
struct actor {
    bool assists, labelled, works, dedicated;
    int proc; /* -1: it does not run */
};

/* A random log, and for each nanosecond what is lost by kymo's rules. */
struct random_log {
    struct log log;
    struct test_random random;
    int length_ns;
    unsigned flags;
    int procs;
    bool stopped, sweeps[MOST_PROCS];
    struct actor actors[HELPERS];
    uint32_t first_actor;  /* its number: behind a gap all are others */
    bool missing;          /* events are */
    int procs_at[MOST_NS]; /* GOMAXPROCS from that time to the next nanosecond; 0: in a gap */
    double lost_at[MOST_NS][MOST_PROCS];
};

static int below(struct random_log *r, int limit)
{
    return (int)test_random_below(&r->random, (uint64_t)limit);
}

static bool free_proc(const struct random_log *r, int proc)
{
    for (int i = 0; i < HELPERS; i++)
        if (r->actors[i].proc == proc)
            return false;
    return true;
}

static bool nothing_from(const struct random_log *r, int proc)
{
    for (; proc < r->procs; proc++)
        if (r->sweeps[proc] || !free_proc(r, proc))
            return false;
    return true;
}

/* An actor does something; false: it cannot. */
static bool act(struct random_log *r, int64_t time_ns, int i)
{
    struct actor *actor = &r->actors[i];
    uint32_t who = r->first_actor + (uint32_t)i;
    bool known = actor->assists || actor->labelled;
    int proc = below(r, r->procs), kind;
    if (actor->proc < 0) {
        if (!free_proc(r, proc))
            return false;
        actor->proc = proc;
        if (known)
            add(&r->log, time_ns, ANALYZE_GC_START, proc, who);
        return known;
    }
    switch (below(r, 3)) {
    case 0:
        add(&r->log, time_ns, actor->assists ? ANALYZE_GC_ASSIST_END : ANALYZE_GC_ASSIST_BEGIN, actor->proc, who);
        actor->assists = !actor->assists;
        return true;
    case 1:
        kind = ANALYZE_GC_WORKER + below(r, 3);
        add(&r->log, time_ns, (enum analyze_gc_kind)kind, actor->proc, who);
        actor->labelled = true;
        actor->works = kind != ANALYZE_GC_WORKER_IDLE;
        actor->dedicated = kind == ANALYZE_GC_WORKER_DEDICATED;
        return true;
    default:
        if (known)
            add(&r->log, time_ns, ANALYZE_GC_STOP, actor->proc, who);
        actor->works = false;
        actor->proc = -1;
        return known;
    }
}

static void end_all(struct random_log *r)
{
    r->stopped = false;
    for (int i = 0; i < MOST_PROCS; i++)
        r->sweeps[i] = false;
    for (int i = 0; i < HELPERS; i++)
        r->actors[i] = (struct actor){.proc = -1};
    r->first_actor += HELPERS;
}

static void step_randomly(struct random_log *r, int64_t time_ns)
{
    int proc = below(r, r->procs), procs;
    if (r->missing || (!below(r, 40) && r->first_actor + HELPERS < ALL_HELPERS)) {
        add(&r->log, time_ns, r->missing ? ANALYZE_GC_RESUME : ANALYZE_GC_GAP, -1, NOBODY);
        if (!r->missing)
            end_all(r);
        r->missing = !r->missing;
        return;
    }
    switch (below(r, 8)) {
    case 0:
        add(&r->log, time_ns, r->stopped ? ANALYZE_GC_STW_END : ANALYZE_GC_STW_BEGIN, 0, NOBODY);
        r->stopped = !r->stopped;
        break;
    case 1:
        add(&r->log, time_ns, r->sweeps[proc] ? ANALYZE_GC_SWEEP_END : ANALYZE_GC_SWEEP_BEGIN, proc, NOBODY);
        r->sweeps[proc] = !r->sweeps[proc];
        break;
    case 2:
        procs = 1 << below(r, 3);
        if (below(r, 3) || !nothing_from(r, procs))
            break;
        add(&r->log, time_ns, ANALYZE_GC_PROCS, r->procs = procs, NOBODY);
        break;
    case 3:
    case 4:
    case 5: act(r, time_ns, below(r, HELPERS)); break;
    default: break;
    }
}

static void note_lost(struct random_log *r, int64_t time_ns)
{
    bool per_proc = r->flags & ANALYZE_UTIL_PER_PROC;
    r->procs_at[time_ns] = r->missing ? 0 : r->procs;
    for (int p = 0; p < r->procs; p++) {
        bool lost = (r->stopped && (r->flags & ANALYZE_UTIL_STW)) || (r->sweeps[p] && (r->flags & ANALYZE_UTIL_SWEEP));
        for (int i = 0; i < HELPERS; i++) {
            const struct actor *actor = &r->actors[i];
            bool works = actor->works && !(per_proc && actor->dedicated) && (r->flags & ANALYZE_UTIL_BACKGROUND);
            lost |= actor->proc == p && (works || (actor->assists && (r->flags & ANALYZE_UTIL_ASSIST)));
        }
        r->lost_at[time_ns][p] = lost;
    }
}

/* One event a nanosecond at most; the first tells GOMAXPROCS, at 1. */
static void make_random(struct random_log *r, uint64_t seed)
{
    *r = (struct random_log){.random = {seed}};
    r->length_ns = 20 + below(r, MOST_NS - 20);
    r->flags = (unsigned)below(r, ALL + 1);
    r->procs = 1 << below(r, 3); /* shares that doubles hold exactly */
    r->log.collector.last_ns = r->length_ns;
    r->log.collector.goroutines = ALL_HELPERS;
    for (int i = 0; i < HELPERS; i++)
        r->actors[i].proc = -1;
    note_lost(r, 0);
    add(&r->log, 1, ANALYZE_GC_PROCS, r->procs, NOBODY);
    note_lost(r, 1);
    for (int64_t time_ns = 2; time_ns < r->length_ns; time_ns++) {
        step_randomly(r, time_ns);
        note_lost(r, time_ns);
    }
}

/* What a window leaves, as nanoseconds; proc -1: of all. */
static double left_in(const struct random_log *r, int proc, int from_ns, int to_ns)
{
    double left = 0;
    for (int t = from_ns; t < to_ns; t++) {
        double lost = 0;
        for (int p = 0; p < r->procs_at[t] && proc < 0; p++)
            lost += r->lost_at[t][p];
        left += 1 - (proc < 0 ? lost / r->procs_at[t] : r->lost_at[t][proc]);
    }
    return left;
}

/* Calls back with each stretch in which a processor existed; or, with -1, in which any did. */
static void each_series(const struct random_log *r, void (*call)(void *self, int proc, int first_ns, int last_ns),
                        void *self)
{
    bool per_proc = r->flags & ANALYZE_UTIL_PER_PROC;
    for (int p = 0; p < (per_proc ? MOST_PROCS : 1); p++)
        for (int t = 0, first_ns = -1; t <= r->length_ns; t++) {
            bool exists = t < r->length_ns && p < r->procs_at[t];
            if (exists && first_ns < 0)
                first_ns = t;
            if (!exists && first_ns >= 0) {
                call(self, per_proc ? p : -1, first_ns, t);
                first_ns = -1;
            }
        }
}

static void find_longest(void *self, int proc, int first_ns, int last_ns)
{
    int *longest = self;
    (void)proc;
    *longest = last_ns - first_ns > *longest ? last_ns - first_ns : *longest;
}

/* The least of all windows that overlap none of `taken`. */
struct looking {
    const struct random_log *r;
    int window_ns;
    struct analyze_window taken[4];
    size_t taken_count;
    double least;
};

static void look(void *self, int proc, int first_ns, int last_ns)
{
    struct looking *l = self;
    int window_ns = l->window_ns;
    for (int t = first_ns; t + window_ns <= last_ns; t++) {
        bool overlaps = false;
        for (size_t i = 0; i < l->taken_count; i++)
            overlaps |= t < l->taken[i].start_ns + window_ns && l->taken[i].start_ns < t + window_ns;
        double util = left_in(l->r, proc, t, t + window_ns) / window_ns;
        if (!overlaps && util < l->least)
            l->least = util;
    }
}

static void random_minima(void **state)
{
    static struct random_log r;
    (void)state;
    for (uint64_t seed = 1; seed <= 400; seed++) {
        struct analyze_utilization u;
        struct analyze_mmu mmu;
        make_random(&r, seed);
        analyze_utilization_make(&u, &r.log.collector, r.flags, ANALYZE_UTIL_OWN);
        analyze_mmu_init(&mmu, &u);
        for (int window_ns = 1; window_ns <= r.length_ns + 1; window_ns += 1 + below(&r, 8)) {
            int longest_ns = 0;
            each_series(&r, find_longest, &longest_ns);
            struct looking all = {.r = &r, .window_ns = window_ns < longest_ns ? window_ns : longest_ns, .least = 1};
            each_series(&r, look, &all);
            double found = analyze_mmu_minimum(&mmu, window_ns);
            if (fabs(found - all.least) > 1e-12)
                fail_msg("seed %d, flags %u, window %d: %.17g instead of %.17g", (int)seed, r.flags, window_ns, found,
                         all.least);
        }
        analyze_mmu_release(&mmu);
        analyze_utilization_release(&u);
        base_vec_release(&r.log.collector.events);
    }
}

/* How many windows, by where they begin, leave `util` at most. Between two nanoseconds the mean goes evenly. */
struct counting {
    const struct random_log *r;
    int window_ns, longest_ns;
    double util, below, all;
};

static void count_windows(void *self, int proc, int first_ns, int last_ns)
{
    struct counting *c = self;
    bool alone = last_ns - first_ns == c->window_ns && c->window_ns == c->longest_ns;
    for (int t = first_ns; t + c->window_ns < last_ns + alone; t++) {
        double from = left_in(c->r, proc, t, t + c->window_ns) / c->window_ns;
        double to = alone ? from : left_in(c->r, proc, t + 1, t + 1 + c->window_ns) / c->window_ns;
        double low = fmin(from, to), high = fmax(from, to);
        c->all++;
        c->below += c->util >= high ? 1 : c->util < low ? 0 : (c->util - low) / (high - low);
    }
}

static double share_below(struct counting *c, double util)
{
    c->util = util;
    c->below = c->all = 0;
    each_series(c->r, count_windows, c);
    return c->below / c->all;
}

static void random_percentiles(void **state)
{
    static const double shares[] = {0, 0.001, 0.05, 0.3, 0.5, 1};
    static const double exact = 1.5 / ANALYZE_SPREAD_CELLS;
    static struct random_log r;
    (void)state;
    for (uint64_t seed = 1; seed <= 150; seed++) {
        struct analyze_utilization u;
        make_random(&r, seed);
        analyze_utilization_make(&u, &r.log.collector, r.flags, ANALYZE_UTIL_OWN);
        struct counting c = {.r = &r};
        each_series(&r, find_longest, &c.longest_ns);
        for (int window_ns = 1; window_ns <= c.longest_ns; window_ns += 1 + below(&r, 20)) {
            double utils[COUNT_OF(shares)];
            c.window_ns = window_ns;
            assert_true(analyze_util_spread(&u, window_ns, shares, COUNT_OF(shares), utils));
            for (size_t i = 0; i < COUNT_OF(shares); i++) {
                assert_true(!i || utils[i] >= utils[i - 1]);
                if (share_below(&c, utils[i] + exact) < shares[i] - 1e-9 ||
                    share_below(&c, utils[i] - exact) > shares[i] + 1e-9)
                    fail_msg("seed %d, flags %u, window %d, share %g: %.17g", (int)seed, r.flags, window_ns, shares[i],
                             utils[i]);
            }
        }
        analyze_utilization_release(&u);
        base_vec_release(&r.log.collector.events);
    }
}

/* Too many changes are told of, not waited for. */
static void percentiles_have_a_bound(void **state)
{
    struct analyze_utilization u = {0};
    const double share = 0.5;
    double util;
    (void)state;
    assert_false(analyze_util_spread(&u, 1000, &share, 1, &util)); /* there is no series */
    base_vec_reserve(&u.procs, 600);
    base_vec_reserve(&u.steps, 600);
    for (int i = 0; i < 600; i++) {
        *base_vec_add(&u.procs) = (struct analyze_util_proc){.id = i, .count = 1, .end_ns = 10};
        *base_vec_add(&u.steps) = (struct analyze_util_step){.time_ns = i, .util = 1};
    }
    assert_false(analyze_util_can_spread(&u));
    assert_false(analyze_util_spread(&u, 1, &share, 1, &util));
    analyze_utilization_release(&u);
}

/* Whether a window is what it is said to be, of the processor or, if none is named, of any. */
static bool is_true(const struct random_log *r, const struct analyze_window *window, int window_ns)
{
    bool of_any = window->proc < 0 && (r->flags & ANALYZE_UTIL_PER_PROC);
    int start_ns = (int)window->start_ns;
    for (int p = of_any ? 0 : (int)window->proc; p < (of_any ? MOST_PROCS : (int)window->proc + 1); p++)
        if (fabs(left_in(r, p, start_ns, start_ns + window_ns) / window_ns - window->util) < 1e-12)
            return true;
    return false;
}

static void random_worst_windows(void **state)
{
    static struct random_log r;
    (void)state;
    for (uint64_t seed = 1; seed <= 300; seed++) {
        struct analyze_utilization u;
        struct analyze_mmu mmu;
        make_random(&r, seed);
        int window_ns = 1 + below(&r, r.length_ns / 3);
        struct looking rest = {.r = &r, .window_ns = window_ns};
        struct analyze_window found[COUNT_OF(rest.taken)];
        analyze_utilization_make(&u, &r.log.collector, r.flags, ANALYZE_UTIL_OWN);
        analyze_mmu_init(&mmu, &u);
        size_t count = analyze_mmu_worst(&mmu, window_ns, found, COUNT_OF(found));
        for (size_t i = 0; i <= count && i < COUNT_OF(found); i++) {
            rest.least = 1;
            each_series(&r, look, &rest);
            assert_true((i < count) == (rest.least < 1));
            if (i == count)
                break;
            assert_true(fabs(found[i].util - rest.least) < 1e-12);
            assert_true(is_true(&r, &found[i], window_ns));
            rest.taken[rest.taken_count++] = found[i];
        }
        analyze_mmu_release(&mmu);
        analyze_utilization_release(&u);
        base_vec_release(&r.log.collector.events);
    }
}

/* ---- the official rules, as section 7 and 8 of go-tool-trace-analyses.md tell them ---- */

struct plain_point {
    int64_t time_ns;
    double util;
};

struct plain_series {
    size_t count;
    struct plain_point points[MOST_NS + 2];
};

struct plain {
    struct plain_series series[MOST_NS];
    int series_count, procs, procs_to_resume, stops;
    bool begun;
    int gc[MOST_PROCS], series_of[MOST_PROCS];
    bool in_gc[ALL_HELPERS], marks[ALL_HELPERS];
};

static void plain_add(struct plain_series *series, int64_t time_ns, double util)
{
    struct plain_point *last = &series->points[series->count - 1];
    if (series->count && last->util == util)
        return;
    if (series->count && last->time_ns == time_ns) {
        last->util = fmin(last->util, util);
        return;
    }
    series->points[series->count++] = (struct plain_point){time_ns, util};
}

static void plain_procs(struct plain *plain, bool per_proc, int procs, int64_t time_ns)
{
    for (; plain->procs > procs; plain->procs--)
        if (per_proc)
            plain_add(&plain->series[plain->series_of[plain->procs - 1]], time_ns, 0);
    for (; plain->procs < procs; plain->procs++) {
        if (per_proc || !plain->begun)
            plain_add(&plain->series[plain->series_count++], time_ns, 1);
        plain->begun = true;
        plain->gc[plain->procs] = 0;
        plain->series_of[plain->procs] = plain->series_count - 1;
    }
}

/* At the end, and where events are missing. */
static void plain_end(struct plain *plain, int64_t time_ns)
{
    for (int p = 0; p < plain->procs; p++)
        plain_add(&plain->series[plain->series_of[p]], time_ns, 0);
    plain->procs_to_resume = plain->procs;
    plain->procs = plain->stops = 0;
    plain->begun = false;
}

static void plain_apply(struct plain *plain, unsigned flags, const struct analyze_gc_event *event)
{
    bool per_proc = flags & ANALYZE_UTIL_PER_PROC, assist = flags & ANALYZE_UTIL_ASSIST;
    uint32_t who = event->goroutine < ALL_HELPERS ? event->goroutine : 0;
    int change = 0;
    switch ((enum analyze_gc_kind)event->kind) {
    case ANALYZE_GC_PROCS: plain_procs(plain, per_proc, (int)event->proc, event->time_ns); return;
    case ANALYZE_GC_GAP: plain_end(plain, event->time_ns); return;
    case ANALYZE_GC_RESUME: plain_procs(plain, per_proc, plain->procs_to_resume, event->time_ns); return;
    case ANALYZE_GC_STW_BEGIN: plain->stops += (flags & ANALYZE_UTIL_STW) != 0; return;
    case ANALYZE_GC_STW_END: plain->stops -= (flags & ANALYZE_UTIL_STW) != 0; return;
    case ANALYZE_GC_SWEEP_BEGIN: change = (flags & ANALYZE_UTIL_SWEEP) != 0; break;
    case ANALYZE_GC_SWEEP_END: change = -((flags & ANALYZE_UTIL_SWEEP) != 0); break;
    case ANALYZE_GC_ASSIST_BEGIN: change = plain->in_gc[who] = assist; break;
    case ANALYZE_GC_ASSIST_END:
        change = -assist;
        plain->in_gc[who] = false;
        break;
    case ANALYZE_GC_WORKER_IDLE: return;
    case ANALYZE_GC_WORKER_DEDICATED:
        if (per_proc)
            return; /* fall through */
    case ANALYZE_GC_WORKER:
        if (!(flags & ANALYZE_UTIL_BACKGROUND))
            return;
        change = plain->marks[who] = true;
        break;
    case ANALYZE_GC_START: change = plain->in_gc[who] || plain->marks[who]; break;
    case ANALYZE_GC_STOP: change = -(plain->in_gc[who] || plain->marks[who]); break;
    }
    plain->gc[event->proc] += change;
}

static void plain_note(struct plain *plain, bool per_proc, int64_t time_ns)
{
    int busy = 0;
    for (int p = 0; p < plain->procs; p++) {
        bool lost = plain->stops > 0 || plain->gc[p] > 0;
        busy += lost;
        if (per_proc)
            plain_add(&plain->series[plain->series_of[p]], time_ns, lost ? 0 : 1);
    }
    if (!per_proc && plain->procs)
        plain_add(&plain->series[plain->series_count - 1], time_ns, 1 - (double)busy / plain->procs);
}

static void plain_make(struct plain *plain, const struct random_log *r)
{
    bool per_proc = r->flags & ANALYZE_UTIL_PER_PROC;
    *plain = (struct plain){0};
    for (size_t i = 0; i < r->log.collector.events.count; i++) {
        plain_apply(plain, r->flags, &r->log.collector.events.at[i]);
        plain_note(plain, per_proc, r->log.collector.events.at[i].time_ns);
    }
    plain_end(plain, r->length_ns);
}

static double plain_integral(const struct plain_series *series, int64_t time_ns)
{
    double sum = 0;
    for (size_t i = 0; i < series->count && series->points[i].time_ns < time_ns; i++) {
        int64_t end_ns =
            i + 1 < series->count && series->points[i + 1].time_ns < time_ns ? series->points[i + 1].time_ns : time_ns;
        sum += series->points[i].util * (double)(end_ns - series->points[i].time_ns);
    }
    return sum;
}

/* Every begin within the series, and the begin of every band whose windows are looked at. */
static double plain_minimum(const struct plain_series *series, int64_t window_ns)
{
    int64_t first_ns = series->points[0].time_ns, last_ns = series->points[series->count - 1].time_ns;
    int64_t bands = (int64_t)series->count, width_ns = (last_ns - first_ns + bands - 1) / bands;
    double least = 1;
    if (first_ns == last_ns)
        return 1;
    window_ns = window_ns < last_ns - first_ns ? window_ns : last_ns - first_ns;
    int64_t spanned = (window_ns + 2 * (width_ns - 1)) / width_ns;
    for (int64_t t = first_ns; t <= last_ns - window_ns; t++)
        least = fmin(least, (plain_integral(series, t + window_ns) - plain_integral(series, t)) / (double)window_ns);
    for (int64_t i = 0, t = first_ns; i <= bands + 1 - spanned; i++, t += width_ns)
        least = fmin(least, (plain_integral(series, t + window_ns) - plain_integral(series, t)) / (double)window_ns);
    return least;
}

static void random_official_minima(void **state)
{
    static struct random_log r;
    static struct plain plain;
    (void)state;
    for (uint64_t seed = 1; seed <= 400; seed++) {
        struct analyze_utilization u;
        struct analyze_mmu mmu;
        uint64_t points = 0;
        make_random(&r, seed);
        plain_make(&plain, &r);
        analyze_utilization_make(&u, &r.log.collector, r.flags, ANALYZE_UTIL_OFFICIAL);
        for (int i = 0; i < plain.series_count; i++)
            points += plain.series[i].count;
        assert_int_equal(analyze_utilization_series(&u), plain.series_count);
        assert_int_equal(analyze_utilization_points(&u), points);
        analyze_mmu_init(&mmu, &u);
        for (int window_ns = 1; window_ns <= r.length_ns + 1; window_ns += 1 + below(&r, 8)) {
            double least = 1, found = analyze_mmu_minimum(&mmu, window_ns);
            for (int i = 0; i < plain.series_count; i++)
                least = fmin(least, plain_minimum(&plain.series[i], window_ns));
            if (fabs(found - least) > 1e-12)
                fail_msg("seed %d, flags %u, window %d: %.17g instead of %.17g", (int)seed, r.flags, window_ns, found,
                         least);
        }
        analyze_mmu_release(&mmu);
        analyze_utilization_release(&u);
        base_vec_release(&r.log.collector.events);
    }
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
        {.flags = ANALYZE_UTIL_STW, .points = points, .count = 2, .series = 1, .series_points = 9},
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
                     ",\"perProc|sweep\":{\"mmu\":{},\"series\":0,\"points\":0,\"exact\":{\"mmu\":{},"
                     "\"window_ns\":1000,\"worst\":[{\"start_ns\":4000,\"utilization\":0.3333333333333333,"
                     "\"proc\":2},{\"start_ns\":0,\"utilization\":0.5}]}}\n}\n");
    base_text_release(&text);
}

static void as_text(void **state)
{
    struct output_mmu set = {.flags = ANALYZE_UTIL_DEFAULT, .points = points, .count = 2};
    struct base_text text = {0};
    (void)state;
    output_mmu_text(&text, &set);
    test_assert_text(&text, "Minimum mutator utilisation of all processors, less stw, background, assist\n"
                            "Window  Minimum  |0%                   50%                  100%|\n"
                            "1.00\xc2\xb5s    25.0%  |############\n"
                            " 100ms   100.0%  |################################################\n");
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
                            "1.00\xc2\xb5s    25.0%  |############\n"
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
        cmocka_unit_test(random_minima),
        cmocka_unit_test(random_worst_windows),
        cmocka_unit_test(random_percentiles),
        cmocka_unit_test(percentiles_have_a_bound),
        cmocka_unit_test(random_official_minima),
        cmocka_unit_test(a_curve),
        cmocka_unit_test(beyond_the_end),
        cmocka_unit_test(as_json),
        cmocka_unit_test(as_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
