/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The monitors and the cable: any battery opens a signal for all (BAT-8), a reading that fails is a loss that
 * names its sensor (BAT-6), a pulled cable is all three (SAFE-3).
 */
#include "tests/bank_bench.h"
#include "tests/system_fixture.h"
#include "twin/chain.h"

static struct chain c;
static struct chain_readings readings;

static void healthy(void)
{
    for (int i = 0; i < CHAIN_CELLS_MAX; i++) {
        readings.cell_mv[i] = 3300;
        readings.temp_dc[i] = 250;
    }
}

static void join(int cells, int series, int parallel)
{
    const struct scenario_bank described = bank_described(cells, series, parallel);

    chain_init(&c, &described);
    healthy();
    chain_sample(&c, &readings);
}

/* BAT-9: so many samples in a row. */
static void sample_times(int count)
{
    for (int i = 0; i < count; i++) {
        chain_sample(&c, &readings);
    }
}

static void expect_signals_(bool atc, bool atd, bool no_prealarm, const char *file, int line)
{
    const bool met = c.all.atc == atc && c.all.atd == atd && c.all.no_prealarm == no_prealarm;

    if (!met) {
        print_error("%s:%d: ATC %d ATD %d no-pre-alarm %d, not %d %d %d\n", file, line, c.all.atc, c.all.atd,
                    c.all.no_prealarm, atc, atd, no_prealarm);
    }
    _assert_true(met, "signals", file, line);
}

#define expect_signals(atc, atd, no_prealarm) expect_signals_(atc, atd, no_prealarm, __FILE__, __LINE__)

static void expect_reason_(const struct chain_reason *reason, struct chain_reason wanted, const char *file,
                           int line)
{
    const bool met = reason->battery == wanted.battery && reason->cell == wanted.cell &&
                     reason->cause == wanted.cause && reason->value == wanted.value;

    if (!met) {
        print_error("%s:%d: battery %d cell %d cause %d value %d, not %d %d %d %d\n", file, line,
                    reason->battery, reason->cell, reason->cause, reason->value, wanted.battery, wanted.cell,
                    wanted.cause, wanted.value);
    }
    _assert_true(met, "reason", file, line);
}

#define expect_reason(reason, ...) \
    expect_reason_(&(reason), (struct chain_reason){__VA_ARGS__}, __FILE__, __LINE__)

/* ---- one battery for all ------------------------------------------------------------------------------ */

/* BAT-8: one battery of `count`, one of its cells, each signal in turn and back. */
static void check_cell(int battery, int cell, int cells)
{
    int16_t *cell_mv = &readings.cell_mv[(battery - 1) * cells + cell - 1];
    int16_t *temp_dc = &readings.temp_dc[(battery - 1) * cells + cell - 1];

    *cell_mv = 3099; /* BAT-2 */
    sample_times(2);
    expect_signals(true, true, false);
    expect_reason(c.no_prealarm_reason, battery, cell, SBMS_BATTERY_PRE_ALARM, 3099);
    *cell_mv = 2799; /* BAT-1 */
    sample_times(2);
    expect_signals(true, false, false);
    expect_reason(c.atd_reason, battery, cell, SBMS_BATTERY_UNDER_VOLTAGE, 2799);
    *cell_mv = 3199; /* BAT-3 */
    sample_times(2);
    expect_signals(true, false, false);
    *cell_mv = 3200;
    sample_times(2);
    expect_signals(true, true, true);
    *cell_mv = 3751; /* BAT-4 */
    sample_times(2);
    expect_signals(false, true, true);
    expect_reason(c.atc_reason, battery, cell, SBMS_BATTERY_OVER_VOLTAGE, 3751);
    *cell_mv = 3300;
    sample_times(2);
    expect_signals(true, true, true);
    *temp_dc = 49; /* BAT-5 */
    sample_times(2);
    expect_signals(false, true, true);
    expect_reason(c.atc_reason, battery, cell, SBMS_BATTERY_LOW_TEMP, 49);
    *temp_dc = 70;
    sample_times(2);
    expect_signals(true, true, true);
    *temp_dc = 501;
    sample_times(2);
    expect_signals(false, true, true);
    expect_reason(c.atc_reason, battery, cell, SBMS_BATTERY_HIGH_TEMP, 501);
    *temp_dc = 480;
    sample_times(2);
    expect_signals(true, true, true);
}

static void test_any_battery_opens_for_all(void **state)
{
    (void)state;
    for (int count = 1; count <= 20; count++) {
        join(4, 1, count);
        assert_int_equal(c.batteries, count);
        for (int battery = 1; battery <= count; battery++) {
            for (int cell = 1; cell <= 4; cell++) {
                check_cell(battery, cell, 4);
            }
        }
    }
    join(8, 2, 10);
    for (int battery = 1; battery <= 20; battery++) {
        for (int cell = 1; cell <= 8; cell++) {
            check_cell(battery, cell, 8);
        }
    }
}

/* A signal is back only when no battery keeps it open; its reason is the first that opened it, as long as that one
 * does, and then the next. */
static void test_second_battery_holds(void **state)
{
    (void)state;
    join(4, 2, 2);
    readings.cell_mv[5] = 2700; /* battery 2 cell 2 */
    sample_times(2);
    expect_reason(c.atd_reason, 2, 2, SBMS_BATTERY_UNDER_VOLTAGE, 2700);
    readings.cell_mv[15] = 2650; /* battery 4 cell 4 */
    sample_times(2);
    expect_reason(c.atd_reason, 2, 2, SBMS_BATTERY_UNDER_VOLTAGE, 2700);
    readings.cell_mv[5] = 3300;
    sample_times(2);
    expect_signals(true, false, false);
    expect_reason(c.atd_reason, 4, 4, SBMS_BATTERY_UNDER_VOLTAGE, 2650);
    readings.cell_mv[15] = 3300;
    sample_times(2);
    expect_signals(true, true, true);
    readings.cell_mv[5] = 2660;
    sample_times(2);
    expect_reason(c.atd_reason, 2, 2, SBMS_BATTERY_UNDER_VOLTAGE, 2660);
}

/* The same for the other two signals. */
static void test_first_battery_is_the_reason(void **state)
{
    (void)state;
    join(4, 2, 2);
    readings.cell_mv[12] = 3050; /* battery 4 cell 1 */
    readings.temp_dc[14] = 510;  /* battery 4 cell 3 */
    sample_times(2);
    readings.cell_mv[1] = 3040;
    readings.temp_dc[2] = -100;
    sample_times(2);
    expect_signals(false, true, false);
    expect_reason(c.no_prealarm_reason, 4, 1, SBMS_BATTERY_PRE_ALARM, 3050);
    expect_reason(c.atc_reason, 4, 3, SBMS_BATTERY_HIGH_TEMP, 510);
}

/* Two batteries in the same sample: the first on the cable; a cable pulled later takes no reason over. */
static void test_first_of_one_sample(void **state)
{
    (void)state;
    join(4, 2, 2);
    readings.cell_mv[5] = 2700;  /* battery 2 cell 2 */
    readings.cell_mv[13] = 2600; /* battery 4 cell 2 */
    sample_times(2);
    expect_reason(c.atd_reason, 2, 2, SBMS_BATTERY_UNDER_VOLTAGE, 2700);
    expect_reason(c.no_prealarm_reason, 2, 2, SBMS_BATTERY_UNDER_VOLTAGE, 2700);
    chain_plug(&c, false);
    expect_signals(false, false, false);
    expect_reason(c.atd_reason, 2, 2, SBMS_BATTERY_UNDER_VOLTAGE, 2700);
    expect_reason(c.atc_reason, 0, 0, 0, 0);
}

/* The reason is the cell furthest out of its battery. */
static void test_reason_is_the_worst_cell(void **state)
{
    (void)state;
    join(4, 1, 2);
    readings.cell_mv[4] = 2790;
    readings.cell_mv[6] = 2610;
    readings.cell_mv[7] = 2700;
    sample_times(2);
    expect_reason(c.atd_reason, 2, 3, SBMS_BATTERY_UNDER_VOLTAGE, 2610);
    expect_reason(c.no_prealarm_reason, 2, 3, SBMS_BATTERY_UNDER_VOLTAGE, 2610);
    join(4, 1, 2);
    readings.cell_mv[1] = 3760;
    readings.cell_mv[3] = 3800;
    sample_times(2);
    expect_reason(c.atc_reason, 1, 4, SBMS_BATTERY_OVER_VOLTAGE, 3800);
    join(4, 1, 2);
    readings.temp_dc[2] = 20;
    readings.temp_dc[1] = -10;
    sample_times(2);
    expect_reason(c.atc_reason, 1, 2, SBMS_BATTERY_LOW_TEMP, -10);
}

/* BAT-1, BAT-2, BAT-5: the bank's own settings reach every monitor. */
static void test_settings_reach_the_monitors(void **state)
{
    struct scenario_bank described = bank_described(4, 1, 3);

    (void)state;
    described.settings = (struct sbms_battery_settings){
        .under_voltage_mv = 2600, .pre_alarm_mv = 2850, .low_temp_dc = -100, .has_pre_alarm = true};
    chain_init(&c, &described);
    healthy();
    readings.temp_dc[11] = -100;
    readings.cell_mv[11] = 2850;
    sample_times(2);
    expect_signals(true, true, true);
    readings.cell_mv[11] = 2849;
    sample_times(2);
    expect_signals(true, true, false);
    readings.cell_mv[11] = 2599;
    readings.temp_dc[11] = -101;
    sample_times(2);
    expect_signals(false, false, false);
    described.settings.has_pre_alarm = false;
    chain_init(&c, &described);
    sample_times(2);
    expect_signals(false, false, true);
}

/* ---- sensors ------------------------------------------------------------------------------------------- */

static struct bank b;

static int free_bank(void **state)
{
    (void)state;
    bank_free(&b);
    return 0;
}

static void join_bank(int cells, int series, int parallel)
{
    const struct scenario_bank described = bank_described(cells, series, parallel);

    assert_true(bank_init(&b, &described, 1, 25.0));
    (void)bank_bench_settle(&b, 0.0);
    chain_init(&c, &described);
}

static void sample_bank(void)
{
    chain_read(&c, &b, false, &readings);
    chain_sample(&c, &readings);
}

/* Working sensors read what the cells have, in whole mV and tenths of a degree. */
static void test_sensors_read_the_bank(void **state)
{
    const double current_a = -30.0;

    (void)state;
    join_bank(8, 2, 2);
    for (int i = 0; i < b.cell_count; i++) {
        b.now->temp_c[i] = -5.0 + i;
    }
    (void)bank_bench_try(&b, 9, current_a, 25.0);
    for (int next = 0; next <= 1; next++) {
        const struct bank_state *seen = bank_state_at(&b, next == 1);

        chain_read(&c, &b, next == 1, &readings);
        for (int i = 0; i < b.cell_count; i++) {
            assert_near(readings.cell_mv[i], seen->cell_v[i] * 1000.0, 0.5 + 1e-9);
            assert_near(readings.temp_dc[i], seen->temp_c[i] * 10.0, 0.5 + 1e-9);
        }
    }
    assert_true(readings.temp_dc[0] < 0 && readings.cell_mv[0] > 3000);
}

static void sample_bank_times(int count)
{
    for (int i = 0; i < count; i++) {
        sample_bank();
    }
}

/* BAT-6: mended at the fifth sample, and not before. */
static void check_mended(bool atd_was_lost)
{
    sample_bank_times(4);
    expect_signals(false, !atd_was_lost, !atd_was_lost);
    sample_bank();
    expect_signals(true, true, true);
}

/* BAT-6: each way of failing of each cell's sensor takes ATC and ATD at the third sample, names the sensor, and is
 * mended. */
static void check_cell_fault(int battery, int cell, int value)
{
    sample_bank_times(2);
    expect_signals(true, true, true);
    sample_bank();
    expect_signals(false, false, false);
    expect_reason(c.atc_reason, battery, cell, SBMS_BATTERY_CELL_SENSOR, value);
    expect_reason(c.atd_reason, battery, cell, SBMS_BATTERY_CELL_SENSOR, value);
    expect_reason(c.no_prealarm_reason, battery, cell, SBMS_BATTERY_CELL_SENSOR, value);
}

static void test_cell_sensor_faults(void **state)
{
    const int16_t implausible_mv[] = {0, 499, 5001, 32000};

    (void)state;
    join_bank(8, 2, 2);
    sample_bank();
    for (int i = 0; i < b.cell_count; i++) {
        struct chain_sensor *sensor = &c.cell_sensors[i];

        sensor->state = SENSOR_MISSING;
        check_cell_fault(i / 8 + 1, i % 8 + 1, SBMS_READING_MISSING);
        sensor->state = SENSOR_WORKS;
        check_mended(true);
        for (int j = 0; j < 4; j++) {
            *sensor = (struct chain_sensor){.state = SENSOR_STUCK, .stuck_mv = implausible_mv[j]};
            check_cell_fault(i / 8 + 1, i % 8 + 1, implausible_mv[j]);
            sensor->state = SENSOR_WORKS;
            check_mended(true);
        }
        *sensor = (struct chain_sensor){.state = SENSOR_STUCK, .stuck_mv = 3333}; /* nobody can tell */
        sample_bank_times(10);
        expect_signals(true, true, true);
        sensor->state = SENSOR_WORKS;
    }
}

/* BAT-6: a battery's thermistor takes ATC alone; a frozen sensor all three, and no cell is to blame. */
static void test_battery_faults(void **state)
{
    (void)state;
    join_bank(4, 2, 3);
    sample_bank();
    for (int i = 0; i < 6; i++) {
        c.temp_missing[i] = true;
        sample_bank_times(2);
        expect_signals(true, true, true);
        sample_bank();
        expect_signals(false, true, true);
        expect_reason(c.atc_reason, i + 1, 0, SBMS_BATTERY_TEMP_SENSOR, SBMS_READING_MISSING);
        c.temp_missing[i] = false;
        check_mended(false);
        c.frozen[i] = true;
        check_cell_fault(i + 1, 0, SBMS_READING_MISSING);
        sample_bank_times(10);
        expect_signals(false, false, false);
        c.frozen[i] = false;
        check_mended(true);
    }
    for (int i = 0; i < 600; i++) { /* the conversion counter wraps */
        sample_bank();
        expect_signals(true, true, true);
    }
}

/* BAT-9: frozen before the first sample: lost at it. */
static void test_frozen_from_the_start(void **state)
{
    (void)state;
    join_bank(4, 1, 2);
    c.frozen[1] = true;
    sample_bank();
    expect_signals(false, false, false);
    expect_reason(c.atd_reason, 2, 0, SBMS_BATTERY_CELL_SENSOR, SBMS_READING_MISSING);
    c.frozen[1] = false;
    check_mended(true);
}

/* BAT-6: a dead sensor does not hide the other cells; once it is mended, what holds the signal is the under-voltage, and
 * the reason says so. */
static void test_under_voltage_behind_a_dead_sensor(void **state)
{
    (void)state;
    join(4, 1, 2);
    readings.cell_mv[4] = SBMS_READING_MISSING;
    sample_times(3);
    expect_reason(c.atd_reason, 2, 1, SBMS_BATTERY_CELL_SENSOR, SBMS_READING_MISSING);
    readings.cell_mv[6] = 2799;
    sample_times(2);
    expect_reason(c.atd_reason, 2, 1, SBMS_BATTERY_CELL_SENSOR, SBMS_READING_MISSING);
    readings.cell_mv[4] = 3300;
    readings.cell_mv[6] = 3199;
    sample_times(4);
    expect_reason(c.atd_reason, 2, 1, SBMS_BATTERY_CELL_SENSOR, SBMS_READING_MISSING);
    sample_times(1);
    expect_signals(true, false, false);
    expect_reason(c.atd_reason, 2, 3, SBMS_BATTERY_UNDER_VOLTAGE, 2799);
    readings.cell_mv[6] = 3200;
    sample_times(2);
    expect_signals(true, true, true);
    expect_reason(c.atd_reason, 2, 3, SBMS_BATTERY_UNDER_VOLTAGE, 2799);
}

/* ---- the cable ------------------------------------------------------------------------------------------- */

/* SAFE-3 */
static void test_pulled_cable(void **state)
{
    (void)state;
    join(4, 1, 3);
    chain_plug(&c, false);
    expect_signals(false, false, false);
    expect_reason(c.atc_reason, 0, 0, 0, 0);
    expect_reason(c.atd_reason, 0, 0, 0, 0);
    expect_reason(c.no_prealarm_reason, 0, 0, 0, 0);
    sample_times(2);
    expect_signals(false, false, false);
    chain_plug(&c, true);
    expect_signals(true, true, true);

    readings.cell_mv[8] = 3050;
    sample_times(2);
    expect_reason(c.no_prealarm_reason, 3, 1, SBMS_BATTERY_PRE_ALARM, 3050);
    chain_plug(&c, false);
    readings.cell_mv[8] = 2500; /* what happens behind the gap is there when it is closed */
    sample_times(2);
    expect_reason(c.atd_reason, 0, 0, 0, 0);
    chain_plug(&c, true);
    expect_signals(true, false, false);
    expect_reason(c.atd_reason, 3, 1, SBMS_BATTERY_UNDER_VOLTAGE, 2500);
}

/* ---- looking ahead ---------------------------------------------------------------------------------------- */

static void random_reading(struct test_random *random)
{
    static const int16_t cell_mv[] = {2799, 2800, 3099, 3100, 3199, 3200, 3599, 3600, 3750, 3751, 499, 3300};
    static const int16_t temp_dc[] = {49, 50, 69, 70, 480, 481, 500, 501, 250, 250, 1001, -401};
    const int i = random_between(random, 0, c.batteries * c.cells_per_battery - 1);

    if (random_chance(random, 2)) {
        readings.cell_mv[i] = cell_mv[random_below(random, 12)];
    } else {
        readings.temp_dc[i] = temp_dc[random_below(random, 12)];
    }
    if (random_chance(random, 3)) {
        healthy();
    }
    if (random_chance(random, 10)) {
        c.frozen[random_below(random, 3)] = random_chance(random, 3);
    }
}

static void assert_same_memory(const struct chain_monitor *one, const struct chain_monitor *other)
{
    assert_memory_equal(one->battery.counts, other->battery.counts, sizeof one->battery.counts);
    assert_int_equal(one->battery.causes, other->battery.causes);
    assert_int_equal(one->battery.good_samples, other->battery.good_samples);
    assert_int_equal(one->battery.conversion, other->battery.conversion);
    for (size_t i = 0; i < sizeof one->readings / sizeof one->readings[0]; i++) {
        assert_int_equal(one->readings[i].last_good, other->readings[i].last_good);
        assert_int_equal(one->readings[i].failures, other->readings[i].failures);
    }
}

/* What was tried and then taken leaves what a sample would. */
static void assert_takes_tried(struct chain tried)
{
    chain_take_tried(&tried);
    for (int battery = 0; battery < c.batteries; battery++) {
        assert_int_equal(tried.conversions[battery], c.conversions[battery]);
        assert_same_memory(&tried.monitors[battery], &c.monitors[battery]);
    }
}

/* Takes a sample, and holds every monitor against one whose every sample goes through core/battery.h. */
static void sample_beside_core(void)
{
    static struct chain_monitor stepped[SCENARIO_BATTERIES_MAX];
    const int n = c.cells_per_battery;

    memcpy(stepped, c.monitors, sizeof stepped);
    for (int battery = 0; battery < c.batteries; battery++) {
        const struct sbms_battery_sample sample = {
            .cell_mv = &readings.cell_mv[battery * n],
            .temp_dc = &readings.temp_dc[battery * n],
            .cell_count = (uint8_t)n,
            .temp_count = (uint8_t)n,
            .conversion = (uint8_t)(c.conversions[battery] + (c.frozen[battery] ? 0u : 1u)),
        };

        (void)sbms_battery_step(&stepped[battery].battery, stepped[battery].readings, &sample);
    }
    chain_sample(&c, &readings);
    for (int battery = 0; battery < c.batteries; battery++) {
        assert_same_memory(&stepped[battery], &c.monitors[battery]);
        assert_int_equal(stepped[battery].battery.moved, c.monitors[battery].battery.moved);
    }
}

/*
 * A sample that was said to change nothing changes no signal, and no number of them does: the twin skips them, and takes the one that
 * it has tried.
 */
static void test_would_change_is_never_late(void **state)
{
    struct test_random random = {.state = 5};
    int quiet = 0;
    int changes = 0;

    (void)state;
    join(4, 1, 3);
    for (int i = 0; i < 100000; i++) {
        const struct sbms_signals before = c.all;
        bool expected = false;
        bool changed = false;
        struct chain tried;

        if (random_chance(&random, 3)) {
            random_reading(&random);
        }
        expected = chain_would_change(&c, &readings);
        tried = c;
        sample_beside_core();
        changed =
            before.atc != c.all.atc || before.atd != c.all.atd || before.no_prealarm != c.all.no_prealarm;
        if (!expected) {
            assert_false(changed);
            assert_takes_tried(tried);
            sample_times(5);
            assert_false(before.atc != c.all.atc || before.atd != c.all.atd ||
                         before.no_prealarm != c.all.no_prealarm);
        }
        quiet += !expected;
        changes += changed;
    }
    assert_true(quiet > 30000 && changes > 3000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_any_battery_opens_for_all),
        cmocka_unit_test(test_second_battery_holds),
        cmocka_unit_test(test_first_battery_is_the_reason),
        cmocka_unit_test(test_first_of_one_sample),
        cmocka_unit_test(test_reason_is_the_worst_cell),
        cmocka_unit_test(test_settings_reach_the_monitors),
        cmocka_unit_test_teardown(test_sensors_read_the_bank, free_bank),
        cmocka_unit_test_teardown(test_cell_sensor_faults, free_bank),
        cmocka_unit_test_teardown(test_battery_faults, free_bank),
        cmocka_unit_test_teardown(test_frozen_from_the_start, free_bank),
        cmocka_unit_test(test_under_voltage_behind_a_dead_sensor),
        cmocka_unit_test(test_pulled_cable),
        cmocka_unit_test(test_would_change_is_never_late),
    };

    return cmocka_run_group_tests_name("chain", tests, NULL, NULL);
}
