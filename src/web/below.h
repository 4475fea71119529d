/* What folds out beneath a goroutine's lane or a task's: regions by how they nest, and of a goroutine the functions it
 * was in. Regions take web/annotations.h, and are kept for all; functions take a pass for each goroutine, and are kept
 * for the few that were asked about last. Internal to src/web; may be asked by several threads at once. */
#ifndef KYMO_WEB_BELOW_H
#define KYMO_WEB_BELOW_H

#include "model/calls.h"
#include "output/json.h"
#include "web/annotations.h"

struct web_below *web_below_new(void);
void web_below_free(struct web_below *below);

/* Bars of regions; what: a member of annotations.region_types. Without those that goroutines inherit. */
struct web_region_nests {
    const struct web_annotations *annotations;
    struct model_nest of_goroutines; /* by number (model/lives.h) */
    struct model_nest of_tasks;      /* by index in annotations.tasks.all */
};

/* They live as long as the trace. NULL if it cannot be read again, or was abandoned. */
const struct web_region_nests *web_region_nests_get(struct web_trace *trace);

/* The same, but NULL unless they are there. */
const struct web_region_nests *web_region_nests_ready(const struct web_trace *trace);

/* Has the functions of a goroutine, by number, ready to be looked at. False if there is no such goroutine, or the trace
 * cannot be read again. Not to be called while looking (trace.h). */
bool web_calls_prepare(struct web_trace *trace, uint32_t number);

/* Them, or NULL; only while looking. */
const struct model_calls *web_calls_ready(const struct web_trace *trace, uint32_t number);

/* Member "region": what a slice of a region tells besides, such as its place among its type's durations. */
void web_add_region(struct output_json *json, const struct web_annotations *annotations, size_t member);

#endif
