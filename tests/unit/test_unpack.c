/* Unpacking of gzip and zstd. */
#include "support.h"

#include "base/memory.h"
#include "base/unpack.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

enum { HEAD_BYTES = 8, MIB = 1 << 20 };

/* ---- bytes to work with ---- */

/* Begins with "good"; compresses about as well as a trace. */
static struct base_text sample(size_t size)
{
    struct test_random random = {11};
    struct base_text text = {0};
    base_text_add(&text, "good bytes ");
    while (text.size < size)
        base_text_char(&text, (char)test_random_below(&random, text.size % 100 < 50 ? 4 : 256));
    text.size = size;
    return text;
}

static void add_gzip(struct base_text *out, const void *bytes, size_t size)
{
    z_stream zlib = {0};
    assert_int_equal(deflateInit2(&zlib, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
    base_text_reserve(out, deflateBound(&zlib, size) + 32);
    zlib.next_in = (Bytef *)(uintptr_t)bytes;
    zlib.avail_in = (uInt)size;
    zlib.next_out = (Bytef *)out->data + out->size;
    zlib.avail_out = (uInt)(out->capacity - out->size);
    assert_int_equal(deflate(&zlib, Z_FINISH), Z_STREAM_END);
    out->size += zlib.total_out;
    deflateEnd(&zlib);
}

static void add_zstd(struct base_text *out, const void *bytes, size_t size)
{
    ZSTD_CCtx *context = ZSTD_createCCtx();
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
    base_text_reserve(out, ZSTD_compressBound(size));
    size_t made = ZSTD_compress2(context, out->data + out->size, out->capacity - out->size, bytes, size);
    assert_false(ZSTD_isError(made));
    out->size += made;
    ZSTD_freeCCtx(context);
}

static void add_plain(struct base_text *out, const void *bytes, size_t size)
{
    base_text_bytes(out, bytes, size);
}

typedef void adder(struct base_text *out, const void *bytes, size_t size);

/* ---- running it ---- */

static bool is_good(void *self, const uint8_t *head, size_t size, struct base_error *ret_error)
{
    ++*(int *)self;
    if (size == HEAD_BYTES && memcmp(head, "good", 4) == 0)
        return true;
    return base_fail(ret_error, "bad, by %zu bytes", size);
}

struct unpacked {
    bool done, stopped_early;
    int asked;
    struct base_text out;
    struct base_error damage, error;
};

/* Unpacks bytes in pieces of a size. */
static struct unpacked unpack(const struct base_text *packed, size_t piece)
{
    struct unpacked result = {0};
    struct base_gate gate = {HEAD_BYTES, is_good, &result.asked};
    struct base_unpack *unpack = base_unpack_new(&gate, &result.out);
    enum base_unpack_status status = BASE_UNPACK_MORE;
    for (size_t at = 0; at < packed->size && status == BASE_UNPACK_MORE; at += piece) {
        size_t size = packed->size - at < piece ? packed->size - at : piece;
        status = base_unpack_add(unpack, (const uint8_t *)packed->data + at, size, &result.error);
        result.stopped_early = status == BASE_UNPACK_ENOUGH;
    }
    if (status != BASE_UNPACK_REFUSED) {
        result.done = base_unpack_finish(unpack, &result.damage, &result.error);
        assert_true(result.done == base_unpack_has_begun(unpack));
    }
    base_unpack_free(unpack);
    assert_true(result.asked <= 1);
    return result;
}

static void release(struct unpacked *result)
{
    base_text_release(&result->out);
    base_error_release(&result->damage);
    base_error_release(&result->error);
}

/* Unpacks, in pieces of several sizes. cause NULL: to just these bytes. Else to the first of them, with a damage that
 * contains it. */
static void assert_unpacks(const struct base_text *packed, const struct base_text *plain, const char *cause)
{
    static const size_t pieces[] = {1, 3, 1000, SIZE_MAX};
    for (size_t i = 0; i < COUNT_OF(pieces); i++) {
        struct unpacked result = unpack(packed, pieces[i] < packed->size ? pieces[i] : packed->size + 1);
        if (!result.done)
            fail_msg("refused: %s", result.error.cause);
        assert_int_equal(result.out.size, plain->size);
        assert_memory_equal(result.out.data, plain->data, plain->size);
        if (!cause && result.damage.cause)
            fail_msg("damaged: %s", result.damage.cause);
        if (cause && (!result.damage.cause || !strstr(result.damage.cause, cause)))
            fail_msg("%s, not %s", result.damage.cause ? result.damage.cause : "no damage", cause);
        assert_true(!cause || result.damage.placed);
        release(&result);
    }
}

static void assert_refused(const struct base_text *packed, const char *cause)
{
    static const size_t pieces[] = {1, 1000, SIZE_MAX};
    for (size_t i = packed->size > MIB ? 1 : 0; i < COUNT_OF(pieces); i++) {
        struct unpacked result = unpack(packed, pieces[i] < packed->size ? pieces[i] : packed->size + 1);
        assert_false(result.done);
        if (!result.error.cause || !strstr(result.error.cause, cause))
            fail_msg("%s, not %s", result.error.cause ? result.error.cause : "no error", cause);
        assert_null(result.damage.cause);
        release(&result);
    }
}

/* ---- tests ---- */

static adder *const adders[] = {add_gzip, add_zstd};
static const char *const names[] = {"gzip", "zstd"};

static void what_is_not_packed_passes_through(void **state)
{
    struct base_text plain = sample(300000);
    (void)state;
    assert_unpacks(&plain, &plain, NULL);
    plain.size = HEAD_BYTES;
    assert_unpacks(&plain, &plain, NULL);
    base_text_release(&plain);
}

static void members_make_one_whole(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(adders); i++) {
        struct base_text plain = sample(700000), packed = {0};
        adders[i](&packed, plain.data, 0);
        adders[i](&packed, plain.data, 3);
        adders[i](&packed, plain.data + 3, 500000);
        adders[i](&packed, plain.data, 0);
        adders[i](&packed, plain.data + 500003, plain.size - 500003);
        assert_true(packed.size < plain.size);
        assert_true(base_unpack_is_packed((const uint8_t *)packed.data, packed.size));
        assert_unpacks(&packed, &plain, NULL);
        base_text_release(&plain);
        base_text_release(&packed);
    }
}

static void skippable_frames_are_skipped(void **state)
{
    static const char skippable[] = "\x5f\x2a\x4d\x18\x05\x00\x00\x00trash";
    struct base_text plain = sample(5000), packed = {0};
    (void)state;
    base_text_bytes(&packed, skippable, sizeof skippable - 1);
    add_zstd(&packed, plain.data, 3000);
    base_text_bytes(&packed, skippable, sizeof skippable - 1);
    add_zstd(&packed, plain.data + 3000, 2000);
    base_text_bytes(&packed, skippable, sizeof skippable - 1);
    assert_unpacks(&packed, &plain, NULL);
    base_text_release(&plain);
    base_text_release(&packed);
}

/* Every place near both ends, and some between. */
static size_t next_cut(size_t cut, size_t size)
{
    size_t step = cut < 100 || cut >= size - 40 ? 1 : 997;
    return cut < size - 40 && cut + step > size - 40 ? size - 40 : cut + step;
}

/* Wherever the data is cut, what comes out is the begin of the whole, and it is said that there is more. */
static void cut_data_gives_its_begin(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(adders); i++) {
        struct base_text plain = sample(400000), packed = {0};
        size_t most = 0;
        adders[i](&packed, plain.data, 200000);
        size_t seam = packed.size;
        adders[i](&packed, plain.data + 200000, 200000);
        for (size_t cut = 0; cut < packed.size; cut = next_cut(cut, packed.size)) {
            struct base_text part = {.data = packed.data, .size = cut};
            struct unpacked result = unpack(&part, 4096);
            assert_true(result.out.size >= most && result.out.size <= plain.size);
            assert_memory_equal(result.out.data, plain.data, most = result.out.size);
            assert_true(result.done == (result.out.size > 0));
            assert_true(!result.done || cut == seam || strstr(result.damage.cause, "ends early"));
            assert_true(result.done || cut < 4 || strstr(result.error.cause, "ends early"));
            release(&result);
        }
        assert_int_equal(most, plain.size); /* only a checksum was missing */
        struct base_text first = {.data = packed.data, .size = seam};
        plain.size = 200000;
        assert_unpacks(&first, &plain, NULL);
        base_text_release(&plain);
        base_text_release(&packed);
    }
}

static void a_wrong_checksum_loses_nothing(void **state)
{
    static const char *const causes[] = {"the gzip data is damaged: incorrect data check",
                                         "the zstd data is damaged: Restored data doesn't match checksum"};
    static const size_t back[] = {8, 4};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(adders); i++) {
        struct base_text plain = sample(200000), packed = {0};
        adders[i](&packed, plain.data, plain.size);
        packed.data[packed.size - back[i]] ^= 1;
        adders[i](&packed, "more", 4);
        assert_unpacks(&packed, &plain, causes[i]);
        base_text_release(&plain);
        base_text_release(&packed);
    }
}

static void damage_in_the_middle_keeps_what_is_before(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(adders); i++) {
        struct base_text plain = sample(1000000), packed = {0};
        adders[i](&packed, plain.data, plain.size);
        memset(packed.data + packed.size / 2, 0xff, 2000);
        struct unpacked result = unpack(&packed, 5000);
        assert_true(result.done && result.stopped_early);
        assert_true(result.out.size > 300000);
        assert_memory_equal(result.out.data, plain.data, 300000);
        assert_non_null(strstr(result.damage.cause, "is damaged"));
        assert_non_null(strstr(result.damage.cause, names[i]));
        /* gzip may take any bytes for data, and notices only at the end, by the checksum. */
        assert_true(result.damage.offset_bytes > packed.size / 2 && result.damage.offset_bytes <= packed.size);
        release(&result);
        base_text_release(&plain);
        base_text_release(&packed);
    }
}

static void what_follows_the_end_is_not_used(void **state)
{
    static const char zeros[1000];
    (void)state;
    for (size_t i = 0; i < COUNT_OF(adders); i++) {
        struct base_text plain = sample(5000), packed = {0};
        adders[i](&packed, plain.data, plain.size);
        size_t end = packed.size;
        for (size_t padding = 1; padding < 10; padding++) {
            packed.size = end;
            base_text_bytes(&packed, zeros, padding);
            assert_unpacks(&packed, &plain, NULL);
        }
        for (size_t more = 1; more < 10; more++) {
            packed.size = end;
            base_text_bytes(&packed, "something else", more);
            assert_unpacks(&packed, &plain, "is followed by something else");
        }
        packed.size = end;
        adders[1 - i](&packed, plain.data, plain.size);
        assert_unpacks(&packed, &plain, "is followed by something else");
        /* It may be endless: it is not read. */
        packed.size = end;
        base_text_bytes(&packed, zeros, sizeof zeros);
        struct unpacked result = unpack(&packed, packed.size - 500);
        assert_true(result.stopped_early);
        release(&result);
        base_text_release(&plain);
        base_text_release(&packed);
    }
}

static void no_bytes_are_judged_too(void **state)
{
    struct base_text packed = {0};
    (void)state;
    assert_refused(&packed, "bad, by 0 bytes");
    for (size_t i = 0; i < COUNT_OF(adders); i++) {
        packed.size = 0;
        adders[i](&packed, "", 0);
        assert_refused(&packed, "bad, by 0 bytes");
        adders[i](&packed, "good", 4);
        assert_refused(&packed, "bad, by 4 bytes");
    }
    base_text_release(&packed);
    for (size_t size = 1; size < HEAD_BYTES; size++) {
        struct base_text few = {.data = (char *)(uintptr_t) "good good", .size = size};
        struct unpacked result = unpack(&few, 1);
        assert_false(result.done);
        release(&result);
    }
}

/* Endless data that is of no use is given up by its first bytes; none of it is handed out. */
static void the_gate_is_asked_first(void **state)
{
    static adder *const all[] = {add_plain, add_gzip, add_zstd};
    char *zeros = base_zalloc(4, MIB);
    (void)state;
    for (size_t i = 0; i < COUNT_OF(all); i++) {
        struct base_text packed = {0};
        all[i](&packed, zeros, 4 * (size_t)MIB);
        assert_refused(&packed, "bad, by 8 bytes");
        struct unpacked result = unpack(&packed, 64);
        assert_int_equal(result.out.size, 0);
        assert_int_equal(result.asked, 1);
        release(&result);
        base_text_release(&packed);
    }
    free(zeros);
}

static void bombs(void **state)
{
    enum { LARGE = 256 * MIB };
    struct base_text packed = {0};
    char *zeros = base_zalloc(1, LARGE);
    (void)state;
    memcpy(zeros, "good bytes", 10);
    add_zstd(&packed, zeros, LARGE);
    struct unpacked result = unpack(&packed, SIZE_MAX / 2);
    assert_false(result.done);
    assert_string_equal(result.error.cause, "the zstd data is refused: it unpacks to more than 1100 times its size");
    assert_true(result.out.size <= packed.size * BASE_UNPACK_MOST_RATIO + 2 * MIB);
    release(&result);
    /* gzip cannot do that; what it can do is let through. */
    packed.size = 0;
    add_gzip(&packed, zeros, 32 * (size_t)MIB);
    assert_true(packed.size * 1000 < 32 * (size_t)MIB);
    result = unpack(&packed, 1000);
    assert_true(result.done && !result.damage.cause);
    assert_int_equal(result.out.size, 32 * (size_t)MIB);
    release(&result);
    base_text_release(&packed);
    free(zeros);
}

static void windows_have_a_limit(void **state)
{
    /* Magic, no flags, a window of 2^(10 + exponent) bytes, and one last block that is not compressed. */
    uint8_t frame[] = {0x28, 0xb5, 0x2f, 0xfd, 0,   0,   (10 << 3) | 1, 0,   0,  'g',
                       'o',  'o',  'd',  ' ',  'b', 'y', 't',           'e', 's'};
    struct base_text packed = {.data = (char *)frame, .size = sizeof frame};
    struct base_text plain = {.data = (char *)frame + 9, .size = 10};
    (void)state;
    frame[5] = 17 << 3;
    assert_unpacks(&packed, &plain, NULL);
    frame[5] = (17 << 3) + 1;
    assert_refused(&packed, "the zstd data is refused: its window is larger than 128 MiB");
    frame[5] = 0xff;
    assert_refused(&packed, "its window is larger");
}

static void headers_have_a_limit(void **state)
{
    static const uint8_t named[] = {0x1f, 0x8b, 8, 8, 0, 0, 0, 0, 0, 0};
    struct base_text packed = {0}, member = {0};
    (void)state;
    base_text_bytes(&packed, named, sizeof named);
    while (packed.size < 2 * MIB)
        base_text_add(&packed, "a name without an end");
    assert_refused(&packed, "the gzip data is refused: nothing comes out of its first MiB");
    for (size_t i = 0; i < COUNT_OF(adders); i++) {
        packed.size = member.size = 0;
        adders[i](&member, "", 0);
        while (packed.size < 2 * MIB)
            base_text_bytes(&packed, member.data, member.size);
        assert_refused(&packed, "nothing comes out of its first MiB");
    }
    base_text_release(&packed);
    base_text_release(&member);
}

static void a_full_file_ends_the_unpacking(void **state)
{
    struct base_text plain = sample(3 * MIB), packed = {0}, full = base_text_to_fd(open("/dev/full", O_WRONLY));
    struct base_error error = BASE_NO_ERROR;
    int asked = 0;
    struct base_gate gate = {HEAD_BYTES, is_good, &asked};
    (void)state;
    add_gzip(&packed, plain.data, plain.size);
    struct base_unpack *unpack = base_unpack_new(&gate, &full);
    assert_int_equal(base_unpack_add(unpack, (const uint8_t *)packed.data, packed.size, &error), BASE_UNPACK_REFUSED);
    assert_null(error.cause);
    assert_int_equal(full.failed, ENOSPC);
    base_unpack_free(unpack);
    close(full.fd);
    base_text_release(&full);
    base_text_release(&plain);
    base_text_release(&packed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_not_packed_passes_through),
        cmocka_unit_test(members_make_one_whole),
        cmocka_unit_test(skippable_frames_are_skipped),
        cmocka_unit_test(cut_data_gives_its_begin),
        cmocka_unit_test(a_wrong_checksum_loses_nothing),
        cmocka_unit_test(damage_in_the_middle_keeps_what_is_before),
        cmocka_unit_test(what_follows_the_end_is_not_used),
        cmocka_unit_test(no_bytes_are_judged_too),
        cmocka_unit_test(the_gate_is_asked_first),
        cmocka_unit_test(bombs),
        cmocka_unit_test(windows_have_a_limit),
        cmocka_unit_test(headers_have_a_limit),
        cmocka_unit_test(a_full_file_ends_the_unpacking),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
