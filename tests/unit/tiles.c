#include "tiles.h"

static const uint8_t *take(struct reply *reply, size_t size)
{
    assert_true(size <= reply->body->size - reply->at);
    const uint8_t *at = (const uint8_t *)reply->body->data + reply->at;
    reply->at += size;
    return at;
}

uint32_t u32_at(const uint8_t *at)
{
    if (!at) {
        fail_msg("there are no bytes");
        return 0;
    }
    return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

double f64_at(const uint8_t *at)
{
    uint64_t bits = u32_at(at) | (uint64_t)u32_at(at + 4) << 32;
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

float f32_at(const uint8_t *at)
{
    uint32_t bits = u32_at(at);
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static size_t padded(size_t size)
{
    return (size + 7) & ~(size_t)7;
}

struct tile reply_tile(struct reply *reply)
{
    static const size_t dense[] = {1, 1, 2, 4, 0, 0}, exact[] = {8, 8, 8, 4, 4, 1};
    struct tile tile = {0};
    assert_int_equal(reply->at % 8, 0);
    const uint8_t *head = take(reply, 8);
    tile.kind = u32_at(head);
    tile.n = u32_at(head + 4);
    assert_true(tile.kind <= COUNTER);
    for (int i = 0; i < 6 && (tile.kind == DENSE || tile.kind == EXACT); i++)
        tile.columns[i] = take(reply, padded((tile.kind == DENSE ? dense : exact)[i] * tile.n));
    if (tile.kind == COUNTER)
        tile.columns[0] = take(reply, (size_t)tile.n * 2 * 4 * BUCKETS);
    if (tile.kind == EMPTY)
        assert_int_equal(tile.n, 0);
    return tile;
}

struct reply reply_begin(const struct web_response *response, uint32_t tiles)
{
    struct reply reply = {&response->body, 0};
    assert_int_equal(response->status, 200);
    assert_string_equal(response->content_type, "application/octet-stream");
    const uint8_t *head = take(&reply, 8);
    assert_int_equal(u32_at(head), 0x3154594b);
    assert_int_equal(u32_at(head + 4), tiles);
    return reply;
}

struct tile ask_for_tile(struct web_trace *trace, const char *lane, int level, int64_t tile,
                         struct web_response *ret_response)
{
    struct base_text body = {0};
    base_text_format(&body, "{\"level\": %d, \"tiles\": [[\"%s\", %lld]]}", level, lane, (long long)tile);
    const struct web_request request = {.method = "POST",
                                        .target = "/api/tiles",
                                        .host = "localhost",
                                        .kymo_header = "1",
                                        .body = {body.data, body.size}};
    *ret_response = (struct web_response){0};
    web_answer(trace, &request, ret_response);
    struct reply reply = reply_begin(ret_response, 1);
    struct tile got = reply_tile(&reply);
    assert_int_equal(reply.at, ret_response->body.size);
    base_text_release(&body);
    return got;
}
