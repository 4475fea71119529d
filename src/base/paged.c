#include "base/paged.h"

#include <unistd.h>

/* Pieces below the first size are not worth a page; segments are of the second size at least. */
enum { SMALL_BYTES = 1 << 14, SEGMENT_BYTES = 4 << 20, ALIGNMENT = 64 };

static bool have_file(struct base_pages *pages)
{
    struct base_error ignored = BASE_NO_ERROR;
    const char *folder;
    if (pages->opened || pages->failed)
        return pages->opened;
    pages->fd = base_os_temporary(&folder, &ignored);
    base_error_release(&ignored);
    pages->opened = pages->fd >= 0;
    pages->failed = !pages->opened;
    return pages->opened;
}

/* Makes the last segment one that has room for so many bytes. */
static bool have_room(struct base_pages *pages, size_t bytes)
{
    struct base_mapping segment;
    size_t size = bytes > SEGMENT_BYTES ? bytes : SEGMENT_BYTES;
    if (pages->segments.count && pages->segments.at[pages->segments.count - 1].size - pages->used_bytes >= bytes)
        return true;
    if (!have_file(pages) || bytes > SIZE_MAX - SEGMENT_BYTES)
        return false;
    size = (size + SEGMENT_BYTES - 1) / SEGMENT_BYTES * SEGMENT_BYTES; /* and so of whole pages */
    if (!base_os_map_room(pages->fd, pages->file_bytes, size, &segment))
        return false;
    *base_vec_add(&pages->segments) = segment;
    pages->file_bytes += size;
    pages->used_bytes = 0;
    return true;
}

static void *small_piece(struct base_pages *pages, size_t bytes)
{
    return memset(base_arena_alloc(&pages->small, bytes), 0, bytes);
}

void *base_pages_alloc(struct base_pages *pages, size_t bytes)
{
    if (bytes < SMALL_BYTES)
        return small_piece(pages, bytes);
    if (have_room(pages, bytes)) {
        const struct base_mapping *segment = &pages->segments.at[pages->segments.count - 1];
        void *at = (void *)(uintptr_t)(segment->data + pages->used_bytes);
        size_t left = segment->size - pages->used_bytes, take = (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        pages->used_bytes += take < left ? take : left;
        return at;
    }
    void *at = base_zalloc(bytes, 1);
    *base_vec_add(&pages->large) = at;
    return at;
}

void base_pages_release(struct base_pages *pages)
{
    for (size_t i = 0; i < pages->segments.count; i++)
        base_os_unmap(&pages->segments.at[i]);
    for (size_t i = 0; i < pages->large.count; i++)
        free(pages->large.at[i]);
    if (pages->opened)
        close(pages->fd);
    base_vec_release(&pages->segments);
    base_vec_release(&pages->large);
    base_arena_release(&pages->small);
    *pages = (struct base_pages){0};
}

void *base_paged_grow(struct base_pages *pages, size_t *capacity, size_t size)
{
    size_t more = *capacity + BASE_PAGED_FIRST;
    if (base_paged_chunk(*capacity) >= BASE_PAGED_CHUNKS || more > SIZE_MAX / size)
        base_out_of_memory();
    *capacity += more;
    return base_pages_alloc(pages, more * size);
}
