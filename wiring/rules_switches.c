/* SPDX-License-Identifier: Apache-2.0 */
/* Switches: one that lets current go one way, one that makes a rush of current, one that leaves an alternator alone. */
#include "wiring/rules.h"

#include "wiring/parts.h"

/* ---- a rush of current ---------------------------------------------------------------------------- */

/* Whether its contact stays closed whatever the device and the voltages do. */
static bool never_opens(const struct wiring_part *part)
{
    return part->entry.control == CONTROL_NONE && !part->facts.closes_while_charged;
}

/* Whether any bus with a battery gets its current to `bus`. */
static bool is_fed(const struct scenario *described, const struct wiring_parts *parts,
                   const struct wiring_way *way, int bus)
{
    bool is_fed = false;

    for (int i = 0; i <= described->bus_count; i++) {
        is_fed = is_fed || (wiring_bus_has_battery(described, i) && wiring_gets_to(parts, way, i, bus));
    }
    return is_fed;
}

/* Whether capacitors on `bus` stay full without `contact`: by a battery there, or through what never opens. */
static bool stay_full(const struct scenario *described, const struct wiring_parts *parts,
                      const struct wiring_part *contact, int bus)
{
    bool always[WIRING_PARTS_MAX];
    const struct wiring_way way = {.by_converters = true, .without_part = contact, .only = always};

    for (int i = 0; i < parts->count; i++) {
        always[i] = never_opens(&parts->parts[i]) && !parts->parts[i].facts.needs_charged_input;
    }
    return is_fed(described, parts, &way, bus);
}

/* Sets which parts are not on `bus`. */
static void leave_out(const struct wiring_parts *parts, int bus, bool elsewhere[WIRING_PARTS_MAX])
{
    for (int i = 0; i < parts->count; i++) {
        elsewhere[i] = parts->parts[i].entry.from != bus && parts->parts[i].entry.to != bus;
    }
}

/* Whether current from a battery gets to `near`, not by way of `bus`, and from `far` to `bus`. */
static bool goes_by(const struct scenario *described, const struct wiring_parts *parts,
                    const struct wiring_part *contact, int near, int far, int bus)
{
    bool elsewhere[WIRING_PARTS_MAX];
    const struct wiring_way before = {.without_part = contact, .only = elsewhere};
    const struct wiring_way after = {.without_part = contact};

    leave_out(parts, bus, elsewhere);
    return near != bus && is_fed(described, parts, &before, near) && wiring_gets_to(parts, &after, far, bus);
}

/*
 * Whether the rush of current into empty capacitors on `bus` can go through `contact`. With others beside it, it may be the first to
 * close. A converter on the way lets no rush through.
 */
static bool rushes_through(const struct scenario *described, const struct wiring_parts *parts,
                           const struct wiring_part *contact, int bus)
{
    const int from = contact->entry.from;
    const int to = contact->entry.to;

    if (stay_full(described, parts, contact, bus)) {
        return false;
    }
    return goes_by(described, parts, contact, from, to, bus) ||
           (contact->facts.joins_both_ways && goes_by(described, parts, contact, to, from, bus));
}

/* ---- a switch that lets current go one way -------------------------------------------------------- */

static bool is_one_way(const struct wiring_part *part)
{
    return part->facts.is_contact && !part->facts.joins_both_ways;
}

/*
 * Whether what gives to `bus` raises the far side of `protect` above a battery on its near side: it gets to the one, and the other has a
 * battery of its own. What gets to the near side first, as with a second switch beside it, raises both.
 */
static bool pushes_back(const struct scenario *described, const struct wiring_parts *parts,
                        const struct wiring_part *protect, int bus)
{
    bool elsewhere[WIRING_PARTS_MAX];
    const struct wiring_way forth = {.without_part = protect};
    const struct wiring_way any = {.backwards_too = true, .only = elsewhere};
    const struct wiring_way near = {.only = elsewhere};

    leave_out(parts, protect->entry.to, elsewhere);
    return wiring_gets_to(parts, &forth, bus, protect->entry.to) &&
           !(bus != protect->entry.to && wiring_gets_to(parts, &near, bus, protect->entry.from)) &&
           wiring_gets_to_battery(described, parts, &any, protect->entry.from);
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
        if (part->facts.has_capacitors && rushes_through(described, parts, protect, part->entry.from)) {
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
    .instead =
        "Put the inverter on the bank's bus and its remote input on Load, or give it a pre-charge "
        "(has_precharge: true). Put the charger on the bank's bus and its input on Charger; one without "
        "an input goes behind a Cyrix-Li-Charge on Charger, with nothing else on its bus. Two batteries "
        "take a combiner or a DC-DC charger between them.",
    .source = "the maker's page on inverters and chargers behind the Smart Battery Protect",
    .look = look_one_way,
};

/* ---- a contact that makes a rush of current ------------------------------------------------------- */

/* All that charges its capacitors when `contact` closes does so at the same moment. */
static void look_at_making(const struct scenario *described, const struct wiring_parts *parts,
                           const struct wiring_part *contact, const struct wiring_rule *rule,
                           struct wiring_findings *findings)
{
    const struct wiring_part *biggest = NULL;
    double sum_a = 0.0;
    int count = 0;

    for (int i = 0; i < parts->count; i++) {
        const struct wiring_part *part = &parts->parts[i];

        if (part->facts.inrush_a > 0.0 && rushes_through(described, parts, contact, part->entry.from)) {
            sum_a += part->facts.inrush_a;
            count++;
            biggest = biggest == NULL || part->facts.inrush_a > biggest->facts.inrush_a ? part : biggest;
        }
    }
    if (biggest != NULL && sum_a > contact->facts.making_a_max) {
        wiring_report(findings, rule, biggest->line, "%s%s %s A when %s closes, which may make %s A",
                      biggest->name, count > 1 ? " and others take" : " takes", wiring_number(sum_a, 3).text,
                      contact->name, wiring_number(contact->facts.making_a_max, 3).text);
    }
}

static void look_making(const struct scenario *described, const struct wiring_rule *rule,
                        struct wiring_findings *findings)
{
    struct wiring_parts parts;

    wiring_parts_of(described, &parts);
    for (int i = 0; i < parts.count; i++) {
        const struct wiring_part *part = &parts.parts[i];

        if (part->facts.is_contact && part->facts.making_a_max > 0.0 && !never_opens(part)) {
            look_at_making(described, &parts, part, rule, findings);
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
    .source = "a boat owners' forum on the pre-charge of inverters; the rating of the contact is its "
              "maker's. What a "
              "Cyrix may make is not published, and taken as its current (unverified)",
    .look = look_making,
};

/* ---- an alternator keeps its battery -------------------------------------------------------------- */

/*
 * Whether `contact` stays closed as long as the alternator gives: nothing opens it, or what opens it turns the field off, too. A combiner
 * opens by the voltage, and closes some time after the alternator has begun.
 */
static bool stays_closed(const struct wiring_part *contact, const struct wiring_part *alternator)
{
    const enum scenario_control control = contact->entry.control;
    const enum scenario_control field = alternator->entry.control;
    const bool goes_first = control == field || (field == CONTROL_LOAD_AND_CHARGER &&
                                                 (control == CONTROL_LOAD || control == CONTROL_CHARGER));

    return never_opens(contact) ||
           (goes_first && !contact->facts.closes_while_charged && !contact->facts.works_while_floating);
}

/* The first that may open between the buses that stay on the alternator's and others; NULL: there is none. */
static const struct wiring_part *opening(const struct wiring_parts *parts, const bool stays[WIRING_PARTS_MAX],
                                         const bool reached[WIRING_BUSES_MAX])
{
    for (int i = 0; i < parts->count; i++) {
        const struct wiring_part *part = &parts->parts[i];

        if (part->facts.is_contact && !stays[i] && reached[part->entry.from] != reached[part->entry.to]) {
            return part;
        }
    }
    return NULL;
}

static bool has_battery(const struct scenario *described, const bool reached[WIRING_BUSES_MAX])
{
    bool has = false;

    for (int i = 0; i <= described->bus_count; i++) {
        has = has || (reached[i] && wiring_bus_has_battery(described, i));
    }
    return has;
}

static void look_at_alternator(const struct scenario *described, const struct wiring_parts *parts,
                               const struct wiring_part *alternator, const struct wiring_rule *rule,
                               struct wiring_findings *findings)
{
    bool stays[WIRING_PARTS_MAX];
    bool reached[WIRING_BUSES_MAX];
    const struct wiring_way way = {.only = stays};
    const int bus = alternator->entry.to;

    for (int i = 0; i < parts->count; i++) {
        stays[i] = stays_closed(&parts->parts[i], alternator);
    }
    wiring_spread(parts, &way, bus, reached);
    if (has_battery(described, reached)) {
        return;
    }
    const struct wiring_part *contact = opening(parts, stays, reached);

    if (contact != NULL) {
        wiring_report(findings, rule, alternator->line,
                      "%s is on %s, which has no battery of its own: it loses its load when %s opens",
                      alternator->name, wiring_bus_name(described, bus), contact->name);
    } else {
        wiring_report(findings, rule, alternator->line, "%s is on %s, which has no battery", alternator->name,
                      wiring_bus_name(described, bus));
    }
}

static void look_alternator(const struct scenario *described, const struct wiring_rule *rule,
                            struct wiring_findings *findings)
{
    struct wiring_parts parts;

    wiring_parts_of(described, &parts);
    for (int i = 0; i < parts.count; i++) {
        if (parts.parts[i].facts.is_alternator) {
            look_at_alternator(described, &parts, &parts.parts[i], rule, findings);
        }
    }
}

const struct wiring_rule wiring_rule_9 = {
    .id = "WIRE-9",
    .title = "a switch that leaves an alternator without its battery",
    .why = "An alternator that loses its battery while it charges makes a load dump, 79 to 101 V at 12 V. "
           "That breaks its diodes and what "
           "else is on its bus.",
    .instead =
        "Leave the starter battery on the alternator's bus, and a combiner or a DC-DC charger between "
        "that and the bank; or turn its field "
        "off by Charger, with every switch between it and the bank, of which none may be a combiner: a "
        "Battery Protect (control: charger).",
    .source = "ISO 16750-2, at second hand; a boat owners' forum on BMS disconnects",
    .look = look_alternator,
};
