/* The bounded cursor: the only thing that touches raw bytes of a trace.
 *
 * A read beyond the end, or of a malformed number, returns 0 and sets `failure`, which stays set: read a whole group of
 * values, then look once. `at` then stands where the failing value began.
 */
#ifndef KYMO_WIRE_CURSOR_H
#define KYMO_WIRE_CURSOR_H

#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum wire_failure {
    WIRE_OK,
    WIRE_EOF,            /* no byte left where a value should begin */
    WIRE_UNEXPECTED_EOF, /* the bytes end within a number */
    WIRE_OVERFLOW,       /* a number of more than 64 bits */
};

struct wire_cursor {
    const uint8_t *at, *end;
    enum wire_failure failure;
};

static inline struct wire_cursor wire_cursor_of(const uint8_t *data, size_t size)
{
    return (struct wire_cursor){data, data + size, WIRE_OK};
}

static inline size_t wire_cursor_left(const struct wire_cursor *cursor)
{
    return (size_t)(cursor->end - cursor->at);
}

/* A number of two bytes or more; see wire_read_uvarint. */
uint64_t wire_read_long_uvarint(struct wire_cursor *cursor);

/* An unsigned LEB128 number of at most 64 bits. */
static inline uint64_t wire_read_uvarint(struct wire_cursor *cursor)
{
    if (cursor->at < cursor->end && *cursor->at < 0x80)
        return *cursor->at++;
    return wire_read_long_uvarint(cursor);
}

static inline uint8_t wire_read_byte(struct wire_cursor *cursor)
{
    if (cursor->at < cursor->end)
        return *cursor->at++;
    cursor->failure = WIRE_EOF;
    return 0;
}

/* Whether so many bytes in a row may have their high bit set that a number among them could be malformed: true of every
 * 9 of them, false where there are no 6. A quick look that spares the check of each number. */
bool wire_has_long_run(const uint8_t *bytes, size_t count);

/* How the official reader puts a failure into words. */
const char *wire_failure_text(enum wire_failure failure);

#endif
