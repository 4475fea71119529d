#include "base/sort.h"
#include "output/calls_own.h"
#include "output/folded.h"

/* A stack of functions, and what it weighs. */
struct folded {
    uint32_t stack;
    int64_t weight;
};

static bool stack_before(const void *a, const void *b, void *context)
{
    (void)context;
    return ((const struct folded *)a)->stack < ((const struct folded *)b)->stack;
}

/* The stack's functions as one of `folds`: there a frame is a function alone. */
static uint32_t fold(struct order_symbols *folds, const struct order_symbols *symbols, uint32_t stack)
{
    BASE_VEC(uint32_t) frames = {0};
    for (uint32_t i = 0; i < order_stack_depth(symbols, stack); i++) {
        struct order_frame function = {.func = order_stack_frame(symbols, stack, i)->func};
        *base_vec_add(&frames) = order_symbols_add_frame(folds, function);
    }
    uint32_t folded = order_symbols_add_stack(folds, frames.at, (uint32_t)frames.count);
    base_vec_release(&frames);
    return folded;
}

static void add_line(struct base_text *out, const struct order_symbols *folds, const struct order_symbols *symbols,
                     const struct folded *folded)
{
    uint32_t depth = order_stack_depth(folds, folded->stack);
    for (uint32_t i = depth; i-- > 0;) {
        output_folded_name(out, order_string(symbols, order_stack_frame(folds, folded->stack, i)->func));
        base_text_char(out, i ? ';' : ' ');
    }
    if (!depth)
        base_text_add(out, "<unknown> ");
    base_text_i64(out, folded->weight);
    base_text_char(out, '\n');
}

void output_calls_folded(struct base_text *out, const struct analyze_call_samples *samples, bool counts)
{
    struct order_symbols folds;
    BASE_VEC(struct folded) all = {0};
    order_symbols_init(&folds);
    for (size_t i = 0; i < samples->all.count; i++) {
        const struct analyze_call_sample *sample = &samples->all.at[i];
        *base_vec_add(&all) =
            (struct folded){fold(&folds, &samples->symbols, sample->stack), counts ? sample->count : sample->ns};
    }
    /* Ids ascend in the order of the samples, which is that of their weight. */
    base_sort_stable(all.at, all.count, sizeof *all.at, stack_before, NULL);
    for (size_t i = 0, end; i < all.count; i = end) {
        struct folded sum = {all.at[i].stack, 0};
        for (end = i; end < all.count && all.at[end].stack == sum.stack; end++)
            sum.weight += all.at[end].weight;
        if (sum.weight)
            add_line(out, &folds, &samples->symbols, &sum);
    }
    base_vec_release(&all);
    order_symbols_release(&folds);
}
