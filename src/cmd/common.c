#include "cmd/cmd.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int cmd_failed(const char *what, struct base_error *error)
{
    struct base_text err = base_text_to_fd(STDERR_FILENO);
    base_text_add(&err, "kymo: ");
    if (what)
        base_text_format(&err, "%s: ", what);
    base_error_describe(error, &err);
    base_text_char(&err, '\n');
    base_text_flush(&err);
    base_text_release(&err);
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

int cmd_open(const char *path, struct base_mapping *ret_file, struct model_pass *ret_pass)
{
    struct base_error error = BASE_NO_ERROR;
    if (!base_os_map(path, ret_file, &error))
        return cmd_failed(path, &error);
    if (!model_pass_begin(ret_pass, ret_file, &error)) {
        base_os_unmap(ret_file);
        return cmd_failed(path, &error);
    }
    return -1;
}

void cmd_close(struct base_mapping *file, struct model_pass *pass)
{
    model_pass_release(pass);
    base_os_unmap(file);
}

struct progress {
    int64_t begun_ns, shown_ns;
};

static void report(void *self, uint64_t done_bytes, uint64_t total_bytes)
{
    struct progress *progress = self;
    int64_t now_ns = base_os_now_ns();
    if (now_ns - progress->begun_ns < 500000000 || now_ns - progress->shown_ns < 100000000)
        return;
    progress->shown_ns = now_ns;
    fprintf(stderr, "\r%5.1f%% read", 100.0 * (double)done_bytes / (double)(total_bytes ? total_bytes : 1));
}

void cmd_pass(struct model_pass *pass, const struct model_sink *sinks, size_t count, const char *path)
{
    struct progress progress = {.begun_ns = base_os_now_ns()};
    struct model_progress reporter = {report, &progress};
    model_pass_run(pass, sinks, count, isatty(STDERR_FILENO) ? &reporter : NULL);
    if (progress.shown_ns)
        fprintf(stderr, "\r            \r");
    if (!pass->error.cause)
        return;
    struct base_text err = base_text_to_fd(STDERR_FILENO);
    base_text_format(&err, "kymo: %s: read up to an error: ", path);
    base_error_describe(&pass->error, &err);
    base_text_char(&err, '\n');
    base_text_flush(&err);
    base_text_release(&err);
}
