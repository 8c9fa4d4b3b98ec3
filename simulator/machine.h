/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The simulated part with everything around it: simavr's core, the models that replace or surround its peripherals, the
 * observers, and what runs them. Between calls the part stands still at an instruction's border, awake or asleep.
 *
 * libsimavr is under the GPL-3, and so is this program once linked: it is one of its own, spoken to through pipes.
 *
 * libsimavr 1.6 gives the instructions, the ports, the converter's timing, Timer0 and Timer1 and the interrupts. Where it
 * is too simple for this firmware it is replaced: the watchdog (watchdog.h), Timer2 on the crystal (timer2.h), the EEPROM
 * (eeprom.h) and the transmitter (uart.h). Its own run loop is replaced too: that one waits in real time and ends with the
 * program.
 *
 * Modelled besides: 65 ms from a reset to the first instruction (the fuses' start-up time, by the watchdog's oscillator);
 * the cycles that an interrupt and waking take, and the wait for the brown-out detector that was switched off (silicon.h);
 * BODS and BODSE in MCUCR, which clear themselves; a program that goes wild (an opcode or an address that does not exist,
 * or SLEEP with interrupts off) does nothing more until the watchdog resets the part.
 *
 * Not modelled: the clocks that a sleep mode stops (audit.h checks instead that nothing is relied on that would stand
 * still), PRR, CLKPR, analogue settling, the brown-out detector, the wrap of the program counter at the end of the flash
 * (it counts as going wild), the watchdog's interrupt mode, receiving, and the prescaler that Timer0 and Timer1 share.
 */
#ifndef SIMULATOR_MACHINE_H
#define SIMULATOR_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

#include "simulator/audit.h"
#include "simulator/edges.h"
#include "simulator/eeprom.h"
#include "simulator/faults.h"
#include "simulator/front_end.h"
#include "simulator/image.h"
#include "simulator/part.h"
#include "simulator/stats.h"
#include "simulator/timer2.h"
#include "simulator/uart.h"
#include "simulator/watchdog.h"

struct machine {
    struct part part;
    struct image image;
    struct watchdog watchdog;
    struct timer2 timer2;
    struct eeprom eeprom;
    struct uart uart;
    struct front_end front_end;
    struct faults faults;
    struct audit audit;
    struct stats stats;
    struct edges edges;
    uint32_t hz;        /* of the CPU at the next power-on */
    uint32_t seed;      /* of what the SRAM holds at power-on; changes with each */
    uint64_t until_ns;  /* up to where it has been told to run */
    uint64_t bod_cycle; /* when the program switched the brown-out detector off; it must SLEEP soon */
    bool bod_off;       /* it is, for this sleep */
    bool bare;          /* nothing of front_end.h is around the part */
    bool waits;         /* the image has reached PHASE_WAITING since the reset: it is running */
    bool stop_at_wait;  /* running ends there */
};

/* How to make one. */
struct machine_options {
    const char *corner; /* of silicon.h */
    uint32_t hz;        /* of the CPU; 0: the corner's */
    uint32_t seed;      /* of what the SRAM holds at power-on and of the converter's noise; not 0 */
    bool adapter;       /* the service adapter is plugged in */
    bool bare;          /* without front_end.h: the caller puts something else around the part */
};

/* Makes `machine`, without power, with `image` already read and an erased EEPROM. Returns why it cannot be made; NULL: it
 * has been. */
const char *machine_make(struct machine *machine, const struct machine_options *options);

void machine_free(struct machine *machine);

/* Switches power on (off first if it is on): the part is in reset, and time begins at 0. */
void machine_power_on(struct machine *machine);

/*
 * Switches power on (off first if it is on) and runs until the image waits for its first tick, at most 10 s. Returns
 * whether it came so far; then it has run 62.5 ms further and `*us` says when it waited, in us since power-on.
 */
bool machine_start(struct machine *machine, uint64_t *us);

/* Runs `ns` further. Without power only the time passes. */
void machine_advance(struct machine *machine, uint64_t ns);

/* 125 ms of the clock that makes the device's tick: the watch crystal, or the CPU's on a board without one. */
uint64_t machine_tick_ns(const struct machine *machine);

/* A reset with `flag` set in MCUSR; RESET_POWER_ON: with other contents in the SRAM. */
void machine_reset(struct machine *machine, uint8_t flag);

/* Changes the CPU's rate from now on. */
void machine_set_hz(struct machine *machine, uint32_t hz);

/* A byte of the SRAM or a register, as it is stored. */
uint8_t machine_peek(const struct machine *machine, uint16_t address);

#endif
