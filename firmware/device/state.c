/* SPDX-License-Identifier: Apache-2.0 */
#include "firmware/device/state.h"

#include "firmware/device/port.h"

/* The copies of the state are passed over in pieces of this many bytes, written out: byte by byte they would take as long as
 * the law. */
#define PIECE_BYTES 8u
#define PIECES ((uint8_t)((sizeof(struct sbms_control) + PIECE_BYTES - 1u) / PIECE_BYTES))

_Static_assert(sizeof(struct sbms_retained) <= PORT_RETAINED_BYTES, "the port keeps all of it");

union copy {
    struct sbms_control state;
    uint8_t pieces[(sizeof(struct sbms_control) + PIECE_BYTES - 1u) / PIECE_BYTES][PIECE_BYTES];
};

static union copy control;
static union copy inverse; /* of all its bytes */
static union copy twin;    /* of `control`, while a step is taken */

#define FOR_EACH_BYTE(act) (act(0), act(1), act(2), act(3), act(4), act(5), act(6), act(7))

/* Makes the twin of the inverse; returns whether it is `control`. */
static bool take_twin(void)
{
    uint8_t differ = 0u;

    for (uint8_t piece = 0u; piece < PIECES; piece++) {
        const uint8_t *bytes = control.pieces[piece];
        const uint8_t *inverted = inverse.pieces[piece];
        uint8_t *copy = twin.pieces[piece];
        uint8_t value;

#define TAKE(i) (value = (uint8_t)~inverted[i], copy[i] = value, differ |= (uint8_t)(bytes[i] ^ value))
        FOR_EACH_BYTE(TAKE);
    }
    return differ == 0u;
}

/* Makes the twin the inverse; returns whether it is `control`. A byte that flips after it was read shows at the next step. */
static bool seal(void)
{
    uint8_t differ = 0u;

    for (uint8_t piece = 0u; piece < PIECES; piece++) {
        const uint8_t *bytes = control.pieces[piece];
        const uint8_t *copy = twin.pieces[piece];
        uint8_t *inverted = inverse.pieces[piece];
        uint8_t value;

#define SEAL(i) (value = copy[i], differ |= (uint8_t)(bytes[i] ^ value), inverted[i] = (uint8_t)~value)
        FOR_EACH_BYTE(SEAL);
    }
    return differ == 0u;
}

/* SUP-3: goes on with what was remembered before a reset, if there is anything. Returns whether Load was high. */
static bool restore(void)
{
    struct sbms_retained retained;

    return port_retained((uint8_t *)&retained, (uint8_t)sizeof retained) &&
           sbms_control_restore(&control.state, &retained) && retained.load_is_high != 0u;
}

bool state_start(const struct sbms_control_settings *settings)
{
    bool was_high = false;

    control = (union copy){.pieces = {{0u}}};
    (void)sbms_control_init(&control.state, settings);
    was_high = restore();
    twin = control;
    (void)seal();
    return was_high;
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
    of_twin = sbms_control_step(&twin.state, inputs);
    *decision = sbms_control_step(&control.state, inputs);
    if (!seal() || !is_same_decision(&of_twin, decision)) {
        return false;
    }
    port_retain((const uint8_t *)&control.state.retained, (uint8_t)sizeof control.state.retained);
    return true;
}

uint32_t state_tick(void)
{
    return control.state.tick;
}

bool state_blue(void)
{
    return sbms_control_blue(&control.state);
}

uint8_t state_fault(void)
{
    return control.state.law.fault;
}

struct sbms_output_faults state_output_faults(void)
{
    return sbms_control_output_faults(&control.state);
}

uint8_t state_levels(void)
{
    return control.state.law.levels;
}

uint8_t state_decided(void)
{
    const uint8_t *samples = control.state.law.samples; /* of Charger, then of Load */

    return (uint8_t)((samples[0] == SBMS_START_SAMPLES ? 1u << SBMS_OUTPUT_CHARGER : 0u) |
                     (samples[1] == SBMS_START_SAMPLES ? 1u << SBMS_OUTPUT_LOAD : 0u));
}
