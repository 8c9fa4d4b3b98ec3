/* SPDX-License-Identifier: Apache-2.0 */
#include "firmware/device/state.h"

static struct sbms_control control;
static uint8_t inverse[sizeof(struct sbms_control)];
static struct sbms_control twin; /* of `control`, while a step is taken */

/* Makes the twin of the inverse; returns whether it is `control`. */
static bool take_twin(void)
{
    const uint8_t *bytes = (const uint8_t *)&control;
    uint8_t *copy = (uint8_t *)&twin;
    uint8_t differ = 0u;

    for (uint8_t i = 0u; i < sizeof inverse; i++) {
        const uint8_t value = (uint8_t)~inverse[i];

        copy[i] = value;
        differ |= (uint8_t)(bytes[i] ^ value);
    }
    return differ == 0u;
}

/* Makes the twin the inverse; returns whether it is `control`. A control that flips after its byte was read shows at the next
 * step. */
static bool seal(void)
{
    const uint8_t *bytes = (const uint8_t *)&control;
    const uint8_t *copy = (const uint8_t *)&twin;
    uint8_t differ = 0u;

    for (uint8_t i = 0u; i < sizeof inverse; i++) {
        const uint8_t value = copy[i];

        inverse[i] = (uint8_t)~value;
        differ |= (uint8_t)(bytes[i] ^ value);
    }
    return differ == 0u;
}

void state_start(const struct sbms_control_settings *settings)
{
    (void)sbms_control_init(&control, settings);
    twin = control;
    (void)seal();
}

static bool is_same_decision(const struct sbms_decision *a, const struct sbms_decision *b)
{
    const struct sbms_outputs *x = &a->outputs;
    const struct sbms_outputs *y = &b->outputs;

    if (x->load != y->load || x->prealarm != y->prealarm || x->charger != y->charger ||
        x->led_load != y->led_load || x->led_fault != y->led_fault) {
        return false;
    }
    return a->load_cause == b->load_cause && a->prealarm_cause == b->prealarm_cause &&
           a->charger_cause == b->charger_cause;
}

bool state_step(const struct sbms_inputs *inputs, struct sbms_decision *decision)
{
    struct sbms_decision of_twin;

    if (!take_twin()) {
        return false;
    }
    of_twin = sbms_control_step(&twin, inputs);
    *decision = sbms_control_step(&control, inputs);
    return seal() && is_same_decision(&of_twin, decision);
}

uint32_t state_tick(void)
{
    return control.tick;
}

uint8_t state_levels(void)
{
    return control.law.levels;
}
