#include "cmd/cmd.h"

#include "base/threads.h"
#include "cmd/filter.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Every command that reads a trace has it. */
static const struct cmd_option threads_option = {"threads", "N", "use N threads (default: as many as processors)", NULL,
                                                 NULL};

static void show_option(const struct cmd_option *option, struct base_text *out)
{
    char form[64];
    snprintf(form, sizeof form, "%s%s%s%s", option->name[1] ? "--" : "-", option->name, option->argument ? "=" : "",
             option->argument ? option->argument : "");
    base_text_format(out, "  %-22s %s%s", form, option->help, option->choices ? ": " : "");
    for (const char *at = option->choices; at && *at; at++)
        base_text_add(out, *at == ' ' ? ", " : (const char[]){*at, 0});
    base_text_char(out, '\n');
}

/* Options of the filters, for as long as they are looked at. */
struct filters {
    struct cmd_option options[CMD_MOST_FILTERS];
    size_t count;
};

static struct filters filters_of(const struct cmd_usage *usage)
{
    struct filters filters = {0};
    if (usage->filter)
        filters.count = cmd_filter_options(usage->filter, usage->filters, filters.options);
    return filters;
}

static void show(const struct cmd_usage *usage, struct base_text *out)
{
    base_text_format(out, "usage: %s\n\n%s\n", usage->synopsis, usage->about);
    base_text_add(out, "\nOptions:\n");
    for (size_t i = 0; i < usage->option_count; i++)
        show_option(&usage->options[i], out);
    if (!usage->without_threads)
        show_option(&threads_option, out);
    base_text_format(out, "  %-22s %s\n", "--help", "show this");
    struct filters filters = filters_of(usage);
    if (filters.count)
        base_text_add(out, "\nFilters, all of which must hold:\n");
    for (size_t i = 0; i < filters.count; i++)
        show_option(&filters.options[i], out);
}

static void describe_option(const struct cmd_option *option, struct base_text *out)
{
    base_text_format(out, "%s%s\t%s\t%s\t%s\n", option->name[1] ? "--" : "-", option->name,
                     option->argument ? option->argument : "", option->choices ? option->choices : "", option->help);
}

/* For shells: a line for each option, with tabs between its name, what stands for its value, the values there are, and
 * the help; last of all the words that the first operand may be. */
static void describe(const struct cmd_usage *usage, struct base_text *out)
{
    struct filters filters = filters_of(usage);
    for (size_t i = 0; i < usage->option_count; i++)
        describe_option(&usage->options[i], out);
    for (size_t i = 0; i < filters.count; i++)
        describe_option(&filters.options[i], out);
    if (!usage->without_threads)
        describe_option(&threads_option, out);
    base_text_add(out, "--help\t\t\tshow this\n");
    if (usage->words)
        base_text_format(out, "\t\t%s\t\n", usage->words);
}

int cmd_misused(const struct cmd_usage *usage, const char *format, ...)
{
    struct base_text err = base_text_to_fd(STDERR_FILENO);
    char reason[512];
    va_list args;
    va_start(args, format);
    vsnprintf(reason, sizeof reason, format, args);
    va_end(args);
    base_text_format(&err, "kymo: %s\n", reason);
    show(usage, &err);
    base_text_flush(&err);
    base_text_release(&err);
    return CMD_MISUSED;
}

bool cmd_number(const char *word, uint64_t *ret_number)
{
    char *end;
    errno = 0;
    *ret_number = strtoull(word, &end, 10);
    return *word >= '0' && *word <= '9' && !*end && !errno;
}

static const struct cmd_option *find(const struct cmd_option *options, size_t count, const char *name, size_t size)
{
    for (size_t i = 0; i < count; i++)
        if (strlen(options[i].name) == size && strncmp(options[i].name, name, size) == 0)
            return &options[i];
    return NULL;
}

static bool is_choice(const char *choices, const char *value)
{
    size_t size = strlen(value);
    for (const char *at = choices; size && (at = strstr(at, value)); at++)
        if ((at == choices || at[-1] == ' ') && (!at[size] || at[size] == ' '))
            return true;
    return false;
}

static int set_threads(const struct cmd_usage *usage, const char *value)
{
    char *end;
    long count = strtol(value, &end, 10);
    if (!*value || *end || count < 1 || count > BASE_MOST_THREADS)
        return cmd_misused(usage, "invalid number of threads %s, want 1 to %d", value, BASE_MOST_THREADS);
    base_threads_set((unsigned)count);
    return -1;
}

static int print_usage(const struct cmd_usage *usage, void (*print)(const struct cmd_usage *, struct base_text *))
{
    struct base_text out = base_text_to_fd(STDOUT_FILENO);
    print(usage, &out);
    return cmd_finish(&out, CMD_DONE);
}

/* What an option's value is, or that it needs none. */
static int take_value(const struct cmd_usage *usage, const struct cmd_option *option, const char *value)
{
    if (!option->argument && value)
        return cmd_misused(usage, "option --%s takes no value", option->name);
    if (!option->argument)
        *option->ret_on = true;
    else if (!value)
        return cmd_misused(usage, "option --%s needs a value", option->name);
    else if (option->choices && !is_choice(option->choices, value))
        return cmd_misused(usage, "invalid %s%s %s, want one of: %s", option->name[1] ? "--" : "-", option->name, value,
                           option->choices);
    else if (option->ret_value)
        *option->ret_value = value;
    else
        return set_threads(usage, value);
    return -1;
}

/* Reads the option at argv[*i], and its value if that is the next word. */
static int take_option(const struct cmd_usage *usage, int argc, char **argv, int *i)
{
    const char *name = argv[*i] + 1 + (argv[*i][1] == '-');
    const char *equals = strchr(name, '=');
    size_t size = equals ? (size_t)(equals - name) : strlen(name);
    struct filters filters = filters_of(usage);
    const struct cmd_option *option = find(usage->options, usage->option_count, name, size);
    if (!option)
        option = find(filters.options, filters.count, name, size);
    if (!option && !usage->without_threads)
        option = find(&threads_option, 1, name, size);
    if (option)
        return take_value(usage, option, equals ? equals + 1 : option->argument && *i + 1 < argc ? argv[++*i] : NULL);
    if (strcmp(name, "help") == 0 || strcmp(name, "h") == 0)
        return print_usage(usage, show);
    if (strcmp(name, "complete") == 0)
        return print_usage(usage, describe);
    return cmd_misused(usage, "there is no option %s", argv[*i]);
}

static int read_filters(const struct cmd_usage *usage)
{
    struct base_error error = BASE_NO_ERROR;
    if (!usage->filter || cmd_filter_read(usage->filter, &error))
        return -1;
    int status = cmd_misused(usage, "%s", error.cause);
    base_error_release(&error);
    return status;
}

int cmd_parse(const struct cmd_usage *usage, int argc, char **argv, int *ret_operands)
{
    int operands = 0;
    bool options = true;
    for (int i = 1; i < argc; i++) {
        if (options && strcmp(argv[i], "--") == 0) {
            options = false;
        } else if (options && argv[i][0] == '-' && argv[i][1]) {
            int status = take_option(usage, argc, argv, &i);
            if (status >= 0)
                return status;
        } else {
            argv[operands++] = argv[i];
        }
    }
    *ret_operands = operands;
    return read_filters(usage);
}
