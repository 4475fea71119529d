#include "cmd/cmd.h"

#include <stdio.h>
#include <unistd.h>

enum { FIRST_NS = 500000000, EACH_NS = 100000000 };

static void report(void *self, uint64_t done_bytes, uint64_t total_bytes)
{
    struct cmd_progress *progress = self;
    int64_t now_ns = base_os_now_ns();
    struct base_text line = {0};
    if (now_ns - progress->begun_ns < FIRST_NS || now_ns - progress->shown_ns < EACH_NS)
        return;
    progress->shown_ns = now_ns;
    if (progress->seconds > 0)
        base_text_format(&line, "%.0f of %g s, ", (double)(now_ns - progress->begun_ns) / 1e9, progress->seconds);
    if (total_bytes && !(progress->seconds > 0)) {
        base_text_format(&line, "%5.1f%% %s", 100.0 * (double)done_bytes / (double)total_bytes, progress->verb);
    } else {
        base_text_size(&line, done_bytes);
        base_text_add(&line, " received");
    }
    fprintf(stderr, "\r%-40s", base_text_cstring(&line));
    base_text_release(&line);
}

const struct base_progress *cmd_progress_begin(struct cmd_progress *progress, const char *verb, double seconds)
{
    *progress = (struct cmd_progress){{report, progress}, verb, seconds, base_os_now_ns(), 0};
    return isatty(STDERR_FILENO) ? &progress->reporter : NULL;
}

void cmd_progress_end(struct cmd_progress *progress)
{
    if (progress->shown_ns)
        fprintf(stderr, "\r%40s\r", "");
}
