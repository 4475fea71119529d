/* GET /api/profiles, GET /api/profile, and the official profile URLs. */
#include "output/json.h"
#include "output/pprof.h"
#include "web/routes.h"

#include <errno.h>
#include <stdlib.h>

/* A profile that was asked for: whole and shared, or scoped and its own. */
struct asked {
    const struct analyze_profile *profile;
    const struct order_symbols *symbols;
    bool scoped;
    struct model_pass pass;
    struct analyze_profile own;
};

static void asked_release(struct asked *asked)
{
    if (!asked->scoped)
        return;
    analyze_profile_release(&asked->own);
    model_pass_release(&asked->pass);
}

static bool ask_scoped(struct web_trace *trace, enum analyze_profile_kind kind, struct analyze_scope *scope,
                       struct asked *asked)
{
    asked->scoped = web_trace_scoped_profile(trace, kind, scope, &asked->pass, &asked->own);
    analyze_scope_release(scope);
    asked->profile = &asked->own;
    asked->symbols = asked->scoped ? model_pass_symbols(&asked->pass) : NULL;
    return asked->scoped;
}

/* A duration parameter; one that cannot be read is ignored, as the official tool does. */
static bool duration_parameter(const struct web_request *request, const char *name, int64_t *ret_ns)
{
    struct base_text text = {0};
    bool given = web_parameter(request, name, &text) && base_duration_parse(base_text_cstring(&text), ret_ns);
    base_text_release(&text);
    return given;
}

static bool pc_parameter(const struct web_request *request, uint64_t *ret_pc)
{
    struct base_text text = {0};
    bool given = web_parameter(request, "pc", &text) && text.size &&
                 !base_str_begins((struct base_str){text.data, text.size}, "0x");
    if (given) {
        char *end;
        errno = 0;
        *ret_pc = strtoull(base_text_cstring(&text), &end, 16);
        given = !*end && !errno;
    }
    base_text_release(&text);
    return given;
}

static bool ask_regions(struct web_trace *trace, const struct web_request *request, enum analyze_profile_kind kind,
                        struct asked *asked)
{
    struct model_pass pass;
    struct analyze_goroutines goroutines;
    struct base_text type = {0};
    struct analyze_region_filter filter = {0};
    if (!web_trace_regions(trace, &pass, &goroutines))
        return false;
    filter.by_type = web_parameter(request, "type", &type);
    filter.type = (struct base_str){type.data, type.size};
    filter.by_pc = pc_parameter(request, &filter.pc);
    filter.by_least = duration_parameter(request, "latmin", &filter.least_ns);
    filter.by_most = duration_parameter(request, "latmax", &filter.most_ns);
    struct analyze_scope scope;
    analyze_scope_of_regions(&scope, &goroutines, model_pass_symbols(&pass), &filter, pass.first_ns, pass.last_ns);
    base_text_release(&type);
    analyze_goroutines_release(&goroutines);
    model_pass_release(&pass);
    return ask_scoped(trace, kind, &scope, asked);
}

static bool ask_group(struct web_trace *trace, struct base_str name, enum analyze_profile_kind kind,
                      struct asked *asked, struct web_response *response)
{
    struct analyze_scope scope;
    const struct web_goroutines *goroutines = web_trace_goroutines(trace);
    if (!goroutines)
        return false;
    if (analyze_scope_of_group(&scope, &goroutines->stats, model_pass_symbols(&goroutines->pass), name,
                               goroutines->pass.last_ns))
        return ask_scoped(trace, kind, &scope, asked);
    analyze_scope_release(&scope);
    web_fail(response, 500, "failed to get records: failed to find matching goroutines for name: %.*s", (int)name.size,
             name.data);
    return false;
}

static bool ask_whole(struct web_trace *trace, enum analyze_profile_kind kind, struct asked *asked)
{
    const struct web_profiles *profiles = web_trace_profiles(trace);
    if (!profiles)
        return false;
    asked->profile = &profiles->of[kind];
    asked->symbols = model_pass_symbols(&profiles->pass);
    return true;
}

/* Finds or computes the profile that a request is about. On failure the reply says so. */
static bool ask(struct web_trace *trace, const struct web_request *request, enum analyze_profile_kind kind, bool region,
                struct asked *asked, struct web_response *response)
{
    struct base_text name = {0};
    bool named = web_parameter(request, "name", &name) && name.size, found;
    *asked = (struct asked){0};
    if (region)
        found = ask_regions(trace, request, kind, asked);
    else if (named)
        found = ask_group(trace, (struct base_str){name.data, name.size}, kind, asked, response);
    else
        found = ask_whole(trace, kind, asked);
    if (!found && response->status == 200)
        web_fail_to_read(response);
    base_text_release(&name);
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
        output_json_string(&json, "path", (struct base_str){path.data, path.size});
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
    struct base_text kind_name = {0}, scope = {0};
    web_parameter(request, "kind", &kind_name);
    web_parameter(request, "scope", &scope);
    enum analyze_profile_kind kind = analyze_profile_kind_of(base_text_cstring(&kind_name));
    bool region = base_str_is((struct base_str){scope.data, scope.size}, "region");
    base_text_release(&kind_name);
    base_text_release(&scope);
    if (kind == ANALYZE_PROFILE_KINDS) {
        web_fail(response, 400, "kind must be net, sync, syscall or sched");
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
