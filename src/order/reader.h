/* The ordered stream of a trace's events, in blocks.
 *
 *     struct order_reader *reader = order_reader_new(&file, &error);       NULL: not a trace
 *     struct order_block block;
 *     enum order_status status;
 *     while ((status = order_reader_next(reader, &block, &error)) == ORDER_EVENTS)
 *         … block.events[0 .. block.count - 1] …
 *     order_reader_free(reader);
 *
 * The order, the times and the errors are those of Go's internal/trace reader (go-trace-ordering.md). Events and what
 * they point to are borrowed until the next call but one; the symbols they name live as long as the reader, the
 * messages of logs as long as the mapped file. A Sync is always the first event of its block.
 */
#ifndef KYMO_ORDER_READER_H
#define KYMO_ORDER_READER_H

#include "base/error.h"
#include "base/os.h"
#include "order/event.h"
#include "order/symbols.h"

#include <stddef.h>

struct order_reader;

struct order_block {
    const struct order_event *events;
    size_t count;
};

enum order_status {
    ORDER_EVENTS,
    ORDER_END,
    ORDER_ERROR, /* the events before it have all been handed out */
};

struct order_reader *order_reader_new(const struct base_mapping *file, struct base_error *ret_error);
void order_reader_free(struct order_reader *reader);

enum order_status order_reader_next(struct order_reader *reader, struct order_block *ret_block,
                                    struct base_error *ret_error);

/* Makes the blocks from now on larger: as they are they stay in the first cache level, which is best for one thread;
 * large ones give a second thread something to do. */
void order_reader_use_large_blocks(struct order_reader *reader);

const struct order_symbols *order_reader_symbols(const struct order_reader *reader);

/* The minor version in the file's header. */
int order_reader_version(const struct order_reader *reader);

/* Where in the file the generation being read ends: for progress. */
uint64_t order_reader_offset_bytes(const struct order_reader *reader);

#endif
