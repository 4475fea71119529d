#include "calls.h"

#include "json.h"
#include "output/calls.h"
#include "target.h"

static void check_graph(const struct analyze_call_graph *graph)
{
    for (size_t i = 0; i < graph->edges.count; i++) {
        const struct analyze_call_edge *edge = &graph->edges.at[i];
        fuzz_require(edge->from < graph->nodes.count && edge->to < graph->nodes.count && edge->from != edge->to,
                     "an edge joins two nodes");
    }
    for (size_t i = 0; i < graph->nodes.count; i++) {
        const struct analyze_call_node *node = &graph->nodes.at[i];
        fuzz_require(node->first_in + node->in_count <= graph->in.count &&
                         node->first_out + node->out_count <= graph->out.count,
                     "a node's edges are there");
    }
}

static void check_sum(const struct analyze_call_graph *graph, const struct analyze_profile *profile,
                      const struct order_symbols *symbols)
{
    int64_t sum = 0;
    for (size_t i = 0; i < profile->records.count; i++)
        if (order_stack_depth(symbols, profile->records.at[i].stack))
            sum += profile->records.at[i].ns;
    fuzz_require(sum == graph->shown, "flats add up to what has frames");
}

/* Each line ends with a weight, and holds nothing that could steer a terminal. */
static void check_folded(const struct base_text *text)
{
    for (size_t i = 0; i < text->size; i++) {
        fuzz_require((unsigned char)text->data[i] >= ' ' || text->data[i] == '\n', "folded stacks are lines of text");
        fuzz_require(text->data[i] != '\n' || (i > 1 && text->data[i - 1] >= '0' && text->data[i - 1] <= '9'),
                     "a folded stack ends with its weight");
    }
}

/* Quotes come in pairs on each line. */
static void check_dot(const struct base_text *text)
{
    bool quoted = false;
    for (size_t i = 0; i < text->size; i++) {
        if (quoted && text->data[i] == '\\')
            i++;
        else if (text->data[i] == '"')
            quoted = !quoted;
        fuzz_require(i >= text->size || text->data[i] != '\n' || !quoted, "a quote ends on its line");
    }
    fuzz_require(!quoted, "the last quote ends");
}

static void report(const struct analyze_call_samples *samples, enum analyze_profile_kind kind,
                   const struct analyze_call_graph_spec *spec, const struct analyze_profile *whole,
                   const struct order_symbols *symbols)
{
    struct analyze_call_graph graph;
    struct base_text text = {0};
    analyze_call_graph_make(&graph, samples, spec);
    check_graph(&graph);
    if (!spec->trim && !spec->most_nodes && !spec->counts)
        check_sum(&graph, whole, symbols);
    const struct output_calls calls = {.graph = &graph, .kind = kind, .counts = spec->counts, .source = -1};
    if (spec->by_line) {
        output_calls_list(&text, &calls);
        text.size = 0;
        output_calls_list_json(&text, &calls);
    } else {
        output_calls_dot(&text, &calls);
        check_dot(&text);
        text.size = 0;
        output_calls_top(&text, &calls);
        output_calls_tree(&text, &calls);
        text.size = 0;
        output_calls_json(&text, &calls, true);
    }
    fuzz_require(fuzz_is_json(text.data, text.size), "JSON is JSON");
    base_text_release(&text);
    analyze_call_graph_release(&graph);
}

void fuzz_check_calls(const struct analyze_profile *profile, const struct order_symbols *symbols)
{
    static const struct analyze_call_graph_spec specs[] = {
        {0},
        {.counts = true, .trim = true, .most_nodes = 3, .order = ANALYZE_BY_CUM},
        {.trim = true, .untangle = true, .most_nodes = 4, .order = ANALYZE_BY_BRANCHING},
        {.by_line = true},
    };
    struct analyze_call_samples samples;
    struct base_text text = {0};
    analyze_call_samples_init(&samples, &(struct analyze_call_filter){{NULL}});
    analyze_call_samples_add(&samples, profile, symbols, false);
    for (size_t i = 0; i < sizeof specs / sizeof *specs; i++)
        report(&samples, profile->kind, &specs[i], profile, symbols);
    output_calls_folded(&text, &samples, false);
    check_folded(&text);
    base_text_release(&text);
    analyze_call_samples_release(&samples);
}
