/* The timeline by processor: what each processor ran, the collector's phases, and the counters above them. A sink.
 * Which goroutines there are, too; what each of them did is left to model/goroutine_lanes.h.
 *
 * Source of the slices: a goroutine's running time and syscalls on the processor they began on, until it stops, blocks,
 * ends, or the processor is taken away; go-tool-trace-analyses.md, section 10, for the official timeline.
 *
 * Between two blocks it may be looked at: it then holds all that has ended. What is there stays as it is, but for the
 * names of goroutines that were not known yet.
 */
#ifndef KYMO_MODEL_TIMELINE_H
#define KYMO_MODEL_TIMELINE_H

#include "base/ids.h"
#include "base/map.h"
#include "model/lane.h"
#include "model/lives.h"
#include "model/pass.h"
#include "model/population.h"
#include "model/series.h"

/* Classes of model_timeline.goroutines and .procs. */
enum { MODEL_GO_RUNNING, MODEL_GO_RUNNABLE, MODEL_GO_WAITING, MODEL_GO_SYSCALL };
enum { MODEL_PROC_RUNNING, MODEL_PROC_IDLE };

/* Every goroutine of the trace, by number (model/lives.h): what slices of processors point to. */
struct model_actor {
    goroutine_id id;
    uint32_t name;      /* symbol of its start function; 0: not known */
    uint32_t intervals; /* that its life is made of; those that ended, until the timeline is finished */
};

struct model_proc_lane {
    proc_id id;
    struct model_lane lane; /* what: index of an actor */
};

/* A stretch of which events are missing. */
struct model_gap {
    int64_t from_ns, to_ns;
};

struct model_timeline {
    BASE_VEC(struct model_proc_lane) procs; /* in order of appearance; after finish: by id */
    struct model_lane gc, stw;              /* what: symbol of the name */
    BASE_VEC(struct model_actor) actors;
    /* The names that slices have, each once, in order of appearance; and by symbol the place among them. */
    BASE_VEC(uint32_t) names;
    BASE_VEC(uint32_t) name_by_symbol; /* UINT32_MAX: no slice has this name */
    struct model_population goroutines, proc_counts;
    struct model_series heap, goal;
    BASE_VEC(struct model_gap) gaps;
    int64_t first_ns, last_ns;
    struct base_pages pages; /* of the columns */
    struct timeline_work *work;
};

void model_timeline_init(struct model_timeline *timeline);
void model_timeline_add(void *self, const struct order_block *block, const struct order_symbols *symbols);
void model_timeline_finish(struct model_timeline *timeline);
void model_timeline_release(struct model_timeline *timeline);

/* The index in procs of a processor's lane; MODEL_NO_PROC if there is none, as of NO_PROC. */
#define MODEL_NO_PROC UINT32_MAX
uint32_t model_timeline_proc_index(const struct model_timeline *timeline, proc_id id);

/* The lane itself, or NULL. */
const struct model_proc_lane *model_timeline_proc(const struct model_timeline *timeline, proc_id id);

/* The time before which nothing is open any more: what is added later lies behind it. Except for what ran when the
 * trace began, or a gap ended, and is told of only now. */
int64_t model_timeline_until_ns(const struct model_timeline *timeline);

#endif
