#include "order/presume.h"

#include <stdlib.h>

static bool goroutine_has(const struct order_sched *before, goroutine_id id, int64_t status)
{
    uint32_t slot = order_sched_goroutine(before, id);
    return slot != ORDER_NO_SLOT && before->goroutines.at[slot].status == status;
}

static bool proc_has(const struct order_sched *before, proc_id id, int64_t status)
{
    uint32_t index = order_sched_proc(before, id);
    return index != ORDER_NO_SLOT && before->procs.at[index].status == status;
}

/* An unknown thread has nothing. */
static bool thread_has(const struct order_sched *before, const struct order_presumption *presumed)
{
    uint32_t index = order_sched_thread(before, (thread_id){presumed->id});
    if (index == ORDER_NO_SLOT)
        return presumed->what == ORDER_PRESUMED_IF_THREAD || presumed->value == -1;
    const struct order_thread *thread = &before->threads.at[index];
    int64_t has =
        presumed->what == ORDER_PRESUMED_THREADS_PROC ? order_sched_proc_of(before, thread).n : thread->goroutine.n;
    return has == presumed->value;
}

static bool gc_is(const struct order_sched *before, const struct order_presumption *presumed)
{
    return before->gc == (enum gc_status)presumed->value && before->gc_number == (uint64_t)presumed->id;
}

static bool holds(const struct order_presumption *presumed, const struct order_sched *before)
{
    switch ((enum order_presumed)presumed->what) {
    case ORDER_PRESUMED_GOROUTINE: return goroutine_has(before, (goroutine_id){presumed->id}, presumed->value);
    case ORDER_PRESUMED_NO_GOROUTINE:
        return order_sched_goroutine(before, (goroutine_id){presumed->id}) == ORDER_NO_SLOT;
    case ORDER_PRESUMED_PROC: return proc_has(before, (proc_id){presumed->id}, presumed->value);
    case ORDER_PRESUMED_THREADS_PROC:
    case ORDER_PRESUMED_THREADS_GOROUTINE:
    case ORDER_PRESUMED_IF_THREAD: return thread_has(before, presumed);
    case ORDER_PRESUMED_GC: return gc_is(before, presumed);
    }
    return false;
}

bool order_presumptions_hold(const struct order_presumptions *presumptions, const struct order_sched *before)
{
    for (size_t i = 0; i < presumptions->of.count; i++)
        if (!holds(&presumptions->of.at[i], before))
            return false;
    return true;
}

/* ---- what was not touched ---- */

static uint32_t adopt_proc(struct order_sched *sched, const struct order_proc *proc)
{
    uint32_t index = order_sched_proc(sched, proc->id);
    if (index != ORDER_NO_SLOT)
        return index;
    index = order_sched_add_proc(sched, proc->id, (enum proc_status)proc->status, 0);
    sched->procs.at[index].sequence = proc->sequence;
    return index;
}

static void adopt_thread(struct order_sched *sched, const struct order_sched *before, const struct order_thread *from)
{
    uint32_t index = order_sched_thread(sched, from->id);
    bool new = index == ORDER_NO_SLOT;
    if (new)
        index = order_sched_add_thread(sched, from->id);
    struct order_thread *thread = &sched->threads.at[index];
    if (new || thread->goroutine_unknown) {
        thread->goroutine = from->goroutine;
        thread->slot = order_sched_goroutine(sched, from->goroutine);
    }
    if (new || thread->proc_unknown)
        thread->proc = from->proc == ORDER_NO_SLOT ? ORDER_NO_SLOT : adopt_proc(sched, &before->procs.at[from->proc]);
}

/* A goroutine that was touched was told of first, and that was presumed. */
static void adopt_goroutines(const struct order_presumptions *presumptions, const struct order_sched *before,
                             struct order_sched *sched, struct order_adoptions *ret_adoptions)
{
    bool *touched = base_zalloc(before->goroutines.count + 1, sizeof *touched);
    for (size_t i = 0; i < presumptions->of.count; i++)
        if (presumptions->of.at[i].what == ORDER_PRESUMED_GOROUTINE)
            touched[order_sched_goroutine(before, (goroutine_id){presumptions->of.at[i].id})] = true;
    for (size_t i = 0; i < before->goroutines.count; i++) {
        const struct order_goroutine *from = &before->goroutines.at[i];
        if (touched[i] || from->id.n == -1)
            continue;
        uint32_t slot = order_sched_add_goroutine(sched, from->id, (enum go_status)from->status, 0);
        sched->goroutines.at[slot] = *from;
        *base_vec_add(&ret_adoptions->of) = (struct order_adopted){from->id, slot};
    }
    free(touched);
}

void order_presumed_adopt(const struct order_presumptions *presumptions, const struct order_sched *before,
                          struct order_sched *sched, struct order_adoptions *ret_adoptions)
{
    adopt_goroutines(presumptions, before, sched, ret_adoptions);
    for (size_t i = 0; i < before->procs.count; i++)
        adopt_proc(sched, &before->procs.at[i]);
    for (size_t i = 0; i < before->threads.count; i++)
        adopt_thread(sched, before, &before->threads.at[i]);
    for (size_t i = 0; i < sched->threads.count; i++)
        sched->threads.at[i].goroutine_unknown = sched->threads.at[i].proc_unknown = false;
    if (sched->gc == GC_NOT_TOLD) {
        sched->gc = before->gc;
        sched->gc_number = before->gc_number;
    }
}
