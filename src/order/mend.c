/* What to do about an event that cannot be, when reading goes on past damage.
 *
 * Mostly something else was lost: the wake-up before a start, the end of a syscall. The state is then made what the
 * event needs it to be, with transitions of its own, so that whoever follows the stream never sees a state change that
 * does not begin where the last one ended. An event that still cannot be is left out.
 */
#include "order/run.h"

/* An event being mended, and its thread. */
struct mending {
    struct order_run *run;
    const struct order_cursor *cursor;
    const struct order_raw *raw;
};

static struct order_thread *thread_of(const struct mending *mending)
{
    uint32_t met = mending->cursor->met;
    return met == ORDER_NO_SLOT ? &mending->run->no_thread : &mending->run->sched.threads.at[met];
}

/* Tells what is current on a thread now. */
static void tell_thread(const struct mending *mending, const struct order_thread *thread)
{
    struct order_run *run = mending->run;
    uint64_t args[ORDER_MOVE_ARGS] = {(uint64_t)thread->id.n, (uint64_t)thread->goroutine.n,
                                      (uint64_t)order_sched_proc_of(&run->sched, thread).n};
    if (thread->id.n != -1)
        order_run_add_wide(run, mending->cursor, ORDER_MOVE_THREAD, args)->a = thread->slot;
}

static void set_goroutine(const struct mending *mending, struct order_thread *thread, goroutine_id id, uint32_t slot)
{
    thread->goroutine = id;
    thread->slot = slot;
    tell_thread(mending, thread);
}

static void set_proc(const struct mending *mending, struct order_thread *thread, uint32_t proc)
{
    thread->proc = proc;
    tell_thread(mending, thread);
}

static void move_goroutine(const struct mending *mending, uint32_t slot, enum go_status status)
{
    struct order_goroutine *g = &mending->run->sched.goroutines.at[slot];
    struct order_move *move = order_run_add(mending->run, mending->cursor, ORDER_MOVE_GOROUTINE);
    move->a = slot;
    move->b = order_go_states[g->status];
    move->c = order_go_states[status];
    g->status = (uint8_t)status;
}

static void move_proc(const struct mending *mending, uint32_t index, enum proc_status status)
{
    struct order_proc *p = &mending->run->sched.procs.at[index];
    uint64_t args[ORDER_MOVE_ARGS] = {(uint64_t)p->id.n};
    struct order_move *move = order_run_add_wide(mending->run, mending->cursor, ORDER_MOVE_PROC, args);
    move->a = order_proc_states[p->status];
    move->b = order_proc_states[status];
    p->status = (uint8_t)status;
}

static uint32_t add_goroutine(const struct mending *mending, goroutine_id id)
{
    struct order_run *run = mending->run;
    uint32_t slot = order_sched_add_goroutine(&run->sched, id, GO_BAD, run->generation.number);
    uint64_t args[ORDER_MOVE_ARGS] = {(uint64_t)id.n};
    order_run_add_wide(run, mending->cursor, ORDER_MOVE_NEW_GOROUTINE, args)->a = slot;
    return slot;
}

/* No thread runs the goroutine. */
static void detach_goroutine(const struct mending *mending, goroutine_id id)
{
    struct order_sched *sched = &mending->run->sched;
    for (size_t i = 0; i < sched->threads.count; i++)
        if (sched->threads.at[i].goroutine.n == id.n)
            set_goroutine(mending, &sched->threads.at[i], NO_GOROUTINE, ORDER_NO_SLOT);
}

static void detach_proc(const struct mending *mending, uint32_t index)
{
    struct order_sched *sched = &mending->run->sched;
    for (size_t i = 0; i < sched->threads.count; i++)
        if (sched->threads.at[i].proc == index)
            set_proc(mending, &sched->threads.at[i], ORDER_NO_SLOT);
}

static uint32_t slot_of(const struct mending *mending, goroutine_id id)
{
    return order_sched_goroutine(&mending->run->sched, id);
}

/* The goroutine is in a state, with the number before the event's. */
static bool need_goroutine(const struct mending *mending, enum go_status status)
{
    struct order_sched *sched = &mending->run->sched;
    goroutine_id id = {(int64_t)mending->raw->args[0]};
    uint32_t slot = slot_of(mending, id);
    if (id.n == -1)
        return false;
    if (slot == ORDER_NO_SLOT)
        slot = add_goroutine(mending, id);
    if (sched->goroutines.at[slot].status != status) {
        detach_goroutine(mending, id);
        move_goroutine(mending, slot, status);
    }
    order_goroutine_count_from(&sched->goroutines.at[slot], mending->run->generation.number, mending->raw->args[1] - 1);
    return true;
}

static bool need_proc(const struct mending *mending, enum proc_status status)
{
    struct order_run *run = mending->run;
    proc_id id = {(int64_t)mending->raw->args[0]};
    uint32_t index = order_sched_proc(&run->sched, id);
    if (id.n == -1)
        return false;
    if (index == ORDER_NO_SLOT)
        index = order_sched_add_proc(&run->sched, id, PROC_BAD, run->generation.number);
    if (run->sched.procs.at[index].status != status) {
        detach_proc(mending, index);
        move_proc(mending, index, status);
    }
    run->sched.procs.at[index].sequence = (struct order_sequence){run->generation.number, mending->raw->args[1] - 1};
    return true;
}

/* The thread runs no goroutine: what it ran has left it, nobody knows for what. */
static void leave_goroutine(const struct mending *mending)
{
    struct order_thread *m = thread_of(mending);
    uint32_t slot = m->id.n == -1 ? ORDER_NO_SLOT : order_sched_current(&mending->run->sched, m);
    if (slot != ORDER_NO_SLOT && mending->run->sched.goroutines.at[slot].status != GO_WAITING)
        move_goroutine(mending, slot, GO_WAITING);
    set_goroutine(mending, m, NO_GOROUTINE, ORDER_NO_SLOT);
}

static void leave_proc(const struct mending *mending)
{
    struct order_thread *m = thread_of(mending);
    if (m->id.n == -1 || m->proc == ORDER_NO_SLOT)
        return;
    if (mending->run->sched.procs.at[m->proc].status != PROC_IDLE)
        move_proc(mending, m->proc, PROC_IDLE);
    set_proc(mending, m, ORDER_NO_SLOT);
}

/* A goroutine that ended unseen makes room for one with its id. */
static bool forget_goroutine(const struct mending *mending)
{
    goroutine_id id = {(int64_t)mending->raw->args[0]};
    uint32_t slot = slot_of(mending, id);
    if (slot == ORDER_NO_SLOT)
        return false;
    detach_goroutine(mending, id);
    struct order_move *move = order_run_add(mending->run, mending->cursor, ORDER_MOVE_GOROUTINE);
    move->a = slot;
    move->b = order_go_states[mending->run->sched.goroutines.at[slot].status];
    move->c = ORDER_NOT_EXIST;
    order_sched_remove_goroutine(&mending->run->sched, slot);
    return true;
}

/* What is said of a goroutine or a processor as such is true, whatever was thought. */
static bool believe_go_status(const struct mending *mending)
{
    struct order_sched *sched = &mending->run->sched;
    goroutine_id id = {(int64_t)mending->raw->args[0]};
    uint8_t status = (uint8_t)mending->raw->args[2];
    uint32_t slot = slot_of(mending, id);
    if (status >= GO_STATUSES || id.n == -1)
        return false;
    if (slot == ORDER_NO_SLOT)
        slot = add_goroutine(mending, id);
    detach_goroutine(mending, id);
    if (sched->goroutines.at[slot].status != status)
        move_goroutine(mending, slot, (enum go_status)status);
    if (status == GO_SYSCALL) { /* the rule wants it on its thread */
        uint32_t thread = order_sched_thread(sched, (thread_id){(int64_t)mending->raw->args[1]});
        if (thread != ORDER_NO_SLOT)
            set_goroutine(mending, &sched->threads.at[thread], id, slot);
    }
    return true;
}

static bool believe_proc_status(const struct mending *mending)
{
    struct order_sched *sched = &mending->run->sched;
    uint8_t status = (uint8_t)mending->raw->args[1];
    uint32_t index = order_sched_proc(sched, (proc_id){(int64_t)mending->raw->args[0]});
    if (status >= PROC_STATUSES || index == ORDER_NO_SLOT)
        return false;
    detach_proc(mending, index);
    if (sched->procs.at[index].status != status)
        move_proc(mending, index, (enum proc_status)status);
    return true;
}

/* The thread's goroutine came back from a syscall unseen. */
static bool end_syscall(const struct mending *mending)
{
    struct order_sched *sched = &mending->run->sched;
    const struct order_thread *m = thread_of(mending);
    uint32_t slot = order_sched_current(sched, m);
    if (slot == ORDER_NO_SLOT || m->proc == ORDER_NO_SLOT || sched->goroutines.at[slot].status != GO_SYSCALL)
        return false;
    move_goroutine(mending, slot, GO_RUNNING);
    if (sched->procs.at[m->proc].status == PROC_SYSCALL)
        sched->procs.at[m->proc].status = PROC_RUNNING;
    return true;
}

/* The number of the thread's processor is the one before the event's. */
static bool renumber_proc(const struct mending *mending)
{
    const struct order_thread *m = thread_of(mending);
    if (m->proc == ORDER_NO_SLOT)
        return false;
    mending->run->sched.procs.at[m->proc].sequence =
        (struct order_sequence){mending->run->generation.number, mending->raw->args[0] - 1};
    return true;
}

/* What the event is about is none, or the very goroutine that makes room for it: nothing could make it possible. */
static bool is_nonsense(const struct mending *mending)
{
    goroutine_id id = {(int64_t)mending->raw->args[0]};
    switch ((enum wire_type)mending->raw->type) {
    case WIRE_PROC_START:
    case WIRE_GO_START: return id.n == -1;
    case WIRE_GO_SWITCH:
    case WIRE_GO_SWITCH_DESTROY: return id.n == -1 || thread_of(mending)->goroutine.n == id.n;
    default: return false;
    }
}

bool order_run_mend(struct order_run *run, const struct order_cursor *cursor)
{
    const struct mending mending = {run, cursor, &cursor->raw};
    if (is_nonsense(&mending))
        return false;
    switch ((enum wire_type)cursor->raw.type) {
    case WIRE_PROC_START:
        leave_goroutine(&mending);
        leave_proc(&mending);
        return need_proc(&mending, PROC_IDLE);
    case WIRE_PROC_STEAL: return need_proc(&mending, PROC_SYSCALL_ABANDONED);
    case WIRE_PROC_STATUS: return believe_proc_status(&mending);
    case WIRE_GO_STATUS:
    case WIRE_GO_STATUS_STACK: return believe_go_status(&mending);
    case WIRE_GO_START: leave_goroutine(&mending); return need_goroutine(&mending, GO_RUNNABLE);
    case WIRE_GO_UNBLOCK:
    case WIRE_GO_SWITCH:
    case WIRE_GO_SWITCH_DESTROY: return need_goroutine(&mending, GO_WAITING);
    case WIRE_GO_CREATE:
    case WIRE_GO_CREATE_BLOCKED: return forget_goroutine(&mending);
    case WIRE_GO_CREATE_SYSCALL: leave_goroutine(&mending); return forget_goroutine(&mending) || true;
    case WIRE_GO_STOP:
    case WIRE_GO_BLOCK:
    case WIRE_GO_DESTROY: return end_syscall(&mending);
    case WIRE_GO_SYSCALL_BEGIN: return renumber_proc(&mending) && (end_syscall(&mending) || true);
    case WIRE_GO_SYSCALL_END_BLOCKED: leave_proc(&mending); return true;
    case WIRE_GC_BEGIN:
    case WIRE_GC_END: run->sched.gc_number = cursor->raw.args[0] - 1; return true;
    default: return false;
    }
}
