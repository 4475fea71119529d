/* Internal to src/order: what the rules of goroutines and processors (rules_sched.c) and those of ranges and annotations
 * (rules_other.c) share.
 *
 * A rule checks first and emits then, before it changes the state: a delivered event carries the context before it took effect.
 */
#ifndef KYMO_ORDER_RULES_H
#define KYMO_ORDER_RULES_H

#include "order/ordering.h"

typedef enum order_verdict order_rule(struct ordering *o, const struct order_raw *raw, struct order_thread *m);

/* Rules by wire type; NULL where the type cannot be ordered. */
extern order_rule *const order_sched_rules[256];
extern order_rule *const order_other_rules[256];

/* What an event demands of its context. */
enum { NEED_M = 1, NEED_P = 2, NEED_G = 4, NO_P_MAY_BE = 8, NO_G_MAY_BE = 16 };


bool order_require(struct ordering *o, const struct order_thread *m, int needs);

/* The event's name in the table of the trace's version, for messages. */
const char *order_type_name(const struct ordering *o, uint8_t type);

/* A new event with the thread's context. */
struct order_event *order_emit(struct ordering *o, const struct order_raw *raw, const struct order_thread *m, enum order_kind kind);

static inline uint32_t order_slot_of(const struct ordering *o, const struct order_thread *m)
{
    return order_sched_goroutine(&o->sched, m->goroutine, m->goroutine_slot);
}

static inline void order_set_goroutine(struct order_thread *m, goroutine_id id, uint32_t slot)
{
    m->goroutine = id;
    m->goroutine_slot = slot;
}

static inline void order_set_proc(struct order_thread *m, proc_id id, uint32_t index)
{
    m->proc = id;
    m->proc_index = index;
}

/* The next number in the same generation. */
static inline bool order_succeeds(const struct ordering *o, const struct order_sequence *last, uint64_t number)
{
    return last->generation == o->generation->number && last->number + 1 == number;
}

#endif
