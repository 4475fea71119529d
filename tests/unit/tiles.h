/* Replies of POST /api/tiles, taken apart as docs/http.md describes them. Every read is within the reply. */
#ifndef KYMO_TESTS_TILES_H
#define KYMO_TESTS_TILES_H

#include "support.h"

#include "web/routes.h"

enum { BUCKETS = 512, EMPTY = 0, DENSE = 1, EXACT = 2, COUNTER = 3 };

struct reply {
    const struct base_text *body;
    size_t at;
};

/* Of a dense tile: state, busy, count, name. Of an exact one: start, duration, goroutine, index, name, state. Of
 * counters: all in the first. */
struct tile {
    uint32_t kind, n;
    const uint8_t *columns[6];
};

/* The reply must be one of so many tiles. */
struct reply reply_begin(const struct web_response *response, uint32_t tiles);
struct tile reply_tile(struct reply *reply);

uint32_t u32_at(const uint8_t *at);
double f64_at(const uint8_t *at);
float f32_at(const uint8_t *at);

/* Asks for one tile; *ret_response holds it, and is to be released. */
struct tile ask_for_tile(struct web_trace *trace, const char *lane, int level, int64_t tile,
                         struct web_response *ret_response);

#endif
