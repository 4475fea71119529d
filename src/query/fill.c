#include "query/fill.h"

#include "analyze/finder.h"

/* Tables that need to know who lives. */
#define OF_LIVES                                                                                                       \
    (QUERY_TABLE_BIT(QUERY_GOROUTINES) | QUERY_TABLE_BIT(QUERY_STATES) | QUERY_TABLE_BIT(QUERY_WAKEUPS) |              \
     QUERY_TABLE_BIT(QUERY_REGIONS) | QUERY_TABLE_BIT(QUERY_PROCS) | QUERY_TABLE_BIT(QUERY_THREADS))

void query_fill_init(struct query_fill *fill, struct query_store *stores)
{
    *fill = (struct query_fill){.stores = stores, .lives = {.timed = true}};
    for (unsigned i = 0; i < QUERY_TABLES; i++)
        if (stores[i].adding)
            fill->tables |= QUERY_TABLE_BIT(i);
    if (query_fills(fill, QUERY_TASKS))
        analyze_tasks_init(&fill->tasks);
}

void query_fill_release(struct query_fill *fill)
{
    model_lives_release(&fill->lives);
    for (size_t i = 0; i < fill->living.count; i++)
        base_vec_release(&fill->living.at[i].regions);
    base_vec_release(&fill->living);
    base_vec_release(&fill->procs);
    base_vec_release(&fill->threads);
    base_map_release(&fill->proc_by_id);
    base_map_release(&fill->thread_by_id);
    base_vec_release(&fill->ranges);
    base_map_release(&fill->range_by_key);
    analyze_tasks_release(&fill->tasks);
    *fill = (struct query_fill){0};
}

/* ---- processors and threads ---- */

uint32_t query_fill_proc(struct query_fill *fill, proc_id id, int64_t time_ns)
{
    if (id.n == NO_PROC.n)
        return 0;
    uint32_t place = base_map_find(&fill->proc_by_id, (uint64_t)id.n);
    if (place == BASE_MAP_NONE) {
        place = (uint32_t)fill->procs.count;
        base_map_set(&fill->proc_by_id, (uint64_t)id.n, place);
        *base_vec_add(&fill->procs) = (struct query_proc){.id = id.n, .start_ns = time_ns};
    }
    fill->procs.at[place].end_ns = time_ns;
    return place + 1;
}

uint32_t query_fill_thread(struct query_fill *fill, thread_id id, int64_t time_ns)
{
    if (id.n == NO_THREAD.n)
        return 0;
    uint32_t place = base_map_find(&fill->thread_by_id, (uint64_t)id.n);
    if (place == BASE_MAP_NONE) {
        place = (uint32_t)fill->threads.count;
        base_map_set(&fill->thread_by_id, (uint64_t)id.n, place);
        *base_vec_add(&fill->threads) = (struct query_thread){.id = id.n, .start_ns = time_ns};
    }
    fill->threads.at[place].end_ns = time_ns;
    return place + 1;
}

static void stop_proc(struct query_proc *proc, int64_t time_ns)
{
    if (proc->running)
        proc->running_ns += time_ns - proc->since_ns;
    proc->running = false;
}

static void proc_transition(struct query_fill *fill, const struct order_event *event)
{
    uint32_t place = query_fill_proc(fill, order_resource_proc(event), event->time_ns);
    if (!place)
        return;
    struct query_proc *proc = &fill->procs.at[place - 1];
    if (event->to != ORDER_RUNNING) {
        stop_proc(proc, event->time_ns);
    } else if (!proc->running) {
        proc->running = true;
        proc->since_ns = event->from == ORDER_UNDETERMINED ? fill->sync_ns : event->time_ns;
        if (proc->since_ns < proc->start_ns)
            proc->start_ns = proc->since_ns;
    }
}

static void stop_procs(struct query_fill *fill, int64_t time_ns)
{
    for (size_t i = 0; i < fill->procs.count; i++)
        stop_proc(&fill->procs.at[i], time_ns);
}

static void thread_event(struct query_fill *fill, const struct order_event *event)
{
    uint32_t place = query_fill_thread(fill, event->context.thread, event->time_ns);
    if (!place)
        return;
    fill->threads.at[place - 1].events++;
    fill->threads.at[place - 1].samples += event->kind == ORDER_STACK_SAMPLE;
}

/* ---- tables with a row for an event ---- */

static bool is_about_goroutine(const struct order_event *event)
{
    bool range = event->kind >= ORDER_RANGE_BEGIN && event->kind <= ORDER_RANGE_END;
    return event->kind == ORDER_GO_TRANSITION || event->kind == ORDER_LABEL ||
           (range && event->scope == ORDER_SCOPE_GOROUTINE);
}

static bool is_about_proc(const struct order_event *event)
{
    bool range = event->kind >= ORDER_RANGE_BEGIN && event->kind <= ORDER_RANGE_END;
    return event->kind == ORDER_PROC_TRANSITION || (range && event->scope == ORDER_SCOPE_PROC);
}

static void put_details(struct query_store *events, uint32_t row, const struct order_event *event)
{
    switch ((enum order_kind)event->kind) {
    case ORDER_TASK_BEGIN:
    case ORDER_TASK_END:
        if (event->task.parent != ORDER_NO_TASK)
            query_put(events, EVENTS_PARENT, row, (int64_t)event->task.parent); /* fall through */
    case ORDER_REGION_BEGIN:
    case ORDER_REGION_END: query_put(events, EVENTS_TASK, row, (int64_t)event->task.id); break;
    case ORDER_LOG:
        query_put(events, EVENTS_TASK, row, (int64_t)event->log.task);
        query_put_message(events, EVENTS_MESSAGE, row, event->log.message);
        break;
    case ORDER_METRIC: query_put(events, EVENTS_VALUE, row, query_number_of(event->metric.value)); break;
    case ORDER_RANGE_END:
        if (event->detail == ORDER_RANGE_SWEEP)
            query_put(events, EVENTS_VALUE, row, query_number_of(event->sweep.swept_bytes));
        break;
    case ORDER_GO_TRANSITION:
    case ORDER_PROC_TRANSITION:
        query_put(events, EVENTS_FROM, row, event->from);
        query_put(events, EVENTS_TO, row, event->to);
        query_put(events, EVENTS_OF_STACK, row, event->transition_stack);
        break;
    default: break;
    }
}

static void add_event(struct query_fill *fill, const struct order_event *event)
{
    struct query_store *events = &fill->stores[QUERY_EVENTS];
    uint32_t row = query_store_add(events);
    query_put(events, EVENTS_TIME, row, query_since_first(fill, event->time_ns));
    if (events->filling >> EVENTS_KIND & 1)
        query_put(events, EVENTS_KIND, row, (int64_t)analyze_event_kind_of(event));
    query_put(events, EVENTS_GOROUTINE, row, query_id(event->context.goroutine.n));
    query_put(events, EVENTS_PROC, row, query_id(event->context.proc.n));
    query_put(events, EVENTS_THREAD, row, query_id(event->context.thread.n));
    query_put(events, EVENTS_STACK, row, event->stack);
    query_put(events, EVENTS_NAME, row, event->name);
    if (is_about_goroutine(event))
        query_put(events, EVENTS_OF_GOROUTINE, row, query_id(event->resource));
    else if (is_about_proc(event))
        query_put(events, EVENTS_OF_PROC, row, query_id(event->resource));
    put_details(events, row, event);
}

static void add_counter(struct query_fill *fill, const struct order_event *event)
{
    struct query_store *counters = &fill->stores[QUERY_COUNTERS];
    uint32_t row = query_store_add(counters);
    query_put(counters, COUNTERS_TIME, row, query_since_first(fill, event->time_ns));
    query_put(counters, COUNTERS_NAME, row, event->detail);
    query_put(counters, COUNTERS_VALUE, row, query_number_of(event->metric.value));
    query_put(counters, COUNTERS_GOROUTINE, row, query_id(event->context.goroutine.n));
    query_put(counters, COUNTERS_PROC, row, query_id(event->context.proc.n));
    query_put(counters, COUNTERS_STACK, row, event->stack);
}

static void add_log(struct query_fill *fill, const struct order_event *event)
{
    struct query_store *logs = &fill->stores[QUERY_LOGS];
    uint32_t row = query_store_add(logs);
    query_put(logs, LOGS_TIME, row, query_since_first(fill, event->time_ns));
    query_put(logs, LOGS_TASK, row, (int64_t)event->log.task);
    query_put(logs, LOGS_CATEGORY, row, event->name);
    query_put_message(logs, LOGS_MESSAGE, row, event->log.message);
    query_put(logs, LOGS_GOROUTINE, row, query_id(event->context.goroutine.n));
    query_put(logs, LOGS_PROC, row, query_id(event->context.proc.n));
    query_put(logs, LOGS_THREAD, row, query_id(event->context.thread.n));
    query_put(logs, LOGS_STACK, row, event->stack);
}

static void add_sample(struct query_fill *fill, const struct order_event *event)
{
    struct query_store *samples = &fill->stores[QUERY_SAMPLES];
    uint32_t row = query_store_add(samples);
    query_put(samples, SAMPLES_TIME, row, query_since_first(fill, event->time_ns));
    query_put(samples, SAMPLES_STACK, row, event->stack);
    query_put(samples, SAMPLES_GOROUTINE, row, query_id(event->context.goroutine.n));
    query_put(samples, SAMPLES_PROC, row, query_id(event->context.proc.n));
    query_put(samples, SAMPLES_THREAD, row, query_id(event->context.thread.n));
}

/* ---- the pass ---- */

static void sync_event(struct query_fill *fill, const struct order_event *event)
{
    const struct order_sync *sync = event->sync.facts;
    model_lives_sync(&fill->lives, event->time_ns);
    fill->sync_ns = event->time_ns;
    if (!sync->after_gap)
        return;
    query_fill_end_lives(fill, sync->gap_from_ns);
    query_fill_end_ranges(fill, sync->gap_from_ns);
    stop_procs(fill, sync->gap_from_ns);
}

static void add(struct query_fill *fill, const struct order_event *event, const struct order_symbols *symbols)
{
    switch ((enum order_kind)event->kind) {
    case ORDER_SYNC: sync_event(fill, event); break;
    case ORDER_METRIC:
        if (query_fills(fill, QUERY_COUNTERS))
            add_counter(fill, event);
        break;
    case ORDER_STACK_SAMPLE:
        if (query_fills(fill, QUERY_SAMPLES))
            add_sample(fill, event);
        break;
    case ORDER_RANGE_BEGIN:
    case ORDER_RANGE_ACTIVE:
    case ORDER_RANGE_END:
        if (query_fills(fill, QUERY_RANGES))
            query_fill_range(fill, event);
        break;
    case ORDER_REGION_BEGIN:
    case ORDER_REGION_END:
        if (query_fills(fill, QUERY_REGIONS))
            query_fill_region(fill, event);
        break;
    case ORDER_LOG:
        if (query_fills(fill, QUERY_LOGS))
            add_log(fill, event);
        break;
    case ORDER_GO_TRANSITION:
        if (fill->tables & OF_LIVES)
            query_fill_transition(fill, event, symbols);
        break;
    case ORDER_PROC_TRANSITION:
        if (query_fills(fill, QUERY_PROCS))
            proc_transition(fill, event);
        break;
    default: break;
    }
}

void query_fill_add(void *self, const struct order_block *block, const struct order_symbols *symbols)
{
    struct query_fill *fill = self;
    if (!fill->begun) {
        fill->begun = true;
        fill->first_ns = fill->sync_ns = block->events[0].time_ns;
        model_lives_sync(&fill->lives, fill->first_ns);
    }
    for (size_t i = 0; i < block->count; i++)
        add(fill, &block->events[i], symbols);
    if (query_fills(fill, QUERY_EVENTS))
        for (size_t i = 0; i < block->count; i++)
            add_event(fill, &block->events[i]);
    if (query_fills(fill, QUERY_THREADS))
        for (size_t i = 0; i < block->count; i++)
            thread_event(fill, &block->events[i]);
    if (query_fills(fill, QUERY_TASKS))
        analyze_tasks_add(&fill->tasks, block, symbols);
    fill->last_ns = block->events[block->count - 1].time_ns;
}

/* ---- tables that are made in the end ---- */

static void put_procs(struct query_fill *fill)
{
    struct query_store *procs = &fill->stores[QUERY_PROCS];
    stop_procs(fill, fill->last_ns);
    for (size_t i = 0; i < fill->procs.count; i++) {
        const struct query_proc *proc = &fill->procs.at[i];
        uint32_t row = query_store_add(procs);
        query_put(procs, PROCS_ID, row, proc->id);
        query_put(procs, PROCS_START, row, query_since_first(fill, proc->start_ns));
        query_put(procs, PROCS_END, row, query_since_first(fill, proc->end_ns));
        query_put(procs, PROCS_RUNNING, row, proc->running_ns);
        query_put(procs, PROCS_GOROUTINES_NS, row, proc->goroutines_ns);
        query_put(procs, PROCS_SWITCHES, row, proc->switches);
    }
}

static void put_threads(struct query_fill *fill)
{
    struct query_store *threads = &fill->stores[QUERY_THREADS];
    for (size_t i = 0; i < fill->threads.count; i++) {
        const struct query_thread *thread = &fill->threads.at[i];
        uint32_t row = query_store_add(threads);
        query_put(threads, THREADS_ID, row, thread->id);
        query_put(threads, THREADS_START, row, query_since_first(fill, thread->start_ns));
        query_put(threads, THREADS_END, row, query_since_first(fill, thread->end_ns));
        query_put(threads, THREADS_EVENTS, row, thread->events);
        query_put(threads, THREADS_SAMPLES, row, thread->samples);
        query_put(threads, THREADS_RUNNING, row, thread->running_ns);
    }
}

static void put_task(struct query_fill *fill, const struct analyze_task *task)
{
    struct query_store *tasks = &fill->stores[QUERY_TASKS];
    uint32_t row = query_store_add(tasks);
    query_put(tasks, TASKS_ID, row, (int64_t)task->id);
    if (task->parent != ORDER_NO_TASK)
        query_put(tasks, TASKS_PARENT, row, (int64_t)task->parent);
    query_put(tasks, TASKS_NAME, row, task->name);
    query_put(tasks, TASKS_START, row, task->has_start ? query_since_first(fill, task->start_ns) : 0);
    query_put(tasks, TASKS_END, row, query_since_first(fill, task->has_end ? task->end_ns : fill->last_ns));
    query_put(tasks, TASKS_BEGAN, row, task->has_start);
    query_put(tasks, TASKS_ENDED, row, task->has_end);
    query_put(tasks, TASKS_GOROUTINE, row, task->has_start ? query_id(task->start_goroutine.n) : QUERY_NO_NUMBER);
    query_put(tasks, TASKS_END_GOROUTINE, row, task->has_end ? query_id(task->end_goroutine.n) : QUERY_NO_NUMBER);
    query_put(tasks, TASKS_GOROUTINES, row, task->goroutine_count);
    query_put(tasks, TASKS_REGIONS, row, task->region_count);
    query_put(tasks, TASKS_LOGS, row, task->log_count);
}

static void put_tasks(struct query_fill *fill)
{
    analyze_tasks_finish(&fill->tasks);
    for (size_t i = 0; i < fill->tasks.all.count; i++)
        put_task(fill, &fill->tasks.all.at[i]);
}

static void put_stacks(struct query_fill *fill, const struct order_symbols *symbols)
{
    struct query_store *stacks = &fill->stores[QUERY_STACKS];
    for (uint32_t stack = ORDER_EMPTY_STACK; stack < symbols->stacks.count; stack++) {
        const struct order_frame *root = order_stack_root(symbols, stack);
        uint32_t row = query_store_add(stacks);
        query_put(stacks, STACKS_ID, row, stack);
        query_put(stacks, STACKS_DEPTH, row, order_stack_depth(symbols, stack));
        query_put(stacks, STACKS_LEAF, row, root ? order_stack_frame(symbols, stack, 0)->func : 0);
        query_put(stacks, STACKS_ROOT, row, root ? root->func : 0);
    }
}

static void put_frames(struct query_fill *fill, const struct order_symbols *symbols)
{
    struct query_store *frames = &fill->stores[QUERY_FRAMES];
    for (uint32_t stack = ORDER_EMPTY_STACK; stack < symbols->stacks.count; stack++)
        for (uint32_t depth = 0; depth < order_stack_depth(symbols, stack); depth++) {
            const struct order_frame *frame = order_stack_frame(symbols, stack, depth);
            uint32_t row = query_store_add(frames);
            query_put(frames, FRAMES_STACK, row, stack);
            query_put(frames, FRAMES_DEPTH, row, depth);
            query_put(frames, FRAMES_FUNCTION, row, frame->func);
            query_put(frames, FRAMES_FILE, row, frame->file);
            query_put(frames, FRAMES_LINE, row, query_number_of(frame->line));
            query_put(frames, FRAMES_PC, row, query_number_of(frame->pc));
        }
}

void query_fill_finish(struct query_fill *fill, const struct order_symbols *symbols)
{
    query_fill_end_lives(fill, fill->last_ns);
    query_fill_end_ranges(fill, fill->last_ns);
    if (query_fills(fill, QUERY_PROCS))
        put_procs(fill);
    if (query_fills(fill, QUERY_THREADS))
        put_threads(fill);
    if (query_fills(fill, QUERY_TASKS))
        put_tasks(fill);
    if (query_fills(fill, QUERY_STACKS))
        put_stacks(fill, symbols);
    if (query_fills(fill, QUERY_FRAMES))
        put_frames(fill, symbols);
}
