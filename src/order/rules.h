/* Internal to src/order: what the rules of goroutines and processors (rules_sched.c) and those of ranges and
 * annotations (rules_other.c) share.
 *
 * A rule checks first and emits then, before it changes the state: a delivered event carries the context before it took
 * effect.
 */
#ifndef KYMO_ORDER_RULES_H
#define KYMO_ORDER_RULES_H

#include "order/ordering.h"

typedef enum order_verdict order_rule(struct ordering *o, const struct order_raw *raw, struct order_context *m);

/* rules_sched.c */
order_rule order_proc_status, order_proc_start, order_proc_stop, order_proc_steal, order_go_status, order_go_create,
    order_go_start, order_go_stop, order_go_unblock, order_go_switch, order_go_syscall_begin, order_go_syscall_end,
    order_go_syscall_end_blocked, order_go_create_syscall, order_go_destroy_syscall;

/* rules_other.c */
order_rule order_goroutine_range_begin, order_goroutine_range_end, order_mark_assist_active, order_sweep_active,
    order_sweep_begin, order_sweep_end, order_gc_begin, order_gc_active, order_gc_end, order_metric, order_label,
    order_task_begin, order_task_end, order_region, order_user_log, order_experimental;

/* The states that statuses are delivered as: enum order_state. */
extern const uint8_t order_go_states[GO_STATUSES], order_proc_states[PROC_STATUSES];

/* What an event demands of its context. */
enum { NEED_M = 1, NEED_P = 2, NEED_G = 4, NO_P_MAY_BE = 8, NO_G_MAY_BE = 16 };

bool order_require_or_fail(struct ordering *o, const struct order_context *m, int needs);

/* False if the context is not as it must be: that has been put into the error. */
static inline bool order_require(struct ordering *o, const struct order_context *m, int needs)
{
    bool met = (!(needs & NEED_M) || m->thread.n != -1) && (!(needs & NEED_P) || m->proc.n != -1) &&
               (!(needs & NO_P_MAY_BE) || m->proc.n == -1) && (!(needs & NEED_G) || m->goroutine.n != -1) &&
               (!(needs & NO_G_MAY_BE) || m->goroutine.n == -1);
    return __builtin_expect(met, 1) || order_require_or_fail(o, m, needs);
}

/* The event's name in the table of the trace's version, for messages. */
const char *order_type_name(const struct ordering *o, uint8_t type);

/* A new event with the thread's context. */
static inline struct order_event *order_emit(struct ordering *o, const struct order_raw *raw,
                                             const struct order_context *m, enum order_kind kind)
{
    return ordering_emit(o, raw->time_ns, kind, m);
}

static inline void order_set_goroutine(struct order_context *m, goroutine_id id, uint32_t slot)
{
    m->goroutine = id;
    m->goroutine_slot = slot;
}

static inline void order_set_proc(struct order_context *m, proc_id id, uint32_t index)
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
