#include "output/calls_own.h"

#include <math.h>

enum {
    MOST_NAME_BYTES = 200,
    LEAST_FONT = 8, /* points */
    MORE_FONT = 16, /* of the node with the largest flat */
    MOST_WEIGHT = 100,
    MOST_WIDTH = 5,
};

/* ---- text within Graphviz's quotes ---- */

/* It knows escapes and HTML's entities. */
static void add_quoted(struct base_text *out, struct base_str text, const char *line_end)
{
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        if (c == '"' || c == '\\')
            base_text_char(out, '\\');
        if (c == '&')
            base_text_add(out, "&amp;");
        else if (c == '\n')
            base_text_add(out, line_end);
        else
            base_text_char(out, c);
    }
}

static void add_name(struct base_text *out, struct base_str name)
{
    struct base_text shown = {0};
    bool cut = name.size > MOST_NAME_BYTES;
    output_calls_name(&shown, (struct base_str){name.data, cut ? MOST_NAME_BYTES : name.size});
    add_quoted(out, base_text_view(&shown), " ");
    if (cut)
        base_text_add(out, "...");
    base_text_release(&shown);
}

/* Without the folders of the package's path: "http.(*conn).serve". */
static struct base_str without_folders(struct base_str name)
{
    size_t begin = 0;
    for (size_t i = 0; i < name.size && name.data[i] != '(' && name.data[i] != '['; i++)
        if (name.data[i] == '/')
            begin = i + 1;
    return (struct base_str){name.data + begin, name.size - begin};
}

/* A line for each part between dots, but not within brackets. */
static void add_name_in_lines(struct base_text *out, struct base_str name)
{
    struct base_str rest = without_folders(name);
    size_t begin = 0, depth = 0;
    for (size_t i = 0; i < rest.size && i < MOST_NAME_BYTES; i++) {
        depth += rest.data[i] == '[';
        depth -= depth && rest.data[i] == ']';
        if (rest.data[i] != '.' || depth || i == begin)
            continue;
        add_name(out, (struct base_str){rest.data + begin, i - begin});
        base_text_add(out, "\\n");
        begin = i + 1;
    }
    add_name(out, (struct base_str){rest.data + begin, rest.size - begin});
    base_text_add(out, "\\n");
}

/* ---- colours ---- */

struct colour {
    int red, green, blue;
};

static int between(int from, int to, double share)
{
    return from + (int)((double)(to - from) * share);
}

/* Grey for nothing, to red for all, or to green for what became less. */
static void add_colour(struct base_text *out, int64_t amount, int64_t total, bool background)
{
    static const struct colour grey[] = {{120, 120, 120}, {237, 237, 237}}, red[] = {{178, 0, 0}, {249, 200, 190}},
                               green[] = {{0, 120, 0}, {195, 230, 190}};
    double share = total ? (double)amount / fabs((double)total) : 0;
    double strength = sqrt(fmin(fabs(share), 1));
    const struct colour *from = &grey[background], *to = share < 0 ? &green[background] : &red[background];
    base_text_format(out, "\"#%02x%02x%02x\"", between(from->red, to->red, strength),
                     between(from->green, to->green, strength), between(from->blue, to->blue, strength));
}

/* ---- the graph ---- */

static double largest_flat(const struct analyze_call_graph *graph)
{
    double largest = 0;
    for (size_t i = 0; i < graph->nodes.count; i++)
        largest = fmax(largest, fabs((double)graph->nodes.at[i].flat));
    return largest;
}

static void add_amount(struct base_text *out, int64_t amount, int64_t total, struct output_unit unit)
{
    output_amount(out, 0, amount, unit);
    base_text_add(out, " (");
    output_share_short(out, amount, total);
    base_text_char(out, ')');
}

/* "1.20s (57.32%)\nof 2.09s (100%)", or what of that there is. */
static void add_amounts(struct base_text *out, const struct analyze_call_node *node, int64_t total,
                        struct output_unit unit)
{
    if (node->flat)
        add_amount(out, node->flat, total, unit);
    else
        base_text_char(out, '0');
    if (node->cum == node->flat)
        return;
    base_text_add(out, node->flat ? "\\nof " : " of ");
    add_amount(out, node->cum, total, unit);
}

static void add_node(struct base_text *out, const struct analyze_call_graph *graph, size_t i, double largest,
                     struct output_unit unit)
{
    const struct analyze_call_node *node = &graph->nodes.at[i];
    double size = largest > 0 ? sqrt(fabs((double)node->flat) / largest) : 0;
    base_text_format(out, "N%zu [label=\"", i + 1);
    add_name_in_lines(out, node->name);
    add_amounts(out, node, graph->total, unit);
    base_text_format(out, "\" id=\"node%zu\" fontsize=%d shape=box tooltip=\"", i + 1,
                     LEAST_FONT + (int)ceil(size * MORE_FONT));
    add_name(out, node->name);
    base_text_add(out, " (");
    output_amount(out, 0, node->cum, unit);
    base_text_add(out, ")\" color=");
    add_colour(out, node->cum, graph->total, false);
    base_text_add(out, " fillcolor=");
    add_colour(out, node->cum, graph->total, true);
    base_text_add(out, "]\n");
}

static int scaled(int64_t weight, int64_t total, int most)
{
    double share = total ? fabs((double)weight / (double)total) : 0;
    return 1 + (int)(fmin(share, 1) * most);
}

static void add_edge(struct base_text *out, const struct analyze_call_graph *graph,
                     const struct analyze_call_edge *edge, struct output_unit unit)
{
    struct base_text told = {0};
    add_name(&told, graph->nodes.at[edge->from].name);
    base_text_add(&told, edge->joined ? " ... " : " -> ");
    add_name(&told, graph->nodes.at[edge->to].name);
    base_text_add(&told, " (");
    output_amount(&told, 0, edge->weight, unit);
    base_text_char(&told, ')');
    base_text_format(out, "N%u -> N%u [label=\" ", edge->from + 1, edge->to + 1);
    output_amount(out, 0, edge->weight, unit);
    base_text_format(out, "\" weight=%d penwidth=%d color=", scaled(edge->weight, graph->total, MOST_WEIGHT),
                     scaled(edge->weight, graph->total, MOST_WIDTH));
    add_colour(out, edge->weight, graph->total, false);
    base_text_format(out, " tooltip=\"%s\"", base_text_cstring(&told));
    base_text_format(out, " labeltooltip=\"%s\"%s]\n", base_text_cstring(&told),
                     edge->joined ? " style=\"dotted\"" : "");
    base_text_release(&told);
}

static void add_legend(struct base_text *out, const struct output_calls *calls, struct output_unit unit)
{
    struct base_text head = {0};
    output_calls_head(&head, calls, unit, true);
    base_text_add(out, "subgraph cluster_legend { legend [shape=box fontsize=16 label=\"");
    add_quoted(out, base_str_of(analyze_profiles[calls->kind].title), " ");
    base_text_add(out, "\\l");
    add_quoted(out, base_text_view(&head), "\\l");
    base_text_add(out, "\"] }\n");
    base_text_release(&head);
}

void output_calls_dot(struct base_text *out, const struct output_calls *calls)
{
    const struct analyze_call_graph *graph = calls->graph;
    struct output_unit unit = output_calls_unit(calls);
    double largest = largest_flat(graph);
    base_text_format(out, "digraph \"%s\" {\nnode [style=filled fillcolor=\"#f8f8f8\"]\n",
                     analyze_profiles[calls->kind].kind);
    add_legend(out, calls, unit);
    for (size_t i = 0; i < graph->nodes.count; i++)
        add_node(out, graph, i, largest, unit);
    for (size_t i = 0; i < graph->edges.count; i++)
        add_edge(out, graph, &graph->edges.at[i], unit);
    base_text_add(out, "}\n");
}
