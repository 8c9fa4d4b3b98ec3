/* SPDX-License-Identifier: Apache-2.0 */
#include "simulator/eeprom.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "firmware/atmega328p/board.h"

#define EERE 0x01u
#define EEPE 0x02u
#define EEMPE 0x04u
#define EERIE 0x08u
#define EEPM 0x30u
#define EEPM_ERASE 0x10u
#define EEPM_WRITE 0x20u
#define VECTOR_READY 22
#define UNLOCKED_CYCLES 4u
#define READ_HALT_CYCLES 4u
#define WRITE_HALT_CYCLES 2u

static void ask(struct eeprom *eeprom)
{
    avr_t *avr = eeprom->part->avr;
    uint8_t eecr = avr->data[REG_EECR];
    assert(eeprom->busy == ((eecr & EEPE) != 0));
    if ((eecr & EERIE) != 0 && !eeprom->busy) {
        avr_raise_interrupt(avr, part_vector(eeprom->part, VECTOR_READY));
    }
}

/* The request lasts: it comes again when its routine has returned. */
static void see_routine(avr_irq_t *irq, uint32_t value, void *param)
{
    (void)irq;
    if (value == 0) {
        ask(param);
    }
}

static avr_cycle_count_t end_write(avr_t *avr, avr_cycle_count_t when, void *param)
{
    struct eeprom *eeprom = param;
    assert(eeprom->busy);
    (void)when;
    eeprom->busy = false;
    avr->data[REG_EECR] &= (uint8_t)~EEPE;
    ask(eeprom);
    return 0;
}

static uint16_t address_of(const struct eeprom *eeprom)
{
    const uint8_t *data = eeprom->part->avr->data;
    return (uint16_t)((data[REG_EEARL] | data[REG_EEARH] << 8) % (int)EEPROM_BYTES);
}

/* Counts down to the write in which the power fails: whether it is this one. */
static bool power_fails(struct eeprom *eeprom)
{
    assert(eeprom->cut_in <= eeprom->cut_number);
    if (eeprom->cut_in == 0) {
        return false;
    }
    eeprom->cut_in--;
    return eeprom->cut_in == 0;
}

/* Periods of the RC oscillator, in cycles of the CPU where that runs on it. */
static void schedule_end(struct eeprom *eeprom, uint8_t mode)
{
    const struct silicon *silicon = &eeprom->part->silicon;
    bool both = mode != EEPM_ERASE && mode != EEPM_WRITE;
    uint64_t rc_cycles = silicon_eeprom_rc_cycles(silicon, both);
    if (BOARD_HAS_WATCH_CRYSTAL) {
        avr_cycle_timer_register(eeprom->part->avr, rc_cycles, end_write, eeprom);
        return;
    }
    uint64_t ns = rc_cycles * 1000000000u / silicon_rc_hz(silicon);
    part_call_at(eeprom->part, part_ns(eeprom->part) + ns, end_write, eeprom);
}

static void begin_write(struct eeprom *eeprom, uint8_t mode)
{
    avr_t *avr = eeprom->part->avr;
    uint8_t *byte = &eeprom->bytes[address_of(eeprom)];
    uint8_t written = avr->data[REG_EEDR];
    assert(!eeprom->busy);
    part_tell(eeprom->part, PART_EEPROM_WRITE, 0);
    if (power_fails(eeprom)) {
        *byte = eeprom->cut_number % 2 == 1 ? 0xFF : (uint8_t)(*byte & written);
        part_cut(eeprom->part);
        return;
    }
    *byte = mode == EEPM_ERASE ? 0xFF : mode == EEPM_WRITE ? (uint8_t)(*byte & written) : written;
    eeprom->busy = true;
    avr->data[REG_EECR] |= EEPE;
    avr->cycle += WRITE_HALT_CYCLES;
    schedule_end(eeprom, mode);
}

static void write_eecr(avr_t *avr, avr_io_addr_t address, uint8_t value, void *param)
{
    struct eeprom *eeprom = param;
    bool unlocked = eeprom->unlocked && avr->cycle - eeprom->unlocked_cycle <= UNLOCKED_CYCLES;
    uint8_t mode = (eeprom->busy ? avr->data[address] : value) & EEPM;
    avr->data[address] = (uint8_t)((value & EERIE) | mode | (eeprom->busy ? EEPE : 0));
    if ((value & EERE) != 0 && !eeprom->busy) {
        avr->data[REG_EEDR] = eeprom->bytes[address_of(eeprom)];
        avr->cycle += READ_HALT_CYCLES;
    }
    if ((value & EEPE) != 0 && unlocked && !eeprom->busy) {
        eeprom->unlocked = false;
        begin_write(eeprom, mode);
    } else if ((value & EEMPE) != 0) {
        eeprom->unlocked = true;
        eeprom->unlocked_cycle = avr->cycle;
    }
    ask(eeprom);
}

void eeprom_make(struct eeprom *eeprom, struct part *part)
{
    avr_irq_t *irq = part_vector(part, VECTOR_READY)->irq;
    *eeprom = (struct eeprom){.part = part};
    memset(eeprom->bytes, 0xFF, sizeof eeprom->bytes);
    part_own_write(part, REG_EECR, write_eecr, eeprom);
    avr_irq_register_notify(irq + AVR_INT_IRQ_RUNNING, see_routine, eeprom);
}

void eeprom_reset(struct eeprom *eeprom)
{
    assert((eeprom->part->avr->data[REG_EECR] & EEPE) == 0);
    eeprom->busy = false;
    eeprom->unlocked = false;
}

/* ---- files --------------------------------------------------------------------------------------------------- */

bool eeprom_load(struct eeprom *eeprom, const char *path)
{
    uint8_t bytes[EEPROM_BYTES + 1];
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return false;
    }
    bool good = fread(bytes, 1, sizeof bytes, file) == EEPROM_BYTES && ferror(file) == 0;
    fclose(file);
    if (good) {
        memcpy(eeprom->bytes, bytes, EEPROM_BYTES);
    }
    return good;
}

bool eeprom_save(const struct eeprom *eeprom, const char *path)
{
    FILE *file = fopen(path, "wb");
    if (file == NULL) {
        return false;
    }
    bool good = fwrite(eeprom->bytes, 1, EEPROM_BYTES, file) == EEPROM_BYTES;
    return fclose(file) == 0 && good;
}
