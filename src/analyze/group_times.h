/* What groups of goroutines have beyond their sums: how long the goroutines of each were there, and what they waited
 * for. */
#ifndef KYMO_ANALYZE_GROUP_TIMES_H
#define KYMO_ANALYZE_GROUP_TIMES_H

#include "analyze/groups.h"

/* Of the total times of one group's goroutines; percentiles are those of analyze/durations.h. */
struct analyze_group_time {
    int64_t mean_ns, median_ns, p95_ns, most_ns;
    struct analyze_totals waits; /* ANALYZE_BLOCK alone: by reason, largest first */
};

struct analyze_group_times {
    BASE_VEC(struct analyze_group_time) of; /* in the order of the groups */
};

void analyze_group_times_make(struct analyze_group_times *times, const struct analyze_groups *groups,
                              const struct analyze_goroutines *goroutines, const struct order_symbols *symbols);
void analyze_group_times_release(struct analyze_group_times *times);

#endif
