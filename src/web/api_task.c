/* GET /api/task: one task's story. */
#include "base/sort.h"
#include "output/json.h"
#include "web/annotations.h"
#include "web/goroutine_lanes.h"
#include "web/routes.h"

#include <errno.h>
#include <stdlib.h>

enum { MOST_EVENTS = 1000, MOST_CHILDREN = 100, MOST_GOROUTINES = 50 };

/* What happened in a task. */
struct moment {
    int64_t time_ns;
    goroutine_id goroutine;
    enum { TASK_BEGINS, TASK_ENDS, REGION_BEGINS, REGION_ENDS, LOGGED } kind;
    const struct analyze_region *region;
    const struct analyze_log *log;
};

static const char *const moment_names[] = {"begin", "end", "region begin", "region end", "log"};

struct story {
    const struct web_annotations *a;
    const struct analyze_task *task;
    BASE_VEC(struct moment) moments;
};

static const struct order_symbols *symbols_of(const struct story *story)
{
    return model_pass_symbols(&story->a->pass);
}

static int64_t duration_of(const struct story *story, const struct analyze_task *task)
{
    return analyze_task_duration_ns(task, story->a->pass.first_ns, story->a->pass.last_ns);
}

/* ---- what happened ---- */

static bool moment_before(const void *a, const void *b, void *context)
{
    (void)context;
    return ((const struct moment *)a)->time_ns < ((const struct moment *)b)->time_ns;
}

static void add_moment(struct story *story, struct moment moment)
{
    *base_vec_add(&story->moments) = moment;
}

static void gather(struct story *story)
{
    const struct web_annotations *a = story->a;
    const struct analyze_task *task = story->task;
    size_t index = (size_t)(task - a->tasks.all.at);
    if (task->has_start)
        add_moment(story, (struct moment){task->start_ns, task->start_goroutine, TASK_BEGINS, NULL, NULL});
    for (const struct analyze_log *log = analyze_task_log(&a->tasks, task->first_log); log;
         log = analyze_task_log(&a->tasks, log->next))
        add_moment(story, (struct moment){log->time_ns, log->goroutine, LOGGED, NULL, log});
    for (uint32_t i = a->first_of_task[index]; i < a->first_of_task[index + 1]; i++) {
        const struct analyze_region_member *member = &a->region_types.members.at[a->members_by_task[i]];
        const struct analyze_region *region = &a->goroutines.regions.at[member->region];
        goroutine_id goroutine = a->goroutines.all.at[member->goroutine].id;
        if (region->has_start)
            add_moment(story, (struct moment){region->start_ns, goroutine, REGION_BEGINS, region, NULL});
        if (region->has_end)
            add_moment(story, (struct moment){region->end_ns, goroutine, REGION_ENDS, region, NULL});
    }
    if (task->has_end)
        add_moment(story, (struct moment){task->end_ns, task->end_goroutine, TASK_ENDS, NULL, NULL});
    base_sort_stable(story->moments.at, story->moments.count, sizeof *story->moments.at, moment_before, NULL);
}

static void add_moments(struct output_json *json, const struct story *story)
{
    const struct web_annotations *a = story->a;
    output_json_u64(json, "events_total", story->moments.count);
    output_json_open(json, "events", '[');
    for (size_t i = 0; i < story->moments.count && i < MOST_EVENTS; i++) {
        const struct moment *moment = &story->moments.at[i];
        output_json_open(json, NULL, '{');
        output_json_i64(json, "time_ns", moment->time_ns - a->pass.first_ns);
        if (moment->goroutine.n >= 0)
            output_json_i64(json, "goroutine", moment->goroutine.n);
        else
            output_json_null(json, "goroutine");
        output_json_string(json, "kind", base_str_of(moment_names[moment->kind]));
        if (moment->log) {
            output_json_string(json, "category", order_string(symbols_of(story), moment->log->category));
            output_json_string(json, "text", moment->log->message);
        } else {
            output_json_string(
                json, "text",
                order_string(symbols_of(story), moment->region ? moment->region->name : story->task->name));
        }
        if (moment->kind == REGION_BEGINS && moment->region) {
            output_json_i64(json, "duration_ns",
                            analyze_region_duration_ns(moment->region, a->pass.first_ns, a->pass.last_ns));
            web_add_parts(json, a, &moment->region->stats);
        }
        output_json_close(json, '}');
    }
    output_json_close(json, ']');
}

/* ---- other tasks ---- */

static void add_other(struct output_json *json, const char *name, const struct story *story,
                      const struct analyze_task *task)
{
    output_json_open(json, name, '{');
    output_json_u64(json, "id", task->id);
    output_json_string(json, "type", order_string(symbols_of(story), task->name));
    output_json_i64(json, "start_ns", task->has_start ? task->start_ns - story->a->pass.first_ns : -1);
    output_json_i64(json, "duration_ns", duration_of(story, task));
    output_json_close(json, '}');
}

static void add_relatives(struct output_json *json, const struct story *story)
{
    const struct analyze_tasks *tasks = &story->a->tasks;
    size_t parent = web_annotations_task(story->a, story->task->parent), children = 0;
    if (parent != SIZE_MAX && !analyze_task_is_background(&tasks->all.at[parent]))
        add_other(json, "parent", story, &tasks->all.at[parent]);
    else
        output_json_null(json, "parent");
    output_json_open(json, "children", '[');
    for (size_t i = 0; i < tasks->all.count; i++)
        if (tasks->all.at[i].parent == story->task->id && children++ < MOST_CHILDREN)
            add_other(json, NULL, story, &tasks->all.at[i]);
    output_json_close(json, ']');
    output_json_u64(json, "children_total", children);
}

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
static bool add_goroutines(struct output_json *json, struct web_trace *trace, const struct story *story)
{
    const struct model_goroutine_lanes *lanes = web_goroutine_lanes_get(trace);
    const struct analyze_task *task = story->task;
    int64_t from_ns = task->has_start ? task->start_ns : story->a->pass.first_ns;
    int64_t to_ns = from_ns + duration_of(story, task);
    uint32_t added = 0;
    if (!lanes)
        return false;
    output_json_u64(json, "goroutines_total", task->goroutine_count);
    output_json_open(json, "goroutines", '[');
    for (size_t i = 0; i < trace->timeline.actors.count && added < MOST_GOROUTINES; i++) {
        if (!analyze_task_has(&story->a->tasks, story->task, trace->timeline.actors.at[i].id))
            continue;
        struct model_goroutine_lane lane = model_goroutine_lane_of(lanes, (uint32_t)i);
        struct model_life_figures life;
        model_goroutine_lane_figures(&lane, &life);
        if (life.start_ns > to_ns || life.end_ns < from_ns)
            continue;
        add_goroutine(json, trace, lanes, (uint32_t)i, from_ns, to_ns);
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
    struct story story = {.a = web_annotations_get(trace)};
    uint64_t id = 0;
    if (!story.a) {
        web_fail_to_read(response);
        return;
    }
    size_t index = id_parameter(request, &id) ? web_annotations_task(story.a, id) : SIZE_MAX;
    if (index == SIZE_MAX || analyze_task_is_background(&story.a->tasks.all.at[index])) {
        web_fail(response, 404, "the trace has no task of this id");
        return;
    }
    const struct analyze_task *task = story.task = &story.a->tasks.all.at[index];
    struct output_json json = {.out = &response->body};
    int64_t first_ns = story.a->pass.first_ns;
    gather(&story);
    output_json_open(&json, NULL, '{');
    output_json_u64(&json, "id", task->id);
    output_json_string(&json, "type", order_string(symbols_of(&story), task->name));
    output_json_i64(&json, "start_ns", task->has_start ? task->start_ns - first_ns : -1);
    output_json_i64(&json, "end_ns", task->has_end ? task->end_ns - first_ns : -1);
    output_json_i64(&json, "duration_ns", duration_of(&story, task));
    output_json_bool(&json, "complete", analyze_task_is_complete(task));
    add_relatives(&json, &story);
    add_moments(&json, &story);
    bool read = add_goroutines(&json, trace, &story);
    output_json_close(&json, '}');
    base_vec_release(&story.moments);
    if (read)
        return;
    response->body.size = 0;
    web_fail_to_read(response);
}
