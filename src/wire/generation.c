#include "wire/generation.h"

#include "base/sort.h"
#include "wire/event.h"
#include "wire/header.h"

#include <inttypes.h>
#include <stdlib.h>

enum { SMALL_FACTOR = 1 << 13 }; /* times 2^40 units stays below 2^53 */

/* The header fields of a batch, and what reading it came to. */
struct batch_read {
    enum { BATCH, BATCH_END_MARK, BATCH_EOF, BATCH_ERROR } kind;
    bool cut; /* the file ends within it */
    uint64_t generation;
    struct wire_batch batch;
};

bool wire_reader_init(struct wire_reader *reader, const struct base_mapping *file, struct base_error *ret_error)
{
    *reader = (struct wire_reader){.file = file, .offset_bytes = WIRE_HEADER_BYTES, .at_start = true};
    bool done = wire_header_read_v2(file, &reader->header, ret_error);
    reader->version = reader->header.version;
    return done;
}

void wire_reader_release(struct wire_reader *reader)
{
    base_error_release(&reader->pending_error);
}

int64_t wire_clock_slow_ns(const struct wire_clock *clock, uint64_t units)
{
    double ns = (double)units * clock->ns_per_unit;
    return ns < 9223372036854775807.0 ? (int64_t)ns : INT64_MIN; /* as the conversion is on amd64 */
}

static void generation_init(struct wire_generation *generation)
{
    *generation = (struct wire_generation){0};
    wire_tables_init(&generation->tables);
}

void wire_generation_release(struct wire_generation *generation)
{
    wire_tables_release(&generation->tables);
    base_vec_release(&generation->batches);
    base_vec_release(&generation->threads);
    base_vec_release(&generation->samples);
    base_vec_release(&generation->experimental);
    base_map_release(&generation->thread_by_id);
    base_error_release(&generation->damage);
    *generation = (struct wire_generation){0};
}

static uint64_t header_field(struct wire_cursor *cursor, const char *name, struct base_error *ret_error)
{
    uint64_t value = wire_read_uvarint(cursor);
    if (cursor->failure)
        base_fail(ret_error, "error reading batch %s: %s", name, wire_failure_text(cursor->failure));
    return value;
}

static bool read_batch_header(struct wire_cursor *cursor, struct batch_read *read, struct base_error *ret_error)
{
    read->generation = header_field(cursor, "gen", ret_error);
    read->batch.thread = (thread_id){(int64_t)header_field(cursor, "M ID", ret_error)};
    read->batch.time_units = header_field(cursor, "timestamp", ret_error);
    uint64_t size = header_field(cursor, "size", ret_error);
    if (cursor->failure)
        return false;
    if (size > WIRE_MAX_BATCH_BYTES)
        return base_fail(ret_error, "invalid batch size %" PRIu64 ", maximum is %d", size, WIRE_MAX_BATCH_BYTES);
    read->batch.body = cursor->at;
    read->batch.size_bytes = (uint32_t)size;
    if (size > wire_cursor_left(cursor)) {
        read->cut = true;
        read->batch.size_bytes = (uint32_t)wire_cursor_left(cursor);
        return base_fail(ret_error, "failed to read full batch: read %zu but wanted %" PRIu64, wire_cursor_left(cursor),
                         size);
    }
    return true;
}

/* Reads the batch at the reader's offset without moving on; *ret_end_bytes is where the next one begins. */
static struct batch_read read_batch(struct wire_reader *reader, uint64_t *ret_end_bytes, struct base_error *ret_error)
{
    struct batch_read read = {.kind = BATCH_EOF, .batch = {.next = WIRE_NO_BATCH}};
    struct wire_cursor cursor =
        wire_cursor_of(reader->file->data + reader->offset_bytes, reader->file->size - reader->offset_bytes);
    *ret_end_bytes = reader->offset_bytes;
    if (!wire_cursor_left(&cursor))
        return read;
    uint8_t type = wire_read_byte(&cursor);
    if (type == WIRE_END_OF_GENERATION && reader->version >= WIRE_GO_1_26) {
        read.kind = BATCH_END_MARK;
        ++*ret_end_bytes;
        return read;
    }
    if (type == WIRE_EXPERIMENTAL_BATCH && reader->version >= WIRE_GO_1_23) {
        read.batch.experiment = wire_read_byte(&cursor);
        if (cursor.failure)
            return read;
    } else if (type != WIRE_EVENT_BATCH && type != WIRE_END_OF_GENERATION) {
        base_fail(ret_error, "expected batch event, got event %u", type);
    }
    read.batch.number = reader->batch_count + 1;
    read.kind = BATCH_ERROR;
    if (!ret_error->cause && type == WIRE_END_OF_GENERATION)
        base_fail(ret_error, "invalid generation number 0");
    if (!ret_error->cause && read_batch_header(&cursor, &read, ret_error)) {
        read.kind = BATCH;
        *ret_end_bytes = (uint64_t)(read.batch.body - reader->file->data) + read.batch.size_bytes;
    } else {
        base_error_place(ret_error, 0, read.batch.number, NO_THREAD, (uint64_t)(cursor.at - reader->file->data));
    }
    return read;
}

static bool sample_before(const void *a, const void *b, void *context)
{
    (void)context;
    return ((const struct wire_cpu_sample *)a)->time_ns < ((const struct wire_cpu_sample *)b)->time_ns;
}

/* Times stay in units (in time_ns) until the frequency is known, which may come later. */
static bool read_samples(struct wire_generation *generation, struct wire_cursor *body, struct base_error *ret_error)
{
    body->at++;
    while (wire_cursor_left(body)) {
        uint8_t type = wire_read_byte(body);
        if (type != WIRE_CPU_SAMPLE)
            return base_fail(ret_error, "expected CPU sample event, got %u", type);
        struct wire_cpu_sample sample;
        sample.time_ns = (int64_t)wire_read_uvarint(body);
        sample.thread.n = (int64_t)wire_read_uvarint(body);
        sample.proc.n = (int64_t)wire_read_uvarint(body);
        sample.goroutine.n = (int64_t)wire_read_uvarint(body);
        sample.stack_id = wire_read_uvarint(body);
        if (body->failure)
            return base_fail(ret_error, "%s", wire_failure_text(body->failure));
        if (!sample.goroutine.n)
            sample.goroutine = NO_GOROUTINE;
        *base_vec_add(&generation->samples) = sample;
    }
    return true;
}

static bool read_frequency(struct wire_generation *generation, struct wire_cursor *body, struct base_error *ret_error)
{
    uint64_t frequency = wire_read_uvarint(body);
    if (body->failure)
        return base_fail(ret_error, "%s", wire_failure_text(body->failure));
    if (generation->frequency)
        return base_fail(ret_error, "found multiple frequency events");
    generation->frequency = frequency;
    return true;
}

static bool read_snapshot(struct wire_generation *generation, struct wire_cursor *body, uint64_t *time_units,
                          struct base_error *ret_error)
{
    struct wire_clock *clock = &generation->clock;
    bool again = clock->has_snapshot;
    *time_units += wire_read_uvarint(body);
    clock->snapshot_units = *time_units;
    clock->monotonic_ns = wire_read_uvarint(body);
    clock->wall_seconds = wire_read_uvarint(body);
    clock->wall_ns = wire_read_uvarint(body);
    clock->has_snapshot = true;
    if (body->failure)
        return base_fail(ret_error, "%s", wire_failure_text(body->failure));
    return !again || base_fail(ret_error, "found multiple clock snapshot events");
}

static bool read_sync(struct wire_generation *generation, struct wire_cursor *body, uint64_t time_units,
                      struct base_error *ret_error)
{
    body->at++;
    while (wire_cursor_left(body)) {
        uint8_t type = wire_read_byte(body);
        bool done;
        if (type == WIRE_FREQUENCY)
            done = read_frequency(generation, body, ret_error);
        else if (type == WIRE_CLOCK_SNAPSHOT)
            done = read_snapshot(generation, body, &time_units, ret_error);
        else
            done = base_fail(ret_error, "expected frequency or clock snapshot event, got %u", type);
        if (!done)
            return false;
    }
    return true;
}

static void add_event_batch(struct wire_generation *generation, const struct wire_batch *batch)
{
    uint32_t index = (uint32_t)generation->batches.count;
    *base_vec_add(&generation->batches) = *batch;
    uint32_t known = base_map_find(&generation->thread_by_id, (uint64_t)batch->thread.n);
    if (known == BASE_MAP_NONE) {
        base_map_set(&generation->thread_by_id, (uint64_t)batch->thread.n, (uint32_t)generation->threads.count);
        *base_vec_add(&generation->threads) = (struct wire_thread){batch->thread, index, index};
        return;
    }
    struct wire_thread *thread = &generation->threads.at[known];
    generation->batches.at[thread->last_batch].next = index;
    thread->last_batch = index;
}

/* The kind of a batch follows from the first byte of its body (go-trace-format.md, section 3). */
static bool add_batch(struct wire_reader *reader, struct wire_generation *generation, const struct wire_batch *batch,
                      struct base_error *ret_error)
{
    struct wire_cursor body = wire_cursor_of(batch->body, batch->size_bytes);
    bool has_sync = reader->version >= WIRE_GO_1_25, done = true;
    uint8_t first = batch->size_bytes ? batch->body[0] : WIRE_NONE;
    if (!generation->min_time_units || batch->time_units < generation->min_time_units)
        generation->min_time_units = batch->time_units;
    if (batch->experiment)
        *base_vec_add(&generation->experimental) = *batch;
    else if (first == WIRE_STRINGS)
        done = wire_tables_read_strings(&generation->tables, &body, ret_error);
    else if (first == WIRE_STACKS)
        done = wire_tables_read_stacks(&generation->tables, &body, ret_error);
    else if (first == WIRE_CPU_SAMPLES)
        done = read_samples(generation, &body, ret_error);
    else if (first == WIRE_FREQUENCY && !has_sync)
        body.at++, done = read_frequency(generation, &body, ret_error);
    else if (first == WIRE_SYNC && has_sync)
        done = read_sync(generation, &body, batch->time_units, ret_error);
    else if (first == WIRE_END_OF_GENERATION)
        done = base_fail(ret_error, "internal error: unexpectedly processing EndOfGeneration; broken trace?");
    else
        add_event_batch(generation, batch);
    if (!done)
        base_error_place(ret_error, generation->number, batch->number, batch->thread,
                         (uint64_t)(body.at - reader->file->data));
    return done;
}

/* What must be there, and is not, is damage when reading goes on. */
static bool check_parts(struct wire_reader *reader, struct wire_generation *generation, struct base_error *ret_error)
{
    bool done = true;
    if (!generation->frequency)
        done = base_fail(ret_error, "no frequency event found");
    else if (reader->version >= WIRE_GO_1_25 && !generation->clock.has_snapshot)
        done = base_fail(ret_error, "no clock snapshot event found");
    if (done || reader->go_on)
        done &= wire_tables_check(&generation->tables, reader->go_on, ret_error);
    if (!done)
        base_error_place(ret_error, generation->number, 0, NO_THREAD, generation->offset_bytes);
    return done;
}

static void set_clock(struct wire_generation *generation)
{
    struct wire_clock *clock = &generation->clock;
    clock->ns_per_unit = 1.0 / ((double)generation->frequency / 1e9);
    if (clock->ns_per_unit <= SMALL_FACTOR && clock->ns_per_unit == (double)(uint64_t)clock->ns_per_unit)
        clock->whole_ns_per_unit = (uint64_t)clock->ns_per_unit;
    for (size_t i = 0; i < generation->samples.count; i++)
        generation->samples.at[i].time_ns = wire_clock_ns(clock, (uint64_t)generation->samples.at[i].time_ns);
    base_sort_go(generation->samples.at, generation->samples.count, sizeof *generation->samples.at, sample_before,
                 NULL);
}

static bool complete(struct wire_reader *reader, struct wire_generation *generation, struct base_error *ret_error)
{
    generation->end_bytes = reader->offset_bytes;
    if (!check_parts(reader, generation, ret_error))
        return false;
    set_clock(generation);
    return true;
}

/* Whether a batch of another generation ends this one (headers below 1.26), and if not, why it may not come here. */
static bool check_generation_number(const struct wire_reader *reader, const struct wire_generation *generation,
                                    uint64_t number, bool *ret_ends, struct base_error *ret_error)
{
    *ret_ends = false;
    if (!number)
        return base_fail(ret_error, "invalid generation number 0");
    if (!generation->number || number == generation->number)
        return true;
    if (reader->version >= WIRE_GO_1_26)
        return base_fail(ret_error, "broken trace: missing end-of-generation event, or generations are interleaved");
    *ret_ends = number == generation->number + 1;
    return *ret_ends || base_fail(ret_error, "generations out of order");
}

static enum wire_status at_end_of_file(struct wire_reader *reader, struct wire_generation *generation,
                                       struct base_error *ret_error)
{
    if (reader->version < WIRE_GO_1_26)
        return complete(reader, generation, ret_error) ? WIRE_GENERATION : WIRE_ERROR;
    if (!generation->batches.count)
        return WIRE_END;
    base_fail(ret_error, "incomplete generation found; trace likely truncated");
    base_error_place(ret_error, generation->number, 0, NO_THREAD, reader->offset_bytes);
    return WIRE_ERROR;
}

static enum wire_status next_or_fail(struct wire_reader *reader, struct wire_generation *generation,
                                     struct base_error *ret_error)
{
    if (reader->pending_error.cause) {
        *ret_error = reader->pending_error;
        reader->pending_error = BASE_NO_ERROR;
        return WIRE_ERROR;
    }
    if (reader->version < WIRE_GO_1_26 && !reader->at_start && !reader->spilled)
        return WIRE_END;
    reader->at_start = reader->spilled = false;
    generation->offset_bytes = reader->offset_bytes;
    for (;;) {
        uint64_t end_bytes;
        struct base_error error = BASE_NO_ERROR;
        struct batch_read read = read_batch(reader, &end_bytes, &error);
        if (read.kind == BATCH_EOF)
            return at_end_of_file(reader, generation, ret_error);
        if (read.kind == BATCH_ERROR)
            error.generation = read.generation ? read.generation : generation->number;
        if (read.kind == BATCH_ERROR && reader->version < WIRE_GO_1_26 && generation->number) {
            reader->pending_error = error;
            return complete(reader, generation, ret_error) ? WIRE_GENERATION : WIRE_ERROR;
        }
        if (read.kind == BATCH_ERROR) {
            *ret_error = error;
            return WIRE_ERROR;
        }
        if (read.kind == BATCH_END_MARK) {
            reader->offset_bytes = end_bytes;
            return complete(reader, generation, ret_error) ? WIRE_GENERATION : WIRE_ERROR;
        }
        bool ends;
        if (!check_generation_number(reader, generation, read.generation, &ends, ret_error)) {
            base_error_place(ret_error, read.generation, read.batch.number, read.batch.thread, reader->offset_bytes);
            return WIRE_ERROR;
        }
        if (ends) {
            reader->spilled = true;
            return complete(reader, generation, ret_error) ? WIRE_GENERATION : WIRE_ERROR;
        }
        generation->number = read.generation;
        reader->batch_count++;
        reader->offset_bytes = end_bytes;
        if (!add_batch(reader, generation, &read.batch, ret_error))
            return WIRE_ERROR;
    }
}

/* ---- reading on past damage ---- */

/* The clock of a trace that does not say: what Go uses wherever the system's clock is good enough. */
static const uint64_t USUAL_FREQUENCY = 1000000000 / 64;

/* How far before and after the first batch of a generation others can begin, in the usual units 17 seconds and 18
 * minutes; how far numbers can be apart; and whose batches can be. */
static const uint64_t EARLIEST_UNITS = UINT64_C(1) << 28, LATEST_UNITS = UINT64_C(1) << 34;
static const int64_t HIGHEST_THREAD = INT64_C(1) << 53; /* some systems number threads by address */
enum { FARTHEST_GENERATION = 64 };

static void note_damage(struct wire_generation *generation, struct base_error *error, bool events_lost)
{
    if (events_lost && !generation->events_lost)
        generation->lost_from_units = generation->lost_to_units = generation->latest_units;
    generation->events_lost |= events_lost;
    generation->after_loss |= events_lost;
    if (generation->damage.cause)
        base_error_release(error);
    else
        generation->damage = *error;
    *error = BASE_NO_ERROR;
}

/* Whether a batch header is one that may well stand here. */
static bool is_plausible(const struct wire_reader *reader, const struct wire_generation *generation,
                         const struct batch_read *read)
{
    const struct wire_batch *batch = &read->batch;
    uint64_t first = generation->number ? generation->min_time_units : reader->last_time_units;
    uint64_t number = generation->number ? generation->number : reader->last_generation;
    return read->generation && (!number || read->generation - number < FARTHEST_GENERATION) && batch->thread.n >= -1 &&
           batch->thread.n < HIGHEST_THREAD && batch->time_units &&
           (!first || batch->time_units + EARLIEST_UNITS - first < EARLIEST_UNITS + LATEST_UNITS);
}

/* Looks at the batch at an offset, without moving on. */
static struct batch_read peek_batch(struct wire_reader *reader, uint64_t offset_bytes, uint64_t *ret_end_bytes)
{
    struct base_error ignored = BASE_NO_ERROR;
    uint64_t here = reader->offset_bytes;
    reader->offset_bytes = offset_bytes;
    struct batch_read read = read_batch(reader, ret_end_bytes, &ignored);
    reader->offset_bytes = here;
    base_error_release(&ignored);
    return read;
}

/* Whether a batch seems to begin at an offset, with another one, an end of generation, or the file's end behind it. */
static bool seems_batch(struct wire_reader *reader, const struct wire_generation *generation, uint64_t offset_bytes)
{
    uint64_t end_bytes, beyond;
    uint8_t type = reader->file->data[offset_bytes];
    if (type != WIRE_EVENT_BATCH && type != WIRE_EXPERIMENTAL_BATCH)
        return false;
    struct batch_read read = peek_batch(reader, offset_bytes, &end_bytes);
    if (read.kind != BATCH || !is_plausible(reader, generation, &read))
        return false;
    struct batch_read behind = peek_batch(reader, end_bytes, &beyond);
    bool last = behind.kind == BATCH_EOF && end_bytes == reader->file->size;
    if (last && generation->number) /* nothing behind it speaks for it */
        return read.generation - generation->number <= 1;
    return behind.kind == BATCH_END_MARK || last || (behind.kind == BATCH && is_plausible(reader, generation, &behind));
}

/* Takes in a batch, or as much as can be read of it. */
static void take_batch(struct wire_reader *reader, struct wire_generation *generation, const struct batch_read *read)
{
    struct base_error error = BASE_NO_ERROR;
    generation->number = read->generation;
    generation->latest_units = read->batch.time_units;
    if (generation->after_loss && generation->latest_units > generation->lost_to_units)
        generation->lost_to_units = generation->latest_units;
    generation->after_loss = false;
    reader->batch_count++;
    if (add_batch(reader, generation, &read->batch, &error))
        return;
    const uint8_t *end = read->batch.body + read->batch.size_bytes;
    generation->lost_bytes += (uint64_t)(end - reader->file->data) - error.offset_bytes;
    note_damage(generation, &error, false);
}

/* Moves from a batch that cannot be read to the next one. If there is none, it is the last one of a file that was cut
 * off: what is there of it is taken. */
static void skip_to_batch(struct wire_reader *reader, struct wire_generation *generation,
                          const struct batch_read *unreadable)
{
    uint64_t begin = reader->offset_bytes++;
    while (reader->offset_bytes < reader->file->size && !seems_batch(reader, generation, reader->offset_bytes))
        reader->offset_bytes++;
    if (reader->offset_bytes == reader->file->size && unreadable->cut && is_plausible(reader, generation, unreadable) &&
        (!generation->number || unreadable->generation == generation->number))
        take_batch(reader, generation, unreadable);
    else
        generation->lost_bytes += reader->offset_bytes - begin;
}

/* A batch whose number is wrong: the one behind it goes on with the generation that is being read. */
static bool is_stray(struct wire_reader *reader, const struct wire_generation *generation, uint64_t end_bytes)
{
    uint64_t beyond;
    struct batch_read behind = peek_batch(reader, end_bytes, &beyond);
    return behind.kind == BATCH && behind.generation == generation->number;
}

/* Whether the generation ends before a batch of another one. Stray batches are left out. */
static bool ends_before(struct wire_reader *reader, struct wire_generation *generation, const struct batch_read *read,
                        uint64_t end_bytes)
{
    struct base_error error = BASE_NO_ERROR;
    bool stray = is_stray(reader, generation, end_bytes);
    if (stray || (reader->version < WIRE_GO_1_26 && read->generation != generation->number + 1))
        base_fail(&error, "generations out of order");
    else if (reader->version >= WIRE_GO_1_26)
        base_fail(&error, "broken trace: missing end-of-generation event, or generations are interleaved");
    if (error.cause) {
        base_error_place(&error, generation->number, read->batch.number, read->batch.thread, reader->offset_bytes);
        note_damage(generation, &error, true);
    }
    if (stray) {
        generation->lost_bytes += end_bytes - reader->offset_bytes;
        reader->offset_bytes = end_bytes;
    }
    return !stray;
}

/* Reads batches up to the end of a generation or of the file; false in the latter case. */
static bool read_batches(struct wire_reader *reader, struct wire_generation *generation)
{
    for (;;) {
        uint64_t end_bytes;
        struct base_error error = BASE_NO_ERROR;
        struct batch_read read = read_batch(reader, &end_bytes, &error);
        if (read.kind == BATCH && !read.generation) {
            base_fail(&error, "invalid generation number 0");
            base_error_place(&error, generation->number, read.batch.number, NO_THREAD, reader->offset_bytes);
            read.kind = BATCH_ERROR;
        }
        if (read.kind == BATCH_EOF)
            return false;
        if (read.kind == BATCH_ERROR) {
            if (generation->number)
                error.generation = generation->number;
            note_damage(generation, &error, true);
            skip_to_batch(reader, generation, &read);
            continue;
        }
        if (read.kind == BATCH && generation->number && read.generation != generation->number) {
            if (ends_before(reader, generation, &read, end_bytes))
                return true;
            continue;
        }
        reader->offset_bytes = end_bytes;
        if (read.kind == BATCH)
            take_batch(reader, generation, &read);
        else if (generation->number)
            return true;
    }
}

static enum wire_status next_going_on(struct wire_reader *reader, struct wire_generation *generation)
{
    struct base_error error = BASE_NO_ERROR;
    generation->offset_bytes = reader->offset_bytes;
    bool ended = read_batches(reader, generation);
    if (!generation->number && (reader->generation_count || reader->version >= WIRE_GO_1_26))
        return WIRE_END;
    if (!ended && reader->version >= WIRE_GO_1_26) {
        base_fail(&error, "incomplete generation found; trace likely truncated");
        base_error_place(&error, generation->number, 0, NO_THREAD, reader->offset_bytes);
        note_damage(generation, &error, true);
    }
    generation->end_bytes = reader->offset_bytes;
    if (!check_parts(reader, generation, &error))
        note_damage(generation, &error, false);
    if (!generation->number)
        return WIRE_END;
    if (!generation->frequency)
        generation->frequency = reader->last_frequency ? reader->last_frequency : USUAL_FREQUENCY;
    reader->last_frequency = generation->frequency;
    reader->last_generation = generation->number;
    reader->last_time_units = generation->min_time_units;
    reader->generation_count++;
    set_clock(generation);
    return WIRE_GENERATION;
}

enum wire_status wire_reader_next(struct wire_reader *reader, struct wire_generation *generation,
                                  struct base_error *ret_error)
{
    wire_generation_release(generation);
    generation_init(generation);
    return reader->go_on ? next_going_on(reader, generation) : next_or_fail(reader, generation, ret_error);
}
