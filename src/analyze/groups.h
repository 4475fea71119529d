/* Goroutines grouped by the function they started in. */
#ifndef KYMO_ANALYZE_GROUPS_H
#define KYMO_ANALYZE_GROUPS_H

#include "analyze/breakdown.h"

struct analyze_group {
    uint32_t name; /* symbol; 0: no stack was sampled of them */
    uint64_t count;
    int64_t total_ns, exec_ns, sched_wait_ns, syscall_ns, block_ns,
        unknown_ns; /* block: syscalls that block included */
};

struct analyze_groups {
    BASE_VEC(struct analyze_group) all; /* most execution time first, then by name */
    int64_t exec_ns;
};

void analyze_groups_make(struct analyze_groups *groups, const struct analyze_goroutines *goroutines,
                         const struct order_symbols *symbols);
void analyze_groups_release(struct analyze_groups *groups);

/* The group of a name, or NULL. */
const struct analyze_group *analyze_groups_find(const struct analyze_groups *groups,
                                                const struct order_symbols *symbols, struct base_str name);

/* Sums over many goroutines of each part of their time, largest first. */
struct analyze_totals {
    BASE_VEC(struct analyze_share) shares;
};

void analyze_totals_add(struct analyze_totals *totals, const struct analyze_share *shares, size_t count);
void analyze_totals_sort(struct analyze_totals *totals);
void analyze_totals_release(struct analyze_totals *totals);

#endif
