/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the device keeps in its EEPROM, as bytes: the event record (SAFE-7) and the settings (LOAD-6).
 *
 * The record is a ring of SBMS_RECORD_SLOTS slots. Slots are filled in order and then anew from the first, so all
 * wear alike. Each holds one record with its own CRC and a number higher than the record before it, so
 * the newest is found without a pointer; a slot whose CRC is wrong is one that power failed in, and is empty.
 * What comes too fast is not recorded (SAFE-7): the next record's number is then higher by one more for each that is
 * missing, and its counters count them. All numbers are little-endian.
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

/* A number is at most this much more than one higher than that of the record before; it then stands for this many missing
 * records or more. So the numbers of a full ring stay within half of their range, and their order is known. */
#define SBMS_RECORD_GAP_MAX 700u

enum sbms_entry_kind {
    SBMS_ENTRY_BOOT =
        1, /* the device has started; detail = SBMS_RESET_...; `high`: Load was high until then */
    SBMS_ENTRY_EDGE =
        2, /* an output has changed; detail = the debounced inputs, a bit each (SBMS_INPUT_...) */
    SBMS_ENTRY_FAULT =
        3, /* a fault has come or, with `high` false, gone; detail = sbms_fault. SBMS_FAULT_OUTPUT: `output` is which,
              `cause` an sbms_terminal_fault */
    SBMS_ENTRY_STAYS =
        4, /* an output stays floating at a start, and why (SAFE-1); fields as of an edge, `high` false */
    SBMS_ENTRY_FLICKER =
        5 /* a signal flickers and so never returns or, with `high` false, is over with it (SAFE-2); detail =
             SBMS_INPUT_ATC, _ATD or _NO_PREALARM */
};

/* Why the device started: any number of them; 0 = the program ran into its beginning. */
enum {
    SBMS_RESET_POWER_ON = 1u << 0,
    SBMS_RESET_EXTERNAL = 1u << 1,
    SBMS_RESET_BROWN_OUT = 1u << 2,
    SBMS_RESET_WATCHDOG = 1u << 3
};

/* What is wrong with an output's terminal (SAFE-4); in `cause` of an entry of SBMS_FAULT_OUTPUT. */
enum sbms_terminal_fault {
    SBMS_TERMINAL_UNKNOWN = 0, /* of records made before this was told apart */
    SBMS_TERMINAL_SHORTED,     /* low while it was to be high */
    SBMS_TERMINAL_FED,         /* high while it was to float */
    SBMS_TERMINAL_COUNT
};

struct sbms_entry {
    uint8_t kind;     /* sbms_entry_kind */
    uint8_t cause;    /* see sbms_entry_kind; sbms_cause of an edge */
    uint8_t output;   /* see sbms_entry_kind; sbms_output of an edge */
    bool high;        /* see sbms_entry_kind; an edge's new level */
    uint8_t outputs;  /* all outputs after it, bit n = sbms_output n is high */
    uint8_t detail;   /* see sbms_entry_kind */
    uint32_t tick;    /* since the boot */
    uint16_t vbat_cv; /* supply in 10 mV */
    uint16_t boot;    /* number of the boot, counted over the device's life; 65535 is followed by 32768 */
    uint16_t number;  /* of the record; wraps */
    uint16_t cuts;    /* over the device's life, as sbms_entry_is_cut() counts; wraps */
    uint16_t charger_stops; /* times that Charger floated because ATC was lost or the chain opened; wraps */
    uint16_t faults;        /* faults that came, tries not counted; wraps */
};

/* Whether `record` is a cut (LOAD-8): Load has gone from high to floating for another cause than the remote, or a reset
 * found it high. A remote that was off for less than 1 s is a cut for LOAD-8 and none here: its cause is the remote. */
bool sbms_entry_is_cut(const struct sbms_entry *record);

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
