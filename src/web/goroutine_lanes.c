#include "web/goroutine_lanes.h"

#include "base/number.h"
#include "base/sort.h"
#include "model/touched.h"
#include "web/annotations.h"
#include "web/once.h"

#include <inttypes.h>
#include <stdio.h>

struct web_goroutine_lanes {
    struct web_once once;
    pthread_mutex_t lock; /* of the order */
    struct model_goroutine_lanes lanes;
    /* The last order, ascending, and which of it the last query found. */
    bool sorted, filtered;
    enum web_goroutine_key key;
    uint32_t *order;
    struct base_text query;
    BASE_VEC(uint32_t) found; /* in that order */
};

struct web_goroutine_lanes *web_goroutine_lanes_new(void)
{
    struct web_goroutine_lanes *of_trace = base_zalloc(1, sizeof *of_trace);
    web_once_init(&of_trace->once);
    pthread_mutex_init(&of_trace->lock, NULL);
    return of_trace;
}

void web_goroutine_lanes_free(struct web_goroutine_lanes *of_trace)
{
    if (!of_trace)
        return;
    if (of_trace->once.made)
        model_goroutine_lanes_release(&of_trace->lanes);
    free(of_trace->order);
    base_text_release(&of_trace->query);
    base_vec_release(&of_trace->found);
    web_once_release(&of_trace->once);
    pthread_mutex_destroy(&of_trace->lock);
    free(of_trace);
}

/* ---- the lanes ---- */

static bool read_lanes(struct web_trace *trace, void *self)
{
    struct web_goroutine_lanes *of_trace = self;
    struct model_sink sink = {model_goroutine_lanes_add, &of_trace->lanes};
    struct model_pass pass;
    if (!web_trace_begin_pass(trace, &pass))
        return false;
    model_goroutine_lanes_init(&of_trace->lanes, &trace->timeline);
    web_trace_run_pass(trace, &pass, &sink, 1);
    model_goroutine_lanes_finish(&of_trace->lanes);
    model_pass_release(&pass);
    return true;
}

const struct model_goroutine_lanes *web_goroutine_lanes_ready(const struct web_trace *trace)
{
    struct web_goroutine_lanes *of_trace = trace->goroutine_lanes;
    return web_once_ready(&of_trace->once) ? &of_trace->lanes : NULL;
}

const struct model_goroutine_lanes *web_goroutine_lanes_get(struct web_trace *trace)
{
    struct web_goroutine_lanes *of_trace = trace->goroutine_lanes;
    return web_once_get(&of_trace->once, trace, read_lanes, of_trace) ? &of_trace->lanes : NULL;
}

/* ---- the order ---- */

static bool name_before(const void *a, const void *b, void *context)
{
    const struct web_trace *trace = context;
    const struct order_symbols *symbols = &trace->symbols;
    return base_str_compare(order_string(symbols, trace->timeline.names.at[*(const uint32_t *)a]),
                            order_string(symbols, trace->timeline.names.at[*(const uint32_t *)b])) < 0;
}

/* The place of each of trace->timeline.names in the order of names. */
static uint32_t *rank_names(const struct web_trace *trace)
{
    size_t count = trace->timeline.names.count;
    uint32_t *by_name = base_zalloc(count, sizeof *by_name), *ranks = base_zalloc(count, sizeof *ranks);
    for (size_t i = 0; i < count; i++)
        by_name[i] = (uint32_t)i;
    base_sort_stable(by_name, count, sizeof *by_name, name_before, (void *)(uintptr_t)trace);
    for (size_t i = 0; i < count; i++)
        ranks[by_name[i]] = (uint32_t)i;
    free(by_name);
    return ranks;
}

struct sorting {
    const struct web_trace *trace;
    enum web_goroutine_key key;
    uint32_t *name_ranks;
    uint64_t *keys;
};

static int64_t key_of(const struct sorting *sorting, uint32_t goroutine, const struct model_life_figures *figures)
{
    const struct model_actor *actor = &sorting->trace->timeline.actors.at[goroutine];
    switch (sorting->key) {
    case WEB_BY_NUMBER: return goroutine;
    case WEB_BY_ID: return actor->id.n;
    case WEB_BY_NAME: return sorting->name_ranks[sorting->trace->timeline.name_by_symbol.at[actor->name]];
    case WEB_BY_START: return figures->start_ns;
    case WEB_BY_END: return figures->end_ns;
    case WEB_BY_RUNNING: return figures->ns[MODEL_RUNNING];
    case WEB_BY_RUNNABLE: return figures->ns[MODEL_RUNNABLE];
    case WEB_BY_WAITING: return model_states_ns(figures->ns, MODEL_WAITS);
    case WEB_BY_SYSCALL: return figures->ns[MODEL_SYSCALL];
    case WEB_BY_INTERVALS: return actor->intervals;
    default: return figures->end_ns - figures->start_ns;
    }
}

static void note_key(void *context, uint32_t goroutine, const struct model_life_figures *figures)
{
    struct sorting *sorting = context;
    sorting->keys[goroutine] = (uint64_t)key_of(sorting, goroutine, figures) ^ UINT64_C(1) << 63;
}

/* The figures of all goroutines are added up only if they are needed. */
static void visit_all(const struct web_trace *trace, bool figures_needed,
                      void (*visit)(void *context, uint32_t goroutine, const struct model_life_figures *figures),
                      void *context)
{
    static const struct model_life_figures none;
    if (figures_needed)
        model_goroutine_lanes_visit(&trace->goroutine_lanes->lanes, visit, context);
    else
        for (size_t i = 0; i < trace->timeline.actors.count; i++)
            visit(context, (uint32_t)i, &none);
}

static void sort(const struct web_trace *trace, enum web_goroutine_key key)
{
    struct web_goroutine_lanes *of_trace = trace->goroutine_lanes;
    size_t count = trace->timeline.actors.count;
    struct sorting sorting = {.trace = trace, .key = key, .keys = base_zalloc(count, sizeof *sorting.keys)};
    if (key == WEB_BY_NAME)
        sorting.name_ranks = rank_names(trace);
    if (!of_trace->order)
        of_trace->order = base_zalloc(count, sizeof *of_trace->order);
    for (size_t i = 0; i < count; i++)
        of_trace->order[i] = (uint32_t)i;
    bool by_figures = key != WEB_BY_NUMBER && key != WEB_BY_ID && key != WEB_BY_NAME && key != WEB_BY_INTERVALS;
    visit_all(trace, by_figures, note_key, &sorting);
    base_sort_by_keys(sorting.keys, of_trace->order, count);
    free(sorting.keys);
    free(sorting.name_ranks);
    of_trace->key = key;
    of_trace->sorted = true;
    of_trace->filtered = false;
}

/* ---- the filter ---- */

/* What a text stands for. */
struct wanted {
    bool *names; /* by index of trace->timeline.names; NULL: all */
    bool is_id;
    int64_t id;
};

struct filter {
    const struct web_trace *trace;
    const struct web_goroutine_query *query;
    int64_t from_ns, to_ns; /* as times of the trace */
    bool by_time;           /* or state */
    struct wanted texts[2];
    bool *function; /* like wanted.names */
    struct model_touched touched;
    struct base_map workers; /* for the task, or for any, by id */
    uint8_t *found;          /* by number */
};

static struct base_str name_at(const struct web_trace *trace, size_t i)
{
    return order_string(&trace->symbols, trace->timeline.names.at[i]);
}

static bool *find_names(const struct web_trace *trace, struct base_str text)
{
    struct base_text part = {0};
    bool *wanted = base_zalloc(trace->timeline.names.count, sizeof *wanted);
    base_text_bytes(&part, text.data, text.size);
    for (size_t i = 0; i < trace->timeline.names.count; i++)
        wanted[i] = base_str_contains(name_at(trace, i), base_text_cstring(&part));
    base_text_release(&part);
    return wanted;
}

static bool *find_function(const struct web_trace *trace, struct base_str name)
{
    bool *wanted = base_zalloc(trace->timeline.names.count, sizeof *wanted);
    for (size_t i = 0; i < trace->timeline.names.count; i++)
        wanted[i] = base_str_equal(name_at(trace, i), name);
    return wanted;
}

/* Whether the text is an id as it is written. */
static bool is_id(struct base_str text, int64_t *ret_id)
{
    char digits[24];
    *ret_id = 0;
    for (size_t i = 0; i < text.size && i < 18; i++)
        *ret_id = *ret_id * 10 + (text.data[i] - '0');
    int size = snprintf(digits, sizeof digits, "%" PRId64, *ret_id);
    return base_str_equal(text, (struct base_str){digits, (size_t)size});
}

static struct wanted want(const struct web_trace *trace, struct base_str text)
{
    struct wanted wanted = {0};
    if (!text.size)
        return wanted;
    wanted.names = find_names(trace, text);
    wanted.is_id = is_id(text, &wanted.id);
    return wanted;
}

static bool meets(const struct wanted *wanted, const struct model_actor *actor, uint32_t name)
{
    return !wanted->names || wanted->names[name] || (wanted->is_id && wanted->id == actor->id.n);
}

static bool has_state(const struct filter *filter, uint32_t goroutine)
{
    struct model_goroutine_lane lane = model_goroutine_lane_of(&filter->trace->goroutine_lanes->lanes, goroutine);
    struct model_place from, to;
    model_goroutine_lane_place(&lane, filter->from_ns, &from);
    model_goroutine_lane_place(&lane, filter->to_ns, &to);
    return to.ns[filter->query->state] > from.ns[filter->query->state];
}

static bool works(const struct filter *filter, goroutine_id id)
{
    return base_map_find(&filter->workers, (uint64_t)id.n) != BASE_MAP_NONE;
}

static void note_found(void *context, uint32_t goroutine, const struct model_life_figures *figures)
{
    struct filter *filter = context;
    const struct model_actor *actor = &filter->trace->timeline.actors.at[goroutine];
    uint32_t name = filter->trace->timeline.name_by_symbol.at[actor->name];
    int64_t state = filter->query->state;
    if (!meets(&filter->texts[0], actor, name) || !meets(&filter->texts[1], actor, name) ||
        (filter->function && !filter->function[name]) ||
        (filter->query->number != -1 && filter->query->number != goroutine) ||
        (filter->query->touching != -1 && !model_touched_has(&filter->touched, actor->id)) ||
        (filter->query->task != -1 && works(filter, actor->id) == (filter->query->task == WEB_NO_TASK)))
        return;
    filter->found[goroutine] = !filter->by_time;
    if (!filter->by_time || figures->start_ns >= filter->to_ns || figures->end_ns < filter->from_ns)
        return;
    filter->found[goroutine] = !state || (figures->ns[state] && has_state(filter, goroutine));
}

static void find_touched(struct web_trace *trace, int64_t id, struct model_touched *touched)
{
    struct model_pass pass;
    model_touched_init(touched, (goroutine_id){id});
    if (id == -1 || !web_trace_begin_pass(trace, &pass))
        return;
    const struct model_sink sink = {model_touched_add, touched, MODEL_TOUCHED_KINDS};
    web_trace_run_pass(trace, &pass, &sink, 1);
    model_pass_release(&pass);
}

static void add_workers(const struct web_annotations *a, size_t task, struct base_map *workers)
{
    const struct analyze_task *of = &a->of.tasks.all.at[task];
    for (uint32_t i = 0; i < of->goroutine_count; i++)
        base_map_set(workers, (uint64_t)a->of.tasks.goroutines.at[of->goroutines_first + i].n, 0);
}

static void find_workers(struct web_trace *trace, int64_t id, struct base_map *workers)
{
    const struct web_annotations *a = id == -1 ? NULL : web_annotations_get(trace);
    size_t top = a && id != WEB_NO_TASK ? analyze_annotations_task(&a->of, (uint64_t)id) : SIZE_MAX;
    if (!a || (top == SIZE_MAX && id != WEB_NO_TASK))
        return;
    bool *family = top == SIZE_MAX ? NULL : analyze_annotations_family(&a->of, top);
    for (size_t i = 0; i < a->of.tasks.all.count; i++)
        if (!family || family[i])
            add_workers(a, i, workers);
    free(family);
}

/* Whether a query finds them, by number: for the caller to free. */
static uint8_t *filter_all(struct web_trace *trace, const struct web_goroutine_query *query)
{
    struct filter filter = {
        .trace = trace,
        .query = query,
        .from_ns = base_i64_sum(trace->timeline.first_ns, query->from_ns),
        .to_ns = base_i64_sum(trace->timeline.first_ns, query->to_ns),
        .by_time = query->from_ns != INT64_MIN || query->to_ns != INT64_MAX || query->state,
        .texts = {want(trace, query->text), want(trace, query->also)},
        .function = query->one_function ? find_function(trace, query->function) : NULL,
        .found = base_zalloc(trace->timeline.actors.count, sizeof *filter.found),
    };
    find_touched(trace, query->touching, &filter.touched);
    find_workers(trace, query->task, &filter.workers);
    visit_all(trace, filter.by_time, note_found, &filter);
    model_touched_release(&filter.touched);
    base_map_release(&filter.workers);
    free(filter.texts[0].names);
    free(filter.texts[1].names);
    free(filter.function);
    return filter.found;
}

static void find(struct web_trace *trace, const struct web_goroutine_query *query)
{
    struct web_goroutine_lanes *of_trace = trace->goroutine_lanes;
    uint8_t *found = filter_all(trace, query);
    of_trace->found.count = 0;
    for (size_t i = 0; i < trace->timeline.actors.count; i++)
        if (found[of_trace->order[i]])
            *base_vec_add(&of_trace->found) = of_trace->order[i];
    free(found);
    of_trace->filtered = true;
}

/* What a query filters by, as bytes that are equal for those that find the same. */
static void write_filter(struct base_text *out, const struct web_goroutine_query *query)
{
    base_text_format(out, "%" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 " %d %zu %zu ",
                     query->from_ns, query->to_ns, query->state, query->touching, query->task, query->number,
                     query->one_function, query->text.size, query->also.size);
    base_text_bytes(out, query->text.data, query->text.size);
    base_text_bytes(out, query->also.data, query->also.size);
    base_text_bytes(out, query->function.data, query->function.size);
}

size_t web_goroutine_page(struct web_trace *trace, const struct web_goroutine_query *query, size_t offset, size_t limit,
                          uint32_t *ret_numbers, size_t *ret_found)
{
    struct web_goroutine_lanes *of_trace = trace->goroutine_lanes;
    struct base_text filter = {0};
    size_t taken = 0;
    *ret_found = 0;
    if (!web_goroutine_lanes_get(trace))
        return 0;
    write_filter(&filter, query);
    pthread_mutex_lock(&of_trace->lock);
    if (!of_trace->sorted || of_trace->key != query->key)
        sort(trace, query->key);
    if (!of_trace->filtered || filter.size != of_trace->query.size ||
        memcmp(filter.data, of_trace->query.data, filter.size) != 0) {
        find(trace, query);
        base_text_release(&of_trace->query);
        of_trace->query = filter;
        filter = (struct base_text){0};
    }
    size_t found = *ret_found = of_trace->found.count;
    for (; taken < limit && offset < found && taken < found - offset; taken++)
        ret_numbers[taken] = of_trace->found.at[query->descending ? found - 1 - offset - taken : offset + taken];
    pthread_mutex_unlock(&of_trace->lock);
    base_text_release(&filter);
    return taken;
}

/* ---- by function ---- */

struct gathering {
    const struct web_trace *trace;
    const uint8_t *found;
    uint32_t *places; /* by index of trace->timeline.names: one more than that in functions; 0: not met yet */
    BASE_VEC(struct web_function) functions;
};

static void gather(void *context, uint32_t goroutine, const struct model_life_figures *figures)
{
    struct gathering *gathering = context;
    const struct model_actor *actor = &gathering->trace->timeline.actors.at[goroutine];
    if (!gathering->found[goroutine])
        return;
    uint32_t *place = &gathering->places[gathering->trace->timeline.name_by_symbol.at[actor->name]];
    if (!*place) {
        *base_vec_add(&gathering->functions) = (struct web_function){
            .name = actor->name, .number = goroutine, .start_ns = figures->start_ns, .end_ns = figures->end_ns};
        *place = (uint32_t)gathering->functions.count;
    }
    struct web_function *function = &gathering->functions.at[*place - 1];
    function->count++;
    function->intervals += actor->intervals;
    function->total_ns += figures->end_ns - figures->start_ns;
    function->start_ns = figures->start_ns < function->start_ns ? figures->start_ns : function->start_ns;
    function->end_ns = figures->end_ns > function->end_ns ? figures->end_ns : function->end_ns;
    for (int state = 0; state < MODEL_STATES; state++)
        function->ns[state] += figures->ns[state];
}

static int64_t function_key(const struct web_trace *trace, const struct web_function *function,
                            enum web_goroutine_key key, const uint32_t *name_ranks)
{
    struct model_life_figures sums = {.start_ns = 0, .end_ns = function->total_ns};
    memcpy(sums.ns, function->ns, sizeof sums.ns);
    const struct sorting sorting = {.trace = trace, .key = key};
    switch (key) {
    case WEB_BY_NUMBER:
    case WEB_BY_ID: return function->number;
    case WEB_BY_NAME: return name_ranks[trace->timeline.name_by_symbol.at[function->name]];
    case WEB_BY_START: return function->start_ns;
    case WEB_BY_END: return function->end_ns;
    case WEB_BY_INTERVALS: return (int64_t)function->intervals;
    default: return key_of(&sorting, function->number, &sums);
    }
}

/* Their places in order, ascending: for the caller to free. */
static uint32_t *sort_functions(const struct web_trace *trace, const struct gathering *gathering,
                                enum web_goroutine_key key)
{
    size_t count = gathering->functions.count;
    uint32_t *order = base_zalloc(count, sizeof *order), *ranks = key == WEB_BY_NAME ? rank_names(trace) : NULL;
    uint64_t *keys = base_zalloc(count, sizeof *keys);
    for (size_t i = 0; i < count; i++) {
        order[i] = (uint32_t)i;
        keys[i] = (uint64_t)function_key(trace, &gathering->functions.at[i], key, ranks) ^ UINT64_C(1) << 63;
    }
    base_sort_by_keys(keys, order, count);
    free(keys);
    free(ranks);
    return order;
}

size_t web_function_page(struct web_trace *trace, const struct web_goroutine_query *query, size_t offset, size_t limit,
                         struct web_function *ret_functions, size_t *ret_found)
{
    size_t taken = 0;
    *ret_found = 0;
    if (!web_goroutine_lanes_get(trace))
        return 0;
    uint8_t *found = filter_all(trace, query);
    struct gathering gathering = {
        .trace = trace, .found = found, .places = base_zalloc(trace->timeline.names.count, sizeof *gathering.places)};
    visit_all(trace, true, gather, &gathering);
    uint32_t *order = sort_functions(trace, &gathering, query->key);
    size_t count = *ret_found = gathering.functions.count;
    for (; taken < limit && offset < count && taken < count - offset; taken++)
        ret_functions[taken] =
            gathering.functions.at[order[query->descending ? count - 1 - offset - taken : offset + taken]];
    free(order);
    free(gathering.places);
    free(found);
    base_vec_release(&gathering.functions);
    return taken;
}
