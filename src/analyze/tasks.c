#include "analyze/tasks.h"

#include "base/map.h"
#include "base/sort.h"

/* A goroutine worked for a task. The same may be said again and again: finish sorts that out. */
struct mention {
    goroutine_id goroutine;
    uint32_t older; /* of the same task: index + 1; 0: none */
};

struct tasks_work {
    struct base_map index_by_id;
    BASE_VEC(uint32_t) latest; /* mention of each task: index + 1 */
    BASE_VEC(struct mention) mentions;
    BASE_VEC(uint32_t) regions; /* by slot: 1 + the regions that the goroutine is in; 0: no goroutine */
};

void analyze_tasks_init(struct analyze_tasks *result)
{
    *result = (struct analyze_tasks){0};
    result->work = base_zalloc(1, sizeof *result->work);
}

static void work_release(struct tasks_work *work)
{
    if (!work)
        return;
    base_map_release(&work->index_by_id);
    base_vec_release(&work->latest);
    base_vec_release(&work->mentions);
    base_vec_release(&work->regions);
    free(work);
}

void analyze_tasks_release(struct analyze_tasks *result)
{
    work_release(result->work);
    base_vec_release(&result->all);
    base_vec_release(&result->logs);
    base_vec_release(&result->goroutines);
    *result = (struct analyze_tasks){0};
}

/* The task of an id, which is made if it was not named before. Valid until the next call. */
static struct analyze_task *task_of(struct analyze_tasks *result, uint64_t id)
{
    struct tasks_work *work = result->work;
    uint32_t index = base_map_find(&work->index_by_id, id);
    if (index == BASE_MAP_NONE) {
        index = (uint32_t)result->all.count;
        *base_vec_add(&result->all) = (struct analyze_task){.id = id,
                                                            .parent = ORDER_NO_TASK,
                                                            .start_goroutine = {-1},
                                                            .end_goroutine = {-1},
                                                            .name = ORDER_EMPTY_STRING};
        *base_vec_add(&work->latest) = 0;
        base_map_set(&work->index_by_id, id, index);
    }
    return &result->all.at[index];
}

static void add_goroutine(struct analyze_tasks *result, const struct analyze_task *task, goroutine_id goroutine)
{
    struct tasks_work *work = result->work;
    uint32_t *latest = &work->latest.at[task - result->all.at];
    if (*latest && work->mentions.at[*latest - 1].goroutine.n == goroutine.n)
        return;
    *base_vec_add(&work->mentions) = (struct mention){goroutine, *latest};
    *latest = (uint32_t)work->mentions.count;
}

/* ---- events ---- */

/* Q: in old traces the end of a task without a parent has parent 0, and so makes one of task 0. */
static void task_event(struct analyze_tasks *result, const struct order_event *event)
{
    struct analyze_task *task = task_of(result, event->task.id);
    task->name = event->name;
    add_goroutine(result, task, event->context.goroutine);
    if (event->kind == ORDER_TASK_BEGIN) {
        task->has_start = true;
        task->start_ns = event->time_ns;
        task->start_goroutine = event->context.goroutine;
    } else {
        task->has_end = true;
        task->end_ns = event->time_ns;
        task->end_goroutine = event->context.goroutine;
    }
    if (event->task.parent != ORDER_NO_TASK && task->parent == ORDER_NO_TASK) {
        task->parent = event->task.parent;
        (void)task_of(result, event->task.parent);
    }
}

static void log_event(struct analyze_tasks *result, const struct order_event *event)
{
    struct analyze_task *task = task_of(result, event->log.task);
    *base_vec_add(&result->logs) = (struct analyze_log){.time_ns = event->time_ns,
                                                        .goroutine = event->context.goroutine,
                                                        .message = event->log.message,
                                                        .category = event->name};
    uint32_t number = (uint32_t)result->logs.count;
    if (task->last_log)
        result->logs.at[task->last_log - 1].next = number;
    else
        task->first_log = number;
    task->last_log = number;
    task->log_count++;
    add_goroutine(result, task, event->context.goroutine);
}

static uint32_t *regions_of(struct tasks_work *work, uint32_t slot)
{
    return slot < work->regions.count && work->regions.at[slot] ? &work->regions.at[slot] : NULL;
}

/* A region belongs to the task that its begin names; an end counts only if no region is there for it to end. */
static void region_event(struct analyze_tasks *result, const struct order_event *event)
{
    uint32_t *regions = regions_of(result->work, event->context.goroutine_slot);
    if (!regions)
        return;
    if (event->kind == ORDER_REGION_BEGIN) {
        ++*regions;
    } else if (*regions > 1) {
        --*regions;
        return;
    }
    struct analyze_task *task = task_of(result, event->task.id);
    task->region_count++;
    add_goroutine(result, task, event->context.goroutine);
}

/* A goroutine created within a region inherits it: that is no region of the task, but the next end ends it. */
static void begin_goroutine(struct tasks_work *work, const struct order_event *event)
{
    while (event->resource_slot >= work->regions.count)
        *base_vec_add(&work->regions) = 0;
    uint32_t *regions = &work->regions.at[event->resource_slot];
    *regions = 1;
    if (event->from != ORDER_NOT_EXIST)
        return;
    const uint32_t *of_creator = regions_of(work, event->context.goroutine_slot);
    if (of_creator && *of_creator > 1)
        *regions = 2;
}

/* Regions end with their goroutine, and when it blocks for ever. */
static void go_transition(struct tasks_work *work, const struct order_event *event, const struct order_symbols *symbols)
{
    if (event->from == event->to)
        return;
    if (event->from <= ORDER_NOT_EXIST)
        begin_goroutine(work, event);
    uint32_t *regions = regions_of(work, event->resource_slot);
    if (!regions)
        return;
    if (event->to == ORDER_NOT_EXIST)
        *regions = 0;
    else if (event->to == ORDER_WAITING && *regions > 1 && base_str_is(order_string(symbols, event->name), "forever"))
        *regions = 1;
}

void analyze_tasks_add(void *self, const struct order_block *block, const struct order_symbols *symbols)
{
    struct analyze_tasks *result = self;
    for (size_t i = 0; i < block->count; i++) {
        const struct order_event *event = &block->events[i];
        switch (event->kind) {
        case ORDER_SYNC:
            if (event->sync.facts->after_gap) /* slots are given out anew */
                result->work->regions.count = 0;
            break;
        case ORDER_GO_TRANSITION: go_transition(result->work, event, symbols); break;
        case ORDER_TASK_BEGIN:
        case ORDER_TASK_END: task_event(result, event); break;
        case ORDER_REGION_BEGIN:
        case ORDER_REGION_END: region_event(result, event); break;
        case ORDER_LOG: log_event(result, event); break;
        default: break;
        }
    }
}

/* ---- results ---- */

static bool goroutine_before(const void *a, const void *b, void *context)
{
    (void)context;
    return ((const goroutine_id *)a)->n < ((const goroutine_id *)b)->n;
}

/* Gathers the goroutines of the task at `index`, sorted, each once. */
static void gather_goroutines(struct analyze_tasks *result, size_t index)
{
    const struct tasks_work *work = result->work;
    struct analyze_task *task = &result->all.at[index];
    size_t first = result->goroutines.count, kept = first;
    for (uint32_t i = work->latest.at[index]; i; i = work->mentions.at[i - 1].older)
        *base_vec_add(&result->goroutines) = work->mentions.at[i - 1].goroutine;
    goroutine_id *at = result->goroutines.at;
    if (result->goroutines.count - first > 1)
        base_sort_go(at + first, result->goroutines.count - first, sizeof *at, goroutine_before, NULL);
    for (size_t i = first; i < result->goroutines.count; i++)
        if (kept == first || at[kept - 1].n != at[i].n)
            at[kept++] = at[i];
    result->goroutines.count = kept;
    task->goroutines_first = (uint32_t)first;
    task->goroutine_count = (uint32_t)(kept - first);
}

static bool task_before(const void *a, const void *b, void *context)
{
    (void)context;
    return ((const struct analyze_task *)a)->id < ((const struct analyze_task *)b)->id;
}

void analyze_tasks_finish(struct analyze_tasks *result)
{
    for (size_t i = 0; i < result->all.count; i++)
        gather_goroutines(result, i);
    work_release(result->work);
    result->work = NULL;
    base_sort_go(result->all.at, result->all.count, sizeof *result->all.at, task_before, NULL);
}

bool analyze_task_has(const struct analyze_tasks *tasks, const struct analyze_task *task, goroutine_id id)
{
    const goroutine_id *ids = tasks->goroutines.at + task->goroutines_first;
    uint32_t low = 0, high = task->goroutine_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (ids[middle].n < id.n)
            low = middle + 1;
        else
            high = middle;
    }
    return low < task->goroutine_count && ids[low].n == id.n;
}
