#include "model/threads.h"

#include "base/sort.h"

#define NO_THREAD_INDEX UINT32_MAX

/* What a thread executes. */
struct open_slice {
    bool open;
    struct model_slice slice;
};

struct threads_work {
    const struct model_timeline *timeline; /* the file may have been changed since its actors were counted */
    struct model_lives lives;
    BASE_VEC(uint32_t) thread_by_slot; /* that a goroutine executes on */
    BASE_VEC(struct open_slice) open;  /* beside model_threads.all */
    struct base_map index_by_id;
    int64_t last_ns, known_from_ns;
};

void model_threads_init(struct model_threads *threads, const struct model_timeline *timeline)
{
    *threads = (struct model_threads){.work = base_zalloc(1, sizeof *threads->work)};
    threads->work->timeline = timeline;
    threads->work->known_from_ns = timeline->first_ns;
    threads->work->last_ns = timeline->last_ns;
}

static void work_release(struct threads_work *work)
{
    if (!work)
        return;
    model_lives_release(&work->lives);
    base_vec_release(&work->thread_by_slot);
    base_vec_release(&work->open);
    base_map_release(&work->index_by_id);
    free(work);
}

void model_threads_release(struct model_threads *threads)
{
    for (size_t i = 0; i < threads->all.count; i++)
        model_lane_release(&threads->all.at[i].lane);
    base_vec_release(&threads->all);
    model_marks_release(&threads->samples);
    base_pages_release(&threads->pages);
    work_release(threads->work);
    *threads = (struct model_threads){0};
}

/* The index of a thread's lane, made if need be. */
static uint32_t index_of(struct model_threads *threads, thread_id id)
{
    struct threads_work *work = threads->work;
    if (id.n == NO_THREAD.n)
        return NO_THREAD_INDEX;
    uint32_t index = base_map_find(&work->index_by_id, (uint64_t)id.n);
    if (index != BASE_MAP_NONE)
        return index;
    index = (uint32_t)threads->all.count;
    base_map_set(&work->index_by_id, (uint64_t)id.n, index);
    struct model_thread_lane *thread = base_vec_add(&threads->all);
    thread->id = id;
    thread->samples = index;
    model_lane_init(&thread->lane, &threads->pages, MODEL_RUNNING, MODEL_SYSCALL);
    *base_vec_add(&work->open) = (struct open_slice){0};
    return index;
}

static void close_slice(struct model_threads *threads, uint32_t index, int64_t time_ns)
{
    struct open_slice *open = &threads->work->open.at[index];
    if (!open->open)
        return;
    open->open = false;
    open->slice.end_ns = time_ns;
    model_lane_add(&threads->all.at[index].lane, &open->slice);
}

/* What executed before the trace began, or behind a gap, did so from its first moment on. */
static int64_t since(const struct model_threads *threads, uint32_t index, const struct order_event *event)
{
    const struct model_lane *lane = &threads->all.at[index].lane;
    int64_t from_ns = threads->work->known_from_ns;
    if (event->from != ORDER_UNDETERMINED || (lane->count && lane->end_ns >= from_ns))
        return event->time_ns;
    return from_ns;
}

static void open_slice(struct model_threads *threads, uint32_t index, const struct order_event *event, uint32_t actor)
{
    close_slice(threads, index, event->time_ns);
    threads->work->open.at[index] = (struct open_slice){
        true,
        {since(threads, index, event), 0, actor, event->to == ORDER_RUNNING ? MODEL_RUNNING : MODEL_SYSCALL},
    };
}

static bool executes(unsigned state)
{
    return state == ORDER_RUNNING || state == ORDER_SYSCALL;
}

static void go_transition(struct model_threads *threads, const struct order_event *event,
                          const struct order_symbols *symbols)
{
    struct threads_work *work = threads->work;
    struct model_interval ended;
    uint32_t actor = model_lives_change(&work->lives, event, symbols, &ended), slot = event->resource_slot;
    while (slot >= work->thread_by_slot.count)
        *base_vec_add(&work->thread_by_slot) = NO_THREAD_INDEX;
    uint32_t before = work->thread_by_slot.at[slot], thread = NO_THREAD_INDEX;
    if (executes(event->from) && before != NO_THREAD_INDEX) {
        thread = before;
        if (work->open.at[thread].slice.what == actor)
            close_slice(threads, thread, event->time_ns);
    } else if (executes(event->to)) {
        thread = index_of(threads, event->context.thread);
    }
    bool goes_on = executes(event->to) && thread != NO_THREAD_INDEX && actor < work->timeline->actors.count;
    if (goes_on)
        open_slice(threads, thread, event, actor);
    work->thread_by_slot.at[slot] = goes_on ? thread : NO_THREAD_INDEX;
}

static void sample(struct model_threads *threads, const struct order_event *event)
{
    uint32_t thread = index_of(threads, event->context.thread);
    if (thread != NO_THREAD_INDEX)
        model_marks_add(&threads->samples, thread, event->time_ns,
                        model_lives_number(&threads->work->lives, event->context.goroutine_slot));
}

static void close_all(struct model_threads *threads, int64_t time_ns)
{
    for (uint32_t i = 0; i < threads->all.count; i++)
        close_slice(threads, i, time_ns);
    model_lives_end(&threads->work->lives);
    threads->work->thread_by_slot.count = 0;
}

static void sync_event(struct model_threads *threads, const struct order_event *event)
{
    const struct order_sync *sync = event->sync.facts;
    if (!sync->after_gap)
        return;
    close_all(threads, sync->gap_from_ns);
    threads->work->known_from_ns = event->time_ns;
}

void model_threads_add(void *self, const struct order_block *block, const struct order_symbols *symbols)
{
    struct model_threads *threads = self;
    struct threads_work *work = threads->work;
    if (block->events[block->count - 1].time_ns > work->last_ns)
        work->last_ns = block->events[block->count - 1].time_ns;
    for (size_t i = 0; i < block->count; i++) {
        const struct order_event *event = &block->events[i];
        if (event->kind == ORDER_GO_TRANSITION && event->from != event->to)
            go_transition(threads, event, symbols);
        else if (event->kind == ORDER_STACK_SAMPLE)
            sample(threads, event);
        else if (event->kind == ORDER_SYNC)
            sync_event(threads, event);
    }
}

static bool id_before(const void *a, const void *b, void *context)
{
    (void)context;
    return ((const struct model_thread_lane *)a)->id.n < ((const struct model_thread_lane *)b)->id.n;
}

void model_threads_finish(struct model_threads *threads)
{
    close_all(threads, threads->work->last_ns);
    work_release(threads->work);
    threads->work = NULL;
    model_marks_finish(&threads->samples, threads->all.count);
    base_sort_stable(threads->all.at, threads->all.count, sizeof *threads->all.at, id_before, NULL);
}
