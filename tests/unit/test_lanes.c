/* Lanes: every pixel of random views of random traces against brute force, the list of goroutines, and paged memory. */
#include "oracle.h"
#include "random_trace.h"
#include "tiles.h"

#include "base/paged.h"
#include "base/sort.h"
#include "model/touched.h"
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
    if (open)
        assert_true(web_trace_wait(&opened->trace));
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
    if (lane->mark && count)
        most = lane->mark;
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
    uint64_t p = oracle->procs.count ? test_random_below(random, oracle->procs.count) : 0;
    uint64_t g = oracle->goroutines.count ? test_random_below(random, oracle->goroutines.count) : 0;
    uint64_t t = oracle->threads.count ? test_random_below(random, oracle->threads.count) : 0;
    bool has_proc = oracle->procs.count && oracle->procs.at[p].id >= 0;
    const struct {
        const char *id;
        int64_t number; /* behind it, or -1 */
        const struct oracle_lane *lane;
    } lanes[] = {
        {"gc", -1, &oracle->gc},
        {"stw", -1, &oracle->stw},
        {"p", has_proc ? oracle->procs.at[p].id : 0, has_proc ? &oracle->procs.at[p] : NULL},
        {"g", (int64_t)g, oracle->goroutines.count ? &oracle->goroutines.at[g] : NULL},
        {"t", (int64_t)t, oracle->threads.count ? &oracle->threads.at[t] : NULL},
        {"net", -1, &oracle->network},
        {"timers", -1, &oracle->timers},
        {"syscalls", -1, &oracle->syscalls},
    };
    for (int i = 0; i < (int)COUNT_OF(lanes); i++) {
        if (!lanes[i].lane)
            continue;
        snprintf(id, sizeof id, lanes[i].number < 0 ? "%s" : "%s%" PRId64, lanes[i].id, lanes[i].number);
        view.lane = id;
        check_slices(&view, lanes[i].lane, kinds);
        for (int j = 0; j < 4; j++)
            check_time_per_state(&view, lanes[i].lane, random);
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

/* ---- goroutine lanes against the statistics of goroutines ---- */

static int64_t blocked_ns(const struct analyze_goroutines *goroutines, const struct analyze_goroutine *g)
{
    int64_t sum_ns = 0;
    for (size_t i = 0; i < g->stats.blocks_count; i++)
        sum_ns += goroutines->amounts.at[g->stats.blocks_first + i].ns;
    return sum_ns;
}

static const struct analyze_goroutine *statistics_of(const struct analyze_goroutines *all, goroutine_id id)
{
    for (size_t i = 0; i < all->by_id.count; i++)
        if (analyze_goroutine_at(all, i)->id.n == id.n)
            return analyze_goroutine_at(all, i);
    return NULL;
}

static void check_statistics(struct web_trace *trace, uint32_t number)
{
    const struct analyze_goroutines *all = &web_trace_goroutines(trace)->stats;
    struct model_goroutine_lane lane = model_goroutine_lane_of(web_goroutine_lanes_get(trace), number);
    const struct analyze_goroutine *g = statistics_of(all, trace->timeline.actors.at[number].id);
    struct model_life_figures figures;
    int64_t waited_ns = 0;
    assert_non_null(g);
    model_goroutine_lane_figures(&lane, &figures);
    for (int state = MODEL_WAIT_SYNC; state <= MODEL_WAIT_GC; state++)
        waited_ns += figures.ns[state];
    assert_int_equal(figures.start_ns, g->creation_ns);
    assert_int_equal(figures.ns[MODEL_RUNNING], g->stats.exec_ns);
    assert_int_equal(figures.ns[MODEL_RUNNABLE], g->stats.sched_wait_ns);
    assert_int_equal(waited_ns + figures.ns[MODEL_WAIT_OTHER], blocked_ns(all, g));
}

/* The examples' goroutines have ids of their own, and none waits for ever. */
static void lanes_agree_with_statistics(void **state)
{
    static const char *const examples[] = {"contention", "daisy", "webload", "workerpool"};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(examples); i++) {
        struct web_trace trace;
        struct base_text path = {0};
        struct base_error error = BASE_NO_ERROR;
        base_text_format(&path, "examples/%s.trace", examples[i]);
        struct base_mapping file = test_map_source(base_text_cstring(&path));
        assert_true(web_trace_open(&trace, examples[i], &file, NULL, NULL, &error));
        assert_true(web_trace_wait(&trace));
        assert_true(trace.timeline.actors.count > 5);
        for (uint32_t number = 0; number < trace.timeline.actors.count; number++)
            check_statistics(&trace, number);
        web_trace_release(&trace);
        base_os_unmap(&file);
        base_text_release(&path);
    }
}

/* ---- shapes ---- */

/* One goroutine has all the intervals, some of them longer than 32 bits hold; ids come again. */
static void ids_that_come_again(void **state)
{
    struct test_trace written;
    struct web_trace trace;
    struct base_error error = BASE_NO_ERROR;
    uint64_t t = 100;
    (void)state;
    test_trace_begin(&written, WIRE_GO_1_26);
    wire_writer_event(&written.writer, (thread_id){1}, t, WIRE_PROC_STATUS, 0, 1);
    wire_writer_event(&written.writer, (thread_id){1}, ++t, WIRE_GO_STATUS, 1, 1, 2);
    for (int i = 0; i < 1000; i++) {
        wire_writer_event(&written.writer, (thread_id){1}, t += 10, WIRE_GO_CREATE, 7, K_F, K_G);
        wire_writer_event(&written.writer, (thread_id){1}, t += 10, WIRE_GO_STOP, S_ALPHA, K_F);
        wire_writer_event(&written.writer, (thread_id){1}, t += 10, WIRE_GO_START, 7, 1);
        wire_writer_event(&written.writer, (thread_id){1}, t += i == 500 ? UINT64_C(1) << 33 : 10, WIRE_GO_DESTROY);
        wire_writer_event(&written.writer, (thread_id){1}, t += 10, WIRE_GO_START, 1, (uint64_t)i + 1);
    }
    struct base_mapping file = test_trace_finish(&written);
    assert_true(web_trace_open(&trace, "x", &file, NULL, NULL, &error));
    assert_true(web_trace_wait(&trace));
    const struct model_goroutine_lanes *lanes = web_goroutine_lanes_get(&trace);
    assert_int_equal(trace.timeline.actors.count, 1001);
    assert_int_equal(lanes->interval_count, 2001 + 2000);
    for (uint32_t number = 1; number <= 1000; number++) {
        struct model_goroutine_lane lane = model_goroutine_lane_of(lanes, number);
        struct model_slice slices[3];
        assert_int_equal(trace.timeline.actors.at[number].id.n, 7);
        assert_int_equal(model_goroutine_lane_read(&lane, 0, COUNT_OF(slices), slices), 2);
        assert_int_equal(slices[0].end_ns - slices[0].start_ns, 20);
        assert_int_equal(slices[0].state, MODEL_RUNNABLE);
        assert_int_equal(slices[1].end_ns - slices[1].start_ns, number == 501 ? INT64_C(1) << 33 : 10);
        assert_int_equal(slices[1].state, MODEL_RUNNING);
    }
    web_trace_release(&trace);
    test_mapping_free(&file);
}

/* ---- the list ---- */

/* Numbers of goroutines, as a reply lists them. */
struct listed {
    size_t count; /* that were found */
    BASE_VEC(uint32_t) numbers;
};

static void ask_for_list(struct web_trace *trace, const char *query, struct listed *listed)
{
    struct base_text target = {0};
    base_text_format(&target, "/api/lanes?group=goroutines&%s", query);
    const struct web_request request = {.method = "GET", .target = base_text_cstring(&target), .host = "localhost"};
    struct web_response response = {0};
    web_answer(trace, &request, &response);
    if (response.status != 200)
        fail_msg("%s: %u", query, response.status);
    const char *at = strstr(base_text_cstring(&response.body), "\"count\":");
    assert_non_null(at);
    listed->count = strtoul(at + strlen("\"count\":"), NULL, 10);
    while ((at = strstr(at, "\"number\":"))) {
        at += strlen("\"number\":");
        *base_vec_add(&listed->numbers) = (uint32_t)strtoul(at, NULL, 10);
    }
    base_text_release(&response.body);
    base_text_release(&target);
}

enum {
    BY_ID,
    BY_START,
    BY_END,
    BY_TOTAL,
    BY_RUNNING,
    BY_RUNNABLE,
    BY_SYSCALL,
    BY_WAITING,
    BY_INTERVALS,
    BY_NUMBER,
    BY_NAME
};
static const char *const sorted_by[] = {"id",      "start",   "end",       "total",  "running", "runnable",
                                        "syscall", "waiting", "intervals", "number", "name"};

static int64_t key_of(struct web_trace *trace, int key, uint32_t number)
{
    struct model_goroutine_lane lane = model_goroutine_lane_of(web_goroutine_lanes_get(trace), number);
    struct model_life_figures f;
    model_goroutine_lane_figures(&lane, &f);
    int64_t total_ns = f.end_ns - f.start_ns;
    switch (key) {
    case BY_ID: return trace->timeline.actors.at[number].id.n;
    case BY_START: return f.start_ns;
    case BY_END: return f.end_ns;
    case BY_TOTAL: return total_ns;
    case BY_RUNNING: return f.ns[MODEL_RUNNING];
    case BY_RUNNABLE: return f.ns[MODEL_RUNNABLE];
    case BY_SYSCALL: return f.ns[MODEL_SYSCALL];
    case BY_WAITING: return total_ns - f.ns[MODEL_RUNNING] - f.ns[MODEL_RUNNABLE] - f.ns[MODEL_SYSCALL];
    case BY_INTERVALS: return (int64_t)lane.count;
    default: return number;
    }
}

/* Below 0 if the first comes before the second. */
static int compare(struct web_trace *trace, int key, uint32_t first, uint32_t second)
{
    const struct order_symbols *symbols = &trace->symbols;
    const struct model_actor *actors = trace->timeline.actors.at;
    if (key == BY_NAME)
        return base_str_compare(order_string(symbols, actors[first].name), order_string(symbols, actors[second].name));
    int64_t a = key_of(trace, key, first), b = key_of(trace, key, second);
    return a < b ? -1 : a > b;
}

/* In pages of seven, each goroutine once, in order. */
static void check_order(struct web_trace *trace, int key, bool ascending)
{
    struct listed listed = {0};
    size_t all = trace->timeline.actors.count;
    for (size_t offset = 0; offset < all + 7; offset += 7) {
        char query[96];
        snprintf(query, sizeof query, "sort=%s&order=%s&offset=%zu&limit=7", sorted_by[key], ascending ? "asc" : "desc",
                 offset);
        ask_for_list(trace, query, &listed);
        assert_int_equal(listed.count, all);
    }
    assert_int_equal(listed.numbers.count, all);
    bool *seen = base_zalloc(all, sizeof *seen);
    for (size_t i = 0; i < all && listed.numbers.at; i++) {
        uint32_t number = listed.numbers.at[i];
        assert_true(number < all && !seen[number]);
        seen[number] = true;
        int order = i ? compare(trace, key, listed.numbers.at[i - 1], number) : 0;
        if (ascending ? order > 0 : order < 0)
            fail_msg("sorted by %s, place %zu", sorted_by[key], i);
    }
    free(seen);
    base_vec_release(&listed.numbers);
}

static void lists_are_sorted(void **state)
{
    struct base_mapping file = test_map_source("examples/workerpool.trace");
    struct base_error error = BASE_NO_ERROR;
    struct web_trace trace;
    (void)state;
    assert_true(web_trace_open(&trace, "x", &file, NULL, NULL, &error));
    assert_true(web_trace_wait(&trace));
    for (int key = 0; key < (int)COUNT_OF(sorted_by); key++) {
        check_order(&trace, key, true);
        check_order(&trace, key, false);
    }
    web_trace_release(&trace);
    base_os_unmap(&file);
}

/* The goroutines that a query finds are those of which the oracle says so. */
static void check_filter(struct opened *opened, struct test_random *random)
{
    const struct oracle *oracle = &opened->oracle;
    struct listed listed = {0};
    char query[160];
    uint64_t span_ns = (uint64_t)(oracle->last_ns - oracle->first_ns);
    int64_t from_ns = (int64_t)test_random_below(random, span_ns + 1);
    int64_t to_ns = from_ns + 1 + (int64_t)test_random_below(random, span_ns + 1), id = -1;
    int wanted = (int)test_random_below(random, 9);
    if (test_random_below(random, 2))
        id = (int64_t)test_random_below(random, 12);
    int size = snprintf(query, sizeof query, "sort=number&order=asc&limit=1000&state=%d&from=%" PRId64 "&to=%" PRId64,
                        wanted, from_ns, to_ns);
    if (id >= 0)
        snprintf(query + size, sizeof query - (size_t)size, "&filter=%" PRId64, id);
    ask_for_list(&opened->trace, query, &listed);
    size_t found = 0;
    for (size_t i = 0; i < oracle->goroutines.count; i++) {
        const struct oracle_lane *lane = &oracle->goroutines.at[i];
        int64_t ns[ORACLE_STATES], sum_ns = 0;
        if (!lane->slices.count)
            continue;
        oracle_measure(lane, oracle->first_ns + from_ns, oracle->first_ns + to_ns, ns);
        for (int state = 0; state < ORACLE_STATES; state++)
            sum_ns += ns[state];
        if (!(wanted ? ns[wanted] : sum_ns) || (id >= 0 && lane->id != id))
            continue;
        while (found < listed.numbers.count && listed.numbers.at[found] < i && !wanted)
            found++; /* one that touches the stretch without time in it */
        if (found == listed.numbers.count || listed.numbers.at[found] != i)
            fail_msg("seed %" PRIu64 ", %s: goroutine %zu is not there", opened->seed, query, i);
        found++;
    }
    if (wanted)
        assert_int_equal(listed.count, found);
    base_vec_release(&listed.numbers);
}

static void lists_are_filtered(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 60; seed++) {
        struct opened opened;
        struct test_random random = {seed * 11 + 5};
        bool open = open_random(&opened, seed);
        for (int i = 0; open && i < 5; i++)
            check_filter(&opened, &random);
        close_random(&opened, open);
    }
}

static void lists_by_name(void **state)
{
    struct base_mapping file = test_map_source("examples/workerpool.trace");
    struct base_error error = BASE_NO_ERROR;
    struct web_trace trace;
    struct listed listed = {0};
    size_t expected = 0;
    (void)state;
    assert_true(web_trace_open(&trace, "x", &file, NULL, NULL, &error));
    assert_true(web_trace_wait(&trace));
    for (size_t i = 0; i < trace.timeline.actors.count; i++)
        expected += base_str_contains(order_string(&trace.symbols, trace.timeline.actors.at[i].name), "main.");
    assert_true(expected && expected < trace.timeline.actors.count);
    ask_for_list(&trace, "filter=main.&limit=3", &listed);
    assert_int_equal(listed.count, expected);
    assert_int_equal(listed.numbers.count, expected < 3 ? expected : 3);
    ask_for_list(&trace, "filter=no%20such%20function", &listed);
    assert_int_equal(listed.count, 0);
    ask_for_list(&trace, "offset=99999999&limit=5", &listed);
    ask_for_list(&trace, "offset=-1&limit=-5", &listed);
    ask_for_list(&trace, "offset=9223372036854775807&limit=9223372036854775807", &listed);
    assert_int_equal(listed.count, trace.timeline.actors.count);
    assert_int_equal(listed.numbers.count, expected < 3 ? expected : 3);
    base_vec_release(&listed.numbers);
    web_trace_release(&trace);
    base_os_unmap(&file);
}

/* ---- functions, and who has to do with whom ---- */

static int64_t figure_in(const char *row, const char *name)
{
    char key[32];
    snprintf(key, sizeof key, "\"%s\":", name);
    const char *at = strstr(row, key);
    assert_non_null(at);
    return strtoll(at + strlen(key), NULL, 10);
}

/* A function's figures are those of the goroutines that are listed under it. */
static void check_function(struct web_trace *trace, const char *row, struct base_str name)
{
    struct listed listed = {0};
    struct base_text query = {0};
    int64_t total_ns = 0;
    size_t all = trace->timeline.actors.count, members = 0;
    for (size_t i = 0; i < all; i++)
        members += base_str_equal(order_string(&trace->symbols, trace->timeline.actors.at[i].name), name);
    base_text_format(&query, "limit=1000&sort=number&order=asc&function=");
    for (size_t i = 0; i < name.size; i++)
        base_text_format(&query, "%%%02x", (unsigned char)name.data[i]);
    ask_for_list(trace, base_text_cstring(&query), &listed);
    assert_int_equal(listed.count, members);
    assert_int_equal(figure_in(row, "count"), members);
    if (members <= 1000) {
        for (size_t i = 0; i < listed.numbers.count; i++)
            total_ns += key_of(trace, BY_TOTAL, listed.numbers.at[i]);
        assert_int_equal(figure_in(row, "total_ns"), total_ns);
    }
    base_text_release(&query);
    base_vec_release(&listed.numbers);
}

static void lists_by_function(void **state)
{
    static const char *const targets[] = {"sort=running", "sort=name&order=asc", "sort=total&limit=3"};
    struct base_mapping file = test_map_source("examples/workerpool.trace");
    struct base_error error = BASE_NO_ERROR;
    struct web_trace trace;
    (void)state;
    assert_true(web_trace_open(&trace, "x", &file, NULL, NULL, &error));
    assert_true(web_trace_wait(&trace));
    for (size_t i = 0; i < COUNT_OF(targets); i++) {
        struct base_text target = {0};
        base_text_format(&target, "/api/lanes?group=functions&%s", targets[i]);
        const struct web_request request = {.method = "GET", .target = base_text_cstring(&target), .host = "localhost"};
        struct web_response response = {0};
        web_answer(&trace, &request, &response);
        const char *row = strstr(base_text_cstring(&response.body), "\"rows\":");
        size_t rows = 0;
        while ((row = strstr(row + 1, "\"name\":\""))) {
            const char *name = row + strlen("\"name\":\"");
            check_function(&trace, row, (struct base_str){name, (size_t)(strchr(name, '"') - name)});
            rows++;
        }
        assert_int_equal(rows, i == 2 ? 3 : (size_t)figure_in(base_text_cstring(&response.body), "count"));
        base_text_release(&response.body);
        base_text_release(&target);
    }
    web_trace_release(&trace);
    base_os_unmap(&file);
}

/* By hand: G1 creates G2 and G3, and wakes G2, which wakes G3. */
static void touched_are_those_created_and_woken(void **state)
{
    struct order_event events[6] = {
        {.kind = ORDER_GO_TRANSITION, .from = ORDER_NOT_EXIST, .to = ORDER_RUNNABLE, .resource = 2},
        {.kind = ORDER_GO_TRANSITION, .from = ORDER_NOT_EXIST, .to = ORDER_RUNNABLE, .resource = 3},
        {.kind = ORDER_GO_TRANSITION, .from = ORDER_WAITING, .to = ORDER_RUNNABLE, .resource = 2},
        {.kind = ORDER_GO_TRANSITION, .from = ORDER_WAITING, .to = ORDER_RUNNING, .resource = 4},
        {.kind = ORDER_GO_TRANSITION, .from = ORDER_RUNNING, .to = ORDER_WAITING, .resource = 2},
        {.kind = ORDER_GO_TRANSITION, .from = ORDER_WAITING, .to = ORDER_RUNNABLE, .resource = 5},
    };
    static const int64_t by[] = {1, 1, 1, 2, 2, -1};
    static const struct {
        int64_t of;
        const char *touched; /* digits of 1 to 5 */
    } cases[] = {{1, "123"}, {2, "124"}, {3, "13"}, {4, "24"}, {5, "5"}, {9, ""}};
    (void)state;
    for (int i = 0; i < 6; i++)
        events[i].context.goroutine.n = by[i];
    const struct order_block block = {.events = events, .count = 6};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct model_touched touched;
        model_touched_init(&touched, (goroutine_id){cases[i].of});
        model_touched_add(&touched, &block, NULL);
        for (int64_t id = 1; id <= 5; id++)
            assert_int_equal(model_touched_has(&touched, (goroutine_id){id}),
                             strchr(cases[i].touched, (char)('0' + id)) != NULL);
        model_touched_release(&touched);
    }
}

static void lists_by_more(void **state)
{
    struct base_mapping file = test_map_source("examples/workerpool.trace");
    struct base_error error = BASE_NO_ERROR;
    struct web_trace trace;
    struct listed both = {0}, one = {0}, touched = {0};
    (void)state;
    assert_true(web_trace_open(&trace, "x", &file, NULL, NULL, &error));
    ask_for_list(&trace, "filter=main.&also=func&sort=number&order=asc&limit=1000", &both);
    size_t next = 0;
    for (uint32_t i = 0; i < trace.timeline.actors.count; i++) {
        struct base_str name = order_string(&trace.symbols, trace.timeline.actors.at[i].name);
        if (base_str_contains(name, "main.") && base_str_contains(name, "func") && next < both.numbers.count)
            assert_int_equal(both.numbers.at[next++], i);
    }
    assert_int_equal(next, both.numbers.count);
    ask_for_list(&trace, "number=3", &one);
    assert_int_equal(one.count, 1);
    assert_true(one.numbers.at && one.numbers.at[0] == 3);
    ask_for_list(&trace, "goid=1&sort=id&order=asc", &touched);
    assert_true(touched.count > 1 && touched.count < trace.timeline.actors.count);
    assert_true(touched.numbers.at && trace.timeline.actors.at[touched.numbers.at[0]].id.n == 1);
    ask_for_list(&trace, "goid=99999999", &touched);
    assert_int_equal(touched.count, 0);
    base_vec_release(&both.numbers);
    base_vec_release(&one.numbers);
    base_vec_release(&touched.numbers);
    web_trace_release(&trace);
    base_os_unmap(&file);
}

/* ---- who woke whom ---- */

/* The state of the goroutine of an id at a moment; MODEL_IDLE: none. */
static enum model_state state_at(struct web_trace *trace, int64_t id, int64_t time_ns)
{
    for (uint32_t number = 0; number < trace->timeline.actors.count; number++) {
        struct model_goroutine_lane lane = model_goroutine_lane_of(web_goroutine_lanes_get(trace), number);
        struct model_place place;
        struct model_slice slice;
        if (trace->timeline.actors.at[number].id.n != id)
            continue;
        model_goroutine_lane_place(&lane, time_ns, &place);
        if (model_goroutine_lane_read(&lane, place.after, 1, &slice) && slice.start_ns <= time_ns)
            return slice.state;
    }
    return MODEL_IDLE;
}

/* Whoever wakes a goroutine, or creates it, runs at that moment; and the wait ends then. Returns whether one did. */
static bool check_wake(struct web_trace *trace, uint32_t number, size_t index)
{
    struct model_goroutine_lane lane = model_goroutine_lane_of(web_goroutine_lanes_get(trace), number);
    struct base_text target = {0};
    struct model_slice slice;
    assert_int_equal(model_goroutine_lane_read(&lane, index, 1, &slice), 1);
    base_text_format(&target, "/api/slice?lane=g%" PRIu32 "&index=%zu", number, index);
    const struct web_request request = {.method = "GET", .target = base_text_cstring(&target), .host = "localhost"};
    struct web_response response = {0};
    web_answer(trace, &request, &response);
    assert_int_equal(response.status, 200);
    const char *wake = strstr(base_text_cstring(&response.body), "\"wake\":{");
    const char *who = wake ? strstr(wake, "\"goroutine\":") : NULL;
    bool by = who && who[strlen("\"goroutine\":")] != 'n';
    bool waits = slice.state != MODEL_RUNNING && slice.state != MODEL_RUNNABLE && slice.state != MODEL_SYSCALL;
    assert_int_equal(waits, strstr(base_text_cstring(&response.body), "\"reason\":null") == NULL);
    if (by) {
        int64_t time_ns = figure_in(wake, "time_ns") + trace->timeline.first_ns;
        assert_true(time_ns == (waits ? slice.end_ns : slice.start_ns));
        assert_int_equal(state_at(trace, figure_in(wake, "goroutine"), time_ns), MODEL_RUNNING);
    }
    base_text_release(&response.body);
    base_text_release(&target);
    return by;
}

static void who_wakes_runs(void **state)
{
    struct base_mapping file = test_map_source("examples/contention.trace");
    struct base_error error = BASE_NO_ERROR;
    struct web_trace trace;
    size_t wakes = 0;
    (void)state;
    assert_true(web_trace_open(&trace, "x", &file, NULL, NULL, &error));
    assert_non_null(web_goroutine_lanes_get(&trace));
    for (uint32_t number = 0; number < trace.timeline.actors.count; number++) {
        struct model_goroutine_lane lane = model_goroutine_lane_of(web_goroutine_lanes_get(&trace), number);
        for (size_t index = 1; index + 1 < lane.count && index < 12; index++)
            wakes += check_wake(&trace, number, index);
        if (wakes > 20)
            break;
    }
    assert_true(wakes > 20);
    web_trace_release(&trace);
    base_os_unmap(&file);
}

/* ---- paged memory ---- */

static void fill_pages(struct base_pages *pages)
{
    enum { PIECES = 100000 };
    uint64_t **pieces = base_zalloc(PIECES, sizeof *pieces);
    for (size_t i = 0; i < PIECES; i++) {
        size_t count = 1 + i % 13;
        pieces[i] = base_pages_alloc(pages, count * sizeof **pieces);
        for (size_t j = 0; j < count; j++) {
            assert_true(pieces[i][j] == 0);
            pieces[i][j] = i * 16 + j;
        }
    }
    for (size_t i = 0; i < PIECES; i++) /* they do not overlap */
        for (size_t j = 0; j < 1 + i % 13; j++)
            assert_true(pieces[i][j] == i * 16 + j);
    free(pieces);
    const char *zeros = base_pages_alloc(pages, 10000000);
    for (size_t i = 0; i < 10000000; i += 997)
        assert_int_equal(zeros[i], 0);
    memset(base_pages_alloc(pages, 3), 1, 3);
    assert_int_equal(*(const char *)base_pages_alloc(pages, 1), 0);
}

static void paged_memory(void **state)
{
    struct base_pages pages = {0};
    (void)state;
    fill_pages(&pages);
    assert_true(pages.opened && pages.segments.count > 1 && !pages.large.count);
    base_pages_release(&pages);
    assert_int_equal(pages.segments.count, 0);
    base_pages_release(&pages);
}

/* Without a file all lies in ordinary memory. */
static void paged_memory_without_a_file(void **state)
{
    struct base_pages pages = {.failed = true};
    (void)state;
    fill_pages(&pages);
    assert_true(!pages.opened && !pages.segments.count && pages.large.count);
    base_pages_release(&pages);
}

static void sorting_by_keys(void **state)
{
    struct test_random random = {9};
    (void)state;
    for (size_t count = 0; count < 3000; count = count * 2 + 1) {
        uint64_t keys[3000] = {0}, limit = test_random_below(&random, 2) ? 10 : UINT64_C(1) << 52;
        uint32_t values[3000] = {0};
        for (size_t i = 0; i < count; i++) {
            keys[i] = test_random_below(&random, limit) << test_random_below(&random, 11);
            values[i] = (uint32_t)i;
        }
        uint64_t before[3000];
        memcpy(before, keys, sizeof before);
        base_sort_by_keys(keys, values, count);
        for (size_t i = 0; i < count; i++) {
            assert_true(keys[i] == before[values[i]]);
            assert_true(!i || keys[i - 1] < keys[i] || (keys[i - 1] == keys[i] && values[i - 1] < values[i]));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_pixel_against_brute_force),
        cmocka_unit_test(lanes_agree_with_statistics),
        cmocka_unit_test(ids_that_come_again),
        cmocka_unit_test(lists_are_sorted),
        cmocka_unit_test(lists_are_filtered),
        cmocka_unit_test(lists_by_name),
        cmocka_unit_test(lists_by_function),
        cmocka_unit_test(lists_by_more),
        cmocka_unit_test(who_wakes_runs),
        cmocka_unit_test(touched_are_those_created_and_woken),
        cmocka_unit_test(paged_memory),
        cmocka_unit_test(paged_memory_without_a_file),
        cmocka_unit_test(sorting_by_keys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
