#include "query/trace.h"

#include "query/fill.h"

#include <time.h>

struct query_trace *query_trace_new(const struct base_mapping *file, struct base_program *program)
{
    struct query_trace *trace = base_zalloc(1, sizeof *trace);
    trace->file = file;
    trace->program = program;
    pthread_mutex_init(&trace->lock, NULL);
    pthread_cond_init(&trace->loaded, NULL);
    for (size_t i = 0; i < QUERY_TABLES; i++)
        query_store_init(&trace->stores[i], &query_tables[i], &trace->names);
    trace->stores[QUERY_STATES].room = QUERY_CHUNK_ROWS; /* goroutines that were there are told of late */
    return trace;
}

void query_trace_free(struct query_trace *trace)
{
    if (!trace)
        return;
    for (size_t i = 0; i < QUERY_TABLES; i++)
        query_store_release(&trace->stores[i]);
    if (trace->has_names) {
        query_names_release(&trace->names);
        model_pass_release(&trace->named);
    }
    if (trace->first_plain.reader)
        model_pass_release(&trace->first_plain);
    pthread_cond_destroy(&trace->loaded);
    pthread_mutex_destroy(&trace->lock);
    free(trace);
}

const struct model_pass *query_trace_pass(struct query_trace *trace)
{
    pthread_mutex_lock(&trace->lock);
    const struct model_pass *pass = trace->first;
    pthread_mutex_unlock(&trace->lock);
    return pass;
}

enum query_failure query_brake_look(struct query_brake *brake)
{
    if (atomic_load_explicit(&brake->stopped, memory_order_relaxed))
        return QUERY_STOPPED;
    return brake->end_ns && base_os_now_ns() > brake->end_ns ? QUERY_TIMED_OUT : QUERY_FINE;
}

/* ---- what is missing ---- */

/* What of the wants is not loaded. Under the lock. */
static bool find_missing(const struct query_trace *trace, const struct query_wants *wants, struct query_wants *missing)
{
    *missing = (struct query_wants){0};
    for (unsigned i = 0; i < QUERY_TABLES; i++) {
        const struct query_store *store = &trace->stores[i];
        if (!(wants->tables >> i & 1))
            continue;
        missing->columns[i] = query_store_needs(store->table, wants->columns[i]) & ~store->loaded;
        if (missing->columns[i] || !store->sealed)
            missing->tables |= UINT32_C(1) << i;
    }
    return missing->tables != 0;
}

/* Whether symbols are among it. Their ids are the same in all passes that are told events of all kinds. */
static bool wants_names(const struct query_wants *wants)
{
    bool any = wants->tables >> QUERY_STACKS & 1 || wants->tables >> QUERY_FRAMES & 1;
    for (unsigned i = 0; i < QUERY_TABLES; i++)
        for (size_t j = 0; j < query_tables[i].column_count; j++) {
            uint8_t kind = query_tables[i].columns[j].storage.kind;
            any |= (kind == QUERY_NAME || kind == QUERY_STACK) && wants->columns[i] >> j & 1;
        }
    return any;
}

/* The events that these tables are made of. */
static uint32_t kinds_for(const struct query_wants *wants)
{
    enum {
        LIVES = ORDER_KIND_BIT(ORDER_GO_TRANSITION),
        REGIONS = LIVES | ORDER_KIND_BIT(ORDER_REGION_BEGIN) | ORDER_KIND_BIT(ORDER_REGION_END),
        TASKS = REGIONS | ORDER_KIND_BIT(ORDER_TASK_BEGIN) | ORDER_KIND_BIT(ORDER_TASK_END) | ORDER_KIND_BIT(ORDER_LOG),
    };
    static const uint32_t kinds_by_table[QUERY_TABLES] = {
        [QUERY_GOROUTINES] = LIVES,
        [QUERY_STATES] = LIVES,
        [QUERY_WAKEUPS] = LIVES,
        [QUERY_PROCS] = LIVES | ORDER_KIND_BIT(ORDER_PROC_TRANSITION),
        [QUERY_RANGES] =
            ORDER_KIND_BIT(ORDER_RANGE_BEGIN) | ORDER_KIND_BIT(ORDER_RANGE_ACTIVE) | ORDER_KIND_BIT(ORDER_RANGE_END),
        [QUERY_COUNTERS] = ORDER_KIND_BIT(ORDER_METRIC),
        [QUERY_REGIONS] = REGIONS,
        [QUERY_TASKS] = TASKS,
        [QUERY_LOGS] = ORDER_KIND_BIT(ORDER_LOG),
        [QUERY_SAMPLES] = ORDER_KIND_BIT(ORDER_STACK_SAMPLE),
    };
    uint32_t kinds = ORDER_KIND_BIT(ORDER_SYNC);
    for (unsigned i = 0; i < QUERY_TABLES; i++)
        if (wants->tables >> i & 1)
            kinds |= kinds_by_table[i] ? kinds_by_table[i] : ORDER_ALL_KINDS;
    return kinds;
}

/* Waits until nobody loads; true if it is for the caller to do. */
static bool begin_loading(struct query_trace *trace, const struct query_wants *wants, struct query_brake *brake,
                          struct query_wants *missing, enum query_failure *ret_failure)
{
    enum { PATIENCE_NS = 20000000 };
    bool any;
    *ret_failure = QUERY_FINE;
    pthread_mutex_lock(&trace->lock);
    while ((any = find_missing(trace, wants, missing)) && trace->loading && !*ret_failure) {
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_nsec += PATIENCE_NS;
        until.tv_sec += until.tv_nsec / 1000000000;
        until.tv_nsec %= 1000000000;
        pthread_cond_timedwait(&trace->loaded, &trace->lock, &until);
        *ret_failure = query_brake_look(brake);
    }
    bool begin = any && !*ret_failure;
    if (begin)
        trace->loading = true;
    pthread_mutex_unlock(&trace->lock);
    return begin;
}

/* ---- loading ---- */

/* A sink that fills, and ends the pass when it is no longer wanted. */
struct loading {
    struct query_fill fill;
    struct model_pass pass;
    struct query_brake *brake;
    enum query_failure failure;
    const struct model_pass *kept; /* where the pass is kept; NULL: it is not */
};

static void add_block(void *self, const struct order_block *block, const struct order_symbols *symbols)
{
    struct loading *loading = self;
    loading->failure = query_brake_look(loading->brake);
    if (loading->failure)
        loading->pass.stop = true;
    else
        query_fill_add(&loading->fill, block, symbols);
}

/* All has been read. The pass is kept for the symbols that it was the first to need, and for its losses if it was the
 * first of all. */
static void keep(struct query_trace *trace, struct loading *loading, bool names)
{
    struct model_pass *kept = NULL;
    if (names && !trace->has_names)
        kept = &trace->named;
    else if (!trace->first)
        kept = &trace->first_plain;
    if (kept) {
        *kept = loading->pass;
        loading->pass = (struct model_pass){0};
    }
    if (kept == &trace->named)
        query_names_init(&trace->names, model_pass_symbols(kept));
    const struct order_symbols *own = model_pass_symbols(kept ? kept : &loading->pass);
    query_fill_finish(&loading->fill, names ? &trace->names.symbols : own);
    loading->kept = kept;
}

/* Others may read what is loaded, but not `loaded` itself, `rows` and so on, which only change under the lock. */
static void publish(struct query_trace *trace, const struct query_wants *missing, bool names,
                    const struct loading *loading)
{
    bool done = !loading->failure;
    pthread_mutex_lock(&trace->lock);
    for (unsigned i = 0; i < QUERY_TABLES; i++) {
        if (!(missing->tables >> i & 1))
            continue;
        if (done)
            query_store_seal(&trace->stores[i]);
        else
            query_store_drop(&trace->stores[i]);
    }
    trace->has_names = trace->has_names || (done && names);
    if (!trace->first)
        trace->first = loading->kept;
    trace->loading = false;
    pthread_cond_broadcast(&trace->loaded);
    pthread_mutex_unlock(&trace->lock);
}

enum query_failure query_trace_load(struct query_trace *trace, const struct query_wants *wants,
                                    struct query_brake *brake, const struct base_progress *progress, bool *ret_loaded,
                                    struct base_error *ret_error)
{
    struct query_wants missing;
    struct loading loading = {.brake = brake};
    *ret_loaded = begin_loading(trace, wants, brake, &missing, &loading.failure);
    if (!*ret_loaded)
        return loading.failure;
    bool names = wants_names(&missing);
    for (unsigned i = 0; i < QUERY_TABLES; i++)
        if (missing.tables >> i & 1)
            query_store_fill(&trace->stores[i], missing.columns[i]);
    query_fill_init(&loading.fill, trace->stores);
    if (!model_pass_begin_with(&loading.pass, trace->file, trace->program, ret_error)) {
        loading.failure = QUERY_UNREADABLE;
    } else {
        struct model_sink sink = {add_block, &loading, names ? 0 : kinds_for(&missing)};
        model_pass_run(&loading.pass, &sink, 1, progress);
        if (!loading.failure && loading.pass.error.cause) {
            loading.failure = QUERY_UNREADABLE;
            *ret_error = loading.pass.error;
            loading.pass.error = BASE_NO_ERROR;
        }
    }
    if (!loading.failure)
        keep(trace, &loading, names);
    publish(trace, &missing, names, &loading);
    query_fill_release(&loading.fill);
    if (loading.pass.reader)
        model_pass_release(&loading.pass);
    return loading.failure;
}

uint64_t query_trace_rows(struct query_trace *trace, unsigned table)
{
    enum { EVENT_BYTES = 5 }; /* of the file, about */
    pthread_mutex_lock(&trace->lock);
    const struct query_store *store = &trace->stores[table];
    uint64_t guess = trace->file->size / EVENT_BYTES;
    uint64_t rows = store->sealed                                                              ? store->rows
                    : table == QUERY_EVENTS || table == QUERY_STATES || table == QUERY_WAKEUPS ? guess
                                                                                               : guess / 16;
    pthread_mutex_unlock(&trace->lock);
    return rows;
}
