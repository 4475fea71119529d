/* The functions that one goroutine was in over time: bars by depth, the function it started in on top.
 *
 *     struct model_calls calls;
 *     model_calls_init(&calls, id, from_ns, to_ns);
 *     … a pass with the sink model_calls_add, &calls; it may end as soon as calls.done …
 *     model_calls_finish(&calls, symbols);
 *     … model_nest_track(&calls.nest, 0, depth), whose bars' `what` is an index of calls.functions …
 *     model_calls_release(&calls);
 *
 * A trace tells where a goroutine is at moments: when it changes state, does something that the trace records, or is
 * sampled. While it does not run, it is where it was last. While it runs, it is taken to be where both the moment
 * before and the next one say: in the frames that their stacks share from the root on. A CPU sample stands for the time
 * up to the next one is due. Neighbours that share a frame are one bar.
 */
#ifndef KYMO_MODEL_CALLS_H
#define KYMO_MODEL_CALLS_H

#include "base/ids.h"
#include "base/map.h"
#include "model/nest.h"
#include "model/pass.h"

enum { MODEL_CALLS_MOST = 200000, MODEL_SAMPLE_NS = 10000000 };

/* Functions from the root on, as many as there is room for. */
struct model_calls_stack {
    bool known;
    unsigned depth;
    uint32_t functions[MODEL_NEST_DEPTH]; /* symbols */
};

struct model_calls {
    struct model_nest nest;              /* one owner */
    BASE_VEC(struct base_str) functions; /* names; after finish */
    unsigned deepest;                    /* of the stacks; more than MODEL_NEST_DEPTH: what lies deeper is left out */
    int64_t until_ns;                    /* what is later was left out: there are MODEL_CALLS_MOST bars */
    bool done;                           /* nothing more can come */

    /* While the pass runs. */
    goroutine_id id;
    int64_t from_ns, to_ns;         /* of its life */
    struct model_calls_stack last;  /* where it was last, */
    int64_t last_ns;                /* when, */
    bool sampled, runs;             /* how that is known; and whether it runs since */
    struct model_calls_stack shown; /* what is open, */
    int64_t since_ns[MODEL_NEST_DEPTH];
    BASE_VEC(uint32_t) symbols;
    struct base_map index_by_symbol;
    struct base_arena names;
};

/* The goroutine of an id that lives from from_ns to to_ns. */
void model_calls_init(struct model_calls *calls, goroutine_id id, int64_t from_ns, int64_t to_ns);
void model_calls_add(void *self, const struct order_block *block, const struct order_symbols *symbols);
void model_calls_finish(struct model_calls *calls, const struct order_symbols *symbols);
void model_calls_release(struct model_calls *calls);

#endif
