/* The collector's cycles of small traces, worked out by hand. */
#include "support.h"

#include "analyze/cycles.h"

/* Strings after those of every generation. */
enum { S_SWEEP_TERMINATION = S_FILE + 1, S_MARK_TERMINATION, S_READ_MEM };

static const char *const strings[] = {"GC sweep termination", "GC mark termination", "read mem stats", NULL};

static void add_amount(struct base_text *out, const char *name, uint64_t bytes)
{
    if (bytes == ANALYZE_NO_BYTES)
        base_text_format(out, " %s ?", name);
    else
        base_text_format(out, " %s %llu", name, (unsigned long long)bytes);
}

/* "20-60 2 stops 15 (longest 10, within 12), 1 assists 7, 0 sweeps 0, heap 10 to 5, goal 20 to 30"; "stop 21-30 of 1
 * NAME". A time that the trace does not tell is followed by "?". */
static void render(struct base_text *out, const struct analyze_cycles *cycles, const struct order_symbols *symbols)
{
    for (size_t i = 0; i < cycles->all.count; i++) {
        const struct analyze_cycle *c = &cycles->all.at[i];
        base_text_format(
            out, "%lld%s-%lld%s %u stops %lld (longest %lld, within %lld), %llu assists %lld, %llu sweeps %lld,",
            (long long)c->start_ns, c->has_start ? "" : "?", (long long)c->end_ns, c->has_end ? "" : "?", c->stop_count,
            (long long)c->stopped_ns, (long long)c->longest_stop_ns, (long long)c->stopped_within_ns,
            (unsigned long long)c->assists, (long long)c->assist_ns, (unsigned long long)c->sweeps,
            (long long)c->sweep_ns);
        add_amount(out, "heap", c->heap_before_bytes);
        add_amount(out, "to", c->heap_after_bytes);
        add_amount(out, "goal", c->goal_bytes);
        add_amount(out, "to", c->next_goal_bytes);
        base_text_char(out, '\n');
    }
    for (size_t i = 0; i < cycles->stops.count; i++) {
        const struct analyze_stop *stop = &cycles->stops.at[i];
        base_text_format(out, "stop %lld%s-%lld%s", (long long)stop->start_ns, stop->has_start ? "" : "?",
                         (long long)stop->end_ns, stop->has_end ? "" : "?");
        if (stop->cycle != ANALYZE_NO_CYCLE)
            base_text_format(out, " of %u", stop->cycle + 1);
        base_text_char(out, ' ');
        base_text_str(out, order_string(symbols, stop->name));
        base_text_char(out, '\n');
    }
}

static void check(const struct step *steps, const char *expected)
{
    struct base_error error = BASE_NO_ERROR;
    struct analyze_cycles cycles;
    struct model_pass pass;
    struct base_text text = {0};
    struct base_mapping file = test_write_with(WIRE_GO_1_26, steps, strings);
    assert_true(model_pass_begin(&pass, &file, &error));
    analyze_cycles_init(&cycles);
    model_pass_run(&pass, &(struct model_sink){analyze_cycles_add, &cycles}, 1, NULL);
    assert_null(pass.error.cause);
    analyze_cycles_finish(&cycles);
    render(&text, &cycles, model_pass_symbols(&pass));
    test_assert_text(&text, expected);
    base_text_release(&text);
    analyze_cycles_release(&cycles);
    model_pass_release(&pass);
    test_mapping_free(&file);
}

/* Thread 1 runs goroutine 1 on processor 0, thread 2 goroutine 2 on processor 1. */
#define RUN_BOTH                                                                                                       \
    {1, 10, WIRE_PROC_STATUS, {0, 1}}, {1, 11, WIRE_GO_STATUS, {1, 1, 2}}, {2, 13, WIRE_PROC_STATUS, {1, 1}},          \
    {                                                                                                                  \
        2, 14, WIRE_GO_STATUS,                                                                                         \
        {                                                                                                              \
            2, 2, 2                                                                                                    \
        }                                                                                                              \
    }

/* As the runtime writes it: the stop for mark termination outlasts the cycle, and the new goal comes within it. */
static void a_whole_cycle(void **state)
{
    static const struct step steps[] = {
        RUN_BOTH,
        {1, 15, WIRE_STW_BEGIN, {S_READ_MEM}},
        {1, 18, WIRE_STW_END},
        {1, 20, WIRE_HEAP_ALLOC, {1000}},
        {1, 21, WIRE_HEAP_GOAL, {1200}},
        {1, 30, WIRE_GC_BEGIN, {1}},
        {1, 31, WIRE_STW_BEGIN, {S_SWEEP_TERMINATION}},
        {1, 36, WIRE_STW_END},
        {2, 40, WIRE_GC_MARK_ASSIST_BEGIN},
        {1, 41, WIRE_GC_MARK_ASSIST_BEGIN},
        {2, 47, WIRE_GC_MARK_ASSIST_END},
        {2, 50, WIRE_STW_BEGIN, {S_MARK_TERMINATION}},
        {2, 52, WIRE_HEAP_ALLOC, {400}},
        {2, 54, WIRE_GC_END, {2}},
        {2, 55, WIRE_HEAP_GOAL, {800}},
        {2, 60, WIRE_STW_END},
        {1, 62, WIRE_GC_MARK_ASSIST_END},
        {1, 64, WIRE_GC_SWEEP_BEGIN},
        {1, 67, WIRE_GC_SWEEP_END, {100, 50}},
        {2, 70, WIRE_HEAP_GOAL, {900}},
        {0},
    };
    (void)state;
    check(steps,
          "30-54 2 stops 15 (longest 10, within 9), 2 assists 28, 1 sweeps 3, heap 1000 to 400 goal 1200 to 800\n"
          "stop 15-18 stop-the-world (read mem stats)\n"
          "stop 31-36 of 1 stop-the-world (GC sweep termination)\n"
          "stop 50-60 of 1 stop-the-world (GC mark termination)\n");
}

/* What the trace begins or ends within counts as far as it is there. */
static void cut_off(void **state)
{
    static const struct step steps[] = {
        RUN_BOTH,
        {1, 20, WIRE_GC_ACTIVE, {1}},
        {2, 21, WIRE_GC_MARK_ASSIST_ACTIVE, {2}},
        {2, 25, WIRE_GC_MARK_ASSIST_END},
        {2, 27, WIRE_GC_MARK_ASSIST_BEGIN},
        {1, 30, WIRE_STW_BEGIN, {S_MARK_TERMINATION}},
        {1, 31, WIRE_GC_END, {2}},
        {1, 33, WIRE_STW_END},
        {1, 40, WIRE_GC_BEGIN, {3}},
        {1, 41, WIRE_STW_BEGIN, {S_SWEEP_TERMINATION}},
        {0},
    };
    (void)state;
    /* The last Sync is at 42. */
    check(steps, "20?-31 1 stops 3 (longest 3, within 1), 2 assists 19, 0 sweeps 0, heap ? to ? goal ? to ?\n"
                 "40-42? 1 stops 1 (longest 1, within 1), 0 assists 0, 0 sweeps 0, heap ? to ? goal ? to ?\n"
                 "stop 30-33 of 1 stop-the-world (GC mark termination)\n"
                 "stop 41-42? of 2 stop-the-world (GC sweep termination)\n");
}

/* A generation tells anew of what goes on: that is one cycle. */
static void over_generations(void **state)
{
    static const struct step steps[] = {
        RUN_BOTH,
        {1, 20, WIRE_GC_BEGIN, {1}},
        {1, 30, STEP_GENERATION},
        {1, 31, WIRE_PROC_STATUS, {0, 1}},
        {1, 32, WIRE_GO_STATUS, {1, 1, 2}},
        {1, 33, WIRE_GC_ACTIVE, {1}},
        {1, 40, WIRE_GC_END, {2}},
        {0},
    };
    (void)state;
    check(steps, "20-40 0 stops 0 (longest 0, within 0), 0 assists 0, 0 sweeps 0, heap ? to ? goal ? to ?\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_whole_cycle),
        cmocka_unit_test(cut_off),
        cmocka_unit_test(over_generations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
