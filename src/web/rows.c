#include "web/rows.h"

#include "base/sort.h"

bool web_rows_descending(const struct web_request *request, bool otherwise)
{
    struct base_text order = {0};
    bool descending = otherwise;
    if (web_parameter(request, "order", &order))
        descending = !base_str_is(base_text_view(&order), "asc");
    base_text_release(&order);
    return descending;
}

void web_rows_add(struct web_rows *rows, size_t index, int64_t key)
{
    uint64_t unsigned_key = (uint64_t)key ^ UINT64_C(1) << 63;
    *base_vec_add(&rows->indices) = (uint32_t)index;
    *base_vec_add(&rows->keys) = rows->descending ? ~unsigned_key : unsigned_key;
}

void web_rows_finish(struct web_rows *rows, const struct web_request *request, struct output_json *json,
                     web_row_writer *write, const void *things)
{
    int64_t offset = web_parameter_i64(request, "offset", 0);
    int64_t limit = web_parameter_i64(request, "limit", WEB_USUAL_ROWS);
    if (rows->indices.count > 1)
        base_sort_by_keys(rows->keys.at, rows->indices.at, rows->indices.count);
    limit = limit > WEB_MOST_ROWS ? WEB_MOST_ROWS : limit;
    output_json_open(json, "rows", '[');
    for (int64_t i = 0; offset >= 0 && i < limit && (uint64_t)offset + (uint64_t)i < rows->indices.count; i++)
        write(json, things, rows->indices.at[offset + i]);
    output_json_close(json, ']');
    base_vec_release(&rows->indices);
    base_vec_release(&rows->keys);
}
