/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A port to no part at all: the device in a process, in which time passes when it is told to. What its terminals see and what
 * is broken is a structure that the caller writes; what it does is there to be read. Restarts take no time. One device in a
 * process.
 */
#ifndef FIRMWARE_HOST_HOST_H
#define FIRMWARE_HOST_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/control.h"
#include "core/record.h"
#include "firmware/device/device.h"
#include "firmware/device/port.h"

#define HOST_REFERENCE_MV 1100
#define HOST_UART_BYTES 256u

/* What the read-back of an output shows. */
enum host_terminal { HOST_FOLLOWS, HOST_STUCK_LOW, HOST_STUCK_HIGH };

struct host {
    /* outside: the caller's to write at any time between the calls below */
    int32_t vbat_mv;
    int32_t remote_l_mv;
    int32_t remote_h_mv;
    struct port_loop_ends present;                   /* the loop is closed by the batteries */
    struct port_loop_ends tied_high;                 /* its end is high whatever is driven */
    bool loops_joined;                               /* the three ends are tied together */
    enum host_terminal terminals[SBMS_OUTPUT_COUNT]; /* by sbms_output */
    bool listens;                                    /* an adapter is at the UART */

    /* inside */
    int32_t reference_mv;   /* the band gap; normally HOST_REFERENCE_MV */
    bool clock_stands;      /* the tick's clock does not run; ticks still come when they are told to */
    bool register_changed;  /* until the next restart */
    uint8_t found_at_start; /* sbms_fault that the tests of the start find, 0 = none */
    uint8_t found_by_piece; /* ... that the next piece of a test finds, once */
    bool memory_failed;     /* the memory has failed a test before, as port_memory_has_failed() tells once */
    uint8_t eeprom[SBMS_EEPROM_BYTES];
    uint8_t retained[PORT_RETAINED_BYTES]; /* what port_retain() has kept; power-on forgets it */

    /* the device's: to be read */
    uint32_t eeprom_writes[SBMS_EEPROM_BYTES]; /* of each byte, since host_make() */
    struct sbms_outputs pins;
    uint32_t restarts;
    uint8_t uart[HOST_UART_BYTES]; /* what has been sent and not yet taken by host_take_uart() */
    size_t uart_bytes;
    bool uart_is_on;
};

extern struct host host;

/* A part that was never powered: healthy inputs with open remote terminals, nothing broken, the EEPROM erased. */
void host_make(void);

/* Power-on, or another reset: `reset_flags` any of SBMS_RESET_.... The device starts. */
void host_start(uint8_t reset_flags);

/*
 * Passes one tick and everything that the device does until the next. When it ends in a restart, the device has started
 * anew; every output floats then.
 */
void host_tick(void);

/* Empties `uart` into `bytes`, which has room for HOST_UART_BYTES; returns how many there were. */
size_t host_take_uart(uint8_t bytes[HOST_UART_BYTES]);

#endif
