/* GET /api/profiles, GET /api/profile, and the official profile URLs. */
#include "base/number.h"
#include "output/json.h"
#include "output/pprof.h"
#include "web/annotations.h"
#include "web/routes.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

/* What is asked about: a kind of profile, of which part of the trace. */
struct question {
    enum analyze_profile_kind kind;
    bool within_regions, of_group, of_goroutine, of_span;
    struct base_text group;
    goroutine_id goroutine;
    int64_t task;      /* within regions of it; -1: of any */
    bool of_task_type; /* likewise, of all tasks of a type */
    struct base_text task_type;
    struct analyze_interval span_ns; /* on the trace's clock */
};

/* A profile that was asked for: whole and shared, or of a part of the trace and its own. */
struct asked {
    const struct analyze_profile *profile;
    const struct order_symbols *symbols;
    bool own_pass;
    struct model_pass pass;
    struct analyze_profile own;
};

static void asked_release(struct asked *asked)
{
    if (!asked->own_pass)
        return;
    analyze_profile_release(&asked->own);
    model_pass_release(&asked->pass);
}

static bool ask_part(struct web_trace *trace, const struct question *question, const struct analyze_scope *scope,
                     struct asked *asked)
{
    asked->own_pass =
        web_trace_scoped_profile(trace, question->kind, scope, question->span_ns, &asked->pass, &asked->own);
    asked->profile = &asked->own;
    asked->symbols = asked->own_pass ? model_pass_symbols(&asked->pass) : NULL;
    return asked->own_pass;
}

static bool ask_scoped(struct web_trace *trace, const struct question *question, struct analyze_scope *scope,
                       struct asked *asked)
{
    bool found = ask_part(trace, question, scope, asked);
    analyze_scope_release(scope);
    return found;
}

static bool pc_parameter(const struct web_request *request, uint64_t *ret_pc)
{
    struct base_text text = {0};
    bool given = web_parameter(request, "pc", &text) && text.size && !base_str_begins(base_text_view(&text), "0x");
    if (given) {
        char *end;
        errno = 0;
        *ret_pc = strtoull(base_text_cstring(&text), &end, 16);
        given = !*end && !errno;
    }
    base_text_release(&text);
    return given;
}

/* The ids of the tasks of a type. */
static void find_tasks(const struct web_annotations *a, struct base_str type, struct base_map *ret_ids)
{
    for (size_t i = 0; i < a->of.tasks.all.count; i++)
        if (base_str_equal(order_string(model_pass_symbols(&a->pass), a->of.tasks.all.at[i].name), type) &&
            !analyze_task_is_background(&a->of.tasks.all.at[i]))
            base_map_set(ret_ids, a->of.tasks.all.at[i].id, 0);
}

static bool ask_regions(struct web_trace *trace, const struct web_request *request, const struct question *question,
                        struct asked *asked)
{
    const struct web_annotations *a = web_annotations_get(trace);
    struct base_text type = {0};
    struct base_map tasks = {0};
    struct analyze_region_filter filter = {0};
    if (!a)
        return false;
    if (question->of_task_type) {
        find_tasks(a, base_text_view(&question->task_type), &tasks);
        filter.tasks = &tasks;
    }
    filter.by_type = web_parameter(request, "type", &type);
    filter.type = base_text_view(&type);
    filter.by_pc = pc_parameter(request, &filter.pc);
    filter.by_task = question->task >= 0;
    filter.task = (uint64_t)question->task;
    filter.by_least = web_parameter_duration(request, "latmin", &filter.least_ns);
    filter.by_most = web_parameter_duration(request, "latmax", &filter.most_ns);
    struct analyze_scope scope;
    analyze_scope_of_regions(&scope, &a->of.goroutines, model_pass_symbols(&a->pass), &filter, a->pass.first_ns,
                             a->pass.last_ns);
    base_text_release(&type);
    base_map_release(&tasks);
    return ask_scoped(trace, question, &scope, asked);
}

/* The blocking profiles count a goroutine from when it first ran, the others its whole life. */
static bool is_official(const struct question *question)
{
    return question->kind < ANALYZE_BLOCKING_PROFILES;
}

static bool ask_group(struct web_trace *trace, const struct question *question, struct asked *asked,
                      struct web_response *response)
{
    struct analyze_scope scope;
    struct base_str name = {question->group.data, question->group.size};
    const struct web_goroutines *goroutines = web_trace_goroutines(trace);
    if (!goroutines)
        return false;
    const struct order_symbols *symbols = model_pass_symbols(&goroutines->pass);
    if (is_official(question)
            ? analyze_scope_of_group(&scope, &goroutines->stats, symbols, name, goroutines->pass.last_ns)
            : analyze_scope_of_whole_group(&scope, &goroutines->stats, symbols, name))
        return ask_scoped(trace, question, &scope, asked);
    analyze_scope_release(&scope);
    web_fail(response, 500, "failed to get records: failed to find matching goroutines for name: %.*s", (int)name.size,
             name.data);
    return false;
}

static bool ask_goroutine(struct web_trace *trace, const struct question *question, struct asked *asked,
                          struct web_response *response)
{
    struct analyze_scope scope;
    const struct web_goroutines *goroutines = web_trace_goroutines(trace);
    if (!goroutines)
        return false;
    bool found =
        analyze_scope_of_running_goroutine(&scope, &goroutines->stats, question->goroutine, goroutines->pass.last_ns);
    if (!found) {
        web_fail(response, 404, "there is no goroutine %" PRId64, question->goroutine.n);
    } else if (!is_official(question)) {
        analyze_scope_release(&scope);
        analyze_scope_of_goroutine(&scope, question->goroutine);
    }
    if (found)
        return ask_scoped(trace, question, &scope, asked);
    analyze_scope_release(&scope);
    return false;
}

static bool ask_whole(struct web_trace *trace, const struct question *question, struct asked *asked)
{
    const struct web_profiles *profiles = web_trace_profiles(trace);
    if (!profiles)
        return false;
    asked->profile = &profiles->of[question->kind];
    asked->symbols = model_pass_symbols(&profiles->pass);
    return true;
}

/* A time parameter on the trace's clock; one that cannot be read is ignored. */
static bool time_parameter(const struct web_trace *trace, const struct web_request *request, const char *name,
                           int64_t *time_ns)
{
    int64_t since_ns = web_parameter_i64(request, name, -1);
    if (since_ns < 0)
        return false;
    *time_ns = base_i64_sum(trace->timeline.first_ns, since_ns); /* its clock may begin below zero */
    return true;
}

static struct question question_of(const struct web_trace *trace, const struct web_request *request,
                                   enum analyze_profile_kind kind, bool within_regions)
{
    struct question question = {.kind = kind, .span_ns = {INT64_MIN, INT64_MAX}};
    question.task = web_parameter_i64(request, "task", -1);
    question.of_task_type = web_parameter(request, "tasktype", &question.task_type);
    question.within_regions = within_regions || question.task >= 0 || question.of_task_type;
    question.of_group = web_parameter(request, "name", &question.group) && question.group.size;
    question.goroutine.n = web_parameter_i64(request, "goroutine", -1);
    question.of_goroutine = question.goroutine.n >= 0;
    bool from = time_parameter(trace, request, "from", &question.span_ns.start_ns);
    bool to = time_parameter(trace, request, "to", &question.span_ns.end_ns);
    question.of_span = from || to;
    return question;
}

/* Finds or computes the profile that a request is about. On failure the reply says so. */
static bool ask(struct web_trace *trace, const struct web_request *request, enum analyze_profile_kind kind, bool region,
                struct asked *asked, struct web_response *response)
{
    struct question question = question_of(trace, request, kind, region);
    bool found;
    *asked = (struct asked){0};
    if (question.within_regions)
        found = ask_regions(trace, request, &question, asked);
    else if (question.of_goroutine)
        found = ask_goroutine(trace, &question, asked, response);
    else if (question.of_group)
        found = ask_group(trace, &question, asked, response);
    else if (question.of_span)
        found = ask_part(trace, &question, NULL, asked);
    else
        found = ask_whole(trace, &question, asked);
    if (!found && response->status == 200)
        web_fail_to_read(response);
    base_text_release(&question.group);
    base_text_release(&question.task_type);
    return found;
}

/* ---- /api/profiles ---- */

void web_profiles(struct web_trace *trace, const struct web_request *request, struct web_response *response)
{
    (void)request;
    const struct web_profiles *profiles = web_trace_profiles(trace);
    struct output_json json = {.out = &response->body};
    if (!profiles) {
        web_fail_to_read(response);
        return;
    }
    output_json_open(&json, NULL, '[');
    for (int kind = 0; kind < ANALYZE_PROFILE_KINDS; kind++) {
        struct base_text path = {0};
        base_text_format(&path, "/%s", analyze_profiles[kind].path);
        output_json_open(&json, NULL, '{');
        output_json_string(&json, "kind", base_str_of(analyze_profiles[kind].kind));
        output_json_string(&json, "path", base_text_view(&path));
        output_json_string(&json, "title", base_str_of(analyze_profiles[kind].title));
        output_json_u64(&json, "count", profiles->of[kind].total_count);
        output_json_i64(&json, "ns", profiles->of[kind].total_ns);
        output_json_close(&json, '}');
        base_text_release(&path);
    }
    output_json_close(&json, ']');
}

/* ---- /api/profile ---- */

/* Adds a value to a list once; returns its index. */
struct once {
    struct base_map index_by_key;
    BASE_VEC(uint64_t) keys;
};

static uint32_t once_add(struct once *once, uint64_t key)
{
    uint32_t index = base_map_find(&once->index_by_key, key);
    if (index == BASE_MAP_NONE) {
        index = (uint32_t)once->keys.count;
        base_map_set(&once->index_by_key, key, index);
        *base_vec_add(&once->keys) = key;
    }
    return index;
}

static void once_release(struct once *once)
{
    base_map_release(&once->index_by_key);
    base_vec_release(&once->keys);
}

static void add_stacks(struct output_json *json, const struct asked *asked, struct once *frames)
{
    const struct order_symbols *symbols = asked->symbols;
    output_json_open(json, "stacks", '[');
    for (size_t i = 0; i < asked->profile->records.count; i++) {
        const struct analyze_record *record = &asked->profile->records.at[i];
        const struct order_stack *stack = &symbols->stacks.at[record->stack];
        output_json_open(json, NULL, '{');
        output_json_open(json, "frames", '[');
        for (uint32_t j = 0; j < stack->count; j++)
            output_json_u64(json, NULL, once_add(frames, symbols->frame_refs.at[stack->first + j]));
        output_json_close(json, ']');
        output_json_u64(json, "count", record->count);
        output_json_i64(json, "ns", record->ns);
        output_json_u64(json, "first", record->first);
        if (record->time != ANALYZE_ANY_TIME)
            output_json_string(json, "state", base_str_of(analyze_time_names[record->time]));
        if (record->time == ANALYZE_TIME_BLOCKED || record->time == ANALYZE_TIME_IDLE)
            output_json_string(json, "reason", order_string(symbols, record->reason));
        output_json_close(json, '}');
    }
    output_json_close(json, ']');
}

static void add_frames(struct output_json *json, const struct asked *asked, const struct once *frames,
                       struct once *functions)
{
    output_json_open(json, "frames", '[');
    for (size_t i = 0; i < frames->keys.count; i++) {
        const struct order_frame *frame = &asked->symbols->frames.at[frames->keys.at[i]];
        output_json_open(json, NULL, '{');
        output_json_u64(json, "function", once_add(functions, (uint64_t)frame->func << 32 | frame->file));
        output_json_u64(json, "line", frame->line);
        output_json_address(json, "pc", frame->pc);
        output_json_close(json, '}');
    }
    output_json_close(json, ']');
    output_json_open(json, "functions", '[');
    for (size_t i = 0; i < functions->keys.count; i++) {
        output_json_open(json, NULL, '{');
        output_json_string(json, "name", order_string(asked->symbols, (uint32_t)(functions->keys.at[i] >> 32)));
        output_json_string(json, "file", order_string(asked->symbols, (uint32_t)functions->keys.at[i]));
        output_json_close(json, '}');
    }
    output_json_close(json, ']');
}

void web_profile(struct web_trace *trace, const struct web_request *request, struct web_response *response)
{
    struct base_text kind_name = {0};
    web_parameter(request, "kind", &kind_name);
    enum analyze_profile_kind kind = analyze_profile_kind_of(base_text_cstring(&kind_name));
    bool region = web_parameter_is(request, "scope", "region");
    base_text_release(&kind_name);
    if (kind == ANALYZE_PROFILE_KINDS) {
        web_fail(response, 400, "kind must be net, sync, syscall, sched, offcpu, cpu or wall");
        return;
    }
    struct asked asked;
    if (ask(trace, request, kind, region, &asked, response)) {
        struct output_json json = {.out = &response->body};
        struct once frames = {0}, functions = {0};
        output_json_open(&json, NULL, '{');
        output_json_string(&json, "kind", base_str_of(analyze_profiles[kind].kind));
        output_json_string(&json, "title", base_str_of(analyze_profiles[kind].title));
        output_json_u64(&json, "count", asked.profile->total_count);
        output_json_i64(&json, "ns", asked.profile->total_ns);
        add_stacks(&json, &asked, &frames);
        add_frames(&json, &asked, &frames, &functions);
        output_json_close(&json, '}');
        once_release(&frames);
        once_release(&functions);
    }
    asked_release(&asked);
}

void web_official_profile(struct web_trace *trace, const struct web_request *request, struct web_response *response,
                          enum analyze_profile_kind kind, bool region)
{
    struct base_text raw = {0};
    bool file = web_parameter(request, "raw", &raw) && raw.size;
    base_text_release(&raw);
    if (!file) {
        web_send_page(web_path(request), response);
        return;
    }
    struct asked asked;
    if (ask(trace, request, kind, region, &asked, response)) {
        output_pprof(&response->body, asked.profile, asked.symbols);
        response->content_type = "application/octet-stream";
        response->download_name = analyze_profiles[kind].path;
    }
    asked_release(&asked);
}
