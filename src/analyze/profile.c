#include "analyze/profile.h"

#include "analyze/idle.h"
#include "analyze/profile_work.h"
#include "base/sort.h"
#include "wire/event.h"

const struct analyze_profile_spec analyze_profiles[ANALYZE_PROFILE_KINDS] = {
    [ANALYZE_NET] = {"net", "io", "Network blocking profile", {"contentions", "delay"}, ORDER_WAITING},
    [ANALYZE_SYNC] = {"sync", "block", "Synchronization blocking profile", {"contentions", "delay"}, ORDER_WAITING},
    [ANALYZE_SYSCALL_PROFILE] = {"syscall", "syscall", "Syscall profile", {"contentions", "delay"}, ORDER_SYSCALL},
    [ANALYZE_SCHED] = {"sched", "sched", "Scheduler latency profile", {"contentions", "delay"}, ORDER_RUNNABLE},
    [ANALYZE_OFF_CPU] = {"offcpu", "offcpu", "Off-CPU profile", {"intervals", "off-cpu"}, ORDER_UNDETERMINED},
    [ANALYZE_CPU] = {"cpu", "cpu", "CPU profile", {"samples", "cpu"}, ORDER_UNDETERMINED},
    [ANALYZE_WALL] = {"wall", "wall", "Wall-clock profile", {"intervals", "wall"}, ORDER_UNDETERMINED},
};

const char *const analyze_time_names[ANALYZE_TIMES] = {
    [ANALYZE_TIME_RUNNING] = "running", [ANALYZE_TIME_RUNNABLE] = "runnable", [ANALYZE_TIME_SYSCALL] = "syscall",
    [ANALYZE_TIME_BLOCKED] = "blocked", [ANALYZE_TIME_IDLE] = "idle",         [ANALYZE_TIME_UNKNOWN] = "unknown",
};

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
    *profile = (struct analyze_profile){.kind = kind, .scope = scope, .span_ns = {INT64_MIN, INT64_MAX}};
    profile->work = base_zalloc(1, sizeof *profile->work);
    if (kind < ANALYZE_BLOCKING_PROFILES)
        analyze_profile_waits_init(profile);
    else if (kind != ANALYZE_CPU)
        analyze_profile_lives_init(profile);
}

static void work_release(struct profile_work *work)
{
    if (!work)
        return;
    base_vec_release(&work->sums);
    base_vec_release(&work->latest_by_stack);
    base_map_release(&work->sum_by_stack_and_cause);
    analyze_profile_waits_free(work->waits);
    analyze_profile_lives_free(work->lives);
    free(work);
}

void analyze_profile_release(struct analyze_profile *profile)
{
    work_release(profile->work);
    base_vec_release(&profile->records);
    *profile = (struct analyze_profile){0};
}

/* ---- records ---- */

static __attribute__((noinline)) uint32_t other_sum(struct profile_work *work, uint32_t stack, uint32_t cause)
{
    uint64_t key = (uint64_t)stack << 32 | cause;
    uint32_t index = base_map_find(&work->sum_by_stack_and_cause, key);
    if (index == BASE_MAP_NONE) {
        index = (uint32_t)work->sums.count;
        *base_vec_add(&work->sums) = (struct profile_sum){.stack = stack, .cause = cause, .first = work->record_count};
        base_map_set(&work->sum_by_stack_and_cause, key, index);
    }
    while (stack >= work->latest_by_stack.count)
        *base_vec_add(&work->latest_by_stack) = 0;
    work->latest_by_stack.at[stack] = index + 1;
    return index;
}

void analyze_profile_record(struct profile_work *work, uint32_t stack, uint32_t cause, int64_t ns)
{
    uint32_t index = stack < work->latest_by_stack.count ? work->latest_by_stack.at[stack] : 0;
    index = index && work->sums.at[index - 1].cause == cause ? index - 1 : other_sum(work, stack, cause);
    struct profile_sum *sum = &work->sums.at[index];
    sum->count++;
    sum->ns += ns;
    sum->last = ++work->record_count;
}

int64_t analyze_profile_part_ns(const struct analyze_profile *profile, goroutine_id id, int64_t start_ns,
                                int64_t end_ns)
{
    const struct analyze_interval *span_ns = &profile->span_ns;
    start_ns = start_ns > span_ns->start_ns ? start_ns : span_ns->start_ns;
    end_ns = end_ns < span_ns->end_ns ? end_ns : span_ns->end_ns;
    if (start_ns >= end_ns)
        return 0;
    return profile->scope ? analyze_scope_part_ns(profile->scope, id, start_ns, end_ns) : end_ns - start_ns;
}

/* ---- events ---- */

static void add_samples(struct analyze_profile *profile, const struct order_block *block)
{
    for (size_t i = 0; i < block->count; i++) {
        const struct order_event *event = &block->events[i];
        if (event->kind == ORDER_STACK_SAMPLE &&
            analyze_profile_part_ns(profile, event->context.goroutine, event->time_ns, event->time_ns + 1))
            analyze_profile_record(profile->work, event->stack, PROFILE_ANY, ANALYZE_SAMPLE_NS);
    }
}

void analyze_profile_add(void *self, const struct order_block *block, const struct order_symbols *symbols)
{
    struct analyze_profile *profile = self;
    if (profile->work->waits)
        analyze_profile_waits_add(profile, block, symbols);
    else if (profile->work->lives)
        analyze_profile_lives_add(profile, block, symbols);
    else
        add_samples(profile, block);
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

/* Causes are symbols, which are the same in every run over the trace. */
static int compare_sums(const struct order_symbols *symbols, const struct profile_sum *a, const struct profile_sum *b)
{
    int order = compare_pcs(symbols, a->stack, b->stack);
    return order ? order : (a->cause > b->cause) - (a->cause < b->cause);
}

static bool sum_before(const void *a, const void *b, void *context)
{
    return compare_sums(context, a, b) < 0;
}

static bool more_ns(const void *a, const void *b, void *context)
{
    (void)context;
    return ((const struct analyze_record *)a)->ns > ((const struct analyze_record *)b)->ns;
}

/* Puts what is equal into the first of its kind; the stack seen last stands for all with equal PCs. */
static void merge_sums(struct profile_work *work, const struct order_symbols *symbols)
{
    size_t kept = 0;
    base_sort_stable(work->sums.at, work->sums.count, sizeof *work->sums.at, sum_before, (void *)symbols);
    for (size_t i = 0; i < work->sums.count; i++) {
        struct profile_sum next = work->sums.at[i], *last = kept ? &work->sums.at[kept - 1] : NULL;
        if (!last || compare_sums(symbols, last, &next) != 0) {
            work->sums.at[kept++] = next;
            continue;
        }
        last->first = next.first < last->first ? next.first : last->first;
        last->count += next.count;
        last->ns += next.ns;
        last->stack = next.last > last->last ? next.stack : last->stack;
        last->last = next.last > last->last ? next.last : last->last;
    }
    work->sums.count = kept;
}

static enum analyze_time time_of_wait(const struct order_symbols *symbols, uint32_t stack, uint32_t reason)
{
    if (order_stack_depth(symbols, stack) == 0 && reason == ORDER_EMPTY_STRING)
        return ANALYZE_TIME_UNKNOWN;
    return analyze_wait_is_idle(symbols, stack, reason) ? ANALYZE_TIME_IDLE : ANALYZE_TIME_BLOCKED;
}

static struct analyze_record record_of(const struct profile_sum *sum, const struct order_symbols *symbols)
{
    static const enum analyze_time times[PROFILE_REASONS] = {
        [PROFILE_RUNNING] = ANALYZE_TIME_RUNNING,
        [PROFILE_RUNNABLE] = ANALYZE_TIME_RUNNABLE,
        [PROFILE_SYSCALL] = ANALYZE_TIME_SYSCALL,
    };
    struct analyze_record record = {.stack = sum->stack, .first = sum->first, .count = sum->count, .ns = sum->ns};
    if (sum->cause < PROFILE_REASONS) {
        record.time = (uint8_t)times[sum->cause];
    } else {
        record.reason = sum->cause - PROFILE_REASONS;
        record.time = (uint8_t)time_of_wait(symbols, sum->stack, record.reason);
    }
    return record;
}

void analyze_profile_finish(struct analyze_profile *profile, const struct order_symbols *symbols)
{
    struct profile_work *work = profile->work;
    if (work->waits)
        analyze_profile_waits_finish(profile);
    else if (work->lives)
        analyze_profile_lives_finish(profile);
    merge_sums(work, symbols);
    for (size_t i = 0; i < work->sums.count; i++) {
        *base_vec_add(&profile->records) = record_of(&work->sums.at[i], symbols);
        profile->total_count += work->sums.at[i].count;
        profile->total_ns += work->sums.at[i].ns;
    }
    work_release(work);
    profile->work = NULL;
    base_sort_stable(profile->records.at, profile->records.count, sizeof *profile->records.at, more_ns, NULL);
}
