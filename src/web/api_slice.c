/* GET /api/slice: one slice of a lane, with its stacks and what happened within. */
#include "output/json.h"
#include "output/words.h"
#include "web/lanes.h"
#include "web/routes.h"

enum { MOST_EVENTS = 500 };

static void add_stack(struct output_json *json, const char *name, const struct order_symbols *symbols, uint32_t stack)
{
    if (!stack) {
        output_json_null(json, name);
        return;
    }
    output_json_open(json, name, '[');
    for (uint32_t i = 0; i < order_stack_depth(symbols, stack); i++) {
        const struct order_frame *frame = order_stack_frame(symbols, stack, i);
        output_json_open(json, NULL, '{');
        output_json_string(json, "func", order_string(symbols, frame->func));
        output_json_string(json, "file", order_string(symbols, frame->file));
        output_json_u64(json, "line", frame->line);
        output_json_address(json, "pc", frame->pc);
        output_json_close(json, '}');
    }
    output_json_close(json, ']');
}

static void add_goroutine(struct output_json *json, goroutine_id id)
{
    if (id.n == -1)
        output_json_null(json, "goroutine");
    else
        output_json_i64(json, "goroutine", id.n);
}

/* What is found out about a slice by reading the trace up to its end; a sink that reads no further than it must. */
struct within {
    struct output_json json; /* of the events */
    struct model_pass pass;
    const struct web_lane *lane;
    struct model_slice slice;
    goroutine_id goroutine;
    int64_t origin_ns;
    uint32_t start_stack, end_stack; /* symbols of this pass */
    uint64_t total;
};

static void add_event(struct within *within, const struct order_event *event, const struct order_symbols *symbols)
{
    struct base_text words = {0};
    if (within->total++ >= MOST_EVENTS)
        return;
    output_event_words(&words, symbols, event);
    output_json_open(&within->json, NULL, '{');
    output_json_i64(&within->json, "time_ns", event->time_ns - within->origin_ns);
    add_goroutine(&within->json, event->context.goroutine);
    output_json_string(&within->json, "text", (struct base_str){words.data, words.size});
    add_stack(&within->json, "stack", symbols, event->stack);
    output_json_close(&within->json, '}');
    base_text_release(&words);
}

/* The stack a goroutine has when it starts is that of when it stopped last. */
static void note_stacks(struct within *within, const struct order_event *event)
{
    bool stops = event->kind == ORDER_GO_TRANSITION && event->resource == within->goroutine.n &&
                 event->from == ORDER_RUNNING && event->to != ORDER_RUNNING;
    bool range = event->kind == ORDER_RANGE_BEGIN && event->time_ns == within->slice.start_ns;
    if (within->lane->proc ? !stops : !range)
        return;
    if (event->time_ns <= within->slice.start_ns)
        within->start_stack = event->stack;
    else
        within->end_stack = event->stack;
}

/* Whether an event happened on the lane's processor, or by or to its goroutine. */
static bool concerns(const struct within *within, const struct order_event *event)
{
    if (within->lane->lane)
        return within->lane->proc && event->context.proc.n == within->lane->proc->id.n;
    return event->context.goroutine.n == within->goroutine.n ||
           (event->kind == ORDER_GO_TRANSITION && event->resource == within->goroutine.n);
}

static void add_block(void *self, const struct order_block *block, const struct order_symbols *symbols)
{
    struct within *within = self;
    for (size_t i = 0; i < block->count; i++) {
        const struct order_event *event = &block->events[i];
        if (event->time_ns > within->slice.end_ns) {
            within->pass.stop = true;
            return;
        }
        note_stacks(within, event);
        if (event->time_ns >= within->slice.start_ns && concerns(within, event))
            add_event(within, event, symbols);
    }
}

static void add_what_happened(struct output_json *json, const struct web_trace *trace, const struct web_lane *lane,
                              const struct model_slice *slice)
{
    struct base_text events = {0};
    struct within within = {
        .json = {.out = &events},
        .lane = lane,
        .slice = *slice,
        .goroutine = web_slice_goroutine(trace, lane, slice->what),
        .origin_ns = trace->timeline.first_ns,
    };
    output_json_open(&within.json, NULL, '[');
    bool begun = web_trace_begin_pass(trace, &within.pass);
    if (begun) {
        struct model_sink sink = {add_block, &within};
        model_pass_run(&within.pass, &sink, 1, NULL);
        add_stack(json, "start_stack", model_pass_symbols(&within.pass), within.start_stack);
        add_stack(json, "end_stack", model_pass_symbols(&within.pass), within.end_stack);
        model_pass_release(&within.pass);
    }
    output_json_close(&within.json, ']');
    output_json_raw(json, "events", (struct base_str){events.data, events.size});
    output_json_u64(json, "events_total", within.total);
    base_text_release(&events);
}

/* The nearest slice of the same goroutine (or name) in a direction. */
static void add_neighbour(struct output_json *json, const char *name, const struct web_lane *lane, size_t index,
                          int direction)
{
    size_t count = web_lane_count(lane);
    for (size_t i = index + (size_t)direction; i < count; i += (size_t)direction) {
        if (!lane->lane || model_lane_what(lane->lane, i) == model_lane_what(lane->lane, index)) {
            output_json_u64(json, name, i);
            return;
        }
    }
    output_json_null(json, name);
}

/* A goroutine's is that of its start function. */
static struct base_str name_of(const struct web_trace *trace, const struct web_lane *lane, uint32_t what)
{
    uint32_t symbol =
        lane->lane ? trace->names.at[web_slice_name(trace, lane, what)] : trace->timeline.actors.at[what].name;
    return order_string(web_trace_symbols(trace), symbol);
}

void web_slice(struct web_trace *trace, const struct web_request *request, struct web_response *response)
{
    struct base_text id = {0};
    struct web_lane lane;
    struct model_slice slice;
    int64_t index = web_parameter_i64(request, "index", -1);
    web_parameter(request, "lane", &id);
    if (!web_find_lane(trace, (struct base_str){id.data, id.size}, &lane) || index < 0 ||
        !web_lane_read(&lane, (size_t)index, 1, &slice)) {
        web_fail(response, 404, "there is no such slice");
        base_text_release(&id);
        return;
    }
    struct output_json json = {.out = &response->body};
    output_json_open(&json, NULL, '{');
    output_json_string(&json, "lane", (struct base_str){id.data, id.size});
    output_json_i64(&json, "index", index);
    output_json_string(&json, "name", name_of(trace, &lane, slice.what));
    add_goroutine(&json, web_slice_goroutine(trace, &lane, slice.what));
    output_json_u64(&json, "state", slice.state);
    output_json_i64(&json, "start_ns", slice.start_ns - trace->timeline.first_ns);
    output_json_i64(&json, "duration_ns", slice.end_ns - slice.start_ns);
    add_what_happened(&json, trace, &lane, &slice);
    add_neighbour(&json, "previous", &lane, (size_t)index, -1);
    add_neighbour(&json, "next", &lane, (size_t)index, 1);
    output_json_close(&json, '}');
    base_text_release(&id);
}
