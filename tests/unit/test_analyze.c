/* Statistics and profiles of small traces, with numbers worked out by hand. */
#include "v1.h"

#include "analyze/groups.h"
#include "analyze/profile.h"

#include <stdlib.h>

/* A trace with its statistics; released by done. */
struct analysed {
    struct base_mapping file;
    struct model_pass pass;
    struct analyze_goroutines goroutines;
};

static const struct order_symbols *symbols_of(const struct analysed *a)
{
    return model_pass_symbols(&a->pass);
}

static void analyse(struct analysed *a, const struct step *steps)
{
    struct base_error error = BASE_NO_ERROR;
    a->file = test_write(WIRE_GO_1_26, steps);
    assert_true(model_pass_begin(&a->pass, &a->file, &error));
    analyze_goroutines_init(&a->goroutines);
    a->goroutines.keep_regions = true;
    struct model_sink sink = {analyze_goroutines_add, &a->goroutines};
    model_pass_run(&a->pass, &sink, 1, NULL);
    assert_null(a->pass.error.cause);
    analyze_goroutines_finish(&a->goroutines, symbols_of(a));
}

static void done(struct analysed *a)
{
    analyze_goroutines_release(&a->goroutines);
    model_pass_release(&a->pass);
    test_mapping_free(&a->file);
}

/* "Execution time 30, Block time (alpha) 20; total 50". */
static void add_stats(struct base_text *out, const struct analysed *a, const struct analyze_stats *stats)
{
    struct analyze_share shares[ANALYZE_MOST_SHARES];
    size_t count = analyze_stats_shares(&a->goroutines, stats, symbols_of(a), shares);
    for (size_t i = 0; i < count; i++) {
        analyze_share_name(&shares[i], symbols_of(a), out);
        base_text_format(out, " %lld, ", (long long)shares[i].ns);
    }
    for (size_t i = 0; i < stats->ranges_count; i++) {
        const struct analyze_amount *range = &a->goroutines.amounts.at[stats->ranges_first + i];
        base_text_str(out, analyze_amount_name(symbols_of(a), range->name));
        base_text_format(out, " %lld, ", (long long)range->ns);
    }
    base_text_format(out, "total %lld\n", (long long)stats->total_ns);
}

static void render(struct base_text *out, const struct analysed *a)
{
    for (size_t i = 0; i < a->goroutines.by_id.count; i++) {
        const struct analyze_goroutine *g = analyze_goroutine_at(&a->goroutines, i);
        base_text_format(out, "g%d ", (int)g->id.n);
        base_text_str(out, order_string(symbols_of(a), g->name));
        base_text_format(out, " %lld/%lld/%lld: ", (long long)g->creation_ns, (long long)g->start_ns,
                         (long long)g->end_ns);
        add_stats(out, a, &g->stats);
        for (uint32_t j = 0; j < g->regions_count; j++) {
            const struct analyze_region *region = &a->goroutines.regions.at[g->regions_first + j];
            base_text_format(out, "  region %d ", (int)region->task);
            base_text_str(out, order_string(symbols_of(a), region->name));
            base_text_format(out, " %lld-%lld: ", region->has_start ? (long long)region->start_ns : -1,
                             region->has_end ? (long long)region->end_ns : -1);
            add_stats(out, a, &region->stats);
        }
    }
}

static void check(const struct step *steps, const char *expected)
{
    struct analysed a;
    struct base_text text = {0};
    analyse(&a, steps);
    render(&text, &a);
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

/* The trace begins at 1, the first Sync; what is there already has been so since then. */
static void states_add_up(void **state)
{
    static const struct step steps[] = {
        START,
        {1, 120, WIRE_GO_CREATE, {2, K_G, K_F}},
        {1, 150, WIRE_GO_BLOCK, {S_CHAN, K_F}},
        {1, 160, WIRE_GO_START, {2, 1}},
        {1, 200, WIRE_GO_STOP, {S_ALPHA, K_F}},
        {1, 230, WIRE_GO_START, {2, 2}},
        {1, 240, WIRE_GO_UNBLOCK, {1, 1, 0}},
        {1, 300, WIRE_GO_DESTROY},
        {1, 310, WIRE_GO_START, {1, 2}},
        {1, 400, WIRE_HEAP_ALLOC, {5}},
        {0},
    };
    (void)state;
    /* g1: runs 1-150, waits to 240, is runnable to 310, runs to the last Sync at 401. Its name is that of its block's
     * stack. */
    check(steps, "g1 main.f 1/110/0: Block time (chan receive) 90, Execution time 240, Sched wait time 70, total 400\n"
                 "g2 main.g 120/160/300: Execution time 110, Sched wait time 70, total 180\n");
}

static void syscalls(void **state)
{
    static const struct step steps[] = {
        START,
        {1, 120, WIRE_GO_SYSCALL_BEGIN, {1, K_F}},
        {1, 150, WIRE_GO_SYSCALL_END},
        {1, 200, WIRE_GO_SYSCALL_BEGIN, {2, K_F}},
        {2, 260, WIRE_PROC_STEAL, {0, 3, 1}},
        {1, 300, WIRE_GO_SYSCALL_END_BLOCKED},
        {0},
    };
    (void)state;
    /* Syscall 120-150 and 200-260, then without the processor to 300; the rest runnable (1 ns to the last Sync at 301).
     */
    check(steps, "g1 main.f 1/110/0: Execution time 169, Sched wait time 1, Syscall execution time 90, Block time "
                 "(syscall) 40, total 300\n");
}

/* A quirk of the official tool: what is open at the end counts as syscall time as a whole, and the part without a
 * processor as waiting to be scheduled as well. */
static void syscall_at_the_end(void **state)
{
    static const struct step steps[] = {
        START,
        {1, 120, WIRE_GO_SYSCALL_BEGIN, {1, K_F}},
        {2, 150, WIRE_PROC_STEAL, {0, 2, 1}},
        {2, 190, WIRE_PROC_START, {0, 3}},
        {0},
    };
    (void)state;
    check(steps, "g1 main.f 1/110/0: Execution time 119, Sched wait time 41, Syscall execution time 71, total 190\n");
}

static void what_never_ends(void **state)
{
    static const struct step forever[] = {
        START,
        {1, 150, WIRE_GO_BLOCK, {S_FOREVER, K_F}},
        {1, 300, WIRE_HEAP_ALLOC, {5}},
        {0},
    };
    static const struct step waiting[] = {
        {1, 100, WIRE_GO_STATUS_STACK, {5, -1, 4, K_F_G}},
        {1, 200, WIRE_GO_STATUS, {6, -1, 1}},
        {0},
    };
    (void)state;
    /* Blocking for ever counts as the end. */
    check(forever, "g1 main.f 1/110/150: Execution time 149, total 149\n");
    /* What waits at the start waits for no known reason, and goes on until the end. */
    check(waiting, "g5 main.g 1/0/0: Block time () 200, total 200\ng6  1/0/0: Sched wait time 200, total 200\n");
}

static void ranges(void **state)
{
    static const struct step steps[] = {
        START,
        {1, 120, WIRE_STW_BEGIN, {S_ALPHA, K_F}},
        {1, 130, WIRE_STW_END},
        {1, 140, WIRE_GC_MARK_ASSIST_BEGIN, {0}},
        {1, 150, WIRE_GC_MARK_ASSIST_END},
        {1, 160, WIRE_GC_MARK_ASSIST_BEGIN, {0}},
        {1, 175, WIRE_GC_MARK_ASSIST_END},
        {1, 180, WIRE_GC_SWEEP_BEGIN, {0}},
        {1, 190, WIRE_GC_SWEEP_END, {1, 1}},
        {1, 200, WIRE_GC_MARK_ASSIST_BEGIN, {0}},
        {1, 210, WIRE_HEAP_ALLOC, {5}},
        {0},
    };
    (void)state;
    /* The last range is open at the end; times run to the last Sync at 211. */
    check(steps, "g1  1/110/0: Execution time 210, stop-the-world (alpha) 10, GC mark assist 36, GC incremental sweep "
                 "10, total 210\n");
}

static void regions(void **state)
{
    static const struct step steps[] = {
        START,
        {1, 120, WIRE_USER_REGION_BEGIN, {7, S_ALPHA, K_F}},
        {1, 130, WIRE_USER_REGION_BEGIN, {0, S_BETA, K_F}},
        {1, 140, WIRE_GO_BLOCK, {S_CHAN, K_F}},
        {-1, 160, WIRE_GO_UNBLOCK, {1, 1, 0}},
        {1, 170, WIRE_GO_START, {1, 2}},
        {1, 180, WIRE_USER_REGION_END, {0, S_BETA, K_F}},
        {1, 200, WIRE_GO_CREATE, {2, K_G, K_F}},
        {1, 210, WIRE_GO_BLOCK, {S_CHAN, K_F}},
        {1, 220, WIRE_GO_START, {2, 1}},
        {1, 250, WIRE_GO_DESTROY},
        {0},
    };
    (void)state;
    /* g2 was created within the region of task 7, and so inherits that, without a name. */
    check(steps,
          "g1 main.f 1/110/0: Block time (chan receive) 61, Execution time 179, Sched wait time 10, total 250\n"
          "  region 7 alpha 120--1: Block time (chan receive) 61, Execution time 60, Sched wait time 10, total 131\n"
          "  region 0 beta 130-180: Block time (chan receive) 20, Execution time 20, Sched wait time 10, total 50\n"
          "g2 main.g 200/220/250: Execution time 30, Sched wait time 20, total 50\n"
          "  region 7  200-250: Execution time 30, Sched wait time 20, total 50\n");
}

static void regions_that_began_before(void **state)
{
    static const struct step steps[] = {
        START,
        {1, 120, WIRE_USER_REGION_END, {7, S_ALPHA, K_F}},
        {1, 130, WIRE_GO_BLOCK, {S_CHAN, K_F}},
        {0},
    };
    struct analysed a;
    (void)state;
    /* From the beginning of the goroutine: nothing is subtracted. */
    check(steps, "g1 main.f 1/110/0: Block time (chan receive) 1, Execution time 129, total 130\n"
                 "  region 7 alpha -1-120: Execution time 119, total 119\n");
    analyse(&a, steps);
    assert_int_equal(a.goroutines.region_count, 1);
    done(&a);
}

/* Goroutines of C threads use ids again: the last one stands for the id. */
static void ids_of_c_threads(void **state)
{
    static const struct step steps[] = {
        {1, 100, WIRE_PROC_STATUS, {0, 2}},    {1, 110, WIRE_GO_CREATE_SYSCALL, {5}},
        {1, 130, WIRE_GO_DESTROY_SYSCALL},     {1, 200, WIRE_GO_CREATE_SYSCALL, {5}},
        {1, 210, WIRE_GO_SYSCALL_END_BLOCKED}, {1, 220, WIRE_PROC_START, {0, 1}},
        {1, 240, WIRE_GO_START, {5, 1}},       {1, 270, WIRE_GO_SYSCALL_BEGIN, {2, K_F}},
        {1, 290, WIRE_GO_DESTROY_SYSCALL},     {0},
    };
    struct analysed a;
    (void)state;
    /* 200-210 in a syscall; runnable to 240; runs to 270; in a syscall until the processor is given up at 290, and the
     * end at 291. */
    check(steps, "g5 main.f 200/240/291: Execution time 30, Sched wait time 30, Syscall execution time 30, Block time "
                 "(syscall) 1, total 91\n");
    analyse(&a, steps);
    assert_int_equal(a.goroutines.by_id.count, 1);
    done(&a);
}

static void groups(void **state)
{
    static const struct step steps[] = {
        START,
        {1, 120, WIRE_GO_CREATE, {30, K_G, K_F}},
        {1, 130, WIRE_GO_CREATE, {20, K_G, K_F}},
        {1, 150, WIRE_GO_BLOCK, {S_CHAN, K_F}},
        {1, 160, WIRE_GO_START, {20, 1}},
        {1, 360, WIRE_GO_DESTROY},
        {1, 370, WIRE_GO_START, {30, 1}},
        {1, 380, WIRE_GO_DESTROY},
        {0},
    };
    struct analysed a;
    struct analyze_groups groups;
    (void)state;
    analyse(&a, steps);
    analyze_groups_make(&groups, &a.goroutines, symbols_of(&a));
    assert_int_equal(groups.all.count, 2);
    assert_int_equal(groups.exec_ns, 210 + 149);
    const struct analyze_group *g = analyze_groups_find(&groups, symbols_of(&a), BASE_STR("main.g"));
    assert_ptr_equal(g, &groups.all.at[0]);
    assert_int_equal(g->count, 2);
    assert_int_equal(g->exec_ns, 210);
    assert_int_equal(g->sched_wait_ns, 30 + 250);
    assert_int_equal(g->total_ns, 490);
    assert_int_equal(g->unknown_ns, 0);
    const struct analyze_group *f = analyze_groups_find(&groups, symbols_of(&a), BASE_STR("main.f"));
    assert_int_equal(f->block_ns, 231);
    assert_null(analyze_groups_find(&groups, symbols_of(&a), BASE_STR("main.h")));
    analyze_groups_release(&groups);
    done(&a);
}

/* ---- amounts ---- */

static void amounts_are_capped(void **state)
{
    struct analyze_amounts amounts = {0}, copy = {0};
    (void)state;
    for (uint32_t name = 0; name < 3 * ANALYZE_MOST_NAMES; name++)
        *analyze_amount_of(&amounts, name) += 2;
    assert_int_equal(amounts.of.count, ANALYZE_MOST_NAMES + 1);
    assert_int_equal(*analyze_amount_of(&amounts, 5), 2);
    assert_int_equal(*analyze_amount_of(&amounts, ANALYZE_OTHER_NAME), 4 * ANALYZE_MOST_NAMES);
    analyze_amounts_copy(&copy, &amounts);
    *analyze_amount_of(&amounts, 5) += 10;
    *analyze_amount_of(&amounts, 100000) += 1;
    analyze_amounts_subtract(&amounts, &copy);
    assert_int_equal(*analyze_amount_of(&amounts, 5), 10);
    assert_int_equal(*analyze_amount_of(&amounts, 6), 0);
    assert_int_equal(*analyze_amount_of(&amounts, ANALYZE_OTHER_NAME), 1);
    analyze_amounts_release(&amounts);
    analyze_amounts_release(&copy);
}

/* A goroutine with hundreds of reasons: shares fit in what callers set aside, and nothing is lost. */
static void many_reasons(void **state)
{
    enum { REASONS = 300 };
    struct test_trace trace;
    struct analysed a;
    struct analyze_share shares[ANALYZE_MOST_SHARES];
    struct base_error error = BASE_NO_ERROR;
    uint64_t time_ns = 100;
    (void)state;
    test_trace_begin(&trace, WIRE_GO_1_26);
    wire_writer_event(&trace.writer, (thread_id){1}, time_ns++, WIRE_PROC_STATUS, 0, 1);
    wire_writer_event(&trace.writer, (thread_id){1}, time_ns++, WIRE_GO_STATUS, 1, 1, 2);
    for (uint64_t i = 0; i < REASONS; i++) {
        struct base_text reason = {0};
        base_text_format(&reason, "reason %d", (int)i);
        uint64_t id = wire_writer_string(&trace.writer, (struct base_str){reason.data, reason.size});
        wire_writer_event(&trace.writer, (thread_id){1}, time_ns++, WIRE_GO_BLOCK, id, 0);
        wire_writer_event(&trace.writer, (thread_id){1}, time_ns++, WIRE_GO_UNBLOCK, 1, 2 * i + 1, 0);
        wire_writer_event(&trace.writer, (thread_id){1}, time_ns++, WIRE_GO_START, 1, 2 * i + 2);
        base_text_release(&reason);
    }
    a.file = test_trace_finish(&trace);
    assert_true(model_pass_begin(&a.pass, &a.file, &error));
    analyze_goroutines_init(&a.goroutines);
    model_pass_run(&a.pass, &(struct model_sink){analyze_goroutines_add, &a.goroutines}, 1, NULL);
    analyze_goroutines_finish(&a.goroutines, symbols_of(&a));
    const struct analyze_stats *stats = &analyze_goroutine_at(&a.goroutines, 0)->stats;
    size_t count = analyze_stats_shares(&a.goroutines, stats, symbols_of(&a), shares);
    assert_true(count <= ANALYZE_MOST_SHARES);
    int64_t sum = 0, others = 0;
    for (size_t i = 0; i < count; i++) {
        sum += shares[i].ns;
        if (shares[i].part == ANALYZE_BLOCK && shares[i].reason == ANALYZE_OTHER_NAME)
            others = shares[i].ns;
    }
    assert_int_equal(sum, stats->total_ns);
    assert_int_equal(others, REASONS - ANALYZE_MOST_NAMES);
    done(&a);
}

/* ---- profiles ---- */

static void add_profile(struct base_text *out, const struct base_mapping *file, enum analyze_profile_kind kind,
                        const struct analyze_scope *scope)
{
    struct model_pass pass;
    struct analyze_profile profile;
    struct base_error error = BASE_NO_ERROR;
    assert_true(model_pass_begin(&pass, file, &error));
    analyze_profile_init(&profile, kind, scope);
    model_pass_run(&pass, &(struct model_sink){analyze_profile_add, &profile}, 1, NULL);
    analyze_profile_finish(&profile, model_pass_symbols(&pass));
    uint64_t count = 0;
    int64_t ns = 0;
    for (size_t i = 0; i < profile.records.count; i++) {
        const struct analyze_record *record = &profile.records.at[i];
        base_text_format(out, "%s %d times %d:", analyze_profiles[kind].kind, (int)record->count, (int)record->ns);
        for (uint32_t j = 0; j < order_stack_depth(model_pass_symbols(&pass), record->stack); j++)
            base_text_format(out, " %x", (unsigned)order_stack_frame(model_pass_symbols(&pass), record->stack, j)->pc);
        base_text_char(out, '\n');
        count += record->count;
        ns += record->ns;
    }
    assert_int_equal(profile.total_count, count);
    assert_int_equal(profile.total_ns, ns);
    analyze_profile_release(&profile);
    model_pass_release(&pass);
}

static void check_profiles_of(struct base_mapping file, const struct analyze_scope *scope, const char *expected)
{
    struct base_text text = {0};
    for (int kind = 0; kind < ANALYZE_BLOCKING_PROFILES; kind++)
        add_profile(&text, &file, (enum analyze_profile_kind)kind, scope);
    test_assert_text(&text, expected);
    base_text_release(&text);
    test_mapping_free(&file);
}

static void check_profiles(const struct step *steps, const struct analyze_scope *scope, const char *expected)
{
    check_profiles_of(test_write(WIRE_GO_1_26, steps), scope, expected);
}

/* g1 blocks on a channel (100 ns) and the network (70), g2 on sync (50); a syscall of 40; g2 is runnable before it
 * first runs. */
static const struct step blocking[] = {
    START,
    {1, 120, WIRE_GO_CREATE, {2, K_G, K_F}},
    {1, 200, WIRE_GO_BLOCK, {S_CHAN, K_F}},
    {1, 210, WIRE_GO_START, {2, 1}},
    {1, 220, WIRE_USER_REGION_BEGIN, {7, S_ALPHA, K_F_G}},
    {1, 230, WIRE_GO_SYSCALL_BEGIN, {1, K_F_G}},
    {1, 270, WIRE_GO_SYSCALL_END},
    {1, 280, WIRE_USER_REGION_END, {7, S_ALPHA, K_F_G}},
    {1, 300, WIRE_GO_UNBLOCK, {1, 1, K_G}},
    {1, 310, WIRE_GO_BLOCK, {S_SYNC, K_F_G}},
    {1, 320, WIRE_GO_START, {1, 2}},
    {1, 360, WIRE_GO_UNBLOCK, {2, 2, K_G}},
    {1, 400, WIRE_GO_BLOCK, {S_NETWORK, K_F}},
    {1, 410, WIRE_GO_START, {2, 3}},
    {1, 470, WIRE_GO_UNBLOCK, {1, 3, 0}},
    {1, 480, WIRE_GO_BLOCK, {S_ALPHA, K_F}},
    {1, 490, WIRE_GO_START, {1, 4}},
    {1, 500, WIRE_GO_STOP, {0, K_F}},
    {0},
};

static void whole_profiles(void **state)
{
    (void)state;
    /* Runnable: g1 300-320 by the unblocker's stack, 470-490 without one, and not from 500 on (it never ran again); g2
     * 120-210 does not count, for it had not run yet; 360-410 by the unblocker's stack. */
    check_profiles(blocking, NULL,
                   "net 1 times 70: 100\n"
                   "sync 1 times 100: 100\n"
                   "sync 1 times 50: 100 200\n"
                   "syscall 1 times 40: 100 200\n"
                   "sched 2 times 70: 300\n"
                   "sched 1 times 20:\n");
}

static void profiles_of_a_group(void **state)
{
    struct analysed a;
    struct analyze_scope scope;
    (void)state;
    analyse(&a, blocking);
    /* g2 counts from when it first ran. */
    assert_true(analyze_scope_of_group(&scope, &a.goroutines, symbols_of(&a), BASE_STR("main.g"), a.pass.last_ns));
    check_profiles(blocking, &scope, "sync 1 times 50: 100 200\nsyscall 1 times 40: 100 200\nsched 1 times 50: 300\n");
    analyze_scope_release(&scope);
    assert_false(
        analyze_scope_of_group(&scope, &a.goroutines, symbols_of(&a), BASE_STR("main.nothing"), a.pass.last_ns));
    analyze_scope_release(&scope);
    done(&a);
}

static void profiles_within_regions(void **state)
{
    struct analysed a;
    struct analyze_scope scope;
    static const struct {
        struct analyze_region_filter filter;
        bool matches;
    } filters[] = {
        {{0}, true},
        {{.by_type = true, .type = {"alpha", 5}}, true},
        {{.by_type = true, .type = {"beta", 4}}, false},
        {{.by_pc = true, .pc = 0x200}, true}, /* the root frame */
        {{.by_pc = true, .pc = 0x100}, false},
        {{.by_least = true, .least_ns = 60}, true},
        {{.by_least = true, .least_ns = 61}, false},
        {{.by_most = true, .most_ns = 60}, true},
        {{.by_most = true, .most_ns = 59}, false},
    };
    (void)state;
    analyse(&a, blocking);
    for (size_t i = 0; i < COUNT_OF(filters); i++) {
        analyze_scope_of_regions(&scope, &a.goroutines, symbols_of(&a), &filters[i].filter, 1, a.pass.last_ns);
        check_profiles(blocking, &scope, filters[i].matches ? "syscall 1 times 40: 100 200\n" : "");
        analyze_scope_release(&scope);
    }
    done(&a);
}

/* Only the part of a wait that lies within the region counts. */
static void waits_are_cut_at_regions(void **state)
{
    static const struct step steps[] = {
        START,
        {1, 120, WIRE_USER_REGION_BEGIN, {7, S_ALPHA, K_F}},
        {1, 150, WIRE_GO_BLOCK, {S_CHAN, K_F}},
        {-1, 250, WIRE_GO_UNBLOCK, {1, 1, K_G}},
        {1, 260, WIRE_GO_START, {1, 2}},
        {1, 270, WIRE_USER_REGION_END, {7, S_ALPHA, K_F}},
        {1, 300, WIRE_GO_BLOCK, {S_CHAN, K_F}},
        {-1, 400, WIRE_GO_UNBLOCK, {1, 3, K_G}},
        {0},
    };
    struct analyze_scope scope = {0};
    (void)state;
    base_map_set(&scope.entry_by_goroutine, 1, 0);
    *base_vec_add(&scope.entries) = (struct scope_entry){0, 3};
    *base_vec_add(&scope.intervals) = (struct analyze_interval){140, 160};
    *base_vec_add(&scope.intervals) = (struct analyze_interval){200, 230};
    *base_vec_add(&scope.intervals) = (struct analyze_interval){240, 310};
    check_profiles(steps, &scope, "sync 2 times 60: 100\nsched 1 times 10: 300\n");
    analyze_scope_release(&scope);
}

/* Stacks with equal PCs are one, whatever they are called in another generation. */
static void equal_stacks_merge_across_generations(void **state)
{
    static const struct step steps[] = {
        START,
        {1, 120, WIRE_GO_BLOCK, {S_CHAN, K_F}},
        {1, 130, WIRE_GO_UNBLOCK, {1, 1, 0}},
        {1, 140, WIRE_GO_START, {1, 2}},
        {1, 200, STEP_GENERATION},
        {1, 210, WIRE_PROC_STATUS, {0, 1}},
        {1, 220, WIRE_GO_STATUS, {1, 1, 2}},
        {1, 230, WIRE_GO_BLOCK, {S_CHAN, K_F}},
        {1, 260, WIRE_GO_UNBLOCK, {1, 1, 0}},
        {1, 270, WIRE_GO_START, {1, 2}},
        {0},
    };
    (void)state;
    check_profiles(steps, NULL, "sync 2 times 40: 100\nsched 2 times 20:\n");
}

/* A wait goes on over a generation's statuses. */
static void waits_span_generations(void **state)
{
    static const struct step steps[] = {
        START,
        {1, 120, WIRE_GO_BLOCK, {S_CHAN, K_F}},
        {1, 200, STEP_GENERATION},
        {1, 210, WIRE_PROC_STATUS, {0, 1}},
        {-1, 220, WIRE_GO_STATUS, {1, -1, 4}},
        {-1, 260, WIRE_GO_UNBLOCK, {1, 1, 0}},
        {0},
    };
    (void)state;
    check_profiles(steps, NULL, "sync 1 times 140: 100\n");
}

/* Blocking for ever is the end: what comes after it does not count. */
static void nothing_counts_after_the_end(void **state)
{
    static const struct step steps[] = {
        START,
        {1, 120, WIRE_GO_BLOCK, {S_CHAN, K_F}},
        {-1, 130, WIRE_GO_UNBLOCK, {1, 1, K_G}},
        {1, 140, WIRE_GO_START, {1, 2}},
        {1, 150, WIRE_GO_BLOCK, {S_FOREVER, K_F}},
        {-1, 160, WIRE_GO_UNBLOCK, {1, 3, K_G}},
        {1, 190, WIRE_GO_START, {1, 4}},
        {0},
    };
    (void)state;
    check_profiles(steps, NULL, "sync 1 times 10: 100\nsched 1 times 10: 300\n");
}

/* Traces of headers below 1.11 are counted as the tools of their time did. */
static void old_rules(void **state)
{
    static const struct v1_step steps[] = {
        V1_G1_RUNS,
        {0, 14, WIRE_V1_GO_CREATE, {2, K_G, K_F}},
        {0, 20, WIRE_V1_GO_BLOCK_GC, {K_F}},
        {0, 24, WIRE_V1_GO_START_LOCAL, {2}},
        {0, 30, WIRE_V1_GO_UNBLOCK_LOCAL, {1, K_G}},
        {0, 31, WIRE_V1_GO_SYSCALL, {K_F_G}},
        {0, 40, WIRE_V1_GO_BLOCK_RECV, {K_F_G}},
        {0, 42, WIRE_V1_GO_START_LOCAL, {1}},
        {0, 42, WIRE_V1_GO_UNBLOCK_LOCAL, {2}},
        {0, 50, WIRE_V1_GO_SYSCALL, {K_G}},
        {0, 51, WIRE_V1_GO_SYSCALL_BLOCK},
        {0, 52, WIRE_V1_GO_START_LOCAL, {2}},
        {-1, 70, WIRE_V1_GO_SYSCALL_EXIT, {1, 4, 0}},
        {0, 71, WIRE_V1_GO_BLOCK_NET, {K_F}},
        {1, 80, WIRE_V1_GO_UNBLOCK_LOCAL, {2}},
        {0, 90, WIRE_V1_GO_START_LOCAL, {1}},
        {0, 90, WIRE_V1_GO_BLOCK_SYNC, {K_F_G}},
        {1, 90, WIRE_V1_GO_UNBLOCK_LOCAL, {1, K_F}},
        {0},
    };
    (void)state;
    /* Waiting for the collector counts as waiting for others; a syscall only if the goroutine left its processor (it
     * did at 51, not at 31), and all of it; waiting to run also before the first run (14-24), but not where nobody
     * knows the stack (42-52, 70-90). Times are those written: the wait from 90 to 90 took none. */
    check_profiles_of(v1_write(10, steps), NULL,
                      "net 1 times 9: 100\n"
                      "sync 1 times 10: 100\n"
                      "sync 1 times 2: 100 200\n"
                      "syscall 1 times 20: 300\n"
                      "sched 1 times 12: 300\n"
                      "sched 1 times 10: 100\n");
    /* The same by today's rules: the unblock of 42 comes at 43, and that of 90 at 92, 1 ns after the block. */
    check_profiles_of(v1_write(11, steps), NULL,
                      "net 1 times 9: 100\n"
                      "sync 2 times 4: 100 200\n"
                      "syscall 1 times 20: 300\n"
                      "syscall 1 times 1: 100 200\n"
                      "sched 2 times 29:\n"
                      "sched 1 times 12: 300\n");
}

static void kinds_of_profiles(void **state)
{
    (void)state;
    assert_int_equal(analyze_profile_kind_of("net"), ANALYZE_NET);
    assert_int_equal(analyze_profile_kind_of("sched"), ANALYZE_SCHED);
    assert_int_equal(analyze_profile_kind_of(""), ANALYZE_PROFILE_KINDS);
    assert_int_equal(analyze_profile_kind_of("Net"), ANALYZE_PROFILE_KINDS);
}

/* The examples: each goroutine's parts add up to its total, and regions lie within the trace. */
static void examples_add_up(void **state)
{
    static const char *const paths[] = {"examples/daisy.trace", "examples/workerpool.trace",
                                        "examples/contention.trace"};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(paths); i++) {
        struct analysed a;
        struct base_error error = BASE_NO_ERROR;
        a.file = test_map_source(paths[i]);
        assert_true(model_pass_begin(&a.pass, &a.file, &error));
        analyze_goroutines_init(&a.goroutines);
        model_pass_run(&a.pass, &(struct model_sink){analyze_goroutines_add, &a.goroutines}, 1, NULL);
        analyze_goroutines_finish(&a.goroutines, symbols_of(&a));
        assert_true(a.goroutines.by_id.count > 2);
        for (size_t j = 0; j < a.goroutines.by_id.count; j++) {
            struct analyze_share shares[ANALYZE_MOST_SHARES];
            const struct analyze_goroutine *g = analyze_goroutine_at(&a.goroutines, j);
            size_t count = analyze_stats_shares(&a.goroutines, &g->stats, symbols_of(&a), shares);
            int64_t sum = 0;
            for (size_t k = 0; k < count; k++)
                sum += shares[k].ns;
            assert_int_equal(sum, g->stats.total_ns);
            assert_true(j == 0 || analyze_goroutine_at(&a.goroutines, j - 1)->id.n < g->id.n);
        }
        analyze_goroutines_release(&a.goroutines);
        model_pass_release(&a.pass);
        base_os_unmap(&a.file);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(states_add_up),
        cmocka_unit_test(syscalls),
        cmocka_unit_test(syscall_at_the_end),
        cmocka_unit_test(what_never_ends),
        cmocka_unit_test(ranges),
        cmocka_unit_test(regions),
        cmocka_unit_test(regions_that_began_before),
        cmocka_unit_test(ids_of_c_threads),
        cmocka_unit_test(groups),
        cmocka_unit_test(amounts_are_capped),
        cmocka_unit_test(many_reasons),
        cmocka_unit_test(whole_profiles),
        cmocka_unit_test(profiles_of_a_group),
        cmocka_unit_test(profiles_within_regions),
        cmocka_unit_test(waits_are_cut_at_regions),
        cmocka_unit_test(equal_stacks_merge_across_generations),
        cmocka_unit_test(waits_span_generations),
        cmocka_unit_test(nothing_counts_after_the_end),
        cmocka_unit_test(old_rules),
        cmocka_unit_test(kinds_of_profiles),
        cmocka_unit_test(examples_add_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
