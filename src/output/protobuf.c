#include "output/protobuf.h"

#include "base/unicode.h"

/* How a field is encoded. */
enum { AS_VARINT = 0, AS_FIXED = 1, AS_BYTES = 2 };

void output_protobuf_varint(struct base_text *out, uint64_t value)
{
    for (; value >= 0x80; value >>= 7)
        base_text_char(out, (char)(value | 0x80));
    base_text_char(out, (char)value);
}

static void put_key(struct base_text *out, unsigned field, unsigned encoding)
{
    output_protobuf_varint(out, (uint64_t)field << 3 | encoding);
}

void output_protobuf_number(struct base_text *out, unsigned field, uint64_t value)
{
    put_key(out, field, AS_VARINT);
    output_protobuf_varint(out, value);
}

void output_protobuf_optional(struct base_text *out, unsigned field, uint64_t value)
{
    if (value)
        output_protobuf_number(out, field, value);
}

void output_protobuf_fixed(struct base_text *out, unsigned field, uint64_t value)
{
    put_key(out, field, AS_FIXED);
    for (unsigned shift = 0; shift < 64; shift += 8)
        base_text_char(out, (char)(value >> shift));
}

void output_protobuf_bytes(struct base_text *out, unsigned field, struct base_str bytes)
{
    put_key(out, field, AS_BYTES);
    output_protobuf_varint(out, bytes.size);
    base_text_str(out, bytes);
}

void output_protobuf_string(struct base_text *out, unsigned field, struct base_str string)
{
    if (base_utf8_valid(string.data, string.size)) {
        output_protobuf_bytes(out, field, string);
        return;
    }
    struct base_text valid = {0};
    base_text_utf8(&valid, string);
    output_protobuf_part(out, field, &valid);
    base_text_release(&valid);
}

void output_protobuf_part(struct base_text *out, unsigned field, struct base_text *part)
{
    output_protobuf_bytes(out, field, base_text_view(part));
    part->size = 0;
}
