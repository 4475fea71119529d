/* What is read of a trace does not depend on the number of threads, whole or damaged. */
#include "salvage.h"

#include "base/threads.h"

static const enum wire_version versions[] = {WIRE_GO_1_22, WIRE_GO_1_25, WIRE_GO_1_26};
static const unsigned thread_counts[] = {2, 3, 8};

static void assert_same(const struct salvaged *a, const struct salvaged *b, const char *what, size_t which,
                        unsigned threads)
{
    bool same = a->failed == b->failed && a->events == b->events && a->generations == b->generations &&
                a->gaps == b->gaps && a->text.size == b->text.size && a->losses.size == b->losses.size &&
                (!a->text.size || memcmp(a->text.data, b->text.data, a->text.size) == 0) &&
                (!a->losses.size || memcmp(a->losses.data, b->losses.data, a->losses.size) == 0) &&
                (!a->failed || strcmp(a->error, b->error) == 0);
    if (!same)
        fail_msg("%s %zu: one thread: %zu events, %zu generations: %s; %u threads: %zu events, %zu generations: %s",
                 what, which, a->events, a->generations, a->losses.size ? a->losses.data : "", threads, b->events,
                 b->generations, b->losses.size ? b->losses.data : "");
}

static void check_all_alike(const struct base_mapping *file, const char *what, size_t which)
{
    static const enum order_on_damage ways[] = {ORDER_GO_ON, ORDER_STOP_AT_DAMAGE};
    for (size_t w = 0; w < COUNT_OF(ways); w++) {
        base_threads_set(1);
        struct salvaged alone = salvage(file, ways[w], true);
        for (size_t t = 0; t < COUNT_OF(thread_counts); t++) {
            base_threads_set(thread_counts[t]);
            struct salvaged together = salvage(file, ways[w], true);
            assert_same(&alone, &together, what, which, thread_counts[t]);
            salvaged_release(&together);
        }
        salvaged_release(&alone);
    }
    base_threads_set(0);
}

static void whole_traces(void **state)
{
    (void)state;
    for (size_t v = 0; v < COUNT_OF(versions); v++) {
        for (int generations = 1; generations < 12; generations++) {
            struct base_mapping file = write_generations(versions[v], generations);
            check_all_alike(&file, "generations", (size_t)generations);
            test_mapping_free(&file);
        }
    }
}

static void damaged_traces(void **state)
{
    struct test_random random = {20261121};
    (void)state;
    for (size_t round = 0; round < 200; round++) {
        struct base_mapping file = write_generations(versions[round % COUNT_OF(versions)], 6);
        for (uint64_t left = 1 + test_random_below(&random, 3); left; left--)
            bytes_of(&file)[WIRE_HEADER_BYTES + test_random_below(&random, file.size - WIRE_HEADER_BYTES)] =
                (uint8_t)test_random_below(&random, 256);
        check_all_alike(&file, "round", round);
        test_mapping_free(&file);
    }
}

/* What a generation begins with is not what its events let one presume. */
static void presumptions_that_fail(void **state)
{
    static const struct {
        struct step steps[24];
        const char *expected;
    } cases[] = {
        /* A processor in a syscall across the seam is stolen in the next generation: that it is abandoned is not true.
         */
        {{{1, 10, WIRE_PROC_STATUS, {0, 1}},
          {1, 11, WIRE_GO_STATUS, {1, 1, 2}},
          {2, 12, WIRE_PROC_STATUS, {1, 1}},
          {1, 20, WIRE_GO_SYSCALL_BEGIN, {1, K_F}},
          {0, 30, STEP_GENERATION, {0}},
          {2, 40, WIRE_PROC_STATUS, {1, 1}},
          {2, 41, WIRE_PROC_STATUS, {0, 4}},
          {2, 42, WIRE_PROC_STEAL, {0, 1, 1}},
          {1, 50, WIRE_GO_STATUS, {1, 1, 3}},
          {1, 51, WIRE_GO_SYSCALL_END_BLOCKED, {0}},
          {0}},
         "M=1 P=-1 G=-1 10: ProcID=0 Undetermined->Running\n"
         "M=1 P=0 G=-1 11: GoID=1 Undetermined->Running\n"
         "M=2 P=-1 G=-1 12: ProcID=1 Undetermined->Running\n"
         "M=1 P=0 G=1 20: GoID=1 Running->Syscall\n"
         "M=2 P=1 G=-1 40: ProcID=1 Running->Running\n"
         "M=1 P=0 G=1 41: ProcID=0 Running->Running\n"
         "M=2 P=1 G=-1 42: ProcID=0 Running->Idle\n"
         "M=1 P=-1 G=1 50: GoID=1 Syscall->Syscall\n"
         "M=1 P=-1 G=1 51: GoID=1 Syscall->Runnable\n"},
        /* The thread still runs a goroutine that the next generation says nothing of until it stops. */
        {{{1, 10, WIRE_PROC_STATUS, {0, 1}},
          {1, 11, WIRE_GO_STATUS, {1, 1, 2}},
          {0, 30, STEP_GENERATION, {0}},
          {1, 40, WIRE_PROC_STATUS, {0, 1}},
          {1, 41, WIRE_GO_CREATE, {7, K_G, K_F}},
          {1, 42, WIRE_GO_STOP, {S_ALPHA, K_F}},
          {1, 43, WIRE_GO_START, {7, 1}},
          {0}},
         "M=1 P=-1 G=-1 10: ProcID=0 Undetermined->Running\n"
         "M=1 P=0 G=-1 11: GoID=1 Undetermined->Running\n"
         "M=1 P=0 G=1 40: ProcID=0 Running->Running\n"
         "M=1 P=0 G=1 41: GoID=7 NotExist->Runnable\n"
         "M=1 P=0 G=1 42: GoID=1 Running->Runnable Reason=\"alpha\"\n"
         "M=1 P=0 G=-1 43: GoID=7 Runnable->Running\n"},
        /* A goroutine of that id is there already. */
        {{{1, 10, WIRE_PROC_STATUS, {0, 1}},
          {1, 11, WIRE_GO_STATUS, {1, 1, 2}},
          {0, 30, STEP_GENERATION, {0}},
          {1, 40, WIRE_PROC_STATUS, {0, 1}},
          {1, 41, WIRE_GO_CREATE, {1, K_G, K_F}},
          {0}},
         "M=1 P=-1 G=-1 10: ProcID=0 Undetermined->Running\n"
         "M=1 P=0 G=-1 11: GoID=1 Undetermined->Running\n"
         "M=1 P=0 G=1 40: ProcID=0 Running->Running\n"
         "error: tried to create goroutine (1) that already exists\n"},
        /* The collector is not where its next event would have it. */
        {{{1, 10, WIRE_PROC_STATUS, {0, 1}},
          {1, 11, WIRE_GO_STATUS, {1, 1, 2}},
          {1, 12, WIRE_GC_BEGIN, {5, K_F}},
          {1, 13, WIRE_GC_END, {6}},
          {0, 30, STEP_GENERATION, {0}},
          {1, 40, WIRE_PROC_STATUS, {0, 1}},
          {1, 41, WIRE_GO_STATUS, {1, 1, 2}},
          {1, 42, WIRE_GC_END, {7}},
          {0}},
         NULL},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct base_mapping file = test_write(WIRE_GO_1_26, cases[i].steps);
        for (unsigned threads = 1; threads <= 4; threads++) {
            struct base_text text = {0};
            base_threads_set(threads);
            test_render(&file, &text);
            if (cases[i].expected)
                test_assert_text(&text, cases[i].expected);
            base_text_release(&text);
        }
        check_all_alike(&file, "case", i);
        test_mapping_free(&file);
    }
    base_threads_set(0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_traces),
        cmocka_unit_test(damaged_traces),
        cmocka_unit_test(presumptions_that_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
