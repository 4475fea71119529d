#include "bodies.h"
#include "support.h"

#include "wire/cursor.h"
#include "wire/dump.h"
#include "wire/event.h"
#include "wire/generation.h"
#include "wire/header.h"

#include <stdio.h>

static const enum wire_version versions[] = {WIRE_GO_1_22, WIRE_GO_1_23, WIRE_GO_1_25, WIRE_GO_1_26};

/* ---- cursor ---- */

struct number {
    const uint8_t *bytes;
    size_t size;
    uint64_t value;
    enum wire_failure failure;
    size_t taken;
};

static void numbers_of_any_length(void **state)
{
    static const struct number numbers[] = {
        {BYTES("\x00"), 0, WIRE_OK, 1},
        {BYTES("\x7f"), 127, WIRE_OK, 1},
        {BYTES("\x80\x01"), 128, WIRE_OK, 2},
        {BYTES("\xff\x7f"), 16383, WIRE_OK, 2},
        {BYTES("\x97\x80\x80\x80\x80\x80\x80\x80\x80\x00"), 23, WIRE_OK, 10},
        {BYTES("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"), UINT64_MAX, WIRE_OK, 10},
        {BYTES("\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01"), UINT64_C(1) << 63, WIRE_OK, 10},
        {BYTES("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02"), 0, WIRE_OVERFLOW, 0},
        {BYTES("\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01"), 0, WIRE_OVERFLOW, 0},
        {BYTES(""), 0, WIRE_EOF, 0},
        {BYTES("\x80"), 0, WIRE_UNEXPECTED_EOF, 0},
        {BYTES("\xff\xff\xff\xff\xff\xff\xff\xff\xff"), 0, WIRE_UNEXPECTED_EOF, 0},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(numbers); i++) {
        struct base_mapping copy = test_mapping_of(numbers[i].bytes, numbers[i].size);
        struct wire_cursor cursor = wire_cursor_of(copy.data, copy.size);
        assert_int_equal(wire_read_uvarint(&cursor), numbers[i].value);
        assert_int_equal(cursor.failure, numbers[i].failure);
        assert_int_equal(cursor.at - copy.data, numbers[i].taken);
        test_mapping_free(&copy);
    }
}

static void failure_stays(void **state)
{
    static const uint8_t bytes[] = {0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x02, 5, 6};
    struct wire_cursor cursor = wire_cursor_of(bytes, sizeof bytes);
    (void)state;
    wire_read_uvarint(&cursor);
    assert_int_equal(wire_read_uvarint(&cursor), 0);
    assert_int_equal(wire_read_byte(&cursor), 0);
    assert_int_not_equal(cursor.failure, WIRE_OK);
    assert_ptr_equal(cursor.at, bytes);
}

static void long_runs_are_found(void **state)
{
    enum { SIZE = 80 };
    (void)state;
    for (size_t run = 0; run <= 12; run++) {
        for (size_t size = run; size < SIZE; size++) {
            for (size_t from = 0; from + run <= size; from++) {
                uint8_t bytes[SIZE];
                memset(bytes, 0x7f, sizeof bytes);
                memset(bytes + from, 0x80, run);
                memset(bytes + size, 0x80, sizeof bytes - size); /* not to be looked at */
                struct base_mapping copy = test_mapping_of(bytes, size);
                bool found = wire_has_long_run(copy.data, copy.size);
                assert_false(run < 6 && found);
                assert_false(run >= 9 && !found);
                test_mapping_free(&copy);
            }
        }
    }
}

static void failures_have_the_official_words(void **state)
{
    (void)state;
    assert_string_equal(wire_failure_text(WIRE_EOF), "EOF");
    assert_string_equal(wire_failure_text(WIRE_UNEXPECTED_EOF), "unexpected EOF");
    assert_string_equal(wire_failure_text(WIRE_OVERFLOW), "binary: varint overflows a 64-bit integer");
}

/* ---- header ---- */

static void headers(void **state)
{
#define NOT_A_TRACE "bad file format: not a Go execution trace?"
    static const struct {
        const uint8_t *bytes;
        size_t size;
        int version;
        const char *cause;
    } cases[] = {
        {BYTES("go 1.22 trace\0\0\0"), 22, NULL},
        {BYTES("go 1.23 trace\0\0\0"), 23, NULL},
        {BYTES("go 1.25 trace\0\0\0"), 25, NULL},
        {BYTES("go 1.26 trace\0\0\0more"), 26, NULL},
        {BYTES("go 1.24 trace\0\0\0"), 0, "unknown or unsupported trace version go 1.24"},
        {BYTES("go 1.20 trace\0\0\0"), 0, "unknown or unsupported trace version go 1.20"},
        {BYTES("go 1.27 trace\0\0\0"), 27, NULL},
        {BYTES("go 1.130 trace\0\0\0"), 130, NULL},
        {BYTES("go 1.5 trace\0\0\0\0"), 5, NULL},
        {BYTES("go 1.9 trace\0\0\0\0"), 9, NULL},
        {BYTES("go 1.21 trace\0\0\0"), 21, NULL},
        {BYTES("go 1. trace\0\0\0\0\0"), 0, NOT_A_TRACE},
        {BYTES("go 1.22 trace\0\0"), 0, NOT_A_TRACE},
        {BYTES("go 1.22 trace\0\0x"), 0, NOT_A_TRACE},
        {BYTES("go 2.22 trace\0\0\0"), 0, NOT_A_TRACE},
        {BYTES("Go 1.22 trace\0\0\0"), 0, NOT_A_TRACE},
        {BYTES("go 1.2x trace\0\0\0"), 0, NOT_A_TRACE},
        {BYTES(""), 0, NOT_A_TRACE},
        {BYTES("\x7f"
               "ELF"),
         0, NOT_A_TRACE},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct base_mapping file = test_mapping_of(cases[i].bytes, cases[i].size);
        struct base_error error = BASE_NO_ERROR;
        struct wire_header header = {0};
        assert_int_equal(wire_header_read(&file, &header, &error), cases[i].cause == NULL);
        if (cases[i].cause)
            assert_string_equal(error.cause, cases[i].cause);
        else
            assert_int_equal(header.minor, cases[i].version);
        base_error_release(&error);
        test_mapping_free(&file);
    }
}

/* ---- event table ---- */

static void both_tables_agree(void **state)
{
    (void)state;
    for (unsigned type = 0; type < 256; type++) {
        const struct wire_event_spec *spec = &wire_events[type];
        unsigned named = 0;
        while (named < WIRE_MAX_ARGS && spec->args[named])
            named++;
        assert_int_equal(spec->arg_count, named);
        assert_int_equal(wire_timed_args[type], spec->timed ? spec->arg_count : 0);
        if (spec->timed)
            assert_string_equal(spec->args[0], "dt");
        if (!spec->name)
            assert_false(spec->arg_count || spec->timed || spec->payload);
        assert_true(spec->stack_arg < spec->arg_count || !spec->stack_arg);
        assert_true(spec->new_stack_arg < spec->arg_count || !spec->new_stack_arg);
        assert_true(spec->string_arg < spec->arg_count || !spec->string_arg);
        assert_true(spec->second_string_arg < spec->arg_count || !spec->second_string_arg);
        if (type >= WIRE_TYPE_END)
            assert_null(spec->name);
    }
}

/* Names ending in "stack" and "_string" are those of ids, and no others are. */
static void argument_names_tell_ids(void **state)
{
    (void)state;
    for (unsigned type = 0; type < 256; type++) {
        const struct wire_event_spec *spec = &wire_events[type];
        for (unsigned i = 1; spec->timed && i < spec->arg_count; i++) {
            bool string = strstr(spec->args[i], "_string") != NULL;
            assert_int_equal(string, i == spec->string_arg || i == spec->second_string_arg);
            assert_int_equal(strcmp(spec->args[i], "stack") == 0, i == spec->stack_arg);
            assert_int_equal(strcmp(spec->args[i], "new_stack") == 0, i == spec->new_stack_arg);
        }
    }
}

static void names_depend_on_the_version(void **state)
{
    (void)state;
    assert_int_equal(wire_version_type_end(22), 45);
    assert_int_equal(wire_version_type_end(23), 50);
    assert_int_equal(wire_version_type_end(25), 52);
    assert_int_equal(wire_version_type_end(26), 137);
    assert_int_equal(wire_version_type_end(24), 0);
    assert_string_equal(wire_event_name(22, WIRE_USER_LOG), "UserLog");
    assert_null(wire_event_name(22, WIRE_GO_SWITCH));
    assert_string_equal(wire_event_name(23, WIRE_GO_SWITCH), "GoSwitch");
    assert_string_equal(wire_event_name(26, 100), "");
    assert_string_equal(wire_event_name(26, 0), "");
    assert_null(wire_event_name(26, 137));
}

/* ---- generations ---- */

static void write_two_generations(struct base_text *out, enum wire_version version)
{
    struct wire_writer writer;
    struct wire_writer_clock clock = {
        .frequency = 15625000, .units = 1000, .monotonic_ns = 64001, .wall_seconds = 7, .wall_ns = 8};
    wire_writer_init(&writer, version, out);
    for (uint64_t number = 5; number < 7; number++, clock.units += 1000) {
        wire_writer_begin_generation(&writer, number, &clock);
        uint64_t func = wire_writer_string(&writer, BASE_STR("main.main"));
        struct wire_writer_frame frames[] = {{0x10, func, 0, 3}, {0x20, func, 0, 4}};
        assert_int_equal(wire_writer_stack(&writer, frames, 2), 1);
        wire_writer_event(&writer, (thread_id){9}, clock.units + 1, WIRE_PROC_STATUS, 0, 1);
        wire_writer_event(&writer, NO_THREAD, clock.units + 2, WIRE_GO_STATUS, 3, UINT64_MAX, 4);
        wire_writer_event(&writer, (thread_id){9}, clock.units + 3, WIRE_PROC_STOP);
        wire_writer_flush(&writer, (thread_id){9});
        wire_writer_event(&writer, (thread_id){9}, clock.units + 4, WIRE_PROC_STOP);
        wire_writer_sample(&writer, &(struct wire_writer_sample){clock.units + 9, {9}, NO_PROC, NO_GOROUTINE, 1});
        wire_writer_sample(&writer, &(struct wire_writer_sample){clock.units + 8, {9}, {0}, {3}, 1});
        wire_writer_end_generation(&writer);
    }
    wire_writer_release(&writer);
}

static void check_generation(const struct wire_generation *generation, enum wire_version version, uint64_t units)
{
    assert_int_equal(generation->frequency, 15625000);
    assert_true(generation->clock.ns_per_unit == 64.0);
    assert_int_equal(generation->clock.has_snapshot, version >= WIRE_GO_1_25);
    if (generation->clock.has_snapshot) {
        assert_int_equal(generation->clock.snapshot_units, units);
        assert_int_equal(generation->clock.monotonic_ns, 64001);
        assert_int_equal(generation->clock.wall_seconds, 7);
        assert_int_equal(generation->clock.wall_ns, 8);
    }
    assert_int_equal(generation->min_time_units, version >= WIRE_GO_1_25 ? units : units + 1);
    assert_int_equal(generation->batches.count, 3);
    assert_int_equal(generation->threads.count, 2);
    assert_int_equal(generation->threads.at[0].id.n, 9);
    assert_int_equal(generation->threads.at[1].id.n, -1);
    const struct wire_batch *first = &generation->batches.at[generation->threads.at[0].first_batch];
    assert_int_equal(first->time_units, units + 1);
    assert_int_equal(first->size_bytes, 6); /* dt 0, p, status; dt 2 */
    assert_int_equal(generation->batches.at[first->next].time_units, units + 4);
    assert_int_equal(generation->batches.at[first->next].next, WIRE_NO_BATCH);
    assert_int_equal(generation->samples.count, 2);
    assert_int_equal(generation->samples.at[0].time_ns, (units + 8) * 64);
    assert_int_equal(generation->samples.at[0].goroutine.n, 3);
    assert_int_equal(generation->samples.at[1].goroutine.n, -1);
    const struct wire_tables *tables = &generation->tables;
    assert_int_equal(tables->strings.count, 2);
    assert_true(base_str_is(tables->strings.at[wire_ids_find(&tables->string_ids, 1)], "main.main"));
    assert_int_equal(wire_ids_find(&tables->string_ids, 0), 0);
    assert_int_equal(wire_ids_find(&tables->string_ids, 2), WIRE_NO_INDEX);
    assert_int_equal(wire_ids_find(&tables->string_ids, UINT64_MAX), WIRE_NO_INDEX);
    const struct wire_stack *stack = &tables->stacks.at[wire_ids_find(&tables->stack_ids, 1)];
    assert_int_equal(stack->count, 2);
    assert_int_equal(tables->frames.at[tables->frame_refs.at[stack->first + 1]].pc, 0x20);
    assert_int_equal(tables->frames.at[tables->frame_refs.at[stack->first]].line, 3);
    assert_int_equal(tables->frames.at[0].func, 1);
    assert_int_equal(tables->frames.at[0].file, 0);
}

static void what_is_written_is_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(versions); i++) {
        struct base_text bytes = {0};
        write_two_generations(&bytes, versions[i]);
        struct base_mapping file = test_mapping_of(bytes.data, bytes.size);
        struct base_error error = BASE_NO_ERROR;
        struct wire_reader reader;
        struct wire_generation generation = {0};
        assert_true(wire_reader_init(&reader, &file, &error));
        for (uint64_t number = 5; number < 7; number++) {
            assert_int_equal(wire_reader_next(&reader, &generation, &error), WIRE_GENERATION);
            assert_int_equal(generation.number, number);
            check_generation(&generation, versions[i], number == 5 ? 1000 : 2000);
        }
        assert_int_equal(generation.end_bytes, file.size);
        assert_int_equal(wire_reader_next(&reader, &generation, &error), WIRE_END);
        assert_null(error.cause);
        wire_generation_release(&generation);
        wire_reader_release(&reader);
        test_mapping_free(&file);
        base_text_release(&bytes);
    }
}

static void writer_keeps_tables_small(void **state)
{
    struct base_text out = {0};
    struct wire_writer writer;
    struct wire_writer_frame frames[WIRE_MAX_FRAMES + 1] = {{1, 0, 0, 1}, {2, 0, 0, 2}};
    char text[WIRE_MAX_STRING_BYTES + 1];
    (void)state;
    memset(text, 'x', sizeof text);
    wire_writer_init(&writer, WIRE_GO_1_26, &out);
    wire_writer_begin_generation(&writer, 1, &(struct wire_writer_clock){.frequency = 1});
    assert_int_equal(wire_writer_string(&writer, BASE_STR("")), 0);
    assert_int_equal(wire_writer_string(&writer, BASE_STR("a")), 1);
    assert_int_equal(wire_writer_string(&writer, BASE_STR("b\0c")), 2);
    assert_int_equal(wire_writer_string(&writer, BASE_STR("b\0d")), 3);
    assert_int_equal(wire_writer_string(&writer, BASE_STR("a")), 1);
    assert_int_equal(wire_writer_string(&writer, (struct base_str){text, sizeof text}), 4);
    assert_int_equal(wire_writer_string(&writer, (struct base_str){text, sizeof text - 1}), 4);
    assert_int_equal(wire_writer_stack(&writer, NULL, 0), 0);
    assert_int_equal(wire_writer_stack(&writer, frames, 2), 1);
    assert_int_equal(wire_writer_stack(&writer, frames, 1), 2);
    assert_int_equal(wire_writer_stack(&writer, frames, 2), 1);
    assert_int_equal(wire_writer_stack(&writer, frames, WIRE_MAX_FRAMES + 1), 3);
    assert_int_equal(wire_writer_stack(&writer, frames, WIRE_MAX_FRAMES), 3);
    wire_writer_end_generation(&writer);
    wire_writer_begin_generation(&writer, 2, &(struct wire_writer_clock){.frequency = 1});
    assert_int_equal(wire_writer_string(&writer, BASE_STR("b\0d")), 1);
    assert_int_equal(wire_writer_stack(&writer, frames, 1), 1);
    wire_writer_end_generation(&writer);
    wire_writer_release(&writer);
    base_text_release(&out);
}

static void messages_have_ids_of_their_own(void **state)
{
    enum { MESSAGES = 20000 };
    struct base_text out = {0};
    struct wire_writer writer;
    struct base_error error = BASE_NO_ERROR;
    struct wire_reader reader;
    struct wire_generation generation = {0};
    (void)state;
    wire_writer_init(&writer, WIRE_GO_1_26, &out);
    wire_writer_begin_generation(&writer, 1, &(struct wire_writer_clock){.frequency = 1});
    assert_int_equal(wire_writer_message(&writer, BASE_STR("")), 0);
    assert_int_equal(wire_writer_string(&writer, BASE_STR("a")), 1);
    size_t before = out.size;
    for (uint64_t i = 0; i < MESSAGES; i++)
        assert_int_equal(wire_writer_message(&writer, BASE_STR("a")), i + 2);
    assert_true(out.size > before); /* they are not kept */
    assert_int_equal(wire_writer_string(&writer, BASE_STR("a")), 1);
    assert_int_equal(wire_writer_string(&writer, BASE_STR("b")), MESSAGES + 2);
    wire_writer_event(&writer, (thread_id){4}, 10, WIRE_PROC_STATUS, 0, 1);
    wire_writer_end_generation(&writer);
    wire_writer_release(&writer);
    struct base_mapping file = test_mapping_of(out.data, out.size);
    assert_true(wire_reader_init(&reader, &file, &error));
    assert_int_equal(wire_reader_next(&reader, &generation, &error), WIRE_GENERATION);
    const struct wire_tables *tables = &generation.tables;
    assert_int_equal(tables->strings.count, MESSAGES + 3);
    for (uint64_t id = 1; id <= MESSAGES + 2; id++)
        assert_true(
            base_str_is(tables->strings.at[wire_ids_find(&tables->string_ids, id)], id == MESSAGES + 2 ? "b" : "a"));
    wire_generation_release(&generation);
    wire_reader_release(&reader);
    test_mapping_free(&file);
    base_text_release(&out);
}

/* Every batch header of a 1.26 file in turn: the size field is ten bytes, and sizes stay below what the runtime uses.
 */
static size_t check_batch_sizes(const struct base_text *out)
{
    struct wire_cursor cursor =
        wire_cursor_of((const uint8_t *)out->data + WIRE_HEADER_BYTES, out->size - WIRE_HEADER_BYTES);
    size_t batches = 0;
    while (wire_cursor_left(&cursor) > 1) {
        const uint8_t *begin = cursor.at;
        assert_int_equal(wire_read_byte(&cursor), WIRE_EVENT_BATCH);
        for (int i = 0; i < 3; i++)
            wire_read_uvarint(&cursor);
        const uint8_t *at = cursor.at;
        uint64_t size = wire_read_uvarint(&cursor);
        assert_int_equal(cursor.at - at, 10);
        cursor.at += size;
        assert_true(cursor.at - begin <= WIRE_MAX_BATCH_BYTES - 32);
        batches++;
    }
    assert_int_equal(wire_read_byte(&cursor), WIRE_END_OF_GENERATION);
    return batches;
}

static void batches_are_split(void **state)
{
    enum { EVENTS = 30000, STRINGS = 300, STACKS = 3000, SAMPLES = 9000 };
    struct base_text out = {0};
    struct wire_writer writer;
    struct base_error error = BASE_NO_ERROR;
    struct wire_reader reader;
    struct wire_generation generation = {0};
    char text[1000] = {0};
    (void)state;
    wire_writer_init(&writer, WIRE_GO_1_26, &out);
    wire_writer_begin_generation(&writer, 1, &(struct wire_writer_clock){.frequency = 1000000000, .units = 1});
    for (uint64_t i = 0; i < EVENTS; i++)
        wire_writer_event(&writer, (thread_id){4}, 10 + i * 200, WIRE_GO_STATUS, i, UINT64_MAX, 4);
    for (int i = 0; i < STRINGS; i++) {
        memcpy(text, &i, sizeof i);
        wire_writer_string(&writer, (struct base_str){text, sizeof text});
    }
    for (uint64_t i = 0; i < STACKS; i++) {
        struct wire_writer_frame frames[10] = {{i + 1, 1, 1, UINT64_MAX}, {UINT64_MAX, 1, 1, 1}};
        wire_writer_stack(&writer, frames, 10);
    }
    for (uint64_t i = 0; i < SAMPLES; i++)
        wire_writer_sample(&writer, &(struct wire_writer_sample){UINT32_MAX + i, {4}, NO_PROC, {1}, i});
    wire_writer_end_generation(&writer);
    wire_writer_release(&writer);
    assert_true(check_batch_sizes(&out) > 4 + 4 + 5);
    struct base_mapping file = test_mapping_of(out.data, out.size);
    assert_true(wire_reader_init(&reader, &file, &error));
    assert_int_equal(wire_reader_next(&reader, &generation, &error), WIRE_GENERATION);
    assert_int_equal(generation.tables.strings.count, STRINGS + 1);
    assert_int_equal(generation.tables.stacks.count, STACKS + 1);
    assert_int_equal(generation.samples.count, SAMPLES);
    assert_int_equal(generation.threads.count, 1);
    wire_generation_release(&generation);
    wire_reader_release(&reader);
    struct base_text rendered = {0};
    test_render(&file, &rendered);
    const char *last = strstr(base_text_cstring(&rendered), " 5999810: GoID=29999 Undetermined->Waiting");
    assert_non_null(last);
    assert_null(strstr(rendered.data, "error"));
    base_text_release(&rendered);
    test_mapping_free(&file);
    base_text_release(&out);
}

static void earlier_time_opens_a_batch(void **state)
{
    struct base_text dump = {0};
    struct base_error error = BASE_NO_ERROR;
    struct test_trace trace;
    (void)state;
    test_trace_begin(&trace, WIRE_GO_1_26);
    size_t before = trace.bytes.size;
    wire_writer_event(&trace.writer, (thread_id){4}, 20, WIRE_PROC_STOP);
    wire_writer_event(&trace.writer, (thread_id){4}, 20, WIRE_PROC_STOP);
    assert_int_equal(trace.bytes.size, before);
    wire_writer_event(&trace.writer, (thread_id){4}, 19, WIRE_PROC_STOP);
    assert_true(trace.bytes.size > before);
    struct base_mapping file = test_trace_finish(&trace);
    assert_true(wire_dump_events(&file, &dump, &error));
    assert_non_null(strstr(
        base_text_cstring(&dump),
        "EventBatch gen=1 m=4 time=20 size=4\nProcStop dt=0\nProcStop dt=0\nEventBatch gen=1 m=4 time=19 size=2\n"));
    base_text_release(&dump);
    test_mapping_free(&file);
}

/* ---- errors of the format ---- */

/* Reads all generations; their number, and the cause of what ended it, "" for a proper end. */
static void read_all(const struct base_mapping *file, struct base_text *ret_text)
{
    struct base_error error = BASE_NO_ERROR;
    struct wire_reader reader;
    struct wire_generation generation = {0};
    enum wire_status status = WIRE_ERROR;
    unsigned count = 0;
    if (wire_reader_init(&reader, file, &error))
        while ((status = wire_reader_next(&reader, &generation, &error)) == WIRE_GENERATION)
            count++;
    base_text_format(ret_text, "%u%s%s", count, status == WIRE_ERROR ? ": " : "",
                     status == WIRE_ERROR ? error.cause : "");
    wire_generation_release(&generation);
    wire_reader_release(&reader);
    base_error_release(&error);
}

/* Each stands as the body of a batch of an otherwise proper trace of one generation, and the generation is lost. */
static void bodies_of_batches(void **state)
{
    static const struct bad_body bodies[] = {
        {26, BYTES("\x04\x05\x60\x01x"), "1"},
        {26, BYTES("\x04\x03"), "0: expected string event, got 3"},
        {26, BYTES("\x04\x05\x60\x81\x08"), "0: invalid string size 1025, maximum is 1024"},
        {26, BYTES("\x04\x05\x60\x05xyz"), "0: failed to read full string: read 3 but wanted 5"},
        {26, BYTES("\x04\x05\x01\x01x"), "0: multiple strings with the same ID: id=1, new=alpha, existing=x"},
        {26, BYTES("\x04\x05\x00\x01x"), "0: multiple strings with the same ID: id=0, new=x, existing="},
        {26, BYTES("\x04\x05\x60\x01x\x05\x60\x01x"), "0: multiple strings with the same ID: id=96, new=x, existing=x"},
        {26, BYTES("\x04\x05"), "0: EOF"},
        {26, BYTES("\x04\x05\x80"), "0: unexpected EOF"},
        {26, BYTES("\x04\x05" TEN_FF), "0: binary: varint overflows a 64-bit integer"},
        {26, BYTES("\x02\x03\x60\x01\x07\x01\x01\x01"), "1"},
        {26, BYTES("\x02\x05"), "0: expected stack event, got 5"},
        {26, BYTES("\x02\x03\x60\x81\x01"), "0: invalid stack size 129, maximum is 128"},
        {26, BYTES("\x02\x03\x60"), "0: EOF"},
        {26, BYTES("\x02\x03\x60\x02\x07\x01\x01\x01"), "0: reading frame 2's PC for stack 96: EOF"},
        {26, BYTES("\x02\x03\x60\x01\x07"), "0: reading frame 1's funcID for stack 96: EOF"},
        {26, BYTES("\x02\x03\x60\x01\x07\x80"), "0: reading frame 1's funcID for stack 96: unexpected EOF"},
        {26, BYTES("\x02\x03\x60\x01\x07\x01"), "0: reading frame 1's fileID for stack 96: EOF"},
        {26, BYTES("\x02\x03\x60\x01\x07\x01\x01" TEN_FF),
         "0: reading frame 1's line for stack 96: binary: varint overflows a 64-bit integer"},
        {26, BYTES("\x02\x03\x60\x01\x07\x61\x01\x01"), "0: found invalid func string ID 97 for stack 1"},
        {26, BYTES("\x02\x03\x60\x01\x07\x01\x61\x01"), "0: found invalid file string ID 97 for stack 1"},
        {26, BYTES("\x06\x07\x05\x01\x01\x01\x00"), "1"},
        {26, BYTES("\x06\x05"), "0: expected CPU sample event, got 5"},
        {26, BYTES("\x06\x07\x05\x01"), "0: EOF"},
        {26, BYTES("\x32\x08\x01"), "0: found multiple frequency events"},
        {26, BYTES("\x32\x33\x01\x01\x01\x01"), "0: found multiple clock snapshot events"},
        {26, BYTES("\x32\x09"), "0: expected frequency or clock snapshot event, got 9"},
        {25, BYTES("\x32\x08"), "0: EOF"},
        {22, BYTES("\x08\x01"), "0: found multiple frequency events"},
        {23, BYTES("\x08\x80"), "0: unexpected EOF"},
        {26, BYTES("\x34"), "0: internal error: unexpectedly processing EndOfGeneration; broken trace?"},
        {22, BYTES("\x34"), "0: internal error: unexpectedly processing EndOfGeneration; broken trace?"},
        {22, BYTES("\x32\x08\x01"), "1"}, /* an event batch there */
        {25, BYTES("\x08\x01"), "1"},     /* likewise */
        {26, BYTES(""), "1"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(bodies); i++) {
        struct base_text text = {0};
        struct test_trace trace;
        test_trace_begin(&trace, (enum wire_version)bodies[i].version);
        wire_writer_raw_batch(&trace.writer, 0, (thread_id){4}, 10, bodies[i].bytes, bodies[i].size);
        struct base_mapping file = test_trace_finish(&trace);
        read_all(&file, &text);
        test_assert_text(&text, bodies[i].expected);
        base_text_release(&text);
        test_mapping_free(&file);
    }
}

/* A batch that is whole; generation 1 in its second byte. */
#define BATCH(gen, size, body) "\x01" gen "\x05\x07" size body
#define CLOCK(gen) BATCH(gen, "\x08", "\x32\x08\x01\x33\x01\x01\x01\x01")
#define FREQUENCY(gen) BATCH(gen, "\x02", "\x08\x01")
#define EVENTS(gen) BATCH(gen, "\x02", "\x0b\x01")

/* What follows the header. */
static void sequences_of_batches(void **state)
{
    static const struct bad_body files[] = {
        {26, BYTES(""), "0"},
        {25, BYTES(""), "0: no frequency event found"},
        {22, BYTES(""), "0: no frequency event found"},
        {26, BYTES("\x34"), "0: no frequency event found"},
        {26, BYTES(CLOCK("\x01") "\x34"), "1"},
        {26, BYTES(CLOCK("\x01") "\x34" CLOCK("\x01") "\x34"), "2"},
        {26, BYTES(CLOCK("\x01") "\x34" CLOCK("\x09") "\x34"), "2"},
        {26, BYTES(CLOCK("\x01") "\x34" CLOCK("\x02")), "1"},
        {26, BYTES(CLOCK("\x01") EVENTS("\x01")), "0: incomplete generation found; trace likely truncated"},
        {26, BYTES(CLOCK("\x01") CLOCK("\x02")),
         "0: broken trace: missing end-of-generation event, or generations are interleaved"},
        {26, BYTES(BATCH("\x01", "\x03", "\x32\x08\x01") "\x34"), "0: no clock snapshot event found"},
        {26, BYTES(BATCH("\x01", "\x06", "\x32\x33\x01\x01\x01\x01") "\x34"), "0: no frequency event found"},
        {26, BYTES(CLOCK("\x00") "\x34"), "0: invalid generation number 0"},
        {22, BYTES(FREQUENCY("\x01") FREQUENCY("\x02")), "2"},
        {22, BYTES(FREQUENCY("\x01") FREQUENCY("\x03")), "0: generations out of order"},
        {25, BYTES(CLOCK("\x02") CLOCK("\x01")), "0: generations out of order"},
        {22, BYTES(FREQUENCY("\x01") FREQUENCY("\x00")), "0: invalid generation number 0"},
        {22, BYTES(EVENTS("\x01") FREQUENCY("\x02")), "0: no frequency event found"},
        {22, BYTES(FREQUENCY("\x01") EVENTS("\x02")), "1: no frequency event found"},
        {22, BYTES("\x09"), "0: expected batch event, got event 9"},
        {22, BYTES(FREQUENCY("\x01") "\x09"), "1: expected batch event, got event 9"},
        {26, BYTES(CLOCK("\x01") "\x09"), "0: expected batch event, got event 9"},
        {26, BYTES(CLOCK("\x01") "\x34\x09"), "1: expected batch event, got event 9"},
        {22, BYTES("\x31"), "0: expected batch event, got event 49"},
        {23, BYTES(FREQUENCY("\x01") "\x31"), "1"}, /* a bare end of file */
        {23, BYTES(FREQUENCY("\x01") "\x31\x01\x01\x05\x07\x02zz"), "1"},
        {23, BYTES(FREQUENCY("\x01") "\x31\x00\x01\x05\x07\x02\x05\x05"), "1"},
        {26, BYTES("\x01"), "0: error reading batch gen: EOF"},
        {26, BYTES("\x01\x80"), "0: error reading batch gen: unexpected EOF"},
        {26, BYTES("\x01\x01"), "0: error reading batch M ID: EOF"},
        {26, BYTES("\x01\x01" TEN_FF), "0: error reading batch M ID: binary: varint overflows a 64-bit integer"},
        {26, BYTES("\x01\x01\x01"), "0: error reading batch timestamp: EOF"},
        {26, BYTES("\x01\x01\x01\x01"), "0: error reading batch size: EOF"},
        {26, BYTES("\x01\x01\x01\x01\x81\x80\x04"), "0: invalid batch size 65537, maximum is 65536"},
        {26, BYTES("\x01\x01\x01\x01\x05xy"), "0: failed to read full batch: read 2 but wanted 5"},
        {22, BYTES(FREQUENCY("\x01") "\x01\x01\x01\x01\x05xy"), "1: failed to read full batch: read 2 but wanted 5"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(files); i++) {
        struct base_text bytes = {0}, text = {0};
        base_text_format(&bytes, "go 1.%d trace", files[i].version);
        base_text_bytes(&bytes, "\0\0", 3);
        base_text_bytes(&bytes, files[i].bytes, files[i].size);
        struct base_mapping file = test_mapping_of(bytes.data, bytes.size);
        read_all(&file, &text);
        test_assert_text(&text, files[i].expected);
        test_mapping_free(&file);
        base_text_release(&bytes);
        base_text_release(&text);
    }
}

static void first_definition_of_a_pc_wins(void **state)
{
    struct base_error error = BASE_NO_ERROR;
    struct wire_reader reader;
    struct wire_generation generation = {0};
    struct test_trace trace;
    (void)state;
    test_trace_begin(&trace, WIRE_GO_1_26);
    wire_writer_raw_batch(&trace.writer, 0, NO_THREAD, 10,
                          BYTES("\x02\x03\x60\x01\x07\x01\x02\x09\x03\x61\x01\x07\x7f\x7f\x08"));
    struct base_mapping file = test_trace_finish(&trace);
    assert_true(wire_reader_init(&reader, &file, &error));
    assert_int_equal(wire_reader_next(&reader, &generation, &error), WIRE_GENERATION);
    const struct wire_stack *second = &generation.tables.stacks.at[wire_ids_find(&generation.tables.stack_ids, 0x61)];
    assert_int_equal(generation.tables.frames.at[generation.tables.frame_refs.at[second->first]].line, 9);
    wire_generation_release(&generation);
    wire_reader_release(&reader);
    test_mapping_free(&file);
}

static void ids_far_apart(void **state)
{
    struct base_error error = BASE_NO_ERROR;
    struct wire_reader reader;
    struct wire_generation generation = {0};
    struct test_trace trace;
    (void)state;
    test_trace_begin(&trace, WIRE_GO_1_26);
    wire_writer_raw_batch(&trace.writer, 0, NO_THREAD, 10,
                          BYTES("\x04\x05\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01\x01y\x05\x80\x80\x80\x80\x10\x01z"));
    struct base_mapping file = test_trace_finish(&trace);
    assert_true(wire_reader_init(&reader, &file, &error));
    assert_int_equal(wire_reader_next(&reader, &generation, &error), WIRE_GENERATION);
    const struct wire_tables *tables = &generation.tables;
    assert_true(base_str_is(tables->strings.at[wire_ids_find(&tables->string_ids, UINT64_MAX)], "y"));
    assert_true(base_str_is(tables->strings.at[wire_ids_find(&tables->string_ids, UINT64_C(1) << 32)], "z"));
    assert_true(tables->string_ids.dense_capacity < 100000);
    wire_generation_release(&generation);
    wire_reader_release(&reader);
    test_mapping_free(&file);
}

static void errors_say_where(void **state)
{
    struct base_error error = BASE_NO_ERROR;
    struct base_text text = {0};
    struct wire_reader reader;
    struct wire_generation generation = {0};
    struct test_trace trace;
    (void)state;
    test_trace_begin(&trace, WIRE_GO_1_26);
    wire_writer_raw_batch(&trace.writer, 0, (thread_id){77}, 10, BYTES("\x04\x09"));
    size_t culprit = trace.bytes.size;
    struct base_mapping file = test_trace_finish(&trace);
    assert_true(wire_reader_init(&reader, &file, &error));
    assert_int_equal(wire_reader_next(&reader, &generation, &error), WIRE_ERROR);
    base_error_describe(&error, &text);
    struct base_text expected = {0};
    base_text_format(&expected, "expected string event, got 9 (generation 1, batch 2, thread 77, byte %zu)", culprit);
    test_assert_text(&text, base_text_cstring(&expected));
    base_error_release(&error);
    base_text_release(&text);
    base_text_release(&expected);
    wire_generation_release(&generation);
    wire_reader_release(&reader);
    test_mapping_free(&file);
}

static void clock_converts_like_the_official_reader(void **state)
{
    struct wire_clock whole = {.ns_per_unit = 64, .whole_ns_per_unit = 64};
    struct wire_clock third = {.ns_per_unit = 1.0 / (3e9 / 1e9)};
    (void)state;
    assert_int_equal(wire_clock_ns(&whole, 25458597463), 1629350237632);
    assert_int_equal(wire_clock_ns(&whole, UINT64_C(1) << 45), INT64_C(64) << 45);
    assert_int_equal(wire_clock_ns(&third, 2), 0);
    assert_int_equal(wire_clock_ns(&third, 4), 1);
    assert_true(wire_clock_ns(&whole, UINT64_MAX) == INT64_MIN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_of_any_length),
        cmocka_unit_test(failure_stays),
        cmocka_unit_test(long_runs_are_found),
        cmocka_unit_test(failures_have_the_official_words),
        cmocka_unit_test(headers),
        cmocka_unit_test(both_tables_agree),
        cmocka_unit_test(argument_names_tell_ids),
        cmocka_unit_test(names_depend_on_the_version),
        cmocka_unit_test(what_is_written_is_read),
        cmocka_unit_test(writer_keeps_tables_small),
        cmocka_unit_test(messages_have_ids_of_their_own),
        cmocka_unit_test(batches_are_split),
        cmocka_unit_test(earlier_time_opens_a_batch),
        cmocka_unit_test(bodies_of_batches),
        cmocka_unit_test(sequences_of_batches),
        cmocka_unit_test(first_definition_of_a_pc_wins),
        cmocka_unit_test(ids_far_apart),
        cmocka_unit_test(errors_say_where),
        cmocka_unit_test(clock_converts_like_the_official_reader),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
