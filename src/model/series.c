#include "model/series.h"

#include "base/number.h"

#include <math.h>

void model_series_add(struct model_series *series, int64_t time_ns, double value)
{
    double integral = 0;
    if (series->points.count) {
        const struct model_point *last = &series->points.at[series->points.count - 1];
        if (last->value == value)
            return;
        integral = last->integral + last->value * (double)(time_ns - last->time_ns);
    }
    *base_vec_add(&series->points) = (struct model_point){time_ns, value, integral};
}

void model_series_release(struct model_series *series)
{
    base_vec_release(&series->points);
}

/* The last point at or before a time; SIZE_MAX if there is none. */
static size_t point_at(const struct model_series *series, int64_t time_ns)
{
    size_t low = 0, high = series->points.count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (series->points.at[middle].time_ns <= time_ns)
            low = middle + 1;
        else
            high = middle;
    }
    return low - 1;
}

static double integral_at(const struct model_series *series, size_t index, int64_t time_ns)
{
    const struct model_point *point = &series->points.at[index];
    return point->integral + point->value * (double)(time_ns - point->time_ns);
}

void model_series_measure(const struct model_series *series, int64_t last_ns, double start_ns, double width_ns,
                          size_t count, float *ret_mean, float *ret_highest)
{
    for (size_t i = 0; i < count; i++) {
        double from = start_ns + (double)i * width_ns, to = from + width_ns;
        int64_t first_ns = series->points.count ? series->points.at[0].time_ns : last_ns;
        int64_t from_ns = from > (double)first_ns ? base_i64_of(from) : first_ns;
        int64_t to_ns = to < (double)last_ns ? base_i64_of(to) : last_ns;
        ret_mean[i] = ret_highest[i] = NAN;
        if (from_ns >= to_ns)
            continue;
        size_t first = point_at(series, from_ns), last = point_at(series, to_ns);
        double highest = series->points.at[first].value;
        for (size_t j = first + 1; j <= last; j++)
            highest = fmax(highest, series->points.at[j].value);
        ret_mean[i] = (float)((integral_at(series, last, to_ns) - integral_at(series, first, from_ns)) /
                              (double)(to_ns - from_ns));
        ret_highest[i] = (float)highest;
    }
}
