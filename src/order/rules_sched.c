/* The rules of processors and goroutines; go-trace-ordering.md, sections 5.1 and 5.2. */
#include "order/rules.h"

#include <inttypes.h>

const uint8_t order_go_states[GO_STATUSES] = {
    [GO_BAD] = ORDER_UNDETERMINED, [GO_RUNNABLE] = ORDER_RUNNABLE, [GO_RUNNING] = ORDER_RUNNING,
    [GO_SYSCALL] = ORDER_SYSCALL,  [GO_WAITING] = ORDER_WAITING,
};

const uint8_t order_proc_states[PROC_STATUSES] = {
    [PROC_BAD] = ORDER_UNDETERMINED, [PROC_RUNNING] = ORDER_RUNNING,        [PROC_IDLE] = ORDER_IDLE,
    [PROC_SYSCALL] = ORDER_RUNNING,  [PROC_SYSCALL_ABANDONED] = ORDER_IDLE,
};

static struct order_event *emit_proc(struct ordering *o, const struct order_raw *raw, const struct order_context *m,
                                     proc_id id, uint8_t from, uint8_t to)
{
    struct order_event *event = order_emit(o, raw, m, ORDER_PROC_TRANSITION);
    event->resource = id.n;
    event->from = from;
    event->to = to;
    return event;
}

static struct order_event *emit_go(struct ordering *o, const struct order_raw *raw, const struct order_context *m,
                                   goroutine_id id, uint32_t slot, uint8_t from, uint8_t to)
{
    struct order_event *event = order_emit(o, raw, m, ORDER_GO_TRANSITION);
    event->resource = id.n;
    event->resource_slot = slot;
    event->from = from;
    event->to = to;
    return event;
}

static enum order_verdict fail_proc_status(struct ordering *o, const struct order_proc *p, uint8_t status)
{
    base_fail(&o->error, "inconsistent status for proc %" PRId64 ": old %s vs. new %s", p->id.n,
              order_proc_status_names[p->status], order_proc_status_names[status]);
    return ORDER_FATAL;
}

/* The thread that holds a processor; only needed when one is about to be stolen across generations. */
static struct order_context *thread_of_proc(struct ordering *o, proc_id id)
{
    for (size_t i = 0; i < o->sched.threads.count; i++)
        if (o->sched.threads.at[i].proc.n == id.n)
            return &o->sched.threads.at[i];
    return NULL;
}

enum order_verdict order_proc_status(struct ordering *o, const struct order_raw *raw, struct order_context *m)
{
    proc_id id = {(int64_t)raw->args[0]};
    uint8_t status = (uint8_t)raw->args[1];
    if (status >= PROC_STATUSES) {
        base_fail(&o->error, "invalid status for proc %" PRId64 ": %u", id.n, status);
        return ORDER_FATAL;
    }
    uint8_t from = o->initial_generation ? ORDER_UNDETERMINED : ORDER_NOT_EXIST, to = order_proc_states[status];
    const struct order_context *context = m;
    uint32_t index = order_sched_proc(&o->sched, id);
    if (index != ORDER_NO_SLOT) {
        struct order_proc *p = &o->sched.procs.at[index];
        from = to;
        if (status == PROC_SYSCALL_ABANDONED && p->status == PROC_SYSCALL) {
            /* The reader still knows whose syscall it is: the coming steal is an ordinary one. */
            status = PROC_SYSCALL;
            from = to = ORDER_RUNNING;
            context = thread_of_proc(o, id);
            if (!context) {
                base_fail(&o->error, "failed to find sched context for proc %" PRId64 " that's about to be stolen",
                          id.n);
                return ORDER_FATAL;
            }
        } else if (p->status != status) {
            return fail_proc_status(o, p, status);
        }
        p->sequence = (struct order_sequence){o->generation->number, 0};
    } else {
        index = order_sched_add_proc(&o->sched, id, status, o->generation->number);
    }
    emit_proc(o, raw, context, id, from, to);
    if (context == m && (status == PROC_RUNNING || status == PROC_SYSCALL)) /* a promoted one stays its thread's */
        order_set_proc(m, id, index);
    return ORDER_ADVANCED;
}

enum order_verdict order_proc_start(struct ordering *o, const struct order_raw *raw, struct order_context *m)
{
    proc_id id = {(int64_t)raw->args[0]};
    uint32_t index = order_sched_proc(&o->sched, id);
    if (index == ORDER_NO_SLOT || m->proc.n != -1)
        return ORDER_RETRY;
    struct order_proc *p = &o->sched.procs.at[index];
    if (p->status != PROC_IDLE || !order_succeeds(o, &p->sequence, raw->args[1]))
        return ORDER_RETRY;
    if (!order_require(o, m, NEED_M | NO_P_MAY_BE))
        return ORDER_FATAL;
    emit_proc(o, raw, m, id, ORDER_IDLE, ORDER_RUNNING);
    p->status = PROC_RUNNING;
    p->sequence.number = raw->args[1];
    order_set_proc(m, id, index);
    return ORDER_ADVANCED;
}

enum order_verdict order_proc_stop(struct ordering *o, const struct order_raw *raw, struct order_context *m)
{
    if (m->proc.n == -1) {
        base_fail(&o->error, "event %s for proc (%" PRId64 ") that doesn't exist", order_type_name(o, raw->type),
                  m->proc.n);
        return ORDER_FATAL;
    }
    struct order_proc *p = &o->sched.procs.at[m->proc_index];
    if (p->status != PROC_RUNNING && p->status != PROC_SYSCALL) {
        base_fail(&o->error, "%s event for proc that's not Running or Syscall", order_type_name(o, raw->type));
        return ORDER_FATAL;
    }
    if (!order_require(o, m, NEED_M | NEED_P))
        return ORDER_FATAL;
    emit_proc(o, raw, m, m->proc, ORDER_RUNNING, ORDER_IDLE);
    p->status = PROC_IDLE;
    order_set_proc(m, NO_PROC, ORDER_NO_SLOT);
    return ORDER_ADVANCED;
}

/* The thread a processor is stolen from must hold it. */
static struct order_context *steal_victim(struct ordering *o, const struct order_raw *raw, struct order_context *m,
                                          proc_id id)
{
    thread_id victim = {(int64_t)raw->args[2]};
    if (victim.n == m->thread.n) {
        if (m->proc.n == id.n)
            return m;
        base_fail(&o->error,
                  "tried to self-steal proc %" PRId64 " (thread %" PRId64 "), but got proc %" PRId64 " instead", id.n,
                  victim.n, m->proc.n);
        return NULL;
    }
    uint32_t index = order_sched_thread(&o->sched, victim);
    if (index == ORDER_NO_SLOT) {
        base_fail(&o->error, "stole proc from non-existent thread %" PRId64, victim.n);
        return NULL;
    }
    struct order_context *from = &o->sched.threads.at[index];
    if (from->proc.n == id.n)
        return from;
    base_fail(&o->error, "tried to steal proc %" PRId64 " from thread %" PRId64 ", but got proc %" PRId64 " instead",
              id.n, victim.n, from->proc.n);
    return NULL;
}

enum order_verdict order_proc_steal(struct ordering *o, const struct order_raw *raw, struct order_context *m)
{
    proc_id id = {(int64_t)raw->args[0]};
    uint32_t index = order_sched_proc(&o->sched, id);
    if (index == ORDER_NO_SLOT)
        return ORDER_RETRY;
    struct order_proc *p = &o->sched.procs.at[index];
    bool abandoned = p->status == PROC_SYSCALL_ABANDONED;
    if ((p->status != PROC_SYSCALL && !abandoned) || !order_succeeds(o, &p->sequence, raw->args[1]))
        return ORDER_RETRY;
    if (!order_require(o, m, NEED_M))
        return ORDER_FATAL;
    struct order_context *victim = NULL;
    if (!abandoned && !(victim = steal_victim(o, raw, m, id)))
        return ORDER_FATAL;
    emit_proc(o, raw, m, id, abandoned ? ORDER_IDLE : ORDER_RUNNING, ORDER_IDLE);
    p->status = PROC_IDLE;
    p->sequence.number = raw->args[1];
    if (victim)
        order_set_proc(victim, NO_PROC, ORDER_NO_SLOT);
    return ORDER_ADVANCED;
}

/* The delivered context of a goroutine found in a syscall is that of its thread, but keeps the processor of the thread
 * that says so. */
static bool place_in_syscall(struct ordering *o, const struct order_raw *raw, struct order_context *m, goroutine_id id,
                             uint32_t slot, struct order_context *context)
{
    thread_id on = {(int64_t)raw->args[1]};
    if (on.n == -1)
        return base_fail(&o->error, "found goroutine %" PRId64 " in syscall without a thread", id.n);
    bool own = on.n == m->thread.n, known = true;
    uint32_t index = raw->thread;
    if (!own) {
        index = order_sched_thread(&o->sched, on);
        known = index != ORDER_NO_SLOT;
        if (!known)
            index = order_sched_add_thread(&o->sched, on); /* m may have moved */
    }
    struct order_context *thread = &o->sched.threads.at[index];
    if ((!own || !o->initial_generation) && known && thread->goroutine.n != id.n)
        return base_fail(&o->error,
                         "inconsistent thread for syscalling goroutine %" PRId64 ": thread has goroutine %" PRId64,
                         id.n, thread->goroutine.n);
    order_set_goroutine(thread, id, slot);
    context->thread = on;
    if (!own && known)
        order_set_goroutine(context, id, slot);
    return true;
}

enum order_verdict order_go_status(struct ordering *o, const struct order_raw *raw, struct order_context *m)
{
    goroutine_id id = {(int64_t)raw->args[0]};
    uint8_t status = (uint8_t)raw->args[2];
    if (status >= GO_STATUSES) {
        base_fail(&o->error, "invalid status for goroutine %" PRId64 ": %u", id.n, status);
        return ORDER_FATAL;
    }
    uint8_t to = order_go_states[status], from = to;
    uint32_t slot = order_sched_goroutine(&o->sched, id);
    if (slot != ORDER_NO_SLOT) {
        struct order_goroutine *g = &o->sched.goroutines.at[slot];
        if (g->status != status) {
            base_fail(&o->error, "inconsistent status for goroutine %" PRId64 ": old %s vs. new %s", id.n,
                      order_go_status_names[g->status], order_go_status_names[status]);
            return ORDER_FATAL;
        }
        g->sequence = (struct order_sequence){o->generation->number, 0};
    } else if (o->initial_generation) {
        slot = order_sched_add_goroutine(&o->sched, id, status, o->generation->number);
        from = ORDER_UNDETERMINED;
    } else {
        base_fail(&o->error,
                  "found goroutine status for new goroutine after the first generation: id=%" PRId64 " status=%s", id.n,
                  order_go_status_names[status]);
        return ORDER_FATAL;
    }
    struct order_context context = *m;
    if (status == GO_RUNNING)
        order_set_goroutine(m, id, slot);
    else if (status == GO_SYSCALL && !place_in_syscall(o, raw, m, id, slot, &context))
        return ORDER_FATAL;
    struct order_event *event = emit_go(o, raw, &context, id, slot, from, to);
    if (raw->type == WIRE_GO_STATUS_STACK)
        event->stack = event->transition_stack = ordering_stack(o, raw->args[3], raw->type);
    return ORDER_ADVANCED;
}

enum order_verdict order_go_create(struct ordering *o, const struct order_raw *raw, struct order_context *m)
{
    goroutine_id id = {(int64_t)raw->args[0]};
    bool blocked = raw->type == WIRE_GO_CREATE_BLOCKED;
    if (!order_require(o, m, NEED_M | NEED_P))
        return ORDER_FATAL;
    uint32_t creator = order_sched_current(&o->sched, m);
    if (creator != ORDER_NO_SLOT && o->sched.goroutines.at[creator].status != GO_RUNNING) {
        base_fail(&o->error, "%s event for goroutine that's not Running", order_type_name(o, raw->type));
        return ORDER_FATAL;
    }
    if (order_sched_goroutine(&o->sched, id) != ORDER_NO_SLOT) {
        base_fail(&o->error, "tried to create goroutine (%" PRId64 ") that already exists", id.n);
        return ORDER_FATAL;
    }
    uint32_t slot = order_sched_add_goroutine(&o->sched, id, blocked ? GO_WAITING : GO_RUNNABLE, o->generation->number);
    struct order_event *event = emit_go(o, raw, m, id, slot, ORDER_NOT_EXIST, blocked ? ORDER_WAITING : ORDER_RUNNABLE);
    event->stack = ordering_stack(o, raw->args[2], raw->type);
    event->transition_stack = ordering_stack(o, raw->args[1], raw->type);
    if (!event->transition_stack)
        event->transition_stack = ORDER_EMPTY_STACK; /* the entry stack counts as present */
    return ORDER_ADVANCED;
}

enum order_verdict order_go_start(struct ordering *o, const struct order_raw *raw, struct order_context *m)
{
    goroutine_id id = {(int64_t)raw->args[0]};
    uint32_t slot = order_sched_goroutine(&o->sched, id);
    if (slot == ORDER_NO_SLOT)
        return ORDER_RETRY;
    struct order_goroutine *g = &o->sched.goroutines.at[slot];
    if (g->status != GO_RUNNABLE || !order_succeeds(o, &g->sequence, raw->args[1]))
        return ORDER_RETRY;
    if (!order_require(o, m, NEED_M | NEED_P | NO_G_MAY_BE))
        return ORDER_FATAL;
    emit_go(o, raw, m, id, slot, ORDER_RUNNABLE, ORDER_RUNNING);
    g->status = GO_RUNNING;
    g->sequence.number = raw->args[1];
    order_set_goroutine(m, id, slot);
    return ORDER_ADVANCED;
}

static __attribute__((noinline, cold)) uint32_t fail_current(struct ordering *o, const struct order_raw *raw,
                                                             const struct order_context *m, uint32_t slot,
                                                             const char *called)
{
    if (slot == ORDER_NO_SLOT)
        base_fail(&o->error, "event %s for goroutine (%" PRId64 ") that doesn't exist", order_type_name(o, raw->type),
                  m->goroutine.n);
    else
        base_fail(&o->error, "%s event for goroutine that's not %s", order_type_name(o, raw->type), called);
    return ORDER_NO_SLOT;
}

/* The slot of the thread's goroutine, which must be in a status that is called CALLED in the message; ORDER_NO_SLOT on
 * error. */
static inline uint32_t current_goroutine(struct ordering *o, const struct order_raw *raw, const struct order_context *m,
                                         enum go_status status, const char *called)
{
    uint32_t slot = order_sched_current(&o->sched, m);
    if (__builtin_expect(slot != ORDER_NO_SLOT && o->sched.goroutines.at[slot].status == status, 1))
        return slot;
    return fail_current(o, raw, m, slot, called);
}

enum order_verdict order_go_stop(struct ordering *o, const struct order_raw *raw, struct order_context *m)
{
    if (!order_require(o, m, NEED_M | NEED_P | NEED_G))
        return ORDER_FATAL;
    uint32_t slot = current_goroutine(o, raw, m, GO_RUNNING, "Running");
    if (slot == ORDER_NO_SLOT)
        return ORDER_FATAL;
    bool destroy = raw->type == WIRE_GO_DESTROY, block = raw->type == WIRE_GO_BLOCK;
    struct order_event *event = emit_go(o, raw, m, m->goroutine, slot, ORDER_RUNNING,
                                        destroy ? ORDER_NOT_EXIST
                                        : block ? ORDER_WAITING
                                                : ORDER_RUNNABLE);
    if (destroy) {
        order_sched_remove_goroutine(&o->sched, slot);
    } else {
        event->name = ordering_string(o, raw->args[0], raw->type);
        event->stack = event->transition_stack = ordering_stack(o, raw->args[1], raw->type);
        o->sched.goroutines.at[slot].status = block ? GO_WAITING : GO_RUNNABLE;
    }
    order_set_goroutine(m, NO_GOROUTINE, ORDER_NO_SLOT);
    return ORDER_ADVANCED;
}

enum order_verdict order_go_unblock(struct ordering *o, const struct order_raw *raw, struct order_context *m)
{
    goroutine_id id = {(int64_t)raw->args[0]};
    uint32_t slot = order_sched_goroutine(&o->sched, id);
    if (slot == ORDER_NO_SLOT)
        return ORDER_RETRY;
    struct order_goroutine *g = &o->sched.goroutines.at[slot];
    if (g->status != GO_WAITING || !order_succeeds(o, &g->sequence, raw->args[1]))
        return ORDER_RETRY;
    struct order_event *event = emit_go(o, raw, m, id, slot, ORDER_WAITING, ORDER_RUNNABLE);
    event->stack = ordering_stack(o, raw->args[2], raw->type);
    g->status = GO_RUNNABLE;
    g->sequence.number = raw->args[1];
    return ORDER_ADVANCED;
}

/* The current goroutine hands its place to another: three transitions in one event. */
enum order_verdict order_go_switch(struct ordering *o, const struct order_raw *raw, struct order_context *m)
{
    goroutine_id next = {(int64_t)raw->args[0]};
    if (!order_require(o, m, NEED_M | NEED_P | NEED_G))
        return ORDER_FATAL;
    uint32_t current = current_goroutine(o, raw, m, GO_RUNNING, "Running");
    if (current == ORDER_NO_SLOT)
        return ORDER_FATAL;
    uint32_t slot = order_sched_goroutine(&o->sched, next);
    if (slot == ORDER_NO_SLOT)
        return ORDER_RETRY;
    struct order_goroutine *g = &o->sched.goroutines.at[slot];
    if (g->status != GO_WAITING || !order_succeeds(o, &g->sequence, raw->args[1]))
        return ORDER_RETRY;
    bool destroy = raw->type == WIRE_GO_SWITCH_DESTROY;
    emit_go(o, raw, m, next, slot, ORDER_WAITING, ORDER_RUNNABLE);
    emit_go(o, raw, m, m->goroutine, current, ORDER_RUNNING, destroy ? ORDER_NOT_EXIST : ORDER_WAITING);
    if (destroy)
        order_sched_remove_goroutine(&o->sched, current);
    else
        o->sched.goroutines.at[current].status = GO_WAITING;
    order_set_goroutine(m, NO_GOROUTINE, ORDER_NO_SLOT);
    emit_go(o, raw, m, next, slot, ORDER_RUNNABLE, ORDER_RUNNING);
    g->status = GO_RUNNING;
    g->sequence.number = raw->args[1];
    order_set_goroutine(m, next, slot);
    return ORDER_ADVANCED;
}

enum order_verdict order_go_syscall_begin(struct ordering *o, const struct order_raw *raw, struct order_context *m)
{
    if (!order_require(o, m, NEED_M | NEED_P | NEED_G))
        return ORDER_FATAL;
    uint32_t slot = current_goroutine(o, raw, m, GO_RUNNING, "Running");
    if (slot == ORDER_NO_SLOT)
        return ORDER_FATAL;
    struct order_proc *p = &o->sched.procs.at[m->proc_index];
    if (!order_succeeds(o, &p->sequence, raw->args[0])) {
        base_fail(&o->error,
                  "failed to advance %s: can't make sequence: %" PRIu64 " (gen=%" PRIu64 ") -> %" PRIu64
                  " (gen=%" PRIu64 ")",
                  order_type_name(o, raw->type), p->sequence.number, p->sequence.generation, raw->args[0],
                  o->generation->number);
        return ORDER_FATAL;
    }
    struct order_event *event = emit_go(o, raw, m, m->goroutine, slot, ORDER_RUNNING, ORDER_SYSCALL);
    event->stack = event->transition_stack = ordering_stack(o, raw->args[1], raw->type);
    p->sequence.number = raw->args[0];
    p->status = PROC_SYSCALL;
    o->sched.goroutines.at[slot].status = GO_SYSCALL;
    return ORDER_ADVANCED;
}

enum order_verdict order_go_syscall_end(struct ordering *o, const struct order_raw *raw, struct order_context *m)
{
    if (!order_require(o, m, NEED_M | NEED_P | NEED_G))
        return ORDER_FATAL;
    uint32_t slot = current_goroutine(o, raw, m, GO_SYSCALL, "Running");
    if (slot == ORDER_NO_SLOT)
        return ORDER_FATAL;
    struct order_proc *p = &o->sched.procs.at[m->proc_index];
    if (p->status != PROC_SYSCALL) {
        base_fail(&o->error, "expected proc %" PRId64 " in state Syscall, but got %s instead", p->id.n,
                  order_proc_status_names[p->status]);
        return ORDER_FATAL;
    }
    emit_go(o, raw, m, m->goroutine, slot, ORDER_SYSCALL, ORDER_RUNNING);
    p->status = PROC_RUNNING;
    o->sched.goroutines.at[slot].status = GO_RUNNING;
    return ORDER_ADVANCED;
}

enum order_verdict order_go_syscall_end_blocked(struct ordering *o, const struct order_raw *raw,
                                                struct order_context *m)
{
    /* The processor is stolen or stopped first. */
    if (m->proc.n != -1 && o->sched.procs.at[m->proc_index].status == PROC_SYSCALL)
        return ORDER_RETRY;
    if (!order_require(o, m, NEED_M | NEED_G))
        return ORDER_FATAL;
    uint32_t slot = current_goroutine(o, raw, m, GO_SYSCALL, "Running");
    if (slot == ORDER_NO_SLOT)
        return ORDER_FATAL;
    emit_go(o, raw, m, m->goroutine, slot, ORDER_SYSCALL, ORDER_RUNNABLE);
    o->sched.goroutines.at[slot].status = GO_RUNNABLE;
    order_set_goroutine(m, NO_GOROUTINE, ORDER_NO_SLOT);
    return ORDER_ADVANCED;
}

enum order_verdict order_go_create_syscall(struct ordering *o, const struct order_raw *raw, struct order_context *m)
{
    goroutine_id id = {(int64_t)raw->args[0]};
    if (!order_require(o, m, NEED_M | NO_G_MAY_BE))
        return ORDER_FATAL;
    if (order_sched_goroutine(&o->sched, id) != ORDER_NO_SLOT) {
        base_fail(&o->error, "tried to create goroutine (%" PRId64 ") in syscall that already exists", id.n);
        return ORDER_FATAL;
    }
    uint32_t slot = order_sched_add_goroutine(&o->sched, id, GO_SYSCALL, o->generation->number);
    emit_go(o, raw, m, id, slot, ORDER_NOT_EXIST, ORDER_SYSCALL);
    order_set_goroutine(m, id, slot);
    return ORDER_ADVANCED;
}

enum order_verdict order_go_destroy_syscall(struct ordering *o, const struct order_raw *raw, struct order_context *m)
{
    if (!order_require(o, m, NEED_M | NEED_G))
        return ORDER_FATAL;
    uint32_t slot = current_goroutine(o, raw, m, GO_SYSCALL, "Syscall");
    if (slot == ORDER_NO_SLOT)
        return ORDER_FATAL;
    struct order_context before = *m;
    if (m->proc.n != -1) {
        struct order_proc *p = &o->sched.procs.at[m->proc_index];
        if (p->status != PROC_SYSCALL) {
            base_fail(&o->error, "proc %" PRId64 " in unexpected state %s during %s", p->id.n,
                      order_proc_status_names[p->status], order_type_name(o, raw->type));
            return ORDER_FATAL;
        }
        /* Abandoned, so that a later steal that names this thread does not disturb its next goroutine. */
        p->status = PROC_SYSCALL_ABANDONED;
        order_set_proc(m, NO_PROC, ORDER_NO_SLOT);
        emit_proc(o, raw, &before, before.proc, ORDER_RUNNING, ORDER_IDLE);
    }
    emit_go(o, raw, &before, before.goroutine, slot, ORDER_SYSCALL, ORDER_NOT_EXIST);
    order_sched_remove_goroutine(&o->sched, slot);
    order_set_goroutine(m, NO_GOROUTINE, ORDER_NO_SLOT);
    return ORDER_ADVANCED;
}
