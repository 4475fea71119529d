/* Generations: the self-contained parts of a v2 trace, read one after the other.
 *
 *     struct wire_reader reader;
 *     wire_reader_init(&reader, &file, &error);
 *     struct wire_generation generation = {0};
 *     while (wire_reader_next(&reader, &generation, &error) == WIRE_GENERATION)
 *         … generation.tables, generation.threads …
 *     wire_generation_release(&generation);
 *
 * Batches are found by their headers alone; the bodies of event batches are not touched. Tables, samples and the clock
 * are read. Source: Go's internal/trace/generation.go and batch.go; go-trace-format.md, sections 3 to 5.
 *
 * As it is, the first thing that is wrong ends reading, as it does in the official reader. With reader.go_on set, it is
 * noted in the generation, the reader looks for the next batch, and a generation holds what could be read of it.
 */
#ifndef KYMO_WIRE_GENERATION_H
#define KYMO_WIRE_GENERATION_H

#include "base/error.h"
#include "base/ids.h"
#include "base/memory.h"
#include "base/os.h"
#include "wire/header.h"
#include "wire/tables.h"

#include <stdbool.h>
#include <stdint.h>

#define WIRE_NO_BATCH UINT32_MAX

struct wire_batch {
    const uint8_t *body;
    uint32_t size_bytes;
    uint32_t next; /* the same thread's next event batch in this generation, or WIRE_NO_BATCH */
    uint64_t time_units;
    uint64_t number; /* counted from 1 over the file */
    uint64_t experiment;
    thread_id thread;
};

/* A thread with at least one event batch; in order of first appearance. */
struct wire_thread {
    thread_id id;
    uint32_t first_batch, last_batch;
};

struct wire_cpu_sample {
    int64_t time_ns;
    thread_id thread;
    proc_id proc;
    goroutine_id goroutine; /* 0 on the wire, none, is -1 here */
    uint64_t stack_id;      /* of the wire: may be one that does not exist */
};

struct wire_clock {
    double ns_per_unit;
    uint64_t whole_ns_per_unit; /* the same, if it is a whole number; else 0 */
    bool has_snapshot;
    uint64_t snapshot_units, monotonic_ns, wall_seconds, wall_ns;
};

struct wire_generation {
    uint64_t number;
    uint64_t offset_bytes, end_bytes; /* where in the file it lies */
    uint64_t min_time_units;
    uint64_t frequency; /* units per second */
    struct wire_clock clock;
    struct wire_tables tables;
    BASE_VEC(struct wire_batch) batches; /* event batches */
    BASE_VEC(struct wire_thread) threads;
    BASE_VEC(struct wire_cpu_sample) samples; /* in the official order */
    BASE_VEC(struct wire_batch) experimental;
    struct base_map thread_by_id;
    /* When reading goes on: */
    struct base_error damage;                /* the first thing that was wrong */
    uint64_t lost_bytes;                     /* that could not be read */
    bool events_lost;                        /* event batches may be among them: */
    uint64_t lost_from_units, lost_to_units; /* from the batch before the first to the one after the last of them */
    uint64_t latest_units;                   /* of the batch read last */
    bool after_loss;                         /* the next one is the one after */
};

struct wire_reader {
    const struct base_mapping *file;
    struct wire_header header;
    int version;           /* header.version */
    bool go_on;            /* past damage; may be set before the first generation is read */
    uint64_t offset_bytes; /* of what comes next */
    uint64_t batch_count;
    bool at_start; /* nothing was read yet */
    bool spilled;  /* headers below 1.26: the next generation's first batch was seen */
    /* When reading goes on, of the generation before: */
    uint64_t generation_count, last_generation, last_time_units, last_frequency;
    struct base_error pending_error; /* headers below 1.26: met behind the generation that was read */
};

enum wire_status { WIRE_GENERATION, WIRE_END, WIRE_ERROR };

/* Reads the header, which must be of a v2 trace. */
bool wire_reader_init(struct wire_reader *reader, const struct base_mapping *file, struct base_error *ret_error);
void wire_reader_release(struct wire_reader *reader);

/* Reads the next generation into *generation, which it releases first. After WIRE_ERROR there is nothing further. When
 * reading goes on there is no WIRE_ERROR; at WIRE_END the generation may still tell of damage. */
enum wire_status wire_reader_next(struct wire_reader *reader, struct wire_generation *generation,
                                  struct base_error *ret_error);

void wire_generation_release(struct wire_generation *generation);

int64_t wire_clock_slow_ns(const struct wire_clock *clock, uint64_t units);

/* Nanoseconds of `units` as the official reader converts them: in double precision, truncated. */
static inline int64_t wire_clock_ns(const struct wire_clock *clock, uint64_t units)
{
    /* Both factors are small enough for the product to be exact in a double as well. */
    if (clock->whole_ns_per_unit && units < (UINT64_C(1) << 40))
        return (int64_t)(units * clock->whole_ns_per_unit);
    return wire_clock_slow_ns(clock, units);
}

#endif
