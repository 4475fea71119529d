#include "analyze/story.h"

#include "base/sort.h"

const char *const analyze_story_kinds[ANALYZE_STORY_KINDS] = {
    [ANALYZE_TASK_BEGINS] = "begin",      [ANALYZE_TASK_ENDS] = "end", [ANALYZE_REGION_BEGINS] = "region begin",
    [ANALYZE_REGION_ENDS] = "region end", [ANALYZE_LOGGED] = "log",    [ANALYZE_CHILD_BEGINS] = "child begin",
    [ANALYZE_CHILD_ENDS] = "child end",
};

static bool event_before(const void *a, const void *b, void *context)
{
    (void)context;
    return ((const struct analyze_story_event *)a)->time_ns < ((const struct analyze_story_event *)b)->time_ns;
}

static void add(struct analyze_story *story, struct analyze_story_event event)
{
    *base_vec_add(&story->events) = event;
}

static void add_regions(struct analyze_story *story, size_t task)
{
    const struct analyze_annotations *a = story->of;
    for (uint32_t i = a->first_of_task[task]; i < a->first_of_task[task + 1]; i++) {
        const struct analyze_region *region = analyze_member_region(a, a->members_by_task[i]);
        goroutine_id goroutine = analyze_member_goroutine(a, a->members_by_task[i]);
        if (region->has_start)
            add(story,
                (struct analyze_story_event){region->start_ns, goroutine, ANALYZE_REGION_BEGINS, .region = region});
        if (region->has_end)
            add(story, (struct analyze_story_event){region->end_ns, goroutine, ANALYZE_REGION_ENDS, .region = region});
    }
}

static void look_for_children(struct analyze_story *story, bool with_them)
{
    const struct analyze_tasks *tasks = &story->of->tasks;
    for (size_t i = 0; i < tasks->all.count; i++) {
        const struct analyze_task *child = &tasks->all.at[i];
        if (child->parent != story->task->id)
            continue;
        story->children++;
        if (with_them && child->has_start)
            add(story, (struct analyze_story_event){child->start_ns, child->start_goroutine, ANALYZE_CHILD_BEGINS,
                                                    .child = child});
        if (with_them && child->has_end)
            add(story,
                (struct analyze_story_event){child->end_ns, child->end_goroutine, ANALYZE_CHILD_ENDS, .child = child});
    }
}

void analyze_story_make(struct analyze_story *story, const struct analyze_annotations *a, size_t index,
                        bool with_children)
{
    const struct analyze_task *task = &a->tasks.all.at[index];
    *story = (struct analyze_story){.of = a, .task = task};
    if (task->has_start)
        add(story, (struct analyze_story_event){task->start_ns, task->start_goroutine, ANALYZE_TASK_BEGINS});
    for (const struct analyze_log *log = analyze_task_log(&a->tasks, task->first_log); log;
         log = analyze_task_log(&a->tasks, log->next))
        add(story, (struct analyze_story_event){log->time_ns, log->goroutine, ANALYZE_LOGGED, .log = log});
    add_regions(story, index);
    look_for_children(story, with_children);
    if (task->has_end)
        add(story, (struct analyze_story_event){task->end_ns, task->end_goroutine, ANALYZE_TASK_ENDS});
    base_sort_stable(story->events.at, story->events.count, sizeof *story->events.at, event_before, NULL);
}

void analyze_story_release(struct analyze_story *story)
{
    base_vec_release(&story->events);
}

struct analyze_interval analyze_story_span(const struct analyze_story *story)
{
    const struct analyze_task *task = story->task;
    return (struct analyze_interval){task->has_start ? task->start_ns : story->of->first_ns,
                                     task->has_end ? task->end_ns : story->of->last_ns};
}
