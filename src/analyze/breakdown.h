/* Where the time of a goroutine or a region went, as parts that do not overlap, under the official page's names. */
#ifndef KYMO_ANALYZE_BREAKDOWN_H
#define KYMO_ANALYZE_BREAKDOWN_H

#include "analyze/goroutines.h"
#include "base/text.h"

enum analyze_part {
    ANALYZE_EXECUTION,
    ANALYZE_SCHED_WAIT,
    ANALYZE_SYSCALL,
    ANALYZE_BLOCK_SYSCALL,
    ANALYZE_BLOCK,
    ANALYZE_UNKNOWN
};

struct analyze_share {
    enum analyze_part part;
    uint32_t reason; /* of ANALYZE_BLOCK: symbol */
    int64_t ns;
};

enum { ANALYZE_MOST_SHARES = ANALYZE_MOST_NAMES + 1 + ANALYZE_UNKNOWN };

/* The parts that do not overlap and are not 0, at most ANALYZE_MOST_SHARES; returns how many. */
size_t analyze_stats_shares(const struct analyze_goroutines *result, const struct analyze_stats *stats,
                            const struct order_symbols *symbols, struct analyze_share *ret_shares);

/* "Execution time", "Block time (REASON)" … */
void analyze_share_name(const struct analyze_share *share, const struct order_symbols *symbols, struct base_text *out);

/* The text of an amount's name: a symbol, or "(other)". */
struct base_str analyze_amount_name(const struct order_symbols *symbols, uint32_t name);

#endif
