#include "wire/cursor.h"

#include <string.h>

__attribute__((noinline)) uint64_t wire_read_long_uvarint(struct wire_cursor *cursor)
{
    uint64_t value = 0;
    const uint8_t *at = cursor->at;
    for (unsigned shift = 0; shift < 70; shift += 7) {
        if (at == cursor->end) {
            if (!cursor->failure)
                cursor->failure = at == cursor->at ? WIRE_EOF : WIRE_UNEXPECTED_EOF;
            cursor->end = cursor->at; /* nothing more is read after a failure */
            return 0;
        }
        uint8_t byte = *at++;
        if (shift == 63 && byte > 1)
            break;
        value |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80) {
            cursor->at = at;
            return value;
        }
    }
    if (!cursor->failure)
        cursor->failure = WIRE_OVERFLOW;
    cursor->end = cursor->at;
    return 0;
}

static uint32_t four(const uint8_t *bytes)
{
    uint32_t four;
    memcpy(&four, bytes, sizeof four);
    return four;
}

/* In every run of 9 there are four bytes from a multiple of 4 on, with one more before and one behind them. */
bool wire_has_long_run(const uint8_t *bytes, size_t count)
{
    const uint32_t high = 0x80808080;
    uint32_t found = 0;
    /* A loop that counts, and nothing leaves it early: the compiler makes vectors of it. */
    for (size_t fours = count < 9 ? 0 : (count - 5) / 4; fours; fours--, bytes += 4)
        found |= (four(bytes + 3) & four(bytes + 4) & four(bytes + 5) & high) == high;
    return found;
}

const char *wire_failure_text(enum wire_failure failure)
{
    switch (failure) {
    case WIRE_OK: return "no error";
    case WIRE_EOF: return "EOF";
    case WIRE_UNEXPECTED_EOF: return "unexpected EOF";
    case WIRE_OVERFLOW: return "binary: varint overflows a 64-bit integer";
    }
    return "unknown failure";
}
