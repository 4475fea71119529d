#include "web/lanes.h"

bool web_find_lane(const struct web_trace *trace, struct base_str id, struct web_lane *ret_lane)
{
    const struct model_timeline *timeline = &trace->timeline;
    *ret_lane = (struct web_lane){0};
    if (base_str_is(id, "gc"))
        ret_lane->lane = &timeline->gc;
    if (base_str_is(id, "stw"))
        ret_lane->lane = &timeline->stw;
    if (ret_lane->lane)
        return true;
    if (id.size < 2 || id.size > 19 || id.data[0] != 'p')
        return false;
    int64_t number = 0;
    for (size_t i = 1; i < id.size; i++) {
        if (id.data[i] < '0' || id.data[i] > '9')
            return false;
        number = number * 10 + (id.data[i] - '0');
    }
    ret_lane->proc = model_timeline_proc(timeline, (proc_id){number});
    if (!ret_lane->proc)
        return false;
    ret_lane->lane = &ret_lane->proc->lane;
    return true;
}

uint32_t web_slice_name(const struct web_trace *trace, const struct web_lane *lane, uint32_t what)
{
    return trace->timeline.name_by_symbol.at[lane->proc ? trace->timeline.actors.at[what].name : what];
}

goroutine_id web_slice_goroutine(const struct web_trace *trace, const struct web_lane *lane, uint32_t what)
{
    return lane->proc ? trace->timeline.actors.at[what].id : NO_GOROUTINE;
}
