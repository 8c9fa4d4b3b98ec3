/* SPDX-License-Identifier: Apache-2.0 */
/* The law's state: counters that must not wrap, and states that no run can reach. RUNS says how many random ones, SEED from
 * which on. */
#include "core/control_internal.h"
#include "tests/control_bench.h"
#include "tests/reference_control.h"

/* ---- counters --------------------------------------------------------------------------------- */

/* SAFE-6: the tick counter across its wrap changes nothing: the same stimulus from ten places of it. */
static void test_tick_counter_wrap(void **state)
{
    static const uint32_t starts[] = {
        0, 254, 255, 65534, 65535, 1u << 24, (1u << 31) - 2u, 1u << 31, UINT32_MAX - 300u, UINT32_MAX};

    (void)state;
    for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++) {
        const struct sbms_control_settings settings = {
            .reconnect_delay_s = 2, .lockout_retries = 1, .lockout_clear_mv = 13000};
        struct test_random random = {.state = i};
        struct test_bench plain;
        struct test_bench shifted;

        bench_reset(&plain, &settings);
        bench_reset(&shifted, &settings);
        shifted.control.tick = starts[i];
        for (uint32_t hold = 0; hold < 200; hold++) {
            random_change(&random, &plain.inputs, STIMULUS_ALL, 13000);
            shifted.inputs = plain.inputs;
            for (uint32_t tick = random_hold_ticks(&random); tick > 0; tick--) {
                bench_step(&plain);
                bench_step(&shifted);
                assert_true(decisions_equal(&plain.decision, &shifted.decision));
                assert_int_equal(shifted.control.tick, (uint32_t)(plain.control.tick + starts[i]));
            }
        }
    }
}

/* SAFE-6: no timer wraps: days in each mode, then one more change is still right to the tick. */
static void test_days(void **state)
{
    const struct sbms_control_settings settings = {
        .reconnect_delay_s = 3600, .lockout_retries = 1, .lockout_clear_mv = 13000};
    const uint32_t days = 3u * 86400u * SBMS_TICKS_PER_S;
    struct test_bench bench;

    (void)state;
    bench_start(&bench, &settings);
    assert_int_equal(bench.control.tick, 8);
    bench_hold(&bench, days);
    bench.inputs.no_prealarm = false;
    assert_int_equal(bench_until_edge(&bench, 3), 2);
    bench_hold(&bench, days);
    bench.inputs.atd = false;
    assert_int_equal(bench_until_edge(&bench, 3), 2);
    bench_expect(&bench, 0, 0, 1, 0);
    bench_hold(&bench, days);
    bench.inputs.atc = false;
    assert_int_equal(bench_until_edge(&bench, 3), 2);
    bench_hold(&bench, 65536);
    bench.inputs.atc = bench.inputs.no_prealarm = true;
    assert_int_equal(bench_until_edge(&bench, 30), 8);
    bench_hold(&bench, 65536);
    bench.inputs.atd = true;
    assert_int_equal(bench_until_edge(&bench, 40000), 8 + 28800);
    bench_cut(&bench); /* the second: locked out, the delay long over */
    bench.inputs.atd = true;
    bench_hold(&bench, days);
    bench.inputs.vbat_mv = 13000;
    assert_int_equal(bench_until_edge(&bench, 1000), 240);
    bench_hold(&bench, days);
    bench.inputs.fault = 7;
    bench_step(&bench);
    for (uint32_t tick = 1; tick <= 360000u; tick++) { /* whole periods of 36 ticks */
        bench_step(&bench);
        bench_expect(&bench, 0, 0, 0, blink_is_lit(7, tick));
    }
}

/* ---- states that a run can reach ---------------------------------------------------------------- */

/* Some states of a run, one for each thing that the assertions on the state tell apart. */
enum place {
    PLACE_POWER_ON,
    PLACE_SECOND_SAMPLE, /* with the default settings */
    PLACE_NO_SUPPLY,     /* nothing can be measured, from power-on */
    PLACE_SEVEN_SAMPLES, /* one before the signals that are present decide */
    PLACE_START,         /* the remote is known, and no region has decided */
    PLACE_WELL,          /* all present, nothing remembered */
    PLACE_WARNED,        /* no-pre-alarm is lost at this tick */
    PLACE_ALARM,         /* ATD, too */
    PLACE_CALM,          /* both are back, the alarm goes on */
    PLACE_DELAY,         /* after a cut: LOAD-8's wait is over, LOAD-6's delay runs, ATD is present */
    PLACE_WAIT,          /* ... LOAD-8's wait still runs, too */
    PLACE_CUT,           /* after a cut: ATD absent, the wait runs */
    PLACE_STEPS,         /* no-pre-alarm is lost; each output is high and has steps to go back */
    PLACE_SHORT,         /* ... Charger and Pre-alarm are shorted, and tried again after a minute */
    PLACE_LOAD_SHORT,
    PLACE_TRY,   /* Charger was shorted, and is tried again */
    PLACE_OFF,   /* the remote, for long */
    PLACE_FAULT, /* one that floats everything */
    PLACE_BLIND, /* nothing can be measured */
    PLACE_COUNT
};

/* The ticks of a place's inputs, after a start or, before Load has decided, from power-on; then of healthy ones. */
static const uint16_t place_ticks[PLACE_COUNT][2] = {
    [PLACE_SECOND_SAMPLE] = {1, 0},
    [PLACE_NO_SUPPLY] = {20, 0},
    [PLACE_SEVEN_SAMPLES] = {7, 0},
    [PLACE_START] = {4, 0},
    [PLACE_WELL] = {20, 0},
    [PLACE_WARNED] = {2, 0},
    [PLACE_ALARM] = {20, 0},
    [PLACE_CALM] = {20, 20},
    [PLACE_DELAY] = {2 + CUT_TICKS, 260}, /* of 240 and 480 */
    [PLACE_WAIT] = {2 + CUT_TICKS, 100},
    [PLACE_CUT] = {2 + CUT_TICKS, 0},
    [PLACE_STEPS] = {20, 0},
    [PLACE_SHORT] = {20, 0},
    [PLACE_LOAD_SHORT] = {20, 0},
    [PLACE_TRY] = {4, 480 + 4}, /* of 8 that hold */
    [PLACE_OFF] = {20, 0},
    [PLACE_FAULT] = {20, 0},
    [PLACE_BLIND] = {20, 0},
};

static void bench_hold_steps(struct test_bench *bench, uint32_t ticks)
{
    for (uint32_t tick = 0; tick < ticks; tick++) {
        bench_step(bench);
    }
}

static void bench_go(struct test_bench *bench, enum place place)
{
    static const struct sbms_control_settings settings = {
        .reconnect_delay_s = 60, .lockout_retries = 2, .lockout_clear_mv = 13000};
    static const struct sbms_retained steps = {
        .load_step = 1, .charger_step = 1, .shorts = {{.step = 1}, {.step = 1}, {.step = 1}}};

    bench_reset(bench, place == PLACE_SECOND_SAMPLE ? NULL : &settings);
    assert_true(
        sbms_control_restore(&bench->control, place == PLACE_STEPS ? &steps : &bench->control.retained));
    if (place > PLACE_START) {
        assert_int_equal(bench_until_load(bench, 10), 8);
        bench->inputs.atd = place < PLACE_ALARM || place > PLACE_CUT;
        bench->inputs.no_prealarm = place < PLACE_WARNED || place > PLACE_SHORT;
        remote_set(&bench->inputs, place != PLACE_OFF);
    }
    bench->inputs.differing = (uint8_t)(place == PLACE_SHORT        ? BIT_CHARGER | BIT_PREALARM
                                        : place == PLACE_LOAD_SHORT ? BIT_LOAD
                                        : place == PLACE_TRY        ? BIT_CHARGER
                                                                    : 0u);
    bench->inputs.fault = place == PLACE_FAULT                               ? SBMS_FAULT_CLOCK
                          : place == PLACE_BLIND || place == PLACE_NO_SUPPLY ? SBMS_FAULT_REFERENCE
                                                                             : SBMS_FAULT_NONE;
    bench_hold_steps(bench, place_ticks[place][0]);
    if (place_ticks[place][1] > 0) {
        bench->inputs = inputs_healthy();
        bench_hold_steps(bench, place_ticks[place][1]);
    }
}

/* The fields, with their sizes. */
struct field {
    const char *name;
    size_t at;
    size_t size;
};

#define FIELD(of, name) \
    { \
#of "." #name, offsetof(struct sbms_control, of.name), \
            sizeof(((struct sbms_control *)NULL)->of.name) \
    }

static const struct field state_fields[] = {
    FIELD(law, levels),
    FIELD(law, history[0]),
    FIELD(law, history[1]),
    FIELD(law, history[2]),
    FIELD(law, samples[0]),
    FIELD(law, samples[1]),
    FIELD(law, remote_samples),
    FIELD(law, remote_differs),
    FIELD(law, supply_is_low),
    FIELD(law, loss),
    FIELD(law, load_mode),
    FIELD(law, alarm_has_lost_atd),
    FIELD(law, off_ticks),
    FIELD(law, clear_ticks),
    FIELD(law, differ_ticks[0]),
    FIELD(law, differ_ticks[1]),
    FIELD(law, differ_ticks[2]),
    FIELD(law, fault),
    FIELD(law, blink_ticks),
    FIELD(law, alarm_ticks),
    FIELD(law, calm_ticks),
    FIELD(law, reconnect_ticks),
    FIELD(law, high_ticks[0]),
    FIELD(law, high_ticks[1]),
    FIELD(law, high_ticks[2]),
    FIELD(retained, load_wait_ticks),
    FIELD(retained, charger_wait_ticks),
    FIELD(retained, load_step),
    FIELD(retained, charger_step),
    FIELD(retained, load_is_high),
    FIELD(retained, cuts),
    FIELD(retained, is_tripped),
    FIELD(retained, shorts[0].wait_ticks),
    FIELD(retained, shorts[0].step),
    FIELD(retained, shorts[0].is_shorted),
    FIELD(retained, shorts[1].wait_ticks),
    FIELD(retained, shorts[2].wait_ticks),
    FIELD(retained, shorts[2].step),
    FIELD(retained, shorts[2].is_shorted),
};

/* How many values of a field make a state that a run can reach, the rest of it as it is. */
static uint32_t possible_values(const struct sbms_control *control, const struct field *field)
{
    uint32_t count = 0;

    for (uint32_t value = 0; value < (field->size == 1 ? 256u : 65536u); value++) {
        struct sbms_control other = *control;
        struct sbms_outputs outputs;

        memcpy((uint8_t *)&other + field->at, &value, field->size); /* little end first, as everywhere here */
        outputs = sbms_control_outputs(&other);
        count += sbms_internal_state_is_possible(&other, sbms_internal_high_outputs(&outputs)) ? 1u : 0u;
    }
    return count;
}

/* SAFE-4: how much of a state its assertions leave open: for each field of each of these states the number of values that a run
 * could have left there. One more is a flipped bit that is not seen, one less a run that floats for nothing. */
static void test_possible_values(void **state)
{
    static const uint32_t expected[sizeof state_fields / sizeof state_fields[0]][PLACE_COUNT] = {
        {2, 1, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1},                     /* law.levels */
        {1, 2, 1, 128, 16, 19, 19, 19, 19, 19, 19, 19, 19, 19, 19, 19, 19, 1, 1},      /* law.history[0] */
        {1, 2, 1, 128, 16, 19, 19, 255, 19, 19, 19, 255, 19, 19, 19, 19, 19, 1, 1},    /* law.history[1] */
        {1, 2, 1, 128, 16, 19, 255, 255, 19, 19, 19, 255, 255, 255, 19, 19, 19, 1, 1}, /* law.history[2] */
        {1, 1, 1, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2},                     /* law.samples[0] */
        {1, 1, 1, 2, 2, 1, 1, 1, 1, 1, 1, 26, 1, 1, 1, 1, 1, 1, 1},                    /* law.samples[1] */
        {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, /* law.remote_samples */
        {1, 2, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2}, /* law.remote_differs */
        {1, 2, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 2}, /* law.supply_is_low */
        {1, 3, 1, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, /* law.loss */
        {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, /* law.load_mode */
        {1, 1, 1, 1, 1, 1, 2, 1, 2, 1, 1, 1, 2, 2, 1, 1, 1, 1, 1}, /* law.alarm_has_lost_atd */
        {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 8, 1, 1}, /* law.off_ticks */
        {1, 1, 1, 241, 241, 241, 241, 241, 241, 241, 241, 241, 241, 241, 241, 241, 241, 1,
         1},                                                                         /* law.clear_ticks */
        {1, 241, 241, 241, 241, 4, 4, 4, 4, 241, 241, 241, 4, 4, 241, 4, 241, 1, 4}, /* law.differ_ticks[0] */
        {1, 241, 241, 241, 241, 241, 4, 4, 4, 241, 241, 241, 4, 241, 241, 241, 241, 1,
         4},                                                                     /* law.differ_ticks[1] */
        {1, 241, 241, 241, 241, 4, 4, 4, 4, 4, 4, 4, 4, 241, 4, 4, 241, 1, 241}, /* law.differ_ticks[2] */
        {8, 2, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 5, 2},               /* law.fault */
        {1, 1, 24, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 28, 28, 28, 1, 20, 24},         /* law.blink_ticks */
        {1, 1, 1, 1, 1, 1, 245, 244, 245, 1, 1, 1, 245, 245, 1, 1, 1, 1, 244},   /* law.alarm_ticks */
        {1, 1, 1, 1, 1, 1, 1, 1, 480, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1},             /* law.calm_ticks */
        {1, 1, 1, 1, 1, 1, 1, 1, 1, 480, 481, 1, 1, 1, 1, 1, 1, 1, 1},           /* law.reconnect_ticks */
        {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 14400, 1, 1, 1, 1, 1, 1},           /* law.high_ticks[0] */
        {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 14400, 1, 1, 1, 1, 1, 1},           /* law.high_ticks[1] */
        {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 14400, 1, 1, 8, 1, 1, 1},           /* law.high_ticks[2] */
        {1, 1, 1, 1, 1, 1, 1, 1, 1, 7682, 7682, 7682, 1, 1, 7682, 1, 1, 7682,
         1},                                                                 /* retained.load_wait_ticks */
        {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 481},         /* retained.charger_wait_ticks */
        {7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 6, 6, 7, 7, 6, 7, 1, 6, 7},           /* retained.load_step */
        {3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 1, 3, 2},           /* retained.charger_step */
        {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1},           /* retained.load_is_high */
        {12, 12, 12, 12, 12, 3, 3, 3, 3, 12, 12, 12, 3, 3, 12, 3, 1, 12, 3}, /* retained.cuts */
        {2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 2, 1, 1, 2, 1, 1, 2, 1},           /* retained.is_tripped */
        {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 30721, 1, 1, 1, 1}, /* retained.shorts[0].wait_ticks */
        {7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 6, 7, 1, 7, 7},     /* retained.shorts[0].step */
        {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1},     /* retained.shorts[0].is_shorted */
        {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 30720, 1, 1, 1, 1, 1}, /* retained.shorts[1].wait_ticks */
        {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 30720, 1, 1, 1, 1, 1}, /* retained.shorts[2].wait_ticks */
        {7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 6, 7, 6, 1, 7, 7},     /* retained.shorts[2].step */
        {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 1, 1, 1},     /* retained.shorts[2].is_shorted */
    };
    bool is_right = true;

    (void)state;
    for (int place = 0; place < PLACE_COUNT; place++) {
        struct test_bench bench;

        bench_go(&bench, (enum place)place);
        for (size_t i = 0; i < sizeof state_fields / sizeof state_fields[0]; i++) {
            const uint32_t count = possible_values(&bench.control, &state_fields[i]);

            if (count != expected[i][place]) {
                print_error("%s at place %d: %" PRIu32 " values, not %" PRIu32 "\n", state_fields[i].name,
                            place, count, expected[i][place]);
                is_right = false;
            }
        }
    }
    assert_true(is_right);
}

static void put(struct sbms_control *control, size_t field, uint32_t value)
{
    memcpy((uint8_t *)control + state_fields[field].at, &value, state_fields[field].size);
}

static size_t field_of(const char *name)
{
    size_t field = 0;

    while (strcmp(state_fields[field].name, name) != 0) {
        field++;
    }
    return field;
}

/* All is well in one state alone: not with any field another, nor with any two that are as wrong as each other. */
static void test_all_is_well(void **state)
{
    struct test_bench bench;

    (void)state;
    bench_go(&bench, PLACE_WELL);
    assert_true(sbms_internal_all_is_well(&bench.control));
    for (size_t a = 0; a < sizeof state_fields / sizeof state_fields[0]; a++) {
        for (size_t b = 0; b <= a; b++) {
            for (uint32_t value = 0; value < 4; value++) {
                struct sbms_control other = bench.control;

                put(&other, a, value);
                put(&other, b, value);
                assert_int_equal(sbms_internal_all_is_well(&other),
                                 memcmp(&other, &bench.control, sizeof other) == 0);
            }
        }
    }
}

/* SAFE-4: nor does a run leave fields that are wrong together, though each of them alone would be seen by other means. */
static void test_impossible_together(void **state)
{
    static const struct {
        enum place place;
        struct {
            const char *name;
            uint32_t value;
        } fields[4];
    } cases[] = {
        {PLACE_POWER_ON, {{"law.samples[1]", 1}, {"law.supply_is_low", 1}}},
        {PLACE_NO_SUPPLY, {{"law.samples[0]", SBMS_START_SAMPLES}, {"law.samples[1]", SBMS_START_SAMPLES}}},
        {PLACE_NO_SUPPLY, /* blind, and Load's region has sampled */
         {{"law.levels", SBMS_INTERNAL_BIT(SBMS_INPUT_SUPPLY) | SBMS_INTERNAL_BIT(SBMS_INPUT_REMOTE)},
          {"law.remote_samples", SBMS_REMOTE_TICKS},
          {"law.samples[0]", SBMS_START_SAMPLES},
          {"law.samples[1]", 3}}},
        {PLACE_WELL, {{"law.alarm_ticks", 1}, {"law.calm_ticks", 1}}},
        {PLACE_WELL, {{"law.calm_ticks", 1}, {"law.alarm_has_lost_atd", 1}}},
        {PLACE_FAULT, {{"law.differ_ticks[0]", 1}, {"law.differ_ticks[1]", 1}}},
        {PLACE_FAULT, {{"law.loss", 1}, {"law.clear_ticks", 1}}},
        {PLACE_FAULT, /* all bits of what has been sampled are bits of what differs, too */
         {{"law.levels", SBMS_INTERNAL_BIT(SBMS_INPUT_SUPPLY) | SBMS_INTERNAL_BIT(SBMS_INPUT_REMOTE)},
          {"law.samples[0]", SBMS_START_SAMPLES},
          {"law.differ_ticks[0]", SBMS_START_SAMPLES}}},
        {PLACE_BLIND, {{"law.history[0]", 1}, {"law.history[1]", 1}}},
        {PLACE_BLIND, {{"law.history[1]", 1}, {"law.history[2]", 1}}},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct test_bench bench;

        bench_go(&bench, cases[i].place);
        for (size_t field = 0; field < 4 && cases[i].fields[field].name != NULL; field++) {
            put(&bench.control, field_of(cases[i].fields[field].name), cases[i].fields[field].value);
        }
        assert_int_equal(sbms_control_quiet_ticks(&bench.control, &bench.inputs), 0);
        bench_step(&bench);
        assert_int_equal(bench.control.settings.reconnect_delay_s, 0); /* the defaults: it has begun anew */
    }
}

/* ---- states that no run can reach ------------------------------------------------------------- */

/* Spoils one field; false when there is no such field. */
static bool spoil(struct sbms_control *control, uint32_t field)
{
    struct sbms_law *law = &control->law;
    struct sbms_retained *retained = &control->retained;
    const struct {
        void *at;
        size_t size;
        int32_t value;
    } fields[] = {
        {&control->settings.reconnect_delay_s, 2, 3601},
        {&control->settings.lockout_retries, 1, 11},
        {&control->settings.lockout_clear_mv, 4, 7999},
        {&control->settings.warning_time_s, 1, 29},
        {&law->load_mode, 1, SBMS_LOAD_PRE_ALARM + 1},
        {&law->alarm_ticks, 2, (int32_t)CUT_TICKS + 1},
        {&law->calm_ticks, 2, (int32_t)ATD_OVER_TICKS + 1},
        {&law->clear_ticks, 1, 241},
        {&law->reconnect_ticks, 2, 2 * 8 + 1},
        {&law->fault, 1, 10},
        {&law->loss, 1, SBMS_LOSS_REFERENCE + 1},
        {&law->samples[0], 1, 26},
        {&law->samples[1], 1, 26},
        {&law->remote_samples, 1, 3},
        {&law->remote_differs, 1, 2},
        {&law->supply_is_low, 1, 2},
        {&law->off_ticks, 1, 9},
        {&law->differ_ticks[0], 1, 241},
        {&law->levels, 1, 0x3F},
        {&law->levels, 1, 0x00},
        {&law->history[0], 1, 0x00},
        {&law->history[1], 1, 0x00},
        {&law->high_ticks[0], 2, 14401},
        {&retained->load_wait_ticks, 2, 7682},
        {&retained->load_step, 1, 7},
        {&retained->charger_step, 1, 3},
        {&retained->charger_wait_ticks, 2, 481},
        {&retained->load_is_high, 1, 0},
        {&retained->cuts, 1, 12},
        {&retained->is_tripped, 1, 2},
        {&retained->shorts[2].step, 1, 7},
        {&retained->shorts[1].wait_ticks, 2, 30721},
        {&retained->shorts[0].is_shorted, 1, 2},
    };

    if (field >= sizeof fields / sizeof fields[0]) {
        return false;
    }
    memcpy(fields[field].at, &fields[field].value,
           fields[field].size); /* little end first, as everywhere here */
    return true;
}

/* SAFE-1, SAFE-4, SAFE-7: a state that no run can reach, as after a flipped bit, floats everything at the next tick,
 * is told as an internal fault, is no time to skip, and ends with a whole start-up with the defaults. */
static void test_impossible_state(void **state)
{
    const struct sbms_control_settings settings = {
        .reconnect_delay_s = 2, .lockout_retries = 1, .lockout_clear_mv = 13200};
    struct test_bench bench;

    (void)state;
    for (uint32_t field = 0;; field++) {
        bench_start(&bench, &settings);
        bench.inputs.no_prealarm = false;
        assert_int_equal(bench_until_edge(&bench, 3), 2);
        if (!spoil(&bench.control, field)) {
            break;
        }
        assert_int_equal(sbms_control_quiet_ticks(&bench.control, &bench.inputs), 0);
        bench_step(&bench);
        bench_expect(&bench, 0, 0, 0, 0);
        assert_int_equal(bench.decision.load_cause, SBMS_CAUSE_INTERNAL_FAULT);
        assert_null(settings_difference(&bench.control.settings,
                                        &(struct sbms_control_settings){.reconnect_delay_s = 0}));
        assert_true(bench_until_load(&bench, 50) <= 50);
        bench_expect(&bench, 1, 1, 1, 0);
    }
}

/* How many flips there were, and after how many everything floated. */
struct flips {
    uint64_t all;
    uint64_t floated;
};

/* One situation: what the second law knew before this tick and knows after it, and the inputs of the tick. */
struct situation {
    struct reference_control before;
    struct reference_control after;
    struct sbms_inputs inputs;
};

/* SAFE-2: whether a signal can have been present all through such a history: never absent in 2 of 4. */
static bool fits_presence(uint8_t history)
{
    for (uint32_t ago = 0; ago + 4u <= 8u; ago++) {
        const uint32_t absent = ~(uint32_t)history >> ago & 0xFu;

        if ((absent & (absent - 1u)) != 0u) {
            return false;
        }
    }
    return true;
}

/* Whether a signal may count as present: by the rules; or because its history is that of a signal that is present. */
static bool may_be_present(const struct situation *situation, int signal, uint8_t history)
{
    return situation->after.signals[signal].level || fits_presence(history) ||
           (situation->before.signals[signal].level && fits_presence((uint8_t)(history | 0xF0u)));
}

/* LOAD-2, LOAD-3, CHG-1, PRE-2, PRE-3: what signals allow. */
static const char *forbidden_by_signals(const struct situation *situation, const struct sbms_outputs *out,
                                        const struct sbms_law *law)
{
    const bool atd = may_be_present(situation, REFERENCE_ATD, law->history[1]);
    const bool no_prealarm = may_be_present(situation, REFERENCE_PRE, law->history[2]);

    if (out->prealarm && !out->load) {
        return "Pre-alarm is high without Load";
    }
    if (out->charger && !may_be_present(situation, REFERENCE_ATC, law->history[0])) {
        return "Charger is high without ATC";
    }
    if (out->load && !situation->before.shown.load && !atd) {
        return "Load rises without ATD";
    }
    return out->load && (!atd || !no_prealarm) && law->load_mode != SBMS_LOAD_PRE_ALARM
               ? "Load is high without a warning"
               : NULL;
}

/* SAFE-1: no region decides before the remote is known, whichever of the two says so. */
static void test_decided_without_a_remote(void **state)
{
    (void)state;
    for (unsigned region = 0; region < 2; region++) {
        struct test_bench bench;

        bench_reset(&bench, NULL);
        remote_set(&bench.inputs, false);
        bench_step(&bench);
        assert_int_equal(bench.control.law.remote_samples, 1);
        bench.control.law.samples[region] = SBMS_START_SAMPLES;
        assert_int_equal(sbms_control_quiet_ticks(&bench.control, &bench.inputs), 0);
        bench_step(&bench);
        bench_expect(&bench, 0, 0, 0, 0);
        assert_int_equal(bench.control.law.samples[region], 0); /* begun anew */
    }
}

/* What the rules allow an output to be after a flip. A flipped timer may be another time, and a flipped first of two samples
 * another sample; nothing else may change what is safe. NULL when all holds. */
static const char *forbidden(const struct situation *situation, const struct sbms_outputs *out,
                             const struct sbms_law *law)
{
    const struct sbms_inputs *inputs = &situation->inputs;

    if (!out->load && !out->prealarm && !out->charger) {
        return NULL;
    }
    if (situation->after.in_hard_fault || situation->before.in_hard_fault) {
        return "an output is high in a fault that floats everything";
    }
    if (!situation->before.supply_has_been_good && !situation->after.supply_has_been_good) {
        return "an output is high with a low supply";
    }
    if (reference_is_off(&situation->before) && reference_is_off(&situation->after) &&
        inputs->remote_l_mv >= 3500 && inputs->remote_h_mv <= 2900) {
        return "an output is high with the remote off";
    }
    return forbidden_by_signals(situation, out, law);
}

/* Every bit of the state, flipped before this tick. */
static void flip_each_bit(const struct sbms_control *control, const struct situation *situation,
                          struct flips *flips)
{
    for (size_t bit = 0; bit < 8u * sizeof *control; bit++) {
        struct sbms_control flipped = *control;
        struct sbms_outputs out;
        const char *broken = NULL;

        ((uint8_t *)&flipped)[bit / 8u] ^= (uint8_t)(1u << bit % 8u);
        out = sbms_control_step(&flipped, &situation->inputs).outputs;
        broken = forbidden(situation, &out, &flipped.law);
        flips->all++;
        flips->floated += !out.load && !out.prealarm && !out.charger ? 1u : 0u;
        if (broken != NULL) {
            print_error("bit %zu of byte %zu at tick %" PRIu32 ": %s\n", bit % 8u, bit / 8u, control->tick,
                        broken);
        }
        assert_null(broken);
    }
}

/* SAFE-4, LOAD-3, REM-5, CHG-1, PRE-2, PRE-3: every single bit of the state, flipped in many situations: whatever no run can
 * reach floats everything; whatever else it is, no output is high that the rules forbid there. */
static void test_flipped_bits(void **state)
{
    struct flips flips = {.all = 0};
    const uint64_t runs = environment_runs(400);

    (void)state;
    for (uint64_t run = 0; run < runs; run++) {
        struct test_random random = {.state = environment_seed(1) + run};
        const struct sbms_control_settings settings = random_settings(&random);
        struct test_stimulus stimulus;
        struct reference_control reference;
        struct test_bench bench;

        stimulus_start(&stimulus, STIMULUS_ALL, settings.lockout_clear_mv);
        bench_reset(&bench, &settings);
        reference_init(&reference, &settings);
        for (uint32_t tick = 0; tick < 1000; tick++) {
            const struct sbms_control control = bench.control;
            struct situation situation = {.before = reference};

            bench.inputs = stimulus_next(&random, &stimulus, &bench.decision.outputs);
            bench_step(&bench);
            reference_step(&reference, &bench.inputs);
            situation.after = reference;
            situation.inputs = bench.inputs;
            if (random_chance(&random, 20)) {
                flip_each_bit(&control, &situation, &flips);
            }
        }
    }
    assert_true(flips.floated > flips.all / 4u);
}

/* SAFE-4: an internal fault is in force and any bit of the state flips: nothing is high at that tick nor at the next. */
static void test_flipped_bits_in_a_fault(void **state)
{
    struct test_bench bench;

    (void)state;
    bench_start(&bench, NULL);
    for (uint32_t ticks = 0; ticks < 30; ticks++) {
        for (size_t bit = 0; bit < 8u * sizeof bench.control; bit++) {
            struct test_bench flipped = bench;

            flipped.inputs.fault = SBMS_FAULT_CLOCK;
            for (uint32_t tick = 0; tick < ticks; tick++) {
                bench_step(&flipped);
            }
            ((uint8_t *)&flipped.control)[bit / 8u] ^= (uint8_t)(1u << bit % 8u);
            for (uint32_t tick = 0; tick < 20; tick++) {
                bench_step(&flipped);
                assert_false(flipped.decision.outputs.load || flipped.decision.outputs.prealarm ||
                             flipped.decision.outputs.charger);
            }
        }
    }
}

/* SUP-3, SAFE-1, LOAD-8: out of whatever bytes the state holds, a low supply and a remote off lead to a right start. */
static void test_any_state_recovers(void **state)
{
    struct test_random random = {.state = environment_seed(1)};
    struct test_bench bench;
    const uint64_t runs = environment_runs(200000);

    (void)state;
    for (uint64_t i = 0; i < runs; i++) {
        bench_start(&bench, NULL);
        for (uint32_t spoilt = random_below(&random, 8); spoilt > 0; spoilt--) {
            ((uint8_t *)&bench.control)[random_below(&random, sizeof bench.control)] =
                (uint8_t)random_next(&random);
        }
        for (uint32_t tick = 0; tick < 10; tick++) {
            random_change(&random, &bench.inputs, STIMULUS_ALL, 13000);
            bench_step(&bench);
            assert_false(bench.decision.outputs.prealarm && !bench.decision.outputs.load);
        }
        bench.inputs = inputs_healthy();
        bench.inputs.vbat_mv = 7000;
        for (uint32_t tick = 0; tick < 4; tick++) {
            bench_step(&bench);
        }
        bench_expect(&bench, 0, 0, 0, 0);
        bench.inputs.vbat_mv = 12800;
        remote_set(&bench.inputs, false);
        for (uint32_t tick = 0; tick < 20; tick++) {
            bench_step(&bench);
        }
        remote_set(&bench.inputs, true);
        assert_int_equal(bench_until_edge(&bench, 30), 2);
        bench_expect(&bench, 1, 0, 1, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_possible_values),
        cmocka_unit_test(test_all_is_well),
        cmocka_unit_test(test_impossible_together),
        cmocka_unit_test(test_tick_counter_wrap),
        cmocka_unit_test(test_days),
        cmocka_unit_test(test_impossible_state),
        cmocka_unit_test(test_decided_without_a_remote),
        cmocka_unit_test(test_flipped_bits),
        cmocka_unit_test(test_flipped_bits_in_a_fault),
        cmocka_unit_test(test_any_state_recovers),
    };

    return cmocka_run_group_tests_name("control_state", tests, NULL, NULL);
}
