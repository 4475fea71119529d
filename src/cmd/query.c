/* kymo query: SQL over a trace. */
#include "output/query.h"
#include "cmd/cmd.h"

#include <stdlib.h>
#include <unistd.h>

/* How to answer. */
struct answering {
    struct query_trace *trace;
    struct query *query;
    const char *name; /* of the trace */
    enum output_query_format format;
    bool stats, said_losses;
    struct base_text *out;
};

/* ---- what is asked ---- */

static struct base_str without_blanks(struct base_str text)
{
    while (text.size && strchr(" \t\r\n;", *text.data) && *text.data) {
        text.data++;
        text.size--;
    }
    return text;
}

/* Reads a whole file, or standard input for NULL. */
static bool read_all(const char *path, struct base_text *ret_text, struct base_error *ret_error)
{
    int fd = path ? base_os_open(path, ret_error) : STDIN_FILENO;
    size_t size = 1;
    bool done = fd >= 0;
    while (done && size) {
        base_text_reserve(ret_text, 1 << 16);
        done = base_os_read(fd, ret_text->data + ret_text->size, 1 << 16, &size, ret_error);
        ret_text->size += done ? size : 0;
    }
    if (path && fd >= 0)
        close(fd);
    return done;
}

/* ---- commands that are not SQL ---- */

static int dot_schema(struct base_str table_name, struct base_text *out)
{
    const struct query_table *table = query_table_find(table_name);
    if (table_name.size && !table) {
        cmd_say_text(NULL, ".schema", "there is no such table; .tables lists them");
        return CMD_MISUSED;
    }
    for (size_t i = 0; i < QUERY_TABLES; i++) {
        if (table && table != &query_tables[i])
            continue;
        output_query_schema(out, &query_tables[i]);
        if (!table && i + 1 < QUERY_TABLES)
            base_text_char(out, '\n');
    }
    return CMD_DONE;
}

/* A line that begins with a dot. */
static int dot_command(struct base_str line, struct base_text *out)
{
    while (line.size && strchr(" \t\r;", line.data[line.size - 1]))
        line.size--;
    if (base_str_is(line, ".tables")) {
        output_query_tables(out);
        return CMD_DONE;
    }
    if (base_str_is(line, ".schema"))
        return dot_schema((struct base_str){"", 0}, out);
    if (base_str_begins(line, ".schema "))
        return dot_schema(without_blanks((struct base_str){line.data + 8, line.size - 8}), out);
    cmd_say_text(NULL, NULL, "there are two commands that begin with a dot: .tables and .schema [TABLE]");
    return CMD_MISUSED;
}

/* ---- SQL ---- */

/* Shows where in the statement something is wrong. */
static void point_at(struct base_str sql, ptrdiff_t offset)
{
    struct base_text err = base_text_to_fd(STDERR_FILENO);
    if (offset < 0 || (size_t)offset > sql.size)
        return;
    size_t begin = (size_t)offset, end = (size_t)offset;
    while (begin && sql.data[begin - 1] != '\n' && (size_t)offset - begin < 60)
        begin--;
    while (end < sql.size && sql.data[end] != '\n' && end - (size_t)offset < 60)
        end++;
    base_text_add(&err, "  ");
    base_text_safely(&err, (struct base_str){sql.data + begin, end - begin});
    base_text_format(&err, "\n  %*s^\n", (int)((size_t)offset - begin), "");
    base_text_flush(&err);
    base_text_release(&err);
}

static int failed(const struct answering *answering, struct base_str sql)
{
    ptrdiff_t offset;
    const char *why = query_error(answering->query, &offset);
    base_text_flush(answering->out);
    cmd_say_text(answering->name, NULL, why);
    point_at(sql, offset);
    return query_failed(answering->query) == QUERY_WRONG ? CMD_MISUSED : CMD_FAILED;
}

static void say_stats(const struct query *query)
{
    struct query_usage usage = query_usage(query);
    struct base_text err = base_text_to_fd(STDERR_FILENO);
    base_text_format(&err, "rows %llu, visited %llu, took ", (unsigned long long)usage.rows,
                     (unsigned long long)usage.visited);
    base_text_duration(&err, usage.elapsed_ns);
    base_text_add(&err, ", of which reading the trace ");
    base_text_duration(&err, usage.loading_ns);
    base_text_char(&err, '\n');
    base_text_flush(&err);
    base_text_release(&err);
}

/* What was lost is known when the trace was read for the first time. */
static void say_losses(struct answering *answering)
{
    const struct model_pass *pass = query_trace_pass(answering->trace);
    if (!pass || answering->said_losses)
        return;
    answering->said_losses = true;
    cmd_warn_of_format(answering->name, pass->reader);
    cmd_say_losses(answering->name, pass);
}

static int print_rows(struct answering *answering, struct base_str sql)
{
    struct output_query output;
    enum query_step step;
    output_query_begin(&output, answering->format, answering->out, answering->query);
    while ((step = query_next(answering->query)) == QUERY_ROW && !answering->out->failed)
        output_query_row(&output, answering->query);
    output_query_end(&output);
    if (step == QUERY_FAILED)
        return failed(answering, sql);
    if (step == QUERY_MORE)
        cmd_say_text(answering->name, NULL, "there are more rows than --limit lets through");
    if (answering->stats)
        say_stats(answering->query);
    return CMD_DONE;
}

/* The first statement of what is left. */
static int answer_statement(struct answering *answering, struct base_str *sql)
{
    struct cmd_progress progress;
    size_t used;
    bool begun = query_begin(answering->query, *sql, cmd_progress_begin(&progress, "read", 0), &used);
    struct base_str statement = *sql;
    cmd_progress_end(&progress);
    say_losses(answering);
    sql->data += used;
    sql->size -= used;
    if (begun)
        return print_rows(answering, statement);
    sql->size = 0;
    return query_failed(answering->query) ? failed(answering, statement) : CMD_DONE;
}

static int answer(struct answering *answering, struct base_str sql)
{
    int status = CMD_DONE;
    sql = without_blanks(sql);
    while (sql.size && status == CMD_DONE && !answering->out->failed) {
        const char *newline = memchr(sql.data, '\n', sql.size);
        size_t line = newline ? (size_t)(newline - sql.data) : sql.size;
        if (*sql.data == '.') {
            status = dot_command((struct base_str){sql.data, line}, answering->out);
            sql = (struct base_str){sql.data + line, sql.size - line};
        } else {
            status = answer_statement(answering, &sql);
        }
        sql = without_blanks(sql);
    }
    return status;
}

/* ---- the command ---- */

struct words {
    const char *limit, *timeout, *file;
    bool json, csv, stats;
};

/* -1 to go on. */
static int read_limits(const struct cmd_usage *usage, const struct words *words, struct query_limits *ret_limits)
{
    char *end = NULL;
    if (words->limit) {
        ret_limits->rows = strtoull(words->limit, &end, 10);
        if (*words->limit < '0' || *words->limit > '9' || *end || !ret_limits->rows)
            return cmd_misused(usage, "invalid number of rows %s", words->limit);
    }
    if (words->timeout && (!base_duration_parse(words->timeout, &ret_limits->time_ns) || ret_limits->time_ns <= 0))
        return cmd_misused(usage, "invalid duration %s, want one like 10s or 1m30s", words->timeout);
    return -1;
}

/* The statements: the words after the trace, or those of a file. */
static int read_sql(const struct words *words, int operands, char **argv, struct base_text *ret_sql)
{
    struct base_error error = BASE_NO_ERROR;
    for (int i = 0; i < operands; i++) {
        base_text_add(ret_sql, i ? " " : "");
        base_text_add(ret_sql, argv[i]);
    }
    if (operands || read_all(words->file, ret_sql, &error))
        return -1;
    return cmd_failed(words->file ? words->file : "standard input", &error);
}

static enum output_query_format format_of(const struct words *words)
{
    if (words->json)
        return OUTPUT_QUERY_JSON;
    if (words->csv)
        return isatty(STDOUT_FILENO) ? OUTPUT_QUERY_CSV_SAFELY : OUTPUT_QUERY_CSV;
    return OUTPUT_QUERY_TABLE;
}

static int run(const struct words *words, const struct query_limits *limits, const char *binary, const char *path,
               struct base_str sql)
{
    struct cmd_input input;
    int status = cmd_take(path, &input);
    if (status >= 0)
        return status;
    struct base_program *program = cmd_program(binary, &input);
    struct base_text out = base_text_to_fd(STDOUT_FILENO);
    struct answering answering = {
        .trace = query_trace_new(&input.file, program),
        .name = input.name,
        .format = format_of(words),
        .stats = words->stats,
        .out = &out,
    };
    answering.query = query_new(answering.trace, limits);
    status = answer(&answering, sql);
    query_free(answering.query);
    query_trace_free(answering.trace);
    base_program_close(program);
    cmd_input_release(&input);
    return cmd_finish(&out, status);
}

/* What tables there are is the same for all traces. */
static int describe(int operands, char **argv)
{
    struct base_text line = {0}, out = base_text_to_fd(STDOUT_FILENO);
    for (int i = 0; i < operands; i++) {
        base_text_add(&line, i ? " " : "");
        base_text_add(&line, argv[i]);
    }
    int status = dot_command(base_text_view(&line), &out);
    base_text_release(&line);
    return cmd_finish(&out, status);
}

int cmd_query(int argc, char **argv)
{
    struct words words = {0};
    struct query_limits limits = {0};
    const struct cmd_option options[] = {
        {"file", "FILE", "take the statements from this file", &words.file, NULL},
        {"limit", "N", "end each statement's answer after N rows", &words.limit, NULL},
        {"timeout", "DURATION", "end a statement that takes longer: 10s, 1m30s", &words.timeout, NULL},
        {"json", NULL, "print rows as JSON", NULL, &words.json},
        {"csv", NULL, "print rows as comma-separated values", NULL, &words.csv},
        {"stats", NULL, "say how many rows were looked at, and how long it took", NULL, &words.stats},
    };
    const struct cmd_usage usage = {
        "kymo query [--json | --csv] [--limit=N] [--timeout=DURATION] [--file=FILE] [BINARY] TRACE [SQL | .schema "
        "[TABLE] | .tables]",
        "Answers questions in SQL: SELECT goroutine, duration_ns FROM states ORDER BY duration_ns DESC LIMIT 10.\n"
        ".tables says what there is to ask about, .schema in which columns and units. Statements end in semicolons.\n"
        "Without SQL or --file they come from standard input.",
        options, sizeof options / sizeof *options};
    int operands, status = cmd_parse(&usage, argc, argv, &operands);
    if (status < 0)
        status = read_limits(&usage, &words, &limits);
    if (status >= 0)
        return status;
    if (words.json && words.csv)
        return cmd_misused(&usage, "it is either --json or --csv");
    if (operands && argv[0][0] == '.' && argv[0][1] >= 'a' && argv[0][1] <= 'z')
        return describe(operands, argv);
    bool program = operands >= 2 && base_program_is(argv[0]);
    if (operands < 1 + program)
        return cmd_misused(&usage, "a trace is needed");
    int first = 1 + program;
    if (words.file && operands > first)
        return cmd_misused(&usage, "it is either SQL or --file");
    if (!words.file && operands == first && strcmp(argv[first - 1], "-") == 0)
        return cmd_misused(&usage, "where the trace comes from standard input, SQL or --file is needed");
    struct base_text sql = {0};
    status = read_sql(&words, operands - first, argv + first, &sql);
    if (status < 0)
        status = run(&words, &limits, program ? argv[0] : NULL, argv[first - 1], base_text_view(&sql));
    base_text_release(&sql);
    return status;
}
