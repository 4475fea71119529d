/* One pass over a trace's events, with many sinks.
 *
 *     struct model_sink sinks[] = {{add_block, &my_analysis}, …};
 *     struct model_pass pass;
 *     if (model_pass_begin(&pass, &file, &error))
 *         model_pass_run(&pass, sinks, count, NULL);
 *     … results refer to symbols of model_pass_symbols(&pass) …
 *     model_pass_release(&pass);
 *
 * With three threads or more (base/threads.h), a helper feeds the sinks with a block while the next one is told. Sinks
 * are never fed by two threads at once, and always in the order of the array.
 *
 * Damage does not end a pass: model_pass_losses says what was lost, and Syncs tell the sinks of gaps.
 */
#ifndef KYMO_MODEL_PASS_H
#define KYMO_MODEL_PASS_H

#include "base/error.h"
#include "base/os.h"
#include "base/progress.h"
#include "order/reader.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct model_sink {
    void (*add)(void *self, const struct order_block *block, const struct order_symbols *symbols);
    void *self;
    uint32_t kinds; /* of events that it needs, ORDER_KIND_BIT; 0: all. It may be fed others as well */
};

struct model_pass {
    struct order_reader *reader;
    const struct base_mapping *file;
    struct base_program *program;
    bool stop;                 /* a sink that has what it wants may set it */
    uint64_t event_count;      /* handed out */
    int64_t first_ns, last_ns; /* times of the first and the last event handed out */
    struct base_error error;   /* nothing could be read */
};

/* False if the file is not a trace that can be read. */
bool model_pass_begin(struct model_pass *pass, const struct base_mapping *file, struct base_error *ret_error);

/* The same, for a trace whose addresses a program may have to name (order/reader.h); program may be NULL. */
bool model_pass_begin_with(struct model_pass *pass, const struct base_mapping *file, struct base_program *program,
                           struct base_error *ret_error);

/* progress may be NULL. */
void model_pass_run(struct model_pass *pass, const struct model_sink *sinks, size_t sink_count,
                    const struct base_progress *progress);
void model_pass_release(struct model_pass *pass);

/* What was lost, after the run. */
static inline const struct order_loss *model_pass_losses(const struct model_pass *pass, size_t *ret_count)
{
    return order_reader_losses(pass->reader, ret_count);
}

static inline const struct order_symbols *model_pass_symbols(const struct model_pass *pass)
{
    return order_reader_symbols(pass->reader);
}

#endif
