/* The user tasks and regions of an opened trace: a pass when they are first asked for, kept from then on. Internal to
 * src/web; may be asked by several threads at once. */
#ifndef KYMO_WEB_ANNOTATIONS_H
#define KYMO_WEB_ANNOTATIONS_H

#include "analyze/region_types.h"
#include "analyze/task_types.h"
#include "output/json.h"
#include "web/http.h"
#include "web/trace.h"

struct web_annotations {
    pthread_mutex_t lock;
    bool tried, made;
    struct model_pass pass; /* whose symbols all refer to */
    struct analyze_tasks tasks;
    struct analyze_task_types task_types;
    struct analyze_goroutines goroutines; /* with regions */
    struct analyze_region_types region_types;
    /* Members of region_types, by task: those of the i-th from first_of_task[i] to first_of_task[i + 1] - 1. Without
     * those that goroutines inherit. */
    uint32_t *members_by_task;
    uint32_t *first_of_task;
};

struct web_annotations *web_annotations_new(void);
void web_annotations_free(struct web_annotations *annotations);

/* They live as long as the trace, and do not change. Waits until the trace has been read. NULL if it cannot be read
 * again, or was abandoned. */
const struct web_annotations *web_annotations_get(struct web_trace *trace);

/* The index of a task in tasks.all; SIZE_MAX if there is none of this id. */
size_t web_annotations_task(const struct web_annotations *annotations, uint64_t id);

/* Members "total_ns", "mean_ns", "p50_ns", "p90_ns", "p99_ns", "max_ns" and "histogram"; null where there are none. */
void web_add_durations(struct output_json *json, const int64_t *sorted_ns, size_t count, int64_t total_ns);

/* Member "parts": where the time of a region went, [{"name": …, "ns": n}, …]. */
void web_add_parts(struct output_json *json, const struct web_annotations *annotations,
                   const struct analyze_stats *stats);

#endif
