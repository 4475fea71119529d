#include "order/contexts.h"

static void ranges_free(struct order_ranges *ranges)
{
    if (ranges)
        base_vec_release(&ranges->open);
    free(ranges);
}

static void lists_release(struct known_lists *lists)
{
    ranges_free(lists->ranges);
    if (lists->regions)
        base_vec_release(&lists->regions->open);
    free(lists->regions);
}

void order_contexts_forget(struct order_contexts *contexts)
{
    for (size_t i = 0; i < contexts->lists.count; i++)
        lists_release(&contexts->lists.at[i]);
    for (size_t i = 0; i < contexts->procs.count; i++)
        ranges_free(contexts->procs.at[i].ranges);
    base_vec_release(&contexts->goroutines);
    base_vec_release(&contexts->alive);
    contexts->free_slots = 0;
    base_vec_release(&contexts->lists);
    base_vec_release(&contexts->lists_of);
    base_vec_release(&contexts->states);
    base_vec_release(&contexts->procs);
    base_vec_release(&contexts->threads);
    base_index_release(&contexts->goroutine_by_id);
    contexts->indexed = false;
    base_map_release(&contexts->proc_by_id);
    base_map_release(&contexts->thread_by_id);
}

void order_contexts_release(struct order_contexts *contexts)
{
    order_contexts_forget(contexts);
    base_vec_release(&contexts->tasks);
    base_vec_release(&contexts->free_tasks);
    base_map_release(&contexts->task_by_id);
}

void order_contexts_make_index(struct order_contexts *contexts)
{
    contexts->indexed = true;
    for (uint32_t slot = 0; slot < contexts->goroutines.count; slot++)
        if (order_contexts_alive(contexts, slot) && contexts->goroutines.at[slot].id.n != -1)
            base_index_add(&contexts->goroutine_by_id, BASE_INDEX_KEYS(&contexts->goroutines), slot);
}

uint32_t order_contexts_add_goroutine(struct order_contexts *contexts, goroutine_id id)
{
    uint32_t slot = (uint32_t)contexts->goroutines.count;
    if (contexts->free_slots) {
        slot = contexts->free_slot;
        contexts->free_slot = contexts->goroutines.at[slot].next_free;
        contexts->free_slots--;
    } else {
        (void)base_vec_add(&contexts->goroutines);
        if (slot % 64 == 0)
            *base_vec_add(&contexts->alive) = 0;
    }
    contexts->goroutines.at[slot].id = id;
    contexts->alive.at[slot / 64] |= UINT64_C(1) << slot % 64;
    if (slot < contexts->states.count)
        contexts->states.at[slot] = ORDER_UNDETERMINED;
    if (contexts->indexed && id.n != -1)
        base_index_add(&contexts->goroutine_by_id, BASE_INDEX_KEYS(&contexts->goroutines), slot);
    return slot;
}

/* They stay for the next goroutine of the slot. */
static void empty_lists(struct known_lists *lists)
{
    if (lists->ranges)
        lists->ranges->open.count = 0;
    if (lists->regions)
        lists->regions->open.count = 0;
}

void order_contexts_remove_goroutine(struct order_contexts *contexts, uint32_t slot)
{
    if (!order_contexts_alive(contexts, slot))
        return;
    base_index_remove(&contexts->goroutine_by_id, BASE_INDEX_KEYS(&contexts->goroutines), slot);
    contexts->goroutines.at[slot].next_free = contexts->free_slot;
    contexts->alive.at[slot / 64] &= ~(UINT64_C(1) << slot % 64);
    contexts->free_slot = slot;
    contexts->free_slots++;
    if (slot < contexts->lists_of.count && contexts->lists_of.at[slot])
        empty_lists(order_contexts_lists(contexts, slot));
}

struct known_lists *order_contexts_make_lists(struct order_contexts *contexts, uint32_t slot)
{
    while (slot >= contexts->lists_of.count)
        *base_vec_add(&contexts->lists_of) = 0;
    struct known_lists *lists = base_vec_add(&contexts->lists);
    *lists = (struct known_lists){0};
    contexts->lists_of.at[slot] = (uint32_t)contexts->lists.count;
    return lists;
}

uint8_t *order_contexts_state(struct order_contexts *contexts, uint32_t slot)
{
    while (slot >= contexts->states.count)
        *base_vec_add(&contexts->states) = ORDER_UNDETERMINED;
    return &contexts->states.at[slot];
}

uint32_t order_contexts_proc(struct order_contexts *contexts, proc_id id)
{
    uint32_t index = base_map_find(&contexts->proc_by_id, (uint64_t)id.n);
    if (index == BASE_MAP_NONE) {
        index = (uint32_t)contexts->procs.count;
        *base_vec_add(&contexts->procs) = (struct known_proc){.id = id};
        base_map_set(&contexts->proc_by_id, (uint64_t)id.n, index);
    }
    return index;
}

uint32_t order_contexts_thread(struct order_contexts *contexts, thread_id id)
{
    uint32_t index = base_map_find(&contexts->thread_by_id, (uint64_t)id.n);
    if (index == BASE_MAP_NONE) {
        index = (uint32_t)contexts->threads.count;
        *base_vec_add(&contexts->threads) =
            (struct order_context){id, NO_PROC, NO_GOROUTINE, ORDER_NO_SLOT, ORDER_NO_SLOT};
        base_map_set(&contexts->thread_by_id, (uint64_t)id.n, index);
    }
    return index;
}

bool order_contexts_add_task(struct order_contexts *contexts, uint64_t id, struct order_task task)
{
    if (base_map_find(&contexts->task_by_id, id) != BASE_MAP_NONE)
        return false;
    uint32_t index = (uint32_t)contexts->tasks.count;
    if (contexts->free_tasks.count)
        index = contexts->free_tasks.at[--contexts->free_tasks.count];
    else
        (void)base_vec_add(&contexts->tasks);
    contexts->tasks.at[index] = task;
    base_map_set(&contexts->task_by_id, id, index);
    return true;
}

bool order_contexts_take_task(struct order_contexts *contexts, uint64_t id, struct order_task *ret_task)
{
    uint32_t index = base_map_find(&contexts->task_by_id, id);
    if (index == BASE_MAP_NONE)
        return false;
    *ret_task = contexts->tasks.at[index];
    *base_vec_add(&contexts->free_tasks) = index;
    base_map_remove(&contexts->task_by_id, id);
    return true;
}

bool order_ranges_has(const struct order_ranges *ranges, struct open_range range)
{
    if (ranges)
        for (size_t i = 0; i < ranges->open.count; i++)
            if (ranges->open.at[i].type == range.type && ranges->open.at[i].name == range.name)
                return true;
    return false;
}

bool order_ranges_open(struct order_ranges **ranges, struct open_range range)
{
    if (order_ranges_has(*ranges, range))
        return false;
    if (!*ranges)
        *ranges = base_zalloc(1, sizeof **ranges);
    *base_vec_add(&(*ranges)->open) = range;
    return true;
}

bool order_ranges_close(struct order_ranges *ranges, uint8_t type, struct open_range *ret_range)
{
    if (ranges) {
        for (size_t i = 0; i < ranges->open.count; i++) {
            if (ranges->open.at[i].type == type) {
                *ret_range = ranges->open.at[i];
                ranges->open.at[i] = ranges->open.at[--ranges->open.count];
                return true;
            }
        }
    }
    return false;
}
