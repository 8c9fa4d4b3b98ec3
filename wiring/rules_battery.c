/* SPDX-License-Identifier: Apache-2.0 */
/*
 * WIRE-14, with the maker's limits (twin/battery_limits.c). Only what is beyond the continuous maximum is a finding: beyond what
 * is recommended a battery may be used, a kettle is often, and a run's totals say for how long. Loads that may run together
 * take their power at the voltage just above the cut; an inverter or a converter takes what it can give, for who has an outlet
 * uses it. Inrush is shorter than a battery minds. Chargers add up where their hours, and the sun, let them give at the same time.
 */
#include "wiring/rules.h"

#include <assert.h>

#include "twin/battery_limits.h"
#include "wiring/sag.h"

#define LONG_S 30.0 /* a shorter burst is nothing continuous (chosen) */

/* What takes, or gives, and the most of it. */
struct sum {
    double current_a;
    double biggest_a;
    const char *biggest;
};

struct discharge {
    const struct feed *feed;
    struct sum parts; /* all that works */
    struct sum most;  /* with loads: the most together */
};

static void add(struct sum *sum, const char *name, double current_a)
{
    assert(current_a >= 0.0);
    sum->current_a += current_a;
    if (current_a > sum->biggest_a) {
        sum->biggest_a = current_a;
        sum->biggest = name;
    }
}

/* The current of a power just above the cut, against that at its nominal voltage. */
static double low_factor(const struct scenario *described)
{
    return WIRING_UNIT_V * 1000.0 / feed_bus_mv(described, 0, described->bank.settings.under_voltage_mv) *
           scenario_bus_units(described, 0);
}

static struct sum parts_sum(const struct feed *feed)
{
    struct sum sum = {.current_a = 0.0};

    for (int i = 0; i < feed->parts.count; i++) {
        const struct wiring_part *part = &feed->parts.parts[i];
        const bool is_idle = part->facts.needs_charged_input || part->facts.is_source;

        if (feed->works[i] && feed->is_joined[part->entry.from] && !is_idle) {
            add(&sum, part->name,
                part->facts.from_a_max * (feed_heats(feed, i) ? 1.0 : low_factor(feed->described)));
        }
    }
    return sum;
}

/* A power takes the most just above the cut, a resistance what the sag at half charge leaves it, a current what it is. */
static double load_a(const struct scenario *described, const struct sag *sag, int i)
{
    const struct scenario_load *load = &described->loads[i];

    if (load->resistance_ohm > 0.0) {
        return sag->flow.load_a[sag->load_place[i]];
    }
    return use_current_a(described, load) * (use_power_w(load) > 0.0 ? low_factor(described) : 1.0);
}

/* Takes a look at loads that run together, beside the equipment. What a converter or an inverter feeds is in its own. */
static void see(void *self, const struct use_instant *instant)
{
    struct discharge *discharge = self;
    const struct scenario *described = discharge->feed->described;
    struct sum sum = discharge->parts;
    struct sag sag;

    sag_solve(discharge->feed, instant, &sag_usual, &sag);
    for (int i = 0; i < described->load_count && instant->seconds >= LONG_S; i++) {
        if (sag.load_place[i] >= 0 && discharge->feed->is_joined[described->loads[i].outlet]) {
            add(&sum, described->loads[i].name, load_a(described, &sag, i));
        }
    }
    if (sum.current_a > discharge->most.current_a) {
        discharge->most = sum;
    }
}

struct charge {
    const struct feed *feed;
    struct sum most;
};

/* Takes a look at what gives at the same time. What the bank feeds itself brings nothing. */
static void see_mix(void *self, const bool gives[WIRING_PARTS_MAX])
{
    struct charge *charge = self;
    struct sum sum = {.current_a = 0.0};

    for (int i = 0; i < charge->feed->parts.count; i++) {
        const struct wiring_part *part = &charge->feed->parts.parts[i];

        if (gives[i] && feed_brings(charge->feed, i)) {
            add(&sum, part->name, wiring_given_a(charge->feed->described, part));
        }
    }
    if (sum.current_a > charge->most.current_a) {
        charge->most = sum;
    }
}

static void report_discharge(const struct scenario *described, const struct wiring_rule *rule,
                             const struct sum *sum, struct wiring_findings *findings)
{
    const struct battery_limits limits =
        battery_limits_of(described->bank.cells, described->bank.capacity_ah);
    const double string_a = sum->current_a / described->bank.parallel;

    if (string_a > limits.discharge_a_max) {
        wiring_report(findings, rule, described->lines.bank,
                      "what may run together, most of it %s, takes up to %s A, %s A from each string; a "
                      "battery of %s Ah gives %s A at most, and %s A is recommended",
                      sum->biggest, wiring_number(sum->current_a, 4).text, wiring_number(string_a, 4).text,
                      wiring_number(described->bank.capacity_ah, 15).text,
                      wiring_number(limits.discharge_a_max, 3).text,
                      wiring_number(limits.discharge_a_recommended, 3).text);
    }
}

static void report_charge(const struct scenario *described, const struct wiring_rule *rule,
                          const struct sum *sum, struct wiring_findings *findings)
{
    const struct battery_limits limits =
        battery_limits_of(described->bank.cells, described->bank.capacity_ah);
    const double string_a = sum->current_a / described->bank.parallel;

    if (string_a > limits.charge_a_max) {
        wiring_report(findings, rule, described->lines.bank,
                      "what may charge together, most of it %s, gives up to %s A, %s A into each string; a "
                      "battery of %s Ah takes %s A at most, and %s A is recommended",
                      sum->biggest, wiring_number(sum->current_a, 4).text, wiring_number(string_a, 4).text,
                      wiring_number(described->bank.capacity_ah, 15).text,
                      wiring_number(limits.charge_a_max, 3).text,
                      wiring_number(limits.charge_a_recommended, 3).text);
    }
}

static void look(const struct scenario *described, const struct wiring_rule *rule,
                 struct wiring_findings *findings)
{
    struct feed working;
    struct feed charging;
    struct discharge discharge = {.feed = &working};
    struct charge charge = {.feed = &charging};

    feed_look(described, FEED_WORKING, &working);
    feed_look(described, FEED_CHARGING, &charging);
    discharge.parts = parts_sum(&working);
    use_each_instant(described, see, &discharge);
    report_discharge(described, rule, &discharge.most, findings);
    feed_each_mix(&charging, see_mix, &charge);
    report_charge(described, rule, &charge.most, findings);
}

const struct wiring_rule wiring_rule_13 = {
    .id = "WIRE-13",
    .title = "more than 20 batteries, or more than four of 12.8 V or two of 25.6 V in series",
    .why = "The batteries' monitors and the chain are made for so many, and a fault in one cuts all of them "
           "off.",
    .instead = "Take larger batteries, and as few in series as you can.",
    .source = "BAT-8; the technical data of the batteries",
};

const struct wiring_rule wiring_rule_14 = {
    .id = "WIRE-14",
    .title = "a current beyond what a battery may carry",
    .why =
        "Nothing limits it: neither the battery nor the device opens at a current. Cells and terminals "
        "overheat and age, and in parallel the string with the least resistance carries more than its share.",
    .instead =
        "Take a larger battery or another string, a smaller inverter, or smaller chargers, or see that "
        "their hours do not meet.",
    .source = "the technical data of the batteries: continuous maximum by capacity. Beyond the recommended "
              "current is no finding",
    .look = look,
};
