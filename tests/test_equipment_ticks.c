/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each kind of equipment by itself, over random settings, states and things seen: what it does by time alone it does at ticks
 * that next_tick() names; a second look at the same tick changes nothing for ever; what an event breaks an event mends.
 */
#include "tests/environment.h"
#include "tests/equipment_fixture.h"
#include "tests/random_scenario.h"

#define LOOKS 400
#define SETTLES 8

static int64_t times_turned;

static double any_volts(struct test_random *random)
{
    return random_below(random, 4) == 0 ? random_real(random, 0.0, 40.0) : random_real(random, 10.0, 16.0);
}

static void see_anything(struct equipment_bench *bench, struct test_random *random)
{
    struct equipment_seen *seen = &bench->seen;
    const bool may_be_broken = bench->kind->faults != NULL && random_below(random, 8) == 0;

    seen->first_weekday = 0;
    seen->from_v = any_volts(random);
    seen->to_v = any_volts(random);
    seen->load_v = any_volts(random);
    seen->source_v = any_volts(random);
    seen->link_a = random_real(random, -200.0, 400.0);
    seen->source_a = random_real(random, 0.0, 100.0);
    seen->limit = (enum network_limit)random_below(random, 4);
    seen->load_a = random_real(random, 0.0, 100.0);
    seen->outlet_w = random_real(random, 0.0, 3000.0);
    seen->is_low = random_below(random, 6) == 0;
    seen->is_enabled = random_below(random, 6) > 0;
    seen->output_v = random_below(random, 3) == 0 ? 0.0 : seen->from_v;
    seen->is_backed = random_below(random, 4) > 0;
    seen->backed_a = seen->source_a;
    seen->has_source = random_below(random, 2) == 0;
    seen->may_charge = random_below(random, 3) > 0;
    seen->cell_temp_c = random_real(random, -20.0, 30.0);
    seen->fault = may_be_broken ? bench->kind->faults[0].value : 0;
}

/* Looks again and again at one tick, until it is what it stays. */
static void settle(struct equipment_bench *bench, int64_t tick)
{
    struct equipment_state before = bench->state;

    for (int i = 0; i < SETTLES; i++) {
        before = bench->state;
        bench_look(bench, tick);
        if (equipment_same(&bench->state, &before)) {
            return;
        }
    }
    fail_msg("%s turns round at one tick: %s", bench->entry->name, bench->kind->phases[bench->state.phase]);
}

/* The heat of a winding is by the current: to get hot, to cool and to burn out is named by nothing (twin/equipment.h). */
static bool is_by_heat(const struct equipment_bench *bench, const struct equipment_state *then)
{
    const char *from = bench->kind->phases[bench->state.phase];
    const char *to = bench->kind->phases[then->phase];

    return bench->entry->kind == EQUIPMENT_ALTERNATOR &&
           (strstr(from, "too hot") != NULL || strstr(to, "too hot") != NULL ||
            strcmp(to, "dead: burnt out") == 0);
}

/* Until `until` it stays what it is: it has named no tick before. */
static void check_quiet(const struct equipment_bench *bench, int64_t tick, int64_t until)
{
    for (int64_t t = tick + 1; t < until; t++) {
        const struct equipment_state then = bench_would_be(bench, t);

        if (!equipment_same(&then, &bench->state) && !is_by_heat(bench, &then)) {
            fail_msg("%s: \"%s\" would be \"%s\" %lld ticks later, before the %lld that it names",
                     scenario_group_name(SCENARIO_EQUIPMENT_KEYS + (int)bench->entry->kind),
                     bench->kind->phases[bench->state.phase], bench->kind->phases[then.phase],
                     (long long)(t - tick), (long long)(until - tick));
        }
    }
}

/* Nothing that it sees changes up to `end`. */
static void wait(struct equipment_bench *bench, int64_t tick, int64_t end)
{
    while (tick < end) {
        const int64_t next = bench->kind->next_tick == NULL ? INT64_MAX : bench_next_tick(bench, tick);
        const int64_t until = next < end ? next : end;

        assert_true(until > tick);
        check_quiet(bench, tick, until);
        if (until == next) {
            times_turned += bench_would_be(bench, until).phase != bench->state.phase;
        }
        tick = until;
        settle(bench, until);
    }
}

/* Of all kinds, with times that last and with none. */
static const char *const entries[] = {
    "solar_charger, on: bank, control: charger, panel_w: 100",
    "solar_charger, on: bank, panel_w: 100, absorption_s: 0",
    "battery_protect, from: bank, to: cabin, control: load",
    "charger, on: bank, control: charger, hours: \"06:00-07:30, 07:30-07:30:01\", absorption_s: 86400",
    "generator, on: bank, control: load, until: float, hours: \"00:00-05:00\"",
    "generator, on: bank, control: load, run_min_min: 0, start_delay_s: 0",
    "relay, from: bank, to: cabin, control: load, operate_ms: 1000, pull_in_ms: 500, suppression: none",
    "relay, from: bank, to: cabin, control: load, contact: normally_closed, operate_ms: 200, weld_a: 300, "
    "pull_in_ms: 1000",
    "relay, from: bank, to: cabin, control: load, making_a_max: 300",
    "cyrix_li_load, from: bank, to: cabin, control: load",
    "cyrix_li_ct, from: bank, to: cabin, control: load",
    "cyrix_li_charge, from: bank, to: cabin, control: charger",
    "alternator, on: bank, control: charger",
    "alternator, on: bank, control: charger, overheats: burns_out, survives_load_dump: false, idle_hours: "
    "\"00:10-00:30\"",
    "dc_dc_charger, from: bank, to: cabin, control: load",
    "dc_dc_charger, from: bank, to: cabin, control: load, absorption_s: 1",
    "dc_dc_converter, from: bank, to: cabin, control: load, cut_out_s: 12",
    "dc_dc_converter, from: bank, to: cabin, control: load",
    "inverter, on: bank, control: load, power_w: 1000",
    "inverter, on: bank, control: load, power_w: 1000, peak_s: 0, has_precharge: true",
    "heater, on: bank, control: load, power_w: 100",
};

static void drive(const char *entry, uint64_t seed)
{
    static struct equipment_bench bench;
    struct test_random random = {.state = seed};
    char text[256];
    int64_t tick = 0;
    int64_t ticks = 0;

    snprintf(text, sizeof text, "  - {name: e, kind: %s}\n", entry);
    bench_begin(&bench, text);
    for (int i = 0; i < LOOKS; i++) {
        see_anything(&bench, &random);
        settle(&bench, tick);
        ticks = 1 + (int64_t)random_below(&random, random_below(&random, 4) == 0 ? 40000 : 400);
        wait(&bench, tick, tick + ticks);
        tick += ticks;
    }
}

static void test_time_alone(void **state)
{
    (void)state;
    for (size_t e = 0; e < sizeof entries / sizeof entries[0]; e++) {
        times_turned = 0;
        for (uint64_t i = 0; i < environment_runs(5); i++) {
            drive(entries[e], environment_seed(1) + i);
        }
        print_message("%s: turned %lld times\n", entries[e], (long long)times_turned);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_time_alone)};

    return cmocka_run_group_tests_name("equipment and time", tests, NULL, NULL);
}
