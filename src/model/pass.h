/* One pass over a trace's events, with many sinks.
 *
 *     struct model_sink sinks[] = {{add_block, &my_analysis}, …};
 *     struct model_pass pass;
 *     if (model_pass_begin(&pass, &file, &error))
 *         model_pass_run(&pass, sinks, count, NULL);
 *     … results refer to symbols of model_pass_symbols(&pass) …
 *     model_pass_release(&pass);
 *
 * Where there is a second processor, a helper thread feeds the sinks with a block while the next one is read. Sinks are
 * never fed by two threads at once, and always in the order of the array.
 *
 * A trace may end in an error: pass.error tells, and what came before was handed to the sinks. The official tool drops
 * what stands after the last Sync then, from everything but the statistics of goroutines and tasks: pass.last_sync says
 * how far that is, and a second pass with last_sync as its limit sees just that.
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
};

struct model_pass {
    struct order_reader *reader;
    const struct base_mapping *file;
    uint64_t sync_limit; /* stop after this many Syncs; 0: none. May be set between begin and run. */
    bool stop;           /* a sink that has what it wants may set it */
    uint64_t event_count;
    int64_t first_ns, last_ns; /* times of the first and the last event handed out */
    int64_t last_sync_ns;
    uint64_t last_sync;              /* number of Syncs */
    uint64_t last_sync_offset_bytes; /* where the last Sync's generation begins, or the file's end */
    struct base_error error;         /* why reading ended early */
};

/* False if the file is not a trace that can be read. */
bool model_pass_begin(struct model_pass *pass, const struct base_mapping *file, struct base_error *ret_error);

/* Begins another pass over what counts of a trace that a pass has read: all of it, or up to the last Sync if that ended
 * in an error. False if the file can no longer be read. */
bool model_pass_begin_again(struct model_pass *again, const struct model_pass *first);

/* progress may be NULL. */
void model_pass_run(struct model_pass *pass, const struct model_sink *sinks, size_t sink_count,
                    const struct base_progress *progress);
void model_pass_release(struct model_pass *pass);

static inline const struct order_symbols *model_pass_symbols(const struct model_pass *pass)
{
    return order_reader_symbols(pass->reader);
}

#endif
