/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Telemetry: VE.Direct text blocks, with the fields that its readers know and ours beside them. This module makes their
 * lines; the UART is the port's.
 *
 *   PID    0xFFFF, no product of the protocol's maker      Alarm  ON: a signal is lost, or a fault
 *   FW     10 = 0.10                                       AR     the first alarm reason: 1 low voltage (ATD or no-pre-alarm),
 *   V      supply in mV, in steps of 10; no such line             else 8192 charging locked out (ATC), else 0
 *          while nothing can be measured                   OR     why Load floats: 0x1 supply low, 0x8 remote, 0x40 BMS (ATD),
 *   LOAD   ON: Load is high                                       0x10 a fault, or it waits
 *   Relay  ON: Pre-alarm is high
 *
 * And ours:
 *
 *   CHG    ON: Charger is high                             REASON all alarm reasons, their sum
 *   FAULT  sbms_fault, 0 = none                            WAIT   ON: Load waits (LOAD-6, LOAD-8, SAFE-4)
 *   CAUSE  sbms_cause of the last edge                     UP     seconds since the start, hexadecimal
 *
 * Readers know the alarm reasons one by one and take a sum for none, so AR has one alone. UP makes each block another, with
 * another checksum than the block before: no reader can miss the same block again and again.
 */
#ifndef FIRMWARE_DEVICE_TELEMETRY_H
#define FIRMWARE_DEVICE_TELEMETRY_H

#include <stdbool.h>
#include <stdint.h>

#include "core/control.h"

#define TELEMETRY_PRODUCT 0xFFFFu
#define TELEMETRY_FIRMWARE 10u

/* What a block says. */
struct telemetry_facts {
    uint32_t uptime_s;
    uint16_t vbat_cv; /* 10 mV */
    bool is_measured; /* false: no sample yet, or the converter is bad; vbat_cv and levels say nothing */
    struct sbms_outputs outputs;
    uint8_t levels; /* the debounced inputs, a bit each (SBMS_INPUT_...) */
    uint8_t fault;  /* sbms_fault in force */
    uint8_t cause;  /* sbms_cause of the last edge */
};

/* At the start: no block is on its way. */
void telemetry_start(void);

/* Begins a block, unless one is still on its way. */
void telemetry_begin(const struct telemetry_facts *facts);

/* Switches the UART off, so that nothing feeds an adapter that is not there; not while a block is on its way. */
void telemetry_stop(void);

/* Whether telemetry_work() has anything to do. */
bool telemetry_has_work(void);

/* Sends the next character if there is one and the UART has room. Returns whether there is more to do. */
bool telemetry_work(void);

#endif
