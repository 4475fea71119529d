#include "web/collection.h"

struct web_collection *web_collection_new(void)
{
    struct web_collection *collection = base_zalloc(1, sizeof *collection);
    web_once_init(&collection->once);
    return collection;
}

void web_collection_free(struct web_collection *collection)
{
    if (!collection)
        return;
    if (collection->once.made) {
        analyze_collector_release(&collection->collector);
        analyze_cycles_release(&collection->cycles);
        model_pass_release(&collection->pass);
    }
    web_once_release(&collection->once);
    free(collection);
}

static bool compute(struct web_trace *trace, void *self)
{
    struct web_collection *collection = self;
    const struct model_sink sinks[] = {{analyze_collector_add, &collection->collector, 0},
                                       {analyze_cycles_add, &collection->cycles, 0}};
    if (!web_trace_begin_pass(trace, &collection->pass))
        return false;
    analyze_collector_init(&collection->collector);
    analyze_cycles_init(&collection->cycles);
    web_trace_run_pass(trace, &collection->pass, sinks, sizeof sinks / sizeof *sinks);
    analyze_cycles_finish(&collection->cycles);
    return true;
}

const struct web_collection *web_collection_get(struct web_trace *trace)
{
    struct web_collection *collection = trace->collection;
    return web_once_get(&collection->once, trace, compute, collection) ? collection : NULL;
}
