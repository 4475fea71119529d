/* Files beneath a folder, and nothing else: names come from elsewhere and may be anything. The system itself holds the
 * bound (openat2 with RESOLVE_BENEATH, Linux 5.6), so neither "..", absolute names nor links lead out. Where it cannot,
 * nothing is opened.
 */
#ifndef KYMO_BASE_BENEATH_H
#define KYMO_BASE_BENEATH_H

#include "base/error.h"
#include "base/text.h"

#include <stdbool.h>

enum base_beneath {
    BASE_BENEATH_READ,
    BASE_BENEATH_MISSING, /* there is no such regular file beneath the folder, or it cannot be read */
    BASE_BENEATH_TOO_BIG,
    BASE_BENEATH_NO_MEANS, /* the system cannot hold the bound */
};

/* Opens a folder; -1 on failure. Close the descriptor with close. */
int base_beneath_folder(const char *path, struct base_error *ret_error);

/* Appends what is in a regular file of at most most_bytes; nothing unless it is READ. */
enum base_beneath base_beneath_read(int folder, const char *path, size_t most_bytes, struct base_text *out);

enum { BASE_MOST_SOURCE_BYTES = 4 << 20 };

/* The same for a source file that a trace names: it was built elsewhere, so the longest end of its path that is a file
 * beneath the folder is taken, if it has at most BASE_MOST_SOURCE_BYTES. *ret_path is that end, a part of `file`. */
enum base_beneath base_beneath_find(int folder, struct base_str file, struct base_str *ret_path, struct base_text *out);

#endif
