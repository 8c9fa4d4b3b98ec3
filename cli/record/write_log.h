/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A device's record as CSV and as JSON, for other programs: every field of every entry, oldest first.
 *
 * CSV columns; one that has no meaning for an entry, or is not known, is empty:
 *
 *   number, boot, slot  of the entry; the boot that it is of; its place, 0..44
 *   t_s                 since the boot, three decimals
 *   kind                boot, edge, fault, stays (an output stays floating at a start) or flicker (of a signal)
 *   reset               of a boot, why: power_on, external, brown_out, watchdog, joined by +, or none
 *   output, level       of an edge, or stays: load, prealarm or charger; 1 = high, 0 = floats. A boot's level: 1 = Load was high
 *                       until then. A fault's output: whose terminal does not follow
 *   cause               of an edge, or stays, as replay prints it
 *   fault, fault_word   of a fault, its number (the count that the red LED blinks) and its name
 *   fault_come          of a fault or a flicker: 1 = it has come, 0 = it is gone
 *   held_s              of an edge, how long the output had been at the other level; of what is gone, how long it lasted
 *   prealarm_s          of a cut, how long Pre-alarm had been high
 *   load, prealarm, charger   the outputs after it
 *   vbat_mv             the supply
 *   supply, remote, atc, atd, no_prealarm   of an edge, or stays, the debounced inputs: 1 = enough, on, present
 *   cuts, charger_stops, faults   over the device's life, with this entry and those that are missing; they wrap at 65536
 *   missing             entries between the one before and this one that came too fast to be recorded; 700: or more
 *   terminal            of the fault of an output: shorted or fed
 *   signal              of a flicker: atc, atd or no_prealarm
 *
 * The JSON object:
 *
 *   format    "smallbms-log-1"
 *   version   of the command
 *   settings  stored (good, none or bad), warning_time_s, reconnect_delay_s, lockout_retries, lockout_clear_mv: those in force
 *   slots     records (the slots that hold an entry), torn, empty: how many of each
 *   life      boots, cuts, charger_stops, faults; null without an entry
 *   records   the entries, each an object with the names of the columns; null for an empty field
 */
#ifndef CLI_RECORD_WRITE_LOG_H
#define CLI_RECORD_WRITE_LOG_H

#include <stdio.h>

#include "cli/record/device_record.h"

/* Each writes all of `record`. Errors are left in the stream. */
void write_log_csv(const struct device_record *record, FILE *stream);
void write_log_json(const struct device_record *record, FILE *stream);

#endif
