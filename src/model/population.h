/* How many of something (goroutines, processors) are in each of a few classes, over time.
 *
 * Each change is kept (two to five bytes, in paged memory), so that every zoom level is exact. Every 128 changes the
 * counts, their integral over time so far and the highest counts of the step are kept: the mean and the maximum of any
 * stretch cost two searches, at most 254 changes, and one look at each step within.
 */
#ifndef KYMO_MODEL_POPULATION_H
#define KYMO_MODEL_POPULATION_H

#include "base/paged.h"

#include <stdbool.h>
#include <stdint.h>

enum { MODEL_CLASSES = 4, MODEL_NO_CLASS = 7, MODEL_POPULATION_STEP = 128 };

struct model_counts {
    uint32_t of[MODEL_CLASSES];
};

struct model_population_step {
    int64_t time_ns;                /* of the step's first change */
    const uint8_t *changes;         /* one after the other; see population.c */
    struct model_counts before;     /* the counts before that change */
    struct model_counts highest;    /* from before it to the end of the step */
    uint64_t offset[MODEL_CLASSES]; /* see struct model_population */
};

struct model_population {
    size_t change_count;
    BASE_VEC(struct model_population_step) steps;
    uint8_t *at; /* where the next change goes, */
    size_t room; /* and how many bytes there are */
    struct model_counts now;
    int64_t last_ns;
    /* The integral of a count over time, up to a time t, is count * t - offset: every change of a count by one at u
     * changes the offset by u. All of it modulo 2^64, so that differences are exact. */
    uint64_t offset[MODEL_CLASSES];
    struct base_pages *pages;
};

/* The pages must live as long as the population. */
void model_population_init(struct model_population *population, struct base_pages *pages);

/* Times ascend. MODEL_NO_CLASS: comes into being, or ceases to be. */
void model_population_move(struct model_population *population, int64_t time_ns, unsigned from, unsigned to);
void model_population_release(struct model_population *population);

/* Mean and highest count of each class in `count` stretches of width_ns from start_ns on; stretches that lie outside
 * [first, last] or only partly within are measured by what is within. Arrays are [class][count], NaN where there is
 * nothing. */
void model_population_measure(const struct model_population *population, int64_t first_ns, int64_t last_ns,
                              double start_ns, double width_ns, size_t count, float *const ret_mean[MODEL_CLASSES],
                              float *const ret_highest[MODEL_CLASSES]);

#endif
