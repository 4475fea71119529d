#include "query/functions.h"

#include "analyze/durations.h"
#include "base/text.h"

#include <string.h>

static void result(sqlite3_context *context, struct base_text *text)
{
    sqlite3_result_text64(context, text->data, text->size, SQLITE_TRANSIENT, SQLITE_UTF8);
    base_text_release(text);
}

static void duration(sqlite3_context *context, int argc, sqlite3_value **argv)
{
    struct base_text text = {0};
    (void)argc;
    if (sqlite3_value_type(argv[0]) == SQLITE_NULL)
        return;
    base_text_duration(&text, sqlite3_value_int64(argv[0]));
    result(context, &text);
}

static void bytes(sqlite3_context *context, int argc, sqlite3_value **argv)
{
    struct base_text text = {0};
    (void)argc;
    if (sqlite3_value_type(argv[0]) == SQLITE_NULL)
        return;
    sqlite3_int64 count = sqlite3_value_int64(argv[0]);
    if (count < 0)
        base_text_char(&text, '-');
    base_text_size(&text, count < 0 ? -(uint64_t)count : (uint64_t)count);
    result(context, &text);
}

/* The values of an aggregate: of SQLite's memory, so that its limit holds. */
struct values {
    int64_t *at;
    size_t count, capacity;
    unsigned percent;
    bool failed;
};

static bool make_room(struct values *values)
{
    if (values->count < values->capacity)
        return true;
    size_t capacity = values->capacity ? values->capacity * 2 : 64;
    int64_t *at = sqlite3_realloc64(values->at, capacity * sizeof *at);
    if (!at)
        return false;
    values->at = at;
    values->capacity = capacity;
    return true;
}

static void percentile_step(sqlite3_context *context, int argc, sqlite3_value **argv)
{
    struct values *values = sqlite3_aggregate_context(context, sizeof *values);
    (void)argc;
    if (sqlite3_value_type(argv[0]) == SQLITE_NULL || !values || values->failed)
        return;
    double percent = sqlite3_value_double(argv[1]);
    values->failed = !(percent >= 0 && percent <= 100);
    if (values->failed) {
        sqlite3_result_error(context, "percentile: the second argument is 0 to 100", -1);
    } else if (!make_room(values)) {
        values->failed = true;
        sqlite3_result_error_nomem(context);
    } else {
        values->percent = (unsigned)percent;
        values->at[values->count++] = sqlite3_value_int64(argv[0]);
    }
}

static void percentile_end(sqlite3_context *context)
{
    struct values *values = sqlite3_aggregate_context(context, 0);
    if (!values)
        return;
    if (!values->failed && values->count) {
        analyze_durations_sort(values->at, values->count);
        sqlite3_result_int64(context, analyze_durations_percentile(values->at, values->count, values->percent));
    }
    sqlite3_free(values->at);
}

int query_functions_add(sqlite3 *db)
{
    const int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
    int code = sqlite3_create_function_v2(db, "duration", 1, flags, NULL, duration, NULL, NULL, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_create_function_v2(db, "bytes", 1, flags, NULL, bytes, NULL, NULL, NULL);
    if (code == SQLITE_OK)
        code =
            sqlite3_create_function_v2(db, "percentile", 2, flags, NULL, NULL, percentile_step, percentile_end, NULL);
    return code;
}
