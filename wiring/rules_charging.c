/* SPDX-License-Identifier: Apache-2.0 */
/* How the batteries are charged: that it can begin again after a cut, with which voltage, and what that does to an alternator and a generator. */
#include "wiring/rules.h"

#include <assert.h>

#include "twin/real.h"
#include "wiring/feed.h"
#include "wiring/use.h"

#define MV_MIN 14000.0 /* for each 12.8 V */
#define MV_MAX 14400.0
#define TAKEN_PART 0.5   /* of its capacity, which a bank takes at any current that an alternator gives */
#define RUN_MIN_MIN 10.0 /* measured: WIRE-26 */

/* The winding of an alternator (twin/equipment/alternator.c): where full output for ever would bring it, and where it burns. */
#define FULL_HEAT 2.5414940825367984
#define BURNT_HEAT 1.5
#define HEAT_H (600.0 / 3600.0)

/* ---- WIRE-21 -------------------------------------------------------------------------------------- */

/* What all loads but those that shed at Pre-alarm take from the bank on average, in A; what has a bus with a battery takes is left out. */
static double mean_a(const struct scenario *described)
{
    double sum_a = 0.0;

    for (int i = 0; i < described->load_count; i++) {
        const struct scenario_load *load = &described->loads[i];
        const int bus = load->outlet > SCENARIO_BUSES_MAX ? 0 : load->outlet;

        if (load->until != UNTIL_PRE_ALARM && (bus == 0 || !wiring_bus_has_battery(described, bus))) {
            sum_a += use_mean_a(described, load) * scenario_bus_units(described, bus) /
                     scenario_bus_units(described, 0);
        }
    }
    return sum_a;
}

/* What part `i` gives in the bank's terms, in A. */
static double given_to_bank_a(const struct feed *feed, const struct wiring_part *part)
{
    return part->facts.to_a_max * scenario_bus_units(feed->described, part->entry.to) /
           scenario_bus_units(feed->described, 0);
}

/* Whether it is a generator that may not run at some time of the week. */
static bool is_barred_at_times(const struct wiring_part *part)
{
    const bool is_generator = part->facts.stops_when_told || part->facts.runs_on;

    return is_generator && hours_part_of_week(&part->facts.hours, 0) < 1.0;
}

/* A generator that has started before the cut, and charges on when Pre-alarm ends. */
static bool charges_on(const struct feed *recharge, int i)
{
    const struct wiring_part *part = &recharge->parts.parts[i];
    const bool is_outdone =
        part->facts.stops_when_told && mean_a(recharge->described) > given_to_bank_a(recharge, part);

    return part->entry.control == CONTROL_PRE_ALARM && part->facts.runs_on && !is_barred_at_times(part) &&
           !is_outdone && feed_charges_bank(recharge, i);
}

static bool can_recharge(const struct feed *recharge)
{
    bool can = false;

    for (int i = 0; i < recharge->parts.count; i++) {
        can = can || (recharge->works[i] && feed_charges_bank(recharge, i)) || charges_on(recharge, i);
    }
    return can;
}

/*
 * Whether a source gets to the bank at some time, and no cut of Load is what ends that on its way: that is WIRE-7's. Of one on Load that
 * works while that floats, or never, WIRE-4 speaks.
 */
static bool gets_to_bank(const struct feed *recharge, const struct wiring_part *part)
{
    const struct wiring_way way = {.by_converters = true, .without = CONTROL_LOAD};
    const bool is_wrong_way_round =
        wiring_is_on(part->entry.control, CONTROL_LOAD) && !wiring_works(recharge->described, part, true);

    return part->facts.is_source && part->facts.to_a_max > 0.0 && !is_wrong_way_round &&
           wiring_gets_to(&recharge->parts, &way, part->entry.to, 0);
}

/* Of a source that charges at some time. */
static void report_recharge(const struct feed *recharge, int i, const struct wiring_rule *rule,
                            struct wiring_findings *findings)
{
    const struct wiring_part *part = &recharge->parts.parts[i];
    const bool is_on_pre_alarm = part->entry.control == CONTROL_PRE_ALARM;

    if (part->entry.control == CONTROL_LOAD || part->entry.control == CONTROL_LOAD_AND_CHARGER) {
        wiring_report(findings, rule, part->line,
                      "%s charges while %s high, and nothing else charges; after a cut Load floats until the "
                      "batteries are charged",
                      part->name,
                      part->entry.control == CONTROL_LOAD ? "Load is" : "Load and Charger are both");
    } else if (is_on_pre_alarm && is_barred_at_times(part)) {
        wiring_report(findings, rule, part->line,
                      "%s starts in its hours alone, and nothing else charges; a cut outside them ends "
                      "Pre-alarm, and nothing starts it any more",
                      part->name);
    } else if (is_on_pre_alarm && part->facts.runs_on && recharge->gives[part->entry.to]) {
        wiring_report(
            findings, rule, part->line,
            "%s gives %s A, the loads take %s A on average, and nothing else charges; it stops when "
            "a cut ends Pre-alarm",
            part->name, wiring_number(given_to_bank_a(recharge, part), 3).text,
            wiring_number(mean_a(recharge->described), 3).text);
    } else {
        wiring_report(findings, rule, part->line,
                      "%s charges while Pre-alarm is high, and nothing else charges; a cut ends Pre-alarm",
                      part->name);
    }
}

static void look_recharge(const struct scenario *described, const struct wiring_rule *rule,
                          struct wiring_findings *findings)
{
    struct feed recharge;

    feed_look(described, FEED_RECHARGE, &recharge);
    for (int i = 0; i < recharge.parts.count && !can_recharge(&recharge); i++) {
        if (gets_to_bank(&recharge, &recharge.parts.parts[i])) {
            report_recharge(&recharge, i, rule, findings);
        }
    }
}

const struct wiring_rule wiring_rule_21 = {
    .id = "WIRE-21",
    .title = "nothing that can charge after a cut",
    .why = "Load floats after a cut until the batteries are charged, and Pre-alarm has ended with "
           "it. What needs one of them high cannot start: empty batteries stay empty with a good "
           "charger on them, and self-discharge ruins them.",
    .instead = "Have one more source that Charger alone controls: a solar charger, or a charger with its "
               "own remote input. A generator on Pre-alarm may start at any hour, and gives more than "
               "the loads take or runs until its charger is in absorption (until: absorption).",
    .source = "PRE-3, LOAD-2, CHG-2; a dealer's page of the cable from a BMS to a MultiPlus of 500 to "
              "1600 VA, at second hand. A system without any source is not judged",
    .look = look_recharge,
};

/* ---- WIRE-22 -------------------------------------------------------------------------------------- */

static bool is_charged(const struct wiring_parts *parts, int bus)
{
    const struct wiring_way way = {.by_converters = true};

    for (int i = 0; i < parts->count; i++) {
        const struct wiring_part *part = &parts->parts[i];

        if (part->facts.is_source && wiring_gets_to(parts, &way, part->entry.to, bus)) {
            return true;
        }
    }
    return false;
}

static void look_starter(const struct scenario *described, const struct wiring_rule *rule,
                         struct wiring_findings *findings)
{
    struct wiring_parts parts;

    wiring_parts_of(described, &parts);
    for (int bus = 1; bus <= described->bus_count; bus++) {
        if (wiring_bus_has_battery(described, bus) && !is_charged(&parts, bus)) {
            wiring_report(findings, rule, described->lines.buses[bus - 1],
                          "no source gives to the battery of %s, and it loses %s %% of its charge a month",
                          wiring_bus_name(described, bus),
                          wiring_number(described->buses[bus - 1].self_discharge_pct_per_month, 2).text);
        }
    }
}

const struct wiring_rule wiring_rule_22 = {
    .id = "WIRE-22",
    .title = "a battery beside the bank that nothing charges",
    .why =
        "A lead-acid battery that nothing charges runs down by itself and by what is on it, and a lead-acid "
        "battery that stands empty is soon ruined.",
    .instead = "Put a source on its bus, join it to the bank by a combiner that lets current go both "
               "ways, or feed it by a DC-DC charger.",
    .source = "the description itself",
    .look = look_starter,
};

/* ---- WIRE-23 -------------------------------------------------------------------------------------- */

/* What hangs together with an alternator by contacts alone, and what the bank takes of it. */
struct taken {
    bool is_direct;  /* nothing limits it */
    double from_a;   /* at the alternator's voltage, by converters */
    double to_a;     /* the same, that comes to the bank */
    double output_a; /* of all alternators there */
};

/* Whether part `i` is a converter or charger that takes from the buses `reached` and gives to the bank. */
static bool takes_to_bank(const struct feed *charging, int i, const bool reached[WIRING_BUSES_MAX])
{
    const struct wiring_part *part = &charging->parts.parts[i];

    return charging->works[i] && part->facts.charges && !part->facts.is_source && reached[part->entry.from] &&
           charging->gives[part->entry.to];
}

static struct taken taken_from(const struct feed *charging, const struct wiring_part *alternator)
{
    const struct scenario *described = charging->described;
    const struct wiring_way contacts = {.only = charging->works};
    const double alternator_v = alternator->facts.to_mv_max * 0.001;
    struct taken taken = {.is_direct = charging->gives_directly[alternator->entry.to]};
    bool reached[WIRING_BUSES_MAX];

    wiring_spread(&charging->parts, &contacts, alternator->entry.to, reached);
    for (int i = 0; i < charging->parts.count; i++) {
        const struct wiring_part *part = &charging->parts.parts[i];

        if (charging->works[i] && part->facts.is_alternator && reached[part->entry.to]) {
            taken.output_a += part->facts.to_a_max;
        } else if (takes_to_bank(charging, i, reached)) {
            taken.from_a += part->facts.from_a_max * WIRING_UNIT_V *
                            scenario_bus_units(described, part->entry.from) / alternator_v;
            taken.to_a += given_to_bank_a(charging, part);
        }
    }
    return taken;
}

static void report_burnt(const struct wiring_part *part, const struct taken *taken, double hours,
                         double taken_ah, const struct wiring_rule *rule, struct wiring_findings *findings)
{
    const struct wiring_number after = wiring_number(hours * 60.0, 1);

    if (taken->is_direct) {
        wiring_report(findings, rule, part->line,
                      "%s gives the bank its full %s A until it burns out, in about %s min: nothing limits "
                      "its current, and half of the bank's charge is %s Ah",
                      part->name, wiring_number(part->facts.to_a_max, 3).text, after.text,
                      wiring_number(taken_ah, 3).text);
    } else {
        wiring_report(
            findings, rule, part->line,
            "DC-DC chargers take %s A of the %s A that alternators give at most, so that %s burns out "
            "in about %s min; half of the bank's charge is %s Ah",
            wiring_number(taken->from_a, 3).text, wiring_number(taken->output_a, 3).text, part->name,
            after.text, wiring_number(taken_ah, 3).text);
    }
}

/* After how many hours with `part` of its full output (0..1) a winding burns; 0: never. */
static double burns_after_h(double part)
{
    const double heat = FULL_HEAT * part * part;

    return heat > BURNT_HEAT ? -HEAT_H * real_log(1.0 - BURNT_HEAT / heat) : 0.0;
}

static void look_alternator(const struct scenario *described, const struct wiring_rule *rule,
                            struct wiring_findings *findings)
{
    const double taken_ah = TAKEN_PART * described->bank.capacity_ah * described->bank.parallel;
    struct feed charging;

    feed_look(described, FEED_CHARGING, &charging);
    for (int i = 0; i < charging.parts.count; i++) {
        const struct wiring_part *part = &charging.parts.parts[i];

        if (!part->facts.burns_out || !charging.works[i]) {
            continue;
        }
        const struct taken taken = taken_from(&charging, part);
        const bool is_full = taken.is_direct || taken.from_a >= taken.output_a;
        const double hours = burns_after_h(is_full ? 1.0 : taken.from_a / taken.output_a);
        const double to_a = taken.is_direct ? given_to_bank_a(&charging, part) : taken.to_a;

        if (hours > 0.0 && taken_ah >= to_a * hours) {
            report_burnt(part, &taken, hours, taken_ah, rule, findings);
        }
    }
}

const struct wiring_rule wiring_rule_23 = {
    .id = "WIRE-23",
    .title = "an alternator that a lithium bank burns out",
    .why =
        "A combiner limits no current, and a DC-DC charger only its own; empty lithium batteries take all "
        "that they get. An alternator that does not feel its own heat burns its winding when it gives more "
        "than it can for ever.",
    .instead = "Charge through a DC-DC charger that takes about half of its output, or have a regulator "
               "that feels its heat (overheats: derates).",
    .source = "practice on boats: full output for more than 5 min overheats one (unverified); the combiners "
              "have no limit of current; the twin's burns above 77 % of its full output (MODELS.md)",
    .look = look_alternator,
};

/* ---- WIRE-24 -------------------------------------------------------------------------------------- */

static void look_voltage(const struct scenario *described, const struct wiring_rule *rule,
                         struct wiring_findings *findings)
{
    const int units = scenario_bus_units(described, 0);
    struct feed charging;

    assert(units > 0);
    feed_look(described, FEED_CHARGING, &charging);
    for (int i = 0; i < charging.parts.count; i++) {
        const struct wiring_part *part = &charging.parts.parts[i];
        const double mv = part->facts.to_mv_max / units;

        if (part->facts.charges && charging.gives_directly[part->entry.to] && (mv < MV_MIN || mv > MV_MAX)) {
            wiring_report(findings, rule, part->line,
                          "%s charges the bank with %.0f mV; its batteries take %.0f to %.0f mV", part->name,
                          part->facts.to_mv_max, MV_MIN * units, MV_MAX * units);
        }
    }
}

const struct wiring_rule wiring_rule_24 = {
    .id = "WIRE-24",
    .title = "a charge voltage that is not the batteries'",
    .why = "Above it the highest cell comes to 3.75 V and Charger floats before the others are full. "
           "Below it cells do not come to 3.50 V, where they are balanced, and drift apart.",
    .instead = "Set absorption_mv, the regulator's voltage_mv or the converter's output_mv to "
               "14000..14400 mV for each 12.8 V; 14200 mV is recommended.",
    .source = "the technical data of the batteries; BAT-4",
    .look = look_voltage,
};

/* ---- WIRE-26 -------------------------------------------------------------------------------------- */

static void look_generator(const struct scenario *described, const struct wiring_rule *rule,
                           struct wiring_findings *findings)
{
    struct wiring_parts parts;

    wiring_parts_of(described, &parts);
    for (int i = 0; i < parts.count; i++) {
        const struct wiring_part *part = &parts.parts[i];

        if (part->facts.stops_when_told && part->facts.run_min_min < RUN_MIN_MIN &&
            part->entry.control == CONTROL_PRE_ALARM) {
            wiring_report(
                findings, rule, part->line,
                "Pre-alarm starts and stops %s, whose shortest run is %s min, and its first minutes "
                "of charge end Pre-alarm",
                part->name, wiring_number(part->facts.run_min_min, 3).text);
        }
    }
}

const struct wiring_rule wiring_rule_26 = {
    .id = "WIRE-26",
    .title = "a generator that Pre-alarm stops as soon as it has started it",
    .why =
        "Pre-alarm ends when the cells are 50 mV above its setting, which the charger's current alone "
        "brings about. The generator stops, the voltage falls, and it starts anew, some ten times an hour.",
    .instead = "Give its control a shortest run of 10 min or more (run_min_min), or let it run until "
               "its charger is in absorption (until: absorption).",
    .source = "BAT-3; the twin (MODELS.md, Generator): with 300 W on 100 Ah a shortest run of 5 min "
              "gives nine starts an hour, one of 10 min five",
    .look = look_generator,
};
