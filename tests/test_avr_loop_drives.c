/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The pins that drive the chain's loops, as the image's registers have them: a pin is an output only while it drives, one at a
 * time, so that no two outputs of the part meet, whatever the wires are tied to. And what the image takes the loops for at the
 * end of long cables.
 */
#include "tests/simulator_fixture.h"

#include "firmware/atmega328p/board_product.h"

#define ADDRESS_OF_DDR(letter) (0x24u + 3u * (unsigned)((letter) - 'B'))
#define ADDRESS_OF_PORT(letter) (ADDRESS_OF_DDR(letter) + 1u)
#define LOOPS 3u
#define TICKS 9u /* in one of them the oscillators are compared */
#define STEP_US 1u
#define CABLE_PF_MAX 200000u

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

/* Of all combinations of the signals: whether one is not read as it is. A signal that is absent must not read as present. */
static bool any_is_misread(unsigned inputs, unsigned cable_pf)
{
    bool misread = false;

    bench_ask(&device, "fault cable %u", cable_pf);
    for (unsigned signals = 0u; signals < BENCH_SIGNALS; signals++) {
        bench_set(&device, bench_with_signals(signals));
        bench_advance(&device, 2u * TICK_US);
        const unsigned seen = bench_signals_seen(&device, inputs);
        misread = misread || seen != signals;
        if ((seen & ~signals) != 0u) {
            fail_msg("%s %s, %u pF: signals 0%o are read as 0%o", device.device.board, device.device.corner,
                     cable_pf, signals, seen);
        }
    }
    return misread;
}

/* SAFE-3: cables up to the board's are read as they are, and the first that is too long is read as absent. */
static void long_cables_are_read(void **state)
{
    static const char *const boards[] = {"product", "nano"};
    static const char *const corners[] = {"kind", "fast", "slow"};
    static const unsigned cables_pf[] = {0u, 100u, 1000u, 5000u, 6000u, 9000u, BOARD_LOOP_PF};

    (void)state;
    for (unsigned i = 0u; i < 2u * 3u; i++) {
        unsigned size = 0u;
        unsigned cable_pf = BOARD_LOOP_PF;
        bench_open_device(&device, (struct bench_device){boards[i / 3u], corners[i % 3u], false});
        const unsigned inputs = bench_symbol_of(device.device.board, "inputs", &size);
        bench_start(&device);
        for (unsigned cable = 0u; cable < sizeof cables_pf / sizeof cables_pf[0]; cable++) {
            if (any_is_misread(inputs, cables_pf[cable])) {
                fail_msg("%s %s: misread with %u pF", device.device.board, device.device.corner,
                         cables_pf[cable]);
            }
        }
        while (!any_is_misread(inputs, cable_pf)) {
            cable_pf += 1000u;
            assert_true(cable_pf <= CABLE_PF_MAX);
        }
        print_message("%-8s %-8s reads cables below %u pF\n", device.device.board, device.device.corner,
                      cable_pf);
        for (; cable_pf <= CABLE_PF_MAX; cable_pf += cable_pf / 10u) {
            (void)any_is_misread(inputs, cable_pf);
        }
        bench_close(&device);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(one_drive_at_a_time),
                                       cmocka_unit_test(none_while_it_starts),
                                       cmocka_unit_test(long_cables_are_read)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
