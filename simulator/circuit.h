/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A circuit in libngspice that is simulated up to an instant and no further, so that what is outside sees its voltages at that
 * instant and changes its sources there.
 *
 * libngspice has one circuit a process and runs a transient in one call. That call has a thread of its own; it and the
 * caller's take turns, never both at once: circuit_reach() lets it run and returns when it has come there. ngspice asks before
 * each step how long the step may be, which is how it ends exactly there.
 *
 * What ngspice says goes to standard error: whoever reads it decides what is a doubt about the run.
 */
#ifndef SIMULATOR_CIRCUIT_H
#define SIMULATOR_CIRCUIT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define CIRCUIT_NONE (-1)

/* Called at each instant that ngspice has solved, when all voltages are known. */
typedef void (*circuit_notice)(void *self);

/* A voltage that ends circuit_reach() early when it leaves its range; `vector` CIRCUIT_NONE: nothing does. */
struct circuit_watch {
    int vector;
    double low;
    double high;
};

/* Reads the netlist and simulates its first microsecond from nothing, with 0 V of all sources that are driven from outside. A `.save` line of the netlist says
 * which vectors there are. They are written to `trace` (NULL: nowhere): a line with their names, then each instant as
 * doubles. False: ngspice could not. */
bool circuit_open(const char *netlist, FILE *trace);

/* From now on `notice` is called with `self`. */
void circuit_observe(circuit_notice notice, void *self);

/* The source `name external`, in whatever subcircuit it is; CIRCUIT_NONE: there is none of that name. */
int circuit_source(const char *name);

/* The vector `name`; CIRCUIT_NONE: it is not saved. */
int circuit_vector(const char *name);

/* Drives a source to `volt` from now on, on a straight line that takes `over_ns`; never quite at once. */
void circuit_drive(int source, double volt, uint64_t over_ns);

/* No driven source is on a way that takes longer than at once. */
bool circuit_is_still(void);

/* Simulates up to `ns`, or until the watched voltage leaves its range. No more than that if it is later already. False: ngspice
 * has given up. */
bool circuit_reach(uint64_t ns, struct circuit_watch watch);

/* Up to where it is simulated. */
uint64_t circuit_ns(void);

double circuit_volt(int vector);

#endif
