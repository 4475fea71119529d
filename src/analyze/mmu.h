/* Minimum mutator utilisation: the worst that happened to the program in any stretch of time of a given length.
 *
 *     struct analyze_mmu mmu;
 *     analyze_mmu_init(&mmu, &utilization);                    it is borrowed
 *     double least = analyze_mmu_minimum(&mmu, window_ns);     for any number of windows
 *     size_t count = analyze_mmu_worst(&mmu, window_ns, windows, 10);
 *     analyze_mmu_release(&mmu);
 *
 * The mean utilisation of a window is a continuous, piecewise linear function of where it begins, so its minimum is
 * where an edge of the window meets a change. Those that meet a step are known beforehand: a tree of their minima
 * answers any range of begins. Of a processor with busy stretches only the begins are looked at where an edge meets one
 * of these; between them it is the steps' function less a constant, or falls or rises all the way.
 *
 * With n steps and b busy stretches: 24 bytes a step, and O(n + (b + p) log n) for a minimum, p being the series. The
 * worst windows are as many as two minima for each.
 *
 * By the official rules the minimum is that of Go's internal/trace.MMUCurve (go-tool-trace-analyses.md, section 8),
 * which begins to look in bands of time, and so (Q) also looks at one window that reaches beyond the end of the series.
 * How far depends on the band's width, which is all that its bands change in the result.
 */
#ifndef KYMO_ANALYZE_MMU_H
#define KYMO_ANALYZE_MMU_H

#include "analyze/utilization.h"

/* Means of windows that begin, or end, at a step: as nanoseconds left to the program; INFINITY where a window would
 * reach beyond the trace. */
struct mmu_tree {
    double *ns;
    uint32_t *least; /* the index of the least below a node, the first of equals; leaves are left out */
    size_t count;
};

struct analyze_mmu {
    const struct analyze_utilization *utilization;
    int64_t first_ns, last_ns; /* of all series */
    int64_t longest_ns;        /* of them */
    int64_t window_ns;         /* that the trees are for */
    struct mmu_tree begins, ends;
    double least_ns; /* in both */
};

/* A window. */
struct analyze_window {
    int64_t start_ns;
    double util;  /* its mean */
    int64_t proc; /* whose; -1: of all, or of any of those that lose nothing but stops of the world */
};

void analyze_mmu_init(struct analyze_mmu *mmu, const struct analyze_utilization *utilization);
void analyze_mmu_release(struct analyze_mmu *mmu);

/* The least mean utilisation of all windows, over all series. By kymo's rules a window longer than all series is as
 * long as the longest, and series shorter than it do not count; by the official ones each of these counts as a whole. 1
 * if there is no series, 0 if the window is not longer than 0. */
double analyze_mmu_minimum(struct analyze_mmu *mmu, int64_t window_ns);

/* Lengths of windows for a curve: evenly on a logarithmic axis, from the longest power of ten of which nothing may be
 * left, or from 1 µs, to that of the trace. Returns how many there are, at most `most`, which is above 1: fewer where
 * the trace is a few nanoseconds long, none of a trace without length. */
size_t analyze_mmu_curve(struct analyze_mmu *mmu, int64_t *ret_windows_ns, size_t most);

/* The worst windows that do not overlap, whosever they are: the worst of all, the worst of the rest, and so on. Those
 * in which nothing is lost are left out. Returns how many of `most` there are. */
size_t analyze_mmu_worst(struct analyze_mmu *mmu, int64_t window_ns, struct analyze_window *ret_windows, size_t most);

#endif
