/* SPDX-License-Identifier: Apache-2.0 */
/* What LOAD-6, LOAD-8, CHG-5 and SAFE-4 remember, and how it is forgotten. */
#include "core/control_internal.h"

#include <stddef.h>

#define LOAD_WAIT_TICKS_MAX 7681u   /* LOAD-8's 16 min, and the tick before the first sample after a reset */
#define CHARGER_WAIT_TICKS_MAX 480u /* CHG-5's 60 s */
#define SHORT_WAIT_TICKS_MAX 30720u /* SAFE-4's 64 min */

/* One tick further; true when the wait ends now. */
static bool wait_step(uint16_t *wait_ticks)
{
    if (*wait_ticks == 0u) {
        return false;
    }
    (*wait_ticks)--;
    return *wait_ticks == 0u;
}

uint16_t sbms_internal_waits_step(struct sbms_control *control)
{
    struct sbms_retained *retained = &control->retained;
    uint16_t events = 0u;

    if (wait_step(&retained->load_wait_ticks)) {
        events |= SBMS_EVENT_LOAD_WAITED;
    }
    if (wait_step(&retained->charger_wait_ticks)) {
        events |= SBMS_EVENT_CHARGER_WAITED;
    }
    if (wait_step(&retained->shorts[SBMS_OUTPUT_LOAD].wait_ticks)) {
        events |= SBMS_EVENT_LOAD_RETRY;
    }
    if (wait_step(&retained->shorts[SBMS_OUTPUT_CHARGER].wait_ticks)) {
        events |= SBMS_EVENT_CHARGER_RETRY;
    }
    (void)wait_step(&retained->shorts[SBMS_OUTPUT_PREALARM].wait_ticks);
    return events;
}

void sbms_internal_off_step(struct sbms_control *control)
{
    struct sbms_law *law = &control->law;

    if (!sbms_internal_remote_is_known(control) || sbms_internal_system_is_on(control)) {
        law->off_ticks = 0u;
        return;
    }
    if (law->off_ticks < SBMS_OFF_CLEAR_TICKS) {
        law->off_ticks++;
    }
    if (law->off_ticks == SBMS_OFF_CLEAR_TICKS) {
        control->retained = (struct sbms_retained){.load_is_high = 0u};
    }
}

/* ---- steps back ------------------------------------------------------------------------------------- */

/* LOAD-8, CHG-5: the step that a long time of this output being high takes back; NULL: it has none. */
static uint8_t *step_of(struct sbms_retained *retained, uint8_t output)
{
    if (output == SBMS_OUTPUT_LOAD) {
        return &retained->load_step;
    }
    return output == SBMS_OUTPUT_CHARGER ? &retained->charger_step : NULL;
}

bool sbms_internal_has_steps(const struct sbms_control *control, uint8_t output)
{
    const struct sbms_retained *retained = &control->retained;

    if (retained->shorts[output].step > 0u) {
        return true;
    }
    if (output == SBMS_OUTPUT_LOAD) {
        return retained->load_step > 0u;
    }
    return output == SBMS_OUTPUT_CHARGER && retained->charger_step > 0u;
}

/* SAFE-4: what an output that has been high for `high_ticks` says of its short. */
static void hold_short(struct sbms_short *of_output, uint16_t high_ticks)
{
    if (high_ticks >= SBMS_SHORT_HELD_TICKS) {
        of_output->is_shorted = 0u;
    }
    if (high_ticks == SBMS_SHORT_CALM_TICKS) {
        of_output->step = 0u;
    }
}

/* Whether 10 min have passed once more, of the 30 that are counted. */
static bool is_calm(uint16_t high_ticks)
{
    return high_ticks == SBMS_CALM_TICKS || high_ticks == 2u * SBMS_CALM_TICKS ||
           high_ticks == 3u * SBMS_CALM_TICKS;
}

static void calm_output(struct sbms_control *control, uint8_t output)
{
    uint16_t *high_ticks = &control->law.high_ticks[output];
    uint8_t *step = step_of(&control->retained, output);

    (*high_ticks)++;
    hold_short(&control->retained.shorts[output], *high_ticks);
    if (step != NULL && *step > 0u && is_calm(*high_ticks)) {
        (*step)--;
    }
    if (*high_ticks == SBMS_SHORT_CALM_TICKS) {
        *high_ticks = (uint16_t)(SBMS_SHORT_CALM_TICKS - SBMS_CALM_TICKS);
    }
    if (!sbms_internal_has_steps(control, output)) {
        *high_ticks = 0u;
    }
}

/* Whether no output has a step to go back, which is nearly always; all `high_ticks` are 0 then. */
static bool is_calm_everywhere(const struct sbms_retained *retained)
{
    return (retained->load_step | retained->charger_step | retained->shorts[SBMS_OUTPUT_LOAD].step |
            retained->shorts[SBMS_OUTPUT_PREALARM].step | retained->shorts[SBMS_OUTPUT_CHARGER].step) == 0u;
}

/* `is_high`: at the tick before and now. */
static inline void count_high(struct sbms_control *control, uint8_t output, bool is_high)
{
    if (!is_high) {
        control->law.high_ticks[output] = 0u;
    } else if (sbms_internal_has_steps(control, output)) {
        calm_output(control, output);
    }
}

void sbms_internal_calm_step(struct sbms_control *control, uint8_t high)
{
    if (is_calm_everywhere(&control->retained)) {
        return;
    }
    count_high(control, SBMS_OUTPUT_LOAD, (high & SBMS_INTERNAL_BIT(SBMS_OUTPUT_LOAD)) != 0u);
    count_high(control, SBMS_OUTPUT_PREALARM, (high & SBMS_INTERNAL_BIT(SBMS_OUTPUT_PREALARM)) != 0u);
    count_high(control, SBMS_OUTPUT_CHARGER, (high & SBMS_INTERNAL_BIT(SBMS_OUTPUT_CHARGER)) != 0u);
}

/* ---- over a reset ----------------------------------------------------------------------------------- */

static bool short_is_possible(const struct sbms_short *of_output)
{
    if (of_output->step == 0u) {
        return of_output->is_shorted == 0u && of_output->wait_ticks == 0u;
    }
    return of_output->step < SBMS_SHORT_STEPS && of_output->is_shorted <= 1u &&
           of_output->wait_ticks <= SHORT_WAIT_TICKS_MAX &&
           (of_output->wait_ticks == 0u || of_output->is_shorted != 0u);
}

static bool load_is_in_range(const struct sbms_retained *retained)
{
    return retained->load_wait_ticks <= LOAD_WAIT_TICKS_MAX && retained->load_step < SBMS_LOAD_STEPS &&
           retained->cuts <= SBMS_LOCKOUT_RETRIES_MAX + 1u && retained->load_is_high <= 1u &&
           retained->is_tripped <= 1u;
}

/* LOAD-8: Load that is high does not wait; a wait is one of a cut, and that took a step. */
static bool load_is_possible(const struct sbms_retained *retained)
{
    if (!load_is_in_range(retained)) {
        return false;
    }
    if (retained->load_is_high != 0u) {
        return retained->load_wait_ticks == 0u && retained->is_tripped == 0u;
    }
    return retained->load_wait_ticks == 0u || retained->load_step > 0u;
}

/* CHG-5 */
static bool charger_is_possible(const struct sbms_retained *retained)
{
    return retained->charger_wait_ticks <= CHARGER_WAIT_TICKS_MAX &&
           retained->charger_step < SBMS_CHARGER_STEPS &&
           (retained->charger_wait_ticks == 0u || retained->charger_step > 0u);
}

bool sbms_internal_retained_is_possible(const struct sbms_retained *retained)
{
    return short_is_possible(&retained->shorts[SBMS_OUTPUT_LOAD]) &&
           short_is_possible(&retained->shorts[SBMS_OUTPUT_PREALARM]) &&
           short_is_possible(&retained->shorts[SBMS_OUTPUT_CHARGER]) && charger_is_possible(retained) &&
           load_is_possible(retained);
}

bool sbms_control_restore(struct sbms_control *control, const struct sbms_retained *retained)
{
    const bool is_possible = sbms_internal_retained_is_possible(retained);
    const bool was_high = is_possible && retained->load_is_high != 0u;

    if (is_possible) {
        control->retained = *retained;
        control->retained.load_is_high = 0u;
    }
    if (was_high) {
        sbms_internal_cut(control, false);
        control->retained.load_wait_ticks++; /* LOAD-8 counts from the first sample, which is a tick away */
    }
    return is_possible;
}
