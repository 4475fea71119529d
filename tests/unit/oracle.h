/* What the viewer's lanes must show, found out from the events by brute force: plain lists of slices and of counts,
 * measured by looking at each of them. Nothing of src/model is used. */
#ifndef KYMO_TESTS_ORACLE_H
#define KYMO_TESTS_ORACLE_H

#include "support.h"

#include "base/memory.h"

enum { ORACLE_STATES = 20, ORACLE_COUNTERS = 4 };

struct oracle_slice {
    int64_t start_ns, end_ns, goroutine; /* goroutine: its id, -1: none */
    int state;                           /* as in docs/http.md */
};

struct oracle_lane {
    BASE_VEC(struct oracle_slice) slices;
    int64_t id;     /* of the processor or goroutine */
    uint32_t open;  /* index + 1 of the last slice, while it goes on */
    int mark;       /* the state of its slices, if these have no length */
    int64_t thread; /* of a goroutine: the thread that it executes on; -1: it does not */
};

/* The values of a counter's series from a time on. */
struct oracle_change {
    int64_t time_ns;
    double values[ORACLE_COUNTERS];
};

struct oracle_counter {
    BASE_VEC(struct oracle_change) changes;
};

struct oracle {
    int64_t first_ns, last_ns, known_from_ns, sync_ns;
    bool any;
    struct oracle_lane gc, stw;
    BASE_VEC(struct oracle_lane) procs, goroutines, threads; /* in order of appearance; in the end threads by id */
    struct oracle_lane network, timers, syscalls;            /* wake-ups */
    struct oracle_counter states;                            /* goroutines running, runnable, waiting, in a syscall */
    struct oracle_counter running_procs;                     /* the first alone */
    struct oracle_counter heap, goal;                        /* likewise */
};

/* False if nothing of the trace can be read. */
bool oracle_read(struct oracle *oracle, const struct base_mapping *file);
void oracle_release(struct oracle *oracle);

/* Of one stretch of a lane: time per state; returns how many slices touch it. */
size_t oracle_measure(const struct oracle_lane *lane, int64_t from_ns, int64_t to_ns, int64_t *ret_ns);

/* Mean and highest value within a stretch; false if there is none. */
bool oracle_count(const struct oracle_counter *counter, int series, int64_t from_ns, int64_t to_ns, double *ret_mean,
                  double *ret_highest);

#endif
