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
        model_pass_release(&trace->first);
    }
    pthread_cond_destroy(&trace->loaded);
    pthread_mutex_destroy(&trace->lock);
    free(trace);
}

const struct model_pass *query_trace_pass(struct query_trace *trace)
{
    pthread_mutex_lock(&trace->lock);
    const struct model_pass *pass = trace->has_names ? &trace->first : NULL;
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

/* All has been read. Symbols are those of the first pass, which later ones repeat. */
static void keep(struct query_trace *trace, struct loading *loading)
{
    if (!trace->has_names) {
        trace->first = loading->pass;
        loading->pass = (struct model_pass){0};
        query_names_init(&trace->names, model_pass_symbols(&trace->first));
    }
    query_fill_finish(&loading->fill, &trace->names.symbols);
}

/* Others may read what is loaded, but not `loaded` itself, `rows` and so on, which only change under the lock. */
static void publish(struct query_trace *trace, const struct query_wants *missing, bool kept)
{
    pthread_mutex_lock(&trace->lock);
    for (unsigned i = 0; i < QUERY_TABLES; i++) {
        if (!(missing->tables >> i & 1))
            continue;
        if (kept)
            query_store_seal(&trace->stores[i]);
        else
            query_store_drop(&trace->stores[i]);
    }
    trace->has_names = trace->has_names || kept;
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
    for (unsigned i = 0; i < QUERY_TABLES; i++)
        if (missing.tables >> i & 1)
            query_store_fill(&trace->stores[i], missing.columns[i]);
    query_fill_init(&loading.fill, trace->stores);
    if (!model_pass_begin_with(&loading.pass, trace->file, trace->program, ret_error)) {
        loading.failure = QUERY_UNREADABLE;
    } else {
        struct model_sink sink = {add_block, &loading, 0};
        model_pass_run(&loading.pass, &sink, 1, progress);
        if (!loading.failure && loading.pass.error.cause) {
            loading.failure = QUERY_UNREADABLE;
            *ret_error = loading.pass.error;
            loading.pass.error = BASE_NO_ERROR;
        }
    }
    if (!loading.failure)
        keep(trace, &loading);
    publish(trace, &missing, !loading.failure);
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
