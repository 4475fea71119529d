#include "cmd/cmd.h"

#include "base/threads.h"

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
    base_text_format(out, "  %-22s %s\n", form, option->help);
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

static const struct cmd_option *find(const struct cmd_usage *usage, const char *name, size_t size)
{
    for (size_t i = 0; i < usage->option_count; i++)
        if (strlen(usage->options[i].name) == size && strncmp(usage->options[i].name, name, size) == 0)
            return &usage->options[i];
    return NULL;
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

/* Reads the option at argv[*i], and its value if that is the next word. */
static int take_option(const struct cmd_usage *usage, int argc, char **argv, int *i)
{
    const char *name = argv[*i] + 1 + (argv[*i][1] == '-');
    const char *equals = strchr(name, '=');
    size_t size = equals ? (size_t)(equals - name) : strlen(name);
    if ((size == 4 && strncmp(name, "help", 4) == 0) || (size == 1 && *name == 'h')) {
        struct base_text out = base_text_to_fd(STDOUT_FILENO);
        show(usage, &out);
        return cmd_finish(&out, CMD_DONE);
    }
    const char *threads = NULL, **ret_value = &threads;
    const struct cmd_option *option = find(usage, name, size);
    if (!option && !usage->without_threads && size == strlen(threads_option.name) &&
        strncmp(name, threads_option.name, size) == 0)
        option = &threads_option;
    else if (option)
        ret_value = option->ret_value;
    if (!option)
        return cmd_misused(usage, "there is no option %s", argv[*i]);
    if (!option->argument) {
        if (equals)
            return cmd_misused(usage, "option --%s takes no value", option->name);
        *option->ret_on = true;
    } else if (equals) {
        *ret_value = equals + 1;
    } else if (*i + 1 < argc) {
        *ret_value = argv[++*i];
    } else {
        return cmd_misused(usage, "option --%s needs a value", option->name);
    }
    return threads ? set_threads(usage, threads) : -1;
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
    return -1;
}
