#include "output/durations.h"

#include "output/bar.h"

enum { BAR_WIDTH = 46 };

static const struct {
    const char *member;
    unsigned percent;
} figures[] = {{"p50_ns", 50}, {"p90_ns", 90}, {"p99_ns", 99}, {"max_ns", 100}};
enum { FIGURES = sizeof figures / sizeof *figures };

/* The buckets from the first to the last that is not empty, which is before *ret_end. */
static size_t shown_buckets(const size_t counts[ANALYZE_BUCKETS], size_t *ret_end)
{
    size_t first = 0, end = ANALYZE_BUCKETS;
    while (first < end && !counts[first])
        first++;
    while (end > first && !counts[end - 1])
        end--;
    *ret_end = end;
    return first;
}

/* The first bucket also holds what is shorter. */
static int64_t begin_of(size_t bucket)
{
    return bucket ? analyze_bucket_edge(bucket) : 0;
}

void output_histogram_json(struct output_json *json, const char *name, const size_t counts[ANALYZE_BUCKETS])
{
    size_t end, first = shown_buckets(counts, &end);
    output_json_open(json, name, '[');
    for (size_t i = first; i < end; i++) {
        output_json_open(json, NULL, '[');
        output_json_i64(json, NULL, begin_of(i));
        output_json_i64(json, NULL, analyze_bucket_edge(i + 1));
        output_json_u64(json, NULL, counts[i]);
        output_json_close(json, ']');
    }
    output_json_close(json, ']');
}

void output_durations_json(struct output_json *json, const int64_t *sorted_ns, size_t count, int64_t total_ns)
{
    output_json_i64(json, "total_ns", total_ns);
    if (count)
        output_json_i64(json, "mean_ns", total_ns / (int64_t)count);
    else
        output_json_null(json, "mean_ns");
    for (size_t i = 0; i < FIGURES; i++)
        if (count)
            output_json_i64(json, figures[i].member,
                            analyze_durations_percentile(sorted_ns, count, figures[i].percent));
        else
            output_json_null(json, figures[i].member);
    size_t counts[ANALYZE_BUCKETS];
    analyze_durations_histogram(sorted_ns, count, counts);
    output_histogram_json(json, "histogram", counts);
}

void output_durations_cells(struct output_table *table, const int64_t *sorted_ns, size_t count, int64_t total_ns)
{
    for (size_t i = 0; i < FIGURES; i++) {
        struct base_text *cell = output_table_cell(table);
        if (count)
            base_text_duration(cell, analyze_durations_percentile(sorted_ns, count, figures[i].percent));
        else
            base_text_char(cell, '-');
    }
    base_text_duration(output_table_cell(table), total_ns);
}

void output_histogram(struct base_text *out, const int64_t *sorted_ns, size_t count)
{
    static const char *const headings[] = {"From>", "", "Count>", "Share>"};
    size_t counts[ANALYZE_BUCKETS], end, most = 1;
    struct output_table table;
    if (!count)
        return;
    analyze_durations_histogram(sorted_ns, count, counts);
    size_t first = shown_buckets(counts, &end);
    for (size_t i = first; i < end; i++)
        most = counts[i] > most ? counts[i] : most;
    output_table_begin(&table, headings, sizeof headings / sizeof *headings);
    for (size_t i = first; i < end; i++) {
        base_text_duration_short(output_table_cell(&table), begin_of(i));
        output_bar(output_table_cell(&table), (double)counts[i] / (double)most, BAR_WIDTH);
        base_text_u64(output_table_cell(&table), counts[i]);
        base_text_format(output_table_cell(&table), "%.1f%%", 100 * (double)counts[i] / (double)count);
    }
    output_table_end(&table, out);
}

void output_histograms_add(struct output_histograms *histograms, struct base_str name, const int64_t *sorted_ns,
                           size_t count)
{
    if (!count)
        return;
    if (histograms->shown == OUTPUT_MOST_HISTOGRAMS) {
        histograms->left_out++;
        return;
    }
    histograms->shown++;
    base_text_char(histograms->out, '\n');
    base_text_safely(histograms->out, name);
    base_text_char(histograms->out, '\n');
    output_histogram(histograms->out, sorted_ns, count);
}

void output_histograms_end(struct output_histograms *histograms)
{
    if (histograms->left_out)
        base_text_format(histograms->out, "\n%zu types more: --type shows one\n", histograms->left_out);
}
