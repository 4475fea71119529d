/* Mutator utilisation of random logs, held against a computation that looks at every nanosecond. */
#include "gc_log.h"
#include "support.h"

#include "analyze/util_spread.h"

#include <math.h>
#include <stdlib.h>

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

/* Its utilisation by kymo's rules: of a stretch of it alone, every other time. */
static void utilization_of(struct random_log *r, uint64_t seed, struct analyze_utilization *ret_u)
{
    analyze_utilization_make(ret_u, &r->log.collector, r->flags, ANALYZE_UTIL_OWN);
    if (seed % 2)
        return;
    int start_ns = below(r, r->length_ns) - 3, end_ns = start_ns + 1 + below(r, r->length_ns);
    analyze_utilization_clip(ret_u, start_ns, end_ns);
    for (int t = 0; t < r->length_ns; t++)
        if (t < start_ns || t >= end_ns)
            r->procs_at[t] = 0;
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
        utilization_of(&r, seed, &u);
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
        utilization_of(&r, seed, &u);
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
        utilization_of(&r, seed, &u);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_minima),          cmocka_unit_test(random_worst_windows),
        cmocka_unit_test(random_percentiles),     cmocka_unit_test(percentiles_have_a_bound),
        cmocka_unit_test(random_official_minima),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
