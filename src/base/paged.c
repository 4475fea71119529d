#include "base/paged.h"

#include <unistd.h>

/* Less than the first size in all is not worth a file; segments are of the second size at least. Where there is no
 * file, less than the third is not worth an allocation. */
enum { LITTLE_BYTES = 1 << 18, SEGMENT_BYTES = 4 << 20, SMALL_BYTES = 1 << 14, ALIGNMENT = 64 };

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
    if (!have_file(pages) || pages->full || bytes > SIZE_MAX - SEGMENT_BYTES)
        return false;
    size = (size + SEGMENT_BYTES - 1) / SEGMENT_BYTES * SEGMENT_BYTES; /* and so of whole pages */
    pages->full = !base_os_map_room(pages->fd, pages->file_bytes, size, &segment);
    if (pages->full)
        return false;
    *base_vec_add(&pages->segments) = segment;
    pages->file_bytes += size;
    pages->used_bytes = 0;
    return true;
}

static void *little_piece(struct base_pages *pages, size_t bytes)
{
    pages->little_bytes += bytes;
    return memset(base_arena_alloc(&pages->little, bytes), 0, bytes);
}

void *base_pages_alloc(struct base_pages *pages, size_t bytes)
{
    if (pages->little_bytes < LITTLE_BYTES && bytes <= LITTLE_BYTES - pages->little_bytes)
        return little_piece(pages, bytes);
    if (have_room(pages, bytes)) {
        const struct base_mapping *segment = &pages->segments.at[pages->segments.count - 1];
        void *at = (void *)(uintptr_t)(segment->data + pages->used_bytes);
        size_t left = segment->size - pages->used_bytes, take = (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        pages->used_bytes += take < left ? take : left;
        return at;
    }
    if (bytes < SMALL_BYTES)
        return little_piece(pages, bytes);
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
    base_arena_release(&pages->little);
    *pages = (struct base_pages){0};
}
