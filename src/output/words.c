#include "output/words.h"

#include "output/parsed.h"

#include <inttypes.h>

static void add_reason(struct base_text *out, struct base_str reason)
{
    if (!reason.size)
        return;
    base_text_add(out, " (");
    base_text_str(out, reason);
    base_text_char(out, ')');
}

static const char *go_verb(unsigned from, unsigned to)
{
    if (to == ORDER_NOT_EXIST)
        return "ends";
    if (from == ORDER_RUNNING)
        return to == ORDER_WAITING ? "blocks" : to == ORDER_SYSCALL ? "enters a syscall" : "stops";
    if (from == ORDER_SYSCALL)
        return to == ORDER_RUNNING ? "leaves the syscall" : "leaves the syscall and waits for a processor";
    return to == ORDER_RUNNING ? "starts" : order_state_name(to);
}

static void add_go_transition(struct base_text *out, const struct order_event *event, struct base_str reason)
{
    if (event->from == event->to)
        base_text_format(out, "G%" PRId64 " is still %s", event->resource, order_state_name(event->to));
    else if (event->from == ORDER_UNDETERMINED)
        base_text_format(out, "G%" PRId64 " is %s", event->resource, order_state_name(event->to));
    else if (event->from == ORDER_NOT_EXIST)
        base_text_format(out, "creates G%" PRId64, event->resource);
    else if (event->from == ORDER_WAITING && event->to == ORDER_RUNNABLE)
        base_text_format(out, "unblocks G%" PRId64, event->resource);
    else
        base_text_format(out, "G%" PRId64 " %s", event->resource, go_verb(event->from, event->to));
    add_reason(out, reason);
}

static void add_metric(struct base_text *out, const struct order_event *event)
{
    if (event->detail == ORDER_GOMAXPROCS) {
        base_text_format(out, "GOMAXPROCS is %" PRIu64, event->metric.value);
        return;
    }
    base_text_add(out, event->detail == ORDER_HEAP_GOAL ? "heap goal " : "heap ");
    base_text_size(out, event->metric.value);
}

void output_event_words(struct base_text *out, const struct order_symbols *symbols, const struct order_event *event)
{
    struct base_str name = order_string(symbols, event->name);
    switch ((enum order_kind)event->kind) {
    case ORDER_GO_TRANSITION: add_go_transition(out, event, name); return;
    case ORDER_PROC_TRANSITION:
        base_text_format(out, "processor %" PRId64 " %s", event->resource,
                         event->to == ORDER_RUNNING ? "starts" : "stops");
        return;
    case ORDER_RANGE_BEGIN:
    case ORDER_RANGE_ACTIVE:
    case ORDER_RANGE_END:
        base_text_str(out, name);
        base_text_add(out, event->kind == ORDER_RANGE_END     ? " ends"
                           : event->kind == ORDER_RANGE_BEGIN ? " begins"
                                                              : " goes on");
        return;
    case ORDER_TASK_BEGIN:
    case ORDER_TASK_END:
    case ORDER_REGION_BEGIN:
    case ORDER_REGION_END: {
        bool task = event->kind == ORDER_TASK_BEGIN || event->kind == ORDER_TASK_END;
        bool begin = event->kind == ORDER_TASK_BEGIN || event->kind == ORDER_REGION_BEGIN;
        base_text_add(out, task ? "task \"" : "region \"");
        base_text_str(out, name);
        base_text_add(out, begin ? "\" begins" : "\" ends");
        return;
    }
    case ORDER_LOG:
        base_text_add(out, "log");
        add_reason(out, name);
        base_text_add(out, ": ");
        base_text_str(out, event->log.message);
        return;
    case ORDER_METRIC: add_metric(out, event); return;
    case ORDER_LABEL:
        base_text_add(out, "is labelled ");
        base_text_str(out, name);
        return;
    case ORDER_STACK_SAMPLE: base_text_add(out, "CPU sample"); return;
    default: base_text_add(out, order_kind_name(event->kind)); output_parsed_details(out, symbols, event);
    }
}
