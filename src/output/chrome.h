/* A trace in Chrome's trace-event format, as JSON: what chrome://tracing, Perfetto and Speedscope open.
 *
 *     struct output_chrome chrome;
 *     output_chrome_begin(&chrome, ANALYZE_VIEW_PROC, NULL, &out);
 *     struct model_sink sink = {output_chrome_add, &chrome, ANALYZE_PICTURE_EVENTS};
 *     … a pass …
 *     output_chrome_end(&chrome, symbols, pass.last_ns);
 *     output_chrome_release(&chrome);
 *
 * The events are, as a set and to the byte, those of the official tool's timeline (go-tool-trace-analyses.md, section
 * 10), but for the numbers of arrows and of stack frames. Written as it comes: what is kept is a number for each frame
 * of each distinct stack that was written.
 */
#ifndef KYMO_OUTPUT_CHROME_H
#define KYMO_OUTPUT_CHROME_H

#include "analyze/picture.h"
#include "base/map.h"
#include "base/text.h"

/* A frame of a tree of stacks. */
struct output_chrome_node {
    uint32_t parent; /* 0: a root */
    uint32_t frame;  /* of the symbols */
};

struct output_chrome {
    struct base_text *out;
    struct analyze_picture picture;
    bool comma; /* an event stands before */
    uint64_t arrows;
    BASE_VEC(struct output_chrome_node) nodes; /* node N has the number N + 1 */
    BASE_VEC(uint32_t) node_by_stack;          /* number; 0: not there yet */
    struct base_map pc_index, node_by_pc;      /* pc to a small number; parent and that to a node's number */
    uint32_t pcs;
};

/* The struct must stay where it is. The selection (NULL: everything) says what is written: what reaches into it. */
void output_chrome_begin(struct output_chrome *chrome, enum analyze_view view,
                         const struct analyze_selection *selection, struct base_text *out);
void output_chrome_add(void *self, const struct order_block *block, const struct order_symbols *symbols);
void output_chrome_end(struct output_chrome *chrome, const struct order_symbols *symbols, int64_t last_ns);
void output_chrome_release(struct output_chrome *chrome);

#endif
