/* SPDX-License-Identifier: Apache-2.0 */
/* firmware/device/flicker.c beside the law: a signal that flickers and so never returns is named, and no other (SAFE-2). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/control.h"
#include "firmware/device/flicker.h"

#define BIT(input) (1u << (input))

static const struct sbms_inputs healthy = {
    .vbat_mv = 12800, .remote_l_mv = 0, .atc = true, .atd = true, .no_prealarm = true};

static struct sbms_control control;

static void start(void)
{
    assert_int_equal(sbms_control_init(&control, NULL), SBMS_SETTINGS_OK);
    flicker_start();
}

static struct flicker_change step(const struct sbms_inputs *inputs)
{
    (void)sbms_control_step(&control, inputs);
    return flicker_tick(inputs, control.law.levels);
}

/* `ticks` ticks in which nothing begins or ends. */
static void expect_nothing(const struct sbms_inputs *inputs, unsigned ticks)
{
    for (unsigned tick = 0; tick < ticks; tick++) {
        const struct flicker_change change = step(inputs);
        if (change.begun != 0 || change.over != 0) {
            fail_msg("tick %u: begun %u, over %u", tick, change.begun, change.over);
        }
    }
}

static void set_signal(struct sbms_inputs *inputs, uint8_t input, bool present)
{
    inputs->atc = input == SBMS_INPUT_ATC ? present : inputs->atc;
    inputs->atd = input == SBMS_INPUT_ATD ? present : inputs->atd;
    inputs->no_prealarm = input == SBMS_INPUT_NO_PREALARM ? present : inputs->no_prealarm;
}

/* The tick, from 1, at which the flicker of `input` begins, of at most 10000; present for `present` ticks of `period`. */
static unsigned ticks_to_begin(uint8_t input, unsigned present, unsigned period)
{
    struct sbms_inputs inputs = healthy;
    for (unsigned tick = 1; tick <= 10000; tick++) {
        struct flicker_change change;
        set_signal(&inputs, input, tick % period >= period - present);
        change = step(&inputs);
        assert_int_equal(change.over, 0);
        if (change.begun != 0) {
            assert_int_equal(change.begun, BIT(input));
            return tick;
        }
    }
    return 0;
}

static void test_each_signal_is_named_once(void **state)
{
    (void)state;
    for (uint8_t input = SBMS_INPUT_ATC; input < SBMS_INPUT_COUNT; input++) {
        struct sbms_inputs inputs = healthy;
        start();
        expect_nothing(&healthy, 20);
        /* absent, present, absent, ...: lost with the second absence, and from then on present in every other tick */
        const unsigned ticks = ticks_to_begin(input, 1, 2);
        assert_in_range(ticks, 2 * FLICKER_TICKS, 2 * FLICKER_TICKS + 4);
        for (unsigned tick = 0; tick < 1000; tick++) {
            set_signal(&inputs, input, tick % 2 == 0);
            expect_nothing(&inputs, 1);
        }
        set_signal(&inputs, input, false);
        expect_nothing(&inputs, 10);
        expect_nothing(&healthy, SBMS_RETURNED_TICKS - 1);
        assert_int_equal(step(&healthy).over, BIT(input));
        expect_nothing(&healthy, 1000);
    }
}

/* However seldom it is absent, or present. */
static void test_slow_flicker_is_named_too(void **state)
{
    struct sbms_inputs lost = healthy;
    (void)state;
    lost.atd = false;
    start();
    expect_nothing(&healthy, 20);
    expect_nothing(&lost, 4); /* one absence in eight takes nothing, but does not let it return either */
    assert_in_range(ticks_to_begin(SBMS_INPUT_ATD, 7, 8), FLICKER_TICKS, FLICKER_TICKS * 8 / 7 + 16);
    start();
    expect_nothing(&healthy, 20);
    assert_in_range(ticks_to_begin(SBMS_INPUT_ATD, 1, 100), 7900, 8100);
}

/* From the start on, never once present for long enough (SAFE-1). */
static void test_flicker_from_the_start(void **state)
{
    (void)state;
    start();
    assert_in_range(ticks_to_begin(SBMS_INPUT_ATC, 7, 8), FLICKER_TICKS, FLICKER_TICKS * 8 / 7 + 16);
}

/* Signals that are absent, that come and go slowly, and less than 10 s of flicker before a return. */
static void test_others_are_not_named(void **state)
{
    struct sbms_inputs inputs = healthy;
    (void)state;
    start();
    inputs.atd = false;
    expect_nothing(&inputs, 10000);
    for (unsigned cycle = 0; cycle < 100; cycle++) {
        expect_nothing(&healthy, 40);
        expect_nothing(&inputs, 40);
    }
    for (unsigned cycle = 0; cycle < 20; cycle++) {
        for (unsigned tick = 0; tick < 2 * (FLICKER_TICKS - SBMS_RETURNED_TICKS); tick++) {
            expect_nothing(tick % 2 == 0 ? &healthy : &inputs, 1);
        }
        expect_nothing(&healthy, SBMS_RETURNED_TICKS);
    }
}

/* A supply that is too low, and faults, leave every level absent whatever the signals are. */
static void test_no_levels_are_no_flicker(void **state)
{
    struct sbms_inputs low = healthy;
    struct sbms_inputs blind = healthy;
    struct sbms_inputs faulty = healthy;
    (void)state;
    low.vbat_mv = 7000;
    blind.fault = SBMS_FAULT_REFERENCE;
    faulty.fault = SBMS_FAULT_CLOCK;
    start();
    expect_nothing(&low, 1000);
    for (unsigned cycle = 0; cycle < 10; cycle++) {
        expect_nothing(&healthy, 40);
        expect_nothing(&low, 1000);
        expect_nothing(&healthy, 40);
        expect_nothing(&blind, 1000);
        expect_nothing(&healthy, 40);
        expect_nothing(&faulty, 1000);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_signal_is_named_once), cmocka_unit_test(test_slow_flicker_is_named_too),
        cmocka_unit_test(test_flicker_from_the_start),    cmocka_unit_test(test_others_are_not_named),
        cmocka_unit_test(test_no_levels_are_no_flicker),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
