/* The file header: "go 1.N trace" and NULs, 16 bytes in all. */
#ifndef KYMO_WIRE_HEADER_H
#define KYMO_WIRE_HEADER_H

#include "base/error.h"
#include "base/os.h"

#include <stdbool.h>

enum { WIRE_HEADER_BYTES = 16, WIRE_NEWEST_VERSION = 26 };

struct wire_header {
    int minor;   /* as it is written */
    int version; /* as which the file is read: a release newer than the newest known one is read as that */
};

/* Versions are minor ones: 5, 7 to 11, 19, 21 (the v1 formats), 22, 23, 25, 26 and above. False, with the official
 * reader's words, for anything else. */
bool wire_header_read(const struct base_mapping *file, struct wire_header *ret_header, struct base_error *ret_error);

/* The same where only v2 will do. */
bool wire_header_read_v2(const struct base_mapping *file, struct wire_header *ret_header, struct base_error *ret_error);

/* Whether traces of this version hold addresses alone, which the program that wrote them has to name. */
bool wire_version_needs_program(int version);

/* Whether traces of this version are in one of the v1 formats. */
bool wire_version_is_v1(int version);

static inline bool wire_header_is_newer(const struct wire_header *header)
{
    return header->minor != header->version;
}

#endif
