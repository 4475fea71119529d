/* The program that wrote a trace: which function, file and line an address of its code belongs to.
 *
 *     struct base_program *program = base_program_open(path, &error);
 *     struct base_program_place place;
 *     if (base_program_find(program, pc - 1, &place))
 *         … place.func, place.file, place.line …
 *     base_program_close(program);
 *
 * Stacks hold return addresses, which lie behind the call and may belong to the next line or function already: ask for
 * `pc - 1` there, as Go does. An address that is known to begin a function is asked for as it is. Addresses are those
 * of the file: where the system loads the program elsewhere (position-independent executables), the caller subtracts
 * the difference.
 *
 * Programs are ELF executables and shared objects of any machine. For a program by Go 1.2 to 1.15 the answers are those
 * of `go tool addr2line`, from Go's own table (pclntab.h), which stripping leaves in place. For any other program
 * they come from its symbol table and DWARF (debug_info.h), if kymo was built with libdw. Names are as they are
 * there: "net/http.(*conn).serve". Calls that were inlined do not count as functions, but lines are those of their
 * code.
 */
#ifndef KYMO_BASE_PROGRAM_H
#define KYMO_BASE_PROGRAM_H

#include "base/error.h"
#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>

struct base_program;

/* What is not known is empty, or 0. Strings live as long as the program. */
struct base_program_place {
    struct base_str func, file;
    uint64_t line;
};

/* A longer name is cut, so that a hostile file cannot make each answer costly. */
enum { BASE_PROGRAM_MOST_NAME_BYTES = 4096 };

/* Whether a file is there, and seems to be a program. */
bool base_program_is(const char *path);

/* NULL if the file cannot be read, is not ELF, or names no functions and lines. The file is mapped as long as the
 * program is open. */
struct base_program *base_program_open(const char *path, struct base_error *ret_error);

/* False, and an empty place, if neither the function nor the line is known. Ask for an address once and keep the
 * answer: what all answers may cost is bounded, and beyond that lines are not found. Several threads may ask. */
bool base_program_find(struct base_program *program, uint64_t pc, struct base_program_place *ret_place);

/* NULL is allowed. */
void base_program_close(struct base_program *program);

#endif
