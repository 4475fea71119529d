/* A lane: what something (a processor, the collector) was busy with over time, as slices that do not overlap, in
 * paged memory (base/paged.h).
 *
 * Stacks are not kept: who asks about one slice reads the trace again for them.
 *
 * Slices are added in order of time, twelve bytes each. Every 64 of them the time per state so far is kept, so that the
 * time per state of any stretch costs two searches and at most 126 additions, whatever the number of slices within;
 * reference: a prefix sum over an additive measure.
 */
#ifndef KYMO_MODEL_LANE_H
#define KYMO_MODEL_LANE_H

#include "base/paged.h"

#include <stdint.h>

/* What is drawn. The numbers are part of docs/http.md. */
enum model_state {
    MODEL_IDLE = 0,
    MODEL_RUNNING = 1,
    MODEL_RUNNABLE = 2,
    MODEL_WAIT_SYNC = 3,
    MODEL_WAIT_CHANNEL = 4,
    MODEL_WAIT_NETWORK = 5,
    MODEL_WAIT_SLEEP = 6,
    MODEL_WAIT_GC = 7,
    MODEL_SYSCALL = 8,
    MODEL_ASSIST = 9,
    MODEL_STW = 10,
    MODEL_REGION = 11,
    MODEL_TASK = 12,
    MODEL_LOST = 13,
    MODEL_GC = 14,
    MODEL_SCHEDULING = 15,
    MODEL_WAIT_OTHER = 16,
    MODEL_SWEEP = 17,
    MODEL_SAMPLE = 18, /* marks alone have these */
    MODEL_LOG = 19,
    MODEL_CALL = 20,
};

enum { MODEL_STATES = 21, MODEL_LANE_STEP = 64, MODEL_LANE_STATES = 2 };

/* Sets of states. MODEL_WAITS: for something else than a processor. */
#define MODEL_STATE_BIT(state) (UINT32_C(1) << (state))
#define MODEL_WAITS                                                                                                    \
    (MODEL_STATE_BIT(MODEL_WAIT_SYNC) | MODEL_STATE_BIT(MODEL_WAIT_CHANNEL) | MODEL_STATE_BIT(MODEL_WAIT_NETWORK) |    \
     MODEL_STATE_BIT(MODEL_WAIT_SLEEP) | MODEL_STATE_BIT(MODEL_WAIT_GC) | MODEL_STATE_BIT(MODEL_WAIT_OTHER))

/* The time in those states, of what is the time in each. */
static inline int64_t model_states_ns(const int64_t ns[MODEL_STATES], uint32_t states)
{
    int64_t sum_ns = 0;
    for (int state = 0; state < MODEL_STATES; state++)
        if (states & MODEL_STATE_BIT(state))
            sum_ns += ns[state];
    return sum_ns;
}

struct model_slice {
    int64_t start_ns, end_ns;
    uint32_t what; /* what it means is up to the lane's owner: a goroutine, a name */
    enum model_state state;
};

/* A moment in a lane. */
struct model_place {
    size_t starting;          /* the first slice that begins at or after it; the number of slices if there is none */
    size_t after;             /* the first slice that ends after it: that one, or the one before */
    int64_t ns[MODEL_STATES]; /* time in each state up to it, since one that is the same for all places of the lane */
};

/* A slice as it is kept. No bit fields: to set one is to read it first, and a page that is read first faults twice. */
struct model_span {
    uint32_t gap_ns;          /* since the end of the slice before */
    uint32_t length_ns_state; /* twice the length, and which of the lane's states */
    uint32_t what;
};

/* A slice whose span's gap_ns is UINT32_MAX: one of the two does not fit there. */
struct model_long_span {
    size_t index;
    int64_t gap_ns, length_ns;
};

/* MODEL_LANE_STEP slices. */
struct model_lane_step {
    struct model_span *spans;
    int64_t from_ns;               /* the end of the slice before, or the begin of the lane's first */
    int64_t ns[MODEL_LANE_STATES]; /* before it */
};

/* How many of the steps first, first + 1 … end - 1 begin before a time, those before `first` counted in. `times` is
 * where the time of step 0 stands, stride_bytes apart from the next one's. Looks twice as far each time before it
 * halves: who asks for one place after the other finds the next one near. */
static inline size_t model_steps_before(const int64_t *times, size_t stride_bytes, size_t first, size_t end,
                                        int64_t time_ns)
{
    const char *bytes = (const char *)times;
    size_t low = first, high = end;
    for (size_t reach = 1; low + reach < high; reach *= 2) {
        if (*(const int64_t *)(const void *)(bytes + (low + reach) * stride_bytes) >= time_ns)
            high = low + reach;
        else
            low += reach;
    }
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (*(const int64_t *)(const void *)(bytes + middle * stride_bytes) < time_ns)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Places are looked for so many at once: of a large lane nothing is in a cache, and what they lie in can be on its way
 * together. */
enum { MODEL_PLACES_AT_ONCE = 16 };

static inline void model_prefetch(const void *from, size_t size_bytes)
{
    enum { CACHE_LINE_BYTES = 64 };
    for (size_t at = 0; at < size_bytes; at += CACHE_LINE_BYTES)
        __builtin_prefetch((const char *)from + at);
}

struct model_lane {
    enum model_state states[MODEL_LANE_STATES]; /* the states its slices may have */
    size_t count;
    int64_t end_ns; /* of the last slice */
    int64_t ns[MODEL_LANE_STATES];
    BASE_VEC(struct model_long_span) long_spans;
    BASE_VEC(struct model_lane_step) steps;
    struct base_pages *pages;
};

/* The pages must live as long as the lane. */
void model_lane_init(struct model_lane *lane, struct base_pages *pages, enum model_state first,
                     enum model_state second);
void model_lane_add(struct model_lane *lane, const struct model_slice *slice);
void model_lane_release(struct model_lane *lane);

/* Slices first, first + 1 … of the lane, as many as there are up to count; returns how many. */
size_t model_lane_read(const struct model_lane *lane, size_t first, size_t count, struct model_slice *ret_slices);

/* One slice. */
struct model_slice model_lane_slice(const struct model_lane *lane, size_t index);

/* What one slice is about: cheaper than the whole. */
static inline uint32_t model_lane_what(const struct model_lane *lane, size_t index)
{
    return lane->steps.at[index / MODEL_LANE_STEP].spans[index % MODEL_LANE_STEP].what;
}

void model_lane_place(const struct model_lane *lane, int64_t time_ns, struct model_place *ret_place);

/* The places of times that do not decrease: cheaper than one by one. */
void model_lane_places(const struct model_lane *lane, const int64_t *times_ns, size_t count,
                       struct model_place *ret_places);

#endif
