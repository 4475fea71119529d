/* How what happens to goroutines and processors is told; go-trace-ordering.md, sections 5.1 and 5.2. Whether it can be
 * was found out by ordering. */
#include "order/teller.h"

#include <inttypes.h>

/* ---- who is who ---- */

/* The slot of a goroutine of the run. */
static inline uint32_t slot_of(const struct order_teller *t, uint32_t in_run)
{
    return in_run < t->slots.count ? t->slots.at[in_run] : in_run;
}

static void set_slot(struct order_teller *t, uint32_t in_run, uint32_t slot)
{
    if (in_run >= t->slots.count && in_run == slot)
        return;
    for (uint32_t same = (uint32_t)t->slots.count; same <= in_run; same++)
        *base_vec_add(&t->slots) = same;
    t->slots.at[in_run] = slot;
}

void order_teller_adopt(struct order_teller *t, const struct order_adoptions *adoptions)
{
    for (size_t i = 0; i < adoptions->of.count; i++)
        set_slot(t, adoptions->of.at[i].slot, order_contexts_goroutine(&t->known, adoptions->of.at[i].id));
}

static inline void set_goroutine(struct order_context *m, goroutine_id id, uint32_t slot)
{
    m->goroutine = id;
    m->goroutine_slot = slot;
}

static inline void set_proc(struct order_context *m, proc_id id, uint32_t index)
{
    m->proc = id;
    m->proc_index = index;
}

static inline void leave_proc(struct order_context *m)
{
    set_proc(m, NO_PROC, ORDER_NO_SLOT);
}

static struct order_context *meet_thread(struct order_teller *t, uint32_t thread)
{
    thread_id id = t->generation->threads.at[thread].id;
    if (id.n == -1) {
        t->no_thread = ORDER_NO_CONTEXT;
        return &t->no_thread;
    }
    t->threads.at[thread] = order_contexts_thread(&t->known, id);
    return &t->known.threads.at[t->threads.at[thread]];
}

static inline struct order_context *context_of(struct order_teller *t, uint32_t thread)
{
    uint32_t index = t->threads.at[thread];
    return __builtin_expect(index != ORDER_NO_SLOT, 1) ? &t->known.threads.at[index] : meet_thread(t, thread);
}

/* Who is where on any thread; others may move. */
static struct order_context *thread_named(struct order_teller *t, uint64_t id)
{
    uint32_t index = order_contexts_thread(&t->known, (thread_id){(int64_t)id});
    return &t->known.threads.at[index];
}

/* ---- events ---- */

static inline struct order_event *emit_go(struct order_teller *t, const struct order_move *move,
                                          const struct order_context *context, goroutine_id id, uint32_t slot,
                                          uint8_t from, uint8_t to)
{
    struct order_event *event = order_teller_emit(t, move->time_ns, ORDER_GO_TRANSITION, context);
    event->resource = id.n;
    event->resource_slot = slot;
    event->from = from;
    event->to = to;
    return event;
}

static struct order_event *emit_proc(struct order_teller *t, const struct order_move *move,
                                     const struct order_context *context, proc_id id, uint8_t from, uint8_t to)
{
    struct order_event *event = order_teller_emit(t, move->time_ns, ORDER_PROC_TRANSITION, context);
    event->resource = id.n;
    event->from = from;
    event->to = to;
    return event;
}

/* ---- processors ---- */

/* The thread that holds a processor; only needed when one is about to be stolen across generations. */
static const struct order_context *thread_of_proc(struct order_teller *t, proc_id id)
{
    for (size_t i = 0; i < t->known.threads.count; i++)
        if (t->known.threads.at[i].proc.n == id.n)
            return &t->known.threads.at[i];
    base_fail(&t->error, "failed to find sched context for proc %" PRId64 " that's about to be stolen", id.n);
    return NULL;
}

static void tell_proc_status(struct order_teller *t, const struct order_move *move, const uint64_t *args,
                             struct order_context *m)
{
    proc_id id = {(int64_t)args[0]};
    uint8_t to = order_proc_states[args[1]];
    if (move->b == ORDER_STATUS_PROMOTED) {
        const struct order_context *context = thread_of_proc(t, id);
        if (context)
            emit_proc(t, move, context, id, to, to);
        return;
    }
    uint8_t new_from = t->initial ? ORDER_UNDETERMINED : ORDER_NOT_EXIST;
    uint32_t index = order_contexts_proc(&t->known, id);
    emit_proc(t, move, m, id, move->b == ORDER_STATUS_NEW ? new_from : to, to);
    if (args[1] == PROC_RUNNING || args[1] == PROC_SYSCALL)
        set_proc(m, id, index);
}

static void tell_proc_steal(struct order_teller *t, const struct order_move *move, const uint64_t *args,
                            const struct order_context *m)
{
    bool abandoned = args[1];
    emit_proc(t, move, m, (proc_id){(int64_t)args[0]}, abandoned ? ORDER_IDLE : ORDER_RUNNING, ORDER_IDLE);
    if (!abandoned)
        leave_proc(thread_named(t, args[2]));
}

static void tell_proc_start(struct order_teller *t, const struct order_move *move, uint64_t proc,
                            struct order_context *m)
{
    proc_id id = {(int64_t)proc};
    emit_proc(t, move, m, id, ORDER_IDLE, ORDER_RUNNING);
    set_proc(m, id, order_contexts_proc(&t->known, id));
}

static void tell_proc_stop(struct order_teller *t, const struct order_move *move, struct order_context *m)
{
    emit_proc(t, move, m, m->proc, ORDER_RUNNING, ORDER_IDLE);
    leave_proc(m);
}

/* ---- goroutines ---- */

/* The delivered context of a goroutine found in a syscall is that of its thread, but keeps the processor of the thread
 * that says so. */
static void place_in_syscall(struct order_teller *t, const struct order_move *move, const uint64_t *args,
                             const struct order_context *m, goroutine_id id, uint32_t slot,
                             struct order_context *context)
{
    thread_id on = {(int64_t)args[1]};
    bool own = on.n == m->thread.n;
    bool known =
        move->b & ORDER_STATUS_KNOWN_THREAD || base_map_find(&t->known.thread_by_id, (uint64_t)on.n) != BASE_MAP_NONE;
    set_goroutine(thread_named(t, args[1]), id, slot); /* m may have moved */
    context->thread = on;
    if (!own && known)
        set_goroutine(context, id, slot);
}

static void tell_go_status(struct order_teller *t, const struct order_move *move, const uint64_t *args,
                           struct order_context *m)
{
    goroutine_id id = {(int64_t)args[0]};
    uint8_t status = (uint8_t)args[2], to = order_go_states[status];
    uint32_t slot = move->b & ORDER_STATUS_NEW ? ORDER_NO_SLOT : order_contexts_goroutine(&t->known, id);
    if (slot == ORDER_NO_SLOT)
        slot = order_contexts_add_goroutine(&t->known, id);
    set_slot(t, move->a, slot);
    struct order_context context = *m;
    if (status == GO_RUNNING)
        set_goroutine(m, id, slot);
    else if (status == GO_SYSCALL)
        place_in_syscall(t, move, args, m, id, slot, &context);
    struct order_event *event =
        emit_go(t, move, &context, id, slot, move->b & ORDER_STATUS_NEW ? ORDER_UNDETERMINED : to, to);
    if (move->type == WIRE_GO_STATUS_STACK)
        event->stack = event->transition_stack = order_teller_stack(t, args[3], move->type);
}

static void tell_go_create(struct order_teller *t, const struct order_move *move, const uint64_t *args,
                           const struct order_context *m)
{
    goroutine_id id = {(int64_t)args[0]};
    uint32_t slot = order_contexts_add_goroutine(&t->known, id);
    set_slot(t, move->a, slot);
    struct order_event *event = emit_go(t, move, m, id, slot, ORDER_NOT_EXIST,
                                        move->type == WIRE_GO_CREATE_BLOCKED ? ORDER_WAITING : ORDER_RUNNABLE);
    event->stack = order_teller_stack(t, args[2], move->type);
    event->transition_stack = order_teller_stack(t, args[1], move->type);
    if (!event->transition_stack)
        event->transition_stack = ORDER_EMPTY_STACK; /* the entry stack counts as present */
}

static void tell_go_create_syscall(struct order_teller *t, const struct order_move *move, const uint64_t *args,
                                   struct order_context *m)
{
    goroutine_id id = {(int64_t)args[0]};
    uint32_t slot = order_contexts_add_goroutine(&t->known, id);
    set_slot(t, move->a, slot);
    emit_go(t, move, m, id, slot, ORDER_NOT_EXIST, ORDER_SYSCALL);
    set_goroutine(m, id, slot);
}

static void tell_go_destroy_syscall(struct order_teller *t, const struct order_move *move, struct order_context *m)
{
    const struct order_context before = *m;
    uint32_t slot = slot_of(t, move->a);
    if (before.proc.n != -1) {
        leave_proc(m);
        emit_proc(t, move, &before, before.proc, ORDER_RUNNING, ORDER_IDLE);
    }
    emit_go(t, move, &before, before.goroutine, slot, ORDER_SYSCALL, ORDER_NOT_EXIST);
    order_contexts_remove_goroutine(&t->known, slot);
    set_goroutine(m, NO_GOROUTINE, ORDER_NO_SLOT);
}

static void tell_go_switch(struct order_teller *t, const struct order_move *move, struct order_context *m)
{
    uint32_t slot = slot_of(t, move->a);
    uint32_t current = slot_of(t, move->b);
    goroutine_id next = t->known.goroutines.at[slot].id;
    bool destroy = move->type == WIRE_GO_SWITCH_DESTROY;
    emit_go(t, move, m, next, slot, ORDER_WAITING, ORDER_RUNNABLE);
    emit_go(t, move, m, m->goroutine, current, ORDER_RUNNING, destroy ? ORDER_NOT_EXIST : ORDER_WAITING);
    if (destroy)
        order_contexts_remove_goroutine(&t->known, current);
    set_goroutine(m, NO_GOROUTINE, ORDER_NO_SLOT);
    emit_go(t, move, m, next, slot, ORDER_RUNNABLE, ORDER_RUNNING);
    set_goroutine(m, next, slot);
}

/* Of the thread's goroutine. */
static struct order_event *emit_current(struct order_teller *t, const struct order_move *move,
                                        const struct order_context *m, uint8_t from, uint8_t to)
{
    return emit_go(t, move, m, m->goroutine, slot_of(t, move->a), from, to);
}

static void tell_go_stop(struct order_teller *t, const struct order_move *move, const uint64_t *args,
                         struct order_context *m, uint8_t to)
{
    struct order_event *event = emit_current(t, move, m, ORDER_RUNNING, to);
    event->name = order_teller_string(t, move->wide ? args[0] : move->b, move->type);
    event->stack = event->transition_stack = order_teller_stack(t, move->wide ? args[1] : move->c, move->type);
    set_goroutine(m, NO_GOROUTINE, ORDER_NO_SLOT);
}

static void tell_go_unblock(struct order_teller *t, const struct order_move *move, const uint64_t *args,
                            const struct order_context *m)
{
    uint32_t slot = slot_of(t, move->a);
    emit_go(t, move, m, t->known.goroutines.at[slot].id, slot, ORDER_WAITING, ORDER_RUNNABLE)->stack =
        order_teller_stack(t, move->wide ? args[2] : move->b, move->type);
}

static void tell_syscall_begin(struct order_teller *t, const struct order_move *move, const uint64_t *args,
                               const struct order_context *m)
{
    struct order_event *event = emit_current(t, move, m, ORDER_RUNNING, ORDER_SYSCALL);
    event->stack = event->transition_stack = order_teller_stack(t, move->wide ? args[1] : move->b, move->type);
}

/* ---- what mends ---- */

static void tell_mended_goroutine(struct order_teller *t, const struct order_move *move, const struct order_context *m)
{
    uint32_t slot = slot_of(t, move->a);
    emit_go(t, move, m, t->known.goroutines.at[slot].id, slot, (uint8_t)move->b, (uint8_t)move->c);
    if (move->c == ORDER_NOT_EXIST)
        order_contexts_remove_goroutine(&t->known, slot);
}

static void tell_thread(struct order_teller *t, const struct order_move *move, const uint64_t *args)
{
    struct order_context *m = thread_named(t, args[0]);
    proc_id proc = {(int64_t)args[2]};
    set_goroutine(m, (goroutine_id){(int64_t)args[1]}, move->a == ORDER_NO_SLOT ? ORDER_NO_SLOT : slot_of(t, move->a));
    set_proc(m, proc, proc.n == -1 ? ORDER_NO_SLOT : order_contexts_proc(&t->known, proc));
}

/* A sample always has a stack; one with an unknown id, which crashes the official tool, has no frames. */
static void tell_sample(struct order_teller *t, const struct order_move *move)
{
    const struct wire_cpu_sample *sample = &t->generation->samples.at[move->a];
    const struct order_context context = {sample->thread, sample->proc, sample->goroutine,
                                          order_contexts_goroutine(&t->known, sample->goroutine), ORDER_NO_SLOT};
    struct order_event *event = order_teller_emit(t, sample->time_ns, ORDER_STACK_SAMPLE, &context);
    bool known = wire_ids_find(&t->generation->tables.stack_ids, sample->stack_id) != WIRE_NO_INDEX;
    uint32_t stack = known ? order_teller_stack(t, sample->stack_id, WIRE_CPU_SAMPLE) : ORDER_NO_STACK;
    event->stack = stack ? stack : ORDER_EMPTY_STACK;
}

/* ---- all of them ---- */

/* The symbol of an id that was asked for before. */
static inline bool known_symbol(const struct symbol_map *map, uint32_t id, uint32_t *ret_symbol)
{
    if (__builtin_expect(id >= map->count, 0))
        return false;
    *ret_symbol = map->of[id];
    return __builtin_expect(*ret_symbol != SYMBOL_UNKNOWN, 1);
}

static void tell_move(struct order_teller *t, const struct order_move *move, const uint64_t *args)
{
    struct order_context *m = context_of(t, move->thread);
    switch (move->type) {
    case WIRE_GO_BLOCK: tell_go_stop(t, move, args, m, ORDER_WAITING); break;
    case WIRE_GO_STOP: tell_go_stop(t, move, args, m, ORDER_RUNNABLE); break;
    case WIRE_GO_UNBLOCK: tell_go_unblock(t, move, args, m); break;
    case WIRE_GO_CREATE:
    case WIRE_GO_CREATE_BLOCKED: tell_go_create(t, move, args, m); break;
    case WIRE_GO_SYSCALL_BEGIN: tell_syscall_begin(t, move, args, m); break;
    case WIRE_PROC_START: tell_proc_start(t, move, move->wide ? args[0] : move->a, m); break;
    case WIRE_PROC_STOP: tell_proc_stop(t, move, m); break;
    case WIRE_PROC_STEAL: tell_proc_steal(t, move, args, m); break;
    case WIRE_PROC_STATUS: tell_proc_status(t, move, args, m); break;
    case WIRE_GO_STATUS:
    case WIRE_GO_STATUS_STACK: tell_go_status(t, move, args, m); break;
    case WIRE_GO_SWITCH:
    case WIRE_GO_SWITCH_DESTROY: tell_go_switch(t, move, m); break;
    case WIRE_GO_CREATE_SYSCALL: tell_go_create_syscall(t, move, args, m); break;
    case WIRE_GO_DESTROY_SYSCALL: tell_go_destroy_syscall(t, move, m); break;
    case ORDER_MOVE_NOTHING: break;
    case ORDER_MOVE_GOROUTINE: tell_mended_goroutine(t, move, m); break;
    case ORDER_MOVE_NEW_GOROUTINE:
        set_slot(t, move->a, order_contexts_add_goroutine(&t->known, (goroutine_id){(int64_t)args[0]}));
        break;
    case ORDER_MOVE_PROC:
        (void)order_contexts_proc(&t->known, (proc_id){(int64_t)args[0]});
        emit_proc(t, move, m, (proc_id){(int64_t)args[0]}, (uint8_t)move->a, (uint8_t)move->b);
        break;
    case ORDER_MOVE_THREAD: tell_thread(t, move, args); break;
    default: order_tell_other(&(struct order_telling){t, move->time_ns, args, m, (uint8_t)move->type}); break;
    }
}

/* The moves of which there are most, with all they need. False if this one is another, or has to be told with more
 * care.
 */
static inline bool tell_at_once(struct order_teller *t, const struct order_move *move)
{
    if (__builtin_expect(move->wide, 0))
        return false;
    struct order_context *m = context_of(t, move->thread);
    uint8_t from = ORDER_RUNNING, to;
    uint32_t slot, name = ORDER_EMPTY_STRING, stack = ORDER_NO_STACK, transition_stack = ORDER_NO_STACK;
    switch (move->type) {
    case WIRE_GO_START:
        slot = slot_of(t, move->a);
        emit_go(t, move, m, t->known.goroutines.at[slot].id, slot, ORDER_RUNNABLE, ORDER_RUNNING);
        set_goroutine(m, t->known.goroutines.at[slot].id, slot);
        return true;
    case WIRE_GO_UNBLOCK:
        if (!known_symbol(&t->stacks, move->b, &stack))
            return false;
        slot = slot_of(t, move->a);
        emit_go(t, move, m, t->known.goroutines.at[slot].id, slot, ORDER_WAITING, ORDER_RUNNABLE)->stack = stack;
        return true;
    case WIRE_GO_STOP:
    case WIRE_GO_BLOCK:
        if (!known_symbol(&t->strings, move->b, &name) || !known_symbol(&t->stacks, move->c, &stack))
            return false;
        transition_stack = stack;
        to = move->type == WIRE_GO_BLOCK ? ORDER_WAITING : ORDER_RUNNABLE;
        break;
    case WIRE_GO_DESTROY:
        order_contexts_remove_goroutine(&t->known, slot_of(t, move->a));
        to = ORDER_NOT_EXIST;
        break;
    case WIRE_GO_SYSCALL_BEGIN:
        if (!known_symbol(&t->stacks, move->b, &stack))
            return false;
        transition_stack = stack;
        to = ORDER_SYSCALL;
        break;
    case WIRE_GO_SYSCALL_END:
        from = ORDER_SYSCALL;
        to = ORDER_RUNNING;
        break;
    case WIRE_GO_SYSCALL_END_BLOCKED:
        from = ORDER_SYSCALL;
        to = ORDER_RUNNABLE;
        break;
    default: return false;
    }
    struct order_event *event = emit_go(t, move, m, m->goroutine, slot_of(t, move->a), from, to);
    event->stack = stack;
    event->transition_stack = transition_stack;
    event->name = name;
    if (to != ORDER_RUNNING && to != ORDER_SYSCALL)
        set_goroutine(m, NO_GOROUTINE, ORDER_NO_SLOT);
    return true;
}

size_t order_teller_tell(struct order_teller *t, const struct order_chunk *chunk, size_t from, size_t most_events)
{
    size_t i = from;
    for (; i < chunk->moves.count && t->count < most_events; i++) {
        const struct order_move *move = &chunk->moves.at[i];
        if (__builtin_expect(tell_at_once(t, move), 1))
            continue;
        if (move->type == ORDER_MOVE_SAMPLE) {
            tell_sample(t, move);
            continue;
        }
        size_t count = t->count;
        const uint64_t narrow[ORDER_MOVE_ARGS] = {move->a, move->b, move->c};
        tell_move(t, move, move->wide ? order_move_args(chunk, move) : narrow);
        if (__builtin_expect(t->error.cause != NULL, 0)) {
            t->count = count; /* a name may be missing, which was noticed when the event was filled in */
            break;
        }
    }
    return i - from;
}
