#include "model/arrows.h"

#include "base/sort.h"

enum { STEP = 64, KIND_BITS = 2 };

/* Delays that stand for others. */
static const uint32_t MOST_DELAY = (UINT32_MAX >> KIND_BITS) - 2, LONG_DELAY = (UINT32_MAX >> KIND_BITS) - 1,
                      NO_DELAY = UINT32_MAX >> KIND_BITS;

static const uint32_t PROC_BIT = UINT32_C(1) << 31;

/* What is known of the goroutine in a slot. */
struct waiting {
    uint64_t arrow; /* index + 1 of the one that it has not run after; 0: none */
    uint32_t proc;  /* index of the processor it ran on last; MODEL_NO_PROC: none */
};

struct arrows_work {
    struct model_lives lives;
    BASE_VEC(struct waiting) by_slot;
};

void model_arrows_init(struct model_arrows *arrows, const struct model_timeline *timeline)
{
    *arrows = (struct model_arrows){.timeline = timeline};
    arrows->work = base_zalloc(1, sizeof *arrows->work);
}

static void work_release(struct arrows_work *work)
{
    if (!work)
        return;
    model_lives_release(&work->lives);
    base_vec_release(&work->by_slot);
    free(work);
}

void model_arrows_release(struct model_arrows *arrows)
{
    work_release(arrows->work);
    base_vec_release(&arrows->steps);
    base_vec_release(&arrows->long_delays);
    base_pages_release(&arrows->pages);
    *arrows = (struct model_arrows){0};
}

/* ---- filling in ---- */

static struct waiting *waiting_of(struct arrows_work *work, uint32_t slot)
{
    while (slot >= work->by_slot.count)
        *base_vec_add(&work->by_slot) = (struct waiting){0, MODEL_NO_PROC};
    return &work->by_slot.at[slot];
}

static uint32_t of_proc(uint32_t proc)
{
    return PROC_BIT | (proc < PROC_BIT - 1 ? proc + 1 : 0);
}

/* The goroutine that did something, or the processor on which the runtime did. */
static uint32_t doer_of(const struct model_arrows *arrows, const struct order_event *event)
{
    const struct order_context *context = &event->context;
    uint32_t number = context->goroutine.n != NO_GOROUTINE.n
                          ? model_lives_number(&arrows->work->lives, context->goroutine_slot)
                          : MODEL_NO_GOROUTINE;
    return number < PROC_BIT ? number : of_proc(model_timeline_proc_index(arrows->timeline, context->proc));
}

/* A step ends when it is full, or when its begin is too long ago. */
static struct model_arrow_step *step_for(struct model_arrows *arrows, int64_t time_ns)
{
    size_t count = arrows->steps.count;
    struct model_arrow_step *last = count ? &arrows->steps.at[count - 1] : NULL;
    if (last && last->count < STEP && (uint64_t)(time_ns - last->from_ns) <= UINT32_MAX)
        return last;
    last = base_vec_add(&arrows->steps);
    *last = (struct model_arrow_step){.from_ns = time_ns, .end_ns = time_ns};
    last->cells = base_pages_alloc(&arrows->pages, STEP * sizeof *last->cells);
    return last;
}

/* Returns its index. */
static uint64_t add_arrow(struct model_arrows *arrows, int64_t time_ns, uint32_t from, uint32_t to,
                          enum model_arrow_kind kind)
{
    struct model_arrow_step *step = step_for(arrows, time_ns);
    uint32_t place = step->count++;
    step->cells[place] =
        (struct model_arrow_cell){(uint32_t)(time_ns - step->from_ns), NO_DELAY << KIND_BITS | kind, from, to};
    step->end_ns = time_ns > step->end_ns ? time_ns : step->end_ns;
    arrows->count++;
    return (arrows->steps.count - 1) * STEP + place;
}

static void end_arrow(struct model_arrows *arrows, uint64_t index, int64_t run_ns)
{
    struct model_arrow_step *step = &arrows->steps.at[index / STEP];
    struct model_arrow_cell *cell = &step->cells[index % STEP];
    int64_t delay_ns = run_ns - step->from_ns - cell->after_ns;
    bool fits = (uint64_t)delay_ns <= MOST_DELAY;
    if (!fits)
        *base_vec_add(&arrows->long_delays) = (struct model_long_delay){index, delay_ns};
    cell->delay_kind = (cell->delay_kind & ((1 << KIND_BITS) - 1)) | (fits ? (uint32_t)delay_ns : LONG_DELAY)
                                                                         << KIND_BITS;
    step->end_ns = run_ns > step->end_ns ? run_ns : step->end_ns;
}

/* Whether a change of state is what an arrow begins with. */
static bool begins(const struct order_event *event, enum model_arrow_kind *ret_kind)
{
    bool goes_on = event->to == ORDER_RUNNABLE || event->to == ORDER_RUNNING || event->to == ORDER_SYSCALL;
    *ret_kind = event->from == ORDER_WAITING     ? MODEL_ARROW_WAKE
                : event->from == ORDER_NOT_EXIST ? MODEL_ARROW_CREATE
                                                 : MODEL_ARROW_SYSCALL;
    return event->from == ORDER_WAITING
               ? goes_on
               : (event->from == ORDER_NOT_EXIST || event->from == ORDER_SYSCALL) && event->to == ORDER_RUNNABLE;
}

static void go_transition(struct model_arrows *arrows, const struct order_event *event,
                          const struct order_symbols *symbols)
{
    struct arrows_work *work = arrows->work;
    struct model_interval ended;
    enum model_arrow_kind kind;
    uint32_t from = doer_of(arrows, event); /* before a slot is given to somebody else */
    uint32_t to = model_lives_change(&work->lives, event, symbols, &ended);
    struct waiting *waiting = waiting_of(work, event->resource_slot);
    if (event->from <= ORDER_NOT_EXIST)
        *waiting = (struct waiting){0, MODEL_NO_PROC};
    if (begins(event, &kind))
        waiting->arrow = 1 + add_arrow(arrows, event->time_ns,
                                       kind == MODEL_ARROW_SYSCALL ? of_proc(waiting->proc) : from, to, kind);
    if (event->to == ORDER_RUNNING) {
        if (waiting->arrow && event->from != ORDER_SYSCALL)
            end_arrow(arrows, waiting->arrow - 1, event->time_ns);
        waiting->proc = model_timeline_proc_index(arrows->timeline, event->context.proc);
    }
    if (event->to != ORDER_RUNNABLE)
        waiting->arrow = 0;
}

void model_arrows_add(void *self, const struct order_block *block, const struct order_symbols *symbols)
{
    struct model_arrows *arrows = self;
    for (size_t i = 0; i < block->count; i++) {
        const struct order_event *event = &block->events[i];
        if (event->kind == ORDER_GO_TRANSITION && event->from != event->to) {
            go_transition(arrows, event, symbols);
        } else if (event->kind == ORDER_SYNC && event->sync.facts->after_gap) {
            model_lives_end(&arrows->work->lives);
            arrows->work->by_slot.count = 0;
        }
    }
}

static bool index_before(const void *a, const void *b, void *context)
{
    (void)context;
    return ((const struct model_long_delay *)a)->index < ((const struct model_long_delay *)b)->index;
}

void model_arrows_finish(struct model_arrows *arrows)
{
    work_release(arrows->work);
    arrows->work = NULL;
    base_sort_stable(arrows->long_delays.at, arrows->long_delays.count, sizeof *arrows->long_delays.at, index_before,
                     NULL);
}

/* ---- looking ---- */

static int64_t long_delay_ns(const struct model_arrows *arrows, uint64_t index)
{
    size_t low = 0, high = arrows->long_delays.count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (arrows->long_delays.at[middle].index < index)
            low = middle + 1;
        else
            high = middle;
    }
    return arrows->long_delays.at[low].ns;
}

static struct model_arrow arrow_at(const struct model_arrows *arrows, uint64_t index)
{
    const struct model_arrow_step *step = &arrows->steps.at[index / STEP];
    const struct model_arrow_cell *cell = &step->cells[index % STEP];
    uint32_t delay = cell->delay_kind >> KIND_BITS;
    enum model_arrow_kind kind = cell->delay_kind & ((1 << KIND_BITS) - 1);
    bool proc = cell->from & PROC_BIT;
    struct model_arrow arrow = {
        .time_ns = step->from_ns + cell->after_ns,
        .run_ns = MODEL_NEVER_NS,
        .from = !proc                         ? cell->from
                : kind == MODEL_ARROW_SYSCALL ? cell->to
                                              : MODEL_NO_GOROUTINE,
        .from_proc = proc && cell->from != PROC_BIT ? (cell->from & ~PROC_BIT) - 1 : MODEL_NO_PROC,
        .to = cell->to,
        .kind = kind,
    };
    if (delay != NO_DELAY)
        arrow.run_ns = arrow.time_ns + (delay == LONG_DELAY ? long_delay_ns(arrows, index) : delay);
    return arrow;
}

void model_arrows_visit(const struct model_arrows *arrows, int64_t from_ns, int64_t to_ns, model_arrow_visitor *visit,
                        void *context)
{
    for (size_t i = 0; i < arrows->steps.count && arrows->steps.at[i].from_ns <= to_ns; i++) {
        if (arrows->steps.at[i].end_ns < from_ns)
            continue;
        for (uint32_t j = 0; j < arrows->steps.at[i].count; j++) {
            struct model_arrow arrow = arrow_at(arrows, (uint64_t)i * STEP + j);
            int64_t end_ns = arrow.run_ns == MODEL_NEVER_NS ? arrow.time_ns : arrow.run_ns;
            if (arrow.time_ns <= to_ns && end_ns >= from_ns)
                visit(context, (uint64_t)i * STEP + j, &arrow);
        }
    }
}
