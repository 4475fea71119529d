/* kymo: opens Go execution traces. */
#include "cmd/cmd.h"

#include <string.h>
#include <unistd.h>

const struct cmd_command cmd_commands[] = {
    {"info", "TRACE...", "what is in a trace", cmd_info},
    {"goroutines", "TRACE...", "where goroutines spend their time", cmd_goroutines},
    {"tasks", "TRACE", "what user tasks there are, and how long they took", cmd_tasks},
    {"regions", "TRACE", "what user regions there are, and how long they took", cmd_regions},
    {"mmu", "TRACE", "what the garbage collector left to the program", cmd_mmu},
    {"profile", "KIND TRACE", "where goroutines spend their time, by function", cmd_profile},
    {"events", "TRACE", "events by kind, goroutine, time, function in the stack", cmd_events},
    {"query", "TRACE SQL", "ask in SQL: goroutines, states, events, tasks and more are tables", cmd_query},
    {"export", "--format=NAME TRACE", "the trace in the format of other tools", cmd_export},
    {"fetch", "-o FILE URL", "take a trace from a running Go program", cmd_fetch},
};
const size_t cmd_command_count = sizeof cmd_commands / sizeof *cmd_commands;

int main(int argc, char **argv)
{
    if (argc > 1 && (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-version") == 0)) {
        struct base_text out = base_text_to_fd(STDOUT_FILENO);
        base_text_add(&out, "kymo " KYMO_VERSION "\n");
        return cmd_finish(&out, CMD_DONE);
    }
    for (size_t i = 0; argc > 1 && i < cmd_command_count; i++)
        if (strcmp(argv[1], cmd_commands[i].name) == 0)
            return cmd_commands[i].run(argc - 1, argv + 1);
    return cmd_drop_in(argc, argv);
}
