/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A key of a scenario file as plain data: what it takes, its range, unit and default, and where its value
 * goes.
 *
 * scenario/schema.c has the rows of the file's own sections, each kind of consumer (twin/consumer.h) those of
 * its own; joined they drive the reader, its messages, the reference in docs/SCENARIOS.md and the tests.
 */
#ifndef TWIN_SCENARIO_ROW_H
#define TWIN_SCENARIO_ROW_H

#include <stddef.h>

/* What a key takes. */
enum scenario_kind {
    SCENARIO_TEXT,    /* char[size]; one line of minimum..maximum bytes of UTF-8 */
    SCENARIO_LINES,   /* the same with line ends */
    SCENARIO_NUMBER,  /* double; a decimal fraction */
    SCENARIO_WHOLE,   /* any integer of `size` bytes */
    SCENARIO_BOOLEAN, /* bool; true or false */
    SCENARIO_WORD,    /* one of `words`, into a bool, an enum or an int */
    SCENARIO_BUS,     /* int; a bus by its name, from 0, the bank's */
    SCENARIO_OUTLET,  /* int; what loads can be on: the same, or equipment with an outlet (twin/scenario.h) */
    SCENARIO_EQUIPMENT_NAME, /* int; an entry of `equipment` by its name, from 0 */
    SCENARIO_CAUSE,          /* uint8_t; a word of sbms_cause_word() */
    SCENARIO_DURATION,       /* double, seconds; "7 days" */
    SCENARIO_TIME_OF_DAY,    /* int32_t, seconds of the day; "06:30" or "06:30:15" */
    SCENARIO_HOURS,          /* struct hours (twin/hours.h); "mon-fri 06:30-08:00, sat 22:00-01:00" */
    SCENARIO_INSTANT,        /* double, seconds from the start; "day 3 12:00:00" */
    SCENARIO_DATE,           /* int32_t, 1 is 2000-01-01; "2026-03-01" */
    SCENARIO_MAPPING,        /* the keys of the group `child` */
    SCENARIO_LIST            /* entries, each with the keys of the group `child` */
};

/* What happens when a key is not there. */
enum scenario_presence {
    SCENARIO_REQUIRED, /* the file is refused */
    SCENARIO_DEFAULT,  /* `fallback` is read as if the file had it */
    SCENARIO_COMPUTED, /* `fallback` says in words what it becomes */
    SCENARIO_OPTIONAL  /* it is 0, or none */
};

struct scenario_word {
    const char *text; /* NULL ends a list of words */
    int value;
    const char *help; /* may be NULL */
};

struct scenario_row {
    int group; /* of scenario/schema.h, which sets it in the rows of consumers */
    const char *key;
    enum scenario_kind kind;
    enum scenario_presence presence;
    const char *fallback; /* as the file would have it; NULL without a default */
    double minimum;
    double maximum;
    const char *unit; /* "" when there is none */
    size_t offset;    /* into struct scenario, into the entry of a list, or into the settings of a consumer */
    size_t size;      /* of the field, or of one entry of the list */
    const struct scenario_word *words; /* SCENARIO_WORD only */
    int child;                         /* SCENARIO_MAPPING and SCENARIO_LIST only: a group, like `group` */
    size_t
        count_offset;  /* SCENARIO_LIST: an int in struct scenario, how many entries; maximum is its limit */
    const char *help;  /* what it is, for the reference */
    const char *rules; /* ids of those that a number outside its range breaks, for the message; NULL: none */
};

/* ---- to write a row with ---- */

/* Where a value goes: its place in `type` and its size. */
#define IN(type, member) .offset = offsetof(type, member), .size = sizeof(((type *)NULL)->member)
#define REQUIRED .presence = SCENARIO_REQUIRED
#define OPTIONAL .presence = SCENARIO_OPTIONAL
#define OR(text) .presence = SCENARIO_DEFAULT, .fallback = (text)
#define COMPUTED(text) .presence = SCENARIO_COMPUTED, .fallback = (text)

#define TEXT(minimum_, size_) \
    .kind = SCENARIO_TEXT, .minimum = (minimum_), .maximum = (size_)-1, .unit = "bytes"
#define LINES(minimum_, size_) \
    .kind = SCENARIO_LINES, .minimum = (minimum_), .maximum = (size_)-1, .unit = "bytes"
#define NUMBER(minimum_, maximum_, unit_) \
    .kind = SCENARIO_NUMBER, .minimum = (minimum_), .maximum = (maximum_), .unit = (unit_)
/* A resistance in mOhm, or a cable of copper by its length one way and its cross-section (scenario/value.h). */
#define CABLE(minimum_, maximum_) NUMBER(minimum_, maximum_, SCENARIO_CABLE_UNIT)
#define SCENARIO_CABLE_UNIT "mOhm, or such as 3 m 16 mm2"
#define WHOLE(minimum_, maximum_, unit_) \
    .kind = SCENARIO_WHOLE, .minimum = (minimum_), .maximum = (maximum_), .unit = (unit_)
#define BOOLEAN .kind = SCENARIO_BOOLEAN, .unit = ""
#define WORD(words_) .kind = SCENARIO_WORD, .words = (words_), .unit = ""
#define BUS .kind = SCENARIO_BUS, .unit = ""
#define EQUIPMENT_NAME .kind = SCENARIO_EQUIPMENT_NAME, .unit = ""
#define OUTLET .kind = SCENARIO_OUTLET, .unit = ""
#define CAUSE .kind = SCENARIO_CAUSE, .unit = ""
#define DURATION(minimum_, maximum_) \
    .kind = SCENARIO_DURATION, .minimum = (minimum_), .maximum = (maximum_), .unit = "s"
#define TIME_OF_DAY .kind = SCENARIO_TIME_OF_DAY, .minimum = 0, .maximum = 86400, .unit = "s"
#define HOURS .kind = SCENARIO_HOURS, .minimum = 1, .maximum = HOURS_WINDOWS_MAX, .unit = "windows"
#define INSTANT .kind = SCENARIO_INSTANT, .minimum = 0, .maximum = SCENARIO_DURATION_S_MAX, .unit = "s"
#define DATE .kind = SCENARIO_DATE, .unit = ""
#define MAPPING .kind = SCENARIO_MAPPING, .unit = ""
#define LIST(array, count, limit) \
    .kind = SCENARIO_LIST, .offset = offsetof(struct scenario, array), \
    .size = sizeof(((struct scenario *)NULL)->array[0]), .count_offset = offsetof(struct scenario, count), \
    .maximum = (limit), .unit = "entries"

#define SCENARIO_DURATION_S_MAX 3153600000.0 /* 100 years of 365 days */

#endif
