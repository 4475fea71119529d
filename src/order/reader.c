#include "order/reader.h"

#include "base/threads.h"
#include "order/reading.h"

#include <stdlib.h>

/* Moves that are ordered before they are told: they stay in the first cache level. */
enum { MOVES_AT_ONCE = 512 };

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
    order_teller_init(&reader->teller, reader->header.version, reader->go_on);
    reader->run = reader->before_all = order_run_new(reader->header.version, reader->go_on);
    reader->stop = ORDER_RUN_DONE;
    return reader;
}

void order_reader_free(struct order_reader *reader)
{
    if (!reader)
        return;
    for (size_t i = 0; i < reader->losses.count; i++)
        base_error_release(&reader->losses.at[i].why);
    base_vec_release(&reader->losses);
    base_vec_release(&reader->finders);
    order_teller_release(&reader->teller);
    if (reader->v1)
        order_v1_release(reader->v1);
    free(reader->v1);
    if (reader->taken)
        order_chunk_free(reader->taken);
    order_crew_free(reader->crew);
    order_run_free(reader->before_all);
    wire_reader_release(&reader->wire);
    base_error_release(&reader->wrong.why);
    base_error_release(&reader->error);
    free(reader);
}

void order_reader_use_program(struct order_reader *reader, struct base_program *program)
{
    reader->teller.program = program;
}

void order_reader_want(struct order_reader *reader, uint32_t kinds)
{
    reader->teller.wanted = kinds | ORDER_KIND_BIT(ORDER_SYNC);
}

const struct order_symbols *order_reader_symbols(const struct order_reader *reader)
{
    return &reader->teller.symbols;
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
    return reader->phase == READING ? reader->run->generation.end_bytes : reader->file->size;
}

const struct order_loss *order_reader_losses(const struct order_reader *reader, size_t *ret_count)
{
    *ret_count = reader->losses.count;
    return reader->losses.at;
}

/* When the trace seems to end: with what was left, if that is not absurdly later. */
static int64_t end_of_broken_ns(const struct order_reader *reader)
{
    int64_t last_ns = reader->teller.last_time_ns, latest_ns = reader->wrong.latest_ns;
    int64_t most_ns = 60 * INT64_C(1000000000);
    return latest_ns > last_ns && (uint64_t)latest_ns - (uint64_t)last_ns < (uint64_t)most_ns ? latest_ns : last_ns;
}

void order_reading_sync(struct order_reader *reader, int64_t time_ns, bool has_generation)
{
    const struct wire_generation *generation = &reader->run->generation;
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
    struct order_event *event = order_teller_emit(&reader->teller, time_ns, ORDER_SYNC, &ORDER_NO_CONTEXT);
    event->sync.facts = sync;
    for (size_t i = reader->losses.count; i-- > 0 && reader->losses.at[i].to_ns == INT64_MAX;)
        reader->losses.at[i].to_ns = event->time_ns;
    reader->wrong.began_ns = event->time_ns;
    reader->broken = false;
}

void order_reading_finish(struct order_reader *reader)
{
    struct base_error why = BASE_NO_ERROR;
    int64_t end_ns = reader->broken ? end_of_broken_ns(reader) : reader->teller.last_time_ns;
    order_reading_sync(reader, end_ns, false);
    reader->phase = FINISHED;
    if (reader->generation_count || !reader->losses.count)
        return;
    why = reader->losses.at[0].why; /* its place; the words are its own */
    why.cause = NULL;
    base_fail(&why, "failed to parse any useful part of the trace: %s", reader->losses.at[0].why.cause);
    order_reading_give_up(reader, &why);
}

/* Begins to order a generation by hand. */
static bool enter_by_hand(struct order_reader *reader)
{
    struct order_run *run = reader->run;
    reader->stop = ORDER_RUN_FULL;
    return order_run_enter(run) || order_reading_cannot_enter(reader);
}

/* Takes the next moves of the run; once there are none, it is ordered by hand. */
static void take_moves(struct order_reader *reader)
{
    reader->taken = order_crew_take(reader->crew, reader->run, reader->taken);
    reader->stop = reader->taken ? ORDER_RUN_FULL : reader->run->stop;
}

static void enter_generation(struct order_reader *reader)
{
    struct order_run *run = reader->run;
    const struct wire_generation *generation = &run->generation;
    if (reader->broken)
        order_teller_forget(&reader->teller);
    order_teller_enter(&reader->teller, generation, run->initial, run->presumptions.made);
    reader->told = 0;
    take_moves(reader);
    if (reader->stop == ORDER_RUN_UNTOUCHED && !enter_by_hand(reader))
        return;
    reader->generation_count++;
    reader->wrong.entered = true;
    order_reading_sync(reader, wire_clock_ns(&generation->clock, generation->min_time_units), true);
}

static void leave_generation(struct order_reader *reader)
{
    struct order_run *run = reader->run;
    order_reading_settle(reader);
    reader->finders.count = 0;
    if (run != reader->before_all) {
        order_teller_adopt(&reader->teller, &run->adoptions);
        base_os_forget(reader->file, run->generation.offset_bytes, run->generation.end_bytes);
        order_crew_end(reader->crew, run);
    }
    if (reader->broken)
        order_crew_dismiss(reader->crew);
    reader->run = reader->before_all;
}

static void next_generation(struct order_reader *reader)
{
    struct base_error error = BASE_NO_ERROR;
    enum wire_status status;
    if (!reader->crew)
        reader->crew =
            order_crew_new(&reader->wire, reader->header.version, reader->go_on, base_threads_for(reader->file->size));
    leave_generation(reader);
    reader->run = order_crew_next(reader->crew, &status, &error);
    if (status == WIRE_GENERATION) {
        enter_generation(reader);
    } else if (status == WIRE_END) {
        order_reading_settle(reader);
        order_reading_finish(reader);
    } else {
        order_reading_sync(reader, reader->teller.last_time_ns, false);
        order_reading_fail(reader, &error, NULL);
    }
}

/* The chunk has been told: gets another one, or does what the run stopped for. False if the block must end first: a
 * Sync begins one. */
static bool get_moves(struct order_reader *reader)
{
    struct order_run *run = reader->run;
    enum order_stop stop = reader->stop;
    if (stop == ORDER_RUN_DONE && reader->teller.count)
        return false;
    reader->told = 0;
    if (!reader->taken)
        run->chunk->moves.count = run->chunk->args.count = 0;
    if (stop == ORDER_RUN_DONE) {
        next_generation(reader);
    } else if (stop != ORDER_RUN_FULL) {
        reader->stop = ORDER_RUN_FULL;
        order_reading_stopped(reader, stop);
    } else if (reader->taken) {
        take_moves(reader);
    } else {
        reader->stop = order_run_go(run, MOVES_AT_ONCE);
    }
    return true;
}

static void fill_block(struct order_reader *reader)
{
    struct order_teller *teller = &reader->teller;
    while (reader->phase == READING && teller->count < reader->block_events) {
        const struct order_chunk *chunk = order_reading_chunk(reader);
        if (reader->told == chunk->moves.count) {
            if (!get_moves(reader))
                return;
            continue;
        }
        reader->told += order_teller_tell(teller, chunk, reader->told, reader->block_events);
        if (__builtin_expect(teller->error.cause != NULL, 0))
            order_reading_untold(reader);
    }
}

enum order_status order_reader_next(struct order_reader *reader, struct order_block *ret_block,
                                    struct base_error *ret_error)
{
    order_teller_turn(&reader->teller);
    if (wire_version_is_v1(reader->header.version))
        order_reading_fill_v1(reader);
    else
        fill_block(reader);
    *ret_block = (struct order_block){reader->teller.events, reader->teller.count};
    if (reader->teller.count)
        return ORDER_EVENTS;
    if (reader->phase == FINISHED)
        return ORDER_END;
    *ret_error = reader->error;
    reader->error = BASE_NO_ERROR;
    return ORDER_ERROR;
}
