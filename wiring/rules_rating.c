/* SPDX-License-Identifier: Apache-2.0 */
/*
 * WIRE-25. What inverters, converters and switches are asked for by loads that run together, for as long as each of them bears it or longer, wherever
 * these loads are behind it: the twin's network says what goes through, at half charge, with converters that give whatever they
 * are asked for. What is made for a continuous current alone, the contact of a relay or a Cyrix, is looked at for half a minute; what
 * trips by a moment's current, a Battery Protect and an inverter, for that, too, with the inrush of all that starts together when it comes on.
 */
#include "wiring/rules.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "wiring/sag.h"

#define CONTINUOUS_S 30.0 /* what a contact carries for less does not heat it (chosen) */
#define LOW_S 1.0         /* a low voltage that is shorter drops nothing (docs/MODELS.md) */
#define ROUNDING 1e-9     /* of a sum that is just what it can */

enum { FOR_LONG = 0, FOR_A_MOMENT, BOUNDS };

/* In W of an inverter, in A of all others. */
struct bound {
    double most;    /* that it can; 0: it has no such bound */
    double seconds; /* after which more is too much */
    double asked;   /* of it, for so long or longer */
};

struct rating {
    const struct feed *feed;
    double seconds; /* that are looked at */
    struct bound bounds[WIRING_PARTS_MAX][BOUNDS];
};

/* ---- what each can -------------------------------------------------------------------------------- */

static bool is_converter(const struct feed *feed, int i)
{
    const struct equipment_facts *facts = &feed->parts.parts[i].facts;

    return facts->charges && !facts->is_source && !facts->needs_charged_input;
}

/* Whether a battery helps it: then loads may ask for more than it gives. */
static bool has_battery_behind(const struct feed *feed, int i)
{
    const struct wiring_way way = {.only = feed->works};
    bool has = false;

    for (int bus = 0; bus <= feed->described->bus_count; bus++) {
        has = has || (wiring_bus_has_battery(feed->described, bus) &&
                      wiring_gets_to(&feed->parts, &way, bus, feed->parts.parts[i].entry.to));
    }
    return has;
}

static void bound(const struct feed *feed, int i, struct bound bounds[BOUNDS])
{
    const struct equipment_facts *facts = &feed->parts.parts[i].facts;

    if (facts->is_contact) {
        bounds[FOR_LONG].most = facts->contact_a_max;
        bounds[FOR_LONG].seconds = facts->overload_s > 0.0 ? facts->overload_s : CONTINUOUS_S;
        bounds[FOR_A_MOMENT].most = facts->trip_a_max;
    } else if (is_converter(feed, i)) {
        bounds[FOR_LONG].most = has_battery_behind(feed, i) ? 0.0 : facts->to_a_max;
        bounds[FOR_LONG].seconds = LOW_S;
    } else {
        bounds[FOR_LONG].most = feed_outlet_w_max(feed, i);
        bounds[FOR_LONG].seconds = facts->overload_s;
        bounds[FOR_A_MOMENT].most = facts->trip_w_max;
        bounds[FOR_A_MOMENT].seconds = facts->trip_s;
    }
}

/* ---- what each is asked for ----------------------------------------------------------------------- */

static double asked_of(const struct feed *feed, const struct use_instant *instant, const struct sag *sag,
                       int i)
{
    if (feed->parts.parts[i].facts.is_contact) {
        return sag->link_place[i] >= 0 ? fabs(sag->flow.link_a[sag->link_place[i]]) : 0.0;
    }
    if (is_converter(feed, i)) {
        return sag->source_place[i] >= 0 ? sag->flow.source_a[sag->source_place[i]] : 0.0;
    }
    return sag_outlet_w(feed, instant, i);
}

static void see(void *self, const struct use_instant *instant)
{
    const struct sag_state state = {.z = sag_usual.z, .temp_c = sag_usual.temp_c, .converters_give = true};
    struct rating *rating = self;
    struct sag sag;

    sag_solve(rating->feed, instant, &state, &sag);
    for (int i = 0; i < rating->feed->parts.count; i++) {
        for (int k = 0; k < BOUNDS; k++) {
            struct bound *here = &rating->bounds[i][k];

            if (here->most > 0.0 && here->seconds == rating->seconds) {
                here->asked = fmax(here->asked, asked_of(rating->feed, instant, &sag, i));
            }
        }
    }
}

/* The shortest time above `seconds` that any of them bears more; negative: there is none. */
static double next_seconds(const struct rating *rating, double seconds)
{
    double next = -1.0;

    for (int i = 0; i < rating->feed->parts.count; i++) {
        for (int k = 0; k < BOUNDS; k++) {
            const struct bound *here = &rating->bounds[i][k];

            if (here->most > 0.0 && here->seconds > seconds && (next < 0.0 || here->seconds < next)) {
                next = here->seconds;
            }
        }
    }
    return next;
}

/* Those that feed the same bus share what it asks for; the first of them speaks for all, and the others have no bound any more. */
static int share(struct rating *rating, int first)
{
    const struct feed *feed = rating->feed;
    struct bound *all = &rating->bounds[first][FOR_LONG];
    int count = 1;

    for (int i = first + 1; i < feed->parts.count; i++) {
        struct bound *other = &rating->bounds[i][FOR_LONG];

        if (is_converter(feed, i) && feed->works[i] && other->most > 0.0 &&
            feed->parts.parts[i].entry.to == feed->parts.parts[first].entry.to) {
            all->most += other->most;
            all->asked += other->asked;
            other->most = 0.0;
            count++;
        }
    }
    return count;
}

/* ---- reporting ------------------------------------------------------------------------------------ */

static bool is_too_much(const struct bound *here)
{
    return here->most > 0.0 && here->asked > here->most * (1.0 + ROUNDING);
}

static void report_part(struct rating *rating, int i, const struct wiring_rule *rule,
                        struct wiring_findings *findings)
{
    const struct wiring_part *part = &rating->feed->parts.parts[i];
    const bool is_shared = is_converter(rating->feed, i) && share(rating, i) > 1;
    const struct bound *for_long = &rating->bounds[i][FOR_LONG];
    const struct bound *moment = &rating->bounds[i][FOR_A_MOMENT];
    const char *unit = part->facts.is_contact || part->facts.charges ? "A" : "W";

    if (is_too_much(for_long)) {
        char bears[64] = "";

        if (part->facts.overload_s > 0.0) {
            snprintf(bears, sizeof bears, ", and bears more for %s s",
                     wiring_number(part->facts.overload_s, 3).text);
        }
        wiring_report(findings, rule, part->line,
                      "loads that may run together ask %s%s for %s %s; %s made for %s %s%s", part->name,
                      is_shared ? " and what feeds its bus beside it" : "",
                      wiring_number(for_long->asked, 4).text, unit, is_shared ? "they are" : "it is",
                      wiring_number(for_long->most, 4).text, unit, bears);
    } else if (is_too_much(moment)) {
        wiring_report(findings, rule, part->line,
                      "loads that may start together ask %s for %s %s; more than %s %s stops it at once",
                      part->name, wiring_number(moment->asked, 4).text, unit,
                      wiring_number(moment->most, 4).text, unit);
    }
}

static void look(const struct scenario *described, const struct wiring_rule *rule,
                 struct wiring_findings *findings)
{
    struct feed feed;
    struct rating rating = {.feed = &feed};

    feed_look(described, FEED_WORKING, &feed);
    for (int i = 0; i < feed.parts.count; i++) {
        bound(&feed, i, rating.bounds[i]);
    }
    for (double seconds = next_seconds(&rating, -1.0); seconds >= 0.0;
         seconds = next_seconds(&rating, seconds)) {
        rating.seconds = seconds;
        use_each_lasting(described, seconds, see, &rating);
    }
    for (int i = 0; i < feed.parts.count; i++) {
        report_part(&rating, i, rule, findings);
    }
}

const struct wiring_rule wiring_rule_25 = {
    .id = "WIRE-25",
    .title = "an inverter, a converter or a switch that loads ask for more than it can",
    .why = "An inverter or a Battery Protect trips, at the start of a motor already, and what else is on it "
           "goes dark too; a converter's voltage falls "
           "until something drops out; the contact of a relay or a Cyrix overheats and may weld.",
    .instead =
        "Take a larger one, or another one for some of the loads, or see that they do not run together.",
    .source =
        "current_a_max, peak_a_max, power_w, peak_w and peak_s of the file; MODELS.md for what each does",
    .look = look,
};

/* ---- WIRE-28 -------------------------------------------------------------------------------------- */

/*
 * What sources that may give at the same time drive through each contact on their way to the bank, which is empty and takes it all. Contacts
 * beside each other share it. Other batteries are full, and loads are off.
 */
#define EMPTY_OHM 0.0001
#define FLOW_ROUNDING 1e-6 /* of what is found to flow */
#define AMPLE 2.0          /* the power of a source does not limit it here: its current does */

struct charging {
    const struct feed *feed;
    double most_a[WIRING_PARTS_MAX]; /* of a contact */
    const char *biggest[WIRING_PARTS_MAX];
    int count[WIRING_PARTS_MAX]; /* of those that give to it then */
};

static void build(const struct feed *feed, const bool gives[WIRING_PARTS_MAX], int places[WIRING_PARTS_MAX],
                  struct network *network)
{
    const double empty_v =
        feed_bus_mv(feed->described, 0, feed->described->bank.settings.under_voltage_mv) * 0.001;

    memset(network, 0, sizeof *network);
    network->node_count = 1 + feed->described->bus_count;
    network->stores[0] =
        (struct network_store){.conductance_s = 1.0 / EMPTY_OHM, .short_a = empty_v / EMPTY_OHM};
    for (int i = 0; i < feed->parts.count; i++) {
        const struct wiring_part *part = &feed->parts.parts[i];
        const double given_a = wiring_given_a(feed->described, part);
        const double to_v = part->facts.to_mv_max * 0.001;

        places[i] = -1;
        if (part->facts.is_contact && feed->works[i]) {
            places[i] = network->link_count;
            network->links[network->link_count++] =
                (struct network_link){.from = part->entry.from,
                                      .to = part->entry.to,
                                      .conductance_s = 1.0 / part->facts.contact_ohm,
                                      .is_one_way = !part->facts.joins_both_ways};
        } else if (gives[i] && feed_brings(feed, i) && given_a > 0.0) {
            assert(network->source_count < NETWORK_SOURCES_MAX);
            network->sources[network->source_count++] =
                (struct network_source){.node = part->entry.to,
                                        .power_w = AMPLE * given_a * to_v,
                                        .current_a_max = given_a,
                                        .voltage_v_max = to_v,
                                        .cable_ohm = part->facts.to_cable_ohm};
        }
    }
}

/* Names what gives the most of what goes through contact `i`, with its near side on `bus`. */
static void name_biggest(struct charging *charging, const bool gives[WIRING_PARTS_MAX], int i, int bus)
{
    const struct feed *feed = charging->feed;
    const struct wiring_way way = {
        .not_beyond_bank = true, .only = feed->works, .without_part = &feed->parts.parts[i]};
    double most_a = 0.0;

    charging->count[i] = 0;
    for (int k = 0; k < feed->parts.count; k++) {
        const struct wiring_part *part = &feed->parts.parts[k];
        const double given_a = wiring_given_a(feed->described, part);

        if (gives[k] && feed_brings(feed, k) && part->entry.to != 0 &&
            wiring_gets_to(&feed->parts, &way, part->entry.to, bus)) {
            charging->count[i]++;
            charging->biggest[i] = given_a > most_a ? part->name : charging->biggest[i];
            most_a = fmax(most_a, given_a);
        }
    }
}

static void see_mix(void *self, const bool gives[WIRING_PARTS_MAX])
{
    struct charging *charging = self;
    const struct feed *feed = charging->feed;
    int places[WIRING_PARTS_MAX];
    struct network network;
    struct network_flow flow = {0};

    build(feed, gives, places, &network);
    network_solve(&network, &flow);
    for (int i = 0; i < feed->parts.count; i++) {
        const double link_a = places[i] >= 0 ? flow.link_a[places[i]] : 0.0;

        if (fabs(link_a) > charging->most_a[i]) {
            charging->most_a[i] = fabs(link_a);
            name_biggest(charging, gives, i,
                         link_a > 0.0 ? feed->parts.parts[i].entry.from : feed->parts.parts[i].entry.to);
        }
    }
}

static void look_charging(const struct scenario *described, const struct wiring_rule *rule,
                          struct wiring_findings *findings)
{
    struct feed feed;
    struct charging charging = {.feed = &feed};

    feed_look(described, FEED_CHARGING, &feed);
    feed_each_mix(&feed, see_mix, &charging);
    for (int i = 0; i < feed.parts.count; i++) {
        const struct wiring_part *part = &feed.parts.parts[i];

        if (charging.count[i] > 0 && charging.most_a[i] > part->facts.contact_a_max * (1.0 + FLOW_ROUNDING)) {
            wiring_report(findings, rule, part->line,
                          "%s%s up to %s A to the bank through %s, which is made for %s A",
                          charging.biggest[i], charging.count[i] > 1 ? " and others give" : " gives",
                          wiring_number(charging.most_a[i], 4).text, part->name,
                          wiring_number(part->facts.contact_a_max, 4).text);
        }
    }
}

const struct wiring_rule wiring_rule_28 = {
    .id = "WIRE-28",
    .title = "a switch or a combiner that sources give more current than it is made for",
    .why = "An empty lithium bank takes all that an alternator or a charger gives, for hours, and a combiner "
           "limits nothing.",
    .instead =
        "Take a larger one, or a DC-DC charger in its place, which limits the current; or see that the "
        "sources' hours do not meet.",
    .source = "users' reports on combiners and alternators; current_a_max of the file",
    .look = look_charging,
};
