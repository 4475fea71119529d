/* The ordered stream of a trace's events, in blocks.
 *
 *     struct order_reader *reader = order_reader_new(&file, ORDER_GO_ON, &error);       NULL: not a trace
 *     struct order_block block;
 *     enum order_status status;
 *     while ((status = order_reader_next(reader, &block, &error)) == ORDER_EVENTS)
 *         … block.events[0 .. block.count - 1] …
 *     order_reader_free(reader);
 *
 * The order, the times and the errors are those of Go's internal/trace reader (go-trace-ordering.md), for traces of all
 * releases; those of Go 1.5 to 1.10, which it refuses today, are taken the same way. Events and what they point to are
 * borrowed until the next call but one; the symbols they name live as long as the reader, the messages of logs as long
 * as the mapped file. A Sync is always the first event of its block.
 *
 * Generations are ordered ahead by base_threads_for the file; what is read does not depend on their number.
 *
 * With ORDER_GO_ON damage does not end reading. An event that cannot be, for something before it is missing, is made
 * possible by transitions of its own, or left out; a batch that cannot be decoded is left out from there on; after a
 * generation of which events were lost, the next one begins with nothing known, and its Sync tells of the gap.
 * order_reader_losses says what was lost and why. What is read is never less than what the official reader makes of the
 * same file.
 */
#ifndef KYMO_ORDER_READER_H
#define KYMO_ORDER_READER_H

#include "base/error.h"
#include "base/os.h"
#include "base/program.h"
#include "order/event.h"
#include "order/symbols.h"
#include "wire/header.h"

#include <stddef.h>

struct order_reader;

/* What to do about damage: stopping is what the official reader does. */
enum order_on_damage { ORDER_GO_ON, ORDER_STOP_AT_DAMAGE };

/* A part of the trace that could not be read. */
struct order_loss {
    struct base_error why;
    uint64_t generation;    /* 0: not known */
    int64_t from_ns, to_ns; /* the stretch of time that it belongs to */
    uint64_t bytes;         /* of the file; for v1 traces about */
    uint64_t mended;  /* events that could not be as they were: what they needed was put in, or they were left out */
    uint64_t further; /* losses after this one that it stands for as well: there are too many to keep */
};

enum { ORDER_MOST_LOSSES = 1000 };

struct order_block {
    const struct order_event *events;
    size_t count;
};

enum order_status {
    ORDER_EVENTS,
    ORDER_END,
    /* The events before it have all been handed out. With ORDER_GO_ON: nothing could be read at all. */
    ORDER_ERROR,
};

/* The file stays mapped as long as the reader lives. */
struct order_reader *order_reader_new(const struct base_mapping *file, enum order_on_damage on_damage,
                                      struct base_error *ret_error);
void order_reader_free(struct order_reader *reader);

/* Traces of Go 1.5 and 1.6 hold addresses alone: the program that wrote the trace names them. It stays open as long as
 * the reader lives; call this before the first block is read. */
void order_reader_use_program(struct order_reader *reader, struct base_program *program);

enum order_status order_reader_next(struct order_reader *reader, struct order_block *ret_block,
                                    struct base_error *ret_error);

/* Makes the blocks from now on larger: as they are they stay in the first cache level, which is best for one thread;
 * large ones give a second thread something to do. */
void order_reader_use_large_blocks(struct order_reader *reader);

/* Only events of these kinds are wanted from now on, bits by enum order_kind; Syncs come in any case. What the others
 * tell is checked all the same. */
void order_reader_want(struct order_reader *reader, uint32_t kinds);

const struct order_symbols *order_reader_symbols(const struct order_reader *reader);

struct wire_header order_reader_header(const struct order_reader *reader);

/* What was lost so far; valid until the next call of order_reader_next. */
const struct order_loss *order_reader_losses(const struct order_reader *reader, size_t *ret_count);

/* Where in the file the generation being read ends: for progress. */
uint64_t order_reader_offset_bytes(const struct order_reader *reader);

#endif
