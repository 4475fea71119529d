#include "cmd/cmd.h"

#include <stdio.h>
#include <unistd.h>

int cmd_open(const char *path, struct cmd_trace *ret_trace)
{
    struct base_error error = BASE_NO_ERROR;
    ret_trace->path = path;
    if (!base_os_map(path, &ret_trace->file, &error))
        return cmd_failed(path, &error);
    if (!model_pass_begin(&ret_trace->pass, &ret_trace->file, &error)) {
        base_os_unmap(&ret_trace->file);
        return cmd_failed(path, &error);
    }
    cmd_warn_of_format(path, ret_trace->pass.reader);
    return -1;
}

int cmd_open_operand(const struct cmd_usage *usage, int argc, char **argv, struct cmd_trace *ret_trace)
{
    int operands, status = cmd_parse(usage, argc, argv, &operands);
    if (status >= 0)
        return status;
    return operands == 1 ? cmd_open(argv[0], ret_trace) : cmd_misused(usage, "one trace is needed");
}

void cmd_close(struct cmd_trace *trace)
{
    model_pass_release(&trace->pass);
    base_os_unmap(&trace->file);
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

bool cmd_pass(struct cmd_trace *trace, const struct model_sink *sinks, size_t count)
{
    struct model_pass *pass = &trace->pass;
    struct progress progress = {.begun_ns = base_os_now_ns()};
    struct model_progress reporter = {report, &progress};
    model_pass_run(pass, sinks, count, isatty(STDERR_FILENO) ? &reporter : NULL);
    if (progress.shown_ns)
        fprintf(stderr, "\r            \r");
    if (pass->error.cause) {
        cmd_failed(trace->path, &pass->error);
        return false;
    }
    cmd_say_losses(trace->path, pass);
    return true;
}
