/* Functions and lines of an ELF program by its symbol table and its DWARF, through elfutils' libdw.
 *
 * Functions are found in the symbol table, or, where that is missing, among the subprograms of the DWARF units. Labels
 * of hand-written assembly, whose size nobody gave, are not functions. Lines are those of the units' line tables, with
 * the names of files that libdw makes of them: absolute where the compiler was given absolute ones. This is the only
 * part of kymo that knows libdw, and it is there only where kymo was built with it (KYMO_HAVE_LIBDW).
 *
 * Nothing but the program's own file is read: units whose DWARF is kept elsewhere (split DWARF, dwz) are left out. The
 * file may be hostile. What would make libdw work or allocate out of all proportion is refused as far as it can be seen
 * beforehand; see the limits in debug_info.c.
 */
#ifndef KYMO_BASE_DEBUG_INFO_H
#define KYMO_BASE_DEBUG_INFO_H

#include "base/os.h"
#include "base/program.h"

#include <stdint.h>

struct base_debug_info;

/* The file stays mapped until base_debug_info_close. NULL if it is not a program, or has neither symbols nor lines. */
struct base_debug_info *base_debug_info_open(const struct base_mapping *file, struct base_error *ret_error);

/* Fills in what is known of an address; leaves the rest. */
void base_debug_info_place(struct base_debug_info *info, uint64_t pc, struct base_program_place *ret_place);

/* NULL is allowed. */
void base_debug_info_close(struct base_debug_info *info);

#endif
