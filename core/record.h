/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the device keeps in its EEPROM, as bytes: the event record (SAFE-7) and the settings (LOAD-6).
 *
 * The record is a ring of SBMS_RECORD_SLOTS slots. Slots are filled in order and then anew from the first, so all
 * wear alike. Each holds one record with its own CRC and a number one higher than the record before it, so
 * the newest is found without a pointer; a slot whose CRC is wrong is one that power failed in, and is empty.
 * All numbers are little-endian.
 */
#ifndef SBMS_RECORD_H
#define SBMS_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "core/control.h"

#define SBMS_EEPROM_BYTES 1024u

/* ---- the layout of a record ------------------------------------------------------------------------- */

#define SBMS_RECORD_OFFSET 32u
#define SBMS_RECORD_SLOTS 45u
#define SBMS_ENTRY_BYTES 22u
#define SBMS_ENTRY_VERSION 1u

enum sbms_entry_kind {
    SBMS_ENTRY_BOOT = 1, /* the device has started; detail = SBMS_RESET_... */
    SBMS_ENTRY_EDGE =
        2, /* an output has changed; detail = the debounced inputs, a bit each (SBMS_INPUT_...) */
    SBMS_ENTRY_FAULT = 3 /* a fault has come or, with `high` false, gone; detail = sbms_fault */
};

/* Why the device started: any number of them; 0 = the program ran into its beginning. */
enum {
    SBMS_RESET_POWER_ON = 1u << 0,
    SBMS_RESET_EXTERNAL = 1u << 1,
    SBMS_RESET_BROWN_OUT = 1u << 2,
    SBMS_RESET_WATCHDOG = 1u << 3
};

/* What is wrong with an output's terminal; in `cause` of an entry of SBMS_FAULT_OUTPUT, with the output in `output`. */
enum sbms_terminal_fault { SBMS_TERMINAL_SHORTED = 1, SBMS_TERMINAL_FED };

struct sbms_entry {
    uint8_t kind;     /* sbms_entry_kind */
    uint8_t cause;    /* sbms_cause of an edge */
    uint8_t output;   /* sbms_output of an edge */
    bool high;        /* an edge's new level; a fault has come */
    uint8_t outputs;  /* all outputs after it, bit n = sbms_output n is high */
    uint8_t detail;   /* see sbms_entry_kind */
    uint32_t tick;    /* since the boot */
    uint16_t vbat_cv; /* supply in 10 mV */
    uint16_t boot;    /* number of the boot, counted over the device's life; wraps */
    uint16_t number;  /* of the record; wraps */
    uint16_t cuts;    /* cuts of Load by under-voltage or an open chain, over the device's life; wraps */
    uint16_t charger_stops; /* times that Charger floated because ATC was lost; wraps */
    uint16_t faults;        /* faults that came; wraps */
};

/* Puts `record` into `bytes`, version and CRC included. */
void sbms_entry_encode(const struct sbms_entry *record, uint8_t bytes[SBMS_ENTRY_BYTES]);

/* Reads `bytes`; false: not a record (erased, torn, or of another version), and `*record` is untouched. */
bool sbms_entry_decode(const uint8_t bytes[SBMS_ENTRY_BYTES], struct sbms_entry *record);

/* ---- the settings ----------------------------------------------------------------------------------- */

#define SBMS_SETTINGS_OFFSET 0u
#define SBMS_SETTINGS_BYTES 12u
#define SBMS_SETTINGS_VERSION 1u

enum sbms_stored {
    SBMS_STORED_GOOD = 0, /* `*settings` holds them */
    SBMS_STORED_NONE,     /* never written: all bytes 0xFF */
    SBMS_STORED_BAD       /* anything else: wrong CRC, version or range (as BAT-7: nothing is guessed) */
};

/* Puts `settings`, which sbms_control_check() must accept, into `bytes`. */
void sbms_settings_encode(const struct sbms_control_settings *settings, uint8_t bytes[SBMS_SETTINGS_BYTES]);

/* Reads `bytes`; unless it says SBMS_STORED_GOOD, `*settings` are the defaults (all zero). */
enum sbms_stored sbms_settings_decode(const uint8_t bytes[SBMS_SETTINGS_BYTES],
                                      struct sbms_control_settings *settings);

/* ---- CRC ---------------------------------------------------------------------------------------------- */

#define SBMS_CRC16_START 0xFFFFu

/* CRC-16/CCITT (polynomial 0x1021, most significant bit first), one byte further; start with SBMS_CRC16_START. */
uint16_t sbms_crc16(uint16_t crc, uint8_t byte);

#endif
