#include "base/unpack.h"

#include "base/memory.h"

#include <inttypes.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

enum { MAGIC_BYTES = 4, STEP_BYTES = 1 << 16, BUFFER_BYTES = ZSTD_BLOCKSIZE_MAX, HEADERS_MOST_BYTES = 1 << 20 };

/* What one call of a decoder did. */
struct step {
    size_t taken, made;
    bool ended;        /* the member or frame is complete */
    const char *fault; /* why it can go no further */
    bool too_large;    /* the fault is one that is refused */
};

struct format {
    const char *name;
    bool (*begins)(const uint8_t magic[MAGIC_BYTES]);
    void (*begin)(struct base_unpack *unpack); /* a member */
    struct step (*decode)(struct base_unpack *unpack, const uint8_t *bytes, size_t size);
};

struct base_unpack {
    const struct base_gate *gate;
    struct base_text *out;
    const struct format *format; /* NULL: not known yet */
    bool inside;                 /* of a member */
    bool begun;                  /* the gate was asked, and is open */
    uint8_t magic[MAGIC_BYTES];  /* of the next member, while not inside */
    size_t magic_size;
    uint64_t taken_bytes, made_bytes;
    struct base_error damage;
    z_stream *zlib;
    ZSTD_DStream *zstd;
    size_t zstd_wants;  /* bytes, as its decoder says */
    size_t block_bytes; /* there are of a zstd block whose end is not there yet: */
    uint8_t block[ZSTD_BLOCKSIZE_MAX];
    bool at_end;    /* there will be no more bytes */
    size_t waiting; /* bytes in the buffer */
    uint8_t buffer[BUFFER_BYTES];
};

/* ---- the formats ---- */

static bool gzip_begins(const uint8_t magic[MAGIC_BYTES])
{
    return magic[0] == 0x1f && magic[1] == 0x8b && magic[2] == 8;
}

static void gzip_begin(struct base_unpack *unpack)
{
    enum { GZIP_ONLY = 16 };
    if (unpack->zlib) {
        inflateReset(unpack->zlib);
        return;
    }
    unpack->zlib = base_zalloc(1, sizeof *unpack->zlib);
    if (inflateInit2(unpack->zlib, GZIP_ONLY + MAX_WBITS) != Z_OK)
        base_out_of_memory();
}

static struct step gzip_decode(struct base_unpack *unpack, const uint8_t *bytes, size_t size)
{
    z_stream *zlib = unpack->zlib;
    size_t room = BUFFER_BYTES - unpack->waiting;
    zlib->next_in = (Bytef *)(uintptr_t)bytes;
    zlib->avail_in = (uInt)size;
    zlib->next_out = unpack->buffer + unpack->waiting;
    zlib->avail_out = (uInt)room;
    int result = inflate(zlib, Z_NO_FLUSH);
    struct step step = {.taken = size - zlib->avail_in, .made = room - zlib->avail_out};
    if (result == Z_MEM_ERROR)
        base_out_of_memory();
    step.ended = result == Z_STREAM_END;
    if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR)
        step.fault = zlib->msg ? zlib->msg : zError(result);
    return step;
}

static bool zstd_begins(const uint8_t magic[MAGIC_BYTES])
{
    bool frame = magic[0] == 0x28 && magic[1] == 0xb5 && magic[2] == 0x2f && magic[3] == 0xfd;
    bool skippable = (magic[0] & 0xf0) == 0x50 && magic[1] == 0x2a && magic[2] == 0x4d && magic[3] == 0x18;
    return frame || skippable;
}

static void zstd_begin(struct base_unpack *unpack)
{
    if (!unpack->zstd && !(unpack->zstd = ZSTD_createDStream()))
        base_out_of_memory();
    unpack->zstd_wants = ZSTD_initDStream(unpack->zstd);
    unpack->block_bytes = 0;
    ZSTD_DCtx_setParameter(unpack->zstd, ZSTD_d_windowLogMax, BASE_UNPACK_MOST_WINDOW_LOG);
}

static struct step zstd_decode_block(struct base_unpack *unpack, const uint8_t *bytes, size_t size)
{
    ZSTD_inBuffer in = {bytes, size, 0};
    ZSTD_outBuffer out = {unpack->buffer + unpack->waiting, BUFFER_BYTES - unpack->waiting, 0};
    size_t result = ZSTD_decompressStream(unpack->zstd, &out, &in);
    struct step step = {.taken = in.pos, .made = out.pos};
    if (!ZSTD_isError(result)) {
        step.ended = result == 0;
        unpack->zstd_wants = result;
        return step;
    }
    ZSTD_ErrorCode code = ZSTD_getErrorCode(result);
    if (code == ZSTD_error_memory_allocation)
        base_out_of_memory();
    step.too_large = code == ZSTD_error_frameParameter_windowTooLarge;
    step.fault = ZSTD_getErrorName(result);
    return step;
}

/* Gives the decoder one block at a time: when it fails it forgets what came out in that call. And all of it at once, or
 * what comes out of a damaged one would depend on the pieces. What it says it wants may include the header of the next
 * block. */
static struct step zstd_decode(struct base_unpack *unpack, const uint8_t *bytes, size_t size)
{
    enum { BLOCK_HEADER_BYTES = 3 };
    size_t wants = unpack->zstd_wants > BLOCK_HEADER_BYTES ? unpack->zstd_wants - BLOCK_HEADER_BYTES : 1;
    if (!size || unpack->at_end || wants > sizeof unpack->block || (!unpack->block_bytes && size >= wants))
        return zstd_decode_block(unpack, bytes, size < wants ? size : wants);
    size_t lacks = wants > unpack->block_bytes ? wants - unpack->block_bytes : 0, taken = size < lacks ? size : lacks;
    memcpy(unpack->block + unpack->block_bytes, bytes, taken);
    unpack->block_bytes += taken;
    if (taken < lacks)
        return (struct step){.taken = taken};
    struct step step = zstd_decode_block(unpack, unpack->block, unpack->block_bytes);
    unpack->block_bytes -= step.taken;
    memmove(unpack->block, unpack->block + step.taken, unpack->block_bytes);
    step.taken = taken;
    return step;
}

static struct step plain_decode(struct base_unpack *unpack, const uint8_t *bytes, size_t size)
{
    size_t room = BUFFER_BYTES - unpack->waiting, taken = size < room ? size : room;
    if (taken)
        memcpy(unpack->buffer + unpack->waiting, bytes, taken);
    return (struct step){.taken = taken, .made = taken};
}

static const struct format gzip = {"gzip", gzip_begins, gzip_begin, gzip_decode};
static const struct format zstd = {"zstd", zstd_begins, zstd_begin, zstd_decode};
static const struct format plain = {.decode = plain_decode};

static const struct format *format_of(const uint8_t magic[MAGIC_BYTES])
{
    return gzip_begins(magic) ? &gzip : zstd_begins(magic) ? &zstd : &plain;
}

bool base_unpack_is_packed(const uint8_t *bytes, size_t size)
{
    return size >= MAGIC_BYTES && format_of(bytes) != &plain;
}

/* ---- from one end to the other ---- */

struct base_unpack *base_unpack_new(const struct base_gate *gate, struct base_text *out)
{
    struct base_unpack *unpack = base_zalloc(1, sizeof *unpack);
    unpack->gate = gate;
    unpack->out = out;
    return unpack;
}

static void note_damage(struct base_unpack *unpack, const char *what, const char *why)
{
    base_fail(&unpack->damage, "the %s data %s%s", unpack->format->name, what, why);
    base_error_place(&unpack->damage, 0, 0, NO_THREAD, unpack->taken_bytes);
}

/* Hands out what is in the buffer, once the gate has seen the first of it. */
static bool hand_out(struct base_unpack *unpack, bool all, struct base_error *ret_error)
{
    const struct base_gate *gate = unpack->gate;
    if (!unpack->begun) {
        if (unpack->waiting < gate->head_bytes && !all)
            return true;
        size_t head = unpack->waiting < gate->head_bytes ? unpack->waiting : gate->head_bytes;
        if (!gate->check(gate->self, unpack->buffer, head, ret_error))
            return false;
        unpack->begun = true;
    }
    base_text_bytes(unpack->out, unpack->buffer, unpack->waiting);
    unpack->waiting = 0;
    return !unpack->out->failed;
}

static bool within_limits(const struct base_unpack *unpack, struct base_error *ret_error)
{
    if (unpack->format == &plain)
        return true;
    if (!unpack->begun && unpack->taken_bytes > HEADERS_MOST_BYTES)
        return base_fail(ret_error, "the %s data is refused: nothing comes out of its first MiB", unpack->format->name);
    uint64_t most = unpack->taken_bytes * BASE_UNPACK_MOST_RATIO + BASE_UNPACK_SLACK_BYTES;
    if (unpack->made_bytes > most)
        return base_fail(ret_error, "the %s data is refused: it unpacks to more than %d times its size",
                         unpack->format->name, BASE_UNPACK_MOST_RATIO);
    return true;
}

/* Decodes the member that has begun, up to its end at most. */
static enum base_unpack_status decode(struct base_unpack *unpack, const uint8_t **at, size_t *left,
                                      struct base_error *ret_error)
{
    bool full = false;
    while (unpack->inside && (*left || full)) {
        size_t size = full ? 0 : *left < STEP_BYTES ? *left : STEP_BYTES; /* first all that is ready to come out */
        struct step step = unpack->format->decode(unpack, *at, size);
        *at += step.taken;
        *left -= step.taken;
        unpack->taken_bytes += step.taken;
        unpack->made_bytes += step.made;
        unpack->waiting += step.made;
        full = unpack->waiting == BUFFER_BYTES;
        unpack->inside = !step.ended;
        if (step.too_large) {
            base_fail(ret_error, "the zstd data is refused: its window is larger than %d MiB",
                      1 << (BASE_UNPACK_MOST_WINDOW_LOG - 20));
            return BASE_UNPACK_REFUSED;
        }
        if (!hand_out(unpack, false, ret_error) || !within_limits(unpack, ret_error))
            return BASE_UNPACK_REFUSED;
        if (step.fault || (size && !step.taken && !step.made && !step.ended)) {
            note_damage(unpack, "is damaged: ", step.fault ? step.fault : "it leads nowhere");
            return BASE_UNPACK_ENOUGH;
        }
    }
    return BASE_UNPACK_MORE;
}

/* Begins the member whose first bytes are in `magic`, as many as there are. */
static enum base_unpack_status begin_member(struct base_unpack *unpack, struct base_error *ret_error)
{
    static const uint8_t padding[MAGIC_BYTES];
    const uint8_t *at = unpack->magic;
    size_t left = unpack->magic_size;
    bool first = !unpack->format;
    unpack->magic_size = 0;
    if (first)
        unpack->format = left == MAGIC_BYTES ? format_of(unpack->magic) : &plain;
    else if (left < MAGIC_BYTES || !unpack->format->begins(unpack->magic)) {
        if (memcmp(unpack->magic, padding, left) != 0)
            note_damage(unpack, "is followed by something else", "");
        return BASE_UNPACK_ENOUGH;
    }
    if (unpack->format->begin)
        unpack->format->begin(unpack);
    unpack->inside = true;
    return decode(unpack, &at, &left, ret_error);
}

enum base_unpack_status base_unpack_add(struct base_unpack *unpack, const uint8_t *bytes, size_t size,
                                        struct base_error *ret_error)
{
    enum base_unpack_status status = BASE_UNPACK_MORE;
    while (size && status == BASE_UNPACK_MORE) {
        if (unpack->inside) {
            status = decode(unpack, &bytes, &size, ret_error);
            continue;
        }
        unpack->magic[unpack->magic_size++] = *bytes++;
        size--;
        if (unpack->magic_size == MAGIC_BYTES)
            status = begin_member(unpack, ret_error);
    }
    return status;
}

bool base_unpack_has_begun(const struct base_unpack *unpack)
{
    return unpack->begun;
}

/* Decodes what there is of a block that has no end. */
static bool finish_block(struct base_unpack *unpack, struct base_error *ret_error)
{
    const uint8_t *at = unpack->block;
    size_t left = unpack->block_bytes;
    unpack->at_end = true;
    unpack->taken_bytes -= left; /* they were counted when they came */
    return unpack->damage.cause || decode(unpack, &at, &left, ret_error) != BASE_UNPACK_REFUSED;
}

bool base_unpack_finish(struct base_unpack *unpack, struct base_error *ret_damage, struct base_error *ret_error)
{
    if ((unpack->magic_size || !unpack->format) && begin_member(unpack, ret_error) == BASE_UNPACK_REFUSED)
        return false;
    if (!finish_block(unpack, ret_error))
        return false;
    if (unpack->inside && unpack->format != &plain && !unpack->damage.cause)
        note_damage(unpack, "ends early", "");
    if (unpack->damage.cause && !unpack->begun) {
        *ret_error = unpack->damage;
        unpack->damage = BASE_NO_ERROR;
        return false;
    }
    if (!hand_out(unpack, true, ret_error))
        return false;
    if (!ret_damage->cause) {
        *ret_damage = unpack->damage;
        unpack->damage = BASE_NO_ERROR;
    }
    return true;
}

void base_unpack_free(struct base_unpack *unpack)
{
    if (unpack->zlib)
        inflateEnd(unpack->zlib);
    free(unpack->zlib);
    ZSTD_freeDStream(unpack->zstd);
    base_error_release(&unpack->damage);
    free(unpack);
}
