/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the image remembers over a reset (SUP-3, firmware/atmega328p/retain.h): it survives every reset in which memory held,
 * at whatever instant it comes; power that was gone and garbage are nothing; and its place in the SRAM is tested too.
 */
#include "tests/simulator_fixture.h"

#include "firmware/atmega328p/mark.h"
#include "firmware/atmega328p/retain.h"

#define COPY_BYTES (2u * RETAIN_BYTES)
#define START_UP_MS \
    600u /* more than two resets of 65 ms, the watchdog's test and the tests of memory and program */
#define SEED 8u

static struct bench device;
static unsigned place; /* of retain_copies */

#define STEP_AT offsetof(struct sbms_retained, load_step)

/* What a run may leave there: a step of LOAD-8, which the law takes and keeps. */
static uint8_t pattern(unsigned i)
{
    return i == RETAIN_BYTES - 1u ? RETAIN_MARK : i == STEP_AT ? 1u : 0u;
}

static void write_copy(unsigned copy)
{
    for (unsigned i = 0u; i < RETAIN_BYTES; i++) {
        const unsigned at = place + copy * COPY_BYTES + i;
        bench_poke(&device, at, pattern(i));
        bench_poke(&device, at + RETAIN_BYTES, pattern(i) ^ 0xFFu);
    }
}

static void write_both(void)
{
    write_copy(0u);
    write_copy(1u);
}

/* Whether both copies are whole and hold the pattern or, with `nothing`, zeros before their marks. */
static bool holds(bool nothing)
{
    bool good = true;

    for (unsigned i = 0u; i < 2u * RETAIN_BYTES; i++) {
        const unsigned at = place + i / RETAIN_BYTES * COPY_BYTES + i % RETAIN_BYTES;
        const bool is_mark = i % RETAIN_BYTES == RETAIN_BYTES - 1u;
        const unsigned wanted = nothing && !is_mark ? 0u : pattern(i % RETAIN_BYTES);
        good = good && bench_peek(&device, at) == wanted &&
               bench_peek(&device, at + RETAIN_BYTES) == (wanted ^ 0xFFu);
    }
    return good;
}

/* Whether both copies are whole, the same, and not all 0: the pattern's step, or what the image remembers by itself. */
static bool holds_anything(void)
{
    unsigned any = 0u;
    bool good = true;

    for (unsigned i = 0u; i < RETAIN_BYTES; i++) {
        const unsigned byte = bench_peek(&device, place + i);
        good = good && (byte ^ bench_peek(&device, place + RETAIN_BYTES + i)) == 0xFFu &&
               byte == bench_peek(&device, place + COPY_BYTES + i) &&
               (byte ^ bench_peek(&device, place + COPY_BYTES + RETAIN_BYTES + i)) == 0xFFu;
        any |= i < RETAIN_BYTES - 1u ? byte : 0u;
    }
    return good && any != 0u;
}

/* To where the image first waits for a tick; false: it does not come there. */
static bool waits(void)
{
    for (unsigned ms = 0u; ms < START_UP_MS; ms++) {
        if (bench_peek(&device, ADDRESS_PHASE) == PHASE_WAITING) {
            return true;
        }
        bench_advance_ms(&device, 1u);
    }
    return false;
}

static void open_device(void)
{
    unsigned size = 0u;

    bench_open(&device);
    place = bench_symbol("retain_copies", &size);
    assert_int_equal(size, 2u * COPY_BYTES);
    bench_start_healthy(&device);
}

/* A reset by the watchdog: the program finds itself out of order at its next tick. */
static void restart(void)
{
    bench_ask(&device, "flip io %u 0", ADDRESS_PHASE);
    while (bench_peek(&device, ADDRESS_PHASE) != PHASE_STARTING) {
        bench_advance_ms(&device, 1u);
    }
}

static void every_reset_keeps_it(void **state)
{
    static const char *const kinds[] = {"external", "brownout", "watchdog"};

    (void)state;
    open_device();
    for (unsigned i = 0u; i < 3u * sizeof kinds / sizeof kinds[0]; i++) {
        const char *kind = kinds[i % 3u];
        write_both();
        if (strcmp(kind, "watchdog") == 0) {
            restart();
        } else {
            bench_reset(&device, kind);
        }
        assert_true(waits());
        if (!holds(false)) {
            fail_msg("reset number %u, %s: it is not kept", i, kind);
        }
        bench_advance_ms(&device, 2000u);
    }
    bench_close(&device);
}

static void power_on_forgets(void **state)
{
    (void)state;
    open_device();
    write_both();
    bench_start(&device);
    assert_true(holds(true));
    bench_reset(&device, "power"); /* for so short a time that the SRAM still holds it */
    write_both();
    assert_true(waits());
    assert_true(holds(true));
    bench_close(&device);
}

/* A flipped bit spoils one copy; one in each copy spoils both. */
static void a_flipped_bit_spoils_one_copy(void **state)
{
    (void)state;
    open_device();
    const unsigned stride = bench_stride(32u);
    for (unsigned bit = bench_first(stride); bit < 8u * 2u * COPY_BYTES; bit += stride) {
        const unsigned other = 8u * 2u * COPY_BYTES - 1u - bit; /* in the other copy */
        for (unsigned flips = 1u; flips <= 2u; flips++) {
            write_both();
            bench_ask(&device, "flip sram %u %u", place + bit / 8u, bit % 8u);
            if (flips == 2u) {
                bench_ask(&device, "flip sram %u %u", place + other / 8u, other % 8u);
            }
            bench_reset(&device, "external");
            assert_true(waits());
            if (!holds(flips == 2u)) {
                fail_msg("bit %u, %u flips: it is not %s", bit, flips, flips == 2u ? "forgotten" : "kept");
            }
        }
    }
    bench_close(&device);
}

static void garbage_is_nothing(void **state)
{
    uint64_t random = environment_seed(SEED);

    (void)state;
    open_device();
    for (unsigned run = 0u; run < bench_runs(20u, 1000u); run++) {
        for (unsigned i = 0u; i < 2u * COPY_BYTES; i++) {
            bench_poke(&device, place + i, run == 0u ? 0u : run == 1u ? 0xFFu : bench_below(&random, 256u));
        }
        bench_reset(&device, "brownout");
        assert_true(waits());
        assert_true(holds(true));
    }
    bench_close(&device);
}

/* The next reset comes while the start tests the memory, once or several times. */
static void a_reset_within_the_start_keeps_it(void **state)
{
    uint64_t random = environment_seed(SEED);

    (void)state;
    open_device();
    for (unsigned run = 0u; run < bench_runs(50u, 20000u); run++) {
        const unsigned resets = bench_between(&random, 2u, 4u);
        write_both();
        bench_reset(&device, "external");
        for (unsigned i = 1u; i < resets; i++) {
            bench_advance(&device, bench_below(&random, 1000u * START_UP_MS));
            bench_reset(&device, bench_below(&random, 2u) == 0u ? "external" : "brownout");
            if (i == 1u && bench_below(&random, 2u) == 0u) {
                bench_advance(&device, bench_between(&random, RESET_MS * 1000u, RESET_MS * 1000u + 50000u));
                bench_reset(&device, "brownout");
            }
        }
        assert_true(waits());
        if (!holds_anything()) {
            fail_msg("run %u, SEED=%u: it is not kept", run, (unsigned)environment_seed(SEED));
        }
    }
    bench_close(&device);
}

/* The reset comes while its own place is tested, with the program running. */
static void a_reset_within_the_running_test_keeps_it(void **state)
{
    unsigned size = 0u;

    (void)state;
    open_device();
    const unsigned sram_at = bench_symbol("sram_at", &size);
    const unsigned turn = bench_symbol("turn", &size);
    const unsigned stride = bench_stride(11u);
    for (unsigned us = bench_first(stride); us < 400u; us += stride) {
        const unsigned piece = place + us / stride % (2u * COPY_BYTES / 8u) * 8u;
        bench_advance_ms(&device, 1500u);
        bench_advance_to(&device, BEFORE_WAKING_US);
        write_both();
        bench_poke(&device, sram_at, piece & 0xFFu);
        bench_poke(&device, sram_at + 1u, piece >> 8);
        bench_poke(&device, turn, 3u);
        while (bench_peek(&device, ADDRESS_PHASE) != PHASE_CHECK) {
            bench_ask(&device, "advance 1");
        }
        bench_advance(&device, us);
        bench_reset(&device, "external");
        assert_true(waits());
        if (!holds_anything()) {
            fail_msg("%u us into the check of piece 0x%03X: it is not kept", us, piece);
        }
    }
    bench_close(&device);
}

/* The reset comes anywhere in the law's step and after it: what is found is what was kept before, or what is kept now. */
static void a_reset_while_it_is_written_keeps_it(void **state)
{
    (void)state;
    open_device();
    const unsigned stride = bench_stride(7u);
    for (unsigned us = bench_first(stride); us < 600u; us += stride) {
        bench_advance_ms(&device, 1500u);
        bench_advance_to(&device, BEFORE_WAKING_US);
        write_both();
        while (bench_peek(&device, ADDRESS_PHASE) != PHASE_DECIDE) {
            bench_ask(&device, "advance 1");
        }
        bench_advance(&device, us);
        bench_reset(&device, "external");
        assert_true(waits());
        if (!holds_anything()) {
            fail_msg("%u us into the step: it is not kept", us);
        }
    }
    bench_close(&device);
}

/* A cell that does not hold, in its place or where it is put aside: found at the start, as everywhere (SAFE-4). */
static void its_place_is_tested(void **state)
{
    uint8_t eeprom[SBMS_EEPROM_BYTES];
    const unsigned places[] = {0u, RETAIN_BYTES, COPY_BYTES, 2u * COPY_BYTES - 1u};

    (void)state;
    open_device();
    for (unsigned i = 0u; i < 2u * 4u; i++) {
        const unsigned address = i < 4u ? place + places[i] : SRAM_LAST - places[i - 4u];
        bench_ask(&device, "poke eeprom %u %u", MARK_ADDRESS, MARK_NONE);
        bench_ask(&device, "stick sram %u %u %u", address, i, i % 2u);
        bench_reset(&device, "external");
        assert_false(waits());
        assert_false(bench_any_high(&device));
        bench_read_eeprom(&device, eeprom);
        assert_int_equal(eeprom[MARK_ADDRESS], MARK_MEMORY);
        bench_ask(&device, "stick none");
        bench_start_healthy(&device);
    }
    bench_close(&device);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_reset_keeps_it),
        cmocka_unit_test(power_on_forgets),
        cmocka_unit_test(a_flipped_bit_spoils_one_copy),
        cmocka_unit_test(garbage_is_nothing),
        cmocka_unit_test(a_reset_within_the_start_keeps_it),
        cmocka_unit_test(a_reset_within_the_running_test_keeps_it),
        cmocka_unit_test(a_reset_while_it_is_written_keeps_it),
        cmocka_unit_test(its_place_is_tested),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
