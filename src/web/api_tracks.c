/* GET /api/tracks, /api/threads and /api/log: the lanes that take a pass of their own. */
#include "output/json.h"
#include "web/annotations.h"
#include "web/lanes.h"
#include "web/routes.h"
#include "web/rows.h"
#include "web/tracks.h"

static void add_wakes(struct output_json *json, const struct model_tracks *tracks)
{
    output_json_open(json, "wakeups", '[');
    for (size_t i = 0; i < MODEL_WAKES; i++) {
        output_json_open(json, NULL, '{');
        output_json_string(json, "lane", base_str_of(web_wake_lanes[i].id));
        output_json_string(json, "name", base_str_of(web_wake_lanes[i].name));
        output_json_u64(json, "marks", model_marks_lane(&tracks->wakes, i).count);
        output_json_close(json, '}');
    }
    output_json_close(json, ']');
}

/* Processors of which there is something to show. */
static void add_procs(struct output_json *json, const struct web_trace *trace, const struct model_tracks *tracks)
{
    output_json_open(json, "procs", '[');
    for (size_t i = 0; i < trace->timeline.procs.count; i++) {
        size_t slices = tracks->collector.at[i].count, samples = model_marks_lane(&tracks->proc_samples, i).count;
        if (!slices && !samples)
            continue;
        output_json_open(json, NULL, '{');
        web_add_lane_id(json, "lane", 'p', trace->timeline.procs.at[i].id.n);
        output_json_u64(json, "collector", slices);
        output_json_u64(json, "samples", samples);
        output_json_close(json, '}');
    }
    output_json_close(json, ']');
}

void web_tracks(struct web_trace *trace, const struct web_request *request, struct web_response *response)
{
    const struct model_tracks *tracks = web_tracks_get(trace);
    struct output_json json = {.out = &response->body};
    (void)request;
    if (!tracks) {
        web_fail_to_read(response);
        return;
    }
    output_json_open(&json, NULL, '{');
    add_wakes(&json, tracks);
    add_procs(&json, trace, tracks);
    output_json_u64(&json, "goroutine_samples", tracks->life_samples.count);
    output_json_close(&json, '}');
}

/* The words of a log, which a mark of the lane "logs" stands for. */
void web_log(struct web_trace *trace, const struct web_request *request, struct web_response *response)
{
    const struct web_annotations *a = web_annotations_get(trace);
    int64_t index = web_parameter_i64(request, "index", -1);
    struct output_json json = {.out = &response->body};
    if (!a) {
        web_fail_to_read(response);
        return;
    }
    if (index < 0 || (uint64_t)index >= a->of.tasks.logs.count) {
        web_fail(response, 404, "there is no such log");
        return;
    }
    const struct analyze_log *log = &a->of.tasks.logs.at[index];
    output_json_open(&json, NULL, '{');
    output_json_i64(&json, "time_ns", log->time_ns - a->pass.first_ns);
    output_json_string(&json, "category", order_string(model_pass_symbols(&a->pass), log->category));
    output_json_string(&json, "message", log->message);
    output_json_close(&json, '}');
}

static void add_thread(struct output_json *json, const void *things, size_t index)
{
    const struct model_threads *threads = things;
    const struct model_thread_lane *thread = &threads->all.at[index];
    output_json_open(json, NULL, '{');
    web_add_lane_id(json, "lane", 't', (int64_t)index);
    output_json_i64(json, "id", thread->id.n);
    output_json_u64(json, "slices", thread->lane.count);
    output_json_u64(json, "samples", model_marks_lane(&threads->samples, thread->samples).count);
    output_json_i64(json, "running_ns", thread->lane.ns[0]);
    output_json_i64(json, "syscall_ns", thread->lane.ns[1]);
    output_json_close(json, '}');
}

void web_threads(struct web_trace *trace, const struct web_request *request, struct web_response *response)
{
    const struct model_threads *threads = web_threads_get(trace);
    struct output_json json = {.out = &response->body};
    struct web_rows rows = {.descending = false};
    if (!threads) {
        web_fail_to_read(response);
        return;
    }
    output_json_open(&json, NULL, '{');
    output_json_u64(&json, "count", threads->all.count);
    for (size_t i = 0; i < threads->all.count; i++)
        web_rows_add(&rows, i, 0);
    web_rows_finish(&rows, request, &json, add_thread, threads);
    output_json_close(&json, '}');
}
