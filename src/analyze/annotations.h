/* What a program's annotations say: its user tasks and regions, and which region belongs to which task.
 *
 *     struct analyze_annotations annotations;
 *     struct model_sink sinks[ANALYZE_ANNOTATIONS_SINKS];
 *     analyze_annotations_init(&annotations, sinks);
 *     … a pass with these sinks …
 *     analyze_annotations_finish(&annotations, &pass);
 *     … until the pass is released …
 *     analyze_annotations_release(&annotations);
 *
 * Goroutine statistics come along, as regions are part of them. Who has use for tasks alone runs the pass with the
 * first of the sinks: there are no regions then, and it takes half the time.
 */
#ifndef KYMO_ANALYZE_ANNOTATIONS_H
#define KYMO_ANALYZE_ANNOTATIONS_H

#include "analyze/region_types.h"
#include "analyze/task_types.h"

enum { ANALYZE_ANNOTATIONS_SINKS = 2 };

struct analyze_annotations {
    const struct order_symbols *symbols; /* of the pass */
    int64_t first_ns, last_ns;           /* of the trace's events */
    struct analyze_tasks tasks;
    struct analyze_task_types task_types;
    struct analyze_goroutines goroutines; /* with regions */
    struct analyze_region_types region_types;
    /* Members of region_types, by task: those of the i-th from first_of_task[i] to first_of_task[i + 1] - 1. Without
     * those that goroutines inherit. */
    uint32_t *members_by_task;
    uint32_t *first_of_task;
};

void analyze_annotations_init(struct analyze_annotations *annotations,
                              struct model_sink ret_sinks[ANALYZE_ANNOTATIONS_SINKS]);
void analyze_annotations_finish(struct analyze_annotations *annotations, const struct model_pass *pass);
void analyze_annotations_release(struct analyze_annotations *annotations);

/* The index of a task in tasks.all; SIZE_MAX if there is none of this id. */
size_t analyze_annotations_task(const struct analyze_annotations *annotations, uint64_t id);

/* The same; SIZE_MAX also if it stands for no task: what happened outside of all tasks names that. */
size_t analyze_annotations_real_task(const struct analyze_annotations *annotations, uint64_t id);

/* Which tasks are a task or descend from it, by index in tasks.all: for the caller to free. */
bool *analyze_annotations_family(const struct analyze_annotations *annotations, size_t task);

/* Whether a task's name, the name of one of its regions, or a message or category of its logs contains a text. */
bool analyze_annotations_task_says(const struct analyze_annotations *annotations, size_t task, const char *text);

/* Of a member of region_types: its region, and whose it is. */
static inline const struct analyze_region *analyze_member_region(const struct analyze_annotations *a, size_t member)
{
    return &a->goroutines.regions.at[a->region_types.members.at[member].region];
}

static inline goroutine_id analyze_member_goroutine(const struct analyze_annotations *a, size_t member)
{
    return a->goroutines.all.at[a->region_types.members.at[member].goroutine].id;
}

#endif
