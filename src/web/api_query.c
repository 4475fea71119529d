/* POST /api/query and /api/query/stop, GET /api/query/schema: SQL over the trace. */
#include "output/json.h"
#include "web/queries.h"
#include "web/routes.h"

#include <math.h>

enum { USUAL_ROWS = 1000, MOST_ROWS = 10000, MOST_BYTES = 16 << 20, SHOWN_BLOB_BYTES = 32 };
static const int64_t USUAL_NS = 10 * INT64_C(1000000000);
static const int64_t MOST_EXACT = INT64_C(1) << 53; /* of JSON's numbers */

/* ---- what is asked ---- */

static struct query_limits limits_of(const struct web_trace *trace, const struct web_request *request)
{
    int64_t rows = web_parameter_i64(request, "rows", USUAL_ROWS), time_ns = USUAL_NS;
    if (!web_parameter_duration(request, "time", &time_ns) || time_ns <= 0)
        time_ns = USUAL_NS;
    return (struct query_limits){
        .time_ns = time_ns < trace->queries->most_ns ? time_ns : trace->queries->most_ns,
        .rows = (uint64_t)(rows < 1           ? 1
                           : rows > MOST_ROWS ? MOST_ROWS
                                              : rows),
    };
}

/* The size of a comment that the text begins with; 0: it begins with none. One that does not end goes to the end. */
static size_t comment_size(struct base_str text)
{
    bool line = base_str_begins(text, "--"), block = base_str_begins(text, "/*");
    for (size_t i = 2; (line || block) && i < text.size; i++)
        if (line ? text.data[i] == '\n' : i > 2 && text.data[i] == '/' && text.data[i - 1] == '*')
            return i + 1;
    return line || block ? text.size : 0;
}

/* Where something begins that is neither a blank, a semicolon nor a comment; the text's end if nothing does. */
static size_t skip_blanks(struct base_str text, size_t at)
{
    while (at < text.size) {
        bool blank = memchr(" \t\r\n\f;", text.data[at], 6) != NULL;
        size_t size = blank ? 1 : comment_size((struct base_str){text.data + at, text.size - at});
        if (!size)
            break;
        at += size;
    }
    return at;
}

/* ---- what is answered ---- */

/* Numbers that JSON's readers would not keep as they are, and bytes, are objects. */
static void add_unusual(struct output_json *json, const char *kind, struct base_str text, int64_t bytes)
{
    output_json_open(json, NULL, '{');
    output_json_string(json, kind, text);
    if (bytes >= 0)
        output_json_i64(json, "bytes", bytes);
    output_json_close(json, '}');
}

static void add_integer(struct output_json *json, int64_t value)
{
    struct base_text digits = {0};
    if (value >= -MOST_EXACT && value <= MOST_EXACT) {
        output_json_i64(json, NULL, value);
        return;
    }
    base_text_i64(&digits, value);
    add_unusual(json, "integer", base_text_view(&digits), -1);
    base_text_release(&digits);
}

static void add_blob(struct output_json *json, struct base_str bytes)
{
    struct base_text digits = {0};
    for (size_t i = 0; i < bytes.size && i < SHOWN_BLOB_BYTES; i++)
        base_text_format(&digits, "%02x", (unsigned)(unsigned char)bytes.data[i]);
    add_unusual(json, "blob", base_text_view(&digits), (int64_t)bytes.size);
    base_text_release(&digits);
}

static void add_value(struct output_json *json, const struct query_value *value)
{
    switch (value->type) {
    case QUERY_NULL: output_json_null(json, NULL); break;
    case QUERY_INTEGER: add_integer(json, value->integer); break;
    case QUERY_REAL:
        if (isfinite(value->real))
            output_json_exact_double(json, NULL, value->real);
        else
            add_unusual(json, "real", base_str_of(value->real > 0 ? "Inf" : "-Inf"), -1);
        break;
    case QUERY_TEXT: output_json_string(json, NULL, value->text); break;
    case QUERY_BLOB: add_blob(json, value->text); break;
    }
}

static void add_columns(struct output_json *json, const struct query *query)
{
    output_json_open(json, "columns", '[');
    for (size_t i = 0; i < query_column_count(query); i++) {
        output_json_open(json, NULL, '{');
        output_json_string(json, "name", query_column_name(query, i));
        output_json_close(json, '}');
    }
    output_json_close(json, ']');
}

/* False, and nothing is added, if that makes the reply too large. */
static bool add_row(struct output_json *json, const struct query *query)
{
    const struct output_json before = *json;
    size_t size = json->out->size, columns = query_column_count(query);
    output_json_open(json, NULL, '[');
    for (size_t i = 0; i < columns && json->out->size <= MOST_BYTES; i++) {
        struct query_value value = query_value(query, i);
        add_value(json, &value);
    }
    output_json_close(json, ']');
    if (json->out->size <= MOST_BYTES)
        return true;
    json->out->size = size;
    *json = before;
    return false;
}

/* Why there may be more rows than those that were added; NULL if there are not. */
static const char *why_more(const struct query *query, enum query_step step)
{
    enum query_failure failure = query_failed(query);
    return failure == QUERY_STOPPED     ? "stopped"
           : failure == QUERY_TIMED_OUT ? "time"
           : step == QUERY_ROW          ? "size"
           : step == QUERY_MORE         ? "rows"
                                        : NULL;
}

static void add_answer(struct query *query, struct web_response *response)
{
    struct output_json json = {.out = &response->body};
    enum query_step step = QUERY_FAILED;
    output_json_open(&json, NULL, '{');
    add_columns(&json, query);
    output_json_open(&json, "rows", '[');
    while (!query_failed(query) && (step = query_next(query)) == QUERY_ROW && add_row(&json, query))
        ;
    output_json_close(&json, ']');
    const char *more = why_more(query, step);
    const struct query_usage usage = query_usage(query);
    if (more)
        output_json_string(&json, "more", base_str_of(more));
    else
        output_json_null(&json, "more");
    output_json_i64(&json, "elapsed_ns", usage.elapsed_ns);
    output_json_i64(&json, "loading_ns", usage.loading_ns);
    output_json_u64(&json, "visited", usage.visited);
    output_json_close(&json, '}');
}

/* Replaces what was answered so far. offset: of the place in the statement, -1 if there is none. */
static void fail_at(struct web_response *response, unsigned status, const char *why, ptrdiff_t offset)
{
    struct output_json json = {.out = &response->body};
    response->status = status;
    response->body.size = 0;
    output_json_open(&json, NULL, '{');
    output_json_string(&json, "error", base_str_of(why));
    if (offset >= 0)
        output_json_i64(&json, "offset", offset);
    else
        output_json_null(&json, "offset");
    output_json_close(&json, '}');
}

static void run(struct query *query, struct base_str sql, struct web_response *response)
{
    size_t used;
    ptrdiff_t offset;
    bool begun = query_begin(query, sql, NULL, &used);
    size_t next = begun ? skip_blanks(sql, used) : sql.size;
    if (next < sql.size) {
        fail_at(response, 400, "only one statement is answered at a time", (ptrdiff_t)next);
        return;
    }
    if (!begun && !query_failed(query)) {
        fail_at(response, 400, "there is no statement", -1);
        return;
    }
    add_answer(query, response);
    const char *why = query_error(query, &offset);
    if (query_failed(query) == QUERY_WRONG || query_failed(query) == QUERY_UNREADABLE)
        fail_at(response, query_failed(query) == QUERY_WRONG ? 400 : 500, why, offset);
}

void web_query(struct web_trace *trace, const struct web_request *request, struct web_response *response)
{
    struct base_text id = {0};
    const struct query_limits limits = limits_of(trace, request);
    web_parameter(request, "id", &id);
    struct web_running *running = web_queries_begin(trace, request, base_text_view(&id), &limits);
    base_text_release(&id);
    if (!running) {
        web_fail(response, 503, "%d queries are running already: wait for one, or stop it", WEB_MOST_QUERIES);
        return;
    }
    run(running->query, request->body, response);
    web_queries_end(running);
}

void web_query_stop(struct web_trace *trace, const struct web_request *request, struct web_response *response)
{
    struct base_text id = {0};
    struct output_json json = {.out = &response->body};
    web_parameter(request, "id", &id);
    bool stopped = web_queries_stop(trace, base_text_view(&id));
    base_text_release(&id);
    output_json_open(&json, NULL, '{');
    output_json_bool(&json, "stopped", stopped);
    output_json_close(&json, '}');
}

/* ---- what tables there are ---- */

static void add_table(struct output_json *json, const struct query_table *table)
{
    output_json_open(json, NULL, '{');
    output_json_string(json, "name", base_str_of(table->name));
    output_json_string(json, "about", base_str_of(table->about));
    output_json_open(json, "columns", '[');
    for (size_t i = 0; i < table->column_count; i++) {
        const struct query_column *column = &table->columns[i];
        bool text = query_column_type(column) == QUERY_TEXT;
        output_json_open(json, NULL, '{');
        output_json_string(json, "name", base_str_of(column->name));
        output_json_string(json, "type", base_str_of(text ? "text" : "integer"));
        output_json_string(json, "unit", base_str_of(column->unit));
        output_json_string(json, "about", base_str_of(column->about));
        output_json_close(json, '}');
    }
    output_json_close(json, ']');
    output_json_close(json, '}');
}

void web_query_schema(struct web_trace *trace, const struct web_request *request, struct web_response *response)
{
    struct output_json json = {.out = &response->body};
    (void)trace;
    (void)request;
    output_json_open(&json, NULL, '{');
    output_json_open(&json, "tables", '[');
    for (size_t i = 0; i < QUERY_TABLES; i++)
        add_table(&json, &query_tables[i]);
    output_json_close(&json, ']');
    output_json_close(&json, '}');
}
