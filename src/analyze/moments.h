/* Moments in order of time, a few bytes each: how many lie in any stretch costs two searches.
 *
 * They are kept in four bytes each, as offsets from a time that every 64 of them have in common; in paged memory
 * (base/paged.h), as there may be one for each event. Zero-initialise before use.
 */
#ifndef KYMO_ANALYZE_MOMENTS_H
#define KYMO_ANALYZE_MOMENTS_H

#include "base/paged.h"

#include <stdint.h>

struct analyze_moments_step {
    int64_t time_ns; /* of its first moment */
    uint64_t first;  /* index of that */
};

struct analyze_moments {
    uint64_t count;
    BASE_VEC(struct analyze_moments_step) steps;
    BASE_VEC(uint32_t *) blocks; /* of offsets from the step's time */
    struct base_pages pages;
};

/* Times do not decrease. */
void analyze_moments_add(struct analyze_moments *moments, int64_t time_ns);
void analyze_moments_release(struct analyze_moments *moments);

/* How many lie before a time. */
uint64_t analyze_moments_before(const struct analyze_moments *moments, int64_t time_ns);

/* The time of one of them; index < count. */
int64_t analyze_moments_at(const struct analyze_moments *moments, uint64_t index);

#endif
