/* The states that goroutines were in, each handed out when it ends. A sink that keeps the state of each living
 * goroutine.
 *
 *     struct analyze_states states;
 *     analyze_states_init(&states, take, context);
 *     struct model_sink sink = {analyze_states_add, &states, ANALYZE_STATES_EVENTS};
 *     … a pass …
 *     analyze_states_finish(&states, symbols, pass.last_ns);
 *     analyze_states_release(&states);
 *
 * What is told of for the first time has been in its state since the last Sync; a gap in a damaged trace and the
 * trace's end end all. The states of one goroutine come in order.
 */
#ifndef KYMO_ANALYZE_STATES_H
#define KYMO_ANALYZE_STATES_H

#include "base/memory.h"
#include "model/pass.h"

struct analyze_state {
    goroutine_id goroutine;
    uint32_t func;   /* symbol: where it began, as far as that is known; else 0 */
    uint32_t reason; /* symbol: why it came into the state */
    uint32_t stack;  /* where it was then; 0: not told */
    uint8_t state;   /* enum order_state */
    bool last;       /* the goroutine ended with it */
    int64_t start_ns, end_ns;
};

typedef void analyze_take_state(void *context, const struct analyze_state *state, const struct order_symbols *symbols);

#define ANALYZE_STATES_EVENTS (ORDER_KIND_BIT(ORDER_GO_TRANSITION) | ORDER_KIND_BIT(ORDER_SYNC))

struct analyze_states {
    analyze_take_state *take;
    void *context;
    int64_t sync_ns;
    BASE_VEC(struct analyze_state) open; /* by slot; ORDER_UNDETERMINED: none */
};

void analyze_states_init(struct analyze_states *states, analyze_take_state *take, void *context);
void analyze_states_add(void *self, const struct order_block *block, const struct order_symbols *symbols);
void analyze_states_finish(struct analyze_states *states, const struct order_symbols *symbols, int64_t end_ns);
void analyze_states_release(struct analyze_states *states);

#endif
