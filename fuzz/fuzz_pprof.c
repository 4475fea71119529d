/* Fuzz target: writing a profile, there and back.
 *
 * The input describes the profile: how many strings, and each one's size and bytes; how many frames, and each one's
 * address, line, function and file; then records until the input ends. A record's stack takes every n-th frame from one
 * on, so that a few bytes describe a deep one. What is missing is 0.
 */
#include "pprof.h"
#include "target.h"

enum { MOST_STRINGS = 32, MOST_DEPTH = 255 };

struct source {
    const uint8_t *at, *end;
};

static uint8_t take_byte(struct source *source)
{
    return source->at < source->end ? *source->at++ : 0;
}

/* A number of 0 to 8 bytes, as many as its first byte says. */
static uint64_t take_number(struct source *source)
{
    uint64_t number = 0;
    for (unsigned left = take_byte(source) % 9; left; left--)
        number = number << 8 | take_byte(source);
    return number;
}

static void take_strings(struct source *source, struct order_symbols *symbols)
{
    for (unsigned left = take_byte(source) % MOST_STRINGS; left; left--) {
        size_t size = take_byte(source), there = (size_t)(source->end - source->at);
        size = size < there ? size : there;
        order_symbols_add_string(symbols, (struct base_str){(const char *)source->at, size});
        source->at += size;
    }
}

/* Returns how many there are; equal ones are one. */
static size_t take_frames(struct source *source, struct order_symbols *symbols)
{
    for (unsigned left = take_byte(source); left; left--) {
        struct order_frame frame = {.pc = take_number(source), .line = take_number(source)};
        frame.func = take_byte(source) % (uint32_t)symbols->strings.count;
        frame.file = take_byte(source) % (uint32_t)symbols->strings.count;
        order_symbols_add_frame(symbols, frame);
    }
    return symbols->frames.count;
}

static void take_record(struct source *source, struct order_symbols *symbols, size_t frame_count,
                        struct analyze_profile *profile)
{
    uint32_t frames[MOST_DEPTH], depth = take_byte(source), from = take_byte(source), step = take_byte(source);
    depth = frame_count ? depth : 0;
    for (uint32_t i = 0; i < depth; i++)
        frames[i] = (from + i * step) % (uint32_t)frame_count;
    struct analyze_record record = {.stack = order_symbols_add_stack(symbols, frames, depth)};
    record.count = take_number(source);
    record.ns = (int64_t)take_number(source);
    *base_vec_add(&profile->records) = record;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct source source = {data, data + size};
    struct order_symbols symbols;
    struct analyze_profile profile = {0};
    order_symbols_init(&symbols);
    take_strings(&source, &symbols);
    size_t frame_count = take_frames(&source, &symbols);
    while (source.at < source.end)
        take_record(&source, &symbols, frame_count, &profile);
    fuzz_check_pprof(&profile, &symbols);
    base_vec_release(&profile.records);
    order_symbols_release(&symbols);
    return 0;
}
