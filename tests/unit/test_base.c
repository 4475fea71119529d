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

/* ---- map ---- */

struct indexed {
    uint64_t key;
    int more;
};

/* Random operations beside an array that remembers everything; few keys, so that removals and runs of full places meet.
 */
static void map_against_an_array(void **state)
{
    enum { KEYS = 300, OPERATIONS = 200000 };
    struct test_random random = {7};
    struct base_map map = {0};
    uint64_t keys[KEYS];
    uint32_t values[KEYS];
    size_t present = 0;
    (void)state;
    for (int i = 0; i < KEYS; i++) {
        keys[i] = i < 100 ? (uint64_t)i : i < 200 ? UINT64_MAX - (uint64_t)i : (uint64_t)i << 32;
        values[i] = BASE_MAP_NONE;
    }
    for (int i = 0; i < OPERATIONS; i++) {
        size_t key = test_random_below(&random, KEYS);
        /* Phases in which the map grows, and in which it shrinks. */
        if (test_random_below(&random, 10) < (i / 20000 % 2 ? 2u : 7u)) {
            present += values[key] == BASE_MAP_NONE;
            values[key] = (uint32_t)test_random_below(&random, BASE_MAP_NONE);
            base_map_set(&map, keys[key], values[key]);
        } else {
            present -= values[key] != BASE_MAP_NONE;
            values[key] = BASE_MAP_NONE;
            base_map_remove(&map, keys[key]);
        }
        size_t other = test_random_below(&random, KEYS);
        assert_int_equal(base_map_find(&map, keys[key]), values[key]);
        assert_int_equal(base_map_find(&map, keys[other]), values[other]);
        assert_int_equal(map.count, present);
    }
    for (int i = 0; i < KEYS; i++)
        assert_int_equal(base_map_find(&map, keys[i]), values[i]);
    base_map_release(&map);
}

static void empty_map(void **state)
{
    struct base_map map = {0};
    (void)state;
    assert_int_equal(base_map_find(&map, 0), BASE_MAP_NONE);
    base_map_remove(&map, 0);
    base_map_set(&map, UINT64_MAX, 0);
    assert_int_equal(base_map_find(&map, UINT64_MAX), 0);
    base_map_remove(&map, 5);
    base_map_remove(&map, UINT64_MAX);
    assert_int_equal(base_map_find(&map, UINT64_MAX), BASE_MAP_NONE);
    base_map_release(&map);
}

/* Random additions and removals; slots are used again, and some keys differ in their highest bits only. */
static void index_against_an_array(void **state)
{
    enum { SLOTS = 3000, OPERATIONS = 300000 };
    struct test_random random = {11};
    struct base_index index = {0}, copy = {0};
    BASE_VEC(struct indexed) things = {0};
    bool present[SLOTS] = {0};
    size_t count = 0;
    (void)state;
    for (uint32_t i = 0; i < SLOTS; i++)
        *base_vec_add(&things) = (struct indexed){i < 1000 ? i : i < 2000 ? UINT64_MAX - i : (uint64_t)i << 40, 0};
    for (int i = 0; i < OPERATIONS; i++) {
        uint32_t slot = (uint32_t)test_random_below(&random, 1 + (uint64_t)i * SLOTS / OPERATIONS);
        /* Phases in which it grows, and in which it shrinks. */
        bool add = test_random_below(&random, 10) < (i / 30000 % 2 ? 2u : 7u);
        if (add && !present[slot])
            base_index_add(&index, BASE_INDEX_KEYS(&things), slot);
        else if (!add)
            base_index_remove(&index, BASE_INDEX_KEYS(&things), slot);
        count += (add && !present[slot]);
        count -= (!add && present[slot]);
        present[slot] = add;
        uint32_t other = (uint32_t)test_random_below(&random, SLOTS);
        assert_int_equal(base_index_find(&index, BASE_INDEX_KEYS(&things), things.at[slot].key),
                         add ? slot : BASE_INDEX_NONE);
        assert_int_equal(base_index_find(&index, BASE_INDEX_KEYS(&things), things.at[other].key),
                         present[other] ? other : BASE_INDEX_NONE);
        assert_int_equal(index.count, count);
    }
    base_index_copy(&copy, &index);
    base_index_release(&index);
    for (uint32_t i = 0; i < SLOTS; i++)
        assert_int_equal(base_index_find(&copy, BASE_INDEX_KEYS(&things), things.at[i].key),
                         present[i] ? i : BASE_INDEX_NONE);
    base_index_release(&copy);
    base_vec_release(&things);
}

/* Four bytes for each of at most 4/3 places a key, rounded up to a power of two. */
static void index_of_many(void **state)
{
    enum { MANY = 3 << 17 };
    struct base_index index = {0};
    struct indexed *things = base_zalloc(MANY, sizeof *things);
    const struct base_index_keys keys = {things, sizeof *things};
    (void)state;
    for (uint32_t slot = 0; slot < MANY; slot++) {
        things[slot].key = slot * UINT64_C(7) + 1;
        base_index_add(&index, keys, slot);
    }
    assert_int_equal(index.mask + 1, 1 << 19);
    for (uint32_t slot = 0; slot < MANY; slot += 2)
        base_index_remove(&index, keys, slot);
    for (uint32_t slot = 0; slot < MANY; slot++)
        if (base_index_find(&index, keys, things[slot].key) != (slot % 2 ? slot : BASE_INDEX_NONE))
            fail_msg("slot %u", slot);
    base_index_release(&index);
    free(things);
}

/* The last slot of a table with all bits of the hash set would look like a free place. */
static void index_of_large_slots(void **state)
{
    struct base_index index = {0};
    struct indexed *things = base_zalloc(70000, sizeof *things);
    const struct base_index_keys keys = {things, sizeof *things};
    (void)state;
    assert_int_equal(base_index_find(&index, keys, 0), BASE_INDEX_NONE);
    base_index_remove(&index, keys, 0);
    for (uint32_t slot = 1; slot < 70000; slot = slot * 2 + 1) {
        things[slot].key = slot;
        base_index_add(&index, keys, slot);
        assert_true(index.mask > slot);
        for (uint32_t i = 1; i <= slot; i = i * 2 + 1)
            assert_int_equal(base_index_find(&index, keys, i), i);
    }
    base_index_remove(&index, keys, 2);
    assert_int_equal(index.count, 16);
    base_index_release(&index);
    free(things);
}

static void hashes_depend_on_every_byte(void **state)
{
    char bytes[40] = {0};
    (void)state;
    for (size_t size = 1; size <= sizeof bytes; size++) {
        uint64_t hash = base_hash_bytes(bytes, size);
        for (size_t i = 0; i < size; i++) {
            bytes[i] = 1;
            assert_true(base_hash_bytes(bytes, size) != hash);
            bytes[i] = 0;
        }
        assert_true(base_hash_bytes(bytes, size - 1) != hash);
    }
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

/* ---- text ---- */

static void numbers(void **state)
{
    struct base_text text = {0};
    (void)state;
    base_text_u64(&text, 0);
    base_text_char(&text, ' ');
    base_text_u64(&text, UINT64_MAX);
    base_text_char(&text, ' ');
    base_text_i64(&text, INT64_MIN);
    base_text_char(&text, ' ');
    base_text_i64(&text, -1);
    base_text_char(&text, ' ');
    base_text_hex(&text, 0);
    base_text_char(&text, ' ');
    base_text_hex(&text, 0xdeadbeef00);
    base_text_format(&text, " %d%s", 5, "x");
    test_assert_text(&text, "0 18446744073709551615 -9223372036854775808 -1 0 deadbeef00 5x");
    base_text_release(&text);
}

static void durations(void **state)
{
    static const struct {
        int64_t ns;
        const char *text, *brief;
    } cases[] = {
        {0, "0s", "0s"},
        {1, "1ns", "1ns"},
        {999, "999ns", "999ns"},
        {1000, "1\xc2\xb5s", "1.00\xc2\xb5s"},
        {1100, "1.1\xc2\xb5s", "1.10\xc2\xb5s"},
        {999999, "999.999\xc2\xb5s", "1.00ms"},
        {1500000, "1.5ms", "1.50ms"},
        {12345678, "12.345678ms", "12.3ms"},
        {999999999, "999.999999ms", "1.00s"},
        {1000000000, "1s", "1.00s"},
        {61000000001, "1m1.000000001s", "61.0s"},
        {123000000000, "2m3s", "123s"},
        {3600000000000, "1h0m0s", "3600s"},
        {INT64_MAX, "2562047h47m16.854775807s", "9223372037s"},
        {INT64_MIN, "-2562047h47m16.854775808s", "-9223372037s"},
        {-1500000, "-1.5ms", "-1.50ms"},
        {-1, "-1ns", "-1ns"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct base_text text = {0};
        base_text_duration(&text, cases[i].ns);
        test_assert_text(&text, cases[i].text);
        text.size = 0;
        base_text_duration_short(&text, cases[i].ns);
        test_assert_text(&text, cases[i].brief);
        base_text_release(&text);
    }
}

static void durations_are_read(void **state)
{
    static const struct {
        const char *text;
        int64_t ns;
    } good[] = {
        {"0", 0},
        {"+0", 0},
        {"-0", 0},
        {"5ns", 5},
        {"100us", 100000},
        {"100\xc2\xb5s", 100000},
        {"100\xce\xbcs", 100000},
        {"-2ms", -2000000},
        {"+2ms", 2000000},
        {"1h2m3.5s", 3723500000000},
        {".5s", 500000000},
        {"1.s", 1000000000},
        {"1.000000001s", 1000000001},
        {"4.35s", 4350000000},
        {"0.1s0.2s", 300000000},
        {"2562047h47m16.854775807s", INT64_MAX},
    };
    static const char *const bad[] = {
        "",      "-",    "+",   "5",    "ms", ".",      ".s",       "1x",
        "1m 2s", "--1s", "1s-", "1e3s", "00", "1.2.3s", "9999999h", "99999999999999999999ns"};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(good); i++) {
        int64_t ns = -7;
        assert_true(base_duration_parse(good[i].text, &ns));
        assert_int_equal(ns, good[i].ns);
    }
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        int64_t ns;
        if (base_duration_parse(bad[i], &ns))
            fail_msg("\"%s\" was read as a duration", bad[i]);
    }
}

/* What is printed is read back. */
static void durations_go_round(void **state)
{
    struct test_random random = {9};
    (void)state;
    for (int i = 0; i < 20000; i++) {
        int64_t ns = (int64_t)(test_random_below(&random, UINT64_MAX) >> (1 + test_random_below(&random, 62))),
                back = 0;
        struct base_text text = {0};
        base_text_duration(&text, ns);
        assert_true(base_duration_parse(base_text_cstring(&text), &back));
        assert_int_equal(back, ns);
        base_text_release(&text);
    }
}

static void quoting(void **state)
{
    static const struct {
        struct base_str text;
        const char *quoted;
    } cases[] = {
        {BASE_STR(""), "\"\""},
        {BASE_STR("plain text"), "\"plain text\""},
        {BASE_STR("\"\\"), "\"\\\"\\\\\""},
        {BASE_STR("\a\b\t\n\v\f\r"), "\"\\a\\b\\t\\n\\v\\f\\r\""},
        {BASE_STR("\0\x01\x1f\x7f"), "\"\\x00\\x01\\x1f\\x7f\""},
        {BASE_STR("\xc3\xa9\xe4\xb8\x96\xf0\x9f\x98\x80"), "\"\xc3\xa9\xe4\xb8\x96\xf0\x9f\x98\x80\""},
        {BASE_STR("\xff\xc3"), "\"\\xff\\xc3\""},
        {BASE_STR("\xc0\x80\xed\xa0\x80"), "\"\\xc0\\x80\\xed\\xa0\\x80\""}, /* over-long, a surrogate */
        {BASE_STR("\xc2\x85\xc2\xa0"), "\"\\u0085\\u00a0\""},                /* control, a space that is not ASCII */
        {BASE_STR("\xe2\x80\x8b\xef\xbb\xbf"), "\"\\u200b\\ufeff\""},        /* format */
        {BASE_STR("\xee\x80\x80"), "\"\\ue000\""},                           /* private use */
        {BASE_STR("\xf3\xa0\x80\x81\xf4\x8f\xbf\xbf"), "\"\\U000e0001\\U0010ffff\""},
        {BASE_STR("\xf4\x90\x80\x80"), "\"\\xf4\\x90\\x80\\x80\""}, /* above what there is */
        {BASE_STR("\xef\xbf\xbd"), "\"\xef\xbf\xbd\""},             /* U+FFFD itself */
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct base_text text = {0};
        base_text_quote(&text, cases[i].text);
        test_assert_text(&text, cases[i].quoted);
        base_text_release(&text);
    }
}

static void json_strings(void **state)
{
    static const struct {
        struct base_str text;
        const char *json;
    } cases[] = {
        {BASE_STR("a \"b\" \\ c/"), "\"a \\\"b\\\" \\\\ c/\""},
        {BASE_STR("\n\t\r\0\x1f"), "\"\\n\\t\\u000d\\u0000\\u001f\""},
        {BASE_STR("</script>&"), "\"\\u003c/script\\u003e\\u0026\""},
        {BASE_STR("\xe2\x80\xa8\xe2\x80\xa9"), "\"\\u2028\\u2029\""},
        {BASE_STR("\xc3\xa9\xff\xed\xa0\x80"), "\"\xc3\xa9\\ufffd\\ufffd\\ufffd\\ufffd\""},
        {BASE_STR("\xe4\xb8"), "\"\\ufffd\\ufffd\""},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct base_text text = {0};
        base_text_json(&text, cases[i].text);
        test_assert_text(&text, cases[i].json);
        base_text_release(&text);
    }
}

static void sizes(void **state)
{
    static const struct {
        uint64_t bytes;
        const char *text;
    } cases[] = {{0, "0 B"},
                 {1023, "1023 B"},
                 {1024, "1.0 KiB"},
                 {1536, "1.5 KiB"},
                 {1 << 20, "1.0 MiB"},
                 {UINT64_C(3) << 29, "1.5 GiB"},
                 {UINT64_C(1) << 42, "4096.0 GiB"}};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct base_text text = {0};
        base_text_size(&text, cases[i].bytes);
        test_assert_text(&text, cases[i].text);
        base_text_release(&text);
    }
}

static void moments(void **state)
{
    static const struct {
        uint64_t seconds, ns;
        const char *text;
    } cases[] = {
        {0, 0, "1970-01-01T00:00:00Z"},
        {1795174319, 151624864, "2026-11-20T11:31:59.151624864Z"},
        {1795174319, 500000000, "2026-11-20T11:31:59.5Z"},
        {1795174305, 1, "2026-11-20T11:31:45.000000001Z"},
        {1795174305, 1000000000, "2026-11-20T11:31:46Z"},
        {1709164800, 0, "2024-02-29T00:00:00Z"},
    };
    (void)state;
    setenv("TZ", "UTC", 1);
    tzset();
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct base_text text = {0};
        base_text_moment(&text, cases[i].seconds, cases[i].ns);
        test_assert_text(&text, cases[i].text);
        base_text_release(&text);
    }
    setenv("TZ", "XXX-05:30", 1); /* POSIX counts west */
    tzset();
    struct base_text text = {0};
    base_text_moment(&text, 0, 0);
    test_assert_text(&text, "1970-01-01T05:30:00+05:30");
    text.size = 0;
    setenv("TZ", "XXX03:00", 1);
    tzset();
    base_text_moment(&text, 0, 0);
    test_assert_text(&text, "1969-12-31T21:00:00-03:00");
    base_text_release(&text);
    setenv("TZ", "UTC", 1);
    tzset();
}

static void moments_of_hostile_traces(void **state)
{
    static const uint64_t seconds[] = {UINT64_MAX,        INT64_MAX,         (uint64_t)INT64_MAX + 1,
                                       67768036191676799, 67768036191676800, UINT64_C(1) << 55};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(seconds); i++) {
        struct base_text text = {0};
        base_text_moment(&text, seconds[i], UINT64_MAX);
        base_text_moment(&text, seconds[i], 0);
        assert_true(text.size > 0);
        base_text_release(&text);
    }
}

/* ---- unicode ---- */

static void every_code_point_is_decoded(void **state)
{
    (void)state;
    for (uint32_t rune = 0; rune < 0x120000; rune++) {
        char bytes[5] = {0};
        size_t size = rune < 0x80 ? 1 : rune < 0x800 ? 2 : rune < 0x10000 ? 3 : 4;
        static const uint8_t first[] = {0, 0, 0xc0, 0xe0, 0xf0};
        for (size_t i = size; i-- > 1;)
            bytes[i] = (char)(0x80 | (rune >> (6 * (size - 1 - i)) & 0x3f));
        bytes[0] = (char)(first[size] | rune >> (6 * (size - 1)));
        bool valid = rune <= 0x10ffff && (rune < 0xd800 || rune > 0xdfff);
        uint32_t decoded = 0;
        size_t got = base_utf8_decode(bytes, size, &decoded);
        if (got != (valid ? size : 0) || (valid && decoded != rune))
            fail_msg("U+%04X: %zu bytes", (unsigned)rune, got);
        if (size > 1 && base_utf8_decode(bytes, size - 1, &decoded))
            fail_msg("U+%04X is decoded although it is cut", (unsigned)rune);
    }
}

static void malformed_utf8(void **state)
{
    static const char *const bad[] = {"\x80",         "\xbf",         "\xc0\x80",         "\xc1\xbf",
                                      "\xe0\x80\x80", "\xe0\x9f\xbf", "\xf0\x8f\xbf\xbf", "\xf8\x88\x80\x80\x80",
                                      "\xff",         "\xfe",         "\xe4\x41\x80",     "\xc3\x28"};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        uint32_t rune;
        assert_int_equal(base_utf8_decode(bad[i], strlen(bad[i]), &rune), 0);
    }
}

static void printable(void **state)
{
    static const uint32_t yes[] = {' ', '~', 0xa1, 0xe9, 0x301, 0x4e16, 0xac00, 0xfffd, 0x1f600, 0x20000};
    static const uint32_t no[] = {0,      0x1f,   0x7f,   0x80,   0xa0,   0xad,   0x200b,   0x2028,
                                  0x202e, 0x3000, 0xd800, 0xe000, 0xfeff, 0xffff, 0x10ffff, 0x110000};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(yes); i++)
        assert_true(base_unicode_printable(yes[i]));
    for (size_t i = 0; i < COUNT_OF(no); i++)
        assert_false(base_unicode_printable(no[i]));
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
        cmocka_unit_test(numbers_that_do_not_fit),
        cmocka_unit_test(map_against_an_array),
        cmocka_unit_test(empty_map),
        cmocka_unit_test(index_against_an_array),
        cmocka_unit_test(index_of_large_slots),
        cmocka_unit_test(index_of_many),
        cmocka_unit_test(hashes_depend_on_every_byte),
        cmocka_unit_test(sorts_sort),
        cmocka_unit_test(go_sort_where_its_result_is_known),
        cmocka_unit_test(go_sort_against_its_description),
        cmocka_unit_test(numbers),
        cmocka_unit_test(durations),
        cmocka_unit_test(durations_are_read),
        cmocka_unit_test(durations_go_round),
        cmocka_unit_test(quoting),
        cmocka_unit_test(json_strings),
        cmocka_unit_test(sizes),
        cmocka_unit_test(moments),
        cmocka_unit_test(moments_of_hostile_traces),
        cmocka_unit_test(every_code_point_is_decoded),
        cmocka_unit_test(malformed_utf8),
        cmocka_unit_test(printable),
        cmocka_unit_test(the_first_cause_is_kept),
        cmocka_unit_test(files_that_cannot_be_mapped),
        cmocka_unit_test(arena_memory_is_aligned_and_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
