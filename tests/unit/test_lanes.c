/* Lanes: every pixel of random views of random traces against brute force, the list of goroutines, and paged memory. */
#include "oracle.h"
#include "random_trace.h"
#include "tiles.h"

#include "base/paged.h"
#include "web/goroutine_lanes.h"
#include "web/lanes.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { CASES = 400, VIEWS = 4 };

/* A trace, opened by the viewer and read by the oracle. */
struct opened {
    uint64_t seed;
    struct base_mapping file;
    struct web_trace trace;
    struct oracle oracle;
};

static bool open_random(struct opened *opened, uint64_t seed)
{
    struct test_random random = {seed * 2 + 1};
    struct base_error error = BASE_NO_ERROR;
    bool large = !test_random_below(&random, 16);
    struct random_trace_shape shape = {
        .threads = 1 + (unsigned)test_random_below(&random, large ? 2 : 8),
        .goroutines = 1 + (unsigned)test_random_below(&random, large ? 4 : 60),
        .events = large ? 8000 : 10 + (unsigned)test_random_below(&random, 400),
        .generations = 1 + (unsigned)test_random_below(&random, 4),
        .longest_ns = 1 + test_random_below(&random, test_random_below(&random, 2) ? 20 : 100000),
        .long_pauses = !test_random_below(&random, 3),
    };
    *opened = (struct opened){.seed = seed, .file = random_trace(&random, &shape)};
    if (!test_random_below(&random, 3))
        random_damage(&opened->file, &random);
    bool open = web_trace_open(&opened->trace, "random", &opened->file, NULL, NULL, &error);
    bool read = oracle_read(&opened->oracle, &opened->file);
    if (open != read)
        fail_msg("seed %" PRIu64 ": opened %d, read %d", seed, open, read);
    base_error_release(&error);
    return open;
}

static void close_random(struct opened *opened, bool open)
{
    if (open)
        web_trace_release(&opened->trace);
    oracle_release(&opened->oracle);
    test_mapping_free(&opened->file);
}

/* A view: one tile. */
struct view {
    const struct opened *opened;
    const char *lane;
    int level;
    int64_t tile;
};

#define check(view, condition, format, ...)                                                                            \
    do {                                                                                                               \
        if (!(condition))                                                                                              \
            fail_msg("seed %" PRIu64 ", lane %s, level %d, tile %" PRId64 ": " format, (view)->opened->seed,           \
                     (view)->lane, (view)->level, (view)->tile, __VA_ARGS__);                                          \
    } while (0)

static int64_t bucket_ns(const struct view *view, int bucket)
{
    return view->opened->oracle.first_ns + ((view->tile * BUCKETS + bucket) << view->level);
}

/* ---- lanes of slices ---- */

static void check_exact(const struct view *view, const struct tile *tile, const struct oracle_lane *lane)
{
    int64_t from_ns = bucket_ns(view, 0), to_ns = bucket_ns(view, BUCKETS), ns[ORACLE_STATES];
    size_t n = 0;
    check(view, tile->n == oracle_measure(lane, from_ns, to_ns, ns), "%u slices", tile->n);
    for (size_t i = 0; i < lane->slices.count; i++) {
        const struct oracle_slice *slice = &lane->slices.at[i];
        bool begins_within = slice->start_ns >= from_ns && slice->start_ns < to_ns;
        if (!begins_within && (slice->start_ns >= to_ns || slice->end_ns <= from_ns))
            continue;
        double start_ns = f64_at(tile->columns[0] + 8 * n), length_ns = f64_at(tile->columns[1] + 8 * n);
        check(view, start_ns == (double)(slice->start_ns - view->opened->oracle.first_ns), "slice %zu begins at %g", i,
              start_ns);
        check(view, length_ns == (double)(slice->end_ns - slice->start_ns), "slice %zu has %g ns", i, length_ns);
        check(view, f64_at(tile->columns[2] + 8 * n) == (double)slice->goroutine, "slice %zu is another's", i);
        check(view, u32_at(tile->columns[3] + 4 * n) == i, "slice %zu has another index", i);
        check(view, tile->columns[5][n] == slice->state, "slice %zu has state %d", i, tile->columns[5][n]);
        n++;
    }
}

static void check_pixel(const struct view *view, const struct tile *tile, const struct oracle_lane *lane, int bucket)
{
    int64_t ns[ORACLE_STATES], from_ns = bucket_ns(view, bucket), to_ns = bucket_ns(view, bucket + 1), sum_ns = 0;
    size_t count = oracle_measure(lane, from_ns, to_ns, ns);
    int most = 0;
    for (int state = 1; state < ORACLE_STATES; state++) {
        sum_ns += ns[state];
        if (ns[state] > (most ? ns[most] : 0))
            most = state;
    }
    long busy = lround(255.0 * (double)sum_ns / (double)(to_ns - from_ns));
    unsigned counted = (unsigned)tile->columns[2][2 * bucket] | (unsigned)tile->columns[2][2 * bucket + 1] << 8;
    check(view, tile->columns[0][bucket] == most, "pixel %d: state %d, not %d", bucket, tile->columns[0][bucket], most);
    check(view, tile->columns[1][bucket] == (busy || !sum_ns ? busy : 1), "pixel %d: busy %d, not %ld", bucket,
          tile->columns[1][bucket], busy);
    check(view, counted == (count < 65535 ? count : 65535), "pixel %d: %u slices, not %zu", bucket, counted, count);
}

static void check_slices(struct view *view, const struct oracle_lane *lane, unsigned *kinds)
{
    struct web_response response;
    int64_t ns[ORACLE_STATES];
    struct tile tile = ask_for_tile((struct web_trace *)(uintptr_t)&view->opened->trace, view->lane, view->level,
                                    view->tile, &response);
    size_t touched = oracle_measure(lane, bucket_ns(view, 0), bucket_ns(view, BUCKETS), ns);
    bool beyond = bucket_ns(view, 0) > view->opened->oracle.last_ns;
    uint32_t kind = !touched || beyond ? EMPTY : touched <= BUCKETS || !view->level ? EXACT : DENSE;
    check(view, tile.kind == kind, "kind %u instead of %u", tile.kind, kind);
    if (tile.kind == EXACT)
        check_exact(view, &tile, lane);
    for (int bucket = 0; tile.kind == DENSE && bucket < BUCKETS; bucket++)
        check_pixel(view, &tile, lane, bucket);
    kinds[tile.kind]++;
    base_text_release(&response.body);
}

/* ---- time per state, below what a tile can show ---- */

/* Both ends are anywhere, also where a slice begins or ends. */
static int64_t random_moment(const struct opened *opened, const struct oracle_lane *lane, struct test_random *random)
{
    int64_t span_ns = opened->oracle.last_ns - opened->oracle.first_ns;
    if (!lane->slices.count || test_random_below(random, 2))
        return opened->oracle.first_ns - 5 + (int64_t)test_random_below(random, (uint64_t)span_ns + 10);
    const struct oracle_slice *slice = &lane->slices.at[test_random_below(random, lane->slices.count)];
    return (test_random_below(random, 2) ? slice->start_ns : slice->end_ns) - 1 + (int64_t)test_random_below(random, 3);
}

static void check_time_per_state(const struct view *view, const struct oracle_lane *lane, struct test_random *random)
{
    struct web_lane found;
    int64_t ns[ORACLE_STATES], a_ns = random_moment(view->opened, lane, random),
                               b_ns = random_moment(view->opened, lane, random);
    struct model_place from, to;
    check(view, web_find_lane(&view->opened->trace, base_str_of(view->lane), &found), "%s", "is not there");
    check(view, web_lane_count(&found) == lane->slices.count, "%zu slices, not %zu", web_lane_count(&found),
          lane->slices.count);
    if (a_ns > b_ns) {
        int64_t t = a_ns;
        a_ns = b_ns;
        b_ns = t;
    }
    web_lane_place(&found, a_ns, &from);
    web_lane_place(&found, b_ns, &to);
    oracle_measure(lane, a_ns, b_ns, ns);
    for (int state = 0; state < ORACLE_STATES; state++)
        check(view, to.ns[state] - from.ns[state] == ns[state], "state %d, from %" PRId64 " to %" PRId64, state, a_ns,
              b_ns);
}

/* ---- counters ---- */

static double counter_value(const struct tile *tile, int series, bool highest, int bucket)
{
    return f32_at(tile->columns[0] + ((size_t)(series * 2 + highest) * BUCKETS + (size_t)bucket) * 4);
}

static void check_value(const struct view *view, int series, int bucket, double value, double expected)
{
    bool right = isnan(expected) ? isnan(value) : fabs(value - expected) <= 2e-6 * (1 + fabs(expected));
    check(view, right, "series %d, pixel %d: %.9g, not %.9g", series, bucket, value, expected);
}

/* The part of a bucket that lies within the trace. */
static bool clip(const struct view *view, int bucket, int64_t *ret_from_ns, int64_t *ret_to_ns)
{
    const struct oracle *oracle = &view->opened->oracle;
    int64_t from_ns = bucket_ns(view, bucket), to_ns = bucket_ns(view, bucket + 1);
    *ret_from_ns = from_ns > oracle->first_ns ? from_ns : oracle->first_ns;
    *ret_to_ns = to_ns < oracle->last_ns ? to_ns : oracle->last_ns;
    return *ret_from_ns < *ret_to_ns;
}

static void check_counter(const struct view *view, const struct tile *tile, int series,
                          const struct oracle_counter *counter, int of, bool from_first)
{
    for (int bucket = 0; bucket < BUCKETS; bucket++) {
        int64_t from_ns, to_ns;
        double mean = NAN, highest = NAN;
        bool within = clip(view, bucket, &from_ns, &to_ns) && counter->changes.count;
        if (within && from_first && from_ns < counter->changes.at[0].time_ns)
            from_ns = counter->changes.at[0].time_ns;
        if (!within || !oracle_count(counter, of, from_ns, to_ns, &mean, &highest))
            mean = highest = NAN;
        check_value(view, series, bucket, counter_value(tile, series, false, bucket), mean);
        check_value(view, series, bucket, counter_value(tile, series, true, bucket), highest);
    }
}

/* Of all processors, how many run, are in syscalls, or idle. */
static void check_utilisation(const struct view *view, const struct tile *tile)
{
    const struct oracle *oracle = &view->opened->oracle;
    for (int bucket = 0; bucket < BUCKETS; bucket++) {
        int64_t from_ns, to_ns, ns[ORACLE_STATES];
        double running = 0, in_syscall = 0;
        size_t procs = oracle->procs.count;
        bool within = clip(view, bucket, &from_ns, &to_ns);
        for (size_t p = 0; within && p < procs; p++) {
            oracle_measure(&oracle->procs.at[p], from_ns, to_ns, ns);
            running += (double)ns[MODEL_RUNNING] / (double)(to_ns - from_ns);
            in_syscall += (double)ns[MODEL_SYSCALL] / (double)(to_ns - from_ns);
        }
        check_value(view, 0, bucket, counter_value(tile, 0, false, bucket), within ? running : NAN);
        check_value(view, 1, bucket, counter_value(tile, 1, false, bucket), within ? in_syscall : NAN);
        check_value(view, 2, bucket, counter_value(tile, 2, false, bucket),
                    within ? fmax(0, (double)procs - running - in_syscall) : NAN);
    }
}

static void check_counters(struct view *view)
{
    static const char *const lanes[] = {"goroutines", "heap", "threads", "procs"};
    const struct oracle *oracle = &view->opened->oracle;
    for (int i = 0; i < (int)COUNT_OF(lanes); i++) {
        struct web_response response;
        view->lane = lanes[i];
        struct tile tile = ask_for_tile((struct web_trace *)(uintptr_t)&view->opened->trace, view->lane, view->level,
                                        view->tile, &response);
        bool beyond = bucket_ns(view, 0) > oracle->last_ns;
        check(view, tile.kind == (beyond ? EMPTY : COUNTER), "kind %u", tile.kind);
        for (int series = 0; !beyond && i == 0 && series < 4; series++)
            check_counter(view, &tile, series, &oracle->states, series, false);
        if (!beyond && i == 1) {
            check_counter(view, &tile, 0, &oracle->heap, 0, true);
            check_counter(view, &tile, 1, &oracle->goal, 0, true);
        }
        if (!beyond && i == 2) {
            check_counter(view, &tile, 0, &oracle->running_procs, 0, false);
            check_counter(view, &tile, 1, &oracle->states, 3, false);
        }
        if (!beyond && i == 3)
            check_utilisation(view, &tile);
        base_text_release(&response.body);
    }
}

/* ---- all of it ---- */

/* A tile at a level from a few tiles over the whole trace down to single nanoseconds. */
static struct view random_view(const struct opened *opened, struct test_random *random)
{
    int64_t span_ns = opened->oracle.last_ns - opened->oracle.first_ns;
    int highest = 0;
    while (span_ns >> highest > BUCKETS)
        highest++;
    struct view view = {.opened = opened, .level = (int)test_random_below(random, (uint64_t)highest + 2)};
    if (test_random_below(random, 2))
        view.level = highest;
    int64_t tiles = (span_ns >> view.level) / BUCKETS + 1;
    view.tile = (int64_t)test_random_below(random, (uint64_t)tiles + (test_random_below(random, 10) == 0));
    return view;
}

static void check_view(const struct opened *opened, struct test_random *random, unsigned *kinds)
{
    const struct oracle *oracle = &opened->oracle;
    struct view view = random_view(opened, random);
    char id[24];
    const struct oracle_lane *lanes[] = {&oracle->gc, &oracle->stw, NULL, NULL};
    uint64_t p = oracle->procs.count ? test_random_below(random, oracle->procs.count) : 0;
    uint64_t g = oracle->goroutines.count ? test_random_below(random, oracle->goroutines.count) : 0;
    if (oracle->procs.count && oracle->procs.at[p].id >= 0)
        lanes[2] = &oracle->procs.at[p];
    if (oracle->goroutines.count)
        lanes[3] = &oracle->goroutines.at[g];
    for (int i = 0; i < (int)COUNT_OF(lanes); i++) {
        if (!lanes[i])
            continue;
        snprintf(id, sizeof id, "%c%" PRId64, i == 2 ? 'p' : 'g', i == 2 ? lanes[2]->id : (int64_t)g);
        view.lane = i == 0 ? "gc" : i == 1 ? "stw" : id;
        check_slices(&view, lanes[i], kinds);
        for (int j = 0; j < 4; j++)
            check_time_per_state(&view, lanes[i], random);
    }
    if (!test_random_below(random, VIEWS))
        check_counters(&view);
}

static void every_pixel_against_brute_force(void **state)
{
    unsigned opened_cases = 0, gaps = 0, kinds[COUNTER + 1] = {0};
    (void)state;
    for (uint64_t seed = 1; seed <= CASES; seed++) {
        struct opened opened;
        struct test_random random = {seed * 7 + 3};
        bool open = open_random(&opened, seed);
        opened_cases += open;
        if (open && opened.trace.timeline.actors.count != opened.oracle.goroutines.count)
            fail_msg("seed %" PRIu64 ": %zu goroutines, not %zu", seed, opened.trace.timeline.actors.count,
                     opened.oracle.goroutines.count);
        for (int i = 0; open && i < VIEWS; i++)
            check_view(&opened, &random, kinds);
        gaps += open && opened.trace.timeline.gaps.count;
        close_random(&opened, open);
    }
    assert_true(opened_cases > CASES * 9 / 10 && gaps > CASES / 40);
    assert_true(kinds[EMPTY] > 50 && kinds[EXACT] > 500 && kinds[DENSE] > 30);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_pixel_against_brute_force),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
