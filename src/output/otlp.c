#include "output/otlp.h"

#include "base/map.h"

#include <inttypes.h>
#include <stdio.h>

/* Of a span that the trace does not have all of. */
enum { CUT_AT_START = 1, CUT_AT_END = 2 };

enum { SPAN_KIND_INTERNAL = 1 }; /* of the format */

struct log_line {
    int64_t time_ns;
    uint32_t category;
    size_t end; /* of its message, in the span's */
};

/* A task or a region while it is open. */
struct span {
    bool region;
    unsigned cut;
    uint64_t task;       /* ORDER_NO_TASK: none */
    uint64_t root;       /* what the trace's id is made of */
    uint64_t id, parent; /* 0: no parent */
    uint64_t parent_task;
    goroutine_id goroutine;
    uint32_t name, stack;
    int64_t start_ns;
    BASE_VEC(struct log_line) logs;
    struct base_text messages; /* copies: the file's pages may be out of memory by the time they are written */
    uint32_t dropped_logs;
};

/* The regions that a goroutine is in, the innermost last. */
struct region_stack {
    BASE_VEC(struct span) spans;
    int64_t since_ns; /* that there is the goroutine */
};

struct otlp_work {
    uint64_t seed;
    bool begun;
    int64_t first_ns;
    uint64_t wall_ns; /* at first_ns */
    BASE_VEC(struct span) tasks;
    struct base_map task_by_id;
    BASE_VEC(struct region_stack) regions; /* by slot */
};

/* 0 is the background, which is no task that begins or ends. */
static uint64_t known_task(uint64_t task)
{
    return task ? task : ORDER_NO_TASK;
}

/* ---- ids ---- */

/* Spreads a number over all bits; the constants are those of splitmix64. */
static uint64_t mixed(uint64_t number)
{
    number += UINT64_C(0x9e3779b97f4a7c15);
    number = (number ^ number >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    number = (number ^ number >> 27) * UINT64_C(0x94d049bb133111eb);
    return number ^ number >> 31;
}

/* Never 0, which is no id. */
static uint64_t id_of(uint64_t seed, uint64_t what, uint64_t number)
{
    uint64_t id = mixed(mixed(seed ^ mixed(what)) ^ number);
    return id ? id : 1;
}

enum { ID_TASK = 1, ID_REGION, ID_TRACE_HIGH, ID_TRACE_LOW };

static void put_id(struct base_text *out, uint64_t id)
{
    for (unsigned shift = 64; shift; shift -= 4)
        base_text_char(out, "0123456789abcdef"[id >> (shift - 4) & 15]);
}

/* ---- a span ---- */

static uint64_t wall_ns(const struct otlp_work *work, int64_t time_ns)
{
    return work->wall_ns + (uint64_t)(time_ns - work->first_ns);
}

static void put_time(struct output_otlp *otlp, const char *name, int64_t time_ns)
{
    char digits[32];
    snprintf(digits, sizeof digits, "%" PRIu64, wall_ns(otlp->work, time_ns));
    output_json_string(&otlp->json, name, base_str_of(digits));
}

static void open_attribute(struct output_json *json, const char *key)
{
    output_json_open(json, NULL, '{');
    output_json_string(json, "key", base_str_of(key));
    output_json_open(json, "value", '{');
}

static void close_attribute(struct output_json *json)
{
    output_json_close(json, '}');
    output_json_close(json, '}');
}

static void put_text_attribute(struct output_json *json, const char *key, struct base_str value)
{
    open_attribute(json, key);
    output_json_string(json, "stringValue", value);
    close_attribute(json);
}

static void put_number_attribute(struct output_json *json, const char *key, int64_t value)
{
    char digits[32];
    snprintf(digits, sizeof digits, "%" PRId64, value);
    open_attribute(json, key);
    output_json_string(json, "intValue", base_str_of(digits));
    close_attribute(json);
}

static void put_function(struct output_json *json, const struct order_symbols *symbols, uint32_t stack)
{
    if (!order_stack_depth(symbols, stack))
        return;
    const struct order_frame *frame = order_stack_frame(symbols, stack, 0);
    put_text_attribute(json, "code.function.name", order_string(symbols, frame->func));
    put_text_attribute(json, "code.file.path", order_string(symbols, frame->file));
    put_number_attribute(json, "code.line.number", (int64_t)frame->line);
}

static void put_attributes(struct output_json *json, const struct span *span, const struct order_symbols *symbols)
{
    static const char *const cuts[] = {[CUT_AT_START] = "start", [CUT_AT_END] = "end", [3] = "start and end"};
    output_json_open(json, "attributes", '[');
    put_text_attribute(json, "go.trace.kind", span->region ? BASE_STR("region") : BASE_STR("task"));
    put_text_attribute(json, "go.trace.type", order_string(symbols, span->name));
    if (span->task != ORDER_NO_TASK)
        put_number_attribute(json, "go.task.id", (int64_t)span->task);
    if (span->parent_task != ORDER_NO_TASK)
        put_number_attribute(json, "go.task.parent", (int64_t)span->parent_task);
    if (span->goroutine.n != NO_GOROUTINE.n)
        put_number_attribute(json, "go.goroutine.id", span->goroutine.n);
    if (span->cut)
        put_text_attribute(json, "go.trace.cut", base_str_of(cuts[span->cut]));
    put_function(json, symbols, span->stack);
    output_json_close(json, ']');
}

static void put_logs(struct output_otlp *otlp, const struct span *span, const struct order_symbols *symbols)
{
    struct output_json *json = &otlp->json;
    if (span->logs.count)
        output_json_open(json, "events", '[');
    for (size_t i = 0, start = 0; i < span->logs.count; i++) {
        const struct log_line *line = &span->logs.at[i];
        struct base_str message = {span->messages.data + start, line->end - start};
        start = line->end;
        output_json_open(json, NULL, '{');
        put_time(otlp, "timeUnixNano", line->time_ns);
        output_json_string(json, "name", message.size ? message : BASE_STR("log"));
        output_json_open(json, "attributes", '[');
        put_text_attribute(json, "go.log.category", order_string(symbols, line->category));
        output_json_close(json, ']');
        output_json_close(json, '}');
    }
    if (span->logs.count)
        output_json_close(json, ']');
    if (span->dropped_logs)
        output_json_u64(json, "droppedEventsCount", span->dropped_logs);
}

static void put_hex(struct output_json *json, const char *name, uint64_t high, uint64_t low, bool wide)
{
    struct base_text hex = {0};
    base_text_char(&hex, '"');
    if (wide)
        put_id(&hex, high);
    put_id(&hex, low);
    base_text_char(&hex, '"');
    output_json_raw(json, name, base_text_view(&hex));
    base_text_release(&hex);
}

static void put_span(struct output_otlp *otlp, const struct span *span, const struct order_symbols *symbols,
                     int64_t end_ns)
{
    struct output_json *json = &otlp->json;
    uint64_t seed = otlp->work->seed;
    struct base_str name = order_string(symbols, span->name);
    output_json_open(json, NULL, '{');
    put_hex(json, "traceId", id_of(seed, ID_TRACE_HIGH, span->root), id_of(seed, ID_TRACE_LOW, span->root), true);
    put_hex(json, "spanId", 0, span->id, false);
    if (span->parent)
        put_hex(json, "parentSpanId", 0, span->parent, false);
    output_json_string(json, "name", name.size ? name : span->region ? BASE_STR("region") : BASE_STR("task"));
    output_json_u64(json, "kind", SPAN_KIND_INTERNAL);
    put_time(otlp, "startTimeUnixNano", span->start_ns);
    put_time(otlp, "endTimeUnixNano", end_ns);
    put_attributes(json, span, symbols);
    put_logs(otlp, span, symbols);
    output_json_close(json, '}');
    base_text_char(json->out, '\n');
}

static bool is_wanted(const struct output_otlp *otlp, const struct span *span, int64_t end_ns)
{
    const struct analyze_selection *selection = otlp->selection;
    if (!selection)
        return true;
    bool named = selection->by_task_alone && span->task != ORDER_NO_TASK &&
                 base_map_find(&selection->tasks, span->task) != BASE_MAP_NONE;
    return named ? analyze_selection_reaches(selection, span->start_ns, end_ns)
                 : analyze_selection_touches(selection, span->goroutine, span->start_ns, end_ns);
}

static void span_release(struct span *span)
{
    base_vec_release(&span->logs);
    base_text_release(&span->messages);
}

/* Writes a span, and releases what it holds. */
static void end_span(struct output_otlp *otlp, struct span *span, const struct order_symbols *symbols, int64_t end_ns)
{
    if (is_wanted(otlp, span, end_ns))
        put_span(otlp, span, symbols, end_ns);
    span_release(span);
}

/* ---- tasks ---- */

static struct span *task_of(struct otlp_work *work, uint64_t id)
{
    uint32_t place = base_map_find(&work->task_by_id, id);
    return place == BASE_MAP_NONE ? NULL : &work->tasks.at[place];
}

static void remove_task(struct otlp_work *work, struct span *task)
{
    base_map_remove(&work->task_by_id, task->task);
    struct span *last = &work->tasks.at[--work->tasks.count];
    if (task == last)
        return;
    *task = *last;
    base_map_set(&work->task_by_id, task->task, (uint32_t)(task - work->tasks.at));
}

static struct span new_task(struct otlp_work *work, const struct order_event *event)
{
    const struct span *parent = task_of(work, event->task.parent);
    return (struct span){
        .task = event->task.id,
        .root = parent ? parent->root : event->task.id,
        .id = id_of(work->seed, ID_TASK, event->task.id),
        .parent = parent ? parent->id : 0,
        .parent_task = known_task(event->task.parent),
        .goroutine = event->context.goroutine,
        .name = event->name,
        .stack = event->stack,
        .start_ns = event->time_ns,
    };
}

static void begin_task(struct output_otlp *otlp, const struct order_event *event, const struct order_symbols *symbols)
{
    struct otlp_work *work = otlp->work;
    struct span *same = task_of(work, event->task.id);
    if (same) { /* of a damaged trace: the end of the first one is lost */
        same->cut |= CUT_AT_END;
        end_span(otlp, same, symbols, event->time_ns);
        remove_task(work, same);
    }
    struct span task = new_task(work, event);
    base_map_set(&work->task_by_id, task.task, (uint32_t)work->tasks.count);
    *base_vec_add(&work->tasks) = task;
}

static void end_task(struct output_otlp *otlp, const struct order_event *event, const struct order_symbols *symbols)
{
    struct span *open = task_of(otlp->work, event->task.id);
    if (open) {
        end_span(otlp, open, symbols, event->time_ns);
        remove_task(otlp->work, open);
        return;
    }
    struct span task = new_task(otlp->work, event);
    task.start_ns = otlp->work->first_ns;
    task.cut = CUT_AT_START;
    end_span(otlp, &task, symbols, event->time_ns);
}

/* ---- regions ---- */

static struct region_stack *regions_of(struct otlp_work *work, uint32_t slot)
{
    while (slot >= work->regions.count)
        *base_vec_add(&work->regions) = (struct region_stack){.since_ns = work->first_ns};
    return &work->regions.at[slot];
}

static struct span *innermost(struct region_stack *stack)
{
    return stack->spans.count ? &stack->spans.at[stack->spans.count - 1] : NULL;
}

static struct span new_region(struct otlp_work *work, const struct order_event *event, const struct span *around)
{
    uint64_t number = mixed((uint64_t)event->time_ns) ^ (uint64_t)event->context.goroutine.n;
    struct span region = {
        .region = true,
        .task = known_task(event->task.id),
        .id = id_of(work->seed, ID_REGION, number),
        .parent_task = ORDER_NO_TASK,
        .goroutine = event->context.goroutine,
        .name = event->name,
        .stack = event->stack,
        .start_ns = event->time_ns,
    };
    const struct span *task = region.task == ORDER_NO_TASK ? NULL : task_of(work, region.task);
    const struct span *parent = around && (!task || around->task == region.task) ? around : task;
    region.root = parent ? parent->root : region.task != ORDER_NO_TASK ? region.task : region.id;
    region.parent = parent ? parent->id : 0;
    return region;
}

static void begin_region(struct output_otlp *otlp, const struct order_event *event)
{
    struct region_stack *stack = regions_of(otlp->work, event->context.goroutine_slot);
    struct span region = new_region(otlp->work, event, innermost(stack));
    *base_vec_add(&stack->spans) = region;
}

static void end_region(struct output_otlp *otlp, const struct order_event *event, const struct order_symbols *symbols)
{
    struct region_stack *stack = regions_of(otlp->work, event->context.goroutine_slot);
    struct span *open = innermost(stack);
    if (open && open->name == event->name) {
        end_span(otlp, open, symbols, event->time_ns);
        stack->spans.count--;
        return;
    }
    struct span region = new_region(otlp->work, event, NULL); /* that the goroutine may have inherited */
    region.start_ns = stack->since_ns;
    region.cut = CUT_AT_START;
    end_span(otlp, &region, symbols, event->time_ns);
}

/* Ends the regions of a goroutine, the innermost first. */
static void leave_regions(struct output_otlp *otlp, struct region_stack *stack, const struct order_symbols *symbols,
                          int64_t time_ns)
{
    while (stack->spans.count) {
        struct span *region = &stack->spans.at[--stack->spans.count];
        region->cut |= CUT_AT_END;
        end_span(otlp, region, symbols, time_ns);
    }
    base_vec_release(&stack->spans);
}

/* ---- the rest ---- */

static void add_log(struct otlp_work *work, const struct order_event *event)
{
    struct span *span = task_of(work, event->log.task);
    if (!span && event->context.goroutine_slot < work->regions.count)
        span = innermost(&work->regions.at[event->context.goroutine_slot]);
    if (!span || span->task != known_task(event->log.task))
        return;
    if (span->logs.count == OUTPUT_OTLP_MOST_LOGS || span->messages.size > OUTPUT_OTLP_MOST_LOG_BYTES) {
        span->dropped_logs++;
        return;
    }
    base_text_str(&span->messages, event->log.message);
    *base_vec_add(&span->logs) = (struct log_line){event->time_ns, event->name, span->messages.size};
}

static void end_all(struct output_otlp *otlp, const struct order_symbols *symbols, int64_t time_ns)
{
    struct otlp_work *work = otlp->work;
    for (size_t i = 0; i < work->regions.count; i++)
        leave_regions(otlp, &work->regions.at[i], symbols, time_ns);
    work->regions.count = 0;
    for (; work->tasks.count; work->tasks.count--) {
        struct span *task = &work->tasks.at[work->tasks.count - 1];
        task->cut |= CUT_AT_END;
        end_span(otlp, task, symbols, time_ns);
    }
    base_map_release(&work->task_by_id);
}

static void sync(struct output_otlp *otlp, const struct order_event *event, const struct order_symbols *symbols)
{
    struct otlp_work *work = otlp->work;
    const struct order_sync *facts = event->sync.facts;
    if (!work->begun) {
        work->first_ns = event->time_ns;
        if (facts->has_snapshot)
            work->wall_ns =
                facts->wall_seconds * 1000000000 + facts->wall_ns + (uint64_t)(event->time_ns - facts->trace_ns);
    }
    work->begun = true;
    if (facts->after_gap)
        end_all(otlp, symbols, facts->gap_from_ns);
}

static void go_transition(struct output_otlp *otlp, const struct order_event *event,
                          const struct order_symbols *symbols)
{
    if (event->from == ORDER_NOT_EXIST)
        regions_of(otlp->work, event->resource_slot)->since_ns = event->time_ns;
    else if (event->from == ORDER_UNDETERMINED)
        regions_of(otlp->work, event->resource_slot)->since_ns = otlp->work->first_ns;
    else if (event->to == ORDER_NOT_EXIST)
        leave_regions(otlp, regions_of(otlp->work, event->resource_slot), symbols, event->time_ns);
}

static void add_event(struct output_otlp *otlp, const struct order_event *event, const struct order_symbols *symbols)
{
    bool here = event->context.goroutine_slot != ORDER_NO_SLOT;
    switch ((enum order_kind)event->kind) {
    case ORDER_SYNC: sync(otlp, event, symbols); break;
    case ORDER_TASK_BEGIN: begin_task(otlp, event, symbols); break;
    case ORDER_TASK_END: end_task(otlp, event, symbols); break;
    case ORDER_REGION_BEGIN:
        if (here)
            begin_region(otlp, event);
        break;
    case ORDER_REGION_END:
        if (here)
            end_region(otlp, event, symbols);
        break;
    case ORDER_LOG: add_log(otlp->work, event); break;
    case ORDER_GO_TRANSITION: go_transition(otlp, event, symbols); break;
    default: break;
    }
}

void output_otlp_add(void *self, const struct order_block *block, const struct order_symbols *symbols)
{
    for (size_t i = 0; i < block->count; i++)
        add_event(self, &block->events[i], symbols);
}

void output_otlp_begin(struct output_otlp *otlp, struct base_str service, uint64_t seed,
                       const struct analyze_selection *selection, struct base_text *out)
{
    *otlp = (struct output_otlp){.json = {.out = out}, .selection = selection};
    otlp->work = base_zalloc(1, sizeof *otlp->work);
    otlp->work->seed = seed;
    struct output_json *json = &otlp->json;
    output_json_open(json, NULL, '{');
    output_json_open(json, "resourceSpans", '[');
    output_json_open(json, NULL, '{');
    output_json_open(json, "resource", '{');
    output_json_open(json, "attributes", '[');
    put_text_attribute(json, "service.name", service);
    put_text_attribute(json, "process.runtime.name", BASE_STR("go"));
    output_json_close(json, ']');
    output_json_close(json, '}');
    output_json_open(json, "scopeSpans", '[');
    output_json_open(json, NULL, '{');
    output_json_open(json, "scope", '{');
    output_json_string(json, "name", BASE_STR("kymo"));
    output_json_string(json, "version", BASE_STR(KYMO_VERSION));
    output_json_close(json, '}');
    output_json_open(json, "spans", '[');
}

void output_otlp_end(struct output_otlp *otlp, const struct order_symbols *symbols, int64_t last_ns)
{
    end_all(otlp, symbols, last_ns);
    output_json_close(&otlp->json, ']');
    output_json_close(&otlp->json, '}');
    output_json_close(&otlp->json, ']');
    output_json_close(&otlp->json, '}');
    output_json_close(&otlp->json, ']');
    output_json_close(&otlp->json, '}');
    base_text_char(otlp->json.out, '\n');
}

void output_otlp_release(struct output_otlp *otlp)
{
    struct otlp_work *work = otlp->work;
    if (!work)
        return;
    for (size_t i = 0; i < work->regions.count; i++) {
        for (size_t j = 0; j < work->regions.at[i].spans.count; j++)
            span_release(&work->regions.at[i].spans.at[j]);
        base_vec_release(&work->regions.at[i].spans);
    }
    for (size_t i = 0; i < work->tasks.count; i++)
        span_release(&work->tasks.at[i]);
    base_vec_release(&work->tasks);
    base_vec_release(&work->regions);
    base_map_release(&work->task_by_id);
    free(work);
    otlp->work = NULL;
}
