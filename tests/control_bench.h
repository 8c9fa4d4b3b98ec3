/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests of the law share: a bench that is cut, off, or low in supply, and the times of the rules, written out. */
#ifndef TESTS_CONTROL_BENCH_H
#define TESTS_CONTROL_BENCH_H

#include "tests/control_fixture.h"

#define CUT_TICKS 244u       /* LOAD-3: from Pre-alarm's rise to the cut, at 30 s */
#define ALARM_OVER_TICKS 80u /* PRE-4: both signals present, ATD was not lost */
#define ATD_OVER_TICKS 480u  /* PRE-4: ... ATD was lost */
#define CALM_TICKS 4800u     /* LOAD-8, CHG-5: 10 min */
#define MINUTE_TICKS 480u
#define BIT_LOAD (1u << SBMS_OUTPUT_LOAD)
#define BIT_PREALARM (1u << SBMS_OUTPUT_PREALARM)
#define BIT_CHARGER (1u << SBMS_OUTPUT_CHARGER)

/* LOAD-8: the waits, by the step that a cut finds. */
static const uint32_t load_waits[] = {40, 240, 480, 960, 1920, 3840, 7680, 7680, 7680};

/* Takes the running bench to a cut: ATD and no-pre-alarm lost, pre-alarm for 30 s, Load floating. */
static inline void bench_cut(struct test_bench *bench)
{
    bench->inputs.atd = bench->inputs.no_prealarm = false;
    assert_int_equal(bench_until_edge(bench, 10), 2);
    bench_expect(bench, 1, 1, 1, 0);
    assert_int_equal(bench_until_edge(bench, 1000), CUT_TICKS);
    bench_expect(bench, 0, 0, 1, 0);
}

/* After a cut: the signals are back, and Load with them. Returns how many ticks that took. */
static inline uint32_t bench_return(struct test_bench *bench)
{
    uint32_t ticks = 0;

    bench->inputs.atd = bench->inputs.no_prealarm = true;
    ticks = bench_until_edge(bench, 10000);
    bench_expect(bench, 1, 0, 1, 0);
    return ticks;
}

/* Remote off until nothing is remembered, then on: all is as after a start. */
static inline void bench_off_and_on(struct test_bench *bench)
{
    remote_set(&bench->inputs, false);
    for (uint32_t tick = 0; tick < 9; tick++) {
        bench_step(bench);
    }
    bench_expect(bench, 0, 0, 0, 0);
    remote_set(&bench->inputs, true);
    assert_int_equal(bench_until_edge(bench, 3), 2);
}

/* A low supply of two ticks, and one tick at 12.8 V: the first sample of a new start. */
static inline void bench_dip(struct test_bench *bench)
{
    bench->inputs.vbat_mv = 7000;
    bench_step(bench);
    bench_step(bench);
    bench_expect(bench, 0, 0, 0, 0);
    bench->inputs.vbat_mv = 12800;
    bench_step(bench);
}

/* What can cut a Load that is high. */
enum means { MEANS_ATD, MEANS_CHAIN, MEANS_REFERENCE, MEANS_REMOTE, MEANS_SUPPLY, MEANS_FAULT, MEANS_COUNT };

/* Cuts a Load that is high. The inputs are healthy after it. */
static inline void bench_cut_by(struct test_bench *bench, enum means means)
{
    const uint32_t at_once[MEANS_COUNT] = {[MEANS_REMOTE] = 2, [MEANS_SUPPLY] = 2, [MEANS_FAULT] = 1};
    uint32_t ticks = at_once[means];

    switch (means) {
    case MEANS_CHAIN:
        bench->inputs.atc = false;
        /* fallthrough */
    case MEANS_ATD:
        bench->inputs.atd = bench->inputs.no_prealarm = false;
        ticks = CUT_TICKS + 2;
        break;
    case MEANS_REFERENCE:
        bench->inputs.fault = SBMS_FAULT_REFERENCE;
        ticks = CUT_TICKS + 1;
        break;
    case MEANS_REMOTE:
        remote_set(&bench->inputs, false);
        break;
    case MEANS_SUPPLY:
        bench->inputs.vbat_mv = 7499;
        break;
    default:
        bench->inputs.fault = SBMS_FAULT_CLOCK;
        break;
    }
    for (uint32_t tick = 0; tick < ticks; tick++) {
        assert_true(bench->decision.outputs.load);
        bench_step(bench);
    }
    assert_false(bench->decision.outputs.load || bench->decision.outputs.prealarm);
    bench->inputs = inputs_healthy();
}

/* Steps until Load is high. */
static inline uint32_t bench_until_load(struct test_bench *bench, uint32_t limit)
{
    for (uint32_t tick = 1; tick <= limit; tick++) {
        bench_step(bench);
        if (bench->decision.outputs.load) {
            return tick;
        }
    }
    return limit + 1u;
}

/* LOAD-6 counts such a cut, and LOAD-8 takes at least the second step. */
static inline bool is_by_signal(enum means means)
{
    return means == MEANS_ATD || means == MEANS_CHAIN || means == MEANS_REFERENCE;
}

/* LED-3 by its words: one tick lit and three dark for each count, then eight dark. */
static inline bool blink_is_lit(uint32_t count, uint32_t tick)
{
    const uint32_t place = tick % (4u * count + 8u);

    return place < 4u * count && place % 4u == 0u;
}

#endif
