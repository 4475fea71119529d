/* What each goroutine did: its intervals of state, from the first to the last moment it was there.
 *
 * All intervals lie one goroutine after the other, those of each in order of time, in columns of paged memory
 * (base/paged.h): a length, from which follows when the next one begins, and a state; five bytes. Every 64 intervals
 * there is a time, and the time per state of all intervals before, so that the time per state of any stretch of any
 * goroutine costs two searches and at most 126 additions. That is another 1.25 bytes an interval, and 8 a goroutine.
 *
 * The sink of a second pass, when the timeline of the same trace is finished: that has counted the intervals, so each
 * is laid in its place at once.
 *
 *     model_goroutine_lanes_init(&lanes, &timeline);
 *     struct model_sink sink = {model_goroutine_lanes_add, &lanes};
 *     … a pass …
 *     model_goroutine_lanes_finish(&lanes);
 *
 * Goroutines are known by their number (model/lives.h), an index of timeline->actors.
 */
#ifndef KYMO_MODEL_GOROUTINE_LANES_H
#define KYMO_MODEL_GOROUTINE_LANES_H

#include "model/timeline.h"

/* The states that a living goroutine may have, in the order of their prefix sums. */
enum { MODEL_LIFE_STATES = 9 };
extern const enum model_state model_life_states[MODEL_LIFE_STATES];

struct model_goroutine_step {
    int64_t start_ns;              /* of its first interval */
    int64_t ns[MODEL_LIFE_STATES]; /* of all intervals before it, whatever the goroutine */
};

struct model_long_interval {
    uint64_t index;
    int64_t length_ns;
};

struct model_goroutine_lanes {
    const struct model_timeline *timeline; /* for its actors; not owned, must not change */
    uint64_t interval_count;
    /* By goroutine. */
    int64_t *first_ns;
    uint64_t *bases; /* of each 64th: the index of its first interval */
    /* By interval. */
    uint32_t *lengths_ns;                                /* UINT32_MAX: see long_intervals */
    uint8_t *states;                                     /* indices of model_life_states */
    BASE_VEC(struct model_long_interval) long_intervals; /* by index */
    struct model_goroutine_step *steps;                  /* of MODEL_LANE_STEP intervals */
    struct base_pages pages;
    struct goroutine_lanes_work *work;
};

/* The timeline is finished, and stays as long as the lanes. */
void model_goroutine_lanes_init(struct model_goroutine_lanes *lanes, const struct model_timeline *timeline);
void model_goroutine_lanes_add(void *self, const struct order_block *block, const struct order_symbols *symbols);
void model_goroutine_lanes_finish(struct model_goroutine_lanes *lanes);
void model_goroutine_lanes_release(struct model_goroutine_lanes *lanes);

/* One goroutine's lane: a view that is valid as long as the lanes. */
struct model_goroutine_lane {
    const struct model_goroutine_lanes *lanes;
    uint32_t goroutine; /* its number, below timeline->actors.count */
    size_t count;       /* of intervals */
    uint64_t first;     /* index of the first among those of all */
};

struct model_goroutine_lane model_goroutine_lane_of(const struct model_goroutine_lanes *lanes, uint32_t goroutine);

/* Like model_lane_read, model_lane_place and model_lane_places: intervals are counted from the goroutine's first,
 * `what` is its number. */
size_t model_goroutine_lane_read(const struct model_goroutine_lane *lane, size_t first, size_t count,
                                 struct model_slice *ret_slices);
void model_goroutine_lane_place(const struct model_goroutine_lane *lane, int64_t time_ns,
                                struct model_place *ret_place);
void model_goroutine_lane_places(const struct model_goroutine_lane *lane, const int64_t *times_ns, size_t count,
                                 struct model_place *ret_places);

/* One goroutine's life in figures. */
struct model_life_figures {
    int64_t start_ns, end_ns;
    int64_t ns[MODEL_STATES];
};

void model_goroutine_lane_figures(const struct model_goroutine_lane *lane, struct model_life_figures *ret_figures);

/* Of all goroutines in order of their numbers: cheaper than one by one. */
void model_goroutine_lanes_visit(const struct model_goroutine_lanes *lanes,
                                 void (*visit)(void *context, uint32_t goroutine,
                                               const struct model_life_figures *figures),
                                 void *context);

/* The same of a stretch of time, for goroutines that are there for some of it: figures hold what lies within. Takes no
 * longer than visiting all, and less where lives are long. */
void model_goroutine_lanes_visit_span(const struct model_goroutine_lanes *lanes, int64_t from_ns, int64_t to_ns,
                                      void (*visit)(void *context, uint32_t goroutine,
                                                    const struct model_life_figures *figures),
                                      void *context);

#endif
