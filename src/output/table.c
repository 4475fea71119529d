#include "output/table.h"

#include "base/unicode.h"

static void close_cell(struct output_table *table)
{
    if (table->open)
        *base_vec_add(&table->ends) = table->cells.size;
    table->open = false;
}

struct base_text *output_table_cell(struct output_table *table)
{
    close_cell(table);
    table->open = true;
    return &table->cells;
}

void output_table_begin(struct output_table *table, const char *const *headings, size_t columns)
{
    *table = (struct output_table){.columns = columns};
    for (size_t i = 0; headings && i < columns; i++) {
        size_t size = strlen(headings[i]);
        table->right[i] = size && headings[i][size - 1] == '>';
        base_text_bytes(output_table_cell(table), headings[i], size - table->right[i]);
    }
}

/* Characters as base_text_safely shows them: close enough to the columns of a terminal for names and figures. */
static size_t width_of(struct base_str cell)
{
    size_t width = 0;
    for (size_t at = 0; at < cell.size; width++) {
        uint32_t rune;
        size_t size = base_utf8_decode(cell.data + at, cell.size - at, &rune);
        at += size ? size : 1;
    }
    return width;
}

static struct base_str cell_at(const struct output_table *table, size_t i)
{
    size_t begin = i ? table->ends.at[i - 1] : 0;
    return (struct base_str){table->cells.data + begin, table->ends.at[i] - begin};
}

static void pad(struct base_text *out, size_t count)
{
    while (count--)
        base_text_char(out, ' ');
}

void output_table_flush(struct output_table *table, struct base_text *out)
{
    size_t *widths = table->widths;
    close_cell(table);
    for (size_t i = 0; i < table->ends.count; i++) {
        size_t width = width_of(cell_at(table, i));
        if (width > widths[i % table->columns])
            widths[i % table->columns] = width;
    }
    for (size_t i = 0; i < table->ends.count; i++) {
        size_t column = i % table->columns;
        struct base_str cell = cell_at(table, i);
        size_t space = widths[column] - width_of(cell);
        if (table->right[column])
            pad(out, space);
        base_text_safely(out, cell);
        bool last = column + 1 == table->columns;
        if (!table->right[column] && !last)
            pad(out, space);
        base_text_add(out, last ? "\n" : "  ");
    }
    table->cells.size = table->ends.count = 0;
}

void output_table_end(struct output_table *table, struct base_text *out)
{
    output_table_flush(table, out);
    base_text_release(&table->cells);
    base_vec_release(&table->ends);
}
