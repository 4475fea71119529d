#include "base/graphviz.h"

bool base_graphviz_svg(const char *graph, struct base_text *out, struct base_error *ret_error)
{
    (void)graph;
    (void)out;
    return base_fail(ret_error, "this kymo was built without Graphviz, which draws graphs");
}
