/* The lanes of goroutines, which take a pass over the trace when they are first asked for, and the list of them: sorted
 * and filtered, page by page. Internal to src/web; may be asked by several threads at once. */
#ifndef KYMO_WEB_GOROUTINE_LANES_H
#define KYMO_WEB_GOROUTINE_LANES_H

#include "model/goroutine_lanes.h"
#include "web/trace.h"

struct web_goroutine_lanes *web_goroutine_lanes_new(void);
void web_goroutine_lanes_free(struct web_goroutine_lanes *of_trace);

/* The lanes; NULL if the trace cannot be read again, or was abandoned. Waits until the trace has been read. They live
 * as long as the trace. */
const struct model_goroutine_lanes *web_goroutine_lanes_get(struct web_trace *trace);

/* The same, but NULL unless they are there. */
const struct model_goroutine_lanes *web_goroutine_lanes_ready(const struct web_trace *trace);

/* What a list may be sorted by. */
enum web_goroutine_key {
    WEB_BY_TOTAL,
    WEB_BY_NUMBER,
    WEB_BY_ID,
    WEB_BY_NAME,
    WEB_BY_START,
    WEB_BY_END,
    WEB_BY_RUNNING,
    WEB_BY_RUNNABLE,
    WEB_BY_WAITING,
    WEB_BY_SYSCALL,
    WEB_BY_INTERVALS,
    WEB_GOROUTINE_KEYS
};

/* Which goroutines are listed, in which order: those equal in the key by number. */
enum { WEB_NO_TASK = -2 };

struct web_goroutine_query {
    enum web_goroutine_key key;
    bool descending;
    struct base_str text; /* part of the start function's name, or an id; empty: any */
    struct base_str also; /* likewise: both must hold */
    bool one_function;    /* only those whose start function's name is this: */
    struct base_str function;
    int64_t number;         /* only the one of this number; -1: all */
    int64_t touching;       /* only the goroutine of this id and those that created or woke it, or that it did;
                               -1: all */
    int64_t task;           /* only those that worked for the task of this id, or for one that descends from it;
                               -1: all; WEB_NO_TASK: only those that worked for none */
    int64_t from_ns, to_ns; /* there at some time within, after the trace's first event */
    int64_t state;          /* and in this state at some time within; MODEL_IDLE: in any */
};

/* Numbers of the goroutines of a page: up to `limit` from the `offset`th on. *ret_found is how many the query finds.
 * Returns how many are in the page. The last order and the last query's findings are kept for the next pages. */
size_t web_goroutine_page(struct web_trace *trace, const struct web_goroutine_query *query, size_t offset, size_t limit,
                          uint32_t *ret_numbers, size_t *ret_found);

/* The goroutines of one start function that a query finds, in figures; the states' times added up. */
struct web_function {
    uint32_t name;            /* symbol */
    uint32_t count, number;   /* how many, and the first one's number */
    int64_t start_ns, end_ns; /* from the first one's begin to the last one's end */
    int64_t total_ns, ns[MODEL_STATES];
    uint64_t intervals;
};

/* Functions instead of goroutines: a page of them likewise, sorted by the same keys, those that are no times of a
 * moment added up. By number or id they come in order of their first goroutine. */
size_t web_function_page(struct web_trace *trace, const struct web_goroutine_query *query, size_t offset, size_t limit,
                         struct web_function *ret_functions, size_t *ret_found);

#endif
