/* What the goroutines of a generated trace do, step by step, until the trace has what its shape asks for. */
#ifndef KYMO_BENCH_GEN_WORK_H
#define KYMO_BENCH_GEN_WORK_H

#include "gen_sched.h"

struct gen_work {
    struct gen_sched sched;
    uint64_t tasks; /* begun */
    uint32_t total_weight;
    double progress; /* of the whole, 0 to 1 */
    uint32_t proc;   /* whose goroutine did something last */
    /* The collector. */
    uint64_t collections, gc_seq, next_collection, marking_ends; /* the last two in events */
    uint64_t heap_bytes;
    bool marking;
};

/* The trace begins; the shape is complete. */
void gen_work_init(struct gen_work *work, const struct gen_shape *shape, uint64_t seed, int fd);

/* A running goroutine does something. False: the trace has everything, or could not be written. */
bool gen_work_step(struct gen_work *work);

/* Writes what is left. Returns 0, or the errno of what did not work. */
int gen_work_finish(struct gen_work *work);
void gen_work_release(struct gen_work *work);

#endif
