/* What ordering knows of goroutines, processors, threads and the collector while it goes along: only what decides
 * whether an event can happen now. Internal to src/order.
 *
 * It is kept from generation to generation; go-trace-ordering.md, section 4. Only living goroutines have an entry: a
 * destroyed one's slot is used again, so the table stays as small as the number of goroutines alive at once.
 */
#ifndef KYMO_ORDER_SCHED_H
#define KYMO_ORDER_SCHED_H

#include "base/ids.h"
#include "base/index.h"
#include "base/map.h"
#include "base/memory.h"
#include "base/text.h"
#include "order/event.h"

#include <stdbool.h>
#include <stdint.h>

enum go_status { GO_BAD, GO_RUNNABLE, GO_RUNNING, GO_SYSCALL, GO_WAITING, GO_STATUSES };
enum proc_status { PROC_BAD, PROC_RUNNING, PROC_IDLE, PROC_SYSCALL, PROC_SYSCALL_ABANDONED, PROC_STATUSES };
/* Not told: what came before this generation is not known yet (presume.h). */
enum gc_status { GC_UNDETERMINED, GC_NOT_RUNNING, GC_RUNNING, GC_NOT_TOLD };

/* As messages call them, and the states they are delivered as: enum order_state. */
extern const char *const order_go_status_names[GO_STATUSES];
extern const char *const order_proc_status_names[PROC_STATUSES];
extern const uint8_t order_go_states[GO_STATUSES], order_proc_states[PROC_STATUSES];

/* A counter that restarts in each generation. */
struct order_sequence {
    uint64_t generation, number;
};

/* There may be a million of them: 16 bytes. */
struct order_goroutine {
    goroutine_id id;          /* NO_GOROUTINE: the slot is free */
    uint32_t number;          /* of its last event that is numbered, in its generation; of a free slot, the next one */
    uint32_t generation : 24; /* the low bits of its number: a goroutine is told of in each */
    uint32_t status : 8;      /* enum go_status */
};

struct order_proc {
    proc_id id;
    struct order_sequence sequence;
    uint8_t status; /* enum proc_status */
};

/* What is current on a thread. */
struct order_thread {
    thread_id id;
    goroutine_id goroutine;
    uint32_t slot, proc; /* ORDER_NO_SLOT: none */
    bool goroutine_unknown,
        proc_unknown; /* it is what it was before this generation; the fields say none (presume.h) */
};

struct order_sched {
    BASE_VEC(struct order_goroutine) goroutines; /* by slot */
    uint32_t free_slots;                         /* how many; */
    uint32_t free_slot;                          /* and the one that became free last */
    struct base_index goroutine_by_id;
    BASE_VEC(struct order_proc) procs;
    struct base_map proc_by_id;
    BASE_VEC(struct order_thread) threads;
    struct base_map thread_by_id;
    uint64_t gc_number;
    enum gc_status gc;
};

void order_sched_release(struct order_sched *sched);

/* A copy that can be changed on its own. */
void order_sched_copy(struct order_sched *to, const struct order_sched *from);

/* The slot of a living goroutine, or ORDER_NO_SLOT. */
static inline uint32_t order_sched_goroutine(const struct order_sched *sched, goroutine_id id)
{
    return id.n == -1 ? ORDER_NO_SLOT
                      : base_index_find(&sched->goroutine_by_id, BASE_INDEX_KEYS(&sched->goroutines), (uint64_t)id.n);
}

/* The slot of a thread's goroutine, which is remembered there; it may have died meanwhile, in a damaged trace. */
static inline uint32_t order_sched_current(const struct order_sched *sched, const struct order_thread *m)
{
    if (m->slot < sched->goroutines.count && sched->goroutines.at[m->slot].id.n == m->goroutine.n)
        return m->slot;
    return order_sched_goroutine(sched, m->goroutine);
}

/* Whether a number is the one after a goroutine's last, in the same generation. */
static inline bool order_goroutine_succeeds(const struct order_goroutine *goroutine, uint64_t generation,
                                            uint64_t number)
{
    return goroutine->generation == (generation & 0xffffff) && (uint64_t)goroutine->number + 1 == number;
}

/* The number of its last event; where it has more than 32 bits, which damage alone makes, nothing succeeds it. */
static inline void order_goroutine_count_from(struct order_goroutine *goroutine, uint64_t generation, uint64_t number)
{
    goroutine->generation = generation & 0xffffff;
    goroutine->number = (uint32_t)number;
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

/* The processor of a thread, or NO_PROC. */
proc_id order_sched_proc_of(const struct order_sched *sched, const struct order_thread *thread);

/* The lines about goroutines, processors, threads and the collector that explain why no thread can advance. */
void order_sched_describe(const struct order_sched *sched, struct base_text *out);

#endif
