/* The user tasks and regions of an opened trace: a pass when they are first asked for, kept from then on. Internal to
 * src/web; may be asked by several threads at once. */
#ifndef KYMO_WEB_ANNOTATIONS_H
#define KYMO_WEB_ANNOTATIONS_H

#include "analyze/durations.h"
#include "analyze/region_types.h"
#include "analyze/task_types.h"
#include "model/marks.h"
#include "output/json.h"
#include "web/http.h"
#include "web/once.h"
#include "web/trace.h"

struct web_annotations {
    struct web_once once;
    struct model_pass pass; /* whose symbols all refer to */
    struct analyze_tasks tasks;
    struct analyze_task_types task_types;
    struct analyze_goroutines goroutines; /* with regions */
    struct analyze_region_types region_types;
    /* Members of region_types, by task: those of the i-th from first_of_task[i] to first_of_task[i + 1] - 1. Without
     * those that goroutines inherit. */
    uint32_t *members_by_task;
    uint32_t *first_of_task;
    struct model_marks logs; /* one lane; what: an index of tasks.logs */
};

struct web_annotations *web_annotations_new(void);
void web_annotations_free(struct web_annotations *annotations);

/* They live as long as the trace, and do not change. Waits until the trace has been read. NULL if it cannot be read
 * again, or was abandoned. */
const struct web_annotations *web_annotations_get(struct web_trace *trace);

/* The same, but NULL unless they are there. */
const struct web_annotations *web_annotations_ready(const struct web_trace *trace);

/* Which tasks are a task or descend from it, by index in tasks.all: for the caller to free. */
bool *web_annotations_family(const struct web_annotations *annotations, size_t task);

/* The index of a task in tasks.all; SIZE_MAX if there is none of this id. */
size_t web_annotations_task(const struct web_annotations *annotations, uint64_t id);

/* Of a member of region_types: its region, and whose it is. */
static inline const struct analyze_region *web_member_region(const struct web_annotations *a, size_t member)
{
    return &a->goroutines.regions.at[a->region_types.members.at[member].region];
}

static inline goroutine_id web_member_goroutine(const struct web_annotations *a, size_t member)
{
    return a->goroutines.all.at[a->region_types.members.at[member].goroutine].id;
}

/* Members "total_ns", "mean_ns", "p50_ns", "p90_ns", "p99_ns", "max_ns" and "histogram"; null where there are none. */
void web_add_durations(struct output_json *json, const int64_t *sorted_ns, size_t count, int64_t total_ns);

/* A member [[from_ns, to_ns, count], …]: the buckets from the first to the last that is not empty. */
void web_add_histogram(struct output_json *json, const char *name, const size_t counts[ANALYZE_BUCKETS]);

/* Member "parts": where the time of a region went, [{"name": …, "ns": n}, …]. */
void web_add_parts(struct output_json *json, const struct web_annotations *annotations,
                   const struct analyze_stats *stats);

#endif
