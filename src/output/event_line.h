/* Events as lines for people, one after the other as they come: when, on which goroutine, processor and thread, what.
 */
#ifndef KYMO_OUTPUT_EVENT_LINE_H
#define KYMO_OUTPUT_EVENT_LINE_H

#include "base/text.h"
#include "order/event.h"
#include "order/symbols.h"

struct output_event_lines {
    struct base_text *out;
    int64_t first_ns;      /* times count from there */
    bool stacks;           /* print them below */
    goroutine_id followed; /* print how long it was in the state that it leaves; NO_GOROUTINE: nobody's */
    int64_t since_ns;      /* it is in its state */
    bool in_state;         /* it is known since when */
    uint64_t count;        /* of lines */
};

/* The headings come with the first line. */
void output_event_line(struct output_event_lines *lines, const struct order_symbols *symbols,
                       const struct order_event *event);

#endif
