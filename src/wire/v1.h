/* The v1 formats, of Go 1.5 to 1.21: one flat sequence of events without framing.
 *
 *     struct wire_v1 v1;
 *     if (wire_v1_read(&v1, &file, version, false, &error))
 *         … v1.procs, v1.batches, v1.tables, v1.samples …
 *         struct wire_v1_cursor cursor = wire_v1_cursor_of(&v1, proc);
 *         while (wire_v1_next(&cursor, &event)) …
 *     wire_v1_release(&v1);
 *
 * Strings, stacks and the clock's frequency are events among the others, and may stand behind those that refer to them:
 * reading is one run over the whole file, which takes them in, checks every event, and notes where batches lie. Events
 * are decoded again when they are asked for; nothing is kept of them. Source: Go's internal/trace/internal/tracev1, and
 * for headers up to 1.10 internal/trace/parser.go of Go 1.5 to 1.21; go-trace-format.md, section 15.
 */
#ifndef KYMO_WIRE_V1_H
#define KYMO_WIRE_V1_H

#include "base/error.h"
#include "base/map.h"
#include "base/memory.h"
#include "base/os.h"
#include "wire/cursor.h"
#include "wire/tables.h"

#include <stdbool.h>
#include <stdint.h>

enum wire_v1_type {
    WIRE_V1_BATCH = 1,
    WIRE_V1_FREQUENCY,
    WIRE_V1_STACK,
    WIRE_V1_GOMAXPROCS,
    WIRE_V1_PROC_START,
    WIRE_V1_PROC_STOP,
    WIRE_V1_GC_START,
    WIRE_V1_GC_DONE,
    WIRE_V1_STW_START,
    WIRE_V1_STW_DONE,
    WIRE_V1_SWEEP_START,
    WIRE_V1_SWEEP_DONE,
    WIRE_V1_GO_CREATE,
    WIRE_V1_GO_START,
    WIRE_V1_GO_END,
    WIRE_V1_GO_STOP,
    WIRE_V1_GO_SCHED,
    WIRE_V1_GO_PREEMPT,
    WIRE_V1_GO_SLEEP,
    WIRE_V1_GO_BLOCK,
    WIRE_V1_GO_UNBLOCK,
    WIRE_V1_GO_BLOCK_SEND,
    WIRE_V1_GO_BLOCK_RECV,
    WIRE_V1_GO_BLOCK_SELECT,
    WIRE_V1_GO_BLOCK_SYNC,
    WIRE_V1_GO_BLOCK_COND,
    WIRE_V1_GO_BLOCK_NET,
    WIRE_V1_GO_SYSCALL,
    WIRE_V1_GO_SYSCALL_EXIT,
    WIRE_V1_GO_SYSCALL_BLOCK,
    WIRE_V1_GO_WAITING,
    WIRE_V1_GO_IN_SYSCALL,
    WIRE_V1_HEAP_ALLOC,
    WIRE_V1_HEAP_GOAL,
    WIRE_V1_TIMER_GOROUTINE,
    WIRE_V1_FUTILE_WAKEUP,
    WIRE_V1_STRING,
    WIRE_V1_GO_START_LOCAL,
    WIRE_V1_GO_UNBLOCK_LOCAL,
    WIRE_V1_GO_SYSCALL_EXIT_LOCAL,
    WIRE_V1_GO_START_LABEL,
    WIRE_V1_GO_BLOCK_GC,
    WIRE_V1_MARK_ASSIST_START,
    WIRE_V1_MARK_ASSIST_DONE,
    WIRE_V1_TASK_CREATE,
    WIRE_V1_TASK_END,
    WIRE_V1_REGION,
    WIRE_V1_LOG,
    WIRE_V1_CPU_SAMPLE,
    WIRE_V1_TYPE_END
};

enum {
    WIRE_V1_MAX_ARGS = 3, /* without time, sequence and stack */
    WIRE_V1_MAX_FRAMES = 1000,
    WIRE_V1_MAX_STRING_BYTES = 1000000,
    WIRE_V1_MAX_EVENTS = 1 << 30,
};

struct wire_v1_event_spec {
    const char *name; /* as the official messages call it */
    uint8_t since;    /* the first header's minor version that has it */
    uint8_t args;
    bool stack;
    uint8_t args_before, before; /* how many arguments headers below `before` have */
};

extern const struct wire_v1_event_spec wire_v1_events[WIRE_V1_TYPE_END];

struct wire_v1_batch {
    const uint8_t *at, *end; /* the events between its header and the next one */
    uint64_t ticks;
    uint64_t sequence; /* header 1.5 */
    uint32_t next;     /* the same processor's next batch, or WIRE_V1_NO_BATCH */
};

#define WIRE_V1_NO_BATCH UINT32_MAX

/* A processor that wrote, in order of first appearance; -1 is the buffer used without one. */
struct wire_v1_proc {
    int32_t id;
    uint32_t first_batch, last_batch;
};

struct wire_v1_sample {
    int64_t ticks;
    uint64_t goroutine; /* 0: none */
    int32_t proc;
    uint32_t stack;
    uint64_t offset_bytes;
};

struct wire_v1 {
    const struct base_mapping *file;
    int version;
    uint64_t frequency; /* ticks per second; 0: not found, which is an error unless reading goes on */
    BASE_VEC(struct wire_v1_batch) batches;
    BASE_VEC(struct wire_v1_proc) procs;
    struct base_map proc_by_id;
    struct wire_tables tables;               /* header 1.5 has frames without names */
    BASE_VEC(struct wire_v1_sample) samples; /* in file order */
    struct base_map timer_goroutines;        /* a set */
    size_t event_count;                      /* of those that wire_v1_next hands out */
    bool has_futile_wakeups;
    struct base_error damage; /* when reading goes on: the first thing that was wrong */
    uint64_t lost_bytes;      /* likewise: not readable */
};

/* One decoded event. */
struct wire_v1_event {
    uint8_t type;
    uint8_t count; /* of args */
    int64_t ticks;
    uint64_t sequence; /* header 1.5 */
    uint64_t args[WIRE_V1_MAX_ARGS];
    uint32_t stack;          /* 0: none */
    struct base_str message; /* of a log; borrowed from the file */
    const uint8_t *at;       /* its first byte */
};

/* Reads everything but the events proper. go_on: damage does not end it, but is noted and left out. */
bool wire_v1_read(struct wire_v1 *v1, const struct base_mapping *file, int version, bool go_on,
                  struct base_error *ret_error);
void wire_v1_release(struct wire_v1 *v1);

/* The events of one processor, in file order. */
struct wire_v1_cursor {
    const struct wire_v1 *v1;
    struct wire_cursor bytes;
    uint32_t next_batch;
    int64_t ticks;
    uint64_t sequence;
};

struct wire_v1_cursor wire_v1_cursor_of(const struct wire_v1 *v1, const struct wire_v1_proc *proc);

/* False at the end. Leaves out what is not an event proper: strings, stacks, samples, the frequency. */
bool wire_v1_next(struct wire_v1_cursor *cursor, struct wire_v1_event *ret_event);

/* Decodes the event at `at` once more: its arguments, stack and message. */
struct wire_v1_event wire_v1_event_at(const struct wire_v1 *v1, const uint8_t *at);

#endif
