#include "web/trace.h"

#include "web/goroutine_lanes.h"

static void add_name(struct web_trace *trace, uint32_t symbol)
{
    if (trace->name_by_symbol.at[symbol] != UINT32_MAX)
        return;
    trace->name_by_symbol.at[symbol] = (uint32_t)trace->names.count;
    *base_vec_add(&trace->names) = symbol;
}

static void collect_names(struct web_trace *trace)
{
    const struct model_timeline *timeline = &trace->timeline;
    for (size_t i = 0; i < web_trace_symbols(trace)->strings.count; i++)
        *base_vec_add(&trace->name_by_symbol) = UINT32_MAX;
    for (size_t i = 0; i < timeline->actors.count; i++)
        add_name(trace, timeline->actors.at[i].name);
    for (size_t i = 0; i < timeline->gc.count; i++)
        add_name(trace, model_lane_what(&timeline->gc, i));
    for (size_t i = 0; i < timeline->stw.count; i++)
        add_name(trace, model_lane_what(&timeline->stw, i));
}

bool web_trace_open(struct web_trace *trace, const char *name, const struct base_mapping *file,
                    struct base_program *program, const struct base_progress *progress, struct base_error *ret_error)
{
    *trace = (struct web_trace){.name = name, .file = file};
    pthread_mutex_init(&trace->profiles_lock, NULL);
    if (!model_pass_begin_with(&trace->pass, file, program, ret_error))
        return false;
    model_info_init(&trace->info);
    analyze_goroutines_init(&trace->goroutines);
    model_timeline_init(&trace->timeline);
    trace->goroutine_lanes = web_goroutine_lanes_new();
    const struct model_sink sinks[] = {
        {model_timeline_add, &trace->timeline},
        {analyze_goroutines_add, &trace->goroutines},
        {model_info_add, &trace->info},
    };
    model_pass_run(&trace->pass, sinks, sizeof sinks / sizeof *sinks, progress);
    if (trace->pass.error.cause) {
        *ret_error = trace->pass.error;
        trace->pass.error = BASE_NO_ERROR;
        analyze_goroutines_finish(&trace->goroutines, web_trace_symbols(trace));
        model_timeline_finish(&trace->timeline);
        web_trace_release(trace);
        return false;
    }
    trace->end_ns = trace->pass.last_ns;
    analyze_goroutines_finish(&trace->goroutines, web_trace_symbols(trace));
    model_timeline_finish(&trace->timeline);
    analyze_groups_make(&trace->groups, &trace->goroutines, web_trace_symbols(trace));
    collect_names(trace);
    return true;
}

void web_trace_release(struct web_trace *trace)
{
    if (trace->profiles_ready) {
        for (int kind = 0; kind < ANALYZE_PROFILE_KINDS; kind++)
            analyze_profile_release(&trace->profiles[kind]);
        model_pass_release(&trace->profiles_pass);
    }
    web_goroutine_lanes_free(trace->goroutine_lanes);
    analyze_groups_release(&trace->groups);
    analyze_goroutines_release(&trace->goroutines);
    model_timeline_release(&trace->timeline);
    model_info_release(&trace->info);
    model_pass_release(&trace->pass);
    base_vec_release(&trace->names);
    base_vec_release(&trace->name_by_symbol);
    pthread_mutex_destroy(&trace->profiles_lock);
}

bool web_trace_begin_pass(const struct web_trace *trace, struct model_pass *ret_pass)
{
    struct base_error error = BASE_NO_ERROR;
    bool begun = model_pass_begin_with(ret_pass, trace->file, trace->pass.program, &error);
    base_error_release(&error);
    return begun;
}

static void compute_profiles(struct web_trace *trace)
{
    struct model_sink sinks[ANALYZE_PROFILE_KINDS];
    if (!web_trace_begin_pass(trace, &trace->profiles_pass))
        return;
    for (int kind = 0; kind < ANALYZE_PROFILE_KINDS; kind++) {
        analyze_profile_init(&trace->profiles[kind], (enum analyze_profile_kind)kind, NULL);
        sinks[kind] = (struct model_sink){analyze_profile_add, &trace->profiles[kind]};
    }
    model_pass_run(&trace->profiles_pass, sinks, ANALYZE_PROFILE_KINDS, NULL);
    for (int kind = 0; kind < ANALYZE_PROFILE_KINDS; kind++)
        analyze_profile_finish(&trace->profiles[kind], model_pass_symbols(&trace->profiles_pass));
    trace->profiles_ready = true;
}

const struct analyze_profile *web_trace_profile(struct web_trace *trace, enum analyze_profile_kind kind,
                                                const struct order_symbols **ret_symbols)
{
    pthread_mutex_lock(&trace->profiles_lock);
    if (!trace->profiles_ready)
        compute_profiles(trace);
    pthread_mutex_unlock(&trace->profiles_lock);
    *ret_symbols = trace->profiles_ready ? model_pass_symbols(&trace->profiles_pass) : web_trace_symbols(trace);
    return &trace->profiles[kind];
}

bool web_trace_scoped_profile(struct web_trace *trace, enum analyze_profile_kind kind,
                              const struct analyze_scope *scope, struct model_pass *ret_pass,
                              struct analyze_profile *ret_profile)
{
    if (!web_trace_begin_pass(trace, ret_pass))
        return false;
    analyze_profile_init(ret_profile, kind, scope);
    struct model_sink sink = {analyze_profile_add, ret_profile};
    model_pass_run(ret_pass, &sink, 1, NULL);
    analyze_profile_finish(ret_profile, model_pass_symbols(ret_pass));
    return true;
}

bool web_trace_regions(struct web_trace *trace, struct model_pass *ret_pass, struct analyze_goroutines *ret_goroutines)
{
    if (!web_trace_begin_pass(trace, ret_pass))
        return false;
    analyze_goroutines_init(ret_goroutines);
    ret_goroutines->keep_regions = true;
    struct model_sink sink = {analyze_goroutines_add, ret_goroutines};
    model_pass_run(ret_pass, &sink, 1, NULL);
    analyze_goroutines_finish(ret_goroutines, model_pass_symbols(ret_pass));
    return true;
}
