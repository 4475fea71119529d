#include "base/threads.h"

#include "base/memory.h"

#include <pthread.h>
#include <stdbool.h>
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

struct piece {
    void (*work)(void *context, unsigned index);
    void *context;
    unsigned index;
    pthread_t thread;
    bool begun;
};

static void *work_on(void *argument)
{
    const struct piece *piece = argument;
    piece->work(piece->context, piece->index);
    return NULL;
}

void base_threads_each(unsigned count, void (*work)(void *context, unsigned index), void *context)
{
    struct piece *pieces = base_zalloc(count, sizeof *pieces);
    for (unsigned i = 0; i < count; i++) {
        pieces[i] = (struct piece){.work = work, .context = context, .index = i};
        pieces[i].begun = i && pthread_create(&pieces[i].thread, NULL, work_on, &pieces[i]) == 0;
    }
    for (unsigned i = 0; i < count; i++)
        if (!pieces[i].begun)
            work_on(&pieces[i]);
    for (unsigned i = 0; i < count; i++)
        if (pieces[i].begun)
            pthread_join(pieces[i].thread, NULL);
    free(pieces);
}
