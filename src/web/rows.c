#include "web/rows.h"

#include "base/sort.h"

bool web_rows_descending(const struct web_request *request, bool otherwise)
{
    struct base_text order = {0};
    bool descending = otherwise;
    if (web_parameter(request, "order", &order))
        descending = !base_str_is((struct base_str){order.data, order.size}, "asc");
    base_text_release(&order);
    return descending;
}

void web_rows_add(struct web_rows *rows, size_t index, int64_t key)
{
    uint64_t unsigned_key = (uint64_t)key ^ UINT64_C(1) << 63;
    *base_vec_add(&rows->indices) = (uint32_t)index;
    *base_vec_add(&rows->keys) = rows->descending ? ~unsigned_key : unsigned_key;
}

void web_rows_page(struct web_rows *rows, const struct web_request *request, size_t *ret_first, size_t *ret_end)
{
    int64_t offset = web_parameter_i64(request, "offset", 0);
    int64_t limit = web_parameter_i64(request, "limit", WEB_USUAL_ROWS);
    if (rows->indices.count > 1)
        base_sort_by_keys(rows->keys.at, rows->indices.at, rows->indices.count);
    limit = limit < 0 ? 0 : limit > WEB_MOST_ROWS ? WEB_MOST_ROWS : limit;
    *ret_first = *ret_end = rows->indices.count;
    if (offset < 0 || (uint64_t)offset >= rows->indices.count)
        return;
    *ret_first = (size_t)offset;
    if ((uint64_t)limit < rows->indices.count - *ret_first)
        *ret_end = *ret_first + (size_t)limit;
}

void web_rows_release(struct web_rows *rows)
{
    base_vec_release(&rows->indices);
    base_vec_release(&rows->keys);
}
