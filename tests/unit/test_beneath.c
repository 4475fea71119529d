/* Source files: those beneath the folder are read, and nothing else is. */
#include "support.h"

#include "base/beneath.h"
#include "web/routes.h"
#include "web/source.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* OUTER/secret, OUTER/root/main.go, OUTER/root/pkg/a.go … */
struct place {
    char outer[64];
    struct web_source source;
};

static void put(const struct place *place, const char *name, const char *text, off_t size)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", place->outer, name);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    if (size)
        assert_int_equal(ftruncate(fd, size), 0);
    close(fd);
}

static void put_link(const struct place *place, const char *name, const char *to)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", place->outer, name);
    assert_int_equal(symlink(to, path), 0);
}

static void put_folder(const struct place *place, const char *name)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", place->outer, name);
    assert_int_equal(mkdir(path, 0700), 0);
}

static int set_up(void **state)
{
    static struct place place;
    struct base_error error = BASE_NO_ERROR;
    char path[256];
    strcpy(place.outer, "/tmp/kymo-beneath-XXXXXX");
    assert_non_null(mkdtemp(place.outer));
    put_folder(&place, "root");
    put_folder(&place, "root/pkg");
    put(&place, "secret", "secret", 0);
    put(&place, "root/main.go", "package main\n", 0);
    put(&place, "root/pkg/a.go", "package a\n", 0);
    put(&place, "root/empty.go", "", 0);
    put(&place, "root/largest.go", "", BASE_MOST_SOURCE_BYTES);
    put(&place, "root/huge.go", "", (off_t)BASE_MOST_SOURCE_BYTES + 1);
    put_link(&place, "root/within.go", "pkg/a.go");
    put_link(&place, "root/out.go", "../secret");
    put_link(&place, "root/up", "..");
    put_link(&place, "root/absolute.go", "/etc/passwd");
    put_link(&place, "root/etc", "/etc");
    put_link(&place, "root/loop.go", "loop.go");
    snprintf(path, sizeof path, "%s/root/pipe.go", place.outer);
    assert_int_equal(mkfifo(path, 0600), 0);
    snprintf(path, sizeof path, "%s/root", place.outer);
    place.source = (struct web_source){base_beneath_folder(path, &error), "root"};
    assert_true(place.source.folder >= 0);
    *state = &place;
    return 0;
}

static int tear_down(void **state)
{
    static const char *const names[] = {"root/main.go",  "root/pkg/a.go",
                                        "root/empty.go", "root/largest.go",
                                        "root/huge.go",  "root/within.go",
                                        "root/out.go",   "root/up",
                                        "root/etc",      "root/absolute.go",
                                        "root/loop.go",  "root/pipe.go",
                                        "root/pkg",      "root",
                                        "secret",        "."};
    struct place *place = *state;
    char path[256];
    close(place->source.folder);
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        snprintf(path, sizeof path, "%s/%s", place->outer, names[i]);
        if (remove(strcmp(names[i], ".") == 0 ? place->outer : path) != 0)
            return -1;
    }
    return 0;
}

static void only_regular_files_beneath(void **state)
{
    static const struct {
        const char *name;
        enum base_beneath done;
        size_t size;
    } cases[] = {
        {"main.go", BASE_BENEATH_READ, 13},
        {"pkg/a.go", BASE_BENEATH_READ, 10},
        {"pkg/../main.go", BASE_BENEATH_READ, 13},
        {"within.go", BASE_BENEATH_READ, 10},
        {"empty.go", BASE_BENEATH_READ, 0},
        {"largest.go", BASE_BENEATH_READ, BASE_MOST_SOURCE_BYTES},
        {"huge.go", BASE_BENEATH_TOO_BIG, 0},
        {"../secret", BASE_BENEATH_MISSING, 0},
        {"pkg/../../secret", BASE_BENEATH_MISSING, 0},
        {"up/secret", BASE_BENEATH_MISSING, 0},
        {"out.go", BASE_BENEATH_MISSING, 0},
        {"absolute.go", BASE_BENEATH_MISSING, 0},
        {"etc/passwd", BASE_BENEATH_MISSING, 0},
        {"/etc/passwd", BASE_BENEATH_MISSING, 0},
        {"loop.go", BASE_BENEATH_MISSING, 0},
        {"pipe.go", BASE_BENEATH_MISSING, 0},
        {"pkg", BASE_BENEATH_MISSING, 0},
        {".", BASE_BENEATH_MISSING, 0},
        {"", BASE_BENEATH_MISSING, 0},
        {"nothing.go", BASE_BENEATH_MISSING, 0},
    };
    const struct place *place = *state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct base_text text = {0};
        enum base_beneath done = base_beneath_read(place->source.folder, cases[i].name, BASE_MOST_SOURCE_BYTES, &text);
        if (done == BASE_BENEATH_NO_MEANS)
            skip();
        if (done != cases[i].done || text.size != cases[i].size)
            fail_msg("%s: %d, %zu bytes", cases[i].name, done, text.size);
        base_text_release(&text);
    }
}

/* Paths of a trace, and the ends of them that are found; NULL: none. */
static void the_longest_end_is_found(void **state)
{
    static const struct {
        const char *file, *path;
    } cases[] = {
        {"main.go", "main.go"},
        {"./main.go", "main.go"},
        {"/home/somebody/src/main.go", "main.go"},
        {"/home/somebody/src/pkg/a.go", "pkg/a.go"},
        {"//x//pkg/./a.go", "pkg/./a.go"},
        {"../../main.go", "main.go"},
        {"/x/../secret", NULL},
        {"/etc/passwd", NULL},
        {"/x/out.go", NULL},
        {"/x/pipe.go", NULL},
        {"/", NULL},
        {"", NULL},
    };
    const struct place *place = *state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct base_text text = {0};
        struct base_str path = BASE_STR("");
        enum base_beneath done = base_beneath_find(place->source.folder, base_str_of(cases[i].file), &path, &text);
        if (done == BASE_BENEATH_NO_MEANS)
            skip();
        if ((done == BASE_BENEATH_READ) != (cases[i].path != NULL) ||
            (cases[i].path && !base_str_is(path, cases[i].path)))
            fail_msg("%s: %d, %.*s", cases[i].file, done, (int)path.size, path.data);
        base_text_release(&text);
    }
}

static void a_path_of_many_parts(void **state)
{
    const struct place *place = *state;
    struct base_text file = {0}, text = {0};
    struct base_str path;
    for (int i = 0; i < 4000; i++)
        base_text_add(&file, "x/");
    base_text_add(&file, "main.go");
    assert_int_not_equal(base_beneath_find(place->source.folder, base_text_view(&file), &path, &text),
                         BASE_BENEATH_READ);
    assert_int_equal(text.size, 0);
    base_text_release(&file);
}

static void what_the_server_says(void **state)
{
    const struct place *place = *state;
    static const struct {
        const char *target, *reply;
    } cases[] = {
        {"/api/source?file=%2Fx%2Fmain.go", "{\"root\":\"root\",\"path\":\"main.go\",\"text\":\"package main\\n\"}"},
        {"/api/source?file=..%2Fsecret", "{\"root\":\"root\",\"missing\":\"is not there\"}"},
        {"/api/source?file=main.go%00.txt", "{\"root\":\"root\",\"missing\":\"is not there\"}"},
        {"/api/source?file=huge.go", "{\"root\":\"root\",\"missing\":\"is larger than 4 MiB\"}"},
        {"/api/source", "{\"root\":\"root\",\"missing\":\"is not there\"}"},
    };
    struct web_trace trace = {.source = &place->source};
    for (size_t i = 0; i <= COUNT_OF(cases); i++) {
        const char *target = i < COUNT_OF(cases) ? cases[i].target : "/api/source?file=main.go";
        const struct web_request request = {.method = "GET", .target = target, .host = "localhost"};
        struct web_response response = {0};
        if (i == COUNT_OF(cases))
            trace.source = NULL;
        web_answer(&trace, &request, &response);
        assert_int_equal(response.status, 200);
        if (strstr(base_text_cstring(&response.body), "cannot be read safely"))
            skip();
        test_assert_text(&response.body, i < COUNT_OF(cases) ? cases[i].reply : "{\"root\":null}");
        base_text_release(&response.body);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_regular_files_beneath),
        cmocka_unit_test(the_longest_end_is_found),
        cmocka_unit_test(a_path_of_many_parts),
        cmocka_unit_test(what_the_server_says),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
