#include "base/index.h"

#include "base/map.h"
#include "base/memory.h"

#include <stdbool.h>
#include <stdlib.h>

enum { FIRST_BITS = 6, LARGE_BITS = 16 };

static inline uint64_t hash_of(const struct base_index *index, struct base_index_keys keys, uint32_t slot)
{
    return base_index_key(keys, slot) * index->factor;
}

/* The place comes from a hash's highest bits, what an entry has of it from the lower half. */
static inline size_t place_of(const struct base_index *index, uint64_t hash)
{
    return (size_t)(hash >> index->shift);
}

static inline uint32_t entry_of(const struct base_index *index, uint64_t hash, uint32_t slot)
{
    return ((uint32_t)hash & ~(uint32_t)index->mask) | slot;
}

static inline void put(struct base_index *index, struct base_index_keys keys, uint32_t slot)
{
    uint64_t hash = hash_of(index, keys, slot);
    size_t i = place_of(index, hash);
    while (index->entries[i] != BASE_INDEX_NONE)
        i = (i + 1) & index->mask;
    index->entries[i] = entry_of(index, hash, slot);
    index->count++;
}

/* How many places may be taken: time counts in a small table, memory in a large one. */
static size_t most(unsigned bits)
{
    size_t quarter = ((size_t)1 << bits) / 4;
    return bits <= LARGE_BITS ? quarter : quarter * 3;
}

static void resize(struct base_index *index, struct base_index_keys keys, unsigned bits)
{
    const struct base_index old = *index;
    size_t size = (size_t)1 << bits;
    *index = (struct base_index){.mask = size - 1, .most = most(bits), .factor = base_map_factor(), .shift = 64 - bits};
    index->entries = base_realloc(NULL, size, sizeof *index->entries);
    memset(index->entries, 0xff, size * sizeof *index->entries);
    for (size_t i = 0; old.entries && i <= old.mask; i++) {
        uint32_t slot = old.entries[i] & (uint32_t)old.mask;
        if (old.entries[i] != BASE_INDEX_NONE)
            put(index, keys, slot);
    }
    free(old.entries);
}

/* An entry of the last slot could be the one that means free. */
static bool has_room(size_t mask, size_t most, size_t count, uint32_t slot)
{
    return slot < mask && count < most;
}

static void make_room(struct base_index *index, struct base_index_keys keys, uint32_t slot)
{
    unsigned bits = index->entries ? 64 - index->shift : FIRST_BITS;
    while (!has_room(((size_t)1 << bits) - 1, most(bits), index->count, slot))
        bits++;
    resize(index, keys, bits);
}

void base_index_add(struct base_index *index, struct base_index_keys keys, uint32_t slot)
{
    if (!has_room(index->mask, index->most, index->count, slot))
        make_room(index, keys, slot);
    put(index, keys, slot);
}

void base_index_remove(struct base_index *index, struct base_index_keys keys, uint32_t slot)
{
    if (!index->count || slot >= index->mask)
        return;
    uint64_t hash = hash_of(index, keys, slot);
    uint32_t entry = entry_of(index, hash, slot);
    size_t hole = place_of(index, hash);
    for (; index->entries[hole] != entry; hole = (hole + 1) & index->mask)
        if (index->entries[hole] == BASE_INDEX_NONE)
            return;
    index->count--;
    /* Close the hole: pull back each later entry of the run that may live at or before it. */
    for (size_t i = (hole + 1) & index->mask; index->entries[i] != BASE_INDEX_NONE; i = (i + 1) & index->mask) {
        size_t home = place_of(index, hash_of(index, keys, index->entries[i] & (uint32_t)index->mask));
        if (((i - home) & index->mask) >= ((i - hole) & index->mask)) {
            index->entries[hole] = index->entries[i];
            hole = i;
        }
    }
    index->entries[hole] = BASE_INDEX_NONE;
}

void base_index_copy(struct base_index *to, const struct base_index *from)
{
    *to = *from;
    if (!from->entries)
        return;
    to->entries = base_realloc(NULL, from->mask + 1, sizeof *to->entries);
    memcpy(to->entries, from->entries, (from->mask + 1) * sizeof *to->entries);
}

void base_index_release(struct base_index *index)
{
    free(index->entries);
    *index = (struct base_index){0};
}
