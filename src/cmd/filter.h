/* The filters that subcommands share: --from, --to, --goroutine, --group, --task, --region.
 *
 *     struct cmd_filter filter = {0};
 *     const struct cmd_usage usage = {…, .filter = &filter, .filters = CMD_ALL_FILTERS};
 *     status = cmd_open_operand(&usage, argc, argv, &trace);
 *     if (status >= 0) return status;                          the filter has been released, too
 *     struct analyze_selection selection;
 *     status = cmd_select(&trace, &filter, &selection);        another pass, if a filter was given
 *     if (status < 0) … a pass with sinks that look at &selection …
 *     analyze_selection_release(&selection);
 *     cmd_filter_release(&filter);
 *     cmd_close(&trace);
 */
#ifndef KYMO_CMD_FILTER_H
#define KYMO_CMD_FILTER_H

#include "analyze/selection.h"
#include "cmd/cmd.h"

/* Which of them a command takes. */
enum {
    CMD_FILTER_TIME = 1,       /* --from, --to */
    CMD_FILTER_GOROUTINES = 2, /* --goroutine, --group */
    CMD_FILTER_TASKS = 4,      /* --task */
    CMD_FILTER_REGIONS = 8,    /* --region */
    CMD_ALL_FILTERS = 15,
};

enum { CMD_MOST_FILTERS = 6 };

struct cmd_filter {
    const char *values[CMD_MOST_FILTERS]; /* as given, by cmd_parse */
    struct analyze_filter asked;          /* what they mean, after cmd_parse */
    struct base_pattern group, task_type, region;
};

/* Says what the trace has of it. -1 to go on, or the exit status: nothing is selected, which has been said. In either
 * case release the selection, and the filter. The trace is left as it was: its pass may be run. */
int cmd_select(struct cmd_trace *trace, const struct cmd_filter *filter, struct analyze_selection *ret_selection);
void cmd_filter_release(struct cmd_filter *filter);

/* The options, for cmd_parse: as many as there are up to CMD_MOST_FILTERS. */
size_t cmd_filter_options(struct cmd_filter *filter, unsigned filters, struct cmd_option *ret_options);

/* Reads the values. False, with the reason, if one is wrong. */
bool cmd_filter_read(struct cmd_filter *filter, struct base_error *ret_error);

#endif
