/* User tasks as JSON and as tables. Times count from the trace's first event. */
#ifndef KYMO_OUTPUT_TASKS_H
#define KYMO_OUTPUT_TASKS_H

#include "analyze/task_types.h"
#include "base/text.h"

/* What stands in place of the empty name. */
#define OUTPUT_NO_TYPE_NAME "(no type)"

/* The trace that tasks are of. */
struct output_tasks_trace {
    const struct analyze_tasks *tasks;
    const struct order_symbols *symbols;
    int64_t first_ns, last_ns; /* of its events */
};

/* Everything known of each task, by id; of those of one type, if it is not NULL. -1 stands for a time that the trace
 * does not have, parent 0 for none. */
void output_tasks_json(struct base_text *out, const struct output_tasks_trace *trace,
                       const struct analyze_task_type *type);

/* A row for each type; percentiles and totals are those of complete tasks. */
void output_task_types_table(struct base_text *out, const struct analyze_task_types *types,
                             const struct order_symbols *symbols);

/* A row for each task of a type, longest first. */
void output_tasks_table(struct base_text *out, const struct output_tasks_trace *trace,
                        const struct analyze_task_type *type);

#endif
