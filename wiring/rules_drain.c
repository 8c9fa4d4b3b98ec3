/* SPDX-License-Identifier: Apache-2.0 */
/*
 * WIRE-12. After a cut at 2.80 V about 1 Ah per 100 Ah is left (the manual of the device that this one is like, read). The limit is
 * that manual's own example: 10 mA ruin a battery of 200 Ah in just over 8 days. Less is what the makers' own switches take: 4 mA of a
 * Cyrix on 100 Ah are 8.0 days with the device's 1.2 mA. What takes no more than the device itself is no finding on any
 * battery. Self-discharge is no matter of wiring and is left out.
 */
#include "wiring/rules.h"

#include <assert.h>
#include <stdio.h>

#include "wiring/feed.h"
#include "wiring/use.h"

#define LEFT_PART 0.01
#define BESIDE_PART 0.5
#define DAYS_MIN 8.0
#define HOURS_A_DAY 24.0

enum { DRAINS_MAX = SCENARIO_LOADS_MAX + WIRING_PARTS_MAX, NAMED_MAX = 3 };

struct drain {
    const char *name;
    int line;
    double current_a; /* from the bank, on average */
};

struct drains {
    int count;
    double sum_a;
    struct drain drains[DRAINS_MAX];
};

static void add(struct drains *drains, const char *name, int line, double current_a)
{
    assert(drains->count < DRAINS_MAX);
    assert(current_a >= 0.0);
    if (current_a > 0.0) {
        drains->drains[drains->count++] = (struct drain){name, line, current_a};
        drains->sum_a += current_a;
    }
}

/* What reaches the bank of a current that is taken from `bus`, through a converter perhaps, whose losses are left out. */
static double at_bank_a(const struct scenario *described, int bus, double current_a)
{
    return current_a * scenario_bus_units(described, bus) / scenario_bus_units(described, 0);
}

/* Whether a battery beside the bank gives to the bus through contacts. */
static bool has_other_battery(const struct feed *feed, int bus)
{
    const struct wiring_way contacts = {.only = feed->works};
    bool has_one = false;

    for (int i = 1; i <= feed->described->bus_count; i++) {
        has_one = has_one || (wiring_bus_has_battery(feed->described, i) &&
                              wiring_gets_to(&feed->parts, &contacts, i, bus));
    }
    return has_one;
}

/* Whether what is taken from the bus comes from the bank: it is joined to that by closed contacts, or converters alone feed it. */
static bool is_on_bank(const struct feed *feed, int bus)
{
    return feed->is_joined[bus] || (feed->is_fed[bus] && !has_other_battery(feed, bus));
}

/*
 * What is left in the lead-acid batteries that closed contacts join to the bank, in Ah. One that gave to the bank before the cut is
 * empty at the voltage of that. One that Pre-alarm had taken off is at the voltage of Pre-alarm, 12.4 V, about half full; and the same is
 * taken of one behind a one-way switch, which has given the bank nothing.
 */
static double left_beside_ah(const struct feed *feed)
{
    const struct wiring_way before = {.only = feed->works, .without = CONTROL_PRE_ALARM};
    double sum_ah = 0.0;

    for (int i = 1; i <= feed->described->bus_count; i++) {
        if (wiring_bus_has_battery(feed->described, i) && feed->is_joined[i] &&
            !wiring_gets_to(&feed->parts, &before, i, 0)) {
            sum_ah += BESIDE_PART * feed->described->buses[i - 1].capacity_ah;
        }
    }
    return sum_ah;
}

/* A load that drops out before the cells are at the cut takes nothing of what is left; a converter holds its voltage. */
static bool drops_out(const struct feed *feed, const struct scenario_load *load)
{
    const struct scenario *described = feed->described;

    return feed->is_joined[load->outlet] &&
           use_lowest_v(described, load) * 1000.0 >=
               feed_bus_mv(described, load->outlet, described->bank.settings.under_voltage_mv);
}

static void add_load(const struct feed *feed, int i, struct drains *drains)
{
    const struct scenario *described = feed->described;
    const struct scenario_load *load = &described->loads[i];
    const bool is_on_relay = load->outlet == 0 && load->behind == BEHIND_RELAY;

    if (is_on_relay || load->outlet > SCENARIO_BUSES_MAX || !is_on_bank(feed, load->outlet) ||
        drops_out(feed, load)) {
        return;
    }
    add(drains, load->name, described->lines.loads[i],
        at_bank_a(described, load->outlet, use_mean_a(described, load)));
}

/*
 * What it takes for itself: off, and on where it is a contact. What goes on working is WIRE-16's, but for a heater, which has no lowest
 * voltage; one that waits for a source takes nothing from the bank alone, and of one on
 * Charger WIRE-20 speaks.
 */
static double of_part_a(const struct feed *feed, int i)
{
    const struct equipment_facts *facts = &feed->parts.parts[i].facts;

    if (!feed->works[i]) {
        return facts->draw_off_a;
    }
    if (feed_heats(feed, i)) {
        return facts->needs_source || wiring_is_on(feed->parts.parts[i].entry.control, CONTROL_CHARGER)
                   ? 0.0
                   : facts->from_a_max;
    }
    return facts->is_contact ? facts->draw_on_a : 0.0;
}

static void add_part(const struct feed *feed, int i, struct drains *drains)
{
    const struct wiring_part *part = &feed->parts.parts[i];

    if (is_on_bank(feed, part->entry.from)) {
        add(drains, part->name, part->line, at_bank_a(feed->described, part->entry.from, of_part_a(feed, i)));
    }
}

static void swap(struct drain *a, struct drain *b)
{
    const struct drain kept = *a;

    *a = *b;
    *b = kept;
}

/* The biggest first. */
static void sort(struct drains *drains)
{
    for (int i = 1; i < drains->count; i++) {
        for (int j = i; j > 0 && drains->drains[j - 1].current_a < drains->drains[j].current_a; j--) {
            swap(&drains->drains[j - 1], &drains->drains[j]);
        }
    }
}

/* "10 mA" or "2.5 A" */
static int write_current(char *text, size_t size, double current_a)
{
    return current_a < 1.0 ? snprintf(text, size, "%s mA", wiring_number(current_a * 1000.0, 3).text)
                           : snprintf(text, size, "%s A", wiring_number(current_a, 3).text);
}

static void name_biggest(const struct drains *drains, char *text, size_t size)
{
    const int named = drains->count < NAMED_MAX ? drains->count : NAMED_MAX;
    size_t used = 0;

    for (int i = 0; i < named; i++) {
        char current[40];

        write_current(current, sizeof current, drains->drains[i].current_a);
        used += (size_t)snprintf(text + used, size - used, "%s%s %s", i == 0 ? "" : ", ",
                                 drains->drains[i].name, current);
        assert(used < size);
    }
    if (named < drains->count) {
        snprintf(text + used, size - used, ", and %d more", drains->count - named);
    }
}

/* "7.4 days", "28 hours" or "4.4 minutes" */
static void write_length(char *text, size_t size, double hours)
{
    if (hours >= 2.0 * HOURS_A_DAY) {
        snprintf(text, size, "%s days", wiring_number(hours / HOURS_A_DAY, 2).text);
    } else if (hours >= 2.0) {
        snprintf(text, size, "%s hours", wiring_number(hours, 2).text);
    } else if (hours < 1.0 / 60.0) {
        snprintf(text, size, "less than a minute");
    } else {
        snprintf(text, size, "%s minutes", wiring_number(hours * 60.0, 2).text);
    }
}

static void report(const struct wiring_rule *rule, const struct drains *drains, double own_a, double left_ah,
                   struct wiring_findings *findings)
{
    char length[40];
    char sum[40];
    char names[NAMED_MAX * (SCENARIO_NAME_SIZE + 32)];

    name_biggest(drains, names, sizeof names);
    write_current(sum, sizeof sum, drains->sum_a + own_a);
    write_length(length, sizeof length, left_ah / (drains->sum_a + own_a));
    wiring_report(findings, rule, drains->drains[0].line,
                  "after a cut %s are still taken on average: %s, the device %s mA. The %s Ah that are left "
                  "are gone in %s",
                  sum, names, wiring_number(own_a * 1000.0, 3).text, wiring_number(left_ah, 3).text, length);
}

static void look(const struct scenario *described, const struct wiring_rule *rule,
                 struct wiring_findings *findings)
{
    struct drains drains = {.count = 0};
    struct feed feed;

    feed_look(described, FEED_CUT, &feed);
    const double left_ah =
        LEFT_PART * described->bank.capacity_ah * described->bank.parallel + left_beside_ah(&feed);
    for (int i = 0; i < described->load_count; i++) {
        add_load(&feed, i, &drains);
    }
    for (int i = 0; i < feed.parts.count; i++) {
        add_part(&feed, i, &drains);
    }
    sort(&drains);
    const double own_a = feed.parts.bms.draw_off_a;
    if (drains.sum_a > own_a && left_ah < DAYS_MIN * HOURS_A_DAY * (drains.sum_a + own_a)) {
        report(rule, &drains, own_a, left_ah, findings);
    }
}

const struct wiring_rule wiring_rule_12 = {
    .id = "WIRE-12",
    .title = "what is never cut, and ruins the batteries in days",
    .why = "After a cut by under-voltage about 1 Ah for each 100 Ah is left. Whatever is still taken "
           "goes on until that is gone, and a cell that is then emptied further is ruined. No output "
           "can stop it. What is on another battery that stays joined to the bank is taken from "
           "both.",
    .instead =
        "Put it behind what Load switches, take one that needs less, or pull a battery switch when you "
        "leave.",
    .source =
        "the manual of the device: 10 mA ruin a battery of 200 Ah in just over 8 days; below 8 days with "
        "the device's own current it is a finding",
    .look = look,
};
