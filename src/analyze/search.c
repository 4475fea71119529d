#include "analyze/search.h"

#include "base/sort.h"

const char *const analyze_found_names[ANALYZE_FOUND_KINDS] = {
    [ANALYZE_FOUND_GOROUTINE] = "goroutine", [ANALYZE_FOUND_FUNCTION] = "function", [ANALYZE_FOUND_TASK] = "task",
    [ANALYZE_FOUND_REGION] = "region",       [ANALYZE_FOUND_LOG] = "log",           [ANALYZE_FOUND_RANGE] = "range",
};

enum { UNKNOWN, HAS_NOT, HAS };

/* ---- the text ---- */

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool same(const char *a, const char *b, size_t size, bool any_case)
{
    if (!any_case)
        return memcmp(a, b, size) == 0;
    for (size_t i = 0; i < size; i++)
        if (lower(a[i]) != b[i])
            return false;
    return true;
}

/* With any_case, the text has no capitals. */
bool analyze_search_has(struct base_str string, struct base_str text, bool any_case)
{
    for (size_t i = 0; i + text.size <= string.size; i++)
        if (same(string.data + i, text.data, text.size, any_case))
            return true;
    return false;
}

static bool has_capital(struct base_str text)
{
    for (size_t i = 0; i < text.size; i++)
        if (text.data[i] != lower(text.data[i]))
            return true;
    return false;
}

/* Whether the text is a number as it is written. */
static bool is_number(struct base_str text, int64_t *ret_number)
{
    *ret_number = 0;
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] < '0' || text.data[i] > '9')
            return false;
        *ret_number = *ret_number * 10 + (text.data[i] - '0');
    }
    return text.size > 0 && text.size < 19 && (text.data[0] != '0' || text.size == 1);
}

void analyze_search_init(struct analyze_search *search, struct base_str text)
{
    struct base_str behind_g = text;
    *search = (struct analyze_search){.text = text, .any_case = !has_capital(text)};
    search->is_task = text.size < 19 && is_number(text, &search->id);
    if (text.size && lower(text.data[0]) == 'g')
        behind_g = (struct base_str){text.data + 1, text.size - 1};
    search->is_goroutine = behind_g.size < 19 && is_number(behind_g, &search->id);
}

void analyze_search_release(struct analyze_search *search)
{
    for (int kind = 0; kind < ANALYZE_FOUND_KINDS; kind++) {
        base_vec_release(&search->of[kind].rows);
        analyze_moments_release(&search->of[kind].matches);
        base_map_release(&search->rows_by_name[kind]);
    }
    base_vec_release(&search->goroutines);
    base_vec_release(&search->strings);
    base_vec_release(&search->stacks);
    base_vec_release(&search->pairs);
    base_map_release(&search->pair_of);
    base_map_release(&search->tasks_begun);
}

static bool string_has(struct analyze_search *search, const struct order_symbols *symbols, uint32_t string)
{
    while (string >= search->strings.count)
        *base_vec_add(&search->strings) = UNKNOWN;
    uint8_t *has = &search->strings.at[string];
    if (*has == UNKNOWN)
        *has = analyze_search_has(order_string(symbols, string), search->text, search->any_case) ? HAS : HAS_NOT;
    return *has == HAS;
}

/* ---- rows ---- */

/* A row of its own; NULL: there are too many to keep. */
static struct analyze_found_row *add_row(struct analyze_found_kind *kind, const struct order_event *event)
{
    kind->count++;
    if (kind->rows.count == ANALYZE_MOST_FOUND)
        return NULL;
    struct analyze_found_row *row = base_vec_add(&kind->rows);
    *row = (struct analyze_found_row){.name = event->name,
                                      .task = ORDER_NO_TASK,
                                      .matches = 1,
                                      .time_ns = event->time_ns,
                                      .goroutine = event->context.goroutine};
    return row;
}

/* The row of all that have a name. */
static struct analyze_found_row *row_of_name(struct analyze_search *search, enum analyze_found found, uint32_t name)
{
    struct analyze_found_kind *kind = &search->of[found];
    uint32_t index = base_map_find(&search->rows_by_name[found], name);
    if (index == BASE_MAP_NONE) {
        index = (uint32_t)kind->rows.count;
        base_map_set(&search->rows_by_name[found], name, index);
        *base_vec_add(&kind->rows) =
            (struct analyze_found_row){.name = name, .task = ORDER_NO_TASK, .time_ns = INT64_MAX};
        kind->count++;
    }
    return &kind->rows.at[index];
}

static void count_in(struct analyze_found_row *row, uint64_t matches, int64_t time_ns, goroutine_id goroutine)
{
    row->matches += matches;
    if (time_ns >= row->time_ns)
        return;
    row->time_ns = time_ns;
    row->goroutine = goroutine;
}

static void add_named(struct analyze_search *search, enum analyze_found found, const struct order_event *event,
                      const struct order_symbols *symbols)
{
    if (!string_has(search, symbols, event->name))
        return;
    count_in(row_of_name(search, found, event->name), 1, event->time_ns, event->context.goroutine);
    analyze_moments_add(&search->of[found].matches, event->time_ns);
}

/* A task that began before the trace is found where it ends. */
static void add_task(struct analyze_search *search, const struct order_event *event,
                     const struct order_symbols *symbols)
{
    struct analyze_found_kind *kind = &search->of[ANALYZE_FOUND_TASK];
    if (!string_has(search, symbols, event->name) && !(search->is_task && event->task.id == (uint64_t)search->id))
        return;
    if (base_map_find(&search->tasks_begun, event->task.id) != BASE_MAP_NONE)
        return;
    base_map_set(&search->tasks_begun, event->task.id, 0);
    struct analyze_found_row *row = add_row(kind, event);
    if (row)
        row->task = event->task.id;
    analyze_moments_add(&kind->matches, event->time_ns);
}

static void add_log(struct analyze_search *search, const struct order_event *event, const struct order_symbols *symbols)
{
    struct analyze_found_kind *kind = &search->of[ANALYZE_FOUND_LOG];
    if (!string_has(search, symbols, event->name) &&
        !analyze_search_has(event->log.message, search->text, search->any_case))
        return;
    struct analyze_found_row *row = add_row(kind, event);
    if (row) {
        row->message = event->log.message;
        row->task = event->log.task;
    }
    analyze_moments_add(&kind->matches, event->time_ns);
}

/* ---- stacks ---- */

static bool stack_has(struct analyze_search *search, const struct order_symbols *symbols, uint32_t stack)
{
    for (uint32_t depth = 0; depth < order_stack_depth(symbols, stack); depth++)
        if (string_has(search, symbols, order_stack_frame(symbols, stack, depth)->func))
            return true;
    return false;
}

static struct analyze_found_stack *pair(struct analyze_search *search, uint32_t a, uint32_t b)
{
    uint64_t key = (uint64_t)a << 32 | b;
    uint32_t index = base_map_find(&search->pair_of, key);
    if (index == BASE_MAP_NONE) {
        index = (uint32_t)search->pairs.count;
        base_map_set(&search->pair_of, key, index);
        *base_vec_add(&search->pairs) = (struct analyze_found_stack){.stacks = {a, b}};
    }
    return &search->pairs.at[index];
}

static struct analyze_found_stack *stacks_of(struct analyze_search *search, const struct order_event *event)
{
    uint32_t a = event->stack ? event->stack : event->transition_stack, b = event->transition_stack;
    if (b && a != b)
        return pair(search, a, b);
    while (a >= search->stacks.count) {
        uint32_t stack = (uint32_t)search->stacks.count;
        *base_vec_add(&search->stacks) = (struct analyze_found_stack){.stacks = {stack, ORDER_NO_STACK}};
    }
    return &search->stacks.at[a];
}

static void add_stacks(struct analyze_search *search, const struct order_event *event,
                       const struct order_symbols *symbols)
{
    struct analyze_found_stack *of = stacks_of(search, event);
    if (of->has == UNKNOWN)
        of->has =
            stack_has(search, symbols, of->stacks[0]) || stack_has(search, symbols, of->stacks[1]) ? HAS : HAS_NOT;
    if (of->has == HAS_NOT)
        return;
    if (!of->events++) {
        of->time_ns = event->time_ns;
        of->goroutine = event->context.goroutine;
    }
    analyze_moments_add(&search->of[ANALYZE_FOUND_FUNCTION].matches, event->time_ns);
}

/* What the events with some stacks tell of each function that they have. `counted`: by symbol, the last stacks in which
 * it was; they are numbered from 1. */
static void add_functions(struct analyze_search *search, const struct order_symbols *symbols,
                          const struct analyze_found_stack *of, uint32_t *counted, uint32_t number)
{
    for (int i = 0; i < 2 && of->events; i++)
        for (uint32_t depth = 0; depth < order_stack_depth(symbols, of->stacks[i]); depth++) {
            uint32_t function = order_stack_frame(symbols, of->stacks[i], depth)->func;
            if (counted[function] == number || !string_has(search, symbols, function))
                continue;
            counted[function] = number;
            count_in(row_of_name(search, ANALYZE_FOUND_FUNCTION, function), of->events, of->time_ns, of->goroutine);
        }
}

/* ---- all ---- */

void analyze_search_add(void *self, const struct order_block *block, const struct order_symbols *symbols)
{
    struct analyze_search *search = self;
    for (size_t i = 0; i < block->count; i++) {
        const struct order_event *event = &block->events[i];
        if (event->stack || event->transition_stack)
            add_stacks(search, event, symbols);
        switch (event->kind) {
        case ORDER_TASK_BEGIN:
        case ORDER_TASK_END: add_task(search, event, symbols); break;
        case ORDER_REGION_BEGIN: add_named(search, ANALYZE_FOUND_REGION, event, symbols); break;
        case ORDER_LOG: add_log(search, event, symbols); break;
        case ORDER_RANGE_BEGIN:
        case ORDER_RANGE_ACTIVE: add_named(search, ANALYZE_FOUND_RANGE, event, symbols); break;
        default: break;
        }
    }
}

static bool more_matches(const void *a, const void *b, void *context)
{
    (void)context;
    return ((const struct analyze_found_row *)a)->matches > ((const struct analyze_found_row *)b)->matches;
}

void analyze_search_finish(struct analyze_search *search, const struct order_symbols *symbols)
{
    static const enum analyze_found named[] = {ANALYZE_FOUND_FUNCTION, ANALYZE_FOUND_REGION, ANALYZE_FOUND_RANGE};
    uint32_t *counted = base_zalloc(symbols->strings.count, sizeof *counted), number = 0;
    for (size_t i = 0; i < search->stacks.count; i++)
        add_functions(search, symbols, &search->stacks.at[i], counted, ++number);
    for (size_t i = 0; i < search->pairs.count; i++)
        add_functions(search, symbols, &search->pairs.at[i], counted, ++number);
    free(counted);
    for (size_t i = 0; i < sizeof named / sizeof *named; i++) {
        struct analyze_found_kind *kind = &search->of[named[i]];
        base_sort_stable(kind->rows.at, kind->rows.count, sizeof *kind->rows.at, more_matches, NULL);
    }
    base_vec_release(&search->stacks);
    base_vec_release(&search->pairs);
    base_map_release(&search->pair_of);
}

void analyze_search_goroutines(struct analyze_search *search, const struct model_goroutine_lanes *lanes,
                               const struct order_symbols *symbols)
{
    const struct model_timeline *timeline = lanes->timeline;
    struct analyze_found_kind *kind = &search->of[ANALYZE_FOUND_GOROUTINE];
    uint8_t *has = base_zalloc(timeline->names.count, sizeof *has);
    BASE_VEC(uint64_t) times = {0};
    for (size_t i = 0; i < timeline->names.count; i++)
        has[i] = analyze_search_has(order_string(symbols, timeline->names.at[i]), search->text, search->any_case);
    for (uint32_t i = 0; i < timeline->actors.count; i++) {
        const struct model_actor *actor = &timeline->actors.at[i];
        if (!has[timeline->name_by_symbol.at[actor->name]] && !(search->is_goroutine && actor->id.n == search->id))
            continue;
        *base_vec_add(&search->goroutines) = i;
        *base_vec_add(&times) = (uint64_t)lanes->first_ns[i] ^ UINT64_C(1) << 63;
    }
    kind->count = search->goroutines.count;
    uint32_t *places = base_zalloc(times.count, sizeof *places);
    if (times.count > 1)
        base_sort_by_keys(times.at, places, times.count);
    for (size_t i = 0; i < times.count; i++)
        analyze_moments_add(&kind->matches, (int64_t)(times.at[i] ^ UINT64_C(1) << 63));
    free(places);
    free(has);
    base_vec_release(&times);
}
