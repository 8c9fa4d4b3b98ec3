/* SPDX-License-Identifier: Apache-2.0 */
#include "core/record.h"

#include "core/fault.h"

/* Byte 0: version and kind. Byte 2: outputs after the edge, which output, its level. */
#define VERSION_SHIFT 4u
#define KIND_MASK 0x0Fu
#define OUTPUTS_MASK 0x07u
#define OUTPUT_SHIFT 3u
#define OUTPUT_MASK 0x03u
#define HIGH_BIT 0x80u
#define CRC_BYTES 2u

uint16_t sbms_crc16(uint16_t crc, uint8_t byte)
{
    uint8_t high = (uint8_t)((uint8_t)(crc >> 8) ^ byte);
    uint8_t low = (uint8_t)crc;

    high ^= (uint8_t)(high >> 4);
    low ^= (uint8_t)((uint8_t)(high << 4) ^ (uint8_t)(high >> 3)); /* becomes the high byte */
    high ^= (uint8_t)(high << 5);
    return (uint16_t)(((uint16_t)low << 8) | high);
}

static uint16_t crc_of(const uint8_t *bytes, uint8_t count)
{
    uint16_t crc = SBMS_CRC16_START;

    for (uint8_t i = 0u; i < count; i++) {
        crc = sbms_crc16(crc, bytes[i]);
    }
    return crc;
}

static void put_u16(uint8_t *bytes, uint16_t value)
{
    bytes[0] = (uint8_t)value;
    bytes[1] = (uint8_t)(value >> 8);
}

static uint16_t get_u16(const uint8_t *bytes)
{
    return (uint16_t)(bytes[0] | ((uint16_t)bytes[1] << 8));
}

static void put_u32(uint8_t *bytes, uint32_t value)
{
    put_u16(bytes, (uint16_t)value);
    put_u16(&bytes[2], (uint16_t)(value >> 16));
}

static uint32_t get_u32(const uint8_t *bytes)
{
    return get_u16(bytes) | ((uint32_t)get_u16(&bytes[2]) << 16);
}

static void seal(uint8_t *bytes, uint8_t count)
{
    put_u16(&bytes[count - CRC_BYTES], crc_of(bytes, (uint8_t)(count - CRC_BYTES)));
}

static bool is_sealed(const uint8_t *bytes, uint8_t count)
{
    return get_u16(&bytes[count - CRC_BYTES]) == crc_of(bytes, (uint8_t)(count - CRC_BYTES));
}

void sbms_entry_encode(const struct sbms_entry *record, uint8_t bytes[SBMS_ENTRY_BYTES])
{
    bytes[0] = (uint8_t)((SBMS_ENTRY_VERSION << VERSION_SHIFT) | (record->kind & KIND_MASK));
    bytes[1] = record->cause;
    bytes[2] = (uint8_t)((record->outputs & OUTPUTS_MASK) | ((record->output & OUTPUT_MASK) << OUTPUT_SHIFT) |
                         (record->high ? HIGH_BIT : 0u));
    bytes[3] = record->detail;
    put_u32(&bytes[4], record->tick);
    put_u16(&bytes[8], record->vbat_cv);
    put_u16(&bytes[10], record->boot);
    put_u16(&bytes[12], record->number);
    put_u16(&bytes[14], record->cuts);
    put_u16(&bytes[16], record->charger_stops);
    put_u16(&bytes[18], record->faults);
    seal(bytes, SBMS_ENTRY_BYTES);
}

bool sbms_entry_is_cut(const struct sbms_entry *record)
{
    if (record->kind == SBMS_ENTRY_BOOT) {
        return record->high;
    }
    return record->kind == SBMS_ENTRY_EDGE && record->output == SBMS_OUTPUT_LOAD && !record->high &&
           record->cause != SBMS_CAUSE_REMOTE_OFF;
}

static bool fault_entry_is_possible(const struct sbms_entry *record)
{
    if (record->detail == SBMS_FAULT_OUTPUT) {
        return record->output < SBMS_OUTPUT_COUNT && record->cause < SBMS_TERMINAL_COUNT;
    }
    return record->detail > SBMS_FAULT_NONE && record->detail < SBMS_FAULT_COUNT;
}

static bool edge_entry_is_possible(const struct sbms_entry *record)
{
    return record->cause > SBMS_CAUSE_NONE && record->cause < SBMS_CAUSE_COUNT &&
           record->output < SBMS_OUTPUT_COUNT && (record->kind == SBMS_ENTRY_EDGE || !record->high);
}

/* Values that no encoder writes, behind a CRC that fits. */
static bool entry_is_possible(const struct sbms_entry *record)
{
    switch (record->kind) {
    case SBMS_ENTRY_BOOT:
        return true;
    case SBMS_ENTRY_EDGE:
    case SBMS_ENTRY_STAYS:
        return edge_entry_is_possible(record);
    case SBMS_ENTRY_FAULT:
        return fault_entry_is_possible(record);
    case SBMS_ENTRY_FLICKER:
        return record->detail >= SBMS_INPUT_ATC && record->detail < SBMS_INPUT_COUNT;
    default:
        return false;
    }
}

bool sbms_entry_decode(const uint8_t bytes[SBMS_ENTRY_BYTES], struct sbms_entry *record)
{
    struct sbms_entry read = {.kind = (uint8_t)(bytes[0] & KIND_MASK)};

    if ((bytes[0] >> VERSION_SHIFT) != SBMS_ENTRY_VERSION || !is_sealed(bytes, SBMS_ENTRY_BYTES)) {
        return false;
    }
    read.cause = bytes[1];
    read.outputs = (uint8_t)(bytes[2] & OUTPUTS_MASK);
    read.output = (uint8_t)((bytes[2] >> OUTPUT_SHIFT) & OUTPUT_MASK);
    read.high = (bytes[2] & HIGH_BIT) != 0u;
    read.detail = bytes[3];
    read.tick = get_u32(&bytes[4]);
    read.vbat_cv = get_u16(&bytes[8]);
    read.boot = get_u16(&bytes[10]);
    read.number = get_u16(&bytes[12]);
    read.cuts = get_u16(&bytes[14]);
    read.charger_stops = get_u16(&bytes[16]);
    read.faults = get_u16(&bytes[18]);
    if (!entry_is_possible(&read)) {
        return false;
    }
    *record = read;
    return true;
}

void sbms_settings_encode(const struct sbms_control_settings *settings, uint8_t bytes[SBMS_SETTINGS_BYTES])
{
    bytes[0] = SBMS_SETTINGS_VERSION;
    bytes[1] = settings->lockout_retries;
    put_u16(&bytes[2], settings->reconnect_delay_s);
    put_u32(&bytes[4], (uint32_t)settings->lockout_clear_mv);
    bytes[8] = settings->warning_time_s;
    bytes[9] = 0u;
    seal(bytes, SBMS_SETTINGS_BYTES);
}

static bool is_erased(const uint8_t *bytes, uint8_t count)
{
    uint8_t all = 0xFFu;

    for (uint8_t i = 0u; i < count; i++) {
        all &= bytes[i];
    }
    return all == 0xFFu;
}

enum sbms_stored sbms_settings_decode(const uint8_t bytes[SBMS_SETTINGS_BYTES],
                                      struct sbms_control_settings *settings)
{
    const struct sbms_control_settings read = {.reconnect_delay_s = get_u16(&bytes[2]),
                                               .lockout_retries = bytes[1],
                                               .warning_time_s = bytes[8],
                                               .lockout_clear_mv = (int32_t)get_u32(&bytes[4])};

    *settings = (struct sbms_control_settings){.reconnect_delay_s = 0u};
    if (is_erased(bytes, SBMS_SETTINGS_BYTES)) {
        return SBMS_STORED_NONE;
    }
    if (bytes[0] != SBMS_SETTINGS_VERSION || !is_sealed(bytes, SBMS_SETTINGS_BYTES) ||
        sbms_control_check(&read) != SBMS_SETTINGS_OK) {
        return SBMS_STORED_BAD;
    }
    *settings = read;
    return SBMS_STORED_GOOD;
}
