/* Which request is answered by what. docs/http.md describes every route. */
#ifndef KYMO_WEB_ROUTES_H
#define KYMO_WEB_ROUTES_H

#include "web/http.h"
#include "web/trace.h"

/* Answers a request that web_refuse let in. May take as long as it takes to read the trace. */
void web_answer(struct web_trace *trace, const struct web_request *request, struct web_response *response);

typedef void web_handler(struct web_trace *trace, const struct web_request *request, struct web_response *response);

/* The handlers of the interface, a file each. */
web_handler web_overview, web_timeline, web_tiles, web_slice, web_groups, web_goroutines, web_profiles, web_profile,
    web_lanes;
web_handler web_arrows, web_mmu, web_mmu_worst, web_gc, web_task_types, web_tasks, web_task, web_region_types,
    web_regions;
web_handler web_goroutine, web_goroutine_states, web_source;
web_handler web_span, web_span_goroutines, web_span_functions, web_find, web_find_marks, web_find_step;
web_handler web_tracks, web_threads, web_log, web_below;
web_handler web_query, web_query_stop, web_query_schema;

/* The official profile URLs: the pprof file if `raw` is given, else the page. `region`: within user regions. */
void web_official_profile(struct web_trace *trace, const struct web_request *request, struct web_response *response,
                          enum analyze_profile_kind kind, bool region);

/* 500, as the trace could not be read once more: it has become unreadable, or was abandoned. */
void web_fail_to_read(struct web_response *response);

/* Sends a page of web_pages; index.html if there is none of that path. */
void web_send_page(struct base_str path, struct web_response *response);

#endif
