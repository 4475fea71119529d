/* GET /api/source: a file of the program's source. */
#include "output/json.h"
#include "web/routes.h"
#include "web/source.h"

enum { MOST_PARTS = 64 }; /* of a path that are tried */

/* Leading slashes and "." parts say nothing. */
static struct base_str skip_empty(struct base_str path)
{
    for (;;) {
        size_t skip = base_str_begins(path, "/") ? 1 : base_str_begins(path, "./") ? 2 : 0;
        if (!skip)
            return path;
        path = (struct base_str){path.data + skip, path.size - skip};
    }
}

static struct base_str without_first(struct base_str path)
{
    const char *slash = memchr(path.data, '/', path.size);
    size_t skip = slash ? (size_t)(slash - path.data) + 1 : path.size;
    return skip_empty((struct base_str){path.data + skip, path.size - skip});
}

enum base_beneath web_source_read(const struct web_source *source, struct base_str file, struct base_str *ret_path,
                                  struct base_text *out)
{
    enum base_beneath done = BASE_BENEATH_MISSING;
    struct base_text path = {0};
    struct base_str rest = skip_empty(file);
    if (file.size && memchr(file.data, '\0', file.size))
        return BASE_BENEATH_MISSING;
    for (int i = 0; i < MOST_PARTS && rest.size && done == BASE_BENEATH_MISSING; i++) {
        path.size = 0;
        base_text_str(&path, rest);
        done = base_beneath_read(source->folder, base_text_cstring(&path), WEB_MOST_SOURCE_BYTES, out);
        *ret_path = rest;
        rest = without_first(rest);
    }
    base_text_release(&path);
    return done;
}

void web_source(struct web_trace *trace, const struct web_request *request, struct web_response *response)
{
    static const char *const failures[] = {
        [BASE_BENEATH_MISSING] = "is not there",
        [BASE_BENEATH_TOO_BIG] = "is larger than 4 MiB",
        [BASE_BENEATH_NO_MEANS] = "cannot be read safely: that takes Linux 5.6 or later",
    };
    struct base_text file = {0}, text = {0};
    struct base_str path = BASE_STR("");
    struct output_json json = {.out = &response->body};
    web_parameter(request, "file", &file);
    output_json_open(&json, NULL, '{');
    if (trace->source) {
        enum base_beneath done = web_source_read(trace->source, base_text_view(&file), &path, &text);
        output_json_string(&json, "root", base_str_of(trace->source->name));
        if (done == BASE_BENEATH_READ) {
            output_json_string(&json, "path", path);
            output_json_string(&json, "text", base_text_view(&text));
        } else {
            output_json_string(&json, "missing", base_str_of(failures[done]));
        }
    } else {
        output_json_null(&json, "root");
    }
    output_json_close(&json, '}');
    base_text_release(&file);
    base_text_release(&text);
}
