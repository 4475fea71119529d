#include "base/error.h"

#include "base/memory.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

bool base_fail(struct base_error *error, const char *format, ...)
{
    if (error->cause)
        return false;
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int size = vsnprintf(NULL, 0, format, args);
    va_end(args);
    error->cause = base_zalloc((size_t)(size < 0 ? 0 : size) + 1, 1);
    if (size > 0)
        vsnprintf(error->cause, (size_t)size + 1, format, again);
    va_end(again);
    return false;
}

void base_error_place(struct base_error *error, uint64_t generation, uint64_t batch, thread_id thread,
                      uint64_t offset_bytes)
{
    if (error->placed)
        return;
    error->placed = true;
    error->generation = generation;
    error->batch = batch;
    error->thread = thread;
    error->offset_bytes = offset_bytes;
}

void base_error_describe(const struct base_error *error, struct base_text *out)
{
    base_text_add(out, error->cause);
    if (!error->placed)
        return;
    base_text_add(out, " (");
    if (error->generation)
        base_text_format(out, "generation %" PRIu64 ", ", error->generation);
    if (error->batch)
        base_text_format(out, "batch %" PRIu64 ", ", error->batch);
    if (error->thread.n != -1)
        base_text_format(out, "thread %" PRId64 ", ", error->thread.n);
    base_text_format(out, "byte %" PRIu64 ")", error->offset_bytes);
}

void base_error_release(struct base_error *error)
{
    free(error->cause);
    *error = BASE_NO_ERROR;
}
