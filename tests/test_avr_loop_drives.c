/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The pins that drive the chain's loops, as the image's registers have them: a pin is an output only while it drives, one at a
 * time, so that no two outputs of the part meet, whatever the wires are tied to.
 */
#include "tests/simulator_fixture.h"

#include "firmware/atmega328p/board_product.h"

#define ADDRESS_OF_DDR(letter) (0x24u + 3u * (unsigned)((letter) - 'B'))
#define ADDRESS_OF_PORT(letter) (ADDRESS_OF_DDR(letter) + 1u)
#define LOOPS 3u
#define TICKS 9u /* in one of them the oscillators are compared */
#define STEP_US 1u

static const struct {
    char port;
    unsigned bit;
} drives[LOOPS] = {{BOARD_ATC_DRIVE_PORT, BOARD_ATC_DRIVE_BIT},
                   {BOARD_ATD_DRIVE_PORT, BOARD_ATD_DRIVE_BIT},
                   {BOARD_NO_PREALARM_DRIVE_PORT, BOARD_NO_PREALARM_DRIVE_BIT}};

static struct bench device;

static bool has(unsigned address, unsigned bit)
{
    return ((bench_peek(&device, address) >> bit) & 1u) != 0u;
}

/* Which drives are outputs now, a bit each; none may be pulled up instead. */
static unsigned outputs_now(void)
{
    unsigned outputs = 0u;

    for (unsigned loop = 0u; loop < LOOPS; loop++) {
        const bool is_output = has(ADDRESS_OF_DDR(drives[loop].port), drives[loop].bit);
        outputs |= is_output ? 1u << loop : 0u;
        if (!is_output) {
            assert_false(has(ADDRESS_OF_PORT(drives[loop].port), drives[loop].bit));
        }
    }
    return outputs;
}

/* One tick, looked at in steps while it samples and then here and there; returns which drives have been outputs. */
static unsigned watch_tick(void)
{
    unsigned seen = 0u;

    bench_advance_to(&device, BEFORE_WAKING_US);
    assert_int_equal(outputs_now(), 0);
    bench_advance_past(&device, PHASE_WAITING, STEP_US);
    while (bench_peek(&device, ADDRESS_PHASE) == PHASE_SAMPLE) {
        const unsigned outputs = outputs_now();
        if ((outputs & (outputs - 1u)) != 0u) {
            fail_msg("more than one drive is an output: %u", outputs);
        }
        seen |= outputs;
        bench_ask(&device, "advance %u", STEP_US);
    }
    for (unsigned i = 0u; i < 20u; i++) {
        assert_int_equal(outputs_now(), 0);
        bench_advance(&device, 5000u);
    }
    return seen;
}

static void one_drive_at_a_time(void **state)
{
    static const char *const faults[] = {"fault loops none", "fault loops joined", "fault reference 880"};

    (void)state;
    bench_open(&device);
    bench_start_healthy(&device);
    for (unsigned i = 0u; i < sizeof faults / sizeof faults[0]; i++) {
        bench_ask(&device, "%s", faults[i]);
        for (unsigned tick = 0u; tick < TICKS; tick++) {
            assert_int_equal(watch_tick(), (1u << LOOPS) - 1u);
        }
    }
    bench_close(&device);
}

/* From power-on on, too. */
static void none_while_it_starts(void **state)
{
    (void)state;
    bench_open(&device);
    bench_ask(&device, "start");
    bench_ask(&device, "reset external");
    for (unsigned i = 0u; i < 300u; i++) {
        assert_int_equal(outputs_now(), 0);
        bench_ask(&device, "advance 1000");
    }
    bench_close(&device);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(one_drive_at_a_time),
                                       cmocka_unit_test(none_while_it_starts)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
