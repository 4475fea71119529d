#include "analyze/span.h"

#include "base/memory.h"

struct gathering {
    struct analyze_span *span;
    const struct model_timeline *timeline;
    uint32_t *places; /* by index of timeline->names: one more than that in span->functions; 0: not met yet */
};

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
        (struct analyze_span_goroutine){goroutine, model_states_ns(figures->ns, span->states)};
    function->count++;
    for (int i = 0; i < MODEL_LIFE_STATES; i++) {
        enum model_state state = model_life_states[i];
        function->ns[state] += figures->ns[state];
        span->ns[state] += figures->ns[state];
    }
}

/* Where the span begins and ends in a lane. */
struct ends {
    struct model_place from, to;
};

static struct ends ends_in(const struct analyze_span *span, const struct model_lane *lane)
{
    struct ends ends;
    model_lane_place(lane, span->from_ns, &ends.from);
    model_lane_place(lane, span->to_ns, &ends.to);
    return ends;
}

static int64_t time_ns(const struct ends *ends, enum model_state state)
{
    return ends->to.ns[state] - ends->from.ns[state];
}

/* How many slices touch it. */
static uint64_t count_of(const struct ends *ends)
{
    return ends->to.starting > ends->from.after ? ends->to.starting - ends->from.after : 0;
}

static int64_t longest_ns(const struct analyze_span *span, const struct model_lane *lane, const struct ends *ends)
{
    int64_t longest_ns = 0;
    for (size_t i = ends->from.after; i < ends->to.starting; i++) {
        struct model_slice slice = model_lane_slice(lane, i);
        int64_t begin_ns = slice.start_ns > span->from_ns ? slice.start_ns : span->from_ns;
        int64_t end_ns = slice.end_ns < span->to_ns ? slice.end_ns : span->to_ns;
        longest_ns = end_ns - begin_ns > longest_ns ? end_ns - begin_ns : longest_ns;
    }
    return longest_ns;
}

static void measure(struct analyze_span *span, const struct model_timeline *timeline)
{
    for (size_t i = 0; i < timeline->procs.count; i++) {
        struct ends ends = ends_in(span, &timeline->procs.at[i].lane);
        span->proc_running_ns += time_ns(&ends, MODEL_RUNNING);
        span->proc_syscall_ns += time_ns(&ends, MODEL_SYSCALL);
    }
    struct ends gc = ends_in(span, &timeline->gc), stw = ends_in(span, &timeline->stw);
    span->gc_count = count_of(&gc);
    span->gc_ns = time_ns(&gc, MODEL_GC);
    span->stop_count = count_of(&stw);
    span->stopped_ns = time_ns(&stw, MODEL_STW);
    span->longest_stop_ns = longest_ns(span, &timeline->stw, &stw);
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
    measure(span, timeline);
}

void analyze_span_release(struct analyze_span *span)
{
    base_vec_release(&span->goroutines);
    base_vec_release(&span->functions);
}
