#include "order/reading.h"

#include <inttypes.h>
#include <string.h>

enum {
    MOST_STUCK = 10000, /* in a generation, before it is given up: each time all threads are looked at */
    MOST_TRIALS = 16,   /* likewise: each may run to the generation's end */
};

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
void order_reading_give_up(struct order_reader *reader, struct base_error *error)
{
    explain(reader, error);
    reader->error = *error;
    *error = BASE_NO_ERROR;
    reader->phase = FAILED;
}

void order_reading_add_loss(struct order_reader *reader, struct order_loss *loss)
{
    explain(reader, &loss->why);
    if (reader->losses.count < ORDER_MOST_LOSSES) {
        *base_vec_add(&reader->losses) = *loss;
    } else {
        struct order_loss *last = &reader->losses.at[ORDER_MOST_LOSSES - 1];
        last->bytes += loss->bytes;
        last->mended += loss->mended;
        last->to_ns = loss->to_ns;
        last->further++;
        base_error_release(&loss->why);
    }
    loss->why = BASE_NO_ERROR;
}

void order_reading_break_off(struct order_reader *reader)
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

/* Takes over an error, adding where the cursor stands: the first one of a generation is why something is lost of it. */
void order_reading_note(struct order_reader *reader, struct base_error *error, const struct order_cursor *cursor)
{
    reader->wrong.to_ns = reader->ordering.last_time_ns;
    if (reader->wrong.why.cause) {
        base_error_release(error);
        return;
    }
    if (cursor)
        order_cursor_place(cursor, &reader->generation, reader->file, error);
    base_error_place(error, reader->generation.number, 0, NO_THREAD, reader->generation.offset_bytes);
    reader->wrong.from_ns = reader->ordering.last_time_ns;
    reader->wrong.why = *error;
    *error = BASE_NO_ERROR;
}

/* Takes over an error that ends the generation, or all reading. */
void order_reading_fail(struct order_reader *reader, struct base_error *error, const struct order_cursor *cursor)
{
    if (!reader->go_on) {
        if (cursor)
            order_cursor_place(cursor, &reader->generation, reader->file, error);
        base_error_place(error, reader->generation.number, 0, NO_THREAD, reader->generation.offset_bytes);
        order_reading_give_up(reader, error);
        return;
    }
    order_reading_note(reader, error, cursor);
    reader->wrong.given_up = true;
    reader->wrong.bytes += bytes_left(reader, &reader->wrong.latest_ns);
    reader->frontier.heap.count = 0;
    reader->next_sample = reader->generation.samples.count;
    reader->next_sample_ns = INT64_MAX;
}

/* The stretch of time in which something is missing of the generation that ends now. */
static void find_stretch(const struct order_reader *reader, struct order_loss *loss)
{
    const struct wire_generation *generation = &reader->generation;
    const struct order_wrong *wrong = &reader->wrong;
    int64_t last_ns = reader->ordering.last_time_ns, first_ns = wrong->entered ? wrong->began_ns : last_ns;
    bool ordered = !wrong->why.cause; /* as if nothing were missing */
    /* What is noted before the generation's Sync belongs to its begin. */
    loss->from_ns = ordered || wrong->from_ns < first_ns ? first_ns : wrong->from_ns;
    loss->to_ns = ordered ? last_ns : wrong->to_ns < first_ns ? first_ns : wrong->to_ns;
    if (generation->events_lost) {
        int64_t from_ns = wire_clock_ns(&generation->clock, generation->lost_from_units);
        bool to_end = generation->after_loss;
        int64_t to_ns = to_end ? last_ns : wire_clock_ns(&generation->clock, generation->lost_to_units);
        if (ordered || from_ns < loss->from_ns)
            loss->from_ns = from_ns > first_ns && from_ns < last_ns ? from_ns : first_ns;
        if (ordered || to_ns > loss->to_ns)
            loss->to_ns = to_ns > loss->from_ns && to_ns < last_ns ? to_ns : last_ns;
    }
    if (wrong->given_up)
        loss->to_ns = INT64_MAX;
}

void order_reading_settle(struct order_reader *reader)
{
    struct wire_generation *generation = &reader->generation;
    struct order_wrong *wrong = &reader->wrong;
    struct base_error *missing = &reader->ordering.missing;
    struct order_loss loss = {
        .generation = generation->number, .bytes = generation->lost_bytes + wrong->bytes, .mended = wrong->mended};
    bool follows = generation->events_lost || !wrong->why.cause; /* what could not be ordered may come of lost events */
    struct base_error *why = generation->damage.cause && follows ? &generation->damage
                             : wrong->why.cause                  ? &wrong->why
                                                                 : missing;
    find_stretch(reader, &loss);
    if (wrong->given_up || generation->events_lost)
        order_reading_break_off(reader);
    if (why->cause) {
        loss.why = *why;
        *why = BASE_NO_ERROR;
        base_error_place(&loss.why, generation->number, 0, NO_THREAD, generation->offset_bytes);
        order_reading_add_loss(reader, &loss);
    }
    base_error_release(&wrong->why);
    base_error_release(missing);
    *wrong = (struct order_wrong){.latest_ns = wrong->latest_ns};
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
    base_text_format(&text, "broken trace: failed to advance: frontier:\n[gen=%" PRIu64 "]\n\n",
                     reader->generation.number);
    for (size_t i = 0; i < reader->frontier.heap.count && i < 1000; i++)
        describe_raw(reader, reader->frontier.heap.at[i].cursor, &text);
    base_text_char(&text, '\n');
    order_sched_describe(&reader->ordering.sched, &text);
    base_fail(&error, "%s", base_text_cstring(&text));
    base_text_release(&text);
    order_reading_fail(reader, &error, reader->frontier.heap.at[0].cursor);
}

/* ---- mending ---- */

void order_reading_mend(struct order_reader *reader, size_t i)
{
    struct order_cursor *cursor = reader->frontier.heap.at[i].cursor;
    struct ordering *o = &reader->ordering;
    order_reading_note(reader, &o->error, cursor);
    reader->wrong.mended++;
    if (!order_mend(o, &cursor->raw) || order_reading_advance(reader, cursor) != ORDER_ADVANCED) {
        base_error_release(&o->error);
        reader->wrong.bytes += (uint64_t)(cursor->at - cursor->begin);
    }
    order_reading_step(reader, i);
}

void order_reading_stuck(struct order_reader *reader)
{
    struct base_text text = {0};
    struct base_error *error = &reader->ordering.error;
    if (!reader->go_on) {
        fail_stuck(reader);
        return;
    }
    if (!reader->wrong.why.cause) {
        base_text_add(&text, "broken trace: failed to advance: what has to come before is missing: ");
        describe_raw(reader, reader->frontier.heap.at[0].cursor, &text);
        base_fail(error, "%.*s", (int)text.size - 1, text.data); /* without the line's end */
        base_text_release(&text);
    }
    if (++reader->wrong.stuck > MOST_STUCK)
        order_reading_fail(reader, error, reader->frontier.heap.at[0].cursor);
    else
        order_reading_mend(reader, 0);
}

/* ---- trying what comes ---- */

/* Where the ordering stood before it was tried. */
struct before_trial {
    struct order_sched sched;
    BASE_VEC(struct order_cursor) cursors;
    BASE_VEC(struct frontier_entry) heap;
    int64_t last_time_ns;
    size_t count;
    struct order_context no_thread;
};

static void begin_trial(struct order_reader *reader, struct before_trial *before)
{
    const struct ordering *o = &reader->ordering;
    const struct frontier *frontier = &reader->frontier;
    *before = (struct before_trial){.last_time_ns = o->last_time_ns, .count = o->count, .no_thread = o->no_thread};
    order_sched_copy(&before->sched, &o->sched);
    base_vec_copy(&before->cursors, &frontier->cursors);
    base_vec_copy(&before->heap, &frontier->heap);
}

static void end_trial(struct order_reader *reader, struct before_trial *before)
{
    struct ordering *o = &reader->ordering;
    struct frontier *frontier = &reader->frontier;
    order_sched_release(&o->sched);
    o->sched = before->sched;
    o->last_time_ns = before->last_time_ns;
    o->count = before->count;
    o->no_thread = before->no_thread;
    base_error_release(&o->error);
    base_error_release(&reader->cursor_error);
    /* In place, for the heap points to the cursors. */
    memcpy(frontier->cursors.at, before->cursors.at, before->cursors.count * sizeof *before->cursors.at);
    memcpy(frontier->heap.at, before->heap.at, before->heap.count * sizeof *before->heap.at);
    frontier->heap.count = before->heap.count;
    base_vec_release(&before->cursors);
    base_vec_release(&before->heap);
}

/* Advances the earliest event that can; its place in the frontier, or SIZE_MAX if there is none or it is wrong. */
static size_t try_to_advance(struct order_reader *reader)
{
    frontier_sort(&reader->frontier);
    for (size_t i = 0; i < reader->frontier.heap.count; i++) {
        enum order_verdict verdict = order_reading_advance(reader, reader->frontier.heap.at[i].cursor);
        if (verdict != ORDER_RETRY)
            return verdict == ORDER_ADVANCED ? i : SIZE_MAX;
    }
    return SIZE_MAX;
}

/* Whether the thread advances sooner or later if the others go on. What is delivered meanwhile is dropped. */
static bool advances_in_time(struct order_reader *reader, const struct order_cursor *waiting)
{
    struct frontier *frontier = &reader->frontier;
    size_t count = reader->ordering.count;
    for (;;) {
        size_t i = try_to_advance(reader);
        reader->ordering.count = count;
        if (i == SIZE_MAX)
            return false;
        struct order_cursor *cursor = frontier->heap.at[i].cursor;
        if (cursor == waiting)
            return true;
        enum cursor_status status = order_cursor_next(cursor, &reader->generation, &reader->cursor_error);
        if (status == CURSOR_ERROR)
            return false;
        if (status == CURSOR_EVENT)
            frontier_update(frontier, i);
        else
            frontier_remove(frontier, i);
    }
}

bool order_reading_waits_in_vain(struct order_reader *reader)
{
    struct before_trial before;
    const struct order_cursor *waiting = reader->frontier.heap.at[0].cursor;
    if (reader->wrong.impatient)
        return true;
    if (waiting->begin == reader->wrong.waits_at || reader->wrong.trials == MOST_TRIALS)
        return false;
    reader->wrong.trials++;
    begin_trial(reader, &before);
    reader->wrong.impatient = !advances_in_time(reader, waiting);
    end_trial(reader, &before);
    reader->wrong.waits_at = waiting->begin;
    return reader->wrong.impatient;
}
