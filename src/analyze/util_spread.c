#include "analyze/util_spread.h"

#include "analyze/util_edge.h"

#include <math.h>

/* Windows by their mean utilisation: by cells, weighted by how much time they may begin in. */
struct spread {
    double cells[ANALYZE_SPREAD_CELLS];
    double rises[ANALYZE_SPREAD_CELLS + 1]; /* of what each cell holds besides, from cell to cell */
    double total, least, most;
};

static size_t cell_of(double util)
{
    double cell = util * ANALYZE_SPREAD_CELLS;
    return cell >= ANALYZE_SPREAD_CELLS - 1 ? ANALYZE_SPREAD_CELLS - 1 : (size_t)cell;
}

/* Windows whose means lie evenly between two values. */
static void add_windows(struct spread *spread, double from, double to, double weight)
{
    double low = fmax(fmin(from, to), 0), high = fmin(fmax(from, to), 1);
    size_t first = cell_of(low), last = cell_of(high);
    spread->total += weight;
    spread->least = fmin(spread->least, low);
    spread->most = fmax(spread->most, high);
    if (first == last) {
        spread->cells[first] += weight;
        return;
    }
    double by_cell = weight / ((high - low) * ANALYZE_SPREAD_CELLS);
    spread->cells[first] += by_cell * ((double)(first + 1) - low * ANALYZE_SPREAD_CELLS);
    spread->cells[last] += by_cell * (high * ANALYZE_SPREAD_CELLS - (double)last);
    spread->rises[first + 1] += by_cell;
    spread->rises[last] -= by_cell;
}

/* How far an edge is from the next change. */
static int64_t until_change(const struct analyze_utilization *u, const struct analyze_util_proc *proc,
                            const struct analyze_util_edge *edge)
{
    const struct analyze_util_busy *busy = analyze_util_busy_of(u, proc);
    int64_t next_ns = proc->end_ns;
    if (edge->step + 1 < u->steps.count && u->steps.at[edge->step + 1].time_ns < next_ns)
        next_ns = u->steps.at[edge->step + 1].time_ns;
    if (edge->busy < proc->busy_count) {
        int64_t busy_ns = edge->within ? busy[edge->busy].end_ns : busy[edge->busy].start_ns;
        next_ns = busy_ns < next_ns ? busy_ns : next_ns;
    }
    return next_ns > edge->time_ns ? next_ns - edge->time_ns : 1;
}

static void add_series(struct spread *spread, const struct analyze_utilization *u, const struct analyze_util_proc *proc,
                       int64_t window_ns)
{
    struct analyze_util_edge from = {0}, to = {0};
    int64_t last_ns = proc->end_ns - window_ns;
    analyze_util_edge_move(u, proc, &from, proc->start_ns, 0);
    analyze_util_edge_move(u, proc, &to, proc->start_ns + window_ns, from.step);
    double mean = (to.left_ns - from.left_ns) / (double)window_ns;
    if (from.time_ns == last_ns) /* one window */
        add_windows(spread, mean, mean, (double)proc->count);
    while (from.time_ns < last_ns) {
        int64_t by_ns = until_change(u, proc, &from), other_ns = until_change(u, proc, &to);
        by_ns = other_ns < by_ns ? other_ns : by_ns;
        by_ns = last_ns - from.time_ns < by_ns ? last_ns - from.time_ns : by_ns;
        double before = mean;
        analyze_util_edge_move(u, proc, &from, from.time_ns + by_ns, from.step);
        analyze_util_edge_move(u, proc, &to, to.time_ns + by_ns, to.step);
        mean = (to.left_ns - from.left_ns) / (double)window_ns;
        add_windows(spread, before, mean, (double)by_ns * (double)proc->count);
    }
}

static void find_percentiles(const struct spread *spread, const double *shares, size_t count, double *ret_utils)
{
    double before = 0, besides = 0;
    size_t found = 0;
    for (size_t cell = 0; cell < ANALYZE_SPREAD_CELLS && found < count; cell++) {
        besides += spread->rises[cell];
        double held = spread->cells[cell] + fmax(besides, 0);
        for (; found < count && held > 0 && before + held >= shares[found] * spread->total; found++) {
            double within = (shares[found] * spread->total - before) / held;
            double util = ((double)cell + within) / ANALYZE_SPREAD_CELLS;
            ret_utils[found] = fmin(fmax(util, spread->least), spread->most);
        }
        before += held;
    }
    while (found < count)
        ret_utils[found++] = spread->most;
}

bool analyze_util_can_spread(const struct analyze_utilization *u)
{
    size_t steps = u->steps.count + 1;
    return u->procs.count <= ANALYZE_SPREAD_MOST / steps &&
           u->procs.count * steps + 2 * u->busy.count <= ANALYZE_SPREAD_MOST;
}

bool analyze_util_spread(const struct analyze_utilization *u, int64_t window_ns, const double *shares, size_t count,
                         double *ret_utils)
{
    int64_t longest_ns = 0;
    for (size_t i = 0; i < u->procs.count; i++)
        if (u->procs.at[i].end_ns - u->procs.at[i].start_ns > longest_ns)
            longest_ns = u->procs.at[i].end_ns - u->procs.at[i].start_ns;
    window_ns = window_ns < longest_ns ? window_ns : longest_ns;
    if (window_ns <= 0 || !analyze_util_can_spread(u))
        return false;
    struct spread *spread = base_zalloc(1, sizeof *spread);
    spread->least = INFINITY;
    for (size_t i = 0; i < u->procs.count; i++) {
        int64_t length_ns = u->procs.at[i].end_ns - u->procs.at[i].start_ns;
        if (length_ns > window_ns || (length_ns == window_ns && window_ns == longest_ns))
            add_series(spread, u, &u->procs.at[i], window_ns);
    }
    find_percentiles(spread, shares, count, ret_utils);
    free(spread);
    return true;
}
