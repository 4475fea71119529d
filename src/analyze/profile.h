/* Profiles: where goroutines spent their time, by stack, with counts and nanoseconds.
 *
 * A sink: analyze_profile_init, what it is to be about (scope, span_ns), a pass with analyze_profile_add,
 * analyze_profile_finish.
 *
 * The blocking profiles (net, sync, syscall, sched) are the official ones: their numbers are those of `go tool trace
 * -pprof=KIND`; go-tool-trace-analyses.md, section 5. Traces of Go 1.5 to 1.10 are refused there: their numbers are
 * those of the last release that took them, Go 1.21, which went by other rules (its cmd/trace/pprof.go). Without a
 * scope, a goroutine counts from its first time running to its end, and a wait that is not over when the trace ends
 * does not.
 *
 * The others have no counterpart there and leave nothing out:
 * - off-CPU: all time that goroutines were there and not running, by stack, state and reason. The stack is the
 *   goroutine's own where it stopped running; what waits to run or returns from a system call is still there. Before a
 *   goroutine first ran it is its start function.
 * - wall: the same and the time running, so that it adds up to the goroutines' lives. A trace does not tell where a
 *   goroutine was while it ran. Its run is put down to the stack at which it ended, or where none was told (at the end
 *   of the goroutine or of the trace) to the start function, if the trace has seen its creation: right as a sum over
 *   goroutines, but not where within them a processor was busy. That is what CPU samples tell.
 * - cpu: the samples of the CPU profiler that ran during the trace. Each counts ANALYZE_SAMPLE_NS, which is true for
 *   the usual rate of 100 a second: traces do not tell the rate.
 * Waits are told apart by analyze/idle.h: blocked, or idle for want of work. Waits by stack and reason make a record
 * each.
 *
 * A scope (analyze/scope.h) narrows a profile to intervals of chosen goroutines. A span narrows it to a stretch of
 * time: intervals are cut there.
 */
#ifndef KYMO_ANALYZE_PROFILE_H
#define KYMO_ANALYZE_PROFILE_H

#include "analyze/scope.h"
#include "model/pass.h"

enum analyze_profile_kind {
    ANALYZE_NET,
    ANALYZE_SYNC,
    ANALYZE_SYSCALL_PROFILE,
    ANALYZE_SCHED,
    ANALYZE_OFF_CPU,
    ANALYZE_CPU,
    ANALYZE_WALL,
    ANALYZE_PROFILE_KINDS,
    ANALYZE_BLOCKING_PROFILES = ANALYZE_OFF_CPU, /* the official ones come first */
};

enum { ANALYZE_SAMPLE_NS = 10000000 };

/* What a goroutine did meanwhile. */
enum analyze_time {
    ANALYZE_ANY_TIME, /* of profiles that are about a single kind of time */
    ANALYZE_TIME_RUNNING,
    ANALYZE_TIME_RUNNABLE,
    ANALYZE_TIME_SYSCALL,
    ANALYZE_TIME_BLOCKED,
    ANALYZE_TIME_IDLE,    /* waited for work */
    ANALYZE_TIME_UNKNOWN, /* waited since before the trace, which tells neither where nor why */
    ANALYZE_TIMES
};

/* "blocked"; NULL for ANALYZE_ANY_TIME. */
extern const char *const analyze_time_names[ANALYZE_TIMES];

struct analyze_profile_spec {
    const char *kind; /* as in -pprof=KIND, for the official ones */
    const char *path; /* of the page, without the slash; with "region" before it for the profile within regions */
    const char *title;
    const char *values[2];  /* what pprof calls counts and nanoseconds */
    enum order_state state; /* of the blocking profiles: the state that is timed */
};

extern const struct analyze_profile_spec analyze_profiles[ANALYZE_PROFILE_KINDS];

/* The kind of a name as in -pprof=NAME, or ANALYZE_PROFILE_KINDS. */
enum analyze_profile_kind analyze_profile_kind_of(const char *name);

struct analyze_record {
    uint32_t stack;  /* symbol */
    uint32_t reason; /* symbol: of waits of off-CPU and wall */
    uint8_t time;    /* enum analyze_time */
    uint64_t first;  /* ascends in the order in which records first came to an end */
    uint64_t count;
    int64_t ns;
};

struct analyze_profile {
    enum analyze_profile_kind kind;
    const struct analyze_scope *scope;       /* NULL: everything */
    struct analyze_interval span_ns;         /* after init all of time; may be set before the pass */
    BASE_VEC(struct analyze_record) records; /* after finish: one for each list of PCs (and time and reason), most
                                              * nanoseconds first */
    uint64_t total_count;
    int64_t total_ns;
    struct profile_work *work;
};

void analyze_profile_init(struct analyze_profile *profile, enum analyze_profile_kind kind,
                          const struct analyze_scope *scope);
/* The kinds of events that it looks at. */
#define ANALYZE_PROFILE_EVENTS (ORDER_KIND_BIT(ORDER_GO_TRANSITION) | ORDER_KIND_BIT(ORDER_STACK_SAMPLE))

void analyze_profile_add(void *self, const struct order_block *block, const struct order_symbols *symbols);
void analyze_profile_finish(struct analyze_profile *profile, const struct order_symbols *symbols);
void analyze_profile_release(struct analyze_profile *profile);

#endif
