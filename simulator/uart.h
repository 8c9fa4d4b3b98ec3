/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The UART's transmitter, in place of simavr's: a shift register and one byte waiting for it, UDRE and TXC and their
 * interrupts, frames of the length that UCSR0C sets. Nothing is ever received.
 */
#ifndef SIMULATOR_UART_H
#define SIMULATOR_UART_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "simulator/part.h"

struct uart {
    struct part *part;
    bool sending; /* a byte is in the shift register */
    uint8_t byte;
    bool waiting; /* another is behind it */
    uint8_t next;
    uint64_t bytes; /* sent since power-on */
    FILE *file;     /* where they go; NULL: nowhere */
};

/* Takes the UART's registers over. */
void uart_make(struct uart *uart, struct part *part);

/* After a reset: off, and a byte that was on its way is lost. */
void uart_reset(struct uart *uart);

/* Bits a second that UBRR0 and U2X0 and the CPU's true rate give, rounded to the nearest. */
uint32_t uart_baud(const struct uart *uart);

/* Lets bytes be appended to the file `path` from now on. False: it cannot be opened. */
bool uart_open(struct uart *uart, const char *path);

/* Ends that, if it was begun. */
void uart_close(struct uart *uart);

#endif
