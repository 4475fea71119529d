/* A string that somebody else owns: bytes and a length, not terminated, any byte value. */
#ifndef KYMO_BASE_STR_H
#define KYMO_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct base_str {
    const char *data;
    size_t size;
};

#define BASE_STR(literal) ((struct base_str){(literal), sizeof(literal) - 1})

static inline struct base_str base_str_of(const char *text)
{
    return (struct base_str){text, strlen(text)};
}

static inline bool base_str_equal(struct base_str a, struct base_str b)
{
    return a.size == b.size && (!a.size || memcmp(a.data, b.data, a.size) == 0);
}

static inline bool base_str_is(struct base_str a, const char *text)
{
    return base_str_equal(a, base_str_of(text));
}

static inline bool base_str_begins(struct base_str a, const char *prefix)
{
    size_t size = strlen(prefix);
    return a.size >= size && memcmp(a.data, prefix, size) == 0;
}

/* Bytewise order, a shorter string before its extensions. */
static inline int base_str_compare(struct base_str a, struct base_str b)
{
    size_t shared = a.size < b.size ? a.size : b.size;
    int order = shared ? memcmp(a.data, b.data, shared) : 0;
    return order ? order : (a.size > b.size) - (a.size < b.size);
}

bool base_str_contains(struct base_str a, const char *part);

#endif
