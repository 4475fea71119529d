/* The file header: "go 1.N trace" and NULs, 16 bytes in all. */
#ifndef KYMO_WIRE_HEADER_H
#define KYMO_WIRE_HEADER_H

#include "base/error.h"
#include "base/os.h"

#include <stdbool.h>

enum { WIRE_HEADER_BYTES = 16 };

/* The minor version of the header: 22, 23, 25 or 26. False, with the official reader's words, for anything else. */
bool wire_header_read(const struct base_mapping *file, int *ret_version, struct base_error *ret_error);

#endif
