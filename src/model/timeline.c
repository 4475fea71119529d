#include "model/timeline.h"

#include "base/sort.h"

#define NO_NAME UINT32_MAX

enum { SMALL_PROC_IDS = 256 };

/* A heap goal above this is the runtime's "no goal". */
static const uint64_t HIGHEST_GOAL_BYTES = UINT64_C(1) << 50;

/* The slice that is open on a processor or on a lane of the collector. */
struct open_slice {
    bool open;
    struct model_slice slice;
};

struct timeline_work {
    struct model_lives lives;
    BASE_VEC(struct open_slice) open; /* beside timeline->procs */
    struct base_map proc_by_id;
    uint32_t small_ids[SMALL_PROC_IDS]; /* index + 1, of processors with small ids, which all have in practice */
    struct open_slice gc, stw;
    bool any;
    int64_t known_from_ns; /* since the trace's begin, or the last gap's end */
};

static void note_name(struct model_timeline *timeline, uint32_t symbol)
{
    while (symbol >= timeline->name_by_symbol.count)
        *base_vec_add(&timeline->name_by_symbol) = NO_NAME;
    uint32_t *name = &timeline->name_by_symbol.at[symbol];
    if (*name != NO_NAME)
        return;
    *name = (uint32_t)timeline->names.count;
    *base_vec_add(&timeline->names) = symbol;
}

void model_timeline_init(struct model_timeline *timeline)
{
    *timeline = (struct model_timeline){0};
    model_lane_init(&timeline->gc, &timeline->pages, MODEL_GC, MODEL_GC);
    model_lane_init(&timeline->stw, &timeline->pages, MODEL_STW, MODEL_STW);
    model_population_init(&timeline->goroutines, &timeline->pages);
    model_population_init(&timeline->proc_counts, &timeline->pages);
    timeline->work = base_zalloc(1, sizeof *timeline->work);
    note_name(timeline, ORDER_EMPTY_STRING); /* of goroutines whose name is not known */
}

static void work_release(struct timeline_work *work)
{
    if (!work)
        return;
    model_lives_release(&work->lives);
    base_vec_release(&work->open);
    base_map_release(&work->proc_by_id);
    free(work);
}

void model_timeline_release(struct model_timeline *timeline)
{
    for (size_t i = 0; i < timeline->procs.count; i++)
        model_lane_release(&timeline->procs.at[i].lane);
    base_vec_release(&timeline->procs);
    model_lane_release(&timeline->gc);
    model_lane_release(&timeline->stw);
    base_vec_release(&timeline->actors);
    base_vec_release(&timeline->names);
    base_vec_release(&timeline->name_by_symbol);
    model_population_release(&timeline->goroutines);
    model_population_release(&timeline->proc_counts);
    model_series_release(&timeline->heap);
    model_series_release(&timeline->goal);
    base_vec_release(&timeline->gaps);
    base_pages_release(&timeline->pages);
    work_release(timeline->work);
    *timeline = (struct model_timeline){0};
}

__attribute__((noinline)) static uint32_t seldom_lane_of(struct model_timeline *timeline, proc_id id)
{
    struct timeline_work *work = timeline->work;
    uint32_t index = base_map_find(&work->proc_by_id, (uint64_t)id.n);
    if (index != BASE_MAP_NONE)
        return index;
    index = (uint32_t)timeline->procs.count;
    base_map_set(&work->proc_by_id, (uint64_t)id.n, index);
    if ((uint64_t)id.n < SMALL_PROC_IDS)
        work->small_ids[id.n] = index + 1;
    struct model_proc_lane *proc = base_vec_add(&timeline->procs);
    proc->id = id;
    model_lane_init(&proc->lane, &timeline->pages, MODEL_RUNNING, MODEL_SYSCALL);
    *base_vec_add(&work->open) = (struct open_slice){0};
    return index;
}

/* The index of a processor's lane, made if need be. */
static inline uint32_t lane_of(struct model_timeline *timeline, proc_id id)
{
    uint32_t known = (uint64_t)id.n < SMALL_PROC_IDS ? timeline->work->small_ids[id.n] : 0;
    return known ? known - 1 : seldom_lane_of(timeline, id);
}

static void open_slice(struct open_slice *open, int64_t time_ns, uint32_t what, enum model_state state)
{
    open->open = true;
    open->slice = (struct model_slice){.start_ns = time_ns, .what = what, .state = state};
}

static void close_slice(struct open_slice *open, struct model_lane *lane, int64_t time_ns)
{
    if (!open->open)
        return;
    open->open = false;
    open->slice.end_ns = time_ns;
    model_lane_add(lane, &open->slice);
}

static void count_interval(struct model_timeline *timeline, const struct model_interval *interval)
{
    struct model_actor *actor = &timeline->actors.at[interval->goroutine];
    actor->intervals += actor->intervals < UINT32_MAX;
}

static uint32_t actor_of(struct model_timeline *timeline, const struct order_event *event,
                         const struct order_symbols *symbols)
{
    struct model_interval ended;
    uint32_t actor = model_lives_change(&timeline->work->lives, event, symbols, &ended);
    if (ended.goroutine != MODEL_NO_GOROUTINE)
        count_interval(timeline, &ended);
    if (actor == timeline->actors.count)
        *base_vec_add(&timeline->actors) = (struct model_actor){order_resource_goroutine(event), ORDER_EMPTY_STRING, 0};
    return actor;
}

static void name_actor(struct model_timeline *timeline, struct model_actor *actor, const struct order_event *event,
                       const struct order_symbols *symbols)
{
    if (actor->name || !event->transition_stack)
        return;
    const struct order_frame *root = order_stack_root(symbols, event->transition_stack);
    if (!root)
        return;
    actor->name = root->func;
    note_name(timeline, root->func);
}

static const uint8_t class_of[ORDER_STATES] = {
    [ORDER_UNDETERMINED] = MODEL_NO_CLASS, [ORDER_NOT_EXIST] = MODEL_NO_CLASS, [ORDER_RUNNABLE] = MODEL_GO_RUNNABLE,
    [ORDER_RUNNING] = MODEL_GO_RUNNING,    [ORDER_WAITING] = MODEL_GO_WAITING, [ORDER_SYSCALL] = MODEL_GO_SYSCALL,
    [ORDER_IDLE] = MODEL_NO_CLASS,
};

/* What ran before the trace began, or behind a gap, was running from its first moment on. */
static int64_t since(const struct model_timeline *timeline, const struct model_lane *lane,
                     const struct order_event *event)
{
    int64_t from_ns = timeline->work->known_from_ns;
    if (event->from != ORDER_UNDETERMINED || (lane->count && lane->end_ns >= from_ns))
        return event->time_ns;
    return from_ns;
}

static void go_transition(struct model_timeline *timeline, const struct order_event *event,
                          const struct order_symbols *symbols)
{
    struct timeline_work *work = timeline->work;
    if (event->from == event->to)
        return;
    uint32_t actor = actor_of(timeline, event, symbols);
    name_actor(timeline, &timeline->actors.at[actor], event, symbols);
    model_population_move(&timeline->goroutines, event->time_ns, class_of[event->from], class_of[event->to]);
    if (event->context.proc.n == -1 || (event->to != ORDER_RUNNING && event->from != ORDER_RUNNING))
        return;
    uint32_t lane = lane_of(timeline, event->context.proc);
    struct open_slice *open = &work->open.at[lane];
    struct model_lane *slices = &timeline->procs.at[lane].lane;
    bool own = open->open && open->slice.what == actor;
    if (event->to == ORDER_RUNNING) {
        close_slice(open, slices, event->time_ns);
        open_slice(open, since(timeline, slices, event), actor, MODEL_RUNNING);
    } else if (event->from == ORDER_RUNNING && own) {
        close_slice(open, slices, event->time_ns);
        if (event->to == ORDER_SYSCALL)
            open_slice(open, event->time_ns, actor, MODEL_SYSCALL);
    }
}

static void proc_transition(struct model_timeline *timeline, const struct order_event *event)
{
    if (event->from == event->to)
        return;
    uint32_t lane = lane_of(timeline, order_resource_proc(event));
    unsigned from = event->from == ORDER_RUNNING ? MODEL_PROC_RUNNING
                    : event->from == ORDER_IDLE  ? MODEL_PROC_IDLE
                                                 : MODEL_NO_CLASS;
    unsigned to = event->to == ORDER_RUNNING ? MODEL_PROC_RUNNING
                  : event->to == ORDER_IDLE  ? MODEL_PROC_IDLE
                                             : MODEL_NO_CLASS;
    model_population_move(&timeline->proc_counts, event->time_ns, from, to);
    if (event->to == ORDER_IDLE)
        close_slice(&timeline->work->open.at[lane], &timeline->procs.at[lane].lane, event->time_ns);
}

static void range_event(struct model_timeline *timeline, const struct order_event *event)
{
    struct timeline_work *work = timeline->work;
    bool gc = event->detail == ORDER_RANGE_GC;
    if (!gc && event->detail != ORDER_RANGE_STW)
        return;
    struct open_slice *open = gc ? &work->gc : &work->stw;
    if (event->kind == ORDER_RANGE_END) {
        close_slice(open, gc ? &timeline->gc : &timeline->stw, event->time_ns);
    } else if (!open->open) {
        note_name(timeline, event->name);
        open_slice(open, event->kind == ORDER_RANGE_ACTIVE ? work->known_from_ns : event->time_ns, event->name,
                   gc ? MODEL_GC : MODEL_STW);
    }
}

static void metric_event(struct model_timeline *timeline, const struct order_event *event)
{
    if (event->detail == ORDER_HEAP_OBJECTS)
        model_series_add(&timeline->heap, event->time_ns, (double)event->metric.value);
    else if (event->detail == ORDER_HEAP_GOAL)
        model_series_add(&timeline->goal, event->time_ns,
                         event->metric.value > HIGHEST_GOAL_BYTES ? 0 : (double)event->metric.value);
}

/* All of a class leave it. */
static void leave_classes(struct model_population *population, int64_t time_ns)
{
    for (unsigned class = 0; class < MODEL_CLASSES; class ++)
        for (uint32_t left = population->now.of[class]; left; left--)
            model_population_move(population, time_ns, class, MODEL_NO_CLASS);
}

static void close_slices(struct model_timeline *timeline, int64_t time_ns)
{
    struct timeline_work *work = timeline->work;
    for (size_t i = 0; i < timeline->procs.count; i++)
        close_slice(&work->open.at[i], &timeline->procs.at[i].lane, time_ns);
    close_slice(&work->gc, &timeline->gc, time_ns);
    close_slice(&work->stw, &timeline->stw, time_ns);
}

static void end_lives(struct model_timeline *timeline, int64_t time_ns)
{
    struct model_lives *lives = &timeline->work->lives;
    struct model_interval ended;
    for (uint32_t slot = 0; slot < lives->goroutines.count; slot++)
        if (model_lives_close(lives, slot, time_ns, &ended))
            count_interval(timeline, &ended);
    model_lives_end(lives);
}

/* Nothing is known within a gap; behind it all that is there is told of again. */
static void sync_event(struct model_timeline *timeline, const struct order_event *event)
{
    const struct order_sync *sync = event->sync.facts;
    model_lives_sync(&timeline->work->lives, event->time_ns);
    if (!sync->after_gap)
        return;
    *base_vec_add(&timeline->gaps) = (struct model_gap){sync->gap_from_ns, event->time_ns};
    close_slices(timeline, sync->gap_from_ns);
    end_lives(timeline, sync->gap_from_ns);
    leave_classes(&timeline->goroutines, sync->gap_from_ns);
    leave_classes(&timeline->proc_counts, sync->gap_from_ns);
    timeline->work->known_from_ns = event->time_ns;
}

void model_timeline_add(void *self, const struct order_block *block, const struct order_symbols *symbols)
{
    struct model_timeline *timeline = self;
    if (!timeline->work->any) {
        timeline->first_ns = timeline->work->known_from_ns = block->events[0].time_ns;
        model_lives_sync(&timeline->work->lives, timeline->first_ns);
    }
    timeline->work->any = true;
    timeline->last_ns = block->events[block->count - 1].time_ns;
    const struct order_event *end = block->events + block->count;
    for (const struct order_event *event = block->events; event < end; event++) {
        if (event->kind == ORDER_GO_TRANSITION) { /* as most are */
            go_transition(timeline, event, symbols);
            continue;
        }
        switch (event->kind) {
        case ORDER_SYNC: sync_event(timeline, event); break;
        case ORDER_PROC_TRANSITION: proc_transition(timeline, event); break;
        case ORDER_RANGE_BEGIN:
        case ORDER_RANGE_ACTIVE:
        case ORDER_RANGE_END: range_event(timeline, event); break;
        case ORDER_METRIC: metric_event(timeline, event); break;
        default: break;
        }
    }
}

static bool id_before(const void *a, const void *b, void *context)
{
    (void)context;
    return ((const struct model_proc_lane *)a)->id.n < ((const struct model_proc_lane *)b)->id.n;
}

void model_timeline_finish(struct model_timeline *timeline)
{
    close_slices(timeline, timeline->last_ns);
    end_lives(timeline, timeline->last_ns);
    work_release(timeline->work);
    timeline->work = NULL;
    base_sort_stable(timeline->procs.at, timeline->procs.count, sizeof *timeline->procs.at, id_before, NULL);
}

/* The index of a processor's lane once they are in order. */
static uint32_t index_by_id(const struct model_timeline *timeline, proc_id id)
{
    size_t low = 0, high = timeline->procs.count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (timeline->procs.at[middle].id.n < id.n)
            low = middle + 1;
        else
            high = middle;
    }
    return low < timeline->procs.count && timeline->procs.at[low].id.n == id.n ? (uint32_t)low : BASE_MAP_NONE;
}

uint32_t model_timeline_proc_index(const struct model_timeline *timeline, proc_id id)
{
    if (id.n == NO_PROC.n)
        return MODEL_NO_PROC;
    uint32_t index =
        timeline->work ? base_map_find(&timeline->work->proc_by_id, (uint64_t)id.n) : index_by_id(timeline, id);
    return index == BASE_MAP_NONE ? MODEL_NO_PROC : index;
}

const struct model_proc_lane *model_timeline_proc(const struct model_timeline *timeline, proc_id id)
{
    uint32_t index = model_timeline_proc_index(timeline, id);
    return index == MODEL_NO_PROC ? NULL : &timeline->procs.at[index];
}

static void lower(int64_t *until_ns, const struct open_slice *open)
{
    if (open->open && open->slice.start_ns < *until_ns)
        *until_ns = open->slice.start_ns;
}

int64_t model_timeline_until_ns(const struct model_timeline *timeline)
{
    const struct timeline_work *work = timeline->work;
    int64_t until_ns = timeline->last_ns;
    if (!work)
        return until_ns;
    for (size_t i = 0; i < work->open.count; i++)
        lower(&until_ns, &work->open.at[i]);
    lower(&until_ns, &work->gc);
    lower(&until_ns, &work->stw);
    return until_ns;
}
