/* The table of v1 events, and how one is decoded. */
#include "wire/v1_event.h"

#include <inttypes.h>

enum {
    FIRST_SYMBOLISED = 7, /* headers below have sequence numbers too */
    ANY = 5,
    MOST_NUMBERS = WIRE_V1_MAX_ARGS + 3, /* sequence, time, stack */
    MOST_BYTES = 10 * MOST_NUMBERS,
};

const struct wire_v1_event_spec wire_v1_events[WIRE_V1_TYPE_END] = {
    [WIRE_V1_BATCH] = {"Batch", ANY, 2, false, 0, 0},
    [WIRE_V1_FREQUENCY] = {"Frequency", ANY, 1, false, 0, 0},
    [WIRE_V1_STACK] = {"Stack", ANY, 0, false, 0, 0},
    [WIRE_V1_GOMAXPROCS] = {"Gomaxprocs", ANY, 1, true, 0, 0},
    [WIRE_V1_PROC_START] = {"ProcStart", ANY, 1, false, 0, 0},
    [WIRE_V1_PROC_STOP] = {"ProcStop", ANY, 0, false, 0, 0},
    [WIRE_V1_GC_START] = {"GCStart", ANY, 1, true, 0, 7},
    [WIRE_V1_GC_DONE] = {"GCDone", ANY, 0, false, 0, 0},
    [WIRE_V1_STW_START] = {"GCSTWStart", ANY, 1, false, 0, 10},
    [WIRE_V1_STW_DONE] = {"GCSTWDone", ANY, 0, false, 0, 0},
    [WIRE_V1_SWEEP_START] = {"GCSweepStart", ANY, 0, true, 0, 0},
    [WIRE_V1_SWEEP_DONE] = {"GCSweepDone", ANY, 2, false, 0, 9},
    [WIRE_V1_GO_CREATE] = {"GoCreate", ANY, 2, true, 0, 0},
    [WIRE_V1_GO_START] = {"GoStart", ANY, 2, false, 1, 7},
    [WIRE_V1_GO_END] = {"GoEnd", ANY, 0, false, 0, 0},
    [WIRE_V1_GO_STOP] = {"GoStop", ANY, 0, true, 0, 0},
    [WIRE_V1_GO_SCHED] = {"GoSched", ANY, 0, true, 0, 0},
    [WIRE_V1_GO_PREEMPT] = {"GoPreempt", ANY, 0, true, 0, 0},
    [WIRE_V1_GO_SLEEP] = {"GoSleep", ANY, 0, true, 0, 0},
    [WIRE_V1_GO_BLOCK] = {"GoBlock", ANY, 0, true, 0, 0},
    [WIRE_V1_GO_UNBLOCK] = {"GoUnblock", ANY, 2, true, 1, 7},
    [WIRE_V1_GO_BLOCK_SEND] = {"GoBlockSend", ANY, 0, true, 0, 0},
    [WIRE_V1_GO_BLOCK_RECV] = {"GoBlockRecv", ANY, 0, true, 0, 0},
    [WIRE_V1_GO_BLOCK_SELECT] = {"GoBlockSelect", ANY, 0, true, 0, 0},
    [WIRE_V1_GO_BLOCK_SYNC] = {"GoBlockSync", ANY, 0, true, 0, 0},
    [WIRE_V1_GO_BLOCK_COND] = {"GoBlockCond", ANY, 0, true, 0, 0},
    [WIRE_V1_GO_BLOCK_NET] = {"GoBlockNet", ANY, 0, true, 0, 0},
    [WIRE_V1_GO_SYSCALL] = {"GoSysCall", ANY, 0, true, 0, 0},
    [WIRE_V1_GO_SYSCALL_EXIT] = {"GoSysExit", ANY, 3, false, 0, 0},
    [WIRE_V1_GO_SYSCALL_BLOCK] = {"GoSysBlock", ANY, 0, false, 0, 0},
    [WIRE_V1_GO_WAITING] = {"GoWaiting", ANY, 1, false, 0, 0},
    [WIRE_V1_GO_IN_SYSCALL] = {"GoInSyscall", ANY, 1, false, 0, 0},
    [WIRE_V1_HEAP_ALLOC] = {"HeapAlloc", ANY, 1, false, 0, 0},
    [WIRE_V1_HEAP_GOAL] = {"HeapGoal", ANY, 1, false, 0, 0},
    [WIRE_V1_TIMER_GOROUTINE] = {"TimerGoroutine", ANY, 1, false, 0, 0},
    [WIRE_V1_FUTILE_WAKEUP] = {"FutileWakeup", ANY, 0, false, 0, 0},
    [WIRE_V1_STRING] = {"String", 7, 0, false, 0, 0},
    [WIRE_V1_GO_START_LOCAL] = {"GoStartLocal", 7, 1, false, 0, 0},
    [WIRE_V1_GO_UNBLOCK_LOCAL] = {"GoUnblockLocal", 7, 1, true, 0, 0},
    [WIRE_V1_GO_SYSCALL_EXIT_LOCAL] = {"GoSysExitLocal", 7, 2, false, 0, 0},
    [WIRE_V1_GO_START_LABEL] = {"GoStartLabel", 8, 3, false, 0, 0},
    [WIRE_V1_GO_BLOCK_GC] = {"GoBlockGC", 8, 0, true, 0, 0},
    [WIRE_V1_MARK_ASSIST_START] = {"GCMarkAssistStart", 9, 0, true, 0, 0},
    [WIRE_V1_MARK_ASSIST_DONE] = {"GCMarkAssistDone", 9, 0, false, 0, 0},
    [WIRE_V1_TASK_CREATE] = {"UserTaskCreate", 11, 3, true, 0, 0},
    [WIRE_V1_TASK_END] = {"UserTaskEnd", 11, 1, true, 0, 0},
    [WIRE_V1_REGION] = {"UserRegion", 11, 3, true, 0, 0},
    [WIRE_V1_LOG] = {"UserLog", 11, 2, true, 0, 0},
    [WIRE_V1_CPU_SAMPLE] = {"CPUSample", 19, 3, true, 0, 0},
};

static bool is_timed(uint8_t type)
{
    return type != WIRE_V1_BATCH && type != WIRE_V1_FREQUENCY && type != WIRE_V1_TIMER_GOROUTINE;
}

static unsigned arg_count(int version, uint8_t type)
{
    const struct wire_v1_event_spec *spec = &wire_v1_events[type];
    return version < spec->before ? spec->args_before : spec->args;
}

static bool fail_event(const struct wire_cursor *bytes, unsigned type, struct base_error *ret_error)
{
    return base_fail(ret_error, "failed to read event %u argument: %s", type,
                     bytes->failure == WIRE_OVERFLOW ? "malformatted base-128 varint"
                                                     : wire_failure_text(bytes->failure));
}

/* A string, or the message of a log: the official reader has words of its own for that. */
static bool read_string(struct wire_cursor *bytes, bool message, struct base_str *ret_string,
                        struct base_error *ret_error)
{
    uint64_t size = wire_read_uvarint(bytes);
    if (bytes->failure)
        return base_fail(ret_error, "failed to read trace: %s", wire_failure_text(bytes->failure));
    if (size > WIRE_V1_MAX_STRING_BYTES)
        return base_fail(ret_error,
                         message ? "string is too large (len=%" PRIu64 ")" : "string has too large length %" PRIu64,
                         size);
    if (size > wire_cursor_left(bytes))
        return base_fail(ret_error, "failed to read trace: unexpected EOF");
    *ret_string = (struct base_str){(const char *)bytes->at, (size_t)size};
    bytes->at += size;
    return true;
}

/* Reads up to `room` numbers; those beyond are only counted. Returns how many there were. */
static unsigned read_numbers(struct wire_cursor *bytes, bool prefixed, unsigned count, uint64_t *ret_numbers,
                             unsigned room)
{
    unsigned read = 0;
    while (!bytes->failure && (prefixed ? wire_cursor_left(bytes) != 0 : read < count)) {
        uint64_t number = wire_read_uvarint(bytes);
        if (read < room)
            ret_numbers[read] = number;
        read++;
    }
    return read;
}

/* Puts what the numbers mean into the event. */
static void distribute(int version, const uint64_t *numbers, struct wire_v1_event *event)
{
    bool sequenced = version < FIRST_SYMBOLISED;
    if (is_timed(event->type)) {
        if (sequenced)
            event->sequence = *numbers++;
        event->ticks = (int64_t)*numbers++;
    }
    event->count = (uint8_t)arg_count(version, event->type);
    if (event->type == WIRE_V1_BATCH && sequenced) {
        event->args[0] = numbers[0];
        event->sequence = numbers[1];
        event->args[1] = numbers[2];
        return;
    }
    for (unsigned i = 0; i < event->count; i++)
        event->args[i] = numbers[i];
    if (wire_v1_events[event->type].stack)
        event->stack = (uint32_t)numbers[event->count];
}

bool wire_v1_decode(int version, struct wire_cursor *bytes, struct wire_v1_event *ret_event,
                    struct wire_cursor *ret_body, struct base_error *ret_error)
{
    uint64_t numbers[MOST_NUMBERS] = {0};
    *ret_event = (struct wire_v1_event){.at = bytes->at};
    uint8_t first = wire_read_byte(bytes), type = first & 0x3f;
    unsigned inline_count = first >> 6;
    ret_event->type = type;
    if (!type || type >= WIRE_V1_TYPE_END || wire_v1_events[type].since > version)
        return base_fail(ret_error, "unknown event type %u", type);
    const struct wire_v1_event_spec *spec = &wire_v1_events[type];
    if (type == WIRE_V1_STRING) {
        ret_event->args[0] = wire_read_uvarint(bytes);
        return read_string(bytes, false, &ret_event->message, ret_error);
    }
    bool prefixed = inline_count == 3, sequenced = version < FIRST_SYMBOLISED;
    *ret_body = *bytes;
    if (prefixed) {
        uint64_t size = wire_read_uvarint(bytes);
        if (bytes->failure)
            return fail_event(bytes, type, ret_error);
        if (type != WIRE_V1_STACK && size > MOST_BYTES)
            return base_fail(ret_error, "failed to read event %u argument: %" PRIu64 " bytes of arguments", type, size);
        if (size > wire_cursor_left(bytes))
            return base_fail(ret_error, "failed to read trace: unexpected EOF");
        *ret_body = wire_cursor_of(bytes->at, (size_t)size);
        bytes->at += size;
        if (type == WIRE_V1_STACK) /* its numbers are read from the body, if at all */
            return true;
    }
    struct wire_cursor body = *ret_body;
    unsigned got = read_numbers(&body, prefixed, inline_count + 1 + sequenced, numbers, MOST_NUMBERS);
    if (!prefixed)
        *bytes = body;
    if (body.failure)
        return fail_event(&body, type, ret_error);
    unsigned want = arg_count(version, type) + spec->stack + is_timed(type) + sequenced;
    if (got != want || type == WIRE_V1_STACK)
        return base_fail(ret_error, "%s has wrong number of arguments: want %u, got %u", spec->name, want, got);
    distribute(version, numbers, ret_event);
    return type != WIRE_V1_LOG || read_string(bytes, true, &ret_event->message, ret_error);
}
