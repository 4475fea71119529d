#include "support.h"

#include "base/memory.h"
#include "base/pclntab.h"
#include "base/program.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void assert_place(const struct base_program_place *place, const char *expected)
{
    struct base_text text = {0};
    base_text_str(&text, place->func);
    base_text_char(&text, ' ');
    base_text_str(&text, place->file);
    base_text_format(&text, ":%" PRIu64, place->line);
    test_assert_text(&text, expected);
    base_text_release(&text);
}

/* ---- Go's table ---- */

/* A small Go program: an ELF file whose only sections are the names and .gopclntab. */
struct go_program {
    bool wide, big_endian;
    unsigned quantum_bytes;
    struct base_text bytes;
};

/* Where the parts lie in the file, and in its table; each has more room than it needs. */
enum { NAMES_AT = 64, TABLE_AT = 96, SECTIONS_AT = 440 };
enum { FIRST_AT = 80, SECOND_AT = 120, FILES_AT = 160, STEPS_AT = 180, STRINGS_AT = 240, TABLE_END = 340 };

static void put(struct go_program *go, unsigned width, uint64_t value)
{
    for (unsigned i = 0; i < width; i++)
        base_text_char(&go->bytes, (char)(value >> 8 * (go->big_endian ? width - 1 - i : i)));
}

/* As wide as an address. */
static void put_wide(struct go_program *go, uint64_t value)
{
    put(go, go->wide ? 8 : 4, value);
}

static void pad_to(struct go_program *go, size_t size)
{
    assert_true(go->bytes.size <= size);
    while (go->bytes.size < size)
        put(go, 1, 0);
}

static void put_string(struct go_program *go, size_t at, const char *string)
{
    pad_to(go, at);
    base_text_add(&go->bytes, string);
    put(go, 1, 0);
}

static void put_elf_header(struct go_program *go)
{
    base_text_bytes(&go->bytes, "\177ELF", 4);
    put(go, 1, go->wide ? 2 : 1);
    put(go, 1, go->big_endian ? 2 : 1);
    put(go, 1, 1);
    pad_to(go, 16);
    put(go, 2, 2);        /* ET_EXEC */
    put(go, 2, 62);       /* a machine; any will do */
    put(go, 4, 1);        /* version */
    put_wide(go, 0x1000); /* entry */
    put_wide(go, 0);      /* no program headers */
    put_wide(go, SECTIONS_AT);
    put(go, 4, 0); /* flags */
    put(go, 2, go->wide ? 64 : 52);
    put(go, 2, 0);
    put(go, 2, 0);
    put(go, 2, go->wide ? 64 : 40); /* bytes of a section's header */
    put(go, 2, 3);
    put(go, 2, 1);
    put_string(go, NAMES_AT + 1, ".shstrtab");
    put_string(go, NAMES_AT + 11, ".gopclntab");
}

static void put_section(struct go_program *go, unsigned name, unsigned type, size_t offset, size_t size)
{
    put(go, 4, name);
    put(go, 4, type);
    put_wide(go, 0); /* flags, address */
    put_wide(go, 0);
    put_wide(go, offset);
    put_wide(go, size);
    put(go, 4, 0); /* link, info */
    put(go, 4, 0);
    put_wide(go, 1); /* alignment, size of an entry */
    put_wide(go, 0);
}

static void put_function(struct go_program *go, size_t at, uint64_t entry, size_t name_at, size_t steps_at)
{
    pad_to(go, TABLE_AT + at);
    put_wide(go, entry);
    put(go, 4, name_at);
    for (int i = 0; i < 3; i++) /* arguments, frame, stack */
        put(go, 4, 0);
    put(go, 4, steps_at);
    put(go, 4, steps_at + 10);
}

/* Differences of a value, and lengths of code; both below 64. */
static void put_steps(struct go_program *go, size_t at, size_t count, const int (*steps)[2])
{
    pad_to(go, TABLE_AT + STEPS_AT + at);
    for (size_t i = 0; i < count; i++) {
        int difference = steps[i][0];
        put(go, 1, (uint64_t)(difference < 0 ? -2 * difference - 1 : 2 * difference));
        put(go, 1, (unsigned)steps[i][1] / go->quantum_bytes);
    }
    put(go, 1, 0);
}

static void put_table(struct go_program *go)
{
    pad_to(go, TABLE_AT);
    put(go, 4, 0xfffffffb);
    put(go, 2, 0);
    put(go, 1, go->quantum_bytes);
    put(go, 1, go->wide ? 8 : 4);
    const uint64_t functions[] = {2, 0x1000, FIRST_AT, 0x1010, SECOND_AT, 0x1040};
    for (size_t i = 0; i < COUNT_OF(functions); i++)
        put_wide(go, functions[i]);
    put(go, 4, FILES_AT);
    put_function(go, FIRST_AT, 0x1000, STRINGS_AT, STEPS_AT);
    put_function(go, SECOND_AT, 0x1010, STRINGS_AT + 30, STEPS_AT + 20);
    const uint64_t files[] = {3, STRINGS_AT + 50, STRINGS_AT + 80};
    pad_to(go, TABLE_AT + FILES_AT);
    for (size_t i = 0; i < COUNT_OF(files); i++)
        put(go, 4, files[i]);
    put_steps(go, 0, 1, (const int[][2]){{2, 0x10}});
    put_steps(go, 10, 2, (const int[][2]){{11, 8}, {5, 8}});
    put_steps(go, 20, 1, (const int[][2]){{3, 0x30}});
    put_steps(go, 30, 2, (const int[][2]){{61, 4}, {-20, 0x2c}});
    put_string(go, TABLE_AT + STRINGS_AT, "net/http.(*conn).serve");
    put_string(go, TABLE_AT + STRINGS_AT + 30, "main.main");
    put_string(go, TABLE_AT + STRINGS_AT + 50, "/src/net/http/server.go");
    put_string(go, TABLE_AT + STRINGS_AT + 80, "/src/main.go");
    pad_to(go, TABLE_AT + TABLE_END);
}

static void write_go_program(struct go_program *go)
{
    put_elf_header(go);
    put_table(go);
    pad_to(go, SECTIONS_AT);
    put_section(go, 0, 0, 0, 0);
    put_section(go, 1, 3, NAMES_AT, TABLE_AT - NAMES_AT);
    put_section(go, 11, 1, TABLE_AT, TABLE_END);
}

/* The path of a temporary file with these bytes. */
static const char *write_file(const void *bytes, size_t size)
{
    static char path[] = "/tmp/kymo-test-program-XXXXXX";
    strcpy(path + sizeof path - 7, "XXXXXX");
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, size), size);
    close(fd);
    return path;
}

static void assert_go_places(const char *path)
{
    static const struct {
        uint64_t pc;
        const char *place;
    } expected[] = {
        {0xfff, " :0"},
        {0x1000, "net/http.(*conn).serve /src/net/http/server.go:10"},
        {0x1007, "net/http.(*conn).serve /src/net/http/server.go:10"},
        {0x1008, "net/http.(*conn).serve /src/net/http/server.go:15"},
        {0x100f, "net/http.(*conn).serve /src/net/http/server.go:15"},
        {0x1010, "main.main /src/main.go:60"},
        {0x1014, "main.main /src/main.go:40"},
        {0x103f, "main.main /src/main.go:40"},
        {0x1040, " :0"},
        {0, " :0"},
        {UINT64_MAX, " :0"},
    };
    struct base_error error = BASE_NO_ERROR;
    struct base_program *program = base_program_open(path, &error);
    struct base_program_place place;
    assert_non_null(program);
    for (size_t i = 0; i < COUNT_OF(expected); i++) {
        assert_int_equal(base_program_find(program, expected[i].pc, &place), strcmp(expected[i].place, " :0") != 0);
        assert_place(&place, expected[i].place);
    }
    base_program_close(program);
}

static void go_programs_of_every_kind(void **state)
{
    (void)state;
    for (unsigned kind = 0; kind < 8; kind++) {
        struct go_program go = {.wide = kind & 1, .big_endian = kind & 2, .quantum_bytes = kind & 4 ? 4 : 1};
        write_go_program(&go);
        const char *path = write_file(go.bytes.data, go.bytes.size);
        assert_go_places(path);
        unlink(path);
        base_text_release(&go.bytes);
    }
}

/* Asks for addresses of a file that may be anything. The allocation is as large as the file. */
static void ask_table(const void *bytes, size_t size)
{
    struct base_mapping file = test_mapping_of(bytes, size);
    struct base_pclntab table;
    if (base_pclntab_find(&file, &table))
        for (uint64_t pc = 0xffc; pc < 0x1044; pc += 4) {
            struct base_program_place place = {0};
            base_pclntab_place(&table, pc, &place);
            if (place.func.size)
                assert_true(place.func.data >= (const char *)file.data &&
                            place.func.data + place.func.size <= (const char *)file.data + size);
        }
    test_mapping_free(&file);
}

static void damaged_go_programs(void **state)
{
    static const uint8_t values[] = {0, 1, 0x3f, 0x7f, 0x80, 0xff};
    struct go_program go = {.wide = true, .quantum_bytes = 1};
    (void)state;
    write_go_program(&go);
    for (size_t size = 0; size < go.bytes.size; size++)
        ask_table(go.bytes.data, size);
    for (size_t at = 0; at < go.bytes.size; at++)
        for (size_t i = 0; i < COUNT_OF(values); i++) {
            char old = go.bytes.data[at];
            go.bytes.data[at] = (char)values[i];
            ask_table(go.bytes.data, go.bytes.size);
            go.bytes.data[at] = old;
        }
    base_text_release(&go.bytes);
}

/* A line table of a million steps that advance by nothing, asked for again and again: it is not followed for ever. */
static void tables_without_an_end(void **state)
{
    enum { STEPS = 1 << 20, ASKED = 4096 };
    struct go_program go = {.wide = true, .quantum_bytes = 1};
    struct base_pclntab table;
    (void)state;
    write_go_program(&go);
    size_t steps_at = go.bytes.size, header_at = SECTIONS_AT + 2 * 64;
    for (size_t i = 0; i < STEPS; i++)
        base_text_bytes(&go.bytes, "\2\0", 2);
    size_t size = go.bytes.size - TABLE_AT;
    memcpy(go.bytes.data + header_at + 32, &(uint64_t){size}, 8);
    memcpy(go.bytes.data + TABLE_AT + FIRST_AT + 28, &(uint32_t){(uint32_t)steps_at - TABLE_AT}, 4);
    struct base_mapping file = test_mapping_of(go.bytes.data, go.bytes.size);
    assert_true(base_pclntab_find(&file, &table));
    for (int i = 0; i < ASKED; i++) {
        struct base_program_place place = {0};
        base_pclntab_place(&table, 0x1000, &place);
        assert_true(base_str_is(place.func, "net/http.(*conn).serve"));
        assert_int_equal(place.line, 0);
    }
    test_mapping_free(&file);
    base_text_release(&go.bytes);
}

/* ---- files that are no programs ---- */

static void assert_refused(const char *path, const char *cause)
{
    struct base_error error = BASE_NO_ERROR;
    assert_null(base_program_open(path, &error));
    assert_string_equal(error.cause, cause);
    base_error_release(&error);
}

static void assert_bytes_refused(const void *bytes, size_t size, const char *cause)
{
    const char *path = write_file(bytes, size);
    assert_refused(path, cause);
    unlink(path);
}

static void what_is_no_program(void **state)
{
    (void)state;
    assert_refused("/nonexistent", "No such file or directory");
    assert_refused("/", "is a directory");
    assert_bytes_refused("", 0, "is not an ELF program");
    assert_bytes_refused("\177EL", 3, "is not an ELF program");
    assert_bytes_refused("go 1.5 trace\0\0\0\0", 16, "is not an ELF program");
    base_program_close(NULL);
}

/* ---- any program, by its symbols and DWARF ---- */

#ifndef KYMO_HAVE_LIBDW

static void without_libdw(void **state)
{
    (void)state;
    assert_refused(KYMO_SAMPLE, "this kymo was built without libdw, and reads programs by Go 1.2 to 1.15 only");
}

#else

static void damaged_elf_files(void **state)
{
    struct base_mapping sample;
    struct base_error error = BASE_NO_ERROR;
    (void)state;
    assert_true(base_os_map(KYMO_SAMPLE, &sample, &error));
    assert_bytes_refused("\177ELF", 4, "is a damaged ELF file");
    assert_bytes_refused(sample.data, sample.size / 2, "is a damaged ELF file");
    uint8_t *object = base_zalloc(sample.size, 1);
    memcpy(object, sample.data, sample.size);
    memcpy(object + 16, &(uint16_t){1}, 2); /* ET_REL */
    assert_bytes_refused(object, sample.size, "is an ELF file, but not a program");
    free(object);
    base_os_unmap(&sample);
}

enum { KNOWS_FUNCTIONS = 1, KNOWS_LINES = 2 };

/* Which folders precede it depends on the compiler. */
static struct base_str last_part(struct base_str file)
{
    size_t from = file.size;
    while (from && file.data[from - 1] != '/')
        from--;
    return file.size ? (struct base_str){file.data + from, file.size - from} : file;
}

/* Compares what is found in a variant of the sample with what the sample says of itself. */
static void assert_sample(const char *path, int knows)
{
    struct base_error error = BASE_NO_ERROR;
    struct base_program *program = base_program_open(path, &error);
    struct base_program_place place;
    char name[100], expected[1000];
    uint64_t address;
    int line, count = 0;
    assert_non_null(program);
    FILE *truth = popen(KYMO_SAMPLE, "r");
    for (; fscanf(truth, "%99s %" SCNx64 " %d", name, &address, &line) == 3; count++) {
        snprintf(expected, sizeof expected, "%s %s:%d", knows & KNOWS_FUNCTIONS ? name : "",
                 knows & KNOWS_LINES ? "program_sample.c" : "", knows & KNOWS_LINES ? line : 0);
        for (uint64_t pc = address; pc < address + 8; pc++) {
            assert_true(base_program_find(program, pc, &place));
            place.file = last_part(place.file);
            assert_place(&place, expected);
        }
    }
    pclose(truth);
    assert_int_equal(count, 3);
    assert_false(base_program_find(program, 0, &place));
    assert_place(&place, " :0");
    assert_false(base_program_find(program, UINT64_MAX, &place));
    base_program_close(program);
}

static void symbols_and_lines(void **state)
{
    (void)state;
    assert_sample(KYMO_SAMPLE, KNOWS_FUNCTIONS | KNOWS_LINES);
}

#ifdef KYMO_SAMPLE_VARIANTS
static void stripped_programs(void **state)
{
    (void)state;
    assert_sample(KYMO_SAMPLE ".symbols", KNOWS_FUNCTIONS);
    assert_sample(KYMO_SAMPLE ".dwarf", KNOWS_FUNCTIONS | KNOWS_LINES);
    assert_sample(KYMO_SAMPLE ".compressed", KNOWS_FUNCTIONS | KNOWS_LINES);
    assert_refused(KYMO_SAMPLE ".stripped", "names no functions and lines: it has been stripped");
}
#endif
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(go_programs_of_every_kind),
        cmocka_unit_test(damaged_go_programs),
        cmocka_unit_test(tables_without_an_end),
        cmocka_unit_test(what_is_no_program),
#ifndef KYMO_HAVE_LIBDW
        cmocka_unit_test(without_libdw),
#else
        cmocka_unit_test(damaged_elf_files),         cmocka_unit_test(symbols_and_lines),
#ifdef KYMO_SAMPLE_VARIANTS
        cmocka_unit_test(stripped_programs),
#endif
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
