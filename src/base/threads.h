/* How many threads a piece of work may use. */
#ifndef KYMO_BASE_THREADS_H
#define KYMO_BASE_THREADS_H

#include <stdint.h>

enum { BASE_MOST_THREADS = 256 };

/* Sets it for all work to come, however small; 0: as the machine and the work have it, which is how it begins. */
void base_threads_set(unsigned count);

/* For reading so many bytes: what was set, or else one thread for little, and as many as there are processors for much.
 */
unsigned base_threads_for(uint64_t bytes);

/* Does work(context, 0), … work(context, count - 1), each on a thread of its own, the first on the caller's; returns
 * when all is done. Where the system has no thread to spare, one after the other. */
void base_threads_each(unsigned count, void (*work)(void *context, unsigned index), void *context);

#endif
