#include "base/sort.h"

#include "base/memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum hint { UNKNOWN, INCREASING, DECREASING };

struct sorting {
    char *elements;
    size_t size;
    base_less *less_than;
    void *context;
};

static bool less(const struct sorting *s, size_t a, size_t b)
{
    return s->less_than(s->elements + a * s->size, s->elements + b * s->size, s->context);
}

static void swap(const struct sorting *s, size_t a, size_t b)
{
    char saved[BASE_SORT_GO_MOST_BYTES];
    memcpy(saved, s->elements + a * s->size, s->size);
    memmove(s->elements + a * s->size, s->elements + b * s->size, s->size);
    memcpy(s->elements + b * s->size, saved, s->size);
}

static int bit_length(size_t n)
{
    int bits = 0;
    for (; n; n >>= 1)
        bits++;
    return bits;
}

static void insertion_sort(const struct sorting *s, size_t a, size_t b)
{
    for (size_t i = a + 1; i < b; i++)
        for (size_t j = i; j > a && less(s, j, j - 1); j--)
            swap(s, j, j - 1);
}

static void sift_down(const struct sorting *s, size_t low, size_t high, size_t first)
{
    for (size_t root = low;;) {
        size_t child = 2 * root + 1;
        if (child >= high)
            return;
        if (child + 1 < high && less(s, first + child, first + child + 1))
            child++;
        if (!less(s, first + root, first + child))
            return;
        swap(s, first + root, first + child);
        root = child;
    }
}

static void heap_sort(const struct sorting *s, size_t a, size_t b)
{
    size_t n = b - a;
    for (size_t i = (n - 1) / 2 + 1; i-- > 0;)
        sift_down(s, i, n, a);
    for (size_t i = n; i-- > 0;) {
        swap(s, a, a + i);
        sift_down(s, 0, i, a);
    }
}

static void break_patterns(const struct sorting *s, size_t a, size_t b)
{
    size_t n = b - a;
    if (n < 8)
        return;
    uint64_t random = n;
    size_t modulus = (size_t)1 << bit_length(n);
    size_t index = a + (n / 4) * 2 - 1;
    for (size_t i = 0; i < 3; i++) {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        size_t other = (size_t)random & (modulus - 1);
        if (other >= n)
            other -= n;
        swap(s, index + i, a + other);
    }
}

/* Exchanges two indices if their elements are not in order. */
static void put_in_order(const struct sorting *s, size_t *x, size_t *y, int *swaps)
{
    if (!less(s, *y, *x))
        return;
    size_t t = *x;
    *x = *y;
    *y = t;
    ++*swaps;
}

static size_t median(const struct sorting *s, size_t x, size_t y, size_t z, int *swaps)
{
    put_in_order(s, &x, &y, swaps);
    put_in_order(s, &y, &z, swaps);
    put_in_order(s, &x, &y, swaps);
    return y;
}

static size_t choose_pivot(const struct sorting *s, size_t a, size_t b, enum hint *ret_hint)
{
    size_t n = b - a, i = a + n / 4, j = a + n / 4 * 2, k = a + n / 4 * 3;
    int swaps = 0;
    if (n >= 8) {
        if (n >= 50) {
            i = median(s, i - 1, i, i + 1, &swaps);
            j = median(s, j - 1, j, j + 1, &swaps);
            k = median(s, k - 1, k, k + 1, &swaps);
        }
        j = median(s, i, j, k, &swaps);
    }
    *ret_hint = swaps == 0 ? INCREASING : swaps == 12 ? DECREASING : UNKNOWN;
    return j;
}

static void reverse(const struct sorting *s, size_t a, size_t b)
{
    while (a + 1 < b)
        swap(s, a++, --b);
}

static bool partial_insertion_sort(const struct sorting *s, size_t a, size_t b)
{
    size_t i = a + 1;
    for (int step = 0; step < 5; step++) {
        while (i < b && !less(s, i, i - 1))
            i++;
        if (i == b)
            return true;
        if (b - a < 50)
            return false;
        swap(s, i, i - 1);
        if (i - a >= 2)
            for (size_t j = i - 1; j >= 1 && less(s, j, j - 1); j--)
                swap(s, j, j - 1);
        if (b - i >= 2)
            for (size_t j = i + 1; j < b && less(s, j, j - 1); j++)
                swap(s, j, j - 1);
    }
    return false;
}

static size_t partition_equal(const struct sorting *s, size_t a, size_t b, size_t pivot)
{
    swap(s, a, pivot);
    for (size_t i = a + 1, j = b - 1;; i++, j--) {
        while (i <= j && !less(s, a, i))
            i++;
        while (i <= j && less(s, a, j))
            j--;
        if (i > j)
            return i;
        swap(s, i, j);
    }
}

static size_t partition(const struct sorting *s, size_t a, size_t b, size_t pivot, bool *ret_already)
{
    swap(s, a, pivot);
    size_t i = a + 1, j = b - 1;
    *ret_already = true;
    for (;; i++, j--) {
        while (i <= j && less(s, i, a))
            i++;
        while (i <= j && !less(s, j, a))
            j--;
        if (i > j)
            break;
        *ret_already = false;
        swap(s, i, j);
    }
    swap(s, j, a);
    return j;
}

static void pattern_defeating_sort(const struct sorting *s, size_t a, size_t b, int limit)
{
    bool balanced = true, partitioned = true;
    for (;;) {
        size_t n = b - a;
        if (n <= 12) {
            insertion_sort(s, a, b);
            return;
        }
        if (!limit) {
            heap_sort(s, a, b);
            return;
        }
        if (!balanced) {
            break_patterns(s, a, b);
            limit--;
        }
        enum hint hint;
        size_t pivot = choose_pivot(s, a, b, &hint);
        if (hint == DECREASING) {
            reverse(s, a, b);
            pivot = b - 1 - (pivot - a);
            hint = INCREASING;
        }
        if (balanced && partitioned && hint == INCREASING && partial_insertion_sort(s, a, b))
            return;
        if (a > 0 && !less(s, a - 1, pivot)) {
            a = partition_equal(s, a, b, pivot);
            continue;
        }
        size_t middle = partition(s, a, b, pivot, &partitioned);
        size_t left = middle - a, right = b - middle;
        if (left < right) {
            balanced = left >= n / 8;
            pattern_defeating_sort(s, a, middle, limit);
            a = middle + 1;
        } else {
            balanced = right >= n / 8;
            pattern_defeating_sort(s, middle + 1, b, limit);
            b = middle;
        }
    }
}

void base_sort_go(void *elements, size_t count, size_t size, base_less *less_than, void *context)
{
    struct sorting s = {elements, size, less_than, context};
    pattern_defeating_sort(&s, 0, count, bit_length(count));
}

/* Merges two sorted runs of `from` into `to`; on ties the left run goes first. */
static void merge(const struct sorting *s, const char *from, char *to, size_t left, size_t middle, size_t right)
{
    size_t i = left, j = middle, size = s->size;
    for (size_t k = left; k < right; k++) {
        bool take_right = i == middle || (j < right && s->less_than(from + j * size, from + i * size, s->context));
        memcpy(to + k * size, from + (take_right ? j++ : i++) * size, size);
    }
}

void base_sort_stable(void *elements, size_t count, size_t size, base_less *less_than, void *context)
{
    struct sorting s = {elements, size, less_than, context};
    char *spare = base_realloc(NULL, count, size), *from = elements, *to = spare;
    for (size_t width = 1; width < count; width *= 2) {
        for (size_t left = 0; left < count; left += 2 * width) {
            size_t middle = left + width < count ? left + width : count;
            size_t right = middle + width < count ? middle + width : count;
            merge(&s, from, to, left, middle, right);
        }
        char *t = from;
        from = to;
        to = t;
    }
    if (from != elements)
        memcpy(elements, from, count * size);
    free(spare);
}

enum { DIGIT_BITS = 11, DIGITS = 6, DIGIT_VALUES = 1 << DIGIT_BITS };

static unsigned digit_of(uint64_t key, int digit)
{
    return (unsigned)(key >> (digit * DIGIT_BITS)) & (DIGIT_VALUES - 1);
}

/* A radix sort, the lowest digit first; digits that are the same in all keys are left out. */
void base_sort_by_keys(uint64_t *keys, uint32_t *values, size_t count)
{
    uint64_t *from_keys = keys, *to_keys = base_realloc(NULL, count, sizeof *keys);
    uint32_t *from_values = values, *to_values = base_realloc(NULL, count, sizeof *values);
    for (int digit = 0; digit < DIGITS; digit++) {
        size_t place[DIGIT_VALUES] = {0};
        for (size_t i = 0; i < count; i++)
            place[digit_of(from_keys[i], digit)]++;
        if (!count || place[digit_of(from_keys[0], digit)] == count)
            continue;
        for (size_t value = 0, next = 0; value < DIGIT_VALUES; value++) {
            size_t here = place[value];
            place[value] = next;
            next += here;
        }
        for (size_t i = 0; i < count; i++) {
            size_t to = place[digit_of(from_keys[i], digit)]++;
            to_keys[to] = from_keys[i];
            to_values[to] = from_values[i];
        }
        uint64_t *t = from_keys;
        uint32_t *u = from_values;
        from_keys = to_keys;
        from_values = to_values;
        to_keys = t;
        to_values = u;
    }
    if (from_keys != keys) {
        memcpy(keys, from_keys, count * sizeof *keys);
        memcpy(values, from_values, count * sizeof *values);
    }
    free(from_keys != keys ? from_keys : to_keys);
    free(from_values != values ? from_values : to_values);
}
