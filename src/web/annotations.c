#include "web/annotations.h"

#include "analyze/breakdown.h"
#include "analyze/durations.h"

struct web_annotations *web_annotations_new(void)
{
    struct web_annotations *a = base_zalloc(1, sizeof *a);
    web_once_init(&a->once);
    return a;
}

void web_annotations_free(struct web_annotations *a)
{
    if (!a)
        return;
    if (a->once.made) {
        analyze_task_types_release(&a->task_types);
        analyze_tasks_release(&a->tasks);
        analyze_region_types_release(&a->region_types);
        analyze_goroutines_release(&a->goroutines);
        model_pass_release(&a->pass);
        model_marks_release(&a->logs);
    }
    free(a->members_by_task);
    free(a->first_of_task);
    web_once_release(&a->once);
    free(a);
}

size_t web_annotations_task(const struct web_annotations *a, uint64_t id)
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

/* The task of a member; SIZE_MAX: of none, or the region is inherited. */
static size_t task_of(const struct web_annotations *a, size_t member)
{
    const struct analyze_region *region = &a->goroutines.regions.at[a->region_types.members.at[member].region];
    return region->name == ORDER_EMPTY_STRING ? SIZE_MAX : web_annotations_task(a, region->task);
}

static void group_by_task(struct web_annotations *a)
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

static bool compute(struct web_trace *trace, void *self)
{
    struct web_annotations *a = self;
    const struct model_sink sinks[] = {{analyze_tasks_add, &a->tasks, 0}, {analyze_goroutines_add, &a->goroutines, 0}};
    if (!web_trace_begin_pass(trace, &a->pass))
        return false;
    analyze_tasks_init(&a->tasks);
    analyze_goroutines_init(&a->goroutines);
    a->goroutines.keep_regions = true;
    web_trace_run_pass(trace, &a->pass, sinks, sizeof sinks / sizeof *sinks);
    const struct order_symbols *symbols = model_pass_symbols(&a->pass);
    analyze_tasks_finish(&a->tasks);
    analyze_goroutines_finish(&a->goroutines, symbols);
    analyze_task_types_make(&a->task_types, &a->tasks, symbols);
    analyze_region_types_make(&a->region_types, &a->goroutines, symbols, a->pass.first_ns, a->pass.last_ns);
    group_by_task(a);
    for (uint32_t i = 0; i < a->tasks.logs.count; i++)
        model_marks_add(&a->logs, 0, a->tasks.logs.at[i].time_ns, i);
    model_marks_finish(&a->logs, 1);
    return true;
}

const struct web_annotations *web_annotations_get(struct web_trace *trace)
{
    struct web_annotations *a = trace->annotations;
    return web_once_get(&a->once, trace, compute, a) ? a : NULL;
}

const struct web_annotations *web_annotations_ready(const struct web_trace *trace)
{
    return web_once_ready(&trace->annotations->once) ? trace->annotations : NULL;
}

bool *web_annotations_family(const struct web_annotations *a, size_t task)
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
            at = parent == ORDER_NO_TASK ? SIZE_MAX : web_annotations_task(a, parent);
        }
        uint8_t answer = at != SIZE_MAX && known[at] == WITHIN ? WITHIN : OUTSIDE;
        for (at = i; at != SIZE_MAX && known[at] == ASKED; at = web_annotations_task(a, a->tasks.all.at[at].parent))
            known[at] = answer;
        family[i] = known[i] == WITHIN;
    }
    free(known);
    return family;
}

void web_add_histogram(struct output_json *json, const char *name, const size_t counts[ANALYZE_BUCKETS])
{
    size_t first = 0, end = ANALYZE_BUCKETS;
    while (first < end && !counts[first])
        first++;
    while (end > first && !counts[end - 1])
        end--;
    output_json_open(json, name, '[');
    for (size_t i = first; i < end; i++) {
        output_json_open(json, NULL, '[');
        output_json_i64(json, NULL, i ? analyze_bucket_edge(i) : 0); /* it also holds what is shorter */
        output_json_i64(json, NULL, analyze_bucket_edge(i + 1));
        output_json_u64(json, NULL, counts[i]);
        output_json_close(json, ']');
    }
    output_json_close(json, ']');
}

void web_add_durations(struct output_json *json, const int64_t *sorted_ns, size_t count, int64_t total_ns)
{
    static const struct {
        const char *name;
        unsigned percent;
    } figures[] = {{"p50_ns", 50}, {"p90_ns", 90}, {"p99_ns", 99}, {"max_ns", 100}};
    output_json_i64(json, "total_ns", total_ns);
    if (count)
        output_json_i64(json, "mean_ns", total_ns / (int64_t)count);
    else
        output_json_null(json, "mean_ns");
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++)
        if (count)
            output_json_i64(json, figures[i].name, analyze_durations_percentile(sorted_ns, count, figures[i].percent));
        else
            output_json_null(json, figures[i].name);
    size_t counts[ANALYZE_BUCKETS];
    analyze_durations_histogram(sorted_ns, count, counts);
    web_add_histogram(json, "histogram", counts);
}

void web_add_parts(struct output_json *json, const struct web_annotations *a, const struct analyze_stats *stats)
{
    const struct order_symbols *symbols = model_pass_symbols(&a->pass);
    struct analyze_share shares[ANALYZE_MOST_SHARES];
    struct base_text name = {0};
    size_t count = analyze_stats_shares(&a->goroutines, stats, symbols, shares);
    output_json_open(json, "parts", '[');
    for (size_t i = 0; i < count; i++) {
        name.size = 0;
        analyze_share_name(&shares[i], symbols, &name);
        output_json_open(json, NULL, '{');
        output_json_string(json, "name", base_text_view(&name));
        output_json_i64(json, "ns", shares[i].ns);
        output_json_close(json, '}');
    }
    output_json_close(json, ']');
    base_text_release(&name);
}
