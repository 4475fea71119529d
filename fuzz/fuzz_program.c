/* Fuzz target: naming addresses by a program of any bytes. */
#include "base/program.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Whether all of a string can be read. */
static void look_at(struct base_str string)
{
    if (string.size && memchr(string.data, 0, string.size))
        abort();
}

/* Where linkers put the code of a small program at a fixed address. */
static void ask(struct base_program *program)
{
    struct base_program_place place;
    for (uint64_t pc = 0x400ff0; pc < 0x401400; pc += 4)
        if (base_program_find(program, pc, &place)) {
            look_at(place.func);
            look_at(place.file);
        }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[] = "/tmp/kymo-fuzz-XXXXXX";
    struct base_error error = BASE_NO_ERROR;
    int fd = mkstemp(path);
    if (fd < 0 || write(fd, data, size) != (ssize_t)size)
        abort();
    close(fd);
    struct base_program *program = base_program_open(path, &error);
    unlink(path);
    if (program)
        ask(program);
    base_program_close(program);
    base_error_release(&error);
    return 0;
}
