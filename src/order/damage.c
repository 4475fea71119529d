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
    reader->broken_from_ns = reader->teller.last_time_ns;
}

/* The bytes that threads have left, and the time of the last batch among them. */
static uint64_t bytes_left(const struct order_reader *reader, int64_t *ret_latest_ns)
{
    const struct wire_generation *generation = &reader->run->generation;
    uint64_t bytes = 0;
    *ret_latest_ns = reader->teller.last_time_ns;
    for (size_t i = 0; i < reader->run->frontier.cursors.count; i++) {
        const struct order_cursor *cursor = &reader->run->frontier.cursors.at[i];
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
static void note(struct order_reader *reader, struct base_error *error, const struct order_cursor *cursor)
{
    reader->wrong.to_ns = reader->teller.last_time_ns;
    if (reader->wrong.why.cause) {
        base_error_release(error);
        return;
    }
    if (cursor)
        order_cursor_place(cursor, &reader->run->generation, reader->file, error);
    base_error_place(error, reader->run->generation.number, 0, NO_THREAD, reader->run->generation.offset_bytes);
    reader->wrong.from_ns = reader->teller.last_time_ns;
    reader->wrong.why = *error;
    *error = BASE_NO_ERROR;
}

/* Takes over an error that ends the generation, or all reading. */
void order_reading_fail(struct order_reader *reader, struct base_error *error, const struct order_cursor *cursor)
{
    if (!reader->go_on) {
        if (cursor)
            order_cursor_place(cursor, &reader->run->generation, reader->file, error);
        base_error_place(error, reader->run->generation.number, 0, NO_THREAD, reader->run->generation.offset_bytes);
        order_reading_give_up(reader, error);
        return;
    }
    note(reader, error, cursor);
    reader->wrong.given_up = true;
    reader->wrong.bytes += bytes_left(reader, &reader->wrong.latest_ns);
    reader->run->frontier.heap.count = 0;
    reader->run->next_sample = reader->run->generation.samples.count;
    reader->run->next_sample_ns = INT64_MAX;
}

/* The stretch of time in which something is missing of the generation that ends now. */
static void find_stretch(const struct order_reader *reader, struct order_loss *loss)
{
    const struct wire_generation *generation = &reader->run->generation;
    const struct order_wrong *wrong = &reader->wrong;
    int64_t last_ns = reader->teller.last_time_ns, first_ns = wrong->entered ? wrong->began_ns : last_ns;
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
    struct wire_generation *generation = &reader->run->generation;
    struct order_wrong *wrong = &reader->wrong;
    struct base_error *missing = &reader->teller.missing;
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

/* ---- what cannot be ordered ---- */

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
    const struct frontier *frontier = &reader->run->frontier;
    base_text_format(&text, "broken trace: failed to advance: frontier:\n[gen=%" PRIu64 "]\n\n",
                     reader->run->generation.number);
    for (size_t i = 0; i < frontier->heap.count && i < 1000; i++)
        describe_raw(reader, frontier->heap.at[i].cursor, &text);
    base_text_char(&text, '\n');
    order_sched_describe(&reader->run->sched, &text);
    base_fail(&error, "%s", base_text_cstring(&text));
    base_text_release(&text);
    order_reading_fail(reader, &error, frontier->heap.at[0].cursor);
}

/* The event that cannot be decoded ends its batch. Then the thread's next one takes its place, if it has one. */
static void leave_batch(struct order_reader *reader, struct order_cursor *cursor)
{
    note(reader, &reader->run->error, cursor);
    reader->wrong.bytes += (uint64_t)(cursor->end - cursor->begin);
    cursor->at = cursor->end;
}

static void step(struct order_reader *reader, size_t i)
{
    struct order_cursor *cursor = reader->run->frontier.heap.at[i].cursor;
    while (!order_run_step(reader->run, i))
        leave_batch(reader, cursor);
}

bool order_reading_cannot_enter(struct order_reader *reader)
{
    struct order_run *run = reader->run;
    do {
        struct order_cursor *cursor = &run->frontier.cursors.at[run->stopped_at];
        if (!reader->go_on) {
            order_reading_fail(reader, &run->error, cursor);
            return false;
        }
        leave_batch(reader, cursor);
    } while (!order_run_enter_further(run));
    return true;
}

/* ---- mending ---- */

/* The event at i of the frontier cannot be: what it needs is put in, or it is left out. */
static void mend(struct order_reader *reader, size_t i)
{
    struct order_run *run = reader->run;
    struct order_cursor *cursor = run->frontier.heap.at[i].cursor;
    note(reader, &run->error, cursor);
    reader->wrong.mended++;
    if (!order_run_mend(run, cursor) || order_run_advance(run, cursor) != ORDER_ADVANCED) {
        base_error_release(&run->error);
        reader->wrong.bytes += (uint64_t)(cursor->at - cursor->begin);
        order_run_add(run, cursor, ORDER_MOVE_NOTHING);
    }
    step(reader, i);
}

static void stuck(struct order_reader *reader)
{
    struct base_text text = {0};
    struct order_run *run = reader->run;
    struct order_cursor *head = run->frontier.heap.at[0].cursor;
    if (!reader->go_on) {
        fail_stuck(reader);
        return;
    }
    if (!reader->wrong.why.cause) {
        base_text_add(&text, "broken trace: failed to advance: what has to come before is missing: ");
        describe_raw(reader, head, &text);
        base_fail(&run->error, "%.*s", (int)text.size - 1, text.data); /* without the line's end */
        base_text_release(&text);
    }
    if (++reader->wrong.stuck > MOST_STUCK)
        order_reading_fail(reader, &run->error, head);
    else
        mend(reader, 0);
}

/* ---- trying what comes ---- */

/* Where ordering stood before it was tried. */
struct before_trial {
    struct order_sched sched;
    BASE_VEC(struct order_cursor) cursors;
    BASE_VEC(struct frontier_entry) heap;
    struct order_thread no_thread;
};

static void begin_trial(const struct order_run *run, struct before_trial *before)
{
    *before = (struct before_trial){.no_thread = run->no_thread};
    order_sched_copy(&before->sched, &run->sched);
    base_vec_copy(&before->cursors, &run->frontier.cursors);
    base_vec_copy(&before->heap, &run->frontier.heap);
}

static void end_trial(struct order_run *run, struct before_trial *before)
{
    struct frontier *frontier = &run->frontier;
    order_sched_release(&run->sched);
    run->sched = before->sched;
    run->no_thread = before->no_thread;
    base_error_release(&run->error);
    /* In place, for the heap points to the cursors. */
    memcpy(frontier->cursors.at, before->cursors.at, before->cursors.count * sizeof *before->cursors.at);
    memcpy(frontier->heap.at, before->heap.at, before->heap.count * sizeof *before->heap.at);
    frontier->heap.count = before->heap.count;
    base_vec_release(&before->cursors);
    base_vec_release(&before->heap);
}

/* Advances the earliest event that can; its place in the frontier, or SIZE_MAX if there is none or it is wrong. */
static size_t try_to_advance(struct order_run *run)
{
    frontier_sort(&run->frontier);
    for (size_t i = 0; i < run->frontier.heap.count; i++) {
        enum order_verdict verdict = order_run_advance(run, run->frontier.heap.at[i].cursor);
        if (verdict != ORDER_RETRY)
            return verdict == ORDER_ADVANCED ? i : SIZE_MAX;
    }
    return SIZE_MAX;
}

/* Whether the thread advances sooner or later if the others go on. Moves are dropped. */
static bool advances_in_time(struct order_run *run, const struct order_cursor *waiting)
{
    for (;;) {
        size_t i = try_to_advance(run);
        run->chunk->moves.count = run->chunk->args.count = 0;
        if (i == SIZE_MAX)
            return false;
        if (run->frontier.heap.at[i].cursor == waiting)
            return true;
        if (!order_run_step(run, i))
            return false;
    }
}

/* The earliest event, which has to wait for another thread's, and has waited for long: whether in vain. */
static bool waits_in_vain(struct order_reader *reader)
{
    struct before_trial before;
    struct order_run *run = reader->run;
    const struct order_cursor *waiting = run->frontier.heap.at[0].cursor;
    if (reader->wrong.impatient)
        return true;
    if (reader->wrong.trials == MOST_TRIALS)
        return false;
    reader->wrong.trials++;
    begin_trial(run, &before);
    reader->wrong.impatient = !advances_in_time(run, waiting);
    end_trial(run, &before);
    return reader->wrong.impatient;
}

/* ---- what ordering and telling come upon ---- */

void order_reading_stopped(struct order_reader *reader, enum order_stop stop)
{
    struct order_run *run = reader->run;
    size_t i = run->stopped_at;
    struct order_cursor *cursor = run->frontier.heap.at[i].cursor;
    if (stop == ORDER_RUN_OVERDUE && !waits_in_vain(reader)) {
        run->patient_with = cursor->begin;
    } else if (stop == ORDER_RUN_OVERDUE || stop == ORDER_RUN_STUCK) {
        stuck(reader);
    } else if (!reader->go_on) {
        order_reading_fail(reader, &run->error, cursor);
    } else if (stop == ORDER_RUN_WRONG) {
        mend(reader, i);
    } else {
        leave_batch(reader, cursor);
        step(reader, i);
    }
}

/* Where the events stand that moves were made of, which is asked for in the order of the moves. Nothing but their time
 * and type is kept, so that of several that are alike the first is found. */
static const struct order_cursor *find_event(struct order_reader *reader, const struct order_move *move)
{
    const struct wire_generation *generation = &reader->run->generation;
    struct base_error ignored = BASE_NO_ERROR;
    for (size_t i = reader->finders.count; i < generation->threads.count; i++)
        *base_vec_add(&reader->finders) = (struct order_cursor){.batch = WIRE_NO_BATCH,
                                                                .next_batch = generation->threads.at[i].first_batch,
                                                                .thread = generation->threads.at[i].id};
    struct order_cursor *cursor = &reader->finders.at[move->thread];
    enum cursor_status status;
    do {
        status = order_cursor_next(cursor, generation, &ignored);
        if (status == CURSOR_ERROR) { /* it was left out, and what is behind it in its batch */
            base_error_release(&ignored);
            cursor->at = cursor->end;
        }
    } while (status == CURSOR_ERROR ||
             (status == CURSOR_EVENT && (cursor->raw.time_ns != move->time_ns || cursor->raw.type != move->type)));
    return cursor;
}

void order_reading_untold(struct order_reader *reader)
{
    struct order_teller *teller = &reader->teller;
    const struct order_cursor *cursor = find_event(reader, &order_reading_chunk(reader)->moves.at[reader->told]);
    if (!reader->go_on) {
        order_reading_fail(reader, &teller->error, cursor);
        return;
    }
    note(reader, &teller->error, cursor);
    reader->wrong.mended++;
    reader->wrong.bytes += (uint64_t)(cursor->at - cursor->begin);
    reader->told++;
}
