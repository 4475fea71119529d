/* The command line: a table of subcommands, options in the style of Go's tools, and what subcommands share.
 *
 * A subcommand is a file with a cmd_run function, a row in cmd_commands (main.c), a man page and a test. Nothing below
 * this folder prints or exits; here, 0 means done, 1 that the input or the system failed, 2 wrong use.
 */
#ifndef KYMO_CMD_CMD_H
#define KYMO_CMD_CMD_H

#include "base/error.h"
#include "base/os.h"
#include "base/progress.h"
#include "base/text.h"
#include "model/pass.h"

#include <stdbool.h>

enum { CMD_DONE = 0, CMD_FAILED = 1, CMD_MISUSED = 2 };

typedef int cmd_run(int argc, char **argv);

struct cmd_command {
    const char *name;
    const char *operands; /* what it needs, for the help */
    const char *summary;  /* one line of the help */
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
    const char *choices; /* the values there are, with blanks between; NULL: any */
};

struct cmd_filter;

/* How a command is called. */
struct cmd_usage {
    const char *synopsis; /* "kymo info [--json] TRACE" */
    const char *about;
    const struct cmd_option *options;
    size_t option_count;
    bool without_threads;      /* it has no use for --threads, which all others have */
    struct cmd_filter *filter; /* cmd/filter.h; NULL: it takes none */
    unsigned filters;          /* which of them: CMD_ALL_FILTERS */
    const char *words;         /* what the first operand may be, with blanks between; NULL: it is a file */
};

/* Takes the options out of argv[1 …]; what is left are the operands, argv[0 … *ret_operands - 1]. Returns -1 to go on,
 * or the exit status: after --help, and after wrong use, which has been said. --complete, which no help lists, tells
 * shells what the options are: completions/. */
int cmd_parse(const struct cmd_usage *usage, int argc, char **argv, int *ret_operands);

/* Says what is wrong with the call, shows the usage, returns CMD_MISUSED. */
int cmd_misused(const struct cmd_usage *usage, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Reads a number without a sign, and nothing behind it. False if it is none. */
bool cmd_number(const char *word, uint64_t *ret_number);

/* "kymo: WHAT: CAUSE" on standard error; releases the error; returns CMD_FAILED. what may be NULL. */
int cmd_failed(const char *what, struct base_error *error);

/* The line of cmd_failed without the rest: "kymo: WHAT: DURING: CAUSE". what and during may be NULL.
 * Names from a trace cannot steer the terminal. */
void cmd_say(const char *what, const char *during, const struct base_error *error);
void cmd_say_text(const char *what, const char *during, const char *text);

/* Flushes standard output; says if that failed. */
int cmd_finish(struct base_text *out, int status);

/* Progress on a terminal, in one line that is written again and again, from half a second on. */
struct cmd_progress {
    struct base_progress reporter;
    const char *verb; /* "read", for work whose end is known */
    double seconds;   /* that a program was asked to record, or 0 */
    int64_t begun_ns, shown_ns;
};

/* What to report to: NULL where standard error is no terminal. */
const struct base_progress *cmd_progress_begin(struct cmd_progress *progress, const char *verb, double seconds);
void cmd_progress_end(struct cmd_progress *progress); /* removes the line */

/* An http address that a trace comes from. */
struct cmd_address {
    struct base_text url;   /* with the path of Go's handler if none was given */
    struct base_text shown; /* without a password */
    double seconds;         /* that the program is asked to record; 0 if the address does not say */
    int64_t silence_ms;     /* that it may take until something comes: Go's handler may send nothing before the end */
};

/* The address that was given, with this seconds parameter unless it is NULL. */
struct cmd_address cmd_address(const char *given, const char *seconds);
void cmd_address_release(struct cmd_address *address);

/* Whether bytes begin a trace: the check of a base_gate that wants WIRE_HEADER_BYTES. self is not used. */
bool cmd_check_head(void *self, const uint8_t *head, size_t size, struct base_error *ret_error);

/* The bytes of a trace, from wherever its name says: a path, "-", an http address. */
struct cmd_input {
    const char *name; /* to be shown: "standard input" for "-" */
    struct base_mapping file;
    struct cmd_address address; /* empty if it is none */
};

/* Takes a trace in. What is missing of it is said. On failure that has been said, and the exit status is returned; -1
 * to go on. */
int cmd_take(const char *name, struct cmd_input *ret_input);
void cmd_input_release(struct cmd_input *input);

/* A trace that a command works on. */
struct cmd_trace {
    const char *path; /* the name of the input */
    struct cmd_input input;
    struct base_program *program;
    struct model_pass pass;
};

/* Says what was lost of a damaged trace, a line each. */
void cmd_say_losses(const char *what, const struct model_pass *pass);

/* Warns of a format that is newer than all that are known. */
void cmd_warn_of_format(const char *what, const struct order_reader *reader);

/* The program that names a trace's addresses, if the trace is so old that it needs one: from the file `binary`, which
 * may be NULL. Where it is missing or cannot be read that is said, and NULL returned: functions are then called by
 * their addresses. Close it after the last pass. */
struct base_program *cmd_program(const char *binary, const struct cmd_input *input);

/* Takes a trace in and begins a pass over it; binary as above. On failure it has been said, and the exit status is
 * returned; -1 to go on. */
int cmd_open(const char *binary, const char *path, struct cmd_trace *ret_trace);

/* The same for what cmd_parse left of the operands [BINARY] TRACE. */
int cmd_open_operands(const struct cmd_usage *usage, int operands, char **argv, struct cmd_trace *ret_trace);

/* The same for a command with options and these operands: parses them first. */
int cmd_open_operand(const struct cmd_usage *usage, int argc, char **argv, struct cmd_trace *ret_trace);
void cmd_close(struct cmd_trace *trace);

/* Does something with each of the traces that operands name, TRACE... or [BINARY] TRACE, one after the other. What
 * cannot be opened is said, and does not stop the others. Returns the worst status of all. */
typedef int cmd_one(struct cmd_trace *trace, void *context);
int cmd_each(const struct cmd_usage *usage, int operands, char **argv, cmd_one *one, void *context);

/* Runs the pass with a progress line on a terminal. Damage is said in a line each, and does not end the command. Where
 * nothing at all can be read it returns false: that has been said. */
bool cmd_pass(struct cmd_trace *trace, const struct model_sink *sinks, size_t count);

cmd_run cmd_drop_in, cmd_events, cmd_export, cmd_fetch, cmd_goroutines, cmd_info, cmd_mmu, cmd_profile, cmd_query,
    cmd_regions, cmd_tasks;

#endif
