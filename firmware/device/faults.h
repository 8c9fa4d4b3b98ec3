/* SPDX-License-Identifier: Apache-2.0 */
/* Which internal fault the law is to be told of (SAFE-4, LED-3). Outputs that do not follow are the law's own matter. */
#ifndef FIRMWARE_DEVICE_FAULTS_H
#define FIRMWARE_DEVICE_FAULTS_H

#include <stdbool.h>
#include <stdint.h>

#define FAULTS_CONVERTER_TICKS 2u /* SAFE-2: one bad reading leaves everything as it is */

/* What a tick has seen. */
struct faults_signs {
    bool clock_good;
    bool converter_good; /* at this tick */
};

/* At the start, after port_start(). */
void faults_start(void);

/*
 * Once a tick; returns the sbms_fault in force, 0 = none. The first of these counts: a lasting one of the start; the one that
 * ended the last life, for one round of its blinks, since the restart has mended it and it is to be seen; the clock; the
 * converter, bad for FAULTS_CONVERTER_TICKS in a row.
 */
uint8_t faults_in_force(const struct faults_signs *signs);

#endif
