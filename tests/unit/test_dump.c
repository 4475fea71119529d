/* The raw dump and the footprint, as the official tool prints them; test_footprint.c goes further. */
#include "bodies.h"
#include "support.h"

#include "wire/dump.h"
#include "wire/event.h"

#include <stdio.h>

/* ---- dumps ---- */

static struct base_mapping write_small(enum wire_version version)
{
    struct base_text out = {0};
    struct wire_writer writer;
    wire_writer_init(&writer, version, &out);
    wire_writer_begin_generation(&writer, 1, &(struct wire_writer_clock){15625000, 300, 400, 500, 600});
    uint64_t name = wire_writer_string(&writer, BASE_STR("a\"\n\xff"));
    uint64_t stack = wire_writer_stack(&writer, &(struct wire_writer_frame){4096, name, 0, 12}, 1);
    wire_writer_event(&writer, (thread_id){5}, 301, WIRE_PROC_STATUS, 0, 1);
    wire_writer_event(&writer, (thread_id){5}, 303, WIRE_GO_BLOCK, name, stack);
    wire_writer_sample(&writer, &(struct wire_writer_sample){302, {5}, NO_PROC, NO_GOROUTINE, stack});
    if (version >= WIRE_GO_1_23)
        wire_writer_raw_batch(&writer, 1, (thread_id){5}, 304, "\0q", 2);
    wire_writer_end_generation(&writer);
    wire_writer_release(&writer);
    struct base_mapping file = test_mapping_of(out.data, out.size);
    base_text_release(&out);
    return file;
}

static void raw_dump(void **state)
{
    struct base_mapping file = write_small(WIRE_GO_1_26);
    struct base_text text = {0};
    struct base_error error = BASE_NO_ERROR;
    (void)state;
    assert_true(wire_dump_events(&file, &text, &error));
    test_assert_text(&text, "EventBatch gen=1 m=18446744073709551615 time=300 size=14\n"
                            "Sync\n"
                            "Frequency freq=15625000\n"
                            "ClockSnapshot dt=0 mono=400 sec=500 nsec=600\n"
                            "ExperimentalBatch exp=1 gen=1 m=5 time=304\n"
                            "\tdata=\"\\x00q\"\n"
                            "EventBatch gen=1 m=5 time=301 size=8\n"
                            "ProcStatus dt=0 p=0 pstatus=1\n"
                            "GoBlock dt=2 reason_string=1 stack=1\n"
                            "EventBatch gen=1 m=18446744073709551615 time=304 size=17\n"
                            "CPUSamples\n"
                            "CPUSample time=302 m=5 p=18446744073709551615 g=0 stack=1\n"
                            "EventBatch gen=1 m=18446744073709551615 time=304 size=9\n"
                            "Stacks\n"
                            "Stack id=1 nframes=1\n"
                            "\tpc=4096 func=1 file=0 line=12\n"
                            "EventBatch gen=1 m=18446744073709551615 time=304 size=8\n"
                            "Strings\n"
                            "String id=1\n"
                            "\tdata=\"a\\\"\\n\\xff\"\n"
                            "EndOfGeneration\n");
    base_text_release(&text);
    test_mapping_free(&file);
}

static void raw_dump_of_other_versions(void **state)
{
    struct base_text text = {0};
    struct base_error error = BASE_NO_ERROR;
    struct base_mapping file = write_small(WIRE_GO_1_22);
    (void)state;
    assert_true(wire_dump_events(&file, &text, &error));
    assert_non_null(strstr(base_text_cstring(&text),
                           "EventBatch gen=1 m=18446744073709551615 time=303 size=5\nFrequency freq=15625000\n"
                           "EventBatch gen=1 m=5 time=301 size=8\n"));
    assert_null(strstr(text.data, "EndOfGeneration"));
    test_mapping_free(&file);
    text.size = 0;
    file = write_small(WIRE_GO_1_25);
    assert_true(wire_dump_events(&file, &text, &error));
    assert_non_null(strstr(base_text_cstring(&text), "\nSync\nFrequency freq=15625000\nClockSnapshot "));
    assert_null(strstr(text.data, "EndOfGeneration"));
    test_mapping_free(&file);
    base_text_release(&text);
}

static void raw_dump_ends(void **state)
{
    static const struct bad_body files[] = {
        {26, BYTES("\x0b\x05"), "ProcStop dt=5\n"},
        {26, BYTES("\x0b"), ""},
        {26, BYTES("\x0b\x80"), "error: unexpected EOF"},
        {26, BYTES("\x0b\x05\x89"), "ProcStop dt=5\nerror: invalid event type: 137"},
        {26, BYTES("\x00"), "error: invalid event type: 0"},
        {22, BYTES("\x2d"), "error: invalid event type: 45"},
        {23, BYTES("\x32"), "error: invalid event type: 50"},
        {25, BYTES("\x34"), "error: invalid event type: 52"},
        {26, BYTES("\x60\x34"), "\nEndOfGeneration\n"},
        {26, BYTES("\x05\x01\x00"), "String id=1\n"},
        {26, BYTES("\x05\x01\x05xy"), "error: unexpected EOF"},
        {26, BYTES("\x03\x01\x02\x01\x01\x01\x01"), ""},
        {26, BYTES("\x0b" TEN_FF), "error: binary: varint overflows a 64-bit integer"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(files); i++) {
        struct base_text bytes = {0}, text = {0};
        struct base_error error = BASE_NO_ERROR;
        base_text_format(&bytes, "go 1.%d trace", files[i].version);
        base_text_bytes(&bytes, "\0\0", 3);
        base_text_bytes(&bytes, files[i].bytes, files[i].size);
        struct base_mapping file = test_mapping_of(bytes.data, bytes.size);
        if (!wire_dump_events(&file, &text, &error))
            base_text_format(&text, "error: %s", error.cause);
        test_assert_text(&text, files[i].expected);
        base_error_release(&error);
        test_mapping_free(&file);
        base_text_release(&bytes);
        base_text_release(&text);
    }
}

static void footprint(void **state)
{
    struct base_mapping file = write_small(WIRE_GO_1_26);
    struct base_text text = {0};
    struct base_error error = BASE_NO_ERROR;
    (void)state;
    assert_true(wire_dump_footprint(&file, &text, &error));
    unsigned lines = 0;
    for (size_t i = 0; i < text.size; i++)
        lines += text.data[i] == '\n';
    assert_int_equal(lines, 258);
    /* EventBatch: 1 + gen 1 + m 10 or 1 + time 2 + size 1; the padding of sizes does not count. */
    const char *first = strstr(base_text_cstring(&text), "\nEventBatch ");
    assert_non_null(first);
    unsigned bytes, count;
    assert_int_equal(sscanf(first, " EventBatch %u %*f%% %u", &bytes, &count), 2);
    assert_int_equal(bytes, 4 * 15 + 6);
    assert_int_equal(count, 5);
    assert_non_null(strstr(text.data, "\n<unknown (137)> "));
    assert_non_null(strstr(text.data, "\nString               7      "));
    base_text_release(&text);
    test_mapping_free(&file);
}

static void footprint_of_nothing(void **state)
{
    struct base_mapping file = test_mapping_of(BYTES("go 1.22 trace\0\0\0"));
    struct base_text text = {0};
    struct base_error error = BASE_NO_ERROR;
    (void)state;
    assert_true(wire_dump_footprint(&file, &text, &error));
    assert_non_null(strstr(base_text_cstring(&text), "NaN%\n"));
    text.size = 0;
    test_mapping_free(&file);
    file = test_mapping_of(BYTES("go 1.22 trace\0\0\0\x01\x80"));
    assert_false(wire_dump_footprint(&file, &text, &error));
    assert_string_equal(error.cause, "unexpected EOF");
    assert_int_equal(text.size, 0);
    base_error_release(&error);
    base_text_release(&text);
    test_mapping_free(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(raw_dump),  cmocka_unit_test(raw_dump_of_other_versions), cmocka_unit_test(raw_dump_ends),
        cmocka_unit_test(footprint), cmocka_unit_test(footprint_of_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
