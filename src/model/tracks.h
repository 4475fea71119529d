/* What happened beside the slices of processors: wake-ups by the runtime, mark assists and sweeps, CPU samples. The
 * sink of a second pass, when the timeline of the same trace is finished.
 *
 *     model_tracks_init(&tracks, &timeline);
 *     struct model_sink sink = {model_tracks_add, &tracks, MODEL_TRACKS_KINDS};
 *     … a pass …
 *     model_tracks_finish(&tracks);
 *
 * Goroutines are known by their number (model/lives.h), processors by their index in timeline->procs.
 */
#ifndef KYMO_MODEL_TRACKS_H
#define KYMO_MODEL_TRACKS_H

#include "model/marks.h"
#include "model/timeline.h"

#define MODEL_TRACKS_KINDS                                                                                             \
    (ORDER_KIND_BIT(ORDER_GO_TRANSITION) | ORDER_KIND_BIT(ORDER_STACK_SAMPLE) | ORDER_KIND_BIT(ORDER_RANGE_BEGIN) |    \
     ORDER_KIND_BIT(ORDER_RANGE_ACTIVE) | ORDER_KIND_BIT(ORDER_RANGE_END))

/* What makes goroutines runnable that no goroutine woke. The network: those that waited for it. Timers: those that
 * slept, and those that waited for a channel on which no goroutine sent. Syscalls: those whose syscall took so long
 * that they had lost their processor at its end. */
enum model_wake { MODEL_WAKE_NETWORK, MODEL_WAKE_TIMER, MODEL_WAKE_SYSCALL, MODEL_WAKES };

struct model_tracks {
    struct model_marks wakes;              /* by enum model_wake; what: the goroutine woken */
    struct model_marks proc_samples;       /* by processor; what: the goroutine or MODEL_NO_GOROUTINE */
    struct model_marks life_samples;       /* by goroutine; what: likewise */
    BASE_VEC(struct model_lane) collector; /* by processor, MODEL_ASSIST and MODEL_SWEEP; what: likewise */
    struct base_pages pages;
    struct tracks_work *work;
};

/* The timeline is finished, and stays until the pass is over. */
void model_tracks_init(struct model_tracks *tracks, const struct model_timeline *timeline);
void model_tracks_add(void *self, const struct order_block *block, const struct order_symbols *symbols);
void model_tracks_finish(struct model_tracks *tracks);
void model_tracks_release(struct model_tracks *tracks);

#endif
