/* One generation being ordered: from its batches to moves. Internal to src/order.
 *
 *     struct order_run *run = order_run_new(version, go_on);
 *     … run->generation is read, run->sched is what is known before it …
 *     order_run_enter(run);
 *     while ((stop = order_run_go(run, ORDER_CHUNK_MOVES)) == ORDER_RUN_FULL)
 *         … run->chunk->moves are told; then they are none …
 *     order_run_free(run);
 *
 * A run applies the rules of go-trace-ordering.md, section 5, to the threads' events, the earliest first. It begins
 * with what the generation before left behind, or, where that is not known yet, with presumptions (presume.h).
 */
#ifndef KYMO_ORDER_RUN_H
#define KYMO_ORDER_RUN_H

#include "order/frontier.h"
#include "order/move.h"
#include "order/presume.h"
#include "order/sched.h"

/* In a cursor's `met`: the thread was not tried yet in this generation. A thread is known from the first try to advance
 * it, not before: another one may say first what it is doing. */
#define ORDER_NOT_MET (ORDER_NO_SLOT - 1)

enum order_verdict { ORDER_ADVANCED, ORDER_RETRY, ORDER_FATAL };

/* Why a run stops for now. Where `error` is set, it says what is wrong with the event at
 * frontier.heap.at[run.stopped_at]. */
enum order_stop {
    ORDER_RUN_FULL,        /* there are as many moves as were asked for */
    ORDER_RUN_DONE,        /* the generation's end, or there is none yet */
    ORDER_RUN_WRONG,       /* an event cannot be */
    ORDER_RUN_UNDECODABLE, /* the event after it cannot be decoded: order_run_step goes on behind it */
    ORDER_RUN_OVERDUE,     /* the earliest event has been waiting for another thread's for long */
    ORDER_RUN_STUCK,       /* no thread can advance */
    ORDER_RUN_UNTOUCHED,   /* it was not begun: order_run_enter is next */
};

struct order_run {
    struct wire_generation generation;
    int version;
    bool go_on;   /* past damage */
    bool initial; /* nothing is known before this generation */
    struct order_sched sched;
    struct frontier frontier;
    struct order_thread no_thread;    /* of thread -1: nothing stays */
    struct order_chunk *chunk;        /* that is being filled */
    struct order_move *out, *out_end; /* in it, while it is */
    struct order_presumptions presumptions;
    struct order_adoptions adoptions;
    size_t next_sample;
    int64_t next_sample_ns;      /* INT64_MAX: there is none */
    const uint8_t *patient_with; /* the overdue event that will have its turn */
    size_t stopped_at;
    bool any_events; /* it had, after order_run_enter */
    struct base_error error;

    /* In a crew: */
    enum { ORDER_RUN_QUEUED, ORDER_RUN_AT_WORK, ORDER_RUN_STOPPED } phase;
    enum order_stop stop; /* of a run that has stopped */
    bool may_presume;
    bool begun;                                   /* with what the run before left behind */
    bool takeable;                                /* its moves are */
    bool final;                                   /* what it left behind is known */
    size_t ordered;                               /* moves */
    struct order_chunk *first_chunk, *last_chunk; /* that wait to be taken */
    struct order_run *next;
};

void order_chunk_free(struct order_chunk *chunk);

struct order_run *order_run_new(int version, bool go_on);
void order_run_free(struct order_run *run);

/* Sets up the threads' cursors; threads without any event are left out. False, with stopped_at the place in
 * frontier.cursors, where a first event cannot be decoded; order_run_enter_further goes on behind it. */
bool order_run_enter(struct order_run *run);
bool order_run_enter_further(struct order_run *run);

/* Orders on until the chunk holds so many moves. */
enum order_stop order_run_go(struct order_run *run, size_t most_moves);

/* Whether the event at a place of the frontier can happen now; if so, it does. */
enum order_verdict order_run_advance(struct order_run *run, struct order_cursor *cursor);

/* After the event at a place of the frontier happened, or was left out: its thread's next one takes its place. False if
 * that cannot be decoded. */
bool order_run_step(struct order_run *run, size_t i);

/* Of an event that cannot be: makes the state what it needs, if that can be told. Then it may be tried once more. */
bool order_run_mend(struct order_run *run, const struct order_cursor *cursor);

/* A new move, of which only type, time and thread are set. */
struct order_move *order_run_add(struct order_run *run, const struct order_cursor *cursor, unsigned type);

/* The same with arguments. */
struct order_move *order_run_add_wide(struct order_run *run, const struct order_cursor *cursor, unsigned type,
                                      const uint64_t args[ORDER_MOVE_ARGS]);

/* Makes a CPU sample the next one. */
void order_run_find_sample(struct order_run *run, size_t index);

/* The event's name in the table of the trace's version, for messages. */
const char *order_type_name(int version, uint8_t type);

#endif
