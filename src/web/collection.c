#include "web/collection.h"

struct web_collection *web_collection_new(void)
{
    struct web_collection *collection = base_zalloc(1, sizeof *collection);
    pthread_mutex_init(&collection->lock, NULL);
    return collection;
}

void web_collection_free(struct web_collection *collection)
{
    if (!collection)
        return;
    if (collection->made) {
        analyze_collector_release(&collection->collector);
        analyze_cycles_release(&collection->cycles);
        model_pass_release(&collection->pass);
    }
    pthread_mutex_destroy(&collection->lock);
    free(collection);
}

static void compute(struct web_trace *trace, struct web_collection *collection)
{
    const struct model_sink sinks[] = {{analyze_collector_add, &collection->collector, 0},
                                       {analyze_cycles_add, &collection->cycles, 0}};
    collection->tried = true;
    if (!web_trace_begin_pass(trace, &collection->pass))
        return;
    analyze_collector_init(&collection->collector);
    analyze_cycles_init(&collection->cycles);
    web_trace_run_pass(trace, &collection->pass, sinks, sizeof sinks / sizeof *sinks);
    analyze_cycles_finish(&collection->cycles);
    collection->made = true;
}

const struct web_collection *web_collection_get(struct web_trace *trace)
{
    struct web_collection *collection = trace->collection;
    if (!web_trace_wait(trace))
        return NULL;
    pthread_mutex_lock(&collection->lock);
    if (!collection->tried)
        compute(trace, collection);
    bool made = collection->made;
    pthread_mutex_unlock(&collection->lock);
    return made && !atomic_load(&trace->abandoned) ? collection : NULL;
}
