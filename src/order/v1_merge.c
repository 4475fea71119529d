/* From the processors' streams of v1 events to one list.
 *
 * From header 1.7 on, events carry numbers that count a goroutine's comings and goings. The earliest event that can
 * happen now is next, again and again. A stream whose next event cannot happen yet waits for the state of the goroutine
 * that it needs, and is looked at again when that state is reached, not before: the effort stays in proportion to the
 * events. Header 1.5 has one number for all.
 */
#include "base/sort.h"
#include "order/frontier.h"
#include "order/v1.h"

enum v1_status { V1_DEAD, V1_RUNNABLE, V1_RUNNING, V1_WAITING };

/* A minute of the usual clock, or so. */
#define FAR_TICKS (UINT64_C(1) << 31)

#define ANY_NUMBER UINT32_MAX
#define NO_STREAM UINT32_MAX

/* The goroutine that stands for the collector: no event names it. */
#define COLLECTOR UINT64_MAX

/* What an event needs and what it makes of it. */
struct transition {
    bool any;    /* false: it depends on nothing */
    bool never;  /* its number is beyond all that can come */
    bool counts; /* the number rises by one */
    uint8_t needs, becomes;
    uint32_t slot, number;
};

struct goroutine_state {
    uint32_t number;
    uint8_t status;
};

struct v1_stream {
    struct wire_v1_cursor cursor;
    struct v1_event event; /* the next one */
    struct transition transition;
    uint64_t current; /* goroutine */
    uint32_t next_waiting;
    bool samples, done;
};

struct merge {
    struct order_v1 *v1;
    BASE_VEC(struct v1_stream) streams;
    struct frontier frontier;
    BASE_VEC(struct goroutine_state) states;
    struct base_map slot_by_goroutine;
    struct base_map waiting; /* the first stream that waits for a state */
    size_t next_sample;
    uint64_t first_ticks, last_ticks; /* between which the batches begin */
};

static uint32_t slot_of(struct merge *merge, uint64_t goroutine)
{
    uint32_t slot = base_map_find(&merge->slot_by_goroutine, goroutine);
    if (slot == BASE_MAP_NONE) {
        slot = (uint32_t)merge->states.count;
        *base_vec_add(&merge->states) = (struct goroutine_state){0, V1_DEAD};
        base_map_set(&merge->slot_by_goroutine, goroutine, slot);
    }
    return slot;
}

/* From one status to another, whatever the goroutine's number. */
static struct transition to(struct merge *merge, uint64_t goroutine, uint8_t needs, uint8_t becomes, bool counts)
{
    return (struct transition){.any = true,
                               .counts = counts,
                               .needs = needs,
                               .becomes = becomes,
                               .slot = slot_of(merge, goroutine),
                               .number = ANY_NUMBER};
}

/* The same, if the goroutine's number is this. */
static struct transition at_number(struct transition transition, uint64_t number)
{
    transition.never = number >= ANY_NUMBER;
    transition.number = (uint32_t)number;
    return transition;
}

static struct transition transition_of(struct merge *merge, uint64_t goroutine, const struct wire_v1_event *event)
{
    uint64_t first = event->args[0], number = event->args[1];
    switch ((enum wire_v1_type)event->type) {
    case WIRE_V1_GO_CREATE: return at_number(to(merge, first, V1_DEAD, V1_RUNNABLE, true), 0);
    case WIRE_V1_GO_WAITING:
    case WIRE_V1_GO_IN_SYSCALL: return at_number(to(merge, goroutine, V1_RUNNABLE, V1_WAITING, true), 1);
    case WIRE_V1_GO_START:
    case WIRE_V1_GO_START_LABEL: return at_number(to(merge, goroutine, V1_RUNNABLE, V1_RUNNING, true), number);
    case WIRE_V1_GO_START_LOCAL: return to(merge, goroutine, V1_RUNNABLE, V1_RUNNING, true);
    case WIRE_V1_GO_BLOCK:
    case WIRE_V1_GO_BLOCK_SEND:
    case WIRE_V1_GO_BLOCK_RECV:
    case WIRE_V1_GO_BLOCK_SELECT:
    case WIRE_V1_GO_BLOCK_SYNC:
    case WIRE_V1_GO_BLOCK_COND:
    case WIRE_V1_GO_BLOCK_NET:
    case WIRE_V1_GO_SLEEP:
    case WIRE_V1_GO_SYSCALL_BLOCK:
    case WIRE_V1_GO_BLOCK_GC: return to(merge, goroutine, V1_RUNNING, V1_WAITING, false);
    case WIRE_V1_GO_SCHED:
    case WIRE_V1_GO_PREEMPT: return to(merge, goroutine, V1_RUNNING, V1_RUNNABLE, false);
    case WIRE_V1_GO_UNBLOCK:
    case WIRE_V1_GO_SYSCALL_EXIT: return at_number(to(merge, first, V1_WAITING, V1_RUNNABLE, true), number);
    case WIRE_V1_GO_UNBLOCK_LOCAL:
    case WIRE_V1_GO_SYSCALL_EXIT_LOCAL: return to(merge, first, V1_WAITING, V1_RUNNABLE, true);
    case WIRE_V1_GC_START: return at_number(to(merge, COLLECTOR, V1_DEAD, V1_DEAD, true), first);
    default: return (struct transition){.any = false};
    }
}

/* Which goroutine an event belongs to, and which is current after it. */
static uint64_t goroutine_of(const struct wire_v1_event *event, uint64_t *current)
{
    uint64_t before = *current;
    switch ((enum wire_v1_type)event->type) {
    case WIRE_V1_GO_START:
    case WIRE_V1_GO_START_LOCAL:
    case WIRE_V1_GO_START_LABEL: return *current = event->args[0];
    case WIRE_V1_GO_END:
    case WIRE_V1_GO_STOP:
    case WIRE_V1_GO_SCHED:
    case WIRE_V1_GO_PREEMPT:
    case WIRE_V1_GO_SLEEP:
    case WIRE_V1_GO_BLOCK:
    case WIRE_V1_GO_BLOCK_SEND:
    case WIRE_V1_GO_BLOCK_RECV:
    case WIRE_V1_GO_BLOCK_SELECT:
    case WIRE_V1_GO_BLOCK_SYNC:
    case WIRE_V1_GO_BLOCK_COND:
    case WIRE_V1_GO_BLOCK_NET:
    case WIRE_V1_GO_SYSCALL_BLOCK:
    case WIRE_V1_GO_BLOCK_GC: *current = 0; return before;
    case WIRE_V1_GO_SYSCALL_EXIT:
    case WIRE_V1_GO_WAITING:
    case WIRE_V1_GO_IN_SYSCALL: return event->args[0];
    default: return before;
    }
}

/* The local kinds exist for ordering only. */
static uint8_t plain_type(uint8_t type)
{
    switch (type) {
    case WIRE_V1_GO_START_LOCAL: return WIRE_V1_GO_START;
    case WIRE_V1_GO_UNBLOCK_LOCAL: return WIRE_V1_GO_UNBLOCK;
    case WIRE_V1_GO_SYSCALL_EXIT_LOCAL: return WIRE_V1_GO_SYSCALL_EXIT;
    default: return type;
    }
}

static bool load_sample(struct merge *merge, struct v1_stream *stream)
{
    const struct wire_v1 *wire = &merge->v1->wire;
    if (merge->next_sample == wire->samples.count)
        return false;
    const struct wire_v1_sample *sample = &wire->samples.at[merge->next_sample++];
    stream->event = (struct v1_event){.time = sample->ticks,
                                      .goroutine = sample->goroutine,
                                      .at = wire->file->data + sample->offset_bytes,
                                      .proc = sample->proc,
                                      .type = WIRE_V1_CPU_SAMPLE};
    return true;
}

/* Makes the stream's next event its current one. */
static bool load(struct merge *merge, struct v1_stream *stream, uint64_t *ret_sequence)
{
    struct wire_v1_event event;
    stream->transition = (struct transition){.any = false};
    if (stream->samples)
        return load_sample(merge, stream);
    if (!wire_v1_next(&stream->cursor, &event))
        return false;
    stream->event.time = event.ticks;
    stream->event.goroutine = goroutine_of(&event, &stream->current);
    stream->event.at = event.at;
    stream->event.type = plain_type(event.type);
    if (ret_sequence) { /* header 1.5: a syscall's end is written late, and says when it was */
        bool exit = event.type == WIRE_V1_GO_SYSCALL_EXIT;
        *ret_sequence = exit ? event.args[1] : event.sequence;
        if (exit && event.args[2])
            stream->event.time = (int64_t)event.args[2];
    } else {
        stream->transition = transition_of(merge, stream->event.goroutine, &event);
    }
    return true;
}

static bool sample_before(const void *a, const void *b, void *context)
{
    (void)context;
    return ((const struct wire_v1_sample *)a)->ticks < ((const struct wire_v1_sample *)b)->ticks;
}

static void open_streams(struct merge *merge)
{
    struct wire_v1 *wire = &merge->v1->wire;
    for (size_t i = 0; i < wire->procs.count; i++) {
        struct v1_stream *stream = base_vec_add(&merge->streams);
        *stream = (struct v1_stream){.cursor = wire_v1_cursor_of(wire, &wire->procs.at[i])};
        stream->event.proc = wire->procs.at[i].id;
    }
    base_sort_go(wire->samples.at, wire->samples.count, sizeof *wire->samples.at, sample_before, NULL);
    *base_vec_add(&merge->streams) = (struct v1_stream){.samples = true};
    base_vec_reserve(&merge->v1->events, wire->event_count + wire->samples.count);
}

static uint64_t state_key(uint32_t slot, uint8_t status, uint32_t number)
{
    return (uint64_t)slot << 34 | (uint64_t)status << 32 | number;
}

static bool can_happen(const struct merge *merge, const struct transition *transition)
{
    if (!transition->any)
        return true;
    const struct goroutine_state *state = &merge->states.at[transition->slot];
    return !transition->never && state->status == transition->needs &&
           (transition->number == ANY_NUMBER || transition->number == state->number);
}

/* The stream's event is put into the frontier if it can happen now; otherwise it waits for the state that it needs. */
static void offer(struct merge *merge, struct v1_stream *stream)
{
    const struct transition *transition = &stream->transition;
    if (can_happen(merge, transition)) {
        struct frontier_entry entry = {.time_ns = stream->event.time};
        entry.stream = stream;
        frontier_insert(&merge->frontier, entry);
    } else if (!transition->never) {
        uint64_t key = state_key(transition->slot, transition->needs, transition->number);
        stream->next_waiting = base_map_find(&merge->waiting, key);
        base_map_set(&merge->waiting, key, (uint32_t)(stream - merge->streams.at));
    }
}

static void advance(struct merge *merge, struct v1_stream *stream)
{
    if (load(merge, stream, NULL))
        offer(merge, stream);
    else
        stream->done = true;
}

static void wake(struct merge *merge, uint64_t key)
{
    uint32_t index = base_map_find(&merge->waiting, key);
    if (index == BASE_MAP_NONE)
        return;
    base_map_remove(&merge->waiting, key);
    while (index != NO_STREAM) {
        struct v1_stream *stream = &merge->streams.at[index];
        index = stream->next_waiting;
        offer(merge, stream);
    }
}

static bool apply(struct merge *merge, const struct v1_stream *stream, struct base_error *ret_error)
{
    const struct transition *transition = &stream->transition;
    if (!transition->any)
        return true;
    if (!can_happen(merge, transition)) {
        base_fail(ret_error, "encountered impossible goroutine state transition");
        base_error_place(ret_error, 0, 0, NO_THREAD, (uint64_t)(stream->event.at - merge->v1->wire.file->data));
        return false;
    }
    struct goroutine_state *state = &merge->states.at[transition->slot];
    state->status = transition->becomes;
    state->number += transition->counts;
    uint32_t number = state->number;
    wake(merge, state_key(transition->slot, transition->becomes, number));
    wake(merge, state_key(transition->slot, transition->becomes, ANY_NUMBER));
    return true;
}

static bool all_done(const struct merge *merge, struct base_error *ret_error)
{
    for (size_t i = 0; i < merge->streams.count; i++) {
        const struct v1_stream *stream = &merge->streams.at[i];
        if (stream->done)
            continue;
        base_fail(ret_error, "no consistent ordering of events possible");
        base_error_place(ret_error, 0, 0, NO_THREAD, (uint64_t)(stream->event.at - merge->v1->wire.file->data));
        return false;
    }
    return true;
}

static bool merge_by_states(struct merge *merge, struct base_error *ret_error)
{
    for (size_t i = 0; i < merge->streams.count; i++)
        advance(merge, &merge->streams.at[i]);
    while (merge->frontier.heap.count) {
        struct v1_stream *stream = merge->frontier.heap.at[0].stream;
        frontier_remove(&merge->frontier, 0);
        if (!apply(merge, stream, ret_error))
            return false;
        *base_vec_add(&merge->v1->events) = stream->event;
        advance(merge, stream);
    }
    return all_done(merge, ret_error);
}

struct sequenced {
    uint64_t sequence;
    struct v1_event event;
};

static bool sequence_before(const void *a, const void *b, void *context)
{
    (void)context;
    return ((const struct sequenced *)a)->sequence < ((const struct sequenced *)b)->sequence;
}

static bool ticks_before(const void *a, const void *b, void *context)
{
    (void)context;
    return *(const uint64_t *)a < *(const uint64_t *)b;
}

/* When the batches begin, without the earliest and the latest quarter, whose headers may be damaged. */
static void find_range(struct merge *merge)
{
    const struct wire_v1 *wire = &merge->v1->wire;
    BASE_VEC(uint64_t) ticks = {0};
    for (size_t i = 0; i < wire->batches.count; i++)
        *base_vec_add(&ticks) = wire->batches.at[i].ticks;
    base_sort_stable(ticks.at, ticks.count, sizeof *ticks.at, ticks_before, NULL);
    if (ticks.count) {
        merge->first_ticks = ticks.at[ticks.count / 4];
        merge->last_ticks = ticks.at[ticks.count - 1 - ticks.count / 4];
    }
    base_vec_release(&ticks);
}

/* Whether a time is not far from the batches' times. */
static bool is_plausible(const struct merge *merge, int64_t time)
{
    uint64_t margin = FAR_TICKS + 2 * (merge->last_ticks - merge->first_ticks);
    return (uint64_t)time + margin - merge->first_ticks < merge->last_ticks - merge->first_ticks + 2 * margin;
}

/* By the numbers of header 1.5; or by time, where what the events say of each other makes no sense. */
static void sort(struct merge *merge, bool by_time)
{
    BASE_VEC(struct sequenced) all = {0};
    struct sequenced next = {0};
    base_vec_reserve(&all, merge->v1->wire.event_count + merge->v1->wire.samples.count);
    for (size_t i = 0; i < merge->streams.count; i++) {
        while (load(merge, &merge->streams.at[i], by_time ? NULL : &next.sequence)) {
            next.event = merge->streams.at[i].event;
            if (by_time && !is_plausible(merge, next.event.time)) {
                merge->v1->mended++;
                continue;
            }
            if (by_time)
                next.sequence = (uint64_t)next.event.time ^ UINT64_C(1) << 63; /* signed times in unsigned order */
            *base_vec_add(&all) = next;
        }
    }
    base_sort_stable(all.at, all.count, sizeof *all.at, sequence_before, NULL);
    for (size_t i = 0; i < all.count; i++)
        *base_vec_add(&merge->v1->events) = all.at[i].event;
    base_vec_release(&all);
}

static void release(struct merge *merge)
{
    base_vec_release(&merge->streams);
    base_vec_release(&merge->states);
    base_map_release(&merge->slot_by_goroutine);
    base_map_release(&merge->waiting);
    frontier_release(&merge->frontier);
}

bool order_v1_merge(struct order_v1 *v1, bool go_on, struct base_error *ret_error)
{
    struct merge merge = {.v1 = v1};
    bool done = true;
    open_streams(&merge);
    if (v1->wire.version < V1_FIRST_SYMBOLISED)
        sort(&merge, false);
    else
        done = merge_by_states(&merge, ret_error);
    release(&merge);
    if (done || !go_on)
        return done;
    merge = (struct merge){.v1 = v1};
    v1->events.count = 0;
    v1->mended++;
    open_streams(&merge);
    find_range(&merge);
    sort(&merge, true);
    release(&merge);
    return true;
}
