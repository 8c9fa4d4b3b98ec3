/* SPDX-License-Identifier: Apache-2.0 */
#include "simulator/watchdog.h"

#include <assert.h>

#include "firmware/atmega328p/board.h"
#include "simulator/machine.h"

#define WDE WATCHDOG_WDE
#define WDCE 0x10u
#define WDP_LOW 0x07u
#define WDP_HIGH 0x20u
#define WDP_MAX 9u
#define FUSE_WDTON 0x10u /* of the high byte; 0 = programmed */
#define ALWAYS_ON ((BOARD_FUSE_HIGH & FUSE_WDTON) == 0)
#define SHORTEST_NS 16000000u
#define UNLOCKED_CYCLES 4u

static uint64_t period_ns(uint8_t wdtcsr)
{
    unsigned wdp = (wdtcsr & WDP_LOW) | ((wdtcsr & WDP_HIGH) != 0 ? 8u : 0u);
    assert(wdp <= 15);
    return (uint64_t)SHORTEST_NS << (wdp > WDP_MAX ? WDP_MAX : wdp);
}

static avr_cycle_count_t fire(avr_t *avr, avr_cycle_count_t when, void *param)
{
    struct machine *machine = param;
    assert(machine->avr == avr);
    (void)when;
    (void)avr;
    if (!machine->watchdog.never_fires) {
        machine->reset_flags |= RESET_WATCHDOG;
    }
    return 0;
}

void watchdog_schedule(struct machine *machine)
{
    uint8_t wdtcsr = machine->avr->data[REG_WDTCSR];
    assert(machine->powered);
    if ((wdtcsr & WDE) == 0) {
        avr_cycle_timer_cancel(machine->avr, fire, machine);
        return;
    }
    machine_call_at(machine, machine->watchdog.fed_ns + period_ns(wdtcsr), fire);
}

static void feed(struct machine *machine)
{
    machine->watchdog.fed_ns = machine_ns(machine);
    watchdog_schedule(machine);
}

static int see_wdr(avr_io_t *io, uint32_t control, void *param)
{
    (void)param;
    if (control != AVR_IOCTL_WATCHDOG_RESET) {
        return -1;
    }
    struct machine *machine = ((struct watchdog *)io)->machine;
    assert(machine != NULL);
    assert(&machine->watchdog.io == io);
    audit_wdr(machine);
    stats_sample_stack(machine);
    feed(machine);
    return 0;
}

void watchdog_force(struct machine *machine, uint8_t value)
{
    bool stays_on = ALWAYS_ON || (machine->avr->data[REG_MCUSR] & RESET_WATCHDOG) != 0;
    value &= (uint8_t)(WDP_LOW | WDP_HIGH | WDE);
    assert(machine->powered);
    machine->avr->data[REG_WDTCSR] = stays_on ? (uint8_t)(value | WDE) : value;
    watchdog_schedule(machine);
}

/* WDE can be set at any time; all else takes the timed sequence. */
static void write_wdtcsr(avr_t *avr, avr_io_addr_t address, uint8_t value, void *param)
{
    struct machine *machine = param;
    struct watchdog *watchdog = &machine->watchdog;
    assert(address == REG_WDTCSR);
    if (watchdog->unlocked && avr->cycle - watchdog->unlocked_cycle <= UNLOCKED_CYCLES &&
        (value & WDCE) == 0) {
        watchdog->unlocked = false;
        watchdog_force(machine, value);
        return;
    }
    watchdog->unlocked = (value & WDCE) != 0 && (value & WDE) != 0;
    watchdog->unlocked_cycle = avr->cycle;
    watchdog_force(machine, (uint8_t)(avr->data[address] | (value & WDE)));
}

void watchdog_make(struct machine *machine)
{
    struct watchdog *watchdog = &machine->watchdog;
    assert(machine->avr != NULL);
    watchdog->machine = machine;
    watchdog->io.kind = "smallbms watchdog";
    watchdog->io.ioctl = see_wdr;
    avr_register_io(machine->avr, &watchdog->io);
    assert(machine->avr->io_port == &watchdog->io); /* asked first */
    machine_own_write(machine, REG_WDTCSR, write_wdtcsr);
}

void watchdog_reset(struct machine *machine)
{
    machine->watchdog.unlocked = false;
    machine->watchdog.fed_ns = machine_ns(machine);
    watchdog_force(machine, 0);
}
