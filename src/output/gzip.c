#include "output/gzip.h"

#include "base/memory.h"

#include <zlib.h>

enum { ROOM_BYTES = 1 << 16, GZIP_WINDOW = 15 + 16, MEMORY_LEVEL = 8 };

struct output_gzip {
    z_stream stream;
    struct base_text *out;
};

struct output_gzip *output_gzip_new(struct base_text *out)
{
    struct output_gzip *gzip = base_zalloc(1, sizeof *gzip);
    gzip->out = out;
    if (deflateInit2(&gzip->stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, GZIP_WINDOW, MEMORY_LEVEL, Z_DEFAULT_STRATEGY) !=
        Z_OK)
        base_out_of_memory(); /* the only way it fails */
    return gzip;
}

/* Compresses what is put in, until zlib leaves room: then it has taken all. */
static void compress_all(struct output_gzip *gzip, int flush)
{
    do {
        base_text_reserve(gzip->out, ROOM_BYTES);
        gzip->stream.next_out = (Bytef *)gzip->out->data + gzip->out->size;
        gzip->stream.avail_out = ROOM_BYTES;
        deflate(&gzip->stream, flush);
        gzip->out->size += ROOM_BYTES - gzip->stream.avail_out;
    } while (!gzip->stream.avail_out);
}

void output_gzip_add(struct output_gzip *gzip, struct base_text *text)
{
    enum { MOST_BYTES = 1 << 30 };
    for (size_t at = 0, size; at < text->size; at += size) {
        size = text->size - at < MOST_BYTES ? text->size - at : MOST_BYTES;
        gzip->stream.next_in = (Bytef *)text->data + at;
        gzip->stream.avail_in = (uInt)size;
        compress_all(gzip, Z_NO_FLUSH);
    }
    text->size = 0;
}

void output_gzip_finish(struct output_gzip *gzip)
{
    compress_all(gzip, Z_FINISH);
    deflateEnd(&gzip->stream);
    free(gzip);
}
