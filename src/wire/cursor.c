#include "wire/cursor.h"

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
