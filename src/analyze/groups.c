#include "analyze/groups.h"

#include "base/sort.h"

static bool group_before(const void *a, const void *b, void *context)
{
    const struct analyze_group *x = a, *y = b;
    const struct order_symbols *symbols = context;
    if (x->exec_ns != y->exec_ns)
        return x->exec_ns > y->exec_ns;
    return base_str_compare(order_string(symbols, x->name), order_string(symbols, y->name)) < 0;
}

static void add_stats(struct analyze_group *group, const struct analyze_goroutines *goroutines,
                      const struct analyze_stats *stats)
{
    int64_t block_ns = stats->syscall_block_ns;
    for (size_t i = 0; i < stats->blocks_count; i++)
        block_ns += goroutines->amounts.at[stats->blocks_first + i].ns;
    int64_t known_ns = stats->exec_ns + stats->sched_wait_ns + stats->syscall_ns + block_ns;
    group->count++;
    group->total_ns += stats->total_ns;
    group->exec_ns += stats->exec_ns;
    group->sched_wait_ns += stats->sched_wait_ns;
    group->syscall_ns += stats->syscall_ns;
    group->block_ns += block_ns;
    if (stats->total_ns > known_ns)
        group->unknown_ns += stats->total_ns - known_ns;
}

void analyze_groups_make(struct analyze_groups *groups, const struct analyze_goroutines *goroutines,
                         const struct order_symbols *symbols)
{
    uint32_t *by_name = base_zalloc(symbols->strings.count, sizeof *by_name); /* index + 1, by symbol */
    *groups = (struct analyze_groups){0};
    for (size_t i = 0; i < goroutines->by_id.count; i++) {
        const struct analyze_goroutine *g = analyze_goroutine_at(goroutines, i);
        if (!by_name[g->name]) {
            *base_vec_add(&groups->all) = (struct analyze_group){.name = g->name};
            by_name[g->name] = (uint32_t)groups->all.count;
        }
        add_stats(&groups->all.at[by_name[g->name] - 1], goroutines, &g->stats);
        groups->exec_ns += g->stats.exec_ns;
    }
    free(by_name);
    base_sort_stable(groups->all.at, groups->all.count, sizeof *groups->all.at, group_before, (void *)symbols);
}

void analyze_groups_release(struct analyze_groups *groups)
{
    base_vec_release(&groups->all);
}

const struct analyze_group *analyze_groups_find(const struct analyze_groups *groups,
                                                const struct order_symbols *symbols, struct base_str name)
{
    for (size_t i = 0; i < groups->all.count; i++)
        if (base_str_equal(order_string(symbols, groups->all.at[i].name), name))
            return &groups->all.at[i];
    return NULL;
}

void analyze_totals_add(struct analyze_totals *totals, const struct analyze_share *shares, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t j = 0;
        while (j < totals->shares.count &&
               (totals->shares.at[j].part != shares[i].part || totals->shares.at[j].reason != shares[i].reason))
            j++;
        if (j < totals->shares.count)
            totals->shares.at[j].ns += shares[i].ns;
        else if (j < ANALYZE_MOST_SHARES)
            *base_vec_add(&totals->shares) = shares[i];
    }
}

static bool share_before(const void *a, const void *b, void *context)
{
    const struct analyze_share *x = a, *y = b;
    (void)context;
    return x->ns > y->ns;
}

void analyze_totals_sort(struct analyze_totals *totals)
{
    base_sort_stable(totals->shares.at, totals->shares.count, sizeof *totals->shares.at, share_before, NULL);
}

void analyze_totals_release(struct analyze_totals *totals)
{
    base_vec_release(&totals->shares);
}
