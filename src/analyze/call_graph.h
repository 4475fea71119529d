/* Who calls whom, and where the time is: the numbers of pprof's reports (-top, -tree, -peek, -list, -svg).
 *
 *     struct analyze_call_graph graph;
 *     analyze_call_graph_make(&graph, &samples, &(struct analyze_call_graph_spec){…});
 *     … graph.nodes …
 *     analyze_call_graph_release(&graph);
 *
 * A node is a function, by its name alone, or a line of one. Flat is the weight of the stacks that end there, cum that
 * of those that have it anywhere; a stack counts once, however often a function calls itself. An edge is a call in a
 * stack, once per stack, and none from a node to itself. Nodes that are left out are gone from the stacks: their caller
 * is then joined to their callee by an edge that says so, and what ended in them is nobody's flat.
 *
 * What is left out, and in which order, is as in `go tool pprof` (its internal/report and internal/graph): nodes whose
 * cum is less than a share of the sum of all flats, then all but the first of those that are left, then edges below a
 * share of their own.
 */
#ifndef KYMO_ANALYZE_CALL_GRAPH_H
#define KYMO_ANALYZE_CALL_GRAPH_H

#include "analyze/call_samples.h"

enum analyze_call_order {
    ANALYZE_BY_FLAT,
    ANALYZE_BY_CUM,
    ANALYZE_BY_BRANCHING, /* for drawing: what has many ways in and out comes first, what only passes on last */
};

struct analyze_call_graph_spec {
    bool by_line;  /* nodes are lines of functions */
    bool counts;   /* weights are counts, not nanoseconds */
    bool trim;     /* leave out what is less than pprof's shares: 0.5 % of nodes, 0.1 % of edges */
    bool untangle; /* leave out joining edges where another way leads to the same node */
    enum analyze_call_order order;
    size_t most_nodes; /* 0: all */
};

struct analyze_call_node {
    struct base_str name, file; /* the file only by line */
    uint64_t line;
    int64_t flat, cum;
    uint32_t first_in, in_count;   /* of graph->in: the callers' edges, the heaviest first */
    uint32_t first_out, out_count; /* of graph->out: the callees' */
};

struct analyze_call_edge {
    uint32_t from, to; /* nodes: caller, callee */
    int64_t weight;
    bool joined; /* over nodes that were left out */
};

struct analyze_call_graph {
    BASE_VEC(struct analyze_call_node) nodes; /* in the order that was asked for */
    BASE_VEC(struct analyze_call_edge) edges; /* the heaviest first */
    BASE_VEC(uint32_t) in;                    /* edges, by the nodes they lead to */
    BASE_VEC(uint32_t) out;
    int64_t total;                   /* what shares are of */
    int64_t shown;                   /* the sum of the flats */
    size_t light_nodes, light_edges; /* left out as they are less than: */
    int64_t lightest_node, lightest_edge;
    size_t heavy_nodes; /* those that are not; more than there are nodes where most_nodes cut them */
};

void analyze_call_graph_make(struct analyze_call_graph *graph, const struct analyze_call_samples *samples,
                             const struct analyze_call_graph_spec *spec);
void analyze_call_graph_release(struct analyze_call_graph *graph);

#endif
