#include "base/memory.h"

#include <stdlib.h>
#include <unistd.h>

enum { ARENA_CHUNK_BYTES = 1 << 16 };

struct base_arena_chunk {
    struct base_arena_chunk *older;
    _Alignas(8) unsigned char bytes[];
};

void base_out_of_memory(void)
{
    static const char text[] = "kymo: out of memory\n";
    ssize_t ignored = write(STDERR_FILENO, text, sizeof text - 1);
    (void)ignored;
    _exit(1);
}

static void *or_give_up(void *memory)
{
    if (!memory)
        base_out_of_memory();
    return memory;
}

void *base_zalloc(size_t count, size_t size)
{
    return or_give_up(calloc(count ? count : 1, size ? size : 1));
}

void *base_realloc(void *old, size_t count, size_t size)
{
    if (size && count > SIZE_MAX / size)
        return or_give_up(NULL);
    size_t bytes = count * size;
    return or_give_up(realloc(old, bytes ? bytes : 1));
}

void *base_grow(void *at, size_t *capacity, size_t need, size_t size)
{
    size_t next = *capacity + *capacity / 2;
    if (next < need)
        next = need;
    if (next < 8)
        next = 8;
    *capacity = next;
    return base_realloc(at, next, size);
}

void *base_arena_alloc(struct base_arena *arena, size_t bytes)
{
    bytes = (bytes + 7) & ~(size_t)7;
    if (!arena->chunk || arena->size - arena->used < bytes) {
        size_t size = bytes > ARENA_CHUNK_BYTES ? bytes : ARENA_CHUNK_BYTES;
        struct base_arena_chunk *chunk = base_realloc(NULL, sizeof *chunk + size, 1);
        chunk->older = arena->chunk;
        arena->chunk = chunk;
        arena->used = 0;
        arena->size = size;
    }
    void *at = arena->chunk->bytes + arena->used;
    arena->used += bytes;
    return at;
}

void base_arena_release(struct base_arena *arena)
{
    while (arena->chunk) {
        struct base_arena_chunk *older = arena->chunk->older;
        free(arena->chunk);
        arena->chunk = older;
    }
    arena->used = arena->size = 0;
}
