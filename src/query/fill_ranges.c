/* Ranges: what goes on for some time. */
#include "query/fill.h"

/* What is told apart of those that are open. */
static uint64_t key_of(const struct order_event *event)
{
    int64_t resource = event->scope == ORDER_SCOPE_NONE ? 0 : event->resource;
    return (uint64_t)resource << 2 | event->detail;
}

static void forget(struct query_fill *fill, uint32_t place)
{
    struct query_open_range last = fill->ranges.at[--fill->ranges.count];
    base_map_remove(&fill->range_by_key, fill->ranges.at[place].key);
    if (place == fill->ranges.count)
        return;
    fill->ranges.at[place] = last;
    base_map_set(&fill->range_by_key, last.key, place);
}

static uint32_t add(struct query_fill *fill, const struct order_event *event)
{
    struct query_store *ranges = &fill->stores[QUERY_RANGES];
    uint32_t row = query_store_add(ranges);
    bool began = event->kind == ORDER_RANGE_BEGIN;
    query_put(ranges, RANGES_START, row, query_since_first(fill, began ? event->time_ns : fill->sync_ns));
    query_put(ranges, RANGES_END, row, query_since_first(fill, event->time_ns));
    query_put(ranges, RANGES_KIND, row, event->detail);
    query_put(ranges, RANGES_NAME, row, event->name);
    if (event->scope == ORDER_SCOPE_GOROUTINE)
        query_put(ranges, RANGES_GOROUTINE, row, query_id(event->resource));
    query_put(ranges, RANGES_PROC, row,
              query_id(event->scope == ORDER_SCOPE_PROC ? event->resource : event->context.proc.n));
    query_put(ranges, RANGES_STACK, row, event->stack);
    query_put(ranges, RANGES_BEGAN, row, began);
    return row;
}

static void end(struct query_fill *fill, uint32_t row, const struct order_event *event)
{
    struct query_store *ranges = &fill->stores[QUERY_RANGES];
    query_put(ranges, RANGES_END, row, query_since_first(fill, event->time_ns));
    query_put(ranges, RANGES_ENDED, row, true);
    if (event->detail == ORDER_RANGE_SWEEP) {
        query_put(ranges, RANGES_SWEPT, row, query_number_of(event->sweep.swept_bytes));
        query_put(ranges, RANGES_RECLAIMED, row, query_number_of(event->sweep.reclaimed_bytes));
    }
}

void query_fill_range(struct query_fill *fill, const struct order_event *event)
{
    uint64_t key = key_of(event);
    uint32_t place = base_map_find(&fill->range_by_key, key);
    if (event->kind == ORDER_RANGE_ACTIVE && place != BASE_MAP_NONE) /* it only confirms what is known */
        return;
    if (event->kind == ORDER_RANGE_END) {
        end(fill, place != BASE_MAP_NONE ? fill->ranges.at[place].row : add(fill, event), event);
        if (place != BASE_MAP_NONE)
            forget(fill, place);
        return;
    }
    if (place != BASE_MAP_NONE)
        forget(fill, place);
    base_map_set(&fill->range_by_key, key, (uint32_t)fill->ranges.count);
    *base_vec_add(&fill->ranges) = (struct query_open_range){key, add(fill, event)};
}

void query_fill_end_ranges(struct query_fill *fill, int64_t time_ns)
{
    while (fill->ranges.count) {
        uint32_t place = (uint32_t)fill->ranges.count - 1;
        query_put(&fill->stores[QUERY_RANGES], RANGES_END, fill->ranges.at[place].row,
                  query_since_first(fill, time_ns));
        forget(fill, place);
    }
}
