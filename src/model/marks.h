/* Marks: moments that lie in lanes, such as wake-ups and CPU samples; twelve bytes each when they are laid out.
 *
 *     struct model_marks marks = {0};
 *     model_marks_add(&marks, lane, time_ns, what);          in order of time, whatever the lane
 *     model_marks_finish(&marks, lanes);
 *     … model_marks_lane(&marks, lane) …
 *     model_marks_release(&marks);
 *
 * How many lie in any stretch of a lane costs two searches.
 */
#ifndef KYMO_MODEL_MARKS_H
#define KYMO_MODEL_MARKS_H

#include "base/paged.h"
#include "model/lane.h"

struct model_mark {
    int64_t time_ns;
    uint32_t lane, what;
};

struct model_marks {
    BASE_VEC(struct model_mark) added; /* until they are laid out */
    size_t count, lane_count;
    /* Those of a lane lie from firsts[lane] on, up to those of the next. NULL: there are no marks at all. */
    size_t *firsts;
    int64_t *times_ns;
    uint32_t *whats;
    struct base_pages pages;
};

/* `what` is up to the owner. */
void model_marks_add(struct model_marks *marks, uint32_t lane, int64_t time_ns, uint32_t what);

/* Lays them out. All are of a lane below lane_count. */
void model_marks_finish(struct model_marks *marks, size_t lane_count);
void model_marks_release(struct model_marks *marks);

/* One lane: a view that is valid as long as the marks. */
struct model_mark_lane {
    const int64_t *times_ns;
    const uint32_t *whats;
    size_t count;
    enum model_state state; /* of its slices, for the owner to set */
};

struct model_mark_lane model_marks_lane(const struct model_marks *marks, size_t lane);

/* Like model_lane_read, model_lane_place and model_lane_places, of slices without length. There is no time in any
 * state. */
size_t model_mark_lane_read(const struct model_mark_lane *lane, size_t first, size_t count,
                            struct model_slice *ret_slices);
void model_mark_lane_place(const struct model_mark_lane *lane, int64_t time_ns, struct model_place *ret_place);
void model_mark_lane_places(const struct model_mark_lane *lane, const int64_t *times_ns, size_t count,
                            struct model_place *ret_places);

#endif
