/* Memory for what may grow large: pages of a temporary file, and columns that grow in them.
 *
 * The pages are mapped and shared with an unlinked temporary file, so that the kernel can write them out when memory
 * gets short, and have it back; the file is gone when they are released, however the program ends. Room is reserved on
 * the disk before it is handed out. Small pieces, and all of them where no file or no room can be had, lie in ordinary
 * memory.
 *
 *     struct base_pages pages = {0};
 *     BASE_PAGED(uint32_t) column = {0};
 *     *base_paged_add(&column, &pages) = 7;
 *     … *base_paged_at(&column, i), i < column.count …
 *     base_pages_release(&pages);                    and all columns in them
 */
#ifndef KYMO_BASE_PAGED_H
#define KYMO_BASE_PAGED_H

#include "base/memory.h"
#include "base/os.h"

struct base_pages {
    struct base_arena small;
    BASE_VEC(struct base_mapping) segments; /* of the file, in order */
    BASE_VEC(void *) large;                 /* what found no room there */
    size_t used_bytes;                      /* of the last segment */
    uint64_t file_bytes;
    int fd;
    bool opened, failed; /* there is a file; there will be none */
};

/* 8-byte aligned memory, all zeros, that lives until the pages are released. Never NULL. */
void *base_pages_alloc(struct base_pages *pages, size_t bytes);
void base_pages_release(struct base_pages *pages);

/* A column: an array in chunks, each twice as large as the one before. Zero-initialise it; all additions must be with
 * the same pages, with which it ends.
 *
 * Nothing moves when it grows, and growing copies nothing: a pointer to an element stays valid. Elements that were
 * there may be read while another thread adds more, if their number was learnt under a lock. Each 64 elements from a
 * multiple of 64 on lie together. */
enum { BASE_PAGED_FIRST = 64, BASE_PAGED_CHUNKS = 30 };

#define BASE_PAGED(type)                                                                                               \
    struct {                                                                                                           \
        size_t count, capacity;                                                                                        \
        __typeof__(type) *chunks[BASE_PAGED_CHUNKS];                                                                   \
    }

/* Where element i lies: its chunk, and its place there. */
static inline unsigned base_paged_chunk(size_t i)
{
    unsigned long long number = i / BASE_PAGED_FIRST;
    return 63u - (unsigned)__builtin_clzll(number + 1);
}

static inline size_t base_paged_place(size_t i)
{
    return i + BASE_PAGED_FIRST - ((size_t)BASE_PAGED_FIRST << base_paged_chunk(i));
}

#define base_paged_at(column, i) (&(column)->chunks[base_paged_chunk(i)][base_paged_place(i)])

/* A pointer to a new element. */
#define base_paged_add(column, pages)                                                                                  \
    ((column)->count == (column)->capacity                                                                             \
         ? (void)((column)->chunks[base_paged_chunk((column)->count)] =                                                \
                      base_paged_grow(pages, &(column)->capacity, sizeof *(column)->chunks[0]))                        \
         : (void)0,                                                                                                    \
     (column)->count++, base_paged_at(column, (column)->count - 1))

/* The next chunk of a column. */
void *base_paged_grow(struct base_pages *pages, size_t *capacity, size_t size);

#endif
