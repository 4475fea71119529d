/* Where goroutines spent the time that a selection is about.
 *
 *     analyze_portions_init(&portions, &selection);
 *     … a pass with analyze_goroutines_add, and with analyze_portions_add, &portions …
 *     analyze_goroutines_finish(&goroutines, symbols);
 *     analyze_portions_finish(&portions, &goroutines);
 *
 * The result is that of analyze/goroutines.h, of those goroutines alone that have something selected, and their figures
 * are of what is selected alone. They are sums of exact lives (model/lives.h): where the official ones count a time
 * twice or not at all, they do not. All time in system calls counts as such; ranges of the collector are left out.
 * Regions that are selected in part stay as they are.
 */
#ifndef KYMO_ANALYZE_PORTIONS_H
#define KYMO_ANALYZE_PORTIONS_H

#include "analyze/selection.h"
#include "model/lives.h"

/* Of one goroutine, whoever had its id. */
struct analyze_portion {
    int64_t exec_ns, sched_wait_ns, syscall_ns, block_ns;
    uint32_t first_block; /* index + 1 of analyze_portions.blocks; 0: none */
};

struct analyze_portion_block {
    uint32_t reason; /* symbol */
    uint32_t next;   /* as first_block */
    int64_t ns;
};

struct analyze_portions {
    const struct analyze_selection *selection;
    struct model_lives lives;
    struct base_map index_by_id;
    BASE_VEC(struct analyze_portion) of;
    BASE_VEC(struct analyze_portion_block) blocks;
    BASE_VEC(goroutine_id) ids; /* by slot */
    BASE_VEC(uint32_t) reasons; /* by slot: what it last waited for */
    bool any;
    int64_t first_ns, last_ns;
};

/* The selection is borrowed. */
void analyze_portions_init(struct analyze_portions *portions, const struct analyze_selection *selection);
void analyze_portions_add(void *self, const struct order_block *block, const struct order_symbols *symbols);

/* goroutines: finished. Releases the portions. */
void analyze_portions_finish(struct analyze_portions *portions, struct analyze_goroutines *goroutines);
void analyze_portions_release(struct analyze_portions *portions);

#endif
