#include "analyze/span.h"

#include "base/memory.h"

struct gathering {
    struct analyze_span *span;
    const struct model_timeline *timeline;
    uint32_t *places; /* by index of timeline->names: one more than that in span->functions; 0: not met yet */
};

int64_t analyze_span_sum(const int64_t *ns, uint32_t states)
{
    int64_t sum_ns = 0;
    for (int state = 0; state < MODEL_STATES; state++)
        if (states >> state & 1)
            sum_ns += ns[state];
    return sum_ns;
}

static struct analyze_span_function *function_of(struct gathering *gathering, uint32_t name)
{
    uint32_t *place = &gathering->places[gathering->timeline->name_by_symbol.at[name]];
    if (!*place) {
        *base_vec_add(&gathering->span->functions) = (struct analyze_span_function){.name = name};
        *place = (uint32_t)gathering->span->functions.count;
    }
    return &gathering->span->functions.at[*place - 1];
}

static void gather(void *context, uint32_t goroutine, const struct model_life_figures *figures)
{
    struct gathering *gathering = context;
    struct analyze_span *span = gathering->span;
    struct analyze_span_function *function = function_of(gathering, gathering->timeline->actors.at[goroutine].name);
    *base_vec_add(&span->goroutines) =
        (struct analyze_span_goroutine){goroutine, analyze_span_sum(figures->ns, span->states)};
    function->count++;
    for (int i = 0; i < MODEL_LIFE_STATES; i++) {
        enum model_state state = model_life_states[i];
        function->ns[state] += figures->ns[state];
        span->ns[state] += figures->ns[state];
    }
}

/* How many slices of a lane touch the span; *ret_ns is their time within. */
static uint64_t measure(const struct analyze_span *span, const struct model_lane *lane, enum model_state state,
                        int64_t *ret_ns)
{
    struct model_place from, to;
    model_lane_place(lane, span->from_ns, &from);
    model_lane_place(lane, span->to_ns, &to);
    *ret_ns = to.ns[state] - from.ns[state];
    return to.starting > from.after ? to.starting - from.after : 0;
}

static int64_t longest_ns(const struct analyze_span *span, const struct model_lane *lane)
{
    struct model_place from;
    int64_t longest_ns = 0;
    model_lane_place(lane, span->from_ns, &from);
    for (size_t i = from.after; i < lane->count; i++) {
        struct model_slice slice = model_lane_slice(lane, i);
        if (slice.start_ns >= span->to_ns)
            break;
        int64_t begin_ns = slice.start_ns > span->from_ns ? slice.start_ns : span->from_ns;
        int64_t end_ns = slice.end_ns < span->to_ns ? slice.end_ns : span->to_ns;
        longest_ns = end_ns - begin_ns > longest_ns ? end_ns - begin_ns : longest_ns;
    }
    return longest_ns;
}

static void measure_procs(struct analyze_span *span, const struct model_timeline *timeline)
{
    for (size_t i = 0; i < timeline->procs.count; i++) {
        int64_t ns;
        measure(span, &timeline->procs.at[i].lane, MODEL_RUNNING, &ns);
        span->proc_running_ns += ns;
        measure(span, &timeline->procs.at[i].lane, MODEL_SYSCALL, &ns);
        span->proc_syscall_ns += ns;
    }
}

void analyze_span_make(struct analyze_span *span, const struct model_goroutine_lanes *lanes, int64_t from_ns,
                       int64_t to_ns, uint32_t states)
{
    const struct model_timeline *timeline = lanes->timeline;
    *span = (struct analyze_span){.from_ns = from_ns > timeline->first_ns ? from_ns : timeline->first_ns,
                                  .to_ns = to_ns < timeline->last_ns ? to_ns : timeline->last_ns,
                                  .states = states};
    if (span->to_ns <= span->from_ns) {
        span->to_ns = span->from_ns;
        return;
    }
    struct gathering gathering = {span, timeline, base_zalloc(timeline->names.count, sizeof *gathering.places)};
    model_goroutine_lanes_visit_span(lanes, span->from_ns, span->to_ns, gather, &gathering);
    free(gathering.places);
    measure_procs(span, timeline);
    span->gc_count = measure(span, &timeline->gc, MODEL_GC, &span->gc_ns);
    span->stop_count = measure(span, &timeline->stw, MODEL_STW, &span->stopped_ns);
    span->longest_stop_ns = longest_ns(span, &timeline->stw);
}

void analyze_span_release(struct analyze_span *span)
{
    base_vec_release(&span->goroutines);
    base_vec_release(&span->functions);
}
