/* What goroutines and processors did in a stretch of time, and what the collector did to them.
 *
 *     analyze_span_make(&span, &lanes, from_ns, to_ns);
 *     … span.ns[MODEL_RUNNING], span.functions.at[i] …
 *     analyze_span_release(&span);
 *
 * From the lanes that are there: no pass. Takes time in proportion to the goroutines, and memory in proportion to
 * those that are there within the span.
 */
#ifndef KYMO_ANALYZE_SPAN_H
#define KYMO_ANALYZE_SPAN_H

#include "model/goroutine_lanes.h"

/* The goroutines of one start function. */
struct analyze_span_function {
    uint32_t name;  /* symbol */
    uint32_t count; /* how many are there within the span */
    int64_t ns[MODEL_STATES];
};

struct analyze_span_goroutine {
    uint32_t number;
    int64_t ns; /* in the states that were asked for */
};

struct analyze_span {
    int64_t from_ns, to_ns;                             /* cut to the trace */
    int64_t ns[MODEL_STATES];                           /* of all goroutines, within the span */
    BASE_VEC(struct analyze_span_goroutine) goroutines; /* by number */
    BASE_VEC(struct analyze_span_function) functions;   /* by their first goroutine's number */
    int64_t proc_running_ns, proc_syscall_ns;           /* of all processors */
    uint64_t gc_count, stop_count;                      /* that touch the span */
    int64_t gc_ns, stopped_ns, longest_stop_ns;         /* within it */
    uint32_t states;                                    /* MODEL_STATE_BIT: what analyze_span_goroutine.ns adds up */
};

/* The lanes must be finished. from_ns and to_ns are on the trace's clock, and may lie outside it. */
void analyze_span_make(struct analyze_span *span, const struct model_goroutine_lanes *lanes, int64_t from_ns,
                       int64_t to_ns, uint32_t states);
void analyze_span_release(struct analyze_span *span);

#endif
