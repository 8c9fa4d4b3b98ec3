/* SPDX-License-Identifier: Apache-2.0 */
/* Who takes from the bank, in words, and who charges it (result/takers.h). */
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
static struct scenario_equipment contact = {.kind = EQUIPMENT_RELAY, .from = 0, .to = 1};
static struct scenario_equipment alternator = {.kind = EQUIPMENT_ALTERNATOR, .to = 1};
static struct system_run run;

/* An inverter on the bank's bus is the first piece of equipment, one on a bus with a battery of its own the second. */
static int setup(void **state)
{
    (void)state;
    described = (struct scenario){.bus_count = 1, .equipment_count = 2};
    described.buses[0].has_battery = true;
    described.equipment[1].from = 1;
    run = (struct system_run){.described = &described, .tick = NOW};
    run.flow = &run.flows[0];
    run.flow->node_v[0] = 13.0;
    run.flow->node_v[1] = 12.5;
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

/* What came on shortly before: the largest of it, however small beside the others. */
static void what_came_on_is_named(void **state)
{
    (void)state;
    put("fridge", 45.0, 0, TAKERS_NEW_S);
    says("fridge (45 W, on for 120 s)");
    put("hob", 1500.0, 0, TAKERS_NEW_S + 1);
    says("hob (1500 W) and fridge (45 W, on for 120 s)");
    put("lamp", 10.0, 0, 1);
    says("hob (1500 W), fridge (45 W, on for 120 s) and 1 more (10 W)");
    put("oven", 1400.0, 0, 0);
    put("kettle", 1300.0, 0, 0);
    put("pump", 60.0, 0, 32);
    says("hob (1500 W), oven (1400 W), kettle (1300 W), pump (60 W, on for 32 s) and 2 more (55 W)");
}

/* A relay between the bank's bus and the other, with so much through it towards that. */
static void join(double link_a)
{
    run.equipment[0] = (struct system_equipment){.entry = &contact,
                                                 .kind = equipment_kinds[EQUIPMENT_RELAY],
                                                 .places = {.link = 0, .source = -1, .load = -1}};
    run.equipment_count = 1;
    run.flow->link_a[0] = link_a;
}

/* What another battery feeds has taken nothing from the bank, nor what nothing joins to it; what goes to that battery has. */
static void another_battery_is_not_the_bank(void **state)
{
    (void)state;
    put("fridge", 45.0, 0, 0);
    put("stereo", 300.0, 1, 10);
    says("fridge (45 W)");
    join(20.0);
    snprintf(described.equipment[0].name, sizeof described.equipment[0].name, "combiner");
    says("combiner (260 W) and fridge (45 W)");
    join(-20.0); /* into the bank */
    says("fridge (45 W)");
    contact.from = 1;
    contact.to = 0;
    says("combiner (260 W) and fridge (45 W)");
    contact.from = 0;
    contact.to = 1;
    described.buses[0].has_battery = false;
    join(0.0);
    says("fridge (45 W)");
    join(25.0);
    says("stereo (300 W, on for 10 s) and fridge (45 W)");
    put("monitor", 0.025, 0, 0);
    says("stereo (300 W, on for 10 s), fridge (45 W) and 1 more (0.02 W)");
}

/* An inverter loses something; less than 1 W is of no account. */
static void an_inverter_takes_for_itself(void **state)
{
    (void)state;
    put("fridge", 45.0, 0, 0);
    run.equipment[0] = (struct system_equipment){.entry = &described.equipment[0],
                                                 .kind = equipment_kinds[EQUIPMENT_INVERTER],
                                                 .places = {.link = -1, .source = -1, .load = 0}};
    run.equipment_count = 1;
    snprintf(described.equipment[0].name, sizeof described.equipment[0].name, "inverter");
    run.outlet_w[0] = 45.0;
    run.flow->load_v[0] = 13.0;
    run.flow->load_a[0] = 45.9 / 13.0;
    says("fridge (45 W)");
    run.flow->load_a[0] = 61.0 / 13.0;
    says("fridge (45 W) and inverter (16 W)");
}

/* What charges another battery has not charged the bank, unless that passes it on. */
static void who_charges(void **state)
{
    (void)state;
    const double given_j[SYSTEM_EQUIPMENT_MAX] = {0.0, 1000.0};
    join(-10.0);
    run.equipment[1] = (struct system_equipment){.entry = &alternator,
                                                 .kind = equipment_kinds[EQUIPMENT_ALTERNATOR],
                                                 .places = {.link = -1, .source = 0, .load = -1}};
    run.equipment_count = 2;
    run.flow->source_a[0] = 30.0;
    run.totals.equipment[0].given_j = 500.0;
    run.totals.equipment[1].given_j = 1500.0;
    run.bus.bank_a = 9.0;
    assert_int_equal(takers_charger(&run, given_j), 1);
    run.bus.bank_a = -0.1;
    assert_int_equal(takers_charger(&run, given_j), -1);
    run.bus.bank_a = 9.0;
    run.flow->source_a[0] = 0.0; /* the other battery alone */
    contact.from = 1;
    contact.to = 0;
    run.flow->link_a[0] = 10.0;
    assert_int_equal(takers_charger(&run, given_j), 0);
    run.flow->source_a[0] = 30.0;
    run.flow->link_a[0] = 0.0;
    assert_int_equal(takers_charger(&run, given_j), -1);
    contact.from = 0;
    contact.to = 1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_largest_come_first, setup),
        cmocka_unit_test_setup(what_came_on_is_named, setup),
        cmocka_unit_test_setup(another_battery_is_not_the_bank, setup),
        cmocka_unit_test_setup(an_inverter_takes_for_itself, setup),
        cmocka_unit_test_setup(who_charges, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
