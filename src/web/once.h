/* What is computed of an opened trace when it is first asked for, and kept from then on. Internal to src/web; may be
 * asked by several threads at once: one computes, the others wait for it.
 *
 *     struct web_thing {
 *         struct web_once once;
 *         …
 *     };
 *     static bool compute(struct web_trace *trace, void *self) { … a pass … }
 *     … web_once_get(&thing->once, trace, compute, thing) …
 */
#ifndef KYMO_WEB_ONCE_H
#define KYMO_WEB_ONCE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

struct web_trace;

struct web_once {
    pthread_mutex_t lock;
    bool tried, made;
    atomic_bool ready; /* made, and of the whole trace; stays so */
};

/* Computes something; false if it could not, and then it has nothing to be released. */
typedef bool web_once_compute(struct web_trace *trace, void *self);

void web_once_init(struct web_once *once);
void web_once_release(struct web_once *once);

/* Waits until the trace has been read, then until the thing has been computed; false if it could not be, or the trace
 * was abandoned. It is tried once. */
bool web_once_get(struct web_once *once, struct web_trace *trace, web_once_compute *compute, void *self);

/* Whether it is there already. */
static inline bool web_once_ready(const struct web_once *once)
{
    return atomic_load(&once->ready);
}

#endif
