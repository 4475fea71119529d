/* How many durations there are of each length: as JSON, and as a histogram in the terminal. */
#ifndef KYMO_OUTPUT_DURATIONS_H
#define KYMO_OUTPUT_DURATIONS_H

#include "analyze/durations.h"
#include "output/json.h"
#include "output/table.h"

/* Members "total_ns", "mean_ns", "p50_ns", "p90_ns", "p99_ns", "max_ns" and "histogram"; null where there are none. */
void output_durations_json(struct output_json *json, const int64_t *sorted_ns, size_t count, int64_t total_ns);

/* A member [[from_ns, to_ns, count], …]: the buckets from the first to the last that is not empty. */
void output_histogram_json(struct output_json *json, const char *name, const size_t counts[ANALYZE_BUCKETS]);

/* A row for each of these buckets: where it begins, a bar, how many, and what share. Nothing if there are none. Fits in
 * 80 columns. */
void output_histogram(struct base_text *out, const int64_t *sorted_ns, size_t count);

/* Histograms under their names, of the first OUTPUT_MOST_HISTOGRAMS that are not empty; the rest is counted. */
enum { OUTPUT_MOST_HISTOGRAMS = 10 };

struct output_histograms {
    struct base_text *out;
    size_t shown, left_out;
};

void output_histograms_add(struct output_histograms *histograms, struct base_str name, const int64_t *sorted_ns,
                           size_t count);
void output_histograms_end(struct output_histograms *histograms);

/* Five cells: p50, p90, p99, the longest and the total; or '-' where there are none. */
enum { OUTPUT_DURATIONS_CELLS = 5 };
#define OUTPUT_DURATIONS_HEADINGS "p50>", "p90>", "p99>", "Max>", "Total>"
void output_durations_cells(struct output_table *table, const int64_t *sorted_ns, size_t count, int64_t total_ns);

#endif
