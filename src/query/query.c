#include "query/query.h"

#include "base/number.h"
#include "query/functions.h"
#include "query/vtab.h"

/* What statements may take. SQLite's memory is that of all queries of the process. */
enum {
    MEMORY_BYTES = 256 << 20,
    VALUE_BYTES = 4 << 20,
    SQL_BYTES = 1 << 20,
    PROGRAM_STEPS = 1 << 20,
    COLUMNS = 256,
    EXPRESSION_DEPTH = 200,
    COMPOUND_SELECTS = 50,
    PATTERN_BYTES = 256,
    STEPS_BETWEEN_LOOKS = 1000,
};

struct query {
    struct query_limits limits;
    struct query_tables_of tables;
    struct query_brake brake;
    sqlite3 *db;
    sqlite3_stmt *statement;
    enum query_failure failure;
    struct base_text error;
    ptrdiff_t error_offset;
    int64_t begun_ns, loading_ns, ended_ns;
    uint64_t rows;
};

/* ---- what is let through ---- */

static bool is_one_of(const char *name, const char *const *names)
{
    for (; *names; names++)
        if (name && sqlite3_stricmp(name, *names) == 0)
            return true;
    return false;
}

static int authorize(void *context, int action, const char *first, const char *second, const char *database,
                     const char *trigger)
{
    static const char *const pragmas[] = {"table_info", "table_xinfo", "table_list", "function_list", NULL};
    static const char *const hostile[] = {"load_extension", "fts3_tokenizer", "edit", "readfile", "writefile", NULL};
    const struct query *query = context;
    (void)database;
    (void)trigger;
    if (query->tables.declaring)
        return SQLITE_OK;
    switch (action) {
    case SQLITE_SELECT:
    case SQLITE_READ:
    case SQLITE_RECURSIVE: return SQLITE_OK;
    case SQLITE_FUNCTION: return is_one_of(second, hostile) ? SQLITE_DENY : SQLITE_OK;
    case SQLITE_PRAGMA: return is_one_of(first, pragmas) ? SQLITE_OK : SQLITE_DENY;
    default: return SQLITE_DENY;
    }
}

static int look(void *context)
{
    struct query *query = context;
    return query_brake_look(&query->brake) != QUERY_FINE;
}

static void limit(sqlite3 *db)
{
    static const struct {
        int what, most;
    } limits[] = {
        {SQLITE_LIMIT_LENGTH, VALUE_BYTES},
        {SQLITE_LIMIT_SQL_LENGTH, SQL_BYTES},
        {SQLITE_LIMIT_COLUMN, COLUMNS},
        {SQLITE_LIMIT_EXPR_DEPTH, EXPRESSION_DEPTH},
        {SQLITE_LIMIT_COMPOUND_SELECT, COMPOUND_SELECTS},
        {SQLITE_LIMIT_VDBE_OP, PROGRAM_STEPS},
        {SQLITE_LIMIT_ATTACHED, 0},
        {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, PATTERN_BYTES},
        {SQLITE_LIMIT_VARIABLE_NUMBER, 0},
        {SQLITE_LIMIT_TRIGGER_DEPTH, 1},
        {SQLITE_LIMIT_WORKER_THREADS, 0},
    };
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
        sqlite3_limit(db, limits[i].what, limits[i].most);
}

static void set_up_memory(void)
{
    sqlite3_hard_heap_limit64(MEMORY_BYTES);
}

/* SQLite's own tables declare themselves when they are first named, which looks like a CREATE TABLE. */
static void make_known(sqlite3 *db)
{
    static const char *const tables[] = {"pragma_table_info('x')", "pragma_table_xinfo('x')", "pragma_table_list",
                                         "pragma_function_list",   "json_each('[]')",         "json_tree('[]')"};
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        char sql[64];
        sqlite3_stmt *statement = NULL;
        sqlite3_snprintf(sizeof sql, sql, "SELECT 1 FROM %s", tables[i]);
        (void)sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
        sqlite3_finalize(statement);
    }
}

static int set_up(struct query *query)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, set_up_memory);
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_MEMORY | SQLITE_OPEN_NOMUTEX;
    int code = sqlite3_open_v2(":memory:", &query->db, flags, NULL);
    if (code != SQLITE_OK)
        return code;
    limit(query->db);
    sqlite3_db_config(query->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(query->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_db_config(query->db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
    sqlite3_progress_handler(query->db, STEPS_BETWEEN_LOOKS, look, query);
    code = query_functions_add(query->db);
    if (code == SQLITE_OK)
        code = query_tables_add(query->db, &query->tables);
    make_known(query->db);
    sqlite3_set_authorizer(query->db, authorize, query);
    return code;
}

struct query *query_new(struct query_trace *trace, const struct query_limits *limits)
{
    struct query *query = base_zalloc(1, sizeof *query);
    query->tables.trace = trace;
    query->error_offset = -1;
    if (limits)
        query->limits = *limits;
    atomic_init(&query->brake.stopped, false);
    return query;
}

void query_free(struct query *query)
{
    if (!query)
        return;
    sqlite3_finalize(query->statement);
    sqlite3_close(query->db);
    base_text_release(&query->error);
    free(query);
}

void query_stop(struct query *query)
{
    atomic_store_explicit(&query->brake.stopped, true, memory_order_relaxed);
}

/* ---- failing ---- */

static bool fail(struct query *query, enum query_failure failure, const char *why)
{
    query->failure = failure;
    query->error.size = 0;
    base_text_add(&query->error, why);
    return false;
}

/* For what SQLite refuses; or what it was kept from doing. */
static bool fail_with(struct query *query, int code)
{
    enum query_failure stopped = query_brake_look(&query->brake);
    if (code == SQLITE_INTERRUPT && stopped == QUERY_TIMED_OUT)
        return fail(query, QUERY_TIMED_OUT, "the statement takes longer than it is given");
    if (code == SQLITE_INTERRUPT)
        return fail(query, QUERY_STOPPED, "stopped");
    if (code == SQLITE_AUTH)
        return fail(query, QUERY_WRONG, "not allowed: a trace can only be read, with SELECT");
    if (code == SQLITE_NOMEM)
        return fail(query, QUERY_WRONG, "the statement takes more memory than it is given");
    query->error_offset = query->db ? sqlite3_error_offset(query->db) : -1;
    return fail(query, QUERY_WRONG, query->db ? sqlite3_errmsg(query->db) : sqlite3_errstr(code));
}

enum query_failure query_failed(const struct query *query)
{
    return query->failure;
}

const char *query_error(const struct query *query, ptrdiff_t *ret_offset)
{
    if (ret_offset)
        *ret_offset = query->error_offset;
    return query->failure ? base_text_cstring((struct base_text *)&query->error) : "";
}

/* ---- beginning ---- */

static void forget(struct query *query)
{
    sqlite3_finalize(query->statement);
    query->statement = NULL;
    query->failure = QUERY_FINE;
    query->error_offset = -1;
    query->rows = query->tables.visited = 0;
    query->loading_ns = query->ended_ns = 0;
    query->begun_ns = base_os_now_ns();
    query->brake.end_ns = query->limits.time_ns ? base_i64_sum(query->begun_ns, query->limits.time_ns) : 0;
}

static bool prepare(struct query *query, struct base_str sql, size_t *ret_used)
{
    const char *tail = sql.data;
    int size = sql.size > SQL_BYTES ? SQL_BYTES + 1 : (int)sql.size; /* what is longer is refused */
    sqlite3_finalize(query->statement);
    query->statement = NULL;
    query->tables.wants = (struct query_wants){0};
    int code = sqlite3_prepare_v3(query->db, sql.data, size, 0, &query->statement, &tail);
    *ret_used = (size_t)(tail - sql.data);
    return code == SQLITE_OK || fail_with(query, code);
}

static bool load(struct query *query, const struct base_progress *progress, bool *ret_loaded)
{
    struct base_error error = BASE_NO_ERROR;
    enum query_failure failure =
        query_trace_load(query->tables.trace, &query->tables.wants, &query->brake, progress, ret_loaded, &error);
    query->loading_ns = base_os_now_ns() - query->begun_ns;
    if (failure == QUERY_UNREADABLE)
        fail(query, failure, error.cause);
    else if (failure)
        fail_with(query, SQLITE_INTERRUPT);
    base_error_release(&error);
    return !failure;
}

bool query_begin(struct query *query, struct base_str sql, const struct base_progress *progress, size_t *ret_used)
{
    bool loaded = false;
    *ret_used = 0;
    forget(query);
    if (!query->db) {
        int code = set_up(query);
        if (code != SQLITE_OK)
            return fail_with(query, code);
    }
    if (!sql.size || !prepare(query, sql, ret_used) || !query->statement)
        return false;
    if (!sqlite3_stmt_readonly(query->statement))
        return fail_with(query, SQLITE_AUTH);
    if (sqlite3_stmt_isexplain(query->statement))
        return true;
    /* Once more when the tables are known: how many rows they have decides where to begin. */
    return load(query, progress, &loaded) && (!loaded || prepare(query, sql, ret_used));
}

/* ---- the rows ---- */

enum query_step query_next(struct query *query)
{
    if (query->failure || !query->statement)
        return query->failure ? QUERY_FAILED : QUERY_END;
    int code = sqlite3_step(query->statement);
    bool more = code == SQLITE_ROW && query->limits.rows && query->rows == query->limits.rows;
    if (code == SQLITE_ROW && !more) {
        query->rows++;
        return QUERY_ROW;
    }
    query->ended_ns = base_os_now_ns();
    if (code != SQLITE_ROW && code != SQLITE_DONE)
        fail_with(query, code);
    sqlite3_reset(query->statement);
    return query->failure ? QUERY_FAILED : more ? QUERY_MORE : QUERY_END;
}

size_t query_column_count(const struct query *query)
{
    return query->statement ? (size_t)sqlite3_column_count(query->statement) : 0;
}

struct base_str query_column_name(const struct query *query, size_t column)
{
    const char *name = sqlite3_column_name(query->statement, (int)column);
    return base_str_of(name ? name : "");
}

struct query_value query_value(const struct query *query, size_t column)
{
    struct query_value value = {.type = QUERY_NULL, .text = {"", 0}};
    sqlite3_stmt *statement = query->statement;
    int i = (int)column;
    switch (sqlite3_column_type(statement, i)) {
    case SQLITE_INTEGER:
        value.type = QUERY_INTEGER;
        value.integer = sqlite3_column_int64(statement, i);
        break;
    case SQLITE_FLOAT:
        value.type = QUERY_REAL;
        value.real = sqlite3_column_double(statement, i);
        break;
    case SQLITE_TEXT:
        value.type = QUERY_TEXT;
        value.text.data = (const char *)sqlite3_column_text(statement, i);
        break;
    case SQLITE_BLOB:
        value.type = QUERY_BLOB;
        value.text.data = sqlite3_column_blob(statement, i);
        break;
    default: return value;
    }
    if (value.type == QUERY_TEXT || value.type == QUERY_BLOB)
        value.text.size = (size_t)sqlite3_column_bytes(statement, i);
    if (!value.text.data) /* an empty blob, or no memory */
        value.text = (struct base_str){"", 0};
    return value;
}

struct query_usage query_usage(const struct query *query)
{
    return (struct query_usage){
        .elapsed_ns = (query->ended_ns ? query->ended_ns : base_os_now_ns()) - query->begun_ns,
        .loading_ns = query->loading_ns,
        .rows = query->rows,
        .visited = query->tables.visited,
    };
}
