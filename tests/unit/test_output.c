#include "support.h"

#include "output/goroutines.h"
#include "output/info.h"
#include "output/json.h"
#include "output/parsed.h"
#include "output/pprof.h"
#include "output/table.h"
#include "wire/cursor.h"

#include <stdlib.h>
#include <time.h>
#include <zlib.h>

static struct base_str text_of(const struct base_text *text)
{
    return (struct base_str){text->data, text->size};
}

/* ---- tables ---- */

static void fill_table(struct base_text *out, const struct base_str (*rows)[3], size_t count)
{
    static const char *const headings[] = {"Name", "Count>", "Last"};
    struct output_table table;
    output_table_begin(&table, headings, COUNT_OF(headings));
    for (size_t i = 0; i < count; i++)
        for (int column = 0; column < 3; column++)
            base_text_str(output_table_cell(&table), rows[i][column]);
    output_table_end(&table, out);
}

static void table_is_aligned(void **state)
{
    static const struct base_str rows[][3] = {
        {BASE_STR("main.work"), BASE_STR("5"), BASE_STR("x")},
        {BASE_STR("a"), BASE_STR("1234567"), BASE_STR("longer")},
        {BASE_STR("\xc3\xa9\xc3\xa9"), BASE_STR(""), BASE_STR("")},
    };
    struct base_text text = {0};
    (void)state;
    fill_table(&text, rows, COUNT_OF(rows));
    test_assert_text(&text, "Name         Count  Last\n"
                            "main.work        5  x\n"
                            "a          1234567  longer\n"
                            "\xc3\xa9\xc3\xa9                  \n");
    base_text_release(&text);
}

static void table_without_rows(void **state)
{
    struct base_text text = {0};
    (void)state;
    fill_table(&text, NULL, 0);
    test_assert_text(&text, "Name  Count  Last\n");
    base_text_release(&text);
}

/* Nothing that steers a terminal gets through: C0, DEL, and the C1 controls, in UTF-8 or as single bytes; nor what
 * turns text round. */
static void tables_do_not_steer_the_terminal(void **state)
{
    static const struct base_str rows[][3] = {
        {BASE_STR("\x1b[2J\x07\n\r\x7f"), BASE_STR("1"), BASE_STR("")},
        {BASE_STR("\xc2\x9b"
                  "2J"),
         BASE_STR("2"), BASE_STR("")},
        {BASE_STR("\x9b"
                  "2J\xff"),
         BASE_STR("3"), BASE_STR("")},
        {BASE_STR("\xe2\x80\xae"
                  "exe"),
         BASE_STR("4"), BASE_STR("")},
    };
    struct base_text text = {0};
    (void)state;
    fill_table(&text, rows, COUNT_OF(rows));
    test_assert_text(&text, "Name      Count  Last\n"
                            "?[2J????      1  \n"
                            "?2J           2  \n"
                            "?2J?          3  \n"
                            "?exe          4  \n");
    base_text_release(&text);
}

/* ---- JSON ---- */

static void json_has_its_commas(void **state)
{
    struct base_text text = {0};
    struct output_json json = {.out = &text};
    (void)state;
    output_json_open(&json, NULL, '{');
    output_json_i64(&json, "a", -5);
    output_json_open(&json, "list", '[');
    output_json_u64(&json, NULL, UINT64_MAX);
    output_json_null(&json, NULL);
    output_json_open(&json, NULL, '{');
    output_json_close(&json, '}');
    output_json_bool(&json, NULL, true);
    output_json_close(&json, ']');
    output_json_open(&json, "empty", '[');
    output_json_close(&json, ']');
    output_json_string(&json, "s\"", BASE_STR("<\n"));
    output_json_double(&json, "d", 0.5);
    output_json_named_i64(&json, BASE_STR("Block time (\xff)"), 7);
    output_json_close(&json, '}');
    test_assert_text(
        &text, "{\"a\":-5,\"list\":[18446744073709551615,null,{},true],\"empty\":[],\"s\\\"\":\"\\u003c\\n\",\"d\":0.5,"
               "\"Block time (\\ufffd)\":7}");
    base_text_release(&text);
}

/* ---- a small trace in every form ---- */

static const struct step small[] = {
    {1, 100, WIRE_PROC_STATUS, {0, 1}},   {1, 110, WIRE_GO_STATUS, {1, 1, 2}}, {1, 120, WIRE_GO_BLOCK, {S_CHAN, K_F_G}},
    {1, 130, WIRE_GO_UNBLOCK, {1, 1, 0}}, {1, 140, WIRE_GO_START, {1, 2}},     {1, 150, WIRE_GO_BLOCK, {S_SYNC, K_G}},
    {1, 180, WIRE_GO_UNBLOCK, {1, 3, 0}}, {1, 190, WIRE_GO_START, {1, 4}},     {0},
};

static void parsed_with_stacks(void **state)
{
    static const struct step steps[] = {
        {1, 100, WIRE_PROC_STATUS, {0, 1}},
        {1, 120, WIRE_GO_CREATE, {2, K_G, K_F_G}},
        {1, 121, WIRE_GO_CREATE, {3, 0, 0}},
        {0},
    };
    struct base_mapping file = test_write(WIRE_GO_1_26, steps);
    struct base_error error = BASE_NO_ERROR;
    struct order_reader *reader = order_reader_new(&file, ORDER_STOP_AT_DAMAGE, &error);
    struct order_block block;
    struct base_text text = {0};
    (void)state;
    setenv("TZ", "UTC", 1);
    tzset();
    while (order_reader_next(reader, &block, &error) == ORDER_EVENTS)
        for (size_t i = 0; i < block.count; i++)
            output_parsed_event(&text, order_reader_symbols(reader), &block.events[i]);
    test_assert_text(&text, "M=-1 P=-1 G=-1 Sync Time=1 N=1 Trace=1 Mono=1 Wall=1970-01-01T00:00:00Z\n"
                            "M=1 P=-1 G=-1 StateTransition Time=100 ProcID=0 Undetermined->Running Reason=\"\"\n"
                            "M=1 P=0 G=-1 StateTransition Time=120 GoID=2 NotExist->Runnable Reason=\"\"\n"
                            "TransitionStack=\n"
                            "\tmain.g @ 0x300\n"
                            "\t\tmain.go:30\n"
                            "\n"
                            "Stack=\n"
                            "\tmain.f @ 0x100\n"
                            "\t\tmain.go:10\n"
                            "\tmain.g @ 0x200\n"
                            "\t\tmain.go:20\n"
                            "\n"
                            "M=1 P=0 G=-1 StateTransition Time=121 GoID=3 NotExist->Runnable Reason=\"\"\n"
                            "TransitionStack=\n"
                            "\n"
                            "M=-1 P=-1 G=-1 Sync Time=122 N=2\n");
    base_text_release(&text);
    order_reader_free(reader);
    test_mapping_free(&file);
}

/* Decompresses a whole gzip stream. */
static void gunzip(const struct base_text *from, struct base_text *out)
{
    z_stream stream = {.next_in = (Bytef *)from->data, .avail_in = (uInt)from->size};
    assert_int_equal(inflateInit2(&stream, 15 + 16), Z_OK);
    base_text_reserve(out, 1 << 20);
    stream.next_out = (Bytef *)out->data;
    stream.avail_out = 1 << 20;
    assert_int_equal(inflate(&stream, Z_FINISH), Z_STREAM_END);
    assert_int_equal(stream.avail_in, 0);
    out->size = stream.total_out;
    inflateEnd(&stream);
}

/* A protobuf message as text: "1:5 2:{…}", with messages opened as far as `depth`; strings in quotes. */
static void render_message(struct base_text *out, struct base_str message, int depth)
{
    struct wire_cursor cursor = wire_cursor_of((const uint8_t *)message.data, message.size);
    while (wire_cursor_left(&cursor)) {
        uint64_t tag = wire_read_uvarint(&cursor), value = wire_read_uvarint(&cursor);
        assert_int_equal(cursor.failure, WIRE_OK);
        base_text_format(out, "%d:", (int)(tag >> 3));
        if ((tag & 7) == 0) {
            base_text_u64(out, value);
        } else {
            assert_int_equal(tag & 7, 2);
            assert_true(value <= wire_cursor_left(&cursor));
            struct base_str inner = {(const char *)cursor.at, (size_t)value};
            cursor.at += value;
            if (tag >> 3 == 6 || !depth) {
                base_text_quote(out, inner);
            } else {
                base_text_char(out, '{');
                render_message(out, inner, depth - 1);
                base_text_char(out, '}');
            }
        }
        base_text_char(out, wire_cursor_left(&cursor) ? ' ' : '\0');
        out->size -= wire_cursor_left(&cursor) ? 0 : 1;
    }
}

/* The message of a profile of a trace, which it frees. */
static void make_profile(struct base_text *out, struct base_mapping *file, enum analyze_profile_kind kind)
{
    struct model_pass pass;
    struct analyze_profile profile;
    struct base_error error = BASE_NO_ERROR;
    struct base_text packed = {0};
    assert_true(model_pass_begin(&pass, file, &error));
    analyze_profile_init(&profile, kind, NULL);
    model_pass_run(&pass, &(struct model_sink){analyze_profile_add, &profile}, 1, NULL);
    analyze_profile_finish(&profile, model_pass_symbols(&pass));
    output_pprof(&packed, &profile, model_pass_symbols(&pass));
    gunzip(&packed, out);
    base_text_release(&packed);
    analyze_profile_release(&profile);
    model_pass_release(&pass);
    test_mapping_free(file);
}

static void render_profile(struct base_text *out, const struct step *steps, enum analyze_profile_kind kind)
{
    struct base_mapping file = test_write(WIRE_GO_1_26, steps);
    struct base_text message = {0};
    make_profile(&message, &file, kind);
    render_message(out, text_of(&message), 2);
    base_text_release(&message);
}

/* Up to two locations stand one by one, more are packed into one field. */
static void pprof_packs_locations(void **state)
{
    static const struct wire_writer_frame frames[] = {{1, 0, 0, 0}, {2, 0, 0, 0}, {3, 0, 0, 0}, {4, 0, 0, 0}};
    static const struct base_str expected[] = {BASE_STR("\x12\x06\x08\x01\x10\x01\x10\x05"),
                                               BASE_STR("\x12\x08\x08\x01\x08\x02\x10\x01\x10\x05"),
                                               BASE_STR("\x12\x09\x0a\x03\x01\x02\x03\x10\x01\x10\x05"),
                                               BASE_STR("\x12\x0a\x0a\x04\x01\x02\x03\x04\x10\x01\x10\x05")};
    (void)state;
    for (size_t depth = 1; depth <= COUNT_OF(frames); depth++) {
        struct test_trace trace;
        struct base_text message = {0};
        test_trace_begin(&trace, WIRE_GO_1_26);
        uint64_t stack = wire_writer_stack(&trace.writer, frames, depth);
        wire_writer_event(&trace.writer, (thread_id){1}, 100, WIRE_PROC_STATUS, 0, 1);
        wire_writer_event(&trace.writer, (thread_id){1}, 110, WIRE_GO_STATUS, 1, 1, 2);
        wire_writer_event(&trace.writer, (thread_id){1}, 120, WIRE_GO_BLOCK, S_CHAN, stack);
        wire_writer_event(&trace.writer, (thread_id){1}, 125, WIRE_GO_UNBLOCK, 1, 1, 0);
        struct base_mapping file = test_trace_finish(&trace);
        make_profile(&message, &file, ANALYZE_SYNC);
        assert_non_null(memmem(message.data, message.size, expected[depth - 1].data, expected[depth - 1].size));
        base_text_release(&message);
    }
}

static void pprof_files(void **state)
{
    struct base_text text = {0};
    (void)state;
    render_profile(&text, small, ANALYZE_SYNC);
    /* The longer wait first; one location a PC; ids in order of first use. */
    test_assert_text(
        &text,
        "1:{1:1 2:2} 1:{1:3 2:4} "
        "2:{1:1 2:1 2:30} 2:{1:2 1:3 2:1 2:10} "
        "4:{1:1 3:768 4:{1:1 2:30}} 4:{1:2 3:256 4:{1:2 2:10}} 4:{1:3 3:512 4:{1:1 2:20}} "
        "5:{1:1 2:5 3:5 4:6} 5:{1:2 2:7 3:7 4:6} "
        "6:\"\" 6:\"contentions\" 6:\"count\" 6:\"delay\" 6:\"nanoseconds\" 6:\"main.g\" 6:\"main.go\" 6:\"main.f\" "
        "6:\"trace\" 11:{1:8 2:2} 12:1");
    text.size = 0;
    render_profile(&text, small, ANALYZE_NET);
    test_assert_text(
        &text, "1:{1:1 2:2} 1:{1:3 2:4} 6:\"\" 6:\"contentions\" 6:\"count\" 6:\"delay\" 6:\"nanoseconds\" 6:\"trace\" "
               "11:{1:5 2:2} 12:1");
    text.size = 0;
    render_profile(&text, small, ANALYZE_SCHED); /* no stack: a sample without locations */
    assert_non_null(strstr(base_text_cstring(&text), " 2:{2:2 2:20} "));
    base_text_release(&text);
}

static void information(void **state)
{
    struct base_mapping file = test_write(WIRE_GO_1_25, small);
    struct model_pass pass;
    struct model_info info;
    struct base_error error = BASE_NO_ERROR;
    struct base_text text = {0};
    (void)state;
    assert_true(model_pass_begin(&pass, &file, &error));
    model_info_init(&info);
    model_pass_run(&pass, &(struct model_sink){model_info_add, &info}, 1, NULL);
    output_info_json(&text, &info, &pass, "a\"b.trace");
    const char *json = base_text_cstring(&text);
    assert_int_equal(strncmp(json, "{\"name\":\"a\\\"b.trace\",\"size\":", 28), 0);
    assert_non_null(strstr(json, "\"format_minor\":25,"));
    assert_non_null(strstr(json, "\"duration_ns\":190,"));
    assert_non_null(strstr(json, "\"events\":10,"));
    assert_non_null(strstr(json, "\"goroutines\":1,"));
    assert_null(strstr(json, "\"error\""));
    text.size = 0;
    output_info_text(&text, &info, &pass, "a.trace");
    assert_non_null(strstr(base_text_cstring(&text), "format            go 1.25\n"));
    assert_non_null(strstr(text.data, "duration          190ns\n"));
    base_text_release(&text);
    model_info_release(&info);
    model_pass_release(&pass);
    test_mapping_free(&file);
}

static void goroutines_as_json(void **state)
{
    struct base_mapping file = test_write(WIRE_GO_1_26, small);
    struct model_pass pass;
    struct analyze_goroutines goroutines;
    struct base_error error = BASE_NO_ERROR;
    struct base_text text = {0};
    (void)state;
    assert_true(model_pass_begin(&pass, &file, &error));
    analyze_goroutines_init(&goroutines);
    goroutines.keep_regions = true;
    model_pass_run(&pass, &(struct model_sink){analyze_goroutines_add, &goroutines}, 1, NULL);
    analyze_goroutines_finish(&goroutines, model_pass_symbols(&pass));
    output_goroutines_json(&text, &goroutines, model_pass_symbols(&pass), pass.first_ns);
    assert_non_null(strstr(
        base_text_cstring(&text),
        "{\"id\":1,\"name\":\"main.g\",\"pc\":512,\"creation_ns\":0,\"start_ns\":109,\"end_ns\":-1,\"stats\":{"));
    assert_non_null(strstr(text.data, "\"Block time (chan receive)\":10,"));
    assert_non_null(strstr(text.data, "\"Block time (sync)\":30,"));
    assert_non_null(strstr(text.data, "\"Execution time\":130,"));
    assert_non_null(strstr(text.data, "\"total_ns\":190,\"regions\":[]}"));
    analyze_goroutines_release(&goroutines);
    base_text_release(&text);
    model_pass_release(&pass);
    test_mapping_free(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(table_is_aligned),
        cmocka_unit_test(table_without_rows),
        cmocka_unit_test(tables_do_not_steer_the_terminal),
        cmocka_unit_test(json_has_its_commas),
        cmocka_unit_test(parsed_with_stacks),
        cmocka_unit_test(pprof_packs_locations),
        cmocka_unit_test(pprof_files),
        cmocka_unit_test(information),
        cmocka_unit_test(goroutines_as_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
