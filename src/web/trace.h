/* A trace that the viewer has open: everything that its pages ask about, read in one pass, and what is computed when it
 * is asked for. */
#ifndef KYMO_WEB_TRACE_H
#define KYMO_WEB_TRACE_H

#include "analyze/groups.h"
#include "analyze/profile.h"
#include "model/info.h"
#include "model/timeline.h"

#include <pthread.h>

struct web_trace {
    const char *name; /* of the file, without folders */
    const struct base_mapping *file;
    struct model_pass pass;
    struct model_info info;
    struct analyze_goroutines goroutines; /* without regions */
    struct analyze_groups groups;
    struct model_timeline timeline;
    int64_t end_ns;
    /* Names of slices: symbols by their index in /api/timeline, and back. */
    BASE_VEC(uint32_t) names;
    BASE_VEC(uint32_t) name_by_symbol; /* UINT32_MAX: no slice has this name */
    /* The four whole profiles, computed together when the first is asked for. */
    pthread_mutex_t profiles_lock;
    bool profiles_ready;
    struct model_pass profiles_pass;
    struct analyze_profile profiles[ANALYZE_PROFILE_KINDS];
    struct web_goroutine_lanes *goroutine_lanes; /* web/goroutine_lanes.h */
};

/* The file must stay mapped, and the program open, as long as the trace is used; there may be no program. False if it
 * is not a trace. */
bool web_trace_open(struct web_trace *trace, const char *name, const struct base_mapping *file,
                    struct base_program *program, const struct base_progress *progress, struct base_error *ret_error);
void web_trace_release(struct web_trace *trace);

/* Another pass over the trace. */
bool web_trace_begin_pass(const struct web_trace *trace, struct model_pass *ret_pass);

/* The whole profile of a kind, with the symbols that it refers to. */
const struct analyze_profile *web_trace_profile(struct web_trace *trace, enum analyze_profile_kind kind,
                                                const struct order_symbols **ret_symbols);

/* A profile within a scope: a pass of its own. Release both. */
bool web_trace_scoped_profile(struct web_trace *trace, enum analyze_profile_kind kind,
                              const struct analyze_scope *scope, struct model_pass *ret_pass,
                              struct analyze_profile *ret_profile);

/* Goroutine statistics with regions: a pass of its own. Release both. */
bool web_trace_regions(struct web_trace *trace, struct model_pass *ret_pass, struct analyze_goroutines *ret_goroutines);

static inline const struct order_symbols *web_trace_symbols(const struct web_trace *trace)
{
    return model_pass_symbols(&trace->pass);
}

#endif
