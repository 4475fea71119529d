#include "cmd/filter.h"

struct base_program *cmd_program(const char *binary, const struct cmd_input *input)
{
    struct wire_header header;
    struct base_error error = BASE_NO_ERROR;
    struct base_program *program = NULL;
    bool needed = wire_header_read(&input->file, &header, &error) && wire_version_needs_program(header.version);
    base_error_release(&error);
    if (!needed)
        return NULL;
    if (!binary)
        cmd_say_text(input->name, NULL,
                     "a trace of Go 1.5 or 1.6 holds addresses without names; kymo BINARY TRACE takes them from the "
                     "program that wrote it");
    else if (!(program = base_program_open(binary, &error)))
        cmd_failed(binary, &error);
    return program;
}

int cmd_open(const char *binary, const char *path, struct cmd_trace *ret_trace)
{
    struct base_error error = BASE_NO_ERROR;
    int status = cmd_take(path, &ret_trace->input);
    if (status >= 0)
        return status;
    ret_trace->path = ret_trace->input.name;
    ret_trace->program = cmd_program(binary, &ret_trace->input);
    if (model_pass_begin_with(&ret_trace->pass, &ret_trace->input.file, ret_trace->program, &error)) {
        cmd_warn_of_format(ret_trace->path, ret_trace->pass.reader);
        return -1;
    }
    status = cmd_failed(ret_trace->path, &error);
    base_program_close(ret_trace->program);
    cmd_input_release(&ret_trace->input);
    return status;
}

/* Whether the operands are BINARY TRACE. */
static bool have_program(int operands, char **argv)
{
    return operands == 2 && base_program_is(argv[0]);
}

int cmd_each(const struct cmd_usage *usage, int operands, char **argv, cmd_one *one, void *context)
{
    int worst = CMD_DONE;
    bool program = have_program(operands, argv);
    if (!operands)
        return cmd_misused(usage, "a trace is needed");
    for (int i = program; i < operands; i++) {
        struct cmd_trace trace;
        int status = cmd_open(program ? argv[0] : NULL, argv[i], &trace);
        if (status < 0) {
            status = one(&trace, context);
            cmd_close(&trace);
        }
        worst = status > worst ? status : worst;
    }
    return worst;
}

int cmd_open_operands(const struct cmd_usage *usage, int operands, char **argv, struct cmd_trace *ret_trace)
{
    bool program = have_program(operands, argv);
    int status = operands != 1 + program ? cmd_misused(usage, "one trace is needed")
                                         : cmd_open(program ? argv[0] : NULL, argv[operands - 1], ret_trace);
    if (status >= 0 && usage->filter)
        cmd_filter_release(usage->filter);
    return status;
}

int cmd_open_operand(const struct cmd_usage *usage, int argc, char **argv, struct cmd_trace *ret_trace)
{
    int operands, status = cmd_parse(usage, argc, argv, &operands);
    return status >= 0 ? status : cmd_open_operands(usage, operands, argv, ret_trace);
}

void cmd_close(struct cmd_trace *trace)
{
    model_pass_release(&trace->pass);
    base_program_close(trace->program);
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
