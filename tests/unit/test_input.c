/* The ways in: spools, files and pipes, addresses, servers. */
#include "support.h"

#include "base/fetch.h"
#include "base/input.h"
#include "base/spool.h"
#include "base/url.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zstd.h>

enum { HEAD_BYTES = 8 };

/* Begins with "good". */
static struct base_text sample(size_t size)
{
    struct test_random random = {11};
    struct base_text text = {0};
    base_text_add(&text, "good bytes ");
    while (text.size < size)
        base_text_char(&text, (char)test_random_below(&random, 256));
    return text;
}

/* ---- spools ---- */

static size_t files_in(const char *folder)
{
    size_t count = 0;
    DIR *directory = opendir(folder);
    for (const struct dirent *entry; (entry = readdir(directory));)
        count += entry->d_name[0] != '.';
    closedir(directory);
    return count;
}

static void a_spool_is_mapped_and_has_no_name(void **state)
{
    char folder[] = "/tmp/kymo-test-XXXXXX";
    struct base_text plain = sample(1000000);
    struct base_spool spool;
    struct base_mapping mapping;
    struct base_error error = BASE_NO_ERROR;
    (void)state;
    assert_non_null(mkdtemp(folder));
    setenv("TMPDIR", folder, 1);
    assert_true(base_spool_begin(&spool, &error));
    assert_string_equal(spool.folder, folder);
    for (size_t at = 0; at < plain.size; at += 100000)
        base_text_bytes(&spool.text, plain.data + at, 100000);
    assert_int_equal(files_in(folder), 0);
    assert_true(base_spool_map(&spool, &mapping, &error));
    base_spool_release(&spool);
    assert_int_equal(mapping.size, plain.size);
    assert_memory_equal(mapping.data, plain.data, plain.size);
    base_os_unmap(&mapping);
    rmdir(folder);
    /* One that nothing was added to. */
    setenv("TMPDIR", "", 1);
    assert_true(base_spool_begin(&spool, &error));
    assert_true(base_spool_map(&spool, &mapping, &error));
    assert_int_equal(mapping.size, 0);
    base_os_unmap(&mapping);
    base_spool_release(&spool);
    unsetenv("TMPDIR");
    base_text_release(&plain);
}

static void spools_say_what_they_lack(void **state)
{
    struct base_spool spool;
    struct base_mapping mapping;
    struct base_error error = BASE_NO_ERROR;
    struct rlimit whole, little = {.rlim_cur = 100000};
    static const char bytes[50000];
    (void)state;
    setenv("TMPDIR", "/nowhere/at/all", 1);
    assert_false(base_spool_begin(&spool, &error));
    assert_string_equal(error.cause, "no temporary file can be made in /nowhere/at/all: No such file or directory "
                                     "(TMPDIR can name another folder)");
    base_error_release(&error);
    setenv("TMPDIR", "/tmp", 1);
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &whole), 0);
    little.rlim_max = whole.rlim_max;
    assert_true(base_spool_begin(&spool, &error));
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &little), 0);
    for (int i = 0; i < 10; i++)
        base_text_bytes(&spool.text, bytes, sizeof bytes);
    assert_int_equal(spool.text.failed, EFBIG);
    assert_false(base_spool_map(&spool, &mapping, &error));
    setrlimit(RLIMIT_FSIZE, &whole);
    assert_string_equal(error.cause,
                        "no room for a temporary copy in /tmp: File too large (TMPDIR can name another folder)");
    base_error_release(&error);
    base_spool_release(&spool);
    unsetenv("TMPDIR");
}

/* ---- files and pipes ---- */

static bool is_good(void *self, const uint8_t *head, size_t size, struct base_error *ret_error)
{
    ++*(int *)self;
    if (size == HEAD_BYTES && memcmp(head, "good", 4) == 0)
        return true;
    return base_fail(ret_error, "bad, by %zu bytes", size);
}

/* The mapped bytes of a name; data NULL if it was refused with this cause. */
static struct base_mapping take(const char *name, const char *cause)
{
    struct base_mapping mapping = {0};
    struct base_error damage = BASE_NO_ERROR, error = BASE_NO_ERROR;
    int asked = 0;
    struct base_input input = {.name = name, .gate = {HEAD_BYTES, is_good, &asked}};
    bool done = base_input_map(&input, &mapping, &damage, &error);
    assert_true(done == !cause);
    assert_null(damage.cause);
    if (cause)
        assert_string_equal(error.cause, cause);
    base_error_release(&error);
    return mapping;
}

static void assert_taken(const char *name, const struct base_text *plain)
{
    struct base_mapping mapping = take(name, NULL);
    assert_int_equal(mapping.size, plain->size);
    assert_memory_equal(mapping.data, plain->data, plain->size);
    base_os_unmap(&mapping);
}

static int file_of(char *path, const struct base_text *bytes)
{
    int fd = mkstemp(path);
    assert_true(fd >= 0 && write(fd, bytes->data, bytes->size) == (ssize_t)bytes->size);
    assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
    return fd;
}

static void files_and_descriptors(void **state)
{
    struct base_text plain = sample(50000), packed = {0}, name = {0};
    char path[] = "/tmp/kymo-test-XXXXXX", packed_path[] = "/tmp/kymo-test-XXXXXX";
    int ends[2];
    (void)state;
    base_text_reserve(&packed, ZSTD_compressBound(plain.size));
    packed.size = ZSTD_compress(packed.data, packed.capacity, plain.data, plain.size, 3);
    int fd = file_of(path, &plain), packed_fd = file_of(packed_path, &packed);
    assert_taken(path, &plain);
    assert_taken(packed_path, &plain);
    base_text_format(&name, "/dev/fd/%d", packed_fd);
    assert_taken(base_text_cstring(&name), &plain);
    /* A descriptor is read from where it stands. */
    name.size = 0;
    base_text_format(&name, "/dev/fd/%d", fd);
    assert_taken(base_text_cstring(&name), &plain);
    assert_int_equal(lseek(fd, 11, SEEK_SET), 11);
    take(base_text_cstring(&name), "bad, by 8 bytes");
    /* A socket, as standard input may be one. */
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    assert_int_equal(write(ends[1], packed.data, packed.size), packed.size);
    close(ends[1]);
    name.size = 0;
    base_text_format(&name, "/dev/fd/%d", ends[0]);
    assert_taken(base_text_cstring(&name), &plain);
    close(ends[0]);
    take(base_text_cstring(&name), "Bad file descriptor");
    take("/dev/zero", "bad, by 8 bytes");
    take("/dev/null", "bad, by 0 bytes");
    take("/dev", "is a directory");
    close(fd);
    close(packed_fd);
    unlink(path);
    unlink(packed_path);
    base_text_release(&plain);
    base_text_release(&packed);
    base_text_release(&name);
}

/* A pipe that another program made non-blocking, and that fills slowly. */
static void *write_slowly(void *context)
{
    int fd = *(int *)context;
    for (int i = 0; i < 5; i++) {
        usleep(20000);
        if (write(fd, "good bytes", 10) != 10)
            break;
    }
    close(fd);
    return NULL;
}

static void a_slow_pipe_is_waited_for(void **state)
{
    int ends[2];
    pthread_t thread;
    char name[32];
    (void)state;
    assert_int_equal(pipe2(ends, O_NONBLOCK), 0);
    snprintf(name, sizeof name, "/dev/fd/%d", ends[0]);
    pthread_create(&thread, NULL, write_slowly, &ends[1]);
    struct base_mapping mapping = take(name, NULL);
    assert_int_equal(mapping.size, 50);
    base_os_unmap(&mapping);
    pthread_join(thread, NULL);
    close(ends[0]);
}

/* ---- addresses ---- */

static void addresses_are_taken_apart(void **state)
{
    static const struct {
        const char *text, *scheme, *user, *host, *path, *query, *whole;
    } cases[] = {
        {"http://a", "http", "", "a", "", "", "http://a"},
        {"HTTPS://a:1/", "HTTPS", "", "a:1", "/", "", "HTTPS://a:1/"},
        {"http://u:p@a:1/b/c?d=e&f#g", "http", "u:p@", "a:1", "/b/c", "d=e&f", "http://u:p@a:1/b/c?d=e&f"},
        {"http://u@v@[::1]:1?d/e?f", "http", "u@v@", "[::1]:1", "", "d/e?f", "http://u@v@[::1]:1?d/e?f"},
        {"http://a#b?c/d@e", "http", "", "a", "", "", "http://a"},
        {"http://a/b@c", "http", "", "a", "/b@c", "", "http://a/b@c"},
        {"http://", "http", "", "", "", "", "http://"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct base_url url = base_url_split(cases[i].text);
        struct base_text whole = {0};
        assert_true(base_str_is(url.scheme, cases[i].scheme));
        assert_true(base_str_is(url.user, cases[i].user));
        assert_true(base_str_is(url.host, cases[i].host));
        assert_true(base_str_is(url.path, cases[i].path));
        assert_true(base_str_is(url.query, cases[i].query));
        base_url_write(&whole, &url);
        test_assert_text(&whole, cases[i].whole);
        base_text_release(&whole);
    }
    assert_true(base_url_is("http://a") && base_url_is("HtTpS://a"));
    assert_false(base_url_is("ftp://a") || base_url_is("http:/a") || base_url_is("https") || base_url_is(""));
}

static void parameters_are_set(void **state)
{
    static const struct {
        const char *query, *value, *set;
    } cases[] = {
        {"", NULL, "s=9"},
        {"s=1", "1", "s=9"},
        {"s=", "", "s=9"},
        {"s", "", "s=9"},
        {"a=1", NULL, "a=1&s=9"},
        {"a&s=1=2&b=3", "1=2", "a&s=9&b=3"},
        {"s=1&a&s=2", "1", "s=9&a"},
        {"ss=1&sa=2", NULL, "ss=1&sa=2&s=9"},
        {"&&a=1&", NULL, "&&a=1&s=9"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct base_str query = base_str_of(cases[i].query), value = base_url_parameter(query, "s");
        struct base_text set = {0};
        assert_true(!value.data == !cases[i].value);
        if (cases[i].value && value.data)
            assert_true(base_str_is(value, cases[i].value));
        base_url_set_parameter(&set, query, "s", "9");
        test_assert_text(&set, cases[i].set);
        base_text_release(&set);
    }
}

/* ---- servers ---- */

struct server {
    int fd;
    char url[64];
    const char *answer; /* what is sent before it falls silent; NULL: nobody even accepts */
    int connection;
    pthread_t thread;
};

static void *answer_and_fall_silent(void *context)
{
    struct server *server = context;
    char request[4096];
    server->connection = accept(server->fd, NULL, NULL);
    if (recv(server->connection, request, sizeof request, 0) > 0)
        send(server->connection, server->answer, strlen(server->answer), MSG_NOSIGNAL);
    return NULL;
}

static void begin_server(struct server *server, const char *answer)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    *server = (struct server){.fd = socket(AF_INET, SOCK_STREAM, 0), .answer = answer, .connection = -1};
    assert_int_equal(bind(server->fd, (struct sockaddr *)&address, size), 0);
    assert_int_equal(listen(server->fd, 5), 0);
    assert_int_equal(getsockname(server->fd, (struct sockaddr *)&address, &size), 0);
    snprintf(server->url, sizeof server->url, "http://127.0.0.1:%d/", ntohs(address.sin_port));
    if (answer)
        pthread_create(&server->thread, NULL, answer_and_fall_silent, server);
}

static void end_server(struct server *server)
{
    if (server->answer) {
        shutdown(server->fd, SHUT_RDWR); /* ends the waiting if nobody came */
        pthread_join(server->thread, NULL);
        close(server->connection);
    }
    close(server->fd);
}

static bool keep(void *self, const void *bytes, size_t size)
{
    base_text_bytes(self, bytes, size);
    return true;
}

/* What is fetched from a server that sends this and then is silent. */
static void assert_silence(const char *answer, const char *taken, const char *cause)
{
    struct server server;
    struct base_text text = {0};
    struct base_error error = BASE_NO_ERROR;
    setenv("no_proxy", "*", 1);
    begin_server(&server, answer);
    struct base_fetch fetch = {.url = server.url, .silence_ms = 100, .take = keep, .self = &text};
    assert_false(base_fetch_run(&fetch, &error));
    end_server(&server);
    bool without = strstr(error.cause, "without libcurl") != NULL;
    if (!without) {
        test_assert_text(&text, taken);
        assert_string_equal(error.cause, cause);
    }
    base_error_release(&error);
    base_text_release(&text);
    if (without)
        skip();
}

static void a_server_that_never_answers(void **state)
{
    (void)state;
    assert_silence(NULL, "", "there is no answer: nothing came for 100ms");
}

static void a_server_that_falls_silent(void **state)
{
    (void)state;
    assert_silence("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\ngood bytes", "good bytes",
                   "the answer broke off after 10 B: nothing came for 100ms");
}

static void a_server_that_falls_silent_in_an_error(void **state)
{
    (void)state;
    assert_silence("HTTP/1.1 503 No\r\nContent-Length: 50\r\n\r\n \r\n\033[2Jtoo busy", "",
                   "the server answers with status 503: ?[2Jtoo busy");
}

static void a_fetch_can_be_stopped(void **state)
{
    struct server server;
    struct base_text text = {0};
    struct base_error error = BASE_NO_ERROR;
    volatile sig_atomic_t stop = 1;
    (void)state;
    begin_server(&server, NULL);
    struct base_fetch fetch = {.url = server.url, .silence_ms = 60000, .take = keep, .self = &text, .stop = &stop};
    assert_false(base_fetch_run(&fetch, &error));
    end_server(&server);
    bool without = strstr(error.cause, "without libcurl") != NULL;
    assert_true(without || strcmp(error.cause, "interrupted") == 0);
    base_error_release(&error);
    if (without)
        skip();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_spool_is_mapped_and_has_no_name),
        cmocka_unit_test(spools_say_what_they_lack),
        cmocka_unit_test(files_and_descriptors),
        cmocka_unit_test(a_slow_pipe_is_waited_for),
        cmocka_unit_test(addresses_are_taken_apart),
        cmocka_unit_test(parameters_are_set),
        cmocka_unit_test(a_server_that_never_answers),
        cmocka_unit_test(a_server_that_falls_silent),
        cmocka_unit_test(a_server_that_falls_silent_in_an_error),
        cmocka_unit_test(a_fetch_can_be_stopped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
