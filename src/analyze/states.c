#include "analyze/states.h"

void analyze_states_init(struct analyze_states *states, analyze_take_state *take, void *context)
{
    *states = (struct analyze_states){.take = take, .context = context};
}

void analyze_states_release(struct analyze_states *states)
{
    base_vec_release(&states->open);
}

static void end_state(struct analyze_states *states, struct analyze_state *state, const struct order_symbols *symbols,
                      int64_t end_ns)
{
    state->end_ns = end_ns;
    if (state->state > ORDER_NOT_EXIST)
        states->take(states->context, state, symbols);
    state->state = ORDER_UNDETERMINED;
}

static void change_state(struct analyze_states *states, const struct order_event *event,
                         const struct order_symbols *symbols)
{
    while (event->resource_slot >= states->open.count)
        *base_vec_add(&states->open) = (struct analyze_state){.goroutine = NO_GOROUTINE};
    struct analyze_state *state = &states->open.at[event->resource_slot];
    if (event->from <= ORDER_NOT_EXIST || state->goroutine.n != event->resource) {
        end_state(states, state, symbols, event->time_ns);
        *state = (struct analyze_state){.goroutine = order_resource_goroutine(event)};
    }
    if (!state->func && order_stack_depth(symbols, event->transition_stack))
        state->func = order_stack_root(symbols, event->transition_stack)->func;
    if (state->state == event->to)
        return;
    state->last = event->to == ORDER_NOT_EXIST;
    end_state(states, state, symbols, event->time_ns);
    state->state = event->to;
    state->reason = event->name;
    state->stack = event->transition_stack;
    state->start_ns = event->from == ORDER_UNDETERMINED ? states->sync_ns : event->time_ns;
}

void analyze_states_finish(struct analyze_states *states, const struct order_symbols *symbols, int64_t end_ns)
{
    for (size_t i = 0; i < states->open.count; i++)
        end_state(states, &states->open.at[i], symbols, end_ns);
    states->open.count = 0;
}

void analyze_states_add(void *self, const struct order_block *block, const struct order_symbols *symbols)
{
    struct analyze_states *states = self;
    for (size_t i = 0; i < block->count; i++) {
        const struct order_event *event = &block->events[i];
        if (event->kind == ORDER_GO_TRANSITION) {
            change_state(states, event, symbols);
        } else if (event->kind == ORDER_SYNC) {
            if (event->sync.facts->after_gap) /* slots are given out anew */
                analyze_states_finish(states, symbols, event->sync.facts->gap_from_ns);
            states->sync_ns = event->time_ns;
        }
    }
}
