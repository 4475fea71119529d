#include "output/folded.h"

void output_folded_name(struct base_text *out, struct base_str name)
{
    size_t from = 0;
    if (!name.size)
        base_text_add(out, "<unknown>");
    for (size_t i = 0; i < name.size; i++) {
        if (name.data[i] != ';')
            continue;
        base_text_safely(out, (struct base_str){name.data + from, i - from});
        base_text_char(out, ':');
        from = i + 1;
    }
    base_text_safely(out, (struct base_str){name.data + from, name.size - from});
}

void output_folded_stack(struct base_text *out, const struct order_symbols *symbols, uint32_t stack)
{
    for (uint32_t depth = order_stack_depth(symbols, stack); depth--;) {
        output_folded_name(out, order_string(symbols, order_stack_frame(symbols, stack, depth)->func));
        if (depth)
            base_text_char(out, ';');
    }
}
