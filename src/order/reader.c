#include "order/reader.h"

#include "order/reading.h"

#include <stdlib.h>

/* Threads' clocks differ by microseconds: an event that waits longer than this for one of another thread may wait in
 * vain. */
static const int64_t LONGEST_WAIT_NS = 1000000;

static bool open_wire(struct order_reader *reader, struct base_error *ret_error)
{
    if (!wire_header_read(reader->file, &reader->header, ret_error))
        return false;
    if (wire_version_is_v1(reader->header.version))
        return true;
    bool done = wire_reader_init(&reader->wire, reader->file, ret_error);
    reader->wire.go_on = reader->go_on;
    return done;
}

struct order_reader *order_reader_new(const struct base_mapping *file, enum order_on_damage on_damage,
                                      struct base_error *ret_error)
{
    struct order_reader *reader = base_zalloc(1, sizeof *reader);
    reader->file = file;
    reader->go_on = on_damage == ORDER_GO_ON;
    reader->block_events = ORDER_SMALL_BLOCK;
    if (!open_wire(reader, ret_error)) {
        free(reader);
        return NULL;
    }
    ordering_init(&reader->ordering, reader->header.version, reader->go_on);
    return reader;
}

void order_reader_free(struct order_reader *reader)
{
    if (!reader)
        return;
    for (size_t i = 0; i < reader->losses.count; i++)
        base_error_release(&reader->losses.at[i].why);
    base_vec_release(&reader->losses);
    ordering_release(&reader->ordering);
    if (reader->v1)
        order_v1_release(reader->v1);
    free(reader->v1);
    wire_generation_release(&reader->generation);
    wire_reader_release(&reader->wire);
    frontier_release(&reader->frontier);
    base_error_release(&reader->cursor_error);
    base_error_release(&reader->wrong.why);
    base_error_release(&reader->error);
    free(reader);
}

void order_reader_use_program(struct order_reader *reader, struct base_program *program)
{
    reader->ordering.program = program;
}

const struct order_symbols *order_reader_symbols(const struct order_reader *reader)
{
    return &reader->ordering.symbols;
}

void order_reader_use_large_blocks(struct order_reader *reader)
{
    reader->block_events = ORDER_LARGE_BLOCK;
}

struct wire_header order_reader_header(const struct order_reader *reader)
{
    return reader->header;
}

uint64_t order_reader_offset_bytes(const struct order_reader *reader)
{
    return wire_version_is_v1(reader->header.version) ? reader->file->size : reader->wire.offset_bytes;
}

const struct order_loss *order_reader_losses(const struct order_reader *reader, size_t *ret_count)
{
    *ret_count = reader->losses.count;
    return reader->losses.at;
}

/* When the trace seems to end: with what was left, if that is not absurdly later. */
static int64_t end_of_broken_ns(const struct order_reader *reader)
{
    int64_t last_ns = reader->ordering.last_time_ns, latest_ns = reader->wrong.latest_ns;
    int64_t most_ns = 60 * INT64_C(1000000000);
    return latest_ns > last_ns && (uint64_t)latest_ns - (uint64_t)last_ns < (uint64_t)most_ns ? latest_ns : last_ns;
}

void order_reading_sync(struct order_reader *reader, int64_t time_ns, bool has_generation)
{
    const struct wire_generation *generation = &reader->generation;
    const struct wire_clock *clock = &generation->clock;
    struct order_sync *sync = &reader->syncs[++reader->sync_count % 2];
    *sync = (struct order_sync){.number = reader->sync_count,
                                .version = reader->header.version,
                                .has_generation = has_generation,
                                .after_gap = reader->broken,
                                .gap_from_ns = reader->broken_from_ns};
    if (has_generation) {
        sync->generation = generation->number;
        sync->offset_bytes = generation->offset_bytes;
        sync->end_bytes = generation->end_bytes;
        sync->has_snapshot = clock->has_snapshot;
        sync->trace_ns = wire_clock_ns(clock, clock->snapshot_units);
        sync->monotonic_ns = clock->monotonic_ns;
        sync->wall_seconds = clock->wall_seconds;
        sync->wall_ns = clock->wall_ns;
    }
    struct order_event *event = ordering_emit(&reader->ordering, time_ns, ORDER_SYNC, &ORDER_NO_CONTEXT);
    event->sync.facts = sync;
    for (size_t i = reader->losses.count; i-- > 0 && reader->losses.at[i].to_ns == INT64_MAX;)
        reader->losses.at[i].to_ns = event->time_ns;
    reader->wrong.began_ns = event->time_ns;
    reader->broken = false;
}

/* Sets up a cursor for each thread; threads without any event are left out. */
static bool enter_generation(struct order_reader *reader)
{
    const struct wire_generation *generation = &reader->generation;
    struct frontier *frontier = &reader->frontier;
    frontier->cursors.count = frontier->heap.count = 0;
    base_vec_reserve(&frontier->cursors, generation->threads.count); /* the heap points to them */
    for (size_t i = 0; i < generation->threads.count; i++) {
        const struct wire_thread *thread = &generation->threads.at[i];
        struct order_cursor *cursor = base_vec_add(&frontier->cursors);
        *cursor =
            (struct order_cursor){.batch = WIRE_NO_BATCH, .next_batch = thread->first_batch, .thread = thread->id};
        enum cursor_status status = order_reading_next_event(reader, cursor);
        if (status == CURSOR_ERROR) {
            order_reading_fail(reader, &reader->cursor_error, cursor);
            return false;
        }
        cursor->raw.thread = ORDER_NOT_MET;
        if (status == CURSOR_EVENT)
            frontier_insert(frontier, (struct frontier_entry){cursor->raw.time_ns, {cursor}});
    }
    if (!reader->any_events) /* the initial generation is that of the first event ever ordered */
        reader->initial_generation = generation->number;
    reader->any_events |= frontier->heap.count > 0;
    reader->next_sample = 0;
    ordering_enter(&reader->ordering, generation, generation->number == reader->initial_generation);
    return true;
}

void order_reading_finish(struct order_reader *reader)
{
    struct base_error why = BASE_NO_ERROR;
    int64_t end_ns = reader->broken ? end_of_broken_ns(reader) : reader->ordering.last_time_ns;
    order_reading_sync(reader, end_ns, false);
    reader->phase = FINISHED;
    if (reader->generation_count || !reader->losses.count)
        return;
    why = reader->losses.at[0].why; /* its place; the words are its own */
    why.cause = NULL;
    base_fail(&why, "failed to parse any useful part of the trace: %s", reader->losses.at[0].why.cause);
    order_reading_give_up(reader, &why);
}

static void next_generation(struct order_reader *reader)
{
    struct base_error error = BASE_NO_ERROR;
    const struct wire_generation *generation = &reader->generation;
    order_reading_settle(reader);
    enum wire_status status = wire_reader_next(&reader->wire, &reader->generation, &error);
    if (status == WIRE_GENERATION) {
        if (reader->broken) {
            ordering_forget(&reader->ordering);
            reader->any_events = false;
        }
        if (!enter_generation(reader))
            return;
        reader->generation_count++;
        reader->wrong.entered = true;
        order_reading_sync(reader, wire_clock_ns(&generation->clock, generation->min_time_units), true);
    } else if (status == WIRE_END) {
        order_reading_settle(reader);
        order_reading_finish(reader);
    } else {
        order_reading_sync(reader, reader->ordering.last_time_ns, false);
        order_reading_fail(reader, &error, NULL);
    }
}

/* The head cannot advance: the others are tried, earliest first. */
static ORDER_RARE void advance_another(struct order_reader *reader)
{
    const struct frontier *frontier = &reader->frontier;
    frontier_sort(&reader->frontier);
    for (size_t i = 1; i < frontier->heap.count; i++) {
        struct order_cursor *cursor = frontier->heap.at[i].cursor;
        bool overdue = frontier->heap.at[i].time_ns - frontier->heap.at[0].time_ns > LONGEST_WAIT_NS;
        if (reader->go_on && overdue && order_reading_waits_in_vain(reader)) {
            order_reading_stuck(reader);
            return;
        }
        enum order_verdict verdict = order_reading_advance(reader, cursor);
        if (verdict == ORDER_RETRY)
            continue;
        if (verdict == ORDER_ADVANCED)
            order_reading_step(reader, i);
        else if (reader->go_on)
            order_reading_mend(reader, i);
        else
            order_reading_fail(reader, &reader->ordering.error, cursor);
        return;
    }
    order_reading_stuck(reader);
}

static void find_sample(struct order_reader *reader)
{
    bool any = reader->next_sample < reader->generation.samples.count;
    reader->next_sample_ns = any ? reader->generation.samples.at[reader->next_sample].time_ns : INT64_MAX;
}

/* Delivers a CPU sample, or the next generation's Sync. False if the block must end first: a Sync begins one. */
static ORDER_RARE bool between_events(struct order_reader *reader)
{
    if (reader->next_sample < reader->generation.samples.count) {
        order_sample(&reader->ordering, &reader->generation.samples.at[reader->next_sample++]);
    } else {
        if (reader->ordering.count)
            return false;
        next_generation(reader);
    }
    find_sample(reader);
    return true;
}

static void fill_block(struct order_reader *reader)
{
    struct ordering *o = &reader->ordering;
    const struct frontier *frontier = &reader->frontier;
    while (reader->phase == READING && o->count < reader->block_events) {
        if (!frontier->heap.count || reader->next_sample_ns < frontier->heap.at[0].time_ns) {
            if (between_events(reader))
                continue;
            return;
        }
        struct order_cursor *cursor = frontier->heap.at[0].cursor;
        enum order_verdict verdict = order_reading_advance(reader, cursor);
        if (__builtin_expect(verdict == ORDER_ADVANCED, 1))
            order_reading_step(reader, 0);
        else if (verdict == ORDER_RETRY)
            advance_another(reader);
        else if (reader->go_on)
            order_reading_mend(reader, 0);
        else
            order_reading_fail(reader, &o->error, cursor);
    }
}

enum order_status order_reader_next(struct order_reader *reader, struct order_block *ret_block,
                                    struct base_error *ret_error)
{
    ordering_turn(&reader->ordering);
    if (wire_version_is_v1(reader->header.version))
        order_reading_fill_v1(reader);
    else
        fill_block(reader);
    *ret_block = (struct order_block){reader->ordering.events, reader->ordering.count};
    if (reader->ordering.count)
        return ORDER_EVENTS;
    if (reader->phase == FINISHED)
        return ORDER_END;
    *ret_error = reader->error;
    reader->error = BASE_NO_ERROR;
    return ORDER_ERROR;
}
