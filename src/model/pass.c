#include "model/pass.h"

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

void model_pass_run(struct model_pass *pass, const struct model_sink *sinks, size_t sink_count,
                    const struct model_progress *progress)
{
    struct order_block block;
    while (order_reader_next(pass->reader, &block, &pass->error) == ORDER_EVENTS) {
        const struct order_event *first = &block.events[0];
        if (!pass->event_count)
            pass->first_ns = first->time_ns;
        if (first->kind == ORDER_SYNC) {
            note_sync(pass, first);
            if (pass->sync_limit && pass->last_sync >= pass->sync_limit)
                block.count = 1;
            if (progress)
                progress->report(progress->self, order_reader_offset_bytes(pass->reader), pass->file->size);
        }
        pass->event_count += block.count;
        pass->last_ns = block.events[block.count - 1].time_ns;
        for (size_t i = 0; i < sink_count; i++)
            sinks[i].add(sinks[i].self, &block, model_pass_symbols(pass));
        if (pass->stop || (pass->sync_limit && pass->last_sync >= pass->sync_limit))
            return;
    }
}
