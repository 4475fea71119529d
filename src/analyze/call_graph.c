#include "analyze/call_graph.h"

#include "base/number.h"
#include "base/sort.h"

#include <math.h>

static const double node_share = 0.005, edge_share = 0.001;

/* A graph being made, anew for each choice of nodes. What a node stands for is its key: a function's string, or a frame
 * of `lines`. */
struct making {
    const struct analyze_call_samples *samples;
    const struct analyze_call_graph_spec *spec;
    struct order_symbols lines;      /* the frames without their PCs */
    BASE_VEC(uint32_t) key_by_frame; /* of samples->symbols */
    size_t key_count;
    bool *left_out; /* by key; NULL: none is */
    struct analyze_call_graph *graph;
    BASE_VEC(uint32_t) keys;                 /* by node */
    uint32_t *node_by_key;                   /* + 1; 0: none yet */
    BASE_VEC(uint32_t) node_seen, edge_seen; /* the sample it was last counted in, + 1 */
    struct base_map edge_by_nodes;
};

static uint64_t size_of(int64_t number)
{
    return number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
}

static int64_t share_of(int64_t number, double share)
{
    return (int64_t)size_of(base_i64_of((double)number * share));
}

/* ---- what stacks add ---- */

static void find_keys(struct making *making)
{
    const struct order_symbols *symbols = &making->samples->symbols;
    order_symbols_init(&making->lines);
    for (size_t i = 0; i < symbols->frames.count; i++) {
        struct order_frame frame = symbols->frames.at[i];
        frame.pc = 0;
        *base_vec_add(&making->key_by_frame) =
            making->spec->by_line ? order_symbols_add_frame(&making->lines, frame) : frame.func;
    }
    making->key_count = making->spec->by_line ? making->lines.frames.count : symbols->strings.count;
    making->node_by_key = base_zalloc(making->key_count + 1, sizeof *making->node_by_key);
}

static struct analyze_call_node node_of_key(const struct making *making, uint32_t key)
{
    const struct order_symbols *symbols = &making->samples->symbols;
    if (!making->spec->by_line)
        return (struct analyze_call_node){.name = order_string(symbols, key)};
    const struct order_frame *frame = &making->lines.frames.at[key];
    return (struct analyze_call_node){
        .name = order_string(symbols, frame->func), .file = order_string(symbols, frame->file), .line = frame->line};
}

static uint32_t node_of(struct making *making, uint32_t key)
{
    if (!making->node_by_key[key]) {
        *base_vec_add(&making->graph->nodes) = node_of_key(making, key);
        *base_vec_add(&making->keys) = key;
        *base_vec_add(&making->node_seen) = 0;
        making->node_by_key[key] = (uint32_t)making->graph->nodes.count;
    }
    return making->node_by_key[key] - 1;
}

static void add_call(struct making *making, uint32_t from, uint32_t to, int64_t weight, bool joined, uint32_t mark)
{
    struct analyze_call_graph *graph = making->graph;
    uint64_t key = (uint64_t)from << 32 | to;
    uint32_t edge = base_map_find(&making->edge_by_nodes, key);
    if (edge == BASE_MAP_NONE) {
        edge = (uint32_t)graph->edges.count;
        base_map_set(&making->edge_by_nodes, key, edge);
        *base_vec_add(&graph->edges) = (struct analyze_call_edge){.from = from, .to = to};
        *base_vec_add(&making->edge_seen) = 0;
    }
    if (making->edge_seen.at[edge] == mark)
        return;
    making->edge_seen.at[edge] = mark;
    graph->edges.at[edge].weight += weight;
    graph->edges.at[edge].joined |= joined;
}

/* From the root to the leaf. */
static void add_stack(struct making *making, uint32_t stack, int64_t weight, uint32_t mark)
{
    const struct order_symbols *symbols = &making->samples->symbols;
    const struct order_stack *frames = &symbols->stacks.at[stack];
    uint32_t caller = UINT32_MAX;
    bool joined = false;
    for (uint32_t i = frames->count; i-- > 0;) {
        uint32_t key = making->key_by_frame.at[symbols->frame_refs.at[frames->first + i]];
        if (making->left_out && making->left_out[key]) {
            joined = true;
            continue;
        }
        uint32_t node = node_of(making, key);
        if (making->node_seen.at[node] != mark)
            making->graph->nodes.at[node].cum += weight;
        making->node_seen.at[node] = mark;
        if (caller != UINT32_MAX && caller != node)
            add_call(making, caller, node, weight, joined, mark);
        caller = node;
        joined = false;
    }
    if (caller != UINT32_MAX && !joined)
        making->graph->nodes.at[caller].flat += weight;
}

static void clear(struct making *making)
{
    struct analyze_call_graph *graph = making->graph;
    graph->nodes.count = graph->edges.count = graph->in.count = graph->out.count = 0;
    making->keys.count = making->node_seen.count = making->edge_seen.count = 0;
    memset(making->node_by_key, 0, making->key_count * sizeof *making->node_by_key);
    base_map_release(&making->edge_by_nodes);
    making->edge_by_nodes = (struct base_map){0};
}

/* Nodes that weigh nothing are none, and have no edges that count. */
static bool weighs(const struct analyze_call_node *node)
{
    return node->flat || node->cum;
}

static void add_stacks(struct making *making)
{
    const struct analyze_call_samples *samples = making->samples;
    clear(making);
    for (size_t i = 0; i < samples->all.count; i++) {
        const struct analyze_call_sample *sample = &samples->all.at[i];
        int64_t weight = making->spec->counts ? sample->count : sample->ns;
        if (weight)
            add_stack(making, sample->stack, weight, (uint32_t)i + 1);
    }
}

/* ---- order ---- */

static int compare_names(const struct analyze_call_node *a, const struct analyze_call_node *b)
{
    int order = base_str_compare(a->name, b->name);
    if (!order)
        order = base_str_compare(a->file, b->file);
    return order ? order : (a->line > b->line) - (a->line < b->line);
}

static bool heavier_edge(const void *a, const void *b, void *context)
{
    const struct analyze_call_edge *x = a, *y = b;
    const struct analyze_call_graph *graph = context;
    if (size_of(x->weight) != size_of(y->weight))
        return size_of(x->weight) > size_of(y->weight);
    int order = compare_names(&graph->nodes.at[x->from], &graph->nodes.at[y->from]);
    return (order ? order : compare_names(&graph->nodes.at[x->to], &graph->nodes.at[y->to])) < 0;
}

/* Sorts the edges, and lists them by the nodes at their ends. */
static void link_edges(struct analyze_call_graph *graph)
{
    uint32_t in = 0, out = 0;
    base_sort_stable(graph->edges.at, graph->edges.count, sizeof *graph->edges.at, heavier_edge, graph);
    for (size_t i = 0; i < graph->nodes.count; i++)
        graph->nodes.at[i].in_count = graph->nodes.at[i].out_count = 0;
    for (size_t i = 0; i < graph->edges.count; i++) {
        graph->nodes.at[graph->edges.at[i].to].in_count++;
        graph->nodes.at[graph->edges.at[i].from].out_count++;
    }
    for (size_t i = 0; i < graph->nodes.count; i++) {
        struct analyze_call_node *node = &graph->nodes.at[i];
        node->first_in = in, node->first_out = out;
        in += node->in_count, out += node->out_count;
        node->in_count = node->out_count = 0;
    }
    graph->in.count = graph->out.count = 0;
    base_vec_reserve(&graph->in, graph->edges.count);
    base_vec_reserve(&graph->out, graph->edges.count);
    graph->in.count = graph->out.count = graph->edges.count;
    for (size_t i = 0; i < graph->edges.count; i++) {
        struct analyze_call_node *from = &graph->nodes.at[graph->edges.at[i].from];
        struct analyze_call_node *to = &graph->nodes.at[graph->edges.at[i].to];
        graph->in.at[to->first_in + to->in_count++] = (uint32_t)i;
        graph->out.at[from->first_out + from->out_count++] = (uint32_t)i;
    }
}

static double bits_of(uint64_t part, uint64_t total)
{
    double share = (double)part / (double)total;
    return part ? -share * log2(share) : 0;
}

/* How much the edges on one side of a node tell, in bits; 1 where there are none. */
static double branching(const struct analyze_call_graph *graph, const uint32_t *edges, uint32_t count, int64_t own)
{
    uint64_t total = size_of(own);
    double bits = 0;
    if (!count)
        return 1;
    for (uint32_t i = 0; i < count; i++)
        total += graph->edges.at[edges[i]].weight > 0 ? (uint64_t)graph->edges.at[edges[i]].weight : 0;
    if (!total)
        return 0;
    for (uint32_t i = 0; i < count; i++)
        bits += bits_of(size_of(graph->edges.at[edges[i]].weight), total);
    return own > 0 ? bits + bits_of((uint64_t)own, total) : bits;
}

static int64_t score_of(const struct analyze_call_graph *graph, const struct analyze_call_node *node,
                        enum analyze_call_order order)
{
    if (order == ANALYZE_BY_FLAT)
        return node->flat;
    if (order == ANALYZE_BY_CUM)
        return node->cum;
    double score = branching(graph, graph->in.at + node->first_in, node->in_count, 0) +
                   branching(graph, graph->out.at + node->first_out, node->out_count, node->flat);
    return base_i64_sum(base_i64_of(score * (double)node->cum), node->flat);
}

/* A node's place in the order, and what it was. */
struct ranked {
    struct analyze_call_node node;
    uint64_t score;
    uint32_t key, before;
};

static bool ranked_before(const void *a, const void *b, void *context)
{
    const struct ranked *x = a, *y = b;
    (void)context;
    if (x->score != y->score)
        return x->score > y->score;
    int order = compare_names(&x->node, &y->node);
    return order ? order < 0 : size_of(x->node.cum) > size_of(y->node.cum);
}

/* Sorts the nodes without those that weigh nothing, and links the edges among them. */
static void sort_nodes(struct making *making)
{
    struct analyze_call_graph *graph = making->graph;
    BASE_VEC(struct ranked) ranked = {0};
    link_edges(graph);
    for (size_t i = 0; i < graph->nodes.count; i++) {
        const struct analyze_call_node *node = &graph->nodes.at[i];
        making->node_by_key[making->keys.at[i]] = 0;
        if (weighs(node))
            *base_vec_add(&ranked) = (struct ranked){*node, size_of(score_of(graph, node, making->spec->order)),
                                                     making->keys.at[i], (uint32_t)i};
    }
    base_sort_stable(ranked.at, ranked.count, sizeof *ranked.at, ranked_before, NULL);
    uint32_t *place_by_node = base_zalloc(graph->nodes.count + 1, sizeof *place_by_node);
    for (size_t i = 0; i < ranked.count; i++) {
        place_by_node[ranked.at[i].before] = (uint32_t)i + 1;
        graph->nodes.at[i] = ranked.at[i].node;
        making->keys.at[i] = ranked.at[i].key;
        making->node_by_key[ranked.at[i].key] = (uint32_t)i + 1;
    }
    graph->nodes.count = making->keys.count = ranked.count;
    size_t kept = 0;
    for (size_t i = 0; i < graph->edges.count; i++) {
        struct analyze_call_edge edge = graph->edges.at[i];
        uint32_t from = place_by_node[edge.from], to = place_by_node[edge.to];
        edge.from = from - 1, edge.to = to - 1;
        if (from && to)
            graph->edges.at[kept++] = edge;
    }
    graph->edges.count = kept;
    link_edges(graph);
    free(place_by_node);
    base_vec_release(&ranked);
}

/* ---- leaving out ---- */

static int64_t sum_of_flats(const struct analyze_call_graph *graph)
{
    int64_t sum = 0;
    for (size_t i = 0; i < graph->nodes.count; i++)
        sum += graph->nodes.at[i].flat;
    return sum;
}

/* Leaves out all nodes that are not chosen, or below the cutoff, and counts anew. */
static void keep_nodes(struct making *making, size_t first_count, int64_t cutoff)
{
    const struct analyze_call_graph *graph = making->graph;
    bool *left_out = base_zalloc(making->key_count + 1, sizeof *left_out);
    memset(left_out, true, making->key_count);
    for (size_t i = 0; i < graph->nodes.count && i < first_count; i++)
        left_out[making->keys.at[i]] = size_of(graph->nodes.at[i].cum) < (uint64_t)cutoff;
    free(making->left_out);
    making->left_out = left_out;
    add_stacks(making);
    sort_nodes(making);
}

static size_t count_light(const struct analyze_call_graph *graph, int64_t cutoff)
{
    size_t light = 0;
    for (size_t i = 0; i < graph->nodes.count; i++)
        light += size_of(graph->nodes.at[i].cum) < (uint64_t)cutoff;
    return light;
}

static size_t drop_light_edges(struct analyze_call_graph *graph, int64_t cutoff)
{
    size_t before = graph->edges.count;
    /* The lightest come last. */
    while (graph->edges.count && size_of(graph->edges.at[graph->edges.count - 1].weight) < (uint64_t)cutoff)
        graph->edges.count--;
    link_edges(graph);
    return before - graph->edges.count;
}

/* Whether another way than this edge leads from where it begins to where it ends. */
static bool goes_round(const struct analyze_call_graph *graph, uint32_t edge, const bool *gone, uint32_t *queue,
                       bool *seen)
{
    const struct analyze_call_edge *edges = graph->edges.at;
    size_t first = 0, last = 0;
    memset(seen, 0, graph->nodes.count * sizeof *seen);
    seen[queue[last++] = edges[edge].to] = true;
    while (first < last) {
        const struct analyze_call_node *node = &graph->nodes.at[queue[first++]];
        for (uint32_t i = 0; i < node->in_count; i++) {
            uint32_t other = graph->in.at[node->first_in + i], from = edges[other].from;
            if (other == edge || gone[other] || seen[from])
                continue;
            if (from == edges[edge].from)
                return true;
            seen[queue[last++] = from] = true;
        }
    }
    return false;
}

/* Takes the lightest away first; at each node only those that are lighter than all real calls to it. */
static void drop_joins(struct analyze_call_graph *graph)
{
    bool *gone = base_zalloc(graph->edges.count + 1, sizeof *gone);
    bool *seen = base_zalloc(graph->nodes.count + 1, sizeof *seen);
    uint32_t *queue = base_zalloc(graph->nodes.count + 1, sizeof *queue);
    for (size_t i = graph->nodes.count; i-- > 0;) {
        const struct analyze_call_node *node = &graph->nodes.at[i];
        for (uint32_t j = node->in_count; j-- > 0;) {
            uint32_t edge = graph->in.at[node->first_in + j];
            if (!graph->edges.at[edge].joined)
                break;
            gone[edge] = goes_round(graph, edge, gone, queue, seen);
        }
    }
    size_t kept = 0;
    for (size_t i = 0; i < graph->edges.count; i++)
        if (!gone[i])
            graph->edges.at[kept++] = graph->edges.at[i];
    graph->edges.count = kept;
    link_edges(graph);
    free(gone);
    free(seen);
    free(queue);
}

static void trim(struct making *making)
{
    struct analyze_call_graph *graph = making->graph;
    const struct analyze_call_graph_spec *spec = making->spec;
    int64_t sum = sum_of_flats(graph);
    int64_t node_cutoff = spec->trim ? share_of(sum, node_share) : 0;
    int64_t edge_cutoff = spec->trim ? share_of(sum, edge_share) : 0;
    graph->light_nodes = count_light(graph, node_cutoff);
    if (graph->light_nodes)
        keep_nodes(making, SIZE_MAX, node_cutoff);
    graph->heavy_nodes = graph->nodes.count;
    if (spec->most_nodes && graph->nodes.count > spec->most_nodes)
        keep_nodes(making, spec->most_nodes, 0);
    graph->light_edges = drop_light_edges(graph, edge_cutoff);
    if (spec->untangle)
        drop_joins(graph);
}

static void making_release(struct making *making)
{
    order_symbols_release(&making->lines);
    base_vec_release(&making->key_by_frame);
    base_vec_release(&making->keys);
    base_vec_release(&making->node_seen);
    base_vec_release(&making->edge_seen);
    base_map_release(&making->edge_by_nodes);
    free(making->node_by_key);
    free(making->left_out);
}

void analyze_call_graph_make(struct analyze_call_graph *graph, const struct analyze_call_samples *samples,
                             const struct analyze_call_graph_spec *spec)
{
    struct making making = {.samples = samples, .spec = spec, .graph = graph};
    *graph = (struct analyze_call_graph){.total = spec->counts ? samples->total_count : samples->total_ns};
    find_keys(&making);
    add_stacks(&making);
    sort_nodes(&making);
    trim(&making);
    graph->shown = sum_of_flats(graph);
    graph->lightest_node = spec->trim ? share_of(graph->total, node_share) : 0;
    graph->lightest_edge = spec->trim ? share_of(graph->total, edge_share) : 0;
    making_release(&making);
}

void analyze_call_graph_release(struct analyze_call_graph *graph)
{
    base_vec_release(&graph->nodes);
    base_vec_release(&graph->edges);
    base_vec_release(&graph->in);
    base_vec_release(&graph->out);
    *graph = (struct analyze_call_graph){0};
}
