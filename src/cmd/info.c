/* kymo info: what is in a trace, or in each of several. */
#include "output/info.h"
#include "cmd/cmd.h"

#include <unistd.h>

/* How the traces are shown. */
struct showing {
    bool json, several;
    struct base_text out;
    struct output_json array;
    struct output_table table;
};

static void show(struct showing *showing, const struct model_info *info, const struct cmd_trace *trace)
{
    if (showing->several && showing->json)
        output_info_members(&showing->array, info, &trace->pass, trace->path);
    else if (showing->several)
        output_info_row(&showing->table, info, &trace->pass, trace->path);
    else if (showing->json)
        output_info_json(&showing->out, info, &trace->pass, trace->path);
    else
        output_info_text(&showing->out, info, &trace->pass, trace->path);
}

static int look_at(struct cmd_trace *trace, void *context)
{
    struct model_info info;
    model_info_init(&info);
    struct model_sink sink = {model_info_add, &info};
    bool done = cmd_pass(trace, &sink, 1);
    if (done)
        show(context, &info, trace);
    model_info_release(&info);
    return done ? CMD_DONE : CMD_FAILED;
}

int cmd_info(int argc, char **argv)
{
    struct showing showing = {.out = base_text_to_fd(STDOUT_FILENO)};
    const struct cmd_option options[] = {
        {"json", NULL, "print JSON; an array, of several traces", NULL, &showing.json}};
    const struct cmd_usage usage = {"kymo info [--json] TRACE...",
                                    "Prints what is in a trace: its format, span, counts, and the collector's work.\n"
                                    "Of several traces there is a row each.",
                                    options, sizeof options / sizeof *options};
    int operands, status = cmd_parse(&usage, argc, argv, &operands);
    if (status >= 0)
        return status;
    showing.several = operands > 1 && !(operands == 2 && base_program_is(argv[0]));
    showing.array.out = &showing.out;
    if (showing.several && showing.json)
        output_json_open(&showing.array, NULL, '[');
    else if (showing.several)
        output_info_table(&showing.table);
    status = cmd_each(&usage, operands, argv, look_at, &showing);
    if (showing.several && showing.json)
        output_json_close(&showing.array, ']'), base_text_char(&showing.out, '\n');
    else if (showing.several)
        output_table_end(&showing.table, &showing.out);
    return cmd_finish(&showing.out, status);
}
