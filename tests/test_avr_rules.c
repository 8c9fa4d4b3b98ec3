/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the second edition of the rules promises, on the image's pins: no chatter, no needless dark (SUP-3, LOAD-3, LOAD-5 to
 * LOAD-8, PRE-4, CHG-5, SAFE-1, SAFE-2, SAFE-4, LED-3, LED-4). Each case is a story from the field, with the numbers of its rule.
 */
#include "tests/simulator_fixture.h"

#define UP_MS 1500u /* SAFE-1 */
#define MINUTE_TICKS 480u
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

static struct bench device;

/* What the pins did since watch(). */
static struct {
    unsigned rises[PINS];
    unsigned falls[PINS];
    uint64_t rose_ns[PINS]; /* the last */
    uint64_t fell_ns[PINS];
    uint64_t floated_ns[PINS]; /* between the last fall and the rise after it */
} seen;

static int set_up(void **state)
{
    (void)state;
    bench_open(&device);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    bench_assert_safe(&device);
    bench_close(&device);
    return 0;
}

static void watch(void)
{
    memset(&seen, 0, sizeof seen);
    bench_forget_edges(&device);
}

static void pass_us(uint64_t us)
{
    bench_forget_edges(&device);
    bench_advance(&device, us);
    for (unsigned i = 0u; i < device.edge_count; i++) {
        const struct bench_edge *edge = &device.edges[i];
        if (edge->high) {
            seen.rises[edge->pin]++;
            seen.rose_ns[edge->pin] = edge->ns;
            seen.floated_ns[edge->pin] = edge->ns - seen.fell_ns[edge->pin];
        } else {
            seen.falls[edge->pin]++;
            seen.fell_ns[edge->pin] = edge->ns;
        }
    }
}

/* One tick with `inputs`: they change in the middle of the image's sleep. */
static void tick_with(struct bench_inputs inputs)
{
    bench_set(&device, inputs);
    pass_us(TICK_US);
}

static void pass_s(unsigned s)
{
    for (unsigned i = 0u; i < s; i++) {
        pass_us(1000000u);
    }
}

static void start_healthy(void)
{
    bench_start_healthy(&device);
    bench_advance_to(&device, TICK_US / 2u);
    watch();
}

static void assert_about(uint64_t ns, uint64_t ms, const char *what)
{
    if (ns < (ms - ms / 100u - 20u) * MS_NS || ns > (ms + ms / 100u + 300u) * MS_NS) {
        fail_msg("%s: %" PRIu64 " ms, not %" PRIu64, what, ns / MS_NS, ms);
    }
}

/* Until `pin` has risen once more; within `s`. */
static void pass_to_rise(enum bench_pin pin, unsigned s)
{
    const unsigned rises = seen.rises[pin];

    for (unsigned i = 0u; i < s && seen.rises[pin] == rises; i++) {
        pass_us(1000000u);
    }
    if (seen.rises[pin] == rises) {
        fail_msg("%s does not rise within %u s", bench_pin_names[pin], s);
    }
}

/* ---- Charger: signals that flicker ----------------------------------------------------------------------------- */

static struct bench_inputs with_atc(bool atc)
{
    struct bench_inputs inputs = bench_healthy;

    inputs.atc = atc;
    return inputs;
}

/* SAFE-1, LOAD-7, LED-2: Load does not wait for ATC, and Charger is decided at the 25th sample. */
static void atc_absent_one_tick_in_eight_from_the_start(void **state)
{
    (void)state;
    bench_set(&device, bench_healthy);
    bench_start(&device);
    watch();
    for (unsigned sample = 1u; sample <= 200u; sample++) {
        tick_with(with_atc(sample % 8u != 3u));
        assert_int_equal(device.level[PIN_LOAD], sample >= 8u);
        assert_int_equal(device.level[PIN_LED_LOAD], sample >= 8u);
        assert_int_equal(device.level[PIN_LED_FAULT], sample >= 25u);
    }
    assert_int_equal(seen.rises[PIN_CHARGER], 0);
}

/* CHG-5: two losses take 5 s each, all others 60 s. */
static void atc_absent_two_ticks_in_ten(void **state)
{
    (void)state;
    start_healthy();
    for (unsigned tick = 0u; tick < 5u * MINUTE_TICKS; tick++) {
        const unsigned rises = seen.rises[PIN_CHARGER];
        tick_with(with_atc(tick % 10u >= 2u));
        if (seen.rises[PIN_CHARGER] != rises) {
            assert_true(seen.floated_ns[PIN_CHARGER] >= (rises < 2u ? 4990u : 59900u) * MS_NS);
        }
        if (tick == MINUTE_TICKS - 1u) {
            assert_int_equal(seen.rises[PIN_CHARGER], 2);
        }
    }
    assert_in_range(seen.rises[PIN_CHARGER], 5, 6);
    assert_int_equal(seen.falls[PIN_LOAD] + seen.rises[PIN_PREALARM], 0);
}

/* SAFE-2: a half-dead contact is a dead one. */
static void atc_absent_every_other_tick(void **state)
{
    (void)state;
    start_healthy();
    for (unsigned tick = 0u; tick < 10u * MINUTE_TICKS; tick++) {
        tick_with(with_atc(tick % 2u != 0u));
        assert_true(tick < 3u || !device.level[PIN_CHARGER]); /* CHG-3 */
    }
    assert_int_equal(seen.falls[PIN_CHARGER], 1);
    assert_int_equal(seen.rises[PIN_CHARGER], 0);
    assert_int_equal(seen.falls[PIN_LOAD] + seen.rises[PIN_PREALARM], 0);
}

/* ---- Load: what would chatter ------------------------------------------------------------------------------------- */

/* LOAD-8 */
static void a_remote_that_bounces_at_1_hz(void **state)
{
    struct bench_inputs off = bench_healthy;

    (void)state;
    off.remote_on = false;
    start_healthy();
    for (unsigned tick = 0u; tick < 10u * MINUTE_TICKS; tick++) {
        const unsigned rises = seen.rises[PIN_LOAD];
        tick_with(tick % 8u < 4u ? off : bench_healthy);
        if (seen.rises[PIN_LOAD] != rises) {
            const unsigned wait_s = rises == 0u ? 5u : 15u << rises;
            assert_about(seen.floated_ns[PIN_LOAD] - 500u * MS_NS, wait_s * 1000u, "Load's wait");
        }
    }
    assert_int_equal(seen.rises[PIN_LOAD], 5); /* 5 + 30 + 60 + 120 + 240 s */
    assert_true(seen.rises[PIN_CHARGER] > 500u);
}

/* LOAD-8, SUP-3: a load that the battery cannot carry. The waits go up to 16 min; Load closes at most 11 times an hour. */
static void a_load_that_pulls_the_supply_down(void **state)
{
    static const unsigned waits_s[] = {5u, 30u, 60u, 120u, 240u, 480u, 960u, 960u};
    struct bench_inputs low = bench_healthy;
    uint64_t first_ns = 0u;

    (void)state;
    low.vbat_mv = 7000;
    start_healthy();
    first_ns = device.now_ns;
    for (unsigned i = 0u; i < sizeof waits_s / sizeof waits_s[0]; i++) {
        tick_with(low);
        tick_with(low);
        assert_false(device.level[PIN_LOAD] || device.level[PIN_CHARGER]);
        bench_set(&device, bench_healthy);
        pass_us(UP_MS * 1000u);
        assert_true(device.level[PIN_CHARGER]); /* it never waits for Load */
        pass_to_rise(PIN_LOAD, waits_s[i] + 1u);
        assert_about(seen.floated_ns[PIN_LOAD], waits_s[i] * 1000u, "Load's wait");
    }
    assert_true(device.now_ns - first_ns < 3600u * 1000u * MS_NS);
    assert_true(sizeof waits_s / sizeof waits_s[0] <= 11u);
}

/* LOAD-8: 10 min of Load high take one step back; the remote off for 1 s takes all, less takes none. */
static void steps_go_back(void **state)
{
    struct bench_inputs low = bench_healthy;

    (void)state;
    low.vbat_mv = 7000;
    start_healthy();
    for (unsigned i = 0u; i < 4u; i++) {
        static const unsigned waits_s[] = {
            5u, 30u, 30u, 5u}; /* before the third 10 min, before the fourth 30 have passed */
        tick_with(low);
        tick_with(low);
        bench_set(&device, bench_healthy);
        pass_to_rise(PIN_LOAD, waits_s[i] + 1u);
        assert_about(seen.floated_ns[PIN_LOAD], waits_s[i] * 1000u, "Load's wait");
        pass_s(i == 1u ? 602u : i == 2u ? 1802u : 5u);
    }
    tick_with(low);
    tick_with(low);
    bench_forget_waits(&device);
    pass_us(500000u);
    assert_true(bench_is_up(&device));
}

/* LOAD-8, SAFE-4: a fault that floats all is a cut, too. */
static void a_fault_is_a_cut(void **state)
{
    (void)state;
    start_healthy();
    for (unsigned wait_s = 5u; wait_s <= 60u; wait_s = wait_s == 5u ? 30u : 2u * wait_s) {
        bench_ask(&device, "fault crystal 1");
        pass_us(500000u);
        assert_false(bench_any_high(&device));
        bench_ask(&device, "fault crystal 0");
        pass_to_rise(PIN_CHARGER, 4u);
        pass_to_rise(PIN_LOAD, wait_s + 1u);
        assert_true(seen.floated_ns[PIN_LOAD] >= wait_s * 990u * MS_NS);
    }
}

/* ---- what is remembered over a reset ------------------------------------------------------------------------------- */

/* LOAD-8: a reset that finds Load high is a cut, and the steps survive it; power gone forgets them. */
static void a_reset_is_a_cut(void **state)
{
    static const char *const kinds[] = {"brownout", "external", "brownout"};
    static const unsigned waits_s[] = {5u, 30u, 60u};

    (void)state;
    for (unsigned round = 0u; round < 2u; round++) {
        start_healthy(); /* up at once */
        for (unsigned i = 0u; i < 3u; i++) {
            bench_reset(&device, kinds[i]);
            const uint64_t reset_ns = device.now_ns;
            pass_us(UP_MS * 1000u);
            assert_true(device.level[PIN_CHARGER] && !device.level[PIN_LOAD]);
            pass_to_rise(PIN_LOAD, waits_s[i] + 1u);
            const uint64_t waited_ns = seen.rose_ns[PIN_LOAD] - reset_ns;
            assert_in_range(waited_ns / MS_NS, waits_s[i] * 1000u,
                            waits_s[i] * 1000u + 1000u); /* from the first sample */
        }
    }
}

/* LOAD-8: the rest of a wait survives, and a reset in it is no further cut. */
static void a_reset_within_a_wait(void **state)
{
    struct bench_inputs lost = bench_healthy;

    (void)state;
    lost.atd = false;
    lost.no_prealarm = false;
    start_healthy();
    bench_set(&device, lost);
    pass_s(31u);
    assert_int_equal(seen.falls[PIN_LOAD], 1); /* by ATD: 30 s */
    bench_set(&device, bench_healthy);
    for (unsigned i = 0u; i < 4u; i++) {
        pass_s(5u);
        bench_reset(&device, i % 2u == 0u ? "external" : "brownout");
    }
    pass_to_rise(PIN_LOAD, 15u);
    assert_true(seen.floated_ns[PIN_LOAD] >= 29700u * MS_NS); /* a reset stands still for 0.4 s */
    assert_true(seen.floated_ns[PIN_LOAD] <= 33000u * MS_NS);
}

/* CHG-5, SAFE-4: Charger's waits survive, of ATC and of a short. */
static void chargers_waits_survive(void **state)
{
    (void)state;
    start_healthy();
    for (unsigned i = 0u; i < 3u; i++) { /* 5 s, 5 s, 60 s */
        tick_with(with_atc(false));
        tick_with(with_atc(false));
        bench_set(&device, bench_healthy);
        pass_us(200000u);
        bench_reset(&device, "brownout");
        pass_to_rise(PIN_CHARGER, 62u);
        assert_true(seen.floated_ns[PIN_CHARGER] >= (i < 2u ? 4900u : 59000u) * MS_NS);
        assert_true(seen.floated_ns[PIN_CHARGER] <= (i < 2u ? 6500u : 61500u) * MS_NS);
    }
    bench_forget_waits(&device);
    pass_us(1000000u);
    bench_short(&device, PIN_CHARGER, true);
    pass_us(1000000u);
    bench_reset(&device, "external");
    bench_short(&device, PIN_CHARGER, false);
    pass_to_rise(PIN_CHARGER, 62u);
    assert_true(seen.floated_ns[PIN_CHARGER] >= 59000u * MS_NS);
}

/* LOAD-6: two cuts lock Load out; neither a dip of the supply of 0.25 s nor a reset forgets it, 13.4 V for 30 s end it. */
static void a_lock_out_outlives_a_dip(void **state)
{
    const struct sbms_control_settings settings = {.lockout_retries = 1u, .lockout_clear_mv = 13400};
    uint8_t eeprom[SBMS_EEPROM_BYTES];
    struct bench_inputs inputs = bench_healthy;

    (void)state;
    memset(eeprom, 0xFF, sizeof eeprom);
    sbms_settings_encode(&settings, eeprom + SBMS_SETTINGS_OFFSET);
    bench_write_eeprom(&device, eeprom);
    start_healthy();
    for (unsigned i = 0u; i < 2u; i++) {
        inputs.atd = inputs.no_prealarm = false;
        bench_set(&device, inputs);
        pass_s(32u);
        assert_false(device.level[PIN_LOAD]);
        bench_set(&device, bench_healthy);
        pass_s(31u);
        assert_int_equal(device.level[PIN_LOAD], i == 0u);
    }
    inputs = bench_healthy;
    inputs.vbat_mv = 7000;
    for (unsigned i = 0u; i < 4u; i++) {
        tick_with(inputs);
        tick_with(inputs);
        bench_set(&device, bench_healthy);
        pass_s(100u);
        assert_true(device.level[PIN_CHARGER] && !device.level[PIN_LOAD]);
        bench_reset(&device, i % 2u == 0u ? "brownout" : "external");
        pass_s(3u);
        bench_advance_to(&device, TICK_US / 2u);
    }
    inputs.vbat_mv = 13600;
    bench_set(&device, inputs);
    pass_s(29u);
    assert_false(device.level[PIN_LOAD]);
    pass_s(2u);
    assert_true(device.level[PIN_LOAD]);
}

/* ---- warnings -------------------------------------------------------------------------------------------------------- */

/* PRE-4: a load that pulses is cut, at its second pull. */
static void a_load_that_pulses_is_cut(void **state)
{
    static const unsigned pauses_s[] = {4u, 20u};
    const struct bench_inputs lost = {12800, true, true, false, false};

    (void)state;
    for (unsigned i = 0u; i < 2u; i++) {
        start_healthy();
        bench_set(&device, lost);
        pass_s(27u);
        bench_set(&device, bench_healthy);
        pass_s(pauses_s[i]);
        assert_true(device.level[PIN_LOAD] && device.level[PIN_PREALARM]);
        bench_set(&device, lost);
        pass_s(1u);
        assert_false(device.level[PIN_LOAD]);
        assert_int_equal(seen.rises[PIN_PREALARM], 1);
        assert_true(seen.fell_ns[PIN_LOAD] - seen.rose_ns[PIN_PREALARM] >= 30000u * MS_NS);
    }
}

/* LOAD-3, SAFE-4: a shorted buzzer stops neither the time nor the cut. */
static void a_shorted_pre_alarm_and_load_is_cut(void **state)
{
    (void)state;
    start_healthy();
    bench_short(&device, PIN_PREALARM, true);
    bench_set(&device, (struct bench_inputs){12800, true, true, false, false});
    const uint64_t lost_ns = device.now_ns;
    pass_s(30u);
    assert_true(device.level[PIN_LOAD]);
    pass_s(1u);
    assert_int_equal(seen.rises[PIN_PREALARM], 1); /* and no try, for a minute */
    assert_about(seen.fell_ns[PIN_LOAD] - lost_ns, 30500u, "from the loss to the cut");
    assert_int_equal(seen.falls[PIN_CHARGER], 0);
}

/* SAFE-4, PRE-2, PRE-4, CHG-5: nothing can be measured for 0.3 s: warned, and not cut. */
static void a_reference_that_is_off_for_0_3_s(void **state)
{
    (void)state;
    start_healthy();
    bench_lose_reference(&device, "fault reference 880");
    pass_us(300000u);
    bench_find_reference(&device, "fault reference 1100");
    pass_us(500000u);
    assert_int_equal(seen.rises[PIN_PREALARM], 1);
    assert_int_equal(seen.falls[PIN_CHARGER], 1);
    pass_s(90u);
    assert_int_equal(seen.falls[PIN_LOAD], 0);
    assert_about(seen.floated_ns[PIN_CHARGER], 5000u, "Charger's wait");
    assert_about(seen.fell_ns[PIN_PREALARM] - seen.rose_ns[PIN_PREALARM], 61100u, "Pre-alarm");
}

/* LOAD-5, BAT-9: an empty battery, from the first sample on. */
static void an_empty_battery_at_the_start(void **state)
{
    (void)state;
    bench_set(&device, (struct bench_inputs){12800, true, true, false, false});
    bench_start(&device);
    watch();
    pass_us(UP_MS * 1000u);
    assert_true(device.level[PIN_CHARGER]);
    pass_s(120u);
    assert_int_equal(seen.rises[PIN_LOAD] + seen.rises[PIN_PREALARM] + seen.rises[PIN_LED_LOAD], 0);
}

/* ---- terminals ------------------------------------------------------------------------------------------------------- */

/* SAFE-4: Charger alone, tried after 1, 2, 4 ... 64 and 64 min; Load has no edge in 4 h. */
static void a_shorted_charger(void **state)
{
    (void)state;
    start_healthy();
    bench_short(&device, PIN_CHARGER, true);
    pass_s(1u);
    for (unsigned i = 0u; i < 8u; i++) {
        const unsigned minutes = i < 6u ? 1u << i : 64u;
        pass_to_rise(PIN_CHARGER, 60u * minutes + 2u);
        assert_about(seen.floated_ns[PIN_CHARGER], 60000u * minutes, "a try");
        if (device.level[PIN_CHARGER]) {
            pass_s(1u);
        }
        assert_int_equal(seen.falls[PIN_CHARGER], i + 2u);
    }
    assert_int_equal(seen.falls[PIN_LOAD] + seen.rises[PIN_PREALARM], 0);
}

/* SAFE-4: after a cut something else feeds what Load feeds: shown, and Charger charges on. */
static void load_is_fed_from_outside_after_a_cut(void **state)
{
    (void)state;
    start_healthy();
    bench_set(&device, (struct bench_inputs){12800, true, true, false, false});
    pass_s(32u);
    assert_false(device.level[PIN_LOAD]);
    bench_ask(&device, "fault output load high");
    pass_s(29u);
    assert_int_equal(seen.rises[PIN_LED_FAULT], 0);
    pass_s(3600u);
    assert_true(seen.rises[PIN_LED_FAULT] > 1000u); /* LED-3: blinks 5 */
    assert_int_equal(seen.falls[PIN_CHARGER] + seen.rises[PIN_LOAD], 0);
    bench_set(&device, bench_healthy);
    pass_s(2u);
    assert_true(bench_is_up(&device) && seen.falls[PIN_CHARGER] == 0u);
}

/* ---- LEDs ------------------------------------------------------------------------------------------------------------ */

/* LED-4: blue is lit one tick in 16 while Load waits with ATD present, and only then. */
static void blue_flashes_while_load_waits(void **state)
{
    unsigned flashes = 0u;

    (void)state;
    start_healthy();
    bench_set(&device, (struct bench_inputs){12800, true, true, false, false});
    pass_s(32u);
    assert_false(device.level[PIN_LOAD]);
    assert_int_equal(seen.rises[PIN_LED_LOAD], 0); /* ATD is absent */
    bench_set(&device, bench_healthy);
    pass_s(1u);
    watch();
    for (unsigned tick = 0u; tick < 160u; tick++) {
        pass_us(TICK_US);
        flashes += device.level[PIN_LED_LOAD] ? 1u : 0u;
        assert_false(device.level[PIN_LOAD]);
    }
    assert_int_equal(flashes, 10);
    assert_int_equal(seen.rises[PIN_LED_LOAD], 10);
    assert_about(seen.fell_ns[PIN_LED_LOAD] - seen.rose_ns[PIN_LED_LOAD] + 875u * MS_NS, 1000u,
                 "a flash, and 0.875 s");
}

/* LED-3: red is dark when the remote is known to be off, whatever the fault. */
static void a_fault_is_dark_when_the_remote_is_off(void **state)
{
    static const char *const faults[][2] = {{"fault crystal 1", "fault crystal 0"},
                                            {"fault output prealarm high", "fault output prealarm none"},
                                            {"fault adc 0", "fault adc none"}};
    struct bench_inputs off = bench_healthy;

    (void)state;
    off.remote_on = false;
    for (unsigned i = 0u; i < 3u; i++) {
        start_healthy();
        bench_set(&device, off);
        pass_s(1u);
        bench_ask(&device, "%s", faults[i][0]);
        watch();
        pass_s(4u); /* the clock's fault restarts the device, which then learns anew that the remote is off */
        seen.rises[PIN_LED_FAULT] = 0u;
        pass_s(60u);
        assert_int_equal(seen.rises[PIN_LED_FAULT], 0);
        assert_false(bench_any_high(&device) || device.level[PIN_LED_FAULT]);
        if (i < 2u) { /* the last one cannot see it */
            bench_set(&device, bench_healthy);
            pass_s(60u);
            assert_true(seen.rises[PIN_LED_FAULT] > 10u);
        }
        bench_ask(&device, "%s", faults[i][1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(atc_absent_one_tick_in_eight_from_the_start),
        CASE(atc_absent_two_ticks_in_ten),
        CASE(atc_absent_every_other_tick),
        CASE(a_remote_that_bounces_at_1_hz),
        CASE(a_load_that_pulls_the_supply_down),
        CASE(steps_go_back),
        CASE(a_fault_is_a_cut),
        CASE(a_reset_is_a_cut),
        CASE(a_reset_within_a_wait),
        CASE(chargers_waits_survive),
        CASE(a_lock_out_outlives_a_dip),
        CASE(a_load_that_pulses_is_cut),
        CASE(a_shorted_pre_alarm_and_load_is_cut),
        CASE(a_reference_that_is_off_for_0_3_s),
        CASE(an_empty_battery_at_the_start),
        CASE(a_shorted_charger),
        CASE(load_is_fed_from_outside_after_a_cut),
        CASE(blue_flashes_while_load_waits),
        CASE(a_fault_is_dark_when_the_remote_is_off),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
