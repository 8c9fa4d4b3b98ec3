/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random steps of the compiled law, for tests/proof/agree.py: SEED COUNT. Each line is a state, inputs, and what the functions of
 * core/ make of them, as numbers. Includes print.h, which agree.py writes: print_control() and so on, leaf by leaf.
 *
 * A run's states are random ones that the law takes for possible, with counts near their ends, walked on from for some steps;
 * one in eight is spoilt.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/control_internal.h"
#include "print.h"

static uint64_t random_state;

static uint32_t draw(uint32_t below)
{
    random_state = random_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)((random_state >> 33) % below);
}

static int32_t near(int32_t threshold)
{
    return threshold - 2 + (int32_t)draw(5);
}

static struct sbms_inputs random_inputs(const struct sbms_control *control)
{
    const int32_t vbat[] = {0,     near(7500), near(8000),
                            12800, 12800,      near(control->settings.lockout_clear_mv)};
    const int32_t l[] = {0, near(3500), near(3550), 5000, -70000};
    const int32_t h[] = {0, near(2900), near(2850), 12800, 70000};
    return (struct sbms_inputs){
        .vbat_mv = vbat[draw(6)],
        .remote_l_mv = l[draw(5)],
        .remote_h_mv = h[draw(5)],
        .atc = draw(4) != 0,
        .atd = draw(4) != 0,
        .no_prealarm = draw(4) != 0,
        .fault = (uint8_t)(draw(8) == 0   ? draw(12)
                           : draw(8) == 0 ? SBMS_FAULT_REFERENCE
                                          : 0),
        .differing = (uint8_t)(draw(4) == 0 ? draw(8) : 0),
    };
}

static uint16_t near_end(uint16_t end)
{
    const uint16_t picks[] = {
        0, 0, 0, 1, (uint16_t)(end - 2), (uint16_t)(end - 1), end, (uint16_t)draw(end + 1u)};
    return picks[draw(8)];
}

/* What a long run may have left; refused until the law takes it. */
static bool make_possible(struct sbms_control *control)
{
    static const uint8_t histories[] = {0xFF, 0xFF, 0, 0x7F, 0xFE, 0xF7, 0x7E, 0x01};
    struct sbms_retained *retained = &control->retained;
    struct sbms_law *law = &control->law;
    const struct sbms_control_settings settings = {
        .reconnect_delay_s = (uint16_t)(draw(2) == 0 ? 0 : draw(3601)),
        .lockout_retries = (uint8_t)(draw(2) == 0 ? 0 : draw(11)),
        .warning_time_s = (uint8_t)(draw(2) == 0 ? 0 : 30 + draw(91)),
        .lockout_clear_mv = 13400,
    };
    memset(control, 0, sizeof *control);
    control->tick = draw(8) == 0 ? UINT32_MAX : draw(100000);
    control->settings = settings;
    retained->load_step = (uint8_t)draw(SBMS_LOAD_STEPS);
    retained->load_wait_ticks = draw(3) == 0 ? near_end(7681) : 0;
    retained->charger_step = (uint8_t)draw(SBMS_CHARGER_STEPS);
    retained->charger_wait_ticks = draw(3) == 0 ? near_end(480) : 0;
    retained->cuts = (uint8_t)(draw(3) == 0 ? draw(12) : 0);
    retained->is_tripped = (uint8_t)(draw(3) == 0);
    for (unsigned i = 0; i < SBMS_OUTPUT_COUNT; i++) {
        struct sbms_short *of_output = &retained->shorts[i];
        if (draw(4) == 0) {
            of_output->step = (uint8_t)draw(SBMS_SHORT_STEPS);
            of_output->is_shorted = (uint8_t)draw(2);
            of_output->wait_ticks = near_end(30720);
        }
        law->differ_ticks[i] = (uint8_t)(draw(3) == 0 ? near_end(SBMS_FED_TICKS) : draw(4));
        law->high_ticks[i] = draw(2) == 0 ? near_end((uint16_t)(SBMS_CALM_TICKS * (1 + draw(3)))) : 0;
    }
    for (unsigned i = 0; i < SBMS_SIGNAL_COUNT; i++) {
        law->history[i] = histories[draw(8)];
    }
    law->levels = (uint8_t)(draw(3) != 0 ? 31u : draw(32));
    law->samples[0] = (uint8_t)(draw(4) != 0 ? SBMS_START_SAMPLES : draw(26));
    law->samples[1] = (uint8_t)(draw(4) != 0 ? SBMS_START_SAMPLES : draw(26));
    law->remote_samples = (uint8_t)(draw(4) != 0 ? SBMS_REMOTE_TICKS : draw(3));
    law->remote_differs = (uint8_t)draw(2);
    law->supply_is_low = (uint8_t)(draw(4) == 0);
    law->loss = (uint8_t)draw(3);
    law->load_mode = (uint8_t)draw(3);
    law->off_ticks = (uint8_t)((law->levels & 2u) != 0u ? 0u : draw(9));
    law->clear_ticks = (uint8_t)(draw(3) == 0 ? near_end(240) : 0);
    law->fault = (uint8_t)(draw(4) == 0 ? draw(10) : 0);
    law->blink_ticks = (uint8_t)(law->fault != 0 ? draw(44) : 0);
    if (law->load_mode == SBMS_LOAD_PRE_ALARM) {
        law->alarm_has_lost_atd = (uint8_t)draw(2);
        law->alarm_ticks = near_end(sbms_control_warning_ticks(&settings));
        law->calm_ticks = draw(2) == 0 ? near_end(draw(2) == 0 ? 80 : 480) : 0;
    }
    law->reconnect_ticks = draw(3) == 0 ? near_end((uint16_t)(settings.reconnect_delay_s * 8u)) : 0;
    retained->load_is_high = law->load_mode != SBMS_LOAD_FLOATING;
    const struct sbms_outputs outputs = sbms_control_outputs(control);
    return sbms_internal_state_is_possible(control, sbms_internal_high_outputs(&outputs));
}

static void spoil(struct sbms_control *control)
{
    uint8_t *bytes = (uint8_t *)control;
    bytes[draw(sizeof *control)] ^= (uint8_t)(1u << draw(8));
}

static void print_step(struct sbms_control *control)
{
    const struct sbms_inputs inputs = random_inputs(control);
    const struct sbms_inputs others = random_inputs(control);
    const struct sbms_standing standing = sbms_control_standing(control);
    const uint32_t quiet = sbms_control_quiet_ticks(control, &inputs);
    struct sbms_control skipped = *control;
    struct sbms_control restored = *control;
    print_control(control);
    print_inputs(&inputs);
    print_inputs(&others);
    printf("%" PRIu32 " ", quiet);
    sbms_control_skip(&skipped, &inputs, quiet);
    print_control(&skipped);
    printf("%d ", (int)sbms_control_restore(&restored, &control->retained));
    print_control(&restored);
    print_standing(&standing);
    printf("%" PRIu32 " %d %d ", quiet, (int)sbms_control_same(control, &inputs, &others),
           (int)sbms_control_blue(control));
    const struct sbms_decision decision = sbms_control_step(control, &inputs);
    print_control(control);
    print_decision(&decision);
    putchar('\n');
}

int main(int argc, char **argv)
{
    const long count = argc == 3 ? strtol(argv[2], NULL, 10) : 0;
    struct sbms_control control;
    long printed = 0;
    if (count <= 0) {
        fputs("steps SEED COUNT\n", stderr);
        return 2;
    }
    random_state = strtoull(argv[1], NULL, 10);
    while (printed < count) {
        while (!make_possible(&control)) {
        }
        if (draw(8) == 0) {
            spoil(&control);
        }
        for (uint32_t steps = 1 + draw(4); steps > 0 && printed < count; steps--) {
            print_step(&control);
            printed++;
        }
    }
    return 0;
}
