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
    struct sbms_battery_reading readings[2 * READINGS_MAX];
    int16_t cell_mv[READINGS_MAX];
    int16_t temp_dc[READINGS_MAX];
    uint8_t cell_count;
    uint8_t temp_count;
    uint8_t conversion;
    bool frozen;                 /* the conversion counter stands still */
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
    pack->frozen = false;
    pack_fill(pack, HEALTHY_MV, HEALTHY_DC);
    assert_int_equal(sbms_battery_init(&pack->battery, settings), SBMS_BATTERY_OK);
}

static void pack_sample(struct test_pack *pack)
{
    pack->conversion = (uint8_t)(pack->conversion + (pack->frozen ? 0u : 1u));
    const struct sbms_battery_sample sample = {.cell_mv = pack->cell_mv,
                                               .temp_dc = pack->temp_dc,
                                               .cell_count = pack->cell_count,
                                               .temp_count = pack->temp_count,
                                               .conversion = pack->conversion};

    pack->signals = sbms_battery_step(&pack->battery, pack->readings, &sample);
}

static void pack_check(const struct test_pack *pack, bool atc, bool atd, bool no_prealarm, int causes,
                       const char *file, int line)
{
    const bool good = pack->signals.atc == atc && pack->signals.atd == atd &&
                      pack->signals.no_prealarm == no_prealarm && pack->battery.causes == causes;

    if (!good) {
        print_error("%s:%d: atc %d atd %d no_prealarm %d causes 0x%x, not %d %d %d 0x%x\n", file, line,
                    pack->signals.atc, pack->signals.atd, pack->signals.no_prealarm, pack->battery.causes,
                    atc, atd, no_prealarm, (unsigned)causes);
    }
    _assert_true(good, "signals", file, line);
}

/* The signals and causes of before stay for all but the last of `samples`, which brings the new ones. */
static void pack_expect_(struct test_pack *pack, int samples, bool atc, bool atd, bool no_prealarm,
                         int causes, const char *file, int line)
{
    const struct sbms_signals before = pack->signals;
    const int causes_before = pack->battery.causes;

    for (int i = 1; i < samples; i++) {
        pack_sample(pack);
        pack_check(pack, before.atc, before.atd, before.no_prealarm, causes_before, file, line);
    }
    pack_sample(pack);
    pack_check(pack, atc, atd, no_prealarm, causes, file, line);
}

#define pack_expect(pack, samples, atc, atd, no_prealarm, causes) \
    pack_expect_(pack, samples, atc, atd, no_prealarm, causes, __FILE__, __LINE__)

#define UNDER SBMS_BATTERY_UNDER_VOLTAGE
#define WARN SBMS_BATTERY_PRE_ALARM
#define OVER SBMS_BATTERY_OVER_VOLTAGE
#define HOT SBMS_BATTERY_HIGH_TEMP
#define COLD SBMS_BATTERY_LOW_TEMP
#define CELL SBMS_BATTERY_CELL_SENSOR
#define TEMP SBMS_BATTERY_TEMP_SENSOR

/* ---- cells -------------------------------------------------------------------------------------- */

/* BAT-1, BAT-3, BAT-9: every under-voltage setting at -1, 0 and +1 mV, at the second sample in a row; ATD returns at
 * the second in a row at 3200 mV, not at 3199, and no-pre-alarm with it. */
static void test_under_voltage(void **state)
{
    struct test_pack pack;

    (void)state;
    for (int16_t setting_mv = 2600; setting_mv <= 2800; setting_mv++) {
        struct sbms_battery_settings settings = sbms_battery_defaults();

        settings.under_voltage_mv = setting_mv;
        for (int off_mv = -1; off_mv <= 1; off_mv++) {
            const bool lost = off_mv < 0;
            const int held = lost ? WARN | UNDER : WARN;

            pack_init(&pack, &settings, 4, 1);
            pack_expect(&pack, 1, 1, 1, 1, 0);
            pack.cell_mv[2] = (int16_t)(setting_mv + off_mv);
            pack_expect(&pack, 2, 1, !lost, 0, held);
            pack.cell_mv[2] =
                3199; /* for ever, when ATD is lost: the 50 mV bring back no more than a warning */
            pack_expect(&pack, 5, 1, !lost, !lost, lost ? held : 0);
            pack_expect(&pack, 100, 1, !lost, !lost, lost ? held : 0);
            pack.cell_mv[2] = (int16_t)(3200 + (off_mv > 0));
            pack_expect(&pack, 2, 1, 1, 1, 0);
        }
    }
}

/* BAT-2, BAT-3, BAT-9: every pre-alarm setting at -1, 0 and +1 mV; the return at +49, +50 and +51 mV, at the fifth
 * sample in a row; a battery without the feature keeps no-pre-alarm present for ever. */
static void test_pre_alarm(void **state)
{
    struct test_pack pack;

    (void)state;
    for (int16_t setting_mv = 2850; setting_mv <= 3150; setting_mv++) {
        for (int off_mv = -1; off_mv <= 1; off_mv++) {
            for (int back_mv = 49; back_mv <= 51; back_mv++) {
                struct sbms_battery_settings settings = sbms_battery_defaults();
                const bool lost = off_mv < 0;
                const bool stays = lost && back_mv < 50;

                settings.pre_alarm_mv = setting_mv;
                pack_init(&pack, &settings, 8, 2);
                pack_expect(&pack, 1, 1, 1, 1, 0);
                pack.cell_mv[7] = (int16_t)(setting_mv + off_mv);
                pack_expect(&pack, 2, 1, 1, !lost, lost ? WARN : 0);
                pack.cell_mv[7] = (int16_t)(setting_mv + back_mv);
                pack_expect(&pack, 5, 1, 1, !stays, stays ? WARN : 0);
                pack_expect(&pack, 5, 1, 1, !stays, stays ? WARN : 0);
                settings.has_pre_alarm = false;
                pack_init(&pack, &settings, 8, 2);
                pack.cell_mv[7] = (int16_t)(setting_mv + off_mv);
                pack_expect(&pack, 1, 1, 1, 1, 0);
                pack.cell_mv[7] = 2000;
                pack_expect(&pack, 2, 1, 0, 1, UNDER);
                pack.cell_mv[7] = SBMS_READING_MISSING;
                pack_expect(&pack, 3, 0, 0, 1, UNDER | CELL);
            }
        }
    }
}

/* BAT-3: five in a row means in a row, for no-pre-alarm; two, for ATD. */
static void test_returns_are_in_a_row(void **state)
{
    struct test_pack pack;

    (void)state;
    pack_init(&pack, NULL, 4, 1);
    pack_expect(&pack, 1, 1, 1, 1, 0);
    pack.cell_mv[1] = 3099;
    pack_expect(&pack, 2, 1, 1, 0, WARN);
    for (int i = 0; i < 100; i++) { /* 4 of 5 are not enough, however often */
        pack.cell_mv[1] = 3150;
        pack_expect(&pack, 4, 1, 1, 0, WARN);
        pack.cell_mv[1] = 3149;
        pack_expect(&pack, 1, 1, 1, 0, WARN);
    }
    pack.cell_mv[1] = 3150;
    pack_expect(&pack, 5, 1, 1, 1, 0);
    pack.cell_mv[1] = 2799;
    pack_expect(&pack, 2, 1, 0, 0, UNDER | WARN);
    for (int i = 0; i < 100; i++) {
        pack.cell_mv[1] = 3200;
        pack_expect(&pack, 1, 1, 0, 0, UNDER | WARN);
        pack.cell_mv[1] = 3199;
        pack_expect(&pack, 1, 1, 0, 0, UNDER | WARN);
    }
    pack.cell_mv[1] = 3200;
    pack_expect(&pack, 2, 1, 1, 1, 0);
}

/* BAT-3: a 4 min kettle at 30 % charge: the cells sag below 3.10 V and rest at 3.28 V: the alarm ends with it. */
static void test_kettle(void **state)
{
    struct test_pack pack;

    (void)state;
    pack_init(&pack, NULL, 4, 1);
    pack_expect(&pack, 1, 1, 1, 1, 0);
    pack_fill(&pack, 3080, 250);
    pack_expect(&pack, 2, 1, 1, 0, WARN);
    pack_expect(&pack, 238, 1, 1, 0, WARN);
    pack_fill(&pack, 3180, 250); /* below 3.20 V, and never above it again that night */
    pack_expect(&pack, 5, 1, 1, 1, 0);
    pack_expect(&pack, 36000, 1, 1, 1, 0);
    pack_fill(&pack, 3080, 250); /* the next kettle warns afresh */
    pack_expect(&pack, 2, 1, 1, 0, WARN);
}

/* BAT-4, BAT-9: lost above 3750 mV, clears below 3600 mV, at -1, 0 and +1 mV of both, at the second sample. */
static void test_over_voltage(void **state)
{
    struct test_pack pack;

    (void)state;
    for (int16_t peak_mv = 3740; peak_mv <= 3760; peak_mv++) {
        for (int16_t back_mv = 3590; back_mv <= 3610; back_mv++) {
            const bool lost = peak_mv > 3750;
            const bool stays = lost && back_mv >= 3600;

            pack_init(&pack, NULL, 4, 1);
            pack_expect(&pack, 1, 1, 1, 1, 0);
            pack.cell_mv[0] = peak_mv;
            pack_expect(&pack, 2, !lost, 1, 1, lost ? OVER : 0);
            pack.cell_mv[0] = back_mv;
            pack_expect(&pack, 2, !stays, 1, 1, stays ? OVER : 0);
            pack.cell_mv[0] = 3599;
            pack_expect(&pack, 2, 1, 1, 1, 0);
        }
    }
}

/* BAT-1, BAT-2, BAT-3, BAT-4, BAT-6: each of 160 positions in turn is heard, in packs of each size up to 160, and is
 * the last that a signal's return waits for; the place after the last is not read. */
static void test_every_cell_position(void **state)
{
    struct test_pack pack;

    (void)state;
    for (uint8_t count = 1; count <= READINGS_MAX; count = (uint8_t)(count + (count < 9 ? 1 : 17))) {
        for (uint8_t at = 0; at < count; at++) {
            pack_init(&pack, NULL, count, 1);
            if (count < READINGS_MAX) {
                pack.cell_mv[count] = 0;
            }
            pack_expect(&pack, 1, 1, 1, 1, 0);
            pack.cell_mv[at] = 3099;
            pack_expect(&pack, 2, 1, 1, 0, WARN);
            pack.cell_mv[at] = 2799;
            pack_expect(&pack, 2, 1, 0, 0, UNDER | WARN);
            pack.cell_mv[at] = 3199;
            pack_expect(&pack, 9, 1, 0, 0, UNDER | WARN);
            pack.cell_mv[at] = 3200;
            pack_expect(&pack, 2, 1, 1, 1, 0);
            pack.cell_mv[at] = 3751;
            pack_expect(&pack, 2, 0, 1, 1, OVER);
            pack.cell_mv[at] = 3600;
            pack_expect(&pack, 9, 0, 1, 1, OVER);
            pack.cell_mv[at] = 3599;
            pack_expect(&pack, 2, 1, 1, 1, 0);
            pack.cell_mv[at] = SBMS_READING_MISSING;
            pack_expect(&pack, 3, 0, 0, 0, CELL);
            pack.cell_mv[at] = 3101;
            pack_expect(&pack, 5, 1, 1, 1, 0);
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
    pack_expect(&pack, 1, 0, 0, 0, UNDER | WARN | OVER);
    pack.cell_mv[6] = 3500;
    pack_expect(&pack, 2, 1, 0, 0, UNDER | WARN);
    pack.cell_mv[6] = 3751;
    pack.cell_mv[1] = 3200;
    pack_expect(&pack, 2, 0, 1, 1, OVER);
}

/* BAT-9: it is the battery's extremes that are in a row, not one cell's. */
static void test_extremes_are_the_battery_s(void **state)
{
    struct test_pack pack;

    (void)state;
    pack_init(&pack, NULL, 4, 2);
    pack_expect(&pack, 1, 1, 1, 1, 0);
    pack.cell_mv[0] = 2700;
    pack.temp_dc[0] = 600;
    pack_expect(&pack, 1, 1, 1, 1, 0);
    pack_fill(&pack, HEALTHY_MV, HEALTHY_DC);
    pack.cell_mv[3] = 2700;
    pack.temp_dc[1] = 600;
    pack_expect(&pack, 1, 0, 0, 0, UNDER | WARN | HOT);
}

/* BAT-9: the first sample counts as often as any rule asks, but only once: one sample later it takes two again. */
static void test_first_sample(void **state)
{
    static const struct {
        int16_t cell_mv;
        int16_t temp_dc;
        int causes;
    } cases[] = {
        {2799, 250, UNDER | WARN},
        {2800, 250, WARN},
        {3099, 250, WARN},
        {3100, 250, 0},
        {3185, 250, 0},
        {3750, 250, 0},
        {3751, 250, OVER},
        {3300, 49, COLD},
        {3300, 50, 0},
        {3300, 500, 0},
        {3300, 501, HOT},
        {499, 250, CELL},
        {5001, 250, CELL},
        {SBMS_READING_MISSING, 250, CELL},
        {3300, -401, TEMP},
        {3300, 1001, TEMP},
        {3300, SBMS_READING_MISSING, TEMP},
    };
    struct test_pack pack;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const int causes = cases[i].causes;

        pack_init(&pack, NULL, 4, 1);
        pack.cell_mv[3] = cases[i].cell_mv;
        pack.temp_dc[0] = cases[i].temp_dc;
        pack_expect(&pack, 1, (causes & (OVER | HOT | COLD | CELL | TEMP)) == 0,
                    (causes & (UNDER | CELL)) == 0, (causes & (UNDER | CELL | WARN)) == 0, causes);
        if (causes == 0) {
            pack.cell_mv[3] = 2799;
            pack.temp_dc[0] = SBMS_READING_MISSING;
            pack_expect(&pack, 1, 1, 1, 1, 0);
            pack_expect(&pack, 1, 1, 0, 0, UNDER | WARN);
            pack_expect(&pack, 1, 0, 0, 0, UNDER | WARN | TEMP);
        }
    }
}

/* ---- temperatures ------------------------------------------------------------------------------- */

/* BAT-5, BAT-9: lost above 50.0 degC, clears at 48.0, at -1, 0 and +1 tenth, at the second sample. */
static void test_high_temperature(void **state)
{
    struct test_pack pack;

    (void)state;
    for (int16_t peak_dc = 495; peak_dc <= 505; peak_dc++) {
        for (int16_t back_dc = 475; back_dc <= 485; back_dc++) {
            const bool lost = peak_dc > 500;
            const bool stays = lost && back_dc > 480;

            pack_init(&pack, NULL, 4, 2);
            pack_expect(&pack, 1, 1, 1, 1, 0);
            pack.temp_dc[1] = peak_dc;
            pack_expect(&pack, 2, !lost, 1, 1, lost ? HOT : 0);
            pack.temp_dc[1] = back_dc;
            pack_expect(&pack, 2, !stays, 1, 1, stays ? HOT : 0);
        }
    }
}

/* BAT-5, BAT-9: every low-temperature setting at -1, 0 and +1 tenth, below zero and above; clears 2.0 degC above. */
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
                const bool stays = lost && back_dc < 20;

                pack_init(&pack, &settings, 4, 2);
                pack_expect(&pack, 1, 1, 1, 1, 0);
                pack.temp_dc[0] = (int16_t)(setting_dc + off_dc);
                pack_expect(&pack, 2, !lost, 1, 1, lost ? COLD : 0);
                pack.temp_dc[0] = (int16_t)(setting_dc + back_dc);
                pack_expect(&pack, 2, !stays, 1, 1, stays ? COLD : 0);
            }
        }
    }
}

/* BAT-5, BAT-6: each of 160 temperature positions in turn. */
static void test_every_temperature_position(void **state)
{
    struct test_pack pack;

    (void)state;
    for (uint8_t count = 1; count <= READINGS_MAX; count = (uint8_t)(count + (count < 9 ? 1 : 17))) {
        for (uint8_t at = 0; at < count; at++) {
            pack_init(&pack, NULL, 1, count);
            if (count < READINGS_MAX) {
                pack.temp_dc[count] = 900;
            }
            pack_expect(&pack, 1, 1, 1, 1, 0);
            pack.temp_dc[at] = 501;
            pack_expect(&pack, 2, 0, 1, 1, HOT);
            pack.temp_dc[at] = 480;
            pack_expect(&pack, 2, 1, 1, 1, 0);
            pack.temp_dc[at] = 49;
            pack_expect(&pack, 2, 0, 1, 1, COLD);
            pack.temp_dc[at] = 70;
            pack_expect(&pack, 2, 1, 1, 1, 0);
            pack.temp_dc[at] = SBMS_READING_MISSING;
            pack_expect(&pack, 3, 0, 1, 1, TEMP);
            pack.temp_dc[at] = 50;
            pack_expect(&pack, 5, 1, 1, 1, 0);
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
    pack_expect(&pack, 1, 0, 1, 1, HOT | COLD);
    pack.temp_dc[1] = 480;
    pack_expect(&pack, 2, 0, 1, 1, COLD);
    pack.temp_dc[0] = 70;
    pack_expect(&pack, 2, 1, 1, 1, 0);
}

/* ---- readings that fail -------------------------------------------------------------------------- */

/* BAT-6, BAT-9: each value that a reading can have: what is outside its range passes no limit and takes its signals at
 * the third sample in a row; what is inside counts. */
static void test_plausible(void **state)
{
    struct test_pack pack;

    (void)state;
    for (int mv = INT16_MIN; mv <= INT16_MAX; mv++) {
        const bool good = mv >= 500 && mv <= 5000;
        const int held = (mv < 2800 ? UNDER : 0) | (mv < 3100 ? WARN : 0) | (mv > 3750 ? OVER : 0);

        pack_init(&pack, NULL, 4, 1);
        pack_expect(&pack, 1, 1, 1, 1, 0);
        pack.cell_mv[3] = (int16_t)mv;
        if (good) {
            pack_expect(&pack, 2, mv <= 3750, mv >= 2800, mv >= 3100, held);
        } else {
            pack_expect(&pack, 3, 0, 0, 0, CELL);
        }
    }
    for (int dc = INT16_MIN; dc <= INT16_MAX; dc++) {
        const bool good = dc >= -400 && dc <= 1000;
        const int held = (dc < 50 ? COLD : 0) | (dc > 500 ? HOT : 0);

        pack_init(&pack, NULL, 4, 3);
        pack_expect(&pack, 1, 1, 1, 1, 0);
        pack.temp_dc[2] = (int16_t)dc;
        if (good) {
            pack_expect(&pack, 2, held == 0, 1, 1, held);
        } else {
            pack_expect(&pack, 3, 0, 1, 1, TEMP);
        }
    }
}

/* BAT-6, BAT-9: cells at 3.185 V and one wild reading, or two that are not there: nothing. */
static void test_wild_reading(void **state)
{
    static const int16_t wild_mv[] = {0, 499, 500, 2000, 2799, 3751, 5000, 5001, SBMS_READING_MISSING};
    static const int16_t wild_dc[] = {-450, -401, -400, 49, 501, 1000, 1001, SBMS_READING_MISSING};
    struct test_pack pack;

    (void)state;
    pack_init(&pack, NULL, 4, 2);
    pack_fill(&pack, 3185, 250);
    pack_expect(&pack, 1, 1, 1, 1, 0);
    for (size_t i = 0; i < 1000; i++) {
        pack.cell_mv[i % 4] = wild_mv[i % 9];
        pack.temp_dc[i % 2] = wild_dc[i % 8];
        pack_expect(&pack, 1, 1, 1, 1, 0);
        pack_fill(&pack, 3185, 250);
        pack_expect(&pack, 1, 1, 1, 1, 0);
        pack.cell_mv[i % 4] = SBMS_READING_MISSING;
        pack.temp_dc[i % 2] = SBMS_READING_MISSING;
        pack_expect(&pack, 2, 1, 1, 1, 0);
        pack_fill(&pack, 3185, 250);
        pack_expect(&pack, 1, 1, 1, 1, 0);
    }
}

/* BAT-6: a value that stands advances no count towards a loss, and does not end it. */
static void test_standing_value_and_loss(void **state)
{
    struct test_pack pack;

    (void)state;
    for (int missing = 0; missing <= 2; missing++) {
        pack_init(&pack, NULL, 4, 1);
        pack_expect(&pack, 1, 1, 1, 1, 0);
        pack.cell_mv[0] = 2799;
        pack_expect(&pack, 1, 1, 1, 1, 0);
        pack.cell_mv[0] = SBMS_READING_MISSING;
        for (int i = 0; i < missing; i++) {
            pack_expect(&pack, 1, 1, 1, 1, 0);
        }
        pack.cell_mv[0] = 2799;
        pack_expect(&pack, 1, 1, 0, 0, UNDER | WARN);
        pack_init(&pack, NULL, 4, 1);
        pack_expect(&pack, 1, 1, 1, 1, 0);
        pack.temp_dc[0] = 501;
        pack_expect(&pack, 1, 1, 1, 1, 0);
        pack.temp_dc[0] = -401;
        for (int i = 0; i < missing; i++) {
            pack_expect(&pack, 1, 1, 1, 1, 0);
        }
        pack.temp_dc[0] = 501;
        pack_expect(&pack, 1, 0, 1, 1, HOT);
    }
    for (int is_low = 0; is_low < 2;
         is_low++) { /* one well again; that another stands at the limit holds nothing */
        pack_init(&pack, NULL, 4, 1);
        pack_expect(&pack, 1, 1, 1, 1, 0);
        pack.cell_mv[0] = is_low ? 3099 : 3751;
        pack.cell_mv[1] = is_low ? 3100 : 3750;
        pack_expect(&pack, 1, 1, 1, 1, 0);
        pack.cell_mv[0] = 3300;
        pack.cell_mv[1] = SBMS_READING_MISSING;
        pack_expect(&pack, 1, 1, 1, 1, 0);
        pack.cell_mv[0] = is_low ? 3099 : 3751;
        pack_expect(&pack, 1, 1, 1, 1, 0);
        pack.cell_mv[1] = 3300;
        pack_expect(&pack, 1, is_low, 1, !is_low, is_low ? WARN : OVER);
    }
}

/* BAT-6: a failed reading takes nothing out of the others' minimum and maximum. */
static void test_failure_hides_no_other(void **state)
{
    struct test_pack pack;

    (void)state;
    for (uint8_t at = 1; at < 4; at++) {
        pack_init(&pack, NULL, 4, 2);
        pack_expect(&pack, 1, 1, 1, 1, 0);
        pack.cell_mv[0] = 2799;
        pack.cell_mv[at] = 0;
        pack.temp_dc[1] = 501;
        pack.temp_dc[0] = -401;
        pack_expect(&pack, 2, 0, 0, 0, UNDER | WARN | HOT);
        pack_expect(&pack, 1, 0, 0, 0, UNDER | WARN | HOT | CELL | TEMP);
        pack_init(&pack, NULL, 4, 1);
        pack.cell_mv[at] = SBMS_READING_MISSING;
        pack_expect(&pack, 1, 0, 0, 0, CELL);
        pack.cell_mv[0] = 3751;
        pack_expect(&pack, 2, 0, 0, 0, CELL | OVER);
    }
}

/* BAT-6: any value that stands, of whatever kind, ends every count towards a return. */
static void test_standing_value_and_return(void **state)
{
    struct test_pack pack;

    (void)state;
    for (int of_cell = 0; of_cell < 2; of_cell++) {
        int16_t *reading = of_cell ? &pack.cell_mv[3] : &pack.temp_dc[1];

        pack_init(&pack, NULL, 4, 2);
        pack.cell_mv[0] = 2700;
        pack.cell_mv[1] = 3800;
        pack.temp_dc[0] = 600;
        pack_expect(&pack, 1, 0, 0, 0, UNDER | WARN | OVER | HOT);
        for (int i = 0; i < 10; i++) {
            pack_fill(&pack, 3300, 250);
            pack_expect(&pack, 1, 0, 0, 0, UNDER | WARN | OVER | HOT);
            *reading = SBMS_READING_MISSING;
            pack_expect(&pack, 1 + i % 2, 0, 0, 0, UNDER | WARN | OVER | HOT);
        }
        pack_fill(&pack, 3300, 250);
        pack_expect(&pack, 2, 1, 1, 1, 0);
        pack.cell_mv[0] = 3099;
        pack_expect(&pack, 2, 1, 1, 0, WARN);
        pack.cell_mv[0] = 3150;
        pack_expect(&pack, 4, 1, 1, 0, WARN);
        *reading = SBMS_READING_MISSING;
        pack_expect(&pack, 1, 1, 1, 0, WARN);
        pack_fill(&pack, 3150, 250);
        pack_expect(&pack, 5, 1, 1, 1, 0);
    }
}

/* BAT-6: a broken thermistor at 80 % charge takes Charger's signal alone, for as long as it lasts; it does not keep
 * ATD from its return by 3.20 V. A dead cell does: what is not known is not at 3.20 V. */
static void test_dead_reading_and_return(void **state)
{
    struct test_pack pack;

    (void)state;
    pack_init(&pack, NULL, 4, 2);
    pack_expect(&pack, 1, 1, 1, 1, 0);
    pack.temp_dc[0] = SBMS_READING_MISSING;
    pack_expect(&pack, 3, 0, 1, 1, TEMP);
    pack_expect(&pack, 10000, 0, 1, 1, TEMP);
    pack.cell_mv[0] = 2799;
    pack_expect(&pack, 2, 0, 0, 0, TEMP | UNDER | WARN);
    pack.cell_mv[0] = 3200;
    pack_expect(&pack, 2, 0, 1, 1, TEMP);
    pack.temp_dc[1] = 501;
    pack_expect(&pack, 2, 0, 1, 1, TEMP | HOT);
    pack.temp_dc[1] = 250; /* the other may have been the hot one */
    pack_expect(&pack, 100, 0, 1, 1, TEMP | HOT);
    pack.temp_dc[0] = 481;
    pack_expect(&pack, 5, 0, 1, 1, HOT);
    pack.temp_dc[0] = 480;
    pack_expect(&pack, 2, 1, 1, 1, 0);
    pack.cell_mv[0] = 2799;
    pack_expect(&pack, 2, 1, 0, 0, UNDER | WARN);
    pack.cell_mv[0] = 3300;
    pack.cell_mv[1] = SBMS_READING_MISSING;
    pack_expect(&pack, 3, 0, 0, 0, CELL | UNDER | WARN);
    pack_expect(&pack, 100, 0, 0, 0, CELL | UNDER | WARN);
}

/* BAT-6: the sensor is back, cells at 3.185 V: everything returns at the fifth sample in a row with all readings good;
 * what a limit holds stays, and the sensor is no longer among its causes. */
static void test_sensor_is_back(void **state)
{
    struct test_pack pack;

    (void)state;
    pack_init(&pack, NULL, 4, 1);
    pack_fill(&pack, 3185, 250);
    pack_expect(&pack, 1, 1, 1, 1, 0);
    for (int i = 0; i < 20; i++) {
        pack.cell_mv[i % 4] = i % 2 == 0 ? SBMS_READING_MISSING : 0;
        pack_expect(&pack, 3, 0, 0, 0, CELL);
        pack_fill(&pack, 3185, 250);
        pack_expect(&pack, 4, 0, 0, 0, CELL);
        pack.temp_dc[0] = SBMS_READING_MISSING; /* another one, once: five anew */
        pack_expect(&pack, 1, 0, 0, 0, CELL);
        pack_fill(&pack, 3185, 250);
        pack_expect(&pack, 5, 1, 1, 1, 0);
    }
    pack.cell_mv[0] = SBMS_READING_MISSING;
    pack_expect(&pack, 3, 0, 0, 0, CELL);
    pack.cell_mv[1] = 2799;
    pack_expect(&pack, 2, 0, 0, 0, CELL | UNDER | WARN);
    pack_fill(&pack, 3185, 250);
    pack_expect(&pack, 5, 1, 0, 0, UNDER | WARN);
    pack_fill(&pack, 3200, 250);
    pack_expect(&pack, 2, 1, 1, 1, 0);
}

/* BAT-3, BAT-6: no-pre-alarm that its own limit holds too: not while ATD is lost, with it at the earliest, and then by
 * the 50 mV alone. */
static void test_warned_battery_with_dead_cell(void **state)
{
    struct test_pack pack;

    (void)state;
    for (int back_mv = 3149; back_mv <= 3150; back_mv++) {
        pack_init(&pack, NULL, 4, 1);
        pack_expect(&pack, 1, 1, 1, 1, 0);
        pack.cell_mv[0] = 3099;
        pack_expect(&pack, 2, 1, 1, 0, WARN);
        pack.cell_mv[1] = SBMS_READING_MISSING;
        pack_expect(&pack, 3, 0, 0, 0, WARN | CELL);
        pack_fill(&pack, back_mv, 250);
        pack_expect(&pack, 5, 1, 1, back_mv == 3150, back_mv == 3150 ? 0 : WARN);
    }
    pack_init(&pack, NULL, 4, 1); /* a dead thermistor keeps a dead cell's ATD: all readings must be good */
    pack.cell_mv[0] = SBMS_READING_MISSING;
    pack.temp_dc[0] = SBMS_READING_MISSING;
    pack_expect(&pack, 1, 0, 0, 0, CELL | TEMP);
    pack.cell_mv[0] = 3099;
    pack_expect(&pack, 2, 0, 0, 0, CELL | TEMP | WARN);
    pack.cell_mv[0] = 3160;
    pack_expect(&pack, 100, 0, 0, 0, CELL | TEMP | WARN);
    pack.temp_dc[0] = 250;
    pack_expect(&pack, 5, 1, 1, 1, 0);
}

/* BAT-6: three in a row are one reading's own: others that fail in between do not add up, and one good reading starts
 * it anew. */
static void test_failures_are_each_reading_s(void **state)
{
    struct test_pack pack;

    (void)state;
    pack_init(&pack, NULL, 4, 2);
    pack_expect(&pack, 1, 1, 1, 1, 0);
    for (int i = 0; i < 1000; i++) {
        pack_fill(&pack, HEALTHY_MV, HEALTHY_DC);
        pack.cell_mv[i % 4] = 0;
        pack.cell_mv[(i + 1) % 4] = SBMS_READING_MISSING; /* each one fails twice and is good twice */
        pack.temp_dc[i / 2 % 2] = 1001;
        pack_expect(&pack, 1, 1, 1, 1, 0);
    }
}

/* BAT-6: a conversion counter that stands still is a frozen sensor, at each of its values and across its wrap; one that
 * moves, by whatever step, is not. All readings of such a sample fail, cells and temperatures. */
static void test_frozen(void **state)
{
    struct test_pack pack;

    (void)state;
    pack_init(&pack, NULL, 4, 1);
    pack_expect(&pack, 1, 1, 1, 1, 0);
    for (uint32_t i = 0; i < 1000; i++) {
        pack.frozen = true;
        pack_expect(&pack, 2, 1, 1, 1, 0);
        if (i % 2 == 0) {
            pack_expect(&pack, 1, 0, 0, 0, CELL | TEMP);
            pack_expect(&pack, 10, 0, 0, 0, CELL | TEMP);
        }
        pack.frozen = false;
        pack_expect(&pack, i % 2 == 0 ? 5 : 1, 1, 1, 1, 0);
        pack.conversion = (uint8_t)(pack.conversion + 2u + i % 253u);
        pack_expect(&pack, 1, 1, 1, 1, 0);
    }
    pack.frozen = true; /* what it shows meanwhile is not believed */
    pack.cell_mv[0] = 2500;
    pack.temp_dc[0] = 700;
    pack_expect(&pack, 3, 0, 0, 0, CELL | TEMP);
    pack_init(&pack, NULL, 0, 1);
    pack_expect(&pack, 1, 1, 1, 1, 0);
    pack.frozen = true;
    pack_expect(&pack, 3, 0, 1, 1, TEMP);
}

/* BAT-9: frozen before the first sample: a counter at 0 has not converted yet. One at any other value has. */
static void test_frozen_from_the_start(void **state)
{
    struct test_pack pack;

    (void)state;
    pack_init(&pack, NULL, 4, 1);
    pack.frozen = true;
    pack_expect(&pack, 1, 0, 0, 0, CELL | TEMP);
    pack.frozen = false;
    pack_expect(&pack, 5, 1, 1, 1, 0);
    for (uint32_t first = 1; first < 256; first++) {
        pack_init(&pack, NULL, 4, 1);
        pack.conversion = (uint8_t)(first - 1);
        pack_expect(&pack, 1, 1, 1, 1, 0);
    }
}

/* BAT-6: without cells or without temperatures nothing is missing. */
static void test_no_readings(void **state)
{
    const struct sbms_battery_sample none = {.cell_mv = NULL, .temp_dc = NULL};
    struct sbms_battery_reading unused;
    struct sbms_battery battery;
    struct test_pack pack;
    struct sbms_signals signals;

    (void)state;
    assert_int_equal(sbms_battery_init(&battery, NULL), SBMS_BATTERY_OK);
    for (int i = 0; i < 10; i++) {
        signals = sbms_battery_step(&battery, &unused, &none);
        assert_true(signals.atc && signals.atd && signals.no_prealarm);
    }
    pack_init(&pack, NULL, 4, 0);
    pack.cell_mv[3] = 2799;
    pack_expect(&pack, 1, 1, 0, 0, UNDER | WARN);
    pack_init(&pack, NULL, 0, 1);
    pack.temp_dc[0] = 501;
    pack_expect(&pack, 1, 0, 1, 1, HOT);
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

enum { WALK_SAMPLES = 120, WALK_CELLS = 8, WALK_TEMPS = 3 };

/* All samples so far, and which limits and failures hold a signal; everything else is found by looking back. */
struct reference {
    const struct test_pack *pack;
    int count; /* samples so far */
    int16_t mv[WALK_SAMPLES][WALK_CELLS];
    int16_t dc[WALK_SAMPLES][WALK_TEMPS];
    bool frozen[WALK_SAMPLES];
    bool under, warned, over, hot, cold, cell_failed, temp_failed;
};

/* One limit, as the rules write it. */
struct reference_limit {
    bool of_cells;
    bool
        is_low; /* lost below `limit`, returned at `back` or more; otherwise lost above, returned at or below */
    int limit;
    int back;
};

static int reference_readings(const struct reference *is, bool of_cells)
{
    return of_cells ? is->pack->cell_count : is->pack->temp_count;
}

static int reference_raw(const struct reference *is, int sample, bool of_cells, int i)
{
    return of_cells ? is->mv[sample][i] : is->dc[sample][i];
}

/* BAT-6 */
static bool reference_failed(const struct reference *is, int sample, bool of_cells, int i)
{
    const int raw = reference_raw(is, sample, of_cells, i);

    return is->frozen[sample] || (of_cells ? raw < 500 || raw > 5000 : raw < -400 || raw > 1000);
}

/* How many failures in a row there are at that sample; one in the first sample is three (BAT-9). */
static int reference_run(const struct reference *is, int sample, bool of_cells, int i)
{
    int run = 0;

    while (sample >= 0 && reference_failed(is, sample, of_cells, i)) {
        run += sample == 0 ? 3 : 1;
        sample--;
    }
    return run;
}

static bool reference_beyond(const struct reference_limit *limit, int value)
{
    return limit->is_low ? value < limit->limit : value > limit->limit;
}

/* Whether a reading that is good at that sample passes the limit. */
static bool reference_passes(const struct reference *is, int sample, const struct reference_limit *limit)
{
    for (int i = 0; i < reference_readings(is, limit->of_cells); i++) {
        if (!reference_failed(is, sample, limit->of_cells, i) &&
            reference_beyond(limit, reference_raw(is, sample, limit->of_cells, i))) {
            return true;
        }
    }
    return false;
}

/* Whether a last good value that stands at that sample is beyond the limit. */
static bool reference_stands_beyond(const struct reference *is, int sample,
                                    const struct reference_limit *limit)
{
    for (int i = 0; i < reference_readings(is, limit->of_cells); i++) {
        const int run = reference_run(is, sample, limit->of_cells, i);

        if ((run == 1 || run == 2) &&
            reference_beyond(limit, reference_raw(is, sample - run, limit->of_cells, i))) {
            return true;
        }
    }
    return false;
}

/* Whether the newest sample is the second in a row that passes the limit, or the first of all. */
static bool reference_is_lost(const struct reference *is, const struct reference_limit *limit)
{
    const int now = is->count - 1;
    int before = now - 1;

    if (!reference_passes(is, now, limit)) {
        return false;
    }
    while (before > 0 && !reference_passes(is, before, limit) && reference_stands_beyond(is, before, limit)) {
        before--;
    }
    return now == 0 || reference_passes(is, before, limit);
}

/* Whether all readings of that kind have `failures_max` failures in a row at most. */
static bool reference_all(const struct reference *is, int sample, bool of_cells, int failures_max)
{
    for (int i = 0; i < reference_readings(is, of_cells); i++) {
        if (reference_run(is, sample, of_cells, i) > failures_max) {
            return false;
        }
    }
    return true;
}

static bool reference_any_stands(const struct reference *is, int sample)
{
    for (int kind = 0; kind < 2; kind++) {
        for (int i = 0; i < reference_readings(is, kind == 0); i++) {
            const int run = reference_run(is, sample, kind == 0, i);

            if (run == 1 || run == 2) {
                return true;
            }
        }
    }
    return false;
}

/* Whether the newest `samples` all satisfy a return. */
static bool reference_is_back(const struct reference *is, const struct reference_limit *limit, int samples)
{
    for (int sample = is->count - samples; sample < is->count; sample++) {
        if (sample < 0 || reference_any_stands(is, sample) ||
            !reference_all(is, sample, limit->of_cells, 0)) {
            return false;
        }
        for (int i = 0; i < reference_readings(is, limit->of_cells); i++) {
            const int value = reference_raw(is, sample, limit->of_cells, i);

            if (limit->is_low ? value < limit->back : value > limit->back) {
                return false;
            }
        }
    }
    return true;
}

static void reference_hold(const struct reference *is, bool *held, struct reference_limit limit)
{
    if (reference_is_lost(is, &limit)) {
        *held = true;
    } else if (reference_is_back(is, &limit, 2)) {
        *held = false;
    }
}

static void reference_sensors(struct reference *is)
{
    bool all_good = is->count >= 5;

    for (int sample = is->count - 5; all_good && sample < is->count; sample++) {
        all_good = reference_all(is, sample, true, 0) && reference_all(is, sample, false, 0);
    }
    is->cell_failed = (is->cell_failed && !all_good) || !reference_all(is, is->count - 1, true, 2);
    is->temp_failed = (is->temp_failed && !all_good) || !reference_all(is, is->count - 1, false, 2);
}

static struct sbms_signals reference_step(struct reference *is)
{
    const struct sbms_battery_settings *set = &is->pack->battery.settings;
    const struct reference_limit warning = {true, true, set->pre_alarm_mv, set->pre_alarm_mv + 50};
    const bool was_under = is->under;

    memcpy(is->mv[is->count], is->pack->cell_mv, sizeof is->mv[0]);
    memcpy(is->dc[is->count], is->pack->temp_dc, sizeof is->dc[0]);
    is->frozen[is->count] = is->pack->frozen;
    is->count++;
    reference_hold(is, &is->under, (struct reference_limit){true, true, set->under_voltage_mv, 3200});
    reference_hold(is, &is->over, (struct reference_limit){true, false, 3750, 3599});
    reference_hold(is, &is->hot, (struct reference_limit){false, false, 500, 480});
    reference_hold(is, &is->cold,
                   (struct reference_limit){false, true, set->low_temp_dc, set->low_temp_dc + 20});
    reference_sensors(is);
    if (reference_is_lost(is, &warning)) {
        is->warned = true;
    } else if ((was_under && !is->under) ||
               (!is->under && !is->cell_failed && reference_is_back(is, &warning, 5))) {
        is->warned = false;
    }
    return (struct sbms_signals){
        .atc = !(is->over || is->hot || is->cold || is->cell_failed || is->temp_failed),
        .atd = !(is->under || is->cell_failed),
        .no_prealarm = !set->has_pre_alarm || !(is->warned || is->under || is->cell_failed),
    };
}

static int reference_causes(const struct reference *is)
{
    return (is->under ? UNDER : 0) | (is->warned && is->pack->battery.settings.has_pre_alarm ? WARN : 0) |
           (is->over ? OVER : 0) | (is->hot ? HOT : 0) | (is->cold ? COLD : 0) |
           (is->cell_failed ? CELL : 0) | (is->temp_failed ? TEMP : 0);
}

static int16_t random_reading(struct test_random *random, const int16_t *edges, uint32_t count,
                              int16_t healthy)
{
    if (random_chance(random, 8)) {
        return SBMS_READING_MISSING;
    }
    if (random_chance(random, 3)) {
        return healthy;
    }
    return (int16_t)(edges[random_below(random, count)] + random_between(random, -1, 1));
}

/* Moves some readings; most samples leave them, so that counts come to their ends. */
static void random_walk(struct test_random *random, struct test_pack *pack)
{
    const int16_t pre_alarm_mv = pack->battery.settings.pre_alarm_mv;
    const int16_t low_dc = pack->battery.settings.low_temp_dc;
    const int16_t mv_edges[] = {pack->battery.settings.under_voltage_mv,
                                pre_alarm_mv,
                                (int16_t)(pre_alarm_mv + 50),
                                3200,
                                3600,
                                3750,
                                500,
                                5000};
    const int16_t dc_edges[] = {low_dc, (int16_t)(low_dc + 20), 480, 500, -400, 1000};

    pack->frozen = random_chance(random, pack->frozen ? 2 : 25);
    if (random_chance(random, 3)) {
        return;
    }
    if (random_chance(random, 5)) { /* all is well again, or nearly */
        pack_fill(pack, random_chance(random, 2) ? HEALTHY_MV : pre_alarm_mv + random_between(random, 0, 60),
                  HEALTHY_DC);
    } else if (random_chance(random, 2)) {
        pack->cell_mv[random_below(random, pack->cell_count)] =
            random_reading(random, mv_edges, random_chance(random, 4) ? 8 : 6, HEALTHY_MV);
    } else if (random_chance(random, 2)) {
        pack->temp_dc[random_below(random, pack->temp_count)] =
            random_reading(random, dc_edges, random_chance(random, 4) ? 6 : 4, HEALTHY_DC);
    }
}

static void run_battery(uint64_t seed)
{
    static struct reference reference; /* too large for the stack of every machine */
    struct test_random random = {.state = seed};
    struct sbms_battery_settings settings = {
        .under_voltage_mv = (int16_t)random_between(&random, 2600, 2800),
        .pre_alarm_mv = (int16_t)random_between(&random, 2850, 3150),
        .low_temp_dc = (int16_t)random_between(&random, -200, 200),
        .has_pre_alarm = !random_chance(&random, 8),
    };
    struct test_pack pack;

    pack_init(&pack, &settings,
              (uint8_t)random_between(&random, 1, random_chance(&random, 2) ? 2 : WALK_CELLS),
              (uint8_t)random_between(&random, 1, WALK_TEMPS));
    memset(&reference, 0, sizeof reference);
    reference.pack = &pack;
    while (reference.count < WALK_SAMPLES) {
        struct sbms_signals want;

        random_walk(&random, &pack);
        want = reference_step(&reference);
        pack_sample(&pack);
        if (pack.signals.atc != want.atc || pack.signals.atd != want.atd ||
            pack.signals.no_prealarm != want.no_prealarm ||
            pack.battery.causes != reference_causes(&reference)) {
            print_error("seed %" PRIu64
                        " sample %d: atc %d atd %d no_prealarm %d causes 0x%x, not %d %d %d 0x%x\n",
                        seed, reference.count, pack.signals.atc, pack.signals.atd, pack.signals.no_prealarm,
                        pack.battery.causes, want.atc, want.atd, want.no_prealarm,
                        (unsigned)reference_causes(&reference));
            print_error("replay: SEED=%" PRIu64 " RUNS=1 test_battery\n", seed);
            fail();
        }
    }
}

/* BAT-1, BAT-2, BAT-3, BAT-4, BAT-5, BAT-6, BAT-9 in random order, against the rules written a second time.
 * Each run has its seed. */
static void test_random_walks(void **state)
{
    (void)state;
    for (uint64_t i = 0; i < environment_runs(20000); i++) {
        run_battery(environment_seed(1) + i);
    }
}

/* ---- a chain of batteries --------------------------------------------------------------------------- */

/* BAT-8: any part of a chain that loses a signal opens it for all, and no other signal. */
static void test_chain_of_two(void **state)
{
    (void)state;
    for (uint8_t both = 0; both < 64; both++) {
        const struct sbms_signals a = {(both & 1u) != 0, (both & 2u) != 0, (both & 4u) != 0};
        const struct sbms_signals b = {(both & 8u) != 0, (both & 16u) != 0, (both & 32u) != 0};
        const struct sbms_signals all = sbms_signals_join(a, b);

        assert_int_equal(all.atc, (both & 9u) == 9u);
        assert_int_equal(all.atd, (both & 18u) == 18u);
        assert_int_equal(all.no_prealarm, (both & 36u) == 36u);
    }
}

/* ---- standing still ------------------------------------------------------------------------------- */

/* Once a sample has moved nothing, no number of samples of the same readings does. */
static void test_settles(void **state)
{
    (void)state;
    for (uint64_t i = 0; i < environment_runs(2000); i++) {
        struct test_random random = {.state = environment_seed(1) + i};
        struct test_pack pack;

        pack_init(&pack, NULL, (uint8_t)random_between(&random, 1, WALK_CELLS),
                  (uint8_t)random_between(&random, 1, WALK_TEMPS));
        pack_sample(&pack);
        assert_true(pack.battery.moved);
        for (int change = 0; change < 20; change++) {
            int samples = 0;
            struct sbms_battery settled;

            random_walk(&random, &pack);
            do {
                pack_sample(&pack);
                samples++;
            } while (pack.battery.moved);
            assert_true(samples <= 8); /* a thermistor fails for three, then five of the cells count */
            settled = pack.battery;
            for (int again = 0; again < 20; again++) {
                pack_sample(&pack);
                assert_false(pack.battery.moved);
                assert_int_equal(pack.battery.causes, settled.causes);
                assert_memory_equal(pack.battery.counts, settled.counts, sizeof settled.counts);
                assert_int_equal(pack.battery.good_samples, settled.good_samples);
            }
        }
    }
}

/* BAT-6, BAT-9: the first sample sets up its readings and no others, whatever the caller's memory held: one that has failed
 * there has failed at once. */
static void test_first_sample_sets_up_readings(void **state)
{
    (void)state;
    for (unsigned held = 0; held <= UINT8_MAX; held += 15u) {
        for (unsigned failed = 0; failed < 4u; failed++) {
            struct sbms_battery_reading before;
            struct test_pack pack;

            pack_init(&pack, NULL, 3, 1);
            memset(pack.readings, (int)held, sizeof pack.readings);
            before = pack.readings[4];
            (failed < 3u ? pack.cell_mv : pack.temp_dc)[failed % 3u] = SBMS_READING_MISSING;
            pack_expect(&pack, 1, false, failed == 3u, failed == 3u, failed < 3u ? CELL : TEMP);
            assert_int_equal(pack.readings[failed].failures, SBMS_READING_FAILURES);
            assert_memory_equal(&pack.readings[4], &before, sizeof before);
        }
    }
}

/* A sample says that it has moved when it counts a failure, ends such a count, or brings a signal back, and not after. */
static void test_moved(void **state)
{
    static const struct {
        bool is_missing;
        bool moves;
    } samples[] = {{false, false}, {true, true},  {false, true}, {false, false}, {true, true},
                   {true, true},   {true, true},  {true, false}, {true, false},  {false, true},
                   {false, true},  {false, true}, {false, true}, {false, true},  {false, false}};
    struct test_pack pack;

    (void)state;
    pack_init(&pack, NULL, 3, 1);
    pack_sample(&pack);
    assert_true(pack.battery.moved); /* the first one always */
    for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
        pack.cell_mv[1] = samples[i].is_missing ? SBMS_READING_MISSING : HEALTHY_MV;
        pack_sample(&pack);
        assert_int_equal(pack.battery.moved, samples[i].moves);
    }
    pack_init(&pack, NULL, 0, 0); /* it has nothing that could be counted */
    pack_sample(&pack);
    assert_true(pack.battery.moved);
    pack_sample(&pack);
    assert_false(pack.battery.moved);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_under_voltage),
        cmocka_unit_test(test_pre_alarm),
        cmocka_unit_test(test_returns_are_in_a_row),
        cmocka_unit_test(test_kettle),
        cmocka_unit_test(test_over_voltage),
        cmocka_unit_test(test_every_cell_position),
        cmocka_unit_test(test_low_and_high_together),
        cmocka_unit_test(test_extremes_are_the_battery_s),
        cmocka_unit_test(test_first_sample),
        cmocka_unit_test(test_high_temperature),
        cmocka_unit_test(test_low_temperature),
        cmocka_unit_test(test_every_temperature_position),
        cmocka_unit_test(test_hot_and_cold_together),
        cmocka_unit_test(test_plausible),
        cmocka_unit_test(test_wild_reading),
        cmocka_unit_test(test_standing_value_and_loss),
        cmocka_unit_test(test_failure_hides_no_other),
        cmocka_unit_test(test_standing_value_and_return),
        cmocka_unit_test(test_dead_reading_and_return),
        cmocka_unit_test(test_sensor_is_back),
        cmocka_unit_test(test_warned_battery_with_dead_cell),
        cmocka_unit_test(test_failures_are_each_reading_s),
        cmocka_unit_test(test_frozen),
        cmocka_unit_test(test_frozen_from_the_start),
        cmocka_unit_test(test_no_readings),
        cmocka_unit_test(test_settings),
        cmocka_unit_test(test_settings_order_and_period),
        cmocka_unit_test(test_chain_of_two),
        cmocka_unit_test(test_random_walks),
        cmocka_unit_test(test_settles),
        cmocka_unit_test(test_first_sample_sets_up_readings),
        cmocka_unit_test(test_moved),
    };

    return cmocka_run_group_tests_name("battery", tests, NULL, NULL);
}
