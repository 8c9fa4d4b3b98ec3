/* SPDX-License-Identifier: Apache-2.0 */
/* What hangs on the outputs: currents, coils, cables, and the fuse through which it all comes. */
#include "wiring/rules.h"

#include "wiring/feed.h"
#include "wiring/use.h"

#define CHARGER_A 0.010 /* CHG-1 */
#define SWITCHED_A 1.0  /* LOAD-1, PRE-1 */
#define ROUNDING_A 1e-9 /* of a sum that is just what an output gives */
#define MA_PER_A 1000.0
#define OUTPUT_LOSS_MV 100.0      /* LOAD-1, PRE-1 */
#define CHARGE_MV_PER_CELL 3600.0 /* 14.4 V, the most that the maker has the batteries charged to */
#define COIL_OVER 1.3             /* that a coil stands of its voltage */

#define DATASHEET "datasheet of the smallBMS with pre-alarm"

/* ---- how much ------------------------------------------------------------------------------------- */

/* Adds up what an output feeds; the first part with which that is too much is the one that is named. */
struct sum {
    const struct wiring_rule *rule;
    struct wiring_findings *findings;
    const char *output;
    double limit_a;
    double total_a;
    bool is_told;
};

static void add(struct sum *sum, const char *name, int line, double peak_a)
{
    sum->total_a += peak_a;
    if (sum->is_told || sum->total_a <= sum->limit_a + ROUNDING_A) {
        return;
    }
    sum->is_told = true;
    if (sum->limit_a < 0.1) {
        wiring_report(sum->findings, sum->rule, line, "with %s, %s mA of it, %s feeds %s mA; it gives %s mA",
                      name, wiring_number(peak_a * MA_PER_A, 3).text, sum->output,
                      wiring_number(sum->total_a * MA_PER_A, 3).text,
                      wiring_number(sum->limit_a * MA_PER_A, 3).text);
    } else {
        wiring_report(sum->findings, sum->rule, line, "with %s, %s A of it, %s feeds %s A; it gives %s A",
                      name, wiring_number(peak_a, 3).text, sum->output, wiring_number(sum->total_a, 3).text,
                      wiring_number(sum->limit_a, 3).text);
    }
}

static void add_parts(struct sum *sum, const struct wiring_parts *parts, enum scenario_control output)
{
    for (int i = 0; i < parts->count; i++) {
        const struct wiring_part *part = &parts->parts[i];

        if (wiring_is_on(part->entry.control, output)) {
            add(sum, part->name, part->line, part->facts.output_peak_a);
        }
    }
}

static void look_charger_current(const struct scenario *described, const struct wiring_rule *rule,
                                 struct wiring_findings *findings)
{
    struct wiring_parts parts;
    struct sum sum = {.rule = rule, .findings = findings, .output = "Charger", .limit_a = CHARGER_A};

    wiring_parts_of(described, &parts);
    add_parts(&sum, &parts, CONTROL_CHARGER);
}

const struct wiring_rule wiring_rule_1 = {
    .id = "WIRE-1",
    .title = "a coil, or more than 10 mA, on Charger",
    .why = "Charger gives 10 mA in all. A coil does not pull in with that, and what takes more pulls its "
           "voltage down, so that nothing "
           "on it sees a high level.",
    .instead = "Put only control inputs on Charger, with 10 mA together at most. A charger without an input "
               "can stand behind a "
               "Cyrix-Li-Charge, whose electronics feed its coil.",
    .source = DATASHEET " (CHG-1)",
    .look = look_charger_current,
};

static void look_switched_current(const struct scenario *described, const struct wiring_rule *rule,
                                  struct wiring_findings *findings)
{
    struct wiring_parts parts;
    struct sum load = {.rule = rule, .findings = findings, .output = "Load", .limit_a = SWITCHED_A};
    struct sum pre_alarm = {.rule = rule, .findings = findings, .output = "Pre-alarm", .limit_a = SWITCHED_A};

    wiring_parts_of(described, &parts);
    add(&load, "the coil of load_relay", described->lines.consumers[CONSUMER_LOAD_RELAY],
        parts.load_relay.output_peak_a);
    add_parts(&load, &parts, CONTROL_LOAD);
    add(&pre_alarm, "pre_alarm_device", described->lines.consumers[CONSUMER_PRE_ALARM_DEVICE],
        parts.pre_alarm_device.output_peak_a);
    add_parts(&pre_alarm, &parts, CONTROL_PRE_ALARM);
}

const struct wiring_rule wiring_rule_2 = {
    .id = "WIRE-2",
    .title = "more than 1 A on Load or on Pre-alarm",
    .why = "Load and Pre-alarm give 1 A each and have no protection against a short circuit. All coils of an "
           "output pull in at the same "
           "moment, and an economised coil takes 3 to 4 A then.",
    .instead = "Take a coil with a smaller pull-in current (pull_in_a, hold_a), or a Battery Protect or "
               "a Cyrix-Li-load, which take a few mA. A small relay whose contact feeds the coil does "
               "too; the two are described as one relay with the small one's coil.",
    .source = DATASHEET " (LOAD-1, PRE-1)",
    .look = look_switched_current,
};

static void look_diode(const struct scenario *described, const struct wiring_rule *rule,
                       struct wiring_findings *findings)
{
    struct wiring_parts parts;

    wiring_parts_of(described, &parts);
    if (parts.load_relay.has_coil && !parts.load_relay.has_diode) {
        wiring_report(findings, rule, described->lines.consumers[CONSUMER_LOAD_RELAY],
                      "the coil of load_relay, on Load, has no diode");
    }
    for (int i = 0; i < parts.count; i++) {
        const struct wiring_part *part = &parts.parts[i];

        if (part->facts.has_coil && !part->facts.has_diode && part->entry.control != CONTROL_NONE) {
            wiring_report(findings, rule, part->line, "the coil of %s, on %s, has no diode", part->name,
                          wiring_output_word(part->entry.control));
        }
    }
}

const struct wiring_rule wiring_rule_3 = {
    .id = "WIRE-3",
    .title = "a coil without a diode on Load or Pre-alarm",
    .why = "When the output floats, the coil drives its current on. Without a diode that current goes "
           "through the clamp in the device, at "
           "each cut and each end of a pre-alarm.",
    .instead = "Put a diode of 1 A or more across the coil, its cathode at the output (suppression: diode).",
    .source = DATASHEET ", which allows relays and has no clause on their coils",
    .look = look_diode,
};

/* An output gives what the bank has, less 0.1 V (LOAD-1, PRE-1), whatever bus the contact is on. */
static void look_coil(const struct scenario *described, const struct wiring_rule *rule,
                      struct wiring_findings *findings)
{
    const double low_mv =
        feed_bus_mv(described, 0, described->bank.settings.under_voltage_mv) - OUTPUT_LOSS_MV;
    const double high_mv = feed_bus_mv(described, 0, CHARGE_MV_PER_CELL);
    struct wiring_parts parts;

    wiring_parts_of(described, &parts);
    for (int i = 0; i < parts.count; i++) {
        const struct wiring_part *part = &parts.parts[i];

        if (part->facts.coil_mv > 0.0 && part->facts.pull_in_mv > low_mv) {
            wiring_report(findings, rule, part->line,
                          "the coil of %s pulls in from %.1f V on, and %s gives %.1f V when the cells are at "
                          "under-voltage",
                          part->name, part->facts.pull_in_mv * 0.001, wiring_output_word(part->entry.control),
                          low_mv * 0.001);
        } else if (part->facts.coil_mv > 0.0 && part->facts.coil_mv * COIL_OVER < high_mv) {
            wiring_report(findings, rule, part->line,
                          "the coil of %s is for %.1f V, and %s gives up to %.1f V while the bank charges",
                          part->name, part->facts.coil_mv * 0.001, wiring_output_word(part->entry.control),
                          high_mv * 0.001);
        }
    }
}

const struct wiring_rule wiring_rule_27 = {
    .id = "WIRE-27",
    .title = "a coil for another voltage than the bank's",
    .why = "An output gives the bank's voltage. A coil for more does not pull in, or not any more when the "
           "battery is low; one for much less overheats.",
    .instead = "Take a coil for the bank's voltage: 12 V for 12.8 V, 24 V for 25.6 V (coil_mv). It is fed by "
               "the device, whatever the voltage of the buses that its contact joins.",
    .source = DATASHEET " (LOAD-1, PRE-1); that a coil stands 130 % of its voltage is usual for relays of "
                        "vehicles (unverified)",
    .look = look_coil,
};

/* ---- the right way round -------------------------------------------------------------------------- */

/* What is wrong with when it works; NULL: nothing. What Pre-alarm takes away may well work while that floats. */
static const char *wrong_time(const struct scenario *described, const struct wiring_part *part)
{
    const bool is_on_high = wiring_works(described, part, true);
    const bool is_on_floating = wiring_works(described, part, false);

    if (is_on_high == is_on_floating) {
        return is_on_high ? "it works whatever that does" : "it never works";
    }
    return is_on_floating && part->entry.control != CONTROL_PRE_ALARM ? "it works just while that floats"
                                                                      : NULL;
}

static const char *cable_word(const struct wiring_part *part)
{
    static const char *const words[] = {[CABLE_WIRE] = "a wire",
                                        [CABLE_NON_INVERTING] = "a non-inverting cable",
                                        [CABLE_PULL_DOWN] = "a cable that pulls down",
                                        [CABLE_INVERTING] = "an inverting cable"};

    return words[part->entry.cable];
}

static void look_polarity(const struct scenario *described, const struct wiring_rule *rule,
                          struct wiring_findings *findings)
{
    struct wiring_parts parts;

    wiring_parts_of(described, &parts);
    for (int i = 0; i < parts.count; i++) {
        const struct wiring_part *part = &parts.parts[i];
        const char *wrong = part->entry.control == CONTROL_NONE ? NULL : wrong_time(described, part);

        if (wrong != NULL && part->facts.works_while_floating) {
            wiring_report(findings, rule, part->line,
                          "the coil of %s opens its normally closed contact while %s is high: %s", part->name,
                          wiring_output_word(part->entry.control), wrong);
        } else if (wrong != NULL) {
            wiring_report(findings, rule, part->line, "%s works %s and has %s from %s: %s", part->name,
                          part->entry.input == INPUT_HIGH ? "by a high level"
                                                          : "when its input is pulled to minus",
                          cable_word(part), wiring_output_word(part->entry.control), wrong);
        }
    }
}

const struct wiring_rule wiring_rule_4 = {
    .id = "WIRE-4",
    .title = "a device whose input needs a cable of the other polarity",
    .why = "An output is high while all is well and floats when it is not; it never pulls to minus. Through "
           "the wrong cable a device never "
           "works, or works just while it must not.",
    .instead = "An input for a high level takes a wire or a non-inverting cable. One that is on when it is "
               "pulled to minus takes an "
               "inverting cable (cable: inverting, input: low).",
    .source = "the cables' product pages, at second hand; the levels of the inverting cable are unpublished "
              "(unverified)",
    .look = look_polarity,
};

/* ---- nothing, and too small a fuse ---------------------------------------------------------------- */

/* Whether load `k` is on the outlet of part `i`, or on the far side of it, perhaps through an inverter there. */
static bool is_load_beyond(const struct scenario *described, const struct wiring_parts *parts, int i, int k)
{
    const struct wiring_part *part = &parts->parts[i];
    const struct wiring_way way = {.by_converters = true, .not_beyond_bank = true, .without_part = part};
    const int beyond = part->entry.to != 0 ? part->entry.to : part->entry.from;
    const int place = described->loads[k].outlet;
    int bus = place;

    if (place >= SCENARIO_OUTLET_EQUIPMENT) {
        const struct scenario_equipment *outlet = &described->equipment[place - SCENARIO_OUTLET_EQUIPMENT];

        if (outlet->name == part->name) {
            return true;
        }
        bus = outlet->from;
    }
    return part->entry.from != part->entry.to && bus != 0 && wiring_gets_to(parts, &way, beyond, bus);
}

/* Whether a load that ever runs is there. */
static bool has_load_beyond(const struct scenario *described, const struct wiring_parts *parts, int i)
{
    bool has_one = false;

    for (int k = 0; k < described->load_count; k++) {
        has_one = has_one ||
                  (is_load_beyond(described, parts, i, k) && use_ever_runs(described, &described->loads[k]));
    }
    return has_one;
}

/*
 * Whether part `i`, which is on Pre-alarm, acts when that goes high: a source starts, a switch or a converter gives to a load or takes
 * from one, an inverter or a heater stops. An inverter that only starts then warns nobody, and takes current.
 */
static bool acts(const struct scenario *described, const struct wiring_parts *parts, int i)
{
    const struct wiring_part *part = &parts->parts[i];
    const bool is_on_high = wiring_works(described, part, true);
    const bool is_on_floating = wiring_works(described, part, false);

    if (part->facts.is_source) {
        return is_on_high && part->facts.to_a_max > 0.0;
    }
    if (is_on_high == is_on_floating) {
        return false;
    }
    if (equipment_kinds[part->entry.kind]->heats_bank) {
        return is_on_floating;
    }
    return (is_on_floating || part->facts.is_contact || part->facts.charges) &&
           has_load_beyond(described, parts, i);
}

static bool has_pre_alarm(const struct scenario *described, const struct wiring_parts *parts)
{
    bool has_one = parts->pre_alarm_device.output_a > 0.0;

    for (int i = 0; i < parts->count; i++) {
        has_one =
            has_one || (parts->parts[i].entry.control == CONTROL_PRE_ALARM && acts(described, parts, i));
    }
    for (int i = 0; i < described->load_count; i++) {
        const struct scenario_load *load = &described->loads[i];

        has_one = has_one || (load->until == UNTIL_PRE_ALARM && use_ever_runs(described, load));
    }
    return has_one;
}

/* The line of what is on Pre-alarm and does not act; 0: nothing is. */
static int line_on_pre_alarm(const struct scenario *described, const struct wiring_parts *parts)
{
    for (int i = 0; i < parts->count; i++) {
        if (parts->parts[i].entry.control == CONTROL_PRE_ALARM) {
            return parts->parts[i].line;
        }
    }
    for (int i = 0; i < described->load_count; i++) {
        if (described->loads[i].until == UNTIL_PRE_ALARM) {
            return described->lines.loads[i];
        }
    }
    return described->lines.consumers[CONSUMER_PRE_ALARM_DEVICE];
}

static void look_pre_alarm(const struct scenario *described, const struct wiring_rule *rule,
                           struct wiring_findings *findings)
{
    struct wiring_parts parts;

    wiring_parts_of(described, &parts);
    if (!has_pre_alarm(described, &parts)) {
        const int line = line_on_pre_alarm(described, &parts);

        wiring_report(findings, rule, line, "%s, so nobody is told before Load is cut",
                      line == 0
                          ? "nothing is on Pre-alarm"
                          : "what is on Pre-alarm neither warns, nor starts a source, nor sheds a load");
    }
}

const struct wiring_rule wiring_rule_8 = {
    .id = "WIRE-8",
    .title = "nothing on Pre-alarm",
    .why = "Pre-alarm is high for 30 s or longer before Load is cut: time to save work, to start a "
           "generator, to switch off what is big. Without it the cut comes without a warning. What "
           "takes no current warns nobody, and an inverter that starts then only takes more.",
    .instead = "Put a lamp or a buzzer on it (pre_alarm_device), a generator, or a switch with a load "
               "behind it (control: pre_alarm); or let a load shed (until: pre_alarm), or an inverter "
               "stop (control: pre_alarm, cable: pull_down, input: low).",
    .source = DATASHEET " (PRE-1, LOAD-3)",
    .look = look_pre_alarm,
};

static double fed_a(const struct wiring_parts *parts)
{
    double total_a =
        parts->bms.draw_on_a + parts->load_relay.output_peak_a + parts->pre_alarm_device.output_peak_a;

    for (int i = 0; i < parts->count; i++) {
        total_a += parts->parts[i].entry.control == CONTROL_NONE ? 0.0 : parts->parts[i].facts.output_peak_a;
    }
    return total_a;
}

static void look_fuse(const struct scenario *described, const struct wiring_rule *rule,
                      struct wiring_findings *findings)
{
    struct wiring_parts parts;
    const double fuse_a = described->bms.supply_fuse_a;

    wiring_parts_of(described, &parts);
    if (fuse_a > 0.0 && fed_a(&parts) > fuse_a + ROUNDING_A) {
        wiring_report(findings, rule, described->lines.bms,
                      "the fuse of %s A in the device's supply lead carries %s A when its outputs are high",
                      wiring_number(fuse_a, 3).text, wiring_number(fed_a(&parts), 3).text);
    }
}

const struct wiring_rule wiring_rule_10 = {
    .id = "WIRE-10",
    .title = "a fuse in the device's supply lead that cannot carry its outputs",
    .why = "What the outputs feed comes through the supply lead: up to 1 A each of Load and Pre-alarm, 10 mA "
           "of Charger. When that fuse "
           "blows, all outputs float and the system is dark without an alarm.",
    .instead =
        "Take a fuse above what hangs on the outputs with its pull-in; 2.5 A carries all that they may give.",
    .source = "a public summary of the maker's documents, which gives 0.3 to 2.5 A, at second hand; the "
              "datasheet has no fuse",
    .look = look_fuse,
};

/* ---- what the reader refuses ---------------------------------------------------------------------- */

const struct wiring_rule wiring_rule_11 = {
    .id = "WIRE-11",
    .title = "a device on VE.Bus",
    .why = "The device has no VE.Bus. It cannot tell a MultiPlus or a Quattro to stop charging and go on "
           "inverting, nor the other way round.",
    .instead = "Take an inverter with control: load and a charger with control: charger; docs/VEBUS.md goes "
               "through each use.",
    .source = DATASHEET " and its manual",
};
