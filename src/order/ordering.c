#include "order/ordering.h"

#include "order/v1.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void ordering_init(struct ordering *o, int version, bool go_on)
{
    memset(o, 0, sizeof *o);
    o->version = version;
    o->go_on = go_on;
    o->events = base_realloc(NULL, ORDER_BLOCK_ROOM, sizeof *o->events);
    o->lent = base_realloc(NULL, ORDER_BLOCK_ROOM, sizeof *o->lent);
    order_symbols_init(&o->symbols);
    o->names.gc_mark = order_symbols_add_string(&o->symbols, BASE_STR("GC concurrent mark phase"));
    o->names.sweep = order_symbols_add_string(&o->symbols, BASE_STR("GC incremental sweep"));
    o->names.mark_assist = order_symbols_add_string(&o->symbols, BASE_STR("GC mark assist"));
}

void ordering_release(struct ordering *o)
{
    free(o->events);
    free(o->lent);
    order_sched_release(&o->sched);
    order_symbols_release(&o->symbols);
    base_map_release(&o->names.stw);
    free(o->strings.of);
    free(o->stacks.of);
    free(o->frames.of);
    base_error_release(&o->error);
    base_error_release(&o->missing);
}

void ordering_forget(struct ordering *o)
{
    order_sched_forget(&o->sched);
}

void ordering_turn(struct ordering *o)
{
    struct order_event *filled = o->events;
    o->events = o->lent;
    o->lent = filled;
    o->count = 0;
}

static void forget(struct symbol_map *map, size_t count)
{
    if (count > map->capacity)
        map->of = base_grow(map->of, &map->capacity, count, sizeof *map->of);
    map->count = count;
    if (count)
        memset(map->of, 0xff, count * sizeof *map->of);
}

void ordering_enter(struct ordering *o, const struct wire_generation *generation, bool initial)
{
    o->generation = generation;
    o->initial_generation = initial;
    forget(&o->strings, generation->tables.string_ids.dense_count);
    forget(&o->stacks, generation->tables.stack_ids.dense_count);
    forget(&o->frames, generation->tables.frames.count);
}

/* A frame of which the trace knows the address alone: what the program makes of it, or the address as its name. It is
 * that of what follows a call. */
static uint32_t address_symbol(struct ordering *o, uint64_t pc)
{
    struct order_frame frame = {.pc = pc};
    struct base_program_place place;
    if (o->program && base_program_find(o->program, pc - 1, &place)) {
        frame.line = place.line;
        frame.file = place.file.size ? order_symbols_add_string(&o->symbols, place.file) : ORDER_EMPTY_STRING;
        frame.func = place.func.size ? order_symbols_add_string(&o->symbols, place.func) : ORDER_EMPTY_STRING;
    }
    if (!frame.func) {
        char name[24];
        int size = snprintf(name, sizeof name, "%" PRIx64, pc);
        frame.func = order_symbols_add_joined(&o->symbols, "0x", (struct base_str){name, (size_t)size}, "");
    }
    return order_symbols_add_frame(&o->symbols, frame);
}

uint32_t ordering_address_stack(struct ordering *o, uint64_t pc)
{
    uint32_t frame = address_symbol(o, pc);
    return order_symbols_add_stack(&o->symbols, &frame, 1);
}

static uint32_t frame_symbol(struct ordering *o, uint32_t index)
{
    uint32_t *symbol = &o->frames.of[index];
    if (*symbol == SYMBOL_UNKNOWN) {
        const struct wire_tables *tables = &o->generation->tables;
        const struct wire_frame *frame = &tables->frames.at[index];
        if (wire_version_needs_program(o->version))
            return *symbol = address_symbol(o, frame->pc);
        struct order_frame known = {frame->pc, frame->line,
                                    order_symbols_add_string(&o->symbols, tables->strings.at[frame->func]),
                                    order_symbols_add_string(&o->symbols, tables->strings.at[frame->file])};
        *symbol = order_symbols_add_frame(&o->symbols, known);
    }
    return *symbol;
}

static uint32_t add_stack(struct ordering *o, uint32_t index)
{
    const struct wire_tables *tables = &o->generation->tables;
    const struct wire_stack *stack = &tables->stacks.at[index];
    uint32_t frames[WIRE_V1_MAX_FRAMES]; /* the larger limit */
    for (uint32_t i = 0; i < stack->count; i++)
        frames[i] = frame_symbol(o, tables->frame_refs.at[stack->first + i]);
    return order_symbols_add_stack(&o->symbols, frames, stack->count);
}

uint32_t ordering_find_string(struct ordering *o, uint64_t id, uint8_t type)
{
    uint32_t index = wire_ids_find(&o->generation->tables.string_ids, id);
    if (index == WIRE_NO_INDEX) {
        base_fail(ordering_missing(o), "found invalid string ID %" PRIu64 " for event %s", id, wire_events[type].name);
        return ORDER_EMPTY_STRING;
    }
    uint32_t symbol = order_symbols_add_string(&o->symbols, o->generation->tables.strings.at[index]);
    if (id < o->strings.count)
        o->strings.of[id] = symbol;
    return symbol;
}

uint32_t ordering_find_stack(struct ordering *o, uint64_t id, uint8_t type)
{
    uint32_t index = wire_ids_find(&o->generation->tables.stack_ids, id);
    if (index == WIRE_NO_INDEX) {
        base_fail(ordering_missing(o), "found invalid stack ID %" PRIu64 " for event %s", id, wire_events[type].name);
        return ORDER_NO_STACK;
    }
    uint32_t symbol = index ? add_stack(o, index) : ORDER_NO_STACK;
    if (id < o->stacks.count)
        o->stacks.of[id] = symbol;
    return symbol;
}

void order_sample(struct ordering *o, const struct wire_cpu_sample *sample)
{
    const struct order_context context = {sample->thread, sample->proc, sample->goroutine,
                                          order_sched_goroutine(&o->sched, sample->goroutine), ORDER_NO_SLOT};
    struct order_event *event = ordering_emit(o, sample->time_ns, ORDER_STACK_SAMPLE, &context);
    /* A sample always has a stack; one with an unknown id, which crashes the official tool, has no frames. */
    bool known = wire_ids_find(&o->generation->tables.stack_ids, sample->stack_id) != WIRE_NO_INDEX;
    uint32_t stack = known ? ordering_stack(o, sample->stack_id, WIRE_CPU_SAMPLE) : ORDER_NO_STACK;
    event->stack = stack ? stack : ORDER_EMPTY_STACK;
}
