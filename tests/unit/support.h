/* What the unit tests share: small traces written step by step, and events as short lines of text.
 *
 * Clocks of these traces count nanoseconds. Each generation's tables hold the strings and stacks listed below, whose
 * ids are the enumerators.
 */
#ifndef KYMO_TESTS_SUPPORT_H
#define KYMO_TESTS_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/error.h"
#include "base/os.h"
#include "base/text.h"
#include "order/reader.h"
#include "wire/writer.h"

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

/* Strings of every generation. */
enum { S_NONE, S_ALPHA, S_BETA, S_NETWORK, S_CHAN, S_FOREVER, S_SYNC, S_MAIN_F, S_MAIN_G, S_FILE };

/* Stacks of every generation: main.f at 0x100 called by main.g at 0x200; main.g at 0x300 alone; main.f at 0x100 alone.
 */
enum { K_NONE, K_F_G, K_G, K_F };

/* What they are, by id - 1. */
struct test_stack {
    struct wire_writer_frame frames[2];
    size_t count;
};
extern const char *const test_strings[S_FILE];
extern const struct test_stack test_stacks[K_F];

/* Instead of a wire type: the next generation begins; the thread's next event opens a new batch; a CPU sample, whose
 * arguments are thread, processor, goroutine and stack. */
enum { STEP_GENERATION = 255, STEP_FLUSH = 254, STEP_SAMPLE = 253 };

/* One event of a thread; the list of steps ends with type 0. */
struct step {
    int64_t thread;
    uint64_t time_ns;
    uint8_t type;
    int64_t args[4];
};

/* A trace being written: begin, then events through the writer, then finish. */
struct test_trace {
    struct base_text bytes;
    struct wire_writer writer;
    uint64_t generation;
};

void test_trace_begin(struct test_trace *trace, enum wire_version version);
void test_trace_step(struct test_trace *trace, const struct step *step);
void test_trace_generation(struct test_trace *trace, uint64_t time_ns);

/* Ends the trace; the mapping is an allocation of exactly its size, so that a read beyond the end is noticed. */
struct base_mapping test_trace_finish(struct test_trace *trace);
struct base_mapping test_write(enum wire_version version, const struct step *steps);

/* The same with more strings in every generation, up to a NULL; their ids follow S_FILE. */
struct base_mapping test_write_with(enum wire_version version, const struct step *steps, const char *const *strings);
struct base_mapping test_mapping_of(const void *bytes, size_t size);
void test_mapping_free(struct base_mapping *mapping);

/* An event as a line: "M=1 P=0 G=7 20: GoID=7 Running->Waiting Reason="alpha""; empty reasons are left out. */
void test_add_event(struct base_text *out, const struct order_symbols *symbols, const struct order_event *event);

/* All events but Syncs, and "error: CAUSE" if reading ended in one. */
void test_render(const struct base_mapping *file, struct base_text *out);

void test_assert_text(struct base_text *text, const char *expected);

/* A file of the source tree. */
struct base_mapping test_map_source(const char *path);

/* A sequence of numbers that is the same each time. */
struct test_random {
    uint64_t state;
};
uint64_t test_random_below(struct test_random *random, uint64_t limit);

#endif
