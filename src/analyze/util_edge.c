#include "analyze/util_edge.h"

void analyze_util_edge_move(const struct analyze_utilization *u, const struct analyze_util_proc *proc,
                            struct analyze_util_edge *edge, int64_t time_ns, size_t near)
{
    const struct analyze_util_busy *busy = analyze_util_busy_of(u, proc);
    time_ns = time_ns < proc->end_ns ? time_ns : proc->end_ns; /* nothing is left beyond */
    edge->time_ns = time_ns;
    edge->step = analyze_utilization_step(u, near, time_ns);
    double integral_ns = analyze_utilization_integral(u, edge->step, time_ns);
    while (edge->busy < proc->busy_count && busy[edge->busy].end_ns <= time_ns)
        edge->busy++;
    edge->within = edge->busy < proc->busy_count && busy[edge->busy].start_ns <= time_ns;
    edge->lost_ns = edge->busy ? busy[edge->busy - 1].lost_ns : 0;
    if (edge->within)
        edge->lost_ns += integral_ns - busy[edge->busy].integral_ns;
    edge->left_ns = integral_ns - edge->lost_ns;
}
