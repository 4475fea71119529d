/* GET /api/slice: one slice of a lane, with its stacks and what happened within. */
#include "output/json.h"
#include "output/words.h"
#include "web/below.h"
#include "web/lanes.h"
#include "web/routes.h"
#include "web/stacks.h"

enum { MOST_EVENTS = 500 };

#define NO_SLICE SIZE_MAX

static void add_goroutine(struct output_json *json, goroutine_id id)
{
    if (id.n == -1)
        output_json_null(json, "goroutine");
    else
        output_json_i64(json, "goroutine", id.n);
}

/* What the timeline knows of a slice: a copy, for reading may go on. */
struct known {
    struct model_slice slice;
    struct base_str name;
    goroutine_id goroutine;
    enum web_lane_kind kind;
    proc_id proc; /* whose lane it is, or NO_PROC, NO_THREAD */
    thread_id thread;
    bool of_range;         /* of the collector */
    uint64_t task;         /* ORDER_NO_TASK: of none */
    size_t member;         /* of annotations.region_types, if it is a region; or NO_SLICE */
    size_t previous, next; /* of the same goroutine or name; NO_SLICE: none */
};

/* What is found out about it by reading the trace up to its end; a sink that reads no further than it must. */
struct within {
    struct output_json json; /* of the events */
    struct model_pass pass;
    const struct known *known;
    int64_t origin_ns;
    uint32_t start_stack, end_stack; /* symbols of this pass */
    /* Of a goroutine's lane: why it waits, and what created it or ended its wait, at one of the slice's ends. */
    uint32_t reason;
    struct wake {
        bool any, created; /* instead of woken */
        int64_t time_ns;
        goroutine_id by; /* NO_GOROUTINE: the runtime did it */
        uint32_t stack;
    } wake;
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
    output_json_string(&within->json, "text", base_text_view(&words));
    web_add_stack(&within->json, "stack", symbols, event->stack);
    output_json_close(&within->json, '}');
    base_text_release(&words);
}

/* The stack a goroutine has when it starts is that of when it stopped last. */
static void note_stacks(struct within *within, const struct order_event *event)
{
    const struct known *known = within->known;
    if (known->kind == WEB_MARKS) {
        if ((event->kind == ORDER_STACK_SAMPLE || event->kind == ORDER_LOG) && event->time_ns == known->slice.start_ns)
            within->start_stack = event->stack;
        return;
    }
    if (known->member != NO_SLICE) {
        bool own = event->context.goroutine.n == known->goroutine.n;
        if (own && event->kind == ORDER_REGION_BEGIN && event->time_ns == known->slice.start_ns)
            within->start_stack = event->stack;
        else if (own && event->kind == ORDER_REGION_END && event->time_ns == known->slice.end_ns)
            within->end_stack = event->stack;
        return;
    }
    if (known->kind == WEB_TASK) {
        if (event->kind == ORDER_TASK_BEGIN && event->task.id == known->task)
            within->start_stack = event->stack;
        else if (event->kind == ORDER_TASK_END && event->task.id == known->task)
            within->end_stack = event->stack;
        return;
    }
    bool stops = event->kind == ORDER_GO_TRANSITION && event->resource == known->goroutine.n &&
                 event->from == ORDER_RUNNING && event->to != ORDER_RUNNING;
    bool range = event->kind == ORDER_RANGE_BEGIN && event->time_ns == known->slice.start_ns;
    if (known->of_range ? !range : !stops)
        return;
    if (event->time_ns <= known->slice.start_ns)
        within->start_stack = event->stack;
    else
        within->end_stack = event->stack;
}

/* Notes why a goroutine waits, and what wakes or creates it, at either end of the slice. */
static void note_wake(struct within *within, const struct order_event *event)
{
    const struct known *known = within->known;
    if (known->kind == WEB_SLICES || known->kind == WEB_TASK || known->kind == WEB_NEST ||
        event->kind != ORDER_GO_TRANSITION || event->resource != known->goroutine.n)
        return;
    bool at_start = event->time_ns == known->slice.start_ns, at_end = event->time_ns == known->slice.end_ns;
    if (at_start && event->to == ORDER_WAITING)
        within->reason = event->name;
    bool created = event->from == ORDER_NOT_EXIST;
    if ((at_start || at_end) && event->to != ORDER_WAITING && (created || event->from == ORDER_WAITING))
        within->wake = (struct wake){true, created, event->time_ns, event->context.goroutine, event->stack};
}

static bool of_task(const struct order_event *event, uint64_t task)
{
    switch (event->kind) {
    case ORDER_TASK_BEGIN:
    case ORDER_TASK_END:
    case ORDER_REGION_BEGIN:
    case ORDER_REGION_END: return event->task.id == task;
    case ORDER_LOG: return event->log.task == task;
    default: return false;
    }
}

/* Whether an event happened on the lane's processor or thread, or by or to its goroutine, or is the mark. */
static bool concerns(const struct known *known, const struct order_event *event)
{
    if (known->kind == WEB_MARKS)
        return true; /* no two events have one time */
    if (known->kind == WEB_TASK)
        return of_task(event, known->task);
    if (known->kind == WEB_SLICES)
        return (known->proc.n != NO_PROC.n && event->context.proc.n == known->proc.n) ||
               (known->thread.n != NO_THREAD.n && event->context.thread.n == known->thread.n);
    return event->context.goroutine.n == known->goroutine.n ||
           (event->kind == ORDER_GO_TRANSITION && event->resource == known->goroutine.n);
}

static void add_block(void *self, const struct order_block *block, const struct order_symbols *symbols)
{
    struct within *within = self;
    const struct known *known = within->known;
    for (size_t i = 0; i < block->count; i++) {
        const struct order_event *event = &block->events[i];
        if (event->time_ns > known->slice.end_ns) {
            within->pass.stop = true;
            return;
        }
        note_stacks(within, event);
        note_wake(within, event);
        if (event->time_ns >= known->slice.start_ns && concerns(known, event))
            add_event(within, event, symbols);
    }
}

static void add_wake(struct output_json *json, const struct within *within)
{
    const struct order_symbols *symbols = model_pass_symbols(&within->pass);
    if (within->reason)
        output_json_string(json, "reason", order_string(symbols, within->reason));
    else
        output_json_null(json, "reason");
    if (!within->wake.any) {
        output_json_null(json, "wake");
        return;
    }
    output_json_open(json, "wake", '{');
    output_json_bool(json, "created", within->wake.created);
    output_json_i64(json, "time_ns", within->wake.time_ns - within->origin_ns);
    add_goroutine(json, within->wake.by);
    web_add_stack(json, "stack", symbols, within->wake.stack);
    output_json_close(json, '}');
}

static void add_what_happened(struct output_json *json, struct web_trace *trace, const struct known *known)
{
    struct base_text events = {0};
    struct within within = {.json = {.out = &events}, .known = known, .origin_ns = trace->timeline.first_ns};
    output_json_open(&within.json, NULL, '[');
    bool begun = web_trace_begin_pass(trace, &within.pass);
    if (begun) {
        const struct model_sink sink = {add_block, &within};
        web_trace_run_pass(trace, &within.pass, &sink, 1);
        web_add_stack(json, "start_stack", model_pass_symbols(&within.pass), within.start_stack);
        web_add_stack(json, "end_stack", model_pass_symbols(&within.pass), within.end_stack);
        add_wake(json, &within);
        model_pass_release(&within.pass);
    }
    output_json_close(&within.json, ']');
    output_json_raw(json, "events", base_text_view(&events));
    output_json_u64(json, "events_total", within.total);
    base_text_release(&events);
}

/* The nearest slice of the same goroutine (or name) in a direction. */
static size_t neighbour(const struct web_lane *lane, size_t index, int direction)
{
    size_t count = web_lane_count(lane);
    for (size_t i = index + (size_t)direction; i < count; i += (size_t)direction)
        if (lane->about == WEB_LOGS || lane->about == WEB_REGIONS ||
            web_lane_what(lane, i) == web_lane_what(lane, index))
            return i;
    return NO_SLICE;
}

/* A goroutine's is that of its start function. */
static struct base_str name_of(const struct web_trace *trace, const struct web_lane *lane, uint32_t what)
{
    const struct model_timeline *timeline = &trace->timeline;
    const struct web_annotations *a = lane->annotations;
    switch (lane->about) {
    case WEB_GOROUTINES:
        return order_string(&trace->symbols,
                            what < timeline->actors.count ? timeline->actors.at[what].name : ORDER_EMPTY_STRING);
    case WEB_TASKS: return order_string(model_pass_symbols(&a->pass), a->of.tasks.all.at[what].name);
    case WEB_LOGS: return a->of.tasks.logs.at[what].message;
    case WEB_REGIONS: return order_string(model_pass_symbols(&a->pass), analyze_member_region(&a->of, what)->name);
    case WEB_CALLS: return lane->calls->functions.at[what];
    default: return order_string(&trace->symbols, what);
    }
}

/* False if there is no such slice. */
static bool find(const struct web_trace *trace, struct base_str lane_id, int64_t index, struct known *ret_known)
{
    struct web_lane lane;
    struct model_slice slice;
    if (!web_find_lane(trace, lane_id, &lane) || index < 0 || !web_lane_read(&lane, (size_t)index, 1, &slice))
        return false;
    *ret_known = (struct known){
        .slice = slice,
        .name = name_of(trace, &lane, slice.what),
        .goroutine = web_slice_goroutine(trace, &lane, slice.what),
        .kind = lane.kind,
        .task = lane.about == WEB_TASKS ? lane.annotations->of.tasks.all.at[slice.what].id : ORDER_NO_TASK,
        .member = lane.about == WEB_REGIONS ? slice.what : NO_SLICE,
        .proc = lane.proc,
        .thread = lane.thread,
        .of_range = lane.kind == WEB_SLICES &&
                    (lane.about == WEB_NAMES || slice.state == MODEL_ASSIST || slice.state == MODEL_SWEEP),
        .previous = neighbour(&lane, (size_t)index, -1),
        .next = neighbour(&lane, (size_t)index, 1),
    };
    return true;
}

static void add_neighbour(struct output_json *json, const char *name, size_t index)
{
    if (index == NO_SLICE)
        output_json_null(json, name);
    else
        output_json_u64(json, name, index);
}

void web_slice(struct web_trace *trace, const struct web_request *request, struct web_response *response)
{
    struct base_text id = {0};
    struct known known;
    int64_t index = web_parameter_i64(request, "index", -1);
    web_parameter(request, "lane", &id);
    web_prepare_lane(trace, base_text_view(&id));
    base_turns_begin_look(&trace->turns);
    bool found = find(trace, base_text_view(&id), index, &known);
    struct base_text name = {0}; /* a copy: that of a function is there only while looking */
    if (found)
        base_text_bytes(&name, known.name.data, known.name.size);
    base_turns_end_look(&trace->turns);
    if (!found) {
        web_fail(response, 404, "there is no such slice");
        base_text_release(&id);
        return;
    }
    struct output_json json = {.out = &response->body};
    output_json_open(&json, NULL, '{');
    output_json_string(&json, "lane", base_text_view(&id));
    output_json_i64(&json, "index", index);
    output_json_string(&json, "name", base_text_view(&name));
    add_goroutine(&json, known.goroutine);
    output_json_u64(&json, "state", known.slice.state);
    output_json_i64(&json, "start_ns", known.slice.start_ns - trace->timeline.first_ns);
    output_json_i64(&json, "duration_ns", known.slice.end_ns - known.slice.start_ns);
    output_json_bool(&json, "mark", known.kind == WEB_MARKS);
    add_what_happened(&json, trace, &known);
    add_neighbour(&json, "previous", known.previous);
    add_neighbour(&json, "next", known.next);
    if (known.member != NO_SLICE)
        web_add_region(&json, web_annotations_ready(trace), known.member);
    output_json_close(&json, '}');
    base_text_release(&name);
    base_text_release(&id);
}
