/* Reading on past damage of any kind: what always holds. That the stream makes sense is checked while it is read
 * (salvage.h), that nothing is read beyond the end by a mapping of exactly the file's size. */
#include "salvage.h"

static const enum wire_version versions[] = {WIRE_GO_1_22, WIRE_GO_1_25, WIRE_GO_1_26};

/* Never an error but that there was nothing, and never less than strict reading gives. */
static void check_no_less(const struct base_mapping *file, const char *what, size_t which)
{
    struct salvaged strict = salvage(file, ORDER_STOP_AT_DAMAGE, false), all = salvage(file, ORDER_GO_ON, false);
    static const char nothing[] = "failed to parse any useful part of the trace: ";
    if (all.failed && (strncmp(all.error, nothing, strlen(nothing)) != 0 || strict.events))
        fail_msg("%s %zu: %s, where there are %zu events", what, which, all.error, strict.events);
    if (all.generations < strict.generations || all.events < strict.events)
        fail_msg("%s %zu: %zu generations, %zu events, where strict reading gives %zu, %zu", what, which,
                 all.generations, all.events, strict.generations, strict.events);
    if (strict.failed && !all.losses.size)
        fail_msg("%s %zu: nothing is said of %s", what, which, strict.error);
    /* Strictly, a generation without a single event may end anywhere. */
    if (!strict.failed && all.losses.size && !strstr(base_text_cstring(&all.losses), "trace likely truncated"))
        fail_msg("%s %zu: said of what can be read: %s", what, which, base_text_cstring(&all.losses));
    salvaged_release(&strict);
    salvaged_release(&all);
}

static void cut_off_at_every_byte(void **state)
{
    (void)state;
    for (size_t v = 0; v < COUNT_OF(versions); v++) {
        struct base_mapping whole = write_generations(versions[v], 3);
        for (size_t size = WIRE_HEADER_BYTES; size <= whole.size; size++) {
            struct base_mapping file = test_mapping_of(whole.data, size);
            check_no_less(&file, "cut off at", size);
            test_mapping_free(&file);
        }
        test_mapping_free(&whole);
    }
}

/* Generations that end before the cut are there, and what the last one still has of its threads. */
static void cut_off_within_the_last_generation(void **state)
{
    (void)state;
    for (size_t v = 0; v < COUNT_OF(versions); v++) {
        struct base_mapping whole = write_generations(versions[v], 3);
        struct batch_places places = find_batches(&whole);
        size_t last = 0;
        while (places.list.at[last].generation != 3)
            last++;
        uint64_t events_from = places.list.at[last + (versions[v] >= WIRE_GO_1_25)].end; /* of an event batch */
        for (uint64_t size = events_from; size < whole.size; size++) {
            struct base_mapping file = test_mapping_of(whole.data, size);
            struct salvaged all = salvage(&file, ORDER_GO_ON, false);
            if (all.failed || all.generations != 3 || all.events < 2 * 11 + 3)
                fail_msg("1.%d cut off at %zu: %zu generations, %zu events: %s%s", (int)versions[v], (size_t)size,
                         all.generations, all.events, base_text_cstring(&all.text), base_text_cstring(&all.losses));
            salvaged_release(&all);
            test_mapping_free(&file);
        }
        base_vec_release(&places.list);
        test_mapping_free(&whole);
    }
}

static void mutate(struct base_mapping *file, struct test_random *random)
{
    size_t body = file->size - WIRE_HEADER_BYTES;
    size_t from = WIRE_HEADER_BYTES + test_random_below(random, body);
    size_t length = 1 + test_random_below(random, test_random_below(random, 4) ? 8 : 200);
    size_t to = from + length < file->size ? from + length : file->size;
    switch (test_random_below(random, 6)) {
    case 0: bytes_of(file)[from] = (uint8_t)test_random_below(random, 256); break;
    case 1: bytes_of(file)[from] ^= (uint8_t)(1u << test_random_below(random, 8)); break;
    case 2: memset(bytes_of(file) + from, test_random_below(random, 2) ? 0xff : 0, to - from); break;
    case 3:
        for (size_t at = from; at < to; at++)
            bytes_of(file)[at] = (uint8_t)test_random_below(random, 256);
        break;
    case 4: cut_out(file, from, to); break;
    default: cut_out(file, from, test_random_below(random, 4) ? to : file->size); break;
    }
}

static void random_damage(void **state)
{
    struct test_random random = {20261121};
    (void)state;
    for (size_t round = 0; round < 2000; round++) {
        struct base_mapping file = write_generations(versions[round % COUNT_OF(versions)], 4);
        for (uint64_t left = 1 + test_random_below(&random, 3); left && file.size > WIRE_HEADER_BYTES; left--)
            mutate(&file, &random);
        check_no_less(&file, "round", round);
        test_mapping_free(&file);
    }
}

/* Each batch in turn: the other generations are whole. */
static void one_batch_costs_one_generation(void **state)
{
    struct base_mapping whole = write_generations(WIRE_GO_1_26, 4);
    struct batch_places places = find_batches(&whole);
    (void)state;
    for (size_t i = 0; i < places.list.count; i++) {
        if (places.list.at[i].mark)
            continue;
        struct base_mapping file = test_mapping_of(whole.data, whole.size);
        memset(bytes_of(&file) + places.list.at[i].begin, 0xff, places.list.at[i].end - places.list.at[i].begin);
        struct salvaged all = salvage(&file, ORDER_GO_ON, false);
        if (all.failed || all.generations != 4 || all.events < 3 * 11)
            fail_msg("batch %zu: %zu generations, %zu events: %s%s", i, all.generations, all.events,
                     base_text_cstring(&all.text), base_text_cstring(&all.losses));
        if (!strstr(base_text_cstring(&all.losses), "expected batch event, got event 255"))
            fail_msg("batch %zu: %s", i, base_text_cstring(&all.losses));
        salvaged_release(&all);
        test_mapping_free(&file);
    }
    base_vec_release(&places.list);
    test_mapping_free(&whole);
}

static void whole_traces_are_read_as_ever(void **state)
{
    static const char *const examples[] = {"contention", "daisy", "webload", "workerpool"};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(examples); i++) {
        struct base_text path = {0};
        base_text_format(&path, "examples/%s.trace", examples[i]);
        struct base_mapping file = test_map_source(base_text_cstring(&path));
        struct salvaged strict = salvage(&file, ORDER_STOP_AT_DAMAGE, true), all = salvage(&file, ORDER_GO_ON, true);
        assert_false(strict.failed || all.failed);
        assert_true(strict.events > 50);
        assert_int_equal(strict.text.size, all.text.size);
        assert_memory_equal(strict.text.data, all.text.data, all.text.size);
        test_assert_text(&all.losses, "");
        salvaged_release(&strict);
        salvaged_release(&all);
        base_os_unmap(&file);
        base_text_release(&path);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cut_off_at_every_byte),
        cmocka_unit_test(cut_off_within_the_last_generation),
        cmocka_unit_test(random_damage),
        cmocka_unit_test(one_batch_costs_one_generation),
        cmocka_unit_test(whole_traces_are_read_as_ever),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
