/* Drawings of graphs by Graphviz's library, libgvc. It is loaded when it is needed: with all that it depends on that
 * takes longer than many a trace, and few draw anything.
 */
#ifndef KYMO_BASE_GRAPHVIZ_H
#define KYMO_BASE_GRAPHVIZ_H

#include "base/error.h"
#include "base/text.h"

#include <stdbool.h>

/* Appends the graph, in Graphviz's language, laid out by its program dot, as SVG. False, with the reason, where that
 * cannot be: the library or its plugins are missing, or it cannot read the graph. */
bool base_graphviz_svg(const char *graph, struct base_text *out, struct base_error *ret_error);

#endif
