#include "wire/tables.h"

#include "wire/event.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Ids below four times their number, and some, are kept in an array: memory stays in proportion to the entries. */
static bool is_dense(uint64_t id, size_t count)
{
    return id < (uint64_t)count * 4 + 1024;
}

static void ids_add(struct wire_ids *ids, uint64_t id, uint32_t index, size_t count)
{
    if (!is_dense(id, count)) {
        base_map_set(&ids->sparse, id, index);
        return;
    }
    if (id >= ids->dense_count) {
        size_t need = (size_t)id + 1;
        if (need > ids->dense_capacity)
            ids->dense = base_grow(ids->dense, &ids->dense_capacity, need, sizeof *ids->dense);
        memset(ids->dense + ids->dense_count, 0, (need - ids->dense_count) * sizeof *ids->dense);
        ids->dense_count = need;
    }
    ids->dense[id] = index;
}

uint32_t wire_ids_find_sparse(const struct wire_ids *ids, uint64_t id)
{
    return id ? base_map_find(&ids->sparse, id) : 0;
}

static void ids_release(struct wire_ids *ids)
{
    free(ids->dense);
    base_map_release(&ids->sparse);
    *ids = (struct wire_ids){0};
}

void wire_tables_init(struct wire_tables *tables)
{
    *tables = (struct wire_tables){0};
    *base_vec_add(&tables->strings) = (struct base_str){"", 0};
    *base_vec_add(&tables->stacks) = (struct wire_stack){0, 0};
}

void wire_tables_release(struct wire_tables *tables)
{
    base_vec_release(&tables->strings);
    base_vec_release(&tables->stacks);
    base_vec_release(&tables->frame_refs);
    base_vec_release(&tables->frames);
    base_vec_release(&tables->frame_names);
    ids_release(&tables->string_ids);
    ids_release(&tables->stack_ids);
    base_map_release(&tables->frame_by_pc);
}

bool wire_tables_add_string(struct wire_tables *tables, uint64_t id, struct base_str string,
                            struct base_error *ret_error)
{
    uint32_t existing = wire_ids_find(&tables->string_ids, id);
    if (existing != WIRE_NO_INDEX) {
        struct base_str old = tables->strings.at[existing];
        return base_fail(ret_error, "multiple strings with the same ID: id=%" PRIu64 ", new=%.*s, existing=%.*s", id,
                         (int)string.size, string.data, (int)old.size, old.data);
    }
    ids_add(&tables->string_ids, id, (uint32_t)tables->strings.count, tables->strings.count);
    *base_vec_add(&tables->strings) = string;
    return true;
}

bool wire_tables_read_strings(struct wire_tables *tables, struct wire_cursor *body, struct base_error *ret_error)
{
    body->at++;
    while (wire_cursor_left(body)) {
        uint8_t type = wire_read_byte(body);
        if (type != WIRE_STRING)
            return base_fail(ret_error, "expected string event, got %u", type);
        uint64_t id = wire_read_uvarint(body);
        uint64_t size = wire_read_uvarint(body);
        if (body->failure)
            return base_fail(ret_error, "%s", wire_failure_text(body->failure));
        if (size > WIRE_MAX_STRING_BYTES)
            return base_fail(ret_error, "invalid string size %" PRIu64 ", maximum is %d", size, WIRE_MAX_STRING_BYTES);
        if (size > wire_cursor_left(body))
            return base_fail(ret_error, "failed to read full string: read %zu but wanted %" PRIu64,
                             wire_cursor_left(body), size);
        if (!wire_tables_add_string(tables, id, (struct base_str){(const char *)body->at, (size_t)size}, ret_error))
            return false;
        body->at += size;
    }
    return true;
}

/* Reads one of the four numbers of a frame. */
static uint64_t frame_field(struct wire_cursor *body, const char *name, uint64_t stack, uint64_t frame,
                            struct base_error *ret_error)
{
    uint64_t value = wire_read_uvarint(body);
    if (body->failure)
        base_fail(ret_error, "reading frame %" PRIu64 "'s %s for stack %" PRIu64 ": %s", frame + 1, name, stack,
                  wire_failure_text(body->failure));
    return value;
}

void wire_tables_add_frame(struct wire_tables *tables, struct wire_frame frame, uint64_t func, uint64_t file)
{
    uint32_t index = base_map_find(&tables->frame_by_pc, frame.pc);
    if (index == BASE_MAP_NONE) {
        index = (uint32_t)tables->frames.count;
        base_map_set(&tables->frame_by_pc, frame.pc, index);
        *base_vec_add(&tables->frames) = frame;
        *base_vec_add(&tables->frame_names) = (struct wire_frame_names){func, file, (uint32_t)tables->stacks.count};
    }
    *base_vec_add(&tables->frame_refs) = index;
}

void wire_tables_add_stack(struct wire_tables *tables, uint64_t id, uint32_t first)
{
    ids_add(&tables->stack_ids, id, (uint32_t)tables->stacks.count, tables->stacks.count);
    *base_vec_add(&tables->stacks) = (struct wire_stack){first, (uint32_t)tables->frame_refs.count - first};
}

static bool read_stack(struct wire_tables *tables, struct wire_cursor *body, struct base_error *ret_error)
{
    uint64_t id = wire_read_uvarint(body);
    uint64_t frame_count = wire_read_uvarint(body);
    if (body->failure)
        return base_fail(ret_error, "%s", wire_failure_text(body->failure));
    if (frame_count > WIRE_MAX_FRAMES)
        return base_fail(ret_error, "invalid stack size %" PRIu64 ", maximum is %d", frame_count, WIRE_MAX_FRAMES);
    if (wire_ids_find(&tables->stack_ids, id) != WIRE_NO_INDEX)
        return base_fail(ret_error, "multiple trace.stacks with the same ID: id=%" PRIu64, id);
    uint32_t first = (uint32_t)tables->frame_refs.count;
    for (uint64_t i = 0; i < frame_count; i++) {
        uint64_t pc = frame_field(body, "PC", id, i, ret_error);
        uint64_t func = frame_field(body, "funcID", id, i, ret_error);
        uint64_t file = frame_field(body, "fileID", id, i, ret_error);
        uint64_t line = frame_field(body, "line", id, i, ret_error);
        if (body->failure)
            return false;
        wire_tables_add_frame(tables, (struct wire_frame){.pc = pc, .line = line}, func, file);
    }
    wire_tables_add_stack(tables, id, first);
    return true;
}

bool wire_tables_read_stacks(struct wire_tables *tables, struct wire_cursor *body, struct base_error *ret_error)
{
    body->at++;
    while (wire_cursor_left(body)) {
        uint8_t type = wire_read_byte(body);
        if (type != WIRE_STACK)
            return base_fail(ret_error, "expected stack event, got %u", type);
        if (!read_stack(tables, body, ret_error))
            return false;
    }
    return true;
}

/* The index of a frame's name; 0, and false, where there is none. */
static bool find_name(const struct wire_tables *tables, uint64_t id, const char *what, uint32_t stack,
                      uint32_t *ret_index, struct base_error *ret_error)
{
    *ret_index = wire_ids_find(&tables->string_ids, id);
    if (*ret_index != WIRE_NO_INDEX)
        return true;
    *ret_index = 0;
    return base_fail(ret_error, "found invalid %s string ID %" PRIu64 " for stack %u", what, id, stack);
}

bool wire_tables_check(struct wire_tables *tables, bool go_on, struct base_error *ret_error)
{
    bool found = true;
    for (size_t i = 0; i < tables->frames.count && (found || go_on); i++) {
        struct wire_frame *frame = &tables->frames.at[i];
        const struct wire_frame_names *names = &tables->frame_names.at[i];
        found &= find_name(tables, names->func, "func", names->stack, &frame->func, ret_error);
        found &= find_name(tables, names->file, "file", names->stack, &frame->file, ret_error);
    }
    return found;
}
