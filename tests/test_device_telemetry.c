/* SPDX-License-Identifier: Apache-2.0 */
/* firmware/device/telemetry.c: what each field says of a device, and that no block is like the one before it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/fault.h"
#include "firmware/device/telemetry.h"
#include "firmware/host/host.h"

#define SUPPLY (1u << SBMS_INPUT_SUPPLY)
#define REMOTE (1u << SBMS_INPUT_REMOTE)
#define ATC (1u << SBMS_INPUT_ATC)
#define ATD (1u << SBMS_INPUT_ATD)
#define NO_PREALARM (1u << SBMS_INPUT_NO_PREALARM)
#define ALL (SUPPLY | REMOTE | ATC | ATD | NO_PREALARM)

#define BLOCK_BYTES (HOST_UART_BYTES + 1u)

static const struct telemetry_facts healthy = {.uptime_s = 5,
                                               .vbat_cv = 1280,
                                               .is_measured = true,
                                               .outputs = {.load = true, .charger = true},
                                               .levels = ALL,
                                               .cause = SBMS_CAUSE_START_UP};

/* Sends the block of `facts` into `block`, as text with its sum for its last byte; returns how many bytes. */
static size_t send(const struct telemetry_facts *facts, char block[BLOCK_BYTES])
{
    size_t size = 0;
    uint8_t sum = 0;
    telemetry_start();
    telemetry_begin(facts);
    while (telemetry_work()) {
    }
    size = host_take_uart((uint8_t *)block);
    assert_true(size < HOST_UART_BYTES);
    for (size_t i = 0; i < size; i++) {
        sum = (uint8_t)(sum + (uint8_t)block[i]);
    }
    assert_int_equal(sum, 0); /* the protocol's checksum */
    block[size] = '\0';
    return size;
}

static void expect(const struct telemetry_facts *facts, const char *line, const char *what)
{
    char block[BLOCK_BYTES];
    char wanted[64];
    send(facts, block);
    snprintf(wanted, sizeof wanted, "\r\n%s\r\n", line);
    if (strstr(block, wanted) == NULL) {
        fail_msg("%s: no line %s in:%s", what, line, block);
    }
}

static void test_every_line(void **state)
{
    static const char expected[] =
        "\r\nPID\t0xFFFF\r\nFW\t10\r\nV\t12800\r\nLOAD\tON\r\nRelay\tOFF\r\nAlarm\tOFF\r\nAR\t0"
        "\r\nOR\t0x00000000\r\nCHG\tON\r\nFAULT\t0\r\nCAUSE\t1\r\nREASON\t0\r\nWAIT\tOFF"
        "\r\nUP\t0x00000005\r\nChecksum\t";
    char block[BLOCK_BYTES];
    (void)state;
    assert_int_equal(send(&healthy, block), sizeof expected); /* with the sum in the place of the end */
    assert_memory_equal(block, expected, sizeof expected - 1u);
}

/* A voltage that nobody has measured is not told. */
static void test_no_supply_when_nothing_is_measured(void **state)
{
    struct telemetry_facts facts = healthy;
    char block[BLOCK_BYTES];
    (void)state;
    facts.is_measured = false;
    facts.fault = SBMS_FAULT_REFERENCE;
    facts.levels = SUPPLY | REMOTE;
    send(&facts, block);
    assert_null(strstr(block, "\r\nV\t"));
    expect(&facts, "FW\t10\r\nLOAD\tON", "no V, and the lines around it");
    expect(&facts, "Alarm\tON\r\nAR\t0", "an alarm whose reason is no signal");
    facts.is_measured = true;
    facts.vbat_cv = 0;
    expect(&facts, "V\t0", "0 V that were measured");
}

/* AR has one reason, which readers have a word for; REASON has their sum. */
static void test_alarm_reasons(void **state)
{
    static const struct {
        uint8_t lost;
        const char *first;
        const char *all;
    } cases[] = {
        {0, "Alarm\tOFF\r\nAR\t0", "REASON\t0"},
        {NO_PREALARM, "Alarm\tON\r\nAR\t1", "REASON\t1"},
        {ATD, "Alarm\tON\r\nAR\t1", "REASON\t1"},
        {ATD | NO_PREALARM, "Alarm\tON\r\nAR\t1", "REASON\t1"},
        {ATC, "Alarm\tON\r\nAR\t8192", "REASON\t8192"},
        {ATC | NO_PREALARM, "Alarm\tON\r\nAR\t1", "REASON\t8193"},
        {ATC | ATD | NO_PREALARM, "Alarm\tON\r\nAR\t1", "REASON\t8193"},
        {ATC | ATD | NO_PREALARM | REMOTE, "Alarm\tON\r\nAR\t1", "REASON\t8193"},
        {ALL, "Alarm\tOFF\r\nAR\t0", "REASON\t0"}, /* supply low: nobody looks at the signals */
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct telemetry_facts facts = healthy;
        facts.levels = (uint8_t)(ALL & ~cases[i].lost);
        expect(&facts, cases[i].first, "alarm reason");
        expect(&facts, cases[i].all, "all alarm reasons");
    }
}

/* Why Load floats, and whether it waits. */
static void test_off_reasons(void **state)
{
    static const struct {
        const char *what;
        bool load;
        uint8_t levels;
        uint8_t fault;
        const char *reason;
        const char *waits;
    } cases[] = {
        {"high", true, ALL, SBMS_FAULT_NONE, "OR\t0x00000000", "WAIT\tOFF"},
        {"high in the warning time", true, SUPPLY | REMOTE, SBMS_FAULT_NONE, "OR\t0x00000000", "WAIT\tOFF"},
        {"high, another output is shorted", true, ALL, SBMS_FAULT_OUTPUT, "OR\t0x00000000", "WAIT\tOFF"},
        {"supply low", false, 0, SBMS_FAULT_NONE, "OR\t0x00000001", "WAIT\tOFF"},
        {"remote off", false, SUPPLY | ATC | ATD | NO_PREALARM, SBMS_FAULT_NONE, "OR\t0x00000008",
         "WAIT\tOFF"},
        {"remote off, fault of the reference", false, SUPPLY, SBMS_FAULT_REFERENCE, "OR\t0x00000008",
         "WAIT\tOFF"},
        {"ATD lost", false, SUPPLY | REMOTE | ATC, SBMS_FAULT_NONE, "OR\t0x00000040", "WAIT\tOFF"},
        {"ATD lost, Charger is shorted", false, SUPPLY | REMOTE | ATC, SBMS_FAULT_OUTPUT, "OR\t0x00000040",
         "WAIT\tOFF"},
        {"it waits (LOAD-6, LOAD-8)", false, ALL, SBMS_FAULT_NONE, "OR\t0x00000010", "WAIT\tON"},
        {"it is shorted and waits (SAFE-4)", false, ALL, SBMS_FAULT_OUTPUT, "OR\t0x00000010", "WAIT\tON"},
        {"fault of the clock", false, 0, SBMS_FAULT_CLOCK, "OR\t0x00000010", "WAIT\tOFF"},
        {"fault of the clock, remote on", false, REMOTE, SBMS_FAULT_CLOCK, "OR\t0x00000010", "WAIT\tOFF"},
        {"fault of the reference", false, SUPPLY | REMOTE, SBMS_FAULT_REFERENCE, "OR\t0x00000010",
         "WAIT\tOFF"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct telemetry_facts facts = healthy;
        facts.outputs.load = cases[i].load;
        facts.levels = cases[i].levels;
        facts.fault = cases[i].fault;
        expect(&facts, cases[i].reason, cases[i].what);
        expect(&facts, cases[i].waits, cases[i].what);
    }
}

static void test_uptime(void **state)
{
    static const struct {
        uint32_t uptime_s;
        const char *line;
    } cases[] = {
        {0, "UP\t0x00000000"},     {10, "UP\t0x0000000A"},         {65535, "UP\t0x0000FFFF"},
        {65536, "UP\t0x00010000"}, {0x1234ABCD, "UP\t0x1234ABCD"}, {UINT32_MAX, "UP\t0xFFFFFFFF"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct telemetry_facts facts = healthy;
        facts.uptime_s = cases[i].uptime_s;
        expect(&facts, cases[i].line, "uptime");
    }
}

/* A device in which nothing happens: no two blocks in a row have the same sum, so that a reader that stumbles over one value
 * of it reads the next block. */
static void test_sum_never_stays(void **state)
{
    static const uint32_t from_s[] = {0, 65536 - 1000, (1u << 24) - 1000, UINT32_MAX - 20000};
    (void)state;
    for (size_t i = 0; i < sizeof from_s / sizeof from_s[0]; i++) {
        struct telemetry_facts facts = healthy;
        char sum_before = '\0';
        for (uint32_t second = 0; second < 20000; second++) {
            char block[BLOCK_BYTES];
            size_t size = 0;
            facts.uptime_s = from_s[i] + second;
            size = send(&facts, block);
            if (second > 0 && block[size - 1] == sum_before) {
                fail_msg("after %u s the sum is the same as before", (unsigned)facts.uptime_s);
            }
            sum_before = block[size - 1];
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_line),    cmocka_unit_test(test_no_supply_when_nothing_is_measured),
        cmocka_unit_test(test_alarm_reasons), cmocka_unit_test(test_off_reasons),
        cmocka_unit_test(test_uptime),        cmocka_unit_test(test_sum_never_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
