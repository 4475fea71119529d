/* GET /api/arrows: who let whom run, in a stretch of time, or of one slice. */
#include "base/number.h"
#include "output/json.h"
#include "web/arrows.h"
#include "web/goroutine_lanes.h"
#include "web/lanes.h"
#include "web/routes.h"

enum { USUAL_ARROWS = 1000, MOST_ARROWS = 4000, MOST_WOKEN = 100, INDEX_BITS = 64 };

/* For each arrow each processor is looked at: of very many processors, fewer arrows are answered. */
enum { MOST_LOOKS = 1 << 18 };

/* Where a goroutine is drawn at a moment: on its own lane, and on that of the processor that runs it. */
struct end {
    uint32_t goroutine; /* MODEL_NO_GOROUTINE: none */
    uint32_t proc;      /* index of timeline.procs; MODEL_NO_PROC: none */
    size_t slice;       /* of the processor's lane; SIZE_MAX: none */
};

/* The processor that runs a goroutine at a moment. */
static void find_proc(const struct model_timeline *timeline, int64_t time_ns, struct end *end)
{
    for (size_t i = 0; i < timeline->procs.count; i++) {
        const struct model_lane *lane = &timeline->procs.at[i].lane;
        struct model_place place;
        model_lane_place(lane, time_ns, &place);
        /* One that begins then, or goes on. */
        for (size_t j = place.after; j <= place.starting && j < lane->count; j++) {
            struct model_slice slice = model_lane_slice(lane, j);
            if (slice.what != end->goroutine || slice.start_ns > time_ns || slice.end_ns < time_ns)
                continue;
            end->proc = (uint32_t)i;
            end->slice = j;
            return;
        }
    }
}

static struct end begin_of(const struct model_timeline *timeline, const struct model_arrow *arrow)
{
    struct end end = {arrow->from, arrow->from_proc, SIZE_MAX};
    if (end.proc == MODEL_NO_PROC && end.goroutine != MODEL_NO_GOROUTINE)
        find_proc(timeline, arrow->time_ns, &end);
    return end;
}

static struct end end_of(const struct model_timeline *timeline, const struct model_arrow *arrow)
{
    struct end end = {arrow->to, MODEL_NO_PROC, SIZE_MAX};
    if (arrow->run_ns != MODEL_NEVER_NS)
        find_proc(timeline, arrow->run_ns, &end);
    return end;
}

static void add_index(struct output_json *json, const char *name, size_t index)
{
    if (index == SIZE_MAX)
        output_json_null(json, name);
    else
        output_json_u64(json, name, index);
}

/* The interval of a goroutine that goes on at a moment, or begins then. */
static size_t interval_at(const struct model_goroutine_lanes *lanes, uint32_t goroutine, int64_t time_ns)
{
    struct model_goroutine_lane lane = model_goroutine_lane_of(lanes, goroutine);
    struct model_place place;
    model_goroutine_lane_place(&lane, base_i64_sum(time_ns, 1), &place);
    return place.after < lane.count ? place.after : SIZE_MAX;
}

/* lanes: NULL where nobody asks for indices of slices. */
static void add_end(struct output_json *json, const char *name, const struct web_trace *trace, const struct end *end,
                    int64_t time_ns, const struct model_goroutine_lanes *lanes)
{
    const struct model_timeline *timeline = &trace->timeline;
    bool known = end->goroutine != MODEL_NO_GOROUTINE;
    output_json_open(json, name, '{');
    if (known)
        output_json_i64(json, "goroutine", timeline->actors.at[end->goroutine].id.n);
    else
        output_json_null(json, "goroutine");
    web_add_lane_id(json, "lane", 'g', known ? (int64_t)end->goroutine : -1);
    web_add_lane_id(json, "proc", 'p', end->proc == MODEL_NO_PROC ? -1 : timeline->procs.at[end->proc].id.n);
    if (lanes) {
        uint32_t symbol = known ? timeline->actors.at[end->goroutine].name : ORDER_EMPTY_STRING;
        output_json_string(json, "name", order_string(&trace->symbols, symbol));
        add_index(json, "index", known ? interval_at(lanes, end->goroutine, time_ns) : SIZE_MAX);
        add_index(json, "proc_index", end->slice);
    }
    output_json_close(json, '}');
}

static void add_arrow(struct output_json *json, const char *name, const struct web_trace *trace,
                      const struct model_arrow *arrow, const struct model_goroutine_lanes *lanes)
{
    static const char *const kinds[] = {"wake", "create", "syscall"};
    const struct model_timeline *timeline = &trace->timeline;
    bool ran = arrow->run_ns != MODEL_NEVER_NS;
    struct end begin = begin_of(timeline, arrow), end = end_of(timeline, arrow);
    output_json_open(json, name, '{');
    output_json_string(json, "kind", base_str_of(kinds[arrow->kind]));
    output_json_i64(json, "time_ns", arrow->time_ns - timeline->first_ns);
    if (ran)
        output_json_i64(json, "run_ns", arrow->run_ns - timeline->first_ns);
    else
        output_json_null(json, "run_ns");
    add_end(json, "from", trace, &begin, arrow->time_ns, lanes);
    add_end(json, "to", trace, &end, ran ? arrow->run_ns : arrow->time_ns, lanes);
    output_json_close(json, '}');
}

/* The file may have been changed since its goroutines were counted. */
static bool is_known(const struct model_timeline *timeline, const struct model_arrow *arrow)
{
    return arrow->to < timeline->actors.count &&
           (arrow->from == MODEL_NO_GOROUTINE || arrow->from < timeline->actors.count);
}

/* ---- of a stretch ---- */

/* Of too many, those are taken whose index is a multiple of the least power of two that leaves few enough: they stay
 * the same while the stretch moves. */
struct choice {
    const struct web_trace *trace;
    const uint8_t *among;                 /* by goroutine; NULL: all */
    uint64_t count, by_zeros[INDEX_BITS]; /* how many have an index that ends with so many zero bits */
    uint64_t mask;
    struct output_json *json; /* NULL: they are counted */
};

static bool is_wanted(const struct choice *choice, const struct model_arrow *arrow)
{
    if (!is_known(&choice->trace->timeline, arrow))
        return false;
    return !choice->among ||
           (choice->among[arrow->to] && arrow->from != MODEL_NO_GOROUTINE && choice->among[arrow->from]);
}

static void visit(void *context, uint64_t index, const struct model_arrow *arrow)
{
    struct choice *choice = context;
    if (choice->json ? (index & choice->mask) != 0 || !is_wanted(choice, arrow) : !is_wanted(choice, arrow))
        return;
    if (choice->json) {
        add_arrow(choice->json, NULL, choice->trace, arrow, NULL);
        return;
    }
    choice->count++;
    choice->by_zeros[index ? __builtin_ctzll(index) : INDEX_BITS - 1]++;
}

static uint64_t mask_for(const struct choice *choice, uint64_t limit)
{
    uint64_t left = choice->count;
    unsigned zeros = 0;
    while (left > limit && zeros < INDEX_BITS - 1)
        left -= choice->by_zeros[zeros++];
    return (UINT64_C(1) << zeros) - 1;
}

/* The numbers of a list "1,5,12", as flags by goroutine for the caller to free; NULL if the parameter is not there. */
static uint8_t *read_among(const struct web_trace *trace, const struct web_request *request)
{
    struct base_text list = {0};
    uint8_t *among = NULL;
    if (web_parameter(request, "among", &list)) {
        uint64_t number = 0;
        among = base_zalloc(trace->timeline.actors.count + 1, sizeof *among);
        for (size_t i = 0; i <= list.size; i++) {
            char c = i < list.size ? list.data[i] : ',';
            if (c >= '0' && c <= '9') {
                number = number < UINT32_MAX ? number * 10 + (uint64_t)(c - '0') : number;
                continue;
            }
            if (i && list.data[i - 1] != ',' && number < trace->timeline.actors.count)
                among[number] = 1;
            number = 0;
        }
    }
    base_text_release(&list);
    return among;
}

static void answer_stretch(struct web_trace *trace, const struct model_arrows *arrows,
                           const struct web_request *request, struct output_json *json)
{
    int64_t first_ns = trace->timeline.first_ns;
    int64_t from_ns = base_i64_sum(first_ns, web_parameter_i64(request, "from", 0));
    int64_t to_ns = base_i64_sum(first_ns, web_parameter_i64(request, "to", INT64_MAX));
    int64_t limit = web_parameter_i64(request, "limit", USUAL_ARROWS);
    uint8_t *among = read_among(trace, request);
    struct choice choice = {.trace = trace, .among = among};
    int64_t most = MOST_LOOKS / (int64_t)(trace->timeline.procs.count + 1);
    most = most > MOST_ARROWS ? MOST_ARROWS : most;
    limit = limit < 0 ? 0 : limit > most ? most : limit;
    model_arrows_visit(arrows, from_ns, to_ns, visit, &choice);
    choice.mask = mask_for(&choice, (uint64_t)limit);
    choice.json = json;
    output_json_u64(json, "count", choice.count);
    output_json_open(json, "arrows", '[');
    if (limit)
        model_arrows_visit(arrows, from_ns, to_ns, visit, &choice);
    output_json_close(json, ']');
    free(among);
}

/* ---- of a slice ---- */

struct of_slice {
    const struct web_trace *trace;
    const struct model_goroutine_lanes *lanes;
    struct model_slice slice; /* what: the goroutine */
    bool any;
    struct model_arrow by; /* what let it run, or ended its wait */
    uint64_t woke;
    struct output_json json; /* of those it woke */
};

static void visit_of_slice(void *context, uint64_t index, const struct model_arrow *arrow)
{
    struct of_slice *of = context;
    const struct model_slice *slice = &of->slice;
    (void)index;
    if (!is_known(&of->trace->timeline, arrow))
        return;
    if (arrow->to == slice->what &&
        (arrow->run_ns == slice->start_ns || arrow->time_ns == slice->start_ns ||
         (arrow->time_ns == slice->end_ns && !(of->any && of->by.run_ns == slice->start_ns)))) {
        of->any = true;
        of->by = *arrow;
    }
    if (arrow->from == slice->what && arrow->kind != MODEL_ARROW_SYSCALL && arrow->time_ns >= slice->start_ns &&
        arrow->time_ns <= slice->end_ns && of->woke++ < MOST_WOKEN)
        add_arrow(&of->json, NULL, of->trace, arrow, of->lanes);
}

/* False if there is no such slice of a goroutine. */
static bool find_slice(const struct web_trace *trace, struct base_str id, int64_t index, struct model_slice *ret_slice)
{
    struct web_lane lane;
    return web_find_lane(trace, id, &lane) && (lane.kind == WEB_SLICES || lane.kind == WEB_LIFE) &&
           lane.about == WEB_GOROUTINES && index >= 0 && web_lane_read(&lane, (size_t)index, 1, ret_slice) == 1;
}

static void answer_slice(struct web_trace *trace, const struct model_arrows *arrows, struct base_str lane,
                         int64_t index, struct web_response *response)
{
    struct base_text woken = {0};
    struct of_slice of = {.trace = trace, .lanes = web_goroutine_lanes_get(trace), .json = {.out = &woken}};
    if (!of.lanes) {
        web_fail_to_read(response);
    } else if (!find_slice(trace, lane, index, &of.slice)) {
        web_fail(response, 404, "there is no such slice of a goroutine");
    } else {
        struct output_json json = {.out = &response->body};
        output_json_open(&of.json, NULL, '[');
        model_arrows_visit(arrows, of.slice.start_ns, of.slice.end_ns, visit_of_slice, &of);
        output_json_close(&of.json, ']');
        output_json_open(&json, NULL, '{');
        if (of.any)
            add_arrow(&json, "by", trace, &of.by, of.lanes);
        else
            output_json_null(&json, "by");
        output_json_u64(&json, "woke_total", of.woke);
        output_json_raw(&json, "woke", base_text_view(&woken));
        output_json_close(&json, '}');
    }
    base_text_release(&woken);
}

void web_arrows(struct web_trace *trace, const struct web_request *request, struct web_response *response)
{
    struct base_text lane = {0};
    const struct model_arrows *arrows = web_arrows_get(trace);
    if (!arrows) {
        web_fail_to_read(response);
    } else if (web_parameter(request, "lane", &lane)) {
        answer_slice(trace, arrows, base_text_view(&lane), web_parameter_i64(request, "index", -1), response);
    } else {
        struct output_json json = {.out = &response->body};
        output_json_open(&json, NULL, '{');
        answer_stretch(trace, arrows, request, &json);
        output_json_close(&json, '}');
    }
    base_text_release(&lane);
}
