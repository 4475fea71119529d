#include "model/pass.h"

#include "base/helper.h"

/* The sinks, and the block they are fed with: those of even number by the owner of the pass, the others by a helper if
 * there is one. */
struct feeding {
    const struct model_sink *sinks;
    size_t count;
    struct order_block block;
    const struct order_symbols *symbols;
    struct base_helper *helper;
};

bool model_pass_begin(struct model_pass *pass, const struct base_mapping *file, struct base_error *ret_error)
{
    *pass = (struct model_pass){.file = file};
    pass->reader = order_reader_new(file, ret_error);
    return pass->reader != NULL;
}

void model_pass_release(struct model_pass *pass)
{
    order_reader_free(pass->reader);
    base_error_release(&pass->error);
    *pass = (struct model_pass){0};
}

static void note_sync(struct model_pass *pass, const struct order_event *event)
{
    const struct order_sync *sync = event->sync.facts;
    pass->last_sync = sync->number;
    pass->last_sync_ns = event->time_ns;
    pass->last_sync_offset_bytes = sync->has_generation ? sync->offset_bytes : order_reader_offset_bytes(pass->reader);
}

static void feed_every_other(struct feeding *feeding, size_t first)
{
    for (size_t i = first; i < feeding->count; i += 2)
        feeding->sinks[i].add(feeding->sinks[i].self, &feeding->block, feeding->symbols);
}

static void feed_odd(void *context)
{
    feed_every_other(context, 1);
}

static void feed(struct feeding *feeding)
{
    if (feeding->helper)
        base_helper_begin(feeding->helper);
    feed_every_other(feeding, 0);
    if (feeding->helper)
        base_helper_wait(feeding->helper);
    else
        feed_odd(feeding);
}

/* The last Sync that counts was handed out. */
static bool at_limit(const struct model_pass *pass)
{
    return pass->sync_limit && pass->last_sync >= pass->sync_limit;
}

void model_pass_run(struct model_pass *pass, const struct model_sink *sinks, size_t sink_count,
                    const struct model_progress *progress)
{
    struct feeding feeding = {.sinks = sinks, .count = sink_count, .symbols = model_pass_symbols(pass)};
    struct order_block *block = &feeding.block;
    if (sink_count > 1)
        feeding.helper = base_helper_new(feed_odd, &feeding);
    if (feeding.helper)
        order_reader_use_large_blocks(pass->reader);
    while (!pass->stop && !at_limit(pass) && order_reader_next(pass->reader, block, &pass->error) == ORDER_EVENTS) {
        const struct order_event *first = &block->events[0];
        if (!pass->event_count)
            pass->first_ns = first->time_ns;
        if (first->kind == ORDER_SYNC) {
            note_sync(pass, first);
            if (at_limit(pass))
                block->count = 1;
            if (progress)
                progress->report(progress->self, order_reader_offset_bytes(pass->reader), pass->file->size);
        }
        pass->event_count += block->count;
        pass->last_ns = block->events[block->count - 1].time_ns;
        feed(&feeding);
    }
    base_helper_free(feeding.helper);
}
