/* SPDX-License-Identifier: Apache-2.0 */
/* What hangs on the bank: the charger's stages, the switch, the schedule and the weather. */
#include "tests/system_fixture.h"
#include "twin/charge.h"
#include "twin/remote.h"
#include "twin/schedule.h"
#include "twin/weather.h"

/* ---- the charger -------------------------------------------------------------------------------------- */

static const struct charge_settings charge = {.current_a_max = 25.0,
                                              .absorption_mv = 14200.0,
                                              .float_mv = 13500.0,
                                              .absorption_s = 7200.0,
                                              .tail_a = 2.0};

static const struct equipment_seen holds_20_a = {
    .limit = NETWORK_BY_VOLTAGE, .source_v = 14.2, .source_a = 20.0};
static const struct equipment_seen weak_sun = {.limit = NETWORK_BY_POWER, .source_v = 13.6, .source_a = 1.0};

static struct equipment_state looked_if(const struct equipment_state *c, const struct equipment_seen *bus,
                                        bool is_enabled, int64_t tick)
{
    struct equipment_seen seen = *bus;

    seen.is_enabled = is_enabled;
    seen.tick = tick;
    return charge_look(&charge, c, &seen);
}

static struct equipment_state looked(const struct equipment_state *c, const struct equipment_seen *bus,
                                     int64_t tick)
{
    return looked_if(c, bus, true, tick);
}

static struct equipment_state looked_off(const struct equipment_state *c, const struct equipment_seen *bus,
                                         int64_t tick)
{
    return looked_if(c, bus, false, tick);
}

static struct equipment_state absorption_since(int64_t tick)
{
    return (struct equipment_state){
        .phase = CHARGE_ABSORPTION, .phase_tick = tick, .timer_tick = EQUIPMENT_NEVER};
}

/* CHG-1's output is the charger's remote: off at once, and on again begins with bulk. */
static void test_charger_remote(void **state)
{
    struct equipment_state c = {.phase = CHARGE_OFF, .timer_tick = EQUIPMENT_NEVER};

    (void)state;
    c = looked_off(&c, &weak_sun, 8);
    assert_int_equal(c.phase, CHARGE_OFF);
    c = looked(&c, &weak_sun, 16);
    assert_int_equal(c.phase, CHARGE_BULK);
    assert_int_equal(c.phase_tick, 16);
    assert_near(charge_source(&charge, &c, 300.0).voltage_v_max, 14.2, 1e-12);
    for (int stage = CHARGE_BULK; stage <= CHARGE_FLOAT; stage++) {
        c = (struct equipment_state){.phase = stage, .phase_tick = 16, .timer_tick = 16};
        c = looked_off(&c, &holds_20_a, 24);
        assert_int_equal(c.phase, CHARGE_OFF);
        assert_int_equal(c.timer_tick, EQUIPMENT_NEVER);
        c = looked(&c, &holds_20_a, 32);
        assert_int_equal(c.phase, CHARGE_BULK);
    }
}

static void test_charger_bulk(void **state)
{
    const struct equipment_seen limited = {.limit = NETWORK_BY_CURRENT, .source_v = 14.1, .source_a = 25.0};
    struct equipment_state c = {.phase = CHARGE_BULK, .phase_tick = 0, .timer_tick = EQUIPMENT_NEVER};

    (void)state;
    for (int64_t tick = 8; tick < 8 * 86400; tick += 8 * 600) {
        c = looked(&c, tick % 16 == 0 ? &weak_sun : &limited, tick);
        assert_int_equal(c.phase, CHARGE_BULK);
    }
    assert_true(charge_next_tick(&charge, &c) == INT64_MAX);
    c = looked(&c, &holds_20_a, 8 * 86400);
    assert_int_equal(c.phase, CHARGE_ABSORPTION);
    assert_int_equal(c.phase_tick, 8 * 86400);
}

/* Absorption ends after its two hours, at the tick and not before. */
static void test_charger_absorption_time(void **state)
{
    const int64_t start = 800;
    const int64_t end = start + 7200 * 8;

    (void)state;
    for (int64_t late = -1; late <= 1; late++) {
        const struct equipment_state c = absorption_since(start);
        const struct equipment_state next = looked(&c, &holds_20_a, end + late);

        assert_int_equal(charge_next_tick(&charge, &c), end);
        assert_int_equal(next.phase, late < 0 ? CHARGE_ABSORPTION : CHARGE_FLOAT);
        assert_int_equal(next.phase_tick, late < 0 ? start : end + late);
    }
    assert_int_equal(
        looked(&(struct equipment_state){.phase = CHARGE_ABSORPTION, .phase_tick = start}, &weak_sun, end)
            .phase,
        CHARGE_FLOAT);
}

/* ... or when the charger, holding its voltage, gives less than the tail current. */
static void test_charger_tail(void **state)
{
    const double currents_a[] = {2.001, 2.0, 1.999};

    (void)state;
    for (int i = 0; i < 3; i++) {
        const struct equipment_state c = absorption_since(0);
        const struct equipment_seen bus = {
            .limit = NETWORK_BY_VOLTAGE, .source_v = 14.2, .source_a = currents_a[i]};

        assert_int_equal(looked(&c, &bus, 8).phase, i < 2 ? CHARGE_ABSORPTION : CHARGE_FLOAT);
    }
    { /* a cloud is not a full battery */
        const struct equipment_state c = absorption_since(0);

        assert_int_equal(looked(&c, &weak_sun, 8).phase, CHARGE_ABSORPTION);
    }
}

/* Float holds 13.5 V; a minute in a row below it is bulk again. */
static void test_charger_rebulk(void **state)
{
    const struct equipment_seen below = {.limit = NETWORK_BY_POWER, .source_v = 13.499, .source_a = 1.0};
    const struct equipment_seen at = {.limit = NETWORK_BY_POWER, .source_v = 13.5, .source_a = 1.0};
    const struct equipment_seen holding = {
        .limit = NETWORK_BY_VOLTAGE, .source_v = 13.4999999, .source_a = 1.0};

    (void)state;
    for (int64_t late = -1; late <= 1; late++) {
        struct equipment_state c = {.phase = CHARGE_FLOAT, .phase_tick = 0, .timer_tick = EQUIPMENT_NEVER};

        assert_near(charge_source(&charge, &c, 300.0).voltage_v_max, 13.5, 1e-12);
        assert_true(charge_next_tick(&charge, &c) == INT64_MAX);
        c = looked(&c, &below, 80);
        assert_int_equal(c.timer_tick, 80);
        c = looked(&c, &at, 88);
        assert_int_equal(c.timer_tick, EQUIPMENT_NEVER);
        c = looked(&c, &holding, 96);
        assert_int_equal(c.timer_tick, EQUIPMENT_NEVER);
        c = looked(&c, &below, 104);
        c = looked(&c, &below, 112);
        assert_int_equal(charge_next_tick(&charge, &c), 104 + 480);
        c = looked(&c, &below, 104 + 480 + late);
        assert_int_equal(c.phase, late < 0 ? CHARGE_FLOAT : CHARGE_BULK);
    }
}

/* ---- the switch ---------------------------------------------------------------------------------------- */

static bool device_is_on(const struct scenario_remote *remote, bool closed, int32_t vbat_mv)
{
    const struct remote_voltages at = remote_terminals(remote, closed, vbat_mv);
    struct test_bench bench;

    bench_reset(&bench, NULL);
    bench.inputs.vbat_mv = vbat_mv;
    bench.inputs.remote_l_mv = at.l_mv;
    bench.inputs.remote_h_mv = at.h_mv;
    for (int i = 0; i < 16; i++) {
        bench_step(&bench);
    }
    return bench.decision.outputs.load && bench.decision.outputs.charger;
}

/* REM-1, REM-2: in each wiring, at each supply, with each contact that counts as joined. */
static void test_switch_wirings(void **state)
{
    const int32_t supplies_mv[] = {8000, 12800, 51200, 70000};
    const double contacts_kohm[] = {0.0, 1.0, 100.0, 499.0, 500.0};

    (void)state;
    for (int wiring = WIRING_JOINED; wiring <= WIRING_H_TO_PLUS; wiring++) {
        for (int s = 0; s < 4; s++) {
            for (int c = 0; c < 5; c++) {
                const struct scenario_remote remote = {.wiring = (enum scenario_wiring)wiring,
                                                       .contact_kohm = contacts_kohm[c]};

                assert_true(device_is_on(&remote, true, supplies_mv[s]));
                assert_false(device_is_on(&remote, false, supplies_mv[s]));
            }
        }
    }
}

/* REM-2: open terminals rest on the off sides of both thresholds; a closed contact obeys Ohm. */
static void test_switch_voltages(void **state)
{
    (void)state;
    for (double kohm = 0.0; kohm <= 500.0; kohm += 12.5) {
        struct scenario_remote remote = {.wiring = WIRING_JOINED, .contact_kohm = kohm};
        struct remote_voltages at = remote_terminals(&remote, false, 12800);

        assert_true(at.l_mv > SBMS_REMOTE_L_ON_MV && at.h_mv < SBMS_REMOTE_H_ON_MV);
        at = remote_terminals(&remote, true, 12800);
        assert_near((REMOTE_BIAS_MV - at.l_mv) / REMOTE_PULL_KOHM, at.h_mv / REMOTE_PULL_KOHM, 0.002);
        assert_near(at.l_mv - at.h_mv, at.h_mv / REMOTE_PULL_KOHM * kohm, 2.0);
        remote.wiring = WIRING_L_TO_MINUS;
        at = remote_terminals(&remote, true, 12800);
        assert_near((REMOTE_BIAS_MV - at.l_mv) / REMOTE_PULL_KOHM * kohm, at.l_mv, 2.0);
        assert_int_equal(at.h_mv, 0);
        remote.wiring = WIRING_H_TO_PLUS;
        at = remote_terminals(&remote, true, 12800);
        assert_near(at.h_mv / REMOTE_PULL_KOHM * kohm, 12800.0 - at.h_mv, 2.0);
        assert_near(at.l_mv, REMOTE_BIAS_MV, 1.0);
    }
}

/* ---- the schedule ---------------------------------------------------------------------------------------- */

#define DAY_TICKS ((int64_t)SCHEDULE_DAY_TICKS)

static struct scenario one_load(int32_t from_s, int32_t to_s, double chance_pct)
{
    struct scenario made = scenario_quiet();

    made.loads[0].hours = (struct hours){1, {{HOURS_EVERY_DAY, from_s, to_s}}};
    made.loads[0].chance_pct = chance_pct;
    return made;
}

static bool runs_at(const struct scenario *described, int64_t day, int64_t second)
{
    return schedule_load_runs(described, 0, day * DAY_TICKS + second * 8);
}

static void test_schedule_windows(void **state)
{
    const struct scenario noon = one_load(43200, 46800, 100.0);
    const struct scenario night = one_load(79200, 21600, 100.0);
    const struct scenario always = one_load(30000, 30000, 100.0);
    const struct scenario to_midnight = one_load(80000, 86400, 100.0);

    (void)state;
    for (int64_t day = 0; day < 3; day++) {
        assert_false(schedule_load_runs(&noon, 0, day * DAY_TICKS + 43200 * 8 - 1));
        assert_true(runs_at(&noon, day, 43200));
        assert_true(schedule_load_runs(&noon, 0, day * DAY_TICKS + 46800 * 8 - 1));
        assert_false(runs_at(&noon, day, 46800));
        assert_true(runs_at(&night, day, 0));
        assert_true(schedule_load_runs(&night, 0, day * DAY_TICKS + 21600 * 8 - 1));
        assert_false(runs_at(&night, day, 21600));
        assert_false(schedule_load_runs(&night, 0, day * DAY_TICKS + 79200 * 8 - 1));
        assert_true(runs_at(&night, day, 79200));
        assert_false(runs_at(&to_midnight, day, 0));
        assert_true(runs_at(&to_midnight, day, 86399));
        for (int64_t second = 0; second < 86400; second += 600) {
            assert_true(runs_at(&always, day, second));
        }
    }
}

/* A window's draw is of the day on which it began, the same from its first tick to its last. */
static void test_schedule_chance(void **state)
{
    const struct scenario night = one_load(79200, 21600, 30.0);
    struct scenario other = night;
    int days = 0;
    int alike = 0;

    (void)state;
    other.seed = 2;
    assert_false(runs_at(&night, 0, 50000));
    for (int64_t day = 0; day < 4000; day++) {
        const bool runs = runs_at(&night, day, 79200);

        assert_true(runs == runs_at(&night, day, 86399));
        assert_true(runs == runs_at(&night, day + 1, 0));
        assert_true(runs == runs_at(&night, day + 1, 21599));
        assert_false(runs_at(&night, day, 43200));
        days += runs;
        alike += runs == runs_at(&other, day, 79200);
    }
    assert_near(days / 4000.0, 0.30, 0.04);
    assert_near(alike / 4000.0, 0.3 * 0.3 + 0.7 * 0.7, 0.04);
    for (int64_t day = 0; day < 100; day++) {
        const struct scenario never = one_load(0, 3600, 0.0);

        assert_false(runs_at(&never, day, 1800));
    }
}

/* Two loads of the same chance are drawn apart. */
static void test_schedule_loads_are_independent(void **state)
{
    struct scenario two = one_load(3600, 7200, 50.0);
    int alike = 0;

    (void)state;
    two.loads[1] = two.loads[0];
    two.load_count = 2;
    for (int64_t day = 0; day < 2000; day++) {
        alike += schedule_load_runs(&two, 0, day * DAY_TICKS + 40000) ==
                 schedule_load_runs(&two, 1, day * DAY_TICKS + 40000);
    }
    assert_near(alike / 2000.0, 0.5, 0.06);
}

static struct scenario random_loads(struct test_random *random)
{
    struct scenario made = scenario_quiet();

    made.seed = random_next(random);
    made.load_count = random_between(random, 1, 5);
    for (int i = 0; i < made.load_count; i++) {
        struct scenario_load *load = &made.loads[i];
        const int32_t grain_s = random_chance(random, 2) ? 1 : 3600;

        load->hours.count = random_between(random, 0, HOURS_WINDOWS_MAX);
        for (int w = 0; w < load->hours.count; w++) {
            load->hours.windows[w] = (struct hours_window){
                .weekdays = (uint8_t)(random_chance(random, 2) ? HOURS_EVERY_DAY
                                                               : random_between(random, 1, HOURS_EVERY_DAY)),
                .from_s = random_between(random, 0, 86400 / grain_s) * grain_s,
                .to_s = random_between(random, 0, 86400 / grain_s) * grain_s,
            };
        }
        load->chance_pct = random_chance(random, 2) ? 100.0 : random_real(random, 0.0, 100.0);
    }
    return made;
}

static uint32_t running(const struct scenario *described, int64_t tick)
{
    uint32_t mask = 0u;

    for (int i = 0; i < described->load_count; i++) {
        mask |= (schedule_load_runs(described, i, tick) ? 1u : 0u) << i;
    }
    return mask;
}

/* Second by second, and at the tick before each: nothing changes but at a tick that was announced. */
static void test_schedule_is_never_late(void **state)
{
    const int systems = variant_is_whole() ? 40 : 8;
    struct test_random random = {.state = 4};

    (void)state;
    for (int system = 0; system < systems; system++) {
        const struct scenario described = random_loads(&random);
        uint32_t before = running(&described, 0);
        int64_t next = schedule_next_tick(&described, 0);

        for (int64_t tick = 8; tick <= 3 * DAY_TICKS; tick += 8) {
            const uint32_t now = running(&described, tick);

            assert_true(next >= tick);
            if (now != before) {
                assert_true(next == tick && running(&described, tick - 1) == before);
            }
            if (next == tick) {
                next = schedule_next_tick(&described, tick);
                assert_true(next > tick && next <= (tick / DAY_TICKS + 1) * DAY_TICKS);
                assert_true(schedule_next_tick(&described, tick - 1) == tick);
            }
            before = now;
        }
    }
}

static void test_schedule_tick_of(void **state)
{
    (void)state;
    assert_int_equal(schedule_tick_of(0.0), 0);
    assert_int_equal(schedule_tick_of(0.001), 1);
    assert_int_equal(schedule_tick_of(0.125), 1);
    assert_int_equal(schedule_tick_of(0.126), 2);
    assert_int_equal(schedule_tick_of(86400.0), SCHEDULE_DAY_TICKS);
    assert_true(schedule_tick_of(3.15576e9) == INT64_C(25246080000)); /* a hundred years */
}

/* ---- the weather ----------------------------------------------------------------------------------------- */

enum { SLOTS_A_DAY = 144, NOON_SLOT = 72 };

static struct scenario clear_sky(int day_of_year, double latitude_deg)
{
    struct scenario made = scenario_quiet();

    made.start_day_of_year = day_of_year;
    made.solar.panel_w = 1000.0;
    made.solar.latitude_deg = latitude_deg;
    made.solar.cloud_pct = 0.0;
    made.solar.efficiency_pct = 100.0;
    return made;
}

static double day_wh(const struct scenario *described, int64_t day)
{
    double sum_wh = 0.0;

    for (int64_t slot = day * SLOTS_A_DAY; slot < (day + 1) * SLOTS_A_DAY; slot++) {
        sum_wh += weather_solar_w(described, &described->solar, slot) / 6.0;
    }
    return sum_wh;
}

static int lit_slots(const struct scenario *described)
{
    int count = 0;

    for (int64_t slot = 0; slot < SLOTS_A_DAY; slot++) {
        count += weather_solar_w(described, &described->solar, slot) > 0.0;
    }
    return count;
}

static void test_sun_by_hour(void **state)
{
    const struct scenario march = clear_sky(80, 50.0);

    (void)state;
    for (int slot = 0; slot < SLOTS_A_DAY; slot++) {
        const double here_w = weather_solar_w(&march, &march.solar, slot);

        assert_true(here_w >= 0.0 && here_w < 1100.0);
        assert_near(here_w, weather_solar_w(&march, &march.solar, SLOTS_A_DAY - 1 - slot), 1e-6);
        if (slot < 33 || slot >= SLOTS_A_DAY - 33) {
            assert_true(here_w == 0.0);
        } else if (slot > 40 && slot < NOON_SLOT) {
            assert_true(here_w > weather_solar_w(&march, &march.solar, slot - 1));
        }
    }
    assert_true(weather_solar_w(&march, &march.solar, NOON_SLOT) >
                1.5 * weather_solar_w(&march, &march.solar, 48));
    assert_near(lit_slots(&march), 72.0, 3.0); /* twelve hours at an equinox */
}

/* Haurwitz: 1098 cos(z) e^(-0.057 / cos(z)) W/m2, with the sun overhead and at 50 degrees. */
static void test_sun_by_season(void **state)
{
    const struct scenario equator = clear_sky(80, 0.0);
    const struct scenario june = clear_sky(172, 50.0);
    const struct scenario december = clear_sky(355, 50.0);
    const struct scenario south = clear_sky(355, -50.0);
    const double lowest = cos((50.0 + 23.44) * 3.14159265358979 / 180.0);

    (void)state;
    assert_near(weather_solar_w(&equator, &equator.solar, NOON_SLOT), 1098.0 * exp(-0.057), 10.0);
    assert_near(weather_solar_w(&december, &december.solar, NOON_SLOT),
                1098.0 * lowest * exp(-0.057 / lowest), 10.0);
    assert_true(day_wh(&june, 0) > 4.0 * day_wh(&december, 0));
    assert_near(day_wh(&south, 0) / day_wh(&june, 0), 1.0, 0.02);
    assert_near(lit_slots(&june), 6.0 * 16.2, 4.0);
    assert_near(lit_slots(&december), 6.0 * 7.8, 4.0);
    assert_near(day_wh(&june, 365) / day_wh(&june, 0), 1.0, 1e-9);
}

/* Panel and efficiency are factors; no panel is no sun. */
static void test_sun_scales(void **state)
{
    const struct scenario whole = clear_sky(172, 50.0);
    struct scenario part = whole;

    (void)state;
    part.solar.panel_w = 250.0;
    part.solar.efficiency_pct = 80.0;
    assert_near(day_wh(&part, 0) / day_wh(&whole, 0), 0.2, 1e-12);
    part.solar.panel_w = 0.0;
    assert_true(day_wh(&part, 0) == 0.0);
}

/* The mean loss is near the setting, no day is brighter than a clear one, and the days differ. */
static void test_clouds(void **state)
{
    const double settings_pct[] = {10.0, 30.0, 60.0, 90.0};
    const struct scenario clear = clear_sky(80, 50.0);

    (void)state;
    for (int i = 0; i < 4; i++) {
        struct scenario cloudy = clear;
        double clear_wh = 0.0;
        double cloudy_wh = 0.0;
        double least = 1.0;
        double most = 0.0;

        cloudy.solar.cloud_pct = settings_pct[i];
        for (int64_t day = 0; day < 4 * 365; day++) {
            const double part = day_wh(&cloudy, day) / day_wh(&clear, day);

            assert_real_in(part, 0.0, 1.0 + 1e-12);
            clear_wh += day_wh(&clear, day);
            cloudy_wh += day_wh(&cloudy, day);
            least = part < least ? part : least;
            most = part > most ? part : most;
        }
        assert_near(1.0 - cloudy_wh / clear_wh, settings_pct[i] * 0.01, 0.05);
        assert_true(most - least > 0.2);
    }
}

static void test_weather_depends_on_the_seed_alone(void **state)
{
    struct scenario first = clear_sky(80, 50.0);
    struct scenario second;
    int different = 0;

    (void)state;
    first.solar.cloud_pct = 50.0;
    second = first;
    second.duration_s = 1e6;
    for (int slot = 0; slot < 10 * SLOTS_A_DAY; slot++) {
        assert_true(weather_solar_w(&first, &first.solar, slot) ==
                    weather_solar_w(&second, &second.solar, slot));
    }
    second.seed = 2;
    for (int day = 0; day < 10; day++) {
        different += fabs(day_wh(&first, day) / day_wh(&second, day) - 1.0) > 0.01;
    }
    assert_true(different >= 8);
}

/* Coldest in the middle of January, warmest at 15:00. */
static void test_ambient(void **state)
{
    struct scenario made = scenario_quiet();
    double sum_c = 0.0;
    double lowest_c = 1e9;
    double highest_c = -1e9;
    int lowest_slot = 0;
    int highest_slot = 0;

    (void)state;
    made.ambient = (struct scenario_ambient){.mean_c = 8.0, .season_c = 12.0, .day_c = 5.0};
    made.start_day_of_year = 1;
    for (int slot = 0; slot < 365 * SLOTS_A_DAY; slot++) {
        const double here_c = weather_ambient_c(&made, slot);

        sum_c += here_c;
        if (here_c < lowest_c) {
            lowest_c = here_c;
            lowest_slot = slot;
        }
        if (here_c > highest_c) {
            highest_c = here_c;
            highest_slot = slot;
        }
    }
    assert_near(sum_c / (365 * SLOTS_A_DAY), 8.0, 0.01);
    assert_near(lowest_c, 8.0 - 12.0 - 5.0, 0.02);
    assert_near(highest_c, 8.0 + 12.0 + 5.0, 0.02);
    assert_near(lowest_slot / SLOTS_A_DAY, 15.0, 2.0);
    assert_near(highest_slot % SLOTS_A_DAY, 90.0, 1.0);
    made.ambient = (struct scenario_ambient){.mean_c = -3.0};
    assert_true(weather_ambient_c(&made, 12345) == -3.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_charger_remote),
        cmocka_unit_test(test_charger_bulk),
        cmocka_unit_test(test_charger_absorption_time),
        cmocka_unit_test(test_charger_tail),
        cmocka_unit_test(test_charger_rebulk),
        cmocka_unit_test(test_switch_wirings),
        cmocka_unit_test(test_switch_voltages),
        cmocka_unit_test(test_schedule_windows),
        cmocka_unit_test(test_schedule_chance),
        cmocka_unit_test(test_schedule_loads_are_independent),
        cmocka_unit_test(test_schedule_is_never_late),
        cmocka_unit_test(test_schedule_tick_of),
        cmocka_unit_test(test_sun_by_hour),
        cmocka_unit_test(test_sun_by_season),
        cmocka_unit_test(test_sun_scales),
        cmocka_unit_test(test_clouds),
        cmocka_unit_test(test_weather_depends_on_the_seed_alone),
        cmocka_unit_test(test_ambient),
    };

    return cmocka_run_group_tests_name("bus and charger", tests, NULL, NULL);
}
