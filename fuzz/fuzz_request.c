/* Fuzz target: requests to the viewer, on one trace: who is let in, the routes, and the decoder of requests for tiles.
 *
 * The input is text in lines: method, Host, target; then any of "Origin: …", "Sec-Fetch-Site: …" and "X-Kymo: …"; what
 * follows is the body. Missing lines are those of a proper request.
 */
#include "reply.h"
#include "target.h"
#include "web/queries.h"
#include "web/routes.h"

#include <string.h>

struct text_input {
    const char *at, *end;
};

static const int64_t MOST_QUERY_NS = 200000000;

static struct web_trace *open_trace(void)
{
    static struct base_mapping file;
    static struct web_trace trace;
    struct base_error error = BASE_NO_ERROR;
    if (file.data)
        return &trace;
    fuzz_require(base_os_map(KYMO_SOURCE_ROOT "/examples/workerpool.trace", &file, &error) &&
                     web_trace_open(&trace, "workerpool.trace", &file, NULL, NULL, &error) && web_trace_wait(&trace),
                 "the example can be opened");
    trace.queries->most_ns = MOST_QUERY_NS;
    return &trace;
}

/* The next line, terminated; `otherwise` if there is none. */
static char *next_line(struct text_input *input, const char *otherwise)
{
    const char *begin = input->at;
    while (input->at < input->end && *input->at != '\n')
        input->at++;
    size_t size = (size_t)(input->at - begin);
    input->at += input->at < input->end;
    return size ? strndup(begin, size) : strdup(otherwise);
}

/* The value of the next line if that is the header of this name, else NULL. */
static char *next_header(struct text_input *input, const char *name)
{
    size_t size = strlen(name);
    if ((size_t)(input->end - input->at) < size || memcmp(input->at, name, size) != 0)
        return NULL;
    input->at += size;
    return next_line(input, "");
}

static void answer(const struct web_request *request)
{
    struct web_response response = {0};
    web_answer(open_trace(), request, &response);
    fuzz_check_reply(request, &response);
    base_text_release(&response.body);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct web_address address = {.host = "localhost", .port = 8080};
    struct text_input input = {(const char *)data, (const char *)data + size};
    const char *reason;
    char *method = next_line(&input, "GET");
    char *host = next_line(&input, "localhost:8080");
    char *target = next_line(&input, "/");
    char *origin = next_header(&input, "Origin: ");
    char *fetch_site = next_header(&input, "Sec-Fetch-Site: ");
    char *kymo_header = next_header(&input, "X-Kymo: ");
    size_t body_size = (size_t)(input.end - input.at);
    char *body = memcpy(base_zalloc(body_size ? body_size : 1, 1), input.at, body_size);
    struct web_request request = {.method = method,
                                  .host = host,
                                  .target = target,
                                  .origin = origin,
                                  .fetch_site = fetch_site,
                                  .kymo_header = kymo_header ? kymo_header : "1",
                                  .body = {body, body_size}};
    if (web_refuse(&request, &address, &reason) == 0)
        answer(&request);
    free(method);
    free(host);
    free(target);
    free(origin);
    free(fetch_site);
    free(kymo_header);
    free(body);
    return 0;
}
