/* Writing protocol buffers: fields by number, and messages within messages.
 *
 *     struct base_text message = {0}, part = {0};
 *     output_protobuf_number(&part, 1, 150);
 *     output_protobuf_part(&message, 3, &part);       a field that is a message; the part is empty afterwards
 *
 * Format: https://protobuf.dev/programming-guides/encoding/.
 */
#ifndef KYMO_OUTPUT_PROTOBUF_H
#define KYMO_OUTPUT_PROTOBUF_H

#include "base/text.h"

/* A number without a field: a member of a packed list. */
void output_protobuf_varint(struct base_text *out, uint64_t value);

/* Unsigned, signed (int64, not sint64), enumerations and truth. */
void output_protobuf_number(struct base_text *out, unsigned field, uint64_t value);

/* Nothing for 0, which readers take an absent field for. */
void output_protobuf_optional(struct base_text *out, unsigned field, uint64_t value);

/* A fixed64 field. */
void output_protobuf_fixed(struct base_text *out, unsigned field, uint64_t value);
void output_protobuf_bytes(struct base_text *out, unsigned field, struct base_str bytes);

/* A string field, which must be UTF-8: what is none becomes U+FFFD. */
void output_protobuf_string(struct base_text *out, unsigned field, struct base_str string);

/* Puts the part as a field of `out`, and empties it. */
void output_protobuf_part(struct base_text *out, unsigned field, struct base_text *part);

#endif
