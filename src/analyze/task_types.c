#include "analyze/task_types.h"

#include "analyze/durations.h"
#include "base/sort.h"

static bool type_before(const void *a, const void *b, void *context)
{
    const struct analyze_task_type *x = a, *y = b;
    const struct order_symbols *symbols = context;
    if (x->total_ns != y->total_ns)
        return x->total_ns > y->total_ns;
    return base_str_compare(order_string(symbols, x->name), order_string(symbols, y->name)) < 0;
}

/* Counts the tasks of each type. Notes each type's index + 1 in by_name. */
static void count_tasks(struct analyze_task_types *types, const struct analyze_tasks *tasks, const bool *chosen,
                        uint32_t *by_name)
{
    for (size_t i = 0; i < tasks->all.count; i++) {
        const struct analyze_task *task = &tasks->all.at[i];
        if (analyze_task_is_background(task) || (chosen && !chosen[i]))
            continue;
        if (!by_name[task->name]) {
            *base_vec_add(&types->all) = (struct analyze_task_type){.name = task->name};
            by_name[task->name] = (uint32_t)types->all.count;
        }
        struct analyze_task_type *type = &types->all.at[by_name[task->name] - 1];
        type->count++;
        type->complete += analyze_task_is_complete(task);
    }
}

static void gather_durations(struct analyze_task_types *types, const struct analyze_tasks *tasks, const bool *chosen,
                             const uint32_t *by_name)
{
    size_t complete = 0;
    for (size_t i = 0; i < types->all.count; i++) {
        types->all.at[i].durations_first = complete;
        complete += types->all.at[i].complete;
        types->all.at[i].complete = 0; /* counts again what was gathered */
    }
    base_vec_reserve(&types->durations_ns, complete);
    types->durations_ns.count = complete;
    for (size_t i = 0; i < tasks->all.count; i++) {
        const struct analyze_task *task = &tasks->all.at[i];
        if (!analyze_task_is_complete(task) || (chosen && !chosen[i]))
            continue;
        struct analyze_task_type *type = &types->all.at[by_name[task->name] - 1];
        types->durations_ns.at[type->durations_first + type->complete++] = task->end_ns - task->start_ns;
    }
}

void analyze_task_types_make(struct analyze_task_types *types, const struct analyze_tasks *tasks,
                             const struct order_symbols *symbols, const bool *chosen)
{
    uint32_t *by_name = base_zalloc(symbols->strings.count, sizeof *by_name); /* index + 1, by symbol */
    *types = (struct analyze_task_types){0};
    count_tasks(types, tasks, chosen, by_name);
    gather_durations(types, tasks, chosen, by_name);
    free(by_name);
    for (size_t i = 0; i < types->all.count; i++) {
        struct analyze_task_type *type = &types->all.at[i];
        if (!type->complete)
            continue;
        int64_t *durations_ns = types->durations_ns.at + type->durations_first;
        analyze_durations_sort(durations_ns, type->complete);
        type->total_ns = analyze_durations_total(durations_ns, type->complete);
    }
    base_sort_stable(types->all.at, types->all.count, sizeof *types->all.at, type_before, (void *)symbols);
}

void analyze_task_types_release(struct analyze_task_types *types)
{
    base_vec_release(&types->all);
    base_vec_release(&types->durations_ns);
}

const struct analyze_task_type *analyze_task_types_find(const struct analyze_task_types *types,
                                                        const struct order_symbols *symbols, struct base_str name)
{
    for (size_t i = 0; i < types->all.count; i++)
        if (base_str_equal(order_string(symbols, types->all.at[i].name), name))
            return &types->all.at[i];
    return NULL;
}
