/* The events of the v2 format (Go 1.22 and later): the one table that decoding, ordering, the raw dump and the writer
 * share.
 *
 * Source: Go's internal/trace/tracev2/events.go. Every timed event begins with `dt`, the time since the previous event
 * of its batch. Argument names are the official ones: they appear in -d=wire.
 */
#ifndef KYMO_WIRE_EVENT_H
#define KYMO_WIRE_EVENT_H

#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>

enum wire_type {
    WIRE_NONE = 0,
    WIRE_EVENT_BATCH = 1,
    WIRE_STACKS,
    WIRE_STACK,
    WIRE_STRINGS,
    WIRE_STRING,
    WIRE_CPU_SAMPLES,
    WIRE_CPU_SAMPLE,
    WIRE_FREQUENCY,
    WIRE_PROCS_CHANGE,
    WIRE_PROC_START,
    WIRE_PROC_STOP,
    WIRE_PROC_STEAL,
    WIRE_PROC_STATUS,
    WIRE_GO_CREATE,
    WIRE_GO_CREATE_SYSCALL,
    WIRE_GO_START,
    WIRE_GO_DESTROY,
    WIRE_GO_DESTROY_SYSCALL,
    WIRE_GO_STOP,
    WIRE_GO_BLOCK,
    WIRE_GO_UNBLOCK,
    WIRE_GO_SYSCALL_BEGIN,
    WIRE_GO_SYSCALL_END,
    WIRE_GO_SYSCALL_END_BLOCKED,
    WIRE_GO_STATUS,
    WIRE_STW_BEGIN,
    WIRE_STW_END,
    WIRE_GC_ACTIVE,
    WIRE_GC_BEGIN,
    WIRE_GC_END,
    WIRE_GC_SWEEP_ACTIVE,
    WIRE_GC_SWEEP_BEGIN,
    WIRE_GC_SWEEP_END,
    WIRE_GC_MARK_ASSIST_ACTIVE,
    WIRE_GC_MARK_ASSIST_BEGIN,
    WIRE_GC_MARK_ASSIST_END,
    WIRE_HEAP_ALLOC,
    WIRE_HEAP_GOAL,
    WIRE_GO_LABEL,
    WIRE_USER_TASK_BEGIN,
    WIRE_USER_TASK_END,
    WIRE_USER_REGION_BEGIN,
    WIRE_USER_REGION_END,
    WIRE_USER_LOG,
    WIRE_GO_SWITCH,
    WIRE_GO_SWITCH_DESTROY,
    WIRE_GO_CREATE_BLOCKED,
    WIRE_GO_STATUS_STACK,
    WIRE_EXPERIMENTAL_BATCH,
    WIRE_SYNC,
    WIRE_CLOCK_SNAPSHOT,
    WIRE_END_OF_GENERATION,
    WIRE_SPAN = 128,
    WIRE_SPAN_ALLOC,
    WIRE_SPAN_FREE,
    WIRE_HEAP_OBJECT,
    WIRE_HEAP_OBJECT_ALLOC,
    WIRE_HEAP_OBJECT_FREE,
    WIRE_GOROUTINE_STACK,
    WIRE_GOROUTINE_STACK_ALLOC,
    WIRE_GOROUTINE_STACK_FREE,
    WIRE_TYPE_END
};

enum {
    WIRE_MAX_ARGS = 5, /* of a timed event, dt included */
    WIRE_MAX_VARINT_BYTES = 10,
    WIRE_MAX_EVENT_BYTES = 1 + WIRE_MAX_ARGS * WIRE_MAX_VARINT_BYTES,
    WIRE_MAX_BATCH_BYTES = 1 << 16,
    WIRE_MAX_STRING_BYTES = 1024,
    WIRE_MAX_FRAMES = 128,
};

/* What follows an event's arguments. */
enum wire_payload { WIRE_PAYLOAD_NONE, WIRE_PAYLOAD_FRAMES, WIRE_PAYLOAD_DATA };

struct wire_event_spec {
    const char *name; /* NULL: not assigned */
    const char *args[WIRE_MAX_ARGS];
    uint8_t arg_count; /* dt included */
    bool timed;        /* may stand in an event batch */
    uint8_t payload;   /* enum wire_payload */
    /* Which arguments are ids into the generation's tables, 0 where there is none. */
    uint8_t stack_arg, new_stack_arg, string_arg, second_string_arg;
    uint8_t range_begin; /* of an event that ends or confirms a range: the event that begins it */
};

extern const struct wire_event_spec wire_events[256];

/* The number of arguments of each timed event, dt included; 0 for types that may not stand in an event batch. The same
 * as in wire_events, close together: decoding looks at nothing else. */
extern const uint8_t wire_timed_args[256];

/* Headers of Go 1.22, 1.23, 1.25 and 1.26; the number is the minor version. */
enum wire_version { WIRE_GO_1_22 = 22, WIRE_GO_1_23 = 23, WIRE_GO_1_25 = 25, WIRE_GO_1_26 = 26 };

/* The size of a version's event table: the raw dump takes types below it. Ordering takes any timed event in every
 * version. */
unsigned wire_version_type_end(int version);

/* The name in the version's table: "Invalid(N)" is printed by callers where this is NULL. */
const char *wire_event_name(int version, unsigned type);

#endif
