#include "support.h"

#include "output/parsed.h"

#include <stdlib.h>

const char *const test_strings[S_FILE] = {"alpha", "beta",   "network", "chan receive", "forever",
                                          "sync",  "main.f", "main.g",  "main.go"};

const struct test_stack test_stacks[K_F] = {
    {{{0x100, S_MAIN_F, S_FILE, 10}, {0x200, S_MAIN_G, S_FILE, 20}}, 2},
    {{{0x300, S_MAIN_G, S_FILE, 30}}, 1},
    {{{0x100, S_MAIN_F, S_FILE, 10}}, 1},
};

static void intern_all(struct wire_writer *writer)
{
    for (size_t i = 0; i < S_FILE; i++)
        assert_int_equal(wire_writer_string(writer, base_str_of(test_strings[i])), i + 1);
    for (size_t i = 0; i < K_F; i++)
        assert_int_equal(wire_writer_stack(writer, test_stacks[i].frames, test_stacks[i].count), i + 1);
}

static void begin_generation(struct test_trace *trace, uint64_t time_ns)
{
    struct wire_writer_clock clock = {.frequency = 1000000000, .units = time_ns, .monotonic_ns = time_ns};
    wire_writer_begin_generation(&trace->writer, ++trace->generation, &clock);
    intern_all(&trace->writer);
}

void test_trace_begin(struct test_trace *trace, enum wire_version version)
{
    *trace = (struct test_trace){0};
    wire_writer_init(&trace->writer, version, &trace->bytes);
    begin_generation(trace, 1);
}

void test_trace_generation(struct test_trace *trace, uint64_t time_ns)
{
    wire_writer_end_generation(&trace->writer);
    begin_generation(trace, time_ns);
}

void test_trace_step(struct test_trace *trace, const struct step *step)
{
    uint64_t args[4];
    for (int i = 0; i < 4; i++)
        args[i] = (uint64_t)step->args[i];
    if (step->type == STEP_GENERATION)
        test_trace_generation(trace, step->time_ns);
    else if (step->type == STEP_FLUSH)
        wire_writer_flush(&trace->writer, (thread_id){step->thread});
    else if (step->type == STEP_SAMPLE)
        wire_writer_sample(
            &trace->writer,
            &(struct wire_writer_sample){
                step->time_ns, {step->args[0]}, {step->args[1]}, {step->args[2]}, (uint64_t)step->args[3]});
    else
        wire_writer_add(&trace->writer, (thread_id){step->thread}, step->time_ns, step->type, args,
                        wire_timed_args[step->type] - 1u);
}

struct base_mapping test_mapping_of(const void *bytes, size_t size)
{
    uint8_t *copy = malloc(size ? size : 1);
    assert_non_null(copy);
    if (size)
        memcpy(copy, bytes, size);
    return (struct base_mapping){copy, size};
}

void test_mapping_free(struct base_mapping *mapping)
{
    free((void *)(uintptr_t)mapping->data);
    *mapping = (struct base_mapping){0};
}

struct base_mapping test_trace_finish(struct test_trace *trace)
{
    wire_writer_end_generation(&trace->writer);
    wire_writer_release(&trace->writer);
    struct base_mapping mapping = test_mapping_of(trace->bytes.data, trace->bytes.size);
    base_text_release(&trace->bytes);
    return mapping;
}

static void intern(struct test_trace *trace, const char *const *strings)
{
    for (uint64_t i = 0; strings[i]; i++)
        assert_int_equal(wire_writer_string(&trace->writer, base_str_of(strings[i])), S_FILE + 1 + i);
}

struct base_mapping test_write_with(enum wire_version version, const struct step *steps, const char *const *strings)
{
    struct test_trace trace;
    test_trace_begin(&trace, version);
    intern(&trace, strings);
    for (; steps->type; steps++) {
        test_trace_step(&trace, steps);
        if (steps->type == STEP_GENERATION)
            intern(&trace, strings);
    }
    return test_trace_finish(&trace);
}

struct base_mapping test_write(enum wire_version version, const struct step *steps)
{
    static const char *const none[] = {NULL};
    return test_write_with(version, steps, none);
}

static void remove_last(struct base_text *text, const char *end)
{
    size_t size = strlen(end);
    if (text->size >= size && memcmp(text->data + text->size - size, end, size) == 0)
        text->size -= size;
}

/* From the line of -d=parsed: "M=1 P=0 G=7 StateTransition Time=20 GoID=7 Running->Waiting Reason=\"\"". */
void test_add_event(struct base_text *out, const struct order_symbols *symbols, const struct order_event *event)
{
    struct base_text line = {0};
    output_parsed_event(&line, symbols, event);
    char *text = (char *)(uintptr_t)base_text_cstring(&line), *kind, *time, *details;
    text[strcspn(text, "\n")] = '\0';
    assert_non_null(kind = strstr(strstr(text, " G=") + 1, " "));
    assert_non_null(time = strstr(kind, " Time="));
    details = time + strlen(" Time=") + strcspn(time + strlen(" Time="), " ");
    base_text_bytes(out, text, (size_t)(kind - text));
    base_text_char(out, ' ');
    base_text_bytes(out, time + strlen(" Time="), (size_t)(details - time) - strlen(" Time="));
    base_text_char(out, ':');
    if (event->kind != ORDER_GO_TRANSITION && event->kind != ORDER_PROC_TRANSITION)
        base_text_bytes(out, kind, (size_t)(time - kind));
    base_text_add(out, details);
    remove_last(out, " Reason=\"\"");
    base_text_char(out, '\n');
    base_text_release(&line);
}

void test_render(const struct base_mapping *file, struct base_text *out)
{
    struct base_error error = BASE_NO_ERROR;
    struct order_reader *reader = order_reader_new(file, ORDER_STOP_AT_DAMAGE, &error);
    struct order_block block;
    enum order_status status = ORDER_ERROR;
    while (reader && (status = order_reader_next(reader, &block, &error)) == ORDER_EVENTS)
        for (size_t i = 0; i < block.count; i++)
            if (block.events[i].kind != ORDER_SYNC)
                test_add_event(out, order_reader_symbols(reader), &block.events[i]);
    if (status == ORDER_ERROR)
        base_text_format(out, "error: %s\n", error.cause);
    order_reader_free(reader);
    base_error_release(&error);
}

void test_assert_text(struct base_text *text, const char *expected)
{
    assert_string_equal(base_text_cstring(text), expected);
}

struct base_mapping test_map_source(const char *path)
{
    struct base_mapping mapping;
    struct base_error error = BASE_NO_ERROR;
    struct base_text whole = {0};
    base_text_format(&whole, "%s/%s", KYMO_SOURCE_ROOT, path);
    if (!base_os_map(base_text_cstring(&whole), &mapping, &error))
        fail_msg("%s: %s", base_text_cstring(&whole), error.cause);
    base_text_release(&whole);
    return mapping;
}

/* xorshift64* (Vigna). */
uint64_t test_random_below(struct test_random *random, uint64_t limit)
{
    uint64_t x = random->state ? random->state : 88172645463325252u;
    x ^= x >> 12;
    x ^= x << 25;
    x ^= x >> 27;
    random->state = x;
    return (x * 2685821657736338717u >> 11) % limit;
}
