/* The tables of one generation: strings, frames, stacks.
 *
 * The wire names table entries by 64-bit ids, usually 1, 2, 3 …; here each entry has a dense u32 index in order of
 * appearance. Index 0 is what id 0 means: the empty string, and a stack without frames. Strings are borrowed from the
 * mapped file.
 */
#ifndef KYMO_WIRE_TABLES_H
#define KYMO_WIRE_TABLES_H

#include "base/error.h"
#include "base/map.h"
#include "base/memory.h"
#include "base/str.h"
#include "wire/cursor.h"

#include <stdint.h>

#define WIRE_NO_INDEX UINT32_MAX

/* From ids to indices: an array where ids are dense, a hash table for the others. */
struct wire_ids {
    uint32_t *dense; /* 0: not there */
    size_t dense_count, dense_capacity;
    struct base_map sparse;
};

struct wire_frame {
    uint64_t pc;
    uint64_t line;
    uint32_t func, file; /* string indices; valid after wire_tables_check */
};

/* What the wire says of a frame's names, until all strings are there; with the stack that defined it. */
struct wire_frame_names {
    uint64_t func, file;
    uint32_t stack;
};

struct wire_stack {
    uint32_t first, count; /* of frame_refs; leaf first */
};

struct wire_tables {
    BASE_VEC(struct base_str) strings;
    struct wire_ids string_ids;
    BASE_VEC(struct wire_stack) stacks;
    struct wire_ids stack_ids;
    BASE_VEC(uint32_t) frame_refs;
    BASE_VEC(struct wire_frame) frames;            /* one for each PC: its first definition wins */
    BASE_VEC(struct wire_frame_names) frame_names; /* beside frames */
    struct base_map frame_by_pc;
};

void wire_tables_init(struct wire_tables *tables);
void wire_tables_release(struct wire_tables *tables);

/* Read the body of a strings or stacks batch, its first byte included. On failure the cursor stands at the culprit. */
bool wire_tables_read_strings(struct wire_tables *tables, struct wire_cursor *body, struct base_error *ret_error);
bool wire_tables_read_stacks(struct wire_tables *tables, struct wire_cursor *body, struct base_error *ret_error);

/* The same piece by piece: a string; a frame of the stack that is being put together; and that stack, whose frames are
 * those of frame_refs from `first` on. */
bool wire_tables_add_string(struct wire_tables *tables, uint64_t id, struct base_str string,
                            struct base_error *ret_error);
void wire_tables_add_frame(struct wire_tables *tables, struct wire_frame frame, uint64_t func, uint64_t file);
void wire_tables_add_stack(struct wire_tables *tables, uint64_t id, uint32_t first);

/* After the last batch: every frame's function and file must exist. go_on: those that do not are empty, all are looked
 * at, and the first is told. */
bool wire_tables_check(struct wire_tables *tables, bool go_on, struct base_error *ret_error);

uint32_t wire_ids_find_sparse(const struct wire_ids *ids, uint64_t id);

/* The index of an id, 0 for id 0, WIRE_NO_INDEX if there is none. */
static inline uint32_t wire_ids_find(const struct wire_ids *ids, uint64_t id)
{
    if (id < ids->dense_count) {
        uint32_t index = ids->dense[id];
        if (index || !id)
            return index;
    }
    return wire_ids_find_sparse(ids, id);
}

#endif
