/* SPDX-License-Identifier: Apache-2.0 */
/* A run as a value change dump (IEEE 1364), for waveform viewers such as GTKWave. */
#ifndef RESULT_WRITE_VCD_H
#define RESULT_WRITE_VCD_H

#include <stdio.h>

#include "result/result.h"

/*
 * Writes the outputs, LEDs, battery signals and the switch as wires, the bus and the lowest and highest
 * cell in mV as 32-bit integers; 1 ms is the unit of time and the end of the run the last one. No date: the same run gives
 * the same bytes. Errors are left in the stream.
 */
void write_vcd(const struct run_result *result, FILE *stream);

#endif
