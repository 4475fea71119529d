#include "cmd/filter.h"

#include <stdlib.h>
#include <string.h>

/* Every filter: its option, and how its value is read. */
typedef bool read_filter(struct cmd_filter *filter, const char *value, struct base_error *ret_error);
static read_filter read_from, read_to, read_goroutine, read_group, read_task, read_region;

static const struct {
    unsigned set;
    const char *name, *argument, *help;
    read_filter *read;
} filters[CMD_MOST_FILTERS] = {
    {CMD_FILTER_TIME, "from", "TIME", "from then on: 1.5s, 25%, or -100ms for the last 100 ms", read_from},
    {CMD_FILTER_TIME, "to", "TIME", "up to then, likewise", read_to},
    {CMD_FILTER_GOROUTINES, "goroutine", "ID", "this goroutine", read_goroutine},
    {CMD_FILTER_GOROUTINES, "group", "NAME|REGEX", "goroutines that began in this function", read_group},
    {CMD_FILTER_TASKS, "task", "ID|TYPE", "what was done for this task, or for those of a type", read_task},
    {CMD_FILTER_REGIONS, "region", "NAME|REGEX", "what was done in user regions of this name", read_region},
};

size_t cmd_filter_options(struct cmd_filter *filter, unsigned sets, struct cmd_option *ret_options)
{
    size_t count = 0;
    for (size_t i = 0; i < CMD_MOST_FILTERS; i++)
        if (filters[i].set & sets)
            ret_options[count++] = (struct cmd_option){.name = filters[i].name,
                                                       .argument = filters[i].argument,
                                                       .help = filters[i].help,
                                                       .ret_value = &filter->values[i]};
    return count;
}

/* "25%": a share from 0 to 1. */
static bool read_share(const char *value, double *ret_share)
{
    char *end;
    double percent = strtod(value, &end);
    *ret_share = percent / 100;
    return *value >= '0' && *value <= '9' && strcmp(end, "%") == 0 && percent >= 0 && percent <= 100;
}

static bool read_moment(struct analyze_moment *moment, const char *name, const char *value,
                        struct base_error *ret_error)
{
    moment->given = true;
    moment->by_share = read_share(value, &moment->share);
    return moment->by_share || base_duration_parse(value, &moment->after_ns) ||
           base_fail(ret_error, "invalid --%s %s, want a time such as 1.5s, or a share such as 25%%", name, value);
}

static bool read_from(struct cmd_filter *filter, const char *value, struct base_error *ret_error)
{
    return read_moment(&filter->asked.from, "from", value, ret_error);
}

static bool read_to(struct cmd_filter *filter, const char *value, struct base_error *ret_error)
{
    return read_moment(&filter->asked.to, "to", value, ret_error);
}

static bool read_goroutine(struct cmd_filter *filter, const char *value, struct base_error *ret_error)
{
    uint64_t number;
    const char *digits = value + (*value == 'G'); /* as they are called: G12 */
    filter->asked.by_goroutine = cmd_number(digits, &number) && number <= INT64_MAX;
    filter->asked.goroutine = (goroutine_id){(int64_t)number};
    return filter->asked.by_goroutine || base_fail(ret_error, "invalid goroutine %s, want its number", value);
}

static bool read_group(struct cmd_filter *filter, const char *value, struct base_error *ret_error)
{
    (void)ret_error;
    filter->asked.group = &filter->group;
    base_pattern_init_name(&filter->group, value);
    return true;
}

static bool read_region(struct cmd_filter *filter, const char *value, struct base_error *ret_error)
{
    (void)ret_error;
    filter->asked.region = &filter->region;
    base_pattern_init_name(&filter->region, value);
    return true;
}

static bool read_task(struct cmd_filter *filter, const char *value, struct base_error *ret_error)
{
    (void)ret_error;
    filter->asked.by_task = cmd_number(value, &filter->asked.task);
    if (!filter->asked.by_task) {
        filter->asked.task_type = &filter->task_type;
        base_pattern_init_name(&filter->task_type, value);
    }
    return true;
}

bool cmd_filter_read(struct cmd_filter *filter, struct base_error *ret_error)
{
    for (size_t i = 0; i < CMD_MOST_FILTERS; i++)
        if (filter->values[i] && !filters[i].read(filter, filter->values[i], ret_error)) {
            cmd_filter_release(filter);
            return false;
        }
    return true;
}

void cmd_filter_release(struct cmd_filter *filter)
{
    base_pattern_release(&filter->group);
    base_pattern_release(&filter->task_type);
    base_pattern_release(&filter->region);
}

int cmd_select(struct cmd_trace *trace, const struct cmd_filter *filter, struct analyze_selection *ret_selection)
{
    struct base_error error = BASE_NO_ERROR;
    struct model_pass pass = {0};
    struct cmd_progress progress;
    bool on = analyze_filter_is_on(&filter->asked);
    *ret_selection = (struct analyze_selection){0};
    if (on && !model_pass_begin_with(&pass, &trace->input.file, trace->program, &error))
        return cmd_failed(trace->path, &error);
    const struct base_progress *reporter = on ? cmd_progress_begin(&progress, "looked through", 0) : NULL;
    bool done = analyze_select(ret_selection, &filter->asked, &pass, reporter, &error);
    if (on) {
        cmd_progress_end(&progress);
        model_pass_release(&pass);
    }
    return done ? -1 : cmd_failed(trace->path, &error);
}
