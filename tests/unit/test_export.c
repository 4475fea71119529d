/* Exports, where the examples have nothing to show: hostile texts, tasks of tasks, what is open at the end. */
#include "support.h"

#include "model/pass.h"
#include "output/folded.h"
#include "output/otlp.h"
#include "output/protobuf.h"
#include "output/records.h"

#include <stdio.h>
#include <string.h>

#define START                                                                                                          \
    {1, 100, WIRE_PROC_STATUS, {0, 1}},                                                                                \
    {                                                                                                                  \
        1, 110, WIRE_GO_STATUS,                                                                                        \
        {                                                                                                              \
            1, 1, 2                                                                                                    \
        }                                                                                                              \
    }

static size_t count_of(struct base_text *text, const char *part)
{
    size_t count = 0;
    for (const char *at = base_text_cstring(text); (at = strstr(at, part)); at += strlen(part))
        count++;
    return count;
}

/* ---- folded stacks ---- */

static void folded_stacks(void **state)
{
    static const struct base_str names[] = {BASE_STR("a;b\n9 9\x1b[2J\xff"), BASE_STR(""), BASE_STR("main.main")};
    struct order_symbols symbols;
    struct base_text text = {0};
    uint32_t frames[COUNT_OF(names)];
    (void)state;
    order_symbols_init(&symbols);
    for (uint32_t i = 0; i < COUNT_OF(names); i++)
        frames[i] = order_symbols_add_frame(
            &symbols, (struct order_frame){.pc = i + 1, .func = order_symbols_add_string(&symbols, names[i])});
    output_folded_stack(&text, &symbols, order_symbols_add_stack(&symbols, frames, COUNT_OF(names)));
    test_assert_text(&text, "main.main;<unknown>;a:b?9 9?[2J?");
    text.size = 0;
    output_folded_stack(&text, &symbols, ORDER_NO_STACK);
    assert_int_equal(text.size, 0);
    base_text_release(&text);
    order_symbols_release(&symbols);
}

/* ---- protocol buffers ---- */

static void protobuf_fields(void **state)
{
    struct base_text text = {0}, part = {0};
    (void)state;
    output_protobuf_number(&text, 1, 150);
    output_protobuf_optional(&text, 2, 0);
    output_protobuf_fixed(&text, 3, 0x0102030405060708);
    output_protobuf_string(&part, 16, BASE_STR("a\xff"));
    output_protobuf_part(&text, 4, &part);
    output_protobuf_number(&text, 5, UINT64_MAX);
    static const char expected[] = "\x08\x96\x01"
                                   "\x19\x08\x07\x06\x05\x04\x03\x02\x01"
                                   "\x22\x07\x82\x01\x04"
                                   "a\xef\xbf\xbd"
                                   "\x28\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01";
    assert_int_equal(text.size, sizeof expected - 1);
    assert_memory_equal(text.data, expected, text.size);
    assert_int_equal(part.size, 0);
    base_text_release(&text);
    base_text_release(&part);
}

/* ---- rows ---- */

static void write_records(struct base_text *out, struct base_mapping file, enum output_record_table table,
                          enum output_record_form form)
{
    struct base_error error = BASE_NO_ERROR;
    struct model_pass pass;
    struct output_records records;
    assert_true(model_pass_begin(&pass, &file, &error));
    output_records_begin(&records, table, form, NULL, out);
    model_pass_run(&pass, &(struct model_sink){output_records_add, &records, output_records_kinds(table)}, 1, NULL);
    output_records_end(&records, model_pass_symbols(&pass), pass.last_ns);
    output_records_release(&records);
    model_pass_release(&pass);
    test_mapping_free(&file);
}

/* A cell is not taken for a formula, does not end before it ends, and steers no terminal. */
static void csv_of_hostile_texts(void **state)
{
    static const char *const texts[] = {"=1+1", "a\"b,c\nd", "\x1b[2J\xff\xc2\x9b", "-5", NULL};
    static const struct step steps[] = {
        START,
        {1, 120, WIRE_USER_LOG, {0, S_FILE + 1, S_FILE + 2, K_NONE}},
        {1, 130, WIRE_USER_LOG, {0, S_FILE + 4, S_FILE + 3, K_NONE}},
        {0},
    };
    struct base_text text = {0};
    (void)state;
    write_records(&text, test_write_with(WIRE_GO_1_26, steps, texts), OUTPUT_EVENTS, OUTPUT_CSV);
    assert_int_equal(count_of(&text, ",\"log\",1,0,1,"), 2);
    assert_int_equal(count_of(&text, ",\"'=1+1\","), 1);
    assert_int_equal(count_of(&text, ",\"a\"\"b,c\nd\","), 1);
    assert_int_equal(count_of(&text, ",\"'-5\","), 1);
    assert_int_equal(count_of(&text, ",\"\xef\xbf\xbd[2J\xef\xbf\xbd\xef\xbf\xbd\","), 1);
    text.size = 0;
    write_records(&text, test_write_with(WIRE_GO_1_26, steps, texts), OUTPUT_EVENTS, OUTPUT_JSON_LINES);
    assert_int_equal(count_of(&text, "\"name\":\"=1+1\",\"task\":0,\"message\":\"a\\\"b,c\\nd\""), 1);
    base_text_release(&text);
}

/* What is told of at first has been so since the begin, and what is open ends with the trace. The first event is the
 * Sync at 1. */
static void states_to_the_end(void **state)
{
    static const struct step steps[] = {
        START,
        {1, 120, WIRE_GO_CREATE, {2, K_G, K_F}},
        {1, 130, WIRE_GO_BLOCK, {S_CHAN, K_F_G}},
        {1, 140, WIRE_GO_START, {2, 1}},
        {1, 150, WIRE_GO_DESTROY},
        {0},
    };
    struct base_text text = {0};
    (void)state;
    write_records(&text, test_write(WIRE_GO_1_26, steps), OUTPUT_STATES, OUTPUT_CSV);
    const char *rows = base_text_cstring(&text);
    assert_non_null(strstr(rows, "goroutine,name,state,reason,start_ns,end_ns,function,stack\n"
                                 "1,\"main.g\",\"Running\",,0,129,,\n"));
    assert_non_null(strstr(rows, "2,\"main.g\",\"Runnable\",,119,139,\"main.g\",\"main.g\"\n"
                                 "2,\"main.g\",\"Running\",,139,149,,\n"
                                 "1,\"main.g\",\"Waiting\",\"chan receive\",129,150,"));
    base_text_release(&text);
}

/* ---- spans ---- */

static void write_spans(struct base_text *out, struct base_mapping file)
{
    struct base_error error = BASE_NO_ERROR;
    struct model_pass pass;
    struct output_otlp otlp;
    assert_true(model_pass_begin(&pass, &file, &error));
    output_otlp_begin(&otlp, BASE_STR("test"), 1, NULL, out);
    model_pass_run(&pass, &(struct model_sink){output_otlp_add, &otlp, OUTPUT_OTLP_EVENTS}, 1, NULL);
    output_otlp_end(&otlp, model_pass_symbols(&pass), pass.last_ns);
    output_otlp_release(&otlp);
    model_pass_release(&pass);
    test_mapping_free(&file);
}

/* The value of a member in the span of this name; empty if it has none. */
static struct base_str member(struct base_text *text, const char *span, const char *name)
{
    char form[64];
    snprintf(form, sizeof form, "\"name\":\"%s\",\"kind\"", span);
    const char *at = strstr(base_text_cstring(text), form);
    assert_non_null(at);
    while (at > text->data && *at != '\n') /* a span is a line */
        at--;
    snprintf(form, sizeof form, "\"%s\":\"", name);
    const char *found = strstr(at, form), *end = strchr(at + 1, '\n');
    if (!found || !end || found > end)
        return (struct base_str){"", 0};
    found += strlen(form);
    return (struct base_str){found, strcspn(found, "\"")};
}

/* Task 7 (alpha) has task 3 (beta); a region of 3 lies in it; after 7 has ended its child begins a trace of its own. */
static void spans_of_tasks(void **state)
{
    static const char *const texts[] = {"region", "late", "outside", "hello", NULL};
    static const struct step steps[] = {
        START,
        {1, 120, WIRE_USER_TASK_BEGIN, {7, 0, S_ALPHA, K_F}},
        {1, 130, WIRE_USER_TASK_BEGIN, {3, 7, S_BETA, K_F}},
        {1, 140, WIRE_USER_REGION_BEGIN, {3, S_FILE + 1, K_F}},
        {1, 145, WIRE_USER_LOG, {3, S_NETWORK, S_FILE + 4, K_F}},
        {1, 150, WIRE_USER_TASK_END, {7, K_F}},
        {1, 160, WIRE_USER_TASK_BEGIN, {9, 7, S_FILE + 2, K_F}},
        {1, 170, WIRE_USER_REGION_END, {3, S_FILE + 1, K_F}},
        {1, 180, WIRE_USER_REGION_BEGIN, {0, S_FILE + 3, K_F}},
        {0},
    };
    struct base_text text = {0};
    (void)state;
    write_spans(&text, test_write_with(WIRE_GO_1_26, steps, texts));
    struct base_str root = member(&text, "alpha", "traceId");
    assert_int_equal(root.size, 32);
    assert_int_equal(member(&text, "alpha", "parentSpanId").size, 0);
    assert_true(base_str_equal(member(&text, "beta", "traceId"), root));
    assert_true(base_str_equal(member(&text, "beta", "parentSpanId"), member(&text, "alpha", "spanId")));
    assert_true(base_str_equal(member(&text, "region", "parentSpanId"), member(&text, "beta", "spanId")));
    assert_true(base_str_equal(member(&text, "region", "traceId"), root));
    assert_false(base_str_equal(member(&text, "late", "traceId"), root));
    assert_int_equal(member(&text, "late", "parentSpanId").size, 0);
    assert_int_equal(member(&text, "outside", "parentSpanId").size, 0);
    assert_int_equal(count_of(&text, "\"go.trace.cut\",\"value\":{\"stringValue\":\"end\"}"),
                     3); /* beta, late, outside */
    assert_int_equal(count_of(&text, "\"events\":[{"), 1);
    assert_int_equal(count_of(&text, "\"name\":\"hello\",\"attributes\":[{\"key\":\"go.log.category\""), 1);
    base_text_release(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(folded_stacks),     cmocka_unit_test(protobuf_fields), cmocka_unit_test(csv_of_hostile_texts),
        cmocka_unit_test(states_to_the_end), cmocka_unit_test(spans_of_tasks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
