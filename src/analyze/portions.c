#include "analyze/portions.h"

void analyze_portions_init(struct analyze_portions *portions, const struct analyze_selection *selection)
{
    *portions = (struct analyze_portions){.selection = selection, .lives.timed = true};
}

void analyze_portions_release(struct analyze_portions *portions)
{
    model_lives_release(&portions->lives);
    base_map_release(&portions->index_by_id);
    base_vec_release(&portions->of);
    base_vec_release(&portions->blocks);
    base_vec_release(&portions->ids);
    base_vec_release(&portions->reasons);
}

static struct analyze_portion *portion_of(struct analyze_portions *portions, goroutine_id id)
{
    uint32_t index = base_map_find(&portions->index_by_id, (uint64_t)id.n);
    if (index == BASE_MAP_NONE) {
        index = (uint32_t)portions->of.count;
        base_map_set(&portions->index_by_id, (uint64_t)id.n, index);
        *base_vec_add(&portions->of) = (struct analyze_portion){0};
    }
    return &portions->of.at[index];
}

/* Reasons beyond the most that there may be go to a collective one. */
static void add_block(struct analyze_portions *portions, struct analyze_portion *portion, uint32_t reason, int64_t ns)
{
    uint32_t count = 0;
    portion->block_ns += ns;
    for (uint32_t at = portion->first_block; at; at = portions->blocks.at[at - 1].next, count++)
        if (portions->blocks.at[at - 1].reason == reason) {
            portions->blocks.at[at - 1].ns += ns;
            return;
        }
    if (count >= ANALYZE_MOST_NAMES && reason != ANALYZE_OTHER_NAME) {
        portion->block_ns -= ns;
        add_block(portions, portion, ANALYZE_OTHER_NAME, ns);
        return;
    }
    *base_vec_add(&portions->blocks) = (struct analyze_portion_block){reason, portion->first_block, ns};
    portion->first_block = (uint32_t)portions->blocks.count;
}

static void add_interval(struct analyze_portions *portions, const struct model_interval *interval)
{
    goroutine_id id = portions->ids.at[interval->slot];
    int64_t ns = analyze_selection_part_ns(portions->selection, id, interval->start_ns, interval->end_ns);
    if (ns <= 0)
        return;
    struct analyze_portion *portion = portion_of(portions, id);
    switch (interval->state) {
    case MODEL_RUNNING: portion->exec_ns += ns; break;
    case MODEL_RUNNABLE: portion->sched_wait_ns += ns; break;
    case MODEL_SYSCALL: portion->syscall_ns += ns; break;
    default: add_block(portions, portion, portions->reasons.at[interval->slot], ns); break;
    }
}

static void change(struct analyze_portions *portions, const struct order_event *event,
                   const struct order_symbols *symbols)
{
    struct model_interval ended;
    uint32_t slot = event->resource_slot;
    model_lives_change(&portions->lives, event, symbols, &ended);
    while (slot >= portions->ids.count) {
        *base_vec_add(&portions->ids) = NO_GOROUTINE;
        *base_vec_add(&portions->reasons) = ORDER_EMPTY_STRING;
    }
    if (ended.goroutine != MODEL_NO_GOROUTINE)
        add_interval(portions, &ended);
    portions->ids.at[slot] = order_resource_goroutine(event);
    portions->reasons.at[slot] = event->to == ORDER_WAITING ? event->name : ORDER_EMPTY_STRING;
}

static void end_lives(struct analyze_portions *portions, int64_t time_ns)
{
    struct model_interval ended;
    for (uint32_t slot = 0; slot < portions->lives.goroutines.count; slot++)
        if (model_lives_close(&portions->lives, slot, time_ns, &ended))
            add_interval(portions, &ended);
    model_lives_end(&portions->lives);
}

void analyze_portions_add(void *self, const struct order_block *block, const struct order_symbols *symbols)
{
    struct analyze_portions *portions = self;
    if (!portions->any) {
        portions->first_ns = block->events[0].time_ns;
        model_lives_sync(&portions->lives, portions->first_ns);
    }
    portions->any = true;
    portions->last_ns = block->events[block->count - 1].time_ns;
    for (size_t i = 0; i < block->count; i++) {
        const struct order_event *event = &block->events[i];
        if (event->kind == ORDER_GO_TRANSITION && event->from != event->to) {
            change(portions, event, symbols);
        } else if (event->kind == ORDER_SYNC) {
            model_lives_sync(&portions->lives, event->time_ns);
            if (event->sync.facts->after_gap)
                end_lives(portions, event->sync.facts->gap_from_ns);
        }
    }
}

/* ---- the result ---- */

static struct analyze_stats stats_of(const struct analyze_portions *portions, const struct analyze_portion *portion,
                                     struct analyze_goroutines *goroutines)
{
    struct analyze_stats stats = {
        .total_ns = portion->exec_ns + portion->sched_wait_ns + portion->syscall_ns + portion->block_ns,
        .exec_ns = portion->exec_ns,
        .sched_wait_ns = portion->sched_wait_ns,
        .syscall_ns = portion->syscall_ns,
        .blocks_first = (uint32_t)goroutines->amounts.count,
    };
    for (uint32_t at = portion->first_block; at; at = portions->blocks.at[at - 1].next) {
        const struct analyze_portion_block *block = &portions->blocks.at[at - 1];
        *base_vec_add(&goroutines->amounts) = (struct analyze_amount){block->reason, block->ns};
        stats.blocks_count++;
    }
    return stats;
}

static void keep_selected_regions(const struct analyze_portions *portions, struct analyze_goroutines *goroutines,
                                  struct analyze_goroutine *g)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < g->regions_count; i++) {
        struct analyze_region *region = &goroutines->regions.at[g->regions_first + i];
        if (analyze_selection_part_ns(portions->selection, g->id,
                                      region->has_start ? region->start_ns : portions->first_ns,
                                      region->has_end ? region->end_ns : portions->last_ns) > 0)
            goroutines->regions.at[g->regions_first + kept++] = *region;
    }
    g->regions_count = kept;
}

void analyze_portions_finish(struct analyze_portions *portions, struct analyze_goroutines *goroutines)
{
    size_t kept = 0;
    end_lives(portions, portions->last_ns);
    for (size_t i = 0; i < goroutines->by_id.count; i++) {
        struct analyze_goroutine *g = &goroutines->all.at[goroutines->by_id.at[i]];
        uint32_t index = base_map_find(&portions->index_by_id, (uint64_t)g->id.n);
        if (index == BASE_MAP_NONE)
            continue;
        g->stats = stats_of(portions, &portions->of.at[index], goroutines);
        keep_selected_regions(portions, goroutines, g);
        goroutines->by_id.at[kept++] = goroutines->by_id.at[i];
    }
    goroutines->by_id.count = kept;
    analyze_portions_release(portions);
}
