/* kymo info: what is in a trace. */
#include "output/info.h"
#include "cmd/cmd.h"

#include <unistd.h>

int cmd_info(int argc, char **argv)
{
    bool json = false;
    const struct cmd_option options[] = {{"json", NULL, "print JSON", NULL, &json}};
    const struct cmd_usage usage = {"kymo info [--json] TRACE",
                                    "Prints what is in a trace: its format, span, counts, and the collector's work.",
                                    options, sizeof options / sizeof *options};
    struct cmd_trace trace;
    int status = cmd_open_operand(&usage, argc, argv, &trace);
    if (status >= 0)
        return status;
    struct model_info info;
    model_info_init(&info);
    struct model_sink sink = {model_info_add, &info};
    struct base_text out = base_text_to_fd(STDOUT_FILENO);
    status = cmd_pass(&trace, &sink, 1) ? CMD_DONE : CMD_FAILED;
    if (status == CMD_DONE && json)
        output_info_json(&out, &info, &trace.pass, trace.path);
    else if (status == CMD_DONE)
        output_info_text(&out, &info, &trace.pass, trace.path);
    model_info_release(&info);
    cmd_close(&trace);
    return cmd_finish(&out, status);
}
