#include "analyze/utilization.h"

/* The step in force at the start moves there. */
static void clip_steps(struct analyze_utilization *u, int64_t start_ns, int64_t end_ns)
{
    struct analyze_util_step *at = u->steps.at;
    size_t first = analyze_utilization_step(u, 0, start_ns), kept = 0;
    for (size_t i = first; i < u->steps.count && (i == first || at[i].time_ns <= end_ns); i++)
        at[kept++] = at[i];
    u->steps.count = kept;
    if (at[0].time_ns < start_ns)
        at[0].time_ns = start_ns;
    at[0].integral_ns = 0;
    for (size_t i = 1; i < kept; i++)
        at[i].integral_ns = analyze_utilization_integral(u, i - 1, at[i].time_ns);
}

/* A stretch within the processor's time; false if there is nothing of it. *near: a step not far before it. */
static bool clip_busy(const struct analyze_utilization *u, const struct analyze_util_proc *proc,
                      struct analyze_util_busy *busy, size_t *near)
{
    busy->start_ns = busy->start_ns > proc->start_ns ? busy->start_ns : proc->start_ns;
    busy->end_ns = busy->end_ns < proc->end_ns ? busy->end_ns : proc->end_ns;
    if (busy->start_ns >= busy->end_ns)
        return false;
    size_t start = analyze_utilization_step(u, *near, busy->start_ns);
    size_t end = *near = analyze_utilization_step(u, start, busy->end_ns);
    busy->start_step = (uint32_t)start;
    busy->end_step = (uint32_t)end;
    busy->integral_ns = analyze_utilization_integral(u, start, busy->start_ns);
    busy->lost_ns = analyze_utilization_integral(u, end, busy->end_ns) - busy->integral_ns;
    return true;
}

/* Lays the stretches that are left from `to` on; returns where they end. */
static size_t clip_busy_of(struct analyze_utilization *u, struct analyze_util_proc *proc, size_t to)
{
    size_t first = to, near = 0;
    for (size_t i = proc->busy_first; i < proc->busy_first + proc->busy_count; i++) {
        struct analyze_util_busy busy = u->busy.at[i];
        if (!clip_busy(u, proc, &busy, &near))
            continue;
        if (to > first)
            busy.lost_ns += u->busy.at[to - 1].lost_ns;
        u->busy.at[to++] = busy;
    }
    proc->busy_first = first;
    proc->busy_count = to - first;
    return to;
}

void analyze_utilization_clip(struct analyze_utilization *u, int64_t start_ns, int64_t end_ns)
{
    size_t kept = 0, busy = 0;
    if (!u->steps.count)
        return;
    clip_steps(u, start_ns, end_ns);
    for (size_t i = 0; i < u->procs.count; i++) { /* whose stretches lie in the same order */
        struct analyze_util_proc proc = u->procs.at[i];
        proc.start_ns = proc.start_ns > start_ns ? proc.start_ns : start_ns;
        proc.end_ns = proc.end_ns < end_ns ? proc.end_ns : end_ns;
        if (proc.start_ns >= proc.end_ns)
            continue;
        busy = clip_busy_of(u, &proc, busy);
        u->procs.at[kept++] = proc;
    }
    u->procs.count = kept;
    u->busy.count = busy;
}
