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
    };
}

static void drive_load(struct system_run *run, const struct sbms_decision *decision)
{
    system_tell(run,
                (struct system_edge){.kind = EDGE_LOAD,
                                     .on = decision->outputs.load,
                                     .cause = decision->load_cause,
                                     .reason = run->chain.atd_reason,
                                     .prealarm_ticks = run->tick - run->prealarm_since,
                                     .cut_ticks = run->load_since < 0 ? -1 : run->tick - run->load_since});
    run->load_since = run->tick;
}

static void drive_prealarm(struct system_run *run, const struct sbms_decision *decision)
{
    const bool by_atd = decision->prealarm_cause == SBMS_CAUSE_ATD_LOST;

    system_tell(run,
                (struct system_edge){.kind = EDGE_PRE_ALARM,
                                     .on = decision->outputs.prealarm,
                                     .cause = decision->prealarm_cause,
                                     .reason = by_atd ? run->chain.atd_reason : run->chain.no_prealarm_reason,
                                     .prealarm_ticks = run->tick - run->prealarm_since});
    run->prealarm_since = run->tick;
}

/* An output that has just gone high and carries too much. */
static void check_output_currents(struct system_run *run, const struct sbms_outputs *before)
{
    const double load_a = before->load ? 0.0 : consumers_output_a(run, FEED_LOAD_OUTPUT);
    const double prealarm_a = before->prealarm ? 0.0 : consumers_output_a(run, FEED_PRE_ALARM_OUTPUT);

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

static void tell_charger(const struct system_run *run, const struct sbms_decision *decision)
{
    const struct sbms_outputs *now = &decision->outputs;

    if (run->outputs.charger != now->charger) {
        system_tell(run, (struct system_edge){.kind = EDGE_CHARGER,
                                              .on = now->charger,
                                              .cause = decision->charger_cause,
                                              .reason = run->chain.atc_reason});
    }
    if (run->outputs.led_fault != now->led_fault) {
        system_tell(run, (struct system_edge){
                             .kind = EDGE_LED_FAULT, .on = now->led_fault, .cause = decision->charger_cause});
    }
}

void system_drive(struct system_run *run, const struct sbms_decision *decision)
{
    const struct sbms_outputs before = run->outputs;
    const struct sbms_outputs now = decision->outputs;
    const bool load_edge = before.load != now.load;
    const bool prealarm_edge = before.prealarm != now.prealarm;

    tell_charger(run, decision);
    run->outputs = now;
    if (load_edge) {
        drive_load(run, decision);
    }
    if (prealarm_edge) {
        drive_prealarm(run, decision);
    }
    if (before.led_load != now.led_load) {
        system_tell(run, (struct system_edge){
                             .kind = EDGE_LED_LOAD, .on = now.led_load, .cause = decision->load_cause});
    }
    if (load_edge || prealarm_edge) {
        check_output_currents(run, &before);
    }
    run->moved = run->moved || load_edge || prealarm_edge || before.charger != now.charger;
}
