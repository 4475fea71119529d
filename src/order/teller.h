/* Telling: makes the events that analyses see of a generation's moves. Internal to src/order.
 *
 * It follows who is where, gives ids of names and stacks their symbols, and holds what only tells something (ranges,
 * tasks, regions, figures) against what is open; go-trace-ordering.md, sections 5.3 and 5.4. v1_convert.c emits its
 * events through it as well.
 */
#ifndef KYMO_ORDER_TELLER_H
#define KYMO_ORDER_TELLER_H

#include "base/error.h"
#include "base/program.h"
#include "order/contexts.h"
#include "order/run.h"
#include "order/symbols.h"

enum {
    ORDER_SMALL_BLOCK = 256, /* events in a block */
    ORDER_LARGE_BLOCK = 4096,
    ORDER_MOST_AT_ONCE = 8, /* events of one move, or one v1 event */
};

/* Symbol ids of the names that the rules themselves need. */
struct order_names {
    uint32_t gc_mark, sweep, mark_assist;
    struct base_map stw; /* from a kind to "stop-the-world (KIND)" */
};

/* From what the generation's tables call things to symbols, filled in as they are asked for. */
struct symbol_map {
    uint32_t *of; /* SYMBOL_UNKNOWN: not asked for yet */
    size_t count, capacity;
};

#define SYMBOL_UNKNOWN UINT32_MAX

/* Events in a block, with room for what one move may add to an almost full one. */
enum { ORDER_BLOCK_ROOM = ORDER_LARGE_BLOCK + ORDER_MOST_AT_ONCE };

struct order_teller {
    struct order_contexts known;
    struct order_symbols symbols;
    struct order_names names;
    const struct wire_generation *generation;
    bool initial; /* nothing is known before the generation */
    int version;
    uint32_t wanted; /* kinds of events, bits; the others are made, but do not stay in the block */
    int64_t last_time_ns;
    struct symbol_map strings, stacks; /* by the wire's id, where ids are dense */
    struct symbol_map frames;          /* by table index */
    BASE_VEC(uint32_t) slots;          /* of goroutines, by their slot in the run; behind its end they are the same */
    BASE_VEC(uint32_t) threads;        /* in `known`, by their place in the generation; ORDER_NO_SLOT: not met yet */
    /* The block being filled, and the one before it, which is still lent out. */
    struct order_event *events, *lent;
    size_t count;
    struct order_context no_thread; /* of thread -1, reset for each event */
    struct base_error error;
    struct base_program *program; /* names addresses; may be NULL */
    bool go_on;                   /* a name or stack that does not exist is left out */
    struct base_error missing;    /* the first such in this generation */
};

void order_teller_init(struct order_teller *t, int version, bool go_on);
void order_teller_release(struct order_teller *t);

/* Empties the block, leaving the events of the last one as they are. */
void order_teller_turn(struct order_teller *t);

/* Forgets what is known of goroutines, processors and threads: it holds no longer. */
void order_teller_forget(struct order_teller *t);

/* Makes the generation's tables the ones that ids refer to. own_slots: the run began with slots of its own, not with
 * those of the run before. */
void order_teller_enter(struct order_teller *t, const struct wire_generation *generation, bool initial, bool own_slots);

/* After a run that presumed: goroutines that it did not touch have slots in it now. */
void order_teller_adopt(struct order_teller *t, const struct order_adoptions *adoptions);

/* What an event is told from: its type and arguments, and its thread's context. */
struct order_telling {
    struct order_teller *t;
    int64_t time_ns;
    const uint64_t *args;
    struct order_context *m;
    uint8_t type;
};

/* Ranges, tasks, regions, figures, labels and logs (tell_other.c). False, with an error, if it cannot be. */
bool order_tell_other(const struct order_telling *telling);

/* Tells moves of a chunk from `from` on until the block holds most_events; returns how many were told. Less, with an
 * error, if one cannot be told; it has added no event. */
size_t order_teller_tell(struct order_teller *t, const struct order_chunk *chunk, size_t from, size_t most_events);

/* A new event at the end of the block, its time made later than that of the one before; what is not given is 0 or none.
 * It may be changed until the next one is emitted.
 * Fields are set one by one, in the order they lie: clearing the whole first costs more than all of them. */
static inline struct order_event *order_teller_emit(struct order_teller *t, int64_t time_ns, enum order_kind kind,
                                                    const struct order_context *context)
{
    struct order_event *event = &t->events[t->count];
    t->count += t->wanted >> kind & 1;
    time_ns = time_ns > t->last_time_ns ? time_ns : t->last_time_ns + (t->last_time_ns < INT64_MAX);
    event->time_ns = t->last_time_ns = time_ns;
    event->resource = -1;
    event->context = *context;
    event->resource_slot = ORDER_NO_SLOT;
    event->stack = event->transition_stack = ORDER_NO_STACK;
    event->name = ORDER_EMPTY_STRING;
    event->kind = (uint8_t)kind;
    event->from = event->to = event->detail = event->scope = 0;
    return event;
}

/* Where it is put that a name or a stack does not exist. */
static inline struct base_error *order_teller_missing(struct order_teller *t)
{
    return t->go_on ? &t->missing : &t->error;
}

/* A stack of one address, named by what is known of it; for traces that hold addresses alone. */
uint32_t order_teller_address_stack(struct order_teller *t, uint64_t pc);

/* The way of ids that were not asked for before, or are not dense. A missing id is an error that names the event type,
 * or, when reading goes on, empty. */
uint32_t order_teller_find_stack(struct order_teller *t, uint64_t id, uint8_t type);
uint32_t order_teller_find_string(struct order_teller *t, uint64_t id, uint8_t type);

/* Symbols of the wire's ids. */
static inline uint32_t order_teller_stack(struct order_teller *t, uint64_t id, uint8_t type)
{
    if (id < t->stacks.count && t->stacks.of[id] != SYMBOL_UNKNOWN)
        return t->stacks.of[id];
    return order_teller_find_stack(t, id, type);
}

static inline uint32_t order_teller_string(struct order_teller *t, uint64_t id, uint8_t type)
{
    if (id < t->strings.count && t->strings.of[id] != SYMBOL_UNKNOWN)
        return t->strings.of[id];
    return order_teller_find_string(t, id, type);
}

#endif
