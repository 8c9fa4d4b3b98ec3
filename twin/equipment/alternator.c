/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An alternator with its regulator, on the bus of its engine. The regulator holds 14.0 to 14.4 V, twice that at 24 V; what it gives
 * is limited by the engine's speed and by the winding's heat. Cut off from its battery while it gives current it makes a load
 * dump, of which ISO 16750-2 has the bands: 79 to 101 V for 40 to 400 ms at 12 V, 151 to 202 V for 100 to 350 ms at 24 V, and 35 V
 * where diodes clamp it at 12 V. It is told, counted, and does nothing to the voltages of the network, which has no time below
 * a tick. Its control is what feeds its field: off, it gives nothing within the tick.
 *
 * Full output for 5 min overheats it (practice on boats: more than 5 min; unverified). The winding's heat is a first-order lag of
 * HEAT_S towards the square of the current; 1 is too hot. At idle its fan is slow, and the same current heats twice as much.
 * One with a regulator that feels the heat halves its limit until it has cooled to 0.8; one without burns out at 1.5. Half at idle, a
 * limit of 5 A for a load dump, the lag, and these parts are chosen here (unverified).
 *
 * `level` is the winding's heat, set each 30 s from the current then; timer_tick is when that was; `count` its load dumps.
 */
#include "core/control.h"
#include "twin/cable.h"
#include "twin/equipment.h"
#include "twin/real.h"

#define SET_MV 14200.0 /* for each 12 V */
#define SET_MV_MIN 13500.0
#define SET_MV_MAX 15000.0
#define UNIT_V 12.8
#define AMPLE 2.0 /* its power does not limit it */
#define HEAT_S 600.0
#define HEAT_TICKS ((int64_t)30 * SBMS_TICKS_PER_S)
#define FULL_HEAT 2.5414940825367984 /* of full output for ever: 1 / (1 - e^(-300/600)) */
#define IDLE_HEAT (2.0 * FULL_HEAT)
#define HOT 1.0
#define COOLED 0.8
#define BURNT 1.5
#define HOT_PART 0.5
#define DUMP_A 5.0
#define DUMP_TICKS 4 /* 400 ms and a rest */

/* DUMP and what follows it up to DUMP_CLAMPED_12 are one phase with four words. */
enum phase {
    OFF = 0,
    CHARGES,
    IDLES,
    CHARGES_HOT,
    IDLES_HOT,
    ALONE,
    DUMP,
    DUMP_12,
    DUMP_24,
    DUMP_CLAMPED_12,
    BROKEN_DIODES,
    BURNT_OUT,
    DEAD
};

static const char *const phases[] = {"off",
                                     "charges",
                                     "charges, engine idles",
                                     "too hot: half its current",
                                     "too hot, engine idles: half its current",
                                     "runs without a battery",
                                     "load dump of # A",
                                     "load dump of # A, 79 to 101 V",
                                     "load dump of # A, 151 to 202 V",
                                     "load dump of # A, clamped at 35 V",
                                     "dead: its diodes broke in a load dump",
                                     "dead: burnt out",
                                     "dead",
                                     NULL};

static const struct scenario_word faults[] = {{"dead", DEAD, "it gives nothing"}, {0}};
static const struct scenario_word heats[] = {
    {"derates", 0, "its regulator feels it and halves the current"}, {"burns_out", 1, "it burns out"}, {0}};

struct alternator {
    struct hours hours;
    struct hours idle_hours;
    double current_a_max;
    double voltage_mv;
    double idle_pct;
    double cable_mohm;
    int units;
    bool burns_out;
    bool is_clamped;
    bool survives;
};

static const struct scenario_row rows[] = {
    {.key = "current_a_max",
     NUMBER(1, 1000, "A"),
     OR("90"),
     IN(struct alternator, current_a_max),
     .help = "its full output, at speed"},
    {.key = "voltage_mv",
     NUMBER(13500, 60000, "mV"),
     COMPUTED("14200 for each 12.8 V"),
     IN(struct alternator, voltage_mv),
     .help = "that its regulator holds; 13500..15000 for each 12.8 V"},
    {.key = "idle_pct",
     NUMBER(1, 100, "%"),
     OR("50"),
     IN(struct alternator, idle_pct),
     .help = "of its full output, while the engine idles"},
    {.key = "cable_mohm",
     CABLE(0.01, 1000),
     COMPUTED("1 % of the voltage at current_a_max"),
     IN(struct alternator, cable_mohm),
     .help = "from it to the bus, both ways"},
    {.key = "hours",
     HOURS,
     OPTIONAL,
     IN(struct alternator, hours),
     .help = "when the engine runs; without it, always"},
    {.key = "idle_hours",
     HOURS,
     OPTIONAL,
     IN(struct alternator, idle_hours),
     .help = "when it idles, if it runs; without it, never"},
    {.key = "overheats",
     WORD(heats),
     OR("derates"),
     IN(struct alternator, burns_out),
     .help = "what too much current for too long does"},
    {.key = "is_clamped",
     BOOLEAN,
     OR("true"),
     IN(struct alternator, is_clamped),
     .help = "its diodes clamp a load dump"},
    {.key = "survives_load_dump",
     BOOLEAN,
     OR("true"),
     IN(struct alternator, survives),
     .help = "it goes on after one"},
};

static struct alternator settings_of(const struct scenario_equipment *entry)
{
    struct alternator alternator;

    equipment_settings(entry, &alternator, sizeof alternator);
    return alternator;
}

static bool complete(struct scenario_equipment *entry, int from_units, int to_units,
                     struct equipment_complaint *complaint)
{
    struct alternator alternator = settings_of(entry);

    (void)from_units;
    alternator.units = to_units;
    alternator.voltage_mv = equipment_filled(alternator.voltage_mv, SET_MV * to_units);
    alternator.cable_mohm = equipment_filled(
        alternator.cable_mohm, cable_mohm_for(CABLE_MAIN_PART, UNIT_V * to_units, alternator.current_a_max));
    equipment_set(entry, &alternator, sizeof alternator);
    return equipment_check_mv("voltage_mv", alternator.voltage_mv, SET_MV_MIN, SET_MV_MAX, to_units,
                              complaint);
}

/* ---- heat ----------------------------------------------------------------------------------------- */

static bool is_idle(int phase)
{
    return phase == IDLES || phase == IDLES_HOT;
}

static bool is_hot(int phase)
{
    return phase == CHARGES_HOT || phase == IDLES_HOT;
}

static bool has_battery(int phase)
{
    return phase >= CHARGES && phase <= IDLES_HOT;
}

static bool is_dump(int phase)
{
    return phase >= DUMP && phase <= DUMP_CLAMPED_12;
}

static bool is_broken(int phase)
{
    return phase == BROKEN_DIODES || phase == BURNT_OUT;
}

/* It turns and is whole. */
static bool gives(int phase)
{
    return phase != OFF && phase < BROKEN_DIODES;
}

/* Its winding at `tick`, with the current that it gives now since it was set last. */
static double heat_at(const struct alternator *alternator, const struct equipment_state *state,
                      double current_a, int64_t tick)
{
    const double part = gives(state->phase) ? current_a / alternator->current_a_max : 0.0;
    const double aim = part * part * (is_idle(state->phase) ? IDLE_HEAT : FULL_HEAT);
    const double seconds = (double)(tick - state->timer_tick) / SBMS_TICKS_PER_S;

    return aim + (state->level - aim) * real_exp(-seconds / HEAT_S);
}

/* ---- phases --------------------------------------------------------------------------------------- */

static int dump_phase(const struct alternator *alternator)
{
    if (alternator->units == 1) {
        return alternator->is_clamped ? DUMP_CLAMPED_12 : DUMP_12;
    }
    return alternator->units == 2 && !alternator->is_clamped ? DUMP_24 : DUMP;
}

static int phase_with_battery(const struct alternator *alternator, const struct equipment_state *state,
                              const struct equipment_seen *seen)
{
    const bool idles = alternator->idle_hours.count > 0 &&
                       hours_hold(&alternator->idle_hours, seen->first_weekday, seen->tick);

    if (state->level >= (is_hot(state->phase) ? COOLED : HOT) && !alternator->burns_out) {
        return idles ? IDLES_HOT : CHARGES_HOT;
    }
    return idles ? IDLES : CHARGES;
}

/* Of one that turns; `state` with its winding as it is now. */
static int turning_phase(const struct alternator *alternator, const struct equipment_state *state,
                         const struct equipment_seen *seen)
{
    if (alternator->burns_out && state->level >= BURNT) {
        return BURNT_OUT;
    }
    if (is_dump(state->phase) && seen->tick - state->phase_tick < DUMP_TICKS) {
        return state->phase;
    }
    if (is_dump(state->phase) && !alternator->survives) {
        return BROKEN_DIODES;
    }
    if (seen->is_backed) {
        return phase_with_battery(alternator, state, seen);
    }
    return has_battery(state->phase) && seen->backed_a >= DUMP_A ? dump_phase(alternator) : ALONE;
}

static int next_phase(const struct alternator *alternator, const struct equipment_state *state,
                      const struct equipment_seen *seen)
{
    if (seen->fault != 0) {
        return seen->fault;
    }
    if (is_broken(state->phase)) {
        return state->phase;
    }
    if (!seen->is_enabled || !hours_hold(&alternator->hours, seen->first_weekday, seen->tick) ||
        state->phase == DEAD) {
        return OFF;
    }
    return turning_phase(alternator, state, seen);
}

/* It stands and cools: how warm it is, nobody asks yet. */
static bool stays_off(const struct alternator *alternator, const struct equipment_state *state,
                      const struct equipment_seen *seen)
{
    return state->phase == OFF && next_phase(alternator, state, seen) == OFF;
}

static struct equipment_state look(const struct scenario_equipment *entry,
                                   const struct equipment_state *state, const struct equipment_seen *seen)
{
    const struct alternator alternator = settings_of(entry);
    const bool is_due = gives(state->phase) && seen->tick - state->timer_tick >= HEAT_TICKS;
    struct equipment_state warm = *state;
    int phase = OFF;

    if (seen->is_mended && is_broken(state->phase)) { /* a new one */
        warm = equipment_in_phase(state, OFF, seen->tick);
        warm.level = 0.0;
        return warm;
    }
    if (stays_off(&alternator, state, seen)) {
        return *state;
    }
    if (state->timer_tick != EQUIPMENT_NEVER) {
        warm.level = heat_at(&alternator, state, seen->source_a, seen->tick);
    }
    phase = next_phase(&alternator, &warm, seen);
    if (phase == state->phase && !is_due) {
        return *state;
    }
    if (phase != state->phase) {
        warm = equipment_in_phase(&warm, phase, seen->tick);
        warm.count += is_dump(phase) ? 1 : 0;
    }
    warm.timer_tick = seen->tick;
    return warm;
}

/* What it gave when it lost its battery. */
static double amount(const struct scenario_equipment *entry, const struct equipment_state *before,
                     const struct equipment_state *now, const struct equipment_seen *seen)
{
    (void)entry;
    (void)before;
    (void)now;
    return seen->backed_a;
}

static int64_t next_tick(const struct scenario_equipment *entry, const struct equipment_state *state,
                         int first_weekday, int64_t tick)
{
    const struct alternator alternator = settings_of(entry);
    int64_t next = equipment_sooner(INT64_MAX, hours_next_tick(&alternator.hours, first_weekday, tick), tick);

    next = equipment_sooner(next, hours_next_tick(&alternator.idle_hours, first_weekday, tick), tick);
    if (is_dump(state->phase)) {
        next = equipment_sooner(next, state->phase_tick + DUMP_TICKS, tick);
    }
    return gives(state->phase) ? equipment_sooner(next, state->timer_tick + HEAT_TICKS, tick) : next;
}

static void add(const struct scenario_equipment *entry, const struct equipment_state *state,
                struct equipment_parts *parts)
{
    const struct alternator alternator = settings_of(entry);
    const double by_speed = is_idle(state->phase) ? alternator.idle_pct * 0.01 : 1.0;
    const double by_heat = is_hot(state->phase) ? HOT_PART : 1.0;
    const double limit_a = alternator.current_a_max * by_speed * by_heat;

    if (gives(state->phase)) {
        equipment_add_source(
            parts, (struct network_source){.power_w = AMPLE * limit_a * alternator.voltage_mv * 0.001,
                                           .current_a_max = limit_a,
                                           .voltage_v_max = alternator.voltage_mv * 0.001,
                                           .cable_ohm = alternator.cable_mohm * 0.001});
    }
}

static void facts(const struct scenario_equipment *entry, struct equipment_facts *known)
{
    const struct alternator alternator = settings_of(entry);

    known->is_source = true;
    known->charges = true;
    known->is_alternator = true;
    known->burns_out = alternator.burns_out;
    known->to_a_max = alternator.current_a_max;
    known->to_mv_max = alternator.voltage_mv;
    known->to_cable_ohm = alternator.cable_mohm * 0.001;
    known->hours = alternator.hours;
}

const struct equipment_kind equipment_alternator = {
    .help = "an alternator with its regulator",
    .ports = EQUIPMENT_ON,
    .is_controlled = true,
    .rows = rows,
    .row_count = sizeof rows / sizeof rows[0],
    .phases = phases,
    .faults = faults,
    .complete = complete,
    .look = look,
    .amount = amount,
    .next_tick = next_tick,
    .add = add,
    .facts = facts,
};
