/* The ordered events as text: what `go tool trace -d=parsed` prints. go-trace-ordering.md, section 11. */
#ifndef KYMO_OUTPUT_PARSED_H
#define KYMO_OUTPUT_PARSED_H

#include "base/text.h"
#include "order/reader.h"

/* One event: its line, its stacks, and the newlines after them. */
void output_parsed_event(struct base_text *out, const struct order_symbols *symbols, const struct order_event *event);

/* Without what all events have in common (thread, processor, goroutine, kind, time), and without stacks. */
void output_parsed_details(struct base_text *out, const struct order_symbols *symbols, const struct order_event *event);

#endif
