#include "wire/event.h"

#include <stddef.h>

#define TIMED(...)                                                                                                     \
    .args = {"dt", ##__VA_ARGS__}, .arg_count = sizeof((const char *[]){"dt", ##__VA_ARGS__}) / sizeof(char *),        \
    .timed = true
#define STRUCTURAL(...) .args = {__VA_ARGS__}, .arg_count = sizeof((const char *[]){__VA_ARGS__}) / sizeof(char *)

/* One event a row. */
/* clang-format off */
const struct wire_event_spec wire_events[256] = {
    [WIRE_EVENT_BATCH] = {"EventBatch", STRUCTURAL("gen", "m", "time", "size")},
    [WIRE_STACKS] = {"Stacks"},
    [WIRE_STACK] = {"Stack", STRUCTURAL("id", "nframes"), .payload = WIRE_PAYLOAD_FRAMES},
    [WIRE_STRINGS] = {"Strings"},
    [WIRE_STRING] = {"String", STRUCTURAL("id"), .payload = WIRE_PAYLOAD_DATA},
    [WIRE_CPU_SAMPLES] = {"CPUSamples"},
    [WIRE_CPU_SAMPLE] = {"CPUSample", STRUCTURAL("time", "m", "p", "g", "stack")},
    [WIRE_FREQUENCY] = {"Frequency", STRUCTURAL("freq")},
    [WIRE_PROCS_CHANGE] = {"ProcsChange", TIMED("procs_value", "stack"), .stack_arg = 2},
    [WIRE_PROC_START] = {"ProcStart", TIMED("p", "p_seq")},
    [WIRE_PROC_STOP] = {"ProcStop", TIMED()},
    [WIRE_PROC_STEAL] = {"ProcSteal", TIMED("p", "p_seq", "m")},
    [WIRE_PROC_STATUS] = {"ProcStatus", TIMED("p", "pstatus")},
    [WIRE_GO_CREATE] = {"GoCreate", TIMED("new_g", "new_stack", "stack"), .stack_arg = 3, .new_stack_arg = 2},
    [WIRE_GO_CREATE_SYSCALL] = {"GoCreateSyscall", TIMED("new_g")},
    [WIRE_GO_START] = {"GoStart", TIMED("g", "g_seq")},
    [WIRE_GO_DESTROY] = {"GoDestroy", TIMED()},
    [WIRE_GO_DESTROY_SYSCALL] = {"GoDestroySyscall", TIMED()},
    [WIRE_GO_STOP] = {"GoStop", TIMED("reason_string", "stack"), .stack_arg = 2, .string_arg = 1},
    [WIRE_GO_BLOCK] = {"GoBlock", TIMED("reason_string", "stack"), .stack_arg = 2, .string_arg = 1},
    [WIRE_GO_UNBLOCK] = {"GoUnblock", TIMED("g", "g_seq", "stack"), .stack_arg = 3},
    [WIRE_GO_SYSCALL_BEGIN] = {"GoSyscallBegin", TIMED("p_seq", "stack"), .stack_arg = 2},
    [WIRE_GO_SYSCALL_END] = {"GoSyscallEnd", TIMED()},
    [WIRE_GO_SYSCALL_END_BLOCKED] = {"GoSyscallEndBlocked", TIMED()},
    [WIRE_GO_STATUS] = {"GoStatus", TIMED("g", "m", "gstatus")},
    [WIRE_STW_BEGIN] = {"STWBegin", TIMED("kind_string", "stack"), .stack_arg = 2, .string_arg = 1},
    [WIRE_STW_END] = {"STWEnd", TIMED(), .range_begin = WIRE_STW_BEGIN},
    [WIRE_GC_ACTIVE] = {"GCActive", TIMED("gc_seq"), .range_begin = WIRE_GC_BEGIN},
    [WIRE_GC_BEGIN] = {"GCBegin", TIMED("gc_seq", "stack"), .stack_arg = 2},
    [WIRE_GC_END] = {"GCEnd", TIMED("gc_seq"), .range_begin = WIRE_GC_BEGIN},
    [WIRE_GC_SWEEP_ACTIVE] = {"GCSweepActive", TIMED("p"), .range_begin = WIRE_GC_SWEEP_BEGIN},
    [WIRE_GC_SWEEP_BEGIN] = {"GCSweepBegin", TIMED("stack"), .stack_arg = 1},
    [WIRE_GC_SWEEP_END] = {"GCSweepEnd", TIMED("swept_value", "reclaimed_value"), .range_begin = WIRE_GC_SWEEP_BEGIN},
    [WIRE_GC_MARK_ASSIST_ACTIVE] = {"GCMarkAssistActive", TIMED("g"), .range_begin = WIRE_GC_MARK_ASSIST_BEGIN},
    [WIRE_GC_MARK_ASSIST_BEGIN] = {"GCMarkAssistBegin", TIMED("stack"), .stack_arg = 1},
    [WIRE_GC_MARK_ASSIST_END] = {"GCMarkAssistEnd", TIMED(), .range_begin = WIRE_GC_MARK_ASSIST_BEGIN},
    [WIRE_HEAP_ALLOC] = {"HeapAlloc", TIMED("heapalloc_value")},
    [WIRE_HEAP_GOAL] = {"HeapGoal", TIMED("heapgoal_value")},
    [WIRE_GO_LABEL] = {"GoLabel", TIMED("label_string"), .string_arg = 1},
    [WIRE_USER_TASK_BEGIN] = {"UserTaskBegin", TIMED("task", "parent_task", "name_string", "stack"), .stack_arg = 4, .string_arg = 3},
    [WIRE_USER_TASK_END] = {"UserTaskEnd", TIMED("task", "stack"), .stack_arg = 2},
    [WIRE_USER_REGION_BEGIN] = {"UserRegionBegin", TIMED("task", "name_string", "stack"), .stack_arg = 3, .string_arg = 2},
    [WIRE_USER_REGION_END] = {"UserRegionEnd", TIMED("task", "name_string", "stack"), .stack_arg = 3, .string_arg = 2},
    [WIRE_USER_LOG] = {"UserLog", TIMED("task", "key_string", "value_string", "stack"), .stack_arg = 4, .string_arg = 2, .second_string_arg = 3},
    [WIRE_GO_SWITCH] = {"GoSwitch", TIMED("g", "g_seq")},
    [WIRE_GO_SWITCH_DESTROY] = {"GoSwitchDestroy", TIMED("g", "g_seq")},
    [WIRE_GO_CREATE_BLOCKED] = {"GoCreateBlocked", TIMED("new_g", "new_stack", "stack"), .stack_arg = 3, .new_stack_arg = 2},
    [WIRE_GO_STATUS_STACK] = {"GoStatusStack", TIMED("g", "m", "gstatus", "stack"), .stack_arg = 4},
    [WIRE_EXPERIMENTAL_BATCH] = {"ExperimentalBatch", STRUCTURAL("exp", "gen", "m", "time"), .payload = WIRE_PAYLOAD_DATA},
    [WIRE_SYNC] = {"Sync"},
    /* The official table calls it timed, so it decodes in an event batch, and is refused by ordering. */
    [WIRE_CLOCK_SNAPSHOT] = {"ClockSnapshot", TIMED("mono", "sec", "nsec")},
    [WIRE_END_OF_GENERATION] = {"EndOfGeneration"},
    [WIRE_SPAN] = {"Span", TIMED("id", "npages_value", "kindclass")},
    [WIRE_SPAN_ALLOC] = {"SpanAlloc", TIMED("id", "npages_value", "kindclass")},
    [WIRE_SPAN_FREE] = {"SpanFree", TIMED("id")},
    [WIRE_HEAP_OBJECT] = {"HeapObject", TIMED("id", "type")},
    [WIRE_HEAP_OBJECT_ALLOC] = {"HeapObjectAlloc", TIMED("id", "type")},
    [WIRE_HEAP_OBJECT_FREE] = {"HeapObjectFree", TIMED("id")},
    [WIRE_GOROUTINE_STACK] = {"GoroutineStack", TIMED("id", "order")},
    [WIRE_GOROUTINE_STACK_ALLOC] = {"GoroutineStackAlloc", TIMED("id", "order")},
    [WIRE_GOROUTINE_STACK_FREE] = {"GoroutineStackFree", TIMED("id")},
};
/* clang-format on */

const uint8_t wire_timed_args[256] = {
    [WIRE_PROCS_CHANGE] = 3,
    [WIRE_PROC_START] = 3,
    [WIRE_PROC_STOP] = 1,
    [WIRE_PROC_STEAL] = 4,
    [WIRE_PROC_STATUS] = 3,
    [WIRE_GO_CREATE] = 4,
    [WIRE_GO_CREATE_SYSCALL] = 2,
    [WIRE_GO_START] = 3,
    [WIRE_GO_DESTROY] = 1,
    [WIRE_GO_DESTROY_SYSCALL] = 1,
    [WIRE_GO_STOP] = 3,
    [WIRE_GO_BLOCK] = 3,
    [WIRE_GO_UNBLOCK] = 4,
    [WIRE_GO_SYSCALL_BEGIN] = 3,
    [WIRE_GO_SYSCALL_END] = 1,
    [WIRE_GO_SYSCALL_END_BLOCKED] = 1,
    [WIRE_GO_STATUS] = 4,
    [WIRE_STW_BEGIN] = 3,
    [WIRE_STW_END] = 1,
    [WIRE_GC_ACTIVE] = 2,
    [WIRE_GC_BEGIN] = 3,
    [WIRE_GC_END] = 2,
    [WIRE_GC_SWEEP_ACTIVE] = 2,
    [WIRE_GC_SWEEP_BEGIN] = 2,
    [WIRE_GC_SWEEP_END] = 3,
    [WIRE_GC_MARK_ASSIST_ACTIVE] = 2,
    [WIRE_GC_MARK_ASSIST_BEGIN] = 2,
    [WIRE_GC_MARK_ASSIST_END] = 1,
    [WIRE_HEAP_ALLOC] = 2,
    [WIRE_HEAP_GOAL] = 2,
    [WIRE_GO_LABEL] = 2,
    [WIRE_USER_TASK_BEGIN] = 5,
    [WIRE_USER_TASK_END] = 3,
    [WIRE_USER_REGION_BEGIN] = 4,
    [WIRE_USER_REGION_END] = 4,
    [WIRE_USER_LOG] = 5,
    [WIRE_GO_SWITCH] = 3,
    [WIRE_GO_SWITCH_DESTROY] = 3,
    [WIRE_GO_CREATE_BLOCKED] = 4,
    [WIRE_GO_STATUS_STACK] = 5,
    [WIRE_CLOCK_SNAPSHOT] = 4,
    [WIRE_SPAN] = 4,
    [WIRE_SPAN_ALLOC] = 4,
    [WIRE_SPAN_FREE] = 2,
    [WIRE_HEAP_OBJECT] = 3,
    [WIRE_HEAP_OBJECT_ALLOC] = 3,
    [WIRE_HEAP_OBJECT_FREE] = 2,
    [WIRE_GOROUTINE_STACK] = 3,
    [WIRE_GOROUTINE_STACK_ALLOC] = 3,
    [WIRE_GOROUTINE_STACK_FREE] = 2,
};

unsigned wire_version_type_end(int version)
{
    switch (version) {
    case WIRE_GO_1_22: return WIRE_USER_LOG + 1;
    case WIRE_GO_1_23: return WIRE_EXPERIMENTAL_BATCH + 1;
    case WIRE_GO_1_25: return WIRE_CLOCK_SNAPSHOT + 1;
    case WIRE_GO_1_26: return WIRE_TYPE_END;
    default: return 0;
    }
}

const char *wire_event_name(int version, unsigned type)
{
    if (type >= wire_version_type_end(version))
        return NULL;
    return wire_events[type].name ? wire_events[type].name : "";
}
