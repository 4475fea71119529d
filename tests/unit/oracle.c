#include "oracle.h"

#include "base/sort.h"

enum { RUNNING = 1, RUNNABLE = 2, SYSCALL = 8, STW = 10, GC = 14 };

/* ---- lanes ---- */

static struct oracle_slice *open_slice(struct oracle_lane *lane)
{
    return lane->open ? &lane->slices.at[lane->open - 1] : NULL;
}

static void end_slice(struct oracle_lane *lane, int64_t time_ns)
{
    if (lane->open)
        open_slice(lane)->end_ns = time_ns;
    lane->open = 0;
}

static void begin_slice(struct oracle_lane *lane, int64_t time_ns, int state, int64_t goroutine)
{
    *base_vec_add(&lane->slices) = (struct oracle_slice){time_ns, time_ns, goroutine, state};
    lane->open = (uint32_t)lane->slices.count;
}

static void end_all(struct oracle *o, int64_t time_ns)
{
    for (size_t i = 0; i < o->procs.count; i++)
        end_slice(&o->procs.at[i], time_ns);
    end_slice(&o->gc, time_ns);
    end_slice(&o->stw, time_ns);
    for (size_t i = 0; i < o->goroutines.count; i++)
        end_slice(&o->goroutines.at[i], time_ns);
    for (size_t i = 0; i < o->threads.count; i++)
        end_slice(&o->threads.at[i], time_ns);
}

static struct oracle_lane *thread_lane(struct oracle *o, int64_t id)
{
    for (size_t i = 0; i < o->threads.count; i++)
        if (o->threads.at[i].id == id)
            return &o->threads.at[i];
    struct oracle_lane *lane = base_vec_add(&o->threads);
    *lane = (struct oracle_lane){.id = id};
    return lane;
}

static struct oracle_lane *proc_lane(struct oracle *o, int64_t id)
{
    for (size_t i = 0; i < o->procs.count; i++)
        if (o->procs.at[i].id == id)
            return &o->procs.at[i];
    struct oracle_lane *lane = base_vec_add(&o->procs);
    *lane = (struct oracle_lane){.id = id};
    return lane;
}

static int wait_state(struct base_str reason)
{
    if (base_str_is(reason, "sync") || base_str_is(reason, "sync.(*Cond).Wait"))
        return 3;
    if (base_str_is(reason, "chan receive") || base_str_is(reason, "chan send") || base_str_is(reason, "select"))
        return 4;
    if (base_str_is(reason, "network") || base_str_is(reason, "sleep"))
        return base_str_is(reason, "network") ? 5 : 6;
    return base_str_begins(reason, "GC ") || base_str_is(reason, "wait until GC ends") ? 7 : 16;
}

static int state_of(const struct order_event *event, const struct order_symbols *symbols)
{
    switch (event->to) {
    case ORDER_RUNNING: return RUNNING;
    case ORDER_RUNNABLE: return RUNNABLE;
    case ORDER_SYSCALL: return SYSCALL;
    case ORDER_WAITING: return wait_state(order_string(symbols, event->name));
    default: return 0;
    }
}

/* The last lane with the id, unless it ended with the goroutine, or a gap. */
static struct oracle_lane *living(struct oracle *o, int64_t id)
{
    for (size_t i = o->goroutines.count; i-- > 0;)
        if (o->goroutines.at[i].id == id)
            return o->goroutines.at[i].open ? &o->goroutines.at[i] : NULL;
    return NULL;
}

static void follow_goroutine(struct oracle *o, const struct order_event *event, const struct order_symbols *symbols)
{
    struct oracle_lane *lane = living(o, event->resource);
    int state = state_of(event, symbols);
    if (lane)
        end_slice(lane, event->time_ns);
    if (!lane || event->from == ORDER_UNDETERMINED || event->from == ORDER_NOT_EXIST) {
        lane = base_vec_add(&o->goroutines);
        *lane = (struct oracle_lane){.id = event->resource, .thread = -1};
    }
    if (state)
        begin_slice(lane, event->from == ORDER_UNDETERMINED ? o->sync_ns : event->time_ns, state, event->resource);
}

/* What the processor is busy with on which it happens. */
static void follow_running(struct oracle *o, const struct order_event *event)
{
    if (event->context.proc.n == -1 || (event->to != ORDER_RUNNING && event->from != ORDER_RUNNING))
        return;
    struct oracle_lane *lane = proc_lane(o, event->context.proc.n);
    const struct oracle_slice *open = open_slice(lane);
    if (event->to == ORDER_RUNNING) {
        bool ran_before = lane->slices.count && lane->slices.at[lane->slices.count - 1].start_ns >= o->known_from_ns;
        bool since_begin = event->from == ORDER_UNDETERMINED && !ran_before;
        end_slice(lane, event->time_ns);
        begin_slice(lane, since_begin ? o->known_from_ns : event->time_ns, RUNNING, event->resource);
    } else if (event->from == ORDER_RUNNING && open && open->goroutine == event->resource) {
        end_slice(lane, event->time_ns);
        if (event->to == ORDER_SYSCALL)
            begin_slice(lane, event->time_ns, SYSCALL, event->resource);
    }
}

static bool executes(int state)
{
    return state == ORDER_RUNNING || state == ORDER_SYSCALL;
}

/* What the thread does on which a goroutine executes. To be followed by follow_goroutine; returns the thread from now
 * on, -1: none. */
static int64_t follow_executing(struct oracle *o, const struct order_event *event)
{
    const struct oracle_lane *before = event->from > ORDER_NOT_EXIST ? living(o, event->resource) : NULL;
    int64_t thread = executes(event->from) ? (before ? before->thread : -1) : event->context.thread.n;
    struct oracle_lane *lane = NULL;
    if (executes(event->from) && before && before->thread == -1)
        thread = executes(event->to) ? event->context.thread.n : -1;
    if (thread != -1 && (executes(event->from) || executes(event->to)))
        lane = thread_lane(o, thread);
    if (lane && executes(event->from) && lane->open && open_slice(lane)->goroutine == event->resource)
        end_slice(lane, event->time_ns);
    if (!executes(event->to) || !lane)
        return -1;
    bool known = lane->slices.count && lane->slices.at[lane->slices.count - 1].start_ns >= o->known_from_ns;
    end_slice(lane, event->time_ns);
    begin_slice(lane, event->from == ORDER_UNDETERMINED && !known ? o->known_from_ns : event->time_ns,
                event->to == ORDER_RUNNING ? RUNNING : SYSCALL, event->resource);
    return thread;
}

static void mark(struct oracle_lane *lane, const struct order_event *event, int state)
{
    lane->mark = state;
    *base_vec_add(&lane->slices) = (struct oracle_slice){event->time_ns, event->time_ns, event->resource, state};
}

/* To be followed by follow_goroutine. */
static void follow_wakes(struct oracle *o, const struct order_event *event)
{
    const struct oracle_lane *lane = living(o, event->resource);
    int waited = lane && event->from == ORDER_WAITING ? lane->slices.at[lane->open - 1].state : 0;
    if (event->from == ORDER_SYSCALL && event->to != ORDER_RUNNING && event->to != ORDER_NOT_EXIST)
        mark(&o->syscalls, event, SYSCALL);
    else if (waited == 5)
        mark(&o->network, event, 5);
    else if (waited == 4 && event->context.goroutine.n == -1)
        mark(&o->timers, event, 6);
}

static void follow_range(struct oracle *o, const struct order_event *event)
{
    struct oracle_lane *lane = event->detail == ORDER_RANGE_GC    ? &o->gc
                               : event->detail == ORDER_RANGE_STW ? &o->stw
                                                                  : NULL;
    if (!lane)
        return;
    if (event->kind == ORDER_RANGE_END)
        end_slice(lane, event->time_ns);
    else if (!lane->open)
        begin_slice(lane, event->kind == ORDER_RANGE_ACTIVE ? o->known_from_ns : event->time_ns,
                    event->detail == ORDER_RANGE_GC ? GC : STW, -1);
}

/* ---- counters ---- */

static struct oracle_change *change(struct oracle_counter *counter, int64_t time_ns)
{
    struct oracle_change now = {.time_ns = time_ns};
    if (counter->changes.count)
        memcpy(now.values, counter->changes.at[counter->changes.count - 1].values, sizeof now.values);
    struct oracle_change *added = base_vec_add(&counter->changes);
    *added = now;
    return added;
}

static int series_of(unsigned state)
{
    return state == ORDER_RUNNING    ? 0
           : state == ORDER_RUNNABLE ? 1
           : state == ORDER_WAITING  ? 2
           : state == ORDER_SYSCALL  ? 3
                                     : -1;
}

static void count_goroutine(struct oracle *o, const struct order_event *event)
{
    int from = series_of(event->from), to = series_of(event->to);
    if (from < 0 && to < 0)
        return;
    struct oracle_change *now = change(&o->states, event->time_ns);
    if (from >= 0 && now->values[from] > 0)
        now->values[from]--;
    if (to >= 0)
        now->values[to]++;
}

static void count_proc(struct oracle *o, const struct order_event *event)
{
    struct oracle_change *now = change(&o->running_procs, event->time_ns);
    if (event->from == ORDER_RUNNING && now->values[0] > 0)
        now->values[0]--;
    now->values[0] += event->to == ORDER_RUNNING;
}

static void forget_counts(struct oracle_counter *counter, int64_t time_ns)
{
    if (counter->changes.count)
        memset(change(counter, time_ns)->values, 0, sizeof counter->changes.at[0].values);
}

/* ---- events ---- */

static void take_event(struct oracle *o, const struct order_event *event, const struct order_symbols *symbols)
{
    if (!o->any)
        o->first_ns = o->known_from_ns = o->sync_ns = event->time_ns;
    o->any = true;
    o->last_ns = event->time_ns;
    bool moves = event->from != event->to;
    if (event->kind == ORDER_SYNC) {
        o->sync_ns = event->time_ns;
        if (event->sync.facts->after_gap) {
            end_all(o, event->sync.facts->gap_from_ns);
            forget_counts(&o->states, event->sync.facts->gap_from_ns);
            forget_counts(&o->running_procs, event->sync.facts->gap_from_ns);
            o->known_from_ns = event->time_ns;
        }
    } else if (event->kind == ORDER_GO_TRANSITION && moves) {
        follow_wakes(o, event);
        int64_t thread = follow_executing(o, event);
        follow_goroutine(o, event, symbols);
        if (living(o, event->resource))
            living(o, event->resource)->thread = thread;
        follow_running(o, event);
        count_goroutine(o, event);
    } else if (event->kind == ORDER_PROC_TRANSITION && moves) {
        struct oracle_lane *lane = proc_lane(o, event->resource);
        if (event->to == ORDER_IDLE)
            end_slice(lane, event->time_ns);
        count_proc(o, event);
    } else if (event->kind == ORDER_RANGE_BEGIN || event->kind == ORDER_RANGE_ACTIVE ||
               event->kind == ORDER_RANGE_END) {
        follow_range(o, event);
    } else if (event->kind == ORDER_METRIC && event->detail == ORDER_HEAP_OBJECTS) {
        change(&o->heap, event->time_ns)->values[0] = (double)event->metric.value;
    } else if (event->kind == ORDER_METRIC && event->detail == ORDER_HEAP_GOAL) {
        bool none = event->metric.value > UINT64_C(1) << 50;
        change(&o->goal, event->time_ns)->values[0] = none ? 0 : (double)event->metric.value;
    }
}

static bool id_before(const void *a, const void *b, void *context)
{
    (void)context;
    return ((const struct oracle_lane *)a)->id < ((const struct oracle_lane *)b)->id;
}

bool oracle_read(struct oracle *oracle, const struct base_mapping *file)
{
    struct base_error error = BASE_NO_ERROR;
    struct order_reader *reader = order_reader_new(file, ORDER_GO_ON, &error);
    struct order_block block;
    enum order_status status = ORDER_ERROR;
    *oracle = (struct oracle){0};
    while (reader && (status = order_reader_next(reader, &block, &error)) == ORDER_EVENTS)
        for (size_t i = 0; i < block.count; i++)
            take_event(oracle, &block.events[i], order_reader_symbols(reader));
    end_all(oracle, oracle->last_ns);
    base_sort_stable(oracle->threads.at, oracle->threads.count, sizeof *oracle->threads.at, id_before, NULL);
    order_reader_free(reader);
    base_error_release(&error);
    return status == ORDER_END;
}

void oracle_release(struct oracle *oracle)
{
    for (size_t i = 0; i < oracle->procs.count; i++)
        base_vec_release(&oracle->procs.at[i].slices);
    base_vec_release(&oracle->procs);
    base_vec_release(&oracle->gc.slices);
    base_vec_release(&oracle->stw.slices);
    for (size_t i = 0; i < oracle->goroutines.count; i++)
        base_vec_release(&oracle->goroutines.at[i].slices);
    base_vec_release(&oracle->goroutines);
    for (size_t i = 0; i < oracle->threads.count; i++)
        base_vec_release(&oracle->threads.at[i].slices);
    base_vec_release(&oracle->threads);
    base_vec_release(&oracle->network.slices);
    base_vec_release(&oracle->timers.slices);
    base_vec_release(&oracle->syscalls.slices);
    base_vec_release(&oracle->states.changes);
    base_vec_release(&oracle->running_procs.changes);
    base_vec_release(&oracle->heap.changes);
    base_vec_release(&oracle->goal.changes);
}

/* ---- measuring ---- */

size_t oracle_measure(const struct oracle_lane *lane, int64_t from_ns, int64_t to_ns, int64_t *ret_ns)
{
    size_t count = 0;
    memset(ret_ns, 0, ORACLE_STATES * sizeof *ret_ns);
    for (size_t i = 0; i < lane->slices.count; i++) {
        const struct oracle_slice *slice = &lane->slices.at[i];
        bool begins_within = slice->start_ns >= from_ns && slice->start_ns < to_ns;
        if (!begins_within && (slice->start_ns >= to_ns || slice->end_ns <= from_ns))
            continue;
        int64_t a_ns = slice->start_ns > from_ns ? slice->start_ns : from_ns;
        int64_t b_ns = slice->end_ns < to_ns ? slice->end_ns : to_ns;
        ret_ns[slice->state] += b_ns - a_ns;
        count++;
    }
    return count;
}

bool oracle_count(const struct oracle_counter *counter, int series, int64_t from_ns, int64_t to_ns, double *ret_mean,
                  double *ret_highest)
{
    double sum = 0, value = 0, highest = 0;
    int64_t at_ns = from_ns;
    if (!counter->changes.count || to_ns < counter->changes.at[0].time_ns || from_ns >= to_ns)
        return false;
    for (size_t i = 0; i < counter->changes.count && counter->changes.at[i].time_ns <= to_ns; i++) {
        const struct oracle_change *here = &counter->changes.at[i];
        if (here->time_ns <= from_ns) {
            value = highest = here->values[series];
            continue;
        }
        sum += value * (double)(here->time_ns - at_ns);
        at_ns = here->time_ns;
        value = here->values[series];
        highest = highest > value ? highest : value;
    }
    *ret_mean = (sum + value * (double)(to_ns - at_ns)) / (double)(to_ns - from_ns);
    *ret_highest = highest;
    return true;
}
