/* From lane ids ("p0", "gc", "stw", "g12") to lanes of slices, of whatever kind. Internal to src/web. */
#ifndef KYMO_WEB_LANES_H
#define KYMO_WEB_LANES_H

#include "model/goroutine_lanes.h"
#include "web/trace.h"

struct web_lane {
    const struct model_lane *lane;      /* of a processor or the collector, or NULL: a goroutine's */
    const struct model_proc_lane *proc; /* NULL: a lane of the collector, whose slices are named by symbols */
    struct model_goroutine_lane of;     /* of a goroutine */
};

/* Lanes of goroutines are there once the trace has been read and a pass has been made for them: waits for that, if it
 * is such a lane. Not to be called while looking (trace.h). */
void web_prepare_lane(struct web_trace *trace, struct base_str id);

/* False if there is no such slices lane, or not yet. */
bool web_find_lane(const struct web_trace *trace, struct base_str id, struct web_lane *ret_lane);

size_t web_lane_count(const struct web_lane *lane);

/* See model_lane_read and model_lane_place. */
size_t web_lane_read(const struct web_lane *lane, size_t first, size_t count, struct model_slice *ret_slices);
void web_lane_place(const struct web_lane *lane, int64_t time_ns, struct model_place *ret_place);

#define WEB_NO_NAME UINT32_MAX

/* The name of a slice, an index into timeline.names or WEB_NO_NAME; and the goroutine, -1 if none. */
uint32_t web_slice_name(const struct web_trace *trace, const struct web_lane *lane, uint32_t what);
goroutine_id web_slice_goroutine(const struct web_trace *trace, const struct web_lane *lane, uint32_t what);

#endif
