/* The operating system: what differs between systems, or can fail, stands behind this header.
 *
 * Functions that can fail return false or -1 and put one sentence into *ret_error, to be released by
 * base_error_release. Calls that a signal interrupts are begun again.
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
    bool of_file; /* its pages can be had again from the file */
};

/* Opens what a path names for reading: a file, a pipe, a device. The opening of a named pipe waits for its writer.
 * /dev/stdin and /dev/fd/N are the descriptors of these numbers themselves, so that they may be sockets. Directories
 * and terminals are refused. Close the descriptor with close; -1 on failure. */
int base_os_open(const char *path, struct base_error *ret_error);

/* The size of a regular file that is to be read from its begin. 0 for an empty one and for everything else: only
 * reading tells what is in it. */
size_t base_os_file_size(int fd);

/* Reads up to size bytes, and waits for the first of them. *ret_size is 0 at the end. */
bool base_os_read(int fd, void *bytes, size_t size, size_t *ret_size, struct base_error *ret_error);

/* A new temporary file without a name: it is gone when it is closed and no longer mapped, however the program ends.
 * *ret_folder is where it lies: $TMPDIR, or else /var/tmp, or if that takes no files /tmp. -1 on failure. */
int base_os_temporary(const char **ret_folder, struct base_error *ret_error);

/* Maps an open regular file, or one by its path. The mapping lives until base_os_unmap. */
bool base_os_map_open(int fd, struct base_mapping *ret_mapping, struct base_error *ret_error);
bool base_os_map(const char *path, struct base_mapping *ret_mapping, struct base_error *ret_error);
void base_os_unmap(struct base_mapping *mapping);

/* Lets the bytes of a mapping be written to; the file stays as it is. */
bool base_os_let_write(const struct base_mapping *mapping, struct base_error *ret_error);

/* Reserves size bytes of a temporary file from offset on, whole pages of zeros, and maps them to be read and written;
 * what is written goes to the file. False if that cannot be had. */
bool base_os_map_room(int fd, uint64_t offset, size_t size, struct base_mapping *ret_mapping);

/* Tells the system that the mapping is about to be read from front to back. A hint: it may do nothing. */
void base_os_read_ahead(const struct base_mapping *mapping);

/* Tells the system that a part of the mapping has been read: it need not be kept in memory, but can be read again. */
void base_os_forget(const struct base_mapping *mapping, uint64_t from_bytes, uint64_t to_bytes);

/* A number that other programs cannot guess. */
uint64_t base_os_random(void);

/* Nanoseconds of a clock that only goes forward. */
int64_t base_os_now_ns(void);

#endif
