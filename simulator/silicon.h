/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The silicon table: everything in which a real ATmega328P with its surroundings differs from libsimavr's, with what is
 * typical, how far it may go, and where that is said. A corner is a device in which each of these has one value.
 */
#ifndef SIMULATOR_SILICON_H
#define SIMULATOR_SILICON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum silicon_quantity {
    SILICON_WAKE_US =
        0, /* from an interrupt in power-save, with the brown-out detector switched off by software, to
                                 the first cycle */
    SILICON_RC_PPM,           /* the RC oscillator against its 8 MHz: the factory's calibration */
    SILICON_RC_SUPPLY_PPM,    /* ... and on top of it, over supply and temperature */
    SILICON_RESONATOR_PPM,    /* the 16 MHz of a board that has no watch crystal */
    SILICON_CRYSTAL_START_MS, /* from AS2 to the watch crystal's first period */
    SILICON_CRYSTAL_PPM,      /* the watch crystal against 32768 Hz */
    SILICON_WATCHDOG_PPM, /* the watchdog's oscillator against 128 kHz; it times the start-up after a reset too */
    SILICON_NOISE_CODES,     /* of each conversion: off by -N to N codes, at random from the seed */
    SILICON_SUPPLY_PPM,      /* the supply, which is the converter's reference, against the board's */
    SILICON_BAND_GAP_MV,     /* as the converter's channel 14 sees it */
    SILICON_DIVIDER_PPM,     /* what a divider gives against its ratio */
    SILICON_GUARD_PERCENT,   /* of the guard bands of the board's dividers; 0: each is as the law reads it */
    SILICON_LOOP_PF,         /* cable and protection at a loop's end, */
    SILICON_LOOP_SERIES_OHM, /* ... charged and discharged through this by the drive, */
    SILICON_LOOP_PULL_OHM,   /* ... and discharged through this by the pull-down alone */
    SILICON_EEPROM_US,       /* to erase and write a byte, with the RC oscillator at 8 MHz */
    SILICON_QUANTITIES
};

struct silicon {
    const char *name; /* the corner's */
    int32_t values[SILICON_QUANTITIES];
};

/* The corner `name`; false: there is none of that name. */
bool silicon_read(struct silicon *silicon, const char *name);

/* Corner number `index` from 0: its name, and in `*words` what it is. NULL: there are no more. */
const char *silicon_corner(size_t index, const char **words);

/* The quantity's name, for an answer. */
const char *silicon_name(enum silicon_quantity quantity);

/* Prints the table: a quantity a line, with its values and where they are said. */
void silicon_print(FILE *output);

int32_t silicon_value(const struct silicon *silicon, enum silicon_quantity quantity);

/* The RC oscillator's rate. */
uint32_t silicon_rc_hz(const struct silicon *silicon);

/* The CPU's rate where it should be `nominal_hz`: on the RC oscillator or, with `resonator`, on that. */
uint32_t silicon_cpu_hz(const struct silicon *silicon, uint32_t nominal_hz, bool resonator);

/* How long what the watchdog's oscillator should time as `nominal_ns` takes. */
uint64_t silicon_watchdog_ns(const struct silicon *silicon, uint64_t nominal_ns);

/* Periods of the RC oscillator that an EEPROM write takes; `both`: erase and write, else one of them. */
uint64_t silicon_eeprom_rc_cycles(const struct silicon *silicon, bool both);

/* After how many ns a loop's end at `from_volt`, in parts of the supply, that tends to `high` has crossed the level at
 * which the pin reads so; `driven`: through the drive, else by the pull-down alone. */
uint64_t silicon_loop_ns(const struct silicon *silicon, double from_volt, bool high, bool driven);

/* Where it is after `ns`. */
double silicon_loop_volt(const struct silicon *silicon, double from_volt, bool high, bool driven,
                         uint64_t ns);

#endif
