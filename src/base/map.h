/* A hash table from 64-bit keys to 32-bit values, with removal.
 *
 * Keys may be chosen by an attacker: their places depend on a secret factor of the process. Nothing may depend on the
 * order in which keys lie in the table, and nothing can: there is no way to walk it. Zero-initialise before use.
 */
#ifndef KYMO_BASE_MAP_H
#define KYMO_BASE_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BASE_MAP_NONE UINT32_MAX

struct base_map_entry {
    uint64_t key;
    uint32_t value; /* BASE_MAP_NONE: the place is free */
};

struct base_map {
    struct base_map_entry *entries;
    size_t count, mask;
    uint64_t factor; /* of all keys, secret */
    unsigned shift;  /* of their products, to get a place */
};

/* The value of a key, or BASE_MAP_NONE. */
static inline uint32_t base_map_find(const struct base_map *map, uint64_t key)
{
    if (!map->count)
        return BASE_MAP_NONE;
    for (size_t i = (size_t)(key * map->factor >> map->shift);; i = (i + 1) & map->mask) {
        const struct base_map_entry *entry = &map->entries[i];
        if (entry->value == BASE_MAP_NONE || entry->key == key)
            return entry->value;
    }
}

/* Sets the value of a key, which may be there already. The value must not be BASE_MAP_NONE. */
void base_map_set(struct base_map *map, uint64_t key, uint32_t value);

void base_map_remove(struct base_map *map, uint64_t key);
/* Makes an empty map hold what another one does. */
void base_map_copy(struct base_map *to, const struct base_map *from);
void base_map_release(struct base_map *map);

/* The secret factor of the process, an odd number. */
uint64_t base_map_factor(void);

/* A well-mixed hash of bytes, with the seed of the process. */
uint64_t base_hash_bytes(const void *bytes, size_t size);

#endif
