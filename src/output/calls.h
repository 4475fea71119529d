/* Reports on who calls whom (analyze/call_graph.h), in the shapes of `go tool pprof`: -top, -tree, -peek, -list, folded
 * stacks, a drawing; and as JSON.
 *
 * Amounts are shown in one unit for the whole report, chosen as pprof chooses it (its internal/measurement); in JSON
 * they are nanoseconds or counts. Shares are of graph->total.
 */
#ifndef KYMO_OUTPUT_CALLS_H
#define KYMO_OUTPUT_CALLS_H

#include "analyze/call_graph.h"

struct output_calls {
    const struct analyze_call_graph *graph;
    enum analyze_profile_kind kind;
    bool counts;                      /* as the graph's spec has it */
    const struct base_text *filters;  /* what the user left out, a line each; or NULL */
    const struct base_pattern *about; /* of peek and list: the functions wanted; NULL: all */
    int source;                       /* of list: the folder by base_beneath_folder */
};

/* A row a function. */
void output_calls_top(struct base_text *out, const struct output_calls *calls);

/* Functions with their callers above and what they call below. False if no function is what it is about. */
bool output_calls_tree(struct base_text *out, const struct output_calls *calls);

/* Source lines with their amounts, of functions by line. False as above. */
bool output_calls_list(struct base_text *out, const struct output_calls *calls);

/* All of it as JSON. neighbours: with callers and callees. */
bool output_calls_json(struct base_text *out, const struct output_calls *calls, bool neighbours);

/* The list as JSON. */
bool output_calls_list_json(struct base_text *out, const struct output_calls *calls);

/* A line for each stack of functions: from the root on, between semicolons, and its weight. */
void output_calls_folded(struct base_text *out, const struct analyze_call_samples *samples, bool counts);

/* The graph in Graphviz's language, for base/graphviz.h. */
void output_calls_dot(struct base_text *out, const struct output_calls *calls);

#endif
