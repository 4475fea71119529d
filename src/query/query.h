/* SQL over a trace: SQLite, with read-only tables that are computed from the trace when a statement first needs them.
 *
 *     struct query_trace *trace = query_trace_new(&file, program);
 *     struct query *query = query_new(trace, &(struct query_limits){.time_ns = …, .rows = …});
 *     for (size_t used; query_begin(query, sql, NULL, &used); sql.data += used, sql.size -= used) {
 *         … query_column_count(query), query_column_name(query, i); no columns: only blanks and comments were left …
 *         while ((step = query_next(query)) == QUERY_ROW)
 *             … query_value(query, i) …
 *         … QUERY_END, QUERY_MORE or QUERY_FAILED …
 *     }
 *     … query_error(query) says what was wrong, if anything …
 *     query_free(query);
 *     query_trace_free(trace);
 *
 * Any number of threads may have queries on one trace; a query is one thread's, but for query_stop. What a statement
 * needs of the trace is taken from it in one pass, columns that are not asked for are left out, and what was taken is
 * kept for the statements to come: the first statement waits for that, later ones hardly. It lies in paged memory
 * (base/paged.h).
 *
 * Times are nanoseconds since the trace's first event. What does not apply, or is not known, is NULL. Text is valid
 * UTF-8: bytes of a trace that are not are replaced.
 *
 * Statements may be hostile. Only SELECT (and WITH, VALUES, EXPLAIN, and the PRAGMAs that describe tables) is let
 * through; what SQLite takes in memory is bounded for the whole process, and texts, expressions and patterns in their
 * size. A time limit ends everything else.
 */
#ifndef KYMO_QUERY_QUERY_H
#define KYMO_QUERY_QUERY_H

#include "base/error.h"
#include "base/os.h"
#include "base/program.h"
#include "base/progress.h"
#include "model/pass.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- what tables there are ---- */

enum query_type { QUERY_NULL, QUERY_INTEGER, QUERY_REAL, QUERY_TEXT, QUERY_BLOB };

struct query_column {
    const char *name;
    const char *unit;  /* "ns", "bytes"; what a number refers to ("goroutines.id"); "" for plain text and counts */
    const char *about; /* one line */
    struct query_storage {
        uint8_t kind; /* query/store.h */
        uint8_t of, less;
        const char *const *words;
    } storage; /* internal */
};

struct query_table {
    const char *name;
    const char *about; /* one line: what a row is */
    const struct query_column *columns;
    size_t column_count;
    uint8_t time; /* index of the column that rows are in order of; QUERY_NO_TIME: none */
};

#define QUERY_NO_TIME UINT8_MAX

enum { QUERY_TABLES = 14 };
extern const struct query_table query_tables[QUERY_TABLES];

/* QUERY_INTEGER or QUERY_TEXT. */
enum query_type query_column_type(const struct query_column *column);

/* The table of a name, whatever its case; NULL if there is none. */
const struct query_table *query_table_find(struct base_str name);

/* ---- the trace ---- */

struct query_trace;

/* The file stays mapped and the program, which may be NULL (order/reader.h), open as long as the trace lives. Nothing
 * is read yet. Never NULL. */
struct query_trace *query_trace_new(const struct base_mapping *file, struct base_program *program);

/* All queries on it have been freed. NULL is allowed. */
void query_trace_free(struct query_trace *trace);

/* The pass that was first, for what was lost of a damaged trace (model_pass_losses); NULL while no statement has asked
 * for anything. */
const struct model_pass *query_trace_pass(struct query_trace *trace);

/* ---- a query ---- */

struct query;

/* 0: no limit. */
struct query_limits {
    int64_t time_ns; /* from query_begin on, loading included */
    uint64_t rows;
};

enum query_step {
    QUERY_ROW,
    QUERY_END,
    QUERY_MORE,   /* the limit of rows is reached, and there are more */
    QUERY_FAILED, /* query_error says why */
};

enum query_failure {
    QUERY_FINE,
    QUERY_WRONG,     /* the statement is; SQLite's words */
    QUERY_STOPPED,   /* by query_stop */
    QUERY_TIMED_OUT, /* the limit of time is reached */
    QUERY_UNREADABLE /* nothing of the trace could be read */
};

/* limits may be NULL. Never NULL. */
struct query *query_new(struct query_trace *trace, const struct query_limits *limits);
void query_free(struct query *query);

/* Takes the first statement of the text, and loads what it needs of the trace; the statement before is done with.
 * *ret_used is how much of the text belongs to it. False on failure, and when only blanks and comments are left, which
 * is none: query_failed tells them apart. progress, which may be NULL, is called while the trace is read, on a thread
 * of the library's choice. */
bool query_begin(struct query *query, struct base_str sql, const struct base_progress *progress, size_t *ret_used);

/* The next row. */
enum query_step query_next(struct query *query);

/* Of the statement that has begun; names live until the next query_begin. */
size_t query_column_count(const struct query *query);
struct base_str query_column_name(const struct query *query, size_t column);

/* A value of the row; text and bytes live until query_next. */
struct query_value {
    enum query_type type;
    int64_t integer;
    double real;
    struct base_str text; /* also of blobs, which only the statement can make */
};

struct query_value query_value(const struct query *query, size_t column);

/* Makes begin and next fail as soon as possible, now and from then on. From any thread, until the query is freed. */
void query_stop(struct query *query);

/* What went wrong, and in what words; *ret_offset, which may be NULL, is where in the text given to query_begin, or -1.
 * The words live as long as the query, or until the next query_begin. */
enum query_failure query_failed(const struct query *query);
const char *query_error(const struct query *query, ptrdiff_t *ret_offset);

/* What the statement has taken so far. */
struct query_usage {
    int64_t elapsed_ns; /* from query_begin on */
    int64_t loading_ns; /* of these */
    uint64_t rows;      /* of the result */
    uint64_t visited;   /* rows of the trace's tables that were looked at */
};

struct query_usage query_usage(const struct query *query);

#endif
