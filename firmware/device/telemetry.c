/* SPDX-License-Identifier: Apache-2.0 */
#include "firmware/device/telemetry.h"

#include "core/fault.h"
#include "firmware/device/port.h"

#define ALARM_LOW_VOLTAGE 1u
#define ALARM_LOCKED_OUT 8192u
#define OFF_NO_SUPPLY 0x01u
#define OFF_REMOTE 0x08u
#define OFF_PROTECTION 0x10u
#define OFF_BMS 0x40u

enum format { FORMAT_NUMBER, FORMAT_TENFOLD, FORMAT_SWITCH, FORMAT_HEX, FORMAT_LONG_HEX, FORMAT_UPTIME };

enum field {
    FIELD_PRODUCT,
    FIELD_FIRMWARE,
    FIELD_SUPPLY,
    FIELD_LOAD,
    FIELD_RELAY,
    FIELD_ALARM,
    FIELD_ALARM_REASON,
    FIELD_OFF_REASON,
    FIELD_CHARGER,
    FIELD_FAULT,
    FIELD_CAUSE,
    FIELD_REASON,
    FIELD_WAIT,
    FIELD_UPTIME,
    FIELDS
};

#define LABEL_BYTES 7u

static const struct {
    char label[LABEL_BYTES];
    uint8_t format;
} fields[FIELDS] = {
    [FIELD_PRODUCT] = {"PID", FORMAT_HEX},        [FIELD_FIRMWARE] = {"FW", FORMAT_NUMBER},
    [FIELD_SUPPLY] = {"V", FORMAT_TENFOLD},       [FIELD_LOAD] = {"LOAD", FORMAT_SWITCH},
    [FIELD_RELAY] = {"Relay", FORMAT_SWITCH},     [FIELD_ALARM] = {"Alarm", FORMAT_SWITCH},
    [FIELD_ALARM_REASON] = {"AR", FORMAT_NUMBER}, [FIELD_OFF_REASON] = {"OR", FORMAT_LONG_HEX},
    [FIELD_CHARGER] = {"CHG", FORMAT_SWITCH},     [FIELD_FAULT] = {"FAULT", FORMAT_NUMBER},
    [FIELD_CAUSE] = {"CAUSE", FORMAT_NUMBER},     [FIELD_REASON] = {"REASON", FORMAT_NUMBER},
    [FIELD_WAIT] = {"WAIT", FORMAT_SWITCH},       [FIELD_UPTIME] = {"UP", FORMAT_UPTIME},
};
static const char checksum_label[] = "Checksum";

#define LINE_BYTES 20u
#define NOTHING (FIELDS + 2u) /* `next`: no block is on its way */

static uint16_t values[FIELDS];
static uint16_t uptime_high; /* its upper half; the lower one is in `values` */
static bool has_supply;      /* the block has a line of it */
static char line[LINE_BYTES];
static uint8_t length;         /* of `line` */
static uint8_t place;          /* the next character of it */
static uint8_t next = NOTHING; /* field whose line comes next; FIELDS: the checksum's, FIELDS + 1: the end */
static uint8_t sum;

/* ---- lines ------------------------------------------------------------------------------------------ */

static void put(char character)
{
    if (length < LINE_BYTES) {
        line[length++] = character;
    }
}

static void put_text(const char *text)
{
    for (; *text != '\0' && length < LINE_BYTES; text++) { /* a flipped bit must not lead on */
        put(*text);
    }
}

static void put_number(uint16_t value)
{
    uint16_t unit = 10000u;

    while (unit > 1u && value < unit) {
        unit /= 10u;
    }
    for (; unit > 0u; unit /= 10u) {
        put((char)('0' + value / unit % 10u));
    }
}

static void put_hex(uint16_t value)
{
    for (uint8_t digit = 0u; digit < 4u; digit++) {
        const uint8_t nibble = (uint8_t)(value >> 12);

        put((char)(nibble < 10u ? '0' + nibble : 'A' - 10 + nibble));
        value = (uint16_t)(value << 4);
    }
}

static void put_value(uint8_t format, uint16_t value)
{
    if (format == FORMAT_SWITCH) {
        put_text(value != 0u ? "ON" : "OFF");
    } else if (format >= FORMAT_HEX) {
        put_text("0x");
        if (format != FORMAT_HEX) {
            put_hex(format == FORMAT_UPTIME ? uptime_high : 0u);
        }
        put_hex(value);
    } else {
        put_number(value);
        if (format == FORMAT_TENFOLD && value != 0u) {
            put('0');
        }
    }
}

static void make_line(void)
{
    if (next == FIELD_SUPPLY && !has_supply) {
        next++;
    }
    length = 0u;
    place = 0u;
    put('\r');
    put('\n');
    put_text(next < FIELDS ? fields[next].label : checksum_label);
    put('\t');
    if (next < FIELDS) {
        put_value(fields[next].format, values[next]);
    }
    for (uint8_t i = 0u; i < length; i++) {
        sum = (uint8_t)(sum + (uint8_t)line[i]);
    }
    if (next == FIELDS) {
        put((char)(uint8_t)-sum);
    }
    next++;
}

/* ---- blocks ----------------------------------------------------------------------------------------- */

static bool has(const struct telemetry_facts *facts, uint8_t input)
{
    return (facts->levels & (1u << input)) != 0u;
}

/* Of all, their sum. */
static uint16_t alarm_reasons(const struct telemetry_facts *facts)
{
    uint16_t reasons = 0u;

    if (!facts->is_measured || !has(facts, SBMS_INPUT_SUPPLY)) {
        return reasons; /* nobody knows the signals */
    }
    if (!has(facts, SBMS_INPUT_ATD) || !has(facts, SBMS_INPUT_NO_PREALARM)) {
        reasons |= ALARM_LOW_VOLTAGE;
    }
    if (!has(facts, SBMS_INPUT_ATC)) {
        reasons |= ALARM_LOCKED_OUT;
    }
    return reasons;
}

/* The one that comes first: Load is about to be cut, or is. */
static uint16_t first_reason(uint16_t reasons)
{
    return (reasons & ALARM_LOW_VOLTAGE) != 0u ? ALARM_LOW_VOLTAGE : reasons;
}

/* Why Load floats. A fault that floats everything leaves no level of the supply. */
static uint16_t off_reason(const struct telemetry_facts *facts)
{
    if (facts->outputs.load) {
        return 0u;
    }
    if (!has(facts, SBMS_INPUT_SUPPLY)) {
        return facts->fault != SBMS_FAULT_NONE ? OFF_PROTECTION : OFF_NO_SUPPLY;
    }
    if (!has(facts, SBMS_INPUT_REMOTE)) {
        return OFF_REMOTE;
    }
    return facts->fault == SBMS_FAULT_REFERENCE || has(facts, SBMS_INPUT_ATD) ? OFF_PROTECTION : OFF_BMS;
}

void telemetry_start(void)
{
    next = NOTHING;
}

void telemetry_begin(const struct telemetry_facts *facts)
{
    if (next != NOTHING) {
        return;
    }
    values[FIELD_PRODUCT] = TELEMETRY_PRODUCT;
    values[FIELD_FIRMWARE] = TELEMETRY_FIRMWARE;
    values[FIELD_SUPPLY] = facts->vbat_cv;
    values[FIELD_LOAD] = facts->outputs.load;
    values[FIELD_RELAY] = facts->outputs.prealarm;
    values[FIELD_REASON] = alarm_reasons(facts);
    values[FIELD_ALARM_REASON] = first_reason(values[FIELD_REASON]);
    values[FIELD_ALARM] = values[FIELD_REASON] != 0u || facts->fault != SBMS_FAULT_NONE;
    values[FIELD_OFF_REASON] = off_reason(facts);
    values[FIELD_WAIT] = values[FIELD_OFF_REASON] == OFF_PROTECTION && has(facts, SBMS_INPUT_ATD);
    values[FIELD_UPTIME] = (uint16_t)facts->uptime_s;
    uptime_high = (uint16_t)(facts->uptime_s >> 16);
    has_supply = facts->is_measured;
    values[FIELD_CHARGER] = facts->outputs.charger;
    values[FIELD_FAULT] = facts->fault;
    values[FIELD_CAUSE] = facts->cause;
    sum = 0u;
    next = 0u;
    make_line();
    port_uart_start();
}

void telemetry_stop(void)
{
    if (next == NOTHING) {
        port_uart_stop();
    }
}

bool telemetry_has_work(void)
{
    return next != NOTHING;
}

bool telemetry_work(void)
{
    if (next == NOTHING) {
        return false;
    }
    if (place == length && next > FIELDS) { /* the part must not sleep deeper before the last one has left */
        if (!port_uart_is_sending()) {
            next = NOTHING;
        }
        return next != NOTHING;
    }
    if (place == length) {
        make_line();
    }
    if (port_uart_send((uint8_t)line[place])) {
        place++;
    }
    return true;
}
