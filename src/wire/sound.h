/* Numbers in bytes that were looked through before: each is known to end in time, and to have at most 64 bits.
 *
 * Nothing is checked, so that decoding is a few instructions. wire_is_sound tells of a stretch of bytes whether numbers
 * that begin in it and end within it are so.
 */
#ifndef KYMO_WIRE_SOUND_H
#define KYMO_WIRE_SOUND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* True if no number that ends within the bytes can be malformed, wherever it begins: no 9 bytes in a row say that the
 * number goes on. Always true where no 6 do; false of some longer numbers that are as they should be. */
bool wire_is_sound(const uint8_t *bytes, size_t count);

/* A number of four bytes or more; see wire_sound_read. */
const uint8_t *wire_sound_read_long(const uint8_t *at, uint64_t *ret_value);

/* Reads a number; returns where it ends. Lengths repeat, so that branches on them are foreseen well: measured faster
 * than eight bytes at a time without branches. */
static inline const uint8_t *wire_sound_read(const uint8_t *at, uint64_t *ret_value)
{
    uint64_t value = at[0];
    if (value < 0x80) {
        *ret_value = value;
        return at + 1;
    }
    value += (uint64_t)at[1] << 7;
    if (at[1] < 0x80) {
        *ret_value = value - 0x80;
        return at + 2;
    }
    value += (uint64_t)at[2] << 14;
    if (at[2] < 0x80) {
        *ret_value = value - 0x80 - (0x80 << 7);
        return at + 3;
    }
    return wire_sound_read_long(at, ret_value);
}

/* Where so many numbers end. */
static inline const uint8_t *wire_sound_skip(const uint8_t *at, unsigned numbers)
{
    for (; numbers; numbers--)
        while (*at++ & 0x80)
            ;
    return at;
}

#endif
