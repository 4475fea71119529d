#include "analyze/finder.h"

#include "analyze/search.h"

#define KIND(kind) ORDER_KIND_BIT(ORDER_##kind)
#define STATE(state) (UINT32_C(1) << ORDER_##state)
#define ANY 0

/* The first plain kind that fits is an event's. */
const struct analyze_event_kind analyze_event_kinds[ANALYZE_EVENT_KINDS] = {
    {"status", KIND(GO_TRANSITION), STATE(UNDETERMINED), ANY, false, "a goroutine that was there before"},
    {"create", KIND(GO_TRANSITION), STATE(NOT_EXIST), ANY, false, "a goroutine is created"},
    {"end", KIND(GO_TRANSITION), ANY, STATE(NOT_EXIST), false, "a goroutine ends"},
    {"block", KIND(GO_TRANSITION), STATE(RUNNING), STATE(WAITING), false, "a goroutine begins to wait"},
    {"unblock", KIND(GO_TRANSITION), STATE(WAITING), STATE(RUNNABLE), false, "what a goroutine waited for has come"},
    {"start", KIND(GO_TRANSITION), STATE(RUNNABLE), STATE(RUNNING), false, "a goroutine begins to run"},
    {"stop", KIND(GO_TRANSITION), STATE(RUNNING), STATE(RUNNABLE), false, "a goroutine gives its processor up"},
    {"syscall", KIND(GO_TRANSITION), STATE(RUNNING), STATE(SYSCALL), false, "a goroutine enters a syscall"},
    {"syscall-end", KIND(GO_TRANSITION), STATE(SYSCALL), ANY, false, "a goroutine leaves a syscall"},
    {"switch", KIND(GO_TRANSITION), ANY, ANY, false, "any other change of a goroutine's state"},
    {"proc-start", KIND(PROC_TRANSITION), ANY, STATE(RUNNING), false, "a processor starts"},
    {"proc-stop", KIND(PROC_TRANSITION), ANY, ANY, false, "a processor stops"},
    {"range-begin", KIND(RANGE_BEGIN), ANY, ANY, false, "a stop of the world, or the collector's work, begins"},
    {"range-active", KIND(RANGE_ACTIVE), ANY, ANY, false, "the same, which had begun before"},
    {"range-end", KIND(RANGE_END), ANY, ANY, false, "the same ends"},
    {"task-begin", KIND(TASK_BEGIN), ANY, ANY, false, "a user task begins"},
    {"task-end", KIND(TASK_END), ANY, ANY, false, "a user task ends"},
    {"region-begin", KIND(REGION_BEGIN), ANY, ANY, false, "a user region begins"},
    {"region-end", KIND(REGION_END), ANY, ANY, false, "a user region ends"},
    {"log", KIND(LOG), ANY, ANY, false, "the program's own message"},
    {"label", KIND(LABEL), ANY, ANY, false, "what a goroutine does for the runtime"},
    {"sample", KIND(STACK_SAMPLE), ANY, ANY, false, "a sample of the CPU profiler"},
    {"metric", KIND(METRIC), ANY, ANY, false, "the heap's size or goal, or GOMAXPROCS"},
    {"sync", KIND(SYNC), ANY, ANY, false, "a generation begins"},
    {"experimental", KIND(EXPERIMENTAL), ANY, ANY, false, "an event of an experiment"},
    {"goroutine", KIND(GO_TRANSITION), ANY, ANY, true, "all changes of goroutines' states"},
    {"proc", KIND(PROC_TRANSITION), ANY, ANY, true, "proc-start, proc-stop"},
    {"range", KIND(RANGE_BEGIN) | KIND(RANGE_ACTIVE) | KIND(RANGE_END), ANY, ANY, true, "range-begin, -active, -end"},
    {"user", KIND(TASK_BEGIN) | KIND(TASK_END) | KIND(REGION_BEGIN) | KIND(REGION_END) | KIND(LOG), ANY, ANY, true,
     "tasks, regions, logs"},
};

static bool is_of(const struct order_event *event, const struct analyze_event_kind *kind)
{
    return (kind->kinds & ORDER_KIND_BIT(event->kind)) && (!kind->from || kind->from >> event->from & 1) &&
           (!kind->to || kind->to >> event->to & 1);
}

size_t analyze_event_kind_of(const struct order_event *event)
{
    size_t i = 0;
    while (!is_of(event, &analyze_event_kinds[i]))
        i++;
    return i;
}

analyze_event_kind_set analyze_event_kinds_named(struct base_str name)
{
    analyze_event_kind_set set = 0;
    for (size_t i = 0; i < ANALYZE_EVENT_KINDS; i++) {
        if (!base_str_is(name, analyze_event_kinds[i].name))
            continue;
        if (!analyze_event_kinds[i].is_many)
            return UINT32_C(1) << i;
        for (size_t j = 0; j < ANALYZE_EVENT_KINDS; j++)
            if (!analyze_event_kinds[j].is_many && (analyze_event_kinds[j].kinds & analyze_event_kinds[i].kinds))
                set |= UINT32_C(1) << j;
    }
    return set;
}

uint32_t analyze_event_order_kinds(analyze_event_kind_set set)
{
    uint32_t kinds = 0;
    for (size_t i = 0; i < ANALYZE_EVENT_KINDS; i++)
        if (set >> i & 1)
            kinds |= analyze_event_kinds[i].kinds;
    return set ? kinds : ORDER_ALL_KINDS;
}

static bool is_transition(const struct order_event *event)
{
    return event->kind == ORDER_GO_TRANSITION || event->kind == ORDER_PROC_TRANSITION;
}

static bool is_on_proc(const struct order_event *event, proc_id proc)
{
    bool about =
        event->kind == ORDER_PROC_TRANSITION ||
        (event->kind >= ORDER_RANGE_BEGIN && event->kind <= ORDER_RANGE_END && event->scope == ORDER_SCOPE_PROC);
    return event->context.proc.n == proc.n || (about && event->resource == proc.n);
}

static bool has_function(struct analyze_finder *finder, const struct order_symbols *symbols,
                         const struct order_event *event)
{
    return analyze_matches_stack(&finder->function, symbols, event->stack) ||
           (is_transition(event) && analyze_matches_stack(&finder->function, symbols, event->transition_stack));
}

static bool has_text(const struct analyze_finder *finder, const struct order_symbols *symbols,
                     const struct order_event *event)
{
    return event->kind == ORDER_LOG && (analyze_search_has(order_string(symbols, event->name), finder->log, false) ||
                                        analyze_search_has(event->log.message, finder->log, false));
}

static bool has_name(const struct order_event *event)
{
    return event->kind == ORDER_LABEL || (event->kind >= ORDER_RANGE_BEGIN && event->kind <= ORDER_LOG);
}

bool analyze_finder_takes(struct analyze_finder *finder, const struct order_symbols *symbols,
                          const struct order_event *event)
{
    if (finder->kinds && !(finder->kinds >> analyze_event_kind_of(event) & 1))
        return false;
    if (finder->selection && !analyze_selection_has_event(finder->selection, event))
        return false;
    if ((finder->by_proc && !is_on_proc(event, finder->proc)) ||
        (finder->by_thread && event->context.thread.n != finder->thread.n))
        return false;
    if (finder->reason.pattern &&
        !(is_transition(event) && analyze_matches_name(&finder->reason, symbols, event->name)))
        return false;
    if (finder->name.pattern && !(has_name(event) && analyze_matches_name(&finder->name, symbols, event->name)))
        return false;
    if (finder->function.pattern && !has_function(finder, symbols, event))
        return false;
    return !finder->log.size || has_text(finder, symbols, event);
}

void analyze_finder_release(struct analyze_finder *finder)
{
    analyze_matching_release(&finder->reason);
    analyze_matching_release(&finder->name);
    analyze_matching_release(&finder->function);
}
