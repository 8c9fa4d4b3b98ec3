/* SPDX-License-Identifier: Apache-2.0 */
/*
 * WIRE-20. A heater of the batteries that works only when it is not needed: while Charger is high, or while there is a source that Charger
 * has stopped. One whose thermostat lets them cool below the limit first, so that Charger floats in each of its rounds. And one
 * that Load takes away: after a cut in the cold no charger may charge until it is warm, and nothing makes it warm.
 */
#include "wiring/rules.h"

#include <assert.h>

#include "wiring/cold.h"
#include "wiring/feed.h"

/* The same heaters before and after a cut. */
struct view {
    struct feed cold;
    struct feed cold_cut;
};

/* Whether a source gives to the bus `bus`. */
static bool has_source(const struct feed *feed, int bus)
{
    const struct wiring_way way = {.by_converters = true, .only = feed->works};

    for (int i = 0; i < feed->parts.count; i++) {
        const struct wiring_part *part = &feed->parts.parts[i];

        if (part->facts.is_source && feed->works[i] && !part->facts.stops_with_charger &&
            wiring_gets_to(&feed->parts, &way, part->entry.to, bus)) {
            return true;
        }
    }
    return false;
}

/* Whether any battery does. */
static bool has_battery(const struct feed *feed, int bus)
{
    const struct wiring_way way = {.by_converters = true, .only = feed->works};
    bool has = false;

    for (int i = 0; i <= feed->described->bus_count; i++) {
        has =
            has || (wiring_bus_has_battery(feed->described, i) && wiring_gets_to(&feed->parts, &way, i, bus));
    }
    return has;
}

/* Whether heater `i` heats when it is cold. */
static bool can_heat(const struct feed *feed, int i)
{
    const struct wiring_part *part = &feed->parts.parts[i];

    return feed->works[i] && (has_source(feed, part->entry.from) ||
                              (!part->facts.needs_source && has_battery(feed, part->entry.from)));
}

/* Writes the months in which the cold bars charging after a cut, with the heaters that work then; false: there are none. */
static bool find_months(const struct view *view, char *months, size_t size)
{
    struct feed recharge;

    feed_look(view->cold_cut.described, FEED_RECHARGE, &recharge);
    for (int i = 0; i < recharge.parts.count; i++) {
        if (feed_heats(&recharge, i)) {
            const int bus = recharge.parts.parts[i].entry.from;

            recharge.works[i] = can_heat(&view->cold_cut, i);
            recharge.is_fed[bus] = recharge.is_fed[bus] || recharge.works[i];
        }
    }
    return feed_has_source(&recharge) && cold_months(&recharge, months, size) > 0;
}

/* One that gets nothing while Charger floats, or by Pre-alarm alone. */
static void report_off(const struct view *view, int i, double limit_c, const struct wiring_rule *rule,
                       struct wiring_findings *findings)
{
    const struct wiring_part *part = &view->cold.parts.parts[i];

    if (wiring_is_on(part->entry.control, CONTROL_CHARGER)) {
        wiring_report(
            findings, rule, part->line,
            "%s hangs on Charger, which floats while the batteries are too cold; it never heats then",
            part->name);
    } else if (!view->cold.works[i]) {
        wiring_report(findings, rule, part->line,
                      "%s hangs on Pre-alarm, which floats while all is well; it does not heat then",
                      part->name);
    } else if (part->facts.needs_source) {
        wiring_report(
            findings, rule, part->line,
            "%s waits for a source, and below %.1f degC no source gives to its bus: Charger has stopped "
            "them all",
            part->name, limit_c);
    } else {
        wiring_report(
            findings, rule, part->line,
            "%s is on %s, which gets nothing below %.1f degC: Charger floats there, and cuts it off",
            part->name, wiring_bus_name(view->cold.described, part->entry.from), limit_c);
    }
}

static void look_at(const struct view *view, int i, const struct wiring_rule *rule,
                    struct wiring_findings *findings)
{
    const struct wiring_part *part = &view->cold.parts.parts[i];
    const double limit_c = 0.1 * view->cold.described->bank.settings.low_temp_dc;
    const double return_c = limit_c + 0.1 * SBMS_LOW_TEMP_HYSTERESIS_DC;
    char months[COLD_MONTHS_SIZE];

    if (!can_heat(&view->cold, i)) {
        report_off(view, i, limit_c, rule, findings);
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
    } else if (!can_heat(&view->cold_cut, i) && find_months(view, months, sizeof months)) {
        wiring_report(findings, rule, part->line,
                      "%s heats no more once Load is cut, and in %s the cold then bars the charging that "
                      "Load waits for",
                      part->name, months);
    }
}

static void look(const struct scenario *described, const struct wiring_rule *rule,
                 struct wiring_findings *findings)
{
    struct view view;

    feed_look(described, FEED_COLD, &view.cold);
    feed_look(described, FEED_COLD_CUT, &view.cold_cut);
    assert(view.cold.parts.count <= WIRING_PARTS_MAX);
    for (int i = 0; i < view.cold.parts.count; i++) {
        if (feed_heats(&view.cold, i)) {
            look_at(&view, i, rule, findings);
        }
    }
}

const struct wiring_rule wiring_rule_20 = {
    .id = "WIRE-20",
    .title = "a heater of the batteries that does not keep charging allowed",
    .why =
        "It is there so that the batteries may be charged in the cold. On Charger, or behind sources that "
        "Charger has stopped, it waits for what waits for it. With its thermostat too low Charger floats in "
        "each round. On Load it ends with a cut, and in frost nothing charges from then on.",
    .instead = "Put it on nothing but its thermostat, on a bus with a source that works in the cold and "
               "that Load does not cut off: a starter battery's, the mains'. On the bank itself it goes "
               "on after a cut, and takes what is left (WIRE-12). Set on_below_c above the batteries' "
               "limit, and off_above_c at 2 K above that limit or more.",
    .source = "BAT-5; CHG-1",
    .look = look,
};
