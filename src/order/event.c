#include "order/event.h"

#include <stddef.h>

const char *order_kind_name(unsigned kind)
{
    static const char *const names[ORDER_KINDS] = {
        [ORDER_SYNC] = "Sync",
        [ORDER_METRIC] = "Metric",
        [ORDER_LABEL] = "Label",
        [ORDER_STACK_SAMPLE] = "StackSample",
        [ORDER_RANGE_BEGIN] = "RangeBegin",
        [ORDER_RANGE_ACTIVE] = "RangeActive",
        [ORDER_RANGE_END] = "RangeEnd",
        [ORDER_TASK_BEGIN] = "TaskBegin",
        [ORDER_TASK_END] = "TaskEnd",
        [ORDER_REGION_BEGIN] = "RegionBegin",
        [ORDER_REGION_END] = "RegionEnd",
        [ORDER_LOG] = "Log",
        [ORDER_GO_TRANSITION] = "StateTransition",
        [ORDER_PROC_TRANSITION] = "StateTransition",
        [ORDER_EXPERIMENTAL] = "Experimental",
    };
    return kind < ORDER_KINDS ? names[kind] : "";
}

const char *order_state_name(unsigned state)
{
    static const char *const names[ORDER_STATES] = {
        [ORDER_UNDETERMINED] = "Undetermined",
        [ORDER_NOT_EXIST] = "NotExist",
        [ORDER_RUNNABLE] = "Runnable",
        [ORDER_RUNNING] = "Running",
        [ORDER_WAITING] = "Waiting",
        [ORDER_SYSCALL] = "Syscall",
        [ORDER_IDLE] = "Idle",
    };
    return state < ORDER_STATES ? names[state] : "";
}

const char *order_metric_name(unsigned metric)
{
    static const char *const names[] = {
        [ORDER_GOMAXPROCS] = "/sched/gomaxprocs:threads",
        [ORDER_HEAP_OBJECTS] = "/memory/classes/heap/objects:bytes",
        [ORDER_HEAP_GOAL] = "/gc/heap/goal:bytes",
    };
    return metric < sizeof names / sizeof *names ? names[metric] : "";
}
