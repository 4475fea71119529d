/* The operating system: what differs between systems, or can fail, stands behind this header.
 *
 * Functions that can fail return false and put one sentence into *ret_error, to be released by base_error_release.
 */
#ifndef KYMO_BASE_OS_H
#define KYMO_BASE_OS_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A file's bytes, mapped read-only. */
struct base_mapping {
    const uint8_t *data;
    size_t size;
};

/* Maps a regular file. The mapping lives until base_os_unmap. */
bool base_os_map(const char *path, struct base_mapping *ret_mapping, struct base_error *ret_error);
void base_os_unmap(struct base_mapping *mapping);

/* Lets the bytes of a mapping be written to; the file stays as it is. */
bool base_os_let_write(const struct base_mapping *mapping, struct base_error *ret_error);

/* Tells the system that the mapping is about to be read from front to back. A hint: it may do nothing. */
void base_os_read_ahead(const struct base_mapping *mapping);

/* A number that other programs cannot guess. */
uint64_t base_os_random(void);

/* Nanoseconds of a clock that only goes forward. */
int64_t base_os_now_ns(void);

#endif
