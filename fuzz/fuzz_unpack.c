/* Fuzz target: unpacking, at once and in pieces, which must come to the same. */
#include "base/unpack.h"
#include "target.h"

#include <string.h>

struct unpacked {
    bool done;
    struct base_text out;
    struct base_error damage, error;
};

static bool check(void *self, const uint8_t *head, size_t size, struct base_error *ret_error)
{
    (void)self;
    return (size >= 5 && memcmp(head, "go 1.", 5) == 0) || base_fail(ret_error, "no trace");
}

static struct unpacked unpack(const uint8_t *data, size_t size, size_t piece)
{
    static const struct base_gate gate = {16, check, NULL};
    struct unpacked result = {0};
    struct base_unpack *unpack = base_unpack_new(&gate, &result.out);
    enum base_unpack_status status = BASE_UNPACK_MORE;
    for (size_t at = 0; at < size && status == BASE_UNPACK_MORE; at += piece)
        status = base_unpack_add(unpack, data + at, size - at < piece ? size - at : piece, &result.error);
    result.done = status != BASE_UNPACK_REFUSED && base_unpack_finish(unpack, &result.damage, &result.error);
    fuzz_require(!result.done || base_unpack_has_begun(unpack), "what is unpacked has begun");
    base_unpack_free(unpack);
    return result;
}

static bool equal(const struct base_error *a, const struct base_error *b)
{
    return !a->cause == !b->cause && (!a->cause || strcmp(a->cause, b->cause) == 0);
}

static void release(struct unpacked *result)
{
    base_text_release(&result->out);
    base_error_release(&result->damage);
    base_error_release(&result->error);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct unpacked whole = unpack(data, size, size + 1), parts = unpack(data, size, 1 + size % 13);
    fuzz_require(whole.done == !whole.error.cause, "unpacking fails with a cause");
    fuzz_require(whole.done == parts.done && whole.out.size == parts.out.size, "pieces come to as much as the whole");
    fuzz_require(!whole.out.size || memcmp(whole.out.data, parts.out.data, whole.out.size) == 0,
                 "pieces come to the same as the whole");
    fuzz_require(equal(&whole.damage, &parts.damage) && equal(&whole.error, &parts.error),
                 "pieces have the errors of the whole");
    fuzz_require(whole.out.size <= (size + 1) * BASE_UNPACK_MOST_RATIO + 2 * BASE_UNPACK_SLACK_BYTES,
                 "no more is unpacked than the limit");
    release(&whole);
    release(&parts);
    return 0;
}
