/* Mutator utilisation over time: which share of the processors the collector left to the program.
 *
 * Made from what the collector did (collector.h), for a set of flags that say what counts as taken away. Without
 * ANALYZE_UTIL_PER_PROC the program is seen as a whole: one of four processors lost is a utilisation of 0.75. With it
 * each processor is seen alone, the program's goroutine on it either runs or does not. analyze/mmu.h asks for minima.
 *
 * By the official rules the series are those of Go's internal/trace.MutatorUtilizationV2, with all its quirks;
 * go-tool-trace-analyses.md, section 7. By kymo's own rules:
 * - a background worker counts from its label to its stop, once; the official tool counts it once more each time it is
 *   started again, and never takes that back, so that processors seem lost for good;
 * - an assist counts on the processor it runs on, while it runs;
 * - what was going on when the trace began counts from there, and so does GOMAXPROCS; traces of Go 1.21 and older do
 *   not tell it at first, then it is the first value told, or as many processors as were seen;
 * - a series ends with the trace, or with its processor, even if nothing is left to the program then;
 * - a worker that ran when the trace began is known as one when it is started again.
 * By both, series end where events are missing, and others begin where they go on.
 *
 * How processors share a stop of the world: with PER_PROC, `steps` tells of stops alone, and what only one processor
 * loses is kept beside them, in `busy`. So memory is in proportion to the collector's events, however many processors
 * there are: 24 bytes for each change of the whole, 40 for each stretch that a processor is busy with collection.
 * Making takes O(log n) for each event.
 */
#ifndef KYMO_ANALYZE_UTILIZATION_H
#define KYMO_ANALYZE_UTILIZATION_H

#include "analyze/collector.h"
#include "base/str.h"

/* What counts, as on the official page. */
enum {
    ANALYZE_UTIL_PER_PROC = 1,
    ANALYZE_UTIL_STW = 2,        /* stops of the world, for the collector */
    ANALYZE_UTIL_BACKGROUND = 4, /* background workers, but for idle ones; with PER_PROC, dedicated ones neither */
    ANALYZE_UTIL_ASSIST = 8,     /* goroutines that help to mark when they allocate */
    ANALYZE_UTIL_SWEEP = 16,
    ANALYZE_UTIL_FLAGS = 5
};

enum { ANALYZE_UTIL_DEFAULT = ANALYZE_UTIL_STW | ANALYZE_UTIL_BACKGROUND | ANALYZE_UTIL_ASSIST };

/* The official names: bit i of the flags is called analyze_util_flag_names[i]. */
extern const char *const analyze_util_flag_names[ANALYZE_UTIL_FLAGS];

/* The flag of such a name; 0 if there is none. */
unsigned analyze_util_flag_named(struct base_str name);

enum analyze_util_rules { ANALYZE_UTIL_OFFICIAL, ANALYZE_UTIL_OWN };

struct analyze_util_step {
    int64_t time_ns;
    double util;        /* from here on */
    double integral_ns; /* of the utilisation, from the first step to here */
};

/* The collector has the processor. */
struct analyze_util_busy {
    int64_t start_ns, end_ns;
    uint32_t start_step, end_step; /* the steps in force then */
    double integral_ns;            /* that of the steps at the start */
    double lost_ns; /* what the processor lost to this and the stretches before, apart from what the steps lose */
};

/* A series: the program as a whole, or a processor for as long as it existed. */
struct analyze_util_proc {
    int64_t id;     /* -1: all processors, or some that lost nothing but what the steps tell */
    uint64_t count; /* how many are alike */
    int64_t start_ns, end_ns;
    uint64_t points; /* official rules: of the official series; section 8 needs it */
    size_t busy_first, busy_count;
};

struct analyze_utilization {
    unsigned flags;
    enum analyze_util_rules rules;
    BASE_VEC(struct analyze_util_step) steps;
    BASE_VEC(struct analyze_util_proc) procs;
    BASE_VEC(struct analyze_util_busy) busy; /* by processor, in order of time */
};

/* How many series there are, as the official tool counts them; by the official rules also how many points they have. */
uint64_t analyze_utilization_series(const struct analyze_utilization *utilization);
uint64_t analyze_utilization_points(const struct analyze_utilization *utilization);

void analyze_utilization_make(struct analyze_utilization *utilization, const struct analyze_collector *collector,
                              unsigned flags, enum analyze_util_rules rules);
void analyze_utilization_release(struct analyze_utilization *utilization);

/* Leaves what lies from one time to another: series begin and end there, at the latest or the earliest. By kymo's rules
 * alone, as the official series are measured as a whole. */
void analyze_utilization_clip(struct analyze_utilization *utilization, int64_t start_ns, int64_t end_ns);

/* The last step at or before a time, or the first one; found the faster the nearer it is to `near`. */
size_t analyze_utilization_step(const struct analyze_utilization *utilization, size_t near, int64_t time_ns);

/* The integral of the steps up to a time, whose step it is. */
static inline double analyze_utilization_integral(const struct analyze_utilization *utilization, size_t step,
                                                  int64_t time_ns)
{
    const struct analyze_util_step *at = &utilization->steps.at[step];
    return at->integral_ns + at->util * (double)(time_ns - at->time_ns);
}

#endif
