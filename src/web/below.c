#include "web/below.h"

#include "web/goroutine_lanes.h"

enum { KEPT_CALLS = 8 };

struct kept_calls {
    bool there; /* this, number and of change in a turn */
    uint32_t number;
    unsigned long asked; /* when: for who prepares alone */
    struct model_calls of;
};

struct web_below {
    struct {
        struct web_once once;
        struct web_region_nests of;
    } regions;
    pthread_mutex_t lock; /* who prepares; the calls change in a turn of their own, too */
    unsigned long asked;
    struct kept_calls calls[KEPT_CALLS];
};

struct web_below *web_below_new(void)
{
    struct web_below *below = base_zalloc(1, sizeof *below);
    web_once_init(&below->regions.once);
    pthread_mutex_init(&below->lock, NULL);
    return below;
}

void web_below_free(struct web_below *below)
{
    if (!below)
        return;
    model_nest_release(&below->regions.of.of_goroutines);
    model_nest_release(&below->regions.of.of_tasks);
    for (size_t i = 0; i < KEPT_CALLS; i++)
        if (below->calls[i].there)
            model_calls_release(&below->calls[i].of);
    web_once_release(&below->regions.once);
    pthread_mutex_destroy(&below->lock);
    free(below);
}

/* ---- regions ---- */

/* By the annotations' goroutines, their numbers: the n-th of an id is the n-th that the timeline has of it. */
static uint32_t *find_numbers(const struct web_trace *trace, const struct web_annotations *a)
{
    size_t actors = trace->timeline.actors.count, count = a->of.goroutines.all.count;
    uint32_t *numbers = base_zalloc(count, sizeof *numbers);
    uint32_t *next = base_zalloc(actors, sizeof *next); /* of the same id */
    struct base_map first_by_id = {0};
    for (size_t i = actors; i-- > 0;) {
        uint64_t id = (uint64_t)trace->timeline.actors.at[i].id.n;
        next[i] = base_map_find(&first_by_id, id);
        base_map_set(&first_by_id, id, (uint32_t)i);
    }
    for (size_t i = 0; i < count; i++) {
        uint64_t id = (uint64_t)a->of.goroutines.all.at[i].id.n;
        numbers[i] = base_map_find(&first_by_id, id);
        if (numbers[i] != BASE_MAP_NONE && next[numbers[i]] != BASE_MAP_NONE)
            base_map_set(&first_by_id, id, next[numbers[i]]);
    }
    base_map_release(&first_by_id);
    free(next);
    return numbers;
}

static void add_region(struct web_region_nests *nests, size_t member, uint32_t number)
{
    const struct web_annotations *a = nests->annotations;
    const struct analyze_region *region = analyze_member_region(&a->of, member);
    size_t task = analyze_annotations_task(&a->of, region->task);
    struct model_bar bar = {.start_ns = region->has_start ? region->start_ns : a->pass.first_ns,
                            .end_ns = region->has_end ? region->end_ns : a->pass.last_ns,
                            .owner = number,
                            .what = (uint32_t)member,
                            .strand = number,
                            .depth = MODEL_NEST_ANY};
    if (region->name == ORDER_EMPTY_STRING || number == BASE_MAP_NONE || bar.end_ns < bar.start_ns)
        return;
    model_nest_add(&nests->of_goroutines, &bar);
    bar.owner = (uint32_t)task;
    if (task != SIZE_MAX)
        model_nest_add(&nests->of_tasks, &bar);
}

static bool nest_regions(struct web_trace *trace, void *self)
{
    struct web_below *below = self;
    struct web_region_nests *nests = &below->regions.of;
    const struct web_annotations *a = nests->annotations = web_annotations_get(trace);
    if (!a)
        return false;
    uint32_t *numbers = find_numbers(trace, a);
    for (size_t i = 0; i < a->of.region_types.members.count; i++)
        add_region(nests, i, numbers[a->of.region_types.members.at[i].goroutine]);
    free(numbers);
    model_nest_finish(&nests->of_goroutines, trace->timeline.actors.count);
    model_nest_finish(&nests->of_tasks, a->of.tasks.all.count);
    return true;
}

const struct web_region_nests *web_region_nests_ready(const struct web_trace *trace)
{
    return web_once_ready(&trace->below->regions.once) ? &trace->below->regions.of : NULL;
}

const struct web_region_nests *web_region_nests_get(struct web_trace *trace)
{
    struct web_below *below = trace->below;
    return web_once_get(&below->regions.once, trace, nest_regions, below) ? &below->regions.of : NULL;
}

/* ---- functions ---- */

struct reading {
    struct model_pass pass;
    struct model_calls *calls;
};

static void add_block(void *self, const struct order_block *block, const struct order_symbols *symbols)
{
    struct reading *reading = self;
    model_calls_add(reading->calls, block, symbols);
    reading->pass.stop = reading->calls->done;
}

static bool read_calls(struct web_trace *trace, uint32_t number, struct model_calls *ret_calls)
{
    const struct model_goroutine_lanes *lanes = web_goroutine_lanes_get(trace);
    struct reading reading = {.calls = ret_calls};
    const struct model_sink sink = {add_block, &reading, 0};
    struct model_life_figures life = {.start_ns = 0};
    if (!lanes || number >= trace->timeline.actors.count || !web_trace_begin_pass(trace, &reading.pass))
        return false;
    struct model_goroutine_lane lane = model_goroutine_lane_of(lanes, number);
    if (lane.count)
        model_goroutine_lane_figures(&lane, &life);
    model_calls_init(ret_calls, trace->timeline.actors.at[number].id, life.start_ns, life.end_ns);
    if (lane.count)
        web_trace_run_pass(trace, &reading.pass, &sink, 1);
    model_calls_finish(ret_calls, model_pass_symbols(&reading.pass));
    model_pass_release(&reading.pass);
    return !atomic_load(&trace->abandoned);
}

static struct kept_calls *find_calls(struct web_below *below, uint32_t number)
{
    for (size_t i = 0; i < KEPT_CALLS; i++)
        if (below->calls[i].there && below->calls[i].number == number)
            return &below->calls[i];
    return NULL;
}

/* Instead of those that were asked for longest ago. */
static struct kept_calls *keep_calls(struct web_trace *trace, uint32_t number, const struct model_calls *calls)
{
    struct kept_calls *place = trace->below->calls;
    for (size_t i = 1; i < KEPT_CALLS; i++)
        if (trace->below->calls[i].asked < place->asked)
            place = &trace->below->calls[i];
    base_turns_begin_change(&trace->turns); /* the trace has been read: nobody else wants to */
    if (place->there)
        model_calls_release(&place->of);
    *place = (struct kept_calls){.there = true, .number = number, .of = *calls};
    base_turns_end_change(&trace->turns);
    return place;
}

bool web_calls_prepare(struct web_trace *trace, uint32_t number)
{
    struct web_below *below = trace->below;
    struct model_calls calls = {.done = false};
    if (!web_trace_wait(trace))
        return false;
    pthread_mutex_lock(&below->lock);
    struct kept_calls *kept = find_calls(below, number);
    if (!kept && read_calls(trace, number, &calls))
        kept = keep_calls(trace, number, &calls);
    else
        model_calls_release(&calls);
    if (kept)
        kept->asked = ++below->asked;
    pthread_mutex_unlock(&below->lock);
    return kept != NULL;
}

const struct model_calls *web_calls_ready(const struct web_trace *trace, uint32_t number)
{
    const struct kept_calls *kept = find_calls(trace->below, number);
    return kept ? &kept->of : NULL;
}
