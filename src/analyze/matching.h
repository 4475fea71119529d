/* Which names and stacks of a trace match a pattern: each is tried once.
 *
 *     struct analyze_matching matching = {.pattern = &pattern};
 *     if (analyze_matches_name(&matching, symbols, event->name)) …
 *     analyze_matching_release(&matching);
 *
 * Symbols may be any view of the same pass's.
 */
#ifndef KYMO_ANALYZE_MATCHING_H
#define KYMO_ANALYZE_MATCHING_H

#include "base/memory.h"
#include "base/pattern.h"
#include "order/symbols.h"

/* What is known of each symbol. */
struct analyze_matched {
    BASE_VEC(uint8_t) by_symbol;
};

struct analyze_matching {
    const struct base_pattern *pattern; /* NULL: everything matches */
    bool exact;                         /* only what is the pattern itself does */
    struct analyze_matched names, stacks;
};

bool analyze_matches_name(struct analyze_matching *matching, const struct order_symbols *symbols, uint32_t name);

/* Whether a function of the stack does. */
bool analyze_matches_stack(struct analyze_matching *matching, const struct order_symbols *symbols, uint32_t stack);

/* A pattern that is a name as it stands is meant as that: call it for each name there is, before the first is held
 * against the pattern. */
void analyze_matching_see(struct analyze_matching *matching, const struct order_symbols *symbols, uint32_t name);

void analyze_matching_release(struct analyze_matching *matching);

#endif
