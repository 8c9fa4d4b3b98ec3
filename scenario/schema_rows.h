/* SPDX-License-Identifier: Apache-2.0 */
/* The groups of keys of a scenario file, and the rows of its own sections; scenario/schema.c puts those of the consumers
 * between them. */
#ifndef SCENARIO_SCHEMA_ROWS_H
#define SCENARIO_SCHEMA_ROWS_H

#include "twin/consumer_kinds.h"
#include "twin/equipment_kinds.h"
#include "twin/scenario.h"
#include "twin/scenario_row.h"

/*
 * The groups of keys. SCENARIO_CONSUMER begins one group for each kind of consumer, by its id; a kind that
 * joins a section of the file has none of its own. What follows SCENARIO_EVENT_KEYS is one group for each
 * scenario_event_what: the keys that an entry of `events` takes besides at and what; after
 * SCENARIO_EXPECT_KEYS likewise for `expect`, and after SCENARIO_EQUIPMENT_KEYS for each kind of `equipment`.
 */
enum {
    SCENARIO_TOP = 0,
    SCENARIO_RUN,
    SCENARIO_BANK,
    SCENARIO_CELL,
    SCENARIO_BMS,
    SCENARIO_REMOTE,
    SCENARIO_AMBIENT,
    SCENARIO_SOLAR,
    SCENARIO_CONSUMER,
    SCENARIO_EVENT = SCENARIO_CONSUMER + CONSUMER_KIND_COUNT,
    SCENARIO_BUS_ENTRY,
    SCENARIO_EQUIPMENT_ENTRY,
    SCENARIO_EXPECT,
    SCENARIO_OCV_POINT, /* entries of the lists of the section `cell` */
    SCENARIO_HYSTERESIS_POINT,
    SCENARIO_EVENT_KEYS,
    SCENARIO_EXPECT_KEYS = SCENARIO_EVENT_KEYS + EVENT_COUNT,
    SCENARIO_EQUIPMENT_KEYS = SCENARIO_EXPECT_KEYS + EXPECT_LOAD_CURRENT + 1,
    SCENARIO_GROUPS = SCENARIO_EQUIPMENT_KEYS + EQUIPMENT_KIND_COUNT
};

/* The sections of the top up to the consumers'. */
extern const struct scenario_row schema_first_rows[];
extern const size_t schema_first_count;

/* The sections of the top after them, then the keys of all sections. */
extern const struct scenario_row schema_last_rows[];
extern const size_t schema_last_count;

/* The keys that equipment shares: of what is on one bus, of what joins two, and of what is controlled. */
extern const struct scenario_row schema_on_row;
extern const struct scenario_row schema_from_row;
extern const struct scenario_row schema_to_row;
extern const struct scenario_row schema_control_rows[];
extern const size_t schema_control_count;

#endif
