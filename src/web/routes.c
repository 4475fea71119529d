#include "web/routes.h"

static const struct {
    const char *method, *path;
    web_handler *handler;
} routes[] = {
    {"GET", "/api/overview", web_overview}, {"GET", "/api/timeline", web_timeline},
    {"POST", "/api/tiles", web_tiles},      {"GET", "/api/slice", web_slice},
    {"GET", "/api/groups", web_groups},     {"GET", "/api/goroutines", web_goroutines},
    {"GET", "/api/profile", web_profile},   {"GET", "/api/lanes", web_lanes},
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
            routes[i].handler(trace, request, response);
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
