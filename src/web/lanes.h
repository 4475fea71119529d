/* From lane ids ("p0", "gc", "stw") to lanes. Internal to src/web. */
#ifndef KYMO_WEB_LANES_H
#define KYMO_WEB_LANES_H

#include "web/trace.h"

struct web_lane {
    const struct model_lane *lane;
    const struct model_proc_lane *proc; /* NULL: a lane of the collector, whose slices are named by symbols */
};

/* False if there is no such slices lane. */
bool web_find_lane(const struct web_trace *trace, struct base_str id, struct web_lane *ret_lane);

/* The name of a slice, an index into timeline.names; and the goroutine, -1 if none. */
uint32_t web_slice_name(const struct web_trace *trace, const struct web_lane *lane, uint32_t what);
goroutine_id web_slice_goroutine(const struct web_trace *trace, const struct web_lane *lane, uint32_t what);

#endif
