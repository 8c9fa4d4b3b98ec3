/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the device needs of the part that it runs on. A port is a folder beside this one that implements these functions and
 * calls those of device.h; docs/PORTING.md says how. They are bound by the linker: there is one port in a program.
 *
 * Nothing here is called from an interrupt, and nothing here calls the device. Where no time is named, a function returns
 * within 50 us.
 */
#ifndef FIRMWARE_DEVICE_PORT_H
#define FIRMWARE_DEVICE_PORT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/control.h"

/* ---- the start ------------------------------------------------------------------------------------------------ */

/*
 * The start's first act. All outputs float and both LEDs are dark before anything else; then the part tests itself (memory,
 * program, watchdog) and has its watchdog run, 250 ms. Takes up to 1 s and may end in a reset of its own. What was found
 * is answered by the next four functions.
 */
void port_start(void);

/* Why the device started: any number of SBMS_RESET_..., 0 = the program ran into its beginning. */
uint8_t port_reset_flags(void);

/* The sbms_fault that port_start() found and that no restart mends: in force until the next start; 0 = none. */
uint8_t port_lasting_fault(void);

/* The `fault` of the port_restart() that ended the last life of the program, until port_forget_restart_fault(); 0 = none. */
uint8_t port_restart_fault(void);
void port_forget_restart_fault(void);

/*
 * What the device remembers (SUP-3): PORT_RETAINED_BYTES that survive every reset in which memory held, whenever it comes,
 * also while they are being written. port_retain(), once a tick, keeps `count` bytes. port_retained() answers with the
 * first `count` of those kept last; all are 0, and it returns false, when there is nothing: after power was gone, or
 * when memory did not hold. `count`: at most PORT_RETAINED_BYTES.
 */
#define PORT_RETAINED_BYTES 27
void port_retain(const uint8_t *bytes, uint8_t count);
bool port_retained(uint8_t *bytes, uint8_t count);

/* Whether the part's memory has failed a test since this was asked last, over resets and loss of power. May begin a write
 * of the EEPROM. */
bool port_memory_has_failed(void);

/*
 * Begins the tick: device_tick() is due SBMS_TICK_MS after this and then every SBMS_TICK_MS. Returns whether the clock
 * that makes it runs; when it does not, ticks come from a coarser one, for a device that shows its fault. Takes up to
 * 1.5 s; every output floats all the while.
 */
bool port_start_clock(void);

/* ---- a tick --------------------------------------------------------------------------------------------------- */

/* Where the program is in its cycle. No value comes of another by one or two flipped bits. */
enum port_phase {
    PORT_PHASE_WAITING = 0x5A, /* all is done; the next tick is waited for */
    PORT_PHASE_SAMPLE = 0xA1,  /* sensing and judging */
    PORT_PHASE_DECIDE = 0xB2,  /* the law's step */
    PORT_PHASE_DRIVE = 0xC3,   /* driving the pins */
    PORT_PHASE_CHECK = 0xD4    /* recording and testing */
};

/* The phase that was set last; after a reset one that is none of these. */
uint8_t port_phase(void);
void port_set_phase(enum port_phase phase);

/* Whether every register whose value is known, and everything that the port keeps for the next life, is as it should
 * be. */
bool port_is_intact(void);

/*
 * Once a tick: whether the tick's clock runs and is right, as far as the part can compare it with another. After a
 * port_start_clock() that failed: whether it has been running for a second. May take 2 ms once a second.
 */
bool port_clock_is_good(void);

/* Levels at the output terminals, true = high; also those of floating ones. */
struct port_terminals {
    bool load;
    bool prealarm;
    bool charger;
};
struct port_terminals port_read_terminals(void);

/* Levels at the ends of the chain's three loops, true = high. */
struct port_loop_ends {
    bool atc;
    bool atd;
    bool no_prealarm;
};

/* One sample. Codes are the converter's. */
struct port_sample {
    uint16_t band_gap_code; /* of the part's own reference voltage, measured like the others */
    uint16_t vbat_code;
    uint16_t remote_l_code;
    uint16_t remote_h_code;
    struct port_loop_ends with_atc; /* the ends while the loop of ATC alone is driven */
    struct port_loop_ends with_atd;
    struct port_loop_ends with_no_prealarm;
};

/*
 * Samples. A loop is driven for as long as the board's longest cable needs before its ends are read, and discharged before
 * the next one is; one loop at a time, and before and after a pin that drives one is an input, so that no two outputs of
 * the part meet, whatever the wires are tied to. Dividers and converter are powered only here. Takes up to 1 ms.
 */
void port_sample(struct port_sample *sample);

/* A code is code * numerator / denominator + offset_mv millivolts, rounded down: the lowest voltage that gives it. No
 * code times (numerator modulo denominator) is above 65535. */
struct port_scale {
    uint16_t numerator;
    uint16_t denominator;
    int16_t offset_mv;
};

/* How codes are read; constants of the board. */
struct port_scales {
    uint16_t band_gap_code_min; /* below it, or above the next, no code means anything (SAFE-4) */
    uint16_t band_gap_code_max;
    struct port_scale vbat;
    struct port_scale remote_l;
    struct port_scale remote_h;
};
extern const struct port_scales port_scales;

/* Drives outputs and LEDs: true = high or lit, false = floating or dark. Sets every register that the pins depend on
 * anew; no pin pulses. */
void port_drive(const struct sbms_outputs *outputs);

/* Tests the next piece of the part: memory, program, stack. Returns the sbms_fault found, 0 = none. Takes up to 0.5 ms. */
uint8_t port_self_test(void);

/* SAFE-5: called once a tick, where a whole cycle has been passed in order, and nowhere else. */
void port_feed_watchdog(void);

/* SAFE-4: floats all outputs at once, keeps `fault` (sbms_fault, 0 = none) for the next life and starts everything anew from
 * a reset. Does not return. */
void port_restart(uint8_t fault) __attribute__((noreturn));

/* ---- the EEPROM, SBMS_EEPROM_BYTES that outlive the supply ------------------------------------------------------- */

/* Whether a write is going on. */
bool port_eeprom_is_busy(void);

/* The byte at `address`. No write may be going on. */
uint8_t port_eeprom_read(uint16_t address);

/* Begins to write `value` at `address` and returns. No write may be going on. Power that fails during it may leave anything
 * in this byte and must leave all others. */
void port_eeprom_write(uint16_t address, uint8_t value);

/* ---- the UART: 19200 Bd, 8N1, transmitter only ---------------------------------------------------------------------- */

/* Whether someone listens. */
bool port_uart_is_wanted(void);

/* Switches it on, before the first byte of a block; harmless when it is on. */
void port_uart_start(void);

/* Sends `byte` if there is room. Returns whether there was; the part must wake up when there is room again. */
bool port_uart_send(uint8_t byte);

/* After the last byte of a block, again and again: whether a byte is still leaving. The part must wake up when it has
 * left. */
bool port_uart_is_sending(void);

/* Switches it off, the line low. */
void port_uart_stop(void);

#endif
