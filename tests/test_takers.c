/* SPDX-License-Identifier: Apache-2.0 */
/* Who took from the bank when Load was cut, in words (result/takers.h). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "result/takers.h"

#define NOW ((int64_t)10000 * SBMS_TICKS_PER_S)
#define LONG_AGO ((int64_t)9000 * SBMS_TICKS_PER_S)

static struct scenario described;
static struct system_run run;

/* An inverter on the bank's bus is the first piece of equipment, one on a bus with a battery of its own the second. */
static int setup(void **state)
{
    (void)state;
    described = (struct scenario){.bus_count = 1, .equipment_count = 2};
    described.buses[0].has_battery = true;
    described.equipment[1].from = 1;
    run = (struct system_run){.described = &described, .tick = NOW};
    return 0;
}

static void put(const char *name, double power_w, int inverter, int64_t on_s_ago)
{
    const int i = described.load_count++;
    struct scenario_load *load = &described.loads[i];
    snprintf(load->name, sizeof load->name, "%s", name);
    load->outlet = SCENARIO_OUTLET_EQUIPMENT + inverter;
    run.load_place[i] = power_w > 0.0 ? LOAD_ON_OUTLET : LOAD_OFF;
    run.load_own[i] = power_w;
    run.load_on_tick[i] = on_s_ago > 0 ? NOW - on_s_ago * SBMS_TICKS_PER_S : LONG_AGO;
}

static void says(const char *words)
{
    struct takers takers;
    char text[512];
    takers_note(&takers, &run);
    struct sentence line = sentence_in(text, sizeof text);
    takers_add(&line, &described, &takers);
    assert_string_equal(text, words);
}

static void the_largest_come_first(void **state)
{
    (void)state;
    says("");
    put("fridge", 45.0, 0, 0);
    put("hob", 0.0, 0, 30);
    says("fridge (45 W)");
    put("lights", 30.0, 0, 0);
    says("fridge (45 W) and lights (30 W)");
    put("heater", 350.0, 0, 0);
    says("heater (350 W), fridge (45 W) and lights (30 W)"); /* less than a tenth, but it would be alone */
    put("radio", 6.5, 0, 0);
    says("heater (350 W), fridge (45 W) and 2 more (37 W)");
    put("clock", 0.4, 0, 0);
    put("kettle", 1800.0, 0, 0);
    says("kettle (1800 W), heater (350 W) and 4 more (82 W)");
    put("oven", 2200.0, 0, 0);
    put("iron", 900.0, 0, 0);
    says("oven (2200 W), kettle (1800 W), iron (900 W) and 5 more (432 W)");
}

/* What came on within the longest warning and two samples: the largest of it, however small beside the others. */
static void what_came_on_is_named(void **state)
{
    (void)state;
    put("fridge", 45.0, 0, TAKERS_NEW_S);
    says("fridge (45 W, on for 126 s)");
    put("hob", 1500.0, 0, TAKERS_NEW_S + 1);
    says("hob (1500 W) and fridge (45 W, on for 126 s)");
    put("lamp", 10.0, 0, 1);
    says("hob (1500 W), fridge (45 W, on for 126 s) and 1 more (10 W)");
    put("oven", 1400.0, 0, 0);
    put("kettle", 1300.0, 0, 0);
    put("pump", 60.0, 0, 32);
    says("hob (1500 W), oven (1400 W), kettle (1300 W), pump (60 W, on for 32 s) and 2 more (55 W)");
}

/* What another battery feeds has taken nothing from the bank. */
static void another_battery_is_not_the_bank(void **state)
{
    (void)state;
    put("fridge", 45.0, 0, 0);
    put("stereo", 300.0, 1, 10);
    says("fridge (45 W)");
    described.buses[0].has_battery = false;
    says("stereo (300 W, on for 10 s) and fridge (45 W)");
    put("monitor", 0.025, 0, 0);
    says("stereo (300 W, on for 10 s), fridge (45 W) and monitor (0.03 W)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_largest_come_first, setup),
        cmocka_unit_test_setup(what_came_on_is_named, setup),
        cmocka_unit_test_setup(another_battery_is_not_the_bank, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
