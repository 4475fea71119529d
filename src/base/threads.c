#include "base/threads.h"

#include <unistd.h>

/* Less is read before threads have been started. */
static const uint64_t LITTLE_BYTES = UINT64_C(1) << 21;

enum { MOST_UNASKED = 16 };

static unsigned asked_for;

void base_threads_set(unsigned count)
{
    asked_for = count;
}

unsigned base_threads_for(uint64_t bytes)
{
    if (asked_for)
        return asked_for;
    long there_are = sysconf(_SC_NPROCESSORS_ONLN);
    if (bytes < LITTLE_BYTES || there_are < 2)
        return 1;
    return there_are < MOST_UNASKED ? (unsigned)there_are : MOST_UNASKED;
}
