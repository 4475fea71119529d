/* GET /api/search, /api/search/marks and /api/search/step: a text in the whole trace. */
#include "base/number.h"
#include "output/json.h"
#include "web/goroutine_lanes.h"
#include "web/lanes.h"
#include "web/routes.h"
#include "web/search.h"

enum { USUAL_ROWS = 5, MOST_ROWS = 1000, BUCKETS = 512, MOST_LEVEL = 52, MOST_TILES = 16 };

/* Which kinds a request is about: all of them, or one. */
struct kinds {
    int first, end;
};

static bool read_kinds(const struct web_request *request, struct web_response *response, struct kinds *ret_kinds)
{
    struct base_text name = {0};
    *ret_kinds = (struct kinds){0, ANALYZE_FOUND_KINDS};
    if (web_parameter(request, "kind", &name) && name.size) {
        int kind = 0;
        while (kind < ANALYZE_FOUND_KINDS && !base_str_is(base_text_view(&name), analyze_found_names[kind]))
            kind++;
        *ret_kinds = (struct kinds){kind, kind + 1};
    }
    base_text_release(&name);
    if (ret_kinds->first < ANALYZE_FOUND_KINDS)
        return true;
    web_fail(response, 400, "kind must be goroutine, function, task, region, log or range");
    return false;
}

/* Finds what a request is about; web_search_end when it was answered. */
static bool begin(struct web_trace *trace, const struct web_request *request, struct web_response *response,
                  struct kinds *ret_kinds)
{
    struct base_text text = {0};
    bool found = false;
    web_parameter(request, "q", &text);
    if (!text.size || text.size > ANALYZE_LONGEST_SEARCH)
        web_fail(response, 400, "q must be a text of 1 to %d bytes", ANALYZE_LONGEST_SEARCH);
    else if (read_kinds(request, response, ret_kinds))
        found = web_search_begin(trace, base_text_view(&text), response);
    base_text_release(&text);
    return found;
}

/* ---- /api/search ---- */

/* The lanes of goroutines that rows name by their id: numbers, by the place of a row in the page. An id may be used
 * again: the last one to begin by the time of the row is meant. */
struct lanes_of_page {
    uint32_t numbers[MOST_ROWS];
    uint32_t next[MOST_ROWS]; /* row with the same id; BASE_MAP_NONE: none */
};

static struct lanes_of_page *find_lanes(const struct web_trace *trace, const struct analyze_found_row *rows,
                                        size_t count)
{
    const struct web_search *search = trace->search;
    struct lanes_of_page *lanes = base_zalloc(1, sizeof *lanes);
    struct base_map row_by_id = {0};
    for (size_t i = 0; i < count; i++) {
        lanes->numbers[i] = MODEL_NO_GOROUTINE;
        lanes->next[i] = base_map_find(&row_by_id, (uint64_t)rows[i].goroutine.n);
        base_map_set(&row_by_id, (uint64_t)rows[i].goroutine.n, (uint32_t)i);
    }
    for (uint32_t number = 0; count && number < trace->timeline.actors.count; number++) {
        uint32_t row = base_map_find(&row_by_id, (uint64_t)trace->timeline.actors.at[number].id.n);
        for (; row != BASE_MAP_NONE; row = lanes->next[row])
            if (lanes->numbers[row] == MODEL_NO_GOROUTINE || search->lanes->first_ns[number] <= rows[row].time_ns)
                lanes->numbers[row] = number;
    }
    base_map_release(&row_by_id);
    return lanes;
}

static void add_goroutine(struct output_json *json, const struct web_trace *trace, uint32_t number)
{
    const struct model_actor *actor = &trace->timeline.actors.at[number];
    struct model_goroutine_lane lane = model_goroutine_lane_of(trace->search->lanes, number);
    struct model_life_figures figures;
    model_goroutine_lane_figures(&lane, &figures);
    output_json_open(json, NULL, '{');
    output_json_string(json, "text", order_string(&trace->symbols, actor->name));
    output_json_u64(json, "matches", 1);
    output_json_i64(json, "time_ns", figures.start_ns - trace->timeline.first_ns);
    output_json_i64(json, "end_ns", figures.end_ns - trace->timeline.first_ns);
    output_json_i64(json, "goroutine", actor->id.n);
    web_add_lane_id(json, "lane", 'g', number);
    output_json_close(json, '}');
}

static void add_row(struct output_json *json, const struct web_trace *trace, enum analyze_found kind,
                    const struct analyze_found_row *row, uint32_t lane)
{
    struct base_str name = order_string(model_pass_symbols(&trace->search->pass), row->name);
    output_json_open(json, NULL, '{');
    output_json_string(json, "text", kind == ANALYZE_FOUND_LOG ? row->message : name);
    if (kind == ANALYZE_FOUND_LOG)
        output_json_string(json, "category", name);
    if (row->task != ORDER_NO_TASK)
        output_json_u64(json, "task", row->task);
    output_json_u64(json, "matches", row->matches);
    output_json_i64(json, "time_ns", row->time_ns - trace->timeline.first_ns);
    if (row->goroutine.n == NO_GOROUTINE.n)
        output_json_null(json, "goroutine");
    else
        output_json_i64(json, "goroutine", row->goroutine.n);
    web_add_lane_id(json, "lane", 'g',
                    row->goroutine.n == NO_GOROUTINE.n || lane == MODEL_NO_GOROUTINE ? -1 : (int64_t)lane);
    output_json_close(json, '}');
}

static void add_rows(struct output_json *json, const struct web_trace *trace, enum analyze_found kind, size_t offset,
                     size_t limit)
{
    const struct analyze_search *found = &trace->search->found;
    const struct analyze_found_kind *of = &found->of[kind];
    bool goroutines = kind == ANALYZE_FOUND_GOROUTINE;
    size_t all = goroutines ? found->goroutines.count : of->rows.count;
    size_t first = offset < all ? offset : all, count = all - first < limit ? all - first : limit;
    struct lanes_of_page *lanes = goroutines || !count ? NULL : find_lanes(trace, &of->rows.at[first], count);
    output_json_open(json, "rows", '[');
    for (size_t i = 0; i < count; i++) {
        if (goroutines)
            add_goroutine(json, trace, found->goroutines.at[first + i]);
        else if (lanes)
            add_row(json, trace, kind, &of->rows.at[first + i], lanes->numbers[i]);
    }
    output_json_close(json, ']');
    free(lanes);
}

static void add_kind(struct output_json *json, const struct web_trace *trace, enum analyze_found kind, size_t offset,
                     size_t limit)
{
    const struct analyze_found_kind *of = &trace->search->found.of[kind];
    output_json_open(json, NULL, '{');
    output_json_string(json, "kind", base_str_of(analyze_found_names[kind]));
    output_json_u64(json, "count", of->count);
    output_json_u64(json, "matches", of->matches.count);
    add_rows(json, trace, kind, offset, limit);
    output_json_close(json, '}');
}

void web_find(struct web_trace *trace, const struct web_request *request, struct web_response *response)
{
    struct kinds kinds;
    int64_t offset = web_parameter_i64(request, "offset", 0), limit = web_parameter_i64(request, "limit", USUAL_ROWS);
    limit = limit < 0 ? 0 : limit > MOST_ROWS ? MOST_ROWS : limit;
    if (!begin(trace, request, response, &kinds))
        return;
    struct output_json json = {.out = &response->body};
    bool one = kinds.end == kinds.first + 1;
    if (!one) {
        output_json_open(&json, NULL, '{');
        output_json_open(&json, "kinds", '[');
    }
    for (int kind = kinds.first; kind < kinds.end; kind++)
        add_kind(&json, trace, (enum analyze_found)kind, offset < 0 ? 0 : (size_t)offset, (size_t)limit);
    if (!one) {
        output_json_close(&json, ']');
        output_json_close(&json, '}');
    }
    web_search_end(trace);
}

/* ---- where matches are ---- */

static uint64_t before(const struct web_trace *trace, struct kinds kinds, int64_t time_ns)
{
    uint64_t count = 0;
    for (int kind = kinds.first; kind < kinds.end; kind++)
        count += analyze_moments_before(&trace->search->found.of[kind].matches, time_ns);
    return count;
}

static void add_tile(struct output_json *json, const struct web_trace *trace, struct kinds kinds, int64_t level,
                     int64_t tile)
{
    double width_ns = (double)(INT64_C(1) << level), start_ns = (double)tile * BUCKETS * width_ns;
    uint64_t so_far = before(trace, kinds, web_moment_ns(trace, start_ns)), all = so_far;
    output_json_open(json, NULL, '{');
    output_json_i64(json, "tile", tile);
    output_json_open(json, "counts", '[');
    for (int i = 1; i <= BUCKETS; i++) {
        uint64_t next = before(trace, kinds, web_moment_ns(trace, start_ns + i * width_ns));
        output_json_u64(json, NULL, next - so_far);
        so_far = next;
    }
    output_json_close(json, ']');
    output_json_u64(json, "count", so_far - all);
    output_json_close(json, '}');
}

/* Numbers with commas between; false if they are not, or too many. */
static bool read_tiles(const struct web_request *request, int64_t *ret_tiles, size_t *ret_count)
{
    struct base_text text = {0};
    web_parameter(request, "tiles", &text);
    const char *at = base_text_cstring(&text);
    bool fine = *at != 0;
    for (*ret_count = 0; fine && *at; (*ret_count)++) {
        int64_t tile = 0;
        const char *begin = at;
        for (; *at >= '0' && *at <= '9' && at - begin < 17; at++)
            tile = tile * 10 + (*at - '0');
        fine = *ret_count < MOST_TILES && at > begin && (!*at || (*at == ',' && at[1]));
        if (fine)
            ret_tiles[*ret_count] = tile;
        at += fine && *at;
    }
    base_text_release(&text);
    return fine;
}

void web_find_marks(struct web_trace *trace, const struct web_request *request, struct web_response *response)
{
    int64_t tiles[MOST_TILES], level = web_parameter_i64(request, "level", -1);
    size_t count;
    struct kinds kinds;
    if (level < 0 || level > MOST_LEVEL || !read_tiles(request, tiles, &count)) {
        web_fail(response, 400, "level must be 0 to %d, and tiles one to %d numbers", MOST_LEVEL, MOST_TILES);
        return;
    }
    if (!begin(trace, request, response, &kinds))
        return;
    struct output_json json = {.out = &response->body};
    output_json_open(&json, NULL, '{');
    output_json_u64(&json, "matches", before(trace, kinds, INT64_MAX));
    output_json_open(&json, "tiles", '[');
    for (size_t i = 0; i < count; i++)
        add_tile(&json, trace, kinds, level, tiles[i]);
    output_json_close(&json, ']');
    output_json_close(&json, '}');
    web_search_end(trace);
}

/* The nearest match behind a time, or before it. */
static bool nearest(const struct web_trace *trace, struct kinds kinds, int64_t time_ns, bool backwards,
                    int64_t *ret_time_ns)
{
    bool any = false;
    for (int kind = kinds.first; kind < kinds.end; kind++) {
        const struct analyze_moments *matches = &trace->search->found.of[kind].matches;
        uint64_t index = analyze_moments_before(matches, backwards ? time_ns : base_i64_sum(time_ns, 1));
        if (backwards ? !index : index == matches->count)
            continue;
        int64_t found_ns = analyze_moments_at(matches, backwards ? index - 1 : index);
        if (!any || (backwards ? found_ns > *ret_time_ns : found_ns < *ret_time_ns))
            *ret_time_ns = found_ns;
        any = true;
    }
    return any;
}

void web_find_step(struct web_trace *trace, const struct web_request *request, struct web_response *response)
{
    struct kinds kinds;
    int64_t time_ns = base_i64_sum(trace->timeline.first_ns, web_parameter_i64(request, "time", -1)), found_ns = 0;
    bool backwards = web_parameter_is(request, "direction", "previous");
    if (!begin(trace, request, response, &kinds))
        return;
    struct output_json json = {.out = &response->body};
    output_json_open(&json, NULL, '{');
    if (nearest(trace, kinds, time_ns, backwards, &found_ns)) {
        output_json_i64(&json, "time_ns", found_ns - trace->timeline.first_ns);
        output_json_u64(&json, "index", before(trace, kinds, found_ns));
    } else {
        output_json_null(&json, "time_ns");
        output_json_null(&json, "index");
    }
    output_json_u64(&json, "matches", before(trace, kinds, INT64_MAX));
    output_json_close(&json, '}');
    web_search_end(trace);
}
