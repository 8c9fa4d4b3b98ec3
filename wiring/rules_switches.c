/* SPDX-License-Identifier: Apache-2.0 */
/* Switches: one that lets current go one way, one that makes a rush of current, one that leaves an alternator alone. */
#include "wiring/rules.h"

#include "wiring/parts.h"

/* ---- a switch that lets current go one way -------------------------------------------------------- */

static bool is_one_way(const struct wiring_part *part)
{
    return part->facts.is_contact && !part->facts.joins_both_ways;
}

/*
 * Whether what gives to `bus` raises the far side of `protect` above a battery on its near side: it gets to the one, and the other has a
 * battery without it.
 */
static bool pushes_back(const struct scenario *described, const struct wiring_parts *parts,
                        const struct wiring_part *protect, int bus)
{
    const struct wiring_way forth = {.without_part = protect};
    const struct wiring_way any = {.backwards_too = true, .without_part = protect};

    return wiring_gets_to(parts, &forth, bus, protect->entry.to) &&
           wiring_gets_to_battery(described, parts, &any, protect->entry.from);
}

/* Whether `bus` gets its current through `protect` alone. */
static bool is_behind(const struct scenario *described, const struct wiring_parts *parts,
                      const struct wiring_part *protect, int bus)
{
    const struct wiring_way through = {.by_converters = true};
    const struct wiring_way around = {.by_converters = true, .without_part = protect};
    bool is_fed = false;
    bool is_fed_around = false;

    for (int i = 0; i <= described->bus_count; i++) {
        if (wiring_bus_has_battery(described, i)) {
            is_fed = is_fed || wiring_gets_to(parts, &through, i, bus);
            is_fed_around = is_fed_around || wiring_gets_to(parts, &around, i, bus);
        }
    }
    return is_fed && !is_fed_around;
}

static void look_behind(const struct scenario *described, const struct wiring_parts *parts,
                        const struct wiring_part *protect, const struct wiring_rule *rule,
                        struct wiring_findings *findings)
{
    for (int i = 0; i < parts->count; i++) {
        const struct wiring_part *part = &parts->parts[i];

        if (part != protect && part->facts.charges &&
            pushes_back(described, parts, protect, part->entry.to)) {
            wiring_report(findings, rule, part->line,
                          "%s gives to %s, on the far side of %s, which lets current go one way", part->name,
                          wiring_bus_name(described, part->entry.to), protect->name);
        }
        if (part->facts.has_capacitors && is_behind(described, parts, protect, part->entry.from)) {
            wiring_report(findings, rule, part->line, "%s, with its capacitors, is behind %s", part->name,
                          protect->name);
        }
    }
}

static void look_one_way(const struct scenario *described, const struct wiring_rule *rule,
                         struct wiring_findings *findings)
{
    struct wiring_parts parts;

    wiring_parts_of(described, &parts);
    for (int i = 0; i < parts.count; i++) {
        if (is_one_way(&parts.parts[i])) {
            look_behind(described, &parts, &parts.parts[i], rule, findings);
        }
    }
}

const struct wiring_rule wiring_rule_5 = {
    .id = "WIRE-5",
    .title = "an inverter's capacitors, or what charges, behind a Battery Protect",
    .why = "A Battery Protect carries current one way. What charges behind it drives current back, which "
           "destroys it; the rush of current into "
           "an inverter's capacitors looks like a short circuit, and it trips.",
    .instead = "Put the inverter on the bank's bus and its remote input on Load. Put the charger on the "
               "bank's bus and its input on "
               "Charger, or take a switch that carries current both ways.",
    .source = "the maker's page on inverters and chargers behind the Smart Battery Protect",
    .look = look_one_way,
};

/* ---- a contact that makes a rush of current ------------------------------------------------------- */

static void look_making(const struct scenario *described, const struct wiring_rule *rule,
                        struct wiring_findings *findings)
{
    struct wiring_parts parts;

    wiring_parts_of(described, &parts);
    for (int i = 0; i < parts.count; i++) {
        const struct wiring_part *contact = &parts.parts[i];

        for (int j = 0; j < parts.count && contact->facts.making_a_max > 0.0; j++) {
            const struct wiring_part *part = &parts.parts[j];

            if (part->facts.inrush_a > contact->facts.making_a_max &&
                is_behind(described, &parts, contact, part->entry.from)) {
                wiring_report(findings, rule, part->line, "%s takes %s A when %s closes, which may make %s A",
                              part->name, wiring_number(part->facts.inrush_a, 3).text, contact->name,
                              wiring_number(contact->facts.making_a_max, 3).text);
            }
        }
    }
}

const struct wiring_rule wiring_rule_19 = {
    .id = "WIRE-19",
    .title = "an inverter's rush of current onto a contact that may not make it",
    .why = "The empty capacitors of an inverter are a short circuit for a moment. A contact that closes onto "
           "that bounces in the arc and "
           "welds, and then Load cuts nothing any more.",
    .instead = "Leave the inverter on the bank's bus and put its remote input on Load; or give it a "
               "pre-charge (has_precharge: true), or take "
               "a contactor that may make so much (making_a_max).",
    .source = "a boat owners' forum on the pre-charge of inverters; the rating of the contact is its maker's",
    .look = look_making,
};

/* ---- an alternator keeps its battery -------------------------------------------------------------- */

/* Whether its field goes with Charger, as every switch between its bus and a battery does: then it gives nothing when they open. A
 * combiner opens by the voltage, too, and closes some time after the alternator has begun. */
static bool goes_first(const struct wiring_parts *parts, const struct wiring_part *alternator)
{
    bool goes = alternator->entry.control == CONTROL_CHARGER;

    for (int i = 0; i < parts->count; i++) {
        const struct wiring_part *part = &parts->parts[i];
        const bool is_here =
            part->entry.from == alternator->entry.to || part->entry.to == alternator->entry.to;

        if (part->facts.is_contact && is_here) {
            goes = goes && part->entry.control == CONTROL_CHARGER && !part->facts.closes_while_charged;
        }
    }
    return goes;
}

static const struct wiring_part *contact_of(const struct wiring_parts *parts, int bus)
{
    for (int i = 0; i < parts->count; i++) {
        const struct scenario_equipment *entry = &parts->parts[i].entry;

        if (parts->parts[i].facts.is_contact && (entry->from == bus || entry->to == bus)) {
            return &parts->parts[i];
        }
    }
    return NULL;
}

static void look_alternator(const struct scenario *described, const struct wiring_rule *rule,
                            struct wiring_findings *findings)
{
    struct wiring_parts parts;

    wiring_parts_of(described, &parts);
    for (int i = 0; i < parts.count; i++) {
        const struct wiring_part *part = &parts.parts[i];
        const int bus = part->entry.to;
        const struct wiring_part *contact = contact_of(&parts, bus);

        if (!part->facts.is_alternator || wiring_bus_has_battery(described, bus) ||
            goes_first(&parts, part)) {
            continue;
        }
        if (contact != NULL) {
            wiring_report(findings, rule, part->line,
                          "%s is on %s, which has no battery of its own: it loses its load when %s opens",
                          part->name, wiring_bus_name(described, bus), contact->name);
        } else {
            wiring_report(findings, rule, part->line, "%s is on %s, which has no battery", part->name,
                          wiring_bus_name(described, bus));
        }
    }
}

const struct wiring_rule wiring_rule_9 = {
    .id = "WIRE-9",
    .title = "a switch that leaves an alternator without its battery",
    .why = "An alternator that loses its battery while it charges makes a load dump, 79 to 101 V at 12 V. "
           "That breaks its diodes and what "
           "else is on its bus.",
    .instead = "Leave the starter battery on the alternator's bus, and a combiner or a DC-DC charger between "
               "that and the bank; or turn its field "
               "off by Charger, together with a switch that is no combiner.",
    .source = "ISO 16750-2, at second hand; a boat owners' forum on BMS disconnects",
    .look = look_alternator,
};
