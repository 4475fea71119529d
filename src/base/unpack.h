/* Unpacks gzip and zstd while the bytes come; what is neither passes through.
 *
 *     struct base_unpack *unpack = base_unpack_new(&gate, &out);
 *     while (… bytes come … && base_unpack_add(unpack, bytes, size, &error) == BASE_UNPACK_MORE)
 *         ;
 *     done = … not BASE_UNPACK_REFUSED … && base_unpack_finish(unpack, &damage, &error);
 *     base_unpack_free(unpack);
 *
 * The format is told by the first bytes. Several members of gzip (RFC 1952), or several frames of zstd (RFC 8878), make
 * one whole. Zeros behind the last one are padding.
 *
 * What comes out has to begin as the caller's gate wants it; before that nothing is handed out. The rest is handed out
 * as it comes, so that of damaged data everything before the damage is there.
 *
 * Limits, against input that was made to do harm: what comes out is at most 1,100 times what went in and a MiB (gzip's
 * best is 1,032 times), windows of zstd have at most 128 MiB (what its own tool takes unasked), and the first bytes to
 * come out come within a MiB. Memory: 200 KB, and the window of zstd.
 */
#ifndef KYMO_BASE_UNPACK_H
#define KYMO_BASE_UNPACK_H

#include "base/error.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { BASE_UNPACK_MOST_RATIO = 1100, BASE_UNPACK_SLACK_BYTES = 1 << 20, BASE_UNPACK_MOST_WINDOW_LOG = 27 };

/* Who decides by the first bytes whether the rest is wanted. */
struct base_gate {
    size_t head_bytes; /* how many it wants to see, at most 4,096 */
    /* Is asked once, with that many bytes, or fewer if there are no more. False refuses, and says why. */
    bool (*check)(void *self, const uint8_t *head, size_t size, struct base_error *ret_error);
    void *self;
};

enum base_unpack_status {
    BASE_UNPACK_MORE,
    BASE_UNPACK_ENOUGH,  /* what follows is of no use: go on to base_unpack_finish */
    BASE_UNPACK_REFUSED, /* ret_error says why; it is not set if `out` failed, whose owner knows better */
};

/* Whether bytes at the begin of a file are those of gzip or zstd. */
bool base_unpack_is_packed(const uint8_t *bytes, size_t size);

/* Both must live as long as what is returned. `out` may be opened no sooner than in the gate's check. */
struct base_unpack *base_unpack_new(const struct base_gate *gate, struct base_text *out);

enum base_unpack_status base_unpack_add(struct base_unpack *unpack, const uint8_t *bytes, size_t size,
                                        struct base_error *ret_error);

/* Whether the gate has let something through. */
bool base_unpack_has_begun(const struct base_unpack *unpack);

/* Ends it. True: everything usable was handed out, and *ret_damage says what was wrong with the rest, if anything was.
 * False: it is refused, with an error as from base_unpack_add. */
bool base_unpack_finish(struct base_unpack *unpack, struct base_error *ret_damage, struct base_error *ret_error);

void base_unpack_free(struct base_unpack *unpack);

#endif
