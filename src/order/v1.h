/* Traces of Go 1.5 to 1.21 as the same stream of events. Internal to src/order.
 *
 * A v1 file is read as a whole: its events are merged into one list (v1_merge.c), given their times (v1_time.c),
 * checked against each other (v1_check.c), and then converted one by one as they are asked for (v1_convert.c). The list
 * has 32 bytes an event; arguments are decoded again from the file. What comes out is what Go 1.27 makes of headers
 * from 1.11 on; older ones, which it refuses, go the same way. go-trace-format.md, sections 15.7 to 15.9;
 * go-trace-ordering.md, section 10.
 */
#ifndef KYMO_ORDER_V1_H
#define KYMO_ORDER_V1_H

#include "order/teller.h"
#include "wire/v1.h"

/* Processors that no processor is: where the official tool puts what belongs to none. */
enum { V1_TIMER_PROC = 1000001, V1_NETWORK_PROC, V1_SYSCALL_PROC, V1_GC_PROC };

enum { V1_FIRST_LABELLED_STW = 10, V1_FIRST_SYMBOLISED = 7 };

struct v1_event {
    int64_t time;       /* ticks until order_v1_set_times, then ns */
    uint64_t goroutine; /* which did it; 0: none */
    const uint8_t *at;  /* in the file */
    int32_t proc;       /* -1: none */
    uint8_t type;       /* enum wire_v1_type; the local kinds are those without */
    bool blocks;        /* a syscall: the goroutine is seen to leave its processor in it */
};

/* What conversion knows of a processor. */
struct v1_proc {
    int32_t id;
    bool seen;
    int64_t thread; /* of its last start; -1: none */
};

struct order_v1 {
    struct wire_v1 wire;
    BASE_VEC(struct v1_event) events;
    struct base_error damage; /* the first thing that was wrong with the events; when reading goes on */
    uint64_t mended;          /* how often an event was made possible, or left out */

    /* The state of conversion. */
    size_t next;   /* event */
    bool prologue; /* goroutines that were there before the trace are being announced */
    size_t next_announced;
    BASE_VEC(uint64_t) announced; /* goroutines of the prologue of which nothing else was said; 0: something was */
    struct base_map announced_by_id;
    BASE_VEC(struct v1_proc) procs;
    struct base_map proc_by_id;
    uint32_t reasons[WIRE_V1_TYPE_END]; /* symbols */
    uint32_t last_stw;                  /* symbol: what the world is stopped for */
};

/* Reads, orders and checks the whole file. go_on: what is damaged is mended or left out, and damage says why; otherwise
 * it is an error. */
bool order_v1_open(struct order_v1 *v1, const struct base_mapping *file, int version, bool go_on,
                   struct base_error *ret_error);
void order_v1_release(struct order_v1 *v1);

/* Delivers what the next v1 event comes to, at most ORDER_MOST_AT_ONCE events. False at the end. */
bool order_v1_convert(struct order_v1 *v1, struct order_teller *t);

/* The steps of order_v1_open. False if there is damage and reading does not go on; *ret_error says what it is in both
 * cases. */
bool order_v1_merge(struct order_v1 *v1, bool go_on, struct base_error *ret_error);
bool order_v1_set_times(struct order_v1 *v1, bool go_on, struct base_error *ret_error);
bool order_v1_check(struct order_v1 *v1, bool go_on, struct base_error *ret_error);

/* The arguments of an event of the list. */
static inline struct wire_v1_event v1_decoded(const struct order_v1 *v1, const struct v1_event *event)
{
    return wire_v1_event_at(&v1->wire, event->at);
}

#endif
