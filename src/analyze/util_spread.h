/* How mutator utilisation spreads over all windows of one length: percentiles of it.
 *
 * The minimum tells of the one worst window, which may be a rare one. The percentile of a share tells what is left at
 * least in all windows but that share of them, wherever they begin, over all series. The official tool means to show
 * this, but shows the minimum each time (go-tool-trace-analyses.md, section 8.4).
 *
 * Between two changes that an edge of the window meets, its mean goes evenly from one value to the next, so all windows
 * are counted, none is sampled. What is counted is kept in ANALYZE_SPREAD_CELLS of utilisation, so percentiles are that
 * exact. O(p n + b) for n steps, b busy stretches and p series: where that is more than ANALYZE_SPREAD_MOST there is no
 * answer.
 */
#ifndef KYMO_ANALYZE_UTIL_SPREAD_H
#define KYMO_ANALYZE_UTIL_SPREAD_H

#include "analyze/utilization.h"

enum { ANALYZE_SPREAD_CELLS = 1 << 14, ANALYZE_SPREAD_MOST = 1 << 18 };

/* Whether there are few enough changes. */
bool analyze_util_can_spread(const struct analyze_utilization *utilization);

/* ret_utils[i]: the percentile of shares[i], 0 <= shares[i] <= 1, ascending. Series that are not longer than the window
 * do not count; a window longer than all of them is as long as the longest. False if there is no series, the window is
 * not longer than 0, or there are too many changes. */
bool analyze_util_spread(const struct analyze_utilization *utilization, int64_t window_ns, const double *shares,
                         size_t count, double *ret_utils);

#endif
