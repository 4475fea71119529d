/* The names and stacks of a whole trace, each once.
 *
 * Generations repeat their tables; analyses want one id for one thing. Strings, frames and stacks are added when an
 * event first refers to them, and keep their id as long as the symbols live. Strings are borrowed from the mapped file,
 * or from literals.
 *
 * Symbols only grow, and nothing of them moves: a copy of the struct is a view of what was there when it was made. It
 * stays valid as long as the symbols live, also while another thread adds to them, and may be read like them.
 */
#ifndef KYMO_ORDER_SYMBOLS_H
#define KYMO_ORDER_SYMBOLS_H

#include "base/memory.h"
#include "base/str.h"

#include <stdint.h>

enum {
    ORDER_EMPTY_STRING = 0,
    ORDER_NO_STACK = 0,    /* absent */
    ORDER_EMPTY_STACK = 1, /* present, without frames */
};

struct order_frame {
    uint64_t pc;
    uint64_t line;
    uint32_t func, file; /* string ids */
};

struct order_stack {
    uint32_t first, count; /* of frame_refs; leaf first */
};

/* A hash table of u32 ids, keyed by what they stand for. */
struct order_index {
    uint32_t *ids; /* id + 1, 0: free */
    size_t count, mask;
};

struct order_symbols {
    BASE_VEC(struct base_str) strings;
    BASE_VEC(struct order_frame) frames;
    BASE_VEC(uint32_t) frame_refs; /* frame ids, of all stacks */
    BASE_VEC(struct order_stack) stacks;
    struct order_index string_index, frame_index, stack_index;
    struct base_arena built;   /* strings that stand nowhere in the file */
    BASE_VEC(void *) outgrown; /* arrays that were too small: views may still refer to them */
};

void order_symbols_init(struct order_symbols *symbols);
void order_symbols_release(struct order_symbols *symbols);

uint32_t order_symbols_add_string(struct order_symbols *symbols, struct base_str string);
uint32_t order_symbols_add_frame(struct order_symbols *symbols, struct order_frame frame);

/* Frame ids, leaf first; they are copied. */
uint32_t order_symbols_add_stack(struct order_symbols *symbols, const uint32_t *frames, uint32_t count);

/* PREFIX + middle + SUFFIX as one string: "stop-the-world (GC mark termination)". */
uint32_t order_symbols_add_joined(struct order_symbols *symbols, const char *prefix, struct base_str middle,
                                  const char *suffix);

static inline struct base_str order_string(const struct order_symbols *symbols, uint32_t id)
{
    return symbols->strings.at[id];
}

static inline uint32_t order_stack_depth(const struct order_symbols *symbols, uint32_t stack)
{
    return symbols->stacks.at[stack].count;
}

/* Frame `depth` of a stack, 0 being the leaf. */
static inline const struct order_frame *order_stack_frame(const struct order_symbols *symbols, uint32_t stack,
                                                          uint32_t depth)
{
    return &symbols->frames.at[symbols->frame_refs.at[symbols->stacks.at[stack].first + depth]];
}

/* The outermost frame, where a goroutine began; NULL for a stack without frames. */
static inline const struct order_frame *order_stack_root(const struct order_symbols *symbols, uint32_t stack)
{
    uint32_t depth = order_stack_depth(symbols, stack);
    return depth ? order_stack_frame(symbols, stack, depth - 1) : NULL;
}

#endif
