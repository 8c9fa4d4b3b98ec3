/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Faults that are done to the device while its image runs in the simulated MCU (SAFE-1, SAFE-4, SAFE-5, SAFE-7, LED-3): what
 * floats, how soon, what red blinks, what the record says, and that it works again. The judge is in simulator_fixture.h.
 */
#include "firmware/atmega328p/selftest.h"
#include "tests/simulator_fixture.h"

#define SAFE_MS 500u     /* SAFE-4 names no time; CHG-3's is ours */
#define START_MS 1500u   /* SAFE-1 */
#define RESTART_MS 2000u /* the watchdog's 250 ms and the start after it */
#define SHOWN_MS(fault) \
    (RESTART_MS + 500u * (fault) + 1000u) /* with a round of blinks before the outputs return */
#define TURN_MS (SELFTEST_TURN_TICKS * SBMS_TICK_MS)
#define SWEEP_MS ((SRAM_LAST + 1u - SRAM_FIRST) / SELFTEST_PIECE_SRAM_BYTES * TURN_MS + SAFE_MS)
#define PROGRAM_MS \
    (2u * (SELFTEST_PROGRAM_BYTES / SELFTEST_PIECE_PROGRAM_BYTES + 1u) * \
     TURN_MS)                                 /* a sweep may have passed it */
#define RECOVERED_MS SHOWN_MS(SBMS_FAULT_MAX) /* after whatever a restart mends */
#define RECORDED_MS 700u                      /* eight records of 80 ms */
#define FILLER_BYTE \
    (SELFTEST_PROGRAM_BYTES - 14u) /* a byte that the CRC covers and no program runs through */
#define PROGRAM_CRC SELFTEST_PROGRAM_BYTES
#define VECTORS 26u
#define STATE_BYTES 64u /* of the law, in whole pieces of 8 (firmware/device/state.c) */

static struct bench device;

static int set_up(void **state)
{
    (void)state;
    bench_open(&device);
    return 0;
}

/* With all oscillators fast, the watchdog's too. */
static int set_up_fast(void **state)
{
    (void)state;
    bench_open_device(&device, (struct bench_device){"product", "fast", false});
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    bench_close(&device);
    return 0;
}

/* ---- what the cases share --------------------------------------------------------------------------------- */

static uint16_t mark_now(struct bench *b)
{
    const struct bench_log log = bench_read_log(b);

    return log_mark(&log);
}

static void assert_recorded_fault(struct bench *b, uint16_t mark, uint8_t fault)
{
    bench_advance_ms(b, RECORDED_MS);
    const struct bench_log log = bench_read_log(b);
    if (!log_has_fault(&log, mark, fault)) {
        fail_msg("the record does not name the fault \"%s\"", sbms_fault_word(fault));
    }
}

static void assert_recorded_boot(struct bench *b, uint16_t mark, uint8_t reset_flag)
{
    bench_advance_ms(b, RECORDED_MS);
    const struct bench_log log = bench_read_log(b);
    if (!log_has_boot(&log, mark, reset_flag)) {
        fail_msg("the record has no start with reset flag %u", reset_flag);
    }
}

static void assert_nothing_recorded(struct bench *b, uint16_t mark)
{
    bench_advance_ms(b, RECORDED_MS);
    assert_int_equal(mark_now(b), mark);
}

static void assert_floating(struct bench *b)
{
    bench_assert_safe(b);
    assert_false(bench_any_high(b));
}

/* Charger is high within `within_ms`, and never waits for Load; Load may have to (LOAD-8), until that is forgotten. */
static void assert_works(struct bench *b, uint32_t within_ms)
{
    uint32_t passed_ms = 0u;

    bench_set(b, bench_healthy);
    while (!b->level[PIN_CHARGER] && passed_ms < within_ms) {
        bench_advance_ms(b, 125u);
        passed_ms += 125u;
    }
    if (!b->level[PIN_CHARGER]) {
        fail_msg("Charger is not high after %u ms", (unsigned)within_ms);
    }
    if (!b->level[PIN_LOAD]) {
        bench_forget_waits(b);
        assert_true(bench_comes_up(b, 750u));
    }
    bench_assert_safe(b);
}

/* An edge of `pin`, the first at or after `from`; NULL: there is none. */
static const struct bench_edge *find_edge(const struct bench *b, uint64_t from_ns, enum bench_pin pin,
                                          bool high)
{
    for (unsigned i = 0u; i < b->edge_count; i++) {
        const struct bench_edge *edge = &b->edges[i];
        if (edge->ns >= from_ns && edge->pin == (uint8_t)pin && edge->high == high) {
            return edge;
        }
    }
    return NULL;
}

static void assert_near(uint64_t ns, uint64_t ms, unsigned percent, const char *what)
{
    if (ns * 100u < ms * MS_NS * (100u - percent) || ns * 100u > ms * MS_NS * (100u + percent)) {
        fail_msg("%s: %" PRIu64 " ms, not %" PRIu64, what, ns / MS_NS, ms);
    }
}

/* LED-3: red blinks `count`: one tick lit, three dark for each, then eight dark more. `percent`: of the clock. The outputs
 * do whatever the rules want. */
static void assert_red_blinks(struct bench *b, unsigned count, unsigned percent)
{
    unsigned seen = 0u;
    const struct bench_edge *lit = NULL;

    bench_forget_edges(b);
    bench_advance_ms(b, 3u * (count * 500u + 1000u));
    for (uint64_t from = 0u; (lit = find_edge(b, from, PIN_LED_FAULT, true)) != NULL; from = lit->ns + 1u) {
        const struct bench_edge *dark = find_edge(b, lit->ns, PIN_LED_FAULT, false);
        const struct bench_edge *next = dark == NULL ? NULL : find_edge(b, dark->ns, PIN_LED_FAULT, true);
        if (next == NULL) {
            break;
        }
        assert_near(dark->ns - lit->ns, 125u, percent, "red is lit");
        if (next->ns - lit->ns < 1000u * MS_NS) {
            assert_near(next->ns - lit->ns, 500u, percent, "from one blink to the next");
            seen += seen > 0u ? 1u : 0u; /* counted from a pause on */
            continue;
        }
        assert_near(next->ns - lit->ns, 1500u, percent, "over a pause");
        if (seen > 0u) {
            assert_int_equal(seen, count);
        }
        seen = 1u;
    }
    assert_true(seen > 0u);
    bench_assert_safe(b);
}

/* The same, and everything floats. */
static void assert_blinks(struct bench *b, unsigned count, unsigned percent)
{
    assert_red_blinks(b, count, percent);
    assert_floating(b);
}

/* Asleep, it wakes into the word at `address` of the flash: the return address of clock_sleep() is on top of the stack. */
static void wake_at(struct bench *b, unsigned address)
{
    const unsigned sp = bench_stack_pointer(b);

    assert_int_equal(bench_peek(b, ADDRESS_PHASE), PHASE_WAITING);
    bench_poke(b, sp + 1u, address >> 8);
    bench_poke(b, sp + 2u, address & 0xFFu);
}

/* A word behind the program and its data: "rjmp to itself" from there on. */
static unsigned filler_word(void)
{
    unsigned size = 0u;

    return bench_symbol("__data_load_end", &size) / 2u + 1u;
}

/* ---- brown-out ----------------------------------------------------------------------------------------------- */

static void brown_out(struct bench *b)
{
    const uint16_t mark = mark_now(b);

    bench_reset(b, "brownout");
    const uint64_t at_ns = b->now_ns;
    assert_floating(b);
    bench_forget_edges(b);
    assert_works(b, START_MS + 125u);
    const struct bench_edge *up = find_edge(b, 0u, PIN_CHARGER, true);
    assert_non_null(up);
    assert_true(up->ns - at_ns <= START_MS * MS_NS);
    assert_recorded_boot(b, mark, SBMS_RESET_BROWN_OUT);
}

/* Over a whole tick, its waking part more finely. */
static void brown_out_at_any_instant(void **state)
{
    (void)state;
    bench_start_healthy(&device);
    for (unsigned i = 0u; i < 125u; i++) {
        bench_advance(&device, 1000u * i + 13u);
        brown_out(&device);
    }
    for (unsigned i = 0u; i < 80u; i++) {
        bench_forget_edges(&device);
        bench_reset(&device, "external");
        assert_works(&device, START_MS);
        bench_advance_to(&device, (TICK_US - 1100u + 35u * i) % TICK_US); /* driving is 1.0 ms after waking */
        brown_out(&device);
    }
    assert_string_equal(bench_ask(&device, "audit"), "audit ok");
}

static void brown_out_within_start_up(void **state)
{
    (void)state;
    bench_start_healthy(&device);
    for (unsigned ms = 0u; ms < 1500u; ms += 19u) {
        bench_reset(&device, "brownout");
        bench_advance_ms(&device, ms);
        brown_out(&device);
    }
    assert_string_equal(bench_ask(&device, "audit"), "audit ok");
}

static void brown_out_during_an_eeprom_write(void **state)
{
    struct bench_inputs lost = bench_healthy;

    (void)state;
    lost.atc = false;
    bench_start_healthy(&device);
    for (unsigned i = 0u; i < 40u; i++) {
        const struct bench_log before = bench_read_log(&device);
        const uint16_t mark = log_mark(&before);
        bench_set(&device, lost);
        bench_advance_ms(&device, 190u + 2u * i); /* the record of Charger's edge is being written */
        bench_reset(&device, "brownout");
        assert_floating(&device);
        assert_true(bench_recovers(&device, START_MS)); /* Charger has to wait (CHG-5) */
        assert_recorded_boot(&device, mark, SBMS_RESET_BROWN_OUT);
        const struct bench_log after = bench_read_log(&device);
        /* what was there is still there, but for the ring's turn */
        for (unsigned at = 1u; at < after.count; at++) {
            assert_int_equal((uint16_t)(after.records[at].number - after.records[at - 1u].number), 1);
        }
        assert_true(after.count + after.torn >= SBMS_RECORD_SLOTS - 1u ||
                    after.records[0].number == before.records[0].number);
        assert_true((uint16_t)(log_mark(&after) - mark) >= 2u); /* the boot, Charger */
        bench_advance_ms(&device, 1000u);
    }
}

/* ---- the watchdog --------------------------------------------------------------------------------------------- */

/* SAFE-5: a program counter that is lost in unused flash. */
static void a_stalled_program_is_reset(void **state)
{
    (void)state;
    bench_start_healthy(&device);
    for (unsigned i = 0u; i < 16u; i++) {
        const uint16_t mark = mark_now(&device);
        const uint64_t resets = bench_stat(&device, "resets");
        bench_advance_to(&device, TICK_US / 2u); /* asleep */
        wake_at(&device, filler_word() + 97u * i);
        bench_advance_ms(&device, SAFE_MS); /* of the 2.5 s */
        assert_int_equal(bench_stat(&device, "resets"), resets + 1u);
        assert_floating(&device);
        assert_works(&device, RESTART_MS);
        assert_recorded_boot(&device, mark, SBMS_RESET_WATCHDOG);
    }
}

/* SAFE-5: interrupts off, so that no tick comes. */
static void interrupts_off_do_not_stall_it(void **state)
{
    struct bench_inputs lost = bench_healthy;

    (void)state;
    lost.atc = false;
    bench_start_healthy(&device);
    for (unsigned i = 0u; i < 50u; i++) {
        bench_ask(&device, "flip sreg 7");
        bench_set(&device, lost);
        bench_advance(&device, 2500000u + 20u * i); /* awake or asleep */
        bench_assert_safe(&device);
        assert_true(bench_recovers(&device, 2500u)); /* Charger waits, if the loss was seen before (CHG-5) */
        bench_assert_safe(&device);
        bench_advance(&device, 60000u + 35u * i);
    }
}

/* SAFE-4: a watchdog that does not bite is found at power-on. */
static void a_dead_watchdog_is_a_fault(void **state)
{
    (void)state;
    bench_set(&device, bench_healthy);
    bench_ask(&device, "fault wdt 1");
    bench_fault(&device, 0u);
    bench_start(&device);
    bench_advance_ms(&device, 2000u);
    assert_recorded_fault(&device, UINT16_MAX, SBMS_FAULT_WATCHDOG);
    assert_blinks(&device, SBMS_FAULT_WATCHDOG, 5u);
    bench_ask(&device, "fault wdt 0");
    bench_no_fault(&device);
    bench_start(&device);
    assert_works(&device, START_MS);
}

/* ---- the clocks ------------------------------------------------------------------------------------------------ */

static void a_crystal_that_never_starts(void **state)
{
    (void)state;
    bench_set(&device, bench_healthy);
    bench_ask(&device, "fault crystal 1");
    bench_fault(&device, 0u);
    bench_start(&device);
    assert_recorded_fault(&device, UINT16_MAX, SBMS_FAULT_CLOCK);
    assert_blinks(&device, SBMS_FAULT_CLOCK, 5u);
    bench_ask(&device, "fault crystal 0");
    bench_no_fault(&device);
    assert_works(&device, 1000u + RESTART_MS);
    bench_advance_ms(&device, 10000u);
    assert_true(device.level[PIN_LOAD] && device.level[PIN_CHARGER]);
}

/* At any instant of the second in which the oscillators are compared once. */
static void a_crystal_that_stops(void **state)
{
    (void)state;
    bench_start_healthy(&device);
    for (unsigned i = 0u; i < 30u; i++) {
        bench_advance(&device, 41000u * i + 77u);
        const uint16_t mark = mark_now(&device);
        bench_ask(&device, "fault crystal 1");
        bench_fault(&device, SAFE_MS);
        bench_advance_ms(&device, 5000u);
        assert_floating(&device);
        assert_recorded_fault(&device, mark, SBMS_FAULT_CLOCK);
        if (i == 0u) {
            assert_blinks(&device, SBMS_FAULT_CLOCK, 5u);
        }
        bench_ask(&device, "fault crystal 0");
        bench_no_fault(&device);
        assert_works(&device, 1000u + RESTART_MS);
        bench_advance_ms(&device, RECORDED_MS);
    }
}

static void an_rc_oscillator_20_percent_off(void **state)
{
    static const unsigned hz[] = {6400000u, 9600000u};

    (void)state;
    for (unsigned i = 0u; i < 2u; i++) {
        bench_set(&device, bench_healthy);
        bench_ask(&device, "cpu-hz %u", hz[i]); /* from power-on */
        bench_fault(&device, 0u);
        bench_start(&device);
        assert_recorded_fault(&device, UINT16_MAX, SBMS_FAULT_CLOCK);
        assert_blinks(&device, SBMS_FAULT_CLOCK, 30u); /* the tick is the RC's */
        const uint16_t mark = mark_now(&device);
        bench_advance_ms(&device, 60000u);
        assert_nothing_recorded(&device, mark); /* no restart either: it would wear the EEPROM */
        bench_ask(&device, "cpu-hz 8000000");
        bench_no_fault(&device);
        assert_works(&device, 1000u + RESTART_MS);
        bench_advance_ms(&device, RECORDED_MS);

        const uint16_t running = mark_now(&device);
        bench_ask(&device, "cpu-hz %u", hz[i]); /* while running: compared once a second, twice in a row */
        bench_fault(&device, 2500u);
        bench_advance_ms(&device, 3000u);
        assert_floating(&device);
        assert_recorded_fault(&device, running, SBMS_FAULT_CLOCK);
        assert_blinks(&device, SBMS_FAULT_CLOCK, 5u); /* the tick is the crystal's */
        bench_ask(&device, "cpu-hz 8000000");
        bench_no_fault(&device);
        assert_works(&device, 1000u + RESTART_MS);
    }
}

static void an_rc_oscillator_10_percent_off(void **state)
{
    static const unsigned hz[] = {7200000u, 8800000u};

    (void)state;
    for (unsigned i = 0u; i < 2u; i++) {
        bench_ask(&device, "cpu-hz %u", hz[i]);
        bench_start_healthy(&device);
        const uint16_t mark = mark_now(&device);
        bench_advance_ms(&device, 20000u);
        assert_nothing_recorded(&device, mark);
        assert_true(device.level[PIN_LOAD] && device.level[PIN_CHARGER]);
    }
}

/* ---- the outputs ----------------------------------------------------------------------------------------------- */

/* What makes an output go high. */
static struct bench_inputs inputs_for(enum bench_pin output)
{
    struct bench_inputs inputs = bench_healthy;

    inputs.no_prealarm = output != PIN_PREALARM;
    return inputs;
}

/* Lets time pass until `pin` has gone as `high` says after `since_ns`; returns when that was. It must within `ms` from now. */
static uint64_t wait_for(struct bench *b, uint64_t since_ns, enum bench_pin pin, bool high, uint64_t ms)
{
    const uint64_t end_ns = b->now_ns + ms * MS_NS;
    const struct bench_edge *edge = NULL;

    while ((edge = find_edge(b, since_ns + 1u, pin, high)) == NULL && b->now_ns < end_ns) {
        if (b->edge_count > BENCH_EDGES / 2u) {
            bench_forget_edges(b);
        }
        bench_advance_ms(b, 1000u);
    }
    if (edge == NULL) {
        fail_msg("%s does not go %s within %" PRIu64 " ms", bench_pin_names[pin], high ? "high" : "low", ms);
    }
    return edge->ns;
}

/* All but `output`, and Pre-alarm beside Load, are as they were. */
static void assert_others_stay(const struct bench *b, enum bench_pin output)
{
    assert_int_equal(b->level[PIN_LOAD], output != PIN_LOAD);
    assert_int_equal(b->level[PIN_LED_LOAD], output != PIN_LOAD);
    assert_int_equal(b->level[PIN_PREALARM], output == PIN_CHARGER);
    assert_int_equal(b->level[PIN_CHARGER], output != PIN_CHARGER);
}

/* SAFE-4, PRE-3, SAFE-7: a short floats its output alone, and Pre-alarm with Load; it is tried after 1, 2, 4 min, recorded
 * once, and over when a try holds. */
static void a_shorted_output(void **state)
{
    (void)state;
    for (enum bench_pin output = PIN_LOAD; output <= PIN_CHARGER; output++) {
        bench_start_healthy(&device);
        bench_set(&device, inputs_for(PIN_PREALARM));
        bench_advance_ms(&device, 1000u);
        assert_true(device.level[PIN_LOAD] && device.level[PIN_PREALARM] && device.level[PIN_CHARGER]);
        uint16_t mark = mark_now(&device);
        bench_forget_edges(&device);
        bench_short(&device, output, true);
        uint64_t fell_ns = wait_for(&device, device.now_ns, output, false, 1000u);
        assert_recorded_fault(&device, mark, SBMS_FAULT_OUTPUT);
        mark = mark_now(&device);
        assert_red_blinks(&device, SBMS_FAULT_OUTPUT, 5u);
        assert_others_stay(&device, output);
        for (unsigned minutes = 1u; minutes <= 4u; minutes *= 2u) {
            const uint64_t tried_ns = wait_for(&device, fell_ns, output, true, 60000u * minutes + 1000u);
            assert_near(tried_ns - fell_ns, 60000u * minutes, 1u, "a try after minutes");
            fell_ns = wait_for(&device, tried_ns, output, false, 1000u);
            assert_near(fell_ns - tried_ns, 500u, 3u, "a try lasts");
            assert_others_stay(&device, output);
        }
        bench_advance_ms(&device, RECORDED_MS);
        const struct bench_log log = bench_read_log(&device);
        assert_false(log_has_fault(&log, mark, SBMS_FAULT_OUTPUT));
        bench_short(&device, output, false);
        (void)wait_for(&device, fell_ns, output, true, 481000u);
        bench_advance_ms(&device, 1500u);
        bench_forget_edges(&device);
        bench_advance_ms(&device, 5000u);
        assert_int_equal(device.edge_count, 0); /* the fault is over, and nothing blinks */
        assert_true(device.level[PIN_LOAD] && device.level[PIN_PREALARM] && device.level[PIN_CHARGER]);
        bench_assert_safe(&device);
    }
}

/* SAFE-4: the remote off for 1 s tries a short at once, and begins with a minute anew. */
static void the_remote_tries_a_short_at_once(void **state)
{
    (void)state;
    bench_start_healthy(&device);
    for (enum bench_pin output = PIN_LOAD; output <= PIN_CHARGER; output += 2) {
        for (unsigned i = 0u; i < 3u; i++) {
            bench_short(&device, output, true);
            bench_advance_ms(&device, 10000u);
            assert_false(device.level[output]);
            bench_forget_waits(&device);
            bench_forget_edges(&device);
            bench_advance_ms(&device, 1000u); /* tried, and short still */
            assert_non_null(find_edge(&device, 0u, output, true));
            assert_false(device.level[output]);
            const uint64_t fell_ns = find_edge(&device, 0u, output, false)->ns;
            bench_short(&device, output, false);
            assert_near(wait_for(&device, fell_ns, output, true, 61000u) - fell_ns, 60000u, 1u,
                        "a try after a minute");
            bench_advance_ms(&device, 2000u);
        }
    }
    bench_assert_safe(&device);
}

/* What makes an output float. */
static struct bench_inputs inputs_without(enum bench_pin output)
{
    struct bench_inputs inputs = bench_healthy;

    inputs.atc = output != PIN_CHARGER;
    inputs.atd = output != PIN_LOAD;
    return inputs;
}

/* SAFE-4: fed from outside for 30 s (a capacitor may hold it so long), an output is shown and recorded, and nothing else
 * changes; it may be high again at any time. */
static void an_output_that_does_not_float(void **state)
{
    (void)state;
    for (enum bench_pin output = PIN_LOAD; output <= PIN_CHARGER; output++) {
        bench_set(&device, inputs_without(output));
        bench_start(&device);
        bench_advance_ms(&device, 3000u);
        bool before[PINS];
        memcpy(before, device.level, sizeof before);
        assert_false(before[output]);
        const uint16_t mark = mark_now(&device);
        bench_ask(&device, "fault output %s high", bench_pin_names[output]);
        bench_forget_edges(&device);
        bench_advance_ms(&device, 29500u);
        assert_int_equal(device.edge_count, 0);
        bench_advance_ms(&device, 1500u);
        assert_true(device.edge_count > 0u); /* red */
        assert_recorded_fault(&device, mark, SBMS_FAULT_OUTPUT);
        assert_red_blinks(&device, SBMS_FAULT_OUTPUT, 5u);
        bench_advance_ms(&device, 600000u);
        assert_memory_equal(before, device.level, OUTPUT_PINS * sizeof before[0]);
        if (output != PIN_PREALARM) {
            bench_set(&device, bench_healthy);
            bench_advance_ms(&device, 1500u); /* what may be high is, and follows */
            assert_true(device.level[PIN_LOAD] && device.level[PIN_CHARGER]);
        }
        bench_ask(&device, "fault output %s none", bench_pin_names[output]);
        assert_works(&device, START_MS);
        bench_advance_ms(&device, 1000u);
        assert_false(device.level[PIN_LED_FAULT]);
    }
}

/* ---- the converter --------------------------------------------------------------------------------------------- */

/* SAFE-4, LOAD-3, LOAD-8, CHG-5: the signals count as lost, so Charger floats at once and Load after the warning time; the
 * end is a return, with the waits of one. */
static void assert_reference_fault(struct bench *b, const char *fault, const char *none)
{
    bench_start_healthy(b);
    const uint16_t mark = mark_now(b);
    bench_lose_reference(b, fault);
    bench_advance_ms(b, 1000u);
    const struct bench_edge *warned = find_edge(b, 0u, PIN_PREALARM, true);
    assert_non_null(warned);
    const uint64_t warned_ns = warned->ns;
    assert_true(b->level[PIN_LOAD] && !b->level[PIN_CHARGER]);
    assert_recorded_fault(b, mark, SBMS_FAULT_REFERENCE);
    assert_red_blinks(b, SBMS_FAULT_REFERENCE, 5u);
    assert_true(b->level[PIN_LOAD] && b->level[PIN_PREALARM]);
    const uint64_t cut_ns = wait_for(b, warned_ns, PIN_LOAD, false, 31000u);
    assert_near(cut_ns - warned_ns, 30500u, 1u, "from the warning to the cut");
    assert_true(cut_ns - warned_ns >= 30000u * MS_NS);
    assert_floating(b);
    bench_find_reference(b, none);
    bench_forget_edges(b);
    bench_advance_ms(b, START_MS);
    assert_true(b->level[PIN_CHARGER] && !b->level[PIN_LOAD]);
    assert_near(wait_for(b, cut_ns, PIN_LOAD, true, 30000u) - cut_ns, 30000u, 1u,
                "from the cut to Load's return");
    bench_assert_safe(b);
}

/* What is off does not come on. */
static void assert_reference_fault_when_off(struct bench *b, const char *fault, const char *none)
{
    struct bench_inputs off = bench_healthy;

    off.remote_on = false;
    bench_set(b, off);
    bench_advance_ms(b, 1000u);
    bench_forget_edges(b);
    bench_lose_reference(b, fault);
    bench_advance_ms(b, 10000u);
    assert_int_equal(b->edge_count, 0); /* red neither (LED-3) */
    bench_find_reference(b, none);
    assert_works(b, START_MS);
}

static void a_converter_that_cannot_be_trusted(void **state)
{
    static const char *const faults[][2] = {{"fault adc 0", "fault adc none"},
                                            {"fault adc 1023", "fault adc none"},
                                            {"fault reference 880", "fault reference 1100"},
                                            {"fault reference 1320", "fault reference 1100"}};

    (void)state;
    for (unsigned i = 0u; i < sizeof faults / sizeof faults[0]; i++) {
        assert_reference_fault(&device, faults[i][0], faults[i][1]);
        assert_reference_fault_when_off(&device, faults[i][0], faults[i][1]);
    }
}

static void a_band_gap_10_percent_off(void **state)
{
    static const unsigned mv[] = {990u, 1210u};

    (void)state;
    for (unsigned i = 0u; i < 2u; i++) {
        bench_start_healthy(&device);
        const uint16_t mark = mark_now(&device);
        bench_ask(&device, "fault reference %u", mv[i]);
        bench_advance_ms(&device, 10000u);
        assert_nothing_recorded(&device, mark);
        assert_true(device.level[PIN_LOAD] && device.level[PIN_CHARGER]);
        bench_ask(&device, "fault reference 1100");
    }
}

static void one_bad_reading_changes_nothing(void **state)
{
    static const char *const faults[] = {"fault adc 0", "fault adc 1023", "fault reference 880"};

    (void)state;
    bench_start_healthy(&device);
    const uint16_t mark = mark_now(&device);
    for (unsigned i = 0u; i < 30u; i++) {
        const bool low_end = i % 3u < 2u;
        bench_ask(&device, "%s", faults[i % 3u]);
        bench_advance(&device, TICK_US);
        bench_ask(&device, low_end ? "fault adc none" : "fault reference 1100");
        bench_advance(&device, TICK_US * (1u + i % 5u));
    }
    assert_int_equal(device.edge_count, 0);
    assert_nothing_recorded(&device, mark);
}

/* ---- the chain --------------------------------------------------------------------------------------------------- */

/* SAFE-3 and firmware/atmega328p/sense.h: what is tied reads as lost, and the outputs do what they do then. */
static void assert_lost_chain(struct bench *b, const char *fault, const char *none)
{
    const struct bench_inputs lost = {12800, true, false, false, false};

    bench_start_healthy(b);
    bench_ask(b, "%s", fault);
    bench_judge_until(b, b->now_ns);
    b->inputs = lost; /* what the device is to make of it; the batteries still close all loops */
    bench_judge_from(b, b->now_ns);
    bench_advance_ms(b, 33000u);
    bench_assert_safe(b);
    assert_false(b->level[PIN_LOAD] || b->level[PIN_CHARGER]);
    bench_set(b, lost); /* and now they do not */
    bench_advance_ms(b, 33000u);
    assert_floating(b);
    bench_ask(b, "%s", none);
    assert_works(b, START_MS);
}

static void loops_that_are_tied(void **state)
{
    (void)state;
    assert_lost_chain(&device, "fault loops joined", "fault loops none");
    assert_lost_chain(&device, "fault loop atc high", "fault loop atc none");
    assert_lost_chain(&device, "fault loop atd high", "fault loop atd none");
    assert_lost_chain(&device, "fault loop no_prealarm high", "fault loop no_prealarm none");
}

/* ---- the settings ------------------------------------------------------------------------------------------------ */

static void settings_blank_bad_and_good(void **state)
{
    uint8_t eeprom[SBMS_EEPROM_BYTES];
    const struct sbms_control_settings delay = {.reconnect_delay_s = 60u};
    const struct bench_log *log = &(struct bench_log){.count = 0u};

    (void)state;
    bench_start_healthy(&device);
    struct bench_log read = bench_read_log(&device);
    log = &read;
    assert_false(log_has_any_fault(log, UINT16_MAX)); /* blank */
    bench_read_eeprom(&device, eeprom);
    sbms_settings_encode(&delay, eeprom + SBMS_SETTINGS_OFFSET);
    for (unsigned byte = 0u; byte <= SBMS_SETTINGS_BYTES; byte++) {
        const uint16_t mark = log_mark(log);
        uint8_t bad[SBMS_EEPROM_BYTES];
        memcpy(bad, eeprom, sizeof bad);
        if (byte < SBMS_SETTINGS_BYTES) {
            bad[SBMS_SETTINGS_OFFSET + byte] ^= (uint8_t)(1u << byte % 8u);
        }
        bench_write_eeprom(&device, bad);
        bench_start_healthy(&device);
        read = bench_read_log(&device);
        assert_int_equal(log_has_fault(log, mark, SBMS_FAULT_SETTINGS), byte < SBMS_SETTINGS_BYTES);
        bench_read_eeprom(&device, eeprom);
        assert_memory_equal(eeprom, bad, SBMS_SETTINGS_BYTES); /* nothing is mended that is not understood */
        sbms_settings_encode(&delay, eeprom + SBMS_SETTINGS_OFFSET);
    }
}

/* ---- wild jumps and interrupts ------------------------------------------------------------------------------------ */

static bool is_used(unsigned vector)
{
    static const unsigned used[] = {7u,  8u,  11u, 19u,
                                    20u, 21u, 22u}; /* Timer2 A, B; Timer1 A; UART 2; ADC; EEPROM */

    for (unsigned i = 0u; i < sizeof used / sizeof used[0]; i++) {
        if (used[i] == vector) {
            return true;
        }
    }
    return false;
}

/* Jumps into each vector that nobody asked for. */
static void unused_vectors(void **state)
{
    (void)state;
    bench_start_healthy(&device);
    for (unsigned vector = 1u; vector < VECTORS; vector++) {
        if (is_used(vector)) {
            continue;
        }
        const uint16_t mark = mark_now(&device);
        bench_advance_to(&device, TICK_US / 2u); /* asleep */
        wake_at(&device, 2u * vector);
        bench_advance_ms(&device, SAFE_MS);
        assert_floating(&device);
        assert_works(&device, SHOWN_MS(SBMS_FAULT_REGISTER));
        assert_recorded_fault(&device, mark, SBMS_FAULT_REGISTER);
        assert_recorded_boot(&device, mark, SBMS_RESET_WATCHDOG);
    }
}

/* The program runs into its beginning: a start without a reset. */
static void a_jump_to_the_beginning(void **state)
{
    (void)state;
    bench_start_healthy(&device);
    const uint16_t mark = mark_now(&device);
    bench_advance_to(&device, TICK_US / 2u); /* asleep */
    wake_at(&device, 0u);
    bench_advance_ms(&device, SAFE_MS);
    assert_floating(&device);
    assert_works(&device, RESTART_MS);
    bench_advance_ms(&device, RECORDED_MS);
    const struct bench_log log = bench_read_log(&device);
    assert_true(log_has_any_boot(&log, mark));
}

/* A jump to each word of the program, into the middle of instructions too: whatever runs there, nothing unsafe comes of
 * it. The device works again, but for a few jumps into its start that fake a dead watchdog, and those float everything. */
static void wild_jumps(void **state)
{
    struct bench_inputs lost = bench_healthy;
    unsigned faulty = 0u;

    (void)state;
    lost.atc = false;
    bench_start_healthy(&device);
    const unsigned words = filler_word() + 100u;
    const unsigned stride = bench_stride(23u);
    for (unsigned word = bench_first(stride); word < words; word += stride) {
        bench_advance_to(&device, TICK_US / 2u); /* asleep */
        wake_at(&device, word);
        bench_set(&device, lost);
        bench_advance_ms(&device, 1000u);
        if (device.unsafe[0] != '\0') {
            fail_msg("a jump to 0x%04X: unsafe %s", 2u * word, device.unsafe);
        }
        if (!bench_recovers(&device, RECOVERED_MS)) {
            assert_floating(&device);
            faulty++;
            bench_start_healthy(&device);
        }
    }
    printf("wild jumps: %u of %u leave a fault until power-on\n", faulty, words / stride);
    assert_true(faulty < words / stride / 25u);
}

/* Interrupts that nobody asked for: register and bit of the enable and of the flag. */
static void unwanted_interrupts(void **state)
{
    static const struct {
        unsigned enable;
        unsigned enable_bit;
        unsigned flag;
        unsigned flag_bit;
    } interrupts[] = {
        {0x6E, 0, 0x35, 0}, {0x6E, 1, 0x35, 1}, {0x6E, 2, 0x35, 2}, /* TIMSK0, TIFR0 */
        {0x6F, 0, 0x36, 0}, {0x6F, 2, 0x36, 2}, {0x6F, 5, 0x36, 5}, /* TIMSK1, TIFR1 */
        {0x70, 0, 0x37, 0},                                         /* TIMSK2, TIFR2 */
        {0x3D, 0, 0x3C, 0}, {0x3D, 1, 0x3C, 1},                     /* EIMSK, EIFR */
        {0x68, 0, 0x3B, 0}, {0x68, 1, 0x3B, 1}, {0x68, 2, 0x3B, 2}, /* PCICR, PCIFR */
    };

    (void)state;
    bench_start_healthy(&device);
    for (unsigned i = 0u; i < sizeof interrupts / sizeof interrupts[0]; i++) {
        const uint16_t mark = mark_now(&device);
        bench_ask(&device, "flip io %u %u", interrupts[i].enable, interrupts[i].enable_bit);
        bench_ask(&device, "flip io %u %u", interrupts[i].flag, interrupts[i].flag_bit);
        bench_advance_ms(&device, SAFE_MS);
        assert_floating(&device);
        assert_works(&device, SHOWN_MS(SBMS_FAULT_REGISTER));
        assert_recorded_fault(&device, mark, SBMS_FAULT_REGISTER);
    }
}

/* ---- memory -------------------------------------------------------------------------------------------------------- */

/* LED-3: startup.S blinks 1 with everything floating, between its resets. */
static void assert_start_up_blinks(struct bench *b)
{
    unsigned seen = 0u;

    bench_forget_edges(b);
    bench_advance_ms(b, 8000u);
    for (unsigned i = 0u; i + 1u < b->edge_count; i++) {
        assert_int_equal(b->edges[i].pin, PIN_LED_FAULT);
        const uint64_t lasted_ns = b->edges[i + 1u].ns - b->edges[i].ns;
        if (b->edges[i].high) {
            assert_near(lasted_ns, 125u, 5u, "red is lit");
        } else {
            assert_true(lasted_ns > 1400u * MS_NS && lasted_ns < 2200u * MS_NS);
        }
        seen++;
    }
    assert_true(seen >= 6u);
    assert_floating(b);
}

/* Until everything floats, which it must within `within_ms`, and some seconds more: a device that has found its fault is awake,
 * and a second of that takes the simulator many times as long as one asleep. */
static void await_floating(struct bench *b, uint32_t within_ms)
{
    for (uint32_t passed_ms = 0u; bench_any_high(b) && passed_ms < within_ms; passed_ms += 1000u) {
        bench_advance_ms(b, 1000u);
    }
    bench_advance_ms(b, 2000u);
}

static void assert_stuck_bit_is_found(struct bench *b, unsigned address, unsigned bit, uint32_t within_ms)
{
    bench_start_healthy(b);
    const uint16_t mark = mark_now(b);
    const unsigned value = (bench_peek(b, address) >> bit) & 1u;
    bench_ask(b, "stick sram %u %u %u", address, bit, value ^ 1u);
    bench_fault(b, within_ms);
    await_floating(b, within_ms);
    if (b->unsafe[0] != '\0' || bench_any_high(b)) {
        fail_msg("bit %u of 0x%03X is stuck and not found in %u ms", bit, address, (unsigned)within_ms);
    }
    assert_start_up_blinks(b);
    bench_ask(b, "stick none");
    bench_no_fault(b);
    assert_works(b, 2000u + SHOWN_MS(SBMS_FAULT_MEMORY)); /* startup.S tries again every 2 s */
    assert_recorded_fault(b, mark, SBMS_FAULT_MEMORY);
}

static void a_stuck_bit_of_the_sram(void **state)
{
    unsigned size = 0u;
    const unsigned control = bench_symbol("control", &size);

    (void)state;
    bench_start_healthy(&device);
    const unsigned stack = bench_stack_pointer(&device);
    assert_stuck_bit_is_found(&device, control + size - 1u, 7u, SAFE_MS);
    assert_stuck_bit_is_found(&device, control + 14u, 2u, SAFE_MS);
    assert_stuck_bit_is_found(&device, stack + 1u, 5u, SWEEP_MS);
    assert_stuck_bit_is_found(&device, 0x500u, 4u, SWEEP_MS);
    assert_stuck_bit_is_found(&device, SRAM_LAST, 3u, SWEEP_MS);
}

/* SAFE-4: a bit of the state, or of its inverse, ends in a restart before it can decide anything. */
static void a_flipped_bit_of_the_state(void **state)
{
    static const char *const variables[] = {"control", "inverse"};

    (void)state;
    bench_start_healthy(&device);
    for (unsigned i = 0u; i < 2u; i++) {
        unsigned size = 0u;
        const unsigned first = bench_symbol(variables[i], &size);
        assert_int_equal(size, STATE_BYTES);
        const unsigned stride = bench_stride(7u);
        for (unsigned place = bench_first(stride); place < 8u * size; place += stride) {
            const uint16_t mark = mark_now(&device);
            bench_advance_to(&device, TICK_US / 2u); /* asleep */
            bench_ask(&device, "flip sram %u %u", first + place / 8u, place % 8u);
            bench_advance(&device, TICK_US);
            if (bench_any_high(&device)) {
                fail_msg("%s, byte %u, bit %u: a tick later something is high", variables[i], place / 8u,
                         place % 8u);
            }
            assert_works(&device, SHOWN_MS(SBMS_FAULT_MEMORY));
            assert_recorded_fault(&device, mark, SBMS_FAULT_MEMORY);
        }
    }
}

/* What the state is in when a bit of it flips, and how long until then. */
static const struct {
    struct bench_inputs inputs;
    const char *fault;
    const char *none;
    unsigned ms;
    bool floats_all;
} state_situations[] = {
    {{12800, true, true, false, false}, NULL, NULL, 20000u, false}, /* warned */
    {{12800, true, true, false, false}, NULL, NULL, 32000u, false}, /* cut */
    {{12800, true, false, true, true}, NULL, NULL, 1000u, false},   /* ATC lost */
    {{12800, false, true, true, true}, NULL, NULL, 600u, false},    /* remote off */
    {{7000, true, true, true, true}, NULL, NULL, 1000u, false},     /* supply low */
    {{12800, true, true, true, true}, "fault output load low", "fault output load none", 3000u, false},
    {{12800, true, true, true, true}, "fault adc 0", "fault adc none", 3000u, false},
    {{12800, true, true, true, true}, "cpu-hz 6400000", "cpu-hz 8000000", 4000u, true},
};

/* SAFE-4: the same while anything else goes on, an internal fault too: a tick later everything floats. */
static void a_flipped_bit_in_each_situation(void **state)
{
    static const char *const variables[] = {"control", "inverse"};
    const unsigned situations = sizeof state_situations / sizeof state_situations[0];
    const unsigned bits = 2u * 8u * STATE_BYTES;
    unsigned size = 0u;

    (void)state;
    bench_start_healthy(&device);
    const unsigned stride = bench_stride(61u);
    for (unsigned i = 0u; i < situations; i++) {
        for (unsigned place = (bench_first(stride) + 7u * i) % stride; place < bits; place += stride) {
            const unsigned bit = place % (bits / 2u);
            const unsigned address = bench_symbol(variables[place / (bits / 2u)], &size) + bit / 8u;
            if (state_situations[i].fault != NULL) {
                bench_ask(&device, "%s", state_situations[i].fault);
            }
            device.blind = i == 6u;
            bench_set(&device, state_situations[i].inputs);
            bench_advance_ms(&device, state_situations[i].ms);
            bench_advance_to(&device, TICK_US / 2u); /* asleep */
            assert_true(!state_situations[i].floats_all || !bench_any_high(&device));
            bench_ask(&device, "flip sram %u %u", address, bit % 8u);
            bench_advance(&device, TICK_US);
            assert_floating(&device);
            bench_fault(&device, 0u); /* ... and nothing rises while the fault is shown */
            bench_advance_ms(&device, 1500u);
            bench_no_fault(&device);
            if (state_situations[i].none != NULL) {
                bench_ask(&device, "%s", state_situations[i].none);
            }
            device.blind = false;
            assert_true(bench_recovers(&device, RECOVERED_MS));
            bench_assert_safe(&device);
        }
    }
}

/* LED-3: a fault that its restart has mended is blinked once, with all outputs floating, before the device works on. */
static void a_mended_fault_is_shown(void **state)
{
    static const struct {
        const char *flip;
        unsigned fault;
    } flips[] = {{"flip sram %u 0", SBMS_FAULT_MEMORY}, {"flip io 0x70 0", SBMS_FAULT_REGISTER}}; /* TIMSK2 */
    unsigned size = 0u;

    (void)state;
    bench_start_healthy(&device);
    for (unsigned i = 0u; i < sizeof flips / sizeof flips[0]; i++) {
        unsigned blinks = 0u;
        bench_advance_to(&device, TICK_US / 2u);
        bench_forget_edges(&device);
        bench_ask(&device, flips[i].flip, bench_symbol("control", &size));
        bench_advance_ms(&device, SAFE_MS);
        assert_floating(&device);
        assert_works(&device, SHOWN_MS(flips[i].fault));
        for (unsigned edge = 0u; edge < device.edge_count; edge++) {
            blinks += device.edges[edge].pin == PIN_LED_FAULT && device.edges[edge].high ? 1u : 0u;
        }
        assert_int_equal(blinks, flips[i].fault);
    }
}

/* Inputs that make a wrong device show itself, one rule after the other. */
static void provoke(struct bench *b)
{
    static const struct {
        struct bench_inputs inputs;
        unsigned ms;
    } steps[] = {
        {{12800, true, false, true, true}, 1000u},   /* ATC lost */
        {{12800, true, true, false, false}, 33000u}, /* ATD lost */
        {{12800, true, true, true, true}, 1500u},
        {{12800, false, true, true, true}, REMOTE_OFF_MS}, /* remote off, and nothing has to wait any more */
        {{12800, true, true, true, true}, 500u},
        {{7000, true, true, true, true}, 1000u}, /* supply low */
    };

    for (unsigned i = 0u; i < sizeof steps / sizeof steps[0]; i++) {
        bench_set(b, steps[i].inputs);
        bench_advance_ms(b, steps[i].ms);
    }
}

/* All other bytes. It must also work again by itself. */
static void a_flipped_bit_of_the_data(void **state)
{
    const unsigned end = bench_data_end();

    (void)state;
    bench_start_healthy(&device);
    const unsigned stride = bench_stride(13u);
    for (unsigned place = 8u * SRAM_FIRST + bench_first(stride); place < 8u * end; place += stride) {
        bench_advance_to(&device, TICK_US / 2u); /* asleep */
        bench_ask(&device, "flip sram %u %u", place / 8u, place % 8u);
        provoke(&device);
        if (device.unsafe[0] != '\0') {
            fail_msg("bit %u of 0x%03X: unsafe %s", place % 8u, place / 8u, device.unsafe);
        }
        if (!bench_recovers(&device, RECOVERED_MS)) {
            printf("bit %u of 0x%03X: the device does not work any more\n", place % 8u, place / 8u);
            bench_start_healthy(&device);
        }
        bench_advance_ms(&device, 300u);
    }
}

/* Where the copies of the state are while the law's two steps are taken: on the stack, or in the twin. */
static unsigned place_of_copy(struct bench *b, unsigned place, unsigned stack_places, unsigned twin)
{
    if (place >= stack_places) {
        return twin + place - stack_places;
    }
    const unsigned address = bench_stack_pointer(b) + 1u + place;
    return address <= SRAM_LAST ? address : SRAM_LAST;
}

/* A bit that flips while the law's two steps are taken. With bit 7 of alarm_ticks flipped, the cut would come 16 s late
 * (LOAD-3). */
static void a_flipped_bit_while_it_decides(void **state)
{
    const struct bench_inputs lost = {12800, true, true, false, false};
    const unsigned stack_places = 64u;
    unsigned size = 0u;
    const unsigned twin = bench_symbol("twin", &size);

    (void)state;
    assert_int_equal(size, STATE_BYTES);
    bench_start_healthy(&device);
    const unsigned stride = bench_stride(7u);
    for (unsigned place = bench_first(stride); place < stack_places + size; place += stride) {
        for (unsigned us = 0u; us < 600u; us += 60u) {
            bench_set(&device, lost);
            bench_advance_ms(&device, 20000u);
            bench_advance_to(&device, BEFORE_WAKING_US);
            bench_advance_past(&device, PHASE_WAITING, 50u);
            bench_advance_past(&device, PHASE_SAMPLE, 10u);
            bench_advance(&device, us);
            const unsigned address = place_of_copy(&device, place, stack_places, twin);
            bench_ask(&device, "flip sram %u 7", address);
            bench_advance_ms(&device, 12500u);
            if (device.unsafe[0] != '\0') {
                fail_msg("bit 7 of 0x%03X, %u us into the decision: unsafe %s", address, us, device.unsafe);
            }
            if (!bench_recovers(&device, RECOVERED_MS)) { /* a program counter astray: as in wild_jumps() */
                assert_floating(&device);
                bench_start_healthy(&device);
            }
        }
    }
}

/* ---- the program ----------------------------------------------------------------------------------------------------- */

/* A bit of the flash: found within the sweep, and nothing is high until it is right again. */
static void a_flipped_bit_of_the_program(void **state)
{
    static const unsigned addresses[] = {FILLER_BYTE, PROGRAM_CRC, PROGRAM_CRC + 1u, PROGRAM_CRC - 1u};

    (void)state;
    for (unsigned i = 0u; i < sizeof addresses / sizeof addresses[0]; i++) {
        bench_start_healthy(&device);
        const uint16_t mark = mark_now(&device);
        bench_ask(&device, "flip flash %u %u", addresses[i], 2u * i);
        bench_fault(&device, PROGRAM_MS);
        await_floating(&device, PROGRAM_MS);
        assert_floating(&device);
        assert_recorded_fault(&device, mark, SBMS_FAULT_PROGRAM);
        assert_blinks(&device, SBMS_FAULT_PROGRAM, 5u);
        bench_start(&device); /* a restart does not mend it */
        bench_advance_ms(&device, 3000u);
        assert_floating(&device);
        assert_blinks(&device, SBMS_FAULT_PROGRAM, 5u);
        bench_ask(&device, "flip flash %u %u", addresses[i], 2u * i);
        bench_no_fault(&device);
        bench_start(&device);
        assert_works(&device, START_MS);
    }
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
#define FAST(name) cmocka_unit_test_setup_teardown(name, set_up_fast, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(brown_out_at_any_instant),
        CASE(brown_out_within_start_up),
        CASE(brown_out_during_an_eeprom_write),
        CASE(a_stalled_program_is_reset),
        CASE(interrupts_off_do_not_stall_it),
        CASE(a_dead_watchdog_is_a_fault),
        CASE(a_crystal_that_never_starts),
        CASE(a_crystal_that_stops),
        CASE(an_rc_oscillator_20_percent_off),
        CASE(an_rc_oscillator_10_percent_off),
        CASE(a_shorted_output),
        CASE(the_remote_tries_a_short_at_once),
        CASE(an_output_that_does_not_float),
        CASE(a_converter_that_cannot_be_trusted),
        CASE(a_band_gap_10_percent_off),
        CASE(one_bad_reading_changes_nothing),
        CASE(loops_that_are_tied),
        CASE(settings_blank_bad_and_good),
        CASE(unused_vectors),
        CASE(a_jump_to_the_beginning),
        CASE(wild_jumps),
        CASE(unwanted_interrupts),
        CASE(a_stuck_bit_of_the_sram),
        CASE(a_flipped_bit_of_the_state),
        CASE(a_flipped_bit_in_each_situation),
        CASE(a_mended_fault_is_shown),
        CASE(a_flipped_bit_of_the_data),
        CASE(a_flipped_bit_while_it_decides),
        CASE(a_flipped_bit_of_the_program),
        FAST(brown_out_within_start_up),
        FAST(brown_out_during_an_eeprom_write),
        FAST(a_stalled_program_is_reset),
        FAST(interrupts_off_do_not_stall_it),
        FAST(a_dead_watchdog_is_a_fault),
        FAST(a_shorted_output),
        FAST(a_converter_that_cannot_be_trusted),
        FAST(a_band_gap_10_percent_off),
        FAST(one_bad_reading_changes_nothing),
        FAST(loops_that_are_tied),
        FAST(settings_blank_bad_and_good),
        FAST(unused_vectors),
        FAST(unwanted_interrupts),
        FAST(a_mended_fault_is_shown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
