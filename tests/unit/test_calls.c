/* Who calls whom: graphs and lists of stacks that are written down here, and how their figures are printed. */
#include "support.h"

#include "analyze/call_graph.h"
#include "output/amounts.h"
#include "output/calls.h"

/* A profile of stacks like "leaf caller root", one letter a function; each letter is a PC and a line of its own. */
struct stacks {
    struct order_symbols symbols;
    struct analyze_profile profile;
};

static void add_stack(struct stacks *stacks, const char *functions, uint64_t count, int64_t ns)
{
    uint32_t frames[16], depth = 0;
    for (const char *c = functions; *c; c++) {
        struct order_frame frame = {.pc = (uint64_t)*c, .line = (uint64_t)(*c - 'a' + 1)};
        frame.func = order_symbols_add_string(&stacks->symbols, (struct base_str){c, 1});
        frame.file = order_symbols_add_string(&stacks->symbols, *c < 'n' ? BASE_STR("early.go") : BASE_STR("late.go"));
        frames[depth++] = order_symbols_add_frame(&stacks->symbols, frame);
    }
    *base_vec_add(&stacks->profile.records) = (struct analyze_record){
        .stack = order_symbols_add_stack(&stacks->symbols, frames, depth), .count = count, .ns = ns};
}

static void stacks_begin(struct stacks *stacks)
{
    *stacks = (struct stacks){.profile.kind = ANALYZE_SYNC};
    order_symbols_init(&stacks->symbols);
}

static void stacks_release(struct stacks *stacks)
{
    analyze_profile_release(&stacks->profile);
    order_symbols_release(&stacks->symbols);
}

/* "a 10 25; b 5 5; | b-a 20; c..a 5;" */
static void expect_graph(const struct analyze_call_samples *samples, const struct analyze_call_graph_spec *spec,
                         const char *expected)
{
    struct analyze_call_graph graph;
    struct base_text text = {0};
    analyze_call_graph_make(&graph, samples, spec);
    for (size_t i = 0; i < graph.nodes.count; i++) {
        const struct analyze_call_node *node = &graph.nodes.at[i];
        base_text_str(&text, node->name);
        if (spec->by_line)
            base_text_format(&text, ":%d", (int)node->line);
        base_text_format(&text, " %d %d; ", (int)node->flat, (int)node->cum);
    }
    base_text_add(&text, "|");
    for (size_t i = 0; i < graph.edges.count; i++) {
        const struct analyze_call_edge *edge = &graph.edges.at[i];
        base_text_char(&text, ' ');
        base_text_str(&text, graph.nodes.at[edge->from].name);
        base_text_add(&text, edge->joined ? ".." : "-");
        base_text_str(&text, graph.nodes.at[edge->to].name);
        base_text_format(&text, " %d;", (int)edge->weight);
    }
    assert_string_equal(base_text_cstring(&text), expected);
    base_text_release(&text);
    analyze_call_graph_release(&graph);
}

static struct analyze_call_samples samples_of(const struct stacks *stacks)
{
    struct analyze_call_samples samples;
    analyze_call_samples_init(&samples, &(struct analyze_call_filter){{NULL}});
    analyze_call_samples_add(&samples, &stacks->profile, &stacks->symbols, false);
    return samples;
}

static void a_stack_counts_once(void **state)
{
    struct stacks stacks;
    (void)state;
    stacks_begin(&stacks);
    add_stack(&stacks, "ababr", 3, 100);
    add_stack(&stacks, "aar", 1, 10);
    add_stack(&stacks, "r", 1, 1);
    add_stack(&stacks, "", 1, 7);
    struct analyze_call_samples samples = samples_of(&stacks);
    assert_int_equal(samples.total_ns, 118);
    assert_int_equal(samples.total_count, 6);
    expect_graph(&samples, &(struct analyze_call_graph_spec){0},
                 "a 110 110; r 1 111; b 0 100; | a-b 100; b-a 100; r-b 100; r-a 10;");
    expect_graph(&samples, &(struct analyze_call_graph_spec){.counts = true, .order = ANALYZE_BY_CUM},
                 "r 1 5; a 4 4; b 0 3; | a-b 3; b-a 3; r-b 3; r-a 1;");
    expect_graph(&samples, &(struct analyze_call_graph_spec){.by_line = true, .most_nodes = 1}, "a:1 110 110; |");
    analyze_call_samples_release(&samples);
    stacks_release(&stacks);
}

static void what_is_left_out_is_joined(void **state)
{
    struct stacks stacks;
    (void)state;
    stacks_begin(&stacks);
    add_stack(&stacks, "lmr", 1, 1000);
    add_stack(&stacks, "lxr", 1, 4);
    add_stack(&stacks, "yr", 1, 3);
    struct analyze_call_samples samples = samples_of(&stacks);
    expect_graph(&samples, &(struct analyze_call_graph_spec){.trim = true},
                 "l 1004 1004; m 0 1000; r 0 1007; | m-l 1000; r-m 1000; r..l 4;");
    expect_graph(&samples, &(struct analyze_call_graph_spec){.trim = true, .untangle = true},
                 "l 1004 1004; m 0 1000; r 0 1007; | m-l 1000; r-m 1000;");
    analyze_call_samples_release(&samples);
    stacks_release(&stacks);
}

static void a_base_is_taken_away(void **state)
{
    struct stacks stacks, base;
    (void)state;
    stacks_begin(&stacks);
    stacks_begin(&base);
    add_stack(&stacks, "ar", 2, 50);
    add_stack(&stacks, "br", 2, 20);
    add_stack(&base, "br", 5, 30); /* other symbols for the same names */
    add_stack(&base, "ar", 2, 50);
    struct analyze_call_samples samples = samples_of(&stacks);
    analyze_call_samples_add(&samples, &base.profile, &base.symbols, true);
    assert_int_equal(samples.total_ns, 80);
    expect_graph(&samples, &(struct analyze_call_graph_spec){0}, "b -10 -10; r 0 -10; | r-b -10;");
    analyze_call_samples_release(&samples);
    stacks_release(&stacks);
    stacks_release(&base);
}

static void frames_of_one_pc_are_one(void **state)
{
    struct stacks stacks;
    (void)state;
    stacks_begin(&stacks);
    add_stack(&stacks, "a", 1, 5);
    struct order_frame other = {.pc = 'a', .line = 9};
    other.func = order_symbols_add_string(&stacks.symbols, BASE_STR("z"));
    uint32_t frame = order_symbols_add_frame(&stacks.symbols, other);
    *base_vec_add(&stacks.profile.records) =
        (struct analyze_record){.stack = order_symbols_add_stack(&stacks.symbols, &frame, 1), .count = 1, .ns = 4};
    struct analyze_call_samples samples = samples_of(&stacks);
    expect_graph(&samples, &(struct analyze_call_graph_spec){0}, "a 9 9; |");
    analyze_call_samples_release(&samples);
    stacks_release(&stacks);
}

static void sums_that_overflow(void **state)
{
    struct stacks stacks;
    struct base_text text = {0};
    (void)state;
    stacks_begin(&stacks);
    add_stack(&stacks, "ar", UINT64_MAX, INT64_MAX);
    add_stack(&stacks, "ar", 1, INT64_MIN);
    add_stack(&stacks, "br", 1, INT64_MIN);
    struct analyze_call_samples samples = samples_of(&stacks);
    struct analyze_call_graph graph;
    for (int order = ANALYZE_BY_FLAT; order <= ANALYZE_BY_BRANCHING; order++) {
        const struct analyze_call_graph_spec spec = {
            .trim = true, .untangle = true, .most_nodes = 2, .order = (enum analyze_call_order)order};
        analyze_call_graph_make(&graph, &samples, &spec);
        const struct output_calls calls = {.graph = &graph, .kind = ANALYZE_SYNC, .source = -1};
        output_calls_top(&text, &calls);
        output_calls_dot(&text, &calls);
        analyze_call_graph_release(&graph);
    }
    base_text_release(&text);
    analyze_call_samples_release(&samples);
    stacks_release(&stacks);
}

static void amounts_in_one_unit(void **state)
{
    static const struct {
        uint64_t least, most;
        int64_t amount;
        const char *text;
    } cases[] = {
        {1, 1, 1, "1ns"},
        {50, 9000, 1234, "1.23us"}, /* far apart: a hundredth of the least may be shown */
        {1500, 900000, 1500, "1.50us"},
        {1500, 90000000, 1500, "1.50us"}, /* a hundred times the least is no larger unit yet */
        {15000, 2000000000, 15000, "0.01ms"},
        {0, 7200000000000, 5400000000000, "1.50hrs"},
        {1000000000, 4000000000, -2500000000, "-2.50s"},
        {1000000000, 4000000000, 1000, "0"},
        {0, 0, 0, "0"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct base_text text = {0};
        output_amount(&text, 0, cases[i].amount, output_unit_for(cases[i].least, cases[i].most));
        assert_string_equal(base_text_cstring(&text), cases[i].text);
        base_text_release(&text);
    }
}

static void shares_of_six_columns(void **state)
{
    static const struct {
        int64_t amount, total;
        const char *text;
    } cases[] = {
        {1, 1, "  100%"},      {99949, 100000, "99.95%"}, {99951, 100000, "  100%"}, {1, 3, "33.33%"},
        {-1, 3, "33.33%"},     {1, 100, " 1.00%"},        {1, 150, " 0.67%"},        {1, 100000, "0.001%"},
        {1, 30000, "0.0033%"}, {0, 5, "    0%"},          {5, 0, "    0%"},          {7, 2, "350.00%"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct base_text text = {0};
        output_share(&text, cases[i].amount, cases[i].total);
        assert_string_equal(base_text_cstring(&text), cases[i].text);
        base_text_release(&text);
    }
}

/* Names in Graphviz's language, where quotes, backslashes and entities mean something. */
static void names_are_quoted(void **state)
{
    struct stacks stacks;
    struct base_text text = {0};
    struct analyze_call_graph graph;
    (void)state;
    stacks_begin(&stacks);
    struct order_frame frame = {.pc = 1};
    frame.func = order_symbols_add_string(&stacks.symbols, BASE_STR("a/b.\"\\N&lt;\n]\x1b[1m\xff"));
    uint32_t id = order_symbols_add_frame(&stacks.symbols, frame);
    *base_vec_add(&stacks.profile.records) =
        (struct analyze_record){.stack = order_symbols_add_stack(&stacks.symbols, &id, 1), .count = 1, .ns = 4};
    struct analyze_call_samples samples = samples_of(&stacks);
    analyze_call_graph_make(&graph, &samples, &(struct analyze_call_graph_spec){0});
    output_calls_dot(&text, &(struct output_calls){.graph = &graph, .kind = ANALYZE_SYNC, .source = -1});
    assert_non_null(
        strstr(base_text_cstring(&text), "N1 [label=\"b\\n\\\"\\\\N&amp;lt;?]?[1m?\\n4ns (100%)\" id=\"node1\""));
    base_text_release(&text);
    analyze_call_graph_release(&graph);
    analyze_call_samples_release(&samples);
    stacks_release(&stacks);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stack_counts_once),   cmocka_unit_test(what_is_left_out_is_joined),
        cmocka_unit_test(a_base_is_taken_away),  cmocka_unit_test(frames_of_one_pc_are_one),
        cmocka_unit_test(sums_that_overflow),    cmocka_unit_test(amounts_in_one_unit),
        cmocka_unit_test(shares_of_six_columns), cmocka_unit_test(names_are_quoted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
