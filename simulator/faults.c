/* SPDX-License-Identifier: Apache-2.0 */
#include "simulator/faults.h"

#include <assert.h>

#include "simulator/image.h"

#define ADIF 0x10u
#define TXC 0x40u
#define ACI 0x10u
#define TWINT 0x80u

void faults_flip(const struct faults *faults, uint16_t address, unsigned bit)
{
    assert(address < 32 || (address >= SRAM_START && address < SRAM_END));
    assert(bit < 8);
    faults->part->avr->data[address] ^= (uint8_t)(1u << bit);
}

void faults_flip_flash(const struct faults *faults, uint16_t address, unsigned bit)
{
    assert(address < IMAGE_FLASH_BYTES);
    assert(bit < 8);
    faults->part->avr->flash[address] ^= (uint8_t)(1u << bit);
}

void faults_flip_sp(const struct faults *faults, unsigned bit)
{
    assert(bit < 16);
    faults->part->avr->data[bit < 8 ? REG_SPL : REG_SPH] ^= (uint8_t)(1u << bit % 8);
}

void faults_flip_sreg(const struct faults *faults, unsigned bit)
{
    assert(bit < 8);
    avr_sreg_set(faults->part->avr, (uint8_t)bit, faults->part->avr->sreg[bit] == 0);
}

/* Whether writing a one clears that bit. */
static bool is_flag(uint8_t address, uint8_t mask)
{
    switch (address) {
    case 0x35: /* TIFR0 */
    case 0x36: /* TIFR1 */
    case 0x37: /* TIFR2 */
    case 0x3B: /* PCIFR */
    case 0x3C: /* EIFR */
        return true;
    case REG_ACSR:
        return (mask & ACI) != 0;
    case REG_ADCSRA:
        return (mask & ADIF) != 0;
    case REG_TWCR:
        return (mask & TWINT) != 0;
    case REG_UCSR0A:
        return (mask & TXC) != 0;
    default:
        return false;
    }
}

/* All such bits of a register: one that is set must not be cleared by writing it back. */
static unsigned flags_of(uint8_t address)
{
    unsigned flags = 0;
    for (unsigned bit = 0; bit < 8; bit++) {
        if (is_flag(address, (uint8_t)(1u << bit))) {
            flags |= 1u << bit;
        }
    }
    return flags;
}

static void flip_flag(const struct faults *faults, uint8_t address, unsigned bit)
{
    avr_t *avr = faults->part->avr;
    bool set = (avr->data[address] & (1u << bit)) != 0;
    for (unsigned i = 0; i < avr->interrupts.vector_count; i++) {
        avr_int_vector_t *vector = avr->interrupts.vector[i];
        if (vector->raised.reg == address && vector->raised.bit == bit) {
            if (set) {
                avr_clear_interrupt(avr, vector);
            } else {
                avr_raise_interrupt(avr, vector);
            }
            return;
        }
    }
}

bool faults_flip_io(const struct faults *faults, uint8_t address, unsigned bit)
{
    avr_t *avr = faults->part->avr;
    uint8_t mask = (uint8_t)(1u << bit);
    assert(address >= 0x20 && bit < 8);
    if (address == REG_PINB || address == REG_PINC || address == REG_PIND) {
        return false;
    }
    if (address == REG_SREG) {
        faults_flip_sreg(faults, bit);
    } else if (address == REG_WDTCSR) {
        watchdog_force(faults->watchdog, avr->data[address] ^ mask);
    } else if (is_flag(address, mask)) {
        flip_flag(faults, address, bit);
    } else {
        uint8_t value = (uint8_t)((avr->data[address] ^ mask) & ~flags_of(address));
        if (avr->io[AVR_DATA_TO_IO(address)].w.c != NULL) {
            avr->io[AVR_DATA_TO_IO(address)].w.c(avr, address, value,
                                                 avr->io[AVR_DATA_TO_IO(address)].w.param);
        } else {
            avr->data[address] = value;
        }
    }
    return true;
}

void faults_make(struct faults *faults, struct part *part, struct watchdog *watchdog)
{
    *faults = (struct faults){.part = part, .watchdog = watchdog};
}

void faults_stick(struct faults *faults, uint16_t address, uint8_t mask, bool high)
{
    faults->stuck = mask != 0;
    faults->stuck_address = address;
    faults->stuck_mask = mask;
    faults->stuck_high = high;
    if (faults->stuck) {
        faults_hold(faults);
    }
}

void faults_hold(const struct faults *faults)
{
    assert(faults->stuck_address < SRAM_END);
    uint8_t *cell = &faults->part->avr->data[faults->stuck_address];
    *cell = (uint8_t)(faults->stuck_high ? *cell | faults->stuck_mask : *cell & ~faults->stuck_mask);
}
