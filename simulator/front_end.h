/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is around the part: dividers, band gap, the chain's three loops, the output stages with their read-backs, the
 * service adapter. It acts inside the simulation, when a pin moves or a conversion begins; nothing is polled.
 *
 * A conversion reads the voltage at the moment it begins: 0 while the dividers are off. A terminal's voltage gives the
 * greatest code whose lowest voltage (board header) it reaches, clamped to 0..1023; silicon.h says how far off that is, and
 * whether the resistors of the board header make it or what the law takes a code for.
 * A loop's end follows its drive as its capacitor is charged and discharged.
 */
#ifndef SIMULATOR_FRONT_END_H
#define SIMULATOR_FRONT_END_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "simulator/part.h"

struct front_inputs {
    int32_t vbat_mv;
    int32_t remote_l_mv;
    int32_t remote_h_mv;
    bool present[PINS_LOOPS]; /* ATC, ATD, no-pre-alarm */
};

enum front_stuck { FRONT_FOLLOWS = 0, FRONT_STUCK_LOW, FRONT_STUCK_HIGH };

struct front_end;

/* A loop's end. */
struct front_loop {
    struct front_end *front;
    unsigned number;
    double volt; /* in parts of the supply, at `since_ns` ... */
    uint64_t since_ns;
    bool high;   /* ... from when on it tends to the supply, else to 0, */
    bool driven; /* ... by the drive, else by the pull-down alone */
};

struct front_end {
    struct part *part;
    struct front_inputs inputs;
    bool adapter;
    avr_adc_t *adc;
    uint32_t random; /* state of the noise */
    struct front_loop loops[PINS_LOOPS];
    /* faults */
    int adc_code; /* of every conversion; -1 = none */
    uint32_t reference_mv;
    enum front_stuck back[PINS_SWITCHED];
    bool loop_high[PINS_LOOPS];
    bool loops_joined;
};

/* Connects itself to simavr's converter and to the part's pins. `seed` of the noise, not 0. */
void front_end_make(struct front_end *front, struct part *part, uint32_t seed, bool adapter);

/* After a reset or without power, when the part's pins float: the pins that are fed keep their levels. */
void front_end_reset(struct front_end *front);

/* Changes what is at the terminals. */
void front_end_set(struct front_end *front, const struct front_inputs *inputs);

/* Brings the fed pins up to date after faults have changed. */
void front_end_update(struct front_end *front);

#endif
