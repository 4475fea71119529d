#include "output/pprof.h"

#include "base/map.h"
#include "output/gzip.h"
#include "output/protobuf.h"
#include "wire/event.h"

/* Field numbers of profile.proto. */
enum {
    PROFILE_SAMPLE_TYPE = 1,
    PROFILE_SAMPLE = 2,
    PROFILE_LOCATION = 4,
    PROFILE_FUNCTION = 5,
    PROFILE_STRINGS = 6,
    PROFILE_PERIOD_TYPE = 11,
    PROFILE_PERIOD = 12
};

/* Of its Sample and Label. */
enum { SAMPLE_LOCATIONS = 1, SAMPLE_VALUES = 2, SAMPLE_LABELS = 3, LABEL_KEY = 1, LABEL_STRING = 2 };

struct encoder {
    const struct order_symbols *symbols;
    struct base_text message; /* the whole */
    struct base_text part;    /* the embedded message being built */
    struct base_text locations, functions;
    struct base_map location_by_pc, function_by_names, string_by_symbol;
    BASE_VEC(struct base_str) strings;
    uint32_t location_count, function_count;
    uint32_t state_key, reason_key, times[ANALYZE_TIMES]; /* strings of labels; 0: not there yet */
};

static uint32_t string_index(struct encoder *e, uint32_t symbol)
{
    if (symbol == ORDER_EMPTY_STRING)
        return 0;
    uint32_t index = base_map_find(&e->string_by_symbol, symbol);
    if (index == BASE_MAP_NONE) {
        index = (uint32_t)e->strings.count;
        base_map_set(&e->string_by_symbol, symbol, index);
        *base_vec_add(&e->strings) = order_string(e->symbols, symbol);
    }
    return index;
}

static uint32_t function_id(struct encoder *e, uint32_t func, uint32_t file)
{
    uint64_t key = (uint64_t)func << 32 | file;
    uint32_t id = base_map_find(&e->function_by_names, key);
    if (id != BASE_MAP_NONE)
        return id;
    id = ++e->function_count;
    base_map_set(&e->function_by_names, key, id);
    output_protobuf_optional(&e->part, 1, id);
    output_protobuf_optional(&e->part, 2, string_index(e, func));
    output_protobuf_optional(&e->part, 3, string_index(e, func));
    output_protobuf_optional(&e->part, 4, string_index(e, file));
    output_protobuf_part(&e->functions, PROFILE_FUNCTION, &e->part);
    return id;
}

static uint32_t location_id(struct encoder *e, const struct order_frame *frame)
{
    uint32_t id = base_map_find(&e->location_by_pc, frame->pc);
    if (id != BASE_MAP_NONE)
        return id;
    id = ++e->location_count;
    base_map_set(&e->location_by_pc, frame->pc, id);
    uint32_t function = function_id(e, frame->func, frame->file);
    struct base_text line = {0};
    output_protobuf_optional(&line, 1, function);
    output_protobuf_optional(&line, 2, frame->line);
    output_protobuf_optional(&e->part, 1, id);
    output_protobuf_optional(&e->part, 3, frame->pc);
    output_protobuf_bytes(&e->part, 4, base_text_view(&line));
    base_text_release(&line);
    output_protobuf_part(&e->locations, PROFILE_LOCATION, &e->part);
    return id;
}

static uint32_t literal_index(struct encoder *e, uint32_t *index, const char *literal)
{
    if (!*index) {
        *index = (uint32_t)e->strings.count;
        *base_vec_add(&e->strings) = base_str_of(literal);
    }
    return *index;
}

static void put_label(struct encoder *e, uint32_t key, uint32_t value)
{
    struct base_text label = {0};
    output_protobuf_number(&label, LABEL_KEY, key);
    output_protobuf_number(&label, LABEL_STRING, value);
    output_protobuf_bytes(&e->part, SAMPLE_LABELS, base_text_view(&label));
    base_text_release(&label);
}

static void put_labels(struct encoder *e, const struct analyze_record *record)
{
    if (record->time != ANALYZE_ANY_TIME)
        put_label(e, literal_index(e, &e->state_key, "state"),
                  literal_index(e, &e->times[record->time], analyze_time_names[record->time]));
    if (record->reason != ORDER_EMPTY_STRING)
        put_label(e, literal_index(e, &e->reason_key, "reason"), string_index(e, record->reason));
}

static void put_sample(struct encoder *e, const struct analyze_record *record)
{
    uint32_t ids[WIRE_MAX_FRAMES], depth = order_stack_depth(e->symbols, record->stack);
    if (depth > WIRE_MAX_FRAMES)
        depth = WIRE_MAX_FRAMES;
    for (uint32_t i = 0; i < depth; i++)
        ids[i] = location_id(e, order_stack_frame(e->symbols, record->stack, i));
    if (depth > 2) {
        struct base_text packed = {0};
        for (uint32_t i = 0; i < depth; i++)
            output_protobuf_varint(&packed, ids[i]);
        output_protobuf_bytes(&e->part, SAMPLE_LOCATIONS, base_text_view(&packed));
        base_text_release(&packed);
    } else {
        for (uint32_t i = 0; i < depth; i++)
            output_protobuf_number(&e->part, SAMPLE_LOCATIONS, ids[i]);
    }
    output_protobuf_number(&e->part, SAMPLE_VALUES, record->count);
    output_protobuf_number(&e->part, SAMPLE_VALUES, (uint64_t)record->ns);
    put_labels(e, record);
    output_protobuf_part(&e->message, PROFILE_SAMPLE, &e->part);
}

static void put_value_type(struct encoder *e, unsigned field, uint64_t type, uint64_t unit)
{
    output_protobuf_number(&e->part, 1, type);
    output_protobuf_number(&e->part, 2, unit);
    output_protobuf_part(&e->message, field, &e->part);
}

void output_pprof(struct base_text *out, const struct analyze_profile *profile, const struct order_symbols *symbols)
{
    const char *const *values = analyze_profiles[profile->kind].values;
    const char *const predefined[] = {"", values[0], "count", values[1], "nanoseconds"};
    struct encoder e = {.symbols = symbols};
    for (size_t i = 0; i < sizeof predefined / sizeof *predefined; i++)
        *base_vec_add(&e.strings) = base_str_of(predefined[i]);
    put_value_type(&e, PROFILE_SAMPLE_TYPE, 1, 2);
    put_value_type(&e, PROFILE_SAMPLE_TYPE, 3, 4);
    for (size_t i = 0; i < profile->records.count; i++)
        put_sample(&e, &profile->records.at[i]);
    base_text_bytes(&e.message, e.locations.data, e.locations.size);
    base_text_bytes(&e.message, e.functions.data, e.functions.size);
    bool sampled = profile->kind == ANALYZE_CPU;
    size_t trace = e.strings.count;
    if (!sampled)
        *base_vec_add(&e.strings) = BASE_STR("trace");
    for (size_t i = 0; i < e.strings.count; i++)
        output_protobuf_bytes(&e.message, PROFILE_STRINGS, e.strings.at[i]);
    if (sampled)
        put_value_type(&e, PROFILE_PERIOD_TYPE, 3, 4);
    else
        put_value_type(&e, PROFILE_PERIOD_TYPE, trace, 2);
    output_protobuf_number(&e.message, PROFILE_PERIOD, sampled ? ANALYZE_SAMPLE_NS : 1);
    struct output_gzip *gzip = output_gzip_new(out);
    output_gzip_add(gzip, &e.message);
    output_gzip_finish(gzip);
    base_text_release(&e.message);
    base_text_release(&e.part);
    base_text_release(&e.locations);
    base_text_release(&e.functions);
    base_map_release(&e.location_by_pc);
    base_map_release(&e.function_by_names);
    base_map_release(&e.string_by_symbol);
    base_vec_release(&e.strings);
}
