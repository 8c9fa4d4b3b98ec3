/* SPDX-License-Identifier: Apache-2.0 */
/* The battery's rules: every threshold, every setting, every position. The comment over a test names its rules. */
#include "core/battery.h"
#include "tests/control_fixture.h"

#define READINGS_MAX SBMS_BATTERY_READINGS_MAX
#define HEALTHY_MV 3300
#define HEALTHY_DC 250

/* One battery and the readings of its next sample. */
struct test_pack {
    struct sbms_battery battery;
    int16_t cell_mv[READINGS_MAX];
    int16_t temp_dc[READINGS_MAX];
    uint8_t cell_count;
    uint8_t temp_count;
    uint8_t conversion;
    struct sbms_signals signals; /* of the last sample */
};

static void pack_fill(struct test_pack *pack, int cell_mv, int temp_dc)
{
    for (size_t i = 0; i < READINGS_MAX; i++) {
        pack->cell_mv[i] = (int16_t)cell_mv;
        pack->temp_dc[i] = (int16_t)temp_dc;
    }
}

static void pack_init(struct test_pack *pack, const struct sbms_battery_settings *settings, uint8_t cells,
                      uint8_t temps)
{
    memset(pack, 0x5A, sizeof *pack);
    pack->cell_count = cells;
    pack->temp_count = temps;
    pack->conversion = 0;
    pack_fill(pack, HEALTHY_MV, HEALTHY_DC);
    assert_int_equal(sbms_battery_init(&pack->battery, settings), SBMS_BATTERY_OK);
}

static void pack_sample(struct test_pack *pack)
{
    const struct sbms_battery_sample sample = {.cell_mv = pack->cell_mv,
                                               .temp_dc = pack->temp_dc,
                                               .cell_count = pack->cell_count,
                                               .temp_count = pack->temp_count,
                                               .conversion = ++pack->conversion};

    pack->signals = sbms_battery_step(&pack->battery, &sample);
}

static void pack_expect_(struct test_pack *pack, bool atc, bool atd, bool no_prealarm, uint8_t causes,
                         const char *file, int line)
{
    const bool good = pack->signals.atc == atc && pack->signals.atd == atd &&
                      pack->signals.no_prealarm == no_prealarm && pack->battery.causes == causes;

    if (!good) {
        print_error("%s:%d: atc %d atd %d no_prealarm %d causes 0x%x, not %d %d %d 0x%x\n", file, line,
                    pack->signals.atc, pack->signals.atd, pack->signals.no_prealarm, pack->battery.causes,
                    atc, atd, no_prealarm, causes);
    }
    _assert_true(good, "signals", file, line);
}

/* Takes a sample and compares its signals and causes. */
#define pack_expect(pack, atc, atd, no_prealarm, causes) \
    do { \
        pack_sample(pack); \
        pack_expect_(pack, atc, atd, no_prealarm, (uint8_t)(causes), __FILE__, __LINE__); \
    } while (0)

#define UNDER SBMS_BATTERY_UNDER_VOLTAGE
#define WARN SBMS_BATTERY_PRE_ALARM
#define OVER SBMS_BATTERY_OVER_VOLTAGE
#define HOT SBMS_BATTERY_HIGH_TEMP
#define COLD SBMS_BATTERY_LOW_TEMP
#define SENSOR SBMS_BATTERY_SENSOR

/* ---- cells -------------------------------------------------------------------------------------- */

/* BAT-1, BAT-2, BAT-3: every under-voltage setting at -1, 0 and +1 mV; ATD returns at 3200 mV, not at 3199. */
static void test_under_voltage(void **state)
{
    struct test_pack pack;

    (void)state;
    for (int16_t setting_mv = 2600; setting_mv <= 2800; setting_mv++) {
        struct sbms_battery_settings settings = sbms_battery_defaults();

        settings.under_voltage_mv = setting_mv;
        for (int off_mv = -1; off_mv <= 1; off_mv++) {
            pack_init(&pack, &settings, 4, 1);
            pack_expect(&pack, 1, 1, 1, 0);
            pack.cell_mv[2] = (int16_t)(setting_mv + off_mv);
            pack_expect(&pack, 1, off_mv >= 0, 0, off_mv >= 0 ? WARN : WARN | UNDER);
            pack.cell_mv[2] = 3199;
            pack_expect(&pack, 1, off_mv >= 0, 0, off_mv >= 0 ? WARN : WARN | UNDER);
            pack.cell_mv[2] = (int16_t)(3200 + (off_mv > 0));
            pack_expect(&pack, 1, 1, 1, 0);
        }
    }
}

/* BAT-2, BAT-3: every pre-alarm setting at -1, 0 and +1 mV; no-pre-alarm returns at 3200 mV; a battery
 * without the feature keeps it present for ever, whatever the cells do. */
static void test_pre_alarm(void **state)
{
    struct test_pack pack;

    (void)state;
    for (int16_t setting_mv = 2850; setting_mv <= 3150; setting_mv++) {
        for (int has_pre_alarm = 0; has_pre_alarm < 2; has_pre_alarm++) {
            struct sbms_battery_settings settings = sbms_battery_defaults();
            const bool silent = has_pre_alarm == 0;

            settings.pre_alarm_mv = setting_mv;
            settings.has_pre_alarm = !silent;
            for (int off_mv = -1; off_mv <= 1; off_mv++) {
                const bool kept = silent || off_mv >= 0;

                pack_init(&pack, &settings, 8, 2);
                pack.cell_mv[7] = (int16_t)(setting_mv + off_mv);
                pack_expect(&pack, 1, 1, kept, kept ? 0 : WARN);
                pack.cell_mv[7] = 3199;
                pack_expect(&pack, 1, 1, kept, kept ? 0 : WARN);
                pack.cell_mv[7] = (int16_t)(3200 + (off_mv > 0));
                pack_expect(&pack, 1, 1, 1, 0);
                pack.cell_mv[7] = 2799;
                pack_expect(&pack, 1, 0, silent, silent ? UNDER : UNDER | WARN);
                pack.cell_mv[7] = SBMS_READING_MISSING;
                pack_expect(&pack, 0, 0, silent, (silent ? UNDER : UNDER | WARN) | SENSOR);
            }
        }
    }
}

/* BAT-4: lost above 3750 mV, clears below 3600 mV, at -1, 0 and +1 mV of both. */
static void test_over_voltage(void **state)
{
    struct test_pack pack;

    (void)state;
    for (int16_t peak_mv = 3740; peak_mv <= 3760; peak_mv++) {
        for (int16_t back_mv = 3590; back_mv <= 3610; back_mv++) {
            const bool lost = peak_mv > 3750;

            pack_init(&pack, NULL, 4, 1);
            pack.cell_mv[0] = peak_mv;
            pack_expect(&pack, !lost, 1, 1, lost ? OVER : 0);
            pack.cell_mv[0] = back_mv;
            pack_expect(&pack, !lost || back_mv < 3600, 1, 1, lost && back_mv >= 3600 ? OVER : 0);
            pack.cell_mv[0] = 3599;
            pack_expect(&pack, 1, 1, 1, 0);
        }
    }
}

/* BAT-1, BAT-2, BAT-3, BAT-4, BAT-6: each of 160 positions in turn is heard, in packs of each size up to 160,
 * and is the last that a signal's return waits for; the place after the last is not read. */
static void test_every_cell_position(void **state)
{
    struct test_pack pack;

    (void)state;
    for (uint8_t count = 1; count <= READINGS_MAX; count++) {
        for (uint8_t at = 0; at < count; at++) {
            pack_init(&pack, NULL, count, 1);
            if (count < READINGS_MAX) {
                pack.cell_mv[count] = 0;
            }
            pack_expect(&pack, 1, 1, 1, 0);
            pack.cell_mv[at] = 3099;
            pack_expect(&pack, 1, 1, 0, WARN);
            pack.cell_mv[at] = 2799;
            pack_expect(&pack, 1, 0, 0, UNDER | WARN);
            pack.cell_mv[at] = 3199;
            pack_expect(&pack, 1, 0, 0, UNDER | WARN);
            pack.cell_mv[at] = 3200;
            pack_expect(&pack, 1, 1, 1, 0);
            pack.cell_mv[at] = 3751;
            pack_expect(&pack, 0, 1, 1, OVER);
            pack.cell_mv[at] = 3600;
            pack_expect(&pack, 0, 1, 1, OVER);
            pack.cell_mv[at] = 3599;
            pack_expect(&pack, 1, 1, 1, 0);
            pack.cell_mv[at] = SBMS_READING_MISSING;
            pack_expect(&pack, 0, 0, 0, SENSOR);
            pack.cell_mv[at] = 3199; /* good again, but BAT-3 is not met */
            pack_expect(&pack, 1, 0, 0, 0);
            pack.cell_mv[at] = 3200;
            pack_expect(&pack, 1, 1, 1, 0);
        }
    }
}

/* BAT-1, BAT-2, BAT-3, BAT-4: low and high cells at once: both signals are lost, each returns by its own rule. */
static void test_low_and_high_together(void **state)
{
    struct test_pack pack;

    (void)state;
    pack_init(&pack, NULL, 8, 2);
    pack.cell_mv[1] = 2700;
    pack.cell_mv[6] = 3800;
    pack_expect(&pack, 0, 0, 0, UNDER | WARN | OVER);
    pack.cell_mv[6] = 3500;
    pack_expect(&pack, 1, 0, 0, UNDER | WARN);
    pack.cell_mv[6] = 3751;
    pack.cell_mv[1] = 3200;
    pack_expect(&pack, 0, 1, 1, OVER);
}

/* ---- temperatures ------------------------------------------------------------------------------- */

/* BAT-5: lost above 50.0 degC, clears at 48.0, at -1, 0 and +1 tenth. */
static void test_high_temperature(void **state)
{
    struct test_pack pack;

    (void)state;
    for (int16_t peak_dc = 495; peak_dc <= 505; peak_dc++) {
        for (int16_t back_dc = 475; back_dc <= 485; back_dc++) {
            const bool lost = peak_dc > 500;

            pack_init(&pack, NULL, 4, 2);
            pack.temp_dc[1] = peak_dc;
            pack_expect(&pack, !lost, 1, 1, lost ? HOT : 0);
            pack.temp_dc[1] = back_dc;
            pack_expect(&pack, !lost || back_dc <= 480, 1, 1, lost && back_dc > 480 ? HOT : 0);
        }
    }
}

/* BAT-5: every low-temperature setting at -1, 0 and +1 tenth, above and below zero; clears 2.0 degC above. */
static void test_low_temperature(void **state)
{
    struct test_pack pack;

    (void)state;
    for (int16_t setting_dc = -200; setting_dc <= 200; setting_dc++) {
        struct sbms_battery_settings settings = sbms_battery_defaults();

        settings.low_temp_dc = setting_dc;
        for (int off_dc = -1; off_dc <= 1; off_dc++) {
            for (int back_dc = 18; back_dc <= 21; back_dc++) {
                const bool lost = off_dc < 0;

                pack_init(&pack, &settings, 4, 2);
                pack.temp_dc[0] = (int16_t)(setting_dc + off_dc);
                pack_expect(&pack, !lost, 1, 1, lost ? COLD : 0);
                pack.temp_dc[0] = (int16_t)(setting_dc + back_dc);
                pack_expect(&pack, !lost || back_dc >= 20, 1, 1, lost && back_dc < 20 ? COLD : 0);
            }
        }
    }
    pack_init(&pack, NULL, 4, 1); /* -10 degC is cold and not 6543.6 */
    pack.temp_dc[0] = -100;
    pack_expect(&pack, 0, 1, 1, COLD);
}

/* BAT-5, BAT-6: each of 160 temperature positions in turn. */
static void test_every_temperature_position(void **state)
{
    struct test_pack pack;

    (void)state;
    for (uint8_t count = 1; count <= READINGS_MAX; count++) {
        for (uint8_t at = 0; at < count; at++) {
            pack_init(&pack, NULL, 1, count);
            if (count < READINGS_MAX) {
                pack.temp_dc[count] = 900;
            }
            pack_expect(&pack, 1, 1, 1, 0);
            pack.temp_dc[at] = 501;
            pack_expect(&pack, 0, 1, 1, HOT);
            pack.temp_dc[at] = 481;
            pack_expect(&pack, 0, 1, 1, HOT);
            pack.temp_dc[at] = 480;
            pack_expect(&pack, 1, 1, 1, 0);
            pack.temp_dc[at] = 49;
            pack_expect(&pack, 0, 1, 1, COLD);
            pack.temp_dc[at] = 69;
            pack_expect(&pack, 0, 1, 1, COLD);
            pack.temp_dc[at] = 70;
            pack_expect(&pack, 1, 1, 1, 0);
            pack.temp_dc[at] = SBMS_READING_MISSING;
            pack_expect(&pack, 0, 0, 0, SENSOR);
            pack.temp_dc[at] = 70;
            pack_expect(&pack, 1, 1, 1, 0);
        }
    }
}

/* BAT-5: hot and cold at once, each clears by its own rule; neither touches ATD or no-pre-alarm. */
static void test_hot_and_cold_together(void **state)
{
    struct test_pack pack;

    (void)state;
    pack_init(&pack, NULL, 4, 2);
    pack.temp_dc[0] = -390;
    pack.temp_dc[1] = 990;
    pack_expect(&pack, 0, 1, 1, HOT | COLD);
    pack.temp_dc[1] = 480;
    pack_expect(&pack, 0, 1, 1, COLD);
    pack.temp_dc[0] = 70;
    pack_expect(&pack, 1, 1, 1, 0);
}

/* ---- sensors ------------------------------------------------------------------------------------ */

/* BAT-6: what is plausible, at -1, 0 and +1; a present reading stays in the minimum and the maximum. */
static void test_plausible(void **state)
{
    struct test_pack pack;

    (void)state;
    for (int mv = -32767; mv <= 32767; mv++) {
        const bool good = mv >= 500 && mv <= 5000;
        const int held = (mv < 2800 ? UNDER : 0) | (mv < 3100 ? WARN : 0) | (mv > 3750 ? OVER : 0);

        pack_init(&pack, NULL, 4, 1);
        pack.cell_mv[3] = (int16_t)mv;
        pack_expect(&pack, good && mv <= 3750, good && mv >= 2800, good && mv >= 3100,
                    held | (good ? 0 : SENSOR));
    }
    for (int dc = -32767; dc <= 32767; dc++) {
        const bool good = dc >= -400 && dc <= 1000;
        const int held = (dc < 50 ? COLD : 0) | (dc > 500 ? HOT : 0);

        pack_init(&pack, NULL, 4, 3);
        pack.temp_dc[2] = (int16_t)dc;
        pack_expect(&pack, good && held == 0, good, good, held | (good ? 0 : SENSOR));
    }
}

/* BAT-6: a missing or implausible reading takes nothing out of the others' minimum and maximum, and clears
 * nothing that is held. */
static void test_sensor_failure_hides_nothing(void **state)
{
    static const int16_t broken_mv[] = {SBMS_READING_MISSING, 0, 499, 5001, INT16_MAX};
    struct test_pack pack;

    (void)state;
    for (size_t i = 0; i < 5; i++) {
        const int own = broken_mv[i] == SBMS_READING_MISSING ? 0 : broken_mv[i] < 500 ? UNDER | WARN : OVER;

        for (uint8_t at = 1; at < 4; at++) {
            pack_init(&pack, NULL, 4, 1);
            pack.cell_mv[0] = 2799;
            pack.cell_mv[at] = broken_mv[i];
            pack_expect(&pack, 0, 0, 0, own | UNDER | WARN | SENSOR);
            pack_init(&pack, NULL, 4, 1);
            pack.cell_mv[0] = 3751;
            pack.cell_mv[at] = broken_mv[i];
            pack_expect(&pack, 0, 0, 0, own | OVER | SENSOR);
        }
        pack_init(&pack, NULL, 4, 2); /* all is held, then all would clear but for the broken reading */
        pack.cell_mv[0] = 2700;
        pack.cell_mv[1] = 3800;
        pack.temp_dc[0] = 0;
        pack.temp_dc[1] = 600;
        pack_expect(&pack, 0, 0, 0, UNDER | WARN | OVER | HOT | COLD);
        pack_fill(&pack, 3300, 250);
        pack.cell_mv[2] = broken_mv[i];
        pack_expect(&pack, 0, 0, 0, UNDER | WARN | OVER | HOT | COLD | SENSOR);
        pack_fill(&pack, 3300, 250);
        pack_expect(&pack, 1, 1, 1, 0);
        pack.temp_dc[0] = 600;
        pack_expect(&pack, 0, 1, 1, HOT);
        pack.temp_dc[0] = SBMS_READING_MISSING;
        pack_expect(&pack, 0, 0, 0, HOT | SENSOR);
        pack.temp_dc[0] = 485;
        pack_expect(&pack, 0, 1, 1, HOT);
    }
}

/* BAT-6: a conversion counter that stands still is a frozen sensor, at each of its values and across its
 * wrap; one that moves, by whatever step, is not. */
static void test_frozen(void **state)
{
    struct test_pack pack;

    (void)state;
    pack_init(&pack, NULL, 4, 1);
    for (uint32_t i = 0; i < 1000; i++) {
        pack_expect(&pack, 1, 1, 1, 0); /* moves by one */
        for (uint32_t again = 0; again < 3; again++) {
            pack.conversion--;
            pack_expect(&pack, 0, 0, 0, SENSOR);
        }
        pack.cell_mv[0] = 3150;
        pack_expect(&pack, 1, 0, 0, 0); /* BAT-3: ATD waits for 3200 mV */
        pack.cell_mv[0] = HEALTHY_MV;
        pack_expect(&pack, 1, 1, 1, 0);
        pack.conversion = (uint8_t)(pack.conversion + 2u + i % 253u);
    }
    for (uint32_t first = 0; first < 256; first++) { /* the first sample has none before it */
        pack_init(&pack, NULL, 4, 1);
        pack.conversion = (uint8_t)first;
        pack_expect(&pack, 1, 1, 1, 0);
    }
}

/* BAT-6: without cells or without temperatures nothing is missing. */
static void test_no_readings(void **state)
{
    const struct sbms_battery_sample none = {.cell_mv = NULL, .temp_dc = NULL};
    struct sbms_battery battery;
    struct test_pack pack;
    struct sbms_signals signals;

    (void)state;
    assert_int_equal(sbms_battery_init(&battery, NULL), SBMS_BATTERY_OK);
    signals = sbms_battery_step(&battery, &none);
    assert_true(signals.atc && signals.atd && signals.no_prealarm);
    pack_init(&pack, NULL, 4, 0);
    pack.cell_mv[3] = 2799;
    pack_expect(&pack, 1, 0, 0, UNDER | WARN);
    pack_init(&pack, NULL, 0, 1);
    pack.temp_dc[0] = 501;
    pack_expect(&pack, 0, 1, 1, HOT);
}

/* ---- settings ----------------------------------------------------------------------------------- */

/* BAT-1, BAT-2, BAT-5, BAT-7: defaults, and every value of every setting: outside the range it is refused,
 * named, and not used. */
static void test_settings(void **state)
{
    const struct sbms_battery_settings defaults = sbms_battery_defaults();

    (void)state;
    assert_int_equal(defaults.under_voltage_mv, 2800);
    assert_int_equal(defaults.pre_alarm_mv, 3100);
    assert_int_equal(defaults.low_temp_dc, 50);
    assert_true(defaults.has_pre_alarm);
    for (int32_t value = INT16_MIN; value <= INT16_MAX; value++) {
        struct sbms_battery_settings settings = defaults;
        struct sbms_battery battery;

        settings.under_voltage_mv = (int16_t)value;
        assert_int_equal(sbms_battery_check(&settings),
                         value >= 2600 && value <= 2800 ? SBMS_BATTERY_OK : SBMS_BATTERY_BAD_UNDER_VOLTAGE);
        memset(&battery, 0x5A, sizeof battery);
        assert_int_equal(sbms_battery_init(&battery, &settings), sbms_battery_check(&settings));
        assert_int_equal(battery.settings.under_voltage_mv, value >= 2600 && value <= 2800 ? value : 2800);
        assert_int_equal(battery.causes, 0);

        settings = defaults;
        settings.pre_alarm_mv = (int16_t)value;
        assert_int_equal(sbms_battery_check(&settings),
                         value >= 2850 && value <= 3150 ? SBMS_BATTERY_OK : SBMS_BATTERY_BAD_PRE_ALARM);
        assert_int_equal(sbms_battery_init(&battery, &settings), sbms_battery_check(&settings));
        assert_int_equal(battery.settings.pre_alarm_mv, value >= 2850 && value <= 3150 ? value : 3100);

        settings = defaults;
        settings.low_temp_dc = (int16_t)value;
        assert_int_equal(sbms_battery_check(&settings),
                         value >= -200 && value <= 200 ? SBMS_BATTERY_OK : SBMS_BATTERY_BAD_LOW_TEMP);
        assert_int_equal(sbms_battery_init(&battery, &settings), sbms_battery_check(&settings));
        assert_int_equal(battery.settings.low_temp_dc, value >= -200 && value <= 200 ? value : 50);
    }
}

/* BAT-7: of several settings out of range the first in the order of the struct is named. BAT-9: the period
 * of a sample is one second. */
static void test_settings_order_and_period(void **state)
{
    struct sbms_battery_settings settings = {.under_voltage_mv = 0, .pre_alarm_mv = 0, .low_temp_dc = 999};

    (void)state;
    assert_int_equal(sbms_battery_check(&settings), SBMS_BATTERY_BAD_UNDER_VOLTAGE);
    settings.under_voltage_mv = 2700;
    assert_int_equal(sbms_battery_check(&settings), SBMS_BATTERY_BAD_PRE_ALARM);
    settings.pre_alarm_mv = 3000;
    assert_int_equal(sbms_battery_check(&settings), SBMS_BATTERY_BAD_LOW_TEMP);
    settings.low_temp_dc = 0;
    assert_int_equal(sbms_battery_check(&settings), SBMS_BATTERY_OK);
    assert_int_equal(SBMS_BATTERY_PERIOD_TICKS * SBMS_TICK_MS, 1000);
}

/* ---- random walks against the rules written a second time ----------------------------------------- */

struct reference_battery {
    bool over;
    bool hot;
    bool cold;
    bool warned;
    bool discharge_lost;
};

static int any_below(const int16_t *readings, uint8_t count, int limit)
{
    int found = 0;

    for (uint8_t i = 0; i < count; i++) {
        found += readings[i] != SBMS_READING_MISSING && readings[i] < limit;
    }
    return found;
}

static struct sbms_signals reference_battery_step(struct reference_battery *is, const struct test_pack *pack,
                                                  bool frozen)
{
    const struct sbms_battery_settings *set = &pack->battery.settings;
    const uint8_t cells = pack->cell_count;
    const uint8_t temps = pack->temp_count;
    const int16_t *mv = pack->cell_mv;
    const int16_t *dc = pack->temp_dc;
    bool fail = frozen;

    for (uint8_t i = 0; i < cells; i++) {
        fail = fail || mv[i] < 500 || mv[i] > 5000; /* a missing one is far below */
    }
    for (uint8_t i = 0; i < temps; i++) {
        fail = fail || dc[i] < -400 || dc[i] > 1000;
    }

    if (any_below(mv, cells, set->under_voltage_mv) || fail) {
        is->discharge_lost = true;
    } else if (!any_below(mv, cells, 3200)) {
        is->discharge_lost = false;
    }
    if (any_below(mv, cells, set->pre_alarm_mv)) {
        is->warned = true;
    } else if (!fail && !any_below(mv, cells, 3200)) {
        is->warned = false;
    }
    for (uint8_t i = 0; i < cells; i++) {
        is->over = is->over || mv[i] > 3750;
    }
    if (!fail && any_below(mv, cells, 3600) == cells) {
        is->over = false;
    }
    for (uint8_t i = 0; i < temps; i++) {
        is->hot = is->hot || dc[i] > 500;
    }
    if (!fail && any_below(dc, temps, 481) == temps) {
        is->hot = false;
    }
    if (any_below(dc, temps, set->low_temp_dc)) {
        is->cold = true;
    } else if (!fail && !any_below(dc, temps, set->low_temp_dc + 20)) {
        is->cold = false;
    }
    return (struct sbms_signals){
        .atc = !(is->over || is->hot || is->cold || fail),
        .atd = !is->discharge_lost,
        .no_prealarm = !set->has_pre_alarm || !(is->warned || is->discharge_lost),
    };
}

static int16_t random_reading(struct test_random *random, const int16_t *edges, uint32_t count,
                              int16_t healthy)
{
    if (random_chance(random, 40)) {
        return SBMS_READING_MISSING;
    }
    if (random_chance(random, 3)) {
        return healthy;
    }
    return (int16_t)(edges[random_below(random, count)] + random_between(random, -1, 1));
}

static void run_battery(uint64_t seed)
{
    struct test_random random = {.state = seed};
    struct sbms_battery_settings settings = {
        .under_voltage_mv = (int16_t)random_between(&random, 2600, 2800),
        .pre_alarm_mv = (int16_t)random_between(&random, 2850, 3150),
        .low_temp_dc = (int16_t)random_between(&random, -200, 200),
        .has_pre_alarm = !random_chance(&random, 4),
    };
    const int16_t mv_edges[] = {
        settings.under_voltage_mv, settings.pre_alarm_mv, 3200, 3600, 3750, 3300, 500, 5000};
    const int16_t dc_edges[] = {
        settings.low_temp_dc, (int16_t)(settings.low_temp_dc + 20), 480, 500, 250, -400, 1000};
    struct reference_battery reference = {.over = false};
    struct test_pack pack;

    pack_init(&pack, &settings, (uint8_t)random_between(&random, 1, 8),
              (uint8_t)random_between(&random, 1, 3));
    for (uint32_t sample = 0; sample < 100; sample++) {
        const bool frozen = sample > 0 && random_chance(&random, 30);
        struct sbms_signals want;

        if (random_chance(&random, 3)) { /* all is well again */
            pack_fill(&pack, HEALTHY_MV, HEALTHY_DC);
        } else if (random_chance(&random, 2)) {
            pack.cell_mv[random_below(&random, pack.cell_count)] =
                random_reading(&random, mv_edges, random_chance(&random, 10) ? 8 : 6, HEALTHY_MV);
        } else {
            pack.temp_dc[random_below(&random, pack.temp_count)] =
                random_reading(&random, dc_edges, random_chance(&random, 10) ? 7 : 5, HEALTHY_DC);
        }
        want = reference_battery_step(&reference, &pack, frozen);
        pack.conversion = (uint8_t)(pack.conversion - frozen);
        pack_sample(&pack);
        if (pack.signals.atc != want.atc || pack.signals.atd != want.atd ||
            pack.signals.no_prealarm != want.no_prealarm) {
            print_error("seed %" PRIu64 " sample %" PRIu32 ": atc %d atd %d no_prealarm %d, not %d %d %d\n",
                        seed, sample, pack.signals.atc, pack.signals.atd, pack.signals.no_prealarm, want.atc,
                        want.atd, want.no_prealarm);
            print_error("replay: SEED=%" PRIu64 " RUNS=1 test_battery\n", seed);
            fail();
        }
    }
}

/* BAT-1, BAT-2, BAT-3, BAT-4, BAT-5, BAT-6 in random order, against the rules written a second time.
 * Each run has its seed. */
static void test_random_walks(void **state)
{
    (void)state;
    for (uint64_t i = 0; i < environment_runs(20000); i++) {
        run_battery(environment_seed(1) + i);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_under_voltage),
        cmocka_unit_test(test_pre_alarm),
        cmocka_unit_test(test_over_voltage),
        cmocka_unit_test(test_every_cell_position),
        cmocka_unit_test(test_low_and_high_together),
        cmocka_unit_test(test_high_temperature),
        cmocka_unit_test(test_low_temperature),
        cmocka_unit_test(test_every_temperature_position),
        cmocka_unit_test(test_hot_and_cold_together),
        cmocka_unit_test(test_plausible),
        cmocka_unit_test(test_sensor_failure_hides_nothing),
        cmocka_unit_test(test_frozen),
        cmocka_unit_test(test_no_readings),
        cmocka_unit_test(test_settings),
        cmocka_unit_test(test_settings_order_and_period),
        cmocka_unit_test(test_random_walks),
    };

    return cmocka_run_group_tests_name("battery", tests, NULL, NULL);
}
