/* Text that grows, in memory or through to a file descriptor.
 *
 * Zero-initialise for text in memory (data is not terminated; release it with base_text_release). With base_text_to_fd
 * the text goes to a descriptor in blocks; base_text_flush ends it and says whether all of it arrived.
 */
#ifndef KYMO_BASE_TEXT_H
#define KYMO_BASE_TEXT_H

#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct base_text {
    char *data;
    size_t size, capacity;
    bool to_fd;
    int fd;
    int failed; /* errno of the first write that failed; what follows is dropped */
};

struct base_text base_text_to_fd(int fd);

/* Makes room for `extra` bytes, writing out what is there if the text goes to a descriptor. Then up to `extra` bytes
 * may be stored at data + size by hand. */
void base_text_reserve(struct base_text *text, size_t extra);

void base_text_bytes(struct base_text *text, const void *bytes, size_t size);
void base_text_add(struct base_text *text, const char *string);
void base_text_str(struct base_text *text, struct base_str string);
void base_text_char(struct base_text *text, char c);
void base_text_u64(struct base_text *text, uint64_t value);
void base_text_i64(struct base_text *text, int64_t value);
void base_text_hex(struct base_text *text, uint64_t value);
void base_text_format(struct base_text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* As a Go string literal in double quotes (strconv.Quote). */
void base_text_quote(struct base_text *text, struct base_str string);

/* For a terminal: what is not printable, and so might steer it, is shown as '?', one for each code point or stray byte.
 */
void base_text_safely(struct base_text *text, struct base_str string);

/* As it is, but what is not UTF-8 becomes U+FFFD, one for each stray byte. */
void base_text_utf8(struct base_text *text, struct base_str string);

/* As a JSON string; bytes that are not UTF-8 become U+FFFD. Safe within HTML: <, > and & are escaped. */
void base_text_json(struct base_text *text, struct base_str string);

/* A duration as Go prints it: 1.5ms, 2m3s, 0s. */
void base_text_duration(struct base_text *text, int64_t ns);

/* A duration with three significant digits, for tables: 1.23ms. */
void base_text_duration_short(struct base_text *text, int64_t ns);

/* A count of bytes as the official tool prints it: 12 B, 1.5 MiB. */
void base_text_size(struct base_text *text, uint64_t bytes);

/* A moment as RFC 3339 in the local time zone, with up to nine fractional digits. */
void base_text_moment(struct base_text *text, uint64_t unix_seconds, uint64_t nanoseconds);

/* Writes what is left. Returns false if anything did not arrive; errno is then in text->failed. */
bool base_text_flush(struct base_text *text);

/* The text so far, terminated by a NUL that does not count; valid until the next addition. */
const char *base_text_cstring(struct base_text *text);

/* What has been written so far, valid until the text changes. */
static inline struct base_str base_text_view(const struct base_text *text)
{
    return (struct base_str){text->data, text->size};
}

void base_text_release(struct base_text *text);

/* Reads a duration in Go's syntax (1h2m3.5s, 100us, -2ms). False if it is none. */
bool base_duration_parse(const char *string, int64_t *ret_ns);

#endif
