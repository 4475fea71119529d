#include "web/lanes.h"

#include "web/goroutine_lanes.h"

/* The number behind an id's first letter. */
static bool number_of(struct base_str id, char letter, int64_t *ret_number)
{
    *ret_number = 0;
    if (id.size < 2 || id.size > 19 || id.data[0] != letter)
        return false;
    for (size_t i = 1; i < id.size; i++) {
        if (id.data[i] < '0' || id.data[i] > '9')
            return false;
        *ret_number = *ret_number * 10 + (id.data[i] - '0');
    }
    return true;
}

static bool find_proc(const struct model_timeline *timeline, int64_t number, struct web_lane *ret_lane)
{
    ret_lane->proc = model_timeline_proc(timeline, (proc_id){number});
    if (!ret_lane->proc)
        return false;
    ret_lane->lane = &ret_lane->proc->lane;
    return true;
}

static bool find_goroutine(const struct web_trace *trace, int64_t number, struct web_lane *ret_lane)
{
    if ((uint64_t)number >= trace->timeline.actors.count)
        return false;
    const struct model_goroutine_lanes *lanes = web_goroutine_lanes_ready(trace);
    if (lanes)
        ret_lane->of = model_goroutine_lane_of(lanes, (uint32_t)number);
    return lanes != NULL;
}

void web_prepare_lane(struct web_trace *trace, struct base_str id)
{
    int64_t number;
    if (number_of(id, 'g', &number))
        (void)web_goroutine_lanes_get(trace);
}

bool web_find_lane(const struct web_trace *trace, struct base_str id, struct web_lane *ret_lane)
{
    int64_t number;
    *ret_lane = (struct web_lane){0};
    if (base_str_is(id, "gc"))
        ret_lane->lane = &trace->timeline.gc;
    else if (base_str_is(id, "stw"))
        ret_lane->lane = &trace->timeline.stw;
    else if (number_of(id, 'p', &number))
        return find_proc(&trace->timeline, number, ret_lane);
    else if (number_of(id, 'g', &number))
        return find_goroutine(trace, number, ret_lane);
    return ret_lane->lane != NULL;
}

size_t web_lane_count(const struct web_lane *lane)
{
    return lane->lane ? lane->lane->count : lane->of.count;
}

size_t web_lane_read(const struct web_lane *lane, size_t first, size_t count, struct model_slice *ret_slices)
{
    return lane->lane ? model_lane_read(lane->lane, first, count, ret_slices)
                      : model_goroutine_lane_read(&lane->of, first, count, ret_slices);
}

void web_lane_place(const struct web_lane *lane, int64_t time_ns, struct model_place *ret_place)
{
    if (lane->lane)
        model_lane_place(lane->lane, time_ns, ret_place);
    else
        model_goroutine_lane_place(&lane->of, time_ns, ret_place);
}

uint32_t web_slice_name(const struct web_trace *trace, const struct web_lane *lane, uint32_t what)
{
    if (!lane->lane)
        return WEB_NO_NAME;
    return trace->timeline.name_by_symbol.at[lane->proc ? trace->timeline.actors.at[what].name : what];
}

goroutine_id web_slice_goroutine(const struct web_trace *trace, const struct web_lane *lane, uint32_t what)
{
    return lane->proc || !lane->lane ? trace->timeline.actors.at[what].id : NO_GOROUTINE;
}
