#include "output/goroutines.h"

#include "base/sort.h"

struct base_str output_group_name(const struct order_symbols *symbols, uint32_t name)
{
    return name ? order_string(symbols, name) : BASE_STR(OUTPUT_NO_STACK_NAME);
}

void output_parts_json(struct output_json *json, const struct analyze_goroutines *goroutines,
                       const struct analyze_stats *stats, const struct order_symbols *symbols)
{
    struct analyze_share shares[ANALYZE_MOST_SHARES];
    struct base_text name = {0};
    size_t count = analyze_stats_shares(goroutines, stats, symbols, shares);
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

static void add_stats(struct output_json *json, const struct analyze_goroutines *goroutines,
                      const struct analyze_stats *stats, const struct order_symbols *symbols)
{
    struct analyze_share shares[ANALYZE_MOST_SHARES];
    size_t count = analyze_stats_shares(goroutines, stats, symbols, shares);
    struct base_text name = {0};
    output_json_open(json, "stats", '{');
    for (size_t i = 0; i < count; i++) {
        name.size = 0;
        analyze_share_name(&shares[i], symbols, &name);
        output_json_named_i64(json, base_text_view(&name), shares[i].ns);
    }
    output_json_close(json, '}');
    base_text_release(&name);
    output_json_open(json, "ranges", '{');
    for (size_t i = 0; i < stats->ranges_count; i++) {
        const struct analyze_amount *range = &goroutines->amounts.at[stats->ranges_first + i];
        if (range->ns)
            output_json_named_i64(json, analyze_amount_name(symbols, range->name), range->ns);
    }
    output_json_close(json, '}');
    output_json_i64(json, "total_ns", stats->total_ns);
}

static void add_region(struct output_json *json, const struct analyze_goroutines *goroutines,
                       const struct analyze_region *region, const struct order_symbols *symbols, int64_t first_ns)
{
    output_json_open(json, NULL, '{');
    output_json_string(json, "name", order_string(symbols, region->name));
    output_json_u64(json, "task", region->task);
    output_json_i64(json, "start_ns", region->has_start ? region->start_ns - first_ns : -1);
    output_json_i64(json, "end_ns", region->has_end ? region->end_ns - first_ns : -1);
    add_stats(json, goroutines, &region->stats, symbols);
    output_json_close(json, '}');
}

static void add_goroutine(struct output_json *json, const struct analyze_goroutines *goroutines,
                          const struct analyze_goroutine *g, const struct order_symbols *symbols, int64_t first_ns)
{
    output_json_open(json, NULL, '{');
    output_json_i64(json, "id", g->id.n);
    output_json_string(json, "name", order_string(symbols, g->name));
    output_json_u64(json, "pc", g->pc);
    output_json_i64(json, "creation_ns", g->creation_ns - first_ns);
    output_json_i64(json, "start_ns", g->start_ns ? g->start_ns - first_ns : -1);
    output_json_i64(json, "end_ns", g->end_ns ? g->end_ns - first_ns : -1);
    add_stats(json, goroutines, &g->stats, symbols);
    output_json_open(json, "regions", '[');
    for (uint32_t i = 0; i < g->regions_count; i++)
        add_region(json, goroutines, &goroutines->regions.at[g->regions_first + i], symbols, first_ns);
    output_json_close(json, ']');
    output_json_close(json, '}');
    base_text_char(json->out, '\n');
}

void output_goroutines_members(struct output_json *json, const struct analyze_goroutines *goroutines,
                               const struct order_symbols *symbols, int64_t first_ns)
{
    output_json_open(json, "goroutines", '[');
    for (size_t i = 0; i < goroutines->by_id.count; i++)
        add_goroutine(json, goroutines, analyze_goroutine_at(goroutines, i), symbols, first_ns);
    output_json_close(json, ']');
}

void output_goroutines_json(struct base_text *out, const struct analyze_goroutines *goroutines,
                            const struct order_symbols *symbols, int64_t first_ns)
{
    struct output_json json = {.out = out};
    output_json_open(&json, NULL, '{');
    output_goroutines_members(&json, goroutines, symbols, first_ns);
    output_json_close(&json, '}');
    base_text_char(out, '\n');
}

void output_groups_table(struct base_text *out, const struct analyze_groups *groups,
                         const struct order_symbols *symbols)
{
    static const char *const headings[] = {"Count>",   "Execution>", "Exec %>", "Sched wait>",
                                           "Syscall>", "Blocked>",   "Total>",  "Start function"};
    struct output_table table;
    output_table_begin(&table, headings, sizeof headings / sizeof *headings);
    for (size_t i = 0; i < groups->all.count; i++) {
        const struct analyze_group *group = &groups->all.at[i];
        double share = groups->exec_ns ? 100.0 * (double)group->exec_ns / (double)groups->exec_ns : 0;
        base_text_u64(output_table_cell(&table), group->count);
        base_text_duration_short(output_table_cell(&table), group->exec_ns);
        base_text_format(output_table_cell(&table), "%.1f%%", share);
        base_text_duration_short(output_table_cell(&table), group->sched_wait_ns);
        base_text_duration_short(output_table_cell(&table), group->syscall_ns);
        base_text_duration_short(output_table_cell(&table), group->block_ns);
        base_text_duration_short(output_table_cell(&table), group->total_ns);
        base_text_str(output_table_cell(&table), output_group_name(symbols, group->name));
    }
    output_table_end(&table, out);
}

static bool longer(const void *a, const void *b, void *context)
{
    (void)context;
    return (*(const struct analyze_goroutine *const *)a)->stats.total_ns >
           (*(const struct analyze_goroutine *const *)b)->stats.total_ns;
}

/* "Block time (chan receive) 1.2ms; …" */
static void add_rest(struct base_text *cell, const struct analyze_goroutines *goroutines,
                     const struct analyze_stats *stats, const struct order_symbols *symbols)
{
    struct analyze_share shares[ANALYZE_MOST_SHARES];
    size_t count = analyze_stats_shares(goroutines, stats, symbols, shares);
    bool any = false;
    for (size_t i = 0; i < count; i++) {
        if (shares[i].part != ANALYZE_BLOCK && shares[i].part != ANALYZE_BLOCK_SYSCALL &&
            shares[i].part != ANALYZE_UNKNOWN)
            continue;
        base_text_add(cell, any ? "; " : "");
        analyze_share_name(&shares[i], symbols, cell);
        base_text_char(cell, ' ');
        base_text_duration_short(cell, shares[i].ns);
        any = true;
    }
}

static void add_row(struct output_table *table, const struct analyze_goroutines *goroutines,
                    const struct analyze_goroutine *g, const struct order_symbols *symbols, int64_t first_ns)
{
    base_text_i64(output_table_cell(table), g->id.n);
    base_text_duration_short(output_table_cell(table), g->creation_ns - first_ns);
    base_text_duration_short(output_table_cell(table), g->stats.total_ns);
    base_text_duration_short(output_table_cell(table), g->stats.exec_ns);
    base_text_duration_short(output_table_cell(table), g->stats.sched_wait_ns);
    base_text_duration_short(output_table_cell(table), g->stats.syscall_ns);
    add_rest(output_table_cell(table), goroutines, &g->stats, symbols);
}

void output_goroutines_table(struct base_text *out, const struct analyze_goroutines *goroutines,
                             const struct order_symbols *symbols, int64_t first_ns, bool with_functions)
{
    BASE_VEC(const struct analyze_goroutine *) members = {0};
    for (size_t i = 0; i < goroutines->by_id.count; i++)
        *base_vec_add(&members) = analyze_goroutine_at(goroutines, i);
    base_sort_stable(members.at, members.count, sizeof *members.at, longer, NULL);
    static const char *const headings[] = {"Goroutine>",          "Created at>",   "Total>",
                                           "Execution>",          "Sched wait>",   "Syscall>",
                                           "Where the rest went", "Start function"};
    struct output_table table;
    output_table_begin(&table, headings, sizeof headings / sizeof *headings - !with_functions);
    for (size_t i = 0; i < members.count; i++) {
        add_row(&table, goroutines, members.at[i], symbols, first_ns);
        if (with_functions)
            base_text_str(output_table_cell(&table), output_group_name(symbols, members.at[i]->name));
    }
    output_table_end(&table, out);
    base_vec_release(&members);
}

void output_goroutines_of_traces(struct output_table *table)
{
    static const char *const headings[] = {"Goroutines>", "Functions>", "Execution>", "Sched wait>",
                                           "Syscall>",    "Blocked>",   "Total>",     "Trace"};
    output_table_begin(table, headings, sizeof headings / sizeof *headings);
}

void output_goroutines_row(struct output_table *table, const struct analyze_groups *groups, const char *trace)
{
    struct analyze_group sum = {0};
    for (size_t i = 0; i < groups->all.count; i++) {
        const struct analyze_group *group = &groups->all.at[i];
        sum.count += group->count;
        sum.exec_ns += group->exec_ns;
        sum.sched_wait_ns += group->sched_wait_ns;
        sum.syscall_ns += group->syscall_ns;
        sum.block_ns += group->block_ns;
        sum.total_ns += group->total_ns;
    }
    base_text_u64(output_table_cell(table), sum.count);
    base_text_u64(output_table_cell(table), groups->all.count);
    base_text_duration_short(output_table_cell(table), sum.exec_ns);
    base_text_duration_short(output_table_cell(table), sum.sched_wait_ns);
    base_text_duration_short(output_table_cell(table), sum.syscall_ns);
    base_text_duration_short(output_table_cell(table), sum.block_ns);
    base_text_duration_short(output_table_cell(table), sum.total_ns);
    base_text_add(output_table_cell(table), trace);
}
