/* A trace's stores, and loading them. Internal to src/query. */
#ifndef KYMO_QUERY_TRACE_H
#define KYMO_QUERY_TRACE_H

#include "query/store.h"

#include <stdatomic.h>

struct query_trace {
    const struct base_mapping *file;
    struct base_program *program;
    pthread_mutex_t lock;
    pthread_cond_t loaded; /* `loading` has ended */
    bool loading;
    const struct model_pass *first;       /* NULL before anything was loaded */
    struct model_pass first_plain, named; /* what `first` was if no names were wanted; which holds the symbols */
    bool has_names;
    struct query_names names;
    struct query_store stores[QUERY_TABLES];
};

/* What a statement needs. */
struct query_wants {
    uint32_t tables; /* bits; of one whose bit is set alone, how many rows there are */
    uint64_t columns[QUERY_TABLES];
};

/* What may end loading before its time. */
struct query_brake {
    atomic_bool stopped;
    int64_t end_ns; /* of base_os_now_ns; 0: never */
};

/* QUERY_FINE to go on. */
enum query_failure query_brake_look(struct query_brake *brake);

/* Loads what is not there. QUERY_UNREADABLE: *ret_error says why. progress may be NULL. *ret_loaded: there was
 * something to load. */
enum query_failure query_trace_load(struct query_trace *trace, const struct query_wants *wants,
                                    struct query_brake *brake, const struct base_progress *progress, bool *ret_loaded,
                                    struct base_error *ret_error);

/* How many rows a table has; a guess while that is not known. */
uint64_t query_trace_rows(struct query_trace *trace, unsigned table);

#endif
