#include "salvage.h"

#include "base/map.h"
#include "order/event.h"
#include "wire/cursor.h"
#include "wire/event.h"

#include <inttypes.h>
#include <stdlib.h>

/* ---- what must always hold ---- */

struct known {
    struct base_map goroutines, procs; /* by id: the state + 1 */
    struct base_map slots;             /* of goroutines that are alive, by id */
    int64_t last_ns;
};

static void known_forget(struct known *known)
{
    base_map_release(&known->goroutines);
    base_map_release(&known->procs);
    base_map_release(&known->slots);
    *known = (struct known){.last_ns = known->last_ns};
}

static void check_transition(struct known *known, const struct order_event *event)
{
    bool go = event->kind == ORDER_GO_TRANSITION;
    struct base_map *states = go ? &known->goroutines : &known->procs;
    uint32_t last = base_map_find(states, (uint64_t)event->resource);
    bool unknown = last == BASE_MAP_NONE || last == ORDER_UNDETERMINED || last == ORDER_NOT_EXIST;
    bool begins = event->from == ORDER_UNDETERMINED || event->from == ORDER_NOT_EXIST;
    if (last != BASE_MAP_NONE ? last != event->from && !(unknown && begins) : !begins)
        fail_msg("%s %" PRId64 " at %" PRId64 " goes from %d to %d, and was %d", go ? "goroutine" : "processor",
                 event->resource, event->time_ns, event->from, event->to, (int)last);
    base_map_set(states, (uint64_t)event->resource, event->to);
    if (!go)
        return;
    uint32_t slot = base_map_find(&known->slots, (uint64_t)event->resource);
    assert_int_not_equal(event->resource_slot, ORDER_NO_SLOT);
    if (slot != BASE_MAP_NONE && !unknown)
        assert_int_equal(event->resource_slot, slot);
    base_map_set(&known->slots, (uint64_t)event->resource, event->resource_slot);
}

static void check_event(struct known *known, const struct order_event *event)
{
    if (event->time_ns <= known->last_ns && known->last_ns != INT64_MAX)
        fail_msg("an event at %" PRId64 " comes after one at %" PRId64, event->time_ns, known->last_ns);
    known->last_ns = event->time_ns;
    if (event->kind == ORDER_SYNC && event->sync.facts->after_gap)
        known_forget(known);
    if (event->kind == ORDER_GO_TRANSITION || event->kind == ORDER_PROC_TRANSITION)
        check_transition(known, event);
}

/* ---- reading ---- */

static void take_event(struct salvaged *salvaged, const struct order_reader *reader, const struct order_event *event,
                       bool with_text)
{
    if (event->kind != ORDER_SYNC) {
        salvaged->events++;
        if (with_text)
            test_add_event(&salvaged->text, order_reader_symbols(reader), event);
        return;
    }
    const struct order_sync *sync = event->sync.facts;
    salvaged->generations += sync->has_generation;
    salvaged->gaps += sync->after_gap;
    base_text_format(&salvaged->text, "sync %" PRIu64 "%s\n", sync->generation, sync->after_gap ? " after a gap" : "");
}

static void take_losses(struct salvaged *salvaged, const struct order_reader *reader)
{
    size_t count;
    const struct order_loss *losses = order_reader_losses(reader, &count);
    for (size_t i = 0; i < count; i++) {
        const struct order_loss *loss = &losses[i];
        base_text_format(&salvaged->losses, "%" PRIu64 " %" PRId64 " %" PRId64 " %" PRIu64 " %" PRIu64 ": ",
                         loss->generation, loss->from_ns, loss->to_ns, loss->bytes, loss->mended);
        assert_non_null(loss->why.cause);
        if (loss->from_ns > loss->to_ns)
            fail_msg("a loss from %" PRId64 " to %" PRId64 ": %s", loss->from_ns, loss->to_ns, loss->why.cause);
        base_error_describe(&loss->why, &salvaged->losses);
        base_text_char(&salvaged->losses, '\n');
    }
}

struct salvaged salvage(const struct base_mapping *file, enum order_on_damage on_damage, bool with_text)
{
    struct salvaged salvaged = {0};
    struct known known = {.last_ns = INT64_MIN};
    struct base_error error = BASE_NO_ERROR;
    struct order_reader *reader = order_reader_new(file, on_damage, &error);
    struct order_block block;
    enum order_status status = ORDER_ERROR;
    while (reader && (status = order_reader_next(reader, &block, &error)) == ORDER_EVENTS) {
        for (size_t i = 0; i < block.count; i++) {
            check_event(&known, &block.events[i]);
            take_event(&salvaged, reader, &block.events[i], with_text);
        }
    }
    salvaged.failed = status == ORDER_ERROR;
    if (salvaged.failed) {
        salvaged.error = strdup(error.cause);
        assert_non_null(salvaged.error);
    }
    if (reader)
        take_losses(&salvaged, reader);
    known_forget(&known);
    order_reader_free(reader);
    base_error_release(&error);
    return salvaged;
}

void salvaged_release(struct salvaged *salvaged)
{
    base_text_release(&salvaged->text);
    base_text_release(&salvaged->losses);
    free(salvaged->error);
    *salvaged = (struct salvaged){0};
}

/* ---- traces to damage ---- */

struct batch_places find_batches(const struct base_mapping *file)
{
    struct batch_places places = {0};
    struct wire_cursor cursor = wire_cursor_of(file->data + WIRE_HEADER_BYTES, file->size - WIRE_HEADER_BYTES);
    while (wire_cursor_left(&cursor)) {
        struct batch_place place = {.begin = (uint64_t)(cursor.at - file->data)};
        uint8_t type = wire_read_byte(&cursor);
        place.mark = type == WIRE_END_OF_GENERATION;
        if (!place.mark) {
            if (type == WIRE_EXPERIMENTAL_BATCH)
                wire_read_byte(&cursor);
            place.generation = wire_read_uvarint(&cursor);
            place.thread = (int64_t)wire_read_uvarint(&cursor);
            wire_read_uvarint(&cursor);
            uint64_t size = wire_read_uvarint(&cursor);
            assert_false(cursor.failure);
            assert_true(size && size <= wire_cursor_left(&cursor));
            place.first = *cursor.at;
            place.body = (uint64_t)(cursor.at - file->data);
            cursor.at += size;
        }
        place.end = (uint64_t)(cursor.at - file->data);
        *base_vec_add(&places.list) = place;
    }
    return places;
}

void cut_out(struct base_mapping *file, uint64_t begin, uint64_t end)
{
    struct base_text left = {0};
    assert_true(begin <= end && end <= file->size);
    base_text_bytes(&left, (const char *)file->data, begin);
    base_text_bytes(&left, (const char *)file->data + end, file->size - end);
    test_mapping_free(file);
    *file = test_mapping_of(left.data, left.size);
    base_text_release(&left);
}

struct base_mapping write_generations(enum wire_version version, int generations)
{
    struct test_trace trace;
    test_trace_begin(&trace, version);
    for (int k = 1; k <= generations; k++) {
        uint64_t t = (uint64_t)k * 1000;
        const struct step steps[] = {
            {1, t + 10, WIRE_PROC_STATUS, {0, 1}},
            {1, t + 11, WIRE_GO_STATUS, {1, 1, 2}},
            {1, t + 12, WIRE_GO_CREATE, {10 + k, K_F, K_G}},
            {1, 0, STEP_FLUSH},
            {2, t + 13, WIRE_PROC_STATUS, {1, 2}},
            {2, t + 14, WIRE_PROC_START, {1, 1}},
            {1, t + 20, WIRE_GO_STOP, {S_ALPHA, K_F}},
            {1, t + 21, WIRE_GO_START, {10 + k, 1}},
            {1, t + 30, WIRE_GO_DESTROY},
            {1, t + 31, WIRE_GO_START, {1, 1}},
            {1, 0, STEP_FLUSH},
            {2, t + 40, WIRE_PROC_STOP},
            {1, t + 50, WIRE_HEAP_ALLOC, {100}},
        };
        if (k > 1)
            test_trace_generation(&trace, t);
        for (size_t i = 0; i < COUNT_OF(steps); i++)
            test_trace_step(&trace, &steps[i]);
    }
    return test_trace_finish(&trace);
}
