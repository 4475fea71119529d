#include "order/run.h"

#include <stdlib.h>

/* Threads' clocks differ by microseconds: an event that waits longer than this for one of another thread may wait in
 * vain. */
static const int64_t LONGEST_WAIT_NS = 1000000;

struct order_run *order_run_new(int version, bool go_on)
{
    struct order_run *run = base_zalloc(1, sizeof *run);
    run->version = version;
    run->go_on = go_on;
    run->chunk = base_zalloc(1, sizeof *run->chunk);
    return run;
}

void order_run_free(struct order_run *run)
{
    if (!run)
        return;
    wire_generation_release(&run->generation);
    order_sched_release(&run->sched);
    frontier_release(&run->frontier);
    base_vec_release(&run->chunk->moves);
    base_vec_release(&run->chunk->args);
    free(run->chunk);
    base_vec_release(&run->presumptions.of);
    base_vec_release(&run->adoptions.of);
    base_error_release(&run->error);
    free(run);
}

void order_run_forget(struct order_run *run)
{
    order_sched_release(&run->sched);
}

/* ---- threads ---- */

static void find_sample(struct order_run *run)
{
    bool any = run->next_sample < run->generation.samples.count;
    run->next_sample_ns = any ? run->generation.samples.at[run->next_sample].time_ns : INT64_MAX;
}

bool order_run_enter(struct order_run *run)
{
    const struct wire_generation *generation = &run->generation;
    struct frontier *frontier = &run->frontier;
    frontier->cursors.count = frontier->heap.count = 0;
    base_vec_reserve(&frontier->cursors, generation->threads.count); /* the heap points to them */
    for (size_t i = 0; i < generation->threads.count; i++)
        *base_vec_add(&frontier->cursors) = (struct order_cursor){.batch = WIRE_NO_BATCH,
                                                                  .met = ORDER_NOT_MET,
                                                                  .next_batch = generation->threads.at[i].first_batch,
                                                                  .thread = generation->threads.at[i].id};
    run->stopped_at = 0;
    run->next_sample = 0;
    find_sample(run);
    return order_run_enter_further(run);
}

bool order_run_enter_further(struct order_run *run)
{
    struct frontier *frontier = &run->frontier;
    for (; run->stopped_at < frontier->cursors.count; run->stopped_at++) {
        struct order_cursor *cursor = &frontier->cursors.at[run->stopped_at];
        enum cursor_status status = order_cursor_next(cursor, &run->generation, &run->error);
        if (status == CURSOR_ERROR)
            return false;
        if (status == CURSOR_EVENT)
            frontier_insert(frontier, (struct frontier_entry){cursor->raw.time_ns, {cursor}});
    }
    return true;
}

/* ---- moves ---- */

struct order_move *order_run_add(struct order_run *run, const struct order_cursor *cursor, unsigned type)
{
    struct order_move *move = base_vec_add(&run->chunk->moves);
    move->time_ns = cursor->raw.time_ns;
    move->thread = (uint32_t)(cursor - run->frontier.cursors.at) & ORDER_MOST_THREADS;
    move->wide = 0;
    move->type = type & 0xff;
    return move;
}

struct order_move *order_run_add_wide(struct order_run *run, const struct order_cursor *cursor, unsigned type,
                                      const uint64_t args[ORDER_MOVE_ARGS])
{
    struct order_move *move = order_run_add(run, cursor, type);
    move->wide = 1;
    move->a = move->b = 0;
    move->c = (uint32_t)run->chunk->args.count;
    for (int i = 0; i < ORDER_MOVE_ARGS; i++)
        *base_vec_add(&run->chunk->args) = args[i];
    return move;
}

static void add_sample(struct order_run *run)
{
    const struct wire_cpu_sample *sample = &run->generation.samples.at[run->next_sample];
    struct order_move *move = base_vec_add(&run->chunk->moves);
    *move = (struct order_move){.time_ns = sample->time_ns,
                                .type = ORDER_MOVE_SAMPLE,
                                .a = (uint32_t)run->next_sample,
                                .b = order_sched_goroutine(&run->sched, sample->goroutine)};
    run->next_sample++;
    find_sample(run);
}

/* ---- order ---- */

bool order_run_step(struct order_run *run, size_t i)
{
    struct frontier *frontier = &run->frontier;
    struct order_cursor *cursor = frontier->heap.at[i].cursor;
    enum cursor_status status = order_cursor_next(cursor, &run->generation, &run->error);
    if (__builtin_expect(status == CURSOR_EVENT, 1) && !i)
        frontier_update_head(frontier);
    else if (status == CURSOR_EVENT)
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
static __attribute__((noinline, cold)) enum order_stop advance_another(struct order_run *run)
{
    struct frontier *frontier = &run->frontier;
    frontier_sort(frontier);
    const struct frontier_entry *heap = frontier->heap.at;
    for (size_t i = 1; i < frontier->heap.count; i++) {
        bool overdue = heap[i].time_ns - heap[0].time_ns > LONGEST_WAIT_NS;
        if (run->go_on && overdue && heap[0].cursor->begin != run->patient_with)
            return stop_at(run, 0, ORDER_RUN_OVERDUE);
        enum order_verdict verdict = order_run_advance(run, heap[i].cursor);
        if (verdict == ORDER_FATAL)
            return stop_at(run, i, ORDER_RUN_WRONG);
        if (verdict == ORDER_ADVANCED)
            return order_run_step(run, i) ? ORDER_RUN_FULL : ORDER_RUN_UNDECODABLE;
    }
    return stop_at(run, 0, ORDER_RUN_STUCK);
}

enum order_stop order_run_go(struct order_run *run, size_t most_moves)
{
    const struct frontier *frontier = &run->frontier;
    const struct order_chunk *chunk = run->chunk;
    while (chunk->moves.count < most_moves) {
        if (!frontier->heap.count || run->next_sample_ns < frontier->heap.at[0].time_ns) {
            if (run->next_sample == run->generation.samples.count)
                return ORDER_RUN_DONE;
            add_sample(run);
            continue;
        }
        enum order_verdict verdict = order_run_advance(run, frontier->heap.at[0].cursor);
        enum order_stop stop = ORDER_RUN_FULL;
        if (__builtin_expect(verdict == ORDER_ADVANCED, 1))
            stop = order_run_step(run, 0) ? ORDER_RUN_FULL : ORDER_RUN_UNDECODABLE;
        else
            stop = verdict == ORDER_RETRY ? advance_another(run) : stop_at(run, 0, ORDER_RUN_WRONG);
        if (__builtin_expect(stop != ORDER_RUN_FULL, 0))
            return stop;
    }
    return ORDER_RUN_FULL;
}
