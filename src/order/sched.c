#include "order/sched.h"

#include "base/sort.h"

#include <inttypes.h>
#include <stdlib.h>

enum { DESCRIBED_AT_MOST = 1000 };

const char *const order_go_status_names[GO_STATUSES] = {
    [GO_BAD] = "Bad",         [GO_RUNNABLE] = "Runnable", [GO_RUNNING] = "Running",
    [GO_SYSCALL] = "Syscall", [GO_WAITING] = "Waiting",
};

const char *const order_proc_status_names[PROC_STATUSES] = {
    [PROC_BAD] = "Bad",
    [PROC_RUNNING] = "Running",
    [PROC_IDLE] = "Idle",
    [PROC_SYSCALL] = "Syscall",
    [PROC_SYSCALL_ABANDONED] = "SyscallAbandoned",
};

const uint8_t order_go_states[GO_STATUSES] = {
    [GO_BAD] = ORDER_UNDETERMINED, [GO_RUNNABLE] = ORDER_RUNNABLE, [GO_RUNNING] = ORDER_RUNNING,
    [GO_SYSCALL] = ORDER_SYSCALL,  [GO_WAITING] = ORDER_WAITING,
};

const uint8_t order_proc_states[PROC_STATUSES] = {
    [PROC_BAD] = ORDER_UNDETERMINED, [PROC_RUNNING] = ORDER_RUNNING,        [PROC_IDLE] = ORDER_IDLE,
    [PROC_SYSCALL] = ORDER_RUNNING,  [PROC_SYSCALL_ABANDONED] = ORDER_IDLE,
};

void order_sched_copy(struct order_sched *to, const struct order_sched *from)
{
    *to = (struct order_sched){
        .gc_number = from->gc_number, .gc = from->gc, .free_slots = from->free_slots, .free_slot = from->free_slot};
    base_vec_copy(&to->goroutines, &from->goroutines);
    base_vec_copy(&to->procs, &from->procs);
    base_vec_copy(&to->threads, &from->threads);
    base_index_copy(&to->goroutine_by_id, &from->goroutine_by_id);
    base_map_copy(&to->proc_by_id, &from->proc_by_id);
    base_map_copy(&to->thread_by_id, &from->thread_by_id);
}

void order_sched_release(struct order_sched *sched)
{
    base_vec_release(&sched->goroutines);
    base_vec_release(&sched->procs);
    base_vec_release(&sched->threads);
    base_index_release(&sched->goroutine_by_id);
    base_map_release(&sched->proc_by_id);
    base_map_release(&sched->thread_by_id);
    *sched = (struct order_sched){0};
}

uint32_t order_sched_add_goroutine(struct order_sched *sched, goroutine_id id, enum go_status status,
                                   uint64_t generation)
{
    uint32_t slot = (uint32_t)sched->goroutines.count;
    if (sched->free_slots) {
        slot = sched->free_slot;
        sched->free_slot = sched->goroutines.at[slot].number;
        sched->free_slots--;
    } else {
        (void)base_vec_add(&sched->goroutines);
    }
    sched->goroutines.at[slot] =
        (struct order_goroutine){.id = id, .generation = generation & 0xffffff, .status = (uint8_t)status};
    if (id.n != -1)
        base_index_add(&sched->goroutine_by_id, BASE_INDEX_KEYS(&sched->goroutines), slot);
    return slot;
}

void order_sched_remove_goroutine(struct order_sched *sched, uint32_t slot)
{
    struct order_goroutine *goroutine = &sched->goroutines.at[slot];
    base_index_remove(&sched->goroutine_by_id, BASE_INDEX_KEYS(&sched->goroutines), slot);
    goroutine->id = NO_GOROUTINE;
    goroutine->number = sched->free_slot;
    sched->free_slot = slot;
    sched->free_slots++;
}

uint32_t order_sched_proc(const struct order_sched *sched, proc_id id)
{
    return base_map_find(&sched->proc_by_id, (uint64_t)id.n);
}

uint32_t order_sched_add_proc(struct order_sched *sched, proc_id id, enum proc_status status, uint64_t generation)
{
    uint32_t index = (uint32_t)sched->procs.count;
    *base_vec_add(&sched->procs) = (struct order_proc){id, {generation, 0}, (uint8_t)status};
    base_map_set(&sched->proc_by_id, (uint64_t)id.n, index);
    return index;
}

uint32_t order_sched_thread(const struct order_sched *sched, thread_id id)
{
    return base_map_find(&sched->thread_by_id, (uint64_t)id.n);
}

uint32_t order_sched_add_thread(struct order_sched *sched, thread_id id)
{
    uint32_t index = (uint32_t)sched->threads.count;
    *base_vec_add(&sched->threads) =
        (struct order_thread){.id = id, .goroutine = NO_GOROUTINE, .slot = ORDER_NO_SLOT, .proc = ORDER_NO_SLOT};
    base_map_set(&sched->thread_by_id, (uint64_t)id.n, index);
    return index;
}

proc_id order_sched_proc_of(const struct order_sched *sched, const struct order_thread *thread)
{
    return thread->proc == ORDER_NO_SLOT ? NO_PROC : sched->procs.at[thread->proc].id;
}

static bool goroutine_before(const void *a, const void *b, void *context)
{
    (void)context;
    return (*(struct order_goroutine *const *)a)->id.n < (*(struct order_goroutine *const *)b)->id.n;
}

static void describe_goroutines(const struct order_sched *sched, struct base_text *out)
{
    BASE_VEC(const struct order_goroutine *) alive = {0};
    for (size_t i = 0; i < sched->goroutines.count; i++)
        if (sched->goroutines.at[i].id.n != -1)
            *base_vec_add(&alive) = &sched->goroutines.at[i];
    base_sort_stable(alive.at, alive.count, sizeof *alive.at, goroutine_before, NULL);
    for (size_t i = 0; i < alive.count && i < DESCRIBED_AT_MOST; i++) {
        const struct order_goroutine *g = alive.at[i];
        base_text_format(out, "G %" PRId64 " [status=%s seq=%" PRIu32 " (gen=%u)]\n", g->id.n,
                         order_go_status_names[g->status], g->number, g->generation);
    }
    if (alive.count > DESCRIBED_AT_MOST)
        base_text_format(out, "… and %zu goroutines more\n", alive.count - DESCRIBED_AT_MOST);
    base_vec_release(&alive);
}

void order_sched_describe(const struct order_sched *sched, struct base_text *out)
{
    static const char *const gc_names[] = {"Undetermined", "NotRunning", "Running", ""};
    describe_goroutines(sched, out);
    base_text_char(out, '\n');
    for (size_t i = 0; i < sched->procs.count && i < DESCRIBED_AT_MOST; i++) {
        const struct order_proc *p = &sched->procs.at[i];
        base_text_format(out, "P %" PRId64 " [status=%s seq=%" PRIu64 " (gen=%" PRIu64 ")]\n", p->id.n,
                         order_proc_status_names[p->status], p->sequence.number, p->sequence.generation);
    }
    base_text_char(out, '\n');
    for (size_t i = 0; i < sched->threads.count && i < DESCRIBED_AT_MOST; i++) {
        const struct order_thread *m = &sched->threads.at[i];
        base_text_format(out, "M %" PRId64 " [g=%" PRId64 " p=%" PRId64 "]\n", m->id.n, m->goroutine.n,
                         order_sched_proc_of(sched, m).n);
    }
    base_text_format(out, "\nGC %" PRIu64 " %s\n\n", sched->gc_number, gc_names[sched->gc]);
}
