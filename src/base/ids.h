/* The ids of goroutines, processors and threads, as three types that cannot be mixed up.
 *
 * Go numbers each kind with a signed 64-bit integer; -1 stands for "none".
 */
#ifndef KYMO_BASE_IDS_H
#define KYMO_BASE_IDS_H

#include <stdbool.h>
#include <stdint.h>

typedef struct {
    int64_t n;
} goroutine_id;

typedef struct {
    int64_t n;
} proc_id;

typedef struct {
    int64_t n;
} thread_id;

#define NO_GOROUTINE ((goroutine_id){-1})
#define NO_PROC ((proc_id){-1})
#define NO_THREAD ((thread_id){-1})

#endif
