#include "analyze/annotations.h"

void analyze_annotations_init(struct analyze_annotations *a, struct model_sink ret_sinks[ANALYZE_ANNOTATIONS_SINKS])
{
    *a = (struct analyze_annotations){0};
    analyze_tasks_init(&a->tasks);
    analyze_goroutines_init(&a->goroutines);
    a->goroutines.keep_regions = true;
    ret_sinks[0] = (struct model_sink){analyze_tasks_add, &a->tasks, 0};
    ret_sinks[1] = (struct model_sink){analyze_goroutines_add, &a->goroutines, 0};
}

void analyze_annotations_release(struct analyze_annotations *a)
{
    analyze_task_types_release(&a->task_types);
    analyze_tasks_release(&a->tasks);
    analyze_region_types_release(&a->region_types);
    analyze_goroutines_release(&a->goroutines);
    free(a->members_by_task);
    free(a->first_of_task);
    *a = (struct analyze_annotations){0};
}

size_t analyze_annotations_task(const struct analyze_annotations *a, uint64_t id)
{
    size_t low = 0, high = a->tasks.all.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (a->tasks.all.at[middle].id < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low < a->tasks.all.count && a->tasks.all.at[low].id == id ? low : SIZE_MAX;
}

size_t analyze_annotations_real_task(const struct analyze_annotations *a, uint64_t id)
{
    size_t task = analyze_annotations_task(a, id);
    return task == SIZE_MAX || analyze_task_is_background(&a->tasks.all.at[task]) ? SIZE_MAX : task;
}

/* The task of a member; SIZE_MAX: of none, or the region is inherited. */
static size_t task_of(const struct analyze_annotations *a, size_t member)
{
    const struct analyze_region *region = analyze_member_region(a, member);
    return region->name == ORDER_EMPTY_STRING ? SIZE_MAX : analyze_annotations_task(a, region->task);
}

static void group_by_task(struct analyze_annotations *a)
{
    size_t members = a->region_types.members.count, tasks = a->tasks.all.count;
    a->members_by_task = base_zalloc(members + 1, sizeof *a->members_by_task);
    a->first_of_task = base_zalloc(tasks + 2, sizeof *a->first_of_task);
    uint32_t *next = a->first_of_task + 1; /* from counts over sums to where the next goes */
    for (size_t i = 0; i < members; i++) {
        size_t task = task_of(a, i);
        if (task != SIZE_MAX)
            next[task + 1]++;
    }
    for (size_t i = 1; i < tasks; i++)
        next[i] += next[i - 1];
    for (size_t i = 0; i < members; i++) {
        size_t task = task_of(a, i);
        if (task != SIZE_MAX)
            a->members_by_task[next[task]++] = (uint32_t)i;
    }
}

void analyze_annotations_finish(struct analyze_annotations *a, const struct model_pass *pass)
{
    a->symbols = model_pass_symbols(pass);
    a->first_ns = pass->first_ns;
    a->last_ns = pass->last_ns;
    analyze_tasks_finish(&a->tasks);
    analyze_goroutines_finish(&a->goroutines, a->symbols);
    analyze_task_types_make(&a->task_types, &a->tasks, a->symbols, NULL);
    analyze_region_types_make(&a->region_types, &a->goroutines, a->symbols, a->first_ns, a->last_ns, NULL);
    group_by_task(a);
}

bool *analyze_annotations_family(const struct analyze_annotations *a, size_t task)
{
    enum { UNKNOWN, ASKED, OUTSIDE, WITHIN };
    size_t count = a->tasks.all.count;
    uint8_t *known = base_zalloc(count, sizeof *known);
    bool *family = base_zalloc(count, sizeof *family);
    known[task] = WITHIN;
    for (size_t i = 0; i < count; i++) {
        size_t at = i; /* up to a parent of which it is known; there may be circles */
        while (at != SIZE_MAX && known[at] == UNKNOWN) {
            known[at] = ASKED;
            uint64_t parent = a->tasks.all.at[at].parent;
            at = parent == ORDER_NO_TASK ? SIZE_MAX : analyze_annotations_task(a, parent);
        }
        uint8_t answer = at != SIZE_MAX && known[at] == WITHIN ? WITHIN : OUTSIDE;
        for (at = i; at != SIZE_MAX && known[at] == ASKED; at = analyze_annotations_task(a, a->tasks.all.at[at].parent))
            known[at] = answer;
        family[i] = known[i] == WITHIN;
    }
    free(known);
    return family;
}

bool analyze_annotations_task_says(const struct analyze_annotations *a, size_t task, const char *text)
{
    const struct analyze_task *of = &a->tasks.all.at[task];
    if (base_str_contains(order_string(a->symbols, of->name), text))
        return true;
    for (const struct analyze_log *log = analyze_task_log(&a->tasks, of->first_log); log;
         log = analyze_task_log(&a->tasks, log->next))
        if (base_str_contains(log->message, text) || base_str_contains(order_string(a->symbols, log->category), text))
            return true;
    for (uint32_t i = a->first_of_task[task]; i < a->first_of_task[task + 1]; i++)
        if (base_str_contains(order_string(a->symbols, analyze_member_region(a, a->members_by_task[i])->name), text))
            return true;
    return false;
}
