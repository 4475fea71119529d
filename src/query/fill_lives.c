/* Goroutines, and what they did. */
#include "query/fill.h"

#define LIVES_STORE(fill, table) (&(fill)->stores[table])

struct query_living *query_fill_living(struct query_fill *fill, uint32_t slot)
{
    while (slot >= fill->living.count)
        *base_vec_add(&fill->living) = (struct query_living){0};
    return &fill->living.at[slot];
}

/* Where the goroutine itself is, as far as the event tells: who made it runnable has a stack of its own. */
static uint32_t own_stack(const struct order_event *event)
{
    uint32_t stack = event->transition_stack;
    if (!stack && event->context.goroutine_slot == event->resource_slot)
        stack = event->stack;
    return stack > ORDER_EMPTY_STACK ? stack : ORDER_NO_STACK;
}

/* Whose doing the event is, if it is another goroutine's. */
static int64_t other_goroutine(const struct order_event *event)
{
    int64_t id = event->context.goroutine.n;
    return id == event->resource ? QUERY_NO_NUMBER : query_id(id);
}

static uint32_t other_stack(const struct order_event *event)
{
    return other_goroutine(event) == QUERY_NO_NUMBER ? ORDER_NO_STACK : event->stack;
}

static bool executes(unsigned state)
{
    return state == ORDER_RUNNING || state == ORDER_SYSCALL;
}

/* ---- regions ---- */

static uint32_t add_region(struct query_fill *fill, const struct order_event *event, int64_t start_ns, size_t depth)
{
    struct query_store *regions = LIVES_STORE(fill, QUERY_REGIONS);
    uint32_t row = query_store_add(regions);
    query_put(regions, REGIONS_START, row, query_since_first(fill, start_ns));
    query_put(regions, REGIONS_END, row, query_since_first(fill, event->time_ns));
    query_put(regions, REGIONS_NAME, row, event->name);
    query_put(regions, REGIONS_GOROUTINE, row, query_id(event->context.goroutine.n));
    query_put(regions, REGIONS_TASK, row, (int64_t)event->task.id);
    query_put(regions, REGIONS_DEPTH, row, (int64_t)depth);
    return row;
}

static void end_region(struct query_fill *fill, uint32_t row, int64_t time_ns, bool ended)
{
    struct query_store *regions = LIVES_STORE(fill, QUERY_REGIONS);
    query_put(regions, REGIONS_END, row, query_since_first(fill, time_ns));
    query_put(regions, REGIONS_ENDED, row, ended);
}

void query_fill_region(struct query_fill *fill, const struct order_event *event)
{
    if (event->context.goroutine_slot == ORDER_NO_SLOT)
        return;
    struct query_living *g = query_fill_living(fill, event->context.goroutine_slot);
    if (event->kind == ORDER_REGION_BEGIN) {
        uint32_t row = add_region(fill, event, event->time_ns, g->regions.count);
        query_put(LIVES_STORE(fill, QUERY_REGIONS), REGIONS_STACK, row, event->stack);
        query_put(LIVES_STORE(fill, QUERY_REGIONS), REGIONS_BEGAN, row, true);
        *base_vec_add(&g->regions) = row;
    } else if (g->regions.count) {
        end_region(fill, g->regions.at[--g->regions.count], event->time_ns, true);
    } else {
        end_region(fill, add_region(fill, event, g->start_ns, 0), event->time_ns, true);
    }
}

/* ---- lives ---- */

static void end_life(struct query_fill *fill, struct query_living *g, int64_t time_ns, bool ended)
{
    while (g->regions.count)
        end_region(fill, g->regions.at[--g->regions.count], time_ns, false);
    if (!g->life_row)
        return;
    struct query_store *lives = LIVES_STORE(fill, QUERY_GOROUTINES);
    uint32_t row = g->life_row - 1;
    query_put(lives, GOROUTINES_NAME, row, g->name);
    query_put(lives, GOROUTINES_END, row, query_since_first(fill, time_ns));
    query_put(lives, GOROUTINES_ENDED, row, ended);
    query_put(lives, GOROUTINES_RUNNING, row, g->ns[ORDER_RUNNING]);
    query_put(lives, GOROUTINES_RUNNABLE, row, g->ns[ORDER_RUNNABLE]);
    query_put(lives, GOROUTINES_WAITING, row, g->ns[ORDER_WAITING]);
    query_put(lives, GOROUTINES_SYSCALL, row, g->ns[ORDER_SYSCALL]);
    query_put(lives, GOROUTINES_STATES, row, g->intervals);
    if (!ended && g->state) {
        query_put(lives, GOROUTINES_LAST_STATE, row, g->state);
        query_put(lives, GOROUTINES_LAST_REASON, row, g->reason);
        query_put(lives, GOROUTINES_LAST_STACK, row, g->stack);
    }
    g->life_row = 0;
}

static void begin_life(struct query_fill *fill, struct query_living *g, const struct order_event *event,
                       uint32_t number)
{
    g->life_row = g->state_row = g->wakeup_row = 0;
    g->name = g->reason = g->stack = 0;
    g->state = ORDER_UNDETERMINED;
    g->intervals = 0;
    memset(g->ns, 0, sizeof g->ns);
    g->start_ns = event->from == ORDER_UNDETERMINED ? fill->sync_ns : event->time_ns;
    if (!query_fills(fill, QUERY_GOROUTINES))
        return;
    struct query_store *lives = LIVES_STORE(fill, QUERY_GOROUTINES);
    uint32_t row = query_store_add(lives);
    bool created = event->from == ORDER_NOT_EXIST;
    g->life_row = row + 1;
    query_put(lives, GOROUTINES_ID, row, query_id(event->resource));
    query_put(lives, GOROUTINES_LIFE, row, (int64_t)number + 1);
    query_put(lives, GOROUTINES_START, row, query_since_first(fill, g->start_ns));
    query_put(lives, GOROUTINES_CREATED, row, created);
    if (created) {
        query_put(lives, GOROUTINES_CREATOR, row, other_goroutine(event));
        query_put(lives, GOROUTINES_CREATOR_STACK, row, other_stack(event));
    }
}

/* ---- states ---- */

static void end_state(struct query_fill *fill, struct query_living *g, const struct model_interval *ended,
                      uint32_t stack)
{
    int64_t length_ns = ended->end_ns - ended->start_ns;
    g->ns[g->state] += length_ns;
    g->intervals++;
    if (g->state == ORDER_RUNNING && g->proc_index)
        fill->procs.at[g->proc_index - 1].goroutines_ns += length_ns;
    if (g->state == ORDER_RUNNING && g->thread_index)
        fill->threads.at[g->thread_index - 1].running_ns += length_ns;
    if (!g->state_row)
        return;
    struct query_store *states = LIVES_STORE(fill, QUERY_STATES);
    query_put(states, STATES_END, g->state_row - 1, query_since_first(fill, ended->end_ns));
    if (g->state == ORDER_RUNNING)
        query_put(states, STATES_STACK, g->state_row - 1, stack);
    g->state_row = 0;
}

static void add_state(struct query_fill *fill, struct query_living *g, const struct order_event *event, uint32_t number)
{
    struct query_store *states = LIVES_STORE(fill, QUERY_STATES);
    int64_t start_ns = event->from == ORDER_UNDETERMINED ? fill->sync_ns : event->time_ns;
    uint32_t row = start_ns == fill->first_ns ? query_store_add_early(states) : query_store_add(states);
    g->state_row = row + 1;
    query_put(states, STATES_START, row, query_since_first(fill, start_ns));
    query_put(states, STATES_GOROUTINE, row, query_id(event->resource));
    query_put(states, STATES_LIFE, row, (int64_t)number + 1);
    query_put(states, STATES_STATE, row, event->to);
    query_put(states, STATES_REASON, row, event->name);
    if (executes(event->to)) {
        bool told = event->from != ORDER_UNDETERMINED || event->to == ORDER_RUNNING;
        query_put(states, STATES_PROC, row, told ? query_id(event->context.proc.n) : QUERY_NO_NUMBER);
        query_put(states, STATES_THREAD, row, query_id(event->context.thread.n));
    }
    if (event->to != ORDER_RUNNING)
        query_put(states, STATES_STACK, row, g->stack);
    query_put(states, STATES_BY, row, other_goroutine(event));
    query_put(states, STATES_BY_STACK, row, other_stack(event));
}

static void begin_state(struct query_fill *fill, struct query_living *g, const struct order_event *event,
                        uint32_t number)
{
    g->state = event->to;
    g->reason = event->name;
    g->proc_index = g->thread_index = 0;
    if (event->to == ORDER_RUNNING && query_fills(fill, QUERY_PROCS)) {
        g->proc_index = query_fill_proc(fill, event->context.proc, event->time_ns);
        if (g->proc_index)
            fill->procs.at[g->proc_index - 1].switches++;
    }
    if (event->to == ORDER_RUNNING && query_fills(fill, QUERY_THREADS))
        g->thread_index = query_fill_thread(fill, event->context.thread, event->time_ns);
    if (query_fills(fill, QUERY_STATES))
        add_state(fill, g, event, number);
}

/* ---- wake-ups ---- */

/* Whether a change of state lets a goroutine run: the rule of model/arrows.h. */
static bool wakes(const struct order_event *event, int *ret_kind)
{
    bool goes_on = event->to == ORDER_RUNNABLE || executes(event->to);
    *ret_kind = event->from == ORDER_WAITING     ? QUERY_WAKE
                : event->from == ORDER_NOT_EXIST ? QUERY_CREATE
                                                 : QUERY_SYSCALL;
    return event->from == ORDER_WAITING
               ? goes_on
               : (event->from == ORDER_NOT_EXIST || event->from == ORDER_SYSCALL) && event->to == ORDER_RUNNABLE;
}

/* `g` is as it was before the event. */
static void add_wakeup(struct query_fill *fill, struct query_living *g, const struct order_event *event,
                       uint32_t number, int kind, const struct model_interval *ended)
{
    struct query_store *wakeups = LIVES_STORE(fill, QUERY_WAKEUPS);
    uint32_t row = query_store_add(wakeups);
    g->wakeup_row = row + 1;
    query_put(wakeups, WAKEUPS_TIME, row, query_since_first(fill, event->time_ns));
    query_put(wakeups, WAKEUPS_KIND, row, kind);
    query_put(wakeups, WAKEUPS_GOROUTINE, row, query_id(event->resource));
    query_put(wakeups, WAKEUPS_LIFE, row, (int64_t)number + 1);
    query_put(wakeups, WAKEUPS_BY, row, other_goroutine(event));
    query_put(wakeups, WAKEUPS_BY_STACK, row, other_stack(event));
    query_put(wakeups, WAKEUPS_BY_PROC, row, query_id(event->context.proc.n));
    if (kind == QUERY_CREATE)
        return;
    query_put(wakeups, WAKEUPS_REASON, row, g->reason);
    query_put(wakeups, WAKEUPS_STACK, row, g->stack);
    if (ended->goroutine == number)
        query_put(wakeups, WAKEUPS_WAITED_SINCE, row, query_since_first(fill, ended->start_ns));
}

static void end_wakeup(struct query_fill *fill, struct query_living *g, const struct order_event *event)
{
    struct query_store *wakeups = LIVES_STORE(fill, QUERY_WAKEUPS);
    if (!g->wakeup_row || event->to != ORDER_RUNNING || event->from == ORDER_SYSCALL)
        return;
    query_put(wakeups, WAKEUPS_RAN, g->wakeup_row - 1, query_since_first(fill, event->time_ns));
    query_put(wakeups, WAKEUPS_PROC, g->wakeup_row - 1, query_id(event->context.proc.n));
    g->wakeup_row = 0;
}

/* ---- events ---- */

static void note_name(struct query_living *g, const struct order_event *event, const struct order_symbols *symbols)
{
    const struct order_frame *root = g->name ? NULL : order_stack_root(symbols, event->transition_stack);
    if (root)
        g->name = root->func;
}

void query_fill_transition(struct query_fill *fill, const struct order_event *event,
                           const struct order_symbols *symbols)
{
    if (event->resource_slot == ORDER_NO_SLOT || event->from == event->to)
        return;
    struct query_living *g = query_fill_living(fill, event->resource_slot);
    struct model_interval ended;
    uint32_t before = fill->lives.count, stack = own_stack(event);
    uint32_t number = model_lives_change(&fill->lives, event, symbols, &ended);
    bool is_new = number == before;
    int kind;
    if (ended.goroutine != MODEL_NO_GOROUTINE)
        end_state(fill, g, &ended, is_new ? ORDER_NO_STACK : stack);
    if (is_new) {
        end_life(fill, g, event->time_ns, false);
        begin_life(fill, g, event, number);
    }
    note_name(g, event, symbols);
    if (query_fills(fill, QUERY_WAKEUPS)) {
        if (wakes(event, &kind))
            add_wakeup(fill, g, event, number, kind, &ended);
        end_wakeup(fill, g, event);
    }
    if (stack)
        g->stack = stack;
    if (event->to == ORDER_NOT_EXIST)
        end_life(fill, g, event->time_ns, true);
    else if (event->to == ORDER_RUNNABLE || event->to == ORDER_WAITING || executes(event->to))
        begin_state(fill, g, event, number);
}

void query_fill_end_lives(struct query_fill *fill, int64_t time_ns)
{
    struct model_interval ended;
    for (uint32_t slot = 0; slot < fill->living.count; slot++) {
        struct query_living *g = &fill->living.at[slot];
        if (slot < fill->lives.goroutines.count && model_lives_close(&fill->lives, slot, time_ns, &ended))
            end_state(fill, g, &ended, ORDER_NO_STACK);
        end_life(fill, g, time_ns, false);
        base_vec_release(&g->regions);
    }
    model_lives_end(&fill->lives);
    fill->living.count = 0;
}
