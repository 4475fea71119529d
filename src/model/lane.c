#include "model/lane.h"

void model_lane_init(struct model_lane *lane, struct base_pages *pages, enum model_state first, enum model_state second)
{
    *lane = (struct model_lane){.pages = pages, .states = {first, second}};
}

void model_lane_release(struct model_lane *lane)
{
    base_vec_release(&lane->long_spans);
    base_vec_release(&lane->steps);
    *lane = (struct model_lane){0};
}

__attribute__((noinline, cold)) static void begin_step(struct model_lane *lane, int64_t start_ns)
{
    if (!lane->count)
        lane->end_ns = start_ns;
    struct model_lane_step *step = base_vec_add(&lane->steps);
    step->spans = base_pages_alloc(lane->pages, MODEL_LANE_STEP * sizeof *step->spans);
    step->from_ns = lane->end_ns;
    memcpy(step->ns, lane->ns, sizeof step->ns);
}

__attribute__((noinline, cold)) static void add_long_span(struct model_lane *lane, int64_t gap_ns, int64_t length_ns)
{
    *base_vec_add(&lane->long_spans) = (struct model_long_span){lane->count, gap_ns, length_ns};
}

void model_lane_add(struct model_lane *lane, const struct model_slice *slice)
{
    if (lane->count % MODEL_LANE_STEP == 0)
        begin_step(lane, slice->start_ns);
    int64_t gap_ns = slice->start_ns - lane->end_ns, length_ns = slice->end_ns - slice->start_ns;
    uint32_t state_index = slice->state == lane->states[1];
    struct model_span span = {(uint32_t)gap_ns, (uint32_t)length_ns << 1 | state_index, slice->what};
    if (__builtin_expect((uint64_t)gap_ns >= UINT32_MAX || (uint64_t)length_ns > INT32_MAX, 0)) {
        add_long_span(lane, gap_ns, length_ns);
        span.gap_ns = UINT32_MAX;
    }
    lane->steps.at[lane->steps.count - 1].spans[lane->count % MODEL_LANE_STEP] = span;
    lane->ns[state_index] += length_ns;
    lane->end_ns = slice->end_ns;
    lane->count++;
}

static const struct model_long_span *long_span(const struct model_lane *lane, size_t index)
{
    size_t low = 0, high = lane->long_spans.count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (lane->long_spans.at[middle].index < index)
            low = middle + 1;
        else
            high = middle;
    }
    return &lane->long_spans.at[low];
}

static size_t end_of_step(const struct model_lane *lane, size_t step)
{
    size_t end = (step + 1) * MODEL_LANE_STEP;
    return end < lane->count ? end : lane->count;
}

/* Where a slice begins and how long it is; *at_ns is where the one before ended. */
static inline int64_t measure(const struct model_lane *lane, const struct model_span *span, size_t index,
                              int64_t *at_ns)
{
    if (__builtin_expect(span->gap_ns == UINT32_MAX, 0)) {
        const struct model_long_span *far = long_span(lane, index);
        *at_ns += far->gap_ns;
        return far->length_ns;
    }
    *at_ns += span->gap_ns;
    return span->length_ns_state >> 1;
}

/* The slices of one step, from `first` to before `end`. */
static void read_step(const struct model_lane *lane, size_t step, size_t first, size_t end,
                      struct model_slice *ret_slices)
{
    const struct model_span *span = lane->steps.at[step].spans;
    int64_t at_ns = lane->steps.at[step].from_ns;
    for (size_t i = step * MODEL_LANE_STEP; i < end; i++, span++) {
        int64_t length_ns = measure(lane, span, i, &at_ns), start_ns = at_ns;
        at_ns += length_ns;
        if (i >= first)
            ret_slices[i - first] =
                (struct model_slice){start_ns, at_ns, span->what, lane->states[span->length_ns_state & 1]};
    }
}

size_t model_lane_read(const struct model_lane *lane, size_t first, size_t count, struct model_slice *ret_slices)
{
    if (first >= lane->count)
        return 0;
    size_t end = count < lane->count - first ? first + count : lane->count;
    for (size_t at = first; at < end; at = end_of_step(lane, at / MODEL_LANE_STEP)) {
        size_t step = at / MODEL_LANE_STEP, last = end_of_step(lane, step);
        read_step(lane, step, at, last < end ? last : end, ret_slices + (at - first));
    }
    return end - first;
}

struct model_slice model_lane_slice(const struct model_lane *lane, size_t index)
{
    struct model_slice slice = {0};
    model_lane_read(lane, index, 1, &slice);
    return slice;
}

/* How many steps begin before a time, the gaps before their first slices counted in; at least `known` do. */
static size_t steps_before(const struct model_lane *lane, int64_t time_ns, size_t known)
{
    return lane->steps.count
               ? model_steps_before(&lane->steps.at->from_ns, sizeof *lane->steps.at, known, lane->steps.count, time_ns)
               : 0;
}

/* The place of a time before which so many steps begin. */
static void place_after(const struct model_lane *lane, size_t steps, int64_t time_ns, struct model_place *ret_place)
{
    *ret_place = (struct model_place){0};
    if (!steps)
        return;
    const struct model_lane_step *step = &lane->steps.at[steps - 1];
    const struct model_span *span = step->spans;
    size_t i = (steps - 1) * MODEL_LANE_STEP, end = end_of_step(lane, steps - 1);
    int64_t ns[MODEL_LANE_STATES] = {step->ns[0], step->ns[1]}, end_ns = step->from_ns;
    for (; i < end; i++, span++) {
        int64_t start_ns = end_ns, length_ns = measure(lane, span, i, &start_ns);
        if (start_ns >= time_ns)
            break;
        end_ns = start_ns + length_ns;
        ns[span->length_ns_state & 1] += length_ns;
    }
    bool within = end_ns > time_ns;
    if (within) /* the last one was counted as a whole */
        ns[span[-1].length_ns_state & 1] -= end_ns - time_ns;
    ret_place->starting = i;
    ret_place->after = i - within;
    for (int state = 0; state < MODEL_LANE_STATES; state++)
        ret_place->ns[lane->states[state]] += ns[state];
}

void model_lane_place(const struct model_lane *lane, int64_t time_ns, struct model_place *ret_place)
{
    place_after(lane, steps_before(lane, time_ns, 0), time_ns, ret_place);
}

void model_lane_places(const struct model_lane *lane, const int64_t *times_ns, size_t count,
                       struct model_place *ret_places)
{
    size_t known = 0;
    for (size_t i = 0; i < count; i += MODEL_PLACES_AT_ONCE) {
        size_t steps[MODEL_PLACES_AT_ONCE], some = count - i < MODEL_PLACES_AT_ONCE ? count - i : MODEL_PLACES_AT_ONCE;
        for (size_t j = 0; j < some; j++) {
            known = steps[j] = steps_before(lane, times_ns[i + j], known);
            if (known)
                model_prefetch(lane->steps.at[known - 1].spans, MODEL_LANE_STEP * sizeof(struct model_span));
        }
        for (size_t j = 0; j < some; j++)
            place_after(lane, steps[j], times_ns[i + j], &ret_places[i + j]);
    }
}
