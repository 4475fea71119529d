/* A figure that is set now and then (the heap's size): its values over time. */
#ifndef KYMO_MODEL_SERIES_H
#define KYMO_MODEL_SERIES_H

#include "base/memory.h"

#include <stdint.h>

struct model_point {
    int64_t time_ns;
    double value;
    double integral; /* of the value over ns, up to time_ns */
};

struct model_series {
    BASE_VEC(struct model_point) points;
};

/* Times ascend. */
void model_series_add(struct model_series *series, int64_t time_ns, double value);
void model_series_release(struct model_series *series);

/* Mean and highest value in `count` stretches of width_ns from start_ns on, up to last_ns; NaN before the first point.
 */
void model_series_measure(const struct model_series *series, int64_t last_ns, double start_ns, double width_ns,
                          size_t count, float *ret_mean, float *ret_highest);

#endif
