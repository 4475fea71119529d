#include "web/tracks.h"

struct web_tracks {
    struct {
        struct web_once once;
        struct model_tracks of;
    } tracks;
    struct {
        struct web_once once;
        struct model_threads of;
    } threads;
};

struct web_tracks *web_tracks_new(void)
{
    struct web_tracks *of_trace = base_zalloc(1, sizeof *of_trace);
    web_once_init(&of_trace->tracks.once);
    web_once_init(&of_trace->threads.once);
    return of_trace;
}

void web_tracks_free(struct web_tracks *of_trace)
{
    if (!of_trace)
        return;
    if (of_trace->tracks.once.made)
        model_tracks_release(&of_trace->tracks.of);
    if (of_trace->threads.once.made)
        model_threads_release(&of_trace->threads.of);
    web_once_release(&of_trace->tracks.once);
    web_once_release(&of_trace->threads.once);
    free(of_trace);
}

static bool read_tracks(struct web_trace *trace, void *self)
{
    struct web_tracks *of_trace = self;
    struct model_sink sink = {model_tracks_add, &of_trace->tracks.of, MODEL_TRACKS_KINDS};
    struct model_pass pass;
    if (!web_trace_begin_pass(trace, &pass))
        return false;
    model_tracks_init(&of_trace->tracks.of, &trace->timeline);
    web_trace_run_pass(trace, &pass, &sink, 1);
    model_tracks_finish(&of_trace->tracks.of);
    model_pass_release(&pass);
    return true;
}

static bool read_threads(struct web_trace *trace, void *self)
{
    struct web_tracks *of_trace = self;
    struct model_sink sink = {model_threads_add, &of_trace->threads.of, MODEL_THREADS_KINDS};
    struct model_pass pass;
    if (!web_trace_begin_pass(trace, &pass))
        return false;
    model_threads_init(&of_trace->threads.of, &trace->timeline);
    web_trace_run_pass(trace, &pass, &sink, 1);
    model_threads_finish(&of_trace->threads.of);
    model_pass_release(&pass);
    return true;
}

const struct model_tracks *web_tracks_ready(const struct web_trace *trace)
{
    struct web_tracks *of_trace = trace->tracks;
    return web_once_ready(&of_trace->tracks.once) ? &of_trace->tracks.of : NULL;
}

const struct model_threads *web_threads_ready(const struct web_trace *trace)
{
    struct web_tracks *of_trace = trace->tracks;
    return web_once_ready(&of_trace->threads.once) ? &of_trace->threads.of : NULL;
}

const struct model_tracks *web_tracks_get(struct web_trace *trace)
{
    struct web_tracks *of_trace = trace->tracks;
    return web_once_get(&of_trace->tracks.once, trace, read_tracks, of_trace) ? &of_trace->tracks.of : NULL;
}

const struct model_threads *web_threads_get(struct web_trace *trace)
{
    struct web_tracks *of_trace = trace->tracks;
    return web_once_get(&of_trace->threads.once, trace, read_threads, of_trace) ? &of_trace->threads.of : NULL;
}
