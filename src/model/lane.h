/* A lane: what something (a processor, the collector) was busy with over time, as slices that do not overlap, in
 * compact columns.
 *
 * Stacks are not kept: who asks about one slice reads the trace again for them.
 *
 * Slices are added in order of time. Every 64 of them the time per state so far is kept, so that the time per state of
 * any stretch costs two searches and at most 126 additions, whatever the number of slices within; reference: a prefix
 * sum over an additive measure.
 */
#ifndef KYMO_MODEL_LANE_H
#define KYMO_MODEL_LANE_H

#include "base/memory.h"

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
};

enum { MODEL_LANE_STEP = 64, MODEL_LANE_STATES = 2 };

struct model_slice {
    int64_t start_ns, end_ns;
    uint32_t what; /* what it means is up to the lane's owner: a goroutine, a name */
    enum model_state state;
};

struct model_long_slice {
    size_t index;
    int64_t length_ns;
};

struct model_lane_sum {
    int64_t ns[MODEL_LANE_STATES];
};

struct model_lane {
    enum model_state states[MODEL_LANE_STATES]; /* the states its slices may have */
    size_t count, capacity;
    /* The columns. */
    int64_t *starts_ns;
    uint32_t *lengths_ns; /* UINT32_MAX: see long_slices */
    uint32_t *whats;
    uint8_t *state_indices;
    BASE_VEC(struct model_long_slice) long_slices;
    BASE_VEC(struct model_lane_sum) sums; /* one for each MODEL_LANE_STEP slices, before the first of them */
    struct model_lane_sum total;
};

void model_lane_init(struct model_lane *lane, enum model_state first, enum model_state second);
void model_lane_add(struct model_lane *lane, const struct model_slice *slice);
void model_lane_release(struct model_lane *lane);

struct model_slice model_lane_slice(const struct model_lane *lane, size_t index);
int64_t model_lane_length_ns(const struct model_lane *lane, size_t index);

/* The first slice that ends after a time; lane->count if there is none. */
size_t model_lane_after(const struct model_lane *lane, int64_t time_ns);

/* The first slice that begins at or after a time. */
size_t model_lane_starting(const struct model_lane *lane, int64_t time_ns);

/* Time in each of the lane's states up to a time. */
struct model_lane_sum model_lane_sum_until(const struct model_lane *lane, int64_t time_ns);

#endif
