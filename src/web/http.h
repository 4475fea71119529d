/* Requests and replies as values, so that routes are tested without a socket; and which requests are let in.
 *
 * The rules of a local viewer (who may ask): the Host header is on an allow-list, against DNS rebinding; no CORS
 * headers are ever sent; a POST carries the header X-Kymo and no foreign Origin.
 */
#ifndef KYMO_WEB_HTTP_H
#define KYMO_WEB_HTTP_H

#include "base/memory.h"
#include "base/text.h"

#include <stdbool.h>
#include <stdint.h>

enum { WEB_MOST_BODY_BYTES = 1 << 18, WEB_MOST_TARGET_BYTES = 1 << 14 };

/* Strings are NULL where the request has no such header. */
struct web_request {
    const char *method;
    const char *target; /* "/goroutine?name=main.f" as it came */
    const char *host, *origin, *fetch_site, *kymo_header;
    struct base_str body;
    /* Whether who asked has gone away, and waits no longer; may be asked from any thread. NULL: nobody knows. */
    bool (*gone)(void *connection);
    void *connection;
};

struct web_response {
    unsigned status;
    const char *content_type;
    const char *download_name; /* NULL: shown, not saved */
    struct base_text body;
    struct base_str fixed_body; /* instead of body, if its data is not NULL: bytes that live as long as the program */
};

/* What the server listens on. */
struct web_address {
    char host[256]; /* as it was asked for, or "localhost" */
    bool any;       /* listens on all addresses */
    uint16_t port;
};

/* 0, or the status with which a request is turned away; *ret_reason says why. */
unsigned web_refuse(const struct web_request *request, const struct web_address *address, const char **ret_reason);

/* The path of a target, without its query. */
struct base_str web_path(const struct web_request *request);

/* The first value of a query parameter, decoded, appended to *out. False if there is none. */
bool web_parameter(const struct web_request *request, const char *name, struct base_text *out);

/* Whether that value is so; one that is not given is "". */
bool web_parameter_is(const struct web_request *request, const char *name, const char *value);

/* Like web_parameter, as a whole number; `otherwise` if there is none or it is not one. */
int64_t web_parameter_i64(const struct web_request *request, const char *name, int64_t otherwise);

/* A duration parameter; one that cannot be read is ignored, as the official tool does. */
bool web_parameter_duration(const struct web_request *request, const char *name, int64_t *ret_ns);

/* Replies with {"error": …}. */
void web_fail(struct web_response *response, unsigned status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Header names and values that every reply carries, in pairs, ended by NULL. */
extern const char *const web_security_headers[];

#endif
