/* Hash tables, and the index of places. */
#include "support.h"

#include "base/index.h"
#include "base/map.h"

#include <stdlib.h>

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(map_against_an_array),   cmocka_unit_test(empty_map),
        cmocka_unit_test(index_against_an_array), cmocka_unit_test(index_of_many),
        cmocka_unit_test(index_of_large_slots),   cmocka_unit_test(hashes_depend_on_every_byte),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
