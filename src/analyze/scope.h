/* Which stretches of which goroutines' lives a result is about.
 *
 * A scope is made of finished goroutine statistics, and then asked for each interval of each goroutine. The makers here
 * follow the official pages; what the command line's filters select is made by analyze/selection.h.
 */
#ifndef KYMO_ANALYZE_SCOPE_H
#define KYMO_ANALYZE_SCOPE_H

#include "analyze/goroutines.h"

struct analyze_interval {
    int64_t start_ns, end_ns;
};

struct scope_entry {
    uint32_t first, count; /* of the scope's intervals */
};

/* Which stretches of which goroutines count. */
struct analyze_scope {
    BASE_VEC(struct analyze_interval) intervals;
    BASE_VEC(struct scope_entry) entries;
    struct base_map entry_by_goroutine;
};

/* How much of [start, end] of a goroutine's life counts. */
int64_t analyze_scope_part_ns(const struct analyze_scope *scope, goroutine_id id, int64_t start_ns, int64_t end_ns);

/* Whether a moment of it does. */
bool analyze_scope_has(const struct analyze_scope *scope, goroutine_id id, int64_t time_ns);

/* Makes the intervals added to scope->intervals from `first` on those of a goroutine. */
void analyze_scope_close(struct analyze_scope *scope, goroutine_id id, size_t first);

/* Conditions on user regions, all of which must hold. */
struct analyze_region_filter {
    bool by_type, by_pc, by_least, by_most, by_task;
    uint64_t task;                /* also of regions that goroutines inherit from who created them */
    const struct base_map *tasks; /* whose keys are the ids of those that count; NULL: all do */
    struct base_str type;
    uint64_t pc; /* of the root frame of the stack that began the region */
    int64_t least_ns, most_ns;
};

/* False if no goroutine has that name. end_ns: of the trace, for goroutines that did not end. */
bool analyze_scope_of_group(struct analyze_scope *scope, const struct analyze_goroutines *goroutines,
                            const struct order_symbols *symbols, struct base_str name, int64_t end_ns);

/* The statistics must have been kept with regions. start_ns, end_ns: of the trace, for regions that began or end
 * outside it. */
void analyze_scope_of_regions(struct analyze_scope *scope, const struct analyze_goroutines *goroutines,
                              const struct order_symbols *symbols, const struct analyze_region_filter *filter,
                              int64_t start_ns, int64_t end_ns);

/* The whole lives of the goroutines of a group (false if there is none); of those with an id, beside others or alone.
 */
bool analyze_scope_of_whole_group(struct analyze_scope *scope, const struct analyze_goroutines *goroutines,
                                  const struct order_symbols *symbols, struct base_str name);
void analyze_scope_add_always(struct analyze_scope *scope, goroutine_id id);
void analyze_scope_of_goroutine(struct analyze_scope *scope, goroutine_id id);

/* What analyze_scope_of_group makes of a single goroutine. False if there is none with that id. */
bool analyze_scope_of_running_goroutine(struct analyze_scope *scope, const struct analyze_goroutines *goroutines,
                                        goroutine_id id, int64_t end_ns);
void analyze_scope_release(struct analyze_scope *scope);

#endif
