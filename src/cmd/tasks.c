/* kymo tasks: the user tasks of a trace, and what became of them. */
#include "output/tasks.h"
#include "cmd/cmd.h"

#include <unistd.h>

static int print(const struct output_tasks_trace *trace, bool json, const char *type_name)
{
    struct base_text out = base_text_to_fd(STDOUT_FILENO);
    if (json && !type_name) {
        output_tasks_json(&out, trace, NULL);
        return cmd_finish(&out, CMD_DONE);
    }
    struct analyze_task_types types;
    analyze_task_types_make(&types, trace->tasks, trace->symbols, NULL);
    const struct analyze_task_type *type =
        type_name ? analyze_task_types_find(&types, trace->symbols, base_str_of(type_name)) : NULL;
    int status = CMD_DONE;
    if (type_name && !type) {
        struct base_error error = BASE_NO_ERROR;
        base_fail(&error, "no task of the trace is of type %s", type_name);
        status = cmd_failed(NULL, &error);
    } else if (json) {
        output_tasks_json(&out, trace, type);
    } else if (type) {
        output_tasks_table(&out, trace, type);
    } else if (types.all.count) {
        output_task_types_table(&out, &types, trace->symbols);
    } else {
        base_text_add(&out, "The trace has no tasks.\n");
    }
    analyze_task_types_release(&types);
    return cmd_finish(&out, status);
}

int cmd_tasks(int argc, char **argv)
{
    bool json = false;
    const char *type = NULL;
    const struct cmd_option options[] = {
        {"type", "NAME", "list the tasks of this type", &type, NULL},
        {"json", NULL, "print every task, with its logs and goroutines, as JSON", NULL, &json},
    };
    const struct cmd_usage usage = {"kymo tasks [--type=NAME] [--json] TRACE",
                                    "Prints the user tasks of a trace (runtime/trace.NewTask): how many, how long.\n"
                                    "Without --type there is a row for each type.",
                                    options, sizeof options / sizeof *options};
    struct cmd_trace trace;
    int status = cmd_open_operand(&usage, argc, argv, &trace);
    if (status >= 0)
        return status;
    struct analyze_tasks tasks;
    analyze_tasks_init(&tasks);
    struct model_sink sink = {analyze_tasks_add, &tasks};
    const struct model_pass *pass = &trace.pass;
    status = CMD_FAILED;
    if (cmd_pass(&trace, &sink, 1)) {
        analyze_tasks_finish(&tasks);
        status = print(&(struct output_tasks_trace){&tasks, model_pass_symbols(pass), pass->first_ns, pass->last_ns},
                       json, type);
    }
    analyze_tasks_release(&tasks);
    cmd_close(&trace);
    return status;
}
