#include "model/lane.h"

void model_lane_init(struct model_lane *lane, enum model_state first, enum model_state second)
{
    *lane = (struct model_lane){.states = {first, second}};
}

void model_lane_release(struct model_lane *lane)
{
    base_vec_release(&lane->starts_ns);
    base_vec_release(&lane->lengths_ns);
    base_vec_release(&lane->whats);
    base_vec_release(&lane->state_indices);
    base_vec_release(&lane->long_slices);
    base_vec_release(&lane->sums);
    *lane = (struct model_lane){0};
}

void model_lane_add(struct model_lane *lane, const struct model_slice *slice)
{
    int64_t length_ns = slice->end_ns - slice->start_ns;
    uint8_t state_index = slice->state == lane->states[1];
    if (lane->count % MODEL_LANE_STEP == 0)
        *base_vec_add(&lane->sums) = lane->total;
    lane->total.ns[state_index] += length_ns;
    *base_vec_add(&lane->starts_ns) = slice->start_ns;
    if (length_ns >= UINT32_MAX)
        *base_vec_add(&lane->long_slices) = (struct model_long_slice){lane->count, length_ns};
    *base_vec_add(&lane->lengths_ns) = length_ns >= UINT32_MAX ? UINT32_MAX : (uint32_t)length_ns;
    *base_vec_add(&lane->whats) = slice->what;
    *base_vec_add(&lane->state_indices) = state_index;
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
    uint32_t length_ns = lane->lengths_ns.at[index];
    return length_ns == UINT32_MAX ? long_length_ns(lane, index) : length_ns;
}

struct model_slice model_lane_slice(const struct model_lane *lane, size_t index)
{
    int64_t start_ns = lane->starts_ns.at[index];
    return (struct model_slice){
        .start_ns = start_ns,
        .end_ns = start_ns + model_lane_length_ns(lane, index),
        .what = lane->whats.at[index],
        .state = lane->states[lane->state_indices.at[index]],
    };
}

size_t model_lane_starting(const struct model_lane *lane, int64_t time_ns)
{
    size_t low = 0, high = lane->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (lane->starts_ns.at[middle] < time_ns)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

size_t model_lane_after(const struct model_lane *lane, int64_t time_ns)
{
    size_t index = model_lane_starting(lane, time_ns);
    if (index && lane->starts_ns.at[index - 1] + model_lane_length_ns(lane, index - 1) > time_ns)
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
        int64_t length_ns = model_lane_length_ns(lane, i), until_ns = time_ns - lane->starts_ns.at[i];
        sum.ns[lane->state_indices.at[i]] += length_ns < until_ns ? length_ns : until_ns;
    }
    return sum;
}
