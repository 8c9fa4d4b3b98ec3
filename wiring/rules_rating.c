/* SPDX-License-Identifier: Apache-2.0 */
/*
 * WIRE-25. What inverters, converters and switches are asked for by loads that run together for half a minute or longer, which no
 * overload protection here outlasts. Switches carry what the twin's network says at half charge.
 */
#include "wiring/rules.h"

#include <math.h>

#include "wiring/sag.h"

#define LONG_S 30.0   /* the longest that a Battery Protect carries more than its rating */
#define ROUNDING 1e-9 /* of a sum that is just what it can */

struct rating {
    const struct feed *feed;
    double most[WIRING_PARTS_MAX]; /* in W of an inverter, in A of all others */
};

/* What a part can do; 0: it has no rating of this kind. */
static double limit_of(const struct feed *feed, int i)
{
    const struct wiring_part *part = &feed->parts.parts[i];

    if (part->facts.is_contact) {
        return part->facts.contact_a_max;
    }
    if (part->facts.charges && !part->facts.is_source) {
        return part->facts.needs_charged_input ? 0.0 : part->facts.to_a_max;
    }
    return feed_outlet_w_max(feed, i);
}

/* What the loads of `instant` take on the bus that a converter feeds, in A. */
static double bus_a(const struct scenario *described, const struct use_instant *instant, int bus)
{
    double sum_a = 0.0;

    for (int i = 0; i < described->load_count; i++) {
        sum_a += instant->is_on[i] && described->loads[i].outlet == bus
                     ? use_current_a(described, &described->loads[i])
                     : 0.0;
    }
    return sum_a;
}

static double asked_of(const struct feed *feed, const struct use_instant *instant, const struct sag *sag,
                       int i)
{
    const struct wiring_part *part = &feed->parts.parts[i];

    if (part->facts.is_contact) {
        return sag->link_place[i] >= 0 ? fabs(sag->flow.link_a[sag->link_place[i]]) : 0.0;
    }
    return part->facts.charges ? bus_a(feed->described, instant, part->entry.to)
                               : sag_outlet_w(feed, instant, i);
}

static void see(void *self, const struct use_instant *instant)
{
    struct rating *rating = self;
    struct sag sag;

    if (instant->seconds < LONG_S) {
        return;
    }
    sag_solve(rating->feed, instant, 0.0, &sag);
    for (int i = 0; i < rating->feed->parts.count; i++) {
        rating->most[i] = fmax(rating->most[i], asked_of(rating->feed, instant, &sag, i));
    }
}

static void look(const struct scenario *described, const struct wiring_rule *rule,
                 struct wiring_findings *findings)
{
    struct feed feed;
    struct rating rating = {.feed = &feed};

    feed_look(described, FEED_WORKING, &feed);
    use_each_instant(described, see, &rating);
    for (int i = 0; i < feed.parts.count; i++) {
        const struct wiring_part *part = &feed.parts.parts[i];
        const double limit = limit_of(&feed, i);
        const char *unit = part->facts.is_contact || part->facts.charges ? "A" : "W";

        if (limit > 0.0 && rating.most[i] > limit * (1.0 + ROUNDING)) {
            wiring_report(findings, rule, part->line,
                          "loads that may run together ask %s for %s %s; it is made for %s %s", part->name,
                          wiring_number(rating.most[i], 4).text, unit, wiring_number(limit, 4).text, unit);
        }
    }
}

const struct wiring_rule wiring_rule_25 = {
    .id = "WIRE-25",
    .title = "an inverter, a converter or a switch that loads ask for more than it can",
    .why = "An inverter or a Battery Protect trips, and what else is on it goes dark too; a converter's "
           "voltage falls "
           "until something drops out; the contact of a relay or a Cyrix overheats and may weld.",
    .instead =
        "Take a larger one, or another one for some of the loads, or see that they do not run together.",
    .source = "current_a_max and power_w of the file; MODELS.md for what each does",
    .look = look,
};

/* ---- WIRE-28 -------------------------------------------------------------------------------------- */

/* Each source alone: whether two of them work together, their hours and the sun say. */
static void look_at_charging(const struct scenario *described, const struct wiring_parts *parts,
                             const struct wiring_part *contact, const struct wiring_rule *rule,
                             struct wiring_findings *findings)
{
    const struct wiring_way way = {.not_beyond_bank = true, .without_part = contact};

    for (int i = 0; i < parts->count; i++) {
        const struct wiring_part *part = &parts->parts[i];

        if (part->facts.is_source && part->entry.to != 0 &&
            wiring_given_a(described, part) > contact->facts.contact_a_max * (1.0 + ROUNDING) &&
            wiring_gets_to(parts, &way, part->entry.to, wiring_enters_from(contact))) {
            wiring_report(findings, rule, contact->line,
                          "%s gives up to %s A to the bank through %s, which is made for %s A", part->name,
                          wiring_number(wiring_given_a(described, part), 4).text, contact->name,
                          wiring_number(contact->facts.contact_a_max, 4).text);
        }
    }
}

static void look_charging(const struct scenario *described, const struct wiring_rule *rule,
                          struct wiring_findings *findings)
{
    struct wiring_parts parts;

    wiring_parts_of(described, &parts);
    for (int i = 0; i < parts.count; i++) {
        const struct wiring_part *part = &parts.parts[i];

        if (part->facts.is_contact && part->facts.contact_a_max > 0.0 && wiring_enters_from(part) != 0) {
            look_at_charging(described, &parts, part, rule, findings);
        }
    }
}

const struct wiring_rule wiring_rule_28 = {
    .id = "WIRE-28",
    .title = "a switch or a combiner that a source gives more current than it is made for",
    .why = "An empty lithium bank takes all that an alternator or a charger gives, for hours, and a combiner "
           "limits nothing.",
    .instead = "Take a larger combiner, or a DC-DC charger between the two, which limits the current.",
    .source = "users' reports on combiners and alternators; current_a_max of the file",
    .look = look_charging,
};
