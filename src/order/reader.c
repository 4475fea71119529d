#include "order/reader.h"

#include "order/frontier.h"
#include "order/ordering.h"
#include "wire/generation.h"

#include <inttypes.h>
#include <stdlib.h>

/* In a raw event's thread: it was not looked up yet in this generation. */
#define NOT_MET (ORDER_NO_SLOT - 1)

/* Kept out of the loop over events, which must stay small to be fast. */
#define RARE __attribute__((noinline, cold))

struct order_reader {
    const struct base_mapping *file;
    struct wire_reader wire;
    struct wire_generation generation;
    struct ordering ordering;
    struct frontier frontier;
    size_t block_events;
    size_t next_sample;
    int64_t next_sample_ns;     /* INT64_MAX: there is none */
    struct order_sync syncs[2]; /* by the parity of their number: a block's lives as long as the block */
    uint64_t sync_count;
    enum { READING, FINISHED, FAILED } phase; /* FINISHED, FAILED: after what is in the block */
    bool any_events;
    uint64_t initial_generation;
    struct base_error cursor_error; /* where decoding puts it, until it is taken over */
    struct base_error error;
};

struct order_reader *order_reader_new(const struct base_mapping *file, struct base_error *ret_error)
{
    struct wire_reader wire;
    if (!wire_reader_init(&wire, file, ret_error))
        return NULL;
    struct order_reader *reader = base_zalloc(1, sizeof *reader);
    reader->file = file;
    reader->block_events = ORDER_SMALL_BLOCK;
    reader->wire = wire;
    ordering_init(&reader->ordering, wire.version);
    return reader;
}

void order_reader_free(struct order_reader *reader)
{
    if (!reader)
        return;
    ordering_release(&reader->ordering);
    wire_generation_release(&reader->generation);
    wire_reader_release(&reader->wire);
    frontier_release(&reader->frontier);
    base_error_release(&reader->cursor_error);
    base_error_release(&reader->error);
    free(reader);
}

const struct order_symbols *order_reader_symbols(const struct order_reader *reader)
{
    return &reader->ordering.symbols;
}

void order_reader_use_large_blocks(struct order_reader *reader)
{
    reader->block_events = ORDER_LARGE_BLOCK;
}

int order_reader_version(const struct order_reader *reader)
{
    return reader->wire.version;
}

uint64_t order_reader_offset_bytes(const struct order_reader *reader)
{
    return reader->wire.offset_bytes;
}

/* Takes over an error, adding where the cursor stands. */
static RARE void fail(struct order_reader *reader, struct base_error *error, const struct order_cursor *cursor)
{
    if (cursor)
        order_cursor_place(cursor, &reader->generation, reader->file, error);
    base_error_place(error, reader->generation.number, 0, NO_THREAD, reader->generation.offset_bytes);
    reader->error = *error;
    *error = BASE_NO_ERROR;
    reader->phase = FAILED;
}

static void emit_sync(struct order_reader *reader, bool has_generation)
{
    const struct wire_generation *generation = &reader->generation;
    const struct wire_clock *clock = &generation->clock;
    struct ordering *o = &reader->ordering;
    int64_t time_ns = has_generation ? wire_clock_ns(clock, generation->min_time_units) : o->last_time_ns;
    struct order_sync *sync = &reader->syncs[++reader->sync_count % 2];
    *sync = (struct order_sync){.number = reader->sync_count, .has_generation = has_generation};
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
    ordering_emit(o, time_ns, ORDER_SYNC, &ORDER_NO_CONTEXT)->sync.facts = sync;
}

/* A thread is known from the first try to advance it, not before: another one may say first what it is doing. */
static void meet_thread(struct order_sched *sched, struct order_cursor *cursor)
{
    cursor->raw.thread = cursor->thread.n == -1 ? ORDER_NO_SLOT : order_sched_thread(sched, cursor->thread);
    if (cursor->raw.thread == ORDER_NO_SLOT && cursor->thread.n != -1)
        cursor->raw.thread = order_sched_add_thread(sched, cursor->thread);
}

static inline enum order_verdict advance(struct order_reader *reader, struct order_cursor *cursor)
{
    if (__builtin_expect(cursor->raw.thread == NOT_MET, 0))
        meet_thread(&reader->ordering.sched, cursor);
    return order_advance(&reader->ordering, &cursor->raw);
}

/* Sets up a cursor for each thread; threads without any event are left out. */
static bool enter_generation(struct order_reader *reader)
{
    const struct wire_generation *generation = &reader->generation;
    struct frontier *frontier = &reader->frontier;
    struct base_error error = BASE_NO_ERROR;
    frontier->cursors.count = frontier->heap.count = 0;
    base_vec_reserve(&frontier->cursors, generation->threads.count); /* the heap points to them */
    for (size_t i = 0; i < generation->threads.count; i++) {
        const struct wire_thread *thread = &generation->threads.at[i];
        struct order_cursor *cursor = base_vec_add(&frontier->cursors);
        *cursor =
            (struct order_cursor){.batch = WIRE_NO_BATCH, .next_batch = thread->first_batch, .thread = thread->id};
        enum cursor_status status = order_cursor_next(cursor, generation, &error);
        if (status == CURSOR_ERROR) {
            fail(reader, &error, cursor);
            return false;
        }
        cursor->raw.thread = NOT_MET;
        if (status == CURSOR_EVENT)
            frontier_insert(frontier, cursor);
    }
    if (!reader->any_events) /* the initial generation is that of the first event ever ordered */
        reader->initial_generation = generation->number;
    reader->any_events |= frontier->heap.count > 0;
    reader->next_sample = 0;
    ordering_enter(&reader->ordering, generation, generation->number == reader->initial_generation);
    return true;
}

static void next_generation(struct order_reader *reader)
{
    struct base_error error = BASE_NO_ERROR;
    enum wire_status status = wire_reader_next(&reader->wire, &reader->generation, &error);
    if (status == WIRE_GENERATION) {
        if (enter_generation(reader))
            emit_sync(reader, true);
        return;
    }
    emit_sync(reader, false);
    if (status == WIRE_END)
        reader->phase = FINISHED;
    else
        fail(reader, &error, NULL);
}

/* After the entry at i advanced: its thread's next event takes its place. */
static inline void step(struct order_reader *reader, size_t i)
{
    struct order_cursor *cursor = reader->frontier.heap.at[i].cursor;
    enum cursor_status status = order_cursor_next(cursor, &reader->generation, &reader->cursor_error);
    if (__builtin_expect(status == CURSOR_EVENT, 1) && !i)
        frontier_update_head(&reader->frontier);
    else if (status == CURSOR_EVENT)
        frontier_update(&reader->frontier, i);
    else if (status == CURSOR_DONE)
        frontier_remove(&reader->frontier, i);
    else
        fail(reader, &reader->cursor_error, cursor);
}

static void describe_raw(const struct order_reader *reader, const struct order_cursor *cursor, struct base_text *out)
{
    const struct wire_event_spec *spec = &wire_events[cursor->raw.type];
    const char *name = wire_event_name(reader->wire.version, cursor->raw.type);
    base_text_format(out, "M %" PRId64 " [%s time=%" PRId64, cursor->thread.n, name ? name : spec->name,
                     cursor->raw.time_ns);
    for (unsigned i = 1; i < spec->arg_count; i++)
        base_text_format(out, " %s=%" PRIu64, spec->args[i], cursor->raw.args[i - 1]);
    base_text_add(out, "]\n");
}

/* No thread can advance: say all that is known (go-trace-ordering.md, section 9.3). */
static void fail_stuck(struct order_reader *reader)
{
    struct base_text text = {0};
    struct base_error error = BASE_NO_ERROR;
    base_text_format(&text, "broken trace: failed to advance: frontier:\n[gen=%" PRIu64 "]\n\n",
                     reader->generation.number);
    for (size_t i = 0; i < reader->frontier.heap.count && i < 1000; i++)
        describe_raw(reader, reader->frontier.heap.at[i].cursor, &text);
    base_text_char(&text, '\n');
    order_sched_describe(&reader->ordering.sched, &text);
    base_fail(&error, "%s", base_text_cstring(&text));
    base_text_release(&text);
    fail(reader, &error, reader->frontier.heap.at[0].cursor);
}

/* The head cannot advance: the others are tried, earliest first. */
static RARE void advance_another(struct order_reader *reader)
{
    frontier_sort(&reader->frontier);
    for (size_t i = 1; i < reader->frontier.heap.count; i++) {
        struct order_cursor *cursor = reader->frontier.heap.at[i].cursor;
        enum order_verdict verdict = advance(reader, cursor);
        if (verdict == ORDER_RETRY)
            continue;
        if (verdict == ORDER_FATAL)
            fail(reader, &reader->ordering.error, cursor);
        else
            step(reader, i);
        return;
    }
    fail_stuck(reader);
}

static void find_sample(struct order_reader *reader)
{
    bool any = reader->next_sample < reader->generation.samples.count;
    reader->next_sample_ns = any ? reader->generation.samples.at[reader->next_sample].time_ns : INT64_MAX;
}

/* Delivers a CPU sample, or the next generation's Sync. False if the block must end first: a Sync begins one. */
static RARE bool between_events(struct order_reader *reader)
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
        enum order_verdict verdict = advance(reader, cursor);
        if (__builtin_expect(verdict == ORDER_ADVANCED, 1))
            step(reader, 0);
        else if (verdict == ORDER_RETRY)
            advance_another(reader);
        else
            fail(reader, &o->error, cursor);
    }
}

enum order_status order_reader_next(struct order_reader *reader, struct order_block *ret_block,
                                    struct base_error *ret_error)
{
    ordering_turn(&reader->ordering);
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
