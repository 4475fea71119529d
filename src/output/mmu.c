#include "output/mmu.h"

#include "output/json.h"
#include "output/table.h"

#include <inttypes.h>
#include <stdio.h>

enum { BAR_WIDTH = 50 };

void output_mmu_flags(struct base_text *out, unsigned flags, const char *separator)
{
    const char *before = "";
    for (int i = 0; i < ANALYZE_UTIL_FLAGS; i++) {
        if (!(flags & 1u << i))
            continue;
        base_text_add(out, before);
        base_text_add(out, analyze_util_flag_names[i]);
        before = separator;
    }
}

static void add_curve(struct output_json *json, const struct output_mmu *set, bool official)
{
    output_json_open(json, "mmu", '{');
    for (size_t i = 0; i < set->count; i++) {
        const struct output_mmu_point *point = &set->points[i];
        char window[24];
        snprintf(window, sizeof window, "%" PRId64, point->window_ns);
        output_json_exact_double(json, window, official ? point->official : point->own);
    }
    output_json_close(json, '}');
}

static void add_worst(struct output_json *json, const struct output_mmu *set)
{
    output_json_i64(json, "window_ns", set->window_ns);
    output_json_open(json, "worst", '[');
    for (size_t i = 0; i < set->worst_count; i++) {
        output_json_open(json, NULL, '{');
        output_json_i64(json, "start_ns", set->worst[i].start_ns - set->first_ns);
        output_json_exact_double(json, "utilization", set->worst[i].util);
        if (set->worst[i].proc >= 0)
            output_json_i64(json, "proc", set->worst[i].proc);
        output_json_close(json, '}');
    }
    output_json_close(json, ']');
}

void output_mmu_json(struct base_text *out, const struct output_mmu *sets, size_t count)
{
    struct output_json json = {.out = out};
    struct base_text flags = {0};
    output_json_open(&json, NULL, '{');
    for (size_t i = 0; i < count; i++) {
        flags.size = 0;
        output_mmu_flags(&flags, sets[i].flags, "|");
        output_json_open(&json, base_text_cstring(&flags), '{');
        add_curve(&json, &sets[i], true);
        output_json_u64(&json, "series", sets[i].series);
        output_json_u64(&json, "points", sets[i].series_points);
        output_json_open(&json, "exact", '{');
        add_curve(&json, &sets[i], false);
        if (sets[i].window_ns)
            add_worst(&json, &sets[i]);
        output_json_close(&json, '}');
        output_json_close(&json, '}');
        base_text_char(out, '\n');
    }
    output_json_close(&json, '}');
    base_text_char(out, '\n');
    base_text_release(&flags);
}

static void add_percent(struct base_text *cell, double share)
{
    base_text_format(cell, "%.1f%%", 100 * share);
}

/* Each row with a bar, so that the table is the curve as well. */
static void add_plot(struct base_text *out, const struct output_mmu *set)
{
    static const char *const headings[] = {"Window>", "Minimum>", "|0%                   50%                  100%|"};
    struct output_table table;
    output_table_begin(&table, headings, sizeof headings / sizeof *headings);
    for (size_t i = 0; i < set->count; i++) {
        const struct output_mmu_point *point = &set->points[i];
        base_text_duration_short(output_table_cell(&table), point->window_ns);
        add_percent(output_table_cell(&table), point->own);
        struct base_text *bar = output_table_cell(&table);
        base_text_char(bar, '|');
        for (int k = 0; k < (int)(point->own * (BAR_WIDTH - 2) + 0.5); k++)
            base_text_char(bar, '#');
    }
    output_table_end(&table, out);
}

static void add_worst_table(struct base_text *out, const struct output_mmu *set)
{
    static const char *const headings[] = {"Begins at>", "Utilisation>", "Processor>"};
    struct output_table table;
    base_text_add(out, "\nThe worst windows of ");
    base_text_duration(out, set->window_ns);
    base_text_add(out, set->worst_count ? " that do not overlap\n" : ": none in which anything is lost\n");
    if (!set->worst_count)
        return;
    output_table_begin(&table, headings, sizeof headings / sizeof *headings);
    for (size_t i = 0; i < set->worst_count; i++) {
        base_text_duration(output_table_cell(&table), set->worst[i].start_ns - set->first_ns);
        add_percent(output_table_cell(&table), set->worst[i].util);
        if (set->worst[i].proc >= 0)
            base_text_i64(output_table_cell(&table), set->worst[i].proc);
        else
            base_text_add(output_table_cell(&table), set->flags & ANALYZE_UTIL_PER_PROC ? "any" : "all");
    }
    output_table_end(&table, out);
}

void output_mmu_text(struct base_text *out, const struct output_mmu *set)
{
    if (!set->count) {
        base_text_add(out, "The trace tells of no processors.\n");
        return;
    }
    base_text_add(out, set->flags & ANALYZE_UTIL_PER_PROC ? "Minimum mutator utilisation of each processor, less "
                                                          : "Minimum mutator utilisation of all processors, less ");
    output_mmu_flags(out, set->flags & ~(unsigned)ANALYZE_UTIL_PER_PROC, ", ");
    base_text_char(out, '\n');
    add_plot(out, set);
    if (set->window_ns)
        add_worst_table(out, set);
}
