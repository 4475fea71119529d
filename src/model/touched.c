#include "model/touched.h"

/* A creation, or a wake-up. */
static bool touches(const struct order_event *event)
{
    return event->kind == ORDER_GO_TRANSITION && event->context.goroutine.n != NO_GOROUTINE.n &&
           event->context.goroutine.n != event->resource &&
           (event->from == ORDER_NOT_EXIST || (event->from == ORDER_WAITING && event->to != ORDER_WAITING));
}

void model_touched_add(void *self, const struct order_block *block, const struct order_symbols *symbols)
{
    struct model_touched *touched = self;
    (void)symbols;
    for (size_t i = 0; i < block->count; i++) {
        const struct order_event *event = &block->events[i];
        if (!touches(event))
            continue;
        if (event->resource == touched->of.n)
            base_map_set(&touched->ids, (uint64_t)event->context.goroutine.n, 0);
        else if (event->context.goroutine.n == touched->of.n)
            base_map_set(&touched->ids, (uint64_t)event->resource, 0);
    }
}
