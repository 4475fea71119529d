/* Stacks in one line, as flame-graph tools read them: "main.main;main.work", the root first.
 *
 * Names come from a trace, and a name must not break a line or make frames: ';' becomes ':', and what is not printable
 * becomes '?'. A frame without a name is "<unknown>".
 */
#ifndef KYMO_OUTPUT_FOLDED_H
#define KYMO_OUTPUT_FOLDED_H

#include "base/text.h"
#include "order/symbols.h"

/* A frame's function. */
void output_folded_name(struct base_text *out, struct base_str name);

/* A stack; nothing for one without frames. */
void output_folded_stack(struct base_text *out, const struct order_symbols *symbols, uint32_t stack);

#endif
