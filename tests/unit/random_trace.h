/* Random traces: a few threads, processors and goroutines that do whatever may be done next, over several generations.
 */
#ifndef KYMO_TESTS_RANDOM_TRACE_H
#define KYMO_TESTS_RANDOM_TRACE_H

#include "support.h"

struct random_trace_shape {
    unsigned threads, goroutines; /* as many processors as threads; goroutines: about how many live at once */
    unsigned events, generations;
    uint64_t longest_ns; /* between two events, as a rule */
    bool long_pauses;    /* now and then one that 32 bits do not hold */
};

/* A valid trace; the same for the same state of *random. */
struct base_mapping random_trace(struct test_random *random, const struct random_trace_shape *shape);

/* Overwrites some bytes of it, or a whole batch, so that there may be gaps. */
void random_damage(struct base_mapping *file, struct test_random *random);

#endif
