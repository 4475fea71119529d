/* Writing JSON: members with their commas, in the order they are called.
 *
 *     struct output_json json = {.out = &text};
 *     output_json_open(&json, NULL, '{');
 *     output_json_i64(&json, "id", 12);
 *     output_json_close(&json, '}');
 *
 * The name is NULL for what stands in an array, and for the whole.
 */
#ifndef KYMO_OUTPUT_JSON_H
#define KYMO_OUTPUT_JSON_H

#include "base/text.h"

struct output_json {
    struct base_text *out;
    bool comma; /* something stands before, on this level */
};

void output_json_open(struct output_json *json, const char *name, char bracket);
void output_json_close(struct output_json *json, char bracket);
void output_json_i64(struct output_json *json, const char *name, int64_t value);
void output_json_u64(struct output_json *json, const char *name, uint64_t value);
void output_json_string(struct output_json *json, const char *name, struct base_str value);
void output_json_null(struct output_json *json, const char *name);
void output_json_double(struct output_json *json, const char *name, double value);

/* With as many digits as it takes to read back the same number. */
void output_json_exact_double(struct output_json *json, const char *name, double value);
void output_json_bool(struct output_json *json, const char *name, bool value);

/* As a string, "0x4a0600": not every 64-bit number is one of JSON's. */
void output_json_address(struct output_json *json, const char *name, uint64_t address);

/* JSON that is written already. */
void output_json_raw(struct output_json *json, const char *name, struct base_str value);

/* A member's name, which may come from a trace; its value is for the caller to write. */
void output_json_name(struct output_json *json, struct base_str name);

/* The name may come from a trace. */
void output_json_named_i64(struct output_json *json, struct base_str name, int64_t value);

#endif
