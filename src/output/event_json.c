#include "output/event_json.h"

#include "analyze/finder.h"

static void add_id(struct output_json *json, const char *name, int64_t id)
{
    if (id >= 0)
        output_json_i64(json, name, id);
}

static void add_task(struct output_json *json, const char *name, uint64_t task)
{
    if (task != ORDER_NO_TASK)
        output_json_u64(json, name, task);
}

static void add_stack(struct output_json *json, const char *name, const struct order_symbols *symbols, uint32_t stack)
{
    struct base_text text = {0};
    if (!order_stack_depth(symbols, stack))
        return;
    output_json_open(json, name, '[');
    for (uint32_t i = 0; i < order_stack_depth(symbols, stack); i++) {
        const struct order_frame *frame = order_stack_frame(symbols, stack, i);
        text.size = 0;
        base_text_str(&text, order_string(symbols, frame->func));
        base_text_char(&text, ' ');
        base_text_str(&text, order_string(symbols, frame->file));
        base_text_char(&text, ':');
        base_text_u64(&text, frame->line);
        output_json_string(json, NULL, base_text_view(&text));
    }
    output_json_close(json, ']');
    base_text_release(&text);
}

static void add_transition(struct output_json *json, const struct order_symbols *symbols,
                           const struct order_event *event)
{
    add_id(json, event->kind == ORDER_GO_TRANSITION ? "of_goroutine" : "of_proc", event->resource);
    output_json_string(json, "from", base_str_of(order_state_name(event->from)));
    output_json_string(json, "to", base_str_of(order_state_name(event->to)));
    if (order_string(symbols, event->name).size)
        output_json_string(json, "name", order_string(symbols, event->name));
}

static void add_range(struct output_json *json, const struct order_event *event)
{
    if (event->scope != ORDER_SCOPE_NONE)
        add_id(json, event->scope == ORDER_SCOPE_PROC ? "of_proc" : "of_goroutine", event->resource);
    if (event->kind != ORDER_RANGE_END || event->detail != ORDER_RANGE_SWEEP)
        return;
    output_json_u64(json, "swept_bytes", event->sweep.swept_bytes);
    output_json_u64(json, "reclaimed_bytes", event->sweep.reclaimed_bytes);
}

static void add_details(struct output_json *json, const struct order_symbols *symbols, const struct order_event *event)
{
    switch ((enum order_kind)event->kind) {
    case ORDER_GO_TRANSITION:
    case ORDER_PROC_TRANSITION: add_transition(json, symbols, event); return;
    case ORDER_METRIC:
        output_json_string(json, "name", base_str_of(order_metric_name(event->detail)));
        output_json_u64(json, "value", event->metric.value);
        return;
    case ORDER_RANGE_BEGIN:
    case ORDER_RANGE_ACTIVE:
    case ORDER_RANGE_END: add_range(json, event); break;
    case ORDER_LABEL: add_id(json, "of_goroutine", event->resource); break;
    case ORDER_TASK_BEGIN:
    case ORDER_TASK_END: add_task(json, "parent_task", event->task.parent); /* fall through */
    case ORDER_REGION_BEGIN:
    case ORDER_REGION_END: add_task(json, "task", event->task.id); break;
    case ORDER_LOG:
        add_task(json, "task", event->log.task);
        output_json_string(json, "message", event->log.message);
        break;
    default: return;
    }
    output_json_string(json, "name", order_string(symbols, event->name));
}

void output_event_json(struct output_json *json, const struct order_symbols *symbols, const struct order_event *event,
                       int64_t first_ns, bool with_stacks)
{
    output_json_open(json, NULL, '{');
    output_json_i64(json, "time_ns", event->time_ns - first_ns);
    output_json_string(json, "kind", base_str_of(analyze_event_kinds[analyze_event_kind_of(event)].name));
    add_id(json, "goroutine", event->context.goroutine.n);
    add_id(json, "proc", event->context.proc.n);
    add_id(json, "thread", event->context.thread.n);
    add_details(json, symbols, event);
    bool transition = event->kind == ORDER_GO_TRANSITION;
    if (with_stacks)
        add_stack(json, "stack", symbols, event->stack);
    if (with_stacks && transition && event->transition_stack != event->stack)
        add_stack(json, "of_stack", symbols, event->transition_stack);
    output_json_close(json, '}');
}
