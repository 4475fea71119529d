/* Numbers that may be too large for their type: the nearest one there is stands for them. */
#ifndef KYMO_BASE_NUMBER_H
#define KYMO_BASE_NUMBER_H

#include <stdint.h>

/* The whole part of a number. What is none, INT64_MIN. */
static inline int64_t base_i64_of(double number)
{
    if (number >= 9223372036854775808.0)
        return INT64_MAX;
    return number >= -9223372036854775808.0 ? (int64_t)number : INT64_MIN;
}

static inline int64_t base_i64_sum(int64_t a, int64_t b)
{
    int64_t sum;
    if (!__builtin_add_overflow(a, b, &sum))
        return sum;
    return b < 0 ? INT64_MIN : INT64_MAX;
}

#endif
