/* Tasks of small traces, worked out by hand, and what is printed of them. */
#include "support.h"
#include "web/annotations.h"
#include "web/routes.h"

#include "analyze/durations.h"
#include "analyze/task_types.h"
#include "analyze/tasks.h"
#include "output/tasks.h"

#include <inttypes.h>
#include <stdlib.h>

/* A trace with its tasks; released by done. */
struct analysed {
    struct base_mapping file;
    struct model_pass pass;
    struct analyze_tasks tasks;
};

static const struct order_symbols *symbols_of(const struct analysed *a)
{
    return model_pass_symbols(&a->pass);
}

static void analyse_file(struct analysed *a, struct base_mapping file)
{
    struct base_error error = BASE_NO_ERROR;
    a->file = file;
    assert_true(model_pass_begin(&a->pass, &a->file, &error));
    analyze_tasks_init(&a->tasks);
    struct model_sink sink = {analyze_tasks_add, &a->tasks};
    model_pass_run(&a->pass, &sink, 1, NULL);
    assert_null(a->pass.error.cause);
    analyze_tasks_finish(&a->tasks);
}

static void done(struct analysed *a)
{
    analyze_tasks_release(&a->tasks);
    model_pass_release(&a->pass);
    test_mapping_free(&a->file);
}

static struct base_str text_of(const struct base_text *text)
{
    return (struct base_str){text->data, text->size};
}

static void add_time(struct base_text *out, bool known, int64_t time_ns)
{
    if (known)
        base_text_i64(out, time_ns);
    else
        base_text_char(out, '?');
}

/* "5 alpha in 3, 120 to 200, 2 regions, of 1 2; 130 beta=main.f". */
static void render(struct base_text *out, const struct analyze_tasks *tasks, const struct order_symbols *symbols)
{
    for (size_t i = 0; i < tasks->all.count; i++) {
        const struct analyze_task *task = &tasks->all.at[i];
        uint32_t log_count = 0;
        base_text_format(out, "%llu ", (unsigned long long)task->id);
        base_text_str(out, order_string(symbols, task->name));
        if (task->parent != ORDER_NO_TASK)
            base_text_format(out, " in %llu", (unsigned long long)task->parent);
        base_text_add(out, ", ");
        add_time(out, task->has_start, task->start_ns);
        base_text_add(out, " to ");
        add_time(out, task->has_end, task->end_ns);
        base_text_format(out, ", %u regions, of", task->region_count);
        for (uint32_t j = 0; j < task->goroutine_count; j++)
            base_text_format(out, " %d", (int)tasks->goroutines.at[task->goroutines_first + j].n);
        for (const struct analyze_log *log = analyze_task_log(tasks, task->first_log); log;
             log = analyze_task_log(tasks, log->next), log_count++) {
            base_text_format(out, "; %d ", (int)log->time_ns);
            base_text_str(out, order_string(symbols, log->category));
            base_text_char(out, '=');
            base_text_str(out, log->message);
        }
        assert_int_equal(log_count, task->log_count);
        base_text_char(out, '\n');
    }
}

static void check(const struct step *steps, const char *expected)
{
    struct analysed a;
    struct base_text text = {0};
    analyse_file(&a, test_write(WIRE_GO_1_26, steps));
    render(&text, &a.tasks, symbols_of(&a));
    test_assert_text(&text, expected);
    base_text_release(&text);
    done(&a);
}

#define START                                                                                                          \
    {1, 100, WIRE_PROC_STATUS, {0, 1}},                                                                                \
    {                                                                                                                  \
        1, 110, WIRE_GO_STATUS,                                                                                        \
        {                                                                                                              \
            1, 1, 2                                                                                                    \
        }                                                                                                              \
    }

/* ---- what events tell ---- */

/* g2 works for tasks that g1 began; ids do not come in order. */
static void tasks_are_followed(void **state)
{
    static const struct step steps[] = {
        START,
        {1, 120, WIRE_USER_TASK_BEGIN, {7, 0, S_ALPHA, K_F}},
        {1, 130, WIRE_USER_TASK_BEGIN, {3, 7, S_BETA, K_F}},
        {1, 140, WIRE_USER_LOG, {3, S_NETWORK, S_FILE, K_F}},
        {1, 150, WIRE_USER_LOG, {7, S_NONE, S_MAIN_F, K_F}},
        {1, 160, WIRE_GO_CREATE, {2, K_G, K_F}},
        {1, 170, WIRE_GO_BLOCK, {S_CHAN, K_F}},
        {1, 180, WIRE_GO_START, {2, 1}},
        {1, 190, WIRE_USER_REGION_BEGIN, {3, S_ALPHA, K_F}},
        {1, 200, WIRE_USER_LOG, {3, S_SYNC, S_MAIN_G, K_F}},
        {1, 210, WIRE_USER_REGION_BEGIN, {7, S_BETA, K_F}},
        {1, 220, WIRE_USER_REGION_END, {7, S_BETA, K_F}},
        {1, 230, WIRE_USER_REGION_END, {3, S_ALPHA, K_F}},
        {1, 240, WIRE_USER_TASK_END, {3, K_F}},
        {1, 250, WIRE_GO_DESTROY},
        {0},
    };
    (void)state;
    check(steps, "3 beta in 7, 130 to 240, 1 regions, of 1 2; 140 network=main.go; 200 sync=main.g\n"
                 "7 alpha, 120 to ?, 1 regions, of 1 2; 150 =main.f\n");
}

/* A task is there as soon as something names it. */
static void tasks_that_are_only_named(void **state)
{
    static const struct step steps[] = {
        START,
        {1, 120, WIRE_USER_TASK_END, {9, K_F}},
        {1, 130, WIRE_USER_TASK_BEGIN, {8, 4, S_ALPHA, K_F}},
        {1, 140, WIRE_USER_LOG, {5, S_BETA, S_FILE, K_F}},
        {1, 150, WIRE_USER_REGION_BEGIN, {0, S_ALPHA, K_F}},
        {1, 160, WIRE_USER_TASK_BEGIN, {6, -1, S_ALPHA, K_F}},
        {0},
    };
    (void)state;
    /* The parent -1 is how "none" is written. */
    check(steps, "0 , ? to ?, 1 regions, of 1\n"
                 "4 , ? to ?, 0 regions, of\n"
                 "5 , ? to ?, 0 regions, of 1; 140 beta=main.go\n"
                 "6 alpha, 160 to ?, 0 regions, of 1\n"
                 "8 alpha in 4, 130 to ?, 0 regions, of 1\n"
                 "9 , ? to 120, 0 regions, of 1\n");
}

/* An id that is used again: later times overwrite, the first parent stays, and the second end knows no name. */
static void ids_that_are_used_again(void **state)
{
    static const struct step steps[] = {
        START,
        {1, 120, WIRE_USER_TASK_BEGIN, {5, 3, S_ALPHA, K_F}},
        {1, 130, WIRE_USER_TASK_END, {5, K_F}},
        {1, 140, WIRE_USER_TASK_BEGIN, {5, 4, S_BETA, K_F}},
        {0},
    };
    static const struct step ended_twice[] = {
        START,
        {1, 120, WIRE_USER_TASK_BEGIN, {5, 0, S_ALPHA, K_F}},
        {1, 130, WIRE_USER_TASK_END, {5, K_F}},
        {1, 150, WIRE_USER_TASK_END, {5, K_F}},
        {0},
    };
    struct analysed a;
    (void)state;
    check(steps, "3 , ? to ?, 0 regions, of\n"
                 "5 beta in 3, 140 to 130, 0 regions, of 1\n");
    check(ended_twice, "5 , 120 to 150, 0 regions, of 1\n");
    analyse_file(&a, test_write(WIRE_GO_1_26, steps));
    assert_int_equal(analyze_task_duration_ns(&a.tasks.all.at[1], 0, 500), -10);
    assert_int_equal(analyze_task_duration_ns(&a.tasks.all.at[0], 20, 500), 480);
    done(&a);
}

/* ---- regions ---- */

static void regions_that_began_before(void **state)
{
    static const struct step steps[] = {
        START,
        {1, 120, WIRE_USER_REGION_BEGIN, {4, S_BETA, K_F}},
        {1, 130, WIRE_USER_REGION_END, {4, S_BETA, K_F}},
        {1, 140, WIRE_USER_REGION_END, {7, S_ALPHA, K_F}},
        {1, 150, WIRE_USER_REGION_END, {7, S_ALPHA, K_F}},
        {0},
    };
    (void)state;
    check(steps, "4 , ? to ?, 1 regions, of 1\n"
                 "7 , ? to ?, 2 regions, of 1\n");
}

/* g2 is created within a region: its first end ends what it inherited, and so names no task; its second end does. */
static void inherited_regions(void **state)
{
    static const struct step steps[] = {
        START,
        {1, 120, WIRE_USER_REGION_BEGIN, {4, S_BETA, K_F}},
        {1, 130, WIRE_GO_CREATE, {2, K_G, K_F}},
        {1, 140, WIRE_USER_REGION_END, {4, S_BETA, K_F}},
        {1, 150, WIRE_GO_CREATE, {3, K_G, K_F}},
        {1, 160, WIRE_GO_BLOCK, {S_CHAN, K_F}},
        {1, 170, WIRE_GO_START, {2, 1}},
        {1, 180, WIRE_USER_REGION_END, {5, S_BETA, K_F}},
        {1, 190, WIRE_USER_REGION_END, {6, S_BETA, K_F}},
        {1, 200, WIRE_GO_DESTROY},
        {1, 210, WIRE_GO_START, {3, 1}},
        {1, 220, WIRE_USER_REGION_END, {7, S_BETA, K_F}},
        {0},
    };
    (void)state;
    check(steps, "4 , ? to ?, 1 regions, of 1\n"
                 "6 , ? to ?, 1 regions, of 2\n"
                 "7 , ? to ?, 1 regions, of 3\n");
}

/* Regions end with their goroutine: g2, which gets its place, has none to end. */
static void regions_end_with_their_goroutine(void **state)
{
    static const struct step steps[] = {
        START,
        {1, 120, WIRE_USER_REGION_BEGIN, {4, S_BETA, K_F}},
        {1, 130, WIRE_GO_DESTROY},
        {1, 140, WIRE_GO_CREATE, {2, K_G, K_F}},
        {1, 150, WIRE_GO_START, {2, 1}},
        {1, 160, WIRE_USER_REGION_END, {5, S_BETA, K_F}},
        {0},
    };
    (void)state;
    check(steps, "4 , ? to ?, 1 regions, of 1\n"
                 "5 , ? to ?, 1 regions, of 2\n");
}

/* What is there already was not created by who tells of it, and inherits nothing. */
static void statuses_are_no_creations(void **state)
{
    static const struct step steps[] = {
        START,
        {1, 120, WIRE_USER_REGION_BEGIN, {4, S_BETA, K_F}},
        {1, 130, WIRE_GO_STATUS, {2, -1, 1}},
        {1, 140, WIRE_GO_BLOCK, {S_CHAN, K_F}},
        {1, 150, WIRE_GO_START, {2, 1}},
        {1, 160, WIRE_USER_REGION_END, {5, S_BETA, K_F}},
        {0},
    };
    (void)state;
    check(steps, "4 , ? to ?, 1 regions, of 1\n"
                 "5 , ? to ?, 1 regions, of 2\n");
}

/* Blocking for ever is taken for the end of a goroutine. */
static void regions_end_for_ever(void **state)
{
    static const struct step steps[] = {
        START,
        {1, 120, WIRE_USER_REGION_BEGIN, {4, S_BETA, K_F}},
        {1, 130, WIRE_GO_BLOCK, {S_CHAN, K_F}},
        {-1, 140, WIRE_GO_UNBLOCK, {1, 1, 0}},
        {1, 150, WIRE_GO_START, {1, 2}},
        {1, 160, WIRE_USER_REGION_END, {4, S_BETA, K_F}},
        {1, 170, WIRE_USER_REGION_BEGIN, {6, S_BETA, K_F}},
        {1, 180, WIRE_GO_BLOCK, {S_FOREVER, K_F}},
        {-1, 190, WIRE_GO_UNBLOCK, {1, 3, 0}},
        {1, 200, WIRE_GO_START, {1, 4}},
        {1, 210, WIRE_USER_REGION_END, {6, S_BETA, K_F}},
        {0},
    };
    (void)state;
    check(steps, "4 , ? to ?, 1 regions, of 1\n"
                 "6 , ? to ?, 2 regions, of 1\n");
}

/* ---- old traces ---- */

static struct order_event event_of(enum order_kind kind, int64_t time_ns, int64_t goroutine)
{
    struct order_event event = {.kind = (uint8_t)kind, .time_ns = time_ns, .resource_slot = ORDER_NO_SLOT};
    event.context = (struct order_context){NO_THREAD, NO_PROC, {goroutine}, ORDER_NO_SLOT, ORDER_NO_SLOT};
    return event;
}

/* Old traces begin at -1, the end of a task without a parent has parent 0, and there may be no goroutine. */
static void quirks_of_old_traces(void **state)
{
    struct order_event events[] = {
        event_of(ORDER_SYNC, -1, -1),       event_of(ORDER_TASK_BEGIN, 0, -1), event_of(ORDER_TASK_BEGIN, 1, 5),
        event_of(ORDER_REGION_BEGIN, 2, 5), event_of(ORDER_REGION_END, 3, 5),  event_of(ORDER_TASK_END, 4, 5),
    };
    struct order_symbols symbols;
    struct analyze_tasks tasks;
    struct base_text text = {0};
    static const struct order_sync facts;
    (void)state;
    events[0].sync.facts = &facts;
    order_symbols_init(&symbols);
    events[1].name = events[5].name = order_symbols_add_string(&symbols, BASE_STR("alpha"));
    events[1].task.id = events[5].task.id = 1;
    events[1].task.parent = ORDER_NO_TASK;
    events[2].task.id = 2;
    events[2].task.parent = 1;
    events[3].task.id = events[4].task.id = 3; /* regions of a goroutine that nothing else is known of */
    analyze_tasks_init(&tasks);
    analyze_tasks_add(&tasks, &(struct order_block){events, COUNT_OF(events)}, &symbols);
    analyze_tasks_finish(&tasks);
    render(&text, &tasks, &symbols);
    test_assert_text(&text, "0 , ? to ?, 0 regions, of\n"
                            "1 alpha in 0, 0 to 4, 0 regions, of -1 5\n"
                            "2  in 1, 1 to ?, 0 regions, of 5\n");
    assert_true(analyze_task_is_background(&tasks.all.at[0]));
    assert_true(analyze_task_is_complete(&tasks.all.at[1]));
    base_text_release(&text);
    analyze_tasks_release(&tasks);
    order_symbols_release(&symbols);
}

/* ---- many of them ---- */

/* Ids that fall, with distances that no table can be dense in; each task is named by goroutines that take turns. */
static void many_tasks(void **state)
{
    enum { TASKS = 20000, ROUNDS = 3 };
    struct test_trace trace;
    struct analysed a;
    uint64_t time_ns = 120, last_id = 0;
    (void)state;
    test_trace_begin(&trace, WIRE_GO_1_26);
    for (int64_t goroutine = 1; goroutine <= 2; goroutine++) {
        test_trace_step(&trace, &(struct step){goroutine, 100, WIRE_PROC_STATUS, {goroutine, 1}});
        test_trace_step(&trace, &(struct step){goroutine, 110, WIRE_GO_STATUS, {goroutine, goroutine, 2}});
    }
    for (int64_t round = 0; round < ROUNDS; round++)
        for (int64_t i = TASKS; i > 0; i--)
            for (int64_t goroutine = 2; goroutine > 0; goroutine--)
                test_trace_step(
                    &trace, &(struct step){
                                goroutine, time_ns++, WIRE_USER_LOG, {i << 40, S_ALPHA, round % 2 ? S_BETA : S_FILE}});
    analyse_file(&a, test_trace_finish(&trace));
    assert_int_equal(a.tasks.all.count, TASKS);
    for (size_t i = 0; i < a.tasks.all.count; i++) {
        const struct analyze_task *task = &a.tasks.all.at[i];
        assert_true(task->id > last_id);
        last_id = task->id;
        assert_int_equal(task->log_count, 2 * ROUNDS);
        assert_int_equal(task->goroutine_count, 2);
        assert_int_equal(a.tasks.goroutines.at[task->goroutines_first].n, 1);
        assert_int_equal(a.tasks.goroutines.at[task->goroutines_first + 1].n, 2);
        int64_t before_ns = 0;
        for (const struct analyze_log *log = analyze_task_log(&a.tasks, task->first_log); log;
             log = analyze_task_log(&a.tasks, log->next)) {
            assert_true(log->time_ns > before_ns);
            before_ns = log->time_ns;
        }
    }
    assert_int_equal(a.tasks.goroutines.count, 2 * TASKS);
    done(&a);
}

/* ---- durations ---- */

static void percentiles(void **state)
{
    int64_t durations_ns[200], one[] = {7}, three[] = {30, 10, 20};
    (void)state;
    for (int i = 0; i < 200; i++)
        durations_ns[i] = (i * 77) % 200 + 1; /* 1 to 200 */
    analyze_durations_sort(durations_ns, 200);
    assert_int_equal(analyze_durations_percentile(durations_ns, 200, 1), 2);
    assert_int_equal(analyze_durations_percentile(durations_ns, 200, 50), 100);
    assert_int_equal(analyze_durations_percentile(durations_ns, 199, 50), 100);
    assert_int_equal(analyze_durations_percentile(durations_ns, 199, 99), 198);
    assert_int_equal(analyze_durations_percentile(durations_ns, 200, 100), 200);
    assert_int_equal(analyze_durations_percentile(one, 1, 1), 7);
    assert_int_equal(analyze_durations_percentile(one, 1, 100), 7);
    analyze_durations_sort(three, 3);
    assert_int_equal(analyze_durations_percentile(three, 3, 33), 10);
    assert_int_equal(analyze_durations_percentile(three, 3, 34), 20);
    assert_int_equal(analyze_durations_percentile(three, 3, 90), 30);
}

static void totals_stay_in_range(void **state)
{
    static const int64_t some[] = {5, -3, 10}, high[] = {INT64_MAX, 1, -5}, low[] = {-5, INT64_MIN, 9};
    (void)state;
    assert_int_equal(analyze_durations_total(some, 3), 12);
    assert_int_equal(analyze_durations_total(high, 3), INT64_MAX);
    assert_int_equal(analyze_durations_total(low, 3), INT64_MIN);
    assert_int_equal(analyze_durations_total(NULL, 0), 0);
}

/* ---- output ---- */

/* Three tasks of alpha, one of which does not end; two of beta that take as long together; one that only ends; regions
 * outside of any. */
static const struct step types[] = {
    START,
    {1, 120, WIRE_USER_TASK_BEGIN, {1, 0, S_BETA, K_F}},
    {1, 130, WIRE_USER_TASK_BEGIN, {2, 1, S_ALPHA, K_F}},
    {1, 140, WIRE_USER_TASK_BEGIN, {3, 1, S_ALPHA, K_F}},
    {1, 150, WIRE_USER_REGION_BEGIN, {0, S_ALPHA, K_F}},
    {1, 160, WIRE_USER_LOG, {2, S_NETWORK, S_FILE, K_F}},
    {1, 170, WIRE_USER_TASK_BEGIN, {4, 1, S_ALPHA, K_F}},
    {1, 180, WIRE_USER_REGION_BEGIN, {2, S_ALPHA, K_F}},
    {1, 230, WIRE_USER_TASK_END, {2, K_F}},
    {1, 240, WIRE_USER_TASK_END, {4, K_F}},
    {1, 250, WIRE_USER_TASK_END, {5, K_F}},
    {1, 280, WIRE_USER_TASK_END, {1, K_F}},
    {1, 300, WIRE_USER_TASK_BEGIN, {6, 0, S_BETA, K_F}},
    {1, 310, WIRE_USER_TASK_END, {6, K_F}},
    {1, 2000, WIRE_USER_REGION_END, {2, S_ALPHA, K_F}},
    {0},
};

static void find_types(struct analyze_task_types *ret_types, const struct analysed *a)
{
    analyze_task_types_make(ret_types, &a->tasks, symbols_of(a), NULL);
}

static void types_as_a_table(void **state)
{
    static const struct step steps[] = {START, {1, 120, WIRE_USER_LOG, {0, S_NETWORK, S_FILE, K_F}}, {0}};
    struct analysed a;
    struct analyze_task_types found;
    struct base_text text = {0};
    (void)state;
    analyse_file(&a, test_write(WIRE_GO_1_26, types));
    find_types(&found, &a);
    output_task_types_table(&text, &found, symbols_of(&a));
    test_assert_text(&text, "Count  Complete   p50    p90    p99    Max  Total  Type\n"
                            "    3         2  70ns  100ns  100ns  100ns  170ns  alpha\n"
                            "    2         2  10ns  160ns  160ns  160ns  170ns  beta\n"
                            "    1         0     -      -      -      -     0s  (no type)\n");
    analyze_task_types_release(&found);
    done(&a);
    /* What happens outside of all tasks is none. */
    analyse_file(&a, test_write(WIRE_GO_1_26, steps));
    find_types(&found, &a);
    assert_int_equal(a.tasks.all.count, 1);
    assert_int_equal(found.all.count, 0);
    analyze_task_types_release(&found);
    base_text_release(&text);
    done(&a);
}

static void check_type(const struct analysed *a, const struct analyze_task_types *found, const char *name,
                       const char *expected)
{
    const struct output_tasks_trace trace = {&a->tasks, symbols_of(a), a->pass.first_ns, a->pass.last_ns};
    const struct analyze_task_type *type = analyze_task_types_find(found, symbols_of(a), base_str_of(name));
    struct base_text text = {0};
    assert_non_null(type);
    output_tasks_table(&text, &trace, type);
    test_assert_text(&text, expected);
    base_text_release(&text);
}

/* The trace goes from 1 to 2001, its last Sync. */
static void tasks_of_a_type_as_a_table(void **state)
{
    struct analysed a;
    struct analyze_task_types found;
    (void)state;
    analyse_file(&a, test_write(WIRE_GO_1_26, types));
    find_types(&found, &a);
    check_type(&a, &found, "alpha",
               "Task  Start  Duration  Complete  Goroutines  Regions  Logs\n"
               "   3  139ns   1.861\xc2\xb5s  no                 1        0     0\n"
               "   2  129ns     100ns  yes                1        1     1\n"
               "   4  169ns      70ns  yes                1        0     0\n");
    check_type(&a, &found, "",
               "Task  Start  Duration  Complete  Goroutines  Regions  Logs\n"
               "   5      -     249ns  no                 1        0     0\n");
    assert_null(analyze_task_types_find(&found, symbols_of(&a), BASE_STR("network")));
    analyze_task_types_release(&found);
    done(&a);
}

static void tasks_as_json(void **state)
{
    struct analysed a;
    struct analyze_task_types found;
    struct base_text text = {0};
    (void)state;
    analyse_file(&a, test_write(WIRE_GO_1_26, types));
    find_types(&found, &a);
    const struct output_tasks_trace trace = {&a.tasks, symbols_of(&a), a.pass.first_ns, a.pass.last_ns};
    output_tasks_json(&text, &trace, &found);
    assert_true(base_str_begins(text_of(&text),
                                "{\"tasks\":[{\"id\":0,\"name\":\"\",\"parent\":0,\"start_ns\":-1,\"end_ns\":-1,"
                                "\"complete\":false,\"logs\":[],\"regions\":1,\"goroutines\":[1]}\n"));
    assert_true(base_str_contains(
        text_of(&text), ",{\"id\":2,\"name\":\"alpha\",\"parent\":1,\"start_ns\":129,\"end_ns\":229,\"complete\":true,"
                        "\"logs\":[\"159 network=main.go\"],\"regions\":1,\"goroutines\":[1]}\n"));
    bool chosen[16] = {false};
    struct output_tasks_trace some = trace;
    assert_true(a.tasks.all.count <= COUNT_OF(chosen));
    for (size_t i = 0; i < a.tasks.all.count; i++)
        chosen[i] = a.tasks.all.at[i].id == 5;
    some.chosen = chosen;
    analyze_task_types_release(&found);
    analyze_task_types_make(&found, &a.tasks, symbols_of(&a), chosen);
    text.size = 0;
    output_tasks_json(&text, &some, &found);
    test_assert_text(&text, "{\"tasks\":[{\"id\":5,\"name\":\"\",\"parent\":0,\"start_ns\":-1,\"end_ns\":249,"
                            "\"complete\":false,\"logs\":[],\"regions\":0,\"goroutines\":[1]}\n],"
                            "\"types\":[{\"type\":\"\",\"count\":1,\"complete\":0,\"total_ns\":0,\"mean_ns\":null,"
                            "\"p50_ns\":null,\"p90_ns\":null,\"p99_ns\":null,\"max_ns\":null,\"histogram\":[]}]}\n");
    base_text_release(&text);
    analyze_task_types_release(&found);
    done(&a);
}

/* Each duration falls into the bucket whose edges are around it. */
static void histogram(void **state)
{
    static const int64_t sorted_ns[] = {-5, 0, 1, 99, 100, 157, 158, 999999, 1000000, INT64_MAX};
    size_t counts[ANALYZE_BUCKETS], expected[ANALYZE_BUCKETS] = {0};
    int64_t edges_ns[ANALYZE_BUCKETS];
    (void)state;
    analyze_bucket_edges(edges_ns);
    analyze_durations_histogram(sorted_ns, COUNT_OF(sorted_ns), counts);
    for (size_t i = 0; i < COUNT_OF(sorted_ns); i++) {
        size_t bucket = 0;
        while (bucket + 1 < ANALYZE_BUCKETS && sorted_ns[i] >= analyze_bucket_edge(bucket + 1))
            bucket++;
        expected[bucket]++;
        assert_int_equal(analyze_bucket_of(edges_ns, sorted_ns[i]), bucket);
    }
    assert_memory_equal(counts, expected, sizeof counts);
    assert_int_equal(analyze_bucket_edge(5), 10);
    assert_true(analyze_bucket_edge(ANALYZE_BUCKETS - 1) < analyze_bucket_edge(ANALYZE_BUCKETS));
    analyze_durations_histogram(sorted_ns, 0, counts);
    for (size_t i = 0; i < ANALYZE_BUCKETS; i++)
        assert_int_equal(counts[i], 0);
}

/* ---- the profile of one task ---- */

static int64_t profile_ns(struct web_trace *trace, uint64_t task)
{
    struct base_text target = {0};
    base_text_format(&target, "/api/profile?kind=wall&task=%" PRIu64, task);
    const struct web_request request = {.method = "GET", .target = base_text_cstring(&target), .host = "localhost"};
    struct web_response response = {0};
    web_answer(trace, &request, &response);
    assert_int_equal(response.status, 200);
    const char *ns = strstr(base_text_cstring(&response.body), "\"ns\":");
    int64_t value = ns ? strtoll(ns + strlen("\"ns\":"), NULL, 10) : -1;
    base_text_release(&response.body);
    base_text_release(&target);
    return value;
}

/* Of one goroutine: the time within regions of a task, those within another one of it left out. */
static int64_t region_ns(const struct analyze_region *regions, uint32_t count, uint64_t task)
{
    int64_t sum_ns = 0;
    for (uint32_t i = 0; i < count; i++) {
        bool within = regions[i].task != task;
        for (uint32_t j = 0; j < count && !within; j++)
            within = j != i && regions[j].task == task && regions[j].start_ns <= regions[i].start_ns &&
                     regions[j].end_ns >= regions[i].end_ns;
        sum_ns += within ? 0 : regions[i].end_ns - regions[i].start_ns;
    }
    return sum_ns;
}

static void profiles_of_a_task(void **state)
{
    struct base_mapping file = test_map_source("examples/webload.trace");
    struct base_error error = BASE_NO_ERROR;
    struct web_trace trace;
    unsigned checked = 0;
    (void)state;
    assert_true(web_trace_open(&trace, "x", &file, NULL, NULL, &error));
    const struct web_annotations *a = web_annotations_get(&trace);
    assert_non_null(a);
    for (size_t t = 0; a && t < a->of.tasks.all.count && checked < 5; t++) {
        uint64_t id = a->of.tasks.all.at[t].id;
        int64_t length_ns = 0;
        for (size_t i = 0; i < a->of.goroutines.all.count; i++) {
            const struct analyze_goroutine *g = &a->of.goroutines.all.at[i];
            length_ns += region_ns(&a->of.goroutines.regions.at[g->regions_first], g->regions_count, id);
        }
        assert_true(profile_ns(&trace, id) == length_ns);
        checked++;
    }
    assert_int_equal(checked, 5);
    assert_true(profile_ns(&trace, 123456789) == 0);
    web_trace_release(&trace);
    base_os_unmap(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(histogram),
        cmocka_unit_test(tasks_are_followed),
        cmocka_unit_test(tasks_that_are_only_named),
        cmocka_unit_test(ids_that_are_used_again),
        cmocka_unit_test(regions_that_began_before),
        cmocka_unit_test(inherited_regions),
        cmocka_unit_test(regions_end_with_their_goroutine),
        cmocka_unit_test(statuses_are_no_creations),
        cmocka_unit_test(regions_end_for_ever),
        cmocka_unit_test(quirks_of_old_traces),
        cmocka_unit_test(many_tasks),
        cmocka_unit_test(percentiles),
        cmocka_unit_test(totals_stay_in_range),
        cmocka_unit_test(types_as_a_table),
        cmocka_unit_test(tasks_of_a_type_as_a_table),
        cmocka_unit_test(profiles_of_a_task),
        cmocka_unit_test(tasks_as_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
