/* The collector's cycles one by one, and all stops of the world: when, how long, and what they did to the program.
 *
 * A sink: analyze_cycles_init, a pass with analyze_cycles_add, analyze_cycles_finish. Names are symbols of the pass.
 *
 * A cycle is the range that the runtime tells of as "GC concurrent mark phase": it holds the stop for sweep
 * termination and goes on until within that for mark termination. What is swept until the next cycle counts as this
 * one's, as do mark assists and stops that begin in it. Memory is in proportion to cycles, stops, living goroutines and
 * processors.
 */
#ifndef KYMO_ANALYZE_CYCLES_H
#define KYMO_ANALYZE_CYCLES_H

#include "base/memory.h"
#include "model/pass.h"

#include <stdbool.h>
#include <stdint.h>

#define ANALYZE_NO_CYCLE UINT32_MAX
#define ANALYZE_NO_BYTES UINT64_MAX /* the trace does not tell */

struct analyze_cycle {
    int64_t start_ns, end_ns; /* those of what is there of it */
    bool has_start, has_end;  /* whether the trace has them */
    uint32_t stops_first, stop_count;
    int64_t stopped_ns, longest_stop_ns; /* of the stops, which may reach beyond its end */
    int64_t stopped_within_ns;           /* as much of that as lies between its start and end: the rest is marking */
    uint64_t assists, sweeps;
    int64_t assist_ns, sweep_ns; /* from begin to end, whether the goroutine ran or not */
    uint64_t heap_before_bytes, heap_after_bytes;
    uint64_t goal_bytes, next_goal_bytes;
};

struct analyze_stop {
    int64_t start_ns, end_ns;
    bool has_start, has_end;
    uint32_t name;  /* "stop-the-world (GC mark termination)" */
    uint32_t cycle; /* or ANALYZE_NO_CYCLE */
};

struct analyze_cycles {
    BASE_VEC(struct analyze_cycle) all; /* in order of time */
    BASE_VEC(struct analyze_stop) stops;
    int64_t last_ns; /* of the trace */
    struct cycles_work *work;
};

void analyze_cycles_init(struct analyze_cycles *cycles);
void analyze_cycles_add(void *self, const struct order_block *block, const struct order_symbols *symbols);
void analyze_cycles_finish(struct analyze_cycles *cycles);
void analyze_cycles_release(struct analyze_cycles *cycles);

#endif
