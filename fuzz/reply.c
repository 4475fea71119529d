#include "reply.h"

#include "json.h"
#include "pprof.h"
#include "target.h"

#include <string.h>

enum { MAGIC = 0x3154594b, BUCKETS = 512, STATES = 21 };

/* ---- tiles, decoded as docs/http.md describes them ---- */

struct tiles {
    const char *at;
    size_t left;
};

static const char *take(struct tiles *tiles, size_t size)
{
    const char *at = tiles->at;
    fuzz_require(size <= tiles->left, "a tile is there to its end");
    tiles->at += size;
    tiles->left -= size;
    return at;
}

static uint32_t take_u32(struct tiles *tiles)
{
    const unsigned char *at = (const unsigned char *)take(tiles, 4);
    return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

/* Columns are padded. */
static const char *take_column(struct tiles *tiles, size_t count, size_t width)
{
    const char *at = take(tiles, count * width);
    take(tiles, -(count * width) % 8);
    return at;
}

static void check_states(const char *states, size_t count)
{
    for (size_t i = 0; i < count; i++)
        fuzz_require((unsigned char)states[i] < STATES, "a tile's states are known");
}

static void check_exact(struct tiles *tiles, uint32_t count)
{
    const char *starts = take_column(tiles, count, 8), *lengths = take_column(tiles, count, 8);
    double end_ns = 0;
    for (uint32_t i = 0; i < count; i++) { /* the machines this runs on are little endian */
        double start_ns, length_ns;
        memcpy(&start_ns, starts + i * sizeof start_ns, sizeof start_ns);
        memcpy(&length_ns, lengths + i * sizeof length_ns, sizeof length_ns);
        fuzz_require(length_ns >= 0 && (!i || start_ns >= end_ns * (1 - 1e-9)), "a tile's slices do not overlap");
        end_ns = start_ns + length_ns;
    }
    take_column(tiles, count, 8);
    take_column(tiles, count, 4);
    take_column(tiles, count, 4);
    check_states(take_column(tiles, count, 1), count);
}

static void check_tile(struct tiles *tiles)
{
    uint32_t kind = take_u32(tiles), count = take_u32(tiles);
    fuzz_require(kind <= 3, "a tile's kind is known");
    if (kind == 0)
        fuzz_require(count == 0, "an empty tile has no columns");
    if (kind == 1) {
        fuzz_require(count == BUCKETS, "a dense tile has all buckets");
        check_states(take_column(tiles, count, 1), count);
        take_column(tiles, count, 1);
        take_column(tiles, count, 2);
        take_column(tiles, count, 4);
    }
    if (kind == 2)
        check_exact(tiles, count);
    for (uint32_t i = 0; kind == 3 && i < 2 * count; i++)
        take_column(tiles, BUCKETS, 4);
}

static void check_tiles(const char *data, size_t size)
{
    struct tiles tiles = {data, size};
    fuzz_require(take_u32(&tiles) == MAGIC, "tiles begin with their magic number");
    for (uint32_t count = take_u32(&tiles); count; count--)
        check_tile(&tiles);
    fuzz_require(!tiles.left, "nothing follows the last tile");
}

void fuzz_check_reply(const struct web_request *request, const struct web_response *response)
{
    const struct base_text *body = &response->body;
    fuzz_require(response->status >= 200 && response->status <= 599, "a reply has a status");
    fuzz_require(response->content_type != NULL, "a reply has a type");
    if (response->fixed_body.data)
        fuzz_require(!body->size, "a reply has one body");
    else if (strcmp(response->content_type, "application/json") == 0)
        fuzz_require(fuzz_is_json(body->data, body->size), "a reply of JSON is JSON");
    else if (base_str_is(web_path(request), "/api/tiles"))
        check_tiles(body->data, body->size);
    else if (response->download_name)
        fuzz_check_pprof_file(body->data, body->size);
    else
        fuzz_require(false, "a reply is a page, JSON, tiles or a profile");
}
