/* A hash table of places in an array whose elements hold their keys themselves: four bytes a place, where base/map.h
 * takes sixteen.
 *
 *     struct thing { uint64_t id; … };             the key is the first thing in an element
 *     struct base_index index = {0};
 *     things.at[slot].id = id;
 *     base_index_add(&index, BASE_INDEX_KEYS(&things), slot);
 *     … base_index_find(&index, BASE_INDEX_KEYS(&things), id) …
 *     base_index_remove(&index, BASE_INDEX_KEYS(&things), slot);       the key still stands there
 *     base_index_release(&index);
 *
 * Slots are small numbers: the table is large enough for the largest one. What a slot leaves free of an entry's 32 bits
 * holds a part of the key's hash, so that hardly an element is looked at in vain.
 *
 * Keys may be chosen by an attacker, as those of base/map.h may. Each is in the index once.
 */
#ifndef KYMO_BASE_INDEX_H
#define KYMO_BASE_INDEX_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define BASE_INDEX_NONE UINT32_MAX

enum { BASE_INDEX_NEIGHBOURS = 16 }; /* keys that stay together; a power of two */

struct base_index {
    uint32_t *entries;        /* slot, and in the bits above `mask` a part of the hash; BASE_INDEX_NONE: free */
    size_t count, most, mask; /* most: from so many entries on the table must be larger */
    uint64_t factor;          /* of all keys, secret */
    unsigned shift;           /* of their products, to get the place of neighbours */
};

/* Where the keys are: the array, and the distance from one to the next in bytes. */
struct base_index_keys {
    const void *first;
    size_t stride;
};

#define BASE_INDEX_KEYS(vec) ((struct base_index_keys){(vec)->at, sizeof *(vec)->at})

static inline uint64_t base_index_key(struct base_index_keys keys, uint32_t slot)
{
    uint64_t key;
    memcpy(&key, (const unsigned char *)keys.first + slot * keys.stride, sizeof key);
    return key;
}

static inline uint64_t base_index_hash(const struct base_index *index, uint64_t key)
{
    return key / BASE_INDEX_NEIGHBOURS * index->factor;
}

/* Where a key is looked for first. Neighbours stay together, so that those that are used one after the other, as ids of
 * goroutines mostly are, share a line of the cache. */
static inline size_t base_index_place(const struct base_index *index, uint64_t key, uint64_t hash)
{
    return (size_t)(hash >> index->shift) * BASE_INDEX_NEIGHBOURS | key % BASE_INDEX_NEIGHBOURS;
}

/* What an entry has of its key's hash: of neighbours it differs. */
static inline uint32_t base_index_part(uint64_t key, uint64_t hash)
{
    return (uint32_t)hash ^ (uint32_t)key << 28;
}

/* The slot of a key, or BASE_INDEX_NONE. */
static inline uint32_t base_index_find(const struct base_index *index, struct base_index_keys keys, uint64_t key)
{
    if (!index->count)
        return BASE_INDEX_NONE;
    uint64_t hash = base_index_hash(index, key);
    uint32_t mask = (uint32_t)index->mask, part = base_index_part(key, hash);
    for (size_t i = base_index_place(index, key, hash);; i = (i + 1) & index->mask) {
        uint32_t entry = index->entries[i];
        if (entry == BASE_INDEX_NONE)
            return BASE_INDEX_NONE;
        if (((entry ^ part) & ~mask) == 0 && base_index_key(keys, entry & mask) == key)
            return entry & mask;
    }
}

/* The slot's key must not be in the index. */
void base_index_add(struct base_index *index, struct base_index_keys keys, uint32_t slot);
/* A slot that is not in the index is left alone. */
void base_index_remove(struct base_index *index, struct base_index_keys keys, uint32_t slot);
/* Makes an empty index hold what another one does. */
void base_index_copy(struct base_index *to, const struct base_index *from);
void base_index_release(struct base_index *index);

#endif
