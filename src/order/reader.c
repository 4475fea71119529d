#include "order/reader.h"

#include "order/frontier.h"
#include "order/ordering.h"
#include "order/v1.h"
#include "wire/generation.h"
#include "wire/header.h"

#include <inttypes.h>
#include <stdlib.h>

/* In a raw event's thread: it was not looked up yet in this generation. */
#define NOT_MET (ORDER_NO_SLOT - 1)

/* Kept out of the loop over events, which must stay small to be fast. */
#define RARE __attribute__((noinline, cold))

struct order_reader {
    const struct base_mapping *file;
    bool go_on;
    struct wire_header header;
    struct wire_reader wire; /* of a v2 trace */
    struct wire_generation generation;
    struct ordering ordering;
    struct frontier frontier;
    struct order_v1 *v1; /* of a v1 trace, once it was read; its one generation is `generation` */
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

    /* When reading goes on: */
    BASE_VEC(struct order_loss) losses;
    size_t open_losses;        /* from this one on it is not known yet where the stretch ends */
    uint64_t generation_count; /* that were read, or a part of them */
    struct {
        bool entered;          /* there is a generation whose end is to be looked at */
        int64_t began_ns;      /* its Sync's time */
        struct base_error why; /* it could not be ordered to its end */
        uint64_t bytes;        /* that were left */
        int64_t latest_ns;     /* known of what was left */
    } current;
    bool broken; /* what is known holds no longer */
    int64_t broken_from_ns;
};

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
    base_error_release(&reader->current.why);
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

/* ---- damage ---- */

/* An error in a trace whose format is newer than all that are known may come from that. */
static void explain(const struct order_reader *reader, struct base_error *error)
{
    if (!error->cause || !wire_header_is_newer(&reader->header))
        return;
    struct base_error explained = *error;
    explained.cause = NULL;
    base_fail(&explained, "%s (the trace is of Go 1.%d; the newest known is Go 1.%d)", error->cause,
              reader->header.minor, reader->header.version);
    base_error_release(error);
    *error = explained;
}

/* Ends reading with an error, after what is in the block. */
static void give_up(struct order_reader *reader, struct base_error *error)
{
    explain(reader, error);
    reader->error = *error;
    *error = BASE_NO_ERROR;
    reader->phase = FAILED;
}

/* Takes over the error. What it belongs to goes on until the next Sync. */
static void add_loss(struct order_reader *reader, struct base_error *why, uint64_t generation, int64_t from_ns,
                     uint64_t bytes)
{
    explain(reader, why);
    if (reader->losses.count == ORDER_MOST_LOSSES) {
        struct order_loss *last = &reader->losses.at[ORDER_MOST_LOSSES - 1];
        last->bytes += bytes;
        last->further++;
        base_error_release(why);
        if (reader->open_losses == ORDER_MOST_LOSSES)
            reader->open_losses--;
        return;
    }
    *base_vec_add(&reader->losses) =
        (struct order_loss){.why = *why, .generation = generation, .from_ns = from_ns, .bytes = bytes};
    *why = BASE_NO_ERROR;
}

static void break_off(struct order_reader *reader)
{
    if (reader->broken)
        return;
    reader->broken = true;
    reader->broken_from_ns = reader->ordering.last_time_ns;
}

/* The bytes that threads have left, and the time of the last batch among them. */
static uint64_t bytes_left(const struct order_reader *reader, int64_t *ret_latest_ns)
{
    const struct wire_generation *generation = &reader->generation;
    uint64_t bytes = 0;
    *ret_latest_ns = reader->ordering.last_time_ns;
    for (size_t i = 0; i < reader->frontier.cursors.count; i++) {
        const struct order_cursor *cursor = &reader->frontier.cursors.at[i];
        bytes += (uint64_t)(cursor->end - cursor->at);
        for (uint32_t at = cursor->next_batch; at != WIRE_NO_BATCH; at = generation->batches.at[at].next)
            bytes += generation->batches.at[at].size_bytes;
    }
    if (generation->batches.count)
        *ret_latest_ns =
            wire_clock_ns(&generation->clock, generation->batches.at[generation->batches.count - 1].time_units);
    return bytes;
}

/* Takes over an error, adding where the cursor stands. It ends the generation, or all reading. */
static RARE void fail(struct order_reader *reader, struct base_error *error, const struct order_cursor *cursor)
{
    if (cursor)
        order_cursor_place(cursor, &reader->generation, reader->file, error);
    base_error_place(error, reader->generation.number, 0, NO_THREAD, reader->generation.offset_bytes);
    if (!reader->go_on) {
        give_up(reader, error);
        return;
    }
    reader->current.bytes = bytes_left(reader, &reader->current.latest_ns);
    reader->current.why = *error;
    *error = BASE_NO_ERROR;
    reader->frontier.heap.count = 0;
    reader->next_sample = reader->generation.samples.count;
    reader->next_sample_ns = INT64_MAX;
}

/* What of the generation that ends now was lost. */
static void settle_generation(struct order_reader *reader)
{
    struct wire_generation *generation = &reader->generation;
    struct base_error *missing = &reader->ordering.missing, *why = &reader->current.why;
    bool failed = why->cause != NULL;
    int64_t from_ns = failed || !reader->current.entered ? reader->ordering.last_time_ns : reader->current.began_ns;
    if (failed || generation->events_lost)
        break_off(reader);
    if (!why->cause)
        why = generation->damage.cause ? &generation->damage : missing;
    if (why->cause) {
        base_error_place(why, generation->number, 0, NO_THREAD, generation->offset_bytes);
        add_loss(reader, why, generation->number, from_ns, generation->lost_bytes + reader->current.bytes);
    }
    base_error_release(&reader->current.why);
    base_error_release(missing);
    reader->current.entered = false;
    reader->current.bytes = 0;
}

/* When the trace seems to end: with what was left, if that is not absurdly later. */
static int64_t end_of_broken_ns(const struct order_reader *reader)
{
    int64_t last_ns = reader->ordering.last_time_ns, latest_ns = reader->current.latest_ns;
    int64_t most_ns = 60 * INT64_C(1000000000);
    return latest_ns > last_ns && (uint64_t)latest_ns - (uint64_t)last_ns < (uint64_t)most_ns ? latest_ns : last_ns;
}

static void emit_sync(struct order_reader *reader, int64_t time_ns, bool has_generation)
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
    for (; reader->open_losses < reader->losses.count; reader->open_losses++)
        reader->losses.at[reader->open_losses].to_ns = event->time_ns;
    reader->current.began_ns = event->time_ns;
    reader->broken = false;
}

/* ---- v2 ---- */

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
            frontier_insert(frontier, (struct frontier_entry){cursor->raw.time_ns, {cursor}});
    }
    if (!reader->any_events) /* the initial generation is that of the first event ever ordered */
        reader->initial_generation = generation->number;
    reader->any_events |= frontier->heap.count > 0;
    reader->next_sample = 0;
    ordering_enter(&reader->ordering, generation, generation->number == reader->initial_generation);
    return true;
}

/* The end of the trace. Where nothing could be read, that is an error even when reading goes on. */
static void finish(struct order_reader *reader)
{
    struct base_error why = BASE_NO_ERROR;
    int64_t end_ns = reader->broken ? end_of_broken_ns(reader) : reader->ordering.last_time_ns;
    emit_sync(reader, end_ns, false);
    reader->phase = FINISHED;
    if (reader->generation_count || !reader->losses.count)
        return;
    why = reader->losses.at[0].why; /* its place; the words are its own */
    why.cause = NULL;
    base_fail(&why, "failed to parse any useful part of the trace: %s", reader->losses.at[0].why.cause);
    give_up(reader, &why);
}

static void next_generation(struct order_reader *reader)
{
    struct base_error error = BASE_NO_ERROR;
    const struct wire_generation *generation = &reader->generation;
    settle_generation(reader);
    enum wire_status status = wire_reader_next(&reader->wire, &reader->generation, &error);
    if (status == WIRE_GENERATION) {
        if (reader->broken) {
            ordering_forget(&reader->ordering);
            reader->any_events = false;
        }
        if (!enter_generation(reader))
            return;
        reader->generation_count++;
        reader->current.entered = true;
        emit_sync(reader, wire_clock_ns(&generation->clock, generation->min_time_units), true);
    } else if (status == WIRE_END) {
        settle_generation(reader);
        finish(reader);
    } else {
        emit_sync(reader, reader->ordering.last_time_ns, false);
        fail(reader, &error, NULL);
    }
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
    const char *name = wire_event_name(reader->header.version, cursor->raw.type);
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
    if (reader->go_on) {
        base_text_add(&text, "broken trace: failed to advance: nothing lets this happen: ");
        describe_raw(reader, reader->frontier.heap.at[0].cursor, &text);
        text.size--; /* the line's end */
    } else {
        base_text_format(&text, "broken trace: failed to advance: frontier:\n[gen=%" PRIu64 "]\n\n",
                         reader->generation.number);
        for (size_t i = 0; i < reader->frontier.heap.count && i < 1000; i++)
            describe_raw(reader, reader->frontier.heap.at[i].cursor, &text);
        base_text_char(&text, '\n');
        order_sched_describe(&reader->ordering.sched, &text);
    }
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

/* ---- v1 ---- */

/* The share of the file's bytes that stands for events which are not in the list. */
static uint64_t bytes_of_missing(const struct order_reader *reader)
{
    const struct wire_v1 *wire = &reader->v1->wire;
    size_t all = wire->event_count + wire->samples.count, there = reader->v1->events.count;
    uint64_t bytes = reader->file->size - WIRE_HEADER_BYTES - wire->lost_bytes;
    return all > there ? (uint64_t)((double)bytes * (double)(all - there) / (double)all) : 0;
}

/* What is wrong with the file itself. */
static void note_v1_damage(struct order_reader *reader)
{
    struct order_v1 *v1 = reader->v1;
    if (v1->wire.damage.cause)
        add_loss(reader, &v1->wire.damage, 1, 0, v1->wire.lost_bytes);
    if (!v1->wire.frequency) {
        struct base_error why = BASE_NO_ERROR;
        base_fail(&why, "no EvFrequency event: times are estimates");
        add_loss(reader, &why, 1, 0, 0);
    }
}

/* Reads the whole file; its first Sync stands just before its first event. */
static void open_v1(struct order_reader *reader)
{
    struct base_error error = BASE_NO_ERROR;
    struct order_v1 *v1 = reader->v1 = base_zalloc(1, sizeof *v1);
    if (!order_v1_open(v1, reader->file, reader->header.version, reader->go_on, &error)) {
        give_up(reader, &error);
        return;
    }
    note_v1_damage(reader);
    reader->generation = (struct wire_generation){
        .number = 1, .offset_bytes = WIRE_HEADER_BYTES, .end_bytes = reader->file->size, .tables = v1->wire.tables};
    v1->wire.tables = (struct wire_tables){0};
    ordering_enter(&reader->ordering, &reader->generation, true);
    reader->ordering.last_time_ns = -1;
    if (!v1->events.count)
        return;
    reader->generation_count = 1;
    reader->ordering.last_time_ns = v1->events.at[0].time - 2;
    emit_sync(reader, v1->events.at[0].time - 1, true);
    reader->open_losses = 0; /* they end with the trace */
}

/* After the last event; others may be missing behind it. */
static void finish_v1(struct order_reader *reader)
{
    struct order_v1 *v1 = reader->v1;
    if (v1->damage.cause) {
        break_off(reader);
        reader->current.latest_ns = v1->latest_ns;
        add_loss(reader, &v1->damage, 1, reader->broken_from_ns, bytes_of_missing(reader));
    }
    finish(reader);
}

static void fill_v1_block(struct order_reader *reader)
{
    struct ordering *o = &reader->ordering;
    if (reader->phase != READING)
        return;
    if (!reader->v1)
        open_v1(reader);
    while (reader->phase == READING && o->count < reader->block_events)
        if (!order_v1_convert(reader->v1, o))
            break;
    if (reader->phase == READING && !o->count)
        finish_v1(reader);
}

enum order_status order_reader_next(struct order_reader *reader, struct order_block *ret_block,
                                    struct base_error *ret_error)
{
    ordering_turn(&reader->ordering);
    if (wire_version_is_v1(reader->header.version))
        fill_v1_block(reader);
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
