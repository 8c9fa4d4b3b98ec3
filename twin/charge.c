/* SPDX-License-Identifier: Apache-2.0 */
#include "twin/charge.h"

#include <assert.h>
#include <stdio.h>

#include "twin/cable.h"
#include "twin/schedule.h"

#define ABSORPTION_MV 14200.0 /* for each 12.8 V */
#define FLOAT_MV 13500.0
#define CHARGE_MV_MIN 12000.0
#define CHARGE_MV_MAX 15000.0
#define UNIT_V 12.8

const char *const charge_words[] = {"off", "bulk", "absorption", "float", NULL};

/* ---- settings ------------------------------------------------------------------------------------- */

/* Fills in a voltage that is not there, checks one that is. */
static bool complete_voltage(const char *key, double normal_mv, int units, double *voltage_mv,
                             struct equipment_complaint *complaint)
{
    *voltage_mv = equipment_filled(*voltage_mv, normal_mv * units);
    return equipment_check_mv(key, *voltage_mv, CHARGE_MV_MIN, CHARGE_MV_MAX, units, complaint);
}

bool charge_complete(struct charge_settings *settings, int units, struct equipment_complaint *complaint)
{
    const bool has_float = settings->float_mv != 0.0;

    if (!complete_voltage("absorption_mv", ABSORPTION_MV, units, &settings->absorption_mv, complaint) ||
        !complete_voltage("float_mv", FLOAT_MV, units, &settings->float_mv, complaint)) {
        return false;
    }
    settings->cable_mohm = equipment_filled(
        settings->cable_mohm, cable_mohm_for(CABLE_MAIN_PART, UNIT_V * units, settings->current_a_max));
    if (settings->float_mv >= settings->absorption_mv) {
        complaint->key = has_float ? "float_mv" : "absorption_mv";
        snprintf(complaint->text, sizeof complaint->text, "float_mv %.15g is not below absorption_mv %.15g",
                 settings->float_mv, settings->absorption_mv);
        return false;
    }
    return true;
}

bool charge_complete_entry(struct scenario_equipment *entry, int from_units, int to_units,
                           struct equipment_complaint *complaint)
{
    struct charge_settings settings;
    bool is_good = false;

    (void)from_units;
    equipment_settings(entry, &settings, sizeof settings);
    is_good = charge_complete(&settings, to_units, complaint);
    equipment_set(entry, &settings, sizeof settings);
    return is_good;
}

/* ---- stages --------------------------------------------------------------------------------------- */

double charge_ample_w(const struct charge_settings *settings)
{
    return 2.0 * settings->current_a_max * settings->absorption_mv * 0.001;
}

struct network_source charge_source(const struct charge_settings *settings,
                                    const struct equipment_state *state, double power_w)
{
    const double limit_mv = state->phase == CHARGE_FLOAT ? settings->float_mv : settings->absorption_mv;

    assert(settings->float_mv <= settings->absorption_mv);
    return (struct network_source){
        .power_w = state->phase == CHARGE_OFF ? 0.0 : power_w,
        .current_a_max = settings->current_a_max,
        .voltage_v_max = limit_mv * 0.001,
        .cable_ohm = settings->cable_mohm * 0.001,
    };
}

static struct equipment_state look_in_float(const struct charge_settings *settings,
                                            const struct equipment_state *state,
                                            const struct equipment_seen *seen)
{
    const bool is_below = seen->limit != NETWORK_BY_VOLTAGE && seen->source_v < settings->float_mv * 0.001;

    if (is_below && equipment_has_lasted(state, CHARGE_REBULK_TICKS, seen->tick)) {
        return equipment_in_phase(state, CHARGE_BULK, seen->tick);
    }
    return equipment_timed(state, is_below, seen->tick);
}

static bool absorption_ends(const struct charge_settings *settings, const struct equipment_state *state,
                            const struct equipment_seen *seen)
{
    const bool is_at_tail = seen->limit == NETWORK_BY_VOLTAGE && seen->source_a < settings->tail_a;

    return is_at_tail || seen->tick - state->phase_tick >= schedule_tick_of(settings->absorption_s);
}

/* Of one that is not in float, or not enabled. */
static int next_stage(const struct charge_settings *settings, const struct equipment_state *state,
                      const struct equipment_seen *seen)
{
    if (!seen->is_enabled) {
        return CHARGE_OFF;
    }
    switch (state->phase) {
    case CHARGE_OFF:
        return CHARGE_BULK;
    case CHARGE_BULK:
        return seen->limit == NETWORK_BY_VOLTAGE ? CHARGE_ABSORPTION : CHARGE_BULK;
    default:
        return absorption_ends(settings, state, seen) ? CHARGE_FLOAT : CHARGE_ABSORPTION;
    }
}

struct equipment_state charge_look(const struct charge_settings *settings,
                                   const struct equipment_state *state, const struct equipment_seen *seen)
{
    const int next = next_stage(settings, state, seen);

    assert(seen->tick >= state->phase_tick);
    if (next != CHARGE_OFF && state->phase == CHARGE_FLOAT) {
        return look_in_float(settings, state, seen);
    }
    return next == state->phase ? *state : equipment_in_phase(state, next, seen->tick);
}

int64_t charge_next_tick(const struct charge_settings *settings, const struct equipment_state *state)
{
    if (state->phase == CHARGE_ABSORPTION) {
        return state->phase_tick + schedule_tick_of(settings->absorption_s);
    }
    if (state->phase == CHARGE_FLOAT && state->timer_tick != EQUIPMENT_NEVER) {
        return state->timer_tick + CHARGE_REBULK_TICKS;
    }
    return INT64_MAX;
}

void charge_facts(const struct charge_settings *settings, struct equipment_facts *known)
{
    known->charges = true;
    known->to_a_max = settings->current_a_max;
    known->to_mv_max = settings->absorption_mv;
    known->to_cable_ohm = settings->cable_mohm * 0.001;
}
