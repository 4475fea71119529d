/* One goroutine's page: its states and longest waits against brute force, and who created and woke it by hand. */
#include "oracle.h"
#include "random_trace.h"

#include "analyze/life.h"
#include "web/goroutine_lanes.h"
#include "web/routes.h"

#include <inttypes.h>
#include <stdlib.h>

enum { CASES = 150, MOST = 9000 };

static void ask(struct web_trace *trace, const char *target, unsigned status, struct base_text *out)
{
    const struct web_request request = {.method = "GET", .target = target, .host = "localhost"};
    struct web_response response = {0};
    web_answer(trace, &request, &response);
    if (response.status != status)
        fail_msg("%s: %u", target, response.status);
    out->size = 0;
    base_text_bytes(out, response.body.data, response.body.size);
    base_text_release(&response.body);
}

/* ---- against brute force ---- */

static int compare(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

/* The least value that at least so many per cent do not exceed, by counting. */
static int64_t percentile(const int64_t *ns, size_t count, size_t percent)
{
    for (size_t i = 0; i < count; i++)
        if ((i + 1) * 100 >= percent * count)
            return ns[i];
    return -1;
}

static void check_state(uint64_t seed, const struct analyze_life_state *state, const struct oracle_lane *lane)
{
    static int64_t ns[MOST];
    size_t count = 0;
    int64_t total_ns = 0;
    for (size_t i = 0; i < lane->slices.count; i++) {
        const struct oracle_slice *slice = &lane->slices.at[i];
        if (slice->state != (int)state->state)
            continue;
        assert_true(count < MOST);
        ns[count++] = slice->end_ns - slice->start_ns;
        total_ns += slice->end_ns - slice->start_ns;
    }
    qsort(ns, count, sizeof *ns, compare);
    if (!count || state->count != count || state->total_ns != total_ns || state->least_ns != ns[0] ||
        state->most_ns != ns[count - 1] || state->median_ns != percentile(ns, count, 50) ||
        state->p95_ns != percentile(ns, count, 95))
        fail_msg("seed %" PRIu64 ", g%" PRId64 ", state %d: %zu intervals", seed, lane->id, state->state, state->count);
}

/* No wait that is left out is longer than one that is kept. */
static void check_waits(uint64_t seed, const struct analyze_life *life, const struct oracle_lane *lane)
{
    size_t waits = 0, kept = 0;
    int64_t least_kept = INT64_MAX, most_left = -1;
    for (size_t i = 0; i < lane->slices.count; i++) {
        const struct oracle_slice *slice = &lane->slices.at[i];
        int64_t length_ns = slice->end_ns - slice->start_ns;
        if (!(MODEL_WAITS & MODEL_STATE_BIT(slice->state)))
            continue;
        waits++;
        if (kept < life->wait_count && life->waits[kept].index == i) {
            assert_int_equal(life->waits[kept].slice.start_ns, slice->start_ns);
            least_kept = length_ns < least_kept ? length_ns : least_kept;
            kept++;
        } else if (length_ns > most_left) {
            most_left = length_ns;
        }
    }
    if (kept != life->wait_count || kept != (waits < ANALYZE_MOST_WAITS ? waits : ANALYZE_MOST_WAITS) ||
        most_left > least_kept)
        fail_msg("seed %" PRIu64 ", g%" PRId64 ": %zu of %zu waits", seed, lane->id, kept, waits);
}

static void states_and_waits_against_brute_force(void **state)
{
    size_t checked = 0;
    (void)state;
    for (uint64_t seed = 1; seed <= CASES; seed++) {
        struct test_random random = {seed * 2 + 1};
        struct base_error error = BASE_NO_ERROR;
        struct random_trace_shape shape = {
            .threads = 1 + (unsigned)test_random_below(&random, 6),
            .goroutines = 1 + (unsigned)test_random_below(&random, seed % 8 ? 40 : 3),
            .events = seed % 8 ? 300 : 8000,
            .generations = 1 + (unsigned)test_random_below(&random, 4),
            .longest_ns = 1 + test_random_below(&random, 100000),
        };
        struct base_mapping file = random_trace(&random, &shape);
        struct web_trace trace;
        struct oracle oracle;
        if (seed % 3 == 0)
            random_damage(&file, &random);
        bool open = web_trace_open(&trace, "random", &file, NULL, NULL, &error);
        base_error_release(&error);
        assert_int_equal(oracle_read(&oracle, &file), open);
        for (size_t number = 0; open && number < oracle.goroutines.count; number++) {
            struct model_goroutine_lane lane =
                model_goroutine_lane_of(web_goroutine_lanes_get(&trace), (uint32_t)number);
            struct analyze_life life;
            analyze_life_init(&life, &lane, trace.timeline.actors.at[number].id);
            for (size_t i = 0; i < life.state_count; i++)
                check_state(seed, &life.states[i], &oracle.goroutines.at[number]);
            check_waits(seed, &life, &oracle.goroutines.at[number]);
            checked += life.wait_count;
        }
        if (open)
            web_trace_release(&trace);
        oracle_release(&oracle);
        test_mapping_free(&file);
    }
    assert_true(checked > 1000);
}

/* ---- groups ---- */

static void check_group(uint64_t seed, const struct web_goroutines *all, size_t index)
{
    static int64_t ns[MOST];
    const struct order_symbols *symbols = model_pass_symbols(&all->pass);
    const struct analyze_group_time *time = &all->group_times.of.at[index];
    struct base_str name = order_string(symbols, all->groups.all.at[index].name);
    size_t count = 0;
    int64_t total_ns = 0, waited_ns = 0, told_ns = 0;
    for (size_t i = 0; i < all->stats.by_id.count; i++) {
        const struct analyze_goroutine *g = analyze_goroutine_at(&all->stats, i);
        if (!base_str_equal(order_string(symbols, g->name), name))
            continue;
        ns[count++] = g->stats.total_ns;
        total_ns += g->stats.total_ns;
        for (size_t j = 0; j < g->stats.blocks_count; j++) {
            const struct analyze_amount *block = &all->stats.amounts.at[g->stats.blocks_first + j];
            if (!base_str_is(analyze_amount_name(symbols, block->name), "syscall"))
                waited_ns += block->ns;
        }
    }
    qsort(ns, count, sizeof *ns, compare);
    for (size_t i = 0; i < time->waits.shares.count; i++)
        told_ns += time->waits.shares.at[i].ns;
    if (!count || time->mean_ns != total_ns / (int64_t)count || time->median_ns != percentile(ns, count, 50) ||
        time->p95_ns != percentile(ns, count, 95) || time->most_ns != ns[count - 1] || told_ns != waited_ns)
        fail_msg("seed %" PRIu64 ", %.*s: %zu goroutines", seed, (int)name.size, name.data, count);
}

static void group_times_against_brute_force(void **state)
{
    size_t groups = 0;
    (void)state;
    for (uint64_t seed = 1; seed <= CASES; seed++) {
        struct test_random random = {seed * 2 + 1};
        struct base_error error = BASE_NO_ERROR;
        struct random_trace_shape shape = {4, 1 + (unsigned)test_random_below(&random, 60), 500, 2, 5000, false};
        struct base_mapping file = random_trace(&random, &shape);
        struct web_trace trace;
        assert_true(web_trace_open(&trace, "random", &file, NULL, NULL, &error));
        const struct web_goroutines *all = web_trace_goroutines(&trace);
        for (size_t i = 0; i < all->groups.all.count; i++)
            check_group(seed, all, i);
        groups += all->groups.all.count;
        web_trace_release(&trace);
        test_mapping_free(&file);
    }
    assert_true(groups > 2 * CASES);
}

/* ---- by hand ---- */

/* g1 creates g2, which waits for a channel until g1 wakes it, and then for ever. */
static const struct step steps[] = {
    {1, 100, WIRE_PROC_STATUS, {0, 1}},
    {1, 110, WIRE_GO_STATUS, {1, 1, 2}},
    {1, 120, WIRE_USER_TASK_BEGIN, {7, 0, S_ALPHA, K_F}},
    {1, 150, WIRE_GO_CREATE, {2, K_G, K_F}},
    {1, 160, WIRE_GO_STOP, {S_ALPHA, K_F}},
    {1, 200, WIRE_GO_START, {2, 1}},
    {1, 210, WIRE_USER_LOG, {7, S_BETA, S_NETWORK, K_G}},
    {1, 230, WIRE_GO_BLOCK, {S_CHAN, K_G}},
    {1, 240, WIRE_GO_START, {1, 1}},
    {1, 330, WIRE_GO_UNBLOCK, {2, 2, K_F_G}},
    {1, 340, WIRE_GO_STOP, {S_ALPHA, K_F}},
    {1, 370, WIRE_GO_START, {2, 3}},
    {1, 400, WIRE_GO_DESTROY, {0}},
    {1, 420, WIRE_GO_START, {1, 2}},
    {1, 430, WIRE_GO_CREATE, {2, K_G, K_F}},
    {0},
};

static void assert_has(const struct base_text *text, const char *part)
{
    if (!strstr(base_text_cstring((struct base_text *)(uintptr_t)text), part))
        fail_msg("no %s in %s", part, text->data);
}

static void who_created_and_woke_it(void **state)
{
    struct base_mapping file = test_write(WIRE_GO_1_26, steps);
    struct web_trace trace;
    struct base_error error = BASE_NO_ERROR;
    struct base_text reply = {0};
    (void)state;
    assert_true(web_trace_open(&trace, "x", &file, NULL, NULL, &error));
    ask(&trace, "/api/goroutine?number=1", 200, &reply);
    assert_has(&reply, "{\"number\":1,\"id\":2,\"lane\":\"g1\",\"name\":\"main.g\",\"start_ns\":149,\"end_ns\":399,"
                       "\"created\":true,\"ended\":true,\"intervals\":5,"
                       "\"same_id\":[{\"number\":1,\"name\":\"main.g\",\"start_ns\":149,\"end_ns\":399},"
                       "{\"number\":2,\"name\":\"main.g\",\"start_ns\":429,\"end_ns\":430}],\"same_id_total\":2,"
                       "\"creation\":{\"goroutine\":1,");
    assert_has(&reply, "{\"state\":4,\"count\":1,\"total_ns\":100,\"min_ns\":100,\"max_ns\":100,\"mean_ns\":100,"
                       "\"p50_ns\":100,\"p95_ns\":100}");
    assert_has(&reply, "{\"state\":1,\"count\":2,\"total_ns\":60,\"min_ns\":30,\"max_ns\":30,");
    assert_has(&reply,
               "\"waits\":[{\"index\":2,\"state\":4,\"start_ns\":229,\"duration_ns\":100,\"reason\":\"chan receive\","
               "\"stack\":[{\"func\":\"main.g\"");
    assert_has(&reply, "\"wake\":{\"goroutine\":1,\"name\":\"main.f\",\"stack\":[{\"func\":\"main.f\"");
    assert_has(&reply, "\"tasks\":[{\"id\":7,\"type\":\"alpha\",\"start_ns\":119,");
    assert_has(&reply, "\"logs\":[{\"time_ns\":209,\"category\":\"beta\",\"text\":\"network\"}],\"logs_total\":1");
    ask(&trace, "/api/goroutine?number=2", 200, &reply);
    assert_has(&reply, "\"created\":true,\"ended\":false,");
    assert_has(&reply, "\"logs\":[],\"logs_total\":0");
    ask(&trace, "/api/goroutine?id=1", 200, &reply);
    assert_has(&reply, "\"created\":false,\"ended\":false,");
    assert_has(&reply, "\"creation\":null");
    ask(&trace, "/api/goroutine/states?id=2&sort=duration&order=desc&limit=2", 200, &reply);
    test_assert_text(&reply, "{\"count\":5,\"rows\":[{\"index\":2,\"state\":4,\"start_ns\":229,\"duration_ns\":100},"
                             "{\"index\":0,\"state\":2,\"start_ns\":149,\"duration_ns\":50}]}");
    ask(&trace, "/api/goroutine/states?id=2&state=1", 200, &reply);
    test_assert_text(&reply, "{\"count\":2,\"rows\":[{\"index\":1,\"state\":1,\"start_ns\":199,\"duration_ns\":30},"
                             "{\"index\":4,\"state\":1,\"start_ns\":369,\"duration_ns\":30}]}");
    static const char *const unknown[] = {"?id=3",        "?number=3",     "?number=1&id=1",     "",
                                          "/states?id=3", "/states?id=-2", "?number=99999999999"};
    for (size_t i = 0; i < COUNT_OF(unknown); i++) {
        struct base_text target = {0};
        base_text_format(&target, "/api/goroutine%s", unknown[i]);
        ask(&trace, base_text_cstring(&target), 404, &reply);
        base_text_release(&target);
    }
    base_text_release(&reply);
    web_trace_release(&trace);
    test_mapping_free(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(states_and_waits_against_brute_force),
        cmocka_unit_test(group_times_against_brute_force),
        cmocka_unit_test(who_created_and_woke_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
