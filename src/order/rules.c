#include "order/rules.h"

#include <stdio.h>

bool order_require_or_fail(struct ordering *o, const struct order_context *m, int needs)
{
    if ((needs & NEED_M) && m->thread.n == -1)
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

/* Every timed event has its rule, but ClockSnapshot. */
static order_rule *const rules[256] = {
    [WIRE_PROCS_CHANGE] = order_metric,
    [WIRE_PROC_START] = order_proc_start,
    [WIRE_PROC_STOP] = order_proc_stop,
    [WIRE_PROC_STEAL] = order_proc_steal,
    [WIRE_PROC_STATUS] = order_proc_status,
    [WIRE_GO_CREATE] = order_go_create,
    [WIRE_GO_CREATE_SYSCALL] = order_go_create_syscall,
    [WIRE_GO_START] = order_go_start,
    [WIRE_GO_DESTROY] = order_go_stop,
    [WIRE_GO_DESTROY_SYSCALL] = order_go_destroy_syscall,
    [WIRE_GO_STOP] = order_go_stop,
    [WIRE_GO_BLOCK] = order_go_stop,
    [WIRE_GO_UNBLOCK] = order_go_unblock,
    [WIRE_GO_SYSCALL_BEGIN] = order_go_syscall_begin,
    [WIRE_GO_SYSCALL_END] = order_go_syscall_end,
    [WIRE_GO_SYSCALL_END_BLOCKED] = order_go_syscall_end_blocked,
    [WIRE_GO_STATUS] = order_go_status,
    [WIRE_STW_BEGIN] = order_goroutine_range_begin,
    [WIRE_STW_END] = order_goroutine_range_end,
    [WIRE_GC_ACTIVE] = order_gc_active,
    [WIRE_GC_BEGIN] = order_gc_begin,
    [WIRE_GC_END] = order_gc_end,
    [WIRE_GC_SWEEP_ACTIVE] = order_sweep_active,
    [WIRE_GC_SWEEP_BEGIN] = order_sweep_begin,
    [WIRE_GC_SWEEP_END] = order_sweep_end,
    [WIRE_GC_MARK_ASSIST_ACTIVE] = order_mark_assist_active,
    [WIRE_GC_MARK_ASSIST_BEGIN] = order_goroutine_range_begin,
    [WIRE_GC_MARK_ASSIST_END] = order_goroutine_range_end,
    [WIRE_HEAP_ALLOC] = order_metric,
    [WIRE_HEAP_GOAL] = order_metric,
    [WIRE_GO_LABEL] = order_label,
    [WIRE_USER_TASK_BEGIN] = order_task_begin,
    [WIRE_USER_TASK_END] = order_task_end,
    [WIRE_USER_REGION_BEGIN] = order_region,
    [WIRE_USER_REGION_END] = order_region,
    [WIRE_USER_LOG] = order_user_log,
    [WIRE_GO_SWITCH] = order_go_switch,
    [WIRE_GO_SWITCH_DESTROY] = order_go_switch,
    [WIRE_GO_CREATE_BLOCKED] = order_go_create,
    [WIRE_GO_STATUS_STACK] = order_go_status,
    [WIRE_SPAN] = order_experimental,
    [WIRE_SPAN_ALLOC] = order_experimental,
    [WIRE_SPAN_FREE] = order_experimental,
    [WIRE_HEAP_OBJECT] = order_experimental,
    [WIRE_HEAP_OBJECT_ALLOC] = order_experimental,
    [WIRE_HEAP_OBJECT_FREE] = order_experimental,
    [WIRE_GOROUTINE_STACK] = order_experimental,
    [WIRE_GOROUTINE_STACK_ALLOC] = order_experimental,
    [WIRE_GOROUTINE_STACK_FREE] = order_experimental,
};

enum order_verdict order_advance(struct ordering *o, const struct order_raw *raw)
{
    struct order_context *m = &o->no_thread;
    if (raw->thread != ORDER_NO_SLOT)
        m = &o->sched.threads.at[raw->thread];
    else
        *m = ORDER_NO_CONTEXT;
    order_rule *rule = rules[raw->type];
    if (!rule) {
        base_fail(&o->error, "bad event type found while ordering: %u", raw->type);
        return ORDER_FATAL;
    }
    size_t count = o->count;
    enum order_verdict verdict = rule(o, raw, m);
    if (__builtin_expect(!o->error.cause, 1))
        return verdict;
    o->count = count; /* a string or stack may be missing, noticed when the event was filled in: it is not delivered */
    return ORDER_FATAL;
}
