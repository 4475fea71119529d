/* Reading where nothing may go wrong: against pages that cannot be read, and with memory that runs out.
 *
 * Linked with --wrap, so that allocations go through the functions below.
 */
#include "support.h"

#include "analyze/goroutines.h"
#include "analyze/profile.h"
#include "model/info.h"
#include "model/timeline.h"
#include "output/parsed.h"
#include "output/pprof.h"
#include "wire/dump.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);

static long allocations_left = -1; /* negative: no limit */

static bool may_allocate(void)
{
    if (allocations_left < 0)
        return true;
    return allocations_left && allocations_left--;
}

void *__wrap_malloc(size_t size)
{
    return may_allocate() ? __real_malloc(size) : NULL;
}

void *__wrap_calloc(size_t count, size_t size)
{
    return may_allocate() ? __real_calloc(count, size) : NULL;
}

void *__wrap_realloc(void *old, size_t size)
{
    return may_allocate() ? __real_realloc(old, size) : NULL;
}

/* Everything that reads a trace, as one sink: several would be fed by a thread of their own. */
struct everything {
    struct base_text text;
    struct model_info info;
    struct model_timeline timeline;
    struct analyze_goroutines goroutines;
    struct analyze_profile profile;
};

static void add_block(void *self, const struct order_block *block, const struct order_symbols *symbols)
{
    struct everything *all = self;
    for (size_t i = 0; i < block->count; i++) {
        all->text.size = 0;
        output_parsed_event(&all->text, symbols, &block->events[i]);
    }
    model_info_add(&all->info, block, symbols);
    model_timeline_add(&all->timeline, block, symbols);
    analyze_goroutines_add(&all->goroutines, block, symbols);
    analyze_profile_add(&all->profile, block, symbols);
}

static void read_going_on(const struct base_mapping *file)
{
    struct model_pass pass;
    struct base_error error = BASE_NO_ERROR;
    struct base_text bytes = {0};
    struct everything all = {0};
    struct model_sink sink = {add_block, &all};
    if (!model_pass_begin(&pass, file, &error)) {
        base_error_release(&error);
        return;
    }
    model_info_init(&all.info);
    model_timeline_init(&all.timeline);
    analyze_goroutines_init(&all.goroutines);
    all.goroutines.keep_regions = true;
    analyze_profile_init(&all.profile, ANALYZE_SYNC, NULL);
    model_pass_run(&pass, &sink, 1, NULL);
    analyze_goroutines_finish(&all.goroutines, model_pass_symbols(&pass));
    model_timeline_finish(&all.timeline);
    analyze_profile_finish(&all.profile, model_pass_symbols(&pass));
    output_pprof(&bytes, &all.profile, model_pass_symbols(&pass));
    analyze_profile_release(&all.profile);
    analyze_goroutines_release(&all.goroutines);
    model_timeline_release(&all.timeline);
    model_info_release(&all.info);
    model_pass_release(&pass);
    base_text_release(&all.text);
    base_text_release(&bytes);
}

static void read_strictly(const struct base_mapping *file)
{
    struct base_error error = BASE_NO_ERROR;
    struct base_text text = {0};
    struct order_block block;
    struct order_reader *reader = order_reader_new(file, ORDER_STOP_AT_DAMAGE, &error);
    while (reader && order_reader_next(reader, &block, &error) == ORDER_EVENTS)
        ;
    order_reader_free(reader);
    base_error_release(&error);
    wire_dump_events(file, &text, &error);
    base_error_release(&error);
    base_text_release(&text);
}

/* ---- pages that cannot be read ---- */

enum { ROOM_BYTES = 1 << 20 };

/* Room with an unreadable page before and behind it. */
static uint8_t *make_guarded(size_t page_bytes)
{
    uint8_t *at = mmap(NULL, ROOM_BYTES + 2 * page_bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_ptr_not_equal(at, MAP_FAILED);
    assert_int_equal(mprotect(at + page_bytes, ROOM_BYTES, PROT_READ | PROT_WRITE), 0);
    return at + page_bytes;
}

/* A trace that ends where the readable page does, cut off at every length; and one that begins where the page does. */
static void read_between_unreadable_pages(const char *path, size_t step)
{
    size_t page_bytes = (size_t)sysconf(_SC_PAGESIZE);
    uint8_t *room = make_guarded(page_bytes);
    struct base_mapping file = test_map_source(path);
    assert_true(file.size < ROOM_BYTES);
    for (size_t size = 0; size <= file.size;
         size += size + step > file.size && size < file.size ? file.size - size : step) {
        struct base_mapping cut = {room + ROOM_BYTES - size, size};
        if (size)
            memcpy(room + ROOM_BYTES - size, file.data, size);
        read_strictly(&cut);
        read_going_on(&cut);
    }
    memcpy(room, file.data, file.size);
    read_going_on(&(struct base_mapping){room, file.size});
    munmap(room - page_bytes, ROOM_BYTES + 2 * page_bytes);
    base_os_unmap(&file);
}

static void daisy_between_unreadable_pages(void **state)
{
    (void)state;
    read_between_unreadable_pages("examples/daisy.trace", 1);
}

static void workerpool_between_unreadable_pages(void **state)
{
    (void)state;
    read_between_unreadable_pages("examples/workerpool.trace", 37);
}

/* ---- memory that runs out ---- */

/* Reads with the first `count` allocations alone; returns the exit status and what was said. */
static int read_with(const struct base_mapping *file, long count, char *ret_said, size_t room)
{
    int pipe_ends[2], status;
    assert_int_equal(pipe(pipe_ends), 0);
    fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (!child) {
        dup2(pipe_ends[1], STDERR_FILENO);
        allocations_left = count;
        read_going_on(file);
        _exit(0);
    }
    close(pipe_ends[1]);
    ssize_t size = read(pipe_ends[0], ret_said, room - 1);
    ret_said[size < 0 ? 0 : size] = '\0';
    close(pipe_ends[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status)); /* not killed */
    return WEXITSTATUS(status);
}

/* Whichever allocation fails, there is one line and exit status 1. */
static void memory_runs_out(void **state)
{
    struct base_mapping file = test_map_source("examples/daisy.trace");
    char said[256];
    long count = 0;
    int status;
    (void)state;
    while ((status = read_with(&file, count, said, sizeof said)) != 0) {
        assert_int_equal(status, 1);
        assert_string_equal(said, "kymo: out of memory\n");
        count++;
    }
    assert_string_equal(said, "");
    assert_true(count > 100); /* there were allocations to fail */
    base_os_unmap(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(daisy_between_unreadable_pages),
        cmocka_unit_test(workerpool_between_unreadable_pages),
        cmocka_unit_test(memory_runs_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
