/* User regions by type and by where they begin: how many there are of each, and how long they took.
 *
 * Where: the root frame of the stack that began the region, as on the official pages. Regions that goroutines inherit
 * from who created them have the empty name.
 */
#ifndef KYMO_ANALYZE_REGION_TYPES_H
#define KYMO_ANALYZE_REGION_TYPES_H

#include "analyze/goroutines.h"

struct analyze_region_type {
    uint32_t name;                   /* symbol */
    const struct order_frame *frame; /* of the symbols; NULL: no stack tells */
    size_t durations_first, count;   /* a slice of analyze_region_types.durations_ns */
    int64_t total_ns;
};

/* A region with whose it is. */
struct analyze_region_member {
    uint32_t region;    /* of analyze_goroutines.regions */
    uint32_t goroutine; /* of analyze_goroutines.all */
    uint32_t type;      /* of analyze_region_types.all */
};

struct analyze_region_types {
    BASE_VEC(struct analyze_region_type) all;       /* most total time first, then by name and place */
    BASE_VEC(struct analyze_region_member) members; /* by goroutine */
    BASE_VEC(int64_t) durations_ns;                 /* each type's are sorted: analyze/durations.h */
};

/* goroutines: finished, with regions kept. first_ns, last_ns: of the trace, for what began or ended outside it.
 * chosen: whether a region counts, by index in goroutines->regions; NULL: all do. */
void analyze_region_types_make(struct analyze_region_types *types, const struct analyze_goroutines *goroutines,
                               const struct order_symbols *symbols, int64_t first_ns, int64_t last_ns,
                               const bool *chosen);
void analyze_region_types_release(struct analyze_region_types *types);

static inline uint64_t analyze_region_type_pc(const struct analyze_region_type *type)
{
    return type->frame ? type->frame->pc : 0;
}

/* How long it took, or as much of it as lies in the trace. */
static inline int64_t analyze_region_duration_ns(const struct analyze_region *region, int64_t first_ns, int64_t last_ns)
{
    return (region->has_end ? region->end_ns : last_ns) - (region->has_start ? region->start_ns : first_ns);
}

#endif
