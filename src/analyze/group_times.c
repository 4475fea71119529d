#include "analyze/group_times.h"

#include "analyze/durations.h"

static void add_waits(struct analyze_totals *waits, const struct analyze_goroutines *goroutines,
                      const struct analyze_stats *stats, const struct order_symbols *symbols)
{
    struct analyze_share shares[ANALYZE_MOST_SHARES];
    size_t count = analyze_stats_shares(goroutines, stats, symbols, shares), kept = 0;
    for (size_t i = 0; i < count; i++)
        if (shares[i].part == ANALYZE_BLOCK)
            shares[kept++] = shares[i];
    analyze_totals_add(waits, shares, kept);
}

void analyze_group_times_make(struct analyze_group_times *times, const struct analyze_groups *groups,
                              const struct analyze_goroutines *goroutines, const struct order_symbols *symbols)
{
    size_t count = goroutines->by_id.count, first = 0;
    uint32_t *by_name = base_zalloc(symbols->strings.count, sizeof *by_name); /* group, by symbol */
    size_t *next = base_zalloc(groups->all.count + 1, sizeof *next);          /* where the next of a group goes */
    int64_t *total_ns = base_zalloc(count, sizeof *total_ns);                 /* one group after the other */
    *times = (struct analyze_group_times){0};
    for (size_t i = 0; i < groups->all.count; i++) {
        *base_vec_add(&times->of) = (struct analyze_group_time){0};
        by_name[groups->all.at[i].name] = (uint32_t)i;
        next[i] = first;
        first += groups->all.at[i].count;
    }
    for (size_t i = 0; i < count; i++) {
        const struct analyze_goroutine *g = analyze_goroutine_at(goroutines, i);
        total_ns[next[by_name[g->name]]++] = g->stats.total_ns;
        add_waits(&times->of.at[by_name[g->name]].waits, goroutines, &g->stats, symbols);
    }
    for (size_t i = 0; i < groups->all.count; i++) {
        struct analyze_group_time *time = &times->of.at[i];
        size_t size = groups->all.at[i].count; /* at least one */
        int64_t *of_group = total_ns + (next[i] - size);
        analyze_durations_sort(of_group, size);
        time->mean_ns = analyze_durations_total(of_group, size) / (int64_t)size;
        time->median_ns = analyze_durations_percentile(of_group, size, 50);
        time->p95_ns = analyze_durations_percentile(of_group, size, 95);
        time->most_ns = of_group[size - 1];
        analyze_totals_sort(&time->waits);
    }
    free(by_name);
    free(next);
    free(total_ns);
}

void analyze_group_times_release(struct analyze_group_times *times)
{
    for (size_t i = 0; i < times->of.count; i++)
        analyze_totals_release(&times->of.at[i].waits);
    base_vec_release(&times->of);
}
