#include "base/pclntab.h"

#include <string.h>

enum {
    HEADER_BYTES = 8, /* magic, two zeros, quantum, size of an address */
    ELF_NO_BITS = 8,  /* SHT_NOBITS */
};

static const uint32_t table_magic = 0xfffffffb;

/* Enough for a hundred thousand addresses in functions of several hundred lines. */
static const uint64_t most_steps = UINT64_C(1) << 26;

/* A number of 1 to 8 bytes; 0 where there is none. */
static uint64_t number_at(const struct base_pclntab_bytes *bytes, uint64_t at, unsigned width)
{
    uint64_t value = 0;
    if (at > bytes->size || bytes->size - at < width)
        return 0;
    for (unsigned i = 0; i < width; i++)
        value = value << 8 | bytes->data[at + (bytes->big_endian ? i : width - 1 - i)];
    return value;
}

static struct base_str string_at(const struct base_pclntab_bytes *bytes, uint64_t at)
{
    if (at >= bytes->size)
        return (struct base_str){0};
    const char *text = (const char *)bytes->data + at;
    size_t left = bytes->size - (size_t)at;
    return (struct base_str){text,
                             strnlen(text, left < BASE_PROGRAM_MOST_NAME_BYTES ? left : BASE_PROGRAM_MOST_NAME_BYTES)};
}

/* ---- the ELF file ---- */

/* Where an ELF file of 32 or 64 bits has its numbers (System V ABI, chapter 4). */
struct elf_layout {
    unsigned width; /* of an offset in the file */
    unsigned sections_at, section_bytes_at, section_count_at, names_index_at;
    unsigned offset_at, size_at; /* in a section's header */
};

static const struct elf_layout elf_32 = {4, 0x20, 0x2e, 0x30, 0x32, 0x10, 0x14};
static const struct elf_layout elf_64 = {8, 0x28, 0x3a, 0x3c, 0x3e, 0x18, 0x20};

/* The contents of the section whose header is at an offset; empty if they are not in the file. */
static struct base_pclntab_bytes section_at(const struct base_pclntab_bytes *elf, const struct elf_layout *layout,
                                            uint64_t header_at)
{
    struct base_pclntab_bytes section = {.big_endian = elf->big_endian};
    uint64_t offset = number_at(elf, header_at + layout->offset_at, layout->width);
    uint64_t size = number_at(elf, header_at + layout->size_at, layout->width);
    if (number_at(elf, header_at + 4, 4) != ELF_NO_BITS && offset <= elf->size && size <= elf->size - offset) {
        section.data = elf->data + offset;
        section.size = (size_t)size;
    }
    return section;
}

static bool find_section(const struct base_mapping *file, const char *name, struct base_pclntab_bytes *ret_section)
{
    struct base_pclntab_bytes elf = {file->data, file->size, false};
    elf.big_endian = number_at(&elf, 5, 1) == 2;
    const struct elf_layout *layout = number_at(&elf, 4, 1) == 1 ? &elf_32 : &elf_64;
    uint64_t headers_at = number_at(&elf, layout->sections_at, layout->width);
    uint64_t header_bytes = number_at(&elf, layout->section_bytes_at, 2);
    uint64_t count = number_at(&elf, layout->section_count_at, 2);
    uint64_t names_index = number_at(&elf, layout->names_index_at, 2);
    if (headers_at > elf.size)
        return false;
    struct base_pclntab_bytes names = section_at(&elf, layout, headers_at + names_index * header_bytes);
    for (uint64_t i = 0; i < count; i++) {
        uint64_t header_at = headers_at + i * header_bytes;
        if (!base_str_is(string_at(&names, number_at(&elf, header_at, 4)), name))
            continue;
        *ret_section = section_at(&elf, layout, header_at);
        return true;
    }
    return false;
}

/* ---- the table ---- */

static uint64_t address_at(const struct base_pclntab *table, uint64_t at)
{
    return number_at(&table->bytes, at, table->address_bytes);
}

/* Where the pair of a function lies: its address, then the offset of what is said of it. */
static uint64_t pair_at(const struct base_pclntab *table, uint64_t index)
{
    return HEADER_BYTES + table->address_bytes + index * 2 * table->address_bytes;
}

bool base_pclntab_find(const struct base_mapping *file, struct base_pclntab *ret_table)
{
    struct base_pclntab table = {.steps_left = most_steps};
    if (!find_section(file, ".gopclntab", &table.bytes))
        return false;
    table.quantum_bytes = (unsigned)number_at(&table.bytes, 6, 1);
    table.address_bytes = (unsigned)number_at(&table.bytes, 7, 1);
    if (number_at(&table.bytes, 0, 4) != table_magic || (table.address_bytes != 4 && table.address_bytes != 8))
        return false;
    table.function_count = address_at(&table, HEADER_BYTES);
    if (table.function_count > table.bytes.size / (2 * table.address_bytes))
        return false;
    uint64_t end_at = pair_at(&table, table.function_count);
    table.files_at = number_at(&table.bytes, end_at + table.address_bytes, 4);
    /* In a position-independent executable the addresses are not there before it is loaded. */
    if (address_at(&table, pair_at(&table, 0)) >= address_at(&table, end_at))
        return false;
    *ret_table = table;
    return true;
}

/* Where a function's description begins, or 0, which is the header's place. */
static uint64_t find_function(const struct base_pclntab *table, uint64_t pc)
{
    uint64_t low = 0, high = table->function_count;
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        if (address_at(table, pair_at(table, middle + 1)) <= pc)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == table->function_count || address_at(table, pair_at(table, low)) > pc)
        return 0;
    return address_at(table, pair_at(table, low) + table->address_bytes);
}

/* A LEB128 number, cut to 32 bits; moves on. Beyond the end there are zeros. */
static uint32_t read_varint(const struct base_pclntab_bytes *bytes, uint64_t *at)
{
    uint32_t value = 0;
    for (unsigned shift = 0; shift < 35; shift += 7) {
        uint32_t byte = (uint32_t)number_at(bytes, (*at)++, 1);
        value |= (byte & 0x7f) << shift;
        if (byte < 0x80)
            break;
    }
    return value;
}

/* A table of values by address is a row of steps, each a signed difference of the value and the length of code that has
 * the new value. A difference of 0 ends it, but for the first one. Returns -1 if it does not reach the address. */
static int32_t value_at(struct base_pclntab *table, uint64_t at, uint64_t entry, uint64_t pc)
{
    uint32_t value = UINT32_MAX;
    uint64_t end = entry;
    for (bool first = true; table->steps_left; first = false) {
        uint32_t difference = read_varint(&table->bytes, &at);
        if (!difference && !first)
            break;
        value += difference & 1 ? ~(difference >> 1) : difference >> 1;
        end += (uint64_t)read_varint(&table->bytes, &at) * table->quantum_bytes;
        table->steps_left--;
        if (pc < end)
            return (int32_t)value;
    }
    return -1;
}

void base_pclntab_place(struct base_pclntab *table, uint64_t pc, struct base_program_place *ret_place)
{
    const struct base_pclntab_bytes *bytes = &table->bytes;
    uint64_t function_at = find_function(table, pc);
    if (!function_at || function_at >= bytes->size)
        return;
    /* After the address, 32 bits each: name, arguments, frame, stack table, file table, line table. */
    uint64_t fields_at = function_at + table->address_bytes;
    uint64_t entry = address_at(table, function_at);
    int32_t file = value_at(table, number_at(bytes, fields_at + 16, 4), entry, pc);
    int32_t line = value_at(table, number_at(bytes, fields_at + 20, 4), entry, pc);
    ret_place->func = string_at(bytes, number_at(bytes, fields_at, 4));
    if (file > 0 && (uint32_t)file < number_at(bytes, table->files_at, 4))
        ret_place->file = string_at(bytes, number_at(bytes, table->files_at + 4 * (uint64_t)file, 4));
    if (line > 0)
        ret_place->line = (uint64_t)line;
}
