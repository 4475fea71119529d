#include "model/pass.h"

#include "base/helper.h"
#include "base/threads.h"

/* The sinks, and what they are fed with: by a helper if there is one, so that the next block can be read meanwhile. */
struct feeding {
    const struct model_sink *sinks;
    size_t count;
    struct order_block block;
    struct order_symbols symbols; /* a view as of the block: the reader's own may be growing */
    struct base_helper *helper;
};

bool model_pass_begin_with(struct model_pass *pass, const struct base_mapping *file, struct base_program *program,
                           struct base_error *ret_error)
{
    *pass = (struct model_pass){.file = file, .program = program};
    pass->reader = order_reader_new(file, ORDER_GO_ON, ret_error);
    if (pass->reader)
        order_reader_use_program(pass->reader, program);
    return pass->reader != NULL;
}

bool model_pass_begin(struct model_pass *pass, const struct base_mapping *file, struct base_error *ret_error)
{
    return model_pass_begin_with(pass, file, NULL, ret_error);
}

void model_pass_release(struct model_pass *pass)
{
    order_reader_free(pass->reader);
    base_error_release(&pass->error);
    *pass = (struct model_pass){0};
}

static void feed(void *context)
{
    struct feeding *feeding = context;
    for (size_t i = 0; i < feeding->count; i++)
        feeding->sinks[i].add(feeding->sinks[i].self, &feeding->block, &feeding->symbols);
}

/* Notes what a block tells of the pass. */
static void look_at(struct model_pass *pass, const struct order_block *block, const struct base_progress *progress)
{
    const struct order_event *first = &block->events[0];
    if (!pass->event_count)
        pass->first_ns = first->time_ns;
    if (first->kind == ORDER_SYNC)
        base_progress_report(progress, order_reader_offset_bytes(pass->reader), pass->file->size);
    pass->event_count += block->count;
    pass->last_ns = block->events[block->count - 1].time_ns;
}

static uint32_t kinds_for(const struct model_sink *sinks, size_t count)
{
    uint32_t kinds = count ? 0 : ORDER_ALL_KINDS; /* who has no sinks counts */
    for (size_t i = 0; i < count; i++)
        kinds |= sinks[i].kinds ? sinks[i].kinds : ORDER_ALL_KINDS;
    return kinds;
}

void model_pass_run(struct model_pass *pass, const struct model_sink *sinks, size_t sink_count,
                    const struct base_progress *progress)
{
    struct feeding feeding = {.sinks = sinks, .count = sink_count};
    struct order_block block;
    /* A single sink takes too little time to be worth a thread; and reading has use for two. */
    if (sink_count > 1 && base_threads_for(pass->file->size) > 2)
        feeding.helper = base_helper_new(feed, &feeding);
    if (feeding.helper)
        order_reader_use_large_blocks(pass->reader);
    order_reader_want(pass->reader, kinds_for(sinks, sink_count));
    while (order_reader_next(pass->reader, &block, &pass->error) == ORDER_EVENTS) {
        look_at(pass, &block, progress);
        if (feeding.helper)
            base_helper_wait(feeding.helper); /* for the block before */
        if (pass->stop)
            break;
        feeding.block = block;
        feeding.symbols = *model_pass_symbols(pass);
        if (feeding.helper)
            base_helper_begin(feeding.helper);
        else
            feed(&feeding);
    }
    if (feeding.helper)
        base_helper_wait(feeding.helper);
    base_helper_free(feeding.helper);
}
