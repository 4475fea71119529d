/* Who let whom run: wake-ups, creations, and ends of syscalls that had lost their processor, each with the moment at
 * which the goroutine then ran. A sink of a second pass, when the timeline of the same trace is finished.
 *
 *     model_arrows_init(&arrows, &timeline);
 *     struct model_sink sink = {model_arrows_add, &arrows, MODEL_ARROW_EVENTS};
 *     … a pass …
 *     model_arrows_finish(&arrows);
 *     model_arrows_visit(&arrows, from_ns, to_ns, visit, context);
 *     model_arrows_release(&arrows);
 *
 * Arrows are kept in order of time, 16 bytes each, in steps of up to 64 that tell when the last of their goroutines
 * ran, so that what reaches into a stretch from before is found without a look at each. Goroutines are known by number
 * (model/lives.h). Source: the arrows of the official timeline, go-tool-trace-analyses.md, section 10.4; but a
 * processor 0 wakes like any other, and a goroutine that is switched to has been woken by who switched.
 */
#ifndef KYMO_MODEL_ARROWS_H
#define KYMO_MODEL_ARROWS_H

#include "model/timeline.h"

#define MODEL_ARROW_EVENTS (ORDER_KIND_BIT(ORDER_SYNC) | ORDER_KIND_BIT(ORDER_GO_TRANSITION))
#define MODEL_NEVER_NS INT64_MAX

enum model_arrow_kind { MODEL_ARROW_WAKE, MODEL_ARROW_CREATE, MODEL_ARROW_SYSCALL };

struct model_arrow {
    int64_t time_ns;
    int64_t run_ns;     /* MODEL_NEVER_NS: it did not run again */
    uint32_t from;      /* who did it; MODEL_NO_GOROUTINE: the runtime. Of a syscall, the goroutine itself */
    uint32_t from_proc; /* index of timeline->procs, where `from` is not what ran there then: the runtime's processor,
                           or the one on which a syscall began. MODEL_NO_PROC: the one that runs `from`, or none */
    uint32_t to;
    enum model_arrow_kind kind;
};

/* An arrow as it is kept. */
struct model_arrow_cell {
    uint32_t after_ns;   /* the begin of the step */
    uint32_t delay_kind; /* four times the nanoseconds until it ran, and the kind */
    uint32_t from;       /* a goroutine's number; or one more than a processor's index, with the highest bit set */
    uint32_t to;
};

struct model_arrow_step {
    struct model_arrow_cell *cells;
    uint32_t count;
    int64_t from_ns, end_ns; /* of the first one; the last moment at which one of its goroutines ran */
};

/* A delay that a cell does not hold. */
struct model_long_delay {
    uint64_t index;
    int64_t ns;
};

struct model_arrows {
    const struct model_timeline *timeline; /* not owned, must not change */
    uint64_t count;
    BASE_VEC(struct model_arrow_step) steps;
    BASE_VEC(struct model_long_delay) long_delays; /* by index */
    struct base_pages pages;
    struct arrows_work *work;
};

/* The timeline is finished, and stays as long as the arrows. */
void model_arrows_init(struct model_arrows *arrows, const struct model_timeline *timeline);
void model_arrows_add(void *self, const struct order_block *block, const struct order_symbols *symbols);
void model_arrows_finish(struct model_arrows *arrows);
void model_arrows_release(struct model_arrows *arrows);

/* Calls visit for each arrow of which a part lies from from_ns to to_ns, in order of time. `index` is the same whatever
 * is asked for. */
typedef void model_arrow_visitor(void *context, uint64_t index, const struct model_arrow *arrow);
void model_arrows_visit(const struct model_arrows *arrows, int64_t from_ns, int64_t to_ns, model_arrow_visitor *visit,
                        void *context);

#endif
