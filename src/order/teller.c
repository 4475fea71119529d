#include "order/teller.h"

#include "order/v1.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void order_teller_init(struct order_teller *t, int version, bool go_on)
{
    memset(t, 0, sizeof *t);
    t->version = version;
    t->go_on = go_on;
    t->wanted = ORDER_ALL_KINDS;
    t->events = base_realloc(NULL, ORDER_BLOCK_ROOM, sizeof *t->events);
    t->lent = base_realloc(NULL, ORDER_BLOCK_ROOM, sizeof *t->lent);
    order_symbols_init(&t->symbols);
    t->names.gc_mark = order_symbols_add_string(&t->symbols, BASE_STR("GC concurrent mark phase"));
    t->names.sweep = order_symbols_add_string(&t->symbols, BASE_STR("GC incremental sweep"));
    t->names.mark_assist = order_symbols_add_string(&t->symbols, BASE_STR("GC mark assist"));
}

void order_teller_release(struct order_teller *t)
{
    free(t->events);
    free(t->lent);
    order_contexts_release(&t->known);
    order_symbols_release(&t->symbols);
    base_map_release(&t->names.stw);
    base_vec_release(&t->slots);
    base_vec_release(&t->threads);
    free(t->strings.of);
    free(t->stacks.of);
    free(t->frames.of);
    base_error_release(&t->error);
    base_error_release(&t->missing);
}

void order_teller_forget(struct order_teller *t)
{
    order_contexts_forget(&t->known);
    t->slots.count = 0;
}

void order_teller_turn(struct order_teller *t)
{
    struct order_event *filled = t->events;
    t->events = t->lent;
    t->lent = filled;
    t->count = 0;
}

static void forget(struct symbol_map *map, size_t count)
{
    if (count > map->capacity)
        map->of = base_grow(map->of, &map->capacity, count, sizeof *map->of);
    map->count = count;
    if (count)
        memset(map->of, 0xff, count * sizeof *map->of);
}

void order_teller_enter(struct order_teller *t, const struct wire_generation *generation, bool initial, bool own_slots)
{
    t->generation = generation;
    t->initial = initial;
    if (own_slots)
        t->slots.count = 0;
    t->threads.count = 0;
    for (size_t i = 0; i < generation->threads.count; i++)
        *base_vec_add(&t->threads) = ORDER_NO_SLOT;
    forget(&t->strings, generation->tables.string_ids.dense_count);
    forget(&t->stacks, generation->tables.stack_ids.dense_count);
    forget(&t->frames, generation->tables.frames.count);
}

/* A frame of which the trace knows the address alone: what the program makes of it, or the address as its name. It is
 * that of what follows a call. */
static uint32_t address_symbol(struct order_teller *t, uint64_t pc)
{
    struct order_frame frame = {.pc = pc};
    struct base_program_place place;
    if (t->program && base_program_find(t->program, pc - 1, &place)) {
        frame.line = place.line;
        frame.file = place.file.size ? order_symbols_add_string(&t->symbols, place.file) : ORDER_EMPTY_STRING;
        frame.func = place.func.size ? order_symbols_add_string(&t->symbols, place.func) : ORDER_EMPTY_STRING;
    }
    if (!frame.func) {
        char name[24];
        int size = snprintf(name, sizeof name, "%" PRIx64, pc);
        frame.func = order_symbols_add_joined(&t->symbols, "0x", (struct base_str){name, (size_t)size}, "");
    }
    return order_symbols_add_frame(&t->symbols, frame);
}

uint32_t order_teller_address_stack(struct order_teller *t, uint64_t pc)
{
    uint32_t frame = address_symbol(t, pc);
    return order_symbols_add_stack(&t->symbols, &frame, 1);
}

static uint32_t frame_symbol(struct order_teller *t, uint32_t index)
{
    uint32_t *symbol = &t->frames.of[index];
    if (*symbol == SYMBOL_UNKNOWN) {
        const struct wire_tables *tables = &t->generation->tables;
        const struct wire_frame *frame = &tables->frames.at[index];
        if (wire_version_needs_program(t->version))
            return *symbol = address_symbol(t, frame->pc);
        struct order_frame known = {frame->pc, frame->line,
                                    order_symbols_add_string(&t->symbols, tables->strings.at[frame->func]),
                                    order_symbols_add_string(&t->symbols, tables->strings.at[frame->file])};
        *symbol = order_symbols_add_frame(&t->symbols, known);
    }
    return *symbol;
}

static uint32_t add_stack(struct order_teller *t, uint32_t index)
{
    const struct wire_tables *tables = &t->generation->tables;
    const struct wire_stack *stack = &tables->stacks.at[index];
    uint32_t frames[WIRE_V1_MAX_FRAMES]; /* the larger limit */
    for (uint32_t i = 0; i < stack->count; i++)
        frames[i] = frame_symbol(t, tables->frame_refs.at[stack->first + i]);
    return order_symbols_add_stack(&t->symbols, frames, stack->count);
}

uint32_t order_teller_find_string(struct order_teller *t, uint64_t id, uint8_t type)
{
    uint32_t index = wire_ids_find(&t->generation->tables.string_ids, id);
    if (index == WIRE_NO_INDEX) {
        base_fail(order_teller_missing(t), "found invalid string ID %" PRIu64 " for event %s", id,
                  wire_events[type].name);
        return ORDER_EMPTY_STRING;
    }
    uint32_t symbol = order_symbols_add_string(&t->symbols, t->generation->tables.strings.at[index]);
    if (id < t->strings.count)
        t->strings.of[id] = symbol;
    return symbol;
}

uint32_t order_teller_find_stack(struct order_teller *t, uint64_t id, uint8_t type)
{
    uint32_t index = wire_ids_find(&t->generation->tables.stack_ids, id);
    if (index == WIRE_NO_INDEX) {
        base_fail(order_teller_missing(t), "found invalid stack ID %" PRIu64 " for event %s", id,
                  wire_events[type].name);
        return ORDER_NO_STACK;
    }
    uint32_t symbol = index ? add_stack(t, index) : ORDER_NO_STACK;
    if (id < t->stacks.count)
        t->stacks.of[id] = symbol;
    return symbol;
}
