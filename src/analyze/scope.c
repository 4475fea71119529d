#include "analyze/scope.h"

#include "base/sort.h"

void analyze_scope_release(struct analyze_scope *scope)
{
    base_vec_release(&scope->intervals);
    base_vec_release(&scope->entries);
    base_map_release(&scope->entry_by_goroutine);
}

/* The goroutine's intervals, which do not overlap and ascend, from the first that ends behind a moment on. */
static const struct analyze_interval *intervals_behind(const struct analyze_scope *scope, goroutine_id id,
                                                       int64_t time_ns, const struct analyze_interval **ret_end)
{
    uint32_t index = base_map_find(&scope->entry_by_goroutine, (uint64_t)id.n);
    *ret_end = NULL;
    if (index == BASE_MAP_NONE)
        return NULL;
    const struct scope_entry *entry = &scope->entries.at[index];
    const struct analyze_interval *intervals = scope->intervals.at + entry->first;
    uint32_t low = 0, high = entry->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (intervals[middle].end_ns <= time_ns)
            low = middle + 1;
        else
            high = middle;
    }
    *ret_end = intervals + entry->count;
    return intervals + low;
}

int64_t analyze_scope_part_ns(const struct analyze_scope *scope, goroutine_id id, int64_t start_ns, int64_t end_ns)
{
    const struct analyze_interval *end, *at = intervals_behind(scope, id, start_ns, &end);
    int64_t sum_ns = 0;
    for (; at < end && at->start_ns < end_ns; at++) {
        int64_t from_ns = at->start_ns > start_ns ? at->start_ns : start_ns;
        int64_t to_ns = at->end_ns < end_ns ? at->end_ns : end_ns;
        if (to_ns > from_ns)
            sum_ns += to_ns - from_ns;
    }
    return sum_ns;
}

bool analyze_scope_has(const struct analyze_scope *scope, goroutine_id id, int64_t time_ns)
{
    /* A moment at the very end of an interval counts as well: a region's end is within the region. */
    const struct analyze_interval *end, *at = intervals_behind(scope, id, time_ns - 1, &end);
    return at < end && at->start_ns <= time_ns;
}

void analyze_scope_close(struct analyze_scope *scope, goroutine_id id, size_t first)
{
    base_map_set(&scope->entry_by_goroutine, (uint64_t)id.n, (uint32_t)scope->entries.count);
    *base_vec_add(&scope->entries) = (struct scope_entry){(uint32_t)first, (uint32_t)(scope->intervals.count - first)};
}

bool analyze_scope_of_group(struct analyze_scope *scope, const struct analyze_goroutines *goroutines,
                            const struct order_symbols *symbols, struct base_str name, int64_t end_ns)
{
    *scope = (struct analyze_scope){0};
    for (size_t i = 0; i < goroutines->by_id.count; i++) {
        const struct analyze_goroutine *g = analyze_goroutine_at(goroutines, i);
        if (!base_str_equal(order_string(symbols, g->name), name))
            continue;
        /* Q: it counts from when it first ran (from the beginning if it never did), not from its creation. */
        *base_vec_add(&scope->intervals) = (struct analyze_interval){g->start_ns, g->end_ns ? g->end_ns : end_ns};
        analyze_scope_close(scope, g->id, scope->intervals.count - 1);
    }
    return scope->entries.count > 0;
}

bool analyze_scope_of_running_goroutine(struct analyze_scope *scope, const struct analyze_goroutines *goroutines,
                                        goroutine_id id, int64_t end_ns)
{
    *scope = (struct analyze_scope){0};
    const struct analyze_goroutine *g = analyze_goroutine_of(goroutines, id);
    if (!g)
        return false;
    *base_vec_add(&scope->intervals) = (struct analyze_interval){g->start_ns, g->end_ns ? g->end_ns : end_ns};
    analyze_scope_close(scope, id, 0);
    return true;
}

void analyze_scope_add_always(struct analyze_scope *scope, goroutine_id id)
{
    *base_vec_add(&scope->intervals) = (struct analyze_interval){INT64_MIN, INT64_MAX};
    analyze_scope_close(scope, id, scope->intervals.count - 1);
}

bool analyze_scope_of_whole_group(struct analyze_scope *scope, const struct analyze_goroutines *goroutines,
                                  const struct order_symbols *symbols, struct base_str name)
{
    *scope = (struct analyze_scope){0};
    for (size_t i = 0; i < goroutines->by_id.count; i++)
        if (base_str_equal(order_string(symbols, analyze_goroutine_at(goroutines, i)->name), name))
            analyze_scope_add_always(scope, analyze_goroutine_at(goroutines, i)->id);
    return scope->entries.count > 0;
}

void analyze_scope_of_goroutine(struct analyze_scope *scope, goroutine_id id)
{
    *scope = (struct analyze_scope){0};
    analyze_scope_add_always(scope, id);
}

static bool interval_before(const void *a, const void *b, void *context)
{
    const struct analyze_interval *x = a, *y = b;
    (void)context;
    return x->start_ns != y->start_ns ? x->start_ns < y->start_ns : x->end_ns < y->end_ns;
}

static bool matches(const struct analyze_region_filter *filter, const struct order_symbols *symbols,
                    const struct analyze_region *region, int64_t length_ns)
{
    if (filter->by_type && !base_str_equal(order_string(symbols, region->name), filter->type))
        return false;
    if (filter->by_pc) {
        const struct order_frame *root = region->has_start ? order_stack_root(symbols, region->stack) : NULL;
        if ((root ? root->pc : 0) != filter->pc)
            return false;
    }
    if (filter->by_task && region->task != filter->task)
        return false;
    if (filter->tasks && base_map_find(filter->tasks, region->task) == BASE_MAP_NONE)
        return false;
    return (!filter->by_least || length_ns >= filter->least_ns) && (!filter->by_most || length_ns <= filter->most_ns);
}

/* Keeps, of the sorted intervals from `first` on, those that do not overlap one that was kept. */
static void drop_overlapping(struct analyze_scope *scope, size_t first)
{
    int64_t last_end_ns = 0;
    size_t kept = first;
    for (size_t i = first; i < scope->intervals.count; i++) {
        if (scope->intervals.at[i].start_ns < last_end_ns)
            continue;
        last_end_ns = scope->intervals.at[i].end_ns;
        scope->intervals.at[kept++] = scope->intervals.at[i];
    }
    scope->intervals.count = kept;
}

void analyze_scope_of_regions(struct analyze_scope *scope, const struct analyze_goroutines *goroutines,
                              const struct order_symbols *symbols, const struct analyze_region_filter *filter,
                              int64_t start_ns, int64_t end_ns)
{
    *scope = (struct analyze_scope){0};
    for (size_t i = 0; i < goroutines->by_id.count; i++) {
        const struct analyze_goroutine *g = analyze_goroutine_at(goroutines, i);
        size_t first = scope->intervals.count;
        for (uint32_t j = 0; j < g->regions_count; j++) {
            const struct analyze_region *region = &goroutines->regions.at[g->regions_first + j];
            struct analyze_interval interval = {region->has_start ? region->start_ns : start_ns,
                                                region->has_end ? region->end_ns : end_ns};
            if (matches(filter, symbols, region, interval.end_ns - interval.start_ns))
                *base_vec_add(&scope->intervals) = interval;
        }
        base_sort_stable(scope->intervals.at + first, scope->intervals.count - first, sizeof *scope->intervals.at,
                         interval_before, NULL);
        drop_overlapping(scope, first);
        if (scope->intervals.count > first)
            analyze_scope_close(scope, g->id, first);
    }
}
