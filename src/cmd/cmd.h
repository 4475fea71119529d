/* The command line: a table of subcommands, options in the style of Go's tools, and what subcommands share.
 *
 * A subcommand is a file with a cmd_run function, a row in cmd_commands (main.c), a man page and a test. Nothing below
 * this folder prints or exits; here, 0 means done, 1 that the input or the system failed, 2 wrong use.
 */
#ifndef KYMO_CMD_CMD_H
#define KYMO_CMD_CMD_H

#include "base/error.h"
#include "base/os.h"
#include "base/text.h"
#include "model/pass.h"

#include <stdbool.h>

enum { CMD_DONE = 0, CMD_FAILED = 1, CMD_MISUSED = 2 };

typedef int cmd_run(int argc, char **argv);

struct cmd_command {
    const char *name;
    const char *summary; /* one line of the help */
    cmd_run *run;
};

extern const struct cmd_command cmd_commands[];
extern const size_t cmd_command_count;

/* One option: -name=value, -name value, or -name alone for a switch; two dashes are as good as one. */
struct cmd_option {
    const char *name;
    const char *argument; /* what stands for the value in the help; NULL: a switch */
    const char *help;
    const char **ret_value; /* or, for a switch: */
    bool *ret_on;
};

/* How a command is called. */
struct cmd_usage {
    const char *synopsis; /* "kymo info [--json] TRACE" */
    const char *about;
    const struct cmd_option *options;
    size_t option_count;
};

/* Takes the options out of argv[1 …]; what is left are the operands, argv[0 … *ret_operands - 1]. Returns -1 to go on,
 * or the exit status: after --help, and after wrong use, which has been said. */
int cmd_parse(const struct cmd_usage *usage, int argc, char **argv, int *ret_operands);

/* Says what is wrong with the call, shows the usage, returns CMD_MISUSED. */
int cmd_misused(const struct cmd_usage *usage, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* "kymo: WHAT: CAUSE" on standard error; releases the error; returns CMD_FAILED. what may be NULL. */
int cmd_failed(const char *what, struct base_error *error);

/* The line of cmd_failed without the rest: "kymo: WHAT: DURING: CAUSE". what and during may be NULL.
 * Names from a trace cannot steer the terminal. */
void cmd_say(const char *what, const char *during, const struct base_error *error);

/* Flushes standard output; says if that failed. */
int cmd_finish(struct base_text *out, int status);

/* A trace that a command works on. */
struct cmd_trace {
    const char *path;
    struct base_mapping file;
    struct model_pass pass;
};

/* Maps a trace and begins a pass over it. On failure it has been said, and the exit status is returned; -1 to go on. */
int cmd_open(const char *path, struct cmd_trace *ret_trace);

/* The same for a command with options and one operand: parses them first. */
int cmd_open_operand(const struct cmd_usage *usage, int argc, char **argv, struct cmd_trace *ret_trace);
void cmd_close(struct cmd_trace *trace);

/* Runs the pass with a progress line on a terminal. Damage is said in one line, and does not end the command. */
void cmd_pass(struct cmd_trace *trace, const struct model_sink *sinks, size_t count);

cmd_run cmd_drop_in, cmd_goroutines, cmd_info, cmd_mmu;

#endif
