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
    uint32_t met;         /* the thread's index in what ordering knows; see run.h */
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

/* Decodes the thread's next event into cursor->raw. */
enum cursor_status order_cursor_next(struct order_cursor *cursor, const struct wire_generation *generation,
                                     struct base_error *ret_error);

/* Adds the error's place: where the cursor's last event stands. */
void order_cursor_place(const struct order_cursor *cursor, const struct wire_generation *generation,
                        const struct base_mapping *file, struct base_error *error);

void frontier_release(struct frontier *frontier);
void frontier_insert(struct frontier *frontier, struct frontier_entry entry);
void frontier_update(struct frontier *frontier, size_t i); /* the time at i changed */
void frontier_remove(struct frontier *frontier, size_t i);
void frontier_sort(struct frontier *frontier); /* wholly, for the retry path; a sorted array is a valid heap */

/* frontier_update(frontier, 0): the next event of a thread is mostly the next of all, and nothing moves. */
static inline void frontier_update_head(struct frontier *frontier)
{
    struct frontier_entry *heap = frontier->heap.at;
    size_t count = frontier->heap.count;
    int64_t time_ns = heap[0].time_ns = heap[0].cursor->raw.time_ns;
    if ((count > 1 && heap[1].time_ns < time_ns) || (count > 2 && heap[2].time_ns < time_ns))
        frontier_update(frontier, 0);
}

#endif
