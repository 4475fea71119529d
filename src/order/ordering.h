/* The ordering proper: whether an event can happen now, what it changes, and what is delivered for it.
 *
 * Internal to src/order. order_advance applies the rules of go-trace-ordering.md, section 5, to one raw event.
 */
#ifndef KYMO_ORDER_ORDERING_H
#define KYMO_ORDER_ORDERING_H

#include "base/error.h"
#include "order/event.h"
#include "order/sched.h"
#include "order/symbols.h"
#include "wire/event.h"
#include "wire/generation.h"

enum {
    ORDER_BLOCK_EVENTS = 256,
    ORDER_MOST_AT_ONCE = 3, /* delivered events of one raw event */
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

struct ordering {
    struct order_sched sched;
    struct order_symbols symbols;
    struct order_names names;
    const struct wire_generation *generation;
    bool initial_generation;
    int version;
    int64_t last_time_ns;
    /* From the generation's table indices to symbols; 0: not yet asked for. Index 0 is handled apart. */
    BASE_VEC(uint32_t) string_symbols;
    BASE_VEC(uint32_t) stack_symbols;
    struct order_event events[ORDER_BLOCK_EVENTS + ORDER_MOST_AT_ONCE];
    size_t count;
    struct order_thread no_thread; /* context of thread -1, reset for each event */
    struct base_error error;
};

void ordering_init(struct ordering *o, int version);
void ordering_release(struct ordering *o);

/* Makes the generation's tables the ones that ids refer to. */
void ordering_enter(struct ordering *o, const struct wire_generation *generation, bool initial);

enum order_verdict order_advance(struct ordering *o, const struct order_raw *raw);

/* Delivers a CPU sample. */
void order_sample(struct ordering *o, const struct wire_cpu_sample *sample);

/* A new event at the end of the block with its time made later than the one before; everything else is 0 or none. */
struct order_event *ordering_emit(struct ordering *o, int64_t time_ns, enum order_kind kind);

/* Symbols of table ids. A missing id is an error that names the event type. */
uint32_t ordering_stack(struct ordering *o, uint64_t id, uint8_t type);
uint32_t ordering_string(struct ordering *o, uint64_t id, uint8_t type);

#endif
