/* SPDX-License-Identifier: Apache-2.0 */
/* The cables between an output and an input: the whole truth table, its levels at their edges, up to 70 V. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "twin/control_input.h"

#define FLOATS (-1.0)

/* Whether an input is on whose output is at `level_v`, after what that loses of the bus. */
static bool is_on(enum scenario_control control, enum scenario_cable cable, enum scenario_input input,
                  double level_v)
{
    const struct scenario_equipment entry = {.control = control, .cable = cable, .input = input};
    const double drop_v = control == CONTROL_CHARGER ? 0.6 : 0.1;
    const bool high = level_v != FLOATS;
    const struct sbms_outputs outputs = {
        .load = high && control != CONTROL_PRE_ALARM && control != CONTROL_CHARGER,
        .prealarm = high && control == CONTROL_PRE_ALARM,
        .charger = high && (control == CONTROL_CHARGER || control == CONTROL_LOAD_AND_CHARGER)};

    return control_input_is_on(&entry, &outputs, (high ? level_v : 12.7) + drop_v);
}

struct row {
    enum scenario_cable cable;
    enum scenario_input input;
    double on_from_v; /* the output's level that turns it on; 0: none does */
    bool on_floating;
};

/* Off from that level on, on below it, where floating turns it on. */
static const struct row table[] = {
    {CABLE_WIRE, INPUT_HIGH, 3.0, false},          {CABLE_WIRE, INPUT_LOW, 0.0, false},
    {CABLE_NON_INVERTING, INPUT_HIGH, 6.0, false}, {CABLE_NON_INVERTING, INPUT_LOW, 0.0, false},
    {CABLE_PULL_DOWN, INPUT_HIGH, 3.0, false},     {CABLE_PULL_DOWN, INPUT_LOW, 3.0, true},
    {CABLE_INVERTING, INPUT_HIGH, 0.0, false},     {CABLE_INVERTING, INPUT_LOW, 3.0, false},
};

static void test_truth_table(void **state)
{
    const enum scenario_control controls[] = {CONTROL_LOAD, CONTROL_PRE_ALARM, CONTROL_CHARGER,
                                              CONTROL_LOAD_AND_CHARGER};
    const double levels_v[] = {2.999, 3.001, 5.999, 6.001, 12.7, 25.5, 57.9, 70.0};

    (void)state;
    for (int c = 0; c < 4; c++) {
        for (int r = 0; r < 8; r++) {
            assert_int_equal(is_on(controls[c], table[r].cable, table[r].input, FLOATS),
                             table[r].on_floating);
            for (int v = 0; v < 8; v++) {
                const bool reaches = table[r].on_from_v > 0.0 && levels_v[v] >= table[r].on_from_v;

                assert_int_equal(is_on(controls[c], table[r].cable, table[r].input, levels_v[v]),
                                 reaches != table[r].on_floating);
            }
        }
    }
}

/* At the level itself it is on; no output is below minus. */
static void test_levels(void **state)
{
    const struct sbms_outputs load = {.load = true};
    const struct scenario_equipment wire = {.control = CONTROL_LOAD};
    const struct scenario_equipment cable = {.control = CONTROL_LOAD, .cable = CABLE_NON_INVERTING};
    const struct scenario_equipment charger = {.control = CONTROL_CHARGER, .cable = CABLE_NON_INVERTING};
    const struct sbms_outputs all = {.load = true, .charger = true, .prealarm = true};

    (void)state;
    assert_true(control_input_is_on(&wire, &load, 3.1));
    assert_true(control_input_is_on(&cable, &load, 6.1));
    assert_true(control_input_is_on(&charger, &all, 8.0)); /* of the lowest supply 7.4 V are left */
    assert_true(control_output_v(&charger, &all, 8.0) == 7.4);
    assert_true(control_output_v(&charger, &load, 8.0) == 0.0);
    assert_true(control_output_v(&wire, &load, 12.8) == 12.8 - 0.1);
    assert_true(control_output_v(&wire, &load, 0.05) == 0.0);
    assert_true(control_output_v(&wire, &load, -1.0) == 0.0);
}

/* Each output turns on what it controls, and nothing else; both wires of a BMS must be high. */
static void test_outputs(void **state)
{
    (void)state;
    for (unsigned bits = 0; bits < 8u; bits++) {
        const struct sbms_outputs outputs = {
            .load = (bits & 1u) != 0u, .prealarm = (bits & 2u) != 0u, .charger = (bits & 4u) != 0u};
        const bool expected[] = {[CONTROL_NONE] = true,
                                 [CONTROL_LOAD] = outputs.load,
                                 [CONTROL_PRE_ALARM] = outputs.prealarm,
                                 [CONTROL_CHARGER] = outputs.charger,
                                 [CONTROL_LOAD_AND_CHARGER] = outputs.load && outputs.charger};

        for (int control = CONTROL_NONE; control <= CONTROL_LOAD_AND_CHARGER; control++) {
            const struct scenario_equipment entry = {.control = (enum scenario_control)control};

            assert_int_equal(control_input_is_on(&entry, &outputs, 12.8), expected[control]);
            assert_int_equal(control_output_is_high(&entry, &outputs),
                             control != CONTROL_NONE && expected[control]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_truth_table),
        cmocka_unit_test(test_levels),
        cmocka_unit_test(test_outputs),
    };

    return cmocka_run_group_tests_name("control input", tests, NULL, NULL);
}
