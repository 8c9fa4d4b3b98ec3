/* SPDX-License-Identifier: Apache-2.0 */
/* How the batteries are charged: that it can begin again after a cut, with which voltage, and what that does to an alternator and a generator. */
#include "wiring/rules.h"

#include <assert.h>

#include "wiring/feed.h"

#define MV_MIN 14000.0 /* for each 12.8 V */
#define MV_MAX 14400.0
#define BURNS_OUT_H 0.15 /* at full output: nine minutes (twin/equipment/alternator.c) */
#define TAKEN_PART 0.5   /* of its capacity, which a bank takes at any current that an alternator gives */

/* ---- WIRE-21 -------------------------------------------------------------------------------------- */

static bool is_charging(const struct feed *feed, int i)
{
    return feed->works[i] && feed_charges_bank(feed, i);
}

static bool can_recharge(const struct feed *recharge)
{
    bool can = false;

    for (int i = 0; i < recharge->parts.count; i++) {
        can = can || is_charging(recharge, i);
    }
    return can;
}

static void look_recharge(const struct scenario *described, const struct wiring_rule *rule,
                          struct wiring_findings *findings)
{
    struct feed charging;
    struct feed recharge;

    feed_look(described, FEED_CHARGING, &charging);
    feed_look(described, FEED_RECHARGE, &recharge);
    if (can_recharge(&recharge)) {
        return;
    }
    for (int i = 0; i < charging.parts.count; i++) {
        const struct wiring_part *part = &charging.parts.parts[i];

        if (is_charging(&charging, i) && part->entry.control == CONTROL_LOAD_AND_CHARGER) {
            wiring_report(
                findings, rule, part->line,
                "%s charges while Load and Charger are both high, and nothing else charges; after a cut "
                "Load floats until the batteries are charged",
                part->name);
        }
    }
}

const struct wiring_rule wiring_rule_21 = {
    .id = "WIRE-21",
    .title = "nothing that can charge after a cut",
    .why = "What needs both outputs to run cannot start while Load floats. Empty batteries stay empty with a "
           "good "
           "charger on them, and self-discharge ruins them.",
    .instead =
        "Have one more source that Charger alone controls: a solar charger, or a charger with its own remote "
        "input.",
    .source = "a dealer's page of the cable from a BMS to a MultiPlus of 500 to 1600 VA, at second hand",
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
    .instead = "Put a source on its bus, join it to the bank by a combiner that lets current go both ways, "
               "or feed it "
               "by a DC-DC charger.",
    .source = "the description itself",
    .look = look_starter,
};

/* ---- WIRE-23 -------------------------------------------------------------------------------------- */

static void look_alternator(const struct scenario *described, const struct wiring_rule *rule,
                            struct wiring_findings *findings)
{
    const double taken_ah = TAKEN_PART * described->bank.capacity_ah * described->bank.parallel;
    struct feed charging;

    feed_look(described, FEED_CHARGING, &charging);
    for (int i = 0; i < charging.parts.count; i++) {
        const struct wiring_part *part = &charging.parts.parts[i];
        const bool is_direct = charging.works[i] && charging.gives_directly[part->entry.to];

        if (part->facts.burns_out && is_direct && taken_ah >= part->facts.to_a_max * BURNS_OUT_H) {
            wiring_report(
                findings, rule, part->line,
                "%s gives the bank its full %s A until it burns out, in about %.0f min: nothing limits "
                "its current, and half of the bank's charge is %s Ah",
                part->name, wiring_number(part->facts.to_a_max, 3).text, BURNS_OUT_H * 60.0,
                wiring_number(taken_ah, 3).text);
        }
    }
}

const struct wiring_rule wiring_rule_23 = {
    .id = "WIRE-23",
    .title = "an alternator that a lithium bank burns out",
    .why = "A combiner limits no current, and empty lithium batteries take all that an alternator has. One "
           "that does "
           "not feel its own heat gives its full output until its winding burns.",
    .instead =
        "Charge through a DC-DC charger that takes about half of its output, or have a regulator that feels "
        "its heat (overheats: derates).",
    .source = "practice on boats: full output for more than 5 min overheats one (unverified); the combiners "
              "have no "
              "limit of current",
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
        const bool is_charger = part->facts.is_source || part->facts.needs_charged_input;
        const double mv = part->facts.to_mv_max / units;

        if (is_charger && part->facts.charges && charging.gives_directly[part->entry.to] &&
            (mv < MV_MIN || mv > MV_MAX)) {
            wiring_report(findings, rule, part->line,
                          "%s charges the bank with %.0f mV; its batteries take %.0f to %.0f mV", part->name,
                          part->facts.to_mv_max, MV_MIN * units, MV_MAX * units);
        }
    }
}

const struct wiring_rule wiring_rule_24 = {
    .id = "WIRE-24",
    .title = "a charge voltage that is not the batteries'",
    .why = "Above it the highest cell comes to 3.75 V and Charger floats before the others are full. Below "
           "it cells "
           "do not come to 3.50 V, where they are balanced, and drift apart.",
    .instead =
        "Set absorption_mv, or the regulator's voltage_mv, to 14000..14400 mV for each 12.8 V; 14200 mV is "
        "recommended.",
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

        if (part->facts.stops_at_once && part->entry.control == CONTROL_PRE_ALARM) {
            wiring_report(findings, rule, part->line,
                          "Pre-alarm starts and stops %s, and its first minutes of charge end Pre-alarm",
                          part->name);
        }
    }
}

const struct wiring_rule wiring_rule_26 = {
    .id = "WIRE-26",
    .title = "a generator that Pre-alarm stops as soon as it has started it",
    .why = "Pre-alarm ends when the cells are 50 mV above its setting, which the charger's current alone "
           "brings about. "
           "The generator stops, the voltage falls, and it starts anew, some ten times an hour.",
    .instead =
        "Give its control a shortest run (run_min_min), or let it run until its charger is in absorption "
        "(until: absorption).",
    .source = "BAT-3; the twin (MODELS.md, Generator)",
    .look = look_generator,
};
