#include "output/query.h"

#include "base/unicode.h"

#include <math.h>

/* Rows that a table lines up with each other: there may be millions. */
enum { ROWS_AT_ONCE = 1000 };

static void hex(struct base_text *out, struct base_str bytes)
{
    base_text_add(out, "x'");
    for (size_t i = 0; i < bytes.size; i++)
        base_text_format(out, "%02x", (unsigned)(unsigned char)bytes.data[i]);
    base_text_char(out, '\'');
}

static void real(struct base_text *out, double value)
{
    struct output_json number = {.out = out};
    if (isfinite(value))
        output_json_exact_double(&number, NULL, value);
    else
        base_text_add(out, value > 0 ? "Inf" : "-Inf");
}

/* As plain text. */
static void show(struct base_text *out, const struct query_value *value)
{
    switch (value->type) {
    case QUERY_NULL: break;
    case QUERY_INTEGER: base_text_i64(out, value->integer); break;
    case QUERY_REAL: real(out, value->real); break;
    case QUERY_TEXT: base_text_str(out, value->text); break;
    case QUERY_BLOB: hex(out, value->text); break;
    }
}

/* ---- JSON ---- */

static void json_row(struct output_query *output, const struct query *query)
{
    struct base_text text = {0};
    output_json_open(&output->json, NULL, '{');
    for (size_t i = 0; i < output->columns; i++) {
        struct query_value value = query_value(query, i);
        text.size = 0;
        output_json_name(&output->json, query_column_name(query, i));
        if (value.type == QUERY_NULL || (value.type == QUERY_REAL && !isfinite(value.real))) {
            base_text_add(output->out, "null");
        } else if (value.type == QUERY_TEXT) {
            base_text_json(output->out, value.text);
        } else {
            show(&text, &value);
            if (value.type == QUERY_BLOB)
                base_text_json(output->out, base_text_view(&text));
            else
                base_text_str(output->out, base_text_view(&text));
        }
    }
    output_json_close(&output->json, '}');
    base_text_char(output->out, '\n');
    base_text_release(&text);
}

/* ---- CSV ---- */

/* The bytes that a character takes; *ret_valid: it is one. */
static size_t character(struct base_str text, size_t at, bool *ret_valid)
{
    uint32_t rune;
    size_t size = base_utf8_decode(text.data + at, text.size - at, &rune);
    *ret_valid = size != 0;
    return size ? size : 1;
}

static void add_valid(struct base_text *out, struct base_str text)
{
    bool valid;
    for (size_t at = 0, size; at < text.size; at += size) {
        size = character(text, at, &valid);
        if (text.data[at] == '"')
            base_text_char(out, '"');
        if (valid)
            base_text_bytes(out, text.data + at, size);
        else
            base_text_add(out, "\xef\xbf\xbd");
    }
}

static void csv_cell(struct output_query *output, struct base_str text)
{
    struct base_text cell = {0};
    bool quoted = false;
    for (size_t i = 0; i < text.size && !quoted; i++)
        quoted = strchr("\",\r\n", text.data[i]) && text.data[i];
    if (quoted)
        base_text_char(&cell, '"');
    add_valid(&cell, text);
    if (quoted)
        base_text_char(&cell, '"');
    if (output->format == OUTPUT_QUERY_CSV_SAFELY)
        base_text_safely(output->out, base_text_view(&cell));
    else
        base_text_str(output->out, base_text_view(&cell));
    base_text_release(&cell);
}

static void csv_row(struct output_query *output, const struct query *query)
{
    struct base_text text = {0};
    for (size_t i = 0; i < output->columns; i++) {
        struct query_value value = query_value(query, i);
        text.size = 0;
        show(&text, &value);
        base_text_add(output->out, i ? "," : "");
        csv_cell(output, base_text_view(&text));
    }
    base_text_char(output->out, '\n');
    base_text_release(&text);
}

/* ---- a table ---- */

static void table_begin(struct output_query *output, const struct query *query)
{
    output_table_begin(&output->table, NULL, output->columns);
    for (size_t i = 0; i < output->columns; i++) {
        base_text_str(output_table_cell(&output->table), query_column_name(query, i));
        output->table.right[i] = true;
    }
}

/* A column with a text in it is one of texts. */
static void table_row(struct output_query *output, const struct query *query)
{
    for (size_t i = 0; i < output->columns; i++) {
        struct query_value value = query_value(query, i);
        show(output_table_cell(&output->table), &value);
        if (value.type == QUERY_TEXT || value.type == QUERY_BLOB)
            output->table.right[i] = false;
    }
    if (++output->rows % ROWS_AT_ONCE == 0)
        output_table_flush(&output->table, output->out);
}

/* ---- all of them ---- */

void output_query_begin(struct output_query *output, enum output_query_format format, struct base_text *out,
                        const struct query *query)
{
    *output =
        (struct output_query){.format = format, .out = out, .json = {.out = out}, .columns = query_column_count(query)};
    if (format == OUTPUT_QUERY_TABLE) {
        table_begin(output, query);
    } else if (format == OUTPUT_QUERY_JSON) {
        output_json_open(&output->json, NULL, '[');
    } else {
        for (size_t i = 0; i < output->columns; i++) {
            base_text_add(out, i ? "," : "");
            csv_cell(output, query_column_name(query, i));
        }
        base_text_char(out, '\n');
    }
}

void output_query_row(struct output_query *output, const struct query *query)
{
    if (output->format == OUTPUT_QUERY_TABLE)
        table_row(output, query);
    else if (output->format == OUTPUT_QUERY_JSON)
        json_row(output, query);
    else
        csv_row(output, query);
}

void output_query_end(struct output_query *output)
{
    if (output->format == OUTPUT_QUERY_TABLE) {
        output_table_end(&output->table, output->out);
    } else if (output->format == OUTPUT_QUERY_JSON) {
        output_json_close(&output->json, ']');
        base_text_char(output->out, '\n');
    }
}

/* ---- what tables there are ---- */

void output_query_schema(struct base_text *out, const struct query_table *table)
{
    base_text_format(out, "-- %s\nCREATE TABLE %s (\n", table->about, table->name);
    for (size_t i = 0; i < table->column_count; i++) {
        const struct query_column *column = &table->columns[i];
        base_text_format(out, "  %-16s %s%-*s -- ", column->name,
                         query_column_type(column) == QUERY_TEXT ? "TEXT" : "INTEGER",
                         query_column_type(column) == QUERY_TEXT ? 4 : 1, i + 1 < table->column_count ? "," : "");
        base_text_format(out, "%s%s%s\n", column->unit, *column->unit ? ": " : "", column->about);
    }
    base_text_add(out, ");\n");
}

void output_query_tables(struct base_text *out)
{
    for (size_t i = 0; i < QUERY_TABLES; i++)
        base_text_format(out, "%-12s %s\n", query_tables[i].name, query_tables[i].about);
}
