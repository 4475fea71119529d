/* User tasks: when each began and ended, which goroutines worked for it, its regions and logs.
 *
 *     struct analyze_tasks tasks;
 *     analyze_tasks_init(&tasks);
 *     … a pass with the sink analyze_tasks_add, &tasks …
 *     analyze_tasks_finish(&tasks);
 *     … tasks.all.at[0 .. tasks.all.count - 1], by id …
 *     analyze_tasks_release(&tasks);
 *
 * The numbers are those of Go's internal/trace.Summarizer, quirks included; go-tool-trace-analyses.md, sections 3
 * and 4. A task is there as soon as something names it: its begin or end, a region, a log, a task that it is the parent
 * of. So there may be tasks without a begin, an end or a name.
 *
 * Names are symbols of the pass. Messages of logs point into the mapped file (order/reader.h), so the results are good
 * as long as the pass and the mapping that it reads.
 */
#ifndef KYMO_ANALYZE_TASKS_H
#define KYMO_ANALYZE_TASKS_H

#include "base/ids.h"
#include "base/memory.h"
#include "base/str.h"
#include "model/pass.h"

#include <stdbool.h>
#include <stdint.h>

struct analyze_task {
    uint64_t id;
    uint64_t parent; /* ORDER_NO_TASK: none */
    int64_t start_ns, end_ns;
    goroutine_id start_goroutine, end_goroutine; /* -1: none */
    uint32_t name;                               /* its type; the empty string if neither begin nor end tell it */
    uint32_t region_count;                       /* without those that goroutines inherit */
    uint32_t first_log, last_log;                /* for analyze_task_log */
    uint32_t log_count;
    uint32_t goroutines_first, goroutine_count; /* after finish: of analyze_tasks.goroutines */
    bool has_start, has_end;                    /* whether the trace has its begin, its end */
};

struct analyze_log {
    int64_t time_ns;
    goroutine_id goroutine;  /* -1: none */
    struct base_str message; /* borrowed from the file */
    uint32_t category;       /* symbol */
    uint32_t next;           /* of the same task: for analyze_task_log */
};

struct analyze_tasks {
    BASE_VEC(struct analyze_task) all; /* after finish: by id */
    BASE_VEC(struct analyze_log) logs; /* of all tasks, by time */
    BASE_VEC(goroutine_id) goroutines; /* after finish: a task's are sorted, each once; -1: outside of any */
    struct tasks_work *work;           /* while the pass runs */
};

void analyze_tasks_init(struct analyze_tasks *result);
void analyze_tasks_add(void *self, const struct order_block *block, const struct order_symbols *symbols);
void analyze_tasks_finish(struct analyze_tasks *result);
void analyze_tasks_release(struct analyze_tasks *result);

/* A task's logs in order of time:
 *
 *     for (log = analyze_task_log(tasks, task->first_log); log; log = analyze_task_log(tasks, log->next))
 */
static inline const struct analyze_log *analyze_task_log(const struct analyze_tasks *tasks, uint32_t number)
{
    return number ? &tasks->logs.at[number - 1] : NULL;
}

static inline bool analyze_task_is_complete(const struct analyze_task *task)
{
    return task->has_start && task->has_end;
}

/* Task 0 stands for no task: regions and logs outside of all tasks name it, and in old traces the end of a task without
 * a parent does. */
static inline bool analyze_task_is_background(const struct analyze_task *task)
{
    return !task->id && !task->has_start && !task->has_end;
}

/* How long it took, or as much of it as lies in the trace, which goes from first_ns to last_ns. Less than 0 if an id
 * was used again, and its last end came before its last begin. */
static inline int64_t analyze_task_duration_ns(const struct analyze_task *task, int64_t first_ns, int64_t last_ns)
{
    return (task->has_end ? task->end_ns : last_ns) - (task->has_start ? task->start_ns : first_ns);
}

/* Whether a goroutine worked for a task. */
bool analyze_task_has(const struct analyze_tasks *tasks, const struct analyze_task *task, goroutine_id id);

#endif
