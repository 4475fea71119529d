#include "support.h"

#include "base/index.h"
#include "base/map.h"
#include "base/number.h"
#include "base/sort.h"
#include "base/unicode.h"

#include <stdlib.h>
#include <time.h>

/* ---- numbers ---- */

static void numbers_that_do_not_fit(void **state)
{
    (void)state;
    assert_int_equal(base_i64_of(-1.9), -1);
    assert_int_equal(base_i64_of(4503599627370496.5), 4503599627370496);
    assert_true(base_i64_of(9223372036854775807.0) == INT64_MAX);
    assert_true(base_i64_of(9223372036854774784.0) == INT64_MAX - 1023);
    assert_true(base_i64_of(-9223372036854775808.0) == INT64_MIN);
    assert_true(base_i64_of(-1e300) == INT64_MIN);
    assert_true(base_i64_of(0.0 / 0.0) == INT64_MIN);
    assert_true(base_i64_sum(INT64_MAX - 1, 2) == INT64_MAX);
    assert_true(base_i64_sum(INT64_MIN, -1) == INT64_MIN);
    assert_true(base_i64_sum(INT64_MIN, INT64_MAX) == -1);
}

/* ---- sorting ---- */

struct item {
    uint32_t key, number;
};

static bool key_before(const void *a, const void *b, void *context)
{
    (void)context;
    return ((const struct item *)a)->key < ((const struct item *)b)->key;
}

static void fill(struct item *items, size_t count, uint32_t kinds, struct test_random *random, int pattern)
{
    for (size_t i = 0; i < count; i++) {
        uint32_t key = (uint32_t)test_random_below(random, kinds);
        if (pattern == 1)
            key = (uint32_t)i;
        if (pattern == 2)
            key = (uint32_t)(count - i);
        if (pattern == 3 && i % 10)
            key = (uint32_t)i;
        if (pattern == 4)
            key = (uint32_t)(i < count / 2 ? i : count - i);
        items[i] = (struct item){key, (uint32_t)i};
    }
}

static void sorts_sort(void **state)
{
    enum { MOST = 3000 };
    static struct item items[MOST], again[MOST];
    static bool seen[MOST];
    struct test_random random = {3};
    (void)state;
    for (int round = 0; round < 400; round++) {
        size_t count = test_random_below(&random, round % 4 ? 80 : MOST);
        uint32_t kinds = (uint32_t)(1 + test_random_below(&random, round % 3 ? 10 : 100000));
        fill(items, count, kinds, &random, round % 5);
        memcpy(again, items, sizeof items);
        base_sort_go(items, count, sizeof *items, key_before, NULL);
        base_sort_go(again, count, sizeof *again, key_before, NULL);
        assert_memory_equal(items, again, count * sizeof *items);
        memset(seen, 0, sizeof seen);
        for (size_t i = 0; i < count; i++) {
            assert_true(i == 0 || items[i - 1].key <= items[i].key);
            assert_false(seen[items[i].number]);
            seen[items[i].number] = true;
        }
        fill(items, count, kinds, &random, round % 5);
        base_sort_stable(items, count, sizeof *items, key_before, NULL);
        for (size_t i = 1; i < count; i++)
            assert_true(items[i - 1].key < items[i].key ||
                        (items[i - 1].key == items[i].key && items[i - 1].number < items[i].number));
    }
}

/* Up to twelve elements it is an insertion sort, which is stable. All-equal input of any length stays as it is (it
 * looks sorted), and so does sorted input; input that falls is turned round. */
static void go_sort_where_its_result_is_known(void **state)
{
    struct item items[200];
    struct test_random random = {5};
    (void)state;
    for (int round = 0; round < 100; round++) {
        size_t count = test_random_below(&random, 13);
        fill(items, count, 3, &random, 0);
        base_sort_go(items, count, sizeof *items, key_before, NULL);
        for (size_t i = 1; i < count; i++)
            assert_true(items[i - 1].key < items[i].key || items[i - 1].number < items[i].number);
    }
    for (size_t count = 0; count <= COUNT_OF(items); count++) {
        fill(items, count, 1, &random, 0);
        base_sort_go(items, count, sizeof *items, key_before, NULL);
        for (size_t i = 0; i < count; i++)
            assert_int_equal(items[i].number, i);
        fill(items, count, 1, &random, 2);
        base_sort_go(items, count, sizeof *items, key_before, NULL);
        for (size_t i = 0; i < count; i++)
            assert_int_equal(items[i].number, count - 1 - i);
    }
}

/* An independent reading of go-trace-ordering.md, appendix A, on numbers: keys are compared without their lowest byte.
 */
static bool oracle_less(const uint64_t *d, size_t a, size_t b)
{
    return d[a] >> 8 < d[b] >> 8;
}

static void oracle_swap(uint64_t *d, size_t a, size_t b)
{
    uint64_t t = d[a];
    d[a] = d[b];
    d[b] = t;
}

static int bits(size_t n)
{
    return n ? 1 + bits(n / 2) : 0;
}

static size_t oracle_median(const uint64_t *d, size_t x, size_t y, size_t z, int *swaps)
{
    size_t v[3] = {x, y, z};
    static const int pairs[3][2] = {{0, 1}, {1, 2}, {0, 1}};
    for (int i = 0; i < 3; i++) {
        int a = pairs[i][0], b = pairs[i][1];
        if (oracle_less(d, v[b], v[a])) {
            size_t t = v[a];
            v[a] = v[b];
            v[b] = t;
            ++*swaps;
        }
    }
    return v[1];
}

static size_t oracle_pivot(const uint64_t *d, size_t a, size_t b, int *hint)
{
    size_t l = b - a, i = a + l / 4, j = a + l / 4 * 2, k = a + l / 4 * 3;
    int swaps = 0;
    if (l >= 8) {
        if (l >= 50) {
            i = oracle_median(d, i - 1, i, i + 1, &swaps);
            j = oracle_median(d, j - 1, j, j + 1, &swaps);
            k = oracle_median(d, k - 1, k, k + 1, &swaps);
        }
        j = oracle_median(d, i, j, k, &swaps);
    }
    *hint = swaps == 0 ? 1 : swaps == 12 ? -1 : 0;
    return j;
}

static bool oracle_partial(uint64_t *d, size_t a, size_t b)
{
    size_t i = a + 1;
    for (int step = 0; step < 5; step++) {
        while (i < b && !oracle_less(d, i, i - 1))
            i++;
        if (i == b)
            return true;
        if (b - a < 50)
            return false;
        oracle_swap(d, i, i - 1);
        if (i - a >= 2)
            for (size_t j = i - 1; j >= 1 && oracle_less(d, j, j - 1); j--)
                oracle_swap(d, j, j - 1);
        if (b - i >= 2)
            for (size_t j = i + 1; j < b && oracle_less(d, j, j - 1); j++)
                oracle_swap(d, j, j - 1);
    }
    return false;
}

static size_t oracle_partition(uint64_t *d, size_t a, size_t b, size_t pivot, bool *already)
{
    size_t i = a + 1, j = b - 1;
    oracle_swap(d, a, pivot);
    *already = true;
    for (;;) {
        while (i <= j && oracle_less(d, i, a))
            i++;
        while (i <= j && !oracle_less(d, j, a))
            j--;
        if (i > j)
            break;
        *already = false;
        oracle_swap(d, i++, j--);
    }
    oracle_swap(d, j, a);
    return j;
}

static size_t oracle_partition_equal(uint64_t *d, size_t a, size_t b, size_t pivot)
{
    size_t i = a + 1, j = b - 1;
    oracle_swap(d, a, pivot);
    for (;;) {
        while (i <= j && !oracle_less(d, a, i))
            i++;
        while (i <= j && oracle_less(d, a, j))
            j--;
        if (i > j)
            return i;
        oracle_swap(d, i++, j--);
    }
}

static void oracle_break_patterns(uint64_t *d, size_t a, size_t n)
{
    uint64_t r = n;
    size_t m = (size_t)1 << bits(n);
    for (size_t i = 0; n >= 8 && i < 3; i++) {
        r ^= r << 13;
        r ^= r >> 7;
        r ^= r << 17;
        size_t o = r & (m - 1);
        oracle_swap(d, a + n / 4 * 2 - 1 + i, a + (o >= n ? o - n : o));
    }
}

static void oracle_down(uint64_t *d, size_t root, size_t n, size_t a)
{
    for (size_t child; (child = 2 * root + 1) < n; root = child) {
        if (child + 1 < n && oracle_less(d, a + child, a + child + 1))
            child++;
        if (!oracle_less(d, a + root, a + child))
            return;
        oracle_swap(d, a + root, a + child);
    }
}

static void oracle_sort(uint64_t *d, size_t a, size_t b, int limit)
{
    bool balanced = true, partitioned = true;
    for (;;) {
        size_t n = b - a;
        int hint;
        if (n <= 12) {
            for (size_t i = a + 1; i < b; i++)
                for (size_t j = i; j > a && oracle_less(d, j, j - 1); j--)
                    oracle_swap(d, j, j - 1);
            return;
        }
        if (!limit) {
            for (size_t i = (n - 1) / 2 + 1; i-- > 0;)
                oracle_down(d, i, n, a);
            for (size_t i = n; i-- > 0;) {
                oracle_swap(d, a, a + i);
                oracle_down(d, 0, i, a);
            }
            return;
        }
        if (!balanced) {
            oracle_break_patterns(d, a, n);
            limit--;
        }
        size_t pivot = oracle_pivot(d, a, b, &hint);
        if (hint < 0) {
            for (size_t i = a, j = b - 1; i < j; i++, j--)
                oracle_swap(d, i, j);
            pivot = b - 1 - (pivot - a);
            hint = 1;
        }
        if (balanced && partitioned && hint > 0 && oracle_partial(d, a, b))
            return;
        if (a > 0 && !oracle_less(d, a - 1, pivot)) {
            a = oracle_partition_equal(d, a, b, pivot);
            continue;
        }
        size_t mid = oracle_partition(d, a, b, pivot, &partitioned);
        if (mid - a < b - mid) {
            balanced = mid - a >= n / 8;
            oracle_sort(d, a, mid, limit);
            a = mid + 1;
        } else {
            balanced = b - mid >= n / 8;
            oracle_sort(d, mid + 1, b, limit);
            b = mid;
        }
    }
}

static bool upper_before(const void *a, const void *b, void *context)
{
    (void)context;
    return *(const uint64_t *)a >> 8 < *(const uint64_t *)b >> 8;
}

static void go_sort_against_its_description(void **state)
{
    enum { MOST = 2000 };
    static uint64_t items[MOST], expected[MOST];
    struct test_random random = {11};
    (void)state;
    for (int round = 0; round < 3000; round++) {
        size_t count = test_random_below(&random, round % 10 ? 150 : MOST);
        uint64_t kinds = 1 + test_random_below(&random, round % 2 ? 6 : 5000);
        for (size_t i = 0; i < count; i++) {
            uint64_t key = test_random_below(&random, kinds);
            if (round % 5 == 1) /* nearly sorted */
                key = test_random_below(&random, 20) ? i : key;
            if (round % 5 == 2) /* an organ pipe */
                key = i < count / 2 ? i : count - i;
            if (round % 5 == 3) /* one element falls out of the order again and again */
                key = i * 7 % (kinds + 3);
            items[i] = key << 8 | (i & 0xff);
        }
        memcpy(expected, items, sizeof items);
        oracle_sort(expected, 0, count, bits(count));
        base_sort_go(items, count, sizeof *items, upper_before, NULL);
        assert_memory_equal(items, expected, count * sizeof *items);
    }
}

/* ---- errors and files ---- */

static void the_first_cause_is_kept(void **state)
{
    struct base_error error = BASE_NO_ERROR;
    struct base_text text = {0};
    (void)state;
    assert_false(base_fail(&error, "first %d", 1));
    assert_false(base_fail(&error, "second"));
    base_error_describe(&error, &text);
    test_assert_text(&text, "first 1");
    base_error_place(&error, 0, 0, NO_THREAD, 9);
    base_error_place(&error, 1, 2, (thread_id){3}, 4);
    text.size = 0;
    base_error_describe(&error, &text);
    test_assert_text(&text, "first 1 (byte 9)");
    base_error_release(&error);
    assert_null(error.cause);
    base_text_release(&text);
}

static void files_that_cannot_be_mapped(void **state)
{
    struct base_mapping mapping;
    struct base_error error = BASE_NO_ERROR;
    (void)state;
    assert_false(base_os_map("/nowhere/at/all", &mapping, &error));
    assert_string_equal(error.cause, "No such file or directory");
    base_error_release(&error);
    assert_false(base_os_map("/", &mapping, &error));
    assert_string_equal(error.cause, "is a directory");
    base_error_release(&error);
    assert_false(base_os_map("/dev/null", &mapping, &error));
    assert_string_equal(error.cause, "is not a regular file");
    base_error_release(&error);
}

static void arena_memory_is_aligned_and_apart(void **state)
{
    struct base_arena arena = {0};
    char *pieces[200];
    (void)state;
    for (size_t i = 0; i < COUNT_OF(pieces); i++) {
        size_t size = i % 7 ? i : i * 5000;
        pieces[i] = base_arena_alloc(&arena, size);
        assert_int_equal((uintptr_t)pieces[i] % 8, 0);
        memset(pieces[i], (int)i, size);
    }
    for (size_t i = 1; i < COUNT_OF(pieces); i++) {
        assert_int_equal((unsigned char)pieces[i][0], i);
        assert_int_equal((unsigned char)pieces[i][(i % 7 ? i : i * 5000) - 1], i);
    }
    base_arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_that_do_not_fit),           cmocka_unit_test(sorts_sort),
        cmocka_unit_test(go_sort_where_its_result_is_known), cmocka_unit_test(go_sort_against_its_description),
        cmocka_unit_test(the_first_cause_is_kept),           cmocka_unit_test(files_that_cannot_be_mapped),
        cmocka_unit_test(arena_memory_is_aligned_and_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
