/* SPDX-License-Identifier: Apache-2.0 */
#include "simulator/eeprom.h"

#include <assert.h>
#include <string.h>

#include "firmware/atmega328p/board.h"
#include "simulator/machine.h"

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
#define RC_HZ 8000000u
#define BOTH_RC_CYCLES 26368u
#define ONE_RC_CYCLES 14400u

static void ask(struct machine *machine)
{
    uint8_t eecr = machine->avr->data[REG_EECR];
    assert(machine->eeprom.busy == ((eecr & EEPE) != 0));
    if ((eecr & EERIE) != 0 && (eecr & EEPE) == 0) {
        avr_raise_interrupt(machine->avr, machine_vector(machine, VECTOR_READY));
    }
}

/* The request stands: it comes again when its routine has returned. */
static void see_routine(avr_irq_t *irq, uint32_t value, void *param)
{
    (void)irq;
    assert(param != NULL);
    if (value == 0) {
        ask(param);
    }
}

static avr_cycle_count_t end_write(avr_t *avr, avr_cycle_count_t when, void *param)
{
    struct machine *machine = param;
    assert(machine->eeprom.busy);
    (void)when;
    machine->eeprom.busy = false;
    avr->data[REG_EECR] &= (uint8_t)~EEPE;
    ask(machine);
    return 0;
}

static uint16_t address_of(const struct machine *machine)
{
    const uint8_t *data = machine->avr->data;
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

static void begin_write(struct machine *machine, uint8_t mode)
{
    struct eeprom *eeprom = &machine->eeprom;
    uint8_t *byte = &eeprom->bytes[address_of(machine)];
    uint8_t written = machine->avr->data[REG_EEDR];
    uint64_t rc_cycles = mode == EEPM_ERASE || mode == EEPM_WRITE ? ONE_RC_CYCLES : BOTH_RC_CYCLES;
    assert(!eeprom->busy);
    machine->stats.eeprom_writes++;
    if (power_fails(eeprom)) {
        *byte = eeprom->cut_number % 2 == 1 ? 0xFF : (uint8_t)(*byte & written);
        machine_cut(machine);
        return;
    }
    *byte = mode == EEPM_ERASE ? 0xFF : mode == EEPM_WRITE ? (uint8_t)(*byte & written) : written;
    eeprom->busy = true;
    machine->avr->data[REG_EECR] |= EEPE;
    machine->avr->cycle += WRITE_HALT_CYCLES;
    avr_cycle_timer_register(machine->avr, rc_cycles * BOARD_CPU_HZ / RC_HZ, end_write, machine);
}

static void write_eecr(avr_t *avr, avr_io_addr_t address, uint8_t value, void *param)
{
    struct machine *machine = param;
    struct eeprom *eeprom = &machine->eeprom;
    bool unlocked = eeprom->unlocked && avr->cycle - eeprom->unlocked_cycle <= UNLOCKED_CYCLES;
    uint8_t mode = (eeprom->busy ? avr->data[address] : value) & EEPM;
    assert(address == REG_EECR);
    avr->data[address] = (uint8_t)((value & EERIE) | mode | (eeprom->busy ? EEPE : 0));
    if ((value & EERE) != 0 && !eeprom->busy) {
        avr->data[REG_EEDR] = eeprom->bytes[address_of(machine)];
        avr->cycle += READ_HALT_CYCLES;
    }
    if ((value & EEPE) != 0 && unlocked && !eeprom->busy) {
        eeprom->unlocked = false;
        begin_write(machine, mode);
    } else if ((value & EEMPE) != 0) {
        eeprom->unlocked = true;
        eeprom->unlocked_cycle = avr->cycle;
    }
    ask(machine);
}

void eeprom_make(struct machine *machine)
{
    avr_irq_t *irq = machine_vector(machine, VECTOR_READY)->irq;
    assert(irq != NULL);
    memset(machine->eeprom.bytes, 0xFF, sizeof machine->eeprom.bytes);
    machine_own_write(machine, REG_EECR, write_eecr);
    avr_irq_register_notify(irq + AVR_INT_IRQ_RUNNING, see_routine, machine);
}

void eeprom_reset(struct machine *machine)
{
    assert((machine->avr->data[REG_EECR] & EEPE) == 0);
    machine->eeprom.busy = false;
    machine->eeprom.unlocked = false;
}
