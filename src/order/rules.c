#include "order/rules.h"

#include <stdio.h>

bool order_require(struct ordering *o, const struct order_thread *m, int needs)
{
    if ((needs & NEED_M) && m->id.n == -1)
        return base_fail(&o->error, "expected a thread but didn't have one");
    if ((needs & NEED_P) && m->proc.n == -1)
        return base_fail(&o->error, "expected a proc but didn't have one");
    if ((needs & NO_P_MAY_BE) && m->proc.n != -1)
        return base_fail(&o->error, "expected no proc but had one");
    if ((needs & NEED_G) && m->goroutine.n == -1)
        return base_fail(&o->error, "expected a goroutine but didn't have one");
    if ((needs & NO_G_MAY_BE) && m->goroutine.n != -1)
        return base_fail(&o->error, "expected no goroutine but had one");
    return true;
}

const char *order_type_name(const struct ordering *o, uint8_t type)
{
    static _Thread_local char invalid[32];
    const char *name = wire_event_name(o->version, type);
    if (name)
        return name;
    snprintf(invalid, sizeof invalid, "Invalid(%u)", type);
    return invalid;
}

struct order_event *order_emit(struct ordering *o, const struct order_raw *raw, const struct order_thread *m, enum order_kind kind)
{
    struct order_event *event = ordering_emit(o, raw->time_ns, kind);
    event->thread = m->id;
    event->proc = m->proc;
    event->goroutine = m->goroutine;
    event->goroutine_slot = order_slot_of(o, m);
    return event;
}

enum order_verdict order_advance(struct ordering *o, const struct order_raw *raw)
{
    struct order_thread *m = &o->no_thread;
    if (raw->thread != ORDER_NO_SLOT)
        m = &o->sched.threads.at[raw->thread];
    else
        *m = (struct order_thread){NO_THREAD, NO_GOROUTINE, NO_PROC, ORDER_NO_SLOT, ORDER_NO_SLOT};
    order_rule *rule = order_sched_rules[raw->type];
    if (!rule)
        rule = order_other_rules[raw->type];
    if (!rule) {
        base_fail(&o->error, "bad event type found while ordering: %u", raw->type);
        return ORDER_FATAL;
    }
    size_t count = o->count;
    int64_t last_time_ns = o->last_time_ns;
    enum order_verdict verdict = rule(o, raw, m);
    if (o->error.cause) { /* also a missing string or stack, noticed when the event was filled in: it is not delivered */
        o->count = count;
        o->last_time_ns = last_time_ns;
        return ORDER_FATAL;
    }
    return verdict;
}
