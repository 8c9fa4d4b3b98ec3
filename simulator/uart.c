/* SPDX-License-Identifier: Apache-2.0 */
#include "simulator/uart.h"

#include <assert.h>

#define REG_UCSR0C 0xC2
#define REG_UDR0 0xC6
#define TXC 0x40u
#define UDRE 0x20u
#define U2X 0x02u
#define UCSR0A_WRITABLE 0x03u
#define TXCIE 0x40u
#define UDRIE 0x20u
#define RXEN 0x10u
#define TXEN 0x08u
#define UCSZ2 0x04u
#define UCSR0C_PARITY 0x30u
#define UCSR0C_STOP 0x08u
#define VECTOR_UDRE 19
#define VECTOR_TX 20

static uint32_t bit_cycles(const struct uart *uart)
{
    const uint8_t *data = uart->part->avr->data;
    uint32_t divisor = (data[REG_UBRR0L] | ((uint32_t)data[REG_UBRR0H] & 0x0Fu) << 8) + 1;
    return ((data[REG_UCSR0A] & U2X) != 0 ? 8 : 16) * divisor;
}

static unsigned frame_bits(const struct uart *uart)
{
    const uint8_t *data = uart->part->avr->data;
    unsigned size = (data[REG_UCSR0C] >> 1) & 3u;
    unsigned data_bits = (data[REG_UCSR0B] & UCSZ2) != 0 ? 9 : 5 + size;
    unsigned parity_bits = (data[REG_UCSR0C] & UCSR0C_PARITY) != 0 ? 1 : 0;
    unsigned stop_bits = (data[REG_UCSR0C] & UCSR0C_STOP) != 0 ? 2 : 1;
    return 1 + data_bits + parity_bits + stop_bits;
}

static void ask(struct uart *uart)
{
    avr_t *avr = uart->part->avr;
    assert(uart->waiting == ((avr->data[REG_UCSR0A] & UDRE) == 0));
    if ((avr->data[REG_UCSR0B] & UDRIE) != 0 && !uart->waiting) {
        avr_raise_interrupt(avr, part_vector(uart->part, VECTOR_UDRE));
    }
}

/* The request lasts: it comes again when its routine has returned. */
static void see_routine(avr_irq_t *irq, uint32_t value, void *param)
{
    (void)irq;
    if (value == 0) {
        ask(param);
    }
}

static avr_cycle_count_t end_frame(avr_t *avr, avr_cycle_count_t when, void *param);

static void begin_frame(struct uart *uart, uint8_t byte)
{
    uart->sending = true;
    uart->byte = byte;
    avr_cycle_timer_register(uart->part->avr, bit_cycles(uart) * frame_bits(uart), end_frame, uart);
}

static avr_cycle_count_t end_frame(avr_t *avr, avr_cycle_count_t when, void *param)
{
    struct uart *uart = param;
    assert(uart->sending);
    (void)when;
    uart->sending = false;
    uart->bytes++;
    if (uart->file != NULL) {
        fputc(uart->byte, uart->file);
        fflush(uart->file);
    }
    if (uart->waiting) {
        uart->waiting = false;
        avr->data[REG_UCSR0A] |= UDRE;
        begin_frame(uart, uart->next);
        ask(uart);
    } else {
        avr_raise_interrupt(avr, part_vector(uart->part, VECTOR_TX));
    }
    return 0;
}

static void write_udr0(avr_t *avr, avr_io_addr_t address, uint8_t value, void *param)
{
    struct uart *uart = param;
    (void)address;
    if ((avr->data[REG_UCSR0B] & TXEN) == 0) {
        return;
    }
    if (!uart->sending) {
        begin_frame(uart, value);
    } else if (!uart->waiting) {
        uart->waiting = true;
        uart->next = value;
        avr->data[REG_UCSR0A] &= (uint8_t)~UDRE;
    } else {
        part_tell(uart->part, PART_BREACH, BREACH_UDR0_FULL);
    }
}

static void write_ucsr0a(avr_t *avr, avr_io_addr_t address, uint8_t value, void *param)
{
    const struct uart *uart = param;
    if ((value & TXC) != 0) {
        avr_clear_interrupt(avr, part_vector(uart->part, VECTOR_TX));
    }
    avr->data[address] =
        (uint8_t)((avr->data[address] & ~UCSR0A_WRITABLE & ~(value & TXC)) | (value & UCSR0A_WRITABLE));
}

/* A flag that is already there interrupts as soon as it is enabled. */
static void write_ucsr0b(avr_t *avr, avr_io_addr_t address, uint8_t value, void *param)
{
    struct uart *uart = param;
    avr->data[address] = value & 0xFDu;
    if ((value & RXEN) != 0) {
        part_tell(uart->part, PART_BREACH, BREACH_RECEIVES);
    }
    if ((value & TXCIE) != 0 && (avr->data[REG_UCSR0A] & TXC) != 0) {
        avr_raise_interrupt(avr, part_vector(uart->part, VECTOR_TX));
    }
    ask(uart);
}

static void write_plain(avr_t *avr, avr_io_addr_t address, uint8_t value, void *param)
{
    (void)param;
    avr->data[address] = value;
}

void uart_make(struct uart *uart, struct part *part)
{
    avr_irq_t *irq = part_vector(part, VECTOR_UDRE)->irq;
    *uart = (struct uart){.part = part};
    part_own_write(part, REG_UCSR0A, write_ucsr0a, uart);
    part_own_write(part, REG_UCSR0B, write_ucsr0b, uart);
    part_own_write(part, REG_UBRR0L, write_plain, uart);
    part_own_write(part, REG_UDR0, write_udr0, uart);
    avr_irq_register_notify(irq + AVR_INT_IRQ_RUNNING, see_routine, uart);
    /* simavr's way of reading the status waits in real time */
    part->avr->io[AVR_DATA_TO_IO(REG_UCSR0A)].r.c = NULL;
}

void uart_reset(struct uart *uart)
{
    uint8_t *data = uart->part->avr->data;
    uart->sending = false;
    uart->waiting = false;
    data[REG_UCSR0A] = UDRE;
    data[REG_UCSR0B] = 0; /* simavr leaves TXEN0 set */
    data[REG_UCSR0C] = 0x06;
}

uint32_t uart_baud(const struct uart *uart)
{
    uint32_t cycles = bit_cycles(uart);
    return (uart->part->time.hz + cycles / 2) / cycles;
}

bool uart_open(struct uart *uart, const char *path)
{
    FILE *file = fopen(path, "ab");
    if (file == NULL) {
        return false;
    }
    uart_close(uart);
    uart->file = file;
    return true;
}

void uart_close(struct uart *uart)
{
    if (uart->file != NULL) {
        fclose(uart->file);
        uart->file = NULL;
    }
}
