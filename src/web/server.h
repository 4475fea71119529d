/* The HTTP server: libmicrohttpd in front of web_answer. */
#ifndef KYMO_WEB_SERVER_H
#define KYMO_WEB_SERVER_H

#include "base/error.h"
#include "web/http.h"
#include "web/trace.h"

/* A socket that listens, so that a taken port is known before a long trace is read. */
struct web_listener {
    int fd;
    struct web_address address;
};

/* "HOST:PORT"; an empty host is localhost, port 0 a free one. *ret_malformed: the address makes no sense (else the
 * system refused it). */
bool web_listen(const char *address, struct web_listener *ret_listener, bool *ret_malformed,
                struct base_error *ret_error);
void web_listener_close(struct web_listener *listener);

struct web_server;

/* Serves from threads of its own until web_server_stop, which abandons the trace, so that requests under way end, and
 * closes the listener too. */
struct web_server *web_server_start(struct web_listener *listener, struct web_trace *trace,
                                    struct base_error *ret_error);
void web_server_stop(struct web_server *server);

#endif
