/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the law share. Not for callers: use core/control.h. */
#ifndef SBMS_CONTROL_INTERNAL_H
#define SBMS_CONTROL_INTERNAL_H

#include "core/control.h"

/* A mask of inputs or of outputs, one bit each. */
#define SBMS_INTERNAL_BIT(number) ((uint8_t)(1u << (number)))
#define SBMS_INTERNAL_CHAIN \
    (SBMS_INTERNAL_BIT(SBMS_INPUT_ATC) | SBMS_INTERNAL_BIT(SBMS_INPUT_ATD) | \
     SBMS_INTERNAL_BIT(SBMS_INPUT_NO_PREALARM))

/* The two regions that decide for themselves (SAFE-1); also the places in sbms_law.samples. */
enum { SBMS_REGION_CHARGER = 0, SBMS_REGION_LOAD };

/* What happened at this tick, for the regions and for the causes. The inputs whose level changed have their own bits. */
#define SBMS_EVENT_SYSTEM ((uint16_t)0x0002u)
#define SBMS_EVENT_ATC ((uint16_t)0x0004u)
#define SBMS_EVENT_ATD ((uint16_t)0x0008u)
#define SBMS_EVENT_CHARGER_START ((uint16_t)0x0020u) /* Charger's decision after a reset */
#define SBMS_EVENT_LOAD_START ((uint16_t)0x0040u)    /* Load's */
#define SBMS_EVENT_UNLOCKED ((uint16_t)0x0080u)      /* a lock-out ended */
#define SBMS_EVENT_LOAD_WAITED ((uint16_t)0x0100u)   /* LOAD-8's wait ended */
#define SBMS_EVENT_CHARGER_WAITED ((uint16_t)0x0200u)
#define SBMS_EVENT_LOAD_RETRY ((uint16_t)0x0400u) /* SAFE-4: the wait of a short ended */
#define SBMS_EVENT_CHARGER_RETRY ((uint16_t)0x0800u)

/* The debounced level of one input. */
static inline bool sbms_internal_is_present(const struct sbms_control *control, uint8_t input)
{
    return (control->law.levels & SBMS_INTERNAL_BIT(input)) != 0u;
}

/* SAFE-1: whether a region has decided. */
static inline bool sbms_internal_is_decided(const struct sbms_control *control, uint8_t region)
{
    return control->law.samples[region] == SBMS_START_SAMPLES;
}

/* Whether the remote is known, and known to be on: section 1's "system on". */
static inline bool sbms_internal_remote_is_known(const struct sbms_control *control)
{
    return control->law.remote_samples == SBMS_REMOTE_TICKS;
}

static inline bool sbms_internal_system_is_on(const struct sbms_control *control)
{
    return sbms_internal_is_present(control, SBMS_INPUT_REMOTE);
}

/* ---- core/inputs.c: sampling, debounce, start-up ------------------------------------------------- */

/* REM-1: the raw remote; the hysteresis is on the off side only, so that the on thresholds stay exact (REM-4). */
bool sbms_internal_remote_is_on(const struct sbms_inputs *inputs, bool was_on);

/* The raw levels of the chain's signals, a bit each; none when nothing can be measured (SAFE-4). */
uint8_t sbms_internal_raw_signals(const struct sbms_inputs *inputs);

/* Whether the caller's fault floats everything (SAFE-4), and whether it says that nothing can be measured. */
bool sbms_internal_is_hard(uint8_t fault);
bool sbms_internal_is_blind(const struct sbms_inputs *inputs);

/* SAFE-2: whether a history has lost its signal. */
bool sbms_internal_is_lost(uint8_t history);

/* REM-4, SAFE-1, SAFE-2: one sample of the remote; returns SBMS_EVENT_SYSTEM when its known level changes. */
uint16_t sbms_internal_sample_remote(struct sbms_control *control, const struct sbms_inputs *inputs);

/* SUP-3: one sample of the supply; returns false while it is too low: nothing else is to be done then but floating. */
bool sbms_internal_sample_supply(struct sbms_control *control, const struct sbms_inputs *inputs);

/* SAFE-1, SAFE-2, SAFE-3: one sample of remote and signals; returns what happened. */
uint16_t sbms_internal_sample(struct sbms_control *control, const struct sbms_inputs *inputs);

/* ---- core/load.c: Load and Pre-alarm (section 3) ------------------------------------------------- */

/* LOAD-6: too many cuts, and the supply has not been up since. */
bool sbms_internal_is_locked_out(const struct sbms_control *control);

/* LOAD-6: the reconnect delay of the settings. */
uint16_t sbms_internal_reconnect_delay_ticks(const struct sbms_control *control);

/* LOAD-6: Load has been cut by ATD or chain, and ATD has not been back for the delay; whether this supply clears cuts. */
bool sbms_internal_delay_is_running(const struct sbms_control *control);
bool sbms_internal_supply_clears(const struct sbms_control *control, const struct sbms_inputs *inputs);

/* PRE-4: how long both signals have to be back before an alarm is over. */
uint16_t sbms_internal_alarm_over_ticks(const struct sbms_control *control);

/* PRE-2: ATD lost warns too, for batteries without a pre-alarm signal and for a fast sag. */
bool sbms_internal_alarm_is_on(const struct sbms_control *control);

/* Whether Load has to stay floating though the system is on and ATD is present (LOAD-6, LOAD-8, SAFE-4). */
bool sbms_internal_load_must_wait(const struct sbms_control *control);

/* LOAD-8: Load goes from high to floating now. `by_signal`: ATD or the chain took it (LOAD-6 counts those). */
void sbms_internal_cut(struct sbms_control *control, bool by_signal);

/* One tick of the region: LOAD-2 to LOAD-8, PRE-2 to PRE-5. Puts causes into `decision`, also where no edge follows. */
void sbms_internal_load_step(struct sbms_control *control, const struct sbms_inputs *inputs, uint16_t events,
                             struct sbms_decision *decision);

/* Which loss the cause of an edge is to name (SAFE-3, SAFE-4): `signal_cause` when it is no more than the signal's. */
uint8_t sbms_internal_loss_cause(const struct sbms_control *control, uint8_t signal_cause);

/* ---- core/charger.c: Charger (section 4) --------------------------------------------------------- */

/* CHG-1, CHG-5 */
bool sbms_internal_charger_is_high(const struct sbms_control *control);

/* One tick of the region; `was_high`: Charger at the tick before. */
void sbms_internal_charger_step(struct sbms_control *control, bool was_high, uint16_t events,
                                struct sbms_decision *decision);

/* ---- core/waits.c: what survives a reset --------------------------------------------------------- */

/* All waits, one tick further; returns those that ended, as events. */
uint16_t sbms_internal_waits_step(struct sbms_control *control);

/* LOAD-6, LOAD-8, CHG-5, SAFE-4: the remote off for 1 s forgets all of it. */
void sbms_internal_off_step(struct sbms_control *control);

/* LOAD-8, CHG-5, SAFE-4: counts how long outputs have been high, and goes steps back. `high`: outputs that were high at the
 * tick before and are now, bit n = sbms_output n. */
void sbms_internal_calm_step(struct sbms_control *control, uint8_t high);

/* Whether there is anything that a long time of this output being high would change. */
bool sbms_internal_has_steps(const struct sbms_control *control, uint8_t output);

/* Whether a run can leave these values. */
bool sbms_internal_retained_is_possible(const struct sbms_retained *retained);

/* ---- core/follow.c: outputs that do not follow (SAFE-4) ------------------------------------------- */

/* One tick of `differing`; `high`: outputs as the last step commanded them. */
void sbms_internal_follow_step(struct sbms_control *control, const struct sbms_inputs *inputs, uint8_t high);

/* ---- core/leds.c: section 6 ----------------------------------------------------------------------- */

/* LED-3: one tick lit and three dark for each count, then a pause. */
#define SBMS_INTERNAL_BLINK_TICKS 4u
#define SBMS_INTERNAL_BLINK_PAUSE_TICKS 8u

/* LED-3: the fault that is shown for what the caller found and what does not follow. */
uint8_t sbms_internal_fault_to_show(const struct sbms_control *control, const struct sbms_inputs *inputs);

/* LED-2, LED-3; `charger`: as it is commanded. */
bool sbms_internal_red_is_lit(const struct sbms_control *control, bool charger);

/* LED-3: one tick of showing `fault`, 0 = none. */
void sbms_internal_show(struct sbms_control *control, uint8_t fault);

/* ---- core/possible.c ------------------------------------------------------------------------------- */

/* The assertions on the state: false for one that no run of the law can reach. `high`: its outputs that are high. */
bool sbms_internal_state_is_possible(const struct sbms_control *control, uint8_t high);

/* The state of nearly always: all is present, Load and Charger are high, nothing is counted and nothing remembered. It is a
 * possible one if the settings are. */
bool sbms_internal_all_is_well(const struct sbms_control *control);

/* Outputs that are high, bit n = sbms_output n. */
uint8_t sbms_internal_high_outputs(const struct sbms_outputs *outputs);

#endif
