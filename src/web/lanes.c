#include "web/lanes.h"

#include "web/annotations.h"
#include "web/below.h"
#include "web/goroutine_lanes.h"
#include "web/tracks.h"

#include <inttypes.h>
#include <stdio.h>

/* ---- ids ---- */

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

void web_add_lane_id(struct output_json *json, const char *name, char letter, int64_t number)
{
    char id[24];
    snprintf(id, sizeof id, "%c%" PRId64, letter, number);
    if (number < 0)
        output_json_null(json, name);
    else
        output_json_string(json, name, base_str_of(id));
}

const struct web_wake_lane web_wake_lanes[MODEL_WAKES] = {
    [MODEL_WAKE_NETWORK] = {"net", "Network", MODEL_WAIT_NETWORK},
    [MODEL_WAKE_TIMER] = {"timers", "Timers", MODEL_WAIT_SLEEP},
    [MODEL_WAKE_SYSCALL] = {"syscalls", "Syscalls", MODEL_SYSCALL},
};

/* MODEL_WAKES: it is none of them. */
static int wake_of(struct base_str id)
{
    int wake = 0;
    while (wake < MODEL_WAKES && !base_str_is(id, web_wake_lanes[wake].id))
        wake++;
    return wake;
}

/* Whether it is the lane of another one's samples, "xp0". */
static bool is_samples(struct base_str id)
{
    return id.size > 1 && id.data[0] == 'x';
}

static struct base_str sampled(struct base_str id)
{
    return (struct base_str){id.data + 1, id.size - 1};
}

/* ---- kinds of lanes ---- */

static bool find_slices(const struct model_lane *lane, struct web_lane *ret_lane)
{
    ret_lane->kind = WEB_SLICES;
    ret_lane->lane = lane;
    return true;
}

static bool find_marks(struct model_mark_lane marks, enum model_state state, struct web_lane *ret_lane)
{
    ret_lane->kind = WEB_MARKS;
    ret_lane->marks = marks;
    ret_lane->marks.state = state;
    ret_lane->about = WEB_GOROUTINES;
    return true;
}

static bool find_proc(const struct web_trace *trace, int64_t number, struct web_lane *ret_lane)
{
    const struct model_proc_lane *proc = model_timeline_proc(&trace->timeline, (proc_id){number});
    ret_lane->about = WEB_GOROUTINES;
    ret_lane->proc = (proc_id){number};
    return proc && find_slices(&proc->lane, ret_lane);
}

static bool find_goroutine(const struct web_trace *trace, int64_t number, struct web_lane *ret_lane)
{
    const struct model_goroutine_lanes *lanes = web_goroutine_lanes_ready(trace);
    if (!lanes || (uint64_t)number >= trace->timeline.actors.count)
        return false;
    ret_lane->kind = WEB_LIFE;
    ret_lane->about = WEB_GOROUTINES;
    ret_lane->of = model_goroutine_lane_of(lanes, (uint32_t)number);
    return true;
}

static bool find_thread(const struct web_trace *trace, int64_t number, struct web_lane *ret_lane)
{
    const struct model_threads *threads = web_threads_ready(trace);
    if (!threads || (uint64_t)number >= threads->all.count)
        return false;
    ret_lane->about = WEB_GOROUTINES;
    ret_lane->thread = threads->all.at[number].id;
    return find_slices(&threads->all.at[number].lane, ret_lane);
}

/* What a processor did for the collector. */
static bool find_collector(const struct web_trace *trace, int64_t number, struct web_lane *ret_lane)
{
    const struct model_tracks *tracks = web_tracks_ready(trace);
    if (!tracks || !find_proc(trace, number, ret_lane))
        return false;
    uint32_t proc = model_timeline_proc_index(&trace->timeline, (proc_id){number});
    return find_slices(&tracks->collector.at[proc], ret_lane);
}

static bool find_wakes(const struct web_trace *trace, int wake, struct web_lane *ret_lane)
{
    const struct model_tracks *tracks = web_tracks_ready(trace);
    return tracks && find_marks(model_marks_lane(&tracks->wakes, (size_t)wake), web_wake_lanes[wake].state, ret_lane);
}

static bool find_proc_samples(const struct web_trace *trace, int64_t number, struct web_lane *ret_lane)
{
    const struct model_tracks *tracks = web_tracks_ready(trace);
    uint32_t proc = model_timeline_proc_index(&trace->timeline, (proc_id){number});
    ret_lane->proc = (proc_id){number};
    return tracks && proc != MODEL_NO_PROC &&
           find_marks(model_marks_lane(&tracks->proc_samples, proc), MODEL_SAMPLE, ret_lane);
}

static bool find_goroutine_samples(const struct web_trace *trace, int64_t number, struct web_lane *ret_lane)
{
    const struct model_tracks *tracks = web_tracks_ready(trace);
    return tracks && find_marks(model_marks_lane(&tracks->life_samples, (size_t)number), MODEL_SAMPLE, ret_lane);
}

static bool find_thread_samples(const struct web_trace *trace, int64_t number, struct web_lane *ret_lane)
{
    const struct model_threads *threads = web_threads_ready(trace);
    if (!threads || (uint64_t)number >= threads->all.count)
        return false;
    ret_lane->thread = threads->all.at[number].id;
    return find_marks(model_marks_lane(&threads->samples, threads->all.at[number].samples), MODEL_SAMPLE, ret_lane);
}

static bool find_logs(const struct web_trace *trace, struct web_lane *ret_lane)
{
    ret_lane->annotations = web_annotations_ready(trace);
    bool found =
        ret_lane->annotations && find_marks(model_marks_lane(&ret_lane->annotations->logs, 0), MODEL_LOG, ret_lane);
    ret_lane->about = WEB_LOGS;
    return found;
}

static bool find_task(const struct web_trace *trace, int64_t number, struct web_lane *ret_lane)
{
    const struct web_annotations *a = ret_lane->annotations = web_annotations_ready(trace);
    if (!a || (uint64_t)number >= a->of.tasks.all.count)
        return false;
    const struct analyze_task *task = &a->of.tasks.all.at[number];
    int64_t start_ns = task->has_start ? task->start_ns : trace->timeline.first_ns;
    int64_t end_ns = task->has_end ? task->end_ns : trace->timeline.last_ns;
    ret_lane->kind = WEB_TASK;
    ret_lane->about = WEB_TASKS;
    ret_lane->task =
        (struct model_slice){start_ns, end_ns > start_ns ? end_ns : start_ns, (uint32_t)number, MODEL_TASK};
    return true;
}

static void prepare_annotations(struct web_trace *trace)
{
    (void)web_annotations_get(trace);
}

static void prepare_goroutines(struct web_trace *trace)
{
    (void)web_goroutine_lanes_get(trace);
}

static void prepare_threads(struct web_trace *trace)
{
    (void)web_threads_get(trace);
}

static void prepare_tracks(struct web_trace *trace)
{
    (void)web_tracks_get(trace);
}

typedef bool find_lane(const struct web_trace *trace, int64_t number, struct web_lane *ret_lane);
typedef void prepare_lane(struct web_trace *trace);

/* By the letter that its number follows; and the lane of its samples. */
static const struct {
    char letter;
    find_lane *find, *find_samples;
    prepare_lane *prepare, *prepare_samples; /* NULL: they are there */
} numbered[] = {
    {'p', find_proc, find_proc_samples, NULL, prepare_tracks},
    {'g', find_goroutine, find_goroutine_samples, prepare_goroutines, prepare_tracks},
    {'t', find_thread, find_thread_samples, prepare_threads, prepare_threads},
    {'c', find_collector, NULL, prepare_tracks, NULL},
    {'k', find_task, NULL, prepare_annotations, NULL},
};

/* ---- what lies beneath goroutines and tasks ---- */

bool web_lane_owner(struct base_str id, char *ret_letter, uint32_t *ret_number)
{
    int64_t number;
    *ret_letter = number_of(id, 'g', &number) ? 'g' : 'k';
    if (!number_of(id, *ret_letter, &number) || number > UINT32_MAX)
        return false;
    *ret_number = (uint32_t)number;
    return true;
}

/* "rg12.3" and "rk5.0": regions of a goroutine or a task, at a depth; "fg12.0": functions of a goroutine. */
struct beneath {
    char what, letter;
    uint32_t number;
    int64_t depth;
};

static bool is_beneath(struct base_str id, struct beneath *ret_beneath)
{
    const char *point = id.size ? memchr(id.data, '.', id.size) : NULL;
    if (!point || (id.data[0] != 'r' && id.data[0] != 'f'))
        return false;
    struct base_str owner = {id.data + 1, (size_t)(point - id.data) - 1};
    struct base_str depth = {point, id.size - owner.size - 1};
    ret_beneath->what = id.data[0];
    return web_lane_owner(owner, &ret_beneath->letter, &ret_beneath->number) &&
           number_of(depth, '.', &ret_beneath->depth) && ret_beneath->depth < MODEL_NEST_DEPTH &&
           (ret_beneath->what == 'r' || ret_beneath->letter == 'g');
}

static bool find_track(const struct model_nest *nest, size_t owner, const struct beneath *beneath,
                       enum model_state state, struct web_lane *ret_lane)
{
    ret_lane->kind = WEB_NEST;
    ret_lane->track = model_nest_track(nest, owner, (unsigned)beneath->depth);
    ret_lane->track.state = state;
    return owner < nest->owner_count;
}

static bool find_beneath(const struct web_trace *trace, const struct beneath *beneath, struct web_lane *ret_lane)
{
    const struct web_region_nests *nests = web_region_nests_ready(trace);
    ret_lane->of.goroutine = beneath->number;
    if (beneath->what == 'f') {
        ret_lane->about = WEB_CALLS;
        ret_lane->calls = web_calls_ready(trace, beneath->number);
        return ret_lane->calls && find_track(&ret_lane->calls->nest, 0, beneath, MODEL_CALL, ret_lane);
    }
    ret_lane->about = WEB_REGIONS;
    ret_lane->annotations = nests ? nests->annotations : NULL;
    return nests && find_track(beneath->letter == 'g' ? &nests->of_goroutines : &nests->of_tasks, beneath->number,
                               beneath, MODEL_REGION, ret_lane);
}

/* ---- all of them ---- */

void web_prepare_lane(struct web_trace *trace, struct base_str id)
{
    int64_t number;
    struct beneath beneath;
    bool samples = is_samples(id);
    if (wake_of(id) != MODEL_WAKES)
        prepare_tracks(trace);
    if (base_str_is(id, "logs"))
        prepare_annotations(trace);
    if (is_beneath(id, &beneath) && beneath.what == 'r')
        (void)web_region_nests_get(trace); /* of functions, /api/below must have been asked first */
    for (size_t i = 0; i < sizeof numbered / sizeof *numbered; i++) {
        prepare_lane *prepare = samples ? numbered[i].prepare_samples : numbered[i].prepare;
        if (prepare && number_of(samples ? sampled(id) : id, numbered[i].letter, &number))
            prepare(trace);
    }
}

bool web_find_lane(const struct web_trace *trace, struct base_str id, struct web_lane *ret_lane)
{
    int64_t number;
    struct beneath beneath;
    int wake = wake_of(id);
    bool samples = is_samples(id);
    *ret_lane = (struct web_lane){.proc = NO_PROC, .thread = NO_THREAD};
    if (base_str_is(id, "gc"))
        return find_slices(&trace->timeline.gc, ret_lane);
    if (base_str_is(id, "stw"))
        return find_slices(&trace->timeline.stw, ret_lane);
    if (base_str_is(id, "logs"))
        return find_logs(trace, ret_lane);
    if (wake != MODEL_WAKES)
        return find_wakes(trace, wake, ret_lane);
    if (is_beneath(id, &beneath))
        return find_beneath(trace, &beneath, ret_lane);
    for (size_t i = 0; i < sizeof numbered / sizeof *numbered; i++) {
        find_lane *find = samples ? numbered[i].find_samples : numbered[i].find;
        if (find && number_of(samples ? sampled(id) : id, numbered[i].letter, &number))
            return find(trace, number, ret_lane);
    }
    return false;
}

/* The place of a time in a lane of one slice. */
static void task_place(const struct model_slice *task, int64_t time_ns, struct model_place *ret_place)
{
    int64_t until_ns = time_ns < task->end_ns ? time_ns : task->end_ns;
    bool begun = task->start_ns < time_ns;
    *ret_place = (struct model_place){.starting = begun, .after = begun && task->end_ns <= time_ns};
    ret_place->ns[task->state] = begun ? until_ns - task->start_ns : 0;
}

size_t web_lane_count(const struct web_lane *lane)
{
    switch (lane->kind) {
    case WEB_LIFE: return lane->of.count;
    case WEB_MARKS: return lane->marks.count;
    case WEB_TASK: return 1;
    case WEB_NEST: return lane->track.count;
    default: return lane->lane->count;
    }
}

size_t web_lane_read(const struct web_lane *lane, size_t first, size_t count, struct model_slice *ret_slices)
{
    switch (lane->kind) {
    case WEB_LIFE: return model_goroutine_lane_read(&lane->of, first, count, ret_slices);
    case WEB_MARKS: return model_mark_lane_read(&lane->marks, first, count, ret_slices);
    case WEB_NEST: return model_nest_track_read(&lane->track, first, count, ret_slices);
    case WEB_TASK:
        if (first || !count)
            return 0;
        *ret_slices = lane->task;
        return 1;
    default: return model_lane_read(lane->lane, first, count, ret_slices);
    }
}

void web_lane_place(const struct web_lane *lane, int64_t time_ns, struct model_place *ret_place)
{
    switch (lane->kind) {
    case WEB_LIFE: model_goroutine_lane_place(&lane->of, time_ns, ret_place); break;
    case WEB_MARKS: model_mark_lane_place(&lane->marks, time_ns, ret_place); break;
    case WEB_TASK: task_place(&lane->task, time_ns, ret_place); break;
    case WEB_NEST: model_nest_track_place(&lane->track, time_ns, ret_place); break;
    default: model_lane_place(lane->lane, time_ns, ret_place); break;
    }
}

void web_lane_places(const struct web_lane *lane, const int64_t *times_ns, size_t count, struct model_place *ret_places)
{
    switch (lane->kind) {
    case WEB_LIFE: model_goroutine_lane_places(&lane->of, times_ns, count, ret_places); break;
    case WEB_MARKS: model_mark_lane_places(&lane->marks, times_ns, count, ret_places); break;
    case WEB_NEST: model_nest_track_places(&lane->track, times_ns, count, ret_places); break;
    case WEB_TASK:
        for (size_t i = 0; i < count; i++)
            task_place(&lane->task, times_ns[i], &ret_places[i]);
        break;
    default: model_lane_places(lane->lane, times_ns, count, ret_places); break;
    }
}

uint32_t web_lane_what(const struct web_lane *lane, size_t index)
{
    switch (lane->kind) {
    case WEB_LIFE: return lane->of.goroutine;
    case WEB_MARKS: return lane->marks.whats[index];
    case WEB_TASK: return lane->task.what;
    case WEB_NEST: return lane->track.bars[index].what;
    default: return model_lane_what(lane->lane, index);
    }
}

/* ---- what slices are about ---- */

uint32_t web_slice_name(const struct web_trace *trace, const struct web_lane *lane, uint32_t what)
{
    const struct model_timeline *timeline = &trace->timeline;
    bool of_goroutines = lane->about == WEB_GOROUTINES;
    if (lane->about == WEB_CALLS)
        return what;
    if (lane->about == WEB_REGIONS)
        return analyze_member_region(&lane->annotations->of, what)->name;
    if (lane->kind == WEB_LIFE || lane->annotations || (of_goroutines && what >= timeline->actors.count))
        return WEB_NO_NAME;
    return timeline->name_by_symbol.at[of_goroutines ? timeline->actors.at[what].name : what];
}

goroutine_id web_slice_goroutine(const struct web_trace *trace, const struct web_lane *lane, uint32_t what)
{
    switch (lane->about) {
    case WEB_GOROUTINES: return what < trace->timeline.actors.count ? trace->timeline.actors.at[what].id : NO_GOROUTINE;
    case WEB_TASKS: return lane->annotations->of.tasks.all.at[what].start_goroutine;
    case WEB_LOGS: return lane->annotations->of.tasks.logs.at[what].goroutine;
    case WEB_REGIONS: return analyze_member_goroutine(&lane->annotations->of, what);
    case WEB_CALLS: return lane->calls->id;
    default: return NO_GOROUTINE;
    }
}
