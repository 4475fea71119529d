/* What statements answer: as a table for the terminal, as JSON, as CSV.
 *
 *     struct output_query output;
 *     output_query_begin(&output, format, &out, query);
 *     while ((step = query_next(query)) == QUERY_ROW)
 *         output_query_row(&output, query);
 *     output_query_end(&output);
 *
 * JSON is an array of objects, whose members have the columns' names. CSV is RFC 4180's, with a line of names, and
 * lines that end as those of Unix do; NULL is empty. Blobs are shown as SQL has them: x'00ff'.
 */
#ifndef KYMO_OUTPUT_QUERY_H
#define KYMO_OUTPUT_QUERY_H

#include "output/json.h"
#include "output/table.h"
#include "query/query.h"

enum output_query_format {
    OUTPUT_QUERY_TABLE,
    OUTPUT_QUERY_JSON,
    OUTPUT_QUERY_CSV,
    OUTPUT_QUERY_CSV_SAFELY, /* for a terminal, which texts cannot steer */
};

struct output_query {
    enum output_query_format format;
    struct base_text *out;
    struct output_table table;
    struct output_json json;
    size_t columns;
    uint64_t rows;
};

void output_query_begin(struct output_query *output, enum output_query_format format, struct base_text *out,
                        const struct query *query);
void output_query_row(struct output_query *output, const struct query *query);
void output_query_end(struct output_query *output);

/* A table with its columns, their types, units and descriptions; as CREATE TABLE. */
void output_query_schema(struct base_text *out, const struct query_table *table);

/* One table's name and description a line. */
void output_query_tables(struct base_text *out);

#endif
