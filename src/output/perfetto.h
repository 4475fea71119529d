/* A trace in Perfetto's own format, which ui.perfetto.dev opens and its trace processor answers SQL about.
 *
 *     struct output_perfetto perfetto;
 *     output_perfetto_begin(&perfetto, &selection, &out);
 *     struct model_sink sink = {output_perfetto_add, &perfetto, OUTPUT_PERFETTO_EVENTS};
 *     … a pass …
 *     output_perfetto_end(&perfetto, symbols, pass.last_ns);
 *     output_perfetto_release(&perfetto);
 *
 * There is a track for each processor, with what it ran, as on the official timeline (analyze/picture.h); one for each
 * goroutine, with the states it was in; one for the collector; and counters. Wake-ups are flows from who did it to the
 * slice that then ran. Stacks are call stacks of slices and instants. Timestamps are the trace's own (of Go 1.21 and
 * before, one more), and a clock snapshot says what the wall clock was, where the trace does.
 *
 * The file is a protocol buffer, perfetto.protos.Trace, of one sequence of packets, written as it comes: packets are
 * not in order of time, which the trace processor sorts. What is kept is which names, frames and stacks have been
 * written, of which there are no more than distinct ones in the trace.
 */
#ifndef KYMO_OUTPUT_PERFETTO_H
#define KYMO_OUTPUT_PERFETTO_H

#include "analyze/picture.h"
#include "analyze/states.h"
#include "base/text.h"

#define OUTPUT_PERFETTO_EVENTS ANALYZE_PICTURE_EVENTS

struct output_perfetto {
    struct base_text *out;
    const struct analyze_selection *selection;
    struct analyze_picture picture;
    struct analyze_states states;
    struct perfetto_work *work;
};

/* The struct must stay where it is. The selection (NULL: everything) says what is written: what reaches into it. */
void output_perfetto_begin(struct output_perfetto *perfetto, const struct analyze_selection *selection,
                           struct base_text *out);
void output_perfetto_add(void *self, const struct order_block *block, const struct order_symbols *symbols);
void output_perfetto_end(struct output_perfetto *perfetto, const struct order_symbols *symbols, int64_t last_ns);
void output_perfetto_release(struct output_perfetto *perfetto);

#endif
