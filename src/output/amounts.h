/* Amounts and shares as `go tool pprof` writes them (its internal/measurement): 1.25s, 12.50ms; 99.92%, 0.013%.
 *
 * A report has one unit, so that its figures can be compared at a glance.
 */
#ifndef KYMO_OUTPUT_AMOUNTS_H
#define KYMO_OUTPUT_AMOUNTS_H

#include "base/text.h"

struct output_unit {
    const char *name; /* "ms"; "" for counts */
    double size;      /* in nanoseconds; 1 for counts */
};

/* The unit of a report of nanoseconds whose smallest and largest amounts are these. */
struct output_unit output_unit_for(uint64_t least_ns, uint64_t most_ns);

/* At least `width` columns wide, to the right. */
void output_amount(struct base_text *out, int width, int64_t amount, struct output_unit unit);

/* Six columns, to the right. */
void output_share(struct base_text *out, int64_t amount, int64_t total);

/* The same without blanks before it. */
void output_share_short(struct base_text *out, int64_t amount, int64_t total);

#endif
