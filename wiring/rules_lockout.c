/* SPDX-License-Identifier: Apache-2.0 */
/*
 * WIRE-18. After a cut by sag the bank comes to rest on the lower branch of its curve: 13.3 V for each 12.8 V where it is nine tenths
 * full, which is little more than where it is half full. A lock-out that ends there ends by itself. One at the chargers'
 * own voltage never ends by charging: until it leaves its absorption a charger gives its tail current, and its cable keeps the bus below.
 */
#include "wiring/rules.h"

#include <assert.h>

#include "wiring/feed.h"
#include "wiring/sag.h"

#define FULL_PART 0.9
#define TAIL_A 2.0 /* a usual one, which is still given at the end of absorption */
#define MV 1000.0

/* The highest voltage that charging brings to the bank's bus, in mV, its cable's loss aside; 0: nothing charges. */
static double highest_mv(const struct feed *feed)
{
    double highest = 0.0;

    for (int i = 0; i < feed->parts.count; i++) {
        const struct equipment_facts *facts = &feed->parts.parts[i].facts;
        const double bus_mv = facts->to_mv_max - TAIL_A * facts->to_cable_ohm * MV;

        if (feed->works[i] && facts->charges && feed->gives_directly[feed->parts.parts[i].entry.to] &&
            bus_mv > highest) {
            highest = bus_mv;
        }
    }
    return highest;
}

static void look(const struct scenario *described, const struct wiring_rule *rule,
                 struct wiring_findings *findings)
{
    const struct sbms_control_settings *settings = &described->bms.settings;
    const double clear_mv = settings->lockout_clear_mv;
    const double rest_mv = feed_bus_mv(described, 0, sag_rest_v(&described->bank, FULL_PART) * MV);
    struct feed feed;
    double charged_mv = 0.0;

    assert(rest_mv > 0.0);
    if (settings->lockout_retries == 0) {
        return;
    }
    feed_look(described, FEED_CHARGING, &feed);
    charged_mv = highest_mv(&feed);
    if (clear_mv <= rest_mv) {
        wiring_report(
            findings, rule, described->lines.bms,
            "the lock-out ends at %.0f mV, and after a cut by sag this bank comes to rest at up to %.0f "
            "mV without any charger",
            clear_mv, rest_mv);
    } else if (charged_mv > 0.0 && clear_mv > charged_mv) {
        wiring_report(findings, rule, described->lines.bms,
                      "the lock-out ends at %.0f mV, and no charger holds the bus above %.0f mV", clear_mv,
                      charged_mv);
    }
}

const struct wiring_rule wiring_rule_18 = {
    .id = "WIRE-18",
    .title = "a lock-out that ends at rest, or that charging does not end",
    .why = "A lock-out is to last until the batteries have been charged. Below the voltage at which they "
           "rest it "
           "ends half a minute after it began; above that of every charger only the switch ends it.",
    .instead = "Set lockout_clear_mv to 13400 mV for each 12.8 V.",
    .source = "LOAD-6; the cell's curve after a discharge, at 90 % (MODELS.md)",
    .look = look,
};
