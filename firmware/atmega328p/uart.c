/* SPDX-License-Identifier: Apache-2.0 */
#include "firmware/atmega328p/uart.h"

#include <avr/interrupt.h>
#include <avr/io.h>

#include "firmware/atmega328p/clock.h"
#include "firmware/atmega328p/pin.h"
#include "firmware/device/port.h"

#define BAUD 19200u

/* U2X: bit rate = clock / 8 / (UBRR + 1); the clock is clock_cycles() * 1024. */
#define CYCLES_PER_COUNT ((uint16_t)(BAUD * 8ul / 1024ul))

static bool ending; /* waiting for the last character to leave */

/* Room for a character, or the last one has left: what was asked for is there, and is asked for no more. */
ISR(USART_UDRE_vect)
{
    UCSR0B = 1u << TXEN0;
}

ISR(USART_TX_vect)
{
    UCSR0B = 1u << TXEN0;
}

/*
 * Before an interrupt is asked for. Its reason may be there already, for a first character leaves UDR0 at once; an interrupt that
 * came before the part sleeps would leave it asleep until the next tick. main() has interrupts off from here to its sleep.
 */
static void keep_for_sleep(void)
{
    cli();
}

bool port_uart_is_wanted(void)
{
#if BOARD_HAS_ADAPTER_PIN
    return PIN_IS_HIGH(BOARD_ADAPTER);
#else
    return true;
#endif
}

/* The bit rate follows the CPU's clock as it was measured last. */
void port_uart_start(void)
{
    PRR &= (uint8_t) ~(1u << PRUSART0);
    UBRR0 = (uint16_t)((clock_cycles() + CYCLES_PER_COUNT / 2u) / CYCLES_PER_COUNT - 1u);
    UCSR0A = (1u << U2X0) | (1u << TXC0);
    UCSR0C = (1u << UCSZ01) | (1u << UCSZ00);
    UCSR0B = 1u << TXEN0;
    ending = false;
}

bool port_uart_send(uint8_t byte)
{
    const bool has_room = (UCSR0A & (1u << UDRE0)) != 0u;

    if (has_room) {
        UDR0 = byte;
        UCSR0A = (1u << U2X0) | (1u << TXC0); /* after it, so that TXC tells of this character */
    }
    keep_for_sleep();
    UCSR0B = (1u << TXEN0) | (1u << UDRIE0);
    return has_room;
}

bool port_uart_is_sending(void)
{
    if (!ending) {
        ending = true;
        keep_for_sleep();
        UCSR0B = (1u << TXEN0) | (1u << TXCIE0);
    } else if ((UCSR0B & (1u << TXCIE0)) == 0u) {
        ending = false;
    }
    return ending;
}

void port_uart_stop(void)
{
    UCSR0B = 0u;
    PRR |= (uint8_t)(1u << PRUSART0);
}

bool uart_receiver_is_disabled(void)
{
    return (UCSR0B & ((1u << RXEN0) | (1u << RXCIE0))) == 0u;
}
