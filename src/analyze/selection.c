#include "analyze/selection.h"

#include "analyze/matching.h"
#include "analyze/tasks.h"
#include "base/number.h"
#include "base/sort.h"

#include <math.h>

enum { MOST_SINKS = 2 };

bool analyze_filter_is_on(const struct analyze_filter *filter)
{
    return filter->from.given || filter->to.given || filter->by_goroutine || filter->by_task || filter->group ||
           filter->task_type || filter->region;
}

static bool is_about_goroutines(const struct analyze_filter *filter)
{
    return filter->by_goroutine || filter->by_task || filter->group || filter->task_type || filter->region;
}

static bool is_about_tasks(const struct analyze_filter *filter)
{
    return filter->by_task || filter->task_type;
}

/* ---- goroutines ---- */

/* What the preparing pass finds. */
struct found {
    const struct analyze_filter *filter;
    const struct order_symbols *symbols;
    struct analyze_goroutines goroutines;
    struct analyze_tasks tasks;
    struct analyze_matching groups, regions, types;
    BASE_VEC(struct analyze_interval) own; /* by task: when it lay with the goroutine that began and ended it */
    struct base_map own_by_goroutine;      /* the first of these, as a chain through next_own */
    BASE_VEC(uint32_t) next_own;
};

static void select_tasks(struct found *found, struct analyze_selection *selection)
{
    const struct analyze_filter *filter = found->filter;
    for (size_t i = 0; i < found->tasks.all.count; i++)
        analyze_matching_see(&found->types, found->symbols, found->tasks.all.at[i].name);
    for (size_t i = 0; i < found->tasks.all.count; i++) {
        const struct analyze_task *task = &found->tasks.all.at[i];
        if (filter->by_task
                ? task->id != filter->task
                : analyze_task_is_background(task) || !analyze_matches_name(&found->types, found->symbols, task->name))
            continue;
        base_map_set(&selection->tasks, task->id, 0);
        if (!analyze_task_is_complete(task) || task->start_goroutine.n != task->end_goroutine.n ||
            task->start_goroutine.n < 0)
            continue;
        uint64_t key = (uint64_t)task->start_goroutine.n;
        *base_vec_add(&found->next_own) = base_map_find(&found->own_by_goroutine, key);
        base_map_set(&found->own_by_goroutine, key, (uint32_t)found->own.count);
        *base_vec_add(&found->own) = (struct analyze_interval){task->start_ns, task->end_ns};
    }
}

static bool interval_before(const void *a, const void *b, void *context)
{
    const struct analyze_interval *x = a, *y = b;
    (void)context;
    return x->start_ns < y->start_ns;
}

/* Sorts the intervals from `first` on, and makes one of those that touch. */
static void join_intervals(struct analyze_scope *scope, size_t first)
{
    struct analyze_interval *at = scope->intervals.at;
    size_t kept = first;
    base_sort_stable(at + first, scope->intervals.count - first, sizeof *at, interval_before, NULL);
    for (size_t i = first; i < scope->intervals.count; i++) {
        if (kept > first && at[i].start_ns <= at[kept - 1].end_ns)
            at[kept - 1].end_ns = at[i].end_ns > at[kept - 1].end_ns ? at[i].end_ns : at[kept - 1].end_ns;
        else
            at[kept++] = at[i];
    }
    scope->intervals.count = kept;
}

static void add_regions(struct found *found, const struct analyze_goroutine *g, struct analyze_selection *selection)
{
    const struct analyze_filter *filter = found->filter;
    for (uint32_t j = 0; j < g->regions_count; j++) {
        const struct analyze_region *region = &found->goroutines.regions.at[g->regions_first + j];
        if ((filter->region && !analyze_matches_name(&found->regions, found->symbols, region->name)) ||
            (is_about_tasks(filter) && base_map_find(&selection->tasks, region->task) == BASE_MAP_NONE))
            continue;
        *base_vec_add(&selection->scope.intervals) =
            (struct analyze_interval){region->has_start ? region->start_ns : selection->first_ns,
                                      region->has_end ? region->end_ns : selection->last_ns};
    }
}

static void add_own_tasks(struct found *found, const struct analyze_goroutine *g, struct analyze_selection *selection)
{
    uint32_t at = base_map_find(&found->own_by_goroutine, (uint64_t)g->id.n);
    for (; at != BASE_MAP_NONE; at = found->next_own.at[at])
        *base_vec_add(&selection->scope.intervals) = found->own.at[at];
}

static void select_goroutine(struct found *found, const struct analyze_goroutine *g,
                             struct analyze_selection *selection)
{
    const struct analyze_filter *filter = found->filter;
    size_t first = selection->scope.intervals.count;
    if ((filter->by_goroutine && g->id.n != filter->goroutine.n) ||
        !analyze_matches_name(&found->groups, found->symbols, g->name))
        return;
    if (filter->region || is_about_tasks(filter)) {
        add_regions(found, g, selection);
        if (!filter->region)
            add_own_tasks(found, g, selection);
        join_intervals(&selection->scope, first);
    } else {
        *base_vec_add(&selection->scope.intervals) = (struct analyze_interval){INT64_MIN, INT64_MAX};
    }
    if (selection->scope.intervals.count > first)
        analyze_scope_close(&selection->scope, g->id, first);
}

static void select_goroutines(struct found *found, struct analyze_selection *selection)
{
    const struct analyze_goroutines *goroutines = &found->goroutines;
    for (size_t i = 0; i < goroutines->by_id.count; i++)
        analyze_matching_see(&found->groups, found->symbols, analyze_goroutine_at(goroutines, i)->name);
    for (size_t i = 0; i < goroutines->regions.count; i++)
        analyze_matching_see(&found->regions, found->symbols, goroutines->regions.at[i].name);
    if (is_about_tasks(found->filter))
        select_tasks(found, selection);
    for (size_t i = 0; i < goroutines->by_id.count; i++)
        select_goroutine(found, analyze_goroutine_at(goroutines, i), selection);
}

static void found_release(struct found *found)
{
    analyze_goroutines_release(&found->goroutines);
    analyze_tasks_release(&found->tasks);
    analyze_matching_release(&found->groups);
    analyze_matching_release(&found->regions);
    analyze_matching_release(&found->types);
    base_vec_release(&found->own);
    base_map_release(&found->own_by_goroutine);
    base_vec_release(&found->next_own);
}

/* ---- time ---- */

static int64_t moment_ns(const struct analyze_moment *moment, const struct analyze_selection *selection,
                         int64_t otherwise_ns)
{
    if (!moment->given)
        return otherwise_ns;
    if (!moment->by_share)
        return base_i64_sum(moment->after_ns < 0 ? selection->last_ns : selection->first_ns, moment->after_ns);
    double length_ns = (double)selection->last_ns - (double)selection->first_ns;
    return base_i64_sum(selection->first_ns, base_i64_of(floor(moment->share * length_ns)));
}

bool analyze_select_time(struct analyze_selection *selection, const struct analyze_filter *filter, int64_t first_ns,
                         int64_t last_ns, struct base_error *ret_error)
{
    selection->first_ns = first_ns;
    selection->last_ns = last_ns;
    selection->span_ns.start_ns = moment_ns(&filter->from, selection, INT64_MIN);
    selection->span_ns.end_ns = moment_ns(&filter->to, selection, INT64_MAX);
    selection->by_span = filter->from.given || filter->to.given;
    if (selection->span_ns.start_ns < selection->span_ns.end_ns && selection->span_ns.start_ns <= selection->last_ns &&
        selection->span_ns.end_ns >= selection->first_ns)
        return true;
    struct base_text length = {0};
    base_text_duration(&length, selection->last_ns - selection->first_ns);
    base_fail(ret_error, "there is nothing of the trace, which is %s long, in the time that was asked for",
              base_text_cstring(&length));
    base_text_release(&length);
    return false;
}

/* ---- the whole ---- */

bool analyze_select(struct analyze_selection *selection, const struct analyze_filter *filter, struct model_pass *pass,
                    const struct base_progress *progress, struct base_error *ret_error)
{
    *selection = (struct analyze_selection){.span_ns = {INT64_MIN, INT64_MAX}};
    if (!analyze_filter_is_on(filter))
        return true;
    struct found found = {.filter = filter, .symbols = model_pass_symbols(pass)};
    found.groups.pattern = filter->group;
    found.regions.pattern = filter->region;
    found.types.pattern = filter->task_type;
    analyze_goroutines_init(&found.goroutines);
    analyze_tasks_init(&found.tasks);
    found.goroutines.keep_regions = true;
    struct model_sink sinks[MOST_SINKS] = {{analyze_goroutines_add, &found.goroutines},
                                           {analyze_tasks_add, &found.tasks}};
    selection->by_scope = is_about_goroutines(filter);
    model_pass_run(pass, sinks, selection->by_scope ? MOST_SINKS : 0, progress);
    selection->first_ns = pass->first_ns; /* regions need them before the time is looked at */
    selection->last_ns = pass->last_ns;
    bool done = !pass->error.cause;
    if (done && selection->by_scope) {
        analyze_goroutines_finish(&found.goroutines, found.symbols);
        analyze_tasks_finish(&found.tasks);
        select_goroutines(&found, selection);
        selection->by_task_alone = is_about_tasks(filter) && !(filter->by_goroutine || filter->group || filter->region);
        done = selection->scope.entries.count || (selection->by_task_alone && selection->tasks.count) ||
               base_fail(ret_error, "nothing in the trace is what was asked for");
    } else if (!done) {
        *ret_error = pass->error;
        pass->error = BASE_NO_ERROR;
    }
    found_release(&found);
    return done && analyze_select_time(selection, filter, pass->first_ns, pass->last_ns, ret_error);
}

void analyze_selection_release(struct analyze_selection *selection)
{
    analyze_scope_release(&selection->scope);
    base_map_release(&selection->tasks);
    *selection = (struct analyze_selection){0};
}

const struct analyze_scope *analyze_selection_scope(const struct analyze_selection *selection)
{
    return selection->by_scope ? &selection->scope : NULL;
}

int64_t analyze_selection_part_ns(const struct analyze_selection *selection, goroutine_id id, int64_t start_ns,
                                  int64_t end_ns)
{
    start_ns = start_ns > selection->span_ns.start_ns ? start_ns : selection->span_ns.start_ns;
    end_ns = end_ns < selection->span_ns.end_ns ? end_ns : selection->span_ns.end_ns;
    if (start_ns >= end_ns)
        return 0;
    return selection->by_scope ? analyze_scope_part_ns(&selection->scope, id, start_ns, end_ns) : end_ns - start_ns;
}

static bool in_span(const struct analyze_selection *selection, int64_t time_ns)
{
    return time_ns >= selection->span_ns.start_ns && time_ns <= selection->span_ns.end_ns;
}

bool analyze_selection_has(const struct analyze_selection *selection, goroutine_id id, int64_t time_ns)
{
    return in_span(selection, time_ns) && (!selection->by_scope || analyze_scope_has(&selection->scope, id, time_ns));
}

bool analyze_selection_reaches(const struct analyze_selection *selection, int64_t start_ns, int64_t end_ns)
{
    return start_ns <= selection->span_ns.end_ns && end_ns >= selection->span_ns.start_ns;
}

bool analyze_selection_touches(const struct analyze_selection *selection, goroutine_id id, int64_t start_ns,
                               int64_t end_ns)
{
    if (!analyze_selection_reaches(selection, start_ns, end_ns))
        return false;
    return !selection->by_scope || analyze_selection_has(selection, id, start_ns) ||
           analyze_selection_has(selection, id, end_ns) ||
           analyze_selection_part_ns(selection, id, start_ns, end_ns) > 0;
}

/* The goroutine that an event is about, besides the one that it happened on; that one, if there is none. */
static goroutine_id other_of(const struct order_event *event)
{
    bool about =
        event->kind == ORDER_GO_TRANSITION || event->kind == ORDER_LABEL ||
        ((event->kind == ORDER_RANGE_BEGIN || event->kind == ORDER_RANGE_ACTIVE || event->kind == ORDER_RANGE_END) &&
         event->scope == ORDER_SCOPE_GOROUTINE);
    return about ? order_resource_goroutine(event) : event->context.goroutine;
}

/* Whether an event tells of a selected task by name, wherever it happened. */
static bool names_task(const struct analyze_selection *selection, const struct order_event *event)
{
    uint64_t task = event->kind == ORDER_LOG ? event->log.task : event->task.id;
    return selection->by_task_alone && event->kind >= ORDER_TASK_BEGIN && event->kind <= ORDER_LOG &&
           base_map_find(&selection->tasks, task) != BASE_MAP_NONE && in_span(selection, event->time_ns);
}

bool analyze_selection_has_event(const struct analyze_selection *selection, const struct order_event *event)
{
    return names_task(selection, event) || analyze_selection_has(selection, event->context.goroutine, event->time_ns) ||
           (selection->by_scope && analyze_selection_has(selection, other_of(event), event->time_ns));
}
