#include "model/info.h"

#include <string.h>

void model_info_init(struct model_info *info)
{
    *info = (struct model_info){0};
}

/* Whether an id is met for the first time. */
static bool first_time(struct model_seen *seen, uint64_t id)
{
    if (id / 64 > seen->count + 1024) { /* the bits stay in proportion to the ids */
        if (base_map_find(&seen->sparse, id) != BASE_MAP_NONE)
            return false;
        base_map_set(&seen->sparse, id, 0);
        return true;
    }
    size_t byte = (size_t)(id / 8);
    if (byte >= seen->size_bytes) {
        if (byte >= seen->capacity)
            seen->bits = base_grow(seen->bits, &seen->capacity, byte + 1, 1);
        memset(seen->bits + seen->size_bytes, 0, seen->capacity - seen->size_bytes);
        seen->size_bytes = seen->capacity;
    }
    uint8_t bit = (uint8_t)(1 << id % 8);
    bool first = !(seen->bits[byte] & bit);
    seen->bits[byte] |= bit;
    return first &&
           base_map_find(&seen->sparse, id) == BASE_MAP_NONE; /* from when ids as large as this were not yet dense */
}

static void count_once(struct model_seen *seen, uint64_t id, uint64_t *count)
{
    if (!first_time(seen, id))
        return;
    seen->count++;
    ++*count;
}

static void seen_release(struct model_seen *seen)
{
    free(seen->bits);
    base_map_release(&seen->sparse);
}

void model_info_release(struct model_info *info)
{
    seen_release(&info->seen_procs);
    seen_release(&info->seen_threads);
    seen_release(&info->seen_tasks);
    seen_release(&info->seen_goroutines);
}

static void add_stw(struct model_info *info, int64_t ns)
{
    info->stw_ns += ns;
    if (ns > info->stw_longest_ns)
        info->stw_longest_ns = ns;
}

/* A range that was open when events began to be missing ends there. */
static void close_ranges(struct model_info *info, int64_t time_ns)
{
    if (info->gc_since_ns)
        info->gc_ns += time_ns - info->gc_since_ns;
    if (info->stw_since_ns)
        add_stw(info, time_ns - info->stw_since_ns);
    info->gc_since_ns = info->stw_since_ns = 0;
}

static void add_sync(struct model_info *info, const struct order_sync *sync)
{
    info->generations += sync->has_generation;
    if (sync->after_gap)
        close_ranges(info, sync->gap_from_ns);
    if (!sync->has_snapshot || info->has_wall_clock)
        return;
    info->has_wall_clock = true;
    info->wall_seconds = sync->wall_seconds;
    info->wall_ns = sync->wall_ns;
}

static void add_metric(struct model_info *info, const struct order_event *event)
{
    if (event->detail == ORDER_GOMAXPROCS)
        info->gomaxprocs = event->metric.value;
    else if (event->detail == ORDER_HEAP_OBJECTS && event->metric.value > info->heap_peak_bytes)
        info->heap_peak_bytes = event->metric.value;
}

static void add_range(struct model_info *info, const struct order_event *event)
{
    bool gc = event->detail == ORDER_RANGE_GC;
    if (!gc && event->detail != ORDER_RANGE_STW) {
        info->collector_ranges += event->kind != ORDER_RANGE_END;
        return;
    }
    int64_t *since_ns = gc ? &info->gc_since_ns : &info->stw_since_ns;
    if (event->kind != ORDER_RANGE_END) {
        if (*since_ns) /* an Active event of a later generation confirms what is known */
            return;
        *since_ns = event->time_ns;
        *(gc ? &info->gc_cycles : &info->stw_count) += 1;
        return;
    }
    if (!*since_ns)
        return;
    if (gc)
        info->gc_ns += event->time_ns - *since_ns;
    else
        add_stw(info, event->time_ns - *since_ns);
    *since_ns = 0;
}

/* An id may come again: that of a goroutine which a C thread brought in, and any behind a gap. */
static void add_goroutine(struct model_info *info, const struct order_event *event)
{
    if (event->from != event->to && (event->from == ORDER_NOT_EXIST || event->from == ORDER_UNDETERMINED))
        count_once(&info->seen_goroutines, (uint64_t)event->resource, &info->goroutines);
}

static void add_task(struct model_info *info, const struct order_event *event)
{
    count_once(&info->seen_tasks, event->task.id, &info->tasks);
    if ((event->kind == ORDER_TASK_BEGIN || event->kind == ORDER_TASK_END) && event->task.parent != ORDER_NO_TASK)
        count_once(&info->seen_tasks, event->task.parent, &info->tasks);
}

void model_info_add(void *self, const struct order_block *block, const struct order_symbols *symbols)
{
    struct model_info *info = self;
    (void)symbols;
    info->events += block->count;
    for (size_t i = 0; i < block->count; i++) {
        const struct order_event *event = &block->events[i];
        switch ((enum order_kind)event->kind) {
        case ORDER_SYNC: add_sync(info, event->sync.facts); break;
        case ORDER_METRIC: add_metric(info, event); break;
        case ORDER_STACK_SAMPLE: info->cpu_samples++; break;
        case ORDER_RANGE_BEGIN:
        case ORDER_RANGE_ACTIVE:
        case ORDER_RANGE_END: add_range(info, event); break;
        case ORDER_REGION_BEGIN: info->regions++; /* fall through */
        case ORDER_TASK_BEGIN:
        case ORDER_TASK_END:
        case ORDER_REGION_END: add_task(info, event); break;
        case ORDER_LOG:
            info->logs++;
            count_once(&info->seen_tasks, event->log.task, &info->tasks);
            break;
        case ORDER_GO_TRANSITION: add_goroutine(info, event); break;
        case ORDER_PROC_TRANSITION:
            count_once(&info->seen_procs, (uint64_t)event->resource, &info->procs);
            if (event->context.thread.n != -1)
                count_once(&info->seen_threads, (uint64_t)event->context.thread.n, &info->threads);
            break;
        default: break;
        }
    }
}
