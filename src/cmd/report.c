#include "cmd/cmd.h"

#include <string.h>
#include <unistd.h>

void cmd_say(const char *what, const char *during, const struct base_error *error)
{
    struct base_text line = {0}, err = base_text_to_fd(STDERR_FILENO);
    base_text_add(&line, "kymo: ");
    if (what)
        base_text_format(&line, "%s: ", what);
    if (during)
        base_text_format(&line, "%s: ", during);
    base_error_describe(error, &line);
    const char *at = base_text_cstring(&line), *end;
    do { /* a cause may have several lines */
        end = strchr(at, '\n');
        base_text_safely(&err, (struct base_str){at, end ? (size_t)(end - at) : strlen(at)});
        base_text_char(&err, '\n');
        at = end ? end + 1 : at;
    } while (end);
    base_text_flush(&err);
    base_text_release(&err);
    base_text_release(&line);
}

int cmd_failed(const char *what, struct base_error *error)
{
    cmd_say(what, NULL, error);
    base_error_release(error);
    return CMD_FAILED;
}

int cmd_finish(struct base_text *out, int status)
{
    if (!base_text_flush(out)) {
        struct base_error error = BASE_NO_ERROR;
        base_fail(&error, "%s", strerror(out->failed));
        status = cmd_failed("standard output", &error);
    }
    base_text_release(out);
    return status;
}
