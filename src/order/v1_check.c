/* Whether v1 events make sense together: the official reader's checks, and its words. go-trace-format.md, section 15.9.
 */
#include "order/v1.h"

#include <inttypes.h>

enum go_state { DEAD, RUNNABLE, RUNNING, WAITING };

struct open_v1_region {
    uint64_t task, name;
};

struct checked_goroutine {
    uint8_t state;
    uint8_t last; /* the type of the event that it waits, or became runnable, by; 0: none */
    bool exists;  /* it was created; others are only mentioned */
    bool assisting;
    BASE_VEC(struct open_v1_region) regions;
};

struct checked_proc {
    bool running, sweeping, stopping;
    uint64_t goroutine; /* 0: none */
};

struct check {
    struct order_v1 *v1;
    BASE_VEC(struct checked_goroutine) goroutines;
    struct base_map goroutine_by_id;
    BASE_VEC(struct checked_proc) procs;
    struct base_map proc_by_id;
    struct base_map tasks; /* those that are active */
    bool collecting, stopping;
    struct base_error *error;
};

/* Indices: adding one may move the others. */
static uint32_t goroutine_of(struct check *check, uint64_t id)
{
    uint32_t index = base_map_find(&check->goroutine_by_id, id);
    if (index == BASE_MAP_NONE) {
        index = (uint32_t)check->goroutines.count;
        *base_vec_add(&check->goroutines) = (struct checked_goroutine){.state = DEAD};
        base_map_set(&check->goroutine_by_id, id, index);
    }
    return index;
}

static struct checked_proc *proc_of(struct check *check, int32_t id)
{
    uint32_t index = base_map_find(&check->proc_by_id, (uint32_t)id);
    if (index == BASE_MAP_NONE) {
        index = (uint32_t)check->procs.count;
        *base_vec_add(&check->procs) = (struct checked_proc){0};
        base_map_set(&check->proc_by_id, (uint32_t)id, index);
    }
    return &check->procs.at[index];
}

static bool check_running(struct check *check, const struct v1_event *event, const struct checked_proc *p,
                          const struct checked_goroutine *g, bool g0_may)
{
    const char *name = wire_v1_events[event->type].name;
    if (g->state != RUNNING)
        return base_fail(check->error, "g %" PRIu64 " is not running while %s (time %" PRId64 ")", event->goroutine,
                         name, event->time);
    if (p->goroutine != event->goroutine)
        return base_fail(check->error, "p %d is not running g %" PRIu64 " while %s (time %" PRId64 ")", event->proc,
                         event->goroutine, name, event->time);
    if (!g0_may && !event->goroutine)
        return base_fail(check->error, "g 0 did %s (time %" PRId64 ")", name, event->time);
    return true;
}

/* A thing that begins and ends by turns. */
static bool begin(struct check *check, const struct v1_event *event, bool *under_way, const char *what)
{
    if (*under_way)
        return base_fail(check->error, "previous %s is not ended before a new one (time %" PRId64 ")", what,
                         event->time);
    return *under_way = true;
}

static bool end(struct check *check, const struct v1_event *event, bool *under_way, const char *what)
{
    if (!*under_way)
        return base_fail(check->error, "bogus %s end (time %" PRId64 ")", what, event->time);
    *under_way = false;
    return true;
}

static bool check_proc(struct check *check, const struct v1_event *event, struct checked_proc *p)
{
    bool start = event->type == WIRE_V1_PROC_START;
    if (p->running == start)
        return base_fail(check->error, "p %d is %srunning before %s (time %" PRId64 ")", event->proc,
                         start ? "" : "not ", start ? "start" : "stop", event->time);
    if (!start && p->goroutine)
        return base_fail(check->error, "p %d is running a goroutine %" PRIu64 " during stop (time %" PRId64 ")",
                         event->proc, p->goroutine, event->time);
    p->running = start;
    return true;
}

/* Blocked in the prologue. */
static bool check_found_blocked(struct check *check, const struct v1_event *event, struct checked_goroutine *g)
{
    if (g->state != RUNNABLE)
        return base_fail(check->error, "g %" PRIu64 " is not runnable before Ev%s (time %" PRId64 ")", event->goroutine,
                         wire_v1_events[event->type].name, event->time);
    g->state = WAITING;
    g->last = event->type;
    return true;
}

static bool check_create(struct check *check, const struct v1_event *event, struct checked_proc *p, uint32_t creator)
{
    uint64_t id = v1_decoded(check->v1, event).args[0];
    if (!check_running(check, event, p, &check->goroutines.at[creator], true))
        return false;
    if (id == UINT64_MAX)
        return base_fail(check->error, "goroutine id %" PRIu64 " is none (time %" PRId64 ")", id, event->time);
    uint32_t index = goroutine_of(check, id);
    struct checked_goroutine *created = &check->goroutines.at[index];
    if (created->exists)
        return base_fail(check->error, "g %" PRIu64 " already exists (time %" PRId64 ")", id, event->time);
    created->exists = true;
    created->state = RUNNABLE;
    return true;
}

static bool check_start(struct check *check, const struct v1_event *event, struct checked_proc *p,
                        struct checked_goroutine *g)
{
    if (g->state != RUNNABLE)
        return base_fail(check->error, "g %" PRIu64 " is not runnable before start (time %" PRId64 ")",
                         event->goroutine, event->time);
    if (p->goroutine)
        return base_fail(check->error,
                         "p %d is already running g %" PRIu64 " while start g %" PRIu64 " (time %" PRId64 ")",
                         event->proc, p->goroutine, event->goroutine, event->time);
    g->state = RUNNING;
    g->last = 0;
    p->goroutine = event->goroutine;
    return true;
}

/* The goroutine leaves its processor. */
static bool check_leave(struct check *check, const struct v1_event *event, struct checked_proc *p,
                        struct checked_goroutine *g, uint8_t state)
{
    if (!check_running(check, event, p, g, false))
        return false;
    g->state = state;
    g->last = event->type;
    p->goroutine = 0;
    if (event->type == WIRE_V1_GO_END)
        g->regions.count = 0;
    return true;
}

static bool check_unblock(struct check *check, struct v1_event *event, const struct checked_proc *p, uint32_t actor)
{
    uint64_t id = v1_decoded(check->v1, event).args[0];
    uint32_t index = goroutine_of(check, id);
    struct checked_goroutine *woken = &check->goroutines.at[index];
    if (check->goroutines.at[actor].state != RUNNING)
        return base_fail(check->error, "g %" PRIu64 " is not running while unpark (time %" PRId64 ")", event->goroutine,
                         event->time);
    if (event->proc != V1_TIMER_PROC && p->goroutine != event->goroutine)
        return base_fail(check->error, "p %d is not running g %" PRIu64 " while unpark (time %" PRId64 ")", event->proc,
                         event->goroutine, event->time);
    if (woken->state != WAITING)
        return base_fail(check->error, "g %" PRIu64 " is not waiting before unpark (time %" PRId64 ")", id,
                         event->time);
    if (woken->last == WIRE_V1_GO_BLOCK_NET)
        event->proc = V1_NETWORK_PROC;
    woken->state = RUNNABLE;
    woken->last = event->type;
    return true;
}

static bool check_syscall_exit(struct check *check, const struct v1_event *event, struct checked_goroutine *g)
{
    if (g->state != WAITING)
        return base_fail(check->error, "g %" PRIu64 " is not waiting during syscall exit (time %" PRId64 ")",
                         event->goroutine, event->time);
    g->state = RUNNABLE;
    g->last = event->type;
    return true;
}

static bool check_task(struct check *check, const struct v1_event *event)
{
    uint64_t id = v1_decoded(check->v1, event).args[0];
    if (event->type == WIRE_V1_TASK_END) {
        base_map_remove(&check->tasks, id);
        return true;
    }
    if (base_map_find(&check->tasks, id) != BASE_MAP_NONE)
        return base_fail(check->error, "task id conflicts (id:%" PRIu64 ") (time %" PRId64 ")", id, event->time);
    base_map_set(&check->tasks, id, 1);
    return true;
}

static bool check_region(struct check *check, const struct v1_event *event, struct checked_goroutine *g)
{
    struct wire_v1_event decoded = v1_decoded(check->v1, event);
    uint64_t task = decoded.args[0], mode = decoded.args[1], name = decoded.args[2];
    if (mode > 1)
        return base_fail(check->error, "invalid user region mode: %" PRIu64 " (time %" PRId64 ")", mode, event->time);
    if (!mode) {
        *base_vec_add(&g->regions) = (struct open_v1_region){task, name};
        return true;
    }
    if (!g->regions.count)
        return true; /* it began before the trace */
    struct open_v1_region innermost = g->regions.at[g->regions.count - 1];
    if (innermost.task != task || innermost.name != name)
        return base_fail(check->error,
                         "misuse of region in goroutine %" PRIu64 ": span end {task %" PRIu64 ", name %" PRIu64
                         "} when the inner-most active span start event is {task %" PRIu64 ", name %" PRIu64
                         "} (time %" PRId64 ")",
                         event->goroutine, task, name, innermost.task, innermost.name, event->time);
    g->regions.count--;
    return true;
}

static bool check_event(struct check *check, struct v1_event *event)
{
    uint32_t index = goroutine_of(check, event->goroutine);
    struct checked_goroutine *g = &check->goroutines.at[index];
    struct checked_proc *p = proc_of(check, event->proc);
    bool *stopping = check->v1->wire.version < V1_FIRST_LABELLED_STW ? &p->stopping : &check->stopping;
    switch ((enum wire_v1_type)event->type) {
    case WIRE_V1_PROC_START:
    case WIRE_V1_PROC_STOP: return check_proc(check, event, p);
    case WIRE_V1_GC_START: event->proc = V1_GC_PROC; return begin(check, event, &check->collecting, "GC");
    case WIRE_V1_GC_DONE: return end(check, event, &check->collecting, "GC");
    case WIRE_V1_STW_START: return begin(check, event, stopping, "STW");
    case WIRE_V1_STW_DONE: return end(check, event, stopping, "STW");
    case WIRE_V1_SWEEP_START: return begin(check, event, &p->sweeping, "sweeping");
    case WIRE_V1_SWEEP_DONE: return end(check, event, &p->sweeping, "sweeping");
    case WIRE_V1_MARK_ASSIST_START: return begin(check, event, &g->assisting, "mark assist");
    case WIRE_V1_MARK_ASSIST_DONE: g->assisting = false; return true; /* it may have begun before the trace */
    case WIRE_V1_GO_WAITING:
    case WIRE_V1_GO_IN_SYSCALL: return check_found_blocked(check, event, g);
    case WIRE_V1_GO_CREATE: return check_create(check, event, p, index);
    case WIRE_V1_GO_START:
    case WIRE_V1_GO_START_LABEL: return check_start(check, event, p, g);
    case WIRE_V1_GO_END:
    case WIRE_V1_GO_STOP: return check_leave(check, event, p, g, DEAD);
    case WIRE_V1_GO_SCHED:
    case WIRE_V1_GO_PREEMPT: return check_leave(check, event, p, g, RUNNABLE);
    case WIRE_V1_GO_UNBLOCK: return check_unblock(check, event, p, index);
    case WIRE_V1_GO_SYSCALL: return check_running(check, event, p, g, false);
    case WIRE_V1_GO_SYSCALL_EXIT: return check_syscall_exit(check, event, g);
    case WIRE_V1_GO_SYSCALL_BLOCK:
    case WIRE_V1_GO_SLEEP:
    case WIRE_V1_GO_BLOCK:
    case WIRE_V1_GO_BLOCK_SEND:
    case WIRE_V1_GO_BLOCK_RECV:
    case WIRE_V1_GO_BLOCK_SELECT:
    case WIRE_V1_GO_BLOCK_SYNC:
    case WIRE_V1_GO_BLOCK_COND:
    case WIRE_V1_GO_BLOCK_NET:
    case WIRE_V1_GO_BLOCK_GC: return check_leave(check, event, p, g, WAITING);
    case WIRE_V1_TASK_CREATE:
    case WIRE_V1_TASK_END: return check_task(check, event);
    case WIRE_V1_REGION: return check_region(check, event, g);
    default: return true;
    }
}

/* An event that cannot be, when reading goes on: something before it is missing. Whether it is kept, for what it says
 * is likely; the state is then as it leaves it. */
static bool believe(struct check *check, const struct v1_event *event)
{
    uint32_t index = goroutine_of(check, event->goroutine);
    struct checked_goroutine *g = &check->goroutines.at[index];
    struct checked_proc *p = proc_of(check, event->proc);
    bool nobody = !event->goroutine || event->goroutine == UINT64_MAX;
    switch ((enum wire_v1_type)event->type) {
    case WIRE_V1_PROC_START: p->goroutine = 0; return true;
    case WIRE_V1_PROC_STOP: p->goroutine = 0; return p->running && !(p->running = false);
    case WIRE_V1_GO_START:
    case WIRE_V1_GO_START_LABEL:
        if (nobody)
            return false;
        g->state = RUNNING;
        p->goroutine = event->goroutine;
        break;
    case WIRE_V1_GO_SYSCALL_EXIT:
        if (nobody)
            return false;
        g->state = RUNNABLE;
        break;
    case WIRE_V1_GO_UNBLOCK:
        index = goroutine_of(check, v1_decoded(check->v1, event).args[0]);
        g = &check->goroutines.at[index];
        if (!index || v1_decoded(check->v1, event).args[0] == UINT64_MAX)
            return false;
        g->state = RUNNABLE;
        break;
    default: return false;
    }
    g->exists = true;
    g->last = event->type;
    return true;
}

/* Checks all events; those that cannot be are kept or left out when reading goes on, and end it otherwise. */
static bool check_all(struct check *check, bool go_on)
{
    struct order_v1 *v1 = check->v1;
    size_t kept = 0;
    for (size_t i = 0; i < v1->events.count; i++) {
        struct v1_event *event = &v1->events.at[i];
        if (!check_event(check, event)) {
            base_error_place(check->error, 0, 0, NO_THREAD, (uint64_t)(event->at - v1->wire.file->data));
            if (!go_on)
                return false;
            v1->mended++;
            if (!believe(check, event))
                continue;
        }
        v1->events.at[kept++] = *event;
    }
    v1->events.count = kept;
    return true;
}

bool order_v1_check(struct order_v1 *v1, bool go_on, struct base_error *ret_error)
{
    struct check check = {.v1 = v1, .error = ret_error};
    /* Goroutine 0 stands for whatever runs without one; its index is 0. */
    *base_vec_add(&check.goroutines) = (struct checked_goroutine){.state = RUNNING, .exists = true};
    base_map_set(&check.goroutine_by_id, 0, 0);
    bool done = check_all(&check, go_on);
    for (size_t i = 0; i < check.goroutines.count; i++)
        base_vec_release(&check.goroutines.at[i].regions);
    base_vec_release(&check.goroutines);
    base_map_release(&check.goroutine_by_id);
    base_vec_release(&check.procs);
    base_map_release(&check.proc_by_id);
    base_map_release(&check.tasks);
    return done;
}
