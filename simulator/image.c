/* SPDX-License-Identifier: Apache-2.0 */
#include "simulator/image.h"

#include <assert.h>
#include <fcntl.h>
#include <gelf.h>
#include <libelf.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "simulator/simavr.h"

#define DATA_SPACE 0x800000u /* where the linker puts the data space */
#define DECISION_BYTES 8u

struct reader {
    struct image *image;
    const char *path;
};

static bool refuse(const struct reader *reader, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static bool refuse(const struct reader *reader, const char *format, ...)
{
    char *error = reader->image->error;
    int used = snprintf(error, IMAGE_ERROR_BYTES, "%s: ", reader->path);
    assert(used > 0);
    if (used < IMAGE_ERROR_BYTES) {
        va_list arguments;
        va_start(arguments, format);
        vsnprintf(error + used, IMAGE_ERROR_BYTES - (size_t)used, format, arguments);
        va_end(arguments);
    }
    return false;
}

/* Puts one segment into the flash; those of the EEPROM and the fuses lie beyond and are left. */
static bool read_segment(const struct reader *reader, Elf *elf, const GElf_Phdr *segment)
{
    size_t file_bytes = 0;
    const char *file = elf_rawfile(elf, &file_bytes);
    if (segment->p_type != PT_LOAD || segment->p_filesz == 0 || segment->p_paddr >= DATA_SPACE) {
        return true;
    }
    if (file == NULL || segment->p_offset > file_bytes ||
        segment->p_filesz > file_bytes - segment->p_offset) {
        return refuse(reader, "the ELF file is cut short");
    }
    if (segment->p_paddr > IMAGE_FLASH_BYTES || segment->p_filesz > IMAGE_FLASH_BYTES - segment->p_paddr) {
        return refuse(reader, "the program does not fit the flash of %u bytes", IMAGE_FLASH_BYTES);
    }
    assert(segment->p_paddr + segment->p_filesz <= IMAGE_FLASH_BYTES);
    memcpy(reader->image->flash + segment->p_paddr, file + segment->p_offset, segment->p_filesz);
    return true;
}

static bool read_segments(const struct reader *reader, Elf *elf)
{
    size_t segments = 0;
    GElf_Phdr segment;
    memset(reader->image->flash, 0xFF, sizeof reader->image->flash);
    if (elf_getphdrnum(elf, &segments) != 0 || segments == 0) {
        return refuse(reader, "the ELF file has no program in it");
    }
    for (size_t i = 0; i < segments; i++) {
        assert(i < (size_t)INT32_MAX);
        if (gelf_getphdr(elf, (int)i, &segment) == NULL) {
            return refuse(reader, "the ELF file's segments cannot be read");
        }
        if (!read_segment(reader, elf, &segment)) {
            return false;
        }
    }
    return true;
}

static Elf_Scn *find_symbols(Elf *elf, GElf_Shdr *header)
{
    Elf_Scn *section = NULL;
    while ((section = elf_nextscn(elf, section)) != NULL) {
        if (gelf_getshdr(section, header) != NULL && header->sh_type == SHT_SYMTAB &&
            header->sh_entsize > 0) {
            return section;
        }
    }
    return NULL;
}

/* Whether `symbol` lies in the SRAM and, with `bytes` above 0, is a variable of that many. */
static bool is_in_sram(const GElf_Sym *symbol, size_t bytes)
{
    assert(bytes <= SRAM_END - SRAM_START);
    return (bytes == 0 || symbol->st_size == bytes) && symbol->st_value >= DATA_SPACE + SRAM_START &&
           symbol->st_value + bytes <= DATA_SPACE + SRAM_END;
}

/* The data address of `name`, a variable of `bytes` bytes (0: any symbol); 0 when there is none. */
static uint16_t find_symbol(Elf *elf, const char *name, size_t bytes)
{
    GElf_Shdr header = {0};
    GElf_Sym symbol;
    Elf_Scn *section = find_symbols(elf, &header);
    Elf_Data *data = section == NULL ? NULL : elf_getdata(section, NULL);
    size_t count = data == NULL ? 0 : header.sh_size / header.sh_entsize;
    for (size_t i = 0; i < count && i < (size_t)INT32_MAX; i++) {
        const char *found = NULL;
        if (gelf_getsym(data, (int)i, &symbol) != NULL) {
            found = elf_strptr(elf, header.sh_link, symbol.st_name);
        }
        if (found != NULL && strcmp(found, name) == 0 && is_in_sram(&symbol, bytes)) {
            return (uint16_t)(symbol.st_value - DATA_SPACE);
        }
    }
    return 0;
}

static bool read_symbols(const struct reader *reader, Elf *elf)
{
    struct image *image = reader->image;
    image->decided = find_symbol(elf, "decided", DECISION_BYTES);
    image->fault_found = find_symbol(elf, "fault_found", 1);
    image->heap_start = find_symbol(elf, "__heap_start", 0);
    if (image->heap_start == 0) {
        image->heap_start = find_symbol(elf, "_end", 0);
    }
    if (image->decided == 0) {
        return refuse(reader, "no variable \"decided\" of %u bytes: not this firmware's image",
                      DECISION_BYTES);
    }
    if (image->fault_found == 0) {
        return refuse(reader, "no variable \"fault_found\" of 1 byte: not this firmware's image");
    }
    if (image->heap_start == 0) {
        return refuse(reader, "no symbol \"__heap_start\" or \"_end\" in the SRAM");
    }
    return true;
}

static bool read_elf(const struct reader *reader, Elf *elf)
{
    GElf_Ehdr header;
    if (elf == NULL || elf_kind(elf) != ELF_K_ELF || gelf_getehdr(elf, &header) == NULL) {
        return refuse(reader, "not an ELF file");
    }
    if (header.e_machine != EM_AVR || header.e_type != ET_EXEC) {
        return refuse(reader, "not an executable for AVR");
    }
    return read_segments(reader, elf) && read_symbols(reader, elf);
}

bool image_read(struct image *image, const char *path)
{
    struct reader reader = {image, path};
    int file = open(path, O_RDONLY);
    if (file < 0) {
        return refuse(&reader, "cannot be read");
    }
    elf_version(EV_CURRENT);
    Elf *elf = elf_begin(file, ELF_C_READ, NULL);
    bool good = read_elf(&reader, elf);
    elf_end(elf);
    close(file);
    return good;
}
