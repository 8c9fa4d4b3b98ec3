/* SPDX-License-Identifier: Apache-2.0 */
/* What is used of libsimavr 1.6, and the ATmega328P's register addresses (in the data space) that the models need. */
#ifndef SIMULATOR_SIMAVR_H
#define SIMULATOR_SIMAVR_H

#include <simavr/avr_adc.h>
#include <simavr/avr_eeprom.h>
#include <simavr/avr_extint.h>
#include <simavr/avr_ioport.h>
#include <simavr/avr_timer.h>
#include <simavr/avr_uart.h>
#include <simavr/avr_watchdog.h>
#include <simavr/sim_avr.h>
#include <simavr/sim_core.h>
#include <simavr/sim_cycle_timers.h>

#define REG_PINB 0x23
#define REG_PINC 0x26
#define REG_PIND 0x29
#define REG_GPIOR0 0x3E
#define REG_EECR 0x3F
#define REG_EEDR 0x40
#define REG_EEARL 0x41
#define REG_EEARH 0x42
#define REG_ACSR 0x50
#define REG_SMCR 0x53
#define REG_MCUSR 0x54
#define REG_SPL 0x5D
#define REG_SPH 0x5E
#define REG_SREG 0x5F
#define REG_WDTCSR 0x60
#define REG_TIMSK0 0x6E
#define REG_TIMSK1 0x6F
#define REG_TIMSK2 0x70
#define REG_ADCSRA 0x7A
#define REG_ADMUX 0x7C
#define REG_TCCR2A 0xB0
#define REG_TCCR2B 0xB1
#define REG_TCNT2 0xB2
#define REG_OCR2A 0xB3
#define REG_OCR2B 0xB4
#define REG_ASSR 0xB6
#define REG_TWCR 0xBC
#define REG_UCSR0A 0xC0
#define REG_UCSR0B 0xC1
#define REG_UBRR0L 0xC4
#define REG_UBRR0H 0xC5

#define REGISTERS 0x100 /* data addresses below it are registers */
#define SRAM_START 0x100
#define SRAM_END 0x900 /* one beyond */

#endif
