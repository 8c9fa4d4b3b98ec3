/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One named system and one run of it, as plain data: what a scenario file says, nothing computed.
 *
 * The reader (scenario/file.h) fills it; the twin (twin/system.h) runs it. Every number has been checked
 * against its range by the reader. Times are in seconds from the start of the run; day 1 starts at 0.
 */
#ifndef TWIN_SCENARIO_H
#define TWIN_SCENARIO_H

#include <stdbool.h>
#include <stdint.h>

#include "core/battery.h"
#include "core/control.h"
#include "twin/cell_model.h"
#include "twin/charge_settings.h"
#include "twin/consumer_kinds.h"
#include "twin/equipment_kinds.h"
#include "twin/hours.h"
#include "twin/profile.h"

enum {
    SCENARIO_TEXT_SIZE = 256, /* title, with its NUL */
    SCENARIO_DESCRIPTION_SIZE = 1024,
    SCENARIO_NAME_SIZE = 48,
    SCENARIO_LOADS_MAX = 32,
    SCENARIO_EVENTS_MAX = 256,
    SCENARIO_EXPECTATIONS_MAX = 64,
    SCENARIO_BATTERIES_MAX = SBMS_BATTERIES_MAX,
    SCENARIO_CELLS_MAX = 8, /* of one battery */
    SCENARIO_DIFFERENCES_MAX = SCENARIO_BATTERIES_MAX * (1 + SCENARIO_CELLS_MAX),
    SCENARIO_CONSUMER_SIZE = 64, /* bytes of settings of one kind of consumer */
    SCENARIO_FAULT_SIZE = 32,
    SCENARIO_BUSES_MAX = 5, /* beside the bank's */
    SCENARIO_EQUIPMENT_MAX = 20,
    SCENARIO_EQUIPMENT_SIZE = 256 /* bytes of settings of one piece of equipment */
};

enum scenario_spread { SPREAD_NONE = 0, SPREAD_NEW, SPREAD_AGED };
/* The cells that come with the project (twin/cell_models.c). */
enum scenario_cell { CELL_PRISMATIC = 0, CELL_A123, CELL_KIND_COUNT };

/* One battery of the bank, or one cell of it, that is not like the others. */
struct scenario_difference {
    int battery;                         /* 1..series*parallel */
    int cell;                            /* 1..cells; 0: all of the battery */
    double capacity_pct;                 /* of what it would have; 0: not given, as below */
    double resistance_pct;               /* of what it would have, the cells' alone; 0 */
    double soc_pct;                      /* at the start; -1 */
    double self_discharge_pct_per_month; /* -1 */
    double temp_offset_c;                /* of its surroundings, of a battery alone; 0 */
};

struct scenario_bank {
    int cells;                           /* of one battery: 4 (12.8 V) or 8 (25.6 V) */
    double capacity_ah;                  /* of one battery, 1..1000 */
    int series;                          /* 1..4 for 12.8 V, 1..2 for 25.6 V (BAT-8) */
    int parallel;                        /* series * parallel is 1..20 (BAT-8) */
    double soc_pct;                      /* at the start, 0..100 */
    enum scenario_spread spread;         /* between cells */
    enum scenario_cell cell;             /* what the cells are, unless they are of a model of their own: */
    struct cell_model own_cell;          /* of the section `cell`; ocv_count 0: there is none */
    double balancing_a;                  /* passive, above 3.50 V; 0..5, default 1 */
    double self_discharge_pct_per_month; /* at 25 degC, 0..10, default 0.3 */
    double board_mohm_ah; /* of a battery, beside its cells, times capacity; 0..5000, default 800 */
    double cable_mohm;    /* to the bus; 0.01..1000, default 1 % of the voltage at 1 C */
    struct sbms_battery_settings settings; /* BAT-1, BAT-2, BAT-5 */
    int difference_count;
    struct scenario_difference
        differences[SCENARIO_DIFFERENCES_MAX]; /* a battery or cell once; what a cell's does not give is
                                                                         its battery's, and what that does not give the bank's */
};

struct scenario_bms {
    struct sbms_control_settings settings; /* LOAD-6 */
    double supply_fuse_a;                  /* of the fuse in its supply lead; 0: not given. No run blows it */
};

enum scenario_wiring { WIRING_JOINED = 0, WIRING_L_TO_MINUS, WIRING_H_TO_PLUS };

struct scenario_remote {
    enum scenario_wiring wiring; /* the three that REM-1 allows */
    double contact_kohm;         /* of the closed switch, 0..10000, default 0 (REM-2: up to 500 counts) */
    bool on;                     /* at the start, default true */
};

struct scenario_ambient {
    double mean_c;   /* over the year, -40..60, default 20 */
    double season_c; /* amplitude over the year, coldest in mid January, 0..40, default 0 */
    double day_c;    /* amplitude over the day, warmest at 15:00, 0..30, default 0 */
};

/* A panel and its charger: the section `solar`, and the settings of equipment of that kind. */
struct scenario_solar {
    struct charge_settings charge;
    double panel_w;        /* 0 = no solar charger; 0..100000 */
    double latitude_deg;   /* -66..66, default 45 */
    double cloud_pct;      /* mean loss to clouds, 0..95, default 30 */
    double efficiency_pct; /* of panel power that reaches the bus, 10..100, default 90 */
};

/* A bus beside the bank's. Buses count from 0, the bank's; the first of these is 1. */
struct scenario_bus {
    char name[SCENARIO_NAME_SIZE];
    int units;                           /* of 12 V; default the bank's */
    bool has_battery;                    /* a lead-acid one */
    double capacity_ah;                  /* of it, 1..5000 */
    double soc_pct;                      /* at the start, 0..100, default 100 */
    double self_discharge_pct_per_month; /* default 4 */
};

/* What turns a piece of equipment on and off. */
enum scenario_control {
    CONTROL_NONE = 0,
    CONTROL_LOAD,
    CONTROL_PRE_ALARM,
    CONTROL_CHARGER,
    CONTROL_LOAD_AND_CHARGER /* both must be high: inputs for a BMS with two wires */
};
/* The cable between the output and its input. */
enum scenario_cable { CABLE_WIRE = 0, CABLE_NON_INVERTING, CABLE_PULL_DOWN, CABLE_INVERTING };
/* How its input is turned on: by a high level, or by being pulled to battery minus. */
enum scenario_input { INPUT_HIGH = 0, INPUT_LOW };

/* A charger, switch, converter or the like (twin/equipment.h), as the file names it. */
struct scenario_equipment {
    char name[SCENARIO_NAME_SIZE];
    enum equipment_id kind;
    int from; /* the bus that it is on, or is fed from */
    int to;   /* the bus that it feeds, of those that join two; else `from` */
    enum scenario_control control;
    enum scenario_cable cable;
    enum scenario_input input;
    unsigned char settings[SCENARIO_EQUIPMENT_SIZE]; /* a struct that only its kind's file knows */
};

/* What one kind of consumer is set to: a struct that only its own file knows (twin/consumer.h), as bytes. */
struct scenario_consumer {
    unsigned char settings[SCENARIO_CONSUMER_SIZE];
};

enum { SCENARIO_OUTLET_EQUIPMENT = SCENARIO_BUSES_MAX + 1 };

enum scenario_behind { BEHIND_RELAY = 0, BEHIND_BATTERY };
enum scenario_until { UNTIL_END = 0, UNTIL_PRE_ALARM };

struct scenario_load {
    char name[SCENARIO_NAME_SIZE];
    double power_w;                        /* constant power */
    double current_a;                      /* constant current; of these four three are 0 */
    double resistance_ohm;                 /* constant resistance */
    char profile_name[SCENARIO_TEXT_SIZE]; /* the file of: */
    struct profile
        *profile;       /* a power over time, or NULL; the owner of the scenario frees it (scenario/file.h) */
    struct hours hours; /* when it runs */
    double chance_pct;  /* that it runs on a day, drawn from the seed; default 100 */
    double duty_pct;    /* it is on for this part of each period, 0..100, default 100 */
    double period_min;  /* 0.1..1440, default 20; 0: there is no such cycle */
    double inrush_factor;        /* on its power or current when it starts, 1..100, default 1; 0: as 1 */
    double inrush_ms;            /* for how long, but at least a tick; 0..10000, default 125 */
    enum scenario_until until;   /* when it sheds itself */
    double voltage_mv_min;       /* it drops out below, at its terminals; default 9000 for each 12.8 V */
    double cable_mohm;           /* 0..10000, default 2 % of the voltage at its power or current */
    enum scenario_behind behind; /* the relay that Load drives, or the battery itself */
    int outlet;                  /* 0: as `behind` says; a bus beside the bank's by its number; from
                                    SCENARIO_OUTLET_EQUIPMENT on a piece of equipment with an outlet */
};

enum scenario_output { OUTPUT_LOAD = 0, OUTPUT_PRE_ALARM, OUTPUT_CHARGER };

enum scenario_event_what {
    EVENT_SWITCH_ON = 0, /* the remote switch */
    EVENT_SWITCH_OFF,
    EVENT_UNPLUG_CHAIN, /* a battery cable pulled (SAFE-3) */
    EVENT_PLUG_CHAIN,
    EVENT_CELL_SENSOR_MISSING, /* BAT-6; battery, cell */
    EVENT_CELL_SENSOR_STUCK,   /* reads `value` mV from now on; battery, cell */
    EVENT_TEMP_SENSOR_MISSING, /* battery */
    EVENT_SENSOR_FROZEN,       /* the battery's conversions stop (BAT-6); battery */
    EVENT_SENSORS_MENDED,      /* all of the battery's sensors work again; battery */
    EVENT_INTERNAL_FAULT, /* the device finds fault `value`, 1..9 but not 5 nor 8, in itself (SAFE-4, LED-3) */
    EVENT_FAULT_GONE,
    EVENT_SUPPLY_DIP,       /* the device's own supply lead is at `value` mV for `for_s` (SUP-3) */
    EVENT_OUTPUT_SHORTED,   /* the terminal of `output` cannot go high (SAFE-4) */
    EVENT_OUTPUT_FED,       /* it is high whatever the device does */
    EVENT_OUTPUT_MENDED,    /* it does what the device does */
    EVENT_LOAD_ON,          /* `load` is on whatever its hours, chance and duty cycle say */
    EVENT_LOAD_OFF,         /* it is off */
    EVENT_EQUIPMENT_FAULT,  /* `equipment` has fault `value` of its kind's from now on */
    EVENT_EQUIPMENT_MENDED, /* it has none */
    EVENT_COUNT
};

struct scenario_event {
    double at_s;
    enum scenario_event_what what;
    int battery;                        /* 1..series*parallel, 0 = not used */
    int cell;                           /* 1..cells, 0 = not used */
    int value;                          /* mV or fault, as `what` says */
    double for_s;                       /* EVENT_SUPPLY_DIP only */
    enum scenario_output output;        /* EVENT_OUTPUT_... only */
    char load_name[SCENARIO_NAME_SIZE]; /* EVENT_LOAD_... only */
    int load;                           /* the same, from 0 */
    int equipment;                      /* EVENT_EQUIPMENT_... only; from 0 */
    char fault[SCENARIO_FAULT_SIZE];    /* EVENT_EQUIPMENT_FAULT only: as the file has it */
};

enum scenario_expect_what {
    EXPECT_WARNING =
        0, /* each cut of Load by battery, cable or reference: pre-alarm at least seconds_min before */
    EXPECT_OUTPUT, /* `output` is `high` at at_s */
    EXPECT_BY,     /* `output` gets to (or stays at) `high` between after_s and at_s */
    EXPECT_EDGES,  /* edges of `output` to `high` (for `cause`, unless NONE) number count_min..count_max */
    EXPECT_CELLS,  /* all cells stay within mv_min..mv_max */
    EXPECT_LOAD_CURRENT,    /* Load output never carries more than current_a_max */
    EXPECT_STATE_OF_CHARGE, /* the bank's is within pct_min..pct_max, at at_s or, at_s -1, all along */
    EXPECT_HIGH_SHARE,      /* `output` is high for pct_min..pct_max of the time */
    EXPECT_EDGES_A_DAY,     /* no day has more than count_max edges of `output` to `high` */
    EXPECT_LONGEST,         /* `output` is never `high` for longer than for_s_max */
    EXPECT_ENERGY,          /* of a load or a piece of equipment: within wh_min..wh_max */
    EXPECT_COUNT
};

#define EXPECT_WH_NONE 1e12
#define EXPECT_PCT_NONE 1e9 /* a state of charge may be outside 0..100 */

struct scenario_expectation {
    enum scenario_expect_what what;
    enum scenario_output output;
    bool high;
    double at_s;
    double after_s;
    double seconds_min;
    int count_min;
    int count_max;
    uint8_t cause; /* sbms_cause, SBMS_CAUSE_NONE = any */
    double mv_min;
    double mv_max;
    double current_a_max;
    double wh_min;                 /* 0: none */
    double wh_max;                 /* EXPECT_WH_NONE: none */
    char name[SCENARIO_NAME_SIZE]; /* EXPECT_ENERGY: whose */
    int user;       /* the same: a load by its number, or from SCENARIO_LOADS_MAX on equipment */
    double pct_min; /* -EXPECT_PCT_NONE: none */
    double pct_max; /* EXPECT_PCT_NONE: none */
    double for_s_max;
    int line; /* in the file, for the message when it fails */
};

/* Where each part stands in the file, for those who speak of it; 0: nowhere. */
struct scenario_lines {
    int bank;
    int bms;
    int remote;
    int solar;
    int buses[SCENARIO_BUSES_MAX];
    int equipment[SCENARIO_EQUIPMENT_MAX];
    int consumers[CONSUMER_KIND_COUNT];
    int loads[SCENARIO_LOADS_MAX];
};

/* A cable as the file gives it: by its length one way and its cross-section, or by its resistance, and these are 0. */
struct scenario_cable_given {
    bool is_given; /* false: the file says nothing, the resistance is the default */
    double length_m;
    double section_mm2;
};

/* What the file says itself of a part; the rest of its settings are defaults. */
struct scenario_given {
    uint32_t rows;                     /* of equipment and consumers: a bit for each of its kind's rows */
    struct scenario_cable_given cable; /* to the bus that it feeds, or is on */
    struct scenario_cable_given input_cable;
};

/* The same of all parts that are drawn, for those who show them; a run does not depend on it. */
struct scenario_givens {
    struct scenario_given bank;
    struct scenario_given solar;
    struct scenario_given equipment[SCENARIO_EQUIPMENT_MAX];
    struct scenario_given loads[SCENARIO_LOADS_MAX];
    struct scenario_given consumers[CONSUMER_KIND_COUNT]; /* of those that are a section, not a list */
};

struct scenario {
    char title[SCENARIO_TEXT_SIZE];
    char description[SCENARIO_DESCRIPTION_SIZE];
    uint64_t seed;     /* default 1 */
    double duration_s; /* up to 100 years */
    int32_t
        start_date; /* of day 1: 1 is 2000-01-01 (twin/calendar.h); 0: there are no dates, all years have 365 days */
    int start_day_of_year; /* 1..365, default 172 (21 June); with a date its day, 1..366 */
    int first_weekday;     /* of day 1, 0..6, 0 is Monday */
    struct scenario_bank bank;
    struct scenario_bms bms;
    struct scenario_remote remote;
    struct scenario_ambient ambient;
    struct scenario_solar solar;
    int bus_count; /* beside the bank's */
    struct scenario_bus buses[SCENARIO_BUSES_MAX];
    int equipment_count;
    struct scenario_equipment equipment[SCENARIO_EQUIPMENT_MAX];
    struct scenario_consumer consumers[CONSUMER_KIND_COUNT];
    int load_count;
    struct scenario_load loads[SCENARIO_LOADS_MAX];
    int event_count;
    struct scenario_event events[SCENARIO_EVENTS_MAX]; /* sorted by at_s */
    int expectation_count;
    struct scenario_expectation expectations[SCENARIO_EXPECTATIONS_MAX];
    struct scenario_lines lines;
    struct scenario_givens given;
};

/* The batteries of 12 V in series that a bus amounts to: the bank's, 0, or one beside it. */
static inline int scenario_bus_units(const struct scenario *described, int bus)
{
    return bus == 0 ? described->bank.series * described->bank.cells / 4 : described->buses[bus - 1].units;
}

#endif
