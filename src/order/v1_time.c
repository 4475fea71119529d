/* The times of v1 events: when syscalls really ended, and nanoseconds instead of ticks. */
#include "base/sort.h"
#include "order/v1.h"

/* Of a trace that ends before it says what its clock is: 2.5 GHz in the steps that Go counts on x86. */
static const uint64_t SUPPOSED_FREQUENCY = 2500000000 / 64;

static bool earlier(const void *a, const void *b, void *context)
{
    (void)context;
    return ((const struct v1_event *)a)->time < ((const struct v1_event *)b)->time;
}

static bool fail_at(const struct order_v1 *v1, const struct v1_event *event, const char *cause,
                    struct base_error *ret_error)
{
    base_fail(ret_error, "%s", cause);
    base_error_place(ret_error, 0, 0, NO_THREAD, (uint64_t)(event->at - v1->wire.file->data));
    return false;
}

/* The order is right where times are not: when reading goes on, an event is not earlier than the one before. */
static bool ascend(struct order_v1 *v1, bool go_on, struct base_error *ret_error)
{
    for (size_t i = 1; i < v1->events.count; i++) {
        struct v1_event *event = &v1->events.at[i];
        if (event->time >= event[-1].time)
            continue;
        fail_at(v1, event, "time stamps out of order", ret_error);
        if (!go_on)
            return false;
        event->time = event[-1].time;
        v1->mended++;
    }
    return true;
}

/* What is wrong about the end of a syscall is told; that it stands where it was written does not end reading on. */
static bool misplaced_exit(struct order_v1 *v1, const struct v1_event *event, const char *cause, bool go_on,
                           struct base_error *ret_error)
{
    fail_at(v1, event, cause, go_on ? &v1->wire.damage : ret_error);
    return go_on;
}

/* A syscall's end may be written long after it happened; it then carries its real time, which cannot be before the
 * goroutine left its processor. Where it is wrong all the same, and reading goes on, the end stays where it was
 * written.
 */
static bool settle_syscall_exits(struct order_v1 *v1, bool go_on, struct base_error *ret_error)
{
    struct base_map left = {0}; /* goroutine to the event by which it left its processor */
    bool done = true;
    for (size_t i = 0; i < v1->events.count && done; i++) {
        struct v1_event *event = &v1->events.at[i];
        if (event->type == WIRE_V1_GO_SYSCALL_BLOCK || event->type == WIRE_V1_GO_IN_SYSCALL)
            base_map_set(&left, event->goroutine, (uint32_t)i);
        if (event->type != WIRE_V1_GO_SYSCALL_EXIT)
            continue;
        struct wire_v1_event decoded = v1_decoded(v1, event);
        int64_t real = decoded.type == WIRE_V1_GO_SYSCALL_EXIT ? (int64_t)decoded.args[2] : 0;
        uint32_t since = base_map_find(&left, event->goroutine);
        if (!real)
            continue;
        if (since == BASE_MAP_NONE)
            done = misplaced_exit(v1, event, "stray syscall exit", go_on, ret_error);
        else if (real < v1->events.at[since].time)
            done = misplaced_exit(v1, event, "time stamps out of order", go_on, ret_error);
        else
            event->time = real;
    }
    base_map_release(&left);
    if (done)
        base_sort_stable(v1->events.at, v1->events.count, sizeof *v1->events.at, earlier, NULL);
    return done;
}

/* ---- futile wake-ups ---- */

struct wakeup {
    uint32_t last; /* the sequence's last event + 1; 0: it is empty */
    bool futile;
};

struct wakeups {
    BASE_VEC(struct wakeup) of; /* by goroutine */
    struct base_map index_by_goroutine;
    uint32_t *previous; /* by event: the one before it in its sequence, + 1 */
    bool *removed;      /* by event */
};

static struct wakeup *wakeup_of(struct wakeups *wakeups, uint64_t goroutine)
{
    uint32_t index = base_map_find(&wakeups->index_by_goroutine, goroutine);
    if (index == BASE_MAP_NONE) {
        index = (uint32_t)wakeups->of.count;
        base_map_set(&wakeups->index_by_goroutine, goroutine, index);
        *base_vec_add(&wakeups->of) = (struct wakeup){0, false};
    }
    return &wakeups->of.at[index];
}

static void extend(struct wakeups *wakeups, struct wakeup *wakeup, uint32_t event)
{
    wakeups->previous[event] = wakeup->last;
    wakeup->last = event + 1;
}

static void note_wakeup(const struct order_v1 *v1, struct wakeups *wakeups, uint32_t i)
{
    const struct v1_event *event = &v1->events.at[i];
    struct wakeup *wakeup;
    switch (event->type) {
    case WIRE_V1_GO_UNBLOCK:
        wakeup = wakeup_of(wakeups, v1_decoded(v1, event).args[0]);
        wakeup->last = 0;
        extend(wakeups, wakeup, i);
        break;
    case WIRE_V1_GO_START:
    case WIRE_V1_GO_PREEMPT:
    case WIRE_V1_FUTILE_WAKEUP:
        wakeup = wakeup_of(wakeups, event->goroutine);
        extend(wakeups, wakeup, i);
        wakeup->futile |= event->type == WIRE_V1_FUTILE_WAKEUP;
        break;
    case WIRE_V1_GO_BLOCK:
    case WIRE_V1_GO_BLOCK_SEND:
    case WIRE_V1_GO_BLOCK_RECV:
    case WIRE_V1_GO_BLOCK_SELECT:
    case WIRE_V1_GO_BLOCK_SYNC:
    case WIRE_V1_GO_BLOCK_COND:
        wakeup = wakeup_of(wakeups, event->goroutine);
        wakeups->removed[i] = wakeup->futile;
        for (uint32_t at = wakeup->futile ? wakeup->last : 0; at; at = wakeups->previous[at - 1])
            wakeups->removed[at - 1] = true;
        *wakeup = (struct wakeup){0, false};
        break;
    default: break;
    }
}

/* A goroutine that was woken up in vain, and blocked again, was waiting all the time. */
static void remove_futile_wakeups(struct order_v1 *v1)
{
    struct wakeups wakeups = {0};
    size_t kept = 0;
    wakeups.previous = base_zalloc(v1->events.count, sizeof *wakeups.previous);
    wakeups.removed = base_zalloc(v1->events.count, sizeof *wakeups.removed);
    for (size_t i = 0; i < v1->events.count; i++)
        note_wakeup(v1, &wakeups, (uint32_t)i);
    for (size_t i = 0; i < v1->events.count; i++)
        if (!wakeups.removed[i] && v1->events.at[i].type != WIRE_V1_FUTILE_WAKEUP)
            v1->events.at[kept++] = v1->events.at[i];
    v1->events.count = kept;
    base_vec_release(&wakeups.of);
    base_map_release(&wakeups.index_by_goroutine);
    free(wakeups.previous);
    free(wakeups.removed);
}

/* As the official reader converts: in double precision, truncated. */
static int64_t ns_of(int64_t ticks, double ns_per_tick)
{
    double ns = (double)ticks * ns_per_tick;
    return ns < 9223372036854775807.0 && ns > -9223372036854775808.0 ? (int64_t)ns : INT64_MIN;
}

/* Times become nanoseconds since the first event. What timers and ends of syscalls do is no processor's. */
static void convert(struct order_v1 *v1)
{
    double ns_per_tick = 1e9 / (double)(v1->wire.frequency ? v1->wire.frequency : SUPPOSED_FREQUENCY);
    int64_t first = v1->events.count ? v1->events.at[0].time : 0;
    for (size_t i = 0; i < v1->events.count; i++) {
        struct v1_event *event = &v1->events.at[i];
        event->time = ns_of(event->time - first, ns_per_tick);
        if (event->type == WIRE_V1_GO_SYSCALL_EXIT)
            event->proc = V1_SYSCALL_PROC;
        else if (event->type == WIRE_V1_GO_UNBLOCK &&
                 base_map_find(&v1->wire.timer_goroutines, event->goroutine) != BASE_MAP_NONE)
            event->proc = V1_TIMER_PROC;
    }
}

bool order_v1_set_times(struct order_v1 *v1, bool go_on, struct base_error *ret_error)
{
    bool sequenced = v1->wire.version < V1_FIRST_SYMBOLISED;
    if (!ascend(v1, go_on, ret_error) || (!sequenced && !settle_syscall_exits(v1, go_on, ret_error)))
        return false;
    if (v1->wire.has_futile_wakeups)
        remove_futile_wakeups(v1);
    convert(v1);
    return true;
}
