#include "web/stacks.h"

void web_add_stack(struct output_json *json, const char *name, const struct order_symbols *symbols, uint32_t stack)
{
    if (!stack) {
        output_json_null(json, name);
        return;
    }
    output_json_open(json, name, '[');
    for (uint32_t i = 0; i < order_stack_depth(symbols, stack); i++) {
        const struct order_frame *frame = order_stack_frame(symbols, stack, i);
        output_json_open(json, NULL, '{');
        output_json_string(json, "func", order_string(symbols, frame->func));
        output_json_string(json, "file", order_string(symbols, frame->file));
        output_json_u64(json, "line", frame->line);
        output_json_address(json, "pc", frame->pc);
        output_json_close(json, '}');
    }
    output_json_close(json, ']');
}
