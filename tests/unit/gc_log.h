/* What the collector did, written by hand, and minima of what comes of it. */
#ifndef KYMO_TESTS_GC_LOG_H
#define KYMO_TESTS_GC_LOG_H

#include "analyze/mmu.h"

enum { ALL = (1 << ANALYZE_UTIL_FLAGS) - 1 };

/* A collector's log, without a trace. */
struct log {
    struct analyze_collector collector;
};

static inline struct analyze_gc_event *add(struct log *log, int64_t time_ns, enum analyze_gc_kind kind, int64_t proc,
                                           uint32_t goroutine)
{
    struct analyze_gc_event *event = base_vec_add(&log->collector.events);
    *event = (struct analyze_gc_event){
        .time_ns = time_ns, .proc = proc, .goroutine = goroutine, .kind = (uint8_t)kind, .runs = true};
    return event;
}

#define NOBODY UINT32_MAX

static inline double minimum(const struct analyze_utilization *u, int64_t window_ns)
{
    struct analyze_mmu mmu;
    analyze_mmu_init(&mmu, u);
    double found = analyze_mmu_minimum(&mmu, window_ns);
    analyze_mmu_release(&mmu);
    return found;
}

#endif
