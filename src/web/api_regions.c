/* GET /api/regions/types and GET /api/regions: user regions. */
#include "output/durations.h"
#include "output/goroutines.h"
#include "web/annotations.h"
#include "web/routes.h"
#include "web/rows.h"

#include <errno.h>
#include <stdlib.h>

/* The conditions of a request. The place is written as in replies, or without the 0x as in official links. */
struct filter {
    bool by_type, by_pc, by_least, by_most;
    struct base_text type, sort;
    uint64_t pc;
    int64_t least_ns, most_ns;
    goroutine_id goroutine; /* NO_GOROUTINE: any */
};

static void filter_begin(struct filter *filter, const struct web_request *request)
{
    struct base_text pc = {0};
    char *end;
    *filter = (struct filter){.by_type = false};
    filter->by_type = web_parameter(request, "type", &filter->type);
    filter->by_least = web_parameter_duration(request, "latmin", &filter->least_ns);
    filter->by_most = web_parameter_duration(request, "latmax", &filter->most_ns);
    filter->goroutine = (goroutine_id){web_parameter_i64(request, "goroutine", -1)};
    web_parameter(request, "sort", &filter->sort);
    if (web_parameter(request, "pc", &pc) && pc.size) {
        errno = 0;
        filter->pc = strtoull(base_text_cstring(&pc), &end, 16);
        filter->by_pc = !*end && !errno;
    }
    base_text_release(&pc);
}

static void filter_release(struct filter *filter)
{
    base_text_release(&filter->type);
    base_text_release(&filter->sort);
}

static bool type_matches(const struct filter *filter, const struct order_symbols *symbols,
                         const struct analyze_region_type *type)
{
    return (!filter->by_type || base_str_equal(order_string(symbols, type->name), base_text_view(&filter->type))) &&
           (!filter->by_pc || analyze_region_type_pc(type) == filter->pc);
}

/* ---- types ---- */

static int64_t type_key(const struct web_annotations *a, const struct analyze_region_type *type, struct base_str sort)
{
    if (base_str_is(sort, "count"))
        return (int64_t)type->count;
    if (base_str_is(sort, "mean"))
        return type->total_ns / (int64_t)type->count;
    if (base_str_is(sort, "max"))
        return a->of.region_types.durations_ns.at[type->durations_first + type->count - 1];
    return type->total_ns;
}

static void add_type(struct output_json *json, const void *annotations, size_t index)
{
    const struct web_annotations *a = annotations;
    const struct analyze_region_type *type = &a->of.region_types.all.at[index];
    const struct order_symbols *symbols = model_pass_symbols(&a->pass);
    output_json_open(json, NULL, '{');
    output_json_string(json, "type", order_string(symbols, type->name));
    output_json_address(json, "pc", analyze_region_type_pc(type));
    output_json_string(json, "func", type->frame ? order_string(symbols, type->frame->func) : BASE_STR(""));
    output_json_string(json, "file", type->frame ? order_string(symbols, type->frame->file) : BASE_STR(""));
    output_json_u64(json, "line", type->frame ? type->frame->line : 0);
    output_json_u64(json, "count", type->count);
    output_durations_json(json, &a->of.region_types.durations_ns.at[type->durations_first], type->count, type->total_ns);
    output_json_close(json, '}');
}

void web_region_types(struct web_trace *trace, const struct web_request *request, struct web_response *response)
{
    const struct web_annotations *a = web_annotations_get(trace);
    struct filter filter;
    if (!a) {
        web_fail_to_read(response);
        return;
    }
    filter_begin(&filter, request);
    struct web_rows rows = {.descending = web_rows_descending(request, true)};
    for (size_t i = 0; i < a->of.region_types.all.count; i++)
        if (type_matches(&filter, model_pass_symbols(&a->pass), &a->of.region_types.all.at[i]))
            web_rows_add(&rows, i, type_key(a, &a->of.region_types.all.at[i], base_text_view(&filter.sort)));
    struct output_json json = {.out = &response->body};
    output_json_open(&json, NULL, '{');
    output_json_u64(&json, "count", rows.indices.count);
    web_rows_finish(&rows, request, &json, add_type, a);
    output_json_close(&json, '}');
    filter_release(&filter);
}

/* ---- regions ---- */

static int64_t duration_of(const struct web_annotations *a, const struct analyze_region *region)
{
    return analyze_region_duration_ns(region, a->pass.first_ns, a->pass.last_ns);
}

static int64_t blocked_ns(const struct web_annotations *a, const struct analyze_stats *stats)
{
    int64_t ns = stats->syscall_block_ns;
    for (size_t i = 0; i < stats->blocks_count; i++)
        ns += a->of.goroutines.amounts.at[stats->blocks_first + i].ns;
    return ns;
}

static int64_t region_key(const struct web_annotations *a, size_t member, struct base_str sort)
{
    const struct analyze_region *region = analyze_member_region(&a->of, member);
    if (base_str_is(sort, "start"))
        return region->has_start ? region->start_ns : INT64_MIN;
    if (base_str_is(sort, "goroutine"))
        return analyze_member_goroutine(&a->of, member).n;
    if (base_str_is(sort, "task"))
        return region->task < INT64_MAX ? (int64_t)region->task : -1;
    if (base_str_is(sort, "exec"))
        return region->stats.exec_ns;
    if (base_str_is(sort, "sched_wait"))
        return region->stats.sched_wait_ns;
    if (base_str_is(sort, "block"))
        return blocked_ns(a, &region->stats);
    if (base_str_is(sort, "syscall"))
        return region->stats.syscall_ns;
    return duration_of(a, region);
}

static void add_region(struct output_json *json, const void *annotations, size_t member)
{
    const struct web_annotations *a = annotations;
    const struct analyze_region *region = analyze_member_region(&a->of, member);
    const struct analyze_stats *stats = &region->stats;
    size_t task = analyze_annotations_real_task(&a->of, region->task);
    output_json_open(json, NULL, '{');
    output_json_string(json, "type", order_string(model_pass_symbols(&a->pass), region->name));
    output_json_i64(json, "goroutine", analyze_member_goroutine(&a->of, member).n);
    if (task != SIZE_MAX)
        output_json_u64(json, "task", region->task);
    else
        output_json_null(json, "task");
    output_json_i64(json, "start_ns", region->has_start ? region->start_ns - a->pass.first_ns : -1);
    output_json_i64(json, "end_ns", region->has_end ? region->end_ns - a->pass.first_ns : -1);
    output_json_i64(json, "duration_ns", duration_of(a, region));
    output_json_i64(json, "exec_ns", stats->exec_ns);
    output_json_i64(json, "sched_wait_ns", stats->sched_wait_ns);
    output_json_i64(json, "block_ns", blocked_ns(a, stats));
    output_json_i64(json, "syscall_ns", stats->syscall_ns);
    output_parts_json(json, &a->of.goroutines, stats, a->of.symbols);
    output_json_close(json, '}');
}

void web_regions(struct web_trace *trace, const struct web_request *request, struct web_response *response)
{
    const struct web_annotations *a = web_annotations_get(trace);
    struct filter filter;
    if (!a) {
        web_fail_to_read(response);
        return;
    }
    filter_begin(&filter, request);
    struct web_rows rows = {.descending = web_rows_descending(request, true)};
    bool *wanted = base_zalloc(a->of.region_types.all.count, sizeof *wanted);
    int64_t longest_ns = 0;
    for (size_t i = 0; i < a->of.region_types.all.count; i++)
        wanted[i] = type_matches(&filter, model_pass_symbols(&a->pass), &a->of.region_types.all.at[i]);
    for (size_t i = 0; i < a->of.region_types.members.count; i++) {
        int64_t ns = duration_of(a, analyze_member_region(&a->of, i));
        if (!wanted[a->of.region_types.members.at[i].type] || (filter.by_least && ns < filter.least_ns) ||
            (filter.by_most && ns > filter.most_ns) ||
            (filter.goroutine.n != NO_GOROUTINE.n && filter.goroutine.n != analyze_member_goroutine(&a->of, i).n))
            continue;
        web_rows_add(&rows, i, region_key(a, i, base_text_view(&filter.sort)));
        longest_ns = ns > longest_ns ? ns : longest_ns;
    }
    struct output_json json = {.out = &response->body};
    output_json_open(&json, NULL, '{');
    output_json_u64(&json, "count", rows.indices.count);
    output_json_i64(&json, "longest_ns", longest_ns);
    web_rows_finish(&rows, request, &json, add_region, a);
    output_json_close(&json, '}');
    filter_release(&filter);
    free(wanted);
}
