/* Fills stores from a pass over the trace: a sink. Internal to src/query.
 *
 *     query_fill_init(&fill, stores);                   those that query_store_fill was called for
 *     struct model_sink sink = {query_fill_add, &fill};
 *     … a pass, with events of the kinds that the tables need; of all kinds if symbols are to be the same as in others
 * … query_fill_finish(&fill, symbols); query_fill_release(&fill);
 *
 * Intervals are those of model/lives.h, wake-ups those of model/arrows.h, tasks those of analyze/tasks.h.
 */
#ifndef KYMO_QUERY_FILL_H
#define KYMO_QUERY_FILL_H

#include "analyze/tasks.h"
#include "model/lives.h"
#include "query/schema.h"
#include "query/store.h"

/* What is known of the goroutine in a slot. Rows are counted from 1; 0: there is none. */
struct query_living {
    uint32_t life_row, state_row, wakeup_row;
    uint32_t name, reason, stack;
    uint32_t proc_index, thread_index; /* that it runs on: places + 1 in procs and threads */
    uint8_t state;                     /* enum order_state; of the open interval */
    int64_t start_ns, last_ns;         /* of its life; the end of its last interval */
    int64_t ns[ORDER_STATES];
    int64_t intervals;
    BASE_VEC(uint32_t) regions; /* rows of those it is in, the innermost last */
};

struct query_proc {
    int64_t id, start_ns, end_ns, since_ns, running_ns, goroutines_ns, switches;
    bool running;
};

struct query_thread {
    int64_t id, start_ns, end_ns, events, samples, running_ns;
};

struct query_open_range {
    uint64_t key;
    uint32_t row;
};

struct query_fill {
    struct query_store *stores; /* QUERY_TABLES of them */
    uint32_t tables;            /* bits of those that are filled */
    bool begun;
    int64_t first_ns, last_ns, sync_ns; /* of the trace's clock */
    struct model_lives lives;
    BASE_VEC(struct query_living) living; /* by slot */
    BASE_VEC(struct query_proc) procs;
    BASE_VEC(struct query_thread) threads;
    struct base_map proc_by_id, thread_by_id;
    BASE_VEC(struct query_open_range) ranges;
    struct base_map range_by_key; /* places in ranges */
    struct analyze_tasks tasks;
};

void query_fill_init(struct query_fill *fill, struct query_store *stores);
void query_fill_add(void *self, const struct order_block *block, const struct order_symbols *symbols);
void query_fill_finish(struct query_fill *fill, const struct order_symbols *symbols);
void query_fill_release(struct query_fill *fill);

#define QUERY_TABLE_BIT(table) (UINT32_C(1) << (table))

/* ---- what the parts of it share ---- */

/* Whether a table is being filled. */
static inline bool query_fills(const struct query_fill *fill, unsigned table)
{
    return fill->tables >> table & 1;
}

/* An id as SQL has it. */
static inline int64_t query_id(int64_t id)
{
    return id == -1 ? QUERY_NO_NUMBER : id;
}

static inline int64_t query_since_first(const struct query_fill *fill, int64_t time_ns)
{
    return time_ns - fill->first_ns;
}

/* The entry of a processor or a thread, plus 1; 0: there is none. Valid until the next one is added. */
uint32_t query_fill_proc(struct query_fill *fill, proc_id id, int64_t time_ns);
uint32_t query_fill_thread(struct query_fill *fill, thread_id id, int64_t time_ns);

/* Of fill_lives.c: goroutines, states, wake-ups, regions. */
struct query_living *query_fill_living(struct query_fill *fill, uint32_t slot);
void query_fill_transition(struct query_fill *fill, const struct order_event *event,
                           const struct order_symbols *symbols);
void query_fill_region(struct query_fill *fill, const struct order_event *event);
/* Ends all lives: where events begin to be missing, and with the trace. */
void query_fill_end_lives(struct query_fill *fill, int64_t time_ns);

/* Of fill_ranges.c. */
void query_fill_range(struct query_fill *fill, const struct order_event *event);
void query_fill_end_ranges(struct query_fill *fill, int64_t time_ns);

#endif
