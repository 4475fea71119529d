#include "output/calls_own.h"
#include "output/json.h"

static void begin(struct output_json *json, const struct output_calls *calls)
{
    const struct analyze_call_graph *graph = calls->graph;
    output_json_open(json, NULL, '{');
    output_json_string(json, "kind", base_str_of(analyze_profiles[calls->kind].kind));
    output_json_string(json, "type", base_str_of(output_calls_type(calls)));
    output_json_string(json, "unit", calls->counts ? BASE_STR("count") : BASE_STR("nanoseconds"));
    output_json_i64(json, "total", graph->total);
    output_json_i64(json, "shown", graph->shown);
    output_json_u64(json, "dropped", graph->light_nodes);
    output_json_u64(json, "cut", graph->heavy_nodes - graph->nodes.count);
    output_json_open(json, "functions", '[');
}

static void end(struct base_text *out, struct output_json *json)
{
    output_json_close(json, ']');
    output_json_close(json, '}');
    base_text_char(out, '\n');
}

static void add_neighbours(struct output_json *json, const char *name, const struct analyze_call_graph *graph,
                           const uint32_t *edges, uint32_t count, bool callers)
{
    output_json_open(json, name, '[');
    for (uint32_t i = 0; i < count; i++) {
        const struct analyze_call_edge *edge = &graph->edges.at[edges[i]];
        output_json_open(json, NULL, '{');
        output_json_string(json, "name", graph->nodes.at[callers ? edge->from : edge->to].name);
        output_json_i64(json, "weight", edge->weight);
        if (edge->joined)
            output_json_bool(json, "joined", true);
        output_json_close(json, '}');
    }
    output_json_close(json, ']');
}

bool output_calls_json(struct base_text *out, const struct output_calls *calls, bool neighbours)
{
    const struct analyze_call_graph *graph = calls->graph;
    struct output_json json = {.out = out};
    bool found = !calls->about;
    begin(&json, calls);
    for (size_t i = 0; i < graph->nodes.count; i++) {
        const struct analyze_call_node *node = &graph->nodes.at[i];
        if (!output_calls_is_about(calls, node))
            continue;
        found = true;
        output_json_open(&json, NULL, '{');
        output_json_string(&json, "name", node->name);
        output_json_i64(&json, "flat", node->flat);
        output_json_i64(&json, "cum", node->cum);
        if (neighbours) {
            add_neighbours(&json, "callers", graph, graph->in.at + node->first_in, node->in_count, true);
            add_neighbours(&json, "callees", graph, graph->out.at + node->first_out, node->out_count, false);
        }
        output_json_close(&json, '}');
    }
    end(out, &json);
    return found;
}

static void add_line(void *self, uint64_t line, int64_t flat, int64_t cum, const struct base_str *text)
{
    struct output_json *json = self;
    output_json_open(json, NULL, '{');
    output_json_u64(json, "line", line);
    output_json_i64(json, "flat", flat);
    output_json_i64(json, "cum", cum);
    if (text)
        output_json_string(json, "text", *text);
    output_json_close(json, '}');
}

static void add_part(void *self, const struct output_calls_part *part)
{
    struct output_json *json = self;
    output_json_open(json, NULL, '{');
    output_json_string(json, "name", part->name);
    output_json_string(json, "file", part->file);
    if (part->found)
        output_json_string(json, "path", part->path);
    else
        output_json_null(json, "path");
    output_json_i64(json, "flat", part->flat);
    output_json_i64(json, "cum", part->cum);
    output_json_open(json, "lines", '[');
    output_calls_lines(part, add_line, json);
    output_json_close(json, ']');
    output_json_close(json, '}');
}

bool output_calls_list_json(struct base_text *out, const struct output_calls *calls)
{
    struct output_json json = {.out = out};
    begin(&json, calls);
    bool found = output_calls_each(calls, add_part, &json);
    end(out, &json);
    return found;
}
