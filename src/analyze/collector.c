#include "analyze/collector.h"

#define NO_NUMBER UINT32_MAX

/* What is known of a living goroutine: bits. */
enum {
    RUNS = 1,
    RUNS_OFFICIALLY = 2, /* Q: what happens before GOMAXPROCS is known passes unnoticed */
    ASSISTS = 4,
    WORKS = 8, /* it is, or once was, a background worker */
};

struct collector_goroutine {
    uint32_t number; /* NO_NUMBER: none yet */
    uint32_t bits;
};

/* Whether a range's name is that of a stop for the collector. */
enum { NAME_UNKNOWN, NAME_OF_GC, NAME_OF_OTHERS };

struct collector_work {
    BASE_VEC(struct collector_goroutine) living; /* by slot */
    BASE_VEC(uint8_t) names;                     /* by symbol */
    bool begun, fresh;                           /* fresh: in a generation before which nothing is known */
    bool procs_known;                            /* GOMAXPROCS is, and not 0 */
};

void analyze_collector_init(struct analyze_collector *collector)
{
    *collector = (struct analyze_collector){0};
    collector->work = base_zalloc(1, sizeof *collector->work);
}

void analyze_collector_release(struct analyze_collector *collector)
{
    if (collector->work) {
        base_vec_release(&collector->work->living);
        base_vec_release(&collector->work->names);
        free(collector->work);
    }
    base_vec_release(&collector->events);
    *collector = (struct analyze_collector){0};
}

/* The slot must be one. */
static struct collector_goroutine *living(struct collector_work *work, uint32_t slot)
{
    while (slot >= work->living.count)
        *base_vec_add(&work->living) = (struct collector_goroutine){NO_NUMBER, 0};
    return &work->living.at[slot];
}

static struct analyze_gc_event *keep(struct analyze_collector *collector, const struct order_event *event,
                                     enum analyze_gc_kind kind)
{
    struct analyze_gc_event *kept = base_vec_add(&collector->events);
    *kept = (struct analyze_gc_event){
        .time_ns = event->time_ns, .proc = event->context.proc.n, .goroutine = NO_NUMBER, .kind = (uint8_t)kind};
    return kept;
}

static uint32_t number_of(struct analyze_collector *collector, struct collector_goroutine *g)
{
    if (g->number == NO_NUMBER)
        g->number = collector->goroutines++;
    return g->number;
}

static bool is_gc_stop(struct collector_work *work, const struct order_symbols *symbols, uint32_t name)
{
    while (name >= work->names.count)
        *base_vec_add(&work->names) = NAME_UNKNOWN;
    uint8_t *known = &work->names.at[name];
    if (*known == NAME_UNKNOWN)
        *known = base_str_contains(order_string(symbols, name), "GC") ? NAME_OF_GC : NAME_OF_OTHERS;
    return *known == NAME_OF_GC;
}

static void add_assist(struct analyze_collector *collector, const struct order_event *event, bool begin)
{
    struct collector_work *work = collector->work;
    uint32_t context_slot = event->context.goroutine_slot;
    if (event->resource_slot == ORDER_NO_SLOT)
        return;
    struct collector_goroutine *g = living(work, event->resource_slot);
    struct analyze_gc_event *kept = keep(collector, event, begin ? ANALYZE_GC_ASSIST_BEGIN : ANALYZE_GC_ASSIST_END);
    kept->goroutine = number_of(collector, g);
    kept->active = event->kind == ORDER_RANGE_ACTIVE;
    kept->runs = g->bits & RUNS;
    g->bits = begin ? g->bits | ASSISTS : g->bits & ~(uint32_t)ASSISTS;
    kept->context_runs = context_slot != ORDER_NO_SLOT && (living(work, context_slot)->bits & RUNS_OFFICIALLY);
}

static void add_range(struct analyze_collector *collector, const struct order_event *event,
                      const struct order_symbols *symbols)
{
    bool begin = event->kind != ORDER_RANGE_END, active = event->kind == ORDER_RANGE_ACTIVE;
    if (active && !collector->work->fresh) /* it only confirms what is known */
        return;
    if (event->detail == ORDER_RANGE_MARK_ASSIST) {
        add_assist(collector, event, begin);
    } else if (event->detail == ORDER_RANGE_SWEEP) {
        keep(collector, event, begin ? ANALYZE_GC_SWEEP_BEGIN : ANALYZE_GC_SWEEP_END)->active = active;
    } else if (event->detail == ORDER_RANGE_STW && is_gc_stop(collector->work, symbols, event->name)) {
        keep(collector, event, begin ? ANALYZE_GC_STW_BEGIN : ANALYZE_GC_STW_END)->active = active;
    }
}

static void add_label(struct analyze_collector *collector, const struct order_event *event,
                      const struct order_symbols *symbols)
{
    struct base_str label = order_string(symbols, event->name);
    uint32_t slot = event->context.goroutine_slot;
    if (slot == ORDER_NO_SLOT || !base_str_begins(label, "GC "))
        return;
    struct collector_goroutine *g = living(collector->work, slot);
    g->bits |= WORKS;
    keep(collector, event,
         base_str_is(label, "GC (idle)")        ? ANALYZE_GC_WORKER_IDLE
         : base_str_is(label, "GC (dedicated)") ? ANALYZE_GC_WORKER_DEDICATED
                                                : ANALYZE_GC_WORKER)
        ->goroutine = number_of(collector, g);
}

static inline bool executes(unsigned state)
{
    return state == ORDER_RUNNING || state == ORDER_SYSCALL;
}

static inline void add_transition(struct analyze_collector *collector, const struct order_event *event)
{
    struct collector_work *work = collector->work;
    bool before = executes(event->from), now = executes(event->to);
    if (event->resource_slot == ORDER_NO_SLOT)
        return;
    struct collector_goroutine *g = living(work, event->resource_slot);
    if (event->from <= ORDER_NOT_EXIST && event->to != event->from)
        *g = (struct collector_goroutine){NO_NUMBER, 0};
    if (before != now && (g->bits & (ASSISTS | WORKS)))
        keep(collector, event, now ? ANALYZE_GC_START : ANALYZE_GC_STOP)->goroutine = number_of(collector, g);
    uint32_t changed = work->procs_known ? RUNS | RUNS_OFFICIALLY : RUNS;
    g->bits = now ? g->bits | changed : g->bits & ~changed;
}

static void add_metric(struct analyze_collector *collector, const struct order_event *event)
{
    if (event->detail != ORDER_GOMAXPROCS)
        return;
    uint64_t procs = event->metric.value;
    keep(collector, event, ANALYZE_GC_PROCS)->proc = procs < INT64_MAX ? (int64_t)procs : INT64_MAX;
    collector->work->procs_known = procs > 0;
}

static void add_sync(struct analyze_collector *collector, const struct order_event *event)
{
    const struct order_sync *sync = event->sync.facts;
    collector->work->fresh = sync->number <= 1 || sync->after_gap;
    if (!sync->after_gap)
        return;
    keep(collector, event, ANALYZE_GC_GAP)->time_ns = sync->gap_from_ns;
    keep(collector, event, ANALYZE_GC_RESUME);
    collector->work->living.count = 0; /* slots are given out anew */
}

static void see_proc(struct analyze_collector *collector, int64_t id)
{
    if (id >= 0 && (uint64_t)id >= collector->procs_seen)
        collector->procs_seen = (uint64_t)id + 1;
}

void analyze_collector_add(void *self, const struct order_block *block, const struct order_symbols *symbols)
{
    struct analyze_collector *collector = self;
    if (!collector->work->begun)
        collector->first_ns = block->events[0].time_ns;
    collector->work->begun = true;
    for (size_t i = 0; i < block->count; i++) {
        const struct order_event *event = &block->events[i];
        switch ((enum order_kind)event->kind) {
        case ORDER_GO_TRANSITION: add_transition(collector, event); break;
        case ORDER_PROC_TRANSITION: see_proc(collector, event->resource); break;
        case ORDER_RANGE_BEGIN:
        case ORDER_RANGE_ACTIVE:
        case ORDER_RANGE_END: add_range(collector, event, symbols); break;
        case ORDER_LABEL: add_label(collector, event, symbols); break;
        case ORDER_METRIC: add_metric(collector, event); break;
        case ORDER_SYNC: add_sync(collector, event); break;
        default: break;
        }
    }
    collector->last_ns = block->events[block->count - 1].time_ns;
}
