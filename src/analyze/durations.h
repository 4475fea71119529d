/* Durations of many things of one kind: sorted once, then asked for percentiles. */
#ifndef KYMO_ANALYZE_DURATIONS_H
#define KYMO_ANALYZE_DURATIONS_H

#include <stddef.h>
#include <stdint.h>

void analyze_durations_sort(int64_t *durations_ns, size_t count);

/* The least duration that at least `percent` per cent of them do not exceed (the nearest rank); 1 <= percent <= 100.
 * sorted_ns: by analyze_durations_sort, at least one. */
int64_t analyze_durations_percentile(const int64_t *sorted_ns, size_t count, unsigned percent);

/* Their sum, which stays at the end of the range where it would leave it: times of a trace may be anything. */
int64_t analyze_durations_total(const int64_t *durations_ns, size_t count);

/* How many of them are shorter than that. sorted_ns: by analyze_durations_sort. */
size_t analyze_durations_shorter(const int64_t *sorted_ns, size_t count, int64_t ns);

/* A histogram has five buckets to each power of ten, as on the official pages. Bucket b holds durations from its edge
 * up to, but without, that of the next; the first also what is shorter, the last what is longer: the edge after it is
 * the longest duration there is. */
enum { ANALYZE_BUCKETS = 95 };
int64_t analyze_bucket_edge(size_t bucket);

/* The edges of all buckets, and by them the bucket that holds a duration. */
void analyze_bucket_edges(int64_t ret_edges_ns[ANALYZE_BUCKETS]);
size_t analyze_bucket_of(const int64_t edges_ns[ANALYZE_BUCKETS], int64_t ns);

/* How many of them fall in each. */
void analyze_durations_histogram(const int64_t *sorted_ns, size_t count, size_t ret_counts[ANALYZE_BUCKETS]);

#endif
