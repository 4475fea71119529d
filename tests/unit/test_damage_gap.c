/* What is made of a trace in which a stretch is missing: statistics, timeline, counts and profiles across the gap. */
#include "salvage.h"

#include "analyze/goroutines.h"
#include "analyze/profile.h"
#include "model/info.h"
#include "model/pass.h"
#include "model/timeline.h"

struct gapped {
    struct base_mapping file;
    struct model_pass pass;
    struct model_timeline timeline;
    struct model_info info;
    struct analyze_goroutines goroutines;
    struct analyze_profile profile;
};

/* The first generation loses its batch of 1200 to 1800; the second begins at 2000. Goroutine 1 runs up to 1100 and from
 * 2000 to 2100, 2 waits all the time, 3 is not heard of again. */
static void open_gapped(struct gapped *g)
{
    static const struct step steps[] = {
        {1, 1010, WIRE_PROC_STATUS, {0, 1}},
        {1, 1011, WIRE_GO_STATUS, {1, 1, 2}},
        {1, 1012, WIRE_GO_STATUS, {2, -1, 4}},
        {1, 1013, WIRE_GO_CREATE, {3, K_F, K_G}},
        {1, 1100, WIRE_GO_BLOCK, {S_SYNC, K_F}},
        {1, 1110, WIRE_GO_START, {3, 1}},
        {1, 0, STEP_FLUSH},
        {1, 1200, WIRE_GO_DESTROY},
        {1, 1300, WIRE_GO_UNBLOCK, {1, 1, 0}},
        {1, 1800, WIRE_GO_START, {1, 2}},
        {1, 0, STEP_FLUSH},
        {1, 2000, STEP_GENERATION},
        {1, 2010, WIRE_PROC_STATUS, {0, 1}},
        {1, 2011, WIRE_GO_STATUS, {1, 1, 2}},
        {1, 2012, WIRE_GO_STATUS, {2, -1, 4}},
        {1, 2100, WIRE_GO_STOP, {S_ALPHA, K_F}},
        {0},
    };
    struct base_error error = BASE_NO_ERROR;
    *g = (struct gapped){.file = test_write(WIRE_GO_1_26, steps)};
    struct batch_places places = find_batches(&g->file);
    memset(bytes_of(&g->file) + places.list.at[2].begin, 0xff, places.list.at[2].end - places.list.at[2].begin);
    base_vec_release(&places.list);
    assert_true(model_pass_begin(&g->pass, &g->file, &error));
    model_timeline_init(&g->timeline);
    model_info_init(&g->info);
    analyze_goroutines_init(&g->goroutines);
    analyze_profile_init(&g->profile, analyze_profile_kind_of("sync"), NULL);
    struct model_sink sinks[] = {{model_timeline_add, &g->timeline},
                                 {model_info_add, &g->info},
                                 {analyze_goroutines_add, &g->goroutines},
                                 {analyze_profile_add, &g->profile}};
    model_pass_run(&g->pass, sinks, COUNT_OF(sinks), NULL);
    assert_null(g->pass.error.cause);
    model_timeline_finish(&g->timeline);
    analyze_goroutines_finish(&g->goroutines, model_pass_symbols(&g->pass));
    analyze_profile_finish(&g->profile, model_pass_symbols(&g->pass));
}

static void close_gapped(struct gapped *g)
{
    analyze_profile_release(&g->profile);
    analyze_goroutines_release(&g->goroutines);
    model_info_release(&g->info);
    model_timeline_release(&g->timeline);
    model_pass_release(&g->pass);
    test_mapping_free(&g->file);
}

static void check_goroutine(const struct gapped *g, size_t i, int64_t id, int64_t creation_ns, int64_t exec_ns,
                            int64_t total_ns)
{
    const struct analyze_goroutine *one = analyze_goroutine_at(&g->goroutines, i);
    assert_int_equal(one->id.n, id);
    assert_int_equal(one->creation_ns, creation_ns);
    assert_int_equal(one->end_ns, 0);
    assert_int_equal(one->stats.exec_ns, exec_ns);
    assert_int_equal(one->stats.total_ns, total_ns);
}

/* One entry for each id. What they did within the gap counts for nothing but their total time, which for one that is
 * not heard of again ends with the gap's begin. */
static void goroutines_go_on_under_their_ids(void **state)
{
    struct gapped g;
    (void)state;
    open_gapped(&g);
    assert_int_equal(g.goroutines.by_id.count, 3);
    check_goroutine(&g, 0, 1, 1, (1100 - 1) + (2100 - 2000), 2101 - 1);
    check_goroutine(&g, 1, 2, 1, 0, 2101 - 1);
    check_goroutine(&g, 2, 3, 1013, 0, 1110 - 1013);
    assert_int_equal(g.info.goroutines, 3);
    assert_int_equal(g.info.generations, 2);
    close_gapped(&g);
}

static void assert_slice(const struct model_lane *lane, size_t i, int64_t start_ns, int64_t end_ns)
{
    struct model_slice slice = model_lane_slice(lane, i);
    assert_int_equal(slice.start_ns, start_ns);
    assert_int_equal(slice.end_ns, end_ns);
}

static void nothing_is_shown_within_a_gap(void **state)
{
    struct gapped g;
    float means[MODEL_CLASSES] = {0}, highest[MODEL_CLASSES] = {0};
    float *mean_of[MODEL_CLASSES], *highest_of[MODEL_CLASSES];
    (void)state;
    open_gapped(&g);
    assert_int_equal(g.timeline.gaps.count, 1);
    assert_int_equal(g.timeline.gaps.at[0].from_ns, 1110);
    assert_int_equal(g.timeline.gaps.at[0].to_ns, 2000);
    assert_int_equal(g.timeline.procs.count, 1);
    const struct model_lane *lane = &g.timeline.procs.at[0].lane;
    assert_int_equal(lane->count, 3);
    assert_slice(lane, 0, 1, 1100);
    assert_slice(lane, 1, 1110, 1110); /* began just then */
    assert_slice(lane, 2, 2000, 2100);
    for (int i = 0; i < MODEL_CLASSES; i++) {
        mean_of[i] = &means[i];
        highest_of[i] = &highest[i];
    }
    const struct model_population *populations[] = {&g.timeline.goroutines, &g.timeline.proc_counts};
    for (size_t p = 0; p < COUNT_OF(populations); p++) {
        model_population_measure(populations[p], g.timeline.first_ns, g.timeline.last_ns, 1200, 700, 1, mean_of,
                                 highest_of);
        for (int i = 0; i < MODEL_CLASSES; i++)
            assert_true(means[i] == 0 && highest[i] == 0);
    }
    close_gapped(&g);
}

/* Goroutine 1 waits from 1100 on; when it was woken is not known. */
static void profiles_drop_what_waited(void **state)
{
    struct gapped g;
    (void)state;
    open_gapped(&g);
    assert_int_equal(g.profile.records.count, 0);
    assert_int_equal(g.profile.total_ns, 0);
    close_gapped(&g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(goroutines_go_on_under_their_ids),
        cmocka_unit_test(nothing_is_shown_within_a_gap),
        cmocka_unit_test(profiles_drop_what_waited),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
