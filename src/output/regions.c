#include "output/regions.h"

#include "base/sort.h"
#include "output/durations.h"
#include "output/goroutines.h"

#include <inttypes.h>

static struct base_str name_of(const struct order_symbols *symbols, uint32_t name)
{
    return name ? order_string(symbols, name) : BASE_STR(OUTPUT_INHERITED_NAME);
}

static const int64_t *durations_of(const struct analyze_region_types *types, const struct analyze_region_type *type)
{
    return &types->durations_ns.at[type->durations_first];
}

static int64_t duration_of(const struct analyze_annotations *a, size_t member)
{
    return analyze_region_duration_ns(analyze_member_region(a, member), a->first_ns, a->last_ns);
}

static bool is_chosen(const struct analyze_annotations *a, const bool *chosen, size_t member)
{
    return !chosen || chosen[a->region_types.members.at[member].region];
}

int64_t output_blocked_ns(const struct analyze_goroutines *goroutines, const struct analyze_stats *stats)
{
    int64_t ns = stats->syscall_block_ns;
    for (size_t i = 0; i < stats->blocks_count; i++)
        ns += goroutines->amounts.at[stats->blocks_first + i].ns;
    return ns;
}

/* ---- JSON ---- */

void output_region_type_json(struct output_json *json, const struct analyze_region_types *types,
                             const struct analyze_region_type *type, const struct order_symbols *symbols)
{
    const struct order_frame *frame = type->frame;
    output_json_string(json, "type", order_string(symbols, type->name));
    output_json_address(json, "pc", analyze_region_type_pc(type));
    output_json_string(json, "func", frame ? order_string(symbols, frame->func) : BASE_STR(""));
    output_json_string(json, "file", frame ? order_string(symbols, frame->file) : BASE_STR(""));
    output_json_u64(json, "line", frame ? frame->line : 0);
    output_json_u64(json, "count", type->count);
    output_durations_json(json, durations_of(types, type), type->count, type->total_ns);
}

void output_region_json(struct output_json *json, const struct analyze_annotations *a, size_t member)
{
    const struct analyze_region *region = analyze_member_region(a, member);
    const struct analyze_stats *stats = &region->stats;
    output_json_string(json, "type", order_string(a->symbols, region->name));
    output_json_i64(json, "goroutine", analyze_member_goroutine(a, member).n);
    if (analyze_annotations_real_task(a, region->task) != SIZE_MAX)
        output_json_u64(json, "task", region->task);
    else
        output_json_null(json, "task");
    output_json_i64(json, "start_ns", region->has_start ? region->start_ns - a->first_ns : -1);
    output_json_i64(json, "end_ns", region->has_end ? region->end_ns - a->first_ns : -1);
    output_json_i64(json, "duration_ns", duration_of(a, member));
    output_json_i64(json, "exec_ns", stats->exec_ns);
    output_json_i64(json, "sched_wait_ns", stats->sched_wait_ns);
    output_json_i64(json, "block_ns", output_blocked_ns(&a->goroutines, stats));
    output_json_i64(json, "syscall_ns", stats->syscall_ns);
    output_parts_json(json, &a->goroutines, stats, a->symbols);
}

void output_regions_json(struct base_text *out, const struct analyze_annotations *a,
                         const struct analyze_region_types *types, const bool *chosen)
{
    struct output_json json = {.out = out};
    output_json_open(&json, NULL, '{');
    output_json_open(&json, "types", '[');
    for (size_t i = 0; i < types->all.count; i++) {
        output_json_open(&json, NULL, '{');
        output_region_type_json(&json, types, &types->all.at[i], a->symbols);
        output_json_close(&json, '}');
    }
    output_json_close(&json, ']');
    output_json_open(&json, "regions", '[');
    for (size_t i = 0; i < a->region_types.members.count; i++) {
        if (!is_chosen(a, chosen, i))
            continue;
        output_json_open(&json, NULL, '{');
        output_region_json(&json, a, i);
        output_json_close(&json, '}');
        base_text_char(out, '\n');
    }
    output_json_close(&json, ']');
    output_json_close(&json, '}');
    base_text_char(out, '\n');
}

/* ---- tables ---- */

static void add_place(struct base_text *cell, const struct order_frame *frame, const struct order_symbols *symbols)
{
    if (!frame)
        return;
    base_text_str(cell, order_string(symbols, frame->func));
    base_text_char(cell, ' ');
    base_text_str(cell, order_string(symbols, frame->file));
    base_text_format(cell, ":%" PRIu64, frame->line);
}

void output_region_types_table(struct base_text *out, const struct analyze_region_types *types,
                               const struct order_symbols *symbols)
{
    static const char *const headings[] = {"Count>", OUTPUT_DURATIONS_HEADINGS, "Type", "Goroutine's root frame"};
    struct output_table table;
    output_table_begin(&table, headings, sizeof headings / sizeof *headings);
    for (size_t i = 0; i < types->all.count; i++) {
        const struct analyze_region_type *type = &types->all.at[i];
        base_text_u64(output_table_cell(&table), type->count);
        output_durations_cells(&table, durations_of(types, type), type->count, type->total_ns);
        base_text_str(output_table_cell(&table), name_of(symbols, type->name));
        add_place(output_table_cell(&table), type->frame, symbols);
    }
    output_table_end(&table, out);
}

void output_region_histograms(struct base_text *out, const struct analyze_region_types *types,
                              const struct order_symbols *symbols)
{
    struct output_histograms histograms = {.out = out};
    struct base_text name = {0};
    for (size_t i = 0; i < types->all.count; i++) {
        const struct analyze_region_type *type = &types->all.at[i];
        name.size = 0;
        base_text_str(&name, name_of(symbols, type->name));
        if (type->frame) {
            base_text_add(&name, ", ");
            base_text_str(&name, order_string(symbols, type->frame->func));
        }
        output_histograms_add(&histograms, base_text_view(&name), durations_of(types, type), type->count);
    }
    output_histograms_end(&histograms);
    base_text_release(&name);
}

static bool longer(const void *a, const void *b, void *context)
{
    return duration_of(context, *(const size_t *)a) > duration_of(context, *(const size_t *)b);
}

static void add_row(struct output_table *table, const struct analyze_annotations *a, size_t member)
{
    const struct analyze_region *region = analyze_member_region(a, member);
    struct base_text *start = output_table_cell(table);
    if (region->has_start)
        base_text_duration(start, region->start_ns - a->first_ns);
    else
        base_text_char(start, '-');
    base_text_duration(output_table_cell(table), duration_of(a, member));
    base_text_i64(output_table_cell(table), analyze_member_goroutine(a, member).n);
    struct base_text *task = output_table_cell(table);
    if (analyze_annotations_real_task(a, region->task) != SIZE_MAX)
        base_text_u64(task, region->task);
    base_text_duration_short(output_table_cell(table), region->stats.exec_ns);
    base_text_duration_short(output_table_cell(table), region->stats.sched_wait_ns);
    base_text_duration_short(output_table_cell(table), region->stats.syscall_ns);
    base_text_duration_short(output_table_cell(table), output_blocked_ns(&a->goroutines, &region->stats));
}

void output_regions_table(struct base_text *out, const struct analyze_annotations *a, const bool *chosen)
{
    BASE_VEC(size_t) members = {0};
    bool named = false;
    for (size_t i = 0; i < a->region_types.members.count; i++) {
        if (!is_chosen(a, chosen, i))
            continue;
        *base_vec_add(&members) = i;
        named |= analyze_member_region(a, i)->name != analyze_member_region(a, members.at[0])->name;
    }
    base_sort_stable(members.at, members.count, sizeof *members.at, longer, (void *)a);
    static const char *const headings[] = {"Start>",      "Duration>", "Goroutine>", "Task>", "Execution>",
                                           "Sched wait>", "Syscall>",  "Blocked>",   "Type"};
    struct output_table table;
    output_table_begin(&table, headings, sizeof headings / sizeof *headings - !named);
    for (size_t i = 0; i < members.count; i++) {
        add_row(&table, a, members.at[i]);
        if (named)
            base_text_str(output_table_cell(&table),
                          name_of(a->symbols, analyze_member_region(a, members.at[i])->name));
    }
    output_table_end(&table, out);
    base_vec_release(&members);
}
