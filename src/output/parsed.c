#include "output/parsed.h"

#include "wire/event.h"

#include <inttypes.h>

static void field_i64(struct base_text *out, const char *name, int64_t value)
{
    base_text_add(out, name);
    base_text_i64(out, value);
}

static void field_u64(struct base_text *out, const char *name, uint64_t value)
{
    base_text_add(out, name);
    base_text_u64(out, value);
}

static void field_quoted(struct base_text *out, const char *name, struct base_str value)
{
    base_text_add(out, name);
    base_text_quote(out, value);
}

static void add_value(struct base_text *out, uint64_t value)
{
    field_u64(out, "Value{Uint64(", value);
    base_text_add(out, ")}");
}

static void add_sync(struct base_text *out, const struct order_sync *sync)
{
    field_u64(out, " N=", sync->number);
    if (!sync->has_snapshot)
        return;
    field_i64(out, " Trace=", sync->trace_ns);
    field_u64(out, " Mono=", sync->monotonic_ns);
    base_text_add(out, " Wall=");
    base_text_moment(out, sync->wall_seconds, sync->wall_ns);
}

static void add_range(struct base_text *out, const struct order_event *event, struct base_str name)
{
    field_quoted(out, " Name=", name);
    base_text_add(out, " Scope=");
    if (event->scope == ORDER_SCOPE_NONE) {
        base_text_add(out, "None");
    } else {
        field_i64(out, event->scope == ORDER_SCOPE_PROC ? "Proc(" : "Goroutine(", event->resource);
        base_text_char(out, ')');
    }
    if (event->kind != ORDER_RANGE_END)
        return;
    base_text_add(out, " Attributes=[");
    if (event->detail == ORDER_RANGE_SWEEP) {
        base_text_add(out, "\"bytes swept\"=");
        add_value(out, event->sweep.swept_bytes);
        base_text_add(out, " \"bytes reclaimed\"=");
        add_value(out, event->sweep.reclaimed_bytes);
    }
    base_text_char(out, ']');
}

static void add_transition(struct base_text *out, const struct order_event *event, struct base_str reason)
{
    field_i64(out, event->kind == ORDER_GO_TRANSITION ? " GoID=" : " ProcID=", event->resource);
    base_text_char(out, ' ');
    base_text_add(out, order_state_name(event->from));
    base_text_add(out, "->");
    base_text_add(out, order_state_name(event->to));
    field_quoted(out, " Reason=", reason);
}

static void add_experimental(struct base_text *out, const struct order_event *event)
{
    const struct wire_event_spec *spec = &wire_events[event->detail];
    base_text_add(out, " Name=");
    base_text_add(out, spec->name);
    base_text_add(out, " Args=[");
    for (unsigned i = 1; i < spec->arg_count; i++) {
        base_text_add(out, i > 1 ? ", " : "");
        base_text_add(out, spec->args[i]);
        base_text_char(out, '=');
        add_value(out, event->args[i - 1]);
    }
    base_text_char(out, ']');
}

static void add_stack(struct base_text *out, const char *heading, const struct order_symbols *symbols, uint32_t stack)
{
    base_text_add(out, heading);
    for (uint32_t i = 0; i < order_stack_depth(symbols, stack); i++) {
        const struct order_frame *frame = order_stack_frame(symbols, stack, i);
        base_text_char(out, '\t');
        base_text_str(out, order_string(symbols, frame->func));
        base_text_add(out, " @ 0x");
        base_text_hex(out, frame->pc);
        base_text_add(out, "\n\t\t");
        base_text_str(out, order_string(symbols, frame->file));
        base_text_char(out, ':');
        base_text_u64(out, frame->line);
        base_text_char(out, '\n');
    }
}

void output_parsed_details(struct base_text *out, const struct order_symbols *symbols, const struct order_event *event)
{
    struct base_str name = order_string(symbols, event->name);
    switch ((enum order_kind)event->kind) {
    case ORDER_SYNC: add_sync(out, event->sync.facts); break;
    case ORDER_METRIC:
        field_quoted(out, " Name=", base_str_of(order_metric_name(event->detail)));
        base_text_add(out, " Value=");
        add_value(out, event->metric.value);
        break;
    case ORDER_LABEL:
        field_quoted(out, " Label=", name);
        field_i64(out, " Resource=Goroutine(", event->resource);
        base_text_char(out, ')');
        break;
    case ORDER_STACK_SAMPLE: break;
    case ORDER_RANGE_BEGIN:
    case ORDER_RANGE_ACTIVE:
    case ORDER_RANGE_END: add_range(out, event, name); break;
    case ORDER_TASK_BEGIN:
    case ORDER_TASK_END:
        field_u64(out, " ID=", event->task.id);
        field_u64(out, " Parent=", event->task.parent);
        field_quoted(out, " Type=", name);
        break;
    case ORDER_REGION_BEGIN:
    case ORDER_REGION_END:
        field_u64(out, " Task=", event->task.id);
        field_quoted(out, " Type=", name);
        break;
    case ORDER_LOG:
        field_u64(out, " Task=", event->log.task);
        field_quoted(out, " Category=", name);
        field_quoted(out, " Message=", event->log.message);
        break;
    case ORDER_GO_TRANSITION:
    case ORDER_PROC_TRANSITION: add_transition(out, event, name); break;
    case ORDER_EXPERIMENTAL: add_experimental(out, event); break;
    case ORDER_KINDS: break;
    }
}

void output_parsed_event(struct base_text *out, const struct order_symbols *symbols, const struct order_event *event)
{
    field_i64(out, "M=", event->context.thread.n);
    field_i64(out, " P=", event->context.proc.n);
    field_i64(out, " G=", event->context.goroutine.n);
    base_text_char(out, ' ');
    base_text_add(out, order_kind_name(event->kind));
    field_i64(out, " Time=", event->time_ns);
    output_parsed_details(out, symbols, event);
    bool transition = event->kind == ORDER_GO_TRANSITION || event->kind == ORDER_PROC_TRANSITION;
    if (transition && event->transition_stack)
        add_stack(out, "\nTransitionStack=\n", symbols, event->transition_stack);
    if (event->stack)
        add_stack(out, "\nStack=\n", symbols, event->stack);
    base_text_char(out, '\n');
}
