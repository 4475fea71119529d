/* The shapes of traces that gen writes. A shape is a row of numbers: how much there is of everything, and how often a
 * running goroutine does what. */
#ifndef KYMO_BENCH_GEN_SHAPE_H
#define KYMO_BENCH_GEN_SHAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a running goroutine may do next. */
enum gen_action {
    GEN_BLOCK,
    GEN_YIELD,
    GEN_UNBLOCK,
    GEN_SYSCALL,
    GEN_REGION, /* begin or end one, or end the task */
    GEN_LOG,
    GEN_HEAP,
    GEN_COLLECT, /* sweep; assist while the collector marks */
    GEN_SAMPLE,
    GEN_ACTIONS
};

struct gen_shape {
    const char *name, *about;
    uint64_t events;
    uint64_t bytes; /* if not 0: as many instead of `events` */
    /* In the whole trace. 0: one for so many events as the next row of numbers says. */
    uint64_t goroutines, generations, tasks, stacks;
    uint64_t goroutine_every, generation_every, task_every, stack_every;
    uint64_t collection_every; /* 0: the collector does not run */
    uint64_t living; /* goroutines: when more than that live, those that are not there from the start end soon */
    uint64_t procs, depth;
    uint64_t ahead_ns;       /* by how much the threads' clocks differ at most */
    uint32_t gap_ns;         /* from an event to the next of any thread, on average */
    uint8_t steps_in_a_row;  /* of one goroutine before another processor's does something, on average */
    uint8_t created_within;  /* per cent of the trace in which goroutines are created */
    bool new_stacks;         /* each generation has its own share of the stacks; else all have the same */
    bool drains;             /* goes on until all have ended that end at all */
    bool hostile;            /* names are not what names should be (gen_names.h) */
    uint8_t tasks_left_open; /* of a hundred */
    uint16_t weight[GEN_ACTIONS];
};

extern const struct gen_shape gen_shapes[];
extern const size_t gen_shape_count;

/* NULL: there is none of that name. */
const struct gen_shape *gen_shape_find(const char *name);

/* Replaces what is 0 and derived from the number of events. */
void gen_shape_complete(struct gen_shape *shape);

#endif
