/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Telemetry: VE.Direct text blocks, with the fields that its readers know and ours beside them. This module makes their
 * lines; the UART is the port's.
 *
 *   PID    0xFFFF, no product of the protocol's maker      Alarm  ON: a signal is lost, or a fault
 *   FW     10 = 0.10                                       AR     1 low voltage, 8192 charging locked out (ATC)
 *   V      supply in mV, in steps of 10                    OR     0x1 supply low, 0x8 remote, 0x10 fault, 0x40 BMS (ATD)
 *   LOAD   ON: Load is high                                CHG    ON: Charger is high           (ours)
 *   Relay  ON: Pre-alarm is high                           FAULT  sbms_fault, 0 = none          (ours)
 *                                                          CAUSE  sbms_cause of the last edge   (ours)
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
    uint16_t vbat_cv; /* 10 mV */
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
