#include "analyze/life.h"

#include "analyze/durations.h"
#include "base/sort.h"

enum { CHUNK = 256 };

/* ---- what the lane tells ---- */

struct durations {
    BASE_VEC(int64_t) ns;
};

/* Keeps the longest waits, the longest first; of equal ones the first. */
static void note_wait(struct analyze_life *life, size_t index, const struct model_slice *slice)
{
    int64_t length_ns = slice->end_ns - slice->start_ns;
    size_t at = life->wait_count;
    while (at > 0 && life->waits[at - 1].slice.end_ns - life->waits[at - 1].slice.start_ns < length_ns)
        at--;
    if (at == ANALYZE_MOST_WAITS)
        return;
    if (life->wait_count < ANALYZE_MOST_WAITS)
        life->wait_count++;
    for (size_t i = life->wait_count - 1; i > at; i--)
        life->waits[i] = life->waits[i - 1];
    life->waits[at] = (struct analyze_wait){.index = index, .slice = *slice, .wake = {.by = NO_GOROUTINE}};
}

static bool earlier(const void *a, const void *b, void *context)
{
    (void)context;
    return ((const struct analyze_wait *)a)->index < ((const struct analyze_wait *)b)->index;
}

static bool more_time(const void *a, const void *b, void *context)
{
    (void)context;
    return ((const struct analyze_life_state *)a)->total_ns > ((const struct analyze_life_state *)b)->total_ns;
}

static void add_state(struct analyze_life *life, enum model_state state, struct durations *of)
{
    size_t count = of->ns.count;
    if (!count)
        return;
    analyze_durations_sort(of->ns.at, count);
    life->states[life->state_count++] = (struct analyze_life_state){
        .state = state,
        .count = count,
        .total_ns = analyze_durations_total(of->ns.at, count),
        .least_ns = of->ns.at[0],
        .most_ns = of->ns.at[count - 1],
        .median_ns = analyze_durations_percentile(of->ns.at, count, 50),
        .p95_ns = analyze_durations_percentile(of->ns.at, count, 95),
    };
}

void analyze_life_init(struct analyze_life *life, const struct model_goroutine_lane *lane, goroutine_id id)
{
    struct durations of[MODEL_STATES] = {0};
    struct model_life_figures figures;
    struct model_slice slices[CHUNK];
    size_t count;
    model_goroutine_lane_figures(lane, &figures);
    *life = (struct analyze_life){
        .id = id, .start_ns = figures.start_ns, .end_ns = figures.end_ns, .creation = {.by = NO_GOROUTINE}};
    for (size_t first = 0; first < lane->count; first += count) {
        count = model_goroutine_lane_read(lane, first, CHUNK, slices);
        for (size_t i = 0; i < count; i++) {
            *base_vec_add(&of[slices[i].state].ns) = slices[i].end_ns - slices[i].start_ns;
            if (MODEL_WAITS & MODEL_STATE_BIT(slices[i].state))
                note_wait(life, first + i, &slices[i]);
        }
        if (!count)
            break;
    }
    for (int i = 0; i < MODEL_LIFE_STATES; i++)
        add_state(life, model_life_states[i], &of[model_life_states[i]]);
    for (int state = 0; state < MODEL_STATES; state++)
        base_vec_release(&of[state].ns);
    base_sort_stable(life->states, life->state_count, sizeof *life->states, more_time, NULL);
    base_sort_stable(life->waits, life->wait_count, sizeof *life->waits, earlier, NULL);
}

/* ---- what the events tell ---- */

static struct analyze_wake wake_of(const struct order_event *event)
{
    return (struct analyze_wake){true, event->context.goroutine, event->stack};
}

static void note_change(struct analyze_life *life, const struct order_event *event)
{
    if (event->from == ORDER_NOT_EXIST && event->time_ns == life->start_ns && !life->created) {
        life->created = true;
        life->creation = wake_of(event);
    }
    if (event->to == ORDER_NOT_EXIST && event->time_ns == life->end_ns)
        life->ended = true;
    while (life->next < life->wait_count && life->waits[life->next].slice.end_ns < event->time_ns)
        life->next++;
    if (life->next == life->wait_count)
        return;
    struct analyze_wait *wait = &life->waits[life->next];
    if (event->to == ORDER_WAITING && event->time_ns >= wait->slice.start_ns && event->time_ns < wait->slice.end_ns) {
        wait->reason = wait->reason ? wait->reason : event->name;
        wait->stack = wait->stack ? wait->stack : event->transition_stack;
    } else if (event->from == ORDER_WAITING && event->to != ORDER_WAITING && event->time_ns == wait->slice.end_ns) {
        wait->wake = wake_of(event);
    }
}

void analyze_life_add(void *self, const struct order_block *block, const struct order_symbols *symbols)
{
    struct analyze_life *life = self;
    (void)symbols;
    for (size_t i = 0; i < block->count; i++) {
        const struct order_event *event = &block->events[i];
        if (event->time_ns > life->end_ns) {
            if (life->pass)
                life->pass->stop = true;
            return;
        }
        if (event->kind == ORDER_GO_TRANSITION && event->resource == life->id.n && event->time_ns >= life->start_ns)
            note_change(life, event);
    }
}
