/* SPDX-License-Identifier: Apache-2.0 */
/* The UART, of which the device only uses the transmitter: port_uart_...() of port.h. */
#ifndef FIRMWARE_ATMEGA328P_UART_H
#define FIRMWARE_ATMEGA328P_UART_H

#include <stdbool.h>

/* Whether the receiver is disabled, as it always is. */
bool uart_receiver_is_disabled(void);

#endif
