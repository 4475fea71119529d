#include "web/server.h"

#include "web/routes.h"

#include <errno.h>
#include <microhttpd.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MOST_CONNECTIONS = 128, IDLE_SECONDS = 120 };

struct web_server {
    struct MHD_Daemon *daemon;
    struct web_listener listener;
    struct web_trace *trace;
};

/* What is gathered of a request while it comes in. */
struct incoming {
    char *target;
    bool begun;
    struct base_text body;
};

/* ---- listening ---- */

static bool split_address(const char *address, char *host, size_t host_size, const char **ret_port)
{
    const char *colon = strrchr(address, ':');
    if (!colon || (strchr(address, ':') != colon && address[0] != '['))
        return false;
    size_t size = (size_t)(colon - address);
    if (size >= host_size)
        return false;
    memcpy(host, address, size);
    host[size] = '\0';
    *ret_port = colon + 1;
    for (const char *at = *ret_port; *at; at++)
        if (*at < '0' || *at > '9')
            return false;
    return **ret_port && strlen(*ret_port) < 6 && atol(*ret_port) < 65536;
}

static int open_socket(const struct addrinfo *at)
{
    int on = 1, fd = socket(at->ai_family, at->ai_socktype | SOCK_CLOEXEC, at->ai_protocol);
    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, at->ai_addr, at->ai_addrlen) == 0 && listen(fd, 64) == 0)
        return fd;
    int saved = errno;
    close(fd);
    errno = saved;
    return -1;
}

static uint16_t port_of(int fd)
{
    struct sockaddr_storage at = {0};
    socklen_t size = sizeof at;
    char port[8] = "";
    if (getsockname(fd, (struct sockaddr *)&at, &size) != 0 ||
        getnameinfo((struct sockaddr *)&at, size, NULL, 0, port, sizeof port, NI_NUMERICSERV) != 0)
        return 0;
    return (uint16_t)strtoul(port, NULL, 10);
}

bool web_listen(const char *address, struct web_listener *ret_listener, bool *ret_malformed,
                struct base_error *ret_error)
{
    struct web_address *to = &ret_listener->address;
    const char *port;
    *ret_listener = (struct web_listener){.fd = -1};
    *ret_malformed = !split_address(address, to->host, sizeof to->host, &port);
    if (*ret_malformed)
        return base_fail(ret_error, "malformed -http value \"%s\": want HOST:PORT", address);
    if (!to->host[0])
        strcpy(to->host, "localhost");
    to->any = strcmp(to->host, "0.0.0.0") == 0 || strcmp(to->host, "[::]") == 0;
    char bare[sizeof to->host];
    size_t size = strlen(to->host);
    bool brackets = to->host[0] == '[' && to->host[size - 1] == ']';
    snprintf(bare, sizeof bare, "%.*s", (int)(brackets ? size - 2 : size), to->host + brackets);
    /* localhost means 127.0.0.1 where there is both, as browsers try both. */
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE}, *found = NULL;
    if (strcmp(bare, "localhost") == 0)
        hints.ai_family = AF_INET;
    int status = getaddrinfo(bare, port, &hints, &found);
    if (status != 0)
        return base_fail(ret_error, "cannot listen on %s: %s", address, gai_strerror(status));
    for (const struct addrinfo *at = found; at && ret_listener->fd < 0; at = at->ai_next)
        ret_listener->fd = open_socket(at);
    int saved = errno;
    freeaddrinfo(found);
    if (ret_listener->fd < 0)
        return base_fail(ret_error, "cannot listen on %s: %s", address, strerror(saved));
    to->port = port_of(ret_listener->fd);
    return true;
}

void web_listener_close(struct web_listener *listener)
{
    if (listener->fd >= 0)
        close(listener->fd);
    listener->fd = -1;
}

/* ---- requests ---- */

static void *on_target(void *self, const char *target, struct MHD_Connection *connection)
{
    (void)self;
    (void)connection;
    struct incoming *incoming = base_zalloc(1, sizeof *incoming);
    size_t size = strlen(target) + 1;
    incoming->target = base_zalloc(size, 1);
    memcpy(incoming->target, target, size);
    return incoming;
}

static void on_completed(void *self, struct MHD_Connection *connection, void **state,
                         enum MHD_RequestTerminationCode why)
{
    struct incoming *incoming = *state;
    (void)self;
    (void)connection;
    (void)why;
    if (!incoming)
        return;
    free(incoming->target);
    base_text_release(&incoming->body);
    free(incoming);
    *state = NULL;
}

static enum MHD_Result send_response(struct MHD_Connection *connection, struct web_response *response)
{
    struct MHD_Response *reply;
    if (response->fixed_body.data) {
        reply = MHD_create_response_from_buffer(response->fixed_body.size, (void *)(uintptr_t)response->fixed_body.data,
                                                MHD_RESPMEM_PERSISTENT);
    } else {
        reply = MHD_create_response_from_buffer(response->body.size, response->body.data, MHD_RESPMEM_MUST_FREE);
        if (reply)
            response->body = (struct base_text){0};
    }
    base_text_release(&response->body);
    if (!reply)
        return MHD_NO;
    MHD_add_response_header(reply, "Content-Type", response->content_type);
    for (size_t i = 0; web_security_headers[i]; i += 2)
        MHD_add_response_header(reply, web_security_headers[i], web_security_headers[i + 1]);
    if (response->download_name) {
        char disposition[96];
        snprintf(disposition, sizeof disposition, "attachment; filename=\"%s.pb.gz\"", response->download_name);
        MHD_add_response_header(reply, "Content-Disposition", disposition);
    }
    enum MHD_Result queued = MHD_queue_response(connection, response->status, reply);
    MHD_destroy_response(reply);
    return queued;
}

/* Browsers close the connection of a request that a page gave up. */
static bool is_gone(void *self)
{
    struct MHD_Connection *connection = self;
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    struct pollfd at = {.fd = info ? info->connect_fd : -1, .events = POLLRDHUP};
    return poll(&at, 1, 0) > 0 && at.revents & (POLLRDHUP | POLLHUP | POLLERR);
}

/* It may take a while: the connection does not idle meanwhile. */
static void answer(struct web_trace *trace, struct MHD_Connection *connection, const struct web_request *request,
                   struct web_response *response)
{
    MHD_set_connection_option(connection, MHD_CONNECTION_OPTION_TIMEOUT, 0u);
    web_answer(trace, request, response);
    MHD_set_connection_option(connection, MHD_CONNECTION_OPTION_TIMEOUT, (unsigned)IDLE_SECONDS);
    if (atomic_load(&trace->abandoned))
        web_fail(response, 503, "kymo is ending");
}

static enum MHD_Result on_request(void *self, struct MHD_Connection *connection, const char *path, const char *method,
                                  const char *version, const char *data, size_t *data_size, void **state)
{
    struct web_server *server = self;
    struct incoming *incoming = *state;
    (void)path;
    (void)version;
    if (!incoming->begun) {
        incoming->begun = true;
        return MHD_YES;
    }
    if (*data_size) {
        if (incoming->body.size <=
            WEB_MOST_BODY_BYTES) /* beyond that the request is refused, so the rest may be dropped */
            base_text_bytes(&incoming->body, data, *data_size);
        *data_size = 0;
        return MHD_YES;
    }
    const struct web_request request = {
        .method = method,
        .target = incoming->target,
        .host = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Host"),
        .origin = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Origin"),
        .fetch_site = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Sec-Fetch-Site"),
        .kymo_header = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "X-Kymo"),
        .body = {incoming->body.data, incoming->body.size},
        .gone = is_gone,
        .connection = connection,
    };
    struct web_response response = {.status = 200};
    const char *reason;
    unsigned refused = web_refuse(&request, &server->listener.address, &reason);
    if (refused)
        web_fail(&response, refused, "%s", reason);
    else
        answer(server->trace, connection, &request, &response);
    return send_response(connection, &response);
}

struct web_server *web_server_start(struct web_listener *listener, struct web_trace *trace,
                                    struct base_error *ret_error)
{
    struct web_server *server = base_zalloc(1, sizeof *server);
    server->listener = *listener;
    server->trace = trace;
    /* A thread for each connection: whoever waits for the end of reading, or for a pass, keeps nobody else waiting. */
    server->daemon = MHD_start_daemon(
        MHD_USE_THREAD_PER_CONNECTION | MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_AUTO, 0, NULL, NULL, on_request,
        server, MHD_OPTION_LISTEN_SOCKET, listener->fd, MHD_OPTION_CONNECTION_LIMIT, (unsigned)MOST_CONNECTIONS,
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_SECONDS, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)65536,
        MHD_OPTION_URI_LOG_CALLBACK, on_target, NULL, MHD_OPTION_NOTIFY_COMPLETED, on_completed, NULL, MHD_OPTION_END);
    if (!server->daemon) {
        free(server);
        base_fail(ret_error, "the HTTP server could not be started");
        return NULL;
    }
    return server;
}

void web_server_stop(struct web_server *server)
{
    web_trace_abandon(server->trace);
    MHD_stop_daemon(server->daemon); /* closes the socket */
    free(server);
}
