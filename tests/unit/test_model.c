/* The model against brute force: every measure is recomputed from the plain list of what was put in. */
#include "support.h"

#include "model/info.h"
#include "model/lane.h"
#include "model/pass.h"
#include "model/population.h"
#include "model/series.h"
#include "model/timeline.h"

#include <math.h>

enum { MOST = 2000, BUCKETS = 24 };

static void assert_close(double value, double expected, double tolerance)
{
    if (isnan(expected) ? !isnan(value) : !(fabs(value - expected) <= tolerance * (1 + fabs(expected))))
        fail_msg("%.9g where %.9g is expected", value, expected);
}

/* ---- lanes ---- */

static size_t fill_lane(struct model_lane *lane, struct base_pages *pages, struct model_slice *slices,
                        struct test_random *random, bool long_ones)
{
    size_t count = test_random_below(random, MOST);
    int64_t time_ns = 1 + (int64_t)test_random_below(random, 1000);
    model_lane_init(lane, pages, MODEL_RUNNING, MODEL_SYSCALL);
    for (size_t i = 0; i < count; i++) {
        uint64_t longest = long_ones && !test_random_below(random, 20) ? UINT64_C(1) << 34 : 300;
        uint64_t gap = long_ones && !test_random_below(random, 20) ? UINT64_C(1) << 34 : 100;
        slices[i] = (struct model_slice){
            .start_ns = time_ns += (int64_t)test_random_below(random, gap),
            .what = (uint32_t)i,
            .state = test_random_below(random, 3) ? MODEL_RUNNING : MODEL_SYSCALL,
        };
        time_ns += 1 + (int64_t)test_random_below(random, longest);
        slices[i].end_ns = time_ns;
        model_lane_add(lane, &slices[i]);
    }
    return count;
}

static void sum_by_hand(const struct model_slice *slices, size_t count, int64_t until_ns, int64_t *sum)
{
    memset(sum, 0, MODEL_STATES * sizeof *sum);
    for (size_t i = 0; i < count; i++) {
        int64_t end_ns = slices[i].end_ns < until_ns ? slices[i].end_ns : until_ns;
        if (end_ns > slices[i].start_ns)
            sum[slices[i].state] += end_ns - slices[i].start_ns;
    }
}

static void check_lane_at(const struct model_lane *lane, const struct model_slice *slices, size_t count,
                          int64_t time_ns)
{
    struct model_place place;
    int64_t expected[MODEL_STATES];
    model_lane_place(lane, time_ns, &place);
    sum_by_hand(slices, count, time_ns, expected);
    assert_memory_equal(place.ns, expected, sizeof expected);
    size_t after = 0, starting = 0;
    while (after < count && slices[after].end_ns <= time_ns)
        after++;
    while (starting < count && slices[starting].start_ns < time_ns)
        starting++;
    assert_int_equal(place.after, after);
    assert_int_equal(place.starting, starting);
}

static void assert_slices_equal(const struct model_slice *a, const struct model_slice *b)
{
    assert_int_equal(a->start_ns, b->start_ns);
    assert_int_equal(a->end_ns, b->end_ns);
    assert_int_equal(a->what, b->what);
    assert_int_equal(a->state, b->state);
}

static void lanes(void **state)
{
    static struct model_slice slices[MOST];
    struct test_random random = {1};
    (void)state;
    for (int round = 0; round < 60; round++) {
        struct base_pages pages = {0};
        struct model_lane lane;
        size_t count = fill_lane(&lane, &pages, slices, &random, round % 2);
        int64_t end_ns = count ? slices[count - 1].end_ns : 10;
        assert_int_equal(lane.count, count);
        for (size_t i = 0; i < count; i++) {
            struct model_slice slice = model_lane_slice(&lane, i);
            assert_slices_equal(&slice, &slices[i]);
            assert_int_equal(model_lane_what(&lane, i), slices[i].what);
        }
        for (int i = 0; i < 30 && count; i++) {
            struct model_slice read[200];
            size_t first = test_random_below(&random, count + 3), most = test_random_below(&random, COUNT_OF(read));
            size_t got = model_lane_read(&lane, first, most, read), left = first < count ? count - first : 0;
            assert_int_equal(got, most < left ? most : left);
            for (size_t j = 0; j < got; j++)
                assert_slices_equal(&read[j], &slices[first + j]);
        }
        for (int i = 0; i < 60; i++)
            check_lane_at(&lane, slices, count, (int64_t)test_random_below(&random, (uint64_t)end_ns + 200) - 100);
        for (int i = 0; i < 60 && count; i++) { /* at edges */
            const struct model_slice *slice = &slices[test_random_below(&random, count)];
            check_lane_at(&lane, slices, count, slice->start_ns + (int64_t)test_random_below(&random, 3) - 1);
            check_lane_at(&lane, slices, count, slice->end_ns + (int64_t)test_random_below(&random, 3) - 1);
        }
        check_lane_at(&lane, slices, count, INT64_MAX);
        check_lane_at(&lane, slices, count, INT64_MIN);
        model_lane_release(&lane);
        base_pages_release(&pages);
    }
}

/* ---- populations ---- */

struct move {
    int64_t time_ns;
    unsigned from, to;
};

/* The stretch of bucket i within [first, last]; false if there is none. */
static bool bucket(int64_t first_ns, int64_t last_ns, double start_ns, double width_ns, int i, int64_t *from_ns,
                   int64_t *to_ns)
{
    double from = start_ns + i * width_ns, to = from + width_ns;
    *from_ns = from > (double)first_ns ? (int64_t)from : first_ns;
    *to_ns = to < (double)last_ns ? (int64_t)to : last_ns;
    return *from_ns < *to_ns;
}

/* The counts after all moves up to a time. */
static void counts_at(const struct move *moves, size_t count, int64_t time_ns, double *of)
{
    memset(of, 0, MODEL_CLASSES * sizeof *of);
    for (size_t i = 0; i < count && moves[i].time_ns <= time_ns; i++) {
        if (moves[i].from < MODEL_CLASSES && of[moves[i].from] > 0)
            of[moves[i].from]--;
        if (moves[i].to < MODEL_CLASSES)
            of[moves[i].to]++;
    }
}

static void measure_by_hand(const struct move *moves, size_t count, int64_t from_ns, int64_t to_ns, double *mean,
                            double *highest)
{
    double of[MODEL_CLASSES];
    int64_t at_ns = from_ns;
    counts_at(moves, count, from_ns, of);
    memcpy(highest, of, sizeof of);
    memset(mean, 0, sizeof of);
    for (size_t i = 0; i <= count; i++) {
        int64_t next_ns = i < count && moves[i].time_ns < to_ns ? moves[i].time_ns : to_ns;
        if (i < count && moves[i].time_ns <= from_ns)
            continue;
        for (int class = 0; class < MODEL_CLASSES; class ++)
            mean[class] += of[class] * (double)(next_ns - at_ns) / (double)(to_ns - from_ns);
        at_ns = next_ns;
        if (i == count || moves[i].time_ns > to_ns)
            break;
        if (moves[i].from < MODEL_CLASSES && of[moves[i].from] > 0)
            of[moves[i].from]--;
        if (moves[i].to < MODEL_CLASSES)
            of[moves[i].to]++;
        for (int class = 0; class < MODEL_CLASSES; class ++)
            highest[class] = fmax(highest[class], of[class]);
    }
}

static void check_population(const struct model_population *population, const struct move *moves, size_t count,
                             int64_t first_ns, int64_t last_ns, double start_ns, double width_ns)
{
    float columns[2][MODEL_CLASSES][BUCKETS];
    float *mean[MODEL_CLASSES], *highest[MODEL_CLASSES];
    for (int class = 0; class < MODEL_CLASSES; class ++) {
        mean[class] = columns[0][class];
        highest[class] = columns[1][class];
    }
    model_population_measure(population, first_ns, last_ns, start_ns, width_ns, BUCKETS, mean, highest);
    for (int i = 0; i < BUCKETS; i++) {
        int64_t from_ns, to_ns;
        double expected_mean[MODEL_CLASSES], expected_highest[MODEL_CLASSES];
        bool any =
            bucket(first_ns, last_ns, start_ns, width_ns, i, &from_ns, &to_ns) && count && to_ns >= moves[0].time_ns;
        if (any)
            measure_by_hand(moves, count, from_ns, to_ns, expected_mean, expected_highest);
        for (int class = 0; class < MODEL_CLASSES; class ++) {
            assert_close(mean[class][i], any ? expected_mean[class] : NAN, 2e-6);
            assert_close(highest[class][i], any ? expected_highest[class] : NAN, 0);
        }
    }
}

static size_t fill_population(struct model_population *population, struct move *moves, struct test_random *random,
                              bool gaps)
{
    size_t count = test_random_below(random, MOST);
    int64_t time_ns = 1 + (int64_t)test_random_below(random, 2000);
    unsigned of[MODEL_CLASSES] = {0};
    for (size_t i = 0; i < count; i++) {
        struct move *move = &moves[i];
        unsigned size = gaps && !test_random_below(random, 8) ? (unsigned)test_random_below(random, 36) : 7;
        time_ns += (int64_t)test_random_below(random, UINT64_C(1) << size);
        move->time_ns = time_ns;
        do { /* something that is there, or comes into being */
            move->from = (unsigned)test_random_below(random, MODEL_CLASSES + 1);
            move->to = (unsigned)test_random_below(random, MODEL_CLASSES + 1);
        } while (move->from == move->to || (move->from < MODEL_CLASSES && !of[move->from]));
        if (move->from == MODEL_CLASSES)
            move->from = MODEL_NO_CLASS;
        if (move->to == MODEL_CLASSES)
            move->to = MODEL_NO_CLASS;
        if (move->from < MODEL_CLASSES)
            of[move->from]--;
        if (move->to < MODEL_CLASSES)
            of[move->to]++;
        model_population_move(population, time_ns, move->from, move->to);
    }
    return count;
}

static void populations(void **state)
{
    static struct move moves[MOST];
    struct test_random random = {2};
    (void)state;
    for (int round = 0; round < 60; round++) {
        struct base_pages pages = {0};
        struct model_population population;
        model_population_init(&population, &pages);
        size_t count = fill_population(&population, moves, &random, round % 3 == 2);
        int64_t last_ns = (count ? moves[count - 1].time_ns : 0) + (int64_t)test_random_below(&random, 300) + 1;
        for (int view = 0; view < 20; view++) {
            double start_ns = (double)test_random_below(&random, (uint64_t)last_ns + 500) - 250;
            double width_ns = view % 4 ? (double)(1 + test_random_below(&random, (uint64_t)last_ns / 8 + 2))
                                       : (double)(1 + test_random_below(&random, 40)) / 4 + 0.75;
            check_population(&population, moves, count, 0, last_ns, start_ns, width_ns);
        }
        check_population(&population, moves, count, 0, last_ns, 0, (double)last_ns / BUCKETS);
        check_population(&population, moves, count, 0, last_ns, -(double)last_ns, (double)last_ns);
        model_population_release(&population);
        base_pages_release(&pages);
    }
}

/* Leaving a class that is empty does not count below zero. */
static void populations_do_not_go_below_zero(void **state)
{
    struct base_pages pages = {0};
    struct model_population population;
    static const struct move moves[] = {{10, 1, 2}, {20, 1, 2}, {30, 2, MODEL_NO_CLASS}};
    (void)state;
    model_population_init(&population, &pages);
    for (size_t i = 0; i < COUNT_OF(moves); i++)
        model_population_move(&population, moves[i].time_ns, moves[i].from, moves[i].to);
    check_population(&population, moves, COUNT_OF(moves), 0, 40, 0, 2);
    model_population_release(&population);
    base_pages_release(&pages);
}

/* ---- series ---- */

struct point {
    int64_t time_ns;
    double value;
};

static double value_at(const struct point *points, size_t count, int64_t time_ns)
{
    double value = NAN;
    for (size_t i = 0; i < count && points[i].time_ns <= time_ns; i++)
        value = points[i].value;
    return value;
}

static void check_series(const struct model_series *series, const struct point *points, size_t count, int64_t last_ns,
                         double start_ns, double width_ns)
{
    float mean[BUCKETS], highest[BUCKETS];
    model_series_measure(series, last_ns, start_ns, width_ns, BUCKETS, mean, highest);
    for (int i = 0; i < BUCKETS; i++) {
        int64_t from_ns, to_ns;
        double expected_mean = NAN, expected_highest = NAN;
        if (bucket(count ? points[0].time_ns : last_ns, last_ns, start_ns, width_ns, i, &from_ns, &to_ns)) {
            double value = value_at(points, count, from_ns), sum = 0;
            int64_t at_ns = from_ns;
            expected_highest = value;
            for (size_t j = 0; j < count && points[j].time_ns <= to_ns; j++) {
                if (points[j].time_ns <= from_ns)
                    continue;
                sum += value * (double)(points[j].time_ns - at_ns);
                at_ns = points[j].time_ns;
                value = points[j].value;
                expected_highest = fmax(expected_highest, value);
            }
            expected_mean = (sum + value * (double)(to_ns - at_ns)) / (double)(to_ns - from_ns);
        }
        assert_close(mean[i], expected_mean, 2e-6);
        assert_close(highest[i], expected_highest, 1e-7);
    }
}

static void series_against_a_list(void **state)
{
    static struct point points[MOST];
    struct test_random random = {4};
    (void)state;
    for (int round = 0; round < 60; round++) {
        struct model_series series = {0};
        size_t count = test_random_below(&random, round % 5 ? 300 : 3);
        int64_t time_ns = 1 + (int64_t)test_random_below(&random, 500);
        for (size_t i = 0; i < count; i++) {
            points[i] = (struct point){time_ns += 1 + (int64_t)test_random_below(&random, 100),
                                       (double)test_random_below(&random, 6) * 1e6};
            model_series_add(&series, points[i].time_ns, points[i].value);
        }
        int64_t last_ns = time_ns + (int64_t)test_random_below(&random, 300);
        for (int view = 0; view < 20; view++) {
            double start_ns = (double)test_random_below(&random, (uint64_t)last_ns + 500) - 250;
            check_series(&series, points, count, last_ns, start_ns,
                         (double)(1 + test_random_below(&random, (uint64_t)last_ns / 8 + 2)));
        }
        check_series(&series, points, count, last_ns, 0, (double)last_ns / BUCKETS);
        model_series_release(&series);
    }
}

/* ---- the timeline of a small trace ---- */

static void run(const struct base_mapping *file, struct model_pass *pass, struct model_timeline *timeline,
                struct model_info *info)
{
    struct base_error error = BASE_NO_ERROR;
    assert_true(model_pass_begin(pass, file, &error));
    model_timeline_init(timeline);
    model_info_init(info);
    const struct model_sink sinks[] = {{model_timeline_add, timeline}, {model_info_add, info}};
    model_pass_run(pass, sinks, COUNT_OF(sinks), NULL);
    model_timeline_finish(timeline);
}

static void add_slices(struct base_text *out, const struct model_timeline *timeline, const struct model_lane *lane,
                       bool proc)
{
    for (size_t i = 0; i < lane->count; i++) {
        struct model_slice slice = model_lane_slice(lane, i);
        base_text_format(out, "  %d-%d %s", (int)slice.start_ns, (int)slice.end_ns,
                         slice.state == MODEL_RUNNING   ? "runs"
                         : slice.state == MODEL_SYSCALL ? "in syscall"
                         : slice.state == MODEL_GC      ? "collects"
                                                        : "stops");
        if (proc)
            base_text_format(out, " g%d", (int)timeline->actors.at[slice.what].id.n);
        base_text_char(out, '\n');
    }
}

static void render_timeline(struct base_text *out, const struct model_timeline *timeline)
{
    for (size_t i = 0; i < timeline->procs.count; i++) {
        base_text_format(out, "p%d\n", (int)timeline->procs.at[i].id.n);
        add_slices(out, timeline, &timeline->procs.at[i].lane, true);
    }
    base_text_add(out, "gc\n");
    add_slices(out, timeline, &timeline->gc, false);
    base_text_add(out, "stw\n");
    add_slices(out, timeline, &timeline->stw, false);
}

static void timeline_of_a_small_trace(void **state)
{
    static const struct step steps[] = {
        {1, 100, WIRE_PROC_STATUS, {4, 1}},
        {1, 110, WIRE_GO_STATUS, {1, 1, 2}},
        {1, 120, WIRE_HEAP_ALLOC, {1000}},
        {1, 130, WIRE_GO_CREATE, {2, K_G, K_F}},
        {1, 140, WIRE_GO_BLOCK, {S_CHAN, K_F}},
        {1, 150, WIRE_GO_START, {2, 1}},
        {1, 160, WIRE_GO_SYSCALL_BEGIN, {1, K_F}},
        {2, 90, WIRE_PROC_STATUS, {2, 2}},
        {2, 180, WIRE_PROC_STEAL, {4, 2, 1}},
        {2, 190, WIRE_PROC_START, {2, 1}},
        {2, 200, WIRE_GO_UNBLOCK, {1, 1, 0}},
        {2, 210, WIRE_GO_START, {1, 2}},
        {2, 220, WIRE_STW_BEGIN, {S_ALPHA, 0}},
        {2, 230, WIRE_STW_END},
        {2, 240, WIRE_GC_BEGIN, {1, K_F}},
        {1, 250, WIRE_GO_SYSCALL_END_BLOCKED},
        {2, 260, WIRE_HEAP_ALLOC, {500}},
        {2, 270, WIRE_HEAP_GOAL, {-1}},
        {0},
    };
    struct base_mapping file = test_write(WIRE_GO_1_26, steps);
    struct model_pass pass;
    struct model_timeline timeline;
    struct model_info info;
    struct base_text text = {0};
    (void)state;
    run(&file, &pass, &timeline, &info);
    render_timeline(&text, &timeline);
    test_assert_text(&text, "p2\n"
                            "  210-271 runs g1\n"
                            "p4\n"
                            "  1-140 runs g1\n"
                            "  150-160 runs g2\n"
                            "  160-180 in syscall g2\n"
                            "gc\n"
                            "  240-271 collects\n"
                            "stw\n"
                            "  220-230 stops\n");
    assert_int_equal(timeline.first_ns, 1);
    assert_int_equal(timeline.last_ns, 271); /* the last Sync */
    assert_true(base_str_is(order_string(model_pass_symbols(&pass), timeline.actors.at[1].name), "main.g"));
    assert_int_equal(timeline.heap.points.count, 2);
    assert_true(timeline.goal.points.at[0].value == 0);
    assert_int_equal(info.goroutines, 2);
    assert_int_equal(info.procs, 2);
    assert_int_equal(info.threads, 2);
    assert_int_equal(info.generations, 1);
    assert_int_equal(info.stw_ns, 10);
    assert_int_equal(info.gc_cycles, 1);
    assert_int_equal(info.heap_peak_bytes, 1000);
    assert_int_equal(pass.event_count, info.events);
    base_text_release(&text);
    model_timeline_release(&timeline);
    model_info_release(&info);
    model_pass_release(&pass);
    test_mapping_free(&file);
}

/* Only the first slice of a lane is thought back to the beginning of the trace. */
static void goroutines_found_running_later(void **state)
{
    static const struct step steps[] = {
        {1, 100, WIRE_PROC_STATUS, {0, 1}},  {1, 110, WIRE_GO_STATUS, {1, 1, 2}}, {1, 120, WIRE_GO_STOP, {0, 0}},
        {1, 130, WIRE_GO_STATUS, {2, 1, 2}}, {1, 140, WIRE_GO_STOP, {0, 0}},      {0},
    };
    struct base_mapping file = test_write(WIRE_GO_1_26, steps);
    struct model_pass pass;
    struct model_timeline timeline;
    struct model_info info;
    struct base_text text = {0};
    (void)state;
    run(&file, &pass, &timeline, &info);
    render_timeline(&text, &timeline);
    test_assert_text(&text, "p0\n  1-120 runs g1\n  130-140 runs g2\ngc\nstw\n");
    base_text_release(&text);
    model_timeline_release(&timeline);
    model_info_release(&info);
    model_pass_release(&pass);
    test_mapping_free(&file);
}

/* Of a goroutine's states over time: who runs, who waits. */
static void populations_of_a_small_trace(void **state)
{
    static const struct step steps[] = {
        {1, 100, WIRE_PROC_STATUS, {0, 1}},
        {1, 200, WIRE_GO_STATUS, {1, 1, 2}},
        {1, 300, WIRE_GO_CREATE, {2, 0, 0}},
        {1, 400, WIRE_GO_STOP, {0, 0}},
        {1, 500, WIRE_GO_START, {2, 1}},
        {1, 600, WIRE_GO_DESTROY},
        {0},
    };
    struct base_mapping file = test_write(WIRE_GO_1_26, steps);
    struct model_pass pass;
    struct model_timeline timeline;
    struct model_info info;
    float columns[8][6];
    float *const mean[] = {columns[0], columns[1], columns[2], columns[3]}, *const highest[] = {columns[4], columns[5],
                                                                                                columns[6], columns[7]};
    (void)state;
    run(&file, &pass, &timeline, &info);
    model_population_measure(&timeline.goroutines, timeline.first_ns, timeline.last_ns, 100, 100, 5, mean, highest);
    static const float running[] = {0, 1, 1, 0, 1}, runnable[] = {0, 0, 1, 2, 1};
    for (int i = 1; i < 5; i++) {
        assert_close(mean[MODEL_GO_RUNNING][i], running[i], 1e-6);
        assert_close(mean[MODEL_GO_RUNNABLE][i], runnable[i], 1e-6);
    }
    assert_close(highest[MODEL_GO_RUNNABLE][3], 2, 0);
    model_timeline_release(&timeline);
    model_info_release(&info);
    model_pass_release(&pass);
    test_mapping_free(&file);
}

/* A damaged trace: what the pass says of it. */
static void pass_over_a_damaged_trace(void **state)
{
    static const struct step steps[] = {
        {1, 100, WIRE_PROC_STATUS, {0, 1}},
        {1, 200, STEP_GENERATION},
        {1, 210, WIRE_PROC_STATUS, {0, 1}},
        {1, 220, WIRE_GO_BLOCK, {0, 0}},
        {0},
    };
    struct base_mapping file = test_write(WIRE_GO_1_26, steps);
    struct base_error error = BASE_NO_ERROR;
    struct model_pass pass;
    size_t count;
    (void)state;
    assert_true(model_pass_begin(&pass, &file, &error));
    model_pass_run(&pass, NULL, 0, NULL);
    assert_null(pass.error.cause);
    assert_int_equal(pass.event_count, 5); /* what is missing before it cannot be told: it is left out */
    assert_int_equal(pass.last_ns, 211);
    const struct order_loss *losses = model_pass_losses(&pass, &count);
    assert_int_equal(count, 1);
    assert_string_equal(losses->why.cause, "expected a goroutine but didn't have one");
    assert_int_equal(losses->generation, 2);
    assert_int_equal(losses->from_ns, 210);
    assert_int_equal(losses->to_ns, 210);
    assert_int_equal(losses->mended, 1);
    model_pass_release(&pass);
    test_mapping_free(&file);
}

/* Slices whose times are at the ends of what fits. */
static void timeline_of_hostile_times(void **state)
{
    struct test_trace trace;
    struct model_pass pass;
    struct model_timeline timeline;
    struct model_info info;
    (void)state;
    test_trace_begin(&trace, WIRE_GO_1_26);
    wire_writer_event(&trace.writer, (thread_id){1}, 10, WIRE_PROC_STATUS, 0, 1);
    wire_writer_event(&trace.writer, (thread_id){1}, 11, WIRE_GO_STATUS, 1, 1, 2);
    wire_writer_event(&trace.writer, (thread_id){1}, (UINT64_C(1) << 63) + UINT32_MAX + 1, WIRE_GO_STOP, 0, 0);
    wire_writer_event(&trace.writer, (thread_id){1}, (UINT64_C(1) << 63) + UINT32_MAX + 9, WIRE_GO_START, 1, 1);
    wire_writer_event(&trace.writer, (thread_id){1}, INT64_MAX, WIRE_GO_STOP, 0, 0);
    wire_writer_event(&trace.writer, (thread_id){1}, INT64_MAX, WIRE_GO_START, 1, 2);
    struct base_mapping file = test_trace_finish(&trace);
    run(&file, &pass, &timeline, &info);
    for (size_t i = 0; i < timeline.procs.at[0].lane.count; i++) {
        struct model_slice slice = model_lane_slice(&timeline.procs.at[0].lane, i);
        assert_true(slice.end_ns >= slice.start_ns);
    }
    model_timeline_release(&timeline);
    model_info_release(&info);
    model_pass_release(&pass);
    test_mapping_free(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lanes),
        cmocka_unit_test(populations),
        cmocka_unit_test(populations_do_not_go_below_zero),
        cmocka_unit_test(series_against_a_list),
        cmocka_unit_test(timeline_of_a_small_trace),
        cmocka_unit_test(goroutines_found_running_later),
        cmocka_unit_test(populations_of_a_small_trace),
        cmocka_unit_test(pass_over_a_damaged_trace),
        cmocka_unit_test(timeline_of_hostile_times),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
