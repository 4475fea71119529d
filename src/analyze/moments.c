#include "analyze/moments.h"

#include "model/lane.h"

enum { STEP = 64, BLOCK = 4096 };

static uint32_t *offset_at(const struct analyze_moments *moments, uint64_t index)
{
    return &moments->blocks.at[index / BLOCK][index % BLOCK];
}

void analyze_moments_add(struct analyze_moments *moments, int64_t time_ns)
{
    struct analyze_moments_step step = {time_ns, moments->count};
    if (moments->steps.count)
        step = moments->steps.at[moments->steps.count - 1];
    if (!moments->steps.count || moments->count - step.first == STEP || time_ns - step.time_ns > UINT32_MAX) {
        step = (struct analyze_moments_step){time_ns, moments->count};
        *base_vec_add(&moments->steps) = step;
    }
    if (moments->count % BLOCK == 0)
        *base_vec_add(&moments->blocks) = base_pages_alloc(&moments->pages, BLOCK * sizeof(uint32_t));
    *offset_at(moments, moments->count++) = (uint32_t)(time_ns - step.time_ns);
}

void analyze_moments_release(struct analyze_moments *moments)
{
    base_vec_release(&moments->steps);
    base_vec_release(&moments->blocks);
    base_pages_release(&moments->pages);
    *moments = (struct analyze_moments){0};
}

uint64_t analyze_moments_before(const struct analyze_moments *moments, int64_t time_ns)
{
    size_t count = moments->steps.count;
    const struct analyze_moments_step *steps = moments->steps.at;
    size_t begun = count ? model_steps_before(&steps->time_ns, sizeof *steps, 0, count, time_ns) : 0;
    if (!begun)
        return 0;
    const struct analyze_moments_step *step = &steps[begun - 1];
    uint64_t index = step->first, end = begun < count ? step[1].first : moments->count;
    while (index < end && step->time_ns + *offset_at(moments, index) < time_ns)
        index++;
    return index;
}

int64_t analyze_moments_at(const struct analyze_moments *moments, uint64_t index)
{
    size_t low = 0, high = moments->steps.count;
    while (low < high) { /* how many steps begin at or before the index */
        size_t middle = low + (high - low) / 2;
        if (moments->steps.at[middle].first <= index)
            low = middle + 1;
        else
            high = middle;
    }
    return moments->steps.at[low - 1].time_ns + *offset_at(moments, index);
}
