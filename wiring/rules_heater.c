/* SPDX-License-Identifier: Apache-2.0 */
/*
 * WIRE-20. A heater of the batteries that works only when it is not needed: while Charger is high, or while there is a source that Charger
 * has stopped. And one whose thermostat lets them cool below the limit first, so that Charger floats in each of its rounds.
 */
#include "wiring/rules.h"

#include <assert.h>

#include "wiring/feed.h"

/* Whether a source gives to the heater's bus while Charger floats. */
static bool has_source_when_cold(const struct feed *cold, int heater)
{
    const struct wiring_way way = {.by_converters = true, .without = CONTROL_CHARGER};
    const int bus = cold->parts.parts[heater].entry.from;

    for (int i = 0; i < cold->parts.count; i++) {
        const struct wiring_part *part = &cold->parts.parts[i];

        if (part->facts.is_source && cold->works[i] && !part->facts.stops_with_charger &&
            wiring_gets_to(&cold->parts, &way, part->entry.to, bus)) {
            return true;
        }
    }
    return false;
}

static void look_at(const struct feed *cold, int i, const struct wiring_rule *rule,
                    struct wiring_findings *findings)
{
    const struct wiring_part *part = &cold->parts.parts[i];
    const double limit_c = 0.1 * cold->described->bank.settings.low_temp_dc;
    const double return_c = limit_c + 0.1 * SBMS_LOW_TEMP_HYSTERESIS_DC;

    if (wiring_is_on(part->entry.control, CONTROL_CHARGER)) {
        wiring_report(
            findings, rule, part->line,
            "%s hangs on Charger, which floats while the batteries are too cold; it never heats then",
            part->name);
    } else if (part->facts.needs_source && !has_source_when_cold(cold, i)) {
        wiring_report(
            findings, rule, part->line,
            "%s waits for a source, and below %.1f degC no source gives to its bus: Charger has stopped "
            "them all",
            part->name, limit_c);
    } else if (part->facts.heats_to_c < return_c) {
        wiring_report(
            findings, rule, part->line,
            "%s heats to %.1f degC only; once Charger has floated below %.1f degC it comes back at %.1f degC",
            part->name, part->facts.heats_to_c, limit_c, return_c);
    } else if (part->facts.heats_below_c <= limit_c) {
        wiring_report(
            findings, rule, part->line,
            "%s heats below %.1f degC only; Charger floats below %.1f degC, and until there are %.1f "
            "degC",
            part->name, part->facts.heats_below_c, limit_c, return_c);
    }
}

static void look(const struct scenario *described, const struct wiring_rule *rule,
                 struct wiring_findings *findings)
{
    struct feed cold;

    feed_look(described, FEED_COLD, &cold);
    assert(cold.parts.count <= WIRING_PARTS_MAX);
    for (int i = 0; i < cold.parts.count; i++) {
        if (feed_heats(&cold, i)) {
            look_at(&cold, i, rule, findings);
        }
    }
}

const struct wiring_rule wiring_rule_20 = {
    .id = "WIRE-20",
    .title = "a heater of the batteries that does not keep charging allowed",
    .why = "It is there so that the batteries may be charged in the cold. On Charger, or behind sources that "
           "Charger "
           "has stopped, it waits for what waits for it. With its thermostat too low Charger floats in each "
           "round.",
    .instead =
        "Put it on nothing but its thermostat, on a bus with a source that works in the cold (a starter "
        "battery's, "
        "the mains'). On Load it heats no more after a cut. Set on_below_c above the batteries' limit, and "
        "off_above_c at 2 K above that limit or more.",
    .source = "BAT-5; CHG-1",
    .look = look,
};
