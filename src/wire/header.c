#include "wire/header.h"

#include "wire/event.h"

#include <string.h>

/* A version of more digits than this would not fit its number; the file has these bytes. */
enum { MOST_DIGITS_END = 5 + 9 };

bool wire_version_is_v1(int version)
{
    return version == 5 || (version >= 7 && version <= 11) || version == 19 || version == 21;
}

bool wire_version_needs_program(int version)
{
    return version < 7;
}

bool wire_header_read(const struct base_mapping *file, struct wire_header *ret_header, struct base_error *ret_error)
{
    const char *text = (const char *)file->data;
    int minor = 0;
    size_t at = 5;
    if (file->size < WIRE_HEADER_BYTES || memcmp(text, "go 1.", 5) != 0)
        return base_fail(ret_error, "bad file format: not a Go execution trace?");
    for (; at < MOST_DIGITS_END && text[at] >= '0' && text[at] <= '9'; at++)
        minor = minor * 10 + (text[at] - '0');
    if (at == 5 || at + 9 > file->size || memcmp(text + at, " trace\0\0\0", 9) != 0)
        return base_fail(ret_error, "bad file format: not a Go execution trace?");
    *ret_header = (struct wire_header){minor, minor < WIRE_NEWEST_VERSION ? minor : WIRE_NEWEST_VERSION};
    if (!wire_version_is_v1(minor) && !wire_version_type_end(ret_header->version))
        return base_fail(ret_error, "unknown or unsupported trace version go 1.%d", minor);
    return true;
}

bool wire_header_read_v2(const struct base_mapping *file, struct wire_header *ret_header, struct base_error *ret_error)
{
    if (!wire_header_read(file, ret_header, ret_error))
        return false;
    if (!wire_version_is_v1(ret_header->version))
        return true;
    return base_fail(ret_error, "a trace of Go 1.%d is in the old format: it has no such events to be shown",
                     ret_header->minor);
}
