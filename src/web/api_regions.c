/* GET /api/regions/types and GET /api/regions: user regions. */
#include "output/regions.h"
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
    const struct analyze_annotations *a = &((const struct web_annotations *)annotations)->of;
    output_json_open(json, NULL, '{');
    output_region_type_json(json, &a->region_types, &a->region_types.all.at[index], a->symbols);
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
        return output_blocked_ns(&a->of.goroutines, &region->stats);
    if (base_str_is(sort, "syscall"))
        return region->stats.syscall_ns;
    return duration_of(a, region);
}

static void add_region(struct output_json *json, const void *annotations, size_t member)
{
    output_json_open(json, NULL, '{');
    output_region_json(json, &((const struct web_annotations *)annotations)->of, member);
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
