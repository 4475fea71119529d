/* What the collector did in an opened trace: a pass when it is first asked for, kept from then on. Internal to src/web;
 * may be asked by several threads at once. */
#ifndef KYMO_WEB_COLLECTION_H
#define KYMO_WEB_COLLECTION_H

#include "analyze/collector.h"
#include "analyze/cycles.h"
#include "web/once.h"
#include "web/trace.h"

struct web_collection {
    struct web_once once;
    struct model_pass pass; /* whose symbols the cycles refer to */
    struct analyze_collector collector;
    struct analyze_cycles cycles;
};

struct web_collection *web_collection_new(void);
void web_collection_free(struct web_collection *collection);

/* It lives as long as the trace, and does not change. Waits until the trace has been read. NULL if it cannot be read
 * again, or was abandoned. */
const struct web_collection *web_collection_get(struct web_trace *trace);

#endif
