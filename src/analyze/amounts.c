#include "analyze/amounts.h"

#include <string.h>

int64_t *analyze_amount_of(struct analyze_amounts *amounts, uint32_t name)
{
    for (size_t i = 0; i < amounts->of.count; i++)
        if (amounts->of.at[i].name == name)
            return &amounts->of.at[i].ns;
    if (amounts->of.count >= ANALYZE_MOST_NAMES && name != ANALYZE_OTHER_NAME)
        return analyze_amount_of(amounts, ANALYZE_OTHER_NAME);
    struct analyze_amount *amount = base_vec_add(&amounts->of);
    *amount = (struct analyze_amount){name, 0};
    return &amount->ns;
}

void analyze_amounts_copy(struct analyze_amounts *to, const struct analyze_amounts *from)
{
    to->of.count = 0;
    base_vec_reserve(&to->of, from->of.count);
    if (from->of.count)
        memcpy(to->of.at, from->of.at, from->of.count * sizeof *from->of.at);
    to->of.count = from->of.count;
}

void analyze_amounts_subtract(struct analyze_amounts *amounts, const struct analyze_amounts *minus)
{
    for (size_t i = 0; i < minus->of.count; i++)
        for (size_t j = 0; j < amounts->of.count; j++)
            if (amounts->of.at[j].name == minus->of.at[i].name)
                amounts->of.at[j].ns -= minus->of.at[i].ns;
}
