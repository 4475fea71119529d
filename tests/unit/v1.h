/* Traces in the v1 formats (Go 1.5 to 1.21) for the unit tests, written step by step.
 *
 *     static const struct v1_step steps[] = {
 *         {0, 10, WIRE_V1_GO_CREATE, {1, K_G, K_F}},
 *         {0, 12, WIRE_V1_PROC_START, {5}},
 *         {0},
 *     };
 *     struct base_mapping file = v1_write(21, steps);
 *
 * A step's numbers are those that its event has in the header's version, its stack being the last: what they are is
 * written down here once more, from go-trace-format.md, section 15.3, and not taken from the tables that are tested.
 * Clocks of these traces count nanoseconds, and times of what is delivered are those since the first event. Strings and
 * stacks are those of support.h; v1_write puts them at the end, as the runtime puts its stacks.
 */
#ifndef KYMO_TESTS_V1_H
#define KYMO_TESTS_V1_H

#include "support.h"

#include "wire/v1.h"

/* The headers that there are. */
enum { V1_VERSIONS = 8 };
extern const int v1_versions[V1_VERSIONS];

enum { V1_STEP_NUMBERS = 5, V1_FREQUENCY = 1000000000 };

/* One event; the list of steps ends with type 0. A new batch begins where the processor changes, and with a step of
 * type WIRE_V1_BATCH. A string is its id and the text. */
struct v1_step {
    int64_t proc;
    uint64_t ticks; /* may be earlier than the step before */
    uint8_t type;
    int64_t numbers[V1_STEP_NUMBERS];
    uint64_t sequence; /* header 1.5; 0: one more than the step before */
    const char *text;  /* of a string or a log */
};

/* A file being written: begin, then steps and tables, then finish. Errors are failures of the test. */
struct v1_writer {
    int version;
    struct base_text bytes;
    bool any_batch;
    int64_t proc;
    uint64_t ticks, sequence; /* of the event before */
};

/* How many numbers the event has besides time and sequence; -1 if the version does not have it. Strings and stacks have
 * none here. */
int v1_numbers_of(int version, unsigned type);

/* Whether the last one is a stack. */
bool v1_has_stack(unsigned type);

void v1_begin(struct v1_writer *writer, int version);
void v1_step(struct v1_writer *writer, const struct v1_step *step);
void v1_raw(struct v1_writer *writer, const void *bytes, size_t size);
void v1_string(struct v1_writer *writer, uint64_t id, const char *text);

/* `count` frames, or as many of pc 1, 2, 3 …, if frames is NULL. */
void v1_stack(struct v1_writer *writer, uint64_t id, const struct wire_writer_frame *frames, uint64_t count);

void v1_frequency(struct v1_writer *writer, uint64_t frequency);

/* The strings and stacks of support.h. */
void v1_tables(struct v1_writer *writer);

/* Ends the file; the mapping is an allocation of exactly its size, so that a read beyond the end is noticed. */
struct base_mapping v1_finish(struct v1_writer *writer);

/* The whole: steps, tables, frequency. */
struct base_mapping v1_write(int version, const struct v1_step *steps);

/* A trace, and the text of what it delivers, as v1_render has it. */
enum { V1_MOST_STEPS = 32 };

struct v1_scenario {
    int version;
    struct v1_step steps[V1_MOST_STEPS];
    const char *expected;
};

/* Events as lines, those of test_add_event with the stacks' addresses behind: " @100 200" what did it, " >300" what
 * changed state. Then "error: CAUSE", if reading ended in one. */
void v1_render(const struct base_mapping *file, struct base_text *out);

/* The same with Syncs, reading on past damage, and with what was lost: "loss: CAUSE, 5 to 7 ns, 12 bytes". */
void v1_render_damaged(const struct base_mapping *file, struct base_text *out);

void v1_check_scenarios(const struct v1_scenario *scenarios, size_t count);
void v1_check_damaged(const struct v1_scenario *scenarios, size_t count);

/* Goroutine 1 runs on processor 0 and thread 5, and the prologue is over. */
#define V1_G1_RUNS                                                                                                     \
    {0, 10, WIRE_V1_GO_CREATE, {1}}, {0, 11, WIRE_V1_PROC_START, {5}}, {0, 12, WIRE_V1_GO_START, {1, 1}},              \
    {                                                                                                                  \
        0, 13, WIRE_V1_GOMAXPROCS,                                                                                     \
        {                                                                                                              \
            2                                                                                                          \
        }                                                                                                              \
    }
#define V1_G1_RUNS_TEXT                                                                                                \
    "M=5 P=0 G=-1 1: ProcID=0 Undetermined->Running\n"                                                                 \
    "M=5 P=0 G=1 2: GoID=1 Undetermined->Running\n"

/* Goroutines 1 and 2 are there before the trace: 1 runs, 2 waits. Number 2 is what 2 is woken up by. */
#define V1_G2_WAITS                                                                                                    \
    {0, 10, WIRE_V1_GO_CREATE, {2}}, {0, 10, WIRE_V1_GO_WAITING, {2}}, {0, 10, WIRE_V1_GO_CREATE, {1}},                \
        {0, 11, WIRE_V1_PROC_START, {5}}, {0, 12, WIRE_V1_GO_START, {1, 1}},                                           \
    {                                                                                                                  \
        0, 13, WIRE_V1_GOMAXPROCS,                                                                                     \
        {                                                                                                              \
            2                                                                                                          \
        }                                                                                                              \
    }
#define V1_G2_WAITS_TEXT                                                                                               \
    "M=-1 P=0 G=2 0: GoID=2 Undetermined->Waiting\n"                                                                   \
    "M=5 P=0 G=-1 1: ProcID=0 Undetermined->Running\n"                                                                 \
    "M=5 P=0 G=1 2: GoID=1 Undetermined->Running\n"

/* Goroutine 1 leaves its processor at 21 in a syscall. */
#define V1_IN_SYSCALL                                                                                                  \
    V1_G1_RUNS, {0, 20, WIRE_V1_GO_SYSCALL},                                                                           \
    {                                                                                                                  \
        0, 21, WIRE_V1_GO_SYSCALL_BLOCK                                                                                \
    }
#define V1_IN_SYSCALL_TEXT V1_G1_RUNS_TEXT "M=5 P=0 G=1 10: GoID=1 Running->Syscall\n"

#endif
