/* The ordering proper: whether an event can happen now, what it changes, and what is delivered for it.
 *
 * Internal to src/order. order_advance applies the rules of go-trace-ordering.md, section 5, to one raw event.
 */
#ifndef KYMO_ORDER_ORDERING_H
#define KYMO_ORDER_ORDERING_H

#include "base/error.h"
#include "base/program.h"
#include "order/event.h"
#include "order/sched.h"
#include "order/symbols.h"
#include "wire/event.h"
#include "wire/generation.h"

enum {
    ORDER_SMALL_BLOCK = 256, /* events in a block */
    ORDER_LARGE_BLOCK = 4096,
    ORDER_MOST_AT_ONCE = 8, /* delivered events of one raw event, what is needed to mend it included */
};

/* One decoded wire event. */
struct order_raw {
    int64_t time_ns;
    uint64_t args[WIRE_MAX_ARGS - 1]; /* without dt */
    uint32_t thread;                  /* index in the state; ORDER_NO_SLOT for thread -1 */
    uint8_t type;
};

enum order_verdict { ORDER_ADVANCED, ORDER_RETRY, ORDER_FATAL };

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

/* Events in a block, with room for what one raw event may add to an almost full one. */
enum { ORDER_BLOCK_ROOM = ORDER_LARGE_BLOCK + ORDER_MOST_AT_ONCE };

struct ordering {
    struct order_sched sched;
    struct order_symbols symbols;
    struct order_names names;
    const struct wire_generation *generation;
    bool initial_generation;
    int version;
    int64_t last_time_ns;
    struct symbol_map strings, stacks; /* by the wire's id, where ids are dense */
    struct symbol_map frames;          /* by table index */
    /* The block being filled, and the one before it, which is still lent out. */
    struct order_event *events, *lent;
    size_t count;
    struct order_context no_thread; /* context of thread -1, reset for each event */
    struct base_error error;
    struct base_program *program; /* names addresses; may be NULL */
    bool go_on;                   /* a name or stack that does not exist is left out */
    struct base_error missing;    /* the first such in this generation */
};

void ordering_init(struct ordering *o, int version, bool go_on);
void ordering_release(struct ordering *o);

/* Empties the block, leaving the events of the last one as they are. */
void ordering_turn(struct ordering *o);

/* Forgets what is known of goroutines, processors and threads: it holds no longer. */
void ordering_forget(struct ordering *o);

/* Makes the generation's tables the ones that ids refer to. */
void ordering_enter(struct ordering *o, const struct wire_generation *generation, bool initial);

enum order_verdict order_advance(struct ordering *o, const struct order_raw *raw);

/* Of an event that cannot be: makes the state what it needs, if that can be told. Then it may be tried once more. */
bool order_mend(struct ordering *o, const struct order_raw *raw);

/* Delivers a CPU sample. */
void order_sample(struct ordering *o, const struct wire_cpu_sample *sample);

#define ORDER_NO_CONTEXT ((struct order_context){NO_THREAD, NO_PROC, NO_GOROUTINE, ORDER_NO_SLOT, ORDER_NO_SLOT})

/* A new event at the end of the block, its time made later than that of the one before; what is not given is 0 or none.
 * Fields are set one by one, in the order they lie: clearing the whole first costs more than all of them. */
static inline struct order_event *ordering_emit(struct ordering *o, int64_t time_ns, enum order_kind kind,
                                                const struct order_context *context)
{
    struct order_event *event = &o->events[o->count++];
    time_ns = time_ns > o->last_time_ns ? time_ns : o->last_time_ns + (o->last_time_ns < INT64_MAX);
    event->time_ns = o->last_time_ns = time_ns;
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
static inline struct base_error *ordering_missing(struct ordering *o)
{
    return o->go_on ? &o->missing : &o->error;
}

/* A stack of one address, named by what is known of it; for traces that hold addresses alone. */
uint32_t ordering_address_stack(struct ordering *o, uint64_t pc);

/* The way of ids that were not asked for before, or are not dense. A missing id is an error that names the event type,
 * or, when reading goes on, empty. */
uint32_t ordering_find_stack(struct ordering *o, uint64_t id, uint8_t type);
uint32_t ordering_find_string(struct ordering *o, uint64_t id, uint8_t type);

/* Symbols of the wire's ids. */
static inline uint32_t ordering_stack(struct ordering *o, uint64_t id, uint8_t type)
{
    if (id < o->stacks.count && o->stacks.of[id] != SYMBOL_UNKNOWN)
        return o->stacks.of[id];
    return ordering_find_stack(o, id, type);
}

static inline uint32_t ordering_string(struct ordering *o, uint64_t id, uint8_t type)
{
    if (id < o->strings.count && o->strings.of[id] != SYMBOL_UNKNOWN)
        return o->strings.of[id];
    return ordering_find_string(o, id, type);
}

#endif
