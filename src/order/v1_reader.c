#include "order/reading.h"

/* The share of the file's bytes that stands for events which are not in the list. */
static uint64_t bytes_of_missing(const struct order_reader *reader)
{
    const struct wire_v1 *wire = &reader->v1->wire;
    size_t all = wire->event_count + wire->samples.count, there = reader->v1->events.count;
    uint64_t bytes = reader->file->size - WIRE_HEADER_BYTES - wire->lost_bytes;
    return all > there ? (uint64_t)((double)bytes * (double)(all - there) / (double)all) : 0;
}

/* Takes over the error. The stretch is the whole trace: its one generation. */
static void add_loss(struct order_reader *reader, struct base_error *why, uint64_t bytes, uint64_t mended)
{
    const struct order_v1 *v1 = reader->v1;
    int64_t from_ns = v1->events.count ? v1->events.at[0].time : 0;
    struct order_loss loss = {
        .why = *why, .generation = 1, .from_ns = from_ns, .to_ns = INT64_MAX, .bytes = bytes, .mended = mended};
    *why = BASE_NO_ERROR;
    order_reading_add_loss(reader, &loss);
}

static void note_damage(struct order_reader *reader)
{
    struct order_v1 *v1 = reader->v1;
    if (v1->wire.damage.cause)
        add_loss(reader, &v1->wire.damage, v1->wire.lost_bytes, 0);
    if (!v1->wire.frequency && reader->go_on) {
        struct base_error why = BASE_NO_ERROR;
        base_fail(&why, "no EvFrequency event: times are estimates");
        add_loss(reader, &why, 0, 0);
    }
    if (v1->damage.cause)
        add_loss(reader, &v1->damage, bytes_of_missing(reader), v1->mended);
}

/* Reads the whole file; its first Sync stands just before its first event. */
static void open_v1(struct order_reader *reader)
{
    struct base_error error = BASE_NO_ERROR;
    struct order_v1 *v1 = reader->v1 = base_zalloc(1, sizeof *v1);
    if (!order_v1_open(v1, reader->file, reader->header.version, reader->go_on, &error)) {
        order_reading_give_up(reader, &error);
        return;
    }
    reader->run->generation = (struct wire_generation){
        .number = 1, .offset_bytes = WIRE_HEADER_BYTES, .end_bytes = reader->file->size, .tables = v1->wire.tables};
    v1->wire.tables = (struct wire_tables){0};
    order_teller_enter(&reader->teller, &reader->run->generation, true, true);
    reader->teller.last_time_ns = -1;
    if (v1->events.count) {
        int64_t first_ns = v1->events.at[0].time > INT64_MIN + 2 ? v1->events.at[0].time : INT64_MIN + 2;
        reader->generation_count = 1;
        reader->teller.last_time_ns = first_ns - 2;
        order_reading_sync(reader, first_ns - 1, true);
    }
    note_damage(reader); /* after the Sync: losses end with the trace */
}

void order_reading_fill_v1(struct order_reader *reader)
{
    struct order_teller *t = &reader->teller;
    if (reader->phase != READING)
        return;
    if (!reader->v1)
        open_v1(reader);
    while (reader->phase == READING && t->count < reader->block_events)
        if (!order_v1_convert(reader->v1, t))
            break;
    if (reader->phase == READING && !t->count)
        order_reading_finish(reader);
}
