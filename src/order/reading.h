/* Internal to src/order: the reader's insides, which reader.c (the stream), damage.c (what to do about damage) and
 * v1_reader.c (v1 files) share. */
#ifndef KYMO_ORDER_READING_H
#define KYMO_ORDER_READING_H

#include "order/frontier.h"
#include "order/ordering.h"
#include "order/reader.h"
#include "order/v1.h"

/* In a raw event's thread: it was not looked up yet in this generation. */
#define ORDER_NOT_MET (ORDER_NO_SLOT - 1)

/* Kept out of the loop over events, which must stay small to be fast. */
#define ORDER_RARE __attribute__((noinline, cold))

/* What is wrong with the generation that is being read. */
struct order_wrong {
    bool entered;           /* there is a generation whose end is to be looked at */
    int64_t began_ns;       /* its Sync's time */
    struct base_error why;  /* the first thing */
    int64_t from_ns, to_ns; /* when that was, and the last thing */
    bool given_up;          /* it could not be ordered to its end */
    uint64_t bytes;         /* that were left out */
    int64_t latest_ns;      /* known of what was left out at the end */
    uint64_t mended;
    unsigned stuck; /* how often no thread could advance */
    bool impatient; /* what it lacks never comes: that was tried */
    unsigned trials;
    const uint8_t *waits_at; /* the event that was tried last */
};

struct order_reader {
    const struct base_mapping *file;
    bool go_on;
    struct wire_header header;
    struct wire_reader wire; /* of a v2 trace */
    struct wire_generation generation;
    struct ordering ordering;
    struct frontier frontier;
    struct order_v1 *v1; /* of a v1 trace, once it was read; its one generation is `generation` */
    size_t block_events;
    size_t next_sample;
    int64_t next_sample_ns;     /* INT64_MAX: there is none */
    struct order_sync syncs[2]; /* by the parity of their number: a block's lives as long as the block */
    uint64_t sync_count;
    enum { READING, FINISHED, FAILED } phase; /* FINISHED, FAILED: after what is in the block */
    bool any_events;
    uint64_t initial_generation;
    struct base_error cursor_error; /* where decoding puts it, until it is taken over */
    struct base_error error;

    /* When reading goes on: */
    BASE_VEC(struct order_loss) losses;
    uint64_t generation_count; /* that were read, or a part of them */
    struct order_wrong wrong;
    bool broken; /* what is known holds no longer */
    int64_t broken_from_ns;
};

/* reader.c */

void order_reading_sync(struct order_reader *reader, int64_t time_ns, bool has_generation);

/* The end of the trace. Where nothing could be read, that is an error even when reading goes on. */
void order_reading_finish(struct order_reader *reader);

/* damage.c: functions with an error take it over. */

/* Ends reading, after what is in the block. */
void order_reading_give_up(struct order_reader *reader, struct base_error *error);

/* Ends the generation, or, unless reading goes on, all of it. */
ORDER_RARE void order_reading_fail(struct order_reader *reader, struct base_error *error,
                                   const struct order_cursor *cursor);

/* The first damage of a generation is why something is lost of it. */
ORDER_RARE void order_reading_note(struct order_reader *reader, struct base_error *error,
                                   const struct order_cursor *cursor);

/* Takes over loss->why. A stretch that ends at INT64_MAX ends with the next Sync. */
void order_reading_add_loss(struct order_reader *reader, struct order_loss *loss);

/* What is known now holds no longer at the next Sync. */
void order_reading_break_off(struct order_reader *reader);

/* What of the generation that ends now was lost. */
void order_reading_settle(struct order_reader *reader);

/* The event at i of the frontier cannot be: what it needs is put in, or it is left out. */
ORDER_RARE void order_reading_mend(struct order_reader *reader, size_t i);

/* The head of the frontier, which has to wait for another thread's event, and has waited for long, waits in vain. */
ORDER_RARE bool order_reading_waits_in_vain(struct order_reader *reader);

/* No thread can advance. */
ORDER_RARE void order_reading_stuck(struct order_reader *reader);

/* v1_reader.c */

void order_reading_fill_v1(struct order_reader *reader);

/* ---- what a thread does next ---- */

/* A thread is known from the first try to advance it, not before: another one may say first what it is doing. */
static inline void order_meet_thread(struct order_sched *sched, struct order_cursor *cursor)
{
    cursor->raw.thread = cursor->thread.n == -1 ? ORDER_NO_SLOT : order_sched_thread(sched, cursor->thread);
    if (cursor->raw.thread == ORDER_NO_SLOT && cursor->thread.n != -1)
        cursor->raw.thread = order_sched_add_thread(sched, cursor->thread);
}

static inline enum order_verdict order_reading_advance(struct order_reader *reader, struct order_cursor *cursor)
{
    if (__builtin_expect(cursor->raw.thread == ORDER_NOT_MET, 0))
        order_meet_thread(&reader->ordering.sched, cursor);
    return order_advance(&reader->ordering, &cursor->raw);
}

/* The thread's next event. One that cannot be decoded ends its batch when reading goes on. */
static inline enum cursor_status order_reading_next_event(struct order_reader *reader, struct order_cursor *cursor)
{
    enum cursor_status status = order_cursor_next(cursor, &reader->generation, &reader->cursor_error);
    while (__builtin_expect(status == CURSOR_ERROR, 0) && reader->go_on) {
        order_reading_note(reader, &reader->cursor_error, cursor);
        reader->wrong.bytes += (uint64_t)(cursor->end - cursor->begin);
        cursor->at = cursor->end;
        status = order_cursor_next(cursor, &reader->generation, &reader->cursor_error);
    }
    return status;
}

/* After the entry at i advanced: its thread's next event takes its place. */
static inline void order_reading_step(struct order_reader *reader, size_t i)
{
    struct order_cursor *cursor = reader->frontier.heap.at[i].cursor;
    enum cursor_status status = order_reading_next_event(reader, cursor);
    if (__builtin_expect(status == CURSOR_EVENT, 1) && !i)
        frontier_update_head(&reader->frontier);
    else if (status == CURSOR_EVENT)
        frontier_update(&reader->frontier, i);
    else if (status == CURSOR_DONE)
        frontier_remove(&reader->frontier, i);
    else
        order_reading_fail(reader, &reader->cursor_error, cursor);
}

#endif
