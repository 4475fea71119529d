/* A table in the terminal: columns as wide as their widest cell, names to the left, figures to the right.
 *
 *     struct output_table table;
 *     output_table_begin(&table, headings, 2);                   {"Name", "Count>"}; '>' : aligned to the right
 *     base_text_add(output_table_cell(&table), "main.work");     cell after cell, row after row
 *     output_table_end(&table, &out);
 */
#ifndef KYMO_OUTPUT_TABLE_H
#define KYMO_OUTPUT_TABLE_H

#include "base/memory.h"
#include "base/text.h"

enum { OUTPUT_MOST_COLUMNS = 256 };

struct output_table {
    size_t columns;
    bool right[OUTPUT_MOST_COLUMNS];
    size_t widths[OUTPUT_MOST_COLUMNS]; /* of what was written */
    struct base_text cells;
    BASE_VEC(size_t) ends; /* of each cell, in cells */
    bool open;             /* the last cell may still grow */
};

/* Headings are the cells of the first row; at most OUTPUT_MOST_COLUMNS. NULL: the caller adds them. */
void output_table_begin(struct output_table *table, const char *const *headings, size_t columns);

/* The next cell, to be filled before the one after it is asked for. */
struct base_text *output_table_cell(struct output_table *table);

/* Writes the rows so far, so that they need not be kept: those to come are lined up with them as far as they fit. */
void output_table_flush(struct output_table *table, struct base_text *out);

/* Writes the table and releases it. */
void output_table_end(struct output_table *table, struct base_text *out);

#endif
