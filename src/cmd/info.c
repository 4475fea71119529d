/* kymo info: what is in a trace. */
#include "cmd/cmd.h"
#include "output/info.h"

#include <unistd.h>

int cmd_info(int argc, char **argv)
{
    bool json = false;
    const struct cmd_option options[] = {{"json", NULL, "print JSON", NULL, &json}};
    const struct cmd_usage usage = {"kymo info [--json] TRACE", "Prints what is in a trace: its format, span, counts, and the collector's work.",
                                    options, sizeof options / sizeof *options};
    int operands, status = cmd_parse(&usage, argc, argv, &operands);
    if (status >= 0)
        return status;
    if (operands != 1)
        return cmd_misused(&usage, "one trace is needed");
    struct base_mapping file;
    struct model_pass pass;
    status = cmd_open(argv[0], &file, &pass);
    if (status >= 0)
        return status;
    struct model_info info;
    model_info_init(&info);
    struct model_sink sink = {model_info_add, &info};
    cmd_pass(&pass, &sink, 1, argv[0]);
    struct base_text out = base_text_to_fd(STDOUT_FILENO);
    if (json)
        output_info_json(&out, &info, &pass, argv[0]);
    else
        output_info_text(&out, &info, &pass, argv[0]);
    model_info_release(&info);
    cmd_close(&file, &pass);
    return cmd_finish(&out, CMD_DONE);
}
