#include "analyze/picture_own.h"

static const int64_t NOT_YET = INT64_MIN;
static const uint32_t SYSCALL_NAME = UINT32_MAX;

/* ---- what it is called, and drawn ---- */

static void artist_release(struct artist *artist)
{
    base_vec_release(&artist->open);
    base_vec_release(&artist->done);
}

static struct base_str artist_name(const struct pen *pen, const struct artist *artist)
{
    struct base_text *name = analyze_picture_new_name(pen);
    base_text_char(name, 'G');
    base_text_i64(name, artist->id.n);
    if (artist->named) {
        base_text_char(name, ' ');
        base_text_str(name, order_string(pen->symbols, artist->func));
    }
    if (artist->label) {
        base_text_add(name, " (");
        base_text_str(name, order_string(pen->symbols, artist->label));
        base_text_char(name, ')');
    }
    return base_text_view(name);
}

static struct base_str cause_name(const struct pen *pen, enum cause cause, uint32_t reason)
{
    struct base_text *name = analyze_picture_new_name(pen);
    base_text_add(name, cause == CAUSE_CREATED ? "go" : cause == CAUSE_SYSCALL ? "exit blocked syscall" : "unblock");
    if (cause == CAUSE_UNBLOCKED && reason) {
        base_text_add(name, " (");
        base_text_str(name, order_string(pen->symbols, reason));
        base_text_char(name, ')');
    }
    return base_text_view(name);
}

static void draw_done(const struct pen *pen, const struct artist *artist, const struct done_range *range)
{
    analyze_picture_draw(pen, &(struct analyze_mark){.kind = ANALYZE_SLICE,
                                                     .detail = range->detail,
                                                     .name = range->name == SYSCALL_NAME
                                                                 ? BASE_STR("syscall")
                                                                 : order_string(pen->symbols, range->name),
                                                     .start_ns = range->start_ns,
                                                     .end_ns = range->end_ns,
                                                     .lane = artist->lane,
                                                     .end_lane = artist->lane,
                                                     .goroutine = artist->id,
                                                     .stack = range->stack,
                                                     .end_stack = range->end_stack});
}

/* ---- goroutines ---- */

static struct artist *artist_of(struct picture_work *work, goroutine_id id)
{
    uint32_t place = base_map_find(&work->artist_by_id, (uint64_t)id.n);
    if (place == BASE_MAP_NONE) {
        if (work->free.count) {
            place = work->free.at[--work->free.count];
        } else {
            place = (uint32_t)work->artists.count;
            (void)base_vec_add(&work->artists);
        }
        work->artists.at[place] = (struct artist){.used = true, .id = id};
        base_map_set(&work->artist_by_id, (uint64_t)id.n, place);
    }
    return &work->artists.at[place];
}

static void forget_artist(const struct pen *pen, struct artist *artist)
{
    struct picture_work *work = pen->work;
    if (pen->picture->view == ANALYZE_VIEW_GOROUTINE)
        analyze_picture_draw_lane(pen, artist->id.n, artist->id, artist_name(pen, artist));
    base_map_remove(&work->artist_by_id, (uint64_t)artist->id.n);
    artist_release(artist);
    *artist = (struct artist){0};
    *base_vec_add(&work->free) = (uint32_t)(artist - work->artists.at);
}

static void start(const struct pen *pen, struct artist *artist, int64_t time_ns, int64_t lane)
{
    for (size_t i = 0; i < artist->open.count; i++) {
        artist->open.at[i].start_ns = time_ns;
        artist->open.at[i].stack = ORDER_NO_STACK;
    }
    if (artist->cause)
        analyze_picture_draw(pen, &(struct analyze_mark){.kind = ANALYZE_ARROW,
                                                         .name = cause_name(pen, artist->cause, artist->cause_reason),
                                                         .start_ns = artist->cause_ns,
                                                         .end_ns = time_ns,
                                                         .lane = artist->cause_lane,
                                                         .end_lane = lane,
                                                         .goroutine = artist->id,
                                                         .stack = artist->cause_stack});
    artist->cause = NO_CAUSE;
    artist->executing = true;
    artist->lane = lane;
    artist->since_ns = time_ns;
}

static void stop(const struct pen *pen, struct artist *artist, int64_t time_ns, uint32_t stack)
{
    if (!artist->executing) /* cannot be, but of damaged traces */
        return;
    analyze_picture_draw(pen, &(struct analyze_mark){.kind = ANALYZE_SLICE,
                                                     .detail = ANALYZE_DETAIL_RUN,
                                                     .name = artist_name(pen, artist),
                                                     .start_ns = artist->since_ns,
                                                     .end_ns = time_ns,
                                                     .lane = artist->lane,
                                                     .end_lane = artist->lane,
                                                     .goroutine = artist->id,
                                                     .stack = artist->last_stop_stack,
                                                     .end_stack = stack});
    for (size_t i = 0; i < artist->done.count; i++)
        draw_done(pen, artist, &artist->done.at[i]);
    artist->done.count = 0;
    for (size_t i = 0; i < artist->open.count; i++) {
        struct open_range *range = &artist->open.at[i];
        draw_done(pen, artist,
                  &(struct done_range){
                      .name = range->name, .stack = range->stack, .start_ns = range->start_ns, .end_ns = time_ns});
        range->start_ns = NOT_YET;
    }
    artist->executing = false;
    artist->last_stop_stack = stack;
}

/* Draws it where the goroutine executes; where it does not, when it next stops. So too what began with the goroutine's
 * own slice, which is to come before it. */
static void complete(const struct pen *pen, struct artist *artist, const struct done_range *range)
{
    if (artist->executing && range->start_ns != artist->since_ns)
        draw_done(pen, artist, range);
    else
        *base_vec_add(&artist->done) = *range;
}

static void set_cause(struct artist *artist, enum cause cause, const struct order_event *event, int64_t lane)
{
    artist->cause = cause;
    artist->cause_reason = artist->block_reason;
    artist->cause_ns = event->time_ns;
    artist->cause_lane = lane;
    artist->cause_stack = event->stack;
}

static void unblock(const struct pen *pen, struct artist *artist, int64_t lane)
{
    struct base_str reason = order_string(pen->symbols, artist->block_reason);
    if (base_str_contains(reason, "network")) {
        if (pen->picture->view != ANALYZE_VIEW_THREAD)
            lane = ANALYZE_LANE_NETWORK;
        analyze_picture_draw_instant(pen, cause_name(pen, CAUSE_UNBLOCKED, artist->block_reason), lane, artist->id,
                                     pen->event->stack);
    }
    if (lane != (pen->picture->official ? 0 : -1)) /* Q: of no processor, but not of processor 0 */
        set_cause(artist, CAUSE_UNBLOCKED, pen->event, lane);
    artist->block_reason = ORDER_EMPTY_STRING;
}

static void syscall_begin(const struct pen *pen, struct artist *artist, int64_t time_ns, int64_t lane)
{
    artist->in_syscall = true;
    artist->syscall_ns = time_ns;
    artist->syscall_stack = pen->event->stack;
    artist->syscall_proc = pen->event->context.proc;
    if (!artist->executing) {
        artist->executing = true;
        artist->lane = lane;
        artist->since_ns = time_ns;
    }
}

static void syscall_end(const struct pen *pen, struct artist *artist, int64_t time_ns, bool blocked)
{
    if (!artist->in_syscall)
        return;
    artist->in_syscall = false;
    complete(pen, artist,
             &(struct done_range){.name = SYSCALL_NAME,
                                  .stack = artist->syscall_stack,
                                  .start_ns = artist->syscall_ns,
                                  .end_ns = time_ns,
                                  .detail = blocked ? ANALYZE_DETAIL_BLOCKED : ANALYZE_DETAIL_NOT_BLOCKED});
}

static void blocked_syscall_end(const struct pen *pen, struct artist *artist)
{
    set_cause(artist, CAUSE_SYSCALL, pen->event, ANALYZE_LANE_SYSCALLS);
    analyze_picture_draw_instant(pen, cause_name(pen, CAUSE_SYSCALL, 0), ANALYZE_LANE_SYSCALLS, artist->id,
                                 pen->event->stack);
}

static void end_artist(const struct pen *pen, struct artist *artist, int64_t time_ns)
{
    if (!artist->executing)
        return;
    syscall_end(pen, artist, time_ns, false);
    stop(pen, artist, time_ns, ORDER_NO_STACK);
}

/* ---- transitions of goroutines ---- */

static bool executes(unsigned state)
{
    return state == ORDER_RUNNING || state == ORDER_SYSCALL;
}

static unsigned class_of(unsigned state, bool assists)
{
    switch (state) {
    case ORDER_RUNNABLE: return CLASS_RUNNABLE;
    case ORDER_RUNNING:
    case ORDER_SYSCALL: return CLASS_RUNNING;
    case ORDER_WAITING: return assists ? CLASS_GC : CLASS_WAITING;
    default: return CLASS_DEAD;
    }
}

static bool assists(struct picture_work *work, const struct artist *artist)
{
    for (size_t i = 0; i < artist->open.count; i++)
        if (artist->open.at[i].name == work->assist && work->assist)
            return true;
    return false;
}

static void count_goroutine(const struct pen *pen, const struct artist *artist)
{
    struct picture_work *work = pen->work;
    bool assisting = assists(work, artist);
    work->classes[class_of(pen->event->from, assisting)]--;
    work->classes[class_of(pen->event->to, assisting)]++;
    if (memcmp(work->classes, work->shown_classes, sizeof work->classes) == 0)
        return;
    memcpy(work->shown_classes, work->classes, sizeof work->classes);
    analyze_picture_draw_counter(
        pen, pen->event->time_ns,
        &(struct analyze_mark){.name = BASE_STR("Goroutines"),
                               .values = {{"Running", (uint64_t)work->classes[CLASS_RUNNING]},
                                          {"Runnable", (uint64_t)work->classes[CLASS_RUNNABLE]},
                                          {"GCWaiting", (uint64_t)work->classes[CLASS_GC]}}});
}

/* Steps 5 to 7 where lanes are processors: a syscall is open as long as it holds its processor. */
static void follow_syscall_of_proc(const struct pen *pen, struct artist *artist, int64_t begin_ns, int64_t lane)
{
    const struct order_event *event = pen->event;
    struct base_map *syscalls = &pen->work->syscall_by_proc;
    uint64_t proc = (uint64_t)event->context.proc.n;
    if (event->from == ORDER_SYSCALL && event->to != ORDER_RUNNING)
        blocked_syscall_end(pen, artist);
    if (event->to == ORDER_SYSCALL && event->context.proc.n != NO_PROC.n) {
        syscall_begin(pen, artist, begin_ns, lane);
        base_map_set(syscalls, proc, (uint32_t)(artist - pen->work->artists.at));
    }
    if (event->from == ORDER_SYSCALL && base_map_find(syscalls, proc) != BASE_MAP_NONE) {
        syscall_end(pen, artist, event->time_ns, false);
        base_map_remove(syscalls, proc);
    }
}

static void follow_syscall(const struct pen *pen, struct artist *artist, int64_t begin_ns, int64_t lane)
{
    const struct order_event *event = pen->event;
    bool blocked = event->to != ORDER_RUNNING;
    if (event->from == ORDER_SYSCALL) {
        syscall_end(pen, artist, event->time_ns, blocked);
        if (blocked && pen->picture->view == ANALYZE_VIEW_GOROUTINE)
            blocked_syscall_end(pen, artist);
    }
    if (event->to == ORDER_SYSCALL)
        syscall_begin(pen, artist, begin_ns, lane);
}

static void follow(const struct pen *pen, struct artist *artist)
{
    const struct order_event *event = pen->event;
    const struct analyze_picture *picture = pen->picture;
    bool of_proc = picture->view == ANALYZE_VIEW_PROC;
    bool ran = of_proc ? event->from == ORDER_RUNNING : executes(event->from);
    bool runs = of_proc ? event->to == ORDER_RUNNING : executes(event->to);
    int64_t begin_ns = event->from == ORDER_UNDETERMINED ? pen->work->begin_ns : event->time_ns;
    int64_t here = analyze_picture_lane_of(picture, &event->context);
    int64_t lane = picture->view == ANALYZE_VIEW_GOROUTINE ? artist->id.n : here;
    if (ran && !executes(event->to)) {
        if (event->to == ORDER_WAITING)
            artist->block_reason = event->name;
        stop(pen, artist, event->time_ns, event->stack);
    }
    if (!executes(event->from) && runs)
        start(pen, artist, begin_ns, lane);
    if (event->from == ORDER_WAITING)
        unblock(pen, artist, here);
    if (event->from == ORDER_NOT_EXIST && event->to == ORDER_RUNNABLE && here != -1)
        set_cause(artist, CAUSE_CREATED, event, here);
    if (of_proc)
        follow_syscall_of_proc(pen, artist, begin_ns, lane);
    else
        follow_syscall(pen, artist, begin_ns, lane);
}

void analyze_picture_go_transition(const struct pen *pen)
{
    const struct order_event *event = pen->event;
    struct artist *artist = artist_of(pen->work, order_resource_goroutine(event));
    if (pen->picture->view == ANALYZE_VIEW_THREAD)
        analyze_picture_saw_lane(pen->work, event->context.thread.n);
    if (!artist->named && event->transition_stack) {
        const struct order_frame *root = order_stack_root(pen->symbols, event->transition_stack);
        artist->named = true;
        artist->func = root ? root->func : ORDER_EMPTY_STRING;
    }
    if (event->from == event->to)
        return;
    follow(pen, artist);
    count_goroutine(pen, artist);
    if (event->to != ORDER_NOT_EXIST)
        return;
    if (!pen->picture->official)
        end_artist(pen, artist, event->time_ns);
    if (!artist->executing && (event->from != ORDER_SYSCALL || !pen->picture->official))
        forget_artist(pen, artist);
}

/* ---- ranges of goroutines ---- */

static struct open_range *find_open(struct artist *artist, uint32_t name)
{
    for (size_t i = 0; i < artist->open.count; i++)
        if (artist->open.at[i].name == name)
            return &artist->open.at[i];
    return NULL;
}

static void begin_of_goroutine(const struct pen *pen, struct artist *artist)
{
    const struct order_event *event = pen->event;
    struct open_range *range = find_open(artist, event->name);
    if (!range)
        range = base_vec_add(&artist->open);
    *range = (struct open_range){.name = event->name, .stack = event->stack, .start_ns = NOT_YET};
    if (artist->executing)
        range->start_ns = event->kind == ORDER_RANGE_ACTIVE ? artist->since_ns : event->time_ns;
}

static void end_of_goroutine(const struct pen *pen, struct artist *artist)
{
    const struct order_event *event = pen->event;
    struct open_range *range = find_open(artist, event->name);
    if (!range)
        return;
    if (artist->executing)
        complete(pen, artist,
                 &(struct done_range){.name = range->name,
                                      .stack = range->stack,
                                      .end_stack = event->stack,
                                      .start_ns = range->start_ns == NOT_YET ? artist->since_ns : range->start_ns,
                                      .end_ns = event->time_ns});
    *range = artist->open.at[--artist->open.count];
}

void analyze_picture_goroutine_range(const struct pen *pen)
{
    const struct order_event *event = pen->event;
    struct artist *artist = artist_of(pen->work, order_resource_goroutine(event));
    if (event->detail == ORDER_RANGE_MARK_ASSIST)
        pen->work->assist = event->name;
    if (event->kind == ORDER_RANGE_END)
        end_of_goroutine(pen, artist);
    else
        begin_of_goroutine(pen, artist);
}

/* ---- for others ---- */

/* The processor was taken from a goroutine in a syscall. */
void analyze_picture_take_proc(const struct pen *pen)
{
    struct base_map *syscalls = &pen->work->syscall_by_proc;
    uint32_t place = base_map_find(syscalls, (uint64_t)pen->event->resource);
    if (place == BASE_MAP_NONE)
        return;
    base_map_remove(syscalls, (uint64_t)pen->event->resource);
    struct artist *artist = &pen->work->artists.at[place];
    if (!artist->used || artist->syscall_proc.n != pen->event->resource) /* it is somebody else by now */
        return;
    syscall_end(pen, artist, pen->event->time_ns, true);
    stop(pen, artist, pen->event->time_ns, pen->event->stack);
}

void analyze_picture_end_goroutines(const struct pen *pen, int64_t time_ns)
{
    for (size_t i = 0; i < pen->work->artists.count; i++) {
        struct artist *artist = &pen->work->artists.at[i];
        if (!artist->used)
            continue;
        end_artist(pen, artist, time_ns);
        forget_artist(pen, artist);
    }
}

void analyze_picture_label(const struct pen *pen)
{
    artist_of(pen->work, order_resource_goroutine(pen->event))->label = pen->event->name;
}

void analyze_picture_release_goroutines(struct picture_work *work)
{
    for (size_t i = 0; i < work->artists.count; i++)
        artist_release(&work->artists.at[i]);
    base_vec_release(&work->artists);
    base_vec_release(&work->free);
    base_map_release(&work->artist_by_id);
    base_map_release(&work->syscall_by_proc);
}
