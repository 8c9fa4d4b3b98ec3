/* SPDX-License-Identifier: Apache-2.0 */
/*
 * 7 V for each 12 V as the least that makes it work, 87 %, 80 mA and 1 mA are those of an isolated Orion-Tr Smart of 12 V and 30 A, as
 * recalled (unverified).
 */
#include "twin/dc_dc.h"

#include <stdio.h>

#include "core/control.h"
#include "twin/cable.h"
#include "twin/schedule.h"

#define INPUT_V_MIN 7.0 /* for each 12 V */
#define CUT_MV_MIN 7500.0
#define CUT_MV_MAX 15000.0
#define UNIT_V 12.8
#define DRAW_V 12.0                                 /* at which idle_ma is taken */
#define RETRY_TICKS ((int64_t)2 * SBMS_TICKS_PER_S) /* after its input gave way; ... */
#define RETRY_DOUBLES_MAX \
    5 /* ... twice as long each time that it has not lasted for a minute (chosen here) */
#define LASTING_TICKS ((int64_t)60 * SBMS_TICKS_PER_S)

const struct scenario_word dc_dc_faults[] = {{"dead", DC_DC_DEAD, "it gives nothing and takes nothing"}, {0}};

/* ---- settings ------------------------------------------------------------------------------------- */

bool dc_dc_complete(struct dc_dc *settings, const struct dc_dc_defaults *defaults, int from_units,
                    double output_w, struct equipment_complaint *complaint)
{
    const double volt = UNIT_V * from_units;
    const double input_a = output_w / (settings->efficiency_pct * 0.01 * volt);
    const double at_once_mv = defaults->cut_in_at_once_mv * from_units;

    settings->units = from_units;
    settings->cut_in_mv = equipment_filled(settings->cut_in_mv, defaults->cut_in_mv * from_units);
    settings->cut_in_at_once_mv = equipment_filled(
        settings->cut_in_at_once_mv, at_once_mv > settings->cut_in_mv ? at_once_mv : settings->cut_in_mv);
    settings->cut_out_mv = equipment_filled(settings->cut_out_mv, defaults->cut_out_mv * from_units);
    settings->input_cable_mohm =
        equipment_filled(settings->input_cable_mohm, cable_mohm_for(CABLE_MAIN_PART, volt, input_a));
    if (!equipment_check_mv("cut_in_mv", settings->cut_in_mv, CUT_MV_MIN, CUT_MV_MAX, from_units,
                            complaint) ||
        !equipment_check_mv("cut_out_mv", settings->cut_out_mv, CUT_MV_MIN, CUT_MV_MAX, from_units,
                            complaint)) {
        return false;
    }
    if (settings->cut_in_at_once_mv < settings->cut_in_mv) {
        complaint->key = "cut_in_at_once_mv";
        snprintf(complaint->text, sizeof complaint->text, "cut_in_at_once_mv %.15g is below cut_in_mv %.15g",
                 settings->cut_in_at_once_mv, settings->cut_in_mv);
        return false;
    }
    return equipment_check_below("cut_out_mv", settings->cut_out_mv, "cut_in_mv", settings->cut_in_mv,
                                 complaint);
}

/* ---- phases --------------------------------------------------------------------------------------- */

bool dc_dc_is_on(int phase)
{
    return phase >= DC_DC_ON && phase < DC_DC_WAITS;
}

static struct equipment_state in_phase(const struct equipment_state *state, int phase, int64_t tick)
{
    struct equipment_state next = equipment_in_phase(state, phase, tick);

    next.level = 0.0;
    next.count = phase == DC_DC_OFF ? 0 : state->count;
    return next;
}

/* How long it waits at least: `count` is how often in a row it has not lasted. */
static int64_t retry_ticks(const struct equipment_state *state)
{
    return RETRY_TICKS << (state->count < RETRY_DOUBLES_MAX ? state->count : RETRY_DOUBLES_MAX);
}

static struct equipment_state given_way(const struct equipment_state *state, int64_t tick)
{
    struct equipment_state next = in_phase(state, DC_DC_WAITS, tick);

    next.count = tick - state->phase_tick < LASTING_TICKS ? state->count + 1 : 0;
    return next;
}

static struct equipment_state look_on(const struct dc_dc *settings, const struct equipment_state *state,
                                      const struct equipment_seen *seen)
{
    const bool is_low = seen->is_low || seen->load_v < settings->cut_out_mv * 0.001;
    const struct equipment_state next = equipment_level_timed(state, is_low, seen->tick);

    if (seen->is_low ||
        equipment_level_has_lasted(&next, schedule_tick_of(settings->cut_out_s), seen->tick)) {
        return given_way(state, seen->tick);
    }
    return next;
}

static struct equipment_state look_waiting(const struct dc_dc *settings, const struct equipment_state *state,
                                           const struct equipment_seen *seen)
{
    struct equipment_state next = *state;

    if (state->phase == DC_DC_OFF && seen->from_v < settings->cut_in_at_once_mv * 0.001) {
        next = in_phase(state, DC_DC_WAITS, seen->tick);
    }
    next = equipment_timed(&next, seen->from_v >= settings->cut_in_mv * 0.001, seen->tick);
    if (state->phase == DC_DC_WAITS && seen->tick - state->phase_tick < retry_ticks(state)) {
        return next;
    }
    if (seen->from_v >= settings->cut_in_at_once_mv * 0.001 ||
        equipment_has_lasted(&next, schedule_tick_of(settings->cut_in_s), seen->tick)) {
        return in_phase(state, DC_DC_ON, seen->tick);
    }
    return next;
}

struct equipment_state dc_dc_look(const struct dc_dc *settings, const struct equipment_state *state,
                                  const struct equipment_seen *seen)
{
    if (seen->fault != 0) {
        return state->phase == DC_DC_DEAD ? *state : in_phase(state, DC_DC_DEAD, seen->tick);
    }
    if (!seen->is_enabled || state->phase == DC_DC_DEAD) {
        return state->phase == DC_DC_OFF ? *state : in_phase(state, DC_DC_OFF, seen->tick);
    }
    return dc_dc_is_on(state->phase) ? look_on(settings, state, seen) : look_waiting(settings, state, seen);
}

int64_t dc_dc_next_tick(const struct dc_dc *settings, const struct equipment_state *state, int64_t tick)
{
    int64_t next = INT64_MAX;

    if (dc_dc_is_on(state->phase)) {
        return equipment_sooner(next, equipment_level_end(state, schedule_tick_of(settings->cut_out_s)),
                                tick);
    }
    if (state->phase == DC_DC_WAITS) {
        next = equipment_sooner(next, state->phase_tick + retry_ticks(state), tick);
        if (state->timer_tick != EQUIPMENT_NEVER) {
            next = equipment_sooner(next, state->timer_tick + schedule_tick_of(settings->cut_in_s), tick);
        }
    }
    return next;
}

/* ---- in the network ------------------------------------------------------------------------------- */

void dc_dc_add(const struct dc_dc *settings, const struct equipment_state *state,
               struct network_source output, struct equipment_parts *parts)
{
    if (dc_dc_is_on(state->phase)) {
        const struct network_load input = {.power_w = settings->idle_ma * 0.001 * DRAW_V * settings->units,
                                           .voltage_v_min = INPUT_V_MIN * settings->units,
                                           .cable_ohm = settings->input_cable_mohm * 0.001};

        equipment_add_converter(parts, input, output, settings->efficiency_pct * 0.01);
    }
}

double dc_dc_draw_a(const struct dc_dc *settings, const struct equipment_state *state)
{
    return dc_dc_is_on(state->phase) || state->phase == DC_DC_DEAD ? 0.0 : settings->standby_ma * 0.001;
}

void dc_dc_facts(const struct dc_dc *settings, double output_w, struct equipment_facts *known)
{
    const double idle_a = settings->idle_ma * 0.001;

    known->draw_on_a = idle_a;
    known->draw_off_a = settings->standby_ma * 0.001;
    known->from_a_max = idle_a + output_w / (settings->efficiency_pct * 0.01 * UNIT_V * settings->units);
    known->efficiency = settings->efficiency_pct * 0.01;
    known->from_cable_ohm = settings->input_cable_mohm * 0.001;
    known->cut_out_mv = settings->cut_out_mv;
    known->restart_mv = settings->cut_in_mv;
}
