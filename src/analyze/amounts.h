/* Nanoseconds by name: how long a goroutine was blocked for each reason, or within each kind of range.
 *
 * There are a handful of names in a real trace. A hostile one may hold many: beyond ANALYZE_MOST_NAMES what is added
 * goes to one collective name, so that no operation costs more than that many steps.
 */
#ifndef KYMO_ANALYZE_AMOUNTS_H
#define KYMO_ANALYZE_AMOUNTS_H

#include "base/memory.h"

#include <stdint.h>

enum { ANALYZE_MOST_NAMES = 64 };

/* The collective name: no symbol has this id. Shown as "(other)". */
#define ANALYZE_OTHER_NAME UINT32_MAX

struct analyze_amount {
    uint32_t name; /* symbol */
    int64_t ns;
};

struct analyze_amounts {
    BASE_VEC(struct analyze_amount) of;
};

/* The amount of a name, made 0 if it is not there yet. The pointer is valid until the next call. */
int64_t *analyze_amount_of(struct analyze_amounts *amounts, uint32_t name);

void analyze_amounts_copy(struct analyze_amounts *to, const struct analyze_amounts *from);

/* Subtracts what is in `minus` from the names that `amounts` has. */
void analyze_amounts_subtract(struct analyze_amounts *amounts, const struct analyze_amounts *minus);

static inline void analyze_amounts_release(struct analyze_amounts *amounts)
{
    base_vec_release(&amounts->of);
}

#endif
