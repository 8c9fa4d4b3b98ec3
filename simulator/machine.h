/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The simulated part with everything around it: simavr's core, the models that replace or surround its peripherals, and
 * the time. Between calls the part stands still at an instruction's border, awake or asleep.
 *
 * libsimavr is under the GPL-3, and so is this program once linked: it is one of its own, spoken to through pipes.
 *
 * libsimavr 1.6 gives the instructions, the ports, the converter's timing, Timer0 and Timer1 and the interrupts. Where it
 * is too simple for this firmware it is replaced: the watchdog (watchdog.h), Timer2 on the crystal (timer2.h), the EEPROM
 * (eeprom.h) and the transmitter (uart.h). Its own run loop is replaced too, by machine_run(): that one neither waits in
 * real time nor ends with the program.
 *
 * Modelled besides: 65 ms from a reset to the first instruction (the fuses' start-up time); the cycles that an interrupt
 * and waking take; BODS and BODSE in MCUCR, which clear themselves; a program that goes wild (an opcode or an address that
 * does not exist, or SLEEP with interrupts off) does nothing more until the watchdog resets the part.
 *
 * Not modelled: the clocks that a sleep mode stops (audit.h checks instead that nothing is relied on that would stand
 * still), PRR, CLKPR, analogue settling, the brown-out detector, the crystal's start-up time, the wrap of the program
 * counter at the end of the flash (it counts as going wild), the watchdog's interrupt mode, receiving, and the prescaler
 * that Timer0 and Timer1 share.
 */
#ifndef SIMULATOR_MACHINE_H
#define SIMULATOR_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

#include "simulator/audit.h"
#include "simulator/clock.h"
#include "simulator/eeprom.h"
#include "simulator/faults.h"
#include "simulator/front_end.h"
#include "simulator/image.h"
#include "simulator/simavr.h"
#include "simulator/stats.h"
#include "simulator/timer2.h"
#include "simulator/uart.h"
#include "simulator/watchdog.h"

/* Bits of MCUSR. */
#define RESET_POWER_ON 0x01u
#define RESET_EXTERNAL 0x02u
#define RESET_BROWN_OUT 0x04u
#define RESET_WATCHDOG 0x08u

/* Called before a register is written. */
typedef void (*machine_watch)(struct machine *machine, uint8_t value);

struct machine_watched {
    machine_watch notify;
    avr_io_write_t write; /* what simavr does with it; NULL: nothing but to store it */
    void *param;
};

struct machine {
    avr_t *avr;
    struct image image;
    struct clock clock;
    struct watchdog watchdog;
    struct timer2 timer2;
    struct eeprom eeprom;
    struct uart uart;
    struct front_end front_end;
    struct faults faults;
    struct audit audit;
    struct stats stats;
    uint32_t hz;         /* of the CPU at the next power-on */
    uint32_t seed;       /* of what the SRAM holds at power-on; changes with each */
    uint64_t until_ns;   /* up to where it has been told to run */
    bool started;        /* has been powered on */
    bool powered;        /* and still is */
    uint8_t reset_flags; /* of the reset that is due; 0 = none */
    bool power_fails;    /* at the end of this instruction */
    bool waits;          /* the image has reached PHASE_WAITING since the reset: it is running */
    bool stop_at_wait;   /* machine_run() ends there */
    struct machine_watched watched[REGISTERS];
};

/* ---- for the command protocol ------------------------------------------------------------------------------- */

/* Makes `machine`, without power, with `image` already read, at `hz` and with an erased EEPROM. False: no memory. */
bool machine_make(struct machine *machine, uint32_t hz, uint32_t seed, bool adapter);

void machine_free(struct machine *machine);

/*
 * Switches power on (off first if it is on) and runs until the image waits for its first tick, at most 10 s. Returns
 * whether it came so far; then it has run 62.5 ms further and `*us` says when it waited, in us since power-on.
 */
bool machine_start(struct machine *machine, uint64_t *us);

/* Runs `ns` further. Without power only the time passes. */
void machine_advance(struct machine *machine, uint64_t ns);

/* A reset with `flag` set in MCUSR; RESET_POWER_ON: with other contents in the SRAM. */
void machine_reset(struct machine *machine, uint8_t flag);

/* Changes the CPU's rate from now on. */
void machine_set_hz(struct machine *machine, uint32_t hz);

/* Stops the watch crystal, or lets it run again. */
void machine_stop_crystal(struct machine *machine, bool stopped);

/* Nanoseconds since power-on. */
uint64_t machine_ns(const struct machine *machine);

/* A byte of the SRAM or a register, as it is stored. */
uint8_t machine_peek(const struct machine *machine, uint16_t address);

/* ---- for the models ------------------------------------------------------------------------------------------ */

/* Calls `notify` before each write to the register at `address`, which simavr then does as ever. */
void machine_watch_write(struct machine *machine, uint8_t address, machine_watch notify);

/* Makes `write` do the writing to the register at `address`, in simavr's place. */
void machine_own_write(struct machine *machine, uint8_t address, avr_io_write_t write);

/* simavr's interrupt vector `number`; never NULL for one that the ATmega328P has. */
avr_int_vector_t *machine_vector(const struct machine *machine, uint8_t number);

/* Calls `timer` at `ns`, or as soon as may be when that is past. A call that is already due moves to there. */
void machine_call_at(struct machine *machine, uint64_t ns, avr_cycle_timer_t timer);

/* Lets the power fail at the end of this instruction. */
void machine_cut(struct machine *machine);

#endif
