/* SPDX-License-Identifier: Apache-2.0 */
/* The rows of the file's own sections, and the words of their values. */
#include "scenario/schema_rows.h"

/* ---- words -------------------------------------------------------------------------------------- */

static const struct scenario_word batteries[] = {{"12.8 V", 4, NULL}, {"25.6 V", 8, NULL}, {0}};
static const struct scenario_word spreads[] = {
    {"none", SPREAD_NONE, NULL}, {"new", SPREAD_NEW, NULL}, {"aged", SPREAD_AGED, NULL}, {0}};
static const struct scenario_word cells[] = {
    {"prismatic", CELL_PRISMATIC, NULL}, {"a123", CELL_A123, NULL}, {0}};
static const struct scenario_word wirings[] = {{"joined", WIRING_JOINED, NULL},
                                               {"l_to_minus", WIRING_L_TO_MINUS, NULL},
                                               {"h_to_plus", WIRING_H_TO_PLUS, NULL},
                                               {0}};
static const struct scenario_word outputs[] = {{"load", OUTPUT_LOAD, NULL},
                                               {"pre_alarm", OUTPUT_PRE_ALARM, NULL},
                                               {"charger", OUTPUT_CHARGER, NULL},
                                               {0}};
static const struct scenario_word controls[] = {{"none", CONTROL_NONE, NULL},
                                                {"load", CONTROL_LOAD, NULL},
                                                {"pre_alarm", CONTROL_PRE_ALARM, NULL},
                                                {"charger", CONTROL_CHARGER, NULL},
                                                {"load_and_charger", CONTROL_LOAD_AND_CHARGER, NULL},
                                                {0}};
static const struct scenario_word cables[] = {{"wire", CABLE_WIRE, NULL},
                                              {"non_inverting", CABLE_NON_INVERTING, NULL},
                                              {"pull_down", CABLE_PULL_DOWN, NULL},
                                              {"inverting", CABLE_INVERTING, NULL},
                                              {0}};
static const struct scenario_word inputs[] = {{"high", INPUT_HIGH, NULL}, {"low", INPUT_LOW, NULL}, {0}};
static const struct scenario_word voltages[] = {{"12 V", 1, NULL}, {"24 V", 2, NULL}, {"48 V", 4, NULL}, {0}};
static const struct scenario_word bus_batteries[] = {{"lead_acid", 1, NULL}, {0}};
static const struct scenario_word levels[] = {{"floating", 0, NULL}, {"high", 1, NULL}, {0}};

#define KIND_WORD(id, name) {#name, EQUIPMENT_##id, NULL},
static const struct scenario_word kinds[] = {EQUIPMENT_KINDS(KIND_WORD){0}};
#undef KIND_WORD

static const struct scenario_word event_words[] = {
    {"switch_on", EVENT_SWITCH_ON, "the remote switch is closed"},
    {"switch_off", EVENT_SWITCH_OFF, "the remote switch is opened"},
    {"unplug_chain", EVENT_UNPLUG_CHAIN, "a battery cable is pulled (SAFE-3)"},
    {"plug_chain", EVENT_PLUG_CHAIN, "the cable is plugged in again"},
    {"cell_sensor_missing", EVENT_CELL_SENSOR_MISSING, "a cell's reading is not there (BAT-6)"},
    {"cell_sensor_stuck", EVENT_CELL_SENSOR_STUCK, "a cell reads `value` from now on, whatever it is"},
    {"temp_sensor_missing", EVENT_TEMP_SENSOR_MISSING,
     "a battery's temperature reading is not there (BAT-6)"},
    {"sensor_frozen", EVENT_SENSOR_FROZEN, "a battery's sensor converts no more (BAT-6)"},
    {"sensors_mended", EVENT_SENSORS_MENDED, "all sensors of a battery work again"},
    {"internal_fault", EVENT_INTERNAL_FAULT, "the device finds the fault `value` in itself (SAFE-4, LED-3)"},
    {"fault_gone", EVENT_FAULT_GONE, "the device finds that fault no more"},
    {"supply_dip", EVENT_SUPPLY_DIP, "the device's own supply lead is at `value` for `for_s` (SUP-3)"},
    {"output_shorted", EVENT_OUTPUT_SHORTED, "an output's terminal cannot go high (SAFE-4)"},
    {"output_fed", EVENT_OUTPUT_FED, "an output's terminal is high whatever the device does (SAFE-4)"},
    {"output_mended", EVENT_OUTPUT_MENDED, "the terminal does what the device does again"},
    {"load_on", EVENT_LOAD_ON,
     "a load is switched on by hand: its hours, chance and duty cycle count no more, all else does"},
    {"load_off", EVENT_LOAD_OFF, "a load is switched off by hand, whatever it would do"},
    {"equipment_fault", EVENT_EQUIPMENT_FAULT, "a piece of equipment has a fault of its kind's from now on"},
    {"equipment_mended", EVENT_EQUIPMENT_MENDED, "it has none any more, and what broke by itself is new"},
    {0}};

static const struct scenario_word expect_words[] = {
    {"warning", EXPECT_WARNING,
     "Pre-alarm is high this long before each cut of Load by a battery, the cable or the reference"},
    {"output", EXPECT_OUTPUT, "an output is at a level at one time"},
    {"by", EXPECT_BY, "an output gets to a level, or stays there, between two times"},
    {"edges", EXPECT_EDGES, "how many edges an output makes to a level; count_min, count_max or both"},
    {"cells", EXPECT_CELLS, "all cells stay within these voltages"},
    {"load_current", EXPECT_LOAD_CURRENT, "the output Load never carries more"},
    {"state_of_charge", EXPECT_STATE_OF_CHARGE,
     "the bank's state of charge, all along or at one time; pct_min, pct_max or both"},
    {"high_share", EXPECT_HIGH_SHARE, "how much of the time an output is high; pct_min, pct_max or both"},
    {"edges_a_day", EXPECT_EDGES_A_DAY, "no day of the run has more edges of an output to a level"},
    {"longest", EXPECT_LONGEST, "an output is never at a level for longer than this"},
    {"energy", EXPECT_ENERGY,
     "what a load takes in all, or a piece of equipment gives or else takes; wh_min, wh_max or both"},
    {0}};

/* ---- the rows ----------------------------------------------------------------------------------- */

#define IN_SCENARIO(member) IN(struct scenario, member)
#define IN_CELL(member) IN_SCENARIO(bank.own_cell.member)
#define ENERGY NUMBER(0, 100000, "J/mol")
#define DIFFUSION_TAU NUMBER(60, 1000000, "s")
#define STATE_OF_CHARGE NUMBER(CELL_Z_MIN, CELL_Z_MAX, "")
#define SECTION(child_) MAPPING, .child = (child_)
#define SCENARIO_SEED_MAX 9007199254740991.0 /* 2^53 - 1: what JSON and double hold exactly */
#define EVENT(what_) .group = SCENARIO_EVENT_KEYS + (what_)
#define EXPECT(what_) .group = SCENARIO_EXPECT_KEYS + (what_)

/* The keys of events that several of them take. */
#define EVENT_BATTERY(what_) \
    { \
        EVENT(what_), .key = "battery", WHOLE(1, SCENARIO_BATTERIES_MAX, ""), REQUIRED, \
                      IN(struct scenario_event, battery), .help = "which battery of the bank" \
    }
#define EVENT_CELL(what_) \
    { \
        EVENT(what_), .key = "cell", WHOLE(1, SCENARIO_CELLS_MAX, ""), REQUIRED, \
                      IN(struct scenario_event, cell), .help = "which cell of the battery" \
    }
#define EVENT_OUTPUT(what_) \
    { \
        EVENT(what_), .key = "output", WORD(outputs), REQUIRED, IN(struct scenario_event, output), \
                      .help = "which output" \
    }
#define EVENT_LOAD(what_) \
    { \
        EVENT(what_), .key = "load", TEXT(1, SCENARIO_NAME_SIZE), REQUIRED, \
                      IN(struct scenario_event, load_name), .help = "its name" \
    }
#define EVENT_EQUIPMENT(what_) \
    { \
        EVENT(what_), .key = "name", EQUIPMENT_NAME, REQUIRED, IN(struct scenario_event, equipment), \
                      .help = "which piece of equipment" \
    }
#define EXPECT_OUTPUT_KEY(what_) \
    { \
        EXPECT(what_), .key = "output", WORD(outputs), REQUIRED, IN(struct scenario_expectation, output), \
                       .help = "which output" \
    }

#define EXPECT_PCT(what_, key_, member_, help_) \
    { \
        EXPECT(what_), .key = (key_), NUMBER(0, 100, "%"), OPTIONAL, \
                       IN(struct scenario_expectation, member_), .help = (help_) \
    }

const struct scenario_row schema_first_rows[] = {
    {SCENARIO_TOP, "title", TEXT(1, SCENARIO_TEXT_SIZE), REQUIRED, IN_SCENARIO(title),
     .help = "one line, for people"},
    {SCENARIO_TOP, "description", LINES(0, SCENARIO_DESCRIPTION_SIZE), OPTIONAL, IN_SCENARIO(description),
     .help = "what the run shows"},
    {SCENARIO_TOP, "seed", WHOLE(0, SCENARIO_SEED_MAX, ""), OR("1"), IN_SCENARIO(seed),
     .help = "of all that is random: clouds, spread of cells, days on which a load runs"},
    {SCENARIO_TOP, "run", SECTION(SCENARIO_RUN), REQUIRED, .help = "how long, and when in the year"},
    {SCENARIO_TOP, "bank", SECTION(SCENARIO_BANK), REQUIRED, .help = "the batteries"},
    {SCENARIO_TOP, "batteries", OPTIONAL,
     LIST(bank.differences, bank.difference_count, SCENARIO_DIFFERENCES_MAX), .child = SCENARIO_BATTERY_ENTRY,
     .help = "those batteries and cells of the bank that are not like the others"},
    {SCENARIO_TOP, "cell", SECTION(SCENARIO_CELL), OPTIONAL,
     .help = "a cell of your own, as `smallbms fit` writes it; then `bank` names none"},
    {SCENARIO_TOP, "bms", SECTION(SCENARIO_BMS), OPTIONAL, .help = "the device"},
    {SCENARIO_TOP, "remote", SECTION(SCENARIO_REMOTE), OPTIONAL, .help = "the on/off switch"},
    {SCENARIO_TOP, "ambient", SECTION(SCENARIO_AMBIENT), OPTIONAL, .help = "the air around the batteries"},
    {SCENARIO_TOP, "solar", SECTION(SCENARIO_SOLAR), OPTIONAL,
     .help = "panel and charger, on the bank's bus and controlled by Charger; without it there is none"},
    {SCENARIO_TOP, "buses", OPTIONAL, LIST(buses, bus_count, SCENARIO_BUSES_MAX), .child = SCENARIO_BUS_ENTRY,
     .help = "buses beside the bank's"},
    {SCENARIO_TOP, "equipment", OPTIONAL, LIST(equipment, equipment_count, SCENARIO_EQUIPMENT_MAX),
     .child = SCENARIO_EQUIPMENT_ENTRY,
     .help = "chargers, switches and converters, on buses and between them"},
};

const size_t schema_first_count = sizeof schema_first_rows / sizeof schema_first_rows[0];

const struct scenario_row schema_last_rows[] = {
    {SCENARIO_TOP, "events", OPTIONAL, LIST(events, event_count, SCENARIO_EVENTS_MAX),
     .child = SCENARIO_EVENT, .help = "what happens, in any order"},
    {SCENARIO_TOP, "expect", OPTIONAL, LIST(expectations, expectation_count, SCENARIO_EXPECTATIONS_MAX),
     .child = SCENARIO_EXPECT, .help = "what must come out; the run fails when one is not met"},

    {SCENARIO_RUN, "duration", DURATION(1, SCENARIO_DURATION_S_MAX), REQUIRED, IN_SCENARIO(duration_s),
     .help = "how long the run is; units s, min, h, days, years (of 365 days)"},
    {SCENARIO_RUN, "start", DATE, OPTIONAL, IN_SCENARIO(start_date),
     .help = "date of day 1, of which season and weekday follow; without it day 1 is a Monday"},
    {SCENARIO_RUN, "start_day_of_year", WHOLE(1, 365, ""), OR("172"), IN_SCENARIO(start_day_of_year),
     .help = "day 1 of the run in the year, without `start`; 172 is 21 June"},

    {SCENARIO_BANK, "battery", WORD(batteries), REQUIRED, IN_SCENARIO(bank.cells),
     .help = "four cells or eight in each"},
    {SCENARIO_BANK, "capacity_ah", NUMBER(1, 1000, "Ah"), REQUIRED, IN_SCENARIO(bank.capacity_ah),
     .help = "of one battery"},
    {SCENARIO_BANK, "series", WHOLE(1, 4, ""), OR("1"), IN_SCENARIO(bank.series),
     .help = "batteries in series; at most 2 of 25.6 V (BAT-8)", .rules = "BAT-8, WIRE-13"},
    {SCENARIO_BANK, "parallel", WHOLE(1, SCENARIO_BATTERIES_MAX, ""), OR("1"), IN_SCENARIO(bank.parallel),
     .help = "such strings in parallel; at most 20 batteries in all (BAT-8)", .rules = "BAT-8, WIRE-13"},
    {SCENARIO_BANK, "state_of_charge_pct", NUMBER(0, 100, "%"), REQUIRED, IN_SCENARIO(bank.soc_pct),
     .help = "at the start"},
    {SCENARIO_BANK, "spread", WORD(spreads), OR("new"), IN_SCENARIO(bank.spread),
     .help = "how the cells differ: new 0.25 % in capacity and 2 % in resistance; aged: ten years old "
             "(MODELS.md), 6 % and 10 %"},
    {SCENARIO_BANK, "cell", WORD(cells), COMPUTED("the section `cell`, prismatic without it"),
     IN_SCENARIO(bank.cell),
     .help = "what the cells are: large prismatic ones, or small A123 26650 ones (MODELS.md)"},
    {SCENARIO_BANK, "under_voltage_mv", WHOLE(SBMS_UNDER_VOLTAGE_MV_MIN, SBMS_UNDER_VOLTAGE_MV_MAX, "mV"),
     OR("2800"), IN_SCENARIO(bank.settings.under_voltage_mv),
     .help = "allowed-to-discharge is lost below (BAT-1)"},
    {SCENARIO_BANK, "pre_alarm_mv", WHOLE(SBMS_PRE_ALARM_MV_MIN, SBMS_PRE_ALARM_MV_MAX, "mV"), OR("3100"),
     IN_SCENARIO(bank.settings.pre_alarm_mv), .help = "no-pre-alarm is lost below (BAT-2)"},
    {SCENARIO_BANK, "low_temp_dc", WHOLE(SBMS_LOW_TEMP_DC_MIN, SBMS_LOW_TEMP_DC_MAX, "tenths of a degC"),
     OR("50"), IN_SCENARIO(bank.settings.low_temp_dc), .help = "allowed-to-charge is lost below (BAT-5)"},
    {SCENARIO_BANK, "has_pre_alarm", BOOLEAN, OR("true"), IN_SCENARIO(bank.settings.has_pre_alarm),
     .help = "false: batteries made before the feature (BAT-2)"},
    {SCENARIO_BANK, "balancing_a", NUMBER(0, 5, "A"), OR("1"), IN_SCENARIO(bank.balancing_a),
     .help = "passive, of each cell above 3.50 V"},
    {SCENARIO_BANK, "self_discharge_pct_per_month", NUMBER(0, 10, "% a month"), OR("0.3"),
     IN_SCENARIO(bank.self_discharge_pct_per_month), .help = "at 25 degC"},
    {SCENARIO_BANK, "board_mohm_ah", NUMBER(0, 5000, "mOhm Ah"), OR("800"), IN_SCENARIO(bank.board_mohm_ah),
     .help = "resistance of a battery's board, straps and terminals, times its capacity"},

    {SCENARIO_BANK, "cable_mohm", CABLE(0.01, 1000), COMPUTED("1 % of the voltage at 1 C"),
     IN_SCENARIO(bank.cable_mohm),
     .help = "from the bank's terminals to the bus, both ways, fuse and switch with it"},

    {SCENARIO_BATTERY_ENTRY, "battery", WHOLE(1, SCENARIO_BATTERIES_MAX, ""), REQUIRED,
     IN(struct scenario_difference, battery), .help = "which battery of the bank"},
    {SCENARIO_BATTERY_ENTRY, "cell", WHOLE(1, SCENARIO_CELLS_MAX, ""), OPTIONAL,
     IN(struct scenario_difference, cell), .help = "which cell of it; without: all of them"},
    {SCENARIO_BATTERY_ENTRY, "capacity_pct", NUMBER(50, 150, "%"), OPTIONAL,
     IN(struct scenario_difference, capacity_pct), .help = "of the capacity that it would have"},
    {SCENARIO_BATTERY_ENTRY, "resistance_pct", NUMBER(50, 500, "%"), OPTIONAL,
     IN(struct scenario_difference, resistance_pct),
     .help = "of the resistance that its cells would have; the battery's board stays"},
    {SCENARIO_BATTERY_ENTRY, "state_of_charge_pct", NUMBER(0, 100, "%"), OPTIONAL,
     IN(struct scenario_difference, soc_pct), .help = "at the start"},
    {SCENARIO_BATTERY_ENTRY, "self_discharge_pct_per_month", NUMBER(0, 100, "% a month"), OPTIONAL,
     IN(struct scenario_difference, self_discharge_pct_per_month), .help = "at 25 degC"},
    {SCENARIO_BATTERY_ENTRY, "temp_offset_c", NUMBER(-20, 20, "degC"), OPTIONAL,
     IN(struct scenario_difference, temp_offset_c),
     .help = "its surroundings against the `ambient`; of a battery alone"},

    {SCENARIO_CELL, "name", TEXT(1, CELL_NAME_SIZE), REQUIRED, IN_CELL(name), .help = "for people"},
    {SCENARIO_CELL, "evidence", TEXT(1, CELL_EVIDENCE_SIZE), REQUIRED, IN_CELL(evidence),
     .help = "what it rests on, for people"},
    {SCENARIO_CELL, "validated", BOOLEAN, OR("false"), IN_CELL(is_validated),
     .help = "held against measured runs of such a cell; else the totals say that it is not"},
    {SCENARIO_CELL, "temp_c_min", NUMBER(-60, 120, "degC"), REQUIRED, IN_CELL(temp_c_min),
     .help = "the coldest of those runs"},
    {SCENARIO_CELL, "temp_c_max", NUMBER(-60, 120, "degC"), REQUIRED, IN_CELL(temp_c_max),
     .help = "the warmest"},
    {SCENARIO_CELL, "discharge_c_max", NUMBER(0, 100, "C"), REQUIRED, IN_CELL(discharge_c_max),
     .help = "the largest current out of the cell in them, of its capacity in an hour"},
    {SCENARIO_CELL, "charge_c_max", NUMBER(0, 100, "C"), REQUIRED, IN_CELL(charge_c_max),
     .help = "and into it"},
    {SCENARIO_CELL, "r0_ohm_ah", NUMBER(0.0001, 1, "Ohm Ah"), REQUIRED, IN_CELL(r0_ohm_ah[0].at_25),
     .help = "resistance of 1 Ah at 25 degC"},
    {SCENARIO_CELL, "r0_j_per_mol", ENERGY, REQUIRED, IN_CELL(r0_ohm_ah[0].j_per_mol),
     .help = "how it rises in the cold (Arrhenius)"},
    {SCENARIO_CELL, "r0_second_ohm_ah", NUMBER(0, 1, "Ohm Ah"), OR("0"), IN_CELL(r0_ohm_ah[1].at_25),
     .help = "a second share of it, with an energy of its own"},
    {SCENARIO_CELL, "r0_second_j_per_mol", ENERGY, OR("0"), IN_CELL(r0_ohm_ah[1].j_per_mol),
     .help = "and how that rises"},
    {SCENARIO_CELL, "r0_cold_c", NUMBER(-60, 25, "degC"), OR("-15"), IN_CELL(r0_cold_c),
     .help = "down to here"},
    {SCENARIO_CELL, "exchange_per_h", NUMBER(0.001, 1000, "1/h"), REQUIRED, IN_CELL(exchange_per_h),
     .help = "exchange current of the charge transfer, of 1 Ah"},
    {SCENARIO_CELL, "exchange_j_per_mol", ENERGY, REQUIRED, IN_CELL(exchange_j_per_mol),
     .help = "how it falls in the cold"},
    {SCENARIO_CELL, "tau1_s", NUMBER(1, 100000, "s"), REQUIRED, IN_CELL(tau1_s),
     .help = "time constant of it"},
    {SCENARIO_CELL, "r2_ohm_ah", NUMBER(0, 2, "Ohm Ah"), OR("0"), IN_CELL(r2_ohm_ah.at_25),
     .help = "resistance of the slow voltage, of 1 Ah"},
    {SCENARIO_CELL, "r2_j_per_mol", ENERGY, OR("0"), IN_CELL(r2_ohm_ah.j_per_mol),
     .help = "how it rises in the cold"},
    {SCENARIO_CELL, "tau2_s", NUMBER(1, 1000000, "s"), OR("2000"), IN_CELL(tau2_s),
     .help = "time constant of it"},
    {SCENARIO_CELL, "diffusion1_h", NUMBER(0, 1, "h"), REQUIRED, IN_CELL(diffusion_h[0].at_25),
     .help = "what the surface is ahead at rest with a current, of the current by the capacity"},
    {SCENARIO_CELL, "diffusion1_j_per_mol", ENERGY, REQUIRED, IN_CELL(diffusion_h[0].j_per_mol),
     .help = "how it rises in the cold"},
    {SCENARIO_CELL, "diffusion1_tau_s", DIFFUSION_TAU, REQUIRED, IN_CELL(diffusion_tau_s[0]),
     .help = "time constant of it"},
    {SCENARIO_CELL, "diffusion2_h", NUMBER(0, 1, "h"), OR("0"), IN_CELL(diffusion_h[1].at_25),
     .help = "a second one"},
    {SCENARIO_CELL, "diffusion2_j_per_mol", ENERGY, OR("0"), IN_CELL(diffusion_h[1].j_per_mol),
     .help = "how it rises in the cold"},
    {SCENARIO_CELL, "diffusion2_tau_s", DIFFUSION_TAU, OR("4500"), IN_CELL(diffusion_tau_s[1]),
     .help = "time constant of it"},
    {SCENARIO_CELL, "hysteresis_gamma", NUMBER(0, 500, ""), REQUIRED, IN_CELL(hysteresis_gamma),
     .help = "how fast the hysteresis turns, by the state of charge that goes"},
    {SCENARIO_CELL, "ocv", REQUIRED, LIST(bank.own_cell.ocv_v, bank.own_cell.ocv_count, CELL_POINTS_MAX),
     .child = SCENARIO_OCV_POINT, .help = "open-circuit voltage; both numbers of the points rise"},
    {SCENARIO_CELL, "hysteresis", REQUIRED,
     LIST(bank.own_cell.hysteresis_v, bank.own_cell.hysteresis_count, CELL_POINTS_MAX),
     .child = SCENARIO_HYSTERESIS_POINT, .help = "half the gap between charge and discharge"},
    {SCENARIO_OCV_POINT, "soc", STATE_OF_CHARGE, REQUIRED, IN(struct cell_point, z),
     .help = "state of charge, 0 empty to 1 full"},
    {SCENARIO_OCV_POINT, "v", NUMBER(-1, 5, "V"), REQUIRED, IN(struct cell_point, value),
     .help = "at rest there"},
    {SCENARIO_HYSTERESIS_POINT, "soc", STATE_OF_CHARGE, REQUIRED, IN(struct cell_point, z),
     .help = "state of charge"},
    {SCENARIO_HYSTERESIS_POINT, "v", NUMBER(0, 0.2, "V"), REQUIRED, IN(struct cell_point, value),
     .help = "above or below the open-circuit voltage"},

    {SCENARIO_BMS, "warning_time_s", WHOLE(SBMS_WARNING_TIME_S_MIN, SBMS_WARNING_TIME_S_MAX, "s"), OR("30"),
     IN_SCENARIO(bms.settings.warning_time_s), .help = "Pre-alarm is high this long before a cut (LOAD-3)"},
    {SCENARIO_BMS, "reconnect_delay_s", WHOLE(0, SBMS_RECONNECT_DELAY_S_MAX, "s"), OR("0"),
     IN_SCENARIO(bms.settings.reconnect_delay_s),
     .help = "allowed-to-discharge must be back this long before Load is; 0: off (LOAD-6)"},
    {SCENARIO_BMS, "lockout_retries", WHOLE(0, SBMS_LOCKOUT_RETRIES_MAX, ""), OR("0"),
     IN_SCENARIO(bms.settings.lockout_retries),
     .help =
         "returns of Load after cuts by battery or cable before it is locked out; 0: no lock-out (LOAD-6)"},
    {SCENARIO_BMS, "lockout_clear_mv", WHOLE(SBMS_LOCKOUT_CLEAR_MV_MIN, SBMS_LOCKOUT_CLEAR_MV_MAX, "mV"),
     OPTIONAL, IN_SCENARIO(bms.settings.lockout_clear_mv),
     .help = "supply that, held 30 s, ends the lock-out, as the switch off for 1 s does; must be given with "
             "lockout_retries above 0; 13400 for each 12.8 V is a good value"},
    {SCENARIO_BMS, "supply_fuse_a", NUMBER(0.1, 100, "A"), OPTIONAL, IN_SCENARIO(bms.supply_fuse_a),
     .help = "of the fuse in its supply lead, for `smallbms check`; no run blows it"},

    {SCENARIO_REMOTE, "wiring", WORD(wirings), OR("joined"), IN_SCENARIO(remote.wiring),
     .help = "the closed switch joins L and H, or L and battery minus, or H and battery plus (REM-1)"},
    {SCENARIO_REMOTE, "contact_kohm", NUMBER(0, 10000, "kOhm"), OR("0"), IN_SCENARIO(remote.contact_kohm),
     .help = "of the closed switch; up to 500 counts as closed (REM-2)"},
    {SCENARIO_REMOTE, "on", BOOLEAN, OR("true"), IN_SCENARIO(remote.on), .help = "closed at the start"},

    {SCENARIO_AMBIENT, "mean_c", NUMBER(-40, 60, "degC"), OR("20"), IN_SCENARIO(ambient.mean_c),
     .help = "over the year"},
    {SCENARIO_AMBIENT, "season_c", NUMBER(0, 40, "degC"), OR("0"), IN_SCENARIO(ambient.season_c),
     .help = "amplitude over the year, coldest in mid January"},
    {SCENARIO_AMBIENT, "day_c", NUMBER(0, 30, "degC"), OR("0"), IN_SCENARIO(ambient.day_c),
     .help = "amplitude over the day, warmest at 15:00"},

    {SCENARIO_BUS_ENTRY, "name", TEXT(1, SCENARIO_NAME_SIZE), REQUIRED, IN(struct scenario_bus, name),
     .help = "by which equipment and loads are on it; `bank` is the bank's"},
    {SCENARIO_BUS_ENTRY, "voltage", WORD(voltages), COMPUTED("that of the bank"),
     IN(struct scenario_bus, units), .help = "12, 24 or 48 V"},
    {SCENARIO_BUS_ENTRY, "battery", WORD(bus_batteries), OPTIONAL, IN(struct scenario_bus, has_battery),
     .help = "a battery of its own, such as that of a starter; without it, only equipment feeds it"},
    {SCENARIO_BUS_ENTRY, "capacity_ah", NUMBER(1, 5000, "Ah"), OPTIONAL, IN(struct scenario_bus, capacity_ah),
     .help = "of that battery, which must have it"},
    {SCENARIO_BUS_ENTRY, "state_of_charge_pct", NUMBER(0, 100, "%"), OR("100"),
     IN(struct scenario_bus, soc_pct), .help = "of that battery, at the start"},
    {SCENARIO_BUS_ENTRY, "self_discharge_pct_per_month", NUMBER(0, 30, "% a month"), OR("4"),
     IN(struct scenario_bus, self_discharge_pct_per_month), .help = "of that battery"},

    {SCENARIO_EQUIPMENT_ENTRY, "name", TEXT(1, SCENARIO_NAME_SIZE), REQUIRED,
     IN(struct scenario_equipment, name), .help = "for messages, events and expectations"},
    {SCENARIO_EQUIPMENT_ENTRY, "kind", WORD(kinds), REQUIRED, IN(struct scenario_equipment, kind),
     .help = "which of these"},

    {SCENARIO_EVENT, "at", INSTANT, REQUIRED, IN(struct scenario_event, at_s),
     .help = "when, before the run ends"},
    {SCENARIO_EVENT, "what", WORD(event_words), REQUIRED, IN(struct scenario_event, what),
     .help = "which of these"},
    EVENT_BATTERY(EVENT_CELL_SENSOR_MISSING),
    EVENT_CELL(EVENT_CELL_SENSOR_MISSING),
    EVENT_BATTERY(EVENT_CELL_SENSOR_STUCK),
    EVENT_CELL(EVENT_CELL_SENSOR_STUCK),
    {EVENT(EVENT_CELL_SENSOR_STUCK), .key = "value", WHOLE(0, 10000, "mV"), REQUIRED,
     IN(struct scenario_event, value), .help = "what the sensor reads"},
    EVENT_BATTERY(EVENT_TEMP_SENSOR_MISSING),
    EVENT_BATTERY(EVENT_SENSOR_FROZEN),
    EVENT_BATTERY(EVENT_SENSORS_MENDED),
    {EVENT(EVENT_INTERNAL_FAULT), .key = "value", WHOLE(1, SBMS_FAULT_MAX, ""), REQUIRED,
     IN(struct scenario_event, value),
     .help = "the fault's number, as the red LED blinks it; not 5, see `output_shorted`, nor 8, which only "
             "the record shows"},
    {EVENT(EVENT_SUPPLY_DIP), .key = "value", WHOLE(0, 70000, "mV"), REQUIRED,
     IN(struct scenario_event, value), .help = "what the device sees"},
    {EVENT(EVENT_SUPPLY_DIP), .key = "for_s", NUMBER(0.125, 86400, "s"), REQUIRED,
     IN(struct scenario_event, for_s), .help = "how long"},
    EVENT_OUTPUT(EVENT_OUTPUT_SHORTED),
    EVENT_OUTPUT(EVENT_OUTPUT_FED),
    EVENT_OUTPUT(EVENT_OUTPUT_MENDED),
    EVENT_LOAD(EVENT_LOAD_ON),
    EVENT_LOAD(EVENT_LOAD_OFF),
    EVENT_EQUIPMENT(EVENT_EQUIPMENT_FAULT),
    {EVENT(EVENT_EQUIPMENT_FAULT), .key = "fault", TEXT(1, SCENARIO_FAULT_SIZE), REQUIRED,
     IN(struct scenario_event, fault), .help = "which of those of its kind"},
    EVENT_EQUIPMENT(EVENT_EQUIPMENT_MENDED),

    {SCENARIO_EXPECT, "what", WORD(expect_words), REQUIRED, IN(struct scenario_expectation, what),
     .help = "which of these"},
    {EXPECT(EXPECT_WARNING), .key = "seconds_min", NUMBER(0, 86400, "s"),
     COMPUTED("`warning_time_s` of `bms`"), IN(struct scenario_expectation, seconds_min),
     .help = "the shortest warning"},
    EXPECT_OUTPUT_KEY(EXPECT_OUTPUT),
    {EXPECT(EXPECT_OUTPUT), .key = "is", WORD(levels), REQUIRED, IN(struct scenario_expectation, high),
     .help = "the level"},
    {EXPECT(EXPECT_OUTPUT), .key = "at", INSTANT, REQUIRED, IN(struct scenario_expectation, at_s),
     .help = "the time, within the run"},
    EXPECT_OUTPUT_KEY(EXPECT_BY),
    {EXPECT(EXPECT_BY), .key = "is", WORD(levels), REQUIRED, IN(struct scenario_expectation, high),
     .help = "the level"},
    {EXPECT(EXPECT_BY), .key = "after", INSTANT, OR("day 1 00:00"), IN(struct scenario_expectation, after_s),
     .help = "the first time, before `at`"},
    {EXPECT(EXPECT_BY), .key = "at", INSTANT, REQUIRED, IN(struct scenario_expectation, at_s),
     .help = "the last time, within the run"},
    EXPECT_OUTPUT_KEY(EXPECT_EDGES),
    {EXPECT(EXPECT_EDGES), .key = "to", WORD(levels), REQUIRED, IN(struct scenario_expectation, high),
     .help = "the level"},
    {EXPECT(EXPECT_EDGES), .key = "cause", CAUSE, OPTIONAL, IN(struct scenario_expectation, cause),
     .help = "only edges of this cause count"},
    {EXPECT(EXPECT_EDGES), .key = "count_min", WHOLE(0, 1000000, ""), OR("0"),
     IN(struct scenario_expectation, count_min), .help = "at least"},
    {EXPECT(EXPECT_EDGES), .key = "count_max", WHOLE(0, 1000000, ""), OR("1000000"),
     IN(struct scenario_expectation, count_max), .help = "at most"},
    {EXPECT(EXPECT_CELLS), .key = "mv_min", NUMBER(0, 4999, "mV"), REQUIRED,
     IN(struct scenario_expectation, mv_min), .help = "no cell is lower"},
    {EXPECT(EXPECT_CELLS), .key = "mv_max", NUMBER(1, 5000, "mV"), REQUIRED,
     IN(struct scenario_expectation, mv_max), .help = "no cell is higher"},
    {EXPECT(EXPECT_LOAD_CURRENT), .key = "current_a_max", NUMBER(0, 20, "A"), REQUIRED,
     IN(struct scenario_expectation, current_a_max), .help = "the largest current (LOAD-1)"},
    EXPECT_PCT(EXPECT_STATE_OF_CHARGE, "pct_min", pct_min, "at least"),
    EXPECT_PCT(EXPECT_STATE_OF_CHARGE, "pct_max", pct_max, "at most"),
    {EXPECT(EXPECT_STATE_OF_CHARGE), .key = "at", INSTANT, COMPUTED("all along"),
     IN(struct scenario_expectation, at_s), .help = "the time, within the run"},
    EXPECT_OUTPUT_KEY(EXPECT_HIGH_SHARE),
    EXPECT_PCT(EXPECT_HIGH_SHARE, "pct_min", pct_min, "at least"),
    EXPECT_PCT(EXPECT_HIGH_SHARE, "pct_max", pct_max, "at most"),
    EXPECT_OUTPUT_KEY(EXPECT_EDGES_A_DAY),
    {EXPECT(EXPECT_EDGES_A_DAY), .key = "to", WORD(levels), REQUIRED, IN(struct scenario_expectation, high),
     .help = "the level"},
    {EXPECT(EXPECT_EDGES_A_DAY), .key = "count_max", WHOLE(0, 1000000, ""), REQUIRED,
     IN(struct scenario_expectation, count_max), .help = "at most, from midnight to midnight"},
    {EXPECT(EXPECT_ENERGY), .key = "name", TEXT(1, SCENARIO_NAME_SIZE), REQUIRED,
     IN(struct scenario_expectation, name), .help = "of the load or the equipment"},
    {EXPECT(EXPECT_ENERGY), .key = "wh_min", NUMBER(0, 1000000000, "Wh"), OR("0"),
     IN(struct scenario_expectation, wh_min), .help = "at least"},
    {EXPECT(EXPECT_ENERGY), .key = "wh_max", NUMBER(0, 1000000000, "Wh"), COMPUTED("any"),
     IN(struct scenario_expectation, wh_max), .help = "at most"},
    EXPECT_OUTPUT_KEY(EXPECT_LONGEST),
    {EXPECT(EXPECT_LONGEST), .key = "is", WORD(levels), REQUIRED, IN(struct scenario_expectation, high),
     .help = "the level"},
    {EXPECT(EXPECT_LONGEST), .key = "for_max", DURATION(1, SCENARIO_DURATION_S_MAX), REQUIRED,
     IN(struct scenario_expectation, for_s_max), .help = "so long, and no longer"},
};

const size_t schema_last_count = sizeof schema_last_rows / sizeof schema_last_rows[0];

/* ---- equipment ---------------------------------------------------------------------------------- */

const struct scenario_row schema_on_row = {
    .key = "on", BUS, REQUIRED, IN(struct scenario_equipment, from), .help = "the bus that it is on"};
const struct scenario_row schema_from_row = {
    .key = "from", BUS, REQUIRED, IN(struct scenario_equipment, from), .help = "the bus that feeds it"};
const struct scenario_row schema_to_row = {
    .key = "to", BUS, REQUIRED, IN(struct scenario_equipment, to), .help = "the bus that it feeds"};

const struct scenario_row schema_control_rows[] = {
    {.key = "control",
     WORD(controls),
     OR("none"),
     IN(struct scenario_equipment, control),
     .help = "the output of the device that turns it on and off; load_and_charger: both must be high"},
    {.key = "cable",
     WORD(cables),
     OR("wire"),
     IN(struct scenario_equipment, cable),
     .help = "from that output to its input"},
    {.key = "input",
     WORD(inputs),
     OR("high"),
     IN(struct scenario_equipment, input),
     .help = "what turns it on: a high level, or being pulled to battery minus"},
};

const size_t schema_control_count = sizeof schema_control_rows / sizeof schema_control_rows[0];
