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

static void ranges_free(struct order_ranges *ranges)
{
    if (ranges)
        base_vec_release(&ranges->open);
    free(ranges);
}

static void goroutine_release(struct order_goroutine *goroutine)
{
    ranges_free(goroutine->ranges);
    if (goroutine->regions)
        base_vec_release(&goroutine->regions->open);
    free(goroutine->regions);
}

static struct order_ranges *ranges_copy(const struct order_ranges *from)
{
    struct order_ranges *to = from ? base_zalloc(1, sizeof *to) : NULL;
    if (to)
        base_vec_copy(&to->open, &from->open);
    return to;
}

void order_sched_copy(struct order_sched *to, const struct order_sched *from)
{
    *to = (struct order_sched){.gc_number = from->gc_number, .gc = from->gc};
    base_vec_copy(&to->goroutines, &from->goroutines);
    for (size_t i = 0; i < to->goroutines.count; i++) {
        struct order_goroutine *g = &to->goroutines.at[i];
        struct order_regions *regions = g->regions ? base_zalloc(1, sizeof *regions) : NULL;
        if (regions)
            base_vec_copy(&regions->open, &g->regions->open);
        g->regions = regions;
        g->ranges = ranges_copy(g->ranges);
    }
    base_vec_copy(&to->procs, &from->procs);
    for (size_t i = 0; i < to->procs.count; i++)
        to->procs.at[i].ranges = ranges_copy(to->procs.at[i].ranges);
    base_vec_copy(&to->free_slots, &from->free_slots);
    base_vec_copy(&to->threads, &from->threads);
    base_vec_copy(&to->tasks, &from->tasks);
    base_vec_copy(&to->free_tasks, &from->free_tasks);
    base_map_copy(&to->goroutine_by_id, &from->goroutine_by_id);
    base_map_copy(&to->proc_by_id, &from->proc_by_id);
    base_map_copy(&to->thread_by_id, &from->thread_by_id);
    base_map_copy(&to->task_by_id, &from->task_by_id);
}

void order_sched_forget(struct order_sched *sched)
{
    for (size_t i = 0; i < sched->goroutines.count; i++)
        goroutine_release(&sched->goroutines.at[i]);
    for (size_t i = 0; i < sched->procs.count; i++)
        ranges_free(sched->procs.at[i].ranges);
    base_vec_release(&sched->goroutines);
    base_vec_release(&sched->free_slots);
    base_vec_release(&sched->procs);
    base_vec_release(&sched->threads);
    base_map_release(&sched->goroutine_by_id);
    base_map_release(&sched->proc_by_id);
    base_map_release(&sched->thread_by_id);
    sched->gc = GC_UNDETERMINED;
    sched->gc_number = 0;
}

void order_sched_release(struct order_sched *sched)
{
    order_sched_forget(sched);
    base_vec_release(&sched->tasks);
    base_vec_release(&sched->free_tasks);
    base_map_release(&sched->task_by_id);
}

uint32_t order_sched_add_goroutine(struct order_sched *sched, goroutine_id id, enum go_status status,
                                   uint64_t generation)
{
    uint32_t slot = (uint32_t)sched->goroutines.count;
    if (sched->free_slots.count)
        slot = sched->free_slots.at[--sched->free_slots.count];
    else
        *base_vec_add(&sched->goroutines) = (struct order_goroutine){0};
    struct order_goroutine *goroutine = &sched->goroutines.at[slot];
    goroutine->id = id;
    goroutine->sequence = (struct order_sequence){generation, 0};
    goroutine->status = (uint8_t)status;
    base_map_set(&sched->goroutine_by_id, (uint64_t)id.n, slot);
    return slot;
}

void order_sched_remove_goroutine(struct order_sched *sched, uint32_t slot)
{
    struct order_goroutine *goroutine = &sched->goroutines.at[slot];
    base_map_remove(&sched->goroutine_by_id, (uint64_t)goroutine->id.n);
    goroutine->id = NO_GOROUTINE;
    /* The lists stay, empty, for the next goroutine of the slot. */
    if (goroutine->ranges)
        goroutine->ranges->open.count = 0;
    if (goroutine->regions)
        goroutine->regions->open.count = 0;
    *base_vec_add(&sched->free_slots) = slot;
}

uint32_t order_sched_proc(const struct order_sched *sched, proc_id id)
{
    return base_map_find(&sched->proc_by_id, (uint64_t)id.n);
}

uint32_t order_sched_add_proc(struct order_sched *sched, proc_id id, enum proc_status status, uint64_t generation)
{
    uint32_t index = (uint32_t)sched->procs.count;
    *base_vec_add(&sched->procs) =
        (struct order_proc){.id = id, .sequence = {generation, 0}, .status = (uint8_t)status};
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
    *base_vec_add(&sched->threads) = (struct order_context){id, NO_PROC, NO_GOROUTINE, ORDER_NO_SLOT, ORDER_NO_SLOT};
    base_map_set(&sched->thread_by_id, (uint64_t)id.n, index);
    return index;
}

bool order_sched_add_task(struct order_sched *sched, uint64_t id, struct order_task task)
{
    if (base_map_find(&sched->task_by_id, id) != BASE_MAP_NONE)
        return false;
    uint32_t index = (uint32_t)sched->tasks.count;
    if (sched->free_tasks.count)
        index = sched->free_tasks.at[--sched->free_tasks.count];
    else
        (void)base_vec_add(&sched->tasks);
    sched->tasks.at[index] = task;
    base_map_set(&sched->task_by_id, id, index);
    return true;
}

bool order_sched_take_task(struct order_sched *sched, uint64_t id, struct order_task *ret_task)
{
    uint32_t index = base_map_find(&sched->task_by_id, id);
    if (index == BASE_MAP_NONE)
        return false;
    *ret_task = sched->tasks.at[index];
    *base_vec_add(&sched->free_tasks) = index;
    base_map_remove(&sched->task_by_id, id);
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
        base_text_format(out, "G %" PRId64 " [status=%s seq=%" PRIu64 " (gen=%" PRIu64 ")]\n", g->id.n,
                         order_go_status_names[g->status], g->sequence.number, g->sequence.generation);
    }
    if (alive.count > DESCRIBED_AT_MOST)
        base_text_format(out, "… and %zu goroutines more\n", alive.count - DESCRIBED_AT_MOST);
    base_vec_release(&alive);
}

void order_sched_describe(const struct order_sched *sched, struct base_text *out)
{
    static const char *const gc_names[] = {"Undetermined", "NotRunning", "Running"};
    describe_goroutines(sched, out);
    base_text_char(out, '\n');
    for (size_t i = 0; i < sched->procs.count && i < DESCRIBED_AT_MOST; i++) {
        const struct order_proc *p = &sched->procs.at[i];
        base_text_format(out, "P %" PRId64 " [status=%s seq=%" PRIu64 " (gen=%" PRIu64 ")]\n", p->id.n,
                         order_proc_status_names[p->status], p->sequence.number, p->sequence.generation);
    }
    base_text_char(out, '\n');
    for (size_t i = 0; i < sched->threads.count && i < DESCRIBED_AT_MOST; i++) {
        const struct order_context *m = &sched->threads.at[i];
        base_text_format(out, "M %" PRId64 " [g=%" PRId64 " p=%" PRId64 "]\n", m->thread.n, m->goroutine.n, m->proc.n);
    }
    base_text_format(out, "\nGC %" PRIu64 " %s\n\n", sched->gc_number, gc_names[sched->gc]);
}
