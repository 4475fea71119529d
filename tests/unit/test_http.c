/* Requests before they are answered: who is let in, and what is asked. */
#include "support.h"

#include "web/http.h"

/* ---- who is let in ---- */

struct asked {
    unsigned status;
    const char *method, *target, *host, *origin, *fetch_site, *kymo_header;
};

static void check_refusals(const struct web_address *address, const struct asked *asked, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct asked *a = &asked[i];
        struct web_request request = {a->method, a->target, a->host, a->origin, a->fetch_site, a->kymo_header, {"", 0}};
        const char *reason = NULL;
        unsigned status = web_refuse(&request, address, &reason);
        if (status != a->status)
            fail_msg("%s %s from %s, origin %s: %u instead of %u", a->method, a->target, a->host, a->origin, status,
                     a->status);
        assert_true(!status || (reason && *reason));
    }
}

static void hosts(void **state)
{
    static const struct web_address address = {.host = "viewer.example", .port = 8080};
    static const struct asked asked[] = {
        {0, "GET", "/", "localhost:8080"},
        {0, "GET", "/", "LocalHost:8080"},
        {0, "GET", "/", "localhost"},
        {0, "GET", "/", "127.0.0.1:8080"},
        {0, "GET", "/", "[::1]:8080"},
        {0, "GET", "/", "[::1]"},
        {0, "HEAD", "/trace", "viewer.example:8080"},
        {403, "GET", "/", NULL},
        {403, "GET", "/", ""},
        {403, "GET", "/", ":8080"},
        {403, "GET", "/", "localhost:8081"},
        {403, "GET", "/", "localhost:"},
        {403, "GET", "/", "localhost:08080"},
        {403, "GET", "/", "localhost:8080:8080"},
        {403, "GET", "/", "localhost:8080/"},
        {403, "GET", "/", "localhost.evil.com"},
        {403, "GET", "/", "localhost.evil.com:8080"},
        {403, "GET", "/", "evil.com"},
        {403, "GET", "/", "evil-localhost:8080"},
        {403, "GET", "/", "localhost.:8080"},
        {403, "GET", "/", "127.0.0.1.:8080"},
        {403, "GET", "/", "127.0.0.1.evil.com:8080"},
        {403, "GET", "/", "127.0.0.2:8080"},
        {403, "GET", "/", "0.0.0.0:8080"},
        {403, "GET", "/", "[::1]evil.com:8080"},
        {403, "GET", "/", "[::1"},
        {403, "GET", "/", "[::2]:8080"},
        {403, "GET", "/", "user@localhost:8080"},
        {403, "GET", "/", "localhost:8080@evil.com"},
        {403, "GET", "/", " localhost:8080"},
        {403, "GET", "http://localhost:8080/", "localhost:8080"},
        {403, "GET", "//", "evil.com"},
        {403, "GET", "", "localhost:8080"},
        {403, "OPTIONS", "*", "localhost:8080"},
        {403, "CONNECT", "localhost:8080", "localhost:8080"},
    };
    (void)state;
    check_refusals(&address, asked, COUNT_OF(asked));
}

/* Who listens on all addresses is reached by any of them, but not by a name that is not its own. */
static void hosts_on_all_addresses(void **state)
{
    static const struct web_address address = {.host = "0.0.0.0", .any = true, .port = 80};
    static const struct asked asked[] = {
        {0, "GET", "/", "192.168.1.7:80"},
        {0, "GET", "/", "192.168.1.7"},
        {0, "GET", "/", "[fe80::1]:80"},
        {0, "GET", "/", "localhost"},
        {403, "GET", "/", "192.168.1.7:81"},
        {403, "GET", "/", "192.168.1.7.evil.com"},
        {403, "GET", "/", "evil.com"},
        {403, "GET", "/", "1e100.net"},
        {403, "GET", "/", ""},
        {403, "GET", "/", NULL},
    };
    (void)state;
    check_refusals(&address, asked, COUNT_OF(asked));
}

static void methods_and_origins(void **state)
{
    static const struct web_address address = {.host = "localhost", .port = 8080};
#define HERE "localhost:8080"
    static const struct asked asked[] = {
        {405, "PUT", "/", HERE},
        {405, "DELETE", "/api/tiles", HERE, NULL, NULL, "1"},
        {405, "OPTIONS", "/api/tiles", HERE},
        {405, "get", "/", HERE},
        {403, "POST", "/api/tiles", HERE},
        {0, "POST", "/api/tiles", HERE, NULL, NULL, "1"},
        {0, "POST", "/api/tiles", HERE, "http://localhost:8080", "same-origin", "1"},
        {0, "POST", "/api/tiles", HERE, "http://127.0.0.1:8080", "none", "1"},
        {403, "POST", "/api/tiles", HERE, "http://evil.com", NULL, "1"},
        {403, "POST", "/api/tiles", HERE, "http://localhost:9090", NULL, "1"},
        {403, "POST", "/api/tiles", HERE, "https://localhost:8080", NULL, "1"},
        {403, "POST", "/api/tiles", HERE, "null", NULL, "1"},
        {403, "POST", "/api/tiles", HERE, "", NULL, "1"},
        {403, "POST", "/api/tiles", HERE, "http://localhost:8080", "cross-site", "1"},
        {403, "POST", "/api/tiles", HERE, NULL, "same-site", "1"},
        {403, "POST", "/api/tiles", "evil.com", "http://evil.com", "same-origin", "1"},
        /* Links from other pages may lead here; what they get they cannot read. */
        {0, "GET", "/", HERE, "http://evil.com", "cross-site", NULL},
    };
    (void)state;
    check_refusals(&address, asked, COUNT_OF(asked));
}

static void sizes_of_requests(void **state)
{
    static const struct web_address address = {.host = "localhost", .port = 8080};
    static char target[WEB_MOST_TARGET_BYTES + 2];
    struct web_request request = {
        .method = "POST", .target = target, .host = HERE, .kymo_header = "1", .body = {target, WEB_MOST_BODY_BYTES}};
    const char *reason;
    (void)state;
    memset(target, '/', WEB_MOST_TARGET_BYTES);
    assert_int_equal(web_refuse(&request, &address, &reason), 0);
    request.body.size++;
    assert_int_equal(web_refuse(&request, &address, &reason), 413);
    request.body.size = 0;
    target[WEB_MOST_TARGET_BYTES] = 'x';
    assert_int_equal(web_refuse(&request, &address, &reason), 414);
}

static void security_headers_are_there(void **state)
{
    bool policy = false, sniffing = false;
    (void)state;
    for (size_t i = 0; web_security_headers[i]; i += 2) {
        assert_non_null(web_security_headers[i + 1]);
        policy |= !strcmp(web_security_headers[i], "Content-Security-Policy") &&
                  strstr(web_security_headers[i + 1], "default-src 'none'");
        sniffing |= !strcmp(web_security_headers[i], "X-Content-Type-Options");
        assert_null(strstr(web_security_headers[i], "Access-Control"));
    }
    assert_true(policy && sniffing);
}

/* ---- query parameters ---- */

static void parameters(void **state)
{
    static const struct {
        const char *target, *name, *value; /* NULL: there is none */
    } cases[] = {
        {"/a?name=x", "name", "x"},
        {"/a?name=x%20y+z%2B%c3%A9", "name", "x y z+\xc3\xa9"},
        {"/a?b=1&name=second&name=third", "name", "second"},
        {"/a?name", "name", ""},
        {"/a?name=", "name", ""},
        {"/a?name&x=1", "name", ""},
        {"/a?name=a=b", "name", "a=b"},
        {"/a?name=%", "name", "%"},
        {"/a?name=%4", "name", "%4"},
        {"/a?name=%zz%41", "name", "%zzA"},
        {"/a?name=x#y", "name", "x"},
        {"/a?&&name=1", "name", "1"},
        {"/a?names=1", "name", NULL},
        {"/a?nam=1", "name", NULL},
        {"/a#?name=1", "nme", NULL},
        {"/a", "name", NULL},
        {"/a?", "name", NULL},
        {"/a?Name=1", "name", NULL},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct web_request request = {.target = cases[i].target};
        struct base_text text = {0};
        assert_int_equal(web_parameter(&request, cases[i].name, &text), cases[i].value != NULL);
        test_assert_text(&text, cases[i].value ? cases[i].value : "");
        base_text_release(&text);
    }
}

static void parameters_as_numbers(void **state)
{
    struct web_request request = {.target = "/a?a=12&b=-7&c=&d=1x&e=99999999999999999999&f=%31%32"};
    (void)state;
    assert_int_equal(web_parameter_i64(&request, "a", 5), 12);
    assert_int_equal(web_parameter_i64(&request, "b", 5), -7);
    assert_int_equal(web_parameter_i64(&request, "c", 5), 5);
    assert_int_equal(web_parameter_i64(&request, "d", 5), 5);
    assert_int_equal(web_parameter_i64(&request, "e", 5), INT64_MAX);
    assert_int_equal(web_parameter_i64(&request, "f", 5), 12);
    assert_int_equal(web_parameter_i64(&request, "g", 5), 5);
}

static void paths(void **state)
{
    (void)state;
    assert_true(base_str_is(web_path(&(struct web_request){.target = "/a/b?c=/d"}), "/a/b"));
    assert_true(base_str_is(web_path(&(struct web_request){.target = "/a#b"}), "/a"));
    assert_true(base_str_is(web_path(&(struct web_request){.target = "/"}), "/"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hosts),
        cmocka_unit_test(hosts_on_all_addresses),
        cmocka_unit_test(methods_and_origins),
        cmocka_unit_test(sizes_of_requests),
        cmocka_unit_test(security_headers_are_there),
        cmocka_unit_test(parameters),
        cmocka_unit_test(parameters_as_numbers),
        cmocka_unit_test(paths),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
