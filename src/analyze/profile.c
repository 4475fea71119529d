#include "analyze/profile.h"

#include "base/sort.h"
#include "wire/event.h"

const struct analyze_profile_spec analyze_profiles[ANALYZE_PROFILE_KINDS] = {
    [ANALYZE_NET] = {"net", "io", "Network blocking profile", ORDER_WAITING},
    [ANALYZE_SYNC] = {"sync", "block", "Synchronization blocking profile", ORDER_WAITING},
    [ANALYZE_SYSCALL_PROFILE] = {"syscall", "syscall", "Syscall profile", ORDER_SYSCALL},
    [ANALYZE_SCHED] = {"sched", "sched", "Scheduler latency profile", ORDER_RUNNABLE},
};

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

struct stack_sum {
    uint64_t count, last; /* last: which record it was, of all */
    int64_t ns;
};

struct profile_work {
    BASE_VEC(struct waiting) waiting;
    BASE_VEC(struct pending) pending;
    uint32_t free_pending;
    BASE_VEC(uint32_t) foreign; /* latest pending interval, as in struct waiting */
    struct base_map foreign_by_id;
    BASE_VEC(struct stack_sum) by_stack; /* index: symbol of the stack */
    uint64_t record_count;
    BASE_VEC(uint8_t) reasons; /* bits by symbol */
    bool by_old_rules;
};

/* The first format that is not counted by the old rules. */
enum { FIRST_BY_NEW_RULES = 11 };

enum analyze_profile_kind analyze_profile_kind_of(const char *name)
{
    for (int kind = 0; kind < ANALYZE_PROFILE_KINDS; kind++)
        if (strcmp(name, analyze_profiles[kind].kind) == 0)
            return (enum analyze_profile_kind)kind;
    return ANALYZE_PROFILE_KINDS;
}

void analyze_profile_init(struct analyze_profile *profile, enum analyze_profile_kind kind,
                          const struct analyze_scope *scope)
{
    *profile = (struct analyze_profile){.kind = kind, .scope = scope, .state = analyze_profiles[kind].state};
    profile->work = base_zalloc(1, sizeof *profile->work);
}

static void work_release(struct profile_work *work)
{
    if (!work)
        return;
    base_vec_release(&work->waiting);
    base_vec_release(&work->pending);
    base_vec_release(&work->foreign);
    base_map_release(&work->foreign_by_id);
    base_vec_release(&work->by_stack);
    base_vec_release(&work->reasons);
    free(work);
}

void analyze_profile_release(struct analyze_profile *profile)
{
    work_release(profile->work);
    base_vec_release(&profile->records);
    *profile = (struct analyze_profile){0};
}

static unsigned classify(const struct analyze_profile *profile, struct base_str reason)
{
    bool counts = true;
    if (profile->kind == ANALYZE_NET)
        counts = base_str_is(reason, "network");
    else if (profile->kind == ANALYZE_SYNC && profile->work->by_old_rules &&
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
    struct profile_work *work = profile->work;
    while (reason >= work->reasons.count)
        *base_vec_add(&work->reasons) = 0;
    work->reasons.at[reason] = (uint8_t)classify(profile, order_string(symbols, reason));
    return work->reasons.at[reason];
}

static inline unsigned reason_bits(struct analyze_profile *profile, const struct order_symbols *symbols,
                                   uint32_t reason)
{
    const struct profile_work *work = profile->work;
    if (reason < work->reasons.count && work->reasons.at[reason])
        return work->reasons.at[reason];
    return add_reason(profile, symbols, reason);
}

static void record(struct profile_work *work, uint32_t stack, int64_t ns)
{
    while (stack >= work->by_stack.count)
        *base_vec_add(&work->by_stack) = (struct stack_sum){0};
    struct stack_sum *sum = &work->by_stack.at[stack];
    sum->count++;
    sum->ns += ns;
    sum->last = ++work->record_count;
}

/* The part of [start, end] within the goroutine's intervals. */
static int64_t overlap_ns(const struct analyze_scope *scope, goroutine_id id, int64_t start_ns, int64_t end_ns)
{
    uint32_t index = base_map_find(&scope->entry_by_goroutine, (uint64_t)id.n);
    if (index == BASE_MAP_NONE)
        return 0;
    const struct scope_entry *entry = &scope->entries.at[index];
    const struct analyze_interval *intervals = scope->intervals.at + entry->first;
    /* Intervals do not overlap and ascend: find the first that ends late enough. */
    uint32_t low = 0, high = entry->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (intervals[middle].end_ns <= start_ns)
            low = middle + 1;
        else
            high = middle;
    }
    int64_t sum = 0;
    for (; low < entry->count && intervals[low].start_ns < end_ns; low++) {
        int64_t from = intervals[low].start_ns > start_ns ? intervals[low].start_ns : start_ns;
        int64_t to = intervals[low].end_ns < end_ns ? intervals[low].end_ns : end_ns;
        if (to > from)
            sum += to - from;
    }
    return sum;
}

static uint32_t *pending_of(struct profile_work *work, struct waiting *g)
{
    return g->foreign ? &work->foreign.at[g->foreign - 1] : &g->pending;
}

/* Empties a list of pending intervals, counting them or not. */
static void settle(struct profile_work *work, uint32_t *list, bool count)
{
    while (*list) {
        struct pending *interval = &work->pending.at[*list - 1];
        uint32_t older = interval->older;
        if (count)
            record(work, interval->stack, interval->ns);
        interval->older = work->free_pending;
        work->free_pending = *list;
        *list = older;
    }
}

static void keep_pending(struct profile_work *work, uint32_t *list, uint32_t stack, int64_t ns)
{
    uint32_t index = work->free_pending;
    if (index) {
        work->free_pending = work->pending.at[index - 1].older;
    } else {
        (void)base_vec_add(&work->pending);
        index = (uint32_t)work->pending.count;
    }
    work->pending.at[index - 1] = (struct pending){stack, *list, ns};
    *list = index;
}

/* A goroutine that comes into being in a syscall belongs to a C thread. */
static void begin_foreign(struct profile_work *work, struct waiting *g, goroutine_id id)
{
    uint32_t index = base_map_find(&work->foreign_by_id, (uint64_t)id.n);
    if (index == BASE_MAP_NONE) {
        index = (uint32_t)work->foreign.count;
        *base_vec_add(&work->foreign) = 0;
        base_map_set(&work->foreign_by_id, (uint64_t)id.n, index);
    }
    g->foreign = index + 1;
}

/* By the old rules what has a stack counts, whether the goroutine has run before or not; but a syscall only if the
 * goroutine left its processor in it. */
static void close_by_old_rules(struct analyze_profile *profile, const struct waiting *g,
                               const struct order_event *event)
{
    bool counts = profile->kind != ANALYZE_SYSCALL_PROFILE || event->to == ORDER_RUNNABLE;
    int64_t ns = event->transition.written_ns - g->since_ns;
    if (counts && g->stack > ORDER_EMPTY_STACK && ns > 0)
        record(profile->work, g->stack, ns);
}

/* The interval that began with the remembered event is over. */
static void close_interval(struct analyze_profile *profile, struct waiting *g, const struct order_event *event)
{
    struct profile_work *work = profile->work;
    int64_t ns = event->time_ns - g->since_ns;
    g->tracked = false;
    if (profile->scope) {
        ns = overlap_ns(profile->scope, order_resource_goroutine(event), g->since_ns, event->time_ns);
        if (ns > 0)
            record(work, g->stack, ns);
    } else if (work->by_old_rules) {
        close_by_old_rules(profile, g, event);
    } else if (g->ended || ns <= 0) {
        return;
    } else if (g->has_run && !g->foreign) {
        record(work, g->stack, ns);
    } else {
        keep_pending(work, pending_of(work, g), g->stack, ns);
    }
}

/* The goroutine of a slot is a new one. */
static __attribute__((noinline)) void begin_goroutine(struct analyze_profile *profile, const struct order_event *event)
{
    struct profile_work *work = profile->work;
    while (event->resource_slot >= work->waiting.count)
        *base_vec_add(&work->waiting) = (struct waiting){0};
    struct waiting *g = &work->waiting.at[event->resource_slot];
    settle(work, &g->pending, false);
    *g = (struct waiting){0};
    if (event->from == ORDER_NOT_EXIST && event->to == ORDER_SYSCALL && !profile->scope)
        begin_foreign(work, g, order_resource_goroutine(event));
}

static void end_goroutine(struct profile_work *work, struct waiting *g)
{
    settle(work, &g->pending, true);
    *g = (struct waiting){0};
}

static void go_transition(struct analyze_profile *profile, const struct order_event *event,
                          const struct order_symbols *symbols)
{
    struct profile_work *work = profile->work;
    unsigned state = profile->state, to = event->to;
    if ((event->from <= ORDER_NOT_EXIST && to != event->from) || event->resource_slot >= work->waiting.count)
        begin_goroutine(profile, event);
    struct waiting *g = &work->waiting.at[event->resource_slot];
    if (g->tracked && to != state)
        close_interval(profile, g, event);
    if (to == state && !g->tracked && (reason_bits(profile, symbols, event->name) & REASON_COUNTS)) {
        g->tracked = true;
        g->since_ns = work->by_old_rules ? event->transition.written_ns : event->time_ns;
        g->stack = event->stack;
    }
    if (event->from == to)
        return;
    if (to == ORDER_RUNNING && !g->has_run) {
        g->has_run = true;
        settle(work, pending_of(work, g), false);
    } else if (to == ORDER_NOT_EXIST) {
        end_goroutine(work, g);
    } else if (to == ORDER_WAITING && (reason_bits(profile, symbols, event->name) & REASON_FOREVER)) {
        g->ended = true;
    }
}

/* If events are missing: what waits then is not known to go on waiting. */
static void sync_event(struct profile_work *work, const struct order_sync *sync)
{
    work->by_old_rules = sync->version < FIRST_BY_NEW_RULES;
    if (!sync->after_gap)
        return;
    for (size_t i = 0; i < work->waiting.count; i++)
        end_goroutine(work, &work->waiting.at[i]);
    work->waiting.count = 0;
}

void analyze_profile_add(void *self, const struct order_block *block, const struct order_symbols *symbols)
{
    struct analyze_profile *profile = self;
    if (block->events[0].kind == ORDER_SYNC)
        sync_event(profile->work, block->events[0].sync.facts);
    for (size_t i = 0; i < block->count; i++)
        if (block->events[i].kind == ORDER_GO_TRANSITION)
            go_transition(profile, &block->events[i], symbols);
}

/* ---- merging stacks with equal PCs ---- */

static uint64_t pc_of(const struct order_symbols *symbols, uint32_t stack, uint32_t depth)
{
    return depth < order_stack_depth(symbols, stack) ? order_stack_frame(symbols, stack, depth)->pc : 0;
}

static int compare_pcs(const struct order_symbols *symbols, uint32_t a, uint32_t b)
{
    for (uint32_t i = 0; i < WIRE_MAX_FRAMES; i++) {
        uint64_t x = pc_of(symbols, a, i), y = pc_of(symbols, b, i);
        if (x != y)
            return x < y ? -1 : 1;
        if (i >= order_stack_depth(symbols, a) && i >= order_stack_depth(symbols, b))
            return 0;
    }
    return 0;
}

static bool pcs_before(const void *a, const void *b, void *context)
{
    return compare_pcs(context, ((const struct analyze_record *)a)->stack, ((const struct analyze_record *)b)->stack) <
           0;
}

static bool more_ns(const void *a, const void *b, void *context)
{
    (void)context;
    return ((const struct analyze_record *)a)->ns > ((const struct analyze_record *)b)->ns;
}

void analyze_profile_finish(struct analyze_profile *profile, const struct order_symbols *symbols)
{
    struct profile_work *work = profile->work;
    for (size_t i = 0; i < work->waiting.count; i++)
        settle(work, &work->waiting.at[i].pending, true);
    for (size_t i = 0; i < work->foreign.count; i++)
        settle(work, &work->foreign.at[i], true);
    for (size_t i = 0; i < work->by_stack.count; i++)
        if (work->by_stack.at[i].count)
            *base_vec_add(&profile->records) =
                (struct analyze_record){(uint32_t)i, work->by_stack.at[i].count, work->by_stack.at[i].ns};
    base_sort_stable(profile->records.at, profile->records.count, sizeof *profile->records.at, pcs_before,
                     (void *)symbols);
    size_t kept = 0;
    for (size_t i = 0; i < profile->records.count; i++) {
        struct analyze_record next = profile->records.at[i];
        struct analyze_record *last = kept ? &profile->records.at[kept - 1] : NULL;
        if (last && compare_pcs(symbols, last->stack, next.stack) == 0) {
            /* The stack seen last stands for all with equal PCs. */
            bool newer = work->by_stack.at[next.stack].last > work->by_stack.at[last->stack].last;
            *last =
                (struct analyze_record){newer ? next.stack : last->stack, last->count + next.count, last->ns + next.ns};
        } else {
            profile->records.at[kept++] = next;
        }
        profile->total_count += next.count;
        profile->total_ns += next.ns;
    }
    profile->records.count = kept;
    work_release(work);
    profile->work = NULL;
    base_sort_stable(profile->records.at, profile->records.count, sizeof *profile->records.at, more_ns, NULL);
}
