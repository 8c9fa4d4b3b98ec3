/* SPDX-License-Identifier: Apache-2.0 */
/* The region of Charger: section 4. */
#include "core/control_internal.h"

#define SHORT_WAIT_TICKS 40u /* CHG-5: 5 s after the first and the second loss */
#define LONG_WAIT_TICKS 480u /* 60 s from the third on */

static bool atc_is_present(const struct sbms_control *control)
{
    return sbms_internal_is_present(control, SBMS_INPUT_ATC);
}

bool sbms_internal_charger_is_high(const struct sbms_control *control)
{
    return sbms_internal_system_is_on(control) && atc_is_present(control) &&
           control->retained.charger_wait_ticks == 0u &&
           control->retained.shorts[SBMS_OUTPUT_CHARGER].wait_ticks == 0u;
}

/* CHG-5: ATC or the chain took Charger. */
static void wait_after_loss(struct sbms_control *control)
{
    struct sbms_retained *retained = &control->retained;
    const bool is_last = retained->charger_step + 1u >= SBMS_CHARGER_STEPS;

    retained->charger_wait_ticks = is_last ? LONG_WAIT_TICKS : SHORT_WAIT_TICKS;
    if (!is_last) {
        retained->charger_step++;
    }
}

static uint8_t charger_floating_cause(const struct sbms_control *control)
{
    if (!sbms_internal_system_is_on(control)) {
        return SBMS_CAUSE_REMOTE_OFF;
    }
    if (!atc_is_present(control)) {
        return sbms_internal_loss_cause(control, SBMS_CAUSE_ATC_LOST);
    }
    return control->retained.shorts[SBMS_OUTPUT_CHARGER].wait_ticks > 0u ? SBMS_CAUSE_OUTPUT_FAULT
                                                                         : SBMS_CAUSE_CHARGER_WAIT;
}

/* Charger rises: the last of its conditions that came true. */
static uint8_t charger_return_cause(uint16_t events)
{
    if ((events & SBMS_EVENT_CHARGER_START) != 0u) {
        return SBMS_CAUSE_START_UP;
    }
    if ((events & SBMS_EVENT_SYSTEM) != 0u) {
        return SBMS_CAUSE_REMOTE_ON;
    }
    if ((events & SBMS_EVENT_ATC) != 0u) {
        return SBMS_CAUSE_ATC_RETURNED;
    }
    return (events & SBMS_EVENT_CHARGER_WAITED) != 0u ? SBMS_CAUSE_CHARGER_WAIT : SBMS_CAUSE_OUTPUT_RETRY;
}

/* The cause of what Charger and the red LED do at this tick, if anything. */
static uint8_t charger_cause(const struct sbms_control *control, bool was_high, uint16_t events)
{
    const bool is_high = sbms_internal_charger_is_high(control);

    if (is_high != was_high || (events & SBMS_EVENT_CHARGER_START) != 0u) {
        return is_high ? charger_return_cause(events) : charger_floating_cause(control);
    }
    if (is_high || (events & SBMS_EVENT_SYSTEM) == 0u) {
        return SBMS_CAUSE_NONE;
    }
    return sbms_internal_system_is_on(control) ? SBMS_CAUSE_REMOTE_ON : SBMS_CAUSE_REMOTE_OFF; /* LED-2 */
}

void sbms_internal_charger_step(struct sbms_control *control, bool was_high, uint16_t events,
                                struct sbms_decision *decision)
{
    if (!sbms_internal_is_decided(control, SBMS_REGION_CHARGER)) {
        return;
    }
    if (was_high && sbms_internal_system_is_on(control) && !atc_is_present(control)) {
        wait_after_loss(control);
    }
    decision->charger_cause = charger_cause(control, was_high, events);
}
