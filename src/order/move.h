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
    ORDER_MOVE_SAMPLE =
        WIRE_TYPE_END, /* a: index of the CPU sample; wide, but without arguments, and without a thread */
    /* What mends a damaged trace: */
    ORDER_MOVE_NOTHING,       /* an event that was left out */
    ORDER_MOVE_GOROUTINE,     /* a: slot; b, c: the states it goes from and to */
    ORDER_MOVE_NEW_GOROUTINE, /* a: slot; wide: id */
    ORDER_MOVE_PROC,          /* b, c: the states it goes from and to; wide: id */
    ORDER_MOVE_THREAD,        /* wide: id of the thread, and of the goroutine and processor it has now; a: slot */
    ORDER_MOVE_TYPES
};

/* `b` of a status: it is new; its thread was known before; see order_run's proc_status. */
enum { ORDER_STATUS_NEW = 1, ORDER_STATUS_KNOWN_THREAD = 2, ORDER_STATUS_PROMOTED = 4 };

/* The goroutine that an event is about stands in `a`, as a slot of the run; otherwise a, b, c are the first three
 * arguments of the event. Where they do not suffice the move is wide, and c is the index of all the arguments in the
 * chunk's `args`. */
struct order_move {
    int64_t time_ns; /* as the thread's clock had it */
    uint32_t a, b, c;
    uint32_t thread : 23; /* of the generation */
    uint32_t wide : 1;
    uint32_t type : 8;
};

enum {
    ORDER_CHUNK_MOVES = 4096,
    ORDER_MOST_THREADS = (1 << 23) - 1, /* of a generation */
    ORDER_MOVE_ARGS = WIRE_MAX_ARGS - 1,
};

struct order_chunk {
    BASE_VEC(struct order_move) moves;
    BASE_VEC(uint64_t) args;
    struct order_chunk *next; /* of the same run */
};

/* Keeps arguments, for a wide move; returns their index. */
static inline uint32_t order_chunk_keep(struct order_chunk *chunk, const uint64_t args[ORDER_MOVE_ARGS])
{
    uint32_t index = (uint32_t)chunk->args.count;
    for (int i = 0; i < ORDER_MOVE_ARGS; i++)
        *base_vec_add(&chunk->args) = args[i];
    return index;
}

static inline const uint64_t *order_move_args(const struct order_chunk *chunk, const struct order_move *move)
{
    return &chunk->args.at[move->c];
}

#endif
