/* Memory for what may grow large: pages of a temporary file.
 *
 * The pages are mapped and shared with an unlinked temporary file, so that the kernel can write them out when memory
 * gets short, and have it back; the file is gone when they are released, however the program ends. Room is reserved on
 * the disk before it is handed out. What is little, and all of it where no file or no room can be had, lies in ordinary
 * memory.
 *
 *     struct base_pages pages = {0};
 *     struct thing *things = base_pages_alloc(&pages, 64 * sizeof *things);
 *     base_pages_release(&pages);                    and all that lies in them
 */
#ifndef KYMO_BASE_PAGED_H
#define KYMO_BASE_PAGED_H

#include "base/memory.h"
#include "base/os.h"

struct base_pages {
    struct base_arena little; /* the first pieces, and small ones that found no room in the file; of so many bytes */
    size_t little_bytes;
    BASE_VEC(struct base_mapping) segments; /* of the file, in order */
    BASE_VEC(void *) large;                 /* what found no room there */
    size_t used_bytes;                      /* of the last segment */
    uint64_t file_bytes;
    int fd;
    bool opened, failed; /* there is a file; there will be none */
    bool full;           /* there was no room for a segment */
};

/* 8-byte aligned memory, all zeros, that lives until the pages are released. Never NULL. */
void *base_pages_alloc(struct base_pages *pages, size_t bytes);
void base_pages_release(struct base_pages *pages);

#endif
