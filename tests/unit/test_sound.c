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

static void nine_in_a_row_are_not(void **state)
{
    (void)state;
    for (size_t count = 0; count < 80; count++)
        for (size_t run = 0; run <= count; run++)
            for (size_t at = 0; at + run <= count; at++) {
                uint8_t bytes[80] = {0};
                memset(bytes + at, 0x80, run);
                if (run < 6 || run >= 9)
                    assert_int_equal(wire_is_sound(bytes, count), run < 6);
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
                                       cmocka_unit_test(nine_in_a_row_are_not), cmocka_unit_test(long_numbers)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
