#include "analyze/picture_own.h"

#include <inttypes.h>

static const uint64_t MOST_GOAL_BYTES = UINT64_C(1) << 50; /* a larger goal stands for none */

void analyze_picture_init(struct analyze_picture *picture, enum analyze_view view, analyze_draw *draw, void *context)
{
    *picture = (struct analyze_picture){.view = view, .draw = draw, .context = context, .official = true};
    picture->work = base_zalloc(1, sizeof *picture->work);
    picture->work->most_proc = -1;
}

void analyze_picture_release(struct analyze_picture *picture)
{
    struct picture_work *work = picture->work;
    if (!work)
        return;
    analyze_picture_release_goroutines(work);
    base_vec_release(&work->loose);
    base_map_release(&work->loose_by_key);
    base_vec_release(&work->lanes);
    base_map_release(&work->lane_seen);
    base_text_release(&work->name);
    free(work);
    picture->work = NULL;
}

/* ---- drawing ---- */

static bool is_selected(const struct analyze_selection *selection, const struct analyze_mark *mark)
{
    switch (mark->kind) {
    case ANALYZE_COUNTER: return analyze_selection_reaches(selection, mark->start_ns, mark->end_ns);
    case ANALYZE_LANE:
        return mark->goroutine.n == NO_GOROUTINE.n ||
               analyze_selection_touches(selection, mark->goroutine, selection->first_ns, selection->last_ns);
    case ANALYZE_ARROW:
        return mark->start_ns >= selection->span_ns.start_ns &&
               analyze_selection_has(selection, mark->goroutine, mark->end_ns);
    default: return analyze_selection_touches(selection, mark->goroutine, mark->start_ns, mark->end_ns);
    }
}

void analyze_picture_draw(const struct pen *pen, const struct analyze_mark *mark)
{
    const struct analyze_selection *selection = pen->picture->selection;
    if (!selection || is_selected(selection, mark))
        pen->picture->draw(pen->picture->context, mark, pen->symbols);
}

struct base_text *analyze_picture_new_name(const struct pen *pen)
{
    pen->work->name.size = 0;
    return &pen->work->name;
}

void analyze_picture_draw_instant(const struct pen *pen, struct base_str name, int64_t lane, goroutine_id goroutine,
                                  uint32_t stack)
{
    int64_t now_ns = pen->event->time_ns;
    analyze_picture_draw(pen, &(struct analyze_mark){.kind = ANALYZE_INSTANT,
                                                     .name = name,
                                                     .start_ns = now_ns,
                                                     .end_ns = now_ns,
                                                     .lane = lane,
                                                     .end_lane = lane,
                                                     .goroutine = goroutine,
                                                     .stack = stack});
}

void analyze_picture_draw_counter(const struct pen *pen, int64_t time_ns, const struct analyze_mark *values)
{
    struct analyze_mark mark = *values;
    mark.kind = ANALYZE_COUNTER;
    mark.start_ns = mark.end_ns = time_ns;
    mark.goroutine = NO_GOROUTINE;
    analyze_picture_draw(pen, &mark);
}

void analyze_picture_draw_lane(const struct pen *pen, int64_t id, goroutine_id goroutine, struct base_str name)
{
    analyze_picture_draw(
        pen,
        &(struct analyze_mark){.kind = ANALYZE_LANE, .name = name, .lane = id, .end_lane = id, .goroutine = goroutine});
}

/* Where what an event does is drawn; -1: nowhere. */
int64_t analyze_picture_lane_of(const struct analyze_picture *picture, const struct order_context *context)
{
    switch (picture->view) {
    case ANALYZE_VIEW_THREAD: return context->thread.n;
    case ANALYZE_VIEW_GOROUTINE: return context->goroutine.n;
    default: return context->proc.n;
    }
}

void analyze_picture_saw_lane(struct picture_work *work, int64_t id)
{
    if (id == -1 || base_map_find(&work->lane_seen, (uint64_t)id) != BASE_MAP_NONE)
        return;
    base_map_set(&work->lane_seen, (uint64_t)id, 0);
    *base_vec_add(&work->lanes) = id;
}

/* ---- processors ---- */

static void count_procs(const struct pen *pen, int64_t time_ns)
{
    analyze_picture_draw_counter(
        pen, time_ns,
        &(struct analyze_mark){.name = BASE_STR("Threads"),
                               .values = {{"Running", (uint64_t)pen->work->running_procs}, {"InSyscall", 0}}});
}

static void draw_proc(const struct pen *pen, struct base_str name, int64_t time_ns)
{
    const struct order_event *event = pen->event;
    bool of_proc = pen->picture->view == ANALYZE_VIEW_PROC;
    int64_t lane = of_proc ? event->resource : event->context.thread.n;
    analyze_picture_draw(pen, &(struct analyze_mark){.kind = ANALYZE_INSTANT,
                                                     .detail = ANALYZE_DETAIL_PROC,
                                                     .name = name,
                                                     .start_ns = time_ns,
                                                     .end_ns = time_ns,
                                                     .lane = lane,
                                                     .end_lane = lane,
                                                     .goroutine = NO_GOROUTINE,
                                                     .stack = event->stack,
                                                     .thread = event->context.thread,
                                                     .proc = order_resource_proc(event)});
}

static void proc_transition(const struct pen *pen)
{
    const struct order_event *event = pen->event;
    struct picture_work *work = pen->work;
    bool of_proc = pen->picture->view == ANALYZE_VIEW_PROC;
    if (pen->picture->view != ANALYZE_VIEW_GOROUTINE)
        analyze_picture_saw_lane(work, of_proc ? event->resource : event->context.thread.n);
    if (event->resource > work->most_proc)
        work->most_proc = event->resource;
    if (pen->picture->view == ANALYZE_VIEW_GOROUTINE || event->from == event->to)
        return;
    if (event->to == ORDER_RUNNING) {
        int64_t time_ns = event->from == ORDER_UNDETERMINED ? work->begin_ns : event->time_ns;
        work->running_procs++;
        count_procs(pen, time_ns);
        draw_proc(pen, BASE_STR("proc start"), time_ns);
    } else if (event->from == ORDER_RUNNING) {
        work->running_procs--;
        count_procs(pen, event->time_ns);
        if (of_proc)
            analyze_picture_take_proc(pen);
        draw_proc(pen, BASE_STR("proc stop"), event->time_ns);
    }
}

/* ---- ranges ---- */

static uint64_t loose_key(bool of_proc, proc_id proc)
{
    return of_proc ? (uint64_t)proc.n : (uint64_t)INT64_MIN;
}

/* Draws a range that is not a goroutine's, and forgets it. */
static void draw_loose(const struct pen *pen, struct loose_range *range, int64_t end_ns, uint32_t end_stack)
{
    struct picture_work *work = pen->work;
    int64_t lane = range->of_proc ? range->proc.n : ANALYZE_LANE_GC;
    struct base_str name = order_string(pen->symbols, range->name);
    if (range->of_proc || base_str_contains(name, "GC"))
        analyze_picture_draw(pen, &(struct analyze_mark){.kind = ANALYZE_SLICE,
                                                         .name = name,
                                                         .start_ns = range->start_ns,
                                                         .end_ns = end_ns,
                                                         .lane = lane,
                                                         .end_lane = lane,
                                                         .goroutine = NO_GOROUTINE,
                                                         .stack = range->stack,
                                                         .end_stack = end_stack});
    base_map_remove(&work->loose_by_key, loose_key(range->of_proc, range->proc));
    const struct loose_range *last = &work->loose.at[--work->loose.count];
    if (range == last)
        return;
    *range = *last;
    base_map_set(&work->loose_by_key, loose_key(range->of_proc, range->proc), (uint32_t)(range - work->loose.at));
}

static struct loose_range *find_loose(struct picture_work *work, const struct order_event *event)
{
    uint32_t place =
        base_map_find(&work->loose_by_key, loose_key(event->scope == ORDER_SCOPE_PROC, order_resource_proc(event)));
    return place == BASE_MAP_NONE ? NULL : &work->loose.at[place];
}

static void loose_range(const struct pen *pen)
{
    const struct order_event *event = pen->event;
    struct loose_range *range = find_loose(pen->work, event);
    if (event->kind == ORDER_RANGE_END) {
        if (range)
            draw_loose(pen, range, event->time_ns, event->stack);
        return;
    }
    if (event->kind == ORDER_RANGE_ACTIVE && (range || !pen->work->fresh))
        return;
    if (!range) {
        base_map_set(&pen->work->loose_by_key, loose_key(event->scope == ORDER_SCOPE_PROC, order_resource_proc(event)),
                     (uint32_t)pen->work->loose.count);
        range = base_vec_add(&pen->work->loose);
    }
    *range = (struct loose_range){
        .name = event->name,
        .stack = event->stack,
        .start_ns = event->kind == ORDER_RANGE_ACTIVE ? pen->work->begin_ns : event->time_ns,
        .of_proc = event->scope == ORDER_SCOPE_PROC,
        .proc = order_resource_proc(event),
    };
}

static void range(const struct pen *pen)
{
    if (pen->event->scope == ORDER_SCOPE_GOROUTINE)
        analyze_picture_goroutine_range(pen);
    else if (pen->event->scope != ORDER_SCOPE_PROC || pen->picture->view == ANALYZE_VIEW_PROC)
        loose_range(pen);
}

/* ---- the rest ---- */

static void metric(const struct pen *pen)
{
    struct picture_work *work = pen->work;
    uint64_t value = pen->event->metric.value;
    if (pen->event->detail == ORDER_HEAP_OBJECTS)
        work->heap_bytes = value;
    else if (pen->event->detail == ORDER_HEAP_GOAL)
        work->goal_bytes = value > MOST_GOAL_BYTES ? 0 : value;
    else
        return;
    if (work->heap_bytes == work->shown_heap_bytes && work->goal_bytes == work->shown_goal_bytes)
        return;
    work->shown_heap_bytes = work->heap_bytes;
    work->shown_goal_bytes = work->goal_bytes;
    analyze_picture_draw_counter(
        pen, pen->event->time_ns,
        &(struct analyze_mark){
            .name = BASE_STR("Heap"),
            .values = {{"Allocated", work->heap_bytes},
                       {"NextGC", work->goal_bytes > work->heap_bytes ? work->goal_bytes - work->heap_bytes : 0}}});
}

static void log_message(const struct pen *pen)
{
    const struct order_event *event = pen->event;
    int64_t lane = analyze_picture_lane_of(pen->picture, &event->context);
    struct base_text *name = analyze_picture_new_name(pen);
    struct base_str category = order_string(pen->symbols, event->name);
    if (lane == -1)
        return;
    if (category.size) {
        base_text_char(name, '[');
        base_text_str(name, category);
        base_text_add(name, "] ");
    }
    base_text_str(name, event->log.message);
    analyze_picture_draw(pen, &(struct analyze_mark){.kind = ANALYZE_INSTANT,
                                                     .detail = ANALYZE_DETAIL_LOG,
                                                     .name = base_text_view(name),
                                                     .start_ns = event->time_ns,
                                                     .end_ns = event->time_ns,
                                                     .lane = lane,
                                                     .end_lane = lane,
                                                     .goroutine = event->context.goroutine,
                                                     .stack = event->stack});
}

static void sample(const struct pen *pen)
{
    int64_t lane = analyze_picture_lane_of(pen->picture, &pen->event->context);
    if (lane != -1)
        analyze_picture_draw_instant(pen, BASE_STR("CPU profile sample"), lane, pen->event->context.goroutine,
                                     pen->event->stack);
}

/* Ends all that is open, and forgets it. */
static void end_all(const struct pen *pen, int64_t time_ns)
{
    analyze_picture_end_goroutines(pen, time_ns);
    while (pen->work->loose.count)
        draw_loose(pen, &pen->work->loose.at[pen->work->loose.count - 1], time_ns, ORDER_NO_STACK);
}

static void sync(const struct pen *pen)
{
    struct picture_work *work = pen->work;
    const struct order_sync *facts = pen->event->sync.facts;
    if (!work->begun)
        pen->picture->first_ns = work->begin_ns = pen->event->time_ns;
    work->begun = true;
    work->fresh = facts->number <= 1 || facts->after_gap;
    if (!facts->after_gap)
        return;
    end_all(pen, facts->gap_from_ns);
    base_map_release(&work->syscall_by_proc);
    memset(work->classes, 0, sizeof work->classes);
    work->running_procs = 0;
    work->begin_ns = pen->event->time_ns;
}

static void add_event(const struct pen *pen)
{
    switch ((enum order_kind)pen->event->kind) {
    case ORDER_SYNC: sync(pen); break;
    case ORDER_METRIC: metric(pen); break;
    case ORDER_LABEL: analyze_picture_label(pen); break;
    case ORDER_STACK_SAMPLE: sample(pen); break;
    case ORDER_RANGE_BEGIN:
    case ORDER_RANGE_ACTIVE:
    case ORDER_RANGE_END: range(pen); break;
    case ORDER_LOG: log_message(pen); break;
    case ORDER_GO_TRANSITION: analyze_picture_go_transition(pen); break;
    case ORDER_PROC_TRANSITION: proc_transition(pen); break;
    default: break;
    }
}

void analyze_picture_add(void *self, const struct order_block *block, const struct order_symbols *symbols)
{
    struct analyze_picture *picture = self;
    for (size_t i = 0; i < block->count; i++)
        add_event(&(struct pen){picture, picture->work, symbols, &block->events[i]});
}

enum { MOST_SEEN_PROC = 1 << 16 }; /* beyond that, only lanes of processors that the trace names */

static void draw_lanes(const struct pen *pen)
{
    struct picture_work *work = pen->work;
    bool of_proc = pen->picture->view == ANALYZE_VIEW_PROC;
    for (int64_t id = 0; of_proc && id <= work->most_proc && id < MOST_SEEN_PROC; id++)
        analyze_picture_saw_lane(work, id);
    for (size_t i = 0; i < work->lanes.count; i++) {
        struct base_text *name = analyze_picture_new_name(pen);
        base_text_format(name, of_proc ? "Proc %" PRId64 : "Thread %" PRId64, work->lanes.at[i]);
        analyze_picture_draw_lane(pen, work->lanes.at[i], NO_GOROUTINE, base_text_view(name));
    }
}

void analyze_picture_finish(struct analyze_picture *picture, const struct order_symbols *symbols, int64_t end_ns)
{
    struct pen pen = {picture, picture->work, symbols, NULL};
    end_all(&pen, end_ns);
    draw_lanes(&pen);
}
