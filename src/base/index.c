#include "base/index.h"

#include "base/map.h"
#include "base/memory.h"

#include <stdlib.h>

enum { FIRST_BITS = 6 };

static inline size_t place_of(const struct base_index *index, uint64_t key)
{
    return (size_t)(key * index->factor >> (64 - index->bits));
}

static inline uint32_t entry_of(const struct base_index *index, uint64_t key, uint32_t slot)
{
    return ((uint32_t)(key * index->factor << index->bits >> 32) & ~(uint32_t)index->mask) | slot;
}

static void put(struct base_index *index, uint64_t key, uint32_t slot)
{
    size_t i = place_of(index, key);
    while (index->entries[i] != BASE_INDEX_NONE)
        i = (i + 1) & index->mask;
    index->entries[i] = entry_of(index, key, slot);
    index->count++;
}

static void resize(struct base_index *index, struct base_index_keys keys, unsigned bits)
{
    const struct base_index old = *index;
    size_t size = (size_t)1 << bits;
    *index = (struct base_index){.mask = size - 1, .factor = base_map_factor(), .bits = bits};
    index->entries = base_realloc(NULL, size, sizeof *index->entries);
    memset(index->entries, 0xff, size * sizeof *index->entries);
    for (size_t i = 0; old.entries && i <= old.mask; i++) {
        uint32_t slot = old.entries[i] & (uint32_t)old.mask;
        if (old.entries[i] != BASE_INDEX_NONE)
            put(index, base_index_key(keys, slot), slot);
    }
    free(old.entries);
}

/* Three quarters of the places are taken at most. An entry of the last slot could be the one that means free. */
void base_index_add(struct base_index *index, struct base_index_keys keys, uint32_t slot)
{
    unsigned bits = index->entries ? index->bits : FIRST_BITS;
    while (slot >= ((size_t)1 << bits) - 1 || index->count >= ((size_t)1 << bits) / 4 * 3)
        bits++;
    if (!index->entries || bits != index->bits)
        resize(index, keys, bits);
    put(index, base_index_key(keys, slot), slot);
}

void base_index_remove(struct base_index *index, struct base_index_keys keys, uint32_t slot)
{
    if (!index->count || slot >= index->mask)
        return;
    uint64_t key = base_index_key(keys, slot);
    uint32_t entry = entry_of(index, key, slot);
    size_t hole = place_of(index, key);
    for (; index->entries[hole] != entry; hole = (hole + 1) & index->mask)
        if (index->entries[hole] == BASE_INDEX_NONE)
            return;
    index->count--;
    /* Close the hole: pull back each later entry of the run that may live at or before it. */
    for (size_t i = (hole + 1) & index->mask; index->entries[i] != BASE_INDEX_NONE; i = (i + 1) & index->mask) {
        size_t home = place_of(index, base_index_key(keys, index->entries[i] & (uint32_t)index->mask));
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
