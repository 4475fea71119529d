#include "cmd/cmd.h"

int cmd_open(const char *path, struct cmd_trace *ret_trace)
{
    struct base_error error = BASE_NO_ERROR;
    int status = cmd_take(path, &ret_trace->input);
    if (status >= 0)
        return status;
    ret_trace->path = ret_trace->input.name;
    if (model_pass_begin(&ret_trace->pass, &ret_trace->input.file, &error)) {
        cmd_warn_of_format(ret_trace->path, ret_trace->pass.reader);
        return -1;
    }
    status = cmd_failed(ret_trace->path, &error);
    cmd_input_release(&ret_trace->input);
    return status;
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
    cmd_input_release(&trace->input);
}

bool cmd_pass(struct cmd_trace *trace, const struct model_sink *sinks, size_t count)
{
    struct model_pass *pass = &trace->pass;
    struct cmd_progress progress;
    model_pass_run(pass, sinks, count, cmd_progress_begin(&progress, "read", 0));
    cmd_progress_end(&progress);
    if (pass->error.cause) {
        cmd_failed(trace->path, &pass->error);
        return false;
    }
    cmd_say_losses(trace->path, pass);
    return true;
}
