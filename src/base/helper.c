#include "base/helper.h"

#include "base/memory.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

/* Pieces of work are short (a tenth of a millisecond): looking again for a while costs less than sleeping. */
enum { LOOKS_BEFORE_SLEEP = 4000 };

struct base_helper {
    void (*work)(void *context);
    void *context;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    atomic_uint begun, done; /* pieces of work */
    atomic_bool ended;
};

static void announce(struct base_helper *helper, atomic_uint *count)
{
    pthread_mutex_lock(&helper->lock);
    atomic_fetch_add(count, 1);
    pthread_cond_broadcast(&helper->changed);
    pthread_mutex_unlock(&helper->lock);
}

/* Waits until a count is what is wanted, or the helper is to end. */
static void await(struct base_helper *helper, atomic_uint *count, unsigned wanted)
{
    for (int i = 0; i < LOOKS_BEFORE_SLEEP; i++)
        if (atomic_load(count) == wanted || atomic_load(&helper->ended))
            return;
    pthread_mutex_lock(&helper->lock);
    while (atomic_load(count) != wanted && !atomic_load(&helper->ended))
        pthread_cond_wait(&helper->changed, &helper->lock);
    pthread_mutex_unlock(&helper->lock);
}

static void *run(void *argument)
{
    struct base_helper *helper = argument;
    for (unsigned next = 1;; next++) {
        await(helper, &helper->begun, next);
        if (atomic_load(&helper->ended))
            return NULL;
        helper->work(helper->context);
        announce(helper, &helper->done);
    }
}

struct base_helper *base_helper_new(void (*work)(void *context), void *context)
{
    if (sysconf(_SC_NPROCESSORS_ONLN) < 2)
        return NULL;
    struct base_helper *helper = base_zalloc(1, sizeof *helper);
    helper->work = work;
    helper->context = context;
    pthread_mutex_init(&helper->lock, NULL);
    pthread_cond_init(&helper->changed, NULL);
    if (pthread_create(&helper->thread, NULL, run, helper) == 0)
        return helper;
    free(helper);
    return NULL;
}

void base_helper_begin(struct base_helper *helper)
{
    announce(helper, &helper->begun);
}

void base_helper_wait(struct base_helper *helper)
{
    await(helper, &helper->done, atomic_load(&helper->begun));
}

void base_helper_free(struct base_helper *helper)
{
    if (!helper)
        return;
    pthread_mutex_lock(&helper->lock);
    atomic_store(&helper->ended, true);
    pthread_cond_broadcast(&helper->changed);
    pthread_mutex_unlock(&helper->lock);
    pthread_join(helper->thread, NULL);
    pthread_mutex_destroy(&helper->lock);
    pthread_cond_destroy(&helper->changed);
    free(helper);
}
