/* What to do about an event that cannot be, when reading goes on past damage.
 *
 * Mostly something else was lost: the wake-up before a start, the end of a syscall. The state is then made what the
 * event needs it to be, with transitions of its own, so that whoever follows the stream never sees a state change that
 * does not begin where the last one ended. An event that still cannot be is left out.
 */
#include "order/rules.h"

static const struct order_context *context_of(const struct ordering *o, const struct order_raw *raw)
{
    return raw->thread == ORDER_NO_SLOT ? &o->no_thread : &o->sched.threads.at[raw->thread];
}

static void move_goroutine(struct ordering *o, const struct order_raw *raw, uint32_t slot, enum go_status status)
{
    struct order_goroutine *g = &o->sched.goroutines.at[slot];
    struct order_event *event = order_emit(o, raw, context_of(o, raw), ORDER_GO_TRANSITION);
    event->resource = g->id.n;
    event->resource_slot = slot;
    event->from = order_go_states[g->status];
    event->to = order_go_states[status];
    g->status = (uint8_t)status;
}

static void move_proc(struct ordering *o, const struct order_raw *raw, uint32_t index, enum proc_status status)
{
    struct order_proc *p = &o->sched.procs.at[index];
    struct order_event *event = order_emit(o, raw, context_of(o, raw), ORDER_PROC_TRANSITION);
    event->resource = p->id.n;
    event->from = order_proc_states[p->status];
    event->to = order_proc_states[status];
    p->status = (uint8_t)status;
}

/* No thread runs the goroutine. */
static void detach_goroutine(struct ordering *o, goroutine_id id)
{
    for (size_t i = 0; i < o->sched.threads.count; i++)
        if (o->sched.threads.at[i].goroutine.n == id.n)
            order_set_goroutine(&o->sched.threads.at[i], NO_GOROUTINE, ORDER_NO_SLOT);
}

static void detach_proc(struct ordering *o, proc_id id)
{
    for (size_t i = 0; i < o->sched.threads.count; i++)
        if (o->sched.threads.at[i].proc.n == id.n)
            order_set_proc(&o->sched.threads.at[i], NO_PROC, ORDER_NO_SLOT);
}

/* The goroutine is in a state, with the number before the event's. */
static bool need_goroutine(struct ordering *o, const struct order_raw *raw, enum go_status status)
{
    goroutine_id id = {(int64_t)raw->args[0]};
    uint32_t slot = order_sched_goroutine(&o->sched, id);
    if (id.n == -1)
        return false;
    if (slot == ORDER_NO_SLOT)
        slot = order_sched_add_goroutine(&o->sched, id, GO_BAD, o->generation->number);
    if (o->sched.goroutines.at[slot].status != status) {
        detach_goroutine(o, id);
        move_goroutine(o, raw, slot, status);
    }
    o->sched.goroutines.at[slot].sequence = (struct order_sequence){o->generation->number, raw->args[1] - 1};
    return true;
}

static bool need_proc(struct ordering *o, const struct order_raw *raw, enum proc_status status)
{
    proc_id id = {(int64_t)raw->args[0]};
    uint32_t index = order_sched_proc(&o->sched, id);
    if (id.n == -1)
        return false;
    if (index == ORDER_NO_SLOT)
        index = order_sched_add_proc(&o->sched, id, PROC_BAD, o->generation->number);
    if (o->sched.procs.at[index].status != status) {
        detach_proc(o, id);
        move_proc(o, raw, index, status);
    }
    o->sched.procs.at[index].sequence = (struct order_sequence){o->generation->number, raw->args[1] - 1};
    return true;
}

/* The thread runs no goroutine: what it ran has left it, nobody knows for what. */
static void leave_goroutine(struct ordering *o, const struct order_raw *raw)
{
    struct order_context *m = raw->thread == ORDER_NO_SLOT ? NULL : &o->sched.threads.at[raw->thread];
    uint32_t slot = m ? order_sched_current(&o->sched, m) : ORDER_NO_SLOT;
    if (slot != ORDER_NO_SLOT && o->sched.goroutines.at[slot].status != GO_WAITING)
        move_goroutine(o, raw, slot, GO_WAITING);
    if (m)
        order_set_goroutine(m, NO_GOROUTINE, ORDER_NO_SLOT);
}

static void leave_proc(struct ordering *o, const struct order_raw *raw)
{
    struct order_context *m = raw->thread == ORDER_NO_SLOT ? NULL : &o->sched.threads.at[raw->thread];
    if (!m || m->proc.n == -1)
        return;
    if (o->sched.procs.at[m->proc_index].status != PROC_IDLE)
        move_proc(o, raw, m->proc_index, PROC_IDLE);
    order_set_proc(m, NO_PROC, ORDER_NO_SLOT);
}

/* A goroutine that ended unseen makes room for one with its id. */
static bool forget_goroutine(struct ordering *o, const struct order_raw *raw)
{
    goroutine_id id = {(int64_t)raw->args[0]};
    uint32_t slot = order_sched_goroutine(&o->sched, id);
    if (slot == ORDER_NO_SLOT)
        return false;
    detach_goroutine(o, id);
    struct order_event *event = order_emit(o, raw, context_of(o, raw), ORDER_GO_TRANSITION);
    event->resource = id.n;
    event->resource_slot = slot;
    event->from = order_go_states[o->sched.goroutines.at[slot].status];
    event->to = ORDER_NOT_EXIST;
    order_sched_remove_goroutine(&o->sched, slot);
    return true;
}

/* What is said of a goroutine or a processor as such is true, whatever was thought. */
static bool believe_go_status(struct ordering *o, const struct order_raw *raw)
{
    goroutine_id id = {(int64_t)raw->args[0]};
    uint8_t status = (uint8_t)raw->args[2];
    uint32_t slot = order_sched_goroutine(&o->sched, id);
    if (status >= GO_STATUSES || id.n == -1)
        return false;
    if (slot == ORDER_NO_SLOT) {
        order_sched_add_goroutine(&o->sched, id, GO_BAD, o->generation->number);
        slot = order_sched_goroutine(&o->sched, id);
    }
    detach_goroutine(o, id);
    if (o->sched.goroutines.at[slot].status != status)
        move_goroutine(o, raw, slot, status);
    if (status == GO_SYSCALL) { /* the rule wants it on its thread */
        uint32_t thread = order_sched_thread(&o->sched, (thread_id){(int64_t)raw->args[1]});
        if (thread != ORDER_NO_SLOT)
            order_set_goroutine(&o->sched.threads.at[thread], id, slot);
    }
    return true;
}

static bool believe_proc_status(struct ordering *o, const struct order_raw *raw)
{
    proc_id id = {(int64_t)raw->args[0]};
    uint8_t status = (uint8_t)raw->args[1];
    uint32_t index = order_sched_proc(&o->sched, id);
    if (status >= PROC_STATUSES || index == ORDER_NO_SLOT)
        return false;
    detach_proc(o, id);
    if (o->sched.procs.at[index].status != status)
        move_proc(o, raw, index, (enum proc_status)status);
    return true;
}

/* The thread's goroutine came back from a syscall unseen. */
static bool end_syscall(struct ordering *o, const struct order_raw *raw)
{
    const struct order_context *m = context_of(o, raw);
    uint32_t slot = order_sched_current(&o->sched, m);
    if (slot == ORDER_NO_SLOT || m->proc.n == -1 || o->sched.goroutines.at[slot].status != GO_SYSCALL)
        return false;
    move_goroutine(o, raw, slot, GO_RUNNING);
    if (o->sched.procs.at[m->proc_index].status == PROC_SYSCALL)
        o->sched.procs.at[m->proc_index].status = PROC_RUNNING;
    return true;
}

/* The number of the thread's processor is the one before the event's. */
static bool renumber_proc(struct ordering *o, const struct order_raw *raw)
{
    const struct order_context *m = context_of(o, raw);
    if (m->proc.n == -1)
        return false;
    o->sched.procs.at[m->proc_index].sequence = (struct order_sequence){o->generation->number, raw->args[0] - 1};
    return true;
}

/* What the event is about is none, or the very goroutine that makes room for it: nothing could make it possible. */
static bool is_nonsense(const struct ordering *o, const struct order_raw *raw)
{
    goroutine_id id = {(int64_t)raw->args[0]};
    switch ((enum wire_type)raw->type) {
    case WIRE_PROC_START:
    case WIRE_GO_START: return id.n == -1;
    case WIRE_GO_SWITCH:
    case WIRE_GO_SWITCH_DESTROY: return id.n == -1 || context_of(o, raw)->goroutine.n == id.n;
    default: return false;
    }
}

bool order_mend(struct ordering *o, const struct order_raw *raw)
{
    if (is_nonsense(o, raw))
        return false;
    switch ((enum wire_type)raw->type) {
    case WIRE_PROC_START:
        leave_goroutine(o, raw);
        leave_proc(o, raw);
        return need_proc(o, raw, PROC_IDLE);
    case WIRE_PROC_STEAL: return need_proc(o, raw, PROC_SYSCALL_ABANDONED);
    case WIRE_PROC_STATUS: return believe_proc_status(o, raw);
    case WIRE_GO_STATUS:
    case WIRE_GO_STATUS_STACK: return believe_go_status(o, raw);
    case WIRE_GO_START: leave_goroutine(o, raw); return need_goroutine(o, raw, GO_RUNNABLE);
    case WIRE_GO_UNBLOCK:
    case WIRE_GO_SWITCH:
    case WIRE_GO_SWITCH_DESTROY: return need_goroutine(o, raw, GO_WAITING);
    case WIRE_GO_CREATE:
    case WIRE_GO_CREATE_BLOCKED: return forget_goroutine(o, raw);
    case WIRE_GO_CREATE_SYSCALL: leave_goroutine(o, raw); return forget_goroutine(o, raw) || true;
    case WIRE_GO_STOP:
    case WIRE_GO_BLOCK:
    case WIRE_GO_DESTROY: return end_syscall(o, raw);
    case WIRE_GO_SYSCALL_BEGIN: return renumber_proc(o, raw) && (end_syscall(o, raw) || true);
    case WIRE_GO_SYSCALL_END_BLOCKED: leave_proc(o, raw); return true;
    case WIRE_GC_BEGIN:
    case WIRE_GC_END: o->sched.gc_number = raw->args[0] - 1; return true;
    default: return false;
    }
}
