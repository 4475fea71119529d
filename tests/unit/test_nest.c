/* What folds out beneath goroutines and tasks: regions by how they nest, and the functions that a goroutine was in. */
#include "served.h"

#include "model/nest.h"
#include "web/below.h"
#include "web/lanes.h"
#include "web/routes.h"

/* ---- nests ---- */

static void check_track(const struct model_nest *nest, size_t owner, unsigned depth, const char *expected)
{
    struct base_text text = {0};
    struct model_nest_track track = model_nest_track(nest, owner, depth);
    for (size_t i = 0; i < track.count; i++)
        base_text_format(&text, "%s%lld-%lld", i ? " " : "", (long long)track.bars[i].start_ns,
                         (long long)track.bars[i].end_ns);
    test_assert_text(&text, expected);
    base_text_release(&text);
}

static void depths(void **state)
{
    static const struct model_bar bars[] = {
        {.owner = 1, .start_ns = 20, .end_ns = 30, .depth = MODEL_NEST_ANY}, /* in any order */
        {.owner = 1, .start_ns = 10, .end_ns = 50, .depth = MODEL_NEST_ANY},
        {.owner = 1, .start_ns = 30, .end_ns = 40, .depth = MODEL_NEST_ANY},
        {.owner = 1, .start_ns = 22, .end_ns = 24, .depth = MODEL_NEST_ANY},
        {.owner = 1, .start_ns = 15, .end_ns = 60, .depth = MODEL_NEST_ANY, .strand = 2}, /* where there is room */
        {.owner = 1, .start_ns = 55, .end_ns = 58, .depth = MODEL_NEST_ANY, .strand = 2}, /* below its own */
        {.owner = 1, .start_ns = 70, .end_ns = 70, .depth = MODEL_NEST_ANY},
        {.owner = 0, .start_ns = 5, .end_ns = 9, .depth = MODEL_NEST_ANY},
    };
    struct model_nest nest = {0};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(bars); i++)
        model_nest_add(&nest, &bars[i]);
    model_nest_finish(&nest, 3);
    check_track(&nest, 0, 0, "5-9");
    check_track(&nest, 1, 0, "10-50 70-70");
    check_track(&nest, 1, 1, "15-60");
    check_track(&nest, 1, 2, "20-30 30-40 55-58");
    check_track(&nest, 1, 3, "22-24");
    assert_int_equal(model_nest_depth(&nest, 1), 4);
    assert_int_equal(model_nest_depth(&nest, 2), 0);
    check_track(&nest, 7, 0, "");
    model_nest_release(&nest);
}

static void too_deep(void **state)
{
    struct model_nest nest = {0};
    (void)state;
    for (int64_t i = 0; i < MODEL_NEST_DEPTH + 5; i++)
        model_nest_add(&nest, &(struct model_bar){.start_ns = i, .end_ns = 1000 - i, .depth = MODEL_NEST_ANY});
    model_nest_finish(&nest, 1);
    assert_int_equal(model_nest_depth(&nest, 0), MODEL_NEST_DEPTH);
    assert_int_equal(model_nest_track(&nest, 0, MODEL_NEST_DEPTH).count, 5);
    model_nest_release(&nest);
}

/* Random bars: no two of a track overlap, what nests lies below, and places are as counted one by one. */
static void random_bars(void **state)
{
    struct test_random random = {11};
    struct model_nest nest = {0};
    (void)state;
    for (int i = 0; i < 500; i++) {
        int64_t start = (int64_t)test_random_below(&random, 2000);
        model_nest_add(&nest, &(struct model_bar){.start_ns = start,
                                                  .end_ns = start + (int64_t)test_random_below(&random, 60),
                                                  .strand = (uint32_t)test_random_below(&random, 3),
                                                  .depth = MODEL_NEST_ANY});
    }
    model_nest_finish(&nest, 1);
    size_t sum = 0;
    for (unsigned depth = 0; depth <= MODEL_NEST_DEPTH; depth++) {
        struct model_nest_track track = model_nest_track(&nest, 0, depth);
        track.state = MODEL_REGION;
        sum += track.count;
        for (size_t i = 1; depth < MODEL_NEST_DEPTH && i < track.count; i++)
            assert_true(track.bars[i - 1].end_ns <= track.bars[i].start_ns);
        for (int64_t time = 0; depth < MODEL_NEST_DEPTH && time < 2100; time += 7) {
            struct model_place place;
            size_t starting = 0, after = 0;
            int64_t ns = 0;
            for (size_t i = 0; i < track.count; i++) {
                const struct model_bar *bar = &track.bars[i];
                int64_t until = bar->end_ns < time ? bar->end_ns : time;
                starting += bar->start_ns < time;
                after += bar->start_ns < time && bar->end_ns <= time;
                ns += until > bar->start_ns ? until - bar->start_ns : 0;
            }
            model_nest_track_place(&track, time, &place);
            assert_int_equal(place.starting, starting);
            assert_int_equal(place.after, after);
            assert_int_equal(place.ns[MODEL_REGION], ns);
        }
    }
    assert_int_equal(sum, 500);
    for (size_t i = 0; i < nest.bars.count; i++)
        for (size_t j = 0; j < nest.bars.count; j++) {
            const struct model_bar *outer = &nest.bars.at[i], *inner = &nest.bars.at[j];
            if (outer->strand == inner->strand && outer->start_ns < inner->start_ns &&
                outer->end_ns > inner->start_ns && inner->depth < MODEL_NEST_DEPTH)
                assert_true(outer->depth < inner->depth);
        }
    model_nest_release(&nest);
}

/* ---- of traces ---- */

/* A lane as text: the symbols or names of its slices are told by how they are asked for. */
static void check_lane(struct web_trace *trace, const char *id, const char *expected)
{
    struct base_text text = {0};
    struct web_lane lane;
    struct model_slice slice;
    web_prepare_lane(trace, base_str_of(id));
    assert_true(web_find_lane(trace, base_str_of(id), &lane));
    for (size_t i = 0; web_lane_read(&lane, i, 1, &slice); i++) {
        struct base_str name = lane.about == WEB_CALLS
                                   ? lane.calls->functions.at[slice.what]
                                   : order_string(model_pass_symbols(&lane.annotations->pass),
                                                  web_slice_name(trace, &lane, web_lane_what(&lane, i)));
        base_text_format(&text, "%s%lld-%lld %.*s", i ? ", " : "", (long long)slice.start_ns, (long long)slice.end_ns,
                         (int)name.size, name.data);
    }
    test_assert_text(&text, expected);
    base_text_release(&text);
}

static void regions(void **state)
{
    static const struct step steps[] = {
        {1, 1, WIRE_PROC_STATUS, {0, 1}},
        {1, 2, WIRE_GO_STATUS, {5, 1, 2}},
        {1, 3, WIRE_GO_STATUS, {6, -1, 1}},
        {1, 5, WIRE_USER_TASK_BEGIN, {1, 0, S_ALPHA, K_F}},
        {1, 10, WIRE_USER_REGION_BEGIN, {1, S_ALPHA, K_F_G}},
        {1, 20, WIRE_USER_REGION_BEGIN, {1, S_BETA, K_G}},
        {1, 30, WIRE_USER_REGION_END, {1, S_BETA, K_F}},
        {1, 35, WIRE_GO_STOP, {S_ALPHA, K_F}},
        {1, 40, WIRE_GO_START, {6, 1}},
        {1, 50, WIRE_USER_REGION_BEGIN, {1, S_BETA, K_G}},
        {1, 70, WIRE_USER_REGION_END, {1, S_BETA, K_F}},
        {1, 75, WIRE_GO_STOP, {S_ALPHA, K_F}},
        {1, 80, WIRE_GO_START, {5, 2}},
        {1, 90, WIRE_USER_REGION_END, {1, S_ALPHA, K_F}},
        {1, 95, WIRE_GO_STOP, {S_ALPHA, K_F}},
        {0},
    };
    struct web_trace trace;
    struct base_mapping file;
    (void)state;
    test_open_steps(&trace, &file, steps);
    check_lane(&trace, "rg0.0", "10-90 alpha");
    check_lane(&trace, "rg0.1", "20-30 beta");
    check_lane(&trace, "rg1.0", "50-70 beta");
    check_lane(&trace, "rk0.0", "10-90 alpha");
    check_lane(&trace, "rk0.1", "20-30 beta, 50-70 beta");
    check_lane(&trace, "rg0.2", "");
    test_ask(&trace, "/api/below?lane=g0", 200, "\"tracks\":[{\"lane\":\"rg0.0\",\"slices\":1},{\"lane\":\"rg0.1\",");
    test_ask(&trace, "/api/below?lane=k0", 200, "\"calls\":null");
    test_ask(&trace, "/api/below?lane=k1", 404, "no such");
    test_ask(&trace, "/api/below?lane=g2", 404, "no such");
    test_ask(&trace, "/api/below?lane=p0", 404, "no such");
    test_ask(&trace, "/api/slice?lane=rg0.1&index=0", 200, "\"start_stack\":[{\"func\":\"main.g\"");
    test_ask(&trace, "/api/slice?lane=rg0.1&index=0", 200, "\"end_stack\":[{\"func\":\"main.f\"");
    test_ask(&trace, "/api/slice?lane=rg0.1&index=0", 200, "\"task\":1,");
    test_ask(&trace, "/api/slice?lane=rg1.0&index=0", 200, "\"count\":2,\"shorter\":1,\"p50_ns\":10,\"p99_ns\":20,");
    test_ask(&trace, "/api/slice?lane=rk0.1&index=0", 200, "\"next\":1");
    test_ask(&trace, "/api/slice?lane=rk0.1&index=2", 404, "no such");
    test_ask(&trace, "/api/profile?kind=wall&tasktype=alpha", 200, "\"ns\":100,");
    test_ask(&trace, "/api/profile?kind=wall&tasktype=beta", 200, "\"ns\":0,");
    test_close_steps(&trace, &file);
}

static void calls(void **state)
{
    static const struct step steps[] = {
        {1, 1, WIRE_PROC_STATUS, {0, 1}},
        {1, 2, WIRE_GO_STATUS, {5, 1, 2}},
        {1, 10, WIRE_GO_BLOCK, {S_CHAN, K_F_G}}, /* main.g called main.f */
        {1, 20, WIRE_GO_UNBLOCK, {5, 1, K_NONE}},
        {1, 30, WIRE_GO_START, {5, 2}},
        {1, 40, WIRE_GO_STOP, {S_ALPHA, K_G}}, /* back in main.g */
        {1, 50, WIRE_GO_START, {5, 3}},
        {1, 60, WIRE_USER_LOG, {0, S_ALPHA, S_BETA, K_F_G}}, /* seen while it runs */
        {1, 70, WIRE_GO_STOP, {S_ALPHA, K_F_G}},
        {1, 80, WIRE_GO_START, {5, 4}},
        {1, 90, WIRE_GO_STOP, {S_ALPHA, K_F}}, /* main.f is the root: another stack altogether */
        {0},
    };
    struct web_trace trace;
    struct base_mapping file;
    (void)state;
    test_open_steps(&trace, &file, steps);
    test_ask(&trace, "/api/below?lane=g0", 200,
             "\"calls\":{\"tracks\":[{\"lane\":\"fg0.0\",\"slices\":2},{\"lane\":\"fg0.1\"");
    check_lane(&trace, "fg0.0", "1-80 main.g, 90-91 main.f");
    check_lane(&trace, "fg0.1", "10-30 main.f, 60-80 main.f");
    test_ask(&trace, "/api/slice?lane=fg0.1&index=0", 200,
             "\"name\":\"main.f\",\"goroutine\":5,\"state\":20,\"start_ns\":9,");
    test_close_steps(&trace, &file);
}

/* A sample stands for the time until the next one is due. */
static void sampled_calls(void **state)
{
    static const struct step steps[] = {
        {1, 1, WIRE_PROC_STATUS, {0, 1}},
        {1, 2, WIRE_GO_STATUS, {5, 1, 2}},
        {1, 1000, STEP_SAMPLE, {1, 0, 5, K_F_G}},
        {1, 10001000, STEP_SAMPLE, {1, 0, 5, K_F_G}},
        {1, 50000000, WIRE_GO_STOP, {S_ALPHA, K_G}},
        {0},
    };
    struct web_trace trace;
    struct base_mapping file;
    (void)state;
    test_open_steps(&trace, &file, steps);
    test_ask(&trace, "/api/below?lane=g0", 200, "\"deepest\":2,\"until_ns\":null,\"names\":[[0,\"main.");
    check_lane(&trace, "fg0.1", "1000-20001000 main.f");
    test_close_steps(&trace, &file);
}

static void ids(void **state)
{
    static const char *const no_ids[] = {"rg",    "rg0",   "rg0.", "rg0.x", "rg0.48", "rg.0",
                                         "fk0.0", "fg0.0", "r.",   "rp0.0", "rg9.0",  "rk0.0"};
    (void)state;
    test_no_lanes(no_ids, COUNT_OF(no_ids));
}

/* More goroutines than are kept: those asked about last are there, in any order. */
static void kept(void **state)
{
    struct step steps[24] = {{1, 1, WIRE_PROC_STATUS, {0, 1}}};
    struct web_trace trace;
    struct base_mapping file;
    (void)state;
    for (int i = 0; i < 20; i++)
        steps[i + 1] = (struct step){1, (uint64_t)i + 2, WIRE_GO_STATUS, {5 + i, i ? -1 : 1, i ? 4 : 2}};
    test_open_steps(&trace, &file, steps);
    for (uint32_t i = 0; i < 20; i++)
        assert_true(web_calls_prepare(&trace, i));
    assert_null(web_calls_ready(&trace, 0));
    assert_non_null(web_calls_ready(&trace, 12));
    assert_non_null(web_calls_ready(&trace, 19));
    assert_true(web_calls_prepare(&trace, 12));
    for (uint32_t i = 0; i < 7; i++)
        assert_true(web_calls_prepare(&trace, i));
    assert_non_null(web_calls_ready(&trace, 12));
    assert_false(web_calls_prepare(&trace, 20));
    test_close_steps(&trace, &file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(depths),  cmocka_unit_test(too_deep), cmocka_unit_test(random_bars),
        cmocka_unit_test(regions), cmocka_unit_test(calls),    cmocka_unit_test(sampled_calls),
        cmocka_unit_test(ids),     cmocka_unit_test(kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
