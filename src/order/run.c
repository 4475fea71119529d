#include "order/run.h"

#include <stdlib.h>

void order_chunk_free(struct order_chunk *chunk)
{
    base_vec_release(&chunk->moves);
    base_vec_release(&chunk->args);
    free(chunk);
}

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
    order_chunk_free(run->chunk);
    base_vec_release(&run->presumptions.of);
    base_vec_release(&run->adoptions.of);
    base_error_release(&run->error);
    free(run);
}

/* ---- threads ---- */

void order_run_find_sample(struct order_run *run, size_t index)
{
    run->next_sample = index;
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
                                                                  .index = (uint32_t)i,
                                                                  .met = ORDER_NOT_MET,
                                                                  .next_batch = generation->threads.at[i].first_batch,
                                                                  .thread = generation->threads.at[i].id};
    run->stopped_at = 0;
    order_run_find_sample(run, 0);
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
    run->any_events = frontier->heap.count > 0;
    return true;
}

/* ---- moves ---- */

struct order_move *order_run_add(struct order_run *run, const struct order_cursor *cursor, unsigned type)
{
    struct order_move *move = base_vec_add(&run->chunk->moves);
    *move = (struct order_move){
        .time_ns = cursor->raw.time_ns, .thread = cursor->index & ORDER_MOST_THREADS, .type = type & 0xff};
    return move;
}

struct order_move *order_run_add_wide(struct order_run *run, const struct order_cursor *cursor, unsigned type,
                                      const uint64_t args[ORDER_MOVE_ARGS])
{
    struct order_move *move = order_run_add(run, cursor, type);
    move->wide = 1;
    move->c = order_chunk_keep(run->chunk, args);
    return move;
}
