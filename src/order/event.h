/* An event as every analysis sees it: one stream, in the official order, with the official meaning.
 *
 * The kinds and fields are those of Go's internal/trace.Event; go-trace-ordering.md, section 7. Names, reasons and
 * stacks are ids into the trace's symbols (order/symbols.h), which live as long as the reader; nothing in an event
 * refers to a generation.
 */
#ifndef KYMO_ORDER_EVENT_H
#define KYMO_ORDER_EVENT_H

#include "base/ids.h"
#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>

enum order_kind {
    ORDER_SYNC,
    ORDER_METRIC,
    ORDER_LABEL,
    ORDER_STACK_SAMPLE,
    ORDER_RANGE_BEGIN,
    ORDER_RANGE_ACTIVE,
    ORDER_RANGE_END,
    ORDER_TASK_BEGIN,
    ORDER_TASK_END,
    ORDER_REGION_BEGIN,
    ORDER_REGION_END,
    ORDER_LOG,
    ORDER_GO_TRANSITION,   /* a goroutine changes state */
    ORDER_PROC_TRANSITION, /* a processor does */
    ORDER_EXPERIMENTAL,
    ORDER_KINDS
};

#define ORDER_KIND_BIT(kind) (UINT32_C(1) << (kind))
#define ORDER_ALL_KINDS (ORDER_KIND_BIT(ORDER_KINDS) - 1)

/* States of goroutines; processors use Undetermined, NotExist, Running and Idle. */
enum order_state {
    ORDER_UNDETERMINED,
    ORDER_NOT_EXIST,
    ORDER_RUNNABLE,
    ORDER_RUNNING,
    ORDER_WAITING,
    ORDER_SYSCALL,
    ORDER_IDLE,
    ORDER_STATES
};

enum order_scope { ORDER_SCOPE_NONE, ORDER_SCOPE_GOROUTINE, ORDER_SCOPE_PROC };

enum order_metric { ORDER_GOMAXPROCS, ORDER_HEAP_OBJECTS, ORDER_HEAP_GOAL };

/* What kind of range an event is about; its full name is a symbol. */
enum order_range { ORDER_RANGE_STW, ORDER_RANGE_GC, ORDER_RANGE_SWEEP, ORDER_RANGE_MARK_ASSIST };

#define ORDER_NO_SLOT UINT32_MAX
#define ORDER_NO_TASK UINT64_MAX

enum { ORDER_EVENT_ARGS = 3 };

/* What is current on a thread. Goroutines alive share a dense numbering, and a dead one's number is used again:
 * analyses keep what they know of the living in arrays. A slot is ORDER_NO_SLOT where there is no goroutine. */
struct order_context {
    thread_id thread;
    proc_id proc;
    goroutine_id goroutine;
    uint32_t goroutine_slot;
    uint32_t proc_index; /* of the ordering's own table */
};

struct order_event {
    int64_t time_ns;  /* strictly increasing over the trace */
    int64_t resource; /* transitions, scoped ranges, labels: id of the goroutine or processor concerned */
    union {
        uint64_t args[ORDER_EVENT_ARGS];
        struct {
            uint64_t id, parent;
        } task; /* tasks; regions have the id alone */
        struct {
            int64_t written_ns;
        } transition; /* of goroutines in v1 traces: the time before it was made later than that of the event before */
        struct {
            uint64_t value;
        } metric;
        struct {
            uint64_t swept_bytes, reclaimed_bytes;
        } sweep; /* the end of a sweep */
        struct {
            const struct order_sync *facts;
        } sync;
        struct {
            uint64_t task;
            struct base_str message;
        } log; /* the message points into the mapped file, and lives as long as that */
    };
    struct order_context context; /* before the event took effect */
    uint32_t resource_slot;       /* of the goroutine concerned */
    uint32_t stack;               /* of who did it; 0: absent */
    uint32_t transition_stack;    /* of the resource that changes state; 0: absent */
    uint32_t name;                /* reason, label, range's or task's or region's name, log category */
    uint8_t kind;                 /* enum order_kind */
    uint8_t from, to;             /* transitions: enum order_state */
    uint8_t detail;               /* metric, range, or the wire type of an experimental event */
    uint8_t scope;                /* ranges: enum order_scope */
};

/* What a Sync event tells; lives until the next block. */
struct order_sync {
    uint64_t number; /* counted from 1 */
    int version;     /* of the trace's format: the minor one of the header */
    bool has_snapshot;
    int64_t trace_ns;
    uint64_t monotonic_ns, wall_seconds, wall_ns;
    bool has_generation; /* false: the Sync that ends the trace, or stands before an error */
    uint64_t generation, offset_bytes, end_bytes;
    /* Events are missing before this Sync, and what was known at gap_from_ns, the time of the last one, holds no
     * longer: goroutines, processors and ranges that are still there are told of anew, as at the trace's begin. Slots
     * are given out anew as well. */
    bool after_gap;
    int64_t gap_from_ns;
};

/* The official names: "StateTransition", "Runnable", "/sched/gomaxprocs:threads". */
const char *order_kind_name(unsigned kind);
const char *order_state_name(unsigned state);
const char *order_metric_name(unsigned metric);

static inline goroutine_id order_resource_goroutine(const struct order_event *event)
{
    return (goroutine_id){event->resource};
}

static inline proc_id order_resource_proc(const struct order_event *event)
{
    return (proc_id){event->resource};
}

#endif
