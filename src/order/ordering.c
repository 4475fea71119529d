#include "order/ordering.h"

#include <inttypes.h>
#include <string.h>

void ordering_init(struct ordering *o, int version)
{
    memset(o, 0, sizeof *o);
    o->version = version;
    order_symbols_init(&o->symbols);
    o->names.gc_mark = order_symbols_add_string(&o->symbols, BASE_STR("GC concurrent mark phase"));
    o->names.sweep = order_symbols_add_string(&o->symbols, BASE_STR("GC incremental sweep"));
    o->names.mark_assist = order_symbols_add_string(&o->symbols, BASE_STR("GC mark assist"));
}

void ordering_release(struct ordering *o)
{
    order_sched_release(&o->sched);
    order_symbols_release(&o->symbols);
    base_map_release(&o->names.stw);
    base_vec_release(&o->string_symbols);
    base_vec_release(&o->stack_symbols);
    base_error_release(&o->error);
}

void ordering_enter(struct ordering *o, const struct wire_generation *generation, bool initial)
{
    o->generation = generation;
    o->initial_generation = initial;
    size_t strings = generation->tables.strings.count, stacks = generation->tables.stacks.count;
    o->string_symbols.count = o->stack_symbols.count = 0;
    base_vec_reserve(&o->string_symbols, strings);
    base_vec_reserve(&o->stack_symbols, stacks);
    memset(o->string_symbols.at, 0, strings * sizeof *o->string_symbols.at);
    memset(o->stack_symbols.at, 0, stacks * sizeof *o->stack_symbols.at);
}

struct order_event *ordering_emit(struct ordering *o, int64_t time_ns, enum order_kind kind)
{
    struct order_event *event = &o->events[o->count++];
    if (time_ns <= o->last_time_ns)
        time_ns = o->last_time_ns + 1;
    o->last_time_ns = time_ns;
    /* Field by field: clearing the whole with one instruction costs more than all of these. */
    event->time_ns = time_ns;
    event->thread = NO_THREAD;
    event->proc = NO_PROC;
    event->goroutine = NO_GOROUTINE;
    event->resource = -1;
    event->goroutine_slot = event->resource_slot = ORDER_NO_SLOT;
    event->stack = event->transition_stack = ORDER_NO_STACK;
    event->name = ORDER_EMPTY_STRING;
    event->kind = (uint8_t)kind;
    event->from = event->to = event->detail = event->scope = 0;
    return event;
}

static uint32_t string_symbol(struct ordering *o, uint32_t index)
{
    uint32_t *symbol = &o->string_symbols.at[index];
    if (!*symbol)
        *symbol = order_symbols_add_string(&o->symbols, o->generation->tables.strings.at[index]);
    return *symbol;
}

static uint32_t stack_symbol(struct ordering *o, uint32_t index)
{
    uint32_t *symbol = &o->stack_symbols.at[index];
    if (*symbol)
        return *symbol;
    const struct wire_tables *tables = &o->generation->tables;
    const struct wire_stack *stack = &tables->stacks.at[index];
    uint32_t frames[WIRE_MAX_FRAMES];
    for (uint32_t i = 0; i < stack->count; i++) {
        const struct wire_frame *frame = &tables->frames.at[tables->frame_refs.at[stack->first + i]];
        struct order_frame known = {frame->pc, frame->line, string_symbol(o, frame->func), string_symbol(o, frame->file)};
        frames[i] = order_symbols_add_frame(&o->symbols, known);
    }
    *symbol = order_symbols_add_stack(&o->symbols, frames, stack->count);
    return *symbol;
}

uint32_t ordering_string(struct ordering *o, uint64_t id, uint8_t type)
{
    uint32_t index = wire_ids_find(&o->generation->tables.string_ids, id);
    if (index != WIRE_NO_INDEX)
        return index ? string_symbol(o, index) : ORDER_EMPTY_STRING;
    base_fail(&o->error, "found invalid string ID %" PRIu64 " for event %s", id, wire_events[type].name);
    return ORDER_EMPTY_STRING;
}

uint32_t ordering_stack(struct ordering *o, uint64_t id, uint8_t type)
{
    uint32_t index = wire_ids_find(&o->generation->tables.stack_ids, id);
    if (index != WIRE_NO_INDEX)
        return index ? stack_symbol(o, index) : ORDER_NO_STACK;
    base_fail(&o->error, "found invalid stack ID %" PRIu64 " for event %s", id, wire_events[type].name);
    return ORDER_NO_STACK;
}

void order_sample(struct ordering *o, const struct wire_cpu_sample *sample)
{
    struct order_event *event = ordering_emit(o, sample->time_ns, ORDER_STACK_SAMPLE);
    uint32_t index = wire_ids_find(&o->generation->tables.stack_ids, sample->stack_id);
    event->thread = sample->thread;
    event->proc = sample->proc;
    event->goroutine = sample->goroutine;
    event->goroutine_slot = order_sched_goroutine(&o->sched, sample->goroutine, ORDER_NO_SLOT);
    /* A sample always has a stack; one with an unknown id, which crashes the official tool, has no frames. */
    event->stack = index && index != WIRE_NO_INDEX ? stack_symbol(o, index) : ORDER_EMPTY_STACK;
}
