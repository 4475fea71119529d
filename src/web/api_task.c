/* GET /api/task: one task's story. */
#include "analyze/story.h"
#include "output/story.h"
#include "web/annotations.h"
#include "web/goroutine_lanes.h"
#include "web/routes.h"

#include <errno.h>
#include <stdlib.h>

enum { MOST_EVENTS = 1000, MOST_CHILDREN = 100, MOST_GOROUTINES = 50 };

/* ---- where its goroutines spent the time ---- */

static void add_goroutine(struct output_json *json, const struct web_trace *trace,
                          const struct model_goroutine_lanes *lanes, uint32_t number, int64_t from_ns, int64_t to_ns)
{
    const struct model_actor *actor = &trace->timeline.actors.at[number];
    struct model_goroutine_lane lane = model_goroutine_lane_of(lanes, number);
    struct model_place from, to;
    model_goroutine_lane_place(&lane, from_ns, &from);
    model_goroutine_lane_place(&lane, to_ns, &to);
    output_json_open(json, NULL, '{');
    output_json_i64(json, "id", actor->id.n);
    output_json_string(json, "name", order_string(&trace->symbols, actor->name));
    output_json_open(json, "ns", '[');
    for (int state = 0; state < MODEL_STATES; state++)
        output_json_i64(json, NULL, to.ns[state] - from.ns[state]);
    output_json_close(json, ']');
    output_json_close(json, '}');
}

/* Goroutines that worked for the task, with their states from its begin to its end. An id may have been used again. */
static bool add_goroutines(struct output_json *json, struct web_trace *trace, const struct analyze_story *story)
{
    const struct model_goroutine_lanes *lanes = web_goroutine_lanes_get(trace);
    const struct analyze_task *task = story->task;
    struct analyze_interval span_ns = analyze_story_span(story);
    uint32_t added = 0;
    if (!lanes)
        return false;
    output_json_u64(json, "goroutines_total", task->goroutine_count);
    output_json_open(json, "goroutines", '[');
    for (size_t i = 0; i < trace->timeline.actors.count && added < MOST_GOROUTINES; i++) {
        if (!analyze_task_has(&story->of->tasks, task, trace->timeline.actors.at[i].id))
            continue;
        struct model_goroutine_lane lane = model_goroutine_lane_of(lanes, (uint32_t)i);
        struct model_life_figures life;
        model_goroutine_lane_figures(&lane, &life);
        if (life.start_ns > span_ns.end_ns || life.end_ns < span_ns.start_ns)
            continue;
        add_goroutine(json, trace, lanes, (uint32_t)i, span_ns.start_ns, span_ns.end_ns);
        added++;
    }
    output_json_close(json, ']');
    return true;
}

static bool id_parameter(const struct web_request *request, uint64_t *ret_id)
{
    struct base_text text = {0};
    char *end = NULL;
    errno = 0;
    bool given = web_parameter(request, "id", &text) && text.size && text.data[0] >= '0' && text.data[0] <= '9';
    if (given)
        *ret_id = strtoull(base_text_cstring(&text), &end, 10);
    given = given && end && !*end && !errno;
    base_text_release(&text);
    return given;
}

void web_task(struct web_trace *trace, const struct web_request *request, struct web_response *response)
{
    const struct web_annotations *a = web_annotations_get(trace);
    struct analyze_story story;
    uint64_t id = 0;
    if (!a) {
        web_fail_to_read(response);
        return;
    }
    size_t task = id_parameter(request, &id) ? analyze_annotations_real_task(&a->of, id) : SIZE_MAX;
    if (task == SIZE_MAX) {
        web_fail(response, 404, "the trace has no task of this id");
        return;
    }
    struct output_json json = {.out = &response->body};
    analyze_story_make(&story, &a->of, task, false);
    output_json_open(&json, NULL, '{');
    output_story_json(&json, &story, MOST_EVENTS, MOST_CHILDREN);
    bool read = add_goroutines(&json, trace, &story);
    output_json_close(&json, '}');
    analyze_story_release(&story);
    if (read)
        return;
    response->body.size = 0;
    web_fail_to_read(response);
}
