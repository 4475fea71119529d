/* User tasks as JSON, as tables and as histograms. Times count from the trace's first event. */
#ifndef KYMO_OUTPUT_TASKS_H
#define KYMO_OUTPUT_TASKS_H

#include "analyze/task_types.h"
#include "output/json.h"

/* What stands in place of the empty name. */
#define OUTPUT_NO_TYPE_NAME "(no type)"

/* The trace that tasks are of. */
struct output_tasks_trace {
    const struct analyze_tasks *tasks;
    const struct order_symbols *symbols;
    int64_t first_ns, last_ns; /* of its events */
    const bool *chosen;        /* whether a task is wanted, by index in tasks->all; NULL: all are */
};

/* Everything known of each task, by id, and of the types that they are of. -1 stands for a time that the trace does not
 * have, parent 0 for none. */
void output_tasks_json(struct base_text *out, const struct output_tasks_trace *trace,
                       const struct analyze_task_types *types);

/* The members of a type: "type", "count", "complete", and those of output_durations_json for its complete tasks. */
void output_task_type_json(struct output_json *json, const struct analyze_task_types *types,
                           const struct analyze_task_type *type, const struct order_symbols *symbols);

/* A row for each type; percentiles and totals are those of complete tasks. */
void output_task_types_table(struct base_text *out, const struct analyze_task_types *types,
                             const struct order_symbols *symbols);

/* A histogram of the complete tasks of each type, for the OUTPUT_MOST_HISTOGRAMS (output/durations.h) with the most
 * time. */
void output_task_histograms(struct base_text *out, const struct analyze_task_types *types,
                            const struct order_symbols *symbols);

/* A row for each task, longest first: of one type, or of all if it is NULL. The background task has none. */
void output_tasks_table(struct base_text *out, const struct output_tasks_trace *trace,
                        const struct analyze_task_type *type);

#endif
