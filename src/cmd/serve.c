#include "cmd/serve.h"

#include "base/beneath.h"
#include "output/losses.h"
#include "web/server.h"
#include "web/source.h"

#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

/* A line with the time before it, as Go's log package writes. */
static void log_line(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void log_line(const char *format, ...)
{
    char when[32], text[1024];
    time_t now = time(NULL);
    struct tm local;
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    strftime(when, sizeof when, "%Y/%m/%d %H:%M:%S", localtime_r(&now, &local));
    struct base_text err = base_text_to_fd(STDERR_FILENO);
    base_text_format(&err, "%s ", when);
    base_text_safely(&err, base_str_of(text)); /* an error may quote a name of the trace */
    base_text_char(&err, '\n');
    base_text_flush(&err);
    base_text_release(&err);
}

struct progress {
    int64_t shown_ns;
};

static void report(void *self, uint64_t done_bytes, uint64_t total_bytes)
{
    struct progress *progress = self;
    int64_t now_ns = base_os_now_ns();
    struct base_text text = {0};
    if (now_ns - progress->shown_ns < 5000000000)
        return;
    progress->shown_ns = now_ns;
    base_text_size(&text, done_bytes);
    base_text_add(&text, " of ");
    base_text_size(&text, total_bytes);
    base_text_format(&text, " (%.1f%%) processed...", 100.0 * (double)done_bytes / (double)total_bytes);
    log_line("%s", base_text_cstring(&text));
    base_text_release(&text);
}

/* Starts the browser where there is somebody to see it. */
static void open_browser(const char *url)
{
    const char *browser = getenv("BROWSER");
    bool display = getenv("DISPLAY") || getenv("WAYLAND_DISPLAY");
    if (getenv("KYMO_NO_BROWSER"))
        return;
#ifdef __APPLE__
    if (!browser)
        browser = "open";
#else
    if (!browser && display)
        browser = "xdg-open";
#endif
    if (!browser || !*browser)
        return;
    (void)display;
    pid_t pid;
    char *args[] = {(char *)(uintptr_t)browser, (char *)(uintptr_t)url, NULL};
    signal(SIGCHLD, SIG_IGN);
    if (posix_spawnp(&pid, browser, NULL, NULL, args, environ) != 0)
        log_line("The browser could not be started: %s", browser);
}

/* What is known only when everything has been read. */
static void say_damage(const struct web_trace *trace)
{
    struct base_text lost = {0}, size = {0};
    size_t count;
    uint64_t lost_bytes = output_lost_bytes(&trace->pass);
    (void)model_pass_losses(&trace->pass, &count);
    if (trace->pass.error.cause)
        cmd_say(trace->name, NULL, &trace->pass.error);
    if (!count)
        return;
    cmd_say_losses(trace->name, &trace->pass);
    base_text_size(&lost, lost_bytes);
    base_text_size(&size, trace->file->size);
    log_line("Lost %.2f%% of the trace data due to errors (%s of %s)",
             100.0 * (double)lost_bytes / (double)trace->file->size, base_text_cstring(&lost),
             base_text_cstring(&size));
    base_text_release(&lost);
    base_text_release(&size);
}

/* The thread that reads tells the one that waits for signals by one of them. */
static void tell_whole(void *self)
{
    (void)self;
    kill(getpid(), SIGUSR1);
}

/* Waits until the viewer is to end. */
static void wait_for_end(struct web_trace *trace, const sigset_t *signals)
{
    int received;
    bool said = false;
    for (;;) {
        if (sigwait(signals, &received) != 0)
            continue;
        if (received != SIGUSR1)
            return;
        if (!said && web_trace_wait(trace))
            say_damage(trace);
        said = true;
    }
}

static int serve(struct web_listener *listener, struct web_trace *trace, const sigset_t *signals)
{
    struct base_error error = BASE_NO_ERROR;
    struct web_server *server = web_server_start(listener, trace, &error);
    if (!server) {
        web_listener_close(listener);
        return cmd_failed(NULL, &error);
    }
    char url[300];
    snprintf(url, sizeof url, "http://%s:%u", listener->address.any ? "localhost" : listener->address.host,
             listener->address.port);
    if (listener->address.any)
        log_line("Full server listen address: %s:%u", listener->address.host, listener->address.port);
    log_line("Opening browser. Trace viewer is listening on %s", url);
    open_browser(url);
    wait_for_end(trace, signals);
    web_server_stop(server);
    return CMD_DONE;
}

/* The name of the pages: a file's without its folders. */
static const char *title_of(const struct cmd_input *input)
{
    const char *slash = strrchr(input->name, '/');
    return slash && !input->address.url.size ? slash + 1 : input->name;
}

static int open_and_serve(struct web_listener *listener, const struct cmd_input *input, struct base_program *program,
                          const struct web_source *source)
{
    struct base_error error = BASE_NO_ERROR;
    struct progress progress = {base_os_now_ns()};
    const struct web_watch watch = {.progress = {report, &progress}, .whole = tell_whole};
    struct web_trace trace;
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGUSR1);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    log_line("Preparing trace for viewer...");
    if (!web_trace_open(&trace, title_of(input), &input->file, program, &watch, &error)) {
        web_listener_close(listener);
        return cmd_failed(input->name, &error);
    }
    trace.source = source;
    cmd_warn_of_format(input->name, trace.pass.reader);
    /* From here on these are waited for, too, in every thread of the server. */
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    int status = serve(listener, &trace, &signals);
    web_trace_release(&trace);
    return status;
}

int cmd_serve(const struct cmd_usage *usage, const char *address, const char *binary, const char *source_root,
              const char *path)
{
    struct base_error error = BASE_NO_ERROR;
    struct web_source source = {source_root ? base_beneath_folder(source_root, &error) : -1, source_root};
    struct web_listener listener;
    struct cmd_input input;
    bool malformed;
    if (source_root && source.folder < 0)
        return cmd_failed(source_root, &error);
    if (!web_listen(address, &listener, &malformed, &error)) {
        int status = malformed ? cmd_misused(usage, "%s", error.cause) : cmd_failed(NULL, &error);
        base_error_release(&error);
        return status;
    }
    int status = cmd_take(path, &input);
    if (status >= 0) {
        web_listener_close(&listener);
        return status;
    }
    struct base_program *program = cmd_program(binary, &input);
    status = open_and_serve(&listener, &input, program, source_root ? &source : NULL);
    base_program_close(program);
    cmd_input_release(&input);
    if (source_root)
        close(source.folder);
    return status;
}
