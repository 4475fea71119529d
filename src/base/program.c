#include "base/program.h"

#include "base/debug_info.h"
#include "base/memory.h"
#include "base/os.h"
#include "base/pclntab.h"

#include <pthread.h>
#include <string.h>

struct base_program {
    pthread_mutex_t lock;
    struct base_mapping file;
    struct base_pclntab table;
    struct base_debug_info *debug_info; /* NULL: the table is there */
};

static bool is_elf(const struct base_mapping *file)
{
    static const char magic[] = "\177ELF";
    return file->size >= sizeof magic - 1 && memcmp(file->data, magic, sizeof magic - 1) == 0;
}

bool base_program_is(const char *path)
{
    struct base_mapping file = {0};
    struct base_error error = BASE_NO_ERROR;
    bool is = base_os_map(path, &file, &error) && is_elf(&file);
    base_error_release(&error);
    base_os_unmap(&file);
    return is;
}

static bool read_program(struct base_program *program, struct base_error *ret_error)
{
    if (!is_elf(&program->file))
        return base_fail(ret_error, "is not an ELF program");
    if (base_pclntab_find(&program->file, &program->table))
        return true;
    program->debug_info = base_debug_info_open(&program->file, ret_error);
    return program->debug_info;
}

struct base_program *base_program_open(const char *path, struct base_error *ret_error)
{
    struct base_program *program = base_zalloc(1, sizeof *program);
    pthread_mutex_init(&program->lock, NULL);
    if (base_os_map(path, &program->file, ret_error) && read_program(program, ret_error))
        return program;
    base_program_close(program);
    return NULL;
}

bool base_program_find(struct base_program *program, uint64_t pc, struct base_program_place *ret_place)
{
    *ret_place = (struct base_program_place){0};
    pthread_mutex_lock(&program->lock);
    if (program->debug_info)
        base_debug_info_place(program->debug_info, pc, ret_place);
    else
        base_pclntab_place(&program->table, pc, ret_place);
    pthread_mutex_unlock(&program->lock);
    return ret_place->func.size || ret_place->line;
}

void base_program_close(struct base_program *program)
{
    if (!program)
        return;
    base_debug_info_close(program->debug_info);
    base_os_unmap(&program->file);
    pthread_mutex_destroy(&program->lock);
    free(program);
}
