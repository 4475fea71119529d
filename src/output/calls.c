#include "output/calls_own.h"

static uint64_t size_of(int64_t number)
{
    return number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
}

struct output_unit output_calls_unit(const struct output_calls *calls)
{
    const struct analyze_call_graph *graph = calls->graph;
    uint64_t least = 0;
    if (calls->counts)
        return (struct output_unit){"", 1};
    for (size_t i = 0; i < graph->nodes.count; i++) {
        const struct analyze_call_node *node = &graph->nodes.at[i];
        uint64_t size = size_of(node->flat ? node->flat : node->cum);
        if (size && (!least || size < least))
            least = size;
    }
    return output_unit_for(least, size_of(graph->total));
}

const char *output_calls_type(const struct output_calls *calls)
{
    return analyze_profiles[calls->kind].values[!calls->counts];
}

void output_calls_name(struct base_text *out, struct base_str name)
{
    base_text_safely(out, name.size ? name : BASE_STR("<unknown>"));
}

bool output_calls_is_about(const struct output_calls *calls, const struct analyze_call_node *node)
{
    return !calls->about || base_pattern_fits(calls->about, node->name);
}

static void add_dropped(struct base_text *out, size_t count, const char *what, const char *by, int64_t least,
                        struct output_unit unit)
{
    if (!count)
        return;
    base_text_format(out, "Dropped %zu %s%s (%s <= ", count, what, count > 1 ? "s" : "", by);
    output_amount(out, 0, least, unit);
    base_text_add(out, ")\n");
}

void output_calls_head(struct base_text *out, const struct output_calls *calls, struct output_unit unit, bool edges)
{
    const struct analyze_call_graph *graph = calls->graph;
    base_text_format(out, "Type: %s\n", output_calls_type(calls));
    if (calls->filters && calls->filters->size) {
        base_text_add(out, "Active filters:\n");
        base_text_str(out, base_text_view(calls->filters));
    }
    base_text_add(out, "Showing nodes accounting for ");
    output_amount(out, 0, graph->shown, unit);
    base_text_add(out, ", ");
    output_share_short(out, graph->shown, graph->total);
    base_text_add(out, " of ");
    output_amount(out, 0, graph->total, unit);
    base_text_add(out, " total\n");
    if (!graph->total)
        return;
    add_dropped(out, graph->light_nodes, "node", "cum", graph->lightest_node, unit);
    if (edges)
        add_dropped(out, graph->light_edges, "edge", "freq", graph->lightest_edge, unit);
    if (graph->nodes.count < graph->heavy_nodes)
        base_text_format(out, "Showing top %zu nodes out of %zu\n", graph->nodes.count, graph->heavy_nodes);
}

/* "     1.20s 57.32% 57.32%      2.09s   100%" */
static void add_amounts(struct base_text *out, const struct analyze_call_node *node, int64_t flat_sum, int64_t total,
                        struct output_unit unit)
{
    output_amount(out, 10, node->flat, unit);
    base_text_char(out, ' ');
    output_share(out, node->flat, total);
    base_text_char(out, ' ');
    output_share(out, flat_sum, total);
    base_text_char(out, ' ');
    output_amount(out, 10, node->cum, unit);
    base_text_char(out, ' ');
    output_share(out, node->cum, total);
}

void output_calls_top(struct base_text *out, const struct output_calls *calls)
{
    const struct analyze_call_graph *graph = calls->graph;
    struct output_unit unit = output_calls_unit(calls);
    int64_t flat_sum = 0;
    output_calls_head(out, calls, unit, false);
    base_text_format(out, "%10s %5s%% %5s%% %10s %5s%%\n", "flat", "flat", "sum", "cum", "cum");
    for (size_t i = 0; i < graph->nodes.count; i++) {
        flat_sum += graph->nodes.at[i].flat;
        add_amounts(out, &graph->nodes.at[i], flat_sum, graph->total, unit);
        base_text_add(out, "  ");
        output_calls_name(out, graph->nodes.at[i].name);
        base_text_char(out, '\n');
    }
}

static const char rule[] = "----------------------------------------------------------+-------------\n";

static void add_neighbour(struct base_text *out, const struct analyze_call_graph *graph,
                          const struct analyze_call_edge *edge, uint32_t other, int64_t cum, struct output_unit unit)
{
    output_amount(out, 50, edge->weight, unit);
    base_text_char(out, ' ');
    output_share(out, edge->weight, cum);
    base_text_add(out, " |   ");
    output_calls_name(out, graph->nodes.at[other].name);
    base_text_char(out, '\n');
}

static void add_branch(struct base_text *out, const struct analyze_call_graph *graph,
                       const struct analyze_call_node *node, int64_t flat_sum, struct output_unit unit)
{
    base_text_add(out, rule);
    for (uint32_t i = 0; i < node->in_count; i++) {
        const struct analyze_call_edge *edge = &graph->edges.at[graph->in.at[node->first_in + i]];
        add_neighbour(out, graph, edge, edge->from, node->cum, unit);
    }
    add_amounts(out, node, flat_sum, graph->total, unit);
    base_text_add(out, "                | ");
    output_calls_name(out, node->name);
    base_text_char(out, '\n');
    for (uint32_t i = 0; i < node->out_count; i++) {
        const struct analyze_call_edge *edge = &graph->edges.at[graph->out.at[node->first_out + i]];
        add_neighbour(out, graph, edge, edge->to, node->cum, unit);
    }
}

bool output_calls_tree(struct base_text *out, const struct output_calls *calls)
{
    const struct analyze_call_graph *graph = calls->graph;
    struct output_unit unit = output_calls_unit(calls);
    int64_t flat_sum = 0;
    bool found = !calls->about;
    output_calls_head(out, calls, unit, false);
    base_text_format(out, "%s%10s %5s%% %5s%% %10s %5s%%   calls calls%% + context\n", rule, "flat", "flat", "sum",
                     "cum", "cum");
    for (size_t i = 0; i < graph->nodes.count; i++) {
        const struct analyze_call_node *node = &graph->nodes.at[i];
        if (!output_calls_is_about(calls, node))
            continue;
        found = true;
        flat_sum += node->flat;
        add_branch(out, graph, node, flat_sum, unit);
    }
    if (graph->nodes.count)
        base_text_add(out, rule);
    return found;
}
