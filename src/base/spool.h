/* A spool: a temporary file that is written from front to back and then mapped, for bytes that come from elsewhere and
 * have to be at hand as a whole. Memory holds no more of it than what is on its way to the file.
 *
 *     struct base_spool spool;
 *     if (base_spool_begin(&spool, &error)) {
 *         base_text_bytes(&spool.text, bytes, size); …          spool.text.failed: there is no room
 *         mapped = base_spool_map(&spool, &mapping, &error);
 *         base_spool_release(&spool);
 *     }
 *
 * The mapping outlives the spool; base_os_unmap ends it, and the file with it.
 */
#ifndef KYMO_BASE_SPOOL_H
#define KYMO_BASE_SPOOL_H

#include "base/error.h"
#include "base/os.h"
#include "base/text.h"

#include <stdbool.h>

struct base_spool {
    struct base_text text; /* goes to the file */
    const char *folder;    /* where the file lies; not owned */
};

bool base_spool_begin(struct base_spool *spool, struct base_error *ret_error);

/* False also if not everything that was added found room: the error says where that was. */
bool base_spool_map(struct base_spool *spool, struct base_mapping *ret_mapping, struct base_error *ret_error);

void base_spool_release(struct base_spool *spool);

#endif
