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

/* One decoded wire event. */
struct order_raw {
    int64_t time_ns;
    uint64_t args[WIRE_MAX_ARGS - 1]; /* without dt */
    uint8_t type;
};

struct order_cursor {
    const uint8_t *at, *end;
    const uint8_t *begin; /* of the event decoded last */
    struct order_raw raw; /* the event decoded last; its time runs on */
    uint32_t index;       /* of the thread in the generation */
    uint32_t met;         /* of the thread in what ordering knows; see run.h */
    uint32_t batch;       /* the batch `at` points into; WIRE_NO_BATCH: none yet */
    uint32_t next_batch;
    thread_id thread;
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

/* The way of events at a batch's end, and of those that are wrong. */
enum cursor_status order_cursor_next_slowly(struct order_cursor *cursor, const struct wire_generation *generation,
                                            struct base_error *ret_error);
const uint8_t *order_cursor_read_long(const uint8_t *at, uint64_t *ret_value);

/* A number that is known to end within the readable bytes; NULL if it is malformed. Lengths repeat, so that branches on
 * them are foreseen well: measured faster than eight bytes at a time without branches. */
static inline const uint8_t *order_cursor_read(const uint8_t *at, uint64_t *ret_value)
{
    uint64_t value = at[0];
    if (value < 0x80) {
        *ret_value = value;
        return at + 1;
    }
    value += (uint64_t)at[1] << 7;
    if (at[1] < 0x80) {
        *ret_value = value - 0x80;
        return at + 2;
    }
    value += (uint64_t)at[2] << 14;
    if (at[2] < 0x80) {
        *ret_value = value - 0x80 - (0x80 << 7);
        return at + 3;
    }
    return order_cursor_read_long(at, ret_value);
}

/* Decodes the thread's next event into cursor->raw. */
static inline enum cursor_status
order_cursor_next(struct order_cursor *cursor, const struct wire_generation *generation, struct base_error *ret_error)
{
    const uint8_t *at = cursor->at;
    if (__builtin_expect(cursor->end - at < 1 + WIRE_MAX_EVENT_BYTES, 0))
        return order_cursor_next_slowly(cursor, generation, ret_error);
    uint8_t type = *at++;
    unsigned count = wire_timed_args[type];
    uint64_t dt;
    at = order_cursor_read(at, &dt);
    for (unsigned i = 0; at && i + 1 < count; i++)
        at = order_cursor_read(at, &cursor->raw.args[i]);
    if (__builtin_expect(!at || !count, 0))
        return order_cursor_next_slowly(cursor, generation, ret_error);
    cursor->begin = cursor->at;
    cursor->at = at;
    /* The sum may wrap in a damaged trace; it is only compared. */
    cursor->raw.time_ns = (int64_t)((uint64_t)cursor->raw.time_ns + (uint64_t)wire_clock_ns(&generation->clock, dt));
    cursor->raw.type = type;
    return CURSOR_EVENT;
}

/* Adds the error's place: where the cursor's last event stands. */
void order_cursor_place(const struct order_cursor *cursor, const struct wire_generation *generation,
                        const struct base_mapping *file, struct base_error *error);

void frontier_release(struct frontier *frontier);
void frontier_insert(struct frontier *frontier, struct frontier_entry entry);
void frontier_update(struct frontier *frontier, size_t i);           /* the time at i changed */
void frontier_sink_head(struct frontier *frontier, int64_t time_ns); /* the head's became later */
void frontier_remove(struct frontier *frontier, size_t i);
void frontier_sort(struct frontier *frontier); /* wholly, for the retry path; a sorted array is a valid heap */

#endif
