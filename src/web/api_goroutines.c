/* GET /api/groups and GET /api/goroutines: what needs the statistics of all goroutines. */
#include "analyze/durations.h"
#include "base/sort.h"
#include "output/durations.h"
#include "web/annotations.h"
#include "web/routes.h"

enum { MOST_ROWS = 1000 };

/* What goroutines spent their time on, all together. */
static void add_states(struct output_json *json, const struct web_goroutines *goroutines)
{
    const struct order_symbols *symbols = model_pass_symbols(&goroutines->pass);
    struct analyze_totals totals = {0};
    struct base_text name = {0};
    for (size_t i = 0; i < goroutines->stats.by_id.count; i++) {
        struct analyze_share shares[ANALYZE_MOST_SHARES];
        analyze_totals_add(&totals, shares,
                           analyze_stats_shares(&goroutines->stats, &analyze_goroutine_at(&goroutines->stats, i)->stats,
                                                symbols, shares));
    }
    analyze_totals_sort(&totals);
    output_json_open(json, "states", '[');
    for (size_t i = 0; i < totals.shares.count; i++) {
        name.size = 0;
        analyze_share_name(&totals.shares.at[i], symbols, &name);
        output_json_open(json, NULL, '{');
        output_json_string(json, "name", base_text_view(&name));
        output_json_i64(json, "ns", totals.shares.at[i].ns);
        output_json_close(json, '}');
    }
    output_json_close(json, ']');
    base_text_release(&name);
    analyze_totals_release(&totals);
}

/* How long the group's goroutines were there, and what they waited for. */
static void add_group_time(struct output_json *json, const struct analyze_group_time *time,
                           const struct order_symbols *symbols)
{
    output_json_i64(json, "mean_ns", time->mean_ns);
    output_json_i64(json, "p50_ns", time->median_ns);
    output_json_i64(json, "p95_ns", time->p95_ns);
    output_json_i64(json, "max_ns", time->most_ns);
    output_json_open(json, "waits", '[');
    for (size_t i = 0; i < time->waits.shares.count; i++) {
        output_json_open(json, NULL, '{');
        output_json_string(json, "reason", analyze_amount_name(symbols, time->waits.shares.at[i].reason));
        output_json_i64(json, "ns", time->waits.shares.at[i].ns);
        output_json_close(json, '}');
    }
    output_json_close(json, ']');
}

void web_groups(struct web_trace *trace, const struct web_request *request, struct web_response *response)
{
    (void)request;
    const struct web_goroutines *goroutines = web_trace_goroutines(trace);
    if (!goroutines) {
        web_fail_to_read(response);
        return;
    }
    struct output_json json = {.out = &response->body};
    output_json_open(&json, NULL, '{');
    output_json_i64(&json, "total_exec_ns", goroutines->groups.exec_ns);
    add_states(&json, goroutines);
    output_json_open(&json, "groups", '[');
    for (size_t i = 0; i < goroutines->groups.all.count; i++) {
        const struct analyze_group *group = &goroutines->groups.all.at[i];
        output_json_open(&json, NULL, '{');
        output_json_string(&json, "name", order_string(model_pass_symbols(&goroutines->pass), group->name));
        output_json_u64(&json, "count", group->count);
        output_json_i64(&json, "total_ns", group->total_ns);
        output_json_i64(&json, "exec_ns", group->exec_ns);
        output_json_i64(&json, "sched_wait_ns", group->sched_wait_ns);
        output_json_i64(&json, "syscall_ns", group->syscall_ns);
        output_json_i64(&json, "block_ns", group->block_ns);
        output_json_i64(&json, "unknown_ns", group->unknown_ns);
        add_group_time(&json, &goroutines->group_times.of.at[i], model_pass_symbols(&goroutines->pass));
        output_json_close(&json, '}');
    }
    output_json_close(&json, ']');
    output_json_close(&json, '}');
}

/* What the goroutines of one group have: columns of the table. */
struct columns {
    const struct order_symbols *symbols;
    const struct analyze_goroutines *goroutines;
    struct analyze_totals parts;   /* with the sums */
    struct analyze_amounts ranges; /* likewise */
};

struct row {
    const struct analyze_goroutine *goroutine;
    int64_t key;
};

static bool name_before(const void *a, const void *b, void *context)
{
    const struct analyze_share *x = a, *y = b;
    bool first = x->part == ANALYZE_EXECUTION, second = y->part == ANALYZE_EXECUTION;
    if (first != second)
        return first;
    struct base_text name_x = {0}, name_y = {0};
    analyze_share_name(x, context, &name_x);
    analyze_share_name(y, context, &name_y);
    bool before = base_str_compare(base_text_view(&name_x), base_text_view(&name_y)) < 0;
    base_text_release(&name_x);
    base_text_release(&name_y);
    return before;
}

static bool range_before(const void *a, const void *b, void *context)
{
    return base_str_compare(analyze_amount_name(context, ((const struct analyze_amount *)a)->name),
                            analyze_amount_name(context, ((const struct analyze_amount *)b)->name)) < 0;
}

static int64_t part_ns(const struct columns *columns, const struct analyze_goroutine *g,
                       const struct analyze_share *part)
{
    struct analyze_share shares[ANALYZE_MOST_SHARES];
    size_t count = analyze_stats_shares(columns->goroutines, &g->stats, columns->symbols, shares);
    for (size_t i = 0; i < count; i++)
        if (shares[i].part == part->part && shares[i].reason == part->reason)
            return shares[i].ns;
    return 0;
}

static void add_to_columns(struct columns *columns, const struct analyze_goroutine *g)
{
    struct analyze_share shares[ANALYZE_MOST_SHARES];
    analyze_totals_add(&columns->parts, shares,
                       analyze_stats_shares(columns->goroutines, &g->stats, columns->symbols, shares));
    for (size_t i = 0; i < g->stats.ranges_count; i++) {
        const struct analyze_amount *range = &columns->goroutines->amounts.at[g->stats.ranges_first + i];
        if (range->ns)
            *analyze_amount_of(&columns->ranges, range->name) += range->ns;
    }
}

/* What rows are sorted by: `total` unless it is another column. */
static int64_t sort_key(const struct columns *columns, const struct analyze_goroutine *g, struct base_str sort,
                        const struct analyze_share *part)
{
    if (base_str_is(sort, "id"))
        return g->id.n;
    if (base_str_is(sort, "creation"))
        return g->creation_ns;
    return part ? part_ns(columns, g, part) : g->stats.total_ns;
}

static const struct analyze_share *part_named(const struct columns *columns, struct base_str name)
{
    for (size_t i = 0; i < columns->parts.shares.count; i++) {
        struct base_text text = {0};
        analyze_share_name(&columns->parts.shares.at[i], columns->symbols, &text);
        bool found = base_str_equal(base_text_view(&text), name);
        base_text_release(&text);
        if (found)
            return &columns->parts.shares.at[i];
    }
    return NULL;
}

static bool row_before(const void *a, const void *b, void *context)
{
    const struct row *x = a, *y = b;
    return *(const bool *)context ? x->key < y->key : x->key > y->key;
}

/* ---- which of them ---- */

/* What a group's goroutines are told apart by. */
static const char *const measures[] = {"exec", "sched_wait", "total"};
enum { MEASURES = sizeof measures / sizeof *measures };

static int64_t measure(const struct analyze_goroutine *g, int which)
{
    const int64_t ns[MEASURES] = {g->stats.exec_ns, g->stats.sched_wait_ns, g->stats.total_ns};
    return ns[which];
}

struct filter {
    int by; /* of measures; -1: all are wanted */
    bool by_least, by_most;
    int64_t least_ns, most_ns;
};

static struct filter filter_of(const struct web_request *request)
{
    struct filter filter = {.by = -1};
    struct base_text by = {0};
    web_parameter(request, "by", &by);
    for (int i = 0; i < MEASURES; i++)
        if (base_str_is(base_text_view(&by), measures[i]))
            filter.by = i;
    filter.by_least = web_parameter_duration(request, "latmin", &filter.least_ns);
    filter.by_most = web_parameter_duration(request, "latmax", &filter.most_ns);
    base_text_release(&by);
    return filter;
}

static bool wanted(const struct filter *filter, const struct analyze_goroutine *g)
{
    int64_t ns = filter->by < 0 ? 0 : measure(g, filter->by);
    return filter->by < 0 ||
           ((!filter->by_least || ns >= filter->least_ns) && (!filter->by_most || ns <= filter->most_ns));
}

static void add_columns(struct output_json *json, const struct columns *columns)
{
    struct base_text name = {0};
    output_json_open(json, "columns", '[');
    for (size_t i = 0; i < columns->parts.shares.count; i++) {
        name.size = 0;
        analyze_share_name(&columns->parts.shares.at[i], columns->symbols, &name);
        output_json_string(json, NULL, base_text_view(&name));
    }
    output_json_close(json, ']');
    base_text_release(&name);
    output_json_open(json, "totals", '[');
    for (size_t i = 0; i < columns->parts.shares.count; i++)
        output_json_i64(json, NULL, columns->parts.shares.at[i].ns);
    output_json_close(json, ']');
    output_json_open(json, "range_columns", '[');
    for (size_t i = 0; i < columns->ranges.of.count; i++)
        output_json_string(json, NULL, analyze_amount_name(columns->symbols, columns->ranges.of.at[i].name));
    output_json_close(json, ']');
}

static void add_row(struct output_json *json, const struct columns *columns, const struct analyze_goroutine *g,
                    int64_t first_ns)
{
    output_json_open(json, NULL, '{');
    output_json_i64(json, "id", g->id.n);
    output_json_i64(json, "creation_ns", g->creation_ns - first_ns);
    output_json_i64(json, "start_ns", g->start_ns ? g->start_ns - first_ns : -1);
    output_json_i64(json, "end_ns", g->end_ns ? g->end_ns - first_ns : -1);
    output_json_i64(json, "total_ns", g->stats.total_ns);
    output_json_open(json, "stats", '[');
    for (size_t i = 0; i < columns->parts.shares.count; i++)
        output_json_i64(json, NULL, part_ns(columns, g, &columns->parts.shares.at[i]));
    output_json_close(json, ']');
    output_json_open(json, "ranges", '[');
    for (size_t i = 0; i < columns->ranges.of.count; i++) {
        int64_t ns = 0;
        for (size_t j = 0; j < g->stats.ranges_count; j++) {
            const struct analyze_amount *range = &columns->goroutines->amounts.at[g->stats.ranges_first + j];
            if (range->name == columns->ranges.of.at[i].name)
                ns = range->ns;
        }
        output_json_i64(json, NULL, ns);
    }
    output_json_close(json, ']');
    output_json_close(json, '}');
}

void web_goroutines(struct web_trace *trace, const struct web_request *request, struct web_response *response)
{
    const struct web_goroutines *goroutines = web_trace_goroutines(trace);
    if (!goroutines) {
        web_fail_to_read(response);
        return;
    }
    const struct order_symbols *symbols = model_pass_symbols(&goroutines->pass);
    struct base_text name = {0}, sort = {0};
    web_parameter(request, "name", &name);
    web_parameter(request, "sort", &sort);
    int64_t offset = web_parameter_i64(request, "offset", 0), limit = web_parameter_i64(request, "limit", 200);
    bool ascending = web_parameter_is(request, "order", "asc");
    const struct analyze_group *group = analyze_groups_find(&goroutines->groups, symbols, base_text_view(&name));
    if (!group) {
        web_fail(response, 404, "no goroutine of the trace began in that function");
        goto release;
    }
    struct columns columns = {.symbols = symbols, .goroutines = &goroutines->stats};
    BASE_VEC(struct row) rows = {0};
    struct filter filter = filter_of(request);
    size_t histograms[MEASURES][ANALYZE_BUCKETS] = {{0}};
    int64_t longest_ns = 0, edges_ns[ANALYZE_BUCKETS];
    analyze_bucket_edges(edges_ns);
    for (size_t i = 0; i < goroutines->stats.by_id.count; i++) {
        const struct analyze_goroutine *g = analyze_goroutine_at(&goroutines->stats, i);
        if (g->name != group->name)
            continue;
        if (wanted(&filter, g))
            *base_vec_add(&rows) = (struct row){g, 0};
        for (int which = 0; which < MEASURES; which++)
            histograms[which][analyze_bucket_of(edges_ns, measure(g, which))]++;
        add_to_columns(&columns, g);
        if (g->stats.total_ns > longest_ns)
            longest_ns = g->stats.total_ns;
    }
    base_sort_stable(columns.parts.shares.at, columns.parts.shares.count, sizeof *columns.parts.shares.at, name_before,
                     (void *)symbols);
    base_sort_stable(columns.ranges.of.at, columns.ranges.of.count, sizeof *columns.ranges.of.at, range_before,
                     (void *)symbols);
    struct base_str by = {sort.data, sort.size};
    const struct analyze_share *part = part_named(&columns, by);
    for (size_t i = 0; i < rows.count; i++)
        rows.at[i].key = sort_key(&columns, rows.at[i].goroutine, by, part);
    base_sort_stable(rows.at, rows.count, sizeof *rows.at, row_before, &ascending);

    struct output_json json = {.out = &response->body};
    output_json_open(&json, NULL, '{');
    output_json_string(&json, "name", order_string(symbols, group->name));
    output_json_u64(&json, "count", rows.count);
    output_json_u64(&json, "group_count", group->count);
    output_json_open(&json, "histograms", '{');
    for (int which = 0; which < MEASURES; which++)
        output_histogram_json(&json, measures[which], histograms[which]);
    output_json_close(&json, '}');
    if (goroutines->groups.exec_ns)
        output_json_double(&json, "exec_share", (double)group->exec_ns / (double)goroutines->groups.exec_ns);
    else
        output_json_null(&json, "exec_share");
    output_json_i64(&json, "max_total_ns", longest_ns);
    add_columns(&json, &columns);
    output_json_open(&json, "rows", '[');
    if (limit > MOST_ROWS)
        limit = MOST_ROWS;
    for (int64_t i = 0; offset >= 0 && i < limit && (uint64_t)(offset + i) < rows.count; i++)
        add_row(&json, &columns, rows.at[offset + i].goroutine, goroutines->pass.first_ns);
    output_json_close(&json, ']');
    output_json_close(&json, '}');
    base_vec_release(&rows);
    analyze_totals_release(&columns.parts);
    analyze_amounts_release(&columns.ranges);
release:
    base_text_release(&name);
    base_text_release(&sort);
}
