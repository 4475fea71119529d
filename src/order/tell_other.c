/* How ranges, metrics, labels, tasks, regions and logs are told; go-trace-ordering.md, sections 5.3 and 5.4. What they
 * say is held against what is open. */
#include "order/teller.h"

#include <inttypes.h>

/* What an event demands of its context. */
enum { NEED_M = 1, NEED_P = 2, NEED_G = 4 };

static bool require(const struct order_telling *it, int needs)
{
    struct base_error *error = &it->t->error;
    if ((needs & NEED_M) && it->m->thread.n == -1)
        return base_fail(error, "expected a thread but didn't have one");
    if ((needs & NEED_P) && it->m->proc.n == -1)
        return base_fail(error, "expected a proc but didn't have one");
    if ((needs & NEED_G) && it->m->goroutine.n == -1)
        return base_fail(error, "expected a goroutine but didn't have one");
    return true;
}

static struct order_event *emit(const struct order_telling *it, enum order_kind kind)
{
    return order_teller_emit(it->t, it->time_ns, kind, it->m);
}

/* ---- ranges ---- */

static uint8_t begin_type(uint8_t type)
{
    return wire_events[type].range_begin ? wire_events[type].range_begin : type;
}

static const char *begin_name(const struct order_telling *it)
{
    return order_type_name(it->t->version, begin_type(it->type));
}

/* "stop-the-world (KIND)" as a symbol. */
static uint32_t stw_name(struct order_teller *t, uint32_t kind)
{
    uint32_t name = base_map_find(&t->names.stw, kind);
    if (name == BASE_MAP_NONE) {
        name = order_symbols_add_joined(&t->symbols, "stop-the-world (", order_string(&t->symbols, kind), ")");
        base_map_set(&t->names.stw, kind, name);
    }
    return name;
}

static struct order_event *emit_range(const struct order_telling *it, enum order_kind kind)
{
    struct order_event *event = emit(it, kind);
    switch (begin_type(it->type)) {
    case WIRE_STW_BEGIN:
        event->detail = ORDER_RANGE_STW;
        event->scope = ORDER_SCOPE_GOROUTINE;
        break;
    case WIRE_GC_BEGIN:
        event->detail = ORDER_RANGE_GC;
        event->name = it->t->names.gc_mark;
        return event;
    case WIRE_GC_SWEEP_BEGIN:
        event->detail = ORDER_RANGE_SWEEP;
        event->scope = ORDER_SCOPE_PROC;
        event->name = it->t->names.sweep;
        event->resource = it->m->proc.n;
        return event;
    default:
        event->detail = ORDER_RANGE_MARK_ASSIST;
        event->scope = ORDER_SCOPE_GOROUTINE;
        event->name = it->t->names.mark_assist;
        break;
    }
    event->resource = it->m->goroutine.n;
    event->resource_slot = event->context.goroutine_slot;
    return event;
}

/* The slot of the context's goroutine, which may have died meanwhile, in a damaged trace. */
static inline uint32_t current(const struct order_telling *it)
{
    struct order_contexts *known = &it->t->known;
    uint32_t slot = it->m->goroutine_slot;
    bool alive = order_contexts_alive(known, slot) && known->goroutines.at[slot].id.n == it->m->goroutine.n;
    return alive ? slot : order_contexts_goroutine(known, it->m->goroutine);
}

/* The same; it must be known. */
static uint32_t known_goroutine(const struct order_telling *it)
{
    uint32_t slot = current(it);
    if (slot == ORDER_NO_SLOT)
        base_fail(&it->t->error, "encountered event of type %u without known state for current goroutine %" PRId64,
                  it->type, it->m->goroutine.n);
    return slot;
}

static bool already_open(const struct order_telling *it)
{
    base_fail(&it->t->error, "discovered event already in-flight for when starting event %s",
              order_type_name(it->t->version, it->type));
    return false;
}

static bool not_open(const struct order_telling *it)
{
    base_fail(&it->t->error, "tried to end event %s, but not in-flight", begin_name(it));
    return false;
}

static bool tell_goroutine_range_begin(const struct order_telling *it)
{
    if (!require(it, NEED_M | NEED_P | NEED_G))
        return false;
    uint32_t slot = known_goroutine(it);
    if (slot == ORDER_NO_SLOT)
        return false;
    bool stw = it->type == WIRE_STW_BEGIN;
    uint32_t kind = stw ? order_teller_string(it->t, it->args[0], it->type) : ORDER_EMPTY_STRING;
    if (!order_ranges_open(&order_contexts_lists(&it->t->known, slot)->ranges, (struct open_range){kind, it->type}))
        return already_open(it);
    struct order_event *event = emit_range(it, ORDER_RANGE_BEGIN);
    event->stack = order_teller_stack(it->t, it->args[stw ? 1 : 0], it->type);
    if (stw)
        event->name = stw_name(it->t, kind);
    return true;
}

static bool tell_goroutine_range_end(const struct order_telling *it)
{
    if (!require(it, NEED_M | NEED_P | NEED_G))
        return false;
    uint32_t slot = known_goroutine(it);
    if (slot == ORDER_NO_SLOT)
        return false;
    struct open_range range;
    if (!order_ranges_close(order_contexts_lists(&it->t->known, slot)->ranges, begin_type(it->type), &range))
        return not_open(it);
    struct order_event *event = emit_range(it, ORDER_RANGE_END);
    if (event->detail == ORDER_RANGE_STW)
        event->name = stw_name(it->t, range.name);
    return true;
}

/* In the first generation a range that is active opens, later it must be open already. */
static bool confirm_range(const struct order_telling *it, struct order_ranges **ranges)
{
    struct open_range range = {ORDER_EMPTY_STRING, begin_type(it->type)};
    if (!it->t->initial)
        return order_ranges_has(*ranges, range) ||
               base_fail(&it->t->error, "resource is missing active range: %s", begin_name(it));
    return order_ranges_open(ranges, range) ||
           base_fail(&it->t->error, "found named active range already in first gen: {%u 0}", range.type);
}

static bool tell_mark_assist_active(const struct order_telling *it)
{
    goroutine_id id = {(int64_t)it->args[0]};
    uint32_t slot = order_contexts_goroutine(&it->t->known, id);
    if (slot == ORDER_NO_SLOT) {
        base_fail(&it->t->error, "uninitialized goroutine %" PRId64 " found during %s", id.n,
                  order_type_name(it->t->version, it->type));
        return false;
    }
    if (!confirm_range(it, &order_contexts_lists(&it->t->known, slot)->ranges))
        return false;
    struct order_event *event = emit_range(it, ORDER_RANGE_ACTIVE);
    event->resource = id.n;
    event->resource_slot = slot;
    return true;
}

static bool tell_sweep_active(const struct order_telling *it)
{
    proc_id id = {(int64_t)it->args[0]};
    uint32_t index = base_map_find(&it->t->known.proc_by_id, (uint64_t)id.n);
    if (index == BASE_MAP_NONE) {
        base_fail(&it->t->error, "encountered GCSweepActive for unknown proc %" PRId64, id.n);
        return false;
    }
    if (!confirm_range(it, &it->t->known.procs.at[index].ranges))
        return false;
    emit_range(it, ORDER_RANGE_ACTIVE)->resource = id.n;
    return true;
}

static bool tell_sweep_begin(const struct order_telling *it)
{
    if (!require(it, NEED_M | NEED_P))
        return false;
    struct known_proc *p = &it->t->known.procs.at[it->m->proc_index];
    if (!order_ranges_open(&p->ranges, (struct open_range){ORDER_EMPTY_STRING, it->type}))
        return already_open(it);
    emit_range(it, ORDER_RANGE_BEGIN)->stack = order_teller_stack(it->t, it->args[0], it->type);
    return true;
}

static bool tell_sweep_end(const struct order_telling *it)
{
    if (!require(it, NEED_M | NEED_P))
        return false;
    struct open_range range;
    if (!order_ranges_close(it->t->known.procs.at[it->m->proc_index].ranges, begin_type(it->type), &range))
        return not_open(it);
    struct order_event *event = emit_range(it, ORDER_RANGE_END);
    event->sweep.swept_bytes = it->args[0];
    event->sweep.reclaimed_bytes = it->args[1];
    return true;
}

/* Ordering has looked at the collector's state. */
static bool tell_gc(const struct order_telling *it)
{
    bool begin = it->type == WIRE_GC_BEGIN;
    struct order_event *event = emit_range(it, begin                        ? ORDER_RANGE_BEGIN
                                               : it->type == WIRE_GC_ACTIVE ? ORDER_RANGE_ACTIVE
                                                                            : ORDER_RANGE_END);
    if (begin)
        event->stack = order_teller_stack(it->t, it->args[1], it->type);
    return true;
}

/* ---- the rest ---- */

static bool tell_metric(const struct order_telling *it)
{
    bool procs = it->type == WIRE_PROCS_CHANGE;
    if (!require(it, procs ? NEED_M | NEED_P | NEED_G : NEED_M | NEED_P))
        return false;
    struct order_event *event = emit(it, ORDER_METRIC);
    event->detail = procs ? ORDER_GOMAXPROCS : it->type == WIRE_HEAP_ALLOC ? ORDER_HEAP_OBJECTS : ORDER_HEAP_GOAL;
    event->metric.value = it->args[0];
    if (procs)
        event->stack = order_teller_stack(it->t, it->args[1], it->type);
    return true;
}

static bool tell_label(const struct order_telling *it)
{
    if (!require(it, NEED_M | NEED_P | NEED_G))
        return false;
    struct order_event *event = emit(it, ORDER_LABEL);
    event->resource = it->m->goroutine.n;
    event->resource_slot = event->context.goroutine_slot;
    event->name = order_teller_string(it->t, it->args[0], it->type);
    return true;
}

/* The text of a task's or region's name, which has to exist before anything else is looked at. */
static bool annotation_name(const struct order_telling *it, uint64_t id, uint32_t *ret_name)
{
    if (!it->t->go_on && wire_ids_find(&it->t->generation->tables.string_ids, id) == WIRE_NO_INDEX)
        return base_fail(&it->t->error, "invalid string ID %" PRIu64 " for %u event", id, it->type);
    *ret_name = order_teller_string(it->t, id, it->type);
    return true;
}

static bool tell_task_begin(const struct order_telling *it)
{
    uint64_t id = it->args[0], parent = it->args[1] ? it->args[1] : ORDER_NO_TASK;
    uint32_t name = ORDER_EMPTY_STRING;
    if (base_map_find(&it->t->known.task_by_id, id) != BASE_MAP_NONE) {
        base_fail(&it->t->error, "task ID conflict: %" PRIu64, id);
        return false;
    }
    if (!annotation_name(it, it->args[2], &name) || !require(it, NEED_M | NEED_P | NEED_G))
        return false;
    order_contexts_add_task(&it->t->known, id, (struct order_task){parent, name});
    struct order_event *event = emit(it, ORDER_TASK_BEGIN);
    event->task.id = id;
    event->task.parent = parent;
    event->name = name;
    event->stack = order_teller_stack(it->t, it->args[3], it->type);
    return true;
}

static bool tell_task_end(const struct order_telling *it)
{
    struct order_task task = {ORDER_NO_TASK, ORDER_EMPTY_STRING};
    if (!require(it, NEED_M | NEED_P | NEED_G))
        return false;
    order_contexts_take_task(&it->t->known, it->args[0], &task);
    struct order_event *event = emit(it, ORDER_TASK_END);
    event->task.id = it->args[0];
    event->task.parent = task.parent;
    event->name = task.name;
    event->stack = order_teller_stack(it->t, it->args[1], it->type);
    return true;
}

static bool check_innermost(const struct order_telling *it, const struct open_region *innermost, uint32_t name)
{
    uint64_t task = it->args[0];
    if (innermost->task == task && innermost->name == name)
        return true;
    struct base_str got = order_string(&it->t->symbols, name), open = order_string(&it->t->symbols, innermost->name);
    return base_fail(&it->t->error,
                     "misuse of region in goroutine %" PRId64 ": region end {%" PRIu64
                     " %.*s} when the inner-most active region start event is {%" PRIu64 " %.*s}",
                     it->m->goroutine.n, task, (int)got.size, got.data, innermost->task, (int)open.size, open.data);
}

static bool tell_region(const struct order_telling *it)
{
    bool begin = it->type == WIRE_USER_REGION_BEGIN;
    uint32_t name = ORDER_EMPTY_STRING;
    if (!require(it, NEED_M | NEED_P | NEED_G) || !annotation_name(it, it->args[1], &name))
        return false;
    uint32_t slot = current(it);
    if (slot == ORDER_NO_SLOT) {
        base_fail(&it->t->error, "encountered Ev%s without known state for current goroutine %" PRId64,
                  wire_events[it->type].name, it->m->goroutine.n);
        return false;
    }
    struct order_regions **regions = &order_contexts_lists(&it->t->known, slot)->regions;
    if (begin) {
        if (!*regions)
            *regions = base_zalloc(1, sizeof **regions);
        *base_vec_add(&(*regions)->open) = (struct open_region){it->args[0], name};
    } else if (*regions && (*regions)->open.count) {
        size_t last = (*regions)->open.count - 1;
        if (!check_innermost(it, &(*regions)->open.at[last], name))
            return false;
        (*regions)->open.count = last;
    }
    struct order_event *event = emit(it, begin ? ORDER_REGION_BEGIN : ORDER_REGION_END);
    event->task.id = it->args[0];
    event->name = name;
    event->stack = order_teller_stack(it->t, it->args[2], it->type);
    return true;
}

static bool tell_user_log(const struct order_telling *it)
{
    if (!require(it, NEED_M | NEED_P | NEED_G))
        return false;
    struct order_event *event = emit(it, ORDER_LOG);
    event->log.task = it->args[0];
    event->log.message = BASE_STR("");
    event->name = order_teller_string(it->t, it->args[1], it->type);
    event->stack = order_teller_stack(it->t, it->args[3], it->type);
    /* Messages are hardly ever the same twice: they are lent out, not made symbols. */
    uint32_t message = wire_ids_find(&it->t->generation->tables.string_ids, it->args[2]);
    if (message == WIRE_NO_INDEX)
        base_fail(order_teller_missing(it->t), "found invalid string ID %" PRIu64 " for event %s", it->args[2],
                  wire_events[it->type].name);
    else
        event->log.message = it->t->generation->tables.strings.at[message];
    return true;
}

static bool tell_experimental(const struct order_telling *it)
{
    if (!require(it, NEED_M))
        return false;
    struct order_event *event = emit(it, ORDER_EXPERIMENTAL);
    event->detail = it->type;
    for (int i = 0; i < ORDER_EVENT_ARGS; i++)
        event->args[i] = it->args[i];
    return true;
}

bool order_tell_other(const struct order_telling *it)
{
    switch ((enum wire_type)it->type) {
    case WIRE_STW_BEGIN:
    case WIRE_GC_MARK_ASSIST_BEGIN: return tell_goroutine_range_begin(it);
    case WIRE_STW_END:
    case WIRE_GC_MARK_ASSIST_END: return tell_goroutine_range_end(it);
    case WIRE_GC_MARK_ASSIST_ACTIVE: return tell_mark_assist_active(it);
    case WIRE_GC_SWEEP_ACTIVE: return tell_sweep_active(it);
    case WIRE_GC_SWEEP_BEGIN: return tell_sweep_begin(it);
    case WIRE_GC_SWEEP_END: return tell_sweep_end(it);
    case WIRE_GC_BEGIN:
    case WIRE_GC_ACTIVE:
    case WIRE_GC_END: return tell_gc(it);
    case WIRE_PROCS_CHANGE:
    case WIRE_HEAP_ALLOC:
    case WIRE_HEAP_GOAL: return tell_metric(it);
    case WIRE_GO_LABEL: return tell_label(it);
    case WIRE_USER_TASK_BEGIN: return tell_task_begin(it);
    case WIRE_USER_TASK_END: return tell_task_end(it);
    case WIRE_USER_REGION_BEGIN:
    case WIRE_USER_REGION_END: return tell_region(it);
    case WIRE_USER_LOG: return tell_user_log(it);
    default: return tell_experimental(it);
    }
}
