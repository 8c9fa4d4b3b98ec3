/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the schema's ranges cannot say: keys of a scenario that must fit one another. Each function returns
 * true, or writes the error and returns false.
 */
#ifndef SCENARIO_CHECK_H
#define SCENARIO_CHECK_H

#include "scenario/reader.h"

/*
 * Checks one of the groups SCENARIO_RUN to SCENARIO_SOLAR that has just been read, and fills in what has a
 * computed default. The run's start, the bank (BAT-8), the lock-out (LOAD-6) and the solar charger's voltages have rules.
 */
bool scenario_check_group(struct scenario_reader *reader, int group);

/*
 * Checks the consumer of `group` that has just been read from `place`: one of two keys where its kind says
 * so.
 */
bool scenario_check_consumer(struct scenario_reader *reader, int group, const yaml_node_t *place);

/* Refuses a pull-in current of a coil in `group` that has no time in which it flows; true: it has one, or the group is of no coil. */
bool scenario_check_pull_in(struct scenario_reader *reader, int group);

/* Refuses the kind of equipment `kind` if it is one that no scenario can have, with what to take instead; true: it is none. */
bool scenario_check_kind(struct scenario_reader *reader, const yaml_node_t *kind);

/* Checks the bus just read from `place`: its name is new, and what its battery needs is there. */
bool scenario_check_bus(struct scenario_reader *reader, const yaml_node_t *place, struct scenario_bus *bus);

/* Checks the entry of equipment just read from `place`, and fills in what has a computed default. */
bool scenario_check_equipment(struct scenario_reader *reader, const yaml_node_t *place,
                              struct scenario_equipment *entry);

/*
 * Checks an entry of a list that has just been read from `place`: of a consumer likewise, and what its kind alone asks; of
 * `batteries`; of a cell's points, of which there is nothing to say one by one.
 */
bool scenario_check_entry(struct scenario_reader *reader, int group, const yaml_node_t *place, void *entry);

/* Finds the fault that an event puts into equipment among those of its kind; true for other events. */
bool scenario_check_equipment_fault(struct scenario_reader *reader, struct scenario_event *event);

/* Checks the entry of `batteries` just read from `place`: the bank has it, it is not there twice, and something differs. */
bool scenario_check_difference(struct scenario_reader *reader, const yaml_node_t *place,
                               struct scenario_difference *difference);

/* Checks the event just read: it happens within the run, to a battery and cell that the bank has, or to a load that there is. */
bool scenario_check_event(struct scenario_reader *reader, struct scenario_event *event);

/*
 * Checks when all has been read that something feeds each bus on which there is anything: a battery, a source, or equipment from a bus
 * that is fed.
 */
bool scenario_check_feeding(struct scenario_reader *reader);

/* Leaves out the relay on Load of a system with equipment that has neither the section nor a load behind it. */
void scenario_leave_out_relay(struct scenario_reader *reader);

/* Finds whose energy is expected, and checks its limits. */
bool scenario_check_energy(struct scenario_reader *reader, const yaml_node_t *place,
                           struct scenario_expectation *expectation);

/* Checks the expectation just read from `place`, which it is given as its line. */
bool scenario_check_expectation(struct scenario_reader *reader, const yaml_node_t *place,
                                struct scenario_expectation *expectation);

#endif
