#include "web/once.h"

#include "web/trace.h"

void web_once_init(struct web_once *once)
{
    *once = (struct web_once){0};
    pthread_mutex_init(&once->lock, NULL);
}

void web_once_release(struct web_once *once)
{
    pthread_mutex_destroy(&once->lock);
}

bool web_once_get(struct web_once *once, struct web_trace *trace, web_once_compute *compute, void *self)
{
    if (web_once_ready(once))
        return true;
    if (!web_trace_wait(trace))
        return false;
    pthread_mutex_lock(&once->lock);
    if (!once->tried) {
        once->made = compute(trace, self);
        atomic_store(&once->ready, once->made && !atomic_load(&trace->abandoned));
    }
    once->tried = true;
    pthread_mutex_unlock(&once->lock);
    return web_once_ready(once);
}
