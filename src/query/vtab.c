#include "query/vtab.h"

#include "base/number.h"

#include <stdio.h>

struct table {
    sqlite3_vtab base;
    struct query_tables_of *tables;
    struct query_store *store;
    unsigned index; /* of query_tables */
};

/* ---- declaring ---- */

static void declare(const struct query_table *table, struct base_text *out)
{
    base_text_add(out, "CREATE TABLE x(");
    for (size_t i = 0; i < table->column_count; i++)
        base_text_format(out, "%s\"%s\" %s", i ? ", " : "", table->columns[i].name,
                         query_column_type(&table->columns[i]) == QUERY_TEXT ? "TEXT" : "INTEGER");
    base_text_char(out, ')');
}

static int table_connect(sqlite3 *db, void *aux, int argc, const char *const *argv, sqlite3_vtab **ret_table,
                         char **ret_error)
{
    struct query_tables_of *tables = aux;
    const struct query_table *spec = query_table_find(base_str_of(argv[0]));
    struct base_text text = {0};
    (void)argc;
    declare(spec, &text);
    tables->declaring = true;
    int code = sqlite3_declare_vtab(db, base_text_cstring(&text));
    tables->declaring = false;
    base_text_release(&text);
    if (code != SQLITE_OK) {
        *ret_error = sqlite3_mprintf("%s", sqlite3_errmsg(db));
        return code;
    }
    struct table *table = sqlite3_malloc(sizeof *table);
    if (!table)
        return SQLITE_NOMEM;
    unsigned index = (unsigned)(spec - query_tables);
    *table = (struct table){.tables = tables, .store = &tables->trace->stores[index], .index = index};
    *ret_table = &table->base;
    return SQLITE_OK;
}

static int table_disconnect(sqlite3_vtab *table)
{
    sqlite3_free(table);
    return SQLITE_OK;
}

/* ---- planning ---- */

/* A plan is told to the cursor, and to EXPLAIN QUERY PLAN, as words: a letter and a column's number. */
enum {
    BY = 'b',    /* in the order of this column, and the next ones */
    EQUAL = 'e', /* with an argument each, in turn */
    IS = 'i',    /* the same, and NULL equals NULL */
    AT_LEAST = 'l',
    AT_MOST = 'm',
    IS_NULL = 'n', /* without */
};

struct plan {
    struct base_text words;
    int args;
    uint64_t equal;          /* bits of columns that are constant */
    bool from_time, to_time; /* a bound of the time that rows are sorted by */
    unsigned bounds, words_equal;
    uint8_t by[QUERY_MOST_KEYS];
    size_t by_count;
};

static bool is_text(const struct query_column *column)
{
    return query_column_type(column) == QUERY_TEXT;
}

/* The letter of a constraint that can be used; 0: it cannot. */
static char letter_of(const struct query_table *table, sqlite3_index_info *info, int i)
{
    const struct sqlite3_index_constraint *constraint = &info->aConstraint[i];
    if (!constraint->usable || constraint->iColumn < 0)
        return 0;
    const struct query_column *column = &table->columns[constraint->iColumn];
    if (!query_has_keys(column) || (is_text(column) && sqlite3_stricmp(sqlite3_vtab_collation(info, i), "BINARY") != 0))
        return 0;
    switch (constraint->op) {
    case SQLITE_INDEX_CONSTRAINT_EQ: return EQUAL;
    case SQLITE_INDEX_CONSTRAINT_IS: return IS;
    case SQLITE_INDEX_CONSTRAINT_ISNULL: return IS_NULL;
    case SQLITE_INDEX_CONSTRAINT_GT:
    case SQLITE_INDEX_CONSTRAINT_GE: return is_text(column) ? 0 : AT_LEAST;
    case SQLITE_INDEX_CONSTRAINT_LT:
    case SQLITE_INDEX_CONSTRAINT_LE: return is_text(column) ? 0 : AT_MOST;
    default: return 0;
    }
}

static void note(struct plan *plan, const struct query_table *table, char letter, unsigned column)
{
    bool time = column == table->time;
    base_text_format(&plan->words, "%c%u ", letter, column);
    if (letter == AT_LEAST || letter == AT_MOST) {
        plan->from_time |= time && letter == AT_LEAST;
        plan->to_time |= time && letter == AT_MOST;
        plan->bounds += !time;
        return;
    }
    plan->equal |= QUERY_COLUMN_BIT(column);
    plan->from_time |= time;
    plan->to_time |= time;
}

static void take_constraints(struct plan *plan, const struct query_table *table, sqlite3_index_info *info)
{
    for (int i = 0; i < info->nConstraint; i++) {
        char letter = letter_of(table, info, i);
        unsigned column = (unsigned)info->aConstraint[i].iColumn;
        bool equality = letter == EQUAL || letter == IS || letter == IS_NULL;
        if (!letter || (equality && plan->equal >> column & 1))
            continue;
        if (letter != IS_NULL)
            info->aConstraintUsage[i].argvIndex = ++plan->args;
        note(plan, table, letter, column);
    }
}

/* How many rows may have one value of a column. */
static double rows_each(struct query_store *store, unsigned column, double rows)
{
    const struct query_column *spec = &store->table->columns[column];
    uint8_t by = (uint8_t)column;
    double root = 1;
    if (strcmp(spec->unit, "id") == 0)
        return 1;
    pthread_mutex_lock(&store->lock);
    bool known = false;
    for (size_t i = 0; i < store->order_count; i++)
        known |= store->orders[i].column_count == 1 && store->orders[i].columns[0] == by;
    pthread_mutex_unlock(&store->lock);
    struct query_order *order = known ? query_store_order(store, &by, 1) : NULL;
    uint64_t each = order ? query_order_rows_each(store, order) : 0;
    if (each)
        return (double)each;
    while (root * root < rows)
        root *= 2;
    switch (spec->storage.kind) {
    case QUERY_WORD:
    case QUERY_FLAG: return rows / 3;
    case QUERY_NAME: return rows / 30;
    default: return root;
    }
}

/* The constant column that leaves the fewest rows; -1: none that is worth an order. */
static int best_equal(const struct plan *plan, struct query_store *store, double rows, double *ret_rows)
{
    int best = -1;
    *ret_rows = rows;
    for (unsigned i = 0; i < store->table->column_count; i++) {
        uint8_t kind = store->table->columns[i].storage.kind;
        if (!(plan->equal >> i & 1) || i == store->table->time || kind == QUERY_WORD || kind == QUERY_FLAG ||
            kind == QUERY_SPAN)
            continue;
        double each = rows_each(store, i, rows);
        if (best < 0 || each < *ret_rows) {
            best = (int)i;
            *ret_rows = each;
        }
    }
    return best;
}

/* Whether there can be an order with the constant columns first, and then those that are asked for: GROUP BY takes rows
 * to be sorted, as ORDER BY does that comes after it. */
static bool plan_order(struct plan *plan, const struct query_table *table, sqlite3_index_info *info)
{
    bool unsorted = sqlite3_vtab_distinct(info) == 2; /* which is for DISTINCT */
    for (unsigned i = 0; i < table->column_count; i++)
        if ((plan->equal >> i & 1) && i != table->time && plan->by_count < QUERY_MOST_KEYS)
            plan->by[plan->by_count++] = (uint8_t)i;
    for (int i = 0; i < info->nOrderBy; i++) {
        int column = info->aOrderBy[i].iColumn;
        if (column >= 0 && plan->equal >> column & 1)
            continue;
        if (column < 0 || plan->by_count == QUERY_MOST_KEYS || !query_has_keys(&table->columns[column]) ||
            (!unsorted && info->aOrderBy[i].desc))
            return false;
        plan->by[plan->by_count++] = (uint8_t)column;
    }
    return true;
}

/* Whether rows are asked for by time alone, in which they come anyway. */
static bool by_time(const struct plan *plan, const struct query_table *table, const sqlite3_index_info *info)
{
    bool time = false;
    for (int i = 0; i < info->nOrderBy; i++) {
        int column = info->aOrderBy[i].iColumn;
        if (column >= 0 && plan->equal >> column & 1)
            continue;
        if (time || column != table->time || info->aOrderBy[i].desc)
            return false;
        time = true;
    }
    return time || info->nOrderBy;
}

/* Chooses the order; true if it is the one that was asked for. *ret_rows: how many are left of the equalities. */
static bool choose(struct plan *plan, struct query_store *store, sqlite3_index_info *info, double rows,
                   double *ret_rows)
{
    const struct query_table *table = store->table;
    int best = best_equal(plan, store, rows, ret_rows);
    bool natural = by_time(plan, table, info);
    bool narrow = (plan->from_time && plan->to_time) || *ret_rows < 1000;
    if (!natural && info->nOrderBy && !narrow && plan_order(plan, table, info) &&
        query_store_order(store, plan->by, plan->by_count))
        return true;
    plan->by_count = 0;
    uint8_t by = (uint8_t)best;
    if (best >= 0 && query_store_order(store, &by, 1))
        plan->by[plan->by_count++] = by;
    return natural;
}

static int finish_plan(struct plan *plan, sqlite3_index_info *info)
{
    for (size_t i = 0; i < plan->by_count; i++)
        base_text_format(&plan->words, "%c%u ", BY, plan->by[i]);
    info->idxStr = sqlite3_mprintf("%s", base_text_cstring(&plan->words));
    info->needToFreeIdxStr = 1;
    base_text_release(&plan->words);
    return info->idxStr ? SQLITE_OK : SQLITE_NOMEM;
}

static int table_best_index(sqlite3_vtab *base, sqlite3_index_info *info)
{
    const struct table *table = (const struct table *)base;
    struct query_store *store = table->store;
    struct plan plan = {0};
    double rows = (double)query_trace_rows(table->tables->trace, table->index) + 1, left;
    table->tables->wants.tables |= UINT32_C(1) << table->index;
    table->tables->wants.columns[table->index] |= info->colUsed;
    take_constraints(&plan, store->table, info);
    info->orderByConsumed = choose(&plan, store, info, rows, &left);
    double cost = plan.by_count ? 20 + 2 * left : 20 + rows;
    if (plan.from_time || plan.to_time) {
        double share = plan.from_time && plan.to_time ? 20 : 3;
        cost = 20 + (cost - 20) / share;
        left /= share;
    }
    for (unsigned i = 0; i < plan.bounds; i++)
        left /= 4;
    info->estimatedCost = cost;
    info->estimatedRows = (sqlite3_int64)left + 1;
    return finish_plan(&plan, info);
}

/* ---- cursors ---- */

/* What a column must lie in. */
struct bound {
    unsigned column;
    int64_t least, most;
};

struct cursor {
    sqlite3_vtab_cursor base;
    const struct table *table;
    const struct query_store *store;
    const uint32_t *order; /* NULL: rows as they are */
    uint32_t at, end;      /* places in the order */
    uint32_t row;
    struct bound bounds[QUERY_MOST_COLUMNS];
    unsigned bound_count;
};

static int cursor_open(sqlite3_vtab *base, sqlite3_vtab_cursor **ret_cursor)
{
    struct cursor *cursor = sqlite3_malloc(sizeof *cursor);
    if (!cursor)
        return SQLITE_NOMEM;
    *cursor = (struct cursor){.table = (const struct table *)base};
    cursor->store = cursor->table->store;
    *ret_cursor = &cursor->base;
    return SQLITE_OK;
}

static int cursor_close(sqlite3_vtab_cursor *base)
{
    sqlite3_free(base);
    return SQLITE_OK;
}

static inline uint32_t row_at(const struct cursor *cursor, uint32_t at)
{
    return cursor->order ? cursor->order[at] : at;
}

/* Goes to the first row from `at` on that lies within all bounds. */
static int settle(struct cursor *cursor)
{
    uint32_t begin = cursor->at;
    for (; cursor->at < cursor->end; cursor->at++) {
        unsigned i = 0;
        cursor->row = row_at(cursor, cursor->at);
        for (; i < cursor->bound_count; i++) {
            int64_t key = query_key(cursor->store, cursor->bounds[i].column, cursor->row);
            if (key < cursor->bounds[i].least || key > cursor->bounds[i].most)
                break;
        }
        if (i == cursor->bound_count)
            break;
    }
    cursor->table->tables->visited += cursor->at - begin + (cursor->at < cursor->end);
    return SQLITE_OK;
}

static int cursor_next(sqlite3_vtab_cursor *base)
{
    struct cursor *cursor = (struct cursor *)base;
    cursor->at++;
    return settle(cursor);
}

static int cursor_eof(sqlite3_vtab_cursor *base)
{
    const struct cursor *cursor = (const struct cursor *)base;
    return cursor->at >= cursor->end;
}

/* ---- bounds ---- */

static struct bound *bound_of(struct cursor *cursor, unsigned column)
{
    for (unsigned i = 0; i < cursor->bound_count; i++)
        if (cursor->bounds[i].column == column)
            return &cursor->bounds[i];
    cursor->bounds[cursor->bound_count] = (struct bound){column, INT64_MIN, INT64_MAX};
    return &cursor->bounds[cursor->bound_count++];
}

static void narrow(struct bound *bound, int64_t least, int64_t most)
{
    bound->least = least > bound->least ? least : bound->least;
    bound->most = most < bound->most ? most : bound->most;
}

static void narrow_to_nothing(struct bound *bound)
{
    bound->least = INT64_MAX;
    bound->most = INT64_MIN;
}

static void narrow_to_text(const struct query_store *store, struct bound *bound, sqlite3_value *value)
{
    const struct query_storage *storage = &store->table->columns[bound->column].storage;
    if (sqlite3_value_type(value) != SQLITE_TEXT) /* it may have to be converted: SQLite will see */
        return;
    struct base_str text = {(const char *)sqlite3_value_text(value), (size_t)sqlite3_value_bytes(value)};
    int64_t key = -1;
    if (storage->kind == QUERY_NAME) {
        uint32_t symbol = query_names_find(store->names, text);
        key = symbol ? (int64_t)symbol : -1;
    } else {
        for (int i = 0; storage->words[i] && key < 0; i++)
            key = base_str_is(text, storage->words[i]) ? i : -1;
    }
    if (key < 0)
        narrow_to_nothing(bound);
    else
        narrow(bound, key, key);
}

/* Bounds may be too wide, never too narrow: SQLite looks again. */
static void narrow_to_number(struct bound *bound, char letter, sqlite3_value *value)
{
    int type = sqlite3_value_numeric_type(value);
    if (type != SQLITE_INTEGER && type != SQLITE_FLOAT) { /* texts and blobs come after all numbers */
        if (letter != AT_MOST)
            narrow_to_nothing(bound);
        else
            narrow(bound, INT64_MIN + 1, INT64_MAX);
        return;
    }
    int64_t whole = type == SQLITE_INTEGER ? sqlite3_value_int64(value) : base_i64_of(sqlite3_value_double(value));
    int64_t below = type == SQLITE_INTEGER ? whole : base_i64_sum(whole, -1);
    int64_t above = type == SQLITE_INTEGER ? whole : base_i64_sum(whole, 1);
    narrow(bound, letter == AT_MOST ? INT64_MIN + 1 : below, letter == AT_LEAST ? INT64_MAX : above);
}

static void apply(struct cursor *cursor, char letter, unsigned column, sqlite3_value *value)
{
    struct bound *bound = bound_of(cursor, column);
    bool null = !value || sqlite3_value_type(value) == SQLITE_NULL;
    if (null && letter != IS && letter != IS_NULL)
        narrow_to_nothing(bound);
    else if (null)
        narrow(bound, QUERY_NO_NUMBER, QUERY_NO_NUMBER);
    else if (is_text(&cursor->store->table->columns[column]))
        narrow_to_text(cursor->store, bound, value);
    else
        narrow_to_number(bound, letter, value);
}

/* ---- searching ---- */

/* The first place from `at` to `end` whose key does not come before this one; or does not come after it. */
static uint32_t search(const struct cursor *cursor, unsigned column, int64_t key, bool behind, uint32_t at,
                       uint32_t end)
{
    int64_t place = query_place(cursor->store, column, key);
    while (at < end) {
        uint32_t middle = at + (end - at) / 2;
        int64_t there = query_key(cursor->store, column, row_at(cursor, middle));
        int64_t found = query_place(cursor->store, column, there);
        if (found < place || (behind && found == place))
            at = middle + 1;
        else
            end = middle;
    }
    return at;
}

/* Rows are sorted by this column between `at` and `end`: leaves those within its bound, if it has one. False if equal
 * rows may still differ in it. */
static bool search_column(struct cursor *cursor, unsigned column)
{
    for (unsigned i = 0; i < cursor->bound_count; i++) {
        struct bound bound = cursor->bounds[i];
        if (bound.column != column)
            continue;
        cursor->bounds[i] = cursor->bounds[--cursor->bound_count];
        if (bound.least > bound.most) {
            cursor->end = cursor->at;
            return false;
        }
        cursor->at = search(cursor, column, bound.least, false, cursor->at, cursor->end);
        cursor->end = search(cursor, column, bound.most, true, cursor->at, cursor->end);
        return bound.least == bound.most;
    }
    return false;
}

static void seek(struct cursor *cursor, const uint8_t *by, size_t by_count)
{
    struct query_store *store = cursor->table->store;
    struct query_order *order = by_count ? query_store_order(store, by, by_count) : NULL;
    bool constant = true;
    cursor->order = order ? query_order_rows(store, order) : NULL;
    cursor->at = order ? 0 : store->first;
    cursor->end = cursor->at + store->rows;
    for (size_t i = 0; i < by_count && constant; i++)
        constant = search_column(cursor, by[i]);
    if (constant && store->sorted)
        search_column(cursor, store->table->time);
}

static int cursor_filter(sqlite3_vtab_cursor *base, int number, const char *words, int argc, sqlite3_value **argv)
{
    struct cursor *cursor = (struct cursor *)base;
    uint8_t by[QUERY_MOST_KEYS];
    size_t by_count = 0;
    int arg = 0;
    (void)number;
    cursor->bound_count = 0;
    while (*words) {
        char letter = *words, *end;
        unsigned column = (unsigned)strtoul(words + 1, &end, 10);
        if (letter == BY)
            by[by_count++] = (uint8_t)column;
        else
            apply(cursor, letter, column, letter != IS_NULL && arg < argc ? argv[arg++] : NULL);
        words = end + 1;
    }
    seek(cursor, by, by_count);
    return settle(cursor);
}

/* ---- values ---- */

static void result_text(sqlite3_context *context, struct base_str text, sqlite3_destructor_type lifetime)
{
    sqlite3_result_text64(context, text.size ? text.data : "", text.size, lifetime, SQLITE_UTF8);
}

static void result_message(sqlite3_context *context, struct base_str text)
{
    if (query_text_is_fine(text)) {
        result_text(context, text, SQLITE_STATIC);
        return;
    }
    char *mended = sqlite3_malloc64(query_text_mended_size(text));
    if (!mended)
        sqlite3_result_error_nomem(context);
    else
        result_text(context, (struct base_str){mended, query_text_mend(text, mended)}, sqlite3_free);
}

static void result_path(sqlite3_context *context, const struct query_names *names, uint32_t stack)
{
    struct base_text text = {0};
    query_stack_text(names, stack, &text);
    result_text(context, base_text_view(&text), SQLITE_TRANSIENT);
    base_text_release(&text);
}

static void result_number(sqlite3_context *context, int64_t number)
{
    if (number != QUERY_NO_NUMBER)
        sqlite3_result_int64(context, number);
}

/* Without a result it is NULL. */
static int cursor_column(sqlite3_vtab_cursor *base, sqlite3_context *context, int number)
{
    const struct cursor *cursor = (const struct cursor *)base;
    const struct query_store *store = cursor->store;
    const struct query_storage *storage = &store->table->columns[number].storage;
    unsigned column = (unsigned)number;
    struct base_str message;
    int64_t key;
    switch (storage->kind) {
    case QUERY_NUMBER: result_number(context, query_number(store, column, cursor->row)); break;
    case QUERY_SPAN: result_number(context, query_span(store, storage, cursor->row)); break;
    case QUERY_WORD:
        key = query_key(store, column, cursor->row);
        if (key != QUERY_NO_NUMBER)
            result_text(context, (struct base_str){storage->words[key], store->word_sizes[column][key]}, SQLITE_STATIC);
        break;
    case QUERY_NAME:
        key = query_key(store, column, cursor->row);
        if (key != QUERY_NO_NUMBER)
            result_text(context, query_name_text(store->names, (uint32_t)key), SQLITE_STATIC);
        break;
    case QUERY_PATH:
        key = query_key(store, storage->of, cursor->row);
        if (key != QUERY_NO_NUMBER)
            result_path(context, store->names, (uint32_t)key);
        break;
    case QUERY_MESSAGE:
        message = query_message(store, column, cursor->row);
        if (message.data)
            result_message(context, message);
        break;
    default: result_number(context, query_key(store, column, cursor->row)); break;
    }
    return SQLITE_OK;
}

static int cursor_rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *ret_rowid)
{
    const struct cursor *cursor = (const struct cursor *)base;
    *ret_rowid = (sqlite3_int64)cursor->row - cursor->store->first + 1;
    return SQLITE_OK;
}

/* Without xCreate: there is nothing to create, each is there under its own name. */
static const sqlite3_module module = {
    .iVersion = 1,
    .xConnect = table_connect,
    .xBestIndex = table_best_index,
    .xDisconnect = table_disconnect,
    .xOpen = cursor_open,
    .xClose = cursor_close,
    .xFilter = cursor_filter,
    .xNext = cursor_next,
    .xEof = cursor_eof,
    .xColumn = cursor_column,
    .xRowid = cursor_rowid,
};

int query_tables_add(sqlite3 *db, struct query_tables_of *tables)
{
    int code = SQLITE_OK;
    for (size_t i = 0; i < QUERY_TABLES && code == SQLITE_OK; i++)
        code = sqlite3_create_module_v2(db, query_tables[i].name, &module, tables, NULL);
    return code;
}
