/* What a generated trace has names and stacks of: a made-up program of some thousand functions.
 *
 * A generation has its own tables: the first use of a name or a stack in a generation adds it there. Stacks are
 * numbered from 0 over the whole trace; the last digits, so to speak, say what a stack is of, so that goroutines do not
 * block in what creates others.
 */
#ifndef KYMO_BENCH_GEN_NAMES_H
#define KYMO_BENCH_GEN_NAMES_H

#include "gen_shape.h"
#include "wire/writer.h"

enum gen_text {
    GEN_TEXT_NETWORK,
    GEN_TEXT_SELECT,
    GEN_TEXT_SYNC,
    GEN_TEXT_CHAN_SEND,
    GEN_TEXT_CHAN_RECEIVE,
    GEN_TEXT_SLEEP,
    GEN_TEXT_ASSIST_WAIT,
    GEN_TEXT_SYSTEM_WAIT,
    GEN_TEXT_GOSCHED,
    GEN_TEXT_PREEMPTED,
    GEN_TEXT_STW_START,
    GEN_TEXT_STW_SWEEP,
    GEN_TEXT_STW_MARK,
    GEN_TEXT_WORKER,
    GEN_TEXT_LOG_KEY,
    GEN_TEXT_REGION, /* the first of GEN_REGION_NAMES */
    GEN_REGION_NAMES = 8,
    GEN_TEXT_TASK = GEN_TEXT_REGION + GEN_REGION_NAMES, /* the first of GEN_TASK_NAMES */
    GEN_TASK_NAMES = 8,
    GEN_TEXTS = GEN_TEXT_TASK + GEN_TASK_NAMES
};

enum { GEN_BLOCK_REASONS = GEN_TEXT_SLEEP + 1 }; /* the first texts */

/* What a stack is of. */
enum gen_stack_use {
    GEN_STACK_BLOCK,
    GEN_STACK_UNBLOCK,
    GEN_STACK_YIELD,
    GEN_STACK_CREATE,
    GEN_STACK_SYSCALL,
    GEN_STACK_USER, /* tasks, regions, messages */
    GEN_STACK_MEMORY,
    GEN_STACK_USES
};

enum { GEN_ENTRIES = 64, GEN_FUNCTIONS = 4096, GEN_FILES = 256 };

struct gen_names {
    struct wire_writer *writer;
    uint32_t depth;
    bool hostile;                 /* see gen_names_add */
    uint64_t first_stack, stacks; /* of this generation */
    uint32_t functions_used;      /* the more stacks, the more functions */
    /* Ids in this generation; 0: not there yet. */
    uint32_t texts[GEN_TEXTS], functions[GEN_FUNCTIONS], files[GEN_FILES], entries[GEN_ENTRIES];
    BASE_VEC(uint32_t) stack_ids;
    struct wire_writer_frame frames[WIRE_MAX_FRAMES];
};

void gen_names_init(struct gen_names *names, struct wire_writer *writer, const struct gen_shape *shape);
void gen_names_release(struct gen_names *names);

/* A generation begins, which has the given number of stacks beginning with the given one. */
void gen_names_begin(struct gen_names *names, uint64_t first_stack, uint64_t stacks);

/* A name, or a message, as it goes into the trace: in a hostile one something follows it that markup, a terminal or a
 * table may stumble over. `text` must have room for GEN_NAME_BYTES. Returns its size then. */
enum { GEN_NAME_BYTES = WIRE_MAX_STRING_BYTES };
size_t gen_names_spoil(const struct gen_names *names, char *text, size_t size);

uint64_t gen_names_text(struct gen_names *names, enum gen_text text);

/* A stack of this generation, chosen by any number from 0 to 2^32: small ones are met more often. */
uint64_t gen_names_stack(struct gen_names *names, enum gen_stack_use use, uint32_t number);

/* The stack of one frame where goroutines of a kind begin. */
uint64_t gen_names_entry(struct gen_names *names, uint32_t kind);

#endif
