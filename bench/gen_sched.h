/* A scheduler like Go's, which writes down what it does as Go's runtime would: goroutines, processors, threads, and at
 * each generation's begin the status of all that is alive.
 *
 * Everything happens at one moment or another of one clock, and each event at a later one than the last; but a thread's
 * clock is ahead of it by some ticks, so that events of different threads do not lie in order. What has to be there
 * before something may happen is go-trace-ordering.md, section 5; when a status is written, go-trace-format.md,
 * section 13.
 *
 * Goroutines, processors and threads go by their index here; GEN_NONE is none. Misuse is an assertion.
 */
#ifndef KYMO_BENCH_GEN_SCHED_H
#define KYMO_BENCH_GEN_SCHED_H

#include "gen_names.h"
#include "gen_shape.h"

#define GEN_NONE UINT32_MAX

/* As on the wire. */
enum gen_status { GEN_RUNNABLE = 1, GEN_RUNNING, GEN_IN_SYSCALL, GEN_WAITING };
enum gen_proc_status { GEN_PROC_RUNNING = 1, GEN_PROC_IDLE, GEN_PROC_SYSCALL, GEN_PROC_ABANDONED };

enum { GEN_MOST_REGIONS = 4 };

struct gen_goroutine {
    uint64_t id;               /* 0: nobody is here */
    uint64_t task, outer_task; /* 0: none */
    uint32_t seq, stated;      /* stated: the generation that knows of it */
    uint32_t thread;           /* that it runs on, or is in a syscall on */
    uint32_t stack;            /* a number for gen_names_stack: what it waits in */
    uint8_t status, regions, region_names[GEN_MOST_REGIONS];
    bool stays;     /* does not end before the trace does */
    bool worker;    /* of the collector */
    bool assisting; /* the collector */
};

struct gen_proc {
    uint32_t seq, stated, thread;
    uint32_t place; /* in `running` */
    uint8_t status;
};

struct gen_thread {
    uint32_t proc, goroutine;
    uint32_t held; /* events since its last batch was written */
};

/* What was written. */
struct gen_counts {
    uint64_t of_type[WIRE_TYPE_END];
    uint64_t events; /* as readers deliver them: the Syncs between generations and samples are among them */
    uint64_t bytes, goroutines, generations, samples;
};

typedef BASE_VEC(uint32_t) gen_list;

struct gen_sched {
    struct gen_shape shape;
    struct gen_counts counts;
    struct wire_writer writer;
    struct base_text out, file; /* out: not yet written to the file */
    struct gen_names names;
    uint64_t random, clock_units, gap_units, living;
    uint32_t generation, most_held;

    BASE_VEC(struct gen_goroutine) goroutines;
    BASE_VEC(struct gen_proc) procs;
    BASE_VEC(struct gen_thread) threads;
    gen_list vacant;            /* goroutines' places */
    gen_list waiting, runnable; /* goroutines; a worker is in neither */
    size_t runnable_begin;      /* the first that did not run yet: they go in order */
    gen_list running;           /* processors in use, those in a syscall too */
    gen_list idle, parked,
        lost;         /* processors; threads without anything to do; those in a syscall without a processor */
    gen_list workers; /* goroutines that wait for the collector */
    uint32_t workers_wanted;
};

/* The trace begins: goroutine 1 runs on processor 0. The shape is complete. */
void gen_sched_init(struct gen_sched *sched, const struct gen_shape *shape, uint64_t seed, int fd);

/* Ends the last generation, while something runs, and writes everything out. Returns 0, or the errno of what did not
 * work. */
int gen_sched_finish(struct gen_sched *sched);
void gen_sched_release(struct gen_sched *sched);

/* From 0 to below - 1. */
uint32_t gen_below(struct gen_sched *sched, uint32_t below);
static inline bool gen_chance(struct gen_sched *sched, uint32_t one_in)
{
    return gen_below(sched, one_in) == 0;
}

uint64_t gen_stack(struct gen_sched *sched, enum gen_stack_use use);
struct gen_goroutine *gen_goroutine_on(struct gen_sched *sched, uint32_t thread);

/* Writes an event of a thread. The arguments are those after dt. */
#define gen_event(sched, thread, type, ...)                                                                            \
    gen_add(sched, thread, type, (const uint64_t[]){0, ##__VA_ARGS__} + 1,                                             \
            sizeof((const uint64_t[]){0, ##__VA_ARGS__}) / sizeof(uint64_t) - 1)
void gen_add(struct gen_sched *sched, uint32_t thread, enum wire_type type, const uint64_t *args, size_t count);
void gen_sample(struct gen_sched *sched, uint32_t thread);

/* Writes the status of a thread's processor and goroutine, unless this generation knows them: to be called before it
 * does anything. */
void gen_state(struct gen_sched *sched, uint32_t thread);

/* A goroutine that exists before the trace does. */
void gen_exists(struct gen_sched *sched, bool worker);

/* What the goroutine on a thread does. When it does not run any more, the thread finds something else to do. */
void gen_block(struct gen_sched *sched, uint32_t thread, enum gen_text reason);
void gen_yield(struct gen_sched *sched, uint32_t thread, enum gen_text reason);
void gen_exit(struct gen_sched *sched, uint32_t thread);
void gen_create(struct gen_sched *sched, uint32_t thread);
void gen_unblock_any(struct gen_sched *sched, uint32_t thread); /* nothing if none waits */
void gen_syscall_begin(struct gen_sched *sched, uint32_t thread);
void gen_syscall_end(struct gen_sched *sched, uint32_t thread);

/* Another thread takes the processor of one that is in a syscall. */
void gen_steal(struct gen_sched *sched, uint32_t proc);

/* A thread that lost its processor comes back from its syscall. */
void gen_return_any(struct gen_sched *sched);

/* A thread takes an idle processor and looks for work: there must be one, and something runnable or waiting. */
void gen_wake(struct gen_sched *sched);

/* Ends a generation on a thread that runs a goroutine, and begins the next one. */
void gen_next_generation(struct gen_sched *sched, uint32_t thread);

#endif
