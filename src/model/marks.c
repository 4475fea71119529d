#include "model/marks.h"

void model_marks_add(struct model_marks *marks, uint32_t lane, int64_t time_ns, uint32_t what)
{
    *base_vec_add(&marks->added) = (struct model_mark){time_ns, lane, what};
}

void model_marks_finish(struct model_marks *marks, size_t lane_count)
{
    size_t count = marks->added.count;
    marks->lane_count = lane_count;
    marks->count = count;
    if (!count)
        return;
    marks->firsts = base_zalloc(lane_count + 2, sizeof *marks->firsts);
    marks->times_ns = base_pages_alloc(&marks->pages, count * sizeof *marks->times_ns);
    marks->whats = base_pages_alloc(&marks->pages, count * sizeof *marks->whats);
    size_t *next = marks->firsts + 1; /* from counts over sums to where the next goes */
    for (size_t i = 0; i < count; i++)
        next[marks->added.at[i].lane + 1]++;
    for (size_t lane = 0; lane < lane_count; lane++)
        next[lane + 1] += next[lane];
    for (size_t i = 0; i < count; i++) {
        const struct model_mark *mark = &marks->added.at[i];
        size_t place = next[mark->lane]++;
        marks->times_ns[place] = mark->time_ns;
        marks->whats[place] = mark->what;
    }
    base_vec_release(&marks->added);
}

void model_marks_release(struct model_marks *marks)
{
    base_vec_release(&marks->added);
    free(marks->firsts);
    base_pages_release(&marks->pages);
    *marks = (struct model_marks){0};
}

struct model_mark_lane model_marks_lane(const struct model_marks *marks, size_t lane)
{
    if (!marks->firsts || lane >= marks->lane_count)
        return (struct model_mark_lane){0};
    size_t first = marks->firsts[lane];
    return (struct model_mark_lane){
        .times_ns = marks->times_ns + first,
        .whats = marks->whats + first,
        .count = marks->firsts[lane + 1] - first,
    };
}

size_t model_mark_lane_read(const struct model_mark_lane *lane, size_t first, size_t count,
                            struct model_slice *ret_slices)
{
    if (first >= lane->count)
        return 0;
    if (count > lane->count - first)
        count = lane->count - first;
    for (size_t i = 0; i < count; i++) {
        int64_t time_ns = lane->times_ns[first + i];
        ret_slices[i] = (struct model_slice){time_ns, time_ns, lane->whats[first + i], lane->state};
    }
    return count;
}

void model_mark_lane_places(const struct model_mark_lane *lane, const int64_t *times_ns, size_t count,
                            struct model_place *ret_places)
{
    size_t before = 0;
    for (size_t i = 0; i < count; i++) {
        if (before < lane->count)
            before = model_steps_before(lane->times_ns, sizeof *lane->times_ns, before, lane->count, times_ns[i]);
        ret_places[i] = (struct model_place){.starting = before, .after = before};
    }
}

void model_mark_lane_place(const struct model_mark_lane *lane, int64_t time_ns, struct model_place *ret_place)
{
    model_mark_lane_places(lane, &time_ns, 1, ret_place);
}
