#include "base/url.h"

#include <strings.h>

bool base_url_is(const char *text)
{
    return strncasecmp(text, "http://", 7) == 0 || strncasecmp(text, "https://", 8) == 0;
}

/* Takes the bytes before the first of these characters, or all. */
static struct base_str take_until(const char **at, const char *ends)
{
    struct base_str part = {*at, strcspn(*at, ends)};
    *at += part.size;
    return part;
}

struct base_url base_url_split(const char *text)
{
    struct base_url url = {.scheme = take_until(&text, ":")};
    text += strlen("://");
    url.host = take_until(&text, "/?#");
    for (size_t i = url.host.size; i; i--) {
        if (url.host.data[i - 1] != '@')
            continue;
        url.user = (struct base_str){url.host.data, i};
        url.host = (struct base_str){url.host.data + i, url.host.size - i};
        break;
    }
    url.path = take_until(&text, "?#");
    if (*text == '?')
        text++;
    url.query = take_until(&text, "#");
    return url;
}

void base_url_write(struct base_text *out, const struct base_url *url)
{
    base_text_str(out, url->scheme);
    base_text_add(out, "://");
    base_text_str(out, url->user);
    base_text_str(out, url->host);
    base_text_str(out, url->path);
    if (url->query.size)
        base_text_char(out, '?');
    base_text_str(out, url->query);
}

/* Takes the next "name=value" of a query. */
static bool next_parameter(struct base_str *query, struct base_str *ret_name, struct base_str *ret_value)
{
    if (!query->size)
        return false;
    const char *amp = memchr(query->data, '&', query->size);
    struct base_str one = {query->data, amp ? (size_t)(amp - query->data) : query->size};
    size_t taken = one.size + (amp != NULL);
    const char *equals = one.size ? memchr(one.data, '=', one.size) : NULL;
    *query = (struct base_str){query->data + taken, query->size - taken};
    *ret_name = (struct base_str){one.data, equals ? (size_t)(equals - one.data) : one.size};
    *ret_value =
        (struct base_str){equals ? equals + 1 : one.data + one.size, equals ? one.size - ret_name->size - 1 : 0};
    return true;
}

struct base_str base_url_parameter(struct base_str query, const char *name)
{
    struct base_str key, value;
    while (next_parameter(&query, &key, &value))
        if (base_str_is(key, name))
            return value;
    return (struct base_str){NULL, 0};
}

void base_url_set_parameter(struct base_text *out, struct base_str query, const char *name, const char *value)
{
    struct base_str key, old;
    bool first = true, set = false;
    for (const char *begin = query.data; next_parameter(&query, &key, &old); begin = query.data) {
        bool same = base_str_is(key, name);
        if (same && set)
            continue;
        if (!first)
            base_text_char(out, '&');
        first = false;
        if (same)
            base_text_format(out, "%s=%s", name, value);
        else
            base_text_bytes(out, begin, (size_t)(old.data + old.size - begin));
        set = set || same;
    }
    if (!set)
        base_text_format(out, "%s%s=%s", first ? "" : "&", name, value);
}
