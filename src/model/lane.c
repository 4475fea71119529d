#include "model/lane.h"

void model_lane_init(struct model_lane *lane, enum model_state first, enum model_state second)
{
    *lane = (struct model_lane){.states = {first, second}};
}

void model_lane_release(struct model_lane *lane)
{
    free(lane->starts_ns);
    free(lane->lengths_ns);
    free(lane->whats);
    free(lane->state_indices);
    base_vec_release(&lane->long_slices);
    base_vec_release(&lane->sums);
    *lane = (struct model_lane){0};
}

static void grow(struct model_lane *lane)
{
    lane->starts_ns = base_grow(lane->starts_ns, &lane->capacity, lane->count + 1, sizeof *lane->starts_ns);
    lane->lengths_ns = base_realloc(lane->lengths_ns, lane->capacity, sizeof *lane->lengths_ns);
    lane->whats = base_realloc(lane->whats, lane->capacity, sizeof *lane->whats);
    lane->state_indices = base_realloc(lane->state_indices, lane->capacity, sizeof *lane->state_indices);
}

void model_lane_add(struct model_lane *lane, const struct model_slice *slice)
{
    int64_t length_ns = slice->end_ns - slice->start_ns;
    size_t i = lane->count;
    uint8_t state_index = slice->state == lane->states[1];
    if (i == lane->capacity)
        grow(lane);
    if (i % MODEL_LANE_STEP == 0)
        *base_vec_add(&lane->sums) = lane->total;
    if (length_ns >= UINT32_MAX)
        *base_vec_add(&lane->long_slices) = (struct model_long_slice){i, length_ns};
    lane->total.ns[state_index] += length_ns;
    lane->starts_ns[i] = slice->start_ns;
    lane->lengths_ns[i] = length_ns >= UINT32_MAX ? UINT32_MAX : (uint32_t)length_ns;
    lane->whats[i] = slice->what;
    lane->state_indices[i] = state_index;
    lane->count++;
}

static int64_t long_length_ns(const struct model_lane *lane, size_t index)
{
    size_t low = 0, high = lane->long_slices.count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (lane->long_slices.at[middle].index < index)
            low = middle + 1;
        else
            high = middle;
    }
    return lane->long_slices.at[low].length_ns;
}

int64_t model_lane_length_ns(const struct model_lane *lane, size_t index)
{
    uint32_t length_ns = lane->lengths_ns[index];
    return length_ns == UINT32_MAX ? long_length_ns(lane, index) : length_ns;
}

struct model_slice model_lane_slice(const struct model_lane *lane, size_t index)
{
    int64_t start_ns = lane->starts_ns[index];
    return (struct model_slice){
        .start_ns = start_ns,
        .end_ns = start_ns + model_lane_length_ns(lane, index),
        .what = lane->whats[index],
        .state = lane->states[lane->state_indices[index]],
    };
}

size_t model_lane_starting(const struct model_lane *lane, int64_t time_ns)
{
    size_t low = 0, high = lane->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (lane->starts_ns[middle] < time_ns)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

size_t model_lane_after(const struct model_lane *lane, int64_t time_ns)
{
    size_t index = model_lane_starting(lane, time_ns);
    if (index && lane->starts_ns[index - 1] + model_lane_length_ns(lane, index - 1) > time_ns)
        index--;
    return index;
}

struct model_lane_sum model_lane_sum_until(const struct model_lane *lane, int64_t time_ns)
{
    size_t end = model_lane_starting(lane, time_ns);
    if (!end)
        return (struct model_lane_sum){{0}};
    size_t step = (end - 1) / MODEL_LANE_STEP;
    struct model_lane_sum sum = lane->sums.at[step];
    for (size_t i = step * MODEL_LANE_STEP; i < end; i++) {
        int64_t length_ns = model_lane_length_ns(lane, i), until_ns = time_ns - lane->starts_ns[i];
        sum.ns[lane->state_indices[i]] += length_ns < until_ns ? length_ns : until_ns;
    }
    return sum;
}
