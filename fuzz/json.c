#include "json.h"

#include "base/unicode.h"

#include <string.h>

enum { MOST_LEVELS = 64 };

struct scanner {
    const char *at, *end;
};

static void skip_space(struct scanner *s)
{
    while (s->at < s->end && memchr(" \t\r\n", *s->at, 4))
        s->at++;
}

static bool take(struct scanner *s, char c)
{
    if (s->at == s->end || *s->at != c)
        return false;
    s->at++;
    return true;
}

static bool take_word(struct scanner *s, const char *word)
{
    size_t size = strlen(word);
    if ((size_t)(s->end - s->at) < size || memcmp(s->at, word, size) != 0)
        return false;
    s->at += size;
    return true;
}

static bool take_digits(struct scanner *s)
{
    const char *begin = s->at;
    while (s->at < s->end && *s->at >= '0' && *s->at <= '9')
        s->at++;
    return s->at > begin;
}

static bool take_number(struct scanner *s)
{
    take(s, '-');
    if (!take(s, '0') && !take_digits(s))
        return false;
    if (take(s, '.') && !take_digits(s))
        return false;
    if (!take(s, 'e') && !take(s, 'E'))
        return true;
    if (!take(s, '+'))
        take(s, '-');
    return take_digits(s);
}

static bool take_escape(struct scanner *s)
{
    if (s->at == s->end)
        return false;
    if (*s->at != 'u')
        return memchr("\"\\/bfnrt", *s->at++, 8) != NULL;
    s->at++;
    for (int i = 0; i < 4; i++, s->at++)
        if (s->at == s->end || !memchr("0123456789abcdefABCDEF", *s->at, 22))
            return false;
    return true;
}

static bool take_string(struct scanner *s)
{
    if (!take(s, '"'))
        return false;
    while (s->at < s->end && *s->at != '"') {
        uint32_t rune;
        size_t size = base_utf8_decode(s->at, (size_t)(s->end - s->at), &rune);
        if (!size || rune < ' ')
            return false;
        s->at += size;
        if (rune == '\\' && !take_escape(s))
            return false;
    }
    return take(s, '"');
}

static bool take_value(struct scanner *s, int levels);

/* What stands between brackets; `named`: the members of an object. */
static bool take_members(struct scanner *s, char end, bool named, int levels)
{
    skip_space(s);
    if (take(s, end))
        return true;
    do {
        skip_space(s);
        if (named && !take_string(s))
            return false;
        skip_space(s);
        if (named && !take(s, ':'))
            return false;
        if (!take_value(s, levels))
            return false;
    } while (take(s, ','));
    return take(s, end);
}

/* A value and the blanks around it. */
static bool take_value(struct scanner *s, int levels)
{
    bool taken;
    skip_space(s);
    if (!levels || s->at == s->end)
        return false;
    if (take(s, '{'))
        taken = take_members(s, '}', true, levels - 1);
    else if (take(s, '['))
        taken = take_members(s, ']', false, levels - 1);
    else if (*s->at == '"')
        taken = take_string(s);
    else
        taken = take_word(s, "true") || take_word(s, "false") || take_word(s, "null") || take_number(s);
    skip_space(s);
    return taken;
}

bool fuzz_is_json(const char *data, size_t size)
{
    struct scanner s = {data, data + size};
    return take_value(&s, MOST_LEVELS) && s.at == s.end;
}
