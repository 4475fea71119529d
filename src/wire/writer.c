#include "wire/writer.h"

#include <assert.h>

/* A body of this size leaves room for the batch's header, so that batch and header stay below 64 KiB as the runtime's
 * do. */
enum { MOST_BODY_BYTES = WIRE_MAX_BATCH_BYTES - 128 };

static void put_byte(struct base_text *out, uint8_t byte)
{
    base_text_char(out, (char)byte);
}

static void put_uvarint(struct base_text *out, uint64_t value)
{
    for (; value >= 0x80; value >>= 7)
        put_byte(out, (uint8_t)(value | 0x80));
    put_byte(out, (uint8_t)value);
}

/* In exactly ten bytes, as the runtime does, which fills the size in last. */
static void put_padded(struct base_text *out, uint64_t value)
{
    for (int i = 1; i < WIRE_MAX_VARINT_BYTES; i++, value >>= 7)
        put_byte(out, (uint8_t)(value | 0x80));
    put_byte(out, (uint8_t)value);
}

/* ---- tables ---- */

static uint64_t table_add(struct wire_writer_table *table, struct base_str piece)
{
    uint64_t hash = base_hash_bytes(piece.data, piece.size);
    uint32_t same_hash = base_map_find(&table->last_by_hash, hash);
    for (uint32_t i = same_hash; i != BASE_MAP_NONE; i = table->pieces.at[i].same_hash)
        if (base_str_equal((struct base_str){table->bytes.data + table->pieces.at[i].begin, table->pieces.at[i].size},
                           piece))
            return table->pieces.at[i].id;
    base_map_set(&table->last_by_hash, hash, (uint32_t)table->pieces.count);
    *base_vec_add(&table->pieces) =
        (struct wire_writer_piece){table->bytes.size, ++table->last_id, (uint32_t)piece.size, same_hash};
    base_text_str(&table->bytes, piece);
    return table->last_id;
}

static void table_clear(struct wire_writer_table *table)
{
    table->bytes.size = table->pieces.count = 0;
    table->last_id = 0;
    base_map_release(&table->last_by_hash);
}

static void table_release(struct wire_writer_table *table)
{
    base_text_release(&table->bytes);
    base_vec_release(&table->pieces);
    base_map_release(&table->last_by_hash);
}

static struct base_str cut_off(struct base_str string)
{
    return (struct base_str){string.data, string.size > WIRE_MAX_STRING_BYTES ? WIRE_MAX_STRING_BYTES : string.size};
}

uint64_t wire_writer_string(struct wire_writer *writer, struct base_str string)
{
    assert(writer->generation);
    return string.size ? table_add(&writer->strings, cut_off(string)) : 0;
}

uint64_t wire_writer_stack(struct wire_writer *writer, const struct wire_writer_frame *frames, size_t count)
{
    assert(writer->generation);
    struct base_text piece = {0};
    if (!count)
        return 0;
    if (count > WIRE_MAX_FRAMES)
        count = WIRE_MAX_FRAMES;
    put_uvarint(&piece, count);
    for (size_t i = 0; i < count; i++) {
        put_uvarint(&piece, frames[i].pc);
        put_uvarint(&piece, frames[i].func);
        put_uvarint(&piece, frames[i].file);
        put_uvarint(&piece, frames[i].line);
    }
    uint64_t id = table_add(&writer->stacks, (struct base_str){piece.data, piece.size});
    base_text_release(&piece);
    return id;
}

/* ---- batches ---- */

static void note_time(struct wire_writer *writer, uint64_t units)
{
    if (units > writer->latest_units)
        writer->latest_units = units;
}

void wire_writer_raw_batch(struct wire_writer *writer, uint8_t experiment, thread_id thread, uint64_t units,
                           const void *body, size_t size)
{
    assert(writer->generation);
    assert(size <= WIRE_MAX_BATCH_BYTES);
    put_byte(writer->out, experiment ? WIRE_EXPERIMENTAL_BATCH : WIRE_EVENT_BATCH);
    if (experiment)
        put_byte(writer->out, experiment);
    put_uvarint(writer->out, writer->generation);
    put_uvarint(writer->out, (uint64_t)thread.n);
    put_uvarint(writer->out, units);
    put_padded(writer->out, size);
    base_text_bytes(writer->out, body, size);
    note_time(writer, units);
}

/* Writes the body of a batch of no thread, and empties it. */
static void put_section(struct wire_writer *writer, struct base_text *body)
{
    if (body->size)
        wire_writer_raw_batch(writer, 0, NO_THREAD, writer->latest_units, body->data, body->size);
    body->size = 0;
}

/* Makes room in a section for one more entry, in a batch of its own if need be. */
static void extend_section(struct wire_writer *writer, struct base_text *body, enum wire_type section,
                           size_t entry_bytes)
{
    if (body->size + entry_bytes > MOST_BODY_BYTES)
        put_section(writer, body);
    if (!body->size)
        put_byte(body, (uint8_t)section);
}

/* Adds an entry to a section of a table. */
static void put_entry(struct wire_writer *writer, struct base_text *body, enum wire_type entry, uint64_t id,
                      struct base_str piece)
{
    extend_section(writer, body, entry == WIRE_STRING ? WIRE_STRINGS : WIRE_STACKS, piece.size + WIRE_MAX_EVENT_BYTES);
    put_byte(body, (uint8_t)entry);
    put_uvarint(body, id);
    if (entry == WIRE_STRING)
        put_uvarint(body, piece.size);
    base_text_str(body, piece);
}

static void put_table(struct wire_writer *writer, struct base_text *body, const struct wire_writer_table *table,
                      enum wire_type entry)
{
    for (size_t i = 0; i < table->pieces.count; i++) {
        struct wire_writer_piece piece = table->pieces.at[i];
        put_entry(writer, body, entry, piece.id, (struct base_str){table->bytes.data + piece.begin, piece.size});
    }
    put_section(writer, body);
}

uint64_t wire_writer_message(struct wire_writer *writer, struct base_str message)
{
    assert(writer->generation);
    if (!message.size)
        return 0;
    put_entry(writer, &writer->messages, WIRE_STRING, ++writer->strings.last_id, cut_off(message));
    return writer->strings.last_id;
}

void wire_writer_sample(struct wire_writer *writer, const struct wire_writer_sample *sample)
{
    assert(writer->generation);
    struct base_text *body = &writer->samples;
    note_time(writer, sample->units);
    extend_section(writer, body, WIRE_CPU_SAMPLES, WIRE_MAX_EVENT_BYTES);
    put_byte(body, WIRE_CPU_SAMPLE);
    put_uvarint(body, sample->units);
    put_uvarint(body, (uint64_t)sample->thread.n);
    put_uvarint(body, (uint64_t)sample->proc.n);
    put_uvarint(body, sample->goroutine.n == -1 ? 0 : (uint64_t)sample->goroutine.n);
    put_uvarint(body, sample->stack);
}

/* ---- threads ---- */

static struct wire_writer_thread *thread_of(struct wire_writer *writer, thread_id id)
{
    uint32_t index = base_map_find(&writer->thread_by_id, (uint64_t)id.n);
    if (index != BASE_MAP_NONE)
        return &writer->threads.at[index];
    base_map_set(&writer->thread_by_id, (uint64_t)id.n, (uint32_t)writer->threads.count);
    struct wire_writer_thread *thread = base_vec_add(&writer->threads);
    if (writer->threads.count > writer->threads_made) {
        *thread = (struct wire_writer_thread){0};
        writer->threads_made = writer->threads.count;
    }
    thread->id = id; /* the buffer is that of an earlier generation's thread */
    return thread;
}

static void flush_thread(struct wire_writer *writer, struct wire_writer_thread *thread)
{
    if (thread->body.size)
        wire_writer_raw_batch(writer, 0, thread->id, thread->batch_units, thread->body.data, thread->body.size);
    thread->body.size = 0;
}

void wire_writer_flush(struct wire_writer *writer, thread_id thread)
{
    assert(writer->generation);
    flush_thread(writer, thread_of(writer, thread));
}

void wire_writer_add(struct wire_writer *writer, thread_id id, uint64_t units, enum wire_type type,
                     const uint64_t *args, size_t count)
{
    assert(writer->generation);
    assert(count + 1 == wire_timed_args[type]);
    struct wire_writer_thread *thread = thread_of(writer, id);
    if (thread->body.size + WIRE_MAX_EVENT_BYTES > MOST_BODY_BYTES || units < thread->last_units)
        flush_thread(writer, thread);
    if (!thread->body.size)
        thread->batch_units = thread->last_units = units;
    put_byte(&thread->body, (uint8_t)type);
    put_uvarint(&thread->body, units - thread->last_units);
    for (size_t i = 0; i < count; i++)
        put_uvarint(&thread->body, args[i]);
    thread->last_units = units;
    note_time(writer, units);
}

/* ---- generations ---- */

void wire_writer_init(struct wire_writer *writer, enum wire_version version, struct base_text *out)
{
    *writer = (struct wire_writer){.out = out, .version = version};
    base_text_format(out, "go 1.%d trace", (int)version);
    base_text_bytes(out, "\0\0", 3);
}

static void put_sync(struct wire_writer *writer, const struct wire_writer_clock *clock)
{
    bool snapshot = writer->version >= WIRE_GO_1_25;
    struct base_text body = {0};
    if (snapshot)
        put_byte(&body, WIRE_SYNC);
    put_byte(&body, WIRE_FREQUENCY);
    put_uvarint(&body, writer->frequency);
    if (snapshot) {
        put_byte(&body, WIRE_CLOCK_SNAPSHOT);
        put_uvarint(&body, 0);
        put_uvarint(&body, clock->monotonic_ns);
        put_uvarint(&body, clock->wall_seconds);
        put_uvarint(&body, clock->wall_ns);
    }
    put_section(writer, &body);
    base_text_release(&body);
}

void wire_writer_begin_generation(struct wire_writer *writer, uint64_t number, const struct wire_writer_clock *clock)
{
    assert(!writer->generation && number);
    writer->generation = number;
    writer->frequency = clock->frequency;
    writer->latest_units = clock->units;
    if (writer->version >= WIRE_GO_1_25)
        put_sync(writer, clock);
}

void wire_writer_end_generation(struct wire_writer *writer)
{
    assert(writer->generation);
    if (writer->version < WIRE_GO_1_25)
        put_sync(writer, NULL);
    for (size_t i = 0; i < writer->threads.count; i++) {
        flush_thread(writer, &writer->threads.at[i]);
        writer->threads.at[i].last_units = 0;
    }
    put_section(writer, &writer->samples);
    struct base_text stacks = {0};
    put_table(writer, &stacks, &writer->stacks, WIRE_STACK);
    base_text_release(&stacks);
    put_table(writer, &writer->messages, &writer->strings, WIRE_STRING); /* in the section that is open */
    if (writer->version >= WIRE_GO_1_26)
        put_byte(writer->out, WIRE_END_OF_GENERATION);
    table_clear(&writer->strings);
    table_clear(&writer->stacks);
    writer->threads.count = 0;
    base_map_release(&writer->thread_by_id);
    writer->generation = 0;
}

void wire_writer_release(struct wire_writer *writer)
{
    for (size_t i = 0; i < writer->threads_made; i++)
        base_text_release(&writer->threads.at[i].body);
    base_vec_release(&writer->threads);
    table_release(&writer->strings);
    table_release(&writer->stacks);
    base_map_release(&writer->thread_by_id);
    base_text_release(&writer->messages);
    base_text_release(&writer->samples);
    *writer = (struct wire_writer){0};
}
