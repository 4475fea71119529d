#include "base/debug_info.h"

#ifndef KYMO_HAVE_LIBDW

struct base_debug_info *base_debug_info_open(const struct base_mapping *file, struct base_error *ret_error)
{
    (void)file;
    base_fail(ret_error, "this kymo was built without libdw, and reads programs by Go 1.2 to 1.15 only");
    return NULL;
}

void base_debug_info_place(struct base_debug_info *info, uint64_t pc, struct base_program_place *ret_place)
{
    (void)info;
    (void)pc;
    (void)ret_place;
}

void base_debug_info_close(struct base_debug_info *info)
{
    (void)info;
}

#else

#include "base/memory.h"
#include "base/sort.h"

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <gelf.h>
#include <string.h>

/* libdw compares the name of each section with many others. */
enum { MOST_SECTIONS = 10000, MOST_SECTION_NAME_BYTES = 200 };

/* libdw reads a little beyond a section that ends in the middle of a number or string; zeros stand there. */
enum { PADDING_BYTES = 64 };

/* How much larger than the file its DWARF may be when it is decompressed. */
enum { MOST_GROWTH = 16 };

/* libdw keeps about a kilobyte for each unit; an honest one takes more bytes than this. */
enum { LEAST_UNIT_BYTES = 64 };

/* What code from begin to end belongs to. */
struct extent {
    uint64_t begin, end;
    uint32_t owner; /* an index into names or units */
};

struct extents {
    BASE_VEC(struct extent) all; /* sorted by begin, then end */
};

struct base_debug_info {
    Elf *elf;
    Dwarf *dwarf;            /* NULL: none that can be used */
    BASE_VEC(void *) padded; /* the sections of the DWARF */
    uint64_t padded_bytes, most_padded_bytes;
    uint64_t extents_left; /* an honest one takes a byte at least */
    struct extents functions, code;
    BASE_VEC(struct base_str) names;
    BASE_VEC(Dwarf_Die) units;
};

/* ---- extents ---- */

static void add_extent(struct base_debug_info *info, struct extents *extents, uint64_t begin, uint64_t end,
                       size_t owner)
{
    if (!info->extents_left)
        return;
    info->extents_left--;
    *base_vec_add(&extents->all) = (struct extent){begin, end, (uint32_t)owner};
}

static bool lies_before(const void *a, const void *b, void *context)
{
    const struct extent *x = a, *y = b;
    (void)context;
    return x->begin != y->begin ? x->begin < y->begin : x->end < y->end;
}

static void sort_extents(struct extents *extents)
{
    if (extents->all.count)
        base_sort_stable(extents->all.at, extents->all.count, sizeof *extents->all.at, lies_before, NULL);
}

/* The last one that begins at or before the address, if the address is in it. */
static const struct extent *find_extent(const struct extents *extents, uint64_t pc)
{
    size_t low = 0, high = extents->all.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (extents->all.at[middle].begin <= pc)
            low = middle + 1;
        else
            high = middle;
    }
    return low && pc < extents->all.at[low - 1].end ? &extents->all.at[low - 1] : NULL;
}

static void add_function(struct base_debug_info *info, struct base_str name, uint64_t begin, uint64_t end)
{
    if (!name.size || begin >= end)
        return;
    *base_vec_add(&info->names) = name;
    add_extent(info, &info->functions, begin, end, info->names.count - 1);
}

/* ---- the symbol table ---- */

/* A string that ends with a NUL, or with the bytes it is in; the rest of it is not looked at if it is too long. */
static struct base_str string_within(const char *text, size_t left_bytes)
{
    size_t most = left_bytes < BASE_PROGRAM_MOST_NAME_BYTES ? left_bytes : BASE_PROGRAM_MOST_NAME_BYTES;
    return (struct base_str){text, strnlen(text, most)};
}

static struct base_str string_of(const Elf_Data *strings, uint64_t offset)
{
    if (!strings || !strings->d_buf || offset >= strings->d_size)
        return (struct base_str){0};
    return string_within((const char *)strings->d_buf + offset, strings->d_size - (size_t)offset);
}

static void add_symbols(struct base_debug_info *info, Elf_Scn *section, const GElf_Shdr *header)
{
    Elf_Data *symbols = elf_getdata(section, NULL);
    const Elf_Data *strings = elf_rawdata(elf_getscn(info->elf, header->sh_link), NULL);
    GElf_Sym symbol;
    for (int i = 0; symbols && gelf_getsym(symbols, i, &symbol); i++) {
        unsigned type = GELF_ST_TYPE(symbol.st_info);
        if ((type == STT_FUNC || type == STT_GNU_IFUNC) && symbol.st_shndx != SHN_UNDEF)
            add_function(info, string_of(strings, symbol.st_name), symbol.st_value, symbol.st_value + symbol.st_size);
    }
}

static void read_symbols(struct base_debug_info *info)
{
    Elf_Scn *section = NULL;
    GElf_Shdr header;
    while ((section = elf_nextscn(info->elf, section)))
        if (gelf_getshdr(section, &header) && header.sh_type == SHT_SYMTAB && !(header.sh_flags & SHF_COMPRESSED)) {
            add_symbols(info, section, &header);
            return;
        }
}

/* ---- DWARF ---- */

/* Puts a copy of a section's bytes, decompressed and padded, in their place. */
static bool pad_section(struct base_debug_info *info, Elf_Scn *section, const GElf_Shdr *header)
{
    GElf_Chdr compression = {.ch_size = header->sh_size};
    bool compressed = header->sh_flags & SHF_COMPRESSED;
    if (header->sh_type == SHT_NOBITS || (compressed && !gelf_getchdr(section, &compression)) ||
        compression.ch_size > info->most_padded_bytes - info->padded_bytes)
        return false;
    info->padded_bytes += compression.ch_size;
    Elf_Data *data = compressed && elf_compress(section, 0, 0) < 0 ? NULL : elf_getdata(section, NULL);
    if (!data || !data->d_buf)
        return false;
    char *copy = base_zalloc(data->d_size + PADDING_BYTES, 1);
    *base_vec_add(&info->padded) = copy;
    data->d_buf = memcpy(copy, data->d_buf, data->d_size);
    return true;
}

/* Makes a section one that libdw can be let loose on. False if it cannot be: libdw would decompress the old kind of
 * compressed section without a bound, and read the file that .gnu_debugaltlink names. */
static bool prepare_section(struct base_debug_info *info, Elf_Scn *section, const GElf_Shdr *header,
                            struct base_str name)
{
    if (name.size >= MOST_SECTION_NAME_BYTES || base_str_is(name, ".gnu_debugaltlink") ||
        base_str_begins(name, ".zdebug_") || base_str_begins(name, ".gnu.debuglto_"))
        return false;
    if (base_str_begins(name, ".debug_") && header->sh_size)
        return pad_section(info, section, header);
    return !(header->sh_flags & SHF_COMPRESSED);
}

static bool prepare_sections(struct base_debug_info *info)
{
    size_t count, names_index;
    if (elf_getshdrnum(info->elf, &count) != 0 || count > MOST_SECTIONS ||
        elf_getshdrstrndx(info->elf, &names_index) != 0)
        return false;
    const Elf_Data *names = elf_rawdata(elf_getscn(info->elf, names_index), NULL);
    Elf_Scn *section = NULL;
    GElf_Shdr header;
    while ((section = elf_nextscn(info->elf, section)))
        if (!gelf_getshdr(section, &header) ||
            !prepare_section(info, section, &header, string_of(names, header.sh_name)))
            return false;
    return true;
}

static struct base_str string_attribute(Dwarf_Die *die, unsigned name)
{
    Dwarf_Attribute attribute;
    const char *text = dwarf_formstring(dwarf_attr(die, name, &attribute));
    return text ? string_within(text, BASE_PROGRAM_MOST_NAME_BYTES) : (struct base_str){0};
}

/* The functions of a unit, without those that are within others. */
static void add_subprograms(struct base_debug_info *info, Dwarf_Die *unit)
{
    Dwarf_Die die;
    Dwarf_Addr begin, end;
    for (int status = dwarf_child(unit, &die); status == 0; status = dwarf_siblingof(&die, &die))
        if (dwarf_tag(&die) == DW_TAG_subprogram && dwarf_lowpc(&die, &begin) == 0 && dwarf_highpc(&die, &end) == 0)
            add_function(info, string_attribute(&die, DW_AT_name), begin, end);
}

static void add_unit(struct base_debug_info *info, Dwarf_Die *unit)
{
    Dwarf_Addr base, begin, end;
    /* The directory becomes a part of the name of each of its files. */
    if (dwarf_hasattr(unit, DW_AT_comp_dir)) {
        struct base_str directory = string_attribute(unit, DW_AT_comp_dir);
        if (!directory.size || directory.size >= BASE_PROGRAM_MOST_NAME_BYTES)
            return;
    }
    *base_vec_add(&info->units) = *unit;
    for (ptrdiff_t next = 0; info->extents_left && (next = dwarf_ranges(unit, next, &base, &begin, &end)) > 0;)
        if (begin < end)
            add_extent(info, &info->code, begin, end, info->units.count - 1);
}

static void read_dwarf(struct base_debug_info *info)
{
    bool has_symbols = info->functions.all.count;
    Dwarf_CU *next = NULL;
    Dwarf_Die unit;
    uint8_t type;
    for (uint64_t left = info->padded_bytes / LEAST_UNIT_BYTES; left; left--) {
        if (dwarf_get_units(info->dwarf, next, &next, NULL, &type, &unit, NULL) != 0)
            return;
        /* The rest of a skeleton unit would be in another file. */
        if (type != DW_UT_compile || dwarf_tag(&unit) != DW_TAG_compile_unit)
            continue;
        if (!has_symbols)
            add_subprograms(info, &unit);
        add_unit(info, &unit);
    }
}

static void place_line(struct base_debug_info *info, uint64_t pc, struct base_program_place *ret_place)
{
    const struct extent *extent = find_extent(&info->code, pc);
    Dwarf_Line *line = extent ? dwarf_getsrc_die(&info->units.at[extent->owner], pc) : NULL;
    const char *file = line ? dwarf_linesrc(line, NULL, NULL) : NULL;
    int number;
    if (!file || dwarf_lineno(line, &number) != 0 || number <= 0)
        return;
    ret_place->file = string_within(file, BASE_PROGRAM_MOST_NAME_BYTES);
    ret_place->line = (uint64_t)number;
}

/* ---- as a whole ---- */

static bool read_all(struct base_debug_info *info, const struct base_mapping *file, struct base_error *ret_error)
{
    GElf_Ehdr header;
    elf_version(EV_CURRENT);
    /* Where a section is decompressed, libelf changes its header in place. */
    if (!base_os_let_write(file, ret_error))
        return false;
    info->elf = elf_memory((char *)(uintptr_t)file->data, file->size);
    if (!info->elf || elf_kind(info->elf) != ELF_K_ELF || !gelf_getehdr(info->elf, &header) ||
        header.e_shoff > file->size)
        return base_fail(ret_error, "is a damaged ELF file");
    if (header.e_type != ET_EXEC && header.e_type != ET_DYN)
        return base_fail(ret_error, "is an ELF file, but not a program");
    info->most_padded_bytes = (uint64_t)file->size * MOST_GROWTH;
    bool prepared = prepare_sections(info);
    info->extents_left = file->size + info->padded_bytes;
    read_symbols(info);
    if (prepared)
        info->dwarf = dwarf_begin_elf(info->elf, DWARF_C_READ, NULL);
    if (info->dwarf)
        read_dwarf(info);
    sort_extents(&info->functions);
    sort_extents(&info->code);
    if (!info->functions.all.count && !info->code.all.count)
        return base_fail(ret_error, "names no functions and lines: it has been stripped");
    return true;
}

struct base_debug_info *base_debug_info_open(const struct base_mapping *file, struct base_error *ret_error)
{
    struct base_debug_info *info = base_zalloc(1, sizeof *info);
    if (read_all(info, file, ret_error))
        return info;
    base_debug_info_close(info);
    return NULL;
}

void base_debug_info_place(struct base_debug_info *info, uint64_t pc, struct base_program_place *ret_place)
{
    const struct extent *function = find_extent(&info->functions, pc);
    if (function)
        ret_place->func = info->names.at[function->owner];
    place_line(info, pc, ret_place);
}

void base_debug_info_close(struct base_debug_info *info)
{
    if (!info)
        return;
    dwarf_end(info->dwarf);
    elf_end(info->elf);
    for (size_t i = 0; i < info->padded.count; i++)
        free(info->padded.at[i]);
    base_vec_release(&info->padded);
    base_vec_release(&info->functions.all);
    base_vec_release(&info->code.all);
    base_vec_release(&info->names);
    base_vec_release(&info->units);
    free(info);
}

#endif
