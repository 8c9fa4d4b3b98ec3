/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A generator that starts by itself, and the charger that it feeds (twin/charge.h). Its control is its two-wire start: it starts when
 * that asks, and runs until that asks no longer; but for its shortest run at least, and further where it is told to go on
 * until its charger is in absorption or in float. Generator controls of the makers have a shortest run, a value at which to
 * stop, and quiet hours (manual of the GX devices, second hand); their numbers are the owner's. At the end of its hours
 * it stops whatever else is so. Its charger has a remote input of its own, which `charger_remote` puts on Charger.
 *
 * Not published, and chosen here: 30 s from the start to the first current (cranking, warming up, the charger's own start), which with
 * a shortest run it goes through whatever its control says. It cranks once; where it does not start, it tries again when it is asked anew.
 *
 * `count` is its starts, `level` the tick at which it last began to run.
 */
#include "twin/charge.h"
#include "twin/equipment.h"
#include "twin/schedule.h"

/* Those of its charger while it runs come first (enum charge_stage). */
enum phase { STARTING = CHARGE_FLOAT + 1, IDLE, DOES_NOT_START, DEAD };

static const char *const phases[] = {"stopped",        "runs, bulk", "runs, absorption",
                                     "runs, float",    "starting",   "runs, its charger is off",
                                     "does not start", "dead",       NULL};

static const struct scenario_word faults[] = {
    {"does_not_start", DOES_NOT_START, "it cranks and does not start; one that runs goes on"},
    {"dead", DEAD, "it stops and does not start any more"},
    {0}};

enum until { UNTIL_CONTROL = 0, UNTIL_ABSORPTION, UNTIL_FLOAT };

static const struct scenario_word untils[] = {
    {"control", UNTIL_CONTROL, "its control asks no longer"},
    {"absorption", UNTIL_ABSORPTION, "and its charger has been in absorption"},
    {"float", UNTIL_FLOAT, "and its charger is in float"},
    {0}};

static const struct scenario_word remotes[] = {{"none", 0, "nothing stops it while the generator runs"},
                                               {"charger", 1, "it is off while Charger floats"},
                                               {0}};

struct generator {
    struct charge_settings charge;
    struct hours hours;
    double start_delay_s;
    double run_min_min;
    enum until until;
    bool has_remote;
};
_Static_assert(offsetof(struct generator, charge) == 0, "charge_complete_entry()");

static const struct scenario_row rows[] = {
    {.key = "start_delay_s",
     NUMBER(0, 600, "s"),
     OR("30"),
     IN(struct generator, start_delay_s),
     .help = "from the start to the first current"},
    {.key = "run_min_min",
     NUMBER(0, 1440, "min"),
     OR("60"),
     IN(struct generator, run_min_min),
     .help = "it runs at least so long"},
    {.key = "until",
     WORD(untils),
     OR("control"),
     IN(struct generator, until),
     .help = "after that it runs until"},
    {.key = "hours",
     HOURS,
     OPTIONAL,
     IN(struct generator, hours),
     .help = "when it may run; without it, always"},
    {.key = "charger_remote",
     WORD(remotes),
     OR("charger"),
     IN(struct generator, has_remote),
     .help = "what the remote input of its charger hangs on"},
    CHARGE_ROWS(struct generator, charge),
};

static struct generator settings_of(const struct scenario_equipment *entry)
{
    struct generator generator;

    equipment_settings(entry, &generator, sizeof generator);
    return generator;
}

static bool runs(const struct equipment_state *state)
{
    return state->phase == IDLE || (state->phase > CHARGE_OFF && state->phase <= CHARGE_FLOAT);
}

/* What its charger must have got to: one that may not charge never will. */
static bool has_charged(const struct generator *generator, const struct equipment_state *state)
{
    switch (generator->until) {
    case UNTIL_CONTROL:
        return true;
    case UNTIL_ABSORPTION:
        return state->phase >= CHARGE_ABSORPTION; /* IDLE, too */
    default:
        return state->phase == IDLE || state->phase == CHARGE_FLOAT;
    }
}

static struct equipment_state look_running(const struct generator *generator,
                                           const struct equipment_state *state,
                                           const struct equipment_seen *seen)
{
    const bool has_run =
        seen->tick - (int64_t)state->level >= schedule_tick_of(generator->run_min_min * 60.0);
    struct equipment_seen on = *seen;

    on.is_enabled = true;
    if (!seen->is_enabled && has_run && has_charged(generator, state)) {
        return equipment_in_phase(state, CHARGE_OFF, seen->tick);
    }
    if (generator->has_remote && !seen->may_charge) {
        return state->phase == IDLE ? *state : equipment_in_phase(state, IDLE, seen->tick);
    }
    if (state->phase == IDLE) {
        return equipment_in_phase(state, CHARGE_BULK, seen->tick);
    }
    return charge_look(&generator->charge, state, &on);
}

/* Cranked for long enough: it runs or it does not. */
static struct equipment_state started(const struct generator *generator, const struct equipment_state *state,
                                      const struct equipment_seen *seen)
{
    struct equipment_state next;

    if (seen->fault == DOES_NOT_START) {
        return equipment_in_phase(state, DOES_NOT_START, seen->tick);
    }
    next = equipment_in_phase(state, generator->has_remote && !seen->may_charge ? IDLE : CHARGE_BULK,
                              seen->tick);
    next.level = (double)seen->tick;
    return next;
}

static struct equipment_state look_standing(const struct generator *generator,
                                            const struct equipment_state *state,
                                            const struct equipment_seen *seen)
{
    const bool goes_on = state->phase == STARTING && generator->run_min_min > 0.0;

    if (!seen->is_enabled && !goes_on) {
        return state->phase == CHARGE_OFF ? *state : equipment_in_phase(state, CHARGE_OFF, seen->tick);
    }
    if (state->phase == CHARGE_OFF) {
        struct equipment_state next = equipment_in_phase(state, STARTING, seen->tick);

        next.count++;
        return next;
    }
    if (state->phase == STARTING &&
        seen->tick - state->phase_tick >= schedule_tick_of(generator->start_delay_s)) {
        return started(generator, state, seen);
    }
    return *state;
}

static struct equipment_state look(const struct scenario_equipment *entry,
                                   const struct equipment_state *state, const struct equipment_seen *seen)
{
    const struct generator generator = settings_of(entry);

    if (seen->fault == DEAD) {
        return state->phase == DEAD ? *state : equipment_in_phase(state, DEAD, seen->tick);
    }
    if (state->phase == DEAD || (state->phase == DOES_NOT_START && seen->fault == 0)) { /* mended */
        return equipment_in_phase(state, CHARGE_OFF, seen->tick);
    }
    if (!hours_hold(&generator.hours, seen->first_weekday, seen->tick)) {
        return state->phase == CHARGE_OFF ? *state : equipment_in_phase(state, CHARGE_OFF, seen->tick);
    }
    return runs(state) ? look_running(&generator, state, seen) : look_standing(&generator, state, seen);
}

static int64_t next_tick(const struct scenario_equipment *entry, const struct equipment_state *state,
                         int first_weekday, int64_t tick)
{
    const struct generator generator = settings_of(entry);
    int64_t next = equipment_sooner(INT64_MAX, hours_next_tick(&generator.hours, first_weekday, tick), tick);

    if (state->phase == STARTING) {
        next = equipment_sooner(next, state->phase_tick + schedule_tick_of(generator.start_delay_s), tick);
    }
    if (runs(state)) {
        next = equipment_sooner(next, (int64_t)state->level + schedule_tick_of(generator.run_min_min * 60.0),
                                tick);
        next = equipment_sooner(next, charge_next_tick(&generator.charge, state), tick);
    }
    return next;
}

static void add(const struct scenario_equipment *entry, const struct equipment_state *state,
                struct equipment_parts *parts)
{
    const struct generator generator = settings_of(entry);

    if (state->phase > CHARGE_OFF && state->phase <= CHARGE_FLOAT) {
        equipment_add_source(parts,
                             charge_source(&generator.charge, state, charge_ample_w(&generator.charge)));
    }
}

static void facts(const struct scenario_equipment *entry, struct equipment_facts *known)
{
    const struct generator generator = settings_of(entry);

    known->is_source = true;
    known->stops_with_charger = generator.has_remote;
    known->stops_when_told = generator.until == UNTIL_CONTROL;
    known->run_min_min = generator.run_min_min;
    known->runs_on = !known->stops_when_told || generator.run_min_min > 0.0;
    charge_facts(&generator.charge, known);
    known->hours = generator.hours;
}

const struct equipment_kind equipment_generator = {
    .help = "a generator that starts by itself, with its charger",
    .ports = EQUIPMENT_ON,
    .is_controlled = true,
    .rows = rows,
    .row_count = sizeof rows / sizeof rows[0],
    .phases = phases,
    .faults = faults,
    .complete = charge_complete_entry,
    .look = look,
    .next_tick = next_tick,
    .add = add,
    .facts = facts,
};
