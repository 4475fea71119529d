/* POST /api/tiles: what lanes look like at one zoom level, in the binary form of docs/http.md. */
#include "base/number.h"
#include "web/lanes.h"
#include "web/routes.h"

#include <math.h>

enum {
    BUCKETS = 512,
    MOST_TILES = 512,
    MOST_LEVEL = 52,
    NAMED_SLICES = 64, /* a bucket with more slices has no name of its own */
    TILE_EMPTY = 0,
    TILE_DENSE = 1,
    TILE_EXACT = 2,
    TILE_COUNTER = 3,
};

static const uint32_t MAGIC = 0x3154594b;

/* ---- the request ---- */

struct scanner {
    const char *at, *end;
};

static void skip_space(struct scanner *s)
{
    while (s->at < s->end && (*s->at == ' ' || *s->at == '\n' || *s->at == '\r' || *s->at == '\t'))
        s->at++;
}

/* Takes a piece of text if it is next. */
static bool take(struct scanner *s, const char *text)
{
    skip_space(s);
    size_t size = strlen(text);
    if ((size_t)(s->end - s->at) < size || memcmp(s->at, text, size) != 0)
        return false;
    s->at += size;
    return true;
}

static bool take_number(struct scanner *s, int64_t *ret_number)
{
    bool negative = take(s, "-");
    uint64_t number = 0;
    const char *begin = s->at;
    for (; s->at < s->end && *s->at >= '0' && *s->at <= '9' && s->at - begin < 17; s->at++)
        number = number * 10 + (uint64_t)(*s->at - '0');
    *ret_number = negative ? -(int64_t)number : (int64_t)number;
    return s->at > begin;
}

/* A string without escapes: lane ids have none. */
static bool take_string(struct scanner *s, struct base_str *ret_string)
{
    if (!take(s, "\""))
        return false;
    const char *begin = s->at;
    while (s->at < s->end && *s->at != '"' && *s->at != '\\')
        s->at++;
    *ret_string = (struct base_str){begin, (size_t)(s->at - begin)};
    return take(s, "\"");
}

/* ---- the reply ---- */

static void put_u32(struct base_text *out, uint32_t value)
{
    unsigned char bytes[4] = {(unsigned char)value, (unsigned char)(value >> 8), (unsigned char)(value >> 16),
                              (unsigned char)(value >> 24)};
    base_text_bytes(out, bytes, sizeof bytes);
}

static void put_u16(struct base_text *out, uint32_t value)
{
    base_text_char(out, (char)value);
    base_text_char(out, (char)(value >> 8));
}

static void put_f64(struct base_text *out, double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    put_u32(out, (uint32_t)bits);
    put_u32(out, (uint32_t)(bits >> 32));
}

static void put_f32(struct base_text *out, float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    put_u32(out, bits);
}

static void align(struct base_text *out)
{
    while (out->size % 8)
        base_text_char(out, 0);
}

static void put_head(struct base_text *out, uint32_t kind, size_t count)
{
    put_u32(out, kind);
    put_u32(out, (uint32_t)count);
}

/* The stretch of time a tile covers: start in ns since the trace's first event. */
struct stretch {
    double start_ns, width_ns; /* of a bucket */
};

/* ---- slices ---- */

static void put_exact(struct base_text *out, const struct web_trace *trace, const struct web_lane *lane, size_t first,
                      size_t count)
{
    struct model_slice *slices = base_zalloc(count, sizeof *slices);
    web_lane_read(lane, first, count, slices);
    put_head(out, TILE_EXACT, count);
    for (size_t i = 0; i < count; i++)
        put_f64(out, (double)(slices[i].start_ns - trace->timeline.first_ns));
    for (size_t i = 0; i < count; i++)
        put_f64(out, (double)(slices[i].end_ns - slices[i].start_ns));
    for (size_t i = 0; i < count; i++)
        put_f64(out, (double)web_slice_goroutine(trace, lane, slices[i].what).n);
    for (size_t i = 0; i < count; i++)
        put_u32(out, (uint32_t)(first + i));
    align(out);
    for (size_t i = 0; i < count; i++)
        put_u32(out, web_slice_name(trace, lane, slices[i].what));
    align(out);
    for (size_t i = 0; i < count; i++)
        base_text_char(out, (char)slices[i].state);
    align(out);
    free(slices);
}

/* The name of the longest of a bucket's slices. */
static uint32_t longest_name(const struct web_trace *trace, const struct web_lane *lane, size_t first, size_t end)
{
    struct model_slice slices[NAMED_SLICES];
    size_t longest = 0;
    if (first >= end || end - first > NAMED_SLICES || lane->kind == WEB_LIFE)
        return WEB_NO_NAME;
    size_t count = web_lane_read(lane, first, end - first, slices);
    for (size_t i = 1; i < count; i++)
        if (slices[i].end_ns - slices[i].start_ns > slices[longest].end_ns - slices[longest].start_ns)
            longest = i;
    return web_slice_name(trace, lane, slices[longest].what);
}

/* The states that there is time of between two places. */
struct states {
    uint8_t of[MODEL_STATES];
    unsigned count;
};

static struct states states_between(const struct model_place *from, const struct model_place *to)
{
    struct states states = {.count = 0};
    for (unsigned state = 0; state < MODEL_STATES; state++)
        if (to->ns[state] != from->ns[state])
            states.of[states.count++] = (uint8_t)state;
    return states;
}

/* Of these the one with the most time between two places, and how much all have. */
static uint8_t most_time(const struct states *states, const struct model_place *from, const struct model_place *to,
                         int64_t *ret_sum_ns)
{
    uint8_t most = MODEL_IDLE;
    int64_t most_ns = 0;
    *ret_sum_ns = 0;
    for (unsigned i = 0; i < states->count; i++) {
        int64_t ns = to->ns[states->of[i]] - from->ns[states->of[i]];
        *ret_sum_ns += ns;
        if (ns > most_ns) {
            most_ns = ns;
            most = states->of[i];
        }
    }
    return most;
}

/* A share as 0 to 255; 0 is nothing at all. */
static uint8_t byte_of(int64_t part_ns, int64_t whole_ns)
{
    if (part_ns <= 0)
        return 0;
    if (part_ns >= whole_ns)
        return UINT8_MAX;
    uint8_t rounded = (uint8_t)(UINT8_MAX * ((double)part_ns / (double)whole_ns) + 0.5);
    return rounded ? rounded : 1;
}

/* Where the buckets of a tile begin and end. */
static void edges_of(const struct web_trace *trace, struct stretch stretch, int64_t ret_edges_ns[BUCKETS + 1])
{
    for (int i = 0; i <= BUCKETS; i++)
        ret_edges_ns[i] = web_moment_ns(trace, stretch.start_ns + i * stretch.width_ns);
}

static void put_dense(struct base_text *out, const struct web_trace *trace, const struct web_lane *lane,
                      struct stretch stretch)
{
    uint8_t state[BUCKETS], busy[BUCKETS];
    uint32_t count[BUCKETS], name[BUCKETS];
    int64_t edges_ns[BUCKETS + 1], sum_ns;
    struct model_place *places = base_zalloc(BUCKETS + 1, sizeof *places);
    edges_of(trace, stretch, edges_ns);
    web_lane_places(lane, edges_ns, BUCKETS + 1, places);
    struct states states = states_between(&places[0], &places[BUCKETS]);
    for (int i = 0; i < BUCKETS; i++) {
        const struct model_place *from = &places[i], *to = &places[i + 1];
        state[i] = most_time(&states, from, to, &sum_ns);
        busy[i] = byte_of(sum_ns, edges_ns[i + 1] - edges_ns[i]);
        if (lane->kind == WEB_MARKS && to->starting > from->after)
            state[i] = (uint8_t)lane->marks.state;
        count[i] = (uint32_t)(to->starting - from->after < UINT16_MAX ? to->starting - from->after : UINT16_MAX);
        name[i] = longest_name(trace, lane, from->after, to->starting);
    }
    free(places);
    put_head(out, TILE_DENSE, BUCKETS);
    base_text_bytes(out, state, BUCKETS);
    base_text_bytes(out, busy, BUCKETS);
    for (int i = 0; i < BUCKETS; i++)
        put_u16(out, count[i]);
    for (int i = 0; i < BUCKETS; i++)
        put_u32(out, name[i]);
}

static void put_slices(struct base_text *out, const struct web_trace *trace, const struct web_lane *lane,
                       struct stretch stretch)
{
    struct model_place from, to;
    web_lane_place(lane, web_moment_ns(trace, stretch.start_ns), &from);
    web_lane_place(lane, web_moment_ns(trace, stretch.start_ns + BUCKETS * stretch.width_ns), &to);
    size_t count = to.starting > from.after ? to.starting - from.after : 0;
    if (!count)
        put_head(out, TILE_EMPTY, 0);
    else if (count <= BUCKETS || stretch.width_ns < 2)
        put_exact(out, trace, lane, from.after, count);
    else
        put_dense(out, trace, lane, stretch);
}

/* ---- counters ---- */

struct columns {
    float mean[MODEL_CLASSES][BUCKETS], highest[MODEL_CLASSES][BUCKETS];
};

static void put_columns(struct base_text *out, const struct columns *columns, const int *which, size_t count)
{
    put_head(out, TILE_COUNTER, count);
    for (size_t i = 0; i < count; i++) {
        for (int j = 0; j < BUCKETS; j++)
            put_f32(out, columns->mean[which[i]][j]);
        for (int j = 0; j < BUCKETS; j++)
            put_f32(out, columns->highest[which[i]][j]);
    }
}

static void measure(const struct web_trace *trace, const struct model_population *population, struct stretch stretch,
                    struct columns *columns)
{
    float *mean[MODEL_CLASSES], *highest[MODEL_CLASSES];
    for (int i = 0; i < MODEL_CLASSES; i++) {
        mean[i] = columns->mean[i];
        highest[i] = columns->highest[i];
    }
    model_population_measure(population, trace->timeline.first_ns, trace->timeline.last_ns,
                             (double)trace->timeline.first_ns + stretch.start_ns, stretch.width_ns, BUCKETS, mean,
                             highest);
}

static void put_goroutines(struct base_text *out, const struct web_trace *trace, struct stretch stretch)
{
    struct columns columns = {{{0}}, {{0}}};
    measure(trace, &trace->timeline.goroutines, stretch, &columns);
    put_columns(out, &columns, (const int[]){MODEL_GO_RUNNING, MODEL_GO_RUNNABLE, MODEL_GO_WAITING, MODEL_GO_SYSCALL},
                4);
}

static void put_threads(struct base_text *out, const struct web_trace *trace, struct stretch stretch)
{
    struct columns procs = {{{0}}, {{0}}}, goroutines = procs;
    measure(trace, &trace->timeline.proc_counts, stretch, &procs);
    measure(trace, &trace->timeline.goroutines, stretch, &goroutines);
    memcpy(procs.mean[1], goroutines.mean[MODEL_GO_SYSCALL], sizeof procs.mean[1]);
    memcpy(procs.highest[1], goroutines.highest[MODEL_GO_SYSCALL], sizeof procs.highest[1]);
    put_columns(out, &procs, (const int[]){0, 1}, 2);
}

static void put_heap(struct base_text *out, const struct web_trace *trace, struct stretch stretch)
{
    struct columns columns = {{{0}}, {{0}}};
    const struct model_timeline *timeline = &trace->timeline;
    double start_ns = (double)timeline->first_ns + stretch.start_ns;
    model_series_measure(&timeline->heap, timeline->last_ns, start_ns, stretch.width_ns, BUCKETS, columns.mean[0],
                         columns.highest[0]);
    model_series_measure(&timeline->goal, timeline->last_ns, start_ns, stretch.width_ns, BUCKETS, columns.mean[1],
                         columns.highest[1]);
    put_columns(out, &columns, (const int[]){0, 1}, 2);
}

/* How many processors run a goroutine, or keep one in a syscall, on average; the others are idle. */
static void put_utilisation(struct base_text *out, const struct web_trace *trace, struct stretch stretch)
{
    struct columns columns = {{{0}}, {{0}}};
    const struct model_timeline *timeline = &trace->timeline;
    size_t procs = timeline->procs.count;
    int64_t edges_ns[BUCKETS + 1];
    struct model_place *places = base_zalloc(BUCKETS + 1, sizeof *places);
    edges_of(trace, stretch, edges_ns);
    for (size_t p = 0; p < procs; p++) {
        model_lane_places(&timeline->procs.at[p].lane, edges_ns, BUCKETS + 1, places);
        for (int i = 0; i < BUCKETS; i++) {
            columns.mean[0][i] += (float)(places[i + 1].ns[MODEL_RUNNING] - places[i].ns[MODEL_RUNNING]);
            columns.mean[1][i] += (float)(places[i + 1].ns[MODEL_SYSCALL] - places[i].ns[MODEL_SYSCALL]);
        }
    }
    free(places);
    double span_ns = (double)(timeline->last_ns - timeline->first_ns);
    for (int i = 0; i < BUCKETS; i++) {
        double from_ns = fmax(stretch.start_ns + i * stretch.width_ns, 0);
        double within_ns = fmin(stretch.start_ns + (i + 1) * stretch.width_ns, span_ns) - from_ns;
        columns.mean[0][i] = within_ns > 0 ? (float)(columns.mean[0][i] / within_ns) : NAN;
        columns.mean[1][i] = within_ns > 0 ? (float)(columns.mean[1][i] / within_ns) : NAN;
        columns.mean[2][i] = fmaxf(0, (float)procs - columns.mean[0][i] - columns.mean[1][i]);
        if (within_ns <= 0)
            columns.mean[2][i] = NAN;
    }
    memcpy(columns.highest, columns.mean, sizeof columns.mean);
    put_columns(out, &columns, (const int[]){0, 1, 2}, 3);
}

static const struct {
    const char *id;
    void (*put)(struct base_text *out, const struct web_trace *trace, struct stretch stretch);
} counter_lanes[] = {
    {"goroutines", put_goroutines},
    {"heap", put_heap},
    {"threads", put_threads},
    {"procs", put_utilisation},
};

static void put_tile(struct base_text *out, const struct web_trace *trace, struct base_str id, struct stretch stretch)
{
    struct web_lane lane;
    double span_ns = (double)(trace->timeline.last_ns - trace->timeline.first_ns);
    bool outside = stretch.start_ns > span_ns || stretch.start_ns + BUCKETS * stretch.width_ns < 0;
    for (size_t i = 0; !outside && i < sizeof counter_lanes / sizeof *counter_lanes; i++) {
        if (base_str_is(id, counter_lanes[i].id)) {
            counter_lanes[i].put(out, trace, stretch);
            return;
        }
    }
    if (!outside && web_find_lane(trace, id, &lane))
        put_slices(out, trace, &lane, stretch);
    else
        put_head(out, TILE_EMPTY, 0);
}

/* Answers `[["p0", K], …]`. */
static bool put_tiles(struct base_text *out, const struct web_trace *trace, struct scanner *s, double width_ns,
                      uint32_t *ret_count)
{
    *ret_count = 0;
    if (!take(s, "["))
        return false;
    if (take(s, "]"))
        return true;
    do {
        struct base_str id;
        int64_t tile;
        if (!take(s, "[") || !take_string(s, &id) || !take(s, ",") || !take_number(s, &tile) || !take(s, "]"))
            return false;
        if (++*ret_count > MOST_TILES)
            return false;
        put_tile(out, trace, id, (struct stretch){(double)tile * BUCKETS * width_ns, width_ns});
    } while (take(s, ","));
    return take(s, "]");
}

/* Before anything is looked at: lanes that take a pass when they are first asked for. Every text of the request is
 * taken for an id, which does no harm. */
static void prepare(struct web_trace *trace, const struct web_request *request)
{
    const char *at = request->body.data, *end = at + request->body.size;
    while ((at = memchr(at, '"', (size_t)(end - at)))) {
        const char *begin = ++at;
        at = memchr(begin, '"', (size_t)(end - begin));
        if (!at)
            return;
        web_prepare_lane(trace, (struct base_str){begin, (size_t)(at - begin)});
        at++;
    }
}

void web_tiles(struct web_trace *trace, const struct web_request *request, struct web_response *response)
{
    struct scanner s = {request->body.data, request->body.data + request->body.size};
    struct base_text *out = &response->body;
    int64_t level;
    uint32_t count = 0;
    prepare(trace, request);
    put_u32(out, MAGIC);
    put_u32(out, 0);
    base_turns_begin_look(&trace->turns);
    bool understood = take(&s, "{") && take(&s, "\"level\"") && take(&s, ":") && take_number(&s, &level) &&
                      level >= 0 && level <= MOST_LEVEL && take(&s, ",") && take(&s, "\"tiles\"") && take(&s, ":") &&
                      put_tiles(out, trace, &s, (double)(UINT64_C(1) << level), &count) && take(&s, "}");
    base_turns_end_look(&trace->turns);
    if (!understood) {
        web_fail(response, 400, "this is not a request for tiles: a level of 0 to %d and at most %d tiles", MOST_LEVEL,
                 MOST_TILES);
        return;
    }
    for (int i = 0; i < 4; i++)
        out->data[4 + i] = (char)(count >> (8 * i));
    response->content_type = "application/octet-stream";
}
