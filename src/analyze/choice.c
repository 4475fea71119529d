#include "analyze/choice.h"

#include "analyze/matching.h"

struct choosing {
    const struct analyze_annotations *of;
    const struct analyze_filter *filter;
    struct analyze_selection time;
    struct analyze_matching groups, types, regions;
};

static void begin(struct choosing *choosing)
{
    const struct analyze_annotations *a = choosing->of;
    const struct analyze_filter *filter = choosing->filter;
    choosing->groups = (struct analyze_matching){.pattern = filter->group};
    choosing->types = (struct analyze_matching){.pattern = filter->task_type};
    choosing->regions = (struct analyze_matching){.pattern = filter->region};
    for (size_t i = 0; i < a->goroutines.by_id.count; i++)
        analyze_matching_see(&choosing->groups, a->symbols, analyze_goroutine_at(&a->goroutines, i)->name);
    for (size_t i = 0; i < a->tasks.all.count; i++)
        analyze_matching_see(&choosing->types, a->symbols, a->tasks.all.at[i].name);
    for (size_t i = 0; i < a->region_types.all.count; i++)
        analyze_matching_see(&choosing->regions, a->symbols, a->region_types.all.at[i].name);
}

static bool lasts_in(const struct choosing *choosing, int64_t start_ns, int64_t end_ns)
{
    const struct analyze_interval *span = &choosing->time.span_ns;
    return start_ns <= span->end_ns && end_ns >= span->start_ns;
}

static bool is_asked_goroutine(struct choosing *choosing, goroutine_id id)
{
    const struct analyze_filter *filter = choosing->filter;
    if (filter->by_goroutine && filter->goroutine.n != id.n)
        return false;
    if (!filter->group)
        return true;
    const struct analyze_goroutine *g = analyze_goroutine_of(&choosing->of->goroutines, id);
    return g && analyze_matches_name(&choosing->groups, choosing->of->symbols, g->name);
}

static bool has_asked_goroutine(struct choosing *choosing, const struct analyze_task *task)
{
    const goroutine_id *ids = choosing->of->tasks.goroutines.at + task->goroutines_first;
    if (!choosing->filter->by_goroutine && !choosing->filter->group)
        return true;
    for (uint32_t i = 0; i < task->goroutine_count; i++)
        if (is_asked_goroutine(choosing, ids[i]))
            return true;
    return false;
}

static bool has_asked_region(struct choosing *choosing, size_t task)
{
    const struct analyze_annotations *a = choosing->of;
    if (!choosing->filter->region)
        return true;
    for (uint32_t i = a->first_of_task[task]; i < a->first_of_task[task + 1]; i++)
        if (analyze_matches_name(&choosing->regions, choosing->of->symbols,
                                 analyze_member_region(a, a->members_by_task[i])->name))
            return true;
    return false;
}

static bool is_asked_task(struct choosing *choosing, const struct analyze_task *task)
{
    return choosing->filter->by_task ? task->id == choosing->filter->task
                                     : analyze_matches_name(&choosing->types, choosing->of->symbols, task->name);
}

static bool choose_task(struct choosing *choosing, size_t index)
{
    const struct analyze_task *task = &choosing->of->tasks.all.at[index];
    return !analyze_task_is_background(task) && is_asked_task(choosing, task) &&
           lasts_in(choosing, task->has_start ? task->start_ns : INT64_MIN, task->has_end ? task->end_ns : INT64_MAX) &&
           has_asked_goroutine(choosing, task) && has_asked_region(choosing, index);
}

static bool is_of_asked_task(struct choosing *choosing, const struct analyze_region *region)
{
    if (!choosing->filter->by_task && !choosing->filter->task_type)
        return true;
    size_t task = analyze_annotations_real_task(choosing->of, region->task);
    return task != SIZE_MAX && is_asked_task(choosing, &choosing->of->tasks.all.at[task]);
}

static bool choose_region(struct choosing *choosing, size_t member)
{
    const struct analyze_region *region = analyze_member_region(choosing->of, member);
    return lasts_in(choosing, region->has_start ? region->start_ns : INT64_MIN,
                    region->has_end ? region->end_ns : INT64_MAX) &&
           analyze_matches_name(&choosing->regions, choosing->of->symbols, region->name) &&
           is_of_asked_task(choosing, region) &&
           is_asked_goroutine(choosing, analyze_member_goroutine(choosing->of, member));
}

bool analyze_choose(struct analyze_choice *choice, const struct analyze_filter *filter,
                    const struct analyze_annotations *a, struct base_error *ret_error)
{
    struct choosing choosing = {.of = a, .filter = filter};
    *choice = (struct analyze_choice){.tasks = base_zalloc(a->tasks.all.count + 1, sizeof *choice->tasks),
                                      .regions = base_zalloc(a->goroutines.regions.count + 1, sizeof *choice->regions)};
    if (!analyze_select_time(&choosing.time, filter, a->first_ns, a->last_ns, ret_error))
        return false;
    begin(&choosing);
    for (size_t i = 0; i < a->tasks.all.count; i++)
        choice->task_count += choice->tasks[i] = choose_task(&choosing, i);
    for (size_t i = 0; i < a->region_types.members.count; i++)
        choice->region_count += choice->regions[a->region_types.members.at[i].region] = choose_region(&choosing, i);
    analyze_matching_release(&choosing.groups);
    analyze_matching_release(&choosing.types);
    analyze_matching_release(&choosing.regions);
    return true;
}

void analyze_choice_release(struct analyze_choice *choice)
{
    free(choice->tasks);
    free(choice->regions);
    *choice = (struct analyze_choice){0};
}

static bool fail_to_choose(const struct analyze_filter *filter, struct base_error *ret_error)
{
    if (filter->by_goroutine && filter->group)
        return base_fail(ret_error, "goroutine %lld of the trace did not begin in %s, or there is none",
                         (long long)filter->goroutine.n, filter->group->text);
    if (filter->by_goroutine)
        return base_fail(ret_error, "the trace has no goroutine %lld", (long long)filter->goroutine.n);
    return base_fail(ret_error, "no goroutine of the trace began in %s", filter->group->text);
}

bool analyze_choose_goroutines(struct analyze_goroutines *goroutines, const struct analyze_filter *filter,
                               const struct order_symbols *symbols, struct base_error *ret_error)
{
    struct analyze_matching groups = {.pattern = filter->group};
    size_t kept = 0;
    for (size_t i = 0; i < goroutines->by_id.count; i++)
        analyze_matching_see(&groups, symbols, analyze_goroutine_at(goroutines, i)->name);
    for (size_t i = 0; i < goroutines->by_id.count; i++) {
        const struct analyze_goroutine *g = analyze_goroutine_at(goroutines, i);
        if ((!filter->by_goroutine || filter->goroutine.n == g->id.n) &&
            analyze_matches_name(&groups, symbols, g->name))
            goroutines->by_id.at[kept++] = goroutines->by_id.at[i];
    }
    goroutines->by_id.count = kept;
    analyze_matching_release(&groups);
    return kept || (!filter->by_goroutine && !filter->group) || fail_to_choose(filter, ret_error);
}
