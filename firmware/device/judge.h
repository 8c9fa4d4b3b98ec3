/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a sample means: codes to millivolts, ends of the loops to signals, whether the converter can be trusted, and which
 * terminals do not follow.
 *
 * A signal is present when its own loop's end is high while that loop is driven. An end that is high while another loop is
 * driven is tied to that one or to the supply, and nothing can be said of any: all three read as lost (SAFE-3).
 */
#ifndef FIRMWARE_DEVICE_JUDGE_H
#define FIRMWARE_DEVICE_JUDGE_H

#include <stdbool.h>

#include "core/control.h"
#include "firmware/device/port.h"

/*
 * Puts `sample` into `inputs`, all but `inputs->fault`. Returns false, with `inputs` untouched, when the converter reads
 * its band gap wrong, so that its other readings mean nothing (SAFE-4).
 */
bool judge_sample(const struct port_sample *sample, struct sbms_inputs *inputs);

/* The outputs whose terminal is not as it was `commanded`, bit n = sbms_output n (SAFE-4). */
uint8_t judge_terminals(const struct sbms_outputs *commanded, const struct port_terminals *terminals);

#endif
