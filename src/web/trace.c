#include "web/trace.h"

#include "web/annotations.h"
#include "web/arrows.h"
#include "web/below.h"
#include "web/collection.h"
#include "web/goroutine_lanes.h"
#include "web/queries.h"
#include "web/search.h"
#include "web/tracks.h"

#include <signal.h>

/* What an event takes of the file, until a generation has told. */
static const double USUAL_BYTES_AN_EVENT = 6;

/* ---- passes ---- */

/* A sink that ends a pass over an abandoned trace. */
struct leash {
    const struct web_trace *trace;
    struct model_pass *pass;
};

static void stop_if_abandoned(void *self, const struct order_block *block, const struct order_symbols *symbols)
{
    struct leash *leash = self;
    (void)block;
    (void)symbols;
    if (atomic_load(&leash->trace->abandoned))
        leash->pass->stop = true;
}

static void run_pass(struct web_trace *trace, struct model_pass *pass, const struct model_sink *sinks, size_t count,
                     const struct base_progress *progress)
{
    struct leash leash = {trace, pass};
    BASE_VEC(struct model_sink) all = {0};
    *base_vec_add(&all) = (struct model_sink){stop_if_abandoned, &leash, ORDER_KIND_BIT(ORDER_SYNC)};
    for (size_t i = 0; i < count; i++)
        *base_vec_add(&all) = sinks[i];
    model_pass_run(pass, all.at, all.count, progress);
    base_vec_release(&all);
}

bool web_trace_begin_pass(const struct web_trace *trace, struct model_pass *ret_pass)
{
    struct base_error error = BASE_NO_ERROR;
    bool begun = model_pass_begin_with(ret_pass, trace->file, trace->program, &error);
    base_error_release(&error);
    return begun;
}

void web_trace_run_pass(struct web_trace *trace, struct model_pass *pass, const struct model_sink *sinks, size_t count)
{
    run_pass(trace, pass, sinks, count, NULL);
}

/* ---- reading ---- */

bool web_trace_begin(struct web_trace *trace, const char *name, const struct base_mapping *file,
                     struct base_program *program, struct base_error *ret_error)
{
    *trace = (struct web_trace){.name = name, .file = file, .program = program};
    if (!model_pass_begin_with(&trace->pass, file, program, ret_error))
        return false;
    trace->header = order_reader_header(trace->pass.reader);
    trace->symbols = *model_pass_symbols(&trace->pass);
    trace->reading.bytes_an_event = USUAL_BYTES_AN_EVENT;
    base_turns_init(&trace->turns);
    model_info_init(&trace->info);
    model_timeline_init(&trace->timeline);
    trace->goroutine_lanes = web_goroutine_lanes_new();
    trace->tracks = web_tracks_new();
    trace->collection = web_collection_new();
    trace->annotations = web_annotations_new();
    trace->below = web_below_new();
    trace->arrows = web_arrows_new();
    trace->search = web_search_new();
    trace->queries = web_queries_new(file, program);
    pthread_mutex_init(&trace->phase_lock, NULL);
    pthread_cond_init(&trace->phase_changed, NULL);
    web_once_init(&trace->goroutines.once);
    web_once_init(&trace->profiles.once);
    return true;
}

static void enter_phase(struct web_trace *trace, enum web_phase phase)
{
    pthread_mutex_lock(&trace->phase_lock);
    trace->phase = phase;
    pthread_cond_broadcast(&trace->phase_changed);
    pthread_mutex_unlock(&trace->phase_lock);
}

/* A Sync is the first event of its block. */
static void note_place(struct web_trace *trace, const struct order_block *block)
{
    struct web_reading *reading = &trace->reading;
    const struct order_event *first = &block->events[0];
    if (first->kind == ORDER_SYNC && first->sync.facts->has_generation) {
        if (reading->events)
            reading->bytes_an_event = (double)(reading->to_bytes - reading->from_bytes) / (double)reading->events;
        reading->from_bytes = first->sync.facts->offset_bytes;
        reading->to_bytes = first->sync.facts->end_bytes;
        reading->events = 0;
    }
    reading->events += block->count;
    double within_bytes = (double)reading->events * reading->bytes_an_event;
    uint64_t size_bytes = reading->to_bytes - reading->from_bytes;
    uint64_t done_bytes =
        reading->from_bytes + (within_bytes < (double)size_bytes ? (uint64_t)within_bytes : size_bytes);
    if (done_bytes > reading->done_bytes)
        reading->done_bytes = done_bytes;
}

static bool is_mere_sync(const struct order_block *block)
{
    return block->count == 1 && block->events[0].kind == ORDER_SYNC;
}

void web_trace_add(void *self, const struct order_block *block, const struct order_symbols *symbols)
{
    struct web_trace *trace = self;
    base_turns_begin_change(&trace->turns);
    model_timeline_add(&trace->timeline, block, symbols);
    model_info_add(&trace->info, block, symbols);
    trace->symbols = *symbols;
    note_place(trace, block);
    if (trace->phase == WEB_BEGINS && !is_mere_sync(block))
        enter_phase(trace, WEB_READS);
    base_turns_end_change(&trace->turns);
}

void web_trace_finish(struct web_trace *trace)
{
    base_turns_begin_change(&trace->turns);
    model_timeline_finish(&trace->timeline);
    enter_phase(trace, WEB_WHOLE);
    base_turns_end_change(&trace->turns);
}

static void read_all(struct web_trace *trace)
{
    const struct model_sink sink = {web_trace_add, trace};
    run_pass(trace, &trace->pass, &sink, 1, trace->watch.progress.report ? &trace->watch.progress : NULL);
    web_trace_finish(trace);
    if (trace->watch.whole)
        trace->watch.whole(trace->watch.self);
}

static void *run_reader(void *argument)
{
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, NULL); /* they are for the thread that began this */
    read_all(argument);
    return NULL;
}

/* Waits until a phase has been reached, or the trace was abandoned. Returns the phase it is in. */
static enum web_phase wait_for(struct web_trace *trace, enum web_phase phase)
{
    pthread_mutex_lock(&trace->phase_lock);
    while (trace->phase < phase && !atomic_load(&trace->abandoned))
        pthread_cond_wait(&trace->phase_changed, &trace->phase_lock);
    phase = trace->phase;
    pthread_mutex_unlock(&trace->phase_lock);
    return phase;
}

bool web_trace_wait(struct web_trace *trace)
{
    wait_for(trace, WEB_WHOLE);
    return !atomic_load(&trace->abandoned);
}

void web_trace_abandon(struct web_trace *trace)
{
    pthread_mutex_lock(&trace->phase_lock);
    atomic_store(&trace->abandoned, true);
    pthread_cond_broadcast(&trace->phase_changed);
    pthread_mutex_unlock(&trace->phase_lock);
    web_queries_abandon(trace->queries);
}

bool web_trace_open(struct web_trace *trace, const char *name, const struct base_mapping *file,
                    struct base_program *program, const struct web_watch *watch, struct base_error *ret_error)
{
    if (!web_trace_begin(trace, name, file, program, ret_error))
        return false;
    if (watch)
        trace->watch = *watch;
    trace->has_reader = pthread_create(&trace->reader, NULL, run_reader, trace) == 0;
    if (!trace->has_reader)
        read_all(trace);
    if (wait_for(trace, WEB_READS) == WEB_READS || !trace->pass.error.cause)
        return true;
    *ret_error = trace->pass.error;
    trace->pass.error = BASE_NO_ERROR;
    web_trace_release(trace);
    return false;
}

static void goroutines_release(struct web_goroutines *goroutines)
{
    if (goroutines->once.made) {
        analyze_group_times_release(&goroutines->group_times);
        analyze_groups_release(&goroutines->groups);
        analyze_goroutines_release(&goroutines->stats);
        model_pass_release(&goroutines->pass);
    }
    web_once_release(&goroutines->once);
}

static void profiles_release(struct web_profiles *profiles)
{
    if (profiles->once.made) {
        for (int kind = 0; kind < ANALYZE_PROFILE_KINDS; kind++)
            analyze_profile_release(&profiles->of[kind]);
        model_pass_release(&profiles->pass);
    }
    web_once_release(&profiles->once);
}

void web_trace_release(struct web_trace *trace)
{
    web_trace_abandon(trace);
    if (trace->has_reader)
        pthread_join(trace->reader, NULL);
    web_goroutine_lanes_free(trace->goroutine_lanes);
    web_tracks_free(trace->tracks);
    web_collection_free(trace->collection);
    web_below_free(trace->below);
    web_annotations_free(trace->annotations);
    web_arrows_free(trace->arrows);
    web_search_free(trace->search);
    web_queries_free(trace->queries);
    goroutines_release(&trace->goroutines);
    profiles_release(&trace->profiles);
    model_timeline_release(&trace->timeline);
    model_info_release(&trace->info);
    model_pass_release(&trace->pass);
    base_turns_release(&trace->turns);
    pthread_mutex_destroy(&trace->phase_lock);
    pthread_cond_destroy(&trace->phase_changed);
}

/* ---- what is computed when it is asked for ---- */

static bool compute_profiles(struct web_trace *trace, void *self)
{
    struct web_profiles *profiles = self;
    struct model_sink sinks[ANALYZE_PROFILE_KINDS];
    if (!web_trace_begin_pass(trace, &profiles->pass))
        return false;
    for (int kind = 0; kind < ANALYZE_PROFILE_KINDS; kind++) {
        analyze_profile_init(&profiles->of[kind], (enum analyze_profile_kind)kind, NULL);
        sinks[kind] = (struct model_sink){analyze_profile_add, &profiles->of[kind], ANALYZE_PROFILE_EVENTS};
    }
    web_trace_run_pass(trace, &profiles->pass, sinks, ANALYZE_PROFILE_KINDS);
    for (int kind = 0; kind < ANALYZE_PROFILE_KINDS; kind++)
        analyze_profile_finish(&profiles->of[kind], model_pass_symbols(&profiles->pass));
    return true;
}

const struct web_profiles *web_trace_profiles(struct web_trace *trace)
{
    struct web_profiles *profiles = &trace->profiles;
    return web_once_get(&profiles->once, trace, compute_profiles, profiles) ? profiles : NULL;
}

static bool compute_goroutines(struct web_trace *trace, void *self)
{
    struct web_goroutines *goroutines = self;
    if (!web_trace_begin_pass(trace, &goroutines->pass))
        return false;
    analyze_goroutines_init(&goroutines->stats);
    const struct model_sink sink = {analyze_goroutines_add, &goroutines->stats};
    web_trace_run_pass(trace, &goroutines->pass, &sink, 1);
    analyze_goroutines_finish(&goroutines->stats, model_pass_symbols(&goroutines->pass));
    analyze_groups_make(&goroutines->groups, &goroutines->stats, model_pass_symbols(&goroutines->pass));
    analyze_group_times_make(&goroutines->group_times, &goroutines->groups, &goroutines->stats,
                             model_pass_symbols(&goroutines->pass));
    return true;
}

const struct web_goroutines *web_trace_goroutines(struct web_trace *trace)
{
    struct web_goroutines *goroutines = &trace->goroutines;
    return web_once_get(&goroutines->once, trace, compute_goroutines, goroutines) ? goroutines : NULL;
}

bool web_trace_scoped_profile(struct web_trace *trace, enum analyze_profile_kind kind,
                              const struct analyze_scope *scope, struct analyze_interval span_ns,
                              struct model_pass *ret_pass, struct analyze_profile *ret_profile)
{
    if (!web_trace_begin_pass(trace, ret_pass))
        return false;
    analyze_profile_init(ret_profile, kind, scope);
    ret_profile->span_ns = span_ns;
    const struct model_sink sink = {analyze_profile_add, ret_profile, ANALYZE_PROFILE_EVENTS};
    web_trace_run_pass(trace, ret_pass, &sink, 1);
    analyze_profile_finish(ret_profile, model_pass_symbols(ret_pass));
    return true;
}
