/* SPDX-License-Identifier: Apache-2.0 */
/* What the device keeps in its EEPROM: every field there and back, and nothing taken for a record that is none (SAFE-7). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/fault.h"
#include "core/record.h"

static const struct sbms_entry low_edge = {.kind = SBMS_ENTRY_EDGE, .cause = SBMS_CAUSE_START_UP};
static const struct sbms_entry high_edge = {.kind = SBMS_ENTRY_EDGE,
                                            .cause = SBMS_CAUSE_COUNT - 1,
                                            .output = SBMS_OUTPUT_COUNT - 1,
                                            .high = true,
                                            .outputs = 7,
                                            .detail = UINT8_MAX,
                                            .tick = UINT32_MAX,
                                            .vbat_cv = UINT16_MAX,
                                            .boot = UINT16_MAX,
                                            .number = UINT16_MAX,
                                            .cuts = UINT16_MAX,
                                            .charger_stops = UINT16_MAX,
                                            .faults = UINT16_MAX};

static bool same_record(const struct sbms_entry *a, const struct sbms_entry *b)
{
    return a->kind == b->kind && a->cause == b->cause && a->output == b->output && a->high == b->high &&
           a->outputs == b->outputs && a->detail == b->detail && a->tick == b->tick &&
           a->vbat_cv == b->vbat_cv && a->boot == b->boot && a->number == b->number && a->cuts == b->cuts &&
           a->charger_stops == b->charger_stops && a->faults == b->faults;
}

static void expect_round_trip(const struct sbms_entry *record, const char *what)
{
    uint8_t bytes[SBMS_ENTRY_BYTES];
    struct sbms_entry read = {.kind = 99};
    sbms_entry_encode(record, bytes);
    if (!sbms_entry_decode(bytes, &read) || !same_record(record, &read)) {
        fail_msg("%s does not come back", what);
    }
}

/* Nothing is read, and what stood in the record's place stays. */
static void expect_refused(const uint8_t *bytes, const char *what, unsigned number)
{
    const struct sbms_entry before = {.kind = 77, .tick = 1234567, .number = 7};
    struct sbms_entry read = before;
    if (sbms_entry_decode(bytes, &read)) {
        fail_msg("%s %u is taken for a record", what, number);
    }
    assert_true(same_record(&before, &read));
}

static void put_crc(uint8_t *bytes, unsigned count)
{
    uint16_t crc = SBMS_CRC16_START;
    for (unsigned i = 0; i < count - 2; i++) {
        crc = sbms_crc16(crc, bytes[i]);
    }
    bytes[count - 2] = (uint8_t)crc;
    bytes[count - 1] = (uint8_t)(crc >> 8);
}

static void test_crc_known_answer(void **state)
{
    uint16_t crc = SBMS_CRC16_START;
    (void)state;
    for (const char *at = "123456789"; *at != '\0'; at++) {
        crc = sbms_crc16(crc, (uint8_t)*at);
    }
    assert_int_equal(crc, 0x29B1);
}

/* The polynomial from its definition, over every byte and many states. */
static void test_crc_is_the_polynomial(void **state)
{
    (void)state;
    for (unsigned start = 0; start <= UINT16_MAX; start += 257) {
        for (unsigned byte = 0; byte <= UINT8_MAX; byte++) {
            uint32_t crc = start ^ byte << 8;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 0x8000u) != 0 ? (crc << 1 ^ 0x1021u) & 0xFFFFu : crc << 1;
            }
            assert_int_equal(sbms_crc16((uint16_t)start, (uint8_t)byte), crc);
        }
    }
}

static void test_layout(void **state)
{
    uint8_t expected[SBMS_ENTRY_BYTES] = {0x12, SBMS_CAUSE_ATD_LOST,
                                          0x8D, 0x1F,
                                          0x44, 0x33,
                                          0x22, 0x11,
                                          0x00, 0x05,
                                          0x02, 0x01,
                                          0x04, 0x03,
                                          0x06, 0x05,
                                          0x08, 0x07,
                                          0x0A, 0x09};
    const struct sbms_entry record = {.kind = SBMS_ENTRY_EDGE,
                                      .cause = SBMS_CAUSE_ATD_LOST,
                                      .output = SBMS_OUTPUT_PREALARM,
                                      .high = true,
                                      .outputs = 5,
                                      .detail = 0x1F,
                                      .tick = 0x11223344,
                                      .vbat_cv = 1280,
                                      .boot = 0x0102,
                                      .number = 0x0304,
                                      .cuts = 0x0506,
                                      .charger_stops = 0x0708,
                                      .faults = 0x090A};
    uint8_t bytes[SBMS_ENTRY_BYTES];
    (void)state;
    sbms_entry_encode(&record, bytes);
    put_crc(expected, SBMS_ENTRY_BYTES);
    assert_memory_equal(bytes, expected, SBMS_ENTRY_BYTES);
    /* the ring ends within the EEPROM and does not reach into the settings */
    assert_true(SBMS_RECORD_OFFSET >= SBMS_SETTINGS_OFFSET + SBMS_SETTINGS_BYTES);
    assert_true(SBMS_RECORD_OFFSET + SBMS_RECORD_SLOTS * SBMS_ENTRY_BYTES <= SBMS_EEPROM_BYTES);
}

/* Each field alone at its other edge: one that were stored in another's place would change that. */
static void test_fields_round_trip(void **state)
{
    (void)state;
    expect_round_trip(&low_edge, "all low");
    expect_round_trip(&high_edge, "all high");
    for (int field = 0; field < 12; field++) {
        for (int pass = 0; pass < 2; pass++) {
            struct sbms_entry record = pass == 0 ? low_edge : high_edge;
            const struct sbms_entry *other = pass == 0 ? &high_edge : &low_edge;
            char what[32];
            record.cause = field == 0 ? other->cause : record.cause;
            record.output = field == 1 ? other->output : record.output;
            record.high = field == 2 ? other->high : record.high;
            record.outputs = field == 3 ? other->outputs : record.outputs;
            record.detail = field == 4 ? other->detail : record.detail;
            record.tick = field == 5 ? other->tick : record.tick;
            record.vbat_cv = field == 6 ? other->vbat_cv : record.vbat_cv;
            record.boot = field == 7 ? other->boot : record.boot;
            record.number = field == 8 ? other->number : record.number;
            record.cuts = field == 9 ? other->cuts : record.cuts;
            record.charger_stops = field == 10 ? other->charger_stops : record.charger_stops;
            record.faults = field == 11 ? other->faults : record.faults;
            snprintf(what, sizeof what, "field %d, pass %d", field, pass);
            expect_round_trip(&record, what);
        }
    }
}

static void test_kinds_round_trip(void **state)
{
    (void)state;
    for (unsigned detail = 0; detail <= UINT8_MAX; detail++) {
        const struct sbms_entry boot = {.kind = SBMS_ENTRY_BOOT, .detail = (uint8_t)detail, .boot = 1};
        const struct sbms_entry edge = {.kind = SBMS_ENTRY_EDGE,
                                        .cause = (uint8_t)(1u + detail % (SBMS_CAUSE_COUNT - 1u)),
                                        .output = (uint8_t)(detail % SBMS_OUTPUT_COUNT),
                                        .outputs = (uint8_t)(detail % 8u),
                                        .detail = (uint8_t)detail};
        expect_round_trip(&boot, "a boot");
        expect_round_trip(&edge, "an edge");
    }
    for (uint8_t fault = SBMS_FAULT_NONE + 1; fault < SBMS_FAULT_COUNT; fault++) {
        struct sbms_entry record = {.kind = SBMS_ENTRY_FAULT, .detail = fault, .high = true};
        expect_round_trip(&record, sbms_fault_word(fault));
        record.high = false;
        expect_round_trip(&record, sbms_fault_word(fault));
    }
    for (uint8_t output = 0; output < SBMS_OUTPUT_COUNT;
         output++) { /* SAFE-1; SAFE-4: which output, and how */
        const struct sbms_entry stays = {
            .kind = SBMS_ENTRY_STAYS, .output = output, .cause = SBMS_CAUSE_CHAIN_OPEN, .detail = 3};
        expect_round_trip(&stays, "what stays floating");
        for (uint8_t terminal = 0; terminal < SBMS_TERMINAL_COUNT; terminal++) {
            const struct sbms_entry fault = {.kind = SBMS_ENTRY_FAULT,
                                             .detail = SBMS_FAULT_OUTPUT,
                                             .output = output,
                                             .cause = terminal,
                                             .high = true};
            expect_round_trip(&fault, "an output that does not follow");
        }
    }
    for (uint8_t input = SBMS_INPUT_ATC; input < SBMS_INPUT_COUNT; input++) { /* SAFE-2 */
        struct sbms_entry flicker = {.kind = SBMS_ENTRY_FLICKER, .detail = input, .high = true};
        expect_round_trip(&flicker, "a signal that flickers");
        flicker.high = false;
        expect_round_trip(&flicker, "a signal that flickers no more");
    }
}

/* LOAD-8, SAFE-7: a cut is an edge of Load to floating that the remote did not make, and a boot that found Load high; nothing else is. */
static void test_cuts(void **state)
{
    (void)state;
    for (uint8_t kind = SBMS_ENTRY_BOOT; kind <= SBMS_ENTRY_FLICKER; kind++) {
        for (uint8_t output = 0; output < SBMS_OUTPUT_COUNT; output++) {
            for (uint8_t cause = 0; cause < SBMS_CAUSE_COUNT; cause++) {
                struct sbms_entry record = {.kind = kind, .output = output, .cause = cause, .high = true};
                assert_int_equal(sbms_entry_is_cut(&record), kind == SBMS_ENTRY_BOOT);
                record.high = false;
                assert_int_equal(sbms_entry_is_cut(&record), kind == SBMS_ENTRY_EDGE &&
                                                                 output == SBMS_OUTPUT_LOAD &&
                                                                 cause != SBMS_CAUSE_REMOTE_OFF);
            }
        }
    }
}

/* Behind a CRC that fits, too. */
static void test_impossible_records_are_refused(void **state)
{
    static const struct sbms_entry none[] = {
        {.kind = 0},
        {.kind = 6},
        {.kind = 15},
        {.kind = SBMS_ENTRY_EDGE, .cause = SBMS_CAUSE_NONE},
        {.kind = SBMS_ENTRY_EDGE, .cause = SBMS_CAUSE_COUNT},
        {.kind = SBMS_ENTRY_EDGE, .cause = UINT8_MAX},
        {.kind = SBMS_ENTRY_EDGE, .cause = SBMS_CAUSE_START_UP, .output = SBMS_OUTPUT_COUNT},
        {.kind = SBMS_ENTRY_STAYS, .cause = SBMS_CAUSE_NONE},
        {.kind = SBMS_ENTRY_STAYS, .cause = SBMS_CAUSE_COUNT},
        {.kind = SBMS_ENTRY_STAYS, .cause = SBMS_CAUSE_ATD_LOST, .output = SBMS_OUTPUT_COUNT},
        {.kind = SBMS_ENTRY_STAYS, .cause = SBMS_CAUSE_ATD_LOST, .high = true},
        {.kind = SBMS_ENTRY_FLICKER, .detail = SBMS_INPUT_REMOTE},
        {.kind = SBMS_ENTRY_FLICKER, .detail = SBMS_INPUT_COUNT},
        {.kind = SBMS_ENTRY_FAULT, .detail = SBMS_FAULT_OUTPUT, .output = SBMS_OUTPUT_COUNT},
        {.kind = SBMS_ENTRY_FAULT, .detail = SBMS_FAULT_OUTPUT, .cause = SBMS_TERMINAL_COUNT},
        {.kind = SBMS_ENTRY_FAULT, .detail = SBMS_FAULT_NONE},
        {.kind = SBMS_ENTRY_FAULT, .detail = SBMS_FAULT_COUNT},
        {.kind = SBMS_ENTRY_FAULT, .detail = UINT8_MAX},
    };
    uint8_t bytes[SBMS_ENTRY_BYTES];
    (void)state;
    for (unsigned i = 0; i < sizeof none / sizeof none[0]; i++) {
        sbms_entry_encode(&none[i], bytes);
        expect_refused(bytes, "impossible record", i);
    }
}

static void test_flipped_bits_are_refused(void **state)
{
    const struct sbms_entry records[] = {
        low_edge,
        high_edge,
        {.kind = SBMS_ENTRY_BOOT, .detail = SBMS_RESET_WATCHDOG, .boot = 3},
        {.kind = SBMS_ENTRY_FAULT, .detail = SBMS_FAULT_CLOCK, .high = true},
        {.kind = SBMS_ENTRY_STAYS, .cause = SBMS_CAUSE_ATD_LOST},
        {.kind = SBMS_ENTRY_FLICKER, .detail = SBMS_INPUT_ATD, .high = true}};
    (void)state;
    for (unsigned i = 0; i < sizeof records / sizeof records[0]; i++) {
        for (unsigned bit = 0; bit < SBMS_ENTRY_BYTES * 8u; bit++) {
            uint8_t bytes[SBMS_ENTRY_BYTES];
            sbms_entry_encode(&records[i], bytes);
            bytes[bit / 8u] = (uint8_t)(bytes[bit / 8u] ^ 1u << bit % 8u);
            expect_refused(bytes, "a record with a flipped bit", bit);
        }
    }
}

static void test_other_versions_are_refused(void **state)
{
    uint8_t bytes[SBMS_ENTRY_BYTES];
    (void)state;
    for (unsigned version = 0; version < 16; version++) {
        if (version == SBMS_ENTRY_VERSION) {
            continue;
        }
        sbms_entry_encode(&high_edge, bytes);
        bytes[0] = (uint8_t)(version << 4 | SBMS_ENTRY_EDGE);
        put_crc(bytes, SBMS_ENTRY_BYTES);
        expect_refused(bytes, "a record of version", version);
    }
}

/* Erased; and torn after each byte, as the slot's next writing leaves it: the bytes after are those of before. */
static void test_erased_and_torn_are_refused(void **state)
{
    uint8_t before[SBMS_ENTRY_BYTES];
    uint8_t after[SBMS_ENTRY_BYTES];
    uint8_t torn[SBMS_ENTRY_BYTES];
    (void)state;
    memset(torn, 0xFF, sizeof torn);
    expect_refused(torn, "erased", 0);
    memset(torn, 0, sizeof torn);
    expect_refused(torn, "all zero", 0);
    sbms_entry_encode(&low_edge, before);
    sbms_entry_encode(&high_edge, after);
    for (unsigned cut = 1; cut < SBMS_ENTRY_BYTES; cut++) {
        memset(torn, 0xFF, sizeof torn);
        memcpy(torn, after, cut);
        expect_refused(torn, "over erased, torn after byte", cut);
        memcpy(torn, before, sizeof torn);
        memcpy(torn, after, cut);
        if (memcmp(torn, before, sizeof torn) != 0) {
            expect_refused(torn, "over an old record, torn after byte", cut);
        }
    }
}

/* ---- settings (LOAD-3, LOAD-6) ---------------------------------------------------------------------------------- */

static bool same_settings(const struct sbms_control_settings *a, const struct sbms_control_settings *b)
{
    return a->reconnect_delay_s == b->reconnect_delay_s && a->lockout_retries == b->lockout_retries &&
           a->warning_time_s == b->warning_time_s && a->lockout_clear_mv == b->lockout_clear_mv;
}

static void expect_stored(const uint8_t *bytes, enum sbms_stored expected, const char *what, unsigned number)
{
    const struct sbms_control_settings defaults = {0};
    struct sbms_control_settings read = {1, 2, 3, 4};
    const enum sbms_stored stored = sbms_settings_decode(bytes, &read);
    if (stored != expected || !same_settings(&read, &defaults)) {
        fail_msg("%s %u: %d, not %d, with delay %u, retries %u, warning %u, clear %d", what, number,
                 (int)stored, (int)expected, read.reconnect_delay_s, read.lockout_retries,
                 read.warning_time_s, (int)read.lockout_clear_mv);
    }
}

/* Byte 9 is free: it is 0, whatever memory the bytes are put into. */
static void test_settings_layout(void **state)
{
    static const struct sbms_control_settings settings = {0x0102, 3, 45, 0x00010305};
    uint8_t expected[SBMS_SETTINGS_BYTES] = {
        SBMS_SETTINGS_VERSION, 3, 0x02, 0x01, 0x05, 0x03, 0x01, 0x00, 45, 0};
    uint8_t bytes[SBMS_SETTINGS_BYTES];
    (void)state;
    put_crc(expected, SBMS_SETTINGS_BYTES);
    memset(bytes, 0xA5, sizeof bytes);
    sbms_settings_encode(&settings, bytes);
    assert_memory_equal(bytes, expected, SBMS_SETTINGS_BYTES);
}

static void test_settings_round_trip(void **state)
{
    static const uint16_t delays_s[] = {0, 1, 255, 256, SBMS_RECONNECT_DELAY_S_MAX};
    static const uint8_t retries[] = {0, 1, SBMS_LOCKOUT_RETRIES_MAX};
    static const uint8_t warnings_s[] = {0, SBMS_WARNING_TIME_S_MIN, SBMS_WARNING_TIME_S_MAX};
    static const int32_t clears_mv[] = {SBMS_LOCKOUT_CLEAR_MV_MIN, 13000, 65535, 65536,
                                        SBMS_LOCKOUT_CLEAR_MV_MAX};
    (void)state;
    for (unsigned i = 0; i < 5 * 3 * 5 * 3; i++) {
        const struct sbms_control_settings settings = {delays_s[i % 5], retries[i / 5 % 3],
                                                       warnings_s[i / 75], clears_mv[i / 15 % 5]};
        struct sbms_control_settings read = {1, 2, 3, 4};
        uint8_t bytes[SBMS_SETTINGS_BYTES];
        sbms_settings_encode(&settings, bytes);
        assert_int_equal(sbms_settings_decode(bytes, &read), SBMS_STORED_GOOD);
        assert_true(same_settings(&settings, &read));
    }
    /* and the defaults, whose lockout_clear_mv is in no range and not used */
    const struct sbms_control_settings defaults = {0};
    struct sbms_control_settings read = {1, 2, 3, 4};
    uint8_t bytes[SBMS_SETTINGS_BYTES];
    sbms_settings_encode(&defaults, bytes);
    assert_int_equal(sbms_settings_decode(bytes, &read), SBMS_STORED_GOOD);
    assert_true(same_settings(&defaults, &read));
}

static void test_bad_settings_are_refused(void **state)
{
    static const struct sbms_control_settings good = {60, 3, 45, 13000};
    static const struct sbms_control_settings out_of_range[] = {
        {SBMS_RECONNECT_DELAY_S_MAX + 1, 0, 0, 0},
        {UINT16_MAX, 3, 30, 13000},
        {0, SBMS_LOCKOUT_RETRIES_MAX + 1, 0, 13000},
        {0, UINT8_MAX, 0, 13000},
        {0, 1, 0, SBMS_LOCKOUT_CLEAR_MV_MIN - 1},
        {0, 1, 0, SBMS_LOCKOUT_CLEAR_MV_MAX + 1},
        {0, SBMS_LOCKOUT_RETRIES_MAX, 0, INT32_MIN},
        {0, 1, 0, -13000},
        {0, 0, 1, 0},
        {0, 0, SBMS_WARNING_TIME_S_MIN - 1, 0},
        {0, 0, SBMS_WARNING_TIME_S_MAX + 1, 0},
        {0, 0, UINT8_MAX, 0},
    };
    uint8_t bytes[SBMS_SETTINGS_BYTES];
    (void)state;
    memset(bytes, 0xFF, sizeof bytes);
    expect_stored(bytes, SBMS_STORED_NONE, "erased", 0);
    for (unsigned bit = 0; bit < SBMS_SETTINGS_BYTES * 8u; bit++) {
        memset(bytes, 0xFF, sizeof bytes);
        bytes[bit / 8u] = (uint8_t)(bytes[bit / 8u] ^ 1u << bit % 8u);
        expect_stored(bytes, SBMS_STORED_BAD, "erased but for bit", bit);
        sbms_settings_encode(&good, bytes);
        bytes[bit / 8u] = (uint8_t)(bytes[bit / 8u] ^ 1u << bit % 8u);
        expect_stored(bytes, SBMS_STORED_BAD, "flipped bit", bit);
    }
    for (unsigned version = 0; version <= UINT8_MAX; version++) {
        if (version != SBMS_SETTINGS_VERSION) {
            sbms_settings_encode(&good, bytes);
            bytes[0] = (uint8_t)version;
            put_crc(bytes, SBMS_SETTINGS_BYTES);
            expect_stored(bytes, SBMS_STORED_BAD, "version", version);
        }
    }
    for (unsigned i = 0; i < sizeof out_of_range / sizeof out_of_range[0]; i++) {
        sbms_settings_encode(&out_of_range[i], bytes);
        expect_stored(bytes, SBMS_STORED_BAD, "out of range", i);
    }
    memset(bytes, 0, sizeof bytes);
    expect_stored(bytes, SBMS_STORED_BAD, "all zero", 0);
}

/* LED-3: a fault is blinked 1 to 9 times, and each has a word of its own. */
static void test_fault_words(void **state)
{
    (void)state;
    assert_int_equal(SBMS_FAULT_COUNT - 1, SBMS_FAULT_MAX);
    for (unsigned a = 0; a < SBMS_FAULT_COUNT; a++) {
        for (unsigned b = 0; b < a; b++) {
            assert_string_not_equal(sbms_fault_word((uint8_t)a), sbms_fault_word((uint8_t)b));
        }
    }
    for (unsigned fault = SBMS_FAULT_COUNT; fault <= UINT8_MAX; fault++) {
        assert_string_equal(sbms_fault_word((uint8_t)fault), "none");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_crc_known_answer),
        cmocka_unit_test(test_crc_is_the_polynomial),
        cmocka_unit_test(test_layout),
        cmocka_unit_test(test_fields_round_trip),
        cmocka_unit_test(test_kinds_round_trip),
        cmocka_unit_test(test_cuts),
        cmocka_unit_test(test_impossible_records_are_refused),
        cmocka_unit_test(test_flipped_bits_are_refused),
        cmocka_unit_test(test_other_versions_are_refused),
        cmocka_unit_test(test_erased_and_torn_are_refused),
        cmocka_unit_test(test_settings_layout),
        cmocka_unit_test(test_settings_round_trip),
        cmocka_unit_test(test_bad_settings_are_refused),
        cmocka_unit_test(test_fault_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
