#include "gen_shape.h"

#include <string.h>

enum { BYTES_PER_EVENT = 6 }; /* about; to tell how many events a number of bytes is */

/* What the large trace of a web service under load is made of, by the thousand of all that goroutines do. */
#define SERVICE_WEIGHTS                                                                                                \
    {                                                                                                                  \
        [GEN_BLOCK] = 92, [GEN_YIELD] = 92, [GEN_UNBLOCK] = 92, [GEN_SYSCALL] = 53, [GEN_REGION] = 82, [GEN_LOG] = 14, \
        [GEN_HEAP] = 84, [GEN_COLLECT] = 47, [GEN_SAMPLE] = 1                                                          \
    }

const struct gen_shape gen_shapes[] = {
    {
        .name = "service",
        .about = "a web service under load",
        .events = 1000000,
        .goroutine_every = 27,
        .generation_every = 1270000,
        .task_every = 133,
        .stacks = 1300,
        .collection_every = 11200,
        .living = 400,
        .procs = 8,
        .depth = 12,
        .gap_ns = 786,
        .ahead_ns = 128,
        .steps_in_a_row = 2,
        .created_within = 100,
        .weight = SERVICE_WEIGHTS,
    },
    {
        .name = "one-goroutine",
        .about = "one goroutine has all the events",
        .events = 1000000,
        .goroutines = 1,
        .generation_every = 1270000,
        .task_every = 133,
        .stacks = 1300,
        .living = 1,
        .procs = 1,
        .depth = 12,
        .gap_ns = 786,
        .ahead_ns = 128,
        .steps_in_a_row = 1,
        .created_within = 100,
        .weight = {[GEN_BLOCK] = 20,
                   [GEN_YIELD] = 90,
                   [GEN_SYSCALL] = 100,
                   [GEN_REGION] = 100,
                   [GEN_LOG] = 14,
                   [GEN_HEAP] = 84,
                   [GEN_COLLECT] = 30},
    },
    {
        .name = "many-goroutines",
        .about = "goroutines that are all created first, and then start and end: a million of them by default",
        .goroutines = 1000000,
        .goroutine_every = 3,
        .generations = 1,
        .stacks = 1300,
        .living = 1,
        .procs = 8,
        .depth = 8,
        .gap_ns = 400,
        .ahead_ns = 128,
        .steps_in_a_row = 1,
        .created_within = 33,
        .drains = true,
        .weight = {[GEN_YIELD] = 1},
    },
    {
        .name = "one-generation",
        .about = "like service, in a single generation: of 1 GB by default",
        .bytes = 1000000000,
        .generations = 1,
        .goroutine_every = 27,
        .task_every = 133,
        .stacks = 1300,
        .collection_every = 11200,
        .living = 400,
        .procs = 8,
        .depth = 12,
        .gap_ns = 786,
        .ahead_ns = 128,
        .steps_in_a_row = 2,
        .created_within = 100,
        .weight = SERVICE_WEIGHTS,
    },
    {
        .name = "many-procs",
        .about = "4,096 processors and as many threads",
        .events = 1000000,
        .goroutine_every = 20,
        .generation_every = 1270000,
        .task_every = 133,
        .stacks = 1300,
        .collection_every = 50000,
        .living = 20000,
        .procs = 4096,
        .depth = 12,
        .gap_ns = 128,
        .ahead_ns = 128,
        .steps_in_a_row = 1,
        .created_within = 100,
        .weight = {[GEN_BLOCK] = 84,
                   [GEN_YIELD] = 92,
                   [GEN_UNBLOCK] = 100,
                   [GEN_SYSCALL] = 53,
                   [GEN_REGION] = 82,
                   [GEN_LOG] = 14,
                   [GEN_HEAP] = 84,
                   [GEN_COLLECT] = 47,
                   [GEN_SAMPLE] = 1},
    },
    {
        .name = "deep-stacks",
        .about = "stacks of 128 frames, a new one every 200 events",
        .events = 1000000,
        .goroutine_every = 100,
        .generation_every = 1270000,
        .task_every = 1000,
        .stack_every = 200,
        .new_stacks = true,
        .collection_every = 50000,
        .living = 200,
        .procs = 8,
        .depth = 128,
        .gap_ns = 786,
        .ahead_ns = 128,
        .steps_in_a_row = 2,
        .created_within = 100,
        .weight = {[GEN_BLOCK] = 100, [GEN_YIELD] = 60, [GEN_UNBLOCK] = 100, [GEN_SYSCALL] = 60, [GEN_SAMPLE] = 20},
    },
    {
        .name = "tasks",
        .about = "short tasks, one in four within another, with regions and messages; one in sixteen never ends",
        .events = 1000000,
        .goroutine_every = 100,
        .generation_every = 1270000,
        .task_every = 8,
        .stacks = 1300,
        .living = 1000,
        .procs = 8,
        .depth = 12,
        .gap_ns = 786,
        .ahead_ns = 128,
        .steps_in_a_row = 4,
        .created_within = 100,
        .tasks_left_open = 6,
        .weight = {[GEN_BLOCK] = 20, [GEN_YIELD] = 20, [GEN_UNBLOCK] = 20, [GEN_REGION] = 300, [GEN_LOG] = 80},
    },
    {
        .name = "hostile",
        .about = "names with markup, quotes, control characters, other directions, 1,024 bytes, and none in UTF-8",
        .events = 20000,
        .goroutine_every = 100,
        .generations = 2,
        .task_every = 50,
        .stacks = 200,
        .collection_every = 5000,
        .living = 40,
        .procs = 4,
        .depth = 6,
        .gap_ns = 786,
        .ahead_ns = 128,
        .steps_in_a_row = 2,
        .created_within = 100,
        .hostile = true,
        .weight = SERVICE_WEIGHTS,
    },
};
const size_t gen_shape_count = sizeof gen_shapes / sizeof *gen_shapes;

const struct gen_shape *gen_shape_find(const char *name)
{
    for (size_t i = 0; i < gen_shape_count; i++)
        if (strcmp(gen_shapes[i].name, name) == 0)
            return &gen_shapes[i];
    return NULL;
}

/* One for so many events, but one at least. */
static void derive(uint64_t *count, uint64_t events, uint64_t every)
{
    if (!*count && every)
        *count = events / every ? events / every : 1;
}

void gen_shape_complete(struct gen_shape *shape)
{
    if (shape->bytes)
        shape->events = shape->bytes / BYTES_PER_EVENT;
    if (!shape->events)
        shape->events = shape->goroutines * shape->goroutine_every;
    derive(&shape->goroutines, shape->events, shape->goroutine_every);
    derive(&shape->generations, shape->events, shape->generation_every);
    derive(&shape->tasks, shape->events, shape->task_every);
    derive(&shape->stacks, shape->events, shape->stack_every);
}
