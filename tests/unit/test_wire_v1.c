/* The files of Go 1.5 to 1.21: encodings, tables, what is refused, and what is skipped where reading goes on. */
#include "v1.h"

#include "wire/header.h"

#include <stdlib.h>

#define BYTES(literal) literal, sizeof(literal) - 1

/* Processor 0 at 100 ticks, without a sequence and with that of 40; ten ticks a second. */
#define BATCH_0 "\x41\x00\x64"
#define BATCH_0_OF_5 "\x41\x00\x28\x64"
#define TEN_HZ "\x02\x0a"
#define TEN_HZ_OF_5 "\x02\x0a\x00"

/* A number of 64 bits, all ones. */
#define ALL_ONES "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"

/* ---- files as text ---- */

/* "p0 GoStart 195 (18, 1)", with " #7" for the sequence, " k5" for a stack, and a message. */
static void add_event(struct base_text *out, int32_t proc, const struct wire_v1_event *event)
{
    base_text_format(out, "p%d %s %lld", proc, wire_v1_events[event->type].name, (long long)event->ticks);
    if (event->sequence)
        base_text_format(out, " #%d", (int)event->sequence);
    for (unsigned i = 0; i < event->count; i++)
        base_text_format(out, "%s%lld", i ? ", " : " (", (long long)event->args[i]);
    base_text_add(out, event->count ? ")" : "");
    if (event->stack)
        base_text_format(out, " k%u", event->stack);
    if (event->message.size) {
        base_text_char(out, ' ');
        base_text_quote(out, event->message);
    }
    base_text_char(out, '\n');
}

static void add_events(struct base_text *out, const struct wire_v1 *v1)
{
    size_t count = 0;
    for (size_t i = 0; i < v1->procs.count; i++) {
        struct wire_v1_cursor cursor = wire_v1_cursor_of(v1, &v1->procs.at[i]);
        struct wire_v1_event event;
        for (; wire_v1_next(&cursor, &event); count++)
            add_event(out, v1->procs.at[i].id, &event);
    }
    assert_int_equal(v1->event_count, count);
}

/* The strings and stacks of the first few ids: "k1 100 main.f main.go:10". */
static void add_tables(struct base_text *out, const struct wire_tables *tables)
{
    for (uint64_t id = 1; id < 10; id++) {
        uint32_t index = wire_ids_find(&tables->string_ids, id);
        if (index == WIRE_NO_INDEX)
            continue;
        base_text_format(out, "s%d ", (int)id);
        base_text_str(out, tables->strings.at[index]);
        base_text_char(out, '\n');
    }
    for (uint64_t id = 0; id < 10; id++) {
        uint32_t index = wire_ids_find(&tables->stack_ids, id);
        if (index == WIRE_NO_INDEX || !tables->stacks.at[index].count)
            continue;
        base_text_format(out, "k%d", (int)id);
        for (uint32_t i = 0; i < tables->stacks.at[index].count; i++) {
            const struct wire_frame *frame =
                &tables->frames.at[tables->frame_refs.at[tables->stacks.at[index].first + i]];
            base_text_format(out, " %x ", (unsigned)frame->pc);
            base_text_str(out, tables->strings.at[frame->func]);
            base_text_char(out, ' ');
            base_text_str(out, tables->strings.at[frame->file]);
            base_text_format(out, ":%d", (int)frame->line);
        }
        base_text_char(out, '\n');
    }
}

/* All that a file holds; of one that is refused "error: WHY at BYTE". */
static void render(struct base_text *out, const struct base_mapping *file, bool go_on)
{
    struct wire_header header;
    struct wire_v1 v1;
    struct base_error error = BASE_NO_ERROR;
    assert_true(wire_header_read(file, &header, &error));
    if (!wire_v1_read(&v1, file, header.version, go_on, &error)) {
        base_text_format(out, "error: %s at %d\n", error.cause, (int)error.offset_bytes);
        base_error_release(&error);
        return;
    }
    assert_null(error.cause);
    add_events(out, &v1);
    add_tables(out, &v1.tables);
    for (size_t i = 0; i < v1.samples.count; i++)
        base_text_format(out, "sample %d p%d g%d k%u\n", (int)v1.samples.at[i].ticks, v1.samples.at[i].proc,
                         (int)v1.samples.at[i].goroutine, v1.samples.at[i].stack);
    for (uint64_t g = 0; g < 10; g++)
        if (base_map_find(&v1.timer_goroutines, g) != BASE_MAP_NONE)
            base_text_format(out, "timer g%d\n", (int)g);
    if (v1.has_futile_wakeups)
        base_text_add(out, "futile wakeups\n");
    base_text_format(out, "%d Hz\n", (int)v1.frequency);
    if (v1.damage.cause)
        base_text_format(out, "damage: %s at %d, %d bytes lost\n", v1.damage.cause, (int)v1.damage.offset_bytes,
                         (int)v1.lost_bytes);
    else
        assert_int_equal(v1.lost_bytes, 0);
    wire_v1_release(&v1);
}

/* A file by the bytes behind its header. */
struct bytes_case {
    int version;
    const char *bytes;
    size_t size;
    const char *expected;
};

static void check_bytes(const struct bytes_case *cases, size_t count, bool go_on)
{
    for (size_t i = 0; i < count; i++) {
        struct v1_writer writer;
        struct base_text text = {0};
        v1_begin(&writer, cases[i].version);
        v1_raw(&writer, cases[i].bytes, cases[i].size);
        struct base_mapping file = v1_finish(&writer);
        render(&text, &file, go_on);
        test_assert_text(&text, cases[i].expected);
        base_text_release(&text);
        test_mapping_free(&file);
    }
}

/* ---- encodings ---- */

/* The example of go-trace-format.md, section 16. */
static void worked_example(void **state)
{
    static const struct bytes_case example = {
        21,
        BYTES("\x41\x00\xbc\xe6\xb4\xe9\xd7\x01\x45\x07\x03\x8e\x5f\x12\x01\x5c\xcb\x04\x14\x1e\x9d\x1f\x06\x04"
              "\x41\x01\xc5\xd0\xb4\xe9\xd7\x01\xcd\x04\x05\x01\x02\x01\xcd\x04\x30\x02\x03\x01\x5f\x05\x02"
              "\x45\x03\x00\x66\x03\x01\x25\x01\x0aNot worker\x02\x90\x4e"),
        "p0 ProcStart 57934689091 (3)\n"
        "p0 GoStart 57934689186 (18, 1)\n"
        "p0 GoSysCall 57934689773 k20\n"
        "p0 GoSysBlock 57934693770\n"
        "p0 ProcStop 57934693774\n"
        "p1 GoCreate 57934686282 (1, 2) k1\n"
        "p1 GoCreate 57934686330 (2, 3) k1\n"
        "p1 GoWaiting 57934686335 (2)\n"
        "p1 ProcStart 57934686338 (0)\n"
        "p1 GoStartLocal 57934686341 (1)\n"
        "s1 Not worker\n"
        "10000 Hz\n",
    };
    (void)state;
    check_bytes(&example, 1, false);
}

static void encodings(void **state)
{
    static const struct bytes_case cases[] = {
        /* Header 1.5: sequence and time, both as differences; three or more numbers behind their length. */
        {5, BYTES(BATCH_0_OF_5 "\x45\x01\x02\x07\x4e\x03\x02\x09\xcd\x05\x02\x01\x09\x0a\x0b" TEN_HZ_OF_5),
         "p0 ProcStart 102 #41 (7)\np0 GoStart 104 #44 (9)\np0 GoCreate 105 #46 (9, 10) k11\n10 Hz\n"},
        /* Its collection has no number, its end of a syscall all three. */
        {5, BYTES(BATCH_0_OF_5 "\x47\x01\x01\x05\xdd\x05\x01\x01\x09\x21\x22\x23\x05\x00" TEN_HZ_OF_5),
         "p0 GCStart 101 #41 k5\np0 GoSysExit 102 #42 (9, 33, 34)\ntimer g5\n10 Hz\n"},
        /* A goroutine that is woken up: its number came with header 1.7. */
        {5, BYTES(BATCH_0_OF_5 "\x95\x01\x01\x09\x02" TEN_HZ_OF_5), "p0 GoUnblock 101 #41 (9) k2\n10 Hz\n"},
        {7, BYTES(BATCH_0 "\xd5\x04\x01\x09\x07\x02" TEN_HZ), "p0 GoUnblock 101 (9, 7) k2\n10 Hz\n"},
        {7, BYTES(BATCH_0 "\x87\x01\x09\x02\x8e\x01\x09\x03" TEN_HZ),
         "p0 GCStart 101 (9) k2\np0 GoStart 102 (9, 3)\n10 Hz\n"},
        /* The arguments of a sweep's end, and why the world is stopped. */
        {8, BYTES(BATCH_0 "\x0c\x01" TEN_HZ), "p0 GCSweepDone 101\n10 Hz\n"},
        {9, BYTES(BATCH_0 "\x8c\x01\x09\x08" TEN_HZ), "p0 GCSweepDone 101 (9, 8)\n10 Hz\n"},
        {9, BYTES(BATCH_0 "\x09\x01" TEN_HZ), "p0 GCSTWStart 101\n10 Hz\n"},
        {10, BYTES(BATCH_0 "\x49\x01\x02" TEN_HZ), "p0 GCSTWStart 101 (2)\n10 Hz\n"},
        /* A log's message stands behind its arguments, and may be empty. */
        {11, BYTES(BATCH_0 "\xf0\x04\x01\x05\x06\x07\x02hi\xf0\x04\x01\x05\x06\x07\x00" TEN_HZ),
         "p0 UserLog 101 (5, 6) k7 \"hi\"\np0 UserLog 102 (5, 6) k7\n10 Hz\n"},
        /* Any event may have its arguments behind their length, and numbers may have more bytes than they need. */
        {21, BYTES(BATCH_0 "\xc5\x02\x01\x07\xc6\x81\x00\x01\x45\x81\x80\x00\x87\x00\xc2\x01\x0a"),
         "p0 ProcStart 101 (7)\np0 ProcStop 102\np0 ProcStart 103 (7)\n10 Hz\n"},
        {21, BYTES(BATCH_0 "\xef\x32" ALL_ONES ALL_ONES ALL_ONES ALL_ONES ALL_ONES TEN_HZ),
         "p0 UserRegion 99 (-1, -1, -1) k4294967295\n10 Hz\n"},
        /* Differences wrap: time goes backwards. */
        {21, BYTES(BATCH_0 "\x06" ALL_ONES TEN_HZ), "p0 ProcStop 99\n10 Hz\n"},
        /* What has no time leaves it as it is; a sample's own does not count for the others, but passes. */
        {21,
         BYTES(BATCH_0 "\x06\x01\x23\x03\x25\x01\x01x\xc3\x06\x01\x01\x05\x01\x01\x09\xf1\x05\x02\x32\x00\x05\x01"
                       "\x06\x01" TEN_HZ),
         "p0 ProcStop 101\np0 ProcStop 104\ns1 x\nk1 5 x x:9\nsample 50 p0 g5 k1\ntimer g3\n10 Hz\n"},
        /* No processor is -1; processors come in order of their first batch. */
        {21, BYTES("\x41" ALL_ONES "\x64\x06\x01\x41\x07\x64\x06\x02\x41" ALL_ONES "\x64\x06\x03" TEN_HZ),
         "p-1 ProcStop 101\np-1 ProcStop 103\np7 ProcStop 102\n10 Hz\n"},
        {21, BYTES("\x41\xff\xff\xff\xff\x07\x64\x06\x01" TEN_HZ), "p2147483647 ProcStop 101\n10 Hz\n"},
        /* The last frequency counts; a file may have no events. */
        {21, BYTES(BATCH_0 "\x02\x05" TEN_HZ), "10 Hz\n"},
        {5, BYTES(BATCH_0_OF_5 "\x24\x01\x02" TEN_HZ_OF_5), "p0 FutileWakeup 102 #41\nfutile wakeups\n10 Hz\n"},
    };
    (void)state;
    check_bytes(cases, COUNT_OF(cases), false);
}

static bool is_proper(unsigned type)
{
    return type != WIRE_V1_BATCH && type != WIRE_V1_FREQUENCY && type != WIRE_V1_STACK &&
           type != WIRE_V1_TIMER_GOROUTINE && type != WIRE_V1_STRING && type != WIRE_V1_CPU_SAMPLE;
}

static struct v1_step step_of(unsigned type)
{
    struct v1_step step = {
        .proc = 3, .ticks = 1000 + 3 * type, .type = (uint8_t)type, .text = type % 2 ? "odd" : "message"};
    for (int i = 0; i < V1_STEP_NUMBERS; i++)
        step.numbers[i] = 200 * (int)type + i;
    return step;
}

static void check_decoded(const struct wire_v1 *v1, struct wire_v1_event event, const struct v1_step *step)
{
    unsigned stack = v1_has_stack(step->type), args = (unsigned)v1_numbers_of(v1->version, step->type) - stack;
    struct wire_v1_event again = wire_v1_event_at(v1, event.at);
    assert_int_equal(event.type, step->type);
    assert_int_equal(event.ticks, step->ticks);
    assert_int_equal(event.count, args);
    assert_int_equal(again.count, args);
    for (unsigned i = 0; i < args; i++) {
        assert_int_equal(event.args[i], step->numbers[i]);
        assert_int_equal(again.args[i], step->numbers[i]);
    }
    assert_int_equal(event.stack, stack ? step->numbers[args] : 0);
    assert_int_equal(again.stack, event.stack);
    assert_true(base_str_is(event.message, step->type == WIRE_V1_LOG ? step->text : ""));
    assert_true(base_str_is(again.message, step->type == WIRE_V1_LOG ? step->text : ""));
}

/* Every event that a version has comes back as it was written. */
static void events_of_every_version(void **state)
{
    (void)state;
    for (size_t i = 0; i < V1_VERSIONS; i++) {
        struct v1_writer writer;
        v1_begin(&writer, v1_versions[i]);
        for (unsigned type = 1; type < WIRE_V1_TYPE_END; type++)
            if (is_proper(type) && v1_numbers_of(v1_versions[i], type) >= 0)
                v1_step(&writer, (struct v1_step[]){step_of(type)});
        v1_frequency(&writer, 5);
        struct base_mapping file = v1_finish(&writer);
        struct wire_v1 v1;
        struct wire_v1_event event;
        struct base_error error = BASE_NO_ERROR;
        uint64_t sequence = 0;
        assert_true(wire_v1_read(&v1, &file, v1_versions[i], false, &error));
        assert_int_equal(v1.procs.count, 1);
        struct wire_v1_cursor cursor = wire_v1_cursor_of(&v1, &v1.procs.at[0]);
        for (unsigned type = 1; type < WIRE_V1_TYPE_END; type++) {
            if (!is_proper(type) || v1_numbers_of(v1_versions[i], type) < 0)
                continue;
            struct v1_step step = step_of(type);
            assert_true(wire_v1_next(&cursor, &event));
            check_decoded(&v1, event, &step);
            assert_int_equal(event.sequence, v1_versions[i] < 7 ? ++sequence : 0);
        }
        assert_false(wire_v1_next(&cursor, &event));
        wire_v1_release(&v1);
        test_mapping_free(&file);
    }
}

/* What a version does not have is unknown to it, also if a later one does. */
static void types_newer_than_the_header(void **state)
{
    (void)state;
    for (size_t i = 0; i < V1_VERSIONS; i++) {
        for (unsigned type = 0; type < 64; type++) {
            if (v1_numbers_of(v1_versions[i], type) >= 0)
                continue;
            struct v1_writer writer;
            struct base_text text = {0}, expected = {0};
            v1_begin(&writer, v1_versions[i]);
            v1_step(&writer, &(struct v1_step){.type = WIRE_V1_BATCH, .ticks = 1});
            base_text_format(&expected, "error: unknown event type %u at %d\n", type, (int)writer.bytes.size);
            v1_raw(&writer, (uint8_t[]){(uint8_t)type}, 1);
            struct base_mapping file = v1_finish(&writer);
            render(&text, &file, false);
            test_assert_text(&text, base_text_cstring(&expected));
            base_text_release(&text);
            base_text_release(&expected);
            test_mapping_free(&file);
        }
    }
}

/* A batch sets time and sequence, on which those behind it build. */
static void batches_of_a_processor_follow_each_other(void **state)
{
    static const struct v1_step steps[] = {
        {0, 10, WIRE_V1_PROC_START, {5}},       {1, 5, WIRE_V1_PROC_START, {6}, .sequence = 20},
        {0, 30, WIRE_V1_PROC_STOP, {0}, 7},     {0, 30, WIRE_V1_BATCH, {0}},
        {0, 40, WIRE_V1_PROC_START, {8}, 9},    {1, 50, WIRE_V1_PROC_STOP, {0}, 8},
        {-1, 60, WIRE_V1_GOMAXPROCS, {2, K_F}}, {0},
    };
    (void)state;
    for (int version = 5; version <= 7; version += 2) {
        struct base_mapping file = v1_write(version, steps);
        struct base_text text = {0};
        render(&text, &file, false);
        base_text_char(&text, '\0');
        char *tables = strstr(text.data, version == 5 ? "k1" : "s1");
        assert_non_null(tables);
        *tables = '\0';
        assert_string_equal(text.data, version == 5 ? "p0 ProcStart 10 #1 (5)\np0 ProcStop 30 #7\n"
                                                      "p0 ProcStart 40 #9 (8)\n"
                                                      "p1 ProcStart 5 #20 (6)\np1 ProcStop 50 #8\n"
                                                      "p-1 Gomaxprocs 60 #9 (2) k3\n"
                                                    : "p0 ProcStart 10 (5)\np0 ProcStop 30\np0 ProcStart 40 (8)\n"
                                                      "p1 ProcStart 5 (6)\np1 ProcStop 50\np-1 Gomaxprocs 60 (2) k3\n");
        base_text_release(&text);
        test_mapping_free(&file);
    }
}

/* ---- strings and stacks ---- */

static void tables(void **state)
{
    static const struct bytes_case cases[] = {
        /* Strings may stand before the first batch, and behind what names them. */
        {21, BYTES("\x25\x02\x01y" BATCH_0 "\xc3\x06\x01\x01\x05\x01\x02\x09\x25\x01\x01x" TEN_HZ),
         "s1 x\ns2 y\nk1 5 x y:9\n10 Hz\n"},
        {21, BYTES("\x25\x00\x01y" BATCH_0 TEN_HZ), "error: string has invalid id 0 at 16\n"},
        {21, BYTES("\x25\x01\x01y\x25\x01\x01z" BATCH_0 TEN_HZ), "error: string has duplicate id 1 at 20\n"},
        {21, BYTES(BATCH_0 "\x25\x01\x00" TEN_HZ), "error: string has invalid length 0 at 19\n"},
        {21, BYTES(BATCH_0 "\x25\x01\x02x"), "error: failed to read trace: unexpected EOF at 19\n"},
        {21, BYTES(BATCH_0 "\x25\x01\xc1\x84\x3d"), "error: string has too large length 1000001 at 19\n"},
        {21, BYTES(BATCH_0 "\x25\x01\xc0\x84\x3d"), "error: failed to read trace: unexpected EOF at 19\n"},
        {21, BYTES(BATCH_0 "\xf0\x04\x01\x05\x06\x07\xc1\x84\x3d"), "error: string is too large (len=1000001) at 19\n"},
        {21, BYTES(BATCH_0 "\xf0\x04\x01\x05\x06\x07\x02h"), "error: failed to read trace: unexpected EOF at 19\n"},
        {21, BYTES(BATCH_0 "\xf0\x04\x01\x05\x06\x07"), "error: failed to read trace: EOF at 19\n"},
        /* A stack without frames, or whose id is 0 in 32 bits, is none; the latter's frames are known all the same. */
        {21,
         BYTES(BATCH_0 "\xc3\x02\x01\x00\xc3\x0a\x80\x80\x80\x80\x10\x01\x05\x00\x00\x09"
                       "\xc3\x0a\x82\x80\x80\x80\x10\x01\x05\x00\x00\x08" TEN_HZ),
         "k2 5  :9\n10 Hz\n"},
        /* The first that is said of an address counts; of a stack the last. Names that are not there are empty. */
        {21,
         BYTES(BATCH_0 "\xc3\x06\x01\x01\x05\x01\x01\x09\xc3\x0a\x01\x02\x06\x02\x01\x07\x05\x01\x01\x08"
                       "\x25\x01\x01x" TEN_HZ),
         "s1 x\nk1 6  x:7 5 x x:9\n10 Hz\n"},
        /* Header 1.5 has addresses alone. */
        {5, BYTES(BATCH_0_OF_5 "\xc3\x04\x01\x02\x06\x07" TEN_HZ_OF_5), "k1 6  :0 7  :0\n10 Hz\n"},
        {21, BYTES(BATCH_0 "\xc3\x06\x01\x02\x05\x01\x01\x09" TEN_HZ),
         "error: EvStack has wrong number of arguments: want 2 frames at 19\n"},
        {21, BYTES(BATCH_0 "\xc3\x07\x01\x01\x05\x01\x01\x09\x00" TEN_HZ),
         "error: EvStack has wrong number of arguments: want 1 frames at 19\n"},
        {21, BYTES(BATCH_0 "\xc3\x05\x01\x01\x05\x01\x01" TEN_HZ),
         "error: EvStack has wrong number of arguments: want 1 frames at 19\n"},
        {21, BYTES(BATCH_0 "\xc3\x00" TEN_HZ), "error: EvStack has wrong number of arguments: want 0 frames at 19\n"},
        {21, BYTES(BATCH_0 "\x83\x01\x00\x00" TEN_HZ),
         "error: Stack has wrong number of arguments: want 1, got 3 at 19\n"},
        {21, BYTES(BATCH_0 "\xc3\x07\x01\x01\x05\x01\x01"), "error: failed to read trace: unexpected EOF at 19\n"},
    };
    (void)state;
    check_bytes(cases, COUNT_OF(cases), false);
}

static void longest_stacks_and_strings(void **state)
{
    (void)state;
    for (uint64_t depth = WIRE_V1_MAX_FRAMES; depth <= WIRE_V1_MAX_FRAMES + 1; depth++) {
        struct v1_writer writer;
        struct base_text long_text = {0};
        struct wire_v1 v1;
        struct base_error error = BASE_NO_ERROR;
        v1_begin(&writer, 21);
        v1_step(&writer, &(struct v1_step){.type = WIRE_V1_BATCH, .ticks = 1});
        for (int i = 0; i < WIRE_V1_MAX_STRING_BYTES; i++)
            base_text_char(&long_text, 'x');
        v1_string(&writer, 1, base_text_cstring(&long_text));
        v1_stack(&writer, 7, NULL, depth);
        v1_frequency(&writer, 5);
        struct base_mapping file = v1_finish(&writer);
        if (depth == WIRE_V1_MAX_FRAMES) {
            assert_true(wire_v1_read(&v1, &file, 21, false, &error));
            const struct wire_stack *stack = &v1.tables.stacks.at[wire_ids_find(&v1.tables.stack_ids, 7)];
            assert_int_equal(stack->count, 1000);
            assert_int_equal(v1.tables.frames.at[v1.tables.frame_refs.at[stack->first + 999]].pc, 1000);
            assert_int_equal(v1.tables.strings.at[wire_ids_find(&v1.tables.string_ids, 1)].size, 1000000);
            wire_v1_release(&v1);
        } else {
            assert_false(wire_v1_read(&v1, &file, 21, false, &error));
            assert_string_equal(error.cause, "EvStack has bad number of frames: 1001");
        }
        base_error_release(&error);
        base_text_release(&long_text);
        test_mapping_free(&file);
    }
}

/* ---- what is refused ---- */

static void refused(void **state)
{
    static const struct bytes_case cases[] = {
        {21, BYTES(""), "error: no EvFrequency event at 16\n"},
        {21, BYTES(BATCH_0 "\x06\x01"), "error: no EvFrequency event at 21\n"},
        {21, BYTES(BATCH_0 "\x02\x00"), "error: time stamps out of order at 19\n"},
        {21, BYTES(BATCH_0 "\x02\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01"), "error: time stamps out of order at 19\n"},
        {21, BYTES("\x06\x01" BATCH_0 TEN_HZ),
         "error: read event 6 with current P of 0, but P has no batches yet at 16\n"},
        {21, BYTES(TEN_HZ BATCH_0), "error: read event 2 with current P of 0, but P has no batches yet at 16\n"},
        {21, BYTES("\xc3\x06\x01\x01\x05\x01\x01\x09" BATCH_0 TEN_HZ),
         "error: read event 3 with current P of 0, but P has no batches yet at 16\n"},
        {21, BYTES("\x41\x80\x80\x80\x80\x08\x64" TEN_HZ),
         "error: processor ID 2147483648 is larger than maximum of 2147483647 at 16\n"},
        {21, BYTES("\x41\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01\x64" TEN_HZ),
         "error: processor ID 18446744073709551614 is larger than maximum of 2147483647 at 16\n"},
        {21, BYTES("\x01\x00"), "error: Batch has wrong number of arguments: want 2, got 1 at 16\n"},
        {5, BYTES("\x81\x00\x01\x64\x00"), "error: Batch has wrong number of arguments: want 3, got 4 at 16\n"},
        {21, BYTES(BATCH_0 "\x46\x01\x02" TEN_HZ),
         "error: ProcStop has wrong number of arguments: want 1, got 2 at 19\n"},
        {21, BYTES(BATCH_0 "\x05\x01" TEN_HZ), "error: ProcStart has wrong number of arguments: want 2, got 1 at 19\n"},
        {5, BYTES(BATCH_0_OF_5 "\x05\x01\x01" TEN_HZ_OF_5),
         "error: ProcStart has wrong number of arguments: want 3, got 2 at 20\n"},
        {5, BYTES(BATCH_0_OF_5 TEN_HZ), "error: failed to read event 2 argument: EOF at 20\n"},
        {21, BYTES(BATCH_0 "\xf1\x04\x01\x02\x03\x04" TEN_HZ),
         "error: CPUSample has wrong number of arguments: want 5, got 4 at 19\n"},
        {8, BYTES(BATCH_0 "\x8c\x01\x09\x08" TEN_HZ),
         "error: GCSweepDone has wrong number of arguments: want 1, got 3 at 19\n"},
        {9, BYTES(BATCH_0 "\x0c\x01" TEN_HZ),
         "error: GCSweepDone has wrong number of arguments: want 3, got 1 at 19\n"},
        {9, BYTES(BATCH_0 "\x49\x01\x02" TEN_HZ),
         "error: GCSTWStart has wrong number of arguments: want 1, got 2 at 19\n"},
        {10, BYTES(BATCH_0 "\x09\x01" TEN_HZ),
         "error: GCSTWStart has wrong number of arguments: want 2, got 1 at 19\n"},
        /* Numbers. */
        {21, BYTES(BATCH_0 "\x06\x80"), "error: failed to read event 6 argument: unexpected EOF at 19\n"},
        {21, BYTES(BATCH_0 "\x06"), "error: failed to read event 6 argument: EOF at 19\n"},
        {21, BYTES(BATCH_0 "\x06\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02" TEN_HZ),
         "error: failed to read event 6 argument: malformatted base-128 varint at 19\n"},
        /* Lengths: the arguments must end where it says. */
        {21, BYTES(BATCH_0 "\xc5\x03\x01\x07"), "error: failed to read trace: unexpected EOF at 19\n"},
        {21, BYTES(BATCH_0 "\xc5\x02\x01\x80\x07" TEN_HZ),
         "error: failed to read event 5 argument: unexpected EOF at 19\n"},
        {21, BYTES(BATCH_0 "\xc5\x80"), "error: failed to read event 5 argument: unexpected EOF at 19\n"},
        {21, BYTES(BATCH_0 "\xc5\x3d"), "error: failed to read event 5 argument: 61 bytes of arguments at 19\n"},
        {21, BYTES(BATCH_0 "\xc5" ALL_ONES),
         "error: failed to read event 5 argument: 18446744073709551615 bytes of arguments at 19\n"},
        {21, BYTES(BATCH_0 "\xc3" ALL_ONES), "error: failed to read trace: unexpected EOF at 19\n"},
        {21,
         BYTES(BATCH_0 "\xc6\x3c"
                       "123456789012345678901234567890123456789012345678901234567890"),
         "error: ProcStop has wrong number of arguments: want 1, got 60 at 19\n"},
        {21, BYTES(BATCH_0 "\xc6\x00" TEN_HZ), "error: ProcStop has wrong number of arguments: want 1, got 0 at 19\n"},
    };
    (void)state;
    check_bytes(cases, COUNT_OF(cases), false);
}

/* ---- cut anywhere ---- */

enum { MOST_BOUNDARIES = 80 };

/* A file of every version that has all kinds of events; *ret_ends is where each of them ends. The frequency is last. */
static struct base_mapping write_all_kinds(int version, size_t *ret_ends, size_t *ret_count)
{
    struct v1_writer writer;
    size_t count = 0;
    v1_begin(&writer, version);
    ret_ends[count++] = writer.bytes.size;
    v1_step(&writer, &(struct v1_step){.proc = 3, .ticks = 1000, .type = WIRE_V1_BATCH});
    ret_ends[count++] = writer.bytes.size;
    for (unsigned type = 1; type < WIRE_V1_TYPE_END; type++) {
        struct v1_step step = step_of(type);
        if (v1_numbers_of(version, type) < 0 || type == WIRE_V1_BATCH || type == WIRE_V1_FREQUENCY)
            continue;
        if (type == WIRE_V1_STACK)
            v1_stack(&writer, K_F_G, test_stacks[0].frames, test_stacks[0].count);
        else
            v1_step(&writer, &step);
        ret_ends[count++] = writer.bytes.size;
    }
    v1_step(&writer, &(struct v1_step){.proc = 4, .ticks = 2000, .type = WIRE_V1_BATCH});
    ret_ends[count++] = writer.bytes.size;
    v1_frequency(&writer, 12345);
    ret_ends[count++] = writer.bytes.size;
    assert_true(count <= MOST_BOUNDARIES);
    *ret_count = count;
    return v1_finish(&writer);
}

/* Of a file that is cut within an event, the events before it are read, and the rest is lost. */
static void cut_at_every_byte(void **state)
{
    (void)state;
    for (size_t i = 0; i < V1_VERSIONS; i++) {
        size_t ends[MOST_BOUNDARIES], count, last = 0, events = 0;
        struct base_mapping whole = write_all_kinds(v1_versions[i], ends, &count);
        assert_int_equal(ends[count - 1], whole.size);
        for (size_t size = WIRE_HEADER_BYTES; size <= whole.size; size++) {
            struct base_mapping cut = test_mapping_of(whole.data, size);
            struct base_error error = BASE_NO_ERROR;
            struct wire_v1 v1;
            while (last + 1 < count && ends[last + 1] <= size)
                last++;
            assert_int_equal(wire_v1_read(&v1, &cut, v1_versions[i], false, &error), size == whole.size);
            if (size == whole.size)
                wire_v1_release(&v1);
            else
                assert_non_null(error.cause);
            base_error_release(&error);
            error = BASE_NO_ERROR;
            assert_true(wire_v1_read(&v1, &cut, v1_versions[i], true, &error));
            assert_int_equal(v1.lost_bytes, size - ends[last]);
            assert_int_equal(v1.damage.cause != NULL, size > ends[last]);
            if (v1.damage.cause)
                assert_int_equal(v1.damage.offset_bytes, ends[last]);
            assert_true(v1.event_count >= events);
            events = v1.event_count;
            wire_v1_release(&v1);
            test_mapping_free(&cut);
        }
        test_mapping_free(&whole);
    }
}

/* ---- reading goes on ---- */

/* Two processors, and what stands between them. */
#define FIRST BATCH_0 "\x45\x01\x05\x06\x01"
#define SECOND "\x41\x01\x65\x45\x01\x06\x06\x01" TEN_HZ
#define FIRST_TEXT "p0 ProcStart 101 (5)\np0 ProcStop 102\n"
#define SECOND_TEXT "p1 ProcStart 102 (6)\np1 ProcStop 103\n"
#define UNKNOWN "damage: unknown event type 0 at 24, "

static void holes_are_skipped(void **state)
{
    static const struct bytes_case cases[] = {
        {21, BYTES(FIRST SECOND), FIRST_TEXT SECOND_TEXT "10 Hz\n"},
        {21, BYTES(FIRST "\x00\x00\x00" SECOND), FIRST_TEXT SECOND_TEXT "10 Hz\n" UNKNOWN "3 bytes lost\n"},
        /* Events are not believed without a batch: they may be any processor's. */
        {21, BYTES(FIRST "\x00\x06\x01\x06\x01" SECOND), FIRST_TEXT SECOND_TEXT "10 Hz\n" UNKNOWN "5 bytes lost\n"},
        /* What could be a batch, but for an absurd processor, no time, or a time too far from the last one's … */
        {21, BYTES(FIRST "\x00\x41\x80\x80\x04\x65" SECOND), FIRST_TEXT SECOND_TEXT "10 Hz\n" UNKNOWN "6 bytes lost\n"},
        {21, BYTES(FIRST "\x00\x41\x02\x00" SECOND), FIRST_TEXT SECOND_TEXT "10 Hz\n" UNKNOWN "4 bytes lost\n"},
        {21, BYTES(FIRST "\x00\x41\x02\xe4\x80\x80\x80\x80\x80\x10" SECOND),
         FIRST_TEXT SECOND_TEXT "10 Hz\n" UNKNOWN "10 bytes lost\n"},
        {21, BYTES(FIRST "\x00\x41\x02\xe4\xff\xff\xff\xff\xff\xef\xff\xff\x01" SECOND),
         FIRST_TEXT SECOND_TEXT "10 Hz\n" UNKNOWN "13 bytes lost\n"},
        /* … or whose events cannot be read; eight are looked at. */
        {21, BYTES(FIRST "\x00\x41\x02\x65\x00" SECOND), FIRST_TEXT SECOND_TEXT "10 Hz\n" UNKNOWN "5 bytes lost\n"},
        {21, BYTES(FIRST "\x00\x41\x02\x65\x06\x01\x06\x01\x06\x01\x06\x01\x06\x01\x06\x01\x06\x01\x00" SECOND),
         FIRST_TEXT SECOND_TEXT "10 Hz\n" UNKNOWN "19 bytes lost\n"},
        {21, BYTES(FIRST "\x00\x41\x02\x65\x06\x01\x06\x01\x06\x01\x06\x01\x06\x01\x06\x01\x06\x01\x06\x01\x00" SECOND),
         FIRST_TEXT "p2 ProcStop 102\np2 ProcStop 103\np2 ProcStop 104\np2 ProcStop 105\np2 ProcStop 106\n"
                    "p2 ProcStop 107\np2 ProcStop 108\np2 ProcStop 109\n" SECOND_TEXT "10 Hz\n" UNKNOWN
                    "2 bytes lost\n"},
        /* Batches that are plausible: the largest processor, none, and times at the limits. */
        {21, BYTES(FIRST "\x00\x41\xff\xff\x03\x65\x06\x01" SECOND),
         FIRST_TEXT "p65535 ProcStop 102\n" SECOND_TEXT "10 Hz\n" UNKNOWN "1 bytes lost\n"},
        {21, BYTES(FIRST "\x00\x41" ALL_ONES "\x65\x06\x01" SECOND),
         FIRST_TEXT "p-1 ProcStop 102\n" SECOND_TEXT "10 Hz\n" UNKNOWN "1 bytes lost\n"},
        {21, BYTES(FIRST "\x00\x41\x02\xe3\x80\x80\x80\x80\x80\x10\x06\x01" SECOND),
         FIRST_TEXT "p2 ProcStop 70368744177764\n" SECOND_TEXT "10 Hz\n" UNKNOWN "1 bytes lost\n"},
        {21, BYTES(FIRST "\x00\x41\x02\x01\x06\x01" SECOND),
         FIRST_TEXT "p2 ProcStop 2\n" SECOND_TEXT "10 Hz\n" UNKNOWN "1 bytes lost\n"},
        /* The first damage is told, all bytes are counted. */
        {21, BYTES(FIRST "\x3f\x3f\x41\x01\x65\x45\x01\x06\x06\x01" TEN_HZ TEN_HZ TEN_HZ TEN_HZ TEN_HZ TEN_HZ "\x00"),
         FIRST_TEXT SECOND_TEXT "10 Hz\ndamage: unknown event type 63 at 24, 3 bytes lost\n"},
        /* Before the first batch there is no time to compare with. */
        {21, BYTES("\x06\x01\x41\x02\xe4\x80\x80\x80\x80\x80\x10" TEN_HZ),
         "10 Hz\ndamage: read event 6 with current P of 0, but P has no batches yet at 16, 2 bytes lost\n"},
        /* A string or a stack that is refused, too, ends what can be read of its batch. */
        {21, BYTES(BATCH_0 "\x25\x01\x01x\x25\x01\x01y\x06\x01" SECOND),
         SECOND_TEXT "s1 x\n10 Hz\ndamage: string has duplicate id 1 at 23, 6 bytes lost\n"},
        {21, BYTES(BATCH_0 "\xc3\x06\x01\x01\x05\x01\x01\x09\xc3\x03\x02\x02\x05\x06\x01" SECOND),
         SECOND_TEXT "k1 5  :9\n10 Hz\n"
                     "damage: EvStack has wrong number of arguments: want 2 frames at 27, 7 bytes lost\n"},
        {5, BYTES(BATCH_0_OF_5 "\x06\x01\x01\x00\x41\x01\x32\x65\x06\x01\x01" TEN_HZ_OF_5),
         "p0 ProcStop 101 #41\np1 ProcStop 102 #51\n10 Hz\ndamage: unknown event type 0 at 23, 1 bytes lost\n"},
    };
    (void)state;
    check_bytes(cases, COUNT_OF(cases), true);
}

static void ends_without_a_frequency(void **state)
{
    static const struct bytes_case cases[] = {
        {21, BYTES(FIRST), FIRST_TEXT "0 Hz\n"},
        {21, BYTES(""), "0 Hz\n"},
        {21, BYTES(FIRST "\x02\x00"), FIRST_TEXT "0 Hz\ndamage: time stamps out of order at 24, 2 bytes lost\n"},
        {21, BYTES(FIRST "\x02"),
         FIRST_TEXT "0 Hz\ndamage: failed to read event 2 argument: EOF at 24, 1 bytes lost\n"},
        {21, BYTES(FIRST TEN_HZ "\xff\xff\xff\xff\x00"),
         FIRST_TEXT "10 Hz\ndamage: unknown event type 63 at 26, 5 bytes lost\n"},
        {21, BYTES("\xff\xff\xff\xff\x00"), "0 Hz\ndamage: unknown event type 63 at 16, 5 bytes lost\n"},
    };
    (void)state;
    check_bytes(cases, COUNT_OF(cases), true);
}

/* Any bytes: reading goes on to the end, and no more is lost than was there. */
static void hostile_bytes(void **state)
{
    struct test_random random = {3};
    (void)state;
    for (int round = 0; round < 2000; round++) {
        size_t ends[MOST_BOUNDARIES], count;
        int version = v1_versions[round % V1_VERSIONS];
        struct base_mapping file = write_all_kinds(version, ends, &count);
        uint8_t *bytes = (uint8_t *)(uintptr_t)file.data;
        for (int i = 0; i < 1 + round % 9; i++)
            bytes[16 + test_random_below(&random, file.size - 16)] = (uint8_t)test_random_below(&random, 256);
        for (int go_on = 0; go_on < 2; go_on++) {
            struct base_text text = {0};
            render(&text, &file, go_on);
            assert_true(text.size > 0);
            base_text_release(&text);
        }
        struct wire_v1 v1;
        struct base_error error = BASE_NO_ERROR;
        assert_true(wire_v1_read(&v1, &file, version, true, &error));
        assert_true(v1.lost_bytes <= file.size - WIRE_HEADER_BYTES);
        wire_v1_release(&v1);
        test_mapping_free(&file);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(worked_example),
        cmocka_unit_test(encodings),
        cmocka_unit_test(events_of_every_version),
        cmocka_unit_test(types_newer_than_the_header),
        cmocka_unit_test(batches_of_a_processor_follow_each_other),
        cmocka_unit_test(tables),
        cmocka_unit_test(longest_stacks_and_strings),
        cmocka_unit_test(refused),
        cmocka_unit_test(cut_at_every_byte),
        cmocka_unit_test(holes_are_skipped),
        cmocka_unit_test(ends_without_a_frequency),
        cmocka_unit_test(hostile_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
