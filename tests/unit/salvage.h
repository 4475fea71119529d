/* What the tests of damage share: a trace read to its end, past damage or not, and held against what must always hold.
 *
 * While it is read, the times of its events must rise, each state change must begin where the last one of that
 * goroutine or processor ended, unless a gap or nothing known lies between, and a goroutine must keep its slot.
 */
#ifndef KYMO_TESTS_SALVAGE_H
#define KYMO_TESTS_SALVAGE_H

#include "support.h"

#include "base/memory.h"

struct salvaged {
    struct base_text text;      /* the events as lines, but Syncs only: "sync GENERATION", with " after a gap" */
    struct base_text losses;    /* a line each: "GENERATION FROM TO BYTES MENDED: CAUSE (PLACE)" */
    size_t events, generations; /* events: but Syncs */
    size_t gaps;
    bool failed;
    char *error; /* its cause, if it failed */
};

/* with_text: the events are wanted as lines; it takes time. */
struct salvaged salvage(const struct base_mapping *file, enum order_on_damage on_damage, bool with_text);
void salvaged_release(struct salvaged *salvaged);

/* A batch as it lies in the file. */
struct batch_place {
    uint64_t begin, body, end;
    uint64_t generation;
    int64_t thread;
    uint8_t first; /* byte of the body: what kind of batch it is */
    bool mark;     /* instead of a batch the end of a generation */
};

struct batch_places {
    BASE_VEC(struct batch_place) list;
};

/* The batches of an undamaged trace. */
struct batch_places find_batches(const struct base_mapping *file);

/* A mapping's bytes, to be changed. */
static inline uint8_t *bytes_of(const struct base_mapping *file)
{
    return (uint8_t *)(uintptr_t)file->data;
}

/* Takes bytes out of a file. */
void cut_out(struct base_mapping *file, uint64_t begin, uint64_t end);

/* A trace of `generations` generations, from time 1000 on, 1000 apart. In each two threads run goroutine 1 and one that
 * is made and ends, thread 1 with three batches. */
struct base_mapping write_generations(enum wire_version version, int generations);

#endif
