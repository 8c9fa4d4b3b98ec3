/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of a run (twin/system*.c) share with one another and with nobody else. The loop of
 * twin/system.c calls these at run->tick, in the order that act() has.
 */
#ifndef TWIN_SYSTEM_INTERNAL_H
#define TWIN_SYSTEM_INTERNAL_H

#include "twin/system.h"

/* ---- the world (twin/system_world.c) ---- */

/* Lets the scenario's events happen and the weather change, and sets run->boundary_tick. */
void system_follow_scenario(struct system_run *run);

/* What is done once a second: the batteries sample and balance, the charger looks. */
void system_look(struct system_run *run);

/* The same at the end of a step at which all of it has been found to change nothing. */
void system_look_again(struct system_run *run);

/* ---- batteries (twin/system_batteries.c) ---- */

/* Makes the lead-acid ones; the bank is there already. */
void system_batteries_init(struct system_run *run);

/* What the network, with all its nodes, sees of them now; and their currents once it is solved in run->flow. */
void system_batteries_put(struct system_run *run);
void system_batteries_settle(struct system_run *run);

/*
 * What the network sees of them at the end of a step of `ticks` ticks (bank_try()), which system_batteries_put() has been before; how they are there
 * once it is solved in run->flow_end; and makes that so, with the bank's energy.
 */
void system_batteries_try(struct system_run *run, int ticks);
void system_batteries_conclude(struct system_run *run);
void system_batteries_accept(struct system_run *run);

/*
 * How long the step that was tried is for them: above 1 it is too long. Of the current of a string it is what leaves the
 * line; of a cell's voltage all that it moves by, for heat and curves are taken as they are at the step's beginning; of a lead-acid
 * battery its charge.
 */
double system_batteries_strain(const struct system_run *run);

/* What the lead-acid ones hold beyond what they held at the start, in J. */
double system_lead_acid_gain_j(const struct system_run *run);

/* ---- equipment (twin/system_equipment.c) ---- */

/* Sets all of it up, before anything else of a run but its bank. */
void system_equipment_init(struct system_run *run);

/* Puts the fault of `event` into a piece of it, or takes it away; it looks next when all of it does. */
void system_equipment_happen(struct system_run *run, const struct scenario_event *event);

/* Lets the weather of `slot` come to it. */
void system_equipment_weather(struct system_run *run, int64_t slot);

/* Adds it to the network, whose nodes are those of the buses; then says which nodes are fed and backed. */
void system_equipment_add(struct system_run *run, struct network *network);

/* Takes away what cannot be fed, once everything is in the network. */
void system_equipment_end(const struct system_run *run, struct network *network);

/* Lets all of it look at run->tick, and tells of each new phase; the network is to be solved again if that changes it. */
void system_equipment_look(struct system_run *run);

/* Whether any of it would be in another state for what it sees in `flow`, at the end of a step to `end_tick`. */
bool system_equipment_would_look(const struct system_run *run, const struct network_flow *flow,
                                 int64_t end_tick);

/* Adds a step of `seconds` from run->flow to run->flow_end to the totals of each piece. */
void system_equipment_add_step(struct system_run *run, double seconds);

/* Whether what is on the outlet of piece `index` of the scenario's has power now. */
bool system_outlet_is_live(const struct system_run *run, int index);

/* What warms the bank's cases from outside as the network is now, in W. */
double system_equipment_heat_w(const struct system_run *run);

/* What Load and Pre-alarm carry, for equipment and consumers, in A. */
double system_load_output_a(const struct system_run *run);
double system_prealarm_output_a(const struct system_run *run);

/* ---- the device (twin/system_device.c) ---- */

/* Tells the observer of an edge at run->tick. */
void system_tell(const struct system_run *run, struct system_edge edge);

/* What the device samples at `tick` with the bus at `bus_v` (V) and all else as it is now. */
struct sbms_inputs system_inputs_at(const struct system_run *run, double bus_v, int64_t tick);

/* Lets what the device has decided take effect, and tells of each edge; true: Load, Pre-alarm or Charger has one. */
bool system_drive(struct system_run *run, const struct sbms_decision *decision);

/* ---- totals (twin/system_totals.c) ---- */

/* Totals with nothing in them. */
struct system_totals system_no_totals(void);

/* Takes the present voltages, temperatures and state of charge of the bank. */
void system_note_bank(struct system_run *run);

/* Takes what Load and Pre-alarm carry now. */
void system_note_outputs(struct system_run *run);

/* Counts Load's edge at run->tick among LOAD-8's cuts, if it is one, by `cause`. */
void system_note_cut(struct system_run *run, uint8_t cause);

/* Settles whether a Load that the remote has floated was cut: after each of the device's steps. */
void system_settle_cut(struct system_run *run);

/* Adds a step of `ticks` from the bus as it was to the bus `after`. */
void system_add_step(struct system_run *run, const struct bus_state *after, int64_t ticks);

#endif
