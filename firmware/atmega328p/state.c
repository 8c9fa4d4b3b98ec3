/* SPDX-License-Identifier: Apache-2.0 */
#include "firmware/atmega328p/state.h"

static struct sbms_control control;
static uint8_t inverse[sizeof(struct sbms_control)];

/* Copies the state out of its inverse into `twin`; returns whether it was that of `control`. (Pointers that walk take half
 * the cycles of an index here.) */
static bool take_twin(struct sbms_control *twin)
{
    const uint8_t *byte = (const uint8_t *)&control;
    const uint8_t *inverted = inverse;
    uint8_t *copy = (uint8_t *)twin;
    uint8_t differ = 0u;

    for (uint8_t left = sizeof inverse; left > 0u; left--) {
        const uint8_t value = (uint8_t) ~*inverted++;

        *copy++ = value;
        differ |= (uint8_t)(*byte++ ^ value);
    }
    return differ == 0u;
}

/* Makes `twin` the inverse; returns whether it is `control`. A control that flips after its byte was read shows at the next
 * step. */
static bool seal(const struct sbms_control *twin)
{
    const uint8_t *byte = (const uint8_t *)&control;
    const uint8_t *copy = (const uint8_t *)twin;
    uint8_t *inverted = inverse;
    uint8_t differ = 0u;

    for (uint8_t left = sizeof inverse; left > 0u; left--) {
        const uint8_t value = *copy++;

        *inverted++ = (uint8_t)~value;
        differ |= (uint8_t)(*byte++ ^ value);
    }
    return differ == 0u;
}

void state_init(const struct sbms_control_settings *settings)
{
    (void)sbms_control_init(&control, settings);
    (void)seal(&control);
}

static bool is_same_decision(const struct sbms_decision *a, const struct sbms_decision *b)
{
    const uint8_t *bytes = (const uint8_t *)a;
    const uint8_t *of_b = (const uint8_t *)b;
    uint8_t differ = 0u;

    for (uint8_t i = 0u; i < sizeof *a; i++) {
        differ |= (uint8_t)(bytes[i] ^ of_b[i]);
    }
    return differ == 0u;
}

bool state_step(const struct sbms_inputs *inputs, struct sbms_decision *decision)
{
    struct sbms_control twin;
    struct sbms_decision of_twin;

    if (!take_twin(&twin)) {
        return false;
    }
    of_twin = sbms_control_step(&twin, inputs);
    *decision = sbms_control_step(&control, inputs);
    return seal(&twin) && is_same_decision(&of_twin, decision);
}

uint32_t state_tick(void)
{
    return control.tick;
}

uint8_t state_levels(void)
{
    return control.law.levels;
}
