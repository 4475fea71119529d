/* Memory: arrays that grow, and arenas that are released as a whole.
 *
 * Sizes are always derived from bytes that are really there, never from a length field of the input, so running out of
 * memory is a failure of the machine. It is met with one line on standard error and exit status 1, so that callers need
 * no path for it.
 */
#ifndef KYMO_BASE_MEMORY_H
#define KYMO_BASE_MEMORY_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Says so, and ends the program with status 1: for libraries' allocations that fail. */
_Noreturn void base_out_of_memory(void);

/* Like calloc and realloc, but never NULL. Release with free. */
void *base_zalloc(size_t count, size_t size);
void *base_realloc(void *old, size_t count, size_t size);

/* A growable array: declare `BASE_VEC(struct thing) things;`, zero-initialised, elements at things.at[0 .. things.count
 * - 1]. base_vec_add returns a pointer to a new, uninitialised element, valid until the next addition. */
#define BASE_VEC(type)                                                                                                 \
    struct {                                                                                                           \
        type *at;                                                                                                      \
        size_t count;                                                                                                  \
        size_t capacity;                                                                                               \
    }

#define base_vec_add(vec)                                                                                              \
    ((vec)->count == (vec)->capacity                                                                                   \
         ? (void)((vec)->at = base_grow((vec)->at, &(vec)->capacity, (vec)->count + 1, sizeof *(vec)->at))             \
         : (void)0,                                                                                                    \
     &(vec)->at[(vec)->count++])

/* Makes room for `extra` more elements without changing the count. */
#define base_vec_reserve(vec, extra)                                                                                   \
    ((vec)->capacity - (vec)->count < (size_t)(extra)                                                                  \
         ? (void)((vec)->at = base_grow((vec)->at, &(vec)->capacity, (vec)->count + (extra), sizeof *(vec)->at))       \
         : (void)0)

/* Makes an empty array hold copies of another one's elements. */
#define base_vec_copy(to, from)                                                                                        \
    (base_vec_reserve(to, (from)->count),                                                                              \
     (from)->count ? (void)memcpy((to)->at, (from)->at, (from)->count * sizeof *(to)->at) : (void)0,                   \
     (to)->count = (from)->count)

#define base_vec_release(vec) (free((vec)->at), (vec)->at = NULL, (vec)->count = (vec)->capacity = 0)

/* Grows an allocation to at least `need` elements, by half at least; returns its new place. */
void *base_grow(void *at, size_t *capacity, size_t need, size_t size);

/* An arena hands out memory that lives until the arena is released. Zero-initialise it before use. */
struct base_arena {
    struct base_arena_chunk *chunk;
    size_t used, size;
};

/* 8-byte aligned, uninitialised memory of the arena. */
void *base_arena_alloc(struct base_arena *arena, size_t bytes);
void base_arena_release(struct base_arena *arena);

#endif
