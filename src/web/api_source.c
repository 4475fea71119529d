/* GET /api/source: a file of the program's source. */
#include "base/beneath.h"
#include "output/json.h"
#include "web/routes.h"
#include "web/source.h"

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
        enum base_beneath done = base_beneath_find(trace->source->folder, base_text_view(&file), &path, &text);
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
