#include "output/records.h"

#include "analyze/finder.h"
#include "base/unicode.h"
#include "output/folded.h"
#include "output/json.h"
#include "wire/event.h"

/* What stands in a cell. */
enum cell_kind { CELL_EMPTY, CELL_SIGNED, CELL_UNSIGNED, CELL_TEXT };

struct cell {
    enum cell_kind kind;
    int64_t number;
    uint64_t size;
    struct base_str text;
};

/* What a row is made of. */
struct row {
    struct output_records *records;
    const struct order_symbols *symbols;
    const struct order_event *event;
    const struct analyze_state *state;
};

/* A column is a row of these tables: its name, and what stands in it. */
struct column {
    const char *name;
    struct cell (*cell)(const struct row *row);
};

static const struct cell empty = {.kind = CELL_EMPTY};

static struct cell number(int64_t value)
{
    return (struct cell){.kind = CELL_SIGNED, .number = value};
}

static struct cell size(uint64_t value)
{
    return (struct cell){.kind = CELL_UNSIGNED, .size = value};
}

static struct cell id(int64_t value)
{
    return value == -1 ? empty : number(value);
}

static struct cell text(struct base_str string)
{
    return string.size ? (struct cell){.kind = CELL_TEXT, .text = string} : empty;
}

static struct cell symbol(const struct row *row, uint32_t name)
{
    return text(order_string(row->symbols, name));
}

static struct cell leaf(const struct row *row, uint32_t stack)
{
    if (!order_stack_depth(row->symbols, stack))
        return empty;
    return symbol(row, order_stack_frame(row->symbols, stack, 0)->func);
}

/* Rows that follow one another often have the same stack. */
static struct cell whole_stack(const struct row *row, uint32_t stack)
{
    struct output_records *records = row->records;
    if (records->stack_id != stack) {
        records->stack.size = 0;
        records->stack_id = stack;
        output_folded_stack(&records->stack, row->symbols, stack);
    }
    return text(base_text_view(&records->stack));
}

/* ---- events ---- */

static bool is_transition(const struct order_event *event)
{
    return event->kind == ORDER_GO_TRANSITION || event->kind == ORDER_PROC_TRANSITION;
}

static bool is_range(const struct order_event *event)
{
    return event->kind == ORDER_RANGE_BEGIN || event->kind == ORDER_RANGE_ACTIVE || event->kind == ORDER_RANGE_END;
}

static uint32_t stack_of(const struct order_event *event)
{
    return event->stack ? event->stack : event->transition_stack;
}

static struct cell event_time(const struct row *row)
{
    return number(row->event->time_ns - row->records->first_ns);
}

static struct cell event_kind(const struct row *row)
{
    return text(base_str_of(analyze_event_kinds[analyze_event_kind_of(row->event)].name));
}

static struct cell event_thread(const struct row *row)
{
    return id(row->event->context.thread.n);
}

static struct cell event_proc(const struct row *row)
{
    return id(row->event->context.proc.n);
}

static struct cell event_goroutine(const struct row *row)
{
    return id(row->event->context.goroutine.n);
}

/* Whom the event is about: a goroutine or a processor. */
static struct cell event_of_goroutine(const struct row *row)
{
    const struct order_event *event = row->event;
    bool has = event->kind == ORDER_GO_TRANSITION || event->kind == ORDER_LABEL ||
               (is_range(event) && event->scope == ORDER_SCOPE_GOROUTINE);
    return has ? id(event->resource) : empty;
}

static struct cell event_of_proc(const struct row *row)
{
    const struct order_event *event = row->event;
    bool has = event->kind == ORDER_PROC_TRANSITION || (is_range(event) && event->scope == ORDER_SCOPE_PROC);
    return has ? id(event->resource) : empty;
}

static struct cell event_from(const struct row *row)
{
    return is_transition(row->event) ? text(base_str_of(order_state_name(row->event->from))) : empty;
}

static struct cell event_to(const struct row *row)
{
    return is_transition(row->event) ? text(base_str_of(order_state_name(row->event->to))) : empty;
}

static struct cell event_name(const struct row *row)
{
    const struct order_event *event = row->event;
    if (event->kind == ORDER_METRIC)
        return text(base_str_of(order_metric_name(event->detail)));
    if (event->kind == ORDER_EXPERIMENTAL)
        return text(base_str_of(wire_events[event->detail].name));
    return symbol(row, event->name);
}

static struct cell event_task(const struct row *row)
{
    switch (row->event->kind) {
    case ORDER_TASK_BEGIN:
    case ORDER_TASK_END:
    case ORDER_REGION_BEGIN:
    case ORDER_REGION_END: return row->event->task.id == ORDER_NO_TASK ? empty : size(row->event->task.id);
    case ORDER_LOG: return row->event->log.task == ORDER_NO_TASK ? empty : size(row->event->log.task);
    default: return empty;
    }
}

static struct cell event_parent(const struct row *row)
{
    bool task = row->event->kind == ORDER_TASK_BEGIN || row->event->kind == ORDER_TASK_END;
    return task && row->event->task.parent != ORDER_NO_TASK ? size(row->event->task.parent) : empty;
}

static bool ends_sweep(const struct order_event *event)
{
    return event->kind == ORDER_RANGE_END && event->detail == ORDER_RANGE_SWEEP;
}

static struct cell event_value(const struct row *row)
{
    return row->event->kind == ORDER_METRIC ? size(row->event->metric.value) : empty;
}

static struct cell event_swept(const struct row *row)
{
    return ends_sweep(row->event) ? size(row->event->sweep.swept_bytes) : empty;
}

static struct cell event_reclaimed(const struct row *row)
{
    return ends_sweep(row->event) ? size(row->event->sweep.reclaimed_bytes) : empty;
}

static struct cell event_message(const struct row *row)
{
    return row->event->kind == ORDER_LOG ? text(row->event->log.message) : empty;
}

static struct cell event_function(const struct row *row)
{
    return leaf(row, stack_of(row->event));
}

static struct cell event_stack(const struct row *row)
{
    return whole_stack(row, stack_of(row->event));
}

static const struct column event_columns[] = {
    {"time_ns", event_time},    {"kind", event_kind},           {"thread", event_thread},
    {"proc", event_proc},       {"goroutine", event_goroutine}, {"of_goroutine", event_of_goroutine},
    {"of_proc", event_of_proc}, {"from", event_from},           {"to", event_to},
    {"name", event_name},       {"task", event_task},           {"parent_task", event_parent},
    {"value", event_value},     {"swept_bytes", event_swept},   {"reclaimed_bytes", event_reclaimed},
    {"message", event_message}, {"function", event_function},   {"stack", event_stack},
};

/* ---- states ---- */

static struct cell state_goroutine(const struct row *row)
{
    return number(row->state->goroutine.n);
}

static struct cell state_name(const struct row *row)
{
    return symbol(row, row->state->func);
}

static struct cell state_state(const struct row *row)
{
    return text(base_str_of(order_state_name(row->state->state)));
}

static struct cell state_reason(const struct row *row)
{
    return symbol(row, row->state->reason);
}

static struct cell state_start(const struct row *row)
{
    return number(row->state->start_ns - row->records->first_ns);
}

static struct cell state_end(const struct row *row)
{
    return number(row->state->end_ns - row->records->first_ns);
}

static struct cell state_function(const struct row *row)
{
    return leaf(row, row->state->stack);
}

static struct cell state_stack(const struct row *row)
{
    return whole_stack(row, row->state->stack);
}

static const struct column state_columns[] = {
    {"goroutine", state_goroutine}, {"name", state_name},  {"state", state_state},       {"reason", state_reason},
    {"start_ns", state_start},      {"end_ns", state_end}, {"function", state_function}, {"stack", state_stack},
};

static const struct {
    const struct column *columns;
    size_t count;
    uint32_t kinds;
} tables[] = {
    [OUTPUT_EVENTS] = {event_columns, sizeof event_columns / sizeof *event_columns, ORDER_ALL_KINDS},
    [OUTPUT_STATES] = {state_columns, sizeof state_columns / sizeof *state_columns, ANALYZE_STATES_EVENTS},
};

uint32_t output_records_kinds(enum output_record_table table)
{
    return tables[table].kinds;
}

/* ---- rows ---- */

/* How many bytes from `at` on stand in a cell as they are. */
static size_t plain_in_csv(const char *at, size_t size)
{
    size_t count = 0;
    while (count < size && at[count] >= ' ' && at[count] < 0x7f && at[count] != '"')
        count++;
    return count;
}

/* Another code point, or a byte that is none; returns how many bytes it takes. */
static size_t put_csv_rune(struct base_text *out, const char *at, size_t size)
{
    uint32_t rune = 0;
    size_t step = base_utf8_decode(at, size, &rune);
    bool control = rune < ' ' ? rune != '\n' && rune != '\t' : rune >= 0x7f && rune < 0xa0;
    if (!step || control)
        base_text_add(out, "\xef\xbf\xbd");
    else
        base_text_bytes(out, at, step);
    if (step && rune == '"')
        base_text_char(out, '"');
    return step ? step : 1;
}

/* Such that spreadsheets do not take it for a formula. */
static void put_csv_text(struct base_text *out, struct base_str string)
{
    bool formula = memchr("=+-@\t\r", *string.data, 6);
    base_text_add(out, formula ? "\"'" : "\"");
    for (size_t i = 0; i < string.size;) {
        size_t plain = plain_in_csv(string.data + i, string.size - i);
        base_text_bytes(out, string.data + i, plain);
        i += plain;
        if (i < string.size)
            i += put_csv_rune(out, string.data + i, string.size - i);
    }
    base_text_char(out, '"');
}

static void put_csv_cell(struct base_text *out, const struct cell *cell)
{
    switch (cell->kind) {
    case CELL_SIGNED: base_text_i64(out, cell->number); break;
    case CELL_UNSIGNED: base_text_u64(out, cell->size); break;
    case CELL_TEXT: put_csv_text(out, cell->text); break;
    case CELL_EMPTY: break;
    }
}

static void put_csv_row(const struct row *row, const struct column *columns, size_t count)
{
    struct base_text *out = row->records->out;
    for (size_t i = 0; i < count; i++) {
        struct cell cell = columns[i].cell(row);
        if (i)
            base_text_char(out, ',');
        put_csv_cell(out, &cell);
    }
    base_text_char(out, '\n');
}

static void put_json_cell(struct output_json *json, const char *name, const struct cell *cell)
{
    switch (cell->kind) {
    case CELL_SIGNED: output_json_i64(json, name, cell->number); break;
    case CELL_UNSIGNED: output_json_u64(json, name, cell->size); break;
    case CELL_TEXT: output_json_string(json, name, cell->text); break;
    case CELL_EMPTY: break;
    }
}

static void put_json_row(const struct row *row, const struct column *columns, size_t count)
{
    struct output_json json = {.out = row->records->out};
    output_json_open(&json, NULL, '{');
    for (size_t i = 0; i < count; i++) {
        struct cell cell = columns[i].cell(row);
        put_json_cell(&json, columns[i].name, &cell);
    }
    output_json_close(&json, '}');
    base_text_char(row->records->out, '\n');
}

static void put_row(const struct row *row)
{
    enum output_record_table table = row->records->table;
    if (row->records->form == OUTPUT_CSV)
        put_csv_row(row, tables[table].columns, tables[table].count);
    else
        put_json_row(row, tables[table].columns, tables[table].count);
}

static void take_state(void *context, const struct analyze_state *state, const struct order_symbols *symbols)
{
    struct output_records *records = context;
    if (!records->selection ||
        analyze_selection_touches(records->selection, state->goroutine, state->start_ns, state->end_ns))
        put_row(&(struct row){.records = records, .symbols = symbols, .state = state});
}

void output_records_begin(struct output_records *records, enum output_record_table table, enum output_record_form form,
                          const struct analyze_selection *selection, struct base_text *out)
{
    *records = (struct output_records){.out = out, .table = table, .form = form, .selection = selection};
    analyze_states_init(&records->states, take_state, records);
    for (size_t i = 0; form == OUTPUT_CSV && i < tables[table].count; i++) {
        base_text_add(out, i ? "," : "");
        base_text_add(out, tables[table].columns[i].name);
    }
    if (form == OUTPUT_CSV)
        base_text_char(out, '\n');
}

void output_records_release(struct output_records *records)
{
    analyze_states_release(&records->states);
    base_text_release(&records->stack);
}

static void add_event(struct output_records *records, const struct order_event *event,
                      const struct order_symbols *symbols)
{
    if (!records->selection || analyze_selection_has_event(records->selection, event))
        put_row(&(struct row){.records = records, .symbols = symbols, .event = event});
}

void output_records_add(void *self, const struct order_block *block, const struct order_symbols *symbols)
{
    struct output_records *records = self;
    if (!records->begun && block->count) {
        records->first_ns = block->events[0].time_ns;
        records->begun = true;
    }
    if (records->table == OUTPUT_STATES)
        analyze_states_add(&records->states, block, symbols);
    for (size_t i = 0; records->table == OUTPUT_EVENTS && i < block->count; i++)
        add_event(records, &block->events[i], symbols);
}

void output_records_end(struct output_records *records, const struct order_symbols *symbols, int64_t last_ns)
{
    analyze_states_finish(&records->states, symbols, last_ns);
}
