#include "order/symbols.h"

#include "base/map.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

typedef bool same_as(const struct order_symbols *symbols, uint32_t id, const void *key);
typedef uint64_t hash_of(const struct order_symbols *symbols, uint32_t id);

struct stack_key {
    const uint32_t *frames;
    uint32_t count;
};

static bool same_string(const struct order_symbols *symbols, uint32_t id, const void *key)
{
    return base_str_equal(symbols->strings.at[id], *(const struct base_str *)key);
}

static uint64_t hash_string(const struct order_symbols *symbols, uint32_t id)
{
    return base_hash_bytes(symbols->strings.at[id].data, symbols->strings.at[id].size);
}

static bool same_frame(const struct order_symbols *symbols, uint32_t id, const void *key)
{
    const struct order_frame *a = &symbols->frames.at[id], *b = key;
    return a->pc == b->pc && a->line == b->line && a->func == b->func && a->file == b->file;
}

static uint64_t hash_frame(const struct order_symbols *symbols, uint32_t id)
{
    return base_hash_bytes(&symbols->frames.at[id], sizeof(struct order_frame));
}

static bool same_stack(const struct order_symbols *symbols, uint32_t id, const void *key)
{
    const struct order_stack *a = &symbols->stacks.at[id];
    const struct stack_key *b = key;
    return id > ORDER_EMPTY_STACK && a->count == b->count &&
           memcmp(symbols->frame_refs.at + a->first, b->frames, b->count * sizeof *b->frames) == 0;
}

static uint64_t hash_stack(const struct order_symbols *symbols, uint32_t id)
{
    const struct order_stack *stack = &symbols->stacks.at[id];
    return base_hash_bytes(symbols->frame_refs.at + stack->first, stack->count * sizeof(uint32_t));
}

static void index_put(struct order_index *index, uint64_t hash, uint32_t id)
{
    size_t i = hash & index->mask;
    while (index->ids[i])
        i = (i + 1) & index->mask;
    index->ids[i] = id + 1;
    index->count++;
}

/* The id of a key, or UINT32_MAX. */
static uint32_t index_find(const struct order_symbols *symbols, const struct order_index *index, uint64_t hash,
                           same_as *same, const void *key)
{
    if (index->ids)
        for (size_t i = hash & index->mask; index->ids[i]; i = (i + 1) & index->mask)
            if (same(symbols, index->ids[i] - 1, key))
                return index->ids[i] - 1;
    return UINT32_MAX;
}

static void index_add(const struct order_symbols *symbols, struct order_index *index, uint32_t id, hash_of *hash)
{
    if (index->count * 2 >= index->mask) {
        struct order_index old = *index;
        index->mask = old.ids ? old.mask * 2 + 1 : 255;
        index->ids = base_zalloc(index->mask + 1, sizeof *index->ids);
        index->count = 0;
        for (size_t i = 0; old.ids && i <= old.mask; i++)
            if (old.ids[i])
                index_put(index, hash(symbols, old.ids[i] - 1), old.ids[i] - 1);
        free(old.ids);
    }
    index_put(index, hash(symbols, id), id);
}

/* Room for `extra` more elements at the end of an array, whose old place stays as it is. */
static void *make_room(struct order_symbols *symbols, void *at, size_t *capacity, size_t count, size_t extra,
                       size_t size)
{
    if (*capacity - count >= extra)
        return at;
    *capacity = (count + extra) * 2 + 64;
    void *larger = base_realloc(NULL, *capacity, size);
    if (count)
        memcpy(larger, at, count * size);
    *base_vec_add(&symbols->outgrown) = at;
    return larger;
}

#define symbols_reserve(symbols, array, extra)                                                                         \
    ((symbols)->array.at = make_room((symbols), (symbols)->array.at, &(symbols)->array.capacity,                       \
                                     (symbols)->array.count, (extra), sizeof *(symbols)->array.at))

#define symbols_add(symbols, array) (symbols_reserve(symbols, array, 1), &(symbols)->array.at[(symbols)->array.count++])

void order_symbols_init(struct order_symbols *symbols)
{
    *symbols = (struct order_symbols){0};
    order_symbols_add_string(symbols, (struct base_str){"", 0});
    *symbols_add(symbols, stacks) = (struct order_stack){0, 0}; /* ORDER_NO_STACK */
    *symbols_add(symbols, stacks) = (struct order_stack){0, 0}; /* ORDER_EMPTY_STACK */
}

void order_symbols_release(struct order_symbols *symbols)
{
    base_vec_release(&symbols->strings);
    base_vec_release(&symbols->frames);
    base_vec_release(&symbols->frame_refs);
    base_vec_release(&symbols->stacks);
    free(symbols->string_index.ids);
    free(symbols->frame_index.ids);
    free(symbols->stack_index.ids);
    for (size_t i = 0; i < symbols->outgrown.count; i++)
        free(symbols->outgrown.at[i]);
    base_vec_release(&symbols->outgrown);
    base_arena_release(&symbols->built);
    *symbols = (struct order_symbols){0};
}

uint32_t order_symbols_add_string(struct order_symbols *symbols, struct base_str string)
{
    uint64_t hash = base_hash_bytes(string.data, string.size);
    uint32_t id = index_find(symbols, &symbols->string_index, hash, same_string, &string);
    if (id != UINT32_MAX)
        return id;
    id = (uint32_t)symbols->strings.count;
    *symbols_add(symbols, strings) = string;
    index_add(symbols, &symbols->string_index, id, hash_string);
    return id;
}

uint32_t order_symbols_add_frame(struct order_symbols *symbols, struct order_frame frame)
{
    uint64_t hash = base_hash_bytes(&frame, sizeof frame);
    uint32_t id = index_find(symbols, &symbols->frame_index, hash, same_frame, &frame);
    if (id != UINT32_MAX)
        return id;
    id = (uint32_t)symbols->frames.count;
    *symbols_add(symbols, frames) = frame;
    index_add(symbols, &symbols->frame_index, id, hash_frame);
    return id;
}

uint32_t order_symbols_add_stack(struct order_symbols *symbols, const uint32_t *frames, uint32_t count)
{
    if (!count)
        return ORDER_EMPTY_STACK;
    struct stack_key key = {frames, count};
    uint64_t hash = base_hash_bytes(frames, count * sizeof *frames);
    uint32_t id = index_find(symbols, &symbols->stack_index, hash, same_stack, &key);
    if (id != UINT32_MAX)
        return id;
    id = (uint32_t)symbols->stacks.count;
    *symbols_add(symbols, stacks) = (struct order_stack){(uint32_t)symbols->frame_refs.count, count};
    symbols_reserve(symbols, frame_refs, count);
    memcpy(symbols->frame_refs.at + symbols->frame_refs.count, frames, count * sizeof *frames);
    symbols->frame_refs.count += count;
    index_add(symbols, &symbols->stack_index, id, hash_stack);
    return id;
}

uint32_t order_symbols_add_joined(struct order_symbols *symbols, const char *prefix, struct base_str middle,
                                  const char *suffix)
{
    size_t before = strlen(prefix), after = strlen(suffix), size = before + middle.size + after;
    char *joined = base_arena_alloc(&symbols->built, size);
    memcpy(joined, prefix, before);
    if (middle.size)
        memcpy(joined + before, middle.data, middle.size);
    memcpy(joined + before + middle.size, suffix, after);
    return order_symbols_add_string(symbols, (struct base_str){joined, size});
}
