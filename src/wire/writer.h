/* Writes v2 traces, with headers of Go 1.22, 1.23, 1.25 and 1.26.
 *
 *     struct wire_writer writer;
 *     wire_writer_init(&writer, WIRE_GO_1_26, &out);
 *     wire_writer_begin_generation(&writer, 1, &(struct wire_writer_clock){.frequency = 15625000, .units = now});
 *     uint64_t reason = wire_writer_string(&writer, BASE_STR("chan receive"));
 *     wire_writer_event(&writer, thread, now, WIRE_PROC_STATUS, 0, 1);
 *     wire_writer_event(&writer, thread, now + 3, WIRE_GO_STATUS, 1, (uint64_t)thread.n, 2);
 *     wire_writer_event(&writer, thread, now + 9, WIRE_GO_BLOCK, reason, 0);
 *     wire_writer_end_generation(&writer);
 *     wire_writer_release(&writer);
 *
 * Everything is appended to *out, which the caller owns; it may be flushed or emptied between any two calls. All times
 * are absolute and in units of the generation's clock. Nothing is checked but the number of arguments: whether events
 * make sense together is up to the caller (go-trace-ordering.md, section 5). Misuse is an assertion. Layout and order
 * of batches are those of the Go runtime; go-trace-format.md, sections 3 to 5 and 13.
 */
#ifndef KYMO_WIRE_WRITER_H
#define KYMO_WIRE_WRITER_H

#include "base/ids.h"
#include "base/map.h"
#include "base/memory.h"
#include "base/text.h"
#include "wire/event.h"

#include <stdbool.h>
#include <stdint.h>

struct wire_writer_clock {
    uint64_t frequency; /* units per second */
    uint64_t units; /* when the generation begins; the moment of the snapshot, which headers below 1.25 have none of */
    uint64_t monotonic_ns, wall_seconds, wall_ns;
};

struct wire_writer_frame {
    uint64_t pc, func, file, line; /* func and file are ids of strings */
};

struct wire_writer_sample {
    uint64_t units;
    thread_id thread;
    proc_id proc;
    goroutine_id goroutine;
    uint64_t stack;
};

struct wire_writer_piece {
    size_t begin;
    uint64_t id;
    uint32_t size, same_hash; /* same_hash: the piece before with that hash */
};

/* Pieces of bytes, each once. */
struct wire_writer_table {
    struct base_text bytes;
    BASE_VEC(struct wire_writer_piece) pieces;
    struct base_map last_by_hash;
    uint64_t last_id; /* ids count from 1 */
};

struct wire_writer_thread {
    thread_id id;
    struct base_text body; /* of the batch that is open; empty: none is */
    uint64_t batch_units, last_units;
};

struct wire_writer {
    struct base_text *out;
    enum wire_version version;
    uint64_t generation; /* 0: between generations */
    uint64_t frequency;
    uint64_t latest_units; /* of what was written in this generation: the time of its tables */
    /* In order of first appearance; forgotten at the end of a generation, but for their buffers. */
    BASE_VEC(struct wire_writer_thread) threads;
    size_t threads_made; /* how many have a buffer to be released */
    struct base_map thread_by_id;
    struct wire_writer_table strings, stacks;
    struct base_text messages, samples; /* the sections that are open */
};

/* Writes the header. */
void wire_writer_init(struct wire_writer *writer, enum wire_version version, struct base_text *out);
void wire_writer_release(struct wire_writer *writer);

/* Numbers begin anywhere above 0 and rise by 1. */
void wire_writer_begin_generation(struct wire_writer *writer, uint64_t number, const struct wire_writer_clock *clock);

/* Writes what the threads hold, in order of their first events, and the tables. */
void wire_writer_end_generation(struct wire_writer *writer);

/* Adds a timed event, with its arguments but without dt. A thread's times ascend; a time before its last one opens a
 * new batch. NO_THREAD: for what no thread of its own wrote. */
#define wire_writer_event(writer, thread, units, type, ...)                                                            \
    wire_writer_add(writer, thread, units, type, (const uint64_t[]){0, ##__VA_ARGS__} + 1,                             \
                    sizeof((const uint64_t[]){0, ##__VA_ARGS__}) / sizeof(uint64_t) - 1)
void wire_writer_add(struct wire_writer *writer, thread_id thread, uint64_t units, enum wire_type type,
                     const uint64_t *args, size_t count);

/* Writes what a thread holds; its next event opens a new batch. For a thread that ends, or when memory is short. */
void wire_writer_flush(struct wire_writer *writer, thread_id thread);

/* The id of a string in this generation; 0 for the empty one. What is beyond WIRE_MAX_STRING_BYTES is cut off. */
uint64_t wire_writer_string(struct wire_writer *writer, struct base_str string);

/* The id of a string that is given one of its own, as log messages are: they are hardly ever the same twice, and
 * nothing is kept of them once they are written. Otherwise like wire_writer_string. */
uint64_t wire_writer_message(struct wire_writer *writer, struct base_str message);

/* The id of a stack in this generation, leaf first; 0 for none. Frames beyond WIRE_MAX_FRAMES are cut off. */
uint64_t wire_writer_stack(struct wire_writer *writer, const struct wire_writer_frame *frames, size_t count);

/* Adds a CPU sample; without a goroutine: NO_GOROUTINE. */
void wire_writer_sample(struct wire_writer *writer, const struct wire_writer_sample *sample);

/* Writes a batch as it is, of any kind and content. experiment: 0, or that of an experimental batch (1.23 and later).
 */
void wire_writer_raw_batch(struct wire_writer *writer, uint8_t experiment, thread_id thread, uint64_t units,
                           const void *body, size_t size);

#endif
