#include "wire/header.h"

#include "wire/event.h"

#include <string.h>

/* A version of more digits than this would not fit its number; the file has these bytes. */
enum { MOST_DIGITS_END = 5 + 9 };

bool wire_header_read(const struct base_mapping *file, int *ret_version, struct base_error *ret_error)
{
    const char *text = (const char *)file->data;
    unsigned version = 0;
    size_t at = 5;
    if (file->size < WIRE_HEADER_BYTES || memcmp(text, "go 1.", 5) != 0)
        return base_fail(ret_error, "bad file format: not a Go execution trace?");
    for (; at < MOST_DIGITS_END && text[at] >= '0' && text[at] <= '9'; at++)
        version = version * 10 + (unsigned)(text[at] - '0');
    if (at == 5 || at + 9 > file->size || memcmp(text + at, " trace\0\0\0", 9) != 0)
        return base_fail(ret_error, "bad file format: not a Go execution trace?");
    *ret_version = (int)version;
    if (!wire_version_type_end((int)version))
        return base_fail(ret_error, "unknown or unsupported trace version go 1.%u", version);
    return true;
}
