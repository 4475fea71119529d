/* Goroutine statistics: where each goroutine, and each user region, spent its time.
 *
 * A sink: run a pass with analyze_goroutines_add, then analyze_goroutines_finish. The numbers are those of Go's
 * internal/trace.Summarizer, quirks included; go-tool-trace-analyses.md, sections 2 and 3. Names are symbols of the
 * pass.
 */
#ifndef KYMO_ANALYZE_GOROUTINES_H
#define KYMO_ANALYZE_GOROUTINES_H

#include "analyze/amounts.h"
#include "base/ids.h"
#include "base/map.h"
#include "model/pass.h"

#include <stdbool.h>
#include <stdint.h>

/* Where time went. Blocks and ranges are slices of analyze_goroutines.amounts. */
struct analyze_stats {
    int64_t total_ns, exec_ns, sched_wait_ns, syscall_ns, syscall_block_ns;
    uint32_t blocks_first, ranges_first;
    uint16_t blocks_count, ranges_count;
};

struct analyze_goroutine {
    goroutine_id id;
    uint64_t pc;   /* of the function below */
    uint32_t name; /* the function it started in; 0: no stack was sampled */
    uint32_t regions_first, regions_count;
    int64_t creation_ns;
    int64_t start_ns; /* first time running; 0: never */
    int64_t end_ns;   /* 0: alive at the end of the trace */
    struct analyze_stats stats;
};

struct analyze_region {
    uint64_t task; /* ORDER_NO_TASK: none */
    uint32_t name;
    uint32_t stack; /* of the event that began it */
    bool has_start, has_end;
    int64_t start_ns, end_ns;
    struct analyze_stats stats;
};

struct analyze_goroutines {
    bool keep_regions;                      /* set before the pass; without it regions are followed but not kept */
    BASE_VEC(struct analyze_goroutine) all; /* in order of appearance */
    BASE_VEC(uint32_t) by_id;               /* after finish: indices into all, by id; one for each id */
    BASE_VEC(struct analyze_region) regions;
    BASE_VEC(struct analyze_amount) amounts;
    uint64_t region_count;        /* begun or inherited, kept or not */
    struct goroutines_work *work; /* while the pass runs */
};

void analyze_goroutines_init(struct analyze_goroutines *result);
void analyze_goroutines_add(void *self, const struct order_block *block, const struct order_symbols *symbols);
void analyze_goroutines_finish(struct analyze_goroutines *result, const struct order_symbols *symbols);
void analyze_goroutines_release(struct analyze_goroutines *result);

/* The goroutine of an id, or NULL. */
const struct analyze_goroutine *analyze_goroutine_of(const struct analyze_goroutines *result, goroutine_id id);

/* The i-th goroutine by id, 0 <= i < by_id.count. */
static inline const struct analyze_goroutine *analyze_goroutine_at(const struct analyze_goroutines *result, size_t i)
{
    return &result->all.at[result->by_id.at[i]];
}

#endif
