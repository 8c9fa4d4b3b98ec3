/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is around the part: dividers, band gap, the chain's three loops, the output stages with their read-backs, the
 * service adapter. It acts inside the simulation, when a pin moves or a conversion begins; nothing is polled.
 *
 * A conversion reads the voltage at the moment it begins: 0 while the dividers are off. A terminal's voltage gives the
 * greatest code whose lowest voltage (board header) it reaches, clamped to 0..1023.
 */
#ifndef SIMULATOR_FRONT_END_H
#define SIMULATOR_FRONT_END_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "simulator/simavr.h"

struct machine;

/* Pins that the part drives. */
enum front_pin {
    FRONT_LOAD = 0,
    FRONT_PREALARM,
    FRONT_CHARGER,
    FRONT_LED_LOAD,
    FRONT_LED_FAULT,
    FRONT_OUTPUTS, /* those above are outputs or LEDs */
    FRONT_ATC_DRIVE = FRONT_OUTPUTS,
    FRONT_ATD_DRIVE,
    FRONT_NO_PREALARM_DRIVE,
    FRONT_DIVIDERS,
    FRONT_PINS
};

#define FRONT_SWITCHED 3 /* Load, Pre-alarm and Charger have read-backs */
#define FRONT_LOOPS 3
#define FRONT_PORTS 3
#define FRONT_EDGES 1024 /* kept for the command `edges` */
#define FRONT_REFERENCE_MV 1100

struct front_inputs {
    int32_t vbat_mv;
    int32_t remote_l_mv;
    int32_t remote_h_mv;
    bool present[FRONT_LOOPS]; /* ATC, ATD, no-pre-alarm */
};

enum front_stuck { FRONT_FOLLOWS = 0, FRONT_STUCK_LOW, FRONT_STUCK_HIGH };

struct front_edge {
    uint64_t ns;
    uint8_t pin;
    bool high;
};

/* One of simavr's ports, and whose it is. */
struct front_port {
    struct machine *machine;
    avr_ioport_t *module;
};

struct front_end {
    struct front_inputs inputs;
    bool adapter;
    uint32_t levels;                      /* bit n: enum front_pin n is high */
    struct front_port ports[FRONT_PORTS]; /* B, C, D */
    avr_adc_t *adc;
    /* faults */
    int adc_code; /* of every conversion; -1 = none */
    uint32_t reference_mv;
    enum front_stuck back[FRONT_SWITCHED];
    bool loop_high[FRONT_LOOPS];
    bool loops_joined;
    /* edges of outputs and LEDs since they were last asked for */
    struct front_edge edges[FRONT_EDGES];
    size_t edge_count;
    size_t edges_lost; /* that found no room */
};

/* Names as in the commands: load, prealarm, charger, led_load, led_fault. */
extern const char *const front_output_names[FRONT_OUTPUTS];

/* Connects itself to simavr's ports and converter. */
void front_end_make(struct machine *machine, bool adapter);

/* After a reset or without power: every pin floats at once, and the pins that are fed keep their levels. */
void front_end_reset(struct machine *machine);

/* Brings the fed pins up to date after inputs or faults have changed. */
void front_end_update(struct machine *machine);

bool front_end_is_high(const struct machine *machine, enum front_pin pin);

#endif
