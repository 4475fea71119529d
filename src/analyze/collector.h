/* What the garbage collector did to the mutator in a trace, event by event: mutator utilisation is computed from it,
 * under any flags, without reading the trace again (utilization.h).
 *
 * A sink: analyze_collector_init, and a pass with analyze_collector_add. Memory: 24 bytes for each event kept here,
 * which are those of the collector and not those of the program, and 8 for each goroutine alive at once.
 */
#ifndef KYMO_ANALYZE_COLLECTOR_H
#define KYMO_ANALYZE_COLLECTOR_H

#include "base/memory.h"
#include "model/pass.h"

#include <stdbool.h>
#include <stdint.h>

enum analyze_gc_kind {
    ANALYZE_GC_PROCS, /* GOMAXPROCS is told */
    ANALYZE_GC_STW_BEGIN,
    ANALYZE_GC_STW_END,
    ANALYZE_GC_SWEEP_BEGIN,
    ANALYZE_GC_SWEEP_END,
    ANALYZE_GC_ASSIST_BEGIN,
    ANALYZE_GC_ASSIST_END,
    ANALYZE_GC_WORKER, /* a background worker that runs says that it will work */
    ANALYZE_GC_WORKER_DEDICATED,
    ANALYZE_GC_WORKER_IDLE,
    ANALYZE_GC_START, /* a worker, or who is in a mark assist, begins to run … */
    ANALYZE_GC_STOP,  /* … and no longer runs */
    ANALYZE_GC_GAP,   /* events are missing from here … */
    ANALYZE_GC_RESUME /* … to here; nothing is known to go on */
};

struct analyze_gc_event {
    int64_t time_ns;
    int64_t proc;       /* of the context, -1: none; of ANALYZE_GC_PROCS: GOMAXPROCS */
    uint32_t goroutine; /* who assists or works: counted from 0 in order of appearance; UINT32_MAX: no one */
    uint8_t kind;       /* enum analyze_gc_kind */
    bool active;        /* begins: it has been going on since before the trace, or the gap's end */
    bool runs;          /* begins of assists: whether the one who assists runs */
    bool context_runs;  /* the same of the context's goroutine, as the official tool knows it (Q) */
};

struct analyze_collector {
    BASE_VEC(struct analyze_gc_event) events;
    uint32_t goroutines;       /* how many are numbered */
    int64_t first_ns, last_ns; /* times of the first and the last event of the trace */
    uint64_t procs_seen;       /* the highest id of a processor that was started or stopped, plus 1 */
    struct collector_work *work;
};

void analyze_collector_init(struct analyze_collector *collector);
void analyze_collector_add(void *self, const struct order_block *block, const struct order_symbols *symbols);
void analyze_collector_release(struct analyze_collector *collector);

#endif
