#include "pprof.h"

#include "output/pprof.h"
#include "target.h"
#include "wire/event.h"

#include <assert.h>
#include <zlib.h>

/* ---- a profile as it is read ---- */

struct value_type {
    uint64_t type, unit;
};

struct sample {
    size_t first, count; /* of location_ids */
    uint64_t values[2];
    size_t value_count;
};

struct location {
    uint64_t id, address, function, line;
    size_t lines;
};

struct function {
    uint64_t id, name, system_name, file;
};

struct decoded {
    BASE_VEC(struct value_type) types;
    BASE_VEC(struct sample) samples;
    BASE_VEC(uint64_t) location_ids;
    BASE_VEC(struct location) locations;
    BASE_VEC(struct function) functions;
    BASE_VEC(struct base_str) strings;
    struct value_type period_type;
    uint64_t period;
};

static void decoded_release(struct decoded *decoded)
{
    base_vec_release(&decoded->types);
    base_vec_release(&decoded->samples);
    base_vec_release(&decoded->location_ids);
    base_vec_release(&decoded->locations);
    base_vec_release(&decoded->functions);
    base_vec_release(&decoded->strings);
}

/* ---- protocol buffers ---- */

/* One field: a number, or bytes. */
struct field {
    uint64_t number, value;
    bool is_bytes;
    struct base_str bytes;
};

static uint64_t take_varint(struct base_str *message)
{
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 70; shift += 7) {
        fuzz_require(message->size > 0, "a number of a profile ends");
        unsigned char byte = (unsigned char)*message->data++;
        message->size--;
        fuzz_require(shift < 63 || byte < 2, "a number of a profile has 64 bits");
        value |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80)
            return value;
    }
    fuzz_require(false, "a number of a profile has ten bytes at most");
    return 0;
}

/* False at the message's end. */
static bool take_field(struct base_str *message, struct field *ret_field)
{
    if (!message->size)
        return false;
    uint64_t key = take_varint(message);
    *ret_field = (struct field){.number = key >> 3, .is_bytes = (key & 7) == 2};
    fuzz_require((key & 7) == 0 || (key & 7) == 2, "a profile's fields are numbers and bytes");
    ret_field->value = take_varint(message);
    if (!ret_field->is_bytes)
        return true;
    fuzz_require(ret_field->value <= message->size, "a profile's field is there");
    ret_field->bytes = (struct base_str){message->data, (size_t)ret_field->value};
    message->data += ret_field->value;
    message->size -= (size_t)ret_field->value;
    return true;
}

static struct value_type value_type_of(struct base_str message)
{
    struct value_type type = {0, 0};
    struct field field;
    while (take_field(&message, &field)) {
        if (field.number == 1)
            type.type = field.value;
        else if (field.number == 2)
            type.unit = field.value;
    }
    return type;
}

static void add_value(struct sample *sample, uint64_t value)
{
    fuzz_require(sample->value_count < 2, "a sample has two values");
    sample->values[sample->value_count++] = value;
}

/* Numbers may be packed into bytes, or be fields each. */
static void add_sample(struct decoded *decoded, struct base_str message)
{
    struct sample sample = {.first = decoded->location_ids.count};
    struct field field;
    while (take_field(&message, &field)) {
        if (field.number == 1 && !field.is_bytes)
            *base_vec_add(&decoded->location_ids) = field.value;
        while (field.number == 1 && field.is_bytes && field.bytes.size)
            *base_vec_add(&decoded->location_ids) = take_varint(&field.bytes);
        if (field.number == 2 && !field.is_bytes)
            add_value(&sample, field.value);
        while (field.number == 2 && field.is_bytes && field.bytes.size)
            add_value(&sample, take_varint(&field.bytes));
    }
    fuzz_require(sample.value_count == 2, "a sample has two values");
    sample.count = decoded->location_ids.count - sample.first;
    *base_vec_add(&decoded->samples) = sample;
}

static void add_location(struct decoded *decoded, struct base_str message)
{
    struct location location = {0};
    struct field field, inner;
    while (take_field(&message, &field)) {
        switch (field.number) {
        case 1: location.id = field.value; break;
        case 3: location.address = field.value; break;
        case 4:
            location.lines++;
            while (take_field(&field.bytes, &inner))
                *(inner.number == 1 ? &location.function : &location.line) = inner.value;
            break;
        default: fuzz_require(false, "a location has no other fields");
        }
    }
    *base_vec_add(&decoded->locations) = location;
}

static void add_function(struct decoded *decoded, struct base_str message)
{
    struct function function = {0};
    struct field field;
    while (take_field(&message, &field)) {
        switch (field.number) {
        case 1: function.id = field.value; break;
        case 2: function.name = field.value; break;
        case 3: function.system_name = field.value; break;
        case 4: function.file = field.value; break;
        default: fuzz_require(false, "a function has no other fields");
        }
    }
    *base_vec_add(&decoded->functions) = function;
}

static void decode(struct decoded *decoded, struct base_str message)
{
    struct field field;
    while (take_field(&message, &field)) {
        switch (field.number) {
        case 1: *base_vec_add(&decoded->types) = value_type_of(field.bytes); break;
        case 2: add_sample(decoded, field.bytes); break;
        case 4: add_location(decoded, field.bytes); break;
        case 5: add_function(decoded, field.bytes); break;
        case 6: *base_vec_add(&decoded->strings) = field.bytes; break;
        case 11: decoded->period_type = value_type_of(field.bytes); break;
        case 12: decoded->period = field.value; break;
        default: fuzz_require(false, "a profile has no other fields");
        }
    }
}

/* ---- what must hold of any profile ---- */

static struct base_str string_at(const struct decoded *decoded, uint64_t index)
{
    fuzz_require(index < decoded->strings.count, "a profile's string is there");
    return decoded->strings.at[index];
}

/* Ids of locations and functions count from 1 in the order of the file. */
static const struct location *location_at(const struct decoded *decoded, uint64_t id)
{
    fuzz_require(id - 1 < decoded->locations.count, "a profile's location is there");
    return &decoded->locations.at[id - 1];
}

static const struct function *function_at(const struct decoded *decoded, uint64_t id)
{
    fuzz_require(id - 1 < decoded->functions.count, "a profile's function is there");
    return &decoded->functions.at[id - 1];
}

static bool is_type(const struct decoded *decoded, struct value_type value, const char *type, const char *unit)
{
    return base_str_is(string_at(decoded, value.type), type) && base_str_is(string_at(decoded, value.unit), unit);
}

/* A profile of samples has their period, the others are of the trace. */
static bool is_of_a_kind(const struct decoded *decoded)
{
    bool sampled = decoded->period == ANALYZE_SAMPLE_NS && is_type(decoded, decoded->period_type, "cpu", "nanoseconds");
    bool whole = decoded->period == 1 && is_type(decoded, decoded->period_type, "trace", "count");
    if (decoded->types.count != 2)
        return false;
    for (int kind = 0; kind < ANALYZE_PROFILE_KINDS; kind++)
        if (is_type(decoded, decoded->types.at[0], analyze_profiles[kind].values[0], "count") &&
            is_type(decoded, decoded->types.at[1], analyze_profiles[kind].values[1], "nanoseconds"))
            return kind == ANALYZE_CPU ? sampled : whole;
    return false;
}

static void check_decoded(const struct decoded *decoded)
{
    fuzz_require(!string_at(decoded, 0).size, "a profile's first string is empty");
    fuzz_require(is_of_a_kind(decoded), "a profile's types and period are those of a kind");
    for (size_t i = 0; i < decoded->location_ids.count; i++)
        location_at(decoded, decoded->location_ids.at[i]);
    for (size_t i = 0; i < decoded->locations.count; i++) {
        const struct location *location = &decoded->locations.at[i];
        fuzz_require(location->id == i + 1 && location->lines == 1, "a location has its id and one line");
        function_at(decoded, location->function);
    }
    for (size_t i = 0; i < decoded->functions.count; i++) {
        const struct function *function = &decoded->functions.at[i];
        fuzz_require(function->id == i + 1 && function->name == function->system_name,
                     "a function has its id and one name");
        string_at(decoded, function->name);
        string_at(decoded, function->file);
    }
}

/* ---- comparing ---- */

/* The frame that gives an address its names, by address. */
struct first_frames {
    struct base_map index_by_pc;
    BASE_VEC(const struct order_frame *) frames;
};

static const struct order_frame *first_frame(struct first_frames *first, const struct order_frame *frame)
{
    uint32_t index = base_map_find(&first->index_by_pc, frame->pc);
    if (index == BASE_MAP_NONE) {
        index = (uint32_t)first->frames.count;
        base_map_set(&first->index_by_pc, frame->pc, index);
        *base_vec_add(&first->frames) = frame;
    }
    assert(first->frames.at); /* a map's values are indices of it */
    return first->frames.at[index];
}

static void compare_frame(const struct decoded *decoded, const struct order_symbols *symbols, uint64_t location_id,
                          const struct order_frame *frame, uint64_t pc)
{
    const struct location *location = location_at(decoded, location_id);
    const struct function *function = function_at(decoded, location->function);
    fuzz_require(location->address == pc, "a frame's address is the same");
    fuzz_require(location->line == frame->line, "a frame's line is the same");
    fuzz_require(base_str_equal(string_at(decoded, function->name), order_string(symbols, frame->func)),
                 "a frame's function is the same");
    fuzz_require(base_str_equal(string_at(decoded, function->file), order_string(symbols, frame->file)),
                 "a frame's file is the same");
}

static void compare(const struct decoded *decoded, const struct analyze_profile *profile,
                    const struct order_symbols *symbols)
{
    struct first_frames first = {0};
    fuzz_require(decoded->samples.count == profile->records.count, "there are as many samples as records");
    for (size_t i = 0; i < profile->records.count; i++) {
        const struct analyze_record *record = &profile->records.at[i];
        const struct sample *sample = &decoded->samples.at[i];
        uint32_t depth = order_stack_depth(symbols, record->stack);
        depth = depth < WIRE_MAX_FRAMES ? depth : WIRE_MAX_FRAMES;
        fuzz_require(sample->values[0] == record->count, "a sample's count is the same");
        fuzz_require((int64_t)sample->values[1] == record->ns, "a sample's nanoseconds are the same");
        fuzz_require(sample->count == depth, "a sample has as many frames");
        for (uint32_t j = 0; j < depth; j++) {
            const struct order_frame *frame = order_stack_frame(symbols, record->stack, j);
            compare_frame(decoded, symbols, decoded->location_ids.at[sample->first + j], first_frame(&first, frame),
                          frame->pc);
        }
    }
    fuzz_require(decoded->locations.count == first.frames.count, "each address is one location");
    base_map_release(&first.index_by_pc);
    base_vec_release(&first.frames);
}

/* ---- files ---- */

static void unpack(const char *data, size_t size, struct base_text *out)
{
    z_stream stream = {.next_in = (Bytef *)data, .avail_in = (uInt)size};
    int status = inflateInit2(&stream, 15 + 16);
    fuzz_require(status == Z_OK, "zlib works");
    while (status == Z_OK) {
        base_text_reserve(out, 1 << 14);
        stream.next_out = (Bytef *)out->data + out->size;
        stream.avail_out = (uInt)(out->capacity - out->size);
        status = inflate(&stream, Z_NO_FLUSH);
        out->size = (size_t)((char *)stream.next_out - out->data);
    }
    fuzz_require(status == Z_STREAM_END && !stream.avail_in, "a profile is one whole gzip stream");
    inflateEnd(&stream);
}

static void check_file(const char *data, size_t size, const struct analyze_profile *profile,
                       const struct order_symbols *symbols)
{
    struct base_text message = {0};
    struct decoded decoded = {0};
    unpack(data, size, &message);
    decode(&decoded, (struct base_str){message.data, message.size});
    check_decoded(&decoded);
    if (profile)
        compare(&decoded, profile, symbols);
    decoded_release(&decoded);
    base_text_release(&message);
}

void fuzz_check_pprof(const struct analyze_profile *profile, const struct order_symbols *symbols)
{
    struct base_text file = {0};
    output_pprof(&file, profile, symbols);
    check_file(file.data, file.size, profile, symbols);
    base_text_release(&file);
}

void fuzz_check_pprof_file(const char *data, size_t size)
{
    check_file(data, size, NULL, NULL);
}
