#include "analyze/cycles.h"

#include "base/map.h"
#include "base/number.h"

/* A range that is open: of a goroutine, an assist; of a processor, a sweep. */
struct open_range {
    int64_t since_ns;
    uint32_t cycle;
    bool open;
};

struct cycles_work {
    bool marks, stops;                   /* the last cycle, the last stop is open */
    BASE_VEC(struct open_range) assists; /* by slot */
    BASE_VEC(struct open_range) sweeps;  /* by number of the processor */
    struct base_map proc_numbers;        /* by id */
    uint64_t heap_bytes, goal_bytes;
};

void analyze_cycles_init(struct analyze_cycles *cycles)
{
    *cycles = (struct analyze_cycles){0};
    cycles->work = base_zalloc(1, sizeof *cycles->work);
    cycles->work->heap_bytes = cycles->work->goal_bytes = ANALYZE_NO_BYTES;
}

static void work_release(struct cycles_work *work)
{
    if (!work)
        return;
    base_vec_release(&work->assists);
    base_vec_release(&work->sweeps);
    base_map_release(&work->proc_numbers);
    free(work);
}

void analyze_cycles_release(struct analyze_cycles *cycles)
{
    work_release(cycles->work);
    base_vec_release(&cycles->all);
    base_vec_release(&cycles->stops);
    *cycles = (struct analyze_cycles){0};
}

static struct analyze_cycle *last_cycle(struct analyze_cycles *cycles)
{
    return cycles->all.count ? &cycles->all.at[cycles->all.count - 1] : NULL;
}

/* ---- cycles ---- */

static void begin_cycle(struct analyze_cycles *cycles, const struct order_event *event)
{
    struct cycles_work *work = cycles->work;
    if (work->marks) /* an Active event of a later generation confirms what is known */
        return;
    work->marks = true;
    *base_vec_add(&cycles->all) = (struct analyze_cycle){
        .start_ns = event->time_ns,
        .has_start = event->kind == ORDER_RANGE_BEGIN,
        .stops_first = (uint32_t)cycles->stops.count,
        .heap_before_bytes = work->heap_bytes,
        .heap_after_bytes = ANALYZE_NO_BYTES,
        .goal_bytes = work->goal_bytes,
        .next_goal_bytes = ANALYZE_NO_BYTES,
    };
}

static void end_cycle(struct analyze_cycles *cycles, int64_t time_ns, bool told)
{
    struct cycles_work *work = cycles->work;
    struct analyze_cycle *cycle = last_cycle(cycles);
    if (!work->marks)
        return;
    work->marks = false;
    cycle->end_ns = time_ns;
    cycle->has_end = told;
    if (told)
        cycle->heap_after_bytes = work->heap_bytes;
}

/* ---- stops of the world ---- */

static void begin_stop(struct analyze_cycles *cycles, const struct order_event *event)
{
    struct cycles_work *work = cycles->work;
    if (work->stops)
        return;
    work->stops = true;
    *base_vec_add(&cycles->stops) = (struct analyze_stop){
        .start_ns = event->time_ns,
        .has_start = event->kind == ORDER_RANGE_BEGIN,
        .name = event->name,
        .cycle = work->marks ? (uint32_t)cycles->all.count - 1 : ANALYZE_NO_CYCLE,
    };
    if (work->marks)
        last_cycle(cycles)->stop_count++;
}

static void end_stop(struct analyze_cycles *cycles, int64_t time_ns, bool told)
{
    if (!cycles->work->stops)
        return;
    cycles->work->stops = false;
    struct analyze_stop *stop = &cycles->stops.at[cycles->stops.count - 1];
    stop->end_ns = time_ns;
    stop->has_end = told;
    if (stop->cycle == ANALYZE_NO_CYCLE)
        return;
    struct analyze_cycle *cycle = &cycles->all.at[stop->cycle];
    bool open = cycles->work->marks && stop->cycle == cycles->all.count - 1;
    int64_t within_ns = open || cycle->end_ns > time_ns ? time_ns : cycle->end_ns;
    cycle->stopped_ns += time_ns - stop->start_ns;
    cycle->stopped_within_ns += within_ns - stop->start_ns;
    if (time_ns - stop->start_ns > cycle->longest_stop_ns)
        cycle->longest_stop_ns = time_ns - stop->start_ns;
}

/* ---- assists and sweeps ---- */

static struct open_range *assist_of(struct cycles_work *work, uint32_t slot)
{
    while (slot >= work->assists.count)
        *base_vec_add(&work->assists) = (struct open_range){0};
    return &work->assists.at[slot];
}

static struct open_range *sweep_of(struct cycles_work *work, int64_t proc)
{
    uint32_t number = base_map_find(&work->proc_numbers, (uint64_t)proc);
    if (number == BASE_MAP_NONE) {
        number = (uint32_t)work->sweeps.count;
        base_map_set(&work->proc_numbers, (uint64_t)proc, number);
        *base_vec_add(&work->sweeps) = (struct open_range){0};
    }
    return &work->sweeps.at[number];
}

/* One that begins again without an end goes on. */
static void begin_range(struct analyze_cycles *cycles, struct open_range *range, int64_t time_ns)
{
    if (range->open)
        return;
    *range = (struct open_range){time_ns, cycles->all.count ? (uint32_t)cycles->all.count - 1 : ANALYZE_NO_CYCLE, true};
}

static void end_range(struct analyze_cycles *cycles, struct open_range *range, int64_t time_ns, bool sweep)
{
    if (!range->open)
        return;
    range->open = false;
    if (range->cycle == ANALYZE_NO_CYCLE)
        return;
    struct analyze_cycle *cycle = &cycles->all.at[range->cycle];
    *(sweep ? &cycle->sweeps : &cycle->assists) += 1;
    int64_t *total_ns = sweep ? &cycle->sweep_ns : &cycle->assist_ns;
    *total_ns = base_i64_sum(*total_ns, time_ns - range->since_ns); /* many at once: more than the trace is long */
}

/* Nothing that is open goes on. */
static void end_all(struct analyze_cycles *cycles, int64_t time_ns)
{
    struct cycles_work *work = cycles->work;
    end_cycle(cycles, time_ns, false);
    end_stop(cycles, time_ns, false);
    for (size_t i = 0; i < work->assists.count; i++)
        end_range(cycles, &work->assists.at[i], time_ns, false);
    for (size_t i = 0; i < work->sweeps.count; i++)
        end_range(cycles, &work->sweeps.at[i], time_ns, true);
}

/* ---- events ---- */

static void add_range(struct analyze_cycles *cycles, const struct order_event *event)
{
    bool end = event->kind == ORDER_RANGE_END, sweep = event->detail == ORDER_RANGE_SWEEP;
    struct open_range *range;
    switch ((enum order_range)event->detail) {
    case ORDER_RANGE_GC: end ? end_cycle(cycles, event->time_ns, true) : begin_cycle(cycles, event); return;
    case ORDER_RANGE_STW: end ? end_stop(cycles, event->time_ns, true) : begin_stop(cycles, event); return;
    case ORDER_RANGE_SWEEP: range = sweep_of(cycles->work, event->resource); break;
    case ORDER_RANGE_MARK_ASSIST:
        if (event->resource_slot == ORDER_NO_SLOT)
            return;
        range = assist_of(cycles->work, event->resource_slot);
        break;
    default: return;
    }
    if (end)
        end_range(cycles, range, event->time_ns, sweep);
    else
        begin_range(cycles, range, event->time_ns);
}

/* The first goal that is told after a cycle is what it has set. */
static void add_metric(struct analyze_cycles *cycles, const struct order_event *event)
{
    struct cycles_work *work = cycles->work;
    struct analyze_cycle *cycle = last_cycle(cycles);
    if (event->detail == ORDER_HEAP_OBJECTS)
        work->heap_bytes = event->metric.value;
    if (event->detail != ORDER_HEAP_GOAL)
        return;
    work->goal_bytes = event->metric.value;
    if (cycle && !work->marks && cycle->has_end && cycle->next_goal_bytes == ANALYZE_NO_BYTES)
        cycle->next_goal_bytes = event->metric.value;
}

/* A slot may be given to another goroutine. */
static void add_transition(struct analyze_cycles *cycles, const struct order_event *event)
{
    if (event->to == ORDER_NOT_EXIST && event->resource_slot < cycles->work->assists.count)
        end_range(cycles, &cycles->work->assists.at[event->resource_slot], event->time_ns, false);
}

static void add_sync(struct analyze_cycles *cycles, const struct order_sync *sync)
{
    if (!sync->after_gap)
        return;
    end_all(cycles, sync->gap_from_ns);
    cycles->work->assists.count = 0; /* slots are given out anew */
    cycles->work->heap_bytes = cycles->work->goal_bytes = ANALYZE_NO_BYTES;
}

void analyze_cycles_add(void *self, const struct order_block *block, const struct order_symbols *symbols)
{
    struct analyze_cycles *cycles = self;
    (void)symbols;
    for (size_t i = 0; i < block->count; i++) {
        const struct order_event *event = &block->events[i];
        switch ((enum order_kind)event->kind) {
        case ORDER_GO_TRANSITION: add_transition(cycles, event); break;
        case ORDER_RANGE_BEGIN:
        case ORDER_RANGE_ACTIVE:
        case ORDER_RANGE_END: add_range(cycles, event); break;
        case ORDER_METRIC: add_metric(cycles, event); break;
        case ORDER_SYNC: add_sync(cycles, event->sync.facts); break;
        default: break;
        }
    }
    cycles->last_ns = block->events[block->count - 1].time_ns;
}

void analyze_cycles_finish(struct analyze_cycles *cycles)
{
    end_all(cycles, cycles->last_ns);
    work_release(cycles->work);
    cycles->work = NULL;
}
