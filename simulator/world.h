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
 * Where nothing happens for long, ticks may be skipped: the part runs on, each read gives what it gave in the last tick that was
 * simulated, and the circuit stands still with its time. The first pin that moves but for those of the sampling itself, or
 * the end of what may be skipped, ends that. From then on the circuit's time is that much behind.
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

#define WORLD_PINS 8   /* of a port */
#define WORLD_READS 64 /* of a tick */

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

/* What a read gave. */
struct world_read {
    uint16_t where; /* a port's register, or a converter's channel from REGISTERS on */
    uint16_t value; /* a byte, or a code */
};

struct world {
    struct machine *machine;
    avr_adc_t *adc;
    struct world_port ports[PART_PORTS];
    FILE *events;       /* what happens to the part, a line each: seconds, then words */
    int supply_vector;  /* of VCC */
    int reference_vector; /* of AREF */
    int current_source;
    double brown_out_v;
    uint32_t instants; /* at which a pin or the converter has read or driven */
    bool held;         /* in reset ... */
    uint8_t flag;      /* ... by this */
    bool starting;     /* the time from there to the first instruction */
    bool forgot;       /* the SRAM has */
    bool failed;       /* ngspice has given up, or a skipped tick was another than the one before */
    /* ticks that are skipped */
    bool may_skip;
    bool skipping;
    uint64_t skipped_ns; /* the circuit's time is behind the part's by that */
    uint64_t begun_ns;   /* of the part, when the present skip began ... */
    uint64_t waited_ns;  /* ... and when it last waited for a tick */
    unsigned quiet;      /* ticks since a pin moved that does not at each tick */
    unsigned reads;      /* in this tick */
    unsigned recorded;   /* in the last */
    struct world_read read[WORLD_READS];
};

/* Puts the circuit, which is open, around a machine that has been made bare. False: the circuit lacks a source. */
bool world_make(struct world *world, struct machine *machine, double brown_out_v, FILE *events);

/* Pin `name`, PB0 or VCC or AREF, is on the node `vector`. False: one of them does not exist. */
bool world_connect(struct world *world, const char *name, const char *vector);

/* Time begins, when each pin has its node: there is no supply yet, and the part is held in reset. False: a node is missing. */
bool world_begin(struct world *world);

/* Part and circuit run up to `ns` of the part's time; `may_skip`: and may skip ticks. False: `failed`. */
bool world_advance(struct world *world, uint64_t ns, bool may_skip);

#endif
