#include "base/unicode.h"

/* [first, last] of each run of printable code points, ascending; made by tools/unicode-table.mjs. */
static const uint32_t printable[][2] = {
#include "base/unicode_printable.inc"
};

size_t base_utf8_decode(const char *data, size_t size, uint32_t *ret_rune)
{
    static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char *at = (const unsigned char *)data;
    if (at[0] < 0x80) {
        *ret_rune = at[0];
        return 1;
    }
    size_t need = at[0] >= 0xf0 && at[0] < 0xf8   ? 4
                  : at[0] >= 0xe0 && at[0] < 0xf0 ? 3
                  : at[0] >= 0xc0 && at[0] < 0xe0 ? 2
                                                  : 0;
    if (!need || need > size)
        return 0;
    uint32_t rune = at[0] & (0x7fu >> need);
    for (size_t i = 1; i < need; i++) {
        if ((at[i] & 0xc0) != 0x80)
            return 0;
        rune = rune << 6 | (at[i] & 0x3f);
    }
    if (rune < smallest[need] || rune > 0x10ffff || (rune >= 0xd800 && rune < 0xe000))
        return 0;
    *ret_rune = rune;
    return need;
}

bool base_utf8_valid(const char *data, size_t size)
{
    uint32_t rune;
    for (size_t i = 0, step; i < size; i += step)
        if (!(step = base_utf8_decode(data + i, size - i, &rune)))
            return false;
    return true;
}

bool base_unicode_printable(uint32_t rune)
{
    if (rune < 0x7f)
        return rune >= 0x20;
    size_t low = 0, high = sizeof printable / sizeof *printable;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (rune > printable[middle][1])
            low = middle + 1;
        else
            high = middle;
    }
    return low < sizeof printable / sizeof *printable && rune >= printable[low][0];
}
