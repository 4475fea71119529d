/* An event in plain words: "unblocks G12", "G5 blocks (chan receive)". */
#ifndef KYMO_OUTPUT_WORDS_H
#define KYMO_OUTPUT_WORDS_H

#include "base/text.h"
#include "order/event.h"
#include "order/symbols.h"

void output_event_words(struct base_text *out, const struct order_symbols *symbols, const struct order_event *event);

#endif
