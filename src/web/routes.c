#include "web/routes.h"

/* Those that look at what has been read so far are answered between two blocks; the others wait, or read, themselves.
 */
static const struct {
    const char *method, *path;
    web_handler *handler;
    bool looks;
} routes[] = {
    {"GET", "/api/overview", web_overview, true},
    {"GET", "/api/timeline", web_timeline, true},
    {"POST", "/api/tiles", web_tiles, false},
    {"GET", "/api/slice", web_slice, false},
    {"GET", "/api/groups", web_groups, false},
    {"GET", "/api/goroutines", web_goroutines, false},
    {"GET", "/api/profiles", web_profiles, false},
    {"GET", "/api/profile", web_profile, false},
    {"GET", "/api/lanes", web_lanes, false},
    {"GET", "/api/arrows", web_arrows, false},
    {"GET", "/api/mmu", web_mmu, false},
    {"GET", "/api/mmu/worst", web_mmu_worst, false},
    {"GET", "/api/gc", web_gc, false},
    {"GET", "/api/tasks/types", web_task_types, false},
    {"GET", "/api/tasks", web_tasks, false},
    {"GET", "/api/task", web_task, false},
    {"GET", "/api/regions/types", web_region_types, false},
    {"GET", "/api/regions", web_regions, false},
    {"GET", "/api/goroutine", web_goroutine, false},
    {"GET", "/api/goroutine/states", web_goroutine_states, false},
    {"GET", "/api/source", web_source, false},
    {"GET", "/api/search", web_find, false},
    {"GET", "/api/search/marks", web_find_marks, false},
    {"GET", "/api/search/step", web_find_step, false},
    {"GET", "/api/span", web_span, false},
    {"GET", "/api/span/goroutines", web_span_goroutines, false},
    {"GET", "/api/span/functions", web_span_functions, false},
    {"GET", "/api/tracks", web_tracks, false},
    {"GET", "/api/threads", web_threads, false},
    {"GET", "/api/log", web_log, false},
    {"GET", "/api/below", web_below, false},
    {"POST", "/api/query", web_query, false},
    {"POST", "/api/query/stop", web_query_stop, false},
    {"GET", "/api/query/schema", web_query_schema, false},
};

/* Whether the path is that of a profile page: "/io", "/regionio" … */
static bool profile_path(struct base_str path, enum analyze_profile_kind *ret_kind, bool *ret_region)
{
    *ret_region = base_str_begins(path, "/region");
    size_t skip = *ret_region ? strlen("/region") : 1;
    if (path.size < skip)
        return false;
    struct base_str name = {path.data + skip, path.size - skip};
    for (int kind = 0; kind < ANALYZE_PROFILE_KINDS; kind++) {
        *ret_kind = (enum analyze_profile_kind)kind;
        if (base_str_is(name, analyze_profiles[kind].path))
            return true;
    }
    return false;
}

void web_fail_to_read(struct web_response *response)
{
    web_fail(response, 500, "the trace could not be read again");
}

void web_answer(struct web_trace *trace, const struct web_request *request, struct web_response *response)
{
    struct base_str path = web_path(request);
    const char *method = strcmp(request->method, "HEAD") == 0 ? "GET" : request->method;
    enum analyze_profile_kind kind;
    bool region, known = false;
    response->status = 200;
    response->content_type = "application/json";
    for (size_t i = 0; i < sizeof routes / sizeof *routes; i++) {
        if (!base_str_is(path, routes[i].path))
            continue;
        known = true;
        if (strcmp(method, routes[i].method) == 0) {
            if (routes[i].looks)
                base_turns_begin_look(&trace->turns);
            routes[i].handler(trace, request, response);
            if (routes[i].looks)
                base_turns_end_look(&trace->turns);
            return;
        }
    }
    if (known || strcmp(method, "GET") != 0)
        web_fail(response, 405, "this path is not asked with %s", request->method);
    else if (base_str_begins(path, "/api/"))
        web_fail(response, 404, "there is nothing at this path");
    else if (profile_path(path, &kind, &region))
        web_official_profile(trace, request, response, kind, region);
    else
        web_send_page(path, response);
}
