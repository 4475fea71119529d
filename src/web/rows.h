/* The rows of a table that the server sorts and sends page by page.
 *
 *     struct web_rows rows = {.descending = web_rows_descending(request, true)};
 *     web_rows_add(&rows, index, key);                 for each row that the request is about
 *     web_rows_page(&rows, request, &first, &end);     from here on they are sorted
 *     … rows.indices.at[first … end - 1] …
 *     web_rows_release(&rows);
 */
#ifndef KYMO_WEB_ROWS_H
#define KYMO_WEB_ROWS_H

#include "web/http.h"

#include <stddef.h>

enum { WEB_USUAL_ROWS = 200, WEB_MOST_ROWS = 1000 };

struct web_rows {
    bool descending;
    BASE_VEC(uint32_t) indices;
    BASE_VEC(uint64_t) keys;
};

/* What the parameter `order` says, asc or desc. */
bool web_rows_descending(const struct web_request *request, bool otherwise);

void web_rows_add(struct web_rows *rows, size_t index, int64_t key);

/* Rows with equal keys stay in order. The page is what the parameters `offset` and `limit` ask for, at most
 * WEB_MOST_ROWS. */
void web_rows_page(struct web_rows *rows, const struct web_request *request, size_t *ret_first, size_t *ret_end);
void web_rows_release(struct web_rows *rows);

#endif
