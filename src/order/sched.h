/* What the ordering knows of goroutines, processors, threads, tasks and the collector while it goes along.
 *
 * It is kept over the whole trace, across generations; go-trace-ordering.md, section 4. Only living goroutines have an
 * entry: a destroyed one's slot is used again, so the table stays as small as the number of goroutines alive at once.
 */
#ifndef KYMO_ORDER_SCHED_H
#define KYMO_ORDER_SCHED_H

#include "base/ids.h"
#include "base/map.h"
#include "base/memory.h"
#include "base/text.h"
#include "order/event.h"

#include <stdbool.h>
#include <stdint.h>

enum go_status { GO_BAD, GO_RUNNABLE, GO_RUNNING, GO_SYSCALL, GO_WAITING, GO_STATUSES };
enum proc_status { PROC_BAD, PROC_RUNNING, PROC_IDLE, PROC_SYSCALL, PROC_SYSCALL_ABANDONED, PROC_STATUSES };
enum gc_status { GC_UNDETERMINED, GC_NOT_RUNNING, GC_RUNNING };

/* As messages call them. */
extern const char *const order_go_status_names[GO_STATUSES];
extern const char *const order_proc_status_names[PROC_STATUSES];

/* A counter that restarts in each generation. */
struct order_sequence {
    uint64_t generation, number;
};

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

struct order_goroutine {
    goroutine_id id; /* NO_GOROUTINE: the slot is free */
    struct order_sequence sequence;
    uint8_t status;                /* enum go_status */
    struct order_ranges *ranges;   /* made when first needed */
    struct order_regions *regions; /* likewise */
};

struct order_proc {
    proc_id id;
    struct order_sequence sequence;
    uint8_t status; /* enum proc_status */
    struct order_ranges *ranges;
};

struct order_task {
    uint64_t parent;
    uint32_t name;
};

struct order_sched {
    BASE_VEC(struct order_goroutine) goroutines; /* by slot */
    BASE_VEC(uint32_t) free_slots;
    struct base_map goroutine_by_id;
    BASE_VEC(struct order_proc) procs;
    struct base_map proc_by_id;
    BASE_VEC(struct order_context) threads; /* what is current on each */
    struct base_map thread_by_id;
    BASE_VEC(struct order_task) tasks;
    BASE_VEC(uint32_t) free_tasks;
    struct base_map task_by_id;
    uint64_t gc_number;
    enum gc_status gc;
};

void order_sched_release(struct order_sched *sched);

/* A copy that can be changed on its own. */
void order_sched_copy(struct order_sched *to, const struct order_sched *from);

/* Forgets all but the tasks, whose names and parents do not change. */
void order_sched_forget(struct order_sched *sched);

/* The slot of a living goroutine, or ORDER_NO_SLOT. */
static inline uint32_t order_sched_goroutine(const struct order_sched *sched, goroutine_id id)
{
    return id.n == -1 ? ORDER_NO_SLOT : base_map_find(&sched->goroutine_by_id, (uint64_t)id.n);
}

/* The slot of a thread's goroutine, which is remembered there; it may have died meanwhile, in a damaged trace. */
static inline uint32_t order_sched_current(const struct order_sched *sched, const struct order_context *m)
{
    if (m->goroutine_slot < sched->goroutines.count && sched->goroutines.at[m->goroutine_slot].id.n == m->goroutine.n)
        return m->goroutine_slot;
    return order_sched_goroutine(sched, m->goroutine);
}

uint32_t order_sched_add_goroutine(struct order_sched *sched, goroutine_id id, enum go_status status,
                                   uint64_t generation);
void order_sched_remove_goroutine(struct order_sched *sched, uint32_t slot);

/* The index of a processor, or ORDER_NO_SLOT. */
uint32_t order_sched_proc(const struct order_sched *sched, proc_id id);
uint32_t order_sched_add_proc(struct order_sched *sched, proc_id id, enum proc_status status, uint64_t generation);

/* The index of a thread, or ORDER_NO_SLOT. */
uint32_t order_sched_thread(const struct order_sched *sched, thread_id id);
uint32_t order_sched_add_thread(struct order_sched *sched, thread_id id);

/* Returns false if the task is active already. */
bool order_sched_add_task(struct order_sched *sched, uint64_t id, struct order_task task);
/* Returns false if it is not active; otherwise it is removed. */
bool order_sched_take_task(struct order_sched *sched, uint64_t id, struct order_task *ret_task);

/* Opens a range; false if one of that type and name is open. */
bool order_ranges_open(struct order_ranges **ranges, struct open_range range);
/* Closes the first open range of a type; false if there is none. */
bool order_ranges_close(struct order_ranges *ranges, uint8_t type, struct open_range *ret_range);
bool order_ranges_has(const struct order_ranges *ranges, struct open_range range);

/* The lines about goroutines, processors, threads and the collector that explain why no thread can advance. */
void order_sched_describe(const struct order_sched *sched, struct base_text *out);

#endif
