/* From lane ids ("p0", "gc", "g12") to lanes of slices, of whatever kind. docs/http.md says what ids there are.
 * Internal to src/web. */
#ifndef KYMO_WEB_LANES_H
#define KYMO_WEB_LANES_H

#include "model/goroutine_lanes.h"
#include "model/marks.h"
#include "model/nest.h"
#include "model/tracks.h"
#include "output/json.h"
#include "web/trace.h"

enum web_lane_kind {
    WEB_SLICES, /* of a processor, a thread or the collector */
    WEB_LIFE,   /* of a goroutine */
    WEB_MARKS,
    WEB_TASK, /* one slice */
    WEB_NEST, /* beneath a goroutine or a task */
};

/* What slices are about. */
enum web_about {
    WEB_NAMES,      /* symbols */
    WEB_GOROUTINES, /* numbers of goroutines */
    WEB_TASKS,      /* indices of the annotations' tasks.all */
    WEB_LOGS,       /* of their tasks.logs */
    WEB_REGIONS,    /* members of their region_types */
    WEB_CALLS,      /* functions of a goroutine's calls */
};

struct web_lane {
    enum web_lane_kind kind;
    const struct model_lane *lane;
    struct model_goroutine_lane of;
    struct model_mark_lane marks;
    struct model_slice task;
    struct model_nest_track track;
    enum web_about about;
    const struct web_annotations *annotations; /* of WEB_TASKS, WEB_LOGS and WEB_REGIONS */
    const struct model_calls *calls;           /* of WEB_CALLS: valid while looking */
    proc_id proc;                              /* NO_PROC, NO_THREAD: not one's */
    thread_id thread;
};

/* The lanes of wake-ups, by enum model_wake. */
extern const struct web_wake_lane {
    const char *id, *name;
    enum model_state state;
} web_wake_lanes[MODEL_WAKES];

/* Many lanes are there once the trace has been read and a pass has been made for them: waits for that, if it is such a
 * lane. Not to be called while looking (trace.h). */
void web_prepare_lane(struct web_trace *trace, struct base_str id);

/* False if there is no such slices lane, or not yet. */
bool web_find_lane(const struct web_trace *trace, struct base_str id, struct web_lane *ret_lane);

size_t web_lane_count(const struct web_lane *lane);

/* See model_lane_read, model_lane_place and model_lane_places. */
size_t web_lane_read(const struct web_lane *lane, size_t first, size_t count, struct model_slice *ret_slices);
void web_lane_place(const struct web_lane *lane, int64_t time_ns, struct model_place *ret_place);
void web_lane_places(const struct web_lane *lane, const int64_t *times_ns, size_t count,
                     struct model_place *ret_places);

/* What one slice is about. */
uint32_t web_lane_what(const struct web_lane *lane, size_t index);

/* The goroutine ('g') or task ('k') of an id like "g12", by number or index. False if it is no such id. */
bool web_lane_owner(struct base_str id, char *ret_letter, uint32_t *ret_number);

/* The id of a numbered lane as a member: its letter and number, or null if that is negative. */
void web_add_lane_id(struct output_json *json, const char *name, char letter, int64_t number);

#define WEB_NO_NAME UINT32_MAX

/* The name of a slice, an index into timeline.names or WEB_NO_NAME; of a region the symbol of its type, of calls the
 * index of the function. And the goroutine, -1 if none. */
uint32_t web_slice_name(const struct web_trace *trace, const struct web_lane *lane, uint32_t what);
goroutine_id web_slice_goroutine(const struct web_trace *trace, const struct web_lane *lane, uint32_t what);

#endif
