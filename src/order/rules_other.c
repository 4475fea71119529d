/* The rules of ranges, metrics, labels, tasks, regions and logs; go-trace-ordering.md, sections 5.3 and 5.4. */
#include "order/rules.h"

#include <inttypes.h>

static const char *begin_name(const struct ordering *o, uint8_t type)
{
    uint8_t begin = wire_events[type].range_begin;
    return order_type_name(o, begin ? begin : type);
}

static uint8_t begin_type(uint8_t type)
{
    return wire_events[type].range_begin ? wire_events[type].range_begin : type;
}

/* "stop-the-world (KIND)" as a symbol. */
static uint32_t stw_name(struct ordering *o, uint32_t kind)
{
    uint32_t name = base_map_find(&o->names.stw, kind);
    if (name == BASE_MAP_NONE) {
        name = order_symbols_add_joined(&o->symbols, "stop-the-world (", order_string(&o->symbols, kind), ")");
        base_map_set(&o->names.stw, kind, name);
    }
    return name;
}

static struct order_event *emit_range(struct ordering *o, const struct order_raw *raw, const struct order_context *m,
                                      enum order_kind kind)
{
    struct order_event *event = order_emit(o, raw, m, kind);
    switch (begin_type(raw->type)) {
    case WIRE_STW_BEGIN:
        event->detail = ORDER_RANGE_STW;
        event->scope = ORDER_SCOPE_GOROUTINE;
        break;
    case WIRE_GC_BEGIN:
        event->detail = ORDER_RANGE_GC;
        event->name = o->names.gc_mark;
        return event;
    case WIRE_GC_SWEEP_BEGIN:
        event->detail = ORDER_RANGE_SWEEP;
        event->scope = ORDER_SCOPE_PROC;
        event->name = o->names.sweep;
        event->resource = m->proc.n;
        return event;
    default:
        event->detail = ORDER_RANGE_MARK_ASSIST;
        event->scope = ORDER_SCOPE_GOROUTINE;
        event->name = o->names.mark_assist;
        break;
    }
    event->resource = m->goroutine.n;
    event->resource_slot = event->context.goroutine_slot;
    return event;
}

/* The slot of the context's goroutine, which must be known. */
static uint32_t known_goroutine(struct ordering *o, const struct order_raw *raw, const struct order_context *m)
{
    uint32_t slot = order_sched_current(&o->sched, m);
    if (slot == ORDER_NO_SLOT)
        base_fail(&o->error, "encountered event of type %u without known state for current goroutine %" PRId64,
                  raw->type, m->goroutine.n);
    return slot;
}

static enum order_verdict already_open(struct ordering *o, const struct order_raw *raw)
{
    base_fail(&o->error, "discovered event already in-flight for when starting event %s",
              order_type_name(o, raw->type));
    return ORDER_FATAL;
}

static enum order_verdict not_open(struct ordering *o, const struct order_raw *raw)
{
    base_fail(&o->error, "tried to end event %s, but not in-flight", begin_name(o, raw->type));
    return ORDER_FATAL;
}

enum order_verdict order_goroutine_range_begin(struct ordering *o, const struct order_raw *raw, struct order_context *m)
{
    if (!order_require(o, m, NEED_M | NEED_P | NEED_G))
        return ORDER_FATAL;
    uint32_t slot = known_goroutine(o, raw, m);
    if (slot == ORDER_NO_SLOT)
        return ORDER_FATAL;
    bool stw = raw->type == WIRE_STW_BEGIN;
    uint32_t kind = stw ? ordering_string(o, raw->args[0], raw->type) : ORDER_EMPTY_STRING;
    if (!order_ranges_open(&o->sched.goroutines.at[slot].ranges, (struct open_range){kind, raw->type}))
        return already_open(o, raw);
    struct order_event *event = emit_range(o, raw, m, ORDER_RANGE_BEGIN);
    event->stack = ordering_stack(o, raw->args[stw ? 1 : 0], raw->type);
    if (stw)
        event->name = stw_name(o, kind);
    return ORDER_ADVANCED;
}

enum order_verdict order_goroutine_range_end(struct ordering *o, const struct order_raw *raw, struct order_context *m)
{
    if (!order_require(o, m, NEED_M | NEED_P | NEED_G))
        return ORDER_FATAL;
    uint32_t slot = known_goroutine(o, raw, m);
    if (slot == ORDER_NO_SLOT)
        return ORDER_FATAL;
    struct open_range range;
    if (!order_ranges_close(o->sched.goroutines.at[slot].ranges, begin_type(raw->type), &range))
        return not_open(o, raw);
    struct order_event *event = emit_range(o, raw, m, ORDER_RANGE_END);
    if (event->detail == ORDER_RANGE_STW)
        event->name = stw_name(o, range.name);
    return ORDER_ADVANCED;
}

/* In the first generation a range that is active opens, later it must be open already. */
static bool confirm_range(struct ordering *o, const struct order_raw *raw, struct order_ranges **ranges)
{
    struct open_range range = {ORDER_EMPTY_STRING, begin_type(raw->type)};
    if (!o->initial_generation)
        return order_ranges_has(*ranges, range) ||
               base_fail(&o->error, "resource is missing active range: %s", begin_name(o, raw->type));
    return order_ranges_open(ranges, range) ||
           base_fail(&o->error, "found named active range already in first gen: {%u 0}", range.type);
}

enum order_verdict order_mark_assist_active(struct ordering *o, const struct order_raw *raw, struct order_context *m)
{
    goroutine_id id = {(int64_t)raw->args[0]};
    uint32_t slot = order_sched_goroutine(&o->sched, id);
    if (slot == ORDER_NO_SLOT) {
        base_fail(&o->error, "uninitialized goroutine %" PRId64 " found during %s", id.n,
                  order_type_name(o, raw->type));
        return ORDER_FATAL;
    }
    if (!confirm_range(o, raw, &o->sched.goroutines.at[slot].ranges))
        return ORDER_FATAL;
    struct order_event *event = emit_range(o, raw, m, ORDER_RANGE_ACTIVE);
    event->resource = id.n;
    event->resource_slot = slot;
    return ORDER_ADVANCED;
}

enum order_verdict order_sweep_active(struct ordering *o, const struct order_raw *raw, struct order_context *m)
{
    proc_id id = {(int64_t)raw->args[0]};
    uint32_t index = order_sched_proc(&o->sched, id);
    if (index == ORDER_NO_SLOT) {
        base_fail(&o->error, "encountered GCSweepActive for unknown proc %" PRId64, id.n);
        return ORDER_FATAL;
    }
    if (!confirm_range(o, raw, &o->sched.procs.at[index].ranges))
        return ORDER_FATAL;
    emit_range(o, raw, m, ORDER_RANGE_ACTIVE)->resource = id.n;
    return ORDER_ADVANCED;
}

enum order_verdict order_sweep_begin(struct ordering *o, const struct order_raw *raw, struct order_context *m)
{
    if (!order_require(o, m, NEED_M | NEED_P))
        return ORDER_FATAL;
    struct order_proc *p = &o->sched.procs.at[m->proc_index];
    if (!order_ranges_open(&p->ranges, (struct open_range){ORDER_EMPTY_STRING, raw->type}))
        return already_open(o, raw);
    emit_range(o, raw, m, ORDER_RANGE_BEGIN)->stack = ordering_stack(o, raw->args[0], raw->type);
    return ORDER_ADVANCED;
}

enum order_verdict order_sweep_end(struct ordering *o, const struct order_raw *raw, struct order_context *m)
{
    if (!order_require(o, m, NEED_M | NEED_P))
        return ORDER_FATAL;
    struct open_range range;
    if (!order_ranges_close(o->sched.procs.at[m->proc_index].ranges, begin_type(raw->type), &range))
        return not_open(o, raw);
    struct order_event *event = emit_range(o, raw, m, ORDER_RANGE_END);
    event->sweep.swept_bytes = raw->args[0];
    event->sweep.reclaimed_bytes = raw->args[1];
    return ORDER_ADVANCED;
}

enum order_verdict order_gc_begin(struct ordering *o, const struct order_raw *raw, struct order_context *m)
{
    if (o->sched.gc != GC_UNDETERMINED) {
        if (raw->args[0] != o->sched.gc_number + 1)
            return ORDER_RETRY;
        if (o->sched.gc == GC_RUNNING) {
            base_fail(&o->error, "encountered GCBegin while GC was already in progress");
            return ORDER_FATAL;
        }
        if (!order_require(o, m, NEED_M | NEED_P | NEED_G))
            return ORDER_FATAL;
    }
    emit_range(o, raw, m, ORDER_RANGE_BEGIN)->stack = ordering_stack(o, raw->args[1], raw->type);
    o->sched.gc = GC_RUNNING;
    o->sched.gc_number = raw->args[0];
    return ORDER_ADVANCED;
}

enum order_verdict order_gc_active(struct ordering *o, const struct order_raw *raw, struct order_context *m)
{
    if (o->initial_generation) {
        if (o->sched.gc != GC_UNDETERMINED) {
            base_fail(&o->error, "GCActive in the first generation isn't first GC event");
            return ORDER_FATAL;
        }
    } else {
        if (raw->args[0] != o->sched.gc_number + 1)
            return ORDER_RETRY;
        if (o->sched.gc != GC_RUNNING) {
            base_fail(&o->error, "encountered GCActive while GC was not in progress");
            return ORDER_FATAL;
        }
        if (!order_require(o, m, NEED_M | NEED_P | NEED_G))
            return ORDER_FATAL;
    }
    emit_range(o, raw, m, ORDER_RANGE_ACTIVE);
    o->sched.gc = GC_RUNNING;
    o->sched.gc_number = raw->args[0];
    return ORDER_ADVANCED;
}

enum order_verdict order_gc_end(struct ordering *o, const struct order_raw *raw, struct order_context *m)
{
    if (raw->args[0] != o->sched.gc_number + 1)
        return ORDER_RETRY;
    if (o->sched.gc == GC_RUNNING) {
        if (!order_require(o, m, NEED_M | NEED_P | NEED_G))
            return ORDER_FATAL;
        emit_range(o, raw, m, ORDER_RANGE_END);
        o->sched.gc = GC_NOT_RUNNING;
        o->sched.gc_number = raw->args[0];
        return ORDER_ADVANCED;
    }
    base_fail(&o->error, o->sched.gc == GC_NOT_RUNNING ? "encountered GCEnd when GC was not in progress"
                                                       : "encountered GCEnd when GC was in an undetermined state");
    return ORDER_FATAL;
}

enum order_verdict order_metric(struct ordering *o, const struct order_raw *raw, struct order_context *m)
{
    bool procs = raw->type == WIRE_PROCS_CHANGE;
    if (!order_require(o, m, procs ? NEED_M | NEED_P | NEED_G : NEED_M | NEED_P))
        return ORDER_FATAL;
    struct order_event *event = order_emit(o, raw, m, ORDER_METRIC);
    event->detail = procs ? ORDER_GOMAXPROCS : raw->type == WIRE_HEAP_ALLOC ? ORDER_HEAP_OBJECTS : ORDER_HEAP_GOAL;
    event->metric.value = raw->args[0];
    if (procs)
        event->stack = ordering_stack(o, raw->args[1], raw->type);
    return ORDER_ADVANCED;
}

enum order_verdict order_label(struct ordering *o, const struct order_raw *raw, struct order_context *m)
{
    if (!order_require(o, m, NEED_M | NEED_P | NEED_G))
        return ORDER_FATAL;
    struct order_event *event = order_emit(o, raw, m, ORDER_LABEL);
    event->resource = m->goroutine.n;
    event->resource_slot = event->context.goroutine_slot;
    event->name = ordering_string(o, raw->args[0], raw->type);
    return ORDER_ADVANCED;
}

/* The text of a task's or region's name, which has to exist before anything else is looked at. */
static bool annotation_name(struct ordering *o, uint64_t id, uint8_t type, uint32_t *ret_name)
{
    if (!o->go_on && wire_ids_find(&o->generation->tables.string_ids, id) == WIRE_NO_INDEX)
        return base_fail(&o->error, "invalid string ID %" PRIu64 " for %u event", id, type);
    *ret_name = ordering_string(o, id, type);
    return true;
}

enum order_verdict order_task_begin(struct ordering *o, const struct order_raw *raw, struct order_context *m)
{
    uint64_t id = raw->args[0], parent = raw->args[1] ? raw->args[1] : ORDER_NO_TASK;
    uint32_t name = ORDER_EMPTY_STRING;
    if (base_map_find(&o->sched.task_by_id, id) != BASE_MAP_NONE) {
        base_fail(&o->error, "task ID conflict: %" PRIu64, id);
        return ORDER_FATAL;
    }
    if (!annotation_name(o, raw->args[2], raw->type, &name) || !order_require(o, m, NEED_M | NEED_P | NEED_G))
        return ORDER_FATAL;
    order_sched_add_task(&o->sched, id, (struct order_task){parent, name});
    struct order_event *event = order_emit(o, raw, m, ORDER_TASK_BEGIN);
    event->task.id = id;
    event->task.parent = parent;
    event->name = name;
    event->stack = ordering_stack(o, raw->args[3], raw->type);
    return ORDER_ADVANCED;
}

enum order_verdict order_task_end(struct ordering *o, const struct order_raw *raw, struct order_context *m)
{
    struct order_task task = {ORDER_NO_TASK, ORDER_EMPTY_STRING};
    if (!order_require(o, m, NEED_M | NEED_P | NEED_G))
        return ORDER_FATAL;
    order_sched_take_task(&o->sched, raw->args[0], &task);
    struct order_event *event = order_emit(o, raw, m, ORDER_TASK_END);
    event->task.id = raw->args[0];
    event->task.parent = task.parent;
    event->name = task.name;
    event->stack = ordering_stack(o, raw->args[1], raw->type);
    return ORDER_ADVANCED;
}

static bool check_innermost(struct ordering *o, const struct order_context *m, const struct open_region *innermost,
                            uint64_t task, uint32_t name)
{
    if (innermost->task == task && innermost->name == name)
        return true;
    struct base_str got = order_string(&o->symbols, name), open = order_string(&o->symbols, innermost->name);
    return base_fail(&o->error,
                     "misuse of region in goroutine %" PRId64 ": region end {%" PRIu64
                     " %.*s} when the inner-most active region start event is {%" PRIu64 " %.*s}",
                     m->goroutine.n, task, (int)got.size, got.data, innermost->task, (int)open.size, open.data);
}

enum order_verdict order_region(struct ordering *o, const struct order_raw *raw, struct order_context *m)
{
    bool begin = raw->type == WIRE_USER_REGION_BEGIN;
    uint32_t name = ORDER_EMPTY_STRING;
    if (!order_require(o, m, NEED_M | NEED_P | NEED_G) || !annotation_name(o, raw->args[1], raw->type, &name))
        return ORDER_FATAL;
    uint32_t slot = order_sched_current(&o->sched, m);
    if (slot == ORDER_NO_SLOT) {
        base_fail(&o->error, "encountered Ev%s without known state for current goroutine %" PRId64,
                  wire_events[raw->type].name, m->goroutine.n);
        return ORDER_FATAL;
    }
    struct order_regions **regions = &o->sched.goroutines.at[slot].regions;
    if (begin) {
        if (!*regions)
            *regions = base_zalloc(1, sizeof **regions);
        *base_vec_add(&(*regions)->open) = (struct open_region){raw->args[0], name};
    } else if (*regions && (*regions)->open.count) {
        size_t last = (*regions)->open.count - 1;
        if (!check_innermost(o, m, &(*regions)->open.at[last], raw->args[0], name))
            return ORDER_FATAL;
        (*regions)->open.count = last;
    }
    struct order_event *event = order_emit(o, raw, m, begin ? ORDER_REGION_BEGIN : ORDER_REGION_END);
    event->task.id = raw->args[0];
    event->name = name;
    event->stack = ordering_stack(o, raw->args[2], raw->type);
    return ORDER_ADVANCED;
}

enum order_verdict order_user_log(struct ordering *o, const struct order_raw *raw, struct order_context *m)
{
    if (!order_require(o, m, NEED_M | NEED_P | NEED_G))
        return ORDER_FATAL;
    struct order_event *event = order_emit(o, raw, m, ORDER_LOG);
    event->log.task = raw->args[0];
    event->log.message = BASE_STR("");
    event->name = ordering_string(o, raw->args[1], raw->type);
    event->stack = ordering_stack(o, raw->args[3], raw->type);
    /* Messages are hardly ever the same twice: they are lent out, not made symbols. */
    uint32_t message = wire_ids_find(&o->generation->tables.string_ids, raw->args[2]);
    if (message == WIRE_NO_INDEX)
        base_fail(ordering_missing(o), "found invalid string ID %" PRIu64 " for event %s", raw->args[2],
                  wire_events[raw->type].name);
    else
        event->log.message = o->generation->tables.strings.at[message];
    return ORDER_ADVANCED;
}

enum order_verdict order_experimental(struct ordering *o, const struct order_raw *raw, struct order_context *m)
{
    if (!order_require(o, m, NEED_M))
        return ORDER_FATAL;
    struct order_event *event = order_emit(o, raw, m, ORDER_EXPERIMENTAL);
    event->detail = raw->type;
    for (int i = 0; i < ORDER_EVENT_ARGS; i++)
        event->args[i] = raw->args[i];
    return ORDER_ADVANCED;
}
