/* What telling knows: who is where, and which ranges, regions and tasks are open. Internal to src/order.
 *
 * Goroutines alive have slots, which are part of the events; a dead one's slot is used again.
 */
#ifndef KYMO_ORDER_CONTEXTS_H
#define KYMO_ORDER_CONTEXTS_H

#include "base/index.h"
#include "base/map.h"
#include "base/memory.h"
#include "order/event.h"

struct open_range {
    uint32_t name; /* of a stop-the-world its kind; else 0 */
    uint8_t type;  /* the wire type that begins it */
};

struct open_region {
    uint64_t task;
    uint32_t name;
};

struct order_ranges {
    BASE_VEC(struct open_range) open;
};

struct order_regions {
    BASE_VEC(struct open_region) open;
};

/* There may be a million of them, of which few ever have anything open. */
union known_goroutine {
    goroutine_id id;
    uint32_t next_free; /* of a free slot */
};

/* What is open of a goroutine; made when first needed. */
struct known_lists {
    struct order_ranges *ranges;
    struct order_regions *regions;
};

struct known_proc {
    proc_id id;
    struct order_ranges *ranges;
};

struct order_task {
    uint64_t parent;
    uint32_t name;
};

struct order_contexts {
    BASE_VEC(union known_goroutine) goroutines; /* by slot */
    BASE_VEC(uint64_t) alive;                   /* a bit a slot */
    uint32_t free_slots;                        /* how many; */
    uint32_t free_slot;                         /* and the one that became free last */
    BASE_VEC(struct known_lists) lists;
    BASE_VEC(uint32_t) lists_of; /* by slot, as far as there are any: index in `lists` + 1, or 0 */
    BASE_VEC(uint8_t) states;    /* v1: by slot, what it was last said to be in, enum order_state */
    struct base_index goroutine_by_id;
    bool indexed; /* somebody asked for an id */
    BASE_VEC(struct known_proc) procs;
    struct base_map proc_by_id;
    BASE_VEC(struct order_context) threads; /* what is current on each */
    struct base_map thread_by_id;
    BASE_VEC(struct order_task) tasks;
    BASE_VEC(uint32_t) free_tasks;
    struct base_map task_by_id;
};

#define ORDER_NO_CONTEXT ((struct order_context){NO_THREAD, NO_PROC, NO_GOROUTINE, ORDER_NO_SLOT, ORDER_NO_SLOT})

void order_contexts_release(struct order_contexts *contexts);

/* Forgets all but the tasks, whose names and parents do not change. */
void order_contexts_forget(struct order_contexts *contexts);

static inline bool order_contexts_alive(const struct order_contexts *contexts, uint32_t slot)
{
    return slot < contexts->goroutines.count && contexts->alive.at[slot / 64] >> slot % 64 & 1;
}

void order_contexts_make_index(struct order_contexts *contexts);

/* The slot of a living goroutine, or ORDER_NO_SLOT. Most traces can be told without. */
static inline uint32_t order_contexts_goroutine(struct order_contexts *contexts, goroutine_id id)
{
    if (id.n == -1)
        return ORDER_NO_SLOT;
    if (!contexts->indexed)
        order_contexts_make_index(contexts);
    return base_index_find(&contexts->goroutine_by_id, BASE_INDEX_KEYS(&contexts->goroutines), (uint64_t)id.n);
}

uint32_t order_contexts_add_goroutine(struct order_contexts *contexts, goroutine_id id);
void order_contexts_remove_goroutine(struct order_contexts *contexts, uint32_t slot);

struct known_lists *order_contexts_make_lists(struct order_contexts *contexts, uint32_t slot);

/* What is open of a goroutine, and its state; the pointers are valid until the next call. */
static inline struct known_lists *order_contexts_lists(struct order_contexts *contexts, uint32_t slot)
{
    if (slot < contexts->lists_of.count && contexts->lists_of.at[slot])
        return &contexts->lists.at[contexts->lists_of.at[slot] - 1];
    return order_contexts_make_lists(contexts, slot);
}
uint8_t *order_contexts_state(struct order_contexts *contexts, uint32_t slot);

/* The index of a processor, or of a thread, that is made known by that. */
uint32_t order_contexts_proc(struct order_contexts *contexts, proc_id id);
uint32_t order_contexts_thread(struct order_contexts *contexts, thread_id id);

/* Returns false if the task is active already. */
bool order_contexts_add_task(struct order_contexts *contexts, uint64_t id, struct order_task task);
/* Returns false if it is not active; otherwise it is removed. */
bool order_contexts_take_task(struct order_contexts *contexts, uint64_t id, struct order_task *ret_task);

/* Opens a range; false if one of that type and name is open. */
bool order_ranges_open(struct order_ranges **ranges, struct open_range range);
/* Closes the first open range of a type; false if there is none. */
bool order_ranges_close(struct order_ranges *ranges, uint8_t type, struct open_range *ret_range);
bool order_ranges_has(const struct order_ranges *ranges, struct open_range range);

#endif
