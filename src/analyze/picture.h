/* A trace as the official timeline draws it: slices, instants, arrows and counters on lanes. A sink that hands each of
 * them out as soon as it is complete, and keeps what is open alone.
 *
 *     struct analyze_picture picture;
 *     analyze_picture_init(&picture, ANALYZE_VIEW_PROC, draw, context);
 *     struct model_sink sink = {analyze_picture_add, &picture, ANALYZE_PICTURE_EVENTS};
 *     … a pass …
 *     analyze_picture_finish(&picture, symbols, pass.last_ns);
 *     analyze_picture_release(&picture);
 *
 * What is drawn is, as a set, what the official tool draws, with its quirks: go-tool-trace-analyses.md, section 10.
 * Without them, processor 0 wakes goroutines like any other, and what ends in a system call does not run on to the end.
 * The order is not the official one, and no tool asks for it. Times are those of the trace; of what was under way when
 * the trace began, that of the trace's begin. At a gap in a damaged trace what is open ends, and what comes after
 * begins anew.
 */
#ifndef KYMO_ANALYZE_PICTURE_H
#define KYMO_ANALYZE_PICTURE_H

#include "analyze/selection.h"
#include "base/map.h"
#include "base/text.h"
#include "model/pass.h"

/* What a lane stands for: a processor, a thread, a goroutine. */
enum analyze_view { ANALYZE_VIEW_PROC, ANALYZE_VIEW_THREAD, ANALYZE_VIEW_GOROUTINE };

/* Lanes beside those of processors, threads or goroutines, whose numbers are their ids. */
enum {
    ANALYZE_LANE_TIMERS = 1000001,
    ANALYZE_LANE_NETWORK = 1000002,
    ANALYZE_LANE_SYSCALLS = 1000003,
    ANALYZE_LANE_GC = 1000004
};

enum analyze_mark_kind {
    ANALYZE_SLICE,
    ANALYZE_INSTANT,
    ANALYZE_ARROW,
    ANALYZE_COUNTER,
    ANALYZE_LANE /* a lane that there is, with its name: once for each */
};

/* What a mark has beside its place. */
enum analyze_mark_detail {
    ANALYZE_DETAIL_NONE,
    ANALYZE_DETAIL_RUN,         /* of a slice in which a goroutine executes */
    ANALYZE_DETAIL_BLOCKED,     /* of the slice of a syscall: it lost its processor */
    ANALYZE_DETAIL_NOT_BLOCKED, /* it did not */
    ANALYZE_DETAIL_PROC,        /* of a processor's start and stop: thread and processor */
    ANALYZE_DETAIL_LOG
};

enum { ANALYZE_MOST_VALUES = 3 };

struct analyze_mark {
    enum analyze_mark_kind kind;
    enum analyze_mark_detail detail;
    struct base_str name;     /* until draw returns */
    int64_t start_ns, end_ns; /* an instant's and a counter's are the same */
    int64_t lane, end_lane;   /* of an arrow: from, to; of others the same */
    goroutine_id goroutine;   /* whose it is; NO_GOROUTINE: nobody's. Of an arrow, who then runs */
    uint32_t stack, end_stack;
    thread_id thread;
    proc_id proc;
    struct {
        const char *name;
        uint64_t value;
    } values[ANALYZE_MOST_VALUES]; /* of a counter; up to the first without a name */
};

typedef void analyze_draw(void *context, const struct analyze_mark *mark, const struct order_symbols *symbols);

#define ANALYZE_PICTURE_EVENTS (ORDER_ALL_KINDS & ~ORDER_KIND_BIT(ORDER_EXPERIMENTAL))

struct analyze_picture {
    enum analyze_view view;
    analyze_draw *draw;
    void *context;
    bool official;                             /* with the official tool's quirks, as after init */
    const struct analyze_selection *selection; /* what is drawn: what reaches into it. NULL, as after init: all */
    int64_t first_ns;                          /* of the trace, once something is drawn */
    struct picture_work *work;
};

void analyze_picture_init(struct analyze_picture *picture, enum analyze_view view, analyze_draw *draw, void *context);
void analyze_picture_add(void *self, const struct order_block *block, const struct order_symbols *symbols);

/* Draws what is still open, up to end_ns, and the lanes. */
void analyze_picture_finish(struct analyze_picture *picture, const struct order_symbols *symbols, int64_t end_ns);
void analyze_picture_release(struct analyze_picture *picture);

#endif
