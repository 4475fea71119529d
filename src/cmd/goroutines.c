/* kymo goroutines: where goroutines spend their time. */
#include "output/goroutines.h"
#include "analyze/groups.h"
#include "cmd/cmd.h"

#include <unistd.h>

static int print(const struct analyze_goroutines *goroutines, const struct model_pass *pass, bool json,
                 const char *group)
{
    const struct order_symbols *symbols = model_pass_symbols(pass);
    struct base_text out = base_text_to_fd(STDOUT_FILENO);
    if (json) {
        output_goroutines_json(&out, goroutines, symbols, pass->first_ns);
        return cmd_finish(&out, CMD_DONE);
    }
    struct analyze_groups groups;
    struct base_error error = BASE_NO_ERROR;
    analyze_groups_make(&groups, goroutines, symbols);
    const struct analyze_group *found = group ? analyze_groups_find(&groups, symbols, base_str_of(group)) : NULL;
    int status = CMD_DONE;
    if (found) {
        output_group_table(&out, goroutines, found->name, symbols, pass->first_ns);
    } else if (group) {
        base_fail(&error, "no goroutine of the trace began in %s", group);
        status = cmd_failed(NULL, &error);
    } else {
        output_groups_table(&out, &groups, symbols);
    }
    analyze_groups_release(&groups);
    return cmd_finish(&out, status);
}

int cmd_goroutines(int argc, char **argv)
{
    bool json = false;
    const char *group = NULL;
    const struct cmd_option options[] = {
        {"group", "NAME", "list the goroutines that began in this function", &group, NULL},
        {"json", NULL, "print every goroutine, with its regions, as JSON", NULL, &json},
    };
    const struct cmd_usage usage = {
        "kymo goroutines [--group=NAME] [--json] TRACE",
        "Prints where goroutines spend their time: running, waiting for a processor, in syscalls, blocked.\n"
        "Without --group there is a row for each start function.",
        options, sizeof options / sizeof *options};
    struct cmd_trace trace;
    int status = cmd_open_operand(&usage, argc, argv, &trace);
    if (status >= 0)
        return status;
    struct analyze_goroutines goroutines;
    analyze_goroutines_init(&goroutines);
    goroutines.keep_regions = json;
    struct model_sink sink = {analyze_goroutines_add, &goroutines};
    status = CMD_FAILED;
    if (cmd_pass(&trace, &sink, 1)) {
        analyze_goroutines_finish(&goroutines, model_pass_symbols(&trace.pass));
        status = print(&goroutines, &trace.pass, json, group);
    }
    analyze_goroutines_release(&goroutines);
    cmd_close(&trace);
    return status;
}
