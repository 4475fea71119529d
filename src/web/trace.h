/* A trace that the viewer has open. A thread of its own reads it and adds block by block to what the timeline and the
 * counts need; everything else is computed, in passes of their own, when it is first asked for.
 *
 *     if (web_trace_open(&trace, name, &file, program, NULL, &error)) {      it can be read; reading goes on
 *         base_turns_begin_look(&trace.turns);
 *         … trace.timeline, trace.info, trace.symbols: what has been read so far …
 *         base_turns_end_look(&trace.turns);
 *         web_trace_wait(&trace);                                             from here on nothing changes
 *         web_trace_release(&trace);
 *     }
 *
 * What waits, or begins a pass, must not do so while it looks: reading stands still meanwhile.
 */
#ifndef KYMO_WEB_TRACE_H
#define KYMO_WEB_TRACE_H

#include "analyze/group_times.h"
#include "analyze/profile.h"
#include "base/number.h"
#include "base/turns.h"
#include "model/info.h"
#include "model/timeline.h"
#include "web/once.h"

#include <pthread.h>
#include <stdatomic.h>

enum web_phase {
    WEB_BEGINS, /* nothing is known yet */
    WEB_READS,  /* there are events */
    WEB_WHOLE,  /* everything has been read */
};

/* How far reading is. Within a generation its events tell, by the bytes that those before them took. */
struct web_reading {
    uint64_t done_bytes;
    uint64_t from_bytes, to_bytes, events; /* of the generation, and those read of it */
    double bytes_an_event;
};

/* Who is told of reading, by the thread that reads. Functions may be NULL. */
struct web_watch {
    struct base_progress progress;
    void (*whole)(void *self); /* everything has been read */
    void *self;
};

/* Statistics of all goroutines, without regions. */
struct web_goroutines {
    struct web_once once;
    struct model_pass pass; /* whose symbols they refer to */
    struct analyze_goroutines stats;
    struct analyze_groups groups;
    struct analyze_group_times group_times;
};

struct web_profiles {
    struct web_once once;
    struct model_pass pass; /* likewise */
    struct analyze_profile of[ANALYZE_PROFILE_KINDS];
};

struct web_trace {
    const char *name; /* of the file, without folders */
    const struct base_mapping *file;
    struct base_program *program;
    struct wire_header header;
    const struct web_source *source; /* web/source.h; NULL: nobody said where it is */

    /* What reading adds to, under the lock until the whole trace is there. */
    struct base_turns turns;
    struct model_info info;
    struct model_timeline timeline;
    struct order_symbols symbols; /* a view: those that the events so far refer to */
    struct web_reading reading;
    enum web_phase phase; /* changes under both locks */

    struct model_pass pass; /* that reads; others look at it when the trace is whole */
    struct web_watch watch;
    bool has_reader;
    pthread_t reader;
    pthread_mutex_t phase_lock;
    pthread_cond_t phase_changed;
    atomic_bool abandoned;

    /* Computed when they are first asked for. */
    struct web_goroutine_lanes *goroutine_lanes; /* web/goroutine_lanes.h */
    struct web_tracks *tracks;                   /* web/tracks.h */
    struct web_goroutines goroutines;
    struct web_profiles profiles;
    struct web_collection *collection;   /* web/collection.h */
    struct web_annotations *annotations; /* web/annotations.h */
    struct web_below *below;             /* web/below.h */
    struct web_arrows *arrows;           /* web/arrows.h */
    struct web_search *search;           /* web/search.h */
    struct web_queries *queries;         /* web/queries.h */
};

/* Returns when there are events, or when the trace turns out to have none. The file must stay mapped, and the program
 * open, as long as the trace is used; there may be no program. watch may be NULL. False if nothing can be read. */
bool web_trace_open(struct web_trace *trace, const char *name, const struct base_mapping *file,
                    struct base_program *program, const struct web_watch *watch, struct base_error *ret_error);

/* Reading ends, and so does all that is computed or waits: what is there from now on is not the whole trace. */
void web_trace_abandon(struct web_trace *trace);

/* Abandons what is under way. Nobody may use the trace any more. */
void web_trace_release(struct web_trace *trace);

/* Waits until everything has been read. False if the trace was abandoned. */
bool web_trace_wait(struct web_trace *trace);

/* The parts of opening and reading, for those that read step by step: begin; add each block; finish. */
bool web_trace_begin(struct web_trace *trace, const char *name, const struct base_mapping *file,
                     struct base_program *program, struct base_error *ret_error);
void web_trace_add(void *self, const struct order_block *block, const struct order_symbols *symbols);
void web_trace_finish(struct web_trace *trace);

/* So many ns after the trace's first event; which may be beyond the times there are. */
static inline int64_t web_moment_ns(const struct web_trace *trace, double after_ns)
{
    return base_i64_sum(trace->timeline.first_ns, base_i64_of(after_ns));
}

/* Another pass over the trace. */
bool web_trace_begin_pass(const struct web_trace *trace, struct model_pass *ret_pass);

/* Runs it, with a sink, to its end; or until the trace is abandoned. */
void web_trace_run_pass(struct web_trace *trace, struct model_pass *pass, const struct model_sink *sinks, size_t count);

/* The whole profiles. Waits until the trace has been read, so as not to slow that down. NULL if it could not be read
 * again, or was abandoned. */
const struct web_profiles *web_trace_profiles(struct web_trace *trace);

/* The statistics of all goroutines, likewise. */
const struct web_goroutines *web_trace_goroutines(struct web_trace *trace);

/* A profile within a scope (NULL: everything) and a span: a pass of its own. Release both. */
bool web_trace_scoped_profile(struct web_trace *trace, enum analyze_profile_kind kind,
                              const struct analyze_scope *scope, struct analyze_interval span_ns,
                              struct model_pass *ret_pass, struct analyze_profile *ret_profile);

#endif
