#include "model/calls.h"

#include <string.h>

void model_calls_init(struct model_calls *calls, goroutine_id id, int64_t from_ns, int64_t to_ns)
{
    *calls = (struct model_calls){.id = id, .from_ns = from_ns, .to_ns = to_ns, .last_ns = from_ns, .runs = true};
    calls->until_ns = to_ns;
}

void model_calls_release(struct model_calls *calls)
{
    model_nest_release(&calls->nest);
    base_vec_release(&calls->functions);
    base_vec_release(&calls->symbols);
    base_map_release(&calls->index_by_symbol);
    base_arena_release(&calls->names);
    *calls = (struct model_calls){0};
}

/* ---- bars ---- */

static uint32_t index_of(struct model_calls *calls, uint32_t symbol)
{
    uint32_t index = base_map_find(&calls->index_by_symbol, symbol);
    if (index == BASE_MAP_NONE) {
        index = (uint32_t)calls->symbols.count;
        *base_vec_add(&calls->symbols) = symbol;
        base_map_set(&calls->index_by_symbol, symbol, index);
    }
    return index;
}

static void add_bar(struct model_calls *calls, unsigned depth, int64_t end_ns)
{
    if (end_ns <= calls->since_ns[depth])
        return;
    const struct model_bar bar = {.start_ns = calls->since_ns[depth],
                                  .end_ns = end_ns,
                                  .what = index_of(calls, calls->shown.functions[depth]),
                                  .depth = (uint8_t)depth};
    model_nest_add(&calls->nest, &bar);
}

static unsigned shared(const struct model_calls_stack *a, const struct model_calls_stack *b)
{
    unsigned depth = 0;
    while (depth < a->depth && depth < b->depth && a->functions[depth] == b->functions[depth])
        depth++;
    return depth;
}

/* From a moment on the goroutine is in the outer `depth` functions of a stack. */
static void show(struct model_calls *calls, int64_t time_ns, const struct model_calls_stack *stack, unsigned depth)
{
    unsigned kept = shared(&calls->shown, stack);
    kept = kept < depth ? kept : depth;
    for (unsigned i = kept; i < calls->shown.depth; i++)
        add_bar(calls, i, time_ns);
    for (unsigned i = kept; i < depth; i++) {
        calls->shown.functions[i] = stack->functions[i];
        calls->since_ns[i] = time_ns;
    }
    calls->shown.depth = depth;
}

/* ---- moments ---- */

/* What the goroutine did since the last moment, if it ran, now that the next one is known: `here`, if that is. Where
 * one of the two is not, it still was in the function it started in. */
static void settle(struct model_calls *calls, int64_t time_ns, const struct model_calls_stack *here)
{
    const struct model_calls_stack *last = &calls->last;
    if (!calls->runs)
        return;
    const struct model_calls_stack *told = last->known ? last : here;
    unsigned both = last->known && here->known ? shared(last, here) : told->known && told->depth > 0;
    int64_t due_ns = calls->last_ns + MODEL_SAMPLE_NS;
    if (calls->sampled) {
        show(calls, calls->last_ns, last, last->depth);
        if (due_ns < time_ns)
            show(calls, due_ns, last, both);
    } else {
        show(calls, calls->last_ns, told, both);
    }
}

/* The goroutine is seen in a stack. */
static void moment(struct model_calls *calls, int64_t time_ns, const struct model_calls_stack *here, bool sampled,
                   bool runs)
{
    settle(calls, time_ns, here);
    calls->last = *here;
    calls->last_ns = time_ns;
    calls->sampled = sampled;
    calls->runs = runs;
    if (!runs)
        show(calls, time_ns, here, here->depth);
}

/* It runs on from where it was. */
static void starts(struct model_calls *calls, int64_t time_ns)
{
    calls->last_ns = time_ns;
    calls->sampled = false;
    calls->runs = true;
}

static struct model_calls_stack stack_of(struct model_calls *calls, const struct order_symbols *symbols, uint32_t stack)
{
    struct model_calls_stack told = {.known = stack != ORDER_NO_STACK};
    unsigned depth = told.known ? order_stack_depth(symbols, stack) : 0;
    if (depth > calls->deepest)
        calls->deepest = depth;
    told.depth = depth < MODEL_NEST_DEPTH ? depth : MODEL_NEST_DEPTH;
    for (unsigned i = 0; i < told.depth; i++)
        told.functions[i] = order_stack_frame(symbols, stack, depth - 1 - i)->func;
    return told;
}

static void changes(struct model_calls *calls, const struct order_event *event, const struct order_symbols *symbols)
{
    bool itself = event->context.goroutine.n == calls->id.n;
    uint32_t stack = event->transition_stack ? event->transition_stack : itself ? event->stack : ORDER_NO_STACK;
    bool runs = event->to == ORDER_RUNNING;
    if (event->from == event->to)
        return;
    if (!stack && (runs || !calls->runs)) { /* it is where it was */
        if (runs && !calls->runs)
            starts(calls, event->time_ns);
        return;
    }
    struct model_calls_stack here = stack_of(calls, symbols, stack);
    moment(calls, event->time_ns, &here, false, runs);
}

static void loses_sight(struct model_calls *calls, int64_t time_ns)
{
    const struct model_calls_stack nowhere = {.known = false};
    moment(calls, time_ns, &nowhere, false, false);
}

void model_calls_add(void *self, const struct order_block *block, const struct order_symbols *symbols)
{
    struct model_calls *calls = self;
    for (size_t i = 0; i < block->count && !calls->done; i++) {
        const struct order_event *event = &block->events[i];
        if (event->time_ns > calls->to_ns)
            calls->done = true;
        else if (event->time_ns < calls->from_ns)
            continue;
        else if (event->kind == ORDER_SYNC && event->sync.facts->after_gap)
            loses_sight(calls, event->sync.facts->gap_from_ns);
        else if (event->kind == ORDER_GO_TRANSITION && event->resource == calls->id.n)
            changes(calls, event, symbols);
        else if (event->context.goroutine.n == calls->id.n && event->stack && calls->runs) {
            struct model_calls_stack here = stack_of(calls, symbols, event->stack);
            moment(calls, event->time_ns, &here, event->kind == ORDER_STACK_SAMPLE, true);
        }
        if (calls->nest.bars.count >= MODEL_CALLS_MOST && !calls->done) {
            calls->until_ns = event->time_ns;
            calls->done = true;
        }
    }
}

void model_calls_finish(struct model_calls *calls, const struct order_symbols *symbols)
{
    loses_sight(calls, calls->until_ns);
    model_nest_finish(&calls->nest, 1);
    for (size_t i = 0; i < calls->symbols.count; i++) {
        struct base_str name = order_string(symbols, calls->symbols.at[i]);
        char *copy = base_arena_alloc(&calls->names, name.size);
        if (name.size)
            memcpy(copy, name.data, name.size);
        *base_vec_add(&calls->functions) = (struct base_str){copy, name.size};
    }
    base_vec_release(&calls->symbols);
    base_map_release(&calls->index_by_symbol);
}
