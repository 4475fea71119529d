/* The rows of a table that the server sorts and sends page by page.
 *
 *     struct web_rows rows = {.descending = web_rows_descending(request, true)};
 *     web_rows_add(&rows, index, key);                 for each row that the request is about
 *     web_rows_finish(&rows, request, &json, add_thing, things);
 */
#ifndef KYMO_WEB_ROWS_H
#define KYMO_WEB_ROWS_H

#include "output/json.h"
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

/* Writes the member of a row, as an object. */
typedef void web_row_writer(struct output_json *json, const void *things, size_t index);

/* Sorts the rows, of which those with equal keys stay in order, and writes "rows": the page that the
 * parameters `offset` and `limit` ask for, at most WEB_MOST_ROWS. Releases the rows. */
void web_rows_finish(struct web_rows *rows, const struct web_request *request, struct output_json *json,
                     web_row_writer *write, const void *things);

#endif
