/* GET /api/tasks/types and GET /api/tasks: user tasks. */
#include "output/tasks.h"
#include "web/annotations.h"
#include "web/lanes.h"
#include "web/routes.h"
#include "web/rows.h"

/* ---- types ---- */

static int64_t type_key(const struct web_annotations *a, const struct analyze_task_type *type, struct base_str sort)
{
    if (base_str_is(sort, "count"))
        return (int64_t)type->count;
    if (base_str_is(sort, "complete"))
        return (int64_t)type->complete;
    if (base_str_is(sort, "mean"))
        return type->complete ? type->total_ns / (int64_t)type->complete : -1;
    if (base_str_is(sort, "max"))
        return type->complete ? a->of.task_types.durations_ns.at[type->durations_first + type->complete - 1] : -1;
    return type->total_ns;
}

static void add_type(struct output_json *json, const void *annotations, size_t index)
{
    const struct analyze_annotations *a = &((const struct web_annotations *)annotations)->of;
    output_json_open(json, NULL, '{');
    output_task_type_json(json, &a->task_types, &a->task_types.all.at[index], a->symbols);
    output_json_close(json, '}');
}

void web_task_types(struct web_trace *trace, const struct web_request *request, struct web_response *response)
{
    const struct web_annotations *a = web_annotations_get(trace);
    if (!a) {
        web_fail_to_read(response);
        return;
    }
    const struct order_symbols *symbols = model_pass_symbols(&a->pass);
    struct base_text type_name = {0}, sort = {0};
    bool by_type = web_parameter(request, "type", &type_name);
    web_parameter(request, "sort", &sort);
    struct web_rows rows = {.descending = web_rows_descending(request, true)};
    for (size_t i = 0; i < a->of.task_types.all.count; i++) {
        const struct analyze_task_type *type = &a->of.task_types.all.at[i];
        if (!by_type || base_str_equal(order_string(symbols, type->name), base_text_view(&type_name)))
            web_rows_add(&rows, i, type_key(a, type, base_text_view(&sort)));
    }
    struct output_json json = {.out = &response->body};
    output_json_open(&json, NULL, '{');
    output_json_u64(&json, "count", rows.indices.count);
    web_rows_finish(&rows, request, &json, add_type, a);
    output_json_close(&json, '}');
    base_text_release(&type_name);
    base_text_release(&sort);
}

/* ---- tasks ---- */

/* The official filter: go-tool-trace-analyses.md, section 14.3. */
struct filter {
    const struct web_annotations *a;
    bool by_type, by_complete, by_least, by_most, complete;
    struct base_text type, log_text;
    int64_t least_ns, most_ns;
};

static void filter_begin(struct filter *filter, const struct web_annotations *a, const struct web_request *request)
{
    struct base_text complete = {0};
    *filter = (struct filter){.a = a};
    filter->by_type = web_parameter(request, "type", &filter->type);
    filter->by_least = web_parameter_duration(request, "latmin", &filter->least_ns);
    filter->by_most = web_parameter_duration(request, "latmax", &filter->most_ns);
    web_parameter(request, "logtext", &filter->log_text);
    web_parameter(request, "complete", &complete);
    filter->complete = base_str_is(base_text_view(&complete), "1");
    filter->by_complete = filter->complete || base_str_is(base_text_view(&complete), "0");
    base_text_release(&complete);
}

static void filter_release(struct filter *filter)
{
    base_text_release(&filter->type);
    base_text_release(&filter->log_text);
}

static int64_t duration_of(const struct web_annotations *a, const struct analyze_task *task)
{
    return analyze_task_duration_ns(task, a->pass.first_ns, a->pass.last_ns);
}

static bool matches(struct filter *filter, const struct analyze_task *task)
{
    const struct order_symbols *symbols = model_pass_symbols(&filter->a->pass);
    bool complete = analyze_task_is_complete(task);
    int64_t ns = duration_of(filter->a, task);
    if (analyze_task_is_background(task))
        return false;
    if (filter->by_type && !base_str_equal(order_string(symbols, task->name), base_text_view(&filter->type)))
        return false;
    if (filter->by_complete && filter->complete != complete)
        return false;
    if ((filter->by_least && (!complete || ns < filter->least_ns)) ||
        (filter->by_most && (!complete || ns > filter->most_ns)))
        return false;
    return !filter->log_text.size ||
           analyze_annotations_task_says(&filter->a->of, (size_t)(task - filter->a->of.tasks.all.at),
                                         base_text_cstring(&filter->log_text));
}

static int64_t task_key(const struct web_annotations *a, const struct analyze_task *task, struct base_str sort)
{
    if (base_str_is(sort, "id"))
        return task->id < INT64_MAX ? (int64_t)task->id : INT64_MAX;
    if (base_str_is(sort, "start"))
        return task->has_start ? task->start_ns : INT64_MIN;
    if (base_str_is(sort, "goroutines"))
        return task->goroutine_count;
    if (base_str_is(sort, "regions"))
        return task->region_count;
    if (base_str_is(sort, "logs"))
        return task->log_count;
    return duration_of(a, task);
}

static void add_task(struct output_json *json, const void *annotations, size_t index)
{
    const struct web_annotations *a = annotations;
    const struct analyze_task *task = &a->of.tasks.all.at[index];
    int64_t first_ns = a->pass.first_ns;
    output_json_open(json, NULL, '{');
    output_json_u64(json, "id", task->id);
    web_add_lane_id(json, "lane", 'k', (int64_t)index);
    output_json_string(json, "type", order_string(model_pass_symbols(&a->pass), task->name));
    output_json_i64(json, "start_ns", task->has_start ? task->start_ns - first_ns : -1);
    output_json_i64(json, "end_ns", task->has_end ? task->end_ns - first_ns : -1);
    output_json_i64(json, "duration_ns", duration_of(a, task));
    output_json_bool(json, "complete", analyze_task_is_complete(task));
    output_json_u64(json, "goroutines", task->goroutine_count);
    output_json_u64(json, "regions", task->region_count);
    output_json_u64(json, "logs", task->log_count);
    output_json_close(json, '}');
}

void web_tasks(struct web_trace *trace, const struct web_request *request, struct web_response *response)
{
    const struct web_annotations *a = web_annotations_get(trace);
    struct filter filter;
    struct base_text sort = {0};
    if (!a) {
        web_fail_to_read(response);
        return;
    }
    filter_begin(&filter, a, request);
    web_parameter(request, "sort", &sort);
    struct web_rows rows = {.descending = web_rows_descending(request, true)};
    int64_t longest_ns = 0, within = web_parameter_i64(request, "within", -1);
    size_t top = within < 0 ? SIZE_MAX : analyze_annotations_task(&a->of, (uint64_t)within);
    bool *family = top == SIZE_MAX ? NULL : analyze_annotations_family(&a->of, top);
    for (size_t i = 0; i < a->of.tasks.all.count; i++) {
        const struct analyze_task *task = &a->of.tasks.all.at[i];
        if ((within >= 0 && !(family && family[i])) || !matches(&filter, task))
            continue;
        web_rows_add(&rows, i, task_key(a, task, base_text_view(&sort)));
        longest_ns = duration_of(a, task) > longest_ns ? duration_of(a, task) : longest_ns;
    }
    struct output_json json = {.out = &response->body};
    output_json_open(&json, NULL, '{');
    output_json_u64(&json, "count", rows.indices.count);
    output_json_i64(&json, "longest_ns", longest_ns);
    web_rows_finish(&rows, request, &json, add_task, a);
    output_json_close(&json, '}');
    free(family);
    filter_release(&filter);
    base_text_release(&sort);
}
