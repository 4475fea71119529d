/* The viewer without a socket: what is answered, and tiles against brute force. */
#include "tiles.h"

#include "web/lanes.h"
#include "web/routes.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- answers ---- */

struct opened {
    struct base_mapping file;
    struct web_trace trace;
};

static int open_example(void **state)
{
    struct opened *opened = calloc(1, sizeof *opened);
    struct base_error error = BASE_NO_ERROR;
    assert_non_null(opened);
    opened->file = test_map_source("examples/workerpool.trace");
    assert_true(web_trace_open(&opened->trace, "workerpool.trace", &opened->file, NULL, NULL, &error));
    assert_true(web_trace_wait(&opened->trace));
    assert_null(opened->trace.pass.error.cause);
    *state = opened;
    return 0;
}

static int close_example(void **state)
{
    struct opened *opened = *state;
    web_trace_release(&opened->trace);
    base_os_unmap(&opened->file);
    free(opened);
    return 0;
}

static struct web_response ask(struct web_trace *trace, const char *method, const char *target, struct base_str body)
{
    struct web_request request = {
        .method = method, .target = target, .host = "localhost", .kymo_header = "1", .body = body};
    struct web_response response = {0};
    web_answer(trace, &request, &response);
    assert_non_null(response.content_type);
    return response;
}

/* A reader of JSON that only says whether it is well formed; returns what follows the value, or NULL. */
static const char *skip_json(const char *at);

static const char *skip_json_string(const char *at)
{
    for (at++; *at != '"'; at++) {
        if ((unsigned char)*at < 0x20)
            return NULL;
        if (*at == '\\' && *++at == 'u') {
            if (strspn(at + 1, "0123456789abcdef") < 4)
                return NULL;
            at += 4;
        }
    }
    return at + 1;
}

static const char *skip_json_list(const char *at, char end)
{
    if (*++at == end)
        return at + 1;
    for (;;) {
        if (end == '}' && (*at != '"' || !(at = skip_json_string(at)) || *at++ != ':'))
            return NULL;
        if (!(at = skip_json(at)))
            return NULL;
        if (*at == end)
            return at + 1;
        if (*at++ != ',')
            return NULL;
    }
}

static const char *skip_json(const char *at)
{
    char *end;
    static const char *const words[] = {"null", "true", "false"};
    if (*at == '"')
        return skip_json_string(at);
    if (*at == '{' || *at == '[')
        return skip_json_list(at, *at == '{' ? '}' : ']');
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (strncmp(at, words[i], strlen(words[i])) == 0)
            return at + strlen(words[i]);
    (void)strtod(at, &end);
    return end > at && (*at == '-' || (*at >= '0' && *at <= '9')) ? end : NULL;
}

static void answers_have_their_status(void **state)
{
    struct opened *opened = *state;
    static const struct {
        const char *method, *target;
        unsigned status;
        const char *part; /* of the answer */
    } cases[] = {
        {"GET", "/api/overview", 200, "{\"name\":\"workerpool.trace\",\"size_bytes\":"},
        {"HEAD", "/api/overview", 200, "\"format\":\"1.26\""},
        {"GET", "/api/overview?x=1", 200, "\"warnings\":[]"},
        {"POST", "/api/overview", 405, "{\"error\":"},
        {"GET", "/api/timeline", 200, "\"id\":\"p0\""},
        {"GET", "/api/tiles", 405, "{\"error\":"},
        {"HEAD", "/api/tiles", 405, "{\"error\":"},
        {"GET", "/api/slice?lane=p0&index=0", 200, "\"lane\":\"p0\",\"index\":0,"},
        {"GET", "/api/slice?lane=p0&index=99999999", 404, "{\"error\":"},
        {"GET", "/api/slice?lane=p0&index=-1", 404, "{\"error\":"},
        {"GET", "/api/slice?lane=p99&index=0", 404, "{\"error\":"},
        {"GET", "/api/slice?lane=p&index=0", 404, "{\"error\":"},
        {"GET", "/api/slice?lane=p00000000000000000000000&index=0", 404, "{\"error\":"},
        {"GET", "/api/slice?lane=p999999999999999999&index=0", 404, "{\"error\":"},
        {"GET", "/api/slice?lane=goroutines&index=0", 404, "{\"error\":"},
        {"GET", "/api/slice", 404, "{\"error\":"},
        {"GET", "/api/groups", 200, "{\"total_exec_ns\":"},
        {"GET", "/api/goroutines?name=main.nothing", 404, "{\"error\":"},
        {"GET", "/api/goroutines?name=main.main", 200, "\"rows\":["},
        {"GET", "/api/goroutines?name=main.main&sort=id&order=asc&limit=1", 200, "\"rows\":["},
        {"GET", "/api/goroutines?name=main.main&offset=-5&limit=99999999", 200, "\"rows\":["},
        {"GET", "/api/goroutines?name=main.main&offset=9223372036854775807&limit=-1", 200, "\"rows\":["},
        {"GET", "/api/profile?kind=sync", 200, "\"title\":\"Synchronization blocking profile\""},
        {"GET", "/api/profile?kind=sched&scope=region&latmin=1ns&latmax=1h&pc=10&type=x", 200, "\"count\":0"},
        {"GET", "/api/profile?kind=net&name=main.main", 200, "\"kind\":\"net\""},
        {"GET", "/api/profile?kind=net&name=main.nothing", 500,
         "failed to find matching goroutines for name: main.nothing"},
        {"GET", "/api/profile?kind=none", 400, "{\"error\":"},
        {"GET", "/api/profile?kind=offcpu", 200, "\"state\":\"idle\",\"reason\":\""},
        {"GET", "/api/profile?kind=wall", 200, "\"state\":\"running\"}"},
        {"GET", "/api/profile?kind=cpu", 200, "\"title\":\"CPU profile\""},
        {"GET", "/api/profile?kind=wall&name=main.main", 200, "\"state\":\"running\"}"},
        {"GET", "/api/profile?kind=wall&name=main.nothing", 500, "{\"error\":"},
        {"GET", "/api/profile?kind=sync&goroutine=1", 200, "\"kind\":\"sync\""},
        {"GET", "/api/profile?kind=wall&goroutine=1", 200, "\"state\":\"running\"}"},
        {"GET", "/api/profile?kind=wall&goroutine=99999999", 404, "there is no goroutine 99999999"},
        {"GET", "/api/profile?kind=wall&from=0&to=0", 200, "\"count\":0"},
        {"GET", "/api/profile?kind=wall&from=5&to=4", 200, "\"count\":0"},
        {"GET", "/api/profile?kind=wall&from=9223372036854775807", 200, "\"count\":0"},
        {"GET", "/api/profile?kind=wall&from=-9223372036854775808&to=x", 200, "\"state\":\"running\"}"},
        {"GET", "/api/profile?kind=wall&scope=region&from=0&to=1", 200, "\"count\":0"},
        {"GET", "/api/profile", 400, "{\"error\":"},
        {"GET", "/api/lanes?group=goroutines", 200, "{\"group\":\"goroutines\",\"total\":"},
        {"GET", "/api/lanes?group=goroutines&sort=id&order=asc&limit=1", 200, "\"rows\":[{\"lane\":\"g"},
        {"GET", "/api/lanes?group=goroutines&sort=nothing&filter=main.main", 200, "\"name\":\"main.main\""},
        {"GET", "/api/lanes?group=goroutines&state=21", 400, "{\"error\":"},
        {"GET", "/api/lanes?group=goroutines&state=-1", 400, "{\"error\":"},
        {"GET", "/api/lanes?group=procs", 404, "{\"error\":"},
        {"GET", "/api/lanes", 404, "{\"error\":"},
        {"POST", "/api/lanes?group=goroutines", 405, "{\"error\":"},
        {"GET", "/api/slice?lane=g0&index=0", 200, "\"lane\":\"g0\",\"index\":0,"},
        {"GET", "/api/slice?lane=g0&index=99999999", 404, "{\"error\":"},
        {"GET", "/api/slice?lane=g99999999&index=0", 404, "{\"error\":"},
        {"GET", "/api/slice?lane=g999999999999999999&index=0", 404, "{\"error\":"},
        {"GET", "/api/mmu", 200, "{\"flags\":[\"stw\",\"background\",\"assist\"],\"collections\":false,"},
        {"GET", "/api/mmu?flags=perProc|sweep|nothing&percentiles=1", 200, "\"shares\":[0,0.001,0.01,0.05]"},
        {"GET", "/api/mmu?flags=&rules=official&windows=1000,x,-5,,99999999999999999999", 200, "\"curve\":[[1000,"},
        {"GET", "/api/mmu/worst?window=1000000", 200, "{\"window_ns\":1000000,\"worst\":[]}"},
        {"GET", "/api/mmu/worst?window=9223372036854775807", 200, "\"worst\":[]"},
        {"GET", "/api/mmu/worst", 400, "{\"error\":"},
        {"GET", "/api/mmu/worst?window=-1", 400, "{\"error\":"},
        {"GET", "/api/gc", 200, "{\"cycles\":0,"},
        {"GET", "/api/gc?list=stops&sort=length&order=desc&limit=1", 200, "\"count\":1,\"rows\":[{\"start_ns\":"},
        {"GET", "/api/gc?list=stops&offset=9223372036854775807&limit=-1", 200, "\"rows\":[]"},
        {"GET", "/api/tasks/types", 200, "{\"count\":"},
        {"GET", "/api/tasks/types?type=nothing", 200, "{\"count\":0,\"rows\":[]}"},
        {"GET", "/api/tasks?limit=1&sort=start&order=asc", 200, "{\"count\":100,\"longest_ns\":"},
        {"GET", "/api/tasks?complete=0", 200, "{\"count\":0,"},
        {"GET", "/api/tasks?latmin=1h", 200, "{\"count\":0,"},
        {"GET", "/api/tasks?latmin=0s&latmax=1h&complete=1&limit=0", 200, "{\"count\":100,"},
        {"GET", "/api/tasks?logtext=surely+nobody+says+this", 200, "{\"count\":0,"},
        {"GET", "/api/task?id=1", 200, "\"events_total\":"},
        {"GET", "/api/task?id=0", 404, "{\"error\":"},
        {"GET", "/api/task?id=-1", 404, "{\"error\":"},
        {"GET", "/api/task?id=18446744073709551615", 404, "{\"error\":"},
        {"GET", "/api/task?id=99999999999999999999", 404, "{\"error\":"},
        {"GET", "/api/task", 404, "{\"error\":"},
        {"GET", "/api/regions/types?sort=count&limit=1", 200, "\"histogram\":["},
        {"GET", "/api/regions?limit=1", 200, "\"parts\":["},
        {"GET", "/api/regions?type=nothing", 200, "{\"count\":0,\"longest_ns\":0,\"rows\":[]}"},
        {"GET", "/api/regions?pc=0x1", 200, "{\"count\":0,"},
        {"GET", "/api/", 404, "{\"error\":"},
        {"GET", "/api/nothing", 404, "{\"error\":"},
        {"POST", "/", 405, "{\"error\":"},
        {"POST", "/trace", 405, "{\"error\":"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct web_response response = ask(&opened->trace, cases[i].method, cases[i].target, BASE_STR(""));
        const char *body = base_text_cstring(&response.body);
        if (response.status != cases[i].status || !strstr(body, cases[i].part))
            fail_msg("%s %s: %u %.200s", cases[i].method, cases[i].target, response.status, body);
        assert_string_equal(response.content_type, "application/json");
        const char *end = skip_json(body);
        if (!end || *end)
            fail_msg("%s %s: not JSON from %.50s on", cases[i].method, cases[i].target, end ? end : body);
        base_text_release(&response.body);
    }
}

static void pages_and_files(void **state)
{
    struct opened *opened = *state;
    static const char *const pages[] = {"/",   "/trace",        "/goroutines",         "/goroutine?name=x",
                                        "/io", "/block?name=x", "/regionsched?type=x", "/unknown"};
    static const char *const raw[] = {"/io?raw=1",
                                      "/block?raw=1",
                                      "/syscall?raw=x",
                                      "/sched?raw=1&name=main.main",
                                      "/regionio?raw=1&type=x",
                                      "/offcpu?raw=1&from=0&to=1000000",
                                      "/cpu?raw=1&goroutine=1",
                                      "/regionwall?raw=1"};
    for (size_t i = 0; i < COUNT_OF(pages); i++) {
        struct web_response response = ask(&opened->trace, "GET", pages[i], BASE_STR(""));
        assert_int_equal(response.status, 200);
        assert_int_equal(strncmp(response.content_type, "text/html", 9), 0);
        assert_true(response.fixed_body.size > 0);
        assert_int_equal(response.body.size, 0);
    }
    for (size_t i = 0; i < COUNT_OF(raw); i++) {
        struct web_response response = ask(&opened->trace, "GET", raw[i], BASE_STR(""));
        assert_int_equal(response.status, 200);
        assert_non_null(response.download_name);
        assert_true(response.body.size > 20 && (unsigned char)response.body.data[0] == 0x1f &&
                    (unsigned char)response.body.data[1] == 0x8b);
        base_text_release(&response.body);
    }
}

/* A slice as it is told is the one in its lane; neighbours are slices of the same goroutine. */
static void slices_and_their_neighbours(void **state)
{
    struct opened *opened = *state;
    const struct model_lane *lane = &opened->trace.timeline.procs.at[0].lane;
    for (size_t i = 0; i < lane->count; i += 1 + lane->count / 20) {
        char target[64];
        struct model_slice slice = model_lane_slice(lane, i);
        struct base_text expected = {0};
        snprintf(target, sizeof target, "/api/slice?lane=p%d&index=%zu", (int)opened->trace.timeline.procs.at[0].id.n,
                 i);
        struct web_response response = ask(&opened->trace, "GET", target, BASE_STR(""));
        assert_int_equal(response.status, 200);
        base_text_format(&expected, "\"start_ns\":%lld,\"duration_ns\":%lld,",
                         (long long)(slice.start_ns - opened->trace.timeline.first_ns),
                         (long long)(slice.end_ns - slice.start_ns));
        assert_non_null(strstr(base_text_cstring(&response.body), base_text_cstring(&expected)));
        const char *next = strstr(response.body.data, "\"next\":");
        assert_non_null(next);
        if (strncmp(next, "\"next\":null", 11) != 0) {
            size_t other = strtoul(next + 7, NULL, 10);
            assert_true(other > i && other < lane->count);
            assert_int_equal(model_lane_what(lane, other), model_lane_what(lane, i));
            for (size_t j = i + 1; j < other; j++)
                assert_int_not_equal(model_lane_what(lane, j), model_lane_what(lane, i));
        }
        base_text_release(&expected);
        base_text_release(&response.body);
    }
}

/* ---- tiles ---- */

/* The tile against the plain list of slices. Adds the time per state, which a dense tile has as shares of a bucket. */
static void check_tile(const struct tile *tile, const struct model_timeline *timeline, const struct model_lane *lane,
                       int64_t start_ns, int64_t width_ns, size_t *touched)
{
    size_t first = 0;
    int64_t from_ns = timeline->first_ns + start_ns, end_ns = from_ns + BUCKETS * width_ns;
    *touched = 0;
    for (size_t i = 0; i < lane->count; i++) {
        struct model_slice slice = model_lane_slice(lane, i);
        if (slice.end_ns <= from_ns || slice.start_ns >= end_ns)
            continue;
        if (!*touched)
            first = i;
        ++*touched;
    }
    assert_int_equal(tile->kind, !*touched ? EMPTY : *touched <= BUCKETS ? EXACT : DENSE);
    for (size_t i = 0; tile->kind == EXACT && i < tile->n; i++) {
        struct model_slice slice = model_lane_slice(lane, first + i);
        assert_int_equal(tile->n, *touched);
        assert_true(f64_at(tile->columns[0] + 8 * i) == (double)(slice.start_ns - timeline->first_ns));
        assert_true(f64_at(tile->columns[1] + 8 * i) == (double)(slice.end_ns - slice.start_ns));
        assert_true(f64_at(tile->columns[2] + 8 * i) == (double)timeline->actors.at[slice.what].id.n);
        assert_int_equal(u32_at(tile->columns[3] + 4 * i), first + i);
        assert_int_equal(tile->columns[5][i], slice.state);
    }
    size_t begin = first;
    for (int bucket = 0; tile->kind == DENSE && bucket < BUCKETS; bucket++) {
        int64_t a_ns = from_ns + bucket * width_ns, b_ns = a_ns + width_ns, by_state[2] = {0};
        size_t count = 0;
        while (begin < lane->count && model_lane_slice(lane, begin).end_ns <= a_ns)
            begin++;
        for (size_t i = begin; i < lane->count && model_lane_slice(lane, i).start_ns < b_ns; i++, count++) {
            struct model_slice slice = model_lane_slice(lane, i);
            int64_t from = slice.start_ns > a_ns ? slice.start_ns : a_ns,
                    to = slice.end_ns < b_ns ? slice.end_ns : b_ns;
            by_state[slice.state == MODEL_SYSCALL] += to - from;
        }
        int64_t busy_ns = by_state[0] + by_state[1];
        long busy = lround(255.0 * (double)busy_ns / (double)width_ns);
        assert_int_equal(tile->columns[0][bucket], !busy_ns                    ? MODEL_IDLE
                                                   : by_state[1] > by_state[0] ? MODEL_SYSCALL
                                                                               : MODEL_RUNNING);
        assert_int_equal(tile->columns[1][bucket], busy_ns && !busy ? 1 : busy);
        assert_int_equal(tile->columns[2][2 * bucket] | tile->columns[2][2 * bucket + 1] << 8,
                         count > 65535 ? 65535 : count);
    }
}

/* All tiles of all processors at a level, and that every slice is in them. Returns how many are dense. */
static unsigned check_level(struct web_trace *trace, int level)
{
    const struct model_timeline *timeline = &trace->timeline;
    int64_t span_ns = timeline->last_ns - timeline->first_ns, width_ns = INT64_C(1) << level;
    unsigned dense = 0;
    for (size_t p = 0; p < timeline->procs.count; p++) {
        size_t touched = 0, sum = 0;
        for (int64_t k = 0; k * BUCKETS * width_ns <= span_ns; k++) {
            struct base_text body = {0};
            base_text_format(&body, "{\"level\": %d, \"tiles\": [[\"p%d\", %lld]]}", level,
                             (int)timeline->procs.at[p].id.n, (long long)k);
            struct web_response response = ask(trace, "POST", "/api/tiles", (struct base_str){body.data, body.size});
            struct reply reply = reply_begin(&response, 1);
            struct tile tile = reply_tile(&reply);
            assert_int_equal(reply.at, response.body.size);
            check_tile(&tile, timeline, &timeline->procs.at[p].lane, k * BUCKETS * width_ns, width_ns, &touched);
            dense += tile.kind == DENSE;
            sum += touched;
            base_text_release(&body);
            base_text_release(&response.body);
        }
        assert_true(sum >= timeline->procs.at[p].lane.count);
    }
    return dense;
}

static void tiles_against_the_list_of_slices(void **state)
{
    struct opened *opened = *state;
    for (int level = 10; level <= 52; level += level < 30 ? 1 : 11)
        check_level(&opened->trace, level);
    struct base_mapping file = test_map_source("examples/contention.trace");
    struct web_trace trace;
    struct base_error error = BASE_NO_ERROR;
    unsigned dense = 0;
    assert_true(web_trace_open(&trace, "contention.trace", &file, NULL, NULL, &error));
    assert_true(web_trace_wait(&trace));
    for (int level = 14; level <= 24; level++)
        dense += check_level(&trace, level);
    assert_true(dense > 10);
    web_trace_release(&trace);
    base_os_unmap(&file);
}

/* Thousands of short runs and syscalls, with pauses, so that buckets of every mixture occur. */
static void tiles_of_runs_and_syscalls(void **state)
{
    struct test_random random = {21};
    struct test_trace written;
    struct web_trace trace;
    struct base_error error = BASE_NO_ERROR;
    uint64_t time_ns = 100, goroutine = 0;
    unsigned dense = 0;
    (void)state;
    test_trace_begin(&written, WIRE_GO_1_26);
    wire_writer_event(&written.writer, (thread_id){1}, time_ns, WIRE_PROC_STATUS, 0, 1);
    wire_writer_event(&written.writer, (thread_id){1}, ++time_ns, WIRE_GO_STATUS, 1, 1, 2);
    for (uint64_t i = 1; i <= 6000; i++) {
        wire_writer_event(&written.writer, (thread_id){1}, time_ns += 1 + test_random_below(&random, 300),
                          WIRE_GO_SYSCALL_BEGIN, i, 0);
        wire_writer_event(&written.writer, (thread_id){1},
                          time_ns += 1 + test_random_below(&random, i % 7 ? 300 : 9000), WIRE_GO_SYSCALL_END);
        if (test_random_below(&random, 3))
            continue;
        wire_writer_event(&written.writer, (thread_id){1}, time_ns += 1 + test_random_below(&random, 300), WIRE_GO_STOP,
                          0, 0);
        wire_writer_event(&written.writer, (thread_id){1}, time_ns += 1 + test_random_below(&random, 900),
                          WIRE_GO_START, 1, goroutine + 1);
        goroutine++;
    }
    struct base_mapping file = test_trace_finish(&written);
    assert_true(web_trace_open(&trace, "x", &file, NULL, NULL, &error));
    assert_true(web_trace_wait(&trace));
    assert_null(trace.pass.error.cause);
    assert_true(trace.timeline.procs.at[0].lane.count > 12000);
    for (int level = 6; level <= 20; level++)
        dense += check_level(&trace, level);
    assert_true(dense > 20);
    web_trace_release(&trace);
    test_mapping_free(&file);
}

static void many_tiles_in_one_reply(void **state)
{
    struct opened *opened = *state;
    static const char body[] =
        "{\"level\":20,\"tiles\":[[\"p0\",0],[\"goroutines\",0],[\"heap\",0],[\"threads\",0],[\"procs\",0],[\"gc\",0],"
        "[\"stw\",0],[\"nothing\",0],[\"g99999999\",0],[\"g\",0],[\"g-1\",0],[\"p0\",-1],[\"p0\",99999999999999999],["
        "\"goroutines\",-99999999999999999],"
        "[\"procs\",-1],[\"heap\",1]]}";
    static const uint32_t kinds[] = {99,    COUNTER, COUNTER, COUNTER, COUNTER, 99,    99,      EMPTY,
                                     EMPTY, EMPTY,   EMPTY,   EMPTY,   EMPTY,   EMPTY, COUNTER, 99};
    static const uint32_t series[] = {0, 4, 2, 2, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0};
    struct web_response response = ask(&opened->trace, "POST", "/api/tiles", (struct base_str){body, sizeof body - 1});
    struct reply reply = reply_begin(&response, COUNT_OF(kinds));
    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        struct tile tile = reply_tile(&reply);
        if (kinds[i] != 99)
            assert_int_equal(tile.kind, kinds[i]);
        if (series[i])
            assert_int_equal(tile.n, series[i]);
    }
    assert_int_equal(reply.at, response.body.size);
    base_text_release(&response.body);
}

/* Of each bucket: running, in a syscall and idle make up all processors. */
static void utilisation_adds_up(void **state)
{
    struct opened *opened = *state;
    static const char body[] = "{\"level\":17,\"tiles\":[[\"procs\",0]]}";
    struct web_response response = ask(&opened->trace, "POST", "/api/tiles", (struct base_str){body, sizeof body - 1});
    struct reply reply = reply_begin(&response, 1);
    struct tile tile = reply_tile(&reply);
    unsigned measured = 0;
    for (int i = 0; i < BUCKETS; i++) {
        float sum = 0;
        for (int s = 0; s < 3; s++) {
            uint32_t word = u32_at(tile.columns[0] + (size_t)s * 2 * 4 * BUCKETS + (size_t)i * 4);
            float value;
            memcpy(&value, &word, sizeof value);
            sum += value;
        }
        measured += !isnan(sum);
        assert_true(isnan(sum) || fabsf(sum - (float)opened->trace.timeline.procs.count) < 0.01f);
    }
    assert_true(measured > 10);
    base_text_release(&response.body);
}

static void malformed_requests_for_tiles(void **state)
{
    struct opened *opened = *state;
    static const char *const bodies[] = {
        "",
        "{",
        "{}",
        "[]",
        "null",
        "{\"level\"",
        "{\"level\":",
        "{\"level\":}",
        "{\"level\":5}",
        "{\"level\":5,",
        "{\"level\":5,\"tiles\":",
        "{\"level\":5,\"tiles\":[",
        "{\"level\":5,\"tiles\":[[",
        "{\"level\":5,\"tiles\":[[\"",
        "{\"level\":5,\"tiles\":[[\"p0",
        "{\"level\":5,\"tiles\":[[\"p0\"",
        "{\"level\":5,\"tiles\":[[\"p0\",",
        "{\"level\":5,\"tiles\":[[\"p0\",0",
        "{\"level\":5,\"tiles\":[[\"p0\",0]",
        "{\"level\":5,\"tiles\":[[\"p0\",0]]",
        "{\"level\":5,\"tiles\":[[\"p0\",0],]}",
        "{\"level\":-1,\"tiles\":[]}",
        "{\"level\":53,\"tiles\":[]}",
        "{\"level\":99999999999999999999,\"tiles\":[]}",
        "{\"level\":4294967296,\"tiles\":[]}",
        "{\"level\":5,\"tiles\":[[\"p0\",-]]}",
        "{\"level\":5,\"tiles\":[[\"p0\",999999999999999999]]}",
        "{\"level\":5,\"tiles\":[[\"p\\u0030\",0]]}",
        "{\"level\":5,\"tiles\":[[p0,0]]}",
        "{\"level\":5,\"tiles\":[[\"p0\",0,0]]}",
        "{\"tiles\":[],\"level\":5}",
        "{\"level\":5.5,\"tiles\":[]}",
        "{\"level\":\"5\",\"tiles\":[]}",
    };
    for (size_t i = 0; i < COUNT_OF(bodies); i++) {
        struct base_mapping copy = test_mapping_of(bodies[i], strlen(bodies[i]));
        struct web_response response =
            ask(&opened->trace, "POST", "/api/tiles", (struct base_str){(const char *)copy.data, copy.size});
        if (response.status != 400)
            fail_msg("%s: %u", bodies[i], response.status);
        assert_string_equal(response.content_type, "application/json");
        assert_int_equal(strncmp(base_text_cstring(&response.body), "{\"error\":", 9), 0);
        base_text_release(&response.body);
        test_mapping_free(&copy);
    }
}

static void at_most_512_tiles(void **state)
{
    struct opened *opened = *state;
    for (int count = 512; count <= 513; count++) {
        struct base_text body = {0};
        base_text_add(&body, " { \"level\" : 20 , \"tiles\" : [");
        for (int i = 0; i < count; i++)
            base_text_format(&body, "%s\n[ \"x\" , %d ]", i ? "," : "", i);
        base_text_add(&body, "] }");
        struct web_response response =
            ask(&opened->trace, "POST", "/api/tiles", (struct base_str){body.data, body.size});
        assert_int_equal(response.status, count == 512 ? 200 : 400);
        if (count == 512)
            assert_int_equal(response.body.size, 8 + 512 * 8);
        base_text_release(&response.body);
        base_text_release(&body);
    }
}

/* A trace that is empty, and one that is damaged, are answered too. */
static void unusual_traces(void **state)
{
    static const struct step empty[] = {{0}};
    static const struct step damaged[] = {
        {1, 100, WIRE_PROC_STATUS, {0, 1}},
        {1, 110, WIRE_GO_STATUS, {1, 1, 2}},
        {1, 120, WIRE_GO_BLOCK, {99, 0}},
        {0},
    };
    static const char *const targets[] = {"/api/overview",
                                          "/api/timeline",
                                          "/api/groups",
                                          "/api/profile?kind=sync",
                                          "/api/profile?kind=wall&from=0&to=10",
                                          "/api/profile?kind=sched&scope=region",
                                          "/api/slice?lane=p0&index=0",
                                          "/api/goroutines?name="};
    (void)state;
    for (int which = 0; which < 2; which++) {
        struct base_mapping file = test_write(WIRE_GO_1_26, which ? damaged : empty);
        struct web_trace trace;
        struct base_error error = BASE_NO_ERROR;
        assert_true(web_trace_open(&trace, "x", &file, NULL, NULL, &error));
        assert_true(web_trace_wait(&trace));
        for (size_t i = 0; i < COUNT_OF(targets); i++) {
            struct web_response response = ask(&trace, "GET", targets[i], BASE_STR(""));
            const char *end = skip_json(base_text_cstring(&response.body));
            assert_true(end && !*end);
            if (!i)
                assert_int_equal(strstr(response.body.data, "found invalid string ID 99 for event GoBlock") != NULL,
                                 which);
            base_text_release(&response.body);
        }
        static const char body[] = "{\"level\":0,\"tiles\":[[\"p0\",0],[\"goroutines\",0],[\"heap\",0],[\"procs\",0],["
                                   "\"threads\",0],[\"gc\",0]]}";
        struct web_response response = ask(&trace, "POST", "/api/tiles", (struct base_str){body, sizeof body - 1});
        reply_begin(&response, 6);
        base_text_release(&response.body);
        web_trace_release(&trace);
        test_mapping_free(&file);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_have_their_status),   cmocka_unit_test(pages_and_files),
        cmocka_unit_test(slices_and_their_neighbours), cmocka_unit_test(tiles_against_the_list_of_slices),
        cmocka_unit_test(tiles_of_runs_and_syscalls),  cmocka_unit_test(many_tiles_in_one_reply),
        cmocka_unit_test(utilisation_adds_up),         cmocka_unit_test(malformed_requests_for_tiles),
        cmocka_unit_test(at_most_512_tiles),           cmocka_unit_test(unusual_traces),
    };
    return cmocka_run_group_tests(tests, open_example, close_example);
}
