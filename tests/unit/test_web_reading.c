/* The viewer while a trace is still being read: what it answers between two blocks, who waits, and how reading ends. */
#include "salvage.h"
#include "support.h"

#include "web/routes.h"

#include <pthread.h>
#include <stdio.h>

static struct web_response ask(struct web_trace *trace, const char *target, const char *body)
{
    struct web_request request = {.method = body ? "POST" : "GET",
                                  .target = target,
                                  .host = "localhost",
                                  .kymo_header = "1",
                                  .body = body ? base_str_of(body) : BASE_STR("")};
    struct web_response response = {0};
    web_answer(trace, &request, &response);
    return response;
}

/* Asks, expecting an answer; release it. */
static struct base_text answer(struct web_trace *trace, const char *target, const char *body)
{
    struct web_response response = ask(trace, target, body);
    if (response.status != 200)
        fail_msg("%s: %u %.*s", target, response.status, (int)response.body.size, response.body.data);
    return response.body;
}

/* The number behind "NAME": in an answer. */
static long long number(struct base_text *json, const char *name)
{
    char key[64];
    snprintf(key, sizeof key, "\"%s\":", name);
    const char *at = strstr(base_text_cstring(json), key);
    if (at)
        return strtoll(at + strlen(key), NULL, 10);
    fail_msg("no %s in %.300s", name, json->data);
    return 0;
}

/* A trace that is read by hand. */
struct by_hand {
    struct web_trace trace;
    const struct base_mapping *file;
    struct order_reader *reader;
};

static void begin(struct by_hand *hand, const struct base_mapping *file)
{
    struct base_error error = BASE_NO_ERROR;
    hand->file = file;
    assert_true(web_trace_begin(&hand->trace, "x", file, NULL, &error));
    hand->reader = order_reader_new(file, ORDER_GO_ON, &error);
    assert_non_null(hand->reader);
}

static bool read_block(struct by_hand *hand)
{
    struct order_block block;
    struct base_error error = BASE_NO_ERROR;
    if (order_reader_next(hand->reader, &block, &error) != ORDER_EVENTS)
        return false;
    const struct order_symbols view = *order_reader_symbols(hand->reader);
    web_trace_add(&hand->trace, &block, &view);
    return true;
}

static void end(struct by_hand *hand)
{
    web_trace_release(&hand->trace);
    order_reader_free(hand->reader);
}

static const char all_tiles[] =
    "{\"level\":17,\"tiles\":[[\"p0\",0],[\"p1\",0],[\"p1\",1],[\"p2\",2],[\"gc\",0],[\"stw\",0],"
    "[\"goroutines\",0],[\"goroutines\",2],[\"heap\",0],[\"threads\",1],[\"procs\",0]]}";

static const struct {
    const char *target, *body;
} whole_answers[] = {
    {"/api/overview", NULL},          {"/api/timeline", NULL},
    {"/api/tiles", all_tiles},        {"/api/groups", NULL},
    {"/api/profiles", NULL},          {"/api/slice?lane=p0&index=3", NULL},
    {"/api/profile?kind=sync", NULL},
};

static void assert_same_answers(struct web_trace *a, struct web_trace *b)
{
    for (size_t i = 0; i < COUNT_OF(whole_answers); i++) {
        struct web_response x = ask(a, whole_answers[i].target, whole_answers[i].body),
                            y = ask(b, whole_answers[i].target, whole_answers[i].body);
        if (x.status != y.status || x.body.size != y.body.size || memcmp(x.body.data, y.body.data, x.body.size) != 0)
            fail_msg("%s: %.300s but %.300s", whole_answers[i].target, base_text_cstring(&x.body),
                     base_text_cstring(&y.body));
        base_text_release(&x.body);
        base_text_release(&y.body);
    }
}

/* ---- between two blocks ---- */

/* What lanes hold at a moment. */
struct moment {
    int64_t until_ns;
    size_t lanes;
    size_t counts[64];
};

static const struct model_lane *lane_of(const struct web_trace *trace, size_t proc)
{
    return proc < 64 ? &model_timeline_proc(&trace->timeline, (proc_id){(int64_t)proc})->lane : NULL;
}

static struct moment moment_of(const struct web_trace *trace)
{
    struct moment moment = {.until_ns = model_timeline_until_ns(&trace->timeline)};
    for (size_t p = 0; p < 64; p++)
        if (model_timeline_proc(&trace->timeline, (proc_id){(int64_t)p}))
            moment.counts[p] = lane_of(trace, p)->count;
    return moment;
}

/* No slice was added before what was settled; but what ran when the trace began. */
static void assert_settled(const struct web_trace *trace, const struct moment *moment)
{
    for (size_t p = 0; p < 64; p++) {
        if (!model_timeline_proc(&trace->timeline, (proc_id){(int64_t)p}))
            continue;
        const struct model_lane *lane = lane_of(trace, p);
        for (size_t i = moment->counts[p]; i < lane->count; i++) {
            int64_t start_ns = model_lane_slice(lane, i).start_ns;
            assert_true(start_ns >= moment->until_ns || start_ns == trace->timeline.first_ns);
        }
    }
}

static bool names_are_kept(const struct base_text *before, const struct base_text *after)
{
    const char *names = strstr(before->data, "\"names\":["), *others = strstr(after->data, "\"names\":[");
    assert_true(names && others);
    size_t size = (size_t)(strstr(names, "],\"gaps\"") - names);
    return strncmp(names, others, size) == 0;
}

static void check_answers_so_far(struct by_hand *hand, long long *done_bytes)
{
    struct base_text overview = answer(&hand->trace, "/api/overview", NULL);
    struct base_text tiles = answer(&hand->trace, "/api/tiles", all_tiles);
    assert_true(number(&overview, "done_bytes") >= *done_bytes);
    assert_true(number(&overview, "done_bytes") <= (long long)hand->file->size);
    assert_int_equal(number(&overview, "total_bytes"), hand->file->size);
    assert_true(number(&overview, "until_ns") <= number(&overview, "span_ns"));
    assert_true(number(&overview, "expected_span_ns") >= number(&overview, "span_ns"));
    *done_bytes = number(&overview, "done_bytes");
    base_text_release(&overview);
    base_text_release(&tiles);
}

static void check_by_hand(const char *path)
{
    struct base_mapping file = test_map_source(path);
    struct base_error error = BASE_NO_ERROR;
    struct by_hand hand;
    struct web_trace at_once;
    struct base_text timeline = {0};
    struct moment moments[8];
    size_t blocks = 0, kept = 0;
    long long done_bytes = 0;
    begin(&hand, &file);
    while (read_block(&hand)) {
        if (blocks++ % 23)
            continue;
        struct base_text now = answer(&hand.trace, "/api/timeline", NULL);
        if (timeline.data)
            assert_true(names_are_kept(&timeline, &now));
        base_text_release(&timeline);
        timeline = now;
        check_answers_so_far(&hand, &done_bytes);
        moments[kept++ % COUNT_OF(moments)] = moment_of(&hand.trace);
    }
    web_trace_finish(&hand.trace);
    for (size_t i = 0; i < kept && i < COUNT_OF(moments); i++)
        assert_settled(&hand.trace, &moments[i]);
    assert_true(web_trace_open(&at_once, "x", &file, NULL, NULL, &error));
    assert_true(web_trace_wait(&at_once));
    assert_same_answers(&hand.trace, &at_once);
    base_text_release(&timeline);
    web_trace_release(&at_once);
    end(&hand);
    base_os_unmap(&file);
}

static void answers_while_reading(void **state)
{
    (void)state;
    check_by_hand("examples/workerpool.trace");
    check_by_hand("examples/contention.trace");
    check_by_hand("examples/webload.trace");
}

/* Before the first event there is nothing, but an answer. */
static void answers_before_the_first_event(void **state)
{
    static const char *const targets[] = {"/api/overview", "/api/timeline", "/api/slice?lane=p0&index=0"};
    struct base_mapping file = test_map_source("examples/workerpool.trace");
    struct by_hand hand;
    (void)state;
    begin(&hand, &file);
    for (size_t i = 0; i < COUNT_OF(targets); i++) {
        struct web_response response = ask(&hand.trace, targets[i], NULL);
        assert_int_equal(response.status, i < 2 ? 200 : 404);
        base_text_release(&response.body);
    }
    end(&hand);
    base_os_unmap(&file);
}

/* A long slice that is still open keeps what it covers from being settled, and is there when it has ended. */
static void what_is_open_is_not_settled(void **state)
{
    static const struct step steps[] = {
        {1, 100, WIRE_PROC_STATUS, {7, 1}},
        {1, 110, WIRE_GO_STATUS, {1, 1, 2}},
        {1, 120, WIRE_GO_SYSCALL_BEGIN, {1, K_F}},
        {2, 500, WIRE_PROC_STATUS, {8, 1}},
        {0, 130, STEP_GENERATION, {0}},
        {1, 900, WIRE_PROC_STATUS, {7, 3}},
        {1, 900, WIRE_GO_STATUS, {1, 1, 3}},
        {1, 950, WIRE_GO_SYSCALL_END, {0}},
        {1, 990, WIRE_GO_BLOCK, {S_SYNC, K_F}},
        {0},
    };
    struct base_mapping file = test_write(WIRE_GO_1_26, steps);
    struct by_hand hand;
    (void)state;
    begin(&hand, &file);
    assert_true(read_block(&hand));
    const struct model_timeline *timeline = &hand.trace.timeline;
    assert_int_equal(model_timeline_proc(timeline, (proc_id){7})->lane.count, 1);
    assert_null(model_timeline_proc(timeline, (proc_id){0}));
    struct base_text overview = answer(&hand.trace, "/api/overview", NULL);
    assert_int_equal(model_timeline_until_ns(timeline), 120);
    assert_int_equal(number(&overview, "until_ns"), 120 - timeline->first_ns);
    assert_int_equal(number(&overview, "span_ns"), 500 - timeline->first_ns);
    base_text_release(&overview);
    while (read_block(&hand))
        ;
    web_trace_finish(&hand.trace);
    assert_int_equal(model_timeline_until_ns(timeline), timeline->last_ns);
    assert_true(model_timeline_proc(timeline, (proc_id){7})->lane.count >= 2);
    overview = answer(&hand.trace, "/api/overview", NULL);
    assert_non_null(strstr(base_text_cstring(&overview), "\"reading\":null"));
    base_text_release(&overview);
    end(&hand);
    test_mapping_free(&file);
}

/* Processors are listed by number, though they appear in another order. */
static void processors_are_listed_in_order(void **state)
{
    static const struct step steps[] = {
        {1, 100, WIRE_PROC_STATUS, {5, 1}},
        {2, 110, WIRE_PROC_STATUS, {2, 1}},
        {3, 120, WIRE_PROC_STATUS, {300, 1}},
        {4, 130, WIRE_PROC_STATUS, {0, 1}},
        {0},
    };
    struct base_mapping file = test_write(WIRE_GO_1_26, steps);
    struct by_hand hand;
    (void)state;
    begin(&hand, &file);
    for (int whole = 0; whole < 2; whole++) {
        while (read_block(&hand))
            ;
        if (whole)
            web_trace_finish(&hand.trace);
        struct base_text timeline = answer(&hand.trace, "/api/timeline", NULL);
        static const char *const ids[] = {"\"p0\"", "\"p2\"", "\"p5\"", "\"p300\""};
        const char *at = base_text_cstring(&timeline);
        for (size_t i = 0; i < COUNT_OF(ids); i++)
            assert_non_null(at = strstr(at, ids[i]));
        base_text_release(&timeline);
        for (int64_t id = 0; id < 301; id++) {
            const struct model_proc_lane *proc = model_timeline_proc(&hand.trace.timeline, (proc_id){id});
            assert_true((proc != NULL) == (id == 0 || id == 2 || id == 5 || id == 300));
            assert_true(!proc || proc->id.n == id);
        }
    }
    end(&hand);
    test_mapping_free(&file);
}

/* ---- waiting ---- */

struct waiter {
    struct web_trace *trace;
    unsigned status;
};

static void *ask_for_groups(void *argument)
{
    struct waiter *waiter = argument;
    struct web_response response = ask(waiter->trace, "/api/groups", NULL);
    waiter->status = response.status;
    base_text_release(&response.body);
    return NULL;
}

/* Who needs the whole trace waits for it, and is told when it will not come. Others are answered meanwhile. */
static void groups_wait_for_the_whole(void **state)
{
    struct base_mapping file = test_map_source("examples/workerpool.trace");
    (void)state;
    for (int abandon = 0; abandon < 2; abandon++) {
        struct by_hand hand;
        struct waiter waiter = {.trace = &hand.trace};
        pthread_t thread;
        begin(&hand, &file);
        assert_int_equal(pthread_create(&thread, NULL, ask_for_groups, &waiter), 0);
        while (read_block(&hand)) {
            struct base_text overview = answer(&hand.trace, "/api/overview", NULL);
            base_text_release(&overview);
        }
        assert_int_equal(waiter.status, 0);
        if (abandon)
            web_trace_abandon(&hand.trace);
        else
            web_trace_finish(&hand.trace);
        pthread_join(thread, NULL);
        assert_int_equal(waiter.status, abandon ? 500 : 200);
        assert_true(web_trace_wait(&hand.trace) == !abandon);
        end(&hand);
    }
    base_os_unmap(&file);
}

/* ---- a thread of its own ---- */

static void *ask_all_the_time(void *argument)
{
    struct web_trace *trace = argument;
    bool reading = true;
    while (reading) {
        struct base_text overview = answer(trace, "/api/overview", NULL);
        reading = !strstr(base_text_cstring(&overview), "\"reading\":null");
        base_text_release(&overview);
        for (size_t i = 1; i < 3; i++) {
            struct base_text reply = answer(trace, whole_answers[i].target, whole_answers[i].body);
            base_text_release(&reply);
        }
    }
    struct base_text groups = answer(trace, "/api/groups", NULL);
    base_text_release(&groups);
    return NULL;
}

static void *ask_for_profiles(void *argument)
{
    struct base_text profiles = answer(argument, "/api/profiles", NULL);
    base_text_release(&profiles);
    return NULL;
}

/* Several ask all the time while a thread reads. */
static void many_ask_while_it_is_read(void **state)
{
    struct base_mapping file = test_map_source("examples/webload.trace");
    struct base_error error = BASE_NO_ERROR;
    struct web_trace trace, quiet;
    pthread_t threads[4];
    (void)state;
    assert_true(web_trace_open(&trace, "x", &file, NULL, NULL, &error));
    for (size_t i = 0; i < COUNT_OF(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, i ? ask_all_the_time : ask_for_profiles, &trace), 0);
    for (size_t i = 0; i < COUNT_OF(threads); i++)
        pthread_join(threads[i], NULL);
    assert_true(web_trace_open(&quiet, "x", &file, NULL, NULL, &error));
    assert_true(web_trace_wait(&quiet));
    assert_same_answers(&trace, &quiet);
    web_trace_release(&quiet);
    web_trace_release(&trace);
    base_os_unmap(&file);
}

/* A trace may be let go at any moment. */
static void reading_can_be_abandoned(void **state)
{
    struct base_mapping file = test_map_source("examples/webload.trace");
    (void)state;
    for (int i = 0; i < 5; i++) {
        struct base_error error = BASE_NO_ERROR;
        struct web_trace trace;
        assert_true(web_trace_open(&trace, "x", &file, NULL, NULL, &error));
        for (int j = 0; j < i; j++) {
            struct base_text overview = answer(&trace, "/api/overview", NULL);
            base_text_release(&overview);
        }
        web_trace_release(&trace);
    }
    base_os_unmap(&file);
}

static void count_call(void *self)
{
    ++*(int *)self;
}

static void the_end_is_told_once(void **state)
{
    struct base_mapping file = test_map_source("examples/daisy.trace");
    struct base_error error = BASE_NO_ERROR;
    struct web_trace trace;
    int calls = 0;
    const struct web_watch watch = {.whole = count_call, .self = &calls};
    (void)state;
    assert_true(web_trace_open(&trace, "x", &file, NULL, &watch, &error));
    assert_true(web_trace_wait(&trace));
    web_trace_release(&trace); /* joins the thread that tells */
    assert_int_equal(calls, 1);
    base_os_unmap(&file);
}

/* What holds no event that can be read is not opened: not even when its header is right. */
static void what_cannot_be_read_is_not_opened(void **state)
{
    static const char header[] = "go 1.26 trace\0\0\0";
    struct base_text bytes = {0};
    (void)state;
    base_text_bytes(&bytes, header, 16);
    for (int i = 0; i < 300; i++)
        base_text_char(&bytes, (char)(i * 7 + 100));
    static const size_t sizes[] = {0, 3, 9, 20, 316};
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        struct base_mapping file = test_mapping_of(bytes.data, sizes[i]);
        struct base_error error = BASE_NO_ERROR;
        struct web_trace trace;
        assert_false(web_trace_open(&trace, "x", &file, NULL, NULL, &error));
        assert_non_null(error.cause);
        base_error_release(&error);
        test_mapping_free(&file);
    }
    base_text_release(&bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_while_reading),
        cmocka_unit_test(answers_before_the_first_event),
        cmocka_unit_test(what_is_open_is_not_settled),
        cmocka_unit_test(processors_are_listed_in_order),
        cmocka_unit_test(groups_wait_for_the_whole),
        cmocka_unit_test(many_ask_while_it_is_read),
        cmocka_unit_test(reading_can_be_abandoned),
        cmocka_unit_test(the_end_is_told_once),
        cmocka_unit_test(what_cannot_be_read_is_not_opened),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
