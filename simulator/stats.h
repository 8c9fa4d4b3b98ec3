/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An observer: counters since power-on. What is counted for each tick runs from one PHASE_SAMPLE to the next, and the cycles between
 * the wake-up and PHASE_SAMPLE belong to the tick that they begin. The stack is watched in two ways: SP whenever
 * an interrupt, WDR or a phase shows it, and the SRAM between the variables and the stack against what it held when the
 * image first waited (nothing is painted: the image keeps a guard there). The piecewise march test puts back what it finds.
 */
#ifndef SIMULATOR_STATS_H
#define SIMULATOR_STATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "simulator/part.h"

enum stats_kind {
    STATS_AWAKE = 0, /* cycles in active mode */
    STATS_IDLE,      /* ... asleep in idle mode */
    STATS_ADC,       /* ... with the converter on */
    STATS_LOOPS,     /* ... with a loop driven, summed over the loops */
    STATS_DIVIDERS,
    STATS_KINDS
};

struct stats {
    const struct part *part;
    uint16_t heap_start; /* first data address that no variable uses */
    bool waited;         /* PHASE_WAITING has come since the reset */
    uint64_t begun_cycle;
    uint64_t ticks;
    bool in_tick;
    uint64_t tick_cycles[STATS_KINDS]; /* of the tick that is going on */
    uint64_t sum_cycles[STATS_KINDS];  /* of the ticks that are over */
    uint64_t max_cycles[STATS_KINDS];
    uint64_t active_since; /* cycle */
    uint64_t adc_since;    /* cycle; converter on */
    bool adc_on;
    uint64_t pin_since[DRIVEN_PINS];  /* cycle at which a pin went high */
    uint64_t pin_cycles[DRIVEN_PINS]; /* how long it has been high */
    uint64_t eeprom_writes;
    uint64_t resets; /* the power-on not counted */
    uint16_t sp_min;
    uint16_t sram_from; /* the part of the SRAM that is compared: from here ... */
    uint16_t sram_to;   /* ... to before here */
    uint8_t sram[SRAM_END];
};

/* Begins to observe. */
void stats_make(struct stats *stats, struct part *part, uint16_t heap_start);

/* Writes all as "key=value key=value ..." into `text`. */
void stats_write(const struct stats *stats, char *text, size_t size);

#endif
