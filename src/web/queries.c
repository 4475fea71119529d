#include "web/queries.h"

#include <signal.h>
#include <time.h>

enum { LOOK_NS = 100000000 };
static const int64_t MOST_NS = 60 * INT64_C(1000000000);

struct web_queries *web_queries_new(const struct base_mapping *file, struct base_program *program)
{
    struct web_queries *queries = base_zalloc(1, sizeof *queries);
    pthread_condattr_t attributes;
    pthread_mutex_init(&queries->lock, NULL);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&queries->ended, &attributes);
    pthread_condattr_destroy(&attributes);
    queries->trace = query_trace_new(file, program);
    queries->most_ns = MOST_NS;
    return queries;
}

void web_queries_free(struct web_queries *queries)
{
    if (!queries)
        return;
    query_trace_free(queries->trace);
    pthread_cond_destroy(&queries->ended);
    pthread_mutex_destroy(&queries->lock);
    free(queries);
}

/* ---- who waits for the answer ---- */

static void wait_a_while(struct web_queries *queries)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += LOOK_NS;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    pthread_cond_timedwait(&queries->ended, &queries->lock, &until);
}

static void *watch(void *argument)
{
    struct web_running *running = argument;
    struct web_queries *queries = running->queries;
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, NULL);
    pthread_mutex_lock(&queries->lock);
    while (!running->ended) {
        wait_a_while(queries);
        if (!running->ended && running->request->gone(running->request->connection))
            query_stop(running->query);
    }
    pthread_mutex_unlock(&queries->lock);
    return NULL;
}

/* ---- running ---- */

static struct web_running *free_place(struct web_queries *queries)
{
    for (size_t i = 0; i < WEB_MOST_QUERIES; i++)
        if (!queries->running[i].query)
            return &queries->running[i];
    return NULL;
}

struct web_running *web_queries_begin(struct web_trace *trace, const struct web_request *request, struct base_str id,
                                      const struct query_limits *limits)
{
    struct web_queries *queries = trace->queries;
    pthread_mutex_lock(&queries->lock);
    struct web_running *running = queries->abandoned ? NULL : free_place(queries);
    if (running) {
        *running = (struct web_running){.query = query_new(queries->trace, limits), .queries = queries};
        running->request = request;
        running->id_size = id.size <= sizeof running->id ? id.size : 0;
        if (running->id_size)
            memcpy(running->id, id.data, running->id_size);
        running->watched = request->gone && pthread_create(&running->watcher, NULL, watch, running) == 0;
    }
    pthread_mutex_unlock(&queries->lock);
    return running;
}

void web_queries_end(struct web_running *running)
{
    struct web_queries *queries = running->queries;
    pthread_mutex_lock(&queries->lock);
    running->ended = true;
    pthread_cond_broadcast(&queries->ended);
    pthread_mutex_unlock(&queries->lock);
    if (running->watched)
        pthread_join(running->watcher, NULL);
    pthread_mutex_lock(&queries->lock);
    query_free(running->query);
    running->query = NULL;
    pthread_mutex_unlock(&queries->lock);
}

bool web_queries_stop(struct web_trace *trace, struct base_str id)
{
    struct web_queries *queries = trace->queries;
    bool any = false;
    pthread_mutex_lock(&queries->lock);
    for (size_t i = 0; i < WEB_MOST_QUERIES; i++) {
        const struct web_running *running = &queries->running[i];
        if (!running->query || !running->id_size ||
            !base_str_equal(id, (struct base_str){running->id, running->id_size}))
            continue;
        query_stop(running->query);
        any = true;
    }
    pthread_mutex_unlock(&queries->lock);
    return any;
}

void web_queries_abandon(struct web_queries *queries)
{
    pthread_mutex_lock(&queries->lock);
    queries->abandoned = true;
    for (size_t i = 0; i < WEB_MOST_QUERIES; i++)
        if (queries->running[i].query)
            query_stop(queries->running[i].query);
    pthread_mutex_unlock(&queries->lock);
}
