#include "model/tracks.h"

#define NO_INDEX UINT32_MAX

/* A processor, as far as it is known at the moment. */
struct proc_now {
    uint32_t slot;    /* of the goroutine that runs, or NO_INDEX */
    int64_t since_ns; /* it does so */
    bool sweeps, open;
    struct model_slice slice; /* that is open */
};

/* A living goroutine. */
struct life_now {
    uint32_t proc; /* it runs on, an index; or NO_INDEX */
    bool assists;
};

struct tracks_work {
    const struct model_timeline *timeline;
    struct model_lives lives;
    BASE_VEC(struct life_now) by_slot;
    BASE_VEC(struct proc_now) procs; /* beside timeline->procs */
    int64_t last_ns, known_from_ns;
};

void model_tracks_init(struct model_tracks *tracks, const struct model_timeline *timeline)
{
    *tracks = (struct model_tracks){.work = base_zalloc(1, sizeof *tracks->work)};
    struct tracks_work *work = tracks->work;
    work->timeline = timeline;
    work->known_from_ns = timeline->first_ns;
    work->last_ns = timeline->last_ns;
    for (size_t i = 0; i < timeline->procs.count; i++) {
        model_lane_init(base_vec_add(&tracks->collector), &tracks->pages, MODEL_ASSIST, MODEL_SWEEP);
        *base_vec_add(&work->procs) = (struct proc_now){.slot = NO_INDEX};
    }
}

static void work_release(struct tracks_work *work)
{
    if (!work)
        return;
    model_lives_release(&work->lives);
    base_vec_release(&work->by_slot);
    base_vec_release(&work->procs);
    free(work);
}

void model_tracks_release(struct model_tracks *tracks)
{
    model_marks_release(&tracks->wakes);
    model_marks_release(&tracks->proc_samples);
    model_marks_release(&tracks->life_samples);
    for (size_t i = 0; i < tracks->collector.count; i++)
        model_lane_release(&tracks->collector.at[i]);
    base_vec_release(&tracks->collector);
    base_pages_release(&tracks->pages);
    work_release(tracks->work);
    *tracks = (struct model_tracks){0};
}

static struct life_now *life(struct tracks_work *work, uint32_t slot)
{
    while (slot >= work->by_slot.count)
        *base_vec_add(&work->by_slot) = (struct life_now){.proc = NO_INDEX};
    return &work->by_slot.at[slot];
}

/* ---- mark assists and sweeps ---- */

static void close_slice(struct model_tracks *tracks, uint32_t index, int64_t time_ns)
{
    struct proc_now *proc = &tracks->work->procs.at[index];
    if (proc->open && time_ns > proc->slice.start_ns) {
        proc->slice.end_ns = time_ns;
        model_lane_add(&tracks->collector.at[index], &proc->slice);
    }
    proc->open = false;
}

/* A processor may work for the collector now, since a time, or no longer. Of a sweep within an assist the sweep is
 * shown. */
static void show(struct model_tracks *tracks, uint32_t index, int64_t since_ns, int64_t now_ns)
{
    struct tracks_work *work = tracks->work;
    struct proc_now *proc = &work->procs.at[index];
    bool assists = proc->slot != NO_INDEX && life(work, proc->slot)->assists;
    enum model_state state = proc->sweeps ? MODEL_SWEEP : assists ? MODEL_ASSIST : MODEL_IDLE;
    uint32_t what = model_lives_number(&work->lives, proc->slot);
    if (proc->open ? proc->slice.state == state && proc->slice.what == what : !state)
        return;
    close_slice(tracks, index, now_ns);
    if (!state)
        return;
    const struct model_lane *lane = &tracks->collector.at[index];
    if (lane->count && since_ns < lane->end_ns)
        since_ns = lane->end_ns;
    proc->open = true;
    proc->slice = (struct model_slice){.start_ns = since_ns, .what = what, .state = state};
}

static void range_event(struct model_tracks *tracks, const struct order_event *event)
{
    struct tracks_work *work = tracks->work;
    bool begins = event->kind != ORDER_RANGE_END, active = event->kind == ORDER_RANGE_ACTIVE;
    uint32_t proc = NO_INDEX;
    int64_t since_ns = event->time_ns;
    if (event->detail == ORDER_RANGE_SWEEP) {
        proc = model_timeline_proc_index(work->timeline, event->scope == ORDER_SCOPE_PROC ? order_resource_proc(event)
                                                                                          : event->context.proc);
        if (proc == NO_INDEX)
            return;
        if (active && !work->procs.at[proc].sweeps)
            since_ns = work->known_from_ns;
        work->procs.at[proc].sweeps = begins;
    } else if (event->detail == ORDER_RANGE_MARK_ASSIST) {
        uint32_t slot = event->scope == ORDER_SCOPE_GOROUTINE ? event->resource_slot : event->context.goroutine_slot;
        if (slot == ORDER_NO_SLOT)
            return;
        life(work, slot)->assists = begins;
        proc = life(work, slot)->proc;
        if (proc != NO_INDEX && active)
            since_ns = work->procs.at[proc].since_ns;
    }
    if (proc != NO_INDEX)
        show(tracks, proc, since_ns, event->time_ns);
}

/* ---- goroutines ---- */

/* `waited` is how, if it did. */
static void wake(struct model_tracks *tracks, const struct order_event *event, enum model_state waited,
                 uint32_t goroutine)
{
    bool nobody = event->context.goroutine.n == NO_GOROUTINE.n;
    enum model_wake by = MODEL_WAKES;
    if (event->from == ORDER_SYSCALL && event->to != ORDER_RUNNING && event->to != ORDER_NOT_EXIST)
        by = MODEL_WAKE_SYSCALL;
    else if (event->from == ORDER_WAITING && waited == MODEL_WAIT_NETWORK)
        by = MODEL_WAKE_NETWORK;
    else if (event->from == ORDER_WAITING && (waited == MODEL_WAIT_SLEEP || (waited == MODEL_WAIT_CHANNEL && nobody)))
        by = MODEL_WAKE_TIMER;
    if (by != MODEL_WAKES && goroutine < tracks->work->timeline->actors.count)
        model_marks_add(&tracks->wakes, by, event->time_ns, goroutine);
}

static void leave_proc(struct model_tracks *tracks, struct life_now *life, int64_t time_ns)
{
    uint32_t index = life->proc;
    if (index == NO_INDEX)
        return;
    life->proc = NO_INDEX;
    tracks->work->procs.at[index].slot = NO_INDEX;
    show(tracks, index, time_ns, time_ns);
}

static void enter_proc(struct model_tracks *tracks, const struct order_event *event)
{
    struct tracks_work *work = tracks->work;
    uint32_t index = model_timeline_proc_index(work->timeline, event->context.proc), slot = event->resource_slot;
    if (index == NO_INDEX)
        return;
    struct proc_now *proc = &work->procs.at[index];
    if (proc->slot != NO_INDEX)
        life(work, proc->slot)->proc = NO_INDEX;
    life(work, slot)->proc = index;
    proc->slot = slot;
    proc->since_ns = event->from == ORDER_UNDETERMINED ? work->known_from_ns : event->time_ns;
    show(tracks, index, proc->since_ns, event->time_ns);
}

static void go_transition(struct model_tracks *tracks, const struct order_event *event,
                          const struct order_symbols *symbols)
{
    struct tracks_work *work = tracks->work;
    struct model_interval ended;
    uint32_t before = work->lives.count, goroutine = model_lives_change(&work->lives, event, symbols, &ended);
    struct life_now *now = life(work, event->resource_slot);
    wake(tracks, event, ended.state, goroutine);
    leave_proc(tracks, now, event->time_ns);
    if (goroutine == before)
        now->assists = false;
    if (event->to == ORDER_RUNNING)
        enter_proc(tracks, event);
}

static void sample(struct model_tracks *tracks, const struct order_event *event)
{
    struct tracks_work *work = tracks->work;
    uint32_t proc = model_timeline_proc_index(work->timeline, event->context.proc);
    uint32_t goroutine = model_lives_number(&work->lives, event->context.goroutine_slot);
    if (proc != NO_INDEX)
        model_marks_add(&tracks->proc_samples, proc, event->time_ns, goroutine);
    if (goroutine < work->timeline->actors.count)
        model_marks_add(&tracks->life_samples, goroutine, event->time_ns, goroutine);
}

/* ---- the pass ---- */

static void close_all(struct model_tracks *tracks, int64_t time_ns)
{
    struct tracks_work *work = tracks->work;
    for (uint32_t i = 0; i < work->procs.count; i++) {
        close_slice(tracks, i, time_ns);
        work->procs.at[i] = (struct proc_now){.slot = NO_INDEX};
    }
    work->by_slot.count = 0;
    model_lives_end(&work->lives);
}

static void sync_event(struct model_tracks *tracks, const struct order_event *event)
{
    const struct order_sync *sync = event->sync.facts;
    if (!sync->after_gap)
        return;
    close_all(tracks, sync->gap_from_ns);
    tracks->work->known_from_ns = event->time_ns;
}

void model_tracks_add(void *self, const struct order_block *block, const struct order_symbols *symbols)
{
    struct model_tracks *tracks = self;
    struct tracks_work *work = tracks->work;
    if (block->events[block->count - 1].time_ns > work->last_ns)
        work->last_ns = block->events[block->count - 1].time_ns;
    for (size_t i = 0; i < block->count; i++) {
        const struct order_event *event = &block->events[i];
        switch (event->kind) {
        case ORDER_GO_TRANSITION:
            if (event->from != event->to)
                go_transition(tracks, event, symbols);
            break;
        case ORDER_STACK_SAMPLE: sample(tracks, event); break;
        case ORDER_SYNC: sync_event(tracks, event); break;
        case ORDER_RANGE_BEGIN:
        case ORDER_RANGE_ACTIVE:
        case ORDER_RANGE_END: range_event(tracks, event); break;
        default: break;
        }
    }
}

void model_tracks_finish(struct model_tracks *tracks)
{
    struct tracks_work *work = tracks->work;
    close_all(tracks, work->last_ns);
    model_marks_finish(&tracks->wakes, MODEL_WAKES);
    model_marks_finish(&tracks->proc_samples, work->timeline->procs.count);
    model_marks_finish(&tracks->life_samples, work->timeline->actors.count);
    work_release(work);
    tracks->work = NULL;
}
