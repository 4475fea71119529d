#include "web/routes.h"

#include "web/pages.h"

static const struct {
    const char *method, *path;
    web_handler *handler;
} routes[] = {
    {"GET", "/api/overview", web_overview},     {"GET", "/api/timeline", web_timeline}, {"POST", "/api/tiles", web_tiles},
    {"GET", "/api/slice", web_slice},           {"GET", "/api/groups", web_groups},     {"GET", "/api/goroutines", web_goroutines},
    {"GET", "/api/profile", web_profile},
};

void web_send_page(struct base_str path, struct web_response *response)
{
    size_t chosen = 0;
    for (size_t i = 0; i < web_page_count; i++)
        if (base_str_is(path, web_pages[i].path))
            chosen = i;
    for (size_t i = 0; !base_str_is(path, web_pages[chosen].path) && i < web_page_count; i++)
        if (strcmp(web_pages[i].path, "/index.html") == 0)
            chosen = i;
    response->content_type = web_pages[chosen].content_type;
    response->fixed_body = (struct base_str){(const char *)web_pages[chosen].data, web_pages[chosen].size};
}

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
