/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every key that a scenario file may hold: what it takes, its range, unit and default, and where it goes.
 *
 * One table drives the reader (scenario/file.h), its messages, the reference in docs/SCENARIOS.md and
 * the tests. Adding a key is adding a row.
 */
#ifndef SCENARIO_SCHEMA_H
#define SCENARIO_SCHEMA_H

#include <stddef.h>

#include "twin/scenario.h"

/*
 * The groups of keys. What follows SCENARIO_EVENT_KEYS is one group for each scenario_event_what: the keys
 * that an entry of `events` takes besides at and what; after SCENARIO_EXPECT_KEYS likewise for `expect`.
 */
enum {
    SCENARIO_TOP = 0,
    SCENARIO_RUN,
    SCENARIO_BANK,
    SCENARIO_BMS,
    SCENARIO_REMOTE,
    SCENARIO_AMBIENT,
    SCENARIO_SOLAR,
    SCENARIO_LOAD_RELAY,
    SCENARIO_PRE_ALARM_DEVICE,
    SCENARIO_LOAD,
    SCENARIO_EVENT,
    SCENARIO_EXPECT,
    SCENARIO_EVENT_KEYS,
    SCENARIO_EXPECT_KEYS = SCENARIO_EVENT_KEYS + EVENT_SUPPLY_DIP + 1,
    SCENARIO_GROUPS = SCENARIO_EXPECT_KEYS + EXPECT_LOAD_CURRENT + 1
};

/* What a key takes. */
enum scenario_kind {
    SCENARIO_TEXT,     /* char[size]; one line of minimum..maximum bytes of UTF-8 */
    SCENARIO_LINES,    /* the same with line ends */
    SCENARIO_NUMBER,   /* double; a decimal fraction */
    SCENARIO_WHOLE,    /* any integer of `size` bytes */
    SCENARIO_BOOLEAN,  /* bool; true or false */
    SCENARIO_WORD,     /* one of `words`, into a bool, an enum or an int */
    SCENARIO_CAUSE,    /* uint8_t; a word of sbms_cause_word() */
    SCENARIO_DURATION, /* double, seconds; "7 days" */
    SCENARIO_CLOCK,    /* int32_t, seconds of the day; "06:30" */
    SCENARIO_INSTANT,  /* double, seconds from the start; "day 3 12:00:00" */
    SCENARIO_MAPPING,  /* the keys of the group `child` */
    SCENARIO_LIST      /* entries, each with the keys of the group `child` */
};

/* What happens when a key is not there. */
enum scenario_presence {
    SCENARIO_REQUIRED, /* the file is refused */
    SCENARIO_DEFAULT,  /* `fallback` is read as if it stood there */
    SCENARIO_COMPUTED, /* `fallback` says in words what it becomes */
    SCENARIO_OPTIONAL  /* it is 0, or none */
};

struct scenario_word {
    const char *text; /* NULL ends a list of words */
    int value;
    const char *help; /* may be NULL */
};

struct scenario_row {
    int group;
    const char *key;
    enum scenario_kind kind;
    enum scenario_presence presence;
    const char *fallback; /* as it would stand in the file; NULL without a default */
    double minimum;
    double maximum;
    const char *unit;                  /* "" when there is none */
    size_t offset;                     /* into scenario, or into the list's entry */
    size_t size;                       /* of the field, or of one entry of the list */
    const struct scenario_word *words; /* SCENARIO_WORD only */
    int child;                         /* SCENARIO_MAPPING and SCENARIO_LIST only */
    size_t count_offset; /* SCENARIO_LIST: an int in scenario, how many entries; maximum is its limit */
    const char *help;    /* what it is, for the reference */
};

enum { SCENARIO_RANGE_SIZE = 512 /* room for scenario_row_range() */ };

extern const struct scenario_row scenario_rows[];
extern const size_t scenario_row_count;

/* What a message calls the group: "bank", "a load", "the event supply_dip". */
const char *scenario_group_name(int group);

/* The group of keys that an entry of `group` takes besides its own when its `what` is `value`; -1: none. */
int scenario_group_variant(int group, int value);

/* The row of `key` in `group`; NULL: there is none. */
const struct scenario_row *scenario_row_find(int group, const char *key);

/*
 * Writes what `row` accepts into `text`, for messages and for the reference: "2600..2800 mV",
 * "joined, l_to_minus or h_to_plus", "\"00:00\"..\"24:00\"". Returns `text`.
 */
const char *scenario_row_range(const struct scenario_row *row, char *text, size_t size);

#endif
