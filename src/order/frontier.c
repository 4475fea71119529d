#include "order/frontier.h"

#include "base/sort.h"

const uint8_t *order_cursor_read_long(const uint8_t *at, uint64_t *ret_value)
{
    struct wire_cursor bytes = wire_cursor_of(at, WIRE_MAX_VARINT_BYTES);
    *ret_value = wire_read_long_uvarint(&bytes);
    return bytes.failure ? NULL : bytes.at;
}

static bool next_batch(struct order_cursor *cursor, const struct wire_generation *generation)
{
    while (cursor->at == cursor->end) {
        if (cursor->next_batch == WIRE_NO_BATCH)
            return false;
        const struct wire_batch *batch = &generation->batches.at[cursor->next_batch];
        cursor->batch = cursor->next_batch;
        cursor->next_batch = batch->next;
        cursor->at = batch->body;
        cursor->end = batch->body + batch->size_bytes;
        cursor->raw.time_ns = wire_clock_ns(&generation->clock, batch->time_units);
    }
    return true;
}

static enum cursor_status fail_number(unsigned index, struct base_error *ret_error)
{
    base_fail(ret_error, index ? "found invalid uvarint" : "found invalid uvarint for timestamp");
    return CURSOR_ERROR;
}

static enum cursor_status decode(struct order_cursor *cursor, unsigned count, uint64_t *ret_dt,
                                 struct base_error *ret_error)
{
    struct wire_cursor bytes = {cursor->at, cursor->end, WIRE_OK};
    *ret_dt = wire_read_uvarint(&bytes);
    for (unsigned i = 1; i < count && !bytes.failure; i++)
        cursor->raw.args[i - 1] = wire_read_uvarint(&bytes);
    if (bytes.failure)
        return fail_number(bytes.at > cursor->at, ret_error);
    cursor->at = bytes.at;
    return CURSOR_EVENT;
}

enum cursor_status order_cursor_next_slowly(struct order_cursor *cursor, const struct wire_generation *generation,
                                            struct base_error *ret_error)
{
    if (cursor->at == cursor->end && !next_batch(cursor, generation))
        return CURSOR_DONE;
    cursor->begin = cursor->at;
    uint8_t type = *cursor->at++;
    unsigned count = wire_timed_args[type];
    if (!count) {
        base_fail(ret_error,
                  type >= WIRE_TYPE_END ? "found invalid event type: %u" : "found event without a timestamp: type=%u",
                  type);
        return CURSOR_ERROR;
    }
    uint64_t dt;
    if (decode(cursor, count, &dt, ret_error) != CURSOR_EVENT)
        return CURSOR_ERROR;
    cursor->raw.time_ns = (int64_t)((uint64_t)cursor->raw.time_ns + (uint64_t)wire_clock_ns(&generation->clock, dt));
    cursor->raw.type = type;
    return CURSOR_EVENT;
}

void order_cursor_place(const struct order_cursor *cursor, const struct wire_generation *generation,
                        const struct base_mapping *file, struct base_error *error)
{
    const struct wire_batch *batch = cursor->batch == WIRE_NO_BATCH ? NULL : &generation->batches.at[cursor->batch];
    base_error_place(error, generation->number, batch ? batch->number : 0, cursor->thread,
                     batch ? (uint64_t)(cursor->at - file->data) : generation->offset_bytes);
}

void frontier_release(struct frontier *frontier)
{
    base_vec_release(&frontier->cursors);
    base_vec_release(&frontier->heap);
}

static inline void swap(struct frontier_entry *a, struct frontier_entry *b)
{
    struct frontier_entry t = *a;
    *a = *b;
    *b = t;
}

static bool sift_up(struct frontier *frontier, size_t i)
{
    struct frontier_entry *heap = frontier->heap.at;
    bool moved = false;
    while (i > 0 && heap[(i - 1) / 2].time_ns > heap[i].time_ns) {
        swap(&heap[(i - 1) / 2], &heap[i]);
        i = (i - 1) / 2;
        moved = true;
    }
    return moved;
}

/* The entry sinks to its place, and those that come before it rise, each once. Which of two rises is not foreseeable:
 * it is added, not branched on. */
static inline void sift_down(struct frontier *frontier, size_t i)
{
    struct frontier_entry *heap = frontier->heap.at;
    const struct frontier_entry entry = heap[i];
    size_t count = frontier->heap.count, child;
    while ((child = 2 * i + 1) + 1 < count) {
        child += heap[child + 1].time_ns < heap[child].time_ns;
        if (heap[child].time_ns >= entry.time_ns)
            break;
        heap[i] = heap[child];
        i = child;
    }
    if (child + 1 == count && heap[child].time_ns < entry.time_ns) {
        heap[i] = heap[child];
        i = child;
    }
    heap[i] = entry;
}

void frontier_insert(struct frontier *frontier, struct frontier_entry entry)
{
    *base_vec_add(&frontier->heap) = entry;
    sift_up(frontier, frontier->heap.count - 1);
}

void frontier_update(struct frontier *frontier, size_t i)
{
    frontier->heap.at[i].time_ns = frontier->heap.at[i].cursor->raw.time_ns;
    if (!sift_up(frontier, i))
        sift_down(frontier, i);
}

void frontier_sink_head(struct frontier *frontier, int64_t time_ns)
{
    frontier->heap.at[0].time_ns = time_ns;
    sift_down(frontier, 0);
}

void frontier_remove(struct frontier *frontier, size_t i)
{
    struct frontier_entry *heap = frontier->heap.at;
    for (; i > 0; i = (i - 1) / 2)
        swap(&heap[(i - 1) / 2], &heap[i]);
    heap[0] = heap[--frontier->heap.count];
    sift_down(frontier, 0);
}

static bool earlier(const void *a, const void *b, void *context)
{
    (void)context;
    return ((const struct frontier_entry *)a)->time_ns < ((const struct frontier_entry *)b)->time_ns;
}

void frontier_sort(struct frontier *frontier)
{
    base_sort_go(frontier->heap.at, frontier->heap.count, sizeof *frontier->heap.at, earlier, NULL);
}
