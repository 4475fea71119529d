#include "wire/sound.h"

#include <string.h>

static uint32_t four(const uint8_t *bytes)
{
    uint32_t four;
    memcpy(&four, bytes, sizeof four);
    return four;
}

/* In every run of 9 there are four bytes from a multiple of 4 on, with one more before and one behind them. */
bool wire_is_sound(const uint8_t *bytes, size_t count)
{
    const uint32_t high = 0x80808080;
    uint32_t found = 0;
    /* A loop that counts, and nothing leaves it early: the compiler makes vectors of it. */
    for (size_t fours = count < 9 ? 0 : (count - 5) / 4; fours; fours--, bytes += 4)
        found |= (four(bytes + 3) & four(bytes + 4) & four(bytes + 5) & high) == high;
    return !found;
}

const uint8_t *wire_sound_read_long(const uint8_t *at, uint64_t *ret_value)
{
    uint64_t value = 0;
    unsigned shift = 0;
    for (; *at & 0x80; shift += 7)
        value |= (uint64_t)(*at++ & 0x7f) << shift;
    *ret_value = value | (uint64_t)*at << shift;
    return at + 1;
}
