/* UTF-8, and which code points are printable. */
#ifndef KYMO_BASE_UNICODE_H
#define KYMO_BASE_UNICODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Decodes the first code point of a non-empty string. Returns the bytes it takes (1 to 4), or 0 if the first byte does
 * not begin a valid sequence: over-long forms, surrogates and values above 0x10ffff are not valid (RFC 3629). */
size_t base_utf8_decode(const char *data, size_t size, uint32_t *ret_rune);

/* Whether all of it is valid. */
bool base_utf8_valid(const char *data, size_t size);

/* Printable as Go's strconv understands it: categories L, M, N, P, S and the ASCII space. Table of Unicode 17. */
bool base_unicode_printable(uint32_t rune);

#endif
