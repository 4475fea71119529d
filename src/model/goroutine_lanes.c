#include "model/goroutine_lanes.h"

#include "base/sort.h"

const enum model_state model_life_states[MODEL_LIFE_STATES] = {
    MODEL_RUNNING,    MODEL_RUNNABLE, MODEL_WAIT_SYNC, MODEL_WAIT_CHANNEL, MODEL_WAIT_NETWORK,
    MODEL_WAIT_SLEEP, MODEL_WAIT_GC,  MODEL_SYSCALL,   MODEL_WAIT_OTHER,
};

enum {
    GROUP = 64,                   /* goroutines for each of bases */
    WALKED = 4 * MODEL_LANE_STEP, /* lanes of fewer intervals are faster to walk than to look places up in */
};

struct goroutine_lanes_work {
    struct model_lives lives;
    BASE_VEC(struct filling) by_slot;
    uint8_t index_of[MODEL_STATES]; /* in model_life_states */
    uint64_t given;                 /* places for intervals, to the goroutines so far */
    bool any;
    int64_t last_ns;
};

/* Where the next interval of a living goroutine goes, and where its place ends. */
struct filling {
    uint64_t next, end;
};

static const struct model_actor *actor(const struct model_goroutine_lanes *lanes, size_t goroutine)
{
    return &lanes->timeline->actors.at[goroutine];
}

struct model_goroutine_lane model_goroutine_lane_of(const struct model_goroutine_lanes *lanes, uint32_t goroutine)
{
    uint64_t first = lanes->bases[goroutine / GROUP];
    for (size_t i = goroutine / GROUP * GROUP; i < goroutine; i++)
        first += actor(lanes, i)->intervals;
    return (struct model_goroutine_lane){lanes, goroutine, actor(lanes, goroutine)->intervals, first};
}

static void lay_out(struct model_goroutine_lanes *lanes)
{
    size_t goroutines = lanes->timeline->actors.count;
    lanes->first_ns = base_pages_alloc(&lanes->pages, goroutines * sizeof *lanes->first_ns);
    lanes->bases = base_pages_alloc(&lanes->pages, (goroutines / GROUP + 1) * sizeof *lanes->bases);
    for (size_t i = 0; i < goroutines; i++) {
        if (i % GROUP == 0)
            lanes->bases[i / GROUP] = lanes->interval_count;
        lanes->interval_count += actor(lanes, i)->intervals;
    }
    lanes->lengths_ns = base_pages_alloc(&lanes->pages, lanes->interval_count * sizeof *lanes->lengths_ns);
    lanes->states = base_pages_alloc(&lanes->pages, lanes->interval_count * sizeof *lanes->states);
    lanes->steps =
        base_pages_alloc(&lanes->pages, (lanes->interval_count / MODEL_LANE_STEP + 1) * sizeof *lanes->steps);
}

void model_goroutine_lanes_init(struct model_goroutine_lanes *lanes, const struct model_timeline *timeline)
{
    *lanes = (struct model_goroutine_lanes){.timeline = timeline};
    lanes->work = base_zalloc(1, sizeof *lanes->work);
    lanes->work->lives.timed = true;
    for (unsigned i = 0; i < MODEL_LIFE_STATES; i++)
        lanes->work->index_of[model_life_states[i]] = (uint8_t)i;
    lay_out(lanes);
}

static void work_release(struct goroutine_lanes_work *work)
{
    if (!work)
        return;
    model_lives_release(&work->lives);
    base_vec_release(&work->by_slot);
    free(work);
}

void model_goroutine_lanes_release(struct model_goroutine_lanes *lanes)
{
    work_release(lanes->work);
    base_vec_release(&lanes->long_intervals);
    base_pages_release(&lanes->pages);
    *lanes = (struct model_goroutine_lanes){0};
}

/* ---- filling in ---- */

/* What has no place is dropped: the file may have been changed since its intervals were counted. */
static void put_interval(struct model_goroutine_lanes *lanes, const struct model_interval *interval)
{
    struct filling *filling = &lanes->work->by_slot.at[interval->slot];
    int64_t length_ns = interval->end_ns - interval->start_ns;
    bool fits = (uint64_t)length_ns < UINT32_MAX;
    if (filling->next == filling->end)
        return;
    if (!fits)
        *base_vec_add(&lanes->long_intervals) = (struct model_long_interval){filling->next, length_ns};
    lanes->lengths_ns[filling->next] = fits ? (uint32_t)length_ns : UINT32_MAX;
    lanes->states[filling->next] = lanes->work->index_of[interval->state];
    filling->next++;
}

static void begin_life(struct model_goroutine_lanes *lanes, uint32_t goroutine, uint32_t slot)
{
    struct goroutine_lanes_work *work = lanes->work;
    while (slot >= work->by_slot.count)
        *base_vec_add(&work->by_slot) = (struct filling){0, 0};
    work->by_slot.at[slot] = (struct filling){0, 0};
    if (goroutine >= lanes->timeline->actors.count)
        return;
    uint64_t first = work->given;
    work->given += actor(lanes, goroutine)->intervals;
    work->by_slot.at[slot] = (struct filling){first, work->given};
    lanes->first_ns[goroutine] = work->lives.since_ns.at[slot];
}

static void go_transition(struct model_goroutine_lanes *lanes, const struct order_event *event,
                          const struct order_symbols *symbols)
{
    struct goroutine_lanes_work *work = lanes->work;
    struct model_interval ended;
    uint32_t before = work->lives.count, goroutine = model_lives_change(&work->lives, event, symbols, &ended);
    if (ended.goroutine != MODEL_NO_GOROUTINE)
        put_interval(lanes, &ended);
    if (goroutine == before)
        begin_life(lanes, goroutine, event->resource_slot);
}

static void end_lives(struct model_goroutine_lanes *lanes, int64_t time_ns)
{
    struct model_lives *lives = &lanes->work->lives;
    struct model_interval ended;
    for (uint32_t slot = 0; slot < lives->goroutines.count; slot++)
        if (model_lives_close(lives, slot, time_ns, &ended))
            put_interval(lanes, &ended);
    model_lives_end(lives);
}

static void sync_event(struct model_goroutine_lanes *lanes, const struct order_event *event)
{
    const struct order_sync *sync = event->sync.facts;
    model_lives_sync(&lanes->work->lives, event->time_ns);
    if (sync->after_gap)
        end_lives(lanes, sync->gap_from_ns);
}

void model_goroutine_lanes_add(void *self, const struct order_block *block, const struct order_symbols *symbols)
{
    struct model_goroutine_lanes *lanes = self;
    struct goroutine_lanes_work *work = lanes->work;
    if (!work->any)
        model_lives_sync(&work->lives, block->events[0].time_ns);
    work->any = true;
    work->last_ns = block->events[block->count - 1].time_ns;
    for (size_t i = 0; i < block->count; i++) {
        const struct order_event *event = &block->events[i];
        if (event->kind == ORDER_GO_TRANSITION && event->from != event->to)
            go_transition(lanes, event, symbols);
        else if (event->kind == ORDER_SYNC)
            sync_event(lanes, event);
    }
}

static bool index_before(const void *a, const void *b, void *context)
{
    (void)context;
    return ((const struct model_long_interval *)a)->index < ((const struct model_long_interval *)b)->index;
}

static int64_t long_length_ns(const struct model_goroutine_lanes *lanes, uint64_t index)
{
    size_t low = 0, high = lanes->long_intervals.count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (lanes->long_intervals.at[middle].index < index)
            low = middle + 1;
        else
            high = middle;
    }
    return lanes->long_intervals.at[low].length_ns;
}

static inline int64_t length_ns(const struct model_goroutine_lanes *lanes, uint64_t index)
{
    uint32_t length_ns = lanes->lengths_ns[index];
    return length_ns == UINT32_MAX ? long_length_ns(lanes, index) : length_ns;
}

static void add_up(struct model_goroutine_lanes *lanes)
{
    struct model_goroutine_step sum = {0};
    uint64_t i = 0;
    for (size_t goroutine = 0; goroutine < lanes->timeline->actors.count; goroutine++) {
        sum.start_ns = lanes->first_ns[goroutine];
        for (uint64_t end = i + actor(lanes, goroutine)->intervals; i < end; i++) {
            int64_t ns = length_ns(lanes, i);
            if (i % MODEL_LANE_STEP == 0)
                lanes->steps[i / MODEL_LANE_STEP] = sum;
            sum.start_ns += ns;
            sum.ns[lanes->states[i]] += ns;
        }
    }
}

void model_goroutine_lanes_finish(struct model_goroutine_lanes *lanes)
{
    end_lives(lanes, lanes->work->last_ns);
    work_release(lanes->work);
    lanes->work = NULL;
    base_sort_stable(lanes->long_intervals.at, lanes->long_intervals.count, sizeof *lanes->long_intervals.at,
                     index_before, NULL);
    add_up(lanes);
}

/* ---- one goroutine's lane ---- */

/* A moment on the way through a goroutine's life, at the begin of an interval. */
struct walker {
    uint64_t index;
    int64_t time_ns;
    int64_t ns[MODEL_LIFE_STATES];
};

/* Sums up the intervals before one of the same step. */
static void add_before(const struct model_goroutine_lanes *lanes, uint64_t index, int64_t *ns)
{
    uint64_t step = index / MODEL_LANE_STEP;
    memcpy(ns, lanes->steps[step].ns, sizeof lanes->steps[step].ns);
    for (uint64_t i = step * MODEL_LANE_STEP; i < index; i++)
        ns[lanes->states[i]] += length_ns(lanes, i);
}

static struct walker begin_walk(const struct model_goroutine_lane *lane)
{
    struct walker walker = {.index = lane->first, .time_ns = lane->lanes->first_ns[lane->goroutine]};
    if (lane->count)
        add_before(lane->lanes, lane->first, walker.ns);
    return walker;
}

static struct walker at_step(const struct model_goroutine_lanes *lanes, uint64_t step)
{
    struct walker walker = {.index = step * MODEL_LANE_STEP, .time_ns = lanes->steps[step].start_ns};
    memcpy(walker.ns, lanes->steps[step].ns, sizeof walker.ns);
    return walker;
}

/* The first step that begins within the lane. */
static uint64_t first_step(const struct model_goroutine_lane *lane)
{
    return (lane->first + MODEL_LANE_STEP - 1) / MODEL_LANE_STEP;
}

/* Behind the last step that begins within the lane and before a time, if there is one; not before `known`. */
static uint64_t steps_before(const struct model_goroutine_lane *lane, int64_t time_ns, uint64_t known)
{
    const struct model_goroutine_step *steps = lane->lanes->steps;
    uint64_t end = (lane->first + lane->count + MODEL_LANE_STEP - 1) / MODEL_LANE_STEP;
    return known < end ? model_steps_before(&steps->start_ns, sizeof *steps, known, end, time_ns) : known;
}

static void place_after(const struct model_goroutine_lane *lane, uint64_t steps, int64_t time_ns,
                        struct model_place *ret_place)
{
    const struct model_goroutine_lanes *lanes = lane->lanes;
    uint64_t end = lane->first + lane->count;
    struct walker walker = steps > first_step(lane) ? at_step(lanes, steps - 1) : begin_walk(lane);
    for (; walker.index < end && walker.time_ns < time_ns; walker.index++) {
        int64_t ns = length_ns(lanes, walker.index);
        walker.ns[lanes->states[walker.index]] += ns;
        walker.time_ns += ns;
    }
    bool within = walker.time_ns > time_ns && walker.index > lane->first;
    if (within) /* the last one was counted as a whole */
        walker.ns[lanes->states[walker.index - 1]] -= walker.time_ns - time_ns;
    size_t starting = walker.index - lane->first;
    *ret_place = (struct model_place){.starting = starting, .after = starting - within};
    for (int i = 0; i < MODEL_LIFE_STATES; i++)
        ret_place->ns[model_life_states[i]] = walker.ns[i];
}

void model_goroutine_lane_place(const struct model_goroutine_lane *lane, int64_t time_ns, struct model_place *ret_place)
{
    place_after(lane, steps_before(lane, time_ns, first_step(lane)), time_ns, ret_place);
}

void model_goroutine_lane_places(const struct model_goroutine_lane *lane, const int64_t *times_ns, size_t count,
                                 struct model_place *ret_places)
{
    const struct model_goroutine_lanes *lanes = lane->lanes;
    uint64_t known = first_step(lane);
    for (size_t i = 0; i < count; i += MODEL_PLACES_AT_ONCE) {
        uint64_t steps[MODEL_PLACES_AT_ONCE];
        size_t some = count - i < MODEL_PLACES_AT_ONCE ? count - i : MODEL_PLACES_AT_ONCE;
        for (size_t j = 0; j < some; j++) {
            known = steps[j] = steps_before(lane, times_ns[i + j], known);
            if (!known)
                continue;
            uint64_t first = (known - 1) * MODEL_LANE_STEP;
            model_prefetch(&lanes->lengths_ns[first], MODEL_LANE_STEP * sizeof *lanes->lengths_ns);
            model_prefetch(&lanes->states[first], MODEL_LANE_STEP * sizeof *lanes->states);
        }
        for (size_t j = 0; j < some; j++)
            place_after(lane, steps[j], times_ns[i + j], &ret_places[i + j]);
    }
}

size_t model_goroutine_lane_read(const struct model_goroutine_lane *lane, size_t first, size_t count,
                                 struct model_slice *ret_slices)
{
    const struct model_goroutine_lanes *lanes = lane->lanes;
    if (first >= lane->count)
        return 0;
    uint64_t from = lane->first + first, i = from / MODEL_LANE_STEP * MODEL_LANE_STEP;
    uint64_t end = from + (count < lane->count - first ? count : lane->count - first);
    int64_t time_ns = lanes->first_ns[lane->goroutine];
    if (i > lane->first)
        time_ns = lanes->steps[i / MODEL_LANE_STEP].start_ns;
    else
        i = lane->first;
    for (; i < end; i++) {
        int64_t end_ns = time_ns + length_ns(lanes, i);
        if (i >= from)
            ret_slices[i - from] =
                (struct model_slice){time_ns, end_ns, lane->goroutine, model_life_states[lanes->states[i]]};
        time_ns = end_ns;
    }
    return end - from;
}

/* ---- figures ---- */

void model_goroutine_lane_figures(const struct model_goroutine_lane *lane, struct model_life_figures *ret_figures)
{
    struct model_place first = {0}, last = {0};
    struct model_slice slice = {0};
    int64_t start_ns = lane->lanes->first_ns[lane->goroutine];
    *ret_figures = (struct model_life_figures){start_ns, start_ns, {0}};
    if (!model_goroutine_lane_read(lane, lane->count - 1, 1, &slice))
        return;
    ret_figures->end_ns = slice.end_ns;
    model_goroutine_lane_place(lane, start_ns, &first);
    model_goroutine_lane_place(lane, slice.end_ns, &last);
    for (int i = 0; i < MODEL_STATES; i++)
        ret_figures->ns[i] = last.ns[i] - first.ns[i];
}

void model_goroutine_lanes_visit(const struct model_goroutine_lanes *lanes,
                                 void (*visit)(void *context, uint32_t goroutine,
                                               const struct model_life_figures *figures),
                                 void *context)
{
    uint64_t i = 0;
    for (uint32_t goroutine = 0; goroutine < lanes->timeline->actors.count; goroutine++) {
        struct model_life_figures figures = {lanes->first_ns[goroutine], lanes->first_ns[goroutine], {0}};
        for (uint64_t end = i + actor(lanes, goroutine)->intervals; i < end; i++) {
            int64_t ns = length_ns(lanes, i);
            figures.end_ns += ns;
            figures.ns[model_life_states[lanes->states[i]]] += ns;
        }
        visit(context, goroutine, &figures);
    }
}

/* What lies within a span, interval by interval. */
static void walk_within(const struct model_goroutine_lane *lane, int64_t from_ns, int64_t to_ns,
                        struct model_life_figures *figures)
{
    const struct model_goroutine_lanes *lanes = lane->lanes;
    int64_t time_ns = figures->start_ns;
    for (uint64_t i = lane->first; i < lane->first + lane->count && time_ns < to_ns; i++) {
        int64_t end_ns = time_ns + length_ns(lanes, i);
        int64_t begin_ns = time_ns > from_ns ? time_ns : from_ns, stop_ns = end_ns < to_ns ? end_ns : to_ns;
        if (begin_ns < stop_ns)
            figures->ns[model_life_states[lanes->states[i]]] += stop_ns - begin_ns;
        time_ns = end_ns;
    }
}

/* The same by sums, for lanes of many intervals. */
static void jump_within(const struct model_goroutine_lane *lane, int64_t from_ns, int64_t to_ns,
                        struct model_life_figures *figures)
{
    struct model_place from, to;
    model_goroutine_lane_place(lane, from_ns, &from);
    model_goroutine_lane_place(lane, to_ns, &to);
    for (int i = 0; i < MODEL_LIFE_STATES; i++)
        figures->ns[model_life_states[i]] = to.ns[model_life_states[i]] - from.ns[model_life_states[i]];
}

/* The times of figures are those of the life within the span. */
static bool clip(struct model_life_figures *figures, int64_t from_ns)
{
    int64_t sum_ns = 0;
    for (int i = 0; i < MODEL_STATES; i++)
        sum_ns += figures->ns[i];
    figures->start_ns = figures->start_ns > from_ns ? figures->start_ns : from_ns;
    figures->end_ns = figures->start_ns + sum_ns; /* there are no holes in a life */
    return sum_ns > 0;
}

void model_goroutine_lanes_visit_span(const struct model_goroutine_lanes *lanes, int64_t from_ns, int64_t to_ns,
                                      void (*visit)(void *context, uint32_t goroutine,
                                                    const struct model_life_figures *figures),
                                      void *context)
{
    uint64_t first = 0;
    for (uint32_t goroutine = 0; goroutine < lanes->timeline->actors.count; goroutine++) {
        const struct model_goroutine_lane lane = {lanes, goroutine, actor(lanes, goroutine)->intervals, first};
        struct model_life_figures figures = {.start_ns = lanes->first_ns[goroutine]};
        first += lane.count;
        if (figures.start_ns >= to_ns)
            continue;
        if (lane.count < WALKED)
            walk_within(&lane, from_ns, to_ns, &figures);
        else
            jump_within(&lane, from_ns, to_ns, &figures);
        if (clip(&figures, from_ns))
            visit(context, goroutine, &figures);
    }
}
