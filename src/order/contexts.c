#include "order/contexts.h"

static void ranges_free(struct order_ranges *ranges)
{
    if (ranges)
        base_vec_release(&ranges->open);
    free(ranges);
}

static void goroutine_release(struct known_goroutine *goroutine)
{
    ranges_free(goroutine->ranges);
    if (goroutine->regions)
        base_vec_release(&goroutine->regions->open);
    free(goroutine->regions);
}

void order_contexts_forget(struct order_contexts *contexts)
{
    for (size_t i = 0; i < contexts->goroutines.count; i++)
        goroutine_release(&contexts->goroutines.at[i]);
    for (size_t i = 0; i < contexts->procs.count; i++)
        ranges_free(contexts->procs.at[i].ranges);
    base_vec_release(&contexts->goroutines);
    base_vec_release(&contexts->free_slots);
    base_vec_release(&contexts->procs);
    base_vec_release(&contexts->threads);
    base_map_release(&contexts->goroutine_by_id);
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

uint32_t order_contexts_add_goroutine(struct order_contexts *contexts, goroutine_id id)
{
    uint32_t slot = (uint32_t)contexts->goroutines.count;
    if (contexts->free_slots.count)
        slot = contexts->free_slots.at[--contexts->free_slots.count];
    else
        *base_vec_add(&contexts->goroutines) = (struct known_goroutine){0};
    contexts->goroutines.at[slot].id = id;
    contexts->goroutines.at[slot].state = ORDER_UNDETERMINED;
    base_map_set(&contexts->goroutine_by_id, (uint64_t)id.n, slot);
    return slot;
}

void order_contexts_remove_goroutine(struct order_contexts *contexts, uint32_t slot)
{
    struct known_goroutine *goroutine = &contexts->goroutines.at[slot];
    base_map_remove(&contexts->goroutine_by_id, (uint64_t)goroutine->id.n);
    goroutine->id = NO_GOROUTINE;
    /* The lists stay, empty, for the next goroutine of the slot. */
    if (goroutine->ranges)
        goroutine->ranges->open.count = 0;
    if (goroutine->regions)
        goroutine->regions->open.count = 0;
    *base_vec_add(&contexts->free_slots) = slot;
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
