/* Moves: what ordering finds out about a generation, in a compact form. Internal to src/order.
 *
 * Ordering (run.h) decides which event comes next and what state it leaves goroutines and processors in; telling
 * (teller.h) makes of that the events which analyses see: with names, stacks, ranges, tasks and who was where. Between
 * them stand moves, one an event of the wire, so that generations can be ordered on several threads, and told in turn.
 */
#ifndef KYMO_ORDER_MOVE_H
#define KYMO_ORDER_MOVE_H

#include "base/memory.h"
#include "wire/event.h"

#include <stdbool.h>
#include <stdint.h>

/* Beside the wire's types: */
enum order_move_type {
    ORDER_MOVE_SAMPLE = WIRE_TYPE_END, /* slot: index of the CPU sample; is_detailed, but without any */
    /* What mends a damaged trace: */
    ORDER_MOVE_NOTHING,       /* an event that was left out */
    ORDER_MOVE_GOROUTINE,     /* args: the states it goes from and to */
    ORDER_MOVE_NEW_GOROUTINE, /* args: id */
    ORDER_MOVE_PROC,          /* args: id, the states it goes from and to */
    ORDER_MOVE_THREAD,        /* args: id of the thread, and of the goroutine and processor it has now */
    ORDER_MOVE_TYPES
};

/* `note` of a status: it is new; its thread was known before; see order_proc_status. */
enum { ORDER_STATUS_NEW = 1, ORDER_STATUS_KNOWN_THREAD = 2, ORDER_STATUS_PROMOTED = 4 };

/* What happens next. Of most events ordering needs to know only whom they concern; what else they say stays in the
 * file until it is told. */
struct order_move {
    int64_t time_ns; /* as the thread's clock had it */
    union {
        const uint8_t *at; /* the event's arguments, which are sound */
        uint64_t details;  /* is_detailed: its place in the chunk's `details` */
    };
    uint32_t slot;        /* in the run, of the goroutine concerned */
    uint32_t thread : 23; /* of the generation */
    uint32_t is_detailed : 1;
    uint32_t type : 8;
};

/* The arguments of a move that are not the event's own, or not all there is to be said. */
struct order_details {
    const uint8_t *at; /* the event's arguments */
    uint64_t args[WIRE_MAX_ARGS - 1];
    uint32_t note; /* what ordering found out besides */
};

enum {
    ORDER_CHUNK_MOVES = 4096,
    ORDER_MOST_THREADS = (1 << 23) - 1, /* of a generation */
};

struct order_chunk {
    BASE_VEC(struct order_move) moves;
    BASE_VEC(struct order_details) details;
    struct order_chunk *next; /* of the same run */
};

static inline void order_chunk_clear(struct order_chunk *chunk)
{
    chunk->moves.count = chunk->details.count = 0;
}

/* Where the arguments stand of the event that a move was made of. */
static inline const uint8_t *order_move_at(const struct order_chunk *chunk, const struct order_move *move)
{
    return move->is_detailed ? chunk->details.at[move->details].at : move->at;
}

#endif
