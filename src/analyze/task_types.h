/* Tasks by type: how many there are of each, and how long they took. */
#ifndef KYMO_ANALYZE_TASK_TYPES_H
#define KYMO_ANALYZE_TASK_TYPES_H

#include "analyze/tasks.h"
#include "base/memory.h"
#include "base/str.h"

#include <stddef.h>
#include <stdint.h>

struct analyze_task_type {
    uint32_t name; /* symbol; the empty string, as a rule, of tasks whose begin is not in the trace */
    size_t count;
    size_t durations_first, complete; /* durations of the complete ones: a slice of analyze_task_types.durations_ns */
    int64_t total_ns;                 /* their sum */
};

struct analyze_task_types {
    BASE_VEC(struct analyze_task_type) all; /* most total time first, then by name */
    BASE_VEC(int64_t) durations_ns;         /* each type's are sorted: for analyze_durations_percentile */
};

/* tasks: after analyze_tasks_finish. The background task (analyze_task_is_background) is of no type.
 * chosen: whether a task counts, by index in tasks->all; NULL: all do. */
void analyze_task_types_make(struct analyze_task_types *types, const struct analyze_tasks *tasks,
                             const struct order_symbols *symbols, const bool *chosen);
void analyze_task_types_release(struct analyze_task_types *types);

/* The type of a name, or NULL. */
const struct analyze_task_type *analyze_task_types_find(const struct analyze_task_types *types,
                                                        const struct order_symbols *symbols, struct base_str name);

static inline bool analyze_task_is_of(const struct analyze_task *task, const struct analyze_task_type *type)
{
    return task->name == type->name && !analyze_task_is_background(task);
}

#endif
