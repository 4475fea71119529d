/* A user task's story: what happened in it, in order of time.
 *
 * What the official page of a task shows: its begin and end, its logs, and when its regions began and ended. Beyond
 * that, if it is asked for, when tasks began and ended whose parent it is.
 */
#ifndef KYMO_ANALYZE_STORY_H
#define KYMO_ANALYZE_STORY_H

#include "analyze/annotations.h"
#include "analyze/scope.h"

enum analyze_story_kind {
    ANALYZE_TASK_BEGINS,
    ANALYZE_TASK_ENDS,
    ANALYZE_REGION_BEGINS,
    ANALYZE_REGION_ENDS,
    ANALYZE_LOGGED,
    ANALYZE_CHILD_BEGINS,
    ANALYZE_CHILD_ENDS,
    ANALYZE_STORY_KINDS
};

/* "begin", "region end", "log", "child begin" … */
extern const char *const analyze_story_kinds[ANALYZE_STORY_KINDS];

struct analyze_story_event {
    int64_t time_ns;
    goroutine_id goroutine; /* -1: none */
    enum analyze_story_kind kind;
    const struct analyze_region *region; /* of its begin and end, or NULL */
    const struct analyze_log *log;       /* likewise */
    const struct analyze_task *child;
};

/* What it refers to must live as long. */
struct analyze_story {
    const struct analyze_annotations *of;
    const struct analyze_task *task;
    BASE_VEC(struct analyze_story_event) events;
    size_t children; /* tasks whose parent it is */
};

/* task: an index in tasks.all. */
void analyze_story_make(struct analyze_story *story, const struct analyze_annotations *annotations, size_t task,
                        bool with_children);
void analyze_story_release(struct analyze_story *story);

/* When the task began and ended; the begin and the end of the trace, where that is outside of it. */
struct analyze_interval analyze_story_span(const struct analyze_story *story);

#endif
