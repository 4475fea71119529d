#include "web/http.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

const char *const web_security_headers[] = {
    "Content-Security-Policy",
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options",
    "nosniff",
    "X-Frame-Options",
    "DENY",
    "Referrer-Policy",
    "no-referrer",
    "Cache-Control",
    "no-store",
    "Cross-Origin-Opener-Policy",
    "same-origin",
    "Cross-Origin-Resource-Policy",
    "same-origin",
    NULL,
};

/* Whether a host without its port is an IP address in numbers. */
static bool is_numeric(const char *host, size_t size)
{
    if (size > 2 && host[0] == '[' && host[size - 1] == ']')
        return true;
    for (size_t i = 0; i < size; i++)
        if (!isdigit((unsigned char)host[i]) && host[i] != '.')
            return false;
    return size > 0;
}

static bool same(const char *host, size_t size, const char *name)
{
    return strlen(name) == size && strncasecmp(host, name, size) == 0;
}

/* "localhost", "127.0.0.1:41234", "[::1]:41234" … with the port that is listened on, or none. */
static bool host_allowed(const char *host, const struct web_address *address)
{
    if (!host)
        return false;
    const char *after = host[0] == '[' ? strchr(host, ']') : host;
    const char *colon = after ? strchr(after, ':') : NULL;
    size_t size = colon ? (size_t)(colon - host) : strlen(host);
    if (colon) {
        char port[8];
        snprintf(port, sizeof port, "%u", address->port);
        if (strcmp(colon + 1, port) != 0)
            return false;
    }
    return same(host, size, "localhost") || same(host, size, "127.0.0.1") || same(host, size, "[::1]") ||
           same(host, size, address->host) || (address->any && is_numeric(host, size));
}

static bool origin_allowed(const char *origin, const struct web_address *address)
{
    static const char scheme[] = "http://";
    if (!origin)
        return true;
    return strncmp(origin, scheme, sizeof scheme - 1) == 0 && host_allowed(origin + sizeof scheme - 1, address);
}

unsigned web_refuse(const struct web_request *request, const struct web_address *address, const char **ret_reason)
{
    bool get = strcmp(request->method, "GET") == 0 || strcmp(request->method, "HEAD") == 0;
    bool post = strcmp(request->method, "POST") == 0;
    *ret_reason = "this server answers only to its own address";
    if (!host_allowed(request->host, address) || request->target[0] != '/')
        return 403;
    if (!get && !post) {
        *ret_reason = "only GET and POST are answered";
        return 405;
    }
    *ret_reason = "this request comes from another site";
    bool foreign = request->fetch_site && strcmp(request->fetch_site, "same-origin") != 0 &&
                   strcmp(request->fetch_site, "none") != 0;
    if (post && (!request->kymo_header || foreign || !origin_allowed(request->origin, address)))
        return 403;
    *ret_reason = "the request is too large";
    if (strlen(request->target) > WEB_MOST_TARGET_BYTES)
        return 414;
    return request->body.size > WEB_MOST_BODY_BYTES ? 413 : 0;
}

struct base_str web_path(const struct web_request *request)
{
    return (struct base_str){request->target, strcspn(request->target, "?#")};
}

static int hex_value(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

static void add_decoded(struct base_text *out, const char *at, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (at[i] == '%' && i + 2 < size && hex_value(at[i + 1]) >= 0 && hex_value(at[i + 2]) >= 0) {
            base_text_char(out, (char)(hex_value(at[i + 1]) * 16 + hex_value(at[i + 2])));
            i += 2;
        } else {
            base_text_char(out, at[i] == '+' ? ' ' : at[i]);
        }
    }
}

bool web_parameter(const struct web_request *request, const char *name, struct base_text *out)
{
    const char *at = strchr(request->target, '?');
    size_t name_size = strlen(name);
    while (at) {
        at++;
        size_t size = strcspn(at, "&#");
        size_t key = strcspn(at, "=&#");
        if (key == name_size && strncmp(at, name, key) == 0) {
            if (key < size)
                add_decoded(out, at + key + 1, size - key - 1);
            return true;
        }
        at = at[size] == '&' ? at + size : NULL;
    }
    return false;
}

bool web_parameter_is(const struct web_request *request, const char *name, const char *value)
{
    struct base_text text = {0};
    web_parameter(request, name, &text);
    bool is = base_str_is(base_text_view(&text), value);
    base_text_release(&text);
    return is;
}

int64_t web_parameter_i64(const struct web_request *request, const char *name, int64_t otherwise)
{
    struct base_text text = {0};
    if (web_parameter(request, name, &text) && text.size) {
        char *end;
        long long value = strtoll(base_text_cstring(&text), &end, 10);
        if (!*end)
            otherwise = value;
    }
    base_text_release(&text);
    return otherwise;
}

bool web_parameter_duration(const struct web_request *request, const char *name, int64_t *ret_ns)
{
    struct base_text text = {0};
    bool given = web_parameter(request, name, &text) && base_duration_parse(base_text_cstring(&text), ret_ns);
    base_text_release(&text);
    return given;
}

void web_fail(struct web_response *response, unsigned status, const char *format, ...)
{
    char text[512];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    response->status = status;
    response->content_type = "application/json";
    response->body.size = 0;
    base_text_add(&response->body, "{\"error\":");
    base_text_json(&response->body, base_str_of(text));
    base_text_char(&response->body, '}');
}
