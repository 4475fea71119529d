/* kymo fetch: takes a trace from a running Go program, and writes it to a file. */
#include "base/input.h"
#include "base/url.h"
#include "cmd/cmd.h"
#include "wire/header.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST_SECONDS = 86400 };

static volatile sig_atomic_t interrupted;

static void interrupt(int number)
{
    (void)number;
    interrupted = 1;
}

/* Where the trace goes. It keeps what it holds until the first bytes of a trace are there. */
struct target {
    const char *path;
    bool own;     /* the descriptor */
    bool created; /* the file */
    bool begun;
    struct base_text text;
};

static bool open_target(struct target *target, const char *path, struct base_error *ret_error)
{
    *target = (struct target){.path = path};
    if (strcmp(path, "-") == 0) {
        target->path = "standard output";
        target->text = base_text_to_fd(STDOUT_FILENO);
        return true;
    }
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT) {
        fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
        target->created = fd >= 0;
    }
    if (fd < 0)
        return base_fail(ret_error, "%s", strerror(errno));
    target->own = true;
    target->text = base_text_to_fd(fd);
    return true;
}

/* The check of the gate: a good begin empties the file. */
static bool check_and_empty(void *self, const uint8_t *head, size_t size, struct base_error *ret_error)
{
    struct target *target = self;
    struct stat info;
    target->begun = cmd_check_head(NULL, head, size, ret_error);
    if (!target->begun)
        return false;
    if (!target->own || fstat(target->text.fd, &info) != 0 || !S_ISREG(info.st_mode))
        return true;
    return ftruncate(target->text.fd, 0) == 0 || base_fail(ret_error, "%s: %s", target->path, strerror(errno));
}

/* Writes what is left. False, with the reason, if not everything arrived. */
static bool close_target(struct target *target, struct base_error *ret_error)
{
    bool good = base_text_flush(&target->text);
    int why = target->text.failed;
    if (target->own && close(target->text.fd) != 0 && good) {
        good = false;
        why = errno;
    }
    if (target->created && !target->begun)
        unlink(target->path);
    base_text_release(&target->text);
    return good || base_fail(ret_error, "%s", strerror(why));
}

static int fetch(struct cmd_address *address, struct target *target)
{
    struct base_error error = BASE_NO_ERROR, damage = BASE_NO_ERROR, unwritten = BASE_NO_ERROR;
    struct cmd_progress progress;
    const char *shown = base_text_cstring(&address->shown);
    struct base_input input = {.name = base_text_cstring(&address->url),
                               .gate = {WIRE_HEADER_BYTES, check_and_empty, target},
                               .silence_ms = address->silence_ms,
                               .stop = &interrupted,
                               .progress = cmd_progress_begin(&progress, "received", address->seconds)};
    bool done = base_input_copy(&input, &target->text, &damage, &error);
    bool written = close_target(target, &unwritten);
    int status = CMD_DONE;
    cmd_progress_end(&progress);
    if (!written) {
        status = cmd_failed(target->path, &unwritten);
    } else if (!done) {
        status = cmd_failed(shown, &error);
    } else if (damage.cause) {
        base_fail(&error, "%s; what came before that is in %s", damage.cause, target->path);
        status = cmd_failed(shown, &error);
    }
    base_error_release(&error);
    base_error_release(&damage);
    return status;
}

static bool is_time(const char *text)
{
    char *end;
    double seconds = strtod(text, &end);
    return strspn(text, "0123456789.") == strlen(text) && !*end && seconds > 0 && seconds <= MOST_SECONDS;
}

int cmd_fetch(int argc, char **argv)
{
    const char *seconds = NULL, *path = NULL;
    const struct cmd_option options[] = {
        {"o", "FILE", "write the trace to this file; - is standard output", &path, NULL},
        {"seconds", "N", "let the program record this long (Go's handler: 1 s unless URL says it)", &seconds, NULL},
    };
    const struct cmd_usage usage = {
        "kymo fetch [--seconds=N] -o FILE URL",
        "Takes a trace from a running Go program that imports net/http/pprof, and writes it to a file.\n"
        "http://host:port alone means http://host:port/debug/pprof/trace.",
        options, sizeof options / sizeof *options, .without_threads = true};
    struct base_error error = BASE_NO_ERROR;
    struct target target;
    int operands, status = cmd_parse(&usage, argc, argv, &operands);
    if (status >= 0)
        return status;
    if (operands != 1 || !base_url_is(argv[0]))
        return cmd_misused(&usage, "one address is needed, which begins with http:// or https://");
    if (!path)
        return cmd_misused(&usage, "a file is needed: -o FILE");
    if (seconds && !is_time(seconds))
        return cmd_misused(&usage, "invalid number of seconds %s, want one above 0 and up to %d", seconds,
                           MOST_SECONDS);
    if (!open_target(&target, path, &error))
        return cmd_failed(path, &error);
    struct cmd_address address = cmd_address(argv[0], seconds);
    const struct sigaction action = {.sa_handler = interrupt, .sa_flags = SA_RESETHAND};
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    status = fetch(&address, &target);
    cmd_address_release(&address);
    return status;
}
