/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A run as one JSON object, for other programs and for the report page:
 *
 *   format           "smallbms-run-1"
 *   version          of the command
 *   scenario, title, description, seed, duration_s, start (a date, where it has one), start_day_of_year,
 *                    device
 *   thresholds       under_voltage_mv, pre_alarm_mv, discharge_return_mv, over_voltage_mv,
 *                    over_voltage_clear_mv, low_temp_dc, high_temp_dc
 *   findings_left_out, findings
 *                    what is wrong with the wiring (docs/CHECKS.md), each: id, line (where it is of one), what, why, instead
 *   events_left_out  how many edges came after the limit (result/recording.h)
 *   events           each edge: t_s, day, clock, date (where the run has a start), what, on, stays (true, or not there:
 *                    no edge, but a start that leaves the output floating), cause (not for all), text; what is load, prealarm, charger, led_load,
 *                    led_fault, stage, switch, event, warning, fault or drop (a load by its own lowest voltage); blinking is left out
 *   totals           energy_in_wh (from the charger to the bus), energy_out_wh (to loads and device), energy_cables_wh,
 *                    energy_converters_wh, charge_in_ah and charge_out_ah (of the batteries), load_on_s, prealarm_s, charger_on_s,
 *                    system_on_s, dark_s (of that, Load floating), dark_waiting_s (of that, only for the wait of LOAD-6
 *                    or LOAD-8), cell_mv_min and cell_mv_max (mv, battery, cell, t_s), temp_c_min,
 *                    temp_c_max, soc_min_pct, soc_max_pct, capacity_mean_pct, capacity_min_pct, resistance_mean_pct
 *                    and resistance_max_pct (of the cells at the last midnight before the end, in % of a new one of the
 *                    nominal capacity), charge_current and discharge_current (of the strings, against what a battery may
 *                    carry: recommended_a, max_a, above_recommended_s, above_max_s and, where that is not 0, string_a_max,
 *                    string, t_s),
 *                    load_cuts (LOAD-8), load_cuts_by_cause (a key for each cause that there was), prealarms, charger_cuts,
 *                    load_output_a_max, prealarm_output_a_max
 *   equipment        each, the section solar first: name, taken_wh, given_wh, back_wh (through a contact against its
 *                    direction), changes (of its phase), makes (of its contact)
 *   loads            each: name, taken_wh
 *   expectations     each: text, met (true, false, or null when the run was ended before), detail
 *   series           interval_s, then lists of one length: t_s, bus_mv, battery_a (positive: charging), solar_a (of all
 *                    chargers but converters), load_a, soc_pct, temp_c (the coldest cell), temp_max_c, ambient_c, load,
 *                    prealarm, charger (1 = high); cells: each with name and mv, at most 16, with more the lowest and the highest;
 *                    points_left_out: edges without a point
 */
#ifndef RESULT_WRITE_JSON_H
#define RESULT_WRITE_JSON_H

#include <stdio.h>

#include "result/result.h"

/*
 * Writes the object, pure ASCII but for what UTF-8 the scenario's own texts hold, and without any '<', so that it may
 * be put inside a script element. Errors are left in the stream.
 */
void write_json(const struct run_result *result, FILE *stream);

#endif
