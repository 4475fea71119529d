/* The footprint counts by the ends of numbers where it can: numbers of every length, padding, payloads, ends and damage
 * anywhere, against what was written, and against the raw dump, which decodes everything. */
#include "support.h"

#include "base/threads.h"
#include "wire/dump.h"
#include "wire/event.h"
#include "wire/header.h"

#include <stdio.h>
#include <stdlib.h>

static const unsigned threads[] = {1, 2, 8};

/* What a trace is made of. */
struct mixture {
    unsigned longest;   /* number, in bytes */
    unsigned padded_in; /* one of so many numbers is padded; 0: none */
    unsigned payloads_in;
    bool batches; /* with sizes that are true */
};

struct written {
    struct base_text bytes;
    uint64_t count[256], canonical[256];
};

static void add_number(struct written *out, uint64_t value, unsigned padding, uint8_t type)
{
    for (; value >= 0x80; value >>= 7, out->canonical[type]++)
        base_text_char(&out->bytes, (char)(value | 0x80));
    out->canonical[type]++;
    base_text_char(&out->bytes, (char)(value | (padding ? 0x80 : 0)));
    while (padding--)
        base_text_char(&out->bytes, (char)(padding ? 0x80 : 0));
}

static void add_random_number(struct written *out, struct test_random *random, const struct mixture *mixture,
                              uint8_t type)
{
    unsigned size = 1 + (unsigned)test_random_below(random, mixture->longest);
    uint64_t least = size > 1 ? UINT64_C(1) << 7 * (size - 1) : 0;
    uint64_t value =
        size < 10 ? least + test_random_below(random, (UINT64_C(1) << 7 * size) - least) : UINT64_MAX - size;
    bool pad = size < 10 && mixture->padded_in && !test_random_below(random, mixture->padded_in);
    add_number(out, value, pad ? 1 + (unsigned)test_random_below(random, 10 - size) : 0, type);
}

static void add_event(struct written *out, struct test_random *random, const struct mixture *mixture)
{
    const struct wire_event_spec *spec;
    uint8_t type;
    do {
        type = (uint8_t)test_random_below(random, 256);
        spec = &wire_events[type];
    } while (!spec->name || type == WIRE_EVENT_BATCH || type >= wire_version_type_end(WIRE_GO_1_26) ||
             (spec->payload && test_random_below(random, mixture->payloads_in)));
    base_text_char(&out->bytes, (char)type);
    out->count[type]++;
    out->canonical[type]++;
    unsigned numbers = spec->arg_count;
    if (spec->payload == WIRE_PAYLOAD_FRAMES) {
        unsigned frames = (unsigned)test_random_below(random, 130);
        add_random_number(out, random, mixture, type);
        add_number(out, frames, 0, type);
        numbers = 4 * frames;
    }
    while (numbers--)
        add_random_number(out, random, mixture, type);
    if (spec->payload == WIRE_PAYLOAD_DATA) {
        uint64_t size = test_random_below(random, 40);
        add_number(out, size, 0, type);
        out->canonical[type] += size;
        while (size--)
            base_text_char(&out->bytes, (char)test_random_below(random, 256));
    }
}

static void add_batch(struct written *out, struct test_random *random, const struct mixture *mixture)
{
    struct written body = {0};
    for (uint64_t events = test_random_below(random, 400); events; events--)
        add_event(&body, random, mixture);
    if (mixture->batches) {
        base_text_char(&out->bytes, WIRE_EVENT_BATCH);
        out->count[WIRE_EVENT_BATCH]++;
        out->canonical[WIRE_EVENT_BATCH]++;
        for (unsigned i = 0; i < 3; i++)
            add_random_number(out, random, mixture, WIRE_EVENT_BATCH);
        add_number(out, body.bytes.size,
                   body.bytes.size < 0x80     ? 9
                   : body.bytes.size < 0x4000 ? 8
                                              : 7,
                   WIRE_EVENT_BATCH);
    }
    base_text_bytes(&out->bytes, body.bytes.data, body.bytes.size);
    for (unsigned type = 0; type < 256; type++) {
        out->count[type] += body.count[type];
        out->canonical[type] += body.canonical[type];
    }
    base_text_release(&body.bytes);
}

static struct written write_mixture(struct test_random *random, const struct mixture *mixture)
{
    struct written out = {0};
    base_text_bytes(&out.bytes, "go 1.26 trace\0\0", WIRE_HEADER_BYTES);
    for (unsigned batches = 0; batches < 30; batches++)
        add_batch(&out, random, mixture);
    return out;
}

/* Holds the table against what was written. */
static void check_table(struct base_text *text, const struct written *written)
{
    unsigned seen = 0;
    base_text_cstring(text);
    for (char *line = strtok(text->data, "\n"); line; line = strtok(NULL, "\n")) {
        char name[64];
        unsigned long long bytes, count;
        if (sscanf(line, "%63s %llu %*f%% %llu", name, &bytes, &count) != 3 || !count)
            continue;
        for (unsigned type = 0; type < 256; type++) {
            const char *is = wire_event_name(WIRE_GO_1_26, type);
            if (is && strcmp(is, name) == 0) {
                assert_int_equal(bytes, written->canonical[type]);
                assert_int_equal(count, written->count[type]);
                seen++;
            }
        }
    }
    for (unsigned type = 0; type < 256; type++)
        seen -= written->count[type] > 0;
    assert_int_equal(seen, 0);
}

static const struct mixture mixtures[] = {
    {.longest = 1, .payloads_in = 400, .batches = true},
    {.longest = 3, .payloads_in = 400, .batches = true},
    {.longest = 3, .payloads_in = 20},
    {.longest = 5, .payloads_in = 400, .padded_in = 2000, .batches = true},
    {.longest = 7, .payloads_in = 400},
    {.longest = 9, .payloads_in = 400, .batches = true},
    {.longest = 10, .payloads_in = 400, .padded_in = 20, .batches = true},
    {.longest = 10, .payloads_in = 1},
};

static void counts_what_was_written(void **state)
{
    struct test_random random = {1};
    (void)state;
    for (size_t i = 0; i < 4 * COUNT_OF(mixtures); i++) {
        struct written written = write_mixture(&random, &mixtures[i % COUNT_OF(mixtures)]);
        struct base_mapping file = test_mapping_of(written.bytes.data, written.bytes.size);
        for (size_t j = 0; j < COUNT_OF(threads); j++) {
            struct base_text text = {0};
            struct base_error error = BASE_NO_ERROR;
            base_threads_set(threads[j]);
            assert_true(wire_dump_footprint(&file, &text, &error));
            check_table(&text, &written);
            base_text_release(&text);
        }
        test_mapping_free(&file);
        base_text_release(&written.bytes);
    }
    base_threads_set(0);
}

/* The footprint says the same as the raw dump of what is wrong, and where; or else counts as many events. */
static void check_against_dump(const struct base_mapping *file)
{
    struct base_text events = {0};
    struct base_error expected = BASE_NO_ERROR;
    bool good = wire_dump_events(file, &events, &expected);
    uint64_t lines = 0;
    for (size_t i = 0; i < events.size; i++)
        lines += events.data[i] == '\n' && (i + 1 == events.size || events.data[i + 1] != '\t');
    for (size_t i = 0; i < COUNT_OF(threads); i++) {
        struct base_text text = {0};
        struct base_error error = BASE_NO_ERROR;
        base_threads_set(threads[i]);
        assert_int_equal(wire_dump_footprint(file, &text, &error), good);
        assert_int_equal(error.offset_bytes, expected.offset_bytes);
        assert_int_equal(!error.cause, !expected.cause);
        if (error.cause)
            assert_string_equal(error.cause, expected.cause);
        uint64_t counted = 0;
        for (const char *line = base_text_cstring(&text); (line = strchr(line, '\n')) && *++line;) {
            unsigned long long count;
            if (sscanf(line, "%*[^%\n]%% %llu", &count) == 1)
                counted += count;
        }
        assert_int_equal(counted, good ? lines : 0);
        base_error_release(&error);
        base_text_release(&text);
    }
    base_threads_set(0);
    base_error_release(&expected);
    base_text_release(&events);
}

static void ends_anywhere(void **state)
{
    struct test_random random = {2};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(mixtures); i++) {
        struct written written = write_mixture(&random, &mixtures[i]);
        for (unsigned times = 0; times < 40; times++) {
            size_t size = WIRE_HEADER_BYTES + test_random_below(&random, written.bytes.size - WIRE_HEADER_BYTES);
            struct base_mapping file = test_mapping_of(written.bytes.data, size);
            check_against_dump(&file);
            test_mapping_free(&file);
        }
        base_text_release(&written.bytes);
    }
}

static void is_damaged_anywhere(void **state)
{
    static const uint8_t worth[] = {0, 1, 0x7f, 0x80, 0xff, WIRE_EVENT_BATCH, WIRE_STACK, WIRE_STRING};
    struct test_random random = {3};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(mixtures); i++) {
        struct written written = write_mixture(&random, &mixtures[i]);
        for (unsigned times = 0; times < 60; times++) {
            struct base_mapping file = test_mapping_of(written.bytes.data, written.bytes.size);
            uint8_t *bytes = (uint8_t *)file.data;
            size_t run = 1 + test_random_below(&random, 12);
            size_t at = WIRE_HEADER_BYTES + test_random_below(&random, file.size - run - WIRE_HEADER_BYTES);
            memset(bytes + at, worth[test_random_below(&random, COUNT_OF(worth))], run);
            check_against_dump(&file);
            test_mapping_free(&file);
        }
        base_text_release(&written.bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_what_was_written),
        cmocka_unit_test(ends_anywhere),
        cmocka_unit_test(is_damaged_anywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
