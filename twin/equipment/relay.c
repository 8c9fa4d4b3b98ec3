/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A relay or contactor: a coil that Load or Pre-alarm feeds, and a contact between two buses. The coil sees the device's own bus less
 * what the output loses. It pulls the armature in from 75 % of its nominal voltage on and lets it go below 20 % (the data sheet
 * of one automotive relay, OEN 78, read at second hand: 60 and 10 %, 10 ms to operate and 5 ms to release, without the bounce; others
 * allow 80 and 30 %, unverified). An economised coil takes 3 to 4 A for 0.1 s and 0.1 to 0.2 A from then on, a plain one 0.1 to 0.2 A;
 * the currents do not follow the voltage here. Release takes no time; to operate is rounded to a tick (125 ms).
 *
 * Bounce is far shorter than a tick: each closing counts as one make and `bounces` more, and the current of each is that of the first tick
 * (a load's inrush is there once). The timeline tells when a contact makes, breaks or carries more than it is rated for; it welds by an
 * event, and by making more than `weld_a` if that is given: what a contact stands is a matter of its maker. No arc is modelled: it opens
 * whatever it breaks.
 *
 * Without a diode across the coil, its energy, half its inductance times its current squared, goes into what clamps the output, each time the
 * output floats. 400 mH is chosen for a plain 12 V coil of some 80 Ohm, which lets go within 5 ms (unverified).
 */
#include <math.h>
#include <stdio.h>

#include "core/control.h"
#include "twin/equipment.h"
#include "twin/schedule.h"

#define NOMINAL_MV 12000.0 /* for each 12 V */

/*
 * Of a state `count` is how often the contact has made since it closed, with its bounces, `level` what the coil takes, in A; its timer runs since the coil
 * has had the voltage to pull in. ONTO and UNDER: more than it is rated for.
 */
enum phase {
    OPEN = 0,
    CLOSED,
    CLOSED_ONTO,
    CLOSED_UNDER,
    OPENED_UNDER,
    CLAMPED_OPEN,
    CLAMPED_CLOSED,
    WELDED_BY_ITSELF,
    WELDED,
    STUCK_OPEN
};

static const char *const phases[] = {"open",
                                     "closed",
                                     "closed onto # A, more than its contact is rated to make",
                                     "closed, # A are more than its contact is rated for",
                                     "opened under # A, more than its contact is rated for",
                                     "open; its coil, without a diode, left # mJ to the output's clamp",
                                     "closed; its coil, without a diode, left # mJ to the output's clamp",
                                     "closed onto # A and welded",
                                     "welded closed",
                                     "stuck open",
                                     NULL};

static const struct scenario_word faults[] = {
    {"welded", WELDED, "its contact stays closed whatever its coil does"},
    {"stuck_open", STUCK_OPEN, "its contact stays open whatever its coil does"},
    {0}};

static const struct scenario_word contacts[] = {
    {"normally_open", 0, NULL}, {"normally_closed", 1, NULL}, {0}};

static const struct scenario_word suppressions[] = {{"diode", 0, NULL}, {"none", 1, NULL}, {0}};

struct relay {
    bool is_normally_closed;
    bool has_no_diode;
    int bounces;
    double coil_mv;
    double pull_in_pct;
    double drop_out_pct;
    double operate_ms;
    double pull_in_a;
    double pull_in_ms;
    double hold_a;
    double coil_mh;
    double contact_mohm;
    double current_a_max;
    double making_a_max;
    double weld_a;
};

static const struct scenario_row rows[] = {
    {.key = "contact",
     WORD(contacts),
     OR("normally_open"),
     IN(struct relay, is_normally_closed),
     .help = "what it is while its coil is off"},
    {.key = "coil_mv",
     NUMBER(1000, 100000, "mV"),
     COMPUTED("12000 for each 12 V of `from`"),
     IN(struct relay, coil_mv),
     .help = "nominal voltage of the coil"},
    {.key = "pull_in_pct",
     NUMBER(1, 100, "%"),
     OR("75"),
     IN(struct relay, pull_in_pct),
     .help = "of coil_mv, at which its armature pulls in"},
    {.key = "drop_out_pct",
     NUMBER(1, 100, "%"),
     OR("20"),
     IN(struct relay, drop_out_pct),
     .help = "of coil_mv, below which it drops out; below pull_in_pct"},
    {.key = "operate_ms",
     NUMBER(0, 1000, "ms"),
     OR("20"),
     IN(struct relay, operate_ms),
     .help = "from the coil's current to the contact, to the nearest 125 ms"},
    {.key = "pull_in_a",
     NUMBER(0, 20, "A"),
     OR("0.2"),
     IN(struct relay, pull_in_a),
     .help = "coil, at first; with pull_in_ms"},
    {.key = "pull_in_ms",
     NUMBER(0, 1000, "ms"),
     OR("0"),
     IN(struct relay, pull_in_ms),
     .help = "for how long; 0: a plain coil"},
    {.key = "hold_a",
     NUMBER(0.001, 5, "A"),
     OR("0.15"),
     IN(struct relay, hold_a),
     .help = "coil, from then on"},
    {.key = "suppression",
     WORD(suppressions),
     OR("diode"),
     IN(struct relay, has_no_diode),
     .help = "across the coil"},
    {.key = "coil_mh",
     NUMBER(0.1, 100000, "mH"),
     OR("400"),
     IN(struct relay, coil_mh),
     .help = "inductance of the coil"},
    {.key = "contact_mohm",
     NUMBER(0.01, 100, "mOhm"),
     OR("1"),
     IN(struct relay, contact_mohm),
     .help = "of the closed contact, with its terminals"},
    {.key = "current_a_max",
     NUMBER(0.1, 10000, "A"),
     OR("100"),
     IN(struct relay, current_a_max),
     .help = "that the contact may carry and break; more is told"},
    {.key = "making_a_max",
     NUMBER(0.1, 10000, "A"),
     COMPUTED("current_a_max"),
     IN(struct relay, making_a_max),
     .help = "onto which it may close; more is told"},
    {.key = "bounces",
     WHOLE(0, 20, ""),
     OR("3"),
     IN(struct relay, bounces),
     .help = "makes that each closing has beside the first"},
    {.key = "weld_a",
     NUMBER(0.1, 100000, "A"),
     OPTIONAL,
     IN(struct relay, weld_a),
     .help = "closing onto more welds it; without it, only an event does"},
};

static struct relay settings_of(const struct scenario_equipment *entry)
{
    struct relay relay;

    equipment_settings(entry, &relay, sizeof relay);
    return relay;
}

static bool complain(struct equipment_complaint *complaint, const char *key, const char *text)
{
    complaint->key = key;
    snprintf(complaint->text, sizeof complaint->text, "%s", text);
    return false;
}

/* What feeds its coil. */
static bool check_control(const struct scenario_equipment *entry, struct equipment_complaint *complaint)
{
    if (entry->control == CONTROL_CHARGER || entry->control == CONTROL_LOAD_AND_CHARGER) {
        return complain(complaint, "control",
                        "Charger gives 10 mA and is not for coils; a relay takes load or pre_alarm (WIRE-1)");
    }
    if (entry->control == CONTROL_NONE) {
        return complain(complaint, "control",
                        "a relay needs control: load or pre_alarm, which feeds its coil");
    }
    if (entry->cable != CABLE_WIRE) {
        return complain(complaint, "cable", "a cable with electronics feeds no coil; a relay takes wire");
    }
    if (entry->input != INPUT_HIGH) {
        return complain(complaint, "input",
                        "a coil needs a high level; contact: normally_closed turns a relay round");
    }
    return true;
}

static bool complete(struct scenario_equipment *entry, int from_units, int to_units,
                     struct equipment_complaint *complaint)
{
    struct relay relay = settings_of(entry);

    relay.coil_mv = equipment_filled(relay.coil_mv, NOMINAL_MV * from_units);
    relay.making_a_max = equipment_filled(relay.making_a_max, relay.current_a_max);
    equipment_set(entry, &relay, sizeof relay);
    if (relay.drop_out_pct >= relay.pull_in_pct) {
        return complain(complaint, "drop_out_pct", "drop_out_pct is not below pull_in_pct");
    }
    if (relay.weld_a > 0.0 && relay.weld_a < relay.making_a_max) {
        complaint->key = "weld_a";
        snprintf(complaint->text, sizeof complaint->text,
                 "weld_a %.15g is below making_a_max %.15g, the current that it may make", relay.weld_a,
                 relay.making_a_max);
        return false;
    }
    return check_control(entry, complaint) && equipment_joins_equals(from_units, to_units, complaint);
}

/* ---- coil and contact ----------------------------------------------------------------------------- */

static int64_t operate_ticks(const struct relay *relay)
{
    return (int64_t)(relay->operate_ms * 0.001 * SBMS_TICKS_PER_S + 0.5);
}

static int64_t pull_in_ticks(const struct relay *relay)
{
    return schedule_tick_of(relay->pull_in_ms * 0.001);
}

/* The state with its coil as it is now: its timer and its current. */
static struct equipment_state fed(const struct relay *relay, const struct equipment_state *state,
                                  const struct equipment_seen *seen)
{
    const bool is_in = equipment_has_lasted(state, operate_ticks(relay), seen->tick);
    const double limit_pct = is_in ? relay->drop_out_pct : relay->pull_in_pct;
    const bool holds = seen->output_v > 0.0 && seen->output_v >= relay->coil_mv * 0.001 * limit_pct * 0.01;
    struct equipment_state next = equipment_timed(state, holds, seen->tick);
    const bool pulls_in = holds && seen->tick - next.timer_tick < pull_in_ticks(relay);

    next.level = seen->output_v <= 0.0 ? 0.0 : pulls_in ? relay->pull_in_a : relay->hold_a;
    return next;
}

static bool is_closed(const struct equipment_state *state)
{
    switch (state->phase) {
    case CLOSED:
    case CLOSED_ONTO:
    case CLOSED_UNDER:
    case CLAMPED_CLOSED:
    case WELDED_BY_ITSELF:
    case WELDED:
        return true;
    default:
        return false;
    }
}

/* What it is called when its contact has just gone to `closes`. */
static int phase_moved(const struct relay *relay, const struct equipment_state *before, bool closes,
                       const struct equipment_seen *seen)
{
    const bool is_clamped = relay->has_no_diode && before->level > 0.0 && seen->output_v <= 0.0;

    if (!closes && fabs(seen->link_a) > relay->current_a_max) {
        return OPENED_UNDER;
    }
    if (is_clamped) {
        return closes ? CLAMPED_CLOSED : CLAMPED_OPEN;
    }
    return closes ? CLOSED : OPEN;
}

/* What a contact that stays closed is called; once it has been told that something is too much for it, that stands until it opens. */
static int phase_closed(const struct relay *relay, const struct equipment_state *state,
                        const struct equipment_seen *seen)
{
    const double link_a = fabs(seen->link_a);

    if (state->phase != CLOSED && state->phase != CLAMPED_CLOSED) {
        return state->phase;
    }
    if (seen->tick > state->phase_tick) {
        return link_a > relay->current_a_max ? CLOSED_UNDER : state->phase;
    }
    if (relay->weld_a > 0.0 && link_a > relay->weld_a) {
        return WELDED_BY_ITSELF;
    }
    return link_a > relay->making_a_max ? CLOSED_ONTO : state->phase;
}

/* Its phase now that its coil, which would have the contact closed or not, is as it is. */
static int phase_of(const struct relay *relay, const struct equipment_state *state, bool closes,
                    const struct equipment_seen *seen)
{
    if (seen->fault != 0) {
        return seen->fault;
    }
    if (state->phase == WELDED_BY_ITSELF && !seen->is_mended) {
        return WELDED_BY_ITSELF;
    }
    if (state->phase >= WELDED_BY_ITSELF) { /* there is a new one */
        return closes ? CLOSED : OPEN;
    }
    if (closes != is_closed(state)) {
        return phase_moved(relay, state, closes, seen);
    }
    return closes ? phase_closed(relay, state, seen) : state->phase;
}

static struct equipment_state look(const struct scenario_equipment *entry,
                                   const struct equipment_state *state, const struct equipment_seen *seen)
{
    const struct relay relay = settings_of(entry);
    struct equipment_state next = fed(&relay, state, seen);
    const bool is_in = equipment_has_lasted(&next, operate_ticks(&relay), seen->tick);

    next.phase = phase_of(&relay, state, is_in != relay.is_normally_closed, seen);
    next.phase_tick = next.phase == state->phase ? state->phase_tick : seen->tick;
    if (is_closed(&next) != is_closed(state)) { /* what is closed when the run begins has not just made */
        next.count = is_closed(&next) && seen->tick > 0 ? 1 + relay.bounces : 0;
    }
    return next;
}

static double amount(const struct scenario_equipment *entry, const struct equipment_state *before,
                     const struct equipment_state *now, const struct equipment_seen *seen)
{
    const bool is_clamped = now->phase == CLAMPED_OPEN || now->phase == CLAMPED_CLOSED;

    return is_clamped ? 0.5 * settings_of(entry).coil_mh * before->level * before->level : fabs(seen->link_a);
}

/* ---- time and the network ------------------------------------------------------------------------- */

static int64_t next_tick(const struct scenario_equipment *entry, const struct equipment_state *state,
                         int first_weekday, int64_t tick)
{
    const struct relay relay = settings_of(entry);
    const int64_t ends[] = {state->timer_tick + operate_ticks(&relay),
                            state->timer_tick + pull_in_ticks(&relay)};
    int64_t next = INT64_MAX;

    (void)first_weekday;
    if (state->phase == CLOSED || state->phase == CLAMPED_CLOSED) { /* what it may make it may not carry on */
        next = equipment_sooner(next, state->phase_tick + 1, tick);
    }
    for (int i = 0; i < 2 && state->timer_tick != EQUIPMENT_NEVER; i++) {
        next = ends[i] > tick && ends[i] < next ? ends[i] : next;
    }
    return next;
}

static void add(const struct scenario_equipment *entry, const struct equipment_state *state,
                struct equipment_parts *parts)
{
    if (is_closed(state)) {
        equipment_add_link(parts, settings_of(entry).contact_mohm * 0.001, false);
    }
}

/* Asked too at the tick at which its output goes high, before it has looked. */
static double output_a(const struct scenario_equipment *entry, const struct equipment_state *state,
                       int64_t tick)
{
    const struct relay relay = settings_of(entry);

    (void)tick;
    if (state->level > 0.0) {
        return state->level;
    }
    return pull_in_ticks(&relay) > 0 ? relay.pull_in_a : relay.hold_a;
}

/* ---- what is known of it -------------------------------------------------------------------------- */

static void facts(const struct scenario_equipment *entry, struct equipment_facts *known)
{
    const struct relay relay = settings_of(entry);

    known->output_a = relay.hold_a;
    known->output_peak_a = relay.pull_in_ms > 0.0 ? fmax(relay.pull_in_a, relay.hold_a) : relay.hold_a;
    known->has_coil = true;
    known->has_diode = !relay.has_no_diode;
    known->coil_mv = relay.coil_mv;
    known->pull_in_mv = relay.coil_mv * relay.pull_in_pct * 0.01;
    known->is_contact = true;
    known->joins_both_ways = true;
    known->works_while_floating = relay.is_normally_closed;
    known->contact_a_max = relay.current_a_max;
    known->making_a_max = relay.making_a_max;
    known->contact_ohm = relay.contact_mohm * 0.001;
}

const struct equipment_kind equipment_relay = {
    .help = "a relay or contactor whose coil Load or Pre-alarm feeds",
    .ports = EQUIPMENT_FROM_TO,
    .is_controlled = true,
    .counts_makes = true,
    .rows = rows,
    .row_count = sizeof rows / sizeof rows[0],
    .phases = phases,
    .faults = faults,
    .complete = complete,
    .look = look,
    .amount = amount,
    .next_tick = next_tick,
    .add = add,
    .output_a = output_a,
    .facts = facts,
};
