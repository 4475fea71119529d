/* The lives of goroutines: who is who, and what intervals of state a life is made of.
 *
 * Goroutines are numbered in order of appearance; an id that comes again, or behind a gap, is a goroutine of its own.
 * A life is a chain of intervals without holes: a change of state ends one and begins the next, and the goroutine's
 * end, a gap or the trace's end ends the last. What is told of for the first time has been in its state since the last
 * Sync.
 *
 * model_timeline counts the intervals, and model_goroutine_lanes lays them out in another pass: both leave to this what
 * an interval is, so that they agree on damaged traces too.
 */
#ifndef KYMO_MODEL_LIVES_H
#define KYMO_MODEL_LIVES_H

#include "model/lane.h"
#include "order/event.h"
#include "order/symbols.h"

#define MODEL_NO_GOROUTINE UINT32_MAX

struct model_interval {
    uint32_t goroutine; /* its number; MODEL_NO_GOROUTINE: there is none */
    uint32_t slot;
    int64_t start_ns, end_ns; /* start_ns: only where lives are timed */
    enum model_state state;
};

/* A million may live at once: by slot, in columns. */
struct model_lives {
    bool timed;                    /* it is kept since when; to be set before the first event */
    BASE_VEC(uint32_t) goroutines; /* MODEL_NO_GOROUTINE: the slot is not in use */
    BASE_VEC(uint8_t) states;      /* of the open interval; 0: none is open */
    BASE_VEC(int64_t) since_ns;    /* likewise, if timed */
    uint32_t count;                /* goroutines so far */
    int64_t sync_ns;
    BASE_VEC(uint8_t) state_by_reason; /* of waiting, by symbol; 0: not known yet */
};

/* Call it for the first event and for each Sync. */
static inline void model_lives_sync(struct model_lives *lives, int64_t time_ns)
{
    lives->sync_ns = time_ns;
}

/* Follows a goroutine's change of state. Returns the number of the goroutine, and the interval that the change ends,
 * if any: it may be that of another goroutine, whose slot is used again. */
uint32_t model_lives_change(struct model_lives *lives, const struct order_event *event,
                            const struct order_symbols *symbols, struct model_interval *ret_ended);

/* Ends the interval that is open in a slot (below goroutines.count), if any. */
bool model_lives_close(struct model_lives *lives, uint32_t slot, int64_t time_ns, struct model_interval *ret_ended);

/* The number of the goroutine that lives in a slot, or MODEL_NO_GOROUTINE. */
static inline uint32_t model_lives_number(const struct model_lives *lives, uint32_t slot)
{
    return slot < lives->goroutines.count ? lives->goroutines.at[slot] : MODEL_NO_GOROUTINE;
}

/* Forgets all that live, whose intervals were closed before: slots are given out anew behind a gap. */
static inline void model_lives_end(struct model_lives *lives)
{
    lives->goroutines.count = lives->states.count = lives->since_ns.count = 0;
}

void model_lives_release(struct model_lives *lives);

#endif
