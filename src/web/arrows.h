/* The arrows of an opened trace: a pass when they are first asked for, kept from then on. Internal to src/web; may be
 * asked by several threads at once. */
#ifndef KYMO_WEB_ARROWS_H
#define KYMO_WEB_ARROWS_H

#include "model/arrows.h"
#include "web/once.h"

struct web_arrows {
    struct web_once once;
    struct model_arrows arrows;
};

struct web_arrows *web_arrows_new(void);
void web_arrows_free(struct web_arrows *of_trace);

/* They live as long as the trace, and do not change. Waits until the trace has been read. NULL if it cannot be read
 * again, or was abandoned. */
const struct model_arrows *web_arrows_get(struct web_trace *trace);

#endif
