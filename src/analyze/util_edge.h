/* An edge of a window as it moves over a series of mutator utilisation to the right: what minima and percentiles share.
 * Internal to the mmu files. */
#ifndef KYMO_ANALYZE_UTIL_EDGE_H
#define KYMO_ANALYZE_UTIL_EDGE_H

#include "analyze/utilization.h"

/* Zero-initialise before the first move. */
struct analyze_util_edge {
    int64_t time_ns;
    size_t step;    /* at the time */
    size_t busy;    /* stretches of the series that ended by then */
    double lost_ns; /* to these, and to the one it is within */
    double left_ns; /* to the program, from the first step on */
    bool within;
};

/* The busy stretches of a series; NULL if it has none. */
static inline const struct analyze_util_busy *analyze_util_busy_of(const struct analyze_utilization *u,
                                                                   const struct analyze_util_proc *proc)
{
    return proc->busy_count ? u->busy.at + proc->busy_first : NULL;
}

/* Moves it to the right, to the end of the series at most. near: a step not far from where it moves to. */
void analyze_util_edge_move(const struct analyze_utilization *u, const struct analyze_util_proc *proc,
                            struct analyze_util_edge *edge, int64_t time_ns, size_t near);

#endif
