/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The power fails in the EEPROM writes of the running image, singly and in pairs: at most the newest record is lost, the
 * counters go on, the settings are untouched (SAFE-7). tests/test_record_queue.c does the same to the record's source alone, with
 * all pairs. And a supply that is gone for half a second need not feed the EEPROM (LOAD-8).
 *
 *   DEPTH=soak         300 pairs; otherwise a sample of 60
 *   RUNS=N             how many pairs
 *   SEED=N             of the pairs
 */
#include "tests/simulator_fixture.h"

#define RECORD_WRITES (SBMS_ENTRY_BYTES + 1u) /* one more makes the slot invalid first */
#define EVENTS 5u                             /* odd: each byte of a record is torn in both ways */
#define WRITES (EVENTS * RECORD_WRITES)
#define EVENT_MS 1300u  /* eight ticks of debounce, and 80 ms for the record */
#define LIFE_WRITES 69u /* of a start: the boot, Load, Charger */
#define STARTS_RECORDS 3u
#define KEPT_BYTES 32u /* what the EEPROM holds before the records */
#define PAIRS 300u
#define SAMPLE 60u
#define SEED 7u

static struct bench device;
static uint8_t rings[2][SBMS_EEPROM_BYTES]; /* young and full, without a torn slot */

static const struct {
    struct bench_inputs inputs;
    unsigned ms; /* until its record is written */
} events[EVENTS] = {
    {{12800, true, true, true, false}, EVENT_MS},         /* Pre-alarm rises */
    {{12800, true, false, true, false}, EVENT_MS},        /* Charger floats */
    {{12800, true, true, true, false}, EVENT_MS + 4000u}, /* and is high, 5 s later (CHG-5) */
    {{12800, true, true, true, true}, EVENT_MS + 10000u}, /* Pre-alarm floats (PRE-4) */
    {{12800, true, false, true, true}, EVENT_MS},         /* Charger floats */
};

/* How many of the first `count` events are a Charger that floats because ATC was lost. */
static unsigned stops_in(unsigned count)
{
    unsigned stops = 0u;

    for (unsigned i = 0u; i < count; i++) {
        stops += i == 1u || i == 4u ? 1u : 0u;
    }
    return stops;
}

static int set_up_at(const char *corner)
{
    const struct sbms_control_settings settings = {.lockout_retries = 3u, .lockout_clear_mv = 12500};
    uint8_t eeprom[SBMS_EEPROM_BYTES];

    bench_open_device(&device, (struct bench_device){"product", corner, false});
    memset(eeprom, 0xFF, sizeof eeprom);
    sbms_settings_encode(&settings, eeprom + SBMS_SETTINGS_OFFSET);
    bench_write_eeprom(&device, eeprom);
    bench_start_healthy(&device);
    bench_read_eeprom(&device, rings[0]);
    for (unsigned i = 0u; i <= SBMS_RECORD_SLOTS / STARTS_RECORDS; i++) {
        bench_start_healthy(&device);
    }
    bench_read_eeprom(&device, rings[1]);
    return 0;
}

static int set_up(void **state)
{
    (void)state;
    return set_up_at("kind");
}

/* A fast RC oscillator writes a byte sooner. */
static int set_up_fast(void **state)
{
    (void)state;
    return set_up_at("fast");
}

static int tear_down(void **state)
{
    (void)state;
    bench_close(&device);
    return 0;
}

/* The events, until the power fails. */
static void live(struct bench *b)
{
    for (unsigned i = 0u; i < EVENTS; i++) {
        bench_set(b, events[i].inputs);
        bench_advance_ms(b, events[i].ms);
    }
    assert_false(bench_any_high(b)); /* it has failed */
}

/* A life on a ring in which no slot is torn: two torn ones in a row make the next life's bucket empty (firmware/device/record.h). */
static void begin(struct bench *b, unsigned number)
{
    bench_write_eeprom(b, rings[number % 2u]);
    bench_start_healthy(b);
}

/* Everything of `before` that has not been overwritten by the ring's turn is in `after`, whose numbers have no gap. */
static void assert_kept(const struct bench_log *before, const struct bench_log *after)
{
    unsigned at = 0u;

    assert_true(after->count > 0u);
    const struct sbms_entry *oldest = &after->records[0];
    for (unsigned i = 1u; i < after->count; i++) {
        assert_int_equal((uint16_t)(after->records[i].number - after->records[i - 1u].number), 1);
    }
    for (unsigned i = 0u; i < before->count; i++) {
        if (record_is_before(&before->records[i], oldest)) {
            continue;
        }
        assert_int_equal(before->records[i].number, after->records[at].number);
        assert_memory_equal(&before->records[i], &after->records[at], sizeof(struct sbms_entry));
        at++;
    }
    /* a young ring has lost nothing; torn slots are passed over until its next turn */
    assert_true(after->count + after->torn == SBMS_RECORD_SLOTS ||
                oldest->number == before->records[0].number);
    assert_true(after->torn <= SBMS_RECORD_SLOTS / 2u);
}

/* The records after `before`: `count` edges of the events, then the boots of the next lives, of which a reset that found Load high
 * is a cut (LOAD-8). */
static void assert_events(const struct bench_log *before, const struct bench_log *after, unsigned count)
{
    const struct sbms_entry *last = &before->records[before->count - 1u];
    unsigned cuts = 0u;

    for (unsigned i = 0u; i < after->count; i++) {
        const struct sbms_entry *record = &after->records[i];
        const unsigned place = (uint16_t)(record->number - last->number); /* 1 is the first new one */
        if (place == 0u || place > SBMS_RECORD_SLOTS) {
            continue;
        }
        const bool is_event = place <= count;
        if (place <= count + 1u) {
            assert_int_equal(record->kind, is_event ? SBMS_ENTRY_EDGE : SBMS_ENTRY_BOOT);
        }
        assert_int_equal((uint16_t)(record->charger_stops - last->charger_stops),
                         stops_in(is_event ? place : count));
        cuts += record->kind == SBMS_ENTRY_BOOT && record->high ? 1u : 0u;
        assert_int_equal((uint16_t)(record->cuts - last->cuts), cuts);
        assert_int_equal(record->faults, last->faults);
        if (is_event) {
            assert_int_equal(record->boot, last->boot);
        } else {
            assert_true((uint16_t)(record->boot - last->boot - 1u) < 3u);
        }
    }
}

/* Events whose records are whole when the power has failed in write `writes` from 1. The last of a record's writes makes it
 * valid; torn in either way it does not. */
static unsigned events_in(unsigned writes)
{
    return (writes - 1u) / RECORD_WRITES;
}

static void assert_survived(struct bench *b, const uint8_t before[SBMS_EEPROM_BYTES], unsigned writes)
{
    uint8_t after[SBMS_EEPROM_BYTES];
    const struct bench_log log_before = bench_decode(before);

    bench_read_eeprom(b, after);
    const struct bench_log log_after = bench_decode(after);
    assert_memory_equal(before, after, KEPT_BYTES);
    assert_kept(&log_before, &log_after);
    assert_events(&log_before, &log_after, events_in(writes));
    bench_assert_safe(b);
}

static void a_cut_in_each_write(void **state)
{
    uint8_t before[SBMS_EEPROM_BYTES];

    (void)state;
    for (unsigned writes = 1u; writes <= WRITES; writes++) {
        begin(&device, writes);
        bench_read_eeprom(&device, before);
        bench_ask(&device, "cut %u", writes);
        live(&device);
        bench_start_healthy(&device);
        assert_survived(&device, before, writes);
    }
}

/* The second cut is in what the next life writes: its boot, with a reset of its own, or what follows. */
static void a_second_cut_soon_after(void **state)
{
    const unsigned pairs = bench_runs(SAMPLE, PAIRS);
    const uint64_t seed = environment_seed(SEED);
    uint64_t random = seed;
    uint8_t before[SBMS_EEPROM_BYTES];

    (void)state;
    for (unsigned pair = 0u; pair < pairs; pair++) {
        const unsigned first = bench_between(&random, 1u, WRITES);
        const bool in_boot = bench_below(&random, 2u) == 0u;
        const unsigned second =
            bench_between(&random, 1u, in_boot ? LIFE_WRITES : LIFE_WRITES - RECORD_WRITES);
        print_message("seed %" PRIu64 ", pair %u: write %u, then write %u%s\n", seed, pair, first, second,
                      in_boot ? " from a reset on" : "");
        begin(&device, pair);
        bench_read_eeprom(&device, before);
        bench_ask(&device, "cut %u", first);
        live(&device);
        bench_set(&device, bench_healthy);
        bench_start(&device);
        /* a boot that is not written whole makes the next one's bucket empty */
        bench_advance_ms(&device, in_boot ? 3000u : 300u);
        bench_ask(&device, "cut %u", second);
        if (in_boot) {
            bench_reset(&device, "external");
        }
        bench_advance_ms(&device, 8000u);      /* Load may have to wait for 5 s (LOAD-8) */
        assert_false(bench_any_high(&device)); /* the power has failed again */
        bench_start_healthy(&device);
        assert_survived(&device, before, first);
    }
}

/* ---- a supply that is gone, while the part lives on ------------------------------------------------------------------ */

#define AWAY_MS 500u
#define QUIET_IDLE_MS 2u /* of idle a tick: the sampling takes less */

/* How long the image has idled since it started, where it might have slept. */
static uint64_t idle_ms(struct bench *b)
{
    return bench_stat(b, "idle_us_mean") * bench_stat(b, "ticks") / 1000u;
}

/* The newest entries are of Load and Charger, for a supply that went. */
static void assert_supply_entries(struct bench *b)
{
    const struct bench_log log = bench_read_log(b);

    assert_true(log.count >= 2u);
    for (unsigned age = 0u; age < 2u; age++) {
        const struct sbms_entry *entry = &log.records[log.count - 1u - age];

        assert_int_equal(entry->kind, SBMS_ENTRY_EDGE);
        assert_int_equal(entry->cause, SBMS_CAUSE_SUPPLY_LOW);
        assert_int_equal(entry->output, age == 0u ? SBMS_OUTPUT_CHARGER : SBMS_OUTPUT_LOAD);
    }
    assert_int_equal(log.torn, 0u);
}

/* Wherever in a tick it goes: it is back, and the entries are written then; Load has waited for its 5 s. */
static void a_supply_gone_for_half_a_second(void **state)
{
    const struct bench_inputs away = {0, true, true, true, true};

    (void)state;
    for (unsigned part = 0u; part < 5u; part++) {
        begin(&device, part);
        bench_advance_ms(&device, 25u * part);
        const uint64_t writes = bench_stat(&device, "eeprom_writes");
        const uint64_t idle = idle_ms(&device);
        bench_set(&device, away);
        bench_advance_ms(&device, AWAY_MS);
        assert_false(bench_any_high(&device));
        assert_int_equal(bench_stat(&device, "eeprom_writes"), writes);
        assert_true(idle_ms(&device) - idle <= AWAY_MS * 1000u / TICK_US * QUIET_IDLE_MS);
        bench_set(&device, bench_healthy);
        bench_advance_ms(&device, 400u);
        assert_int_equal(bench_stat(&device, "eeprom_writes"), writes + 2u * RECORD_WRITES);
        assert_supply_entries(&device);
        bench_advance_ms(&device, 3500u);
        assert_false(device.level[PIN_LOAD]);
        bench_advance_ms(&device, 1200u);
        assert_true(bench_is_up(&device));
        assert_string_equal(bench_ask(&device, "audit"), "audit ok");
    }
}

/* In the midst of an entry: the byte is finished before the part sleeps deep, the others wait. */
static void a_supply_that_goes_while_it_writes(void **state)
{
    const struct bench_inputs off = {12800, false, true, true, true};
    const struct bench_inputs away = {0, true, true, true, true};

    (void)state;
    begin(&device, 0u);
    bench_set(&device, off); /* Load and Charger: two entries, 160 ms */
    const uint64_t writes = bench_stat(&device, "eeprom_writes");
    while (bench_stat(&device, "eeprom_writes") < writes + 3u) {
        bench_advance_ms(&device, 1u);
    }
    bench_set(&device, away);
    bench_advance_ms(&device, 130u); /* a sample has seen it */
    const uint64_t then = bench_stat(&device, "eeprom_writes") - writes;
    assert_in_range(then, RECORD_WRITES + 3u, 2u * RECORD_WRITES - 3u);
    bench_advance_ms(&device, AWAY_MS - 130u);
    assert_int_equal(bench_stat(&device, "eeprom_writes") - writes, then);
    bench_set(&device, off);
    bench_advance_ms(&device, 400u);
    const struct bench_log log = bench_read_log(&device);
    assert_int_equal(log.torn, 0u);
    assert_int_equal(log.records[log.count - 1u].cause, SBMS_CAUSE_REMOTE_OFF);
    assert_int_equal(log.records[log.count - 2u].cause, SBMS_CAUSE_REMOTE_OFF);
    assert_string_equal(bench_ask(&device, "audit"), "audit ok");
}

/* One that stays away is recorded as long as the part lives. */
static void a_supply_gone_for_good(void **state)
{
    const struct bench_inputs away = {0, true, true, true, true};

    (void)state;
    begin(&device, 0u);
    bench_set(&device, away);
    bench_advance_ms(&device, 1200u);
    assert_supply_entries(&device);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_cut_in_each_write, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_second_cut_soon_after, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_cut_in_each_write, set_up_fast, tear_down),
        cmocka_unit_test_setup_teardown(a_second_cut_soon_after, set_up_fast, tear_down),
        cmocka_unit_test_setup_teardown(a_supply_gone_for_half_a_second, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_supply_gone_for_half_a_second, set_up_fast, tear_down),
        cmocka_unit_test_setup_teardown(a_supply_that_goes_while_it_writes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_supply_gone_for_good, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
