#include "base/index.h"

#include "base/map.h"
#include "base/memory.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>

enum { FIRST_BITS = 6, LARGE_BITS = 16, NEIGHBOUR_BITS = 4 };
static_assert(1 << NEIGHBOUR_BITS == BASE_INDEX_NEIGHBOURS, "");

/* A slot's place and entry. */
struct home {
    size_t place;
    uint32_t entry;
};

static inline struct home home_of(const struct base_index *index, struct base_index_keys keys, uint32_t slot)
{
    uint64_t key = base_index_key(keys, slot), hash = base_index_hash(index, key);
    uint32_t part = base_index_part(key, hash) & ~(uint32_t)index->mask;
    return (struct home){base_index_place(index, key, hash), part | slot};
}

static inline void put(struct base_index *index, struct base_index_keys keys, uint32_t slot)
{
    struct home home = home_of(index, keys, slot);
    size_t i = home.place;
    while (index->entries[i] != BASE_INDEX_NONE)
        i = (i + 1) & index->mask;
    index->entries[i] = home.entry;
    index->count++;
}

/* How many places may be taken: time counts in a small table, memory in a large one. */
static size_t most(unsigned bits)
{
    size_t sixteenth = ((size_t)1 << bits) / 16;
    return sixteenth * (bits <= LARGE_BITS ? 4 : 13);
}

static void resize(struct base_index *index, struct base_index_keys keys, unsigned bits)
{
    const struct base_index old = *index;
    size_t size = (size_t)1 << bits;
    *index = (struct base_index){
        .mask = size - 1, .most = most(bits), .factor = base_map_factor(), .shift = 64 - bits + NEIGHBOUR_BITS};
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
    unsigned bits = index->entries ? 64 - index->shift + NEIGHBOUR_BITS : FIRST_BITS;
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
    struct home home = home_of(index, keys, slot);
    size_t hole = home.place;
    for (; index->entries[hole] != home.entry; hole = (hole + 1) & index->mask)
        if (index->entries[hole] == BASE_INDEX_NONE)
            return;
    index->count--;
    /* Close the hole: pull back each later entry of the run that may live at or before it. */
    for (size_t i = (hole + 1) & index->mask; index->entries[i] != BASE_INDEX_NONE; i = (i + 1) & index->mask) {
        size_t place = home_of(index, keys, index->entries[i] & (uint32_t)index->mask).place;
        if (((i - place) & index->mask) >= ((i - hole) & index->mask)) {
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
