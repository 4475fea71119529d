#include "order/reading.h"

/* The share of the file's bytes that stands for events which are not in the list. */
static uint64_t bytes_of_missing(const struct order_reader *reader)
{
    const struct wire_v1 *wire = &reader->v1->wire;
    size_t all = wire->event_count + wire->samples.count, there = reader->v1->events.count;
    uint64_t bytes = reader->file->size - WIRE_HEADER_BYTES - wire->lost_bytes;
    return all > there ? (uint64_t)((double)bytes * (double)(all - there) / (double)all) : 0;
}

static void note_v1_damage(struct order_reader *reader)
{
    struct order_v1 *v1 = reader->v1;
    int64_t last_ns = v1->events.count ? v1->events.at[v1->events.count - 1].time : 0;
    if (v1->wire.damage.cause)
        order_reading_add_loss(reader, &v1->wire.damage, 1, 0, v1->wire.lost_bytes);
    if (!v1->wire.frequency) {
        struct base_error why = BASE_NO_ERROR;
        base_fail(&why, "no EvFrequency event: times are estimates");
        order_reading_add_loss(reader, &why, 1, 0, 0);
    }
    if (v1->damage.cause) {
        order_reading_add_loss(reader, &v1->damage, 1, last_ns, bytes_of_missing(reader));
        reader->ends_broken = true;
        reader->wrong.latest_ns = v1->latest_ns;
    }
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
    order_reading_sync(reader, v1->events.at[0].time - 1, true);
    reader->open_losses = 0; /* they end with the trace */
}

void order_reading_fill_v1(struct order_reader *reader)
{
    struct ordering *o = &reader->ordering;
    if (reader->phase != READING)
        return;
    if (!reader->v1)
        open_v1(reader);
    while (reader->phase == READING && o->count < reader->block_events)
        if (!order_v1_convert(reader->v1, o))
            break;
    if (reader->phase == READING && !o->count) {
        if (reader->ends_broken)
            order_reading_break_off(reader);
        order_reading_finish(reader);
    }
}
