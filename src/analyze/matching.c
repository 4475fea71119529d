#include "analyze/matching.h"

enum { UNKNOWN, MATCHES_NOT, MATCHES };

/* What is known of a symbol, which may be new. */
static uint8_t *known_of(struct analyze_matched *matched, uint32_t symbol)
{
    while (matched->by_symbol.count <= symbol)
        *base_vec_add(&matched->by_symbol) = UNKNOWN;
    return &matched->by_symbol.at[symbol];
}

bool analyze_matches_name(struct analyze_matching *matching, const struct order_symbols *symbols, uint32_t name)
{
    if (!matching->pattern)
        return true;
    uint8_t *known = known_of(&matching->names, name);
    if (*known == UNKNOWN) {
        struct base_str string = order_string(symbols, name);
        bool matches = matching->exact ? base_pattern_is(matching->pattern, string)
                                       : base_pattern_matches(matching->pattern, string);
        *known = matches ? MATCHES : MATCHES_NOT;
    }
    return *known == MATCHES;
}

bool analyze_matches_stack(struct analyze_matching *matching, const struct order_symbols *symbols, uint32_t stack)
{
    if (!matching->pattern)
        return true;
    uint8_t *known = known_of(&matching->stacks, stack);
    if (*known == UNKNOWN) {
        *known = MATCHES_NOT;
        for (uint32_t i = 0; i < order_stack_depth(symbols, stack) && *known == MATCHES_NOT; i++)
            if (analyze_matches_name(matching, symbols, order_stack_frame(symbols, stack, i)->func))
                *known = MATCHES;
    }
    return *known == MATCHES;
}

void analyze_matching_see(struct analyze_matching *matching, const struct order_symbols *symbols, uint32_t name)
{
    if (matching->pattern && !matching->exact)
        matching->exact = base_pattern_is(matching->pattern, order_string(symbols, name));
}

void analyze_matching_release(struct analyze_matching *matching)
{
    base_vec_release(&matching->names.by_symbol);
    base_vec_release(&matching->stacks.by_symbol);
}
