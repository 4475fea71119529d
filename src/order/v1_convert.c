/* What each v1 event comes to in the stream; go-trace-ordering.md, section 10. */
#include "order/v1.h"

/* Transitions of the goroutine that an event belongs to, and why. */
static const struct {
    uint8_t from, to;
    const char *reason;
} transitions[WIRE_V1_TYPE_END] = {
    [WIRE_V1_GO_END] = {ORDER_RUNNING, ORDER_NOT_EXIST, ""},
    [WIRE_V1_GO_STOP] = {ORDER_RUNNING, ORDER_WAITING, "forever"},
    [WIRE_V1_GO_SCHED] = {ORDER_RUNNING, ORDER_RUNNABLE, "runtime.Gosched"},
    [WIRE_V1_GO_PREEMPT] = {ORDER_RUNNING, ORDER_RUNNABLE, "preempted"},
    [WIRE_V1_GO_SLEEP] = {ORDER_RUNNING, ORDER_WAITING, "sleep"},
    [WIRE_V1_GO_BLOCK] = {ORDER_RUNNING, ORDER_WAITING, ""},
    [WIRE_V1_GO_BLOCK_SEND] = {ORDER_RUNNING, ORDER_WAITING, "chan send"},
    [WIRE_V1_GO_BLOCK_RECV] = {ORDER_RUNNING, ORDER_WAITING, "chan receive"},
    [WIRE_V1_GO_BLOCK_SELECT] = {ORDER_RUNNING, ORDER_WAITING, "select"},
    [WIRE_V1_GO_BLOCK_SYNC] = {ORDER_RUNNING, ORDER_WAITING, "sync"},
    [WIRE_V1_GO_BLOCK_COND] = {ORDER_RUNNING, ORDER_WAITING, "sync.(*Cond).Wait"},
    [WIRE_V1_GO_BLOCK_NET] = {ORDER_RUNNING, ORDER_WAITING, "network"},
    [WIRE_V1_GO_BLOCK_GC] = {ORDER_RUNNING, ORDER_WAITING, "GC mark assist wait for work"},
    [WIRE_V1_GO_SYSCALL_EXIT] = {ORDER_SYSCALL, ORDER_RUNNABLE, ""},
    [WIRE_V1_GO_WAITING] = {ORDER_UNDETERMINED, ORDER_WAITING, ""},
    [WIRE_V1_GO_IN_SYSCALL] = {ORDER_UNDETERMINED, ORDER_SYSCALL, ""},
};

/* Why the world is stopped, from header 1.21 on; before, the first two, counted from 0. */
static const char *const stw_reasons[] = {
    "",
    "GC mark termination",
    "GC sweep termination",
    "write heap dump",
    "goroutine profile",
    "goroutine profile cleanup",
    "all goroutine stack trace",
    "read mem stats",
    "AllThreadsSyscall",
    "GOMAXPROCS",
    "start trace",
    "stop trace",
    "CountPagesInUse (test)",
    "ReadMetricsSlow (test)",
    "ReadMemStatsSlow (test)",
    "PageCachePagesLeaked (test)",
    "ResetDebugLog (test)",
};

enum { STW_REASONS = sizeof stw_reasons / sizeof *stw_reasons, FIRST_WITH_ALL_STW = 21, OLD_STW_REASONS = 2 };

/* ---- the whole file ---- */

/* A syscall is one in which the goroutine leaves its processor if that is the next thing it does. */
static void find_blocking_syscalls(struct order_v1 *v1)
{
    struct base_map next = {0}; /* goroutine to the type of its next event */
    for (size_t i = v1->events.count; i-- > 0;) {
        struct v1_event *event = &v1->events.at[i];
        if (event->type == WIRE_V1_GO_SYSCALL)
            event->blocks = base_map_find(&next, event->goroutine) == WIRE_V1_GO_SYSCALL_BLOCK;
        base_map_set(&next, event->goroutine, event->type);
    }
    base_map_release(&next);
}

bool order_v1_open(struct order_v1 *v1, const struct base_mapping *file, int version, bool go_on,
                   struct base_error *ret_error)
{
    *v1 = (struct order_v1){.prologue = true};
    struct base_error error = BASE_NO_ERROR;
    if (!wire_v1_read(&v1->wire, file, version, go_on, ret_error))
        return false;
    if (!order_v1_merge(v1, go_on, &error) || !order_v1_set_times(v1, go_on, &error) ||
        !order_v1_check(v1, go_on, &error)) {
        *ret_error = error;
        order_v1_release(v1);
        return false;
    }
    v1->damage = error;
    find_blocking_syscalls(v1);
    return true;
}

void order_v1_release(struct order_v1 *v1)
{
    wire_v1_release(&v1->wire);
    base_vec_release(&v1->events);
    base_vec_release(&v1->announced);
    base_map_release(&v1->announced_by_id);
    base_vec_release(&v1->procs);
    base_map_release(&v1->proc_by_id);
    base_error_release(&v1->damage);
}

/* ---- symbols ---- */

static uint32_t string_symbol(struct order_teller *t, uint64_t id)
{
    bool known = wire_ids_find(&t->generation->tables.string_ids, id) != WIRE_NO_INDEX;
    return known ? order_teller_string(t, id, WIRE_NONE) : ORDER_EMPTY_STRING;
}

static uint32_t stack_symbol(struct order_teller *t, uint64_t id)
{
    bool known = wire_ids_find(&t->generation->tables.stack_ids, (uint32_t)id) != WIRE_NO_INDEX;
    return known ? order_teller_stack(t, (uint32_t)id, WIRE_NONE) : ORDER_NO_STACK;
}

static uint32_t reason_symbol(struct order_v1 *v1, struct order_teller *t, uint8_t type)
{
    uint32_t *reason = &v1->reasons[type];
    if (!*reason)
        *reason = order_symbols_add_string(&t->symbols, base_str_of(transitions[type].reason));
    return *reason;
}

static uint32_t stw_symbol(const struct order_v1 *v1, struct order_teller *t, uint64_t kind)
{
    if (v1->wire.version < FIRST_WITH_ALL_STW)
        kind = kind < OLD_STW_REASONS ? kind + 1 : 0;
    return order_symbols_add_joined(&t->symbols, "stop-the-world (",
                                    base_str_of(stw_reasons[kind < STW_REASONS ? kind : 0]), ")");
}

/* Where a goroutine begins. Header 1.5 has the address of its function; stacks hold addresses of what follows a call.
 */
static uint32_t entry_stack(const struct order_v1 *v1, struct order_teller *t, uint64_t entry)
{
    uint32_t stack =
        v1->wire.version < V1_FIRST_SYMBOLISED ? order_teller_address_stack(t, entry + 1) : stack_symbol(t, entry);
    return stack ? stack : ORDER_EMPTY_STACK; /* it counts as present */
}

/* ---- contexts ---- */

static struct v1_proc *proc_of(struct order_v1 *v1, int32_t id)
{
    uint32_t index = base_map_find(&v1->proc_by_id, (uint32_t)id);
    if (index == BASE_MAP_NONE) {
        index = (uint32_t)v1->procs.count;
        *base_vec_add(&v1->procs) = (struct v1_proc){id, false, -1};
        base_map_set(&v1->proc_by_id, (uint32_t)id, index);
    }
    return &v1->procs.at[index];
}

/* The slot of a goroutine, which is alive from its first mention. */
static uint32_t slot_of(struct order_teller *t, uint64_t id)
{
    goroutine_id goroutine = {(int64_t)id};
    uint32_t slot = order_contexts_goroutine(&t->known, goroutine);
    return slot != ORDER_NO_SLOT ? slot : order_contexts_add_goroutine(&t->known, goroutine);
}

static struct order_context context_of(struct order_v1 *v1, struct order_teller *t, const struct v1_event *event)
{
    struct order_context context = ORDER_NO_CONTEXT;
    context.proc.n = event->proc;
    if (event->proc != -1 && event->type != WIRE_V1_CPU_SAMPLE)
        context.thread.n = proc_of(v1, event->proc)->thread;
    if (event->goroutine) {
        context.goroutine.n = (int64_t)event->goroutine;
        context.goroutine_slot = order_contexts_goroutine(&t->known, context.goroutine);
    }
    return context;
}

/* Two kinds of events are made in a way of their own by the official tool: a processor without a known thread has
 * thread 0. */
static struct order_context context_of_pair(struct order_v1 *v1, struct order_teller *t, const struct v1_event *event)
{
    struct order_context context = context_of(v1, t, event);
    if (context.thread.n == -1)
        context.thread.n = 0;
    return context;
}

/* A slot's state is the one it was last said to be in. Where events are missing, a transition begins there all the
 * same. */
static struct order_event *emit_go(const struct order_v1 *v1, struct order_teller *t, int64_t time_ns,
                                   const struct order_context *context, uint64_t goroutine, uint8_t from, uint8_t to)
{
    struct order_event *event = order_teller_emit(t, time_ns, ORDER_GO_TRANSITION, context);
    event->resource = (int64_t)goroutine;
    event->resource_slot = slot_of(t, goroutine);
    uint8_t *state = order_contexts_state(&t->known, event->resource_slot);
    event->transition.written_ns = time_ns;
    event->from = v1->mended && from != ORDER_NOT_EXIST ? *state : from;
    event->to = *state = to;
    return event;
}

static struct order_event *emit_range(struct order_teller *t, const struct v1_event *event,
                                      const struct order_context *context, enum order_kind kind, enum order_range range,
                                      uint32_t name)
{
    struct order_event *out = order_teller_emit(t, event->time, kind, context);
    out->detail = (uint8_t)range;
    out->name = name;
    if (range == ORDER_RANGE_SWEEP) {
        out->scope = ORDER_SCOPE_PROC;
        out->resource = context->proc.n;
    } else if (range != ORDER_RANGE_GC) {
        out->scope = ORDER_SCOPE_GOROUTINE;
        out->resource = context->goroutine.n;
        out->resource_slot = context->goroutine_slot;
    }
    return out;
}

/* ---- the prologue: goroutines that were there before the trace ---- */

static void announce(struct order_v1 *v1, uint64_t goroutine)
{
    base_map_set(&v1->announced_by_id, goroutine, (uint32_t)v1->announced.count);
    *base_vec_add(&v1->announced) = goroutine;
}

static void no_longer_announced(struct order_v1 *v1, uint64_t goroutine)
{
    uint32_t index = base_map_find(&v1->announced_by_id, goroutine);
    if (index != BASE_MAP_NONE)
        v1->announced.at[index] = 0;
}

/* At its end, those of which nothing else was said are runnable. True as long as there was one. */
static bool deliver_announced(struct order_v1 *v1, struct order_teller *t, int64_t time_ns)
{
    while (v1->next_announced < v1->announced.count) {
        uint64_t goroutine = v1->announced.at[v1->next_announced++];
        if (!goroutine)
            continue;
        emit_go(v1, t, time_ns, &ORDER_NO_CONTEXT, goroutine, ORDER_UNDETERMINED, ORDER_RUNNABLE);
        return true;
    }
    return false;
}

/* ---- events ---- */

static void convert_proc(struct order_v1 *v1, struct order_teller *t, const struct v1_event *event)
{
    bool start = event->type == WIRE_V1_PROC_START;
    struct v1_proc *proc = proc_of(v1, event->proc);
    if (start)
        proc->thread = (int64_t)v1_decoded(v1, event).args[0];
    struct order_context context = context_of(v1, t, event);
    struct order_event *out = order_teller_emit(t, event->time, ORDER_PROC_TRANSITION, &context);
    out->resource = event->proc;
    out->from = !proc->seen ? ORDER_UNDETERMINED : start ? ORDER_IDLE : ORDER_RUNNING;
    out->to = start ? ORDER_RUNNING : ORDER_IDLE;
    proc->seen = true;
    if (!start)
        proc->thread = -1;
}

static void convert_create(struct order_v1 *v1, struct order_teller *t, const struct v1_event *event,
                           const struct order_context *context)
{
    struct wire_v1_event decoded = v1_decoded(v1, event);
    slot_of(t, decoded.args[0]);
    if (v1->prologue) {
        announce(v1, decoded.args[0]);
        return;
    }
    struct order_event *out = emit_go(v1, t, event->time, context, decoded.args[0], ORDER_NOT_EXIST, ORDER_RUNNABLE);
    out->stack = stack_symbol(t, decoded.stack);
    out->transition_stack = entry_stack(v1, t, decoded.args[1]);
}

static void convert_start(struct order_v1 *v1, struct order_teller *t, const struct v1_event *event,
                          const struct order_context *context)
{
    emit_go(v1, t, event->time, context, event->goroutine, v1->prologue ? ORDER_UNDETERMINED : ORDER_RUNNABLE,
            ORDER_RUNNING);
    if (v1->prologue)
        no_longer_announced(v1, event->goroutine);
}

static void convert_labelled_start(struct order_v1 *v1, struct order_teller *t, const struct v1_event *event)
{
    struct order_context context = context_of_pair(v1, t, event);
    emit_go(v1, t, event->time, &context, event->goroutine, ORDER_RUNNABLE, ORDER_RUNNING);
    struct order_event *label = order_teller_emit(t, event->time, ORDER_LABEL, &context);
    label->resource = context.goroutine.n;
    label->resource_slot = context.goroutine_slot;
    label->name = string_symbol(t, v1_decoded(v1, event).args[2]);
}

/* A syscall that does not block takes the shortest possible time. */
static void convert_syscall(struct order_v1 *v1, struct order_teller *t, const struct v1_event *event)
{
    struct order_context context = event->blocks ? context_of(v1, t, event) : context_of_pair(v1, t, event);
    struct order_event *begin = emit_go(v1, t, event->time, &context, event->goroutine, ORDER_RUNNING, ORDER_SYSCALL);
    begin->stack = begin->transition_stack = stack_symbol(t, v1_decoded(v1, event).stack);
    if (!event->blocks)
        emit_go(v1, t, event->time + 1, &context, event->goroutine, ORDER_SYSCALL, ORDER_RUNNING);
}

static void convert_transition(struct order_v1 *v1, struct order_teller *t, const struct v1_event *event,
                               const struct order_context *context)
{
    uint8_t from = transitions[event->type].from, to = transitions[event->type].to;
    struct order_event *out = emit_go(v1, t, event->time, context, event->goroutine, from, to);
    out->name = reason_symbol(v1, t, event->type);
    if (wire_v1_events[event->type].stack)
        out->stack = out->transition_stack = stack_symbol(t, v1_decoded(v1, event).stack);
    if (from == ORDER_UNDETERMINED)
        no_longer_announced(v1, event->goroutine);
    if (to == ORDER_NOT_EXIST)
        order_contexts_remove_goroutine(&t->known, out->resource_slot);
}

static void convert_unblock(struct order_v1 *v1, struct order_teller *t, const struct v1_event *event,
                            const struct order_context *context)
{
    struct wire_v1_event decoded = v1_decoded(v1, event);
    emit_go(v1, t, event->time, context, decoded.args[0], ORDER_WAITING, ORDER_RUNNABLE)->stack =
        stack_symbol(t, decoded.stack);
}

static void convert_range(struct order_v1 *v1, struct order_teller *t, const struct v1_event *event,
                          const struct order_context *context)
{
    struct wire_v1_event decoded = v1_decoded(v1, event);
    struct order_event *out;
    switch ((enum wire_v1_type)event->type) {
    case WIRE_V1_GC_START:
        out = emit_range(t, event, context, ORDER_RANGE_BEGIN, ORDER_RANGE_GC, t->names.gc_mark);
        break;
    case WIRE_V1_GC_DONE: out = emit_range(t, event, context, ORDER_RANGE_END, ORDER_RANGE_GC, t->names.gc_mark); break;
    case WIRE_V1_STW_START:
        v1->last_stw = stw_symbol(v1, t, decoded.args[0]);
        out = emit_range(t, event, context, ORDER_RANGE_BEGIN, ORDER_RANGE_STW, v1->last_stw);
        break;
    case WIRE_V1_STW_DONE:
        if (!v1->last_stw)
            v1->last_stw = order_symbols_add_string(&t->symbols, BASE_STR("stop-the-world ()"));
        out = emit_range(t, event, context, ORDER_RANGE_END, ORDER_RANGE_STW, v1->last_stw);
        break;
    case WIRE_V1_SWEEP_START:
        out = emit_range(t, event, context, ORDER_RANGE_BEGIN, ORDER_RANGE_SWEEP, t->names.sweep);
        break;
    case WIRE_V1_SWEEP_DONE:
        out = emit_range(t, event, context, ORDER_RANGE_END, ORDER_RANGE_SWEEP, t->names.sweep);
        out->sweep.swept_bytes = decoded.args[0];
        out->sweep.reclaimed_bytes = decoded.args[1];
        break;
    case WIRE_V1_MARK_ASSIST_START:
        out = emit_range(t, event, context, ORDER_RANGE_BEGIN, ORDER_RANGE_MARK_ASSIST, t->names.mark_assist);
        break;
    default: out = emit_range(t, event, context, ORDER_RANGE_END, ORDER_RANGE_MARK_ASSIST, t->names.mark_assist); break;
    }
    out->stack = stack_symbol(t, decoded.stack);
}

static void convert_metric(struct order_v1 *v1, struct order_teller *t, const struct v1_event *event,
                           const struct order_context *context)
{
    struct wire_v1_event decoded = v1_decoded(v1, event);
    struct order_event *out = order_teller_emit(t, event->time, ORDER_METRIC, context);
    out->detail = event->type == WIRE_V1_GOMAXPROCS   ? ORDER_GOMAXPROCS
                  : event->type == WIRE_V1_HEAP_ALLOC ? ORDER_HEAP_OBJECTS
                                                      : ORDER_HEAP_GOAL;
    out->metric.value = decoded.args[0];
    out->stack = stack_symbol(t, decoded.stack);
}

/* The end of a task repeats its parent as it was written: 0 where there is none. */
static void convert_task(struct order_v1 *v1, struct order_teller *t, const struct v1_event *event,
                         const struct order_context *context)
{
    struct wire_v1_event decoded = v1_decoded(v1, event);
    bool begin = event->type == WIRE_V1_TASK_CREATE;
    struct order_event *out = order_teller_emit(t, event->time, begin ? ORDER_TASK_BEGIN : ORDER_TASK_END, context);
    struct order_task task = {ORDER_NO_TASK, ORDER_EMPTY_STRING};
    if (begin) {
        task = (struct order_task){decoded.args[1], string_symbol(t, decoded.args[2])};
        order_contexts_add_task(&t->known, decoded.args[0], task);
        if (!task.parent)
            task.parent = ORDER_NO_TASK;
    } else {
        order_contexts_take_task(&t->known, decoded.args[0], &task);
    }
    out->task.id = decoded.args[0];
    out->task.parent = task.parent;
    out->name = task.name;
    out->stack = stack_symbol(t, decoded.stack);
}

static void convert_region(struct order_v1 *v1, struct order_teller *t, const struct v1_event *event,
                           const struct order_context *context)
{
    struct wire_v1_event decoded = v1_decoded(v1, event);
    struct order_event *out =
        order_teller_emit(t, event->time, decoded.args[1] ? ORDER_REGION_END : ORDER_REGION_BEGIN, context);
    out->task.id = decoded.args[0];
    out->name = string_symbol(t, decoded.args[2]);
    out->stack = stack_symbol(t, decoded.stack);
}

static void convert_log(struct order_v1 *v1, struct order_teller *t, const struct v1_event *event,
                        const struct order_context *context)
{
    struct wire_v1_event decoded = v1_decoded(v1, event);
    struct order_event *out = order_teller_emit(t, event->time, ORDER_LOG, context);
    out->log.task = decoded.args[0];
    out->log.message = decoded.message;
    out->name = string_symbol(t, decoded.args[1]);
    out->stack = stack_symbol(t, decoded.stack);
}

static void convert_sample(struct order_v1 *v1, struct order_teller *t, const struct v1_event *event,
                           const struct order_context *context)
{
    uint32_t stack = stack_symbol(t, v1_decoded(v1, event).stack);
    order_teller_emit(t, event->time, ORDER_STACK_SAMPLE, context)->stack = stack ? stack : ORDER_EMPTY_STACK;
}

static void convert_event(struct order_v1 *v1, struct order_teller *t, const struct v1_event *event)
{
    struct order_context context = context_of(v1, t, event);
    switch ((enum wire_v1_type)event->type) {
    case WIRE_V1_PROC_START:
    case WIRE_V1_PROC_STOP: convert_proc(v1, t, event); break;
    case WIRE_V1_GO_CREATE: convert_create(v1, t, event, &context); break;
    case WIRE_V1_GO_START: convert_start(v1, t, event, &context); break;
    case WIRE_V1_GO_START_LABEL: convert_labelled_start(v1, t, event); break;
    case WIRE_V1_GO_SYSCALL: convert_syscall(v1, t, event); break;
    case WIRE_V1_GO_UNBLOCK: convert_unblock(v1, t, event, &context); break;
    case WIRE_V1_GC_START:
    case WIRE_V1_GC_DONE:
    case WIRE_V1_STW_START:
    case WIRE_V1_STW_DONE:
    case WIRE_V1_SWEEP_START:
    case WIRE_V1_SWEEP_DONE:
    case WIRE_V1_MARK_ASSIST_START:
    case WIRE_V1_MARK_ASSIST_DONE: convert_range(v1, t, event, &context); break;
    case WIRE_V1_GOMAXPROCS:
    case WIRE_V1_HEAP_ALLOC:
    case WIRE_V1_HEAP_GOAL: convert_metric(v1, t, event, &context); break;
    case WIRE_V1_TASK_CREATE:
    case WIRE_V1_TASK_END: convert_task(v1, t, event, &context); break;
    case WIRE_V1_REGION: convert_region(v1, t, event, &context); break;
    case WIRE_V1_LOG: convert_log(v1, t, event, &context); break;
    case WIRE_V1_CPU_SAMPLE: convert_sample(v1, t, event, &context); break;
    default:
        if (transitions[event->type].to)
            convert_transition(v1, t, event, &context);
        break; /* a syscall that blocks was looked at when it began */
    }
}

bool order_v1_convert(struct order_v1 *v1, struct order_teller *t)
{
    if (v1->next == v1->events.count)
        return false;
    const struct v1_event *event = &v1->events.at[v1->next];
    if (v1->prologue && event->type == WIRE_V1_GOMAXPROCS) { /* the first one ends the prologue, and only that */
        if (deliver_announced(v1, t, event->time))
            return true;
        v1->prologue = false;
    } else {
        convert_event(v1, t, event);
    }
    v1->next++;
    return true;
}
