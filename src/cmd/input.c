#include "base/input.h"

#include "base/url.h"
#include "cmd/cmd.h"
#include "wire/header.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

/* ---- addresses ---- */

enum { SLACK_MS = 30000 };

/* The seconds parameter, or 0 where it is missing or Go's handler would not take it. */
static double seconds_of(struct base_str query)
{
    struct base_str value = base_url_parameter(query, "seconds");
    struct base_text text = {0};
    base_text_str(&text, value);
    double seconds = strtod(base_text_cstring(&text), NULL);
    base_text_release(&text);
    return !(seconds > 0) ? 0 : fmin(seconds, 1e6);
}

struct cmd_address cmd_address(const char *given, const char *seconds)
{
    struct cmd_address address = {0};
    struct base_url url = base_url_split(given);
    struct base_text query = {0};
    if (url.path.size <= 1)
        url.path = BASE_STR("/debug/pprof/trace");
    if (seconds) {
        base_url_set_parameter(&query, url.query, "seconds", seconds);
        url.query = base_text_view(&query);
    }
    address.seconds = seconds_of(url.query);
    address.silence_ms = (int64_t)(fmax(address.seconds, 1) * 1000) + SLACK_MS;
    base_url_write(&address.url, &url);
    url.user = BASE_STR("");
    base_url_write(&address.shown, &url);
    base_text_release(&query);
    return address;
}

void cmd_address_release(struct cmd_address *address)
{
    base_text_release(&address->url);
    base_text_release(&address->shown);
}

/* ---- what a trace begins with ---- */

/* What bytes that are no trace may be, or NULL. */
static const char *look_of(const uint8_t *bytes, size_t size)
{
    size_t begin = 0;
    if (!size)
        return "It is empty";
    while (begin < size && isspace(bytes[begin]))
        begin++;
    if (begin < size && bytes[begin] == '<')
        return "It looks like HTML";
    for (size_t i = 0; i < size; i++)
        if (!isprint(bytes[i]) && !isspace(bytes[i]) && bytes[i] < 0x80)
            return NULL;
    return "It looks like text";
}

bool cmd_check_head(void *self, const uint8_t *head, size_t size, struct base_error *ret_error)
{
    struct base_mapping file = {head, size};
    struct base_error error = BASE_NO_ERROR;
    struct wire_header header;
    (void)self;
    if (wire_header_read(&file, &header, &error))
        return true;
    const char *look = size >= 5 && memcmp(head, "go 1.", 5) == 0 ? NULL : look_of(head, size);
    base_fail(ret_error, "%s%s%s", error.cause, look ? " " : "", look ? look : "");
    base_error_release(&error);
    return false;
}

/* ---- taking a trace in ---- */

int cmd_take(const char *name, struct cmd_input *ret_input)
{
    struct base_error error = BASE_NO_ERROR, damage = BASE_NO_ERROR;
    struct cmd_progress progress;
    struct base_input input = {.name = name, .gate = {WIRE_HEADER_BYTES, cmd_check_head, NULL}};
    *ret_input = (struct cmd_input){.name = strcmp(name, "-") == 0 ? "standard input" : name};
    if (base_url_is(name)) {
        ret_input->address = cmd_address(name, NULL);
        ret_input->name = base_text_cstring(&ret_input->address.shown);
        input.name = base_text_cstring(&ret_input->address.url);
        input.silence_ms = ret_input->address.silence_ms;
    }
    const char *verb = base_url_is(name) ? "received" : "unpacked";
    input.progress = cmd_progress_begin(&progress, verb, ret_input->address.seconds);
    bool done = base_input_map(&input, &ret_input->file, &damage, &error);
    cmd_progress_end(&progress);
    if (done && damage.cause)
        cmd_say(ret_input->name, "taken up to an error", &damage);
    base_error_release(&damage);
    if (done)
        return -1;
    int status = cmd_failed(ret_input->name, &error);
    cmd_input_release(ret_input);
    return status;
}

void cmd_input_release(struct cmd_input *input)
{
    cmd_address_release(&input->address);
    base_os_unmap(&input->file);
}
