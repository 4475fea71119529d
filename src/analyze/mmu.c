#include "analyze/mmu.h"

#include "analyze/util_edge.h"

#include <math.h>

/* ---- windows at the steps ---- */

static void tree_reserve(struct mmu_tree *tree, size_t count)
{
    tree->count = count;
    tree->ns = base_zalloc(count ? count : 1, sizeof *tree->ns);
    tree->least = base_zalloc(count ? count : 1, sizeof *tree->least);
}

static uint32_t lesser(const struct mmu_tree *tree, uint32_t a, uint32_t b)
{
    if (tree->ns[a] == tree->ns[b])
        return a < b ? a : b;
    return tree->ns[a] < tree->ns[b] ? a : b;
}

/* Node i has the children 2i and 2i + 1; the leaves are count … 2 count - 1. */
static uint32_t least_below(const struct mmu_tree *tree, size_t node)
{
    return node < tree->count ? tree->least[node] : (uint32_t)(node - tree->count);
}

static void tree_build(struct mmu_tree *tree)
{
    for (size_t node = tree->count; node-- > 1;)
        tree->least[node] = lesser(tree, least_below(tree, 2 * node), least_below(tree, 2 * node + 1));
}

/* The least of the indices first … end - 1, of which there must be one. */
static uint32_t tree_least(const struct mmu_tree *tree, size_t first, size_t end)
{
    uint32_t least = (uint32_t)first;
    for (first += tree->count, end += tree->count; first < end; first /= 2, end /= 2) {
        if (first & 1)
            least = lesser(tree, least, least_below(tree, first++));
        if (end & 1)
            least = lesser(tree, least, least_below(tree, --end));
    }
    return least;
}

void analyze_mmu_init(struct analyze_mmu *mmu, const struct analyze_utilization *u)
{
    *mmu = (struct analyze_mmu){.utilization = u};
    for (size_t i = 0; i < u->procs.count; i++) {
        const struct analyze_util_proc *proc = &u->procs.at[i];
        mmu->first_ns = !i || proc->start_ns < mmu->first_ns ? proc->start_ns : mmu->first_ns;
        mmu->last_ns = !i || proc->end_ns > mmu->last_ns ? proc->end_ns : mmu->last_ns;
        if (proc->end_ns - proc->start_ns > mmu->longest_ns)
            mmu->longest_ns = proc->end_ns - proc->start_ns;
    }
    tree_reserve(&mmu->begins, u->steps.count);
    tree_reserve(&mmu->ends, u->steps.count);
}

/* Fills the trees for windows of one length, which is above 0. */
static void use_window(struct analyze_mmu *mmu, int64_t window_ns)
{
    const struct analyze_utilization *u = mmu->utilization;
    bool fits = window_ns <= mmu->last_ns - mmu->first_ns;
    if (mmu->window_ns == window_ns)
        return;
    mmu->window_ns = window_ns;
    for (size_t i = 0, before = 0, after = 0; i < u->steps.count; i++) {
        const struct analyze_util_step *step = &u->steps.at[i];
        mmu->begins.ns[i] = mmu->ends.ns[i] = INFINITY;
        if (fits && step->time_ns <= mmu->last_ns - window_ns) {
            after = analyze_utilization_step(u, after, step->time_ns + window_ns);
            mmu->begins.ns[i] = analyze_utilization_integral(u, after, step->time_ns + window_ns) - step->integral_ns;
        }
        if (fits && step->time_ns >= mmu->first_ns + window_ns) {
            before = analyze_utilization_step(u, before, step->time_ns - window_ns);
            mmu->ends.ns[i] = step->integral_ns - analyze_utilization_integral(u, before, step->time_ns - window_ns);
        }
    }
    tree_build(&mmu->begins);
    tree_build(&mmu->ends);
    mmu->least_ns = INFINITY;
    if (u->steps.count)
        mmu->least_ns = fmin(mmu->begins.ns[tree_least(&mmu->begins, 0, u->steps.count)],
                             mmu->ends.ns[tree_least(&mmu->ends, 0, u->steps.count)]);
}

void analyze_mmu_release(struct analyze_mmu *mmu)
{
    free(mmu->begins.ns);
    free(mmu->begins.least);
    free(mmu->ends.ns);
    free(mmu->ends.least);
    *mmu = (struct analyze_mmu){0};
}

/* ---- windows of a series ---- */

struct worst {
    double ns; /* left to the program */
    int64_t start_ns;
    int64_t proc;
};

static void consider(struct worst *worst, double ns, int64_t start_ns, const struct analyze_util_proc *proc)
{
    if (ns < worst->ns || (ns == worst->ns && start_ns < worst->start_ns))
        *worst = (struct worst){ns, start_ns, proc->id};
}

/* Windows that meet a step on their way from one place to the next. */
static void consider_steps(const struct analyze_mmu *mmu, const struct analyze_util_proc *proc,
                           const struct analyze_util_edge from[2], const struct analyze_util_edge to[2],
                           struct worst *worst)
{
    const struct analyze_utilization *u = mmu->utilization;
    double lost_ns = from[1].lost_ns - from[0].lost_ns;
    if (mmu->least_ns - lost_ns > worst->ns)
        return;
    if (from[0].step < to[0].step) {
        size_t i = tree_least(&mmu->begins, from[0].step + 1, to[0].step + 1);
        consider(worst, mmu->begins.ns[i] - lost_ns, u->steps.at[i].time_ns, proc);
    }
    if (from[1].step < to[1].step) {
        size_t i = tree_least(&mmu->ends, from[1].step + 1, to[1].step + 1);
        consider(worst, mmu->ends.ns[i] - lost_ns, u->steps.at[i].time_ns - mmu->window_ns, proc);
    }
}

/* The next begin of a window that makes an edge meet a busy stretch, high_ns at most; a step near the edges then. */
static int64_t next_meeting(const struct analyze_mmu *mmu, const struct analyze_util_proc *proc,
                            const struct analyze_util_edge at[2], int64_t high_ns, size_t *ret_near)
{
    *ret_near = at[0].step;
    for (int side = 0; side < 2; side++) {
        if (at[side].busy == proc->busy_count)
            continue;
        const struct analyze_util_busy *busy = analyze_util_busy_of(mmu->utilization, proc) + at[side].busy;
        int64_t begin_ns = (at[side].within ? busy->end_ns : busy->start_ns) - (side ? mmu->window_ns : 0);
        if (begin_ns < high_ns) {
            high_ns = begin_ns;
            *ret_near = at[side].within ? busy->end_step : busy->start_step;
        }
    }
    return high_ns;
}

/* How far from a place all windows leave more to the program than the worst: by each nanosecond that a window moves it
 * loses one at most. */
static int64_t safe_until(const struct analyze_util_edge at[2], const struct worst *worst)
{
    double more_ns = at[1].left_ns - at[0].left_ns - worst->ns;
    return more_ns >= 1 ? at[0].time_ns + (int64_t)fmin(more_ns, 1e18) : at[0].time_ns;
}

/* Looks for a window of a series that is worse than the worst so far, or as bad and earlier; it may begin from low_ns
 * to high_ns. */
static void search(const struct analyze_mmu *mmu, const struct analyze_util_proc *proc, int64_t low_ns, int64_t high_ns,
                   struct worst *worst)
{
    const struct analyze_utilization *u = mmu->utilization;
    struct analyze_util_edge at[2] = {{0}}, next[2];
    analyze_util_edge_move(u, proc, &at[0], low_ns, 0);
    analyze_util_edge_move(u, proc, &at[1], low_ns + mmu->window_ns, at[0].step);
    consider(worst, at[1].left_ns - at[0].left_ns, low_ns, proc);
    while (at[0].time_ns < high_ns && (worst->ns > 0 || at[0].time_ns < worst->start_ns)) {
        size_t near;
        int64_t next_ns = next_meeting(mmu, proc, at, high_ns, &near), safe_ns = safe_until(at, worst);
        bool look_between = safe_ns < next_ns && !at[0].within && !at[1].within;
        if (safe_ns > next_ns)
            next_ns = safe_ns < high_ns ? safe_ns : high_ns;
        next[0] = at[0];
        next[1] = at[1];
        analyze_util_edge_move(u, proc, &next[0], next_ns, near);
        analyze_util_edge_move(u, proc, &next[1], next_ns + mmu->window_ns, near);
        if (look_between)
            consider_steps(mmu, proc, at, next, worst);
        consider(worst, next[1].left_ns - next[0].left_ns, next_ns, proc);
        at[0] = next[0];
        at[1] = next[1];
    }
}

/* What is left within one window, which may reach beyond the end. */
static double left_ns(const struct analyze_utilization *u, const struct analyze_util_proc *proc, int64_t start_ns,
                      int64_t window_ns)
{
    struct analyze_util_edge from = {0}, to = {0};
    analyze_util_edge_move(u, proc, &from, start_ns, 0);
    analyze_util_edge_move(u, proc, &to, window_ns < proc->end_ns - start_ns ? start_ns + window_ns : proc->end_ns,
                           from.step);
    return to.left_ns - from.left_ns;
}

/* Q: the start of the last band whose windows are looked at. */
static int64_t last_band_ns(const struct analyze_util_proc *proc, int64_t window_ns)
{
    int64_t bands = proc->points < 1000 ? (int64_t)proc->points : 1000;
    int64_t width_ns = (proc->end_ns - proc->start_ns + bands - 1) / bands;
    int64_t spanned = (window_ns + 2 * (width_ns - 1)) / width_ns;
    return proc->start_ns + (bands + 1 - spanned) * width_ns;
}

/* The minimum of a series, if it is less than that of others. */
static double minimum_of(const struct analyze_mmu *mmu, const struct analyze_util_proc *proc, double others)
{
    const struct analyze_utilization *u = mmu->utilization;
    int64_t length_ns = proc->end_ns - proc->start_ns;
    int64_t window_ns = mmu->window_ns < length_ns ? mmu->window_ns : length_ns;
    if (length_ns <= 0)
        return others;
    struct worst worst = {others * (double)window_ns, INT64_MAX, -1};
    if (window_ns < length_ns)
        search(mmu, proc, proc->start_ns, proc->end_ns - window_ns, &worst);
    else
        consider(&worst, left_ns(u, proc, proc->start_ns, window_ns), proc->start_ns, proc);
    if (u->rules == ANALYZE_UTIL_OFFICIAL) {
        int64_t start_ns = last_band_ns(proc, window_ns);
        consider(&worst, left_ns(u, proc, start_ns, window_ns), start_ns, proc);
    }
    return worst.start_ns < INT64_MAX ? fmin(others, worst.ns / (double)window_ns) : others;
}

double analyze_mmu_minimum(struct analyze_mmu *mmu, int64_t window_ns)
{
    double minimum = 1;
    if (window_ns <= 0)
        return 0;
    bool official = mmu->utilization->rules == ANALYZE_UTIL_OFFICIAL;
    if (!official && window_ns > mmu->longest_ns)
        window_ns = mmu->longest_ns;
    use_window(mmu, window_ns);
    for (size_t i = 0; i < mmu->utilization->procs.count; i++) {
        const struct analyze_util_proc *proc = &mmu->utilization->procs.at[i];
        if (official || window_ns <= proc->end_ns - proc->start_ns)
            minimum = minimum_of(mmu, proc, minimum);
    }
    return fmax(minimum, 0); /* over centuries, rounding might take it below */
}

size_t analyze_mmu_curve(struct analyze_mmu *mmu, int64_t *ret_windows_ns, size_t most)
{
    int64_t last_ns = mmu->longest_ns, first_ns = 1000;
    size_t count = 0;
    if (last_ns <= 0)
        return 0;
    while (first_ns <= last_ns / 100 && analyze_mmu_minimum(mmu, first_ns * 10) < 0.0001)
        first_ns *= 10;
    if (first_ns > last_ns)
        first_ns = 1;
    for (size_t i = 0; i < most; i++) {
        double share = (double)i / (double)(most - 1);
        double window_ns = exp(log((double)first_ns) + share * (log((double)last_ns) - log((double)first_ns)));
        int64_t whole_ns = i == most - 1 ? last_ns : (int64_t)(window_ns + 0.5);
        if (whole_ns > 0 && (!count || whole_ns > ret_windows_ns[count - 1]))
            ret_windows_ns[count++] = whole_ns;
    }
    return count;
}

/* ---- the worst windows ---- */

/* Windows may begin from low_ns to high_ns. */
struct gap {
    int64_t low_ns, high_ns;
    struct worst worst;
};

static void add_gap(const struct analyze_mmu *mmu, struct gap *gaps, size_t *count, int64_t low_ns, int64_t high_ns)
{
    const struct analyze_utilization *u = mmu->utilization;
    struct worst worst = {(double)mmu->window_ns * (1 - 1e-9), INT64_MAX, -1};
    for (size_t i = 0; i < u->procs.count; i++) {
        const struct analyze_util_proc *proc = &u->procs.at[i];
        int64_t first_ns = proc->start_ns > low_ns ? proc->start_ns : low_ns;
        int64_t last_ns = proc->end_ns - mmu->window_ns < high_ns ? proc->end_ns - mmu->window_ns : high_ns;
        if (first_ns <= last_ns)
            search(mmu, proc, first_ns, last_ns, &worst);
    }
    if (worst.start_ns < INT64_MAX)
        gaps[(*count)++] = (struct gap){low_ns, high_ns, worst};
}

size_t analyze_mmu_worst(struct analyze_mmu *mmu, int64_t window_ns, struct analyze_window *ret_windows, size_t most)
{
    if (window_ns <= 0 || window_ns > mmu->longest_ns)
        return 0;
    use_window(mmu, window_ns);
    struct gap *gaps = base_zalloc(most + 1, sizeof *gaps);
    size_t count = 0, found = 0;
    for (add_gap(mmu, gaps, &count, mmu->first_ns, mmu->last_ns - window_ns); found < most && count; found++) {
        struct gap *next = gaps;
        for (size_t i = 1; i < count; i++)
            if (gaps[i].worst.ns < next->worst.ns ||
                (gaps[i].worst.ns == next->worst.ns && gaps[i].low_ns < next->low_ns))
                next = &gaps[i];
        struct gap gap = *next;
        *next = gaps[--count];
        ret_windows[found] =
            (struct analyze_window){gap.worst.start_ns, fmax(gap.worst.ns, 0) / (double)window_ns, gap.worst.proc};
        if (gap.worst.start_ns - window_ns >= gap.low_ns)
            add_gap(mmu, gaps, &count, gap.low_ns, gap.worst.start_ns - window_ns);
        if (gap.worst.start_ns + window_ns <= gap.high_ns)
            add_gap(mmu, gaps, &count, gap.worst.start_ns + window_ns, gap.high_ns);
    }
    free(gaps);
    return found;
}
