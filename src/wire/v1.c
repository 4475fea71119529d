#include "wire/v1.h"

#include "wire/header.h"
#include "wire/v1_event.h"

#include <inttypes.h>

enum {
    HIGHEST_PLAUSIBLE_PROC = 1 << 16,
    PROBED_EVENTS = 8, /* behind a batch's header, to believe that it is one */
};

/* How far from the first batch another one may plausibly begin: days of the fastest clock. */
static const uint64_t FARTHEST_TICKS = UINT64_C(1) << 46;

struct scan {
    struct wire_v1 *v1;
    struct wire_cursor bytes;
    uint64_t first_ticks; /* of the first batch */
    bool any_batch;
};

/* ---- what is taken in ---- */

static bool add_batch(struct scan *scan, const struct wire_v1_event *event, struct base_error *ret_error)
{
    struct wire_v1 *v1 = scan->v1;
    uint64_t id = event->args[0];
    if (id != UINT64_MAX && id > INT32_MAX)
        return base_fail(ret_error, "processor ID %" PRIu64 " is larger than maximum of %d", id, INT32_MAX);
    uint32_t index = (uint32_t)v1->batches.count;
    *base_vec_add(&v1->batches) =
        (struct wire_v1_batch){scan->bytes.at, scan->bytes.at, event->args[1], event->sequence, WIRE_V1_NO_BATCH};
    if (!scan->any_batch)
        scan->first_ticks = event->args[1];
    scan->any_batch = true;
    uint32_t known = base_map_find(&v1->proc_by_id, id);
    if (known == BASE_MAP_NONE) {
        base_map_set(&v1->proc_by_id, id, (uint32_t)v1->procs.count);
        *base_vec_add(&v1->procs) = (struct wire_v1_proc){(int32_t)id, index, index};
        return true;
    }
    struct wire_v1_proc *proc = &v1->procs.at[known];
    v1->batches.at[proc->last_batch].next = index;
    proc->last_batch = index;
    return true;
}

static bool add_string(struct wire_v1 *v1, const struct wire_v1_event *event, struct base_error *ret_error)
{
    uint64_t id = event->args[0];
    if (!id)
        return base_fail(ret_error, "string has invalid id 0");
    if (!event->message.size)
        return base_fail(ret_error, "string has invalid length 0");
    if (wire_ids_find(&v1->tables.string_ids, id) != WIRE_NO_INDEX)
        return base_fail(ret_error, "string has duplicate id %" PRIu64, id);
    return wire_tables_add_string(&v1->tables, id, event->message, ret_error);
}

/* Ids have 32 bits; a stack without id or frames is ignored. Header 1.5 knows the addresses alone. */
static bool add_stack(struct wire_v1 *v1, struct wire_cursor body, struct base_error *ret_error)
{
    bool named = v1->version >= 7;
    uint32_t id = (uint32_t)wire_read_uvarint(&body), first = (uint32_t)v1->tables.frame_refs.count;
    uint64_t count = wire_read_uvarint(&body);
    if (!body.failure && count > WIRE_V1_MAX_FRAMES)
        return base_fail(ret_error, "EvStack has bad number of frames: %" PRIu64, count);
    for (uint64_t i = 0; i < count && !body.failure; i++) {
        uint64_t pc = wire_read_uvarint(&body), func = 0, file = 0, line = 0;
        if (named) {
            func = wire_read_uvarint(&body);
            file = wire_read_uvarint(&body);
            line = wire_read_uvarint(&body);
        }
        if (!body.failure)
            wire_tables_add_frame(&v1->tables, (struct wire_frame){.pc = pc, .line = line}, func, file);
    }
    if (body.failure || wire_cursor_left(&body)) {
        v1->tables.frame_refs.count = first;
        return base_fail(ret_error, "EvStack has wrong number of arguments: want %" PRIu64 " frames", count);
    }
    if (id && count)
        wire_tables_add_stack(&v1->tables, id, first);
    return true;
}

static void add_sample(struct wire_v1 *v1, const struct wire_v1_event *event)
{
    *base_vec_add(&v1->samples) = (struct wire_v1_sample){
        .ticks = (int64_t)event->args[0],
        .proc = (int32_t)event->args[1],
        .goroutine = event->args[2],
        .stack = event->stack,
        .offset_bytes = (uint64_t)(event->at - v1->file->data),
    };
}

static bool take_in(struct scan *scan, const struct wire_v1_event *event, struct wire_cursor body,
                    struct base_error *ret_error)
{
    struct wire_v1 *v1 = scan->v1;
    if (event->type != WIRE_V1_BATCH && event->type != WIRE_V1_STRING && !scan->any_batch)
        return base_fail(ret_error, "read event %u with current P of 0, but P has no batches yet", event->type);
    switch (event->type) {
    case WIRE_V1_BATCH: return add_batch(scan, event, ret_error);
    case WIRE_V1_STRING: return add_string(v1, event, ret_error);
    case WIRE_V1_STACK: return add_stack(v1, body, ret_error);
    case WIRE_V1_CPU_SAMPLE: add_sample(v1, event); return true;
    case WIRE_V1_TIMER_GOROUTINE: base_map_set(&v1->timer_goroutines, event->args[0], 1); return true;
    case WIRE_V1_FREQUENCY:
        if ((int64_t)event->args[0] <= 0)
            return base_fail(ret_error, "time stamps out of order");
        v1->frequency = event->args[0];
        return true;
    case WIRE_V1_FUTILE_WAKEUP: v1->has_futile_wakeups = true; break;
    default: break;
    }
    v1->event_count++;
    return true;
}

/* ---- the run over the file ---- */

/* Whether a batch seems to begin here: its header is plausible, and events follow. */
static bool seems_batch(const struct scan *scan, struct wire_cursor bytes)
{
    struct wire_v1_event event;
    struct wire_cursor body;
    struct base_error error = BASE_NO_ERROR;
    bool seems = wire_v1_decode(scan->v1->version, &bytes, &event, &body, &error) && event.type == WIRE_V1_BATCH;
    if (seems) {
        uint64_t ticks = event.args[1], apart = ticks - scan->first_ticks;
        seems = (event.args[0] == UINT64_MAX || event.args[0] < HIGHEST_PLAUSIBLE_PROC) && ticks &&
                (!scan->any_batch || apart < FARTHEST_TICKS || -apart < FARTHEST_TICKS);
    }
    for (int i = 0; seems && i < PROBED_EVENTS && wire_cursor_left(&bytes); i++)
        seems = wire_v1_decode(scan->v1->version, &bytes, &event, &body, &error);
    base_error_release(&error);
    return seems;
}

/* The cursor moves to the next batch, or to the end. */
static void skip_to_batch(struct scan *scan)
{
    while (wire_cursor_left(&scan->bytes) &&
           ((*scan->bytes.at & 0x3f) != WIRE_V1_BATCH || !seems_batch(scan, scan->bytes)))
        scan->bytes.at++;
}

/* One event. On failure *ret_error says why, and where. */
static bool scan_event(struct scan *scan, struct base_error *ret_error)
{
    struct wire_v1 *v1 = scan->v1;
    struct wire_v1_event event;
    struct wire_cursor body = {0};
    const uint8_t *begin = scan->bytes.at;
    struct wire_v1_batch *batch = v1->batches.count ? &v1->batches.at[v1->batches.count - 1] : NULL;
    if (wire_v1_decode(v1->version, &scan->bytes, &event, &body, ret_error) && take_in(scan, &event, body, ret_error)) {
        if (event.type != WIRE_V1_BATCH && batch)
            batch->end = scan->bytes.at;
        else if (event.type == WIRE_V1_BATCH)
            v1->batches.at[v1->batches.count - 1].end = scan->bytes.at;
        return true;
    }
    base_error_place(ret_error, 0, v1->batches.count, NO_THREAD, (uint64_t)(begin - v1->file->data));
    return false;
}

static bool scan_file(struct scan *scan, bool go_on, struct base_error *ret_error)
{
    struct wire_v1 *v1 = scan->v1;
    const uint8_t *end = scan->bytes.end;
    while (wire_cursor_left(&scan->bytes)) {
        const uint8_t *begin = scan->bytes.at;
        if (scan_event(scan, ret_error))
            continue;
        if (!go_on)
            return false;
        scan->bytes = (struct wire_cursor){begin + 1, end, WIRE_OK};
        skip_to_batch(scan);
        v1->lost_bytes += (uint64_t)(scan->bytes.at - begin);
        if (!v1->damage.cause)
            v1->damage = *ret_error;
        else
            base_error_release(ret_error);
        *ret_error = BASE_NO_ERROR;
    }
    if (v1->event_count > WIRE_V1_MAX_EVENTS)
        return base_fail(ret_error, "%zu events are more than can be put in order", v1->event_count);
    if (!v1->frequency && !go_on) {
        base_fail(ret_error, "no EvFrequency event");
        base_error_place(ret_error, 0, 0, NO_THREAD, v1->file->size);
        return false;
    }
    return true;
}

bool wire_v1_read(struct wire_v1 *v1, const struct base_mapping *file, int version, bool go_on,
                  struct base_error *ret_error)
{
    *v1 = (struct wire_v1){.file = file, .version = version};
    wire_tables_init(&v1->tables);
    struct scan scan = {v1, wire_cursor_of(file->data + WIRE_HEADER_BYTES, file->size - WIRE_HEADER_BYTES), 0, false};
    if (!scan_file(&scan, go_on, ret_error)) {
        wire_v1_release(v1);
        return false;
    }
    struct base_error ignored = BASE_NO_ERROR; /* a missing name is the empty one */
    wire_tables_check(&v1->tables, true, &ignored);
    base_error_release(&ignored);
    return true;
}

void wire_v1_release(struct wire_v1 *v1)
{
    wire_tables_release(&v1->tables);
    base_vec_release(&v1->batches);
    base_vec_release(&v1->procs);
    base_vec_release(&v1->samples);
    base_map_release(&v1->proc_by_id);
    base_map_release(&v1->timer_goroutines);
    base_error_release(&v1->damage);
    *v1 = (struct wire_v1){0};
}

/* ---- events ---- */

struct wire_v1_cursor wire_v1_cursor_of(const struct wire_v1 *v1, const struct wire_v1_proc *proc)
{
    return (struct wire_v1_cursor){.v1 = v1, .next_batch = proc->first_batch};
}

static bool is_proper(uint8_t type)
{
    return type != WIRE_V1_BATCH && type != WIRE_V1_STRING && type != WIRE_V1_STACK && type != WIRE_V1_FREQUENCY &&
           type != WIRE_V1_TIMER_GOROUTINE && type != WIRE_V1_CPU_SAMPLE;
}

bool wire_v1_next(struct wire_v1_cursor *cursor, struct wire_v1_event *ret_event)
{
    struct base_error error = BASE_NO_ERROR; /* none: all that lies within a batch was decoded before */
    struct wire_cursor body;
    do {
        while (!wire_cursor_left(&cursor->bytes)) {
            if (cursor->next_batch == WIRE_V1_NO_BATCH)
                return false;
            const struct wire_v1_batch *batch = &cursor->v1->batches.at[cursor->next_batch];
            cursor->bytes = (struct wire_cursor){batch->at, batch->end, WIRE_OK};
            cursor->ticks = (int64_t)batch->ticks;
            cursor->sequence = batch->sequence;
            cursor->next_batch = batch->next;
        }
        if (!wire_v1_decode(cursor->v1->version, &cursor->bytes, ret_event, &body, &error)) {
            base_error_release(&error);
            return false;
        }
        cursor->ticks = (int64_t)((uint64_t)cursor->ticks + (uint64_t)ret_event->ticks);
        cursor->sequence += ret_event->type == WIRE_V1_BATCH ? 0 : ret_event->sequence;
    } while (!is_proper(ret_event->type));
    ret_event->ticks = cursor->ticks;
    ret_event->sequence = cursor->sequence;
    return true;
}

struct wire_v1_event wire_v1_event_at(const struct wire_v1 *v1, const uint8_t *at)
{
    struct wire_v1_event event;
    struct base_error error = BASE_NO_ERROR;
    struct wire_cursor bytes = {at, v1->file->data + v1->file->size, WIRE_OK}, body;
    wire_v1_decode(v1->version, &bytes, &event, &body, &error);
    base_error_release(&error);
    return event;
}
