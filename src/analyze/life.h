/* One goroutine's life: how long it was in each state, its longest waits, and what a pass tells of these.
 *
 *     struct analyze_life life;
 *     analyze_life_init(&life, &lane, id);             what its lane tells: states, and which waits are the longest
 *     life.pass = &pass;
 *     … a pass with the sink analyze_life_add, &life … why it waited, where, who ended that; who created it
 *
 * Names and stacks are symbols of the pass; times are those of the trace's clock.
 */
#ifndef KYMO_ANALYZE_LIFE_H
#define KYMO_ANALYZE_LIFE_H

#include "base/ids.h"
#include "model/goroutine_lanes.h"
#include "model/pass.h"

enum { ANALYZE_MOST_WAITS = 20 };

/* Its intervals of one state. Percentiles are those of analyze/durations.h. */
struct analyze_life_state {
    enum model_state state;
    size_t count;
    int64_t total_ns, least_ns, most_ns, median_ns, p95_ns;
};

/* Who created a goroutine or ended its wait. */
struct analyze_wake {
    bool known;
    goroutine_id by; /* NO_GOROUTINE: the runtime did it */
    uint32_t stack;  /* of who did it */
};

struct analyze_wait {
    size_t index; /* of the interval in the goroutine's lane */
    struct model_slice slice;
    uint32_t reason, stack; /* 0: not told */
    struct analyze_wake wake;
};

struct analyze_life {
    goroutine_id id;
    int64_t start_ns, end_ns; /* within the trace */
    bool created, ended;      /* whether the trace tells of its begin, its end */
    struct analyze_wake creation;
    struct analyze_life_state states[MODEL_LIFE_STATES]; /* that it had, most time first */
    size_t state_count;
    struct analyze_wait waits[ANALYZE_MOST_WAITS]; /* the longest, in order of time */
    size_t wait_count;
    struct model_pass *pass; /* which is stopped when nothing more is to come; may be NULL */
    size_t next;             /* wait to be told of */
};

void analyze_life_init(struct analyze_life *life, const struct model_goroutine_lane *lane, goroutine_id id);
void analyze_life_add(void *self, const struct order_block *block, const struct order_symbols *symbols);

#endif
