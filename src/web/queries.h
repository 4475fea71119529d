/* The SQL queries on an opened trace: what tables were taken from it (query/query.h), and which queries run, so that
 * another request, or the end of the one that asked, can stop them. Internal to src/web; may be asked by several
 * threads at once.
 *
 *     struct web_running *running = web_queries_begin(trace, request, id, &limits);    NULL: too many run already
 *     … running->query …
 *     web_queries_end(running);
 *
 * The tables are taken in passes of the query layer's own, also while the trace is still being read.
 */
#ifndef KYMO_WEB_QUERIES_H
#define KYMO_WEB_QUERIES_H

#include "query/query.h"
#include "web/http.h"
#include "web/trace.h"

#include <pthread.h>

enum { WEB_MOST_QUERIES = 2, WEB_MOST_QUERY_ID_BYTES = 64 };

struct web_running {
    struct query *query; /* NULL: a place that is free */
    struct web_queries *queries;
    const struct web_request *request;
    char id[WEB_MOST_QUERY_ID_BYTES];
    size_t id_size; /* 0: it has none */
    bool ended, watched;
    pthread_t watcher; /* of the request, whether it is still wanted */
};

struct web_queries {
    pthread_mutex_t lock;
    pthread_cond_t ended; /* some query has */
    struct query_trace *trace;
    struct web_running running[WEB_MOST_QUERIES];
    bool abandoned;
    int64_t most_ns; /* the longest that may be asked for */
};

struct web_queries *web_queries_new(const struct base_mapping *file, struct base_program *program);

/* No query runs any more. NULL is allowed. */
void web_queries_free(struct web_queries *queries);

/* A query of that id, which may be empty; a longer one than WEB_MOST_QUERY_ID_BYTES counts as empty. It is stopped when
 * the request is `gone`. NULL if WEB_MOST_QUERIES run, or the trace was abandoned. */
struct web_running *web_queries_begin(struct web_trace *trace, const struct web_request *request, struct base_str id,
                                      const struct query_limits *limits);
void web_queries_end(struct web_running *running);

/* Stops the queries of an id. False if there are none. */
bool web_queries_stop(struct web_trace *trace, struct base_str id);

/* Stops all, and lets none begin. */
void web_queries_abandon(struct web_queries *queries);

#endif
