#include "output/json.h"

#include <stdio.h>
#include <stdlib.h>

static void begin(struct output_json *json, const char *name)
{
    if (json->comma)
        base_text_char(json->out, ',');
    json->comma = true;
    if (!name)
        return;
    base_text_json(json->out, base_str_of(name));
    base_text_char(json->out, ':');
}

void output_json_open(struct output_json *json, const char *name, char bracket)
{
    begin(json, name);
    base_text_char(json->out, bracket);
    json->comma = false;
}

void output_json_close(struct output_json *json, char bracket)
{
    base_text_char(json->out, bracket);
    json->comma = true;
}

void output_json_i64(struct output_json *json, const char *name, int64_t value)
{
    begin(json, name);
    base_text_i64(json->out, value);
}

void output_json_u64(struct output_json *json, const char *name, uint64_t value)
{
    begin(json, name);
    base_text_u64(json->out, value);
}

void output_json_string(struct output_json *json, const char *name, struct base_str value)
{
    begin(json, name);
    base_text_json(json->out, value);
}

void output_json_null(struct output_json *json, const char *name)
{
    begin(json, name);
    base_text_add(json->out, "null");
}

void output_json_double(struct output_json *json, const char *name, double value)
{
    begin(json, name);
    base_text_format(json->out, "%.9g", value);
}

void output_json_exact_double(struct output_json *json, const char *name, double value)
{
    char digits[32];
    begin(json, name);
    for (int precision = 15; precision <= 17; precision++) {
        snprintf(digits, sizeof digits, "%.*g", precision, value);
        if (strtod(digits, NULL) == value)
            break;
    }
    base_text_add(json->out, digits);
}

void output_json_bool(struct output_json *json, const char *name, bool value)
{
    begin(json, name);
    base_text_add(json->out, value ? "true" : "false");
}

void output_json_address(struct output_json *json, const char *name, uint64_t address)
{
    begin(json, name);
    base_text_add(json->out, "\"0x");
    base_text_hex(json->out, address);
    base_text_char(json->out, '"');
}

void output_json_raw(struct output_json *json, const char *name, struct base_str value)
{
    begin(json, name);
    base_text_str(json->out, value);
}

void output_json_name(struct output_json *json, struct base_str name)
{
    begin(json, NULL);
    base_text_json(json->out, name);
    base_text_char(json->out, ':');
}

void output_json_named_i64(struct output_json *json, struct base_str name, int64_t value)
{
    output_json_name(json, name);
    base_text_i64(json->out, value);
}
