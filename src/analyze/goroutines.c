#include "analyze/goroutines.h"

#include "base/sort.h"

/* Statistics while they grow. */
struct running_stats {
    int64_t total_ns, exec_ns, sched_wait_ns, syscall_ns, syscall_block_ns;
    struct analyze_amounts blocks, ranges;
};

struct active_region {
    uint64_t task;
    uint32_t name, stack;
    bool has_start;
    int64_t start_ns;
    struct running_stats at_start;
};

/* A goroutine that is alive. Times of 0 are "not set". */
struct living {
    bool used;
    uint32_t index; /* in the results, where the summary goes in the end */
    struct analyze_goroutine summary;
    struct running_stats stats;
    int64_t last_run_ns, last_runnable_ns, last_block_ns, last_syscall_ns, last_syscall_block_ns;
    uint32_t block_reason;
    bool in_syscall;
    proc_id syscall_proc;
    struct analyze_amounts range_since; /* ns: since when */
    BASE_VEC(struct active_region) active;
    BASE_VEC(struct analyze_region) done;
};

struct proc_marks {
    uint32_t syscall_slot; /* of the goroutine in a syscall on it */
    bool sweeping;
    goroutine_id sweeper;
};

struct goroutines_work {
    BASE_VEC(struct living) living; /* by slot */
    BASE_VEC(struct living) parked; /* alive when events began to be missing, and not seen again since */
    struct base_map parked_by_id;
    BASE_VEC(struct proc_marks) procs;
    struct base_map proc_by_id;
    int64_t sync_ns, now_ns;
    uint32_t forever; /* symbols, once they are there */
    const struct order_symbols *symbols;
    struct running_stats spare;
};

void analyze_goroutines_init(struct analyze_goroutines *result)
{
    *result = (struct analyze_goroutines){0};
    result->work = base_zalloc(1, sizeof *result->work);
}

static void stats_release(struct running_stats *stats)
{
    analyze_amounts_release(&stats->blocks);
    analyze_amounts_release(&stats->ranges);
}

static void living_release(struct living *g)
{
    stats_release(&g->stats);
    analyze_amounts_release(&g->range_since);
    for (size_t i = 0; i < g->active.count; i++)
        stats_release(&g->active.at[i].at_start);
    base_vec_release(&g->active);
    base_vec_release(&g->done);
}

static void work_release(struct goroutines_work *work)
{
    if (!work)
        return;
    for (size_t i = 0; i < work->living.count; i++)
        living_release(&work->living.at[i]);
    for (size_t i = 0; i < work->parked.count; i++)
        living_release(&work->parked.at[i]);
    base_vec_release(&work->living);
    base_vec_release(&work->parked);
    base_map_release(&work->parked_by_id);
    base_vec_release(&work->procs);
    base_map_release(&work->proc_by_id);
    stats_release(&work->spare);
    free(work);
}

void analyze_goroutines_release(struct analyze_goroutines *result)
{
    work_release(result->work);
    base_vec_release(&result->all);
    base_vec_release(&result->by_id);
    base_vec_release(&result->regions);
    base_vec_release(&result->amounts);
    *result = (struct analyze_goroutines){0};
}

static struct proc_marks *marks_of(struct goroutines_work *work, proc_id id)
{
    uint32_t index = base_map_find(&work->proc_by_id, (uint64_t)id.n);
    if (index == BASE_MAP_NONE) {
        index = (uint32_t)work->procs.count;
        *base_vec_add(&work->procs) = (struct proc_marks){.syscall_slot = ORDER_NO_SLOT};
        base_map_set(&work->proc_by_id, (uint64_t)id.n, index);
    }
    return &work->procs.at[index];
}

static struct living *living_of(struct goroutines_work *work, uint32_t slot)
{
    if (slot >= work->living.count || !work->living.at[slot].used)
        return NULL;
    return &work->living.at[slot];
}

/* ---- snapshots and the end of a goroutine ---- */

static void stats_copy(struct running_stats *to, const struct running_stats *from)
{
    struct analyze_amounts blocks = to->blocks, ranges = to->ranges;
    *to = *from;
    to->blocks = blocks;
    to->ranges = ranges;
    analyze_amounts_copy(&to->blocks, &from->blocks);
    analyze_amounts_copy(&to->ranges, &from->ranges);
}

/* The statistics as they would be if the goroutine ended now. */
static void snapshot(const struct living *g, int64_t now_ns, struct running_stats *to)
{
    stats_copy(to, &g->stats);
    if (!to->total_ns)
        to->total_ns = now_ns - g->summary.creation_ns;
    if (g->last_run_ns)
        to->exec_ns += now_ns - g->last_run_ns;
    if (g->last_runnable_ns)
        to->sched_wait_ns += now_ns - g->last_runnable_ns;
    if (g->last_block_ns)
        *analyze_amount_of(&to->blocks, g->block_reason) += now_ns - g->last_block_ns;
    if (g->last_syscall_ns)
        to->syscall_ns += now_ns - g->last_syscall_ns;
    if (g->last_syscall_block_ns) /* Q: the official tool adds it here, not to syscall-block */
        to->sched_wait_ns += now_ns - g->last_syscall_block_ns;
    for (size_t i = 0; i < g->range_since.of.count; i++)
        if (g->range_since.of.at[i].ns)
            *analyze_amount_of(&to->ranges, g->range_since.of.at[i].name) += now_ns - g->range_since.of.at[i].ns;
}

static void subtract(struct running_stats *stats, const struct running_stats *minus)
{
    stats->total_ns -= minus->total_ns;
    stats->exec_ns -= minus->exec_ns;
    stats->sched_wait_ns -= minus->sched_wait_ns;
    stats->syscall_ns -= minus->syscall_ns;
    stats->syscall_block_ns -= minus->syscall_block_ns;
    analyze_amounts_subtract(&stats->blocks, &minus->blocks);
    analyze_amounts_subtract(&stats->ranges, &minus->ranges);
}

static uint32_t keep_amounts(struct analyze_goroutines *result, const struct analyze_amounts *amounts)
{
    uint32_t first = (uint32_t)result->amounts.count;
    base_vec_reserve(&result->amounts, amounts->of.count);
    for (size_t i = 0; i < amounts->of.count; i++)
        result->amounts.at[result->amounts.count++] = amounts->of.at[i];
    return first;
}

static struct analyze_stats keep_stats(struct analyze_goroutines *result, const struct running_stats *stats)
{
    return (struct analyze_stats){
        .total_ns = stats->total_ns,
        .exec_ns = stats->exec_ns,
        .sched_wait_ns = stats->sched_wait_ns,
        .syscall_ns = stats->syscall_ns,
        .syscall_block_ns = stats->syscall_block_ns,
        .blocks_first = keep_amounts(result, &stats->blocks),
        .blocks_count = (uint16_t)stats->blocks.of.count,
        .ranges_first = keep_amounts(result, &stats->ranges),
        .ranges_count = (uint16_t)stats->ranges.of.count,
    };
}

/* Ends an active region: *stats holds the goroutine's statistics now, and is used up. */
static void end_region(struct analyze_goroutines *result, struct living *g, const struct active_region *region,
                       struct running_stats *stats, bool has_end, int64_t end_ns)
{
    if (!result->keep_regions)
        return;
    subtract(stats, &region->at_start);
    *base_vec_add(&g->done) = (struct analyze_region){
        .task = region->task,
        .name = region->name,
        .stack = region->stack,
        .has_start = region->has_start,
        .start_ns = region->start_ns,
        .has_end = has_end,
        .end_ns = end_ns,
        .stats = keep_stats(result, stats),
    };
}

static bool is_system_goroutine(struct base_str name)
{
    return !name.size || (base_str_begins(name, "runtime.") && !base_str_is(name, "runtime.main"));
}

/* Statistics stand still from here on; regions that are active end. has_end: with an event at `now_ns`. */
static void finalise(struct analyze_goroutines *result, struct living *g, int64_t now_ns, bool has_end)
{
    struct goroutines_work *work = result->work;
    if (has_end)
        g->summary.end_ns = now_ns;
    snapshot(g, now_ns, &work->spare);
    struct running_stats t = g->stats;
    g->stats = work->spare;
    work->spare = t;
    bool keep = !is_system_goroutine(order_string(work->symbols, g->summary.name));
    for (size_t i = 0; i < g->active.count; i++) {
        if (keep) {
            stats_copy(&work->spare, &g->stats);
            end_region(result, g, &g->active.at[i], &work->spare, has_end, now_ns);
        }
        stats_release(&g->active.at[i].at_start);
    }
    g->active.count = 0;
    g->last_run_ns = g->last_runnable_ns = g->last_block_ns = g->last_syscall_ns = g->last_syscall_block_ns = 0;
    g->range_since.of.count = 0;
}

static bool region_starts_before(const void *a, const void *b, void *context)
{
    const struct analyze_region *x = a, *y = b;
    (void)context;
    if (!x->has_start || !y->has_start)
        return !x->has_start && y->has_start;
    return x->start_ns < y->start_ns;
}

/* Moves what is known of a goroutine to the results and frees its slot. Regions that were not ended, of one that
 * another takes the slot of in a damaged trace, are dropped. */
static void commit(struct analyze_goroutines *result, struct living *g)
{
    for (size_t i = 0; i < g->active.count; i++)
        stats_release(&g->active.at[i].at_start);
    g->active.count = 0;
    g->summary.stats = keep_stats(result, &g->stats);
    g->summary.regions_first = (uint32_t)result->regions.count;
    g->summary.regions_count = (uint32_t)g->done.count;
    if (g->done.count) {
        base_sort_go(g->done.at, g->done.count, sizeof *g->done.at, region_starts_before, NULL);
        base_vec_reserve(&result->regions, g->done.count);
        for (size_t i = 0; i < g->done.count; i++)
            result->regions.at[result->regions.count++] = g->done.at[i];
    }
    result->all.at[g->index] = g->summary;
    g->used = false;
}

/* ---- events ---- */

static struct living *new_living(struct analyze_goroutines *result, const struct order_event *event)
{
    struct goroutines_work *work = result->work;
    while (event->resource_slot >= work->living.count)
        *base_vec_add(&work->living) = (struct living){0};
    struct living *g = &work->living.at[event->resource_slot];
    if (g->used)
        commit(result, g);
    struct living fresh = {.used = true};
    fresh.stats.blocks = g->stats.blocks;
    fresh.stats.ranges = g->stats.ranges;
    fresh.range_since = g->range_since;
    fresh.active.at = g->active.at;
    fresh.active.capacity = g->active.capacity;
    fresh.done.at = g->done.at;
    fresh.done.capacity = g->done.capacity;
    fresh.stats.blocks.of.count = fresh.stats.ranges.of.count = fresh.range_since.of.count = 0;
    fresh.summary.id = order_resource_goroutine(event);
    fresh.index = (uint32_t)result->all.count;
    (void)base_vec_add(&result->all);
    *g = fresh;
    return g;
}

static void add_region(struct analyze_goroutines *result, struct living *g, const struct active_region *region)
{
    *base_vec_add(&g->active) = *region;
    result->region_count++;
}

/* A goroutine created within a region works for the region's task. */
static void inherit_region(struct analyze_goroutines *result, struct living *g, const struct order_event *event)
{
    struct living *creator = living_of(result->work, event->context.goroutine_slot);
    if (!creator || creator == g || !creator->active.count)
        return;
    struct active_region region = {
        .task = creator->active.at[creator->active.count - 1].task,
        .stack = event->stack,
        .has_start = true,
        .start_ns = event->time_ns,
    };
    add_region(result, g, &region);
}

/* A goroutine that was alive before the gap, and is there again: it goes on. */
static struct living *resume(struct analyze_goroutines *result, const struct order_event *event)
{
    struct goroutines_work *work = result->work;
    uint32_t index = base_map_find(&work->parked_by_id, (uint64_t)event->resource);
    if (index == BASE_MAP_NONE)
        return NULL;
    base_map_remove(&work->parked_by_id, (uint64_t)event->resource);
    while (event->resource_slot >= work->living.count)
        *base_vec_add(&work->living) = (struct living){0};
    struct living *g = &work->living.at[event->resource_slot];
    if (g->used)
        commit(result, g);
    struct living before = *g;
    *g = work->parked.at[index];
    work->parked.at[index] = before; /* its lists are released with the rest */
    g->used = true;
    g->stats.total_ns = 0;
    return g;
}

static struct living *begin_goroutine(struct analyze_goroutines *result, const struct order_event *event)
{
    struct goroutines_work *work = result->work;
    struct living *g = event->from == ORDER_UNDETERMINED ? resume(result, event) : NULL;
    bool resumed = g != NULL;
    if (!g)
        g = new_living(result, event);
    if (event->from == ORDER_NOT_EXIST) {
        g->summary.creation_ns = event->time_ns;
        inherit_region(result, g, event);
        return g;
    }
    int64_t before_ns = event->time_ns - work->sync_ns;
    if (!resumed)
        g->summary.creation_ns = work->sync_ns;
    switch (event->to) {
    case ORDER_RUNNING: g->stats.exec_ns += before_ns; break;
    case ORDER_WAITING: *analyze_amount_of(&g->stats.blocks, event->name) += before_ns; break;
    case ORDER_RUNNABLE: g->stats.sched_wait_ns += before_ns; break;
    case ORDER_SYSCALL:
        if (event->context.proc.n == -1)
            g->stats.syscall_block_ns += before_ns;
        else
            g->stats.syscall_ns += before_ns;
        break;
    default: break;
    }
    return g;
}

static void leave_syscall(struct goroutines_work *work, struct living *g, int64_t now_ns)
{
    if (g->last_syscall_ns) {
        if (g->last_syscall_block_ns) {
            g->stats.syscall_block_ns += now_ns - g->last_syscall_block_ns;
            g->stats.syscall_ns += g->last_syscall_block_ns - g->last_syscall_ns;
        } else {
            g->stats.syscall_ns += now_ns - g->last_syscall_ns;
        }
        g->last_syscall_ns = g->last_syscall_block_ns = 0;
    }
    /* Q: also if the processor is in another goroutine's syscall by now. Without a known processor it is that of the
     * zero id. */
    marks_of(work, g->in_syscall ? g->syscall_proc : (proc_id){0})->syscall_slot = ORDER_NO_SLOT;
    g->in_syscall = false;
}

static void leave_state(struct goroutines_work *work, struct living *g, const struct order_event *event)
{
    int64_t now_ns = event->time_ns;
    switch (event->from) {
    case ORDER_RUNNING:
        if (g->last_run_ns)
            g->stats.exec_ns += now_ns - g->last_run_ns;
        g->last_run_ns = 0;
        break;
    case ORDER_WAITING:
        if (g->last_block_ns)
            *analyze_amount_of(&g->stats.blocks, g->block_reason) += now_ns - g->last_block_ns;
        g->last_block_ns = 0;
        break;
    case ORDER_RUNNABLE:
        if (g->last_runnable_ns)
            g->stats.sched_wait_ns += now_ns - g->last_runnable_ns;
        g->last_runnable_ns = 0;
        break;
    case ORDER_SYSCALL: leave_syscall(work, g, now_ns); break;
    default: break;
    }
}

static void enter_state(struct analyze_goroutines *result, struct living *g, const struct order_event *event)
{
    struct goroutines_work *work = result->work;
    int64_t now_ns = event->time_ns;
    switch (event->to) {
    case ORDER_RUNNING:
        g->last_run_ns = now_ns;
        if (!g->summary.start_ns)
            g->summary.start_ns = now_ns;
        break;
    case ORDER_RUNNABLE: g->last_runnable_ns = now_ns; break;
    case ORDER_WAITING:
        if (event->name && base_str_is(order_string(work->symbols, event->name), "forever")) {
            finalise(result, g, now_ns, true);
        } else {
            g->last_block_ns = now_ns;
            g->block_reason = event->name;
        }
        break;
    case ORDER_NOT_EXIST:
        finalise(result, g, now_ns, true);
        commit(result, g);
        break;
    case ORDER_SYSCALL:
        marks_of(work, event->context.proc)->syscall_slot = event->resource_slot;
        g->in_syscall = true;
        g->syscall_proc = event->context.proc;
        g->last_syscall_ns = now_ns;
        break;
    default: break;
    }
}

static void go_transition(struct analyze_goroutines *result, const struct order_event *event)
{
    struct goroutines_work *work = result->work;
    struct living *g;
    if (event->from == event->to)
        return;
    if (event->from == ORDER_UNDETERMINED || event->from == ORDER_NOT_EXIST)
        g = begin_goroutine(result, event);
    else
        g = living_of(work, event->resource_slot);
    if (!g)
        return;
    const struct order_frame *root = g->summary.name ? NULL : order_stack_root(work->symbols, event->transition_stack);
    if (root) {
        g->summary.name = root->func;
        g->summary.pc = root->pc;
    }
    leave_state(work, g, event);
    enter_state(result, g, event);
}

static void proc_transition(struct goroutines_work *work, const struct order_event *event)
{
    if (event->from == event->to || event->to != ORDER_IDLE)
        return;
    struct proc_marks *marks = marks_of(work, order_resource_proc(event));
    struct living *g = living_of(work, marks->syscall_slot);
    if (g)
        g->last_syscall_block_ns = event->time_ns;
    marks->syscall_slot = ORDER_NO_SLOT;
}

static void range_event(struct goroutines_work *work, const struct order_event *event)
{
    uint32_t slot = ORDER_NO_SLOT;
    struct proc_marks *marks = NULL;
    if (event->scope == ORDER_SCOPE_GOROUTINE) {
        slot = event->resource_slot;
    } else if (event->scope == ORDER_SCOPE_PROC) {
        slot = event->context.goroutine_slot;
        marks = marks_of(work, order_resource_proc(event));
        if (event->kind != ORDER_RANGE_END) {
            marks->sweeping = true;
            marks->sweeper = event->context.goroutine;
        } else {
            bool same = marks->sweeping && marks->sweeper.n == event->context.goroutine.n;
            marks->sweeping = false;
            if (!same)
                return;
        }
    }
    struct living *g = living_of(work, slot);
    if (!g)
        return;
    int64_t *since_ns = analyze_amount_of(&g->range_since, event->name);
    if (event->kind == ORDER_RANGE_BEGIN) {
        *since_ns = event->time_ns;
        return;
    }
    int64_t end_ns = event->kind == ORDER_RANGE_ACTIVE ? work->sync_ns : event->time_ns;
    if (*since_ns)
        *analyze_amount_of(&g->stats.ranges, event->name) += end_ns - *since_ns;
    *since_ns = event->kind == ORDER_RANGE_ACTIVE ? work->sync_ns : 0;
}

static void region_event(struct analyze_goroutines *result, const struct order_event *event)
{
    struct goroutines_work *work = result->work;
    struct living *g = living_of(work, event->context.goroutine_slot);
    if (!g)
        return;
    struct active_region region = {.task = event->task.id, .name = event->name, .stack = event->stack};
    if (event->kind == ORDER_REGION_BEGIN) {
        region.has_start = true;
        region.start_ns = event->time_ns;
        if (result->keep_regions)
            snapshot(g, event->time_ns, &region.at_start);
        add_region(result, g, &region);
        return;
    }
    if (g->active.count) {
        region = g->active.at[--g->active.count];
    } else {
        region.stack = ORDER_NO_STACK; /* that of the start, which there is none of */
        result->region_count++;
    }
    if (result->keep_regions) {
        snapshot(g, event->time_ns, &work->spare);
        end_region(result, g, &region, &work->spare, true, event->time_ns);
    }
    stats_release(&region.at_start);
}

/* Events are missing from gap_from_ns on: what goroutines did then is unknown, and slots are given out anew. */
static void park_all(struct analyze_goroutines *result, int64_t gap_from_ns)
{
    struct goroutines_work *work = result->work;
    for (size_t i = 0; i < work->living.count; i++) {
        struct living *g = &work->living.at[i];
        if (g->used) {
            finalise(result, g, gap_from_ns, false);
            g->in_syscall = false;
            base_map_set(&work->parked_by_id, (uint64_t)g->summary.id.n, (uint32_t)work->parked.count);
            *base_vec_add(&work->parked) = *g;
        } else {
            living_release(g);
        }
    }
    work->living.count = 0;
    work->procs.count = 0;
    base_map_release(&work->proc_by_id);
}

static void sync_event(struct analyze_goroutines *result, const struct order_event *event)
{
    if (event->sync.facts->after_gap)
        park_all(result, event->sync.facts->gap_from_ns);
    result->work->sync_ns = event->time_ns;
}

void analyze_goroutines_add(void *self, const struct order_block *block, const struct order_symbols *symbols)
{
    struct analyze_goroutines *result = self;
    struct goroutines_work *work = result->work;
    work->symbols = symbols;
    for (size_t i = 0; i < block->count; i++) {
        const struct order_event *event = &block->events[i];
        if (!work->now_ns)
            work->sync_ns = event->time_ns;
        work->now_ns = event->time_ns;
        switch (event->kind) {
        case ORDER_SYNC: sync_event(result, event); break;
        case ORDER_GO_TRANSITION: go_transition(result, event); break;
        case ORDER_PROC_TRANSITION: proc_transition(work, event); break;
        case ORDER_RANGE_BEGIN:
        case ORDER_RANGE_ACTIVE:
        case ORDER_RANGE_END: range_event(work, event); break;
        case ORDER_REGION_BEGIN:
        case ORDER_REGION_END: region_event(result, event); break;
        default: break;
        }
    }
}

/* ---- results ---- */

static bool id_before(const void *a, const void *b, void *context)
{
    const struct analyze_goroutine *all = context;
    return all[*(const uint32_t *)a].id.n < all[*(const uint32_t *)b].id.n;
}

/* Where ids are dense, which is the rule, they are sorted by laying each goroutine in its place. An id that was used
 * again stands for its last goroutine. False if they are not dense. */
static bool lay_out_by_id(struct analyze_goroutines *result)
{
    size_t count = result->all.count, places = 0;
    for (size_t i = 0; i < count; i++) {
        int64_t id = result->all.at[i].id.n;
        if (id < 0 || (uint64_t)id > 16 * (uint64_t)count)
            return false;
        if ((size_t)id >= places)
            places = (size_t)id + 1;
    }
    uint32_t *place = base_zalloc(places, sizeof *place); /* index + 1 */
    for (size_t i = 0; i < count; i++)
        place[result->all.at[i].id.n] = (uint32_t)i + 1;
    base_vec_reserve(&result->by_id, count);
    for (size_t id = 0; id < places; id++)
        if (place[id])
            result->by_id.at[result->by_id.count++] = place[id] - 1;
    free(place);
    return true;
}

static void sort_by_id(struct analyze_goroutines *result)
{
    for (size_t i = 0; i < result->all.count; i++)
        *base_vec_add(&result->by_id) = (uint32_t)i;
    base_sort_stable(result->by_id.at, result->by_id.count, sizeof *result->by_id.at, id_before, result->all.at);
    size_t kept = 0;
    for (size_t i = 0; i < result->by_id.count; i++) {
        uint32_t index = result->by_id.at[i];
        if (kept && result->all.at[result->by_id.at[kept - 1]].id.n == result->all.at[index].id.n)
            kept--;
        result->by_id.at[kept++] = index;
    }
    result->by_id.count = kept;
}

void analyze_goroutines_finish(struct analyze_goroutines *result, const struct order_symbols *symbols)
{
    struct goroutines_work *work = result->work;
    work->symbols = symbols;
    for (size_t i = 0; i < work->living.count; i++) {
        struct living *g = &work->living.at[i];
        if (!g->used)
            continue;
        finalise(result, g, work->now_ns, false);
        commit(result, g);
    }
    for (size_t i = 0; i < work->parked.count; i++)
        if (work->parked.at[i].used)
            commit(result, &work->parked.at[i]);
    work_release(work);
    result->work = NULL;
    if (!lay_out_by_id(result))
        sort_by_id(result);
}

const struct analyze_goroutine *analyze_goroutine_of(const struct analyze_goroutines *result, goroutine_id id)
{
    size_t low = 0, high = result->by_id.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (analyze_goroutine_at(result, middle)->id.n < id.n)
            low = middle + 1;
        else
            high = middle;
    }
    const struct analyze_goroutine *found = low < result->by_id.count ? analyze_goroutine_at(result, low) : NULL;
    return found && found->id.n == id.n ? found : NULL;
}
