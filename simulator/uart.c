/* SPDX-License-Identifier: Apache-2.0 */
#include "simulator/uart.h"

#include <assert.h>

#include "simulator/machine.h"

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

static uint32_t bit_cycles(const struct machine *machine)
{
    const uint8_t *data = machine->avr->data;
    uint32_t divisor = (data[REG_UBRR0L] | ((uint32_t)data[REG_UBRR0H] & 0x0Fu) << 8) + 1;
    assert(divisor <= 4096);
    return ((data[REG_UCSR0A] & U2X) != 0 ? 8 : 16) * divisor;
}

static unsigned frame_bits(const struct machine *machine)
{
    const uint8_t *data = machine->avr->data;
    unsigned size = (data[REG_UCSR0C] >> 1) & 3u;
    unsigned data_bits = (data[REG_UCSR0B] & UCSZ2) != 0 ? 9 : 5 + size;
    unsigned parity_bits = (data[REG_UCSR0C] & UCSR0C_PARITY) != 0 ? 1 : 0;
    unsigned stop_bits = (data[REG_UCSR0C] & UCSR0C_STOP) != 0 ? 2 : 1;
    assert(data_bits >= 5 && data_bits <= 9);
    return 1 + data_bits + parity_bits + stop_bits;
}

static void ask(struct machine *machine)
{
    const uint8_t *data = machine->avr->data;
    assert(machine->uart.waiting == ((data[REG_UCSR0A] & UDRE) == 0));
    if ((data[REG_UCSR0B] & UDRIE) != 0 && (data[REG_UCSR0A] & UDRE) != 0) {
        avr_raise_interrupt(machine->avr, machine_vector(machine, VECTOR_UDRE));
    }
}

/* The request stands: it comes again when its routine has returned. */
static void see_routine(avr_irq_t *irq, uint32_t value, void *param)
{
    (void)irq;
    assert(param != NULL);
    if (value == 0) {
        ask(param);
    }
}

static avr_cycle_count_t end_frame(avr_t *avr, avr_cycle_count_t when, void *param);

static void begin_frame(struct machine *machine, uint8_t byte)
{
    struct uart *uart = &machine->uart;
    uart->sending = true;
    uart->byte = byte;
    uint32_t cycles = bit_cycles(machine) * frame_bits(machine);
    assert(cycles >= 56);
    avr_cycle_timer_register(machine->avr, cycles, end_frame, machine);
}

static avr_cycle_count_t end_frame(avr_t *avr, avr_cycle_count_t when, void *param)
{
    struct machine *machine = param;
    struct uart *uart = &machine->uart;
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
        begin_frame(machine, uart->next);
        ask(machine);
    } else {
        avr_raise_interrupt(avr, machine_vector(machine, VECTOR_TX));
    }
    return 0;
}

static void write_udr0(avr_t *avr, avr_io_addr_t address, uint8_t value, void *param)
{
    struct machine *machine = param;
    struct uart *uart = &machine->uart;
    assert(address == REG_UDR0);
    (void)address;
    if ((avr->data[REG_UCSR0B] & TXEN) == 0) {
        return;
    }
    if (!uart->sending) {
        begin_frame(machine, value);
    } else if (!uart->waiting) {
        uart->waiting = true;
        uart->next = value;
        avr->data[REG_UCSR0A] &= (uint8_t)~UDRE;
    } else {
        audit_fail(machine, "UDR0 is written while it is full");
    }
}

static void write_ucsr0a(avr_t *avr, avr_io_addr_t address, uint8_t value, void *param)
{
    struct machine *machine = param;
    assert(address == REG_UCSR0A);
    if ((value & TXC) != 0) {
        avr_clear_interrupt(avr, machine_vector(machine, VECTOR_TX));
    }
    avr->data[address] =
        (uint8_t)((avr->data[address] & ~UCSR0A_WRITABLE & ~(value & TXC)) | (value & UCSR0A_WRITABLE));
}

/* A flag that is already there interrupts as soon as it is enabled. */
static void write_ucsr0b(avr_t *avr, avr_io_addr_t address, uint8_t value, void *param)
{
    struct machine *machine = param;
    assert(address == REG_UCSR0B);
    avr->data[address] = value & 0xFDu;
    if ((value & RXEN) != 0) {
        audit_fail(machine, "RXEN0 is set");
    }
    if ((value & TXCIE) != 0 && (avr->data[REG_UCSR0A] & TXC) != 0) {
        avr_raise_interrupt(avr, machine_vector(machine, VECTOR_TX));
    }
    ask(machine);
}

static void write_plain(avr_t *avr, avr_io_addr_t address, uint8_t value, void *param)
{
    assert(param != NULL);
    (void)param;
    avr->data[address] = value;
}

void uart_make(struct machine *machine)
{
    avr_irq_t *irq = machine_vector(machine, VECTOR_UDRE)->irq;
    assert(irq != NULL);
    machine_own_write(machine, REG_UCSR0A, write_ucsr0a);
    machine_own_write(machine, REG_UCSR0B, write_ucsr0b);
    machine_own_write(machine, REG_UBRR0L, write_plain);
    machine_own_write(machine, REG_UDR0, write_udr0);
    avr_irq_register_notify(irq + AVR_INT_IRQ_RUNNING, see_routine, machine);
    /* simavr's way of reading the status waits in real time */
    machine->avr->io[AVR_DATA_TO_IO(REG_UCSR0A)].r.c = NULL;
}

void uart_reset(struct machine *machine)
{
    uint8_t *data = machine->avr->data;
    assert(data != NULL);
    machine->uart.sending = false;
    machine->uart.waiting = false;
    data[REG_UCSR0A] = UDRE;
    data[REG_UCSR0B] = 0; /* simavr leaves TXEN0 set */
    data[REG_UCSR0C] = 0x06;
}

uint32_t uart_baud(const struct machine *machine)
{
    uint32_t cycles = bit_cycles(machine);
    assert(cycles > 0);
    return (machine->clock.hz + cycles / 2) / cycles;
}

bool uart_open(struct machine *machine, const char *path)
{
    assert(path != NULL);
    FILE *file = fopen(path, "ab");
    if (file == NULL) {
        return false;
    }
    if (machine->uart.file != NULL) {
        fclose(machine->uart.file);
    }
    machine->uart.file = file;
    return true;
}
