#include "analyze/durations.h"

#include "base/sort.h"

#include <math.h>

static bool shorter(const void *a, const void *b, void *context)
{
    (void)context;
    return *(const int64_t *)a < *(const int64_t *)b;
}

void analyze_durations_sort(int64_t *durations_ns, size_t count)
{
    base_sort_go(durations_ns, count, sizeof *durations_ns, shorter, NULL);
}

int64_t analyze_durations_percentile(const int64_t *sorted_ns, size_t count, unsigned percent)
{
    /* ceil(count * percent / 100), without leaving the range */
    size_t rank = count / 100 * percent + (count % 100 * percent + 99) / 100;
    return sorted_ns[rank - 1];
}

int64_t analyze_durations_total(const int64_t *durations_ns, size_t count)
{
    int64_t total_ns = 0;
    for (size_t i = 0; i < count; i++)
        if (__builtin_add_overflow(total_ns, durations_ns[i], &total_ns))
            return durations_ns[i] < 0 ? INT64_MIN : INT64_MAX;
    return total_ns;
}

size_t analyze_durations_shorter(const int64_t *sorted_ns, size_t count, int64_t ns)
{
    size_t low = 0;
    while (low < count) {
        size_t middle = low + (count - low) / 2;
        if (sorted_ns[middle] < ns)
            low = middle + 1;
        else
            count = middle;
    }
    return low;
}

int64_t analyze_bucket_edge(size_t bucket)
{
    if (bucket >= ANALYZE_BUCKETS)
        return INT64_MAX; /* the next edge, 10^19, would be outside the range */
    return (int64_t)exp((double)bucket * log(10) / 5);
}

void analyze_bucket_edges(int64_t ret_edges_ns[ANALYZE_BUCKETS])
{
    for (size_t i = 0; i < ANALYZE_BUCKETS; i++)
        ret_edges_ns[i] = analyze_bucket_edge(i);
}

size_t analyze_bucket_of(const int64_t edges_ns[ANALYZE_BUCKETS], int64_t ns)
{
    size_t low = 0, high = ANALYZE_BUCKETS - 1;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (ns < edges_ns[middle + 1])
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

void analyze_durations_histogram(const int64_t *sorted_ns, size_t count, size_t ret_counts[ANALYZE_BUCKETS])
{
    size_t before = 0;
    for (size_t bucket = 0; bucket < ANALYZE_BUCKETS; bucket++) {
        size_t end = bucket + 1 < ANALYZE_BUCKETS
                         ? analyze_durations_shorter(sorted_ns, count, analyze_bucket_edge(bucket + 1))
                         : count;
        ret_counts[bucket] = end - before;
        before = end;
    }
}
