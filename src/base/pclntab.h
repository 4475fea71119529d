/* The table of functions and lines that Go puts into every program, for its own stack traces: the "pclntab".
 *
 * This is the layout of Go 1.2 to 1.15 (magic 0xfffffffb), as a program of 32 or 64 bits, in either byte order, holds
 * it in the section .gopclntab of its ELF file. It is found and read without any library. Source:
 * golang.org/s/go12symtab and Go's debug/gosym/pclntab.go.
 *
 * The bytes may be hostile: every offset is looked at before it is used, and what all answers together may cost is
 * bounded. Strings point into the file.
 */
#ifndef KYMO_BASE_PCLNTAB_H
#define KYMO_BASE_PCLNTAB_H

#include "base/os.h"
#include "base/program.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes, and how numbers are stored in them. */
struct base_pclntab_bytes {
    const uint8_t *data;
    size_t size;
    bool big_endian;
};

struct base_pclntab {
    struct base_pclntab_bytes bytes;
    unsigned address_bytes;  /* 4 or 8 */
    unsigned quantum_bytes;  /* of an instruction's length */
    uint64_t function_count; /* of pairs of an address and an offset; one more address ends the last function */
    uint64_t files_at;       /* the offset of the file table: its length, then an offset for each file from 1 on */
    uint64_t steps_left;     /* how far line tables may still be followed */
};

/* False if the ELF file has no such table. */
bool base_pclntab_find(const struct base_mapping *file, struct base_pclntab *ret_table);

/* Fills in what is known of an address; leaves the rest. */
void base_pclntab_place(struct base_pclntab *table, uint64_t pc, struct base_program_place *ret_place);

#endif
