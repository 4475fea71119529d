/* Numbers that are not looked at one by one: whatever wire_is_sound lets pass must be what the careful reader reads. */
#include "support.h"
#include "wire/cursor.h"
#include "wire/sound.h"

static uint64_t next_random(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *state >> 33;
}

/* From each place on; a number that goes on beyond the end is none. */
static void check_all_numbers(const uint8_t *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct wire_cursor careful = wire_cursor_of(bytes + i, count - i);
        uint64_t expected = wire_read_uvarint(&careful), value;
        if (careful.failure == WIRE_UNEXPECTED_EOF)
            continue;
        assert_int_equal(careful.failure, WIRE_OK);
        assert_ptr_equal(wire_sound_read(bytes + i, &value), careful.at);
        assert_true(value == expected);
        assert_ptr_equal(wire_sound_skip(bytes + i, 1), careful.at);
    }
}

static void what_is_sound_is_read_alike(void **state)
{
    uint64_t random = 1, sound = 0;
    (void)state;
    for (int round = 0; round < 20000; round++) {
        uint8_t bytes[64];
        size_t count = next_random(&random) % (sizeof bytes + 1);
        unsigned percent = (unsigned)(next_random(&random) % 100); /* of bytes that say that a number goes on */
        for (size_t i = 0; i < count; i++)
            bytes[i] = (uint8_t)((next_random(&random) & 0x7f) | (next_random(&random) % 100 < percent ? 0x80 : 0));
        if (!wire_is_sound(bytes, count))
            continue;
        sound++;
        check_all_numbers(bytes, count);
    }
    assert_true(sound > 5000);
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
                bool found = !wire_is_sound(copy.data, copy.size);
                assert_false(run < 6 && found);
                assert_false(run >= 9 && !found);
                test_mapping_free(&copy);
            }
        }
    }
}

/* Longer numbers than wire_is_sound lets pass can be read as well. */
static void long_numbers(void **state)
{
    static const uint8_t most[] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01, 0x00};
    uint64_t value;
    (void)state;
    assert_ptr_equal(wire_sound_read(most, &value), most + 10);
    assert_true(value == UINT64_MAX);
    assert_ptr_equal(wire_sound_skip(most, 2), most + 11);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_is_sound_is_read_alike),
                                       cmocka_unit_test(long_runs_are_found), cmocka_unit_test(long_numbers)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
