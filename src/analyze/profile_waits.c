/* The official blocking profiles. */
#include "analyze/profile_work.h"

/* What is known of a reason for waiting: bits. */
enum { REASON_KNOWN = 1, REASON_COUNTS = 2, REASON_FOREVER = 4 };

/* An interval that may turn out not to count (Q). Two kinds of goroutines have such:
 * - one that has not run yet: its intervals count only if it never runs;
 * - one that a C thread brought in: the next such thread may use its id again, and then only what the last goroutine of
 * that id did after it first ran counts. */
struct pending {
    uint32_t stack, older;
    int64_t ns;
};

/* What a goroutine waits for, by slot. */
struct waiting {
    int64_t since_ns;
    uint32_t stack;
    uint32_t pending; /* index + 1 of its latest */
    uint32_t foreign; /* of a C thread's goroutine: index + 1 of the list of its id, which is used instead */
    bool tracked, has_run, ended;
};

struct profile_waits {
    enum order_state state; /* of the kind: what is timed */
    BASE_VEC(struct waiting) waiting;
    BASE_VEC(struct pending) pending;
    uint32_t free_pending;
    BASE_VEC(uint32_t) foreign; /* latest pending interval, as in struct waiting */
    struct base_map foreign_by_id;
    BASE_VEC(uint8_t) reasons; /* bits by symbol */
    bool by_old_rules;
};

/* The first format that is not counted by the old rules. */
enum { FIRST_BY_NEW_RULES = 11 };

void analyze_profile_waits_init(struct analyze_profile *profile)
{
    profile->work->waits = base_zalloc(1, sizeof *profile->work->waits);
    profile->work->waits->state = analyze_profiles[profile->kind].state;
}

void analyze_profile_waits_free(struct profile_waits *waits)
{
    if (!waits)
        return;
    base_vec_release(&waits->waiting);
    base_vec_release(&waits->pending);
    base_vec_release(&waits->foreign);
    base_map_release(&waits->foreign_by_id);
    base_vec_release(&waits->reasons);
    free(waits);
}

static unsigned classify(const struct analyze_profile *profile, struct base_str reason)
{
    bool counts = true;
    if (profile->kind == ANALYZE_NET)
        counts = base_str_is(reason, "network");
    else if (profile->kind == ANALYZE_SYNC && profile->work->waits->by_old_rules &&
             base_str_is(reason, "GC mark assist wait for work"))
        counts = true;
    else if (profile->kind == ANALYZE_SYNC)
        counts = base_str_contains(reason, "chan") || base_str_contains(reason, "sync") ||
                 base_str_contains(reason, "select");
    return REASON_KNOWN | (counts ? REASON_COUNTS : 0) | (base_str_is(reason, "forever") ? REASON_FOREVER : 0);
}

static __attribute__((noinline)) unsigned add_reason(struct analyze_profile *profile,
                                                     const struct order_symbols *symbols, uint32_t reason)
{
    struct profile_waits *waits = profile->work->waits;
    while (reason >= waits->reasons.count)
        *base_vec_add(&waits->reasons) = 0;
    waits->reasons.at[reason] = (uint8_t)classify(profile, order_string(symbols, reason));
    return waits->reasons.at[reason];
}

static inline unsigned reason_bits(struct analyze_profile *profile, const struct order_symbols *symbols,
                                   uint32_t reason)
{
    const struct profile_waits *waits = profile->work->waits;
    if (reason < waits->reasons.count && waits->reasons.at[reason])
        return waits->reasons.at[reason];
    return add_reason(profile, symbols, reason);
}

static uint32_t *pending_of(struct profile_waits *waits, struct waiting *g)
{
    return g->foreign ? &waits->foreign.at[g->foreign - 1] : &g->pending;
}

/* Empties a list of pending intervals, counting them or not. */
static void settle(struct profile_work *work, uint32_t *list, bool count)
{
    struct profile_waits *waits = work->waits;
    while (*list) {
        struct pending *interval = &waits->pending.at[*list - 1];
        uint32_t older = interval->older;
        if (count)
            analyze_profile_record(work, interval->stack, PROFILE_ANY, interval->ns);
        interval->older = waits->free_pending;
        waits->free_pending = *list;
        *list = older;
    }
}

static void keep_pending(struct profile_waits *waits, uint32_t *list, uint32_t stack, int64_t ns)
{
    uint32_t index = waits->free_pending;
    if (index) {
        waits->free_pending = waits->pending.at[index - 1].older;
    } else {
        (void)base_vec_add(&waits->pending);
        index = (uint32_t)waits->pending.count;
    }
    waits->pending.at[index - 1] = (struct pending){stack, *list, ns};
    *list = index;
}

/* A goroutine that comes into being in a syscall belongs to a C thread. */
static void begin_foreign(struct profile_waits *waits, struct waiting *g, goroutine_id id)
{
    uint32_t index = base_map_find(&waits->foreign_by_id, (uint64_t)id.n);
    if (index == BASE_MAP_NONE) {
        index = (uint32_t)waits->foreign.count;
        *base_vec_add(&waits->foreign) = 0;
        base_map_set(&waits->foreign_by_id, (uint64_t)id.n, index);
    }
    g->foreign = index + 1;
}

/* By the old rules what has a stack counts, whether the goroutine has run before or not; but a syscall only if the
 * goroutine left its processor in it. */
static void close_by_old_rules(struct analyze_profile *profile, const struct waiting *g,
                               const struct order_event *event)
{
    bool counts = profile->kind != ANALYZE_SYSCALL_PROFILE || event->to == ORDER_RUNNABLE;
    int64_t ns =
        analyze_profile_part_ns(profile, order_resource_goroutine(event), g->since_ns, event->transition.written_ns);
    if (counts && g->stack > ORDER_EMPTY_STACK && ns > 0)
        analyze_profile_record(profile->work, g->stack, PROFILE_ANY, ns);
}

/* The interval that began with the remembered event is over. */
static void close_interval(struct analyze_profile *profile, struct waiting *g, const struct order_event *event)
{
    struct profile_waits *waits = profile->work->waits;
    int64_t ns = analyze_profile_part_ns(profile, order_resource_goroutine(event), g->since_ns, event->time_ns);
    g->tracked = false;
    if (profile->scope) {
        if (ns > 0)
            analyze_profile_record(profile->work, g->stack, PROFILE_ANY, ns);
    } else if (waits->by_old_rules) {
        close_by_old_rules(profile, g, event);
    } else if (g->ended || ns <= 0) {
        return;
    } else if (g->has_run && !g->foreign) {
        analyze_profile_record(profile->work, g->stack, PROFILE_ANY, ns);
    } else {
        keep_pending(waits, pending_of(waits, g), g->stack, ns);
    }
}

/* The goroutine of a slot is a new one. */
static __attribute__((noinline)) void begin_goroutine(struct analyze_profile *profile, const struct order_event *event)
{
    struct profile_waits *waits = profile->work->waits;
    while (event->resource_slot >= waits->waiting.count)
        *base_vec_add(&waits->waiting) = (struct waiting){0};
    struct waiting *g = &waits->waiting.at[event->resource_slot];
    settle(profile->work, &g->pending, false);
    *g = (struct waiting){0};
    if (event->from == ORDER_NOT_EXIST && event->to == ORDER_SYSCALL && !profile->scope)
        begin_foreign(waits, g, order_resource_goroutine(event));
}

static void end_goroutine(struct profile_work *work, struct waiting *g)
{
    settle(work, &g->pending, true);
    *g = (struct waiting){0};
}

static void go_transition(struct analyze_profile *profile, const struct order_event *event,
                          const struct order_symbols *symbols)
{
    struct profile_waits *waits = profile->work->waits;
    unsigned state = waits->state, to = event->to;
    if ((event->from <= ORDER_NOT_EXIST && to != event->from) || event->resource_slot >= waits->waiting.count)
        begin_goroutine(profile, event);
    struct waiting *g = &waits->waiting.at[event->resource_slot];
    if (g->tracked && to != state)
        close_interval(profile, g, event);
    if (to == state && !g->tracked && (reason_bits(profile, symbols, event->name) & REASON_COUNTS)) {
        g->tracked = true;
        g->since_ns = waits->by_old_rules ? event->transition.written_ns : event->time_ns;
        g->stack = event->stack;
    }
    if (event->from == to)
        return;
    if (to == ORDER_RUNNING && !g->has_run) {
        g->has_run = true;
        settle(profile->work, pending_of(waits, g), false);
    } else if (to == ORDER_NOT_EXIST) {
        end_goroutine(profile->work, g);
    } else if (to == ORDER_WAITING && (reason_bits(profile, symbols, event->name) & REASON_FOREVER)) {
        g->ended = true;
    }
}

/* If events are missing: what waits then is not known to go on waiting. */
static void sync_event(struct profile_work *work, const struct order_sync *sync)
{
    struct profile_waits *waits = work->waits;
    waits->by_old_rules = sync->version < FIRST_BY_NEW_RULES;
    if (!sync->after_gap)
        return;
    for (size_t i = 0; i < waits->waiting.count; i++)
        end_goroutine(work, &waits->waiting.at[i]);
    waits->waiting.count = 0;
}

void analyze_profile_waits_add(struct analyze_profile *profile, const struct order_block *block,
                               const struct order_symbols *symbols)
{
    if (block->events[0].kind == ORDER_SYNC)
        sync_event(profile->work, block->events[0].sync.facts);
    for (size_t i = 0; i < block->count; i++)
        if (block->events[i].kind == ORDER_GO_TRANSITION)
            go_transition(profile, &block->events[i], symbols);
}

void analyze_profile_waits_finish(struct analyze_profile *profile)
{
    struct profile_waits *waits = profile->work->waits;
    for (size_t i = 0; i < waits->waiting.count; i++)
        settle(profile->work, &waits->waiting.at[i].pending, true);
    for (size_t i = 0; i < waits->foreign.count; i++)
        settle(profile->work, &waits->foreign.at[i], true);
}
