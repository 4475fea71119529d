/* Fuzz target: requests to the viewer, on one trace.
 *
 * The input is text in lines: method, Host, target; what follows is the body. Missing lines are those of a proper
 * request.
 */
#include "web/routes.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct web_trace *open_trace(void)
{
    static struct base_mapping file;
    static struct web_trace trace;
    struct base_error error = BASE_NO_ERROR;
    if (!file.data && (!base_os_map(KYMO_SOURCE_ROOT "/examples/daisy.trace", &file, &error) ||
                       !web_trace_open(&trace, "daisy.trace", &file, NULL, NULL, &error)))
        abort();
    return &trace;
}

/* The next line, terminated; `otherwise` if there is none. */
static char *next_line(const uint8_t **at, const uint8_t *end, const char *otherwise)
{
    const uint8_t *begin = *at;
    while (*at < end && **at != '\n')
        ++*at;
    size_t size = (size_t)(*at - begin);
    if (*at < end)
        ++*at;
    if (!size)
        return strdup(otherwise);
    char *line = base_zalloc(size + 1, 1);
    memcpy(line, begin, size);
    return line;
}

static void answer(const struct web_request *request)
{
    struct web_response response = {0};
    web_answer(open_trace(), request, &response);
    if (response.status < 200 || response.status > 599 || !response.content_type)
        abort();
    base_text_release(&response.body);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct web_address address = {.host = "localhost", .port = 8080};
    const uint8_t *at = data, *end = data + size;
    const char *reason;
    char *method = next_line(&at, end, "GET");
    char *host = next_line(&at, end, "localhost:8080");
    char *target = next_line(&at, end, "/");
    char *body = base_zalloc((size_t)(end - at) + 1, 1);
    memcpy(body, at, (size_t)(end - at));
    struct web_request request = {
        .method = method, .host = host, .target = target, .kymo_header = "1", .body = {body, (size_t)(end - at)}};
    if (web_refuse(&request, &address, &reason) == 0)
        answer(&request);
    free(method);
    free(host);
    free(target);
    free(body);
    return 0;
}
