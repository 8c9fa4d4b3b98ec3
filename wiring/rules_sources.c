/* SPDX-License-Identifier: Apache-2.0 */
/* What charges: that Charger can stop it, and that no cut of Load takes it away. */
#include "wiring/rules.h"

#include "wiring/parts.h"

/* ---- what Charger must stop ----------------------------------------------------------------------- */

static bool is_stopped(const struct wiring_part *part)
{
    return part->facts.stops_with_charger ||
           (wiring_is_on(part->entry.control, CONTROL_CHARGER) && !part->facts.runs_on);
}

/* What gives to `bus` and Charger does not stop on its way; NULL: nothing. */
static const struct wiring_part *source_behind(const struct wiring_parts *parts,
                                               const struct wiring_part *entry, int bus)
{
    const struct wiring_way way = {
        .by_converters = true, .not_beyond_bank = true, .without = CONTROL_CHARGER, .without_part = entry};

    for (int i = 0; i < parts->count; i++) {
        const struct wiring_part *part = &parts->parts[i];

        if (part->facts.is_source && !is_stopped(part) && part->entry.to != 0 &&
            wiring_gets_to(parts, &way, part->entry.to, bus)) {
            return part;
        }
    }
    return NULL;
}

/* A bus with a battery, and the converter that charges from it. */
struct charged_from {
    const struct wiring_part *converter; /* NULL: there is none */
    int battery;
};

/* The battery from which current gets to the bus `bus`; 0: none. */
static int battery_before(const struct scenario *described, const struct wiring_parts *parts,
                          const struct wiring_way *way, int bus)
{
    for (int i = 1; i <= described->bus_count; i++) {
        if (wiring_bus_has_battery(described, i) && wiring_gets_to(parts, way, i, bus)) {
            return i;
        }
    }
    return 0;
}

/* The same of a battery from which a converter charges: `entry` itself, or one before it whose output gets to `bus`. */
static struct charged_from battery_behind(const struct scenario *described, const struct wiring_parts *parts,
                                          const struct wiring_part *entry, int bus)
{
    const struct wiring_way way = {
        .by_converters = true, .not_beyond_bank = true, .without = CONTROL_CHARGER, .without_part = entry};

    for (int k = 0; k < parts->count; k++) {
        const struct wiring_part *part = &parts->parts[k];
        const bool charges = part->facts.charges && !part->facts.is_source && !is_stopped(part);
        const bool is_before = part->entry.from != 0 && wiring_gets_to(parts, &way, part->entry.to, bus);

        const int battery = charges && (part == entry || is_before)
                                ? battery_before(described, parts, &way, part->entry.from)
                                : 0;

        if (battery != 0) {
            return (struct charged_from){part, battery};
        }
    }
    return (struct charged_from){NULL, 0};
}

/* What is said of `part`'s own control. */
static const char *stopped_by(const struct wiring_part *part)
{
    switch (part->entry.control) {
    case CONTROL_NONE:
        return "nothing stops it";
    case CONTROL_LOAD:
        return "Load stops it, and Charger does not";
    case CONTROL_PRE_ALARM:
        return "Pre-alarm turns it on and off, and Charger does not";
    default:
        return "it runs on for some time when Charger floats";
    }
}

static void look_entry(const struct scenario *described, const struct wiring_parts *parts,
                       const struct wiring_part *part, const struct wiring_rule *rule,
                       struct wiring_findings *findings)
{
    const int bus = wiring_enters_from(part);
    const struct wiring_part *source = bus == 0 ? NULL : source_behind(parts, part, bus);
    const struct charged_from from =
        bus == 0 ? (struct charged_from){NULL, 0} : battery_behind(described, parts, part, bus);

    if (part->facts.is_source && part->entry.to == 0) {
        wiring_report(findings, rule, part->line, "%s charges the bank, and %s", part->name,
                      stopped_by(part));
    } else if (source != NULL) {
        wiring_report(findings, rule, part->line, "%s charges the bank through %s, and Charger stops neither",
                      source->name, part->name);
    } else if (from.converter == part) {
        wiring_report(findings, rule, part->line, "%s charges the bank from the battery on %s, and %s",
                      part->name, wiring_bus_name(described, from.battery), stopped_by(part));
    } else if (from.converter != NULL) {
        wiring_report(findings, rule, part->line,
                      "%s charges the bank from the battery on %s through %s, and Charger stops neither",
                      from.converter->name, wiring_bus_name(described, from.battery), part->name);
    }
}

static void look_stopped(const struct scenario *described, const struct wiring_rule *rule,
                         struct wiring_findings *findings)
{
    struct wiring_parts parts;

    wiring_parts_of(described, &parts);
    for (int i = 0; i < parts.count; i++) {
        if (!is_stopped(&parts.parts[i])) {
            look_entry(described, &parts, &parts.parts[i], rule, findings);
        }
    }
}

const struct wiring_rule wiring_rule_6 = {
    .id = "WIRE-6",
    .title = "a source that Charger does not stop",
    .why = "When a cell is full, above 50 degC or below 5 degC, Charger floats and all charging has to end. "
           "What it does not stop goes on, "
           "past 3.75 V in a cell, and in the cold it ruins cells for good.",
    .instead = "Put its remote input on Charger (control: charger). A generator's charger has one, too "
               "(charger_remote: charger). What has none stands behind a switch that Charger controls: a "
               "Cyrix-Li-Charge, a Cyrix-Li-ct, a DC-DC charger.",
    .source = "datasheet of the smallBMS with pre-alarm (CHG-1); the batteries' technical data",
    .look = look_stopped,
};

/* ---- what a cut of Load must not take away -------------------------------------------------------- */

/* The part, controlled by Load, without which the source on `bus` does not get to the bank; NULL: there are several. */
static const struct wiring_part *cut_between(const struct wiring_parts *parts, int bus)
{
    for (int i = 0; i < parts->count; i++) {
        const struct wiring_way way = {.by_converters = true, .without_part = &parts->parts[i]};

        if (wiring_is_on(parts->parts[i].entry.control, CONTROL_LOAD) &&
            !wiring_gets_to(parts, &way, bus, 0)) {
            return &parts->parts[i];
        }
    }
    return NULL;
}

static void look_cut(const struct scenario *described, const struct wiring_rule *rule,
                     struct wiring_findings *findings)
{
    const struct wiring_way before = {.by_converters = true};
    const struct wiring_way after = {.by_converters = true, .without = CONTROL_LOAD};
    struct wiring_parts parts;

    wiring_parts_of(described, &parts);
    for (int i = 0; i < parts.count; i++) {
        const struct wiring_part *part = &parts.parts[i];
        const int bus = part->entry.to;

        if (part->facts.is_source && wiring_gets_to(&parts, &before, bus, 0) &&
            !wiring_gets_to(&parts, &after, bus, 0)) {
            const struct wiring_part *cut = cut_between(&parts, bus);

            wiring_report(findings, rule, part->line, "%s gives to %s, which Load cuts off from the bank%s%s",
                          part->name, wiring_bus_name(described, bus), cut != NULL ? " with " : "",
                          cut != NULL ? cut->name : "");
        }
    }
}

const struct wiring_rule wiring_rule_7 = {
    .id = "WIRE-7",
    .title = "a source on the far side of what Load cuts",
    .why = "After a cut for under-voltage the battery has to be charged, and Load stays floating until it "
           "is. A source behind the cut cannot "
           "do that: the system stays dark with the sun shining.",
    .instead = "Put every source on the bank's side, and its remote input on Charger; a cut of Load must "
               "leave it there.",
    .source = "manual of the smallBMS with pre-alarm: recharge at once after a cut (CHG-2)",
    .look = look_cut,
};
