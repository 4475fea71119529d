/* Off-CPU and wall: the whole lives of goroutines, interval by interval. */
#include "analyze/profile_work.h"
#include "model/lives.h"

/* What a goroutine does, by slot. */
struct life {
    goroutine_id id;
    uint32_t start;        /* stack of its start function; ORDER_NO_STACK: not known */
    uint32_t stack, cause; /* of the open interval */
};

struct profile_lives {
    struct model_lives lives;
    BASE_VEC(struct life) by_slot;
    bool any;
    int64_t last_ns;
};

void analyze_profile_lives_init(struct analyze_profile *profile)
{
    profile->work->lives = base_zalloc(1, sizeof *profile->work->lives);
    profile->work->lives->lives.timed = true;
}

void analyze_profile_lives_free(struct profile_lives *lives)
{
    if (!lives)
        return;
    model_lives_release(&lives->lives);
    base_vec_release(&lives->by_slot);
    free(lives);
}

static void record_interval(struct analyze_profile *profile, const struct life *life,
                            const struct model_interval *interval)
{
    if (life->cause == PROFILE_RUNNING && profile->kind == ANALYZE_OFF_CPU)
        return;
    int64_t ns = analyze_profile_part_ns(profile, life->id, interval->start_ns, interval->end_ns);
    if (ns > 0)
        analyze_profile_record(profile->work, life->stack, life->cause, ns);
}

/* Where the goroutine itself is, as far as the event tells: who made it runnable has a stack of its own. */
static uint32_t own_stack(const struct order_event *event)
{
    uint32_t stack = event->transition_stack;
    if (!stack && event->context.goroutine_slot == event->resource_slot)
        stack = event->stack;
    return stack > ORDER_EMPTY_STACK ? stack : ORDER_NO_STACK;
}

static uint32_t cause_of(const struct order_event *event)
{
    switch (event->to) {
    case ORDER_RUNNING: return PROFILE_RUNNING;
    case ORDER_RUNNABLE: return PROFILE_RUNNABLE;
    case ORDER_SYSCALL: return PROFILE_SYSCALL;
    default: return PROFILE_REASONS + event->name;
    }
}

static struct life *life_at(struct profile_lives *lives, uint32_t slot)
{
    while (slot >= lives->by_slot.count)
        *base_vec_add(&lives->by_slot) = (struct life){0};
    return &lives->by_slot.at[slot];
}

static void change(struct analyze_profile *profile, const struct order_event *event,
                   const struct order_symbols *symbols)
{
    struct profile_lives *lives = profile->work->lives;
    struct life *life = life_at(lives, event->resource_slot);
    struct model_interval ended;
    uint32_t before = lives->lives.count, own = own_stack(event);
    bool is_new = model_lives_change(&lives->lives, event, symbols, &ended) == before;
    if (life->cause == PROFILE_RUNNING)
        life->stack = own && !is_new ? own : life->start;
    if (ended.goroutine != MODEL_NO_GOROUTINE)
        record_interval(profile, life, &ended);
    if (is_new)
        *life = (struct life){.start = event->from == ORDER_NOT_EXIST ? own : ORDER_NO_STACK};
    life->id = order_resource_goroutine(event);
    life->cause = cause_of(event);
    if (own)
        life->stack = own;
}

static void end_lives(struct analyze_profile *profile, int64_t time_ns)
{
    struct profile_lives *lives = profile->work->lives;
    struct model_interval ended;
    for (uint32_t slot = 0; slot < lives->lives.goroutines.count; slot++) {
        struct life *life = life_at(lives, slot);
        if (life->cause == PROFILE_RUNNING)
            life->stack = life->start;
        if (model_lives_close(&lives->lives, slot, time_ns, &ended))
            record_interval(profile, life, &ended);
    }
    model_lives_end(&lives->lives);
    lives->by_slot.count = 0;
}

/* A status that changes nothing may tell where a goroutine is that nothing was known of. */
static void look_again(struct profile_lives *lives, const struct order_event *event)
{
    struct life *life = life_at(lives, event->resource_slot);
    if (!life->stack)
        life->stack = own_stack(event);
}

void analyze_profile_lives_add(struct analyze_profile *profile, const struct order_block *block,
                               const struct order_symbols *symbols)
{
    struct profile_lives *lives = profile->work->lives;
    const struct order_event *first = &block->events[0];
    if (!lives->any || first->kind == ORDER_SYNC)
        model_lives_sync(&lives->lives, first->time_ns);
    if (first->kind == ORDER_SYNC && first->sync.facts->after_gap)
        end_lives(profile, first->sync.facts->gap_from_ns);
    lives->any = true;
    lives->last_ns = block->events[block->count - 1].time_ns;
    for (size_t i = 0; i < block->count; i++) {
        const struct order_event *event = &block->events[i];
        if (event->kind != ORDER_GO_TRANSITION)
            continue;
        if (event->from != event->to)
            change(profile, event, symbols);
        else
            look_again(lives, event);
    }
}

void analyze_profile_lives_finish(struct analyze_profile *profile)
{
    end_lives(profile, profile->work->lives->last_ns);
}
