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

static void begin_step(struct model_lane *lane)
{
    struct model_lane_step *step = base_vec_add(&lane->steps);
    step->from_ns = lane->end_ns;
    memcpy(step->ns, lane->ns, sizeof step->ns);
}

void model_lane_add(struct model_lane *lane, const struct model_slice *slice)
{
    if (!lane->count)
        lane->end_ns = slice->start_ns;
    int64_t gap_ns = slice->start_ns - lane->end_ns, length_ns = slice->end_ns - slice->start_ns;
    unsigned state_index = slice->state == lane->states[1];
    bool fits = (uint64_t)gap_ns < UINT32_MAX && (uint64_t)length_ns <= INT32_MAX;
    if (lane->count % MODEL_LANE_STEP == 0)
        begin_step(lane);
    if (!fits)
        *base_vec_add(&lane->long_spans) = (struct model_long_span){lane->count, gap_ns, length_ns};
    *base_paged_add(&lane->spans, lane->pages) = (struct model_span){
        .gap_ns = fits ? (uint32_t)gap_ns : UINT32_MAX,
        .length_ns = fits ? (uint32_t)length_ns & INT32_MAX : 0,
        .state_index = state_index & 1,
        .what = slice->what,
    };
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

/* A slice on the way through a lane. */
struct walker {
    const struct model_lane *lane;
    size_t index;
    int64_t start_ns, end_ns;
    unsigned state_index;
    uint32_t what;
};

static void enter_step(struct walker *walker, const struct model_lane *lane, size_t step)
{
    *walker = (struct walker){.lane = lane, .index = step * MODEL_LANE_STEP};
    walker->end_ns = lane->steps.at[step].from_ns;
}

/* Looks at the slice at its index, which is there; walker->end_ns is where the one before ended. */
static inline void look(struct walker *walker)
{
    const struct model_span *span = base_paged_at(&walker->lane->spans, walker->index);
    int64_t gap_ns = span->gap_ns, length_ns = span->length_ns;
    if (span->gap_ns == UINT32_MAX) {
        const struct model_long_span *far = long_span(walker->lane, walker->index);
        gap_ns = far->gap_ns;
        length_ns = far->length_ns;
    }
    walker->start_ns = walker->end_ns + gap_ns;
    walker->end_ns = walker->start_ns + length_ns;
    walker->state_index = span->state_index;
    walker->what = span->what;
}

size_t model_lane_read(const struct model_lane *lane, size_t first, size_t count, struct model_slice *ret_slices)
{
    struct walker walker;
    if (first >= lane->count)
        return 0;
    size_t end = count < lane->count - first ? first + count : lane->count;
    for (enter_step(&walker, lane, first / MODEL_LANE_STEP); walker.index < end; walker.index++) {
        look(&walker);
        if (walker.index >= first)
            ret_slices[walker.index - first] =
                (struct model_slice){walker.start_ns, walker.end_ns, walker.what, lane->states[walker.state_index]};
    }
    return end - first;
}

struct model_slice model_lane_slice(const struct model_lane *lane, size_t index)
{
    struct model_slice slice = {0};
    model_lane_read(lane, index, 1, &slice);
    return slice;
}

/* How many steps begin before a time, the gaps before their first slices counted in. */
static size_t steps_before(const struct model_lane *lane, int64_t time_ns)
{
    size_t low = 0, high = lane->steps.count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (lane->steps.at[middle].from_ns < time_ns)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void model_lane_place(const struct model_lane *lane, int64_t time_ns, struct model_place *ret_place)
{
    struct walker walker;
    size_t steps = steps_before(lane, time_ns);
    *ret_place = (struct model_place){0};
    if (!steps)
        return;
    const struct model_lane_step *step = &lane->steps.at[steps - 1];
    int64_t ns[MODEL_LANE_STATES] = {step->ns[0], step->ns[1]};
    size_t end = steps * MODEL_LANE_STEP < lane->count ? steps * MODEL_LANE_STEP : lane->count;
    bool within = false;
    for (enter_step(&walker, lane, steps - 1); walker.index < end; walker.index++) {
        look(&walker);
        if (walker.start_ns >= time_ns)
            break;
        within = walker.end_ns > time_ns;
        ns[walker.state_index] += (within ? time_ns : walker.end_ns) - walker.start_ns;
    }
    ret_place->starting = walker.index;
    ret_place->after = walker.index - within;
    for (int i = 0; i < MODEL_LANE_STATES; i++)
        ret_place->ns[lane->states[i]] += ns[i];
}
