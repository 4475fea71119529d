/* What can happen now, and what it changes; go-trace-ordering.md, sections 5.1 to 5.3. An event that only tells
 * something (a range, a task, a figure) can always happen: whether it makes sense is looked at when it is told. */
#include "order/rules.h"

#include <inttypes.h>

/* Threads' clocks differ by microseconds: an event that waits longer than this for one of another thread may wait in
 * vain. */
static const int64_t LONGEST_WAIT_NS = 1000000;

/* ---- processors ---- */

static enum order_verdict proc_start(struct order_run *run, const struct order_cursor *cursor, struct order_thread *m)
{
    const struct order_raw *raw = &cursor->raw;
    uint32_t index = order_sched_proc(&run->sched, (proc_id){(int64_t)raw->args[0]});
    if (index == ORDER_NO_SLOT)
        return ORDER_RETRY;
    struct order_proc *p = &run->sched.procs.at[index];
    if (p->status != PROC_IDLE || !order_succeeds(run, &p->sequence, raw->args[1]) || !order_has_no_proc(run, m))
        return ORDER_RETRY;
    if (!order_require(run, m, NEED_M))
        return ORDER_FATAL;
    p->status = PROC_RUNNING;
    p->sequence.number = raw->args[1];
    order_set_proc(m, index);
    return order_pass_on(run, cursor);
}

static enum order_verdict proc_stop(struct order_run *run, const struct order_cursor *cursor, struct order_thread *m)
{
    const struct order_raw *raw = &cursor->raw;
    if (m->proc == ORDER_NO_SLOT) {
        base_fail(&run->error, "event %s for proc (-1) that doesn't exist", order_raw_name(run, raw));
        return ORDER_FATAL;
    }
    struct order_proc *p = &run->sched.procs.at[m->proc];
    if (p->status != PROC_RUNNING && p->status != PROC_SYSCALL) {
        base_fail(&run->error, "%s event for proc that's not Running or Syscall", order_raw_name(run, raw));
        return ORDER_FATAL;
    }
    if (!order_require(run, m, NEED_M))
        return ORDER_FATAL;
    p->status = PROC_IDLE;
    order_set_proc(m, ORDER_NO_SLOT);
    return order_pass_on(run, cursor);
}

/* ---- goroutines ---- */

static enum order_verdict go_create(struct order_run *run, const struct order_cursor *cursor, struct order_thread *m)
{
    const struct order_raw *raw = &cursor->raw;
    goroutine_id id = {(int64_t)raw->args[0]};
    if (!order_require(run, m, NEED_M | NEED_P))
        return ORDER_FATAL;
    uint32_t creator = order_has_no_goroutine(run, m) ? ORDER_NO_SLOT : order_sched_current(&run->sched, m);
    if (creator != ORDER_NO_SLOT && run->sched.goroutines.at[creator].status != GO_RUNNING) {
        base_fail(&run->error, "%s event for goroutine that's not Running", order_raw_name(run, raw));
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
    order_put_wide(run, cursor, slot, raw->args);
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
    if (g->status != GO_RUNNABLE || !order_goroutine_succeeds(g, run->generation.number, raw->args[1]))
        return ORDER_RETRY;
    if (!order_require(run, m, NEED_M | NEED_P) ||
        (!order_has_no_goroutine(run, m) && !order_require(run, m, NO_G_MAY_BE)))
        return ORDER_FATAL;
    g->status = GO_RUNNING;
    g->number++;
    order_set_goroutine(m, id, slot);
    order_put_move(run, cursor, slot, 0, 0);
    return ORDER_ADVANCED;
}

static inline enum order_verdict go_stop(struct order_run *run, const struct order_cursor *cursor,
                                         struct order_thread *m, enum go_status to)
{
    const struct order_raw *raw = &cursor->raw;
    uint32_t slot = order_current(run, raw, m, GO_RUNNING, NEED_M | NEED_P | NEED_G);
    if (slot == ORDER_NO_SLOT)
        return ORDER_FATAL;
    if (to == GO_BAD) {
        order_sched_remove_goroutine(&run->sched, slot);
        order_put_move(run, cursor, slot, 0, 0);
    } else {
        run->sched.goroutines.at[slot].status = (uint8_t)to;
        order_put_move(run, cursor, slot, raw->args[0], raw->args[1]);
    }
    order_set_goroutine(m, NO_GOROUTINE, ORDER_NO_SLOT);
    return ORDER_ADVANCED;
}

static inline enum order_verdict go_unblock(struct order_run *run, const struct order_cursor *cursor)
{
    const struct order_raw *raw = &cursor->raw;
    uint32_t slot = order_sched_goroutine(&run->sched, (goroutine_id){(int64_t)raw->args[0]});
    if (slot == ORDER_NO_SLOT)
        return ORDER_RETRY;
    struct order_goroutine *g = &run->sched.goroutines.at[slot];
    if (g->status != GO_WAITING || !order_goroutine_succeeds(g, run->generation.number, raw->args[1]))
        return ORDER_RETRY;
    g->status = GO_RUNNABLE;
    g->number++;
    order_put_move(run, cursor, slot, raw->args[2], 0);
    return ORDER_ADVANCED;
}

/* ---- syscalls ---- */

static enum order_verdict go_syscall_begin(struct order_run *run, const struct order_cursor *cursor,
                                           struct order_thread *m)
{
    const struct order_raw *raw = &cursor->raw;
    uint32_t slot = order_current(run, raw, m, GO_RUNNING, NEED_M | NEED_P | NEED_G);
    if (slot == ORDER_NO_SLOT)
        return ORDER_FATAL;
    struct order_proc *p = &run->sched.procs.at[m->proc];
    if (!order_succeeds(run, &p->sequence, raw->args[0])) {
        base_fail(
            &run->error,
            "failed to advance %s: can't make sequence: %" PRIu64 " (gen=%" PRIu64 ") -> %" PRIu64 " (gen=%" PRIu64 ")",
            order_raw_name(run, raw), p->sequence.number, p->sequence.generation, raw->args[0], run->generation.number);
        return ORDER_FATAL;
    }
    p->sequence.number = raw->args[0];
    p->status = PROC_SYSCALL;
    run->sched.goroutines.at[slot].status = GO_SYSCALL;
    order_put_move(run, cursor, slot, raw->args[1], 0);
    return ORDER_ADVANCED;
}

static enum order_verdict go_syscall_end(struct order_run *run, const struct order_cursor *cursor,
                                         struct order_thread *m)
{
    const struct order_raw *raw = &cursor->raw;
    uint32_t slot = order_current(run, raw, m, GO_SYSCALL, NEED_M | NEED_P | NEED_G);
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
    order_put_move(run, cursor, slot, 0, 0);
    return ORDER_ADVANCED;
}

static enum order_verdict go_syscall_end_blocked(struct order_run *run, const struct order_cursor *cursor,
                                                 struct order_thread *m)
{
    /* The processor is stolen or stopped first. */
    if (!order_has_no_proc(run, m) && run->sched.procs.at[m->proc].status == PROC_SYSCALL)
        return ORDER_RETRY;
    uint32_t slot = order_current(run, &cursor->raw, m, GO_SYSCALL, NEED_M | NEED_G);
    if (slot == ORDER_NO_SLOT)
        return ORDER_FATAL;
    run->sched.goroutines.at[slot].status = GO_RUNNABLE;
    order_set_goroutine(m, NO_GOROUTINE, ORDER_NO_SLOT);
    order_put_move(run, cursor, slot, 0, 0);
    return ORDER_ADVANCED;
}

/* ---- all of them ---- */

static inline __attribute__((always_inline)) enum order_verdict advance(struct order_run *run,
                                                                        struct order_cursor *cursor)
{
    const struct order_raw *raw = &cursor->raw;
    struct order_thread *m = &run->no_thread;
    if (__builtin_expect(cursor->met == ORDER_NOT_MET, 0))
        cursor->met = cursor->thread.n == -1 ? ORDER_NO_SLOT : order_meet_thread(run, cursor->thread);
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
    case WIRE_PROC_STEAL: return order_proc_steal(run, cursor, m);
    case WIRE_PROC_STATUS: return order_proc_status(run, cursor, m);
    case WIRE_GO_STATUS:
    case WIRE_GO_STATUS_STACK: return order_go_status(run, cursor, m);
    case WIRE_GO_SWITCH:
    case WIRE_GO_SWITCH_DESTROY: return order_go_switch(run, cursor, m);
    case WIRE_GO_CREATE_SYSCALL: return order_go_create_syscall(run, cursor, m);
    case WIRE_GO_DESTROY_SYSCALL: return order_go_destroy_syscall(run, cursor, m);
    case WIRE_GC_BEGIN:
    case WIRE_GC_ACTIVE:
    case WIRE_GC_END: return order_gc(run, cursor, m);
    case WIRE_CLOCK_SNAPSHOT:
        base_fail(&run->error, "bad event type found while ordering: %u", raw->type);
        return ORDER_FATAL;
    default: return order_pass_on(run, cursor);
    }
}

/* Room for so many moves in the chunk; until end_moves they are added without looking. */
static void begin_moves(struct order_run *run, size_t most_moves)
{
    struct order_chunk *chunk = run->chunk;
    if (chunk->moves.count < most_moves)
        base_vec_reserve(&chunk->moves, most_moves - chunk->moves.count);
    run->out = chunk->moves.at + chunk->moves.count;
    run->out_end = chunk->moves.at + most_moves;
}

static void end_moves(struct order_run *run)
{
    run->chunk->moves.count = (size_t)(run->out - run->chunk->moves.at);
}

static ORDER_SELDOM enum order_verdict advance_elsewhere(struct order_run *run, struct order_cursor *cursor)
{
    return advance(run, cursor);
}

enum order_verdict order_run_advance(struct order_run *run, struct order_cursor *cursor)
{
    begin_moves(run, run->chunk->moves.count + 1);
    enum order_verdict verdict = advance_elsewhere(run, cursor);
    end_moves(run);
    return verdict;
}

/* ---- in order ---- */

bool order_run_step(struct order_run *run, size_t i)
{
    struct frontier *frontier = &run->frontier;
    enum cursor_status status = order_cursor_next(frontier->heap.at[i].cursor, &run->generation, &run->error);
    if (status == CURSOR_EVENT)
        frontier_update(frontier, i);
    else if (status == CURSOR_DONE)
        frontier_remove(frontier, i);
    else
        run->stopped_at = i;
    return status != CURSOR_ERROR;
}

static enum order_stop stop_at(struct order_run *run, size_t i, enum order_stop stop)
{
    run->stopped_at = i;
    return stop;
}

/* The head cannot advance: the others are tried, earliest first. ORDER_RUN_FULL: one did. */
static ORDER_SELDOM enum order_stop advance_another(struct order_run *run)
{
    struct frontier *frontier = &run->frontier;
    frontier_sort(frontier);
    const struct frontier_entry *heap = frontier->heap.at;
    for (size_t i = 1; i < frontier->heap.count; i++) {
        bool overdue = heap[i].time_ns - heap[0].time_ns > LONGEST_WAIT_NS;
        if (run->go_on && overdue && heap[0].cursor->begin != run->patient_with)
            return stop_at(run, 0, ORDER_RUN_OVERDUE);
        enum order_verdict verdict = advance_elsewhere(run, heap[i].cursor);
        if (verdict == ORDER_FATAL)
            return stop_at(run, i, ORDER_RUN_WRONG);
        if (verdict == ORDER_ADVANCED)
            return order_run_step(run, i) ? ORDER_RUN_FULL : ORDER_RUN_UNDECODABLE;
    }
    return stop_at(run, 0, ORDER_RUN_STUCK);
}

/* The time up to which the head stays the head, whatever comes. */
static int64_t others_from_ns(const struct order_run *run)
{
    const struct frontier_entry *heap = run->frontier.heap.at;
    int64_t from_ns = run->next_sample_ns;
    for (size_t i = 1; i < 3 && i < run->frontier.heap.count; i++)
        if (heap[i].time_ns < from_ns)
            from_ns = heap[i].time_ns;
    return from_ns;
}

/* The head advances as long as it is the next of all, which mostly is more than once: nothing in the heap moves
 * meanwhile. */
static enum order_stop advance_head(struct order_run *run)
{
    struct frontier_entry *head = &run->frontier.heap.at[0];
    struct order_cursor *cursor = head->cursor;
    int64_t until_ns = others_from_ns(run);
    do {
        head->time_ns = cursor->raw.time_ns;
        enum order_verdict verdict = advance(run, cursor);
        if (__builtin_expect(verdict != ORDER_ADVANCED, 0))
            return verdict == ORDER_RETRY ? advance_another(run) : stop_at(run, 0, ORDER_RUN_WRONG);
        enum cursor_status status = order_cursor_next(cursor, &run->generation, &run->error);
        if (__builtin_expect(status == CURSOR_DONE, 0)) {
            frontier_remove(&run->frontier, 0);
            return ORDER_RUN_FULL;
        }
        if (__builtin_expect(status == CURSOR_ERROR, 0))
            return stop_at(run, 0, ORDER_RUN_UNDECODABLE);
    } while (cursor->raw.time_ns <= until_ns && run->out < run->out_end);
    frontier_sink_head(&run->frontier, cursor->raw.time_ns);
    return ORDER_RUN_FULL;
}

/* A CPU sample, which has the context of its own. */
static void put_sample(struct order_run *run)
{
    const struct wire_cpu_sample *sample = &run->generation.samples.at[run->next_sample];
    *run->out++ = (struct order_move){
        .time_ns = sample->time_ns, .a = (uint32_t)run->next_sample, .wide = 1, .type = ORDER_MOVE_SAMPLE};
    order_run_find_sample(run, run->next_sample + 1);
}

enum order_stop order_run_go(struct order_run *run, size_t most_moves)
{
    const struct frontier *frontier = &run->frontier;
    enum order_stop stop = ORDER_RUN_FULL;
    begin_moves(run, most_moves);
    while (stop == ORDER_RUN_FULL && run->out < run->out_end) {
        if (frontier->heap.count && run->next_sample_ns >= frontier->heap.at[0].time_ns)
            stop = advance_head(run);
        else if (run->next_sample < run->generation.samples.count)
            put_sample(run);
        else
            stop = ORDER_RUN_DONE;
    }
    end_moves(run);
    return stop;
}
