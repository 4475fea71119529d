/* Finding events: by kind, processor, thread, reason, function, text, and by what a selection takes in.
 *
 *     struct analyze_finder finder = {.kinds = …, .selection = &selection, .reason.pattern = &pattern};
 *     … in a sink: if (analyze_finder_takes(&finder, symbols, event)) …
 *     analyze_finder_release(&finder);
 *
 * All conditions must hold. Zero-initialised, but for kinds, it takes everything.
 */
#ifndef KYMO_ANALYZE_FINDER_H
#define KYMO_ANALYZE_FINDER_H

#include "analyze/matching.h"
#include "analyze/selection.h"

/* What an event is called when it is looked for. Each event is of one plain kind; the others are names for several. */
struct analyze_event_kind {
    const char *name;
    uint32_t kinds;    /* ORDER_KIND_BIT */
    uint32_t from, to; /* of transitions: bits by enum order_state; 0: any */
    bool is_many;      /* a name for several */
    const char *help;
};

enum { ANALYZE_EVENT_KINDS = 29 };
extern const struct analyze_event_kind analyze_event_kinds[ANALYZE_EVENT_KINDS];

/* A set of them: bits by index. */
typedef uint32_t analyze_event_kind_set;

/* The plain kind of an event: its index. */
size_t analyze_event_kind_of(const struct order_event *event);

/* The plain kinds that a name stands for; 0 if it is none. */
analyze_event_kind_set analyze_event_kinds_named(struct base_str name);

/* The kinds of the ordered stream that they are among: for model_sink.kinds. */
uint32_t analyze_event_order_kinds(analyze_event_kind_set kinds);

struct analyze_finder {
    analyze_event_kind_set kinds;              /* 0: all */
    const struct analyze_selection *selection; /* NULL: everything */
    bool by_proc, by_thread;
    proc_id proc; /* on which it happened, or that it is about */
    thread_id thread;
    struct analyze_matching reason;   /* of transitions */
    struct analyze_matching name;     /* of tasks, regions, ranges, labels, and categories of logs */
    struct analyze_matching function; /* in one of its stacks */
    struct base_str log;              /* in a log's category or message; size 0: any event */
};

bool analyze_finder_takes(struct analyze_finder *finder, const struct order_symbols *symbols,
                          const struct order_event *event);
void analyze_finder_release(struct analyze_finder *finder);

#endif
