/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The device: the program around the control law, without a register of any part. It owns all of its state; the port
 * (port.h) calls these functions, one at a time, and never from an interrupt.
 */
#ifndef FIRMWARE_DEVICE_DEVICE_H
#define FIRMWARE_DEVICE_DEVICE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/control.h"

/* What the law decided at the last tick, and the sbms_fault in force at it; for a simulator and a debugger. */
extern struct sbms_decision decided;
extern uint8_t fault_found;

/* After a reset, first of all: every output floats, all state begins anew, the tick begins. */
void device_start(void);

/*
 * At each tick: senses, judges, decides, drives, records, tests a piece of the part, and feeds the watchdog. Where anything
 * is wrong that a restart mends, it ends in port_restart() instead.
 */
void device_tick(void);

/* Whether device_work() has anything to do, which is rare. */
bool device_has_work(void);

/*
 * Between ticks, whenever the part is awake: writes the next byte of the record and sends the next one of the telemetry.
 * Returns whether there is more to do; the part must not sleep so deeply then that EEPROM or UART stop.
 */
bool device_work(void);

#endif
