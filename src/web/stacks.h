/* Stacks in replies. Internal to src/web. */
#ifndef KYMO_WEB_STACKS_H
#define KYMO_WEB_STACKS_H

#include "order/symbols.h"
#include "output/json.h"

/* Writes a stack as FRAMEs of docs/http.md, leaf first; null if it is absent. */
void web_add_stack(struct output_json *json, const char *name, const struct order_symbols *symbols, uint32_t stack);

#endif
