/* The rules of events that are rare, and what all rules fall back on when something is wrong. */
#include "order/rules.h"

#include <inttypes.h>
#include <stdio.h>

const char *order_type_name(int version, uint8_t type)
{
    static _Thread_local char invalid[32];
    const char *name = wire_event_name(version, type);
    if (name)
        return name;
    snprintf(invalid, sizeof invalid, "Invalid(%u)", type);
    return invalid;
}

/* ---- contexts ---- */

bool order_require_or_fail(struct order_run *run, const struct order_thread *m, int needs)
{
    if ((needs & NEED_M) && m->id.n == -1)
        return base_fail(&run->error, "expected a thread but didn't have one");
    if ((needs & NEED_P) && m->proc == ORDER_NO_SLOT)
        return base_fail(&run->error, "expected a proc but didn't have one");
    if ((needs & NO_P_MAY_BE) && m->proc != ORDER_NO_SLOT)
        return base_fail(&run->error, "expected no proc but had one");
    if ((needs & NEED_G) && m->goroutine.n == -1)
        return base_fail(&run->error, "expected a goroutine but didn't have one");
    return base_fail(&run->error, "expected no goroutine but had one");
}

void order_presume_no_proc(struct order_run *run, struct order_thread *m)
{
    order_presume(&run->presumptions, ORDER_PRESUMED_THREADS_PROC, m->id.n, -1);
    m->proc_unknown = false;
}

void order_presume_no_goroutine(struct order_run *run, struct order_thread *m)
{
    order_presume(&run->presumptions, ORDER_PRESUMED_THREADS_GOROUTINE, m->id.n, -1);
    m->goroutine_unknown = false;
}

uint32_t order_meet_thread(struct order_run *run, thread_id id)
{
    uint32_t index = order_sched_thread(&run->sched, id);
    if (index == ORDER_NO_SLOT) {
        index = order_sched_add_thread(&run->sched, id);
        struct order_thread *thread = &run->sched.threads.at[index];
        thread->goroutine_unknown = thread->proc_unknown = run->presumptions.made;
    }
    return index;
}

uint32_t order_current_slowly(struct order_run *run, const struct order_raw *raw, const struct order_thread *m,
                              enum go_status status, int needs)
{
    if (!order_require(run, m, needs))
        return ORDER_NO_SLOT;
    uint32_t slot = order_sched_current(&run->sched, m);
    if (slot == ORDER_NO_SLOT) {
        base_fail(&run->error, "event %s for goroutine (%" PRId64 ") that doesn't exist", order_raw_name(run, raw),
                  m->goroutine.n);
    } else if (run->sched.goroutines.at[slot].status != status) {
        /* The official reader calls what is needed so, but for the end of a goroutine of a C thread. */
        bool syscall = raw->type == WIRE_GO_DESTROY_SYSCALL;
        base_fail(&run->error, "%s event for goroutine that's not %s", order_raw_name(run, raw),
                  syscall ? "Syscall" : "Running");
        slot = ORDER_NO_SLOT;
    }
    return slot;
}

struct order_move *order_put_wide(struct order_run *run, const struct order_cursor *cursor, uint32_t slot,
                                  const uint64_t args[ORDER_MOVE_ARGS])
{
    order_put(run, cursor, slot, 0, order_chunk_keep(run->chunk, args));
    run->out[-1].wide = 1;
    return &run->out[-1];
}

/* ---- processors ---- */

enum order_verdict order_proc_status(struct order_run *run, const struct order_cursor *cursor, struct order_thread *m)
{
    const struct order_raw *raw = &cursor->raw;
    proc_id id = {(int64_t)raw->args[0]};
    uint8_t status = (uint8_t)raw->args[1];
    uint32_t index = order_sched_proc(&run->sched, id), how = 0;
    if (status >= PROC_STATUSES) {
        base_fail(&run->error, "invalid status for proc %" PRId64 ": %u", id.n, status);
        return ORDER_FATAL;
    }
    if (index == ORDER_NO_SLOT && run->presumptions.made) {
        enum proc_status was = status == PROC_SYSCALL_ABANDONED ? PROC_SYSCALL : (enum proc_status)status;
        order_presume(&run->presumptions, ORDER_PRESUMED_PROC, id.n, was);
        index = order_sched_add_proc(&run->sched, id, was, 0);
    }
    if (index == ORDER_NO_SLOT) {
        index = order_sched_add_proc(&run->sched, id, status, 0);
        how = ORDER_STATUS_NEW;
    }
    struct order_proc *p = &run->sched.procs.at[index];
    if (status == PROC_SYSCALL_ABANDONED && p->status == PROC_SYSCALL) {
        /* It is still known whose syscall it is: the coming steal is an ordinary one. */
        status = PROC_SYSCALL;
        how = ORDER_STATUS_PROMOTED;
    } else if (p->status != status) {
        base_fail(&run->error, "inconsistent status for proc %" PRId64 ": old %s vs. new %s", id.n,
                  order_proc_status_names[p->status], order_proc_status_names[status]);
        return ORDER_FATAL;
    }
    p->sequence = (struct order_sequence){run->generation.number, 0};
    if (how != ORDER_STATUS_PROMOTED &&
        (status == PROC_RUNNING || status == PROC_SYSCALL)) /* a promoted one stays its thread's */
        order_set_proc(m, index);
    uint64_t args[ORDER_MOVE_ARGS] = {raw->args[0], status};
    order_put_wide(run, cursor, 0, args)->b = how;
    return ORDER_ADVANCED;
}

/* The thread that a processor is stolen from must hold it. */
static struct order_thread *steal_victim(struct order_run *run, const struct order_raw *raw, struct order_thread *m,
                                         uint32_t proc)
{
    thread_id victim = {(int64_t)raw->args[2]};
    proc_id id = run->sched.procs.at[proc].id;
    bool own = victim.n == m->id.n;
    uint32_t index = own ? ORDER_NO_SLOT : order_sched_thread(&run->sched, victim);
    if (!own && index == ORDER_NO_SLOT && run->presumptions.made)
        index = order_meet_thread(run, victim);
    if (!own && index == ORDER_NO_SLOT) {
        base_fail(&run->error, "stole proc from non-existent thread %" PRId64, victim.n);
        return NULL;
    }
    struct order_thread *from = own ? m : &run->sched.threads.at[index];
    if (from->proc_unknown) {
        order_presume(&run->presumptions, ORDER_PRESUMED_THREADS_PROC, victim.n, id.n);
        order_set_proc(from, proc);
    }
    if (from->proc == proc)
        return from;
    int64_t got = order_sched_proc_of(&run->sched, from).n;
    if (own)
        base_fail(&run->error,
                  "tried to self-steal proc %" PRId64 " (thread %" PRId64 "), but got proc %" PRId64 " instead", id.n,
                  victim.n, got);
    else
        base_fail(&run->error,
                  "tried to steal proc %" PRId64 " from thread %" PRId64 ", but got proc %" PRId64 " instead", id.n,
                  victim.n, got);
    return NULL;
}

enum order_verdict order_proc_steal(struct order_run *run, const struct order_cursor *cursor, struct order_thread *m)
{
    const struct order_raw *raw = &cursor->raw;
    uint32_t index = order_sched_proc(&run->sched, (proc_id){(int64_t)raw->args[0]});
    if (index == ORDER_NO_SLOT)
        return ORDER_RETRY;
    struct order_proc *p = &run->sched.procs.at[index];
    bool abandoned = p->status == PROC_SYSCALL_ABANDONED;
    if ((p->status != PROC_SYSCALL && !abandoned) || !order_succeeds(run, &p->sequence, raw->args[1]))
        return ORDER_RETRY;
    if (!order_require(run, m, NEED_M))
        return ORDER_FATAL;
    struct order_thread *victim = NULL;
    if (!abandoned && !(victim = steal_victim(run, raw, m, index)))
        return ORDER_FATAL;
    run->sched.procs.at[index].status = PROC_IDLE;
    run->sched.procs.at[index].sequence.number = raw->args[1];
    if (victim)
        order_set_proc(victim, ORDER_NO_SLOT);
    uint64_t args[ORDER_MOVE_ARGS] = {raw->args[0], abandoned, raw->args[2]};
    order_put_wide(run, cursor, 0, args);
    return ORDER_ADVANCED;
}

/* ---- goroutines ---- */

static bool place_in_syscall(struct order_run *run, const struct order_raw *raw, struct order_thread *m,
                             goroutine_id id, uint32_t slot, uint32_t *how)
{
    thread_id on = {(int64_t)raw->args[1]};
    if (on.n == -1)
        return base_fail(&run->error, "found goroutine %" PRId64 " in syscall without a thread", id.n);
    bool own = on.n == m->id.n, known = own;
    struct order_thread *thread = m;
    if (!own) {
        known = order_sched_thread(&run->sched, on) != ORDER_NO_SLOT;
        uint32_t index = order_meet_thread(run, on); /* m may move */
        thread = &run->sched.threads.at[index];
    }
    if (thread->goroutine_unknown) {
        order_presume(&run->presumptions, known ? ORDER_PRESUMED_THREADS_GOROUTINE : ORDER_PRESUMED_IF_THREAD, on.n,
                      id.n);
        thread->goroutine = id;
    }
    if ((!own || !run->initial) && known && thread->goroutine.n != id.n)
        return base_fail(&run->error,
                         "inconsistent thread for syscalling goroutine %" PRId64 ": thread has goroutine %" PRId64,
                         id.n, thread->goroutine.n);
    order_set_goroutine(thread, id, slot);
    *how |= known ? ORDER_STATUS_KNOWN_THREAD : 0;
    return true;
}

enum order_verdict order_go_status(struct order_run *run, const struct order_cursor *cursor, struct order_thread *m)
{
    const struct order_raw *raw = &cursor->raw;
    goroutine_id id = {(int64_t)raw->args[0]};
    uint8_t status = (uint8_t)raw->args[2];
    if (status >= GO_STATUSES) {
        base_fail(&run->error, "invalid status for goroutine %" PRId64 ": %u", id.n, status);
        return ORDER_FATAL;
    }
    uint32_t slot = order_sched_goroutine(&run->sched, id), how = 0;
    if (slot != ORDER_NO_SLOT) {
        struct order_goroutine *g = &run->sched.goroutines.at[slot];
        if (g->status != status) {
            base_fail(&run->error, "inconsistent status for goroutine %" PRId64 ": old %s vs. new %s", id.n,
                      order_go_status_names[g->status], order_go_status_names[status]);
            return ORDER_FATAL;
        }
        order_goroutine_count_from(g, run->generation.number, 0);
    } else if (run->presumptions.made && id.n != -1) {
        order_presume(&run->presumptions, ORDER_PRESUMED_GOROUTINE, id.n, status);
        slot = order_sched_add_goroutine(&run->sched, id, status, run->generation.number);
    } else if (run->initial) {
        slot = order_sched_add_goroutine(&run->sched, id, status, run->generation.number);
        how = ORDER_STATUS_NEW;
    } else {
        base_fail(&run->error,
                  "found goroutine status for new goroutine after the first generation: id=%" PRId64 " status=%s", id.n,
                  order_go_status_names[status]);
        return ORDER_FATAL;
    }
    if (status == GO_RUNNING)
        order_set_goroutine(m, id, slot);
    else if (status == GO_SYSCALL && !place_in_syscall(run, raw, m, id, slot, &how))
        return ORDER_FATAL;
    order_put_wide(run, cursor, slot, raw->args)->b = how;
    return ORDER_ADVANCED;
}

/* The current goroutine hands its place to another: three transitions in one event. */
enum order_verdict order_go_switch(struct order_run *run, const struct order_cursor *cursor, struct order_thread *m)
{
    const struct order_raw *raw = &cursor->raw;
    goroutine_id next = {(int64_t)raw->args[0]};
    uint32_t current = order_current(run, raw, m, GO_RUNNING, NEED_M | NEED_P | NEED_G);
    if (current == ORDER_NO_SLOT)
        return ORDER_FATAL;
    uint32_t slot = order_sched_goroutine(&run->sched, next);
    if (slot == ORDER_NO_SLOT)
        return ORDER_RETRY;
    struct order_goroutine *g = &run->sched.goroutines.at[slot];
    if (g->status != GO_WAITING || !order_goroutine_succeeds(g, run->generation.number, raw->args[1]))
        return ORDER_RETRY;
    order_put_move(run, cursor, slot, current, 0);
    if (raw->type == WIRE_GO_SWITCH_DESTROY)
        order_sched_remove_goroutine(&run->sched, current);
    else
        run->sched.goroutines.at[current].status = GO_WAITING;
    g->status = GO_RUNNING;
    g->number++;
    order_set_goroutine(m, next, slot);
    return ORDER_ADVANCED;
}

enum order_verdict order_go_create_syscall(struct order_run *run, const struct order_cursor *cursor,
                                           struct order_thread *m)
{
    const struct order_raw *raw = &cursor->raw;
    goroutine_id id = {(int64_t)raw->args[0]};
    if (!order_require(run, m, NEED_M) || (!order_has_no_goroutine(run, m) && !order_require(run, m, NO_G_MAY_BE)))
        return ORDER_FATAL;
    if (order_sched_goroutine(&run->sched, id) != ORDER_NO_SLOT) {
        base_fail(&run->error, "tried to create goroutine (%" PRId64 ") in syscall that already exists", id.n);
        return ORDER_FATAL;
    }
    if (run->presumptions.made)
        order_presume(&run->presumptions, ORDER_PRESUMED_NO_GOROUTINE, id.n, 0);
    uint32_t slot = order_sched_add_goroutine(&run->sched, id, GO_SYSCALL, run->generation.number);
    order_set_goroutine(m, id, slot);
    order_put_wide(run, cursor, slot, raw->args);
    return ORDER_ADVANCED;
}

enum order_verdict order_go_destroy_syscall(struct order_run *run, const struct order_cursor *cursor,
                                            struct order_thread *m)
{
    const struct order_raw *raw = &cursor->raw;
    uint32_t slot = order_current(run, raw, m, GO_SYSCALL, NEED_M | NEED_G);
    if (slot == ORDER_NO_SLOT)
        return ORDER_FATAL;
    if (!order_has_no_proc(run, m)) {
        struct order_proc *p = &run->sched.procs.at[m->proc];
        if (p->status != PROC_SYSCALL) {
            base_fail(&run->error, "proc %" PRId64 " in unexpected state %s during %s", p->id.n,
                      order_proc_status_names[p->status], order_raw_name(run, raw));
            return ORDER_FATAL;
        }
        /* Abandoned, so that a later steal that names this thread does not disturb its next goroutine. */
        p->status = PROC_SYSCALL_ABANDONED;
        order_set_proc(m, ORDER_NO_SLOT);
    }
    order_sched_remove_goroutine(&run->sched, slot);
    order_set_goroutine(m, NO_GOROUTINE, ORDER_NO_SLOT);
    order_put_move(run, cursor, slot, 0, 0);
    return ORDER_ADVANCED;
}

/* ---- the collector ---- */

/* What it was before; of a run that does not know, the number and state that the event needs. */
static void presume_gc(struct order_run *run, const struct order_raw *raw, enum gc_status status)
{
    if (run->sched.gc != GC_NOT_TOLD)
        return;
    run->sched.gc = status;
    run->sched.gc_number = raw->args[0] - 1;
    order_presume(&run->presumptions, ORDER_PRESUMED_GC, (int64_t)run->sched.gc_number, status);
}

enum order_verdict order_gc(struct order_run *run, const struct order_cursor *cursor, struct order_thread *m)
{
    const struct order_raw *raw = &cursor->raw;
    struct order_sched *sched = &run->sched;
    bool begin = raw->type == WIRE_GC_BEGIN, active = raw->type == WIRE_GC_ACTIVE;
    presume_gc(run, raw, begin ? GC_NOT_RUNNING : GC_RUNNING);
    bool first = begin ? sched->gc == GC_UNDETERMINED : active && run->initial;
    if (first && active && sched->gc != GC_UNDETERMINED) {
        base_fail(&run->error, "GCActive in the first generation isn't first GC event");
        return ORDER_FATAL;
    }
    if (!first && raw->args[0] != sched->gc_number + 1)
        return ORDER_RETRY;
    if (!first && begin && sched->gc == GC_RUNNING) {
        base_fail(&run->error, "encountered GCBegin while GC was already in progress");
        return ORDER_FATAL;
    }
    if (!first && !begin && sched->gc != GC_RUNNING) {
        base_fail(&run->error, active ? "encountered GCActive while GC was not in progress"
                               : sched->gc == GC_NOT_RUNNING
                                   ? "encountered GCEnd when GC was not in progress"
                                   : "encountered GCEnd when GC was in an undetermined state");
        return ORDER_FATAL;
    }
    if (!first && !order_require(run, m, NEED_M | NEED_P | NEED_G))
        return ORDER_FATAL;
    sched->gc = raw->type == WIRE_GC_END ? GC_NOT_RUNNING : GC_RUNNING;
    sched->gc_number = raw->args[0];
    return order_pass_on(run, cursor);
}
