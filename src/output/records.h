/* A trace as rows, for spreadsheets, databases and scripts: each event, or each state that a goroutine was in. As CSV,
 * or as JSON lines.
 *
 *     struct output_records records;
 *     output_records_begin(&records, OUTPUT_STATES, OUTPUT_CSV, NULL, &out);
 *     struct model_sink sink = {output_records_add, &records, output_records_kinds(OUTPUT_STATES)};
 *     … a pass …
 *     output_records_end(&records, symbols, pass.last_ns);
 *     output_records_release(&records);
 *
 * Kinds of events are the plain ones of analyze/finder.h. Times are nanoseconds since the first event; what does not
 * apply is empty in CSV, and left out in JSON. Stacks are "main.main;main.work", the root first. Rows are written as
 * they are complete, a state when it ends: what is kept is the state of each living goroutine.
 *
 * CSV is quoted as RFC 4180 has it, with lines that end in LF. It is meant for programs that take a cell for a formula
 * if it begins with =, +, -, @ or a tab: such a text gets an apostrophe before it. Control characters but tab and
 * newline, and what is not UTF-8, become U+FFFD. JSON has every text as it is.
 */
#ifndef KYMO_OUTPUT_RECORDS_H
#define KYMO_OUTPUT_RECORDS_H

#include "analyze/selection.h"
#include "analyze/states.h"
#include "base/text.h"

enum output_record_table { OUTPUT_EVENTS, OUTPUT_STATES };
enum output_record_form { OUTPUT_CSV, OUTPUT_JSON_LINES };

struct output_records {
    struct base_text *out;
    enum output_record_table table;
    enum output_record_form form;
    bool begun;
    int64_t first_ns;
    const struct analyze_selection *selection;
    struct analyze_states states;
    struct base_text stack; /* the one that was put last, and what it reads */
    uint32_t stack_id;
};

/* The struct must stay where it is. The selection (NULL: everything) says what is written: events that it has, and
 * states that reach into it. */
void output_records_begin(struct output_records *records, enum output_record_table table, enum output_record_form form,
                          const struct analyze_selection *selection, struct base_text *out);

/* The kinds of events that it looks at. */
uint32_t output_records_kinds(enum output_record_table table);
void output_records_add(void *self, const struct order_block *block, const struct order_symbols *symbols);
void output_records_end(struct output_records *records, const struct order_symbols *symbols, int64_t last_ns);
void output_records_release(struct output_records *records);

#endif
