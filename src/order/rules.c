/* What can happen now, and what it changes; go-trace-ordering.md, sections 5.1 to 5.3. An event that only tells
 * something (a range, a task, a figure) can always happen: whether it makes sense is looked at when it is told. */
#include "order/run.h"

#include <inttypes.h>
#include <stdio.h>

#define SELDOM __attribute__((noinline, cold))

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

/* What an event demands of its thread. */
enum { NEED_M = 1, NEED_P = 2, NEED_G = 4, NO_P_MAY_BE = 8, NO_G_MAY_BE = 16 };

static SELDOM bool require_or_fail(struct order_run *run, const struct order_thread *m, int needs)
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

/* False if the thread is not as it must be: that has been put into the error. */
static inline bool require(struct order_run *run, const struct order_thread *m, int needs)
{
    bool met = (!(needs & NEED_M) || m->id.n != -1) && (!(needs & NEED_P) || m->proc != ORDER_NO_SLOT) &&
               (!(needs & NO_P_MAY_BE) || m->proc == ORDER_NO_SLOT) && (!(needs & NEED_G) || m->goroutine.n != -1) &&
               (!(needs & NO_G_MAY_BE) || m->goroutine.n == -1);
    return __builtin_expect(met, 1) || require_or_fail(run, m, needs);
}

static SELDOM void presume_no_proc(struct order_run *run, struct order_thread *m)
{
    order_presume(&run->presumptions, ORDER_PRESUMED_THREADS_PROC, m->id.n, -1);
    m->proc_unknown = false;
}

static SELDOM void presume_no_goroutine(struct order_run *run, struct order_thread *m)
{
    order_presume(&run->presumptions, ORDER_PRESUMED_THREADS_GOROUTINE, m->id.n, -1);
    m->goroutine_unknown = false;
}

static inline bool has_no_proc(struct order_run *run, struct order_thread *m)
{
    if (__builtin_expect(m->proc_unknown, 0))
        presume_no_proc(run, m);
    return m->proc == ORDER_NO_SLOT;
}

static inline bool has_no_goroutine(struct order_run *run, struct order_thread *m)
{
    if (__builtin_expect(m->goroutine_unknown, 0))
        presume_no_goroutine(run, m);
    return m->goroutine.n == -1;
}

static inline void set_goroutine(struct order_thread *m, goroutine_id id, uint32_t slot)
{
    m->goroutine = id;
    m->slot = slot;
    m->goroutine_unknown = false;
}

static inline void set_proc(struct order_thread *m, uint32_t index)
{
    m->proc = index;
    m->proc_unknown = false;
}

static uint32_t meet_thread(struct order_run *run, thread_id id)
{
    uint32_t index = order_sched_thread(&run->sched, id);
    if (index == ORDER_NO_SLOT) {
        index = order_sched_add_thread(&run->sched, id);
        struct order_thread *thread = &run->sched.threads.at[index];
        thread->goroutine_unknown = thread->proc_unknown = run->presumptions.made;
    }
    return index;
}

/* The next number in the same generation. */
static inline bool succeeds(const struct order_run *run, const struct order_sequence *last, uint64_t number)
{
    return last->generation == run->generation.number && last->number + 1 == number;
}

static inline const char *type_name(const struct order_run *run, const struct order_raw *raw)
{
    return order_type_name(run->version, raw->type);
}

/* ---- moves ---- */

/* A move about a goroutine, with two more arguments. */
static inline void add_move(struct order_run *run, const struct order_cursor *cursor, uint32_t slot, uint64_t b,
                            uint64_t c)
{
    const struct order_raw *raw = &cursor->raw;
    bool narrow = b <= UINT32_MAX && c <= UINT32_MAX;
    struct order_move *move = __builtin_expect(narrow, 1) ? order_run_add(run, cursor, raw->type)
                                                          : order_run_add_wide(run, cursor, raw->type, raw->args);
    move->a = slot;
    if (narrow) {
        move->b = (uint32_t)b;
        move->c = (uint32_t)c;
    }
}

/* An event as it is. */
static enum order_verdict pass_on(struct order_run *run, const struct order_cursor *cursor)
{
    const struct order_raw *raw = &cursor->raw;
    unsigned count = wire_timed_args[raw->type];
    bool narrow = count <= 4;
    for (unsigned i = 0; i + 1 < count; i++)
        narrow &= raw->args[i] <= UINT32_MAX;
    if (!narrow) {
        order_run_add_wide(run, cursor, raw->type, raw->args);
        return ORDER_ADVANCED;
    }
    struct order_move *move = order_run_add(run, cursor, raw->type);
    move->a = (uint32_t)raw->args[0];
    move->b = (uint32_t)raw->args[1];
    move->c = (uint32_t)raw->args[2];
    return ORDER_ADVANCED;
}

/* ---- processors ---- */

static SELDOM enum order_verdict proc_status(struct order_run *run, const struct order_cursor *cursor,
                                             struct order_thread *m)
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
        set_proc(m, index);
    uint64_t args[ORDER_MOVE_ARGS] = {raw->args[0], status};
    order_run_add_wide(run, cursor, raw->type, args)->b = how;
    return ORDER_ADVANCED;
}

static enum order_verdict proc_start(struct order_run *run, const struct order_cursor *cursor, struct order_thread *m)
{
    const struct order_raw *raw = &cursor->raw;
    uint32_t index = order_sched_proc(&run->sched, (proc_id){(int64_t)raw->args[0]});
    if (index == ORDER_NO_SLOT)
        return ORDER_RETRY;
    struct order_proc *p = &run->sched.procs.at[index];
    if (p->status != PROC_IDLE || !succeeds(run, &p->sequence, raw->args[1]) || !has_no_proc(run, m))
        return ORDER_RETRY;
    if (!require(run, m, NEED_M))
        return ORDER_FATAL;
    p->status = PROC_RUNNING;
    p->sequence.number = raw->args[1];
    set_proc(m, index);
    return pass_on(run, cursor);
}

static enum order_verdict proc_stop(struct order_run *run, const struct order_cursor *cursor, struct order_thread *m)
{
    const struct order_raw *raw = &cursor->raw;
    if (m->proc == ORDER_NO_SLOT) {
        base_fail(&run->error, "event %s for proc (-1) that doesn't exist", type_name(run, raw));
        return ORDER_FATAL;
    }
    struct order_proc *p = &run->sched.procs.at[m->proc];
    if (p->status != PROC_RUNNING && p->status != PROC_SYSCALL) {
        base_fail(&run->error, "%s event for proc that's not Running or Syscall", type_name(run, raw));
        return ORDER_FATAL;
    }
    if (!require(run, m, NEED_M))
        return ORDER_FATAL;
    p->status = PROC_IDLE;
    set_proc(m, ORDER_NO_SLOT);
    return pass_on(run, cursor);
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
        index = meet_thread(run, victim);
    if (!own && index == ORDER_NO_SLOT) {
        base_fail(&run->error, "stole proc from non-existent thread %" PRId64, victim.n);
        return NULL;
    }
    struct order_thread *from = own ? m : &run->sched.threads.at[index];
    if (from->proc_unknown) {
        order_presume(&run->presumptions, ORDER_PRESUMED_THREADS_PROC, victim.n, id.n);
        set_proc(from, proc);
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

static enum order_verdict proc_steal(struct order_run *run, const struct order_cursor *cursor, struct order_thread *m)
{
    const struct order_raw *raw = &cursor->raw;
    uint32_t index = order_sched_proc(&run->sched, (proc_id){(int64_t)raw->args[0]});
    if (index == ORDER_NO_SLOT)
        return ORDER_RETRY;
    struct order_proc *p = &run->sched.procs.at[index];
    bool abandoned = p->status == PROC_SYSCALL_ABANDONED;
    if ((p->status != PROC_SYSCALL && !abandoned) || !succeeds(run, &p->sequence, raw->args[1]))
        return ORDER_RETRY;
    if (!require(run, m, NEED_M))
        return ORDER_FATAL;
    struct order_thread *victim = NULL;
    if (!abandoned && !(victim = steal_victim(run, raw, m, index)))
        return ORDER_FATAL;
    run->sched.procs.at[index].status = PROC_IDLE;
    run->sched.procs.at[index].sequence.number = raw->args[1];
    if (victim)
        set_proc(victim, ORDER_NO_SLOT);
    uint64_t args[ORDER_MOVE_ARGS] = {raw->args[0], abandoned, raw->args[2]};
    order_run_add_wide(run, cursor, raw->type, args);
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
        thread = &run->sched.threads.at[meet_thread(run, on)];
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
    set_goroutine(thread, id, slot);
    *how |= known ? ORDER_STATUS_KNOWN_THREAD : 0;
    return true;
}

static SELDOM enum order_verdict go_status(struct order_run *run, const struct order_cursor *cursor,
                                           struct order_thread *m)
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
        g->sequence = (struct order_sequence){run->generation.number, 0};
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
        set_goroutine(m, id, slot);
    else if (status == GO_SYSCALL && !place_in_syscall(run, raw, m, id, slot, &how))
        return ORDER_FATAL;
    struct order_move *move = order_run_add_wide(run, cursor, raw->type, raw->args);
    move->a = slot;
    move->b = how;
    return ORDER_ADVANCED;
}

static enum order_verdict go_create(struct order_run *run, const struct order_cursor *cursor, struct order_thread *m)
{
    const struct order_raw *raw = &cursor->raw;
    goroutine_id id = {(int64_t)raw->args[0]};
    if (!require(run, m, NEED_M | NEED_P))
        return ORDER_FATAL;
    uint32_t creator = has_no_goroutine(run, m) ? ORDER_NO_SLOT : order_sched_current(&run->sched, m);
    if (creator != ORDER_NO_SLOT && run->sched.goroutines.at[creator].status != GO_RUNNING) {
        base_fail(&run->error, "%s event for goroutine that's not Running", type_name(run, raw));
        return ORDER_FATAL;
    }
    if (order_sched_goroutine(&run->sched, id) != ORDER_NO_SLOT) {
        base_fail(&run->error, "tried to create goroutine (%" PRId64 ") that already exists", id.n);
        return ORDER_FATAL;
    }
    if (run->presumptions.made)
        order_presume(&run->presumptions, ORDER_PRESUMED_NO_GOROUTINE, id.n, 0);
    bool blocked = raw->type == WIRE_GO_CREATE_BLOCKED;
    uint32_t slot =
        order_sched_add_goroutine(&run->sched, id, blocked ? GO_WAITING : GO_RUNNABLE, run->generation.number);
    order_run_add_wide(run, cursor, raw->type, raw->args)->a = slot;
    return ORDER_ADVANCED;
}

static inline enum order_verdict go_start(struct order_run *run, const struct order_cursor *cursor,
                                          struct order_thread *m)
{
    const struct order_raw *raw = &cursor->raw;
    goroutine_id id = {(int64_t)raw->args[0]};
    uint32_t slot = order_sched_goroutine(&run->sched, id);
    if (slot == ORDER_NO_SLOT)
        return ORDER_RETRY;
    struct order_goroutine *g = &run->sched.goroutines.at[slot];
    if (g->status != GO_RUNNABLE || !succeeds(run, &g->sequence, raw->args[1]))
        return ORDER_RETRY;
    if (!require(run, m, NEED_M | NEED_P) || (!has_no_goroutine(run, m) && !require(run, m, NO_G_MAY_BE)))
        return ORDER_FATAL;
    g->status = GO_RUNNING;
    g->sequence.number = raw->args[1];
    set_goroutine(m, id, slot);
    add_move(run, cursor, slot, 0, 0);
    return ORDER_ADVANCED;
}

static SELDOM uint32_t fail_current(struct order_run *run, const struct order_raw *raw, const struct order_thread *m,
                                    uint32_t slot, const char *called)
{
    if (slot == ORDER_NO_SLOT)
        base_fail(&run->error, "event %s for goroutine (%" PRId64 ") that doesn't exist", type_name(run, raw),
                  m->goroutine.n);
    else
        base_fail(&run->error, "%s event for goroutine that's not %s", type_name(run, raw), called);
    return ORDER_NO_SLOT;
}

/* The slot of the thread's goroutine, which must be in a status that is called CALLED in the message; ORDER_NO_SLOT on
 * error. */
static inline uint32_t current_goroutine(struct order_run *run, const struct order_raw *raw,
                                         const struct order_thread *m, enum go_status status, const char *called)
{
    uint32_t slot = order_sched_current(&run->sched, m);
    if (__builtin_expect(slot != ORDER_NO_SLOT && run->sched.goroutines.at[slot].status == status, 1))
        return slot;
    return fail_current(run, raw, m, slot, called);
}

static inline enum order_verdict go_stop(struct order_run *run, const struct order_cursor *cursor,
                                         struct order_thread *m, enum go_status to)
{
    const struct order_raw *raw = &cursor->raw;
    if (!require(run, m, NEED_M | NEED_P | NEED_G))
        return ORDER_FATAL;
    uint32_t slot = current_goroutine(run, raw, m, GO_RUNNING, "Running");
    if (slot == ORDER_NO_SLOT)
        return ORDER_FATAL;
    if (to == GO_BAD) {
        order_sched_remove_goroutine(&run->sched, slot);
        add_move(run, cursor, slot, 0, 0);
    } else {
        run->sched.goroutines.at[slot].status = (uint8_t)to;
        add_move(run, cursor, slot, raw->args[0], raw->args[1]);
    }
    set_goroutine(m, NO_GOROUTINE, ORDER_NO_SLOT);
    return ORDER_ADVANCED;
}

static inline enum order_verdict go_unblock(struct order_run *run, const struct order_cursor *cursor)
{
    const struct order_raw *raw = &cursor->raw;
    uint32_t slot = order_sched_goroutine(&run->sched, (goroutine_id){(int64_t)raw->args[0]});
    if (slot == ORDER_NO_SLOT)
        return ORDER_RETRY;
    struct order_goroutine *g = &run->sched.goroutines.at[slot];
    if (g->status != GO_WAITING || !succeeds(run, &g->sequence, raw->args[1]))
        return ORDER_RETRY;
    g->status = GO_RUNNABLE;
    g->sequence.number = raw->args[1];
    add_move(run, cursor, slot, raw->args[2], 0);
    return ORDER_ADVANCED;
}

/* The current goroutine hands its place to another: three transitions in one event. */
static enum order_verdict go_switch(struct order_run *run, const struct order_cursor *cursor, struct order_thread *m)
{
    const struct order_raw *raw = &cursor->raw;
    goroutine_id next = {(int64_t)raw->args[0]};
    if (!require(run, m, NEED_M | NEED_P | NEED_G))
        return ORDER_FATAL;
    uint32_t current = current_goroutine(run, raw, m, GO_RUNNING, "Running");
    if (current == ORDER_NO_SLOT)
        return ORDER_FATAL;
    uint32_t slot = order_sched_goroutine(&run->sched, next);
    if (slot == ORDER_NO_SLOT)
        return ORDER_RETRY;
    struct order_goroutine *g = &run->sched.goroutines.at[slot];
    if (g->status != GO_WAITING || !succeeds(run, &g->sequence, raw->args[1]))
        return ORDER_RETRY;
    add_move(run, cursor, slot, current, 0);
    if (raw->type == WIRE_GO_SWITCH_DESTROY)
        order_sched_remove_goroutine(&run->sched, current);
    else
        run->sched.goroutines.at[current].status = GO_WAITING;
    g->status = GO_RUNNING;
    g->sequence.number = raw->args[1];
    set_goroutine(m, next, slot);
    return ORDER_ADVANCED;
}

/* ---- syscalls ---- */

static enum order_verdict go_syscall_begin(struct order_run *run, const struct order_cursor *cursor,
                                           struct order_thread *m)
{
    const struct order_raw *raw = &cursor->raw;
    if (!require(run, m, NEED_M | NEED_P | NEED_G))
        return ORDER_FATAL;
    uint32_t slot = current_goroutine(run, raw, m, GO_RUNNING, "Running");
    if (slot == ORDER_NO_SLOT)
        return ORDER_FATAL;
    struct order_proc *p = &run->sched.procs.at[m->proc];
    if (!succeeds(run, &p->sequence, raw->args[0])) {
        base_fail(
            &run->error,
            "failed to advance %s: can't make sequence: %" PRIu64 " (gen=%" PRIu64 ") -> %" PRIu64 " (gen=%" PRIu64 ")",
            type_name(run, raw), p->sequence.number, p->sequence.generation, raw->args[0], run->generation.number);
        return ORDER_FATAL;
    }
    p->sequence.number = raw->args[0];
    p->status = PROC_SYSCALL;
    run->sched.goroutines.at[slot].status = GO_SYSCALL;
    add_move(run, cursor, slot, raw->args[1], 0);
    return ORDER_ADVANCED;
}

static enum order_verdict go_syscall_end(struct order_run *run, const struct order_cursor *cursor,
                                         struct order_thread *m)
{
    const struct order_raw *raw = &cursor->raw;
    if (!require(run, m, NEED_M | NEED_P | NEED_G))
        return ORDER_FATAL;
    uint32_t slot = current_goroutine(run, raw, m, GO_SYSCALL, "Running");
    if (slot == ORDER_NO_SLOT)
        return ORDER_FATAL;
    struct order_proc *p = &run->sched.procs.at[m->proc];
    if (p->status != PROC_SYSCALL) {
        base_fail(&run->error, "expected proc %" PRId64 " in state Syscall, but got %s instead", p->id.n,
                  order_proc_status_names[p->status]);
        return ORDER_FATAL;
    }
    p->status = PROC_RUNNING;
    run->sched.goroutines.at[slot].status = GO_RUNNING;
    add_move(run, cursor, slot, 0, 0);
    return ORDER_ADVANCED;
}

static enum order_verdict go_syscall_end_blocked(struct order_run *run, const struct order_cursor *cursor,
                                                 struct order_thread *m)
{
    /* The processor is stolen or stopped first. */
    if (!has_no_proc(run, m) && run->sched.procs.at[m->proc].status == PROC_SYSCALL)
        return ORDER_RETRY;
    if (!require(run, m, NEED_M | NEED_G))
        return ORDER_FATAL;
    uint32_t slot = current_goroutine(run, &cursor->raw, m, GO_SYSCALL, "Running");
    if (slot == ORDER_NO_SLOT)
        return ORDER_FATAL;
    run->sched.goroutines.at[slot].status = GO_RUNNABLE;
    set_goroutine(m, NO_GOROUTINE, ORDER_NO_SLOT);
    add_move(run, cursor, slot, 0, 0);
    return ORDER_ADVANCED;
}

static enum order_verdict go_create_syscall(struct order_run *run, const struct order_cursor *cursor,
                                            struct order_thread *m)
{
    const struct order_raw *raw = &cursor->raw;
    goroutine_id id = {(int64_t)raw->args[0]};
    if (!require(run, m, NEED_M) || (!has_no_goroutine(run, m) && !require(run, m, NO_G_MAY_BE)))
        return ORDER_FATAL;
    if (order_sched_goroutine(&run->sched, id) != ORDER_NO_SLOT) {
        base_fail(&run->error, "tried to create goroutine (%" PRId64 ") in syscall that already exists", id.n);
        return ORDER_FATAL;
    }
    if (run->presumptions.made)
        order_presume(&run->presumptions, ORDER_PRESUMED_NO_GOROUTINE, id.n, 0);
    uint32_t slot = order_sched_add_goroutine(&run->sched, id, GO_SYSCALL, run->generation.number);
    set_goroutine(m, id, slot);
    order_run_add_wide(run, cursor, raw->type, raw->args)->a = slot;
    return ORDER_ADVANCED;
}

static enum order_verdict go_destroy_syscall(struct order_run *run, const struct order_cursor *cursor,
                                             struct order_thread *m)
{
    const struct order_raw *raw = &cursor->raw;
    if (!require(run, m, NEED_M | NEED_G))
        return ORDER_FATAL;
    uint32_t slot = current_goroutine(run, raw, m, GO_SYSCALL, "Syscall");
    if (slot == ORDER_NO_SLOT)
        return ORDER_FATAL;
    if (!has_no_proc(run, m)) {
        struct order_proc *p = &run->sched.procs.at[m->proc];
        if (p->status != PROC_SYSCALL) {
            base_fail(&run->error, "proc %" PRId64 " in unexpected state %s during %s", p->id.n,
                      order_proc_status_names[p->status], type_name(run, raw));
            return ORDER_FATAL;
        }
        /* Abandoned, so that a later steal that names this thread does not disturb its next goroutine. */
        p->status = PROC_SYSCALL_ABANDONED;
        set_proc(m, ORDER_NO_SLOT);
    }
    order_sched_remove_goroutine(&run->sched, slot);
    set_goroutine(m, NO_GOROUTINE, ORDER_NO_SLOT);
    add_move(run, cursor, slot, 0, 0);
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

static SELDOM enum order_verdict gc_event(struct order_run *run, const struct order_cursor *cursor,
                                          struct order_thread *m)
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
    if (!first && !require(run, m, NEED_M | NEED_P | NEED_G))
        return ORDER_FATAL;
    sched->gc = raw->type == WIRE_GC_END ? GC_NOT_RUNNING : GC_RUNNING;
    sched->gc_number = raw->args[0];
    return pass_on(run, cursor);
}

/* ---- all of them ---- */

enum order_verdict order_run_advance(struct order_run *run, struct order_cursor *cursor)
{
    const struct order_raw *raw = &cursor->raw;
    struct order_thread *m = &run->no_thread;
    if (__builtin_expect(cursor->met == ORDER_NOT_MET, 0))
        cursor->met = cursor->thread.n == -1 ? ORDER_NO_SLOT : meet_thread(run, cursor->thread);
    if (__builtin_expect(cursor->met != ORDER_NO_SLOT, 1))
        m = &run->sched.threads.at[cursor->met];
    else
        *m = (struct order_thread){NO_THREAD, NO_GOROUTINE, ORDER_NO_SLOT, ORDER_NO_SLOT, false, false};
    switch ((enum wire_type)raw->type) {
    case WIRE_GO_START: return go_start(run, cursor, m);
    case WIRE_GO_BLOCK: return go_stop(run, cursor, m, GO_WAITING);
    case WIRE_GO_STOP: return go_stop(run, cursor, m, GO_RUNNABLE);
    case WIRE_GO_DESTROY: return go_stop(run, cursor, m, GO_BAD);
    case WIRE_GO_UNBLOCK: return go_unblock(run, cursor);
    case WIRE_GO_CREATE:
    case WIRE_GO_CREATE_BLOCKED: return go_create(run, cursor, m);
    case WIRE_GO_SYSCALL_BEGIN: return go_syscall_begin(run, cursor, m);
    case WIRE_GO_SYSCALL_END: return go_syscall_end(run, cursor, m);
    case WIRE_GO_SYSCALL_END_BLOCKED: return go_syscall_end_blocked(run, cursor, m);
    case WIRE_PROC_START: return proc_start(run, cursor, m);
    case WIRE_PROC_STOP: return proc_stop(run, cursor, m);
    case WIRE_PROC_STEAL: return proc_steal(run, cursor, m);
    case WIRE_PROC_STATUS: return proc_status(run, cursor, m);
    case WIRE_GO_STATUS:
    case WIRE_GO_STATUS_STACK: return go_status(run, cursor, m);
    case WIRE_GO_SWITCH:
    case WIRE_GO_SWITCH_DESTROY: return go_switch(run, cursor, m);
    case WIRE_GO_CREATE_SYSCALL: return go_create_syscall(run, cursor, m);
    case WIRE_GO_DESTROY_SYSCALL: return go_destroy_syscall(run, cursor, m);
    case WIRE_GC_BEGIN:
    case WIRE_GC_ACTIVE:
    case WIRE_GC_END: return gc_event(run, cursor, m);
    case WIRE_CLOCK_SNAPSHOT:
        base_fail(&run->error, "bad event type found while ordering: %u", raw->type);
        return ORDER_FATAL;
    default: return pass_on(run, cursor);
    }
}
