#include "base/map.h"

#include "base/memory.h"
#include "base/os.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

static _Atomic uint64_t the_seed; /* 0: not yet chosen */

/* Finaliser of MurmurHash3 (Austin Appleby, public domain). */
static inline uint64_t mix(uint64_t h)
{
    h ^= h >> 33;
    h *= 0xff51afd7ed558ccdULL;
    h ^= h >> 33;
    h *= 0xc4ceb9fe1a85ec53ULL;
    return h ^ h >> 33;
}

static inline uint64_t chosen_seed(void)
{
    return atomic_load_explicit(&the_seed, memory_order_relaxed);
}

/* The first thread to come here chooses. */
uint64_t base_map_factor(void)
{
    uint64_t seed = chosen_seed(), none = 0;
    if (!seed && !atomic_compare_exchange_strong(&the_seed, &none, base_os_random() | 1))
        return none;
    return seed ? seed : chosen_seed();
}

uint64_t base_hash_bytes(const void *bytes, size_t size)
{
    const unsigned char *at = bytes;
    uint64_t hash = base_map_factor() ^ size;
    for (; size >= 8; at += 8, size -= 8) {
        uint64_t word;
        memcpy(&word, at, 8);
        hash = mix(hash ^ word);
    }
    uint64_t rest = 0;
    memcpy(&rest, at, size);
    return mix(hash ^ rest);
}

/* Multiplicative hashing with a factor that nobody outside knows: cheap, and no set of keys is bad for all factors
 * (Dietzfelbinger and others, 1997). */
static inline size_t place(const struct base_map *map, uint64_t key)
{
    return (size_t)(key * map->factor >> map->shift);
}

static void put(struct base_map *map, uint64_t key, uint32_t value)
{
    size_t i = place(map, key);
    while (map->entries[i].value != BASE_MAP_NONE && map->entries[i].key != key)
        i = (i + 1) & map->mask;
    map->count += map->entries[i].value == BASE_MAP_NONE;
    map->entries[i] = (struct base_map_entry){key, value};
}

static void resize(struct base_map *map, size_t size)
{
    struct base_map old = *map;
    map->factor = base_map_factor();
    map->entries = base_realloc(NULL, size, sizeof *map->entries);
    memset(map->entries, 0xff, size * sizeof *map->entries);
    map->mask = size - 1;
    map->shift = 64;
    for (size_t n = size; n > 1; n /= 2)
        map->shift--;
    map->count = 0;
    for (size_t i = 0; old.entries && i <= old.mask; i++)
        if (old.entries[i].value != BASE_MAP_NONE)
            put(map, old.entries[i].key, old.entries[i].value);
    free(old.entries);
}

void base_map_set(struct base_map *map, uint64_t key, uint32_t value)
{
    if (!map->entries)
        resize(map, 64);
    else if (map->count * 2 > map->mask)
        resize(map, (map->mask + 1) * 2);
    put(map, key, value);
}

void base_map_remove(struct base_map *map, uint64_t key)
{
    if (!map->count)
        return;
    size_t hole = place(map, key);
    while (map->entries[hole].key != key || map->entries[hole].value == BASE_MAP_NONE) {
        if (map->entries[hole].value == BASE_MAP_NONE)
            return;
        hole = (hole + 1) & map->mask;
    }
    map->count--;
    /* Close the hole: pull back each later entry of the run that may live at or before it. */
    for (size_t i = (hole + 1) & map->mask; map->entries[i].value != BASE_MAP_NONE; i = (i + 1) & map->mask) {
        size_t home = place(map, map->entries[i].key);
        if (((i - home) & map->mask) >= ((i - hole) & map->mask)) {
            map->entries[hole] = map->entries[i];
            hole = i;
        }
    }
    map->entries[hole].value = BASE_MAP_NONE;
}

void base_map_copy(struct base_map *to, const struct base_map *from)
{
    *to = *from;
    if (!from->entries)
        return;
    to->entries = base_realloc(NULL, from->mask + 1, sizeof *to->entries);
    memcpy(to->entries, from->entries, (from->mask + 1) * sizeof *to->entries);
}

void base_map_release(struct base_map *map)
{
    free(map->entries);
    *map = (struct base_map){0};
}
