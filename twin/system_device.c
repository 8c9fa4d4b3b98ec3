/* SPDX-License-Identifier: Apache-2.0 */
/* The device in its system: what it samples, and what its outputs do. */
#include "twin/system_internal.h"

#include <stddef.h>

#include "twin/consumer.h"
#include "twin/millivolts.h"
#include "twin/remote.h"

/* ---- telling the observer ----------------------------------------------------------------------- */

void system_tell(const struct system_run *run, struct system_edge edge)
{
    edge.tick = run->tick;
    if (run->observer.edge != NULL) {
        run->observer.edge(run->observer.self, &edge);
    }
}

/* ---- inputs and outputs ------------------------------------------------------------------------- */

static uint8_t bit_of(enum sbms_output output)
{
    return (uint8_t)(1u << output);
}

/* Outputs whose terminal is not as it was commanded last (SAFE-4), a bit each. */
static uint8_t differing(const struct system_run *run)
{
    const uint8_t high = (uint8_t)((run->outputs.load ? bit_of(SBMS_OUTPUT_LOAD) : 0u) |
                                   (run->outputs.prealarm ? bit_of(SBMS_OUTPUT_PREALARM) : 0u) |
                                   (run->outputs.charger ? bit_of(SBMS_OUTPUT_CHARGER) : 0u));

    return (uint8_t)((high & run->shorted) | (~high & run->fed));
}

struct sbms_inputs system_inputs_at(const struct system_run *run, double bus_v, int64_t tick)
{
    const int32_t vbat_mv = tick < run->dip_end_tick ? run->dip_mv : millivolts_of(bus_v);
    const struct remote_voltages remote = remote_terminals(&run->described->remote, run->switch_on, vbat_mv);

    return (struct sbms_inputs){
        .vbat_mv = vbat_mv,
        .remote_l_mv = remote.l_mv,
        .remote_h_mv = remote.h_mv,
        .atc = run->chain.all.atc,
        .atd = run->chain.all.atd,
        .no_prealarm = run->chain.all.no_prealarm,
        .fault = run->fault,
        .differing = differing(run),
    };
}

/* Notes what took an output, and says what took it last. */
static uint8_t note_loss(struct system_run *run, enum sbms_output output, bool is_taken, uint8_t cause)
{
    const uint8_t loss = run->losses[output];

    if (is_taken) {
        run->losses[output] = cause;
    }
    return loss;
}

static void drive_load(struct system_run *run, const struct sbms_decision *decision, bool was_warned)
{
    const bool on = decision->outputs.load;

    system_tell(run,
                (struct system_edge){.kind = EDGE_LOAD,
                                     .on = on,
                                     .cause = decision->load_cause,
                                     .loss = note_loss(run, SBMS_OUTPUT_LOAD, !on, decision->load_cause),
                                     .reason = run->chain.atd_reason,
                                     .prealarm_ticks = was_warned ? run->tick - run->prealarm_since : 0,
                                     .cut_ticks = run->load_since < 0 ? -1 : run->tick - run->load_since});
    run->load_since = run->tick;
    if (!on) {
        system_note_cut(run, decision->load_cause);
    }
}

static void drive_prealarm(struct system_run *run, const struct sbms_decision *decision, bool with_load)
{
    const bool on = decision->outputs.prealarm;
    const uint8_t cause = decision->prealarm_cause;
    const bool by_atd = cause == SBMS_CAUSE_ATD_LOST || cause == SBMS_CAUSE_ATD_RETURNED;

    system_tell(run,
                (struct system_edge){.kind = EDGE_PRE_ALARM,
                                     .on = on,
                                     .cause = cause,
                                     .with_load = with_load,
                                     .loss = note_loss(run, SBMS_OUTPUT_PREALARM, on, cause),
                                     .reason = by_atd ? run->chain.atd_reason : run->chain.no_prealarm_reason,
                                     .prealarm_ticks = run->tick - run->prealarm_since});
    run->prealarm_since = run->tick;
}

/* An output that has just gone high and carries too much. */
static void check_output_currents(struct system_run *run, const struct sbms_outputs *before)
{
    const double load_a = before->load ? 0.0 : system_load_output_a(run);
    const double prealarm_a = before->prealarm ? 0.0 : system_prealarm_output_a(run);

    if (load_a > SYSTEM_OUTPUT_A_MAX) {
        system_tell(run, (struct system_edge){
                             .kind = EDGE_LOAD_CURRENT, .on = true, .value = nearest_whole(load_a * 1000.0)});
    }
    if (prealarm_a > SYSTEM_OUTPUT_A_MAX) {
        system_tell(run, (struct system_edge){.kind = EDGE_PRE_ALARM_CURRENT,
                                              .on = true,
                                              .value = nearest_whole(prealarm_a * 1000.0)});
    }
}

static void tell_charger(struct system_run *run, const struct sbms_decision *decision)
{
    const struct sbms_outputs *now = &decision->outputs;

    if (run->outputs.charger != now->charger) {
        system_tell(run, (struct system_edge){.kind = EDGE_CHARGER,
                                              .on = now->charger,
                                              .cause = decision->charger_cause,
                                              .loss = note_loss(run, SBMS_OUTPUT_CHARGER, !now->charger,
                                                                decision->charger_cause),
                                              .reason = run->chain.atc_reason});
    }
    if (run->outputs.led_fault != now->led_fault) {
        system_tell(run, (struct system_edge){
                             .kind = EDGE_LED_FAULT, .on = now->led_fault, .cause = decision->charger_cause});
    }
}

/* SAFE-1: what a start has just left floating, and why. */
static void tell_what_stays(struct system_run *run, const struct sbms_decision *decision,
                            const struct sbms_standing *before)
{
    if (run->standing.charger_is_decided && !before->charger_is_decided && !decision->outputs.charger) {
        (void)note_loss(run, SBMS_OUTPUT_CHARGER, true, decision->charger_cause);
        system_tell(run, (struct system_edge){.kind = EDGE_CHARGER,
                                              .stays = true,
                                              .cause = decision->charger_cause,
                                              .reason = run->chain.atc_reason});
    }
    if (run->standing.load_is_decided && !before->load_is_decided && !decision->outputs.load) {
        (void)note_loss(run, SBMS_OUTPUT_LOAD, true, decision->load_cause);
        system_tell(run, (struct system_edge){.kind = EDGE_LOAD,
                                              .stays = true,
                                              .cause = decision->load_cause,
                                              .reason = run->chain.atd_reason});
    }
}

/* SAFE-4: what the batteries or the cable keep away once the device can measure again is theirs, not the reference's. */
static void pass_losses_on(struct system_run *run)
{
    const struct sbms_inputs *seen = &run->inputs;
    const bool is_absent[SBMS_OUTPUT_COUNT] = {[SBMS_OUTPUT_LOAD] = !seen->atd,
                                               [SBMS_OUTPUT_PREALARM] = !seen->atd || !seen->no_prealarm,
                                               [SBMS_OUTPUT_CHARGER] = !seen->atc};
    const uint8_t losses[SBMS_OUTPUT_COUNT] = {[SBMS_OUTPUT_LOAD] = SBMS_CAUSE_ATD_LOST,
                                               [SBMS_OUTPUT_PREALARM] = SBMS_CAUSE_NO_PREALARM_LOST,
                                               [SBMS_OUTPUT_CHARGER] = SBMS_CAUSE_ATC_LOST};

    for (int output = 0; output < (int)SBMS_OUTPUT_COUNT; output++) {
        if (seen->fault != SBMS_FAULT_REFERENCE && is_absent[output] &&
            run->losses[output] == SBMS_CAUSE_REFERENCE_FAULT) {
            run->losses[output] = losses[output];
        }
    }
}

/* SAFE-4: terminals that begin not to follow, or follow again. */
static void tell_faults(const struct system_run *run, uint8_t before, uint8_t now, bool is_short)
{
    for (int output = 0; before != now && output < (int)SBMS_OUTPUT_COUNT; output++) {
        const uint8_t bit = bit_of((enum sbms_output)output);

        if (((before ^ now) & bit) != 0u) {
            system_tell(run, (struct system_edge){.kind = EDGE_OUTPUT_FAULT,
                                                  .on = (now & bit) != 0u,
                                                  .is_short = is_short,
                                                  .value = output});
        }
    }
}

bool system_drive(struct system_run *run, const struct sbms_decision *decision)
{
    const struct sbms_standing standing_before = run->standing;
    const struct sbms_outputs before = run->outputs;
    const struct sbms_outputs now = decision->outputs;
    const bool load_edge = before.load != now.load;
    const bool prealarm_edge = before.prealarm != now.prealarm;

    run->standing = run->device.standing(run->device.self);
    pass_losses_on(run);
    tell_charger(run, decision);
    run->outputs = now;
    if (load_edge) {
        drive_load(run, decision, before.prealarm);
    }
    if (prealarm_edge) {
        drive_prealarm(run, decision, load_edge && !now.load);
    }
    if (before.led_load != now.led_load) {
        system_tell(run, (struct system_edge){
                             .kind = EDGE_LED_LOAD, .on = now.led_load, .cause = decision->load_cause});
    }
    tell_what_stays(run, decision, &standing_before);
    tell_faults(run, standing_before.faults.shorted, run->standing.faults.shorted, true);
    tell_faults(run, standing_before.faults.fed, run->standing.faults.fed, false);
    system_settle_cut(run);
    if (!load_edge && !prealarm_edge && before.charger == now.charger) {
        return false;
    }
    check_output_currents(run, &before);
    run->moved = true;
    return true;
}
