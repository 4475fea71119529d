/* GET /api/gc: the collector's cycles, and all stops of the world. */
#include "base/number.h"
#include "output/json.h"
#include "web/collection.h"
#include "web/routes.h"
#include "web/rows.h"

static void add_bytes(struct output_json *json, const char *name, uint64_t bytes)
{
    if (bytes == ANALYZE_NO_BYTES)
        output_json_null(json, name);
    else
        output_json_u64(json, name, bytes);
}

static void add_stop(struct output_json *json, const void *of_trace, size_t index)
{
    const struct web_collection *collection = of_trace;
    const struct analyze_stop *stop = &collection->cycles.stops.at[index];
    const struct order_symbols *symbols = model_pass_symbols(&collection->pass);
    output_json_open(json, NULL, '{');
    output_json_i64(json, "start_ns", stop->start_ns - collection->pass.first_ns);
    output_json_i64(json, "end_ns", stop->end_ns - collection->pass.first_ns);
    output_json_bool(json, "whole", stop->has_start && stop->has_end);
    output_json_string(json, "name", order_string(symbols, stop->name));
    if (stop->cycle == ANALYZE_NO_CYCLE)
        output_json_null(json, "cycle");
    else
        output_json_u64(json, "cycle", (uint64_t)stop->cycle + 1);
    output_json_close(json, '}');
}

/* Few belong to one cycle; a trace that claims otherwise has them in the list of stops. */
enum { MOST_STOPS_OF_CYCLE = 8 };

static void add_cycle(struct output_json *json, const void *of_trace, size_t index)
{
    const struct web_collection *collection = of_trace;
    const struct analyze_cycle *cycle = &collection->cycles.all.at[index];
    int64_t first_ns = collection->pass.first_ns;
    output_json_open(json, NULL, '{');
    output_json_u64(json, "number", (uint64_t)index + 1);
    output_json_i64(json, "start_ns", cycle->start_ns - first_ns);
    output_json_i64(json, "end_ns", cycle->end_ns - first_ns);
    output_json_bool(json, "has_start", cycle->has_start);
    output_json_bool(json, "has_end", cycle->has_end);
    output_json_i64(json, "mark_ns", cycle->end_ns - cycle->start_ns - cycle->stopped_within_ns);
    output_json_i64(json, "stopped_ns", cycle->stopped_ns);
    output_json_i64(json, "longest_stop_ns", cycle->longest_stop_ns);
    output_json_u64(json, "assists", cycle->assists);
    output_json_i64(json, "assist_ns", cycle->assist_ns);
    output_json_u64(json, "sweeps", cycle->sweeps);
    output_json_i64(json, "sweep_ns", cycle->sweep_ns);
    add_bytes(json, "heap_before_bytes", cycle->heap_before_bytes);
    add_bytes(json, "heap_after_bytes", cycle->heap_after_bytes);
    add_bytes(json, "goal_bytes", cycle->goal_bytes);
    add_bytes(json, "next_goal_bytes", cycle->next_goal_bytes);
    output_json_open(json, "stops", '[');
    for (uint32_t i = 0; i < cycle->stop_count && i < MOST_STOPS_OF_CYCLE; i++)
        add_stop(json, collection, cycle->stops_first + i);
    output_json_close(json, ']');
    output_json_close(json, '}');
}

/* ---- what rows are sorted by ---- */

/* The trace may not tell: less than any amount. */
static int64_t bytes_key(uint64_t bytes)
{
    return bytes == ANALYZE_NO_BYTES ? -1 : bytes > INT64_MAX ? INT64_MAX : (int64_t)bytes;
}

static int64_t cycle_key(const struct analyze_cycle *cycle, struct base_str sort)
{
    const struct {
        const char *name;
        int64_t key;
    } keys[] = {
        {"length", cycle->end_ns - cycle->start_ns},
        {"mark", cycle->end_ns - cycle->start_ns - cycle->stopped_within_ns},
        {"stopped", cycle->stopped_ns},
        {"longest_stop", cycle->longest_stop_ns},
        {"assists", (int64_t)cycle->assists},
        {"assist", cycle->assist_ns},
        {"sweep", cycle->sweep_ns},
        {"heap_before", bytes_key(cycle->heap_before_bytes)},
        {"heap_after", bytes_key(cycle->heap_after_bytes)},
        {"goal", bytes_key(cycle->goal_bytes)},
        {"next_goal", bytes_key(cycle->next_goal_bytes)},
    };
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (base_str_is(sort, keys[i].name))
            return keys[i].key;
    return cycle->start_ns;
}

static int64_t stop_key(const struct analyze_stop *stop, struct base_str sort)
{
    return base_str_is(sort, "length") ? stop->end_ns - stop->start_ns : stop->start_ns;
}

static void add_rows(struct output_json *json, const struct web_collection *collection,
                     const struct web_request *request, bool stops, struct base_str sort)
{
    const struct analyze_cycles *cycles = &collection->cycles;
    struct web_rows rows = {.descending = web_rows_descending(request, false)};
    size_t count = stops ? cycles->stops.count : cycles->all.count;
    for (size_t i = 0; i < count; i++)
        web_rows_add(&rows, i, stops ? stop_key(&cycles->stops.at[i], sort) : cycle_key(&cycles->all.at[i], sort));
    output_json_u64(json, "count", count);
    web_rows_finish(&rows, request, json, stops ? add_stop : add_cycle, collection);
}

static void add_sums(struct output_json *json, const struct analyze_cycles *cycles)
{
    int64_t ns = 0, assist_ns = 0, stopped_ns = 0, longest_stop_ns = 0;
    uint64_t assists = 0;
    for (size_t i = 0; i < cycles->all.count; i++) {
        ns += cycles->all.at[i].end_ns - cycles->all.at[i].start_ns;
        assists += cycles->all.at[i].assists;
        assist_ns = base_i64_sum(assist_ns, cycles->all.at[i].assist_ns);
    }
    for (size_t i = 0; i < cycles->stops.count; i++) {
        int64_t stop_ns = cycles->stops.at[i].end_ns - cycles->stops.at[i].start_ns;
        stopped_ns += stop_ns;
        longest_stop_ns = stop_ns > longest_stop_ns ? stop_ns : longest_stop_ns;
    }
    output_json_u64(json, "cycles", cycles->all.count);
    output_json_i64(json, "ns", ns);
    output_json_u64(json, "assists", assists);
    output_json_i64(json, "assist_ns", assist_ns);
    output_json_u64(json, "stops", cycles->stops.count);
    output_json_i64(json, "stopped_ns", stopped_ns);
    output_json_i64(json, "longest_stop_ns", longest_stop_ns);
}

void web_gc(struct web_trace *trace, const struct web_request *request, struct web_response *response)
{
    struct base_text sort = {0};
    const struct web_collection *collection = web_collection_get(trace);
    if (!collection) {
        web_fail_to_read(response);
        return;
    }
    web_parameter(request, "sort", &sort);
    struct output_json json = {.out = &response->body};
    output_json_open(&json, NULL, '{');
    add_sums(&json, &collection->cycles);
    add_rows(&json, collection, request, web_parameter_is(request, "list", "stops"), base_text_view(&sort));
    output_json_close(&json, '}');
    base_text_release(&sort);
}
