/* The threads' next events, the earliest first. Internal to src/order.
 *
 * A cursor decodes one thread's events in file order. The frontier is a binary heap of cursors by time, with exactly
 * the official operations, because the order of events with equal times follows from them; go-trace-ordering.md,
 * section 3.
 */
#ifndef KYMO_ORDER_FRONTIER_H
#define KYMO_ORDER_FRONTIER_H

#include "base/error.h"
#include "wire/event.h"
#include "wire/generation.h"
#include "wire/sound.h"

/* One thread's events. It stands at an event: type and time are decoded, the arguments are not. Whoever takes the event
 * moves `at` behind them, and asks for the next one. */
struct order_cursor {
    const uint8_t *at;       /* the event's arguments, or, if they were taken, the next event */
    const uint8_t *fast_end; /* before this, whole events can be decoded without a look at each byte */
    const uint8_t *end;      /* of the batch */
    const uint8_t *begin;    /* of the event */
    int64_t time_ns;
    uint32_t index; /* of the thread in the generation */
    uint32_t met;   /* of the thread in what ordering knows; see run.h */
    uint8_t type;   /* WIRE_NONE: it stands at none */
    uint32_t batch; /* the batch `at` points into; WIRE_NO_BATCH: none yet */
    uint32_t next_batch;
    thread_id thread;
};

/* An event with its arguments, all decoded; for what is seldom. */
struct order_raw {
    uint64_t args[WIRE_MAX_ARGS - 1]; /* without dt */
    const uint8_t *end;
    uint8_t type;
};

struct frontier_entry {
    int64_t time_ns; /* v1: in ticks */
    union {
        struct order_cursor *cursor;
        struct v1_stream *stream; /* v1_merge.c */
    };
};

struct frontier {
    BASE_VEC(struct order_cursor) cursors;
    BASE_VEC(struct frontier_entry) heap;
};

enum cursor_status { CURSOR_EVENT, CURSOR_DONE, CURSOR_ERROR };

/* The way of events near a batch's end, in batches with long numbers, and of those that are wrong. */
enum cursor_status order_cursor_next_slowly(struct order_cursor *cursor, const struct wire_generation *generation,
                                            struct base_error *ret_error);

/* Decodes the thread's next event. Its arguments are sound then. */
static inline enum cursor_status
order_cursor_next(struct order_cursor *cursor, const struct wire_generation *generation, struct base_error *ret_error)
{
    const uint8_t *at = cursor->at;
    if (__builtin_expect(at >= cursor->fast_end || !wire_timed_args[*at], 0))
        return order_cursor_next_slowly(cursor, generation, ret_error);
    uint64_t dt;
    cursor->begin = at;
    cursor->type = *at;
    cursor->at = wire_sound_read(at + 1, &dt);
    /* The sum may wrap in a damaged trace; it is only compared. */
    cursor->time_ns = (int64_t)((uint64_t)cursor->time_ns + (uint64_t)wire_clock_ns(&generation->clock, dt));
    return CURSOR_EVENT;
}

/* Decodes the event's arguments. */
struct order_raw order_cursor_raw(const struct order_cursor *cursor);

/* Where the event ends that the cursor stands at; if it stands at none, `at`. */
const uint8_t *order_cursor_event_end(const struct order_cursor *cursor);

/* Adds the error's place: where the cursor's event ends. */
void order_cursor_place(const struct order_cursor *cursor, const struct wire_generation *generation,
                        const struct base_mapping *file, struct base_error *error);

void frontier_release(struct frontier *frontier);
void frontier_insert(struct frontier *frontier, struct frontier_entry entry);
void frontier_update(struct frontier *frontier, size_t i);           /* the time at i changed */
void frontier_sink_head(struct frontier *frontier, int64_t time_ns); /* the head's became later */
void frontier_remove(struct frontier *frontier, size_t i);
void frontier_sort(struct frontier *frontier); /* wholly, for the retry path; a sorted array is a valid heap */

#endif
