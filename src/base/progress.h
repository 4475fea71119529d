/* Who wants to know how far a long piece of work has come. */
#ifndef KYMO_BASE_PROGRESS_H
#define KYMO_BASE_PROGRESS_H

#include <stdint.h>

/* report is called now and then. total_bytes is 0 where nobody knows it. */
struct base_progress {
    void (*report)(void *self, uint64_t done_bytes, uint64_t total_bytes);
    void *self;
};

static inline void base_progress_report(const struct base_progress *progress, uint64_t done_bytes, uint64_t total_bytes)
{
    if (progress)
        progress->report(progress->self, done_bytes, total_bytes);
}

#endif
