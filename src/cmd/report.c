#include "cmd/cmd.h"

#include "output/losses.h"

#include <string.h>
#include <unistd.h>

void cmd_say_text(const char *what, const char *during, const char *text)
{
    struct base_text line = {0}, err = base_text_to_fd(STDERR_FILENO);
    base_text_add(&line, "kymo: ");
    if (what)
        base_text_format(&line, "%s: ", what);
    if (during)
        base_text_format(&line, "%s: ", during);
    base_text_add(&line, text);
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

void cmd_say(const char *what, const char *during, const struct base_error *error)
{
    struct base_text text = {0};
    base_error_describe(error, &text);
    cmd_say_text(what, during, base_text_cstring(&text));
    base_text_release(&text);
}

enum { MOST_SAID_LOSSES = 20 };

void cmd_say_losses(const char *what, const struct model_pass *pass)
{
    size_t count;
    const struct order_loss *losses = model_pass_losses(pass, &count);
    for (size_t i = 0; i < count && i < MOST_SAID_LOSSES; i++) {
        struct base_text text = {0};
        output_loss_text(&text, &losses[i], pass);
        cmd_say_text(what, "damaged", base_text_cstring(&text));
        base_text_release(&text);
    }
    if (count > MOST_SAID_LOSSES)
        cmd_say_text(what, "damaged", "and more; kymo info lists all of it");
}

void cmd_warn_of_format(const char *what, const struct order_reader *reader)
{
    struct wire_header header = order_reader_header(reader);
    struct base_text text = {0};
    if (!wire_header_is_newer(&header))
        return;
    base_text_format(&text, "the trace is of Go 1.%d, which is newer than kymo knows; it is read as one of Go 1.%d",
                     header.minor, header.version);
    cmd_say_text(what, NULL, base_text_cstring(&text));
    base_text_release(&text);
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
