/* What filters select of a small trace, and which events are found in it. */
#include "support.h"

#include "analyze/finder.h"

#include <string.h>

/* g1 (main.f) works for task 7 from 120 to 240; g2 (main.g), which it creates within region "beta" of that, inherits
 * the region, and has one of its own, "alpha". */
static const struct step steps[] = {
    {1, 100, WIRE_PROC_STATUS, {0, 1}},
    {1, 110, WIRE_GO_STATUS, {1, 1, 2}},
    {1, 120, WIRE_USER_TASK_BEGIN, {7, 0, S_ALPHA, K_F}},
    {1, 130, WIRE_USER_REGION_BEGIN, {7, S_BETA, K_F}},
    {1, 140, WIRE_GO_CREATE, {2, K_G, K_F}},
    {1, 150, WIRE_USER_REGION_END, {7, S_BETA, K_F}},
    {1, 160, WIRE_USER_LOG, {7, S_NETWORK, S_MAIN_F, K_F}},
    {1, 170, WIRE_GO_BLOCK, {S_CHAN, K_F}},
    {1, 180, WIRE_GO_START, {2, 1}},
    {1, 190, WIRE_USER_REGION_BEGIN, {0, S_ALPHA, K_F_G}},
    {1, 200, WIRE_GO_UNBLOCK, {1, 1, K_F_G}},
    {1, 210, WIRE_USER_REGION_END, {0, S_ALPHA, K_F_G}},
    {1, 220, WIRE_GO_DESTROY},
    {1, 230, WIRE_GO_START, {1, 2}},
    {1, 240, WIRE_USER_TASK_END, {7, K_F}},
    {1, 250, WIRE_GO_BLOCK, {S_SYNC, K_F}},
    {0},
};

struct finding {
    struct analyze_finder *finder;
    struct base_text times;
};

static void note(void *self, const struct order_block *block, const struct order_symbols *symbols)
{
    struct finding *finding = self;
    for (size_t i = 0; i < block->count; i++)
        if (block->events[i].kind != ORDER_SYNC && analyze_finder_takes(finding->finder, symbols, &block->events[i]))
            base_text_format(&finding->times, "%d ", (int)block->events[i].time_ns);
}

/* The times of the events that are found. */
static void find(struct analyze_finder *finder, const char *expected)
{
    struct base_error error = BASE_NO_ERROR;
    struct base_mapping file = test_write(WIRE_GO_1_26, steps);
    struct finding finding = {.finder = finder};
    struct model_pass pass;
    assert_true(model_pass_begin(&pass, &file, &error));
    struct model_sink sink = {note, &finding};
    model_pass_run(&pass, &sink, 1, NULL);
    test_assert_text(&finding.times, expected);
    base_text_release(&finding.times);
    analyze_finder_release(finder);
    model_pass_release(&pass);
    test_mapping_free(&file);
}

static bool select_of(struct analyze_selection *selection, const struct analyze_filter *filter)
{
    struct base_error error = BASE_NO_ERROR;
    struct base_mapping file = test_write(WIRE_GO_1_26, steps);
    struct model_pass pass;
    assert_true(model_pass_begin(&pass, &file, &error));
    bool done = analyze_select(selection, filter, &pass, NULL, &error);
    assert_true(done == !error.cause);
    base_error_release(&error);
    model_pass_release(&pass);
    test_mapping_free(&file);
    return done;
}

static void check(const struct analyze_filter *filter, const char *expected)
{
    struct analyze_selection selection;
    assert_true(select_of(&selection, filter));
    struct analyze_finder finder = {.selection = &selection};
    find(&finder, expected);
    analyze_selection_release(&selection);
}

static void check_nothing(const struct analyze_filter *filter)
{
    struct analyze_selection selection;
    assert_false(select_of(&selection, filter));
    analyze_selection_release(&selection);
}

/* A pattern that lives as long as the test. */
static struct base_pattern pattern(const char *text)
{
    struct base_pattern made;
    struct base_error error = BASE_NO_ERROR;
    assert_true(base_pattern_init(&made, text, &error));
    return made;
}

/* The moment of that time: the trace's first event, a Sync, is at 1. Negative: before the Sync that ends it, at 251. */
static struct analyze_moment at(int64_t ns)
{
    return (struct analyze_moment){.given = true, .after_ns = ns < 0 ? ns : ns - 1};
}

static struct analyze_moment at_share(double share)
{
    return (struct analyze_moment){.given = true, .by_share = true, .share = share};
}

static void nothing_asked_is_everything(void **state)
{
    (void)state;
    check(&(struct analyze_filter){0}, "100 110 120 130 140 150 160 170 180 190 200 210 220 230 240 250 ");
}

static void stretches_of_time(void **state)
{
    (void)state;
    check(&(struct analyze_filter){.from = at(150), .to = at(180)}, "150 160 170 180 ");
    check(&(struct analyze_filter){.from = at(-25)}, "230 240 250 ");
    check(&(struct analyze_filter){.to = at(-100)}, "100 110 120 130 140 150 ");
    check(&(struct analyze_filter){.from = at_share(0.59), .to = at_share(0.8)}, "150 160 170 180 190 200 ");
    check(&(struct analyze_filter){.from = at(250)}, "250 ");
    check_nothing(&(struct analyze_filter){.from = at(252)});
    check_nothing(&(struct analyze_filter){.from = at(180), .to = at(150)});
    check_nothing(&(struct analyze_filter){.to = at(-1000)});
}

/* What happens on them, and what others do to them. */
static void goroutines(void **state)
{
    struct base_pattern exact = pattern("main.g"), some = pattern("^main\\.[fx]$"), none = pattern("main.h");
    (void)state;
    check(&(struct analyze_filter){.by_goroutine = true, .goroutine = {2}}, "140 180 190 200 210 220 ");
    check(&(struct analyze_filter){.group = &exact}, "140 180 190 200 210 220 ");
    check(&(struct analyze_filter){.group = &some}, "110 120 130 140 150 160 170 200 230 240 250 ");
    check(&(struct analyze_filter){.group = &some, .from = at(211)}, "230 240 250 ");
    check_nothing(&(struct analyze_filter){.group = &none});
    check_nothing(&(struct analyze_filter){.group = &exact, .by_goroutine = true, .goroutine = {1}});
    check_nothing(&(struct analyze_filter){.by_goroutine = true, .goroutine = {3}});
    base_pattern_release(&exact);
    base_pattern_release(&some);
    base_pattern_release(&none);
}

/* A name that is there stands for itself alone, though it would match others as an expression. */
static void names_before_expressions(void **state)
{
    struct base_pattern dot = pattern("main.."), f = pattern("main.f");
    (void)state;
    check(&(struct analyze_filter){.group = &dot}, "110 120 130 140 150 160 170 180 190 200 210 220 230 240 250 ");
    check(&(struct analyze_filter){.group = &f}, "110 120 130 140 150 160 170 200 230 240 250 ");
    base_pattern_release(&dot);
    base_pattern_release(&f);
}

static void tasks_and_regions(void **state)
{
    struct base_pattern alpha = pattern("alpha"), beta = pattern("bet"), other = pattern("other"),
                        g = pattern("main.g");
    (void)state;
    check(&(struct analyze_filter){.by_task = true, .task = 7}, "120 130 140 150 160 170 180 190 200 210 220 230 240 ");
    check(&(struct analyze_filter){.task_type = &alpha}, "120 130 140 150 160 170 180 190 200 210 220 230 240 ");
    check(&(struct analyze_filter){.task_type = &alpha, .group = &g}, "140 180 190 200 210 220 ");
    check(&(struct analyze_filter){.region = &alpha}, "190 200 210 ");
    check(&(struct analyze_filter){.region = &beta}, "130 140 150 ");
    check(&(struct analyze_filter){.region = &beta, .by_task = true, .task = 7}, "130 140 150 ");
    check_nothing(&(struct analyze_filter){.region = &alpha, .by_task = true, .task = 7});
    check_nothing(&(struct analyze_filter){.by_task = true, .task = 8});
    check_nothing(&(struct analyze_filter){.task_type = &other});
    base_pattern_release(&alpha);
    base_pattern_release(&beta);
    base_pattern_release(&other);
    base_pattern_release(&g);
}

static void parts_of_lives(void **state)
{
    struct analyze_selection selection;
    struct base_pattern alpha = pattern("alpha");
    (void)state;
    assert_true(select_of(&selection, &(struct analyze_filter){.region = &alpha, .to = at(205)}));
    assert_int_equal(analyze_selection_part_ns(&selection, (goroutine_id){2}, 0, 1000), 15);
    assert_int_equal(analyze_selection_part_ns(&selection, (goroutine_id){2}, 195, 200), 5);
    assert_int_equal(analyze_selection_part_ns(&selection, (goroutine_id){2}, 206, 300), 0);
    assert_int_equal(analyze_selection_part_ns(&selection, (goroutine_id){1}, 0, 1000), 0);
    analyze_selection_release(&selection);
    base_pattern_release(&alpha);
}

static void found_by_what_they_are(void **state)
{
    struct base_pattern chan = pattern("cha"), f = pattern("main\\.f$"), g = pattern("main\\.g"),
                        beta = pattern("beta");
    (void)state;
    find(&(struct analyze_finder){.kinds = analyze_event_kinds_named(BASE_STR("block"))}, "170 250 ");
    find(&(struct analyze_finder){.kinds = analyze_event_kinds_named(BASE_STR("user"))},
         "120 130 150 160 190 210 240 ");
    find(&(struct analyze_finder){.reason.pattern = &chan}, "170 ");
    find(&(struct analyze_finder){.name.pattern = &beta}, "130 150 ");
    find(&(struct analyze_finder){.function.pattern = &g}, "140 190 200 210 ");
    find(&(struct analyze_finder){.function.pattern = &f, .kinds = analyze_event_kinds_named(BASE_STR("goroutine"))},
         "140 170 200 250 ");
    find(&(struct analyze_finder){.log = BASE_STR("ain.f")}, "160 ");
    find(&(struct analyze_finder){.log = BASE_STR("netw")}, "160 ");
    find(&(struct analyze_finder){.log = BASE_STR("nowhere")}, "");
    find(&(struct analyze_finder){.by_proc = true, .proc = {0}, .kinds = analyze_event_kinds_named(BASE_STR("proc"))},
         "100 ");
    find(&(struct analyze_finder){.by_proc = true, .proc = {1}}, "");
    find(&(struct analyze_finder){.by_thread = true, .thread = {2}}, "");
    base_pattern_release(&chan);
    base_pattern_release(&f);
    base_pattern_release(&g);
    base_pattern_release(&beta);
}

/* Each plain kind is one; the names for several are made of plain ones, and leave none out that they should have. */
static void kinds_have_names(void **state)
{
    analyze_event_kind_set all = 0;
    (void)state;
    for (size_t i = 0; i < ANALYZE_EVENT_KINDS; i++) {
        analyze_event_kind_set set = analyze_event_kinds_named(base_str_of(analyze_event_kinds[i].name));
        assert_true(analyze_event_kinds[i].is_many || set == UINT32_C(1) << i);
        assert_true(!analyze_event_kinds[i].is_many || __builtin_popcount(set) > 1);
        all |= set;
    }
    assert_int_equal(analyze_event_order_kinds(all), ORDER_ALL_KINDS);
    assert_int_equal(analyze_event_order_kinds(0), ORDER_ALL_KINDS);
    assert_int_equal(analyze_event_kinds_named(BASE_STR("bloc")), 0);
    assert_int_equal(analyze_event_kinds_named(BASE_STR("")), 0);
}

static void expressions_that_are_none(void **state)
{
    struct base_pattern broken;
    struct base_error error = BASE_NO_ERROR;
    (void)state;
    assert_false(base_pattern_init(&broken, "main.(", &error));
    assert_non_null(strstr(error.cause, "main.("));
    base_error_release(&error);
    base_pattern_release(&broken);
    base_pattern_init_name(&broken, "main.(*conn");
    assert_true(base_pattern_matches(&broken, BASE_STR("main.(*conn")));
    assert_false(base_pattern_matches(&broken, BASE_STR("main.(*conn).serve")));
    base_pattern_release(&broken);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_asked_is_everything),
        cmocka_unit_test(stretches_of_time),
        cmocka_unit_test(goroutines),
        cmocka_unit_test(names_before_expressions),
        cmocka_unit_test(tasks_and_regions),
        cmocka_unit_test(parts_of_lives),
        cmocka_unit_test(found_by_what_they_are),
        cmocka_unit_test(kinds_have_names),
        cmocka_unit_test(expressions_that_are_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
