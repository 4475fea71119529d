#include "output/mmu.h"

#include "output/bar.h"
#include "output/json.h"
#include "output/table.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

enum { BAR_WIDTH = 50, NARROW_BAR_WIDTH = 30, PLOT_ROWS = 16, MOST_COLUMNS = 6 };

const double output_mmu_shares[OUTPUT_MMU_PERCENTILES] = {0.001, 0.01, 0.05};
static const char *const share_names[OUTPUT_MMU_PERCENTILES] = {"0.001", "0.01", "0.05"};
static const char *const rest_names[OUTPUT_MMU_PERCENTILES] = {"99.9%>", "99%>", "95%>"};
static const char marks[OUTPUT_MMU_PERCENTILES] = {':', '+', 'o'}; /* in the plot */

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

/* which: of the percentiles; or one of these. */
enum { OFFICIAL = -2, OWN = -1 };

static void add_curve(struct output_json *json, const char *name, const struct output_mmu *set, int which)
{
    output_json_open(json, name, '{');
    for (size_t i = 0; i < set->count; i++) {
        const struct output_mmu_point *point = &set->points[i];
        char window[24];
        snprintf(window, sizeof window, "%" PRId64, point->window_ns);
        output_json_exact_double(json, window,
                                 which == OFFICIAL ? point->official
                                 : which == OWN    ? point->own
                                                   : point->percentiles[which]);
    }
    output_json_close(json, '}');
}

static void add_percentiles(struct output_json *json, const struct output_mmu *set)
{
    if (set->too_many)
        output_json_null(json, "percentiles");
    if (!set->percentiles)
        return;
    output_json_open(json, "percentiles", '{');
    for (int i = 0; i < OUTPUT_MMU_PERCENTILES; i++)
        add_curve(json, share_names[i], set, i);
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
        if (sets[i].official) {
            add_curve(&json, "mmu", &sets[i], OFFICIAL);
            output_json_u64(&json, "series", sets[i].series);
            output_json_u64(&json, "points", sets[i].series_points);
        }
        output_json_open(&json, "exact", '{');
        add_curve(&json, "mmu", &sets[i], OWN);
        add_percentiles(&json, &sets[i]);
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
static void add_table(struct base_text *out, const struct output_mmu *set)
{
    const char *headings[MOST_COLUMNS] = {"Window>", "Minimum>"};
    size_t columns = 2;
    struct output_table table;
    for (int i = 0; set->percentiles && i < OUTPUT_MMU_PERCENTILES; i++)
        headings[columns++] = rest_names[i];
    headings[columns++] =
        set->percentiles ? "|0%          50%         100%|" : "|0%                   50%                  100%|";
    output_table_begin(&table, headings, columns);
    for (size_t i = 0; i < set->count; i++) {
        const struct output_mmu_point *point = &set->points[i];
        base_text_duration_short(output_table_cell(&table), point->window_ns);
        add_percent(output_table_cell(&table), point->own);
        for (int k = 0; set->percentiles && k < OUTPUT_MMU_PERCENTILES; k++)
            add_percent(output_table_cell(&table), point->percentiles[k]);
        struct base_text *bar = output_table_cell(&table);
        base_text_char(bar, '|');
        output_bar(bar, point->own, (set->percentiles ? NARROW_BAR_WIDTH : BAR_WIDTH) - 2);
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

/* What the figures are. False if there are none. */
static bool add_title(struct base_text *out, const struct output_mmu *set)
{
    if (!set->count) {
        base_text_add(out, "The trace tells of no processors.\n");
        return false;
    }
    base_text_add(out, set->flags & ANALYZE_UTIL_PER_PROC ? "Minimum mutator utilisation of each processor, less "
                                                          : "Minimum mutator utilisation of all processors, less ");
    output_mmu_flags(out, set->flags & ~(unsigned)ANALYZE_UTIL_PER_PROC, ", ");
    base_text_char(out, '\n');
    if (set->too_many)
        base_text_add(out, "There are too many changes to count all windows: no percentiles.\n");
    return true;
}

void output_mmu_text(struct base_text *out, const struct output_mmu *set)
{
    if (!add_title(out, set))
        return;
    if (set->percentiles)
        base_text_add(out, "99.9%, 99%, 95%: what is left at least in so many of all windows\n");
    add_table(out, set);
    if (set->window_ns)
        add_worst_table(out, set);
}

/* ---- the plot ---- */

/* The cell of a percentile that lies in a row of the plot, 0 being the lowest; 0: none does. */
static char mark_at(const struct output_mmu *set, const struct output_mmu_point *point, int row)
{
    for (int i = 0; set->percentiles && i < OUTPUT_MMU_PERCENTILES; i++) {
        int at = (int)(point->percentiles[i] * PLOT_ROWS);
        if ((at < PLOT_ROWS ? at : PLOT_ROWS - 1) == row)
            return marks[i];
    }
    return 0;
}

static void trim_blanks(struct base_text *line)
{
    while (line->size && line->data[line->size - 1] == ' ')
        line->size--;
}

static void add_row(struct base_text *out, const struct output_mmu *set, int row)
{
    struct base_text line = {0};
    if ((row + 1) % (PLOT_ROWS / 4) == 0)
        base_text_format(&line, "%4d%% |", 100 * (row + 1) / PLOT_ROWS);
    else
        base_text_add(&line, "      |");
    for (size_t i = 0; i < set->count; i++) {
        int eighths = (int)(set->points[i].own * PLOT_ROWS * 8 + 0.5) - 8 * row;
        char mark = eighths > 0 ? 0 : mark_at(set, &set->points[i], row);
        if (mark)
            base_text_char(&line, mark);
        else
            output_column(&line, eighths);
    }
    trim_blanks(&line);
    base_text_str(out, base_text_view(&line));
    base_text_char(out, '\n');
    base_text_release(&line);
}

static int digits_of(int64_t number)
{
    int digits = 1;
    while (number /= 10)
        digits++;
    return digits;
}

/* Powers of ten beneath the columns that they belong to, as far as there is room. */
static void add_axis(struct base_text *out, const struct output_mmu *set)
{
    double first = log((double)set->points[0].window_ns), last = log((double)set->points[set->count - 1].window_ns);
    struct base_text line = {0};
    size_t at = 0;
    base_text_add(out, "      +");
    for (size_t i = 0; i < set->count; i++)
        base_text_char(out, '-');
    base_text_add(out, "\n       ");
    for (int digits = digits_of(set->points[0].window_ns) - 1; digits < 19; digits++) {
        double decade = pow(10, digits), share = last > first ? (log(decade) - first) / (last - first) : 0;
        struct base_text label = {0};
        if (share < -1e-9 || share > 1)
            continue;
        size_t column = (size_t)(fmax(share, 0) * (double)(set->count - 1) + 0.5);
        base_text_duration_short(&label, (int64_t)decade);
        if (column >= at && column + label.size <= OUTPUT_MMU_COLUMNS) {
            for (; at < column; at++)
                base_text_char(&line, ' ');
            base_text_str(&line, base_text_view(&label));
            base_text_char(&line, ' ');
            at += label.size + 1;
        }
        base_text_release(&label);
    }
    trim_blanks(&line);
    base_text_str(out, base_text_view(&line));
    base_text_char(out, '\n');
    base_text_release(&line);
}

void output_mmu_plot(struct base_text *out, const struct output_mmu *set)
{
    if (!add_title(out, set))
        return;
    for (int row = PLOT_ROWS; row-- > 0;)
        add_row(out, set, row);
    add_axis(out, set);
    base_text_add(out, "       by the length of the window, up to ");
    base_text_duration_short(out, set->points[set->count - 1].window_ns);
    base_text_char(out, '\n');
    if (set->percentiles)
        base_text_format(out, "       left at least in %c 99.9%% %c 99%% %c 95%% of all windows\n", marks[0], marks[1],
                         marks[2]);
    if (set->window_ns)
        add_worst_table(out, set);
}
