/* Errors are values: a cause in words, and the place in the trace it was met at.
 *
 * The cause alone is the official reader's text, so that it can be searched for. base_error_describe adds the place.
 * Zero-initialise (BASE_NO_ERROR) before use; release with base_error_release.
 */
#ifndef KYMO_BASE_ERROR_H
#define KYMO_BASE_ERROR_H

#include "base/ids.h"
#include "base/text.h"

#include <stdbool.h>
#include <stdint.h>

struct base_error {
    char *cause; /* NULL: no error */
    bool placed; /* the fields below hold a place */
    uint64_t generation;
    uint64_t batch; /* counted from 1 over the file, 0: not in a batch */
    thread_id thread;
    uint64_t offset_bytes; /* from the start of the file */
};

#define BASE_NO_ERROR ((struct base_error){0})

/* Sets the cause; an error that is set already is kept (the first cause is the cause). Returns false, for `return
 * base_fail(…)`. */
bool base_fail(struct base_error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Adds the place, if none is known yet. */
void base_error_place(struct base_error *error, uint64_t generation, uint64_t batch, thread_id thread,
                      uint64_t offset_bytes);

/* "CAUSE (generation 1, batch 12, thread 5513, byte 18229)". */
void base_error_describe(const struct base_error *error, struct base_text *out);

void base_error_release(struct base_error *error);

#endif
