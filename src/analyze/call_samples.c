#include "analyze/call_samples.h"

#include "wire/event.h"

void analyze_call_samples_init(struct analyze_call_samples *samples, const struct analyze_call_filter *filter)
{
    *samples = (struct analyze_call_samples){.filter = *filter};
    order_symbols_init(&samples->symbols);
}

void analyze_call_samples_release(struct analyze_call_samples *samples)
{
    order_symbols_release(&samples->symbols);
    base_vec_release(&samples->all);
}

/* What the filter says of a frame. */
enum { IN_FOCUS = 1, IGNORED = 2, TAKEN_OUT = 4 };

struct adding {
    struct analyze_call_samples *samples;
    const struct order_symbols *symbols; /* of the profile that is added */
    struct base_map frame_by_pc, marks_by_pc, marks_by_function;
};

static bool fulfils(struct analyze_call_samples *samples, enum analyze_call_condition which, struct base_str name,
                    struct base_str file)
{
    const struct base_pattern *pattern = samples->filter.of[which];
    bool does = pattern && (base_pattern_fits(pattern, name) || base_pattern_fits(pattern, file));
    samples->matched[which] |= does;
    return does;
}

static uint32_t marks_of(struct adding *adding, const struct order_frame *frame)
{
    struct analyze_call_samples *samples = adding->samples;
    const struct base_pattern *const *of = samples->filter.of;
    uint64_t key = (uint64_t)frame->func << 32 | frame->file;
    uint32_t marks = base_map_find(&adding->marks_by_function, key);
    if (marks != BASE_MAP_NONE)
        return marks;
    struct base_str name = order_string(adding->symbols, frame->func),
                    file = order_string(adding->symbols, frame->file);
    marks = 0;
    if (fulfils(samples, ANALYZE_IGNORE, name, file))
        marks |= IGNORED;
    else if (!of[ANALYZE_FOCUS] || fulfils(samples, ANALYZE_FOCUS, name, file))
        marks |= IN_FOCUS;
    if (fulfils(samples, ANALYZE_HIDE, name, file))
        marks |= TAKEN_OUT;
    if (of[ANALYZE_SHOW] && !fulfils(samples, ANALYZE_SHOW, name, file))
        marks |= TAKEN_OUT;
    base_map_set(&adding->marks_by_function, key, marks);
    return marks;
}

/* The frame of samples->symbols, and what the filter says of it. */
static uint32_t take_frame(struct adding *adding, const struct order_frame *frame, uint32_t *ret_marks)
{
    struct order_symbols *own = &adding->samples->symbols;
    uint32_t taken = base_map_find(&adding->frame_by_pc, frame->pc);
    *ret_marks = base_map_find(&adding->marks_by_pc, frame->pc);
    if (taken != BASE_MAP_NONE)
        return taken;
    struct order_frame same = {.pc = frame->pc, .line = frame->line};
    same.func = order_symbols_add_string(own, order_string(adding->symbols, frame->func));
    same.file = order_symbols_add_string(own, order_string(adding->symbols, frame->file));
    taken = order_symbols_add_frame(own, same);
    *ret_marks = marks_of(adding, frame);
    base_map_set(&adding->frame_by_pc, frame->pc, taken);
    base_map_set(&adding->marks_by_pc, frame->pc, *ret_marks);
    return taken;
}

/* The stack as the filter leaves it. False: nothing stays of it. */
static bool take_stack(struct adding *adding, uint32_t stack, uint32_t *ret_stack)
{
    uint32_t frames[WIRE_MAX_FRAMES], kept = 0, marks = 0, depth = order_stack_depth(adding->symbols, stack);
    const struct base_pattern *const *of = adding->samples->filter.of;
    bool filtered = of[ANALYZE_FOCUS] || of[ANALYZE_IGNORE] || of[ANALYZE_HIDE] || of[ANALYZE_SHOW];
    for (uint32_t i = 0; i < depth && i < WIRE_MAX_FRAMES; i++) {
        uint32_t of_frame, frame = take_frame(adding, order_stack_frame(adding->symbols, stack, i), &of_frame);
        marks |= of_frame;
        if (!(of_frame & TAKEN_OUT))
            frames[kept++] = frame;
    }
    if (filtered && (!kept || !(marks & IN_FOCUS) || (marks & IGNORED)))
        return false;
    *ret_stack = order_symbols_add_stack(&adding->samples->symbols, frames, kept);
    return true;
}

static uint64_t size_of(int64_t number)
{
    return number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
}

/* Shares are of the sum of all sizes, as there may be negative ones. */
static void add_to_totals(struct analyze_call_samples *samples, const struct analyze_profile *profile, bool base)
{
    uint64_t count = 0, ns = 0;
    for (size_t i = 0; i < profile->records.count; i++) {
        count += profile->records.at[i].count;
        ns += size_of(profile->records.at[i].ns);
    }
    if (base) {
        samples->base_count += (int64_t)count;
        samples->base_ns += (int64_t)ns;
    }
    samples->total_count = samples->base_count > 0 ? samples->base_count : samples->total_count + (int64_t)count;
    samples->total_ns = samples->base_ns > 0 ? samples->base_ns : samples->total_ns + (int64_t)ns;
}

void analyze_call_samples_add(struct analyze_call_samples *samples, const struct analyze_profile *profile,
                              const struct order_symbols *symbols, bool base)
{
    struct adding adding = {.samples = samples, .symbols = symbols};
    int64_t sign = base ? -1 : 1;
    add_to_totals(samples, profile, base);
    for (size_t i = 0; i < profile->records.count; i++) {
        struct analyze_record record = profile->records.at[i];
        struct analyze_call_sample sample = {.count = sign * (int64_t)record.count, .ns = sign * record.ns};
        if (!take_stack(&adding, record.stack, &sample.stack))
            continue;
        record.stack = sample.stack;
        record.reason = order_symbols_add_string(&samples->symbols, order_string(symbols, record.reason));
        sample.record = record;
        *base_vec_add(&samples->all) = sample;
    }
    base_map_release(&adding.frame_by_pc);
    base_map_release(&adding.marks_by_pc);
    base_map_release(&adding.marks_by_function);
}

void analyze_call_samples_profile(const struct analyze_call_samples *samples, enum analyze_profile_kind kind,
                                  struct analyze_profile *ret_profile)
{
    *ret_profile = (struct analyze_profile){.kind = kind};
    for (size_t i = 0; i < samples->all.count; i++) {
        *base_vec_add(&ret_profile->records) = samples->all.at[i].record;
        ret_profile->total_count += samples->all.at[i].record.count;
        ret_profile->total_ns += samples->all.at[i].record.ns;
    }
}
