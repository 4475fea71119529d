/* What is in a trace: counts of everything, the clock, the collector's work. A sink. */
#ifndef KYMO_MODEL_INFO_H
#define KYMO_MODEL_INFO_H

#include "base/map.h"
#include "base/memory.h"
#include "model/pass.h"

/* Ids that were met: a bit each where they are dense, which they are in practice. */
struct model_seen {
    uint8_t *bits;
    size_t size_bytes, capacity;
    uint64_t count;
    struct base_map sparse;
};

struct model_info {
    uint64_t events, goroutines, procs, threads, tasks, regions, logs, cpu_samples, generations;
    uint64_t gc_cycles, stw_count;
    uint64_t collector_ranges; /* mark assists and sweeps */
    int64_t gc_ns, stw_ns, stw_longest_ns;
    uint64_t gomaxprocs; /* the latest; 0: not known */
    uint64_t heap_peak_bytes;
    bool has_wall_clock;
    uint64_t wall_seconds, wall_ns; /* of the first clock snapshot */

    struct model_seen seen_procs, seen_threads, seen_tasks, seen_goroutines;
    int64_t gc_since_ns, stw_since_ns; /* 0: not now */
};

void model_info_init(struct model_info *info);
void model_info_add(void *self, const struct order_block *block, const struct order_symbols *symbols);
void model_info_release(struct model_info *info);

#endif
