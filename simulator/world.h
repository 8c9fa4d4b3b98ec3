/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is around the part in a mixed run: a circuit (circuit.h) in place of front_end.h. The part's pins drive it, and a pin or
 * a conversion reads the node that it is on, at the instant of the instruction, or at which the converter holds its input:
 * one and a half of its clocks after the start, thirteen and a half in the first conversion after it was switched on.
 *
 * A pin has two sources in the circuit, `vpb0_on` and `vpb0_level`: how much it drives, 1 or 0 or, for a pull-up of 35 kOhm,
 * a little, and to which level. What the part takes from its supply is the source `vmcu`, in amperes.
 * A node reads high from 0.6 of the supply on, low up to 0.3, and in between as it did before: at each instant that is solved.
 *
 * Where nothing happens for long, ticks may be skipped (skip.h). The first pin that moves but for those of the sampling itself,
 * a reset, or the end of what may be skipped ends that. From then on the circuit's time is that much behind.
 *
 * Power comes from the circuit too. Below the power-on level the SRAM forgets; below the brown-out level the part is in reset,
 * but while it sleeps with that detector switched off; and while the reset pin is below 0.2 of the supply. In reset it
 * runs nothing, takes a current of its own, and every pin floats.
 */
#ifndef SIMULATOR_WORLD_H
#define SIMULATOR_WORLD_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "simulator/machine.h"
#include "simulator/skip.h"

#define WORLD_PINS 8 /* of a port */

struct world;

/* A pin. `vector` CIRCUIT_NONE: there is none, or nothing is on it. */
struct world_pin {
    int on;
    int level;
    int vector;
    bool high; /* as it reads */
};

/* A port, and how simavr reads it. */
struct world_port {
    struct world *world;
    avr_ioport_t *module;
    avr_io_read_t read;
    void *param;
    struct world_pin pins[WORLD_PINS];
    unsigned high; /* pins that are driven high */
    unsigned outputs;
    unsigned sampling; /* pins that move at each tick */
};

struct world {
    struct machine *machine;
    avr_adc_t *adc;
    struct world_port ports[PART_PORTS];
    FILE *events;         /* what happens to the part, a line each: seconds, then words */
    int supply_vector;    /* of VCC */
    int reference_vector; /* of AREF */
    int current_source;
    double brown_out_v;
    uint32_t instants; /* at which a pin or the converter has read or driven */
    bool held;         /* in reset ... */
    uint8_t flag;      /* ... by this */
    bool starting;     /* the time from there to the first instruction */
    bool forgot;       /* the SRAM has */
    bool failed;       /* ngspice has given up */
    struct skip skip;
};

/* What the part takes, in A: typical figures of its sheet for 4 MHz and 3 V, times 2 x 1.1 (firmware/atmega328p/numbers.py); in
 * reset as in idle mode, which is unverified. */
#define ACTIVE_A 3.74e-3
#define IDLE_A 0.66e-3
#define SLEEP_A 5.0e-6
#define CONVERTER_A 0.25e-3
#define IN_RESET_A 0.66e-3

/* Puts the circuit, which is open, around a machine that has been made bare. False: the circuit lacks a source. */
bool world_make(struct world *world, struct machine *machine, double brown_out_v, FILE *events);

/* Pin `name`, PB0 or VCC or AREF, is on the node `vector`. False: one of them does not exist. */
bool world_connect(struct world *world, const char *name, const char *vector);

/* Time begins, when each pin has its node: there is no supply yet, and the part is held in reset. False: a node is missing. */
bool world_begin(struct world *world);

/* Part and circuit run up to `ns` of the part's time; `may_skip`: and may skip ticks. False: `failed`. */
bool world_advance(struct world *world, uint64_t ns, bool may_skip);

/* ---- between world.c, which has pins and converter, and pace.c, which has time, reset and power ------------------------------------ */

avr_t *world_avr(const struct world *world);

/* The supply, in V. */
double world_supply(const struct world *world);

void world_tell(const struct world *world, const char *words);

/* Brings the circuit to an instant of the part. */
void world_reach(struct world *world, uint64_t ns);

/* From now on the part takes that from its supply. */
void world_take(struct world *world, double ampere);

/* If ticks are being skipped, the circuit goes on where it stood. */
void world_end_skip(struct world *world);

/* The part's notice of a reset. */
void world_see_reset(void *self, uint64_t had_power);

#endif
