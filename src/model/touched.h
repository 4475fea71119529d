/* Who a goroutine had to do with: those that created or woke it, and those that it created or woke. A sink.
 *
 *     model_touched_init(&touched, id);
 *     struct model_sink sink = {model_touched_add, &touched, MODEL_TOUCHED_KINDS};
 *     … a pass …
 *     model_touched_has(&touched, other)
 *     model_touched_release(&touched);
 *
 * Known by id: one that is used again stands for all that have it.
 */
#ifndef KYMO_MODEL_TOUCHED_H
#define KYMO_MODEL_TOUCHED_H

#include "base/map.h"
#include "model/pass.h"

#define MODEL_TOUCHED_KINDS ORDER_KIND_BIT(ORDER_GO_TRANSITION)

struct model_touched {
    goroutine_id of;
    struct base_map ids; /* without its own */
};

static inline void model_touched_init(struct model_touched *touched, goroutine_id of)
{
    *touched = (struct model_touched){.of = of};
}

void model_touched_add(void *self, const struct order_block *block, const struct order_symbols *symbols);

/* Also true of itself. */
static inline bool model_touched_has(const struct model_touched *touched, goroutine_id id)
{
    return id.n == touched->of.n || base_map_find(&touched->ids, (uint64_t)id.n) != BASE_MAP_NONE;
}

static inline void model_touched_release(struct model_touched *touched)
{
    base_map_release(&touched->ids);
}

#endif
