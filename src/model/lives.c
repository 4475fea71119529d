#include "model/lives.h"

/* Why a goroutine waits, as all releases since Go 1.5 say it; every other reason is MODEL_WAIT_OTHER. */
static const struct {
    const char *reason;
    enum model_state state;
} waits[] = {
    {"sync", MODEL_WAIT_SYNC},
    {"sync.(*Cond).Wait", MODEL_WAIT_SYNC},
    {"chan send", MODEL_WAIT_CHANNEL},
    {"chan receive", MODEL_WAIT_CHANNEL},
    {"select", MODEL_WAIT_CHANNEL},
    {"network", MODEL_WAIT_NETWORK},
    {"sleep", MODEL_WAIT_SLEEP},
    {"GC mark assist wait for work", MODEL_WAIT_GC},
    {"GC background sweeper wait", MODEL_WAIT_GC},
    {"GC weak to strong wait", MODEL_WAIT_GC},
    {"wait until GC ends", MODEL_WAIT_GC},
};

void model_lives_release(struct model_lives *lives)
{
    base_vec_release(&lives->goroutines);
    base_vec_release(&lives->states);
    base_vec_release(&lives->since_ns);
    base_vec_release(&lives->state_by_reason);
}

static enum model_state wait_of(struct base_str reason)
{
    for (size_t i = 0; i < sizeof waits / sizeof *waits; i++)
        if (base_str_is(reason, waits[i].reason))
            return waits[i].state;
    return MODEL_WAIT_OTHER;
}

static enum model_state waiting_for(struct model_lives *lives, const struct order_symbols *symbols, uint32_t reason)
{
    while (reason >= lives->state_by_reason.count)
        *base_vec_add(&lives->state_by_reason) = 0;
    uint8_t *state = &lives->state_by_reason.at[reason];
    if (!*state)
        *state = (uint8_t)wait_of(order_string(symbols, reason));
    return *state;
}

/* MODEL_IDLE: not alive, or nothing known. */
static enum model_state state_after(struct model_lives *lives, const struct order_event *event,
                                    const struct order_symbols *symbols)
{
    switch (event->to) {
    case ORDER_RUNNING: return MODEL_RUNNING;
    case ORDER_RUNNABLE: return MODEL_RUNNABLE;
    case ORDER_WAITING: return waiting_for(lives, symbols, event->name);
    case ORDER_SYSCALL: return MODEL_SYSCALL;
    default: return MODEL_IDLE;
    }
}

bool model_lives_close(struct model_lives *lives, uint32_t slot, int64_t time_ns, struct model_interval *ret_ended)
{
    enum model_state state = lives->states.at[slot];
    lives->states.at[slot] = MODEL_IDLE;
    *ret_ended = (struct model_interval){
        .goroutine = state ? lives->goroutines.at[slot] : MODEL_NO_GOROUTINE,
        .slot = slot,
        .start_ns = lives->timed ? lives->since_ns.at[slot] : 0,
        .end_ns = time_ns,
        .state = state,
    };
    return ret_ended->goroutine != MODEL_NO_GOROUTINE;
}

static void add_slots(struct model_lives *lives, uint32_t slot)
{
    while (slot >= lives->goroutines.count) {
        *base_vec_add(&lives->goroutines) = MODEL_NO_GOROUTINE;
        *base_vec_add(&lives->states) = MODEL_IDLE;
        if (lives->timed)
            *base_vec_add(&lives->since_ns) = 0;
    }
}

uint32_t model_lives_change(struct model_lives *lives, const struct order_event *event,
                            const struct order_symbols *symbols, struct model_interval *ret_ended)
{
    uint32_t slot = event->resource_slot;
    if (slot >= lives->goroutines.count)
        add_slots(lives, slot);
    model_lives_close(lives, slot, event->time_ns, ret_ended);
    uint32_t *goroutine = &lives->goroutines.at[slot];
    if (event->from <= ORDER_NOT_EXIST || *goroutine == MODEL_NO_GOROUTINE)
        *goroutine = lives->count++;
    lives->states.at[slot] = (uint8_t)state_after(lives, event, symbols);
    if (lives->timed)
        lives->since_ns.at[slot] = event->from == ORDER_UNDETERMINED ? lives->sync_ns : event->time_ns;
    return *goroutine;
}
